//! `lower`: typed nodes become kernels and library nodes; those that do nothing vanish.
//!
//! Requires `negotiate` (every port has its type). Changes node kinds, splices out identities. Preserves edges' types. What a
//! parameter cannot be for this rate or these channels is reported here, with the parameter's node. Cost: linear.

use crate::passes::Report;
use crate::python;
use crate::python::nodes::PythonNodes;
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{Graph, LibraryNode, Node, NodeId, NodeKind, Rate};
use remotemedia_ir::script::{Script, Takes};
use remotemedia_ir::types::StreamType;
use remotemedia_nodes::{LowerCx, Lowered, NodeError, Params, Role, catalog};

/// Runs the pass.
pub fn run(graph: &mut Graph, pythons: &PythonNodes) -> Result<Report, Diagnostics> {
    let mut report = Report::new("lower");
    let mut diagnostics = Diagnostics::new();
    let mut identities = Vec::new();
    let mut read = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        read[edge.from.node.index()].push(edge.from.port);
    }
    for (index, read) in read.iter().enumerate() {
        let node = &graph.nodes[index];
        if let NodeKind::Script(script) = &node.kind {
            match script_node(node, script, pythons) {
                Ok((kind, how)) => {
                    report.say(format!("`{}` ({}) is compiled Python: {how}", node.name, script.name));
                    graph.nodes[index].kind = kind;
                }
                Err(found) => diagnostics.extend(found),
            }
            continue;
        }
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

/// A script with the rates and channels that are known by now, as a kernel where it can be one; and how it is run.
fn script_node(node: &Node, open: &Script, pythons: &PythonNodes) -> Result<(NodeKind, String), Diagnostics> {
    let input = node.inputs.first().and_then(|p| p.ty.as_ref());
    let lowered = match (pythons.get(&node.name), input) {
        (Some(node), Some(ty)) => match node.lower(node.input(ty))? {
            python::Lowered::Script(script) => script,
            // With more known less is possible only where the two types of a condition part for good: the open one serves.
            python::Lowered::Outside(_) => Box::new(open.clone()),
        },
        _ => Box::new(open.clone()),
    };
    let channels = |ty: Option<&StreamType>| match ty {
        Some(StreamType::Audio { channels, .. }) => Some(*channels),
        Some(StreamType::Tensor { .. } | StreamType::Text | StreamType::Json) | None => None,
    };
    let output = node.outputs.first().and_then(|p| channels(p.ty.as_ref()));
    if let (Some(Some(gives)), Some(has)) = (lowered.gives.audio, output)
        && gives != has
    {
        let message = format!("`{}` gives audio of {gives} channels for this input, not {has}", node.name);
        return Err(Diagnostic::error(codes::TYPE_MISMATCH, node.span, message).into());
    }
    let mut how = "a function that is called with what arrives".to_owned();
    if lowered.takes == Takes::Sample
        && let Some(channels) = channels(input)
    {
        match python::kernel::kernel(&lowered, &node.name, channels) {
            Ok(kernel) => return Ok((NodeKind::Kernel(kernel), "a kernel".to_owned())),
            Err(reason) => how = format!("a function that is called for each sample, no kernel ({reason})"),
        }
    }
    let is_audio = lowered.gives.audio.is_some();
    let (rate, hold) = match lowered.takes {
        Takes::Sample => (Rate::Static { consume: 1, produce: 1 }, 0),
        Takes::Chunk { frames } if is_audio => (Rate::Static { consume: 1, produce: 1 }, u64::from(frames) * 2),
        Takes::Chunk { .. } | Takes::Message | Takes::Tensor => (Rate::Dynamic, 0),
    };
    let library = LibraryNode {
        path: format!("python::{}", lowered.name),
        features: vec!["py".to_owned()],
        args: Vec::new(),
        rate,
        hold,
        latency: 0,
        same_length: lowered.takes == Takes::Sample,
        script: Some(lowered),
    };
    Ok((NodeKind::Library(library), how))
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
