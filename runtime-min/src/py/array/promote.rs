//! Operands and the type that they are computed in: NEP 50, where numbers of Python adapt to arrays and NumPy scalars.

use super::element::Element;
use super::{Array, Dtype, Scalar, array_of, broadcast_shapes, shape_text, type_name};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Ref;

/// One side of an operator.
#[derive(Clone, Debug)]
pub enum Operand {
    Array(Array),
    Scalar(Scalar),
    /// A Python `int`, which takes the type of the other side.
    Int(i64),
    /// A Python `float`, which takes the type of the other side if that is a floating one.
    Float(f64),
}

/// Elements of an operand, broadcast to the shape of a result.
pub enum Items<'a, T> {
    One(T),
    Kept(Ref<'a, [T]>),
    Owned(Vec<T>),
}

impl<T> Items<'_, T> {
    /// Those of an array, none of a single element.
    #[inline]
    pub fn many(&self) -> &[T] {
        match self {
            Items::One(_) => &[],
            Items::Kept(items) => items,
            Items::Owned(items) => items,
        }
    }
}

impl Operand {
    /// Whether a value can be one.
    pub fn accepts(value: &Value) -> bool {
        match value {
            Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Scalar(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Range(_)
            | Value::Deque(_)
            | Value::Array(_) => true,
            Value::None
            | Value::Str(_)
            | Value::Dict(_)
            | Value::Set(_)
            | Value::Record(_)
            | Value::Slice(_)
            | Value::Ellipsis
            | Value::Type(_) => false,
        }
    }

    /// Of a number, an array, or nested sequences of them.
    #[inline]
    pub fn of(value: &Value) -> Result<Operand> {
        match value {
            Value::Array(a) => Ok(Operand::Array(a.clone())),
            Value::Scalar(x) => Ok(Operand::Scalar(*x)),
            Value::Bool(x) => Ok(Operand::Scalar(Scalar::Bool(*x))),
            Value::Int(x) => Ok(Operand::Int(*x)),
            Value::Float(x) => Ok(Operand::Float(*x)),
            other => Ok(Operand::Array(array_of(other, None)?)),
        }
    }

    /// The length of each axis.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        match self {
            Operand::Array(a) => a.shape(),
            Operand::Scalar(_) | Operand::Int(_) | Operand::Float(_) => &[],
        }
    }

    /// Its type where it has one of its own.
    pub fn strong(&self) -> Option<Dtype> {
        match self {
            Operand::Array(a) => Some(a.dtype()),
            Operand::Scalar(x) => Some(x.dtype()),
            Operand::Int(_) | Operand::Float(_) => None,
        }
    }

    /// Its type on its own.
    pub fn dtype(&self) -> Dtype {
        match self {
            Operand::Array(a) => a.dtype(),
            Operand::Scalar(x) => x.dtype(),
            Operand::Int(_) => Dtype::I64,
            Operand::Float(_) => Dtype::F64,
        }
    }

    /// The array it is, or one without axes.
    pub fn into_array(self) -> Array {
        match self {
            Operand::Array(a) => a,
            Operand::Scalar(x) => Array::of_scalar(x),
            Operand::Int(x) => Array::of_scalar(Scalar::I64(x)),
            Operand::Float(x) => Array::of_scalar(Scalar::F64(x)),
        }
    }

    /// The element where there are no axes.
    #[inline]
    pub fn single<T: Element>(&self) -> Option<T> {
        match self {
            Operand::Array(a) if a.shape().is_empty() => a.first().map(Scalar::cast),
            Operand::Array(_) => None,
            Operand::Scalar(x) => Some(x.cast()),
            Operand::Int(x) => Some(T::cast(*x)),
            Operand::Float(x) => Some(T::cast(*x)),
        }
    }

    /// The elements, cast and broadcast to a shape that fits.
    pub fn items<T: Element>(&self, shape: &[usize]) -> Items<'_, T> {
        if let Some(one) = self.single::<T>() {
            return Items::One(one);
        }
        let Operand::Array(a) = self else { return Items::Owned(Vec::new()) };
        if a.shape() != shape {
            return Items::Owned(a.broadcast_to(shape).map(|a| a.to_vec::<T>()).unwrap_or_default());
        }
        match a.borrow::<T>() {
            Some(items) => Items::Kept(items),
            None => Items::Owned(a.to_vec::<T>()),
        }
    }

    /// An `OverflowError` where it is a Python `int` that a type does not hold.
    pub fn check(&self, dtype: Dtype) -> Result<()> {
        let Operand::Int(x) = *self else { return Ok(()) };
        let fits = match dtype {
            Dtype::U8 => u8::try_from(x).is_ok(),
            Dtype::I16 => i16::try_from(x).is_ok(),
            Dtype::I32 => i32::try_from(x).is_ok(),
            Dtype::Bool | Dtype::I64 | Dtype::F32 | Dtype::F64 | Dtype::C64 | Dtype::C128 => true,
        };
        if fits {
            return Ok(());
        }
        Err(Exception::new("OverflowError", text!("Python integer {} out of bounds for {}", x, dtype.name())))
    }
}

/// The least type that holds both.
pub fn common(a: Dtype, b: Dtype) -> Dtype {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    match (low, high) {
        (Dtype::I32 | Dtype::I64, Dtype::F32) => Dtype::F64,
        (Dtype::I32 | Dtype::I64 | Dtype::F64, Dtype::C64) => Dtype::C128,
        (_, high) => high,
    }
}

/// A Python number beside a type.
fn weak(dtype: Dtype, number: &Operand) -> Dtype {
    match number {
        Operand::Float(_) if dtype < Dtype::F32 => Dtype::F64,
        Operand::Int(_) if dtype == Dtype::Bool => Dtype::I64,
        Operand::Array(_) | Operand::Scalar(_) | Operand::Int(_) | Operand::Float(_) => dtype,
    }
}

/// The type in which two operands are computed; an `OverflowError` where a Python `int` is beyond it.
pub fn result_type(a: &Operand, b: &Operand) -> Result<Dtype> {
    let dtype = match (a.strong(), b.strong()) {
        (Some(x), Some(y)) => common(x, y),
        (Some(x), None) => weak(x, b),
        (None, Some(y)) => weak(y, a),
        (None, None) => common(a.dtype(), b.dtype()),
    };
    a.check(dtype)?;
    b.check(dtype)?;
    Ok(dtype)
}

/// The shape of a result, or NumPy's `ValueError`.
pub fn result_shape(a: &Operand, b: &Operand) -> Result<Vec<usize>> {
    let (x, y) = (a.shape(), b.shape());
    if x == y {
        return Ok(x.to_vec());
    }
    broadcast_shapes(x, y).ok_or_else(|| no_broadcast(&[x, y]))
}

/// NumPy's `ValueError` for shapes that do not fit.
pub fn no_broadcast(shapes: &[&[usize]]) -> Exception {
    let shapes: String = shapes.iter().map(|shape| shape_text(shape) + " ").collect();
    Exception::value_error(text!("operands could not be broadcast together with shapes {}", shapes))
}

/// The name of the type that an element has where NumPy asks Python for the operator.
pub fn element_name(value: &Value) -> String {
    match value.dtype() {
        Some(dtype) if dtype.is_complex() => "complex".into(),
        Some(dtype) if dtype.is_float() => "float".into(),
        Some(Dtype::Bool) => "bool".into(),
        Some(_) => "int".into(),
        None => type_name(value),
    }
}

impl Value {
    /// The type of the elements of an array or NumPy scalar.
    pub(crate) fn dtype(&self) -> Option<Dtype> {
        match self {
            Value::Array(a) => Some(a.dtype()),
            Value::Scalar(x) => Some(x.dtype()),
            _ => None,
        }
    }
}

/// Python's `TypeError` for an operator that two types do not have.
pub fn unsupported(symbol: &str, a: &Value, b: &Value) -> Exception {
    let (a, b) = (element_name(a), element_name(b));
    Exception::type_error(text!("unsupported operand type(s) for {}: '{}' and '{}'", symbol, a, b))
}
