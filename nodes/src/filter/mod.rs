//! Filters: second-order sections by the RBJ cookbook, their cascades, and FIR.

pub mod biquad;
pub mod cookbook;
pub mod equalizer;
pub mod fir;
pub mod single;
