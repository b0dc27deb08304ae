//! Choices inside of recurrences.
//!
//! A value that depends on itself of a frame ago cannot be had sooner than its longest chain of operations. For a choice of two sums
//! a compiler for SSE2 likes to read one factor from a table instead, indexed by the comparison: four to six cycles more in
//! every frame of an envelope follower. Here the comparison stays a mask beside that chain. From AVX on compilers do the same by
//! themselves, and so do those for other targets.

macro_rules! choice {
    ($name:ident, $float:ty, $symbol:tt, $compare:ident, $set:ident, $get:ident, $and:ident, $andnot:ident, $or:ident) => {
        /// `then` where the comparison of `x` and `y` holds, else `otherwise`.
        #[inline(always)]
        pub fn $name(x: $float, y: $float, then: $float, otherwise: $float) -> $float {
            #[cfg(all(target_arch = "x86_64", not(target_feature = "avx")))]
            {
                use core::arch::x86_64::{$and, $andnot, $compare, $get, $or, $set};
                // SAFETY: SSE2 is part of every x86-64 CPU.
                unsafe {
                    let mask = $compare($set(x), $set(y));
                    $get($or($and(mask, $set(then)), $andnot(mask, $set(otherwise))))
                }
            }
            #[cfg(not(all(target_arch = "x86_64", not(target_feature = "avx"))))]
            if x $symbol y { then } else { otherwise }
        }
    };
}

choice!(less, f64, <, _mm_cmplt_sd, _mm_set_sd, _mm_cvtsd_f64, _mm_and_pd, _mm_andnot_pd, _mm_or_pd);
choice!(less_or_equal, f64, <=, _mm_cmple_sd, _mm_set_sd, _mm_cvtsd_f64, _mm_and_pd, _mm_andnot_pd, _mm_or_pd);
choice!(less_f32, f32, <, _mm_cmplt_ss, _mm_set_ss, _mm_cvtss_f32, _mm_and_ps, _mm_andnot_ps, _mm_or_ps);
choice!(less_or_equal_f32, f32, <=, _mm_cmple_ss, _mm_set_ss, _mm_cvtss_f32, _mm_and_ps, _mm_andnot_ps, _mm_or_ps);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_chosen_as_by_comparison() {
        let numbers = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-310, 1.5, f64::INFINITY, f64::NAN];
        for x in numbers {
            for y in numbers {
                for (then, otherwise) in [(x, y), (f64::NAN, -0.0), (1.0, f64::NAN)] {
                    let bits = f64::to_bits;
                    assert_eq!(bits(less(x, y, then, otherwise)), bits(if x < y { then } else { otherwise }));
                    assert_eq!(bits(less_or_equal(x, y, then, otherwise)), bits(if x <= y { then } else { otherwise }));
                    let ([x, y], [then, otherwise]) = ([x as f32, y as f32], [then as f32, otherwise as f32]);
                    let bits = f32::to_bits;
                    assert_eq!(bits(less_f32(x, y, then, otherwise)), bits(if x < y { then } else { otherwise }));
                    assert_eq!(
                        bits(less_or_equal_f32(x, y, then, otherwise)),
                        bits(if x <= y { then } else { otherwise })
                    );
                }
            }
        }
    }
}
