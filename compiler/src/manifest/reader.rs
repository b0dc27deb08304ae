//! From a tree to a [`Manifest`]: the dialects of today's manifests, with a note for each tolerance.
//!
//! All mistakes are reported, not the first one only. Edges are in [`super::edges`], options in [`super::options`], and
//! what needs the whole manifest in `check`.

use super::edges::{self, Ends};
use super::fields::{self, Fields};
use super::model::{Entry, Manifest, NodeDecl, Version};
use super::tree::{Node, Value};
use super::{check, options};
use remotemedia_ir::diag::quote;
use remotemedia_ir::{Diagnostic, Diagnostics, SourceMap, Spanned, codes};

/// Reads a manifest. None where so much is missing that nothing can be made of it; a manifest together with errors is
/// not fit for the next phase.
pub fn manifest(tree: Node, sources: &SourceMap, out: &mut Diagnostics) -> Option<Manifest> {
    let mut map = Fields::open(tree, "a manifest", out)?;
    let span = map.span;
    map.take_odd("$schema", out);
    let version = version(&mut map, out);
    let named = ["name", "description", "auto_negotiate"].map(|name| map.take_odd(name, out));
    let metadata = map.take("metadata", &[], out).map_or_else(Vec::new, |e| fields::map(e, out));
    let [name, description, auto_negotiate] = named;
    let name = about("name", &metadata, name, out).and_then(|e| fields::string(e, out));
    let description = about("description", &metadata, description, out).and_then(|e| fields::string(e, out));
    let auto_negotiate = about("auto_negotiate", &metadata, auto_negotiate, out).and_then(|e| fields::boolean(e, out));
    let found = nodes(&mut map, out);
    let ids = found.as_ref().map_or(&[][..], |(ids, _)| ids.as_slice());
    let ends = Ends { ids: ids.iter().flatten().map(|id| id.value.as_str()).collect(), sources };
    let edges = connections(&mut map, &ends, out);
    let outputs = outputs(&mut map, &ends, out);
    let python_env = map.take("python_env", &[], out).and_then(|(_, node)| options::python_env(node, out));
    let runtime = map.take("runtime", &[], out).and_then(|(_, node)| options::runtime(node, out));
    let config = map.take("config", &[], out).and_then(|(_, node)| options::config(node, out));
    let defaults = map.take("defaults", &[], out).map(|(key, node)| {
        let message = "`defaults` of a manifest has no effect in a compiled pipeline";
        out.push(Diagnostic::tolerated(codes::UNUSED_FIELD, key.span, message));
        node
    });
    map.finish_with(Some("anything may be kept under `metadata`"), out);
    if let Some((ids, _)) = &found {
        check::check(ids, &edges, &outputs, out);
    }
    let manifest = Manifest {
        version: version?,
        name,
        description,
        auto_negotiate,
        metadata,
        python_env,
        runtime,
        config,
        defaults,
        nodes: found?.1,
        edges,
        outputs,
        span,
    };
    Some(manifest)
}

fn version(map: &mut Fields, out: &mut Diagnostics) -> Option<Version> {
    let Some((_, node)) = map.take("version", &[], out) else {
        let note =
            Diagnostic::tolerated(codes::TOLERATED_SHAPE, map.span, "a manifest without `version` is read as `v1`");
        out.push(note.with_help("write `version: v1`"));
        return Some(Version::V1);
    };
    match node.as_text() {
        Some("v1") => Some(Version::V1),
        Some(text @ ("1" | "1.0" | "1.0.0")) => {
            let message = format!("version {} is read as `v1`", quote(text));
            out.push(Diagnostic::tolerated(codes::TOLERATED_VALUE, node.span, message));
            Some(Version::V1)
        }
        Some(text) => {
            let message = format!("version {} is not supported", quote(text));
            out.push(
                Diagnostic::error(codes::UNSUPPORTED_VERSION, node.span, message).label("expected `v1`").with_note(
                    "this is the version of the manifest's format; that of your pipeline goes under `metadata`",
                ),
            );
            None
        }
        None => {
            fields::wrong_type("`v1`", "version", &node, out);
            None
        }
    }
}

/// A field of `metadata`, which may also stand beside `nodes`; the one under `metadata` counts.
fn about(name: &str, metadata: &[Entry], beside: Option<Entry>, out: &mut Diagnostics) -> Option<Entry> {
    let under = metadata.iter().find(|(key, node)| key.value == name && !node.is_null()).cloned();
    if let Some((key, _)) = &beside {
        let message = match under {
            Some(_) => format!("`{name}` beside `metadata.{name}` has no effect"),
            None => format!("`{name}` is read as `metadata.{name}`"),
        };
        let note = Diagnostic::tolerated(codes::TOLERATED_SHAPE, key.span, message);
        out.push(note.with_help(format!("write `{name}` under `metadata`")));
    }
    under.or(beside)
}

/// The id of each node, where it has one, and the nodes that can be read; none where there is no list of them.
type Nodes = (Vec<Option<Spanned<String>>>, Vec<NodeDecl>);

fn nodes(map: &mut Fields, out: &mut Diagnostics) -> Option<Nodes> {
    let (key, list) = map.need("nodes", &[], out)?;
    let span = if list.is_null() { key.span } else { list.span };
    let elements = match list.value {
        Value::List(elements) => elements,
        Value::Null => Vec::new(),
        Value::Map(_) => {
            let error = Diagnostic::error(codes::WRONG_TYPE, list.span, "expected a list for `nodes`, found a map");
            out.push(error.with_help("write each node as an element of a list, with its name as `id`"));
            return None;
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            fields::wrong_type("a list", &key.value, &list, out);
            return None;
        }
    };
    if elements.is_empty() {
        out.push(
            Diagnostic::error(codes::EMPTY_GRAPH, span, "a manifest without nodes")
                .label("expected at least one node")
                .with_help("the smallest pipeline is one node of type `PassThrough`"),
        );
        return None;
    }
    let mut read = Nodes::default();
    for element in elements {
        let (id, node) = node(element, out);
        read.0.push(id);
        read.1.extend(node);
    }
    Some(read)
}

fn node(tree: Node, out: &mut Diagnostics) -> (Option<Spanned<String>>, Option<NodeDecl>) {
    let Some(mut map) = Fields::open(tree, "a node", out) else {
        return (None, None);
    };
    let span = map.span;
    let id = map.need("id", &[], out).and_then(|e| fields::name(e, out));
    let node_type = map.need("node_type", &["type"], out).and_then(|e| fields::name(e, out));
    let params = map.take("params", &["config", "parameters"], out);
    let params_span = params.as_ref().map_or(span, |(_, node)| node.span);
    let params = params.map_or_else(Vec::new, |e| fields::map(e, out));
    let options = options::node_options(&mut map, out);
    map.finish_with(Some("anything may be kept under `metadata`"), out);
    let decl = id.clone().zip(node_type);
    (id, decl.map(|(id, node_type)| NodeDecl { id, node_type, params, params_span, options, span }))
}

/// The edges under `connections` and under `edges`.
fn connections(map: &mut Fields, ends: &Ends<'_>, out: &mut Diagnostics) -> Vec<super::model::EdgeDecl> {
    let both = map.has("connections") && map.has("edges");
    let mut all = Vec::new();
    if both {
        all.extend(map.take("connections", &[], out).map(|e| edges::edges(e, ends, out)));
        if let Some((key, node)) = map.take("edges", &[], out) {
            let message = "`edges` are read together with `connections`";
            out.push(Diagnostic::tolerated(codes::TOLERATED_SHAPE, key.span, message));
            all.push(edges::edges((key, node), ends, out));
        }
    } else {
        all.extend(map.take("connections", &["edges"], out).map(|e| edges::edges(e, ends, out)));
    }
    all.into_iter().flatten().collect()
}

/// `outputs: [{node_id, output_key}]`, or a list of ids.
fn outputs(map: &mut Fields, ends: &Ends<'_>, out: &mut Diagnostics) -> Vec<super::model::Endpoint> {
    let Some((key, list)) = map.take_odd("outputs", out) else {
        return Vec::new();
    };
    let note =
        Diagnostic::tolerated(codes::TOLERATED_SHAPE, key.span, "`outputs` is read as `is_output_node` of its nodes");
    out.push(note.with_help("write `is_output_node: true` at the node"));
    let Some((elements, _)) = fields::list((key.clone(), list), out) else {
        return Vec::new();
    };
    let mut outputs = Vec::new();
    for element in elements {
        if let Some(id) = element.as_str() {
            let id = Spanned::new(id.to_owned(), element.span);
            outputs.push(edges::endpoint(id, None, ends, out));
            continue;
        }
        let Some(mut map) = Fields::open(element, "an output", out) else {
            continue;
        };
        let id = map.need("node", &["node_id", "id", "from"], out).and_then(|e| fields::name(e, out));
        let port =
            map.take("port", &["output_key", "output_port", "from_port"], out).and_then(|e| fields::name(e, out));
        map.finish(out);
        outputs.extend(id.map(|id| edges::endpoint(id, port, ends, out)));
    }
    outputs
}
