//! Runs random pipelines through all tiers, or random Python nodes past CPython, for ever: `fuzz [SEED]`, `fuzz python [SEED]`, `fuzz samples
//! [SEED]` for loops over samples; `fuzz show [samples] SEED` prints a Python node.

use remotemedia_tests::fuzz::{Depth, sweep};
use remotemedia_tests::programs::judge::Judge;
use remotemedia_tests::programs::{self, Program, program, samples};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |text: Option<&&str>| text.and_then(|s| s.parse().ok()).unwrap_or(1_000_000);
    match words.as_slice() {
        ["show", seed] => {
            show(&program(number(Some(seed))));
        }
        ["show", "samples", seed] => show(&samples(number(Some(seed)))),
        ["python", rest @ ..] => python(number(rest.first()), program),
        ["samples", rest @ ..] => python(number(rest.first()), samples),
        rest => pipelines(number(rest.first())),
    }
}

fn pipelines(mut seed: u64) {
    loop {
        sweep(seed, 20, Depth::Programs);
        seed += 1000;
        println!("{seed}");
    }
}

fn show(program: &Program) {
    println!("{}\n{}", program.source(), program.about);
}

fn python(mut seed: u64, write: fn(u64) -> Program) {
    let Some(mut judge) = Judge::start() else {
        eprintln!("REMOTEMEDIA_PYTHON names no CPython");
        return;
    };
    loop {
        programs::sweep(&mut judge, seed, 500, write).different.iter().for_each(|text| println!("{text}"));
        seed += 500;
        println!("{seed}");
    }
}
