//! What the runtime puts between the streams of a node and its script.

use super::{Form, Gives, Python, Takes};
use crate::types::StreamType;
use remotemedia_runtime_min::py::node;

impl Python {
    /// How a class is fed from a stream of that type.
    pub fn takes_from(&self, input: &StreamType) -> node::Takes {
        let channels = input.width();
        match *self.takes() {
            Takes::Message => node::Takes::Messages,
            Takes::Sample => node::Takes::Samples { channels },
            Takes::Chunk { frames } => node::Takes::Chunks { channels, rate: rate(input), frames: frames as usize },
            Takes::Tensor => node::Takes::Tensors {
                shape: match input {
                    StreamType::Tensor { shape } => shape.iter().map(|d| *d as usize).collect(),
                    StreamType::Audio { .. } | StreamType::Text | StreamType::Json => vec![channels],
                },
            },
        }
    }

    /// What it gives where these are the types of its input and its outputs: an output that nothing reads is not among them.
    pub fn gives_to<'a>(&self, input: &StreamType, mut outputs: impl Iterator<Item = &'a StreamType>) -> node::Gives {
        let Gives { audio, messages } = *self.gives();
        let samples = outputs.find(|ty| !ty.is_message()).map(|ty| (ty.width(), rate(ty)));
        let own = |channels: Option<u16>| (channels.map_or_else(|| input.width(), usize::from), rate(input));
        node::Gives {
            audio: audio.map(|channels| samples.unwrap_or_else(|| own(channels))),
            messages: messages.map(|form| match form {
                Form::Json => node::Form::Json,
                Form::Text => node::Form::Text,
            }),
        }
    }
}

/// Frames in a second; 0 of what is not audio.
fn rate(ty: &StreamType) -> u32 {
    match ty {
        StreamType::Audio { rate, .. } => *rate,
        StreamType::Tensor { .. } | StreamType::Text | StreamType::Json => 0,
    }
}
