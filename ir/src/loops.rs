//! A region as a sequence of loops over one quantum, derived from its cuts: the same for every tier.
//!
//! A loop over frames executes its statements once per frame. A loop of nothing but f32 sections is calls: each takes a whole block of
//! frames through a chain, or through sections side by side. A value that crosses from one loop to another is kept for a block,
//! unless it is cheaper to have again: a constant, an input, a rearrangement of lanes.

use crate::kernel::{Form, Kernel, LineId, LocalId, Op, QUANTUM, Scalar, SectionId, StateId, Stmt, Ty, ValueId};
use crate::plan::Region;
use crate::types::SampleFormat;
use std::collections::{HashMap, HashSet};

mod sum;
pub use sum::{Readers, Sum};

/// Something of a kernel that survives a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Memory {
    State(StateId),
    Section(SectionId),
    Line(LineId),
    Local(LocalId),
}

impl std::fmt::Display for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Memory::State(id) => id.fmt(f),
            Memory::Local(id) => id.fmt(f),
            Memory::Line(id) => id.fmt(f),
            Memory::Section(id) => id.fmt(f),
        }
    }
}

/// What statements define, read and touch, blocks inside them included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    pub defines: Vec<ValueId>,
    pub reads: Vec<ValueId>,
    pub memory: Vec<Memory>,
}

impl Uses {
    /// Of a body.
    pub fn of(kernel: &Kernel, body: &[Stmt]) -> Uses {
        let mut uses = Uses::default();
        uses.block(kernel, body);
        uses
    }

    fn block(&mut self, kernel: &Kernel, body: &[Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Let(v) => {
                    self.defines.push(*v);
                    let Some(value) = kernel.values.get(v.index()) else { continue };
                    value.op.operands(|x| self.reads.push(x));
                    match &value.op {
                        Op::State(id) => self.memory.push(Memory::State(*id)),
                        Op::Local(id) => self.memory.push(Memory::Local(*id)),
                        Op::Section(id, _) => self.memory.push(Memory::Section(*id)),
                        Op::Line { line, .. } | Op::LineAt { line, .. } | Op::Fir { line, .. } => {
                            self.memory.push(Memory::Line(*line));
                        }
                        _ => {}
                    }
                }
                Stmt::SetState(id, v) => self.write(Memory::State(*id), *v),
                Stmt::SetLocal(id, v) => self.write(Memory::Local(*id), *v),
                Stmt::Push(id, v) => self.write(Memory::Line(*id), *v),
                Stmt::Output(_, v) => self.reads.push(*v),
                Stmt::If { condition, then, otherwise } => {
                    self.reads.push(*condition);
                    self.block(kernel, then);
                    self.block(kernel, otherwise);
                }
                Stmt::For { index, count: _, body } => {
                    self.memory.push(Memory::Local(*index));
                    self.block(kernel, body);
                }
            }
        }
    }

    fn write(&mut self, memory: Memory, v: ValueId) {
        self.memory.push(memory);
        self.reads.push(v);
    }
}

/// One loop.
#[derive(Clone, Debug, PartialEq)]
pub enum Loop<'a> {
    Frames {
        body: &'a [Stmt],
        /// Values of earlier loops that are computed again before the body, operands first.
        again: Vec<ValueId>,
        /// Values of earlier loops that are read from where they are kept.
        reads: Vec<ValueId>,
        /// Values of the body that are kept for later loops.
        writes: Vec<ValueId>,
    },
    Calls(Vec<Call>),
}

/// Lone sections over one channel that are worth a call together, and as many as one has lanes for.
pub const FEWEST_BESIDE: usize = 2;
pub const MOST_BESIDE: usize = 4;

/// Sections over a block of frames.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// A chain in the delta form, or of nothing but peaks.
    Cascade { sections: Vec<SectionId>, input: ValueId, output: ValueId },
    /// One with look-ahead.
    Ahead { section: SectionId, input: ValueId, output: ValueId },
    /// Some with look-ahead over one channel, from [`FEWEST_BESIDE`] to [`MOST_BESIDE`].
    Beside { sections: Vec<SectionId>, input: ValueId, outputs: Vec<ValueId> },
    /// Such, and what they give together: added from the first on, within limits if there are any.
    Bank { sections: Vec<SectionId>, input: ValueId, output: ValueId, limits: Option<[f32; 2]> },
    /// A chain of banks in the delta form over one channel, `branches` sections each, one after the other: what a bank gives, within its
    /// limits if there are any, goes to the next.
    Banks { sections: Vec<SectionId>, branches: usize, input: ValueId, output: ValueId, limits: Vec<[f32; 2]> },
}

impl Call {
    /// What it reads.
    pub fn input(&self) -> ValueId {
        match self {
            Call::Cascade { input, .. }
            | Call::Ahead { input, .. }
            | Call::Beside { input, .. }
            | Call::Bank { input, .. }
            | Call::Banks { input, .. } => *input,
        }
    }

    /// What it computes.
    pub fn outputs(&self) -> &[ValueId] {
        match self {
            Call::Cascade { output, .. }
            | Call::Ahead { output, .. }
            | Call::Bank { output, .. }
            | Call::Banks { output, .. } => std::slice::from_ref(output),
            Call::Beside { outputs, .. } => outputs,
        }
    }

    /// The sections in it, in their order.
    pub fn sections(&self) -> &[SectionId] {
        match self {
            Call::Cascade { sections, .. } => sections,
            Call::Ahead { section, .. } => std::slice::from_ref(section),
            Call::Beside { sections, .. } | Call::Bank { sections, .. } | Call::Banks { sections, .. } => sections,
        }
    }
}

/// Where a value is kept between loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the block of an input port that it is.
    Input(u16),
    /// In the block of an output port that it is given to, which that statement then has done.
    Output(u16),
    /// In a buffer, by number: `lanes` samples per frame. Values of which none is read any more where the next is written share one.
    Buffer(usize),
}

/// Frames of a block where nothing but calls has states to flush: whole quanta, few enough for what is kept to stay in the caches.
pub const LONG: u32 = 4 * QUANTUM;

/// The loops of a region.
#[derive(Clone, Debug, PartialEq)]
pub struct Loops<'a> {
    pub list: Vec<Loop<'a>>,
    /// Frames that the loops take at most, counted from the first firing: a quantum, or [`LONG`]. Calls flush their states themselves,
    /// each stage at the borders of its own quanta.
    pub block: u32,
    places: HashMap<ValueId, Place>,
    /// The type of what each buffer keeps.
    pub buffers: Vec<Ty>,
}

impl<'a> Loops<'a> {
    /// Derives them.
    pub fn new(region: &'a Region) -> Loops<'a> {
        let parts = region.loops();
        let mut loops = Loops { list: Vec::new(), block: QUANTUM, places: HashMap::new(), buffers: Vec::new() };
        let kernel = &region.kernel;
        if let [body] = parts.as_slice() {
            loops.list.push(Loop::Frames { body, again: Vec::new(), reads: Vec::new(), writes: Vec::new() });
            return loops;
        }
        let readers = Readers::of(kernel);
        // Values that need a buffer, in the order in which they are asked for.
        let mut kept = Vec::new();
        let mut home = HashMap::new();
        for (index, part) in parts.iter().enumerate() {
            home.extend(Uses::of(kernel, part).defines.into_iter().map(|v| (v, index)));
        }
        for (index, part) in parts.iter().enumerate() {
            if let Some(calls) = calls(kernel, part, &readers) {
                for call in &calls {
                    loops.keep(kernel, call.input(), &mut kept);
                    call.outputs().iter().for_each(|v| loops.give(kernel, *v, &mut kept));
                }
                loops.list.push(Loop::Calls(calls));
                continue;
            }
            let (mut again, mut reads) = (Vec::new(), Vec::new());
            let mut seen = HashSet::new();
            let mut work: Vec<(ValueId, bool)> =
                Uses::of(kernel, part).reads.into_iter().rev().map(|v| (v, false)).collect();
            while let Some((v, ready)) = work.pop() {
                if ready {
                    again.push(v);
                } else if home.get(&v) != Some(&index) && seen.insert(v) {
                    if is_again(kernel, v) {
                        work.push((v, true));
                        kernel.values[v.index()].op.operands(|x| work.push((x, false)));
                    } else {
                        loops.keep(kernel, v, &mut kept);
                        reads.push(v);
                    }
                }
            }
            loops.list.push(Loop::Frames { body: part, again, reads, writes: Vec::new() });
        }
        let called: usize = loops.calls().map(|call| call.sections().len()).sum();
        if called == kernel.sections.len() && !kernel.states.iter().any(|s| s.flush) {
            loops.block = LONG;
        }
        for (index, item) in loops.list.iter_mut().enumerate() {
            if let Loop::Frames { writes, .. } = item {
                let own = |v: &&ValueId| home.get(*v) == Some(&index);
                *writes = kept.iter().filter(own).copied().collect();
            }
        }
        loops.share(kernel, &kept);
        loops
    }

    /// Gives each value that is kept a buffer, from where it is written up to where it is read last: linear scan.
    fn share(&mut self, kernel: &Kernel, kept: &[ValueId]) {
        // What each step writes and reads, in the order of the steps.
        let steps: Vec<(Vec<ValueId>, Vec<ValueId>)> = self
            .list
            .iter()
            .flat_map(|item| match item {
                Loop::Frames { reads, writes, .. } => vec![(writes.clone(), reads.clone())],
                Loop::Calls(calls) => calls.iter().map(|c| (c.outputs().to_vec(), vec![c.input()])).collect(),
            })
            .collect();
        let wanted: HashSet<ValueId> = kept.iter().copied().collect();
        let mut last = HashMap::new();
        for (step, (writes, reads)) in steps.iter().enumerate() {
            last.extend(writes.iter().chain(reads).filter(|v| wanted.contains(v)).map(|v| (*v, step)));
        }
        let mut free: HashMap<Ty, Vec<usize>> = HashMap::new();
        for (step, (writes, reads)) in steps.iter().enumerate() {
            for v in writes.iter().filter(|v| wanted.contains(v)) {
                let at = free.entry(kernel.ty(*v)).or_default().pop().unwrap_or_else(|| {
                    self.buffers.push(kernel.ty(*v));
                    self.buffers.len() - 1
                });
                self.places.insert(*v, Place::Buffer(at));
            }
            let mut done: Vec<ValueId> = writes.iter().chain(reads).copied().collect();
            done.retain(|v| last.get(v) == Some(&step));
            done.sort();
            done.dedup();
            for v in done {
                if let Some(Place::Buffer(at)) = self.place(v) {
                    free.entry(kernel.ty(v)).or_default().push(at);
                }
            }
        }
    }

    /// All calls, in their order.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.list.iter().flat_map(|item| match item {
            Loop::Frames { .. } => [].as_slice(),
            Loop::Calls(calls) => calls,
        })
    }

    /// Where a value is kept; none if it is not.
    pub fn place(&self, value: ValueId) -> Option<Place> {
        self.places.get(&value).copied()
    }

    /// Keeps a value: where it is anyway, or among those that need a buffer.
    fn keep(&mut self, kernel: &Kernel, value: ValueId, kept: &mut Vec<ValueId>) {
        if self.places.contains_key(&value) {
            return;
        }
        let place = match &kernel.values[value.index()].op {
            Op::Input(port) if kernel.inputs[usize::from(*port)].format == SampleFormat::F32 => Place::Input(*port),
            _ => {
                kept.push(value);
                Place::Buffer(usize::MAX)
            }
        };
        self.places.insert(value, place);
    }

    /// Keeps what a call computes, in an output port if it goes there.
    fn give(&mut self, kernel: &Kernel, value: ValueId, kept: &mut Vec<ValueId>) {
        let port = kernel.body.iter().find_map(|stmt| match stmt {
            Stmt::Output(port, v) if *v == value && kernel.outputs[usize::from(*port)].format == SampleFormat::F32 => {
                Some(*port)
            }
            _ => None,
        });
        match port {
            Some(port) => {
                self.places.insert(value, Place::Output(port));
            }
            None => self.keep(kernel, value, kept),
        }
    }
}

/// True for what is computed again rather than kept.
fn is_again(kernel: &Kernel, value: ValueId) -> bool {
    matches!(
        kernel.values[value.index()].op,
        Op::Const(_) | Op::Input(_) | Op::Splat(_) | Op::Lane(..) | Op::Compose(_)
    )
}

/// The calls of a loop that has nothing but sections in an f32 form over f32, and sums of those side by side; none if it has
/// anything else.
fn calls(kernel: &Kernel, body: &[Stmt], readers: &Readers) -> Option<Vec<Call>> {
    let mut calls: Vec<Call> = Vec::new();
    let mut others = HashSet::new();
    for stmt in body {
        let Stmt::Let(output) = stmt else { return None };
        let value = &kernel.values[output.index()];
        if value.ty.scalar != Scalar::F32 {
            return None;
        }
        let Op::Section(section, input) = value.op else {
            others.insert(*output);
            continue;
        };
        match kernel.sections[section.index()].form {
            Form::TransposedF64 => return None,
            form @ (Form::DeltaF32 | Form::PeakF32) => {
                let goes_on = |chain: &[SectionId], last: ValueId| {
                    last == input && readers.are_one(input) && kernel.sections[chain[0].index()].form == form
                };
                match calls.last_mut() {
                    Some(Call::Cascade { sections, output: last, .. }) if goes_on(sections, *last) => {
                        sections.push(section);
                        *last = *output;
                    }
                    _ => calls.push(Call::Cascade { sections: vec![section], input, output: *output }),
                }
            }
            Form::AheadF32 => calls.push(Call::Ahead { section, input, output: *output }),
        }
    }
    let mut calls = side_by_side(kernel, calls);
    for call in &mut calls {
        add_up(kernel, call, readers, &mut others);
    }
    let calls = chains_of_banks(kernel, calls, readers, &mut others);
    if calls.is_empty() || !others.is_empty() { None } else { Some(calls) }
}

/// What some sections give together.
struct Together {
    /// In the order in which they are added.
    sections: Vec<SectionId>,
    output: ValueId,
    limits: Option<[f32; 2]>,
}

impl Together {
    /// Of sections and their outputs, if their sum is among the others, which it then leaves.
    fn take(
        kernel: &Kernel,
        sections: &[SectionId],
        outputs: &[ValueId],
        readers: &Readers,
        others: &mut HashSet<ValueId>,
    ) -> Option<Together> {
        let Sum { terms, steps, limits } = Sum::of(kernel, readers, outputs, |v| others.contains(&v))?;
        let output = *steps.last()?;
        steps.iter().for_each(|v| {
            others.remove(v);
        });
        let place = |term: &ValueId| outputs.iter().position(|v| v == term);
        let sections = terms.iter().filter_map(place).map(|at| sections[at]).collect();
        Some(Together { sections, output, limits })
    }
}

/// Makes sections side by side a bank where their sum is among the others, which it then leaves.
fn add_up(kernel: &Kernel, call: &mut Call, readers: &Readers, others: &mut HashSet<ValueId>) {
    let Call::Beside { sections, input, outputs } = call else { return };
    let Some(together) = Together::take(kernel, sections, outputs, readers, others) else { return };
    let Together { sections, output, limits } = together;
    *call = Call::Bank { sections, input: *input, output, limits };
}

/// Joins lone sections in the delta form, in a row that reads one channel, to banks where their sums are among the others, and banks to
/// chains.
fn chains_of_banks(kernel: &Kernel, calls: Vec<Call>, readers: &Readers, others: &mut HashSet<ValueId>) -> Vec<Call> {
    let lone = |call: &Call| match call {
        Call::Cascade { sections, input, .. } => match sections.as_slice() {
            [one] => {
                let section = &kernel.sections[one.index()];
                (section.lanes == 1 && section.form == Form::DeltaF32).then_some(*input)
            }
            _ => None,
        },
        _ => None,
    };
    let mut joined: Vec<Call> = Vec::new();
    for row in calls.chunk_by(|a, b| lone(a).is_some() && lone(a) == lone(b)) {
        let ids: Vec<SectionId> = row.iter().flat_map(Call::sections).copied().collect();
        let outputs: Vec<ValueId> = row.iter().flat_map(Call::outputs).copied().collect();
        let bank = match lone(&row[0]) {
            Some(input) if (FEWEST_BESIDE..=MOST_BESIDE).contains(&row.len()) => {
                Together::take(kernel, &ids, &outputs, readers, others).map(|together| (input, together))
            }
            _ => None,
        };
        let Some((input, bank)) = bank else {
            joined.extend_from_slice(row);
            continue;
        };
        let own = bank.sections.len();
        match joined.last_mut() {
            Some(Call::Banks { sections, branches, output, limits, .. })
                if *output == input
                    && *branches == own
                    && limits.is_empty() == bank.limits.is_none()
                    && readers.count(input) == own =>
            {
                sections.extend(bank.sections);
                limits.extend(bank.limits);
                *output = bank.output;
            }
            _ => joined.push(Call::Banks {
                sections: bank.sections,
                branches: own,
                input,
                output: bank.output,
                limits: bank.limits.into_iter().collect(),
            }),
        }
    }
    joined
}

/// Joins lone sections in a row that read one channel.
fn side_by_side(kernel: &Kernel, calls: Vec<Call>) -> Vec<Call> {
    let mono = |call: &Call| match call {
        Call::Ahead { section, input, .. } if kernel.sections[section.index()].lanes == 1 => Some(*input),
        _ => None,
    };
    let together = |a: &Call, b: &Call| mono(a).is_some() && mono(a) == mono(b);
    let mut joined = Vec::new();
    for few in calls.chunk_by(together).flat_map(|row| row.chunks(MOST_BESIDE)) {
        match few {
            [first, ..] if few.len() >= FEWEST_BESIDE => joined.push(Call::Beside {
                sections: few.iter().flat_map(Call::sections).copied().collect(),
                input: first.input(),
                outputs: few.iter().flat_map(Call::outputs).copied().collect(),
            }),
            _ => joined.extend_from_slice(few),
        }
    }
    joined
}
