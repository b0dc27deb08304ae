//! Level and dynamics.

pub mod gain;
