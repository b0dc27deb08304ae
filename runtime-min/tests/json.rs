//! JSON is read as serde_json reads it: the same values, and errors for the same texts.
#![cfg(feature = "json")]

use remotemedia_runtime_min::message::{Value, parse};
use serde_json::Value as Json;

fn of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap_or(f64::NAN)), Value::Int),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(of).collect()),
        Json::Object(members) => Value::Object(members.iter().map(|(k, v)| (k.clone(), of(v))).collect()),
    }
}

#[test]
fn values_and_errors_are_those_of_serde_json() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let (deep, too_deep) = (nested(127), nested(128));
    #[rustfmt::skip]
    let texts = [
        "", " ", "null", " true\n", "false", "nul", "truefalse", "1 2", "0", "-0", "-0.0", "01", "-", "1.", ".5", "1e5",
        "1E+5", "1e-5", "1e", "1e999", "-1e999", "1e-999", "0.1", "123456789012345678901234567890", "18446744073709551615",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "2.2250738585072014e-308",
        "9007199254740993", "9007199254740993.0", "[]", "[ ]", "[1,2 , 3]", "[1,]", "[,]", "[", "[1", "[1,", "[1 2]", "{}",
        "{ }", "{\"a\":1}", "{\"a\" : [ {} ] , \"b\":null}", "{\"a\":1,\"b\":2,\"a\":3}", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{1:2}", "{\"a\"", "\"\"", "\"a", "\"\t\"", "\"\\", "\"\\x\"", "\"\\n\\t\\r\\b\\f\\/\\\\\\\"\"", "\"\\u00e9é\"", "\"\\u12\"",
        "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"\\ud83dx\"", "\"\\é\"", "é", "\u{feff}1", "[1]]",
        deep.as_str(), too_deep.as_str(),
    ];
    for text in texts {
        let wanted = serde_json::from_str::<Json>(text).ok().map(|json| of(&json).to_string());
        assert_eq!(parse(text).ok().map(|value| value.to_string()), wanted, "{text}");
    }
}

#[test]
fn errors_say_where() {
    for (text, error) in [
        ("[1,", "EOF while parsing a value at line 1 column 3"),
        ("[1,\n 2 x]", "expected `,` or `]` at line 2 column 4"),
        ("1 2", "trailing characters at line 1 column 3"),
    ] {
        assert_eq!(parse(text), Err(error.to_owned()));
    }
}
