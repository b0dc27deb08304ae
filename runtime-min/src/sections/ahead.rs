//! Lone sections by look-ahead, four samples at a time.

use super::{flushed, quanta};
use crate::lanes::F32x4;

/// A section that is advanced by blocks of four samples, in lanes over the samples of a block.
///
/// Output `k` is `((c1[k]*s1 + c2[k]*s2) + (h[0]*x[k] + h[1]*x[k-1])) + (h[2]*x[k-2] + h[3]*x[k-3])` with `c` = `states`,
/// `h` = `impulse` and without the products of samples before the block; after the fourth each state becomes
/// `(s + ((g[0]*x[0] + g[1]*x[1]) + (g[2]*x[2] + g[3]*x[3]))) + (e[0]*s1 + e[1]*s2)` with `g` = `inputs`, `e` = `drift`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead {
    /// What each state adds to each output of a block.
    pub states: [[f32; 4]; 2],
    /// What a sample adds to the output so many samples later.
    pub impulse: [f32; 4],
    /// What each sample of a block adds to each state.
    pub inputs: [[f32; 4]; 2],
    /// What each state adds to each state, beyond itself, over a block.
    pub drift: [[f32; 2]; 2],
}

/// The states of a section at the begin of a block, and the samples of a block that has begun.
#[derive(Clone, Copy, Debug, Default)]
pub struct AheadMemory {
    s: [f32; 2],
    block: [f32; 4],
    phase: usize,
}

impl AheadMemory {
    /// At rest.
    pub const fn new() -> AheadMemory {
        AheadMemory { s: [0.0; 2], block: [0.0; 4], phase: 0 }
    }

    /// Samples of the block that has begun, below 4.
    pub fn phase(&self) -> usize {
        self.phase
    }

    /// Sets states that have died away to zero.
    pub fn flush(&mut self) {
        self.s = self.s.map(flushed);
    }
}

/// What changes nothing that it is added to: not even the sign of a zero.
const NOTHING: f32 = -0.0;

impl Ahead {
    /// One sample.
    pub fn step(&self, memory: &mut AheadMemory, x: f32) -> f32 {
        let phase = memory.phase % 4;
        if phase == 0 {
            memory.block = [0.0; 4];
        }
        memory.block[phase] = x;
        let ([s1, s2], block, [c1, c2]) = (memory.s, memory.block, self.states);
        let past = |d: usize| if d <= phase { self.impulse[d] * block[phase - d] } else { NOTHING };
        let own = c1[phase] * s1 + c2[phase] * s2;
        let y = (own + (past(0) + past(1))) + (past(2) + past(3));
        memory.phase = (phase + 1) % 4;
        if phase == 3 {
            memory.s = core::array::from_fn(|to| {
                let (g, e) = (self.inputs[to], self.drift[to]);
                let added = (g[0] * block[0] + g[1] * block[1]) + (g[2] * block[2] + g[3] * block[3]);
                (memory.s[to] + added) + (e[0] * s1 + e[1] * s2)
            });
        }
        y
    }
}

/// Four samples of a section, as lanes.
#[derive(Clone, Copy)]
struct Block {
    c: [F32x4; 2],
    h: [F32x4; 4],
    /// What stands for samples before the block: a zero whose product with each of `h` is [`NOTHING`].
    before: [F32x4; 4],
    g: [F32x4; 4],
}

impl Block {
    #[inline(always)]
    fn new(a: &Ahead) -> Block {
        let [g1, g2] = a.inputs;
        Block {
            c: a.states.map(F32x4::new),
            h: a.impulse.map(F32x4::splat),
            before: a.impulse.map(|h| F32x4::splat(NOTHING.copysign(-h))),
            g: core::array::from_fn(|j| pair([g1[j], g2[j]])),
        }
    }

    /// Each state is in every lane.
    #[inline(always)]
    fn outputs(&self, s: [F32x4; 2], x: F32x4) -> F32x4 {
        let [_, before1, before2, before3] = self.before;
        let (x1, x2) = (before1.last_first(x), before2.low_low(x));
        let x3 = before3.last_first(before3.low_low(x));
        let ([c1, c2], [h0, h1, h2, h3]) = (self.c, self.h);
        ((c1 * s[0] + c2 * s[1]) + (h0 * x + h1 * x1)) + (h2 * x2 + h3 * x3)
    }

    /// What the samples add to the states, which are the first two lanes.
    #[inline(always)]
    fn added(&self, x: F32x4) -> F32x4 {
        let [g0, g1, g2, g3] = self.g;
        let near = g0 * x.broadcast::<0>() + g1 * x.broadcast::<1>();
        let far = g2 * x.broadcast::<2>() + g3 * x.broadcast::<3>();
        near + far
    }
}

/// The states as lanes.
fn pair([a, b]: [f32; 2]) -> F32x4 {
    F32x4::new([a, b, 0.0, 0.0])
}

/// One channel, block by block. Each block waits for the states that the one before left: they stay in every lane, so that no
/// shuffle is on that way.
fn ahead_mono(section: &Ahead, memory: &mut AheadMemory, x: &[[f32; 4]], y: &mut [[f32; 4]]) {
    let (block, e) = (Block::new(section), section.drift.map(|e| e.map(F32x4::splat)));
    let mut s = memory.s.map(F32x4::splat);
    for (x, y) in x.iter().zip(y) {
        let x = F32x4::load(x);
        block.outputs(s, x).store(y);
        let added = block.added(x);
        s = [
            (s[0] + added.broadcast::<0>()) + (e[0][0] * s[0] + e[0][1] * s[1]),
            (s[1] + added.broadcast::<1>()) + (e[1][0] * s[0] + e[1][1] * s[1]),
        ];
    }
    memory.s = s.map(|s| s.lanes()[0]);
}

/// Two channels, block by block. One does not wait for the other: what counts is the number of instructions.
fn ahead_stereo(section: &Ahead, memory: [&mut AheadMemory; 2], x: &[[f32; 8]], y: &mut [[f32; 8]]) {
    let (block, [e1, e2]) = (Block::new(section), section.drift);
    let e = [pair([e1[0], e2[0]]), pair([e1[1], e2[1]])];
    let step = |s: &mut F32x4, x: F32x4| {
        let own = [s.broadcast::<0>(), s.broadcast::<1>()];
        *s = (*s + block.added(x)) + (e[0] * own[0] + e[1] * own[1]);
        block.outputs(own, x)
    };
    let mut s = memory.each_ref().map(|m| pair(m.s));
    for (x, y) in x.iter().zip(y) {
        let [a, b] = [x.first_chunk(), x.last_chunk()].map(|x| x.map_or(F32x4::ZERO, F32x4::load));
        let [even, odd] = a.interleave(b);
        let [left, right] = even.interleave(odd);
        let [a, b] = step(&mut s[0], left).interleave(step(&mut s[1], right));
        if let Some(y) = y.first_chunk_mut() {
            a.store(y);
        }
        if let Some(y) = y.last_chunk_mut() {
            b.store(y);
        }
    }
    for (memory, s) in memory.into_iter().zip(s) {
        let [a, b, _, _] = s.lanes();
        memory.s = [a, b];
    }
}

/// A lone section over frames with a channel for each memory; `fired` as in [`cascade`](super::cascade).
pub fn ahead(section: &Ahead, memory: &mut [AheadMemory], fired: usize, x: &[f32], y: &mut [f32]) {
    let channels = memory.len().max(1);
    let alone = |memory: &mut [AheadMemory], x: &[f32], y: &mut [f32]| {
        for (x, y) in x.chunks_exact(channels).zip(y.chunks_exact_mut(channels)) {
            for ((x, y), memory) in x.iter().zip(y).zip(&mut *memory) {
                *y = section.step(memory, *x);
            }
        }
    };
    let four = if channels > 2 { Some(Four::all(section)) } else { None };
    quanta(fired, x.len() / channels, |from, to, border| {
        let (x, y) = (&x[from * channels..to * channels], &mut y[from * channels..to * channels]);
        // The block that has begun first, then whole ones.
        let begun = memory.first().map_or(0, |m| (4 - m.phase) % 4 * channels).min(x.len());
        let whole = (x.len() - begun) / (4 * channels) * 4 * channels;
        let ((head, x), (head_y, y)) = (x.split_at(begun), y.split_at_mut(begun));
        alone(memory, head, head_y);
        let ((x, tail), (y, tail_y)) = (x.split_at(whole), y.split_at_mut(whole));
        match (&mut *memory, &four) {
            ([mono], _) => ahead_mono(section, mono, x.as_chunks().0, y.as_chunks_mut().0),
            ([left, right], _) => ahead_stereo(section, [left, right], x.as_chunks().0, y.as_chunks_mut().0),
            (several, Some(four)) => {
                for (group, memory) in several.chunks_mut(4).enumerate().rev() {
                    ahead_several(four, memory, channels, 4 * group, x, y);
                }
            }
            (_, None) => {}
        }
        alone(memory, tail, tail_y);
        if border {
            memory.iter_mut().for_each(AheadMemory::flush);
        }
    });
}

/// Up to four channels from the `first` on, a lane each, over whole blocks. Lanes without one compute with what lies behind, and write
/// there: that belongs to later frames and to channels before `first`, so it is overwritten if groups are taken from the last on.
fn ahead_several(four: &Four, memory: &mut [AheadMemory], channels: usize, first: usize, x: &[f32], y: &mut [f32]) {
    let mut s = Four::states(memory);
    for block in 0..x.len() / (4 * channels) {
        let from = |k: usize| (4 * block + k) * channels + first;
        let inputs = core::array::from_fn(|k| match x.get(from(k)..).and_then(|x| x.first_chunk()) {
            Some(samples) => F32x4::load(samples),
            None => F32x4::new(core::array::from_fn(|lane| x.get(from(k) + lane).copied().unwrap_or(0.0))),
        });
        for (k, out) in four.step(&mut s, inputs).into_iter().enumerate() {
            match y.get_mut(from(k)..).and_then(|y| y.first_chunk_mut()) {
                Some(samples) => out.store(samples),
                None => y[from(k)..].iter_mut().zip(out.lanes()).for_each(|(sample, x)| *sample = x),
            }
        }
    }
    Four::keep(s, memory);
}

/// Up to four sections by look-ahead side by side, a lane each.
pub(super) struct Four {
    /// What each state adds to each output.
    c: [[F32x4; 4]; 2],
    h: [F32x4; 4],
    g: [[F32x4; 4]; 2],
    e: [[F32x4; 2]; 2],
}

impl Four {
    /// Lanes without a section stay silent.
    pub(super) fn new(sections: &[&Ahead]) -> Four {
        Four::of(|f| {
            let mut lanes = [0.0; 4];
            lanes.iter_mut().zip(sections).for_each(|(lane, section)| *lane = f(section));
            F32x4::new(lanes)
        })
    }

    /// The same section in all lanes.
    fn all(section: &Ahead) -> Four {
        Four::of(|f| F32x4::splat(f(section)))
    }

    #[inline(always)]
    fn of(lanes: impl Fn(&dyn Fn(&Ahead) -> f32) -> F32x4) -> Four {
        Four {
            c: core::array::from_fn(|s| core::array::from_fn(|k| lanes(&|a| a.states[s][k]))),
            h: core::array::from_fn(|k| lanes(&|a| a.impulse[k])),
            g: core::array::from_fn(|s| core::array::from_fn(|k| lanes(&|a| a.inputs[s][k]))),
            e: core::array::from_fn(|s| core::array::from_fn(|k| lanes(&|a| a.drift[s][k]))),
        }
    }

    /// The states of the lanes.
    pub(super) fn states(memory: &[AheadMemory]) -> [F32x4; 2] {
        [0, 1].map(|s| F32x4::new(core::array::from_fn(|lane| memory.get(lane).map_or(0.0, |m| m.s[s]))))
    }

    pub(super) fn keep(s: [F32x4; 2], memory: &mut [AheadMemory]) {
        let (a, b) = (s[0].lanes(), s[1].lanes());
        for (memory, (a, b)) in memory.iter_mut().zip(a.into_iter().zip(b)) {
            memory.s = [a, b];
        }
    }

    /// A block: `x` has the lanes of each sample, and so has what comes out.
    #[inline(always)]
    pub(super) fn step(&self, s: &mut [F32x4; 2], x: [F32x4; 4]) -> [F32x4; 4] {
        let Four { c, h, g, e } = self;
        let own = |k: usize| c[0][k] * s[0] + c[1][k] * s[1];
        let out = [
            own(0) + h[0] * x[0],
            own(1) + (h[0] * x[1] + h[1] * x[0]),
            (own(2) + (h[0] * x[2] + h[1] * x[1])) + h[2] * x[0],
            (own(3) + (h[0] * x[3] + h[1] * x[2])) + (h[2] * x[1] + h[3] * x[0]),
        ];
        *s = core::array::from_fn(|to| {
            let (g, e) = (&g[to], &e[to]);
            let added = (g[0] * x[0] + g[1] * x[1]) + (g[2] * x[2] + g[3] * x[3]);
            (s[to] + added) + (e[0] * s[0] + e[1] * s[1])
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{AheadMemory, ahead};
    use crate::sections::tests::{bits, noise, section};

    #[test]
    fn blocks_give_the_bits_of_samples() {
        for lanes in 1..=9 {
            let a = section(lanes);
            let (mut memory, mut plain) = (vec![AheadMemory::new(); lanes], vec![AheadMemory::new(); lanes]);
            let mut fired = 0;
            for frames in [1, 2, 40, 7, 0, 256] {
                let x = noise(frames * lanes);
                let mut y = vec![0.0; x.len()];
                ahead(&a, &mut memory, fired, &x, &mut y);
                fired += frames;
                let expected: Vec<f32> = x.iter().enumerate().map(|(i, x)| a.step(&mut plain[i % lanes], *x)).collect();
                assert_eq!(bits(&y), bits(&expected), "{lanes} lanes, {frames} frames");
            }
        }
    }
}
