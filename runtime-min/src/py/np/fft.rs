//! `np.fft`: discrete Fourier transforms of any length, computed in float64; float32 gives complex64, rounded once.
//!
//! Lengths whose prime factors are small go by mixed radices (Stockham's order, so that nothing is swapped), others by Bluestein's
//! convolution. Sources: J. W. Cooley and J. W. Tukey 1965; L. Bluestein 1970; C. Van Loan, *Computational Frameworks for the FFT*.

use super::args::{arg, array, axis, number_or, text, whole};
use crate::math;
use crate::py::array::{Array, Complex, Dtype, along_axis};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;
use core::f64::consts::PI;

type C = Complex<f64>;

#[inline]
fn add(a: C, b: C) -> C {
    C::new(a.re + b.re, a.im + b.im)
}

#[inline]
fn sub(a: C, b: C) -> C {
    C::new(a.re - b.re, a.im - b.im)
}

#[inline]
fn mul(a: C, b: C) -> C {
    C::new(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
}

#[inline]
fn conj(a: C) -> C {
    C::new(a.re, -a.im)
}

/// `e^(-2 pi i k / n)` for every `k` below `n`, of sines and cosines in the first eighth of the circle.
fn roots(n: usize) -> Vec<C> {
    let mut all = alloc::vec![C::default(); n];
    if n.is_multiple_of(8) {
        // Each angle of the first eighth is found eight times in the circle.
        let quarter = n / 4;
        for k in 0..=n / 8 {
            let (sin, cos) = math::sincos(2.0 * PI * k as f64 / n as f64);
            let points = [(k, cos, sin), (quarter - k, sin, cos)];
            for (at, x, y) in points {
                all[at] = C::new(x, -y);
                all[at + quarter] = C::new(-y, -x);
                all[(at + 2 * quarter) % n] = C::new(-x, y);
                all[(at + 3 * quarter) % n] = C::new(y, x);
            }
        }
        return all;
    }
    for k in 0..=n / 2 {
        // The angle is folded where that loses nothing: in whole eighths of n.
        let (octant, rest) = (8 * k / n, 8 * k % n);
        let folded = if octant % 2 == 0 { rest } else { n - rest };
        let (sin, cos) = math::sincos(PI / 4.0 * folded as f64 / n as f64);
        let (x, y) = match octant {
            0 => (cos, sin),
            1 => (sin, cos),
            2 => (-sin, cos),
            3 => (-cos, sin),
            _ => (-cos, -sin),
        };
        all[k % n] = C::new(x, -y);
        all[(n - k) % n] = C::new(x, y);
    }
    // The angle 0 has no sign, and half a turn none either.
    all[0] = C::new(1.0, 0.0);
    all
}

/// A way to transform vectors of one length.
struct Plan {
    length: usize,
    /// From the first pass to the last; none where the length goes by convolution.
    factors: Vec<usize>,
    roots: Vec<C>,
    /// The transform of convolution, its chirp, and the spectrum of that.
    convolution: Option<(alloc::boxed::Box<Plan>, Vec<C>, Vec<C>)>,
}

impl Plan {
    fn new(length: usize) -> Plan {
        Plan::with(length, roots)
    }

    /// Where the roots of that length may be had for less.
    fn with(length: usize, roots_of: impl FnOnce(usize) -> Vec<C>) -> Plan {
        let (mut factors, mut rest) = (Vec::new(), length);
        for radix in [4, 2, 3, 5, 7, 11, 13] {
            while rest > 1 && rest % radix == 0 {
                factors.push(radix);
                rest /= radix;
            }
        }
        if rest <= 1 {
            return Plan { length, factors, roots: roots_of(length), convolution: None };
        }
        let size = (2 * length - 1).next_power_of_two();
        let plan = Plan::new(size);
        // k^2 modulo 2n, so that the angle stays small.
        let turns = roots(2 * length);
        let chirp: Vec<C> = (0..length).map(|k| turns[(k as u64 * k as u64 % (2 * length as u64)) as usize]).collect();
        let mut spectrum = alloc::vec![C::default(); size];
        for (k, c) in chirp.iter().enumerate() {
            spectrum[k] = conj(*c);
            spectrum[(size - k) % size] = conj(*c);
        }
        plan.run(&mut spectrum);
        Plan { length, factors: Vec::new(), roots: Vec::new(), convolution: Some((plan.into(), chirp, spectrum)) }
    }

    /// Transforms in place.
    fn run(&self, items: &mut Vec<C>) {
        if let Some((plan, chirp, spectrum)) = &self.convolution {
            let mut work = alloc::vec![C::default(); plan.length];
            for ((w, x), c) in work.iter_mut().zip(items.iter()).zip(chirp) {
                *w = mul(*x, *c);
            }
            plan.run(&mut work);
            // The inverse is the transform of conjugates.
            work.iter_mut().zip(spectrum).for_each(|(w, s)| *w = conj(mul(*w, *s)));
            plan.run(&mut work);
            let scale = 1.0 / plan.length as f64;
            for ((x, w), c) in items.iter_mut().zip(&work).zip(chirp) {
                *x = mul(C::new(w.re * scale, -w.im * scale), *c);
            }
            return;
        }
        let mut other = alloc::vec![C::default(); self.length];
        // `span` sub-transforms are done so far in each of `self.length / span` places.
        let mut span = 1;
        for radix in &self.factors {
            match radix {
                2 => self.pass2(items, &mut other, span),
                4 => self.pass4(items, &mut other, span),
                radix => self.pass(items, &mut other, span, *radix),
            }
            core::mem::swap(items, &mut other);
            span *= radix;
        }
    }

    /// Stockham's pass: inputs are `self.length / radix` apart, outputs `span`.
    fn pass(&self, from: &[C], to: &mut [C], span: usize, radix: usize) {
        let groups = self.length / (span * radix);
        let stride = self.length / radix;
        let mut terms = [C::default(); 13];
        for group in 0..groups {
            for k in 0..span {
                for (j, term) in terms[..radix].iter_mut().enumerate() {
                    *term = mul(from[group * span + k + j * stride], self.roots[(j * k * groups) % self.length]);
                }
                for q in 0..radix {
                    let mut sum = terms[0];
                    for (j, term) in terms[1..radix].iter().enumerate() {
                        sum = add(sum, mul(*term, self.roots[(j + 1) * q % radix * stride]));
                    }
                    to[group * span * radix + k + q * span] = sum;
                }
            }
        }
    }

    fn pass2(&self, from: &[C], to: &mut [C], span: usize) {
        let groups = self.length / (span * 2);
        let (low, high) = from.split_at(self.length / 2);
        for group in 0..groups {
            let at = group * span;
            let (first, second) = to[2 * at..2 * at + 2 * span].split_at_mut(span);
            let inputs = low[at..at + span].iter().zip(&high[at..at + span]);
            for (k, ((a, b), (x, y))) in inputs.zip(first.iter_mut().zip(second)).enumerate() {
                let b = mul(*b, self.roots[k * groups]);
                *x = add(*a, b);
                *y = sub(*a, b);
            }
        }
    }

    fn pass4(&self, from: &[C], to: &mut [C], span: usize) {
        let groups = self.length / (span * 4);
        let quarter = self.length / 4;
        for group in 0..groups {
            let at = group * span;
            let out = &mut to[4 * at..4 * at + 4 * span];
            for k in 0..span {
                let a = from[at + k];
                let b = mul(from[at + k + quarter], self.roots[k * groups]);
                let c = mul(from[at + k + 2 * quarter], self.roots[2 * k * groups]);
                let d = mul(from[at + k + 3 * quarter], self.roots[3 * k * groups]);
                let (even, odd) = (add(a, c), sub(a, c));
                let (sum, difference) = (add(b, d), sub(b, d));
                let turned = C::new(difference.im, -difference.re);
                out[k] = add(even, sum);
                out[k + span] = add(odd, turned);
                out[k + 2 * span] = sub(even, sum);
                out[k + 3 * span] = sub(odd, turned);
            }
        }
    }
}

/// A real vector of even length as a complex one of half the length; others as they are.
struct RealPlan {
    length: usize,
    plan: Plan,
    roots: Vec<C>,
}

impl RealPlan {
    fn new(length: usize) -> RealPlan {
        if !length.is_multiple_of(2) {
            return RealPlan { length, plan: Plan::new(length), roots: Vec::new() };
        }
        // The roots of half the length are every second one.
        let roots = roots(length);
        let plan = Plan::with(length / 2, |_| roots.iter().step_by(2).copied().collect());
        RealPlan { length, plan, roots }
    }

    fn run(&self, x: &[f64], work: &mut Vec<C>, out: &mut Vec<C>) {
        work.clear();
        if self.length % 2 == 1 {
            work.extend(x.iter().map(|x| C::new(*x, 0.0)));
            self.plan.run(work);
            out.extend_from_slice(&work[..self.length / 2 + 1]);
            return;
        }
        work.extend(x.chunks_exact(2).map(|pair| C::new(pair[0], pair[1])));
        self.plan.run(work);
        let half = self.length / 2;
        for k in 0..=half {
            let (z, mirrored) = (work[k % half], conj(work[(half - k) % half]));
            let (even, odd) = (add(z, mirrored), sub(z, mirrored));
            // odd / i, turned by the root.
            let odd = mul(C::new(odd.im, -odd.re), self.roots[k]);
            let x = C::new((even.re + odd.re) * 0.5, (even.im + odd.im) * 0.5);
            // The ends of the spectrum are real.
            out.push(if k == 0 || k == half { C::new(x.re, 0.0) } else { x });
        }
    }
}

/// Length and axis of the arguments `n` and `axis`, and what a norm multiplies by.
fn parameters(args: &[Value], a: &Array) -> Result<(usize, Option<i64>)> {
    let axis = match args.get(2) {
        None | Some(Value::None) => axis(&Value::Int(-1), a.shape().len())?,
        Some(which) => axis(which, a.shape().len())?,
    };
    let n = if matches!(arg(args, 1), Value::None) { None } else { Some(whole(arg(args, 1))?) };
    if let Some(n @ ..=0) = n {
        return Err(invalid(n));
    }
    if let Some(n) = n {
        super::args::check_size(&[n as usize])?;
    }
    Ok((axis, n))
}

fn invalid(n: i64) -> Exception {
    Exception::value_error(text!("Invalid number of FFT data points ({}) specified.", n))
}

fn scale(norm: &Value, n: usize, inverse: bool) -> Result<f64> {
    match text(norm, "backward") {
        "backward" => Ok(if inverse { 1.0 / n as f64 } else { 1.0 }),
        "forward" => Ok(if inverse { 1.0 } else { 1.0 / n as f64 }),
        "ortho" => Ok(1.0 / math::sqrt(n as f64)),
        other => Err(Exception::value_error(text!(
            "Invalid norm value {}; should be \"backward\", \"ortho\" or \"forward\".",
            other
        ))),
    }
}

/// Whether the result is of single precision.
fn is_single(a: &Array) -> bool {
    matches!(a.dtype(), Dtype::F32 | Dtype::C64)
}

fn complex_result(result: Array, single: bool) -> Value {
    Value::Array(if single { result.astype(Dtype::C64) } else { result })
}

/// `n` elements of `items`, zeros behind them.
fn fitted<T: Copy + Default>(items: &[T], n: usize) -> Vec<T> {
    let mut fitted = items[..items.len().min(n)].to_vec();
    fitted.resize(n, T::default());
    fitted
}

/// `np.fft.rfft`: array, length, axis, norm.
pub fn rfft(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    if a.dtype().is_complex() {
        return Err(Exception::type_error(
            "ufunc 'rfft_n_even' did not contain a loop with signature matching types (complex) -> None",
        ));
    }
    let (axis, n) = parameters(args, &a)?;
    let n = n.map_or(a.shape()[axis], |n| n as usize);
    if n == 0 {
        return Err(invalid(0));
    }
    let factor = scale(arg(args, 3), n, false)?;
    let plan = RealPlan::new(n);
    let mut work = Vec::with_capacity(n);
    let result = along_axis::<f64, C>(&a, axis, |x, out| {
        let start = out.len();
        if x.len() == n {
            plan.run(x, &mut work, out);
        } else {
            plan.run(&fitted(x, n), &mut work, out);
        }
        if factor != 1.0 {
            out[start..].iter_mut().for_each(|x| *x = C::new(x.re * factor, x.im * factor));
        }
    });
    Ok(complex_result(result, is_single(&a)))
}

/// `np.fft.irfft`: array, length, axis, norm.
pub fn irfft(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let (axis, n) = parameters(args, &a)?;
    let natural = 2 * (a.shape()[axis] as i64 - 1);
    let n = n.unwrap_or(natural);
    if n < 1 {
        return Err(invalid(n));
    }
    let n = n as usize;
    let factor = scale(arg(args, 3), n, true)?;
    let plan = Plan::new(n);
    let result = along_axis::<C, f64>(&a, axis, |x, out| {
        let half = fitted(x, n / 2 + 1);
        // The inverse by the transform of conjugates; the ends of the spectrum count as real.
        let mut work: Vec<C> = half.iter().map(|x| conj(*x)).collect();
        work[0].im = 0.0;
        if n.is_multiple_of(2) {
            work[n / 2].im = 0.0;
        }
        work.extend((n / 2 + 1..n).map(|k| half[n - k]));
        plan.run(&mut work);
        out.extend(work.iter().map(|x| x.re * factor));
    });
    Ok(Value::Array(if is_single(&a) { result.astype(Dtype::F32) } else { result }))
}

fn complex(args: &[Value], inverse: bool) -> Result {
    let a = array(args, 0)?;
    let (axis, n) = parameters(args, &a)?;
    let n = n.map_or(a.shape()[axis], |n| n as usize);
    if n == 0 {
        return Err(invalid(0));
    }
    let factor = scale(arg(args, 3), n, inverse)?;
    let plan = Plan::new(n);
    let result = along_axis::<C, C>(&a, axis, |x, out| {
        let mut work = fitted(x, n);
        if inverse {
            work.iter_mut().for_each(|x| *x = conj(*x));
        }
        plan.run(&mut work);
        let sign = if inverse { -factor } else { factor };
        out.extend(work.iter().map(|x| C::new(x.re * factor, x.im * sign)));
    });
    Ok(complex_result(result, is_single(&a)))
}

/// `np.fft.fft`: array, length, axis, norm.
pub fn fft(args: &[Value]) -> Result {
    complex(args, false)
}

/// `np.fft.ifft`: as [`fft`].
pub fn ifft(args: &[Value]) -> Result {
    complex(args, true)
}

fn spacing(args: &[Value]) -> Result<(i64, f64)> {
    let n = whole(arg(args, 0))?;
    if n < 1 {
        return Err(Exception::new("ZeroDivisionError", "float division by zero"));
    }
    super::args::check_size(&[n as usize])?;
    Ok((n, 1.0 / (n as f64 * number_or(arg(args, 1), 1.0)?)))
}

/// `np.fft.rfftfreq`: length, distance of samples.
pub fn rfftfreq(args: &[Value]) -> Result {
    let (n, step) = spacing(args)?;
    let items: Vec<f64> = (0..=n / 2).map(|k| k as f64 * step).collect();
    let length = items.len();
    Ok(Value::Array(Array::new(items, &[length])))
}

/// `np.fft.fftfreq`: length, distance of samples.
pub fn fftfreq(args: &[Value]) -> Result {
    let (n, step) = spacing(args)?;
    let items: Vec<f64> = (0..=(n - 1) / 2).chain(-(n / 2)..0).map(|k| k as f64 * step).collect();
    let length = items.len();
    Ok(Value::Array(Array::new(items, &[length])))
}

fn shifted(args: &[Value], inverse: bool) -> Result {
    let a = array(args, 0)?;
    let axes: Vec<i64> = match arg(args, 1) {
        Value::None => (0..a.shape().len() as i64).collect(),
        which => super::args::wholes(which)?,
    };
    let mut shifts = Vec::new();
    for i in &axes {
        let half = a.shape()[axis(&Value::Int(*i), a.shape().len())?] as i64 / 2;
        shifts.push(Value::Int(if inverse { -half } else { half }));
    }
    let axes: Vec<Value> = axes.into_iter().map(Value::Int).collect();
    super::roll(&[Value::Array(a), Value::tuple(shifts), Value::tuple(axes)])
}

/// `np.fft.fftshift`: array, axes.
pub fn fftshift(args: &[Value]) -> Result {
    shifted(args, false)
}

/// `np.fft.ifftshift`: array, axes.
pub fn ifftshift(args: &[Value]) -> Result {
    shifted(args, true)
}
