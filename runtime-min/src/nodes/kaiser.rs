//! The prototype of [`resample`](super::resample): a windowed sinc, sampled at the phases of a polyphase filter.
//!
//! Kaiser's window (J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974; as in
//! Oppenheim and Schafer, *Discrete-Time Signal Processing*). All in f64 with [`crate::math`], rounded to f32 once.

use crate::math;
use alloc::vec::Vec;
use core::f64::consts::PI;

/// A low-pass in continuous time: `sinc(cutoff · t)` under a Kaiser window that ends at `|t| = half`.
pub(crate) struct Prototype {
    /// Half of the width in input frames.
    pub half: f64,
    /// Where the response has fallen to a half, relative to the Nyquist frequency of the input.
    pub cutoff: f64,
    /// Shape of the window.
    pub beta: f64,
}

impl Prototype {
    /// Appends the `taps` coefficients of the phase at `fraction` frames behind its input frame; their sum is 1.
    ///
    /// Tap `i` weighs the input frame `i + 1 - taps / 2` after that frame.
    pub fn phase(&self, fraction: f64, taps: usize, row: &mut Vec<f64>) {
        row.clear();
        let scale = 1.0 / bessel_i0(self.beta);
        for i in 0..taps {
            let t = (i as f64 - (taps / 2) as f64 + 1.0) - fraction;
            let r = t / self.half;
            let inside = 1.0 - r * r;
            let window = if inside >= 0.0 { bessel_i0(self.beta * math::sqrt(inside)) * scale } else { 0.0 };
            row.push(sinc(self.cutoff * t) * window);
        }
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|c| *c /= sum);
    }
}

/// `sin(πx) / (πx)`.
fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { math::sin(PI * x) / (PI * x) }
}

/// The modified Bessel function of the first kind and order 0, by its power series until a term no longer counts.
pub(crate) fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x * 0.25;
    let (mut sum, mut term, mut k) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= quarter / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
}
