//! Elementary functions with the same bits on every target, from the `libm` crate.
//!
//! The platform's own differ between systems; these are plain Rust, so that native code, wasm and the evaluator agree. Rounding to
//! whole numbers is written here, as a few additions: without SSE4.1 a call would be ten times as slow, and could not go
//! in lanes.

pub use libm::{
    acos, acosf, asin, asinf, atan, atan2, atan2f, atanf, cos, cosf, cosh, coshf, exp, exp2, exp2f, expf, log, log2,
    log2f, log10, log10f, logf, pow, powf, sin, sincos, sinf, sinh, sinhf, sqrt, sqrtf, tan, tanf, tanh, tanhf,
};

macro_rules! rounding {
    ($float:ty, $rint:ident, $floor:ident, $ceil:ident, $trunc:ident, $whole:expr) => {
        /// To the nearest whole number, ties to the even one.
        #[inline]
        pub fn $rint(x: $float) -> $float {
            // From here on every number is whole, and additions round to whole ones.
            const WHOLE: $float = $whole;
            let magnitude = x.abs();
            let rounded = (magnitude + WHOLE) - WHOLE;
            (if magnitude < WHOLE { rounded } else { magnitude }).copysign(x)
        }

        /// The greatest whole number that is not above `x`.
        #[inline]
        pub fn $floor(x: $float) -> $float {
            let rounded = $rint(x);
            (if rounded > x { rounded - 1.0 } else { rounded }).copysign(x)
        }

        /// The least whole number that is not below `x`.
        #[inline]
        pub fn $ceil(x: $float) -> $float {
            let rounded = $rint(x);
            (if rounded < x { rounded + 1.0 } else { rounded }).copysign(x)
        }

        /// The whole part.
        #[inline]
        pub fn $trunc(x: $float) -> $float {
            $floor(x.abs()).copysign(x)
        }
    };
}

rounding!(f32, rintf, floorf, ceilf, truncf, 8_388_608.0);
rounding!(f64, rint, floor, ceil, trunc, 4_503_599_627_370_496.0);

#[cfg(test)]
mod tests {
    #[test]
    fn rounding_is_that_of_libm() {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state
        };
        let special =
            [0.0, 0.5, 1.5, 2.5, 0.49999997, 8_388_607.5, 8_388_608.0, 4_503_599_627_370_495.5, f64::INFINITY];
        let random = (0..200_000).map(|_| f64::from(f32::from_bits(next()))).filter(|x| !x.is_nan());
        let wide = (0..200_000u32).map(|i| f64::from(i) * 17.125 - 1_000_000.25);
        for x in special.into_iter().chain(random).chain(wide).flat_map(|x| [x, -x]) {
            let y = x as f32;
            let ours = [super::rint(x), super::floor(x), super::ceil(x), super::trunc(x)];
            let theirs = [libm::rint(x), libm::floor(x), libm::ceil(x), libm::trunc(x)];
            assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits), "{x}");
            let ours = [super::rintf(y), super::floorf(y), super::ceilf(y), super::truncf(y)];
            let theirs = [libm::rintf(y), libm::floorf(y), libm::ceilf(y), libm::truncf(y)];
            assert_eq!(ours.map(f32::to_bits), theirs.map(f32::to_bits), "{y}");
        }
    }
}
