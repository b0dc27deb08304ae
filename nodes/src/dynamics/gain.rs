//! Gain: every sample times a constant.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{DECIBEL, Default, NUMBER, ParamSpec, Params};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const GAIN: NodeType = NodeType {
    name: "Gain",
    aliases: &["GainNode", "VolumeNode", "Volume", "AudioGain"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "multiplies every sample by a constant",
    docs: "\
`y = g * x` in f32, with `g = 10^(gain_db / 20)` computed in f64 and rounded to f32 once, or `gain` as given. Gives as many \
frames as it takes, without latency. A gain of exactly 1 vanishes from the plan.",
    params: &[
        ParamSpec::new("gain_db", DECIBEL, Default::Absent, "gain in decibels; 0 changes nothing").unit("dB"),
        ParamSpec::new("gain", NUMBER, Default::Absent, "linear factor, instead of `gain_db`")
            .aliases(&["factor", "linear", "volume"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "louder or softer audio")],
    runtimes: LOCAL,
    needs: &[],
    validate,
    signature: |_, _| Signature::same_audio(),
    lower,
};

fn validate(params: &Params) -> Vec<NodeError> {
    match (params.opt_float("gain_db"), params.opt_float("gain")) {
        (Some(_), Some(_)) => {
            vec![NodeError::param("gain", "`gain` and `gain_db` are both given").with_help("keep one")]
        }
        (None, None) => vec![NodeError::node("`Gain` needs `gain_db` or `gain`").with_help("add `\"gain_db\": 6.0`")],
        (Some(_), None) | (None, Some(_)) => Vec::new(),
    }
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let linear = cx.params.opt_float("gain").or_else(|| cx.params.opt_float("gain_db").map(crate::decibel::to_linear));
    let factor = linear.unwrap_or(1.0) as f32;
    if factor == 1.0 {
        return Ok(Lowered::Identity);
    }
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let g = k.f32(factor);
    k.name(g, "gain");
    let y = k.mul(x, g);
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}
