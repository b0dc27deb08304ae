//! A value as it was written, with the place of every key and value: what JSON and YAML have in common.
//!
//! Readers of a format ([`super::json`], [`super::yaml`]) build the tree, [`super::template`] fills in variables, and
//! `reader` makes a manifest of it. Parameters of nodes stay trees until the catalog says what they are. A
//! tree is at most [`MAX_DEPTH`] deep, so that recursion over it is safe.

use remotemedia_ir::diag::quote;
use remotemedia_ir::{Span, Spanned};
use std::fmt::Write;

/// How deep lists and maps may nest.
pub const MAX_DEPTH: usize = 128;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub value: Value,
    pub span: Span,
    pub origin: Origin,
}

/// How a value was written, which decides what it may be taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// As it stands: a plain scalar of YAML, a word or number of JSON, any list or map.
    Plain,
    /// In quotes, or as a block of text.
    Quoted,
    /// Filled in from a variable: the text may be meant as a string or as a number.
    Template,
}

/// What JSON knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Node>),
    /// In the order of the text; each key once.
    Map(Vec<(Spanned<String>, Node)>),
}

/// A number as written and as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// As written: `3.10` keeps its zero.
    pub text: String,
    pub float: f64,
    /// Where it was written as an integer and fits.
    pub int: Option<i64>,
}

impl Node {
    /// A value that was written as it stands.
    pub fn new(value: Value, span: Span) -> Node {
        Node { value, span, origin: Origin::Plain }
    }

    /// The value under a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.iter().find(|(name, _)| name.value == key).map(|(_, node)| node)
    }

    /// The entries, if this is a map.
    pub fn as_map(&self) -> Option<&[(Spanned<String>, Node)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::List(_) => None,
        }
    }

    /// The elements, if this is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(elements) => Some(elements),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Map(_) => None,
        }
    }

    /// The text of a string; of a number or boolean too where a variable was filled in.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            Value::Bool(_) | Value::Number(_) if self.origin == Origin::Template => self.as_text(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The text of a string, number or boolean, as written.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(&number.text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            Value::Null | Value::Number(_) | Value::String(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The boolean that a string plainly means: `"true"` in quotes, and `yes`, `no`, `on`, `off` as YAML 1.1 has them.
    pub fn loose_bool(&self) -> Option<bool> {
        let Value::String(text) = &self.value else { return None };
        match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            "yes" | "on" if self.origin == Origin::Plain => Some(true),
            "no" | "off" if self.origin == Origin::Plain => Some(false),
            _ => None,
        }
    }

    /// The number, if this is one.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.value {
            Value::Number(number) => Some(number),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The number that a string plainly means, as in `"16000"`.
    pub fn loose_number(&self) -> Option<Number> {
        match &self.value {
            Value::String(text) => Number::parse(text.trim()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// True for null.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// What was found, for a message: "number `5`", "a list".
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Number(number) => format!("number {}", quote(&number.text)),
            Value::String(text) if text.is_empty() => "an empty string".to_owned(),
            Value::String(text) => format!("string {}", quote(text)),
            Value::List(elements) if elements.is_empty() => "an empty list".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Map(entries) if entries.is_empty() => "an empty map".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }

    /// The value as compact JSON; numbers as written where JSON can write them so, infinity and NaN as null.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    fn write_json(&self, out: &mut String) {
        match &self.value {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => out.push_str(&number.to_json()),
            Value::String(text) => write_json_string(text, out),
            Value::List(elements) => {
                out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    element.write_json(out);
                }
                out.push(']');
            }
            Value::Map(entries) => {
                out.push('{');
                for (index, (key, node)) in entries.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    write_json_string(&key.value, out);
                    out.push(':');
                    node.write_json(out);
                }
                out.push('}');
            }
        }
    }
}

impl Number {
    /// The integer: also of `16000.0`, whose value is one; none beyond 2⁵³ if it was not written as an integer.
    pub fn as_int(&self) -> Option<i64> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        self.int.or_else(|| (self.float.fract() == 0.0 && self.float.abs() <= EXACT).then_some(self.float as i64))
    }

    /// True if the text names a finite number that is too large for a float.
    pub fn overflows(&self) -> bool {
        self.float.is_infinite() && !self.text.to_ascii_lowercase().ends_with("inf")
    }

    fn to_json(&self) -> String {
        match (self.int, self.float) {
            (Some(int), _) => int.to_string(),
            (None, float) if float.is_finite() => format!("{float:?}"),
            (None, _) => "null".to_owned(),
        }
    }
}

fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_integers() {
        for (text, expected) in [
            ("16000", Some(16000)),
            ("16000.0", Some(16000)),
            ("1.6e4", Some(16000)),
            ("0.5", None),
            (".inf", None),
            (".nan", None),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
        ] {
            assert_eq!(Number::parse(text).and_then(|n| n.as_int()), expected, "{text}");
        }
    }

    #[test]
    fn compact_json() {
        let string = |text: &str| Node::new(Value::String(text.to_owned()), Span::NONE);
        let number = |text: &str| Node::new(Number::parse(text).map_or(Value::Null, Value::Number), Span::NONE);
        let list = vec![number("1.50"), number("0x10"), number(".nan"), string("a\"\\\n\u{1}é"), number("")];
        let map = vec![(Spanned::new("k".to_owned(), Span::NONE), Node::new(Value::List(list), Span::NONE))];
        assert_eq!(Node::new(Value::Map(map), Span::NONE).to_json(), r#"{"k":[1.5,16,null,"a\"\\\n\u0001é",null]}"#);
    }
}
