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
        try:
            return requests.get(message[\"url\"]).text
        except KeyError:
            return None
";

#[test]
fn lines_outside_the_subset_are_marked() {
    let desk = Desk::new("explain-python");
    desk.write("nodes.py", NODES);
    let (out, _) = desk.run(&["check", "--explain-python", "nodes.py"], 0);
    let expected = "\
`Words` (line 4): compiled
  takes each message of a stream of JSON, gives JSON
`Fetch` (line 13): needs an interpreter
  line 1: `import requests` is outside the compiled subset: an interpreter
    1 | import requests
      | ^^^^^^^^^^^^^^^
  line 15: `try` is outside the compiled subset: an interpreter
    15 |         try:
       |         ^^^^
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
    let (_, err) = desk.run(&["run", "nodes.py", "-i", "in.jsonl", "--set", "class=Fetch"], 1);
    assert!(err.contains("RM0403") && err.contains("line 15"), "{err}");
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
