//! Plumbing: what moves frames without changing what is in them.

pub mod chunker;
pub mod pass_through;
