//! From a plan to a Rust crate, a binary, a picture.
//!
//! [`emit`] prints the crate, [`diagram`] draws the plan, [`build`] calls rustc and keeps what it made. Passes live in the
//! compiler; nothing here decides anything about a plan.
#![forbid(unsafe_code)]

pub mod build;
pub mod diagram;
pub mod emit;
pub mod hash;
pub mod names;
