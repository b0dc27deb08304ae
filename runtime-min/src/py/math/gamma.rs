//! `math.gamma` and `math.lgamma`, by the approximation of Lanczos that CPython uses.

use super::{domain, range, real};
use crate::math;
use crate::py::{Result, Value};
use core::f64::consts::PI;

const G: f64 = 6.024_680_040_776_73;
const G_MINUS_HALF: f64 = 5.524_680_040_776_73;
const LN_PI: f64 = 1.144_729_885_849_400_174_143_427_351_353_058_7;

const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_76,
    42_919_803_642.649_1,
    35_711_959_237.355_67,
    17_921_034_426.037_21,
    6_039_542_586.352_028,
    1_439_720_407.311_721_6,
    248_874_557.862_054_17,
    31_426_415.585_400_194,
    2_876_370.628_935_372_4,
    186_056.265_395_223_48,
    8_071.672_002_365_816,
    210.824_277_751_579_36,
    2.506_628_274_631_000_5,
];

const DENOMINATOR: [f64; 13] = [
    0.0,
    39_916_800.0,
    120_543_840.0,
    150_917_976.0,
    105_258_076.0,
    45_995_730.0,
    13_339_535.0,
    2_637_558.0,
    357_423.0,
    32_670.0,
    1_925.0,
    66.0,
    1.0,
];

/// Lanczos' sum for `x > 0`.
fn lanczos(x: f64) -> f64 {
    let (mut top, mut bottom) = (0.0, 0.0);
    if x < 5.0 {
        for (n, d) in NUMERATOR.iter().zip(&DENOMINATOR).rev() {
            top = top * x + n;
            bottom = bottom * x + d;
        }
    } else {
        for (n, d) in NUMERATOR.iter().zip(&DENOMINATOR) {
            top = top / x + n;
            bottom = bottom / x + d;
        }
    }
    top / bottom
}

/// `sin(pi * x)`
fn sin_pi(x: f64) -> f64 {
    let y = math::fmod(x.abs(), 2.0);
    let result = match math::rint(2.0 * y) as i32 {
        0 => math::sin(PI * y),
        1 => math::cos(PI * (y - 0.5)),
        2 => math::sin(PI * (1.0 - y)),
        3 => -math::cos(PI * (y - 1.5)),
        _ => math::sin(PI * (y - 2.0)),
    };
    1f64.copysign(x) * result
}

/// `math.gamma(x)`
pub fn gamma(args: &[Value]) -> Result {
    gamma_f(real(&args[0])?).map(Value::Float)
}

/// `math.gamma(x)` of a float.
pub fn gamma_f(x: f64) -> Result<f64> {
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    let whole = x == math::floor(x);
    if x == f64::NEG_INFINITY || x == 0.0 || (whole && x < 0.0) {
        return Err(domain());
    }
    if whole && x <= 23.0 {
        return Ok((1..x as i64).map(|i| i as f64).product());
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        let result = 1.0 / x;
        return if result.is_infinite() { Err(range()) } else { Ok(result) };
    }
    if magnitude > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(range()) };
    }
    let y = magnitude + G_MINUS_HALF;
    // The error of `y`, for a correction.
    let z = if magnitude > G_MINUS_HALF {
        let q = y - magnitude;
        q - G_MINUS_HALF
    } else {
        let q = y - G_MINUS_HALF;
        q - magnitude
    };
    let z = z * G / y;
    let small = magnitude < 140.0;
    let power = math::pow(y, if small { magnitude - 0.5 } else { magnitude / 2.0 - 0.25 });
    let result = if x < 0.0 {
        let mut r = -PI / sin_pi(magnitude) / magnitude * math::exp(y) / lanczos(magnitude);
        r -= z * r;
        if small { r / power } else { r / power / power }
    } else {
        let mut r = lanczos(magnitude) / math::exp(y);
        r += z * r;
        if small { r * power } else { r * power * power }
    };
    if result.is_infinite() { Err(range()) } else { Ok(result) }
}

/// `math.lgamma(x)`
pub fn lgamma(args: &[Value]) -> Result {
    lgamma_f(real(&args[0])?).map(Value::Float)
}

/// `math.lgamma(x)` of a float.
pub fn lgamma_f(x: f64) -> Result<f64> {
    if x.is_nan() {
        return Ok(x);
    }
    if x.is_infinite() {
        return Ok(f64::INFINITY);
    }
    if x == math::floor(x) && x <= 2.0 {
        return if x <= 0.0 { Err(domain()) } else { Ok(0.0) };
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return Ok(-math::log(magnitude));
    }
    let mut r = math::log(lanczos(magnitude)) - G;
    r += (magnitude - 0.5) * (math::log(magnitude + G - 0.5) - 1.0);
    if x < 0.0 {
        r = LN_PI - math::log(sin_pi(magnitude).abs()) - math::log(magnitude) - r;
    }
    if r.is_infinite() { Err(range()) } else { Ok(r) }
}
