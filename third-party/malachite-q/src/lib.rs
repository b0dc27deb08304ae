//! Quotients of whole numbers, as far as RustPython needs them: rounding one to a float, and a float as one. See `malachite-bigint`.

use core::cmp::Ordering;
use malachite_base::num::conversion::traits::RoundingInto;
use malachite_base::rounding_modes::RoundingMode;
use num_bigint::{BigInt, BigUint, Sign};

/// A quotient, not reduced.
#[derive(Clone, Debug)]
pub struct Rational {
    negative: bool,
    numerator: BigUint,
    denominator: BigUint,
}

impl Rational {
    /// The quotient of two numbers, the second not being 0.
    pub fn from_integers_ref(numerator: &BigInt, denominator: &BigInt) -> Rational {
        let negative = (numerator.sign() == Sign::Minus) != (denominator.sign() == Sign::Minus);
        Rational { negative, numerator: numerator.magnitude().clone(), denominator: denominator.magnitude().clone() }
    }

    /// Both without their sign.
    pub fn into_numerator_and_denominator(self) -> (BigUint, BigUint) {
        (self.numerator, self.denominator)
    }
}

impl TryFrom<f64> for Rational {
    type Error = ();

    /// In lowest terms.
    fn try_from(value: f64) -> Result<Rational, ()> {
        if !value.is_finite() {
            return Err(());
        }
        let bits = value.abs().to_bits();
        let (exponent, fraction) = ((bits >> 52) as i64, bits & ((1 << 52) - 1));
        let (mut mantissa, mut exponent) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
        if mantissa != 0 {
            let even = mantissa.trailing_zeros();
            mantissa >>= even;
            exponent += i64::from(even);
        }
        let (mut numerator, mut denominator) = (BigUint::from(mantissa), BigUint::from(1u8));
        if exponent < 0 {
            denominator <<= exponent.unsigned_abs()
        } else {
            numerator <<= exponent.unsigned_abs()
        }
        Ok(Rational { negative: value < 0.0, numerator, denominator })
    }
}

impl RoundingInto<f64> for Rational {
    /// To the nearest, halves to even; beyond the largest it is an infinity. The order is not told.
    fn rounding_into(self, mode: RoundingMode) -> (f64, Ordering) {
        let RoundingMode::Nearest = mode;
        let magnitude = quotient(self.numerator, self.denominator);
        (if self.negative { -magnitude } else { magnitude }, Ordering::Equal)
    }
}

/// The nearest float to a quotient.
fn quotient(mut numerator: BigUint, mut denominator: BigUint) -> f64 {
    if numerator == BigUint::ZERO {
        return 0.0;
    }
    // Scaled by a power of two so that the whole part has 66 or 67 bits.
    let scale = 66 - (numerator.bits() as i64 - denominator.bits() as i64);
    if scale >= 0 {
        numerator <<= scale as u64
    } else {
        denominator <<= scale.unsigned_abs()
    }
    let whole = &numerator / &denominator;
    let exact = &whole * &denominator == numerator;
    // What is cut off makes it odd, so that no half is taken for one.
    let whole = u128::try_from(whole).unwrap_or(u128::MAX) | u128::from(!exact);
    let bits = 128 - i64::from(whole.leading_zeros());
    let kept = (bits - scale + 1074).min(53);
    if kept < 0 {
        return 0.0;
    }
    let cut = (bits - kept) as u32;
    let (mut mantissa, rest, half) =
        (whole.checked_shr(cut).unwrap_or(0) as u64, whole & ((1 << cut) - 1), 1u128 << (cut - 1));
    if rest > half || (rest == half && mantissa & 1 == 1) {
        mantissa += 1;
    }
    let exponent = i64::from(cut) - scale;
    if exponent > 971 {
        return f64::INFINITY;
    }
    // Both products are exact: the mantissa has no more bits than the result holds.
    let power = |e: i64| f64::from_bits(((e + 1023) as u64) << 52);
    if exponent >= -1000 {
        mantissa as f64 * power(exponent)
    } else {
        mantissa as f64 * power(exponent + 500) * power(-500)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn quotients_are_those_of_floats() {
        let mut s = 1u64;
        for _ in 0..200000 {
            s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let a = s >> 11 >> (s % 40);
            s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let b = (s >> 11 >> (s % 40)).max(1);
            assert_eq!(quotient(a.into(), b.into()), a as f64 / b as f64, "{a} {b}");
        }
        for x in [f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1, 1e300, 1.5e-310, 2.0_f64.powi(-1073)] {
            let (n, d) = Rational::try_from(x).unwrap().into_numerator_and_denominator();
            assert_eq!(quotient(n, d), x);
        }
        let (n, d) = Rational::try_from(5e-324).unwrap().into_numerator_and_denominator();
        assert_eq!(quotient(n.clone(), d.clone() * 2u8), 0.0);
        assert_eq!(quotient(n * 3u8, d * 2u8), 1e-323);
        let (n, d) = Rational::try_from(f64::MAX).unwrap().into_numerator_and_denominator();
        assert_eq!(quotient(n * 2u8, d), f64::INFINITY);
    }
}
