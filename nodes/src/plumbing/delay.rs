//! Delay and Pad: frames later, frames more.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, MILLISECONDS, ParamKind, ParamSpec, Params};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::types::SampleFormat;

/// Frames that fit a delay line of one channel.
pub(crate) const LONGEST: u64 = 1 << 23;

/// See [`NodeType::docs`].
pub const DELAY: NodeType = NodeType {
    name: "Delay",
    aliases: &["DelayNode", "AudioDelay", "AudioDelayNode"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "delays audio by a fixed time; the legal way to close a loop",
    docs: "\
`y[n] = x[n - d]`, silence before. `d` is `delay_ms` at the stream's rate to the nearest frame, or `delay_frames`. Outside of a loop \
the last frames are delivered: `n + d` frames leave for `n` that come in. In a loop, where it must be at least one frame, the \
loop gives as many frames as enter it.",
    params: &[
        ParamSpec::new("delay_ms", MILLISECONDS, Default::Absent, "time of the delay")
            .unit("ms")
            .aliases(&["time_ms", "delay"]),
        ParamSpec::new(
            "delay_frames",
            ParamKind::Int { min: 0, max: LONGEST as i64 },
            Default::Absent,
            "length of the delay, instead of `delay_ms`",
        )
        .unit("frames")
        .aliases(&["delay_samples", "samples", "frames"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "the same audio, later")],
    runtimes: LOCAL,
    needs: &[],
    validate: one_of_both,
    signature: |_, _| Signature::same_audio(),
    lower: lower_delay,
};

/// See [`NodeType::docs`].
pub const PAD: NodeType = NodeType {
    name: "Pad",
    aliases: &["PadNode", "AudioPad", "SilencePad"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "adds silence before and after a stream",
    docs: "\
`before_ms` of silence, the stream, `after_ms` of silence: `b + n + a` frames for `n`. Put it before a loop or a reverberation so \
that its tail is heard.",
    params: &[
        ParamSpec::new("before_ms", MILLISECONDS, Default::Float(0.0), "silence before").unit("ms"),
        ParamSpec::new("after_ms", MILLISECONDS, Default::Float(0.0), "silence after").unit("ms").aliases(&["tail_ms"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "longer audio")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower: |cx| {
        let (before, after) = (cx.frames(0, cx.params.float("before_ms")), cx.frames(0, cx.params.float("after_ms")));
        delayed(cx, "before_ms", before, after)
    },
};

fn one_of_both(params: &Params) -> Vec<NodeError> {
    match (params.get("delay_ms"), params.get("delay_frames")) {
        (Some(_), Some(_)) => {
            vec![NodeError::param("delay_frames", "`delay_ms` and `delay_frames` are both given").with_help("keep one")]
        }
        (None, None) => {
            vec![NodeError::node("`Delay` needs `delay_ms` or `delay_frames`").with_help("add `\"delay_ms\": 250`")]
        }
        (Some(_), None) | (None, Some(_)) => Vec::new(),
    }
}

fn lower_delay(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let frames = match cx.params.opt_int("delay_frames") {
        Some(frames) => frames as u64,
        None => cx.frames(0, cx.params.float("delay_ms")),
    };
    delayed(cx, "delay_ms", frames, 0)
}

/// A stream `frames` later, with `more` frames of silence behind it.
fn delayed(cx: &LowerCx<'_>, param: &'static str, frames: u64, more: u64) -> Result<Lowered, NodeError> {
    if frames == 0 && more == 0 {
        return Ok(Lowered::Identity);
    }
    let most = LONGEST / u64::from(cx.channels(0)).max(1);
    if frames > most {
        let message = format!("a delay of {frames} frames of {} channels is too long", cx.channels(0));
        return Err(NodeError::param(param, message).with_help(format!("at most {most} frames")));
    }
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let y = if frames == 0 {
        x
    } else {
        let ty = k.ty(x);
        let line = k.line("line", ty, frames as u32);
        let y = k.read_line(line, frames as u32);
        k.push_line(line, x);
        y
    };
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: frames + more, skip: 0 }))
}
