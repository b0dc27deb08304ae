//! Multiplies or adds a constant to the numbers of each message.
//!
//! A message is a number, a list of such (also nested), or an object whose member `value` is such; other members are kept.
//! Whole numbers stay whole where the result is exact, and a whole option counts as a whole number: 3 by a factor of 2.0 is
//! 6, by 0.5 it is 1.5 (see [`number`](super::number)). Anything else fails as `bad_message`; a result beyond the range of
//! floats as `overflow`.

use super::number::{Number, Trouble};
use super::shape::{map_numbers, unexpected};
use crate::message::Message;
use crate::node::{Failure, Node, Out};

options! {
    /// Options of [`Multiply`].
    pub struct MultiplyOptions {
        /// What each number is multiplied by.
        pub factor: f64,
    }
}

options! {
    /// Options of [`Add`].
    pub struct AddOptions {
        /// What is added to each number.
        pub addend: f64,
    }
}

/// Multiplies numbers by a factor.
pub struct Multiply {
    factor: Number,
}

/// Adds a constant to numbers.
pub struct Add {
    addend: Number,
}

impl Multiply {
    /// A node without state.
    pub fn new(options: MultiplyOptions) -> Multiply {
        Multiply { factor: Number::option(options.factor) }
    }
}

impl Add {
    /// A node without state.
    pub fn new(options: AddOptions) -> Add {
        Add { addend: Number::option(options.addend) }
    }
}

impl Node for Multiply {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        each(message, out, &|n| n.product(self.factor))
    }
}

impl Node for Add {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        each(message, out, &|n| n.sum(self.addend))
    }
}

/// Sends the message with each of its numbers changed.
pub(super) fn each(
    message: &Message,
    out: &mut Out<'_>,
    change: &dyn Fn(Number) -> Result<Number, Trouble>,
) -> Result<(), Failure> {
    let change = |n| change(n).map_err(|(kind, sentence)| Failure::new(kind, sentence, message.time));
    let value = map_numbers(&message.value, &change)
        .ok_or_else(|| unexpected("a number, a list of numbers, or an object with a number `value`", message))??;
    out.send(Message { time: message.time, value });
    Ok(())
}
