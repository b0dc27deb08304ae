//! Message nodes against what plain Python definitions give (`tests/reference/messages.py`), and against themselves: the
//! output never depends on how the messages arrived.
#![cfg(feature = "registry")]

#[path = "message_nodes/driver.rs"]
mod driver;

use driver::{Outcome, Random, at_once, json, node, scattered, stream};
use remotemedia_runtime_min::message::{Message, Value};

const NODES: &str = include_str!("../../tests/reference/message_data/nodes.jsonl");
const TEXTS: &str = include_str!("../../tests/reference/message_data/texts.jsonl");
const EVENTS: &str = include_str!("../../tests/reference/message_data/events.jsonl");

/// Runs every case of a file, at once and scattered.
fn check(cases: &str) {
    let mut wrong = Vec::new();
    for (number, line) in cases.lines().enumerate() {
        let case = json(line);
        let member = |key: &str| {
            case.get(key)
                .unwrap_or_else(|| panic!("line {}: no `{key}`", number + 1))
        };
        let path = member("node").text().expect("a path");
        let input = [stream(member("in"))];
        let expected = (stream(member("out")), case.get("fail").map(failure));
        let mut random = Random(number as u64);
        for run in 0..4 {
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
    assert!(
        wrong.is_empty(),
        "{} cases are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
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

/// Streams whose times often coincide.
fn streams(ports: usize, random: &mut Random) -> Vec<Vec<Message>> {
    let port = |random: &mut Random, port: usize| {
        let mut time = 0;
        let message = |i: usize| {
            time += [0, 0, 1, 5, 100][random.below(5)];
            Message {
                time,
                value: Value::Text(format!("{port}.{i}")),
            }
        };
        (0..8).map(message).collect::<Vec<_>>()
    };
    (0..ports)
        .map(|p| port(random, p))
        .map(|mut s| (s.truncate(s.len() - s.len() / 3), s).1)
        .collect()
}

#[test]
fn a_merge_sorts_by_time_and_port_however_messages_arrive() {
    let mut random = Random(7);
    for round in 0..400 {
        let ports = 1 + round % 5;
        let inputs = streams(ports, &mut random);
        let mut expected: Vec<(usize, Message)> = inputs
            .iter()
            .enumerate()
            .flat_map(|(port, s)| s.iter().map(move |m| (port, m.clone())))
            .collect();
        expected.sort_by_key(|(port, message)| (message.time, *port));
        let expected: Vec<Message> = expected.into_iter().map(|(_, message)| message).collect();
        let options = json(&format!("{{\"inputs\": {ports}}}"));
        let (got, failed) = scattered(&mut *node("merge::Merge", &options), &inputs, &mut random);
        assert_eq!((got, failed), (expected, None), "round {round}");
    }
}

#[test]
fn a_merge_waits_no_longer_than_it_must() {
    use remotemedia_runtime_min::node::Out;
    use remotemedia_runtime_min::stream::Messages;
    let mut merge = node("merge::Merge", &json("{\"inputs\": 3}"));
    let mut output = Messages::new(1);
    let at = |time: u64| Message {
        time,
        value: Value::Int(time as i64),
    };
    let mut after = |act: &mut dyn FnMut(&mut Out<'_>)| {
        act(&mut Out {
            frames: None,
            messages: Some(&mut output),
        });
        let times: Vec<u64> = output.unread(0).iter().map(|m| m.time).collect();
        output.consume_all(0);
        (times, output.watermark())
    };
    assert_eq!(after(&mut |out| merge.message(1, &at(5), out).unwrap()), (vec![], 0));
    assert_eq!(after(&mut |out| merge.advance(2, 5, out).unwrap()), (vec![], 0));
    // Port 0 may still bring one at 5, which would go first; port 2 would come after.
    assert_eq!(after(&mut |out| merge.advance(0, 5, out).unwrap()), (vec![], 5));
    assert_eq!(after(&mut |out| merge.advance(0, 6, out).unwrap()), (vec![5], 5));
    assert_eq!(after(&mut |out| merge.message(1, &at(9), out).unwrap()), (vec![], 5));
    assert_eq!(after(&mut |out| merge.message(2, &at(7), out).unwrap()), (vec![], 6));
    assert_eq!(after(&mut |out| merge.close(0, out).unwrap()), (vec![7], 7));
    assert_eq!(after(&mut |out| merge.close(2, out).unwrap()), (vec![9], 9));
    assert_eq!(after(&mut |out| merge.advance(1, 20, out).unwrap()), (vec![], 20));
}
