//! What message nodes expect of a message, and the failure when it is something else.
//!
//! A node that cannot use a message fails with kind `bad_message`; the text says what was expected and what was found, and
//! the position is the time of the message. Numbers are found in the message itself or in its member `value`.

use super::number::Number;
use crate::message::{Message, Value};
use crate::node::Failure;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Fails at `message` because it is not what was expected.
pub(crate) fn unexpected(expected: &str, message: &Message) -> Failure {
    Failure::new("bad_message", format!("expected {expected}, found {}", brief(&message.value)), message.time)
}

/// A value in a few words: its kind, and its JSON or its keys as far as that is short.
pub(crate) fn brief(value: &Value) -> String {
    const LONGEST: usize = 60;
    let words = match value {
        Value::Null => value.kind().to_string(),
        Value::List(items) => format!("array of {}", items.len()),
        Value::Object(members) => {
            let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).take(8).collect();
            let more = if members.len() > keys.len() { ", …" } else { "" };
            format!("object {{{}{more}}}", keys.join(", "))
        }
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => format!("{} {value}", value.kind()),
    };
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// The number that a message is about: the message itself, or the member `value` of an object.
pub(crate) fn number_of(value: &Value) -> Option<Number> {
    Number::of(value).or_else(|| value.get("value").and_then(Number::of))
}

/// The text that a message is about: the message itself, or the member `text` of an object.
pub(crate) fn text_of(value: &Value) -> Option<&str> {
    value.text().or_else(|| value.get("text").and_then(Value::text))
}

/// Replaces each number of a number, a list of such, or the member `value` of an object; everything else is kept. None
/// where there is anything but a number to replace.
pub(crate) fn map_numbers(
    value: &Value,
    change: &dyn Fn(Number) -> Result<Number, Failure>,
) -> Option<Result<Value, Failure>> {
    match value {
        Value::Int(_) | Value::Float(_) => Number::of(value).map(|n| change(n).map(Value::from)),
        Value::List(items) => items
            .iter()
            .map(|item| map_numbers(item, change))
            .collect::<Option<Result<Vec<_>, _>>>()
            .map(|items| items.map(Value::List)),
        Value::Object(_) => value
            .get("value")
            .and_then(|inner| map_numbers(inner, change))
            .map(|inner| Ok(with(value, "value", inner?))),
        Value::Null | Value::Bool(_) | Value::Text(_) => None,
    }
}

/// An object with one member replaced in its place, or added at the end.
pub(crate) fn with(object: &Value, key: &str, value: Value) -> Value {
    let Value::Object(members) = object else {
        return object.clone();
    };
    let mut members = members.clone();
    match members.iter_mut().find(|(k, _)| k == key) {
        Some((_, old)) => *old = value,
        None => members.push((key.to_string(), value)),
    }
    Value::Object(members)
}

/// The object member `key` is there and true.
pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

/// When an event happened, in microseconds: its member `timestamp_us`, or `timestamp_ms`, or else the time of its message.
pub(crate) fn instant_us(message: &Message) -> i64 {
    let stamp = |key: &str| message.value.get(key).and_then(Number::of);
    match (stamp("timestamp_us"), stamp("timestamp_ms")) {
        (Some(us), _) => us.saturating_i64(),
        (None, Some(Number::Int(ms))) => ms.saturating_mul(1000),
        (None, Some(Number::Float(ms))) => (ms * 1000.0) as i64,
        (None, None) => (message.time / 1000) as i64,
    }
}

/// Microseconds as a number of milliseconds, whole where it is.
pub(crate) fn millis(us: i64) -> Value {
    if us % 1000 == 0 { Value::Int(us / 1000) } else { Value::Float(us as f64 / 1000.0) }
}
