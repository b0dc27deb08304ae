//! Clip: samples kept between two bounds, hard or soft.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{Default, ParamKind, ParamSpec, Params};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::Math;
use remotemedia_ir::types::SampleFormat;

const THRESHOLD: ParamSpec = ParamSpec::new(
    "threshold",
    ParamKind::Float { min: 1e-6, max: 1e6 },
    Default::Absent,
    "both bounds, as a magnitude; 1 where nothing is given",
)
.aliases(&["limit", "level"]);
const BOUND: ParamKind = ParamKind::Float { min: -1e6, max: 1e6 };

/// See [`NodeType::docs`].
pub const CLIP: NodeType = NodeType {
    name: "Clip",
    aliases: &["ClipNode", "Clipper", "HardClip", "AudioClip"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "keeps samples between two bounds",
    docs: "\
`hard`: `if x > min { x } else { min }`, then the same with `max` from above; a NaN becomes `min`. `tanh`: `t * tanh(x / t)`. `cubic`: with \
`u = x / t` kept within ±1.5, `t * (u - 4/27 u³)`. `t` is `threshold`. As many frames leave as come in.",
    params: &[
        THRESHOLD,
        ParamSpec::new("min", BOUND, Default::Absent, "lower bound, for `hard`").aliases(&["low", "lower"]),
        ParamSpec::new("max", BOUND, Default::Absent, "upper bound, for `hard`").aliases(&["high", "upper"]),
        ParamSpec::new("mode", ParamKind::Choice(&["hard", "tanh", "cubic"]), Default::Text("hard"), "how it clips"),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "clipped audio")],
    runtimes: LOCAL,
    needs: &[],
    validate,
    signature: |_, _| Signature::same_audio(),
    lower,
};

/// See [`NodeType::docs`].
pub const SOFT_CLIP: NodeType = NodeType {
    name: "SoftClip",
    aliases: &["SoftClipper", "Saturate", "Saturator"],
    summary: "bends what comes near two bounds",
    docs: "\
As `Clip` in the modes of the same names. `tanh`: `t * tanh(x / t)`. `cubic`: with `u = x / t` kept within ±1.5, `t * (u - 4/27 u³)`. \
`t` is `threshold`. As many frames leave as come in.",
    params: &[
        THRESHOLD,
        ParamSpec::new("mode", ParamKind::Choice(&["tanh", "cubic"]), Default::Text("tanh"), "how it bends"),
    ],
    outputs: &[PortSpec::new("out", PortKind::Audio, "bent audio")],
    ..CLIP
};

fn bounds(params: &Params) -> (f64, f64) {
    let threshold = params.opt_float("threshold").unwrap_or(1.0);
    (params.opt_float("min").unwrap_or(-threshold), params.opt_float("max").unwrap_or(threshold))
}

fn validate(params: &Params) -> Vec<NodeError> {
    let (min, max) = bounds(params);
    let bound = ["min", "max"].into_iter().find(|name| params.get(name).is_some());
    match bound {
        Some(name) if params.text("mode") != "hard" => {
            vec![NodeError::param(name, format!("`{name}` is for the mode `hard`")).with_help("use `threshold`")]
        }
        Some(name) if min >= max => vec![NodeError::param(name, format!("`min` {min} is not below `max` {max}"))],
        Some(_) | None => Vec::new(),
    }
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (min, max) = bounds(cx.params);
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let threshold = k.f32(max as f32);
    let y = match cx.params.text("mode") {
        "tanh" => {
            let u = k.div(x, threshold);
            let bent = k.math(Math::Tanh, vec![u]);
            k.mul(bent, threshold)
        }
        "cubic" => {
            let u = k.div(x, threshold);
            let (low, high) = (k.f32(-1.5), k.f32(1.5));
            let above = k.max(u, low);
            let u = k.min(above, high);
            let square = k.mul(u, u);
            let cube = k.mul(square, u);
            let factor = k.f32(4.0 / 27.0);
            let bend = k.mul(cube, factor);
            let bent = k.sub(u, bend);
            k.mul(bent, threshold)
        }
        _ => {
            let (low, high) = (k.f32(min as f32), threshold);
            let above = k.max(x, low);
            k.min(above, high)
        }
    };
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}
