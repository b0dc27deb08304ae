//! What a manifest says, after its dialect is understood and before the catalog is asked: every value with its place.
//!
//! Fields have their canonical names here, whatever the file calls them. Parameters stay [`Node`]s, since only the
//! catalog knows their types; so does a manifest nested in the parameters of a `RemotePipelineNode`, which
//! [`super::read_tree`] reads. Nothing here has been checked against the catalog; ids are unique and edges end at
//! nodes.

use super::tree::Node;
use remotemedia_ir::{Span, Spanned};

/// A key with its value, as written.
pub type Entry = (Spanned<String>, Node);

/// A pipeline as its author wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    pub version: Version,
    pub name: Option<Spanned<String>>,
    pub description: Option<Spanned<String>>,
    /// False forbids the compiler to insert converters.
    pub auto_negotiate: Option<Spanned<bool>>,
    /// Everything under `metadata`, as written.
    pub metadata: Vec<Entry>,
    pub python_env: Option<PythonEnv>,
    pub runtime: Option<RuntimeNeed>,
    pub config: Option<Config>,
    /// Kept as written.
    pub defaults: Option<Node>,
    /// At least one; ids are unique.
    pub nodes: Vec<NodeDecl>,
    /// Both ends are nodes of this manifest.
    pub edges: Vec<EdgeDecl>,
    /// Outputs named apart from `is_output_node`; nodes of this manifest.
    pub outputs: Vec<Endpoint>,
    pub span: Span,
}

/// The format of the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    V1,
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeDecl {
    pub id: Spanned<String>,
    pub node_type: Spanned<String>,
    /// In the order of the text; each name once.
    pub params: Vec<Entry>,
    /// Where parameters stand, or the node where there are none.
    pub params_span: Span,
    pub options: NodeOptions,
    pub span: Span,
}

/// What a node says of itself beside type and parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeOptions {
    pub is_streaming: Option<Spanned<bool>>,
    pub is_output_node: Option<Spanned<bool>>,
    pub capabilities: Option<Capabilities>,
    /// Formats of its ports, as written.
    pub media_capabilities: Option<Node>,
    /// `host:port` of a remote executor.
    pub host: Option<Spanned<String>>,
    pub runtime_hint: Option<Spanned<RuntimeHint>>,
    pub execution: Option<Execution>,
    /// Requirements such as `numpy>=1.24`.
    pub python_deps: Vec<Spanned<String>>,
    pub docker: Option<Docker>,
    pub fast_path: Option<Spanned<bool>>,
    /// How today's runtime starts the node: `multiprocess`, `python`, `docker`, …
    pub executor: Option<Spanned<String>>,
    pub trusted: Option<Spanned<bool>>,
    /// Everything under `metadata`, as written.
    pub metadata: Vec<Entry>,
}

/// Which Python is to run a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeHint {
    RustPython,
    CPython,
    CPythonWasm,
    /// Compiled, or not at all.
    Lowered,
    Auto,
}

impl RuntimeHint {
    /// The name of the runtime.
    pub fn name(self) -> &'static str {
        match self {
            RuntimeHint::RustPython => "rustpython",
            RuntimeHint::CPython => "cpython",
            RuntimeHint::CPythonWasm => "cpython_wasm",
            RuntimeHint::Lowered => "compiled code",
            RuntimeHint::Auto => "any runtime",
        }
    }
}

/// What a node needs of the machine that runs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Capabilities {
    pub gpu: Option<GpuNeed>,
    pub cpu: Option<CpuNeed>,
    /// Gigabytes.
    pub memory_gb: Option<Spanned<f64>>,
    pub codecs: Vec<Spanned<String>>,
    pub hardware_accel: Vec<Spanned<String>>,
    pub frameworks: Vec<FrameworkNeed>,
    /// Under `custom`, as written.
    pub custom: Vec<Entry>,
    pub span: Span,
}

/// A graphics processor.
#[derive(Clone, Debug, PartialEq)]
pub struct GpuNeed {
    /// `cuda`, `rocm`, `metal`, …; any kind where it is missing.
    pub kind: Option<Spanned<String>>,
    /// Gigabytes.
    pub min_memory_gb: Option<Spanned<f64>>,
    /// True unless `required: false` is written.
    pub required: bool,
    pub preferred: Option<Spanned<bool>>,
    pub span: Span,
}

/// A processor.
#[derive(Clone, Debug, PartialEq)]
pub struct CpuNeed {
    pub cores: Option<Spanned<f64>>,
    /// `x86_64`, `aarch64`, …
    pub arch: Option<Spanned<String>>,
    pub span: Span,
}

/// A library that is to be there, such as `onnx`.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameworkNeed {
    pub name: Spanned<String>,
    /// A requirement such as `>=1.16`.
    pub version: Option<Spanned<String>>,
}

/// Where a node is to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    pub placement: Option<Spanned<Placement>>,
    /// Why, for people.
    pub reason: Option<Spanned<String>>,
    /// What to do where that cannot be, as written.
    pub fallback: Option<Spanned<String>>,
    pub span: Span,
}

/// A place, wished for or asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    pub place: Place,
    /// True if another place will do (`prefer_…`).
    pub prefer: bool,
}

/// Kinds of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Any,
    /// This machine, natively.
    Local,
    /// A WASI sandbox.
    Wasi,
    Browser,
    Remote,
}

/// The container that today's runtime would start for a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Docker {
    pub python_version: Option<Spanned<String>>,
    pub base_image: Option<Spanned<String>>,
    pub python_packages: Vec<Spanned<String>>,
    pub system_packages: Vec<Spanned<String>>,
    pub memory_mb: Option<Spanned<f64>>,
    pub cpu_cores: Option<Spanned<f64>>,
    pub shm_size_mb: Option<Spanned<f64>>,
    pub gpu_devices: Vec<Spanned<String>>,
    pub env: Vec<(Spanned<String>, Spanned<String>)>,
    pub volumes: Vec<Volume>,
    /// As written.
    pub security: Option<Node>,
}

/// A folder of the host that a container sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    pub host_path: Spanned<String>,
    pub container_path: Spanned<String>,
    pub read_only: bool,
}

/// The Python environment of all nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PythonEnv {
    pub python_version: Option<Spanned<String>>,
    pub scope: Option<Spanned<String>>,
    pub extra_deps: Vec<Spanned<String>>,
}

/// The runtime that the manifest was written for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuntimeNeed {
    pub target: Option<Spanned<String>>,
    pub min_version: Option<Spanned<String>>,
    pub features: Vec<Spanned<String>>,
}

/// How today's runtime is to run the pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    pub batch_size: Option<Spanned<f64>>,
    pub timeout_ms: Option<Spanned<f64>>,
    pub max_retries: Option<Spanned<f64>>,
    pub backoff_ms: Option<Spanned<f64>>,
    /// Every other key, as written; `runtime_config` among them.
    pub other: Vec<Entry>,
}

/// One edge.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeDecl {
    pub from: Endpoint,
    pub to: Endpoint,
    /// What kind of stream the author expects: `audio`, `json`, …
    pub kind: Option<Spanned<String>>,
    /// As written.
    pub params: Vec<Entry>,
    pub comment: Option<Node>,
    pub span: Span,
}

/// One end of an edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    pub node: Spanned<String>,
    /// Where it is missing, the edge binds by type.
    pub port: Option<Spanned<String>>,
}

impl Manifest {
    /// The node of that id.
    pub fn node(&self, id: &str) -> Option<&NodeDecl> {
        self.nodes.iter().find(|node| node.id.value == id)
    }
}
