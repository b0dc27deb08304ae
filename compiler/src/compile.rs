//! The whole way from manifest to plan, on one screen.

use crate::manifest::{self, Manifest};
use crate::passes::lengths::{Lengths, check_ends};
use crate::passes::topology;
use crate::passes::{InputFormat, PassCx, Report, Threads};
use crate::passes::{
    buffers, distribute, fuse, infer, lower, negotiate, place, rates, resolve, schedule, simplify, specialise, threads,
    vectorize,
};
use crate::python::{self, nodes::PythonNodes};
use crate::world::World;
use remotemedia_ir::diag::Diagnostics;
use remotemedia_ir::graph::Graph;
use remotemedia_ir::plan::{Plan, Runtime};
use remotemedia_ir::{SourceMap, Span, rewrite, verify};
use std::collections::HashMap;

/// What a caller may choose.
#[derive(Clone, Debug)]
pub struct Options {
    pub inputs: Vec<InputFormat>,
    /// Takes an open input for 48 kHz stereo and says so, instead of asking: for `check`.
    pub assume: bool,
    pub runtime: Runtime,
    /// Frames that the host reads at most at once.
    pub block: u32,
    /// How many threads a native program may have; one, unless somebody asks for more.
    pub threads: Threads,
    /// Stops after this pass.
    pub after: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            inputs: Vec::new(),
            assume: false,
            runtime: Runtime::Native,
            block: 1024,
            threads: Threads::AtMost(1),
            after: None,
        }
    }
}

/// The passes in their order.
pub const PASSES: &[&str] = &[
    "resolve",
    "infer",
    "negotiate",
    "lower",
    "simplify",
    "place",
    "rates",
    "fuse",
    "vectorize",
    "distribute",
    "buffers",
    "schedule",
    "threads",
];

/// How far a compilation came.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Stopped on the graph: by `--after`, or because nodes need other runtimes.
    Graph(Graph),
    Plan(Plan),
}

/// A finished compilation.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub stage: Stage,
    /// What each pass did.
    pub reports: Vec<Report>,
    /// Where each node of the manifest stands, by its id: plans carry no spans.
    pub spans: HashMap<String, Span>,
    /// Notes and warnings; where nodes need other runtimes also the errors that say so.
    pub notes: Diagnostics,
}

/// Compiles a manifest's text, or a Python file where `name` ends in `.py` ([`python::pipeline`]). Its source is added to `sources`, so that
/// findings can be drawn.
///
/// # Errors
/// All findings of the first phase that failed.
pub fn compile_text(
    sources: &mut SourceMap,
    name: &str,
    bytes: &[u8],
    world: &dyn World,
    options: &Options,
) -> Result<Compiled, Diagnostics> {
    let (manifest, notes, files) = if python::pipeline::is_python(name) {
        let written = python::pipeline::read(sources, name, bytes, world)?;
        (written.manifest, Diagnostics::new(), written.files)
    } else {
        let (manifest, notes) = manifest::read(sources, name, bytes, &|name| world.variable(name))?;
        (manifest, notes, python::nodes::Files::new())
    };
    let pythons = python::nodes::find_with(&manifest, sources, world, files)?;
    let mut compiled = compile(&manifest, &pythons, options)?;
    let mut all = notes;
    all.extend(compiled.notes);
    compiled.notes = all;
    Ok(compiled)
}

/// Compiles a manifest, with the Python nodes that [`python::nodes::find`] finds in it.
///
/// # Errors
/// All findings of the first pass that failed.
pub fn compile(manifest: &Manifest, pythons: &PythonNodes, options: &Options) -> Result<Compiled, Diagnostics> {
    let cx = PassCx {
        inputs: options.inputs.clone(),
        assume: options.assume.then_some(InputFormat { port: None, format: None, rate: 48_000, channels: 2 }),
        auto_negotiate: manifest.auto_negotiate.as_ref().is_none_or(|b| b.value),
        runtime: options.runtime,
        block: options.block,
        threads: options.threads,
    };
    let after = |pass: &str| options.after.as_deref() == Some(pass);
    let mut reports = Vec::new();
    let (mut graph, mut notes) = resolve::run(manifest, pythons)?;
    let spans = graph.live().map(|id| (graph.node(id).name.clone(), graph.node(id).span)).collect();
    let (placement, foreign) = place::run(&mut graph, &cx);
    if after("resolve") || !foreign.is_empty() {
        reports.push(placement);
        notes.extend(foreign);
        return Ok(Compiled { stage: Stage::Graph(graph), reports, spans, notes });
    }
    macro_rules! done {
        ($pass:literal) => {
            if after($pass) {
                return Ok(Compiled { stage: Stage::Graph(graph), reports, spans, notes });
            }
        };
    }
    let (mut report, mut open) = infer::run(&mut graph, &cx)?;
    // How many channels a Python class gives may depend on how many it gets.
    let mut rounds = graph.nodes.len();
    while rounds > 0 && specialise::run(&mut graph, pythons)? {
        let (again, more) = infer::run(&mut graph, &cx)?;
        report = again;
        // What was open is taken for something by now, and stays said.
        open.extend(more);
        rounds -= 1;
    }
    reports.push(report);
    notes.extend(open);
    done!("infer");
    reports.push(negotiate::run(&mut graph, &cx)?);
    done!("negotiate");
    reports.push(lower::run(&mut graph, pythons)?);
    done!("lower");
    reports.push(simplify::run(&mut graph)?);
    done!("simplify");
    reports.push(placement);
    done!("place");
    let components = topology::components(&graph);
    let (rates, report) = rates::run(&graph, &components)?;
    reports.push(report);
    done!("rates");
    let lengths = Lengths::new(&graph, &components);
    check_ends(&graph, &lengths)?;
    let (mut groups, report) = fuse::run(&graph, &components, &lengths)?;
    reports.push(report);
    for group in &mut groups {
        if let fuse::Group::Region(region) = group {
            rewrite::clean(&mut region.kernel);
        }
    }
    done!("fuse");
    reports.push(vectorize::run(&mut groups));
    done!("vectorize");
    reports.push(distribute::run(&mut groups));
    done!("distribute");
    let (mut plan, bursts, report) = buffers::run(&graph, &groups, &rates, &cx);
    reports.push(report);
    reports.push(schedule::run(&mut plan));
    if !after("schedule") {
        reports.push(threads::run(&mut plan, &bursts, &cx));
    }
    if cfg!(debug_assertions) {
        verify::plan(&plan)?;
    }
    Ok(Compiled { stage: Stage::Plan(plan), reports, spans, notes })
}
