//! The remainder of a division, which is always exact.

/// `x - n * y`, with `n` the quotient rounded towards zero: the sign is that of `x`.
#[inline]
pub fn fmod(x: f64, y: f64) -> f64 {
    // What wasm has for it is a function of `compiler_builtins`, with a division of 128 bits: 3 KB.
    if cfg!(target_family = "wasm") { by_parts(x, y) } else { x % y }
}

/// Eleven bits of the quotient at a time.
fn by_parts(x: f64, y: f64) -> f64 {
    const HIDDEN: u64 = 1 << 52;
    const STEP: u32 = 11;
    let sign = x.to_bits() & 1 << 63;
    if !x.is_finite() || y.is_nan() || y == 0.0 {
        return f64::NAN;
    }
    if x.abs() < y.abs() {
        return x;
    }
    let (mut rest, mut exponent) = parts(x);
    let (divisor, least) = parts(y);
    rest %= divisor;
    while exponent > least && rest != 0 {
        let step = STEP.min(exponent - least);
        rest = (rest << step) % divisor;
        exponent -= step;
    }
    if rest == 0 {
        return f64::from_bits(sign);
    }
    // The remainder is in units of the last place of `y`; its own first bit becomes the hidden one, as far as there are exponents.
    let up = (rest.leading_zeros() - HIDDEN.leading_zeros()).min(least - 1);
    let (mantissa, exponent) = (rest << up, least - up);
    let exponent = if mantissa < HIDDEN { 0 } else { u64::from(exponent) };
    f64::from_bits(sign | exponent << 52 | mantissa & (HIDDEN - 1))
}

/// A finite number as a whole one and the exponent of its unit, biased; that of the least numbers is 1.
fn parts(x: f64) -> (u64, u32) {
    let bits = x.to_bits() & !(1 << 63);
    match (bits >> 52) as u32 {
        0 => (bits, 1),
        exponent => (bits & ((1 << 52) - 1) | 1 << 52, exponent),
    }
}

#[cfg(test)]
mod tests {
    use super::by_parts;

    #[test]
    fn it_is_that_of_the_machine() {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 29
        };
        let edges =
            [0.0, -0.0, 1.0, -2.5, 5e-324, 2.2e-308, 1e-310, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
        let check = |x: f64, y: f64| {
            let (own, other) = (by_parts(x, y), x % y);
            assert!(
                own.to_bits() == other.to_bits() || own.is_nan() && other.is_nan(),
                "{x:e} % {y:e}: {own:e}, {other:e}"
            );
        };
        for x in edges {
            for y in edges {
                check(x, y);
            }
        }
        for _ in 0..200_000 {
            let (a, b) = (next(), next());
            check(f64::from_bits(a), f64::from_bits(b));
            // Near one another, where most quotients are small.
            check(f64::from_bits(a), f64::from_bits(a ^ b >> 14));
            check((a >> 40) as f64 / 64.0, (b >> 50) as f64 / 64.0);
        }
    }
}
