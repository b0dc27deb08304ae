//! The module `math`.
//!
//! A function of floats that is named `sqrt` takes values as those of the table do; the plain one of statically typed code is
//! `sqrt_f`. Elementary functions are those of [`crate::math`], at most an ulp or two from CPython's.

mod gamma;
mod integers;
mod sums;

pub use gamma::{gamma, gamma_f, lgamma, lgamma_f};
pub use integers::{comb, factorial, factorial_i, gcd, gcd_i, isqrt, isqrt_i, lcm, lcm_i, perm};
pub use sums::{dist, fsum, hypot, hypot_f, prod};

use super::array::dynamic;
use super::number::{self, Number};
use super::{Exception, Result, Value, format};
use crate::math;
use crate::text::text;
use core::f64::consts::PI;

/// The float that a function of this module takes a value for.
pub fn real(value: &Value) -> Result<f64> {
    match (Number::of(value), value) {
        (Some(number), _) => Ok(number.float()),
        (None, Value::Scalar(_) | Value::Array(_)) => dynamic::to_float(value),
        (None, _) => Err(Exception::type_error(text!("must be real number, not {}", format::type_path(value)))),
    }
}

#[cold]
fn domain() -> Exception {
    Exception::value_error("math domain error")
}

#[cold]
fn range() -> Exception {
    Exception::new("OverflowError", "math range error")
}

/// A result that is not finite though the argument is means an error: by the function, of domain or of range.
#[inline]
fn checked(x: f64, result: f64, overflows: bool) -> Result<f64> {
    if result.is_finite() || x.is_nan() || (x.is_infinite() && !result.is_nan()) {
        return Ok(result);
    }
    Err(if result.is_infinite() && overflows { range() } else { domain() })
}

macro_rules! functions {
    ($($name:ident $typed:ident ($overflows:literal) |$x:ident| $body:expr;)*) => {$(
        #[doc = concat!("`math.", stringify!($name), "(x)`")]
        pub fn $name(args: &[Value]) -> Result {
            $typed(real(&args[0])?).map(Value::Float)
        }

        #[doc = concat!("`math.", stringify!($name), "(x)` of a float.")]
        #[inline]
        pub fn $typed($x: f64) -> Result<f64> {
            checked($x, $body, $overflows)
        }
    )*};
}

functions! {
    sqrt sqrt_f (false) |x| math::sqrt(x);
    cbrt cbrt_f (false) |x| math::cbrt(x);
    exp exp_f (true) |x| math::exp(x);
    exp2 exp2_f (true) |x| math::exp2(x);
    expm1 expm1_f (true) |x| math::expm1(x);
    log2 log2_f (false) |x| math::log2(x);
    log10 log10_f (false) |x| math::log10(x);
    log1p log1p_f (false) |x| math::log1p(x);
    sin sin_f (false) |x| math::sin(x);
    cos cos_f (false) |x| math::cos(x);
    tan tan_f (false) |x| math::tan(x);
    asin asin_f (false) |x| math::asin(x);
    acos acos_f (false) |x| math::acos(x);
    atan atan_f (false) |x| math::atan(x);
    sinh sinh_f (true) |x| math::sinh(x);
    cosh cosh_f (true) |x| math::cosh(x);
    tanh tanh_f (false) |x| math::tanh(x);
    asinh asinh_f (false) |x| math::asinh(x);
    acosh acosh_f (false) |x| if x < 1.0 { f64::NAN } else { math::acosh(x) };
    atanh atanh_f (false) |x| math::atanh(x);
    erf erf_f (false) |x| math::erf(x);
    erfc erfc_f (false) |x| math::erfc(x);
    fabs fabs_f (false) |x| x.abs();
}

/// `math.degrees(x)`
pub fn degrees(args: &[Value]) -> Result {
    degrees_f(real(&args[0])?).map(Value::Float)
}

/// `math.degrees(x)` of a float.
#[inline]
pub fn degrees_f(x: f64) -> Result<f64> {
    Ok(x * (180.0 / PI))
}

/// `math.radians(x)`
pub fn radians(args: &[Value]) -> Result {
    radians_f(real(&args[0])?).map(Value::Float)
}

/// `math.radians(x)` of a float.
#[inline]
pub fn radians_f(x: f64) -> Result<f64> {
    Ok(x * (PI / 180.0))
}

/// `math.log(x, base)`
pub fn log(args: &[Value]) -> Result {
    let x = log_f(real(&args[0])?)?;
    match &args[1] {
        Value::Ellipsis => Ok(Value::Float(x)),
        base => number::float_div(x, log_f(real(base)?)?).map(Value::Float),
    }
}

/// `math.log(x)` of a float.
#[inline]
pub fn log_f(x: f64) -> Result<f64> {
    checked(x, math::log(x), false)
}

/// `math.log(x, base)` of floats.
pub fn log_base_f(x: f64, base: f64) -> Result<f64> {
    number::float_div(log_f(x)?, log_f(base)?)
}

macro_rules! pairs {
    ($($name:ident $typed:ident;)*) => {$(
        #[doc = concat!("`math.", stringify!($name), "(x, y)`")]
        pub fn $name(args: &[Value]) -> Result {
            $typed(real(&args[0])?, real(&args[1])?).map(Value::Float)
        }
    )*};
}

pairs! {
    pow pow_f;
    atan2 atan2_f;
    fmod fmod_f;
    copysign copysign_f;
}

/// `math.pow(x, y)` of floats, with the special values of C.
pub fn pow_f(x: f64, y: f64) -> Result<f64> {
    if y == 2.0 && x.abs() < 1e150 {
        return Ok(x * x);
    }
    let result = math::pow(x, y);
    if result.is_finite() || !x.is_finite() || !y.is_finite() {
        return Ok(result);
    }
    Err(if result.is_infinite() && x != 0.0 { range() } else { domain() })
}

/// `math.atan2(y, x)` of floats.
#[inline]
pub fn atan2_f(y: f64, x: f64) -> Result<f64> {
    Ok(math::atan2(y, x))
}

/// `math.fmod(x, y)` of floats.
#[inline]
pub fn fmod_f(x: f64, y: f64) -> Result<f64> {
    let rest = math::fmod(x, y);
    if rest.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain()) } else { Ok(rest) }
}

/// `math.copysign(x, y)` of floats.
#[inline]
pub fn copysign_f(x: f64, y: f64) -> Result<f64> {
    Ok(x.copysign(y))
}

macro_rules! whole {
    ($($name:ident $typed:ident $function:ident;)*) => {$(
        #[doc = concat!("`math.", stringify!($name), "(x)`")]
        pub fn $name(args: &[Value]) -> Result {
            match Number::of(&args[0]) {
                Some(Number::Int(i)) => Ok(Value::Int(i)),
                Some(Number::Float(x)) => $typed(x).map(Value::Int),
                None => match (&args[0], super::ops::index_of(&args[0])) {
                    (_, Some(i)) => Ok(Value::Int(i)),
                    (Value::Scalar(_) | Value::Array(_), None) => $typed(dynamic::to_float(&args[0])?).map(Value::Int),
                    (other, None) => Err(not_whole(stringify!($name), other)),
                },
            }
        }

        #[doc = concat!("`math.", stringify!($name), "(x)` of a float.")]
        #[inline]
        pub fn $typed(x: f64) -> Result<i64> {
            number::int_from_float(math::$function(x))
        }
    )*};
}

whole! {
    floor floor_f floor;
    ceil ceil_f ceil;
    trunc trunc_f trunc;
}

fn not_whole(function: &str, value: &Value) -> Exception {
    let name = format::type_path(value);
    Exception::type_error(match function {
        "trunc" => text!("type {} doesn't define __trunc__ method", name),
        _ => text!("must be real number, not {}", name),
    })
}

macro_rules! tests {
    ($($name:ident $typed:ident |$x:ident| $body:expr;)*) => {$(
        #[doc = concat!("`math.", stringify!($name), "(x)`")]
        pub fn $name(args: &[Value]) -> Result {
            Ok(Value::Bool($typed(real(&args[0])?)))
        }

        #[doc = concat!("`math.", stringify!($name), "(x)` of a float.")]
        #[inline]
        pub fn $typed($x: f64) -> bool {
            $body
        }
    )*};
}

tests! {
    isnan isnan_f |x| x.is_nan();
    isinf isinf_f |x| x.is_infinite();
    isfinite isfinite_f |x| x.is_finite();
}

/// `math.isclose(a, b, rel_tol, abs_tol)`
pub fn isclose(args: &[Value]) -> Result {
    let (a, b, relative, absolute) = (real(&args[0])?, real(&args[1])?, real(&args[2])?, real(&args[3])?);
    isclose_f(a, b, relative, absolute).map(Value::Bool)
}

/// `math.isclose(a, b, rel_tol, abs_tol)` of floats.
pub fn isclose_f(a: f64, b: f64, relative: f64, absolute: f64) -> Result<bool> {
    if relative < 0.0 || absolute < 0.0 {
        return Err(Exception::value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (b - a).abs();
    Ok(difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute)
}

/// `math.modf(x)`
pub fn modf(args: &[Value]) -> Result {
    let x = real(&args[0])?;
    let whole = math::trunc(x);
    let fraction = if x.is_infinite() { 0.0 } else { x - whole };
    Ok(Value::tuple([Value::Float(fraction.copysign(x)), Value::Float(whole)]))
}

/// `math.frexp(x)`
pub fn frexp(args: &[Value]) -> Result {
    let x = real(&args[0])?;
    let (mantissa, exponent) = if x.is_finite() && x != 0.0 { math::frexp(x) } else { (x, 0) };
    Ok(Value::tuple([Value::Float(mantissa), Value::Int(i64::from(exponent))]))
}

/// `math.ldexp(x, i)`
pub fn ldexp(args: &[Value]) -> Result {
    let x = real(&args[0])?;
    let Some(i) = super::ops::index_of(&args[1]) else {
        return Err(Exception::type_error("Expected an int as second argument to ldexp."));
    };
    // Beyond some thousands every number is zero or infinite.
    let result = math::ldexp(x, i.clamp(-10_000, 10_000) as i32);
    if result.is_infinite() && x.is_finite() { Err(range()) } else { Ok(Value::Float(result)) }
}
