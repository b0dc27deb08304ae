//! Subscripts: `a[i]`, `a[i] = x`, `del a[i]`.

use super::{Bounds, collect};
use crate::py::array::dynamic;
use crate::py::containers::{Dict, List};
use crate::py::value::Range;
use crate::py::{Exception, Result, Value, array, expect, format, number};
use crate::text::{cut, length, text};
use alloc::string::String;
use alloc::vec::Vec;

/// The whole number that a value is where one is needed, as in a subscript: an `int` or NumPy's.
#[inline]
pub fn index_of(value: &Value) -> Option<i64> {
    match value {
        Value::Int(i) => Some(*i),
        Value::Bool(b) => Some(i64::from(*b)),
        Value::Scalar(scalar) => match array::item(*scalar) {
            Value::Int(i) => Some(i),
            _ => None,
        },
        _ => None,
    }
}

/// [`index_of`] where nothing else will do.
pub fn as_index(value: &Value) -> Result<i64> {
    index_of(value).ok_or_else(|| {
        let name = format::type_path(value);
        Exception::type_error(text!("'{}' object cannot be interpreted as an integer", name))
    })
}

/// The position that a subscript names: negative ones count from the end.
#[inline]
fn position(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(len as i64)? } else { index };
    usize::try_from(index).ok().filter(|index| *index < len)
}

/// Why an object has nothing at such an index.
#[cold]
fn wrong_index(object: &Value, index: &Value) -> Exception {
    let name = format::type_path(index);
    let what = match object {
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Range(_) => "range",
        Value::Str(_) => return Exception::type_error(text!("string indices must be integers, not '{}'", name)),
        Value::Deque(_) => return Exception::type_error(text!("sequence index must be integer, not '{}'", name)),
        Value::Scalar(_) => return Exception::type_error("invalid index to scalar variable."),
        _ => {
            return Exception::type_error(text!("'{}' object is not subscriptable", format::type_path(object)));
        }
    };
    Exception::type_error(text!("{} indices must be integers or slices, not {}", what, name))
}

#[cold]
fn out_of_range(what: &str) -> Exception {
    Exception::index_error(text!("{} out of range", what))
}

/// The position in a sequence, with the sequence's own messages.
#[inline]
fn find(object: &Value, range_error: &str, index: &Value, len: usize) -> Result<usize> {
    let index = index_of(index).ok_or_else(|| wrong_index(object, index))?;
    position(index, len).ok_or_else(|| out_of_range(range_error))
}

/// `object["key"]`
pub fn member(object: &Value, key: &Value) -> Result {
    match object {
        Value::Dict(dict) => get(dict, key),
        Value::Array(a) => dynamic::get_item(a, key),
        Value::Record(_) => of_match(object, key).unwrap_or_else(|| Err(wrong_index(object, key))),
        _ => Err(wrong_index(object, key)),
    }
}

/// `list[i]`
pub fn element(list: &Value, i: i64) -> Result {
    let Value::List(list) = list else { return Err(expect::broken()) };
    let items = list.0.borrow();
    let at = position(i, items.len()).ok_or_else(|| out_of_range("list index"))?;
    Ok(items[at].clone())
}

fn get(dict: &Dict, key: &Value) -> Result {
    dict.get(key)?.ok_or_else(|| Exception::new("KeyError", format::repr(key)))
}

/// `match[group]` of a regular expression: the only records with subscripts.
#[cfg(feature = "py-regex")]
use crate::py::regex::subscript as of_match;
#[cfg(not(feature = "py-regex"))]
fn of_match(_: &Value, _: &Value) -> Option<Result> {
    None
}

/// `object[index]`
pub fn get_item(object: &Value, index: &Value) -> Result {
    match (object, index) {
        (Value::List(list), Value::Slice(slice)) => {
            let items = list.0.borrow();
            Ok(Value::list(pick(&items, Bounds::of(slice, items.len())?)))
        }
        (Value::List(list), _) => {
            let items = list.0.borrow();
            let at = find(object, "list index", index, items.len())?;
            Ok(items[at].clone())
        }
        (Value::Tuple(items), Value::Slice(slice)) => Ok(Value::tuple(pick(items, Bounds::of(slice, items.len())?))),
        (Value::Tuple(items), _) => {
            let at = find(object, "tuple index", index, items.len())?;
            Ok(items[at].clone())
        }
        (Value::Str(text), _) => character(object, text, index),
        (Value::Dict(dict), _) => get(dict, index),
        (Value::Deque(deque), _) => {
            let items = deque.items.borrow();
            let at = find(object, "deque index", index, items.len())?;
            Ok(items[at].clone())
        }
        (Value::Range(range), Value::Slice(slice)) => sub_range(*range, slice),
        (Value::Range(range), _) => {
            let at = find(object, "range object index", index, range.len())?;
            Ok(Value::Int(range.get(at)))
        }
        (Value::Array(a), _) => dynamic::get_item(a, index),
        (Value::Record(_), _) => of_match(object, index).unwrap_or_else(|| Err(wrong_index(object, index))),
        (
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Scalar(_)
            | Value::Set(_)
            | Value::Slice(_)
            | Value::Ellipsis
            | Value::Type(_),
            _,
        ) => Err(wrong_index(object, index)),
    }
}

fn pick(items: &[Value], bounds: Bounds) -> Vec<Value> {
    if bounds.step == 1 {
        return items[bounds.range()].to_vec();
    }
    bounds.positions().map(|at| items[at].clone()).collect()
}

/// A code point of a string, or several.
fn character(object: &Value, text: &str, index: &Value) -> Result {
    let ascii = text.is_ascii();
    let len = if ascii { text.len() } else { length(text) };
    if let Value::Slice(slice) = index {
        let bounds = Bounds::of(slice, len)?;
        if ascii && bounds.step == 1 {
            return Ok(Value::from(cut(text, bounds.range())));
        }
        if bounds.step == 1 {
            let chars = text.chars().skip(bounds.start as usize).take(bounds.count);
            return Ok(Value::from(chars.collect::<String>()));
        }
        let chars: Vec<char> = text.chars().collect();
        return Ok(Value::from(bounds.positions().map(|at| chars[at]).collect::<String>()));
    }
    let at = find(object, "string index", index, len)?;
    if ascii {
        return Ok(Value::from(cut(text, at..=at)));
    }
    Ok(Value::from(text.chars().skip(at).take(1).collect::<String>()))
}

fn sub_range(range: Range, slice: &[Value; 3]) -> Result {
    let bounds = Bounds::of(slice, range.len())?;
    let at = |position: i64| number::int_add(range.start, number::int_mul(position, range.step)?);
    let step = number::int_mul(range.step, bounds.step)?;
    Ok(Value::Range(Range::of(at(bounds.start)?, at(bounds.stop)?, step)))
}

/// `object["key"] = value`
pub fn set_member(object: &Value, key: &Value, value: Value) -> Result<()> {
    match object {
        Value::Dict(dict) => dict.insert(key.clone(), value),
        Value::Array(a) => dynamic::set_item(a, key, &value),
        Value::List(_) | Value::Deque(_) => Err(wrong_index(object, key)),
        _ => Err(not_assignable(object)),
    }
}

#[cold]
fn not_assignable(object: &Value) -> Exception {
    let name = format::type_path(object);
    Exception::type_error(text!("'{}' object does not support item assignment", name))
}

/// `object[index] = value`
pub fn set_item(object: &Value, index: &Value, value: &Value) -> Result<()> {
    match (object, index) {
        (Value::List(list), Value::Slice(slice)) => set_slice(list, slice, value),
        (Value::List(list), _) => {
            let mut items = list.0.borrow_mut();
            let at = find(object, "list assignment index", index, items.len())?;
            items[at] = value.clone();
            Ok(())
        }
        (Value::Dict(dict), _) => dict.insert(index.clone(), value.clone()),
        (Value::Deque(deque), _) => {
            let mut items = deque.items.borrow_mut();
            let at = find(object, "deque index", index, items.len())?;
            items[at] = value.clone();
            Ok(())
        }
        (Value::Array(a), _) => dynamic::set_item(a, index, value),
        _ => Err(not_assignable(object)),
    }
}

fn set_slice(list: &List, slice: &[Value; 3], value: &Value) -> Result<()> {
    let bounds = Bounds::of(slice, list.len())?;
    let plain = bounds.step == 1;
    let message = if plain { "can only assign an iterable" } else { "must assign iterable to extended slice" };
    let new = collect(value).map_err(|_| Exception::type_error(message))?;
    let mut items = list.0.borrow_mut();
    if plain {
        items.splice(bounds.range(), new);
    } else if new.len() == bounds.count {
        bounds.positions().zip(new).for_each(|(at, value)| items[at] = value);
    } else {
        return Err(Exception::value_error(text!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            new.len(),
            bounds.count
        )));
    }
    Ok(())
}

/// `del object[index]`
pub fn del_item(object: &Value, index: &Value) -> Result<()> {
    match (object, index) {
        (Value::List(list), Value::Slice(slice)) => {
            let mut items = list.0.borrow_mut();
            let mut gone: Vec<usize> = Bounds::of(slice, items.len())?.positions().collect();
            gone.sort_unstable();
            let (mut at, mut next) = (0, 0);
            items.retain(|_| {
                let hit = gone.get(next) == Some(&at);
                next += usize::from(hit);
                at += 1;
                !hit
            });
            Ok(())
        }
        (Value::List(list), _) => {
            let mut items = list.0.borrow_mut();
            let at = find(object, "list assignment index", index, items.len())?;
            items.remove(at);
            Ok(())
        }
        (Value::Dict(dict), _) => match dict.remove(index)? {
            Some(_) => Ok(()),
            None => Err(Exception::new("KeyError", format::repr(index))),
        },
        (Value::Deque(deque), _) => {
            let mut items = deque.items.borrow_mut();
            let at = find(object, "deque index", index, items.len())?;
            items.remove(at);
            deque.note_change();
            Ok(())
        }
        (Value::Array(_), _) => Err(Exception::value_error("cannot delete array elements")),
        _ => {
            let name = format::type_path(object);
            let sequence =
                matches!(object, Value::Str(_) | Value::Tuple(_) | Value::Range(_) | Value::Set(_) | Value::Record(_));
            let not = if sequence && index_of(index).is_some() { "doesn't" } else { "does not" };
            Err(Exception::type_error(text!("'{}' object {} support item deletion", name, not)))
        }
    }
}
