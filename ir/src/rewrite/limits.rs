//! Takes out limits that make no difference, because a later one takes in all that they take in.
//!
//! What follows a limit `max(x, k)` up to some later value is, as long as each value has one reader and each operation is monotone, a
//! monotone function of it. If it takes `k` and the far end of what the limit takes to `k` (`-inf`) to the same value, it takes all between
//! there too, and the limit can go. Both are computed as [`crate::eval`] does, so rounding is part of the proof. A NaN has to go
//! the same way, unless `x` is known to be none.

use crate::eval::{fold_binary, fold_convert, fold_unary};
use crate::kernel::{Binary, Const, Kernel, Op, Scalar, Stmt, Unary, ValueId};

/// Operations that are followed from a limit on; more are not looked at, so that the time is in proportion.
const FAR: usize = 16;

/// Takes limits out of a valid kernel: how many. They are left without a use.
pub(super) fn run(kernel: &mut Kernel) -> usize {
    let is_limit = |kernel: &Kernel, v: usize| matches!(kernel.values[v].op, Op::Binary(Binary::Min | Binary::Max, ..));
    if !(0..kernel.values.len()).any(|v| is_limit(kernel, v)) {
        return 0;
    }
    let mut readers = vec![Readers::None; kernel.values.len()];
    scan(kernel, &kernel.body, &mut readers);
    let mut removed = 0;
    for v in (0..kernel.values.len()).rev().filter(|v| is_limit(kernel, *v)).collect::<Vec<_>>() {
        let v = ValueId::new(v);
        let (Some(x), Readers::One(reader)) = (spared(kernel, &readers, v), readers[v.index()]) else { continue };
        kernel.values[reader.index()].op.operands_mut(|operand| {
            if *operand == v {
                *operand = x;
            }
        });
        if let Readers::One(of_x) = &mut readers[x.index()] {
            *of_x = reader;
        }
        removed += 1;
    }
    removed
}

/// Who reads a value.
#[derive(Clone, Copy)]
enum Readers {
    None,
    /// One operand of one value.
    One(ValueId),
    /// Several, or a statement.
    Other,
}

fn scan(kernel: &Kernel, block: &[Stmt], readers: &mut [Readers]) {
    for stmt in block {
        match stmt {
            Stmt::Let(v) => kernel.values[v.index()].op.operands(|x| {
                let readers = &mut readers[x.index()];
                *readers = if let Readers::None = readers { Readers::One(*v) } else { Readers::Other };
            }),
            Stmt::SetState(_, x) | Stmt::SetLocal(_, x) | Stmt::Push(_, x) | Stmt::Output(_, x) => {
                readers[x.index()] = Readers::Other;
            }
            Stmt::If { condition, then, otherwise } => {
                readers[condition.index()] = Readers::Other;
                scan(kernel, then, readers);
                scan(kernel, otherwise, readers);
            }
            Stmt::For { index: _, count: _, body } => scan(kernel, body, readers),
        }
    }
}

/// What a limit limits, if it makes no difference.
fn spared(kernel: &Kernel, readers: &[Readers], limit: ValueId) -> Option<ValueId> {
    let Op::Binary(op, x, k) = kernel.values[limit.index()].op else { return None };
    let k = constant(kernel, k).filter(|k| !is_nan(*k))?;
    let end = if op == Binary::Min { f64::INFINITY } else { f64::NEG_INFINITY };
    let of = |x: f64| match k.scalar() {
        Scalar::F32 => Some(Const::F32(x as f32)),
        Scalar::F64 => Some(Const::F64(x)),
        Scalar::I32 | Scalar::I64 | Scalar::Bool => None,
    };
    let mut probes = vec![k, of(end)?];
    if !is_number(kernel, x) {
        probes.push(of(f64::NAN)?);
    }
    let mut at = limit;
    for _ in 0..FAR {
        let Readers::One(reader) = readers[at.index()] else { return None };
        for probe in &mut probes {
            *probe = monotone(kernel, reader, at, *probe)?;
        }
        let [first, rest @ ..] = probes.as_slice() else { return None };
        // Equal zeros may have different signs in between.
        if rest.iter().all(|x| x == first) && !is_zero(*first) {
            return Some(x);
        }
        at = reader;
    }
    None
}

/// What a value is if its operand `at` is `x`; `None` if it does not grow or fall with that alone.
fn monotone(kernel: &Kernel, value: ValueId, at: ValueId, x: Const) -> Option<Const> {
    let value = &kernel.values[value.index()];
    match value.op {
        Op::Unary(op @ (Unary::Neg | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round), _) => {
            // The negative of the least integer is itself.
            x.scalar().is_float().then(|| fold_unary(op, x)).flatten()
        }
        Op::Convert(_) if x.scalar().is_float() && value.ty.scalar != Scalar::Bool => fold_convert(x, value.ty.scalar),
        Op::Binary(op, a, b) if x.scalar().is_float() => {
            let (left, right) = if a == at { (x, constant(kernel, b)?) } else { (constant(kernel, a)?, x) };
            let other = if a == at { right } else { left };
            let is_monotone = match op {
                Binary::Add | Binary::Sub => is_finite(other),
                Binary::Mul => is_finite(other) && !is_zero(other),
                Binary::Div => a == at && is_finite(other) && !is_zero(other),
                Binary::Min | Binary::Max => true,
                Binary::Rem | Binary::And | Binary::Or | Binary::Xor | Binary::Shl | Binary::Shr => false,
            };
            is_monotone.then(|| fold_binary(op, left, right)).flatten()
        }
        _ => None,
    }
}

/// The constant in all lanes of a value.
pub fn constant(kernel: &Kernel, v: ValueId) -> Option<Const> {
    match kernel.values[v.index()].op {
        Op::Const(c) => Some(c),
        Op::Splat(c) => constant(kernel, c),
        _ => None,
    }
}

/// True if a value is never NaN: the second operand of a limit is what a NaN becomes.
pub fn is_number(kernel: &Kernel, v: ValueId) -> bool {
    match kernel.values[v.index()].op {
        Op::Binary(Binary::Min | Binary::Max, _, k) => constant(kernel, k).is_some_and(|k| !is_nan(k)),
        Op::Const(c) => !is_nan(c),
        Op::Convert(x) => !kernel.ty(x).scalar.is_float(),
        _ => false,
    }
}

fn is_nan(c: Const) -> bool {
    match c {
        Const::F32(x) => x.is_nan(),
        Const::F64(x) => x.is_nan(),
        Const::I32(_) | Const::I64(_) | Const::Bool(_) => false,
    }
}

fn is_finite(c: Const) -> bool {
    match c {
        Const::F32(x) => x.is_finite(),
        Const::F64(x) => x.is_finite(),
        Const::I32(_) | Const::I64(_) | Const::Bool(_) => true,
    }
}

fn is_zero(c: Const) -> bool {
    match c {
        Const::F32(x) => x == 0.0,
        Const::F64(x) => x == 0.0,
        Const::I32(_) | Const::I64(_) | Const::Bool(_) => false,
    }
}
