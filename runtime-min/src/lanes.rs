//! Four f32 or two f64 side by side: one small checked layer over the vector instructions of the target.
//!
//! Arithmetic is IEEE, lane by lane, without contraction, so a lane gives the bits that a scalar would. SSE2 on x86-64, simd128
//! on wasm, an array elsewhere; eight f32 or four f64 where a program is compiled for AVX2. [`crate::sections`], the resampler and
//! the Fourier transform are written over it.

#[cfg(target_arch = "x86_64")]
mod target {
    use core::arch::x86_64::{
        __m128, __m128d, _mm_add_pd, _mm_add_ps, _mm_and_ps, _mm_andnot_ps, _mm_cmplt_ps, _mm_loadu_pd, _mm_loadu_ps,
        _mm_max_ps, _mm_min_ps, _mm_movelh_ps, _mm_mul_pd, _mm_mul_ps, _mm_or_ps, _mm_set1_pd, _mm_set1_ps,
        _mm_shuffle_ps, _mm_storeu_pd, _mm_storeu_ps, _mm_sub_pd, _mm_sub_ps, _mm_unpackhi_ps, _mm_unpacklo_ps,
    };

    pub type Lanes = __m128;
    pub type Doubles = __m128d;

    // SAFETY: sixteen bytes of any value are a vector.
    pub const ZERO: Lanes = unsafe { core::mem::transmute([0f32; 4]) };

    macro_rules! sse {
        ($($call:expr),+) => {
            // SAFETY: SSE2 is part of every x86-64 CPU.
            unsafe { ($($call),+) }
        };
    }

    #[inline(always)]
    pub fn splat_doubles(x: f64) -> Doubles {
        sse!(_mm_set1_pd(x))
    }
    #[inline(always)]
    pub fn load_doubles(from: &[f64; 2]) -> Doubles {
        // SAFETY: 16 bytes that can be read; the instruction asks for no alignment.
        unsafe { _mm_loadu_pd(from.as_ptr()) }
    }
    #[inline(always)]
    pub fn store_doubles(x: Doubles, to: &mut [f64; 2]) {
        // SAFETY: 16 bytes that can be written; the instruction asks for no alignment.
        unsafe { _mm_storeu_pd(to.as_mut_ptr(), x) }
    }
    #[inline(always)]
    pub fn add_doubles(a: Doubles, b: Doubles) -> Doubles {
        sse!(_mm_add_pd(a, b))
    }
    #[inline(always)]
    pub fn sub_doubles(a: Doubles, b: Doubles) -> Doubles {
        sse!(_mm_sub_pd(a, b))
    }
    #[inline(always)]
    pub fn mul_doubles(a: Doubles, b: Doubles) -> Doubles {
        sse!(_mm_mul_pd(a, b))
    }
    #[inline(always)]
    pub fn splat(x: f32) -> Lanes {
        sse!(_mm_set1_ps(x))
    }
    #[inline(always)]
    pub fn load(from: &[f32; 4]) -> Lanes {
        // SAFETY: 16 bytes that can be read; the instruction asks for no alignment.
        unsafe { _mm_loadu_ps(from.as_ptr()) }
    }
    #[inline(always)]
    pub fn store(x: Lanes, to: &mut [f32; 4]) {
        // SAFETY: 16 bytes that can be written; the instruction asks for no alignment.
        unsafe { _mm_storeu_ps(to.as_mut_ptr(), x) }
    }
    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        sse!(_mm_add_ps(a, b))
    }
    #[inline(always)]
    pub fn sub(a: Lanes, b: Lanes) -> Lanes {
        sse!(_mm_sub_ps(a, b))
    }
    #[inline(always)]
    pub fn mul(a: Lanes, b: Lanes) -> Lanes {
        sse!(_mm_mul_ps(a, b))
    }
    #[inline(always)]
    pub fn select(mask: Lanes, a: Lanes, b: Lanes) -> Lanes {
        sse!(_mm_or_ps(_mm_and_ps(mask, a), _mm_andnot_ps(mask, b)))
    }
    #[inline(always)]
    pub fn at_least(a: Lanes, low: Lanes) -> Lanes {
        sse!(_mm_max_ps(a, low))
    }
    #[inline(always)]
    pub fn at_most(a: Lanes, high: Lanes) -> Lanes {
        sse!(_mm_min_ps(a, high))
    }
    #[inline(always)]
    pub fn flushed(a: Lanes, tiny: Lanes) -> Lanes {
        let magnitude = sse!(_mm_andnot_ps(_mm_set1_ps(-0.0), a));
        sse!(_mm_andnot_ps(_mm_cmplt_ps(magnitude, tiny), a))
    }
    #[inline(always)]
    pub fn low_low(a: Lanes, b: Lanes) -> Lanes {
        sse!(_mm_movelh_ps(a, b))
    }
    #[inline(always)]
    pub fn high_low(a: Lanes, b: Lanes) -> Lanes {
        sse!(_mm_shuffle_ps::<0b01_00_11_10>(a, b))
    }
    #[inline(always)]
    pub fn interleave(a: Lanes, b: Lanes) -> [Lanes; 2] {
        sse!([_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b)])
    }
    #[inline(always)]
    pub fn high_high(a: Lanes, b: Lanes) -> Lanes {
        sse!(_mm_shuffle_ps::<0b11_10_11_10>(a, b))
    }
    #[inline(always)]
    pub fn last_first(a: Lanes, b: Lanes) -> Lanes {
        // [a3, a3, b0, b0], then [a3, b0, b1, b2].
        let edge = sse!(_mm_shuffle_ps::<0b00_00_11_11>(a, b));
        sse!(_mm_shuffle_ps::<0b10_01_10_00>(edge, b))
    }
    #[inline(always)]
    pub fn broadcast<const LANE: usize>(a: Lanes) -> Lanes {
        match LANE {
            0 => sse!(_mm_shuffle_ps::<0b00_00_00_00>(a, a)),
            1 => sse!(_mm_shuffle_ps::<0b01_01_01_01>(a, a)),
            2 => sse!(_mm_shuffle_ps::<0b10_10_10_10>(a, a)),
            _ => sse!(_mm_shuffle_ps::<0b11_11_11_11>(a, a)),
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod target {
    use core::arch::wasm32::{
        f32x4, f32x4_abs, f32x4_add, f32x4_lt, f32x4_mul, f32x4_pmax, f32x4_pmin, f32x4_splat, f32x4_sub, f64x2_add,
        f64x2_mul, f64x2_splat, f64x2_sub, i32x4_shuffle, v128, v128_andnot, v128_bitselect, v128_load, v128_store,
    };

    pub type Lanes = v128;
    pub type Doubles = v128;

    pub const ZERO: Lanes = f32x4(0.0, 0.0, 0.0, 0.0);

    #[inline(always)]
    pub fn splat_doubles(x: f64) -> Doubles {
        f64x2_splat(x)
    }
    #[inline(always)]
    pub fn load_doubles(from: &[f64; 2]) -> Doubles {
        // SAFETY: 16 bytes that can be read; the instruction asks for no alignment.
        unsafe { v128_load(from.as_ptr().cast()) }
    }
    #[inline(always)]
    pub fn store_doubles(x: Doubles, to: &mut [f64; 2]) {
        // SAFETY: 16 bytes that can be written; the instruction asks for no alignment.
        unsafe { v128_store(to.as_mut_ptr().cast(), x) }
    }
    #[inline(always)]
    pub fn add_doubles(a: Doubles, b: Doubles) -> Doubles {
        f64x2_add(a, b)
    }
    #[inline(always)]
    pub fn sub_doubles(a: Doubles, b: Doubles) -> Doubles {
        f64x2_sub(a, b)
    }
    #[inline(always)]
    pub fn mul_doubles(a: Doubles, b: Doubles) -> Doubles {
        f64x2_mul(a, b)
    }
    #[inline(always)]
    pub fn splat(x: f32) -> Lanes {
        f32x4_splat(x)
    }
    #[inline(always)]
    pub fn load(from: &[f32; 4]) -> Lanes {
        // SAFETY: 16 bytes that can be read; the instruction asks for no alignment.
        unsafe { v128_load(from.as_ptr().cast()) }
    }
    #[inline(always)]
    pub fn store(x: Lanes, to: &mut [f32; 4]) {
        // SAFETY: 16 bytes that can be written; the instruction asks for no alignment.
        unsafe { v128_store(to.as_mut_ptr().cast(), x) }
    }
    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        f32x4_add(a, b)
    }
    #[inline(always)]
    pub fn sub(a: Lanes, b: Lanes) -> Lanes {
        f32x4_sub(a, b)
    }
    #[inline(always)]
    pub fn mul(a: Lanes, b: Lanes) -> Lanes {
        f32x4_mul(a, b)
    }
    #[inline(always)]
    pub fn select(mask: Lanes, a: Lanes, b: Lanes) -> Lanes {
        v128_bitselect(a, b, mask)
    }
    #[inline(always)]
    pub fn at_least(a: Lanes, low: Lanes) -> Lanes {
        f32x4_pmax(low, a)
    }
    #[inline(always)]
    pub fn at_most(a: Lanes, high: Lanes) -> Lanes {
        f32x4_pmin(high, a)
    }
    #[inline(always)]
    pub fn flushed(a: Lanes, tiny: Lanes) -> Lanes {
        v128_andnot(a, f32x4_lt(f32x4_abs(a), tiny))
    }
    #[inline(always)]
    pub fn low_low(a: Lanes, b: Lanes) -> Lanes {
        i32x4_shuffle::<0, 1, 4, 5>(a, b)
    }
    #[inline(always)]
    pub fn high_low(a: Lanes, b: Lanes) -> Lanes {
        i32x4_shuffle::<2, 3, 4, 5>(a, b)
    }
    #[inline(always)]
    pub fn interleave(a: Lanes, b: Lanes) -> [Lanes; 2] {
        [i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b)]
    }
    #[inline(always)]
    pub fn high_high(a: Lanes, b: Lanes) -> Lanes {
        i32x4_shuffle::<2, 3, 6, 7>(a, b)
    }
    #[inline(always)]
    pub fn last_first(a: Lanes, b: Lanes) -> Lanes {
        i32x4_shuffle::<3, 4, 5, 6>(a, b)
    }
    #[inline(always)]
    pub fn broadcast<const LANE: usize>(a: Lanes) -> Lanes {
        match LANE {
            0 => i32x4_shuffle::<0, 0, 0, 0>(a, a),
            1 => i32x4_shuffle::<1, 1, 1, 1>(a, a),
            2 => i32x4_shuffle::<2, 2, 2, 2>(a, a),
            _ => i32x4_shuffle::<3, 3, 3, 3>(a, a),
        }
    }
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
mod target {
    pub type Lanes = [f32; 4];
    pub type Doubles = [f64; 2];

    pub const ZERO: Lanes = [0.0; 4];

    #[inline(always)]
    pub fn splat_doubles(x: f64) -> Doubles {
        [x; 2]
    }
    #[inline(always)]
    pub fn load_doubles(from: &[f64; 2]) -> Doubles {
        *from
    }
    #[inline(always)]
    pub fn store_doubles(x: Doubles, to: &mut [f64; 2]) {
        *to = x;
    }
    #[inline(always)]
    pub fn add_doubles(a: Doubles, b: Doubles) -> Doubles {
        core::array::from_fn(|i| a[i] + b[i])
    }
    #[inline(always)]
    pub fn sub_doubles(a: Doubles, b: Doubles) -> Doubles {
        core::array::from_fn(|i| a[i] - b[i])
    }
    #[inline(always)]
    pub fn mul_doubles(a: Doubles, b: Doubles) -> Doubles {
        core::array::from_fn(|i| a[i] * b[i])
    }
    #[inline(always)]
    pub fn splat(x: f32) -> Lanes {
        [x; 4]
    }
    #[inline(always)]
    pub fn load(from: &[f32; 4]) -> Lanes {
        *from
    }
    #[inline(always)]
    pub fn store(x: Lanes, to: &mut [f32; 4]) {
        *to = x;
    }
    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        core::array::from_fn(|i| a[i] + b[i])
    }
    #[inline(always)]
    pub fn sub(a: Lanes, b: Lanes) -> Lanes {
        core::array::from_fn(|i| a[i] - b[i])
    }
    #[inline(always)]
    pub fn mul(a: Lanes, b: Lanes) -> Lanes {
        core::array::from_fn(|i| a[i] * b[i])
    }
    #[inline(always)]
    pub fn select(mask: Lanes, a: Lanes, b: Lanes) -> Lanes {
        core::array::from_fn(|i| if mask[i].to_bits() == 0 { b[i] } else { a[i] })
    }
    #[inline(always)]
    pub fn at_least(a: Lanes, low: Lanes) -> Lanes {
        core::array::from_fn(|i| if a[i] > low[i] { a[i] } else { low[i] })
    }
    #[inline(always)]
    pub fn at_most(a: Lanes, high: Lanes) -> Lanes {
        core::array::from_fn(|i| if a[i] < high[i] { a[i] } else { high[i] })
    }
    #[inline(always)]
    pub fn flushed(a: Lanes, tiny: Lanes) -> Lanes {
        core::array::from_fn(|i| if a[i].abs() < tiny[i] { 0.0 } else { a[i] })
    }
    #[inline(always)]
    pub fn low_low(a: Lanes, b: Lanes) -> Lanes {
        [a[0], a[1], b[0], b[1]]
    }
    #[inline(always)]
    pub fn high_low(a: Lanes, b: Lanes) -> Lanes {
        [a[2], a[3], b[0], b[1]]
    }
    #[inline(always)]
    pub fn interleave(a: Lanes, b: Lanes) -> [Lanes; 2] {
        [[a[0], b[0], a[1], b[1]], [a[2], b[2], a[3], b[3]]]
    }
    #[inline(always)]
    pub fn high_high(a: Lanes, b: Lanes) -> Lanes {
        [a[2], a[3], b[2], b[3]]
    }
    #[inline(always)]
    pub fn last_first(a: Lanes, b: Lanes) -> Lanes {
        [a[3], b[0], b[1], b[2]]
    }
    #[inline(always)]
    pub fn broadcast<const LANE: usize>(a: Lanes) -> Lanes {
        [a[LANE]; 4]
    }
}

/// Four lanes.
#[derive(Clone, Copy)]
pub struct F32x4(target::Lanes);

impl F32x4 {
    /// Lanes.
    pub const WIDTH: usize = 4;
    /// Zeros.
    pub const ZERO: F32x4 = F32x4(target::ZERO);

    /// The same in every lane.
    #[inline(always)]
    pub fn splat(x: f32) -> F32x4 {
        F32x4(target::splat(x))
    }

    /// From an array.
    #[inline(always)]
    pub fn new(lanes: [f32; 4]) -> F32x4 {
        F32x4(target::load(&lanes))
    }

    /// The first four of a slice.
    #[inline(always)]
    pub fn load(from: &[f32; 4]) -> F32x4 {
        F32x4(target::load(from))
    }

    /// Writes the lanes.
    #[inline(always)]
    pub fn store(self, to: &mut [f32; 4]) {
        target::store(self.0, to);
    }

    /// As an array.
    #[inline(always)]
    pub fn lanes(self) -> [f32; 4] {
        let mut out = [0.0; 4];
        self.store(&mut out);
        out
    }

    /// A lane of `a` where those bits of the mask are all ones, of `b` where they are zeros.
    #[inline(always)]
    pub fn select(self, a: F32x4, b: F32x4) -> F32x4 {
        F32x4(target::select(self.0, a.0, b.0))
    }

    /// The greater one, lane by lane; `low` where either is no number.
    #[inline(always)]
    pub fn at_least(self, low: F32x4) -> F32x4 {
        F32x4(target::at_least(self.0, low.0))
    }

    /// The lesser one, lane by lane; `high` where either is no number.
    #[inline(always)]
    pub fn at_most(self, high: F32x4) -> F32x4 {
        F32x4(target::at_most(self.0, high.0))
    }

    /// Zero where the magnitude is below `tiny`.
    #[inline(always)]
    pub fn flushed(self, tiny: f32) -> F32x4 {
        F32x4(target::flushed(self.0, target::splat(tiny)))
    }

    /// `[a0, a1, b0, b1]`.
    #[inline(always)]
    pub fn low_low(self, b: F32x4) -> F32x4 {
        F32x4(target::low_low(self.0, b.0))
    }

    /// `[a2, a3, b0, b1]`.
    #[inline(always)]
    pub fn last_two_first(self, b: F32x4) -> F32x4 {
        F32x4(target::high_low(self.0, b.0))
    }

    /// `[a0, b0, a1, b1]` and `[a2, b2, a3, b3]`.
    #[inline(always)]
    pub fn interleave(self, b: F32x4) -> [F32x4; 2] {
        let [low, high] = target::interleave(self.0, b.0);
        [F32x4(low), F32x4(high)]
    }

    /// Lane `i` of vector `j` becomes lane `j` of vector `i`.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [F32x4; 4]) -> [F32x4; 4] {
        let ([ab0, ab2], [cd0, cd2]) = (target::interleave(a.0, b.0), target::interleave(c.0, d.0));
        [
            F32x4(target::low_low(ab0, cd0)),
            F32x4(target::high_high(ab0, cd0)),
            F32x4(target::low_low(ab2, cd2)),
            F32x4(target::high_high(ab2, cd2)),
        ]
    }

    /// The columns of four rows.
    #[inline(always)]
    pub fn columns(rows: [&[f32; 4]; 4]) -> [F32x4; 4] {
        F32x4::transpose(rows.map(F32x4::load))
    }

    /// `[a3, b0, b1, b2]`.
    #[inline(always)]
    pub fn last_first(self, b: F32x4) -> F32x4 {
        F32x4(target::last_first(self.0, b.0))
    }

    /// One lane in every lane.
    #[inline(always)]
    pub fn broadcast<const LANE: usize>(self) -> F32x4 {
        F32x4(target::broadcast::<LANE>(self.0))
    }
}

/// Addition, subtraction and multiplication of a vector, lane by lane.
macro_rules! arithmetic {
    ($vector:ident: $add:path, $sub:path, $mul:path) => {
        impl core::ops::Add for $vector {
            type Output = $vector;

            #[inline(always)]
            fn add(self, b: $vector) -> $vector {
                $vector($add(self.0, b.0))
            }
        }

        impl core::ops::Sub for $vector {
            type Output = $vector;

            #[inline(always)]
            fn sub(self, b: $vector) -> $vector {
                $vector($sub(self.0, b.0))
            }
        }

        impl core::ops::Mul for $vector {
            type Output = $vector;

            #[inline(always)]
            fn mul(self, b: $vector) -> $vector {
                $vector($mul(self.0, b.0))
            }
        }
    };
}

arithmetic!(F32x4: target::add, target::sub, target::mul);

/// Two lanes of f64.
#[derive(Clone, Copy)]
pub struct F64x2(target::Doubles);

impl F64x2 {
    /// Lanes.
    pub const WIDTH: usize = 2;

    /// The same in every lane.
    #[inline(always)]
    pub fn splat(x: f64) -> F64x2 {
        F64x2(target::splat_doubles(x))
    }

    /// From an array.
    #[inline(always)]
    pub fn new(lanes: [f64; 2]) -> F64x2 {
        F64x2(target::load_doubles(&lanes))
    }

    /// As an array.
    #[inline(always)]
    pub fn lanes(self) -> [f64; 2] {
        let mut out = [0.0; 2];
        target::store_doubles(self.0, &mut out);
        out
    }
}

arithmetic!(F64x2: target::add_doubles, target::sub_doubles, target::mul_doubles);

/// The widest vector of the target.
#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
pub type Widest = F32x4;
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
pub type Widest = F32x8;
/// The widest vector of f64.
#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
pub type WidestDouble = F64x2;
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
pub type WidestDouble = F64x4;

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
pub use wide::{F32x8, F64x4};

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
mod wide {
    use core::arch::x86_64::{
        __m256, __m256d, _CMP_LT_OQ, _mm256_add_pd, _mm256_add_ps, _mm256_andnot_ps, _mm256_blend_ps, _mm256_blendv_ps,
        _mm256_cmp_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_max_ps, _mm256_min_ps, _mm256_mul_pd, _mm256_mul_ps,
        _mm256_permute2f128_ps, _mm256_permutevar8x32_ps, _mm256_set_m128, _mm256_set1_pd, _mm256_set1_ps,
        _mm256_setr_epi32, _mm256_shuffle_ps, _mm256_storeu_pd, _mm256_storeu_ps, _mm256_sub_pd, _mm256_sub_ps,
    };

    use super::F32x4;

    macro_rules! avx2 {
        ($call:expr) => {
            // SAFETY: this module is there only where the program is compiled for CPUs with AVX2.
            unsafe { $call }
        };
    }

    /// Eight lanes.
    #[derive(Clone, Copy)]
    pub struct F32x8(__m256);

    impl F32x8 {
        /// Lanes.
        pub const WIDTH: usize = 8;
        // SAFETY: 32 bytes of any value are a vector.
        /// Zeros.
        pub const ZERO: F32x8 = F32x8(unsafe { core::mem::transmute::<[f32; 8], __m256>([0.0; 8]) });

        /// The same in every lane.
        #[inline(always)]
        pub fn splat(x: f32) -> F32x8 {
            F32x8(avx2!(_mm256_set1_ps(x)))
        }

        /// The same two in every pair of lanes.
        #[inline(always)]
        pub fn splat_two([a, b]: [f32; 2]) -> F32x8 {
            F32x8::new([a, b, a, b, a, b, a, b])
        }

        /// From an array.
        #[inline(always)]
        pub fn new(lanes: [f32; 8]) -> F32x8 {
            F32x8::load(&lanes)
        }

        /// From an array in memory.
        #[inline(always)]
        pub fn load(from: &[f32; 8]) -> F32x8 {
            // SAFETY: 32 bytes that can be read; the instruction asks for no alignment.
            F32x8(unsafe { _mm256_loadu_ps(from.as_ptr()) })
        }

        /// As an array.
        #[inline(always)]
        pub fn lanes(self) -> [f32; 8] {
            let mut out = [0.0; 8];
            // SAFETY: 32 bytes that can be written; the instruction asks for no alignment.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr(), self.0) };
            out
        }

        /// A lane of `a` where those bits of the mask are all ones, of `b` where they are zeros.
        #[inline(always)]
        pub fn select(self, a: F32x8, b: F32x8) -> F32x8 {
            F32x8(avx2!(_mm256_blendv_ps(b.0, a.0, self.0)))
        }

        /// The greater one, lane by lane; `low` where either is no number.
        #[inline(always)]
        pub fn at_least(self, low: F32x8) -> F32x8 {
            F32x8(avx2!(_mm256_max_ps(self.0, low.0)))
        }

        /// The lesser one, lane by lane; `high` where either is no number.
        #[inline(always)]
        pub fn at_most(self, high: F32x8) -> F32x8 {
            F32x8(avx2!(_mm256_min_ps(self.0, high.0)))
        }

        /// Zero where the magnitude is below `tiny`.
        #[inline(always)]
        pub fn flushed(self, tiny: f32) -> F32x8 {
            let magnitude = avx2!(_mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0));
            let dead = avx2!(_mm256_cmp_ps::<_CMP_LT_OQ>(magnitude, _mm256_set1_ps(tiny)));
            F32x8(avx2!(_mm256_andnot_ps(dead, self.0)))
        }

        /// The columns of eight rows.
        #[inline(always)]
        pub fn columns([a, b, c, d, e, f, g, h]: [&[f32; 4]; 8]) -> [F32x8; 4] {
            let (low, high) = (F32x4::columns([a, b, c, d]), F32x4::columns([e, f, g, h]));
            core::array::from_fn(|i| F32x8(avx2!(_mm256_set_m128(high[i].0, low[i].0))))
        }

        /// `[a7, b0, b1, b2, b3, b4, b5, b6]`.
        #[inline(always)]
        pub fn last_first(self, b: F32x8) -> F32x8 {
            let turn = |x| avx2!(_mm256_permutevar8x32_ps(x, _mm256_setr_epi32(7, 0, 1, 2, 3, 4, 5, 6)));
            F32x8(avx2!(_mm256_blend_ps::<1>(turn(b.0), turn(self.0))))
        }

        /// `[a6, a7, b0, b1, b2, b3, b4, b5]`.
        #[inline(always)]
        pub fn last_two_first(self, b: F32x8) -> F32x8 {
            let middle = avx2!(_mm256_permute2f128_ps::<0x21>(self.0, b.0));
            F32x8(avx2!(_mm256_shuffle_ps::<0b01_00_11_10>(middle, b.0)))
        }
    }

    #[inline(always)]
    fn add(a: __m256, b: __m256) -> __m256 {
        avx2!(_mm256_add_ps(a, b))
    }

    #[inline(always)]
    fn sub(a: __m256, b: __m256) -> __m256 {
        avx2!(_mm256_sub_ps(a, b))
    }

    #[inline(always)]
    fn mul(a: __m256, b: __m256) -> __m256 {
        avx2!(_mm256_mul_ps(a, b))
    }

    arithmetic!(F32x8: add, sub, mul);

    /// Four lanes of f64.
    #[derive(Clone, Copy)]
    pub struct F64x4(__m256d);

    impl F64x4 {
        /// Lanes.
        pub const WIDTH: usize = 4;

        /// The same in every lane.
        #[inline(always)]
        pub fn splat(x: f64) -> F64x4 {
            F64x4(avx2!(_mm256_set1_pd(x)))
        }

        /// From an array.
        #[inline(always)]
        pub fn new(lanes: [f64; 4]) -> F64x4 {
            // SAFETY: 32 bytes that can be read; the instruction asks for no alignment.
            F64x4(unsafe { _mm256_loadu_pd(lanes.as_ptr()) })
        }

        /// As an array.
        #[inline(always)]
        pub fn lanes(self) -> [f64; 4] {
            let mut out = [0.0; 4];
            // SAFETY: 32 bytes that can be written; the instruction asks for no alignment.
            unsafe { _mm256_storeu_pd(out.as_mut_ptr(), self.0) };
            out
        }
    }

    #[inline(always)]
    fn add_doubles(a: __m256d, b: __m256d) -> __m256d {
        avx2!(_mm256_add_pd(a, b))
    }

    #[inline(always)]
    fn sub_doubles(a: __m256d, b: __m256d) -> __m256d {
        avx2!(_mm256_sub_pd(a, b))
    }

    #[inline(always)]
    fn mul_doubles(a: __m256d, b: __m256d) -> __m256d {
        avx2!(_mm256_mul_pd(a, b))
    }

    arithmetic!(F64x4: add_doubles, sub_doubles, mul_doubles);

    #[cfg(test)]
    mod tests {
        use super::F32x8;

        #[test]
        fn lanes_go_where_they_are_said_to_go() {
            let (a, b) = (
                F32x8::new(core::array::from_fn(|i| i as f32)),
                F32x8::new([9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]),
            );
            assert_eq!(a.last_first(b).lanes(), [7.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0]);
            assert_eq!(a.last_two_first(b).lanes(), [6.0, 7.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::F32x4;

    #[test]
    fn lanes_go_where_they_are_said_to_go() {
        let (a, b) = (F32x4::new([0.0, 1.0, 2.0, 3.0]), F32x4::new([4.0, 5.0, 6.0, 7.0]));
        assert_eq!(a.low_low(b).lanes(), [0.0, 1.0, 4.0, 5.0]);
        assert_eq!(a.last_two_first(b).lanes(), [2.0, 3.0, 4.0, 5.0]);
        assert_eq!(a.last_first(b).lanes(), [3.0, 4.0, 5.0, 6.0]);
        assert_eq!(a.broadcast::<2>().lanes(), [2.0; 4]);
        assert_eq!((a + b * b - F32x4::splat(1.0)).lanes(), [15.0, 25.0, 37.0, 51.0]);
        let rows = F32x4::transpose([a, b, F32x4::splat(8.0), F32x4::splat(9.0)]);
        assert_eq!(rows.map(F32x4::lanes)[1], [1.0, 5.0, 8.0, 9.0]);
        assert_eq!(rows.map(F32x4::lanes)[3], [3.0, 7.0, 8.0, 9.0]);
    }
}
