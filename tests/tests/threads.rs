//! Programs of several threads against one thread: the same bits, the same failures, and an end.

use remotemedia_codegen::build::{Choice, Profile, Target, program};
use remotemedia_codegen::emit::files::{Header, emit_crate};
use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, Threads, compile_text};
use remotemedia_ir::plan::Plan;
use remotemedia_ir::{SourceMap, verify};
use remotemedia_tests::tiers::{Bench, on_threads, wav};
use remotemedia_tests::{random, tiers};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

const NATIVE: fn() -> Choice = || Choice::new(Target::Native, Profile::Dev);

/// The plan of a manifest on so many threads.
fn plan(manifest: &str, threads: u16) -> Plan {
    let inputs = vec![InputFormat { port: None, format: None, rate: 48_000, channels: 1 }];
    let options = Options { inputs, threads: Threads::Exactly(threads), ..Options::default() };
    let compiled = compile_text(&mut SourceMap::default(), "threads.json", manifest.as_bytes(), &Nowhere, &options);
    match compiled.unwrap_or_else(|e| panic!("{e:?}")).stage {
        Stage::Plan(plan) => plan,
        Stage::Graph(_) => panic!("not a plan"),
    }
}

fn build(plan: &Plan) -> PathBuf {
    let verified = verify::plan(plan).unwrap_or_else(|e| panic!("{e:?}"));
    let header = Header { name: "threads".into(), generator: "test".into(), manifest_hash: "0".into() };
    let sources = emit_crate(&[verified], &header).unwrap_or_else(|e| panic!("{e}"));
    let program = program::build(&sources, NATIVE(), &|_| {}).unwrap_or_else(|e| panic!("{e}"));
    assert!(program.warnings.is_empty(), "{}", program.warnings);
    program.path
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("threads-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn random_pipelines_give_the_same_bits() {
    let folder = folder("random");
    let mut tried = 0;
    for seed in 7000.. {
        let pipeline = random::pipeline(seed);
        let (threads, blocks, tokens) = (2 + (seed % 2) as u16, 1 + (seed % 3) as u32, [3, 300][seed as usize / 2 % 2]);
        if tiers::compile(&pipeline).is_none_or(|plan| plan.actors.len() < 3) {
            continue;
        }
        let Some(plan) = on_threads(&pipeline, threads, blocks, tokens) else { continue };
        if plan.rings.is_empty() {
            continue;
        }
        let bench = Bench::new(&folder, plan, seed).unwrap();
        let mut reference = bench.eval(1024);
        if bench.program(NATIVE(), 1024) != reference {
            // Where a program on one thread differs too, that is another test's matter.
            let one = tiers::compile(&pipeline).map(|plan| Bench::new(&folder, plan, seed).unwrap());
            reference = one.map_or(reference, |one| one.program(NATIVE(), 1024));
        }
        for block in [1024, 61] {
            let found = bench.program(NATIVE(), block);
            assert_eq!(found.exit, reference.exit, "seed {seed}, chunks of {block}\n{}", pipeline.manifest());
            assert!(
                reference.exit != 0 || found == reference,
                "seed {seed}, {threads} threads, rings of {blocks} x {tokens}, chunks of {block}: {found:?}, expected {reference:?}\n{}",
                pipeline.manifest()
            );
        }
        tried += 1;
        if tried == 10 {
            break;
        }
    }
    drop(std::fs::remove_dir_all(folder));
}

/// Lines go through a node that fails at one of them; a node before it and one behind it are on other threads.
const FAILS: &str = r#"{"version":"v1","metadata":{"name":"fails"},"nodes":[
    {"id":"in","node_type":"JsonInput"},
    {"id":"first","node_type":"CalculatorNode"},
    {"id":"out","node_type":"JsonOutput"}],
    "connections":[{"from":"in","to":"first"},{"from":"first","to":"out"}]}"#;

/// A tone of an hour through two nodes.
const LONG: &str = r#"{"version":"v1","metadata":{"name":"long"},"nodes":[
    {"id":"tone","node_type":"Oscillator","params":{"frequency_hz":440,"sample_rate":48000,"duration_ms":3600000}},
    {"id":"rate","node_type":"FastResampleNode","params":{"target_rate":16000}},
    {"id":"low","node_type":"LowPass","params":{"frequency_hz":500}},
    {"id":"out","node_type":"AudioOutput"}],
    "connections":[{"from":"tone","to":"rate"},{"from":"rate","to":"low"},{"from":"low","to":"out"}]}"#;

#[test]
fn a_long_run_ends_when_its_reader_goes() {
    let mut heads = Vec::new();
    for threads in [1, 2, 3] {
        let program = build(&plan(LONG, threads));
        let mut child = Command::new(program).args(["-o", "raw:-"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut head = vec![0; 400_000];
        child.stdout.take().unwrap().read_exact(&mut head).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{threads} threads");
        heads.push(head);
    }
    assert!(heads.iter().all(|head| *head == heads[0]));
}

/// A tone without end, on a thread before the one that mixes it with the input.
const ENDLESS: &str = r#"{"version":"v1","metadata":{"name":"endless"},"nodes":[
    {"id":"in","node_type":"AudioInput"},
    {"id":"tone","node_type":"Oscillator","params":{"frequency_hz":440,"sample_rate":16000}},
    {"id":"rate","node_type":"FastResampleNode","params":{"target_rate":48000}},
    {"id":"mix","node_type":"Mix"},
    {"id":"low","node_type":"FastResampleNode","params":{"target_rate":8000}},
    {"id":"out","node_type":"AudioOutput"}],
    "connections":[{"from":"tone","to":"rate"},{"from":"rate","to":"mix"},{"from":"in","to":"mix"},
    {"from":"mix","to":"low"},{"from":"low","to":"out"}]}"#;

#[test]
fn a_source_without_end_ends_with_its_neighbour() {
    let folder = folder("endless");
    std::fs::write(folder.join("in.wav"), wav(48_000, 1, &random::samples(3, 1))).unwrap();
    let run = |threads: u16| {
        let out = folder.join(format!("{threads}.wav"));
        let program = build(&plan(ENDLESS, threads));
        let done = Command::new(program).arg("-i").arg(folder.join("in.wav")).arg("-o").arg(&out).status().unwrap();
        assert!(done.success());
        std::fs::read(out).unwrap()
    };
    let one = run(1);
    assert!(one.len() > 100);
    for threads in [2, 3, 4] {
        assert!(run(threads) == one, "{threads} threads");
    }
    drop(std::fs::remove_dir_all(folder));
}

/// A chain of three actors.
const CHAIN: &str = r#"{"version":"v1","metadata":{"name":"chain"},"nodes":[
    {"id":"in","node_type":"AudioInput"},
    {"id":"low","node_type":"LowPass","params":{"frequency_hz":500}},
    {"id":"rate","node_type":"FastResampleNode","params":{"target_rate":16000}},
    {"id":"high","node_type":"HighPass","params":{"frequency_hz":80}},
    {"id":"out","node_type":"AudioOutput"}],
    "connections":[{"from":"in","to":"low"},{"from":"low","to":"rate"},{"from":"rate","to":"high"},{"from":"high","to":"out"}]}"#;

#[test]
fn what_was_read_before_an_input_broke_goes_through() {
    let folder = folder("broken");
    // The header promises more than there is: a note, and what is there goes through.
    let samples = random::samples(3, 1);
    let mut bytes = wav(48_000, 1, &samples);
    bytes.truncate(bytes.len() / 2);
    std::fs::write(folder.join("in.wav"), bytes).unwrap();
    let run = |threads: u16| {
        let out = folder.join(format!("{threads}.wav"));
        let program = build(&plan(CHAIN, threads));
        let done = Command::new(program).arg("-i").arg(folder.join("in.wav")).arg("-o").arg(&out).output().unwrap();
        (done.status.code(), done.stderr, std::fs::read(out).unwrap())
    };
    let one = run(1);
    assert!(one.2.len() > 1000);
    for threads in [2, 3, 4] {
        assert!(run(threads) == one, "{threads} threads");
    }
    drop(std::fs::remove_dir_all(folder));
}

#[test]
fn a_thread_that_cannot_start_is_a_failure() {
    let folder = folder("start");
    std::fs::write(folder.join("in.wav"), wav(48_000, 1, &random::samples(3, 1))).unwrap();
    let mut command = Command::new(build(&plan(CHAIN, 3)));
    // More stack than there are addresses.
    command.env("RUST_MIN_STACK", (1u64 << 46).to_string());
    let done = command.arg("-i").arg(folder.join("in.wav")).arg("-o").arg(folder.join("out.wav")).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(said.contains("thread 2 of the pipeline cannot be started"), "{said}");
    drop(std::fs::remove_dir_all(folder));
}

#[test]
fn metrics_name_every_region_once() {
    let folder = folder("metrics");
    std::fs::write(folder.join("in.wav"), wav(48_000, 1, &random::samples(3, 1))).unwrap();
    let regions = |threads: u16| {
        let metrics = folder.join("metrics.json");
        let mut command = Command::new(build(&plan(CHAIN, threads)));
        command.arg("-i").arg(folder.join("in.wav")).arg("-o").arg(folder.join("out.wav"));
        assert!(command.arg("--metrics").arg(&metrics).status().unwrap().success());
        let metrics: serde_json::Value = serde_json::from_slice(&std::fs::read(metrics).unwrap()).unwrap();
        let regions = metrics["regions"].as_array().unwrap().clone();
        regions.iter().map(|r| (r["name"].to_string(), r["tokens"].to_string())).collect::<Vec<_>>()
    };
    assert_eq!(regions(3), regions(1));
    drop(std::fs::remove_dir_all(folder));
}

#[test]
fn a_failing_node_on_another_thread_fails_as_on_one() {
    let run = |threads: u16| {
        let mut child = Command::new(build(&plan(FAILS, threads)))
            .args(["-i", "-", "-o", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let good = "{\"operation\":\"add\",\"operands\":[1,2]}\n";
        let text = good.repeat(100) + "{\"operation\":\"divide\",\"operands\":[1,0]}\n" + good;
        // It may have failed before it has read all.
        drop(input.write_all(text.as_bytes()));
        drop(input);
        let done = child.wait_with_output().unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap(), String::from_utf8(done.stdout).unwrap())
    };
    let one = run(1);
    let two = run(2);
    assert_eq!(one, two);
}
