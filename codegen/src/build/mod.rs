//! From a generated crate to a program: straight rustc against a `runtime-min` that was compiled once.
//!
//! [`toolchain`] finds the compilers, [`python`] the interpreter that Python nodes are linked with, [`runtime`] builds and keeps `runtime-min` per target, flags and features, [`program`]
//! compiles a pipeline and keeps it by the hash of all that it is a function of, [`standalone`] writes a crate to take away.

pub mod cache;
pub mod program;
pub mod python;
pub mod runtime;
pub mod standalone;
pub mod toolchain;

use std::collections::BTreeSet;
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

    /// How a program is optimised.
    fn effort(self, target: Target, features: &BTreeSet<String>, has_vectors: bool) -> Effort {
        let has = |feature: &str| features.contains(feature);
        match self {
            Profile::Dev => Effort::Quick,
            Profile::Release if target == Target::Wasi && has("py") && !has("jq") && !has("rustpython") => {
                if has_vectors {
                    Effort::Whole
                } else {
                    Effort::Compact
                }
            }
            Profile::Release => Effort::Apart,
            Profile::Size => Effort::Smallest,
        }
    }
}

/// How a program and its runtime are optimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// Hardly.
    Quick,
    /// Each for itself: jq as one with a program would take ten seconds, an interpreter minutes, and kernels need little of the runtime.
    Apart,
    /// As one, which takes one to two seconds more and leaves out what is not used.
    Whole,
    /// As one, for scripts alone: what is called stays a function unless it is small or asks to be taken in, and only the
    /// shortest loops are unrolled. A sixth smaller than with the threshold of `Whole`, for 2 to 19 % of the time; cascades of filters would take up
    /// to three times as long.
    Compact,
    /// As one, small above all.
    Smallest,
}

impl Effort {
    /// True where the runtime is needed as bitcode alone.
    fn is_whole(self) -> bool {
        match self {
            Effort::Quick | Effort::Apart => false,
            Effort::Whole | Effort::Compact | Effort::Smallest => true,
        }
    }

    /// Flags of rustc, the same for the runtime and the program.
    fn flags(self, target: Target) -> Vec<&'static str> {
        let mut flags =
            vec!["-Cpanic=abort", if self.is_whole() { "-Cembed-bitcode=yes" } else { "-Cembed-bitcode=no" }];
        flags.extend(match self {
            Effort::Quick => ["-Copt-level=1"].as_slice(),
            Effort::Apart => &["-Copt-level=3"],
            // What is worth it is still inlined.
            Effort::Whole => &["-Copt-level=3", "-Cllvm-args=-inline-threshold=25"],
            Effort::Compact => &[
                "-Copt-level=2",
                "-Cllvm-args=-inline-threshold=5",
                "-Cllvm-args=-inlinehint-threshold=170",
                "-Cllvm-args=-unroll-threshold=40",
                "-Cllvm-args=-unroll-partial-threshold=0",
            ],
            Effort::Smallest => &["-Copt-level=z"],
        });
        if target == Target::Wasi && self != Effort::Smallest {
            flags.push("-Ctarget-feature=+simd128");
        }
        // What several units have in common is in a program as often.
        if self == Effort::Smallest || (target == Target::Wasi && self != Effort::Quick) {
            flags.push("-Ccodegen-units=1");
        }
        flags
    }
}

/// The processors that a native program is for.
///
/// Whatever the choice, the arithmetic stays as the plan has it, so the outputs have the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cpu {
    /// Any x86-64 with SSE2; any processor of another architecture.
    Baseline,
    /// A level of the x86-64 psABI.
    Level(Level),
    /// The one of this machine.
    Native,
    /// The baseline, v3 and v4 in one program, which chooses when it starts.
    Multi,
}

/// A level of the x86-64 psABI: v2 has SSE4.2, v3 AVX2, v4 AVX-512.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    V2,
    V3,
    V4,
}

impl Cpu {
    /// From the command line: `baseline`, `v2` to `v4` with or without `x86-64-`, `native`, `multi`. None for anything else, and for a
    /// level where the machine is no x86-64.
    pub fn parse(text: &str) -> Option<Cpu> {
        let found = match text.strip_prefix("x86-64-").unwrap_or(text) {
            "baseline" => Cpu::Baseline,
            "native" => Cpu::Native,
            "v2" => Cpu::Level(Level::V2),
            "v3" => Cpu::Level(Level::V3),
            "v4" => Cpu::Level(Level::V4),
            "multi" => Cpu::Multi,
            _ => return None,
        };
        (cfg!(target_arch = "x86_64") || matches!(found, Cpu::Baseline | Cpu::Native)).then_some(found)
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Cpu::Baseline => "baseline",
            Cpu::Level(Level::V2) => "v2",
            Cpu::Level(Level::V3) => "v3",
            Cpu::Level(Level::V4) => "v4",
            Cpu::Native => "native",
            Cpu::Multi => "multi",
        }
    }

    /// The versions of the code that a program has, the one for the fewest processors last.
    fn versions(self) -> &'static [Cpu] {
        match self {
            Cpu::Baseline => &[Cpu::Baseline],
            Cpu::Level(Level::V2) => &[Cpu::Level(Level::V2)],
            Cpu::Level(Level::V3) => &[Cpu::Level(Level::V3)],
            Cpu::Level(Level::V4) => &[Cpu::Level(Level::V4)],
            Cpu::Native => &[Cpu::Native],
            Cpu::Multi => &[Cpu::Baseline, Cpu::Level(Level::V3), Cpu::Level(Level::V4)],
        }
    }

    /// The flag of rustc for one version.
    fn flag(self) -> Option<&'static str> {
        match self {
            Cpu::Baseline | Cpu::Multi => None,
            Cpu::Level(Level::V2) => Some("-Ctarget-cpu=x86-64-v2"),
            Cpu::Level(Level::V3) => Some("-Ctarget-cpu=x86-64-v3"),
            Cpu::Level(Level::V4) => Some("-Ctarget-cpu=x86-64-v4"),
            Cpu::Native => Some("-Ctarget-cpu=native"),
        }
    }

    /// What else an artifact depends on: for `native` the machine's own features.
    fn machine(self) -> String {
        let line =
            |text: &str| text.lines().find(|l| l.starts_with("flags") || l.starts_with("Features")).map(str::to_owned);
        match self {
            Cpu::Native => std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|t| line(&t)).unwrap_or_default(),
            Cpu::Baseline | Cpu::Level(_) | Cpu::Multi => String::new(),
        }
    }
}

/// What to build a program for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    pub target: Target,
    pub profile: Profile,
    /// Only native programs have one that is not [`Cpu::Baseline`].
    pub cpu: Cpu,
}

impl Choice {
    /// For any processor.
    pub fn new(target: Target, profile: Profile) -> Choice {
        Choice { target, profile, cpu: Cpu::Baseline }
    }

    fn about(&self) -> String {
        let cpu = if self.cpu == Cpu::Baseline { String::new() } else { format!("/{}", self.cpu.name()) };
        format!("{}/{}{cpu}", self.target.name(), self.profile.name())
    }
}

/// Why there is no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// No rustc, or none that has the target.
    NoCompiler { target: Target, help: String },
    /// No Python to link.
    NoPython { help: String },
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
            BuildError::NoPython { help } => write!(f, "no Python that a program can link\nhelp: {help}"),
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
