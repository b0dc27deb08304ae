//! How the input is cut never changes a bit of the output.

use crate::driver::{Case, Random, bursts, float, int, noise, text};
use remotemedia_runtime_min::nodes::registry::Arg;

/// Every node that works on samples alone, with options that make its windows, rings and blocks end within a few
/// thousand frames.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for channels in [1, 2, 3] {
        let common = [("channels", int(channels)), ("rate", int(8000))];
        let mut add = |path, output: usize, options: &[(&'static str, Arg)]| {
            cases.push(Case::new(path, channels, output, &[&common, options].concat()));
        };
        let window = ("window_ms", float(9.0));
        add(
            "level::AudioLevel",
            0,
            &[
                window.clone(),
                ("low_volume_threshold_db", float(-20.0)),
                ("silence_threshold_db", float(-60.0)),
                ("lufs", Arg::Bool(channels == 2)),
            ],
        );
        add("loudness::Loudness", 0, &[]);
        add(
            "silence::SilenceDetector",
            0,
            &[
                window.clone(),
                ("silence_threshold_db", float(-50.0)),
                ("sustained_silence_ms", float(30.0)),
                ("dropout_count_threshold", int(2)),
                ("dropout_window_ms", float(500.0)),
            ],
        );
        add(
            "clipping::ClippingDetector",
            0,
            &[
                window.clone(),
                ("saturation_threshold", float(0.45)),
                ("saturation_ratio_threshold", float(1.0)),
                ("crest_factor_threshold_db", float(3.0)),
            ],
        );
        add(
            "balance::ChannelBalance",
            0,
            &[window, ("imbalance_threshold_db", float(1.0)), ("dead_channel_threshold_db", float(-60.0))],
        );
        add(
            "vad::EnergyVad",
            channels,
            &[
                ("frame_duration_ms", float(5.0)),
                ("energy_threshold", float(0.02)),
                ("min_speech_duration_ms", float(15.0)),
                ("min_silence_duration_ms", float(20.0)),
                ("speech_pad_ms", float(7.0)),
            ],
        );
        for (curve, fade_in, fade_out) in
            [("linear", 20.0, 40.0), ("equal_power", 0.0, 1.0), ("exponential", 3.0, 0.0), ("s_curve", 900.0, 900.0)]
        {
            let options = [("fade_in_ms", float(fade_in)), ("fade_out_ms", float(fade_out)), ("curve", text(curve))];
            add("fade::Fade", channels, &options);
        }
        for (mode, window_ms) in [("peak", 10.0), ("rms", 33.0), ("peak", 0.0)] {
            let options = [
                ("mode", text(mode)),
                ("target_db", float(-3.0)),
                ("window_ms", float(window_ms)),
                ("max_gain_db", float(30.0)),
            ];
            add("normalize::Normalize", channels, &options);
        }
        for (n_fft, hop, normalize) in [(256, 80, "none"), (100, 250, "none"), (1024, 800, "whisper")] {
            let options =
                [("n_mels", int(20)), ("n_fft", int(n_fft)), ("hop", int(hop)), ("normalize", text(normalize))];
            add("log_mel::LogMel", 20, &options);
        }
        for (source, target, quality) in [(8000, 11025, "low"), (8000, 3000, "medium"), (8000, 8001, "high")] {
            let options = [
                ("channels", int(channels)),
                ("source_rate", int(source)),
                ("target_rate", int(target)),
                ("quality", text(quality)),
            ];
            cases.push(Case::new("resample::Resample", channels, channels, &options));
        }
        for (n_fft, hop, output, center) in [
            (128, 32, "db", true),
            (63, 100, "power", true),
            (64, 500, "magnitude", false),
            (400, 160, "complex", true),
        ] {
            let width = (n_fft / 2 + 1) * if output == "complex" { 2 } else { 1 };
            let options = [
                ("channels", int(channels)),
                ("n_fft", int(n_fft)),
                ("hop", int(hop)),
                ("window", text("hann")),
                ("output", text(output)),
                ("center", Arg::Bool(center)),
            ];
            cases.push(Case::new("stft::Stft", channels, width * channels, &options));
        }
        cases.push(Case::new(
            "chunker::Chunker",
            channels,
            channels,
            &[("channels", int(channels)), ("chunk_size", int(100))],
        ));
    }
    cases
}

/// Cuts of very different sizes, some empty, up to about `frames` in all.
fn cuts(random: &mut Random, frames: usize) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut left = frames as i64;
    while left > 0 {
        let size = match random.below(6) {
            0 => 0,
            1 => 1,
            2 => random.below(10),
            3 => random.below(100),
            4 => random.below(1000),
            _ => random.below(3000),
        };
        left -= size as i64;
        cuts.push(size);
    }
    cuts
}

#[test]
fn output_does_not_depend_on_cuts() {
    let mut random = Random::new(7);
    for case in cases() {
        for frames in [1, 37, 700, 4700] {
            let mut input = bursts(frames * case.input, 1 + frames as u32, 300);
            if frames == 4700 {
                // What is not finite passes through the same places however it came.
                for (at, x) in [(1234, f32::NAN), (2345, f32::INFINITY), (2600, f32::NEG_INFINITY), (3000, f32::MAX)] {
                    input[at * case.input] = x;
                }
            }
            let whole = case.run(&input).exact();
            for _ in 0..4 {
                let cuts = cuts(&mut random, frames);
                let cut = case.run_cut(&input, &cuts).exact();
                assert!(cut == whole, "{} {:?}: {frames} frames cut as {cuts:?}", case.path, case.options);
            }
        }
    }
}

/// One frame at a time is the hardest way to be fed.
#[test]
fn output_does_not_depend_on_single_frames() {
    for case in cases() {
        let input = noise(1500 * case.input, 3);
        let cut = case.run_cut(&input, &[1; 1500]).exact();
        assert!(cut == case.run(&input).exact(), "{} {:?}", case.path, case.options);
    }
}
