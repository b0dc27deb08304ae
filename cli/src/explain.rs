//! `explain`: a plan in words or as a picture, or the page of a diagnostic.

use crate::args::{Explain, Input, MessageFormat, Picture};
use crate::compile::finish;
use crate::frontend::{self, Usage};
use crate::report;
use remotemedia_codegen::diagram;
use remotemedia_compiler::{Options, Stage};
use remotemedia_ir::graph::UNBOUNDED;
use remotemedia_ir::plan::{Plan, Work};
use remotemedia_ir::{SourceMap, codes};

/// Runs `explain`; gives the exit code.
pub fn explain(args: &Explain) -> u8 {
    finish(|| {
        let looks_like_code =
            args.what.get(..2).is_some_and(|p| p.eq_ignore_ascii_case("rm")) && !args.what.contains('.');
        if looks_like_code {
            let page = codes::parse(&args.what).and_then(codes::page);
            let page = page.ok_or_else(|| Usage(format!("there is no diagnostic `{}`", args.what)))?;
            print!("{page}");
            return Ok(0);
        }
        let input =
            Input { manifest: args.what.clone().into(), set: args.set.clone(), message_format: MessageFormat::Human };
        let bytes = frontend::read(&input)?;
        let mut code = 0;
        for inputs in frontend::versions(&args.inputs)? {
            let mut sources = SourceMap::default();
            let options = Options { inputs, assume: true, ..Options::default() };
            match frontend::compile(&input, &bytes, &mut sources, &options)? {
                Ok(compiled) => {
                    report::diagnostics(&report::placed(compiled.notes), &sources, MessageFormat::Human, false);
                    match (&compiled.stage, args.format) {
                        (Stage::Plan(plan), Some(format)) => print!("{}", picture(plan, format)),
                        (Stage::Plan(plan), None) => words(plan),
                        (Stage::Graph(_), _) => {}
                    }
                    if args.format.is_none() {
                        println!("What the passes did");
                        for report in &compiled.reports {
                            for line in &report.lines {
                                println!("  {:<9}  {line}", report.pass);
                            }
                        }
                    }
                }
                Err(found) => {
                    report::diagnostics(&found, &sources, MessageFormat::Human, false);
                    code = 1;
                }
            }
        }
        Ok(code)
    })
}

/// A plan in a format of pictures.
pub fn picture(plan: &Plan, format: Picture) -> String {
    match format {
        Picture::Dot => diagram::dot(plan),
        Picture::Mermaid => diagram::mermaid(plan),
        Picture::Svg => diagram::svg(plan),
    }
}

fn words(plan: &Plan) {
    println!("Pipeline `{}`\n\nInputs", plan.name);
    for port in &plan.inputs {
        println!("  {}: {}, {} tokens at a time", port.name, plan.stream(port.stream).ty, port.block);
    }
    println!("\nSteps, in their order");
    for id in &plan.order {
        let actor = plan.actor(*id);
        let what = match &actor.work {
            Work::Region(region) => {
                let tail = match region.tail {
                    0 => String::new(),
                    u64::MAX => ", without end".to_owned(),
                    n => format!(", {n} frames longer than its input"),
                };
                format!(
                    "one loop over {}{tail}",
                    if actor.nodes.is_empty() { actor.name.clone() } else { actor.nodes.join(", ") }
                )
            }
            Work::Library(library) => format!("{} ({})", actor.name, library.path),
        };
        println!("  {:<7} {what}", actor.runtime.name());
        for stream in &actor.outputs {
            let stream = plan.stream(*stream);
            let room = match stream.capacity {
                UNBOUNDED => "room for all of the stream".to_owned(),
                tokens => format!("room for {tokens} tokens"),
            };
            println!("          → {}, {room}", stream.ty);
        }
    }
    println!("\nOutputs");
    for port in &plan.outputs {
        let late = match port.latency {
            0 => String::new(),
            UNBOUNDED => ", not before the end of the input".to_owned(),
            frames => format!(", {frames} frames late"),
        };
        println!("  {}: {}{late}", port.name, plan.stream(port.from.stream).ty);
    }
    let unbounded = plan.streams.iter().filter(|s| s.capacity == UNBOUNDED).count();
    let more = if unbounded == 0 { String::new() } else { format!(", and {unbounded} that grow with the input") };
    println!("\nBuffers: {} bytes{more}\n", plan.buffer_bytes());
}
