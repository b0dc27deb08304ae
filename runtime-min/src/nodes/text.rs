//! Operations on a text, all of them on the same one.
//!
//! A message is a string, or an object with a string `text` and perhaps a list `operations`, which goes before the node's
//! own. It gives `{"original_text", "operations", "results"}`, where `results` has one member per operation, in their order:
//!
//! | operation | result |
//! |---|---|
//! | `uppercase`, `lowercase` | Unicode's full case mappings; sigma at the end of a word is `ς` |
//! | `title_case` | a letter after anything but a letter in title case, others in lower case ([`title_case`]) |
//! | `reverse` | the code points backwards |
//! | `char_count` | how many code points |
//! | `word_count`, `first_word`, `last_word` | words are what white space separates; none gives 0 and `""` |
//! | `remove_spaces` | without U+0020 |
//!
//! All of it is what Python's `str` does. Another name fails as `unknown_operation`, another message as `bad_message`.

use super::casing::title_case;
use super::shape::{text_of, unexpected};
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

options! {
    /// Options of [`TextProcessor`].
    pub struct TextProcessorOptions {
        /// Some of [`OPERATIONS`], for messages that name none.
        pub operations: Vec<String>,
    }
}

/// What `operations` may hold.
pub const OPERATIONS: [&str; 9] = [
    "uppercase",
    "lowercase",
    "reverse",
    "word_count",
    "char_count",
    "title_case",
    "remove_spaces",
    "first_word",
    "last_word",
];

/// Does several things with each text.
pub struct TextProcessor {
    operations: Vec<Value>,
}

impl TextProcessor {
    /// A node without state.
    pub fn new(options: TextProcessorOptions) -> TextProcessor {
        TextProcessor { operations: options.operations.into_iter().map(Value::Text).collect() }
    }
}

impl Node for TextProcessor {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        const FORM: &str = "a string, or {\"text\": string, \"operations\": [names]}";
        let text = text_of(&message.value).ok_or_else(|| unexpected(FORM, message))?;
        let operations = match message.value.get("operations") {
            Some(Value::List(names)) => names,
            Some(_) => return Err(unexpected(FORM, message)),
            None => &self.operations,
        };
        let mut results: Vec<(String, Value)> = Vec::with_capacity(operations.len());
        for name in operations {
            let name = name.text().ok_or_else(|| unexpected(FORM, message))?;
            if results.iter().all(|(done, _)| done != name) {
                let result = apply(name, text).ok_or_else(|| {
                    let sentence = format!("`{name}` is none of {}", OPERATIONS.join(", "));
                    Failure::new("unknown_operation", sentence, message.time)
                })?;
                results.push((String::from(name), result));
            }
        }
        let value = object([
            ("original_text", Value::from(text)),
            ("operations", Value::List(operations.clone())),
            ("results", Value::Object(results)),
        ]);
        out.send(Message { time: message.time, value });
        Ok(())
    }
}

/// None where there is no such operation.
fn apply(operation: &str, text: &str) -> Option<Value> {
    Some(match operation {
        "uppercase" => Value::Text(text.to_uppercase()),
        "lowercase" => Value::Text(text.to_lowercase()),
        "title_case" => Value::Text(title_case(text)),
        "reverse" => Value::Text(text.chars().rev().collect()),
        "char_count" => Value::Int(text.chars().count() as i64),
        "word_count" => Value::Int(words(text).count() as i64),
        "first_word" => Value::from(words(text).next().unwrap_or_default()),
        "last_word" => Value::from(words(text).next_back().unwrap_or_default()),
        "remove_spaces" => Value::Text(text.replace(' ', "")),
        _ => return None,
    })
}

/// The words of a text. White space is Unicode's, and the four separators U+001C to U+001F.
fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)).filter(|word| !word.is_empty())
}
