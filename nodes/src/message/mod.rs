//! Messages: text and JSON. The nodes run as library code; what they do exactly is also written in `runtime-min`.

pub mod arithmetic;
pub mod batcher;
pub mod calculator;
pub mod chained_transform;
pub mod convert;
pub mod counter;
pub mod event_correlator;
pub mod expander;
pub mod filter;
pub mod health_emitter;
pub mod jq;
pub mod merge;
pub mod range_generator;
pub mod srt_output;
pub mod text_collector;
pub mod text_processor;
pub mod transform_and_expand;

use crate::node_type::{
    Category, LOCAL, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, never_lowered, no_rules,
};
use crate::signature::{PortType, Signature};
use remotemedia_ir::graph::{LibraryNode, Param, Rate};

const JSON_IN: &[PortSpec] = &[PortSpec::new("in", PortKind::Json, "JSON messages")];
const MESSAGE_IN: &[PortSpec] = &[PortSpec::new("in", PortKind::Message, "messages, text or JSON")];
const TEXT_IN: &[PortSpec] = &[PortSpec::new("in", PortKind::Text, "text messages")];
const JSON_OUT: &[PortSpec] = &[PortSpec::new("out", PortKind::Json, "JSON messages")];
const TEXT_OUT: &[PortSpec] = &[PortSpec::new("out", PortKind::Text, "text messages")];

/// What nodes from JSON to JSON have in common; the rest of [`NodeType`] is for the node's file to fill in.
const JSON_TO_JSON: NodeType = NodeType {
    name: "",
    aliases: &[],
    category: Category::Message,
    role: Role::Compute,
    summary: "",
    docs: "",
    params: &[],
    inputs: JSON_IN,
    outputs: JSON_OUT,
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::json(),
    lower: never_lowered,
};

/// The same for nodes that take text or JSON and give JSON.
const MESSAGE_TO_JSON: NodeType = NodeType {
    inputs: MESSAGE_IN,
    signature: |_, _| Signature::new(vec![PortType::Message(0)], vec![PortType::Json]),
    ..JSON_TO_JSON
};

/// A library node of messages: features it needs, and its arguments in the order of its options.
fn library(path: &str, features: &[&str], args: Vec<(&str, Param)>) -> Result<Lowered, NodeError> {
    Ok(Lowered::Library(LibraryNode {
        path: path.into(),
        features: features.iter().map(|&feature| feature.into()).collect(),
        args: args.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        rate: Rate::Dynamic,
        hold: 0,
        latency: 0,
        same_length: false,
        python: None,
    }))
}

/// A list of words as an argument.
fn words(list: Vec<String>) -> Param {
    Param::List(list.into_iter().map(Param::Text).collect())
}

/// Errors for words of a list parameter that are none of `known`.
fn unknown_words(param: &'static str, list: &[String], known: &[&str]) -> Vec<NodeError> {
    let unknown = list.iter().filter(|word| !known.contains(&word.as_str()));
    let error = |word: &String| {
        NodeError::param(param, format!("`{word}` is no word for `{param}`"))
            .with_help(format!("one of {}", known.join(", ")))
    };
    unknown.map(error).collect()
}
