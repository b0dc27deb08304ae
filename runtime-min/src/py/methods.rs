//! Methods of strings, lists, dicts and the rest, by name: the type of the object decides.
//!
//! Each takes its object first and then one value for each parameter of its entry in the table, `...` standing for an argument that
//! is left out. Arrays and NumPy scalars are handed on to [`array::method`]. What only strings have is in `strings` and `search`.

mod dicts;
mod lists;
mod search;
mod sets;
mod strings;

pub use dicts::{get, items, keys, popitem, setdefault, spread_dict, update, values};
pub use lists::{
    append, appendleft, clear, copy, extend, extendleft, insert, pop, popleft, remove, reverse, rotate, sort, sort_by,
    sort_by_keys, spread_list,
};
pub use search::{count, endswith, find, index, rfind, rindex, startswith};
pub use sets::{
    add, difference, difference_update, discard, intersection, intersection_update, isdisjoint, issubset, issuperset,
    symmetric_difference, union,
};
pub use strings::{
    capitalize, casefold, center, expandtabs, format, isalnum, isalpha, isascii, isdecimal, isdigit, islower,
    isnumeric, isprintable, isspace, istitle, isupper, join, ljust, lower, lstrip, partition, removeprefix,
    removesuffix, replace, rjust, rpartition, rsplit, rstrip, split, splitlines, strip, swapcase, title, upper, zfill,
};

use super::array::dynamic;
use super::number::Number;
use super::{Exception, Result, Value, array, format as text};
use crate::text::text as message;
use alloc::rc::Rc;

/// Where the object has no such method of ours: NumPy's objects have their own, on others it is an error.
#[cold]
fn other(args: &[Value], name: &'static str) -> Result {
    match &args[0] {
        Value::Array(_) | Value::Scalar(_) => dynamic::method(&args[0], name, &args[1..]),
        object => Err(super::ops::no_attribute(object, name)),
    }
}

/// The string that a method is called on; without one the result of the call.
fn string<'a>(args: &'a [Value], name: &'static str) -> core::result::Result<&'a Rc<str>, Result> {
    match &args[0] {
        Value::Str(text) => Ok(text),
        _ => Err(other(args, name)),
    }
}

/// A string among the arguments.
fn wanted<'a>(value: &'a Value, what: &str) -> Result<&'a str> {
    match value {
        Value::Str(text) => Ok(text),
        Value::None => Err(Exception::type_error(message!("{} must be str, not None", what))),
        other => Err(Exception::type_error(message!("{} must be str, not {}", what, text::type_path(other)))),
    }
}

/// `.is_integer()` of floats.
pub fn is_integer(args: &[Value]) -> Result {
    match &args[0] {
        Value::Float(x) => Ok(Value::Bool(x.is_finite() && crate::math::floor(*x) == *x)),
        Value::Scalar(scalar) => match array::item(*scalar) {
            Value::Int(_) => Ok(Value::Bool(true)),
            item @ Value::Float(_) => is_integer(&[item]),
            _ => other(args, "is_integer"),
        },
        _ => other(args, "is_integer"),
    }
}

fn whole(args: &[Value], name: &'static str, of: impl Fn(u64) -> u32) -> Result {
    match Number::of(&args[0]) {
        Some(Number::Int(i)) => Ok(Value::Int(i64::from(of(i.unsigned_abs())))),
        Some(Number::Float(_)) | None => other(args, name),
    }
}

/// `.bit_length()` of ints.
pub fn bit_length(args: &[Value]) -> Result {
    whole(args, "bit_length", |i| 64 - i.leading_zeros())
}

/// `.bit_count()` of ints.
pub fn bit_count(args: &[Value]) -> Result {
    whole(args, "bit_count", u64::count_ones)
}
