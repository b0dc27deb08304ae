//! Searching in strings; `index` and `count` are methods of sequences too.

use super::{lists, string, text};
use crate::py::ops::as_index;
use crate::py::{Exception, Result, Value};
use crate::text::{cut, length, text};

/// A part of a string by code points: where it starts, and the text; nothing where it would start behind the end.
struct Part<'a> {
    start: usize,
    text: &'a str,
}

fn part<'a>(whole: &'a str, start: &Value, stop: &Value) -> Result<Option<Part<'a>>> {
    if let (Value::None, Value::None) = (start, stop) {
        return Ok(Some(Part { start: 0, text: whole }));
    }
    let len = length(whole) as i64;
    let place = |at: i64| if at < 0 { (at + len).max(0) } else { at };
    let bound = |value: &Value, default: i64| match value {
        Value::None => Ok(default),
        _ => as_index(value)
            .map_err(|_| Exception::type_error("slice indices must be integers or None or have an __index__ method")),
    };
    let (start, stop) = (place(bound(start, 0)?), place(bound(stop, len)?).min(len));
    if start > stop {
        return Ok(None);
    }
    let byte = |at: i64| whole.char_indices().nth(at as usize).map_or(whole.len(), |(byte, _)| byte);
    Ok(Some(Part { start: start as usize, text: cut(whole, byte(start)..byte(stop)) }))
}

/// Where a string is found, by code points.
fn position(
    args: &[Value],
    name: &'static str,
    search: impl Fn(&str, &str) -> Option<usize>,
) -> core::result::Result<Option<i64>, Result> {
    let whole = string(args, name)?;
    let found = (|| {
        // CPython's message does not say which argument it is.
        let wanted = match &args[1] {
            Value::Str(text) => text,
            other => {
                let name = text::type_path(other);
                return Err(Exception::type_error(text!("must be str, not {}", name)));
            }
        };
        Ok(part(whole, &args[2], &args[3])?.and_then(|part| {
            let byte = search(part.text, wanted)?;
            Some((part.start + length(cut(part.text, ..byte))) as i64)
        }))
    })();
    found.map_err(Err)
}

/// `.find(sub, start, end)` of strings.
pub fn find(args: &[Value]) -> Result {
    position(args, "find", |text, sub| text.find(sub))
        .map_or_else(|result| result, |at| Ok(Value::Int(at.unwrap_or(-1))))
}

/// `.rfind(sub, start, end)` of strings.
pub fn rfind(args: &[Value]) -> Result {
    position(args, "rfind", |text, sub| text.rfind(sub))
        .map_or_else(|result| result, |at| Ok(Value::Int(at.unwrap_or(-1))))
}

fn found(at: Option<i64>) -> Result {
    at.map(Value::Int).ok_or_else(|| Exception::value_error("substring not found"))
}

/// `.index(value, start, end)` of strings and sequences.
pub fn index(args: &[Value]) -> Result {
    match &args[0] {
        Value::Str(_) => position(args, "index", |text, sub| text.find(sub)).map_or_else(|result| result, found),
        _ => lists::index_in(args),
    }
}

/// `.rindex(sub, start, end)` of strings.
pub fn rindex(args: &[Value]) -> Result {
    position(args, "rindex", |text, sub| text.rfind(sub)).map_or_else(|result| result, found)
}

/// `.count(value, start, end)` of strings and sequences.
pub fn count(args: &[Value]) -> Result {
    let Value::Str(whole) = &args[0] else { return lists::count_in(args) };
    let Value::Str(sub) = &args[1] else {
        return Err(Exception::type_error(text!("must be str, not {}", text::type_path(&args[1]))));
    };
    let Some(part) = part(whole, &args[2], &args[3])? else { return Ok(Value::Int(0)) };
    let count = if sub.is_empty() { length(part.text) + 1 } else { part.text.matches(&**sub).count() };
    Ok(Value::Int(count as i64))
}

/// Whether a part of a string starts or ends with one of some strings.
fn at_end(args: &[Value], name: &'static str, test: impl Fn(&str, &str) -> bool) -> Result {
    let whole = match string(args, name) {
        Ok(whole) => whole,
        Err(result) => return result,
    };
    let candidates = match &args[1] {
        Value::Tuple(items) => &items[..],
        single @ Value::Str(_) => core::slice::from_ref(single),
        other => {
            let other = text::type_path(other);
            let message = text!("{} first arg must be str or a tuple of str, not {}", name, other);
            return Err(Exception::type_error(message));
        }
    };
    let part = part(whole, &args[2], &args[3])?;
    for candidate in candidates {
        let Value::Str(candidate) = candidate else {
            let other = text::type_path(candidate);
            return Err(Exception::type_error(text!("tuple for {} must only contain str, not {}", name, other)));
        };
        if part.as_ref().is_some_and(|part| test(part.text, candidate)) {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

/// `.startswith(prefix, start, end)` of strings.
pub fn startswith(args: &[Value]) -> Result {
    at_end(args, "startswith", |text, prefix| text.starts_with(prefix))
}

/// `.endswith(suffix, start, end)` of strings.
pub fn endswith(args: &[Value]) -> Result {
    at_end(args, "endswith", |text, suffix| text.ends_with(suffix))
}
