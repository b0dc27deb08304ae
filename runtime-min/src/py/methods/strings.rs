//! Methods that only strings have, but for searching.

use super::{message, string, text, wanted};
use crate::py::ops::{as_index, collect, truth};
use crate::py::{Exception, Result, Value, unicode};
use crate::text::{cut, length};
use alloc::string::String;
use alloc::vec::Vec;

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident |$text:ident, $args:pat_param| $body:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(args: &[Value]) -> Result {
            match string(args, stringify!($name)) {
                Ok(text) => {
                    let ($text, $args) = (&**text, &args[1..]);
                    $body
                }
                Err(result) => result,
            }
        }
    )*};
}

methods! {
    /// `.upper()`
    upper |text, _| Ok(Value::from(mapped(text, unicode::push_upper)));
    /// `.lower()`
    lower |text, _| Ok(Value::from(lowered(text)));
    /// `.casefold()`
    casefold |text, _| Ok(Value::from(mapped(text, unicode::push_folded)));
    /// `.title()`
    title |text, _| Ok(Value::from(titled(text)));
    /// `.capitalize()`
    capitalize |text, _| Ok(Value::from(capitalized(text)));
    /// `.swapcase()`
    swapcase |text, _| Ok(Value::from(swapped(text)));
    /// `.isalpha()`
    isalpha |text, _| all(text, unicode::is_alphabetic);
    /// `.isdigit()`
    isdigit |text, _| all(text, unicode::is_digit);
    /// `.isdecimal()`
    isdecimal |text, _| all(text, |c| unicode::decimal(c).is_some());
    /// `.isnumeric()`
    isnumeric |text, _| all(text, unicode::is_numeric);
    /// `.isalnum()`
    isalnum |text, _| all(text, |c| unicode::is_alphabetic(c) || unicode::is_digit(c) || unicode::is_numeric(c));
    /// `.isspace()`
    isspace |text, _| all(text, unicode::is_space);
    /// `.isascii()`
    isascii |text, _| Ok(Value::Bool(text.is_ascii()));
    /// `.isprintable()`
    isprintable |text, _| Ok(Value::Bool(text.chars().all(unicode::is_printable)));
    /// `.isupper()`
    isupper |text, _| {
        let against = text.chars().any(|c| c.is_lowercase() || unicode::is_title(c));
        Ok(Value::Bool(!against && text.chars().any(char::is_uppercase)))
    };
    /// `.islower()`
    islower |text, _| {
        let against = text.chars().any(|c| c.is_uppercase() || unicode::is_title(c));
        Ok(Value::Bool(!against && text.chars().any(char::is_lowercase)))
    };
    /// `.istitle()`
    istitle |text, _| Ok(Value::Bool(is_titled(text)));
    /// `.strip(chars)`
    strip |text, args| stripped(text, &args[0], "strip", true, true);
    /// `.lstrip(chars)`
    lstrip |text, args| stripped(text, &args[0], "lstrip", true, false);
    /// `.rstrip(chars)`
    rstrip |text, args| stripped(text, &args[0], "rstrip", false, true);
    /// `.split(sep, maxsplit)`
    split |text, args| {
        let most = most(&args[1])?;
        Ok(strings(match separator(&args[0])? {
            Some(separator) => text.splitn(most, separator).collect(),
            None => words(text, most),
        }))
    };
    /// `.rsplit(sep, maxsplit)`
    rsplit |text, args| {
        let most = most(&args[1])?;
        let mut parts = match separator(&args[0])? {
            Some(separator) => text.rsplitn(most, separator).collect(),
            None => words_from_right(text, most),
        };
        parts.reverse();
        Ok(strings(parts))
    };
    /// `.splitlines(keepends)`
    splitlines |text, args| Ok(strings(lines(text, truth(&args[0])?)));
    /// `.join(iterable)`
    join |separator, args| joined(separator, &args[0]);
    /// `.replace(old, new, count)`
    replace |text, args| {
        let (old, new) = (wanted(&args[0], "replace() argument 1")?, wanted(&args[1], "replace() argument 2")?);
        Ok(Value::from(match usize::try_from(as_index(&args[2])?) {
            Ok(count) => text.replacen(old, new, count),
            Err(_) => text.replace(old, new),
        }))
    };
    /// `.removeprefix(prefix)`
    removeprefix |text, args| {
        let prefix = wanted(&args[0], "removeprefix() argument")?;
        Ok(Value::from(text.strip_prefix(prefix).unwrap_or(text)))
    };
    /// `.removesuffix(suffix)`
    removesuffix |text, args| {
        let suffix = wanted(&args[0], "removesuffix() argument")?;
        Ok(Value::from(text.strip_suffix(suffix).unwrap_or(text)))
    };
    /// `.partition(sep)`
    partition |text, args| {
        let separator = separator_of_partition(&args[0])?;
        Ok(three(match text.split_once(separator) {
            Some((before, after)) => [before, separator, after],
            None => [text, "", ""],
        }))
    };
    /// `.rpartition(sep)`
    rpartition |text, args| {
        let separator = separator_of_partition(&args[0])?;
        Ok(three(match text.rsplit_once(separator) {
            Some((before, after)) => [before, separator, after],
            None => ["", "", text],
        }))
    };
    /// `.ljust(width, fillchar)`
    ljust |text, args| padded(text, args, |missing, _| (0, missing));
    /// `.rjust(width, fillchar)`
    rjust |text, args| padded(text, args, |missing, _| (missing, 0));
    /// `.center(width, fillchar)`
    center |text, args| padded(text, args, |missing, width| {
        let left = missing / 2 + (missing & width & 1);
        (left, missing - left)
    });
    /// `.zfill(width)`
    zfill |text, args| {
        let missing = missing(text, as_index(&args[0])?);
        let sign = if text.starts_with(['+', '-']) { 1 } else { 0 };
        Ok(Value::from(message!("{}{}{}", cut(text, ..sign), "0".repeat(missing), cut(text, sign..))))
    };
    /// `.expandtabs(tabsize)`
    expandtabs |text, args| Ok(Value::from(expanded(text, as_index(&args[0])?)));
    /// `.format(*args, **kwargs)`
    format |template, args| {
        let Value::Dict(named) = &args[1] else {
            return Err(Exception::type_error("named arguments are not a dict"));
        };
        text::fields(template, &collect(&args[0])?, named).map(Value::from)
    };
}

fn all(text: &str, test: impl Fn(char) -> bool) -> Result {
    Ok(Value::Bool(!text.is_empty() && text.chars().all(test)))
}

fn strings(parts: Vec<&str>) -> Value {
    Value::list(parts.into_iter().map(Value::from).collect())
}

fn three(parts: [&str; 3]) -> Value {
    Value::tuple(parts.map(Value::from))
}

fn mapped(text: &str, push: fn(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    out
}

fn lowered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.char_indices().for_each(|(at, c)| push_lower(&mut out, text, at, c));
    out
}

fn push_lower(out: &mut String, text: &str, at: usize, c: char) {
    unicode::push_lower_in(out, cut(text, ..at), c, cut(text, at + c.len_utf8()..));
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || unicode::is_title(c)
}

fn titled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if in_word {
            push_lower(&mut out, text, at, c);
        } else {
            unicode::push_title(&mut out, c);
        }
        in_word = is_cased(c);
    }
    out
}

fn capitalized(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if at == 0 {
            unicode::push_title(&mut out, c);
        } else {
            push_lower(&mut out, text, at, c);
        }
    }
    out
}

fn swapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c.is_uppercase() {
            push_lower(&mut out, text, at, c);
        } else if c.is_lowercase() {
            unicode::push_upper(&mut out, c);
        } else {
            out.push(c);
        }
    }
    out
}

fn is_titled(text: &str) -> bool {
    let (mut in_word, mut any) = (false, false);
    for c in text.chars() {
        if c.is_uppercase() || unicode::is_title(c) {
            if in_word {
                return false;
            }
            (in_word, any) = (true, true);
        } else if c.is_lowercase() {
            if !in_word {
                return false;
            }
            any = true;
        } else {
            in_word = false;
        }
    }
    any
}

fn stripped(text: &str, chars: &Value, name: &str, left: bool, right: bool) -> Result {
    let chars = match chars {
        Value::None => None,
        Value::Str(chars) => Some(&**chars),
        _ => return Err(Exception::type_error(message!("{} arg must be None or str", name))),
    };
    let drop = |c: char| chars.map_or_else(|| unicode::is_space(c), |chars| chars.contains(c));
    let text = if left { text.trim_start_matches(drop) } else { text };
    Ok(Value::from(if right { text.trim_end_matches(drop) } else { text }))
}

/// Into how many parts a string is split at most.
fn most(splits: &Value) -> Result<usize> {
    Ok(usize::try_from(as_index(splits)?).map_or(usize::MAX, |splits| splits.saturating_add(1)))
}

fn separator(value: &Value) -> Result<Option<&str>> {
    match value {
        Value::None => Ok(None),
        Value::Str(text) if text.is_empty() => Err(Exception::value_error("empty separator")),
        Value::Str(text) => Ok(Some(text)),
        other => Err(Exception::type_error(message!("must be str or None, not {}", text::type_path(other)))),
    }
}

fn separator_of_partition(value: &Value) -> Result<&str> {
    match value {
        Value::Str(text) if text.is_empty() => Err(Exception::value_error("empty separator")),
        Value::Str(text) => Ok(text),
        other => Err(Exception::type_error(message!("must be str, not {}", text::type_path(other)))),
    }
}

/// The words of a text; the last of `most` parts is all the rest.
fn words(text: &str, most: usize) -> Vec<&str> {
    let mut rest = text.trim_start_matches(unicode::is_space);
    let mut out = Vec::new();
    while !rest.is_empty() {
        let end = match rest.find(unicode::is_space) {
            Some(end) if out.len() + 1 < most => end,
            Some(_) | None => rest.len(),
        };
        out.push(cut(rest, ..end));
        rest = cut(rest, end..).trim_start_matches(unicode::is_space);
    }
    // The rest keeps its inner spaces and, unlike a word, those at its end.
    out
}

/// As [`words`] from the end of the text, last first.
fn words_from_right(text: &str, most: usize) -> Vec<&str> {
    let mut rest = text.trim_end_matches(unicode::is_space);
    let mut out = Vec::new();
    while !rest.is_empty() {
        let start = match rest.char_indices().rev().find(|(_, c)| unicode::is_space(*c)) {
            Some((at, c)) if out.len() + 1 < most => at + c.len_utf8(),
            Some(_) | None => 0,
        };
        out.push(cut(rest, start..));
        rest = cut(rest, ..start).trim_end_matches(unicode::is_space);
    }
    out
}

fn lines(text: &str, keep_ends: bool) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let ends = |c: char| matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let (end, next) = match rest.char_indices().find(|(_, c)| ends(*c)) {
            Some((at, _)) if cut(rest, at..).starts_with("\r\n") => (at, at + 2),
            Some((at, c)) => (at, at + c.len_utf8()),
            None => (rest.len(), rest.len()),
        };
        out.push(&rest[..if keep_ends { next } else { end }]);
        rest = cut(rest, next..);
    }
    out
}

fn joined(separator: &str, items: &Value) -> Result {
    let items = collect(items).map_err(|_| Exception::type_error("can only join an iterable"))?;
    let mut out = String::new();
    for (i, item) in items.iter().enumerate() {
        let Value::Str(item) = item else {
            let name = text::type_path(item);
            return Err(Exception::type_error(message!("sequence item {}: expected str instance, {} found", i, name)));
        };
        out.push_str(if i == 0 { "" } else { separator });
        out.push_str(item);
    }
    Ok(Value::from(out))
}

fn missing(text: &str, width: i64) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(length(text))
}

/// Pads by as much as `sides` says of the missing characters and the width.
fn padded(text: &str, args: &[Value], sides: impl Fn(usize, usize) -> (usize, usize)) -> Result {
    let width = as_index(&args[0])?;
    let mut fill = match &args[1] {
        Value::Str(fill) => fill.chars(),
        other => {
            let name = text::type_path(other);
            let message = message!("The fill character must be a unicode character, not {}", name);
            return Err(Exception::type_error(message));
        }
    };
    let (Some(fill), None) = (fill.next(), fill.next()) else {
        return Err(Exception::type_error("The fill character must be exactly one character long"));
    };
    let (left, right) = sides(missing(text, width), usize::try_from(width).unwrap_or(0));
    let fill = |count| core::iter::repeat_n(fill, count);
    Ok(Value::from(fill(left).chain(text.chars()).chain(fill(right)).collect::<String>()))
}

fn expanded(text: &str, size: i64) -> String {
    let size = usize::try_from(size).unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' if size > 0 => {
                let count = size - column % size;
                out.extend(core::iter::repeat_n(' ', count));
                column += count;
            }
            '\t' => {}
            _ => {
                column = if matches!(c, '\n' | '\r') { 0 } else { column + 1 };
                out.push(c);
            }
        }
    }
    out
}
