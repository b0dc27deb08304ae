//! What a case of the corpus gives here: lowered, evaluated, compared with its reference, and on every tier.

use super::{Case, Feed, Files, literal, pipeline, same};
use crate::tiers::{self, Bench};
use remotemedia_codegen::build::{Choice, Profile, Target};
use remotemedia_compiler::python::source::Module;
use remotemedia_compiler::python::{Input, Lowered, Request, kernel, lower};
use remotemedia_compiler::{Options, Stage, compile_text};
use remotemedia_engine::jit::script::Loops;
use remotemedia_ir::diag::render;
use remotemedia_ir::eval::script::{Flow, Frame, Islands, Program as Evaluated};
use remotemedia_ir::eval::{Machine, Samples, SamplesMut};
use remotemedia_ir::script::{Form as ScriptForm, Script, Stmt, Takes as ScriptTakes};
use remotemedia_ir::verify;
use remotemedia_ir::{SourceMap, Span};
use remotemedia_runtime_min::py::array::{Dtype, take_noticed};
use remotemedia_runtime_min::py::{Adapter, Form, Gives, PyNode, Takes};
use remotemedia_runtime_min::{Frames, Message, Messages, Node, Out, Value as Token};
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;

/// The class of a case, lowered.
///
/// # Errors
/// The findings, as a person reads them.
pub fn lowered(case: &Case) -> Result<Lowered, String> {
    let mut sources = SourceMap::default();
    let id = sources.add(case.name.clone(), case.source.clone());
    let module = Module::parse(&case.source, &case.name, id).map_err(|d| d.message.clone())?;
    let params: Vec<_> = case.params.iter().map(|(k, v)| (k.clone(), literal(v))).collect();
    let input = match &case.feed {
        Feed::Audio { channels, chunk, .. } => Input::Audio { channels: Some(*channels as u16), chunk: *chunk },
        Feed::Messages(_) if case.is_text => Input::Text,
        Feed::Messages(_) => Input::Json,
    };
    let request = Request { module: &module, class: Some(&case.class), params: &params, input, span: Span::NONE };
    lower(&request).map_err(|found| {
        let mut text = String::new();
        for d in found.iter() {
            text.push_str(&render(d, &sources));
        }
        text
    })
}

fn token(value: &Value) -> Token {
    remotemedia_runtime_min::message::parse(&value.to_string()).expect("JSON")
}

/// What a script makes of the feed of its case, as lines of the reference.
///
/// # Panics
/// If a message is no JSON, and in debug builds where it computes with a type of NumPy's that its programs are built without.
pub fn evaluate(case: &Case, script: &Script) -> Vec<Value> {
    take_noticed();
    let lines = fed(case, script, || Evaluated::new(script));
    let features = remotemedia_codegen::emit::script::needs(script);
    let is_linked = |dtype: Dtype| dtype == Dtype::F32 || features.contains(format!("py-{}", dtype.name()).as_str());
    let missing: Vec<Dtype> = take_noticed().into_iter().filter(|dtype| !is_linked(*dtype)).collect();
    assert!(missing.is_empty(), "{}: programs are built without {missing:?}", case.name);
    lines
}

/// The same where loops are machine code, and how often such code was entered.
///
/// # Panics
/// As [`evaluate`], and where it matters which loops are machine code at which time.
pub fn compiled(case: &Case, script: &Script) -> (Vec<Value>, u64) {
    let loops = Rc::new(Loops::default());
    let lines = fed(case, script, || Evaluated::with_islands(script, Rc::<Loops>::clone(&loops)));
    for (every, rest) in [(2, 0), (3, 1)] {
        let some = || Rc::new(Sometimes { loops: Loops::default(), asked: Cell::new(0), every, rest });
        let others = fed(case, script, || Evaluated::with_islands(script, some()));
        assert!(others == lines, "some loops as machine code give {others:?}, all of them {lines:?}");
    }
    (lines, loops.entered())
}

/// Loops that are machine code now and then: what is inside of one that is walked may be.
struct Sometimes {
    loops: Loops,
    asked: Cell<u32>,
    every: u32,
    rest: u32,
}

impl Islands for Sometimes {
    fn enter(&self, statement: &Stmt, frame: &mut Frame<'_>) -> Option<remotemedia_runtime_min::py::Result<Flow>> {
        let asked = self.asked.replace(self.asked.get() + 1);
        if asked % self.every == self.rest { self.loops.enter(statement, frame) } else { None }
    }
}

/// The same as a kernel, in the evaluator of kernels; none where it is no kernel.
///
/// # Panics
/// If the kernel is not valid.
pub fn as_kernel(case: &Case, script: &Script) -> Option<Vec<Value>> {
    let Feed::Audio { rate, channels, samples, .. } = &case.feed else { return None };
    let lanes = u16::try_from(*channels).ok()?;
    if script.gives.audio.is_none_or(|given| given.is_some_and(|given| given != lanes)) {
        return None;
    }
    let node = match script.takes {
        ScriptTakes::Sample => kernel::kernel(script, "node", lanes),
        _ => kernel::chunks(script, "node", lanes, *rate),
    };
    let node = node.ok()?;
    let verified = verify::kernel(&node.kernel).expect("a valid kernel");
    let mut results = vec![0.0; samples.len()];
    let (input, output) = ([Samples::F32(samples)], &mut [SamplesMut::F32(&mut results)]);
    Machine::new(verified).run(samples.len() / channels, &input, output).expect("its ports");
    let results: Vec<f64> = results.iter().map(|x| f64::from(*x)).collect();
    Some(vec![json!({"audio": {"rate": rate, "channels": channels, "samples": results}})])
}

fn fed(case: &Case, script: &Script, make: impl FnMut() -> Evaluated) -> Vec<Value> {
    let (takes, rate, channels) = match &case.feed {
        Feed::Messages(_) => (Takes::Messages, 0, 1),
        Feed::Audio { rate, channels, chunk, .. } => {
            let (channels, rate) = (*channels, *rate);
            let takes = match script.takes {
                ScriptTakes::Sample => Takes::Samples { channels },
                _ => Takes::Chunks { channels, rate, frames: *chunk as usize },
            };
            (takes, rate, channels)
        }
    };
    let width = script.gives.audio.map_or(0, |c| c.map_or(channels, usize::from));
    let form = |form| match form {
        ScriptForm::Json => Form::Json,
        ScriptForm::Text => Form::Text,
    };
    let gives = Gives { audio: script.gives.audio.map(|_| (width, rate)), messages: script.gives.messages.map(form) };
    let mut node = PyNode::new(Adapter::new(takes, gives), make);
    let mut frames: Frames<f32> = Frames::new(width.max(1), 1 << 20, 1);
    let mut messages = Messages::new(1);
    let mut failure = None;
    {
        let mut out = Out { frames: Some(&mut frames), messages: Some(&mut messages) };
        let mut run = || -> Result<(), remotemedia_runtime_min::Failure> {
            match &case.feed {
                Feed::Messages(list) => {
                    for (time, value) in list.iter().enumerate() {
                        node.message(0, &Message { time: time as u64, value: token(value) }, &mut out)?;
                    }
                }
                Feed::Audio { samples, channels, .. } => {
                    // In odd portions: how the input is cut must not matter.
                    for part in samples.chunks(channels * 333) {
                        node.frames(0, part, &mut out)?;
                    }
                }
            }
            node.flush(&mut out)
        };
        failure = run().err().or(failure);
    }
    let mut lines: Vec<Value> = messages
        .unread(0)
        .iter()
        .map(|m| json!({"value": serde_json::from_str::<Value>(&m.value.to_string()).expect("JSON")}))
        .collect();
    let samples = frames.unread(0);
    if gives.audio.is_some() && (!samples.is_empty() || failure.is_none()) {
        let samples: Vec<f64> = samples.iter().map(|x| f64::from(*x)).collect();
        lines.push(json!({"audio": {"rate": rate, "channels": width, "samples": samples}}));
    }
    if let Some(failure) = failure {
        lines.push(json!({"error": failure.message}));
    }
    lines
}

/// Whether what came out is what the reference says.
///
/// # Errors
/// A sentence where it is not.
pub fn compare(case: &Case, got: &[Value]) -> Result<(), String> {
    for (i, (got, want)) in got.iter().zip(&case.expected).enumerate() {
        if let Some(error) = want.get("error") {
            let line = error["line"].as_u64().unwrap_or(0);
            let (kind, message) = (error["type"].as_str().unwrap_or(""), error["message"].as_str().unwrap_or(""));
            let text = got["error"].as_str().unwrap_or("no error");
            let head = if message.is_empty() { kind.to_owned() } else { format!("{kind}: {message}") };
            if !text.starts_with(&head) || !text.contains(&format!("line {line}, in ")) {
                return Err(format!("`{text}`\n  instead of `{head}` at line {line}"));
            }
        } else if let Some(audio) = want.get("audio") {
            let (a, b) = (&got["audio"]["samples"], &audio["samples"]);
            let (Some(a), Some(b)) = (a.as_array(), b.as_array()) else { return Err(format!("no audio but {got}")) };
            if a.len() != b.len() {
                return Err(format!("{} samples instead of {}", a.len(), b.len()));
            }
            if let Some(at) = a.iter().zip(b).position(|(a, b)| !same(a, b, case.tolerance)) {
                return Err(format!("sample {at}: {} instead of {}", a[at], b[at]));
            }
        } else if !same(&got["value"], &want["value"], case.tolerance) {
            let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            return Err(format!("output {i}: {}\n  instead of {}", short(got), short(want)));
        }
    }
    if got.len() != case.expected.len() {
        return Err(format!("{} outputs instead of {}: {:?}", got.len(), case.expected.len(), got.last()));
    }
    Ok(())
}

/// Whether a node has stopped as its whole numbers leave 64 bits.
pub fn stops_beyond_64_bits(got: &[Value]) -> bool {
    got.last().is_some_and(|line| line["error"].as_str().is_some_and(|e| e.contains("beyond 64 bits")))
}

/// The plan of cases side by side on a bench, and its scratch folder.
///
/// # Panics
/// Where there is no plan.
pub fn bench(cases: &[&Case], name: &str) -> (Bench, std::path::PathBuf) {
    let scratch = std::env::temp_dir().join(format!("python-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&scratch).unwrap_or_else(|e| panic!("{e}"));
    let (manifest, files) = pipeline(cases, &scratch);
    let mut sources = SourceMap::default();
    let compiled = compile_text(&mut sources, "corpus.json", manifest.as_bytes(), &Files(cases), &Options::default());
    let compiled = compiled.unwrap_or_else(|found| {
        let text: String = found.iter().map(|d| render(d, &sources)).collect();
        panic!("{name}:\n{text}")
    });
    let Stage::Plan(plan) = compiled.stage else { panic!("{name}: no plan") };
    // Files in the order of the plan's inputs.
    let of =
        |port: &str| files.iter().find(|f| f.file_stem().is_some_and(|stem| format!("in_{}", stem.display()) == port));
    let files: Vec<_> = plan.inputs.iter().map(|port| of(&port.name).expect("a file").clone()).collect();
    let bench = Bench::on_files(&scratch.join("run"), plan, &files).unwrap_or_else(|e| panic!("{e}"));
    (bench, scratch)
}

/// Every tier gives what the evaluator gives, whatever the size of the chunks in which it reads.
///
/// # Panics
/// Where they do not.
pub fn tiers_agree(cases: &[&Case], name: &str, exit: i32, targets: &[Target]) {
    let (bench, scratch) = bench(cases, name);
    let reference = bench.eval(1024);
    assert_eq!(reference.exit, exit, "{name}");
    let same = |other: &tiers::Result, tier: &str| {
        assert_eq!(reference.exit, other.exit, "{name} on {tier}");
        for (index, (a, b)) in reference.outputs.iter().zip(&other.outputs).enumerate() {
            let at = a.iter().zip(b).position(|(a, b)| a != b);
            assert!(
                a == b,
                "{name} on {tier}: output {index} ({}) differs at byte {at:?} ({} and {} bytes)",
                bench.output(index),
                a.len(),
                b.len()
            );
        }
    };
    // What is given before a failure depends on what is read at once.
    same(&bench.jit(if exit == 0 { 77 } else { 1024 }), "jit");
    for target in targets {
        same(&bench.program(Choice::new(*target, Profile::Dev), 1024), target.name());
    }
    drop(std::fs::remove_dir_all(&scratch));
}

/// The case up to the message that fails; none where nothing but messages can be left out, or that does not help.
pub fn without_failure(mut case: Case) -> Option<Case> {
    let Ok(Lowered::Script(script)) = lowered(&case) else { return None };
    while evaluate(&case, &script).iter().any(|line| line.get("error").is_some()) {
        let Feed::Messages(list) = &mut case.feed else { return None };
        list.pop()?;
    }
    Some(case)
}
