//! Elementary functions within f32 alone: twice as many lanes as those of `single`, which round once from f64, for what is near
//! enough with an error of one to three units of the last place. The same bits on every target: additions, multiplications and a division.

/// The logarithm to base 10 of a normal number above 0; of zero, numbers below it and denormals something, of infinity and what is no
/// number the same.
///
/// The largest error of all numbers is 3.2 units of the last place, 1.02 where the result is beyond 0.5, 0.78 beyond 1.
#[inline]
pub fn log10f(x: f32) -> f32 {
    const SQRT_HALF: u32 = core::f32::consts::FRAC_1_SQRT_2.to_bits();
    const MANTISSA: u32 = (1 << 23) - 1;
    // The first has eleven bits, so its product with an exponent is exact.
    const LOG10_2: [f32; 2] = [0.301_025_4, 4.605_039e-6];
    // x is m * 2^e with m from the root of a half to the root of two, where s is at most 0.172.
    let biased = x.to_bits().wrapping_add(1.0f32.to_bits() - SQRT_HALF);
    let e = ((biased >> 23) as i32 - 127) as f32;
    let m = f32::from_bits((biased & MANTISSA) + SQRT_HALF);
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let fraction = s * (0.868_589 + square * (0.289_530_3 + square * (0.173_608_33 + square * 0.129_965_45)));
    let value = e * LOG10_2[0] + (e * LOG10_2[1] + fraction);
    if x < f32::INFINITY { value } else { x }
}
