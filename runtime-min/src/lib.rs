//! What a generated crate links, and nothing that a plan decides at compile time.
//!
//! [`stream`] holds the tokens of one edge, [`clock`] says how often a region may fire, [`node`] is the small trait behind
//! which library nodes live ([`nodes`]), [`host`] is the program around a pipeline: arguments, WAV, lines, metrics.
//! With no feature on the crate has no dependency, and on wasm it does not even link std; each heavy dependency has a
//! feature of its own.
#![cfg_attr(all(target_family = "wasm", not(feature = "std")), no_std)]

extern crate alloc;

pub mod choice;
pub mod clock;
pub mod decimal;
pub mod host;
pub mod lanes;
#[cfg(feature = "math")]
pub mod math;
pub mod message;
pub mod node;
pub mod nodes;
#[cfg(feature = "py")]
pub mod py;
pub mod sections;
pub mod stream;
pub mod text;
#[cfg(all(feature = "threads", not(target_family = "wasm")))]
pub mod threads;

pub use message::{Message, Value};
pub use node::{Failure, Input, Node, Out, Slot};
pub use stream::{Frames, Messages};
