//! The three names of `malachite-base` that RustPython uses. See `malachite-bigint`.

pub mod rounding_modes {
    /// Which float stands for a number between two.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RoundingMode {
        Nearest,
    }
}

pub mod num {
    pub mod conversion {
        pub mod traits {
            use crate::rounding_modes::RoundingMode;
            use core::cmp::Ordering;

            /// Conversion with rounding; the order is that of the result to what was converted.
            pub trait RoundingInto<T> {
                fn rounding_into(self, mode: RoundingMode) -> (T, Ordering);
            }
        }
    }

    pub mod basic {
        pub mod floats {
            /// A float.
            #[expect(clippy::wrong_self_convention, reason = "it is malachite's")]
            pub trait PrimitiveFloat {
                fn is_negative_zero(self) -> bool;
            }

            impl PrimitiveFloat for f64 {
                fn is_negative_zero(self) -> bool {
                    self == 0.0 && self.is_sign_negative()
                }
            }
        }
    }
}
