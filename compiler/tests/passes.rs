//! File tests of the passes: a graph before (`passes/NAME.PASS.rmir`), what one pass makes of it (`passes/NAME.PASS.out`).
//! The passes `resolve` and `place` begin with a manifest (`passes/NAME.PASS.json`, `.yaml`), so that their findings have spans.
//!
//! The output is the graph in text form and what the pass reports, or the findings. `BLESS=1` rewrites outputs; read what it wrote.
#![expect(clippy::disallowed_methods, reason = "a test reads its cases")]

use remotemedia_compiler::manifest;
use remotemedia_compiler::passes::lengths::{Lengths, check_ends};
use remotemedia_compiler::passes::{InputFormat, PassCx, Report};
use remotemedia_compiler::passes::{
    buffers, distribute, fuse, infer, lower, negotiate, place, rates, resolve, schedule, simplify, threads, topology,
    vectorize,
};
use remotemedia_compiler::python::nodes::PythonNodes;
use remotemedia_ir::diag::{self, Diagnostics};
use remotemedia_ir::graph::Graph;
use remotemedia_ir::plan::{Plan, Runtime};
use remotemedia_ir::{SourceMap, text, verify};
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/passes")
}

fn cx() -> PassCx {
    PassCx {
        inputs: vec![InputFormat { port: None, format: None, rate: 48_000, channels: 2 }],
        assume: None,
        auto_negotiate: true,
        runtime: Runtime::Native,
        block: 1024,
        threads: threads::Threads::AtMost(1),
    }
}

/// From a lowered graph to a plan, with the reports of all passes on the way; where `loops` those that make loops among them.
fn plan(graph: &Graph, loops: bool) -> Result<(Plan, Vec<Report>), Diagnostics> {
    let components = topology::components(graph);
    let (rates, a) = rates::run(graph, &components)?;
    let lengths = Lengths::new(graph, &components);
    check_ends(graph, &lengths)?;
    let (mut groups, b) = fuse::run(graph, &components, &lengths)?;
    let divided = if loops { vec![vectorize::run(&mut groups), distribute::run(&mut groups)] } else { Vec::new() };
    let (mut plan, bursts, c) = buffers::run(graph, &groups, &rates, &cx());
    let d = schedule::run(&mut plan);
    assert!(threads::run(&mut plan, &bursts, &cx()).lines.is_empty(), "nobody asked for threads");
    verify::plan(&plan)?;
    Ok((plan, [a, b].into_iter().chain(divided).chain([c, d]).collect()))
}

/// What a pass makes of a graph, as text.
fn run(pass: &str, source: &str) -> String {
    let mut graph = text::parse_graph(source).unwrap_or_else(|e| panic!("{e:?}"));
    let done = match pass {
        "infer" => infer::run(&mut graph, &cx()).map(|(report, _)| report),
        "open" => infer::run(&mut graph, &PassCx { inputs: Vec::new(), ..cx() }).map(|(report, _)| report),
        "negotiate" => negotiate::run(&mut graph, &cx()),
        "strict" => negotiate::run(&mut graph, &PassCx { auto_negotiate: false, ..cx() }),
        "lower" => lower::run(&mut graph, &PythonNodes::new()),
        "simplify" => simplify::run(&mut graph),
        "plan" | "loops" => {
            return match plan(&graph, pass == "loops") {
                Ok((plan, reports)) => text::print_plan(&plan) + &lines(&reports),
                Err(found) => findings(&found),
            };
        }
        other => panic!("there is no pass `{other}`"),
    };
    match done {
        Ok(report) => text::print_graph(&graph) + &lines(&[report]),
        Err(found) => findings(&found),
    }
}

/// What `resolve`, or `resolve` and `place`, make of a manifest, as text.
fn begin(pass: &str, name: &str, source: &str) -> String {
    let mut sources = SourceMap::default();
    let drawn = |found: &Diagnostics, sources: &SourceMap| -> String {
        found.iter().map(|d| diag::render(d, sources)).collect::<Vec<_>>().join("\n")
    };
    let (manifest, _) = match manifest::read(&mut sources, name, source.as_bytes(), &|_| None) {
        Ok(read) => read,
        Err(found) => panic!("{name} cannot be read:\n{}", drawn(&found, &sources)),
    };
    let (mut graph, notes) = match resolve::run(&manifest, &PythonNodes::new()) {
        Ok(resolved) => resolved,
        Err(found) => return drawn(&found, &sources),
    };
    if pass == "resolve" {
        return text::print_graph(&graph) + &drawn(&notes, &sources);
    }
    let (report, foreign) = place::run(&mut graph, &cx());
    lines(&[report]) + &drawn(&foreign, &sources)
}

fn lines(reports: &[Report]) -> String {
    reports.iter().flat_map(|r| r.lines.iter().map(|l| format!("; {}: {l}\n", r.pass))).collect()
}

fn findings(found: &Diagnostics) -> String {
    found.iter().map(|d| diag::render(d, &SourceMap::default())).collect()
}

#[test]
fn passes_do_what_the_files_say() {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap_or_else(|e| panic!("{e}"))
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e != "out"))
        .collect();
    names.sort();
    assert!(names.len() >= 24, "cases are missing");
    let mut wrong = Vec::new();
    for path in names {
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let pass = stem.rsplit('.').next().unwrap_or_default();
        let source = std::fs::read_to_string(&path).unwrap_or_default();
        let found = match path.file_name().and_then(|n| n.to_str()) {
            Some(name) if !name.ends_with(".rmir") => begin(pass, name, &source),
            _ => run(pass, &source),
        };
        let expected = path.with_extension("out");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap_or_else(|e| panic!("{e}"));
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{stem}:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}
