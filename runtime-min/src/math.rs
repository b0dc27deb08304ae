//! Elementary functions with the same bits on every target.
//!
//! The platform's own differ between systems; these are plain Rust, so that native code, wasm and the evaluator agree. Those of f32
//! that pipelines use most are in `single`, made for lanes; the others and all of f64 are the `libm` crate's. Rounding to
//! whole numbers is written here, as a few additions: without SSE4.1 a call would be ten times as slow, and could not go
//! in lanes.

mod remainder;
pub(crate) mod short;
mod single;
#[cfg(test)]
mod tests;

pub use libm::{
    acos, acosf, acosh, asin, asinf, asinh, atan, atan2, atan2f, atanf, atanh, cbrt, cos, cosf, cosh, coshf, erf, erfc,
    exp, exp2, expm1, frexp, ldexp, log, log1p, log2, log10, pow, sin, sincos, sinf, sinh, sinhf, tan, tanf, tanh,
};
pub use remainder::fmod;
pub use single::{exp2f, expf, log2f, log10f, logf, powf, tanhf};

#[cfg(not(any(target_arch = "x86_64", target_feature = "simd128")))]
pub use libm::{sqrt, sqrtf};
#[cfg(any(target_arch = "x86_64", target_feature = "simd128"))]
pub use root::{sqrt, sqrtf};

/// Square roots, which IEEE rounds correctly. The `libm` crate has them as assembly in the encoding of SSE2: beside AVX each costs a
/// hundred nanoseconds, and no loop with one goes in lanes.
#[cfg(target_arch = "x86_64")]
mod root {
    use core::arch::x86_64::{_mm_cvtsd_f64, _mm_cvtss_f32, _mm_set_sd, _mm_set_ss, _mm_sqrt_sd, _mm_sqrt_ss};

    /// The square root.
    #[inline]
    pub fn sqrt(x: f64) -> f64 {
        // SAFETY: SSE2 is part of every x86-64 CPU.
        unsafe { _mm_cvtsd_f64(_mm_sqrt_sd(_mm_set_sd(0.0), _mm_set_sd(x))) }
    }

    /// The square root.
    #[inline]
    pub fn sqrtf(x: f32) -> f32 {
        // SAFETY: SSE2 is part of every x86-64 CPU.
        unsafe { _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))) }
    }
}

/// Square roots as one instruction, where the `libm` crate computes them digit by digit.
#[cfg(target_feature = "simd128")]
mod root {
    use core::arch::wasm32::{
        f32x4_extract_lane, f32x4_splat, f32x4_sqrt, f64x2_extract_lane, f64x2_splat, f64x2_sqrt,
    };

    /// The square root.
    #[inline]
    pub fn sqrt(x: f64) -> f64 {
        f64x2_extract_lane::<0>(f64x2_sqrt(f64x2_splat(x)))
    }

    /// The square root.
    #[inline]
    pub fn sqrtf(x: f32) -> f32 {
        f32x4_extract_lane::<0>(f32x4_sqrt(f32x4_splat(x)))
    }
}

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

/// The nearest whole number, ties to the even one, within the range of i32; 0 for NaN. As `rint(x) as i32`, in a third of the
/// instructions and in lanes.
#[inline]
pub fn rint_to_i32(x: f64) -> i32 {
    // From here on numbers are whole, and the low half of their bits counts them from here.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    let x = if x.is_nan() { 0.0 } else { x };
    let x = if x > -2_147_483_648.0 { x } else { -2_147_483_648.0 };
    let x = if x < 2_147_483_647.0 { x } else { 2_147_483_647.0 };
    (x + WHOLE).to_bits() as i32
}
