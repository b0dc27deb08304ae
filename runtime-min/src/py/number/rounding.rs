//! `round()` and `int()` of floats.

use crate::decimal;
use crate::math;
use crate::py::{Exception, Result};
use crate::text::{cut, text};
use alloc::string::String;

/// `round(x)`: to the nearest whole number, ties to the even one.
#[inline]
pub fn float_round(x: f64) -> Result<i64> {
    int_from_float(math::rint(x))
}

/// `int(x)`: the whole part.
#[inline]
pub fn int_from_float(x: f64) -> Result<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&x) { Ok(x as i64) } else { Err(no_int(x)) }
}

#[cold]
fn no_int(x: f64) -> Exception {
    if x.is_nan() {
        Exception::value_error("cannot convert float NaN to integer")
    } else if x.is_infinite() {
        Exception::new("OverflowError", "cannot convert float infinity to integer")
    } else {
        Exception::too_large()
    }
}

/// The powers of ten that a float holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// `round(x, digits)`: the float nearest to the decimal number that is nearest to `x`, ties to the even digit.
#[inline]
pub fn float_round_to(x: f64, digits: i64) -> Result<f64> {
    if let Ok(digits) = usize::try_from(digits)
        && digits < POWERS.len()
    {
        let scaled = x * POWERS[digits];
        let whole = math::rint(scaled);
        // Below 2^52, and so far from a tie that the error of the product does not matter: then both the product's nearest
        // whole number and the power are exact, and the division rounds as reading the decimal number would.
        if scaled.abs() < 4_503_599_627_370_496.0 && 0.5 - (scaled - whole).abs() > scaled.abs() * f64::EPSILON {
            return Ok(whole / POWERS[digits]);
        }
    }
    round_by_digits(x, digits)
}

/// By way of the decimal digits, which are exact.
fn round_by_digits(x: f64, digits: i64) -> Result<f64> {
    if !x.is_finite() || digits > 323 {
        return Ok(x);
    }
    if digits < -308 {
        return Ok(0.0 * x);
    }
    let text =
        if digits >= 0 { decimal::fixed(x, digits as usize) } else { left_of_point(x, digits.unsigned_abs() as usize) };
    // The text is a plain decimal number.
    let rounded = decimal::read(&text).unwrap_or(x);
    if f64::is_infinite(rounded) {
        return Err(Exception::new("OverflowError", "rounded value too large to represent"));
    }
    Ok(rounded)
}

/// `x` to a multiple of ten to the power of `zeros`, as text.
fn left_of_point(x: f64, zeros: usize) -> String {
    let whole = math::trunc(x.abs());
    let digits = decimal::fixed(whole, 0);
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let padded = text!("{}{}", "0".repeat((zeros + 1).saturating_sub(digits.len())), digits);
    let (kept, rest) = padded.split_at_checked(padded.len() - zeros).unwrap_or_default();
    let beyond = cut(rest, 1..).bytes().any(|digit| digit != b'0') || whole != x.abs();
    let even = kept.as_bytes()[kept.len() - 1] % 2 == 0;
    let up = match rest.as_bytes()[0] {
        b'5' => beyond || !even,
        digit => digit > b'5',
    };
    let kept = if up { increment(kept) } else { String::from(kept) };
    text!("{}{}{}", sign, kept, "0".repeat(zeros))
}

/// A decimal number plus one.
fn increment(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let nines = digits.len() - kept.len();
    let mut out = match kept.as_bytes().split_last() {
        // ASCII digits, so the cut is between characters.
        Some((last, _)) => text!("{}{}", cut(kept, ..kept.len() - 1), char::from(last + 1)),
        None => String::from("1"),
    };
    out.push_str(&"0".repeat(nines));
    out
}

/// `round(i, digits)` of a whole number: to a multiple of a power of ten where `digits` is negative, ties to the even one.
pub fn int_round_to(i: i64, digits: i64) -> Result<i64> {
    if digits >= 0 {
        return Ok(i);
    }
    let Some(unit) = u32::try_from(digits.unsigned_abs()).ok().and_then(|zeros| 10i128.checked_pow(zeros)) else {
        return Ok(0);
    };
    let wide = i128::from(i);
    let (quotient, rest) = (wide.div_euclid(unit), wide.rem_euclid(unit));
    let up = rest * 2 > unit || (rest * 2 == unit && quotient % 2 != 0);
    i64::try_from((quotient + i128::from(up)) * unit).map_err(|_| Exception::too_large())
}
