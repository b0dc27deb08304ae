//! Plumbing: what moves, adds up and rearranges frames.

pub mod accumulate;
pub mod channel_mix;
pub mod channel_split;
pub mod chunker;
pub mod delay;
pub mod interleave;
pub mod mix;
pub mod pass_through;
