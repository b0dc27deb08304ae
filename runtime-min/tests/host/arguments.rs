//! The command line: what it binds, and what it refuses.

use crate::support::{Echo, file, path, read};
use remotemedia_runtime_min::host::arguments::{Request, parse};
use remotemedia_runtime_min::host::location::{Kind, Location};
use remotemedia_runtime_min::host::{
    self, Artifact, Audio, InputInfo, Json, Options, Outcome, OutputInfo, PortInfo, ReadFormat, Sample, Text, Variant,
    WriteFormat,
};

const AUDIO: Audio = Audio { format: Sample::F32, rate: 48_000, channels: 2 };

/// Runs a program with the given ports that hands on messages.
fn outcome(inputs: &[InputInfo<'_>], outputs: &[OutputInfo<'_>], args: &[&str]) -> Outcome {
    let variants = [Variant { inputs, outputs, latency: 0, make: &|| Box::new(Echo::new()) }];
    let artifact = Artifact { name: "a", version: "1", generator: "g", manifest_hash: "h", variants: &variants };
    match parse(args) {
        Ok(Request::Run(options)) => host::execute(&artifact, &options),
        other => panic!("{other:?}"),
    }
}

fn input<'a>(name: &'a str, format: &'a dyn ReadFormat) -> InputInfo<'a> {
    PortInfo { name, format, default_path: None }
}

fn output<'a>(name: &'a str, format: &'a dyn WriteFormat) -> OutputInfo<'a> {
    PortInfo { name, format, default_path: None }
}

#[test]
fn flags() {
    let given = parse(&["-i", "a.wav", "--output", "out=b.wav", "-i", "x=-", "--metrics", "m", "--block", "7"]);
    let options = Options { inputs: vec!["a.wav", "x=-"], outputs: vec!["out=b.wav"], metrics: Some("m"), block: 7 };
    assert_eq!(given, Ok(Request::Run(options)));
    assert_eq!(parse(&["-i", "a", "--help"]), Ok(Request::Help));
    assert_eq!(parse(&["-V"]), Ok(Request::Version));
    assert_eq!(parse(&[]), Ok(Request::Run(Options::default())));
    for (args, word) in [
        (&["a.wav"][..], "unknown argument `a.wav`"),
        (&["--inputs", "x"], "unknown argument `--inputs`"),
        (&["-i"], "`-i` needs a value"),
        (&["--block", "0"], "at least 1"),
        (&["--block", "-3"], "at least 1"),
        (&["--block", ""], "at least 1"),
        (&["--block", "99999999999999999999999"], "at least 1"),
    ] {
        let message = parse(args).unwrap_err();
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn names_of_files() {
    let kind = |name| Location::new(name).kind;
    assert_eq!(kind("a.wav"), Kind::Wav);
    assert_eq!(kind("a.b/c"), Kind::Open);
    assert_eq!(kind("-"), Kind::Open);
    assert_eq!(kind("a.raw"), Kind::Raw(None));
    assert_eq!(kind("a.s24"), Kind::Raw(Some(Sample::I24)));
    assert_eq!(Location::new("raw:a.f64"), Location { path: "a.f64", kind: Kind::Raw(Some(Sample::F64)) });
    assert_eq!(Location::new("raw:a.wav"), Location { path: "a.wav", kind: Kind::Raw(None) });
    assert_eq!(Location::new("wav:-"), Location { path: "-", kind: Kind::Wav });
    assert_eq!(Location::new("./raw:x").path, "./raw:x");
    assert_eq!(kind("x.mp3"), Kind::Compressed);
    assert_eq!(["a.json", "a.jsonl", "a.ndjson", "a.txt"].map(kind), [Kind::Lines; 4]);
}

#[test]
fn ports_take_files_by_name_then_in_order() {
    let outs = ["a", "b", "c"].map(|name| output(name, &Text));
    let input = [input("in", &Text)];
    let from = file("ports.txt", b"hello\n");
    let [first, named, third] = ["ports-1.txt", "ports-2.txt", "ports-3.txt"].map(path);
    // Three outputs of this program are one stream, which the first of them takes.
    let b = format!("b={named}");
    let result = outcome(&input, &outs, &["-o", &first, "-o", &b, "-o", &third, "-i", &from]);
    assert_eq!(result, Outcome::default());
    assert_eq!(read(&first), b"hello\n");
    assert!(read(&named).is_empty() && read(&third).is_empty());
}

#[test]
fn wrong_bindings() {
    let inputs = [input("in", &AUDIO), input("side", &Text)];
    let outputs = [output("out", &AUDIO), output("events", &Json)];
    for (args, words) in [
        (&["-o", "x"][..], &["input port `in` has no file", "in: audio f32, 48000 Hz, 2 channels", "side: text"][..]),
        (&["-i", "a", "-o", "x"], &["input port `side` has no file"]),
        (&["-i", "a", "-i", "b"], &["no output port has a file", "events: json"]),
        (&["-i", "a", "-i", "b", "-i", "c", "-o", "x"], &["no input port for `c`", "side: text"]),
        (&["-i", "sied=a", "-o", "x"], &["no input port for `sied=a`", "side: text", "./NAME"]),
        (&["-i", "in=a", "-i", "in=b", "-o", "x"], &["`in=b` has a file already"]),
        (&["-i", "-", "-i", "-", "-o", "x"], &["`-` would be used twice"]),
        (&["-i", "a", "-i", "b", "-o", "x", "-o", "x"], &["`x` would be used twice"]),
        (&["-i", "a", "-i", "b", "-o", "b"], &["`b` would be used twice"]),
        (&["-i", "a", "-i", "b", "-o", "c", "--metrics", "c"], &["`c` would be used twice"]),
    ] {
        let Outcome { exit, error, .. } = outcome(&inputs, &outputs, args);
        assert_eq!(exit, 2, "{error}");
        assert!(words.iter().all(|word| error.contains(word)), "{words:?}: {error}");
    }
}

#[test]
fn files_that_are_not_there_or_cannot_be() {
    let inputs = [input("in", &AUDIO)];
    let outputs = [output("out", &AUDIO)];
    let silence = file("empty.f32", b"");
    let not_wav = file("other.bin", b"this is not a sound at all");
    let into_nowhere = format!("{silence}/x.wav");
    for (args, words) in [
        (["-i", "does/not/exist.wav", "-o", "x"], "cannot read `does/not/exist.wav`: no such file"),
        (["-i", env!("CARGO_TARGET_TMPDIR"), "-o", "x"], "is a directory"),
        (["-i", &not_wav, "-o", "x"], "not a WAV file; samples without a header are read as `raw:FILE`"),
        (["-i", &silence, "-o", &into_nowhere], "not a directory"),
        (["-i", &silence, "-o", "x.mp3"], "audio is written as `.wav` or `.raw`"),
        (["-i", &silence, "-o", "x.jsonl"], "audio is written as `.wav` or `.raw`"),
    ] {
        let Outcome { exit, error, .. } = outcome(&inputs, &outputs, &args);
        assert_eq!(exit, 3, "{error}");
        assert!(error.contains(words), "{words:?}: {error}");
    }
    // What is there is not lost.
    let (lines, sound) = (file("lines.txt", b"hello\n"), file("sound.wav", b"RIFF"));
    for args in [["-i", &lines, "-o", &sound], ["-i", &sound, "-o", &lines]] {
        let Outcome { exit, error, .. } = outcome(&[input("in", &Text)], &[output("out", &Text)], &args);
        assert_eq!(exit, 3, "{error}");
        assert!(error.contains("messages are lines, as in `.jsonl` and `.txt` files"), "{error}");
    }
    assert_eq!((read(&lines), read(&sound)), (b"hello\n".to_vec(), b"RIFF".to_vec()));
}

#[test]
fn default_paths() {
    let from = file("default-in.txt", b"hello");
    let to = path("default-out.txt");
    let input = [InputInfo { default_path: Some(&from), ..input("in", &Text) }];
    let output = [OutputInfo { default_path: Some(&to), ..output("out", &Text) }];
    assert_eq!(outcome(&input, &output, &[]), Outcome::default());
    assert_eq!(read(&to), b"hello\n");
    let other = path("default-other.txt");
    assert_eq!(outcome(&input, &output, &["-o", &other]), Outcome::default());
    assert_eq!(read(&other), b"hello\n");
}
