//! Methods that change lists and deques, and those that other containers share with them.

use super::{message, other};
use crate::py::builtins::{order_of, reversed_by};
use crate::py::containers::{Deque, List};
use crate::py::ops::{as_index, collect, equal_items, iterate};
use crate::py::{Exception, Result, Value, format as text};
use alloc::vec::Vec;

/// `.append(object)` of lists and deques.
pub fn append(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => list.push(args[1].clone()),
        Value::Deque(deque) => deque.push(args[1].clone()),
        _ => return other(args, "append"),
    }
    Ok(Value::None)
}

/// `.appendleft(object)` of deques.
pub fn appendleft(args: &[Value]) -> Result {
    match &args[0] {
        Value::Deque(deque) => deque.push_left(args[1].clone()),
        _ => return other(args, "appendleft"),
    }
    Ok(Value::None)
}

/// `.extend(iterable)` of lists and deques.
pub fn extend(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => {
            let items = collect(&args[1])?;
            list.0.borrow_mut().extend(items);
        }
        Value::Deque(deque) => collect(&args[1])?.into_iter().for_each(|item| deque.push(item)),
        _ => return other(args, "extend"),
    }
    Ok(Value::None)
}

/// `*iterable` in a display.
pub fn spread_list(args: &[Value]) -> Result {
    if iterate(&args[1]).is_err() {
        let name = text::type_path(&args[1]);
        return Err(Exception::type_error(message!("Value after * must be an iterable, not {}", name)));
    }
    extend(args)
}

/// `.extendleft(iterable)` of deques.
pub fn extendleft(args: &[Value]) -> Result {
    match &args[0] {
        Value::Deque(deque) => collect(&args[1])?.into_iter().for_each(|item| deque.push_left(item)),
        _ => return other(args, "extendleft"),
    }
    Ok(Value::None)
}

/// Where something is inserted: negative positions count from the end, and the ends are the limits.
fn place(index: i64, len: usize) -> usize {
    let len = len as i64;
    (if index < 0 { index.saturating_add(len) } else { index }).clamp(0, len) as usize
}

/// `.insert(index, object)` of lists and deques.
pub fn insert(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => {
            let at = place(as_index(&args[1])?, list.len());
            list.0.borrow_mut().insert(at, args[2].clone());
        }
        Value::Deque(deque) => {
            let at = as_index(&args[1])?;
            if deque.limit.is_some_and(|limit| deque.len() >= limit) {
                return Err(Exception::index_error("deque already at its maximum size"));
            }
            deque.note_change();
            let at = place(at, deque.len());
            deque.items.borrow_mut().insert(at, args[2].clone());
        }
        _ => return other(args, "insert"),
    }
    Ok(Value::None)
}

/// `.pop(...)` of lists, dicts, sets and deques.
pub fn pop(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => pop_list(list, &args[1]),
        Value::Deque(deque) => pop_deque(deque, |items| items.pop_back()),
        Value::Dict(_) if matches!(args[1], Value::Ellipsis) => {
            Err(Exception::type_error("pop expected at least 1 argument, got 0"))
        }
        // An empty dict does not ask whether the key is hashable.
        Value::Dict(dict) => match (if dict.is_empty() { None } else { dict.remove(&args[1])? }, &args[2]) {
            (Some(value), _) => Ok(value),
            (None, Value::Ellipsis) => Err(Exception::new("KeyError", text::repr(&args[1]))),
            (None, default) => Ok(default.clone()),
        },
        Value::Set(set) => {
            let first = set.0.pop_first();
            first.map(|(item, _)| item).ok_or_else(|| Exception::new("KeyError", "'pop from an empty set'"))
        }
        _ => other(args, "pop"),
    }
}

fn pop_list(list: &List, index: &Value) -> Result {
    let index = if let Value::Ellipsis = index { -1 } else { as_index(index)? };
    let mut items = list.0.borrow_mut();
    let len = items.len() as i64;
    if len == 0 {
        return Err(Exception::index_error("pop from empty list"));
    }
    let at = if index < 0 { index.saturating_add(len) } else { index };
    if !(0..len).contains(&at) {
        return Err(Exception::index_error("pop index out of range"));
    }
    Ok(items.remove(at as usize))
}

fn pop_deque(deque: &Deque, take: impl FnOnce(&mut alloc::collections::VecDeque<Value>) -> Option<Value>) -> Result {
    let item = take(&mut deque.items.borrow_mut());
    deque.note_change();
    item.ok_or_else(|| Exception::index_error("pop from an empty deque"))
}

/// `.popleft()` of deques.
pub fn popleft(args: &[Value]) -> Result {
    match &args[0] {
        Value::Deque(deque) => pop_deque(deque, |items| items.pop_front()),
        _ => other(args, "popleft"),
    }
}

/// `.rotate(n)` of deques.
pub fn rotate(args: &[Value]) -> Result {
    let Value::Deque(deque) = &args[0] else { return other(args, "rotate") };
    let n = as_index(&args[1])?;
    let mut items = deque.items.borrow_mut();
    if items.len() > 1 {
        let by = n.rem_euclid(items.len() as i64) as usize;
        items.rotate_right(by);
        deque.note_change();
    }
    Ok(Value::None)
}

fn position<'a>(items: impl Iterator<Item = &'a Value>, wanted: &Value) -> Result<Option<usize>> {
    for (at, item) in items.enumerate() {
        if equal_items(item, wanted)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// `.remove(value)` of lists, sets and deques.
pub fn remove(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => {
            let at = position(list.0.borrow().iter(), &args[1])?;
            let at = at.ok_or_else(|| Exception::value_error("list.remove(x): x not in list"))?;
            list.0.borrow_mut().remove(at);
        }
        Value::Deque(deque) => {
            let at = position(deque.items.borrow().iter(), &args[1])?;
            let at = at.ok_or_else(|| Exception::value_error(message!("{} is not in deque", text::repr(&args[1]))))?;
            deque.items.borrow_mut().remove(at);
            deque.note_change();
        }
        Value::Set(set) => {
            if !set.remove(&args[1])? {
                return Err(Exception::new("KeyError", text::repr(&args[1])));
            }
        }
        _ => return other(args, "remove"),
    }
    Ok(Value::None)
}

/// `.clear()` of lists, dicts, sets and deques.
pub fn clear(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => list.0.borrow_mut().clear(),
        Value::Dict(dict) => dict.clear(),
        Value::Set(set) => set.0.clear(),
        Value::Deque(deque) => {
            deque.items.borrow_mut().clear();
            deque.note_change();
        }
        _ => return other(args, "clear"),
    }
    Ok(Value::None)
}

/// `.copy()` of lists, dicts, sets and deques.
pub fn copy(args: &[Value]) -> Result {
    Ok(match &args[0] {
        Value::List(list) => Value::list(list.snapshot()),
        Value::Dict(dict) => Value::Dict(dict.copy()),
        Value::Set(set) => Value::Set(set.copy()),
        Value::Deque(deque) => Value::Deque(Deque::of(deque.snapshot(), deque.limit)),
        _ => return other(args, "copy"),
    })
}

/// `.reverse()` of lists and deques.
pub fn reverse(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => list.0.borrow_mut().reverse(),
        Value::Deque(deque) => deque.items.borrow_mut().make_contiguous().reverse(),
        _ => return other(args, "reverse"),
    }
    Ok(Value::None)
}

/// `.sort(reverse)` of lists.
pub fn sort(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => {
            let keys = list.snapshot();
            sort_by(list, &keys, reversed_by(&args[1])?)?;
            Ok(Value::None)
        }
        _ => other(args, "sort"),
    }
}

/// `.sort(key=..., reverse)` of a list, the keys being computed: one for each element.
pub fn sort_by(list: &List, keys: &[Value], reverse: bool) -> Result<()> {
    let order = order_of(keys, reverse)?;
    let items = list.snapshot();
    if items.len() != order.len() {
        return Err(Exception::value_error("list modified during sort"));
    }
    *list.0.borrow_mut() = order.into_iter().map(|at| items[at].clone()).collect::<Vec<_>>();
    Ok(())
}

/// `.sort(key=…, reverse=…)`, the keys being computed.
pub fn sort_by_keys(args: &[Value]) -> Result {
    match &args[0] {
        Value::List(list) => {
            sort_by(list, &collect(&args[1])?, reversed_by(&args[2])?)?;
            Ok(Value::None)
        }
        _ => other(args, "sort"),
    }
}

/// `.index(value, start, stop)` of lists, tuples, deques and ranges.
pub(super) fn index_in(args: &[Value]) -> Result {
    let items = match &args[0] {
        Value::List(_) | Value::Tuple(_) | Value::Deque(_) | Value::Range(_) => collect(&args[0])?,
        _ => return other(args, "index"),
    };
    let bound = |value: &Value, default: usize| match value {
        Value::None => Ok(default),
        other => as_index(other).map(|at| place(at, items.len())),
    };
    let (start, stop) = (bound(&args[2], 0)?, bound(&args[3], items.len())?);
    let within = items.get(start..stop.max(start)).unwrap_or_default();
    match position(within.iter(), &args[1])? {
        Some(at) => Ok(Value::Int((start + at) as i64)),
        None => Err(Exception::value_error(match &args[0] {
            Value::Tuple(_) => alloc::string::String::from("tuple.index(x): x not in tuple"),
            Value::Deque(_) => message!("{} is not in deque", text::repr(&args[1])),
            Value::Range(_) => message!("{} is not in range", text::repr(&args[1])),
            _ => message!("{} is not in list", text::repr(&args[1])),
        })),
    }
}

/// `.count(value)` of lists, tuples, deques and ranges.
pub(super) fn count_in(args: &[Value]) -> Result {
    let items = match &args[0] {
        Value::List(_) | Value::Tuple(_) | Value::Deque(_) | Value::Range(_) => collect(&args[0])?,
        _ => return other(args, "count"),
    };
    let mut count = 0;
    for item in &items {
        count += i64::from(equal_items(item, &args[1])?);
    }
    Ok(Value::Int(count))
}
