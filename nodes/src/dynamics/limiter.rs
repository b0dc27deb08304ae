//! Limiter: nothing above a ceiling, by looking ahead.

use super::compressor::{peak, smoothing};
use crate::decibel;
use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, MILLISECONDS, ParamKind, ParamSpec};
use crate::plumbing::delay::LONGEST;
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{Compare, Const, Scalar, StateId, Ty, Unary};
use remotemedia_ir::types::SampleFormat;

/// Blocks into which the look-ahead is divided.
const BLOCKS: usize = 8;

/// See [`NodeType::docs`].
pub const LIMITER: NodeType = NodeType {
    name: "Limiter",
    aliases: &["LimiterNode", "AudioLimiter", "PeakLimiter", "BrickwallLimiter"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "keeps every sample below a ceiling without clipping",
    docs: "\
The gain that a frame needs is the ceiling over its largest magnitude, 1 at most. The least of these over the look-ahead (in eighths, the \
one under way included) is released with a one-pole smoother and averaged over the look-ahead, so that the gain is there when the peak \
comes. What rounding leaves above the ceiling is cut: `|y| <= ceiling` for every finite input. One gain for all channels; \
release and average in f64. As many frames leave as come in, aligned with them; the latency is the look-ahead.",
    params: &[
        ParamSpec::new(
            "ceiling_db",
            ParamKind::Float { min: -60.0, max: 20.0 },
            Default::Float(-1.0),
            "largest magnitude that leaves",
        )
        .unit("dB")
        .aliases(&["threshold_db", "ceiling", "limit_db"]),
        ParamSpec::new(
            "look_ahead_ms",
            ParamKind::Float { min: 0.0, max: 1000.0 },
            Default::Float(5.0),
            "time in which the gain comes down",
        )
        .unit("ms")
        .aliases(&["lookahead_ms", "attack_ms"]),
        ParamSpec::new("release_ms", MILLISECONDS, Default::Float(50.0), "time constant of its coming up")
            .unit("ms")
            .aliases(&["release"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "limited audio")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let p = cx.params;
    let ahead = cx.frames(0, p.float("look_ahead_ms")).max(1);
    let most = LONGEST / u64::from(cx.channels(0)).max(1);
    if ahead > most {
        let message = format!("a look-ahead of {ahead} frames of {} channels is too long", cx.channels(0));
        return Err(NodeError::param("look_ahead_ms", message).with_help(format!("at most {most} frames")));
    }
    let ahead = ahead as u32;
    let ceiling = decibel::to_linear(p.float("ceiling_db")) as f32;
    let scalar = Ty::scalar(Scalar::F32);
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let level = peak(&mut k, x, 0.0);
    let top = k.f32(ceiling);
    let one = k.f32(1.0);
    let too_loud = k.compare(Compare::Gt, level, top);
    let ratio = k.div(top, level);
    let needed = k.select(too_loud, ratio, one);
    k.name(needed, "needed");

    // The least of the look-ahead: of the block under way and of the eight before it.
    let states: Vec<StateId> =
        (0..=BLOCKS).map(|i| k.state(&format!("least{i}"), scalar, Const::F32(1.0), false)).collect();
    let counter = k.state("counter", Ty::scalar(Scalar::I32), Const::I32(0), false);
    let values: Vec<_> = states.iter().map(|s| k.get(*s)).collect();
    let current = k.min(values[0], needed);
    let least = values[1..].iter().fold(current, |least, v| k.min(least, *v));
    let count = k.get(counter);
    let (step, zero) = (k.i32(1), k.i32(0));
    let next = k.add(count, step);
    let length = k.i32(ahead.div_ceil(BLOCKS as u32) as i32);
    let full = k.compare(Compare::Ge, next, length);
    let counted = k.select(full, zero, next);
    k.set(counter, counted);
    for i in (1..=BLOCKS).rev() {
        let before = if i == 1 { current } else { values[i - 1] };
        let moved = k.select(full, before, values[i]);
        k.set(states[i], moved);
    }
    let begun = k.select(full, one, current);
    k.set(states[0], begun);

    // Down at once, up with the release.
    let wide = Ty::scalar(Scalar::F64);
    let least = k.convert(least, Scalar::F64);
    let released = k.state("released", wide, Const::F64(1.0), true);
    let last = k.get(released);
    let weight = k.f64(smoothing(p.float("release_ms"), cx.rate(0)));
    let difference = k.sub(last, least);
    let rest = k.mul(difference, weight);
    let rising = k.add(least, rest);
    let falls = k.compare(Compare::Lt, least, last);
    let now = k.select(falls, least, rising);
    k.set(released, now);

    // The average over the look-ahead of what is taken away, so that lines and sums that begin with zero are right.
    let full_gain = k.f64(1.0);
    let taken = k.sub(full_gain, now);
    // In units of 2^-32, rounded up: the running sum is exact, so it never drifts.
    let (fine, unit) = (k.f64(4_294_967_296.0), k.f64(1.0 / 4_294_967_296.0));
    let scaled = k.mul(taken, fine);
    let whole = k.unary(Unary::Ceil, scaled);
    let taken = k.mul(whole, unit);
    let window = k.line("taken", wide, ahead + 1);
    let oldest = k.read_line(window, ahead + 1);
    let sum = k.state("sum", wide, Const::F64(0.0), true);
    let total = k.get(sum);
    let more = k.add(total, taken);
    let total = k.sub(more, oldest);
    k.set(sum, total);
    k.push_line(window, taken);
    let share = k.f64(1.0 / f64::from(ahead + 1));
    let average = k.mul(total, share);
    let gain = k.sub(full_gain, average);
    let gain = k.convert(gain, Scalar::F32);
    k.name(gain, "gain");

    let ty = k.ty(x);
    let line = k.line("ahead", ty, ahead);
    let late = k.read_line(line, ahead);
    k.push_line(line, x);
    let y = k.mul(late, gain);
    let bottom = k.f32(-ceiling);
    let over = k.compare(Compare::Gt, y, top);
    let cut = k.select(over, top, y);
    let under = k.compare(Compare::Lt, cut, bottom);
    let y = k.select(under, bottom, cut);
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: u64::from(ahead), skip: u64::from(ahead) }))
}
