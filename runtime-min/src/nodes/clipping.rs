//! Clipping, judged once per window by saturated samples and by the crest factor.
//!
//! One message per window of `window_ms`, the last one perhaps shorter: `ceil(N / window)` for `N` frames, at the time
//! of the window's first frame, one window behind the input. `saturation_ratio` is the share in per cent of all samples
//! of the window, over all channels, whose magnitude is at least `saturation_threshold`; `crest_factor_db` is peak over
//! RMS (a square wave has 0, a sine 3.01; silence counts as 20). `is_clipping` is a ratio at or above
//! `saturation_ratio_threshold` per cent, or a crest factor at or below `crest_factor_threshold_db`; in a last window
//! that is shorter than the others, too short perhaps for a crest factor, only the ratio decides. `health` falls
//! linearly from 1 to 0 as the ratio rises from 0 to twice its threshold, and is at most 0.5 where the crest factor
//! says clipping.

use super::meter::{Energy, FLOOR_DB, Window, Windows, between, finite, power_db, timestamp_ms};
use crate::message::{Message, object};
use crate::node::{Failure, Node, Out};

options! {
    /// Options of [`ClippingDetector`].
    pub struct ClippingDetectorOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
        /// Length of a window in ms.
        pub window_ms: f64,
        /// Magnitude from which a sample is saturated, relative to full scale.
        pub saturation_threshold: f64,
        /// Share of saturated samples in per cent that is clipping.
        pub saturation_ratio_threshold: f64,
        /// Crest factor in dB that is clipping.
        pub crest_factor_threshold_db: f64,
    }
}

/// Detects clipping; see the [module](self).
pub struct ClippingDetector {
    options: ClippingDetectorOptions,
    windows: Windows,
    energy: Energy,
    saturated: u64,
}

/// What is reported as the crest factor of silence, in dB.
const CREST_OF_SILENCE_DB: f64 = 20.0;

impl ClippingDetector {
    /// A detector before its first frame.
    pub fn new(options: ClippingDetectorOptions) -> ClippingDetector {
        let windows = Windows::new(options.window_ms, options.rate, options.channels);
        ClippingDetector { options, windows, energy: Energy::default(), saturated: 0 }
    }

    fn report(&mut self, window: Window, out: &mut Out<'_>) {
        let samples = window.frames * self.options.channels.max(1) as u64;
        let ratio = self.saturated as f64 * 100.0 / samples as f64;
        let mean_square = self.energy.mean();
        let crest_db = if power_db(mean_square) > FLOOR_DB {
            power_db(self.energy.peak() * self.energy.peak() / mean_square)
        } else {
            CREST_OF_SILENCE_DB
        };
        let too_many = ratio >= self.options.saturation_ratio_threshold;
        let too_flat = window.whole && crest_db <= self.options.crest_factor_threshold_db;
        let by_ratio = 1.0 - between(ratio, 0.0, 2.0 * self.options.saturation_ratio_threshold);
        let health = if too_flat && by_ratio > 0.5 { 0.5 } else { by_ratio };
        self.energy.clear();
        self.saturated = 0;
        let value = object([
            ("saturation_ratio", ratio.into()),
            ("crest_factor_db", crest_db.into()),
            ("is_clipping", (too_many || too_flat).into()),
            ("health", health.into()),
            ("timestamp_ms", timestamp_ms(window.time)),
        ]);
        out.send(Message { time: window.time, value });
    }
}

impl Node for ClippingDetector {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let threshold = self.options.saturation_threshold as f32;
        let mut rest = samples;
        while let Some(part) = self.windows.take(&mut rest) {
            self.energy.add(part);
            self.saturated += part.iter().filter(|x| finite(**x).abs() >= threshold).count() as u64;
            if let Some(window) = self.windows.complete() {
                self.report(window, out);
            }
        }
        out.advance(self.windows.time());
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        if let Some(window) = self.windows.last() {
            self.report(window, out);
        }
        Ok(())
    }
}
