//! Level and dynamics.

pub mod fade;
pub mod gain;
pub mod normalize;
