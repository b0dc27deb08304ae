//! The verifier: proves that kernels, graphs and plans keep the rules that every later phase relies on.
//!
//! A failure is never the user's: it is a diagnostic of severity bug (RM0901) that names the id. What users can get
//! wrong (cycles without a delay, unknown nodes, open formats) is found by passes with codes of their own and is not
//! looked at here. Success is a [`Verified`], which code generation and the engine require: with it in hand they need
//! not look for ids out of range or types that do not fit. Every check is linear in the size of what it looks at.
//!
//! # Invariants of a kernel
//!
//! 1. Every id (value, state, local, line, table, section, port) is within its arena.
//! 2. Every value is defined by exactly one `Let`, and used only below it in the same block or in blocks inside it.
//! 3. Every operation has the types of its documentation, lane counts included. What that leaves open: `neg`, `abs` and
//!    arithmetic take numbers; `sqrt`, rounding and elementary functions take floats; `not` and bit operations take
//!    integers and bools, shifts integers; bools are compared by `eq` and `ne` only; `select` takes a bool per lane;
//!    `convert` gives a bool only from a bool; sections and `fir` take floats.
//! 4. Each output port is written exactly once, at the top level of the body. Conditions are bool scalars.
//! 5. A table has between one and [`MAX_TABLE`] values, all of one type.
//! 6. A state starts with one constant of its type per lane. Only floats are flushed.
//! 7. The index of a loop is a local of type i32, read only inside such a loop, never set, and not the index of a loop
//!    inside that one. A loop runs at most [`MAX_COUNT`] times.
//! 8. The coefficients of a section are finite in the arithmetic of its form. It need not be stable.
//! 9. A line is read at most `length` pushes back; the table of a `fir` has at most `length + 1` values and is of
//!    floats.
//! 10. Ports, values and memory have between one and [`MAX_LANES`] lanes. A line has between one and [`MAX_LINE`]
//!     elements (length times lanes). Blocks nest at most [`MAX_DEPTH`] deep.
//!
//! # Invariants of a graph
//!
//! 1. Both ends of every edge exist: the node, and the port on that side of it.
//! 2. No edge touches a removed node.
//! 3. A pipeline input has no input port and one output port, a pipeline output the reverse.
//! 4. The kernel of a kernel node is valid and has as many ports as the node; where a node port has a type, the
//!    kernel's port has its format and width.
//! 5. No stream type is empty, and a tensor has at most [`MAX_TENSOR`] elements.
//! 6. A library node with a static rate consumes at least one token. Parameters nest at most [`MAX_DEPTH`] deep.
//! 7. From [`Stage::Typed`]: at most one edge enters an input port.
//! 8. From [`Stage::Negotiated`]: the ports at both ends of an edge have one type (or both none yet).
//! 9. From [`Stage::Lowered`]: no node is typed only; ports of inputs, outputs, kernels and library nodes have types,
//!    and each of their input ports is fed by exactly one edge.
//!
//! # Invariants of a plan
//!
//! 1. Every id (stream, actor) is within its arena. The order names each actor exactly once.
//! 2. Each stream has exactly one writer: an output of an actor, or a pipeline input.
//! 3. The readers of a stream are numbered from 0 to `readers - 1`, and each is used by exactly one input of an actor
//!    or pipeline output.
//! 4. An actor is ordered after the writers of its inputs.
//! 5. The kernel of a region is valid, has as many ports as the actor, and the format and width of each port are those
//!    of its stream. `bounded` has one entry per input.
//! 6. A stream holds at least one token, its type is not empty, and the bytes of all streams fit in 64 bits.
//! 7. The block of a pipeline input is at least one token and fits its stream.
//! 8. Names of pipeline inputs are unique, and so are those of outputs.
//! 9. Library nodes keep rule 6 of graphs.
//! 10. With threads, each actor is native and on one of them, and reads streams of its own or of an earlier one. Each stream and
//!     thread other than its writer's that reads it have one ring, which has room; there are no others. The host is on the first.

mod graph;
mod kernel;
mod plan;

pub use self::graph::graph;
pub use self::kernel::{kernel, verify_kernel};
pub use self::plan::plan;

use crate::codes;
use crate::diag::{Diagnostic, Severity};
use crate::graph::{Graph, LibraryNode, NodeId, NodeKind, Param, Rate};
use crate::kernel::{Kernel, Port};
use crate::plan::{ActorId, Plan, Work};
use crate::span::Span;
use crate::types::{SampleFormat, StreamType};
use std::ops::Deref;

/// Lanes of a port, value or memory of a kernel.
pub const MAX_LANES: u16 = 256;
/// Elements of a delay line: length times lanes.
pub const MAX_LINE: u64 = 1 << 24;
/// Values of a table.
pub const MAX_TABLE: usize = 1 << 20;
/// Rounds of a counted loop.
pub const MAX_COUNT: u32 = 1 << 24;
/// Blocks within blocks, lists within lists.
pub const MAX_DEPTH: usize = 64;
/// Elements of a tensor.
pub const MAX_TENSOR: u64 = 1 << 24;

/// Proof that `T` passed its verifier. It can only be made in this module.
#[derive(Debug)]
pub struct Verified<'a, T>(&'a T);

impl<T> Clone for Verified<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Verified<'_, T> {}

impl<T> Deref for Verified<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0
    }
}

impl<'a, T> Verified<'a, T> {
    /// What was verified, for as long as it lives.
    pub fn get(self) -> &'a T {
        self.0
    }
}

impl<'a> Verified<'a, Graph> {
    /// The kernel of a node; none for a node of another kind.
    pub fn kernel(self, node: NodeId) -> Option<Verified<'a, Kernel>> {
        match &self.0.nodes.get(node.index())?.kind {
            NodeKind::Kernel(node) => Some(Verified(&node.kernel)),
            NodeKind::Input { .. }
            | NodeKind::Output { .. }
            | NodeKind::Typed { .. }
            | NodeKind::Library(_)
            | NodeKind::Python(_)
            | NodeKind::Foreign(_)
            | NodeKind::Removed => None,
        }
    }
}

impl<'a> Verified<'a, Plan> {
    /// The kernel of an actor; none for a library node.
    pub fn kernel(self, actor: ActorId) -> Option<Verified<'a, Kernel>> {
        match &self.0.actors.get(actor.index())?.work {
            Work::Region(region) => Some(Verified(&region.kernel)),
            Work::Library(_) => None,
        }
    }
}

/// How far a graph has come, which decides what must hold of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// As the front end made it: an input port may be fed by several edges.
    Resolved,
    /// After `infer`: merges are nodes.
    Typed,
    /// After `negotiate`: both ends of an edge agree.
    Negotiated,
    /// After `lower`: what a plan is made from.
    Lowered,
}

/// A bug of the compiler.
fn bug(span: Span, message: String) -> Diagnostic {
    Diagnostic::new(Severity::Bug, codes::BUG, span, message)
}

/// What is wrong with a stream type.
fn stream_type(ty: &StreamType) -> Result<(), String> {
    match ty {
        StreamType::Audio { format: _, rate, channels } if *rate == 0 || *channels == 0 => {
            Err(format!("`{ty}` is a stream of nothing"))
        }
        StreamType::Tensor { shape } => {
            let elements =
                shape.iter().try_fold(1u64, |n, d| n.checked_mul(u64::from(*d)).filter(|n| *n <= MAX_TENSOR));
            match elements {
                Some(0) => Err(format!("`{ty}` is a stream of nothing")),
                Some(_) => Ok(()),
                None => Err(format!("`{ty}` has more than {MAX_TENSOR} elements")),
            }
        }
        StreamType::Audio { .. } | StreamType::Text | StreamType::Json => Ok(()),
    }
}

/// True if a kernel can read or write the stream through that port. The type must not be empty.
fn fits(port: &Port, ty: &StreamType) -> bool {
    match ty {
        StreamType::Audio { format, rate: _, channels } => *format == port.format && *channels == port.lanes,
        StreamType::Tensor { .. } => port.format == SampleFormat::F32 && ty.width() == usize::from(port.lanes),
        StreamType::Text | StreamType::Json => false,
    }
}

/// What is wrong with a library node.
fn library(node: &LibraryNode) -> Result<(), String> {
    let LibraryNode { path, features: _, args, rate, hold: _, latency: _, same_length: _, python: _ } = node;
    match rate {
        Rate::Static { consume: 0, produce: _ } => {
            return Err(format!("`{path}` has a static rate that consumes nothing"));
        }
        Rate::Static { .. } | Rate::Dynamic => {}
    }
    params(args)
}

/// What is wrong with parameters.
fn params(list: &[(String, Param)]) -> Result<(), String> {
    fn deep(param: &Param, depth: usize) -> bool {
        match param {
            Param::List(list) => depth == MAX_DEPTH || list.iter().any(|p| deep(p, depth + 1)),
            Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::Text(_) => false,
        }
    }
    match list.iter().find(|(_, param)| deep(param, 0)) {
        Some((name, _)) => Err(format!("the parameter `{name}` nests more than {MAX_DEPTH} deep")),
        None => Ok(()),
    }
}
