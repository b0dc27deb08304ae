//! AudioTransform: another rate and another number of channels at once.

use crate::node_type::{Category, LOCAL, Lowered, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{CHANNELS, Default, ParamSpec, RATE};
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const AUDIO_TRANSFORM: NodeType = NodeType {
    name: "AudioTransform",
    aliases: &["AudioTransformNode"],
    category: Category::Format,
    role: Role::Compute,
    summary: "gives audio another rate and number of channels",
    docs: "\
Asks for `output_sample_rate` and `output_channels`; the compiler puts the converters in that the stream needs (`ChannelMix`, \
`FastResampleNode` at quality high), and none where it has that format.",
    params: &[
        ParamSpec::new("output_sample_rate", RATE, Default::Int(44_100), "rate of the output")
            .unit("Hz")
            .aliases(&["sample_rate", "target_rate"]),
        ParamSpec::new("output_channels", CHANNELS, Default::Int(2), "channels of the output").aliases(&["channels"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "audio in that format")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |params, _| {
        let port = PortType::Audio {
            format: Dim::Is(SampleFormat::F32),
            rate: Dim::Is(params.int("output_sample_rate") as u32),
            channels: Dim::Is(params.int("output_channels") as u16),
        };
        Signature::new(vec![port.clone()], vec![port])
    },
    lower: |_| Ok(Lowered::Identity),
};
