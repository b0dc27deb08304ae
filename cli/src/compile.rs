//! `check` and `compile`.

use crate::args::{self, Check, Compile, Emit, Picture};
use crate::explain::picture;
use crate::frontend::{self, Usage};
use crate::python;
use crate::report::{self, Progress};
use remotemedia_codegen::build::{self, Choice, Cpu, Profile, Target, program, standalone};
use remotemedia_codegen::emit::files::{Header, Sources, emit_crate};
use remotemedia_codegen::hash::hash;
use remotemedia_compiler::{Options, PASSES, Stage, Threads};
use remotemedia_ir::plan::{Plan, Runtime};
use remotemedia_ir::{SourceMap, text};
use std::path::Path;

/// Runs `check`; gives the exit code.
pub fn check(args: &Check) -> u8 {
    finish(|| {
        let bytes = frontend::read(&args.input)?;
        if args.explain_python {
            return python::explain(args, &bytes);
        }
        let mut code = 0;
        for inputs in frontend::versions(&args.inputs)? {
            let mut sources = SourceMap::default();
            let options = Options { inputs, assume: true, ..Options::default() };
            match frontend::compile(&args.input, &bytes, &mut sources, &options)? {
                Ok(compiled) => {
                    report::diagnostics(
                        &report::placed(compiled.notes),
                        &sources,
                        args.input.message_format,
                        args.strict,
                    );
                }
                Err(found) => {
                    report::diagnostics(&found, &sources, args.input.message_format, args.strict);
                    code = 1;
                }
            }
        }
        Ok(code)
    })
}

/// Runs a command; wrong usage is told on standard error and gives 2.
pub fn finish(run: impl FnOnce() -> Result<u8, Usage>) -> u8 {
    run().unwrap_or_else(|Usage(message)| {
        eprintln!("error: {message}");
        2
    })
}

/// Runs `compile`; gives the exit code.
pub fn compile(args: &Compile) -> u8 {
    finish(|| {
        not_yet(args)?;
        if cpu(args)? != Cpu::Baseline && args.emit != Emit::Bin {
            let help = "`--emit bin` compiles for a processor; with a crate it is up to `RUSTFLAGS`";
            return Err(Usage(format!("`--cpu {}` is for programs\nhelp: {help}", args.cpu)));
        }
        if let Some(after) = args.after.as_deref().filter(|a| !PASSES.contains(a)) {
            return Err(Usage(format!("`--after {after}`: there is no such pass; there are {}", PASSES.join(", "))));
        }
        let bytes = frontend::read(&args.input)?;
        let runtime = match args.target {
            args::Target::Native => Runtime::Native,
            args::Target::Wasi | args::Target::Browser => Runtime::Wasm,
        };
        let threads = threads(args)?;
        let mut plans = Vec::new();
        for inputs in frontend::versions(&args.inputs)? {
            let mut sources = SourceMap::default();
            let options = Options { inputs, runtime, threads, after: args.after.clone(), ..Options::default() };
            let compiled = match frontend::compile(&args.input, &bytes, &mut sources, &options)? {
                Ok(compiled) => compiled,
                Err(found) => {
                    report::diagnostics(&found, &sources, args.input.message_format, false);
                    return Ok(1);
                }
            };
            report::diagnostics(&compiled.notes, &sources, args.input.message_format, false);
            if args.explain {
                for report in &compiled.reports {
                    for line in &report.lines {
                        eprintln!("{:>10}  {line}", report.pass);
                    }
                }
            }
            match compiled.stage {
                Stage::Plan(plan) => plans.push(plan),
                Stage::Graph(graph) if args.emit == Emit::Ir => {
                    write(args.output.as_deref(), text::print_graph(&graph).as_bytes())?;
                    return Ok(0);
                }
                Stage::Graph(_) => return Ok(1),
            }
        }
        let header = header(&plans, &bytes);
        emit(args, &plans, &header)
    })
}

/// What the command line promises and this version does not build yet is said so, not ignored.
fn not_yet(args: &Compile) -> Result<(), Usage> {
    let refused =
        |flag: &str, instead: &str| Err(Usage(format!("`{flag}` is not built yet in this version\nhelp: {instead}")));
    match args.emit {
        Emit::Lib => return refused("--emit lib", "`--emit crate` writes a crate with the pipeline as a module"),
        Emit::Cdylib => return refused("--emit cdylib", "`--emit bin` reads and writes files and pipes"),
        Emit::Bin | Emit::Crate | Emit::Rust | Emit::Ir | Emit::Plan | Emit::Diagram => {}
    }
    if args.target == args::Target::Browser {
        return refused("--target browser", "`--target wasi` runs in any WASI runtime");
    }
    if let Some(file) = &args.executors {
        return refused(
            &format!("--executors {}", file.display()),
            "leave it out: every node runs in the program itself",
        );
    }
    if args.policy != "local-first" {
        return refused(&format!("--policy {}", args.policy), "leave it out: every node runs in the program itself");
    }
    if args.fast_math {
        return refused("--fast-math", "leave it out: arithmetic is strict, with the same bits everywhere");
    }
    Ok(())
}

/// What the generated crate says of itself.
pub fn header(plans: &[Plan], manifest: &[u8]) -> Header {
    Header {
        name: plans.first().map_or_else(String::new, |p| p.name.clone()),
        generator: format!("remotemedia {}", env!("CARGO_PKG_VERSION")),
        manifest_hash: hash([manifest]),
    }
}

fn emit(args: &Compile, plans: &[Plan], header: &Header) -> Result<u8, Usage> {
    let is_piped = args.output.as_deref() == Some(Path::new("-"));
    let output = args.output.as_deref().filter(|_| !is_piped);
    match args.emit {
        Emit::Plan | Emit::Ir => {
            let text: Vec<String> = plans.iter().map(text::print_plan).collect();
            write(output, text.join("\n").as_bytes())?;
        }
        Emit::Diagram => {
            let ending = output.and_then(|p| p.extension()).and_then(|e| e.to_str());
            let format = args.format.unwrap_or(match ending {
                Some("svg") => Picture::Svg,
                Some("mmd" | "md" | "mermaid") => Picture::Mermaid,
                Some(_) | None => Picture::Dot,
            });
            let pictures: Vec<String> = plans.iter().map(|p| picture(p, format)).collect();
            write(output, pictures.join("\n").as_bytes())?;
        }
        Emit::Rust => {
            let sources = generate(plans, header)?;
            let files: String = sources.files.iter().map(|(name, text)| format!("// {name}\n{text}\n")).collect();
            write(output, files.as_bytes())?;
        }
        Emit::Crate => {
            let sources = generate(plans, header)?;
            let folder = output.ok_or_else(|| Usage("`--emit crate` needs `-o FOLDER`".into()))?;
            standalone::write(&sources, &header.name, folder, args.vendor).map_err(|e| Usage(e.to_string()))?;
        }
        // The last two are refused before.
        Emit::Bin | Emit::Lib | Emit::Cdylib => {
            let choice = Choice { target: target(args.target), profile: profile(args.profile), cpu: cpu(args)? };
            let sources = generate(plans, header)?;
            let progress = Progress::new();
            let program = program::build(&sources, choice, &|s| progress.say(s));
            drop(progress);
            let program = match program {
                Ok(program) => program,
                Err(error) => {
                    eprintln!("error: {error}");
                    return Ok(1);
                }
            };
            let default = default_output(&args.input.manifest, target(args.target));
            let path = output.unwrap_or(&default);
            if is_piped {
                let unread = |e| Usage(format!("cannot read `{}`: {e}", program.path.display()));
                write(output, &std::fs::read(&program.path).map_err(unread)?)?;
            } else {
                copy(&program.path, path).map_err(|e| Usage(format!("cannot write `{}`: {e}", path.display())))?;
            }
        }
    }
    Ok(0)
}

/// Copies a program to where it is wanted, so that a half of it is never there, also where the one that is there is running.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    // Devices and links are written through.
    if std::fs::symlink_metadata(to).is_ok_and(|m| !m.is_file()) {
        return std::fs::copy(from, to).map(|_| ());
    }
    let mut draft = std::ffi::OsString::from(".");
    draft.push(to.file_name().unwrap_or_default());
    draft.push(format!(".{}.tmp", std::process::id()));
    let draft = to.with_file_name(draft);
    std::fs::copy(from, &draft).and_then(|_| std::fs::rename(&draft, to)).inspect_err(|_| {
        // It may never have come into being.
        drop(std::fs::remove_file(&draft));
    })
}

/// The generated crate of some plans.
pub fn generate(plans: &[Plan], header: &Header) -> Result<Sources, Usage> {
    let mut verified = Vec::new();
    for plan in plans {
        verified.push(frontend::verified(plan)?);
    }
    emit_crate(&verified, header).map_err(|e| Usage(build::BuildError::Bug(e).to_string()))
}

fn default_output(manifest: &Path, target: Target) -> std::path::PathBuf {
    let stem = manifest.file_stem().map_or_else(|| "pipeline".into(), |s| s.to_owned());
    match target {
        Target::Native => stem.into(),
        Target::Wasi => Path::new(&stem).with_extension("wasm"),
    }
}

/// What `--threads` says.
fn threads(args: &Compile) -> Result<Threads, Usage> {
    let threads = match args.threads.as_str() {
        "auto" => Threads::AUTO,
        text => match text.parse::<u16>() {
            Ok(most @ 1..=64) => Threads::AtMost(most),
            Ok(_) | Err(_) => return Err(Usage(format!("`--threads {text}`: expected `auto` or 1 to 64"))),
        },
    };
    if threads != Threads::AtMost(1) && args.target != args::Target::Native {
        return Err(Usage(format!(
            "`--threads {}`: a module has one thread\nhelp: leave it out, or compile for `--target native`",
            args.threads
        )));
    }
    Ok(threads)
}

/// What `--cpu` says.
fn cpu(args: &Compile) -> Result<Cpu, Usage> {
    let wrong = |help: &str| Err(Usage(format!("`--cpu {}`: {help}", args.cpu)));
    match Cpu::parse(&args.cpu) {
        None if cfg!(target_arch = "x86_64") => wrong(
            "there is no such choice\nhelp: `baseline`, `v2`, `v3`, `v4`, `native`, or `multi` for several in one program",
        ),
        None => wrong("this machine is no x86-64\nhelp: `baseline` or `native`"),
        Some(Cpu::Baseline) => Ok(Cpu::Baseline),
        Some(_) if args.target != args::Target::Native => {
            wrong("a module is for any processor\nhelp: leave it out; modules have vectors, but for `--profile size`")
        }
        Some(cpu) => Ok(cpu),
    }
}

fn target(target: args::Target) -> Target {
    match target {
        args::Target::Native => Target::Native,
        args::Target::Wasi | args::Target::Browser => Target::Wasi,
    }
}

/// The profile of the code generator.
pub fn profile(profile: args::Profile) -> Profile {
    match profile {
        args::Profile::Dev => Profile::Dev,
        args::Profile::Release => Profile::Release,
        args::Profile::Size => Profile::Size,
    }
}

fn write(output: Option<&Path>, bytes: &[u8]) -> Result<(), Usage> {
    use std::io::Write;
    match output {
        Some(path) => std::fs::write(path, bytes).map_err(|e| Usage(format!("cannot write `{}`: {e}", path.display()))),
        None => std::io::stdout().write_all(bytes).map_err(|e| Usage(format!("standard output: {e}"))),
    }
}
