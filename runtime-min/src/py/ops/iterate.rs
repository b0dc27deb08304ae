//! Iteration and unpacking.

use crate::py::array::dynamic;
use crate::py::containers::{Deque, Dict, List};
use crate::py::value::Range;
use crate::py::{Exception, Result, Value, array, format};
use crate::text::{cut, text};
use alloc::rc::Rc;
use alloc::vec::Vec;

/// An iterator over a value, which sees what happens to it meanwhile as CPython's does.
#[derive(Clone, Debug)]
pub struct Iter(State);

#[derive(Clone, Debug)]
enum State {
    List(List, usize),
    Tuple(Rc<[Value]>, usize),
    /// With the place of the next byte.
    Str(Rc<str>, usize),
    /// Of a dict or set: the next place in its table, and how many entries it had.
    Dict {
        dict: Dict,
        next: usize,
        len: usize,
        message: &'static str,
    },
    Deque {
        deque: Deque,
        next: usize,
        changes: u32,
    },
    Range {
        range: Range,
        next: usize,
        len: usize,
    },
    Array {
        array: array::Array,
        next: usize,
        len: usize,
    },
    Done,
}

/// `iter(value)`
pub fn iterate(value: &Value) -> Result<Iter> {
    Ok(Iter(match value {
        Value::List(list) => State::List(list.clone(), 0),
        Value::Tuple(items) => State::Tuple(items.clone(), 0),
        Value::Str(text) => State::Str(text.clone(), 0),
        Value::Dict(dict) => State::Dict {
            dict: dict.clone(),
            next: 0,
            len: dict.len(),
            message: "dictionary changed size during iteration",
        },
        Value::Set(set) => {
            State::Dict { dict: set.0.clone(), next: 0, len: set.len(), message: "Set changed size during iteration" }
        }
        Value::Deque(deque) => State::Deque { deque: deque.clone(), next: 0, changes: deque.changes() },
        Value::Range(range) => State::Range { range: *range, next: 0, len: range.len() },
        Value::Array(array) => State::Array { array: array.clone(), next: 0, len: dynamic::len(array)? },
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Scalar(_)
        | Value::Record(_)
        | Value::Slice(_)
        | Value::Ellipsis
        | Value::Type(_) => return Err(not_iterable(value)),
    }))
}

#[cold]
fn not_iterable(value: &Value) -> Exception {
    Exception::type_error(text!("'{}' object is not iterable", format::type_path(value)))
}

impl Iter {
    /// The next element; nothing at the end, and ever after.
    #[expect(clippy::should_implement_trait, reason = "a step may fail, and callers want the failure first")]
    pub fn next(&mut self) -> Result<Option<Value>> {
        let item = match &mut self.0 {
            State::List(list, next) => {
                let item = list.get(*next);
                *next += 1;
                item
            }
            State::Tuple(items, next) => {
                let item = items.get(*next).cloned();
                *next += 1;
                item
            }
            State::Str(text, next) => {
                let rest = cut(text, *next..);
                rest.chars().next().map(|c| {
                    *next += c.len_utf8();
                    Value::from(cut(rest, ..c.len_utf8()))
                })
            }
            State::Dict { dict, next, len, message } => {
                if dict.len() != *len {
                    return Err(Exception::new("RuntimeError", *message));
                }
                dict.key_from(*next).map(|(key, after)| {
                    *next = after;
                    key
                })
            }
            State::Deque { deque, next, changes } => {
                if deque.changes() != *changes {
                    return Err(Exception::new("RuntimeError", "deque mutated during iteration"));
                }
                let item = deque.get(*next);
                *next += 1;
                item
            }
            State::Range { range, next, len } => (*next < *len).then(|| {
                *next += 1;
                Value::Int(range.get(*next - 1))
            }),
            State::Array { array, next, len } => {
                if *next < *len {
                    *next += 1;
                    Some(dynamic::element(array, *next - 1)?)
                } else {
                    None
                }
            }
            State::Done => None,
        };
        if item.is_none() {
            self.0 = State::Done;
        }
        Ok(item)
    }
}

/// `list(value)` as a vector: the elements as they are now.
pub fn collect(value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::List(list) => Ok(list.snapshot()),
        Value::Tuple(items) => Ok(items.to_vec()),
        Value::Dict(dict) => Ok(dict.keys()),
        Value::Set(set) => Ok(set.snapshot()),
        Value::Deque(deque) => Ok(deque.snapshot()),
        _ => {
            let mut iter = iterate(value)?;
            let mut out = Vec::new();
            while let Some(item) = iter.next()? {
                out.push(item);
            }
            Ok(out)
        }
    }
}

/// The elements of a value that is assigned to `count` targets.
pub fn unpack(value: &Value, count: usize) -> Result<Vec<Value>> {
    let mut iter = unpackable(value)?;
    let mut out = Vec::with_capacity(count);
    while out.len() < count {
        match iter.next()? {
            Some(item) => out.push(item),
            None => {
                let got = out.len();
                let message = text!("not enough values to unpack (expected {}, got {})", count, got);
                return Err(Exception::value_error(message));
            }
        }
    }
    match iter.next()? {
        None => Ok(out),
        Some(_) => Err(Exception::value_error(text!("too many values to unpack (expected {})", count))),
    }
}

/// The elements of a value that is assigned to `before` targets, a starred one that takes a list, and `after` targets.
pub fn unpack_starred(value: &Value, before: usize, after: usize) -> Result<Vec<Value>> {
    let mut iter = unpackable(value)?;
    let mut out = Vec::new();
    while let Some(item) = iter.next()? {
        out.push(item);
    }
    let (least, got) = (before + after, out.len());
    if got < least {
        let message = text!("not enough values to unpack (expected at least {}, got {})", least, got);
        return Err(Exception::value_error(message));
    }
    let middle = out.drain(before..got - after).collect();
    out.insert(before, Value::list(middle));
    Ok(out)
}

fn unpackable(value: &Value) -> Result<Iter> {
    iterate(value).map_err(|exception| match value {
        // An array without axes has a message of its own.
        Value::Array(_) => exception,
        _ => Exception::type_error(text!("cannot unpack non-iterable {} object", format::type_path(value))),
    })
}
