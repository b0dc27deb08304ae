//! What the meters share: windows of a fixed number of frames, energy and peak in a fixed order, decibels.
//!
//! A meter sees whole windows, counted from the start of the stream, whatever the chunks; the last one may be shorter.
//! A sample that is not a number counts as 0, an infinite one as the largest finite, so that every figure is finite.

use super::position;
use crate::math;

/// What a level in decibels never falls below.
pub(crate) const FLOOR_DB: f64 = -120.0;

/// The windows of one stream.
pub(crate) struct Windows {
    channels: usize,
    rate: u32,
    /// Frames of a whole window.
    length: u64,
    /// First frame of the current window, and how many of its frames have been seen.
    start: u64,
    filled: u64,
}

/// One window that is complete, or the last one.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    /// Position of the first frame.
    pub start: u64,
    /// Frames in it, at least 1.
    pub frames: u64,
    /// Time of the first frame in nanoseconds.
    pub time: u64,
    /// False for a last window that is shorter than the others.
    pub whole: bool,
}

impl Windows {
    /// Windows of `milliseconds`, rounded to whole frames, at least one.
    pub fn new(milliseconds: f64, rate: u32, channels: usize) -> Windows {
        let length = position::frame_at(milliseconds, rate).max(1);
        Windows { channels: channels.max(1), rate, length, start: 0, filled: 0 }
    }

    /// Frames of a whole window.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Takes from `rest` the samples up to the end of the current window. None if nothing is left.
    pub fn take<'a>(&mut self, rest: &mut &'a [f32]) -> Option<&'a [f32]> {
        let left = usize::try_from(self.length - self.filled).unwrap_or(usize::MAX);
        let frames = left.min(rest.len() / self.channels);
        if frames == 0 {
            return None;
        }
        let (now, later) = rest.split_at(frames * self.channels);
        *rest = later;
        self.filled += frames as u64;
        Some(now)
    }

    /// The current window if it is complete, after which the next one begins.
    pub fn complete(&mut self) -> Option<Window> {
        (self.filled == self.length).then(|| self.turn())
    }

    /// The current window if anything is in it, at the end of the stream.
    pub fn last(&mut self) -> Option<Window> {
        (self.filled > 0).then(|| self.turn())
    }

    /// Position of the current window's first frame.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Time of the current window's first frame in nanoseconds.
    pub fn time(&self) -> u64 {
        position::nanoseconds(self.start, self.rate)
    }

    /// Time behind the last frame that was taken, in nanoseconds.
    pub fn end_time(&self) -> u64 {
        position::nanoseconds(self.start + self.filled, self.rate)
    }

    fn turn(&mut self) -> Window {
        let window =
            Window { start: self.start, frames: self.filled, time: self.time(), whole: self.filled == self.length };
        self.start += self.filled;
        self.filled = 0;
        window
    }
}

/// Partial sums of the energy of one window.
const LANES: usize = 8;

/// Energy and peak of the samples of one window.
///
/// Sample `i` of the window adds its square in f64 to sum `i mod 8`, in order; the sums are added 8 → 4 → 2 → 1, upper
/// half to lower.
#[derive(Clone, Default)]
pub(crate) struct Energy {
    sums: [f64; LANES],
    peaks: [f32; LANES],
    count: u64,
}

impl Energy {
    /// Adds samples in the order of the stream.
    pub fn add(&mut self, samples: &[f32]) {
        let lead = (LANES - self.count as usize % LANES) % LANES;
        let (head, rest) = samples.split_at(lead.min(samples.len()));
        self.add_each(head);
        let (groups, tail) = rest.as_chunks::<LANES>();
        let (mut sums, mut peaks) = (self.sums, self.peaks);
        for group in groups {
            for i in 0..LANES {
                let x = finite(group[i]);
                sums[i] += f64::from(x) * f64::from(x);
                peaks[i] = if x.abs() > peaks[i] { x.abs() } else { peaks[i] };
            }
        }
        (self.sums, self.peaks) = (sums, peaks);
        self.count += (groups.len() * LANES) as u64;
        self.add_each(tail);
    }

    fn add_each(&mut self, samples: &[f32]) {
        for sample in samples {
            self.add_one(f64::from(finite(*sample)));
        }
    }

    /// Adds one value, which is finite.
    pub fn add_one(&mut self, x: f64) {
        let lane = self.count as usize % LANES;
        self.sums[lane] += x * x;
        let peak = x.abs() as f32;
        self.peaks[lane] = if peak > self.peaks[lane] { peak } else { self.peaks[lane] };
        self.count += 1;
    }

    /// Mean of the squares; 0 for no samples.
    pub fn mean(&self) -> f64 {
        let mut sums = self.sums;
        let mut half = LANES / 2;
        while half > 0 {
            for i in 0..half {
                sums[i] += sums[i + half];
            }
            half /= 2;
        }
        if self.count == 0 { 0.0 } else { sums[0] / self.count as f64 }
    }

    /// Largest magnitude.
    pub fn peak(&self) -> f64 {
        f64::from(self.peaks.iter().fold(0.0, |a: f32, b| if *b > a { *b } else { a }))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Energy::default();
    }
}

/// The sample as a meter takes it: 0 if it is not a number, the largest finite value if it is infinite.
pub(crate) fn finite(sample: f32) -> f32 {
    if sample.is_nan() { 0.0 } else { sample.clamp(f32::MIN, f32::MAX) }
}

/// A mean square in decibels relative to full scale, at least [`FLOOR_DB`].
pub(crate) fn power_db(mean_square: f64) -> f64 {
    if mean_square > 1e-12 { 10.0 * math::log10(mean_square) } else { FLOOR_DB }
}

/// A magnitude in decibels relative to full scale, at least [`FLOOR_DB`].
pub(crate) fn amplitude_db(magnitude: f64) -> f64 {
    power_db(magnitude * magnitude)
}

/// Where `x` lies between `low` (0) and `high` (1).
pub(crate) fn between(x: f64, low: f64, high: f64) -> f64 {
    if x >= high {
        1.0
    } else if x > low {
        (x - low) / (high - low)
    } else {
        0.0
    }
}

/// The member that every event has: the time of its first frame in whole milliseconds, rounded down.
pub(crate) fn timestamp_ms(time: u64) -> crate::message::Value {
    crate::message::Value::Int((time / 1_000_000) as i64)
}
