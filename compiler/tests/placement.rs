//! Where Python nodes run: by what they import and ask for, by trust and by target.

use remotemedia_compiler::{Compiled, Options, Stage, World, compile_text};
use remotemedia_ir::SourceMap;
use remotemedia_ir::diag::render;
use remotemedia_ir::plan::Runtime;

/// A file `nodes.py`, and what `REMOTEMEDIA_PYTHON_RUNTIME` says.
struct Outside(Option<&'static str>);

const NODES: &str = "\
import textwrap
import numpy as np
import librosa


class Double:
    def process(self, data):
        return {'n': data['n'] * 2}


class Find:
    def process(self, data):
        return {'found': textwrap.wrap(data['text'])}


class Pitch:
    def process(self, data):
        samples, rate = data
        yield {'f0': float(librosa.yin(samples, fmin=60, fmax=400)[0])}


class Tidy:
    def process(self, data):
        samples, rate = data
        if hasattr(samples, 'shape'):
            return np.nan_to_num(samples), rate
        return None
";

impl World for Outside {
    fn variable(&self, name: &str) -> Option<String> {
        (name == "REMOTEMEDIA_PYTHON_RUNTIME").then(|| self.0.map(str::to_owned))?
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        if path == "nodes.py" { Ok(NODES.as_bytes().to_vec()) } else { Err("no such file".to_owned()) }
    }
}

/// A node of a class, with options.
fn node(class: &str, options: &str) -> String {
    format!(
        r#"{{"id": "{}", "node_type": "PythonNode", "params": {{"path": "nodes.py", "class": "{class}"}}{options}}}"#,
        class.to_lowercase()
    )
}

/// What the pass says of nodes, or what is wrong with them.
fn placed(nodes: &[String], asked: Option<&'static str>, runtime: Runtime) -> Result<Vec<String>, String> {
    let manifest = format!(r#"{{"version": "v1", "nodes": [{}]}}"#, nodes.join(", "));
    let mut sources = SourceMap::default();
    let options = Options { assume: true, runtime, ..Options::default() };
    let compiled = compile_text(&mut sources, "p.json", manifest.as_bytes(), &Outside(asked), &options);
    let drawn = |found: &remotemedia_ir::Diagnostics| found.iter().map(|d| render(d, &sources)).collect::<String>();
    match compiled {
        Err(found) => Err(drawn(&found)),
        Ok(Compiled { stage: Stage::Graph(_), notes, .. }) => Err(drawn(&notes)),
        Ok(Compiled { reports, .. }) => {
            let lines = reports.into_iter().filter(|r| r.pass == "place").flat_map(|r| r.lines);
            Ok(lines.filter(|l| l.starts_with('`')).collect())
        }
    }
}

#[track_caller]
fn runs(nodes: &[String], asked: Option<&'static str>, runtime: Runtime, expected: &[&str]) {
    assert_eq!(placed(nodes, asked, runtime).unwrap_or_else(|e| panic!("{e}")), expected);
}

#[track_caller]
fn refused(nodes: &[String], asked: Option<&'static str>, runtime: Runtime, parts: &[&str]) {
    match placed(nodes, asked, runtime) {
        Ok(lines) => panic!("{lines:?}"),
        Err(text) => parts.iter().for_each(|part| assert!(text.contains(part), "`{part}` is not in\n{text}")),
    }
}

#[test]
fn imports_choose_the_interpreter() {
    runs(&[node("Double", "")], None, Runtime::Native, &[]);
    runs(
        &[node("Find", "")],
        None,
        Runtime::Native,
        &[
            "`find` (Find) runs in rustpython: line 1: `import textwrap` is outside the compiled subset: an interpreter; \
           line 13: `textwrap.wrap` is outside the compiled subset: an interpreter",
        ],
    );
    let lines = placed(&[node("Pitch", "")], None, Runtime::Native).unwrap_or_else(|e| panic!("{e}"));
    let librosa = "`pitch` (Pitch) runs in cpython: line 3: `import librosa` is a compiled extension: cpython";
    assert!(lines[0].starts_with(librosa), "{lines:?}");
    let numpy = "line 2: `import numpy` is a compiled extension: cpython";
    let lines = placed(&[node("Tidy", "")], None, Runtime::Native).unwrap_or_else(|e| panic!("{e}"));
    assert!(lines[0].starts_with("`tidy` (Tidy) runs in cpython: ") && lines[0].contains(numpy), "{lines:?}");
}

#[test]
fn a_class_that_needs_none_in_particular_joins_another_ones_cpython() {
    let lines = placed(&[node("Find", ""), node("Pitch", "")], None, Runtime::Native).unwrap_or_else(|e| panic!("{e}"));
    assert!(lines[0].starts_with("`find` (Find) runs in cpython: "), "{lines:?}");
    assert!(lines[0].ends_with("; another node needs cpython anyway"), "{lines:?}");
    let hint = r#", "runtime_hint": "rustpython""#;
    let lines =
        placed(&[node("Find", hint), node("Pitch", "")], None, Runtime::Native).unwrap_or_else(|e| panic!("{e}"));
    assert!(lines[0].starts_with("`find` (Find) runs in rustpython: "), "{lines:?}");
}

#[test]
fn hints_requirements_and_the_environment_choose() {
    let could = "it could be compiled, but asks for";
    let hint = r#", "runtime_hint": "cpython""#;
    let cpython = format!("`double` (Double) runs in cpython: {could} cpython");
    runs(&[node("Double", hint)], None, Runtime::Native, &[&cpython]);
    let rustpython = format!("`double` (Double) runs in rustpython: {could} rustpython");
    runs(&[node("Double", hint)], Some("rustpython"), Runtime::Native, &[&rustpython]);
    runs(&[node("Double", hint)], Some("lowered"), Runtime::Native, &[]);
    let lines = placed(&[node("Find", r#", "python_deps": ["regex>=2024"]"#)], None, Runtime::Native);
    let lines = lines.unwrap_or_else(|e| panic!("{e}"));
    assert!(lines[0].starts_with("`find` (Find) runs in cpython: "), "{lines:?}");
    assert!(lines[0].contains("it needs the package `regex>=2024`"), "{lines:?}");
    refused(&[node("Double", "")], Some("pypy"), Runtime::Native, &["RM0405", "`pypy`", "`rustpython`"]);
}

#[test]
fn a_fallback_is_there_where_it_is_allowed() {
    let options = r#", "runtime_hint": "rustpython", "execution": {"fallback": "cpython"}"#;
    let lines = placed(&[node("Find", options)], None, Runtime::Native).unwrap_or_else(|e| panic!("{e}"));
    assert!(
        lines[0].starts_with("`find` (Find) runs in rustpython, with cpython where that cannot begin: "),
        "{lines:?}"
    );
    let lines = placed(&[node("Find", options)], None, Runtime::Wasm).unwrap_or_else(|e| panic!("{e}"));
    assert!(lines[0].starts_with("`find` (Find) runs in rustpython: "), "{lines:?}");
}

#[test]
fn what_is_not_trusted_runs_in_the_sandbox_or_not_at_all() {
    let options = r#", "trusted": false"#;
    runs(&[node("Double", options)], None, Runtime::Native, &[]);
    refused(&[node("Find", options)], None, Runtime::Native, &["RM0405", "is not trusted", "--target wasi", "line 1"]);
    let lines = placed(&[node("Find", options)], None, Runtime::Wasm).unwrap_or_else(|e| panic!("{e}"));
    assert!(lines[0].starts_with("`find` (Find) runs in rustpython: "), "{lines:?}");
    refused(
        &[node("Pitch", "")],
        None,
        Runtime::Wasm,
        &["RM0405", "cannot run in the sandbox", "line 3: `import librosa`"],
    );
}
