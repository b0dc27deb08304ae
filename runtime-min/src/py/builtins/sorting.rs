//! Sorting: stable, by `<` alone.

use crate::py::ops::{self, as_index, collect, truth};
use crate::py::{Exception, Result, Value, format};
use crate::text::text;
use alloc::vec::Vec;

/// What `reverse=` says: a whole number that C's `int` holds.
pub fn reversed_by(value: &Value) -> Result<bool> {
    let flag = as_index(value)?;
    if i32::try_from(flag).is_err() {
        return Err(Exception::new("OverflowError", "Python int too large to convert to C int"));
    }
    Ok(flag != 0)
}

/// `sorted(iterable, reverse)`
pub fn sorted(args: &[Value]) -> Result {
    let items = collect(&args[0])?;
    let order = order_of(&items, reversed_by(&args[1])?)?;
    Ok(Value::list(pick(items, order)))
}

/// `sorted(items, key=..., reverse)`, the keys being computed: one for each item.
pub fn sorted_by(items: Vec<Value>, keys: &[Value], reverse: bool) -> Result<Vec<Value>> {
    let order = order_of(keys, reverse)?;
    Ok(pick(items, order))
}

fn pick(items: Vec<Value>, order: Vec<usize>) -> Vec<Value> {
    order.into_iter().map(|at| items[at].clone()).collect()
}

/// `reversed(sequence)` as a list.
pub fn reversed(args: &[Value]) -> Result {
    match &args[0] {
        Value::Set(_) => Err(Exception::type_error("'set' object is not reversible")),
        other => {
            let mut items = collect(other).map_err(|exception| match other {
                Value::Array(_) => exception,
                _ => {
                    let name = format::type_path(other);
                    Exception::type_error(text!("'{}' object is not reversible", name))
                }
            })?;
            items.reverse();
            Ok(Value::list(items))
        }
    }
}

/// The positions of the keys in ascending order, or descending; equal ones stay in order.
pub fn order_of(keys: &[Value], reverse: bool) -> Result<Vec<usize>> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    if reverse {
        // So that equal ones are in order after the reversal at the end.
        order.reverse();
    }
    if let Some(numbers) = floats(keys) {
        sort(&mut order, &|a, b| Ok(numbers[a] < numbers[b]))?;
    } else {
        sort(&mut order, &|a, b| truth(&ops::lt(&keys[a], &keys[b])?))?;
    }
    if reverse {
        order.reverse();
    }
    Ok(order)
}

/// The keys as floats where all are, none of them NaN. Minus zero equals zero.
fn floats(keys: &[Value]) -> Option<Vec<f64>> {
    let number = |key: &Value| match key {
        Value::Float(x) if !x.is_nan() => Some(x + 0.0),
        _ => None,
    };
    keys.iter().map(number).collect()
}

/// Whether the key of the first place is less than that of the second.
type Less<'a> = &'a dyn Fn(usize, usize) -> Result<bool>;

/// From here on halves are sorted and merged. Below, the comparisons are those of CPython, so that unordered keys end in the same
/// order and mixed ones fail with the same message.
const MERGED: usize = 64;

fn sort(order: &mut [usize], less: Less<'_>) -> Result<()> {
    if order.len() < MERGED {
        return insert(order, less);
    }
    let middle = order.len() / 2;
    sort(&mut order[..middle], less)?;
    sort(&mut order[middle..], less)?;
    let left = order[..middle].to_vec();
    let (mut from_left, mut from_right, mut to) = (0, middle, 0);
    while from_left < left.len() && from_right < order.len() {
        if less(order[from_right], left[from_left])? {
            order[to] = order[from_right];
            from_right += 1;
        } else {
            order[to] = left[from_left];
            from_left += 1;
        }
        to += 1;
    }
    order[to..to + left.len() - from_left].copy_from_slice(&left[from_left..]);
    Ok(())
}

/// The run at the start, then binary insertion.
fn insert(order: &mut [usize], less: Less<'_>) -> Result<()> {
    let mut sorted = order.len().min(2);
    if order.len() > 1 {
        let descending = less(order[1], order[0])?;
        while sorted < order.len() && less(order[sorted], order[sorted - 1])? == descending {
            sorted += 1;
        }
        if descending {
            order[..sorted].reverse();
        }
    }
    for next in sorted..order.len() {
        let pivot = order[next];
        let (mut low, mut high) = (0, next);
        while low < high {
            let middle = low + (high - low) / 2;
            if less(pivot, order[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        order[low..=next].rotate_right(1);
    }
    Ok(())
}
