//! Four filters side by side by hand, and their sum.
mod harness;

use harness::{BUTTERWORTH, Biquad};

fn main() {
    let mut low = Biquad::low_pass(300.0, BUTTERWORTH);
    let mut mid = Biquad::band_pass(1000.0, 1.0);
    let mut presence = Biquad::peaking(3000.0, 1.0, 3.0);
    let mut high = Biquad::high_pass(6000.0, BUTTERWORTH);
    harness::run(1, 0, |input, output: &mut [f32]| {
        for (y, x) in output.iter_mut().zip(input) {
            *y = low.step(*x) + mid.step(*x) + presence.step(*x) + high.step(*x);
        }
        input.len()
    });
}
