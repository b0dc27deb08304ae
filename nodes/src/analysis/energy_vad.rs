//! FastVADNode: voice activity by energy; RustVADNode: the same with a lower threshold.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, MILLISECONDS, ParamKind, ParamSpec};
use crate::signature::{PortType, Signature};
use remotemedia_ir::graph::{LibraryNode, Param, Rate};

/// See [`NodeType::docs`].
pub const ENERGY_VAD: NodeType = NodeType {
    name: "FastVADNode",
    aliases: &["VoiceActivityDetector", "EnergyVAD", "FastVAD", "EnergyVADNode"],
    category: Category::Analysis,
    role: Role::Compute,
    summary: "tells speech from silence by its energy",
    docs: "\
One event per frame of `frame_duration_ms`, the last one perhaps shorter, at the time of its first sample and one \
frame behind the input; one more at the end of the stream if speech lasts until there.

`{has_speech, is_speech_start, is_speech_end, speech_probability, speech_start_ms, speech_end_ms, timestamp_ms}`: a \
frame is active if the RMS of its mono mix (the mean of the channels) exceeds `energy_threshold`. Speech starts with \
the frame that completes `min_speech_duration_ms` of active frames in a row, and ends with the one that completes \
`min_silence_duration_ms` of others. `speech_probability` is RMS / (2 threshold), at most 1: 0.5 at the threshold. \
`speech_start_ms` is where the speech that lasts or has just ended really began: `speech_pad_ms` before its first \
active frame, though not before the end of the speech before; `speech_end_ms` is `speech_pad_ms` behind its last one. \
Both are null where they do not apply.

The audio goes on unchanged at the output `audio`, for whoever connects it; `passthrough_audio` need not be set.",
    params: PARAMS,
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[
        PortSpec { optional: true, ..PortSpec::new("audio", PortKind::Audio, "the audio, unchanged") },
        PortSpec::new("events", PortKind::Json, "one event per frame"),
    ],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::new(vec![PortType::f32()], vec![PortType::f32(), PortType::Json]),
    lower,
};

/// The same with the threshold that users of this name are used to.
pub const RUST_VAD: NodeType = NodeType {
    name: "RustVADNode",
    aliases: &["RustVAD"],
    summary: "tells speech from silence by its energy, at a lower threshold than `FastVADNode`",
    docs: "As `FastVADNode`, with an `energy_threshold` of 0.01 where none is given.",
    params: &[PARAMS[0], threshold(0.01), PARAMS[2], PARAMS[3], PARAMS[4], PARAMS[5]],
    ..ENERGY_VAD
};

const PARAMS: &[ParamSpec] = &[
    ParamSpec::new(
        "frame_duration_ms",
        ParamKind::Float { min: 1.0, max: 10_000.0 },
        Default::Float(30.0),
        "length of a frame, rounded to whole samples",
    )
    .unit("ms")
    .aliases(&["frame_ms", "frame_length_ms"]),
    threshold(0.02),
    ParamSpec::new(
        "min_speech_duration_ms",
        MILLISECONDS,
        Default::Float(90.0),
        "activity of this length starts speech",
    )
    .unit("ms")
    .aliases(&["min_speech_ms"]),
    ParamSpec::new(
        "min_silence_duration_ms",
        MILLISECONDS,
        Default::Float(300.0),
        "silence of this length ends speech",
    )
    .unit("ms")
    .aliases(&["min_silence_ms"]),
    ParamSpec::new(
        "speech_pad_ms",
        ParamKind::Float { min: 0.0, max: 60_000.0 },
        Default::Float(30.0),
        "added before the start and behind the end of speech",
    )
    .unit("ms"),
    ParamSpec::new(
        "passthrough_audio",
        ParamKind::Bool,
        Default::Bool(false),
        "understood, and without effect: the audio is at the output `audio` in any case",
    ),
];

const fn threshold(default: f64) -> ParamSpec {
    ParamSpec::new(
        "energy_threshold",
        ParamKind::Float { min: 0.0, max: 1.0 },
        Default::Float(default),
        "RMS above it is speech; linear, full scale is 1",
    )
    .aliases(&["threshold"])
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let float = |name: &str| (name.to_owned(), Param::Float(cx.params.float(name)));
    Ok(Lowered::Library(LibraryNode {
        path: "vad::EnergyVad".into(),
        features: vec!["math".into()],
        args: vec![
            ("channels".into(), Param::Int(i64::from(cx.channels(0)))),
            ("rate".into(), Param::Int(i64::from(cx.rate(0)))),
            float("frame_duration_ms"),
            float("energy_threshold"),
            float("min_speech_duration_ms"),
            float("min_silence_duration_ms"),
            float("speech_pad_ms"),
        ],
        rate: Rate::Static { consume: 1, produce: 1 },
        hold: 0,
        latency: 0,
        same_length: true,
        python: None,
    }))
}
