//! Samples in files: what audio and tensors have in common.

use super::buffered::{ByteWrite, Reader, Writer};
use super::drive::{Filled, Sink, Source};
use super::program::Stream;
use super::sample::Sample;
use super::sys::Error;
use super::wav::{Wav, write_header};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Reads samples that follow each other without a gap, as in raw PCM and behind the header of a WAV file.
pub struct SampleSource<'a> {
    reader: Reader<'a>,
    format: Sample,
    /// Bytes of a token.
    token: usize,
    /// Bytes that the header promises.
    left: Option<u64>,
    wav: Option<Wav>,
    note: Option<&'static str>,
}

impl<'a> SampleSource<'a> {
    /// Tokens of `width` samples, from where `reader` is until the end.
    pub fn new(reader: Reader<'a>, format: Sample, width: usize) -> Self {
        SampleSource { reader, format, token: (width * format.bytes()).max(1), left: None, wav: None, note: None }
    }

    /// Frames as a header says, from where `reader` is.
    pub fn audio(reader: Reader<'a>, wav: Wav) -> Self {
        let source = SampleSource::new(reader, wav.format, usize::from(wav.channels));
        SampleSource { left: wav.data, wav: Some(wav), ..source }
    }
}

impl Source for SampleSource<'_> {
    fn fill(&mut self, stream: &mut dyn Stream, tokens: usize) -> Result<Filled, Error> {
        let token = self.token;
        let left = self.left.unwrap_or(u64::MAX);
        if left < token as u64 {
            return Ok(Filled::End);
        }
        let there = self.reader.fill(token)?;
        let tokens = ((there.len() as u64).min(left) as usize / token).min(tokens);
        if tokens == 0 {
            if self.left.is_some() {
                self.note = Some("is shorter than its header says");
            } else if !there.is_empty() {
                self.note = Some("ends within a frame");
            }
            return Ok(Filled::End);
        }
        let bytes = tokens * token;
        stream.decode(self.format, &there[..bytes]);
        self.reader.consume(bytes);
        self.left = self.left.map(|left| left - bytes as u64);
        Ok(Filled::More)
    }

    fn wav(&self) -> Option<&Wav> {
        self.wav.as_ref()
    }

    fn note(&self) -> Option<&'static str> {
        self.note
    }
}

/// What stands before the samples in a file.
pub trait Header {
    /// The bytes before samples of `data` bytes; as many where the length is not known.
    fn bytes(&self, data: Option<u64>) -> Vec<u8>;

    /// Whether an odd number of bytes is followed by one more.
    fn is_even(&self) -> bool {
        false
    }

    /// What to tell the user once `data` bytes are written and the header was or was not set right.
    fn note(&self, data: u64, patched: bool) -> Option<&'static str> {
        let _ = (data, patched);
        None
    }
}

/// No header.
pub struct Raw;

impl Header for Raw {
    fn bytes(&self, _: Option<u64>) -> Vec<u8> {
        Vec::new()
    }
}

impl Header for Wav {
    fn bytes(&self, data: Option<u64>) -> Vec<u8> {
        write_header(&Wav { data, ..*self })
    }

    fn is_even(&self) -> bool {
        true
    }

    fn note(&self, data: u64, patched: bool) -> Option<&'static str> {
        let long = "is larger than a WAV header can say (4 GiB); its length is marked as unknown";
        (patched && data > u64::from(u32::MAX)).then_some(long)
    }
}

/// Writes samples.
///
/// The header first says that the length is not known; at the end the right one is written over it, where that can be done.
pub struct SampleSink<'a> {
    writer: Writer<'a>,
    header: Box<dyn Header + 'a>,
    format: Sample,
    /// Bytes of samples so far.
    written: u64,
    note: Option<&'static str>,
}

impl<'a> SampleSink<'a> {
    /// Starts a file of samples in `format`.
    pub fn new(sink: Box<dyn ByteWrite + 'a>, header: Box<dyn Header + 'a>, format: Sample) -> Result<Self, Error> {
        let mut writer = Writer::new(sink);
        writer.write(&header.bytes(None))?;
        Ok(SampleSink { writer, header, format, written: 0, note: None })
    }
}

impl Sink for SampleSink<'_> {
    fn drain(&mut self, stream: &mut dyn Stream) -> Result<usize, Error> {
        let samples = stream.encode(self.format, &mut self.writer)?;
        self.written += (samples * self.format.bytes()) as u64;
        if samples > 0 {
            self.writer.settle()?;
        }
        Ok(samples)
    }

    fn finish(&mut self) -> Result<(), Error> {
        // What follows an unknown length belongs to the sound, so only a file that can be set right gets its padding.
        if self.written % 2 == 1 && self.header.is_even() && !self.writer.live() {
            self.writer.write(&[0])?;
        }
        let header = self.header.bytes(Some(self.written));
        let patched = self.writer.patch(&header)?;
        self.note = self.header.note(self.written, patched);
        Ok(())
    }

    fn note(&self) -> Option<&'static str> {
        self.note
    }
}
