//! The type rule of a node as data: what its ports carry and which dimensions are the same.
//!
//! `infer` unifies along edges. A dimension that a node fixes ([`Dim::Is`]) at an input is a wish that `negotiate` fulfils with a
//! converter; one that it checks ([`Dim::Must`]) is a promise of the author's that must hold.

use remotemedia_ir::types::SampleFormat;

/// One dimension of an audio type.
#[derive(Clone, Debug, PartialEq)]
pub enum Dim<T> {
    /// Equal wherever the node says `Same` with this number, for the same dimension.
    Same(u8),
    /// Exactly this; a converter is inserted where the stream differs.
    Is(T),
    /// Exactly this; an error where the stream differs.
    Must(T),
    /// For channels of an output: the sum of the channels of all inputs.
    SumOfInputs,
}

/// What a port carries.
#[derive(Clone, Debug, PartialEq)]
pub enum PortType {
    Audio {
        format: Dim<SampleFormat>,
        rate: Dim<u32>,
        channels: Dim<u16>,
    },
    Tensor {
        shape: Vec<u32>,
    },
    Text,
    Json,
    /// Text or JSON, the same wherever the node says so with this number.
    Message(u8),
    /// Anything, the same wherever the node says so with this number.
    Any(u8),
}

impl PortType {
    /// Audio in f32 with rate 0 and channels 0 shared: what most nodes take and give.
    pub fn f32() -> PortType {
        PortType::Audio { format: Dim::Is(SampleFormat::F32), rate: Dim::Same(0), channels: Dim::Same(0) }
    }

    /// Audio in f32 at the shared rate 0 with that many channels.
    pub fn f32_channels(channels: u16) -> PortType {
        PortType::Audio { format: Dim::Is(SampleFormat::F32), rate: Dim::Same(0), channels: Dim::Is(channels) }
    }
}

/// Types of all ports, variadic ones spread out.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    pub inputs: Vec<PortType>,
    pub outputs: Vec<PortType>,
}

impl Signature {
    /// From lists.
    pub fn new(inputs: Vec<PortType>, outputs: Vec<PortType>) -> Signature {
        Signature { inputs, outputs }
    }

    /// One f32 audio input, one output of the same type.
    pub fn same_audio() -> Signature {
        Signature::new(vec![PortType::f32()], vec![PortType::f32()])
    }

    /// One JSON message in, JSON messages out.
    pub fn json() -> Signature {
        Signature::new(vec![PortType::Json], vec![PortType::Json])
    }
}
