//! Whole numbers of any size for RustPython: those of `num-bigint`, whose interface `malachite-bigint` copies.
//!
//! malachite is LGPL; programs made here are handed on under no more than a notice. So the workspace patches it away.

pub use num_bigint::*;
