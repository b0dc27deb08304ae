//! Methods of dicts.

use super::{message, other, text};
use crate::py::builtins::update as update_dict;
use crate::py::ops::collect;
use crate::py::{Exception, Result, Value};

/// `.get(key, default)` of dicts.
pub fn get(args: &[Value]) -> Result {
    match &args[0] {
        Value::Dict(dict) => Ok(dict.get(&args[1])?.unwrap_or_else(|| args[2].clone())),
        _ => other(args, "get"),
    }
}

/// `.keys()` of dicts, as a list.
pub fn keys(args: &[Value]) -> Result {
    match &args[0] {
        Value::Dict(dict) => Ok(Value::list(dict.keys())),
        _ => other(args, "keys"),
    }
}

/// `.values()` of dicts, as a list.
pub fn values(args: &[Value]) -> Result {
    match &args[0] {
        Value::Dict(dict) => Ok(Value::list(dict.values())),
        _ => other(args, "values"),
    }
}

/// `.items()` of dicts, as a list of pairs.
pub fn items(args: &[Value]) -> Result {
    match &args[0] {
        Value::Dict(dict) => {
            Ok(Value::list(dict.items().into_iter().map(|(key, value)| Value::tuple([key, value])).collect()))
        }
        _ => other(args, "items"),
    }
}

/// `.popitem()` of dicts.
pub fn popitem(args: &[Value]) -> Result {
    let Value::Dict(dict) = &args[0] else { return other(args, "popitem") };
    let (key, value) = dict.pop_last().ok_or_else(|| Exception::new("KeyError", "'popitem(): dictionary is empty'"))?;
    Ok(Value::tuple([key, value]))
}

/// `.setdefault(key, default)` of dicts.
pub fn setdefault(args: &[Value]) -> Result {
    let Value::Dict(dict) = &args[0] else { return other(args, "setdefault") };
    if let Some(value) = dict.get(&args[1])? {
        return Ok(value);
    }
    dict.insert(args[1].clone(), args[2].clone())?;
    Ok(args[2].clone())
}

/// `**mapping` in a display.
pub fn spread_dict(args: &[Value]) -> Result {
    match (&args[0], &args[1]) {
        (Value::Dict(dict), mapping @ Value::Dict(_)) => update_dict(dict, mapping)?,
        (_, value) => {
            return Err(Exception::type_error(message!("'{}' object is not a mapping", text::type_path(value))));
        }
    }
    Ok(Value::None)
}

/// `.update(*others, **named)` of dicts and sets.
pub fn update(args: &[Value]) -> Result {
    let others = collect(&args[1])?;
    match &args[0] {
        Value::Dict(dict) => {
            others.iter().chain([&args[2]]).try_for_each(|other| update_dict(dict, other))?;
        }
        Value::Set(set) => {
            for other in &others {
                collect(other)?.into_iter().try_for_each(|item| set.insert(item))?;
            }
        }
        _ => return other(args, "update"),
    }
    Ok(Value::None)
}
