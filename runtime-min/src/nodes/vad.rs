//! Voice activity by energy: which frames of 10 to 30 ms are louder than a threshold, with hysteresis.
//!
//! One message per frame of `frame_duration_ms`, the last one perhaps shorter, at the time of its first sample and one
//! frame behind the input; one more at the end of the stream if speech lasts until there: `ceil(N / frame)` or one more
//! for `N` input frames. A frame is active if the RMS of its mono mix (the mean of the channels) exceeds
//! `energy_threshold`. Speech starts with the frame that completes `min_speech_duration_ms` of active frames in a row,
//! and ends with the one that completes `min_silence_duration_ms` of others (at once where these are 0):
//! `is_speech_start` and `is_speech_end` mark these, `has_speech` holds from the one until before the other.
//! `speech_probability` is RMS / (2 · threshold), at most 1: 0.5 at the threshold.
//!
//! `speech_start_ms` is where the speech that lasts or has just ended really began: at the first of these active
//! frames, `speech_pad_ms` earlier, though not before the end of the speech before; null without speech.
//! `speech_end_ms`, null but at its end, is where it ended: `speech_pad_ms` behind its last active frame.
//!
//! The audio goes on unchanged to the sample output, if that is connected: `N` frames.

use super::meter::{Energy, Window, Windows, finite, timestamp_ms};
use super::position;
use crate::math;
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};

options! {
    /// Options of [`EnergyVad`].
    pub struct EnergyVadOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
        /// Length of a frame in ms.
        pub frame_duration_ms: f64,
        /// RMS above it is speech; linear, full scale is 1.
        pub energy_threshold: f64,
        /// Speech of this length in ms starts an utterance.
        pub min_speech_duration_ms: f64,
        /// Silence of this length in ms ends it.
        pub min_silence_duration_ms: f64,
        /// Added before the start and behind the end of speech, in ms.
        pub speech_pad_ms: f64,
    }
}

/// Detects speech; see the [module](self).
pub struct EnergyVad {
    options: EnergyVadOptions,
    windows: Windows,
    energy: Energy,
    min_speech: u64,
    min_silence: u64,
    pad: u64,
    /// Where the padded start of the current speech lies, while there is one.
    speech: Option<u64>,
    /// Frames in a row, up to now, that speak for a change: active ones in silence, others in speech.
    against: u64,
    /// Padded end of the speech before.
    ended: u64,
}

impl EnergyVad {
    /// A detector before its first frame.
    pub fn new(options: EnergyVadOptions) -> EnergyVad {
        let frames = |ms| position::frame_at(ms, options.rate);
        EnergyVad {
            windows: Windows::new(options.frame_duration_ms, options.rate, options.channels),
            energy: Energy::default(),
            min_speech: frames(options.min_speech_duration_ms),
            min_silence: frames(options.min_silence_duration_ms),
            pad: frames(options.speech_pad_ms),
            speech: None,
            against: 0,
            ended: 0,
            options,
        }
    }

    fn report(&mut self, window: Window, out: &mut Out<'_>) {
        let rms = math::sqrt(self.energy.mean());
        self.energy.clear();
        let active = rms > self.options.energy_threshold;
        let end = window.start + window.frames;
        self.against = if active == self.speech.is_some() { 0 } else { self.against + window.frames };
        let (mut is_start, mut stop) = (false, None);
        if self.against > 0 {
            let since = end - self.against;
            if self.speech.is_some() && self.against >= self.min_silence {
                stop = Some(since);
            } else if self.speech.is_none() && self.against >= self.min_speech {
                is_start = true;
                self.speech = Some(since.saturating_sub(self.pad).max(self.ended));
                self.against = 0;
            }
        }
        let probability = if active && self.options.energy_threshold <= 0.0 {
            1.0
        } else {
            (rms / (2.0 * self.options.energy_threshold)).clamp(0.0, 1.0)
        };
        self.send(window.time, is_start, stop, probability, out);
    }

    /// Sends an event; with `stop`, speech ends, its last active frame being before that position.
    fn send(&mut self, time: u64, is_start: bool, stop: Option<u64>, probability: f64, out: &mut Out<'_>) {
        let (start, end) = (self.speech, stop.map(|frame| frame.saturating_add(self.pad)));
        if let Some(end) = end {
            self.ended = end;
            self.speech = None;
            self.against = 0;
        }
        // An event that nobody reads is not worth its memory.
        if out.messages.is_none() {
            return;
        }
        let ms = |frame: Option<u64>| {
            frame.map_or(Value::Null, |f| Value::Float(position::milliseconds(f, self.options.rate)))
        };
        let value = object([
            ("has_speech", self.speech.is_some().into()),
            ("is_speech_start", is_start.into()),
            ("is_speech_end", end.is_some().into()),
            ("speech_probability", if probability.is_nan() { 0.0 } else { probability }.into()),
            ("speech_start_ms", ms(start)),
            ("speech_end_ms", ms(end)),
            ("timestamp_ms", timestamp_ms(time)),
        ]);
        out.send(Message { time, value });
    }
}

impl Node for EnergyVad {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        out.extend(samples);
        let channels = self.options.channels.max(1);
        let mut rest = samples;
        while let Some(part) = self.windows.take(&mut rest) {
            if channels == 1 {
                self.energy.add(part);
            } else {
                for frame in part.chunks_exact(channels) {
                    let sum: f64 = frame.iter().map(|x| f64::from(finite(*x))).sum();
                    self.energy.add_one(sum / channels as f64);
                }
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
        if self.speech.is_some() {
            let end = self.windows.start();
            self.send(self.windows.time(), false, Some(end - self.against), 0.0, out);
        }
        Ok(())
    }
}
