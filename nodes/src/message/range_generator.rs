//! RangeGenerator: ranges of whole numbers.

use super::{JSON_TO_JSON, library};
use crate::node_type::NodeType;
use crate::params::{Default, ParamKind, ParamSpec};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const RANGE_GENERATOR: NodeType = NodeType {
    name: "RangeGeneratorNode",
    aliases: &["RangeGenerator"],
    summary: "sends a range of whole numbers for each message",
    docs: "\
`{\"start\": a, \"end\": b, \"step\": s}` gives `{\"value\": i}` for `i` from `a` in steps of `s` as long as it has not reached `b`, which is left out; a \
negative step counts down. Left out, `start` is 0, `end` is 10 and `step` is 1; a number `b` alone stands for `{\"end\": b}`. Numbers that are \
not whole and a step of 0 fail as `bad_message`, a range of more than `max_items` as `too_many`.",
    params: &[ParamSpec::new(
        "max_items",
        ParamKind::Int { min: 1, max: 1 << 32 },
        Default::Int(1_000_000),
        "the most messages that one message may give",
    )],
    lower: |cx| library("range::RangeGenerator", &[], vec![("max_items", Param::Int(cx.params.int("max_items")))]),
    ..JSON_TO_JSON
};
