//! `place`: which runtime runs each node.
//!
//! Requires `resolve`. Kernels, library nodes and compiled Python go where the target is, as one partition. A Python class that is outside
//! the compiled subset becomes a node that an interpreter runs: RustPython where nothing forces another, CPython where it imports compiled
//! extensions, has requirements or asks for it; a class that needs neither in particular joins the CPython that another one needs. What is
//! not trusted runs in the sandbox, where there is no CPython. A node of another runtime is explained: which runtimes could run it, and
//! what it needs there. Executors and policies widen this later. Changes such nodes' kinds alone. Cost: linear.

use crate::passes::{PassCx, Report};
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{Candidate, ForeignNode, Graph, Node, NodeKind};
use remotemedia_ir::plan::Runtime;
use remotemedia_ir::script::{Interpreter, Python};
use remotemedia_nodes::catalog;

/// Runs the pass. The diagnostics name every node that cannot be placed; the caller decides whether that is an error.
pub fn run(graph: &mut Graph, cx: &PassCx) -> (Report, Diagnostics) {
    let mut report = Report::new("place");
    let mut diagnostics = Diagnostics::new();
    let mut local = 0usize;
    let in_sandbox = cx.runtime == Runtime::Wasm;
    let has_cpython = !in_sandbox && graph.nodes.iter().any(needs_cpython);
    for node in &mut graph.nodes {
        let placed = match &node.kind {
            NodeKind::Removed => continue,
            NodeKind::Foreign(foreign) => match &foreign.candidate {
                Some(candidate) => {
                    place(node, candidate, &foreign.reason, in_sandbox, has_cpython, &mut report).map(Some)
                }
                None => Err(not_built(node, foreign, &mut report)),
            },
            NodeKind::Input { .. }
            | NodeKind::Output { .. }
            | NodeKind::Typed { .. }
            | NodeKind::Kernel(_)
            | NodeKind::Library(_)
            | NodeKind::Python(_) => Ok(None),
        };
        match placed {
            Ok(placed) => {
                local += 1;
                if let Some(python) = placed {
                    node.kind = NodeKind::Python(Box::new(python));
                }
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    report.say(format!("{local} nodes in one partition: {}", cx.runtime.name()));
    (report, diagnostics)
}

fn needs_cpython(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Foreign(ForeignNode { candidate: Some(candidate), .. }) => {
            candidate.hosted.interpreter == Interpreter::CPython || candidate.hosted.fallback
        }
        _ => false,
    }
}

/// Gives a class to an interpreter.
fn place(
    node: &Node,
    candidate: &Candidate,
    reason: &str,
    in_sandbox: bool,
    has_cpython: bool,
    report: &mut Report,
) -> Result<Python, Box<Diagnostic>> {
    let mut hosted = candidate.hosted.clone();
    let mut why = reason.to_owned();
    let refuse = |message: String, help: &str| {
        let why = format!("needs {}", candidate.hosted.interpreter.name());
        let refused = Diagnostic::error(codes::NO_RUNTIME, node.span, message).label(why);
        Err(Box::new(refused.with_note(reason.to_owned()).with_help(help)))
    };
    if in_sandbox && hosted.interpreter == Interpreter::CPython {
        return refuse(
            format!("`{}` cannot run in the sandbox: CPython is native only", node.name),
            "compile for a native target, or keep to the compiled subset (`remotemedia check --explain-python`)",
        );
    } else if in_sandbox {
        hosted.fallback = false;
    } else if !candidate.is_trusted {
        return refuse(
            format!("`{}` is not trusted, and an interpreter would run it outside of the sandbox", node.name),
            "compile with `--target wasi`, or say `\"trusted\": true` where it is",
        );
    } else if has_cpython && !candidate.is_asked_for && !hosted.fallback {
        hosted.interpreter = Interpreter::CPython;
        why.push_str("; another node needs cpython anyway");
    }
    let fallback = if hosted.fallback { ", with cpython where that cannot begin" } else { "" };
    report.say(format!("`{}` ({}) runs in {}{fallback}: {why}", node.name, hosted.name, hosted.interpreter.name()));
    Ok(Python::Hosted(hosted))
}

/// A node of a runtime that cannot be part of a program yet.
fn not_built(node: &Node, foreign: &ForeignNode, report: &mut Report) -> Box<Diagnostic> {
    let (runtimes, needs) = match catalog::find(&foreign.type_name) {
        Some((ty, _)) => (ty.runtimes.iter().map(|r| r.name()).collect::<Vec<_>>().join(" or "), ty.needs.join(", ")),
        None => ("cpython".to_owned(), String::new()),
    };
    report.say(format!("`{}` ({}) needs {runtimes}: {}", node.name, foreign.type_name, foreign.reason));
    let message =
        format!("`{}` cannot be compiled: `{}` needs a runtime that is not built yet", node.name, foreign.type_name);
    let mut diagnostic = Diagnostic::error(codes::RUNTIME_NOT_BUILT, node.span, message)
        .label(format!("needs {runtimes}"))
        .with_note(foreign.reason.clone());
    if !needs.is_empty() {
        diagnostic = diagnostic.with_note(format!("capabilities: {needs}"));
    }
    Box::new(diagnostic.with_help("`remotemedia explain` shows where each node would go"))
}
