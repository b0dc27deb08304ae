//! What a pipeline is to the host: its ports, the versions it was compiled in, and how it is stepped.

use super::buffered::{BUFFER, Writer};
use super::drive::{Sink, Source};
use super::location::Location;
use super::metrics::Metrics;
use super::sample::{Element, Sample};
use super::sys::Error;
use crate::node::Failure;
use crate::stream::{Frames, Messages};
use alloc::boxed::Box;
use alloc::string::String;

/// The reader that the host is, on each output stream.
pub const HOST_READER: usize = 0;

/// A pipeline that runs: generated code, or an engine's interpreter.
pub trait Program {
    /// The stream behind an input port. The host appends to it, at most [`Frames::room`] tokens, and closes it.
    fn input(&mut self, port: usize) -> &mut dyn Stream;

    /// The stream behind an output port. The host is its reader [`HOST_READER`] and takes all there is after each step.
    fn output(&mut self, port: usize) -> &mut dyn Stream;

    /// Runs every actor once, in the order of the schedule, on what has arrived.
    ///
    /// The pipeline has ended when all its outputs are closed. A step that neither takes input nor gives output is fine;
    /// many of them in a row while an input is full are a deadlock, and the host says so.
    fn step(&mut self) -> Result<(), Failure>;

    /// Lets all that the host has brought go through to the outputs, as a step of one thread does, and ends the other threads.
    ///
    /// # Errors
    /// The first failure that this meets.
    #[cfg(feature = "threads")]
    fn settle(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    /// Times of the regions; a step calls [`Metrics::lap`] after each.
    fn metrics(&mut self) -> &mut Metrics;

    /// Bytes of all stream buffers and of the state.
    fn bytes(&self) -> usize;
}

/// A stream as the host sees it: [`Frames`] or [`Messages`]. A trait object, so that a program links the conversions of
/// those sample formats only that its ports have.
pub trait Stream {
    /// Tokens that can be appended; messages are not bounded.
    fn room(&self) -> usize;

    /// Tokens to append between two steps, at most: what the streams behind it have room for.
    fn at_once(&self) -> usize {
        usize::MAX
    }

    /// No more tokens will come.
    fn close(&mut self);

    /// Tokens written so far.
    fn position(&self) -> u64;

    /// True once the host has taken the last token there will be.
    fn finished(&self) -> bool;

    /// Takes all there is, unseen; returns how many tokens it was.
    fn discard(&mut self) -> usize;

    /// Appends whole tokens from their bytes in a file. Does nothing on messages.
    fn decode(&mut self, from: Sample, bytes: &[u8]);

    /// Takes all there is and writes its bytes as in a file; returns how many samples it was. Does nothing on messages.
    fn encode(&mut self, to: Sample, writer: &mut Writer<'_>) -> Result<usize, Error>;

    /// The stream by its type.
    fn typed(&mut self) -> Typed<'_>;
}

/// A stream by its type.
pub enum Typed<'a> {
    F32(&'a mut Frames<f32>),
    F64(&'a mut Frames<f64>),
    I16(&'a mut Frames<i16>),
    I32(&'a mut Frames<i32>),
    U8(&'a mut Frames<u8>),
    Messages(&'a mut Messages),
}

impl<T: Element> Stream for Frames<T> {
    fn room(&self) -> usize {
        self.room()
    }

    fn close(&mut self) {
        self.close();
    }

    fn position(&self) -> u64 {
        self.position()
    }

    fn at_once(&self) -> usize {
        self.at_once()
    }

    fn finished(&self) -> bool {
        self.finished(HOST_READER)
    }

    fn discard(&mut self) -> usize {
        let tokens = self.available(HOST_READER);
        self.consume(HOST_READER, tokens);
        tokens
    }

    fn decode(&mut self, from: Sample, bytes: &[u8]) {
        let tokens = bytes.len() / (self.width() * from.bytes()).max(1);
        T::decode(from, bytes, self.append(tokens));
    }

    fn encode(&mut self, to: Sample, writer: &mut Writer<'_>) -> Result<usize, Error> {
        let samples = self.unread(HOST_READER);
        let count = samples.len();
        for part in samples.chunks(BUFFER / 8) {
            T::encode(part, to, writer.append(part.len() * to.bytes())?);
        }
        self.discard();
        Ok(count)
    }

    fn typed(&mut self) -> Typed<'_> {
        T::typed(self)
    }
}

impl Stream for Messages {
    fn room(&self) -> usize {
        usize::MAX
    }

    fn close(&mut self) {
        self.close();
    }

    fn position(&self) -> u64 {
        self.position()
    }

    fn finished(&self) -> bool {
        self.finished(HOST_READER)
    }

    fn discard(&mut self) -> usize {
        let messages = self.available(HOST_READER);
        self.consume_all(HOST_READER);
        messages
    }

    fn decode(&mut self, _: Sample, _: &[u8]) {}

    fn encode(&mut self, _: Sample, _: &mut Writer<'_>) -> Result<usize, Error> {
        Ok(0)
    }

    fn typed(&mut self) -> Typed<'_> {
        Typed::Messages(self)
    }
}

/// What a program was compiled from and for.
pub struct Artifact<'a> {
    /// Name of the pipeline.
    pub name: &'a str,
    /// Version of the pipeline.
    pub version: &'a str,
    /// The compiler and its version.
    pub generator: &'a str,
    /// Hash of the manifest.
    pub manifest_hash: &'a str,
    /// At least one. The ports have the same names and order in all; formats differ. The first that fits the headers of
    /// the input files is run.
    pub variants: &'a [Variant<'a>],
}

/// A pipeline compiled for certain input formats.
pub struct Variant<'a> {
    pub inputs: &'a [InputInfo<'a>],
    pub outputs: &'a [OutputInfo<'a>],
    /// Frames by which the outputs lag behind the inputs.
    pub latency: u64,
    /// Makes a program at the start of its streams.
    pub make: &'a dyn Fn() -> Box<dyn Program + 'a>,
}

/// A port: what it is called, and how its tokens are kept in a file.
pub struct PortInfo<'a, F: ?Sized> {
    pub name: &'a str,
    pub format: &'a F,
    /// The file that a source or sink node names; `-i` and `-o` go before it.
    pub default_path: Option<&'a str>,
}

/// A port that is read.
pub type InputInfo<'a> = PortInfo<'a, dyn ReadFormat + 'a>;

/// A port that is written.
pub type OutputInfo<'a> = PortInfo<'a, dyn WriteFormat + 'a>;

impl<F: ?Sized> Clone for PortInfo<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: ?Sized> Copy for PortInfo<'_, F> {}

/// How the tokens of a port are kept in a file: [`Audio`](super::Audio), [`Text`](super::Text), `Json`, [`Tensor`](super::Tensor).
/// Trait objects, one for each direction, so that a program links only what its ports need.
pub trait FileFormat {
    /// `audio f32, 48000 Hz, 2 channels`, `tensor f32[80]`, `text`, `json`.
    fn describe(&self) -> String;

    /// What several tokens are called: `frames`, `tensors`, `messages`.
    fn tokens(&self) -> &'static str;

    /// Tokens in a second, where that is known.
    fn rate(&self) -> Option<u32> {
        None
    }
}

/// How a port is read.
pub trait ReadFormat: FileFormat {
    /// Opens a file and reads it up to its first token.
    fn open(&self, location: &Location<'_>) -> Result<Box<dyn Source + '_>, Error>;

    /// Whether a file is what the port takes; else what it is.
    fn accepts(&self, source: &dyn Source) -> Result<(), String> {
        let _ = source;
        Ok(())
    }
}

/// How a port is written.
pub trait WriteFormat: FileFormat {
    /// Makes a file.
    fn create(&self, location: &Location<'_>) -> Result<Box<dyn Sink + '_>, Error>;
}
