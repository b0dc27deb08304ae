//! A class that computes samples from samples as a kernel: it fuses with its neighbours and runs in lanes.
//!
//! Requires a script that takes samples. It becomes a kernel where it has no loop that has to be a loop, and where nothing in it can raise:
//! a kernel has no way to fail. That is proved by intervals: of every value the least and the largest that it can be, and whether it can be a
//! NaN, fields being a fixed point. `x / self.scale` is a kernel where `scale` cannot be 0, `math.log10(max(x, 1e-9))` is one.
//!
//! Both ways of every `if` are computed and one is selected, so that channels are lanes. The arithmetic is the script's, operation for
//! operation, in f64; fields are states that are not flushed, as Python does not.

mod elementwise;
mod range;
mod shape;

pub use elementwise::elementwise;
use range::{Range, start, widened};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{self, Const, Math, Scalar, StateId, ValueId};
use remotemedia_ir::script::{
    Binary, Compare, Expr, ExprKind, FieldId, Function, Iterable, Literal, Script, Stmt, StmtKind, Target, Ty, Unary,
    Variable,
};
use remotemedia_ir::types::SampleFormat;
use shape::{leaves, returned, returns, sets};
use std::collections::BTreeMap;

/// Operations at most: both ways of a condition are computed, and what follows an early `return` on each of them.
const MOST: usize = 2_000;

/// Iterations of a loop that is written out.
const UNROLLED: i64 = 32;

/// Rounds in which the intervals of fields may grow before they are taken to be all there is.
const ROUNDS: usize = 4;

/// Whole numbers up to here are exact in f64.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Why a script is no kernel, for `explain`.
pub type Reason = String;

/// The kernel of a script.
///
/// # Errors
/// The first thing that a kernel cannot do, with its line.
pub fn kernel(script: &Script, name: &str, channels: u16) -> Result<KernelNode, Reason> {
    if !script.finish.is_empty() {
        return Err("it has a `flush` or `cleanup`".to_owned());
    }
    let mut ranges: Vec<Range> = Vec::new();
    for field in &script.fields {
        ranges.push(start(&field.init).unwrap_or(Range::ANY));
    }
    for round in 0.. {
        let mut lowering = Lowering::new(script, name, channels, &ranges);
        match lowering.run() {
            Ok(after) => {
                let joined: Vec<Range> = ranges.iter().zip(&after).map(|(a, b)| a.join(*b)).collect();
                if joined == ranges {
                    return Ok(KernelNode { kernel: lowering.builder.finish(), tail: 0, skip: 0 });
                }
                ranges = if round < ROUNDS { joined } else { widened(&ranges, &joined) };
            }
            Err(reason) => return Err(reason),
        }
        if round > 2 * ROUNDS {
            return Err("the range of a field is not settled".to_owned());
        }
    }
    Err("the range of a field is not settled".to_owned())
}

/// A value with what it can be.
#[derive(Clone, Copy, Debug)]
struct Known {
    value: ValueId,
    scalar: Scalar,
    range: Range,
    /// Where it is the same for every sample.
    constant: Option<Const>,
}

/// What is known on one way through the function.
#[derive(Clone, Debug)]
struct State {
    locals: BTreeMap<Variable, Known>,
    fields: BTreeMap<FieldId, Known>,
    result: Option<Known>,
}

struct Lowering<'s> {
    script: &'s Script,
    builder: KernelBuilder,
    channels: u16,
    ranges: &'s [Range],
    states: BTreeMap<FieldId, StateId>,
    operations: usize,
}

impl<'s> Lowering<'s> {
    fn new(script: &'s Script, name: &str, channels: u16, ranges: &'s [Range]) -> Lowering<'s> {
        let builder = KernelBuilder::new(name);
        Lowering { script, builder, channels, ranges, states: BTreeMap::new(), operations: 0 }
    }

    /// Lowers `process`; gives the ranges of the fields behind it.
    fn run(&mut self) -> Result<Vec<Range>, Reason> {
        let script = self.script;
        let function = script.function(script.process);
        let input = self.builder.input("in", SampleFormat::F32, self.channels);
        let sample = self.builder.convert(input, Scalar::F64);
        let sample = Known { value: sample, scalar: Scalar::F64, range: Range::ANY, constant: None };
        let mut state = State { locals: BTreeMap::new(), fields: BTreeMap::new(), result: None };
        state.locals.insert(Variable(0), sample);
        for (index, field) in script.fields.iter().enumerate() {
            let scalar = match field.ty {
                Ty::Float => Scalar::F64,
                Ty::Int => Scalar::I64,
                Ty::Bool => Scalar::Bool,
                _ => continue,
            };
            let init = match (&field.init, scalar) {
                (Literal::Float(x), Scalar::F64) => Const::F64(*x),
                (Literal::Int(i), Scalar::I64) => Const::I64(*i),
                (Literal::Bool(b), Scalar::Bool) => Const::Bool(*b),
                _ => continue,
            };
            if !sets(function, FieldId(index)) {
                let known = self.constant(init);
                state.fields.insert(FieldId(index), known);
                continue;
            }
            let ty = kernel::Ty::vector(scalar, self.channels);
            let id = self.builder.state(&field.name, ty, init, false);
            let value = self.builder.get(id);
            self.states.insert(FieldId(index), id);
            state.fields.insert(FieldId(index), Known { value, scalar, range: self.ranges[index], constant: None });
        }
        let body: Vec<&Stmt> = function.body.iter().collect();
        let state = self.block(&body, state)?;
        let Some(result) = state.result else {
            return Err("on some way `process` gives nothing".to_owned());
        };
        let mut after: Vec<Range> = self.ranges.to_vec();
        let states: Vec<(FieldId, StateId)> = self.states.iter().map(|(f, s)| (*f, *s)).collect();
        for (field, id) in states {
            if let Some(known) = state.fields.get(&field) {
                let value = self.wide(*known);
                self.builder.set(id, value);
                after[field.0] = known.range;
            }
        }
        let result = self.float(result)?;
        let wide = self.wide(result);
        let out = self.builder.convert(wide, Scalar::F32);
        self.builder.output("out", SampleFormat::F32, out);
        Ok(after)
    }

    fn constant(&mut self, constant: Const) -> Known {
        let x = match constant {
            Const::F32(x) => f64::from(x),
            Const::F64(x) => x,
            Const::I32(i) => f64::from(i),
            Const::I64(i) => i as f64,
            Const::Bool(b) => f64::from(u8::from(b)),
        };
        let range = if x.is_nan() { Range::ANY } else { Range::new(x, x, false) };
        let value = self.builder.constant(constant);
        Known { value, scalar: constant.scalar(), range, constant: Some(constant) }
    }

    /// In as many lanes as there are channels.
    fn wide(&mut self, known: Known) -> ValueId {
        if self.builder.ty(known.value).lanes == self.channels {
            known.value
        } else {
            self.builder.splat(known.value, self.channels)
        }
    }

    /// The same as a float, as Python converts it in arithmetic with one.
    fn float(&mut self, known: Known) -> Result<Known, Reason> {
        match (known.scalar, known.constant) {
            (Scalar::F64, _) => Ok(known),
            (_, Some(Const::I64(i))) => Ok(self.constant(Const::F64(i as f64))),
            (_, Some(Const::Bool(b))) => Ok(self.constant(Const::F64(f64::from(u8::from(b))))),
            _ => {
                let value = self.builder.convert(known.value, Scalar::F64);
                Ok(Known { value, scalar: Scalar::F64, constant: None, ..known })
            }
        }
    }

    /// Statements, then, on each way that has not returned, what follows them.
    fn block(&mut self, body: &[&Stmt], mut state: State) -> Result<State, Reason> {
        let mut rest = body;
        while let Some((stmt, more)) = rest.split_first() {
            rest = more;
            self.operations += 1;
            if self.operations > MOST {
                return Err("it is too large for one kernel".to_owned());
            }
            let line = stmt.line;
            match &stmt.kind {
                StmtKind::Assign(target, value) => {
                    let known = self.expr(value, &mut state)?;
                    self.assign(target, known, line, &mut state)?;
                }
                StmtKind::Expr(value) => {
                    self.expr(value, &mut state)?;
                }
                StmtKind::Yield(value) => {
                    if state.result.is_some() {
                        return Err(format!("line {line}: it gives more than one result"));
                    }
                    state.result = Some(self.expr(value, &mut state)?);
                    // What follows a `yield` is `return`, or nothing.
                    return match more {
                        [] => Ok(state),
                        [next, ..] if matches!(next.kind, StmtKind::Return(None)) => Ok(state),
                        _ => Err(format!("line {line}: something follows the result")),
                    };
                }
                StmtKind::Return(_) => return Ok(state),
                StmtKind::If { condition, then, otherwise } => {
                    let condition = self.expr(condition, &mut state)?;
                    if let Some(Const::Bool(known)) = condition.constant {
                        let chosen = if known { then } else { otherwise };
                        let joined: Vec<&Stmt> = chosen.iter().chain(more.iter().copied()).collect();
                        return self.block(&joined, state);
                    }
                    if returns(then) || returns(otherwise) {
                        let first: Vec<&Stmt> = then.iter().chain(more.iter().copied()).collect();
                        let second: Vec<&Stmt> = otherwise.iter().chain(more.iter().copied()).collect();
                        let a = self.block(&first, state.clone())?;
                        let b = self.block(&second, state)?;
                        return self.merge(condition, a, b);
                    }
                    let then: Vec<&Stmt> = then.iter().collect();
                    let otherwise: Vec<&Stmt> = otherwise.iter().collect();
                    let a = self.block(&then, state.clone())?;
                    let b = self.block(&otherwise, state)?;
                    state = self.merge(condition, a, b)?;
                }
                StmtKind::For { target, iterable: Iterable::Range(from, to, step), body, otherwise } => {
                    let number = |e: &Expr| match e.as_literal() {
                        Some(Literal::Int(i)) => Ok(*i),
                        _ => Err(format!("line {line}: a loop whose length is not a constant")),
                    };
                    let (from, to, step) = (number(from)?, number(to)?, number(step)?);
                    if step == 0 || returns(body) || leaves(body) || !otherwise.is_empty() {
                        return Err(format!("line {line}: a loop that is left early"));
                    }
                    let mut i = from;
                    let mut count = 0;
                    while (step > 0 && i < to) || (step < 0 && i > to) {
                        count += 1;
                        if count > UNROLLED {
                            return Err(format!("line {line}: a long loop"));
                        }
                        let known = self.constant(Const::I64(i));
                        self.assign(target, known, line, &mut state)?;
                        let inner: Vec<&Stmt> = body.iter().collect();
                        state = self.block(&inner, state)?;
                        i += step;
                    }
                }
                StmtKind::Augment(..)
                | StmtKind::While { .. }
                | StmtKind::For { .. }
                | StmtKind::Break
                | StmtKind::Continue
                | StmtKind::Raise { .. }
                | StmtKind::Delete(..)
                | StmtKind::Log(..) => return Err(format!("line {line}: a statement that a kernel does not have")),
            }
        }
        Ok(state)
    }

    fn assign(&mut self, target: &Target, known: Known, line: u32, state: &mut State) -> Result<(), Reason> {
        match target {
            Target::Local(variable) => {
                state.locals.insert(*variable, known);
                Ok(())
            }
            Target::Field(field) if self.states.contains_key(field) => {
                let scalar = state.fields.get(field).map_or(Scalar::F64, |k| k.scalar);
                if scalar != known.scalar {
                    return Err(format!("line {line}: a field gets a value of another type"));
                }
                state.fields.insert(*field, known);
                Ok(())
            }
            Target::Field(_) | Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => {
                Err(format!("line {line}: it sets something other than a number"))
            }
        }
    }

    /// One of two states by a condition, lane by lane.
    fn merge(&mut self, condition: Known, a: State, b: State) -> Result<State, Reason> {
        let mut locals = BTreeMap::new();
        for (variable, x) in &a.locals {
            // What only one way has set is read on that way alone.
            if let Some(y) = b.locals.get(variable)
                && x.scalar == y.scalar
            {
                locals.insert(*variable, self.select(condition, *x, *y));
            }
        }
        let mut fields = BTreeMap::new();
        for (field, x) in &a.fields {
            if let Some(y) = b.fields.get(field) {
                fields.insert(*field, self.select(condition, *x, *y));
            }
        }
        let result = match (a.result, b.result) {
            (None, None) => None,
            (Some(x), Some(y)) => {
                let (x, y) = if x.scalar == y.scalar { (x, y) } else { (self.float(x)?, self.float(y)?) };
                Some(self.select(condition, x, y))
            }
            (Some(_), None) | (None, Some(_)) => return Err("on some way `process` gives nothing".to_owned()),
        };
        Ok(State { locals, fields, result })
    }

    fn select(&mut self, condition: Known, a: Known, b: Known) -> Known {
        if a.value == b.value {
            return a;
        }
        self.operations += 1;
        let range = a.range.join(b.range);
        let value = self.selected(condition.value, a.value, b.value);
        Known { value, scalar: a.scalar, range, constant: None }
    }

    fn selected(&mut self, condition: ValueId, a: ValueId, b: ValueId) -> ValueId {
        let lanes = |this: &Self, v: ValueId| this.builder.ty(v).lanes;
        let most = lanes(self, condition).max(lanes(self, a)).max(lanes(self, b));
        let wide = |this: &mut Self, v: ValueId| if lanes(this, v) == most { v } else { this.builder.splat(v, most) };
        let (condition, a, b) = (wide(self, condition), wide(self, a), wide(self, b));
        self.builder.select(condition, a, b)
    }

    fn expr(&mut self, expr: &Expr, state: &mut State) -> Result<Known, Reason> {
        self.operations += 1;
        let line = expr.line;
        match &expr.kind {
            ExprKind::Literal(Literal::Float(x)) => Ok(self.constant(Const::F64(*x))),
            ExprKind::Literal(Literal::Int(i)) if (*i as f64).abs() <= EXACT => Ok(self.constant(Const::I64(*i))),
            ExprKind::Literal(Literal::Bool(b)) => Ok(self.constant(Const::Bool(*b))),
            ExprKind::Local(variable) => match state.locals.get(variable) {
                Some(known) => Ok(*known),
                None => Err(format!("line {line}: a variable that is no number")),
            },
            ExprKind::Field(field) => match state.fields.get(field) {
                Some(known) => Ok(*known),
                None => Err(format!("line {line}: `self.{}` is no number", self.script.fields[field.0].name)),
            },
            ExprKind::Unary(op, a) => {
                let a = self.expr(a, state)?;
                self.unary(*op, a, line)
            }
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.expr(a, state)?, self.expr(b, state)?);
                self.binary(*op, a, b, line)
            }
            ExprKind::Compare(op, a, b) => {
                let (a, b) = (self.expr(a, state)?, self.expr(b, state)?);
                self.compare(*op, a, b, line)
            }
            ExprKind::Truth(a) => {
                let a = self.expr(a, state)?;
                self.truth(a)
            }
            ExprKind::Not(a) => {
                let a = self.expr(a, state)?;
                let a = self.truth(a)?;
                let value = self.builder.unary(kernel::Unary::Not, a.value);
                Ok(bool_of(value))
            }
            ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                let is_and = matches!(expr.kind, ExprKind::And(..));
                let (a, b) = (self.expr(a, state)?, self.expr(b, state)?);
                let truth = self.truth(a)?;
                if a.scalar != b.scalar {
                    return Err(format!("line {line}: `and` or `or` of different types"));
                }
                Ok(if is_and { self.select(truth, b, a) } else { self.select(truth, a, b) })
            }
            ExprKind::If { condition, then, otherwise } => {
                let condition = self.expr(condition, state)?;
                let condition = self.truth(condition)?;
                let (a, b) = (self.expr(then, state)?, self.expr(otherwise, state)?);
                if a.scalar != b.scalar {
                    return Err(format!("line {line}: a choice between different types"));
                }
                Ok(self.select(condition, a, b))
            }
            ExprKind::Call(function, args) => self.call(&function.to_string(), args, line, state),
            ExprKind::Invoke(id, args) => {
                let function = self.script.function(*id);
                let mut inner = State { locals: BTreeMap::new(), fields: state.fields.clone(), result: None };
                for (index, arg) in args.iter().enumerate() {
                    let known = self.expr(arg, state)?;
                    inner.locals.insert(Variable(index), known);
                }
                inner.fields.clone_from(&state.fields);
                let after = self.inlined(function, inner, line)?;
                state.fields = after.fields;
                after.result.ok_or_else(|| format!("line {line}: `{}` gives no number", function.name))
            }
            ExprKind::Block(body, value) => {
                let body: Vec<&Stmt> = body.iter().collect();
                *state = self.block(&body, state.clone())?;
                self.expr(value, state)
            }
            ExprKind::Literal(_)
            | ExprKind::Index(..)
            | ExprKind::Slice(_)
            | ExprKind::Attribute(..)
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Dict(_)
            | ExprKind::Set(_)
            | ExprKind::Record(..)
            | ExprKind::Format(_)
            | ExprKind::IsInstance(..) => Err(format!("line {line}: a value that is no number")),
        }
    }

    /// A function of the class in the place of its call: what it returns is its result.
    fn inlined(&mut self, function: &Function, state: State, line: u32) -> Result<State, Reason> {
        self.operations += 8;
        if self.operations > MOST {
            return Err(format!("line {line}: it is too large for one kernel"));
        }
        let body: Vec<Stmt> = function.body.iter().map(returned).collect();
        let body: Vec<&Stmt> = body.iter().collect();
        self.block(&body, state)
    }

    fn truth(&mut self, known: Known) -> Result<Known, Reason> {
        if known.scalar == Scalar::Bool {
            return Ok(known);
        }
        let zero = self.constant(Const::zero(known.scalar));
        let value = self.pair(known, zero, |b, x, y| b.compare(kernel::Compare::Ne, x, y));
        Ok(bool_of(value))
    }

    /// Two operands with as many lanes.
    fn pair(
        &mut self,
        a: Known,
        b: Known,
        operation: impl FnOnce(&mut KernelBuilder, ValueId, ValueId) -> ValueId,
    ) -> ValueId {
        let lanes = self.builder.ty(a.value).lanes.max(self.builder.ty(b.value).lanes);
        let wide = |builder: &mut KernelBuilder, v: ValueId| {
            if builder.ty(v).lanes == lanes { v } else { builder.splat(v, lanes) }
        };
        let (x, y) = (wide(&mut self.builder, a.value), wide(&mut self.builder, b.value));
        operation(&mut self.builder, x, y)
    }

    fn unary(&mut self, op: Unary, a: Known, line: u32) -> Result<Known, Reason> {
        match (op, a.scalar) {
            (Unary::Pos, Scalar::F64 | Scalar::I64) => Ok(a),
            (Unary::Neg, Scalar::F64 | Scalar::I64) => {
                let value = self.builder.unary(kernel::Unary::Neg, a.value);
                let range = Range { low: -a.range.high, high: -a.range.low, nan: a.range.nan };
                Ok(Known { value, scalar: a.scalar, range, constant: None })
            }
            _ => Err(format!("line {line}: an operator that a kernel does not have")),
        }
    }

    fn binary(&mut self, op: Binary, a: Known, b: Known, line: u32) -> Result<Known, Reason> {
        let whole = a.scalar != Scalar::F64 && b.scalar != Scalar::F64;
        if whole && op != Binary::Div {
            return self.whole(op, a, b, line);
        }
        let (a, b) = (self.float(a)?, self.float(b)?);
        let finished = |value: ValueId, range: Range| Ok(Known { value, scalar: Scalar::F64, range, constant: None });
        match op {
            Binary::Add => {
                let range = a.range.corners(b.range, |x, y| x + y);
                finished(self.pair(a, b, KernelBuilder::add), range)
            }
            Binary::Sub => {
                let range = a.range.corners(b.range, |x, y| x - y);
                finished(self.pair(a, b, KernelBuilder::sub), range)
            }
            Binary::Mul => {
                let range = a.range.corners(b.range, |x, y| x * y);
                let mut range = if range == Range::ANY { Range::ANY } else { range };
                // A square is never negative.
                if a.value == b.value {
                    range.low = range.low.max(0.0);
                }
                finished(self.pair(a, b, KernelBuilder::mul), range)
            }
            Binary::Div if b.range.excludes_zero() => {
                let range = a.range.corners(b.range, |x, y| x / y);
                finished(self.pair(a, b, KernelBuilder::div), range)
            }
            Binary::Div => Err(format!("line {line}: a division by what may be zero")),
            // `x ** 2` is `x * x` in CPython's arithmetic too: `pow` of the C library is exact for it.
            Binary::Pow
                if b.constant == Some(Const::F64(2.0))
                    && a.range.is_finite()
                    && a.range.high.abs().max(a.range.low.abs()) < 1e150 =>
            {
                let mut range = a.range.corners(a.range, |x, y| x * y);
                range.low = range.low.max(0.0);
                finished(self.pair(a, a, KernelBuilder::mul), range)
            }
            Binary::FloorDiv
            | Binary::Mod
            | Binary::Pow
            | Binary::MatMul
            | Binary::And
            | Binary::Or
            | Binary::Xor
            | Binary::Shl
            | Binary::Shr => Err(format!("line {line}: an operator that a kernel does not have, or that may raise")),
        }
    }

    /// Arithmetic of whole numbers that provably fit.
    fn whole(&mut self, op: Binary, a: Known, b: Known, line: u32) -> Result<Known, Reason> {
        let number = |this: &mut Self, k: Known| {
            if k.scalar == Scalar::Bool {
                let value = this.builder.convert(k.value, Scalar::I64);
                Known { value, scalar: Scalar::I64, constant: None, ..k }
            } else {
                k
            }
        };
        let (a, b) = (number(self, a), number(self, b));
        let too_large = || format!("line {line}: a whole number that may not fit 64 bits");
        let (value, range) = match op {
            Binary::Add => (self.pair(a, b, KernelBuilder::add), a.range.corners(b.range, |x, y| x + y)),
            Binary::Sub => (self.pair(a, b, KernelBuilder::sub), a.range.corners(b.range, |x, y| x - y)),
            Binary::Mul => (self.pair(a, b, KernelBuilder::mul), a.range.corners(b.range, |x, y| x * y)),
            // The remainder has the sign of the divisor: that of a truncated division, mended where it is negative.
            Binary::Mod => match b.constant {
                Some(Const::I64(n)) if n > 0 && a.range.is_finite() => {
                    let rest = self.pair(a, b, |k, x, y| k.binary(kernel::Binary::Rem, x, y));
                    let value = if a.range.low >= 0.0 {
                        rest
                    } else {
                        let zero = self.builder.i64(0);
                        let known = Known { value: rest, ..a };
                        let zero = Known { value: zero, ..b };
                        let negative = self.pair(known, zero, |k, x, y| k.compare(kernel::Compare::Lt, x, y));
                        let mended = self.pair(known, b, KernelBuilder::add);
                        self.selected(negative, mended, rest)
                    };
                    (value, Range::new(0.0, (n - 1) as f64, false))
                }
                _ => return Err(format!("line {line}: a remainder of what is not a constant")),
            },
            Binary::Div
            | Binary::FloorDiv
            | Binary::Pow
            | Binary::MatMul
            | Binary::And
            | Binary::Or
            | Binary::Xor
            | Binary::Shl
            | Binary::Shr => {
                return Err(format!("line {line}: an operator that a kernel does not have, or that may raise"));
            }
        };
        if !range.is_finite() || range.low < -EXACT || range.high > EXACT {
            return Err(too_large());
        }
        Ok(Known { value, scalar: Scalar::I64, range, constant: None })
    }

    fn compare(&mut self, op: Compare, a: Known, b: Known, line: u32) -> Result<Known, Reason> {
        let has_order = a.scalar != Scalar::Bool || matches!(op, Compare::Eq | Compare::Ne);
        let (a, b) = if a.scalar == b.scalar && has_order { (a, b) } else { (self.float(a)?, self.float(b)?) };
        let op = comparison(op).ok_or_else(|| format!("line {line}: a comparison that a kernel does not have"))?;
        Ok(bool_of(self.pair(a, b, |k, x, y| k.compare(op, x, y))))
    }

    fn call(&mut self, name: &str, args: &[Expr], line: u32, state: &mut State) -> Result<Known, Reason> {
        let float = |value: ValueId, range: Range| Known { value, scalar: Scalar::F64, range, constant: None };
        match name {
            "min" | "max" => {
                let [Expr { kind: ExprKind::Tuple(items), .. }, ..] = args else {
                    return Err(format!("line {line}: `{name}` of a list"));
                };
                let mut best: Option<Known> = None;
                for item in items {
                    let next = self.expr(item, state)?;
                    best = Some(match best {
                        None => next,
                        Some(best) if best.scalar == next.scalar && best.scalar != Scalar::Bool => {
                            // Python keeps the first unless the next is strictly better: a NaN in front stays, one behind has no say.
                            let (x, y) = (best.range, next.range);
                            let nan = x.nan || y.nan;
                            let (value, range) = if name == "min" {
                                let high = if y.nan { x.high } else { x.high.min(y.high) };
                                (self.pair(next, best, KernelBuilder::min), Range { low: x.low.min(y.low), high, nan })
                            } else {
                                let low = if y.nan { x.low } else { x.low.max(y.low) };
                                (
                                    self.pair(next, best, KernelBuilder::max),
                                    Range { low, high: x.high.max(y.high), nan },
                                )
                            };
                            Known { value, scalar: best.scalar, range, constant: None }
                        }
                        Some(_) => return Err(format!("line {line}: `{name}` of different types")),
                    });
                }
                best.ok_or_else(|| format!("line {line}: `{name}` of nothing"))
            }
            "abs" => {
                let a = self.expr(args.first().ok_or("abs")?, state)?;
                if a.scalar == Scalar::Bool {
                    return Err(format!("line {line}: `abs` of a bool"));
                }
                let value = self.builder.abs(a.value);
                let high = a.range.high.abs().max(a.range.low.abs());
                let low = if a.range.low > 0.0 {
                    a.range.low
                } else if a.range.high < 0.0 {
                    -a.range.high
                } else {
                    0.0
                };
                Ok(Known { value, scalar: a.scalar, range: Range { low, high, nan: a.range.nan }, constant: None })
            }
            "float" => {
                let a = self.expr(args.first().ok_or("float")?, state)?;
                self.float(a)
            }
            "math.sqrt" | "math.fabs" | "math.tanh" | "math.atan" | "math.sin" | "math.cos" | "math.exp"
            | "math.log" | "math.log2" | "math.log10" => {
                let a = self.expr(args.first().ok_or("math")?, state)?;
                let a = self.float(a)?;
                let nan = a.range.nan;
                let may_raise = || Err(format!("line {line}: `{name}` of what it may not be defined for"));
                let apply = |this: &mut Self, function: Math| this.builder.math(function, vec![a.value]);
                match name {
                    "math.fabs" => {
                        let value = self.builder.abs(a.value);
                        let high = a.range.high.abs().max(a.range.low.abs());
                        Ok(float(value, Range { low: 0.0, high, nan }))
                    }
                    "math.sqrt" if a.range.low >= 0.0 => {
                        let value = self.builder.unary(kernel::Unary::Sqrt, a.value);
                        Ok(float(value, Range { low: a.range.low.sqrt(), high: a.range.high.sqrt(), nan }))
                    }
                    "math.tanh" => Ok(float(apply(self, Math::Tanh), Range { low: -1.0, high: 1.0, nan })),
                    "math.atan" => Ok(float(apply(self, Math::Atan), Range { low: -1.6, high: 1.6, nan })),
                    "math.sin" | "math.cos" if a.range.low.is_finite() && a.range.high.is_finite() => {
                        let function = if name == "math.sin" { Math::Sin } else { Math::Cos };
                        Ok(float(apply(self, function), Range { low: -1.0, high: 1.0, nan }))
                    }
                    "math.exp" if a.range.high < 700.0 => {
                        Ok(float(apply(self, Math::Exp), Range { low: 0.0, high: f64::MAX, nan }))
                    }
                    "math.log" | "math.log2" | "math.log10" if a.range.low > 0.0 => {
                        if name == "math.log" && args.get(1).is_some_and(|b| b.as_literal() != Some(&Literal::Ellipsis))
                        {
                            return Err(format!("line {line}: a logarithm to another base"));
                        }
                        let function = match name {
                            "math.log" => Math::Ln,
                            "math.log2" => Math::Log2,
                            _ => Math::Log10,
                        };
                        Ok(float(apply(self, function), Range { low: -2000.0, high: f64::INFINITY, nan }))
                    }
                    _ => may_raise(),
                }
            }
            _ => Err(format!("line {line}: `{name}` is no function of kernels")),
        }
    }
}

/// A comparison of numbers.
fn comparison(op: Compare) -> Option<kernel::Compare> {
    Some(match op {
        Compare::Eq => kernel::Compare::Eq,
        Compare::Ne => kernel::Compare::Ne,
        Compare::Lt => kernel::Compare::Lt,
        Compare::Le => kernel::Compare::Le,
        Compare::Gt => kernel::Compare::Gt,
        Compare::Ge => kernel::Compare::Ge,
        Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => return None,
    })
}

fn bool_of(value: ValueId) -> Known {
    Known { value, scalar: Scalar::Bool, range: Range { low: 0.0, high: 1.0, nan: false }, constant: None }
}
