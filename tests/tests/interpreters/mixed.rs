//! One pipeline of Rust nodes, compiled Python, RustPython and CPython, side by side and in a row.

use remotemedia_codegen::build::{Choice, Profile, Target};
use remotemedia_compiler::{Options, Stage, World, compile_text};
use remotemedia_ir::SourceMap;
use remotemedia_ir::diag::render;
use remotemedia_ir::plan::{Plan, Runtime};
use remotemedia_tests::tiers::{Bench, wav};
use std::path::{Path, PathBuf};

const NODES: &str = "\
import itertools
import statistics


class Double:
    def process(self, data):
        return {'text': data['text'] * 2}


class Find:
    def __init__(self, letter):
        self.letter = letter
        self.messages = itertools.count(1)

    def process(self, data):
        next(self.messages)
        for letter, run in itertools.groupby(data['text']):
            if letter == self.letter:
                yield {'length': len(list(run))}


class Median:
    def __init__(self):
        self.seen = []

    async def process(self, data):
        self.seen.append(data['length'])
        return {'median': statistics.median(self.seen)}


class Half:
    def process(self, data):
        samples, rate = data
        return [[x / 2 for x in row] for row in samples], rate


class Negate:
    def process(self, data):
        samples, rate = data
        if hasattr(samples, 'shape'):
            return -samples, rate
        return [[-x for x in row] for row in samples], rate
";

/// RustPython has no `ssl`; the second message finds CPython at work already.
const SECURE: &str = "\
class Secure:
    def __init__(self):
        self.calls = 0

    def process(self, data):
        import ssl
        self.calls += 1
        return {'secure': bool(ssl.OPENSSL_VERSION), 'calls': self.calls}
";

struct Beside;

impl World for Beside {
    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "nodes.py" => Ok(NODES.as_bytes().to_vec()),
            "secure.py" => Ok(SECURE.as_bytes().to_vec()),
            _ => Err("no such file".to_owned()),
        }
    }
}

fn manifest(other: &str) -> String {
    let python = |id: &str, class: &str, options: &str| {
        format!(
            r#"{{"id": "{id}", "node_type": "PythonNode", "params": {{"path": "nodes.py", "class": "{class}"{options}}}"#
        )
    };
    let hint = |runtime: &str| format!(r#", "runtime_hint": "{runtime}"}}"#);
    let nodes = [
        r#"{"id": "texts", "node_type": "JsonInput"}"#.to_owned(),
        python("double", "Double", "") + "}",
        python("find", "Find", r#", "config": {"letter": "a"}"#) + &hint("rustpython"),
        python("median", "Median", "") + &hint(other),
        r#"{"id": "mic", "node_type": "AudioInput", "params": {"sample_rate": 16000, "channels": 2}}"#.to_owned(),
        r#"{"id": "gain", "node_type": "Gain", "params": {"gain_db": 3}}"#.to_owned(),
        python("half", "Half", r#", "chunk_size": 100"#) + &hint("rustpython"),
        python("negate", "Negate", r#", "chunk_size": 64"#) + &hint(other),
    ];
    let edges = [
        ("texts", "double"),
        ("double", "find"),
        ("find", "median"),
        ("mic", "gain"),
        ("gain", "half"),
        ("half", "negate"),
    ];
    let edges: Vec<String> = edges.iter().map(|(a, b)| format!(r#"{{"from": "{a}", "to": "{b}"}}"#)).collect();
    format!(r#"{{"version": "v1", "nodes": [{}], "edges": [{}]}}"#, nodes.join(", "), edges.join(", "))
}

const GAIN: &str = r#"{"version": "v1", "nodes": [
    {"id": "mic", "node_type": "AudioInput", "params": {"sample_rate": 16000, "channels": 2}},
    {"id": "gain", "node_type": "Gain", "params": {"gain_db": 3}}], "edges": [{"from": "mic", "to": "gain"}]}"#;

fn plan(manifest: &str, runtime: Runtime) -> Plan {
    let mut sources = SourceMap::default();
    let options = Options { runtime, ..Options::default() };
    let compiled = compile_text(&mut sources, "mixed.json", manifest.as_bytes(), &Beside, &options);
    let drawn = |found: &remotemedia_ir::Diagnostics| found.iter().map(|d| render(d, &sources)).collect::<String>();
    match compiled {
        Err(found) => panic!("{}", drawn(&found)),
        Ok(compiled) => match compiled.stage {
            Stage::Plan(plan) => plan,
            Stage::Graph(_) => panic!("{}", drawn(&compiled.notes)),
        },
    }
}

/// Files for the inputs of a plan, by their names.
fn files(plan: &Plan, folder: &Path) -> Vec<PathBuf> {
    std::fs::create_dir_all(folder).unwrap_or_else(|e| panic!("{e}"));
    let samples: Vec<f32> = (0..2 * 1000).map(|i| ((i * 37 % 201) as f32 - 100.0) / 128.0).collect();
    let texts = "{\"text\": \"aab\"}\n{\"text\": \"xaaay\"}\n{\"text\": \"b\"}\n";
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{e}"));
        path
    };
    let of = |name: &str| match name {
        "mic" => write("mic.wav", &wav(16_000, 2, &samples)),
        _ => write("texts.jsonl", texts.as_bytes()),
    };
    plan.inputs.iter().map(|port| of(&port.name)).collect()
}

/// The samples of a file of 32-bit floats.
fn samples(wav: &[u8]) -> Vec<f32> {
    let at = wav.windows(4).position(|w| w == b"data").map_or(wav.len(), |at| at + 8);
    wav[at..].chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// Runs the pipeline on a target, with an interpreter for the nodes that may have any.
pub fn runs(target: Target, other: &str) {
    let folder = std::env::temp_dir().join(format!("mixed-{}-{}-{other}", std::process::id(), target.name()));
    let runtime = if target == Target::Wasi { Runtime::Wasm } else { Runtime::Native };
    let mixed = plan(&manifest(other), runtime);
    let files_of_mixed = files(&mixed, &folder);
    let names: Vec<String> = mixed.outputs.iter().map(|o| o.name.clone()).collect();
    let bench = Bench::on_files(&folder.join("mixed"), mixed, &files_of_mixed).unwrap_or_else(|e| panic!("{e}"));
    let result = bench.program(Choice::new(target, Profile::Dev), 1024);
    assert_eq!(result.exit, 0);
    let output =
        |name: &str| &result.outputs[names.iter().position(|n| n == name).unwrap_or_else(|| panic!("{names:?}"))];
    let lines = String::from_utf8_lossy(output("median")).into_owned();
    // `aabaab`, `xaaayxaaay`: lengths 2, 2, 3, 3.
    let medians = ["{\"median\":2}", "{\"median\":2.0}", "{\"median\":2}", "{\"median\":2.5}"];
    assert_eq!(lines.lines().collect::<Vec<_>>(), medians);
    let gain = plan(GAIN, runtime);
    let files_of_gain = files(&gain, &folder);
    let bench = Bench::on_files(&folder.join("gain"), gain, &files_of_gain).unwrap_or_else(|e| panic!("{e}"));
    let expected: Vec<f32> = samples(&bench.eval(1024).outputs[0]).iter().map(|x| -(x / 2.0)).collect();
    assert_eq!(expected.len(), 2000);
    assert_eq!(samples(output("negate")), expected);
    drop(std::fs::remove_dir_all(&folder));
}

/// A node goes over to CPython where RustPython cannot begin, if that is allowed, and fails if it is not.
pub fn falls_back() {
    let folder = std::env::temp_dir().join(format!("fallback-{}", std::process::id()));
    for (options, exit, lines) in [
        (
            r#", "execution": {"fallback": "cpython"}"#,
            0,
            "{\"secure\":true,\"calls\":1}\n{\"secure\":true,\"calls\":2}\n{\"secure\":true,\"calls\":3}\n",
        ),
        ("", 3, ""),
    ] {
        let manifest = format!(
            r#"{{"version": "v1", "nodes": [{{"id": "texts", "node_type": "JsonInput"}}, {{"id": "secure",
                "node_type": "PythonNode", "params": {{"path": "secure.py"}}, "runtime_hint": "rustpython"{options}}}],
                "edges": [{{"from": "texts", "to": "secure"}}]}}"#
        );
        let plan = plan(&manifest, Runtime::Native);
        let inputs = files(&plan, &folder);
        let bench =
            Bench::on_files(&folder.join(format!("run{exit}")), plan, &inputs).unwrap_or_else(|e| panic!("{e}"));
        let result = bench.program(Choice::new(Target::Native, Profile::Dev), 1024);
        assert_eq!((result.exit, String::from_utf8_lossy(&result.outputs[0]).as_ref()), (exit, lines));
    }
    drop(std::fs::remove_dir_all(&folder));
}
