//! Front ends and passes: from a manifest to a plan.
//!
//! [`mod@compile`] shows the whole way; [`manifest`] reads what was written, [`passes`] holds one file per pass. Nothing here emits
//! code or touches files.
#![forbid(unsafe_code)]

pub mod compile;
pub mod manifest;
mod params;
pub mod passes;
mod ports;
pub mod python;
mod region;
mod world;

pub use compile::{Compiled, Options, PASSES, Stage, compile, compile_text};
pub use passes::{InputFormat, Report, Threads};
pub use world::{Nowhere, World};
