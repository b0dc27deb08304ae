//! Runs random pipelines through all tiers for ever: `fuzz [SEED]`.

use remotemedia_tests::fuzz::{Depth, sweep};

fn main() {
    let mut seed = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(1_000_000);
    loop {
        sweep(seed, 20, Depth::Programs);
        seed += 1000;
        println!("{seed}");
    }
}
