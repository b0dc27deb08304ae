//! Lone sections of one channel by look-ahead, side by side: a lane each.

use super::ahead::{Ahead, AheadMemory, Four};
use super::quanta;
use crate::lanes::F32x4;
use core::ops::Range;

/// Two to four sections that read one channel, a lane each, and write one each; `fired` as in [`cascade`](super::cascade).
pub fn beside(sections: &[Ahead], memory: &mut [AheadMemory], fired: usize, x: &[f32], y: &mut [&mut [f32]]) {
    let y = y.iter_mut().map(|y| &mut **y);
    match sections {
        [a, b] => each([a, b], memory, fired, x, &mut parted::<2>(y)),
        [a, b, c] => each([a, b, c], memory, fired, x, &mut parted::<3>(y)),
        [a, b, c, d, ..] => each([a, b, c, d], memory, fired, x, &mut parted::<4>(y)),
        [] | [_] => {}
    }
}

fn parted<'a, const N: usize>(mut y: impl Iterator<Item = &'a mut [f32]>) -> [&'a mut [f32]; N] {
    core::array::from_fn(|_| y.next().unwrap_or_default())
}

/// Two to four sections that read one channel, a lane each, and write what they give together, added from the first on; within
/// `limits`, a low and a high one, if there are any: what is no number then is the low one.
pub fn bank(
    sections: &[Ahead],
    memory: &mut [AheadMemory],
    limits: Option<[f32; 2]>,
    fired: usize,
    x: &[f32],
    y: &mut [f32],
) {
    let mut sum = Sum { y, limits };
    match sections {
        [a, b] => each([a, b], memory, fired, x, &mut sum),
        [a, b, c] => each([a, b, c], memory, fired, x, &mut sum),
        [a, b, c, d, ..] => each([a, b, c, d], memory, fired, x, &mut sum),
        [] | [_] => {}
    }
}

/// Where what `N` sections give goes.
trait Outputs<const N: usize> {
    /// Of one frame.
    fn one(&mut self, frame: usize, y: [f32; N]);
    /// Of blocks: `step` takes one through, and gives four samples of each section.
    fn blocks(&mut self, frames: Range<usize>, x: &[[f32; 4]], step: impl FnMut(&[f32; 4]) -> [F32x4; 4]);
}

#[inline(always)]
fn each<const N: usize, Y: Outputs<N>>(
    sections: [&Ahead; N],
    memory: &mut [AheadMemory],
    fired: usize,
    x: &[f32],
    y: &mut Y,
) {
    let four = Four::new(&sections);
    let alone = |memory: &mut [AheadMemory], y: &mut Y, frames: Range<usize>| {
        for (frame, x) in frames.clone().zip(&x[frames]) {
            let mut out = [0.0; N];
            one(&sections, memory, *x, &mut out);
            y.one(frame, out);
        }
    };
    quanta(fired, x.len(), |from, to, border| {
        let begun = to.min(from + (4 - memory[0].phase()) % 4);
        let whole = begun + (to - begun) / 4 * 4;
        alone(memory, y, from..begun);
        let mut s = Four::states(memory);
        let step = |x: &[f32; 4]| F32x4::transpose(four.step(&mut s, x.map(F32x4::splat)));
        y.blocks(begun..whole, x[begun..whole].as_chunks().0, step);
        Four::keep(s, memory);
        alone(memory, y, whole..to);
        if border {
            memory.iter_mut().for_each(AheadMemory::flush);
        }
    });
}

/// One sample of each section.
#[inline(never)]
fn one(sections: &[&Ahead], memory: &mut [AheadMemory], x: f32, out: &mut [f32]) {
    for ((out, section), memory) in out.iter_mut().zip(sections).zip(memory) {
        *out = section.step(memory, x);
    }
}

impl<const N: usize> Outputs<N> for [&mut [f32]; N] {
    #[inline(always)]
    fn one(&mut self, frame: usize, y: [f32; N]) {
        self.iter_mut().zip(y).for_each(|(out, y)| out[frame] = y);
    }

    #[inline(always)]
    fn blocks(&mut self, frames: Range<usize>, x: &[[f32; 4]], mut step: impl FnMut(&[f32; 4]) -> [F32x4; 4]) {
        let mut rooms = self.each_mut().map(|y| y[frames.clone()].as_chunks_mut::<4>().0);
        let x = x.iter();
        // A loop for each number: one over the outputs within it would part what belongs together.
        match rooms.as_mut_slice() {
            [a, b] => {
                for ((x, a), b) in x.zip(a.iter_mut()).zip(b.iter_mut()) {
                    let out = step(x);
                    out[0].store(a);
                    out[1].store(b);
                }
            }
            [a, b, c] => {
                for (((x, a), b), c) in x.zip(a.iter_mut()).zip(b.iter_mut()).zip(c.iter_mut()) {
                    let out = step(x);
                    out[0].store(a);
                    out[1].store(b);
                    out[2].store(c);
                }
            }
            [a, b, c, d, ..] => {
                let rooms = a.iter_mut().zip(b.iter_mut()).zip(c.iter_mut().zip(d.iter_mut()));
                for (x, ((a, b), (c, d))) in x.zip(rooms) {
                    let out = step(x);
                    out[0].store(a);
                    out[1].store(b);
                    out[2].store(c);
                    out[3].store(d);
                }
            }
            [] | [_] => {}
        }
    }
}

/// What all sections give together.
struct Sum<'a> {
    y: &'a mut [f32],
    limits: Option<[f32; 2]>,
}

impl<const N: usize> Outputs<N> for Sum<'_> {
    #[inline(always)]
    fn one(&mut self, frame: usize, y: [f32; N]) {
        let sum = y[1..].iter().fold(y[0], |sum, y| sum + y);
        self.y[frame] = match self.limits {
            Some([low, high]) => {
                let raised = if sum > low { sum } else { low };
                if raised < high { raised } else { high }
            }
            None => sum,
        };
    }

    #[inline(always)]
    fn blocks(&mut self, frames: Range<usize>, x: &[[f32; 4]], mut step: impl FnMut(&[f32; 4]) -> [F32x4; 4]) {
        let rooms = x.iter().zip(self.y[frames].as_chunks_mut().0);
        let sum = |[a, b, c, d]: [F32x4; 4]| match N {
            2 => a + b,
            3 => (a + b) + c,
            _ => ((a + b) + c) + d,
        };
        match self.limits.map(|limits| limits.map(F32x4::splat)) {
            Some([low, high]) => {
                for (x, room) in rooms {
                    sum(step(x)).at_least(low).at_most(high).store(room);
                }
            }
            None => rooms.for_each(|(x, room)| sum(step(x)).store(room)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ahead, AheadMemory, bank, beside};
    use crate::sections::tests::{bits, noise, section};

    /// What each of some sections gives, one after the other, sample by sample.
    fn alone(sections: &[Ahead], memory: &mut [AheadMemory], fired: usize, x: &[f32]) -> Vec<Vec<f32>> {
        let step = |(section, memory): (&Ahead, &mut AheadMemory)| {
            let sample = |(i, x): (usize, &f32)| {
                let y = section.step(memory, *x);
                if (fired + i + 1).is_multiple_of(256) {
                    memory.flush();
                }
                y
            };
            x.iter().enumerate().map(sample).collect()
        };
        sections.iter().zip(memory).map(step).collect()
    }

    /// Sections, their input in parts of odd lengths, and what each of them gives for each part.
    fn parts(count: usize, mut check: impl FnMut(&[Ahead], usize, &[f32], Vec<Vec<f32>>)) {
        let sections: Vec<Ahead> = (1..=count).map(section).collect();
        let mut plain = vec![AheadMemory::new(); count];
        let mut fired = 0;
        for frames in [1, 2, 40, 7, 0, 256] {
            let mut x = noise(frames);
            x.iter_mut().step_by(3).for_each(|x| *x = -0.0);
            let expected = alone(&sections, &mut plain, fired, &x);
            check(&sections, fired, &x, expected);
            fired += frames;
        }
    }

    #[test]
    fn branches_give_the_bits_of_one_after_the_other() {
        for count in 2..=4 {
            let mut memory = vec![AheadMemory::new(); count];
            parts(count, |sections, fired, x, expected| {
                let mut y = vec![vec![0.0; x.len()]; count];
                let mut outputs: Vec<&mut [f32]> = y.iter_mut().map(Vec::as_mut_slice).collect();
                beside(sections, &mut memory, fired, x, &mut outputs);
                for (y, expected) in y.iter().zip(&expected) {
                    assert_eq!(bits(y), bits(expected), "{count} sections, {} frames", x.len());
                }
            });
        }
    }

    #[test]
    fn a_bank_gives_the_bits_of_a_sum() {
        let limits = Some([-0.1, 0.2]);
        for (count, limits) in [(2, None), (3, None), (4, None), (2, limits), (3, limits), (4, Some([0.3, -0.3]))] {
            let mut memory = vec![AheadMemory::new(); count];
            parts(count, |sections, fired, x, branches| {
                let mut y = vec![0.0; x.len()];
                bank(sections, &mut memory, limits, fired, x, &mut y);
                let sum = |i: usize| {
                    let sum = branches.iter().map(|branch| branch[i]).reduce(|sum, y| sum + y).unwrap_or_default();
                    limits.map_or(sum, |[low, high]| sum.max(low).min(high))
                };
                let expected: Vec<f32> = (0..x.len()).map(sum).collect();
                assert_eq!(bits(&y), bits(&expected), "{count} sections, {} frames, {limits:?}", x.len());
            });
        }
    }
    #[test]
    fn what_is_no_number_is_the_low_limit() {
        let sections = [section(1), section(2)];
        let mut y = [0.0; 12];
        let mut x = [0.25; 12];
        x[5] = f32::NAN;
        bank(&sections, &mut [AheadMemory::new(); 2], Some([-0.5, 0.5]), 0, &x, &mut y);
        assert!(y[..5].iter().all(|y| *y != -0.5) && y[5..].iter().all(|y| *y == -0.5), "{y:?}");
    }
}
