//! A generated crate, compiled by straight rustc and kept by the hash of all that it is a function of.

use super::cache::probe::stamp;
use super::cache::{Cache, Kind, Lease, hash, write_files};
use super::toolchain::Toolchain;
use super::{BuildError, Profile, Target, io, output, run, runtime};
use crate::emit::files::Sources;
use std::path::PathBuf;
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
pub fn build(sources: &Sources, target: Target, profile: Profile, say: &dyn Fn(&str)) -> Result<Program, BuildError> {
    let cache = Cache::open();
    let toolchain = Toolchain::find(target)?;
    let flags = profile.flags(target);
    let recipe = runtime::Recipe::new(&toolchain, profile, &sources.features);
    // A wasm-opt that is installed later makes another program of it.
    let optimiser = match (target, profile) {
        (Target::Native, _) | (_, Profile::Dev) => None,
        (Target::Wasi, Profile::Release | Profile::Size) => wasm_opt(&cache),
    };
    let mut parts: Vec<&[u8]> = vec![recipe.key.as_bytes(), profile.name().as_bytes()];
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
    let runtime = runtime::build(&cache, &toolchain, &recipe)?;
    say("compiling the pipeline");
    let mut warnings = String::new();
    let about = format!("{}/{}", target.name(), profile.name());
    let artifact = cache.ensure(Kind::Program, &key, &about, |scratch| {
        write_files(scratch, sources.files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())))?;
        let mut command = Command::new(&toolchain.rustc);
        command
            .current_dir(scratch)
            .args(["--crate-name=pipeline", "--crate-type=bin", "--edition=2024", "src/main.rs", "-o", name])
            .args(["-Cstrip=symbols", "-Cmetadata=pipeline", "-Ccodegen-units=1"])
            .arg(format!("--remap-path-prefix={}=pipeline", scratch.display()))
            .arg("--extern")
            .arg(format!("remotemedia_runtime_min={}", runtime.rlib.display()))
            .args(toolchain.target_args())
            .args(&flags);
        if profile == Profile::Size {
            command.arg("-Clto=fat");
            if target == Target::Wasi {
                command.arg("-Clink-arg=--compress-relocations");
            }
        }
        for folder in &runtime.search {
            command.arg("-L").arg(format!("dependency={}", folder.display()));
        }
        warnings = String::from_utf8_lossy(&output("rustc of the generated crate", &mut command)?.stderr).into_owned();
        if optimiser.is_some() {
            optimise(&scratch.join(name), profile);
        }
        let sources = scratch.join("src");
        io(&sources, std::fs::remove_dir_all(&sources))
    })?;
    Ok(Program { path: artifact.folder.join(name), lease: artifact.lease, from_cache: false, warnings })
}

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
