//! `simplify`: nodes that compute the same become one, nodes that nobody hears go.
//!
//! Requires `lower`. Removes: kernel and library nodes from which no pipeline output can be reached (what feeds a `NullSink`
//! alone is such a node), and all but one of several nodes with equal bodies, arguments and sources. Never removes inputs and
//! outputs, and never touches what is left, so every remaining stream keeps its bits. Folding inside bodies happens once they
//! are fused. Cost: near-linear (hashing), also with shared fan-out, since every node is visited once.
//!
//! ```text
//! in -> hp1(80 Hz) -> a          in -> hp1(80 Hz) -> a
//! in -> hp2(80 Hz) -> b    →                      -> b
//! ```

use crate::passes::{Report, topology};
use remotemedia_ir::diag::Diagnostics;
use remotemedia_ir::graph::{End, Graph, KernelNode, NodeId, NodeKind};
use std::collections::HashMap;

/// Runs the pass.
pub fn run(graph: &mut Graph) -> Result<Report, Diagnostics> {
    let mut report = Report::new("simplify");
    share(graph, &mut report);
    sweep(graph, &mut report);
    Ok(report)
}

/// Common subexpressions across nodes.
fn share(graph: &mut Graph, report: &mut Report) {
    let incoming = graph.incoming();
    let mut seen: HashMap<String, NodeId> = HashMap::new();
    let mut replaced: Vec<Option<NodeId>> = vec![None; graph.nodes.len()];
    let components = topology::components(graph);
    for component in components.list.iter().filter(|c| !c.is_loop) {
        for id in &component.nodes {
            let sources: Vec<End> = incoming[id.index()]
                .iter()
                .map(|e| {
                    let end = graph.edges[e.index()].from;
                    End { node: replaced[end.node.index()].unwrap_or(end.node), port: end.port }
                })
                .collect();
            let body = match &graph.node(*id).kind {
                NodeKind::Kernel(KernelNode { kernel, tail, skip }) => {
                    let mut nameless = kernel.clone();
                    nameless.name.clear();
                    format!("{tail} {skip} {nameless:?}")
                }
                NodeKind::Library(library) => format!("{library:?}"),
                NodeKind::Input { .. }
                | NodeKind::Output { .. }
                | NodeKind::Typed { .. }
                | NodeKind::Python(_)
                | NodeKind::Foreign(_)
                | NodeKind::Removed => continue,
            };
            match seen.entry(format!("{sources:?} {body}")) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    report.say(format!(
                        "`{}` computes what `{}` does",
                        graph.node(*id).name,
                        graph.node(*first.get()).name
                    ));
                    replaced[id.index()] = Some(*first.get());
                }
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(*id);
                }
            }
        }
    }
    for edge in &mut graph.edges {
        edge.from.node = replaced[edge.from.node.index()].unwrap_or(edge.from.node);
    }
    graph.edges.retain(|e| replaced[e.to.node.index()].is_none());
    for (index, other) in replaced.iter().enumerate() {
        if other.is_some() {
            graph.nodes[index].kind = NodeKind::Removed;
        }
    }
}

/// Removes what no output depends on.
fn sweep(graph: &mut Graph, report: &mut Report) {
    let incoming = graph.incoming();
    let mut heard = vec![false; graph.nodes.len()];
    let mut work: Vec<NodeId> =
        graph.live().filter(|id| matches!(graph.node(*id).kind, NodeKind::Output { .. })).collect();
    while let Some(id) = work.pop() {
        if std::mem::replace(&mut heard[id.index()], true) {
            continue;
        }
        work.extend(incoming[id.index()].iter().map(|e| graph.edges[e.index()].from.node));
    }
    for (index, node) in graph.nodes.iter_mut().enumerate() {
        let keep = heard[index] || matches!(node.kind, NodeKind::Input { .. } | NodeKind::Removed);
        if !keep {
            report.say(format!("no output depends on `{}`", node.name));
            node.kind = NodeKind::Removed;
        }
        heard[index] |= keep;
    }
    graph.edges.retain(|e| heard[e.to.node.index()] && graph.nodes[e.to.node.index()].kind != NodeKind::Removed);
}
