//! The decimal digits of floats: Rust's, which are exact, in the layouts of Python.

use alloc::format;
use alloc::string::String;

/// `repr(x)`: the fewest digits that read back to the same float.
pub fn float_repr(x: f64) -> String {
    if !x.is_finite() {
        return String::from(special(x, false));
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let (digits, exponent) = shortest(x.abs());
    format!("{sign}{}", layout(&digits, exponent, (-4..16).contains(&exponent), true, 'e'))
}

/// `inf` and `nan`.
pub(super) fn special(x: f64, upper: bool) -> &'static str {
    match (x.is_nan(), x > 0.0, upper) {
        (true, _, false) => "nan",
        (true, _, true) => "NAN",
        (false, true, false) => "inf",
        (false, true, true) => "INF",
        (false, false, false) => "-inf",
        (false, false, true) => "-INF",
    }
}

/// The shortest digits of a number that is not negative, and the power of ten of the first.
pub(super) fn shortest(x: f64) -> (String, i32) {
    let (digits, exponent) = split(&format!("{x:e}"));
    let odd = digits.as_bytes().last().is_some_and(|digit| digit % 2 == 1);
    // Of two equally short and equally near ones Python takes the even. Only numbers with few bits after the point have such.
    if odd && digits.len() >= 15 && (x * 262_144.0) % 1.0 == 0.0 {
        let even = format!("{x:.*e}", digits.len() - 1);
        if even.parse() == Ok(x) {
            return split(&even);
        }
    }
    (digits, exponent)
}

/// The first `count` digits of a number that is not negative, correctly rounded, and the power of ten of the first.
pub(super) fn rounded(x: f64, count: usize) -> (String, i32) {
    let (mut digits, exponent) = split(&format!("{x:.*e}", count.clamp(1, MOST) - 1));
    digits.push_str(&"0".repeat(count.saturating_sub(MOST)));
    (digits, exponent)
}

/// No float has more digits; Rust limits how many may be asked for.
const MOST: usize = 1100;

/// `%f`: so many digits after the point.
pub(super) fn fixed(x: f64, decimals: usize) -> String {
    let mut text = format!("{x:.*}", decimals.min(MOST));
    text.push_str(&"0".repeat(decimals.saturating_sub(MOST)));
    text
}

/// Digits and exponent of `1.25e-7`.
fn split(scientific: &str) -> (String, i32) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// A number from its digits, the first of which stands for 10 to the power of `exponent`: plain, or with an exponent. `whole` says
/// that plain whole numbers end with `.0`.
pub(super) fn layout(digits: &str, exponent: i32, plain: bool, whole: bool, letter: char) -> String {
    if !plain {
        return scientific(digits, exponent, false, letter);
    }
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    }
    let left = exponent as usize + 1;
    if digits.len() > left {
        return format!("{}.{}", &digits[..left], &digits[left..]);
    }
    format!("{digits}{}{}", "0".repeat(left - digits.len()), if whole { ".0" } else { "" })
}

/// `1.25e-07`; `point` asks for one even where no digit follows.
pub(super) fn scientific(digits: &str, exponent: i32, point: bool, letter: char) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() && !point { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{point}{rest}{letter}{sign}{:02}", exponent.unsigned_abs())
}
