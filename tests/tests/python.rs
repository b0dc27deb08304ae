//! Python nodes: the corpus of `tests/python`, lowered and run, against what CPython made of it.

use remotemedia_codegen::build::{Choice, Profile, Target};
use remotemedia_codegen::emit::files::{Header, emit_crate};
use remotemedia_compiler::python::Lowered;
use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, compile_text};
use remotemedia_ir::{SourceMap, verify};
use remotemedia_tests::corpus::run::{bench, compare, compiled, evaluate, lowered, stops_beyond_64_bits, tiers_agree};
use remotemedia_tests::corpus::{Case, cases};

#[test]
fn what_is_lowered_does_as_cpython() {
    let (mut lowered_count, mut wrong) = (0, Vec::new());
    for case in cases() {
        if std::env::var("ONLY").is_ok_and(|only| only != case.name) {
            continue;
        }
        match lowered(&case) {
            Ok(Lowered::Script(script)) => {
                lowered_count += 1;
                if !case.in_subset {
                    wrong.push(format!("{}: lowered, but it is said to be outside", case.name));
                }
                let got = evaluate(&case, &script);
                let (machine, entered) = compiled(&case, &script);
                if std::env::var_os("COUNT").is_some() || entered > 0 {
                    println!("{}: machine code entered {entered} times", case.name);
                }
                if machine != got {
                    let differs = machine.iter().zip(&got).find(|(a, b)| a != b);
                    wrong.push(format!("{}: machine code does something else: {differs:?}", case.name));
                }
                if let Err(why) = compare(&case, &got)
                    && !(case.beyond_64_bits && stops_beyond_64_bits(&got))
                {
                    wrong.push(format!("{}: {why}", case.name));
                }
            }
            Ok(Lowered::Outside(why)) => {
                if case.in_subset {
                    let why: Vec<String> = why.iter().map(|o| o.reason.clone()).collect();
                    wrong.push(format!("{}: not lowered: {}", case.name, why.join("; ")));
                }
            }
            Err(found) => wrong.push(format!("{}: refused:\n{found}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "{lowered_count} lowered, {} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Classes and how many KB their modules have at most, made to be small.
const SMALL: &[(&str, u64)] = &[
    ("batcher", 65),
    ("calculator", 100),
    ("energy_vad", 96),
    ("gain_chunk", 34),
    ("peak_db", 80),
    ("rms_meter", 89),
    ("template_fstring", 83),
    ("title_case", 69),
];

/// Some of them made to be fast.
const FAST: &[(&str, u64)] = &[("energy_vad", 103), ("gain_chunk", 62), ("template_fstring", 89)];

/// A program links what its class needs, and gives what the evaluator gives. `EVERY` in the environment makes it all classes.
#[test]
fn modules_are_small() {
    let all = cases();
    let is_every = std::env::var_os("EVERY").is_some();
    let mut found = Vec::new();
    for case in all.iter().filter(|c| c.in_subset && !c.beyond_64_bits) {
        let most = |list: &[(&str, u64)]| list.iter().find(|(name, _)| *name == case.name).map(|(_, most)| *most);
        let profiles = [(Profile::Release, most(FAST)), (Profile::Size, most(SMALL))];
        let asked: Vec<_> = profiles.into_iter().filter(|(_, most)| most.is_some() || is_every).collect();
        if asked.is_empty() {
            continue;
        }
        let (bench, scratch) = bench(&[case], &format!("small-{}", case.name));
        let reference = bench.eval(1024);
        for (profile, most) in asked {
            let choice = Choice::new(Target::Wasi, profile);
            let (size, module) = (bench.size(choice), bench.program(choice, 1024));
            println!("{} {} {size}", case.name, profile.name());
            let is_large = most.is_some_and(|most| size > most * 1000);
            if is_large || reference.exit != module.exit || reference.outputs != module.outputs {
                let name = profile.name();
                found.push(format!("{} ({name}): {size} bytes, {reference:?} and {module:?}", case.name));
            }
        }
        drop(std::fs::remove_dir_all(&scratch));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Scripts alone are optimised for size; where kernels or nodes of the runtime work on samples, loops have to be unrolled.
#[test]
fn what_works_on_samples_is_told_from_scripts() {
    let script = r#"{"id": "py", "node_type": "PythonNode", "params": {"source":
        "class Peak:\n    def process(self, data):\n        return {'peak': float(data[0].max())}"}}"#;
    let kernel = r#"{"id": "py", "node_type": "PythonNode", "params": {"source":
        "class Half:\n    def process(self, sample: float):\n        return sample / 2"}}"#;
    let gain = r#"{"id": "other", "node_type": "Gain", "params": {"gain": 0.5}}"#;
    let resample = r#"{"id": "other", "node_type": "FastResampleNode", "params": {"target_rate": 44100}}"#;
    for (nodes, expected) in
        [(vec![script], false), (vec![kernel], true), (vec![script, gain], true), (vec![script, resample], true)]
    {
        let manifest = format!(r#"{{"version": "v1", "nodes": [{}], "connections": []}}"#, nodes.join(", "));
        let inputs = vec![InputFormat { port: None, format: None, rate: 48_000, channels: 1 }];
        let options = Options { inputs, ..Options::default() };
        let compiled = compile_text(&mut SourceMap::default(), "m.json", manifest.as_bytes(), &Nowhere, &options);
        let Stage::Plan(plan) = compiled.unwrap_or_else(|e| panic!("{e:?}")).stage else { panic!("not a plan") };
        let header = Header { name: "m".into(), generator: "test".into(), manifest_hash: "0".into() };
        let sources = emit_crate(&[verify::plan(&plan).unwrap()], &header).unwrap();
        assert_eq!(sources.has_vectors, expected, "{manifest}");
    }
}

#[test]
fn every_tier_gives_the_same() {
    let all = cases();
    let fails = |case: &Case| case.expected.iter().any(|line| line.get("error").is_some());
    let (failing, fine): (Vec<&Case>, Vec<&Case>) =
        all.iter().filter(|c| c.in_subset && !c.beyond_64_bits).partition(|case| fails(case));
    let both = [Target::Native, Target::Wasi];
    tiers_agree(&fine, "corpus", 0, &both);
    for case in failing {
        tiers_agree(&[case], &case.name, 3, &both);
    }
}
