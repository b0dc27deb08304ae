//! The compilers of this machine: rustc itself rather than rustup's proxy, which costs time at every call.

use super::cache::Cache;
use super::cache::probe::stamp;
use super::{BuildError, Target, run};
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
        let cache = Cache::open();
        let candidates = match target {
            Target::Native => vec![active(&cache)],
            Target::Wasi => vec![
                std::env::var_os("REMOTEMEDIA_WASI_RUSTC").filter(|v| !v.is_empty()).map(PathBuf::from),
                active(&cache),
                Some(cache.root().join("wasi/current/bin/rustc")),
            ],
        };
        for rustc in candidates.into_iter().flatten() {
            let fits = match target {
                Target::Native => true,
                Target::Wasi => has_wasi(&rustc),
            };
            if fits && let Ok(version) = version(&cache, &rustc) {
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
fn active(cache: &Cache) -> Option<PathBuf> {
    if let Some(rustc) = std::env::var_os("RUSTC").filter(|v| !v.is_empty()) {
        return Some(PathBuf::from(rustc));
    }
    let list = std::env::var_os("PATH")?;
    let in_path = |name: &str| std::env::split_paths(&list).map(|p| p.join(name)).find(|p| p.is_file());
    let from_rustup = in_path("rustup").and_then(|rustup| {
        let ask = || run("rustup", Command::new(&rustup).args(["which", "rustc"]));
        // An answer that was right once names a compiler that may be gone.
        let remembered = cache.answer("rustup which rustc", &choice(&rustup), ask).ok();
        let there = |out: String| Some(PathBuf::from(out.trim())).filter(|p| p.is_file());
        remembered.and_then(there).or_else(|| ask().ok().and_then(there))
    });
    from_rustup.or_else(|| in_path("rustc"))
}

/// All that rustup's choice of a toolchain depends on.
fn choice(rustup: &Path) -> Vec<String> {
    let mut depends = vec![stamp(rustup)];
    depends.extend(["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "HOME"].map(|name| format!("{:?}", std::env::var_os(name))));
    let home = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
    if let Some(home) = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".rustup"))) {
        depends.extend([stamp(&home.join("settings.toml")), stamp(&home.join("toolchains"))]);
    }
    let here = std::env::current_dir().unwrap_or_default();
    depends.push(here.display().to_string());
    for folder in here.ancestors() {
        depends.extend(["rust-toolchain", "rust-toolchain.toml"].map(|name| stamp(&folder.join(name))));
    }
    depends
}

/// What `rustc -vV` prints. Remembered of a compiler that lies in a toolchain: anything else may be a script that starts one.
fn version(cache: &Cache, rustc: &Path) -> Result<String, BuildError> {
    let ask = || run("rustc -vV", Command::new(rustc).arg("-vV"));
    match toolchain_folder(rustc) {
        Some(libraries) => cache.answer("rustc -vV", &[stamp(rustc), stamp(&libraries)], ask),
        None => ask(),
    }
}

/// The folder `lib` of the toolchain that a compiler lies in; none of scripts and of rustup's proxies.
fn toolchain_folder(rustc: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(rustc).ok()?;
    let libraries = real.parent()?.parent()?.join("lib");
    let mut begin = [0; 2];
    std::io::Read::read_exact(&mut std::fs::File::open(&real).ok()?, &mut begin).ok()?;
    (begin != *b"#!" && libraries.join("rustlib").is_dir()).then_some(libraries)
}

/// True if a compiler has the standard library for wasi.
fn has_wasi(rustc: &Path) -> bool {
    let folder = match toolchain_folder(rustc) {
        Some(libraries) => libraries.join("rustlib").join(WASI).join("lib"),
        None => match run("rustc", Command::new(rustc).args(["--print", "target-libdir", "--target", WASI])) {
            Ok(folder) => PathBuf::from(folder.trim()),
            Err(_) => return false,
        },
    };
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|e| e.file_name().to_string_lossy().starts_with("libstd-"))
}
