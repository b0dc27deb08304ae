//! Lets messages pass whose number lies in a range; they pass unchanged.
//!
//! The number is the message itself or the member `value` of an object, or, where `field` names one, that member of an
//! object. It passes if `min_value <= number <= max_value`. A message without such a number (NaN is none) does not pass.

use super::number::Number;
use super::shape::number_of;
use crate::message::Message;
use crate::node::{Failure, Node, Out};
use alloc::string::String;

options! {
    /// Options of [`Filter`].
    pub struct FilterOptions {
        /// The least number that passes.
        pub min_value: f64,
        /// The greatest number that passes; `f64::MAX` for no such limit.
        pub max_value: f64,
        /// The member to look at; empty: the message itself or its member `value`.
        pub field: String,
    }
}

/// Drops what lies outside of a range.
pub struct Filter {
    options: FilterOptions,
}

impl Filter {
    /// A node without state.
    pub fn new(options: FilterOptions) -> Filter {
        Filter { options }
    }
}

impl Node for Filter {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let FilterOptions { min_value, max_value, field } = &self.options;
        let number = match field.as_str() {
            "" => number_of(&message.value),
            field => message.value.get(field).and_then(Number::of),
        };
        if number.is_some_and(|n| (*min_value..=*max_value).contains(&n.float())) {
            out.send(message.clone());
        }
        Ok(())
    }
}
