//! `place`: which runtime runs each node.
//!
//! Requires `resolve`. Changes nothing. Kernels and library nodes go where the target is, as one partition; a node of another
//! runtime is explained: which runtimes could run it, and what it needs there. Executors and policies widen this later.

use crate::passes::{PassCx, Report};
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{Graph, NodeKind};
use remotemedia_nodes::catalog;

/// Runs the pass. The diagnostics name every node that cannot be placed; the caller decides whether that is an error.
pub fn run(graph: &Graph, cx: &PassCx) -> (Report, Diagnostics) {
    let mut report = Report::new("place");
    let mut diagnostics = Diagnostics::new();
    let mut local = 0usize;
    for id in graph.live() {
        let node = graph.node(id);
        let NodeKind::Foreign(foreign) = &node.kind else {
            local += 1;
            continue;
        };
        let (runtimes, needs) = match catalog::find(&foreign.type_name) {
            Some((ty, _)) => {
                (ty.runtimes.iter().map(|r| r.name()).collect::<Vec<_>>().join(" or "), ty.needs.join(", "))
            }
            None => ("cpython".to_owned(), String::new()),
        };
        report.say(format!("`{}` ({}) needs {runtimes}: {}", node.name, foreign.type_name, foreign.reason));
        let mut diagnostic = Diagnostic::error(
            codes::RUNTIME_NOT_BUILT,
            node.span,
            format!(
                "`{}` cannot be compiled: `{}` needs a runtime that is not built yet",
                node.name, foreign.type_name
            ),
        )
        .label(format!("needs {runtimes}"))
        .with_note(foreign.reason.clone());
        if !needs.is_empty() {
            diagnostic = diagnostic.with_note(format!("capabilities: {needs}"));
        }
        diagnostics.push(diagnostic.with_help("`remotemedia explain` shows where each node would go"));
    }
    report.say(format!("{local} nodes in one partition: {}", cx.runtime.name()));
    (report, diagnostics)
}
