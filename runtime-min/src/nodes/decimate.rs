//! The filter of [`resample`](super::resample) where the rate falls by a whole number: only the outputs that are kept are
//! computed, 16 to 64 at a time, side by side.
//!
//! The history of a channel lies in as many rows as the rate falls by, frame `n` in row `n mod down`, so that what one tap weighs for
//! outputs in a row lies side by side. The taps are symmetric around the middle one, so two frames share a product.

use crate::lanes::Widest;
use alloc::vec;
use alloc::vec::Vec;

/// Lanes of a vector.
const WIDTH: usize = Widest::WIDTH;
/// Vectors of outputs computed at a time: as many as leave registers for the frames. Engines of wasm load all frames of a round first.
const GROUPS: usize = if cfg!(target_family = "wasm") { 5 } else { 8 };
/// The same where fewer are left.
const HALF: usize = GROUPS / 2;
const QUARTER: usize = GROUPS / 4;
/// Outputs computed at a time.
const OUTPUTS: usize = WIDTH * GROUPS;
/// Input frames taken in at a time.
const BLOCK: usize = 1024;

/// A coefficient, and where the frames under the two taps that have it lie for the first output.
struct Pair {
    coefficient: Widest,
    early: u32,
    late: u32,
}

/// Symmetric taps.
struct Taps {
    /// The taps at the same distance from the middle one, from the outermost on. Behind them the middle one, which is at `taps / 2 - 1`,
    /// and the last one, which has no counterpart: both have one frame.
    pairs: Vec<Pair>,
    /// The farthest place of them all.
    reach: usize,
}

/// Taps, and the frames that they are for.
pub(super) struct Decimator {
    down: usize,
    /// How many there are.
    count: usize,
    channels: usize,
    taps: Taps,
    /// Per channel and row `stride` frames.
    rows: Vec<f32>,
    stride: usize,
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
        let stride = (taps + BLOCK).div_ceil(down) + OUTPUTS;
        let place = |tap: usize| (tap % down * stride + tap / down) as u32;
        let pair = |early: usize, late| Pair {
            coefficient: Widest::splat(row[early]),
            early: place(early),
            late: place(late),
        };
        let pairs = (0..before).map(|i| pair(i, taps - 2 - i)).chain([before, taps - 1].map(|i| pair(i, i)));
        Decimator {
            taps: Taps::new(pairs.collect()),
            rows: vec![0.0; channels * down * stride],
            down,
            count: taps,
            channels,
            stride,
            filled: silent,
            made: 0,
        }
    }

    /// Takes in as many frames as there is room for, at least one; gives their number.
    pub fn take(&mut self, samples: &[f32]) -> usize {
        let frames = samples.len() / self.channels;
        let frames = self.make_room(frames).min(frames);
        let now = &samples[..frames * self.channels];
        match (self.channels, self.down) {
            (1, 2) => self.deal::<2>(now),
            (1, 3) => self.deal::<3>(now),
            (1, 4) => self.deal::<4>(now),
            (1, 6) => self.deal::<6>(now),
            (_, _) => {
                for (at, row) in self.rows.chunks_exact_mut(self.stride).enumerate() {
                    // The first of the new frames that belongs into this row.
                    let first = (at % self.down + self.down - self.filled % self.down) % self.down;
                    let column = (self.filled + first) / self.down;
                    let new = now.iter().skip(at / self.down + first * self.channels);
                    let new = new.step_by(self.down * self.channels);
                    row[column..].iter_mut().zip(new).for_each(|(stored, x)| *stored = *x);
                }
            }
        }
        self.filled += frames;
        frames
    }

    /// Deals frames of one channel to `DOWN` rows: one loop over all of them, which goes in lanes.
    fn deal<const DOWN: usize>(&mut self, now: &[f32]) {
        let mut rows = self.rows.chunks_exact_mut(self.stride);
        let mut rows: [&mut [f32]; DOWN] = core::array::from_fn(|_| rows.next().unwrap_or_default());
        let (column, phase) = (self.filled / DOWN, self.filled % DOWN);
        // Each from the place on of its first new frame, in the order of those.
        for (at, row) in rows.iter_mut().enumerate() {
            let from = column + usize::from(at < phase);
            *row = core::mem::take(row).get_mut(from..).unwrap_or_default();
        }
        rows.rotate_left(phase);
        let (whole, rest) = now.as_chunks::<DOWN>();
        for (row, x) in rows.iter_mut().zip(rest) {
            row[whole.len()] = *x;
        }
        let mut rows = rows.map(|row| &mut row[..whole.len()]);
        for (i, frames) in whole.iter().enumerate() {
            rows.iter_mut().zip(frames).for_each(|(row, x)| row[i] = *x);
        }
    }

    /// Takes in silence where there is room.
    pub fn silence(&mut self) {
        let frames = self.make_room(BLOCK);
        for (at, row) in self.rows.chunks_exact_mut(self.stride).enumerate() {
            let first = (at % self.down + self.down - self.filled % self.down) % self.down;
            row[(self.filled + first) / self.down..].fill(0.0);
        }
        self.filled += frames;
    }

    /// Makes room for at least one frame, for `wanted` where it can be; gives for how many there is.
    fn make_room(&mut self, wanted: usize) -> usize {
        let most = self.count + BLOCK;
        if most - self.filled < wanted {
            for row in self.rows.chunks_exact_mut(self.stride) {
                row.copy_within(self.made.., 0);
            }
            self.filled -= self.made * self.down;
            self.made = 0;
        }
        most - self.filled
    }

    /// Output frames whose taps all have a frame.
    pub fn ready(&self) -> usize {
        let whole = (self.filled + self.down).saturating_sub(self.count) / self.down;
        whole.saturating_sub(self.made)
    }

    /// Computes `count` frames, of those that are ready; `out` is empty if nobody reads them.
    pub fn produce(&mut self, count: usize, out: &mut [f32]) {
        let channels = self.channels;
        for (channel, rows) in self.rows.chunks_exact(self.down * self.stride).enumerate() {
            let mut put = |at: usize, computed: &[f32]| {
                let out = out.get_mut(at * channels..).unwrap_or_default();
                let computed = computed.iter().map(|x| super::canonical(*x));
                if channels == 1 {
                    out.iter_mut().zip(computed).for_each(|(sample, x)| *sample = x);
                } else {
                    out.iter_mut().skip(channel).step_by(channels).zip(computed).for_each(|(sample, x)| *sample = x);
                }
            };
            let mut at = 0;
            while at < count {
                let left = count - at;
                let (rows, taps) = (&rows[self.made + at..], &self.taps);
                if left > WIDTH * HALF {
                    put(at, taps.outputs::<GROUPS>(rows).map(Widest::lanes).as_flattened());
                    at += OUTPUTS;
                } else if left > WIDTH * QUARTER {
                    put(at, taps.outputs::<HALF>(rows).map(Widest::lanes).as_flattened());
                    at += WIDTH * HALF;
                } else {
                    put(at, taps.outputs::<QUARTER>(rows).map(Widest::lanes).as_flattened());
                    at += WIDTH * QUARTER;
                }
            }
        }
        self.made += count;
    }
}

impl Taps {
    fn new(pairs: Vec<Pair>) -> Taps {
        let reach = pairs.iter().map(|pair| pair.early.max(pair.late) as usize).max().unwrap_or(0);
        Taps { pairs, reach }
    }

    /// The first outputs of a channel.
    fn outputs<const GROUPS: usize>(&self, rows: &[f32]) -> [Widest; GROUPS] {
        let rows = &rows[..self.reach + WIDTH * GROUPS];
        let under = |place: u32| -> &[[f32; WIDTH]] {
            let from = place as usize;
            // SAFETY: places are at most `reach`, which `new` sees to, and behind that there are as many frames.
            unsafe { rows.get_unchecked(from..from + WIDTH * GROUPS) }.as_chunks().0
        };
        let mut sums = [Widest::ZERO; GROUPS];
        let (pairs, singles) = self.pairs.split_at(self.pairs.len() - 2);
        for Pair { coefficient, early, late } in pairs {
            for (sum, (x, y)) in sums.iter_mut().zip(under(*early).iter().zip(under(*late))) {
                *sum = *sum + (Widest::load(x) + Widest::load(y)) * *coefficient;
            }
        }
        for Pair { coefficient, early, late: _ } in singles {
            for (sum, x) in sums.iter_mut().zip(under(*early)) {
                *sum = *sum + Widest::load(x) * *coefficient;
            }
        }
        sums
    }
}
