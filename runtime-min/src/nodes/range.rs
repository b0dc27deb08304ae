//! Sends a range of whole numbers for each message.
//!
//! `{"start": a, "end": b, "step": s}` gives `{"value": i}` for `i` from `a` in steps of `s` as long as it has not reached
//! `b` (`b` itself is left out; a negative step counts down). Left out, `start` is 0, `end` is 10 and `step` is 1. A number
//! `b` alone stands for `{"end": b}`. Numbers must be whole; a step of 0 fails as `bad_message`, a range of more than
//! `max_items` as `too_many`.

use super::number::Number;
use super::shape::unexpected;
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::format;

options! {
    /// Options of [`RangeGenerator`].
    pub struct RangeGeneratorOptions {
        /// The most messages that one message may give.
        pub max_items: u64,
    }
}

/// Turns bounds into the numbers between them.
pub struct RangeGenerator {
    most: u64,
}

impl RangeGenerator {
    /// A node without state.
    pub fn new(options: RangeGeneratorOptions) -> RangeGenerator {
        RangeGenerator { most: options.max_items }
    }
}

impl Node for RangeGenerator {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let whole = |value: &Value| {
            Number::of(value)
                .and_then(Number::whole)
                .ok_or_else(|| unexpected("whole numbers `start`, `end` and `step`", message))
        };
        let bound = |key: &str, default: i64| message.value.get(key).map_or(Ok(default), whole);
        let (start, end, step) = match &message.value {
            Value::Object(_) => (bound("start", 0)?, bound("end", 10)?, bound("step", 1)?),
            number => (0, whole(number)?, 1),
        };
        if step == 0 {
            return Err(unexpected("a `step` other than 0", message));
        }
        let span = if step > 0 { i128::from(end) - i128::from(start) } else { i128::from(start) - i128::from(end) };
        let stride = i128::from(step.unsigned_abs());
        let count = if span > 0 { (span + stride - 1) / stride } else { 0 };
        if count > i128::from(self.most) {
            return Err(Failure::new(
                "too_many",
                format!("a range of {count} numbers, the most is {}", self.most),
                message.time,
            ));
        }
        let mut next = i128::from(start);
        for _ in 0..count {
            out.send(Message { time: message.time, value: object([("value", Value::Int(next as i64))]) });
            next += i128::from(step);
        }
        Ok(())
    }
}
