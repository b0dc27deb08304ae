//! Gathers messages into lists.
//!
//! Every `batch_size` messages give one list of their values, at the time of the last of them; what is left at the end of
//! the stream comes as a shorter list. The watermark waits for a batch that is not yet full.

use crate::message::{Message, Value};
use crate::node::{Failure, Node, Out};
use alloc::vec::Vec;
use core::mem;

options! {
    /// Options of [`Batcher`].
    pub struct BatcherOptions {
        /// Messages per list, at least 1.
        pub batch_size: usize,
    }
}

/// Holds the messages of the next list.
pub struct Batcher {
    size: usize,
    held: Vec<Value>,
    last: u64,
}

impl Batcher {
    /// A batcher that holds nothing.
    pub fn new(options: BatcherOptions) -> Batcher {
        Batcher { size: options.batch_size.max(1), held: Vec::new(), last: 0 }
    }
}

impl Node for Batcher {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        self.held.push(message.value.clone());
        self.last = message.time;
        if self.held.len() == self.size {
            out.send(Message { time: self.last, value: Value::List(mem::take(&mut self.held)) });
        }
        Ok(())
    }

    fn advance(&mut self, _port: usize, time: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        out.advance(if self.held.is_empty() { time } else { self.last });
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        if !self.held.is_empty() {
            out.send(Message { time: self.last, value: Value::List(mem::take(&mut self.held)) });
        }
        Ok(())
    }
}
