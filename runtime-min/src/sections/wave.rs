//! Chains in the delta form: a wave of skewed lanes.

use super::{QUANTUM, TINY, flushed, quanta};
use crate::lanes::{F32x4, Widest};
use core::cell::Cell;
use core::ops::{Add, Mul, Range, Sub};

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

#[cfg(test)]
mod tests {
    use super::{Delta, cascade, flushed};
    use crate::sections::tests::{bits, noise};

    fn delta(k: usize) -> Delta {
        let k = k as f32;
        Delta { alpha: 0.03 + 0.01 * k, beta: 0.001 + 0.0002 * k, m0: 0.9, m2: 0.1 - 0.02 * k, n: 0.2 }
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
}
