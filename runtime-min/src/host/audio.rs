//! Samples in files: audio, and what it has in common with tensors.

use super::buffered::{ByteWrite, Reader, Writer};
use super::drive::{Filled, Sink, Source};
use super::location::{Kind, Location};
use super::program::{FileFormat, ReadFormat, Stream, WriteFormat};
use super::sample::Sample;
use super::sys::Error;
use super::wav::{self, Wav, write_header};
use crate::text::text;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// Audio: frames of `channels` samples, `rate` of them in a second. WAV, or samples without a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audio {
    pub format: Sample,
    pub rate: u32,
    pub channels: u16,
}

impl FileFormat for Audio {
    fn describe(&self) -> String {
        let plural = if self.channels == 1 { "" } else { "s" };
        text!("audio {}, {} Hz, {} channel{}", self.format.name(), self.rate, self.channels, plural)
    }

    fn tokens(&self) -> &'static str {
        "frames"
    }

    fn rate(&self) -> Option<u32> {
        Some(self.rate)
    }
}

impl ReadFormat for Audio {
    /// Audio without a header has the samples that its name says, or is like the port.
    fn open(&self, location: &Location<'_>) -> Result<Box<dyn Source + '_>, Error> {
        let mut reader = location.open()?;
        let raw = match location.kind {
            Kind::Raw(stored) => Some(stored.unwrap_or(self.format)),
            Kind::Open if location.is_standard() && !wav::sniff(reader.fill(4)?) => Some(self.format),
            Kind::Open | Kind::Wav | Kind::Npy | Kind::Lines | Kind::Compressed | Kind::Nowhere => None,
        };
        let wav = match raw {
            Some(format) => Wav { format, rate: self.rate, channels: self.channels, data: None },
            None => wav::read_header(&mut reader)?,
        };
        Ok(Box::new(SampleSource::audio(reader, wav)))
    }

    fn accepts(&self, source: &dyn Source) -> Result<(), String> {
        match source.wav() {
            Some(wav) if wav.rate != self.rate || wav.channels != self.channels => {
                Err(Audio { format: wav.format, rate: wav.rate, channels: wav.channels }.describe())
            }
            _ => Ok(()),
        }
    }
}

impl WriteFormat for Audio {
    fn create(&self, location: &Location<'_>) -> Result<Box<dyn Sink + '_>, Error> {
        let Audio { format, rate, channels } = *self;
        let (header, stored): (Box<dyn Header>, Sample) = match location.kind {
            Kind::Raw(stored) => (Box::new(Raw), stored.unwrap_or(format)),
            Kind::Wav | Kind::Open | Kind::Nowhere => (Box::new(Wav { format, rate, channels, data: None }), format),
            Kind::Npy | Kind::Lines | Kind::Compressed => {
                return Err(Error::from("audio is written as `.wav` or `.raw`"));
            }
        };
        Ok(Box::new(SampleSink::new(location.create()?, header, stored)?))
    }
}

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
