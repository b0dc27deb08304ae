//! The compilers of this machine: rustc itself rather than rustup's proxy, which costs time at every call.

use super::{BuildError, Target, cache, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The name of the wasm target.
pub const WASI: &str = "wasm32-wasip1";

/// A rustc that can compile for a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    pub rustc: PathBuf,
    pub target: Target,
    /// What `rustc -vV` prints: part of every cache key, since artifacts of two compilers do not go together.
    pub version: String,
}

impl Toolchain {
    /// Finds the compiler for a target.
    ///
    /// For wasi: `$REMOTEMEDIA_WASI_RUSTC`, else the active rustc if it has the target, else the sysroot kept by
    /// `scripts/wasi-target`.
    pub fn find(target: Target) -> Result<Toolchain, BuildError> {
        let candidates = match target {
            Target::Native => vec![active()],
            Target::Wasi => vec![
                std::env::var_os("REMOTEMEDIA_WASI_RUSTC").filter(|v| !v.is_empty()).map(PathBuf::from),
                active(),
                Some(cache::folder().join("wasi/current/bin/rustc")),
            ],
        };
        for rustc in candidates.into_iter().flatten() {
            let fits = match target {
                Target::Native => true,
                Target::Wasi => has_wasi(&rustc),
            };
            if fits && let Ok(version) = run("rustc -vV", Command::new(&rustc).arg("-vV")) {
                return Ok(Toolchain { rustc, target, version });
            }
        }
        Err(BuildError::NoCompiler {
            target,
            help: match target {
                Target::Native => "install Rust with rustup".to_owned(),
                Target::Wasi => format!("`rustup target add {WASI}`, or `make setup` in the project's folder"),
            },
        })
    }

    /// The arguments that choose the target; native needs none.
    pub fn target_args(&self) -> &'static [&'static str] {
        match self.target {
            Target::Native => &[],
            Target::Wasi => &["--target", WASI],
        }
    }

    /// The first line of the version: `rustc 1.95.0 (…)`.
    pub fn short_version(&self) -> &str {
        self.version.lines().next().unwrap_or("")
    }
}

/// The rustc that the user's shell would run, without rustup's proxy.
fn active() -> Option<PathBuf> {
    if let Some(rustc) = std::env::var_os("RUSTC").filter(|v| !v.is_empty()) {
        return Some(PathBuf::from(rustc));
    }
    let from_rustup = run("rustup", Command::new("rustup").args(["which", "rustc"])).ok();
    let path = from_rustup.map(|out| PathBuf::from(out.trim())).filter(|p| p.is_file());
    path.or_else(|| {
        let list = std::env::var_os("PATH")?;
        std::env::split_paths(&list).map(|p| p.join("rustc")).find(|p| p.is_file())
    })
}

/// True if a compiler has the standard library for wasi.
fn has_wasi(rustc: &Path) -> bool {
    let Ok(folder) = run("rustc", Command::new(rustc).args(["--print", "target-libdir", "--target", WASI])) else {
        return false;
    };
    let Ok(entries) = std::fs::read_dir(folder.trim()) else { return false };
    entries.flatten().any(|e| e.file_name().to_string_lossy().starts_with("libstd-"))
}
