//! Methods of sets.

use super::other;
use crate::py::containers::Set;
use crate::py::ops::collect;
use crate::py::{Result, Value};

/// `.add(element)`
pub fn add(args: &[Value]) -> Result {
    match &args[0] {
        Value::Set(set) if !set.contains(&args[1])? => set.insert(args[1].clone())?,
        Value::Set(_) => {}
        _ => return other(args, "add"),
    }
    Ok(Value::None)
}

/// `.discard(element)`
pub fn discard(args: &[Value]) -> Result {
    match &args[0] {
        Value::Set(set) => set.remove(&args[1])?,
        _ => return other(args, "discard"),
    };
    Ok(Value::None)
}

/// An iterable as a set.
fn as_set(value: &Value) -> Result<Set> {
    match value {
        Value::Set(set) => Ok(set.clone()),
        other => Set::of(collect(other)?),
    }
}

/// What is left of a set after an operation with each of the others.
fn fold(args: &[Value], name: &'static str, step: impl Fn(&Set, &Set) -> Result<Set>) -> Result {
    let Value::Set(set) = &args[0] else { return other(args, name) };
    let mut out = set.copy();
    for other in collect(&args[1])? {
        out = step(&out, &as_set(&other)?)?;
    }
    Ok(Value::Set(out))
}

/// `.union(*others)`
pub fn union(args: &[Value]) -> Result {
    fold(args, "union", Set::union)
}

/// `.intersection(*others)`
pub fn intersection(args: &[Value]) -> Result {
    fold(args, "intersection", Set::intersection)
}

/// `.difference(*others)`
pub fn difference(args: &[Value]) -> Result {
    fold(args, "difference", Set::difference)
}

/// `.symmetric_difference(other)`
pub fn symmetric_difference(args: &[Value]) -> Result {
    match &args[0] {
        Value::Set(set) => set.symmetric_difference(&as_set(&args[1])?).map(Value::Set),
        _ => other(args, "symmetric_difference"),
    }
}

fn assign(args: &[Value], name: &'static str, operation: fn(&[Value]) -> Result) -> Result {
    let Value::Set(set) = &args[0] else { return other(args, name) };
    if let Value::Set(result) = operation(args)? {
        set.assign(&result)?;
    }
    Ok(Value::None)
}

/// `.intersection_update(*others)`
pub fn intersection_update(args: &[Value]) -> Result {
    assign(args, "intersection_update", intersection)
}

/// `.difference_update(*others)`
pub fn difference_update(args: &[Value]) -> Result {
    assign(args, "difference_update", difference)
}

fn test(args: &[Value], name: &'static str, holds: impl Fn(&Set, &Set) -> Result<bool>) -> Result {
    match &args[0] {
        Value::Set(set) => holds(set, &as_set(&args[1])?).map(Value::Bool),
        _ => other(args, name),
    }
}

/// `.issubset(other)`
pub fn issubset(args: &[Value]) -> Result {
    test(args, "issubset", Set::is_subset)
}

/// `.issuperset(other)`
pub fn issuperset(args: &[Value]) -> Result {
    test(args, "issuperset", |a, b| b.is_subset(a))
}

/// `.isdisjoint(other)`
pub fn isdisjoint(args: &[Value]) -> Result {
    test(args, "isdisjoint", |a, b| Ok(a.intersection(b)?.is_empty()))
}
