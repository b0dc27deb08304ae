//! The catalog as a whole, and its kernel nodes one by one, run by the reference evaluator.
//!
//! Nodes with code in `runtime-min` are tested there; what native and wasm code makes of a kernel, in `tests/`.

mod declarations;
mod limits;
mod reference;
mod support;
