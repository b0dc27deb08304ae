//! The level of the sound, once per window.
//!
//! One message per window of `window_ms`, the last one perhaps shorter: `ceil(N / window)` for `N` frames, at the time
//! of the window's first frame, one window behind the input. RMS is the root of the mean square over all channels, the
//! peak the largest magnitude; both in dB relative to full scale (a full-scale square wave has 0 dB RMS, a sine -3.01),
//! not below -120. `is_silence` is RMS at or below the silence threshold, `is_low_volume` RMS below the low-volume
//! threshold; `health` is 0 at the former, 1 at the latter, linear in dB between. With `lufs` on, `lufs` is the
//! window's loudness by ITU-R BS.1770-4 without gates (windows of 400 ms: its momentary loudness), not below -120.

use super::k_weighting::KWeighting;
use super::meter::{Energy, Window, Windows, amplitude_db, between, power_db, timestamp_ms};
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::string::String;

options! {
    /// Options of [`AudioLevel`].
    pub struct AudioLevelOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
        /// Length of a window in ms.
        pub window_ms: f64,
        /// RMS below it, in dB relative to full scale, is low volume.
        pub low_volume_threshold_db: f64,
        /// RMS at or below it, in dB relative to full scale, is silence.
        pub silence_threshold_db: f64,
        /// Whether to measure loudness too.
        pub lufs: bool,
    }
}

/// Measures the level; see the [module](self).
pub struct AudioLevel {
    windows: Windows,
    energy: Energy,
    loudness: Option<KWeighting>,
    low_volume_db: f64,
    silence_db: f64,
}

impl AudioLevel {
    /// A meter before its first frame.
    pub fn new(options: AudioLevelOptions) -> AudioLevel {
        AudioLevel {
            windows: Windows::new(options.window_ms, options.rate, options.channels),
            energy: Energy::default(),
            loudness: options.lufs.then(|| KWeighting::new(options.rate, options.channels)),
            low_volume_db: options.low_volume_threshold_db,
            silence_db: options.silence_threshold_db,
        }
    }

    fn report(&mut self, window: Window, out: &mut Out<'_>) {
        let rms_db = power_db(self.energy.mean());
        let mut value = object([
            ("rms_db", rms_db.into()),
            ("peak_db", amplitude_db(self.energy.peak()).into()),
            ("is_low_volume", (rms_db < self.low_volume_db).into()),
            ("is_silence", (rms_db <= self.silence_db).into()),
            ("health", between(rms_db, self.silence_db, self.low_volume_db).into()),
            ("timestamp_ms", timestamp_ms(window.time)),
        ]);
        if let (Value::Object(members), Some(loudness)) = (&mut value, &mut self.loudness) {
            let lufs = KWeighting::lufs(loudness.take() / window.frames as f64);
            members.insert(2, (String::from("lufs"), lufs.into()));
        }
        self.energy.clear();
        out.send(Message { time: window.time, value });
    }
}

impl Node for AudioLevel {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rest = samples;
        while let Some(part) = self.windows.take(&mut rest) {
            self.energy.add(part);
            if let Some(loudness) = &mut self.loudness {
                loudness.add(part);
            }
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
