//! From a message to a value and back.

use super::array::{dynamic, item};
use super::containers::Dict;
use super::{Exception, Result, Value, builtins, format};
use crate::message;
use crate::text::text;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

/// Values inside values, at most: a list that holds itself ends there.
const DEEPEST: u32 = 120;

/// What a message is in Python.
pub fn from_message(value: &message::Value) -> Value {
    match value {
        message::Value::Null => Value::None,
        message::Value::Bool(b) => Value::Bool(*b),
        message::Value::Int(i) => Value::Int(*i),
        message::Value::Float(x) => Value::Float(*x),
        message::Value::Text(text) => Value::Str(Rc::from(text.as_str())),
        message::Value::List(items) => Value::list(items.iter().map(from_message).collect()),
        message::Value::Object(members) => {
            let dict = Dict::new();
            for (key, value) in members {
                // A string is always hashable.
                let _ = dict.insert(Value::from(key.as_str()), from_message(value));
            }
            Value::Dict(dict)
        }
    }
}

/// What a value is in JSON: tuples, sets, deques, ranges and arrays are lists, NumPy scalars numbers, dataclasses objects, keys
/// strings as `json.dumps` writes them.
pub fn to_message(value: &Value) -> Result<message::Value> {
    write(value, 0)
}

fn write(value: &Value, depth: u32) -> Result<message::Value> {
    if depth > DEEPEST {
        return Err(Exception::value_error("Circular reference detected"));
    }
    let list = |items: Vec<Value>| -> Result<message::Value> {
        Ok(message::Value::List(items.iter().map(|i| write(i, depth + 1)).collect::<Result<_>>()?))
    };
    Ok(match value {
        Value::None => message::Value::Null,
        Value::Bool(b) => message::Value::Bool(*b),
        Value::Int(i) => message::Value::Int(*i),
        Value::Float(x) => message::Value::Float(*x),
        Value::Str(text) => message::Value::Text(String::from(&**text)),
        Value::Scalar(x) => write(&item(*x), depth)?,
        Value::List(items) => list(items.snapshot())?,
        Value::Tuple(items) => list(items.to_vec())?,
        Value::Set(items) => list(items.snapshot())?,
        Value::Deque(items) => list(items.snapshot())?,
        Value::Range(range) => list((0..range.len()).map(|i| Value::Int(range.get(i))).collect())?,
        Value::Array(array) => write(&dynamic::to_nested(array)?, depth)?,
        Value::Dict(dict) => {
            let mut members = Vec::with_capacity(dict.len());
            for (key, value) in dict.items() {
                members.push((name(&key)?, write(&value, depth + 1)?));
            }
            message::Value::Object(members)
        }
        Value::Record(record) if record.is_dataclass() => {
            let mut members = Vec::new();
            for (name, value) in record.class.fields.iter().zip(record.snapshot()) {
                members.push((String::from(&**name), write(&value, depth + 1)?));
            }
            message::Value::Object(members)
        }
        Value::Record(_) | Value::Slice(_) | Value::Ellipsis | Value::Type(_) => {
            return Err(Exception::type_error(text!(
                "Object of type {} is not JSON serializable",
                builtins::type_name(value)
            )));
        }
    })
}

/// A key as a string.
fn name(key: &Value) -> Result<String> {
    Ok(match key {
        Value::Str(text) => String::from(&**text),
        Value::None => String::from("null"),
        Value::Bool(b) => String::from(if *b { "true" } else { "false" }),
        Value::Int(_) | Value::Float(_) => format::repr_number(key),
        Value::Scalar(_) => dynamic::str(key),
        Value::List(_)
        | Value::Tuple(_)
        | Value::Dict(_)
        | Value::Set(_)
        | Value::Deque(_)
        | Value::Range(_)
        | Value::Array(_)
        | Value::Record(_)
        | Value::Slice(_)
        | Value::Ellipsis
        | Value::Type(_) => {
            return Err(Exception::type_error(text!(
                "keys must be str, int, float, bool or None, not {}",
                builtins::type_name(key)
            )));
        }
    })
}

/// A real number as a float.
pub fn number(value: &Value) -> Result<f64> {
    match value {
        Value::Bool(b) => Ok(f64::from(u8::from(*b))),
        Value::Int(i) => Ok(*i as f64),
        Value::Float(x) => Ok(*x),
        Value::Scalar(_) | Value::Array(_) => dynamic::to_float(value),
        other => Err(Exception::type_error(text!("must be real number, not {}", builtins::type_name(other)))),
    }
}
