//! Counts messages: each gives `{"count": n, "input": message}`, the first with `initial_count + 1`.

use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};

options! {
    /// Options of [`Counter`].
    pub struct CounterOptions {
        /// The count before the first message.
        pub initial_count: i64,
    }
}

/// The count so far.
pub struct Counter {
    count: i64,
}

impl Counter {
    /// A counter at its first count.
    pub fn new(options: CounterOptions) -> Counter {
        Counter { count: options.initial_count }
    }
}

impl Node for Counter {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        self.count = self.count.saturating_add(1);
        let value = object([("count", Value::Int(self.count)), ("input", message.value.clone())]);
        out.send(Message { time: message.time, value });
        Ok(())
    }
}
