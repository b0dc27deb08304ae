//! The corpus of `tests/python` run by interpreters, as programs link them, against what CPython by itself made of it.

mod mixed;

use remotemedia_codegen::build::{BuildError, Choice, Profile, Target, cache, program};
use remotemedia_codegen::emit::files::Sources;
use remotemedia_compiler::manifest::RuntimeHint;
use remotemedia_compiler::python::Input;
use remotemedia_compiler::python::hosted::candidate;
use remotemedia_compiler::python::imports::{LACKING, RUSTPYTHON};
use remotemedia_compiler::python::nodes::PythonNode;
use remotemedia_compiler::python::source::Module;
use remotemedia_ir::SourceMap;
use remotemedia_ir::script::{Form, Hosted, Takes};
use remotemedia_sandbox::{Command, End, Grants, Limits, Stdio};
use remotemedia_tests::corpus::run::compare;
use remotemedia_tests::corpus::{self, Case, Feed, cases};
use remotemedia_tests::tiers::environment;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};

/// An interpreter in a program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    CPython,
    RustPython,
    Sandboxed,
}

/// What RustPython makes something else of than CPython does, and why.
const DIFFERENT: &[(&str, &str)] = &[("chunk_counter", "arrays are lists, which have no shape")];

/// The class of a case as an interpreter is to run it.
fn hosted(case: &Case) -> Hosted {
    let mut sources = SourceMap::default();
    let id = sources.add(case.name.clone(), case.source.clone());
    let module = Module::parse(&case.source, &case.name, id).unwrap_or_else(|d| panic!("{}: {}", case.name, d.message));
    let node = PythonNode {
        class: Some(case.class.clone()),
        hint: Some(RuntimeHint::CPython),
        params: case.params.iter().map(|(k, v)| (k.clone(), corpus::literal(v))).collect(),
        ..PythonNode::new((id, format!("{}.py", case.name), case.source.clone()))
    };
    let input = match &case.feed {
        Feed::Audio { channels, chunk, .. } => Input::Audio { channels: Some(*channels as u16), chunk: *chunk },
        Feed::Messages(_) if case.is_text => Input::Text,
        Feed::Messages(_) => Input::Json,
    };
    match candidate(&node, &module, input, &mut Vec::new()) {
        Ok(Some(candidate)) => candidate.hosted,
        Ok(None) => panic!("{}: nothing to run", case.name),
        Err(found) => panic!("{}: {found:?}", case.name),
    }
}

/// A case as the runner takes it. Where a class leaves open what it sends, the reference tells.
fn line(case: &Case) -> String {
    let Hosted { name, file, source, takes, gives, .. } = hosted(case);
    let takes = match takes {
        Takes::Sample => "samples",
        Takes::Chunk { .. } => "chunks",
        Takes::Message | Takes::Tensor => "messages",
    };
    let form = gives.messages.map(|form| match form {
        Form::Json => "json",
        Form::Text => "text",
    });
    let mut line = json!({
        "file": file, "source": source, "class": name, "params": case.params, "takes": takes, "messages": form,
    });
    match &case.feed {
        Feed::Messages(list) => line["feed"] = json!(list),
        Feed::Audio { rate, channels, samples, chunk, .. } => {
            line["rate"] = json!(rate);
            line["channels"] = json!(channels);
            line["frames"] = json!(chunk);
            line["audio"] = json!(samples);
            if gives.audio.is_some() {
                let audio = case.expected.iter().find_map(|line| line.get("audio"));
                line["width"] = audio.map_or(json!(channels), |audio| audio["channels"].clone());
            }
        }
    }
    line.to_string()
}

/// Lines of the runner as those of the reference.
fn lines(text: &[Value]) -> Vec<Value> {
    let failed = text.iter().any(|line| line.get("error").is_some());
    text.iter()
        .filter_map(|line| match line.get("audio") {
            Some(samples) if failed && samples.as_array().is_some_and(Vec::is_empty) => None,
            Some(samples) => Some(json!({"audio": {"samples": samples}})),
            None => Some(line.clone()),
        })
        .collect()
}

fn build(host: Host) -> Option<PathBuf> {
    let (feature, start, target) = match host {
        Host::CPython => ("cpython", "cpython", Target::Native),
        Host::RustPython => ("rustpython", "rustpython", Target::Native),
        Host::Sandboxed => ("rustpython", "rustpython", Target::Wasi),
    };
    let start = format!("//! The interpreter.\n\npub use remotemedia_runtime_min::py::{start}::start;\n");
    let sources = Sources {
        files: vec![
            ("src/main.rs".to_owned(), include_str!("runner.rs").to_owned()),
            ("src/host.rs".to_owned(), start),
        ],
        features: ["json".to_owned(), feature.to_owned()].into(),
        needs_std: true,
        has_vectors: false,
    };
    match program::build(&sources, Choice::new(target, Profile::Dev), &|_| {}) {
        Ok(program) => {
            assert_eq!(program.warnings, "");
            Some(program.path)
        }
        Err(BuildError::NoPython { help }) => {
            eprintln!("left out: {help}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// What a program writes that reads a file.
fn output(host: Host, program: &Path, scratch: &Path) -> String {
    let (input, out) = (scratch.join("cases.jsonl"), scratch.join("out.jsonl"));
    let open = |path: &Path| File::open(path).unwrap_or_else(|e| panic!("{e}"));
    let create = |path: &Path| File::create(path).unwrap_or_else(|e| panic!("{e}"));
    if host == Host::Sandboxed {
        let wasm = std::fs::read(program).unwrap_or_else(|e| panic!("{e}"));
        let command =
            Command { stdin: Stdio::File(open(&input)), stdout: Stdio::File(create(&out)), ..Command::new(["runner"]) };
        // Its machine code takes longer to make than all else.
        let kept = cache::folder();
        let outcome = remotemedia_sandbox::run(&wasm, command, &Limits::default(), &Grants::default(), Some(&kept));
        match outcome.map(|o| o.end) {
            Ok(End::Exit(0)) => {}
            other => panic!("{other:?}"),
        }
    } else {
        let mut command = std::process::Command::new(program);
        // The reference is run without packages of anybody's environment but NumPy.
        if let Some(environment) = environment() {
            command.env("VIRTUAL_ENV", environment);
        }
        let status = command.stdin(open(&input)).stdout(create(&out)).status();
        assert!(status.as_ref().is_ok_and(|s| s.success()), "{status:?}");
    }
    std::fs::read_to_string(&out).unwrap_or_else(|e| panic!("{e}"))
}

/// Runs a program over lines of cases; gives what each of them left.
fn outputs(host: Host, program: &Path, cases: &[String], name: &str) -> Vec<Vec<Value>> {
    let scratch = std::env::temp_dir().join(format!("interpreters-{}-{name}-{}", std::process::id(), host as u8));
    std::fs::create_dir_all(&scratch).unwrap_or_else(|e| panic!("{e}"));
    std::fs::write(scratch.join("cases.jsonl"), cases.concat()).unwrap_or_else(|e| panic!("{e}"));
    let output = output(host, program, &scratch);
    let values: Vec<Value> =
        output.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect();
    drop(std::fs::remove_dir_all(&scratch));
    values.split(|line| line.get("end").is_some()).map(<[Value]>::to_vec).collect()
}

fn as_cpython(host: Host) {
    let Some(program) = build(host) else { return };
    let uses_numpy = |case: &Case| case.source.contains("numpy");
    let wanted = |case: &Case| host == Host::CPython || !uses_numpy(case);
    let cases: Vec<Case> = cases().into_iter().filter(wanted).collect();
    let input: Vec<String> = cases.iter().map(|case| line(case) + "\n").collect();
    let mut of_cases = outputs(host, &program, &input, "corpus").into_iter();
    let mut wrong = Vec::new();
    for case in &cases {
        let got = lines(&of_cases.next().unwrap_or_default());
        let known = DIFFERENT.iter().find(|(name, _)| host != Host::CPython && *name == case.name);
        match (compare(case, &got), known) {
            (Err(why), None) => wrong.push(format!("{}: {why}", case.name)),
            (Ok(()), Some((name, why))) => wrong.push(format!("{name}: is the same, and is said not to be: {why}")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

const IMPORT: &str = "
import importlib

class Import:
    def process(self, data):
        importlib.import_module(data)
        return 'imported'
";

/// Which modules an interpreter can import: each in a case of its own.
fn importable(host: Host, names: &[&str]) -> Vec<bool> {
    let Some(program) = build(host) else { return Vec::new() };
    let case = |name: &&str| {
        let case = json!({"file": "import.py", "source": IMPORT, "class": "Import", "takes": "messages",
            "messages": "text", "feed": [name]});
        format!("{case}\n")
    };
    let cases: Vec<String> = names.iter().map(case).collect();
    let imported = |lines: &Vec<Value>| lines.iter().any(|line| line.get("value").is_some());
    let lines = outputs(host, &program, &cases, "modules");
    lines.iter().take(cases.len()).map(imported).collect()
}

#[test]
fn cpython_in_a_program_does_as_cpython_by_itself() {
    as_cpython(Host::CPython);
}

#[test]
fn rustpython_does_as_cpython() {
    as_cpython(Host::RustPython);
}

#[test]
fn rustpython_in_the_sandbox_does_as_cpython() {
    as_cpython(Host::Sandboxed);
}

const MANY: &str = "
class Many:
    def process(self, data):
        return {'texts': len([data] * 100_000), 'sum': sum([0.5] * 100_000), 'pairs': len({i: data for i in range(40_000)})}
";

/// RustPython 0.5 counted references in 15 bits there.
#[test]
fn objects_may_be_held_a_hundred_thousand_times_in_the_sandbox() {
    let Some(program) = build(Host::Sandboxed) else { return };
    let case = json!({"file": "many.py", "source": MANY, "class": "Many", "takes": "messages", "messages": "json",
        "feed": ["a"]});
    let given = outputs(Host::Sandboxed, &program, &[format!("{case}\n")], "many");
    assert_eq!(given[0], [json!({"value": {"texts": 100_000, "sum": 50_000.0, "pairs": 40_000}})]);
}

#[test]
fn all_runtimes_work_side_by_side() {
    if build(Host::CPython).is_some() {
        mixed::runs(Target::Native, "cpython");
        mixed::falls_back();
    }
    mixed::runs(Target::Wasi, "rustpython");
}

/// The lists by which nodes are placed are true, and the manual has them.
#[test]
fn the_standard_library_of_rustpython_is_as_listed() {
    let manual = include_str!("../../../docs/python.md");
    for (list, there) in [(RUSTPYTHON, true), (LACKING, false)] {
        let names: Vec<&str> = list.split_whitespace().collect();
        let imported = importable(Host::RustPython, &names);
        let wrong: Vec<&str> =
            names.iter().zip(&imported).filter(|(_, is)| **is != there).map(|(name, _)| *name).collect();
        assert!(imported.len() == names.len() && wrong.is_empty(), "importable is not {there}: {wrong:?}");
        assert!(manual.contains(&names.join(" ")), "docs/python.md lacks:\n{}", names.join(" "));
    }
}

/// Those that need what a sandbox has not.
const NATIVE_ONLY: &str = "ctypes grp mmap pty pwd resource syslog termios tty";

#[test]
fn the_standard_library_of_rustpython_in_the_sandbox_is_as_listed() {
    let names: Vec<&str> = RUSTPYTHON.split_whitespace().collect();
    let imported = importable(Host::Sandboxed, &names);
    let lacking: Vec<&str> = names.iter().zip(&imported).filter(|(_, is)| !**is).map(|(name, _)| *name).collect();
    assert_eq!(lacking.join(" "), NATIVE_ONLY);
    assert!(include_str!("../../../docs/python.md").contains(NATIVE_ONLY));
}
