//! Regular expressions: Python's `re` on strings.
//!
//! A compiled pattern is an instance of a class of its own whose last field is a tuple of numbers ([`code`]), so that a constant
//! pattern is a constant of the program, and only what walks through it (`run`) is linked. Source: the documentation of `re` in
//! CPython 3.11, and what its `sre` does.

pub mod code;
mod functions;
mod matches;
#[cfg(feature = "py-patterns")]
mod parse;
mod replace;
mod run;
#[cfg(feature = "py-patterns")]
mod tree;

pub use functions::{
    at_start, compile, escape, findall, finditer, fullmatch, method_findall, method_finditer, method_fullmatch,
    method_match, method_search, method_split, search, split,
};
pub use matches::{end, group, groupdict, groups, span, start, subscript};
pub use replace::{applied, found, method_sub, method_subn, sub, subn};

use super::containers::{Likeness, Record, RecordClass};
use super::format::type_path;
use super::{Exception, Result, Value, format};
use crate::text::{cut, text};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use run::Matcher;

/// The class of compiled patterns.
pub const PATTERN: &str = "re.Pattern";
/// The class of matches.
pub const MATCH: &str = "re.Match";

/// What may be asked for, as in Python's `re`.
pub mod flag {
    pub const IGNORECASE: i64 = 2;
    pub const LOCALE: i64 = 4;
    pub const MULTILINE: i64 = 8;
    pub const DOTALL: i64 = 16;
    pub const UNICODE: i64 = 32;
    pub const VERBOSE: i64 = 64;
    pub const ASCII: i64 = 256;
}

/// Fields of a pattern. Those that no name of Python's can say begin with a blank.
const PATTERN_FIELDS: [&str; 6] = ["pattern", "flags", "groups", " names", " slots", " code"];

/// A pattern that is ready.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    whole: Value,
    groups: usize,
    slots: usize,
    /// Pairs of a name and a group.
    names: Rc<[Value]>,
    code: Rc<[Value]>,
}

fn class(name: &'static str, fields: &[&str], likeness: Likeness) -> Rc<RecordClass> {
    Rc::new(RecordClass { name: name.into(), fields: fields.iter().map(|f| Rc::from(*f)).collect(), likeness })
}

/// A compiled pattern as a value.
#[cfg(feature = "py-patterns")]
fn made(text: &str, flags: i64) -> Result {
    let parsed = parse::parse(text, flags)?;
    let Some((code, slots)) = tree::encode(&parsed.node, &parsed.widths) else {
        return Err(Exception::new("MemoryError", "a pattern is too long").for_good());
    };
    let names: Vec<Value> =
        parsed.names.into_iter().flat_map(|(name, group)| [Value::Str(name), Value::Int(group)]).collect();
    Ok(pattern(text, [parsed.flags, parsed.widths.len() as i64 - 1, slots as i64], names, code))
}

/// A compiled pattern of its text; its flags, groups and slots; its names; its code.
fn pattern(text: &str, [flags, groups, slots]: [i64; 3], names: Vec<Value>, code: Vec<Value>) -> Value {
    let fields = Vec::from([
        Value::from(text),
        Value::Int(flags),
        Value::Int(groups),
        Value::tuple(names),
        Value::Int(slots),
        Value::tuple(code),
    ]);
    Value::Record(Record::new(class(PATTERN, &PATTERN_FIELDS, Likeness::Frozen), fields))
}

/// A pattern that the compiler has read.
pub fn constant(text: &str, numbers: [i64; 3], names: &[(&str, i64)], code: &[i32]) -> Value {
    let names = names.iter().flat_map(|(name, group)| [Value::from(*name), Value::Int(*group)]);
    let code = code.iter().map(|number| Value::Int(i64::from(*number)));
    pattern(text, numbers, names.collect(), code.collect())
}

/// Patterns of this program are constants: there is no text that is one.
#[cfg(not(feature = "py-patterns"))]
fn made(_: &str, _: i64) -> Result {
    Err(Exception::type_error("a pattern that is no constant"))
}

impl Pattern {
    /// The pattern of a compiled one.
    fn of(value: &Value) -> Option<Pattern> {
        let Value::Record(record) = value else { return None };
        if &*record.class.name != PATTERN {
            return None;
        }
        match record.fields.borrow().as_slice() {
            [_, _, Value::Int(groups), Value::Tuple(names), Value::Int(slots), Value::Tuple(code)] => Some(Pattern {
                whole: value.clone(),
                groups: *groups as usize + 1,
                slots: *slots as usize,
                names: names.clone(),
                code: code.clone(),
            }),
            _ => None,
        }
    }

    /// The pattern of a compiled one, or of a text.
    fn wanted(value: &Value, flags: i64) -> Result<Pattern> {
        match (Pattern::of(value), value) {
            (Some(_), _) if flags != 0 => {
                Err(Exception::value_error("cannot process flags argument with a compiled pattern"))
            }
            (Some(pattern), _) => Ok(pattern),
            (None, Value::Str(text)) => {
                let made = made(text, flags)?;
                Pattern::of(&made).ok_or_else(|| Exception::type_error("not a pattern"))
            }
            (None, _) => Err(Exception::type_error("first argument must be string or compiled pattern")),
        }
    }

    /// The pattern that a method is called on.
    fn method(object: &Value, name: &str) -> Result<Pattern> {
        Pattern::of(object).ok_or_else(|| super::ops::no_attribute(object, name))
    }

    fn on<'a>(&'a self, text: &'a str) -> Matcher<'a> {
        Matcher::new(&self.code, self.groups, self.slots, text)
    }

    /// The group of a name.
    fn named(&self, name: &str) -> Option<usize> {
        self.names.chunks_exact(2).find_map(|pair| match pair {
            [Value::Str(known), Value::Int(group)] if **known == *name => Some(*group as usize),
            _ => None,
        })
    }
}

/// A text that is searched.
fn subject(value: &Value) -> Result<&Rc<str>> {
    match value {
        Value::Str(text) => Ok(text),
        other => Err(Exception::type_error(text!("expected string or bytes-like object, got '{}'", type_path(other)))),
    }
}

/// Calls `each` with the matches one after the other, until it says that it has enough.
fn for_matches(matcher: &mut Matcher<'_>, from: usize, mut each: impl FnMut(&Matcher<'_>) -> bool) {
    let (mut from, mut must_advance) = (from, false);
    while matcher.search(from, must_advance) {
        let (start, end) = matcher.whole();
        if !each(matcher) {
            break;
        }
        (from, must_advance) = (end, start == end);
    }
}

/// How a pattern or a match is shown.
pub fn repr(value: &Value) -> Option<String> {
    let Some(pattern) = Pattern::of(value) else { return matches::repr(value) };
    let Value::Record(record) = &pattern.whole else { return None };
    let (text, Value::Int(flags)) = (record.field(0), record.field(1)) else { return None };
    let names = [
        (flag::IGNORECASE, "re.IGNORECASE"),
        (flag::MULTILINE, "re.MULTILINE"),
        (flag::DOTALL, "re.DOTALL"),
        (flag::VERBOSE, "re.VERBOSE"),
        (flag::ASCII, "re.ASCII"),
    ];
    let names: Vec<&str> = names.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| *name).collect();
    let shown = format::repr(&text);
    let shown = match shown.char_indices().nth(200) {
        Some((at, _)) => text!("{}", cut(&shown, ..at)),
        None => shown,
    };
    let flags = names.join("|");
    Some(text!("re.compile({}{}{})", shown, if flags.is_empty() { "" } else { ", " }, flags))
}
