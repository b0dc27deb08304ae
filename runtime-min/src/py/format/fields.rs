//! Replacement fields: `str.format`.

use super::{ascii, format, repr, str};
use crate::py::containers::Dict;
use crate::py::{Exception, Result, Value, ops};
use crate::text::{cut, text};
use alloc::string::String;

/// `template.format(*positional, **named)`
pub fn fields(template: &str, positional: &[Value], named: &Dict) -> Result<String> {
    Fields { positional, named, next: Numbering::Open }.expand(template, 2)
}

/// Whether fields are numbered by hand.
#[derive(Clone, Copy, PartialEq)]
enum Numbering {
    Open,
    Automatic(usize),
    Manual,
}

struct Fields<'a> {
    positional: &'a [Value],
    named: &'a Dict,
    next: Numbering,
}

impl Fields<'_> {
    fn expand(&mut self, template: &str, depth: usize) -> Result<String> {
        if depth == 0 {
            return Err(Exception::value_error("Max string recursion exceeded"));
        }
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(cut(rest, ..at));
            let after = cut(rest, at + 1..);
            let brace = rest.as_bytes()[at];
            if after.as_bytes().first() == Some(&brace) {
                out.push(char::from(brace));
                rest = cut(after, 1..);
            } else if brace == b'}' {
                return Err(Exception::value_error("Single '}' encountered in format string"));
            } else if after.is_empty() {
                return Err(Exception::value_error("Single '{' encountered in format string"));
            } else {
                let end = field_end(after)?;
                out.push_str(&self.field(cut(after, ..end), depth)?);
                rest = cut(after, end + 1..);
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    /// The text of `name!conversion:spec`.
    fn field(&mut self, field: &str, depth: usize) -> Result<String> {
        let mut in_index = false;
        let name_end = field.find(|c| {
            in_index = if in_index { c != ']' } else { c == '[' };
            !in_index && (c == '!' || c == ':')
        });
        let (name, tail) = field.split_at_checked(name_end.unwrap_or(field.len())).unwrap_or_default();
        let mut conversion = None;
        let mut spec = "";
        if let Some(text) = tail.strip_prefix('!') {
            let mut chars = text.chars();
            let Some(c) = chars.next().filter(|c| *c != ':') else {
                return Err(Exception::value_error(if text.is_empty() {
                    "unmatched '{' in format spec"
                } else {
                    "end of string while looking for conversion specifier"
                }));
            };
            conversion = Some(c);
            match chars.as_str().strip_prefix(':') {
                Some(text) => spec = text,
                None if chars.as_str().is_empty() => {}
                None => return Err(Exception::value_error("expected ':' after conversion specifier")),
            }
        } else if let Some(text) = tail.strip_prefix(':') {
            spec = text;
        }
        let value = self.value(name)?;
        let value = match conversion {
            None => value,
            Some('s') => Value::from(str(&value)),
            Some('r') => Value::from(repr(&value)),
            Some('a') => Value::from(ascii(&value)),
            Some(c) => {
                let message = text!("Unknown conversion specifier {}", c);
                return Err(Exception::value_error(message));
            }
        };
        let spec = self.expand(spec, depth - 1 + usize::from(!spec.contains('{')))?;
        format(&value, &spec)
    }

    /// The value of `0.name[key]`.
    fn value(&mut self, name: &str) -> Result {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (first, mut rest) = name.split_at_checked(end).unwrap_or_default();
        let mut value = self.argument(first)?;
        while !rest.is_empty() {
            if let Some(text) = rest.strip_prefix('.') {
                let end = text.find(['.', '[']).unwrap_or(text.len());
                if end == 0 {
                    return Err(Exception::value_error("Empty attribute in format string"));
                }
                value = ops::attribute(&value, cut(text, ..end))?;
                rest = cut(text, end..);
            } else if let Some(text) = rest.strip_prefix('[') {
                let missing = || Exception::value_error("Missing ']' in format string");
                let (key, after) = text.split_once(']').ok_or_else(missing)?;
                if key.is_empty() {
                    return Err(Exception::value_error("Empty attribute in format string"));
                }
                let key = if key.bytes().all(|b| b.is_ascii_digit()) {
                    Value::Int(
                        key.parse().map_err(|_| Exception::value_error("Too many decimal digits in format string"))?,
                    )
                } else {
                    Value::from(key)
                };
                value = ops::get_item(&value, &key)?;
                rest = after;
            } else {
                return Err(Exception::value_error("Only '.' or '[' may follow ']' in format field specifier"));
            }
        }
        Ok(value)
    }

    fn argument(&mut self, name: &str) -> Result {
        let position = if name.is_empty() {
            let next = match self.next {
                Numbering::Open => 0,
                Numbering::Automatic(next) => next,
                Numbering::Manual => {
                    return Err(Exception::value_error(
                        "cannot switch from manual field specification to automatic field numbering",
                    ));
                }
            };
            self.next = Numbering::Automatic(next + 1);
            next
        } else if name.bytes().all(|b| b.is_ascii_digit()) {
            if matches!(self.next, Numbering::Automatic(_)) {
                return Err(Exception::value_error(
                    "cannot switch from automatic field numbering to manual field specification",
                ));
            }
            self.next = Numbering::Manual;
            name.parse().map_err(|_| Exception::value_error("Too many decimal digits in format string"))?
        } else {
            let found = self.named.get_str(name);
            return found.ok_or_else(|| Exception::new("KeyError", super::repr_str(name)));
        };
        self.positional.get(position).cloned().ok_or_else(|| {
            let message = text!("Replacement index {} out of range for positional args tuple", position);
            Exception::index_error(message)
        })
    }
}

/// Where the field that starts here ends: fields may be nested in the specification, and an index may hold braces.
fn field_end(text: &str) -> Result<usize> {
    let (mut depth, mut in_index, mut in_name) = (1, false, true);
    for (at, c) in text.char_indices() {
        match c {
            '[' if in_name => in_index = true,
            ']' if in_index => in_index = false,
            _ if in_index => {}
            '!' | ':' => in_name = false,
            '{' if in_name => return Err(Exception::value_error("unexpected '{' in field name")),
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(at);
                }
            }
            _ => {}
        }
    }
    let in_conversion = text.find(['!', ':']).is_some_and(|at| cut(text, at..).starts_with('!'));
    Err(Exception::value_error(if in_conversion {
        "unmatched '{' in format spec"
    } else {
        "expected '}' before end of string"
    }))
}
