//! What the tests of this crate share: a node type with its parameters complete and its streams typed, lowered.
//!
//! `compiler` does the same from a manifest, with diagnostics; here a test gives the few parameters it is about.

use remotemedia_ir::graph::Param;
use remotemedia_ir::types::{SampleFormat, StreamType};
use remotemedia_nodes::{Default, Dim, LowerCx, Lowered, NodeError, NodeType, Params, PortType, Signature};

/// A node whose ports have types.
pub struct Typed {
    pub inputs: Vec<StreamType>,
    pub outputs: Vec<StreamType>,
    pub lowered: Lowered,
}

/// The given parameters, and defaults for the others. Panics where one is required, or given under an unknown name.
pub fn params(ty: &NodeType, given: &[(&str, Param)]) -> Params {
    for (name, _) in given {
        assert!(ty.params.iter().any(|spec| spec.name == *name), "`{}` has no `{name}`", ty.name);
    }
    let floats = |list: &[f64]| Param::List(list.iter().map(|x| Param::Float(*x)).collect());
    let mut list = Vec::new();
    for spec in ty.params {
        let default = match spec.default {
            Default::Required | Default::Absent => None,
            Default::Int(i) => Some(Param::Int(i)),
            Default::Float(x) => Some(Param::Float(x)),
            Default::Bool(b) => Some(Param::Bool(b)),
            Default::Text(t) => Some(Param::Text(t.to_owned())),
            Default::Floats(numbers) => Some(floats(numbers)),
            Default::Texts(words) => Some(Param::List(words.iter().map(|w| Param::Text((*w).to_owned())).collect())),
        };
        let written = given.iter().find(|(name, _)| *name == spec.name).map(|(_, param)| param.clone());
        assert!(written.is_some() || spec.default != Default::Required, "`{}` needs `{}`", ty.name, spec.name);
        list.extend(written.or(default).map(|param| (spec.name.to_owned(), param)));
    }
    Params { list }
}

/// Parameters without which a node is refused.
pub fn least(ty: &NodeType) -> Vec<(&'static str, Param)> {
    match ty.name {
        "Gain" => vec![("gain_db", Param::Float(-3.0))],
        "Delay" => vec![("delay_ms", Param::Float(20.0))],
        "LowPass" | "HighPass" | "BandPass" | "Notch" | "AllPass" => vec![("frequency_hz", Param::Float(1000.0))],
        "Peaking" | "LowShelf" | "HighShelf" => {
            vec![("frequency_hz", Param::Float(1000.0)), ("gain_db", Param::Float(6.0))]
        }
        "Equalizer" => vec![("gains_db", floats(&[3.0, -3.0, 1.0, 2.0, 0.5, 0.0, 0.0, 0.0]))],
        "Biquad" => vec![("b", floats(&[0.5, 0.0, 0.5])), ("a", floats(&[1.0, 0.0, 0.25]))],
        "Fir" => vec![("coefficients", floats(&[0.5, 0.25, 0.125]))],
        "ChannelSelect" => vec![("channels", Param::List(vec![Param::Int(0)]))],
        "FastResampleNode" => vec![("target_rate", Param::Int(16_000))],
        "JsonSelect" => vec![("filter", Param::Text("true".into()))],
        "JsonMap" => vec![("program", Param::Text(".".into()))],
        _ => Vec::new(),
    }
}

/// Numbers as a parameter.
pub fn floats(list: &[f64]) -> Param {
    Param::List(list.iter().map(|x| Param::Float(*x)).collect())
}

/// Lowers a node whose open dimensions are that rate, so many channels and f32. A variadic port gets two inputs.
pub fn lower(ty: &NodeType, params: &Params, rate: u32, channels: u16) -> Result<Typed, NodeError> {
    let count = ty.inputs.iter().map(|port| if port.variadic { 2 } else { 1 }).sum();
    let Signature { inputs, outputs } = (ty.signature)(params, count);
    let of_inputs: Vec<StreamType> = inputs.iter().map(|port| stream(port, rate, channels, channels)).collect();
    let width = |ty: &StreamType| match ty {
        StreamType::Audio { channels, .. } => *channels,
        StreamType::Tensor { .. } | StreamType::Text | StreamType::Json => 0,
    };
    let sum = of_inputs.iter().map(width).sum();
    let of_outputs: Vec<StreamType> = outputs.iter().map(|port| stream(port, rate, channels, sum)).collect();
    // A splitter has more ports than most streams have channels.
    let connected: Vec<bool> =
        (0..of_outputs.len()).map(|i| ty.name != "ChannelSplit" || i < channels.into()).collect();
    let cx =
        LowerCx { node: "node", params, inputs: &of_inputs, outputs: &of_outputs, connected: connected.as_slice() };
    let lowered = (ty.lower)(&cx)?;
    Ok(Typed { inputs: of_inputs, outputs: of_outputs, lowered })
}

fn stream(port: &PortType, rate: u32, channels: u16, sum: u16) -> StreamType {
    match port {
        PortType::Audio { format, rate: hertz, channels: count } => StreamType::Audio {
            format: dim(format, SampleFormat::F32, SampleFormat::F32),
            rate: dim(hertz, rate, rate),
            channels: dim(count, channels, sum),
        },
        PortType::Tensor { shape } => StreamType::Tensor { shape: shape.clone() },
        PortType::Text => StreamType::Text,
        PortType::Json | PortType::Message(_) => StreamType::Json,
        PortType::Any(_) => StreamType::audio(rate, channels),
    }
}

fn dim<T: Copy>(dim: &Dim<T>, open: T, sum: T) -> T {
    match dim {
        Dim::Same(_) => open,
        Dim::Is(fixed) | Dim::Must(fixed) => *fixed,
        Dim::SumOfInputs => sum,
    }
}
