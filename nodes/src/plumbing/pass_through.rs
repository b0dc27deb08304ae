//! PassThrough: its input, bit for bit.

use crate::node_type::{Category, LOCAL, Lowered, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::signature::{PortType, Signature};

/// See [`NodeType::docs`].
pub const PASS_THROUGH: NodeType = NodeType {
    name: "PassThrough",
    aliases: &["PassthroughNode", "PassThroughNode", "Passthrough", "EchoNode", "Split", "SplitNode", "Tee", "FanOut"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "gives what it gets",
    docs: "Takes a stream of any type and gives it unchanged. It vanishes from the plan. (A stream may be read by any number of edges \
 without it; `Split` is the same node.)",
    params: &[],
    inputs: &[PortSpec::new("in", PortKind::Any, "anything")],
    outputs: &[PortSpec::new("out", PortKind::Any, "the same")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::new(vec![PortType::Any(0)], vec![PortType::Any(0)]),
    lower: |_| Ok(Lowered::Identity),
};
