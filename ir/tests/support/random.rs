//! Random kernels that the verifier accepts, and everything in them: what tests of the kernel language are run over.
//!
//! A kernel is a function of its seed. Values are made from the type that is wanted, memory is declared when something
//! of its type is; some operations are made twice, some for nothing, so that passes have something to find.

use remotemedia_ir::kernel::{
    Binary, Compare, Const, Form, Kernel, Line, LineId, Local, LocalId, Math, Op, Port, Scalar, Section, SectionId,
    State, StateId, Stmt, Table, TableId, Ty, Unary, Value, ValueId,
};
use remotemedia_ir::types::SampleFormat;

/// Xorshift64*.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound
    }

    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// A float: often a special one, often a small one, sometimes any but a NaN that is not canonical.
    pub fn float(&mut self) -> f64 {
        match self.below(8) {
            0 => self.pick(&[0.0, -0.0, 1.0, -1.0, 0.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-300, 5e-324]),
            1 => Some(f64::from_bits(self.next())).filter(|x| !x.is_nan()).unwrap_or(f64::NAN),
            2 => self.below(100) as f64,
            _ => (self.next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0,
        }
    }

    pub fn integer(&mut self) -> i64 {
        match self.below(4) {
            0 => self.pick(&[0, 1, -1, i64::MIN, i64::MAX, i32::MIN.into(), i32::MAX.into()]),
            1 => self.next() as i64,
            _ => self.below(40) as i64 - 8,
        }
    }

    pub fn constant(&mut self, scalar: Scalar) -> Const {
        match scalar {
            Scalar::F32 => Const::F32(if self.below(8) == 0 { 1e-40 } else { self.float() as f32 }),
            Scalar::F64 => Const::F64(self.float()),
            Scalar::I32 => Const::I32(self.integer() as i32),
            Scalar::I64 => Const::I64(self.integer()),
            Scalar::Bool => Const::Bool(self.below(2) == 0),
        }
    }

    /// A name, which need not be a word.
    pub fn name(&mut self) -> String {
        let odd =
            ["", "a b", "\"", "\\", "\n\r\t", "é→", "\u{7}", "x::y", "1a", "named", "v3", "as", "nan", "in", "; c"];
        let plain = ["mic", "gain", "hp", "out", "x_1"];
        if self.below(4) == 0 { self.pick(&odd).into() } else { self.pick(&plain).into() }
    }
}

const SCALARS: [Scalar; 5] = [Scalar::F32, Scalar::F64, Scalar::I32, Scalar::I64, Scalar::Bool];
const FLOATS: [Scalar; 2] = [Scalar::F32, Scalar::F64];
/// How far expressions and blocks nest.
const DEPTH: usize = 3;

/// The kernel of that seed.
pub fn kernel(seed: u64) -> Kernel {
    let mut rng = Rng::new(seed);
    let mut kernel = Kernel { name: rng.name(), ..Kernel::default() };
    for ports in [&mut kernel.inputs, &mut kernel.outputs] {
        for _ in 0..=rng.below(3) {
            let lanes = rng.pick(&[1, 1, 2, 3]);
            ports.push(Port { name: rng.name(), format: rng.pick(&SampleFormat::ALL), lanes });
        }
    }
    let mut make =
        Make { rng, kernel, scope: Vec::new(), open: vec![Vec::new()], loops: Vec::new(), indices: Vec::new() };
    let count = make.rng.below(12);
    make.stmts(count, 0);
    for (port, ty) in make.kernel.outputs.iter().map(Port::ty).collect::<Vec<Ty>>().into_iter().enumerate() {
        let value = make.value(ty, 0);
        make.push(Stmt::Output(port as u16, value));
    }
    make.kernel.body = make.open.pop().unwrap_or_default();
    make.kernel
}

struct Make {
    rng: Rng,
    kernel: Kernel,
    /// Values that may be used here.
    scope: Vec<ValueId>,
    /// Blocks being made, innermost last.
    open: Vec<Vec<Stmt>>,
    /// Indices of the loops around.
    loops: Vec<LocalId>,
    /// Locals that are indices.
    indices: Vec<LocalId>,
}

impl Make {
    fn push(&mut self, stmt: Stmt) {
        if let Some(block) = self.open.last_mut() {
            block.push(stmt);
        }
    }

    fn block(&mut self, depth: usize) -> Vec<Stmt> {
        let outside = self.scope.len();
        self.open.push(Vec::new());
        let count = self.rng.below(4);
        self.stmts(count, depth + 1);
        self.scope.truncate(outside);
        self.open.pop().unwrap_or_default()
    }

    fn stmts(&mut self, count: usize, depth: usize) {
        for _ in 0..count {
            self.stmt(depth);
        }
    }

    fn any_ty(&mut self) -> Ty {
        Ty::vector(self.rng.pick(&SCALARS), self.rng.pick(&[1, 1, 1, 2, 3]))
    }

    fn stmt(&mut self, depth: usize) {
        let ty = self.any_ty();
        match self.rng.below(7) {
            0 | 1 => {
                let (state, value) = (self.state(ty), self.value(ty, 0));
                self.push(Stmt::SetState(state, value));
            }
            2 => {
                let (local, value) = (self.local(ty), self.value(ty, 0));
                self.push(Stmt::SetLocal(local, value));
            }
            3 => {
                let (line, value) = (self.line(ty), self.value(ty, 0));
                self.push(Stmt::Push(line, value));
            }
            4 if depth < DEPTH => {
                let condition = self.value(Ty::scalar(Scalar::Bool), 0);
                let (then, otherwise) = (self.block(depth), self.block(depth));
                self.push(Stmt::If { condition, then, otherwise });
            }
            5 if depth < DEPTH => {
                self.kernel.locals.push(Local { name: self.rng.name(), ty: Ty::scalar(Scalar::I32) });
                let index = LocalId::new(self.kernel.locals.len() - 1);
                self.loops.push(index);
                self.indices.push(index);
                let body = self.block(depth);
                self.loops.pop();
                let count = self.rng.below(4) as u32;
                self.push(Stmt::For { index, count, body });
            }
            _ => {
                self.value(ty, 0);
            }
        }
    }

    fn define(&mut self, op: Op, ty: Ty) -> ValueId {
        let id = ValueId::new(self.kernel.values.len());
        let name = if self.rng.below(6) == 0 { Some(self.rng.name()) } else { None };
        self.kernel.values.push(Value { op, ty, name });
        self.push(Stmt::Let(id));
        self.scope.push(id);
        id
    }

    /// A value of that type: one that is there, or a new one.
    fn value(&mut self, ty: Ty, depth: usize) -> ValueId {
        let there: Vec<ValueId> = self.scope.iter().copied().filter(|v| self.kernel.ty(*v) == ty).collect();
        if !there.is_empty() && self.rng.below(8) < 3 + 2 * depth {
            let value = self.rng.pick(&there);
            let op = self.kernel.values[value.index()].op.clone();
            return if self.rng.below(6) == 0 && op.is_pure() { self.define(op, ty) } else { value };
        }
        let op = self.op(ty, depth);
        self.define(op, ty)
    }

    fn op(&mut self, ty: Ty, depth: usize) -> Op {
        let Ty { scalar, lanes } = ty;
        let one = Ty::scalar(scalar);
        if depth >= DEPTH {
            return if lanes == 1 { Op::Const(self.rng.constant(scalar)) } else { Op::Splat(self.value(one, depth)) };
        }
        let next = depth + 1;
        match self.rng.below(18) {
            0 if lanes == 1 => Op::Const(self.rng.constant(scalar)),
            0 => Op::Compose((0..lanes).map(|_| self.value(one, next)).collect()),
            1 => Op::Splat(self.value(one, next)),
            2 if lanes == 1 => {
                let lanes = 1 + self.rng.below(3) as u16;
                Op::Lane(self.value(Ty::vector(scalar, lanes), next), self.rng.below(lanes.into()) as u16)
            }
            3 => match self.kernel.inputs.iter().position(|p| p.ty() == ty) {
                Some(port) => Op::Input(port as u16),
                None => Op::State(self.state(ty)),
            },
            4 => Op::State(self.state(ty)),
            5 if ty == Ty::scalar(Scalar::I32) && !self.loops.is_empty() => Op::Local(self.rng.pick(&self.loops)),
            5 => Op::Local(self.local(ty)),
            6 => {
                let line = self.line(ty);
                let length = self.kernel.lines[line.index()].length;
                Op::Line { line, ago: 1 + self.rng.below(length as usize) as u32 }
            }
            7 => {
                let ago = self.value(Ty::scalar(Scalar::I32), next);
                Op::LineAt { line: self.line(ty), ago }
            }
            8 if lanes == 1 => {
                let index = self.value(Ty::scalar(Scalar::I32), next);
                Op::Table { table: self.table(scalar), index }
            }
            9 => {
                let condition = self.value(Ty::vector(Scalar::Bool, lanes), next);
                Op::Select(condition, self.value(ty, next), self.value(ty, next))
            }
            10 => {
                let from = if scalar == Scalar::Bool { scalar } else { self.rng.pick(&SCALARS) };
                Op::Convert(self.value(Ty::vector(from, lanes), next))
            }
            11 if scalar.is_float() => {
                let function = self.rng.pick(Math::ALL);
                Op::Math(function, (0..function.arguments()).map(|_| self.value(ty, next)).collect())
            }
            12 if scalar.is_float() => {
                let input = self.value(ty, next);
                Op::Section(self.section(lanes), input)
            }
            13 if scalar.is_float() => {
                let input = self.value(ty, next);
                let element = self.rng.pick(&FLOATS);
                let (line, table) = (self.line(ty), self.table(element));
                let taps = self.kernel.tables[table.index()].values.len() as u32;
                let length = &mut self.kernel.lines[line.index()].length;
                *length = (*length).max(taps - 1);
                Op::Fir { line, table, input }
            }
            14 | 15 => self.unary(ty, next),
            _ => self.binary(ty, next),
        }
    }

    fn unary(&mut self, ty: Ty, depth: usize) -> Op {
        let ops: &[Unary] = match ty.scalar {
            Scalar::F32 | Scalar::F64 => &[
                Unary::Neg,
                Unary::Neg,
                Unary::Abs,
                Unary::Sqrt,
                Unary::Floor,
                Unary::Ceil,
                Unary::Trunc,
                Unary::Round,
            ],
            Scalar::I32 | Scalar::I64 => &[Unary::Neg, Unary::Abs, Unary::Not],
            Scalar::Bool => &[Unary::Not],
        };
        Op::Unary(self.rng.pick(ops), self.value(ty, depth))
    }

    fn binary(&mut self, ty: Ty, depth: usize) -> Op {
        if ty.scalar == Scalar::Bool && self.rng.below(3) > 0 {
            let scalar = self.rng.pick(&SCALARS);
            let ops = if scalar == Scalar::Bool { &Compare::ALL[..2] } else { Compare::ALL };
            let of = Ty::vector(scalar, ty.lanes);
            return Op::Compare(self.rng.pick(ops), self.value(of, depth), self.value(of, depth));
        }
        let ops: &[Binary] = match ty.scalar {
            Scalar::F32 | Scalar::F64 => &Binary::ALL[..7],
            Scalar::I32 | Scalar::I64 => Binary::ALL,
            Scalar::Bool => &[Binary::And, Binary::Or, Binary::Xor],
        };
        Op::Binary(self.rng.pick(ops), self.value(ty, depth), self.value(ty, depth))
    }

    fn state(&mut self, ty: Ty) -> StateId {
        let there: Vec<usize> = (0..self.kernel.states.len()).filter(|s| self.kernel.states[*s].ty == ty).collect();
        if !there.is_empty() && self.rng.below(4) > 0 {
            return StateId::new(self.rng.pick(&there));
        }
        let mut init = vec![self.rng.constant(ty.scalar); ty.lanes.into()];
        if self.rng.below(3) == 0 {
            init.fill_with(|| self.rng.constant(ty.scalar));
        }
        let flush = ty.scalar.is_float() && self.rng.below(2) == 0;
        self.kernel.states.push(State { name: self.rng.name(), ty, init, flush });
        StateId::new(self.kernel.states.len() - 1)
    }

    fn local(&mut self, ty: Ty) -> LocalId {
        let free = |l: &LocalId| self.kernel.locals[l.index()].ty == ty && !self.indices.contains(l);
        match (0..self.kernel.locals.len()).map(LocalId::new).find(free) {
            Some(local) if self.rng.below(4) > 0 => local,
            Some(_) | None => {
                self.kernel.locals.push(Local { name: self.rng.name(), ty });
                LocalId::new(self.kernel.locals.len() - 1)
            }
        }
    }

    fn line(&mut self, ty: Ty) -> LineId {
        match self.kernel.lines.iter().position(|l| l.ty == ty) {
            Some(line) if self.rng.below(4) > 0 => LineId::new(line),
            Some(_) | None => {
                let length = 1 + self.rng.below(9) as u32;
                self.kernel.lines.push(Line { name: self.rng.name(), ty, length });
                LineId::new(self.kernel.lines.len() - 1)
            }
        }
    }

    fn table(&mut self, scalar: Scalar) -> TableId {
        match self.kernel.tables.iter().position(|t| t.values[0].scalar() == scalar) {
            Some(table) if self.rng.below(3) > 0 => TableId::new(table),
            Some(_) | None => {
                let values = (0..=self.rng.below(12)).map(|_| self.rng.constant(scalar)).collect();
                self.kernel.tables.push(Table { name: self.rng.name(), values });
                TableId::new(self.kernel.tables.len() - 1)
            }
        }
    }

    fn section(&mut self, lanes: u16) -> SectionId {
        match self.kernel.sections.iter().position(|s| s.lanes == lanes) {
            Some(section) if self.rng.below(3) == 0 => SectionId::new(section),
            Some(_) | None => {
                let mut coefficient = || self.rng.below(4001) as f64 / 1000.0 - 2.0;
                let mut b = [coefficient(), coefficient(), coefficient()];
                let a = [coefficient(), coefficient()];
                let form = self.rng.pick(Form::ALL);
                if form == Form::PeakF32 {
                    // What comes in and a band-pass.
                    b = [1.0 + b[0], a[0], a[1] - b[0]];
                }
                let mut section = Section { name: self.rng.name(), lanes, b, a, form };
                let fits = form != Form::PeakF32 || section.is_peak();
                if !section.coefficients().are_finite() || !fits {
                    section.form = Form::TransposedF64;
                }
                self.kernel.sections.push(section);
                SectionId::new(self.kernel.sections.len() - 1)
            }
        }
    }
}
