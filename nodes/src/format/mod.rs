//! Rate and format.

pub mod resample;
pub mod sample_format;
pub mod transform;
