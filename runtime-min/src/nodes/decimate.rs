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
/// Vectors of outputs computed at a time: as many as leave registers for the frames. Engines of wasm need more of these.
const GROUPS: usize = if cfg!(target_family = "wasm") { 4 } else { 8 };
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

/// Symmetric taps, and the frames that they are for.
pub(super) struct Decimator {
    down: usize,
    taps: usize,
    channels: usize,
    /// The taps at the same distance from the middle one, from the outermost on. Behind them the middle one, which is at `taps / 2 - 1`,
    /// and the last one, which has no counterpart: both have one frame.
    pairs: Vec<Pair>,
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
            pairs: pairs.collect(),
            rows: vec![0.0; channels * down * stride],
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
        let frames = samples.len() / self.channels;
        let frames = self.make_room(frames).min(frames);
        let now = &samples[..frames * self.channels];
        for (at, row) in self.rows.chunks_exact_mut(self.stride).enumerate() {
            // The first of the new frames that belongs into this row.
            let first = (at % self.down + self.down - self.filled % self.down) % self.down;
            let column = (self.filled + first) / self.down;
            let new = now.iter().skip(at / self.down + first * self.channels).step_by(self.down * self.channels);
            row[column..].iter_mut().zip(new).for_each(|(stored, x)| *stored = *x);
        }
        self.filled += frames;
        frames
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
        let most = self.taps + BLOCK;
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
        let whole = (self.filled + self.down).saturating_sub(self.taps) / self.down;
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
                let (rows, pairs) = (&rows[self.made + at..], &self.pairs);
                if left > OUTPUTS / 2 {
                    put(at, outputs::<GROUPS>(rows, pairs).map(Widest::lanes).as_flattened());
                    at += OUTPUTS;
                } else if left > OUTPUTS / 4 {
                    put(at, outputs::<{ GROUPS / 2 }>(rows, pairs).map(Widest::lanes).as_flattened());
                    at += OUTPUTS / 2;
                } else {
                    put(at, outputs::<{ GROUPS / 4 }>(rows, pairs).map(Widest::lanes).as_flattened());
                    at += OUTPUTS / 4;
                }
            }
        }
        self.made += count;
    }
}

/// The first outputs of a channel.
fn outputs<const GROUPS: usize>(rows: &[f32], pairs: &[Pair]) -> [Widest; GROUPS] {
    let under = |place: u32| -> Option<&[[f32; WIDTH]]> {
        rows.get(place as usize..place as usize + WIDTH * GROUPS).map(|frames| frames.as_chunks().0)
    };
    let mut sums = [Widest::ZERO; GROUPS];
    let (pairs, singles) = pairs.split_at(pairs.len() - 2);
    for Pair { coefficient, early, late } in pairs {
        let (Some(early), Some(late)) = (under(*early), under(*late)) else { break };
        for (sum, (x, y)) in sums.iter_mut().zip(early.iter().zip(late)) {
            *sum = *sum + (Widest::load(x) + Widest::load(y)) * *coefficient;
        }
    }
    for Pair { coefficient, early, late: _ } in singles {
        let Some(frames) = under(*early) else { break };
        sums.iter_mut().zip(frames).for_each(|(sum, x)| *sum = *sum + Widest::load(x) * *coefficient);
    }
    sums
}
