//! Python files on the command line: explained, checked, run.

mod support;

use std::path::PathBuf;
use std::process::{Command, Output};

struct Desk(PathBuf);

impl Desk {
    fn new(name: &str) -> Desk {
        Desk(support::folder(name))
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap_or_else(|e| panic!("{e}"));
    }

    #[track_caller]
    fn run(&self, args: &[&str], exit: i32) -> (String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_remotemedia"));
        let Output { status, stdout, stderr } =
            command.args(args).current_dir(&self.0).output().unwrap_or_else(|e| panic!("{e}"));
        let (out, err) = (String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned());
        assert_eq!(status.code(), Some(exit), "{args:?}: {out}{err}");
        (out, err)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

const NODES: &str = "\
import requests


class Words:
    def __init__(self, least: int = 1):
        self.least = least

    def process(self, message):
        words = [w for w in message[\"text\"].split() if len(w) >= self.least]
        return {\"words\": words}


class Fetch:
    def process(self, message):
        if hasattr(message, \"url\"):
            return requests.get(message.url).text
";

#[test]
fn lines_outside_the_subset_are_marked() {
    let desk = Desk::new("explain-python");
    desk.write("nodes.py", NODES);
    let (out, _) = desk.run(&["check", "--explain-python", "nodes.py"], 0);
    let expected = "\
`Words` (line 4): compiled
  takes each message of a stream of JSON, gives JSON
`Fetch` (line 13): run by cpython
  takes each message of a stream of JSON, gives JSON
  line 1: `import requests` is a package: cpython
    1 | import requests
      | ^^^^^^^^^^^^^^^
  line 15: `hasattr` as a value is outside the compiled subset: an interpreter
    15 |         if hasattr(message, \"url\"):
       |            ^^^^^^^
";
    assert_eq!(out, expected);
    let (out, _) = desk.run(&["check", "--explain-python", "nodes.py", "--class", "Words", "--input", "text"], 0);
    assert_eq!(out, "`Words` (line 4): compiled\n  takes each message of a stream of text, gives JSON\n");
    let (out, _) = desk.run(&["check", "--explain-python", "nodes.py", "--message-format", "json"], 0);
    let objects: Vec<serde_json::Value> =
        out.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect();
    assert_eq!(objects.len(), 2);
    assert_eq!((&objects[0]["class"], &objects[0]["compiled"]), (&"Words".into(), &true.into()));
    assert_eq!(objects[1]["reasons"][1]["line"], 15);
    desk.write("wrong.py", "class A:\n    def process(self data):\n        return data\n");
    let (_, err) = desk.run(&["check", "--explain-python", "wrong.py"], 1);
    assert!(err.contains("RM0220") && err.contains("wrong.py:2"), "{err}");
    let (_, err) = desk.run(&["check", "--explain-python", "nodes.py", "--class", "Word"], 1);
    assert!(err.contains("RM0223") && err.contains("did you mean `Words`"), "{err}");
}

#[test]
fn a_class_is_a_pipeline_of_its_own() {
    let desk = Desk::new("run-python");
    desk.write("nodes.py", NODES);
    desk.write("in.jsonl", "{\"text\": \"a quick fox\"}\n");
    let set = ["--set", "class=Words", "--set", "least=4"];
    desk.run(&[&["check", "nodes.py"], &set[..]].concat(), 0);
    for tier in ["jit", "eval"] {
        let run = ["run", "nodes.py", "-i", "in.jsonl", "-o", "-", "--tier", tier];
        let (out, _) = desk.run(&[&run[..], &set].concat(), 0);
        assert_eq!(out, "{\"words\":[\"quick\"]}\n");
    }
    let fetch = ["run", "nodes.py", "-i", "in.jsonl", "--set", "class=Fetch", "--tier"];
    let (_, err) = desk.run(&[&fetch[..], &["wasm"]].concat(), 1);
    assert!(err.contains("RM0405") && err.contains("line 1: `import requests` is a package"), "{err}");
    let (_, err) = desk.run(&[&fetch[..], &["eval"]].concat(), 2);
    assert!(err.contains("run by cpython") && err.contains("leave `--tier` out"), "{err}");
    let (_, err) = desk.run(&["check", "nodes.py"], 1);
    assert!(err.contains("RM0223") && err.contains("--set class=NAME"), "{err}");
}

#[test]
fn a_pipeline_of_plain_calls_is_read() {
    let desk = Desk::new("pipeline-python");
    desk.write(
        "pipeline.py",
        "\
import asyncio

from remotemedia import Pipeline


class Double:
    def process(self, message):
        return {\"n\": message[\"n\"] * 2}


class Add:
    def __init__(self, addend=0):
        self.addend = addend

    def process(self, message):
        return {\"n\": message[\"n\"] + self.addend}


async def main():
    pipeline = Pipeline(\"sums\")
    pipeline.add_node(Double()).add_node(Add(5))
    print(await pipeline.run({\"n\": 1}))


asyncio.run(main())
",
    );
    desk.write("in.jsonl", "{\"n\": 1}\n{\"n\": 2}\n");
    let (out, _) = desk.run(&["run", "pipeline.py", "-i", "in.jsonl", "-o", "-"], 0);
    assert_eq!(out, "{\"n\":7}\n{\"n\":9}\n");
    let (out, _) = desk.run(&["explain", "pipeline.py"], 0);
    assert!(out.contains("Pipeline `sums`"), "{out}");
    desk.write("loop.py", "from remotemedia import Pipeline\np = Pipeline()\nfor n in range(3):\n    p.add_node(n)\n");
    let (_, err) = desk.run(&["check", "loop.py"], 1);
    assert!(err.contains("RM0227") && err.contains("pipeline.serialize()"), "{err}");
}

/// A class with hooks, a log, retries and an error, and what it needs.
const HOSTED: &str = "\
import logging
import re
import statistics

log = logging.getLogger(__name__)


class Scores:
    def __init__(self, least=0):
        self.least = least
        self.scores = []
        self.failed = False

    async def initialize(self):
        log.warning('begins with %d', self.least)

    async def process(self, data):
        if data['text'] == 'again' and not self.failed:
            self.failed = True
            raise OSError('not yet')
        for number in re.findall(r'\\d+', data['text']):
            score = int(number)
            if score < self.least:
                raise ValueError(f'{score} is too low')
            self.scores.append(score)
            yield {'mean': statistics.mean(self.scores)}

    def flush(self):
        return {'count': len(self.scores)}

    def cleanup(self):
        log.error('ends')
";

#[test]
fn a_class_outside_the_subset_runs_in_cpython() {
    let desk = Desk::new("run-cpython");
    desk.write("scores.py", HOSTED);
    let manifest = |options: &str| {
        format!(
            r#"{{"version": "v1", "config": {{"retry_policy": {{"max_retries": 2}}}}, "nodes": [{{"id": "scores",
                "node_type": "PythonNode", "params": {{"path": "scores.py", "config": {{"least": 3}}}},
                "runtime_hint": "cpython"{options}}}]}}"#
        )
    };
    desk.write("p.json", &manifest(""));
    desk.write("in.jsonl", "{\"text\": \"4 and 5\"}\n{\"text\": \"again\"}\n{\"text\": \"9\"}\n");
    let run = ["run", "p.json", "--profile", "dev", "-i", "in.jsonl", "-o", "-"];
    let (out, err) = desk.run(&run, 0);
    assert_eq!(out, "{\"mean\":4}\n{\"mean\":4.5}\n{\"mean\":6}\n{\"count\":3}\n");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines[0], "scores: warning: begins with 3");
    assert_eq!(lines[1], "scores: warning: OSError: not yet (line 20, in process); try 1 of 2");
    assert_eq!(lines[2], "scores: error: ends");
    // What was sent before an error stays, and `cleanup()` is called.
    desk.write("in.jsonl", "{\"text\": \"4\"}\n{\"text\": \"7 1\"}\n");
    let (out, err) = desk.run(&run, 3);
    assert_eq!(out, "{\"mean\":4}\n{\"mean\":5.5}\n");
    assert!(
        err.contains("node `scores` failed") && err.contains("ValueError: 1 is too low (line 24, in process)"),
        "{err}"
    );
    assert!(err.contains("scores: error: ends"), "{err}");
    // What is missing is said before anything is processed.
    desk.write("p.json", &manifest(r#", "python_deps": ["surely-not-installed>=2"]"#));
    let (out, err) = desk.run(&run, 3);
    assert!(out.is_empty() && err.contains("Python packages are missing: `surely-not-installed>=2`"), "{out}{err}");
    let (_, err) = desk.run(&["run", "p.json", "--tier", "jit", "-i", "in.jsonl"], 2);
    assert!(err.contains("run by cpython"), "{err}");
}

#[test]
fn what_is_not_trusted_runs_in_the_sandbox() {
    let desk = Desk::new("run-sandboxed");
    desk.write("scores.py", HOSTED);
    desk.write(
        "p.json",
        r#"{"version": "v1", "nodes": [{"id": "scores", "node_type": "PythonNode", "trusted": false,
            "params": {"path": "scores.py"}}]}"#,
    );
    desk.write("in.jsonl", "{\"text\": \"4 and 5\"}\n");
    let input = ["-i", "in.jsonl", "-o", "-"];
    let (out, err) = desk.run(&[&["run", "p.json", "--profile", "dev"][..], &input].concat(), 0);
    assert_eq!(out, "{\"mean\":4}\n{\"mean\":4.5}\n{\"count\":2}\n");
    assert!(err.contains("scores: warning: begins with 0") && err.contains("scores: error: ends"), "{err}");
    let (_, err) = desk.run(&[&["run", "p.json", "--tier", "native"][..], &input].concat(), 1);
    assert!(err.contains("RM0405") && err.contains("is not trusted"), "{err}");
}
