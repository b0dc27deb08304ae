//! Counter: messages with their number.

use super::{MESSAGE_TO_JSON, library};
use crate::node_type::NodeType;
use crate::params::{Default, ParamKind, ParamSpec};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const COUNTER: NodeType = NodeType {
    name: "CounterNode",
    aliases: &["Counter", "MessageCounter"],
    summary: "counts messages",
    docs: "Each message gives `{\"count\": n, \"input\": message}` at its time, the first with `initial_count + 1`.",
    params: &[ParamSpec::new(
        "initial_count",
        ParamKind::Int { min: -(1 << 53), max: 1 << 53 },
        Default::Int(0),
        "the count before the first message",
    )
    .aliases(&["start", "initial"])],
    lower: |cx| library("counter::Counter", &[], vec![("initial_count", Param::Int(cx.params.int("initial_count")))]),
    ..MESSAGE_TO_JSON
};
