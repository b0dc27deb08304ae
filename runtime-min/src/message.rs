//! One message of a text or JSON stream, and the JSON value inside it.
//!
//! [`parse`] reads JSON: the feature `json`.
#![expect(clippy::single_char_add_str, reason = "`push` links the encoding of every char")]

#[cfg(feature = "json")]
mod read;

#[cfg(feature = "json")]
pub use read::parse;

use crate::decimal;
use crate::text::{Base, digits, push};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A value with its place in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Nanoseconds from the start of the stream where the stream derives from audio; the number of the line for messages
    /// that were read from a file.
    pub time: u64,
    /// On a text stream always [`Value::Text`].
    pub value: Value,
}

/// A JSON value. Objects keep the order of their keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// Written as `null` where it is not finite.
    Float(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The member of an object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => None,
        }
    }

    /// A number, whole or not.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Int(i) => Some(*i as f64),
            Value::Float(f) => Some(*f),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Object(_) => None,
        }
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_) | Value::Object(_) => None,
        }
    }

    /// The name of the kind, as JSON calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::Float(_) => "number",
            Value::Text(_) => "string",
            Value::List(_) => "array",
            Value::Object(_) => "object",
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<i64> for Value {
    fn from(i: i64) -> Value {
        Value::Int(i)
    }
}

impl From<f64> for Value {
    fn from(f: f64) -> Value {
        Value::Float(f)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(String::from(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

/// An object from its members, in their order.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(k, v)| (String::from(k), v)).collect())
}

impl Value {
    /// Appends it as compact JSON. Floats are written with the fewest digits that read back to the same bits, and always with a
    /// point or an exponent.
    pub fn write(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Value::Int(i) => push!(out, "{}", *i),
            Value::Float(x) if x.is_finite() => write_float(out, *x),
            Value::Float(_) => out.push_str("null"),
            Value::Text(text) => write_string(out, text),
            Value::List(items) => {
                out.push_str("[");
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { "," });
                    item.write(out);
                }
                out.push_str("]");
            }
            Value::Object(members) => {
                out.push_str("{");
                for (i, (key, value)) in members.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { "," });
                    write_string(out, key);
                    out.push_str(":");
                    value.write(out);
                }
                out.push_str("}");
            }
        }
    }
}

/// Compact JSON, as [`Value::write`] writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write(&mut out);
        f.write_str(&out)
    }
}

/// With an exponent below 1e-5 and from 1e16 on.
fn write_float(out: &mut String, x: f64) {
    let (digits, exponent) = decimal::shortest(x.abs());
    out.push_str(if x.is_sign_negative() { "-" } else { "" });
    if !(-5..16).contains(&exponent) {
        let (first, rest) = digits.split_at_checked(1).unwrap_or_default();
        let point = if rest.is_empty() { "" } else { "." };
        return push!(out, "{}{}{}e{}", first, point, rest, exponent);
    }
    out.push_str(&decimal::plain(&digits, exponent));
    out.push_str(if digits.len() as i32 <= exponent + 1 { ".0" } else { "" });
}

fn write_string(out: &mut String, text: &str) {
    out.push_str("\"");
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 => "\\u",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        out.push_str(escape);
        if escape == "\\u" {
            digits(out, byte.into(), Base::Hex, 4);
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push_str("\"");
}
