//! Arguments and standard streams.

use std::io::{self, Write};
use std::process;

use remotemedia_sandbox::{Command, End, Grants, Limits, Stdio, run};

use crate::{guest, into_file, run_guest};

#[test]
fn arguments_reach_the_guest() {
    let (_, written) = run_guest("args", &["one", "", "zwölf"], &Limits::default(), &Grants::none());
    assert_eq!(String::from_utf8_lossy(&written), "args\0one\0\0zwölf\0");
}

#[test]
fn input_reaches_the_guest_and_output_comes_back() {
    let (stdin, mut words) = io::pipe().expect("a pipe");
    words.write_all(b"to be or not to be").expect("room in the pipe");
    drop(words);
    let (output, stdout) = io::pipe().expect("a pipe");
    let command =
        Command { stdin: Stdio::File(into_file(stdin)), stdout: Stdio::File(into_file(stdout)), ..Command::default() };
    let outcome = run(&guest("echo"), command, &Limits::default(), &Grants::none(), None).expect("it runs");
    assert!(matches!(outcome.end, End::Exit(0)), "{:?}", outcome.end);
    assert_eq!(io::read_to_string(output).expect("the output"), "to be or not to be");
}

#[test]
fn a_reader_that_went_away_is_a_broken_pipe_for_the_guest() {
    let (gone, stdout) = io::pipe().expect("a pipe");
    drop(gone);
    let module = wat::parse_str(
        r#"(module
          (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
          (memory (export "memory") 1)
          (data (i32.const 4) "\01")
          (func (export "_start")
            (call $proc_exit (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#,
    );
    let command = Command { stdout: Stdio::File(into_file(stdout)), ..Command::default() };
    let outcome = run(&module.expect("well-formed"), command, &Limits::default(), &Grants::none(), None);
    assert!(matches!(outcome.expect("it runs").end, End::Exit(64)));
}

/// Set in the process that [`the_streams_of_this_process_are_passed_through`] starts.
const CHILD: &str = "REMOTEMEDIA_SANDBOX_TEST_CHILD";

#[test]
fn the_streams_of_this_process_are_passed_through() {
    let test = "streams::the_streams_of_this_process_are_passed_through";
    if std::env::var_os(CHILD).is_some() {
        run(&guest("echo"), Command::default(), &Limits::default(), &Grants::none(), None).expect("it runs");
        return;
    }
    let (stdin, mut words) = io::pipe().expect("a pipe");
    words.write_all(b"<through and through>").expect("room in the pipe");
    drop(words);
    let child = process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .stdin(stdin)
        .output()
        .expect("the child runs");
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(output.contains("<through and through>"), "{output}");
}
