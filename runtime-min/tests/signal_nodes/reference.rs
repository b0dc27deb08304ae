//! Transforms, gains and meters against NumPy and SciPy: tests/reference/{stft,log_mel,gains,meters}.py.

use crate::driver::{Case, assert_close, bursts, error_db, figures, float, int, list, noise, reference, text};
use remotemedia_runtime_min::Value;
use remotemedia_runtime_min::nodes::registry::Arg;

fn check(name: &str, case: &Case, input: &[f32], limit_db: f64) {
    let error = error_db(&case.run(input).frames, &reference(name));
    println!("{name}: {error:.1} dB");
    assert!(error < limit_db, "{name}: {error:.1} dB is above {limit_db}");
}

#[test]
fn stft_agrees_with_scipy() {
    let check = |name, channels, frames, n_fft, hop, window, output, center, width| {
        let options = [
            ("channels", int(channels)),
            ("n_fft", int(n_fft)),
            ("hop", int(hop)),
            ("window", text(window)),
            ("output", text(output)),
            ("center", Arg::Bool(center)),
        ];
        let case = Case::new("stft::Stft", channels, channels * (n_fft / 2 + 1) * width, &options);
        check(&format!("stft_{name}.f32"), &case, &noise(channels * frames, 2), -135.0);
    };
    check("whisper", 1, 2000, 400, 160, "hann", "complex", true, 2);
    check("stereo", 2, 1500, 256, 100, "hamming", "magnitude", true, 1);
    check("inside", 1, 2000, 512, 200, "hann", "power", false, 1);
    check("odd", 1, 700, 63, 40, "rectangular", "complex", true, 2);
    check("prime", 1, 1000, 202, 101, "hann", "db", false, 1);
}

fn log_mel(channels: usize, rate: usize, n_mels: usize, n_fft: usize, hop: usize, normalize: &str) -> Case {
    let options = [
        ("channels", int(channels)),
        ("rate", int(rate)),
        ("n_mels", int(n_mels)),
        ("n_fft", int(n_fft)),
        ("hop", int(hop)),
        ("normalize", text(normalize)),
    ];
    Case::new("log_mel::LogMel", channels, n_mels, &options)
}

#[test]
fn log_mel_agrees_with_whispers_definition() {
    let input = bursts(8000, 3, 700);
    check("log_mel_80.f32", &log_mel(1, 16000, 80, 400, 160, "none"), &input, -135.0);
    check("log_mel_128.f32", &log_mel(1, 16000, 128, 400, 160, "none"), &input, -135.0);
    check("log_mel_stereo_8k.f32", &log_mel(2, 8000, 40, 256, 80, "none"), &input, -135.0);
}

#[test]
fn log_mel_of_a_tone_is_as_exact_as_its_loudest_band() {
    let found = log_mel(1, 16000, 80, 400, 160, "none").run(&reference("log_mel_tone_in.f32")).frames;
    let wanted = reference("log_mel_tone.f32");
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.chunks_exact(80).zip(wanted.chunks_exact(80)) {
        let amplitude = |logarithm: &f32| 10f64.powf(f64::from(*logarithm) / 2.0);
        let loudest = wanted.iter().map(amplitude).fold(0.0, f64::max);
        for (band, (a, b)) in found.iter().zip(wanted).enumerate() {
            // The logarithms themselves are rounded to f32.
            let error = (amplitude(a) - amplitude(b)).abs() - 1e-6 * amplitude(b);
            assert!(error < 5e-8 * loudest, "band {band}: {a} instead of {b}, the loudest has {loudest}");
        }
    }
}

#[test]
fn log_mel_normalises_each_chunk_of_thirty_seconds() {
    let case = log_mel(1, 16000, 80, 400, 160, "whisper");
    let input = bursts(8000, 3, 700);
    let one = case.run(&input).frames;
    assert_eq!(one.len(), 3000 * 80);
    let wanted = reference("log_mel_whisper.f32");
    let error = error_db(&one[..wanted.len()], &wanted);
    println!("log_mel_whisper: {error:.1} dB");
    assert!(error < -135.0, "{error:.1} dB");
    assert!(one[wanted.len()..].iter().all(|x| *x == one[one.len() - 1]), "the filled-up rest is the least value");

    // A second chunk is like a stream of its own.
    let mut two = input.clone();
    two.resize(480_000, 0.0);
    two.extend_from_slice(&input[..5000]);
    let two = case.run(&two).frames;
    assert_eq!(two[..one.len()], one);
    assert_eq!(two[one.len()..], case.run(&input[..5000]).frames);
}

#[test]
fn gains_agree_with_their_definitions() {
    let input = bursts(1600, 6, 300);
    let fade = |curve, fade_in: f64, fade_out: f64| {
        let options = [
            ("channels", int(2)),
            ("rate", int(8000)),
            ("fade_in_ms", float(fade_in / 8.0)),
            ("fade_out_ms", float(fade_out / 8.0)),
            ("curve", text(curve)),
        ];
        Case::new("fade::Fade", 2, 2, &options)
    };
    for curve in ["linear", "equal_power", "exponential", "s_curve"] {
        check(&format!("fade_{curve}.f32"), &fade(curve, 400.0, 300.0), &input, -140.0);
    }
    check("fade_overlapping.f32", &fade("linear", 200.0, 160.0), &input[..500], -140.0);

    let normalize = |mode, target, window: f64, most| {
        let options = [
            ("channels", int(2)),
            ("rate", int(8000)),
            ("mode", text(mode)),
            ("target_db", float(target)),
            ("window_ms", float(window / 8.0)),
            ("max_gain_db", float(most)),
        ];
        Case::new("normalize::Normalize", 2, 2, &options)
    };
    check("normalize_peak.f32", &normalize("peak", -6.0, 80.0, 20.0), &input, -140.0);
    check("normalize_rms.f32", &normalize("rms", -20.0, 120.0, 12.0), &input, -140.0);
    check("normalize_whole.f32", &normalize("peak", -1.0, 0.0, 60.0), &input, -140.0);
}

/// Options of a meter on the input of meters.py.
fn meter(path: &'static str, options: &[(&'static str, Arg)]) -> Case {
    let common = [("channels", int(2)), ("rate", int(44100))];
    Case::new(path, 2, 0, &[&common, options].concat())
}

#[test]
fn meters_agree_with_numpy() {
    let input = bursts(60_000, 5, 6000);
    let wanted = figures("meters.json");
    let check = |case: Case, name: &str, keys: &[&str]| {
        let output = case.run(&input);
        assert_eq!(output.messages.len(), 23, "30000 frames are 22 windows of 1323 and a rest");
        assert_eq!(output.messages[1].time, 30_000_000);
        for key in keys {
            let wanted = list(wanted.get(name).and_then(|w| w.get(key)));
            assert_close(&output.numbers(key), &wanted, 1e-9, &format!("{name}.{key}"));
        }
        output
    };
    let window = ("window_ms", float(30.0));
    let level = [
        window.clone(),
        ("low_volume_threshold_db", float(-20.0)),
        ("silence_threshold_db", float(-60.0)),
        ("lufs", Arg::Bool(false)),
    ];
    let output = check(meter("level::AudioLevel", &level), "AudioLevel", &["rms_db", "peak_db", "health"]);
    for key in ["is_low_volume", "is_silence"] {
        let wanted = match wanted.get("AudioLevel").and_then(|w| w.get(key)) {
            Some(Value::List(items)) => items.iter().map(|v| *v == Value::Bool(true)).collect::<Vec<_>>(),
            other => panic!("{key}: {other:?}"),
        };
        assert_eq!(output.flags(key), wanted, "{key}");
    }
    let clipping = [
        window.clone(),
        ("saturation_threshold", float(0.4)),
        ("saturation_ratio_threshold", float(1.0)),
        ("crest_factor_threshold_db", float(3.0)),
    ];
    let case = meter("clipping::ClippingDetector", &clipping);
    check(case, "ClippingDetector", &["saturation_ratio", "crest_factor_db"]);
    let balance = [window, ("imbalance_threshold_db", float(10.0)), ("dead_channel_threshold_db", float(-60.0))];
    let keys = ["left_rms_db", "right_rms_db", "balance_ratio", "imbalance_db"];
    check(meter("balance::ChannelBalance", &balance), "ChannelBalance", &keys);
    let vad = [
        ("frame_duration_ms", float(30.0)),
        ("energy_threshold", float(0.02)),
        ("min_speech_duration_ms", float(60.0)),
        ("min_silence_duration_ms", float(5000.0)),
        ("speech_pad_ms", float(30.0)),
    ];
    let case = meter("vad::EnergyVad", &vad);
    let mut output = case.run(&input);
    output.messages.truncate(23);
    let probabilities = list(wanted.get("EnergyVad").and_then(|w| w.get("speech_probability")));
    assert_close(&output.numbers("speech_probability"), &probabilities, 1e-9, "EnergyVad.speech_probability");
}
