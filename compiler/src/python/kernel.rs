//! A class that computes samples from samples as a kernel: it fuses with its neighbours and runs in lanes.
//!
//! Requires a script that takes samples. It becomes a kernel where it has no loop that has to be a loop, and where nothing in it can raise:
//! a kernel has no way to fail. That is proved by intervals: of every value the least and the largest that it can be, and whether it can be a
//! NaN, fields being a fixed point. `x / self.scale` is a kernel where `scale` cannot be 0, `math.log10(max(x, 1e-9))` is one.
//!
//! Both ways of every `if` are computed and one is selected, so that channels are lanes. The arithmetic is the script's, operation for
//! operation, in f64; fields are states that are not flushed, as Python does not.

mod elementwise;
mod looped;
mod numbers;
mod range;
mod shape;
mod ways;

use elementwise::elementwise;
use looped::{Chunk, looped};
use numbers::{bool_of, comparison};
use range::{Range, number, start, widened};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{self, Const, Kernel, Scalar, StateId, ValueId};
use remotemedia_ir::script::{
    Expr, ExprKind, FieldId, Function, Iterable, Literal, Script, Stmt, StmtKind, Target, Ty, Variable,
};
use remotemedia_ir::types::SampleFormat;
use remotemedia_runtime_min::py::array::Dtype;
use shape::{has_loop, leaves, returned, returns, sets, thresholds};
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
    settled(script, |ranges| {
        let mut lowering = Lowering::new(script, name, channels, ranges);
        let after = lowering.run()?;
        Ok((lowering.builder.finish(), after))
    })
}

/// The kernel of a script that takes chunks of so many channels at a rate.
///
/// # Errors
/// The first thing that a kernel cannot do, with its line.
pub fn chunks(script: &Script, name: &str, channels: u16, rate: u32) -> Result<KernelNode, Reason> {
    elementwise(script, name, channels).or_else(|reason| {
        let has_loop = has_loop(&script.function(script.process).body);
        looped(script, name, channels, rate).map_err(|other| if has_loop { other } else { reason })
    })
}

/// The kernel for ranges of the fields that hold before and behind each sample: what `lower` makes of ranges, with those behind.
fn settled(
    script: &Script,
    mut lower: impl FnMut(&[Range]) -> Result<(Kernel, Vec<Range>), Reason>,
) -> Result<KernelNode, Reason> {
    if !script.finish.is_empty() {
        return Err("it has a `flush` or `cleanup`".to_owned());
    }
    let mut ranges: Vec<Range> = script.fields.iter().map(|field| start(&field.init)).collect();
    let thresholds = thresholds(script);
    for round in 0..=3 * ROUNDS {
        let (kernel, after) = lower(&ranges)?;
        let joined: Vec<Range> = ranges.iter().zip(&after).map(|(a, b)| a.join(*b)).collect();
        if joined == ranges {
            return Ok(KernelNode { kernel, tail: 0, skip: 0 });
        }
        ranges = match round / ROUNDS {
            0 => joined,
            1 => widened(&ranges, &joined, &thresholds),
            _ => widened(&ranges, &joined, &[]),
        };
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
#[derive(Clone, Debug, Default)]
struct State {
    locals: BTreeMap<Variable, Known>,
    fields: BTreeMap<FieldId, Known>,
    /// The elements of the arrays of a chunk that belong to the present frame.
    cells: BTreeMap<usize, Known>,
    result: Option<Known>,
}

/// A difference, or a part of one.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// What is taken away from, and what is taken away.
    to: Range,
    from: ValueId,
    /// How much of it that is at least; at most it is all.
    least: f64,
}

struct Lowering<'s> {
    script: &'s Script,
    builder: KernelBuilder,
    channels: u16,
    ranges: &'s [Range],
    states: BTreeMap<FieldId, StateId>,
    operations: usize,
    steps: BTreeMap<ValueId, Step>,
    /// Constants of which a condition chooses: the condition, what it is where that holds, and where not.
    choices: BTreeMap<ValueId, [Known; 3]>,
    /// Where it takes chunks, what surrounds the loop over their frames.
    chunk: Option<Chunk>,
}

impl<'s> Lowering<'s> {
    fn new(script: &'s Script, name: &str, channels: u16, ranges: &'s [Range]) -> Lowering<'s> {
        let builder = KernelBuilder::new(name);
        Lowering {
            script,
            builder,
            channels,
            ranges,
            states: BTreeMap::new(),
            operations: 0,
            steps: BTreeMap::new(),
            choices: BTreeMap::new(),
            chunk: None,
        }
    }

    /// Lowers `process`; gives the ranges of the fields behind it.
    fn run(&mut self) -> Result<Vec<Range>, Reason> {
        let script = self.script;
        let function = script.function(script.process);
        let input = self.builder.input("in", SampleFormat::F32, self.channels);
        let sample = self.builder.convert(input, Scalar::F64);
        let sample = Known { value: sample, scalar: Scalar::F64, range: Range::ANY, constant: None };
        let mut state = State::default();
        state.locals.insert(Variable(0), sample);
        self.fields(&mut state);
        let body: Vec<&Stmt> = function.body.iter().collect();
        let state = self.block(&body, state)?;
        let Some(result) = state.result else {
            return Err("on some way `process` gives nothing".to_owned());
        };
        let after = self.keep(&state);
        let result = self.float(result)?;
        let wide = self.wide(result);
        let out = self.builder.convert(wide, Scalar::F32);
        self.builder.output("out", SampleFormat::F32, out);
        Ok(after)
    }

    /// The fields that are numbers at the start of a frame.
    fn fields(&mut self, state: &mut State) {
        let script = self.script;
        let function = script.function(script.process);
        for (index, field) in script.fields.iter().enumerate() {
            // One that a loop gives other types than it begins with is looked at there.
            let is_number = matches!(field.ty, Ty::Float | Ty::Int | Ty::Bool) || self.chunk.is_some();
            let Some(init) = number(&field.init).filter(|_| is_number) else { continue };
            let known = self.begins(FieldId(index), init, sets(function, FieldId(index)));
            state.fields.insert(FieldId(index), known);
        }
    }

    /// A field that lives as long as the node, one for each channel.
    fn state(&mut self, field: FieldId, init: Const) -> Known {
        let scalar = init.scalar();
        let ty = kernel::Ty::vector(scalar, self.channels);
        let id = self.builder.state(&self.script.fields[field.0].name, ty, init, false);
        let value = self.builder.get(id);
        self.states.insert(field, id);
        Known { value, scalar, range: self.ranges[field.0].join(range::of(init)), constant: None }
    }

    /// Keeps the fields for the next frame; gives their ranges.
    fn keep(&mut self, state: &State) -> Vec<Range> {
        let mut after: Vec<Range> = self.ranges.to_vec();
        let states: Vec<(FieldId, StateId)> = self.states.iter().map(|(f, s)| (*f, *s)).collect();
        for (field, id) in states {
            if let Some(known) = state.fields.get(&field) {
                let value = self.wide(*known);
                self.builder.set(id, value);
                after[field.0] = known.range;
            }
        }
        after
    }

    fn constant(&mut self, constant: Const) -> Known {
        let value = self.builder.constant(constant);
        Known { value, scalar: constant.scalar(), range: range::of(constant), constant: Some(constant) }
    }

    /// In as many lanes as there are channels.
    fn wide(&mut self, known: Known) -> ValueId {
        if self.builder.ty(known.value).lanes == self.channels {
            known.value
        } else {
            self.builder.splat(known.value, self.channels)
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
                StmtKind::Assign(Target::Unpack(targets, None), Expr { kind: ExprKind::Tuple(values), .. })
                    if targets.len() == values.len() =>
                {
                    let known =
                        values.iter().map(|value| self.expr(value, &mut state)).collect::<Result<Vec<_>, _>>()?;
                    for (target, known) in targets.iter().zip(known) {
                        self.assign(target, known, line, &mut state)?;
                    }
                }
                StmtKind::Assign(target, value) => {
                    if !self.names_place(target, value, &mut state)? {
                        let known = self.expr(value, &mut state)?;
                        self.assign(target, known, line, &mut state)?;
                    }
                }
                StmtKind::Augment(op, target, value) => {
                    // Numbers do not change in place.
                    let old = self.current(target, line, &mut state)?;
                    let value = self.expr(value, &mut state)?;
                    let new = self.binary(*op, old, value, line)?;
                    self.assign(target, new, line, &mut state)?;
                }
                StmtKind::Expr(value) => {
                    if !self.appends(value, &mut state)? {
                        self.expr(value, &mut state)?;
                    }
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
                StmtKind::If { condition: tested, then, otherwise } => {
                    let condition = self.expr(tested, &mut state)?;
                    if let Some(Const::Bool(known)) = condition.constant {
                        let chosen = if known { then } else { otherwise };
                        let joined: Vec<&Stmt> = chosen.iter().chain(more.iter().copied()).collect();
                        return self.block(&joined, state);
                    }
                    if returns(then) || returns(otherwise) {
                        let first: Vec<&Stmt> = then.iter().chain(more.iter().copied()).collect();
                        let second: Vec<&Stmt> = otherwise.iter().chain(more.iter().copied()).collect();
                        let (holds, fails) = self.ways(tested, state)?;
                        let (a, b) = (self.way(&first, holds, line)?, self.way(&second, fails, line)?);
                        return self.merge(condition, a, b);
                    }
                    let then: Vec<&Stmt> = then.iter().collect();
                    let otherwise: Vec<&Stmt> = otherwise.iter().collect();
                    let (holds, fails) = self.ways(tested, state)?;
                    let (a, b) = (self.way(&then, holds, line)?, self.way(&otherwise, fails, line)?);
                    state = self.merge(condition, a, b)?;
                }
                StmtKind::For { target, iterable, body, otherwise } if self.is_over_channels(iterable, &state) => {
                    if returns(body) || leaves(body) || !otherwise.is_empty() {
                        return Err(format!("line {line}: a loop that is left early"));
                    }
                    state = self.over_channels(target, iterable, body, state, |this, body, state| {
                        let body: Vec<&Stmt> = body.iter().collect();
                        this.block(&body, state)
                    })?;
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
                StmtKind::While { .. }
                | StmtKind::For { .. }
                | StmtKind::Break
                | StmtKind::Continue
                | StmtKind::Raise { .. }
                | StmtKind::Reraise { .. }
                | StmtKind::Try { .. }
                | StmtKind::Delete(..)
                | StmtKind::Log(..) => return Err(format!("line {line}: a statement that a kernel does not have")),
            }
        }
        Ok(state)
    }

    /// Statements that a condition chooses.
    fn way(&mut self, body: &[&Stmt], state: State, line: u32) -> Result<State, Reason> {
        let before = self.chunk.clone();
        let after = self.block(body, state)?;
        // Names of arrays are the same on all ways.
        match (before, &self.chunk) {
            (Some(before), Some(now)) if !now.has_names_of(&before) => {
                Err(format!("line {line}: a name for an array that depends on a condition"))
            }
            _ => Ok(after),
        }
    }

    fn assign(&mut self, target: &Target, known: Known, line: u32, state: &mut State) -> Result<(), Reason> {
        match target {
            Target::Local(variable) => {
                let known = self.variable_gets(*variable, known, line, state)?;
                state.locals.insert(*variable, known);
                Ok(())
            }
            Target::Field(field) if self.is_number_field(*field) => {
                self.shared_by_channels(*field, line)?;
                self.field_gets(*field, known, line, state)
            }
            Target::Index(object, index) if self.chunk.is_some() => self.set_element(object, index, known, line, state),
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
                if x.scalar != y.scalar {
                    return Err(format!("`self.{}` is of two types", self.script.fields[field.0].name));
                }
                fields.insert(*field, self.select(condition, *x, *y));
            }
        }
        let mut cells = BTreeMap::new();
        for (cell, x) in &a.cells {
            if let Some(y) = b.cells.get(cell)
                && x.scalar == y.scalar
            {
                cells.insert(*cell, self.select(condition, *x, *y));
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
        Ok(State { locals, fields, cells, result })
    }

    fn select(&mut self, condition: Known, a: Known, b: Known) -> Known {
        if a.value == b.value {
            return Known { range: a.range.join(b.range), ..a };
        }
        self.operations += 1;
        let range = a.range.join(b.range);
        let value = self.selected(condition.value, a.value, b.value);
        if a.constant.is_some() && b.constant.is_some() {
            self.choices.insert(value, [condition, a, b]);
        }
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
            ExprKind::Literal(Literal::Scalar(Dtype::F32, x)) => Ok(self.constant(Const::F32(*x as f32))),
            ExprKind::Local(variable) => match state.locals.get(variable) {
                Some(known) => Ok(*known),
                None => self.number_of_place(*variable, line),
            },
            ExprKind::Index(object, index) if self.chunk.is_some() => self.element(object, index, line, state),
            ExprKind::Field(field) => match state.fields.get(field) {
                Some(known) if !self.is_by_channel(*field) => Ok(*known),
                _ => Err(format!("line {line}: `self.{}` is no number", self.script.fields[field.0].name)),
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
                let a = self.expr(a, state)?;
                let truth = self.truth(a)?;
                let mut second = state.clone();
                let b = self.expr(b, &mut second)?;
                let first = std::mem::take(state);
                *state = if is_and { self.merge(truth, second, first)? } else { self.merge(truth, first, second)? };
                if a.scalar != b.scalar {
                    return Err(format!("line {line}: `and` or `or` of different types"));
                }
                Ok(if is_and { self.select(truth, b, a) } else { self.select(truth, a, b) })
            }
            ExprKind::If { condition: tested, then, otherwise } => {
                let condition = self.expr(tested, state)?;
                let condition = self.truth(condition)?;
                let (mut first, mut second) = self.ways(tested, std::mem::take(state))?;
                let (a, b) = (self.expr(then, &mut first)?, self.expr(otherwise, &mut second)?);
                *state = self.merge(condition, first, second)?;
                if a.scalar != b.scalar {
                    return Err(format!("line {line}: a choice between different types"));
                }
                Ok(self.select(condition, a, b))
            }
            ExprKind::Call(function, args) => self.call(&function.to_string(), args, line, state),
            ExprKind::Invoke(id, args) => {
                let function = self.script.function(*id);
                let mut inner = State::default();
                for (index, arg) in args.iter().enumerate() {
                    let known = self.expr(arg, state)?;
                    inner.locals.insert(Variable(index), known);
                }
                inner.fields.clone_from(&state.fields);
                let around = self.chunk.as_mut().map(Chunk::enter);
                let after = self.inlined(function, inner, line)?;
                if let (Some(chunk), Some(around)) = (&mut self.chunk, around) {
                    chunk.leave(around);
                }
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
            | ExprKind::IsInstance(..)
            | ExprKind::Caught(_) => Err(format!("line {line}: a value that is no number")),
        }
    }

    /// A function of the class in the place of its call: what it returns is its result.
    fn inlined(&mut self, function: &Function, state: State, line: u32) -> Result<State, Reason> {
        self.operations += 8;
        if self.operations > MOST {
            return Err(format!("line {line}: it is too large for one kernel"));
        }
        let body: Vec<Stmt> = returned(&function.body);
        let body: Vec<&Stmt> = body.iter().collect();
        self.block(&body, state)
    }
}
