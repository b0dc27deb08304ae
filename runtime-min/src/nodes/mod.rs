//! Library nodes: Rust code behind the [`Node`](crate::Node) trait, one file per node.
//!
//! Each file declares its options with `options!`: a struct with public named fields of the types in [`registry::FromArg`],
//! which generated code fills in literally, and `new(Options) -> Self`. The feature `registry` adds [`registry::build`], by
//! which other tiers make the same node from its name and arguments.

/// Declares the options of a library node, and (with the feature `registry`) how they are read from named arguments.
macro_rules! options {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }

        #[cfg(feature = "registry")]
        impl $crate::nodes::registry::FromArgs for $name {
            fn from_args(args: &[(&str, $crate::nodes::registry::Arg)]) -> Result<Self, alloc::string::String> {
                $crate::nodes::registry::known(args, &[$(stringify!($field)),*])?;
                Ok($name { $($field: $crate::nodes::registry::field(args, stringify!($field))?,)* })
            }
        }
    };
}

pub mod accumulate;
pub mod arithmetic;
#[cfg(feature = "math")]
pub mod balance;
pub mod batcher;
#[cfg(feature = "math")]
pub mod calculator;
pub mod casing;
pub mod chain;
pub mod chunker;
#[cfg(feature = "math")]
pub mod clipping;
pub mod collect;
pub mod convert;
pub mod correlate;
pub mod counter;
#[cfg(feature = "math")]
mod decimate;
pub mod expander;
#[cfg(feature = "math")]
pub mod fade;
#[cfg(feature = "math")]
mod fft;
pub mod filter;
#[cfg(feature = "math")]
mod framing;
#[cfg(feature = "math")]
pub mod health;
#[cfg(feature = "jq")]
pub mod jq;
#[cfg(feature = "math")]
mod k_weighting;
#[cfg(feature = "math")]
mod kaiser;
#[cfg(feature = "math")]
pub mod level;
#[cfg(feature = "math")]
pub mod log_mel;
#[cfg(feature = "math")]
pub mod loudness;
#[cfg(feature = "math")]
mod mel;
pub mod merge;
#[cfg(feature = "math")]
mod meter;
#[cfg(feature = "math")]
pub mod normalize;
pub mod number;
pub(crate) mod position;
pub mod range;
#[cfg(feature = "registry")]
pub mod registry;
#[cfg(feature = "math")]
pub mod resample;
mod shape;
#[cfg(feature = "math")]
pub mod silence;
#[cfg(feature = "math")]
pub mod stft;
pub mod subtitles;
pub mod text;
#[cfg(feature = "math")]
mod track;
pub mod transform;
#[cfg(feature = "math")]
pub mod vad;

/// The same value, and one and the same bit pattern for every NaN, which arithmetic leaves open.
#[cfg(feature = "math")]
fn canonical(sample: f32) -> f32 {
    if sample.is_nan() { f32::NAN } else { sample }
}
