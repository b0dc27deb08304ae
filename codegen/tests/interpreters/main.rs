//! Interpreters in programs: each runs nodes of every kind, and programs are built with it as pipelines are.

use remotemedia_codegen::build::{BuildError, Choice, Profile, Target, program};
use remotemedia_codegen::emit::files::Sources;
use std::path::Path;
use std::process::Command;

/// Compiles the program in `program/` with an interpreter, and runs it.
fn run(feature: &str, host: &[(&str, &str)]) {
    let shared = [
        ("src/main.rs", include_str!("program/main.rs")),
        ("src/errors.rs", include_str!("program/errors.rs")),
        ("src/kinds.rs", include_str!("program/kinds.rs")),
        ("src/messages.rs", include_str!("program/messages.rs")),
        ("src/support.rs", include_str!("program/support.rs")),
    ];
    let files = shared.iter().chain(host).map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let sources =
        Sources { files: files.collect(), features: [feature.to_owned()].into(), needs_std: true, has_vectors: false };
    let program = match program::build(&sources, Choice::new(Target::Native, Profile::Dev), &|_| {}) {
        Ok(program) => program,
        Err(BuildError::NoPython { help }) => {
            eprintln!("left out: {help}");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let mut command = Command::new(&program.path);
    if let Some(python) = std::env::var_os("REMOTEMEDIA_PYTHON") {
        // Where NumPy is.
        command.env("VIRTUAL_ENV", Path::new(&python).ancestors().nth(2).unwrap_or(Path::new("")));
    }
    // The rpath finds the library; were another loaded, the program would say so.
    let output = command.env_remove("LD_LIBRARY_PATH").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.ends_with("all passed\n"), "{out}{err}");
    assert!(program.warnings.is_empty(), "{}", program.warnings);
}

#[test]
fn cpython_runs_nodes_of_every_kind() {
    run(
        "cpython",
        &[
            ("src/host/mod.rs", include_str!("program/host/cpython.rs")),
            ("src/host/packages.rs", include_str!("program/host/packages.rs")),
        ],
    );
}

#[test]
fn rustpython_runs_nodes_of_every_kind() {
    run("rustpython", &[("src/host/mod.rs", include_str!("program/host/rustpython.rs"))]);
}
