//! Windows: `np.hanning` and its kin, always float64.

use super::args::{arg, number, whole};
use crate::math;
use crate::py::array::Array;
use crate::py::{Result, Value};
use alloc::vec::Vec;
use core::f64::consts::PI;

/// `f` of odd or even whole numbers from `1 - length` to `length - 1`, and of the last of them.
fn window(args: &[Value], f: impl Fn(f64, f64) -> f64) -> Result {
    let length = whole(arg(args, 0))?;
    let items: Vec<f64> = match length {
        ..=0 => Vec::new(),
        1 => alloc::vec![1.0],
        _ => (0..length).map(|i| f((1 - length + 2 * i) as f64, (length - 1) as f64)).collect(),
    };
    super::args::check_size(&[items.len()])?;
    let length = items.len();
    Ok(Value::Array(Array::new(items, &[length])))
}

/// `np.hanning`
pub fn hanning(args: &[Value]) -> Result {
    window(args, |n, last| 0.5 + 0.5 * math::cos(PI * n / last))
}

/// `np.hamming`
pub fn hamming(args: &[Value]) -> Result {
    window(args, |n, last| 0.54 + 0.46 * math::cos(PI * n / last))
}

/// `np.blackman`
pub fn blackman(args: &[Value]) -> Result {
    window(args, |n, last| 0.42 + 0.5 * math::cos(PI * n / last) + 0.08 * math::cos(2.0 * PI * n / last))
}

/// `np.bartlett`
pub fn bartlett(args: &[Value]) -> Result {
    window(args, |n, last| if n <= 0.0 { 1.0 + n / last } else { 1.0 - n / last })
}

/// `np.kaiser`: length, beta.
pub fn kaiser(args: &[Value]) -> Result {
    let beta = number(arg(args, 1))?;
    let whole = bessel(beta);
    window(args, |n, last| {
        // n runs from -last to last.
        let ratio = n / last;
        bessel(beta * math::sqrt(1.0 - ratio * ratio)) / whole
    })
}

/// The modified Bessel function of order 0, by its power series from its small terms on; all of them are positive.
fn bessel(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    // From there on terms fall by more than half each, and beyond 710 the sum is infinite.
    let count = if x.abs() < 1000.0 { (1.5 * x.abs()) as u32 + 40 } else { 1540 };
    (1..=count).rev().map(f64::from).fold(1.0, |sum, k| 1.0 + quarter / (k * k) * sum)
}

/// `np.i0`
pub fn i0(args: &[Value]) -> Result {
    let x = super::args::operand(args, 0)?;
    Ok(crate::py::array::map::<f64, f64>(&x, bessel))
}
