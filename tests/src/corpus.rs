//! The corpus of Python nodes in `tests/python`: its cases, its signals, and what CPython made of them.

pub mod run;

use remotemedia_compiler::World;
use remotemedia_ir::script::Literal;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// What is fed to a node.
#[derive(Clone, Debug)]
pub enum Feed {
    Messages(Vec<Value>),
    Audio { rate: u32, channels: usize, samples: Vec<f32>, chunk: u32, per_sample: bool },
}

/// A node of the corpus.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub source: String,
    pub class: String,
    pub params: Map<String, Value>,
    pub is_text: bool,
    pub in_subset: bool,
    /// It computes with whole numbers beyond 64 bits, which compiled code reports as an `OverflowError`.
    pub beyond_64_bits: bool,
    /// Two numbers are the same that differ by no more than this times the larger of them (or 1); 0: every bit counts.
    pub tolerance: f64,
    pub feed: Feed,
    /// Lines as `tests/python/reference.py` writes them.
    pub expected: Vec<Value>,
}

/// The files of cases, by their names.
#[derive(Clone, Copy, Debug)]
pub struct Files<'c>(pub &'c [&'c Case]);

impl World for Files<'_> {
    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        let of = |case: &&&Case| path.strip_suffix(".py") == Some(case.name.as_str());
        self.0.iter().find(of).map(|case| case.source.clone().into_bytes()).ok_or_else(|| "no such case".to_owned())
    }
}

/// A pipeline of these cases side by side, each with an input of its own; and the files for the inputs.
pub fn pipeline(cases: &[&Case], scratch: &Path) -> (String, Vec<PathBuf>) {
    let (mut nodes, mut edges, mut files) = (Vec::new(), Vec::new(), Vec::new());
    for case in cases {
        let name = &case.name;
        let (input, file, bytes) = match &case.feed {
            Feed::Audio { rate, channels, samples, .. } => {
                let params = json!({"sample_rate": rate, "channels": channels});
                let bytes = crate::tiers::wav(*rate, *channels as u16, samples);
                (json!({"id": format!("in_{name}"), "node_type": "AudioInput", "params": params}), "wav", bytes)
            }
            Feed::Messages(list) => {
                let lines: String = list
                    .iter()
                    .map(|m| match m {
                        Value::String(text) if case.is_text => format!("{text}\n"),
                        other => format!("{other}\n"),
                    })
                    .collect();
                let (kind, ending) = if case.is_text { ("TextInput", "txt") } else { ("JsonInput", "jsonl") };
                (json!({"id": format!("in_{name}"), "node_type": kind}), ending, lines.into_bytes())
            }
        };
        nodes.push(input);
        let mut params = json!({"path": format!("{name}.py"), "class": case.class, "config": case.params});
        if let Feed::Audio { chunk, .. } = &case.feed {
            params["chunk_size"] = json!(chunk);
        }
        nodes.push(json!({"id": name, "node_type": "PythonNode", "params": params}));
        edges.push(json!({"from": format!("in_{name}"), "to": name}));
        let path = scratch.join(format!("{name}.{file}"));
        std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        files.push(path);
    }
    (json!({"version": "v1", "nodes": nodes, "connections": edges}).to_string(), files)
}

/// The folder of the corpus.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// Every case, by name.
pub fn cases() -> Vec<Case> {
    let mut names: Vec<String> = std::fs::read_dir(folder().join("corpus"))
        .expect("the corpus")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".json").map(str::to_owned))
        .collect();
    names.sort();
    names.into_iter().map(|name| case(&name)).collect()
}

/// One case.
pub fn case(name: &str) -> Case {
    let read = |path: PathBuf| std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let path = folder().join("corpus").join(format!("{name}.py"));
    let about: Value = serde_json::from_str(&read(path.with_extension("json"))).expect("a case is JSON");
    let expected = read(folder().join("expected").join(format!("{name}.jsonl")));
    let expected = expected.lines().map(|line| serde_json::from_str(line).expect("expected is JSON")).collect();
    Case::new(name, read(path), &about, expected)
}

impl Case {
    /// A node with what is said about it, as `tests/python/README.md` has it.
    ///
    /// # Panics
    /// Where something is missing there.
    pub fn new(name: &str, source: String, about: &Value, expected: Vec<Value>) -> Case {
        let input = about["input"].as_str().expect("input");
        let feed = match about.get("audio") {
            Some(audio) => {
                let number = |key: &str| audio[key].as_f64().unwrap_or_else(|| panic!("{name}: audio.{key}"));
                let (channels, frames) = (number("channels") as usize, number("frames") as usize);
                let signal = audio["signal"].as_str().expect("signal");
                let samples = signal_samples(signal, channels, frames, number("seed") as u64, number("amplitude"));
                let chunk = audio.get("chunk").and_then(Value::as_u64).unwrap_or(1024) as u32;
                Feed::Audio { rate: number("rate") as u32, channels, samples, chunk, per_sample: input == "sample" }
            }
            None => Feed::Messages(about["messages"].as_array().expect("messages").clone()),
        };
        Case {
            name: name.to_owned(),
            source,
            class: about["class"].as_str().expect("class").to_owned(),
            params: about.get("params").and_then(Value::as_object).cloned().unwrap_or_default(),
            is_text: input == "text",
            in_subset: about["subset"].as_bool().expect("subset"),
            beyond_64_bits: about.get("beyond_64_bits").is_some(),
            tolerance: about.get("tolerance").and_then(Value::as_f64).unwrap_or(0.0),
            feed,
            expected,
        }
    }
}

/// The formulas of `tests/python/signals.py`; interleaved.
fn signal_samples(signal: &str, channels: usize, frames: usize, seed: u64, amplitude: f64) -> Vec<f32> {
    let mut state = seed;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as i64 - (1 << 23)) as f64 / f64::from(1 << 23)
    };
    let sine = |position: u64| {
        let p = position % 100;
        let h = (if p < 50 { p } else { p - 50 }) as f64 * 0.02;
        let y = 4.0 * h * (1.0 - h);
        if p < 50 { y } else { -y }
    };
    let mut samples = Vec::with_capacity(channels * frames);
    for f in 0..frames as u64 {
        for c in 0..channels as u64 {
            samples.push(match signal {
                "noise" => noise() * amplitude,
                "sine" => sine(f + seed + 25 * c) * amplitude,
                "speechlike" => {
                    let on = if f % 1600 < 1000 { 1.0 } else { 0.0 };
                    sine(f + 25 * c) * on * amplitude + noise() * (amplitude * 0.015625)
                }
                "silence_then_noise" if f < frames as u64 / 2 => 0.0,
                "silence_then_noise" => noise() * amplitude,
                other => panic!("no signal is called {other}"),
            } as f32);
        }
    }
    samples
}

/// A parameter as the front end takes it.
pub fn literal(value: &Value) -> Literal {
    match value {
        Value::Null => Literal::None,
        Value::Bool(b) => Literal::Bool(*b),
        Value::Number(n) => n.as_i64().map_or_else(|| Literal::Float(n.as_f64().unwrap_or(f64::NAN)), Literal::Int),
        Value::String(s) => Literal::Str(s.clone()),
        Value::Array(items) => Literal::List(items.iter().map(literal).collect()),
        Value::Object(members) => {
            Literal::Dict(members.iter().map(|(k, v)| (Literal::Str(k.clone()), literal(v))).collect())
        }
    }
}

/// Whether two values are the same. Not-finite floats are null in messages and strings in the corpus.
pub fn same(got: &Value, want: &Value, tolerance: f64) -> bool {
    match (got, want) {
        (Value::Null, Value::String(s)) => matches!(s.as_str(), "NaN" | "Infinity" | "-Infinity"),
        (Value::Number(a), Value::Number(b)) => {
            if a.is_f64() != b.is_f64() {
                return false;
            }
            let (Some(x), Some(y)) = (a.as_f64(), b.as_f64()) else { return false };
            a == b || (x - y).abs() <= tolerance * x.abs().max(y.abs()).max(1.0)
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, tolerance)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && same(a, b, tolerance))
        }
        (a, b) => a == b,
    }
}
