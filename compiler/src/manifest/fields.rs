//! Reading the fields of a map: canonical names and tolerated ones, types, and what nobody asked for.
//!
//! A reader takes the fields that it knows and then says [`Fields::finish`], which reports the rest. Nothing here
//! stops at the first mistake: a field that cannot be read is reported and left out.

use super::model::Entry;
use super::tree::{Node, Number, Value};
use remotemedia_ir::diag::quote;
use remotemedia_ir::suggest::{did_you_mean, same_name};
use remotemedia_ir::{Diagnostic, Diagnostics, Span, Spanned, codes};

/// Keys that are allowed everywhere and mean nothing; so are those that begin with `x-`.
const COMMENTS: [&str; 6] = ["comment", "comments", "_comment", "$comment", "//", "description"];

/// The fields of one map that have not been taken yet.
pub struct Fields {
    /// What the map is, for messages: "a node".
    what: &'static str,
    entries: Vec<Entry>,
    /// Canonical names that were asked for.
    known: Vec<&'static str>,
    pub span: Span,
}

impl Fields {
    /// The fields of a map; anything else is reported.
    pub fn open(node: Node, what: &'static str, out: &mut Diagnostics) -> Option<Fields> {
        let span = node.span;
        match node.value {
            Value::Map(entries) => Some(Fields { what, entries, known: Vec::new(), span }),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::List(_) => {
                let message = format!("expected {what} (a map), found {}", node.describe());
                out.push(Diagnostic::error(codes::WRONG_TYPE, span, message).label("not a map"));
                None
            }
        }
    }

    /// A map without any.
    pub fn none(what: &'static str) -> Fields {
        Fields { what, entries: Vec::new(), known: Vec::new(), span: Span::NONE }
    }

    /// True if a field of that name has been asked for.
    pub fn was_asked_for(&self, name: &str) -> bool {
        self.known.contains(&name)
    }

    /// The field of that name, or of one of the names that are tolerated for it; null counts as not there.
    pub fn take(&mut self, name: &'static str, aliases: &[&str], out: &mut Diagnostics) -> Option<Entry> {
        self.take_any(name, aliases, out).filter(|(_, node)| !node.is_null())
    }

    /// The field of that name even if it is null.
    pub fn take_any(&mut self, name: &'static str, aliases: &[&str], out: &mut Diagnostics) -> Option<Entry> {
        self.known.push(name);
        let names = || std::iter::once(name).chain(aliases.iter().copied());
        let fits = |key: &str| names().any(|name| same_name(key, name));
        let at = self.entries.iter().position(|(key, _)| key.value == name);
        let at = at.or_else(|| self.entries.iter().position(|(key, _)| fits(&key.value)))?;
        let (key, node) = self.entries.remove(at);
        while let Some(again) = self.entries.iter().position(|(other, _)| fits(&other.value)) {
            let (other, _) = self.entries.remove(again);
            let message = format!("{} and {} are the same field", quote(&key.value), quote(&other.value));
            out.push(
                Diagnostic::error(codes::FIELD_TWICE, other.span, message)
                    .also(key.span, "given here")
                    .with_help(format!("keep `{name}` only")),
            );
        }
        if key.value != name {
            let message = format!("{} is read as `{name}`", quote(&key.value));
            out.push(
                Diagnostic::tolerated(codes::TOLERATED_NAME, key.span, message).with_help(format!("write `{name}`")),
            );
        }
        Some((key, node))
    }

    /// The field of that name, which has to be there.
    pub fn need(&mut self, name: &'static str, aliases: &[&str], out: &mut Diagnostics) -> Option<Entry> {
        let found = self.take_any(name, aliases, out);
        if found.is_none() {
            out.push(missing_field(name, self.what, self.span));
        }
        found
    }

    /// The comment, under whatever name: nothing is said of it.
    pub fn take_comment(&mut self) -> Option<Node> {
        let at = self.entries.iter().position(|(key, _)| is_comment(&key.value))?;
        Some(self.entries.remove(at).1)
    }

    /// A field that is read, but not recommended to anybody.
    pub fn take_odd(&mut self, name: &'static str, out: &mut Diagnostics) -> Option<Entry> {
        let found = self.take(name, &[], out);
        self.known.pop();
        found
    }

    /// True if a field of that very name is still to be taken.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key.value == name)
    }

    /// What was not taken, without comments.
    pub fn rest(self) -> Vec<Entry> {
        self.entries.into_iter().filter(|(key, _)| !is_comment(&key.value)).collect()
    }

    /// Reports what was not taken as without effect.
    pub fn finish_open(self, out: &mut Diagnostics) -> Vec<Entry> {
        let what = self.what;
        let rest = self.rest();
        for (key, _) in &rest {
            let message = format!("{} of {what} has no effect in a compiled pipeline", quote(&key.value));
            out.push(Diagnostic::tolerated(codes::UNUSED_FIELD, key.span, message));
        }
        rest
    }

    /// Reports what was not taken as unknown.
    pub fn finish(self, out: &mut Diagnostics) {
        self.finish_with(None, out);
    }

    /// Reports what was not taken as unknown, with one more line of help where no known name is near.
    pub fn finish_with(self, more: Option<&str>, out: &mut Diagnostics) {
        let (what, known) = (self.what, self.known.clone());
        for (key, _) in self.rest() {
            let message = format!("{what} has no field {}", quote(&key.value));
            let error = Diagnostic::error(codes::UNKNOWN_FIELD, key.span, message).label("unknown");
            out.push(match did_you_mean(&key.value, known.iter().copied()) {
                Some(meant) => error.with_help(meant),
                None => {
                    let fields: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                    let error = error.with_help(format!("the fields of {what} are {}", fields.join(", ")));
                    more.into_iter().fold(error, Diagnostic::with_help)
                }
            });
        }
    }
}

/// The error for a field that is not there.
pub fn missing_field(name: &str, what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::MISSING_FIELD, span, format!("{what} without `{name}`"))
        .label(format!("field `{name}` is missing"))
}

/// True for keys that mean nothing wherever they stand.
pub fn is_comment(key: &str) -> bool {
    COMMENTS.contains(&key) || key.starts_with("x-")
}

/// Reports that a field holds another kind of value than it takes.
pub fn wrong_type(expected: &str, key: &str, node: &Node, out: &mut Diagnostics) {
    let message = format!("expected {expected} for {}, found {}", quote(key), node.describe());
    out.push(Diagnostic::error(codes::WRONG_TYPE, node.span, message).label(format!("expected {expected}")));
}

fn tolerated_value(node: &Node, as_what: &str, out: &mut Diagnostics) {
    let message = format!("{} is read as {as_what}", node.describe());
    out.push(Diagnostic::tolerated(codes::TOLERATED_VALUE, node.span, message));
}

/// A string.
pub fn string((key, node): Entry, out: &mut Diagnostics) -> Option<Spanned<String>> {
    match node.as_str() {
        Some(text) => Some(Spanned::new(text.to_owned(), node.span)),
        None => {
            wrong_type("a string", &key.value, &node, out);
            None
        }
    }
}

/// A string that has characters, and none that would not be seen.
pub fn name(entry: Entry, out: &mut Diagnostics) -> Option<Spanned<String>> {
    let key = entry.0.value.clone();
    let name = string(entry, out)?;
    let problem = match name.value.as_str() {
        "" => "is empty",
        text if text.trim() != text => "begins or ends with a blank",
        text if text.chars().any(char::is_control) => "has a control character",
        _ => return Some(name),
    };
    out.push(Diagnostic::error(codes::BAD_VALUE, name.span, format!("{} {problem}", quote(&key))));
    None
}

/// A string, or a number taken as it was written: versions, mostly.
pub fn text((key, node): Entry, out: &mut Diagnostics) -> Option<Spanned<String>> {
    let Some(text) = node.as_text() else {
        wrong_type("a string", &key.value, &node, out);
        return None;
    };
    if node.as_str().is_none() {
        tolerated_value(&node, "a string", out);
    }
    Some(Spanned::new(text.to_owned(), node.span))
}

/// A boolean; words that plainly mean one are tolerated.
pub fn boolean((key, node): Entry, out: &mut Diagnostics) -> Option<Spanned<bool>> {
    if let Some(value) = node.as_bool() {
        return Some(Spanned::new(value, node.span));
    }
    let Some(value) = node.loose_bool() else {
        wrong_type("`true` or `false`", &key.value, &node, out);
        return None;
    };
    tolerated_value(&node, &format!("`{value}`"), out);
    Some(Spanned::new(value, node.span))
}

/// A finite number that is not negative; one in quotes is tolerated.
pub fn amount((key, node): Entry, out: &mut Diagnostics) -> Option<Spanned<f64>> {
    let loose = node.loose_number();
    let Some(Number { float, .. }) = node.as_number().or(loose.as_ref()) else {
        wrong_type("a number", &key.value, &node, out);
        return None;
    };
    if loose.is_some() {
        tolerated_value(&node, "a number", out);
    }
    if !float.is_finite() || *float < 0.0 {
        let message =
            format!("expected a finite number from 0 up for {}, found {}", quote(&key.value), node.describe());
        out.push(Diagnostic::error(codes::BAD_VALUE, node.span, message));
        return None;
    }
    Some(Spanned::new(*float, node.span))
}

/// A list.
pub fn list((key, node): Entry, out: &mut Diagnostics) -> Option<(Vec<Node>, Span)> {
    let span = node.span;
    match node.value {
        Value::List(elements) => Some((elements, span)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Map(_) => {
            wrong_type("a list", &key.value, &node, out);
            None
        }
    }
}

/// A list of strings; numbers in it are taken as written, and one string for a list of one.
pub fn strings((key, node): Entry, out: &mut Diagnostics) -> Vec<Spanned<String>> {
    if let Some(one) = node.as_str() {
        tolerated_value(&node, "a list of one", out);
        return vec![Spanned::new(one.to_owned(), node.span)];
    }
    let Some((elements, _)) = list((key.clone(), node), out) else {
        return Vec::new();
    };
    elements.into_iter().filter_map(|element| text((key.clone(), element), out)).collect()
}

/// The entries of a map.
pub fn map((key, node): Entry, out: &mut Diagnostics) -> Vec<Entry> {
    match node.value {
        Value::Map(entries) => entries,
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::List(_) => {
            wrong_type("a map", &key.value, &node, out);
            Vec::new()
        }
    }
}

/// One of a few words. The first word of each meaning is the canonical one.
pub fn one_of<T: Copy + PartialEq>(entry: Entry, words: &[(&str, T)], out: &mut Diagnostics) -> Option<Spanned<T>> {
    let key = entry.0.value.clone();
    let found = string(entry, out)?;
    let canonical = |value: T| words.iter().find(|(_, other)| *other == value).map_or("", |(word, _)| *word);
    let exact = words.iter().find(|(word, _)| *word == found.value);
    let loose = || words.iter().find(|(word, _)| same_name(word, &found.value));
    if let Some((_, value)) = exact.or_else(loose) {
        if canonical(*value) != found.value {
            let message = format!("{} is read as `{}`", quote(&found.value), canonical(*value));
            out.push(Diagnostic::tolerated(codes::TOLERATED_VALUE, found.span, message));
        }
        return Some(Spanned::new(*value, found.span));
    }
    let mut choices: Vec<String> = Vec::new();
    for (_, value) in words {
        let word = format!("`{}`", canonical(*value));
        if !choices.contains(&word) {
            choices.push(word);
        }
    }
    let message = format!("{} is not possible for {}", quote(&found.value), quote(&key));
    let mut error = Diagnostic::error(codes::BAD_VALUE, found.span, message);
    if let Some(help) = did_you_mean(&found.value, words.iter().map(|(word, _)| *word)) {
        error = error.with_help(help);
    }
    out.push(error.with_help(format!("possible are {}", choices.join(", "))));
    None
}
