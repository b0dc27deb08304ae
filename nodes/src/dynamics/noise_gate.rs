//! NoiseGate: silence where there is nothing but noise.

use super::compressor::{peak, smoothing};
use crate::decibel;
use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{DECIBEL, Default, MILLISECONDS, ParamKind, ParamSpec};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{Compare, Const, Scalar, Ty};
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const NOISE_GATE: NodeType = NodeType {
    name: "NoiseGate",
    aliases: &["NoiseGateNode", "Gate", "AudioGate"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "lowers what is below a threshold",
    docs: "\
Opens where the largest magnitude of a frame reaches `threshold_db`; closes once it has been below `threshold_db - hysteresis_db` for \
`hold_ms`. The gain follows 1 or `range_db` with a one-pole smoother (attack upwards, release downwards), the same for all \
channels. In f32, the smoother in f64. As many frames leave as come in, without latency.",
    params: &[
        ParamSpec::new("threshold_db", DECIBEL, Default::Float(-45.0), "level at which it opens")
            .unit("dB")
            .aliases(&["threshold"]),
        ParamSpec::new(
            "hysteresis_db",
            ParamKind::Float { min: 0.0, max: 60.0 },
            Default::Float(6.0),
            "how far below it closes",
        )
        .unit("dB"),
        ParamSpec::new("attack_ms", MILLISECONDS, Default::Float(1.0), "time constant of opening")
            .unit("ms")
            .aliases(&["attack"]),
        ParamSpec::new("hold_ms", MILLISECONDS, Default::Float(50.0), "time below the threshold before it closes")
            .unit("ms")
            .aliases(&["hold"]),
        ParamSpec::new("release_ms", MILLISECONDS, Default::Float(100.0), "time constant of closing")
            .unit("ms")
            .aliases(&["release"]),
        ParamSpec::new(
            "range_db",
            ParamKind::Float { min: -120.0, max: 0.0 },
            Default::Float(-80.0),
            "gain while it is closed",
        )
        .unit("dB"),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "gated audio")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let p = cx.params;
    let threshold = p.float("threshold_db");
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let level = peak(&mut k, x, 0.0);
    let upper = k.f32(decibel::to_linear(threshold) as f32);
    let lower = k.f32(decibel::to_linear(threshold - p.float("hysteresis_db")) as f32);
    let opens = k.compare(Compare::Ge, level, upper);
    let is_quiet = k.compare(Compare::Lt, level, lower);
    let (zero, one) = (k.i32(0), k.i32(1));
    // Frames until it may close.
    let hold = k.state("hold", Ty::scalar(Scalar::I32), Const::I32(0), false);
    let open = k.state("open", Ty::scalar(Scalar::I32), Const::I32(0), false);
    let left = k.get(hold);
    let less = k.sub(left, one);
    let less = k.max(less, zero);
    let whole = k.i32(cx.frames(0, p.float("hold_ms")).min(i32::MAX as u64) as i32);
    let now_left = k.select(is_quiet, less, whole);
    k.set(hold, now_left);
    let was_open = k.get(open);
    let may_close = k.compare(Compare::Eq, left, zero);
    let kept = k.select(may_close, zero, was_open);
    let staying = k.select(is_quiet, kept, was_open);
    let now_open = k.select(opens, one, staying);
    k.set(open, now_open);
    let is_open = k.compare(Compare::Ne, now_open, zero);
    let shut = decibel::to_linear(p.float("range_db"));
    let (full, closed) = (k.f64(1.0), k.f64(shut));
    let target = k.select(is_open, full, closed);
    let gain = k.state("gain", Ty::scalar(Scalar::F64), Const::F64(shut), true);
    let last = k.get(gain);
    let attack = k.f64(smoothing(p.float("attack_ms"), cx.rate(0)));
    let release = k.f64(smoothing(p.float("release_ms"), cx.rate(0)));
    let rises = k.compare(Compare::Gt, target, last);
    let weight = k.select(rises, attack, release);
    let difference = k.sub(last, target);
    let rest = k.mul(difference, weight);
    let now = k.add(target, rest);
    k.set(gain, now);
    let now = k.convert(now, Scalar::F32);
    k.name(now, "gain");
    let y = k.mul(x, now);
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}
