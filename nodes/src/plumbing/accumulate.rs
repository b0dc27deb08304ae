//! AudioBufferAccumulatorNode: utterances in one piece, or buffers of a fixed size.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{Default, ParamKind, ParamSpec, Params};
use crate::signature::{PortType, Signature};
use remotemedia_ir::graph::{LibraryNode, Param, Rate};

/// See [`NodeType::docs`].
pub const BUFFER_ACCUMULATOR: NodeType = NodeType {
    name: "AudioBufferAccumulatorNode",
    aliases: &["AudioBufferAccumulator", "BufferAccumulator", "AudioBuffer", "AudioBufferNode"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "collects the audio of each utterance, or buffers of a fixed size",
    docs: "\
*With the events of a voice activity detector* at `events` (JSON with `is_speech_start` or `is_speech_end` true): an \
utterance begins at the `speech_start_ms` of its event, or else at the event's own time, `pre_roll_ms` earlier \
(though not before the one before it ended), and ends likewise at `speech_end_ms` or the event's time, or with the \
audio. One shorter than `min_utterance_duration_ms`, pre-roll not counted, is dropped. One without an end after \
`max_utterance_duration_ms` is delivered at that length, and what follows begins a new one, which has no minimum. \
`out` carries the utterances one behind the other, each in one piece once its end is known; `utterances` has one \
message for each: `{utterance_start_ms, utterance_end_ms, frames}`. All of it depends on positions in the stream \
alone, not on what arrives first. Memory: up to twice the longest utterance.

*With `buffer_size`* it needs no events: frames leave in buffers of that many, the rest at the end of the stream; \
bits and number of frames are unchanged.",
    params: &[
        ParamSpec::new(
            "min_utterance_duration_ms",
            ParamKind::Float { min: 0.0, max: 600_000.0 },
            Default::Float(250.0),
            "shorter utterances are dropped",
        )
        .unit("ms")
        .aliases(&["min_utterance_ms"]),
        ParamSpec::new(
            "max_utterance_duration_ms",
            ParamKind::Float { min: 1.0, max: 600_000.0 },
            Default::Float(30_000.0),
            "longer utterances are cut",
        )
        .unit("ms")
        .aliases(&["max_utterance_ms"]),
        ParamSpec::new(
            "pre_roll_ms",
            ParamKind::Float { min: 0.0, max: 60_000.0 },
            Default::Float(300.0),
            "audio before the start of speech that belongs to the utterance",
        )
        .unit("ms")
        .aliases(&["pre_speech_pad_ms", "preroll_ms"]),
        ParamSpec::new(
            "buffer_size",
            ParamKind::Int { min: 1, max: 1 << 24 },
            Default::Absent,
            "plain buffers of so many frames, without events",
        )
        .unit("frames")
        .aliases(&["buffer_size_samples", "target_samples", "buffer_frames"]),
    ],
    inputs: &[
        PortSpec::new("audio", PortKind::Audio, "audio"),
        PortSpec { optional: true, ..PortSpec::new("events", PortKind::Json, "events of a voice activity detector") },
    ],
    outputs: &[
        PortSpec::new("out", PortKind::Audio, "utterances or buffers"),
        PortSpec { optional: true, ..PortSpec::new("utterances", PortKind::Json, "where each utterance lies") },
    ],
    runtimes: LOCAL,
    needs: &[],
    validate,
    signature: |_, _| Signature::new(vec![PortType::f32(), PortType::Json], vec![PortType::f32(), PortType::Json]),
    lower,
};

fn validate(params: &Params) -> Vec<NodeError> {
    let (least, most) = (params.float("min_utterance_duration_ms"), params.float("max_utterance_duration_ms"));
    if least > most {
        let message = format!("`min_utterance_duration_ms` ({least}) exceeds `max_utterance_duration_ms` ({most})");
        return vec![NodeError::param("min_utterance_duration_ms", message).with_help("no utterance could be both")];
    }
    Vec::new()
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let channels = ("channels".to_owned(), Param::Int(i64::from(cx.channels(0))));
    if let Some(size) = cx.params.opt_int("buffer_size") {
        return Ok(Lowered::Library(LibraryNode {
            path: "chunker::Chunker".into(),
            features: Vec::new(),
            args: vec![channels, ("chunk_size".into(), Param::Int(size))],
            rate: Rate::Static { consume: 1, produce: 1 },
            hold: size as u64,
            latency: 0,
            same_length: true,
            python: None,
        }));
    }
    if cx.inputs.len() < 2 {
        return Err(NodeError::node("nothing is connected to its input `events`")
            .with_help("connect the `events` of a `FastVADNode`, or set `buffer_size` for buffers of a fixed size"));
    }
    let float = |name: &str| (name.to_owned(), Param::Float(cx.params.float(name)));
    Ok(Lowered::Library(LibraryNode {
        path: "accumulate::BufferAccumulator".into(),
        features: Vec::new(),
        args: vec![
            channels,
            ("rate".into(), Param::Int(i64::from(cx.rate(0)))),
            float("min_utterance_duration_ms"),
            float("max_utterance_duration_ms"),
            float("pre_roll_ms"),
        ],
        rate: Rate::Dynamic,
        hold: cx.frames(0, cx.params.float("max_utterance_duration_ms")),
        latency: 0,
        same_length: false,
        python: None,
    }))
}
