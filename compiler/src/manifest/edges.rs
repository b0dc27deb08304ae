//! Edges in all their dialects: `{from, to}` with and without ports, `{source, target, field_mapping}`, `"a -> b"`.
//!
//! An end written as `node.port` names the node of that very id if there is one; else it is split at its last dot, if
//! what stands before it is a node.

use super::fields::{self, Fields};
use super::model::{EdgeDecl, Endpoint, Entry};
use super::tree::{Node, Value};
use remotemedia_ir::diag::quote;
use remotemedia_ir::{Diagnostic, Diagnostics, SourceMap, Span, Spanned, codes};
use std::collections::HashSet;

const FROM: [&str; 4] = ["source", "from_node", "source_node", "src"];
const TO: [&str; 5] = ["target", "destination", "to_node", "target_node", "dst"];
const FROM_PORT: [&str; 6] =
    ["from_output", "output_port", "output_key", "source_port", "source_output", "source_field"];
const TO_PORT: [&str; 6] = ["to_input", "input_port", "input_key", "target_port", "target_input", "target_field"];

/// What edges are read against.
pub struct Ends<'a> {
    /// Ids of the nodes.
    pub ids: HashSet<&'a str>,
    pub sources: &'a SourceMap,
}

/// Reads a list of edges.
pub fn edges(entry: Entry, ends: &Ends<'_>, out: &mut Diagnostics) -> Vec<EdgeDecl> {
    let Some((elements, _)) = fields::list(entry, out) else {
        return Vec::new();
    };
    let mut edges = Vec::new();
    for element in elements {
        match &element.value {
            Value::String(text) if text.contains("->") => arrow(text, &element, ends, &mut edges, out),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::List(_) | Value::Map(_) => {
                edge(element, ends, &mut edges, out);
            }
        }
    }
    edges
}

/// An edge written as a map; with several field mappings, it is several edges.
fn edge(node: Node, ends: &Ends<'_>, edges: &mut Vec<EdgeDecl>, out: &mut Diagnostics) {
    let Some(mut map) = Fields::open(node, "an edge", out) else {
        return;
    };
    let from = map.need("from", &FROM, out).and_then(|e| fields::name(e, out));
    let to = map.need("to", &TO, out).and_then(|e| fields::name(e, out));
    let from_port = map.take("from_port", &FROM_PORT, out).and_then(|e| port(e, out));
    let to_port = map.take("to_port", &TO_PORT, out).and_then(|e| port(e, out));
    let mappings = map.take("field_mapping", &["field_mappings"], out).map(|e| field_mappings(e, out));
    let kind = map.take("type", &["data_type"], out).and_then(|e| fields::string(e, out));
    let params = map.take("params", &[], out).map_or_else(Vec::new, |e| fields::map(e, out));
    let comment = map.take_comment();
    let span = map.span;
    map.finish(out);
    let (Some(from), Some(to)) = (from, to) else { return };
    for (source_field, target_field) in mappings.unwrap_or_else(|| vec![(None, None)]) {
        let from_port = one_port(from_port.clone(), source_field, out);
        let to_port = one_port(to_port.clone(), target_field, out);
        edges.push(EdgeDecl {
            from: endpoint(from.clone(), from_port, ends, out),
            to: endpoint(to.clone(), to_port, ends, out),
            kind: kind.clone(),
            params: params.clone(),
            comment: comment.clone(),
            span,
        });
    }
}

/// `"a -> b -> c"`.
fn arrow(text: &str, node: &Node, ends: &Ends<'_>, edges: &mut Vec<EdgeDecl>, out: &mut Diagnostics) {
    let note = Diagnostic::tolerated(codes::TOLERATED_SHAPE, node.span, "an edge is written as a string");
    out.push(note.with_help("write `{\"from\": …, \"to\": …}`"));
    let mut at = 0;
    let mut last: Option<Endpoint> = None;
    for part in text.split("->") {
        let name = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        at += part.len() + 2;
        let span = within(node.span, text, start, start + name.len(), ends.sources);
        if name.is_empty() {
            out.push(Diagnostic::error(codes::BAD_VALUE, span, "an edge with an end that has no name"));
            return;
        }
        let end = endpoint(Spanned::new(name.to_owned(), span), None, ends, out);
        if let Some(from) = last.replace(end.clone()) {
            let span = from.node.span.to(end.node.span);
            edges.push(EdgeDecl { from, to: end, kind: None, params: Vec::new(), comment: None, span });
        }
    }
}

/// One end, with `node.port` taken apart.
pub fn endpoint(
    node: Spanned<String>,
    port: Option<Spanned<String>>,
    ends: &Ends<'_>,
    out: &mut Diagnostics,
) -> Endpoint {
    if ends.ids.contains(node.value.as_str()) {
        return Endpoint { node, port };
    }
    let Some((id, name)) = node.value.rsplit_once('.').filter(|(id, name)| ends.ids.contains(id) && !name.is_empty())
    else {
        return Endpoint { node, port };
    };
    let place = |from, to| within(node.span, &node.value, from, to, ends.sources);
    let named = Spanned::new(name.to_owned(), place(id.len() + 1, node.value.len()));
    let message = format!("{} is read as node {} and port {}", quote(&node.value), quote(id), quote(name));
    out.push(Diagnostic::tolerated(codes::TOLERATED_SHAPE, node.span, message));
    let port = one_port(Some(named), port, out);
    Endpoint { node: Spanned::new(id.to_owned(), place(0, id.len())), port }
}

/// The port, if at most one is named; an error if two differ.
fn one_port(
    first: Option<Spanned<String>>,
    second: Option<Spanned<String>>,
    out: &mut Diagnostics,
) -> Option<Spanned<String>> {
    if let (Some(first), Some(second)) = (&first, &second)
        && first.value != second.value
    {
        let message =
            format!("an edge names two ports at one end, {} and {}", quote(&first.value), quote(&second.value));
        let error = Diagnostic::error(codes::FIELD_TWICE, second.span, message);
        out.push(error.also(first.span, "the other one").with_help("name one port"));
    }
    first.or(second)
}

/// The name of a port; `default` is none.
fn port(entry: Entry, out: &mut Diagnostics) -> Option<Spanned<String>> {
    let port = fields::name(entry, out)?;
    if port.value == "default" {
        let note = "port `default` is read as no port: the edge binds by type";
        out.push(Diagnostic::tolerated(codes::TOLERATED_VALUE, port.span, note));
        return None;
    }
    Some(port)
}

type Mapping = (Option<Spanned<String>>, Option<Spanned<String>>);

/// `{source_field, target_field}`, or a list of such.
fn field_mappings((_, node): Entry, out: &mut Diagnostics) -> Vec<Mapping> {
    let elements = match node.value {
        Value::List(elements) => elements,
        value => vec![Node { value, ..node }],
    };
    let mut mappings = Vec::new();
    for element in elements {
        let Some(mut map) = Fields::open(element, "`field_mapping`", out) else {
            continue;
        };
        let from = map.take("source_field", &["from", "source"], out).and_then(|e| port(e, out));
        let to = map.take("target_field", &["to", "target"], out).and_then(|e| port(e, out));
        map.finish(out);
        mappings.push((from, to));
    }
    if mappings.is_empty() {
        mappings.push((None, None));
    }
    mappings
}

/// The place of a part of a string, if the string stands in the source as it was read; else that of the whole string.
fn within(span: Span, text: &str, from: usize, to: usize, sources: &SourceMap) -> Span {
    let raw = sources.text(span);
    let Some(at) = raw.find(text).filter(|_| raw.len() <= text.len() + 2) else {
        return span;
    };
    let start = span.start as usize + at;
    Span::new(span.source, start + from, start + to)
}
