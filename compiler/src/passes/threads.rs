//! `threads`: which thread steps each actor, and the rings between threads.
//!
//! Requires `schedule`. The order is cut into contiguous stages, so that streams go from a thread to a later one only; the host reads,
//! writes and runs the first. Where the stages cost most is estimated from `cost`: a stage's load is the time that a second of
//! the stream keeps it busy, hand-over included, and the busiest stage decides about the throughput. More threads are taken
//! where that is at least [`GAIN`] times the throughput of one and there is work that pays for starting them. Preserves every
//! bit: actors are Kahn processes. Cost: linear, times the logarithm of the loads' precision.

use crate::passes::{PassCx, Report};
use remotemedia_ir::graph::{LibraryNode, Rate};
use remotemedia_ir::kernel::{Const, Form, Kernel, Math, Op};
use remotemedia_ir::plan::{ActorId, Plan, Ring, Runtime, Work};
use remotemedia_ir::types::StreamType;

/// How many threads a program may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// At most so many, where they pay.
    AtMost(u16),
    /// So many, whatever it costs: the actors in as many parts of equal number.
    Exactly(u16),
}

impl Threads {
    /// What `--threads auto` means.
    pub const AUTO: Threads = Threads::AtMost(4);
}

/// The throughput that threads must give at least, as a multiple of one thread's.
pub const GAIN: f64 = 1.5;

/// What one more thread must give at least over those before it.
const STEP: f64 = 1.2;

/// Work of a block that pays for handing it over, ns.
const LEAST: f64 = 20_000.0;

/// Blocks of a ring: one that is filled, one that is emptied, and two that even out what differs from pass to pass.
const BLOCKS: u32 = 4;

/// Tokens of a block of a ring, at most.
const LARGEST: u64 = 1 << 13;

/// Runs the pass. `bursts` are the tokens that a pass brings to each stream at most.
pub fn run(plan: &mut Plan, bursts: &[u64], cx: &PassCx) -> Report {
    let mut report = Report::new("threads");
    let most = match cx.threads {
        Threads::AtMost(n) | Threads::Exactly(n) => n,
    };
    if most <= 1 {
        return report;
    }
    if cx.runtime != Runtime::Native {
        report.say(format!("one: {} has no threads", cx.runtime.name()));
        return report;
    }
    if plan.outputs.is_empty() || plan.actors.is_empty() {
        report.say("one: nothing is written that others could wait for");
        return report;
    }
    let rates = rates(plan);
    let costs: Vec<f64> = plan.order.iter().map(|id| actor_cost(plan, *id, &rates)).collect();
    let host = host_cost(plan, &rates);
    let total = costs.iter().sum::<f64>() + host;
    let threads = match cx.threads {
        Threads::Exactly(n) => even(&plan.order, usize::from(n)),
        Threads::AtMost(n) => {
            let fastest = plan.inputs.iter().map(|p| rates[p.stream.index()] / f64::from(p.block)).fold(1.0, f64::max);
            if total / fastest < LEAST {
                report.say(format!(
                    "one: {} of work a block, {} at least pay for threads",
                    time(total / fastest),
                    time(LEAST)
                ));
                return report;
            }
            let mut best = (Vec::new(), total);
            for count in 2..=usize::from(n).min(plan.actors.len() + 1) {
                let stages = balance(&plan.order, &costs, host, count);
                let busiest = loads(plan, &stages, &costs, host, &rates).into_iter().fold(0.0, f64::max);
                report.say(format!("{count}: {:.1} times the throughput of one", total / busiest));
                let need = if best.0.is_empty() { GAIN } else { STEP };
                if best.1 / busiest >= need {
                    best = (stages, busiest);
                }
            }
            if best.0.is_empty() {
                report.say(format!("one: {GAIN} times at least would pay"));
                return report;
            }
            best.0
        }
    };
    let loads = loads(plan, &threads, &costs, host, &rates);
    for (index, (actors, load)) in threads.iter().zip(loads).enumerate() {
        let names: Vec<String> = actors.iter().take(8).map(|id| format!("`{}`", plan.actor(*id).name)).collect();
        let what = match (index, names.len()) {
            (0, 0) => "the files".to_owned(),
            (0, _) => format!("the files, {}", names.join(", ")),
            (_, _) => names.join(", "),
        };
        let more = if actors.len() > 8 { format!(" and {} more", actors.len() - 8) } else { String::new() };
        report.say(format!("thread {index}: {what}{more}: {} a second", time(load)));
    }
    plan.threads = threads;
    for (stream, to) in plan.crossings() {
        let tokens = bursts[stream.index()].clamp(1, LARGEST) as u32;
        plan.rings.push(Ring { stream, to, blocks: BLOCKS, tokens });
    }
    report.say(format!("{} rings", plan.rings.len()));
    report
}

/// Parts of equal number.
fn even(order: &[ActorId], count: usize) -> Vec<Vec<ActorId>> {
    (0..count).map(|i| order[i * order.len() / count..(i + 1) * order.len() / count].to_vec()).collect()
}

/// At most `count` contiguous parts, of which the most loaded has as little as possible; the first also bears `host`.
fn balance(order: &[ActorId], costs: &[f64], host: f64, count: usize) -> Vec<Vec<ActorId>> {
    let cut = |limit: f64| {
        let mut stages = vec![Vec::new()];
        let mut load = host;
        for (id, cost) in order.iter().zip(costs) {
            if load + cost > limit && load > 0.0 {
                stages.push(Vec::new());
                load = 0.0;
            }
            load += cost;
            if let Some(stage) = stages.last_mut() {
                stage.push(*id);
            }
        }
        stages
    };
    let (mut low, mut high) = (0.0, costs.iter().sum::<f64>() + host);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if cut(middle).len() <= count {
            high = middle;
        } else {
            low = middle;
        }
    }
    cut(high)
}

/// What each thread costs, ns a second, with what it hands over.
fn loads(plan: &Plan, threads: &[Vec<ActorId>], costs: &[f64], host: f64, rates: &[f64]) -> Vec<f64> {
    let mut of = vec![0.0; plan.actors.len()];
    for (id, cost) in plan.order.iter().zip(costs) {
        of[id.index()] = *cost;
    }
    let mut loads: Vec<f64> = threads.iter().map(|actors| actors.iter().map(|id| of[id.index()]).sum()).collect();
    loads[0] += host;
    let cut = Plan { threads: threads.to_vec(), ..plan.clone() };
    let home = cut.thread_of_streams();
    for (stream, to) in cut.crossings() {
        let ty = &plan.stream(stream).ty;
        let cost = rates[stream.index()] * (cost::HAND_OVER_BYTE * ty.token_bytes() as f64 + cost::HAND_OVER_TOKEN);
        loads[usize::from(home[stream.index()])] += cost;
        loads[usize::from(to)] += cost;
    }
    loads
}

/// Tokens of each stream a second of time; messages and what has no rate by [`cost::MESSAGES`].
fn rates(plan: &Plan) -> Vec<f64> {
    let mut rates: Vec<f64> = plan
        .streams
        .iter()
        .map(|stream| match &stream.ty {
            StreamType::Audio { rate, .. } => f64::from(*rate),
            StreamType::Tensor { .. } | StreamType::Text | StreamType::Json => cost::MESSAGES,
        })
        .collect();
    for id in &plan.order {
        let actor = plan.actor(*id);
        let Work::Library(LibraryNode { rate: Rate::Static { consume, produce }, .. }) = &actor.work else { continue };
        let Some(from) = actor.inputs.first() else { continue };
        let rate = rates[from.stream.index()] * f64::from(*produce) / f64::from((*consume).max(1));
        for stream in &actor.outputs {
            if matches!(plan.stream(*stream).ty, StreamType::Tensor { .. }) {
                rates[stream.index()] = rate;
            }
        }
    }
    rates
}

/// Reading and writing, ns a second.
fn host_cost(plan: &Plan, rates: &[f64]) -> f64 {
    let inputs = plan.inputs.iter().map(|p| (p.stream, cost::READ));
    let outputs = plan.outputs.iter().map(|p| (p.from.stream, cost::WRITE));
    inputs.chain(outputs).map(|(s, cost)| rates[s.index()] * plan.stream(s).ty.width() as f64 * cost).sum()
}

/// What an actor costs, ns a second.
fn actor_cost(plan: &Plan, id: ActorId, rates: &[f64]) -> f64 {
    let actor = plan.actor(id);
    let streams = actor.inputs.iter().map(|r| r.stream).chain(actor.outputs.iter().copied());
    match &actor.work {
        Work::Region(region) => {
            let rate = streams.map(|s| rates[s.index()]).fold(0.0, f64::max);
            rate * kernel_cost(&region.kernel)
        }
        Work::Library(library) => {
            let (token, sample) = cost::library(&library.path);
            let read = actor.inputs.iter().map(|r| r.stream);
            let read: Vec<_> = if actor.inputs.is_empty() { actor.outputs.clone() } else { read.collect() };
            read.iter().map(|s| rates[s.index()] * (token + sample * plan.stream(*s).ty.width() as f64)).sum()
        }
    }
}

/// A firing of a kernel, ns.
fn kernel_cost(kernel: &Kernel) -> f64 {
    kernel.values.iter().map(|value| value_cost(kernel, &value.op) * f64::from(value.ty.lanes)).sum()
}

fn value_cost(kernel: &Kernel, op: &Op) -> f64 {
    match op {
        Op::Const(_) | Op::Input(_) | Op::State(_) | Op::Local(_) | Op::Splat(_) | Op::Lane(..) | Op::Compose(_) => 0.0,
        Op::Line { .. } | Op::LineAt { .. } | Op::Table { .. } => cost::MEMORY,
        Op::Unary(..) | Op::Binary(..) | Op::Compare(..) | Op::Select(..) | Op::Convert(_) => cost::OPERATION,
        Op::Math(Math::Pow | Math::Atan2, _) => 2.0 * cost::FUNCTION,
        Op::Math(..) => cost::FUNCTION,
        Op::Section(section, _) => match kernel.sections[section.index()].form {
            Form::TransposedF64 => cost::SECTION_F64,
            Form::DeltaF32 | Form::PeakF32 | Form::AheadF32 => cost::SECTION,
        },
        Op::Fir { table, .. } => {
            let values = &kernel.tables[table.index()].values;
            let is_wide = matches!(values.first(), Some(Const::F64(_)));
            (if is_wide { 2.0 } else { 1.0 }) * cost::TAP * values.len() as f64
        }
    }
}

fn time(ns: f64) -> String {
    if ns < 1e5 { format!("{:.1} µs", ns / 1e3) } else { format!("{:.2} ms", ns / 1e6) }
}

/// Nanoseconds.
///
/// Sections, resampler (3 to 14 by quality), log-mel, STFT, loudness, voice activity, levels, reading and writing were measured with
/// `--metrics` on an x86-64 server (programs for all x86-64, 48 kHz, blocks of 1024); the others are estimates. They need to be right
/// within a factor of two or so: what is compared is the loads of stages.
mod cost {
    /// A lane of simple arithmetic in a loop of four to sixteen lanes.
    pub(super) const OPERATION: f64 = 0.15;
    /// A lane from a delay line or a table.
    pub(super) const MEMORY: f64 = 0.5;
    /// A lane of an elementary function of f32, beside others.
    pub(super) const FUNCTION: f64 = 3.0;
    /// A lane of a recurrence of second order in f32, beside others.
    pub(super) const SECTION: f64 = 0.5;
    /// The same in f64.
    pub(super) const SECTION_F64: f64 = 1.7;
    /// A lane of a tap of an f32 filter.
    pub(super) const TAP: f64 = 0.1;
    /// A sample from a file or a pipe.
    pub(super) const READ: f64 = 1.0;
    /// A sample to one.
    pub(super) const WRITE: f64 = 1.0;
    /// A byte into a ring or out of it.
    pub(super) const HAND_OVER_BYTE: f64 = 0.1;
    /// A token's part of what a block costs to hand over.
    pub(super) const HAND_OVER_TOKEN: f64 = 1.0;
    /// Messages a second, where nothing says how many there are.
    pub(super) const MESSAGES: f64 = 50.0;

    /// A token that a library node takes in, and each sample of it.
    pub(super) fn library(path: &str) -> (f64, f64) {
        match path.split("::").next().unwrap_or(path) {
            "log_mel" | "stft" => (10.0, 0.0),
            "resample" => (0.0, 8.0),
            "loudness" => (0.0, 3.5),
            "vad" => (1.0, 0.0),
            "meter" | "normalize" | "silence" | "range" => (0.0, 1.0),
            "jq" | "calculator" => (5000.0, 0.0),
            _ => (5.0, 1.0),
        }
    }
}
