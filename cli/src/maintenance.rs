//! `doctor` and `cache`.

use crate::args::CacheCommand;
use crate::size;
use remotemedia_codegen::build::cache::Cache;
use remotemedia_codegen::build::cache::room::Removed;
use remotemedia_codegen::build::python::Python;
use remotemedia_codegen::build::toolchain::Toolchain;
use remotemedia_codegen::build::{BuildError, Target};
use std::time::SystemTime;

/// Runs `doctor`; gives the exit code.
pub fn doctor() -> u8 {
    let mut code = 0;
    for (target, what) in [(Target::Native, "native programs"), (Target::Wasi, "wasm programs")] {
        match Toolchain::find(target) {
            Ok(toolchain) => println!("ok       {what}: {} ({})", toolchain.short_version(), toolchain.rustc.display()),
            Err(BuildError::NoCompiler { help, .. }) => {
                println!("missing  {what}: no rustc for them\n         to mend it: {help}");
                code = 1;
            }
            Err(error) => {
                println!("missing  {what}: {error}");
                code = 1;
            }
        }
    }
    tool("cargo", "builds what nodes take from elsewhere (libm, jq, interpreters)", "install Rust with rustup");
    tool("wasm-opt", "makes wasm smaller; optional", "install the package `binaryen`");
    let cache = Cache::open();
    match Python::find(&cache) {
        Ok(python) => {
            let version = python.version.split_whitespace().next().unwrap_or_default();
            println!("ok       CPython for nodes: {version} ({})", python.executable.display());
        }
        Err(BuildError::NoPython { help }) => {
            println!("missing  CPython: runs Python nodes that import packages; optional\n         to mend it: {help}");
        }
        Err(error) => println!("missing  CPython: {error}"),
    }
    let folder = cache.root();
    match std::fs::create_dir_all(folder) {
        Ok(()) => {
            let bytes = cache.entries().iter().map(|e| e.bytes).sum();
            println!("ok       cache: {} ({} of {})", folder.display(), size::print(bytes), size::print(cache.limit()));
        }
        Err(error) => {
            println!(
                "missing  cache: {} cannot be written: {error}\n         to mend it: set REMOTEMEDIA_CACHE",
                folder.display()
            );
            code = 1;
        }
    }
    code
}

fn tool(name: &str, what: &str, help: &str) {
    let output = std::process::Command::new(name).arg("--version").output();
    match output {
        Ok(output) if output.status.success() => {
            println!("ok       {name}: {}", String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or(""));
        }
        Ok(_) | Err(_) => println!("missing  {name}: {what}\n         to mend it: {help}"),
    }
}

/// Runs `cache`; gives the exit code.
pub fn cache(command: &CacheCommand) -> u8 {
    let cache = Cache::open();
    match command {
        CacheCommand::Path => println!("{}", cache.root().display()),
        CacheCommand::List => list(&cache),
        CacheCommand::Clear => say_removed(&cache.clear()),
        CacheCommand::SizeLimit { size: None } => println!("{}", size::print(cache.limit())),
        CacheCommand::SizeLimit { size: Some(text) } => {
            let Some(bytes) = size::parse(text) else {
                eprintln!(
                    "error: `cache size-limit {text}`: expected a size such as `2GiB`, `500M` or a number of bytes"
                );
                return 2;
            };
            match cache.set_limit(bytes) {
                Ok(removed) => say_removed(&removed),
                Err(error) => {
                    eprintln!(
                        "error: `{}`: {error}\nhelp: set REMOTEMEDIA_CACHE to a folder that can be written",
                        cache.root().display()
                    );
                    return 2;
                }
            }
        }
    }
    0
}

fn list(cache: &Cache) {
    let entries = cache.entries();
    if !entries.is_empty() {
        println!("{:<12}  {:<12}  {:<14}  {:>10}  last use", "kind", "hash", "target/profile", "size");
    }
    for entry in &entries {
        let hash = entry.key.get(..12).unwrap_or(&entry.key);
        let about = if entry.about.is_empty() { "-" } else { &entry.about };
        let (name, size, ago) = (entry.kind.name(), size::print(entry.bytes), ago(entry.last_use));
        println!("{name:<12}  {hash:<12}  {about:<14}  {size:>10}  {ago}");
    }
    let total = size::print(entries.iter().map(|e| e.bytes).sum());
    let plural = if entries.len() == 1 { "" } else { "s" };
    println!("{} artifact{plural}, {total} of {}", entries.len(), size::print(cache.limit()));
}

fn say_removed(removed: &Removed) {
    if removed.count > 0 {
        let plural = if removed.count == 1 { "" } else { "s" };
        println!("removed {} artifact{plural}, {}", removed.count, size::print(removed.bytes));
    }
    if removed.in_use > 0 {
        println!("{} in use by other processes stayed", removed.in_use);
    }
}

/// How long ago, for people to read.
fn ago(time: SystemTime) -> String {
    let seconds = time.elapsed().map_or(0, |t| t.as_secs());
    match seconds {
        0..60 => "just now".to_owned(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        _ if seconds < 2 * 86_400 => "1 day ago".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}
