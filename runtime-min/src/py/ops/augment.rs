//! `+=` and its like: lists, deques, dicts, sets and arrays change in place.

use super::arithmetic::{self, Symbol};
use super::{Binary, collect, index_of, numpy};
use crate::py::array::dynamic;
use crate::py::builtins::update;
use crate::py::{Exception, Result, Value, format};
use crate::text::text;

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident $op:ident $plain:ident $symbol:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(a: &Value, b: &Value) -> Result {
            if (numpy(a) || numpy(b)) && !(Binary::$op == Binary::Mul && arithmetic::repeats(a, b)) {
                return dynamic::augment(Binary::$op, a, b);
            }
            match in_place(Binary::$op, a, b) {
                Some(result) => result,
                None => arithmetic::$plain(a, b, Symbol($symbol)),
            }
        }
    )*};
}

operators! {
    /// `a -= b`
    isub Sub sub_as "-=";
    /// `a *= b`
    imul Mul mul_as "*=";
    /// `a /= b`
    idiv Div div_as "/=";
    /// `a //= b`
    ifloordiv FloorDiv floordiv_as "//=";
    /// `a **= b`
    ipow Pow pow_as "**=";
    /// `a @= b`
    imatmul MatMul matmul_as "@=";
    /// `a &= b`
    iand And and_as "&=";
    /// `a |= b`
    ior Or or_as "|=";
    /// `a ^= b`
    ixor Xor xor_as "^=";
    /// `a <<= b`
    ishl Shl shl_as "<<=";
    /// `a >>= b`
    ishr Shr shr_as ">>=";
}

/// `a += b`
#[inline]
pub fn iadd(a: &Value, b: &Value) -> Result {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(a + b)),
        _ => iadd_any(a, b),
    }
}

fn iadd_any(a: &Value, b: &Value) -> Result {
    if (numpy(a) || numpy(b)) && !matches!(a, Value::Str(_)) {
        return dynamic::augment(Binary::Add, a, b);
    }
    match in_place(Binary::Add, a, b) {
        Some(result) => result,
        None => arithmetic::add_as(a, b, Symbol("+=")),
    }
}

/// `a %= b`, which formats where `a` is a string.
pub fn imod(a: &Value, b: &Value) -> Result {
    match a {
        Value::Str(_) => super::modulo(a, b),
        _ if numpy(a) || numpy(b) => dynamic::augment(Binary::Mod, a, b),
        _ => arithmetic::modulo_as(a, b, Symbol("%=")),
    }
}

/// What changes in place gives itself.
fn in_place(op: Binary, a: &Value, b: &Value) -> Option<Result> {
    let change = match (op, a) {
        (Binary::Add, Value::List(list)) => collect(b).map(|items| list.0.borrow_mut().extend(items)),
        (Binary::Add, Value::Deque(deque)) => {
            collect(b).map(|items| items.into_iter().for_each(|item| deque.push(item)))
        }
        (Binary::Mul, Value::List(list)) => repeat_count(b).and_then(|count| {
            let items = arithmetic::repeated(&list.0.borrow(), count)?;
            *list.0.borrow_mut() = items;
            Ok(())
        }),
        (Binary::Mul, Value::Deque(deque)) => repeat_count(b).and_then(|count| {
            let items = arithmetic::repeated(&deque.snapshot(), count)?;
            deque.items.borrow_mut().clear();
            items.into_iter().for_each(|item| deque.push(item));
            deque.note_change();
            Ok(())
        }),
        // CPython asks the right operand for a repetition only where the left is no container at all.
        (Binary::Mul, Value::Dict(_) | Value::Set(_) | Value::Range(_) | Value::Record(_)) => {
            return Some(Err(arithmetic::unsupported(Symbol("*="), a, b)));
        }
        (Binary::Or, Value::Dict(dict)) => update(dict, b),
        (Binary::Or | Binary::And | Binary::Sub | Binary::Xor, Value::Set(set)) => {
            let Value::Set(other) = b else { return None };
            let result = match op {
                Binary::Or => set.union(other),
                Binary::And => set.intersection(other),
                Binary::Sub => set.difference(other),
                _ => set.symmetric_difference(other),
            };
            result.and_then(|result| set.assign(&result))
        }
        _ => return None,
    };
    Some(change.map(|()| a.clone()))
}

fn repeat_count(b: &Value) -> Result<i64> {
    index_of(b).ok_or_else(|| {
        let name = format::type_path(b);
        Exception::type_error(text!("can't multiply sequence by non-int of type '{}'", name))
    })
}
