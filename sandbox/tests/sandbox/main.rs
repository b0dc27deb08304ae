//! Runs of small guests, written in WebAssembly's text form under `guests/`, one file of tests per promise of the crate.
//! Guests from a real compiler are run by the end-to-end tests of the workspace.

mod cache;
mod ends;
mod grants;
mod limits;
mod modules;
mod streams;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use remotemedia_sandbox::{Command, Grants, Limits, Outcome, Stdio, run};

/// The guest of that name.
fn guest(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox/guests").join(name).with_extension("wat");
    wat::parse_file(path).expect("the guest is well-formed")
}

/// Runs the guest `name` with these arguments, without input; what it wrote is the second result.
fn run_guest(name: &str, args: &[&str], limits: &Limits, grants: &Grants) -> (Outcome, Vec<u8>) {
    let (mut output, stdout) = io::pipe().expect("a pipe");
    let command = Command {
        stdin: Stdio::Null,
        stdout: Stdio::File(into_file(stdout)),
        ..Command::new([name].iter().chain(args).copied())
    };
    let outcome = run(&guest(name), command, limits, grants, None).expect("the guest runs");
    let mut written = Vec::new();
    output.read_to_end(&mut written).expect("the guest's output");
    (outcome, written)
}

/// One end of a pipe as the file that it is.
#[cfg(unix)]
fn into_file(end: impl Into<std::os::fd::OwnedFd>) -> fs::File {
    end.into().into()
}

/// One end of a pipe as the file that it is.
#[cfg(windows)]
fn into_file(end: impl Into<std::os::windows::io::OwnedHandle>) -> fs::File {
    end.into().into()
}

/// An empty folder for the test of that name.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of the last run goes");
    }
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}
