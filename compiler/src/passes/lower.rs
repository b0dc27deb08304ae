//! `lower`: typed nodes become kernels and library nodes; those that do nothing vanish.
//!
//! Requires `negotiate` (every port has its type). Changes node kinds, splices out identities. Preserves edges' types. What a
//! parameter cannot be for this rate or these channels is reported here, with the parameter's node. Cost: linear.

use crate::passes::Report;
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{Graph, NodeId, NodeKind};
use remotemedia_ir::types::StreamType;
use remotemedia_nodes::{LowerCx, Lowered, NodeError, Params, Role, catalog};

/// Runs the pass.
pub fn run(graph: &mut Graph) -> Result<Report, Diagnostics> {
    let mut report = Report::new("lower");
    let mut diagnostics = Diagnostics::new();
    let mut identities = Vec::new();
    let mut read = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        read[edge.from.node.index()].push(edge.from.port);
    }
    for (index, read) in read.iter().enumerate() {
        let node = &graph.nodes[index];
        let NodeKind::Typed { type_name, params } = &node.kind else { continue };
        let Some((ty, _)) = catalog::find(type_name) else { continue };
        let params = Params { list: params.clone() };
        let types = |ports: &[remotemedia_ir::graph::NodePort]| -> Vec<StreamType> {
            ports.iter().filter_map(|p| p.ty.clone()).collect()
        };
        let (inputs, outputs) = (types(&node.inputs), types(&node.outputs));
        let connected: Vec<bool> = (0..node.outputs.len()).map(|p| read.contains(&(p as u16))).collect();
        let cx =
            LowerCx { node: &node.name, params: &params, inputs: &inputs, outputs: &outputs, connected: &connected };
        let lowered = match ty.role {
            Role::Input | Role::Output => Ok(Lowered::Identity),
            Role::Compute => (ty.lower)(&cx),
            Role::Null | Role::Foreign => continue,
        };
        match lowered {
            Ok(Lowered::Kernel(kernel)) => graph.nodes[index].kind = NodeKind::Kernel(kernel),
            Ok(Lowered::Library(library)) => graph.nodes[index].kind = NodeKind::Library(library),
            Ok(Lowered::Identity) => identities.push(NodeId::new(index)),
            Err(error) => diagnostics.push(explain(error, graph, NodeId::new(index))),
        }
    }
    for id in &identities {
        report.say(format!("`{}` does nothing here and vanishes", graph.node(*id).name));
    }
    splice(graph, &identities);
    diagnostics.into_result().map(|_| report)
}

fn explain(error: NodeError, graph: &Graph, id: NodeId) -> Diagnostic {
    let NodeError { param, message, help } = error;
    let node = graph.node(id);
    let mut diagnostic =
        Diagnostic::error(codes::PARAMETER_RANGE, node.span, format!("node `{}`: {message}", node.name));
    if let Some(param) = param {
        diagnostic = diagnostic.label(format!("in parameter `{param}`"));
    }
    match help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

/// Removes nodes whose only output is their only input: their readers read what they read.
///
/// Chains of such nodes are followed once, with path halving, so that the cost stays linear.
pub fn splice(graph: &mut Graph, nodes: &[NodeId]) {
    let mut source = vec![None; graph.nodes.len()];
    let mut gone = vec![false; graph.nodes.len()];
    for id in nodes {
        gone[id.index()] = true;
    }
    for edge in &graph.edges {
        if gone[edge.to.node.index()] {
            source[edge.to.node.index()] = Some(edge.from);
        }
    }
    // A loop of identities alone would turn for ever; `fuse` reports loops without a delay, so leave it in place.
    for id in nodes {
        let mut end = source[id.index()];
        let mut steps = 0;
        while let Some(e) = end.filter(|e| gone[e.node.index()]) {
            end = source[e.node.index()];
            steps += 1;
            if steps > nodes.len() {
                return;
            }
        }
        source[id.index()] = end;
    }
    for edge in &mut graph.edges {
        if gone[edge.from.node.index()]
            && let Some(end) = source[edge.from.node.index()]
        {
            edge.from = end;
        }
    }
    graph.edges.retain(|e| !gone[e.to.node.index()] && !gone[e.from.node.index()]);
    for id in nodes {
        graph.nodes[id.index()].kind = NodeKind::Removed;
    }
}
