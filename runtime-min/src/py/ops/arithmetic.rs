//! `+` and its like.

use super::{Binary, Unary, index_of, numpy};
use crate::py::array::dynamic;
use crate::py::containers::{Deque, Dict};
use crate::py::number::{self, Number};
use crate::py::{Exception, Result, Value, format};
use crate::text::text;
use alloc::string::String;
use alloc::vec::Vec;

/// Which operator a message names: the plain one or that of an assignment.
#[derive(Clone, Copy)]
pub(super) struct Symbol(pub &'static str);

#[cold]
pub(super) fn unsupported(symbol: Symbol, a: &Value, b: &Value) -> Exception {
    let (a, b) = (format::type_path(a), format::type_path(b));
    Exception::type_error(text!("unsupported operand type(s) for {}: '{}' and '{}'", symbol.0, a, b))
}

/// Both operands as numbers.
#[inline]
fn numbers(a: &Value, b: &Value) -> Option<(Number, Number)> {
    Some((Number::of(a)?, Number::of(b)?))
}

/// An operator that takes two ints to an int and other numbers to a float.
#[inline]
fn arithmetic(
    (a, b): (Number, Number),
    int: impl Fn(i64, i64) -> Result<i64>,
    float: impl Fn(f64, f64) -> Result<f64>,
) -> Result {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => int(a, b).map(Value::Int),
        (a, b) => float(a.float(), b.float()).map(Value::Float),
    }
}

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident $any:ident $symbol:literal;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(a: &Value, b: &Value) -> Result {
            $any(a, b, Symbol($symbol))
        }
    )*};
}

operators! {
    /// `a / b`
    div div_as "/";
    /// `a // b`
    floordiv floordiv_as "//";
    /// `a % b`, which formats where `a` is a string.
    modulo modulo_as "%";
    /// `a ** b`
    pow pow_as "** or pow()";
    /// `a @ b`
    matmul matmul_as "@";
    /// `a & b`
    bit_and and_as "&";
    /// `a | b`
    bit_or or_as "|";
    /// `a ^ b`
    bit_xor xor_as "^";
    /// `a << b`
    shl shl_as "<<";
    /// `a >> b`
    shr shr_as ">>";
}

/// `a + b`
#[inline]
pub fn add(a: &Value, b: &Value) -> Result {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a + b)),
        (Value::Int(a), Value::Int(b)) => number::int_add(*a, *b).map(Value::Int),
        _ => add_as(a, b, Symbol("+")),
    }
}

/// `a - b`
#[inline]
pub fn sub(a: &Value, b: &Value) -> Result {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a - b)),
        (Value::Int(a), Value::Int(b)) => number::int_sub(*a, *b).map(Value::Int),
        _ => sub_as(a, b, Symbol("-")),
    }
}

/// `a * b`
#[inline]
pub fn mul(a: &Value, b: &Value) -> Result {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a * b)),
        (Value::Int(a), Value::Int(b)) => number::int_mul(*a, *b).map(Value::Int),
        _ => mul_as(a, b, Symbol("*")),
    }
}

pub(super) fn add_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    let text_and_scalar = matches!((a, b), (Value::Str(_), Value::Scalar(_)));
    if (numpy(a) || numpy(b)) && !text_and_scalar {
        return dynamic::binary(Binary::Add, a, b);
    }
    if let Some(numbers) = numbers(a, b) {
        return arithmetic(numbers, number::int_add, |a, b| Ok(a + b));
    }
    let only = |name: &str| {
        let other = format::type_path(b);
        Err(Exception::type_error(text!("can only concatenate {} (not \"{}\") to {}", name, other, name)))
    };
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => {
            let mut out = String::with_capacity(a.len() + b.len());
            out.push_str(a);
            out.push_str(b);
            Ok(Value::from(out))
        }
        (Value::List(a), Value::List(b)) => {
            let mut out = a.snapshot();
            out.extend_from_slice(&b.0.borrow());
            Ok(Value::list(out))
        }
        (Value::Tuple(a), Value::Tuple(b)) => Ok(Value::Tuple(a.iter().chain(&**b).cloned().collect())),
        (Value::Deque(a), Value::Deque(b)) => {
            let mut out = a.snapshot();
            out.extend(b.snapshot());
            Ok(Value::Deque(Deque::of(out, a.limit)))
        }
        (Value::Str(_), _) => only("str"),
        (Value::List(_), _) => only("list"),
        (Value::Tuple(_), _) => only("tuple"),
        (Value::Deque(_), _) => only("deque"),
        _ => Err(unsupported(symbol, a, b)),
    }
}

pub(super) fn sub_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    if numpy(a) || numpy(b) {
        return dynamic::binary(Binary::Sub, a, b);
    }
    match (numbers(a, b), a, b) {
        (Some(numbers), _, _) => arithmetic(numbers, number::int_sub, |a, b| Ok(a - b)),
        (None, Value::Set(a), Value::Set(b)) => a.difference(b).map(Value::Set),
        (None, _, _) => Err(unsupported(symbol, a, b)),
    }
}

pub(super) fn mul_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    if (numpy(a) || numpy(b)) && !repeats(a, b) && !repeats(b, a) {
        return dynamic::binary(Binary::Mul, a, b);
    }
    if let Some(numbers) = numbers(a, b) {
        return arithmetic(numbers, number::int_mul, |a, b| Ok(a * b));
    }
    match (is_sequence(a), is_sequence(b)) {
        (true, _) => repeat(a, b),
        (false, true) => repeat(b, a),
        (false, false) => Err(unsupported(symbol, a, b)),
    }
}

/// A sequence beside a NumPy scalar, which counts as an int does.
pub(super) fn repeats(sequence: &Value, count: &Value) -> bool {
    is_sequence(sequence) && matches!(count, Value::Scalar(_))
}

fn is_sequence(a: &Value) -> bool {
    matches!(a, Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Deque(_))
}

/// A sequence so many times.
fn repeat(sequence: &Value, count: &Value) -> Result {
    let Some(count) = index_of(count) else {
        let name = format::type_path(count);
        return Err(Exception::type_error(text!("can't multiply sequence by non-int of type '{}'", name)));
    };
    match sequence {
        Value::Str(text) => Ok(Value::from(text.repeat(times(text.len(), count)?))),
        Value::List(list) => repeated(&list.0.borrow(), count).map(Value::list),
        Value::Tuple(items) => repeated(items, count).map(Value::tuple),
        Value::Deque(deque) => Ok(Value::Deque(Deque::of(repeated(&deque.snapshot(), count)?, deque.limit))),
        _ => Err(unsupported(Symbol("*"), sequence, &Value::Int(count))),
    }
}

/// The elements so many times.
pub(super) fn repeated(items: &[Value], count: i64) -> Result<Vec<Value>> {
    let count = times(items.len(), count)?;
    let mut out = Vec::with_capacity(items.len() * count);
    (0..count).for_each(|_| out.extend_from_slice(items));
    Ok(out)
}

/// How often a sequence of that length is repeated: what no memory could hold is an error and not an abort.
fn times(len: usize, count: i64) -> Result<usize> {
    const MOST: u64 = 1 << 31;
    let count = count.max(0) as u64;
    match (len as u64).checked_mul(count) {
        Some(total) if total <= MOST => Ok(count as usize),
        Some(_) | None => Err(Exception::new("MemoryError", "")),
    }
}

pub(super) fn div_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    if numpy(a) || numpy(b) {
        return dynamic::binary(Binary::Div, a, b);
    }
    match numbers(a, b) {
        Some((Number::Int(a), Number::Int(b))) => number::int_div(a, b).map(Value::Float),
        Some((a, b)) => number::float_div(a.float(), b.float()).map(Value::Float),
        None => Err(unsupported(symbol, a, b)),
    }
}

pub(super) fn floordiv_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    if numpy(a) || numpy(b) {
        return dynamic::binary(Binary::FloorDiv, a, b);
    }
    match numbers(a, b) {
        Some(numbers) => arithmetic(numbers, number::int_floordiv, number::float_floordiv),
        None => Err(unsupported(symbol, a, b)),
    }
}

pub(super) fn modulo_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    if let Value::Str(template) = a {
        return format::percent(template, b).map(Value::from);
    }
    if numpy(a) || numpy(b) {
        return dynamic::binary(Binary::Mod, a, b);
    }
    match numbers(a, b) {
        Some(numbers) => arithmetic(numbers, number::int_modulo, number::float_modulo),
        None => Err(unsupported(symbol, a, b)),
    }
}

pub(super) fn pow_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    if numpy(a) || numpy(b) {
        return dynamic::binary(Binary::Pow, a, b);
    }
    match numbers(a, b) {
        Some((Number::Int(a), Number::Int(b))) => number::power(a, b),
        Some((a, b)) => number::float_pow(a.float(), b.float()).map(Value::Float),
        None => Err(unsupported(symbol, a, b)),
    }
}

pub(super) fn matmul_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    if numpy(a) || numpy(b) { dynamic::binary(Binary::MatMul, a, b) } else { Err(unsupported(symbol, a, b)) }
}

pub(super) fn and_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(a & b)),
        (Value::Set(a), Value::Set(b)) => a.intersection(b).map(Value::Set),
        _ => bits(Binary::And, a, b, symbol, |a, b| Ok(a & b)),
    }
}

pub(super) fn or_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(a | b)),
        (Value::Set(a), Value::Set(b)) => a.union(b).map(Value::Set),
        (Value::Dict(a), Value::Dict(b)) => Dict::from_pairs(a.items().into_iter().chain(b.items())).map(Value::Dict),
        _ => bits(Binary::Or, a, b, symbol, |a, b| Ok(a | b)),
    }
}

pub(super) fn xor_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(a ^ b)),
        (Value::Set(a), Value::Set(b)) => a.symmetric_difference(b).map(Value::Set),
        _ => bits(Binary::Xor, a, b, symbol, |a, b| Ok(a ^ b)),
    }
}

pub(super) fn shl_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    bits(Binary::Shl, a, b, symbol, number::int_shl)
}

pub(super) fn shr_as(a: &Value, b: &Value, symbol: Symbol) -> Result {
    bits(Binary::Shr, a, b, symbol, number::int_shr)
}

/// An operator of ints alone.
fn bits(op: Binary, a: &Value, b: &Value, symbol: Symbol, int: impl Fn(i64, i64) -> Result<i64>) -> Result {
    if numpy(a) || numpy(b) {
        return dynamic::binary(op, a, b);
    }
    match numbers(a, b) {
        Some((Number::Int(a), Number::Int(b))) => int(a, b).map(Value::Int),
        Some(_) | None => Err(unsupported(symbol, a, b)),
    }
}

#[cold]
fn bad_operand(symbol: &str, a: &Value) -> Exception {
    Exception::type_error(text!("bad operand type for unary {}: '{}'", symbol, format::type_path(a)))
}

/// `-a`
pub fn neg(a: &Value) -> Result {
    if numpy(a) {
        return dynamic::unary(Unary::Neg, a);
    }
    match Number::of(a) {
        Some(Number::Int(i)) => number::int_neg(i).map(Value::Int),
        Some(Number::Float(x)) => Ok(Value::Float(-x)),
        None => Err(bad_operand("-", a)),
    }
}

/// `+a`
pub fn pos(a: &Value) -> Result {
    if numpy(a) {
        return dynamic::unary(Unary::Pos, a);
    }
    match Number::of(a) {
        Some(Number::Int(i)) => Ok(Value::Int(i)),
        Some(Number::Float(x)) => Ok(Value::Float(x)),
        None => Err(bad_operand("+", a)),
    }
}

/// `~a`
pub fn invert(a: &Value) -> Result {
    if numpy(a) {
        return dynamic::unary(Unary::Invert, a);
    }
    match Number::of(a) {
        Some(Number::Int(i)) => Ok(Value::Int(!i)),
        Some(Number::Float(_)) | None => Err(bad_operand("~", a)),
    }
}
