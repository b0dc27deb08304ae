//! Linear recurrences of second order over blocks of samples, many of them side by side.
//!
//! The arithmetic is that of the forms of the plan, sample by sample and stage by stage; only what runs at the same time differs, so
//! the bits do not depend on the target. [`cascade`] runs a chain as skewed lanes, each stage one or two samples behind the one before
//! it; [`ahead`] and [`beside`] run lone sections four samples at a time, channels and sections side by side.

use crate::lanes::{F32x4, Widest};
use core::cell::Cell;
use core::ops::{Add, Mul, Range, Sub};

/// Recursive state below this magnitude is set to zero at quantum borders.
const TINY: f32 = 1e-15;

/// A section in the delta form: `w = x + s1; y = (m0*x + m2*s2) + n*w; s1 = (w + (x + s2)) - alpha*w; s2 = s2 - beta*w`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delta {
    pub alpha: f32,
    pub beta: f32,
    pub m0: f32,
    pub m2: f32,
    pub n: f32,
}

impl Delta {
    #[inline(always)]
    fn step(&self, [s1, s2]: &mut [f32; 2], x: f32) -> f32 {
        let w = x + *s1;
        let y = (self.m0 * x + self.m2 * *s2) + self.n * w;
        *s1 = (w + (x + *s2)) - self.alpha * w;
        *s2 -= self.beta * w;
        y
    }
}

/// Frames of a quantum: behind its last one states that have died away are set to zero.
const QUANTUM: usize = 256;

/// A state that has died away as zero.
fn flushed(s: f32) -> f32 {
    if s.abs() < TINY { 0.0 } else { s }
}

/// Cuts blocks of frames at the borders of quanta. `run` gets the first frame of each part, the one behind its last, and true if a
/// quantum ends there.
fn quanta(fired: usize, frames: usize, mut run: impl FnMut(usize, usize, bool)) {
    let mut from = 0;
    while from < frames {
        let left = QUANTUM - (fired + from) % QUANTUM;
        let to = frames.min(from + left);
        run(from, to, to == from + left);
        from = to;
    }
}

/// Sections in a chain over frames of `lanes` samples, from `x` to `y` of the same length. `memory` has the states of each stage
/// and lane, stage by stage; `fired` is the number of frames so far, for the borders of quanta.
pub fn cascade(stages: &[Delta], memory: &mut [[f32; 2]], lanes: usize, fired: usize, x: &[f32], y: &mut [f32]) {
    y.copy_from_slice(x);
    let most = if lanes > 2 { 1 } else { 16 / lanes };
    for (stages, memory) in stages.chunks(most).zip(memory.chunks_mut(most * lanes)) {
        match (lanes, (stages.len() * lanes).div_ceil(4)) {
            (1, 1) => wave::<Mono, F32x4, 1, 2>(stages, memory, fired, y),
            (1, 2) => wave::<Mono, Widest, { 8 / WIDTH }, 2>(stages, memory, fired, y),
            (1, 3) => wave::<Mono, Widest, { 12_usize.div_ceil(WIDTH) }, 2>(stages, memory, fired, y),
            (1, _) => wave::<Mono, Widest, { 16 / WIDTH }, DEEP>(stages, memory, fired, y),
            (2, 1) => wave::<Stereo, F32x4, 1, 2>(stages, memory, fired, y),
            (2, 2) => wave::<Stereo, Widest, { 8 / WIDTH }, 2>(stages, memory, fired, y),
            (2, 3) => wave::<Stereo, Widest, { 12_usize.div_ceil(WIDTH) }, 2>(stages, memory, fired, y),
            (2, _) => wave::<Stereo, Widest, { 16 / WIDTH }, DEEP>(stages, memory, fired, y),
            (_, _) => quanta(fired, y.len() / lanes.max(1), |from, to, border| {
                for frame in y[from * lanes..to * lanes].chunks_exact_mut(lanes) {
                    frame.iter_mut().zip(&mut *memory).for_each(|(x, s)| *x = stages[0].step(s, *x));
                }
                if border {
                    memory.iter_mut().for_each(|m| *m = m.map(flushed));
                }
            }),
        }
    }
}

/// Lanes of the widest vectors.
const WIDTH: usize = Widest::WIDTH;
/// Skew of the deepest chains: four vectors keep a CPU busy while one of them waits, two do not.
const DEEP: usize = if WIDTH > 4 { 2 } else { 1 };

/// What a wave needs of a vector.
trait Vector: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    const WIDTH: usize;
    const ZERO: Self;
    /// Each lane from its number.
    fn of(lane: impl Fn(usize) -> f32) -> Self;
    /// A mask of the first `count` lanes.
    fn first(count: usize) -> Self;
    /// A lane of `a` where the mask is ones, of `b` where it is zeros.
    fn select(self, a: Self, b: Self) -> Self;
    /// States that have died away as zero.
    fn flushed(self) -> Self;
    /// A sample, then all lanes but the last.
    fn after(self, x: f32) -> Self;
    /// Two samples, then all lanes but the last two.
    fn after_two(self, x: [f32; 2]) -> Self;
    /// The last lane of `before`, then all but the last.
    fn after_last(self, before: Self) -> Self;
    /// The last two lanes of `before`, then all but the last two.
    fn after_last_two(self, before: Self) -> Self;
    /// One lane.
    fn one(self, lane: usize) -> f32;
    /// Two lanes from an even one on.
    fn two(self, lane: usize) -> [f32; 2];
}

/// As many ones as the widest vector has lanes, then zeros.
static MASKS: [f32; 2 * WIDTH] = {
    let mut masks = [0.0; 2 * WIDTH];
    let mut i = 0;
    while i < WIDTH {
        masks[i] = f32::from_bits(u32::MAX);
        i += 1;
    }
    masks
};

/// What is the same for every width; `after_two` and `two` are given.
macro_rules! vector {
    ($vector:ty, $($own:item)*) => {
        impl Vector for $vector {
            const WIDTH: usize = <$vector>::WIDTH;
            const ZERO: $vector = <$vector>::ZERO;
            #[inline(always)]
            fn of(lane: impl Fn(usize) -> f32) -> $vector {
                <$vector>::new(core::array::from_fn(lane))
            }
            #[inline(always)]
            fn first(count: usize) -> $vector {
                let at = WIDTH - count.min(<$vector>::WIDTH);
                MASKS.get(at..).and_then(|masks| masks.first_chunk()).map_or(<$vector>::ZERO, <$vector>::load)
            }
            #[inline(always)]
            fn select(self, a: $vector, b: $vector) -> $vector {
                self.select(a, b)
            }
            #[inline(always)]
            fn flushed(self) -> $vector {
                self.flushed(TINY)
            }
            #[inline(always)]
            fn after(self, x: f32) -> $vector {
                <$vector>::splat(x).last_first(self)
            }
            #[inline(always)]
            fn after_last(self, before: $vector) -> $vector {
                before.last_first(self)
            }
            #[inline(always)]
            fn after_last_two(self, before: $vector) -> $vector {
                before.last_two_first(self)
            }
            #[inline(always)]
            fn one(self, lane: usize) -> f32 {
                self.lanes()[lane % <$vector>::WIDTH]
            }
            $($own)*
        }
    };
}

vector! {
    F32x4,
    #[inline(always)]
    fn after_two(self, [a, b]: [f32; 2]) -> F32x4 {
        F32x4::new([a, b, 0.0, 0.0]).low_low(self)
    }
    #[inline(always)]
    fn two(self, lane: usize) -> [f32; 2] {
        let [a, b, c, d] = self.lanes();
        if lane == 0 { [a, b] } else { [c, d] }
    }
}

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
vector! {
    crate::lanes::F32x8,
    #[inline(always)]
    fn after_two(self, x: [f32; 2]) -> crate::lanes::F32x8 {
        crate::lanes::F32x8::splat_two(x).last_two_first(self)
    }
    #[inline(always)]
    fn two(self, lane: usize) -> [f32; 2] {
        self.lanes().as_chunks().0[lane / 2 % 4]
    }
}

/// How frames lie in the lanes of a wave: stage by stage, the channels of one stage side by side.
trait Frame {
    const CHANNELS: usize;
    /// What the first vector reads: a frame, and its own lanes one place on.
    fn enter<V: Vector>(frame: &[Cell<f32>], own: V) -> V;
    /// What any other reads: the end of the vector before, and its own lanes one place on.
    fn follow<V: Vector>(before: V, own: V) -> V;
    /// Writes the channels that begin at a lane.
    fn leave<V: Vector>(x: V, lane: usize, frame: &[Cell<f32>]);
}

struct Mono;

impl Frame for Mono {
    const CHANNELS: usize = 1;
    #[inline(always)]
    fn enter<V: Vector>(frame: &[Cell<f32>], own: V) -> V {
        own.after(frame[0].get())
    }
    #[inline(always)]
    fn follow<V: Vector>(before: V, own: V) -> V {
        own.after_last(before)
    }
    #[inline(always)]
    fn leave<V: Vector>(x: V, lane: usize, frame: &[Cell<f32>]) {
        frame[0].set(x.one(lane));
    }
}

struct Stereo;

impl Frame for Stereo {
    const CHANNELS: usize = 2;
    #[inline(always)]
    fn enter<V: Vector>(frame: &[Cell<f32>], own: V) -> V {
        own.after_two([frame[0].get(), frame[1].get()])
    }
    #[inline(always)]
    fn follow<V: Vector>(before: V, own: V) -> V {
        own.after_last_two(before)
    }
    #[inline(always)]
    fn leave<V: Vector>(x: V, lane: usize, frame: &[Cell<f32>]) {
        let [left, right] = x.two(lane);
        frame[0].set(left);
        frame[1].set(right);
    }
}

/// Coefficients of the lanes of a vector.
#[derive(Clone, Copy)]
struct Group<V> {
    alpha: V,
    beta: V,
    m0: V,
    m2: V,
    n: V,
}

impl<V: Vector> Group<V> {
    #[inline(always)]
    fn step(&self, [s1, s2]: [V; 2], x: V) -> ([V; 2], V) {
        let w = x + s1;
        let y = (self.m0 * x + self.m2 * s2) + self.n * w;
        ([(w + (x + s2)) - self.alpha * w, s2 - self.beta * w], y)
    }
}

/// A chain in the first lanes of `GROUPS` vectors, in place. At step `i` stage `k` computes frame `i - SKEW * k`, from what the stage before
/// gave `SKEW` steps ago: at two, one frame need not wait for the other. Before its first frame and behind its last one a stage
/// computes what nobody reads, and keeps its states; so do the lanes behind the last stage.
fn wave<F: Frame, V: Vector, const GROUPS: usize, const SKEW: usize>(
    stages: &[Delta],
    memory: &mut [[f32; 2]],
    fired: usize,
    frames: &mut [f32],
) {
    let (per, behind) = (F::CHANNELS, SKEW * (stages.len() - 1));
    let frames = Cell::from_mut(frames).as_slice_of_cells();
    let count = frames.len() / per;
    let groups: [Group<V>; GROUPS] = core::array::from_fn(|g| {
        let c = |f: fn(&Delta) -> f32| V::of(|lane| stages.get((V::WIDTH * g + lane) / per).map_or(1.0, f));
        Group { alpha: c(|d| d.alpha), beta: c(|d| d.beta), m0: c(|d| d.m0), m2: c(|d| d.m2), n: c(|d| d.n) }
    });
    let last = per * (stages.len() - 1) % V::WIDTH;
    let silence = [const { Cell::new(0.0) }; 2];
    let mut states: [[V; 2]; GROUPS] = core::array::from_fn(|g| {
        [0, 1].map(|s| V::of(|lane| memory.get(V::WIDTH * g + lane).map_or(0.0, |memory| memory[s])))
    });
    let mut out = [[V::ZERO; GROUPS]; SKEW];
    // The stage that ends a quantum at a step, times the skew, if there are so many.
    let ends_at = |i: usize| (fired + i + 1) % QUANTUM;
    let edge = |i: usize, states: &mut [[V; 2]; GROUPS], out: &mut [V; GROUPS]| {
        let before = *states;
        advance::<F, V, GROUPS>(&groups, states, out, frames.get(per * i..per * (i + 1)).unwrap_or(&silence));
        if let Some(i) = i.checked_sub(behind) {
            F::leave(out[GROUPS - 1], last, &frames[per * i..per * (i + 1)]);
        }
        let lanes = |g: usize, stages: Range<usize>| {
            let below = |stage: usize| V::first((per * stage).saturating_sub(V::WIDTH * g));
            below(stages.start).select(V::ZERO, below(stages.end))
        };
        let k = ends_at(i);
        if k <= behind && k % SKEW == 0 {
            for (g, states) in states.iter_mut().enumerate() {
                let ending = lanes(g, k / SKEW..k / SKEW + 1);
                *states = states.map(|s| ending.select(s.flushed(), s));
            }
        }
        if i < behind || i >= count {
            for (g, (states, before)) in states.iter_mut().zip(before).enumerate() {
                let computing = lanes(g, (i + 1).saturating_sub(count).div_ceil(SKEW)..i / SKEW + 1);
                states.iter_mut().zip(before).for_each(|(s, before)| *s = computing.select(*s, before));
            }
        }
    };
    let mut i = 0;
    while i < count + behind && count > 0 {
        let k = ends_at(i);
        let steps = count.min(i + QUANTUM - k).saturating_sub(i) / SKEW * SKEW;
        if i < behind || k <= behind || steps == 0 {
            edge(i, &mut states, &mut out[i % SKEW]);
            i += 1;
            continue;
        }
        let (arriving, leaving) = (&frames[per * i..], &frames[per * (i - behind)..per * (i - behind + steps)]);
        // In variables of their own, which stay in registers.
        let (mut s, mut o): (_, [[V; GROUPS]; SKEW]) = (states, core::array::from_fn(|d| out[(i + d) % SKEW]));
        for (arriving, leaving) in arriving.chunks_exact(per * SKEW).zip(leaving.chunks_exact(per * SKEW)) {
            let frames = arriving.chunks_exact(per).zip(leaving.chunks_exact(per));
            for (o, (arriving, leaving)) in o.iter_mut().zip(frames) {
                advance::<F, V, GROUPS>(&groups, &mut s, o, arriving);
                F::leave(o[GROUPS - 1], last, leaving);
            }
        }
        states = s;
        o.into_iter().enumerate().for_each(|(d, o)| out[(i + d) % SKEW] = o);
        i += steps;
    }
    for (at, memory) in memory.iter_mut().enumerate() {
        *memory = states[at / V::WIDTH].map(|s| s.one(at));
    }
}

/// One step of all groups, the last one first: each reads what the one before it gave in the step before.
#[inline(always)]
fn advance<F: Frame, V: Vector, const GROUPS: usize>(
    groups: &[Group<V>; GROUPS],
    states: &mut [[V; 2]; GROUPS],
    out: &mut [V; GROUPS],
    frame: &[Cell<f32>],
) {
    for g in (0..GROUPS).rev() {
        let x = if g == 0 { F::enter(frame, out[0]) } else { F::follow(out[g - 1], out[g]) };
        (states[g], out[g]) = groups[g].step(states[g], x);
    }
}

/// A section that is advanced by blocks of four samples, in lanes over the samples of a block.
///
/// Output `k` is `((c1[k]*s1 + c2[k]*s2) + (h[0]*x[k] + h[1]*x[k-1])) + (h[2]*x[k-2] + h[3]*x[k-3])` with `c` = `states`,
/// `h` = `impulse` and 0 for a sample before the block; after the fourth each state becomes
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

impl Ahead {
    /// One sample.
    pub fn step(&self, memory: &mut AheadMemory, x: f32) -> f32 {
        let phase = memory.phase % 4;
        if phase == 0 {
            memory.block = [0.0; 4];
        }
        memory.block[phase] = x;
        let ([s1, s2], block, [c1, c2], h) = (memory.s, memory.block, self.states, self.impulse);
        let past = |d: usize| if d <= phase { block[phase - d] } else { 0.0 };
        let own = c1[phase] * s1 + c2[phase] * s2;
        let y = (own + (h[0] * past(0) + h[1] * past(1))) + (h[2] * past(2) + h[3] * past(3));
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
    g: [F32x4; 4],
}

impl Block {
    #[inline(always)]
    fn new(a: &Ahead) -> Block {
        let [g1, g2] = a.inputs;
        Block {
            c: a.states.map(F32x4::new),
            h: a.impulse.map(F32x4::splat),
            g: core::array::from_fn(|j| pair([g1[j], g2[j]])),
        }
    }

    /// Each state is in every lane.
    #[inline(always)]
    fn outputs(&self, s: [F32x4; 2], x: F32x4) -> F32x4 {
        let (x1, x2) = (F32x4::ZERO.last_first(x), F32x4::ZERO.low_low(x));
        let x3 = F32x4::ZERO.last_first(x2);
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

/// A lone section over frames with a channel for each memory; `fired` as in [`cascade`].
pub fn ahead(section: &Ahead, memory: &mut [AheadMemory], fired: usize, x: &[f32], y: &mut [f32]) {
    let channels = memory.len().max(1);
    let alone = |memory: &mut [AheadMemory], x: &[f32], y: &mut [f32]| {
        for (x, y) in x.chunks_exact(channels).zip(y.chunks_exact_mut(channels)) {
            for ((x, y), memory) in x.iter().zip(y).zip(&mut *memory) {
                *y = section.step(memory, *x);
            }
        }
    };
    let four = if channels > 2 { Some(Four::new([section; 4])) } else { None };
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
/// there: it is overwritten, since those channels come later.
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
struct Four {
    /// What each state adds to each output.
    c: [[F32x4; 4]; 2],
    h: [F32x4; 4],
    g: [[F32x4; 4]; 2],
    e: [[F32x4; 2]; 2],
    /// What samples before the block add: a zero, with its sign.
    before: [F32x4; 3],
}

impl Four {
    /// Lanes without a section stay silent.
    fn new<const N: usize>(sections: [&Ahead; N]) -> Four {
        let of = |f: &dyn Fn(&Ahead) -> f32| {
            let mut lanes = [0.0; 4];
            lanes.iter_mut().zip(sections).for_each(|(lane, section)| *lane = f(section));
            F32x4::new(lanes)
        };
        let h: [F32x4; 4] = core::array::from_fn(|k| of(&|a| a.impulse[k]));
        let zero = F32x4::ZERO;
        Four {
            c: core::array::from_fn(|s| core::array::from_fn(|k| of(&|a| a.states[s][k]))),
            h,
            g: core::array::from_fn(|s| core::array::from_fn(|k| of(&|a| a.inputs[s][k]))),
            e: core::array::from_fn(|s| core::array::from_fn(|k| of(&|a| a.drift[s][k]))),
            before: [h[1] * zero, h[2] * zero + h[3] * zero, h[3] * zero],
        }
    }

    /// The states of the lanes.
    fn states(memory: &[AheadMemory]) -> [F32x4; 2] {
        [0, 1].map(|s| F32x4::new(core::array::from_fn(|lane| memory.get(lane).map_or(0.0, |m| m.s[s]))))
    }

    fn keep(s: [F32x4; 2], memory: &mut [AheadMemory]) {
        let (a, b) = (s[0].lanes(), s[1].lanes());
        for (memory, (a, b)) in memory.iter_mut().zip(a.into_iter().zip(b)) {
            memory.s = [a, b];
        }
    }

    /// A block: `x` has the lanes of each sample, and so has what comes out.
    #[inline(always)]
    fn step(&self, s: &mut [F32x4; 2], x: [F32x4; 4]) -> [F32x4; 4] {
        let Four { c, h, g, e, before: [near, far, last] } = self;
        let own = |k: usize| c[0][k] * s[0] + c[1][k] * s[1];
        let out = [
            (own(0) + (h[0] * x[0] + *near)) + *far,
            (own(1) + (h[0] * x[1] + h[1] * x[0])) + *far,
            (own(2) + (h[0] * x[2] + h[1] * x[1])) + (h[2] * x[0] + *last),
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

/// Two to four sections that read one channel, a lane each, and write one each; `fired` as in [`cascade`].
pub fn beside(sections: &[Ahead], memory: &mut [AheadMemory], fired: usize, x: &[f32], y: &mut [&mut [f32]]) {
    match sections {
        [a, b] => beside_each([a, b], memory, fired, x, y),
        [a, b, c] => beside_each([a, b, c], memory, fired, x, y),
        [a, b, c, d, ..] => beside_each([a, b, c, d], memory, fired, x, y),
        [] | [_] => {}
    }
}

fn beside_each<const N: usize>(
    sections: [&Ahead; N],
    memory: &mut [AheadMemory],
    fired: usize,
    x: &[f32],
    y: &mut [&mut [f32]],
) {
    let four = Four::new(sections);
    let mut outputs = y.iter_mut();
    let mut y: [&mut [f32]; N] =
        core::array::from_fn(|_| outputs.next().map(|y| &mut y[..x.len()]).unwrap_or_default());
    quanta(fired, x.len(), |from, to, border| {
        let x = &x[from..to];
        let mut y = y.each_mut().map(|y| &mut y[from..to]);
        let begun = ((4 - memory[0].phase) % 4).min(x.len());
        let whole = begun + (x.len() - begun) / 4 * 4;
        let alone = |memory: &mut [AheadMemory], y: &mut [&mut [f32]; N], part: Range<usize>| {
            for ((section, memory), y) in sections.iter().zip(memory).zip(y) {
                for (x, y) in x[part.clone()].iter().zip(&mut y[part.clone()]) {
                    *y = section.step(memory, *x);
                }
            }
        };
        alone(memory, &mut y, 0..begun);
        let mut s = Four::states(memory);
        let mut step = |x: &[f32; 4]| F32x4::transpose(four.step(&mut s, x.map(F32x4::splat)));
        let blocks = x[begun..whole].as_chunks().0.iter();
        let mut rooms = y.each_mut().map(|y| y[begun..whole].as_chunks_mut::<4>().0);
        // A loop for each number: one over the outputs within it would part what belongs together.
        match rooms.as_mut_slice() {
            [a, b] => {
                for ((x, a), b) in blocks.zip(a.iter_mut()).zip(b.iter_mut()) {
                    let out = step(x);
                    out[0].store(a);
                    out[1].store(b);
                }
            }
            [a, b, c] => {
                for (((x, a), b), c) in blocks.zip(a.iter_mut()).zip(b.iter_mut()).zip(c.iter_mut()) {
                    let out = step(x);
                    out[0].store(a);
                    out[1].store(b);
                    out[2].store(c);
                }
            }
            [a, b, c, d, ..] => {
                let rooms = a.iter_mut().zip(b.iter_mut()).zip(c.iter_mut().zip(d.iter_mut()));
                for (x, ((a, b), (c, d))) in blocks.zip(rooms) {
                    let out = step(x);
                    out[0].store(a);
                    out[1].store(b);
                    out[2].store(c);
                    out[3].store(d);
                }
            }
            [] | [_] => {}
        }
        Four::keep(s, memory);
        alone(memory, &mut y, whole..x.len());
        if border {
            memory.iter_mut().for_each(AheadMemory::flush);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{Ahead, AheadMemory, Delta, ahead, beside, cascade, flushed};

    fn delta(k: usize) -> Delta {
        let k = k as f32;
        Delta { alpha: 0.03 + 0.01 * k, beta: 0.001 + 0.0002 * k, m0: 0.9, m2: 0.1 - 0.02 * k, n: 0.2 }
    }

    fn section(k: usize) -> Ahead {
        let t = |i: usize| ((k * 7 + i * 3) % 11) as f32 / 13.0 - 0.4;
        let four = |i: usize| core::array::from_fn(|j| t(i + j));
        Ahead {
            states: [four(0), four(4)],
            impulse: four(8),
            inputs: [four(12), four(16)],
            drift: [[-0.1, 0.02], [-0.01 * k as f32, -0.05]],
        }
    }

    fn noise(count: usize) -> Vec<f32> {
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        };
        (0..count).map(|_| next()).collect()
    }

    fn bits(x: &[f32]) -> Vec<u32> {
        x.iter().map(|x| x.to_bits()).collect()
    }

    #[test]
    fn a_cascade_gives_the_bits_of_one_stage_after_the_other() {
        for lanes in 1..=3 {
            for depth in 1..=18 {
                let stages: Vec<Delta> = (0..depth).map(delta).collect();
                let (mut memory, mut plain) = (vec![[0.0; 2]; depth * lanes], vec![[0.0; 2]; depth * lanes]);
                let mut fired = 0;
                for frames in [1, 2, 40, 7, 0, 256, 1000, 3, 400] {
                    let mut x = noise(frames * lanes);
                    x.iter_mut().skip(20 * lanes).for_each(|x| *x *= 1e-16);
                    let mut expected = x.clone();
                    for (stage, memory) in stages.iter().zip(plain.chunks_mut(lanes)) {
                        for (i, frame) in expected.chunks_mut(lanes).enumerate() {
                            for (x, s) in frame.iter_mut().zip(&mut *memory) {
                                *x = stage.step(s, *x);
                                *s = if (fired + i + 1) % 256 == 0 { s.map(flushed) } else { *s };
                            }
                        }
                    }
                    let mut y = vec![0.0; x.len()];
                    cascade(&stages, &mut memory, lanes, fired, &x, &mut y);
                    fired += frames;
                    assert_eq!(bits(&y), bits(&expected), "{depth} stages, {lanes} lanes, {frames} frames");
                    assert_eq!(memory, plain);
                }
            }
        }
    }

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

    #[test]
    fn branches_give_the_bits_of_one_after_the_other() {
        for count in 2..=4 {
            let sections: Vec<Ahead> = (1..=count).map(section).collect();
            let (mut memory, mut plain) = (vec![AheadMemory::new(); count], vec![AheadMemory::new(); count]);
            let mut fired = 0;
            for frames in [1, 2, 40, 7, 0, 256] {
                let mut x = noise(frames);
                x.iter_mut().step_by(3).for_each(|x| *x = -0.0);
                let mut y = vec![vec![0.0; frames]; count];
                let mut outputs: Vec<&mut [f32]> = y.iter_mut().map(Vec::as_mut_slice).collect();
                beside(&sections, &mut memory, fired, &x, &mut outputs);
                for ((section, plain), y) in sections.iter().zip(&mut plain).zip(y) {
                    let step = |(i, x): (usize, &f32)| {
                        let y = section.step(plain, *x);
                        if (fired + i + 1) % 256 == 0 {
                            plain.flush();
                        }
                        y
                    };
                    let expected: Vec<f32> = x.iter().enumerate().map(step).collect();
                    assert_eq!(bits(&y), bits(&expected), "{count} sections, {frames} frames");
                }
                fired += frames;
            }
        }
    }
}
