//! A kernel with its memory, fired once per frame.
//!
//! The lanes of every value have a place in one flat list that is laid out once, so that a firing allocates nothing.

use super::fold::{fold_binary, fold_compare, fold_convert, fold_math, fold_select, fold_unary};
use super::samples::{Misfit, Samples, SamplesMut, same, store};
use crate::kernel::{
    Const, FLUSH_BELOW, Kernel, LineId, Op, QUANTUM, Scalar, Section, State, Stmt, TableId, Value, ValueId,
};
use crate::section::{self, Coefficients};
use crate::verify::Verified;

/// A kernel being executed.
#[derive(Clone, Debug)]
pub struct Machine {
    kernel: Kernel,
    /// Per section.
    coefficients: Vec<Coefficients>,
    /// Per value the place of its first lane in [`Memory::values`].
    places: Vec<usize>,
    memory: Memory,
    /// Firings so far.
    fired: u64,
}

/// Everything that changes.
#[derive(Clone, Debug)]
struct Memory {
    values: Vec<Const>,
    /// Per port its lanes.
    inputs: Vec<Vec<Const>>,
    outputs: Vec<Vec<Const>>,
    /// Per state its lanes.
    states: Vec<Vec<Const>>,
    /// Per local its lanes.
    locals: Vec<Vec<Const>>,
    lines: Vec<Ring>,
    /// Per section and lane.
    sections: Vec<Vec<section::Memory>>,
}

/// A delay line: `length` slots of `lanes` constants.
#[derive(Clone, Debug)]
struct Ring {
    slots: Vec<Const>,
    lanes: usize,
    length: usize,
    /// The slot that is overwritten next, which is the oldest.
    next: usize,
}

impl Ring {
    fn get(&self, ago: usize, lane: usize) -> Const {
        let slot = (self.next + self.length - ago) % self.length;
        self.slots[slot * self.lanes + lane]
    }
}

impl Machine {
    /// A machine whose memory is as it is before the first firing.
    pub fn new(kernel: Verified<'_, Kernel>) -> Machine {
        let mut places = Vec::with_capacity(kernel.values.len());
        let mut values = Vec::new();
        for Value { op: _, ty, name: _ } in &kernel.values {
            places.push(values.len());
            values.extend(std::iter::repeat_n(Const::zero(ty.scalar), ty.lanes.into()));
        }
        let zeros = |scalar, lanes: u16| vec![Const::zero(scalar); lanes.into()];
        let ring = |line: &crate::kernel::Line| {
            let (lanes, length) = (usize::from(line.ty.lanes), line.length as usize);
            Ring { slots: vec![Const::zero(line.ty.scalar); lanes * length], lanes, length, next: 0 }
        };
        let memory = Memory {
            values,
            inputs: kernel.inputs.iter().map(|p| zeros(p.ty().scalar, p.lanes)).collect(),
            outputs: kernel.outputs.iter().map(|p| zeros(p.ty().scalar, p.lanes)).collect(),
            states: kernel.states.iter().map(|s| s.init.clone()).collect(),
            locals: kernel.locals.iter().map(|l| zeros(l.ty.scalar, l.ty.lanes)).collect(),
            lines: kernel.lines.iter().map(ring).collect(),
            sections: kernel.sections.iter().map(|s| vec![section::Memory::default(); s.lanes.into()]).collect(),
        };
        let coefficients = kernel.sections.iter().map(Section::coefficients).collect();
        Machine { kernel: kernel.get().clone(), coefficients, places, memory, fired: 0 }
    }

    /// Firings so far.
    pub fn fired(&self) -> u64 {
        self.fired
    }

    /// Fires once. `inputs` has the lanes of each input port; `outputs` gets the lanes of each output port, as many
    /// vectors as there are ports. Samples of i16 and u8 are given and taken as i32, saturated.
    pub fn fire(&mut self, inputs: &[&[Const]], outputs: &mut [Vec<Const>]) -> Result<(), Misfit> {
        same(self.kernel.inputs.len(), inputs.len())?;
        same(self.kernel.outputs.len(), outputs.len())?;
        for (port, lanes) in self.kernel.inputs.iter().zip(inputs) {
            let expected = usize::from(port.lanes);
            let found = lanes.iter().filter(|c| c.scalar() == port.ty().scalar).count();
            if (lanes.len(), found) != (expected, expected) {
                return Err(Misfit::Samples { port: port.name.clone(), expected, found });
            }
        }
        for (to, from) in self.memory.inputs.iter_mut().zip(inputs) {
            to.copy_from_slice(from);
        }
        self.execute();
        for (to, from) in outputs.iter_mut().zip(&self.memory.outputs) {
            to.clear();
            to.extend_from_slice(from);
        }
        Ok(())
    }

    /// Fires `frames` times over blocks of that many frames per port.
    pub fn run(&mut self, frames: usize, inputs: &[Samples<'_>], outputs: &mut [SamplesMut<'_>]) -> Result<(), Misfit> {
        Misfit::check(&self.kernel, frames, inputs, outputs)?;
        for frame in 0..frames {
            for (lanes, block) in self.memory.inputs.iter_mut().zip(inputs) {
                let first = frame * lanes.len();
                lanes.iter_mut().enumerate().for_each(|(lane, to)| *to = block.get(first + lane));
            }
            self.execute();
            for (lanes, block) in self.memory.outputs.iter().zip(&mut *outputs) {
                let first = frame * lanes.len();
                lanes.iter().enumerate().for_each(|(lane, from)| block.set(first + lane, *from));
            }
        }
        Ok(())
    }

    /// One firing, from the lanes of the inputs to those of the outputs.
    fn execute(&mut self) {
        let Machine { kernel, coefficients, places, memory, fired } = self;
        for lane in memory.locals.iter_mut().flatten() {
            *lane = Const::zero(lane.scalar());
        }
        Firing { kernel, coefficients, places, memory }.block(&kernel.body);
        *fired += 1;
        if fired.is_multiple_of(QUANTUM.into()) {
            flush(kernel, memory);
        }
    }
}

/// Sets tiny recursive state to zero.
fn flush(kernel: &Kernel, memory: &mut Memory) {
    for (State { name: _, ty: _, init: _, flush }, lanes) in kernel.states.iter().zip(&mut memory.states) {
        for lane in lanes.iter_mut().filter(|_| *flush) {
            let tiny = match *lane {
                Const::F32(x) => f64::from(x).abs() < FLUSH_BELOW,
                Const::F64(x) => x.abs() < FLUSH_BELOW,
                Const::I32(_) | Const::I64(_) | Const::Bool(_) => false,
            };
            if tiny {
                *lane = Const::zero(lane.scalar());
            }
        }
    }
    for state in memory.sections.iter_mut().flatten().flat_map(|m| &mut m.s) {
        if state.abs() < FLUSH_BELOW {
            *state = 0.0;
        }
    }
}

/// A firing that is going on.
struct Firing<'m> {
    kernel: &'m Kernel,
    coefficients: &'m [Coefficients],
    places: &'m [usize],
    memory: &'m mut Memory,
}

impl Firing<'_> {
    fn block(&mut self, block: &[Stmt]) {
        for stmt in block {
            match stmt {
                Stmt::Let(id) => self.compute(*id),
                Stmt::SetState(id, value) => {
                    let lanes = lanes(self.places, *value, self.memory.states[id.index()].len());
                    self.memory.states[id.index()].copy_from_slice(&self.memory.values[lanes]);
                }
                Stmt::SetLocal(id, value) => {
                    let lanes = lanes(self.places, *value, self.memory.locals[id.index()].len());
                    self.memory.locals[id.index()].copy_from_slice(&self.memory.values[lanes]);
                }
                Stmt::Push(id, value) => {
                    let Ring { slots, lanes, length, next } = &mut self.memory.lines[id.index()];
                    let from = self::lanes(self.places, *value, *lanes);
                    slots[*next * *lanes..][..*lanes].copy_from_slice(&self.memory.values[from]);
                    *next = (*next + 1) % *length;
                }
                Stmt::Output(port, value) => {
                    let port = usize::from(*port);
                    let format = self.kernel.outputs[port].format;
                    for lane in 0..self.memory.outputs[port].len() {
                        self.memory.outputs[port][lane] = store(format, self.get(*value, lane));
                    }
                }
                Stmt::If { condition, then, otherwise } => match self.get(*condition, 0) {
                    Const::Bool(true) => self.block(then),
                    Const::Bool(false) | Const::F32(_) | Const::F64(_) | Const::I32(_) | Const::I64(_) => {
                        self.block(otherwise);
                    }
                },
                Stmt::For { index, count, body } => {
                    for round in 0..*count {
                        self.memory.locals[index.index()][0] = Const::I32(round as i32);
                        self.block(body);
                    }
                }
            }
        }
    }

    fn get(&self, value: ValueId, lane: usize) -> Const {
        self.memory.values[self.places[value.index()] + lane]
    }

    /// An i32 scalar.
    fn integer(&self, value: ValueId) -> i64 {
        match self.get(value, 0) {
            Const::I32(x) => x.into(),
            Const::F32(_) | Const::F64(_) | Const::I64(_) | Const::Bool(_) => 0,
        }
    }

    fn compute(&mut self, id: ValueId) {
        let Value { op, ty, name: _ } = &self.kernel.values[id.index()];
        let place = self.places[id.index()];
        for lane in 0..usize::from(ty.lanes) {
            let value = match op {
                Op::Const(constant) => Some(*constant),
                Op::Input(port) => Some(self.memory.inputs[usize::from(*port)][lane]),
                Op::State(id) => Some(self.memory.states[id.index()][lane]),
                Op::Local(id) => Some(self.memory.locals[id.index()][lane]),
                Op::Line { line, ago } => Some(self.memory.lines[line.index()].get(*ago as usize, lane)),
                Op::LineAt { line, ago } => {
                    let line = &self.memory.lines[line.index()];
                    Some(line.get(self.integer(*ago).clamp(1, line.length as i64) as usize, lane))
                }
                Op::Table { table, index } => {
                    let values = &self.kernel.tables[table.index()].values;
                    Some(values[self.integer(*index).clamp(0, values.len() as i64 - 1) as usize])
                }
                Op::Splat(v) => Some(self.get(*v, 0)),
                Op::Lane(v, lane) => Some(self.get(*v, usize::from(*lane))),
                Op::Compose(list) => Some(self.get(list[lane], 0)),
                Op::Unary(op, v) => fold_unary(*op, self.get(*v, lane)),
                Op::Binary(op, a, b) => fold_binary(*op, self.get(*a, lane), self.get(*b, lane)),
                Op::Compare(op, a, b) => fold_compare(*op, self.get(*a, lane), self.get(*b, lane)),
                Op::Select(c, a, b) => fold_select(self.get(*c, lane), self.get(*a, lane), self.get(*b, lane)),
                Op::Convert(v) => fold_convert(self.get(*v, lane), ty.scalar),
                Op::Math(function, list) => match list[..] {
                    [x] => fold_math(*function, &[self.get(x, lane)]),
                    [x, y] => fold_math(*function, &[self.get(x, lane), self.get(y, lane)]),
                    ref _other => None,
                },
                Op::Section(id, v) => {
                    let input = self.get(*v, lane);
                    let memory = &mut self.memory.sections[id.index()][lane];
                    let y = memory.step(&self.coefficients[id.index()], f64_of(input));
                    fold_convert(Const::F64(y), input.scalar())
                }
                Op::Fir { line, table, input } => self.fir(*line, *table, self.get(*input, lane), lane),
            };
            // A verified kernel gives every operation what it takes, so there is a value.
            self.memory.values[place + lane] = value.unwrap_or(Const::zero(ty.scalar));
        }
    }

    fn fir(&self, line: LineId, table: TableId, input: Const, lane: usize) -> Option<Const> {
        let (line, taps) = (&self.memory.lines[line.index()], &self.kernel.tables[table.index()].values);
        let past = |k: usize| if k == 0 { input } else { line.get(k, lane) };
        match taps[0].scalar() {
            Scalar::F32 => {
                let mut sum = 0.0f32;
                for (k, tap) in taps.iter().enumerate() {
                    sum += f64_of(*tap) as f32 * f64_of(past(k)) as f32;
                }
                fold_convert(Const::F32(sum), input.scalar())
            }
            Scalar::F64 => {
                let mut sum = 0.0f64;
                for (k, tap) in taps.iter().enumerate() {
                    sum += f64_of(*tap) * f64_of(past(k));
                }
                fold_convert(Const::F64(sum), input.scalar())
            }
            Scalar::I32 | Scalar::I64 | Scalar::Bool => None,
        }
    }
}

/// The places of a value's lanes.
fn lanes(places: &[usize], value: ValueId, count: usize) -> std::ops::Range<usize> {
    let first = places[value.index()];
    first..first + count
}

/// A float of either type, which f64 holds exactly.
fn f64_of(x: Const) -> f64 {
    match x {
        Const::F32(x) => x.into(),
        Const::F64(x) => x,
        Const::I32(_) | Const::I64(_) | Const::Bool(_) => 0.0,
    }
}
