//! Empty streams, single frames, what is not finite, options that make no sense; and how many tokens come out.

use crate::driver::{Case, float, int, noise, text};
use crate::invariance::cases;
use remotemedia_runtime_min::nodes::registry::Arg;

/// Nodes that give as many frames as they get.
const SAME_LENGTH: [&str; 4] = ["fade::Fade", "normalize::Normalize", "vad::EnergyVad", "chunker::Chunker"];

#[test]
fn streams_of_any_length_and_any_content_pass() {
    for case in cases() {
        for frames in [0, 1, 2, 3, 127, 128, 129, 3000] {
            let samples = frames * case.input;
            let mixed: Vec<f32> = noise(samples, 1)
                .into_iter()
                .enumerate()
                .map(|(i, x)| [x, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE, f32::MAX][i % 6])
                .collect();
            let inputs =
                [vec![0.0; samples], vec![1.0; samples], vec![f32::NAN; samples], vec![f32::INFINITY; samples], mixed];
            for input in inputs {
                let output = case.run(&input);
                if SAME_LENGTH.contains(&case.path) {
                    assert_eq!(output.frames.len(), samples, "{} {:?}", case.path, case.options);
                }
                let odd = output.frames.iter().find(|x| x.is_nan() && x.to_bits() != f32::NAN.to_bits());
                let passed_on = input.iter().all(|x| !x.is_nan() || x.to_bits() == f32::NAN.to_bits());
                assert!(odd.is_none() || !passed_on, "{}: NaN with other bits", case.path);
                if case.output == 0 {
                    for message in &output.messages {
                        let text = message.value.to_string();
                        assert!(!text.contains("null") || is_open(case.path), "{}: {text}", case.path);
                    }
                }
            }
        }
    }
}

/// Nodes with members that may be null: a ratio to silence, a loudness that is not known yet.
fn is_open(path: &str) -> bool {
    ["balance::ChannelBalance", "loudness::Loudness"].contains(&path)
}

#[test]
fn numbers_of_tokens_are_those_of_the_documentation() {
    let rate = ("rate", int(16000));
    let one = ("channels", int(1));
    for frames in [0usize, 1, 79, 80, 159, 160, 161, 199, 200, 201, 399, 400, 401, 1000, 1600, 16000] {
        let input = noise(frames, 1);
        let log_mel = [
            one.clone(),
            rate.clone(),
            ("n_mels", int(80)),
            ("n_fft", int(400)),
            ("hop", int(160)),
            ("normalize", text("none")),
        ];
        let tensors = Case::new("log_mel::LogMel", 1, 80, &log_mel).run(&input).frames.len() / 80;
        assert_eq!(tensors, frames / 160);
        for (n_fft, hop) in [(400, 160), (63, 20), (100, 300)] {
            for center in [false, true] {
                let options = [
                    one.clone(),
                    ("n_fft", int(n_fft)),
                    ("hop", int(hop)),
                    ("window", text("hann")),
                    ("output", text("power")),
                    ("center", Arg::Bool(center)),
                ];
                let bins = n_fft / 2 + 1;
                let tensors = Case::new("stft::Stft", 1, bins, &options).run(&input).frames.len() / bins;
                let length = if center && frames > 0 { frames + n_fft / 2 * 2 } else { frames };
                let wanted = if length < n_fft { 0 } else { 1 + (length - n_fft) / hop };
                assert_eq!(tensors, wanted, "{frames} frames, n_fft {n_fft}, hop {hop}, center {center}");
            }
        }
        let options = [
            one.clone(),
            rate.clone(),
            ("window_ms", float(10.0)),
            ("saturation_threshold", float(0.99)),
            ("saturation_ratio_threshold", float(1.0)),
            ("crest_factor_threshold_db", float(3.0)),
        ];
        let events = Case::new("clipping::ClippingDetector", 1, 0, &options).run(&input).messages.len();
        assert_eq!(events, frames.div_ceil(160));
    }
}

#[test]
fn detectors_judge_what_they_should() {
    let window = [("channels", int(2)), ("rate", int(8000)), ("window_ms", float(100.0))];
    let square: Vec<f32> = (0..16_000).map(|i| if i / 20 % 2 == 0 { 0.3 } else { -0.3 }).collect();
    let options = [
        ("saturation_threshold", float(0.99)),
        ("saturation_ratio_threshold", float(1.0)),
        ("crest_factor_threshold_db", float(3.0)),
    ];
    let clipping = Case::new("clipping::ClippingDetector", 2, 0, &[&window[..], &options].concat());
    let output = clipping.run(&square);
    assert_eq!(output.flags("is_clipping"), [true; 10]);
    assert_eq!(output.numbers("health"), [0.5; 10]);
    // One frame more is no window to judge a crest factor by.
    let output = clipping.run(&[&square[..], &[0.3, 0.3]].concat());
    assert_eq!(output.flags("is_clipping").last(), Some(&false));
    let silent = clipping.run(&[0.0; 1600]);
    assert_eq!((silent.numbers("crest_factor_db"), silent.flags("is_clipping")), (vec![20.0], vec![false]));

    let options = [("imbalance_threshold_db", float(10.0)), ("dead_channel_threshold_db", float(-60.0))];
    let balance = Case::new("balance::ChannelBalance", 2, 0, &[&window[..], &options].concat());
    let left: Vec<f32> = [0.5, 0.0].repeat(800);
    let value = balance.run(&left).messages[0].value.to_string();
    let wanted = "{\"left_rms_db\":-6.020599913279624,\"right_rms_db\":-120.0,\"balance_ratio\":null,\
                  \"imbalance_db\":113.97940008672037,\"is_imbalanced\":true,\"has_dead_channel\":true,\
                  \"dead_channel\":\"right\",\"health\":0.0,\"timestamp_ms\":0}";
    assert_eq!(value, wanted);

    let options = [
        ("silence_threshold_db", float(-50.0)),
        ("sustained_silence_ms", float(200.0)),
        ("dropout_count_threshold", int(2)),
        ("dropout_window_ms", float(1000.0)),
    ];
    let silence = Case::new("silence::SilenceDetector", 2, 0, &[&window[..], &options].concat());
    // Windows: silent, loud, silent, loud, silent, silent, loud, 4 x loud, loud.
    let plan = [0.0f32, 0.5, 0.0, 0.5, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
    let output = silence.run(&plan.iter().flat_map(|x| vec![*x; 1600]).collect::<Vec<_>>());
    let durations = output.numbers("silence_duration_ms");
    assert_eq!(durations[..7], [100.0, 0.0, 100.0, 0.0, 100.0, 200.0, 0.0]);
    assert_eq!(output.flags("is_sustained_silence")[..7], [false, false, false, false, false, true, false]);
    let counts = [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 1.0, 1.0, 0.0];
    assert_eq!(output.numbers("dropout_count"), counts);
    assert_eq!(output.numbers("health")[..7], [0.5, 1.0, 0.5, 1.0, 0.5, 0.0, 0.5]);
}

#[test]
fn senseless_options_do_not_panic() {
    for case in cases() {
        for (value, whole) in [(f64::NAN, 0), (f64::INFINITY, 0), (-1.0, 0), (0.0, 0), (1e9, 0)] {
            let mut case = case.clone();
            for (name, option) in &mut case.options {
                match option {
                    // Memory that an option asks for outright is the catalog's to limit.
                    Arg::Float(x) if !(name.starts_with("fade_out") || name.starts_with("window")) || value < 1.0 => {
                        *x = value;
                    }
                    Arg::Int(i) if *name == "rate" => *i = whole,
                    Arg::Text(t) => t.clear(),
                    Arg::Int(_) | Arg::Float(_) | Arg::Bool(_) | Arg::Floats(_) | Arg::Texts(_) => {}
                }
            }
            case.run(&noise(500 * case.input, 1));
        }
    }
}
