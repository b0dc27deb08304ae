//! Random Python nodes: CPython, the evaluator and loops as machine code say the same of each, and native programs the same as the
//! evaluator.
//!
//! `SEED=n` starts there; `CASES=n` changes how many are run, `VERBOSE=1` says why some are not compared. `cargo run -p remotemedia-tests
//! --bin fuzz python` goes on for ever, `fuzz show SEED` prints one.

use remotemedia_codegen::build::Target;
use remotemedia_tests::corpus::Case;
use remotemedia_tests::corpus::run::{tiers_agree, without_failure};
use remotemedia_tests::programs::judge::Judge;
use remotemedia_tests::programs::sweep;

fn env(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

#[test]
fn cpython_agrees() {
    let Some(mut judge) = Judge::start() else { return };
    let count = env("CASES", 600);
    let sweep = sweep(&mut judge, env("SEED", 1), count);
    let (same, outside, unanswered) = (sweep.same.len(), sweep.outside.len(), sweep.unanswered.len());
    println!(
        "{same} the same, of which {} raise and {} have machine code; {outside} outside, {unanswered} without an answer",
        sweep.raising, sweep.entering
    );
    if std::env::var("VERBOSE").is_ok() {
        sweep.outside.iter().chain(&sweep.unanswered).for_each(|(seed, why)| println!("{seed}: {why}"));
    }
    assert!(sweep.different.is_empty(), "{} differ:\n{}", sweep.different.len(), sweep.different.join("\n"));
    assert!(same as u64 * 100 >= count * 95, "hardly any is compared: {same} of {count}");
    assert!(sweep.entering * 5 > same, "hardly any has machine code: {} of {same}", sweep.entering);
    assert!(sweep.raising * 2 < same, "too many raise to say much: {} of {same}", sweep.raising);
}

#[test]
fn programs_agree() {
    let Some(mut judge) = Judge::start() else { return };
    let sweep = sweep(&mut judge, env("SEED", 100_000), env("CASES", 600) / 50);
    // Up to where it fails, as one failure ends all of a program.
    let fine: Vec<Case> = sweep.same.into_iter().filter_map(without_failure).collect();
    tiers_agree(&fine.iter().collect::<Vec<_>>(), "random", 0, &[Target::Native]);
}
