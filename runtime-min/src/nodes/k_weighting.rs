//! The K-weighted energy of ITU-R BS.1770-4, for any rate and channel layout.
//!
//! The recommendation gives the two filters (a shelf for the head, a high-pass) as coefficients at 48 kHz. Their
//! analogue prototypes, found by inverting the bilinear transform, are 1681.97 Hz with +4.0 dB and Q 0.7072, and 38.135
//! Hz with Q 0.5003 (B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018);
//! transforming them back at 48 kHz gives the recommendation's table to nine digits or more. Below 16 kHz the transform
//! bends the shelf noticeably (a 1 kHz sine at 8 kHz reads 0.2 LU low). Biquads in transposed direct form II, all in
//! f64. State below 1e-15 becomes 0 whenever the energy is taken.

use super::meter::{FLOOR_DB, finite};
use crate::math;
use alloc::vec;
use alloc::vec::Vec;
use core::f64::consts::PI;

/// Coefficients of a biquad, `a0` being 1.
#[derive(Clone, Copy)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
}

impl Biquad {
    fn run(&self, state: &mut [f64; 2], x: f64) -> f64 {
        let y = self.b[0] * x + state[0];
        state[0] = self.b[1] * x - self.a[0] * y + state[1];
        state[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

/// Filters and sums of one stream.
pub(crate) struct KWeighting {
    shelf: Biquad,
    high_pass: Biquad,
    channels: Vec<Channel>,
}

struct Channel {
    weight: f64,
    shelf: [f64; 2],
    high_pass: [f64; 2],
    energy: f64,
}

impl KWeighting {
    /// Filters at rest. Channels are weighed as [`weights`] says.
    pub fn new(rate: u32, channels: usize) -> KWeighting {
        let rate = f64::from(rate.max(1));
        let channels = weights(channels.max(1));
        KWeighting {
            shelf: shelf(rate),
            high_pass: high_pass(rate),
            channels: channels
                .into_iter()
                .map(|weight| Channel { weight, shelf: [0.0; 2], high_pass: [0.0; 2], energy: 0.0 })
                .collect(),
        }
    }

    /// Adds interleaved frames.
    pub fn add(&mut self, samples: &[f32]) {
        let (shelf, high_pass) = (self.shelf, self.high_pass);
        let count = self.channels.len();
        for (c, channel) in self.channels.iter_mut().enumerate() {
            if channel.weight == 0.0 {
                continue;
            }
            let (mut first, mut second, mut energy) = (channel.shelf, channel.high_pass, channel.energy);
            for frame in samples.chunks_exact(count) {
                let y = high_pass.run(&mut second, shelf.run(&mut first, f64::from(finite(frame[c]))));
                energy += y * y;
            }
            (channel.shelf, channel.high_pass, channel.energy) = (first, second, energy);
        }
    }

    /// The weighted sum over channels of the squares since the last call, in order of the channels.
    pub fn take(&mut self) -> f64 {
        let mut sum = 0.0;
        for channel in &mut self.channels {
            sum += channel.weight * channel.energy;
            channel.energy = 0.0;
            for state in channel.shelf.iter_mut().chain(&mut channel.high_pass) {
                if state.abs() < 1e-15 {
                    *state = 0.0;
                }
            }
        }
        sum
    }

    /// Loudness of a weighted mean square in LUFS, at least -120.
    pub fn lufs(mean_square: f64) -> f64 {
        if mean_square > 0.0 { (-0.691 + 10.0 * math::log10(mean_square)).max(FLOOR_DB) } else { FLOOR_DB }
    }
}

/// Weights of the channels, in the order of WAV files: 1.41 for those beside the listener, 0 for the low-frequency one.
///
/// 4: L R Ls Rs. 5: L R C Ls Rs. 6: L R C LFE Ls Rs. 8: L R C LFE, two behind (1.0), two beside. Others: all 1.
fn weights(channels: usize) -> Vec<f64> {
    match channels {
        4 => vec![1.0, 1.0, 1.41, 1.41],
        5 => vec![1.0, 1.0, 1.0, 1.41, 1.41],
        6 => vec![1.0, 1.0, 1.0, 0.0, 1.41, 1.41],
        8 => vec![1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.41, 1.41],
        _ => vec![1.0; channels],
    }
}

fn shelf(rate: f64) -> Biquad {
    let (frequency, gain_db, q) = (1681.974450955533, 3.999843853973347, 0.7071752369554196);
    let k = prewarped(frequency, rate);
    let high = math::pow(10.0, gain_db / 20.0);
    let band = math::pow(high, 0.4996667741545416);
    let a0 = 1.0 + k / q + k * k;
    Biquad {
        b: [(high + band * k / q + k * k) / a0, 2.0 * (k * k - high) / a0, (high - band * k / q + k * k) / a0],
        a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0],
    }
}

fn high_pass(rate: f64) -> Biquad {
    let (frequency, q) = (38.13547087602444, 0.5003270373238773);
    let scale = |rate| {
        let k = prewarped(frequency, rate);
        1.0 + k / q + k * k
    };
    let k = prewarped(frequency, rate);
    let a0 = scale(rate);
    // The recommendation's numerator at 48 kHz is 1, -2, 1: its pass band lies 0.04 dB above 0 dB, here too.
    let b = scale(48_000.0) / a0;
    Biquad { b: [b, -2.0 * b, b], a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0] }
}

/// The bilinear transform's image of a frequency, kept below the Nyquist frequency.
fn prewarped(frequency: f64, rate: f64) -> f64 {
    math::tan(PI * (frequency / rate).min(0.49))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables 1 and 2 of the recommendation.
    #[test]
    fn coefficients_at_48_khz_are_those_of_the_recommendation() {
        let near = |got: f64, wanted: f64| assert!((got - wanted).abs() < 1e-9, "{got} is not {wanted}");
        let Biquad { b, a } = shelf(48_000.0);
        near(b[0], 1.53512485958697);
        near(b[1], -2.69169618940638);
        near(b[2], 1.19839281085285);
        near(a[0], -1.69065929318241);
        near(a[1], 0.73248077421585);
        let Biquad { b, a } = high_pass(48_000.0);
        near(b[0], 1.0);
        near(b[1], -2.0);
        near(b[2], 1.0);
        near(a[0], -1.99004745483398);
        near(a[1], 0.99007225036621);
    }
}
