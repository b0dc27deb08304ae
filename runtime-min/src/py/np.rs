//! Functions of NumPy by their names in it, and methods that only arrays have (`method_sum` for `x.sum()`).
//!
//! Each takes its arguments in the order of its entry in [`table`](super::table).

mod args;
mod create;
mod elementwise;
mod fft;
mod histogram;
mod join;
mod linear;
mod methods;
mod order;
mod pad;
mod reductions;
mod shape;
mod signal;
mod windows;

pub use create::*;
pub use elementwise::*;
pub use fft::*;
pub use histogram::*;
pub use join::*;
pub use linear::*;
pub use methods::*;
pub use order::*;
pub use pad::*;
pub use reductions::*;
pub use shape::*;
pub use signal::*;
pub use windows::*;
