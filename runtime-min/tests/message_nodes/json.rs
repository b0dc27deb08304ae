//! JSON in and out, against Python's `json` module (`tests/reference/message_json.py`).

use crate::driver::{Random, at_once, json, node};
use remotemedia_runtime_min::message::{Message, Value, parse};

const CASES: &str = include_str!("../../../tests/reference/message_data/json.jsonl");

/// Two members of each case that has both.
fn cases(first: &str, second: &str) -> Vec<(Value, Value)> {
    let both = |case: Value| Some((case.get(first)?.clone(), case.get(second)?.clone()));
    let cases: Vec<_> = CASES.lines().map(json).filter_map(both).collect();
    assert!(!cases.is_empty(), "no case has `{first}` and `{second}`");
    cases
}

fn text(value: &Value) -> &str {
    value.text().expect("a string")
}

#[test]
fn values_are_read_and_written_as_by_python() {
    for (source, written) in cases("text", "json") {
        assert_eq!(json(text(&source)).to_string(), text(&written), "{source}");
    }
}

#[test]
fn floats_are_rounded_correctly_and_come_back_from_what_is_written() {
    for (source, bits) in cases("text", "float") {
        let expected = f64::from_bits(u64::from_str_radix(text(&bits), 16).expect("hexadecimal digits"));
        let Some(read) = json(text(&source)).number() else { panic!("{source} is no number") };
        assert_eq!(read.to_bits(), expected.to_bits(), "{source}");
        let again = json(&Value::Float(read).to_string());
        assert!(matches!(again, Value::Float(x) if x.to_bits() == read.to_bits()), "{source} is written {read:?}");
    }
}

#[test]
fn strings_are_escaped_as_by_python() {
    for (points, written) in cases("string", "json") {
        let Value::List(points) = points else { panic!("code points are a list") };
        let point = |value: &Value| match value {
            Value::Int(i) => char::from_u32(*i as u32).expect("a code point"),
            _ => panic!("{value} is no code point"),
        };
        let string: String = points.iter().map(point).collect();
        assert_eq!(Value::Text(string).to_string(), text(&written));
    }
    assert_eq!(Value::from("\u{8}\u{c}").to_string(), "\"\\u0008\\u000c\"");
}

#[test]
fn what_is_no_json_is_a_failure_that_says_where() {
    for (source, _) in cases("text", "wrong") {
        let line = Message { time: 7, value: source.clone() };
        let mut reader = node("convert::TextToJson", &json("{}"));
        let (got, failed) = at_once(&mut *reader, &[vec![line]]);
        let nothing = text(&source).trim().is_empty();
        assert_eq!(got, vec![], "{source}");
        match failed {
            Some(failure) => {
                assert_eq!((failure.kind, failure.position, failure.node), ("not_json", 7, "n"), "{source}");
                assert!(
                    failure.message.contains("line ") && failure.message.contains("column "),
                    "{}",
                    failure.message
                );
            }
            None => assert!(nothing, "{source} was taken for JSON"),
        }
    }
}

#[test]
fn nesting_is_read_to_a_depth_of_127() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(json(&nested(127)).to_string(), nested(127));
    assert!(parse(&nested(128)).is_err());
}

#[test]
fn numbers_without_json_are_null() {
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(Value::List(vec![Value::Float(x)]).to_string(), "[null]");
    }
}

/// Any value at all: what is written is valid JSON, and reads back as the same value.
#[test]
fn everything_that_is_written_reads_back() {
    let mut random = Random(3);
    for _ in 0..2000 {
        let value = any(&mut random, 4);
        let written = value.to_string();
        let again = parse(&written).unwrap_or_else(|e| panic!("{written}: {e}"));
        assert_eq!(again.to_string(), written);
        assert!(!written.contains('\n'), "{written} is more than a line");
    }
}

fn any(random: &mut Random, depth: usize) -> Value {
    let string = |random: &mut Random| -> String {
        (0..random.below(6))
            .filter_map(|_| char::from_u32(random.below([0x40, 0x800, 0x11_0000][random.0 as usize % 3]) as u32))
            .collect()
    };
    match random.below(if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => Value::Bool(random.below(2) == 1),
        2 => Value::Int((random.0 as i64) >> random.below(64)),
        3 => Value::Float(f64::from_bits(random.0.rotate_left(random.below(64) as u32))),
        4 => Value::Text(string(random)),
        5 => Value::List((0..random.below(4)).map(|_| any(random, depth - 1)).collect()),
        _ => {
            let member = |i: usize, random: &mut Random| (format!("{i}{}", string(random)), any(random, depth - 1));
            Value::Object((0..random.below(4)).map(|i| member(i, random)).collect())
        }
    }
}

#[test]
fn text_and_json_convert_back_and_forth() {
    let lines = [" {\"a\" : [1, 2.50]} ", "", "  \t", "\"é\"", "-0", "null"];
    let lines = lines.map(|line| Message { time: 1, value: Value::from(line) }).to_vec();
    let (values, failed) = at_once(&mut *node("convert::TextToJson", &json("{}")), &[lines]);
    assert_eq!(failed, None);
    let (texts, failed) = at_once(&mut *node("convert::JsonToText", &json("{}")), &[values]);
    assert_eq!(failed, None);
    let texts: Vec<&str> = texts.iter().map(|message| text(&message.value)).collect();
    assert_eq!(texts, ["{\"a\":[1,2.5]}", "\"é\"", "-0.0", "null"]);
}
