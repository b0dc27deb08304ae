//! Chains in the delta form, of sections or of banks of them: a wave of skewed lanes.

use super::{QUANTUM, TINY, flushed, quanta};
use crate::lanes::{F32x4, Widest};
use core::cell::Cell;
use core::ops::{Add, Mul, Range, Sub};

/// The coefficients of a section in the delta form, or of as many as there are lanes:
/// `w = x + s1; y = (m0*x + m2*s2) + n*w; s1 = (w + (x + s2)) - alpha*w; s2 = s2 - beta*w`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delta<T = f32> {
    pub alpha: T,
    pub beta: T,
    pub m0: T,
    pub m2: T,
    pub n: T,
}

/// What sections compute in.
trait Number: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {}

impl<T: Copy + Add<Output = T> + Sub<Output = T> + Mul<Output = T>> Number for T {}

/// How a section makes its output.
trait Kind {
    /// True if what the sections of a stage give together is limited.
    const LIMITED: bool = false;

    fn output<T: Number>(c: &Delta<T>, s2: T, w: T, x: T) -> T;

    /// The next states and what comes out.
    #[inline(always)]
    fn step<T: Number>(c: &Delta<T>, [s1, s2]: [T; 2], x: T) -> ([T; 2], T) {
        let w = x + s1;
        ([(w + (x + s2)) - c.alpha * w, s2 - c.beta * w], Self::output(c, s2, w, x))
    }
}

/// Any section.
struct Any;

impl Kind for Any {
    #[inline(always)]
    fn output<T: Number>(c: &Delta<T>, s2: T, w: T, x: T) -> T {
        (c.m0 * x + c.m2 * s2) + c.n * w
    }
}

/// A section that adds to its input: `m0` is 1, `m2` 0.
struct Peak;

impl Kind for Peak {
    #[inline(always)]
    fn output<T: Number>(c: &Delta<T>, _: T, w: T, x: T) -> T {
        x + c.n * w
    }
}

/// Any section, in a stage with limits.
struct Limited;

impl Kind for Limited {
    const LIMITED: bool = true;

    #[inline(always)]
    fn output<T: Number>(c: &Delta<T>, s2: T, w: T, x: T) -> T {
        Any::output(c, s2, w, x)
    }
}

/// Sections in a chain over frames of `lanes` samples, from `x` to `y` of the same length. `memory` has the states of each stage
/// and lane, stage by stage; `fired` is the number of frames so far, for the borders of quanta.
pub fn cascade(stages: &[Delta], memory: &mut [[f32; 2]], lanes: usize, fired: usize, x: &[f32], y: &mut [f32]) {
    chain::<Any>(stages, memory, lanes, fired, x, y);
}

/// As [`cascade`], of sections that are 1 at both ends of the spectrum, as peaking ones are: `y = x + n*w`.
pub fn peaks(stages: &[Delta], memory: &mut [[f32; 2]], lanes: usize, fired: usize, x: &[f32], y: &mut [f32]) {
    chain::<Peak>(stages, memory, lanes, fired, x, y);
}

fn chain<K: Kind>(stages: &[Delta], memory: &mut [[f32; 2]], lanes: usize, fired: usize, x: &[f32], y: &mut [f32]) {
    y.copy_from_slice(x);
    let most = if lanes > 2 { 1 } else { 16 / lanes };
    for (stages, memory) in stages.chunks(most).zip(memory.chunks_mut(most * lanes)) {
        match (lanes, (stages.len() * lanes).div_ceil(4)) {
            (1, 1) => wave::<K, Mono, F32x4, 1, 1, 2>(stages, &[], memory, fired, y),
            (1, 2) => wave::<K, Mono, Widest, 1, { 8 / WIDTH }, 2>(stages, &[], memory, fired, y),
            (1, 3) => wave::<K, Mono, Widest, 1, { 12_usize.div_ceil(WIDTH) }, 2>(stages, &[], memory, fired, y),
            (1, _) => wave::<K, Mono, Widest, 1, { 16 / WIDTH }, DEEP>(stages, &[], memory, fired, y),
            (2, 1) => wave::<K, Stereo, F32x4, 1, 1, 2>(stages, &[], memory, fired, y),
            (2, 2) => wave::<K, Stereo, Widest, 1, { 8 / WIDTH }, 2>(stages, &[], memory, fired, y),
            (2, 3) => wave::<K, Stereo, Widest, 1, { 12_usize.div_ceil(WIDTH) }, 2>(stages, &[], memory, fired, y),
            (2, _) => wave::<K, Stereo, Widest, 1, { 16 / WIDTH }, DEEP>(stages, &[], memory, fired, y),
            (_, _) => quanta(fired, y.len() / lanes.max(1), |from, to, border| {
                for frame in y[from * lanes..to * lanes].chunks_exact_mut(lanes) {
                    for (x, s) in frame.iter_mut().zip(&mut *memory) {
                        (*s, *x) = K::step(&stages[0], *s, *x);
                    }
                }
                if border {
                    memory.iter_mut().for_each(|m| *m = m.map(flushed));
                }
            }),
        }
    }
}

/// A function for each number of sections in a bank: programs link the one that they call.
macro_rules! banks_of {
    ($($name:ident $branches:literal),*) => {$(
        #[doc = concat!(
            "A chain of banks over one channel, from `x` to `y`: what the ", $branches, " sections of a stage give together goes to ",
            "the next, within its limits if there are any. `stages` has the sections of a stage in a row, as has `memory`; `limits` a ",
            "low and a high one for each stage, or nothing: what is no number is the low one. Else as [`cascade`]."
        )]
        pub fn $name(
            stages: &[Delta],
            limits: &[[f32; 2]],
            memory: &mut [[f32; 2]],
            fired: usize,
            x: &[f32],
            y: &mut [f32],
        ) {
            banks::<$branches>(stages, limits, memory, fired, x, y);
        }
    )*};
}

banks_of!(banks_of_2 2, banks_of_3 3, banks_of_4 4);

#[inline(always)]
fn banks<const BRANCHES: usize>(
    stages: &[Delta],
    limits: &[[f32; 2]],
    memory: &mut [[f32; 2]],
    fired: usize,
    x: &[f32],
    y: &mut [f32],
) {
    y.copy_from_slice(x);
    let parts = stages.chunks(8 * BRANCHES).zip(memory.chunks_mut(8 * BRANCHES));
    for (part, (stages, memory)) in parts.enumerate() {
        let limits = limits.get(8 * part..).unwrap_or_default();
        match (stages.len() / BRANCHES > 4, limits) {
            (false, []) => wave::<Any, Mono, F32x4, BRANCHES, 1, 2>(stages, limits, memory, fired, y),
            (true, []) => wave::<Any, Mono, Widest, BRANCHES, { 8 / WIDTH }, 2>(stages, limits, memory, fired, y),
            (false, _) => wave::<Limited, Mono, F32x4, BRANCHES, 1, 2>(stages, limits, memory, fired, y),
            (true, _) => wave::<Limited, Mono, Widest, BRANCHES, { 8 / WIDTH }, 2>(stages, limits, memory, fired, y),
        }
    }
}

/// Lanes of the widest vectors.
const WIDTH: usize = Widest::WIDTH;
/// Skew of the deepest chains: four vectors keep a CPU busy while one of them waits, two do not.
const DEEP: usize = if WIDTH > 4 { 2 } else { 1 };

/// What a wave needs of a vector.
trait Vector: Number {
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
    /// Within limits, the low one where it is no number.
    fn within(self, limits: [Self; 2]) -> Self;
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
            fn within(self, [low, high]: [$vector; 2]) -> $vector {
                self.at_least(low).at_most(high)
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
        self.lanes().as_chunks().0[lane / 2 % 2]
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

/// As many stages of a chain as there are lanes.
#[derive(Clone, Copy)]
struct Group<V, const BRANCHES: usize> {
    sections: [Delta<V>; BRANCHES],
    limits: [V; 2],
}

/// The states of a group.
type States<V, const BRANCHES: usize> = [[V; 2]; BRANCHES];

/// A chain in the first lanes of `GROUPS` vectors, in place, each stage one section or the sum of `BRANCHES`, in so many vectors. At
/// step `i` stage `k` computes frame `i - SKEW * k`, from what the stage before gave `SKEW` steps ago: at two, one frame need not
/// wait for the other. Before its first frame and behind its last one a stage computes what nobody reads, and keeps its states; so do the
/// lanes behind the last stage.
fn wave<K: Kind, F: Frame, V: Vector, const BRANCHES: usize, const GROUPS: usize, const SKEW: usize>(
    sections: &[Delta],
    limits: &[[f32; 2]],
    memory: &mut [[f32; 2]],
    fired: usize,
    frames: &mut [f32],
) {
    let per = F::CHANNELS;
    let stages = sections.len() / BRANCHES;
    let behind = SKEW * (stages - 1);
    let frames = Cell::from_mut(frames).as_slice_of_cells();
    let count = frames.len() / per;
    let groups: [Group<V, BRANCHES>; GROUPS] = core::array::from_fn(|g| {
        let stage = |lane: usize| (V::WIDTH * g + lane) / per;
        let limit = |which: usize| V::of(|lane| limits.get(stage(lane)).map_or(0.0, |limits| limits[which]));
        let section = |branch: usize| {
            let at = |lane: usize| sections.get(stage(lane) * BRANCHES + branch);
            let c = |f: fn(&Delta) -> f32| V::of(|lane| at(lane).map_or(1.0, f));
            Delta { alpha: c(|d| d.alpha), beta: c(|d| d.beta), m0: c(|d| d.m0), m2: c(|d| d.m2), n: c(|d| d.n) }
        };
        Group { sections: core::array::from_fn(section), limits: [limit(0), limit(1)] }
    });
    let last = per * (stages - 1) % V::WIDTH;
    // Where the states of a lane are.
    let place = |g: usize, branch: usize, lane: usize| {
        let at = V::WIDTH * g + lane;
        (at / per * BRANCHES + branch) * per + at % per
    };
    let mut states: [States<V, BRANCHES>; GROUPS] = core::array::from_fn(|g| {
        core::array::from_fn(|branch| {
            [0, 1].map(|s| V::of(|lane| memory.get(place(g, branch, lane)).map_or(0.0, |memory| memory[s])))
        })
    });
    let mut out = [[V::ZERO; GROUPS]; SKEW];
    // The lanes of some stages in a vector.
    let lanes = |g: usize, stages: Range<usize>| {
        let below = |stage: usize| V::first((per * stage).saturating_sub(V::WIDTH * g));
        below(stages.start).select(V::ZERO, below(stages.end))
    };
    // The stage that ends a quantum at a step, times the skew, if there are so many.
    let ends_at = |i: usize| (fired + i + 1) % QUANTUM;
    let mut i = 0;
    while i < count + behind && count > 0 {
        let k = ends_at(i);
        let steps = count.min(i + QUANTUM - k).saturating_sub(i) / SKEW * SKEW;
        if i < behind || k <= behind || steps == 0 {
            // One step, at the edge of something.
            let (before, is_outside) = (states, i < behind || i >= count);
            let silence = [const { Cell::new(0.0) }; 2];
            let arriving = frames.get(per * i..per * (i + 1)).unwrap_or(&silence);
            advance::<K, F, V, BRANCHES, GROUPS>(&groups, &mut states, &mut out[i % SKEW], arriving);
            if let Some(from) = i.checked_sub(behind) {
                F::leave(out[i % SKEW][GROUPS - 1], last, &frames[per * from..per * (from + 1)]);
            }
            if k <= behind && k % SKEW == 0 {
                let stage = k / SKEW;
                let g = per * stage / V::WIDTH % GROUPS;
                let ending = lanes(g, stage..stage + 1);
                states[g] = states[g].map(|states| states.map(|s| ending.select(s.flushed(), s)));
            }
            if is_outside {
                let computing = (i + 1).saturating_sub(count).div_ceil(SKEW)..i / SKEW + 1;
                for (g, (states, before)) in states.iter_mut().zip(before).enumerate() {
                    let computing = lanes(g, computing.clone());
                    let all = states.as_flattened_mut().iter_mut().zip(before.into_iter().flatten());
                    all.for_each(|(s, before)| *s = computing.select(*s, before));
                }
            }
            i += 1;
            continue;
        }
        let (arriving, leaving) = (&frames[per * i..], &frames[per * (i - behind)..per * (i - behind + steps)]);
        // In variables of their own, which stay in registers.
        let (mut s, mut o): (_, [[V; GROUPS]; SKEW]) = (states, core::array::from_fn(|d| out[(i + d) % SKEW]));
        for (arriving, leaving) in arriving.chunks_exact(per * SKEW).zip(leaving.chunks_exact(per * SKEW)) {
            let frames = arriving.chunks_exact(per).zip(leaving.chunks_exact(per));
            for (o, (arriving, leaving)) in o.iter_mut().zip(frames) {
                advance::<K, F, V, BRANCHES, GROUPS>(&groups, &mut s, o, arriving);
                F::leave(o[GROUPS - 1], last, leaving);
            }
        }
        states = s;
        o.into_iter().enumerate().for_each(|(d, o)| out[(i + d) % SKEW] = o);
        i += steps;
    }
    for (g, states) in states.iter().enumerate() {
        for (branch, states) in states.iter().enumerate() {
            for lane in 0..V::WIDTH {
                if let Some(memory) = memory.get_mut(place(g, branch, lane)) {
                    *memory = states.map(|s| s.one(lane));
                }
            }
        }
    }
}

/// One step of all groups, the last one first: each reads what the one before it gave in the step before.
#[inline(always)]
fn advance<K: Kind, F: Frame, V: Vector, const BRANCHES: usize, const GROUPS: usize>(
    groups: &[Group<V, BRANCHES>; GROUPS],
    states: &mut [States<V, BRANCHES>; GROUPS],
    out: &mut [V; GROUPS],
    frame: &[Cell<f32>],
) {
    for g in (0..GROUPS).rev() {
        let x = if g == 0 { F::enter(frame, out[0]) } else { F::follow(out[g - 1], out[g]) };
        for (branch, (section, states)) in groups[g].sections.iter().zip(&mut states[g]).enumerate() {
            let (next, y) = K::step(section, *states, x);
            *states = next;
            out[g] = if branch == 0 { y } else { out[g] + y };
        }
        if K::LIMITED {
            out[g] = out[g].within(groups[g].limits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Any, Delta, Kind, Peak, banks_of_2, banks_of_3, banks_of_4, cascade, flushed, peaks};
    use crate::sections::tests::{bits, noise};

    fn delta(k: usize) -> Delta {
        let k = k as f32;
        Delta { alpha: 0.03 + 0.01 * k, beta: 0.001 + 0.0002 * k, m0: 0.9, m2: 0.1 - 0.02 * k, n: 0.2 }
    }

    #[test]
    fn a_cascade_gives_the_bits_of_one_stage_after_the_other() {
        agrees(cascade, delta, Any::step);
    }

    #[test]
    fn so_do_peaks() {
        agrees(peaks, |k| Delta { m0: 1.0, m2: 0.0, ..delta(k) }, Peak::step);
    }

    #[test]
    fn banks_give_the_bits_of_one_stage_after_the_other() {
        banks_agree(2, banks_of_2);
        banks_agree(3, banks_of_3);
        banks_agree(4, banks_of_4);
    }

    type Banks = fn(&[Delta], &[[f32; 2]], &mut [[f32; 2]], usize, &[f32], &mut [f32]);

    fn banks_agree(branches: usize, banks: Banks) {
        for depth in 1..=18 {
            for is_limited in [false, true] {
                let sections: Vec<Delta> = (0..depth * branches).map(|k| Delta { m0: 0.2, ..delta(k) }).collect();
                let limits = |stage: usize| [-0.1 - 0.01 * stage as f32, 0.2];
                let all_limits: Vec<[f32; 2]> = (0..depth).filter(|_| is_limited).map(limits).collect();
                let (mut memory, mut plain) = (vec![[0.0; 2]; sections.len()], vec![[0.0; 2]; sections.len()]);
                let mut fired = 0;
                for frames in [1, 2, 40, 7, 0, 256, 1000, 3, 400] {
                    let mut x = noise(frames);
                    x.iter_mut().skip(20).for_each(|x| *x *= 1e-16);
                    let mut expected = x.clone();
                    let stages = sections.chunks(branches).zip(plain.chunks_mut(branches));
                    for (stage, (sections, memory)) in stages.enumerate() {
                        for (i, x) in expected.iter_mut().enumerate() {
                            let mut given = sections.iter().zip(&mut *memory).map(|(section, s)| {
                                let y;
                                (*s, y) = Any::step(section, *s, *x);
                                *s = if (fired + i + 1) % 256 == 0 { s.map(flushed) } else { *s };
                                y
                            });
                            let first = given.next().unwrap_or_default();
                            let sum = given.fold(first, |sum, y| sum + y);
                            let [low, high] = limits(stage);
                            *x = if is_limited { sum.max(low).min(high) } else { sum };
                        }
                    }
                    let mut y = vec![0.0; x.len()];
                    banks(&sections, &all_limits, &mut memory, fired, &x, &mut y);
                    fired += frames;
                    assert_eq!(bits(&y), bits(&expected), "{branches} by {depth}, {frames} frames, {is_limited}");
                    assert_eq!(memory, plain);
                }
            }
        }
    }

    type Chain = fn(&[Delta], &mut [[f32; 2]], usize, usize, &[f32], &mut [f32]);
    type Step = fn(&Delta, [f32; 2], f32) -> ([f32; 2], f32);

    fn agrees(chain: Chain, stage: fn(usize) -> Delta, step: Step) {
        for lanes in 1..=3 {
            for depth in 1..=18 {
                let stages: Vec<Delta> = (0..depth).map(stage).collect();
                let (mut memory, mut plain) = (vec![[0.0; 2]; depth * lanes], vec![[0.0; 2]; depth * lanes]);
                let mut fired = 0;
                for frames in [1, 2, 40, 7, 0, 256, 1000, 3, 400] {
                    let mut x = noise(frames * lanes);
                    x.iter_mut().skip(20 * lanes).for_each(|x| *x *= 1e-16);
                    let mut expected = x.clone();
                    for (stage, memory) in stages.iter().zip(plain.chunks_mut(lanes)) {
                        for (i, frame) in expected.chunks_mut(lanes).enumerate() {
                            for (x, s) in frame.iter_mut().zip(&mut *memory) {
                                (*s, *x) = step(stage, *s, *x);
                                *s = if (fired + i + 1) % 256 == 0 { s.map(flushed) } else { *s };
                            }
                        }
                    }
                    let mut y = vec![0.0; x.len()];
                    chain(&stages, &mut memory, lanes, fired, &x, &mut y);
                    fired += frames;
                    assert_eq!(bits(&y), bits(&expected), "{depth} stages, {lanes} lanes, {frames} frames");
                    assert_eq!(memory, plain);
                }
            }
        }
    }
}
