//! Python files and manifests with Python nodes: what is said where the Python is wrong, what graph a file builds.
//!
//! `python/NAME.py` and `python/NAME.json` are read as the command line reads them (comments `# set: NAME=VALUE` are its `--set`);
//! `python/NAME.out` holds the graph and the findings as they are drawn. Files in `python/beside` are named by others. `BLESS=1` rewrites
//! the expected ones; read what it wrote.
#![expect(clippy::disallowed_methods, reason = "a test reads its cases")]

use remotemedia_compiler::manifest::Manifest;
use remotemedia_compiler::python::pipeline;
use remotemedia_compiler::{Options, World, compile_text};
use remotemedia_ir::diag::{Diagnostics, render};
use remotemedia_ir::{SourceMap, Span};
use std::fmt::Write;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/python")
}

/// The folder of the cases, and what they set.
struct Beside(Vec<(String, String)>);

impl World for Beside {
    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(folder().join(path)).map_err(|_| "no such file".to_owned())
    }

    fn settings(&self) -> Vec<(String, String)> {
        self.0.clone()
    }
}

fn drawn(found: &Diagnostics, sources: &SourceMap) -> String {
    found.iter().filter(|d| !d.tolerance).map(|d| render(d, sources)).collect::<Vec<_>>().join("\n")
}

/// Nodes and edges, each with its line.
fn graph(manifest: &Manifest, sources: &SourceMap) -> String {
    let line = |span: Span| sources.locate(span).map_or(0, |at| at.line);
    let name = manifest.name.as_ref().map_or("", |n| n.value.as_str());
    let mut out = format!("pipeline {name}, line {}\n", line(manifest.span));
    for node in &manifest.nodes {
        let params: Vec<String> =
            node.params.iter().map(|(name, value)| format!("{name}={}", value.to_json())).collect();
        let _ = writeln!(out, "line {}: {} = {}({})", line(node.span), node.id, node.node_type, params.join(", "));
    }
    for edge in &manifest.edges {
        let _ = writeln!(out, "line {}: {} -> {}", line(edge.span), edge.from.node, edge.to.node);
    }
    out
}

fn said(name: &str, text: &str) -> String {
    let set = text.lines().filter_map(|l| l.strip_prefix("# set: ")?.split_once('='));
    let world = Beside(set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    let mut out = String::new();
    if pipeline::is_python(name) {
        let mut sources = SourceMap::default();
        if let Ok(written) = pipeline::read(&mut sources, name, text.as_bytes(), &world) {
            out.push_str(&graph(&written.manifest, &sources));
        }
    }
    let mut sources = SourceMap::default();
    let options = Options { assume: true, ..Options::default() };
    match compile_text(&mut sources, name, text.as_bytes(), &world, &options) {
        Ok(compiled) => out.push_str(&drawn(&compiled.notes, &sources)),
        Err(found) => out.push_str(&drawn(&found, &sources)),
    }
    out
}

#[test]
fn findings_are_as_the_files_say() {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap_or_else(|e| panic!("{e}"))
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "py" || e == "json"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 20, "cases are missing");
    let mut wrong = Vec::new();
    for path in cases {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let found = said(&name, &text);
        let expected = folder().join(format!("{name}.out"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap_or_else(|e| panic!("{e}"));
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{name}:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

/// No cut and no exchange of a byte makes the reader panic.
#[test]
fn broken_files_are_refused_without_a_panic() {
    let text = std::fs::read_to_string(folder().join("pipeline_plain.py")).expect("the case is there");
    for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
        for part in [text[..at].to_owned(), text[at..].to_owned(), format!("{}({}", &text[..at], &text[at..])] {
            let mut sources = SourceMap::default();
            drop(pipeline::read(&mut sources, "p.py", part.as_bytes(), &Beside(Vec::new())));
        }
    }
}

/// What is nested is looked at once: time does not double with each level.
#[test]
fn nesting_takes_no_time() {
    let nested = format!("{}x{}", "a.add(".repeat(90), ")".repeat(90));
    let chained = format!("x{}", "\n.a.f()".repeat(300));
    let text = format!("from remotemedia import Pipeline\np = Pipeline()\n{nested}\ny = ({chained})\n");
    let mut sources = SourceMap::default();
    drop(pipeline::read(&mut sources, "p.py", text.as_bytes(), &Beside(Vec::new())));
}
