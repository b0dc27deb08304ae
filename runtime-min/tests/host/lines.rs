//! Messages as lines of text and JSON.

use crate::support::{Echo, file, path, read};
use remotemedia_runtime_min::host::{
    self, Artifact, InputInfo, Options, Outcome, OutputInfo, ReadFormat, Text, Variant, WriteFormat,
};

fn run<F: ReadFormat + WriteFormat>(format: &F, name: &str, bytes: &[u8], block: usize) -> (Outcome, String) {
    let inputs = [InputInfo { name: "p", format, default_path: None }];
    let outputs = [OutputInfo { name: "p", format, default_path: None }];
    let variants = [Variant { inputs: &inputs, outputs: &outputs, latency: 0, make: &|| Box::new(Echo::new()) }];
    let artifact = Artifact { name: "a", version: "1", generator: "g", manifest_hash: "h", variants: &variants };
    let (from, to) = (file(&format!("{name}.in"), bytes), path(&format!("{name}.out")));
    let outcome =
        host::execute(&artifact, &Options { inputs: vec![&from], outputs: vec![&to], block, ..Options::default() });
    (outcome, String::from_utf8(read(&to)).unwrap())
}

#[test]
fn text() {
    for (name, from, to) in [
        ("text-plain", "one\ntwo\n", "one\ntwo\n"),
        ("text-open", "one\ntwo", "one\ntwo\n"),
        ("text-none", "", ""),
        ("text-empty", "\n\nx\n", "\n\nx\n"),
        ("text-windows", "one\r\ntwo\r\n", "one\ntwo\n"),
        ("text-mark", "\u{feff}one\n\u{feff}two\n", "one\n\u{feff}two\n"),
        ("text-signs", "\"ü\" {}\n", "\"ü\" {}\n"),
    ] {
        for block in [1, 2, 1024] {
            assert_eq!(run(&Text, name, from.as_bytes(), block), (Outcome::default(), to.to_owned()), "{name}");
        }
    }
}

#[test]
fn a_line_longer_than_the_buffer() {
    let long = "x".repeat(300_000) + "\nshort\n";
    assert!(run(&Text, "long", long.as_bytes(), 1024) == (Outcome::default(), long));
}

#[test]
fn what_is_not_utf_8_stops_after_what_came_before() {
    for block in [1, 1024] {
        let (outcome, out) = run(&Text, "bytes", b"one\ntwo\n\xff\xfe\nfour\n", block);
        assert_eq!(outcome.exit, 3);
        assert!(outcome.error.contains("line 3: not valid UTF-8"), "{}", outcome.error);
        assert_eq!(out, "one\ntwo\n");
    }
}

#[test]
fn a_node_that_fails_loses_nothing_that_was_delivered() {
    for block in [1, 2, 1024] {
        let (outcome, out) = run(&Text, "fails", b"one\ntwo\nfail\nfour\n", block);
        assert_eq!(outcome.exit, 3);
        assert_eq!(outcome.error, "node `echo` failed at 3: was told to (told_to)");
        assert_eq!(outcome.failure.map(|failure| failure.kind), Some("told_to"));
        assert_eq!(out, "one\ntwo\n");
    }
}

#[cfg(feature = "json")]
#[test]
fn json() {
    let from = "{\"b\": 1, \"a\": [1.50, null]}\n\n  \r\n\"x\\ny\"\n-0.0";
    let to = "{\"b\":1,\"a\":[1.5,null]}\n\"x\\ny\"\n-0.0\n";
    assert_eq!(run(&host::Json, "json", from.as_bytes(), 1024), (Outcome::default(), to.to_owned()));
    let (outcome, out) = run(&host::Json, "json-broken", b"1\n\n{\"a\": }\n", 1024);
    assert_eq!((outcome.exit, out.as_str()), (3, "1\n"));
    assert!(outcome.error.contains("line 3: not JSON: "), "{}", outcome.error);
}
