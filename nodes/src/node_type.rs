//! What a file of the catalog says of its node type.

use crate::params::{ParamSpec, Params};
use crate::signature::Signature;
use remotemedia_ir::graph::{KernelNode, LibraryNode};
use remotemedia_ir::plan::Runtime;
use remotemedia_ir::types::StreamType;

/// The shelf on which the manual puts a node type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    Plumbing,
    Dynamics,
    Filter,
    Format,
    Analysis,
    Message,
    Port,
    Source,
    /// Runs in a runtime that is not built yet.
    Foreign,
}

impl Category {
    /// Every shelf, in the order of the manual.
    pub const ALL: [Category; 9] = [
        Category::Port,
        Category::Source,
        Category::Plumbing,
        Category::Dynamics,
        Category::Filter,
        Category::Format,
        Category::Analysis,
        Category::Message,
        Category::Foreign,
    ];

    /// The heading in the manual.
    pub fn title(self) -> &'static str {
        match self {
            Category::Plumbing => "Plumbing",
            Category::Dynamics => "Level and dynamics",
            Category::Filter => "Filters",
            Category::Format => "Rate and format",
            Category::Analysis => "Analysis",
            Category::Message => "Messages",
            Category::Port => "Inputs and outputs",
            Category::Source => "Sources",
            Category::Foreign => "Other runtimes",
        }
    }
}

/// What a port carries: an edge without port names binds to the port of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortKind {
    Audio,
    Tensor,
    Text,
    Json,
    /// Text or JSON.
    Message,
    Any,
}

/// A port of a node type.
#[derive(Clone, Copy, Debug)]
pub struct PortSpec {
    pub name: &'static str,
    pub kind: PortKind,
    /// Takes any number of edges, each of which becomes an input of its own (`in0`, `in1`, …), in the order of the edges.
    pub variadic: bool,
    /// An input that may stay unconnected (else it becomes a pipeline input).
    pub optional: bool,
    pub doc: &'static str,
}

impl PortSpec {
    /// A plain port.
    pub const fn new(name: &'static str, kind: PortKind, doc: &'static str) -> PortSpec {
        PortSpec { name, kind, variadic: false, optional: false, doc }
    }
}

/// What part a node plays for the front end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Computes something: has a type rule and a lowering.
    Compute,
    /// Becomes a pipeline input.
    Input,
    /// Becomes a pipeline output.
    Output,
    /// Takes what comes and drops it.
    Null,
    /// Runs elsewhere: placed and explained, not compiled.
    Foreign,
}

/// Why a node cannot be what its parameters ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeError {
    /// The parameter that is at fault, if one is.
    pub param: Option<&'static str>,
    /// Lower case, without full stop, names in backticks.
    pub message: String,
    pub help: Option<String>,
}

impl NodeError {
    /// An error about a parameter.
    pub fn param(param: &'static str, message: impl Into<String>) -> NodeError {
        NodeError { param: Some(param), message: message.into(), help: None }
    }

    /// An error about the node as a whole.
    pub fn node(message: impl Into<String>) -> NodeError {
        NodeError { param: None, message: message.into(), help: None }
    }

    /// What to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> NodeError {
        self.help = Some(help.into());
        self
    }
}

/// What a lowering may look at.
#[derive(Clone, Copy, Debug)]
pub struct LowerCx<'a> {
    /// Id of the node in the manifest.
    pub node: &'a str,
    pub params: &'a Params,
    /// Types of the inputs, in the order of the ports, variadic ones spread out.
    pub inputs: &'a [StreamType],
    /// Types of the outputs, in the order of the ports.
    pub outputs: &'a [StreamType],
    /// Which outputs something reads. A lowering may ignore it.
    pub connected: &'a [bool],
}

impl LowerCx<'_> {
    /// Channels of an audio input; 1 if it is none.
    pub fn channels(&self, input: usize) -> u16 {
        match self.inputs.get(input) {
            Some(StreamType::Audio { channels, .. }) => *channels,
            Some(StreamType::Tensor { .. } | StreamType::Text | StreamType::Json) | None => 1,
        }
    }

    /// Rate of an audio input in Hz; 1 if it is none.
    pub fn rate(&self, input: usize) -> u32 {
        match self.inputs.get(input) {
            Some(StreamType::Audio { rate, .. }) => *rate,
            Some(StreamType::Tensor { .. } | StreamType::Text | StreamType::Json) | None => 1,
        }
    }

    /// Rate of an audio output in Hz; 1 if it is none.
    pub fn output_rate(&self, output: usize) -> u32 {
        match self.outputs.get(output) {
            Some(StreamType::Audio { rate, .. }) => *rate,
            Some(StreamType::Tensor { .. } | StreamType::Text | StreamType::Json) | None => 1,
        }
    }

    /// Channels of an audio output; 1 if it is none.
    pub fn output_channels(&self, output: usize) -> u16 {
        match self.outputs.get(output) {
            Some(StreamType::Audio { channels, .. }) => *channels,
            Some(StreamType::Tensor { .. } | StreamType::Text | StreamType::Json) | None => 1,
        }
    }

    /// Frames at the rate of an audio input that `ms` milliseconds make, to the nearest.
    pub fn frames(&self, input: usize, ms: f64) -> u64 {
        (ms * f64::from(self.rate(input)) / 1000.0).round() as u64
    }
}

/// What a node becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Lowered {
    Kernel(KernelNode),
    Library(LibraryNode),
    /// Every output is its (only) input, bit for bit: the node vanishes.
    Identity,
}

/// A node type.
#[derive(Debug)]
pub struct NodeType {
    /// The canonical name.
    pub name: &'static str,
    /// Other names that manifests use. With and without a `Node` suffix is understood anyway.
    pub aliases: &'static [&'static str],
    pub category: Category,
    pub role: Role,
    /// One sentence without full stop.
    pub summary: &'static str,
    /// Markdown: exact semantics, latency, number of output tokens, source.
    pub docs: &'static str,
    pub params: &'static [ParamSpec],
    pub inputs: &'static [PortSpec],
    pub outputs: &'static [PortSpec],
    /// Where it can run.
    pub runtimes: &'static [Runtime],
    /// What it needs there: `framework:onnx`, `gpu`, `network`.
    pub needs: &'static [&'static str],
    /// Rules between parameters; most need none.
    pub validate: fn(&Params) -> Vec<NodeError>,
    /// Types of the ports. `inputs` is the number of input ports with variadic ones spread out.
    pub signature: fn(params: &Params, inputs: usize) -> Signature,
    pub lower: fn(&LowerCx<'_>) -> Result<Lowered, NodeError>,
}

/// No rules between parameters.
pub fn no_rules(_: &Params) -> Vec<NodeError> {
    Vec::new()
}

/// The lowering of what is never lowered: ports and foreign nodes.
pub fn never_lowered(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    Err(NodeError::node(format!("`{}` has no lowering", cx.node)))
}

/// Where kernels and library nodes run.
pub const LOCAL: &[Runtime] = &[Runtime::Native, Runtime::Wasm];
