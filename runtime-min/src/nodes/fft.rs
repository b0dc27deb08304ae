//! A planned discrete Fourier transform of real input, in f64, with the same bits on every target, of several inputs side by side.
//!
//! The well-kept crates (`rustfft`, `realfft`) choose their algorithm by the CPU's vector units, so their last bits
//! differ from machine to machine; this one is plain arithmetic in a fixed order. Stockham's self-sorting transform
//! with radices 4, 2, 3, 5, 7 (C. Van Loan, *Computational Frameworks for the Fast Fourier Transform*, 1992); lengths
//! with another prime factor go through Bluestein's chirp-z transform at the next power of two. An even length is
//! packed into a complex transform of half of it. Error against exact arithmetic: below -290 dB. Nothing allocates
//! after `new`.

use crate::lanes::WidestDouble;
use crate::math;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::f64::consts::PI;
use core::ops::{Add, Mul, Sub};

/// What is computed with: a number, or several side by side, one of each input.
pub(crate) trait Number: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    /// The same number for every input.
    fn splat(x: f64) -> Self;
}

impl Number for f64 {
    fn splat(x: f64) -> f64 {
        x
    }
}

impl Number for WidestDouble {
    #[inline(always)]
    fn splat(x: f64) -> WidestDouble {
        WidestDouble::splat(x)
    }
}

/// A complex number.
#[derive(Clone, Copy)]
pub(crate) struct Complex<T> {
    pub re: T,
    pub im: T,
}

impl Complex<f64> {
    /// `exp(-2πi · k / n)`.
    fn root(k: usize, n: usize) -> Complex<f64> {
        let (sin, cos) = math::sincos(2.0 * PI * k as f64 / n as f64);
        Complex { re: cos, im: -sin }
    }

    #[inline(always)]
    fn splat<T: Number>(self) -> Complex<T> {
        Complex { re: T::splat(self.re), im: T::splat(self.im) }
    }
}

impl<T: Number> Complex<T> {
    fn zero() -> Complex<T> {
        Complex { re: T::splat(0.0), im: T::splat(0.0) }
    }

    #[inline(always)]
    fn plus(self, o: Complex<T>) -> Complex<T> {
        Complex { re: self.re + o.re, im: self.im + o.im }
    }

    #[inline(always)]
    fn minus(self, o: Complex<T>) -> Complex<T> {
        Complex { re: self.re - o.re, im: self.im - o.im }
    }

    #[inline(always)]
    fn times(self, o: Complex<T>) -> Complex<T> {
        Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }

    #[inline(always)]
    fn scaled(self, by: T) -> Complex<T> {
        Complex { re: self.re * by, im: self.im * by }
    }

    #[inline(always)]
    fn plus_conjugate(self, o: Complex<T>) -> Complex<T> {
        Complex { re: self.re + o.re, im: self.im - o.im }
    }

    #[inline(always)]
    fn minus_conjugate(self, o: Complex<T>) -> Complex<T> {
        Complex { re: self.re - o.re, im: self.im + o.im }
    }

    #[inline(always)]
    fn plus_i(self, o: Complex<T>) -> Complex<T> {
        Complex { re: self.re - o.im, im: self.im + o.re }
    }

    #[inline(always)]
    fn minus_i(self, o: Complex<T>) -> Complex<T> {
        Complex { re: self.re + o.im, im: self.im - o.re }
    }

    #[inline(always)]
    fn conjugate(self) -> Complex<T> {
        Complex::zero().plus_conjugate(self)
    }

    /// Squared magnitude.
    #[inline(always)]
    pub fn power(self) -> T {
        self.re * self.re + self.im * self.im
    }
}

/// A transform of real input of a fixed length.
pub(crate) struct RealFft<T> {
    length: usize,
    /// Of half the length if it is even, else of all of it.
    transform: Fft<T>,
    packed: Vec<Complex<T>>,
    spectrum: Vec<Complex<T>>,
    /// `exp(-2πi · k / length)`, for an even length.
    roots: Vec<Complex<f64>>,
}

impl<T: Number> RealFft<T> {
    /// A plan for `length` samples, at least 1.
    pub fn new(length: usize) -> RealFft<T> {
        let length = length.max(1);
        let size = if length.is_multiple_of(2) { length / 2 } else { length };
        RealFft {
            length,
            transform: Fft::new(size),
            packed: vec![Complex::zero(); size],
            spectrum: vec![Complex::zero(); length / 2 + 1],
            roots: (0..=length / 2).map(|k| Complex::root(k, length)).collect(),
        }
    }

    /// The bins 0 to `length / 2` of `length` samples; unscaled.
    pub fn run(&mut self, samples: &[T]) -> &[Complex<T>] {
        if self.length.is_multiple_of(2) {
            let half = self.length / 2;
            for (packed, [re, im]) in self.packed.iter_mut().zip(samples.as_chunks::<2>().0) {
                *packed = Complex { re: *re, im: *im };
            }
            self.transform.run(&mut self.packed);
            let bin = |z: Complex<T>, mirrored: Complex<T>, root: Complex<f64>| {
                let (even, odd) = (z.plus_conjugate(mirrored), z.minus_conjugate(mirrored).times(root.splat()));
                // The odd part still has to be divided by i.
                even.minus_i(odd).scaled(T::splat(0.5))
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
                *packed = Complex { re: *sample, im: T::splat(0.0) };
            }
            self.transform.run(&mut self.packed);
            self.spectrum.copy_from_slice(&self.packed[..self.length / 2 + 1]);
        }
        &self.spectrum
    }
}

/// A complex transform of a fixed length.
struct Fft<T> {
    radices: Vec<usize>,
    roots: Vec<Complex<f64>>,
    scratch: Vec<Complex<T>>,
    chirp: Option<Box<Chirp<T>>>,
}

impl<T: Number> Fft<T> {
    fn new(length: usize) -> Fft<T> {
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
            scratch: vec![Complex::zero(); length],
            chirp: None,
        }
    }

    fn run(&mut self, data: &mut [Complex<T>]) {
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
                3 => pass(from, to, length, stride, roots, odd::<T, 3>),
                5 => pass(from, to, length, stride, roots, odd::<T, 5>),
                _ => pass(from, to, length, stride, roots, odd::<T, 7>),
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
fn pass<T: Number, const R: usize>(
    from: &[Complex<T>],
    to: &mut [Complex<T>],
    length: usize,
    stride: usize,
    roots: &[Complex<f64>],
    butterfly: impl Fn([Complex<T>; R], &[Complex<f64>; R]) -> [Complex<T>; R],
) {
    let m = length / R;
    let units = core::array::from_fn(|k| roots[k * (roots.len() / R)]);
    for (p, to) in to.chunks_exact_mut(stride * R).enumerate() {
        let inputs: [&[Complex<T>]; R] = core::array::from_fn(|j| &from[stride * (p + m * j)..][..stride]);
        let turns: [Complex<T>; R] = core::array::from_fn(|k| roots[p * k * stride].splat());
        let mut parts = to.chunks_exact_mut(stride);
        let mut outputs: [&mut [Complex<T>]; R] = core::array::from_fn(|_| parts.next().unwrap_or_default());
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
fn two<T: Number>([a, b]: [Complex<T>; 2], _: &[Complex<f64>; 2]) -> [Complex<T>; 2] {
    [a.plus(b), a.minus(b)]
}

/// A butterfly of four.
#[inline(always)]
fn four<T: Number>([a, b, c, d]: [Complex<T>; 4], _: &[Complex<f64>; 4]) -> [Complex<T>; 4] {
    let (even, odd) = (a.plus(c), b.plus(d));
    let (rest, turned) = (a.minus(c), b.minus(d));
    [even.plus(odd), rest.minus_i(turned), even.minus(odd), rest.plus_i(turned)]
}

/// A butterfly of an odd number: inputs that lie symmetrically are turned by conjugate roots, so their sums take the real parts and their
/// differences the imaginary ones.
#[inline(always)]
fn odd<T: Number, const R: usize>(x: [Complex<T>; R], units: &[Complex<f64>; R]) -> [Complex<T>; R] {
    let mut y = [x[0]; R];
    let sums: [Complex<T>; R] = core::array::from_fn(|j| x[j].plus(x[(R - j) % R]));
    let differences: [Complex<T>; R] = core::array::from_fn(|j| x[j].minus(x[(R - j) % R]));
    for sum in &sums[1..=R / 2] {
        y[0] = y[0].plus(*sum);
    }
    for k in 1..=R / 2 {
        let (mut even, mut odd) = (x[0], Complex::zero());
        for j in 1..=R / 2 {
            let unit = units[j * k % R];
            even = even.plus(sums[j].scaled(T::splat(unit.re)));
            odd = odd.plus(differences[j].scaled(T::splat(unit.im)));
        }
        (y[k], y[R - k]) = (even.plus_i(odd), even.minus_i(odd));
    }
    y
}

/// Bluestein's transform: a convolution with a chirp, done at a power of two.
struct Chirp<T> {
    transform: Fft<T>,
    /// `exp(-πi · k² / length)`.
    chirp: Vec<Complex<f64>>,
    /// The transform of its conjugate, scaled for the way back.
    response: Vec<Complex<T>>,
    work: Vec<Complex<T>>,
}

impl<T: Number> Chirp<T> {
    fn new(length: usize) -> Chirp<T> {
        let size = (2 * length - 1).next_power_of_two();
        let mut transform = Fft::new(size);
        let chirp: Vec<Complex<f64>> = (0..length)
            .map(|k| Complex::root((k as u128 * k as u128 % (2 * length as u128)) as usize, 2 * length))
            .collect();
        let mut response = vec![Complex::zero(); size];
        for (k, c) in chirp.iter().enumerate() {
            response[k] = c.conjugate().splat();
            response[(size - k) % size] = c.conjugate().splat();
        }
        transform.run(&mut response);
        let scale = T::splat(1.0 / size as f64);
        response.iter_mut().for_each(|c| *c = c.scaled(scale));
        Chirp { transform, chirp, response, work: vec![Complex::zero(); size] }
    }

    fn run(&mut self, data: &mut [Complex<T>]) {
        self.work.fill(Complex::zero());
        for ((work, x), c) in self.work.iter_mut().zip(&*data).zip(&self.chirp) {
            *work = x.times(c.splat());
        }
        self.transform.run(&mut self.work);
        // The way back is the way there between two conjugations.
        for (work, r) in self.work.iter_mut().zip(&self.response) {
            *work = work.times(*r).conjugate();
        }
        self.transform.run(&mut self.work);
        for ((x, work), c) in data.iter_mut().zip(&self.work).zip(&self.chirp) {
            *x = work.conjugate().times(c.splat());
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
        let mut plan = RealFft::<f64>::new(length);
        let bins = plan.run(&samples);
        assert_eq!(bins.len(), length / 2 + 1);
        let (mut error, mut largest) = (0.0f64, 0.0f64);
        for (k, bin) in bins.iter().enumerate() {
            let mut exact = Complex::zero();
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

    #[test]
    fn inputs_side_by_side_give_the_bits_of_each_alone() {
        for length in [1, 2, 7, 30, 97, 400, 512] {
            let sample = |lane: usize, i: usize| ((i * 7919 + lane * 104_729) % 10_007) as f64 / 5003.0 - 1.0;
            let samples: Vec<WidestDouble> =
                (0..length).map(|i| WidestDouble::new(core::array::from_fn(|lane| sample(lane, i)))).collect();
            let (mut together, mut alone) = (RealFft::<WidestDouble>::new(length), RealFft::<f64>::new(length));
            let bins: Vec<_> = together.run(&samples).iter().map(|bin| (bin.re.lanes(), bin.im.lanes())).collect();
            for lane in 0..WidestDouble::WIDTH {
                let samples: Vec<f64> = (0..length).map(|i| sample(lane, i)).collect();
                for (bin, (re, im)) in alone.run(&samples).iter().zip(&bins) {
                    assert_eq!((bin.re.to_bits(), bin.im.to_bits()), (re[lane].to_bits(), im[lane].to_bits()));
                }
            }
        }
    }
}
