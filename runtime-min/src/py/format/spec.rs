//! The mini language of format specifications: `format(value, spec)`.

use super::digits;
use super::names::type_path;
use crate::decimal;
use crate::py::containers::Likeness;
use crate::py::{Exception, Result, Value, array};
use crate::text::{Base, cut, in_base, length, text};
use alloc::string::String;
use alloc::vec::Vec;

/// `format(value, spec)`
pub fn format(value: &Value, spec: &str) -> Result<String> {
    match value {
        // NumPy's scalars are formatted as the numbers of Python that they equal.
        Value::Scalar(scalar) => match array::item(*scalar) {
            item @ (Value::Bool(_) | Value::Int(_) | Value::Float(_)) => format(&item, spec),
            _ => Ok(super::str(value)),
        },
        _ if spec.is_empty() => Ok(super::str(value)),
        Value::Bool(b) => format_whole(i64::from(*b), spec, "bool"),
        Value::Int(i) => format_int(*i, spec),
        Value::Float(x) => format_float(*x, spec),
        Value::Str(text) => format_str(text, spec),
        Value::Record(record) if record.class.likeness == Likeness::Member => format_str(&super::str(value), spec),
        Value::None
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
        | Value::Type(_) => {
            let name = type_path(value);
            Err(Exception::type_error(text!("unsupported format string passed to {}.__format__", name)))
        }
    }
}

/// What a specification says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    pub fill: char,
    pub align: char,
    /// `+`, `-`, a space, or none given.
    pub sign: char,
    /// Minus zero is zero.
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: usize,
    pub grouping: Option<char>,
    pub precision: Option<usize>,
    /// The code at the end, or the one that is meant where there is none.
    pub kind: Option<char>,
}

impl Spec {
    fn parse(text: &str, owner: &str, default_kind: Option<char>, default_align: char) -> Result<Spec> {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '=' | '^'));
        let mut spec = Spec {
            fill: ' ',
            align: default_align,
            sign: '\0',
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: default_kind,
        };
        let (mut filled, mut aligned) = (false, false);
        if is_align(chars.get(1)) {
            (spec.fill, spec.align, filled, aligned, at) = (chars[0], chars[1], true, true, 2);
        } else if is_align(chars.first()) {
            (spec.align, aligned, at) = (chars[0], true, 1);
        }
        let take = |wanted: &[char], at: &mut usize| -> Option<char> {
            let c = chars.get(*at).copied().filter(|c| wanted.contains(c))?;
            *at += 1;
            Some(c)
        };
        spec.sign = take(&['+', '-', ' '], &mut at).unwrap_or('\0');
        spec.no_negative_zero = take(&['z'], &mut at).is_some();
        spec.alternate = take(&['#'], &mut at).is_some();
        if !filled && take(&['0'], &mut at).is_some() {
            spec.fill = '0';
            if !aligned && default_align == '>' {
                spec.align = '=';
            }
        }
        spec.width = number(&chars, &mut at)?.unwrap_or(0);
        spec.grouping = take(&[',', '_'], &mut at);
        if spec.grouping.is_some()
            && let Some(second) = take(&[',', '_'], &mut at)
        {
            return Err(Exception::value_error(if spec.grouping == Some(second) {
                text!("Cannot specify '{}' with '{}'.", second, second)
            } else {
                String::from("Cannot specify both ',' and '_'.")
            }));
        }
        if take(&['.'], &mut at).is_some() {
            let precision = number(&chars, &mut at)?;
            spec.precision =
                Some(precision.ok_or_else(|| Exception::value_error("Format specifier missing precision"))?);
        }
        if chars.len() - at > 1 {
            return Err(Exception::value_error(text!(
                "Invalid format specifier '{}' for object of type '{}'",
                text,
                owner
            )));
        }
        if let Some(kind) = chars.get(at) {
            spec.kind = Some(*kind);
        }
        let groups = match (spec.grouping, spec.kind) {
            (None, _) | (Some(_), None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F')) => true,
            (Some(c), Some('b' | 'o' | 'x' | 'X')) => c == '_',
            (Some(_), Some(_)) => false,
        };
        match (spec.grouping, spec.kind) {
            (Some(grouping), Some(kind)) if !groups => {
                Err(Exception::value_error(text!("Cannot specify '{}' with '{}'.", grouping, kind)))
            }
            _ => Ok(spec),
        }
    }
}

fn number(chars: &[char], at: &mut usize) -> Result<Option<usize>> {
    let start = *at;
    let mut value = 0u64;
    while let Some(digit) = chars.get(*at).and_then(|c| c.to_digit(10)) {
        value = value.saturating_mul(10).saturating_add(u64::from(digit));
        *at += 1;
    }
    if i64::try_from(value).is_err() {
        return Err(Exception::value_error("Too many decimal digits in format string"));
    }
    let value = i32::try_from(value).map_err(|_| Exception::new("MemoryError", ""))?;
    Ok((*at > start).then_some(value as usize))
}

#[cold]
fn unknown_code(kind: char, owner: &str) -> Exception {
    Exception::value_error(if ('!'..='\x7f').contains(&kind) {
        text!("Unknown format code '{}' for object of type '{}'", kind, owner)
    } else {
        text!("Unknown format code '\\x{}' for object of type '{}'", in_base(u32::from(kind).into(), Base::Hex), owner)
    })
}

/// `format(text, spec)`
pub fn format_str(text: &str, spec: &str) -> Result<String> {
    let spec = Spec::parse(spec, "str", Some('s'), '<')?;
    let fail = |message: &str| Err(Exception::value_error(message));
    match spec.kind {
        Some('s') | None => {}
        Some(kind) => return Err(unknown_code(kind, "str")),
    }
    if spec.sign != '\0' {
        return fail(if spec.sign == ' ' {
            "Space not allowed in string format specifier"
        } else {
            "Sign not allowed in string format specifier"
        });
    }
    if spec.no_negative_zero {
        return fail("Negative zero coercion (z) not allowed in string format specifier");
    }
    if spec.alternate {
        return fail("Alternate form (#) not allowed in string format specifier");
    }
    if spec.align == '=' {
        return fail("'=' alignment not allowed in string format specifier");
    }
    match spec.precision {
        Some(precision) => Ok(pad("", &text.chars().take(precision).collect::<String>(), &spec)),
        None => Ok(pad("", text, &spec)),
    }
}

/// `format(i, spec)`
pub fn format_int(i: i64, spec: &str) -> Result<String> {
    format_whole(i, spec, "int")
}

/// An int, or a bool as one.
fn format_whole(i: i64, text: &str, owner: &str) -> Result<String> {
    let spec = Spec::parse(text, owner, Some('d'), '>')?;
    let fail = |message: &str| Err(Exception::value_error(message));
    let magnitude = i.unsigned_abs();
    let (prefix, digits) = match spec.kind {
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return format_float(i as f64, text),
        Some('d' | 'n') | None => ("", in_base(magnitude, Base::Decimal)),
        Some('b') => ("0b", in_base(magnitude, Base::Binary)),
        Some('o') => ("0o", in_base(magnitude, Base::Octal)),
        Some('x') => ("0x", in_base(magnitude, Base::Hex)),
        Some('X') => ("0X", in_base(magnitude, Base::UpperHex)),
        Some('c') => ("", String::new()),
        Some(kind) => return Err(unknown_code(kind, owner)),
    };
    if spec.precision.is_some() {
        return fail("Precision not allowed in integer format specifier");
    }
    if spec.no_negative_zero {
        return fail("Negative zero coercion (z) not allowed in integer format specifier");
    }
    if spec.kind == Some('c') {
        if spec.sign != '\0' {
            return fail("Sign not allowed with integer format specifier 'c'");
        }
        if spec.alternate {
            return fail("Alternate form (#) not allowed with integer format specifier 'c'");
        }
        let c = u32::try_from(i).ok().and_then(char::from_u32);
        let c = c.ok_or_else(|| Exception::new("OverflowError", "%c arg not in range(0x110000)"))?;
        return Ok(pad("", &String::from(c), &spec));
    }
    let prefix = text!("{}{}", sign(i < 0, spec.sign), if spec.alternate { prefix } else { "" });
    Ok(number_text(&prefix, &digits, "", &spec))
}

/// `format(x, spec)`
pub fn format_float(x: f64, spec: &str) -> Result<String> {
    let spec = Spec::parse(spec, "float", None, '>')?;
    let upper = matches!(spec.kind, Some('E' | 'F' | 'G'));
    let percent = spec.kind == Some('%');
    let magnitude = if percent { x.abs() * 100.0 } else { x.abs() };
    let body = match spec.kind {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => float_body(magnitude, &spec),
        Some(kind) => return Err(unknown_code(kind, "float")),
    };
    let body = if upper { body.to_ascii_uppercase() } else { body };
    let negative = x.is_sign_negative() && !x.is_nan();
    let zero = body.bytes().all(|b| matches!(b, b'0' | b'.') || b.eq_ignore_ascii_case(&b'e') || b == b'+');
    let prefix = sign(negative && !(spec.no_negative_zero && zero), spec.sign);
    let left = body.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text!("{}{}", cut(&body, left..), if percent { "%" } else { "" });
    Ok(number_text(prefix, cut(&body, ..left), &rest, &spec))
}

/// A number that is not negative, without sign and padding.
pub(super) fn float_body(x: f64, spec: &Spec) -> String {
    if !x.is_finite() {
        return String::from(digits::special(x, false));
    }
    match (spec.kind.map(|kind| kind.to_ascii_lowercase()), spec.precision) {
        (Some('e'), precision) => {
            let (text, exponent) = decimal::rounded(x, precision.unwrap_or(6) + 1);
            digits::scientific(&text, exponent, spec.alternate, 'e')
        }
        (Some('f' | '%'), precision) => {
            let decimals = precision.unwrap_or(6);
            let point = if decimals == 0 && spec.alternate { "." } else { "" };
            text!("{}{}", decimal::fixed(x, decimals), point)
        }
        (None, None) => {
            let (text, exponent) = decimal::shortest(x);
            digits::layout(&text, exponent, (-4..16).contains(&exponent), true, 'e')
        }
        (kind, precision) => {
            let precision = precision.unwrap_or(6).max(1);
            let (text, exponent) = decimal::rounded(x, precision);
            // Without a code whole numbers get `.0`, for which a digit must be left.
            let limit = precision as i32 - i32::from(kind.is_none());
            let kept = if spec.alternate { &*text } else { text.trim_end_matches('0') };
            let kept = if kept.is_empty() { "0" } else { kept };
            let plain = (-4..limit).contains(&exponent);
            if spec.alternate {
                return alternate(kept, exponent, plain);
            }
            digits::layout(kept, exponent, plain, kind.is_none(), 'e')
        }
    }
}

/// With a point in any case.
fn alternate(digits: &str, exponent: i32, plain: bool) -> String {
    if !plain {
        return digits::scientific(digits, exponent, true, 'e');
    }
    let text = digits::layout(digits, exponent, true, false, 'e');
    if text.contains('.') { text } else { text!("{}.", text) }
}

pub(super) fn sign(negative: bool, style: char) -> &'static str {
    match (negative, style) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        (false, _) => "",
    }
}

/// Groups the digits and pads; zeros of the padding are grouped too.
fn number_text(prefix: &str, digits: &str, rest: &str, spec: &Spec) -> String {
    let zeros = spec.fill == '0' && spec.align == '=' && !digits.is_empty();
    let least = if zeros { spec.width.saturating_sub(prefix.len() + rest.len()) } else { 0 };
    let size = match (spec.grouping, spec.kind) {
        (None, _) => usize::MAX,
        (Some(_), Some('b' | 'o' | 'x' | 'X')) => 4,
        (Some(_), _) => 3,
    };
    let grouped = if digits.is_empty() { String::new() } else { group(digits, size, spec.grouping, least) };
    pad(prefix, &text!("{}{}", grouped, rest), spec)
}

fn group(digits: &str, size: usize, separator: Option<char>, least: usize) -> String {
    let mut reversed = String::new();
    let mut source = digits.bytes().rev();
    let (mut remaining, mut missing) = (digits.len(), least);
    loop {
        let take = size.min(remaining.max(missing).max(1));
        for _ in 0..take {
            reversed.push(char::from(source.next().unwrap_or(b'0')));
        }
        remaining = remaining.saturating_sub(take);
        missing = missing.saturating_sub(take);
        if remaining == 0 && missing == 0 {
            return reversed.chars().rev().collect();
        }
        missing = missing.saturating_sub(1);
        reversed.extend(separator);
    }
}

/// Pads to the width; `prefix` is what `=` puts before the padding.
pub(super) fn pad(prefix: &str, text: &str, spec: &Spec) -> String {
    let missing = spec.width.saturating_sub(length(prefix) + length(text));
    let fill = |count: usize| core::iter::repeat_n(spec.fill, count);
    let (before, between, after) = match spec.align {
        '<' => (0, 0, missing),
        '^' => (missing / 2, 0, missing - missing / 2),
        '=' => (0, missing, 0),
        _ => (missing, 0, 0),
    };
    let mut out = String::with_capacity(prefix.len() + text.len() + missing);
    out.extend(fill(before));
    out.push_str(prefix);
    out.extend(fill(between));
    out.push_str(text);
    out.extend(fill(after));
    out
}
