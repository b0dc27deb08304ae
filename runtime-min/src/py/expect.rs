//! Values whose type the compiler knows, as numbers of Rust.
//!
//! The types of a script are promises. One that is not kept is a bug of the compiler, and fails with a `SystemError` as a bug of
//! an interpreter does: it neither panics nor gives another number.

use super::array::Scalar;
use super::{Exception, Result, Value};

macro_rules! expected {
    ($($(#[$doc:meta])* $name:ident -> $ty:ty, $pattern:pat => $x:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(value: &Value) -> Result<$ty> {
            match value {
                $pattern => Ok($x),
                _ => Err(broken()),
            }
        }
    )*};
}

expected! {
    /// A `bool`.
    bool -> bool, Value::Bool(b) => *b;
    /// An `int`.
    int -> i64, Value::Int(i) => *i;
    /// A `float`.
    float -> f64, Value::Float(x) => *x;
    /// A `np.bool`.
    np_bool -> bool, Value::Scalar(Scalar::Bool(b)) => *b;
    /// A `np.float32`.
    f32 -> f32, Value::Scalar(Scalar::F32(x)) => *x;
    /// A `np.float64`.
    f64 -> f64, Value::Scalar(Scalar::F64(x)) => *x;
}

/// The elements of a tuple of so many.
#[inline]
pub fn parts<const N: usize>(value: &Value) -> Result<[Value; N]> {
    match value {
        Value::Tuple(items) => <&[Value; N]>::try_from(&**items).cloned().map_err(|_| broken()),
        _ => Err(broken()),
    }
}

/// What fails where a promise is not kept.
#[cold]
pub fn broken() -> Exception {
    Exception::new("SystemError", "a value is of another type than the compiler said")
}

/// Functions that call one another, at most so deep.
const DEEPEST: u32 = 200;

/// A function of a class that calls itself begins.
#[inline]
pub fn enter(depth: &mut u32) -> Result<()> {
    if *depth >= DEEPEST {
        return Err(Exception::new("RecursionError", "maximum recursion depth exceeded"));
    }
    *depth += 1;
    Ok(())
}
