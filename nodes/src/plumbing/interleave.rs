//! Interleave: streams side by side as channels of one.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::plumbing::mix::MANY;
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const INTERLEAVE: NodeType = NodeType {
    name: "Interleave",
    aliases: &["InterleaveNode", "ChannelMerge", "ChannelMergeNode", "AudioInterleave", "ChannelJoin"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "puts the channels of any number of streams side by side",
    docs: "\
The output has the channels of the first stream, then those of the second, and so on, in the order of the edges. Streams of another \
rate than the first are converted. A stream that ends goes on as silence: as many frames leave as the longest input has.",
    params: &[],
    inputs: MANY,
    outputs: &[PortSpec::new("out", PortKind::Audio, "all channels")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature,
    lower,
};

fn signature(_: &crate::Params, inputs: usize) -> Signature {
    let port = |channels| PortType::Audio { format: Dim::Is(SampleFormat::F32), rate: Dim::Same(0), channels };
    Signature::new((0..inputs).map(|i| port(Dim::Same(i.min(255) as u8))).collect(), vec![port(Dim::SumOfInputs)])
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let total: usize = (0..cx.inputs.len()).map(|i| usize::from(cx.channels(i))).sum();
    if total > 64 {
        return Err(NodeError::node(format!("{total} channels are more than a stream can have"))
            .with_help("a stream has at most 64 channels"));
    }
    if cx.inputs.len() == 1 {
        return Ok(Lowered::Identity);
    }
    let mut k = KernelBuilder::new(cx.node);
    let inputs: Vec<_> =
        (0..cx.inputs.len()).map(|i| k.input(&format!("in{i}"), SampleFormat::F32, cx.channels(i))).collect();
    let mut lanes = Vec::new();
    for (index, x) in inputs.into_iter().enumerate() {
        for channel in 0..cx.channels(index) {
            lanes.push(k.lane(x, channel));
        }
    }
    let y = k.compose(lanes);
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}
