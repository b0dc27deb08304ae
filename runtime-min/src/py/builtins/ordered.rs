//! `bisect` and `heapq`: lists in order, by `<` alone, with the comparisons of CPython.

use super::sorting;
use crate::py::containers::List;
use crate::py::ops::{self, as_index};
use crate::py::{Exception, Result, Value, format, methods};
use crate::text::text;

fn less(a: &Value, b: &Value) -> Result<bool> {
    ops::test::lt(a, b)
}

/// `bisect_left(a, x, lo, hi)`
pub fn bisect_left(args: &[Value]) -> Result {
    place(args, true).map(Value::Int)
}

/// `bisect_right(a, x, lo, hi)`
pub fn bisect_right(args: &[Value]) -> Result {
    place(args, false).map(Value::Int)
}

/// `insort_left(a, x, lo, hi)`
pub fn insort_left(args: &[Value]) -> Result {
    let at = place(args, true)?;
    methods::insert(&[args[0].clone(), Value::Int(at), args[1].clone()])
}

/// `insort_right(a, x, lo, hi)`
pub fn insort_right(args: &[Value]) -> Result {
    let at = place(args, false)?;
    methods::insert(&[args[0].clone(), Value::Int(at), args[1].clone()])
}

/// The first place in front of which all is less than `x`, or behind which all is greater.
fn place(args: &[Value], is_left: bool) -> Result<i64> {
    let (a, x) = (&args[0], &args[1]);
    let mut low = as_index(&args[2])?;
    if low < 0 {
        return Err(Exception::value_error("lo must be non-negative"));
    }
    let mut high = match &args[3] {
        Value::None => super::length(a)? as i64,
        high => as_index(high)?,
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let item = ops::get_item(a, &Value::Int(middle))?;
        let goes_right = if is_left { less(&item, x)? } else { !less(x, &item)? };
        if goes_right {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// A heap as a list.
fn heap<'a>(value: &'a Value, function: &str) -> Result<&'a List> {
    match value {
        Value::List(list) => Ok(list),
        other => {
            let name = format::type_path(other);
            Err(Exception::type_error(text!("{} must be list, not {}", function, name)))
        }
    }
}

/// An item moves towards the top, as long as it is less than what is above it.
fn rise(heap: &List, top: usize, mut at: usize) -> Result<()> {
    while at > top {
        let above = (at - 1) / 2;
        let (Some(item), Some(parent)) = (heap.get(at), heap.get(above)) else { break };
        if !less(&item, &parent)? {
            break;
        }
        heap.0.borrow_mut().swap(at, above);
        at = above;
    }
    Ok(())
}

/// An item moves all the way down, where the lesser ones come up, and from there to its place.
fn sink(heap: &List, top: usize) -> Result<()> {
    let len = heap.len();
    let mut at = top;
    while at < len / 2 {
        let mut below = 2 * at + 1;
        if let (Some(left), Some(right)) = (heap.get(below), heap.get(below + 1)) {
            below += usize::from(!less(&left, &right)?);
        }
        heap.0.borrow_mut().swap(at, below);
        at = below;
    }
    rise(heap, top, at)
}

/// The top of a heap, in whose place an item comes.
fn replaced(heap: &List, item: Value) -> Result {
    let Some(top) = heap.get(0) else { return Err(Exception::index_error("index out of range")) };
    heap.0.borrow_mut()[0] = item;
    sink(heap, 0)?;
    Ok(top)
}

/// `heapify(heap)`
pub fn heapify(args: &[Value]) -> Result {
    let heap = heap(&args[0], "heapify() argument")?;
    (0..heap.len() / 2).rev().try_for_each(|at| sink(heap, at))?;
    Ok(Value::None)
}

/// `heappush(heap, item)`
pub fn heappush(args: &[Value]) -> Result {
    let heap = heap(&args[0], "heappush() argument 1")?;
    heap.push(args[1].clone());
    rise(heap, 0, heap.len() - 1)?;
    Ok(Value::None)
}

/// `heappop(heap)`
pub fn heappop(args: &[Value]) -> Result {
    let heap = heap(&args[0], "heappop() argument")?;
    let last = heap.0.borrow_mut().pop();
    match last {
        None => Err(Exception::index_error("index out of range")),
        Some(last) if heap.is_empty() => Ok(last),
        Some(last) => replaced(heap, last),
    }
}

/// `heapreplace(heap, item)`
pub fn heapreplace(args: &[Value]) -> Result {
    replaced(heap(&args[0], "heapreplace() argument 1")?, args[1].clone())
}

/// `heappushpop(heap, item)`
pub fn heappushpop(args: &[Value]) -> Result {
    let heap = heap(&args[0], "heappushpop() argument 1")?;
    match heap.get(0) {
        Some(top) if less(&top, &args[1])? => replaced(heap, args[1].clone()),
        _ => Ok(args[1].clone()),
    }
}

/// `nlargest(n, iterable)`
pub fn nlargest(args: &[Value]) -> Result {
    first(args, true)
}

/// `nsmallest(n, iterable)`
pub fn nsmallest(args: &[Value]) -> Result {
    first(args, false)
}

fn first(args: &[Value], reverse: bool) -> Result {
    let n = usize::try_from(as_index(&args[0])?).unwrap_or(0);
    let sorted = sorting::sorted(&[args[1].clone(), Value::Bool(reverse)])?;
    let Value::List(items) = &sorted else { return Ok(sorted) };
    items.0.borrow_mut().truncate(n);
    Ok(sorted)
}
