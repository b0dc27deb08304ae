//! The workloads that are measured (`benches/peers`): each compiles without a finding, and every tier and choice of processor gives the
//! same bits.

use remotemedia_codegen::build::{Choice, Profile, Target};
use remotemedia_compiler::{Nowhere, Options, Stage, compile_text};
use remotemedia_ir::{SourceMap, diag};
use remotemedia_tests::root;
use remotemedia_tests::tiers::{Bench, cpus};

/// The names, and how many nodes there are between input and output.
const WORKLOADS: [(&str, usize); 6] = [("W1", 5), ("W2", 10), ("W3", 8), ("W4", 5), ("W5", 1), ("W6", 64)];

#[test]
fn workloads_compile_cleanly_and_give_the_same_bits() {
    for (name, count) in WORKLOADS {
        let file = format!("{name}.json");
        let path = root().join("benches/peers/workloads").join(&file);
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let nodes = String::from_utf8_lossy(&bytes).matches("\"node_type\"").count();
        assert_eq!(nodes, count + 2, "{name}: nodes with input and output");
        let mut sources = SourceMap::default();
        let compiled =
            compile_text(&mut sources, &file, &bytes, &Nowhere, &Options::default()).unwrap_or_else(|found| {
                let text: String = found.iter().map(|d| diag::render(d, &sources)).collect();
                panic!("{name}:\n{text}")
            });
        let notes: String = compiled.notes.iter().map(|d| diag::render(d, &sources)).collect();
        assert!(notes.is_empty(), "{name}:\n{notes}");
        let Stage::Plan(plan) = compiled.stage else { panic!("{name}: no plan") };
        let scratch = std::env::temp_dir().join(format!("workload-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&scratch).unwrap_or_else(|e| panic!("{e}"));
        let input = scratch.join("in.f32");
        std::fs::write(&input, noise()).unwrap_or_else(|e| panic!("{e}"));
        let bench = Bench::on_files(&scratch, plan, &[input]).unwrap_or_else(|e| panic!("{e}"));
        let reference = bench.eval(1024);
        assert_eq!(reference.exit, 0, "{name}");
        let other = bench.jit(1024);
        assert!(reference == other, "{name} in memory: {reference:?} and {other:?}");
        let native = cpus().into_iter().map(|cpu| Choice { cpu, ..Choice::new(Target::Native, Profile::Release) });
        for choice in native.chain([Choice::new(Target::Wasi, Profile::Release)]) {
            let other = bench.program(choice, 1024);
            assert!(reference == other, "{name}, {choice:?}: {reference:?} and {other:?}");
        }
        drop(std::fs::remove_dir_all(&scratch));
    }
}

/// 4,800 samples: a tenth of a second of one channel.
fn noise() -> Vec<u8> {
    let samples = (0..4_800u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0 - 0.5);
    samples.flat_map(f32::to_le_bytes).collect()
}
