//! Types that are called: `int(x)`, `list(x)` and the like; and what is of which type.

use crate::py::array::{Dtype, dynamic};
#[cfg(feature = "py-deques")]
use crate::py::containers::Deque;
use crate::py::containers::Dict;
#[cfg(feature = "py-sets")]
use crate::py::containers::Set;
use crate::py::number::{self, Number};
use crate::py::ops::{self, as_index, collect};
use crate::py::value::Class;
#[cfg(feature = "py-ranges")]
use crate::py::value::Range;
use crate::py::{Exception, Result, Value, format};
use crate::text::text;

pub use crate::py::format::type_name;

/// `bool(x)`
pub fn bool(args: &[Value]) -> Result {
    ops::truth(&args[0]).map(Value::Bool)
}

/// `int(x, base)`
pub fn int(args: &[Value]) -> Result {
    match (&args[0], &args[1]) {
        (Value::Str(text), Value::Ellipsis) => number::int_from_str(text, 10).map(Value::Int),
        (Value::Str(text), base) => number::int_from_str(text, as_index(base)?).map(Value::Int),
        (Value::Scalar(_) | Value::Array(_), Value::Ellipsis) => dynamic::to_int(&args[0]).map(Value::Int),
        (x, Value::Ellipsis) => match Number::of(x) {
            Some(Number::Int(i)) => Ok(Value::Int(i)),
            Some(Number::Float(x)) => number::int_from_float(x).map(Value::Int),
            None => {
                let name = format::type_path(x);
                Err(Exception::type_error(text!(
                    "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                    name
                )))
            }
        },
        (_, _) => Err(Exception::type_error("int() can't convert non-string with explicit base")),
    }
}

/// `float(x)`
pub fn float(args: &[Value]) -> Result {
    match (&args[0], Number::of(&args[0])) {
        (_, Some(number)) => Ok(Value::Float(number.float())),
        (Value::Str(text), None) => number::float_from_str(text).map(Value::Float),
        (x @ (Value::Scalar(_) | Value::Array(_)), None) => dynamic::to_float(x).map(Value::Float),
        (x, None) => {
            let name = format::type_path(x);
            Err(Exception::type_error(text!("float() argument must be a string or a real number, not '{}'", name)))
        }
    }
}

/// `str(object)`
pub fn str(args: &[Value]) -> Result {
    Ok(match &args[0] {
        text @ Value::Str(_) => text.clone(),
        other => Value::from(format::str(other)),
    })
}

/// `list(iterable)`
pub fn list(args: &[Value]) -> Result {
    collect(&args[0]).map(Value::list)
}

/// `tuple(iterable)`
pub fn tuple(args: &[Value]) -> Result {
    match &args[0] {
        items @ Value::Tuple(_) => Ok(items.clone()),
        other => collect(other).map(Value::tuple),
    }
}

/// `set(iterable)`
#[cfg(feature = "py-sets")]
pub fn set(args: &[Value]) -> Result {
    Set::of(collect(&args[0])?).map(Value::Set)
}

/// `dict(iterable, **named)`
pub fn dict(args: &[Value]) -> Result {
    let dict = Dict::new();
    update(&dict, &args[0])?;
    update(&dict, &args[1])?;
    Ok(Value::Dict(dict))
}

/// Adds the entries of a dict, or of an iterable of pairs.
pub(in crate::py) fn update(dict: &Dict, from: &Value) -> Result<()> {
    if let Value::Dict(other) = from {
        return other.items().into_iter().try_for_each(|(key, value)| dict.insert(key, value));
    }
    for (i, pair) in collect(from)?.iter().enumerate() {
        let pair = collect(pair).map_err(|_| {
            let message = text!("cannot convert dictionary update sequence element #{} to a sequence", i);
            Exception::type_error(message)
        })?;
        let [key, value] = &pair[..] else {
            let len = pair.len();
            let message = text!("dictionary update sequence element #{} has length {}; 2 is required", i, len);
            return Err(Exception::value_error(message));
        };
        dict.insert(key.clone(), value.clone())?;
    }
    Ok(())
}

/// `range(*bounds)`
#[cfg(feature = "py-ranges")]
pub fn range(args: &[Value]) -> Result {
    let bounds = collect(&args[0])?;
    let (start, stop, step) = match &bounds[..] {
        [stop] => (0, as_index(stop)?, 1),
        [start, stop] => (as_index(start)?, as_index(stop)?, 1),
        [start, stop, step] => (as_index(start)?, as_index(stop)?, as_index(step)?),
        [] => return Err(Exception::type_error("range expected at least 1 argument, got 0")),
        [..] => {
            let message = text!("range expected at most 3 arguments, got {}", bounds.len());
            return Err(Exception::type_error(message));
        }
    };
    if step == 0 {
        return Err(Exception::value_error("range() arg 3 must not be zero"));
    }
    Ok(Value::Range(Range::new(start, stop, step)))
}

/// `collections.deque(iterable, maxlen)`
#[cfg(feature = "py-deques")]
pub fn deque(args: &[Value]) -> Result {
    let limit = match (&args[1], ops::index_of(&args[1])) {
        (Value::None, _) => None,
        (_, Some(limit)) => {
            Some(usize::try_from(limit).map_err(|_| Exception::value_error("maxlen must be non-negative"))?)
        }
        (_, None) => return Err(Exception::type_error("an integer is required")),
    };
    Ok(Value::Deque(Deque::of(collect(&args[0])?, limit)))
}

/// `isinstance(value, class)`
pub fn is_instance(value: &Value, class: Class) -> bool {
    let dtype = match value {
        Value::Scalar(scalar) => Some(format::dtype_of(*scalar)),
        _ => None,
    };
    match class {
        Class::Object => true,
        Class::NoneType => matches!(value, Value::None),
        Class::Bool => matches!(value, Value::Bool(_)),
        Class::Int => matches!(value, Value::Bool(_) | Value::Int(_)),
        // `np.float64` derives from `float`.
        Class::Float => matches!(value, Value::Float(_)) || dtype == Some(Dtype::F64),
        Class::Str => matches!(value, Value::Str(_)),
        Class::List => matches!(value, Value::List(_)),
        Class::Tuple => matches!(value, Value::Tuple(_)),
        Class::Dict => matches!(value, Value::Dict(_)),
        Class::Set => matches!(value, Value::Set(_)),
        Class::Deque => matches!(value, Value::Deque(_)),
        Class::Range => matches!(value, Value::Range(_)),
        Class::Array => matches!(value, Value::Array(_)),
        Class::Scalar(wanted) => dtype == Some(wanted),
        Class::Dtype(_) => false,
        Class::Generic => dtype.is_some(),
        Class::Number => dtype.is_some_and(|dtype| dtype != Dtype::Bool),
        Class::Integer => matches!(dtype, Some(Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64)),
        Class::Floating => matches!(dtype, Some(Dtype::F32 | Dtype::F64)),
    }
}
