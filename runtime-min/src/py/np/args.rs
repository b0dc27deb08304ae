//! Reading arguments, and results on their way out.

use crate::py::array::{self, Array, Operand, Scalar, type_name};
use crate::py::format::float_repr;
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// Argument `i`, `None` where there are not as many.
pub fn arg(args: &[Value], i: usize) -> &Value {
    args.get(i).unwrap_or(&Value::None)
}

/// Argument `i` as an operand.
pub fn operand(args: &[Value], i: usize) -> Result<Operand> {
    Operand::of(arg(args, i))
}

/// Argument `i` as an array.
pub fn array(args: &[Value], i: usize) -> Result<Array> {
    as_array(arg(args, i))
}

/// A value as an array.
pub fn as_array(value: &Value) -> Result<Array> {
    array::array_of(value, None)
}

/// Whether argument `i` is true.
pub fn flag(args: &[Value], i: usize) -> bool {
    match arg(args, i) {
        Value::Bool(b) => *b,
        Value::Int(i) => *i != 0,
        Value::Scalar(x) => x.cast(),
        _ => false,
    }
}

/// A whole number.
pub fn whole(value: &Value) -> Result<i64> {
    match value {
        Value::Int(i) => Ok(*i),
        Value::Bool(b) => Ok(i64::from(*b)),
        Value::Scalar(x) if x.dtype() < array::Dtype::F32 => Ok(x.cast()),
        Value::Array(a) if a.size() == 1 && a.dtype().is_integer() => Ok(a.first().map_or(0, Scalar::cast)),
        other => {
            let name = type_name(other);
            Err(Exception::type_error(text!("'{}' object cannot be interpreted as an integer", name)))
        }
    }
}

/// A real number.
pub fn number(value: &Value) -> Result<f64> {
    match value {
        Value::Int(i) => Ok(*i as f64),
        Value::Bool(b) => Ok(f64::from(u8::from(*b))),
        Value::Float(x) => Ok(*x),
        Value::Scalar(_) | Value::Array(_) => array::to_float(value),
        other => Err(Exception::type_error(text!("must be real number, not {}", type_name(other)))),
    }
}

/// A number, or where it is `None` another one.
pub fn number_or(value: &Value, default: f64) -> Result<f64> {
    if matches!(value, Value::None) { Ok(default) } else { number(value) }
}

/// A name, as of a mode.
pub fn text<'a>(value: &'a Value, default: &'a str) -> &'a str {
    if let Value::Str(text) = value { text } else { default }
}

/// Whole numbers of one or of a sequence.
pub fn wholes(value: &Value) -> Result<Vec<i64>> {
    match value {
        Value::Tuple(items) => items.iter().map(whole).collect(),
        Value::List(items) => items.0.borrow().iter().map(whole).collect(),
        Value::Array(a) if a.dtype().is_integer() => Ok(a.to_vec()),
        one => Ok(alloc::vec![whole(one)?]),
    }
}

/// A shape of a new array.
pub fn shape(value: &Value) -> Result<Vec<usize>> {
    if let Value::Float(x) = value {
        return Err(Exception::type_error(text!(
            "expected a sequence of integers or a single integer, got '{}'",
            float_repr(*x)
        )));
    }
    let shape = wholes(value)?
        .into_iter()
        .map(|n| usize::try_from(n).map_err(|_| Exception::value_error("negative dimensions are not allowed")))
        .collect::<Result<Vec<_>>>()?;
    check_size(&shape)?;
    Ok(shape)
}

/// A `MemoryError` for what no memory holds.
pub fn check_size(shape: &[usize]) -> Result<()> {
    array_dimensions(shape)?;
    // Of 16 bytes each they fill a third of the address space of a 32-bit target.
    const MOST: usize = if usize::BITS < 64 { 1 << 26 } else { 1 << 36 };
    let size = shape.iter().try_fold(1usize, |size, n| size.checked_mul(*n));
    if size.is_some_and(|n| n <= MOST) {
        return Ok(());
    }
    Err(Exception::new("MemoryError", text!("Unable to allocate an array with shape {}", array::shape_text(shape))))
}

fn array_dimensions(shape: &[usize]) -> Result<()> {
    if shape.len() > 8 {
        return Err(Exception::value_error("maximum supported dimension for an ndarray is currently 8"));
    }
    Ok(())
}

/// An axis of `dimensions`.
pub fn axis(value: &Value, dimensions: usize) -> Result<usize> {
    array::one_axis(value, dimensions)
}

/// An axis, none where it is `None`.
pub fn axis_or_none(value: &Value, dimensions: usize) -> Result<Option<usize>> {
    if matches!(value, Value::None) { Ok(None) } else { axis(value, dimensions).map(Some) }
}

/// The elements of a sequence; rows of an array.
pub fn sequence(value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Array(a) => (0..array::len(a)?).map(|i| array::element(a, i)).collect(),
        other => array::sequence(other)
            .ok_or_else(|| Exception::type_error(text!("'{}' object is not iterable", type_name(other)))),
    }
}

/// A result, into the array of an `out` argument where there is one.
pub fn deliver(result: Value, out: &Value) -> Result {
    match out {
        Value::None => Ok(result),
        _ if !array::IN_PLACE => Err(crate::py::expect::broken()),
        Value::Array(target) => array::put(target, &result),
        Value::Tuple(items) if items.len() == 1 => deliver(result, &items[0]),
        _ => Err(Exception::type_error("return arrays must be of ArrayType")),
    }
}

/// A list of arrays.
pub fn list(arrays: Vec<Array>) -> Value {
    Value::list(arrays.into_iter().map(Value::Array).collect())
}
