//! Builds kernels: the functions with which a node's file writes its arithmetic.
//!
//! Each method appends one operation and gives its value. A scalar meets a vector by being splatted. Types that do not fit
//! make a kernel that [`crate::verify`] rejects; nothing here panics.

use crate::kernel::{
    Binary, Compare, Const, Form, Kernel, Line, LineId, Local, LocalId, Math, Op, Port, Scalar, Section, SectionId,
    State, StateId, Stmt, Table, TableId, Ty, Unary, Value, ValueId,
};
use crate::types::SampleFormat;

/// A kernel in the making.
#[derive(Debug, Default)]
pub struct KernelBuilder {
    kernel: Kernel,
    /// Statements of the blocks that are open, innermost last.
    open: Vec<Vec<Stmt>>,
}

impl KernelBuilder {
    /// An empty kernel.
    pub fn new(name: &str) -> KernelBuilder {
        KernelBuilder { kernel: Kernel { name: name.into(), ..Kernel::default() }, open: Vec::new() }
    }

    /// The kernel.
    pub fn finish(self) -> Kernel {
        self.kernel
    }

    fn statement(&mut self, stmt: Stmt) {
        self.open.last_mut().unwrap_or(&mut self.kernel.body).push(stmt);
    }

    /// Appends an operation of that type.
    pub fn push(&mut self, op: Op, ty: Ty) -> ValueId {
        let id = ValueId::new(self.kernel.values.len());
        self.kernel.values.push(Value { op, ty, name: None });
        self.statement(Stmt::Let(id));
        id
    }

    /// Names a value for readers of the text form and of generated code.
    pub fn name(&mut self, value: ValueId, name: &str) -> ValueId {
        self.kernel.values[value.index()].name = Some(name.into());
        value
    }

    /// The type of a value.
    pub fn ty(&self, value: ValueId) -> Ty {
        self.kernel.ty(value)
    }

    /// Declares an input port and reads its token.
    pub fn input(&mut self, name: &str, format: SampleFormat, channels: u16) -> ValueId {
        let port = Port { name: name.into(), format, lanes: channels };
        let ty = port.ty();
        self.kernel.inputs.push(port);
        let value = self.push(Op::Input(self.kernel.inputs.len() as u16 - 1), ty);
        self.name(value, name)
    }

    /// Declares an output port and writes its token.
    pub fn output(&mut self, name: &str, format: SampleFormat, value: ValueId) {
        self.kernel.outputs.push(Port { name: name.into(), format, lanes: self.ty(value).lanes });
        self.statement(Stmt::Output(self.kernel.outputs.len() as u16 - 1, value));
    }

    /// A scalar constant.
    pub fn constant(&mut self, value: Const) -> ValueId {
        self.push(Op::Const(value), Ty::scalar(value.scalar()))
    }

    /// A scalar constant of f32.
    pub fn f32(&mut self, value: f32) -> ValueId {
        self.constant(Const::F32(value))
    }

    /// A scalar constant of f64.
    pub fn f64(&mut self, value: f64) -> ValueId {
        self.constant(Const::F64(value))
    }

    /// A scalar constant of i32.
    pub fn i32(&mut self, value: i32) -> ValueId {
        self.constant(Const::I32(value))
    }

    /// A scalar constant of i64.
    pub fn i64(&mut self, value: i64) -> ValueId {
        self.constant(Const::I64(value))
    }

    /// A scalar in `lanes` lanes.
    pub fn splat(&mut self, value: ValueId, lanes: u16) -> ValueId {
        let ty = self.ty(value);
        if ty.lanes == lanes { value } else { self.push(Op::Splat(value), Ty::vector(ty.scalar, lanes)) }
    }

    /// One lane of a vector; a scalar is its own lane 0.
    pub fn lane(&mut self, value: ValueId, lane: u16) -> ValueId {
        let ty = self.ty(value);
        if ty.lanes == 1 { value } else { self.push(Op::Lane(value, lane), Ty::scalar(ty.scalar)) }
    }

    /// A vector from scalars; of one scalar, itself.
    pub fn compose(&mut self, lanes: Vec<ValueId>) -> ValueId {
        match lanes.as_slice() {
            [one] => *one,
            list => {
                let scalar = list.first().map_or(Scalar::F32, |v| self.ty(*v).scalar);
                let ty = Ty::vector(scalar, list.len() as u16);
                self.push(Op::Compose(lanes), ty)
            }
        }
    }

    fn widen(&mut self, a: ValueId, b: ValueId) -> (ValueId, ValueId) {
        let lanes = self.ty(a).lanes.max(self.ty(b).lanes);
        (self.splat(a, lanes), self.splat(b, lanes))
    }

    /// An operation on one value.
    pub fn unary(&mut self, op: Unary, value: ValueId) -> ValueId {
        let ty = self.ty(value);
        self.push(Op::Unary(op, value), ty)
    }

    /// An operation on two values.
    pub fn binary(&mut self, op: Binary, a: ValueId, b: ValueId) -> ValueId {
        let (a, b) = self.widen(a, b);
        let ty = self.ty(a);
        self.push(Op::Binary(op, a, b), ty)
    }

    /// `a + b`.
    pub fn add(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(Binary::Add, a, b)
    }

    /// `a - b`.
    pub fn sub(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(Binary::Sub, a, b)
    }

    /// `a * b`.
    pub fn mul(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(Binary::Mul, a, b)
    }

    /// `a / b`.
    pub fn div(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(Binary::Div, a, b)
    }

    /// `if a < b { a } else { b }`.
    pub fn min(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(Binary::Min, a, b)
    }

    /// `if a > b { a } else { b }`.
    pub fn max(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(Binary::Max, a, b)
    }

    /// The magnitude.
    pub fn abs(&mut self, value: ValueId) -> ValueId {
        self.unary(Unary::Abs, value)
    }

    /// A comparison.
    pub fn compare(&mut self, op: Compare, a: ValueId, b: ValueId) -> ValueId {
        let (a, b) = self.widen(a, b);
        let ty = Ty::vector(Scalar::Bool, self.ty(a).lanes);
        self.push(Op::Compare(op, a, b), ty)
    }

    /// Lane by lane `a` where `condition`, else `b`.
    pub fn select(&mut self, condition: ValueId, a: ValueId, b: ValueId) -> ValueId {
        let (a, b) = self.widen(a, b);
        let ty = self.ty(a);
        let condition = self.splat(condition, ty.lanes);
        self.push(Op::Select(condition, a, b), ty)
    }

    /// To another scalar type.
    pub fn convert(&mut self, value: ValueId, scalar: Scalar) -> ValueId {
        let ty = self.ty(value);
        if ty.scalar == scalar { value } else { self.push(Op::Convert(value), Ty::vector(scalar, ty.lanes)) }
    }

    /// An elementary function.
    pub fn math(&mut self, function: Math, args: Vec<ValueId>) -> ValueId {
        let ty = args.first().map_or(Ty::scalar(Scalar::F32), |v| self.ty(*v));
        self.push(Op::Math(function, args), ty)
    }

    /// The sum of all lanes in their order.
    pub fn sum_lanes(&mut self, value: ValueId) -> ValueId {
        let mut sum = self.lane(value, 0);
        for lane in 1..self.ty(value).lanes {
            let next = self.lane(value, lane);
            sum = self.add(sum, next);
        }
        sum
    }

    /// The greatest of all lanes.
    pub fn max_lanes(&mut self, value: ValueId) -> ValueId {
        let mut greatest = self.lane(value, 0);
        for lane in 1..self.ty(value).lanes {
            let next = self.lane(value, lane);
            greatest = self.max(greatest, next);
        }
        greatest
    }

    /// Declares a state with the same start value in every lane. `flush` for recursive floats.
    pub fn state(&mut self, name: &str, ty: Ty, init: Const, flush: bool) -> StateId {
        self.kernel.states.push(State { name: name.into(), ty, init: vec![init; usize::from(ty.lanes)], flush });
        StateId::new(self.kernel.states.len() - 1)
    }

    /// Reads a state as it is now.
    pub fn get(&mut self, state: StateId) -> ValueId {
        let ty = self.kernel.states[state.index()].ty;
        self.push(Op::State(state), ty)
    }

    /// Writes a state.
    pub fn set(&mut self, state: StateId, value: ValueId) {
        let value = self.splat(value, self.kernel.states[state.index()].ty.lanes);
        self.statement(Stmt::SetState(state, value));
    }

    /// Declares a local, zero at the start of each firing.
    pub fn local(&mut self, name: &str, ty: Ty) -> LocalId {
        self.kernel.locals.push(Local { name: name.into(), ty });
        LocalId::new(self.kernel.locals.len() - 1)
    }

    /// Reads a local as it is now.
    pub fn get_local(&mut self, local: LocalId) -> ValueId {
        let ty = self.kernel.locals[local.index()].ty;
        self.push(Op::Local(local), ty)
    }

    /// Writes a local.
    pub fn set_local(&mut self, local: LocalId, value: ValueId) {
        self.statement(Stmt::SetLocal(local, value));
    }

    /// Declares a delay line of `length` values.
    pub fn line(&mut self, name: &str, ty: Ty, length: u32) -> LineId {
        self.kernel.lines.push(Line { name: name.into(), ty, length });
        LineId::new(self.kernel.lines.len() - 1)
    }

    /// What was pushed `ago` pushes ago, from 1.
    pub fn read_line(&mut self, line: LineId, ago: u32) -> ValueId {
        let ty = self.kernel.lines[line.index()].ty;
        self.push(Op::Line { line, ago }, ty)
    }

    /// Pushes a value.
    pub fn push_line(&mut self, line: LineId, value: ValueId) {
        self.statement(Stmt::Push(line, value));
    }

    /// Declares a table.
    pub fn table(&mut self, name: &str, values: Vec<Const>) -> TableId {
        self.kernel.tables.push(Table { name: name.into(), values });
        TableId::new(self.kernel.tables.len() - 1)
    }

    /// The element at an i32 scalar index, clamped to the table.
    pub fn lookup(&mut self, table: TableId, index: ValueId) -> ValueId {
        let scalar = self.kernel.tables[table.index()].values.first().map_or(Scalar::F32, |c| c.scalar());
        self.push(Op::Table { table, index }, Ty::scalar(scalar))
    }

    /// A linear recurrence over `input`; `a` without its leading 1.
    pub fn section(&mut self, name: &str, b: [f64; 3], a: [f64; 2], input: ValueId) -> ValueId {
        let ty = self.ty(input);
        self.kernel.sections.push(Section { name: name.into(), lanes: ty.lanes, b, a, form: Form::TransposedF64 });
        let id = SectionId::new(self.kernel.sections.len() - 1);
        self.push(Op::Section(id, input), ty)
    }

    /// An FIR filter with coefficients in f64; see [`Op::Fir`]. Declares and feeds its delay line.
    pub fn fir(&mut self, name: &str, coefficients: &[f64], input: ValueId) -> ValueId {
        let ty = self.ty(input);
        let table = self.table(&format!("{name}_taps"), coefficients.iter().map(|c| Const::F64(*c)).collect());
        let line = self.line(&format!("{name}_past"), ty, (coefficients.len() as u32).saturating_sub(1).max(1));
        let value = self.push(Op::Fir { line, table, input }, ty);
        self.push_line(line, input);
        value
    }

    /// Runs `then` where the bool scalar holds, else `otherwise`.
    pub fn branch(&mut self, condition: ValueId, then: impl FnOnce(&mut Self), otherwise: impl FnOnce(&mut Self)) {
        self.open.push(Vec::new());
        then(self);
        let then = self.open.pop().unwrap_or_default();
        self.open.push(Vec::new());
        otherwise(self);
        let otherwise = self.open.pop().unwrap_or_default();
        self.statement(Stmt::If { condition, then, otherwise });
    }
}
