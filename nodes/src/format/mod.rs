//! Rate and format.

pub mod sample_format;
pub mod transform;
