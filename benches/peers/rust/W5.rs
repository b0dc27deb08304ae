//! Log-mel features by hand, in f32: frames of 400 samples every 160, a real transform as a complex one of 200 points, the power of
//! 201 bins, 80 triangular filters of which only what is not zero is stored, the decimal logarithm.
mod harness;

use std::f64::consts::{PI, TAU};

const SIZE: usize = 400;
const HALF: usize = SIZE / 2;
const HOP: usize = 160;
const BANDS: usize = 80;

/// Stockham's transform of 200 points with the factors 4, 2, 5, 5: no permutation, the data goes back and forth between two arrays.
struct Fft {
    twiddles: [(f32, f32); HALF],
    a: [(f32, f32); HALF],
    b: [(f32, f32); HALF],
}

type Complex = (f32, f32);

#[inline(always)]
fn add(a: Complex, b: Complex) -> Complex {
    (a.0 + b.0, a.1 + b.1)
}

#[inline(always)]
fn sub(a: Complex, b: Complex) -> Complex {
    (a.0 - b.0, a.1 - b.1)
}

#[inline(always)]
fn mul(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

#[inline(always)]
fn scale(a: Complex, s: f32) -> Complex {
    (a.0 * s, a.1 * s)
}

#[inline(always)]
fn butterfly<const R: usize>(x: [Complex; R]) -> [Complex; R] {
    let mut y = [(0.0, 0.0); R];
    match R {
        2 => {
            y[0] = add(x[0], x[1]);
            y[1] = sub(x[0], x[1]);
        }
        4 => {
            let (p, m) = (add(x[0], x[2]), sub(x[0], x[2]));
            let (q, d) = (add(x[1], x[3]), sub(x[1], x[3]));
            let turned = (d.1, -d.0);
            (y[0], y[1], y[2], y[3]) = (add(p, q), add(m, turned), sub(p, q), sub(m, turned));
        }
        _ => {
            let (c1, c2) = (0.309_017, -0.809_017);
            let (s1, s2) = (0.951_056_5, 0.587_785_25);
            let (p1, m1) = (add(x[1], x[4]), sub(x[1], x[4]));
            let (p2, m2) = (add(x[2], x[3]), sub(x[2], x[3]));
            let r1 = add(x[0], add(scale(p1, c1), scale(p2, c2)));
            let r2 = add(x[0], add(scale(p1, c2), scale(p2, c1)));
            let i1 = add(scale(m1, s1), scale(m2, s2));
            let i2 = sub(scale(m1, s2), scale(m2, s1));
            let (i1, i2) = ((i1.1, -i1.0), (i2.1, -i2.0));
            y[0] = add(x[0], add(p1, p2));
            (y[1], y[4]) = (add(r1, i1), sub(r1, i1));
            (y[2], y[3]) = (add(r2, i2), sub(r2, i2));
        }
    }
    y
}

/// One step: `stride` interleaved transforms of `count * R` points each.
#[inline(always)]
fn pass<const R: usize>(from: &[Complex; HALF], to: &mut [Complex; HALF], stride: usize, w: &[Complex; HALF]) {
    let count = HALF / stride / R;
    for p in 0..count {
        for q in 0..stride {
            let x: [Complex; R] = std::array::from_fn(|r| from[q + stride * (p + count * r)]);
            let y = butterfly::<R>(x);
            to[q + stride * R * p] = y[0];
            for r in 1..R {
                to[q + stride * (R * p + r)] = mul(y[r], w[(p * r * stride) % HALF]);
            }
        }
    }
}

impl Fft {
    fn new() -> Self {
        let turn = |k: usize| (TAU * k as f64 / HALF as f64).sin_cos();
        let twiddles = std::array::from_fn(|k| (turn(k).1 as f32, -turn(k).0 as f32));
        Fft { twiddles, a: [(0.0, 0.0); HALF], b: [(0.0, 0.0); HALF] }
    }

    /// From `a` to `a`.
    fn run(&mut self) {
        pass::<4>(&self.a, &mut self.b, 1, &self.twiddles);
        pass::<2>(&self.b, &mut self.a, 4, &self.twiddles);
        pass::<5>(&self.a, &mut self.b, 8, &self.twiddles);
        pass::<5>(&self.b, &mut self.a, 40, &self.twiddles);
    }
}

/// Slaney's mel filters of unit area: the first bin and the weights of each.
fn filters() -> Vec<(usize, Vec<f32>)> {
    let step = 6.4f64.ln() / 27.0;
    let hz = |mel: f64| if mel < 15.0 { mel * 200.0 / 3.0 } else { 1000.0 * (step * (mel - 15.0)).exp() };
    let top = 15.0 + 8f64.ln() / step;
    let edges: Vec<f64> = (0..BANDS + 2).map(|i| hz(top * i as f64 / (BANDS + 1) as f64)).collect();
    edges
        .windows(3)
        .map(|e| {
            let weight = |bin: usize| {
                let f = bin as f64 * 16_000.0 / SIZE as f64;
                ((f - e[0]) / (e[1] - e[0])).min((e[2] - f) / (e[2] - e[1])).max(0.0) * 2.0 / (e[2] - e[0])
            };
            let bins: Vec<usize> = (0..=HALF).filter(|bin| weight(*bin) > 0.0).collect();
            (bins[0], bins.iter().map(|bin| weight(*bin) as f32).collect())
        })
        .collect()
}

fn main() {
    let window: Vec<f32> = (0..SIZE).map(|i| (0.5 - 0.5 * (TAU * i as f64 / SIZE as f64).cos()) as f32).collect();
    let half_turns: Vec<Complex> =
        (0..=HALF).map(|k| (PI * k as f64 / HALF as f64).sin_cos()).map(|(s, c)| (c as f32, -s as f32)).collect();
    let filters = filters();
    let mut fft = Fft::new();
    let mut held: Vec<f32> = Vec::new();
    let mut power = [0f32; HALF + 1];
    let mut begun = false;
    // Silence instead of the mirrored end; the two frames that it touches are left out of the comparison.
    harness::run(1, HALF, |input, output: &mut [f32]| {
        held.extend_from_slice(input);
        if !begun {
            begun = true;
            let mirrored: Vec<f32> = (1..=HALF).rev().map(|i| held[i]).collect();
            held.splice(0..0, mirrored);
        }
        let (mut at, mut count) = (0, 0);
        while at + SIZE <= held.len() {
            let frame = &held[at..at + SIZE];
            for i in 0..HALF {
                fft.a[i] = (frame[2 * i] * window[2 * i], frame[2 * i + 1] * window[2 * i + 1]);
            }
            fft.run();
            for k in 0..=HALF {
                let (z, m) = (fft.a[k % HALF], fft.a[(HALF - k) % HALF]);
                let (even, odd) = ((0.5 * (z.0 + m.0), 0.5 * (z.1 - m.1)), (0.5 * (z.1 + m.1), -0.5 * (z.0 - m.0)));
                let (re, im) = add(even, mul(odd, half_turns[k]));
                power[k] = re * re + im * im;
            }
            for (first, weights) in &filters {
                let sum: f32 = weights.iter().zip(&power[*first..]).map(|(w, p)| w * p).sum();
                output[count] = sum.max(1e-10).log10();
                count += 1;
            }
            at += HOP;
        }
        held.drain(..at);
        count
    });
}
