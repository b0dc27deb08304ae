//! `json.dumps`, as Python prints it.

use crate::py::array::{self, Scalar};
use crate::py::builtins::order_of;
use crate::py::format::{float_repr, str, type_name};
use crate::py::ops::{as_index, truth, unpack};
use crate::py::{Exception, Result, Value};
use crate::text::{Base, digits, text};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

/// `json.dumps(obj, indent, ensure_ascii, sort_keys, separators)`
pub fn dumps(args: &[Value]) -> Result {
    let [object, indent, ensure_ascii, sort_keys, separators] = args else {
        return Err(Exception::type_error("json.dumps takes five arguments"));
    };
    let indent = match indent {
        Value::None => None,
        Value::Str(text) => Some(String::from(&**text)),
        number => Some(" ".repeat(as_index(number)?.max(0) as usize)),
    };
    let (item, key) = match separators {
        Value::None => (String::from(if indent.is_some() { "," } else { ", " }), String::from(": ")),
        pair => {
            let pair = unpack(pair, 2)?;
            (str(&pair[0]), str(&pair[1]))
        }
    };
    let mut writer = Writer {
        out: String::new(),
        indent,
        item,
        key,
        ascii: truth(ensure_ascii)?,
        sorted: truth(sort_keys)?,
        open: Vec::new(),
    };
    writer.value(object)?;
    Ok(Value::from(writer.out))
}

struct Writer {
    out: String,
    indent: Option<String>,
    item: String,
    key: String,
    ascii: bool,
    sorted: bool,
    /// What is being written.
    open: Vec<*const ()>,
}

impl Writer {
    fn value(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Str(text) => self.string(text),
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Scalar(Scalar::F64(_)) => {
                let text = plain(value);
                self.out.push_str(&text);
            }
            Value::List(list) => return self.array(Rc::as_ptr(&list.0).cast(), &list.snapshot()),
            Value::Tuple(items) => return self.array(Rc::as_ptr(items).cast(), items),
            Value::Dict(dict) => return self.object(dict.address(), dict.items()),
            Value::Scalar(_)
            | Value::Set(_)
            | Value::Deque(_)
            | Value::Range(_)
            | Value::Array(_)
            | Value::Record(_)
            | Value::Slice(_)
            | Value::Ellipsis
            | Value::Type(_) => {
                let name = type_name(value);
                return Err(Exception::type_error(text!("Object of type {} is not JSON serializable", name)));
            }
        }
        Ok(())
    }

    fn array(&mut self, address: *const (), items: &[Value]) -> Result<()> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.enter(address)?;
        self.out.push('[');
        for (i, item) in items.iter().enumerate() {
            self.start_item(i);
            self.value(item)?;
        }
        self.leave(']');
        Ok(())
    }

    fn object(&mut self, address: *const (), mut items: Vec<(Value, Value)>) -> Result<()> {
        if items.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        if self.sorted {
            let keys: Vec<Value> = items.iter().map(|(key, _)| key.clone()).collect();
            items = order_of(&keys, false)?.into_iter().map(|at| items[at].clone()).collect();
        }
        self.enter(address)?;
        self.out.push('{');
        for (i, (key, value)) in items.iter().enumerate() {
            self.start_item(i);
            match key {
                Value::Str(text) => self.string(text),
                Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Scalar(Scalar::F64(_)) => {
                    let text = plain(key);
                    self.string(&text);
                }
                _ => {
                    let name = type_name(key);
                    let message = text!("keys must be str, int, float, bool or None, not {}", name);
                    return Err(Exception::type_error(message));
                }
            }
            self.out.push_str(&self.key);
            self.value(value)?;
        }
        self.leave('}');
        Ok(())
    }

    fn enter(&mut self, address: *const ()) -> Result<()> {
        if self.open.contains(&address) {
            return Err(Exception::value_error("Circular reference detected"));
        }
        self.open.push(address);
        Ok(())
    }

    fn start_item(&mut self, index: usize) {
        if index > 0 {
            self.out.push_str(&self.item);
        }
        self.new_line();
    }

    fn leave(&mut self, close: char) {
        self.open.pop();
        self.new_line();
        self.out.push(close);
    }

    fn new_line(&mut self) {
        if let Some(indent) = &self.indent {
            self.out.push('\n');
            self.open.iter().for_each(|_| self.out.push_str(indent));
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\x0c' => self.out.push_str("\\f"),
                '\x08' => self.out.push_str("\\b"),
                '\0'..='\x1f' => self.escape(c),
                ' '..='~' => self.out.push(c),
                _ if self.ascii => self.escape(c),
                _ => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self, c: char) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            self.out.push_str("\\u");
            digits(&mut self.out, (*unit).into(), Base::Hex, 4);
        }
    }
}

/// A constant or number, which as a key is a string of this text.
fn plain(value: &Value) -> String {
    match value {
        Value::None => String::from("null"),
        Value::Bool(true) => String::from("true"),
        Value::Bool(false) => String::from("false"),
        Value::Float(x) if x.is_nan() => String::from("NaN"),
        Value::Float(x) if x.is_infinite() => String::from(if *x > 0.0 { "Infinity" } else { "-Infinity" }),
        Value::Float(x) => float_repr(*x),
        Value::Scalar(scalar) => plain(&array::item(*scalar)),
        other => str(other),
    }
}
