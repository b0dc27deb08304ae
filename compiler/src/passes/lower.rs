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
use remotemedia_ir::script::{Interpreter, Python, Takes};
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
        if let NodeKind::Python(class) = &node.kind {
            match python_node(node, class, pythons) {
                Ok((kind, how)) => {
                    report.say(format!("`{}` ({}) is Python, {how}", node.name, class.name()));
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

/// A Python class with the rates and channels that are known by now, as a kernel where it can be one; and how it is run.
fn python_node(node: &Node, open: &Python, pythons: &PythonNodes) -> Result<(NodeKind, String), Diagnostics> {
    let input = node.inputs.first().and_then(|p| p.ty.as_ref());
    let class = match (open, pythons.get(&node.name), input) {
        (Python::Compiled(_), Some(source), Some(ty)) => match source.lower(source.input(ty))? {
            python::Lowered::Script(script) => Python::Compiled(*script),
            // With more known less is possible only where the two types of a condition part for good: the open one serves.
            python::Lowered::Outside(_) => open.clone(),
        },
        _ => open.clone(),
    };
    let audio = |ty: Option<&StreamType>| match ty {
        Some(StreamType::Audio { channels, rate, .. }) => Some((*channels, *rate)),
        Some(StreamType::Tensor { .. } | StreamType::Text | StreamType::Json) | None => None,
    };
    let output = node.outputs.first().and_then(|p| audio(p.ty.as_ref())).map(|(channels, _)| channels);
    let is_audio = class.gives().audio.is_some();
    if let (Some(Some(gives)), Some(has)) = (class.gives().audio, output)
        && gives != has
    {
        let message = format!("`{}` gives audio of {gives} channels for this input, not {has}", node.name);
        return Err(Diagnostic::error(codes::TYPE_MISMATCH, node.span, message).into());
    }
    let how = match &class {
        Python::Hosted(hosted) => format!("run by {}", hosted.interpreter.name()),
        Python::Compiled(script) => match (&script.takes, audio(input)) {
            (Takes::Sample, Some((channels, _))) => match python::kernel::kernel(script, &node.name, channels) {
                Ok(kernel) => return Ok((NodeKind::Kernel(kernel), "compiled: a kernel".to_owned())),
                Err(reason) => format!("compiled: a function that is called for each sample, no kernel ({reason})"),
            },
            (Takes::Chunk { .. }, Some((channels, rate))) if output == Some(channels) => {
                match python::kernel::chunks(script, &node.name, channels, rate) {
                    Ok(kernel) => {
                        return Ok((NodeKind::Kernel(kernel), "compiled: a kernel, whatever the chunks".to_owned()));
                    }
                    Err(reason) => format!("compiled: a function that is called with each chunk, no kernel ({reason})"),
                }
            }
            _ => "compiled: a function that is called with what arrives".to_owned(),
        },
    };
    let (rate, hold) = match *class.takes() {
        Takes::Sample => (Rate::Static { consume: 1, produce: 1 }, 0),
        Takes::Chunk { frames } if is_audio => (Rate::Static { consume: 1, produce: 1 }, u64::from(frames) * 2),
        Takes::Chunk { .. } | Takes::Message | Takes::Tensor => (Rate::Dynamic, 0),
    };
    let mut class = class;
    if let Python::Compiled(script) = &mut class {
        script.share_constants();
    }
    let mut features = vec!["py".to_owned()];
    if let Some(hosted) = class.hosted() {
        features.push(hosted.interpreter.name().to_owned());
        features.extend(hosted.fallback.then(|| Interpreter::CPython.name().to_owned()));
    }
    let library = LibraryNode {
        path: format!("python::{}", class.name()),
        features,
        args: Vec::new(),
        rate,
        hold,
        latency: 0,
        same_length: *class.takes() == Takes::Sample,
        python: Some(Box::new(class)),
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
