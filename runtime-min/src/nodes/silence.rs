//! Silence, sustained silence and dropouts, judged once per window.
//!
//! One message per window of `window_ms`, the last one perhaps shorter: `ceil(N / window)` for `N` frames, at the time
//! of the window's first frame, one window behind the input. A window is silent if its RMS over all channels is at or
//! below `silence_threshold_db`; `silence_duration_ms` is how long it has been so, this window included (0 if it is
//! not), and `is_sustained_silence` whether that is `sustained_silence_ms` or more. A dropout is a silence that begins
//! after sound; `dropout_count` counts those that began within the `dropout_window_ms` before the end of this window,
//! at most 65,536, and `has_intermittent_dropouts` says whether they are `dropout_count_threshold` or more. `health` is
//! 1 where there is sound, falls to 0 linearly while silence becomes sustained, and is at most 0.5 with intermittent
//! dropouts.

use super::meter::{Energy, Window, Windows, power_db, timestamp_ms};
use super::position;
use crate::message::{Message, object};
use crate::node::{Failure, Node, Out};
use alloc::collections::VecDeque;

options! {
    /// Options of [`SilenceDetector`].
    pub struct SilenceDetectorOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
        /// Length of a window in ms.
        pub window_ms: f64,
        /// RMS at or below it, in dB relative to full scale, is silence.
        pub silence_threshold_db: f64,
        /// Silence of this length in ms is sustained.
        pub sustained_silence_ms: f64,
        /// So many dropouts are intermittent dropouts.
        pub dropout_count_threshold: u32,
        /// Dropouts are counted over this time in ms.
        pub dropout_window_ms: f64,
    }
}

/// Detects silence; see the [module](self).
pub struct SilenceDetector {
    options: SilenceDetectorOptions,
    windows: Windows,
    energy: Energy,
    /// Frames of silence up to now.
    silent: u64,
    sound_before: bool,
    /// Where the latest dropouts began.
    dropouts: VecDeque<u64>,
    most_dropouts: usize,
    dropout_frames: u64,
}

impl SilenceDetector {
    /// A detector before its first frame.
    pub fn new(options: SilenceDetectorOptions) -> SilenceDetector {
        let windows = Windows::new(options.window_ms, options.rate, options.channels);
        let dropout_frames = position::frame_at(options.dropout_window_ms, options.rate);
        // A dropout takes a silent window and one with sound.
        let most_dropouts = (dropout_frames / windows.length() / 2 + 2).min(1 << 16) as usize;
        SilenceDetector {
            windows,
            energy: Energy::default(),
            silent: 0,
            sound_before: false,
            dropouts: VecDeque::with_capacity(most_dropouts),
            most_dropouts,
            dropout_frames,
            options,
        }
    }

    fn report(&mut self, window: Window, out: &mut Out<'_>) {
        let rms_db = power_db(self.energy.mean());
        self.energy.clear();
        let is_silent = rms_db <= self.options.silence_threshold_db;
        if is_silent && self.sound_before {
            if self.dropouts.len() == self.most_dropouts {
                self.dropouts.pop_front();
            }
            self.dropouts.push_back(window.start);
        }
        self.sound_before = !is_silent;
        self.silent = if is_silent { self.silent + window.frames } else { 0 };
        let since = (window.start + window.frames).saturating_sub(self.dropout_frames);
        while self.dropouts.front().is_some_and(|start| *start < since) {
            self.dropouts.pop_front();
        }
        let silence_ms = position::milliseconds(self.silent, self.options.rate);
        let sustained = is_silent && silence_ms >= self.options.sustained_silence_ms;
        let intermittent = self.dropouts.len() as u64 >= u64::from(self.options.dropout_count_threshold);
        let health = if sustained {
            0.0
        } else if is_silent {
            1.0 - silence_ms / self.options.sustained_silence_ms
        } else {
            1.0
        };
        let value = object([
            ("is_silent", is_silent.into()),
            ("rms_db", rms_db.into()),
            ("silence_duration_ms", silence_ms.into()),
            ("is_sustained_silence", sustained.into()),
            ("dropout_count", (self.dropouts.len() as i64).into()),
            ("has_intermittent_dropouts", intermittent.into()),
            ("health", if intermittent && health > 0.5 { 0.5 } else { health }.into()),
            ("timestamp_ms", timestamp_ms(window.time)),
        ]);
        out.send(Message { time: window.time, value });
    }
}

impl Node for SilenceDetector {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rest = samples;
        while let Some(part) = self.windows.take(&mut rest) {
            self.energy.add(part);
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
