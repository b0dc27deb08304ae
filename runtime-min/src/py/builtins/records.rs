//! `dataclasses.asdict`, and functions as values.

use crate::py::containers::Dict;
use crate::py::format::type_path;
use crate::py::{Exception, Result, Value, methods};
use crate::text::text;
use alloc::vec::Vec;

/// The class of functions that are values: instances hold which one they are.
pub const FUNCTION: &str = "builtins.function";

/// Which function a value is.
pub fn function_number(args: &[Value]) -> Result {
    match &args[0] {
        Value::Record(record) if &*record.class.name == FUNCTION => Ok(record.field(0)),
        other => Err(Exception::type_error(text!("'{}' object is not callable", type_path(other)))),
    }
}

/// How deep dataclasses may be in one another; one that holds itself has no end.
const DEEPEST: u32 = 200;

/// `asdict(obj)`: its fields as a dict, and so all that is in them.
pub fn asdict(args: &[Value]) -> Result {
    match &args[0] {
        Value::Record(record) if record.is_dataclass() => copied(&args[0], DEEPEST),
        _ => Err(Exception::type_error("asdict() should be called on dataclass instances")),
    }
}

fn copied(value: &Value, left: u32) -> Result {
    let Some(left) = left.checked_sub(1) else {
        return Err(Exception::new("RecursionError", "maximum recursion depth exceeded"));
    };
    let all = |items: &[Value]| items.iter().map(|item| copied(item, left)).collect::<Result<Vec<Value>>>();
    Ok(match value {
        Value::Record(record) if record.is_dataclass() => {
            let names = record.class.fields.iter().map(|name| Value::Str(name.clone()));
            Value::Dict(Dict::from_pairs(names.zip(all(&record.snapshot())?))?)
        }
        Value::List(list) => Value::list(all(&list.snapshot())?),
        Value::Tuple(items) => Value::tuple(all(items)?),
        Value::Dict(dict) => Value::Dict(Dict::from_pairs(all(&dict.keys())?.into_iter().zip(all(&dict.values())?))?),
        Value::Set(_) | Value::Deque(_) | Value::Array(_) => methods::copy(core::slice::from_ref(value))?,
        other => other.clone(),
    })
}
