//! The `remotemedia` command: arguments, progress, printing. What a library user would need lives in the other crates.

mod args;
mod compile;
mod frontend;
mod report;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let code = match args.command {
        args::Command::Check(check) => compile::check(&check),
        args::Command::Compile(options) => compile::compile(&options),
    };
    ExitCode::from(code)
}
