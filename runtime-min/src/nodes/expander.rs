//! Several messages for one.
//!
//! [`Expander`] sends `expansion_factor` messages for each, `i` counting from 0:
//! - a number `n` gives `n + i`;
//! - a string `"s"` gives `"s_i"`;
//! - an object is kept, with its member `value` (where it is a number) plus `i`, and a member `index` with `i`;
//! - anything else, `x`, gives `{"value": x, "index": i}`.
//!
//! [`ConditionalExpander`] sends as many messages as the message's number says: `{"original": n, "index": i, "count": c}`
//! with `c` the size of `n` without its fraction, at most 10. The number is the message or its member `value`; a message
//! without one counts as 0 and gives nothing.

use super::number::Number;
use super::shape::{number_of, with};
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::format;

options! {
    /// Options of [`Expander`].
    pub struct ExpanderOptions {
        /// Messages per message; with 0 there are none.
        pub expansion_factor: u32,
    }
}

options! {
    /// [`ConditionalExpander`] has no options.
    pub struct ConditionalExpanderOptions {}
}

/// Sends a fixed number of messages per message.
pub struct Expander {
    factor: u32,
}

/// Sends as many messages as each message says.
pub struct ConditionalExpander {}

impl Expander {
    /// A node without state.
    pub fn new(options: ExpanderOptions) -> Expander {
        Expander { factor: options.expansion_factor }
    }
}

impl ConditionalExpander {
    /// A node without state.
    pub fn new(_options: ConditionalExpanderOptions) -> ConditionalExpander {
        ConditionalExpander {}
    }
}

impl Node for Expander {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let Message { time, value } = message;
        for i in 0..i64::from(self.factor) {
            let plus = |n: Number| match n.sum(Number::Int(i)) {
                Ok(sum) => Ok(Value::from(sum)),
                Err((kind, sentence)) => Err(Failure::new(kind, sentence, *time)),
            };
            let value = match (value, Number::of(value)) {
                (_, Some(n)) => plus(n)?,
                (Value::Text(text), _) => Value::Text(format!("{text}_{i}")),
                (Value::Object(_), _) => {
                    let index = with(value, "index", Value::Int(i));
                    match value.get("value").and_then(Number::of) {
                        Some(n) => with(&index, "value", plus(n)?),
                        None => index,
                    }
                }
                (other, _) => object([("value", other.clone()), ("index", Value::Int(i))]),
            };
            out.send(Message { time: *time, value });
        }
        Ok(())
    }
}

impl Node for ConditionalExpander {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        const MOST: u64 = 10;
        let Some(number) = number_of(&message.value) else {
            return Ok(());
        };
        let count = number.saturating_i64().unsigned_abs().min(MOST) as i64;
        for i in 0..count {
            let value = object([("original", number.into()), ("index", Value::Int(i)), ("count", Value::Int(count))]);
            out.send(Message { time: message.time, value });
        }
        Ok(())
    }
}
