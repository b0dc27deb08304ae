//! Arithmetic with two operands.
//!
//! Two forms, told apart by the message:
//! - `{"operation": "add", "operands": [a, b]}` gives `{"result", "operation", "operands"}`. `operation` may be left out if
//!   the node has one; `args` is another name for `operands`.
//! - Where the node has an `operation`, a number, a list of numbers or an object with a number `value` gives the same with
//!   each number `n` replaced by `n operation operand`.
//!
//! Operations: add, subtract, multiply, divide, power, modulo, as [`number`](super::number) defines them. Failures:
//! `bad_message`, `unknown_operation`, `division_by_zero`, `not_real`, `overflow`.

use super::arithmetic;
use super::number::{Number, Trouble};
use super::shape::unexpected;
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::format;
use alloc::string::String;
use alloc::vec;

options! {
    /// Options of [`Calculator`].
    pub struct CalculatorOptions {
        /// One of [`OPERATIONS`], or empty where every message says its own.
        pub operation: String,
        /// The right operand for messages that bring only the left one; a whole number counts as whole.
        pub operand: f64,
    }
}

/// What `operation` may be.
pub const OPERATIONS: [&str; 6] = ["add", "subtract", "multiply", "divide", "power", "modulo"];

/// Calculates with the numbers of each message.
pub struct Calculator {
    operation: String,
    operand: Number,
}

impl Calculator {
    /// A node without state.
    pub fn new(options: CalculatorOptions) -> Calculator {
        Calculator { operation: options.operation, operand: Number::option(options.operand) }
    }
}

impl Node for Calculator {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let Message { time, value } = message;
        if let Some(operands) = value.get("operands").or_else(|| value.get("args")) {
            let Value::List(items) = operands else {
                return Err(unexpected(FORM, message));
            };
            let [Some(a), Some(b)] = [items.first(), items.get(1)].map(|item| item.and_then(Number::of)) else {
                return Err(unexpected(FORM, message));
            };
            let operation = match value.get("operation") {
                Some(name) => name.text().ok_or_else(|| unexpected(FORM, message))?,
                None if self.operation.is_empty() => return Err(unexpected(FORM, message)),
                None => &self.operation,
            };
            if items.len() != 2 {
                return Err(unexpected(FORM, message));
            }
            let result = calculate(operation, a, b).map_err(|(kind, sentence)| Failure::new(kind, sentence, *time))?;
            let value = object([
                ("result", Value::from(result)),
                ("operation", Value::from(operation)),
                ("operands", Value::List(vec![Value::from(a), Value::from(b)])),
            ]);
            out.send(Message { time: *time, value });
            Ok(())
        } else if self.operation.is_empty() {
            Err(unexpected(FORM, message))
        } else {
            arithmetic::each(message, out, &|n| calculate(&self.operation, n, self.operand))
        }
    }
}

const FORM: &str = "{\"operation\": name, \"operands\": [number, number]}";

fn calculate(operation: &str, a: Number, b: Number) -> Result<Number, Trouble> {
    match operation {
        "add" => a.sum(b),
        "subtract" => a.difference(b),
        "multiply" => a.product(b),
        "divide" => a.quotient(b),
        "power" => a.power(b),
        "modulo" => a.remainder(b),
        _ => Err(("unknown_operation", format!("`{operation}` is none of {}", OPERATIONS.join(", ")))),
    }
}
