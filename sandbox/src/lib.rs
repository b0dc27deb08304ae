//! Runs a `wasm32-wasip1` command module under limits and grants.
//!
//! What a module gets is what it was given: no environment, no network, no file and no folder except those of
//! [`Grants`], and no more memory, time or instructions than [`Limits`] say. [`run`] is the whole door; it returns how
//! the run ended ([`End`]), what it used ([`Usage`]) and what it was refused ([`Denied`]).
//!
//! The parts: `machine` configures wasmtime and makes machine code, `cache` keeps that code between runs, `run` drives
//! the guest on a thread of its own and watches the clock, `limits` counts memory, `wasi` is what the guest can call.
//!
//! What is not here: pipelines, plans, anything of the project's own; components, threads, sockets, GPU access; calling
//! single exports of a module.
//!
//! # Why WASI is written here
//! `wasmtime-wasi` 48 serves preview 1 through preview 2: it brings the component model, async and tokio, twice the
//! crates and more than twice the build time of this crate. It grants folders only, never one file; it cannot say what
//! the guest was refused. So the thin layer of preview 1 is ours, and the part where a mistake is an escape (resolving a
//! path beneath a folder) is `cap-std`'s, which `wasmtime-wasi` stands on as well.
//!
//! # Determinism
//! Relaxed SIMD is pinned to its deterministic lowering. The bits of a NaN that an operation makes are those of the
//! CPU, which are the bits that native code of the same plan makes; canonical ones would cost speed and differ from it.
//! Clock and random numbers are real. Folders are listed in the order of names.

mod cache;
mod command;
mod error;
mod grants;
mod limits;
mod machine;
mod outcome;
mod run;
mod wasi;

pub use command::{Command, Stdio};
pub use error::Error;
pub use grants::{Access, Denied, Grant, Grants};
pub use limits::{LimitHit, Limits};
pub use outcome::{End, Outcome, Trap, Usage};
pub use run::run;
