//! Three stages of arithmetic: doubled, plus ten, squared.
//!
//! The number is the message or its member `value`. Each stage gives `{"stage": k, "value": v}`, the last one also
//! `"final": true`; without `emit_intermediates` only the last one comes. Whole numbers stay whole as long as they fit. A
//! message without a number fails as `bad_message`.

use super::number::Number;
use super::shape::{number_of, unexpected};
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};

options! {
    /// Options of [`ChainedTransform`].
    pub struct ChainedTransformOptions {
        /// Send the first two stages as well.
        pub emit_intermediates: bool,
    }
}

/// Calculates in three stages.
pub struct ChainedTransform {
    intermediates: bool,
}

impl ChainedTransform {
    /// A node without state.
    pub fn new(options: ChainedTransformOptions) -> ChainedTransform {
        ChainedTransform { intermediates: options.emit_intermediates }
    }
}

impl Node for ChainedTransform {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let number = number_of(&message.value)
            .ok_or_else(|| unexpected("a number, or an object with a number `value`", message))?;
        let time = message.time;
        let fail = |(kind, sentence)| Failure::new(kind, sentence, time);
        let doubled = number.product(Number::Int(2)).map_err(fail)?;
        let raised = doubled.sum(Number::Int(10)).map_err(fail)?;
        let squared = raised.product(raised).map_err(fail)?;
        if self.intermediates {
            for (stage, value) in [(1, doubled), (2, raised)] {
                out.send(Message { time, value: object([("stage", Value::Int(stage)), ("value", value.into())]) });
            }
        }
        let last = [("stage", Value::Int(3)), ("value", squared.into()), ("final", Value::Bool(true))];
        out.send(Message { time, value: object(last) });
        Ok(())
    }
}
