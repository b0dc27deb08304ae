//! Brings the level to a target, by one gain for the whole stream or by a gain that follows it.
//!
//! `N` frames give `N` frames. The level of a window is its peak or its RMS over all channels; the gain it asks for is
//! target over level, at most `max_gain_db`; a window below -120 dB asks for what the one before asked for (0 dB at the
//! start). Where two windows meet, the gain is the smaller of their two; within a window it goes linearly from border
//! to border (frame `i` of `n`: `a + (b - a) · i / n`), from and to its own at the ends of the stream. So a peak never
//! exceeds the target. The output runs up to two windows behind the input; these are held.
//!
//! `window_ms` 0 takes the whole stream as one window: all of it is held until the end, in memory that grows with it.
//!
//! Gains in f64, one product per sample rounded to f32. What is not a number stays so and has no level.

use super::meter::{Energy, Windows};
use crate::math;
use crate::node::{Failure, Node, Out};
use alloc::string::String;
use alloc::vec::Vec;

options! {
    /// Options of [`Normalize`].
    pub struct NormalizeOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
        /// `peak` or `rms`; anything else counts as `peak`.
        pub mode: String,
        /// The level to reach in dB relative to full scale.
        pub target_db: f64,
        /// Length of a window in ms; 0 for the whole stream.
        pub window_ms: f64,
        /// Most gain in dB.
        pub max_gain_db: f64,
    }
}

/// Normalises the level; see the [module](self).
pub struct Normalize {
    channels: usize,
    by_rms: bool,
    target: f64,
    max_gain: f64,
    /// None: the whole stream is one window.
    windows: Option<Windows>,
    energy: Energy,
    /// A whole window that waits for the gain of the next one, then the part of that one that has come.
    held: Vec<f32>,
    waiting: Option<Waiting>,
    /// What the last window asked for.
    gain: f64,
}

/// A whole window whose last border is not known yet.
struct Waiting {
    samples: usize,
    /// Gain at its start, and what it asks for.
    from: f64,
    gain: f64,
}

impl Normalize {
    /// A normaliser before its first frame. Allocates two windows.
    pub fn new(options: NormalizeOptions) -> Normalize {
        let channels = options.channels.max(1);
        let windows = (options.window_ms > 0.0).then(|| Windows::new(options.window_ms, options.rate, channels));
        let held = windows.as_ref().map_or(0, |w| (w.length() as usize).saturating_mul(2 * channels));
        Normalize {
            channels,
            by_rms: options.mode == "rms",
            target: math::pow(10.0, options.target_db / 20.0),
            max_gain: math::pow(10.0, options.max_gain_db / 20.0),
            windows,
            energy: Energy::default(),
            held: Vec::with_capacity(held),
            waiting: None,
            gain: 1.0,
        }
    }

    /// The window that is now complete asks for a gain; the one before it can go on.
    fn turn(&mut self, out: &mut Out<'_>) {
        let level = if self.by_rms { math::sqrt(self.energy.mean()) } else { self.energy.peak() };
        self.energy.clear();
        if level > 1e-6 {
            let gain = self.target / level;
            self.gain = if gain < self.max_gain { gain } else { self.max_gain };
        }
        let gain = self.gain;
        let from = match self.waiting.take() {
            Some(before) => {
                let border = if before.gain < gain { before.gain } else { gain };
                self.write(&before, border, out);
                border
            }
            None => gain,
        };
        self.waiting = Some(Waiting { samples: self.held.len(), from, gain });
    }

    /// Writes the oldest window, whose gain ends at `to`.
    fn write(&mut self, window: &Waiting, to: f64, out: &mut Out<'_>) {
        let frames = window.samples / self.channels;
        let written = out.append(frames);
        let pairs = written.chunks_exact_mut(self.channels).zip(self.held.chunks_exact(self.channels));
        for (i, (scaled, frame)) in pairs.enumerate() {
            let gain = window.from + (to - window.from) * (i as f64 / frames as f64);
            for (scaled, sample) in scaled.iter_mut().zip(frame) {
                *scaled = super::canonical((f64::from(*sample) * gain) as f32);
            }
        }
        self.held.drain(..window.samples);
    }
}

impl Node for Normalize {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rest = samples;
        loop {
            let part = match &mut self.windows {
                Some(windows) => windows.take(&mut rest),
                None => Some(core::mem::take(&mut rest)).filter(|part| !part.is_empty()),
            };
            let Some(part) = part else { return Ok(()) };
            self.energy.add(part);
            self.held.extend_from_slice(part);
            if self.windows.as_mut().is_some_and(|windows| windows.complete().is_some()) {
                self.turn(out);
            }
        }
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        let last = match &mut self.windows {
            Some(windows) => windows.last().is_some(),
            None => !self.held.is_empty(),
        };
        if last {
            self.turn(out);
        }
        if let Some(window) = self.waiting.take() {
            self.write(&window, window.gain, out);
        }
        Ok(())
    }
}
