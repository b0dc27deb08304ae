//! The names of types.

use crate::py::Value;
use crate::py::array::{Dtype, Scalar};
use crate::py::value::Class;
use crate::text::behind_last;

/// `type(value).__name__`
pub fn type_name(value: &Value) -> &str {
    behind_last(type_path(value), b'.')
}

/// The name that messages have: with the module where CPython's have it.
pub fn type_path(value: &Value) -> &str {
    match value {
        Value::Record(record) => {
            let name = &*record.class.name;
            name.strip_prefix("builtins.").unwrap_or(name)
        }
        Value::Slice(_) => "slice",
        Value::Ellipsis => "ellipsis",
        Value::Type(_) => "type",
        _ => type_of(value).map_or("object", class_path),
    }
}

/// The name of the class that a value is; of others that of their type.
pub fn class_of(value: &Value) -> &str {
    match value {
        Value::Type(class) => class_name(*class),
        _ => type_name(value),
    }
}

/// `type(value)` where there is a class for it.
fn type_of(value: &Value) -> Option<Class> {
    Some(match value {
        Value::None => Class::NoneType,
        Value::Bool(_) => Class::Bool,
        Value::Int(_) => Class::Int,
        Value::Float(_) => Class::Float,
        Value::Scalar(scalar) => Class::Scalar(dtype_of(*scalar)),
        Value::Str(_) => Class::Str,
        Value::List(_) => Class::List,
        Value::Tuple(_) => Class::Tuple,
        Value::Dict(_) => Class::Dict,
        Value::Set(_) => Class::Set,
        Value::Deque(_) => Class::Deque,
        Value::Range(_) => Class::Range,
        Value::Array(_) => Class::Array,
        Value::Record(_) | Value::Slice(_) | Value::Ellipsis | Value::Type(_) => return None,
    })
}

/// The type of a NumPy scalar.
pub fn dtype_of(scalar: Scalar) -> Dtype {
    match scalar {
        Scalar::Bool(_) => Dtype::Bool,
        Scalar::U8(_) => Dtype::U8,
        Scalar::I16(_) => Dtype::I16,
        Scalar::I32(_) => Dtype::I32,
        Scalar::I64(_) => Dtype::I64,
        Scalar::F32(_) => Dtype::F32,
        Scalar::F64(_) => Dtype::F64,
        Scalar::C64(..) => Dtype::C64,
        Scalar::C128(..) => Dtype::C128,
    }
}

/// The name of a class without its module.
pub fn class_name(class: Class) -> &'static str {
    let path = class_path(class);
    behind_last(path, b'.')
}

/// The name of a class as messages have it.
pub fn class_path(class: Class) -> &'static str {
    match class {
        Class::NoneType => "NoneType",
        Class::Bool => "bool",
        Class::Int => "int",
        Class::Float => "float",
        Class::Str => "str",
        Class::List => "list",
        Class::Tuple => "tuple",
        Class::Dict => "dict",
        Class::Set => "set",
        Class::Deque => "collections.deque",
        Class::Range => "range",
        Class::Array => "numpy.ndarray",
        Class::Dtype(dtype) => dtype.name(),
        Class::Scalar(Dtype::Bool) => "numpy.bool",
        Class::Scalar(Dtype::U8) => "numpy.uint8",
        Class::Scalar(Dtype::I16) => "numpy.int16",
        Class::Scalar(Dtype::I32) => "numpy.int32",
        Class::Scalar(Dtype::I64) => "numpy.int64",
        Class::Scalar(Dtype::F32) => "numpy.float32",
        Class::Scalar(Dtype::F64) => "numpy.float64",
        Class::Scalar(Dtype::C64) => "numpy.complex64",
        Class::Scalar(Dtype::C128) => "numpy.complex128",
        Class::Generic => "numpy.generic",
        Class::Number => "numpy.number",
        Class::Integer => "numpy.integer",
        Class::Floating => "numpy.floating",
        Class::Object => "object",
    }
}
