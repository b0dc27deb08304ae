//! Runs a plan in this process: kernels by the reference evaluator, library nodes by `runtime-min`.
//!
//! It executes the same plan that codegen prints and has no semantics of its own: [`interpreter`] steps the actors as generated
//! code does, [`artifact`] shows a plan to the host as generated code shows itself. Machine code in memory is a tier to come;
//! it will take the evaluator's place in the interpreter's regions.
#![forbid(unsafe_code)]

pub mod artifact;
pub mod interpreter;

pub use artifact::{Header, with_artifact};
pub use interpreter::Interpreter;
