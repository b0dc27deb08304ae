//! The decimal digits of floats in the layouts of Python.

use crate::decimal::{plain, shortest};
use crate::text::{self, Base, text};
use alloc::string::String;

/// `repr(x)`: the fewest digits that read back to the same float.
pub fn float_repr(x: f64) -> String {
    if !x.is_finite() {
        return String::from(special(x, false));
    }
    let found = shortest(x.abs());
    float_of(x, &found, (-4..16).contains(&found.1))
}

/// A float from the digits of its magnitude, plain or with an exponent.
pub fn float_of(x: f64, (digits, exponent): &(String, i32), is_plain: bool) -> String {
    let sign = if x.is_sign_negative() { "-" } else { "" };
    text!("{}{}", sign, layout(digits, *exponent, is_plain, true, 'e'))
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

/// A number from its digits, the first of which stands for 10 to the power of `exponent`: plain, or with an exponent. `whole` says
/// that plain whole numbers end with `.0`.
pub(super) fn layout(digits: &str, exponent: i32, is_plain: bool, whole: bool, letter: char) -> String {
    if !is_plain {
        return scientific(digits, exponent, false, letter);
    }
    let mut text = plain(digits, exponent);
    if whole && digits.len() as i32 <= exponent + 1 {
        text.push_str(".0");
    }
    text
}

/// `1.25e-07`; `point` asks for one even where no digit follows.
pub(super) fn scientific(digits: &str, exponent: i32, point: bool, letter: char) -> String {
    let (first, rest) = digits.split_at_checked(1).unwrap_or_default();
    let point = if rest.is_empty() && !point { "" } else { "." };
    let sign = if exponent < 0 { "-" } else { "+" };
    let mut out = text!("{}{}{}{}{}", first, point, rest, letter, sign);
    text::digits(&mut out, exponent.unsigned_abs().into(), Base::Decimal, 2);
    out
}
