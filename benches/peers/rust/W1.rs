//! Voice chain by hand: one loop to the clip, and every third frame a dot product of 192 taps in eight
//! partial sums (so that LLVM takes lanes), over a ring that lies twice in memory.
mod harness;

use harness::{BUTTERWORTH, Biquad};

const TAPS: usize = 192;
/// Input frames from the newest tap to the moment that an output frame stands for.
const HALF: usize = TAPS / 2;

/// A sinc under a Kaiser window (64 periods of 16 kHz, beta 7.857), halved at 0.95 of 8 kHz, with a sum of 1.
fn taps() -> [f32; TAPS] {
    let bessel = |x: f64| {
        (1..40)
            .fold((1.0, 1.0), |(sum, term), k| {
                let term: f64 = term * (x / 2.0 / f64::from(k)).powi(2);
                (sum + term, term)
            })
            .0
    };
    let taps: Vec<f64> = (0..TAPS)
        .map(|i| {
            let t = i as f64 - (HALF as f64 - 1.0);
            let x = std::f64::consts::PI * t * 0.95 / 3.0;
            let sinc = if t == 0.0 { 1.0 } else { x.sin() / x };
            sinc * bessel(7.857 * (1.0 - (t / HALF as f64).powi(2)).max(0.0).sqrt())
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    std::array::from_fn(|i| (taps[i] / sum) as f32)
}

fn main() {
    let taps = taps();
    let mut rumble = Biquad::high_pass(80.0, BUTTERWORTH);
    let mut ring = [0f32; 2 * TAPS];
    let (mut place, mut wait) = (0, HALF);
    harness::run(2, HALF, |input, output: &mut [i16]| {
        let mut count = 0;
        for frame in input.chunks_exact(2) {
            let x = (rumble.step((frame[0] + frame[1]) * 0.5) * 2.5).clamp(-1.0, 1.0);
            ring[place] = x;
            ring[place + TAPS] = x;
            place = if place + 1 == TAPS { 0 } else { place + 1 };
            if wait == 0 {
                wait = 2;
                let window: &[f32; TAPS] = ring[place..place + TAPS].try_into().unwrap();
                let mut sums = [0f32; 8];
                for (x, h) in window.chunks_exact(8).zip(taps.chunks_exact(8)) {
                    for lane in 0..8 {
                        sums[lane] += x[lane] * h[lane];
                    }
                }
                let y: f32 = sums.iter().sum();
                output[count] = (y * 32767.0).round_ties_even().clamp(-32768.0, 32767.0) as i16;
                count += 1;
            } else {
                wait -= 1;
            }
        }
        count
    });
}
