//! `check --explain-python`: which classes of a file are compiled, and which lines are in the way of the others.

use crate::args::{Check, MessageFormat};
use crate::frontend::{self, Usage};
use crate::report;
use remotemedia_compiler::python::nodes::PythonNode;
use remotemedia_compiler::python::{Input, Lowered, Outside, pipeline};
use remotemedia_ir::script::{Form, Gives, Takes};
use remotemedia_ir::{Diagnostics, SourceMap};
use serde_json::{Value, json};

/// Prints what becomes of each class of a Python file; gives the exit code.
pub fn explain(args: &Check, bytes: &[u8]) -> Result<u8, Usage> {
    let name = args.input.manifest.display().to_string();
    let name = if name == "-" { "<stdin>".to_owned() } else { name };
    let world = frontend::outside(&args.input)?;
    let input = input(&args.inputs)?;
    let mut sources = SourceMap::default();
    let format = args.input.message_format;
    let told = |found: &Diagnostics, sources: &SourceMap| report::diagnostics(found, sources, format, args.strict);
    let nodes = match pipeline::classes(&mut sources, &name, bytes, args.class.as_deref(), &world) {
        Ok(nodes) => nodes,
        Err(found) => {
            told(&found, &sources);
            return Ok(1);
        }
    };
    let mut code = 0;
    for (node, line) in &nodes {
        let lowered = match &input {
            Some(Input::Audio { channels, chunk: _ }) => Ok(Input::Audio { channels: *channels, chunk: node.chunk }),
            Some(input) => Ok(input.clone()),
            None => node.guess().map(|kind| node.input_of(kind)),
        };
        match lowered.and_then(|input| become_of(node, input)) {
            Ok(becomes) => match format {
                MessageFormat::Human => print!("{}", words(node, *line, &becomes, &sources)),
                MessageFormat::Json => println!("{}", object(node, *line, &becomes, &sources)),
            },
            Err(found) => {
                told(&found, &sources);
                code = 1;
            }
        }
    }
    Ok(code)
}

/// What `--input` says; none where it is left out.
fn input(formats: &[String]) -> Result<Option<Input>, Usage> {
    Ok(match formats {
        [] => None,
        [one] => Some(match one.as_str() {
            "text" => Input::Text,
            "json" => Input::Json,
            "audio" => Input::Audio { channels: None, chunk: 1024 },
            audio => Input::Audio { channels: Some(frontend::input_format(audio)?.channels), chunk: 1024 },
        }),
        _ => return Err(Usage("`--explain-python` takes one `--input`".into())),
    })
}

/// What becomes of a class.
struct Becomes {
    /// How it is fed, and what it sends.
    takes: String,
    gives: &'static str,
    /// What runs it where it is not compiled, and why.
    outside: Option<(&'static str, Vec<Outside>)>,
}

fn become_of(node: &PythonNode, input: Input) -> Result<Becomes, Diagnostics> {
    let mut reasons = match node.lower(input.clone())? {
        Lowered::Script(script) => {
            return Ok(Becomes { takes: takes(&script.takes, &input), gives: gives(&script.gives), outside: None });
        }
        Lowered::Outside(reasons) => reasons,
    };
    let candidate = node.candidate(input.clone(), &mut reasons)?;
    let hosted = candidate.as_ref().map(|c| &c.hosted);
    Ok(Becomes {
        takes: hosted.map_or_else(String::new, |h| takes(&h.takes, &input)),
        gives: hosted.map_or("nothing", |h| gives(&h.gives)),
        outside: Some((hosted.map_or("no interpreter", |h| h.interpreter.name()), reasons)),
    })
}

fn words(node: &PythonNode, line: u32, becomes: &Becomes, sources: &SourceMap) -> String {
    let class = node.class.as_deref().unwrap_or_default();
    let Becomes { takes, gives, outside } = becomes;
    let runs = outside.as_ref().map_or_else(|| "compiled".to_owned(), |(runs, _)| format!("run by {runs}"));
    let mut out = format!("`{class}` (line {line}): {runs}\n  takes {takes}, gives {gives}\n");
    for reason in outside.iter().flat_map(|(_, reasons)| reasons) {
        out.push_str(&marked(reason, sources));
    }
    out
}

/// A reason with its line, and that line with carets under the place.
fn marked(outside: &Outside, sources: &SourceMap) -> String {
    let says = format!("{}: {}", outside.reason, outside.need.name());
    let Some(at) = sources.locate(outside.span) else { return format!("  {says}\n") };
    let line = sources.line(outside.span.source, at.line).unwrap_or_default().trim_end();
    let shown: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let length = sources.text(outside.span).lines().next().unwrap_or_default().chars().count();
    let under = length.min(shown.chars().count().saturating_sub(at.column - 1)).max(1);
    let (number, before) = (at.line, " ".repeat(at.column - 1));
    let pad = " ".repeat(number.to_string().len());
    format!("  line {number}: {says}\n    {number} | {shown}\n    {pad} | {before}{}\n", "^".repeat(under))
}

fn object(node: &PythonNode, line: u32, becomes: &Becomes, sources: &SourceMap) -> Value {
    let Becomes { takes, gives, outside } = becomes;
    let reasons: Vec<Value> = outside
        .iter()
        .flat_map(|(_, reasons)| reasons)
        .map(|o| {
            let at = sources.locate(o.span);
            json!({
                "line": at.as_ref().map(|at| at.line),
                "column": at.as_ref().map(|at| at.column),
                "reason": o.reason,
                "needs": o.need.name(),
            })
        })
        .collect();
    json!({
        "class": node.class,
        "line": line,
        "compiled": outside.is_none(),
        "takes": takes,
        "gives": gives,
        "runs": outside.as_ref().map_or("compiled", |(runs, _)| runs),
        "reasons": reasons,
    })
}

fn takes(takes: &Takes, input: &Input) -> String {
    match (takes, input) {
        (Takes::Message, Input::Text) => "each message of a stream of text".to_owned(),
        (Takes::Message, _) => "each message of a stream of JSON".to_owned(),
        (Takes::Sample, _) => "each sample of each channel".to_owned(),
        (Takes::Chunk { frames }, _) => format!("chunks of {frames} frames of audio"),
        (Takes::Tensor, _) => "each tensor".to_owned(),
    }
}

fn gives(gives: &Gives) -> &'static str {
    match (gives.audio, gives.messages) {
        (Some(_), Some(Form::Json)) => "audio and JSON",
        (Some(_), Some(Form::Text)) => "audio and text",
        (Some(_), None) => "audio",
        (None, Some(Form::Json)) => "JSON",
        (None, Some(Form::Text)) => "text",
        (None, None) => "nothing",
    }
}
