//! Subtitles in the SubRip format (`.srt`), one text message per cue.
//!
//! A message is one of
//! - `{"segments": [{"start", "end", "text"}]}`: a cue for each;
//! - `{"start", "end", "text"}`: one cue;
//! - `{"words": [{"start", "end", "word"}]}` (also `text` for `word`): words are joined by spaces to cues. A cue ends after a
//!   word with `.`, `!` or `?` at its end, before a pause of more than 1 s, and before it would be longer than two lines of
//!   `max_line_length` (42, where that is 0) characters.
//!
//! A message with `segments` is read for those alone. Times are seconds, rounded to milliseconds; what lies before 0 counts
//! as 0. A cue reads `1⏎00:00:00,000 --> 00:00:02,500⏎text⏎`, so that a file with one message per line has the empty lines
//! that the format wants. Cues count from 1 over the whole stream; white space around the text is cut off, and an empty text
//! gives no cue. Lines are broken at white space before they grow longer than `max_line_length` characters; a longer word
//! stands on a line of its own. Anything else fails as `bad_message`.

use super::number::Number;
use super::shape::unexpected;
use crate::message::{Message, Value};
use crate::node::{Failure, Node, Out};
use alloc::format;
use alloc::string::String;

options! {
    /// Options of [`SrtOutput`].
    pub struct SrtOutputOptions {
        /// Number the cues.
        pub include_numbers: bool,
        /// Characters of a line at most; 0 for no limit.
        pub max_line_length: usize,
    }
}

/// Counts the cues.
pub struct SrtOutput {
    options: SrtOutputOptions,
    count: u64,
}

/// A piece of text with its time in seconds.
struct Cue {
    start: f64,
    end: f64,
    text: String,
}

impl SrtOutput {
    /// A node that has written nothing yet.
    pub fn new(options: SrtOutputOptions) -> SrtOutput {
        SrtOutput { options, count: 0 }
    }

    fn send(&mut self, cue: &Cue, time: u64, out: &mut Out<'_>) {
        let text = cue.text.trim();
        if text.is_empty() {
            return;
        }
        self.count += 1;
        let number = if self.options.include_numbers { format!("{}\n", self.count) } else { String::new() };
        let text = match self.options.max_line_length {
            0 => String::from(text),
            most => wrap(text, most),
        };
        let value = Value::Text(format!("{number}{} --> {}\n{text}\n", timecode(cue.start), timecode(cue.end)));
        out.send(Message { time, value });
    }
}

impl Node for SrtOutput {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let fail = || unexpected("`segments` or `words` with `start`, `end` and text", message);
        let Message { time, value } = message;
        if let Some(segments) = value.get("segments") {
            let Value::List(segments) = segments else {
                return Err(fail());
            };
            for segment in segments {
                self.send(&cue(segment, &["text"]).ok_or_else(fail)?, *time, out);
            }
        } else if let Some(words) = value.get("words") {
            let Value::List(words) = words else { return Err(fail()) };
            let longest = 2 * if self.options.max_line_length == 0 { 42 } else { self.options.max_line_length };
            let mut whole: Option<Cue> = None;
            for word in words {
                let word = cue(word, &["word", "text"]).ok_or_else(fail)?;
                let text = word.text.trim();
                whole = match whole {
                    Some(mut held) if fits(&held, &word, text, longest) => {
                        held.text.push(' ');
                        held.text.push_str(text);
                        held.end = word.end;
                        Some(held)
                    }
                    held => {
                        if let Some(held) = held {
                            self.send(&held, *time, out);
                        }
                        Some(Cue { text: String::from(text), ..word })
                    }
                };
            }
            if let Some(held) = whole {
                self.send(&held, *time, out);
            }
        } else {
            self.send(&cue(value, &["text"]).ok_or_else(fail)?, *time, out);
        }
        Ok(())
    }
}

/// Whether a word still belongs to a cue.
fn fits(held: &Cue, word: &Cue, text: &str, longest: usize) -> bool {
    !held.text.ends_with(['.', '!', '?'])
        && word.start - held.end <= 1.0
        && held.text.chars().count() + 1 + text.chars().count() <= longest
}

/// Reads `start`, `end` and the first of the members `keys`.
fn cue(value: &Value, keys: &[&str]) -> Option<Cue> {
    let seconds = |key: &str| value.get(key).and_then(Number::of).map(Number::float);
    let text = keys.iter().find_map(|key| value.get(key)).and_then(Value::text)?;
    Some(Cue { start: seconds("start")?, end: seconds("end")?, text: String::from(text) })
}

/// `HH:MM:SS,mmm`, half a millisecond rounded up.
fn timecode(seconds: f64) -> String {
    let ms = (seconds * 1000.0 + 0.5) as u64;
    format!("{:02}:{:02}:{:02},{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}

/// Breaks a text into lines.
fn wrap(text: &str, most: usize) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let size = word.chars().count();
        if length > 0 && length + 1 + size <= most {
            lines.push(' ');
            length += 1 + size;
        } else {
            if length > 0 {
                lines.push('\n');
            }
            length = size;
        }
        lines.push_str(word);
    }
    lines
}
