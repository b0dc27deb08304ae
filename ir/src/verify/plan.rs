//! Verifies a plan. The invariants are listed in [`crate::verify`].

use super::{Verified, bug, fits, library, stream_type, verify_kernel};
use crate::diag::Diagnostics;
use crate::graph::UNBOUNDED;
use crate::kernel::Port;
use crate::loops::Uses;
use crate::plan::{
    Actor, ActorId, InputPort, OutputPort, Plan, Reading, Region, Ring, Runtime, Stream, StreamId, Work,
};
use crate::span::Span;
use std::collections::HashSet;

/// Proves that the plan can be executed. Errors: RM0901, one for each rule that is broken somewhere.
pub fn plan(plan: &Plan) -> Result<Verified<'_, Plan>, Diagnostics> {
    let Plan { name: _, streams, actors, order, threads, rings, inputs, outputs } = plan;
    let mut check = Check {
        plan,
        errors: Vec::new(),
        writers: vec![Vec::new(); streams.len()],
        readers: streams.iter().map(|s| vec![0; usize::from(s.readers)]).collect(),
    };
    check.streams(streams);
    let mut names = HashSet::new();
    for InputPort { name, stream, block, default_path: _ } in inputs {
        check.require(names.insert(name), || format!("two pipeline inputs are named `{name}`"));
        check.write(format_args!("pipeline input `{name}`"), *stream, None);
        let fits = streams.get(stream.index()).is_none_or(|s| (1..=s.capacity).contains(&u64::from(*block)));
        check.require(fits, || format!("a block of {block} tokens of pipeline input `{name}` does not fit `{stream}`"));
    }
    for (id, actor) in (0..).map(ActorId).zip(actors) {
        check.actor(id, actor);
    }
    let mut names = HashSet::new();
    for OutputPort { name, from, default_path: _, latency: _ } in outputs {
        check.require(names.insert(name), || format!("two pipeline outputs are named `{name}`"));
        check.read(format_args!("pipeline output `{name}`"), *from);
    }
    check.ends();
    check.order(order);
    check.threads(threads, rings);
    if check.errors.is_empty() {
        return Ok(Verified(plan));
    }
    let mut out = Diagnostics::new();
    for message in check.errors {
        out.push(bug(Span::NONE, format!("plan `{}`: {message}", plan.name)));
    }
    Err(out)
}

/// The rules of [`Region::cuts`].
fn loops(region: &Region) -> Result<(), String> {
    let ascending = region.cuts.is_sorted_by(|a, b| a < b);
    let inside = region.cuts.iter().all(|c| (1..region.kernel.body.len()).contains(&(*c as usize)));
    if !ascending || !inside {
        return Err("its cuts are not places inside the body, in ascending order".into());
    }
    let mut homes = std::collections::HashMap::new();
    for (index, part) in region.loops().into_iter().enumerate() {
        for memory in Uses::of(&region.kernel, part).memory {
            if *homes.entry(memory).or_insert(index) != index {
                return Err(format!("`{memory}` is used in two loops"));
            }
        }
    }
    Ok(())
}

/// A plan being verified.
struct Check<'p> {
    plan: &'p Plan,
    errors: Vec<String>,
    /// Per stream its writers; `None` is a pipeline input.
    writers: Vec<Vec<Option<ActorId>>>,
    /// Per stream and reader the number of its users.
    readers: Vec<Vec<u32>>,
}

impl Check<'_> {
    fn require(&mut self, holds: bool, message: impl FnOnce() -> String) {
        if !holds {
            self.errors.push(message());
        }
    }

    fn streams(&mut self, streams: &[Stream]) {
        let mut total = Some(0u64);
        for (id, Stream { name: _, ty, capacity, readers: _ }) in (0..).map(StreamId).zip(streams) {
            self.require(*capacity > 0, || format!("`{id}` has no room"));
            match stream_type(ty) {
                Ok(()) => {
                    let bounded = if *capacity == UNBOUNDED { 0 } else { *capacity };
                    let bytes = bounded.checked_mul(ty.token_bytes() as u64);
                    total = total.zip(bytes).and_then(|(total, bytes)| total.checked_add(bytes));
                }
                Err(message) => self.errors.push(format!("`{id}`: {message}")),
            }
        }
        self.require(total.is_some(), || "the bytes of all streams do not fit in 64 bits".into());
    }

    fn write(&mut self, who: impl std::fmt::Display, stream: StreamId, writer: Option<ActorId>) {
        match self.writers.get_mut(stream.index()) {
            Some(writers) => writers.push(writer),
            None => self.errors.push(format!("{who} writes `{stream}`, which does not exist")),
        }
    }

    fn read(&mut self, who: impl std::fmt::Display, reading: Reading) {
        let Reading { stream, reader } = reading;
        match self.readers.get_mut(stream.index()).map(|list| list.get_mut(usize::from(reader))) {
            Some(Some(users)) => *users += 1,
            Some(None) => self.errors.push(format!("{who} is reader {reader} of `{stream}`, which has fewer")),
            None => self.errors.push(format!("{who} reads `{stream}`, which does not exist")),
        }
    }

    fn actor(&mut self, id: ActorId, actor: &Actor) {
        let Actor { name, nodes: _, runtime: _, gate, work, inputs, outputs } = actor;
        for reading in inputs {
            self.read(format_args!("`{id}` (`{name}`)"), *reading);
        }
        for stream in outputs {
            self.write(format_args!("`{id}` (`{name}`)"), *stream, Some(id));
        }
        let mut errors = Vec::new();
        for stream in outputs.iter().filter_map(|s| self.plan.streams.get(s.index())) {
            if !stream.ty.is_message() && stream.capacity < *gate {
                errors.push(format!("its gate of {gate} tokens never opens: `{}` has room for fewer", stream.name));
            }
        }
        match work {
            Work::Region(region @ Region { kernel, tail: _, skip: _, bounded, cuts: _ }) => {
                errors.extend(verify_kernel(kernel).err().unwrap_or_default());
                errors.extend(loops(region).err());
                let read: Vec<StreamId> = inputs.iter().map(|r| r.stream).collect();
                self.match_ports("input", &kernel.inputs, &read, &mut errors);
                self.match_ports("output", &kernel.outputs, outputs, &mut errors);
                if bounded.len() != inputs.len() {
                    errors.push(format!("`bounded` has {} entries for {} inputs", bounded.len(), inputs.len()));
                }
            }
            Work::Library(node) => errors.extend(library(node).err()),
        }
        self.errors.extend(errors.into_iter().map(|message| format!("`{id}` (`{name}`): {message}")));
    }

    fn match_ports(&self, side: &str, kernel: &[Port], streams: &[StreamId], errors: &mut Vec<String>) {
        if kernel.len() != streams.len() {
            errors.push(format!("{} {side}s, its kernel has {}", streams.len(), kernel.len()));
        }
        for (index, (port, id)) in kernel.iter().zip(streams).enumerate() {
            if let Some(stream) = self.plan.streams.get(id.index())
                && stream_type(&stream.ty).is_ok()
                && !fits(port, &stream.ty)
            {
                let kernel = format!("{} x {}", port.format, port.lanes);
                errors.push(format!("{side} {index} is `{id}` of type `{}`, its kernel has {kernel}", stream.ty));
            }
        }
    }

    /// Writers and readers of each stream.
    fn ends(&mut self) {
        for (id, (writers, readers)) in (0..).map(StreamId).zip(self.writers.iter().zip(&self.readers)) {
            if writers.len() != 1 {
                self.errors.push(format!("`{id}` has {} writers", writers.len()));
            }
            for (reader, users) in readers.iter().enumerate() {
                if *users != 1 {
                    self.errors.push(format!("reader {reader} of `{id}` is used {users} times"));
                }
            }
        }
    }

    fn order(&mut self, order: &[ActorId]) {
        let mut place = vec![None; self.plan.actors.len()];
        for (index, id) in order.iter().enumerate() {
            match place.get_mut(id.index()) {
                Some(Some(_)) => self.errors.push(format!("`{id}` is ordered twice")),
                Some(empty) => *empty = Some(index),
                None => self.errors.push(format!("`{id}` is ordered and does not exist")),
            }
        }
        for (id, actor) in (0..).map(ActorId).zip(&self.plan.actors) {
            let Some(own) = place[id.index()] else {
                self.errors.push(format!("`{id}` is not ordered"));
                continue;
            };
            for reading in &actor.inputs {
                let writers = self.writers.get(reading.stream.index()).map(Vec::as_slice);
                if let Some([Some(writer)]) = writers
                    && place[writer.index()].is_some_and(|writer| writer >= own)
                {
                    self.errors
                        .push(format!("`{id}` is not ordered after `{writer}`, which writes `{}`", reading.stream));
                }
            }
        }
    }

    /// Where each actor runs, and what carries the streams between threads.
    fn threads(&mut self, threads: &[Vec<ActorId>], rings: &[Ring]) {
        if threads.is_empty() {
            self.require(rings.is_empty(), || "rings between threads that there are not".into());
            return;
        }
        let mut times = vec![0u32; self.plan.actors.len()];
        for id in threads.iter().flatten() {
            match times.get_mut(id.index()) {
                Some(times) => *times += 1,
                None => self.errors.push(format!("`{id}` has a thread and does not exist")),
            }
        }
        let own = self.plan.thread_of_actors();
        let home = self.plan.thread_of_streams();
        for (id, actor) in (0..).map(ActorId).zip(&self.plan.actors) {
            let (times, own) = (times[id.index()], own[id.index()]);
            self.require(times == 1, || format!("`{id}` is on {times} threads"));
            self.require(actor.runtime == Runtime::Native, || {
                format!("`{id}` has a thread on {}, which has none", actor.runtime.name())
            });
            for reading in &actor.inputs {
                let back = home.get(reading.stream.index()).is_some_and(|home| *home > own);
                self.require(!back, || format!("`{id}` reads `{}` of a later thread", reading.stream));
            }
        }
        let crossings = self.plan.crossings();
        let mut known = HashSet::new();
        for Ring { stream, to, blocks, tokens } in rings {
            self.require(crossings.contains(&(*stream, *to)), || format!("no ring is to bring `{stream}` to {to}"));
            self.require(known.insert((*stream, *to)), || format!("two rings bring `{stream}` to {to}"));
            self.require(*blocks > 0 && *tokens > 0, || format!("the ring of `{stream}` to {to} has no room"));
        }
        for (stream, to) in crossings {
            self.require(known.contains(&(stream, to)), || format!("no ring brings `{stream}` to {to}"));
        }
    }
}
