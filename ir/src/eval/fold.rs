//! The meaning of each operation on scalars.
//!
//! `None` means that the operation does not take constants of those types; it never happens in a verified kernel.

use crate::kernel::{Binary, Compare, Const, Math, Scalar, Unary};
use remotemedia_runtime_min::math;

/// The same value, a NaN with the bits of `f32::NAN` or `f64::NAN`.
pub fn canonical(x: Const) -> Const {
    match x {
        Const::F32(x) if x.is_nan() => Const::F32(f32::NAN),
        Const::F64(x) if x.is_nan() => Const::F64(f64::NAN),
        Const::F32(_) | Const::F64(_) | Const::I32(_) | Const::I64(_) | Const::Bool(_) => x,
    }
}

/// An operation on one value.
pub fn fold_unary(op: Unary, x: Const) -> Option<Const> {
    match x {
        Const::F32(x) => unary_f32(op, x).map(Const::F32),
        Const::F64(x) => unary_f64(op, x).map(Const::F64),
        Const::I32(x) => match op {
            Unary::Neg => Some(x.wrapping_neg()),
            Unary::Abs => Some(x.wrapping_abs()),
            Unary::Not => Some(!x),
            Unary::Sqrt | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round => None,
        }
        .map(Const::I32),
        Const::I64(x) => match op {
            Unary::Neg => Some(x.wrapping_neg()),
            Unary::Abs => Some(x.wrapping_abs()),
            Unary::Not => Some(!x),
            Unary::Sqrt | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round => None,
        }
        .map(Const::I64),
        Const::Bool(x) => match op {
            Unary::Not => Some(Const::Bool(!x)),
            Unary::Neg | Unary::Abs | Unary::Sqrt | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round => None,
        },
    }
}

/// The operations on floats, once for each of the two types.
macro_rules! floats {
    ($ty:ident, $unary:ident, $binary:ident) => {
        fn $unary(op: Unary, x: $ty) -> Option<$ty> {
            match op {
                Unary::Neg => Some(-x),
                Unary::Abs => Some(x.abs()),
                Unary::Sqrt => Some(x.sqrt()),
                Unary::Floor => Some(x.floor()),
                Unary::Ceil => Some(x.ceil()),
                Unary::Trunc => Some(x.trunc()),
                Unary::Round => Some(x.round_ties_even()),
                Unary::Not => None,
            }
        }

        fn $binary(op: Binary, a: $ty, b: $ty) -> Option<$ty> {
            match op {
                Binary::Add => Some(a + b),
                Binary::Sub => Some(a - b),
                Binary::Mul => Some(a * b),
                Binary::Div => Some(a / b),
                Binary::Rem => Some(a % b),
                Binary::Min => Some(if a < b { a } else { b }),
                Binary::Max => Some(if a > b { a } else { b }),
                Binary::And | Binary::Or | Binary::Xor | Binary::Shl | Binary::Shr => None,
            }
        }
    };
}

floats!(f32, unary_f32, binary_f32);
floats!(f64, unary_f64, binary_f64);

/// The operations on integers, once for each of the two types.
macro_rules! integers {
    ($ty:ident, $binary:ident) => {
        fn $binary(op: Binary, a: $ty, b: $ty) -> $ty {
            match op {
                Binary::Add => a.wrapping_add(b),
                Binary::Sub => a.wrapping_sub(b),
                Binary::Mul => a.wrapping_mul(b),
                Binary::Div if b == 0 => 0,
                Binary::Div => a.wrapping_div(b),
                Binary::Rem if b == 0 => 0,
                Binary::Rem => a.wrapping_rem(b),
                Binary::Min => a.min(b),
                Binary::Max => a.max(b),
                Binary::And => a & b,
                Binary::Or => a | b,
                Binary::Xor => a ^ b,
                // The count is taken modulo the width, of which only the low bits of `b` matter.
                Binary::Shl => a.wrapping_shl(b as u32),
                Binary::Shr => a.wrapping_shr(b as u32),
            }
        }
    };
}

integers!(i32, binary_i32);
integers!(i64, binary_i64);

/// An operation on two values of one type.
pub fn fold_binary(op: Binary, a: Const, b: Const) -> Option<Const> {
    match (a, b) {
        (Const::F32(a), Const::F32(b)) => binary_f32(op, a, b).map(Const::F32),
        (Const::F64(a), Const::F64(b)) => binary_f64(op, a, b).map(Const::F64),
        (Const::I32(a), Const::I32(b)) => Some(Const::I32(binary_i32(op, a, b))),
        (Const::I64(a), Const::I64(b)) => Some(Const::I64(binary_i64(op, a, b))),
        (Const::Bool(a), Const::Bool(b)) => match op {
            Binary::And => Some(a & b),
            Binary::Or => Some(a | b),
            Binary::Xor => Some(a ^ b),
            Binary::Add
            | Binary::Sub
            | Binary::Mul
            | Binary::Div
            | Binary::Rem
            | Binary::Min
            | Binary::Max
            | Binary::Shl
            | Binary::Shr => None,
        }
        .map(Const::Bool),
        (Const::F32(_) | Const::F64(_) | Const::I32(_) | Const::I64(_) | Const::Bool(_), _) => None,
    }
}

/// A comparison.
pub fn fold_compare(op: Compare, a: Const, b: Const) -> Option<Const> {
    fn compare<T: PartialOrd>(op: Compare, a: T, b: T) -> bool {
        match op {
            Compare::Eq => a == b,
            Compare::Ne => a != b,
            Compare::Lt => a < b,
            Compare::Le => a <= b,
            Compare::Gt => a > b,
            Compare::Ge => a >= b,
        }
    }
    let holds = match (a, b) {
        (Const::F32(a), Const::F32(b)) => compare(op, a, b),
        (Const::F64(a), Const::F64(b)) => compare(op, a, b),
        (Const::I32(a), Const::I32(b)) => compare(op, a, b),
        (Const::I64(a), Const::I64(b)) => compare(op, a, b),
        (Const::Bool(a), Const::Bool(b)) => match op {
            Compare::Eq => a == b,
            Compare::Ne => a != b,
            Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => return None,
        },
        (Const::F32(_) | Const::F64(_) | Const::I32(_) | Const::I64(_) | Const::Bool(_), _) => return None,
    };
    Some(Const::Bool(holds))
}

/// `a` where the condition is true, else `b`.
pub fn fold_select(condition: Const, a: Const, b: Const) -> Option<Const> {
    match condition {
        Const::Bool(condition) if a.scalar() == b.scalar() => Some(if condition { a } else { b }),
        Const::F32(_) | Const::F64(_) | Const::I32(_) | Const::I64(_) | Const::Bool(_) => None,
    }
}

/// To another type: Rust's `as`, a bool being 0 or 1. Only a bool gives a bool.
pub fn fold_convert(x: Const, to: Scalar) -> Option<Const> {
    Some(match (x, to) {
        (Const::F32(x), Scalar::F32) => Const::F32(x),
        (Const::F32(x), Scalar::F64) => Const::F64(f64::from(x)),
        (Const::F32(x), Scalar::I32) => Const::I32(x as i32),
        (Const::F32(x), Scalar::I64) => Const::I64(x as i64),
        (Const::F64(x), Scalar::F32) => Const::F32(x as f32),
        (Const::F64(x), Scalar::F64) => Const::F64(x),
        (Const::F64(x), Scalar::I32) => Const::I32(x as i32),
        (Const::F64(x), Scalar::I64) => Const::I64(x as i64),
        (Const::I32(x), Scalar::F32) => Const::F32(x as f32),
        (Const::I32(x), Scalar::F64) => Const::F64(f64::from(x)),
        (Const::I32(x), Scalar::I32) => Const::I32(x),
        (Const::I32(x), Scalar::I64) => Const::I64(i64::from(x)),
        (Const::I64(x), Scalar::F32) => Const::F32(x as f32),
        (Const::I64(x), Scalar::F64) => Const::F64(x as f64),
        (Const::I64(x), Scalar::I32) => Const::I32(x as i32),
        (Const::I64(x), Scalar::I64) => Const::I64(x),
        (Const::Bool(x), Scalar::F32) => Const::F32(if x { 1.0 } else { 0.0 }),
        (Const::Bool(x), Scalar::F64) => Const::F64(if x { 1.0 } else { 0.0 }),
        (Const::Bool(x), Scalar::I32) => Const::I32(i32::from(x)),
        (Const::Bool(x), Scalar::I64) => Const::I64(i64::from(x)),
        (Const::Bool(x), Scalar::Bool) => Const::Bool(x),
        (Const::F32(_) | Const::F64(_) | Const::I32(_) | Const::I64(_), Scalar::Bool) => return None,
    })
}

/// An elementary function, which is that of every tier.
pub fn fold_math(function: Math, args: &[Const]) -> Option<Const> {
    match *args {
        [Const::F32(x)] => Some(Const::F32(match function {
            Math::Sin => math::sinf(x),
            Math::Cos => math::cosf(x),
            Math::Tan => math::tanf(x),
            Math::Tanh => math::tanhf(x),
            Math::Atan => math::atanf(x),
            Math::Exp => math::expf(x),
            Math::Exp2 => math::exp2f(x),
            Math::Ln => math::logf(x),
            Math::Log2 => math::log2f(x),
            Math::Log10 => math::log10f(x),
            Math::Pow | Math::Atan2 => return None,
        })),
        [Const::F64(x)] => Some(Const::F64(match function {
            Math::Sin => math::sin(x),
            Math::Cos => math::cos(x),
            Math::Tan => math::tan(x),
            Math::Tanh => math::tanh(x),
            Math::Atan => math::atan(x),
            Math::Exp => math::exp(x),
            Math::Exp2 => math::exp2(x),
            Math::Ln => math::log(x),
            Math::Log2 => math::log2(x),
            Math::Log10 => math::log10(x),
            Math::Pow | Math::Atan2 => return None,
        })),
        [Const::F32(x), Const::F32(y)] => two(function).map(|(f32, _)| Const::F32(f32(x, y))),
        [Const::F64(x), Const::F64(y)] => two(function).map(|(_, f64)| Const::F64(f64(x, y))),
        ref _not_floats => None,
    }
}

/// A function of two arguments in both types.
type Two = (fn(f32, f32) -> f32, fn(f64, f64) -> f64);

fn two(function: Math) -> Option<Two> {
    match function {
        Math::Pow => Some((math::powf, math::pow)),
        Math::Atan2 => Some((math::atan2f, math::atan2)),
        Math::Sin
        | Math::Cos
        | Math::Tan
        | Math::Tanh
        | Math::Atan
        | Math::Exp
        | Math::Exp2
        | Math::Ln
        | Math::Log2
        | Math::Log10 => None,
    }
}
