//! What the benchmarks share: manifests of a given size, and their plans.

use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, compile_text};
use remotemedia_ir::SourceMap;
use remotemedia_ir::plan::Plan;
use std::fmt::Write;

/// A graph of `count` nodes: gains and mixes, every third node read by the next two.
pub fn manifest(count: usize) -> String {
    let mut nodes = String::new();
    let mut edges = String::new();
    for i in 0..count {
        let (ty, params) =
            if i % 3 == 2 { ("Mix", String::new()) } else { ("Gain", format!("\"gain\": {}", 0.5 + i as f64 * 1e-6)) };
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(nodes, "{comma}{{\"id\": \"n{i}\", \"node_type\": \"{ty}\", \"params\": {{{params}}}}}");
        if i > 0 {
            let comma = if i == 1 { "" } else { "," };
            let _ = write!(edges, "{comma}{{\"from\": \"n{}\", \"to\": \"n{i}\"}}", i - 1);
        }
        if i % 3 == 2 {
            let _ = write!(edges, ",{{\"from\": \"n{}\", \"to\": \"n{i}\"}}", i - 2);
        }
    }
    format!("{{\"version\": \"v1\", \"nodes\": [{nodes}], \"connections\": [{edges}]}}")
}

/// The plan of a manifest for stereo at 48 kHz; none if it is wrong.
pub fn plan(manifest: &str) -> Option<Plan> {
    let inputs = vec![InputFormat { port: None, format: None, rate: 48_000, channels: 2 }];
    let options = Options { inputs, ..Options::default() };
    let compiled = compile_text(&mut SourceMap::default(), "bench.json", manifest.as_bytes(), &Nowhere, &options);
    match compiled.map(|c| c.stage) {
        Ok(Stage::Plan(plan)) => Some(plan),
        Ok(Stage::Graph(_)) | Err(_) => None,
    }
}
