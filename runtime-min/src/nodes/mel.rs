//! Triangular filters on Slaney's mel scale, as `librosa.filters.mel(htk=False, norm="slaney")` defines them.
//!
//! The scale is linear up to 1 kHz (3 mel per 200 Hz) and logarithmic above (27 mel per factor 6.4), from M. Slaney's
//! *Auditory Toolbox*, 1998.

use super::fft::Number;
use crate::math;
use alloc::vec::Vec;

/// Bands from 0 to half the rate over the bins of a transform.
pub(crate) struct Bank<T: Number> {
    /// Of each band the first bin, and how many there are.
    bands: Vec<(usize, usize)>,
    /// Of every bin of every band, one band after the other.
    weights: Vec<T::One>,
}

impl<T: Number> Bank<T> {
    /// `bands` filters over the bins of a transform of `size` samples.
    pub fn new(rate: f64, size: usize, bands: usize) -> Bank<T> {
        let mut bank = Bank { bands: Vec::with_capacity(bands), weights: Vec::new() };
        let top = mel(rate / 2.0);
        let edge = |i: usize| hertz(top * i as f64 / (bands + 1) as f64);
        let bin = |k: usize| k as f64 * rate / size as f64;
        for band in 0..bands {
            let (low, middle, high) = (edge(band), edge(band + 1), edge(band + 2));
            let weight = |k: usize| {
                let (rise, fall) = ((bin(k) - low) / (middle - low), (high - bin(k)) / (high - middle));
                let least = if rise < fall { rise } else { fall };
                if least > 0.0 { least * 2.0 / (high - low) } else { 0.0 }
            };
            let inside = |k: &usize| weight(*k) > 0.0;
            let first = (0..=size / 2).find(inside).unwrap_or(0);
            let begun = bank.weights.len();
            bank.weights.extend((first..=size / 2).take_while(inside).map(|k| T::nearest(weight(k))));
            bank.bands.push((first, bank.weights.len() - begun));
        }
        bank
    }

    /// The energy in each band: the weighted sum of its bins, in their order.
    #[inline(always)]
    pub fn energies(&self, bins: &[T], energies: &mut [T]) {
        let mut weights = self.weights.as_slice();
        for ((first, length), energy) in self.bands.iter().zip(energies) {
            let (band, rest) = weights.split_at(*length);
            weights = rest;
            let weighted = bins[*first..].iter().zip(band);
            *energy = weighted.fold(T::splat(T::nearest(0.0)), |sum, (bin, weight)| sum + *bin * T::splat(*weight));
        }
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
