//! What operators, functions and printing do where a value turns out to be an array or a NumPy scalar.
//!
//! A program in which such values stand only where their types are known is built without the feature `py-arrays`. Then nothing
//! leads from here to the functions of arrays, so that the program links those that it names and no others.

use super::{Array, Dtype, absent};
use crate::py::ops::{Binary, Compare, Unary};
use crate::py::{Result, Value, expect};
use alloc::rc::Rc;
use alloc::string::String;

/// Whether arrays and NumPy scalars may be elements of containers, and be wherever a type is not known.
pub const ANYWHERE: bool = cfg!(feature = "py-arrays");

macro_rules! handed_on {
    ($($function:ident ($($name:ident: $ty:ty),*) -> $result:ty;)*) => {$(
        #[doc = concat!("As [`array::", stringify!($function), "`](super::", stringify!($function), ").")]
        #[inline]
        pub fn $function($($name: $ty),*) -> Result<$result> {
            if ANYWHERE { super::$function($($name),*) } else { Err(expect::broken()) }
        }
    )*};
}

handed_on! {
    binary(op: Binary, a: &Value, b: &Value) -> Value;
    augment(op: Binary, a: &Value, b: &Value) -> Value;
    unary(op: Unary, a: &Value) -> Value;
    compare(op: Compare, a: &Value, b: &Value) -> Value;
    get_item(a: &Array, index: &Value) -> Value;
    set_item(a: &Array, index: &Value, value: &Value) -> ();
    truth(a: &Value) -> bool;
    len(a: &Array) -> usize;
    element(a: &Array, index: usize) -> Value;
    method(object: &Value, name: &str, args: &[Value]) -> Value;
    to_float(a: &Value) -> f64;
    to_int(a: &Value) -> i64;
}

/// `object.name`; none where there is no such attribute.
#[inline]
pub fn attribute(a: &Value, name: &str) -> Option<Result> {
    if ANYWHERE { super::attribute(a, name) } else { Some(Err(expect::broken())) }
}

/// Whether a text names a type of elements: `"float32"`, and where arrays may be anywhere `"f4"` too.
#[inline]
pub fn is_dtype(dtype: Dtype, name: &Rc<str>) -> bool {
    if ANYWHERE {
        super::dtype_of(&Value::Str(name.clone())).is_ok_and(|named| named == Some(dtype))
    } else {
        **name == *dtype.name()
    }
}

/// `dtype.name` and the like.
#[inline]
pub fn dtype_attribute(dtype: Dtype, name: &str) -> Option<Value> {
    if ANYWHERE { super::dtype_attribute(dtype, name) } else { None }
}

/// `np.abs`
#[inline]
pub fn abs(args: &[Value]) -> Result {
    if ANYWHERE { crate::py::np::abs(args) } else { Err(expect::broken()) }
}

/// `np.round`, which `round` of a NumPy scalar is.
#[inline]
pub fn round(args: &[Value]) -> Result {
    if ANYWHERE { crate::py::np::round(args) } else { Err(expect::broken()) }
}

/// `repr()`
#[inline]
pub fn repr(a: &Value) -> String {
    if ANYWHERE { super::repr(a) } else { absent() }
}

/// `str()`
#[inline]
pub fn str(a: &Value) -> String {
    if ANYWHERE { super::str(a) } else { absent() }
}

/// `tolist()`
#[inline]
pub fn to_nested(a: &Array) -> Result {
    if ANYWHERE { Ok(a.to_nested()) } else { Err(expect::broken()) }
}
