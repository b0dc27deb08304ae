//! YAML text to a spanned tree.
//!
//! The events come from the crate `saphyr-parser`, with places counted in characters; the tree is built here without
//! recursion. Anchors and aliases are followed up to a total size, and merge keys (`<<`) with a note. Keys that are not
//! scalars, tags beyond those of the core schema, and more than one document are errors. Templates are hidden from the
//! grammar while it is read (`opaque`), so that `[${A:-1, 2}]` is a list of one element.

use super::decode::{self, MAX_BYTES};
use super::tree::{MAX_DEPTH, Node, Number, Origin, Value};
use super::{opaque, scalar, tree_errors, yaml_errors};
use remotemedia_ir::diag::quote;
use remotemedia_ir::{Diagnostic, Diagnostics, SourceId, Span, Spanned, codes};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};
use std::collections::HashMap;

/// The prefix of the tags of YAML's own types.
const CORE: &str = "tag:yaml.org,2002:";

/// What a copied value costs beside its text, in bytes.
const NODE_COST: usize = 64;

/// Reads the one document of the text. None after an error that nothing can follow; the errors are in `diagnostics`.
pub fn parse(text: &str, source: SourceId, diagnostics: &mut Diagnostics) -> Option<Node> {
    let hidden = opaque::hide(text);
    let mut builder = Builder {
        text,
        source,
        hidden: hidden.is_some(),
        offsets: offsets(text),
        diagnostics,
        open: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        root: None,
    };
    let mut parser = Parser::new_from_str(hidden.as_deref().unwrap_or(text));
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok((event, span)) => (event, builder.span(span)),
            Err(error) => {
                let error = builder.translate(&error);
                builder.diagnostics.push(error);
                return None;
            }
        };
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    builder.diagnostics.push(
                        Diagnostic::error(codes::SEVERAL_DOCUMENTS, span, "a second document begins here")
                            .with_help("one file is one pipeline: put the others into files of their own"),
                    );
                    return None;
                }
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
            event => builder.take(event, span)?,
        }
    }
    if builder.root.is_none() {
        builder.diagnostics.push(decode::empty(Span::new(source, 0, 0)));
    }
    let Builder { root, .. } = builder;
    root
}

struct Builder<'t, 'd> {
    text: &'t str,
    source: SourceId,
    /// True where the insides of templates have to be restored.
    hidden: bool,
    /// Byte offset of each character; empty where they are the same.
    offsets: Vec<u32>,
    diagnostics: &'d mut Diagnostics,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    /// Bytes that aliases have copied so far.
    copied: usize,
    root: Option<Node>,
}

/// A list or map whose end has not come yet.
struct Open {
    content: Content,
    anchor: usize,
    start: Span,
    /// The end of the last child.
    last: Span,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<(Spanned<String>, Node)>, key: Option<Spanned<String>> },
}

/// A value with an anchor, its cost and height known.
struct Anchored {
    node: Node,
    cost: usize,
    height: usize,
}

impl Builder<'_, '_> {
    /// One event of the document. None after an error that nothing can follow.
    fn take(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.without_properties(span);
                let text = if self.hidden { opaque::unhide(&text) } else { text.into_owned() };
                let node = self.scalar(text, style, tag.as_deref(), span);
                self.finish(node, anchor)
            }
            Event::Alias(anchor) => {
                let node = self.alias(anchor, span)?;
                self.finish(node, 0)
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", span);
                self.begin(Content::List(Vec::new()), anchor, span)
            }
            Event::MappingStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", span);
                self.begin(Content::Map { entries: Vec::new(), key: None }, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { content, anchor, start, last } = self.open.pop()?;
                let bracketed = self.text[start.start as usize..].starts_with(['{', '[']);
                let span = start.to(if bracketed { span } else { last });
                let value = match content {
                    Content::List(elements) => Value::List(elements),
                    Content::Map { mut entries, .. } => {
                        tree_errors::unique_keys(&mut entries, self.diagnostics);
                        self.merge(&mut entries);
                        Value::Map(entries)
                    }
                };
                self.finish(Node::new(value, span), anchor)
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {
                Some(())
            }
        }
    }

    fn begin(&mut self, content: Content, anchor: usize, span: Span) -> Option<()> {
        if self.open.len() == MAX_DEPTH {
            self.diagnostics.push(tree_errors::too_deep(span));
            return None;
        }
        let start = self.without_properties(span);
        self.open.push(Open { content, anchor, start, last: start });
        Some(())
    }

    /// Puts a complete value where it belongs.
    fn finish(&mut self, mut node: Node, anchor: usize) -> Option<()> {
        if anchor > 0 {
            let (cost, height) = measure(&node);
            self.anchors.insert(anchor, Anchored { node: node.clone(), cost, height });
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Some(());
        };
        match &mut open.content {
            Content::List(elements) => {
                open.last = node.span;
                elements.push(node);
            }
            Content::Map { entries, key } => match key.take() {
                None => {
                    let count = entries.len();
                    open.last = node.span;
                    *key = Some(into_key(node, count, self.diagnostics));
                }
                Some(key) => {
                    if node.is_null() && node.span.start == node.span.end {
                        node.span = key.span;
                    }
                    open.last = open.last.to(node.span);
                    entries.push((key, node));
                }
            },
        }
        Some(())
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        let origin = if style == ScalarStyle::Plain { Origin::Plain } else { Origin::Quoted };
        let plain = |text: &str| match style {
            ScalarStyle::Plain => scalar::resolve(text),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted | ScalarStyle::Literal | ScalarStyle::Folded => {
                Value::String(text.to_owned())
            }
        };
        let Some(tag) = tag else {
            let value = plain(&text);
            if let Value::Number(number) = &value
                && number.overflows()
            {
                self.diagnostics.push(tree_errors::number_too_large(&text, span));
            }
            return Node { value, span, origin };
        };
        let full = format!("{}{}", tag.handle, tag.suffix);
        let wanted = full.strip_prefix(CORE);
        let value = match wanted {
            Some("str") => Value::String(text),
            None if full == "!" => Value::String(text),
            _ if text.contains("${") => plain(&text),
            Some(wanted @ ("int" | "float" | "bool" | "null")) => match (wanted, scalar::resolve(&text)) {
                ("int", value @ Value::Number(Number { int: Some(_), .. })) => value,
                ("float", value @ Value::Number(_)) => value,
                ("bool", value @ Value::Bool(_)) => value,
                ("null", value @ Value::Null) => value,
                _ => {
                    let message = format!("{} is not of the type that its tag `!!{wanted}` names", quote(&text));
                    self.diagnostics.push(Diagnostic::error(codes::UNSUPPORTED_YAML, span, message));
                    Value::Null
                }
            },
            _ => {
                self.unknown_tag(&full, span);
                plain(&text)
            }
        };
        let origin = if matches!(value, Value::String(_)) { Origin::Quoted } else { origin };
        Node { value, span, origin }
    }

    /// A copy of the value that an alias names.
    fn alias(&mut self, anchor: usize, span: Span) -> Option<Node> {
        let Some(Anchored { node, cost, height }) = self.anchors.get(&anchor) else {
            let message = "this alias lies within the value that it names";
            self.diagnostics.push(Diagnostic::error(codes::UNSUPPORTED_YAML, span, message));
            return None;
        };
        self.copied = self.copied.saturating_add(*cost);
        if self.copied > MAX_BYTES {
            let message = "the aliases of this file copy too much";
            let note = format!("at most {} MiB of values are copied", MAX_BYTES >> 20);
            self.diagnostics.push(Diagnostic::error(codes::TOO_LARGE, span, message).with_note(note));
            return None;
        }
        if self.open.len() + height > MAX_DEPTH {
            self.diagnostics.push(tree_errors::too_deep(span));
            return None;
        }
        Some(Node { span, ..node.clone() })
    }

    /// Fills in what a merge key (`<<: *base`) adds; keys that are written out come first.
    fn merge(&mut self, entries: &mut Vec<(Spanned<String>, Node)>) {
        let is_merge = |key: &Spanned<String>, text: &str| {
            key.value == "<<" && text.get(key.span.start as usize..key.span.end as usize) == Some("<<")
        };
        let Some(at) = entries.iter().position(|(key, _)| is_merge(key, self.text)) else {
            return;
        };
        let (key, node) = entries.remove(at);
        let note = "the merge key `<<` is not part of YAML 1.2";
        self.diagnostics.push(Diagnostic::tolerated(codes::TOLERATED_SYNTAX, key.span, note));
        let span = node.span;
        let sources = match node.value {
            Value::List(elements) => elements,
            value => vec![Node::new(value, span)],
        };
        for source in sources {
            let Value::Map(added) = source.value else {
                let message = format!("expected a map to merge, found {}", source.describe());
                self.diagnostics.push(Diagnostic::error(codes::UNSUPPORTED_YAML, source.span, message));
                continue;
            };
            for (key, node) in added {
                if entries.iter().all(|(known, _)| known.value != key.value) {
                    entries.push((key, node));
                }
            }
        }
    }

    fn check_tag(&mut self, tag: Option<&Tag>, expected: &str, span: Span) {
        let Some(tag) = tag else { return };
        let full = format!("{}{}", tag.handle, tag.suffix);
        if full.strip_prefix(CORE) != Some(expected) && full != "!" {
            self.unknown_tag(&full, span);
        }
    }

    fn unknown_tag(&mut self, tag: &str, span: Span) {
        let tag = tag.strip_prefix(CORE).map_or_else(|| tag.to_owned(), |name| format!("!!{name}"));
        let message = format!("tag {} is not used in manifests", quote(&tag));
        let help = "leave the tag out; manifests carry strings, numbers, booleans, lists and maps";
        self.diagnostics.push(Diagnostic::error(codes::UNSUPPORTED_YAML, span, message).with_help(help));
    }

    /// An error of the parser, with the bracket that is open.
    fn translate(&self, error: &ScanError) -> Diagnostic {
        let open = self.open.last().map(|open| Span { end: open.start.start + 1, ..open.start });
        let open = open.filter(|span| self.text[span.start as usize..].starts_with(['[', '{']));
        yaml_errors::translate(error.info(), self.byte(*error.marker()), open, self.text, self.source)
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.byte(span.start);
        Span::new(self.source, start, self.byte(span.end).max(start))
    }

    /// The span of a value without the anchor and the tag before it.
    fn without_properties(&self, span: Span) -> Span {
        let mut start = span.start as usize;
        while let Some(rest) = self.text.get(start..).filter(|rest| rest.starts_with(['&', '!'])) {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let blanks = rest[length..].len() - rest[length..].trim_start().len();
            start += length + blanks;
        }
        Span::new(span.source, start, start.max(span.end as usize))
    }

    /// The byte offset of a place that is counted in characters.
    fn byte(&self, marker: Marker) -> usize {
        let at = match self.offsets.is_empty() {
            true => marker.index(),
            false => self.offsets.get(marker.index()).map_or(self.text.len(), |offset| *offset as usize),
        };
        self.text.floor_char_boundary(at)
    }
}

/// Byte offset of each character; empty for ASCII, where they are the same.
fn offsets(text: &str) -> Vec<u32> {
    if text.is_ascii() {
        return Vec::new();
    }
    text.char_indices().map(|(at, _)| at as u32).collect()
}

/// A key from the value that stands in its place.
fn into_key(node: Node, count: usize, diagnostics: &mut Diagnostics) -> Spanned<String> {
    let text = match &node.value {
        Value::Null if node.span.start == node.span.end => None,
        Value::Null => Some("null"),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => node.as_text(),
        Value::List(_) | Value::Map(_) => None,
    };
    if text.is_none() {
        let message = format!("expected a name as key, found {}", node.describe());
        diagnostics.push(Diagnostic::error(codes::UNSUPPORTED_YAML, node.span, message));
    }
    Spanned::new(text.map_or_else(|| format!("?{count}"), str::to_owned), node.span)
}

/// Cost in bytes and height of a value.
fn measure(node: &Node) -> (usize, usize) {
    let nested = |nodes: &mut dyn Iterator<Item = (usize, &Node)>| {
        nodes.fold((NODE_COST, 1), |(cost, height), (extra, node)| {
            let (more, deep) = measure(node);
            (cost + extra + more, height.max(deep + 1))
        })
    };
    match &node.value {
        Value::Null | Value::Bool(_) => (NODE_COST, 0),
        Value::Number(number) => (NODE_COST + number.text.len(), 0),
        Value::String(text) => (NODE_COST + text.len(), 0),
        Value::List(elements) => nested(&mut elements.iter().map(|node| (0, node))),
        Value::Map(entries) => nested(&mut entries.iter().map(|(key, node)| (NODE_COST + key.value.len(), node))),
    }
}
