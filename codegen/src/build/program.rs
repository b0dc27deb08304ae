//! A generated crate, compiled by straight rustc and kept by the hash of all that it is a function of.

use super::cache::probe::stamp;
use super::cache::{Cache, Kind, Lease, write_files};
use super::runtime::{Recipe, Runtime};
use super::toolchain::Toolchain;
use super::{BuildError, Choice, Cpu, Effort, Profile, Target, io, output, run, runtime};
use crate::emit::files::Sources;
use crate::hash::hash;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A compiled pipeline.
#[derive(Clone, Debug)]
pub struct Program {
    /// It stays there as long as `lease`.
    pub path: PathBuf,
    /// Holds it in place.
    pub lease: Lease,
    /// True if it was there already.
    pub from_cache: bool,
    /// What rustc had to say when it was compiled: nothing, or generated code could be better.
    pub warnings: String,
}

/// Compiles a generated crate. `say` is told what takes time.
///
/// # Errors
/// [`BuildError`]; that rustc refuses generated code is a bug of ours, and its output comes along.
pub fn build(sources: &Sources, choice: Choice, say: &dyn Fn(&str)) -> Result<Program, BuildError> {
    let Choice { target, profile, cpu } = choice;
    let cache = Cache::open();
    let toolchain = Toolchain::find(target)?;
    let recipe = |cpu: &Cpu| Ok((*cpu, Recipe::new(&cache, &toolchain, Choice { cpu: *cpu, ..choice }, sources)?));
    let recipes = cpu.versions().iter().map(recipe).collect::<Result<Vec<(Cpu, Recipe)>, BuildError>>()?;
    // A wasm-opt that is installed later makes another program of it.
    let optimiser = match (target, profile) {
        (Target::Native, _) | (_, Profile::Dev) => None,
        (Target::Wasi, Profile::Release | Profile::Size) => wasm_opt(&cache),
    };
    let mut parts: Vec<&[u8]> = vec![profile.name().as_bytes(), cpu.name().as_bytes()];
    parts.extend(recipes.iter().map(|(_, recipe)| recipe.key.as_bytes()));
    parts.extend(optimiser.iter().map(String::as_bytes));
    parts.extend(sources.files.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]));
    let key = hash(parts);
    let name = match target {
        Target::Native => "pipeline",
        Target::Wasi => "pipeline.wasm",
    };
    if let Some(found) = cache.find(Kind::Program, &key) {
        let (path, warnings) = (found.folder.join(name), String::new());
        return Ok(Program { path, lease: found.lease, from_cache: true, warnings });
    }
    say("building the runtime");
    let mut runtimes = Vec::new();
    for (version, recipe) in &recipes {
        runtimes.push((*version, runtime::build(&cache, &toolchain, recipe)?));
    }
    say("compiling the pipeline");
    let mut warnings = String::new();
    let artifact = cache.ensure(Kind::Program, &key, &choice.about(), |scratch| {
        write_files(scratch, sources.files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())))?;
        let effort = recipes.first().map_or(Effort::Quick, |(_, recipe)| recipe.effort);
        let rustc = Rustc { toolchain: &toolchain, effort, scratch };
        warnings = match runtimes.as_slice() {
            [(version, runtime)] => {
                let mut command = rustc.command("pipeline", "src/main.rs", *version, &[runtime]);
                rustc.link(command.arg("--crate-type=bin").args(["-o", name]))?
            }
            several => rustc.several(several, name)?,
        };
        if optimiser.is_some() {
            optimise(&scratch.join(name), profile);
        }
        let sources = scratch.join("src");
        io(&sources, std::fs::remove_dir_all(&sources))
    })?;
    Ok(Program { path: artifact.folder.join(name), lease: artifact.lease, from_cache: false, warnings })
}

/// A compiler at work in a folder.
struct Rustc<'a> {
    toolchain: &'a Toolchain,
    effort: Effort,
    scratch: &'a Path,
}

impl Rustc<'_> {
    /// Compiles a file against runtimes, of which its code names the first.
    fn command(&self, name: &str, file: &str, version: Cpu, runtimes: &[&Runtime]) -> Command {
        let mut command = Command::new(&self.toolchain.rustc);
        command
            .current_dir(self.scratch)
            .args(["--edition=2024", file, "--crate-name", name, "-Ccodegen-units=1"])
            .arg(format!("-Cmetadata={name}"))
            .arg(format!("--remap-path-prefix={}=pipeline", self.scratch.display()))
            .args(self.toolchain.target_args())
            .args(self.effort.flags(self.toolchain.target))
            .args(version.flag());
        if let Some(first) = runtimes.first() {
            command.arg("--extern").arg(format!("remotemedia_runtime_min={}", first.rlib.display()));
        }
        let folders =
            runtimes.iter().flat_map(|r| r.rlib.parent().into_iter().chain(r.search.iter().map(|s| s.as_path())));
        for folder in folders {
            command.arg("-L").arg(format!("dependency={}", folder.display()));
        }
        command.args(runtimes.iter().flat_map(|r| &r.link_args));
        command
    }

    /// Runs the last command of a program; gives what rustc had to say.
    fn link(&self, command: &mut Command) -> Result<String, BuildError> {
        command.arg("-Cstrip=symbols");
        if self.toolchain.target == Target::Wasi {
            command.arg("-Clink-arg=--compress-relocations");
        }
        if self.effort.is_whole() {
            command.arg("-Clto=fat");
        }
        Ok(String::from_utf8_lossy(&output("rustc of the generated crate", command)?.stderr).into_owned())
    }

    /// Every version as a library, and a program that chooses one.
    fn several(&self, versions: &[(Cpu, Runtime)], name: &str) -> Result<String, BuildError> {
        let mut externs = Vec::new();
        for (version, runtime) in versions {
            let crate_name = format!("pipeline_{}", version.name());
            let file = format!("lib{crate_name}.rlib");
            let mut command = self.command(&crate_name, "src/main.rs", *version, &[runtime]);
            // In a library nobody calls its `main`.
            command.args(["--crate-type=rlib", "--cap-lints=allow", "-o", &file]);
            run("rustc of one version of the generated crate", &mut command)?;
            externs.push((crate_name, file));
        }
        write_files(self.scratch, [("src/choose.rs", CHOOSE.as_bytes())])?;
        let runtimes: Vec<&Runtime> = versions.iter().map(|(_, runtime)| runtime).collect();
        let mut command = self.command("pipeline", "src/choose.rs", Cpu::Baseline, &runtimes);
        for (name, file) in &externs {
            command.arg("--extern").arg(format!("{name}={file}"));
        }
        let warnings = self.link(command.arg("--crate-type=bin").args(["-o", name]))?;
        for (_, file) in &externs {
            let file = self.scratch.join(file);
            io(&file, std::fs::remove_file(&file))?;
        }
        Ok(warnings)
    }
}

/// The program of several versions.
const CHOOSE: &str = include_str!("choose.rs.in");

/// What `wasm-opt` says of itself, where it is installed.
fn wasm_opt(cache: &Cache) -> Option<String> {
    let list = std::env::var_os("PATH")?;
    let path = std::env::split_paths(&list).map(|p| p.join("wasm-opt")).find(|p| p.is_file())?;
    let ask = || run("wasm-opt", Command::new(&path).arg("--version"));
    cache.answer("wasm-opt --version", &[stamp(&path)], ask).ok()
}

/// Lets `wasm-opt` at a module where it is installed; one that it does not accept stays as it is.
fn optimise(module: &std::path::Path, profile: Profile) {
    let out = module.with_extension("opt");
    let level = if profile == Profile::Size { "-Oz" } else { "-O3" };
    let features = [
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-multivalue",
        "--enable-reference-types",
        "--enable-simd",
    ];
    let done = run("wasm-opt", Command::new("wasm-opt").args(features).arg(level).arg(module).arg("-o").arg(&out));
    if done.is_ok() && std::fs::rename(&out, module).is_ok() {
        return;
    }
    // Nothing to clean up where wasm-opt is not installed.
    drop(std::fs::remove_file(&out));
}
