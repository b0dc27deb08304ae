//! A pipeline before and while it is compiled: nodes, ports, edges.
//!
//! The front end makes a graph of [`NodeKind::Typed`] nodes; `infer` and `negotiate` give every edge its type; `lower` turns
//! typed nodes into kernel and library nodes. Nodes are never moved: a removed node becomes [`NodeKind::Removed`], so that ids
//! in reports stay true.

pub use crate::ids::{EdgeId, NodeId};
use crate::kernel::Kernel;
use crate::script::{Hosted, Python};
use crate::span::Span;
use crate::types::StreamType;

/// A parameter, a library node's argument: a typed literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    List(Vec<Param>),
}

/// A port of a node; the type is unknown until `infer`.
#[derive(Clone, Debug, PartialEq)]
pub struct NodePort {
    pub name: String,
    pub ty: Option<StreamType>,
}

/// How many tokens leave for those that come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// `produce` tokens for every `consume`, in the long run.
    Static { consume: u32, produce: u32 },
    /// None, one or many, by content: messages.
    Dynamic,
}

/// A node that is a kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelNode {
    pub kernel: Kernel,
    /// Firings after the last input frame; for a source its whole length, `u64::MAX` without end.
    pub tail: u64,
    /// Outputs of the first `skip` firings are dropped: a look-ahead node stays aligned with its input.
    pub skip: u64,
}

/// As many tokens as there are: for a node that answers at the end of the stream.
pub const UNBOUNDED: u64 = u64::MAX;

/// A node that is Rust code in `runtime-min`, or a Python class.
#[derive(Clone, Debug, PartialEq)]
pub struct LibraryNode {
    /// Module and struct below `remotemedia_runtime_min::nodes`: `resample::Resample`; of a Python class `python::Class`.
    pub path: String,
    /// Features of `runtime-min` that it needs.
    pub features: Vec<String>,
    /// Fields of its options struct, in order.
    pub args: Vec<(String, Param)>,
    /// From input 0 to output 0.
    pub rate: Rate,
    /// Output tokens that it may hold back and then deliver at once; [`UNBOUNDED`] if all of a stream.
    pub hold: u64,
    /// Frames of output 0 by which it answers late.
    pub latency: u64,
    /// As many tokens out as in.
    pub same_length: bool,
    /// What it computes, where that is not code of the runtime's; it has no arguments then.
    pub python: Option<Box<Python>>,
}

/// A node whose runtime is another one, or that the catalog does not know.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignNode {
    pub type_name: String,
    /// Why it cannot be compiled here, for people.
    pub reason: String,
    /// What an interpreter would run, where one can.
    pub candidate: Option<Box<Candidate>>,
}

/// A Python class that `place` is to give to an interpreter.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub hosted: Hosted,
    /// Its interpreter is the only one that will do.
    pub is_asked_for: bool,
    /// It may run outside of the sandbox.
    pub is_trusted: bool,
}

/// What a node is at this stage.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A pipeline input: one output port.
    Input {
        default_path: Option<String>,
    },
    /// A pipeline output: one input port.
    Output {
        default_path: Option<String>,
    },
    /// Resolved against the catalog, not lowered. Parameters are canonical, typed, and complete.
    Typed {
        type_name: String,
        params: Vec<(String, Param)>,
    },
    Kernel(KernelNode),
    Library(LibraryNode),
    /// A Python class for an input whose dimensions are open.
    Python(Box<Python>),
    Foreign(ForeignNode),
    /// Simplified away.
    Removed,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Id in the manifest, or made by a pass (`mic→rate`).
    pub name: String,
    pub span: Span,
    pub kind: NodeKind,
    pub inputs: Vec<NodePort>,
    pub outputs: Vec<NodePort>,
}

/// One end of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct End {
    pub node: NodeId,
    pub port: u16,
}

/// From an output port to an input port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub from: End,
    pub to: End,
    pub span: Span,
}

/// A pipeline.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Graph {
    pub name: String,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

impl Graph {
    /// Adds a node.
    pub fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId::new(self.nodes.len() - 1)
    }

    /// The node of that id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// Ids of all nodes that were not removed.
    pub fn live(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.iter().enumerate().filter(|(_, n)| n.kind != NodeKind::Removed).map(|(i, _)| NodeId::new(i))
    }

    /// For every node the edges that enter it, in the order of its ports.
    pub fn incoming(&self) -> Vec<Vec<EdgeId>> {
        let mut table = vec![Vec::new(); self.nodes.len()];
        for (i, edge) in self.edges.iter().enumerate() {
            table[edge.to.node.index()].push(EdgeId::new(i));
        }
        for list in &mut table {
            list.sort_by_key(|e| self.edges[e.index()].to.port);
        }
        table
    }

    /// For every node the edges that leave it, in the order of its ports.
    pub fn outgoing(&self) -> Vec<Vec<EdgeId>> {
        let mut table = vec![Vec::new(); self.nodes.len()];
        for (i, edge) in self.edges.iter().enumerate() {
            table[edge.from.node.index()].push(EdgeId::new(i));
        }
        for list in &mut table {
            list.sort_by_key(|e| self.edges[e.index()].from.port);
        }
        table
    }

    /// The type of the port that an edge leaves.
    pub fn edge_type(&self, edge: EdgeId) -> Option<&StreamType> {
        let end = self.edges[edge.index()].from;
        self.nodes[end.node.index()].outputs[usize::from(end.port)].ty.as_ref()
    }
}
