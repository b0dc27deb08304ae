//! Fades a stream in at its start and out at its end.
//!
//! `N` frames give `N` frames. Frame `i` is multiplied by `c(i / in)` while `i < in`, and frame `N - 1 - j` by `c(j /
//! out)` while `j < out`, where `in` and `out` are the two durations in frames: the first and the last frame become 0.
//! Both apply where they overlap. The end is not known before it is there, so the output runs `out` frames behind the
//! input; these are held. Frames outside the fades keep their bits.
//!
//! | `curve` | `c(x)` for `x` from 0 to 1 |
//! |---|---|
//! | `linear` | `x` |
//! | `equal_power` | `sin(πx/2)` |
//! | `exponential` | `(1000^x - 1) / 999`: even steps in dB, 60 dB in all |
//! | `s_curve` | `(1 - cos(πx)) / 2` |
//!
//! Gains are computed in f64 and multiplied with each other, then with the sample, and rounded to f32 once.

use super::position::frame_at;
use crate::math;
use crate::node::{Failure, Node, Out};
use alloc::string::String;
use alloc::vec::Vec;
use core::f64::consts::PI;

options! {
    /// Options of [`Fade`].
    pub struct FadeOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
        /// Length of the fade-in in ms, rounded to whole frames.
        pub fade_in_ms: f64,
        /// Length of the fade-out in ms, rounded to whole frames.
        pub fade_out_ms: f64,
        /// `linear`, `equal_power`, `exponential` or `s_curve`; anything else counts as `linear`.
        pub curve: String,
    }
}

#[derive(Clone, Copy)]
enum Curve {
    Linear,
    EqualPower,
    Exponential,
    RaisedCosine,
}

impl Curve {
    fn at(self, x: f64) -> f64 {
        match self {
            Curve::Linear => x,
            Curve::EqualPower => math::sin(PI * 0.5 * x),
            Curve::Exponential => (math::pow(1000.0, x) - 1.0) / 999.0,
            Curve::RaisedCosine => 0.5 - 0.5 * math::cos(PI * x),
        }
    }
}

/// Fades in and out; see the [module](self).
pub struct Fade {
    channels: usize,
    fade_in: u64,
    fade_out: usize,
    curve: Curve,
    /// The last `fade_out` frames, as a ring whose oldest frame is at `oldest` once it is full.
    held: Vec<f32>,
    oldest: usize,
    /// Frames written.
    written: u64,
}

impl Fade {
    /// A fade before its first frame. Allocates what is held: `fade_out_ms` of audio.
    pub fn new(options: FadeOptions) -> Fade {
        let channels = options.channels.max(1);
        let fade_out = frame_at(options.fade_out_ms, options.rate) as usize;
        let curve = match options.curve.as_str() {
            "equal_power" => Curve::EqualPower,
            "exponential" => Curve::Exponential,
            "s_curve" => Curve::RaisedCosine,
            _ => Curve::Linear,
        };
        Fade {
            channels,
            fade_in: frame_at(options.fade_in_ms, options.rate),
            fade_out,
            curve,
            held: Vec::with_capacity(fade_out.saturating_mul(channels)),
            oldest: 0,
            written: 0,
        }
    }

    /// Writes frames whose distance to the end is known to be beyond the fade-out.
    fn write(&mut self, samples: &[f32], out: &mut Out<'_>) {
        let frames = samples.len() / self.channels;
        let fading = self.fade_in.saturating_sub(self.written).min(frames as u64) as usize;
        let (first, rest) = samples.split_at(fading * self.channels);
        let written = out.append(fading);
        for ((i, to), from) in
            written.chunks_exact_mut(self.channels).enumerate().zip(first.chunks_exact(self.channels))
        {
            apply(self.curve.at((self.written + i as u64) as f64 / self.fade_in as f64), from, to);
        }
        out.extend(rest);
        self.written += frames as u64;
    }
}

fn apply(gain: f64, from: &[f32], to: &mut [f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = super::canonical((f64::from(*from) * gain) as f32);
    }
}

impl Node for Fade {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let capacity = self.fade_out * self.channels;
        // What fits into the ring is held; for the rest, as much of what is held (oldest first) goes on.
        let (fill, mut rest) = samples.split_at((capacity - self.held.len()).min(samples.len()));
        self.held.extend_from_slice(fill);
        if rest.len() >= capacity {
            let mut held = core::mem::take(&mut self.held);
            let (newer, older) = held.split_at(self.oldest);
            self.write(older, out);
            self.write(newer, out);
            let (through, last) = rest.split_at(rest.len() - capacity);
            self.write(through, out);
            held.copy_from_slice(last);
            (self.held, self.oldest) = (held, 0);
            return Ok(());
        }
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(capacity - self.oldest));
            let mut held = core::mem::take(&mut self.held);
            let place = &mut held[self.oldest..self.oldest + now.len()];
            self.write(place, out);
            place.copy_from_slice(now);
            self.held = held;
            self.oldest = (self.oldest + now.len()) % capacity;
            rest = later;
        }
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        self.held.rotate_left(self.oldest);
        let frames = self.held.len() / self.channels;
        let written = out.append(frames);
        let pairs = written.chunks_exact_mut(self.channels).zip(self.held.chunks_exact(self.channels));
        for (i, (to, from)) in pairs.enumerate() {
            let position = self.written + i as u64;
            let rise = if position < self.fade_in { self.curve.at(position as f64 / self.fade_in as f64) } else { 1.0 };
            let fall = self.curve.at((frames - 1 - i) as f64 / self.fade_out as f64);
            apply(rise * fall, from, to);
        }
        Ok(())
    }
}
