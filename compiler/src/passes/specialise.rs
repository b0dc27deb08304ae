//! `specialise`: Python classes for the dimensions that `infer` has found.
//!
//! Requires `infer`. Changes a script whose outputs are others now that the channels of its input are known: a class that mixes down
//! whatever is not mono gives one channel. Then types are inferred again, so this is no pass of its own for `--after`. Preserves everything
//! else. Cost: one lowering for each Python node and round; a round settles at least one node of a chain.

use crate::python::Lowered;
use crate::python::nodes::PythonNodes;
use remotemedia_ir::diag::Diagnostics;
use remotemedia_ir::graph::{Graph, NodeKind};
use remotemedia_ir::script::Python;

/// Runs the pass; true if types have to be inferred again.
///
/// # Errors
/// What is wrong with the Python for these types.
pub fn run(graph: &mut Graph, pythons: &PythonNodes) -> Result<bool, Diagnostics> {
    let mut changed = false;
    for node in &mut graph.nodes {
        let NodeKind::Python(class) = &node.kind else { continue };
        let Some(script) = class.compiled() else { continue };
        let input = node.inputs.first().and_then(|p| p.ty.as_ref());
        let (Some(python), Some(ty)) = (pythons.get(&node.name), input) else { continue };
        // One whose ports are others is not what was resolved: the ports are there already.
        if let Lowered::Script(known) = python.lower(python.input(ty))?
            && known.gives != script.gives
            && known.gives.audio.is_some() == script.gives.audio.is_some()
            && known.gives.messages == script.gives.messages
        {
            node.kind = NodeKind::Python(Box::new(Python::Compiled(*known)));
            changed = true;
        }
    }
    Ok(changed)
}
