//! `doctor` and `cache`.

use crate::args::CacheCommand;
use remotemedia_codegen::build::toolchain::Toolchain;
use remotemedia_codegen::build::{Target, cache};
use std::path::Path;

/// Runs `doctor`; gives the exit code.
pub fn doctor() -> u8 {
    let mut code = 0;
    for (target, what) in [(Target::Native, "native programs"), (Target::Wasi, "wasm programs")] {
        match Toolchain::find(target) {
            Ok(toolchain) => println!("ok       {what}: {} ({})", toolchain.short_version(), toolchain.rustc.display()),
            Err(remotemedia_codegen::build::BuildError::NoCompiler { help, .. }) => {
                println!("missing  {what}: no rustc for them\n         to mend it: {help}");
                code = 1;
            }
            Err(error) => {
                println!("missing  {what}: {error}");
                code = 1;
            }
        }
    }
    tool("cargo", "builds what nodes take from elsewhere (libm, JSON, jq)", "install Rust with rustup");
    tool("wasm-opt", "makes wasm smaller; optional", "install the package `binaryen`");
    let folder = cache::folder();
    match std::fs::create_dir_all(&folder) {
        Ok(()) => println!("ok       cache: {} ({} MiB)", folder.display(), size(&folder) >> 20),
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
    let folder = cache::folder();
    match command {
        CacheCommand::Path => println!("{}", folder.display()),
        CacheCommand::List => {
            for kind in KINDS {
                let path = folder.join(kind);
                let count = std::fs::read_dir(&path).map_or(0, |list| list.flatten().count());
                println!("{kind:<13} {count:>5}  {:>6} MiB", size(&path) >> 20);
            }
        }
        CacheCommand::Clear => {
            for kind in KINDS {
                let path = folder.join(kind);
                if let Err(error) = std::fs::remove_dir_all(&path)
                    && error.kind() != std::io::ErrorKind::NotFound
                {
                    eprintln!("error: `{}`: {error}", path.display());
                    return 2;
                }
            }
        }
    }
    0
}

/// The kinds of things that are kept.
const KINDS: [&str; 4] = ["programs", "runtime", "dependencies", "sandbox"];

fn size(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else { return 0 };
    entries
        .flatten()
        .map(|e| match e.metadata() {
            Ok(data) if data.is_dir() => size(&e.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}
