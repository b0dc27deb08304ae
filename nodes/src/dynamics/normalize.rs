//! Normalize: to a peak or an RMS level, window by window or as a whole.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{DECIBEL, Default, ParamKind, ParamSpec};
use crate::signature::Signature;
use remotemedia_ir::graph::{LibraryNode, Param, Rate, UNBOUNDED};

/// See [`NodeType::docs`].
pub const NORMALIZE: NodeType = NodeType {
    name: "Normalize",
    aliases: &["NormalizeNode", "AudioNormalize", "AudioNormalizer", "Normalizer", "Normalise"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "brings the peak or the RMS level to a target",
    docs: "\
The level of a window of `window_ms` is its peak or its RMS over all channels; the gain it asks for is target over \
level, at most `max_gain_db`. A window below -120 dB asks for what the one before asked for (0 dB at the start). \
Where two windows meet, the gain is the smaller of their two; within a window it goes linearly from border to border. \
So a peak never exceeds the target. As many frames leave as come in. Latency: up to two windows, which are held in \
memory.

`window_ms: 0` takes the whole stream as one window, with one gain: nothing leaves before the end, and memory grows \
with the length of the stream.

Gains in f64, one product per sample rounded to f32.",
    params: &[
        ParamSpec::new("mode", ParamKind::Choice(&["peak", "rms"]), Default::Text("peak"), "what is measured")
            .aliases(&["method", "normalization"]),
        ParamSpec::new(
            "target_db",
            DECIBEL,
            Default::Absent,
            "level to reach, relative to full scale; without it -1 for `peak`, -20 for `rms`",
        )
        .unit("dB")
        .aliases(&["target_level", "target_level_db", "target_dbfs", "level_db"]),
        ParamSpec::new(
            "window_ms",
            ParamKind::Float { min: 0.0, max: 600_000.0 },
            Default::Float(1000.0),
            "length of a window; 0 for the whole stream",
        )
        .unit("ms")
        .aliases(&["window_size_ms"]),
        ParamSpec::new("max_gain_db", DECIBEL, Default::Float(20.0), "most gain").unit("dB").aliases(&["max_gain"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "audio at the target level")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (mode, window) = (cx.params.text("mode"), cx.params.float("window_ms"));
    let usual = if mode == "rms" { -20.0 } else { -1.0 };
    let held = if window > 0.0 { 2 * cx.frames(0, window).max(1) } else { UNBOUNDED };
    Ok(Lowered::Library(LibraryNode {
        path: "normalize::Normalize".into(),
        features: vec!["math".into()],
        args: vec![
            ("channels".into(), Param::Int(i64::from(cx.channels(0)))),
            ("rate".into(), Param::Int(i64::from(cx.rate(0)))),
            ("mode".into(), Param::Text(mode.to_owned())),
            ("target_db".into(), Param::Float(cx.params.opt_float("target_db").unwrap_or(usual))),
            ("window_ms".into(), Param::Float(window)),
            ("max_gain_db".into(), Param::Float(cx.params.float("max_gain_db"))),
        ],
        rate: Rate::Static { consume: 1, produce: 1 },
        hold: held,
        latency: held,
        same_length: true,
        python: None,
    }))
}
