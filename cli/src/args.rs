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
    /// Runs a manifest, or a program that `compile` made
    Run(Run),
    /// The plan of a manifest in words, or the page of a diagnostic such as RM0201
    Explain(Explain),
    /// The node types
    Nodes(Nodes),
    /// Writes a starter pipeline into a new folder
    New(New),
    /// Says what is there, what is missing, and the command that mends it
    Doctor,
    /// What was compiled and kept
    Cache(Cache),
    /// A script that completes the command line
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
}

/// `run`.
#[derive(Debug, clap::Args)]
pub struct Run {
    #[command(flatten)]
    pub input: Input,
    /// A file for an input of the pipeline: `[PORT=]FILE`, `-` for standard input
    #[arg(short = 'i', value_name = "[PORT=]FILE")]
    pub inputs: Vec<String>,
    /// A file for an output of the pipeline: `[PORT=]FILE`, `-` for standard output
    #[arg(short = 'o', value_name = "[PORT=]FILE")]
    pub outputs: Vec<String>,
    /// The format of an input where no file tells it: `[PORT=]audio:RATE:CHANNELS[:FORMAT]`
    #[arg(long = "input", value_name = "[PORT=]FORMAT")]
    pub formats: Vec<String>,
    /// How it is run
    #[arg(long, value_enum)]
    pub tier: Option<Tier>,
    #[arg(long, value_enum, default_value_t = Profile::Release)]
    pub profile: Profile,
    /// Stops the program beyond that much memory: `64MiB`; in the sandbox
    #[arg(long, value_name = "SIZE")]
    pub max_memory: Option<String>,
    /// Stops the program after that time: `5s`, `500ms`; in the sandbox
    #[arg(long, value_name = "TIME")]
    pub max_time: Option<String>,
    /// Stops the program after that many units of fuel, about one an instruction; in the sandbox
    #[arg(long, value_name = "N")]
    pub fuel: Option<u64>,
    /// A folder that the sandbox may read besides the inputs
    #[arg(long, value_name = "DIR")]
    pub allow_read: Vec<PathBuf>,
    /// A folder that the sandbox may write besides the outputs
    #[arg(long, value_name = "DIR")]
    pub allow_write: Vec<PathBuf>,
    /// Reads the manifest again whenever it changes, and puts the new pipeline in the place of the old one without a gap; what has
    /// not changed keeps its state. Ends with the input
    #[arg(long)]
    pub watch: bool,
    /// Writes frames, seconds, x real time, time and memory of each region as JSON
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<String>,
}

/// How a manifest is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tier {
    /// As machine code in this process, in milliseconds and without a Rust toolchain: the default
    Jit,
    /// As a native program, compiled once by the Rust toolchain and kept: the fastest
    Native,
    /// As a wasm module in the sandbox, the default with limits and grants
    Wasm,
    /// By the reference evaluator in this process: slow, for comparison
    Eval,
}

/// `explain`.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// A manifest, or a code such as RM0201
    pub what: String,
    /// Gives a variable `${NAME}` of the manifest its value
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// The format of an input: `[PORT=]audio:RATE:CHANNELS[:FORMAT]`
    #[arg(long = "input", value_name = "[PORT=]FORMAT")]
    pub inputs: Vec<String>,
    /// The plan as a picture instead
    #[arg(long, value_enum)]
    pub format: Option<Picture>,
}

/// A format of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Picture {
    /// Graphviz
    Dot,
    Mermaid,
    Svg,
}

/// `nodes`.
#[derive(Debug, clap::Args)]
pub struct Nodes {
    #[command(subcommand)]
    pub command: Option<NodesCommand>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, global = true)]
    pub format: MessageFormat,
}

/// What `nodes` does.
#[derive(Debug, Subcommand)]
pub enum NodesCommand {
    /// All of them, a line each
    List,
    /// One with its parameters, units, ranges and ports
    Show {
        /// Under any of its names
        name: String,
    },
}

/// `new`.
#[derive(Debug, clap::Args)]
pub struct New {
    /// The folder, which must not exist
    #[arg(default_value = "my-pipeline")]
    pub folder: PathBuf,
}

/// `cache`.
#[derive(Debug, clap::Args)]
pub struct Cache {
    #[command(subcommand)]
    pub command: CacheCommand,
}

/// What `cache` does.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// What is kept: kind, name, what for, size, last use
    List,
    /// Removes it all, but for what is in use
    Clear,
    /// How large it may grow; with a size such as `2GiB` or `500M`, sets that
    SizeLimit {
        /// The new limit
        size: Option<String>,
    },
    /// The folder
    Path,
}

/// The manifest, and what fills in its variables.
#[derive(Debug, Clone, clap::Args)]
pub struct Input {
    /// The manifest: JSON or YAML, or Python with a pipeline or a node; `-` for standard input
    pub manifest: PathBuf,
    /// Gives a variable `${NAME}` of the manifest its value, before the environment; of a Python file that is a node, a parameter, and by
    /// `class=NAME` which class it is
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
    /// The format that a pipeline input will have: `[PORT=]audio:RATE:CHANNELS[:FORMAT]`; with `--explain-python` also `text`, `json`
    #[arg(long = "input", value_name = "[PORT=]FORMAT")]
    pub inputs: Vec<String>,
    /// Says of each class of a Python file whether it is compiled, and of each line that is in the way why
    #[arg(long)]
    pub explain_python: bool,
    /// With `--explain-python`: of this class alone
    #[arg(long, value_name = "NAME", requires = "explain_python")]
    pub class: Option<String>,
}

/// What `compile` is to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// A program
    Bin,
    /// A Rust library (not built yet)
    Lib,
    /// A C library with its header (not built yet)
    Cdylib,
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
    /// A page (not built yet)
    Browser,
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
    /// Where to write, `-` for standard output, where text goes by itself
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// For which processors: `baseline` (all), `v2`, `v3`, `v4` (levels of x86-64), `native` (this one), `multi` (several versions, one of
    /// which is chosen at start); the same bits from all
    #[arg(long, value_name = "LEVEL", default_value = "baseline")]
    pub cpu: String,
    /// Threads of the program: at most so many, where the estimate says that they pay, or `auto`; the same bits from all. What
    /// comes of a block may be written one block later
    #[arg(long, value_name = "N", default_value = "1")]
    pub threads: String,
    /// What executors there are (not built yet: everything runs here)
    #[arg(long, value_name = "FILE")]
    pub executors: Option<PathBuf>,
    /// How nodes are placed on executors: `local-first`; others are not built yet
    #[arg(long, value_name = "POLICY", default_value = "local-first")]
    pub policy: String,
    /// Arithmetic that may differ between targets (not built yet: it is always strict)
    #[arg(long)]
    pub fast_math: bool,
    /// With `--emit crate`: brings the sources of third-party crates along
    #[arg(long)]
    pub vendor: bool,
    /// Prints what each pass did
    #[arg(long)]
    pub explain: bool,
    /// The format of `--emit diagram`; else by the ending of `-o`, else DOT
    #[arg(long, value_enum)]
    pub format: Option<Picture>,
}
