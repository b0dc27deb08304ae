//! Arithmetic of `int` (64 bits, checked) and `float`, which operators on values and typed code share.
//!
//! A whole number that 64 bits do not hold is an `OverflowError`. Rounding is in `rounding`, reading numbers from text in `parse`.

mod parse;
mod rounding;

pub use parse::{float_from_str, int_from_str};
pub use rounding::{float_round, float_round_to, int_from_float, int_round_to};

use super::{Exception, Result, Value};
use crate::math;
use core::cmp::Ordering;

/// A value that is a number of Python's: `bool` counts as `int`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    /// The number that a value is; NumPy's are not.
    #[inline]
    pub fn of(value: &Value) -> Option<Number> {
        match value {
            Value::Bool(b) => Some(Number::Int(i64::from(*b))),
            Value::Int(i) => Some(Number::Int(*i)),
            Value::Float(x) => Some(Number::Float(*x)),
            Value::None
            | Value::Scalar(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
            | Value::Set(_)
            | Value::Deque(_)
            | Value::Range(_)
            | Value::Array(_)
            | Value::Record(_)
            | Value::Slice(_)
            | Value::Ellipsis
            | Value::Type(_) => None,
        }
    }

    /// The number as a float.
    #[inline]
    pub fn float(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Float(x) => x,
        }
    }
}

#[cold]
fn zero_division(message: &str) -> Exception {
    Exception::new("ZeroDivisionError", message)
}

macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident $method:ident;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(a: i64, b: i64) -> Result<i64> {
            a.$method(b).ok_or_else(Exception::too_large)
        }
    )*};
}

checked! {
    /// `a + b`
    int_add checked_add;
    /// `a - b`
    int_sub checked_sub;
    /// `a * b`
    int_mul checked_mul;
}

/// `-a`
#[inline]
pub fn int_neg(a: i64) -> Result<i64> {
    a.checked_neg().ok_or_else(Exception::too_large)
}

/// `abs(a)`
#[inline]
pub fn int_abs(a: i64) -> Result<i64> {
    a.checked_abs().ok_or_else(Exception::too_large)
}

/// `a // b`, towards minus infinity.
#[inline]
pub fn int_floordiv(a: i64, b: i64) -> Result<i64> {
    if b == 0 {
        return Err(zero_division("integer division or modulo by zero"));
    }
    let quotient = a.checked_div(b).ok_or_else(Exception::too_large)?;
    Ok(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

/// `a % b`, with the sign of `b`.
#[inline]
pub fn int_modulo(a: i64, b: i64) -> Result<i64> {
    if b == 0 {
        return Err(zero_division("integer modulo by zero"));
    }
    let rest = a.wrapping_rem(b);
    Ok(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
}

/// `a / b`: the float that is nearest to the quotient.
#[inline]
pub fn int_div(a: i64, b: i64) -> Result<f64> {
    const EXACT: u64 = 1 << 53;
    if b == 0 {
        return Err(zero_division("division by zero"));
    }
    if a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT {
        return Ok(a as f64 / b as f64);
    }
    Ok(wide_quotient(a, b))
}

/// Rounds once where a conversion of the operands would round before the division does.
fn wide_quotient(a: i64, b: i64) -> f64 {
    let (dividend, divisor) = (a.unsigned_abs(), b.unsigned_abs());
    let (mut quotient, mut rest) = (dividend / divisor, dividend % divisor);
    // 60 bits of quotient, one at a time; the lowest says whether anything follows.
    let mut shift = 0;
    while quotient < 1 << 60 && rest != 0 {
        let twice = rest << 1;
        let is_bit = rest >> 63 == 1 || twice >= divisor;
        rest = if is_bit { twice.wrapping_sub(divisor) } else { twice };
        quotient = quotient << 1 | u64::from(is_bit);
        shift += 1;
    }
    quotient |= u64::from(rest != 0);
    let scale = f64::from_bits((1023 - shift) << 52);
    let magnitude = quotient as f64 * scale;
    if (a < 0) != (b < 0) { -magnitude } else { magnitude }
}

/// `a ** b` for `b` that is not negative; [`power`] takes any.
#[inline]
pub fn int_pow(a: i64, b: i64) -> Result<i64> {
    match (a, u32::try_from(b)) {
        (0 | 1, _) => Ok(if b == 0 { 1 } else { a }),
        (-1, _) => Ok(if b % 2 == 0 { 1 } else { -1 }),
        (_, Ok(b)) => a.checked_pow(b).ok_or_else(Exception::too_large),
        (_, Err(_)) if b < 0 => Err(Exception::value_error("the exponent of a whole number is negative")),
        (_, Err(_)) => Err(Exception::too_large()),
    }
}

/// `a ** b` of any two: a float where `b` is negative.
pub fn power(a: i64, b: i64) -> Result {
    if b < 0 { float_pow(a as f64, b as f64).map(Value::Float) } else { int_pow(a, b).map(Value::Int) }
}

/// `a << b`
#[inline]
pub fn int_shl(a: i64, b: i64) -> Result<i64> {
    if b < 0 {
        return Err(Exception::value_error("negative shift count"));
    }
    if a == 0 {
        return Ok(0);
    }
    let shifted = if b < 64 { a << b } else { 0 };
    if b < 64 && shifted >> b == a { Ok(shifted) } else { Err(Exception::too_large()) }
}

/// `a >> b`
#[inline]
pub fn int_shr(a: i64, b: i64) -> Result<i64> {
    if b < 0 { Err(Exception::value_error("negative shift count")) } else { Ok(a >> b.min(63)) }
}

/// `a / b`
#[inline]
pub fn float_div(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 { Err(zero_division("float division by zero")) } else { Ok(a / b) }
}

/// `a % b`, with the sign of `b`.
#[inline]
pub fn float_modulo(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(zero_division("float modulo"));
    }
    let rest = math::fmod(a, b);
    Ok(if rest == 0.0 {
        rest.copysign(b)
    } else if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    })
}

/// `a // b`
#[inline]
pub fn float_floordiv(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(zero_division("float floor division by zero"));
    }
    let rest = math::fmod(a, b);
    let mut quotient = (a - rest) / b;
    if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return Ok(0.0f64.copysign(a / b));
    }
    let whole = math::floor(quotient);
    Ok(if quotient - whole > 0.5 { whole + 1.0 } else { whole })
}

/// `divmod(a, b)` of floats.
pub fn float_divmod(a: f64, b: f64) -> Result<(f64, f64)> {
    if b == 0.0 {
        return Err(zero_division("float divmod()"));
    }
    Ok((float_floordiv(a, b)?, float_modulo(a, b)?))
}

fn is_odd(x: f64) -> bool {
    math::fmod(x, 2.0).abs() == 1.0
}

/// `a ** b`. A negative number to a fractional power, which is complex in Python, is a `ValueError`.
pub fn float_pow(a: f64, b: f64) -> Result<f64> {
    if b == 2.0 && a.abs() < 1e150 {
        return Ok(a * a);
    }
    if b == 0.0 || a == 1.0 {
        return Ok(1.0);
    }
    if a.is_nan() || b.is_nan() {
        return Ok(f64::NAN);
    }
    if b.is_infinite() {
        return Ok(if a == -1.0 {
            1.0
        } else if (b > 0.0) == (a.abs() > 1.0) {
            f64::INFINITY
        } else {
            0.0
        });
    }
    if a == 0.0 || a.is_infinite() {
        if a == 0.0 && b < 0.0 {
            return Err(zero_division("0.0 cannot be raised to a negative power"));
        }
        let magnitude = if (a == 0.0) == (b > 0.0) { 0.0 } else { f64::INFINITY };
        return Ok(if is_odd(b) { f64::copysign(magnitude, a) } else { magnitude });
    }
    if a < 0.0 && math::floor(b) != b {
        return Err(Exception::value_error("negative number cannot be raised to a fractional power"));
    }
    let result = if b == 0.5 { crate::math::sqrt(a) } else { crate::math::pow(a.abs(), b) };
    if result.is_infinite() {
        return Err(Exception::new("OverflowError", "(34, 'Numerical result out of range')"));
    }
    Ok(if a < 0.0 && is_odd(b) { -result } else { result })
}

/// A whole number beside a float, exactly; nothing where the float is not a number.
#[inline]
pub fn compare_int_float(a: i64, b: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    Some(if b >= LIMIT {
        Ordering::Less
    } else if b < -LIMIT {
        Ordering::Greater
    } else {
        let whole = b as i64;
        let fraction = b - whole as f64;
        a.cmp(&whole).then(if fraction > 0.0 {
            Ordering::Less
        } else if fraction < 0.0 {
            Ordering::Greater
        } else {
            Ordering::Equal
        })
    })
}

/// Two numbers as Python orders them; nothing where one is not a number.
#[inline]
pub fn compare(a: Number, b: Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
        (Number::Int(a), Number::Float(b)) => compare_int_float(a, b),
        (Number::Float(a), Number::Int(b)) => compare_int_float(b, a).map(Ordering::reverse),
    }
}

#[cfg(test)]
mod tests {
    use super::wide_quotient;

    /// The quotient with 60 bits and more at once, which 128 bits hold.
    fn reference(a: i64, b: i64) -> f64 {
        let (dividend, divisor) = (u128::from(a.unsigned_abs()), u128::from(b.unsigned_abs()));
        let shift = (dividend.leading_zeros() + 60).saturating_sub(divisor.leading_zeros());
        let shifted = dividend << shift;
        let quotient = (shifted / divisor) | u128::from(shifted % divisor != 0);
        let magnitude = quotient as f64 * f64::from_bits((1023 - u64::from(shift)) << 52);
        if (a < 0) != (b < 0) { -magnitude } else { magnitude }
    }

    #[test]
    fn quotients_of_large_numbers_are_rounded_once() {
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state ^ state >> 31) as i64
        };
        let edges = [1, -1, 3, i64::MAX, i64::MIN, i64::MIN + 1, (1 << 53) + 1, 1 << 60, (1 << 62) + 1];
        let drawn: Vec<i64> = (0..400).map(|i| next() >> (i % 60)).filter(|n| *n != 0).collect();
        for a in edges.iter().chain(&drawn) {
            for b in edges.iter().chain(&drawn) {
                let (own, other) = (wide_quotient(*a, *b), reference(*a, *b));
                assert!(own.to_bits() == other.to_bits(), "{a} / {b}: {own:e}, {other:e}");
            }
        }
    }
}
