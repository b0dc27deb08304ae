//! One walk down the body: folds constants, gives operands back, shares what was computed before.

use crate::eval::{canonical, fold_binary, fold_compare, fold_convert, fold_math, fold_select, fold_unary};
use crate::kernel::{Binary, Const, FLUSH_BELOW, Kernel, Op, Scalar, State, Stmt, Ty, Unary, Value, ValueId};
use std::collections::HashMap;

/// Simplifies a valid kernel: how many values were folded, and how many replaced by others. Those are left without a
/// use.
pub(super) fn run(kernel: &mut Kernel) -> (usize, usize) {
    let mut written = Written {
        states: vec![false; kernel.states.len()],
        locals: vec![false; kernel.locals.len()],
        lines: vec![false; kernel.lines.len()],
    };
    written.scan(&kernel.body);
    let body = std::mem::take(&mut kernel.body);
    let mut walk = Walk {
        same: (0..kernel.values.len()).map(ValueId::new).collect(),
        known: vec![None; kernel.values.len()],
        computed: HashMap::new(),
        scope: Vec::new(),
        written,
        folded: 0,
        shared: 0,
        kernel,
    };
    let body = walk.block(body);
    let (folded, shared) = (walk.folded, walk.shared);
    kernel.body = body;
    (folded, shared)
}

/// What some statement writes.
struct Written {
    states: Vec<bool>,
    locals: Vec<bool>,
    lines: Vec<bool>,
}

impl Written {
    fn scan(&mut self, block: &[Stmt]) {
        for stmt in block {
            match stmt {
                Stmt::Let(_) | Stmt::Output(..) => {}
                Stmt::SetState(id, _) => self.states[id.index()] = true,
                Stmt::SetLocal(id, _) => self.locals[id.index()] = true,
                Stmt::Push(id, _) => self.lines[id.index()] = true,
                Stmt::If { condition: _, then, otherwise } => {
                    self.scan(then);
                    self.scan(otherwise);
                }
                Stmt::For { index, count: _, body } => {
                    self.locals[index.index()] = true;
                    self.scan(body);
                }
            }
        }
    }
}

/// What an operation turned out to be.
enum Outcome {
    /// Another value.
    Same(ValueId),
    /// That constant in every lane.
    Known(Const),
    /// An operation that does the same.
    Simpler(Op),
    /// Nothing was found.
    Kept,
}

/// The walk, with what is known at the place it has come to.
struct Walk<'k> {
    kernel: &'k mut Kernel,
    /// Per value the one that stands for it: itself, or an earlier one.
    same: Vec<ValueId>,
    /// Per value the constant that is in all of its lanes.
    known: Vec<Option<Const>>,
    /// Pure operations whose value is in scope.
    computed: HashMap<(Op, Ty), ValueId>,
    /// Keys of `computed`, innermost block last.
    scope: Vec<(Op, Ty)>,
    written: Written,
    folded: usize,
    shared: usize,
}

impl Walk<'_> {
    fn block(&mut self, block: Vec<Stmt>) -> Vec<Stmt> {
        let outside = self.scope.len();
        let mut out = Vec::with_capacity(block.len());
        self.stmts(block, &mut out);
        for key in self.scope.drain(outside..) {
            self.computed.remove(&key);
        }
        out
    }

    fn stmts(&mut self, block: Vec<Stmt>, out: &mut Vec<Stmt>) {
        for stmt in block {
            match stmt {
                Stmt::Let(id) => self.define(id, out),
                Stmt::SetState(id, value) => out.push(Stmt::SetState(id, self.same[value.index()])),
                Stmt::SetLocal(id, value) => out.push(Stmt::SetLocal(id, self.same[value.index()])),
                Stmt::Push(id, value) => out.push(Stmt::Push(id, self.same[value.index()])),
                Stmt::Output(port, value) => out.push(Stmt::Output(port, self.same[value.index()])),
                Stmt::If { condition, then, otherwise } => match self.known[condition.index()] {
                    // Its values move into the block around it, where they are in scope for longer: no harm.
                    Some(Const::Bool(holds)) => self.stmts(if holds { then } else { otherwise }, out),
                    Some(_) | None => {
                        let condition = self.same[condition.index()];
                        let then = self.block(then);
                        let otherwise = self.block(otherwise);
                        out.push(Stmt::If { condition, then, otherwise });
                    }
                },
                Stmt::For { index: _, count: 0, body: _ } => {}
                Stmt::For { index, count, body } => {
                    let body = self.block(body);
                    out.push(Stmt::For { index, count, body });
                }
            }
        }
    }

    fn define(&mut self, id: ValueId, out: &mut Vec<Stmt>) {
        let index = id.index();
        let ty = self.kernel.values[index].ty;
        let mut op = self.kernel.values[index].op.clone();
        op.operands_mut(|v| *v = self.same[v.index()]);
        match self.outcome(&op, ty) {
            Outcome::Same(other) => return self.replace(id, other),
            Outcome::Known(constant) => {
                let constant = canonical(constant);
                self.known[index] = Some(constant);
                op = self.constant(constant, ty, op, out);
            }
            Outcome::Simpler(simpler) => {
                self.folded += 1;
                op = simpler;
            }
            Outcome::Kept => {}
        }
        if op.is_pure() {
            let key = (in_order(op.clone()), ty);
            if let Some(earlier) = self.computed.get(&key) {
                return self.replace(id, *earlier);
            }
            self.computed.insert(key.clone(), id);
            self.scope.push(key);
        }
        self.kernel.values[index].op = op;
        out.push(Stmt::Let(id));
    }

    /// Lets another value stand for this one. The name goes with it if the other has none.
    fn replace(&mut self, id: ValueId, other: ValueId) {
        self.shared += 1;
        self.same[id.index()] = other;
        self.known[id.index()] = self.known[other.index()];
        let name = self.kernel.values[id.index()].name.take();
        let target = &mut self.kernel.values[other.index()].name;
        *target = target.take().or(name);
    }

    /// The operation for a value that is known; for a vector, a scalar is defined before it.
    fn constant(&mut self, constant: Const, ty: Ty, was: Op, out: &mut Vec<Stmt>) -> Op {
        if let Op::Const(_) | Op::Splat(_) = was {
            return was;
        }
        self.folded += 1;
        if ty.lanes == 1 {
            return Op::Const(constant);
        }
        let key = (Op::Const(constant), Ty::scalar(constant.scalar()));
        if let Some(earlier) = self.computed.get(&key) {
            return Op::Splat(*earlier);
        }
        let id = ValueId::new(self.kernel.values.len());
        self.kernel.values.push(Value { op: key.0.clone(), ty: key.1, name: None });
        self.same.push(id);
        self.known.push(Some(constant));
        self.computed.insert(key.clone(), id);
        self.scope.push(key);
        out.push(Stmt::Let(id));
        Op::Splat(id)
    }

    fn op(&self, value: ValueId) -> &Op {
        &self.kernel.values[value.index()].op
    }

    /// What `op` gives back if the value is of the same operation, and that undoes itself.
    fn undone(&self, op: Unary, value: ValueId) -> Option<ValueId> {
        match (op, self.op(value)) {
            (Unary::Neg, Op::Unary(Unary::Neg, x)) | (Unary::Not, Op::Unary(Unary::Not, x)) => Some(*x),
            (
                Unary::Neg
                | Unary::Abs
                | Unary::Not
                | Unary::Sqrt
                | Unary::Floor
                | Unary::Ceil
                | Unary::Trunc
                | Unary::Round,
                _,
            ) => None,
        }
    }

    fn outcome(&self, op: &Op, ty: Ty) -> Outcome {
        let known = |v: &ValueId| self.known[v.index()];
        let of = |v: &ValueId| self.kernel.values[v.index()].ty;
        let fold = |constant: Option<Const>| constant.map_or(Outcome::Kept, Outcome::Known);
        match op {
            Op::Const(constant) => Outcome::Known(*constant),
            Op::Input(_) | Op::Section(..) | Op::Fir { .. } => Outcome::Kept,
            Op::State(id) if self.written.states[id.index()] => Outcome::Kept,
            Op::State(id) => fold(constant_state(&self.kernel.states[id.index()])),
            Op::Local(id) if self.written.locals[id.index()] => Outcome::Kept,
            Op::Line { line, ago: _ } | Op::LineAt { line, ago: _ } if !self.written.lines[line.index()] => {
                Outcome::Known(Const::zero(ty.scalar))
            }
            Op::Local(_) => Outcome::Known(Const::zero(ty.scalar)),
            Op::Line { .. } => Outcome::Kept,
            Op::LineAt { line, ago } => match known(ago) {
                Some(Const::I32(ago)) => {
                    let ago = (ago.max(1) as u32).min(self.kernel.lines[line.index()].length);
                    Outcome::Simpler(Op::Line { line: *line, ago })
                }
                Some(_) | None => Outcome::Kept,
            },
            Op::Table { table, index } => match known(index) {
                Some(Const::I32(index)) => {
                    let values = &self.kernel.tables[table.index()].values;
                    Outcome::Known(values[(index.max(0) as usize).min(values.len() - 1)])
                }
                Some(_) | None => Outcome::Kept,
            },
            Op::Splat(v) if ty.lanes == 1 => Outcome::Same(*v),
            Op::Splat(v) => fold(known(v)),
            Op::Lane(v, _) if of(v).lanes == 1 => Outcome::Same(*v),
            Op::Lane(v, lane) => {
                let scalar = match self.op(*v) {
                    Op::Splat(scalar) => Some(*scalar),
                    Op::Compose(list) => list.get(usize::from(*lane)).copied(),
                    Op::Const(_)
                    | Op::Input(_)
                    | Op::State(_)
                    | Op::Local(_)
                    | Op::Line { .. }
                    | Op::LineAt { .. }
                    | Op::Table { .. }
                    | Op::Lane(..)
                    | Op::Unary(..)
                    | Op::Binary(..)
                    | Op::Compare(..)
                    | Op::Select(..)
                    | Op::Convert(_)
                    | Op::Math(..)
                    | Op::Section(..)
                    | Op::Fir { .. } => None,
                };
                scalar.map_or(fold(known(v)), Outcome::Same)
            }
            Op::Compose(list) => match list.as_slice() {
                [one] => Outcome::Same(*one),
                [first, rest @ ..] if rest.iter().all(|v| v == first) => match known(first) {
                    Some(constant) => Outcome::Known(constant),
                    None => Outcome::Simpler(Op::Splat(*first)),
                },
                _several => Outcome::Kept,
            },
            Op::Unary(op, v) => match (self.undone(*op, *v), known(v)) {
                (Some(x), _) => Outcome::Same(x),
                (None, x) => fold(x.and_then(|x| fold_unary(*op, x))),
            },
            Op::Binary(op, a, b) => match (known(a), known(b)) {
                (Some(a), Some(b)) => fold(fold_binary(*op, a, b)),
                (None, Some(right)) if neutral(*op, ty.scalar).0 == Some(right) => Outcome::Same(*a),
                (Some(left), None) if neutral(*op, ty.scalar).1 == Some(left) => Outcome::Same(*b),
                (_, _) => Outcome::Kept,
            },
            Op::Compare(op, a, b) => fold(known(a).zip(known(b)).and_then(|(a, b)| fold_compare(*op, a, b))),
            Op::Select(_, a, b) if a == b => Outcome::Same(*a),
            Op::Select(condition, a, b) => match (known(condition), known(a), known(b)) {
                (Some(condition), Some(a), Some(b)) => fold(fold_select(condition, a, b)),
                (Some(Const::Bool(condition)), _, _) => Outcome::Same(if condition { *a } else { *b }),
                (Some(_) | None, _, _) => Outcome::Kept,
            },
            Op::Convert(v) if of(v) == ty => Outcome::Same(*v),
            Op::Convert(v) => fold(known(v).and_then(|x| fold_convert(x, ty.scalar))),
            Op::Math(function, list) => {
                let args: Option<Vec<Const>> = list.iter().map(known).collect();
                fold(args.and_then(|args| fold_math(*function, &args)))
            }
        }
    }
}

/// What is in all lanes of a state that nothing writes. A flush would take a tiny one to zero later.
fn constant_state(state: &State) -> Option<Const> {
    let State { name: _, ty: _, init, flush } = state;
    let tiny = |c: Const| match c {
        Const::F32(x) => x.to_bits() != 0 && f64::from(x).abs() < FLUSH_BELOW,
        Const::F64(x) => x.to_bits() != 0 && x.abs() < FLUSH_BELOW,
        Const::I32(_) | Const::I64(_) | Const::Bool(_) => false,
    };
    match init.as_slice() {
        [first, rest @ ..] if rest.iter().all(|c| c == first) && !(*flush && tiny(*first)) => Some(*first),
        _differ => None,
    }
}

/// The constant that as right operand, and the one that as left operand, leaves every value of the other side as it is,
/// bit by bit.
fn neutral(op: Binary, scalar: Scalar) -> (Option<Const>, Option<Const>) {
    let zero = Some(Const::zero(scalar));
    let (minus_zero, one, ones) = match scalar {
        Scalar::F32 => (Some(Const::F32(-0.0)), Some(Const::F32(1.0)), None),
        Scalar::F64 => (Some(Const::F64(-0.0)), Some(Const::F64(1.0)), None),
        Scalar::I32 => (zero, Some(Const::I32(1)), Some(Const::I32(-1))),
        Scalar::I64 => (zero, Some(Const::I64(1)), Some(Const::I64(-1))),
        Scalar::Bool => (None, None, Some(Const::Bool(true))),
    };
    match op {
        Binary::Add => (minus_zero, minus_zero),
        Binary::Sub => (zero, None),
        Binary::Mul => (one, one),
        Binary::Div => (one, None),
        Binary::And => (ones, ones),
        Binary::Or | Binary::Xor => (zero, zero),
        Binary::Shl | Binary::Shr => (zero, None),
        Binary::Rem | Binary::Min | Binary::Max => (None, None),
    }
}

/// The same operation with the operands in the order of their ids where that does not matter.
fn in_order(op: Op) -> Op {
    match op {
        Op::Binary(op, a, b) => match op {
            Binary::Add | Binary::Mul | Binary::And | Binary::Or | Binary::Xor => Op::Binary(op, a.min(b), a.max(b)),
            Binary::Sub | Binary::Div | Binary::Rem | Binary::Min | Binary::Max | Binary::Shl | Binary::Shr => {
                Op::Binary(op, a, b)
            }
        },
        Op::Const(_)
        | Op::Input(_)
        | Op::State(_)
        | Op::Local(_)
        | Op::Line { .. }
        | Op::LineAt { .. }
        | Op::Table { .. }
        | Op::Splat(_)
        | Op::Lane(..)
        | Op::Compose(_)
        | Op::Unary(..)
        | Op::Compare(..)
        | Op::Select(..)
        | Op::Convert(_)
        | Op::Math(..)
        | Op::Section(..)
        | Op::Fir { .. } => op,
    }
}
