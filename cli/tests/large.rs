//! Graphs that are too large for one region: compiled in parts, with the bits of the whole.

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

#[track_caller]
fn run(folder: &Path, args: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_remotemedia"))
        .args(args)
        .current_dir(folder)
        .env("REMOTEMEDIA_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
        .output()
        .unwrap_or_else(|e| panic!("{e}"));
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// One input to many branches of gain and filter, mixed 16 at a time, and the mixes mixed. In the order of the manifest, which has
/// all gains first, a cut would go through hundreds of streams: rustc refused that.
fn fan(branches: usize) -> String {
    let mut nodes = String::from(r#"{"id": "in", "node_type": "AudioInput"}, {"id": "all", "node_type": "Mix"}"#);
    let mut edges = String::new();
    let mut add = |nodes: &str, list: &[(String, String)]| {
        for (from, to) in list {
            let comma = if edges.is_empty() { "" } else { ", " };
            let _ = write!(edges, r#"{comma}{{"from": "{from}", "to": "{to}"}}"#);
        }
        nodes.to_owned()
    };
    for i in 0..branches {
        let text = format!(r#", {{"id": "g{i}", "node_type": "Gain", "params": {{"gain_db": -{}}}}}"#, i % 17 + 20);
        nodes += &add(&text, &[("in".into(), format!("g{i}"))]);
    }
    for i in 0..branches {
        let filter = format!(r#""frequency_hz": {}, "gain_db": {}.5"#, 60 + 40 * (i % 200), i % 5);
        let text = format!(r#", {{"id": "f{i}", "node_type": "Peaking", "params": {{{filter}}}}}"#);
        nodes += &add(&text, &[(format!("g{i}"), format!("f{i}")), (format!("f{i}"), format!("m{}", i / 16))]);
    }
    for i in 0..branches.div_ceil(16) {
        let text = format!(r#", {{"id": "m{i}", "node_type": "Mix"}}"#);
        nodes += &add(&text, &[(format!("m{i}"), "all".into())]);
    }
    format!(r#"{{"version": "v1", "nodes": [{nodes}], "connections": [{edges}]}}"#)
}

/// One after the other: a gain, a filter and a clip, again and again.
fn chain(rounds: usize) -> String {
    let mut nodes = String::from(r#"{"id": "in", "node_type": "AudioInput"}"#);
    let (mut edges, mut last) = (String::new(), String::from("in"));
    for i in 0..rounds {
        let gain = 81 + i * 14 % 40;
        let kinds = [
            ("g", "Gain", format!(r#""gain": {}.{:02}"#, gain / 100, gain % 100)),
            ("f", "Peaking", format!(r#""frequency_hz": {}, "gain_db": {}.5"#, 100 + i * 170, i as i32 % 7 - 3)),
            ("c", "Clip", String::new()),
        ];
        for (id, kind, params) in kinds {
            let _ = write!(nodes, r#", {{"id": "{id}{i}", "node_type": "{kind}", "params": {{{params}}}}}"#);
            let comma = if edges.is_empty() { "" } else { ", " };
            let _ = write!(edges, r#"{comma}{{"from": "{last}", "to": "{id}{i}"}}"#);
            last = format!("{id}{i}");
        }
    }
    format!(r#"{{"version": "v1", "nodes": [{nodes}], "connections": [{edges}]}}"#)
}

/// The manifest on noise, by the evaluator and as a native program, which must agree. The folder has the manifest as `p.json`.
fn agree(name: &str, manifest: &str) -> PathBuf {
    let folder = support::folder(name);
    let samples: Vec<u8> = (0..12_000u32).flat_map(|i| ((i.wrapping_mul(40_503) >> 3) as i16).to_le_bytes()).collect();
    let mut wav = [b"RIFF".as_slice(), &(36 + samples.len() as u32).to_le_bytes(), b"WAVEfmt "].concat();
    for word in [16u32, 1 << 16 | 1, 48_000, 96_000, 16 << 16 | 2] {
        wav.extend(word.to_le_bytes());
    }
    wav.extend([b"data".as_slice(), &(samples.len() as u32).to_le_bytes(), &samples].concat());
    for (name, bytes) in [("p.json", manifest.as_bytes()), ("in.wav", &wav)] {
        std::fs::write(folder.join(name), bytes).unwrap_or_else(|e| panic!("{e}"));
    }
    let mut outputs = Vec::new();
    for tier in ["eval", "native"] {
        run(&folder, &["run", "p.json", "-i", "in.wav", "-o", tier, "--tier", tier, "--profile", "dev"]);
        outputs.push(std::fs::read(folder.join(tier)).unwrap_or_else(|e| panic!("{e}")));
    }
    assert!(outputs[0] == outputs[1]);
    folder
}

#[test]
fn a_wide_graph_is_compiled_in_parts_with_the_bits_of_the_whole() {
    drop(std::fs::remove_dir_all(agree("wide", &fan(320))));
}

#[test]
fn loops_that_are_alike_are_one_function() {
    let folder = agree("long", &chain(30));
    run(&folder, &["compile", "p.json", "--input", "in=audio:48000:2", "--emit", "rust", "-o", "p.rs"]);
    let code = std::fs::read_to_string(folder.join("p.rs")).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(code.matches("fn each(").count(), 1, "{code}");
    assert_eq!(code.matches("Self::each(").count(), 29);
    drop(std::fs::remove_dir_all(folder));
}
