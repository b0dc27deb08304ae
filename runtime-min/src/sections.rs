//! Linear recurrences of second order over blocks of samples, many of them side by side.
//!
//! The arithmetic is that of the forms of the plan, sample by sample and stage by stage; only what runs at the same time differs, so
//! the bits do not depend on the target. [`cascade`] runs a chain as skewed lanes, each stage one or two samples behind the one before
//! it; [`ahead`] runs lone sections four samples at a time, [`beside`] several of one channel side by side, and [`bank`] adds what
//! these give.

mod ahead;
mod beside;
mod wave;

pub use ahead::{Ahead, AheadMemory, ahead};
pub use beside::{bank, beside};
pub use wave::{Delta, banks_of_2, banks_of_3, banks_of_4, cascade, peaks};

/// Recursive state below this magnitude is set to zero at quantum borders.
const TINY: f32 = 1e-15;

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

#[cfg(test)]
mod tests {
    use super::Ahead;

    pub fn noise(count: usize) -> Vec<f32> {
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        };
        (0..count).map(|_| next()).collect()
    }

    /// A section with look-ahead and some coefficients or other.
    pub fn section(k: usize) -> Ahead {
        let t = |i: usize| ((k * 7 + i * 3) % 11) as f32 / 13.0 - 0.4;
        let four = |i: usize| core::array::from_fn(|j| t(i + j));
        Ahead {
            states: [four(0), four(4)],
            impulse: four(8),
            inputs: [four(12), four(16)],
            drift: [[-0.1, 0.02], [-0.01 * k as f32, -0.05]],
        }
    }

    pub fn bits(x: &[f32]) -> Vec<u32> {
        x.iter().map(|x| x.to_bits()).collect()
    }
}
