//! Sources and sinks in memory, for an engine in its own process and for tests.

use super::drive::{Filled, Sink, Source};
use super::program::{HOST_READER, Stream, Typed};
use super::sample::Element;
use super::sys::Error;
use crate::message::Message;
use alloc::vec::Vec;

/// Samples for a port of their format.
pub struct FromSamples<'a, T>(pub &'a [T]);

impl<T: Element> Source for FromSamples<'_, T> {
    fn fill(&mut self, stream: &mut dyn Stream, tokens: usize) -> Result<Filled, Error> {
        let Some(frames) = T::of(stream.typed()) else {
            return Err(Error::from("the port has another format"));
        };
        let width = frames.width();
        let samples = (tokens * width).min(self.0.len() / width * width);
        if samples == 0 {
            return Ok(Filled::End);
        }
        let (now, later) = self.0.split_at(samples);
        frames.extend(now);
        self.0 = later;
        Ok(Filled::More)
    }
}

/// Samples from a port of their format.
pub struct IntoSamples<'a, T>(pub &'a mut Vec<T>);

impl<T: Element> Sink for IntoSamples<'_, T> {
    fn drain(&mut self, stream: &mut dyn Stream) -> Result<usize, Error> {
        let Some(frames) = T::of(stream.typed()) else {
            return Err(Error::from("the port has another format"));
        };
        self.0.extend_from_slice(frames.unread(HOST_READER));
        let tokens = frames.available(HOST_READER);
        frames.consume(HOST_READER, tokens);
        Ok(tokens)
    }
}

/// Messages for a port, with the times that they have.
pub struct FromMessages<'a>(pub &'a [Message]);

impl Source for FromMessages<'_> {
    fn fill(&mut self, stream: &mut dyn Stream, tokens: usize) -> Result<Filled, Error> {
        let Typed::Messages(messages) = stream.typed() else {
            return Err(Error::from("the port has another format"));
        };
        if self.0.is_empty() {
            return Ok(Filled::End);
        }
        let (now, later) = self.0.split_at(tokens.min(self.0.len()));
        for message in now {
            messages.push(message.clone());
        }
        self.0 = later;
        Ok(Filled::More)
    }
}

/// Messages from a port.
pub struct IntoMessages<'a>(pub &'a mut Vec<Message>);

impl Sink for IntoMessages<'_> {
    fn drain(&mut self, stream: &mut dyn Stream) -> Result<usize, Error> {
        let Typed::Messages(messages) = stream.typed() else {
            return Err(Error::from("the port has another format"));
        };
        let unread = messages.unread(HOST_READER);
        self.0.extend_from_slice(unread);
        let tokens = unread.len();
        messages.consume_all(HOST_READER);
        Ok(tokens)
    }
}
