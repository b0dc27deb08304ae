//! `object.name` that is not called.

use crate::py::array::dynamic;
use crate::py::containers::Likeness;
use crate::py::value::Class;
use crate::py::{Exception, Result, Value, format};
use crate::text::text;

#[cold]
pub(in crate::py) fn no_attribute(object: &Value, name: &str) -> Exception {
    let message = match object {
        Value::Type(_) => text!("type object '{}' has no attribute '{}'", format::class_of(object), name),
        _ => text!("'{}' object has no attribute '{}'", format::type_path(object), name),
    };
    Exception::new("AttributeError", message)
}

/// `object.name`
pub fn attribute(object: &Value, name: &str) -> Result {
    let found = match object {
        Value::Record(record) => record.class.position(name).map(|at| record.field(at)),
        Value::Array(_) | Value::Scalar(_) => {
            return dynamic::attribute(object, name).unwrap_or_else(|| Err(no_attribute(object, name)));
        }
        Value::Deque(deque) if name == "maxlen" => {
            Some(deque.limit.map_or(Value::None, |limit| Value::Int(limit as i64)))
        }
        Value::Range(range) => match name {
            "start" => Some(Value::Int(range.start)),
            "stop" => Some(Value::Int(range.stop)),
            "step" => Some(Value::Int(range.step)),
            _ => None,
        },
        Value::Bool(_) | Value::Int(_) => match name {
            "real" | "numerator" => super::pos(object).ok(),
            "imag" => Some(Value::Int(0)),
            "denominator" => Some(Value::Int(1)),
            _ => None,
        },
        Value::Float(x) => match name {
            "real" => Some(Value::Float(*x)),
            "imag" => Some(Value::Float(0.0)),
            _ => None,
        },
        Value::Slice(parts) => match name {
            "start" => Some(parts[0].clone()),
            "stop" => Some(parts[1].clone()),
            "step" => Some(parts[2].clone()),
            _ => None,
        },
        Value::Type(Class::Dtype(dtype)) if name != "__name__" => dynamic::dtype_attribute(*dtype, name),
        Value::Type(_) if name == "__name__" => Some(Value::from(format::class_of(object))),
        Value::None
        | Value::Str(_)
        | Value::List(_)
        | Value::Tuple(_)
        | Value::Dict(_)
        | Value::Set(_)
        | Value::Deque(_)
        | Value::Ellipsis
        | Value::Type(_) => None,
    };
    found.ok_or_else(|| no_attribute(object, name))
}

/// `object.name = value`: of records, whose fields are those of the class.
pub fn set_attribute(object: &Value, name: &str, value: &Value) -> Result<()> {
    match object {
        Value::Record(record) => match record.class.position(name) {
            Some(_) if record.class.likeness == Likeness::Frozen => {
                Err(Exception::new("FrozenInstanceError", text!("cannot assign to field '{}'", name)))
            }
            Some(_) if record.class.likeness == Likeness::Member => {
                let message = text!("<enum '{}'> cannot set attribute '{}'", record.class.name, name);
                Err(Exception::new("AttributeError", message))
            }
            Some(at) => {
                record.set_field(at, value.clone());
                Ok(())
            }
            None => Err(no_attribute(object, name)),
        },
        _ => Err(no_attribute(object, name)),
    }
}
