//! Triangular filters on Slaney's mel scale, as `librosa.filters.mel(htk=False, norm="slaney")` defines them.
//!
//! The scale is linear up to 1 kHz (3 mel per 200 Hz) and logarithmic above (27 mel per factor 6.4), from M. Slaney's
//! *Auditory Toolbox*, 1998.

use super::fft::Number;
use crate::math;
use alloc::vec::Vec;

/// One band: the weights of the bins from `first` on.
pub(crate) struct Filter {
    first: usize,
    weights: Vec<f64>,
}

impl Filter {
    /// The weighted sum of the bins, in their order.
    pub fn apply<T: Number>(&self, bins: &[T]) -> T {
        let mut sum = T::splat(0.0);
        for (bin, weight) in bins[self.first..].iter().zip(&self.weights) {
            sum = sum + *bin * T::splat(*weight);
        }
        sum
    }
}

/// Frequencies per mel, and where the scale becomes logarithmic, in Hz and mel.
const LINEAR: f64 = 200.0 / 3.0;
const BREAK_HZ: f64 = 1000.0;
const BREAK_MEL: f64 = BREAK_HZ / LINEAR;

fn logarithmic_step() -> f64 {
    math::log(6.4) / 27.0
}

fn mel(hz: f64) -> f64 {
    if hz < BREAK_HZ { hz / LINEAR } else { BREAK_MEL + math::log(hz / BREAK_HZ) / logarithmic_step() }
}

fn hertz(mel: f64) -> f64 {
    if mel < BREAK_MEL { mel * LINEAR } else { BREAK_HZ * math::exp(logarithmic_step() * (mel - BREAK_MEL)) }
}

/// `bands` filters from 0 to `rate / 2` over the bins of a transform of `size` samples.
pub(crate) fn filters(rate: f64, size: usize, bands: usize) -> Vec<Filter> {
    let top = mel(rate / 2.0);
    let edge = |i: usize| hertz(top * i as f64 / (bands + 1) as f64);
    let bin = |k: usize| k as f64 * rate / size as f64;
    (0..bands)
        .map(|band| {
            let (low, middle, high) = (edge(band), edge(band + 1), edge(band + 2));
            let weight = |k: usize| {
                let (rise, fall) = ((bin(k) - low) / (middle - low), (high - bin(k)) / (high - middle));
                let least = if rise < fall { rise } else { fall };
                if least > 0.0 { least * 2.0 / (high - low) } else { 0.0 }
            };
            let inside = |k: &usize| weight(*k) > 0.0;
            let first = (0..=size / 2).find(inside).unwrap_or(0);
            Filter { first, weights: (first..=size / 2).take_while(inside).map(weight).collect() }
        })
        .collect()
}
