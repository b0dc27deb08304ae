//! NumPy arrays and scalars, with the arithmetic of NumPy 2 (NEP 50).
//!
//! An [`Array`] is a view of elements that several arrays may share: slices, transposes and the like are views, and a change
//! through one is seen through all. Operators gather operands that do not lie in order, so that every loop is over slices
//! (`elementwise`); reductions add in NumPy's order (`reduce`). Functions by name are in [`np`](super::np).
//!
//! Differences from NumPy: there are no float16, uint64 and other types that [`Dtype`] lacks (where NumPy gives float16, this
//! gives float32; where uint64, int64; where int8, int64), arrays have at most 8 dimensions, `real` and `imag` of complex arrays
//! are copies, and no warnings are given.

mod arithmetic;
mod construct;
pub mod dynamic;
mod element;
mod elementwise;
mod index;
mod operators;
mod print;
mod promote;
mod reduce;
mod view;

pub use arithmetic::{Arithmetic, Bits};
pub use construct::{array_of, dtype_attribute, dtype_of, sequence};
pub use element::{Buffer, Complex, Element, Source, absent, take_noticed};
pub(crate) use element::{noticed, with_dtype};
pub use elementwise::{IN_PLACE, assign, map, put, zip};
pub use index::{get_item, no_element, set_item, take, true_indices, view, view_of};
pub use operators::{
    add, argument, augment, augmented, binary, bitwise_and, bitwise_or, bitwise_xor, check_output, compare, divide,
    equal, floor_divide, greater, greater_equal, invert, left_shift, less, less_equal, matmul, multiply, negative,
    no_loop, not_equal, positive, power, remainder, right_shift, squared, subtract, unary,
};
pub(crate) use print::type_name;
pub use print::{repr, str};
pub use promote::{Items, Operand, common, no_broadcast, result_shape, result_type};
pub use reduce::{
    Axes, accumulate, along_axis, count, extreme, extreme_index, greatest, least, mean, one_axis, product, sum, test,
    variance,
};
pub use view::{Array, broadcast_shapes, check_dimensions, shape_text};

use super::{Exception, Result, Value};
use crate::text::text;
use alloc::string::String;
use alloc::vec::Vec;

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dtype {
    Bool,
    U8,
    I16,
    I32,
    I64,
    F32,
    F64,
    C64,
    C128,
}

impl Dtype {
    /// All of them, from the narrowest to the widest as in [`common`].
    pub const ALL: [Dtype; 9] =
        [Dtype::Bool, Dtype::U8, Dtype::I16, Dtype::I32, Dtype::I64, Dtype::F32, Dtype::F64, Dtype::C64, Dtype::C128];

    /// As in `str(dtype)`.
    pub fn name(self) -> &'static str {
        match self {
            Dtype::Bool => "bool",
            Dtype::U8 => "uint8",
            Dtype::I16 => "int16",
            Dtype::I32 => "int32",
            Dtype::I64 => "int64",
            Dtype::F32 => "float32",
            Dtype::F64 => "float64",
            Dtype::C64 => "complex64",
            Dtype::C128 => "complex128",
        }
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self {
            Dtype::Bool | Dtype::U8 => 1,
            Dtype::I16 => 2,
            Dtype::I32 | Dtype::F32 => 4,
            Dtype::I64 | Dtype::F64 | Dtype::C64 => 8,
            Dtype::C128 => 16,
        }
    }

    /// Whether it holds whole numbers, truth values not among them.
    pub fn is_integer(self) -> bool {
        matches!(self, Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64)
    }

    /// Whether it is float32 or float64.
    pub fn is_float(self) -> bool {
        matches!(self, Dtype::F32 | Dtype::F64)
    }

    /// Whether it is complex.
    pub fn is_complex(self) -> bool {
        matches!(self, Dtype::C64 | Dtype::C128)
    }
}

/// One element on its own: `np.float32(1.5)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    Bool(bool),
    U8(u8),
    I16(i16),
    I32(i32),
    I64(i64),
    F32(f32),
    F64(f64),
    C64(f32, f32),
    C128(f64, f64),
}

/// What `bool()` says of an array or a scalar.
pub fn truth(a: &Value) -> Result<bool> {
    match a {
        Value::Array(array) => match array.size() {
            1 => Ok(array.first().is_some_and(|x| x.cast::<bool>())),
            0 => Err(Exception::value_error(
                "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty.",
            )),
            _ => Err(Exception::value_error(
                "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()",
            )),
        },
        Value::Scalar(x) => Ok(x.cast::<bool>()),
        other => Err(not_an_array(other)),
    }
}

/// `len()`.
pub fn len(a: &Array) -> Result<usize> {
    a.shape().first().copied().ok_or_else(|| Exception::type_error("len() of unsized object"))
}

/// Element or row `index` along the first axis, `index` being below [`len`]: what iteration gives.
pub fn element(a: &Array, index: usize) -> Result {
    if a.shape().is_empty() {
        return Err(Exception::type_error("iteration over a 0-d array"));
    }
    Ok(a.row(index).value())
}

/// `a.name` of an array or scalar; none where there is no such attribute.
pub fn attribute(a: &Value, name: &str) -> Option<Result> {
    let array = match a {
        Value::Array(array) => array.clone(),
        Value::Scalar(x) => Array::of_scalar(*x),
        _ => return None,
    };
    let is_scalar = matches!(a, Value::Scalar(_));
    let value = match name {
        "shape" => Value::tuple(array.shape().iter().map(|n| Value::Int(*n as i64)).collect::<Vec<_>>()),
        "size" => Value::Int(array.size() as i64),
        "ndim" => Value::Int(array.shape().len() as i64),
        "dtype" => Value::Type(super::value::Class::Dtype(array.dtype())),
        "nbytes" => Value::Int((array.size() * array.dtype().size()) as i64),
        "itemsize" => Value::Int(array.dtype().size() as i64),
        "T" if is_scalar => a.clone(),
        "T" => Value::Array(array.transposed()),
        "real" | "imag" if is_scalar || array.dtype().is_complex() || name == "imag" => {
            return Some({
                let a = core::slice::from_ref(a);
                if name == "real" { super::np::real(a) } else { super::np::imag(a) }
            });
        }
        "real" => a.clone(),
        "flat" => Value::Array(array.reshaped(&[array.size()]).ok()?),
        _ => return None,
    };
    Some(Ok(value))
}

/// `object.name(...)` for the methods that lists or strings have too: the arguments are those that follow the object.
pub fn method(object: &Value, name: &str, args: &[Value]) -> Result {
    let Some(array) = (match object {
        Value::Array(array) => Some(array.clone()),
        Value::Scalar(x) => Some(Array::of_scalar(*x)),
        _ => None,
    }) else {
        return Err(not_an_array(object));
    };
    match (name, object) {
        ("copy", Value::Scalar(_)) => Ok(object.clone()),
        ("copy", _) => Ok(Value::Array(array.copy())),
        ("sort", Value::Array(_)) => super::np::sort_in_place(&array, args.first()),
        _ => Err(no_attribute(object, name)),
    }
}

/// What `float()` makes of a scalar, or of an array with one element.
pub fn to_float(a: &Value) -> Result<f64> {
    match single(a)? {
        Scalar::C64(..) | Scalar::C128(..) => Err(Exception::type_error(text!(
            "float() argument must be a string or a real number, not '{}'",
            type_name(a)
        ))),
        x => Ok(x.cast::<f64>()),
    }
}

/// What `int()` makes of it.
pub fn to_int(a: &Value) -> Result<i64> {
    let x = match single(a)? {
        Scalar::F32(x) => f64::from(x),
        Scalar::F64(x) => x,
        Scalar::C64(..) | Scalar::C128(..) => {
            return Err(Exception::type_error(text!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                type_name(a)
            )));
        }
        whole => return Ok(whole.cast::<i64>()),
    };
    if x.is_nan() {
        Err(Exception::value_error("cannot convert float NaN to integer"))
    } else if x.is_infinite() {
        Err(Exception::new("OverflowError", "cannot convert float infinity to integer"))
    } else if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) {
        Ok(x as i64)
    } else {
        Err(Exception::too_large())
    }
}

fn single(a: &Value) -> Result<Scalar> {
    match a {
        Value::Scalar(x) => Ok(*x),
        Value::Array(array) => match array.shape() {
            [] => Ok(array.first().unwrap_or(Scalar::F64(0.0))),
            _ => Err(Exception::type_error("only 0-dimensional arrays can be converted to Python scalars")),
        },
        other => Err(not_an_array(other)),
    }
}

/// A scalar as the number of Python's that equals it: what is hashed and compared, and what JSON gets. Of a complex one the
/// scalar as it is, since complex numbers are no values of their own.
pub fn item(a: Scalar) -> Value {
    match a {
        Scalar::Bool(x) => Value::Bool(x),
        Scalar::U8(x) => Value::Int(i64::from(x)),
        Scalar::I16(x) => Value::Int(i64::from(x)),
        Scalar::I32(x) => Value::Int(i64::from(x)),
        Scalar::I64(x) => Value::Int(x),
        Scalar::F32(x) => Value::Float(f64::from(x)),
        Scalar::F64(x) => Value::Float(x),
        Scalar::C64(re, im) => Value::Scalar(Scalar::C128(f64::from(re), f64::from(im))),
        Scalar::C128(..) => Value::Scalar(a),
    }
}

/// An `AttributeError`.
pub(crate) fn no_attribute(object: &Value, name: &str) -> Exception {
    let name_of_type = match object {
        Value::Array(_) => String::from("numpy.ndarray"),
        other => type_name(other),
    };
    Exception::new("AttributeError", text!("'{}' object has no attribute '{}'", name_of_type, name))
}

fn not_an_array(value: &Value) -> Exception {
    Exception::type_error(text!("'{}' is not an array", type_name(value)))
}
