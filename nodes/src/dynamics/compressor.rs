//! Compressor: softer above a threshold.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{DECIBEL, Default, MILLISECONDS, ParamKind, ParamSpec};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{Compare, Const, Math, Scalar, Ty, ValueId};
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const COMPRESSOR: NodeType = NodeType {
    name: "Compressor",
    aliases: &["CompressorNode", "AudioCompressor", "DynamicRangeCompressor", "DRC"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "makes what is above a threshold softer",
    docs: "\
Feed-forward in the log domain, all channels by one gain: the level is the largest magnitude of the frame in dB (floor -120), the static \
curve has a quadratic knee of `knee_db`, and the gain reduction follows it with a branching one-pole smoother (attack where it \
grows, release where it shrinks). In f32, the smoother in f64: 100 dB from f64 throughout. As many frames leave as come in, without latency. Source: Giannoulis, Massberg and \
Reiss, *Digital Dynamic Range Compressor Design*, J. Audio Eng. Soc. 60(6), 2012, equations 4 and 16.",
    params: &[
        ParamSpec::new("threshold_db", DECIBEL, Default::Float(-20.0), "level above which it works")
            .unit("dB")
            .aliases(&["threshold"]),
        ParamSpec::new(
            "ratio",
            ParamKind::Float { min: 1.0, max: 1000.0 },
            Default::Float(4.0),
            "dB in for one dB out above the threshold",
        ),
        ParamSpec::new("attack_ms", MILLISECONDS, Default::Float(5.0), "time constant while the reduction grows")
            .unit("ms")
            .aliases(&["attack"]),
        ParamSpec::new("release_ms", MILLISECONDS, Default::Float(100.0), "time constant while it shrinks")
            .unit("ms")
            .aliases(&["release"]),
        ParamSpec::new(
            "knee_db",
            ParamKind::Float { min: 0.0, max: 60.0 },
            Default::Float(6.0),
            "width of the soft knee",
        )
        .unit("dB")
        .aliases(&["knee"]),
        ParamSpec::new("makeup_db", DECIBEL, Default::Float(0.0), "gain afterwards").unit("dB").aliases(&[
            "makeup_gain_db",
            "makeup",
            "makeup_gain",
        ]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "compressed audio")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower,
};

/// The weight of the past in a one-pole smoother with that time constant.
///
/// In f64, and so are the smoothers: in f32 a release of 400 ms stops short of its target and is 84 dB from the definition.
pub(super) fn smoothing(ms: f64, rate: u32) -> f64 {
    if ms <= 0.0 { 0.0 } else { libm::exp(-1000.0 / (ms * f64::from(rate))) }
}

/// The largest magnitude of a frame, between a floor and 10^6; what is not a number counts as the floor.
pub(super) fn peak(k: &mut KernelBuilder, x: ValueId, floor: f32) -> ValueId {
    let magnitudes = k.abs(x);
    let largest = k.max_lanes(magnitudes);
    let (low, high) = (k.f32(floor), k.f32(1e6));
    let above = k.max(largest, low);
    k.min(above, high)
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let p = cx.params;
    let slope = (1.0 / p.float("ratio") - 1.0) as f32;
    let knee = p.float("knee_db") as f32;
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let level = peak(&mut k, x, 1e-6);
    let log = k.math(Math::Log10, vec![level]);
    let twenty = k.f32(20.0);
    let level_db = k.mul(log, twenty);
    let threshold = k.f32(p.float("threshold_db") as f32);
    let over = k.sub(level_db, threshold);
    k.name(over, "over_db");
    let slope_value = k.f32(slope);
    let straight = k.mul(over, slope_value);
    let zero = k.f32(0.0);
    let wanted = if knee > 0.0 {
        let half = k.f32(knee / 2.0);
        let into = k.add(over, half);
        let square = k.mul(into, into);
        let factor = k.f32(slope / (2.0 * knee));
        let bent = k.mul(square, factor);
        let low = k.f32(-knee / 2.0);
        let is_below = k.compare(Compare::Lt, over, low);
        let is_above = k.compare(Compare::Gt, over, half);
        let upper = k.select(is_above, straight, bent);
        k.select(is_below, zero, upper)
    } else {
        let is_above = k.compare(Compare::Gt, over, zero);
        k.select(is_above, straight, zero)
    };
    k.name(wanted, "wanted_db");
    let wanted = k.convert(wanted, Scalar::F64);
    let state = k.state("reduction", Ty::scalar(Scalar::F64), Const::F64(0.0), true);
    let last = k.get(state);
    let attack = k.f64(smoothing(p.float("attack_ms"), cx.rate(0)));
    let release = k.f64(smoothing(p.float("release_ms"), cx.rate(0)));
    let grows = k.compare(Compare::Lt, wanted, last);
    let weight = k.select(grows, attack, release);
    let difference = k.sub(last, wanted);
    let rest = k.mul(difference, weight);
    let reduction = k.add(wanted, rest);
    k.name(reduction, "reduction_db");
    k.set(state, reduction);
    let reduction = k.convert(reduction, Scalar::F32);
    let makeup = k.f32(p.float("makeup_db") as f32);
    let gain_db = k.add(reduction, makeup);
    // 10^(dB / 20) as a power of two.
    let scale = k.f32((std::f64::consts::LOG2_10 / 20.0) as f32);
    let exponent = k.mul(gain_db, scale);
    let gain = k.math(Math::Exp2, vec![exponent]);
    k.name(gain, "gain");
    let y = k.mul(x, gain);
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}
