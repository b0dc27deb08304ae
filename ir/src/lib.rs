//! The data that every phase shares: stream types, the graph, the kernel language, the plan, and the diagnostics that
//! speak of them.
//!
//! Nothing in this crate reads JSON, Python or Rust, and nothing touches a file or a process. Look at [`kernel`] for the
//! language in which nodes describe their arithmetic, [`graph`] for a pipeline before and while it is compiled,
//! [`plan`] for what is left to execute.
#![forbid(unsafe_code)]

pub mod build;
pub mod codes;
pub mod diag;
pub mod eval;
pub mod graph;
pub mod ids;
pub mod kernel;
pub mod loops;
pub mod plan;
pub mod rewrite;
pub mod script;
pub mod section;
pub mod span;
pub mod suggest;
pub mod text;
pub mod types;
pub mod verify;

pub use diag::{Code, Diagnostic, Diagnostics, Severity};
pub use span::{SourceId, SourceMap, Span, Spanned};
