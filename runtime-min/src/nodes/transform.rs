//! One message per transform of a text.
//!
//! The text is the message if it is a string, its member `text` if that is one, and else its compact JSON. For each of
//! `transforms`, in their order, comes `{"text": t, "transform": name}`: `upper` and `lower` case (Unicode's full mappings),
//! `reverse` (by code points), `double` (twice in a row). Another name fails as `unknown_operation`.

use super::shape::text_of;
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

options! {
    /// Options of [`TransformAndExpand`].
    pub struct TransformAndExpandOptions {
        /// Some of [`TRANSFORMS`].
        pub transforms: Vec<String>,
    }
}

/// What `transforms` may hold.
pub const TRANSFORMS: [&str; 4] = ["upper", "lower", "reverse", "double"];

/// Transforms each message in several ways.
pub struct TransformAndExpand {
    transforms: Vec<String>,
}

impl TransformAndExpand {
    /// A node without state.
    pub fn new(options: TransformAndExpandOptions) -> TransformAndExpand {
        TransformAndExpand { transforms: options.transforms }
    }
}

impl Node for TransformAndExpand {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let text = text_of(&message.value).map_or_else(|| message.value.to_string(), String::from);
        for transform in &self.transforms {
            let changed: String = match transform.as_str() {
                "upper" => text.to_uppercase(),
                "lower" => text.to_lowercase(),
                "reverse" => text.chars().rev().collect(),
                "double" => text.repeat(2),
                other => {
                    let sentence = format!("`{other}` is none of {}", TRANSFORMS.join(", "));
                    return Err(Failure::new("unknown_operation", sentence, message.time));
                }
            };
            let value = object([("text", Value::Text(changed)), ("transform", Value::Text(transform.clone()))]);
            out.send(Message { time: message.time, value });
        }
        Ok(())
    }
}
