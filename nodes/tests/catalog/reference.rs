//! Kernel nodes against NumPy and SciPy in f64: `tests/reference/kernels.py` has the same cases by the same names.
//!
//! The evaluator runs the kernels; that native and wasm code gives its bits is tested elsewhere. `cargo test -p
//! remotemedia-nodes reference -- --nocapture` prints what was measured.

use crate::support::{floats, lower, params};
use remotemedia_ir::eval::{Machine, Samples, SamplesMut};
use remotemedia_ir::graph::{KernelNode, Param};
use remotemedia_ir::verify;
use remotemedia_nodes::Lowered;
use remotemedia_nodes::catalog::find;
use std::path::{Path, PathBuf};

const RATE: u32 = 48_000;
const FRAMES: usize = 24_000;
/// The reference keeps one frame of so many.
const STEP: usize = 97;

fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/reference")
}

/// What goes in.
#[derive(Clone, Copy)]
enum Input {
    Nothing,
    Signal,
    /// The signal at changing levels, times this.
    Bursts(f32),
}

/// Noise over triangles of 20 and 50 Hz, two channels; see `kernel_signals.py`.
fn signal() -> Vec<f32> {
    let triangle =
        |at: usize, period: usize| ((at + period / 4) % period).abs_diff(period / 2) as f32 - (period / 4) as f32;
    let mut seeds = [1u32, 2];
    let frame = |at: usize| {
        let low = (triangle(at, 2400) + triangle(at, 960)) / 2048.0;
        seeds = seeds.map(|seed| seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        seeds.map(|seed| ((seed >> 12) as f32 / 1_048_576.0 - 0.5) / 2.0 + low)
    };
    (0..FRAMES).flat_map(frame).collect()
}

fn samples(input: Input) -> Vec<f32> {
    const LEVELS: [f32; 6] = [1.0, 0.0625, 0.5, 0.003_906_25, 0.0, 0.25];
    match input {
        Input::Nothing => Vec::new(),
        Input::Signal => signal(),
        Input::Bursts(gain) => {
            let level = |i: usize| LEVELS[i / 2 / 3000 % LEVELS.len()] * gain;
            signal().into_iter().enumerate().map(|(i, x)| x * level(i)).collect()
        }
    }
}

/// The whole output of a node on frames of two channels, its tail included.
fn run(name: &str, given: &[(&str, Param)], input: &[f32]) -> Vec<f32> {
    let (ty, _) = find(name).unwrap_or_else(|| panic!("no `{name}`"));
    let params = params(ty, given);
    assert_eq!((ty.validate)(&params), Vec::new(), "{name}");
    let typed = lower(ty, &params, RATE, 2).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let Lowered::Kernel(KernelNode { kernel, tail, skip }) = typed.lowered else { panic!("{name}: no kernel") };
    let verified = verify::kernel(&kernel).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let frames = input.len() / 2 + tail as usize;
    let mut padded = input.to_vec();
    padded.resize(frames * 2, 0.0);
    let width = typed.outputs[0].width();
    let mut out = vec![0.0; frames * width];
    let from = if typed.inputs.is_empty() { vec![] } else { vec![Samples::F32(&padded)] };
    let done = Machine::new(verified).run(frames, &from, &mut [SamplesMut::F32(&mut out)]);
    done.unwrap_or_else(|e| panic!("{name}: {e}"));
    out.split_off(skip as usize * width)
}

/// The signal-to-error ratio of a case in dB.
fn accuracy(case: &str, out: &[f32], width: usize) -> f64 {
    let path = reference().join("kernel_data").join(format!("{case}.f64"));
    #[expect(clippy::disallowed_methods, reason = "a test reads its reference")]
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let (numbers, rest) = bytes.as_chunks::<8>();
    assert!(rest.is_empty(), "{case}");
    let kept: Vec<f32> = out.chunks(width).step_by(STEP).flatten().copied().collect();
    assert_eq!(kept.len(), numbers.len(), "{case}: numbers");
    let (mut power, mut error) = (0.0, 0.0);
    for (sample, number) in kept.iter().zip(numbers) {
        let expected = f64::from_le_bytes(*number);
        power += expected * expected;
        error += (f64::from(*sample) - expected).powi(2);
    }
    10.0 * (power / error.max(1e-300)).log10()
}

fn check(case: &str, least: f64, input: Input, node: &str, given: &[(&str, Param)]) {
    let out = run(node, given, &samples(input));
    let width = match given.iter().find(|(name, _)| *name == "channels") {
        Some((_, Param::Int(count))) => *count as usize,
        Some(_) | None if matches!(input, Input::Nothing) => 1,
        Some(_) | None => 2,
    };
    let measured = accuracy(case, &out, width);
    println!("{case:24} {measured:6.1} dB, {} frames", out.len() / width);
    assert!(measured >= least, "{case}: {measured:.1} dB, expected at least {least}");
}

fn number(x: f64) -> Param {
    Param::Float(x)
}

fn word(text: &str) -> Param {
    Param::Text(text.into())
}

#[test]
fn filters_are_those_of_scipy() {
    let filter = |case: &str, node: &str, given: &[(&str, Param)]| check(case, 120.0, Input::Signal, node, given);
    let at = |hz: f64| ("frequency_hz", number(hz));
    let (q, octaves, slope) =
        (|x: f64| ("q", number(x)), |x: f64| ("bandwidth_octaves", number(x)), |x: f64| ("slope", number(x)));
    let (gain, order) = (|db: f64| ("gain_db", number(db)), |n: i64| ("order", Param::Int(n)));
    filter("low_pass", "LowPass", &[at(1000.0)]);
    filter("low_pass_20", "LowPass", &[at(20.0)]);
    filter("low_pass_q", "LowPass", &[at(4000.0), q(8.0)]);
    filter("low_pass_order_6", "LowPass", &[at(500.0), order(6)]);
    filter("high_pass", "HighPass", &[at(80.0)]);
    filter("high_pass_octaves", "HighPass", &[at(5000.0), octaves(2.0)]);
    filter("high_pass_order_4", "HighPass", &[at(20.0), order(4)]);
    filter("high_pass_order_8", "HighPass", &[at(300.0), order(8)]);
    filter("band_pass", "BandPass", &[at(20.0), q(5.0)]);
    filter("band_pass_octaves", "BandPass", &[at(9000.0), octaves(1.0)]);
    filter("notch", "Notch", &[at(50.0), q(10.0)]);
    filter("all_pass", "AllPass", &[at(30.0)]);
    filter("peaking", "Peaking", &[at(20.0), gain(9.0), q(2.0)]);
    filter("peaking_octaves", "Peaking", &[at(3000.0), gain(-12.0), octaves(0.5)]);
    filter("low_shelf", "LowShelf", &[at(40.0), gain(6.0)]);
    filter("low_shelf_slope", "LowShelf", &[at(200.0), gain(-9.0), slope(0.8)]);
    filter("high_shelf", "HighShelf", &[at(30.0), gain(-6.0), q(1.0)]);
    filter("high_shelf_slope", "HighShelf", &[at(8000.0), gain(12.0), slope(0.5)]);
}

#[test]
fn filters_by_coefficients_are_those_of_scipy() {
    let filter = |case: &str, node: &str, given: &[(&str, Param)]| check(case, 120.0, Input::Signal, node, given);
    let list = |name: &'static str, numbers: &[f64]| (name, floats(numbers));
    filter("biquad", "Biquad", &[list("b", &[0.25, 0.125, -0.5]), list("a", &[2.0, -3.25, 1.5])]);
    filter("equalizer", "Equalizer", &[list("gains_db", &[6.0, -3.0, 2.0, -4.0, 1.0, 5.0, -6.0, 3.0])]);
    let bands = [
        list("gains_db", &[12.0, -12.0, 4.0]),
        list("frequencies_hz", &[20.0, 35.0, 21_000.0]),
        list("q", &[3.0, 1.5, 0.5]),
    ];
    filter("equalizer_q", "Equalizer", &bands);
    filter("biquad", "Biquad", &[list("b", &[0.125, 0.0625, -0.25]), list("a", &[-1.625, 0.75])]);
    let taps: Vec<f64> = (0..48).map(|i| f64::from(i * 37 % 101 - 50) / 1024.0).collect();
    assert_eq!(run("Fir", &[list("coefficients", &taps)], &signal()).len(), (FRAMES + 47) * 2, "the tail is delivered");
    filter("fir", "Fir", &[list("coefficients", &taps)]);
    filter("dc_removal", "DcRemoval", &[]);
    filter("pre_emphasis", "PreEmphasis", &[]);
    filter("de_emphasis", "DeEmphasis", &[]);
}

#[test]
fn dynamics_are_those_of_their_definitions() {
    let node = |case: &str, node: &str, given: &[(&str, f64)]| {
        let given: Vec<(&str, Param)> = given.iter().map(|(name, x)| (*name, number(*x))).collect();
        let gain = if node == "Limiter" { 4.0 } else { 1.0 };
        check(case, 100.0, Input::Bursts(gain), node, &given);
    };
    node("compressor", "Compressor", &[]);
    let hard = [("threshold_db", -30.0), ("ratio", 20.0), ("attack_ms", 0.5), ("release_ms", 400.0)];
    node("compressor_hard", "Compressor", &[hard.as_slice(), &[("knee_db", 0.0), ("makeup_db", 6.0)]].concat());
    let instant = [("threshold_db", -24.0), ("ratio", 2.0), ("attack_ms", 0.0), ("release_ms", 0.0), ("knee_db", 12.0)];
    node("compressor_instant", "Compressor", &instant);
    node("noise_gate", "NoiseGate", &[]);
    let tight = [("threshold_db", -9.0), ("hysteresis_db", 3.0), ("attack_ms", 5.0), ("hold_ms", 2.0)];
    node("noise_gate_tight", "NoiseGate", &[tight.as_slice(), &[("release_ms", 30.0), ("range_db", -20.0)]].concat());
    node("limiter", "Limiter", &[]);
    node("limiter_short", "Limiter", &[("ceiling_db", -12.0), ("look_ahead_ms", 1.0), ("release_ms", 200.0)]);
}

#[test]
fn clipping_is_what_its_formula_says() {
    let clip = |case: &str, given: &[(&str, Param)]| check(case, 120.0, Input::Bursts(1.0), "Clip", given);
    clip("clip_hard", &[("min", number(-0.25)), ("max", number(0.125))]);
    clip("clip_tanh", &[("threshold", number(0.25)), ("mode", word("tanh"))]);
    check("clip_tanh", 120.0, Input::Bursts(1.0), "SoftClip", &[("threshold", number(0.25))]);
    clip("clip_cubic", &[("threshold", number(0.25)), ("mode", word("cubic"))]);
}

#[test]
fn sources_are_exact_over_their_whole_length() {
    let source = |case: &str, node: &str, given: &[(&str, Param)]| {
        check(case, 120.0, Input::Nothing, node, &[given, &[("duration_ms", number(500.0))]].concat());
    };
    let tone = |hz: f64, amplitude: f64, shape: &str| {
        [("frequency_hz", number(hz)), ("amplitude", number(amplitude)), ("waveform", word(shape))]
    };
    source("tone_sine", "Tone", &tone(997.0, 0.5, "sine"));
    source("tone_square", "Tone", &tone(480.0, 0.25, "square"));
    source("tone_saw", "Tone", &tone(480.0, 0.25, "saw"));
    source("tone_triangle", "Tone", &tone(331.0, 0.5, "triangle"));
    source("noise_white", "Noise", &[("seed", Param::Int(7)), ("channels", Param::Int(2))]);
    source("noise_pink", "Noise", &[("seed", Param::Int(7)), ("color", word("pink"))]);
}

#[test]
fn reference_data_is_fresh() {
    #[expect(clippy::disallowed_methods, reason = "a test may be told where a Python with SciPy is")]
    let python = std::env::var_os("REMOTEMEDIA_PYTHON").filter(|p| !p.is_empty());
    // Without that Python the data is taken as it is; `make test` and the CI always have it.
    let Some(python) = python else { return };
    #[expect(clippy::disallowed_methods, reason = "a test runs the reference")]
    let status =
        std::process::Command::new(python).arg("-B").arg(reference().join("kernels.py")).arg("--check").status();
    assert!(status.is_ok_and(|s| s.success()), "run tests/reference/kernels.py");
}
