//! Eight peaking biquads on two channels by hand: one loop over frames, the sections in a row.
mod harness;

use harness::Biquad;

fn main() {
    let bands = [
        (60.0, -3.0),
        (150.0, 4.0),
        (400.0, -2.0),
        (1000.0, 1.5),
        (2400.0, 3.0),
        (5000.0, 2.0),
        (10000.0, -4.0),
        (15000.0, -6.0),
    ];
    let mut left = bands.map(|(hz, db)| Biquad::peaking(hz, 1.0, db));
    let mut right = left;
    harness::run(2, 0, |input, output: &mut [f32]| {
        for (y, x) in output.chunks_exact_mut(2).zip(input.chunks_exact(2)) {
            let (mut l, mut r) = (x[0], x[1]);
            for (a, b) in left.iter_mut().zip(&mut right) {
                l = a.step(l);
                r = b.step(r);
            }
            (y[0], y[1]) = (l, r);
        }
        input.len()
    });
}
