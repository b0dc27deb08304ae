//! Graphs of 10,000 nodes of several shapes become plans of a size in proportion, on the stack of a test's thread.

use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, compile_text};
use remotemedia_ir::plan::{Plan, Work};
use remotemedia_ir::{SourceMap, diag};
use std::fmt::Write;

const COUNT: usize = 10_000;

/// Compiles a manifest of nodes and edges.
fn plan(nodes: &[(String, &str, String)], edges: &[(String, String)]) -> Plan {
    let mut text = String::from("{\"version\": \"v1\", \"nodes\": [");
    for (i, (id, ty, params)) in nodes.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{{\"id\": \"{id}\", \"node_type\": \"{ty}\", \"params\": {{{params}}}}}");
    }
    text.push_str("], \"connections\": [");
    for (i, (from, to)) in edges.iter().enumerate() {
        let _ = write!(text, "{}{{\"from\": \"{from}\", \"to\": \"{to}\"}}", if i == 0 { "" } else { "," });
    }
    text.push_str("]}");
    let mut sources = SourceMap::default();
    let inputs = vec![InputFormat { port: None, format: None, rate: 48_000, channels: 2 }];
    let options = Options { inputs, ..Options::default() };
    match compile_text(&mut sources, "scale.json", text.as_bytes(), &Nowhere, &options) {
        Ok(compiled) => match compiled.stage {
            Stage::Plan(plan) => plan,
            Stage::Graph(_) => panic!("no plan"),
        },
        Err(found) => panic!("{}", found.iter().take(3).map(|d| diag::render(d, &sources)).collect::<String>()),
    }
}

/// Values of all regions.
fn values(plan: &Plan) -> usize {
    plan.actors
        .iter()
        .map(|a| match &a.work {
            Work::Region(region) => region.kernel.values.len(),
            Work::Library(_) => 0,
        })
        .sum()
}

fn gain(i: usize) -> (String, &'static str, String) {
    (format!("n{i}"), "Gain", format!("\"gain\": {}", 0.5 + i as f64 * 1e-6))
}

#[test]
fn a_chain() {
    let nodes: Vec<_> = (0..COUNT).map(gain).collect();
    let edges: Vec<_> = (1..COUNT).map(|i| (format!("n{}", i - 1), format!("n{i}"))).collect();
    let plan = plan(&nodes, &edges);
    assert!(values(&plan) < 5 * COUNT, "{} values", values(&plan));
    assert!(plan.actors.len() > 10, "one function would be too large");
}

/// Every node is read by the next two: a pass that walks paths instead of nodes would never end.
#[test]
fn a_ladder_of_shared_nodes() {
    let mut nodes = vec![gain(0), gain(1)];
    let mut edges = vec![("n0".to_owned(), "n1".to_owned())];
    for i in 2..COUNT {
        nodes.push((format!("n{i}"), "Mix", String::new()));
        edges.push((format!("n{}", i - 1), format!("n{i}")));
        edges.push((format!("n{}", i - 2), format!("n{i}")));
    }
    let plan = plan(&nodes, &edges);
    assert!(values(&plan) < 5 * COUNT, "{} values", values(&plan));
}

#[test]
fn a_wide_fan() {
    let mut nodes = vec![("in".to_owned(), "AudioInput", String::new()), ("sum".to_owned(), "Mix", String::new())];
    let mut edges = Vec::new();
    for i in 0..COUNT / 2 {
        nodes.push(gain(i));
        edges.push(("in".to_owned(), format!("n{i}")));
        edges.push((format!("n{i}"), "sum".to_owned()));
    }
    let plan = plan(&nodes, &edges);
    assert!(values(&plan) < 5 * COUNT, "{} values", values(&plan));
}

#[test]
fn many_loops() {
    let mut nodes = Vec::new();
    let mut edges: Vec<(String, String)> = Vec::new();
    for i in 0..COUNT / 3 {
        nodes.push((format!("m{i}"), "Mix", String::new()));
        nodes.push((format!("d{i}"), "Delay", "\"delay_frames\": 7".to_owned()));
        nodes.push((format!("g{i}"), "Gain", "\"gain\": 0.5".to_owned()));
        edges.push((format!("m{i}"), format!("d{i}")));
        edges.push((format!("d{i}"), format!("g{i}")));
        edges.push((format!("g{i}"), format!("m{i}")));
        if i > 0 {
            edges.push((format!("m{}", i - 1), format!("m{i}")));
        }
    }
    nodes.push(("in".to_owned(), "AudioInput", String::new()));
    edges.push(("in".to_owned(), "m0".to_owned()));
    let plan = plan(&nodes, &edges);
    assert!(values(&plan) < 5 * COUNT, "{} values", values(&plan));
}

#[test]
fn nodes_that_do_nothing() {
    let nodes: Vec<_> = (0..COUNT).map(|i| (format!("n{i}"), "PassThrough", String::new())).collect();
    let edges: Vec<_> = (1..COUNT).map(|i| (format!("n{}", i - 1), format!("n{i}"))).collect();
    let plan = plan(&nodes, &edges);
    assert!(plan.actors.is_empty(), "{} actors", plan.actors.len());
}
