//! Mix: several streams added up, or put side by side.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, ParamKind, ParamSpec};
use crate::signature::{PortType, Signature};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::types::SampleFormat;

/// The input port of nodes that take any number of audio streams.
pub const MANY: &[PortSpec] = &[PortSpec {
    name: "in",
    kind: PortKind::Audio,
    variadic: true,
    optional: false,
    doc: "audio streams, in the order of the edges",
}];

/// See [`NodeType::docs`].
pub const MIX: NodeType = NodeType {
    name: "Mix",
    aliases: &["Merge", "MixNode", "AudioMixer", "AudioMixerNode", "Sum", "AudioMerge", "AddAudio"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "adds up any number of audio streams",
    docs: "\
`y = g0 * x0 + g1 * x1 + …` in f32, from left to right in the order of the edges. Streams of another rate or number of channels than \
the first are converted. A stream that ends goes on as silence: as many frames leave as the longest input has. Without `gains` \
every factor is 1 and no multiplication is done.",
    params: &[ParamSpec::new(
        "gains",
        ParamKind::Floats { min: f64::MIN, max: f64::MAX, least: 1, most: 1024 },
        Default::Absent,
        "linear factor of each input, in the order of the edges",
    )
    .aliases(&["weights"])],
    inputs: MANY,
    outputs: &[PortSpec::new("out", PortKind::Audio, "the sum")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, inputs| Signature::new(vec![PortType::f32(); inputs], vec![PortType::f32()]),
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let gains = cx.params.get("gains").map(|_| cx.params.floats("gains"));
    if let Some(gains) = &gains
        && gains.len() != cx.inputs.len()
    {
        let message = format!("`gains` has {} numbers for {} inputs", gains.len(), cx.inputs.len());
        return Err(NodeError::param("gains", message).with_help("give one factor for each edge that enters"));
    }
    if cx.inputs.len() == 1 && gains.is_none() {
        return Ok(Lowered::Identity);
    }
    let mut k = KernelBuilder::new(cx.node);
    let mut terms = Vec::new();
    for input in 0..cx.inputs.len() {
        let x = k.input(&format!("in{input}"), SampleFormat::F32, cx.channels(input));
        terms.push(x);
    }
    let mut sum = None;
    for (index, x) in terms.into_iter().enumerate() {
        let term = match &gains {
            Some(gains) => {
                let g = k.f32(gains[index] as f32);
                k.mul(x, g)
            }
            None => x,
        };
        sum = Some(match sum {
            Some(sum) => k.add(sum, term),
            None => term,
        });
    }
    if let Some(sum) = sum {
        k.output("out", SampleFormat::F32, sum);
    }
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}
