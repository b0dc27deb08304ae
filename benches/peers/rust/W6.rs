//! Sixty-four nodes by hand: eight stages of three filters with gains, their sum and a clip, in one loop.
mod harness;

use harness::{BUTTERWORTH, Biquad};

fn main() {
    let mut stages: [[Biquad; 3]; 8] = std::array::from_fn(|i| {
        let s = i as f64;
        [
            Biquad::low_pass(300.0 + 100.0 * s, BUTTERWORTH),
            Biquad::peaking(700.0 + 200.0 * s, 1.0, 6.0 - s),
            Biquad::high_pass(3000.0 + 500.0 * s, BUTTERWORTH),
        ]
    });
    harness::run(1, 0, |input, output: &mut [f32]| {
        for (y, x) in output.iter_mut().zip(input) {
            let mut v = *x;
            for [low, mid, high] in &mut stages {
                v = (low.step(v) * 0.6 + mid.step(v) * 0.5 + high.step(v) * 0.4).clamp(-1.0, 1.0);
            }
            *y = v;
        }
        input.len()
    });
}
