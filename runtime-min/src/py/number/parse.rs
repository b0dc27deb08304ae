//! `int(text)` and `float(text)`.

use crate::decimal;
use crate::py::{Exception, Result, format, unicode};
use crate::text::{cut, text};
use alloc::string::String;

/// `float(text)`
pub fn float_from_str(text: &str) -> Result<f64> {
    let fail = || Exception::value_error(text!("could not convert string to float: {}", format::repr_str(text)));
    let plain = plain_digits(text.trim_matches(unicode::is_space)).ok_or_else(fail)?;
    decimal::read(&plain).ok_or_else(fail)
}

/// `int(text, base)`
pub fn int_from_str(text: &str, base: i64) -> Result<i64> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(Exception::value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    let fail =
        || Exception::value_error(text!("invalid literal for int() with base {}: {}", base, format::repr_str(text)));
    // Separators of files and the like are spaces to `float` alone.
    let trimmed = text.trim_matches(|c| unicode::is_space(c) && !('\x1c'..='\x1f').contains(&c));
    let (negative, digits) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let prefix = match digits.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        Some(_) | None => 0,
    };
    let (base, digits) = if prefix != 0 && (base == 0 || base == prefix) {
        // One underscore may follow the prefix.
        (prefix, cut(digits, 2..).strip_prefix('_').unwrap_or(cut(digits, 2..)))
    } else if base == 0 {
        if digits.starts_with('0') && digits.chars().any(|c| c != '0' && c != '_') {
            return Err(fail());
        }
        (10, digits)
    } else {
        (base, digits)
    };
    let mut value = 0i128;
    let mut after_digit = false;
    for c in digits.chars() {
        if c == '_' && after_digit {
            after_digit = false;
            continue;
        }
        let digit = unicode::decimal(c).or(c.to_digit(36)).filter(|digit| i64::from(*digit) < base).ok_or_else(fail)?;
        // Beyond 64 bits only the syntax of what follows matters.
        value = (value * i128::from(base) + i128::from(digit)).min(1 << 100);
        after_digit = true;
    }
    if !after_digit {
        return Err(fail());
    }
    i64::try_from(if negative { -value } else { value }).map_err(|_| Exception::too_large())
}

/// Digits of any script as ASCII ones, without the underscores between digits; nothing where one is elsewhere.
fn plain_digits(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut after_digit = false;
    while let Some(c) = chars.next() {
        let digit = unicode::decimal(c).and_then(|digit| char::from_digit(digit, 10));
        if c == '_' {
            if !after_digit || chars.peek().is_none_or(|next| unicode::decimal(*next).is_none()) {
                return None;
            }
        } else {
            out.push(digit.unwrap_or(c));
        }
        after_digit = digit.is_some();
    }
    Some(out)
}
