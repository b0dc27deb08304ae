//! The library nodes that work on samples: against independent references, for every way to cut their input, at the
//! edges.
#![cfg(feature = "registry")]

mod driver;
mod edges;
mod fresh;
mod invariance;
mod loudness;
mod reference;
mod resample;
mod speech;
mod steady_state;
