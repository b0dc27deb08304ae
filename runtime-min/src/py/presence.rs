//! Kinds of values that a program may have none of.
//!
//! Each has a field of a type from here: one that holds nothing where the feature is on, and else one that cannot be. A value of that
//! kind cannot be then either, and the compiler drops all that would be done with one. The features that a class needs are found by
//! the code generator; what makes such values from nothing is not there without them, so that a program that forgot one does not build.

use super::array::absent;

/// That there is such a value.
pub trait Presence {
    /// Where one is made.
    fn present() -> Self;
}

/// It is there.
#[cfg_attr(
    not(any(
        feature = "py-sets",
        feature = "py-deques",
        feature = "py-ranges",
        feature = "py-slices",
        feature = "py-records"
    )),
    expect(dead_code, reason = "a program may have values of none of the kinds")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct There;

impl Presence for There {
    #[inline]
    fn present() -> There {
        There
    }
}

impl Presence for core::convert::Infallible {
    fn present() -> Self {
        absent()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $feature:literal;)*) => {$(
        $(#[$doc])*
        #[cfg(feature = $feature)]
        pub type $name = There;
        $(#[$doc])*
        #[cfg(not(feature = $feature))]
        pub type $name = core::convert::Infallible;
    )*};
}

kinds! {
    /// In sets.
    Sets "py-sets";
    /// In deques.
    Deques "py-deques";
    /// In ranges that are values.
    Ranges "py-ranges";
    /// In slices.
    Slices "py-slices";
    /// In instances of dataclasses.
    Records "py-records";
}
