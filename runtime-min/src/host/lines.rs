//! Messages of text and JSON ports, one a line.
//!
//! A line ends with `\n` or `\r\n`; the last one may lack it. The time of a message is the number of its line, from 1. A
//! byte order mark at the start is skipped. What reads and what writes a line are functions of their own, so that a program links
//! only what its ports need.

use super::buffered::{ByteWrite, Reader, Writer};
use super::drive::{Filled, Sink, Source};
use super::location::Location;
use super::program::{FileFormat, HOST_READER, ReadFormat, Stream, Typed, WriteFormat};
use super::sys::Error;
use crate::message::{Message, Value};
use crate::text::text;
use alloc::boxed::Box;
use alloc::string::String;

/// Text: every line is a message, also an empty one. A message with a line end in it becomes several lines.
#[derive(Clone, Copy, Debug)]
pub struct Text;

impl FileFormat for Text {
    fn describe(&self) -> String {
        String::from("text")
    }

    fn tokens(&self) -> &'static str {
        "messages"
    }
}

impl ReadFormat for Text {
    fn open(&self, location: &Location<'_>) -> Result<Box<dyn Source + '_>, Error> {
        location.check_lines()?;
        Ok(Box::new(LineSource::new(location.open()?, |line| Ok(Some(Value::from(line))))))
    }
}

impl WriteFormat for Text {
    fn create(&self, location: &Location<'_>) -> Result<Box<dyn Sink + '_>, Error> {
        location.check_lines()?;
        Ok(Box::new(LineSink::new(location.create()?, write_text)))
    }
}

/// JSON: every line is a value; lines of blanks are skipped. It is read with the feature `json`.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl FileFormat for Json {
    fn describe(&self) -> String {
        String::from("json")
    }

    fn tokens(&self) -> &'static str {
        "messages"
    }
}

#[cfg(feature = "json")]
impl ReadFormat for Json {
    fn open(&self, location: &Location<'_>) -> Result<Box<dyn Source + '_>, Error> {
        location.check_lines()?;
        Ok(Box::new(LineSource::new(location.open()?, read_json)))
    }
}

impl WriteFormat for Json {
    fn create(&self, location: &Location<'_>) -> Result<Box<dyn Sink + '_>, Error> {
        location.check_lines()?;
        Ok(Box::new(LineSink::new(location.create()?, write_json)))
    }
}

/// A message from its line; `None` for a line that says nothing.
pub type ReadLine = fn(line: &str) -> Result<Option<Value>, String>;

/// Appends the line of a message, without its end.
pub type WriteLine = fn(message: &Message, line: &mut String);

fn write_text(message: &Message, line: &mut String) {
    match &message.value {
        Value::Text(text) => line.push_str(text),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_) | Value::Object(_) => {}
    }
}

fn write_json(message: &Message, line: &mut String) {
    message.value.write(line);
}

#[cfg(feature = "json")]
fn read_json(line: &str) -> Result<Option<Value>, String> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    crate::message::parse(line).map(Some).map_err(|e| text!("not JSON: {}", e))
}

/// Reads messages.
pub struct LineSource<'a> {
    reader: Reader<'a>,
    read: ReadLine,
    /// Lines read.
    number: u64,
}

impl<'a> LineSource<'a> {
    /// Lines from where `reader` is.
    pub fn new(reader: Reader<'a>, read: ReadLine) -> Self {
        LineSource { reader, read, number: 0 }
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
        let value = (self.read)(line)?;
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
            let message = self.read(length).map_err(|why| Error::new(text!("line {}: {}", self.number, why)))?;
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
    write: WriteLine,
    line: String,
}

impl<'a> LineSink<'a> {
    /// Starts a file of lines.
    pub fn new(sink: Box<dyn ByteWrite + 'a>, write: WriteLine) -> Self {
        LineSink { writer: Writer::new(sink), write, line: String::new() }
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
            (self.write)(message, &mut self.line);
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
