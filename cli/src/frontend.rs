//! From arguments to what the compiler takes: the manifest's bytes, variables, input formats.

use crate::args::{Input, MessageFormat};
use crate::report;
use remotemedia_compiler::{Compiled, InputFormat, Options, Stage, World, compile_text};
use remotemedia_ir::diag::Diagnostics;
use remotemedia_ir::plan::Plan;
use remotemedia_ir::types::SampleFormat;
use remotemedia_ir::verify::{self, Verified};
use remotemedia_ir::{Diagnostic, SourceMap, Span, codes};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Wrong usage: exit code 2.
#[derive(Debug)]
pub struct Usage(pub String);

/// The bytes of a manifest.
pub fn read(input: &Input) -> Result<Vec<u8>, Usage> {
    let path = &input.manifest;
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|e| Usage(format!("standard input: {e}")))?;
        return Ok(bytes);
    }
    std::fs::read(path).map_err(|e| Usage(format!("cannot read `{}`: {e}", path.display())))
}

/// Variables of the command line and the environment, and files beside the manifest.
pub struct Outside {
    set: Vec<(String, String)>,
    folder: PathBuf,
}

impl World for Outside {
    fn variable(&self, name: &str) -> Option<String> {
        let set = self.set.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        set.or_else(|| std::env::var(name).ok())
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.folder.join(path)).map_err(|e| e.to_string())
    }

    fn settings(&self) -> Vec<(String, String)> {
        self.set.clone()
    }
}

/// What a compilation sees of the world.
pub fn outside(input: &Input) -> Result<Outside, Usage> {
    let mut set = Vec::new();
    for pair in &input.set {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(Usage(format!("`--set {pair}`: expected NAME=VALUE")));
        };
        set.push((name.to_owned(), value.to_owned()));
    }
    Ok(Outside { set, folder: input.manifest.parent().map(Path::to_path_buf).unwrap_or_default() })
}

/// Compiles with the variables of the command line and the environment.
pub fn compile(
    input: &Input,
    bytes: &[u8],
    sources: &mut SourceMap,
    options: &Options,
) -> Result<Result<Compiled, Diagnostics>, Usage> {
    let world = outside(input)?;
    let name = input.manifest.display().to_string();
    let name = if name == "-" { "<stdin>".to_owned() } else { name };
    Ok(compile_text(sources, &name, bytes, &world, options).and_then(|compiled| {
        let Stage::Plan(plan) = &compiled.stage else { return Ok(compiled) };
        let wrong: Vec<Diagnostic> = remotemedia_engine::check(plan)
            .into_iter()
            .map(|(node, message)| {
                let span = compiled.spans.get(&node).copied().unwrap_or(Span::NONE);
                Diagnostic::error(
                    codes::PARAMETER_RANGE,
                    span,
                    format!("node `{node}`: its jq program is wrong: {message}"),
                )
            })
            .collect();
        if wrong.is_empty() {
            return Ok(compiled);
        }
        let mut found = Diagnostics::new();
        wrong.into_iter().for_each(|d| found.push(d));
        Err(found)
    }))
}

/// A plan that the compiler made, verified.
pub fn verified(plan: &Plan) -> Result<Verified<'_, Plan>, Usage> {
    verify::plan(plan).map_err(|found| {
        report::diagnostics(&found, &SourceMap::default(), MessageFormat::Human, false);
        Usage("this is a bug in the compiler; please report it with the manifest".into())
    })
}

/// Reads `[PORT=]audio:RATE:CHANNELS[:FORMAT]`.
pub fn input_format(text: &str) -> Result<InputFormat, Usage> {
    let (port, format) = match text.split_once('=') {
        Some((port, format)) => (Some(port.to_owned()), format),
        None => (None, text),
    };
    let wrong = || {
        Usage(format!("`--input {text}`: expected [PORT=]audio:RATE:CHANNELS[:FORMAT], as in `mic=audio:48000:2:f32`"))
    };
    let parts: Vec<&str> = format.split(':').collect();
    let (rate, channels, sample) = match parts.as_slice() {
        ["audio", rate, channels] => (rate, channels, None),
        ["audio", rate, channels, sample] => (rate, channels, Some(SampleFormat::parse(sample).ok_or_else(wrong)?)),
        _ => return Err(wrong()),
    };
    let rate: u32 = rate.parse().ok().filter(|r| (1..=1_536_000).contains(r)).ok_or_else(wrong)?;
    let channels: u16 = channels.parse().ok().filter(|c| (1..=64).contains(c)).ok_or_else(wrong)?;
    Ok(InputFormat { port, format: sample, rate, channels })
}

/// The versions that several `--input` for one port ask for: every combination, in order.
pub fn versions(inputs: &[String]) -> Result<Vec<Vec<InputFormat>>, Usage> {
    let mut versions: Vec<Vec<InputFormat>> = vec![Vec::new()];
    let mut ports: Vec<(Option<String>, Vec<InputFormat>)> = Vec::new();
    for text in inputs {
        let format = input_format(text)?;
        match ports.iter_mut().find(|(p, _)| *p == format.port) {
            Some((_, list)) => list.push(format),
            None => ports.push((format.port.clone(), vec![format])),
        }
    }
    for (_, list) in ports {
        versions = versions
            .iter()
            .flat_map(|v| list.iter().map(move |f| [v.as_slice(), std::slice::from_ref(f)].concat()))
            .collect();
    }
    Ok(versions)
}
