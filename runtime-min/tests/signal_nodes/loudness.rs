//! Loudness against NumPy (tests/reference/loudness.py) and the test signals of EBU Tech 3341.

use crate::driver::{Case, assert_close, bursts, figures, float, int, list, sine};
use remotemedia_runtime_min::Value;
use remotemedia_runtime_min::nodes::registry::Arg;

fn meter(channels: usize, rate: usize) -> Case {
    Case::new("loudness::Loudness", channels, 0, &[("channels", int(channels)), ("rate", int(rate))])
}

#[test]
fn agrees_with_the_recommendation_in_numpy() {
    let Value::List(cases) = figures("loudness.json") else { panic!("loudness.json is not a list") };
    for wanted in cases {
        let figure = |key| wanted.get(key).and_then(Value::number).unwrap_or_else(|| panic!("{key}"));
        let (rate, channels, frames) = (figure("rate"), figure("channels") as usize, figure("frames") as usize);
        let what = format!("{rate} Hz, {channels} channels");
        let mut output = meter(channels, rate as usize).run(&bursts(frames * channels, 4, figure("length") as usize));
        let last = output.messages.pop().map(|m| m.value).unwrap_or(Value::Null);
        assert_eq!(last.get("is_final"), Some(&Value::Bool(true)));
        assert_eq!(output.messages.len(), (frames as f64 / (rate / 10.0).round()) as usize, "{what}");
        assert_close(&output.numbers("momentary_lufs"), &list(wanted.get("momentary_lufs")), 1e-9, &what);
        assert_close(&output.numbers("short_term_lufs"), &list(wanted.get("short_term_lufs")), 1e-9, &what);
        let integrated = last.get("integrated_lufs").and_then(Value::number).unwrap_or(f64::NAN);
        println!("{what}: {integrated} against {}", figure("integrated_lufs"));
        assert!((integrated - figure("integrated_lufs")).abs() < 1e-9, "{what}: {integrated}");
    }
}

/// A 1 kHz sine in both channels at each level (peak, dB relative to full scale) for so many seconds.
fn levels(rate: u32, parts: &[(f64, f64)]) -> Vec<f32> {
    parts
        .iter()
        .flat_map(|(db, seconds)| sine((f64::from(rate) * seconds) as usize, 2, rate, 1000.0, 10f64.powf(db / 20.0)))
        .collect()
}

/// EBU Tech 3341, table 1: cases 1 to 5, within 0.1 LU.
#[test]
fn ebu_signals_read_as_they_must() {
    let cases: [(&[(f64, f64)], f64); 5] = [
        (&[(-23.0, 20.0)], -23.0),
        (&[(-33.0, 20.0)], -33.0),
        (&[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0),
        (&[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)], -23.0),
        (&[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)], -23.0),
    ];
    for (i, (parts, wanted)) in cases.iter().enumerate() {
        let output = meter(2, 48000).run(&levels(48000, parts));
        let integrated = output.numbers("integrated_lufs").pop().unwrap_or(f64::NAN);
        println!("case {}: {integrated:.3} LUFS", i + 1);
        assert!((integrated - wanted).abs() <= 0.1, "case {}: {integrated} LUFS", i + 1);
        if parts.len() == 1 {
            for key in ["momentary_lufs", "short_term_lufs"] {
                let last = output.numbers(key).pop().unwrap_or(f64::NAN);
                assert!((last - wanted).abs() <= 0.1, "case {}: {key} {last}", i + 1);
            }
        }
    }
}

/// EBU Tech 3341, case 6: five channels at levels that add up.
#[test]
fn surround_channels_weigh_as_they_must() {
    let gain = |db: f64| 10f64.powf(db / 20.0);
    let tone = sine(48_000 * 5, 1, 48000, 1000.0, 1.0);
    let levels = [-28.0, -28.0, -24.0, -200.0, -30.0, -30.0];
    let six: Vec<f32> = tone.iter().flat_map(|x| levels.map(|db| (f64::from(*x) * gain(db)) as f32)).collect();
    let integrated = meter(6, 48000).run(&six).numbers("integrated_lufs").pop().unwrap_or(f64::NAN);
    assert!((integrated - -23.0).abs() <= 0.1, "{integrated} LUFS");
}

#[test]
fn rates_agree_and_silence_has_a_floor() {
    // At 8 kHz the bilinear transform bends the shelf so near to 1 kHz that it shows.
    for (rate, tolerance) in [(8000, 0.2), (16000, 0.1), (22050, 0.1), (44100, 0.1), (96000, 0.1), (192_000, 0.1)] {
        let output = meter(2, rate as usize).run(&levels(rate, &[(-23.0, 3.5)]));
        let integrated = output.numbers("integrated_lufs").pop().unwrap_or(f64::NAN);
        println!("{rate} Hz: {integrated:.3} LUFS");
        assert!((integrated - -23.0).abs() <= tolerance, "{rate} Hz: {integrated} LUFS");
    }
    let silent = meter(1, 8000).run(&[0.0; 8000]);
    assert_eq!(silent.numbers("integrated_lufs").pop(), Some(-120.0));
    let short = meter(1, 8000).run(&[0.5; 3000]);
    assert_eq!(short.messages.len(), 4);
    assert!(short.numbers("momentary_lufs").is_empty() && short.numbers("integrated_lufs").is_empty());
}

#[test]
fn level_reports_the_loudness_of_its_window() {
    let options = [
        ("channels", int(2)),
        ("rate", int(48000)),
        ("window_ms", float(400.0)),
        ("low_volume_threshold_db", float(-20.0)),
        ("silence_threshold_db", float(-60.0)),
        ("lufs", Arg::Bool(true)),
    ];
    let output = Case::new("level::AudioLevel", 2, 0, &options).run(&levels(48000, &[(-23.0, 2.0)]));
    let lufs = output.numbers("lufs");
    assert_eq!(lufs.len(), 5);
    assert!(lufs.iter().all(|l| (l - -23.0).abs() < 0.1), "{lufs:?}");
}
