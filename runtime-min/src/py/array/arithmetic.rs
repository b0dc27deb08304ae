//! Arithmetic of single elements: what a loop over arrays does at each.

use super::element::{Complex, Element, Source};
use crate::math;

/// Operators of NumPy on two elements of one type.
pub trait Arithmetic: Element + Source {
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn neg(self) -> Self;
    /// `//`
    fn floor_div(self, other: Self) -> Self;
    /// `%`, with the sign of the divisor.
    fn modulo(self, other: Self) -> Self;
    /// The remainder with the sign of the dividend.
    fn fmod(self, other: Self) -> Self;
    fn raise(self, other: Self) -> Self;
    fn sign(self) -> Self;
    fn is_nan(self) -> bool;

    /// The greater one; NaN where one is; of equal ones the second, as the instructions that NumPy uses.
    #[inline]
    fn greater_of(self, other: Self) -> Self {
        if (self > other) | self.is_nan() { self } else { other }
    }

    /// The lesser one; NaN where one is.
    #[inline]
    fn lesser_of(self, other: Self) -> Self {
        if (self < other) | self.is_nan() { self } else { other }
    }

    /// Within bounds, NaN staying.
    #[inline]
    fn clip(self, low: Self, high: Self) -> Self {
        let x = if (self > low) | self.is_nan() { self } else { low };
        if (x < high) | x.is_nan() { x } else { high }
    }
}

/// Whole numbers have bitwise operators too.
pub trait Bits: Element {
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    fn invert(self) -> Self;
    fn shl(self, other: Self) -> Self;
    fn shr(self, other: Self) -> Self;
}

macro_rules! whole {
    ($($ty:ty, $negative:expr, |$x:ident| $is_below:expr;)*) => {$(
        impl Arithmetic for $ty {
            #[inline]
            fn add(self, other: Self) -> Self { self.wrapping_add(other) }
            #[inline]
            fn sub(self, other: Self) -> Self { self.wrapping_sub(other) }
            #[inline]
            fn mul(self, other: Self) -> Self { self.wrapping_mul(other) }
            #[inline]
            fn neg(self) -> Self { self.wrapping_neg() }
            #[inline]
            fn floor_div(self, other: Self) -> Self {
                let below = |$x: Self| $is_below;
                if other == 0 {
                    return 0;
                }
                let quotient = self.wrapping_div(other);
                if self.wrapping_rem(other) != 0 && below(self) != below(other) { quotient - 1 } else { quotient }
            }
            #[inline]
            fn modulo(self, other: Self) -> Self {
                let below = |$x: Self| $is_below;
                let rest = self.fmod(other);
                if rest != 0 && below(rest) != below(other) { rest + other } else { rest }
            }
            #[inline]
            fn fmod(self, other: Self) -> Self {
                if other == 0 { 0 } else { self.wrapping_rem(other) }
            }
            #[inline]
            fn raise(self, other: Self) -> Self {
                let (mut base, mut exponent, mut result) = (self, other, 1 as $ty);
                while exponent > 0 {
                    if exponent & 1 == 1 {
                        result = result.wrapping_mul(base);
                    }
                    base = base.wrapping_mul(base);
                    exponent >>= 1;
                }
                result
            }
            #[inline]
            fn sign(self) -> Self {
                if self > 0 { 1 } else if self == 0 { 0 } else { $negative }
            }
            #[inline]
            fn is_nan(self) -> bool { false }
        }

        impl Bits for $ty {
            #[inline]
            fn and(self, other: Self) -> Self { self & other }
            #[inline]
            fn or(self, other: Self) -> Self { self | other }
            #[inline]
            fn xor(self, other: Self) -> Self { self ^ other }
            #[inline]
            fn invert(self) -> Self { !self }
            #[inline]
            fn shl(self, other: Self) -> Self {
                let below = |$x: Self| $is_below;
                if !below(other) & (i64::from(other) < i64::from(<$ty>::BITS)) { self << other } else { 0 }
            }
            #[inline]
            fn shr(self, other: Self) -> Self {
                let below = |$x: Self| $is_below;
                if !below(other) & (i64::from(other) < i64::from(<$ty>::BITS)) {
                    self >> other
                } else if below(self) {
                    $negative
                } else {
                    0
                }
            }
        }
    )*};
}

whole! { u8, 0, |_x| false; i16, -1, |x| x < 0; i32, -1, |x| x < 0; i64, -1, |x| x < 0; }

/// Truth values: `+` is or, `*` is and; what NumPy refuses is refused before this is called.
impl Arithmetic for bool {
    #[inline]
    fn add(self, other: Self) -> Self {
        self | other
    }
    #[inline]
    fn sub(self, other: Self) -> Self {
        self ^ other
    }
    #[inline]
    fn mul(self, other: Self) -> Self {
        self & other
    }
    #[inline]
    fn neg(self) -> Self {
        !self
    }
    #[inline]
    fn floor_div(self, other: Self) -> Self {
        self & other
    }
    #[inline]
    fn modulo(self, _other: Self) -> Self {
        false
    }
    #[inline]
    fn fmod(self, _other: Self) -> Self {
        false
    }
    #[inline]
    fn raise(self, other: Self) -> Self {
        self | !other
    }
    #[inline]
    fn sign(self) -> Self {
        self
    }
    #[inline]
    fn is_nan(self) -> bool {
        false
    }
}

impl Bits for bool {
    #[inline]
    fn and(self, other: Self) -> Self {
        self & other
    }
    #[inline]
    fn or(self, other: Self) -> Self {
        self | other
    }
    #[inline]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }
    #[inline]
    fn invert(self) -> Self {
        !self
    }
    #[inline]
    fn shl(self, _other: Self) -> Self {
        self
    }
    #[inline]
    fn shr(self, other: Self) -> Self {
        self & !other
    }
}

macro_rules! floating {
    ($($ty:ty, $pow:path, $floor:path;)*) => {$(
        impl Arithmetic for $ty {
            #[inline]
            fn add(self, other: Self) -> Self { self + other }
            #[inline]
            fn sub(self, other: Self) -> Self { self - other }
            #[inline]
            fn mul(self, other: Self) -> Self { self * other }
            #[inline]
            fn neg(self) -> Self { -self }
            #[inline]
            fn floor_div(self, other: Self) -> Self {
                if other == 0.0 {
                    return self / other;
                }
                let rest = self.fmod(other);
                let mut quotient = (self - rest) / other;
                if rest != 0.0 && (other < 0.0) != (rest < 0.0) {
                    quotient -= 1.0;
                }
                if quotient == 0.0 {
                    return (0.0 as $ty).copysign(self / other);
                }
                let floor = $floor(quotient);
                if quotient - floor > 0.5 { floor + 1.0 } else { floor }
            }
            #[inline]
            fn modulo(self, other: Self) -> Self {
                let rest = self.fmod(other);
                if other == 0.0 {
                    rest
                } else if rest == 0.0 {
                    (0.0 as $ty).copysign(other)
                } else if (other < 0.0) != (rest < 0.0) {
                    rest + other
                } else {
                    rest
                }
            }
            #[inline]
            fn fmod(self, other: Self) -> Self { math::fmod(self.into(), other.into()) as $ty }
            #[inline]
            fn raise(self, other: Self) -> Self { $pow(self, other) }
            #[inline]
            fn sign(self) -> Self {
                if self > 0.0 { 1.0 } else if self < 0.0 { -1.0 } else if self == 0.0 { 0.0 } else { self }
            }
            #[inline]
            fn is_nan(self) -> bool { self != self }
        }
    )*};
}

floating! { f32, math::powf, math::floorf; f64, math::pow, math::floor; }

macro_rules! complex {
    ($($ty:ty, $sqrt:path, $hypot:path;)*) => {$(
        impl Complex<$ty> {
            /// `self / other`, by Smith's method as in NumPy.
            #[inline]
            pub fn over(self, other: Self) -> Self {
                let (re, im) = (other.re.abs(), other.im.abs());
                if re >= im {
                    if re == 0.0 && im == 0.0 {
                        return Complex::new(self.re / re, self.im / re);
                    }
                    let ratio = other.im / other.re;
                    let scale = 1.0 / (other.re + other.im * ratio);
                    Complex::new((self.re + self.im * ratio) * scale, (self.im - self.re * ratio) * scale)
                } else {
                    let ratio = other.re / other.im;
                    let scale = 1.0 / (other.im + other.re * ratio);
                    Complex::new((self.re * ratio + self.im) * scale, (self.im * ratio - self.re) * scale)
                }
            }

            /// The distance from 0.
            #[inline]
            pub fn magnitude(self) -> $ty { $hypot(self.re, self.im) }

            /// The angle in radians.
            pub fn angle(self) -> $ty { math::atan2(f64::from(self.im), f64::from(self.re)) as $ty }

            /// e to that power.
            pub fn exp(self) -> Self {
                let (scale, (sin, cos)) = (math::exp(f64::from(self.re)), math::sincos(f64::from(self.im)));
                Complex::new((scale * cos) as $ty, (scale * sin) as $ty)
            }

            /// The natural logarithm.
            pub fn log(self) -> Self {
                let magnitude = libm::hypot(f64::from(self.re), f64::from(self.im));
                Complex::new(math::log(magnitude) as $ty, self.angle())
            }

            /// The square root with a real part of at least 0.
            pub fn sqrt(self) -> Self {
                if self.re == 0.0 && self.im == 0.0 {
                    return Complex::new(0.0, self.im);
                }
                if self.re >= 0.0 {
                    let t = $sqrt((self.re + self.magnitude()) * 0.5);
                    Complex::new(t, self.im / (2.0 * t))
                } else {
                    let t = $sqrt((-self.re + self.magnitude()) * 0.5);
                    Complex::new(self.im.abs() / (2.0 * t), t.copysign(self.im))
                }
            }
        }

        impl Arithmetic for Complex<$ty> {
            #[inline]
            fn add(self, other: Self) -> Self { Complex::new(self.re + other.re, self.im + other.im) }
            #[inline]
            fn sub(self, other: Self) -> Self { Complex::new(self.re - other.re, self.im - other.im) }
            #[inline]
            fn mul(self, other: Self) -> Self {
                Complex::new(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
            }
            #[inline]
            fn neg(self) -> Self { Complex::new(-self.re, -self.im) }
            #[inline]
            fn floor_div(self, other: Self) -> Self { self.over(other) }
            #[inline]
            fn modulo(self, _other: Self) -> Self { self }
            #[inline]
            fn fmod(self, _other: Self) -> Self { self }
            #[inline]
            fn raise(self, other: Self) -> Self {
                if other.im == 0.0 && other.re.abs() < 100.0 && math::trunc(f64::from(other.re)) == f64::from(other.re) {
                    let (mut base, mut result) = (self, Complex::new(1.0, 0.0));
                    let mut exponent = other.re.abs() as u32;
                    while exponent > 0 {
                        if exponent & 1 == 1 {
                            result = result.mul(base);
                        }
                        base = base.mul(base);
                        exponent >>= 1;
                    }
                    return if other.re < 0.0 { Self::new(1.0, 0.0).over(result) } else { result };
                }
                if self.re == 0.0 && self.im == 0.0 { self } else { other.mul(self.log()).exp() }
            }
            #[inline]
            fn sign(self) -> Self {
                let magnitude = self.magnitude();
                if magnitude == 0.0 { self } else { Complex::new(self.re / magnitude, self.im / magnitude) }
            }
            #[inline]
            fn is_nan(self) -> bool { (self.re != self.re) | (self.im != self.im) }
        }
    )*};
}

complex! { f32, math::sqrtf, libm::hypotf; f64, math::sqrt, libm::hypot; }
