//! MessageMerge: several streams of messages as one, in order of time.

use super::{JSON_TO_JSON, library};
use crate::node_type::{NodeType, PortKind, PortSpec};
use crate::signature::{PortType, Signature};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const MESSAGE_MERGE: NodeType = NodeType {
    name: "MessageMerge",
    aliases: &["MessageMergeNode", "MergeMessages", "EventMerge", "JsonMerge", "TextMerge"],
    summary: "merges any number of streams of messages in order of their time",
    docs: "\
Messages of the same time come in the order of the edges, those of one edge in their own order; so the output does not depend on which \
message arrived first. A message is sent as soon as no other stream can bring one that belongs before it. As many messages leave as \
come in. It holds as many messages as the streams are apart. Several edges into one port of another node are merged in the same way.",
    inputs: &[PortSpec {
        name: "in",
        kind: PortKind::Message,
        variadic: true,
        optional: false,
        doc: "streams of messages, all text or all JSON",
    }],
    outputs: &[PortSpec::new("out", PortKind::Message, "all messages")],
    signature: |_, inputs| Signature::new(vec![PortType::Message(0); inputs], vec![PortType::Message(0)]),
    lower: |cx| library("merge::Merge", &[], vec![("inputs", Param::Int(cx.inputs.len() as i64))]),
    ..JSON_TO_JSON
};
