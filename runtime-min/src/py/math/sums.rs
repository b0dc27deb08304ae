//! Sums, products and lengths of many numbers, rounded as CPython rounds them.

use super::real;
use crate::math;
use crate::py::ops::{self, collect};
use crate::py::{Exception, Result, Value};
use alloc::vec::Vec;

fn reals(values: &Value) -> Result<Vec<f64>> {
    collect(values)?.iter().map(real).collect()
}

/// `math.fsum(seq)`: the float nearest to the exact sum. Shewchuk, *Adaptive Precision Floating-Point Arithmetic*, 1997.
pub fn fsum(args: &[Value]) -> Result {
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinite) = (0.0, 0.0);
    for number in reals(&args[0])? {
        let mut x = number;
        let mut kept = 0;
        for i in 0..partials.len() {
            let (high, low) = two_sum(x, partials[i]);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x != 0.0 {
            if x.is_finite() {
                partials.push(x);
            } else {
                if number.is_finite() {
                    return Err(Exception::new("OverflowError", "intermediate overflow in fsum"));
                }
                infinite += if number.is_infinite() { number } else { 0.0 };
                special += number;
                partials.clear();
            }
        }
    }
    if special != 0.0 {
        return if f64::is_nan(infinite) {
            Err(Exception::value_error("-inf + inf in fsum"))
        } else {
            Ok(Value::Float(special))
        };
    }
    Ok(Value::Float(round_partials(&partials)))
}

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let (a, b) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let high = a + b;
    (high, b - (high - a))
}

/// The sum of partial sums that do not overlap, smallest first, rounded once.
fn round_partials(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev().copied();
    let Some(mut high) = rest.next() else { return 0.0 };
    let mut low = 0.0;
    for y in rest.by_ref() {
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    // A tie that the remaining ones break.
    if let Some(next) = rest.next()
        && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    high
}

/// `math.prod(iterable, start)`
pub fn prod(args: &[Value]) -> Result {
    let mut total = args[1].clone();
    let mut items = ops::iterate(&args[0])?;
    while let Some(item) = items.next()? {
        total = ops::mul(&total, &item)?;
    }
    Ok(total)
}

/// `math.hypot(*coordinates)`
pub fn hypot(args: &[Value]) -> Result {
    Ok(Value::Float(norm(&mut reals(&args[0])?)))
}

/// `math.hypot(x, y)` of floats.
pub fn hypot_f(x: f64, y: f64) -> Result<f64> {
    Ok(norm(&mut [x, y]))
}

/// `math.dist(p, q)`
pub fn dist(args: &[Value]) -> Result {
    let (p, q) = (reals(&args[0])?, reals(&args[1])?);
    if p.len() != q.len() {
        return Err(Exception::value_error("both points must have the same number of dimensions"));
    }
    let mut differences: Vec<f64> = p.iter().zip(&q).map(|(p, q)| p - q).collect();
    Ok(Value::Float(norm(&mut differences)))
}

/// The product and its error, by splitting both factors in halves (Dekker).
fn two_product(a: f64, b: f64) -> (f64, f64) {
    const SPLIT: f64 = 134_217_729.0;
    let halves = |x: f64| {
        let t = x * SPLIT;
        let high = t - (t - x);
        (high, x - high)
    };
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let first = a_high * b_high;
    let middle = a_high * b_low + a_low * b_high;
    let product = first + middle;
    (product, first - product + middle + a_low * b_low)
}

/// The Euclidean norm, as CPython 3.11 computes it: scaled by a power of two, squares and their sum with their errors, the root
/// corrected once.
fn norm(vector: &mut [f64]) -> f64 {
    vector.iter_mut().for_each(|x| *x = x.abs());
    let most = vector.iter().fold(0.0f64, |most, &x| if x > most { x } else { most });
    if most.is_infinite() {
        return most;
    }
    if vector.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if most == 0.0 || vector.len() <= 1 {
        return most;
    }
    let (_, exponent) = math::frexp(most);
    if exponent < -1023 {
        vector.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(vector);
    }
    let scale = math::ldexp(1.0, -exponent);
    let (mut sum, mut product_errors, mut sum_errors) = (1.0, 0.0, 0.0);
    let mut add = |a: f64, b: f64| {
        let (square, error) = two_product(a, b);
        let total: f64 = sum + square;
        sum_errors += square - (total - sum);
        product_errors += error;
        sum = total;
        sum - 1.0 + (product_errors + sum_errors)
    };
    let mut squares = 0.0;
    for x in vector {
        let x = *x * scale;
        squares = add(x, x);
    }
    let root = math::sqrt(squares);
    let rest = add(-root, root);
    (root + rest / (2.0 * root)) / scale
}
