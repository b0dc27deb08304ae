//! A plan as a program of the host's: streams of `runtime-min`, stepped in the order of the schedule.

mod replace;

pub use replace::check_ports;

use crate::jit::script::Loops;
use crate::jit::{Compiled, Unsupported};
use remotemedia_ir::eval::{self, Machine, Misfit, Samples, SamplesMut};
use remotemedia_ir::graph::Param;
use remotemedia_ir::kernel::Kernel;
use remotemedia_ir::plan::{self, ActorId, Plan, Reading, Region};
use remotemedia_ir::script::Python;
use remotemedia_ir::types::{SampleFormat, StreamType};
use remotemedia_ir::verify::Verified;
use remotemedia_runtime_min::clock::{Clock, Firing, Level};
use remotemedia_runtime_min::host::{Metrics, Program, Stream};
use remotemedia_runtime_min::nodes::registry::{self, Arg};
use remotemedia_runtime_min::py::node as py;
use remotemedia_runtime_min::{Failure, Frames, Input, Messages, Node, Out, Slot};
use smallvec::SmallVec;
use std::rc::Rc;

/// A stream of any type.
enum Buffer {
    F32(Frames<f32>),
    F64(Frames<f64>),
    I16(Frames<i16>),
    I32(Frames<i32>),
    U8(Frames<u8>),
    Messages(Messages),
}

/// Does the same for a stream of samples of any format, and something else for messages.
macro_rules! frames {
    ($buffer:expr, $frames:ident => $do:expr, messages => $other:expr) => {
        match $buffer {
            Buffer::F32($frames) => $do,
            Buffer::F64($frames) => $do,
            Buffer::I16($frames) => $do,
            Buffer::I32($frames) => $do,
            Buffer::U8($frames) => $do,
            Buffer::Messages(_) => $other,
        }
    };
}

impl Buffer {
    /// A stream of which a pass brings at most `block` tokens.
    fn new(ty: &StreamType, capacity: usize, block: usize, readers: usize) -> Buffer {
        let width = ty.width();
        match ty {
            StreamType::Audio { format: SampleFormat::F32, .. } | StreamType::Tensor { .. } => {
                Buffer::F32(Frames::new(width, capacity, readers).block(block))
            }
            StreamType::Audio { format: SampleFormat::F64, .. } => {
                Buffer::F64(Frames::new(width, capacity, readers).block(block))
            }
            StreamType::Audio { format: SampleFormat::I16, .. } => {
                Buffer::I16(Frames::new(width, capacity, readers).block(block))
            }
            StreamType::Audio { format: SampleFormat::I32, .. } => {
                Buffer::I32(Frames::new(width, capacity, readers).block(block))
            }
            StreamType::Audio { format: SampleFormat::U8, .. } => {
                Buffer::U8(Frames::new(width, capacity, readers).block(block))
            }
            StreamType::Text | StreamType::Json => Buffer::Messages(Messages::new(readers)),
        }
    }

    fn close(&mut self) {
        frames!(self, f => f.close(), messages => {});
        if let Buffer::Messages(m) = self {
            m.close();
        }
    }

    fn stream(&mut self) -> &mut dyn Stream {
        match self {
            Buffer::F32(f) => f,
            Buffer::F64(f) => f,
            Buffer::I16(f) => f,
            Buffer::I32(f) => f,
            Buffer::U8(f) => f,
            Buffer::Messages(m) => m,
        }
    }
}

/// How the regions of a plan are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// By the reference evaluator.
    Eval,
    /// As machine code made in memory; what that does not support is evaluated.
    Jit,
}

/// A region's kernel at work.
enum Work {
    Evaluated(Box<Machine>),
    Compiled(Box<Compiled>),
}

impl Work {
    /// At the start of its streams.
    fn new(region: &Region, kernel: Verified<'_, Kernel>, tier: Tier) -> Work {
        match tier {
            Tier::Eval => Work::Evaluated(Box::new(Machine::new(kernel))),
            Tier::Jit => match Compiled::new(region, kernel) {
                Ok(compiled) => Work::Compiled(Box::new(compiled)),
                Err(reason) => {
                    debug_assert!(!matches!(reason, Unsupported::Bug(_)), "{reason}");
                    Work::Evaluated(Box::new(Machine::new(kernel)))
                }
            },
        }
    }

    fn run(&mut self, frames: usize, read: &[Samples<'_>], write: &mut [SamplesMut<'_>]) -> Result<(), Misfit> {
        match self {
            Work::Evaluated(machine) => machine.run(frames, read, write),
            Work::Compiled(compiled) => compiled.run(frames, read, write),
        }
    }

    fn fired(&self) -> u64 {
        match self {
            Work::Evaluated(machine) => machine.fired(),
            Work::Compiled(compiled) => compiled.fired(),
        }
    }
}

enum Runner {
    Region { work: Work, clock: Clock, early: usize, bounded: Vec<bool>, limit: usize },
    Library { node: Box<dyn Node>, slot: Slot },
}

impl Runner {
    /// Bytes of memory that machine code has; 0 for others.
    fn bytes(&self) -> usize {
        match self {
            Runner::Region { work, .. } => match work {
                Work::Compiled(compiled) => compiled.bytes(),
                Work::Evaluated(_) => 0,
            },
            Runner::Library { .. } => 0,
        }
    }
}

struct Actor {
    /// Ids live as long as the process: failures carry them as constants, as in generated code.
    id: &'static str,
    runner: Runner,
    /// As [`remotemedia_ir::plan::Actor::gate`].
    gate: usize,
    inputs: Vec<Reading>,
    outputs: Vec<usize>,
}

/// Things of the ports of an actor: a step allocates nothing for the usual few.
type Few<T> = SmallVec<[T; 3]>;

/// A plan whose regions are ready to run. Made on any thread.
pub struct Prepared {
    plan: Plan,
    /// Per actor; none for library nodes.
    regions: Vec<Option<Work>>,
    tier: Tier,
}

impl Prepared {
    /// Compiles the regions of a plan, or prepares to evaluate them.
    pub fn new(plan: Verified<'_, Plan>, tier: Tier) -> Prepared {
        let mut regions = Vec::with_capacity(plan.actors.len());
        for (index, actor) in plan.actors.iter().enumerate() {
            regions.push(match (&actor.work, plan.kernel(ActorId::new(index))) {
                (plan::Work::Region(region), Some(kernel)) => Some(Work::new(region, kernel, tier)),
                (plan::Work::Region(_) | plan::Work::Library(_), _) => None,
            });
        }
        Prepared { plan: plan.get().clone(), regions, tier }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// A Python class as a node: evaluated, its loops as machine code where the tier has such.
fn python(plan: &Plan, actor: &plan::Actor, class: &Python, tier: Tier) -> Result<Box<dyn Node>, String> {
    let script = match class {
        Python::Compiled(script) => script,
        Python::Hosted(hosted) => {
            let runs = hosted.interpreter.name();
            return Err(format!("`{}` is run by {runs}, which only generated programs have", actor.name));
        }
    };
    let input = actor.inputs.first().map(|r| &plan.stream(r.stream).ty);
    let input = input.unwrap_or(&StreamType::Json);
    let takes = class.takes_from(input);
    let gives = class.gives_to(input, actor.outputs.iter().map(|s| &plan.stream(*s).ty));
    let program = || match tier {
        Tier::Eval => eval::script::Program::new(script),
        Tier::Jit => eval::script::Program::with_islands(script, Rc::new(Loops::default())),
    };
    Ok(Box::new(py::PyNode::new(py::Adapter::new(takes, gives), program)))
}

/// A plan at work.
pub struct Interpreter {
    plan: Plan,
    streams: Vec<Buffer>,
    actors: Vec<Actor>,
    inputs: Vec<usize>,
    outputs: Vec<usize>,
    heard: Vec<bool>,
    metrics: Metrics,
}

impl Interpreter {
    /// A plan at the start of its streams.
    ///
    /// # Errors
    /// The message of a library node that this build does not have, or whose arguments do not fit: a bug.
    pub fn new(plan: Verified<'_, Plan>, tier: Tier) -> Result<Interpreter, String> {
        Interpreter::start(Prepared::new(plan, tier))
    }

    /// The same from what was prepared.
    ///
    /// # Errors
    /// As [`Interpreter::new`].
    pub fn start(prepared: Prepared) -> Result<Interpreter, String> {
        let Prepared { plan, mut regions, tier } = prepared;
        let mut blocks = vec![usize::MAX; plan.streams.len()];
        for port in &plan.inputs {
            blocks[port.stream.index()] = port.block as usize;
        }
        let capacity = |s: &plan::Stream| usize::try_from(s.capacity).unwrap_or(usize::MAX);
        let buffer =
            |(s, block): (&plan::Stream, usize)| Buffer::new(&s.ty, capacity(s), block, usize::from(s.readers));
        let streams = plan.streams.iter().zip(blocks).map(buffer).collect();
        let mut actors = Vec::new();
        for id in &plan.order {
            let actor = plan.actor(*id);
            let runner = match &actor.work {
                plan::Work::Region(region) => Runner::Region {
                    work: regions[id.index()]
                        .take()
                        .ok_or_else(|| format!("the region `{}` is there twice", actor.name))?,
                    clock: Clock::new(region.tail),
                    early: region.skip as usize,
                    bounded: region.bounded.clone(),
                    limit: plan.at_once(actor) as usize,
                },
                plan::Work::Library(library) => {
                    let node = match &library.python {
                        Some(class) => python(&plan, actor, class, tier)?,
                        None => {
                            let args: Vec<(&str, Arg)> =
                                library.args.iter().map(|(n, p)| (n.as_str(), arg(p))).collect();
                            registry::build(&library.path, &args).map_err(|e| format!("`{}`: {e}", actor.name))?
                        }
                    };
                    Runner::Library { node, slot: Slot::default() }
                }
            };
            let name = actor.nodes.first().unwrap_or(&actor.name);
            actors.push(Actor {
                id: Box::leak(name.clone().into_boxed_str()),
                runner,
                gate: usize::try_from(actor.gate).unwrap_or(usize::MAX),
                inputs: actor.inputs.clone(),
                outputs: actor.outputs.iter().map(|s| s.index()).collect(),
            });
        }
        let of = |(actor, id): (&Actor, &ActorId)| {
            let name: &'static str = Box::leak(plan.actor(*id).name.clone().into_boxed_str());
            (name, actor.runner.bytes())
        };
        let names: Vec<(&'static str, usize)> = actors.iter().zip(&plan.order).map(of).collect();
        Ok(Interpreter {
            streams,
            actors,
            inputs: plan.inputs.iter().map(|p| p.stream.index()).collect(),
            outputs: plan.outputs.iter().map(|p| p.from.stream.index()).collect(),
            heard: plan.streams.iter().map(|s| s.readers > 0).collect(),
            metrics: Metrics::new(&names),
            plan,
        })
    }

    /// A program without ports that does nothing.
    pub fn empty() -> Interpreter {
        Interpreter {
            plan: Plan::default(),
            streams: Vec::new(),
            actors: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            heard: Vec::new(),
            metrics: Metrics::new(&[]),
        }
    }

    /// How often a stream had to grow beyond the capacity of the plan: never, if the bounds are right.
    pub fn grown(&self) -> u32 {
        self.streams.iter().map(|s| frames!(s, f => f.grown(), messages => 0)).sum()
    }

    fn step_region(&mut self, index: usize) -> Result<usize, Failure> {
        let Interpreter { streams, actors, .. } = self;
        let Actor { id, runner, gate, inputs, outputs } = &mut actors[index];
        let Runner::Region { work, clock, early, bounded, limit } = runner else { return Ok(0) };
        let mut levels: Few<Level> = Few::new();
        for (r, b) in inputs.iter().zip(bounded.iter()) {
            let reader = usize::from(r.reader);
            let ended = Level { available: 0, closed: true, bounded: *b };
            levels.push(frames!(&streams[r.stream.index()], f => f.level(reader, *b), messages => ended));
        }
        let limit = if *gate > 0 { room(streams, outputs).min(*limit) } else { *limit };
        let n = match clock.firings(&levels, limit) {
            Firing::Run(0) => return Ok(0),
            Firing::Run(n) => n,
            Firing::End => {
                for s in outputs {
                    streams[*s].close();
                }
                return Ok(0);
            }
        };
        for r in inputs.iter() {
            frames!(&mut streams[r.stream.index()], f => f.pad(usize::from(r.reader), n), messages => {});
        }
        let result = {
            let (written, others) = parted(streams, outputs);
            let mut read: Few<Samples<'_>> = Few::new();
            for r in inputs.iter() {
                let reader = usize::from(r.reader);
                read.push(match others.get(r.stream.index()) {
                    Some(Buffer::F32(f)) => Samples::F32(f.next(reader, n)),
                    Some(Buffer::F64(f)) => Samples::F64(f.next(reader, n)),
                    Some(Buffer::I16(f)) => Samples::I16(f.next(reader, n)),
                    Some(Buffer::I32(f)) => Samples::I32(f.next(reader, n)),
                    Some(Buffer::U8(f)) => Samples::U8(f.next(reader, n)),
                    Some(Buffer::Messages(_)) | None => Samples::F32(&[]),
                });
            }
            let mut write: Few<SamplesMut<'_>> = Few::new();
            for (_, buffer) in written {
                write.push(match buffer {
                    Buffer::F32(f) => SamplesMut::F32(f.append(n)),
                    Buffer::F64(f) => SamplesMut::F64(f.append(n)),
                    Buffer::I16(f) => SamplesMut::I16(f.append(n)),
                    Buffer::I32(f) => SamplesMut::I32(f.append(n)),
                    Buffer::U8(f) => SamplesMut::U8(f.append(n)),
                    Buffer::Messages(_) => SamplesMut::F32(&mut []),
                });
            }
            work.run(n, &read, &mut write)
        };
        let drop = n.min(*early);
        *early -= drop;
        if drop > 0 {
            for s in outputs.iter() {
                frames!(&mut streams[*s], f => f.drop_first(n, drop), messages => {});
            }
        }
        result.map_err(|e| Failure { node: id, ..Failure::new("bug", e.to_string(), work.fired()) })?;
        for r in inputs.iter() {
            frames!(&mut streams[r.stream.index()], f => f.consume(usize::from(r.reader), n), messages => {});
        }
        Ok(n)
    }

    fn step_library(&mut self, index: usize) -> Result<usize, Failure> {
        let Interpreter { streams, actors, heard, .. } = self;
        let Actor { id, runner, gate, inputs, outputs } = &mut actors[index];
        let Runner::Library { node, slot } = runner else { return Ok(0) };
        if *gate > 0 && room(streams, outputs) < *gate {
            return Ok(0);
        }
        let made = {
            let (mut written, others) = parted(streams, outputs);
            written.retain(|(port, _)| heard[outputs[*port]]);
            let mut arrived: Few<Input<'_>> = Few::new();
            for r in inputs.iter() {
                let reader = usize::from(r.reader);
                arrived.push(match others.get(r.stream.index()) {
                    Some(Buffer::F32(f)) => Input::frames(f, reader),
                    Some(Buffer::Messages(m)) => Input::messages(m, reader),
                    Some(Buffer::F64(_) | Buffer::I16(_) | Buffer::I32(_) | Buffer::U8(_)) | None => {
                        Input::Frames { samples: &[], closed: true }
                    }
                });
            }
            let before: u64 = written.iter().map(|(_, b)| position(b)).sum();
            let mut out = Out::default();
            for (_, buffer) in &mut written {
                match buffer {
                    Buffer::F32(f) => out.frames = Some(f),
                    Buffer::Messages(m) => out.messages = Some(m),
                    Buffer::F64(_) | Buffer::I16(_) | Buffer::I32(_) | Buffer::U8(_) => {}
                }
            }
            slot.run(id, node.as_mut(), &arrived, &mut out)?;
            written.iter().map(|(_, b)| position(b)).sum::<u64>() - before
        };
        for r in inputs.iter() {
            let reader = usize::from(r.reader);
            frames!(&mut streams[r.stream.index()], f => f.consume_all(reader), messages => {});
            if let Buffer::Messages(m) = &mut streams[r.stream.index()] {
                m.consume_all(reader);
            }
        }
        Ok(made as usize)
    }
}

/// The streams that an actor writes, each with the number of its port, and all others: it never reads what it writes.
fn parted<'s>(streams: &'s mut [Buffer], outputs: &[usize]) -> (Few<(usize, &'s mut Buffer)>, Others<'s>) {
    let mut order: Few<(usize, usize)> = Few::new();
    outputs.iter().enumerate().for_each(|(port, at)| order.push((*at, port)));
    order.sort_unstable();
    let (mut written, mut others) = (Few::new(), Few::new());
    let (mut first, mut left) = (0, streams);
    for (at, port) in order {
        let (before, from) = left.split_at_mut(at - first);
        let Some((own, behind)) = from.split_first_mut() else { unreachable!("a stream of the plan") };
        others.push((first, &*before));
        written.push((port, own));
        (first, left) = (at + 1, behind);
    }
    others.push((first, &*left));
    written.sort_unstable_by_key(|(port, _)| *port);
    (written, Others(others))
}

/// Streams that are only read: stretches of the list of all, each with the number of its first.
struct Others<'s>(Few<(usize, &'s [Buffer])>);

impl<'s> Others<'s> {
    fn get(&self, index: usize) -> Option<&'s Buffer> {
        let (first, stretch) = self.0.iter().rev().find(|(first, _)| *first <= index)?;
        stretch.get(index - first)
    }
}

/// Tokens that can be written to every one of some streams; messages need no room.
fn room(streams: &[Buffer], list: &[usize]) -> usize {
    list.iter().map(|s| frames!(&streams[*s], f => f.room(), messages => usize::MAX)).min().unwrap_or(0)
}

fn position(buffer: &Buffer) -> u64 {
    match buffer {
        Buffer::F32(f) => f.position(),
        Buffer::F64(f) => f.position(),
        Buffer::I16(f) => f.position(),
        Buffer::I32(f) => f.position(),
        Buffer::U8(f) => f.position(),
        Buffer::Messages(m) => m.position(),
    }
}

/// An argument of the plan's as one of the runtime's.
fn arg(param: &Param) -> Arg {
    match param {
        Param::Int(i) => Arg::Int(*i),
        Param::Float(x) => Arg::Float(*x),
        Param::Bool(b) => Arg::Bool(*b),
        Param::Text(t) => Arg::Text(t.clone()),
        Param::List(items) => {
            let texts: Vec<String> = items
                .iter()
                .filter_map(|i| match i {
                    Param::Text(t) => Some(t.clone()),
                    Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::List(_) => None,
                })
                .collect();
            if !texts.is_empty() {
                return Arg::Texts(texts);
            }
            let numbers = items.iter().filter_map(|i| match i {
                Param::Float(x) => Some(*x),
                Param::Int(i) => Some(*i as f64),
                Param::Bool(_) | Param::Text(_) | Param::List(_) => None,
            });
            Arg::Floats(numbers.collect())
        }
    }
}

impl Program for Interpreter {
    fn input(&mut self, port: usize) -> &mut dyn Stream {
        self.streams[self.inputs[port]].stream()
    }

    fn output(&mut self, port: usize) -> &mut dyn Stream {
        self.streams[self.outputs[port]].stream()
    }

    fn step(&mut self) -> Result<(), Failure> {
        for index in 0..self.actors.len() {
            let tokens = match self.actors[index].runner {
                Runner::Region { .. } => self.step_region(index)?,
                Runner::Library { .. } => self.step_library(index)?,
            };
            self.metrics.lap(index, tokens);
        }
        Ok(())
    }

    fn metrics(&mut self) -> &mut Metrics {
        &mut self.metrics
    }

    fn bytes(&self) -> usize {
        self.streams.iter().map(|s| frames!(s, f => f.bytes(), messages => 0)).sum()
    }
}
