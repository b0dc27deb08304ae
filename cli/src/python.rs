//! `check --explain-python`: which classes of a file are compiled, and which lines are in the way of the others.

use crate::args::{Check, MessageFormat};
use crate::frontend::{self, Usage};
use crate::report;
use remotemedia_compiler::python::nodes::PythonNode;
use remotemedia_compiler::python::{Input, Lowered, Need, Outside, pipeline};
use remotemedia_ir::script::{Script, Takes};
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
        match lowered.and_then(|input| node.lower(input.clone()).map(|lowered| (input, lowered))) {
            Ok((input, lowered)) => match format {
                MessageFormat::Human => print!("{}", words(node, *line, &input, &lowered, &sources)),
                MessageFormat::Json => println!("{}", object(node, *line, &input, &lowered, &sources)),
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

fn words(node: &PythonNode, line: u32, input: &Input, lowered: &Lowered, sources: &SourceMap) -> String {
    let class = node.class.as_deref().unwrap_or_default();
    match lowered {
        Lowered::Script(script) => {
            format!("`{class}` (line {line}): compiled\n  takes {}, gives {}\n", takes(script, input), gives(script))
        }
        Lowered::Outside(outside) => {
            let mut out = format!("`{class}` (line {line}): needs {}\n", runtime(outside).name());
            for reason in outside {
                out.push_str(&marked(reason, sources));
            }
            out
        }
    }
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

fn object(node: &PythonNode, line: u32, input: &Input, lowered: &Lowered, sources: &SourceMap) -> Value {
    let outside: &[Outside] = match lowered {
        Lowered::Script(_) => &[],
        Lowered::Outside(outside) => outside,
    };
    let reasons: Vec<Value> = outside
        .iter()
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
    let (takes, gives) = match lowered {
        Lowered::Script(script) => (Some(takes(script, input)), Some(gives(script))),
        Lowered::Outside(_) => (None, None),
    };
    json!({
        "class": node.class,
        "line": line,
        "compiled": outside.is_empty(),
        "takes": takes,
        "gives": gives,
        "needs": if outside.is_empty() { None } else { Some(runtime(outside).name()) },
        "reasons": reasons,
    })
}

/// The runtime that all reasons together ask for.
fn runtime(outside: &[Outside]) -> Need {
    outside.iter().map(|o| o.need).max().unwrap_or(Need::Python)
}

fn takes(script: &Script, input: &Input) -> String {
    match (&script.takes, input) {
        (Takes::Message, Input::Text) => "each message of a stream of text".to_owned(),
        (Takes::Message, _) => "each message of a stream of JSON".to_owned(),
        (Takes::Sample, _) => "each sample of each channel".to_owned(),
        (Takes::Chunk { frames }, _) => format!("chunks of {frames} frames of audio"),
        (Takes::Tensor, _) => "each tensor".to_owned(),
    }
}

fn gives(script: &Script) -> String {
    use remotemedia_ir::script::Form;
    let messages = script.gives.messages.map(|form| match form {
        Form::Json => "JSON",
        Form::Text => "text",
    });
    match (script.gives.audio, messages) {
        (Some(_), Some(messages)) => format!("audio and {messages}"),
        (Some(_), None) => "audio".to_owned(),
        (None, Some(messages)) => messages.to_owned(),
        (None, None) => "nothing".to_owned(),
    }
}
