//! Multiply and Add: a constant and the numbers of each message.

use super::{JSON_TO_JSON, library};
use crate::node_type::NodeType;
use crate::params::{Default, NUMBER, ParamSpec};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const MULTIPLY: NodeType = NodeType {
    name: "MultiplyNode",
    aliases: &["Multiply", "JsonMultiply"],
    summary: "multiplies the numbers of JSON messages by a constant",
    docs: "\
A message is a number, a list of such (also nested), or an object whose member `value` is such; other members are kept. Whole numbers stay \
whole where the result is exact, and a whole factor counts as a whole number: 3 by 2.0 is 6, by 0.5 it is 1.5. A whole result beyond 64 \
bits becomes a float. Anything else fails as `bad_message`, a result beyond the range of floats as `overflow`. One message for each, at \
its time.",
    params: &[ParamSpec::new("factor", NUMBER, Default::Float(2.0), "what each number is multiplied by")
        .aliases(&["multiplier", "scale"])],
    lower: |cx| library("arithmetic::Multiply", &[], vec![("factor", Param::Float(cx.params.float("factor")))]),
    ..JSON_TO_JSON
};

/// See [`NodeType::docs`].
pub const ADD: NodeType = NodeType {
    name: "AddNode",
    aliases: &["Add", "JsonAdd"],
    summary: "adds a constant to the numbers of JSON messages",
    docs: "\
A message is a number, a list of such (also nested), or an object whose member `value` is such; other members are kept. Whole numbers stay \
whole where the result is exact, and a whole addend counts as a whole number. A whole result beyond 64 bits becomes a float. Anything \
else fails as `bad_message`, a result beyond the range of floats as `overflow`. One message for each, at its time.",
    params: &[
        ParamSpec::new("addend", NUMBER, Default::Float(0.0), "what is added to each number").aliases(&["offset"])
    ],
    lower: |cx| library("arithmetic::Add", &[], vec![("addend", Param::Float(cx.params.float("addend")))]),
    ..JSON_TO_JSON
};
