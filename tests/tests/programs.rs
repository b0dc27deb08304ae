//! Random Python nodes: CPython, the evaluator and loops as machine code say the same of each, and native programs the same as the
//! evaluator.
//!
//! `SEED=n` starts there; `CASES=n` changes how many are run, `VERBOSE=1` says why some are not compared. `cargo run -p remotemedia-tests
//! --bin fuzz python` goes on for ever, `fuzz show SEED` prints one.

use remotemedia_codegen::build::Target;
use remotemedia_compiler::python::Lowered;
use remotemedia_tests::corpus::Case;
use remotemedia_tests::corpus::run::{as_kernel, lowered, tiers_agree, without_failure};
use remotemedia_tests::programs::judge::Judge;
use remotemedia_tests::programs::{Sweep, program, samples, sweep};

fn env(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

#[test]
fn cpython_agrees() {
    let Some(mut judge) = Judge::start() else { return };
    let count = env("CASES", 600);
    let sweep = sweep(&mut judge, env("SEED", 1), count, program);
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
fn loops_over_samples_agree() {
    let Some(mut judge) = Judge::start() else { return };
    let count = env("CASES", 600);
    let Sweep { same, outside, unanswered, different, .. } = sweep(&mut judge, env("SEED", 1), count, samples);
    let is_kernel =
        |case: &&Case| matches!(lowered(case), Ok(Lowered::Script(script)) if as_kernel(case, &script).is_some());
    let kernels = same.iter().filter(is_kernel).count();
    let (same, others, none) = (same.len(), outside.len(), unanswered.len());
    println!("{same} the same, {kernels} of them kernels; {others} outside, {none} without an answer");
    if std::env::var("VERBOSE").is_ok() {
        outside.iter().chain(&unanswered).for_each(|(seed, why)| println!("{seed}: {why}"));
    }
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
    assert!(same as u64 * 100 >= count * 90, "hardly any is compared: {same} of {count}");
    assert!(kernels * 3 > same, "hardly any is a kernel: {kernels} of {same}");
}

#[test]
fn programs_agree() {
    let Some(mut judge) = Judge::start() else { return };
    let sweep = sweep(&mut judge, env("SEED", 100_000), env("CASES", 600) / 50, program);
    // Up to where it fails, as one failure ends all of a program.
    let fine: Vec<Case> = sweep.same.into_iter().filter_map(without_failure).collect();
    tiers_agree(&fine.iter().collect::<Vec<_>>(), "random", 0, &[Target::Native]);
}
