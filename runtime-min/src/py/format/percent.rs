//! The operator `%` of strings.

use super::spec::{Spec, float_body, pad, sign};
use super::{ascii, names, repr, str};
use crate::decimal::fixed;
use crate::py::array::dynamic;
use crate::py::number::{Number, int_from_float};
use crate::py::{Exception, Result, Value, ops};
use crate::text::{Base, in_base, length, text};
use alloc::string::String;
use alloc::vec::Vec;

/// `template % values`
pub fn percent(template: &str, values: &Value) -> Result<String> {
    let mut arguments = Arguments {
        items: match values {
            Value::Tuple(items) => items.to_vec(),
            other => alloc::vec![other.clone()],
        },
        next: 0,
        whole: values,
        by_name: false,
    };
    let chars: Vec<char> = template.chars().collect();
    let mut out = String::with_capacity(template.len());
    let mut at = 0;
    while at < chars.len() {
        if chars[at] != '%' {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        at += 1;
        conversion(&chars, &mut at, &mut arguments, &mut out)?;
    }
    let named = arguments.by_name || matches!(values, Value::Dict(_) | Value::List(_) | Value::Range(_));
    if arguments.next < arguments.items.len() && !named {
        return Err(Exception::type_error("not all arguments converted during string formatting"));
    }
    Ok(out)
}

struct Arguments<'a> {
    items: Vec<Value>,
    next: usize,
    whole: &'a Value,
    /// `%(name)s` was used.
    by_name: bool,
}

impl Arguments<'_> {
    fn take(&mut self) -> Result {
        let item = self.items.get(self.next).cloned();
        self.next += 1;
        item.ok_or_else(|| Exception::type_error("not enough arguments for format string"))
    }

    fn star(&mut self) -> Result<i64> {
        match self.take()? {
            Value::Int(i) => Ok(i),
            _ => Err(Exception::type_error("* wants int")),
        }
    }
}

/// One conversion, from after its `%`.
fn conversion(chars: &[char], at: &mut usize, arguments: &mut Arguments<'_>, out: &mut String) -> Result<()> {
    if chars.get(*at) == Some(&'%') {
        *at += 1;
        out.push('%');
        return Ok(());
    }
    let mut named = None;
    if chars.get(*at) == Some(&'(') {
        let Value::Dict(dict) = arguments.whole else {
            return Err(Exception::type_error("format requires a mapping"));
        };
        let start = *at + 1;
        let (mut depth, mut end) = (1, start);
        while depth > 0 {
            match chars.get(end) {
                None => return Err(Exception::value_error("incomplete format key")),
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                Some(_) => {}
            }
            end += 1;
        }
        *at = end;
        let key = Value::from(chars[start..end - 1].iter().collect::<String>());
        arguments.by_name = true;
        named = Some(ops::get_item(&Value::Dict(dict.clone()), &key)?);
    }
    let mut spec = Spec {
        fill: ' ',
        align: '>',
        sign: '-',
        no_negative_zero: false,
        alternate: false,
        width: 0,
        grouping: None,
        precision: None,
        kind: None,
    };
    let (mut left, mut zero) = (false, false);
    while let Some(flag) = chars.get(*at) {
        match flag {
            '-' => left = true,
            '+' => spec.sign = '+',
            ' ' if spec.sign != '+' => spec.sign = ' ',
            ' ' => {}
            '#' => spec.alternate = true,
            '0' => zero = true,
            _ => break,
        }
        *at += 1;
    }
    if chars.get(*at) == Some(&'*') {
        *at += 1;
        let width = arguments.star()?;
        left |= width < 0;
        spec.width = width.unsigned_abs() as usize;
    } else {
        spec.width = number(chars, at);
    }
    if chars.get(*at) == Some(&'.') {
        *at += 1;
        spec.precision = Some(if chars.get(*at) == Some(&'*') {
            *at += 1;
            arguments.star()?.max(0) as usize
        } else {
            number(chars, at)
        });
    }
    while matches!(chars.get(*at), Some('h' | 'l' | 'L')) {
        *at += 1;
    }
    let Some(&kind) = chars.get(*at) else {
        return Err(Exception::value_error("incomplete format"));
    };
    *at += 1;
    let value = match named {
        Some(value) => value,
        None => arguments.take()?,
    };
    if left {
        spec.align = '<';
    } else if zero && !matches!(kind, 's' | 'r' | 'a' | 'c') {
        (spec.align, spec.fill) = ('=', '0');
    }
    spec.kind = Some(kind);
    out.push_str(&convert(&value, spec, *at - 1)?);
    Ok(())
}

fn convert(value: &Value, spec: Spec, at: usize) -> Result<String> {
    let kind = spec.kind.unwrap_or('s');
    match kind {
        's' => Ok(text(&str(value), &spec)),
        'r' => Ok(text(&repr(value), &spec)),
        'a' => Ok(text(&ascii(value), &spec)),
        'c' => Ok(pad("", &character(value)?, &spec)),
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => whole(value, kind, spec),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let x = match (Number::of(value), value) {
                (Some(number), _) => number.float(),
                (None, Value::Scalar(_) | Value::Array(_)) => dynamic::to_float(value)?,
                (None, _) => {
                    let name = names::type_path(value);
                    return Err(Exception::type_error(text!("must be real number, not {}", name)));
                }
            };
            let body = float_body(x.abs(), &spec);
            let body = if kind.is_uppercase() { body.to_ascii_uppercase() } else { body };
            Ok(pad(sign(x.is_sign_negative() && !x.is_nan(), spec.sign), &body, &spec))
        }
        _ => Err(Exception::value_error(text!(
            "unsupported format character '{}' (0x{}) at index {}",
            if ('\x1f'..='~').contains(&kind) { kind } else { '?' },
            in_base(u32::from(kind).into(), Base::Hex),
            at
        ))),
    }
}

fn text(text: &str, spec: &Spec) -> String {
    match spec.precision {
        Some(precision) => pad("", &text.chars().take(precision).collect::<String>(), spec),
        None => pad("", text, spec),
    }
}

fn character(value: &Value) -> Result<String> {
    match (value, ops::index_of(value)) {
        (Value::Str(text), _) if length(text) == 1 => Ok(String::from(&**text)),
        (_, Some(code)) => {
            let c = u32::try_from(code).ok().and_then(char::from_u32);
            c.map(String::from).ok_or_else(|| Exception::new("OverflowError", "%c arg not in range(0x110000)"))
        }
        (_, None) => Err(Exception::type_error("%c requires int or char")),
    }
}

fn whole(value: &Value, kind: char, spec: Spec) -> Result<String> {
    let decimal = matches!(kind, 'd' | 'i' | 'u');
    let i = match (Number::of(value), value) {
        (Some(Number::Int(i)), _) => i,
        (Some(Number::Float(x)), _) if decimal && (!x.is_finite() || x.abs() < 9e18) => int_from_float(x)?,
        // Printed alone, so that 64 bits are no limit.
        (Some(Number::Float(x)), _) if decimal => {
            let prefix = sign(x < 0.0, spec.sign);
            return Ok(digits_text(prefix, &fixed(x.abs(), 0), &spec));
        }
        (None, Value::Scalar(_)) if decimal || ops::index_of(value).is_some() => dynamic::to_int(value)?,
        _ => {
            let name = names::type_path(value);
            let wanted = if decimal { "a real number" } else { "an integer" };
            return Err(Exception::type_error(text!("%{} format: {} is required, not {}", kind, wanted, name)));
        }
    };
    let magnitude = i.unsigned_abs();
    let (prefix, digits) = match kind {
        'o' => ("0o", in_base(magnitude, Base::Octal)),
        'x' => ("0x", in_base(magnitude, Base::Hex)),
        'X' => ("0X", in_base(magnitude, Base::UpperHex)),
        _ => ("", in_base(magnitude, Base::Decimal)),
    };
    let prefix = text!("{}{}", sign(i < 0, spec.sign), if spec.alternate { prefix } else { "" });
    Ok(digits_text(&prefix, &digits, &spec))
}

/// As many digits as the precision asks for, padded.
fn digits_text(prefix: &str, digits: &str, spec: &Spec) -> String {
    let zeros = "0".repeat(spec.precision.unwrap_or(0).saturating_sub(digits.len()));
    pad(prefix, &text!("{}{}", zeros, digits), spec)
}

fn number(chars: &[char], at: &mut usize) -> usize {
    let mut value = 0usize;
    while let Some(digit) = chars.get(*at).and_then(|c| c.to_digit(10)) {
        value = value.saturating_mul(10).saturating_add(digit as usize).min(i32::MAX as usize);
        *at += 1;
    }
    value
}
