//! Arrays of nested sequences, and types by their names.

use super::element::with_dtype;
use super::promote::{Operand, common};
use super::view::check_dimensions;
use super::{Array, Dtype, type_name};
use crate::py::value::Class;
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::string::String;
use alloc::vec::Vec;

/// Whether a program makes arrays of lists and the like.
const SEQUENCES: bool = cfg!(feature = "py-sequences");

/// What `np.asarray(value, dtype)` gives: an array of the right type is not copied.
pub fn array_of(value: &Value, dtype: Option<Dtype>) -> Result<Array> {
    if let Value::Array(a) = value {
        return Ok(dtype.map_or_else(|| a.clone(), |d| a.cast(d)));
    }
    if let (Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Scalar(_), None) = (value, dtype) {
        return Ok(Operand::of(value)?.into_array());
    }
    if !SEQUENCES {
        return Err(crate::py::expect::broken());
    }
    let shape = shape_of(value)?;
    check_dimensions(&shape)?;
    let mut leaves = Vec::with_capacity(shape.iter().product());
    flatten(value, &mut leaves)?;
    let dtype = dtype.unwrap_or_else(|| leaves.iter().map(Operand::dtype).reduce(common).unwrap_or(Dtype::F64));
    leaves.iter().try_for_each(|leaf| leaf.check(dtype))?;
    Ok(with_dtype!(dtype, T => {
        let items = leaves.iter().map(|leaf| leaf.single::<T>().unwrap_or_default()).collect();
        Array::new::<T>(items, &shape)
    }))
}

/// The elements of a sequence.
pub fn sequence(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(list) => Some(list.0.borrow().clone()),
        Value::Tuple(items) => Some(items.to_vec()),
        Value::Deque(deque) => Some(deque.items.borrow().iter().cloned().collect()),
        Value::Range(range) => {
            let (mut items, mut at) = (Vec::new(), range.start);
            while if range.step > 0 { at < range.stop } else { at > range.stop } {
                items.push(Value::Int(at));
                let Some(next) = at.checked_add(range.step) else { break };
                at = next;
            }
            Some(items)
        }
        _ => None,
    }
}

fn shape_of(value: &Value) -> Result<Vec<usize>> {
    if let Value::Array(a) = value {
        return Ok(a.shape().to_vec());
    }
    let Some(items) = sequence(value) else { return Ok(Vec::new()) };
    let Some((first, others)) = items.split_first() else { return Ok(alloc::vec![0]) };
    let mut shape = alloc::vec![items.len()];
    let inner = shape_of(first)?;
    for other in others {
        let found = if inner.is_empty() && sequence(other).is_none() && !matches!(other, Value::Array(_)) {
            continue;
        } else {
            shape_of(other)?
        };
        if found != inner {
            let same = found.iter().zip(&inner).take_while(|(a, b)| a == b).count();
            shape.extend_from_slice(&inner[..same]);
            return Err(Exception::value_error(text!(
                "setting an array element with a sequence. The requested array has an inhomogeneous shape after {} dimensions. \
                 The detected shape was {} + inhomogeneous part.",
                shape.len(),
                tuple_text(&shape)
            )));
        }
    }
    shape.extend(inner);
    Ok(shape)
}

/// A tuple of numbers as Python prints it.
pub fn tuple_text(shape: &[usize]) -> String {
    let mut text = String::from("(");
    for (i, length) in shape.iter().enumerate() {
        text += &text!("{}{}", if i == 0 { "" } else { ", " }, length);
    }
    text + if shape.len() == 1 { ",)" } else { ")" }
}

fn flatten(value: &Value, leaves: &mut Vec<Operand>) -> Result<()> {
    match value {
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Scalar(_) => leaves.push(Operand::of(value)?),
        Value::Array(a) => leaves.extend(a.scalars().into_iter().map(Operand::Scalar)),
        Value::List(list) => {
            let items = list.0.borrow();
            for item in items.iter() {
                flatten(item, leaves)?;
            }
        }
        Value::Tuple(_) | Value::Deque(_) | Value::Range(_) => {
            for item in sequence(value).unwrap_or_default() {
                flatten(&item, leaves)?;
            }
        }
        Value::Str(text) => {
            return Err(Exception::value_error(text!("could not convert string to float: '{}'", text)));
        }
        Value::None
        | Value::Dict(_)
        | Value::Set(_)
        | Value::Record(_)
        | Value::Slice(_)
        | Value::Ellipsis
        | Value::Type(_) => {
            let name = type_name(value);
            return Err(Exception::type_error(text!(
                "float() argument must be a string or a real number, not '{}'",
                name
            )));
        }
    }
    Ok(())
}

/// An attribute of a type of elements.
pub fn dtype_attribute(dtype: Dtype, name: &str) -> Option<Value> {
    Some(match name {
        "name" => Value::from(dtype.name()),
        "itemsize" => Value::Int(dtype.size() as i64),
        "kind" => Value::from(match dtype {
            Dtype::Bool => "b",
            Dtype::U8 => "u",
            Dtype::I16 | Dtype::I32 | Dtype::I64 => "i",
            Dtype::F32 | Dtype::F64 => "f",
            Dtype::C64 | Dtype::C128 => "c",
        }),
        "type" => Value::Type(Class::Scalar(dtype)),
        _ => return None,
    })
}

/// The type that a `dtype` argument names; none where it is `None`.
pub fn dtype_of(value: &Value) -> Result<Option<Dtype>> {
    let dtype = match value {
        Value::None => return Ok(None),
        Value::Type(Class::Scalar(dtype) | Class::Dtype(dtype)) => *dtype,
        Value::Type(Class::Float | Class::Floating) => Dtype::F64,
        Value::Type(Class::Int | Class::Integer) => Dtype::I64,
        Value::Type(Class::Bool) => Dtype::Bool,
        Value::Str(name) => match name.trim_start_matches(['<', '=', '|']) {
            "?" | "bool" | "b1" => Dtype::Bool,
            "B" | "u1" | "uint8" => Dtype::U8,
            "h" | "i2" | "int16" => Dtype::I16,
            "i" | "i4" | "int32" => Dtype::I32,
            "l" | "q" | "i8" | "int" | "int64" => Dtype::I64,
            "f" | "f4" | "float32" | "single" => Dtype::F32,
            "d" | "f8" | "float" | "float64" | "double" => Dtype::F64,
            "F" | "c8" | "complex64" => Dtype::C64,
            "D" | "c16" | "complex" | "complex128" => Dtype::C128,
            _ => return Err(Exception::type_error(text!("data type '{}' not understood", name))),
        },
        other => {
            let name = type_name(other);
            return Err(Exception::type_error(text!("Cannot interpret a '{}' as a data type", name)));
        }
    };
    Ok(Some(dtype))
}
