//! Between text and JSON, a message for a message.
//!
//! [`TextToJson`] reads each text as one JSON value; white space around it is allowed, a text of nothing else gives no
//! message. Floats are rounded correctly, whole numbers beyond 64 bits become floats, of two members with one name the last
//! counts. A text that is not JSON fails as `not_json`, with line and column: also one that nests deeper than 127, has a
//! surrogate without its other half, or a number beyond the range of floats.
//!
//! [`JsonToText`] writes each value as compact JSON, a string with its quotes.

use crate::message::{Message, Value};
use crate::node::{Failure, Node, Out};
use alloc::string::ToString;

options! {
    /// [`TextToJson`] has no options.
    pub struct TextToJsonOptions {}
}

options! {
    /// [`JsonToText`] has no options.
    pub struct JsonToTextOptions {}
}

/// Reads JSON.
#[cfg(feature = "json")]
pub struct TextToJson {}

/// Writes JSON.
pub struct JsonToText {}

#[cfg(feature = "json")]
impl TextToJson {
    /// A node without state.
    pub fn new(_options: TextToJsonOptions) -> TextToJson {
        TextToJson {}
    }
}

impl JsonToText {
    /// A node without state.
    pub fn new(_options: JsonToTextOptions) -> JsonToText {
        JsonToText {}
    }
}

#[cfg(feature = "json")]
impl Node for TextToJson {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let text = message.value.text().ok_or_else(|| super::shape::unexpected("a text", message))?;
        if !text.trim_ascii().is_empty() {
            let value = crate::message::parse(text).map_err(|e| Failure::new("not_json", e, message.time))?;
            out.send(Message { time: message.time, value });
        }
        Ok(())
    }
}

impl Node for JsonToText {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        out.send(Message { time: message.time, value: Value::Text(message.value.to_string()) });
        Ok(())
    }
}
