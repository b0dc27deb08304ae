//! `str()`, `repr()` and format specifications.
//!
//! Names of types are in `names`, digits of floats in `digits`, the specifications of `format()` in `spec`; on them stand the
//! operator `%` of strings (`percent`) and `str.format` (`fields`).

mod digits;
mod fields;
mod names;
mod percent;
mod spec;

pub use digits::{float_of, float_repr};
pub use fields::fields;
pub use names::{class_name, class_of, class_path, dtype_of, type_name, type_path};
pub use percent::percent;
pub use spec::{format, format_float, format_int, format_str};

use super::array::dynamic;
use super::containers::Likeness;
use super::unicode;
use super::value::Class;
use super::value::Value;
use crate::text::{self, Base, push, text};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

/// `str(value)`
pub fn str(value: &Value) -> String {
    match value {
        Value::Type(Class::Dtype(dtype)) => String::from(dtype.name()),
        Value::Str(text) => String::from(&**text),
        Value::Scalar(_) | Value::Array(_) => dynamic::str(value),
        Value::Record(record) if record.class.likeness == Likeness::Member => {
            text!("{}.{}", record.class.name, str(&record.field(0)))
        }
        _ => repr(value),
    }
}

/// `repr()` of a number.
pub fn repr_number(value: &Value) -> String {
    match value {
        Value::Int(i) => {
            let mut out = String::new();
            push!(out, "{}", i);
            out
        }
        Value::Float(x) => float_repr(*x),
        other => dynamic::repr(other),
    }
}

/// `repr(value)`
pub fn repr(value: &Value) -> String {
    let mut writer = Writer { out: String::new(), open: Vec::new() };
    writer.value(value);
    writer.out
}

/// `ascii(value)`
pub fn ascii(value: &Value) -> String {
    let mut out = String::new();
    for c in repr(value).chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            push_escape(&mut out, c);
        }
    }
    out
}

/// `repr(text)`
pub fn repr_str(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if c == quote => {
                out.push('\\');
                out.push(c);
            }
            _ if unicode::is_printable(c) => out.push(c),
            _ => push_escape(&mut out, c),
        }
    }
    out.push(quote);
    out
}

fn push_escape(out: &mut String, c: char) {
    let code = u32::from(c);
    let (mark, least) = match code {
        0..=0xff => ("\\x", 2),
        0x100..=0xffff => ("\\u", 4),
        0x1_0000.. => ("\\U", 8),
    };
    out.push_str(mark);
    text::digits(out, code.into(), Base::Hex, least);
}

/// Writes a value; containers that are being written are noted, as they may hold themselves.
struct Writer {
    out: String,
    open: Vec<*const ()>,
}

impl Writer {
    fn value(&mut self, value: &Value) {
        match value {
            Value::None => self.out.push_str("None"),
            Value::Bool(b) => self.out.push_str(if *b { "True" } else { "False" }),
            Value::Int(i) => {
                push!(self.out, "{}", i);
            }
            Value::Float(x) => self.out.push_str(&float_repr(*x)),
            Value::Str(text) => self.out.push_str(&repr_str(text)),
            Value::Scalar(_) | Value::Array(_) => self.out.push_str(&dynamic::repr(value)),
            Value::List(list) => self.within(Rc::as_ptr(&list.0).cast(), "[...]", |writer| {
                writer.items("[", &list.snapshot(), "]");
            }),
            Value::Tuple(items) => {
                self.items("(", items, if items.len() == 1 { ",)" } else { ")" });
            }
            Value::Set(set) if set.is_empty() => self.out.push_str("set()"),
            Value::Set(set) => self.items("{", &set.snapshot(), "}"),
            Value::Deque(deque) => self.within(Rc::as_ptr(&deque.items).cast(), "[...]", |writer| {
                writer.items("deque([", &deque.snapshot(), "]");
                if let Some(limit) = deque.limit {
                    push!(writer.out, ", maxlen={}", limit);
                }
                writer.out.push(')');
            }),
            Value::Dict(dict) => self.within(dict.address(), "{...}", |writer| {
                writer.out.push('{');
                for (i, (key, value)) in dict.items().iter().enumerate() {
                    writer.out.push_str(if i == 0 { "" } else { ", " });
                    writer.value(key);
                    writer.out.push_str(": ");
                    writer.value(value);
                }
                writer.out.push('}');
            }),
            Value::Record(record) if record.class.likeness == Likeness::Member => {
                push!(self.out, "<{}: ", str(value));
                self.value(&record.field(1));
                self.out.push('>');
            }
            #[cfg(feature = "py-regex")]
            Value::Record(record) if record.class.name.contains('.') => {
                self.out.push_str(&super::regex::repr(value).unwrap_or_default());
            }
            Value::Record(record) => self.within(Rc::as_ptr(&record.fields).cast(), "...", |writer| {
                writer.out.push_str(&record.class.name);
                writer.out.push('(');
                for (i, (name, value)) in record.class.fields.iter().zip(record.snapshot()).enumerate() {
                    push!(writer.out, "{}{}=", if i == 0 { "" } else { ", " }, name);
                    writer.value(&value);
                }
                writer.out.push(')');
            }),
            Value::Range(range) => {
                push!(self.out, "range({}, {}", range.start, range.stop);
                if range.step != 1 {
                    push!(self.out, ", {}", range.step);
                }
                self.out.push(')');
            }
            Value::Slice(parts) => self.items("slice(", &parts[..], ")"),
            Value::Ellipsis => self.out.push_str("Ellipsis"),
            Value::Type(Class::Dtype(dtype)) => {
                push!(self.out, "dtype('{}')", dtype.name());
            }
            Value::Type(class) => {
                push!(self.out, "<class '{}'>", class_path(*class));
            }
        }
    }

    fn items(&mut self, open: &str, items: &[Value], close: &str) {
        self.out.push_str(open);
        for (i, item) in items.iter().enumerate() {
            self.out.push_str(if i == 0 { "" } else { ", " });
            self.value(item);
        }
        self.out.push_str(close);
    }

    fn within(&mut self, address: *const (), again: &str, write: impl FnOnce(&mut Writer)) {
        if self.open.contains(&address) {
            self.out.push_str(again);
            return;
        }
        self.open.push(address);
        write(self);
        self.open.pop();
    }
}
