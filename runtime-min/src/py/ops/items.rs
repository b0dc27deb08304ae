//! Subscripts: `a[i]`, `a[i] = x`, `del a[i]`.

use super::{Bounds, collect};
use crate::py::array::dynamic;
use crate::py::containers::List;
use crate::py::value::Range;
use crate::py::{Exception, Result, Value, array, format, number};
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

#[cold]
fn bad_index(what: &str, index: &Value) -> Exception {
    Exception::type_error(text!("{} indices must be integers or slices, not {}", what, format::type_path(index)))
}

#[cold]
fn out_of_range(what: &str) -> Exception {
    Exception::index_error(text!("{} out of range", what))
}

/// The position in a sequence, with the sequence's own messages.
#[inline]
fn find(what: &str, range_error: &str, index: &Value, len: usize) -> Result<usize> {
    let index = index_of(index).ok_or_else(|| bad_index(what, index))?;
    position(index, len).ok_or_else(|| out_of_range(range_error))
}

#[cold]
fn type_of_deque_index(index: &Value) -> Exception {
    Exception::type_error(text!("sequence index must be integer, not '{}'", format::type_path(index)))
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
            let at = find("list", "list index", index, items.len())?;
            Ok(items[at].clone())
        }
        (Value::Tuple(items), Value::Slice(slice)) => Ok(Value::tuple(pick(items, Bounds::of(slice, items.len())?))),
        (Value::Tuple(items), _) => {
            let at = find("tuple", "tuple index", index, items.len())?;
            Ok(items[at].clone())
        }
        (Value::Str(text), _) => character(text, index),
        (Value::Dict(dict), _) => dict.get(index)?.ok_or_else(|| Exception::new("KeyError", format::repr(index))),
        (Value::Deque(deque), _) => {
            let index = index_of(index).ok_or_else(|| type_of_deque_index(index))?;
            let items = deque.items.borrow();
            let at = position(index, items.len()).ok_or_else(|| out_of_range("deque index"))?;
            Ok(items[at].clone())
        }
        (Value::Range(range), Value::Slice(slice)) => sub_range(*range, slice),
        (Value::Range(range), _) => {
            let at = find("range", "range object index", index, range.len())?;
            Ok(Value::Int(range.get(at)))
        }
        (Value::Array(a), _) => dynamic::get_item(a, index),
        (
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Scalar(_)
            | Value::Set(_)
            | Value::Record(_)
            | Value::Slice(_)
            | Value::Ellipsis
            | Value::Type(_),
            _,
        ) => Err(Exception::type_error(match object {
            Value::Scalar(_) => String::from("invalid index to scalar variable."),
            _ => text!("'{}' object is not subscriptable", format::type_path(object)),
        })),
    }
}

fn pick(items: &[Value], bounds: Bounds) -> Vec<Value> {
    if bounds.step == 1 {
        return items[bounds.range()].to_vec();
    }
    bounds.positions().map(|at| items[at].clone()).collect()
}

/// A code point of a string, or several.
fn character(text: &str, index: &Value) -> Result {
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
    let index = index_of(index).ok_or_else(|| {
        let name = format::type_path(index);
        Exception::type_error(text!("string indices must be integers, not '{}'", name))
    })?;
    let at = position(index, len).ok_or_else(|| out_of_range("string index"))?;
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

/// `object[index] = value`
pub fn set_item(object: &Value, index: &Value, value: &Value) -> Result<()> {
    match (object, index) {
        (Value::List(list), Value::Slice(slice)) => set_slice(list, slice, value),
        (Value::List(list), _) => {
            let mut items = list.0.borrow_mut();
            let at = find("list", "list assignment index", index, items.len())?;
            items[at] = value.clone();
            Ok(())
        }
        (Value::Dict(dict), _) => dict.insert(index.clone(), value.clone()),
        (Value::Deque(deque), _) => {
            let index = index_of(index).ok_or_else(|| type_of_deque_index(index))?;
            let mut items = deque.items.borrow_mut();
            let at = position(index, items.len()).ok_or_else(|| out_of_range("deque index"))?;
            items[at] = value.clone();
            Ok(())
        }
        (Value::Array(a), _) => dynamic::set_item(a, index, value),
        _ => {
            let name = format::type_path(object);
            Err(Exception::type_error(text!("'{}' object does not support item assignment", name)))
        }
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
            let at = find("list", "list assignment index", index, items.len())?;
            items.remove(at);
            Ok(())
        }
        (Value::Dict(dict), _) => match dict.remove(index)? {
            Some(_) => Ok(()),
            None => Err(Exception::new("KeyError", format::repr(index))),
        },
        (Value::Deque(deque), _) => {
            let index = index_of(index).ok_or_else(|| type_of_deque_index(index))?;
            let mut items = deque.items.borrow_mut();
            let at = position(index, items.len()).ok_or_else(|| out_of_range("deque index"))?;
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
