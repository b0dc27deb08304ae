//! Elements: the types of Rust behind each [`Dtype`], and conversion of every one to every other as C does on x86-64.

use super::{Dtype, Scalar};
use alloc::vec::Vec;

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Complex<T> {
    pub re: T,
    pub im: T,
}

impl<T> Complex<T> {
    /// `re + im j`.
    #[inline]
    pub const fn new(re: T, im: T) -> Complex<T> {
        Complex { re, im }
    }
}

/// The elements that arrays share.
#[derive(Clone, Debug)]
pub enum Buffer {
    Bool(Vec<bool>),
    U8(Vec<u8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    C64(Vec<Complex<f32>>),
    C128(Vec<Complex<f64>>),
}

impl Buffer {
    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        match self {
            Buffer::Bool(x) => x.len(),
            Buffer::U8(x) => x.len(),
            Buffer::I16(x) => x.len(),
            Buffer::I32(x) => x.len(),
            Buffer::I64(x) => x.len(),
            Buffer::F32(x) => x.len(),
            Buffer::F64(x) => x.len(),
            Buffer::C64(x) => x.len(),
            Buffer::C128(x) => x.len(),
        }
    }

    /// The address of the first.
    pub(super) fn start(&mut self) -> *mut u8 {
        match self {
            Buffer::Bool(x) => x.as_mut_ptr().cast(),
            Buffer::U8(x) => x.as_mut_ptr(),
            Buffer::I16(x) => x.as_mut_ptr().cast(),
            Buffer::I32(x) => x.as_mut_ptr().cast(),
            Buffer::I64(x) => x.as_mut_ptr().cast(),
            Buffer::F32(x) => x.as_mut_ptr().cast(),
            Buffer::F64(x) => x.as_mut_ptr().cast(),
            Buffer::C64(x) => x.as_mut_ptr().cast(),
            Buffer::C128(x) => x.as_mut_ptr().cast(),
        }
    }

    /// The type of its elements.
    pub fn dtype(&self) -> Dtype {
        match self {
            Buffer::Bool(_) => Dtype::Bool,
            Buffer::U8(_) => Dtype::U8,
            Buffer::I16(_) => Dtype::I16,
            Buffer::I32(_) => Dtype::I32,
            Buffer::I64(_) => Dtype::I64,
            Buffer::F32(_) => Dtype::F32,
            Buffer::F64(_) => Dtype::F64,
            Buffer::C64(_) => Dtype::C64,
            Buffer::C128(_) => Dtype::C128,
        }
    }
}

/// A type that arrays are made of.
pub trait Element: Copy + Default + PartialEq + PartialOrd + 'static {
    /// Its name in NumPy.
    const DTYPE: Dtype;
    /// Whether a program has arrays of it.
    const PRESENT: bool;
    /// The elements of a buffer of this type; none of another type.
    fn slice(buffer: &Buffer) -> &[Self];
    /// As [`Element::slice`].
    fn slice_mut(buffer: &mut Buffer) -> &mut [Self];
    /// A buffer.
    fn buffer(items: Vec<Self>) -> Buffer;
    /// The element on its own.
    fn scalar(self) -> Scalar;
    /// Whether it is not zero.
    fn is_true(self) -> bool;
    /// Another element cast to this type.
    fn cast<S: Source>(from: S) -> Self;
}

/// What can be cast to any [`Element`]; [`Element::cast`] is the way in.
pub trait Source: Element {
    fn to_bool(self) -> bool;
    fn to_u8(self) -> u8;
    fn to_i16(self) -> i16;
    fn to_i32(self) -> i32;
    fn to_i64(self) -> i64;
    fn to_f32(self) -> f32;
    fn to_f64(self) -> f64;
    fn to_c64(self) -> Complex<f32>;
    fn to_c128(self) -> Complex<f64>;
}

macro_rules! element {
    ($($ty:ty, $variant:ident, $to:ident, $present:literal, |$x:ident| $scalar:expr, $true:expr;)*) => {$(
        impl Element for $ty {
            const DTYPE: Dtype = Dtype::$variant;
            const PRESENT: bool = cfg!(feature = $present);
            #[inline]
            fn slice(buffer: &Buffer) -> &[Self] {
                if let Buffer::$variant(items) = buffer { items } else { &[] }
            }
            #[inline]
            fn slice_mut(buffer: &mut Buffer) -> &mut [Self] {
                if let Buffer::$variant(items) = buffer { items } else { &mut [] }
            }
            #[inline]
            fn buffer(items: Vec<Self>) -> Buffer {
                Buffer::$variant(items)
            }
            #[inline]
            fn scalar(self) -> Scalar {
                let $x = self;
                $scalar
            }
            #[inline]
            fn is_true(self) -> bool {
                let $x = self;
                $true
            }
            #[inline]
            fn cast<S: Source>(from: S) -> Self {
                from.$to()
            }
        }
    )*};
}

element! {
    bool, Bool, to_bool, "py-bool", |x| Scalar::Bool(x), x;
    u8, U8, to_u8, "py-uint8", |x| Scalar::U8(x), x != 0;
    i16, I16, to_i16, "py-int16", |x| Scalar::I16(x), x != 0;
    i32, I32, to_i32, "py-int32", |x| Scalar::I32(x), x != 0;
    i64, I64, to_i64, "py-int64", |x| Scalar::I64(x), x != 0;
    f32, F32, to_f32, "py", |x| Scalar::F32(x), x != 0.0;
    f64, F64, to_f64, "py-float64", |x| Scalar::F64(x), x != 0.0;
    Complex<f32>, C64, to_c64, "py-complex64", |x| Scalar::C64(x.re, x.im), (x.re != 0.0) | (x.im != 0.0);
    Complex<f64>, C128, to_c128, "py-complex128", |x| Scalar::C128(x.re, x.im), (x.re != 0.0) | (x.im != 0.0);
}

macro_rules! from_whole {
    ($($ty:ty, |$x:ident| $number:expr;)*) => {$(
        impl Source for $ty {
            #[inline]
            fn to_bool(self) -> bool { self.is_true() }
            #[inline]
            fn to_u8(self) -> u8 { let $x = self; $number as u8 }
            #[inline]
            fn to_i16(self) -> i16 { let $x = self; $number as i16 }
            #[inline]
            fn to_i32(self) -> i32 { let $x = self; $number as i32 }
            #[inline]
            fn to_i64(self) -> i64 { let $x = self; $number as i64 }
            #[inline]
            fn to_f32(self) -> f32 { let $x = self; $number as f32 }
            #[inline]
            fn to_f64(self) -> f64 { let $x = self; $number as f64 }
            #[inline]
            fn to_c64(self) -> Complex<f32> { Complex::new(self.to_f32(), 0.0) }
            #[inline]
            fn to_c128(self) -> Complex<f64> { Complex::new(self.to_f64(), 0.0) }
        }
    )*};
}

from_whole! {
    bool, |x| u8::from(x);
    u8, |x| x;
    i16, |x| x;
    i32, |x| x;
    i64, |x| x;
}

/// What the CPU gives for a number beyond the range of the result: the least whole number, whose low bits are 0.
macro_rules! from_float {
    ($($ty:ty, $below32:expr, $below64:expr;)*) => {$(
        impl Source for $ty {
            #[inline]
            fn to_bool(self) -> bool { self.is_true() }
            #[inline]
            fn to_u8(self) -> u8 { self.to_i32() as u8 }
            #[inline]
            fn to_i16(self) -> i16 { self.to_i32() as i16 }
            #[inline]
            fn to_i32(self) -> i32 {
                if (self > $below32) & (self < 2_147_483_648.0) { self as i32 } else { i32::MIN }
            }
            #[inline]
            fn to_i64(self) -> i64 {
                if (self > $below64) & (self < 9_223_372_036_854_775_808.0) { self as i64 } else { i64::MIN }
            }
            #[inline]
            fn to_f32(self) -> f32 { self as f32 }
            #[inline]
            fn to_f64(self) -> f64 { self as f64 }
            #[inline]
            fn to_c64(self) -> Complex<f32> { Complex::new(self as f32, 0.0) }
            #[inline]
            fn to_c128(self) -> Complex<f64> { Complex::new(self as f64, 0.0) }
        }
    )*};
}

from_float! {
    f32, -2_147_483_904.0, -9_223_373_136_366_403_584.0;
    f64, -2_147_483_649.0, -9_223_372_036_854_777_856.0;
}

macro_rules! from_complex {
    ($($ty:ty;)*) => {$(
        impl Source for Complex<$ty> {
            #[inline]
            fn to_bool(self) -> bool { self.is_true() }
            #[inline]
            fn to_u8(self) -> u8 { self.re.to_u8() }
            #[inline]
            fn to_i16(self) -> i16 { self.re.to_i16() }
            #[inline]
            fn to_i32(self) -> i32 { self.re.to_i32() }
            #[inline]
            fn to_i64(self) -> i64 { self.re.to_i64() }
            #[inline]
            fn to_f32(self) -> f32 { self.re as f32 }
            #[inline]
            fn to_f64(self) -> f64 { self.re as f64 }
            #[inline]
            fn to_c64(self) -> Complex<f32> { Complex::new(self.re as f32, self.im as f32) }
            #[inline]
            fn to_c128(self) -> Complex<f64> { Complex::new(self.re as f64, self.im as f64) }
        }
    )*};
}

from_complex! { f32; f64; }

/// Evaluates an expression with a type bound to the one that a dtype stands for; of the types that the program has.
macro_rules! with_dtype {
    ($dtype:expr, $ty:ident => $body:expr) => {
        match $crate::py::array::noticed($dtype) {
            #[cfg(feature = "py-bool")]
            $crate::py::array::Dtype::Bool => {
                type $ty = bool;
                $body
            }
            #[cfg(feature = "py-uint8")]
            $crate::py::array::Dtype::U8 => {
                type $ty = u8;
                $body
            }
            #[cfg(feature = "py-int16")]
            $crate::py::array::Dtype::I16 => {
                type $ty = i16;
                $body
            }
            #[cfg(feature = "py-int32")]
            $crate::py::array::Dtype::I32 => {
                type $ty = i32;
                $body
            }
            #[cfg(feature = "py-int64")]
            $crate::py::array::Dtype::I64 => {
                type $ty = i64;
                $body
            }
            $crate::py::array::Dtype::F32 => {
                type $ty = f32;
                $body
            }
            #[cfg(feature = "py-float64")]
            $crate::py::array::Dtype::F64 => {
                type $ty = f64;
                $body
            }
            #[cfg(feature = "py-complex64")]
            $crate::py::array::Dtype::C64 => {
                type $ty = $crate::py::array::Complex<f32>;
                $body
            }
            #[cfg(feature = "py-complex128")]
            $crate::py::array::Dtype::C128 => {
                type $ty = $crate::py::array::Complex<f64>;
                $body
            }
            #[cfg(not(feature = "py-dtypes"))]
            _ => $crate::py::array::absent(),
        }
    };
}
pub(crate) use with_dtype;

#[cfg(all(debug_assertions, not(target_family = "wasm")))]
std::thread_local! {
    static NOTICED: core::cell::Cell<u16> = const { core::cell::Cell::new(0) };
}

/// A type of elements that is being computed with.
#[inline]
pub fn noticed(dtype: Dtype) -> Dtype {
    #[cfg(all(debug_assertions, not(target_family = "wasm")))]
    NOTICED.with(|all| all.set(all.get() | 1 << dtype as u16));
    dtype
}

/// Which types of elements this thread has computed with since the last time: to compare with what programs are built with. Only
/// debug builds notice them.
pub fn take_noticed() -> Vec<Dtype> {
    #[cfg(all(debug_assertions, not(target_family = "wasm")))]
    let all = NOTICED.with(core::cell::Cell::take);
    #[cfg(not(all(debug_assertions, not(target_family = "wasm"))))]
    let all = 0u16;
    Dtype::ALL.into_iter().filter(|dtype| all & 1 << *dtype as u16 != 0).collect()
}

/// Elements of this type are being computed with: where a program has none this is never come to.
#[inline]
pub(super) fn present<T: Element>() {
    noticed(T::DTYPE);
    if !T::PRESENT {
        absent();
    }
}

/// A value of NumPy's that the program is built without: the compiler says which ones can be there.
#[cold]
#[inline(never)]
pub fn absent() -> ! {
    unreachable!("a value of NumPy's that the compiler did not see")
}

#[inline]
fn cast_present<S: Source, T: Element>(x: S) -> T {
    if S::PRESENT { T::cast(x) } else { absent() }
}

impl Scalar {
    /// Its type.
    pub fn dtype(self) -> Dtype {
        match self {
            Scalar::Bool(_) => Dtype::Bool,
            Scalar::U8(_) => Dtype::U8,
            Scalar::I16(_) => Dtype::I16,
            Scalar::I32(_) => Dtype::I32,
            Scalar::I64(_) => Dtype::I64,
            Scalar::F32(_) => Dtype::F32,
            Scalar::F64(_) => Dtype::F64,
            Scalar::C64(..) => Dtype::C64,
            Scalar::C128(..) => Dtype::C128,
        }
    }

    /// Cast to a type of Rust.
    #[inline]
    pub fn cast<T: Element>(self) -> T {
        match self {
            Scalar::Bool(x) => T::cast(x),
            Scalar::U8(x) => cast_present(x),
            Scalar::I16(x) => cast_present(x),
            Scalar::I32(x) => cast_present(x),
            Scalar::I64(x) => T::cast(x),
            Scalar::F32(x) => T::cast(x),
            Scalar::F64(x) => T::cast(x),
            Scalar::C64(re, im) => cast_present(Complex::new(re, im)),
            Scalar::C128(re, im) => cast_present(Complex::new(re, im)),
        }
    }

    /// Cast to a type of NumPy.
    pub fn astype(self, dtype: Dtype) -> Scalar {
        with_dtype!(dtype, T => self.cast::<T>().scalar())
    }
}
