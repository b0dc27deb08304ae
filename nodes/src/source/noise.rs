//! Noise: white and pink, the same for the same seed.

use super::tone::{AMPLITUDE, CHANNEL_COUNT, DURATION, OUT, SAMPLE_RATE, signature, source};
use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, Role, no_rules};
use crate::params::{Default, ParamKind, ParamSpec};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::kernel::{Binary, Const, Scalar, Ty, ValueId};
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const NOISE: NodeType = NodeType {
    name: "Noise",
    aliases: &["NoiseGenerator", "NoiseSource", "WhiteNoise"],
    category: Category::Source,
    role: Role::Compute,
    summary: "makes noise that is the same for the same seed",
    docs: "\
Each channel has a 64-bit linear congruential generator (multiplier 6364136223846793005, increment 1442695040888963407) of its own, \
seeded by `seed` and the channel; its upper 32 bits are a number from -1 to 1. `white` is that; `pink` is that through Paul Kellet's \
filter of six poles (±0.05 dB from 9.2 Hz up at 44.1 kHz), in f64, at about the same loudness. Without `duration_ms` it lasts as long \
as what it is mixed with; alone it would never end, which is an error.",
    params: &[
        ParamSpec::new("color", ParamKind::Choice(&["white", "pink"]), Default::Text("white"), "spectrum")
            .aliases(&["colour", "type", "kind"]),
        ParamSpec::new("seed", ParamKind::Int { min: 0, max: i64::MAX }, Default::Int(1), "which noise"),
        AMPLITUDE,
        SAMPLE_RATE,
        CHANNEL_COUNT,
        DURATION,
    ],
    inputs: &[],
    outputs: OUT,
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature,
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let pink = cx.params.text("color") == "pink";
    let mut k = KernelBuilder::new(cx.node);
    let mut lanes = Vec::new();
    for channel in 0..cx.output_channels(0) {
        let white = uniform(&mut k, cx.params.int("seed"), channel);
        let shaped = if pink { kellet(&mut k, white, channel) } else { white };
        let amplitude = k.f64(cx.params.float("amplitude"));
        let loud = k.mul(shaped, amplitude);
        lanes.push(k.convert(loud, Scalar::F32));
    }
    let y = k.compose(lanes);
    k.output("out", SampleFormat::F32, y);
    Ok(source(cx, k.finish()))
}

/// A number from -1 to 1 in f64.
fn uniform(k: &mut KernelBuilder, seed: i64, channel: u16) -> ValueId {
    let start = (seed as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ u64::from(channel).wrapping_mul(0xD1B5_4A32_D192_ED03);
    let state = k.state(&format!("seed{channel}"), Ty::scalar(Scalar::I64), Const::I64(start as i64), false);
    let last = k.get(state);
    let (factor, step) = (k.i64(6_364_136_223_846_793_005), k.i64(1_442_695_040_888_963_407));
    let product = k.mul(last, factor);
    let next = k.add(product, step);
    k.set(state, next);
    let count = k.i64(32);
    let high = k.binary(Binary::Shr, next, count);
    let wide = k.convert(high, Scalar::F64);
    let unit = k.f64(1.0 / 2_147_483_648.0);
    k.mul(wide, unit)
}

/// White to pink.
fn kellet(k: &mut KernelBuilder, white: ValueId, channel: u16) -> ValueId {
    const POLES: [(f64, f64); 6] = [
        (0.99886, 0.0555179),
        (0.99332, 0.0750759),
        (0.96900, 0.1538520),
        (0.86650, 0.3104856),
        (0.55000, 0.5329522),
        (-0.7616, -0.0168980),
    ];
    let wide = Ty::scalar(Scalar::F64);
    let mut sum = None;
    for (number, (pole, gain)) in POLES.iter().enumerate() {
        let state = k.state(&format!("pink{channel}_{number}"), wide, Const::F64(0.0), true);
        let last = k.get(state);
        let (p, g) = (k.f64(*pole), k.f64(*gain));
        let kept = k.mul(last, p);
        let fed = k.mul(white, g);
        let now = k.add(kept, fed);
        k.set(state, now);
        sum = Some(match sum {
            Some(sum) => k.add(sum, now),
            None => now,
        });
    }
    let delayed = k.state(&format!("pink{channel}_6"), wide, Const::F64(0.0), true);
    let last = k.get(delayed);
    let factor = k.f64(0.115926);
    let fed = k.mul(white, factor);
    k.set(delayed, fed);
    let direct = k.f64(0.5362);
    let through = k.mul(white, direct);
    let with_delay = match sum {
        Some(sum) => k.add(sum, last),
        None => last,
    };
    let all = k.add(with_delay, through);
    let level = k.f64(0.11);
    k.mul(all, level)
}
