//! ChannelSplit and ChannelSelect: single channels of a stream.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, ParamKind, ParamSpec, Params};
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::types::SampleFormat;

const fn channel(name: &'static str) -> PortSpec {
    PortSpec { name, kind: PortKind::Audio, variadic: false, optional: true, doc: "one channel, mono" }
}

/// See [`NodeType::docs`].
pub const CHANNEL_SPLIT: NodeType = NodeType {
    name: "ChannelSplit",
    aliases: &["ChannelSplitNode", "AudioChannelSplit", "ChannelSplitter", "Deinterleave"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "gives each channel of a stream as a stream of its own",
    docs: "\
Output `ch0` is the first channel, `ch1` the second, up to `ch7`; an edge names the one it takes. As many frames leave as come in, \
without latency. A channel that the stream does not have is an error. (`AudioChannelSplitterNode`, which routes by speaker, is \
another node.)",
    params: &[],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[
        channel("ch0"),
        channel("ch1"),
        channel("ch2"),
        channel("ch3"),
        channel("ch4"),
        channel("ch5"),
        channel("ch6"),
        channel("ch7"),
    ],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::new(vec![PortType::f32()], vec![PortType::f32_channels(1); 8]),
    lower: lower_split,
};

/// See [`NodeType::docs`].
pub const CHANNEL_SELECT: NodeType = NodeType {
    name: "ChannelSelect",
    aliases: &["ChannelSelectNode", "AudioChannelSelect"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "gives some channels of a stream in a new order",
    docs: "`channels` lists the channels of the output, counted from 0; one may stand twice. As many frames leave as come in.",
    params: &[ParamSpec::new(
        "channels",
        ParamKind::Floats { min: 0.0, max: 63.0, least: 1, most: 64 },
        Default::Required,
        "channels of the input, from 0, in the order of the output",
    )
    .aliases(&["channel", "order"])],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "the chosen channels")],
    runtimes: LOCAL,
    needs: &[],
    validate: |params| match params.floats("channels").iter().find(|c| c.fract() != 0.0) {
        Some(c) => vec![NodeError::param("channels", format!("{c} is not the number of a channel"))],
        None => Vec::new(),
    },
    signature: |params, _| {
        let count = params.floats("channels").len().max(1) as u16;
        let output =
            PortType::Audio { format: Dim::Is(SampleFormat::F32), rate: Dim::Same(0), channels: Dim::Is(count) };
        Signature::new(vec![PortType::f32()], vec![output])
    },
    lower: lower_select,
};

fn lower_split(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let channels = cx.channels(0);
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, channels);
    for port in 0..cx.outputs.len() as u16 {
        let wanted = cx.connected.get(usize::from(port)).copied().unwrap_or(false);
        if wanted && port >= channels {
            return Err(NodeError::node(format!("output `ch{port}` is read, but the stream has {channels} channels"))
                .with_help(format!("the last one is `ch{}`", channels - 1)));
        }
        let y = k.lane(x, port.min(channels - 1));
        k.output(&format!("ch{port}"), SampleFormat::F32, y);
    }
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}

fn lower_select(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let channels = cx.channels(0);
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, channels);
    let mut lanes = Vec::new();
    for number in chosen(cx.params) {
        if number >= channels {
            return Err(NodeError::param(
                "channels",
                format!("there is no channel {number}: the stream has {channels}"),
            )
            .with_help("channels are counted from 0"));
        }
        lanes.push(k.lane(x, number));
    }
    let y = k.compose(lanes);
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}

fn chosen(params: &Params) -> Vec<u16> {
    params.floats("channels").into_iter().map(|c| c as u16).collect()
}
