//! Message nodes against what plain Python definitions give (`tests/reference/messages.py`), each case also with its
//! messages arriving in portions.

use crate::driver::{Outcome, Random, at_once, json, node, scattered, stream};
use remotemedia_runtime_min::message::{Message, Value};

const NODES: &str = include_str!("../../../tests/reference/message_data/nodes.jsonl");
const TEXTS: &str = include_str!("../../../tests/reference/message_data/texts.jsonl");
const EVENTS: &str = include_str!("../../../tests/reference/message_data/events.jsonl");

/// Runs every case of a file, at once and scattered.
fn check(cases: &str) {
    let mut wrong = Vec::new();
    for (number, line) in cases.lines().enumerate() {
        let case = json(line);
        let member = |key: &str| case.get(key).unwrap_or_else(|| panic!("line {}: no `{key}`", number + 1));
        let path = member("node").text().expect("a path");
        let input = [stream(member("in"))];
        let expected = (stream(member("out")), case.get("fail").map(failure));
        let mut random = Random(number as u64);
        for run in 0..16 {
            let mut node = node(path, member("options"));
            let outcome = match run {
                0 => at_once(&mut *node, &input),
                _ => scattered(&mut *node, &input, &mut random),
            };
            if let Some(difference) = difference(&outcome, &expected) {
                wrong.push(format!("line {} ({path}, run {run}): {difference}", number + 1));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Kind and time of a failure.
fn failure(pair: &Value) -> (String, u64) {
    match pair {
        Value::List(pair) => match &pair[..] {
            [Value::Text(kind), Value::Int(time)] => (kind.clone(), *time as u64),
            _ => panic!("a kind and a time, not {pair:?}"),
        },
        _ => panic!("a pair, not {pair}"),
    }
}

/// The first thing in which an outcome is not as expected.
fn difference((got, failed): &Outcome, (expected, failure): &(Vec<Message>, Option<(String, u64)>)) -> Option<String> {
    let say = |m: Option<&Message>| m.map_or(String::from("nothing"), |m| format!("{} at {}", m.value, m.time));
    let failed = failed.as_ref().map(|f| (String::from(f.kind), f.position));
    (0..got.len().max(expected.len()))
        .find(|&i| got.get(i) != expected.get(i))
        .map(|i| format!("message {i} is {}, not {}", say(got.get(i)), say(expected.get(i))))
        .or_else(|| (failed != *failure).then(|| format!("failed with {failed:?}, not {failure:?}")))
}

#[test]
fn calculating_nodes_are_as_python_defines_them() {
    check(NODES);
}

#[test]
fn text_nodes_are_as_python_defines_them() {
    check(TEXTS);
}

#[test]
fn event_nodes_are_as_python_defines_them() {
    check(EVENTS);
}
