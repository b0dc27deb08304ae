//! Operators on values of any type.
//!
//! One function for each operator, so that a program links those that it uses; [`unary`], [`binary`] and [`compare`] choose among
//! them for the evaluator. NumPy arrays and scalars are handed on to [`dynamic`](mod@super::array::dynamic).

mod arithmetic;
mod attributes;
mod augment;
mod comparison;
mod items;
mod iterate;
mod slices;

pub use arithmetic::{
    add, bit_and, bit_or, bit_xor, div, floordiv, invert, matmul, modulo, mul, neg, pos, pow, shl, shr, sub,
};
pub(super) use attributes::no_attribute;
pub use attributes::{attribute, set_attribute};
pub use augment::{iadd, iand, idiv, ifloordiv, imatmul, imod, imul, ior, ipow, ishl, ishr, isub, ixor};
pub(super) use comparison::same_range;
pub use comparison::{contains, eq, equal_items, ge, gt, is, is_not, le, lt, ne, not_contains, test};
pub use items::{as_index, del_item, element, get_item, index_of, member, set_item, set_member};
pub use iterate::{Iter, collect, iterate, unpack, unpack_starred};
pub use slices::Bounds;

use super::array::dynamic;
use super::{Result, Value};

/// Operators on one value. `not` is the negation of [`truth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    Neg,
    Pos,
    Invert,
}

/// Operators on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    And,
    Or,
    Xor,
    Shl,
    Shr,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Is,
    IsNot,
    In,
    NotIn,
}

/// `op a`
pub fn unary(op: Unary, a: &Value) -> Result {
    match op {
        Unary::Neg => neg(a),
        Unary::Pos => pos(a),
        Unary::Invert => invert(a),
    }
}

/// `a op b`
pub fn binary(op: Binary, a: &Value, b: &Value) -> Result {
    match op {
        Binary::Add => add(a, b),
        Binary::Sub => sub(a, b),
        Binary::Mul => mul(a, b),
        Binary::Div => div(a, b),
        Binary::FloorDiv => floordiv(a, b),
        Binary::Mod => modulo(a, b),
        Binary::Pow => pow(a, b),
        Binary::MatMul => matmul(a, b),
        Binary::And => bit_and(a, b),
        Binary::Or => bit_or(a, b),
        Binary::Xor => bit_xor(a, b),
        Binary::Shl => shl(a, b),
        Binary::Shr => shr(a, b),
    }
}

/// `a op= b`: what `a` is afterwards.
pub fn augment(op: Binary, a: &Value, b: &Value) -> Result {
    match op {
        Binary::Add => iadd(a, b),
        Binary::Sub => isub(a, b),
        Binary::Mul => imul(a, b),
        Binary::Div => idiv(a, b),
        Binary::FloorDiv => ifloordiv(a, b),
        Binary::Mod => imod(a, b),
        Binary::Pow => ipow(a, b),
        Binary::MatMul => imatmul(a, b),
        Binary::And => iand(a, b),
        Binary::Or => ior(a, b),
        Binary::Xor => ixor(a, b),
        Binary::Shl => ishl(a, b),
        Binary::Shr => ishr(a, b),
    }
}

/// `a op b` of a comparison.
pub fn compare(op: Compare, a: &Value, b: &Value) -> Result {
    match op {
        Compare::Eq => eq(a, b),
        Compare::Ne => ne(a, b),
        Compare::Lt => lt(a, b),
        Compare::Le => le(a, b),
        Compare::Gt => gt(a, b),
        Compare::Ge => ge(a, b),
        Compare::Is => is(a, b),
        Compare::IsNot => is_not(a, b),
        Compare::In => contains(a, b),
        Compare::NotIn => not_contains(a, b),
    }
}

/// What `if` and `bool()` make of a value.
pub fn truth(a: &Value) -> Result<bool> {
    Ok(match a {
        Value::None => false,
        Value::Bool(b) => *b,
        Value::Int(i) => *i != 0,
        Value::Float(x) => *x != 0.0,
        Value::Str(text) => !text.is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Tuple(items) => !items.is_empty(),
        Value::Dict(dict) => !dict.is_empty(),
        Value::Set(set) => !set.is_empty(),
        Value::Deque(deque) => !deque.is_empty(),
        Value::Range(range) => !range.is_empty(),
        Value::Scalar(_) | Value::Array(_) => return dynamic::truth(a),
        Value::Record(_) | Value::Slice(_) | Value::Ellipsis | Value::Type(_) => true,
    })
}

/// Whether NumPy decides what an operator does.
fn numpy(a: &Value) -> bool {
    dynamic::ANYWHERE && matches!(a, Value::Array(_) | Value::Scalar(_))
}
