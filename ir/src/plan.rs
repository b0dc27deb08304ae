//! What is left to execute: streams, actors, and the order in which they are stepped.
//!
//! Every tier executes a plan and nothing else. A pass over the order steps each actor once; an actor takes all that its
//! input streams hold and its rules allow. Since every actor is a function of its input streams (a Kahn process), the order
//! and the sizes of the chunks decide about latency and memory, never about a bit of the output.

use crate::graph::{LibraryNode, UNBOUNDED};
pub use crate::ids::{ActorId, StreamId};
use crate::kernel::{Kernel, Stmt};
use crate::script::Hosted;
use crate::types::StreamType;
use std::collections::BTreeSet;

/// The runtimes that a partition can be placed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Runtime {
    Native,
    Wasm,
    RustPython,
    CPython,
    CPythonWasm,
    Remote,
}

impl Runtime {
    /// The name in manifests and in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Runtime::Native => "native",
            Runtime::Wasm => "wasm",
            Runtime::RustPython => "rustpython",
            Runtime::CPython => "cpython",
            Runtime::CPythonWasm => "cpython_wasm",
            Runtime::Remote => "remote",
        }
    }
}

/// The tokens of one output port, with room for `capacity` of them and a cursor for each of `readers`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Node and port that write it: `hp.out`.
    pub name: String,
    pub ty: StreamType,
    /// Tokens; [`UNBOUNDED`] where a reader waits for something that comes only at the end of the stream.
    pub capacity: u64,
    pub readers: u16,
}

impl Stream {
    /// Bytes of its buffer, messages counted by their handles; 0 without a bound.
    pub fn bytes(&self) -> u64 {
        if self.capacity == UNBOUNDED { 0 } else { self.capacity * self.ty.token_bytes() as u64 }
    }
}

/// One reader of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    pub stream: StreamId,
    pub reader: u16,
}

/// Firings at once of a source that the room of its outputs does not bound.
pub const AT_ONCE: u64 = 4096;

/// Kernels that run as one loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub kernel: Kernel,
    /// As in [`crate::graph::KernelNode::tail`].
    pub tail: u64,
    /// As in [`crate::graph::KernelNode::skip`].
    pub skip: u64,
    /// Per input: false for a source without end, which never decides when the region ends.
    pub bounded: Vec<bool>,
    /// Where one loop over a quantum ends and the next begins: places in the kernel's body, ascending, none at its ends. All that
    /// touches one state, local, delay line or section is in one loop, so that the order of a value's operations stays the same.
    pub cuts: Vec<u32>,
}

impl Region {
    /// The statements of each loop.
    pub fn loops(&self) -> Vec<&[Stmt]> {
        let body = self.kernel.body.as_slice();
        let ends = self.cuts.iter().map(|c| *c as usize).chain([body.len()]);
        let mut from = 0;
        let part = |to: usize| body.get(std::mem::replace(&mut from, to)..to).unwrap_or_default();
        ends.map(part).collect()
    }
}

/// What an actor runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    Region(Region),
    Library(LibraryNode),
}

/// One step of the schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    /// The node, or the first and last of a region: `mono…gain`.
    pub name: String,
    /// Ids in the manifest of all nodes in it.
    pub nodes: Vec<String>,
    pub runtime: Runtime,
    /// Tokens of room that every output has before a step, which a region then fills and no more; 0 for actors that a
    /// pipeline input drives. What only sources feed would otherwise run ahead of it.
    pub gate: u64,
    pub work: Work,
    pub inputs: Vec<Reading>,
    pub outputs: Vec<StreamId>,
}

/// A pipeline input: the host writes `stream`, at most `block` tokens a pass.
#[derive(Clone, Debug, PartialEq)]
pub struct InputPort {
    pub name: String,
    pub stream: StreamId,
    pub block: u32,
    pub default_path: Option<String>,
}

/// A pipeline output: the host reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputPort {
    pub name: String,
    pub from: Reading,
    pub default_path: Option<String>,
    /// Frames by which this output answers late; [`UNBOUNDED`] if it waits for the end of the stream.
    pub latency: u64,
}

/// What carries the tokens of a stream from the thread that writes it to one that reads it: a ring of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ring {
    pub stream: StreamId,
    /// The thread that reads; the writer's is another one.
    pub to: u16,
    /// How many blocks may be on their way.
    pub blocks: u32,
    /// Tokens of a block, at most: what a pass brings.
    pub tokens: u32,
}

/// A program for one pipeline and one set of input formats.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Plan {
    pub name: String,
    pub streams: Vec<Stream>,
    pub actors: Vec<Actor>,
    /// Every actor once.
    pub order: Vec<ActorId>,
    /// The actors of each thread; none: one thread runs all. The host reads, writes and runs the first; streams between actors
    /// go from a thread to itself or to a later one.
    pub threads: Vec<Vec<ActorId>>,
    /// One for each stream and thread other than its writer's that reads it.
    pub rings: Vec<Ring>,
    pub inputs: Vec<InputPort>,
    pub outputs: Vec<OutputPort>,
}

impl Plan {
    /// The stream of that id.
    pub fn stream(&self, id: StreamId) -> &Stream {
        &self.streams[id.index()]
    }

    /// The actor of that id.
    pub fn actor(&self, id: ActorId) -> &Actor {
        &self.actors[id.index()]
    }

    /// Classes that an interpreter runs, with the nodes that they are.
    pub fn hosted(&self) -> impl Iterator<Item = (&str, &Hosted)> {
        self.actors.iter().filter_map(|actor| match &actor.work {
            Work::Library(LibraryNode { python: Some(class), .. }) => {
                Some((actor.nodes.first().unwrap_or(&actor.name).as_str(), class.hosted()?))
            }
            Work::Library(_) | Work::Region(_) => None,
        })
    }

    /// The thread of each actor.
    pub fn thread_of_actors(&self) -> Vec<u16> {
        let mut of = vec![0; self.actors.len()];
        for (thread, actors) in (0..).zip(&self.threads) {
            for actor in actors {
                if let Some(of) = of.get_mut(actor.index()) {
                    *of = thread;
                }
            }
        }
        of
    }

    /// The thread that writes each stream: the first for pipeline inputs.
    pub fn thread_of_streams(&self) -> Vec<u16> {
        let mut of = vec![0; self.streams.len()];
        for (actor, thread) in self.actors.iter().zip(self.thread_of_actors()) {
            for stream in &actor.outputs {
                if let Some(of) = of.get_mut(stream.index()) {
                    *of = thread;
                }
            }
        }
        of
    }

    /// Each reading with its thread: the host's, which is the first, and the actors'.
    pub fn readings(&self) -> Vec<(Reading, u16)> {
        let host = self.outputs.iter().map(|port| (port.from, 0));
        let actors = self.actors.iter().zip(self.thread_of_actors());
        host.chain(actors.flat_map(|(actor, thread)| actor.inputs.iter().map(move |r| (*r, thread)))).collect()
    }

    /// Streams and the threads that they have to be brought to.
    pub fn crossings(&self) -> BTreeSet<(StreamId, u16)> {
        let home = self.thread_of_streams();
        let crosses =
            |(reading, thread): &(Reading, u16)| home.get(reading.stream.index()).is_some_and(|h| h != thread);
        self.readings().into_iter().filter(crosses).map(|(reading, thread)| (reading.stream, thread)).collect()
    }

    /// Firings at once of a region, at most: neither its outputs nor the silence behind an input that has ended outgrow their
    /// capacities. It is at least what one pass of the schedule brings.
    pub fn at_once(&self, actor: &Actor) -> u64 {
        let read = actor.inputs.iter().map(|r| r.stream);
        let streams = read.chain(actor.outputs.iter().copied());
        let bounded = streams.map(|s| self.stream(s).capacity).filter(|c| *c != UNBOUNDED);
        bounded.min().unwrap_or(AT_ONCE)
    }

    /// Bytes of all stream buffers that have a bound, messages counted by their handles.
    pub fn buffer_bytes(&self) -> u64 {
        self.streams.iter().map(Stream::bytes).sum()
    }
}
