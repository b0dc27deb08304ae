//! Built-in functions, `collections.deque` and `json.dumps`.
//!
//! Each takes one value for each parameter of its entry in the table. `...` stands for an argument that is left out where `None`
//! would mean something. What gives an iterator in Python gives a list here, as it is consumed at once.

mod json;
mod keyed;
mod loads;
mod numbers;
mod ordered;
mod records;
mod sorting;
mod types;

pub use json::dumps;
pub use keyed::{class_name, max_by_keys, min_by_keys, sorted_by_keys};
pub use loads::loads;
pub use numbers::{
    abs, all, any, bin, chr, divmod, divmod_float, divmod_int, hex, max, max_by, min, min_by, oct, ord, pow, round, sum,
};
pub use ordered::{
    bisect_left, bisect_right, heapify, heappop, heappush, heappushpop, heapreplace, insort_left, insort_right,
    nlargest, nsmallest,
};
pub use records::{FUNCTION, asdict, function_number};
pub use sorting::{order_of, reversed, reversed_by, sorted, sorted_by};
#[cfg(feature = "py-deques")]
pub use types::deque;
#[cfg(feature = "py-ranges")]
pub use types::range;
#[cfg(feature = "py-sets")]
pub use types::set;
pub(super) use types::update;
pub use types::{bool, dict, float, int, is_instance, list, str, tuple, type_name};

use super::array::dynamic;
use super::ops::{Iter, as_index, collect, iterate};
use super::{Exception, Result, Value, format};
use crate::text::{self, text};
use alloc::string::String;
use alloc::vec::Vec;

/// `len(obj)`
pub fn len(args: &[Value]) -> Result {
    length(&args[0]).map(|len| Value::Int(len as i64))
}

/// `len(obj)` as a number.
pub fn length(object: &Value) -> Result<usize> {
    Ok(match object {
        Value::Str(text) if text.is_ascii() => text.len(),
        Value::Str(text) => text::length(text),
        Value::List(list) => list.len(),
        Value::Tuple(items) => items.len(),
        Value::Dict(dict) => dict.len(),
        Value::Set(set) => set.len(),
        Value::Deque(deque) => deque.len(),
        Value::Range(range) => range.len(),
        Value::Array(array) => return dynamic::len(array),
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Scalar(_)
        | Value::Record(_)
        | Value::Slice(_)
        | Value::Ellipsis
        | Value::Type(_) => {
            let name = format::type_path(object);
            return Err(Exception::type_error(text!("object of type '{}' has no len()", name)));
        }
    })
}

/// `repr(obj)`
pub fn repr(args: &[Value]) -> Result {
    Ok(Value::from(format::repr(&args[0])))
}

/// `ascii(obj)`
pub fn ascii(args: &[Value]) -> Result {
    Ok(Value::from(format::ascii(&args[0])))
}

/// `format(value, format_spec)`
pub fn format(args: &[Value]) -> Result {
    match &args[1] {
        Value::Str(spec) => format::format(&args[0], spec).map(Value::from),
        other => {
            let name = format::type_path(other);
            Err(Exception::type_error(text!("format() argument 2 must be str, not {}", name)))
        }
    }
}

/// `enumerate(iterable, start)` as a list.
pub fn enumerate(args: &[Value]) -> Result {
    let start = as_index(&args[1])?;
    let items = collect(&args[0])?;
    let mut pairs = Vec::with_capacity(items.len());
    for (item, i) in items.into_iter().zip(0..) {
        let i = start.checked_add(i).ok_or_else(Exception::too_large)?;
        pairs.push(Value::tuple([Value::Int(i), item]));
    }
    Ok(Value::list(pairs))
}

/// `zip(*iterables, strict)` as a list.
pub fn zip(args: &[Value]) -> Result {
    let iterables = collect(&args[0])?;
    let strict = super::ops::truth(&args[1])?;
    let mut iters = Vec::with_capacity(iterables.len());
    for iterable in &iterables {
        iters.push(iterate(iterable)?);
    }
    let mut out = Vec::new();
    while let Some(row) = next_row(&mut iters, strict)? {
        out.push(Value::tuple(row));
    }
    Ok(Value::list(out))
}

/// One element of each, as long as all have one.
fn next_row(iters: &mut [Iter], strict: bool) -> Result<Option<Vec<Value>>> {
    let mut row = Vec::with_capacity(iters.len());
    for i in 0..iters.len() {
        match iters[i].next()? {
            Some(item) => row.push(item),
            None if strict && i > 0 => return Err(uneven(i, "shorter")),
            None => {
                for (i, iter) in iters.iter_mut().enumerate().skip(1).filter(|_| strict) {
                    if iter.next()?.is_some() {
                        return Err(uneven(i, "longer"));
                    }
                }
                return Ok(None);
            }
        }
    }
    Ok((!row.is_empty()).then_some(row))
}

fn uneven(index: usize, how: &str) -> Exception {
    let others = if index == 1 { String::from(" 1") } else { text!("s 1-{}", index) };
    Exception::value_error(text!("zip() argument {} is {} than argument{}", index + 1, how, others))
}
