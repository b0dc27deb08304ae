//! `sub` and `subn`: matches replaced by a template, or by what a function makes of each.

use super::run::Matcher;
use super::{Pattern, for_matches, matches, subject};
use crate::py::format::type_path;
use crate::py::ops::as_index;
use crate::py::{Exception, Result, Value};
use crate::text::{cut, text};
use alloc::string::String;
use alloc::vec::Vec;

/// A part of a template.
enum Part {
    Text(String),
    Group(usize),
}

/// `re.sub(pattern, repl, string, count, flags)`, `repl` being a template.
pub fn sub(args: &[Value]) -> Result {
    replaced(&Pattern::wanted(&args[0], as_index(&args[4])?)?, args).map(|(text, _)| text)
}

/// `re.subn(pattern, repl, string, count, flags)`
pub fn subn(args: &[Value]) -> Result {
    replaced(&Pattern::wanted(&args[0], as_index(&args[4])?)?, args).map(|(text, count)| Value::tuple([text, count]))
}

/// `pattern.sub(repl, string, count)`
pub fn method_sub(args: &[Value]) -> Result {
    replaced(&Pattern::method(&args[0], "sub")?, args).map(|(text, _)| text)
}

/// `pattern.subn(repl, string, count)`
pub fn method_subn(args: &[Value]) -> Result {
    replaced(&Pattern::method(&args[0], "subn")?, args).map(|(text, count)| Value::tuple([text, count]))
}

fn replaced(pattern: &Pattern, args: &[Value]) -> Result<(Value, Value)> {
    let Value::Str(template) = &args[1] else {
        let message = text!("expected string or bytes-like object, got '{}'", type_path(&args[1]));
        return Err(Exception::type_error(message));
    };
    let parts = parts(template, pattern)?;
    let (whole, most) = (subject(&args[2])?, as_index(&args[3])?);
    let (mut out, mut last, mut count) = (String::new(), 0, 0);
    if most >= 0 {
        for_matches(&mut pattern.on(whole), 0, |matcher| {
            let (start, end) = matcher.whole();
            out.push_str(cut(whole, last..start));
            push(&mut out, &parts, matcher);
            last = end;
            count += 1;
            most == 0 || count < most
        });
    }
    if count == 0 {
        return Ok((args[2].clone(), Value::Int(0)));
    }
    out.push_str(cut(whole, last..));
    Ok((Value::from(out), Value::Int(count)))
}

fn push(out: &mut String, parts: &[Part], matcher: &Matcher<'_>) {
    for part in parts {
        out.push_str(match part {
            Part::Text(text) => text,
            Part::Group(group) => matcher.group(*group).unwrap_or_default(),
        });
    }
}

/// Reads a template: `\1`, `\g<name>`, `\n`.
fn parts(template: &str, pattern: &Pattern) -> Result<Vec<Part>> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut rest = template;
    let wrong = |message: String, at: &str| {
        let before = cut(template, ..template.len() - at.len());
        Err(Exception::new("error", text!("{} at position {}", message, before.chars().count())))
    };
    while let Some(at) = rest.find('\\') {
        plain.push_str(cut(rest, ..at));
        let from = cut(rest, at..);
        let mut behind = cut(from, 1..).chars();
        let Some(c) = behind.next() else { return wrong("bad escape (end of pattern)".into(), from) };
        let inside = behind.as_str();
        rest = inside;
        let is_octal = |c: u8| (b'0'..=b'7').contains(&c);
        let mut group = None;
        match c {
            'g' => {
                let Some(name) = inside.strip_prefix('<') else { return wrong("missing <".into(), inside) };
                let Some((name, behind)) = name.split_once('>') else {
                    return wrong("missing >, unterminated name".into(), cut(inside, 1..));
                };
                if name.is_empty() {
                    return wrong("missing group name".into(), cut(inside, 1..));
                }
                rest = behind;
                let is_number = name.bytes().all(|b| b.is_ascii_digit());
                group = Some(match (is_number, pattern.named(name)) {
                    (true, _) => (name.parse().unwrap_or(usize::MAX), cut(inside, 1..)),
                    (false, Some(group)) => (group, inside),
                    (false, None) => return Err(Exception::index_error(text!("unknown group name '{}'", name))),
                });
            }
            '0'..='9' => {
                let more = inside.bytes().take(2).collect::<Vec<_>>();
                let first = c as u8;
                let digits = match more.as_slice() {
                    _ if c == '0' => 1 + more.iter().take_while(|b| is_octal(**b)).count(),
                    [b, d] if is_octal(first) && is_octal(*b) && is_octal(*d) => 3,
                    [b, ..] if b.is_ascii_digit() => 2,
                    _ => 1,
                };
                let number = cut(from, 1..=digits);
                rest = cut(from, 1 + digits..);
                if c == '0' || digits == 3 {
                    let code = u32::from_str_radix(number, 8).unwrap_or(0);
                    if code > 0o377 {
                        return wrong(text!("octal escape value \\{} outside of range 0-0o377", number), from);
                    }
                    plain.extend(char::from_u32(code));
                } else {
                    group = Some((number.parse().unwrap_or(usize::MAX), cut(from, 1..)));
                }
            }
            c => match plain_escape(c) {
                Some(c) => plain.push(c),
                None if c.is_ascii_alphabetic() => return wrong(text!("bad escape \\{}", c), from),
                None => {
                    plain.push('\\');
                    plain.push(c);
                }
            },
        }
        if let Some((group, place)) = group {
            if group >= pattern.groups {
                return wrong(text!("invalid group reference {}", group), place);
            }
            if !plain.is_empty() {
                out.push(Part::Text(core::mem::take(&mut plain)));
            }
            out.push(Part::Group(group));
        }
    }
    plain.push_str(rest);
    out.push(Part::Text(plain));
    Ok(out)
}

/// The escapes that stand for one character everywhere.
pub fn plain_escape(c: char) -> Option<char> {
    Some(match c {
        'a' => '\x07',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        _ => return None,
    })
}

/// The matches that a function is to replace: those of `sub(pattern, …, string, count)`, of patterns and of `re`.
pub fn found(args: &[Value]) -> Result {
    let (pattern, text, most) =
        (Pattern::wanted(&args[0], as_index(&args[3])?)?, subject(&args[1])?, as_index(&args[2])?);
    let mut out = Vec::new();
    if most >= 0 {
        for_matches(&mut pattern.on(text), 0, |matcher| {
            out.push(matches::found(&pattern, text, matcher));
            most == 0 || (out.len() as i64) < most
        });
    }
    Ok(Value::list(out))
}

/// The text in which matches are replaced by what a function made of each.
pub fn applied(args: &[Value]) -> Result {
    let (Value::List(found), Value::List(made)) = (&args[1], &args[2]) else { return Ok(args[0].clone()) };
    let whole = subject(&args[0])?;
    let (mut out, mut last) = (String::new(), 0);
    for (found, made) in found.snapshot().iter().zip(made.snapshot()) {
        let (start, end) = matches::bytes(found).unwrap_or((last, last));
        out.push_str(cut(whole, last..start));
        match &made {
            Value::Str(text) => out.push_str(text),
            Value::None => {}
            other => {
                let message = text!("expected str instance, {} found", type_path(other));
                return Err(Exception::type_error(message));
            }
        }
        last = end;
    }
    out.push_str(cut(whole, last..));
    Ok(Value::from(out))
}
