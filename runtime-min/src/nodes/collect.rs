//! Gathers the tokens of a text stream into sentences.
//!
//! A sentence ends with a run of boundary characters, as soon as a character follows that is none: which sentences come out
//! depends on the text alone, not on how it was cut into tokens. White space around a sentence is cut off. What would be
//! shorter than `min_sentence_length` code points is no sentence yet and goes on into the next one. A sentence has the time
//! of the token that settled it.
//!
//! The marks `<|text_end|>` and `<|audio_end|>` end the text so far: what is left of it is a sentence, however short (or is
//! dropped, if `yield_partial_on_end` is false), and the mark follows as a message of its own. The end of the stream does
//! the same without a mark. With `max_items`, what has come from that many tokens without an end is a sentence too.
//!
//! A message is a string, or an object with a string `text`. The watermark waits for an unfinished sentence.

use super::shape::{text_of, unexpected};
use crate::message::{Message, Value};
use crate::node::{Failure, Node, Out};
use alloc::string::String;

options! {
    /// Options of [`TextCollector`].
    pub struct TextCollectorOptions {
        /// The characters that end a sentence.
        pub boundaries: String,
        /// Code points that a sentence has at least, with its boundaries, without white space around it.
        pub min_sentence_length: usize,
        /// At the end, what is left comes out as well.
        pub yield_partial_on_end: bool,
        /// Tokens of one sentence at most; 0 for no limit.
        pub max_items: usize,
    }
}

/// What ends a text before its stream ends.
pub const MARKS: [&str; 2] = ["<|text_end|>", "<|audio_end|>"];

/// Holds an unfinished sentence.
pub struct TextCollector {
    options: TextCollectorOptions,
    held: String,
    /// Held is a whole sentence unless more boundary characters follow.
    whole: bool,
    /// Tokens that have gone into what is held.
    tokens: usize,
    last: u64,
}

impl TextCollector {
    /// A collector that holds nothing.
    pub fn new(options: TextCollectorOptions) -> TextCollector {
        TextCollector { options, held: String::new(), whole: false, tokens: 0, last: 0 }
    }

    /// Sends what is held, unless it is nothing but white space.
    fn send(&mut self, out: &mut Out<'_>) {
        let sentence = self.held.trim();
        if !sentence.is_empty() {
            out.send(Message { time: self.last, value: Value::from(sentence) });
        }
        self.forget();
    }

    fn forget(&mut self) {
        self.held.clear();
        self.whole = false;
        self.tokens = 0;
    }

    /// The text ends here.
    fn end(&mut self, out: &mut Out<'_>) {
        if self.whole || self.options.yield_partial_on_end { self.send(out) } else { self.forget() }
    }

    fn push(&mut self, c: char, out: &mut Out<'_>) {
        let boundary = self.options.boundaries.contains(c);
        if self.whole && !boundary {
            self.send(out);
        }
        self.tokens = self.tokens.max(1);
        self.held.push(c);
        if boundary && !self.whole {
            self.whole = self.held.trim().chars().count() >= self.options.min_sentence_length;
        }
        if c == '>'
            && let Some(mark) = MARKS.into_iter().find(|mark| self.held.ends_with(mark))
        {
            self.held.truncate(self.held.len() - mark.len());
            self.end(out);
            out.send(Message { time: self.last, value: Value::from(mark) });
        }
    }
}

impl Node for TextCollector {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let text = text_of(&message.value).ok_or_else(|| unexpected("a string", message))?;
        self.last = message.time;
        if !self.held.is_empty() {
            self.tokens += 1;
        }
        for c in text.chars() {
            self.push(c, out);
        }
        if self.options.max_items > 0 && self.tokens >= self.options.max_items {
            self.send(out);
        }
        Ok(())
    }

    fn advance(&mut self, _port: usize, time: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        out.advance(if self.held.is_empty() { time } else { self.last });
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        self.end(out);
        Ok(())
    }
}
