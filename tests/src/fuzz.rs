//! Runs random pipelines and says what disagrees, made small.

use crate::random::{self, Pipeline};
use crate::tiers::{self, Bench};
use remotemedia_codegen::build::{Choice, Profile, Target};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How far each pipeline is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The evaluator and machine code in memory, with different chunks.
    Evaluator,
    /// Also programs for both targets.
    Programs,
}

/// Runs `cases` valid pipelines from a seed on.
///
/// # Panics
/// On the first that disagrees, with its manifest, shrunk.
pub fn sweep(first: u64, cases: u64, depth: Depth) {
    let mut valid = 0;
    let mut seed = first;
    while valid < cases {
        let pipeline = random::pipeline(seed);
        if let Some(problem) = try_one(&pipeline, seed, depth, &mut valid) {
            let small = tiers::shrink(pipeline, |p| try_one(p, seed, depth, &mut 0).is_some());
            let again = try_one(&small, seed, depth, &mut 0).unwrap_or(problem);
            panic!("seed {seed}: {again}\nrate {}, {} channels\n{}", small.rate, small.channels, small.manifest());
        }
        seed += 1;
        assert!(seed < first + 20 * cases + 200, "hardly any random pipeline is valid: {valid} of {}", seed - first);
    }
}

/// What is wrong with a pipeline, if anything is.
fn try_one(pipeline: &Pipeline, seed: u64, depth: Depth, valid: &mut u64) -> Option<String> {
    let run = AssertUnwindSafe(|| {
        let plan = tiers::compile(pipeline)?;
        *valid += 1;
        let name = format!("random-{}-{seed}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let result = disagreement(plan, &folder, seed, depth).or_else(|| on_threads(pipeline, &folder, seed, depth));
        // A folder that stays behind is harmless.
        drop(std::fs::remove_dir_all(&folder));
        result
    });
    catch_unwind(run).unwrap_or_else(|panic| {
        let text =
            panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Some(format!("panic: {}", text.unwrap_or_default()))
    })
}

/// A program of two or three threads with small rings against the evaluator.
fn on_threads(pipeline: &Pipeline, folder: &std::path::Path, seed: u64, depth: Depth) -> Option<String> {
    if depth != Depth::Programs {
        return None;
    }
    let (threads, blocks, tokens) =
        (2 + (seed % 2) as u16, 1 + (seed / 2 % 3) as u32, [5, 300, 9000][seed as usize % 3]);
    let plan = tiers::on_threads(pipeline, threads, blocks, tokens)?;
    let bench = Bench::new(folder, plan, seed).unwrap_or_else(|e| panic!("{e}"));
    let reference = bench.eval(1024);
    let block = [1024, 61][seed as usize / 2 % 2];
    let other = bench.program(Choice::new(Target::Native, Profile::Dev), block);
    (reference.exit != other.exit || reference.exit == 0 && reference != other).then(|| {
        format!("the evaluator gives {reference:?}, {threads} threads with chunks of {block} and rings of {blocks} x {tokens} {other:?}")
    })
}

fn disagreement(plan: remotemedia_ir::plan::Plan, folder: &std::path::Path, seed: u64, depth: Depth) -> Option<String> {
    let bench = Bench::new(folder, plan, seed).unwrap_or_else(|e| panic!("{e}"));
    let reference = bench.eval(1024);
    for block in [1, 7, 256, 4096] {
        let other = bench.eval(block);
        // What a failing node delivered before depends on how far its input had come: only the failure itself is compared.
        if reference.exit != other.exit || reference.exit == 0 && reference != other {
            return Some(format!("chunks of 1024 give {reference:?}, chunks of {block} give {other:?}"));
        }
    }
    for block in [1024, 61] {
        let other = bench.jit(block);
        if reference.exit != other.exit || reference.exit == 0 && reference != other {
            return Some(format!("the evaluator gives {reference:?}, machine code with chunks of {block} {other:?}"));
        }
    }
    if depth == Depth::Programs {
        let cpus = tiers::cpus();
        let native = Choice::new(Target::Native, Profile::Dev);
        let other = Choice { cpu: cpus[seed as usize % cpus.len()], ..native };
        for (choice, block) in [(native, 1024), (other, 100), (Choice::new(Target::Wasi, Profile::Dev), 1024)] {
            let other = bench.program(choice, block);
            if reference.exit != other.exit || reference.exit == 0 && reference != other {
                return Some(format!("the evaluator gives {reference:?}, {choice:?} with chunks of {block} {other:?}"));
            }
        }
    }
    None
}
