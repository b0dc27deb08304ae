//! Expander and ConditionalExpander: several messages for one.

use super::{JSON_TO_JSON, library};
use crate::node_type::NodeType;
use crate::params::{Default, ParamKind, ParamSpec};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const EXPANDER: NodeType = NodeType {
    name: "ExpanderNode",
    aliases: &["Expander"],
    summary: "sends a fixed number of messages for each",
    docs: "\
`expansion_factor` messages for each, at its time, `i` counting from 0: a number `n` gives `n + i`; a string `\"s\"` gives `\"s_i\"`; an object \
is kept, with its member `value` (where that is a number) plus `i`, and a member `index` with `i`; anything else, `x`, gives \
`{\"value\": x, \"index\": i}`.",
    params: &[ParamSpec::new(
        "expansion_factor",
        ParamKind::Int { min: 0, max: 1_000_000 },
        Default::Int(3),
        "messages per message",
    )
    .aliases(&["factor"])],
    lower: |cx| {
        library("expander::Expander", &[], vec![("expansion_factor", Param::Int(cx.params.int("expansion_factor")))])
    },
    ..JSON_TO_JSON
};

/// See [`NodeType::docs`].
pub const CONDITIONAL_EXPANDER: NodeType = NodeType {
    name: "ConditionalExpanderNode",
    aliases: &["ConditionalExpander"],
    summary: "sends as many messages as each message says",
    docs: "\
`{\"original\": n, \"index\": i, \"count\": c}` for `i` from 0 to `c - 1`, at the message's time, where `c` is the size of the number `n` without \
its fraction, at most 10. The number is the message or its member `value`; a message without one gives nothing.",
    lower: |_| library("expander::ConditionalExpander", &[], Vec::new()),
    ..JSON_TO_JSON
};
