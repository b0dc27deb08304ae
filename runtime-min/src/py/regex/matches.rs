//! Matches: what matched, and where.

use super::run::{Matcher, NOWHERE};
use super::{MATCH, Pattern, class};
use crate::py::containers::{Dict, Likeness, Record};
use crate::py::ops::{index_of, no_attribute};
use crate::py::{Exception, Result, Value, format};
use crate::text::{cut, length, text};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

const FIELDS: [&str; 5] = ["string", "lastindex", "lastgroup", "re", " places"];

/// A match as a value.
pub fn found(pattern: &Pattern, text: &Rc<str>, matcher: &Matcher<'_>) -> Value {
    let last = matcher.last();
    let name = last.and_then(|last| {
        pattern.names.chunks_exact(2).find(|pair| matches!(&pair[1], Value::Int(group) if *group as usize == last))
    });
    let place = |at: &usize| Value::Int(if *at == NOWHERE { -1 } else { *at as i64 });
    let fields = Vec::from([
        Value::Str(text.clone()),
        last.map_or(Value::None, |last| Value::Int(last as i64)),
        name.map_or(Value::None, |pair| pair[0].clone()),
        pattern.whole.clone(),
        Value::tuple(matcher.groups().iter().map(place).collect::<Vec<_>>()),
    ]);
    Value::Record(Record::new(class(MATCH, &FIELDS, Likeness::Identity), fields))
}

/// A match.
struct Match {
    text: Rc<str>,
    pattern: Pattern,
    places: Rc<[Value]>,
}

impl Match {
    fn of(object: &Value) -> Option<Match> {
        let Value::Record(record) = object else { return None };
        if &*record.class.name != MATCH {
            return None;
        }
        match record.fields.borrow().as_slice() {
            [Value::Str(text), _, _, pattern, Value::Tuple(places)] => {
                Some(Match { text: text.clone(), pattern: Pattern::of(pattern)?, places: places.clone() })
            }
            _ => None,
        }
    }

    fn method(object: &Value, name: &str) -> Result<Match> {
        Match::of(object).ok_or_else(|| no_attribute(object, name))
    }

    /// The group of a number or a name.
    fn group(&self, which: &Value) -> Result<usize> {
        let group = match which {
            Value::Str(name) => self.pattern.named(name),
            other => index_of(other).and_then(|i| usize::try_from(i).ok()),
        };
        group.filter(|group| *group < self.pattern.groups).ok_or_else(|| Exception::index_error("no such group"))
    }

    /// From where to where, in bytes.
    fn place(&self, group: usize) -> Option<(usize, usize)> {
        match (&self.places[2 * group], &self.places[2 * group + 1]) {
            (Value::Int(from), Value::Int(to)) if *from >= 0 && *to >= 0 => Some((*from as usize, *to as usize)),
            _ => None,
        }
    }

    fn value(&self, group: usize, default: &Value) -> Value {
        self.place(group).map_or_else(|| default.clone(), |(from, to)| Value::from(cut(&self.text, from..to)))
    }

    /// From where to where, in characters.
    fn span(&self, which: &Value) -> Result<[Value; 2]> {
        let place = self.place(self.group(which)?);
        let count = |to: usize| Value::Int(length(cut(&self.text, ..to)) as i64);
        Ok(place.map_or([Value::Int(-1), Value::Int(-1)], |(from, to)| [count(from), count(to)]))
    }
}

/// `match[group]`, none where it is no match.
pub fn subscript(object: &Value, which: &Value) -> Option<Result> {
    let found = Match::of(object)?;
    Some(found.group(which).map(|group| found.value(group, &Value::None)))
}

/// `match.group(…)`: the whole match, a group, or a tuple of several.
pub fn group(args: &[Value]) -> Result {
    let found = Match::method(&args[0], "group")?;
    let Value::Tuple(which) = &args[1] else { return Ok(Value::None) };
    let one = |which: &Value| found.group(which).map(|group| found.value(group, &Value::None));
    match &**which {
        [] => Ok(found.value(0, &Value::None)),
        [which] => one(which),
        several => Ok(Value::tuple(several.iter().map(one).collect::<Result<Vec<_>>>()?)),
    }
}

/// `match.groups(default)`
pub fn groups(args: &[Value]) -> Result {
    let found = Match::method(&args[0], "groups")?;
    let groups = (1..found.pattern.groups).map(|group| found.value(group, &args[1]));
    Ok(Value::tuple(groups.collect::<Vec<_>>()))
}

/// `match.groupdict(default)`
pub fn groupdict(args: &[Value]) -> Result {
    let found = Match::method(&args[0], "groupdict")?;
    let pairs = found.pattern.names.chunks_exact(2).map(|pair| {
        let group = index_of(&pair[1]).and_then(|i| usize::try_from(i).ok()).unwrap_or(0);
        (pair[0].clone(), found.value(group, &args[1]))
    });
    Ok(Value::Dict(Dict::from_pairs(pairs)?))
}

/// `match.start(group)`
pub fn start(args: &[Value]) -> Result {
    let [from, _] = Match::method(&args[0], "start")?.span(&args[1])?;
    Ok(from)
}

/// `match.end(group)`
pub fn end(args: &[Value]) -> Result {
    let [_, to] = Match::method(&args[0], "end")?.span(&args[1])?;
    Ok(to)
}

/// `match.span(group)`
pub fn span(args: &[Value]) -> Result {
    Ok(Value::tuple(Match::method(&args[0], "span")?.span(&args[1])?))
}

/// From where to where a match is, in bytes.
pub(super) fn bytes(object: &Value) -> Option<(usize, usize)> {
    Match::of(object)?.place(0)
}

/// `<re.Match object; span=(0, 1), match='a'>`
pub(super) fn repr(found: &Value) -> Option<String> {
    let [from, to] = Match::of(found)?.span(&Value::Int(0)).ok()?;
    let text = Match::of(found)?.value(0, &Value::None);
    let (from, to, text) = (format::repr(&from), format::repr(&to), format::repr(&text));
    Some(text!("<re.Match object; span=({}, {}), match={}>", from, to, text))
}
