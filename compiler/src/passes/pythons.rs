//! Python nodes for `resolve`: what arrives at each, and what it is lowered to for that.
//!
//! The kind of a stream follows from the node in front; a Python node's own outputs follow from what it is lowered to. So nodes are
//! lowered from the inputs on, each as soon as the kind of what arrives is known; what stands in a loop of Python nodes alone gets what
//! its `process` seems to take. Rates and channels are open here: `lower` lowers once more when they are known.

use crate::manifest::{Manifest, RuntimeHint};
use crate::ports::Sockets;
use crate::python::nodes::{PythonNode, PythonNodes};
use crate::python::{Lowered, Outside};
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::Candidate;
use remotemedia_ir::script::{Form, Gives, Script};
use remotemedia_nodes::{PortKind, catalog};
use std::collections::BTreeMap;

/// A Python node that is known for its input.
pub struct Resolved {
    pub runs: Runs,
    pub sockets: Sockets,
}

/// What runs a Python node.
pub enum Runs {
    /// The program itself.
    Compiled(Box<Script>),
    /// An interpreter, for these reasons, where one can.
    Outside(Vec<String>, Option<Box<Candidate>>),
}

/// Lowers every Python node of a manifest.
pub fn lower_all(
    manifest: &Manifest,
    pythons: &PythonNodes,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Resolved> {
    let mut kinds = Kinds { manifest, pythons, outputs: BTreeMap::new() };
    let mut resolved = BTreeMap::new();
    let mut left: Vec<(&String, &PythonNode)> = pythons.iter().collect();
    while !left.is_empty() {
        let ready = left.iter().position(|(id, _)| kinds.input(id, 0).is_some()).unwrap_or(0);
        let (id, node) = left.swap_remove(ready);
        let kind = match kinds.input(id, 0) {
            Some(Some(kind)) => kind,
            Some(None) | None => match node.guess() {
                Ok(kind) => kind,
                Err(found) => {
                    diagnostics.extend(found);
                    continue;
                }
            },
        };
        let runs = match runs(id, node, kind) {
            Ok(runs) => runs,
            Err(found) => {
                diagnostics.extend(found);
                continue;
            }
        };
        let sockets = match &runs {
            Runs::Compiled(script) => sockets(kind, &script.gives),
            Runs::Outside(_, Some(candidate)) => sockets(kind, &candidate.hosted.gives),
            Runs::Outside(_, None) => Sockets::of(None),
        };
        kinds.outputs.insert(id.clone(), sockets.output_kinds());
        resolved.insert(id.clone(), Resolved { runs, sockets });
    }
    resolved
}

/// What runs a node for an input of a kind.
fn runs(id: &str, node: &PythonNode, kind: PortKind) -> Result<Runs, Diagnostics> {
    let mut reasons = match node.lower(node.input_of(kind))? {
        Lowered::Script(script) => match node.hint {
            Some(RuntimeHint::CPython | RuntimeHint::CPythonWasm | RuntimeHint::RustPython) => Vec::new(),
            Some(RuntimeHint::Auto | RuntimeHint::Lowered) | None => return Ok(Runs::Compiled(script)),
        },
        Lowered::Outside(outside) if node.hint == Some(RuntimeHint::Lowered) => {
            return Err(refused(id, &outside).into());
        }
        Lowered::Outside(outside) => outside,
    };
    let could_be_compiled = reasons.is_empty();
    let candidate = node.candidate(node.input_of(kind), &mut reasons)?;
    let mut texts: Vec<String> = reasons.iter().map(|o| reason(node, o)).collect();
    if let (true, Some(hint)) = (could_be_compiled, node.hint) {
        texts.insert(0, format!("it could be compiled, but asks for {}", hint.name()));
    }
    Ok(Runs::Outside(texts, candidate.map(Box::new)))
}

/// A reason with its line.
fn reason(node: &PythonNode, outside: &Outside) -> String {
    let runtime = outside.need.name();
    if outside.span.is_none() {
        return format!("{}: {runtime}", outside.reason);
    }
    format!("line {}: {}: {runtime}", node.line(outside.span), outside.reason)
}

fn refused(id: &str, outside: &[Outside]) -> Diagnostic {
    let first = outside.first();
    let span = first.map_or(remotemedia_ir::Span::NONE, |o| o.span);
    let message = format!("`{id}` is to be compiled, and is outside the compiled subset");
    let mut diagnostic = Diagnostic::error(codes::PYTHON_OUTSIDE, span, message);
    if let Some(first) = first {
        diagnostic = diagnostic.label(first.reason.clone());
    }
    for other in outside.iter().skip(1) {
        diagnostic = diagnostic.also(other.span, other.reason.clone());
    }
    diagnostic.with_help("without `runtime_hint: lowered` an interpreter runs it")
}

/// The ports of a class: what it takes, its audio, its messages.
fn sockets(kind: PortKind, gives: &Gives) -> Sockets {
    let mut outputs = Vec::new();
    if gives.audio.is_some() {
        outputs.push(("out", PortKind::Audio));
    }
    if let Some(form) = gives.messages {
        let kind = match form {
            Form::Json => PortKind::Json,
            Form::Text => PortKind::Text,
        };
        outputs.push((if outputs.is_empty() { "out" } else { "events" }, kind));
    }
    Sockets::known(&[("in", kind)], &outputs)
}

/// Kinds of streams, as far as they are known.
struct Kinds<'a> {
    manifest: &'a Manifest,
    pythons: &'a PythonNodes,
    /// Of the Python nodes that have been lowered.
    outputs: BTreeMap<String, Vec<(String, PortKind)>>,
}

/// Nodes in a row that pass on whatever comes, at most.
const DEEPEST: u32 = 64;

impl Kinds<'_> {
    /// What arrives at a node; none where it waits for another Python node, none inside where nothing is in front.
    fn input(&self, id: &str, depth: u32) -> Option<Option<PortKind>> {
        let mut edges = self.manifest.edges.iter().filter(|e| e.to.node.value == id);
        let Some(edge) = edges.next() else { return Some(None) };
        self.output(&edge.from.node.value, edge.from.port.as_ref().map(|p| p.value.as_str()), depth)
    }

    /// What leaves a node by a port.
    fn output(&self, id: &str, port: Option<&str>, depth: u32) -> Option<Option<PortKind>> {
        if depth > DEEPEST {
            return Some(None);
        }
        if self.pythons.contains_key(id) {
            let outputs = self.outputs.get(id)?;
            let named = outputs.iter().find(|(name, _)| Some(name.as_str()) == port);
            return Some(named.or(outputs.first()).map(|(_, kind)| *kind));
        }
        let decl = self.manifest.nodes.iter().find(|n| n.id.value == id);
        let Some((ty, _)) = decl.and_then(|d| catalog::find(&d.node_type.value)) else { return Some(None) };
        let named = ty.outputs.iter().find(|o| Some(o.name) == port);
        match named.or(ty.outputs.first()).map(|o| o.kind) {
            Some(PortKind::Any | PortKind::Message) => self.input(id, depth + 1),
            kind => Some(kind),
        }
    }
}
