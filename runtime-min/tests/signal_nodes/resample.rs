//! The resampler against SciPy's `upfirdn` and by sweeps: tests/reference/resample.py.

use crate::driver::{Case, error_db, int, noise, reference, sine, text};

fn resampler(source: usize, target: usize, quality: &str, channels: usize) -> Case {
    let options = [
        ("channels", int(channels)),
        ("source_rate", int(source)),
        ("target_rate", int(target)),
        ("quality", text(quality)),
    ];
    Case::new("resample::Resample", channels, channels, &options)
}

#[test]
fn agrees_with_scipys_upfirdn() {
    for (source, target, quality, channels, frames, limit) in [
        (44100, 48000, "low", 1, 1500, -138.0),
        (44100, 48000, "medium", 1, 1500, -138.0),
        (44100, 48000, "high", 2, 1500, -138.0),
        (48000, 44100, "high", 1, 1501, -138.0),
        (48000, 16000, "low", 1, 2000, -135.0),
        (48000, 16000, "medium", 1, 2000, -135.0),
        (48000, 16000, "high", 2, 2000, -135.0),
        (16000, 48000, "high", 1, 700, -138.0),
        (8000, 44100, "high", 1, 300, -138.0),
        (96000, 44100, "high", 1, 2500, -135.0),
        (192000, 8000, "high", 1, 6000, -130.0),
        (44100, 48001, "low", 1, 1000, -135.0),
        (44100, 48001, "high", 1, 1000, -138.0),
        (48001, 16000, "medium", 1, 2000, -135.0),
    ] {
        let got = resampler(source, target, quality, channels).run(&noise(frames * channels, 1)).frames;
        let error = error_db(&got, &reference(&format!("resample_{source}_{target}_{quality}.f32")));
        println!("{source} -> {target} {quality}: {error:.1} dB");
        assert!(error < limit, "{source} -> {target} {quality}: {error:.1} dB is above {limit}");
    }
}

/// Amplitude of the component at `hz`, by projection on whole periods.
fn amplitude(samples: &[f32], rate: u32, hz: f64) -> f64 {
    let step = std::f64::consts::TAU * hz / f64::from(rate);
    let (mut re, mut im) = (0.0, 0.0);
    for (i, x) in samples.iter().enumerate() {
        let (sin, cos) = (step * i as f64).sin_cos();
        re += f64::from(*x) * cos;
        im += f64::from(*x) * sin;
    }
    2.0 * re.hypot(im) / samples.len() as f64
}

/// What the module's documentation promises: relative to the lower Nyquist frequency, pass-band edge and ripple in dB,
/// and from where it attenuates by how much.
const PROMISED: [(&str, f64, f64, f64, f64); 3] =
    [("low", 0.87, 0.001, 1.04, 80.0), ("medium", 0.90, 0.0002, 1.001, 100.0), ("high", 0.91, 0.00001, 0.99, 140.0)];

#[test]
fn pass_band_is_flat_and_images_are_gone() {
    // 16 to 48 kHz; one second, so that whole frequencies are orthogonal; its middle, where the filter has filled.
    for (quality, edge, ripple, _, attenuation) in PROMISED {
        for part in [0.01, 0.25, 0.5, 0.75, edge] {
            let hz = (8000.0 * part / 10.0).round() * 10.0;
            let out = resampler(16000, 48000, quality, 1).run(&sine(17_600, 1, 16000, hz, 0.5)).frames;
            let middle = &out[2400..50_400];
            let gain = 20.0 * (amplitude(middle, 48000, hz) / 0.5).log10();
            assert!(gain.abs() < ripple, "{quality}: {hz} Hz passes with {gain} dB");
            let image = 20.0 * (amplitude(middle, 48000, 16000.0 - hz) / 0.5).log10();
            assert!(image < -attenuation, "{quality}: the image of {hz} Hz lies at {image} dB");
        }
    }
}

#[test]
fn stop_band_does_not_alias() {
    // 48 to 16 kHz: 8 kHz is the lower Nyquist frequency.
    for (quality, _, _, edge, attenuation) in PROMISED {
        for part in [edge, 1.1, 1.5, 1.9, 2.5] {
            let hz = (8000.0 * part / 10.0).ceil() * 10.0;
            let out = resampler(48000, 16000, quality, 1).run(&sine(52_800, 1, 48000, hz, 0.5)).frames;
            let folded = (hz - 16000.0 * (hz / 16000.0).round()).abs();
            let level = 20.0 * (amplitude(&out[800..16_800], 16000, folded) / 0.5).log10();
            assert!(level < -attenuation, "{quality}: {hz} Hz comes through at {level} dB");
        }
    }
}

#[test]
fn lengths_and_times() {
    for (source, target) in [(44100, 48000), (48000, 44100), (48000, 16000), (16000, 48000), (7, 5), (48000, 1), (1, 9)]
    {
        for frames in [0, 1, 2, 3, 63, 64, 65, 1000, 5000] {
            let out = resampler(source, target, "low", 1).run(&noise(frames, 1)).frames;
            let common = (1..=source.min(target)).rev().find(|d| source % d == 0 && target % d == 0).unwrap_or(1);
            let (up, down) = (target / common, source / common);
            assert_eq!(out.len(), (frames * up).div_ceil(down), "{frames} frames, {source} -> {target}");
        }
    }
    // An impulse stays where it is: frame 300 of 16 kHz is frame 900 of 48 kHz.
    let mut impulse = vec![0.0; 600];
    impulse[300] = 1.0;
    let out = resampler(16000, 48000, "high", 1).run(&impulse).frames;
    let largest = (0..out.len()).max_by(|a, b| out[*a].total_cmp(&out[*b]));
    assert_eq!(largest, Some(900));
}

#[test]
fn constants_pass_and_equal_rates_change_nothing() {
    let out = resampler(44100, 48000, "low", 1).run(&[0.25; 3000]).frames;
    assert!(out[100..3000].iter().all(|x| (x - 0.25).abs() < 1e-7));
    let input = noise(100, 9);
    assert_eq!(resampler(44100, 44100, "high", 2).run(&input).frames, input);
}

#[test]
fn memory_is_bounded_for_any_ratio() {
    for (source, target) in
        [(44100, 48001), (192_000, 1), (1, 192_000), (4_294_967_291, 4_294_967_279), (3, 4_294_967_291)]
    {
        resampler(source, target, "high", 1).build();
    }
}
