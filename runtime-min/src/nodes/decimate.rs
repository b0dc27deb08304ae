//! The filter of [`resample`](super::resample) where the rate falls by a whole number: only the outputs that are kept are
//! computed, 32 at a time, side by side.
//!
//! The history of a channel lies in as many rows as the rate falls by, frame `n` in row `n mod down`, so that what one tap weighs for
//! outputs in a row lies side by side. It is kept as vectors, as many times as they have lanes, each a frame further on: whatever
//! the tap, its frames are whole vectors of one of these. The taps are symmetric around the middle one, so two frames share a product.

use crate::lanes::Widest;
use alloc::vec;
use alloc::vec::Vec;

/// Lanes of a vector.
const WIDTH: usize = Widest::WIDTH;
/// Vectors of outputs computed at a time.
const GROUPS: usize = 8;
/// Outputs computed at a time.
const OUTPUTS: usize = WIDTH * GROUPS;
/// Input frames taken in at a time.
const BLOCK: usize = 1024;

/// A coefficient, and where the frames under the two taps that have it lie, as lanes.
struct Pair {
    coefficient: Widest,
    early: u32,
    late: u32,
}

/// Symmetric taps, and the frames that they are for.
pub(super) struct Decimator {
    down: usize,
    taps: usize,
    channels: usize,
    /// For each remainder of an output's number by the lanes of a vector the taps at the same distance from the middle one, from the outermost on. Behind
    /// them the middle one, which is at `taps / 2 - 1`, and the last one, which has no counterpart: both have one frame.
    pairs: [Vec<Pair>; WIDTH],
    /// Per channel and row `stride` frames.
    rows: Vec<f32>,
    stride: usize,
    /// Per channel, row and shift of fewer frames than a vector has lanes `stride / WIDTH` vectors.
    lanes: Vec<Widest>,
    /// Frames in the rows.
    filled: usize,
    /// Outputs of which the first frame lies in the rows, and which have been computed.
    made: usize,
}

impl Decimator {
    /// `row` are an even number of taps, symmetric but for the last; `down` is at least 2. Before the first frame lie `silent`
    /// frames of silence.
    pub fn new(row: &[f32], down: usize, channels: usize, silent: usize) -> Decimator {
        let taps = row.len();
        let before = taps / 2 - 1;
        let stride = ((taps + BLOCK).div_ceil(down) + OUTPUTS + WIDTH).next_multiple_of(WIDTH);
        let place = |tap: usize, first: usize| {
            let column = first + tap / down;
            (tap % down * stride + column % WIDTH * (stride / WIDTH) + column / WIDTH) as u32
        };
        let pairs = |first: usize| {
            let pair = |early, late| {
                let coefficient = Widest::splat(row[early]);
                Pair { coefficient, early: place(early, first), late: place(late, first) }
            };
            (0..before).map(|i| pair(i, taps - 2 - i)).chain([before, taps - 1].map(|i| pair(i, i))).collect()
        };
        Decimator {
            pairs: core::array::from_fn(pairs),
            rows: vec![0.0; channels * down * stride],
            lanes: vec![Widest::ZERO; channels * down * stride],
            down,
            taps,
            channels,
            stride,
            filled: silent,
            made: 0,
        }
    }

    /// Takes in as many frames as there is room for, at least one; gives their number.
    pub fn take(&mut self, samples: &[f32]) -> usize {
        let frames = self.make_room().min(samples.len() / self.channels);
        let now = &samples[..frames * self.channels];
        for (at, row) in self.rows.chunks_exact_mut(self.stride).enumerate() {
            // The first of the new frames that belongs into this row.
            let first = (at % self.down + self.down - self.filled % self.down) % self.down;
            let column = (self.filled + first) / self.down;
            let new = now.iter().skip(at / self.down + first * self.channels).step_by(self.down * self.channels);
            row[column..].iter_mut().zip(new).for_each(|(stored, x)| *stored = *x);
        }
        self.stored(frames);
        frames
    }

    /// Takes in silence where there is room.
    pub fn silence(&mut self) {
        let frames = self.make_room();
        for (at, row) in self.rows.chunks_exact_mut(self.stride).enumerate() {
            let first = (at % self.down + self.down - self.filled % self.down) % self.down;
            row[(self.filled + first) / self.down..].fill(0.0);
        }
        self.stored(frames);
    }

    /// Renews the lanes of frames that have come.
    fn stored(&mut self, frames: usize) {
        let from = (self.filled / self.down).saturating_sub(WIDTH - 1) / WIDTH;
        self.filled += frames;
        let to = (self.filled / self.down + 1).div_ceil(WIDTH);
        let width = self.stride / WIDTH;
        for (row, lanes) in self.rows.chunks_exact(self.stride).zip(self.lanes.chunks_exact_mut(self.stride)) {
            for (shift, lanes) in lanes.chunks_exact_mut(width).enumerate() {
                let new = row[WIDTH * from + shift..].as_chunks().0;
                lanes[from..to.min(width)].iter_mut().zip(new).for_each(|(lanes, x)| *lanes = Widest::load(x));
            }
        }
    }

    fn make_room(&mut self) -> usize {
        let most = self.taps + BLOCK;
        if self.filled == most {
            for row in self.rows.chunks_exact_mut(self.stride) {
                row.copy_within(self.made.., 0);
            }
            let kept = most - self.made * self.down;
            self.made = 0;
            self.filled = 0;
            self.stored(kept);
        }
        most - self.filled
    }

    /// Output frames whose taps all have a frame.
    pub fn ready(&self) -> usize {
        let whole = (self.filled + self.down).saturating_sub(self.taps) / self.down;
        whole.saturating_sub(self.made)
    }

    /// Computes `count` frames, of those that are ready; `out` is empty if nobody reads them.
    pub fn produce(&mut self, count: usize, out: &mut [f32]) {
        let channels = self.channels;
        for (group, out) in out.chunks_mut(OUTPUTS * channels).enumerate() {
            for (channel, lanes) in self.lanes.chunks_exact(self.down * self.stride).enumerate() {
                let computed = self.outputs(lanes, self.made + group * OUTPUTS).map(Widest::lanes);
                let computed = computed.as_flattened().iter().map(|x| super::canonical(*x));
                if channels == 1 {
                    out.iter_mut().zip(computed).for_each(|(sample, x)| *sample = x);
                } else {
                    out.iter_mut().skip(channel).step_by(channels).zip(computed).for_each(|(sample, x)| *sample = x);
                }
            }
        }
        self.made += count;
    }

    /// The outputs from `first` on of a channel.
    fn outputs(&self, lanes: &[Widest], first: usize) -> [Widest; GROUPS] {
        let lanes = &lanes[first / WIDTH..];
        let under = |place: u32| -> Option<&[Widest; GROUPS]> {
            lanes.get(place as usize..place as usize + GROUPS).and_then(|lanes| lanes.first_chunk())
        };
        let mut sums = [Widest::ZERO; GROUPS];
        let (pairs, singles) = self.pairs[first % WIDTH].split_at(self.taps / 2 - 1);
        for Pair { coefficient, early, late } in pairs {
            let (Some(early), Some(late)) = (under(*early), under(*late)) else { break };
            for (sum, (x, y)) in sums.iter_mut().zip(early.iter().zip(late)) {
                *sum = *sum + (*x + *y) * *coefficient;
            }
        }
        for Pair { coefficient, early, late: _ } in singles {
            let Some(frames) = under(*early) else { break };
            sums.iter_mut().zip(frames).for_each(|(sum, x)| *sum = *sum + *x * *coefficient);
        }
        sums
    }
}
