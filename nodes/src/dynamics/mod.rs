//! Level and dynamics.

pub mod clip;
pub mod compressor;
pub mod emphasis;
pub mod fade;
pub mod gain;
pub mod limiter;
pub mod noise_gate;
pub mod normalize;
