//! Random pipelines: evaluator, machine code in memory, native and wasm give the same bits, however the input is cut.
//!
//! `SEED=n` runs that one; `CASES=n` changes how many are run. `cargo run -p remotemedia-tests --bin fuzz` goes on for ever.

use remotemedia_tests::fuzz::{self, Depth};

fn env(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Many pipelines through the evaluator and machine code in memory with different chunks.
#[test]
fn chunks_do_not_matter() {
    fuzz::sweep(env("SEED", 1), env("CASES", 400), Depth::Evaluator);
}

/// Some through compiled code on both targets.
#[test]
fn tiers_agree() {
    fuzz::sweep(env("SEED", 100_000), env("CASES", 400) / 20, Depth::Programs);
}
