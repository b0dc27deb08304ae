//! Chunker: frames in whole chunks.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, ParamKind, ParamSpec};
use crate::signature::Signature;
use remotemedia_ir::graph::{LibraryNode, Param, Rate};

/// See [`NodeType::docs`].
pub const CHUNKER: NodeType = NodeType {
    name: "AudioChunkerNode",
    aliases: &["AudioChunker", "Chunker", "FastAudioChunkerNode"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "lets frames through in whole chunks only",
    docs: "\
Frames leave in chunks of `chunk_size`; the rest leaves at the end of the stream. Bits are unchanged, as many frames leave as \
come in. Latency: up to `chunk_size - 1` frames.",
    params: &[ParamSpec::new(
        "chunk_size",
        ParamKind::Int { min: 1, max: 1 << 24 },
        Default::Int(512),
        "frames of one chunk (all channels of one instant are one frame)",
    )
    .unit("frames")
    .aliases(&["chunk_frames", "chunk_samples"])],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "the same audio, chunk by chunk")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let chunk = cx.params.int("chunk_size");
    Ok(Lowered::Library(LibraryNode {
        path: "chunker::Chunker".into(),
        features: Vec::new(),
        args: vec![
            ("channels".into(), Param::Int(i64::from(cx.channels(0)))),
            ("chunk_size".into(), Param::Int(chunk)),
        ],
        rate: Rate::Static { consume: 1, produce: 1 },
        hold: chunk as u64,
        latency: 0,
        same_length: true,
        python: None,
    }))
}
