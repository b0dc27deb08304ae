//! Changes the sample rate by any ratio of whole numbers: a polyphase Kaiser-windowed sinc.
//!
//! With `L / M` = target rate / source rate in lowest terms, output frame `k` stands at the time `k · M / L` of the
//! input (in frames): the filter's delay is compensated. Before its first and after its last frame the input is silent.
//! An input of `N` frames gives `ceil(N · L / M)`. The output runs `taps / 2` input frames behind the input. Equal
//! rates pass the input on unchanged.
//!
//! The filter is the ideal low-pass with its half-amplitude point at 0.95 of the lower Nyquist frequency, under a
//! Kaiser window over 64, 128 or 256 periods of the lower rate: so many taps per output frame when the rate rises, `M /
//! L` times as many when it falls. Each phase is scaled to a sum of 1. Measured (`tests/reference/resample.py`),
//! frequencies relative to the lower Nyquist frequency:
//!
//! | quality | taps | pass band up to | ripple there | stop band from | attenuation there |
//! |---|---|---|---|---|---|
//! | `low` | 64 | 0.87 | 0.001 dB | 1.04 | 80 dB |
//! | `medium` | 128 | 0.90 | 0.0002 dB | 1.001 | 100 dB |
//! | `high` | 256 | 0.91 | 0.00001 dB | 0.99 | 140 dB |
//!
//! Coefficients are computed in f64 and rounded to f32 once. Their table holds all `L` phases as long as it stays below
//! 2²⁰ coefficients (4 MiB; `L` ≤ 4096 at 256 taps); beyond that the four nearest of 256 phases are weighed by a cubic,
//! which at low quality adds an error of −137 dB and at the others none above the rounding. A filter has at most 65,536
//! taps: where the rate falls further than 1:256 at high quality, its slopes are less steep than the table says.
//!
//! *Arithmetic*, the same in every tier, in f32. Where the rate falls by a whole number (`L` = 1), added up from 0 on: for each tap
//! `i` before the middle one (which is `taps / 2 - 1`), in order, the product of its coefficient and the sum of the two frames
//! that have it, under tap `i` and under tap `taps - 2 - i`; the product of the middle tap; that of the last one. Else
//! products in sixteen partial sums (tap `i` goes to sum `i mod 16`, in order of `i`), folded as 16 → 8 → 4 → 2 → 1 by
//! adding the upper half to the lower; the cubic combines four such sums in f64. It stays at least 137 dB below the
//! signal, against the same filter in f64 (143 dB at 3:1).
//!
//! Source: Oppenheim and Schafer, *Discrete-Time Signal Processing*, chapters 4 and 7; Kaiser 1974.

use super::decimate::Decimator;
use super::kaiser::Prototype;
use crate::lanes::F32x4;
use crate::node::{Failure, Node, Out};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

options! {
    /// Options of [`Resample`].
    pub struct ResampleOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate of the input in Hz.
        pub source_rate: u32,
        /// Rate of the output in Hz.
        pub target_rate: u32,
        /// `low`, `medium` or `high`; anything else counts as `medium`.
        pub quality: String,
    }
}

/// Partial sums of one product of taps and frames; the number of taps is a multiple of it.
const LANES: usize = 16;
/// Most coefficients of a table of all phases.
const LARGEST_TABLE: u64 = 1 << 20;
/// Phases of a table between which a cubic goes, when the rate rises.
const CUBIC_PHASES: u64 = 256;
/// Most taps of a filter.
const MOST_TAPS: u64 = 1 << 16;
/// Input frames taken in at a time.
const BLOCK: usize = 1024;

/// Where output frames lie between input frames: the `phase`-th of `up` steps behind input frame `frame`.
struct Position {
    up: u64,
    down: u64,
    /// `down` as whole input frames and the steps that are left.
    whole: usize,
    part: u64,
    /// Index in the history of the first frame under the filter.
    frame: usize,
    phase: u64,
}

impl Position {
    /// Goes on by one output frame.
    fn step(&mut self) {
        self.frame += self.whole;
        self.phase += self.part;
        if self.phase >= self.up {
            self.phase -= self.up;
            self.frame += 1;
        }
    }

    /// Output frames whose filter begins among the first `frames` frames of the history.
    fn within(&self, frames: usize) -> u64 {
        match (frames as u64).checked_sub(self.frame as u64) {
            None | Some(0) => 0,
            Some(left) => (left * self.up - 1 - self.phase) / self.down + 1,
        }
    }
}

/// The coefficients: one row of `taps` per phase.
struct Table {
    rows: Vec<f32>,
    taps: usize,
    /// 0 if every phase has its row; otherwise the number of steps between two input frames, with one row before the
    /// first and two behind the last.
    cubic: u64,
}

/// What goes from input frames to output frames.
enum Filter {
    /// Equal rates.
    None,
    /// The rate falls by a whole number.
    Decimator(Decimator),
    /// Any other ratio.
    Polyphase(Polyphase),
}

/// Changes the sample rate; see the [module](self).
pub struct Resample {
    channels: usize,
    up: u64,
    down: u64,
    filter: Filter,
    received: u64,
    produced: u64,
}

impl Resample {
    /// A resampler before its first frame. Computes the table of coefficients: some 10 ms for a large one.
    pub fn new(options: ResampleOptions) -> Resample {
        let (source, target) = (u64::from(options.source_rate.max(1)), u64::from(options.target_rate.max(1)));
        let common = greatest_common_divisor(source, target);
        let (up, down) = (target / common, source / common);
        let channels = options.channels.max(1);
        let (periods, beta) = match options.quality.as_str() {
            "low" => (64, 7.857),
            "high" => (256, 14.47),
            _ => (128, 10.06),
        };
        let filter = if up == down {
            Filter::None
        } else {
            let table = Table::new(up, down, periods, beta);
            // Silence before the first frame, so that tap `taps / 2 - 1` weighs the frame at the output's time.
            let silent = table.taps / 2 - 1;
            match usize::try_from(down) {
                Ok(down) if up == 1 => Filter::Decimator(Decimator::new(table.row(0), down, channels, silent)),
                Ok(_) | Err(_) => Filter::Polyphase(Polyphase::new(table, up, down, channels, silent)),
            }
        };
        Resample { channels, up, down, filter, received: 0, produced: 0 }
    }

    /// Writes the output frames that the history allows, at most `limit`.
    fn produce(&mut self, limit: u64, out: &mut Out<'_>) {
        let ready = match &self.filter {
            Filter::None => 0,
            Filter::Decimator(filter) => filter.ready(),
            Filter::Polyphase(filter) => filter.ready(),
        };
        let count = limit.min(ready as u64) as usize;
        let written = out.append(count);
        match &mut self.filter {
            Filter::None => {}
            Filter::Decimator(filter) => filter.produce(count, written),
            Filter::Polyphase(filter) => filter.produce(count, written),
        }
        self.produced += count as u64;
    }
}

impl Node for Resample {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rest = samples;
        while rest.len() >= self.channels {
            let frames = match &mut self.filter {
                Filter::None => {
                    out.extend(rest);
                    return Ok(());
                }
                Filter::Decimator(filter) => filter.take(rest),
                Filter::Polyphase(filter) => filter.take(rest),
            };
            self.received += frames as u64;
            self.produce(u64::MAX, out);
            rest = &rest[frames * self.channels..];
        }
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        let total = (u128::from(self.received) * u128::from(self.up)).div_ceil(u128::from(self.down)) as u64;
        while self.produced < total {
            match &mut self.filter {
                Filter::None => return Ok(()),
                Filter::Decimator(filter) => filter.silence(),
                Filter::Polyphase(filter) => filter.silence(),
            }
            self.produce(total - self.produced, out);
        }
        Ok(())
    }
}

/// A row of taps for each phase, over the latest frames.
struct Polyphase {
    channels: usize,
    position: Position,
    table: Table,
    /// The latest input frames, channel by channel, `stride` each.
    history: Vec<f32>,
    stride: usize,
    filled: usize,
}

impl Polyphase {
    fn new(table: Table, up: u64, down: u64, channels: usize, silent: usize) -> Polyphase {
        let stride = table.taps + BLOCK;
        let (whole, part) = ((down / up) as usize, down % up);
        let (position, history) =
            (Position { up, down, whole, part, frame: 0, phase: 0 }, vec![0.0; channels * stride]);
        Polyphase { channels, position, history, stride, filled: silent, table }
    }

    /// Makes room in the history for at least one frame; gives how many there is room for.
    fn make_room(&mut self) -> usize {
        if self.filled == self.stride {
            let gone = self.position.frame.min(self.filled);
            for row in self.history.chunks_exact_mut(self.stride) {
                row.copy_within(gone.., 0);
            }
            self.filled -= gone;
            self.position.frame -= gone;
        }
        self.stride - self.filled
    }

    /// Takes in as many frames as there is room for, at least one; gives their number.
    fn take(&mut self, samples: &[f32]) -> usize {
        let frames = self.make_room().min(samples.len() / self.channels);
        let now = &samples[..frames * self.channels];
        for (c, history) in self.history.chunks_exact_mut(self.stride).enumerate() {
            let room = &mut history[self.filled..self.filled + frames];
            for (stored, frame) in room.iter_mut().zip(now.chunks_exact(self.channels)) {
                *stored = frame[c];
            }
        }
        self.filled += frames;
        frames
    }

    /// Takes in silence where there is room.
    fn silence(&mut self) {
        self.make_room();
        for history in self.history.chunks_exact_mut(self.stride) {
            history[self.filled..].fill(0.0);
        }
        self.filled = self.stride;
    }

    fn ready(&self) -> usize {
        self.position.within((self.filled + 1).saturating_sub(self.table.taps)) as usize
    }

    /// Computes `count` frames; `out` is empty if nobody reads them.
    fn produce(&mut self, count: usize, out: &mut [f32]) {
        let mut frames = out.chunks_exact_mut(self.channels);
        for _ in 0..count {
            let frame = frames.next().unwrap_or_default();
            for (sample, history) in frame.iter_mut().zip(self.history.chunks_exact(self.stride)) {
                let under = &history[self.position.frame..self.position.frame + self.table.taps];
                *sample = super::canonical(self.table.filter(&self.position, under));
            }
            self.position.step();
        }
    }
}

impl Table {
    fn new(up: u64, down: u64, periods: u64, beta: f64) -> Table {
        // As many taps as cover the periods of the lower rate, in whole groups of lanes.
        let taps = (periods * down.max(up)).div_ceil(up).min(MOST_TAPS).next_multiple_of(LANES as u64);
        let ratio = down.max(up) as f64 / up as f64;
        let prototype = Prototype { half: taps as f64 / 2.0, cutoff: 0.95 / ratio, beta };
        let exact = up * taps <= LARGEST_TABLE;
        // The slower the filter's response changes, the fewer phases it takes for the same accuracy.
        let steps = if exact { up } else { (CUBIC_PHASES as f64 / ratio).max(16.0) as u64 };
        let taps = taps as usize;
        let (first, last) = if exact { (0, steps as i64) } else { (-1, steps as i64 + 2) };
        let mut rows = Vec::with_capacity((last - first) as usize * taps);
        let mut row = Vec::with_capacity(taps);
        for phase in first..last {
            prototype.phase(phase as f64 / steps as f64, taps, &mut row);
            rows.extend(row.iter().map(|c| *c as f32));
        }
        Table { rows, taps, cubic: if exact { 0 } else { steps } }
    }

    fn row(&self, phase: u64) -> &[f32] {
        &self.rows[phase as usize * self.taps..(phase as usize + 1) * self.taps]
    }

    /// One output sample from the `taps` input samples under the filter.
    fn filter(&self, position: &Position, samples: &[f32]) -> f32 {
        if self.cubic == 0 {
            return dot(samples, self.row(position.phase));
        }
        let steps = u128::from(position.phase) * u128::from(self.cubic);
        let (whole, part) = (steps / u128::from(position.up), steps % u128::from(position.up));
        let x = part as f64 / position.up as f64;
        // Lagrange's cubic through the rows at -1, 0, 1 and 2.
        let weights = [
            -x * (x - 1.0) * (x - 2.0) / 6.0,
            (x + 1.0) * (x - 1.0) * (x - 2.0) / 2.0,
            -(x + 1.0) * x * (x - 2.0) / 2.0,
            (x + 1.0) * x * (x - 1.0) / 6.0,
        ];
        let mut sum = 0.0;
        for (w, phase) in weights.iter().zip(whole as u64..) {
            sum += w * f64::from(dot(samples, self.row(phase)));
        }
        sum as f32
    }
}

/// The sum of products in the fixed order that the module's text states. Both have the same whole number of lanes.
fn dot(samples: &[f32], coefficients: &[f32]) -> f32 {
    let mut sums = [F32x4::splat(0.0); LANES / 4];
    for (x, c) in samples.as_chunks::<LANES>().0.iter().zip(coefficients.as_chunks::<LANES>().0) {
        for ((sum, x), c) in sums.iter_mut().zip(x.as_chunks().0).zip(c.as_chunks().0) {
            *sum = *sum + F32x4::load(x) * F32x4::load(c);
        }
    }
    let [a, b, c, d] = sums;
    let [a, b, c, d] = ((a + c) + (b + d)).lanes();
    (a + c) + (b + d)
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}
