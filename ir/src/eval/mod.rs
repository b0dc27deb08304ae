//! The reference evaluator: what a kernel means, executed as it is written in [`crate::kernel`].
//!
//! It is meant to be obviously right rather than fast; every other tier is compared with it. Here:
//! - `fold`: the meaning of each operation on scalars, which constant folding uses too;
//! - `machine`: a kernel with its memory, fired once per frame;
//! - `samples`: blocks of samples in the formats of ports.
//!
//! A NaN that leaves through an output port is the canonical quiet one. Input frames before the first and after the
//! last (`skip`, `tail`) are the business of whoever executes a plan.

mod fold;
mod machine;
mod samples;
pub mod script;

pub use fold::{canonical, fold_binary, fold_compare, fold_convert, fold_math, fold_select, fold_unary};
pub use machine::Machine;
pub use samples::{Misfit, Samples, SamplesMut};
