//! Messages of text and JSON ports, one a line.
//!
//! A line ends with `\n` or `\r\n`; the last one may lack it. The time of a message is the number of its line, from 1. A
//! byte order mark at the start is skipped. What reads and writes a line stands in a [`LineFormat`], so that a program links
//! only what its ports need.

use super::buffered::{ByteWrite, Reader, Writer};
use super::drive::{Filled, Sink, Source};
use super::location::Location;
use super::print::fill;
#[cfg(feature = "json")]
use super::print::join;
use super::program::{FileFormat, HOST_READER, Stream, Typed};
use super::sys::Error;
use crate::message::{Message, Value};
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt::Write;

/// How one kind of message is written in a line.
pub struct LineFormat {
    /// `text`, `json`.
    pub name: &'static str,
    /// A message from its line; `None` for a line that says nothing.
    pub read: fn(line: &str) -> Result<Option<Value>, String>,
    /// Appends the line of a message, without its end.
    pub write: fn(message: &Message, line: &mut String),
}

impl FileFormat for LineFormat {
    fn describe(&self) -> String {
        String::from(self.name)
    }

    fn tokens(&self) -> &'static str {
        "messages"
    }

    fn open(&self, location: &Location<'_>) -> Result<Box<dyn Source + '_>, Error> {
        Ok(Box::new(LineSource::new(location.open()?, self)))
    }

    fn create(&self, location: &Location<'_>) -> Result<Box<dyn Sink + '_>, Error> {
        Ok(Box::new(LineSink::new(location.create()?, self)))
    }
}

/// Text: every line is a message, also an empty one. A message with a line end in it becomes several lines.
pub static TEXT: LineFormat = LineFormat { name: "text", read: |line| Ok(Some(Value::from(line))), write: write_text };

/// JSON: every line is a value; lines of blanks are skipped.
#[cfg(feature = "json")]
pub static JSON: LineFormat = LineFormat { name: "json", read: read_json, write: write_json };

/// JSON for outputs only, which needs no feature.
pub static JSON_OUT: LineFormat =
    LineFormat { name: "json", read: |_| Err(String::from("this program cannot read JSON")), write: write_json };

fn write_text(message: &Message, line: &mut String) {
    match &message.value {
        Value::Text(text) => line.push_str(text),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_) | Value::Object(_) => {}
    }
}

fn write_json(message: &Message, line: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(line, "{}", message.value);
}

#[cfg(feature = "json")]
fn read_json(line: &str) -> Result<Option<Value>, String> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    crate::message::parse(line).map(Some).map_err(|e| join("not JSON: %", &[&e]))
}

/// Reads messages.
pub struct LineSource<'a> {
    reader: Reader<'a>,
    format: &'a LineFormat,
    /// Lines read.
    number: u64,
}

impl<'a> LineSource<'a> {
    /// Lines from where `reader` is.
    pub fn new(reader: Reader<'a>, format: &'a LineFormat) -> Self {
        LineSource { reader, format, number: 0 }
    }

    /// Waits until a whole line is in the buffer; its length, and that with its end. `None` at the end.
    fn line(&mut self) -> Result<Option<(usize, usize)>, Error> {
        let mut seen = 0;
        loop {
            let there = self.reader.buffered();
            if let Some(at) = there[seen..].iter().position(|b| *b == b'\n') {
                return Ok(Some((seen + at, seen + at + 1)));
            }
            seen = there.len();
            if !self.reader.more()? {
                return Ok(if seen == 0 { None } else { Some((seen, seen)) });
            }
        }
    }

    fn read(&mut self, length: usize) -> Result<Option<Message>, String> {
        let mut line = &self.reader.buffered()[..length];
        if self.number == 1 {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = core::str::from_utf8(line).map_err(|_| String::from("not valid UTF-8"))?;
        let value = (self.format.read)(line)?;
        Ok(value.map(|value| Message { time: self.number, value }))
    }
}

impl Source for LineSource<'_> {
    fn fill(&mut self, stream: &mut dyn Stream, tokens: usize) -> Result<Filled, Error> {
        let Typed::Messages(messages) = stream.typed() else {
            return Ok(Filled::End);
        };
        for done in 0..tokens {
            // Only the first line is waited for: somebody may be typing.
            if done > 0 && !self.reader.buffered().contains(&b'\n') {
                break;
            }
            let Some((length, with_end)) = self.line()? else {
                return Ok(if done == 0 { Filled::End } else { Filled::More });
            };
            self.number += 1;
            let message = self.read(length).map_err(|why| {
                let mut text = String::new();
                fill(&mut text, "line #: %", &[self.number], &[&why]);
                Error::new(text)
            })?;
            self.reader.consume(with_end);
            if let Some(message) = message {
                messages.push(message);
            }
        }
        Ok(Filled::More)
    }
}

/// Writes messages.
pub struct LineSink<'a> {
    writer: Writer<'a>,
    format: &'a LineFormat,
    line: String,
}

impl<'a> LineSink<'a> {
    /// Starts a file of lines.
    pub fn new(sink: Box<dyn ByteWrite + 'a>, format: &'a LineFormat) -> Self {
        LineSink { writer: Writer::new(sink), format, line: String::new() }
    }
}

impl Sink for LineSink<'_> {
    fn drain(&mut self, stream: &mut dyn Stream) -> Result<usize, Error> {
        let Typed::Messages(messages) = stream.typed() else {
            return Ok(0);
        };
        let unread = messages.unread(HOST_READER);
        for message in unread {
            self.line.clear();
            (self.format.write)(message, &mut self.line);
            self.line.push('\n');
            self.writer.write(self.line.as_bytes())?;
        }
        let tokens = unread.len();
        messages.consume_all(HOST_READER);
        if tokens > 0 {
            self.writer.settle()?;
        }
        Ok(tokens)
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.writer.flush()
    }
}
