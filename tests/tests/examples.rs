//! Every example compiles, runs on every tier with the same bits, and gives something.

use remotemedia_codegen::build::{Choice, Profile, Target};
use remotemedia_compiler::{InputFormat, Options, Stage, World, compile_text};
use remotemedia_ir::{SourceMap, diag};
use remotemedia_tests::examples::{ALL, folder};
use remotemedia_tests::tiers::Bench;
use std::path::PathBuf;

/// The files beside a manifest.
struct Beside(PathBuf);

impl World for Beside {
    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(path)).map_err(|e| e.to_string())
    }
}

#[test]
fn examples_give_the_same_bits_on_every_tier() {
    for example in ALL {
        let path = folder().join(example.name).join(example.manifest);
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut sources = SourceMap::default();
        let inputs = vec![InputFormat { port: None, format: None, rate: example.rate, channels: example.channels }];
        let options = Options { inputs, ..Options::default() };
        let world = Beside(folder().join(example.name));
        let compiled = compile_text(&mut sources, example.manifest, &bytes, &world, &options).unwrap_or_else(|found| {
            let text: String = found.iter().map(|d| diag::render(d, &sources)).collect();
            panic!("{}:\n{text}", example.name)
        });
        let Stage::Plan(plan) = compiled.stage else { panic!("{}: no plan", example.name) };
        let files: Vec<_> = example.input.iter().map(|f| folder().join(f)).collect();
        let scratch = std::env::temp_dir().join(format!("example-{}-{}", std::process::id(), example.name));
        let bench = Bench::on_files(&scratch, plan, &files).unwrap_or_else(|e| panic!("{e}"));
        let reference = bench.eval(1024);
        assert_eq!(reference.exit, 0, "{}", example.name);
        for output in &reference.outputs {
            assert!(output.iter().skip(64).any(|b| *b != 0), "{}: an output is empty", example.name);
        }
        for block in [1024, 77] {
            let other = bench.jit(block);
            assert!(reference == other, "{} in memory: {reference:?} and {other:?}", example.name);
        }
        for (target, block) in [(Target::Native, 1024), (Target::Native, 77), (Target::Wasi, 1024)] {
            let other = bench.program(Choice::new(target, Profile::Dev), block);
            assert!(reference == other, "{} on {}: {reference:?} and {other:?}", example.name, target.name());
        }
        drop(std::fs::remove_dir_all(&scratch));
    }
}
