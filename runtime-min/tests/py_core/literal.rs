//! Values from what `ascii()` writes.

use remotemedia_runtime_min::py::Value;
use remotemedia_runtime_min::py::containers::{Deque, Dict, Likeness, Record, RecordClass, Set};
use remotemedia_runtime_min::py::value::{Range, Slice};
use std::rc::Rc;

/// The value of a literal; panics where it is none.
pub fn value(text: &str) -> Value {
    let mut reader = Reader { rest: text };
    let value = reader.value();
    assert!(reader.rest.is_empty(), "{text} is more than a literal: {}", reader.rest);
    value
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, prefix: &str) -> bool {
        self.rest.strip_prefix(prefix).inspect(|rest| self.rest = rest).is_some()
    }

    fn value(&mut self) -> Value {
        const NAMES: [(&str, Value); 9] = [
            ("None", Value::None),
            ("True", Value::Bool(true)),
            ("False", Value::Bool(false)),
            ("Ellipsis", Value::Ellipsis),
            ("...", Value::Ellipsis),
            ("inf", Value::Float(f64::INFINITY)),
            ("-inf", Value::Float(f64::NEG_INFINITY)),
            ("nan", Value::Float(f64::NAN)),
            ("-nan", Value::Float(f64::NAN)),
        ];
        for (name, value) in NAMES {
            if self.eat(name) {
                return value;
            }
        }
        if self.eat("[") {
            return Value::list(self.items("]"));
        }
        if self.eat("set()") {
            return Value::Set(Set::new());
        }
        if self.eat("deque(") {
            let items = self.arguments();
            let limit = items.get(1).map(|limit| match limit {
                Value::Int(i) => *i as usize,
                other => panic!("{other:?} is no limit"),
            });
            return Value::Deque(Deque::new(remotemedia_runtime_min::py::ops::collect(&items[0]).unwrap(), limit));
        }
        if self.eat("range(") {
            let bounds: Vec<i64> =
                self.arguments().iter().map(|v| if let Value::Int(i) = v { *i } else { 0 }).collect();
            return Value::Range(Range::new(bounds[0], bounds[1], *bounds.get(2).unwrap_or(&1)));
        }
        if self.eat("slice(") {
            return Value::Slice(Slice::new(self.arguments().try_into().expect("three bounds")));
        }
        if self.eat("Point(") {
            let class =
                RecordClass { likeness: Likeness::Fields, name: "Point".into(), fields: vec!["x".into(), "y".into()] };
            return Value::Record(Record::new(Rc::new(class), self.arguments()));
        }
        if self.eat("(") {
            return Value::tuple(self.items(")"));
        }
        if self.eat("{") {
            return self.braces();
        }
        match self.rest.as_bytes()[0] {
            quote @ (b'\'' | b'"') => Value::from(self.string(char::from(quote))),
            _ => self.number(),
        }
    }

    /// Up to the closing parenthesis, whatever the names of the arguments.
    fn arguments(&mut self) -> Vec<Value> {
        for name in ["x=", "y="] {
            self.eat(name);
        }
        let mut out = Vec::new();
        while !self.eat(")") {
            for name in [", ", "maxlen=", "x=", "y="] {
                self.eat(name);
            }
            out.push(self.value());
        }
        out
    }

    fn items(&mut self, close: &str) -> Vec<Value> {
        let mut out = Vec::new();
        while !self.eat(close) {
            out.push(self.value());
            let _ = self.eat(", ") || self.eat(",");
        }
        out
    }

    fn braces(&mut self) -> Value {
        let dict = Dict::new();
        if self.eat("}") {
            return Value::Dict(dict);
        }
        let first = self.value();
        if !self.eat(": ") {
            self.eat(", ");
            let rest = self.items("}");
            return Value::Set(Set::from_items([vec![first], rest].concat()).expect("hashable"));
        }
        let mut key = first;
        loop {
            dict.insert(key, self.value()).expect("hashable");
            if self.eat("}") {
                return Value::Dict(dict);
            }
            assert!(self.eat(", "));
            key = self.value();
            assert!(self.eat(": "));
        }
    }

    fn string(&mut self, quote: char) -> String {
        let mut chars = self.rest[1..].chars();
        let mut out = String::new();
        loop {
            let c = chars.next().expect("a closing quote");
            if c == quote {
                break;
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            let digits = match chars.next().expect("an escape") {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                'n' => {
                    out.push('\n');
                    continue;
                }
                'r' => {
                    out.push('\r');
                    continue;
                }
                't' => {
                    out.push('\t');
                    continue;
                }
                other => {
                    out.push(other);
                    continue;
                }
            };
            let code: String = chars.by_ref().take(digits).collect();
            let code = u32::from_str_radix(&code, 16).expect("hexadecimal digits");
            out.push(char::from_u32(code).expect("a character"));
        }
        self.rest = chars.as_str();
        out
    }

    fn number(&mut self) -> Value {
        let end = self.rest.find([',', ')', ']', '}', ':']).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        match text.parse::<i64>() {
            Ok(i) => Value::Int(i),
            Err(_) => Value::Float(text.parse().unwrap_or_else(|_| panic!("{text} is no number"))),
        }
    }
}
