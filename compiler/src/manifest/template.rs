//! Variables in a manifest: `${NAME}` and `${NAME:-default}` in any value, `$${` for the characters themselves.
//!
//! The default counts where the variable is unset or empty, as in a shell; it may hold templates again, and its braces
//! must pair. Keys are left alone. A value that was unquoted, or that is exactly one template in quotes, gets its type
//! after it was filled in, so that `"${SPEED:-1.0}"` is a number; any other stays a string. What is filled in is not
//! read for templates, nor for YAML: it cannot add keys.

use super::tree::{Node, Origin, Value};
use super::{scalar, tree_errors};
use remotemedia_ir::diag::quote;
use remotemedia_ir::{Diagnostic, Diagnostics, SourceMap, Span, codes};
use std::ops::Range;

/// How deep defaults may nest.
const MAX_NESTING: usize = 16;

/// Where variables come from: the command line, then the environment.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Fills in every value of the tree.
///
/// # Errors
/// RM0111 for each variable without a value, RM0112 for each template that cannot be read; such values stay as they
/// are.
pub fn substitute(node: &mut Node, sources: &SourceMap, lookup: Lookup<'_>, diagnostics: &mut Diagnostics) {
    let mut filling = Filling { sources, lookup, diagnostics, missing: Vec::new() };
    filling.node(node);
    let Filling { diagnostics, missing, .. } = filling;
    for (name, places) in missing {
        let message = format!("variable {} has no value", quote(&name));
        let mut error = Diagnostic::error(codes::MISSING_VARIABLE, places[0], message)
            .with_help(format!("set it with `--set {name}=value`, or write a default: `${{{name}:-default}}`"));
        for place in places.iter().skip(1).take(4) {
            error = error.also(*place, "also used here");
        }
        if places.len() > 5 {
            error = error.with_note(format!("it is used in {} places", places.len()));
        }
        diagnostics.push(error);
    }
}

struct Filling<'a> {
    sources: &'a SourceMap,
    lookup: Lookup<'a>,
    diagnostics: &'a mut Diagnostics,
    /// Variables without a value, with the places that want them.
    missing: Vec<(String, Vec<Span>)>,
}

/// Why a value could not be filled in.
pub(super) enum Failure {
    Missing { name: String, at: Range<usize> },
    Bad { at: Range<usize>, message: &'static str, help: String },
}

impl Filling<'_> {
    fn node(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::List(elements) => elements.iter_mut().for_each(|element| self.node(element)),
            Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| self.node(value)),
            Value::String(text) if text.contains("${") => {
                let text = std::mem::take(text);
                self.scalar(node, text);
            }
            Value::String(_) => {}
        }
    }

    fn scalar(&mut self, node: &mut Node, text: String) {
        match expand(&text, self.lookup, 0) {
            Ok((filled, form)) => {
                let typed = match (form, node.origin) {
                    (Form::Literal, _) => false,
                    (_, Origin::Plain | Origin::Template) => true,
                    (form, Origin::Quoted) => form == Form::Whole && !filled.is_empty(),
                };
                node.value = if typed { scalar::resolve(&filled) } else { Value::String(filled) };
                if form != Form::Literal {
                    node.origin = Origin::Template;
                }
                if let Value::Number(number) = &node.value
                    && number.overflows()
                {
                    self.diagnostics.push(tree_errors::number_too_large(&number.text, node.span));
                }
            }
            Err(failure) => {
                self.report(failure, &text, node.span);
                node.value = Value::String(text);
            }
        }
    }

    fn report(&mut self, failure: Failure, text: &str, span: Span) {
        match failure {
            Failure::Missing { name, at } => {
                let place = self.place(span, text, at);
                match self.missing.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, places)) if places.contains(&place) => {}
                    Some((_, places)) => places.push(place),
                    None => self.missing.push((name, vec![place])),
                }
            }
            Failure::Bad { at, message, help } => {
                let place = self.place(span, text, at);
                self.diagnostics.push(
                    Diagnostic::error(codes::BAD_TEMPLATE, place, message)
                        .with_help(help)
                        .with_help("to write the characters `${` themselves, write `$${`"),
                );
            }
        }
    }

    /// The place of a part of a scalar, if it stands in the source as it was read; else that of the whole scalar.
    fn place(&self, span: Span, text: &str, part: Range<usize>) -> Span {
        let raw = self.sources.text(span);
        let wanted = &text[part.clone()];
        let nth = text[..part.start].matches(wanted).count();
        match raw.match_indices(wanted).nth(nth) {
            Some((at, _)) => Span::new(span.source, span.start as usize + at, span.start as usize + at + wanted.len()),
            None => span,
        }
    }
}

/// What a text consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// No template, only escapes.
    Literal,
    /// One template and nothing else.
    Whole,
    /// Templates and text.
    Mixed,
}

/// The text with its templates filled in.
fn expand(text: &str, lookup: Lookup<'_>, nesting: usize) -> Result<(String, Form), Failure> {
    let mut out = String::new();
    let mut form = Form::Literal;
    let mut at = 0;
    while let Some(found) = text[at..].find('$').map(|i| at + i) {
        out.push_str(&text[at..found]);
        let rest = &text[found..];
        if rest.starts_with("$${") {
            out.push_str("${");
            at = found + 3;
        } else if rest.starts_with("${") {
            let template = Template::parse(text, found)?;
            form = if template.range == (0..text.len()) { Form::Whole } else { Form::Mixed };
            at = template.range.end;
            out.push_str(&template.fill(lookup, nesting)?);
        } else {
            out.push('$');
            at = found + 1;
        }
    }
    out.push_str(&text[at..]);
    Ok((out, form))
}

/// One template within a text.
pub(super) struct Template<'t> {
    pub(super) range: Range<usize>,
    name: &'t str,
    /// The default with its offset in the text.
    default: Option<(usize, &'t str)>,
}

impl<'t> Template<'t> {
    /// Reads the template whose `${` is at `start`.
    pub(super) fn parse(text: &'t str, start: usize) -> Result<Template<'t>, Failure> {
        let inner = start + 2;
        let Some(end) = closing(&text[inner..]).map(|i| inner + i) else {
            let line = text[start..].split('\n').next().unwrap_or("");
            return Err(Failure::Bad {
                at: start..start + line.len(),
                message: "this template is not closed",
                help: "a template ends with `}`: `${NAME}` or `${NAME:-default}`".to_owned(),
            });
        };
        let body = &text[inner..end];
        let length = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
        let (name, rest) = body.split_at(length);
        let default = rest.strip_prefix(":-").map(|default| (inner + length + 2, default));
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || (default.is_none() && !rest.is_empty())
        {
            let name = if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) { "NAME" } else { name };
            return Err(Failure::Bad {
                at: start..end + 1,
                message: "a template of a form that is not known",
                help: format!("write `${{{name}}}` or `${{{name}:-default}}`"),
            });
        }
        Ok(Template { range: start..end + 1, name, default })
    }

    fn fill(&self, lookup: Lookup<'_>, nesting: usize) -> Result<String, Failure> {
        let value = lookup(self.name);
        let Some((offset, default)) = self.default else {
            return value.ok_or_else(|| Failure::Missing { name: self.name.to_owned(), at: self.range.clone() });
        };
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            return Ok(value);
        }
        if nesting == MAX_NESTING {
            let help = "write the innermost default out".to_owned();
            return Err(Failure::Bad { at: self.range.clone(), message: "templates nest too deeply", help });
        }
        let shift = |at: Range<usize>| at.start + offset..at.end + offset;
        expand(default, lookup, nesting + 1).map(|(filled, _)| filled).map_err(|failure| match failure {
            Failure::Missing { name, at } => Failure::Missing { name, at: shift(at) },
            Failure::Bad { at, message, help } => Failure::Bad { at: shift(at), message, help },
        })
    }
}

/// The offset of the brace that closes what is open, other braces pairing before it.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{json, yaml};

    fn filled(text: &str, as_yaml: bool) -> Result<String, Vec<String>> {
        let mut sources = SourceMap::default();
        let source = sources.add("m", text);
        let mut diagnostics = Diagnostics::new();
        let parse = if as_yaml { yaml::parse } else { json::parse };
        let node = parse(text, source, &mut diagnostics);
        let lookup = |name: &str| match name {
            "NAME" => Some("Ann".to_owned()),
            "N" => Some("7".to_owned()),
            "EMPTY" => Some(String::new()),
            "INJECT" => Some("x\nid: y, ${NAME}".to_owned()),
            _ => None,
        };
        let mut node = node.expect("the text is well-formed");
        substitute(&mut node, &sources, &lookup, &mut diagnostics);
        if diagnostics.is_empty() {
            return Ok(node.to_json());
        }
        Err(diagnostics.iter().map(|d| format!("{} {}", sources.text(d.primary.span), d.message)).collect())
    }

    #[test]
    fn values_are_typed_after_they_are_filled_in() {
        for (text, expected) in [
            ("a: ${N}", r#"{"a":7}"#),
            ("a: '${N}'", r#"{"a":7}"#),
            ("a: \"${SPEED:-1.5}\"", r#"{"a":1.5}"#),
            ("a: x${N}", r#"{"a":"x7"}"#),
            ("a: 1${N}", r#"{"a":17}"#),
            ("a: '1${N}'", r#"{"a":"17"}"#),
            ("a: ${NAME}", r#"{"a":"Ann"}"#),
            ("a: ${X:-true}", r#"{"a":true}"#),
            ("a: ${X:-}", r#"{"a":null}"#),
            ("a: '${X:-}'", r#"{"a":""}"#),
            ("a: '${EMPTY:-d}'", r#"{"a":"d"}"#),
            ("a: ${EMPTY}", r#"{"a":null}"#),
            ("a: ${INJECT}", r#"{"a":"x\nid: y, ${NAME}"}"#),
            ("a: ${X:-a: b, [c] # d - it's}", r#"{"a":"a: b, [c] # d - it's"}"#),
            ("a: ${X:-{\"k\": {}}}", r#"{"a":"{\"k\": {}}"}"#),
            ("{a: ${X:-b, c}, d: [${N}, ${N}]}", r#"{"a":"b, c","d":[7,7]}"#),
            ("a: ${X:-${Y:-${NAME}}}", r#"{"a":"Ann"}"#),
            ("a: $${N} $N $ ${N}$", r#"{"a":"${N} $N $ 7$"}"#),
            ("a: $${N}", r#"{"a":"${N}"}"#),
            ("a: |\n  ${NAME}\n  ${N}\n", r#"{"a":"Ann\n7\n"}"#),
            ("${N}: 1", r#"{"${N}":1}"#),
            ("a: ñ${NAME}ñ", r#"{"a":"ñAnnñ"}"#),
        ] {
            assert_eq!(filled(text, true).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(
            filled(r#"{"a": "${N}", "b": "n${N}", "c": "\u0024{N}"}"#, false).as_deref(),
            Ok(r#"{"a":7,"b":"n7","c":7}"#)
        );
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_stands() {
        for (text, expected) in [
            ("a: x ${A} ${B}", "${A} variable `A` has no value"),
            ("a: ${X:-${A}}", "${A} variable `A` has no value"),
            ("a: x ${A", "${A this template is not closed"),
            ("a: ${}", "${} a template of a form that is not known"),
            ("a: ${1A}", "${1A} a template of a form that is not known"),
            ("a: ${A-b}", "${A-b} a template of a form that is not known"),
            ("a: ${A:=b}", "${A:=b} a template of a form that is not known"),
            ("a: \"x\\n${A}\"", "${A} variable `A` has no value"),
        ] {
            assert_eq!(filled(text, true), Err(vec![expected.to_owned()]), "{text}");
        }
    }

    #[test]
    fn a_variable_is_reported_once() {
        let found = filled("[$${A}, ${A}, '${A} ${A}', ${B}]", true);
        assert_eq!(found.map_err(|errors| errors.len()), Err(2));
    }

    #[test]
    fn a_text_with_private_characters_is_filled_in_too() {
        assert_eq!(filled("\u{f5a00}: ${N}", true).as_deref(), Ok("{\"\u{f5a00}\":7}"));
    }
}
