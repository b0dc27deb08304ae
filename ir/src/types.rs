//! Stream types: what one token of an edge is.
//!
//! `Display` is the text form, which [`crate::text`] reads back: `audio<f32, 48000, 2>`, `tensor<f32, 80>`, `json`, `text`.

use std::fmt;

/// How one sample is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SampleFormat {
    F32,
    F64,
    I16,
    I32,
    U8,
}

impl SampleFormat {
    /// Every format, in the order of the list in the documentation.
    pub const ALL: [SampleFormat; 5] =
        [SampleFormat::F32, SampleFormat::F64, SampleFormat::I16, SampleFormat::I32, SampleFormat::U8];

    /// Bytes of one sample.
    pub fn bytes(self) -> usize {
        match self {
            SampleFormat::F32 | SampleFormat::I32 => 4,
            SampleFormat::F64 => 8,
            SampleFormat::I16 => 2,
            SampleFormat::U8 => 1,
        }
    }

    /// The name in manifests and in the text form.
    pub fn name(self) -> &'static str {
        match self {
            SampleFormat::F32 => "f32",
            SampleFormat::F64 => "f64",
            SampleFormat::I16 => "i16",
            SampleFormat::I32 => "i32",
            SampleFormat::U8 => "u8",
        }
    }

    /// Reads [`SampleFormat::name`] and the spellings that manifests use (`float32`, `s16le`, `pcm_s16le`, …).
    pub fn parse(text: &str) -> Option<SampleFormat> {
        Some(match text.to_ascii_lowercase().as_str() {
            "f32" | "float32" | "float" | "f32le" | "pcm_f32le" | "fltp" | "flt" => SampleFormat::F32,
            "f64" | "float64" | "double" | "f64le" | "pcm_f64le" => SampleFormat::F64,
            "i16" | "s16" | "int16" | "s16le" | "pcm_s16le" | "pcm16" => SampleFormat::I16,
            "i32" | "s32" | "int32" | "s32le" | "pcm_s32le" => SampleFormat::I32,
            "u8" | "uint8" | "pcm_u8" => SampleFormat::U8,
            _ => return None,
        })
    }
}

impl fmt::Display for SampleFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The type of a stream, fully known. A token of `audio` is one frame: all channels of one instant, interleaved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StreamType {
    /// Frames of `channels` samples at `rate` frames per second.
    Audio { format: SampleFormat, rate: u32, channels: u16 },
    /// Tensors of f32 of a fixed shape, row-major; a token is one tensor.
    Tensor { shape: Vec<u32> },
    /// UTF-8 messages.
    Text,
    /// JSON values.
    Json,
}

impl StreamType {
    /// Audio in f32, the format that kernels and library nodes work in.
    pub fn audio(rate: u32, channels: u16) -> StreamType {
        StreamType::Audio { format: SampleFormat::F32, rate, channels }
    }

    /// Elements of one token: channels of audio, product of a tensor's shape, 1 for a message.
    pub fn width(&self) -> usize {
        match self {
            StreamType::Audio { channels, .. } => usize::from(*channels),
            StreamType::Tensor { shape } => shape.iter().map(|d| *d as usize).product(),
            StreamType::Text | StreamType::Json => 1,
        }
    }

    /// Bytes of one token in a buffer; for messages, of the handle alone.
    pub fn token_bytes(&self) -> usize {
        match self {
            StreamType::Audio { format, .. } => format.bytes() * self.width(),
            StreamType::Tensor { .. } => 4 * self.width(),
            StreamType::Text | StreamType::Json => 64,
        }
    }

    /// True for streams of messages (text, JSON), whose tokens vary in size.
    pub fn is_message(&self) -> bool {
        match self {
            StreamType::Text | StreamType::Json => true,
            StreamType::Audio { .. } | StreamType::Tensor { .. } => false,
        }
    }
}

impl fmt::Display for StreamType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StreamType::Audio { format, rate, channels } => write!(f, "audio<{format}, {rate}, {channels}>"),
            StreamType::Tensor { shape } => {
                f.write_str("tensor<f32")?;
                shape.iter().try_for_each(|d| write!(f, ", {d}"))?;
                f.write_str(">")
            }
            StreamType::Text => f.write_str("text"),
            StreamType::Json => f.write_str("json"),
        }
    }
}
