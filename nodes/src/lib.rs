//! The catalog: one file per node type, with its docs, parameters, ports, type rule, capability needs and lowering.
//!
//! [`node_type`] is what such a file fills in, [`params`] what its parameters are, [`signature`] how it types its ports,
//! [`catalog`] the list of all. How to write one: `nodes/AUTHORS.md`. Scheduling and code emission live elsewhere.
#![forbid(unsafe_code)]

pub mod analysis;
pub mod catalog;
pub mod decibel;
pub mod dynamics;
pub mod filter;
pub mod foreign;
pub mod format;
pub mod message;
pub mod node_type;
pub mod params;
pub mod plumbing;
pub mod port;
pub mod signature;
pub mod source;

pub use node_type::{Category, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role};
pub use params::{Default, ParamKind, ParamSpec, Params};
pub use signature::{Dim, PortType, Signature};
