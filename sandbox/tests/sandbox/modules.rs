//! What is no module, or not one that can be run, is told apart before anything runs.

use remotemedia_sandbox::{Command, Error, Grants, Limits, run};

fn refused(module: &[u8]) -> Error {
    run(module, Command::default(), &Limits::default(), &Grants::none(), None).expect_err("it must not run")
}

fn refused_text(text: &str) -> Error {
    refused(&wat::parse_str(text).expect("well-formed"))
}

#[test]
fn other_files_are_not_modules() {
    for (bytes, why) in [
        (&b""[..], "it is empty"),
        (b"#!/bin/sh\n", "it does not begin with `\\0asm`"),
        (b"(module)", "it does not begin with `\\0asm`"),
        (b"\0asm\x0d\0\x01\0", "it is a component; only core modules run here"),
        (b"\0asm\x02\0\0\0", "unknown binary version 2"),
    ] {
        assert_eq!(refused(bytes).to_string(), format!("not a WebAssembly module: {why}"));
    }
}

#[test]
fn a_broken_module_is_not_a_module() {
    assert!(matches!(refused(b"\0asm\x01\0\0\0\x01\xff"), Error::NotAModule { .. }));
    // Well-formed, and the wrong type on the stack.
    assert!(matches!(refused_text("(module (func (result i32) (i64.const 0)))"), Error::NotAModule { .. }));
}

#[test]
fn a_module_without_start_is_not_a_command() {
    assert!(matches!(refused_text("(module)"), Error::NotACommand));
    assert!(matches!(refused_text(r#"(module (func (export "_start") (param i32)))"#), Error::NotACommand));
}

#[test]
fn an_unknown_import_is_named() {
    let error = refused_text(r#"(module (import "env" "launch" (func)) (func (export "_start")))"#);
    assert_eq!(error.to_string(), "the module imports `env::launch`, which the sandbox does not offer");
}

#[test]
fn an_import_of_another_type_is_named() {
    let error = refused_text(
        r#"(module (import "wasi_snapshot_preview1" "fd_read" (func (param f32))) (func (export "_start")))"#,
    );
    assert!(error.to_string().contains("`wasi_snapshot_preview1::fd_read`"), "{error}");
}

#[test]
fn all_of_preview_1_can_be_imported() {
    let functions = include_str!("preview1.txt").lines().filter(|line| !line.starts_with('#'));
    let imports: String = functions
        .map(|line| {
            let (name, signature) = line.split_once(' ').expect("a name and a signature");
            format!("(import \"wasi_snapshot_preview1\" \"{name}\" (func {signature}))\n")
        })
        .collect();
    assert_eq!(imports.lines().count(), 46);
    let module = wat::parse_str(format!("(module {imports} (func (export \"_start\")))")).expect("well-formed");
    run(&module, Command::default(), &Limits::default(), &Grants::none(), None).expect("it runs");
}
