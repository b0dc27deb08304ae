//! From a generated crate to a program: straight rustc against a `runtime-min` that was compiled once.
//!
//! [`toolchain`] finds the compilers, [`runtime`] builds and keeps `runtime-min` per target, flags and features, [`program`]
//! compiles a pipeline and keeps it by the hash of all that it is a function of, [`standalone`] writes a crate to take away.

pub mod cache;
pub mod program;
pub mod runtime;
pub mod standalone;
pub mod toolchain;

use std::path::PathBuf;
use std::process::Command;

/// What a program is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// This machine.
    Native,
    /// `wasm32-wasip1`.
    Wasi,
}

impl Target {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Target::Native => "native",
            Target::Wasi => "wasi",
        }
    }
}

/// What a build is good at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Quick to build.
    Dev,
    /// Fast.
    Release,
    /// Small; takes longer to build.
    Size,
}

impl Profile {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Dev => "dev",
            Profile::Release => "release",
            Profile::Size => "size",
        }
    }

    /// Flags of rustc, the same for the runtime and the program.
    fn flags(self, target: Target) -> Vec<&'static str> {
        let mut flags = vec!["-Cpanic=abort"];
        // Bitcode is for the optimisation over all crates at once, which only `size` has.
        flags.extend(match self {
            Profile::Dev => ["-Copt-level=1", "-Cembed-bitcode=no"].as_slice(),
            Profile::Release => &["-Copt-level=3", "-Cembed-bitcode=no"],
            Profile::Size => &["-Copt-level=z", "-Cembed-bitcode=yes", "-Ccodegen-units=1"],
        });
        if target == Target::Wasi && self != Profile::Size {
            flags.push("-Ctarget-feature=+simd128");
        }
        flags
    }
}

/// Why there is no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// No rustc, or none that has the target.
    NoCompiler { target: Target, help: String },
    /// rustc or cargo refused: its output.
    Compiler { what: String, output: String },
    /// A file could not be read or written.
    Io { path: PathBuf, error: String },
    /// A bug of the code generator.
    Bug(String),
}

impl std::fmt::Display for BuildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BuildError::NoCompiler { target, help } => {
                write!(f, "no rustc for the target `{}`\nhelp: {help}", target.name())
            }
            BuildError::Compiler { what, output } => write!(f, "{what} failed:\n{output}"),
            BuildError::Io { path, error } => write!(f, "`{}`: {error}", path.display()),
            BuildError::Bug(what) => write!(f, "bug in the compiler: {what}"),
        }
    }
}

impl std::error::Error for BuildError {}

/// Runs a command; gives its standard output.
fn run(what: &str, command: &mut Command) -> Result<String, BuildError> {
    Ok(String::from_utf8_lossy(&output(what, command)?.stdout).into_owned())
}

/// Runs a command; gives all that it wrote.
fn output(what: &str, command: &mut Command) -> Result<std::process::Output, BuildError> {
    let output = command.stdin(std::process::Stdio::null()).output().map_err(|e| BuildError::Compiler {
        what: what.to_owned(),
        output: format!("{}: {e}", command.get_program().to_string_lossy()),
    })?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(BuildError::Compiler {
            what: what.to_owned(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// Turns an I/O error into ours.
fn io<T>(path: &std::path::Path, result: std::io::Result<T>) -> Result<T, BuildError> {
    result.map_err(|e| BuildError::Io { path: path.to_owned(), error: e.to_string() })
}
