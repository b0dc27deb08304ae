//! `run`: a manifest, compiled in memory or into the cache, or a program that `compile` made.

use crate::args::{Run, Tier};
use crate::artifact;
use crate::compile::{finish, generate, header, profile};
use crate::frontend::{self, Usage};
use crate::report::{self, Progress};
use crate::watch::{self, Version};
use remotemedia_codegen::build::{Choice, Target, program};
use remotemedia_compiler::{Compiled, InputFormat, Options, Stage};
use remotemedia_engine as engine;
use remotemedia_ir::SourceMap;
use remotemedia_ir::plan::Runtime;
use remotemedia_runtime_min::host;

/// Runs `run`; gives the exit code.
pub fn run(args: &Run) -> u8 {
    finish(|| {
        let bytes = frontend::read(&args.input)?;
        if bytes.starts_with(b"\0asm") {
            refuse_watch(args, "a program that was compiled")?;
            return artifact::wasm(&bytes, args);
        }
        if bytes.starts_with(b"\x7fELF") {
            refuse_watch(args, "a program that was compiled")?;
            return artifact::native(&args.input.manifest, args);
        }
        let mut formats = Vec::new();
        for text in &args.formats {
            formats.push(frontend::input_format(text)?);
        }
        for binding in &args.inputs {
            formats.extend(of_file(binding)?);
        }
        let mut tier = args.tier.unwrap_or(if artifact::wants_sandbox(args) { Tier::Wasm } else { Tier::Jit });
        let mut sources = SourceMap::default();
        let mut options = Options { inputs: formats, runtime: runtime(tier), ..Options::default() };
        let mut compiled = frontend::compile(&args.input, &bytes, &mut sources, &options)?;
        // What may run in the sandbox alone runs there, unless another tier is asked for.
        if let (Ok(Compiled { stage: Stage::Graph(_), .. }), None) = (&compiled, args.tier) {
            let inside = Options { runtime: Runtime::Wasm, ..options.clone() };
            let mut again = SourceMap::default();
            let attempt = frontend::compile(&args.input, &bytes, &mut again, &inside)?;
            if let Ok(Compiled { stage: Stage::Plan(_), .. }) = attempt {
                (tier, options, sources, compiled) = (Tier::Wasm, inside, again, attempt);
            }
        }
        let compiled = match compiled {
            Ok(compiled) => compiled,
            Err(found) => {
                report::diagnostics(&found, &sources, args.input.message_format, false);
                return Ok(1);
            }
        };
        report::diagnostics(&compiled.notes, &sources, args.input.message_format, false);
        let Stage::Plan(plan) = compiled.stage else { return Ok(1) };
        if let Some((node, hosted)) = plan.hosted().next() {
            let runs = hosted.interpreter.name();
            match args.tier {
                None if tier == Tier::Jit => tier = Tier::Native,
                Some(Tier::Jit | Tier::Eval) => {
                    return Err(Usage(format!(
                        "`{node}` is run by {runs}, which only generated programs have\nhelp: leave `--tier` out"
                    )));
                }
                None | Some(Tier::Native | Tier::Wasm) => {}
            }
        }
        match tier {
            Tier::Native => refuse_watch(args, "a program that is compiled first")?,
            Tier::Wasm => refuse_watch(args, "the sandbox")?,
            Tier::Jit | Tier::Eval if args.input.manifest.as_os_str() == "-" => {
                refuse_watch(args, "a manifest from standard input")?;
            }
            Tier::Jit | Tier::Eval => {}
        }
        let header = header(std::slice::from_ref(&plan), &bytes);
        let version = Version { manifest: &bytes, plan: &plan, options: &options, tier: engine::Tier::Jit, args };
        match tier {
            Tier::Jit => here(&header, version),
            Tier::Eval => here(&header, Version { tier: engine::Tier::Eval, ..version }),
            Tier::Native | Tier::Wasm => {
                let target = if tier == Tier::Wasm { Target::Wasi } else { Target::Native };
                let sources = generate(std::slice::from_ref(&plan), &header)?;
                let progress = Progress::new();
                let built = program::build(&sources, Choice::new(target, profile(args.profile)), &|s| progress.say(s));
                drop(progress);
                match built {
                    Err(error) => {
                        eprintln!("error: {error}");
                        Ok(1)
                    }
                    Ok(program) if target == Target::Native => artifact::native(&program.path, args),
                    Ok(program) => {
                        let module = std::fs::read(&program.path).map_err(|e| Usage(e.to_string()))?;
                        artifact::wasm(&module, args)
                    }
                }
            }
        }
    })
}

/// Where nodes of a tier run.
fn runtime(tier: Tier) -> Runtime {
    match tier {
        Tier::Wasm => Runtime::Wasm,
        Tier::Native | Tier::Jit | Tier::Eval => Runtime::Native,
    }
}

/// Only what runs in this process can be replaced while it runs.
fn refuse_watch(args: &Run, what: &str) -> Result<(), Usage> {
    if args.watch {
        return Err(Usage(format!(
            "`--watch` does not go with {what}\nhelp: give the manifest as a file, and leave `--tier` out"
        )));
    }
    Ok(())
}

/// Runs a plan in this process.
fn here(header: &remotemedia_codegen::emit::files::Header, version: Version<'_>) -> Result<u8, Usage> {
    let Version { plan, tier, args, .. } = version;
    if artifact::wants_sandbox(args) {
        return Err(Usage("limits and grants hold in the sandbox only\nhelp: use `--tier wasm`".into()));
    }
    let verified = frontend::verified(plan)?;
    let header = engine::Header {
        name: header.name.clone(),
        generator: header.generator.clone(),
        manifest_hash: header.manifest_hash.clone(),
    };
    let options = host::Options {
        inputs: args.inputs.iter().map(String::as_str).collect(),
        outputs: args.outputs.iter().map(String::as_str).collect(),
        metrics: args.metrics.as_deref(),
        ..host::Options::default()
    };
    let outcome = if args.watch {
        watch::run(version, |changes| {
            engine::with_live(verified, &header, tier, changes, |artifact| host::execute(artifact, &options))
        })
    } else {
        engine::with_artifact(&[verified], &header, tier, |artifact| host::execute(artifact, &options))
    };
    let outcome = outcome.map_err(Usage)?;
    for note in &outcome.notes {
        eprintln!("note: {note}");
    }
    if !outcome.error.is_empty() {
        eprintln!("error: {}", outcome.error);
    }
    Ok(outcome.exit as u8)
}

/// The format of the audio in a file, for the port that it is bound to; none where the file does not say.
fn of_file(binding: &str) -> Result<Option<InputFormat>, Usage> {
    let Some(path) = artifact::file(binding) else { return Ok(None) };
    let port = binding.split_once('=').map(|(port, _)| port.to_owned());
    let bytes = std::fs::File::open(path).and_then(|file| {
        use std::io::Read;
        let mut start = Vec::new();
        file.take(1 << 16).read_to_end(&mut start).map(|_| start)
    });
    let bytes = bytes.map_err(|e| Usage(format!("cannot read `{path}`: {e}")))?;
    if !host::wav::sniff(&bytes) {
        return Ok(None);
    }
    let mut reader = host::buffered::Reader::new(Box::new(bytes.as_slice()));
    let wav =
        host::wav::read_header(&mut reader).map_err(|e| Usage(format!("cannot read `{path}`: {}", e.message())))?;
    Ok(Some(InputFormat { port, format: None, rate: wav.rate, channels: wav.channels }))
}
