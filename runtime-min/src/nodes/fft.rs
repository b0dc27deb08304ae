//! A planned discrete Fourier transform of real input, in f64, with the same bits on every target.
//!
//! The well-kept crates (`rustfft`, `realfft`) choose their algorithm by the CPU's vector units, so their last bits
//! differ from machine to machine; this one is plain arithmetic in a fixed order. Stockham's self-sorting transform
//! with radices 4, 2, 3, 5, 7 (C. Van Loan, *Computational Frameworks for the Fast Fourier Transform*, 1992); lengths
//! with another prime factor go through Bluestein's chirp-z transform at the next power of two. An even length is
//! packed into a complex transform of half of it. Error against exact arithmetic: below -290 dB. Nothing allocates
//! after `new`.

use crate::math;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::f64::consts::PI;

/// A complex number.
#[derive(Clone, Copy, Default)]
pub(crate) struct Complex {
    pub re: f64,
    pub im: f64,
}

impl Complex {
    /// `exp(-2πi · k / n)`.
    fn root(k: usize, n: usize) -> Complex {
        let (sin, cos) = math::sincos(2.0 * PI * k as f64 / n as f64);
        Complex { re: cos, im: -sin }
    }

    fn plus(self, o: Complex) -> Complex {
        Complex { re: self.re + o.re, im: self.im + o.im }
    }

    fn minus(self, o: Complex) -> Complex {
        Complex { re: self.re - o.re, im: self.im - o.im }
    }

    fn times(self, o: Complex) -> Complex {
        Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }

    fn conjugate(self) -> Complex {
        Complex { re: self.re, im: -self.im }
    }

    /// Squared magnitude.
    pub fn power(self) -> f64 {
        self.re * self.re + self.im * self.im
    }
}

/// A transform of real input of a fixed length.
pub(crate) struct RealFft {
    length: usize,
    /// Of half the length if it is even, else of all of it.
    transform: Fft,
    packed: Vec<Complex>,
    spectrum: Vec<Complex>,
    /// `exp(-2πi · k / length)`, for an even length.
    roots: Vec<Complex>,
}

impl RealFft {
    /// A plan for `length` samples, at least 1.
    pub fn new(length: usize) -> RealFft {
        let length = length.max(1);
        let size = if length.is_multiple_of(2) { length / 2 } else { length };
        RealFft {
            length,
            transform: Fft::new(size),
            packed: vec![Complex::default(); size],
            spectrum: vec![Complex::default(); length / 2 + 1],
            roots: (0..=length / 2).map(|k| Complex::root(k, length)).collect(),
        }
    }

    /// The bins 0 to `length / 2` of `length` samples; unscaled.
    pub fn run(&mut self, samples: &[f64]) -> &[Complex] {
        if self.length.is_multiple_of(2) {
            let half = self.length / 2;
            for (packed, pair) in self.packed.iter_mut().zip(samples.as_chunks::<2>().0) {
                *packed = Complex { re: pair[0], im: pair[1] };
            }
            self.transform.run(&mut self.packed);
            let bin = |z: Complex, mirrored: Complex, root: Complex| {
                let mirrored = mirrored.conjugate();
                let (even, odd) = (z.plus(mirrored), z.minus(mirrored).times(root));
                // The odd part still has to be divided by i.
                Complex { re: 0.5 * (even.re + odd.im), im: 0.5 * (even.im - odd.re) }
            };
            // The first bin and the last one are made of the same number.
            let first = self.packed[0];
            self.spectrum[0] = bin(first, first, self.roots[0]);
            self.spectrum[half] = bin(first, first, self.roots[half]);
            let pairs = self.packed[1..].iter().zip(self.packed[1..].iter().rev());
            for ((to, root), (z, mirrored)) in self.spectrum[1..].iter_mut().zip(&self.roots[1..]).zip(pairs) {
                *to = bin(*z, *mirrored, *root);
            }
        } else {
            for (packed, sample) in self.packed.iter_mut().zip(samples) {
                *packed = Complex { re: *sample, im: 0.0 };
            }
            self.transform.run(&mut self.packed);
            self.spectrum.copy_from_slice(&self.packed[..self.length / 2 + 1]);
        }
        &self.spectrum
    }
}

/// A complex transform of a fixed length.
struct Fft {
    radices: Vec<usize>,
    roots: Vec<Complex>,
    scratch: Vec<Complex>,
    chirp: Option<Box<Chirp>>,
}

impl Fft {
    fn new(length: usize) -> Fft {
        let mut left = length;
        let mut radices = Vec::new();
        for radix in [4, 2, 3, 5, 7] {
            while left.is_multiple_of(radix) {
                left /= radix;
                radices.push(radix);
            }
        }
        if left > 1 {
            let chirp = Some(Box::new(Chirp::new(length)));
            return Fft { radices: Vec::new(), roots: Vec::new(), scratch: Vec::new(), chirp };
        }
        Fft {
            radices,
            roots: (0..length).map(|k| Complex::root(k, length)).collect(),
            scratch: vec![Complex::default(); length],
            chirp: None,
        }
    }

    fn run(&mut self, data: &mut [Complex]) {
        if let Some(chirp) = &mut self.chirp {
            return chirp.run(data);
        }
        let (mut length, mut stride) = (data.len(), 1);
        for turn in 0..self.radices.len() {
            let radix = self.radices[turn];
            let (from, to) = if turn % 2 == 0 { (&*data, &mut *self.scratch) } else { (&*self.scratch, &mut *data) };
            let roots = &self.roots;
            match radix {
                2 => pass(from, to, length, stride, roots, two),
                4 => pass(from, to, length, stride, roots, four),
                3 => pass(from, to, length, stride, roots, odd::<3>),
                5 => pass(from, to, length, stride, roots, odd::<5>),
                _ => pass(from, to, length, stride, roots, odd::<7>),
            }
            length /= radix;
            stride *= radix;
        }
        if self.radices.len() % 2 == 1 {
            data.copy_from_slice(&self.scratch);
        }
    }
}

/// One pass of Stockham's transform: takes `stride` interleaved transforms of `length` apart into `R` times as many. Element `p + m·j`
/// of each, `m` being `length / R` and `j` counting the inputs of a butterfly, goes to `R·p + k` times root^(p·k). A butterfly also
/// gets the `R`-th roots of unity.
#[inline(always)]
fn pass<const R: usize>(
    from: &[Complex],
    to: &mut [Complex],
    length: usize,
    stride: usize,
    roots: &[Complex],
    butterfly: impl Fn([Complex; R], &[Complex; R]) -> [Complex; R],
) {
    let m = length / R;
    let units = core::array::from_fn(|k| roots[k * (roots.len() / R)]);
    for (p, to) in to.chunks_exact_mut(stride * R).enumerate() {
        let inputs: [&[Complex]; R] = core::array::from_fn(|j| &from[stride * (p + m * j)..][..stride]);
        let turns: [Complex; R] = core::array::from_fn(|k| roots[p * k * stride]);
        let mut parts = to.chunks_exact_mut(stride);
        let mut outputs: [&mut [Complex]; R] = core::array::from_fn(|_| parts.next().unwrap_or_default());
        for q in 0..stride {
            let found = butterfly(core::array::from_fn(|j| inputs[j][q]), &units);
            for (k, (output, x)) in outputs.iter_mut().zip(found).enumerate() {
                output[q] = if k == 0 { x } else { x.times(turns[k]) };
            }
        }
    }
}

/// A butterfly of two.
#[inline(always)]
fn two([a, b]: [Complex; 2], _: &[Complex; 2]) -> [Complex; 2] {
    [a.plus(b), a.minus(b)]
}

/// A butterfly of four.
#[inline(always)]
fn four([a, b, c, d]: [Complex; 4], _: &[Complex; 4]) -> [Complex; 4] {
    let (even, odd) = (a.plus(c), b.plus(d));
    let (rest, turned) = (a.minus(c), b.minus(d));
    // Times -i.
    let turned = Complex { re: turned.im, im: -turned.re };
    [even.plus(odd), rest.plus(turned), even.minus(odd), rest.minus(turned)]
}

/// A butterfly of an odd number: inputs that lie symmetrically are turned by conjugate roots, so their sums take the real parts and their
/// differences the imaginary ones.
#[inline(always)]
fn odd<const R: usize>(x: [Complex; R], units: &[Complex; R]) -> [Complex; R] {
    let mut y = [x[0]; R];
    for j in 1..=R / 2 {
        y[0] = y[0].plus(x[j].plus(x[R - j]));
    }
    for k in 1..=R / 2 {
        let (mut even, mut odd) = (x[0], Complex::default());
        for j in 1..=R / 2 {
            let unit = units[j * k % R];
            let (sum, difference) = (x[j].plus(x[R - j]), x[j].minus(x[R - j]));
            even = even.plus(Complex { re: sum.re * unit.re, im: sum.im * unit.re });
            // Times i.
            odd = odd.plus(Complex { re: -difference.im * unit.im, im: difference.re * unit.im });
        }
        (y[k], y[R - k]) = (even.plus(odd), even.minus(odd));
    }
    y
}

/// Bluestein's transform: a convolution with a chirp, done at a power of two.
struct Chirp {
    transform: Fft,
    /// `exp(-πi · k² / length)`.
    chirp: Vec<Complex>,
    /// The transform of its conjugate, scaled for the way back.
    response: Vec<Complex>,
    work: Vec<Complex>,
}

impl Chirp {
    fn new(length: usize) -> Chirp {
        let size = (2 * length - 1).next_power_of_two();
        let mut transform = Fft::new(size);
        let chirp: Vec<Complex> = (0..length)
            .map(|k| Complex::root((k as u128 * k as u128 % (2 * length as u128)) as usize, 2 * length))
            .collect();
        let mut response = vec![Complex::default(); size];
        for (k, c) in chirp.iter().enumerate() {
            response[k] = c.conjugate();
            response[(size - k) % size] = c.conjugate();
        }
        transform.run(&mut response);
        let scale = 1.0 / size as f64;
        response.iter_mut().for_each(|c| *c = Complex { re: c.re * scale, im: c.im * scale });
        Chirp { transform, chirp, response, work: vec![Complex::default(); size] }
    }

    fn run(&mut self, data: &mut [Complex]) {
        self.work.fill(Complex::default());
        for ((work, x), c) in self.work.iter_mut().zip(&*data).zip(&self.chirp) {
            *work = x.times(*c);
        }
        self.transform.run(&mut self.work);
        // The way back is the way there between two conjugations.
        for (work, r) in self.work.iter_mut().zip(&self.response) {
            *work = work.times(*r).conjugate();
        }
        self.transform.run(&mut self.work);
        for ((x, work), c) in data.iter_mut().zip(&self.work).zip(&self.chirp) {
            *x = work.conjugate().times(*c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Largest error of any bin relative to the largest bin, against the definition.
    fn error_db(length: usize) -> f64 {
        let mut seed = 1u32;
        let samples: Vec<f64> = (0..length)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(seed) / f64::from(u32::MAX) - 0.5
            })
            .collect();
        let mut plan = RealFft::new(length);
        let bins = plan.run(&samples);
        assert_eq!(bins.len(), length / 2 + 1);
        let (mut error, mut largest) = (0.0f64, 0.0f64);
        for (k, bin) in bins.iter().enumerate() {
            let mut exact = Complex::default();
            for (n, x) in samples.iter().enumerate() {
                let root = Complex::root(k * n % length, length);
                exact = exact.plus(Complex { re: root.re * x, im: root.im * x });
            }
            error = error.max(bin.minus(exact).power());
            largest = largest.max(exact.power());
        }
        10.0 * math::log10((error / largest).max(1e-40))
    }

    #[test]
    fn every_length_agrees_with_the_definition() {
        for length in (1..=72).chain([96, 97, 121, 200, 243, 256, 400, 401, 480, 512, 961, 1000, 1024]) {
            assert!(error_db(length) < -280.0, "{length}: {} dB", error_db(length));
        }
    }
}
