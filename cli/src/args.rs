//! The command line. Flags are a contract: see the design's section 9.

use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Compiles media and AI pipelines into programs made for them alone.
#[derive(Debug, Parser)]
#[command(name = "remotemedia", version, propagate_version = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Says what is wrong with a manifest; exit code 0 or 1
    Check(Check),
    /// Compiles a manifest into a program, a crate, or what else `--emit` asks for
    Compile(Compile),
}

/// The manifest, and what fills in its variables.
#[derive(Debug, Clone, clap::Args)]
pub struct Input {
    /// The manifest: JSON or YAML; `-` for standard input
    pub manifest: PathBuf,
    /// Gives a variable `${NAME}` of the manifest its value; before the environment
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = MessageFormat::Human)]
    pub message_format: MessageFormat,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// With source lines and carets
    Human,
    /// One JSON object a line
    Json,
}

/// `check`.
#[derive(Debug, clap::Args)]
pub struct Check {
    #[command(flatten)]
    pub input: Input,
    /// Also notes every tolerated spelling
    #[arg(long)]
    pub strict: bool,
    /// The format that a pipeline input will have: `[PORT=]audio:RATE:CHANNELS[:FORMAT]`
    #[arg(long = "input", value_name = "[PORT=]FORMAT")]
    pub inputs: Vec<String>,
}

/// What `compile` is to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// A program
    Bin,
    /// A crate to take away
    Crate,
    /// The generated Rust
    Rust,
    /// The graph after `--after`
    Ir,
    /// The plan
    Plan,
    /// A picture: by the ending of `-o` `.dot`, `.mmd` or `.svg`
    Diagram,
}

/// Where the program is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// This machine
    Native,
    /// Any WASI runtime
    Wasi,
}

/// What the program is to be good at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// Quick to build
    Dev,
    /// Fast
    Release,
    /// Small
    Size,
}

/// `compile`.
#[derive(Debug, clap::Args)]
pub struct Compile {
    #[command(flatten)]
    pub input: Input,
    #[arg(long, value_enum, default_value_t = Target::Native)]
    pub target: Target,
    #[arg(long, value_enum, default_value_t = Emit::Bin)]
    pub emit: Emit,
    #[arg(long, value_enum, default_value_t = Profile::Release)]
    pub profile: Profile,
    /// The format that a pipeline input will have: `[PORT=]audio:RATE:CHANNELS[:FORMAT]`; several for one port make several
    /// versions
    #[arg(long = "input", value_name = "[PORT=]FORMAT")]
    pub inputs: Vec<String>,
    /// Stops after this pass
    #[arg(long, value_name = "PASS")]
    pub after: Option<String>,
    /// Where to write; standard output for text
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// With `--emit crate`: brings the sources of third-party crates along
    #[arg(long)]
    pub vendor: bool,
    /// Prints what each pass did
    #[arg(long)]
    pub explain: bool,
}
