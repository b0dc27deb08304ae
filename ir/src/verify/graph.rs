//! Verifies a graph at a stage. The invariants are listed in [`crate::verify`].

use super::{Stage, Verified, bug, fits, library, params, stream_type, verify_kernel};
use crate::diag::Diagnostics;
use crate::graph::{Edge, EdgeId, End, Graph, KernelNode, Node, NodeId, NodeKind, NodePort};
use crate::kernel::Port;
use crate::types::StreamType;

/// Proves that the graph keeps the rules of that stage. Errors: RM0901, one for each rule that is broken somewhere.
pub fn graph(graph: &Graph, stage: Stage) -> Result<Verified<'_, Graph>, Diagnostics> {
    let Graph { name: _, nodes, edges } = graph;
    let mut out = Diagnostics::new();
    for (id, node) in (0..).map(NodeId).zip(nodes) {
        let mut errors = Vec::new();
        check_node(node, stage, &mut errors);
        for message in errors {
            out.push(bug(node.span, format!("`{id}` (`{}`): {message}", node.name)));
        }
    }
    let mut fed: Vec<Vec<u32>> = nodes.iter().map(|n| vec![0; n.inputs.len()]).collect();
    for (id, edge) in (0..).map(EdgeId).zip(edges) {
        match check_edge(graph, edge, stage) {
            Ok(()) => fed[edge.to.node.index()][usize::from(edge.to.port)] += 1,
            Err(message) => out.push(bug(edge.span, format!("`{id}`: {message}"))),
        }
    }
    for ((id, node), fed) in (0..).map(NodeId).zip(nodes).zip(&fed) {
        for (port, times) in fed.iter().enumerate() {
            let feedable = match &node.kind {
                NodeKind::Input { .. }
                | NodeKind::Typed { .. }
                | NodeKind::Python(_)
                | NodeKind::Foreign(_)
                | NodeKind::Removed => 0..=1,
                NodeKind::Output { .. } | NodeKind::Kernel(_) | NodeKind::Library(_) if stage < Stage::Lowered => 0..=1,
                NodeKind::Output { .. } | NodeKind::Kernel(_) | NodeKind::Library(_) => 1..=1,
            };
            if stage >= Stage::Typed && !feedable.contains(times) {
                let message = format!("`{id}` (`{}`): input port {port} is fed by {times} edges", node.name);
                out.push(bug(node.span, message));
            }
        }
    }
    if out.is_empty() { Ok(Verified(graph)) } else { Err(out) }
}

fn check_node(node: &Node, stage: Stage, errors: &mut Vec<String>) {
    let Node { name: _, span: _, kind, inputs, outputs } = node;
    let types = inputs.iter().chain(outputs).filter_map(|NodePort { name: _, ty }| ty.as_ref());
    errors.extend(types.filter_map(|ty| stream_type(ty).err()));
    let counts = (inputs.len(), outputs.len());
    let mut must_be_typed = stage >= Stage::Lowered;
    match kind {
        NodeKind::Input { default_path: _ } => {
            if counts != (0, 1) {
                errors.push(format!("a pipeline input with {} input and {} output ports", counts.0, counts.1));
            }
        }
        NodeKind::Output { default_path: _ } => {
            if counts != (1, 0) {
                errors.push(format!("a pipeline output with {} input and {} output ports", counts.0, counts.1));
            }
        }
        NodeKind::Typed { type_name, params: list } => {
            errors.extend(params(list).err());
            if stage >= Stage::Lowered {
                errors.push(format!("a node of type `{type_name}` that was not lowered"));
            }
            must_be_typed = false;
        }
        NodeKind::Kernel(KernelNode { kernel, tail: _, skip: _ }) => {
            errors.extend(verify_kernel(kernel).err().unwrap_or_default());
            match_ports("input", &kernel.inputs, inputs, errors);
            match_ports("output", &kernel.outputs, outputs, errors);
        }
        NodeKind::Library(node) => errors.extend(library(node).err()),
        NodeKind::Python(class) => {
            if stage >= Stage::Lowered {
                errors.push(format!("the class `{}` that was not lowered", class.name()));
            }
            must_be_typed = false;
        }
        NodeKind::Foreign(_) | NodeKind::Removed => must_be_typed = false,
    }
    if must_be_typed && let Some(port) = inputs.iter().chain(outputs).find(|p| p.ty.is_none()) {
        errors.push(format!("the port `{}` has no type", port.name));
    }
}

fn match_ports(side: &str, kernel: &[Port], node: &[NodePort], errors: &mut Vec<String>) {
    if kernel.len() != node.len() {
        errors.push(format!("{} {side} ports, its kernel has {}", node.len(), kernel.len()));
    }
    for (index, (port, node)) in kernel.iter().zip(node).enumerate() {
        if let Some(ty) = &node.ty
            && stream_type(ty).is_ok()
            && !fits(port, ty)
        {
            errors.push(format!("{side} port {index} is `{ty}`, its kernel has {} x {}", port.format, port.lanes));
        }
    }
}

fn check_edge(graph: &Graph, edge: &Edge, stage: Stage) -> Result<(), String> {
    let Edge { from, to, span: _ } = edge;
    let (from, to) = (end(graph, *from, |n| &n.outputs)?, end(graph, *to, |n| &n.inputs)?);
    if stage >= Stage::Negotiated && from.ty != to.ty {
        let show = |ty: &Option<StreamType>| ty.as_ref().map_or("?".into(), ToString::to_string);
        return Err(format!("`{}` is joined to `{}`", show(&from.ty), show(&to.ty)));
    }
    Ok(())
}

fn end(graph: &Graph, end: End, side: impl Fn(&Node) -> &Vec<NodePort>) -> Result<&NodePort, String> {
    let End { node: id, port } = end;
    let node = graph.nodes.get(id.index()).ok_or_else(|| format!("`{id}` does not exist"))?;
    if node.kind == NodeKind::Removed {
        return Err(format!("`{id}` (`{}`) was removed", node.name));
    }
    side(node).get(usize::from(port)).ok_or_else(|| format!("`{id}` (`{}`) has no port {port} on that side", node.name))
}
