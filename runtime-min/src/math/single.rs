//! Elementary functions of f32 without branches, tables or calls, so that a loop over them goes in lanes of SSE2, AVX2 and wasm.
//!
//! Everything is computed in f64 by additions, multiplications, at most one division, shifts of bits and choices, and rounded to f32
//! once: hence the same bits on every target, and results that are almost always the nearest f32. Exponents of f64 hold all of f32
//! and more, so denormals, overflow and underflow need no case of their own. Special values are those of C99, annex F.
//!
//! The largest errors of all numbers, in units of the last place: `exp2f` 0.5011, `expf` 0.5011, `log2f`, `logf` and `log10f` 0.5001,
//! `tanhf` 0.504; of powers in 440 million pairs 0.506.
//!
//! Method: J.-M. Muller, *Elementary Functions: Algorithms and Implementation*, 3rd ed., 2016, chapters 3 and 5. The polynomials are
//! those of least relative error, from `tests/reference/elementary.py`.

use core::f64::consts::{LN_2, LOG2_E, LOG10_2};

/// `(scale, fraction)` such that `2^t` is `scale * (1 + fraction)`: of a whole `t` the fraction is 0, of a `t` near 0 the scale 1.
///
/// Outside of ±200, where f32 has only zero and infinity, `t` counts as ±200. Error of the fraction: 2^-32 of itself.
#[inline]
fn power(t: f64) -> (f64, f64) {
    // Added to this, a number is whole, and is in the low bits.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    let t = if t < -200.0 { -200.0 } else { t };
    let t = if t > 200.0 { 200.0 } else { t };
    let shifted = t + WHOLE;
    let r = t - (shifted - WHOLE);
    let scale = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0f64.to_bits()));
    // Even and odd powers apart: two chains of half the length.
    let square = r * r;
    let even = 0.055504107275995224 + square * (0.0013333669447161954 + square * 1.5252721188613085e-05);
    let even = 0.6931471805815692 + square * even;
    let odd = 0.24022650920050947 + square * (0.009618057037116972 + square * 0.0001546132986704716);
    (scale, r * (even + r * odd))
}

/// The logarithm to base 2 of a positive normal number, with a relative error of 2^-37; of others something.
#[inline]
fn logarithm(x: f64) -> f64 {
    const SQRT_HALF: u64 = core::f64::consts::FRAC_1_SQRT_2.to_bits();
    const MANTISSA: u64 = (1 << 52) - 1;
    // With these bits above it, a whole number is that much more than 2^52.
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    // x is m * 2^e with m from the root of a half to the root of two, where s is at most 0.172.
    let biased = x.to_bits().wrapping_add(1.0f64.to_bits() - SQRT_HALF);
    let e = f64::from_bits((biased >> 52) | WHOLE.to_bits()) - (WHOLE + 1023.0);
    let m = f64::from_bits((biased & MANTISSA) + SQRT_HALF);
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let fourth = square * square;
    let even = 2.88539008179008 + fourth * (0.5770835832711927 + fourth * 0.3407280091368506);
    let odd = 0.9617966733500483 + fourth * 0.4116728268256641;
    e + s * (even + square * odd)
}

/// What a logarithm is where its argument is not a positive number.
#[inline]
fn of_positive(x: f32, value: f32) -> f32 {
    let value = if x < f32::INFINITY { value } else { x };
    let value = if x == 0.0 { f32::NEG_INFINITY } else { value };
    if x < 0.0 { f32::NAN } else { value }
}

/// 2 to the power of `x`. Whole powers are exact.
#[inline]
pub fn exp2f(x: f32) -> f32 {
    let (scale, fraction) = power(f64::from(x));
    (scale + scale * fraction) as f32
}

/// e to the power of `x`.
#[inline]
pub fn expf(x: f32) -> f32 {
    let (scale, fraction) = power(f64::from(x) * LOG2_E);
    (scale + scale * fraction) as f32
}

/// The logarithm to base 2. That of a power of two is exact.
#[inline]
pub fn log2f(x: f32) -> f32 {
    of_positive(x, logarithm(f64::from(x)) as f32)
}

/// The natural logarithm.
#[inline]
pub fn logf(x: f32) -> f32 {
    of_positive(x, (logarithm(f64::from(x)) * LN_2) as f32)
}

/// The logarithm to base 10. That of a power of ten is exact.
#[inline]
pub fn log10f(x: f32) -> f32 {
    of_positive(x, (logarithm(f64::from(x)) * LOG10_2) as f32)
}

/// `x` to the power of `y`.
#[inline]
pub fn powf(x: f32, y: f32) -> f32 {
    let (x, y) = (f64::from(x), f64::from(y));
    let magnitude = x.abs();
    let log = logarithm(magnitude);
    let log = if magnitude < f64::INFINITY { log } else { magnitude };
    let log = if magnitude == 0.0 { f64::NEG_INFINITY } else { log };
    // 1 to any power and anything to the power of 0 are 1.
    let product = y * log;
    let product = if magnitude == 1.0 { 0.0 } else { product };
    let product = if y == 0.0 { 0.0 } else { product };
    let (scale, fraction) = power(product);
    let positive = scale + scale * fraction;
    // An infinite exponent counts as even.
    let half = y * 0.5;
    let is_odd = (super::rint(y) == y) & (super::rint(half) != half);
    let is_fraction = super::rint(y) != y;
    let value = if is_odd { positive.copysign(x) } else { positive };
    // NaN, unless it has become 1 above.
    let is_real = ((x >= 0.0) | (magnitude == f64::INFINITY) | !is_fraction) & !x.is_nan() & !y.is_nan();
    let is_one = (x == 1.0) | (y == 0.0);
    (if is_real | is_one { value } else { f64::NAN }) as f32
}

/// The hyperbolic tangent.
#[inline]
pub fn tanhf(x: f32) -> f32 {
    let x = f64::from(x);
    let (scale, fraction) = power(x.abs() * (2.0 * LOG2_E));
    // e^2x - 1, which near zero is the fraction.
    let grown = (scale - 1.0) + scale * fraction;
    (grown / (grown + 2.0)).copysign(x) as f32
}
