//! The functions of `re`, and the methods of patterns of the same names.

use super::matches::found;
use super::{Pattern, for_matches, made, subject};
use crate::py::ops::as_index;
use crate::py::{Exception, Result, Value, methods};
use crate::text::cut;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

/// `re.compile(pattern, flags)`
pub fn compile(args: &[Value]) -> Result {
    let flags = as_index(&args[1])?;
    match &args[0] {
        Value::Str(text) => made(text, flags),
        _ => Pattern::wanted(&args[0], flags).map(|pattern| pattern.whole),
    }
}

/// The byte at which a character is; at the end where there are fewer.
fn byte_of(text: &str, character: i64) -> usize {
    let characters = usize::try_from(character).unwrap_or(0);
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

/// What a pattern is used on: the text, its part up to `endpos`, where it begins.
struct Call {
    pattern: Pattern,
    text: Rc<str>,
    from: usize,
    to: usize,
}

/// `re.search(pattern, string, flags)` or `pattern.search(string, pos, endpos)`: the name tells.
fn call(args: &[Value], is_method: bool, name: &str) -> Result<Call> {
    if !is_method {
        let pattern = Pattern::wanted(&args[0], as_index(&args[2])?)?;
        let text = subject(&args[1])?.clone();
        let to = text.len();
        return Ok(Call { pattern, text, from: 0, to });
    }
    let pattern = Pattern::method(&args[0], name)?;
    let text = subject(&args[1])?.clone();
    let from = match as_index(&args[2])? {
        0 => 0,
        from => byte_of(&text, from),
    };
    let to = match &args[3] {
        Value::None => text.len(),
        to => byte_of(&text, as_index(to)?),
    };
    Ok(Call { pattern, text, from, to })
}

fn once(call: &Call, attempt: impl FnOnce(&mut super::Matcher<'_>, usize) -> bool) -> Result {
    if call.from > call.to {
        return Ok(Value::None);
    }
    let mut matcher = call.pattern.on(cut(&call.text, ..call.to));
    let is_match = attempt(&mut matcher, call.from);
    Ok(if is_match { found(&call.pattern, &call.text, &matcher) } else { Value::None })
}

fn all<T>(call: &Call, mut each: impl FnMut(&super::Matcher<'_>) -> T) -> Vec<T> {
    let mut out = Vec::new();
    if call.from <= call.to {
        let mut matcher = call.pattern.on(cut(&call.text, ..call.to));
        for_matches(&mut matcher, call.from, |matcher| {
            out.push(each(matcher));
            true
        });
    }
    out
}

macro_rules! functions {
    ($($(#[$doc:meta])* $function:ident, $method:ident, $name:literal, |$call:ident| $body:expr;)*) => {$(
        $(#[$doc])*
        pub fn $function(args: &[Value]) -> Result {
            let $call = call(args, false, $name)?;
            $body
        }

        #[doc = concat!("`pattern.", $name, "(string, pos, endpos)`")]
        pub fn $method(args: &[Value]) -> Result {
            let $call = call(args, true, $name)?;
            $body
        }
    )*};
}

functions! {
    /// `re.match(pattern, string, flags)`
    at_start, method_match, "match", |call| once(&call, |matcher, from| matcher.matches(from, false));
    /// `re.fullmatch(pattern, string, flags)`
    fullmatch, method_fullmatch, "fullmatch", |call| once(&call, |matcher, from| matcher.matches(from, true));
    /// `re.search(pattern, string, flags)`
    search, method_search, "search", |call| once(&call, |matcher, from| matcher.search(from, false));
    /// `re.finditer(pattern, string, flags)`: a list.
    finditer, method_finditer, "finditer",
        |call| Ok(Value::list(all(&call, |matcher| found(&call.pattern, &call.text, matcher))));
    /// `re.findall(pattern, string, flags)`
    findall, method_findall, "findall", |call| Ok(Value::list(all(&call, |matcher| each(&call.pattern, matcher))));
}

/// What `findall` gives of a match: the group if there is one, a tuple of them if there are more.
fn each(pattern: &Pattern, matcher: &super::Matcher<'_>) -> Value {
    let group = |i: usize| Value::from(matcher.group(i).unwrap_or_default());
    match pattern.groups {
        1 => group(0),
        2 => group(1),
        groups => Value::tuple((1..groups).map(group).collect::<Vec<_>>()),
    }
}

/// `re.split(pattern, string, maxsplit, flags)`
pub fn split(args: &[Value]) -> Result {
    let pattern = Pattern::wanted(&args[0], as_index(&args[3])?)?;
    parted(&pattern, &args[1], &args[2])
}

/// `.split(string, maxsplit)` of patterns and of strings.
pub fn method_split(args: &[Value]) -> Result {
    match Pattern::of(&args[0]) {
        Some(pattern) => {
            // Without a number strings have -1 there.
            let most = if matches!(&args[2], Value::Int(-1)) { Value::Int(0) } else { args[2].clone() };
            parted(&pattern, &args[1], &most)
        }
        None => methods::split(args),
    }
}

fn parted(pattern: &Pattern, text: &Value, most: &Value) -> Result {
    let (text, most) = (subject(text)?, as_index(most)?);
    let (mut out, mut last, mut count) = (Vec::new(), 0, 0);
    if most >= 0 {
        for_matches(&mut pattern.on(text), 0, |matcher| {
            let (start, end) = matcher.whole();
            out.push(Value::from(cut(text, last..start)));
            out.extend((1..pattern.groups).map(|group| matcher.group(group).map_or(Value::None, Value::from)));
            last = end;
            count += 1;
            most == 0 || count < most
        });
    }
    out.push(Value::from(cut(text, last..)));
    Ok(Value::list(out))
}

/// `re.escape(pattern)`
pub fn escape(args: &[Value]) -> Result {
    let Value::Str(text) = &args[0] else {
        return Err(Exception::type_error("expected a string"));
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() && "()[]{}?*+-|^$\\.&~# \t\n\r\u{b}\u{c}".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    Ok(Value::from(out))
}
