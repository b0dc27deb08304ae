//! Tone, Silence and Impulse.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{CHANNELS, Default, HERTZ, MILLISECONDS, ParamKind, ParamSpec, Params, RATE};
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{Compare, Const, Kernel, Math, Scalar, Ty, ValueId};
use remotemedia_ir::types::SampleFormat;

pub(super) const SAMPLE_RATE: ParamSpec =
    ParamSpec::new("sample_rate", RATE, Default::Int(48_000), "rate of the stream")
        .unit("Hz")
        .aliases(&["rate", "samplerate"]);
pub(super) const CHANNEL_COUNT: ParamSpec =
    ParamSpec::new("channels", CHANNELS, Default::Int(1), "channels, all the same for a tone")
        .aliases(&["num_channels"]);
pub(super) const DURATION: ParamSpec =
    ParamSpec::new("duration_ms", MILLISECONDS, Default::Absent, "how long it sounds; without end where it is missing")
        .unit("ms")
        .aliases(&["duration", "length_ms"]);
pub(super) const AMPLITUDE: ParamSpec =
    ParamSpec::new("amplitude", ParamKind::Float { min: 0.0, max: 1e6 }, Default::Float(0.5), "largest magnitude")
        .aliases(&["level", "gain", "volume"]);
pub(super) const OUT: &[PortSpec] = &[PortSpec::new("out", PortKind::Audio, "audio")];

/// The type of a source's output.
pub(super) fn signature(params: &Params, _: usize) -> Signature {
    let out = PortType::Audio {
        format: Dim::Is(SampleFormat::F32),
        rate: Dim::Is(params.int("sample_rate") as u32),
        channels: Dim::Is(params.int("channels") as u16),
    };
    Signature::new(Vec::new(), vec![out])
}

/// A source with the length that its parameters give.
pub(super) fn source(cx: &LowerCx<'_>, kernel: Kernel) -> Lowered {
    let tail = match cx.params.opt_float("duration_ms") {
        Some(ms) => (ms * f64::from(cx.output_rate(0)) / 1000.0).round() as u64,
        None => u64::MAX,
    };
    Lowered::Kernel(KernelNode { kernel, tail, skip: 0 })
}

const ENDLESS: &str =
    "Without `duration_ms` it lasts as long as what it is mixed with; alone it would never end, which is an error.";

/// See [`NodeType::docs`].
pub const TONE: NodeType = NodeType {
    name: "Tone",
    aliases: &["ToneGenerator", "ToneSource", "SineGenerator", "SineSource", "Oscillator", "TestTone"],
    category: Category::Source,
    role: Role::Compute,
    summary: "makes a tone",
    docs: "\
The phase is a 64-bit fraction of a period that wraps, so a long tone stays as exact as a short one. `sine`: `a sin(2π u)` computed in \
f64; `square`, `saw` and `triangle` are the plain shapes, not band-limited, all beginning with the rising zero of the sine. \
`duration_ms` gives the number of frames. Without it the tone lasts as long as what it is mixed with; alone it would never end, \
which is an error.",
    params: &[
        ParamSpec::new("frequency_hz", HERTZ, Default::Float(440.0), "periods a second").unit("Hz").aliases(&[
            "frequency",
            "freq",
            "hz",
        ]),
        AMPLITUDE,
        ParamSpec::new(
            "waveform",
            ParamKind::Choice(&["sine", "square", "saw", "triangle"]),
            Default::Text("sine"),
            "shape of a period",
        )
        .aliases(&["shape", "wave"]),
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
    lower: tone,
};

/// See [`NodeType::docs`].
pub const SILENCE: NodeType = NodeType {
    name: "Silence",
    aliases: &["SilenceSource", "SilenceGenerator"],
    category: Category::Source,
    role: Role::Compute,
    summary: "makes silence",
    docs: ENDLESS,
    params: &[SAMPLE_RATE, CHANNEL_COUNT, DURATION],
    inputs: &[],
    outputs: OUT,
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature,
    lower: |cx| {
        let mut k = KernelBuilder::new(cx.node);
        let zero = k.f32(0.0);
        let y = k.splat(zero, cx.output_channels(0));
        k.output("out", SampleFormat::F32, y);
        Ok(source(cx, k.finish()))
    },
};

/// See [`NodeType::docs`].
pub const IMPULSE: NodeType = NodeType {
    name: "Impulse",
    aliases: &["ImpulseSource", "Click", "Dirac"],
    category: Category::Source,
    role: Role::Compute,
    summary: "makes single samples of full height",
    docs: "\
The first frame is `amplitude`, and one every `period_frames` after it, the others 0. Without `duration_ms` it lasts as long as what it \
is mixed with; alone it would never end, which is an error.",
    params: &[
        AMPLITUDE,
        ParamSpec::new(
            "period_frames",
            ParamKind::Int { min: 1, max: 1 << 30 },
            Default::Absent,
            "distance of the impulses; one alone where it is missing",
        )
        .unit("frames"),
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
    lower: impulse,
};

fn tone(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (frequency, rate) = (cx.params.float("frequency_hz"), f64::from(cx.output_rate(0)));
    if frequency >= rate / 2.0 {
        return Err(NodeError::param(
            "frequency_hz",
            format!("{frequency} Hz is not below half of the rate of {rate} Hz"),
        ));
    }
    // A period is 2^64 steps: the counter wraps by itself. Rounded up, so that an edge that falls on a frame is not late.
    let periods = (frequency * 18_446_744_073_709_551_616.0) as u128;
    let step = periods.div_ceil(u128::from(cx.output_rate(0))) as i64;
    let mut k = KernelBuilder::new(cx.node);
    let state = k.state("phase", Ty::scalar(Scalar::I64), Const::I64(0), false);
    let phase = k.get(state);
    let step = k.i64(step);
    let next = k.add(phase, step);
    k.set(state, next);
    let count = k.convert(phase, Scalar::F64);
    let unit = k.f64(1.0 / 18_446_744_073_709_551_616.0);
    // From -0.5 to 0.5; 0 at the start.
    let u = k.mul(count, unit);
    k.name(u, "u");
    let shape = waveform(&mut k, u, cx.params.text("waveform"));
    let amplitude = k.f64(cx.params.float("amplitude"));
    let loud = k.mul(shape, amplitude);
    let mono = k.convert(loud, Scalar::F32);
    let y = k.splat(mono, cx.output_channels(0));
    k.output("out", SampleFormat::F32, y);
    Ok(source(cx, k.finish()))
}

fn waveform(k: &mut KernelBuilder, u: ValueId, name: &str) -> ValueId {
    match name {
        "square" => {
            let (zero, up, down) = (k.f64(0.0), k.f64(1.0), k.f64(-1.0));
            let first = k.compare(Compare::Ge, u, zero);
            k.select(first, up, down)
        }
        "saw" => {
            let two = k.f64(2.0);
            k.mul(u, two)
        }
        "triangle" => {
            let (four, two, quarter, zero, minus) = (k.f64(4.0), k.f64(2.0), k.f64(0.25), k.f64(0.0), k.f64(-2.0));
            let steep = k.mul(u, four);
            let size = k.abs(u);
            let middle = k.compare(Compare::Le, size, quarter);
            let positive = k.compare(Compare::Gt, u, zero);
            let turn = k.select(positive, two, minus);
            let back = k.sub(turn, steep);
            k.select(middle, steep, back)
        }
        _ => {
            let turn = k.f64(2.0 * std::f64::consts::PI);
            let angle = k.mul(u, turn);
            k.math(Math::Sin, vec![angle])
        }
    }
}

fn impulse(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let mut k = KernelBuilder::new(cx.node);
    // Frames until the next impulse; below 0 for ever after the only one.
    let state = k.state("wait", Ty::scalar(Scalar::I64), Const::I64(0), false);
    let wait = k.get(state);
    let (zero, one) = (k.i64(0), k.i64(1));
    let now = k.compare(Compare::Eq, wait, zero);
    let less = k.sub(wait, one);
    let again = k.i64(cx.params.opt_int("period_frames").map_or(-1, |p| p - 1));
    let floor = k.i64(-1);
    let less = k.max(less, floor);
    let next = k.select(now, again, less);
    k.set(state, next);
    let (high, low) = (k.f32(cx.params.float("amplitude") as f32), k.f32(0.0));
    let mono = k.select(now, high, low);
    let y = k.splat(mono, cx.output_channels(0));
    k.output("out", SampleFormat::F32, y);
    Ok(source(cx, k.finish()))
}
