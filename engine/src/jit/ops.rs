//! Each operation of the kernel language on one lane, as instructions of Cranelift.
//!
//! `None` means that the operation does not take lanes of that type, which never happens in a verified kernel.

use super::call::{Shim, shim};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::immediates::{Ieee32, Ieee64};
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, Signature, Type, Value, types};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::FunctionBuilder;
use remotemedia_ir::kernel::{Binary, Compare, Const, Math, Scalar, Unary};

/// The type of a lane; a bool is a byte, 0 or 1.
pub fn ty(scalar: Scalar) -> Type {
    match scalar {
        Scalar::F32 => types::F32,
        Scalar::F64 => types::F64,
        Scalar::I32 => types::I32,
        Scalar::I64 => types::I64,
        Scalar::Bool => types::I8,
    }
}

/// A constant.
pub fn constant(b: &mut FunctionBuilder<'_>, value: Const) -> Value {
    match value {
        Const::F32(x) => b.ins().f32const(Ieee32::with_bits(x.to_bits())),
        Const::F64(x) => b.ins().f64const(Ieee64::with_bits(x.to_bits())),
        Const::I32(x) => b.ins().iconst(types::I32, i64::from(x as u32)),
        Const::I64(x) => b.ins().iconst(types::I64, x),
        Const::Bool(x) => b.ins().iconst(types::I8, i64::from(x)),
    }
}

/// Calls a function of the runtime.
pub fn call(b: &mut FunctionBuilder<'_>, conv: CallConv, function: Shim, args: &[Value]) -> Value {
    let (address, takes, gives) = shim(function);
    let mut signature = Signature::new(conv);
    signature.params.extend(takes.iter().map(|t| AbiParam::new(*t)));
    signature.returns.push(AbiParam::new(gives));
    let signature = b.import_signature(signature);
    let address = b.ins().iconst(types::I64, address);
    let call = b.ins().call_indirect(signature, address, args);
    b.inst_results(call)[0]
}

/// An operation on one lane.
pub fn unary(b: &mut FunctionBuilder<'_>, op: Unary, scalar: Scalar, x: Value) -> Option<Value> {
    let float = scalar.is_float();
    Some(match op {
        Unary::Neg if float => b.ins().fneg(x),
        Unary::Abs if float => b.ins().fabs(x),
        Unary::Sqrt if float => b.ins().sqrt(x),
        Unary::Floor if float => b.ins().floor(x),
        Unary::Ceil if float => b.ins().ceil(x),
        Unary::Trunc if float => b.ins().trunc(x),
        Unary::Round if float => b.ins().nearest(x),
        Unary::Not if float => return None,
        Unary::Not if scalar == Scalar::Bool => b.ins().bxor_imm_u(x, 1),
        Unary::Neg if scalar != Scalar::Bool => b.ins().ineg(x),
        Unary::Abs if scalar != Scalar::Bool => b.ins().iabs(x),
        Unary::Not => b.ins().bnot(x),
        Unary::Neg | Unary::Abs | Unary::Sqrt | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round => {
            return None;
        }
    })
}

/// An operation on two lanes.
pub fn binary(
    b: &mut FunctionBuilder<'_>,
    conv: CallConv,
    op: Binary,
    scalar: Scalar,
    x: Value,
    y: Value,
) -> Option<Value> {
    match scalar {
        Scalar::F32 | Scalar::F64 => Some(match op {
            Binary::Add => b.ins().fadd(x, y),
            Binary::Sub => b.ins().fsub(x, y),
            Binary::Mul => b.ins().fmul(x, y),
            Binary::Div => b.ins().fdiv(x, y),
            Binary::Rem => call(b, conv, Shim::Rem(scalar), &[x, y]),
            Binary::Min | Binary::Max => least_or_most(b, op, scalar, x, y),
            Binary::And | Binary::Or | Binary::Xor | Binary::Shl | Binary::Shr => return None,
        }),
        Scalar::I32 | Scalar::I64 => Some(match op {
            Binary::Add => b.ins().iadd(x, y),
            Binary::Sub => b.ins().isub(x, y),
            Binary::Mul => b.ins().imul(x, y),
            Binary::Div | Binary::Rem => divide(b, op, ty(scalar), x, y),
            Binary::Min => b.ins().smin(x, y),
            Binary::Max => b.ins().smax(x, y),
            Binary::And => b.ins().band(x, y),
            Binary::Or => b.ins().bor(x, y),
            Binary::Xor => b.ins().bxor(x, y),
            Binary::Shl => b.ins().ishl(x, y),
            Binary::Shr => b.ins().sshr(x, y),
        }),
        Scalar::Bool => Some(match op {
            Binary::And => b.ins().band(x, y),
            Binary::Or => b.ins().bor(x, y),
            Binary::Xor => b.ins().bxor(x, y),
            Binary::Add
            | Binary::Sub
            | Binary::Mul
            | Binary::Div
            | Binary::Rem
            | Binary::Min
            | Binary::Max
            | Binary::Shl
            | Binary::Shr => return None,
        }),
    }
}

/// `if x < y { x } else { y }` or the same with `>`, as the first lane of vectors: that is one instruction where the choice between two
/// scalars is a branch.
fn least_or_most(b: &mut FunctionBuilder<'_>, op: Binary, scalar: Scalar, x: Value, y: Value) -> Value {
    let vector = if scalar == Scalar::F32 { types::F32X4 } else { types::F64X2 };
    let (x, y) = (b.ins().scalar_to_vector(vector, x), b.ins().scalar_to_vector(vector, y));
    let (less, more) = if op == Binary::Min { (x, y) } else { (y, x) };
    let first = b.ins().fcmp(FloatCC::LessThan, less, more);
    let first = b.ins().bitcast(vector, MemFlagsData::new(), first);
    let chosen = b.ins().bitselect(first, x, y);
    b.ins().extractlane(chosen, 0)
}

/// Division where that by 0 gives 0 and `MIN / -1` gives `MIN`; both would trap, so they divide by 1 instead.
fn divide(b: &mut FunctionBuilder<'_>, op: Binary, ty: Type, x: Value, y: Value) -> Value {
    let zero = b.ins().iconst(ty, 0);
    let one = b.ins().iconst(ty, 1);
    let minus_one = b.ins().iconst(ty, if ty == types::I32 { i64::from(u32::MAX) } else { -1 });
    let by_zero = b.ins().icmp(IntCC::Equal, y, zero);
    let by_minus_one = b.ins().icmp(IntCC::Equal, y, minus_one);
    let special = b.ins().bor(by_zero, by_minus_one);
    let divisor = b.ins().select(special, one, y);
    if op == Binary::Rem {
        // By 1 the remainder is 0, which it is in both cases.
        return b.ins().srem(x, divisor);
    }
    let quotient = b.ins().sdiv(x, divisor);
    let negated = b.ins().ineg(x);
    let quotient = b.ins().select(by_minus_one, negated, quotient);
    b.ins().select(by_zero, zero, quotient)
}

/// A comparison of floats or of lanes of them.
pub fn compare_floats(b: &mut FunctionBuilder<'_>, op: Compare, x: Value, y: Value) -> Value {
    let cc = match op {
        Compare::Eq => FloatCC::Equal,
        Compare::Ne => FloatCC::NotEqual,
        Compare::Lt => FloatCC::LessThan,
        Compare::Le => FloatCC::LessThanOrEqual,
        Compare::Gt => FloatCC::GreaterThan,
        Compare::Ge => FloatCC::GreaterThanOrEqual,
    };
    b.ins().fcmp(cc, x, y)
}

/// A comparison; gives a bool.
pub fn compare(b: &mut FunctionBuilder<'_>, op: Compare, scalar: Scalar, x: Value, y: Value) -> Option<Value> {
    if scalar.is_float() {
        return Some(compare_floats(b, op, x, y));
    }
    let cc = match op {
        Compare::Eq => IntCC::Equal,
        Compare::Ne => IntCC::NotEqual,
        Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge if scalar == Scalar::Bool => return None,
        Compare::Lt => IntCC::SignedLessThan,
        Compare::Le => IntCC::SignedLessThanOrEqual,
        Compare::Gt => IntCC::SignedGreaterThan,
        Compare::Ge => IntCC::SignedGreaterThanOrEqual,
    };
    Some(b.ins().icmp(cc, x, y))
}

/// To another type.
pub fn convert(b: &mut FunctionBuilder<'_>, from: Scalar, to: Scalar, x: Value) -> Option<Value> {
    Some(match (from, to) {
        (Scalar::F32, Scalar::F32)
        | (Scalar::F64, Scalar::F64)
        | (Scalar::I32, Scalar::I32)
        | (Scalar::I64, Scalar::I64)
        | (Scalar::Bool, Scalar::Bool) => x,
        (Scalar::F32, Scalar::F64) => b.ins().fpromote(types::F64, x),
        (Scalar::F64, Scalar::F32) => b.ins().fdemote(types::F32, x),
        (Scalar::F32 | Scalar::F64, Scalar::I32 | Scalar::I64) => b.ins().fcvt_to_sint_sat(ty(to), x),
        (Scalar::I32 | Scalar::I64, Scalar::F32 | Scalar::F64) => b.ins().fcvt_from_sint(ty(to), x),
        (Scalar::I32, Scalar::I64) => b.ins().sextend(types::I64, x),
        (Scalar::I64, Scalar::I32) => b.ins().ireduce(types::I32, x),
        (Scalar::Bool, Scalar::I32 | Scalar::I64) => b.ins().uextend(ty(to), x),
        (Scalar::Bool, Scalar::F32 | Scalar::F64) => {
            let one = if to == Scalar::F32 { Const::F32(1.0) } else { Const::F64(1.0) };
            let (one, zero) = (constant(b, one), constant(b, Const::zero(to)));
            b.ins().select(x, one, zero)
        }
        (Scalar::F32 | Scalar::F64 | Scalar::I32 | Scalar::I64, Scalar::Bool) => return None,
    })
}

/// An elementary function.
pub fn math(
    b: &mut FunctionBuilder<'_>,
    conv: CallConv,
    function: Math,
    scalar: Scalar,
    args: &[Value],
) -> Option<Value> {
    let takes = if matches!(function, Math::Pow | Math::Atan2) { 2 } else { 1 };
    (scalar.is_float() && args.len() == takes).then(|| call(b, conv, Shim::Math(function, scalar), args))
}

/// The same float, a NaN as the canonical one.
pub fn canonical(b: &mut FunctionBuilder<'_>, scalar: Scalar, x: Value) -> Value {
    let nan = match scalar {
        Scalar::F32 => Const::F32(f32::NAN),
        Scalar::F64 => Const::F64(f64::NAN),
        Scalar::I32 | Scalar::I64 | Scalar::Bool => return x,
    };
    let nan = constant(b, nan);
    let is_nan = b.ins().fcmp(FloatCC::Unordered, x, x);
    b.ins().select(is_nan, nan, x)
}
