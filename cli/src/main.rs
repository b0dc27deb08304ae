//! The `remotemedia` command: arguments, progress, printing. What a library user would need lives in the other crates.

mod args;
mod artifact;
mod compile;
mod explain;
mod frontend;
mod maintenance;
mod nodes;
mod python;
mod report;
mod run;
mod size;
mod starter;
mod watch;

use clap::{CommandFactory, Parser};
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("bug in the compiler: {info}\nplease report it, with the manifest");
    }));
    let args = args::Args::parse();
    let run = || match &args.command {
        args::Command::Check(check) => compile::check(check),
        args::Command::Compile(options) => compile::compile(options),
        args::Command::Run(options) => run::run(options),
        args::Command::Explain(options) => explain::explain(options),
        args::Command::Nodes(options) => nodes::nodes(options),
        args::Command::New(options) => starter::new(options),
        args::Command::Doctor => maintenance::doctor(),
        args::Command::Cache(options) => maintenance::cache(&options.command),
        args::Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut args::Args::command(), "remotemedia", &mut std::io::stdout());
            0
        }
    };
    ExitCode::from(std::panic::catch_unwind(run).unwrap_or(1))
}
