//! Functions of every element: `np.sqrt`, `np.maximum`, `np.clip`, `np.where` and the like.

use super::args::{arg, array, deliver, flag, number, number_or, operand, whole};
use crate::decimal;
use crate::math;
use crate::py::array::{
    self, Arithmetic, Array, Complex, Dtype, Element, Items, Operand, Scalar, argument, check_output, common, map,
    no_loop, result_type, with_dtype, zip,
};
use crate::py::ops::{Compare, Unary};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// The floating type that a function of real numbers is computed in.
fn float_type(x: &Operand) -> Dtype {
    match x.dtype() {
        Dtype::Bool | Dtype::U8 | Dtype::I16 => Dtype::F32,
        Dtype::I32 | Dtype::I64 => Dtype::F64,
        other => other,
    }
}

macro_rules! floating {
    ($($(#[$doc:meta])* $function:ident, $single:expr, $double:expr $(, $complex:ident)?;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            let x = argument(stringify!($function), arg(args, 0))?;
            let result = match float_type(&x) {
                Dtype::F32 => map::<f32, f32>(&x, $single),
                Dtype::F64 => map::<f64, f64>(&x, $double),
                $(
                    Dtype::C64 => map::<Complex<f32>, Complex<f32>>(&x, Complex::<f32>::$complex),
                    Dtype::C128 => map::<Complex<f64>, Complex<f64>>(&x, Complex::<f64>::$complex),
                )?
                _ => return Err(no_loop(stringify!($function))),
            };
            deliver(result, arg(args, 1))
        }
    )*};
}

/// A function of f32 by way of f64.
macro_rules! through {
    ($function:path) => {
        |x| $function(f64::from(x)) as f32
    };
}

floating! {
    /// `np.sqrt`. All of these compute float32 in float32 and whole numbers in float64.
    sqrt, math::sqrtf, math::sqrt, sqrt;
    /// `np.cbrt`
    cbrt, libm::cbrtf, libm::cbrt;
    /// `np.exp`
    exp, math::expf, math::exp, exp;
    /// `np.exp2`
    exp2, math::exp2f, math::exp2;
    /// `np.expm1`
    expm1, through!(libm::expm1), libm::expm1;
    /// `np.log`
    log, math::logf, math::log, log;
    /// `np.log2`
    log2, math::log2f, math::log2;
    /// `np.log10`
    log10, math::log10f, math::log10;
    /// `np.log1p`
    log1p, through!(libm::log1p), libm::log1p;
    /// `np.sin`
    sin, math::sinf, math::sin;
    /// `np.cos`
    cos, math::cosf, math::cos;
    /// `np.tan`
    tan, math::tanf, math::tan;
    /// `np.tanh`
    tanh, math::tanhf, math::tanh;
    /// `np.sinh`
    sinh, through!(math::sinh), math::sinh;
    /// `np.cosh`
    cosh, through!(math::cosh), math::cosh;
    /// `np.arcsin`
    arcsin, through!(math::asin), math::asin;
    /// `np.arccos`
    arccos, through!(math::acos), math::acos;
    /// `np.arctan`
    arctan, through!(math::atan), math::atan;
    /// `np.arcsinh`
    arcsinh, through!(libm::asinh), libm::asinh;
    /// `np.arccosh`
    arccosh, through!(libm::acosh), libm::acosh;
    /// `np.arctanh`
    arctanh, through!(libm::atanh), libm::atanh;
    /// `np.rint`
    rint, math::rintf, math::rint;
    /// `np.fabs`
    fabs, f32::abs, f64::abs;
    /// `np.deg2rad`
    deg2rad, |x: f32| x * (core::f32::consts::PI / 180.0), |x: f64| x * (core::f64::consts::PI / 180.0);
    /// `np.rad2deg`
    rad2deg, |x: f32| x * (180.0 / core::f32::consts::PI), |x: f64| x * (180.0 / core::f64::consts::PI);
}

/// `np.sinc`
pub fn sinc(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    let of = |x: f64| {
        let y = core::f64::consts::PI * if x == 0.0 { 1e-20 } else { x };
        math::sin(y) / y
    };
    Ok(match float_type(&x) {
        Dtype::F32 => map::<f32, f32>(&x, |x| of(f64::from(x)) as f32),
        _ => map::<f64, f64>(&x, of),
    })
}

macro_rules! rounded {
    ($($(#[$doc:meta])* $function:ident, $single:path, $double:path;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            let x = argument(stringify!($function), arg(args, 0))?;
            let result = match x.dtype() {
                Dtype::F32 => map::<f32, f32>(&x, $single),
                Dtype::F64 => map::<f64, f64>(&x, $double),
                Dtype::C64 | Dtype::C128 => return Err(no_loop(stringify!($function))),
                whole => with_dtype!(whole, T => map::<T, T>(&x, |x| x)),
            };
            deliver(result, arg(args, 1))
        }
    )*};
}

rounded! {
    /// `np.floor`; whole numbers stay as they are.
    floor, math::floorf, math::floor;
    /// `np.ceil`
    ceil, math::ceilf, math::ceil;
    /// `np.trunc`
    trunc, math::truncf, math::trunc;
}

/// `np.round`: to so many decimals, halves to even.
pub fn round(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    let decimals = if matches!(arg(args, 1), Value::None) { 0 } else { whole(arg(args, 1))? };
    let power = (0..decimals.unsigned_abs().min(400)).fold(1.0, |p, _| p * 10.0);
    let result = match x.dtype() {
        Dtype::F32 if decimals == 0 => map::<f32, f32>(&x, math::rintf),
        Dtype::F64 if decimals == 0 => map::<f64, f64>(&x, math::rint),
        Dtype::F32 if decimals > 0 => map::<f32, f32>(&x, move |x| math::rintf(x * power as f32) / power as f32),
        Dtype::F64 if decimals > 0 => map::<f64, f64>(&x, move |x| math::rint(x * power) / power),
        Dtype::F32 => map::<f32, f32>(&x, move |x| math::rintf(x / power as f32) * power as f32),
        Dtype::F64 => map::<f64, f64>(&x, move |x| math::rint(x / power) * power),
        Dtype::C64 | Dtype::C128 => return Err(no_loop("rint")),
        whole if decimals >= 0 => with_dtype!(whole, T => map::<T, T>(&x, |x| x)),
        whole => with_dtype!(whole, T => map::<T, T>(&x, move |x| T::cast(math::rint(f64::cast(x) / power) * power))),
    };
    deliver(result, arg(args, 2))
}

/// `np.abs`
pub fn abs(args: &[Value]) -> Result {
    let x = argument("absolute", arg(args, 0))?;
    let result = match x.dtype() {
        Dtype::Bool => map::<bool, bool>(&x, |x| x),
        Dtype::U8 => map::<u8, u8>(&x, |x| x),
        Dtype::I16 => map::<i16, i16>(&x, i16::wrapping_abs),
        Dtype::I32 => map::<i32, i32>(&x, i32::wrapping_abs),
        Dtype::I64 => map::<i64, i64>(&x, i64::wrapping_abs),
        Dtype::F32 => map::<f32, f32>(&x, f32::abs),
        Dtype::F64 => map::<f64, f64>(&x, f64::abs),
        Dtype::C64 => map::<Complex<f32>, f32>(&x, Complex::<f32>::magnitude),
        Dtype::C128 => map::<Complex<f64>, f64>(&x, Complex::<f64>::magnitude),
    };
    deliver(result, arg(args, 1))
}

/// `np.sign`
pub fn sign(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    if x.dtype() == Dtype::Bool {
        return Err(Exception::new(
            "UFuncTypeError",
            "ufunc 'sign' did not contain a loop with signature matching types <class 'numpy.dtypes.BoolDType'> -> None",
        ));
    }
    deliver(with_dtype!(x.dtype(), T => map::<T, T>(&x, T::sign)), arg(args, 1))
}

/// `np.square`
pub fn square(args: &[Value]) -> Result {
    let x = argument("square", arg(args, 0))?;
    let dtype = if x.dtype() == Dtype::Bool { Dtype::I64 } else { x.dtype() };
    deliver(with_dtype!(dtype, T => map::<T, T>(&x, |x| x.mul(x))), arg(args, 1))
}

/// `np.reciprocal`
pub fn reciprocal(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    deliver(with_dtype!(x.dtype(), T => map::<T, T>(&x, |x| T::cast(1.0 / f64::cast(x)))), arg(args, 1))
}

/// `np.negative`
pub fn negative(args: &[Value]) -> Result {
    deliver(array::unary(Unary::Neg, arg(args, 0))?, arg(args, 1))
}

macro_rules! operators {
    ($($(#[$doc:meta])* $function:ident;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            let result = array::$function(arg(args, 0), arg(args, 1), None)?;
            if let (Value::Array(out), Some(dtype)) = (arg(args, 2), result.dtype()) {
                check_output(stringify!($function), dtype, Some(out))?;
            }
            deliver(result, arg(args, 2))
        }
    )*};
}

operators! {
    /// `np.add`
    add;
    /// `np.subtract`
    subtract;
    /// `np.multiply`
    multiply;
    /// `np.divide`
    divide;
    /// `np.floor_divide`
    floor_divide;
    /// `np.remainder`
    remainder;
    /// `np.power`
    power;
    /// `np.bitwise_and`
    bitwise_and;
    /// `np.bitwise_or`
    bitwise_or;
    /// `np.bitwise_xor`
    bitwise_xor;
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $function:ident, $op:ident;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            deliver(array::compare(Compare::$op, arg(args, 0), arg(args, 1))?, arg(args, 2))
        }
    )*};
}

comparisons! {
    /// `np.equal`
    equal, Eq;
    /// `np.not_equal`
    not_equal, Ne;
    /// `np.less`
    less, Lt;
    /// `np.less_equal`
    less_equal, Le;
    /// `np.greater`
    greater, Gt;
    /// `np.greater_equal`
    greater_equal, Ge;
}

macro_rules! logical {
    ($($(#[$doc:meta])* $function:ident, $f:expr;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            let (x, y) = (operand(args, 0)?, operand(args, 1)?);
            deliver(zip::<bool, bool>(&x, &y, $f)?, arg(args, 2))
        }
    )*};
}

logical! {
    /// `np.logical_and`
    logical_and, |a, b| a & b;
    /// `np.logical_or`
    logical_or, |a, b| a | b;
    /// `np.logical_xor`
    logical_xor, |a, b| a ^ b;
}

/// `np.logical_not`
pub fn logical_not(args: &[Value]) -> Result {
    deliver(map::<bool, bool>(&operand(args, 0)?, |x| !x), arg(args, 1))
}

/// The operands and the type of a function of two; the type is none that is refused.
fn two(args: &[Value], name: &str, least: Dtype, refuses: impl Fn(Dtype) -> bool) -> Result<(Operand, Operand, Dtype)> {
    let (x, y) = (operand(args, 0)?, operand(args, 1)?);
    let dtype = result_type(&x, &y)?;
    let dtype = if dtype < least { least } else { dtype };
    if refuses(dtype) {
        return Err(no_loop(name));
    }
    if let Value::Array(out) = arg(args, 2) {
        check_output(name, dtype, Some(out))?;
    }
    Ok((x, y, dtype))
}

/// `np.maximum`
pub fn maximum(args: &[Value]) -> Result {
    let (x, y, dtype) = two(args, "maximum", Dtype::Bool, |_| false)?;
    deliver(with_dtype!(dtype, T => zip::<T, T>(&x, &y, T::greater_of))?, arg(args, 2))
}

/// `np.minimum`
pub fn minimum(args: &[Value]) -> Result {
    let (x, y, dtype) = two(args, "minimum", Dtype::Bool, |_| false)?;
    deliver(with_dtype!(dtype, T => zip::<T, T>(&x, &y, T::lesser_of))?, arg(args, 2))
}

/// `np.fmod`: the remainder with the sign of the dividend.
pub fn fmod(args: &[Value]) -> Result {
    let (x, y, dtype) = two(args, "fmod", Dtype::U8, Dtype::is_complex)?;
    deliver(with_dtype!(dtype, T => zip::<T, T>(&x, &y, T::fmod))?, arg(args, 2))
}

macro_rules! of_two {
    ($($(#[$doc:meta])* $function:ident, $single:expr, $double:expr;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            let (x, y, dtype) = two(args, stringify!($function), Dtype::Bool, Dtype::is_complex)?;
            let result = match dtype {
                Dtype::Bool | Dtype::U8 | Dtype::I16 | Dtype::F32 => zip::<f32, f32>(&x, &y, $single),
                _ => zip::<f64, f64>(&x, &y, $double),
            };
            deliver(result?, arg(args, 2))
        }
    )*};
}

of_two! {
    /// `np.hypot`
    hypot, |x, y| libm::hypot(f64::from(x), f64::from(y)) as f32, libm::hypot;
    /// `np.arctan2`
    arctan2, |y, x| math::atan2(f64::from(y), f64::from(x)) as f32, math::atan2;
    /// `np.copysign`
    copysign, f32::copysign, f64::copysign;
    /// `np.logaddexp`
    logaddexp, |x, y| sum_of_powers(f64::from(x), f64::from(y)) as f32, sum_of_powers;
}

fn sum_of_powers(x: f64, y: f64) -> f64 {
    if x == y {
        return x + core::f64::consts::LN_2;
    }
    let (high, low) = if x > y { (x, y) } else { (y, x) };
    high + libm::log1p(math::exp(low - high))
}

macro_rules! tests {
    ($($(#[$doc:meta])* $function:ident, |$x:ident| $real:expr, $join:tt;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            let x = argument(stringify!($function), arg(args, 0))?;
            let result = match x.dtype() {
                Dtype::F32 => map::<f32, bool>(&x, |$x| $real),
                Dtype::F64 => map::<f64, bool>(&x, |$x| $real),
                Dtype::C64 => map::<Complex<f32>, bool>(&x, |c| { let $x = c.re; let re = $real; let $x = c.im; re $join $real }),
                Dtype::C128 => map::<Complex<f64>, bool>(&x, |c| { let $x = c.re; let re = $real; let $x = c.im; re $join $real }),
                _ => map::<f64, bool>(&x, |$x| $real),
            };
            deliver(result, arg(args, 1))
        }
    )*};
}

tests! {
    /// `np.isnan`
    isnan, |x| x.is_nan(), |;
    /// `np.isinf`
    isinf, |x| x.is_infinite(), |;
    /// `np.isfinite`
    isfinite, |x| x.is_finite(), &;
    /// `np.signbit`
    signbit, |x| x.is_sign_negative(), |;
}

/// The type of several operands together.
pub fn type_of_all(operands: &[&Operand]) -> Result<Dtype> {
    let strong = operands.iter().filter_map(|x| x.strong()).reduce(common);
    let mut dtype = strong.unwrap_or(Dtype::Bool);
    for x in operands {
        dtype = match (x.strong(), strong) {
            (Some(_), _) => dtype,
            (None, Some(_)) => result_type(&Operand::Scalar(Scalar::Bool(false).astype(dtype)), x)?,
            (None, None) => common(dtype, x.dtype()),
        };
    }
    operands.iter().try_for_each(|x| x.check(dtype))?;
    Ok(dtype)
}

/// `np.clip`
pub fn clip(args: &[Value]) -> Result {
    let given =
        |i: usize, name: usize| if matches!(arg(args, i), Value::None) { arg(args, name) } else { arg(args, i) };
    let x = operand(args, 0)?;
    let (range_low, range_high) = match x.strong() {
        Some(Dtype::U8) => (0, 255),
        Some(Dtype::I16) => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Some(Dtype::I32) => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    // A Python int that bounds nothing is no bound, and no error either.
    let low = match given(1, 4) {
        Value::None => None,
        Value::Int(i) if *i <= range_low => None,
        other => Some(Operand::of(other)?),
    };
    let high = match given(2, 5) {
        Value::None => None,
        Value::Int(i) if *i >= range_high => None,
        other => Some(Operand::of(other)?),
    };
    let all: Vec<&Operand> = [Some(&x), low.as_ref(), high.as_ref()].into_iter().flatten().collect();
    let dtype = type_of_all(&all)?;
    let result = with_dtype!(dtype, T => {
        let one = |bound: &Option<Operand>| bound.as_ref().and_then(|b| b.single::<T>());
        match (one(&low), one(&high)) {
            (Some(low), Some(high)) => map::<T, T>(&x, move |x| x.clip(low, high)),
            _ => {
                let above = match &low {
                    Some(low) => Operand::of(&zip::<T, T>(&x, low, T::greater_of)?)?,
                    None => x,
                };
                match &high {
                    Some(high) => zip::<T, T>(&above, high, T::lesser_of)?,
                    None => map::<T, T>(&above, |x| x),
                }
            }
        }
    });
    if let Value::Array(out) = arg(args, 3) {
        check_output("clip", dtype, Some(out))?;
    }
    deliver(result, arg(args, 3))
}

/// `np.where`
pub fn where_(args: &[Value]) -> Result {
    if matches!((arg(args, 1), arg(args, 2)), (Value::None, Value::None)) {
        return super::nonzero(&args[..1]);
    }
    let (condition, x, y) = (operand(args, 0)?, operand(args, 1)?, operand(args, 2)?);
    let dtype = result_type(&x, &y)?;
    let shape = array::broadcast_shapes(x.shape(), y.shape())
        .and_then(|inner| array::broadcast_shapes(condition.shape(), &inner))
        .ok_or_else(|| array::no_broadcast(&[condition.shape(), x.shape(), y.shape()]))?;
    let size = shape.iter().product();
    let so = match condition.items::<bool>(&shape) {
        Items::One(so) => Items::Owned(alloc::vec![so; size]),
        items => items,
    };
    let so = so.many();
    Ok(with_dtype!(dtype, T => {
        let items: Vec<T> = match (x.items::<T>(&shape), y.items::<T>(&shape)) {
            (Items::One(x), Items::One(y)) => so.iter().map(|so| if *so { x } else { y }).collect(),
            (Items::One(x), y) => so.iter().zip(y.many()).map(|(so, y)| if *so { x } else { *y }).collect(),
            (x, Items::One(y)) => so.iter().zip(x.many()).map(|(so, x)| if *so { *x } else { y }).collect(),
            (x, y) => so.iter().zip(x.many()).zip(y.many()).map(|((so, x), y)| if *so { *x } else { *y }).collect(),
        };
        // Unlike other functions this gives an array even of single elements.
        Value::Array(Array::new(items, &shape))
    }))
}

/// `np.nan_to_num`
pub fn nan_to_num(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    let nan = number_or(arg(args, 2), 0.0)?;
    let single =
        (number_or(arg(args, 3), f64::from(f32::MAX))? as f32, number_or(arg(args, 4), f64::from(f32::MIN))? as f32);
    let double = (number_or(arg(args, 3), f64::MAX)?, number_or(arg(args, 4), f64::MIN)?);
    let of32 = |x: f32| {
        if x.is_nan() {
            nan as f32
        } else if x == f32::INFINITY {
            single.0
        } else if x == f32::NEG_INFINITY {
            single.1
        } else {
            x
        }
    };
    let of64 = |x: f64| {
        if x.is_nan() {
            nan
        } else if x == f64::INFINITY {
            double.0
        } else if x == f64::NEG_INFINITY {
            double.1
        } else {
            x
        }
    };
    let result = match x.dtype() {
        Dtype::F32 => map::<f32, f32>(&x, of32),
        Dtype::F64 => map::<f64, f64>(&x, of64),
        Dtype::C64 => map::<Complex<f32>, Complex<f32>>(&x, |c| Complex::new(of32(c.re), of32(c.im))),
        Dtype::C128 => map::<Complex<f64>, Complex<f64>>(&x, |c| Complex::new(of64(c.re), of64(c.im))),
        whole => with_dtype!(whole, T => map::<T, T>(&x, |x| x)),
    };
    match arg(args, 1) {
        Value::Bool(false) if matches!(arg(args, 0), Value::Array(_)) => deliver(result, arg(args, 0)),
        _ => Ok(result),
    }
}

/// `np.isclose`
pub fn isclose(args: &[Value]) -> Result {
    let (x, y) = (operand(args, 0)?, operand(args, 1)?);
    let (relative, absolute) = (number_or(arg(args, 2), 1e-5)?, number_or(arg(args, 3), 1e-8)?);
    let equal_nan = flag(args, 4);
    let dtype = result_type(&x, &y)?;
    match dtype {
        Dtype::F32 => zip::<f32, bool>(&x, &y, move |a, b| {
            ((a - b).abs() <= absolute as f32 + relative as f32 * b.abs()) & b.is_finite()
                | (a == b)
                | (equal_nan & a.is_nan() & b.is_nan())
        }),
        Dtype::C64 | Dtype::C128 => zip::<Complex<f64>, bool>(&x, &y, move |a, b| {
            (a.sub(b).magnitude() <= absolute + relative * b.magnitude()) | (a == b)
        }),
        _ => zip::<f64, bool>(&x, &y, move |a, b| {
            ((a - b).abs() <= absolute + relative * b.abs()) & b.is_finite()
                | (a == b)
                | (equal_nan & a.is_nan() & b.is_nan())
        }),
    }
}

/// `np.allclose`
pub fn allclose(args: &[Value]) -> Result {
    let close = Operand::of(&isclose(args)?)?.into_array();
    Ok(Value::Bool(close.with_items::<bool, _>(|items| items.iter().all(|x| *x))))
}

/// `np.array_equal`
pub fn array_equal(args: &[Value]) -> Result {
    let (x, y) = (array(args, 0)?, array(args, 1)?);
    if x.shape() != y.shape() {
        return Ok(Value::Bool(false));
    }
    let dtype = common(x.dtype(), y.dtype());
    let equal_nan = flag(args, 2);
    Ok(Value::Bool(with_dtype!(dtype, T => {
        let (x, y) = (x.to_vec::<T>(), y.to_vec::<T>());
        x.iter().zip(&y).all(|(a, b)| a == b || (equal_nan && a.is_nan() && b.is_nan()))
    })))
}

/// `np.real`
pub fn real(args: &[Value]) -> Result {
    let x = match arg(args, 0) {
        value @ (Value::Int(_) | Value::Float(_) | Value::Bool(_)) => return Ok(value.clone()),
        value => Operand::of(value)?,
    };
    Ok(match x.dtype() {
        Dtype::C64 => map::<Complex<f32>, f32>(&x, |c| c.re),
        Dtype::C128 => map::<Complex<f64>, f64>(&x, |c| c.re),
        _ => arg(args, 0).clone(),
    })
}

/// `np.imag`
pub fn imag(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    Ok(match x.dtype() {
        Dtype::C64 => map::<Complex<f32>, f32>(&x, |c| c.im),
        Dtype::C128 => map::<Complex<f64>, f64>(&x, |c| c.im),
        real => with_dtype!(real, T => map::<T, T>(&x, |_| T::default())),
    })
}

/// `np.conj`
pub fn conj(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    Ok(match x.dtype() {
        Dtype::C64 => map::<Complex<f32>, Complex<f32>>(&x, |c| Complex::new(c.re, -c.im)),
        Dtype::C128 => map::<Complex<f64>, Complex<f64>>(&x, |c| Complex::new(c.re, -c.im)),
        real => with_dtype!(real, T => map::<T, T>(&x, |x| x)),
    })
}

/// `np.angle`
pub fn angle(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    let scale = if flag(args, 1) { 180.0 / core::f64::consts::PI } else { 1.0 };
    Ok(match float_type(&x) {
        Dtype::C64 => map::<Complex<f32>, f32>(&x, move |c| c.angle() * scale as f32),
        Dtype::C128 => map::<Complex<f64>, f64>(&x, move |c| c.angle() * scale),
        Dtype::F32 => map::<f32, f32>(&x, move |x| math::atan2(0.0, f64::from(x)) as f32 * scale as f32),
        _ => map::<f64, f64>(&x, move |x| math::atan2(0.0, x) * scale),
    })
}

/// What `np.float32(x)` and the like give.
fn cast(args: &[Value], dtype: Dtype) -> Result {
    match arg(args, 0) {
        Value::Str(text) if dtype.is_float() => {
            let number = decimal::read(text.trim())
                .ok_or_else(|| Exception::value_error(text!("could not convert string to float: '{}'", text)))?;
            Ok(Value::Scalar(Scalar::F64(number).astype(dtype)))
        }
        Value::Float(x) if dtype.is_integer() => {
            let whole = Operand::Int(array::to_int(&Value::Scalar(Scalar::F64(*x)))?);
            whole.check(dtype)?;
            Ok(Value::Scalar(Scalar::F64(*x).astype(dtype)))
        }
        Value::None if dtype.is_float() => Ok(Value::Scalar(Scalar::F64(f64::NAN).astype(dtype))),
        value => {
            let x = Operand::of(value)?;
            x.check(dtype)?;
            Ok(with_dtype!(dtype, T => map::<T, T>(&x, |x| x)))
        }
    }
}

macro_rules! casts {
    ($($(#[$doc:meta])* $function:ident, $dtype:ident;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            cast(args, Dtype::$dtype)
        }
    )*};
}

casts! {
    /// `np.float32`
    float32, F32;
    /// `np.float64`
    float64, F64;
    /// `np.uint8`
    uint8, U8;
    /// `np.int16`
    int16, I16;
    /// `np.int32`
    int32, I32;
    /// `np.int64`
    int64, I64;
    /// `np.bool_`
    bool_, Bool;
    /// `np.complex64`
    complex64, C64;
    /// `np.complex128`
    complex128, C128;
}

/// `np.heaviside`: the step at 0 has the height of the second argument.
pub fn heaviside(args: &[Value]) -> Result {
    let height = number(arg(args, 1))?;
    let x = operand(args, 0)?;
    let of = |x: f64| {
        if x.is_nan() {
            x
        } else if x == 0.0 {
            height
        } else {
            f64::from(u8::from(x > 0.0))
        }
    };
    Ok(match float_type(&x) {
        Dtype::F32 => map::<f32, f32>(&x, |x| of(f64::from(x)) as f32),
        _ => map::<f64, f64>(&x, of),
    })
}
