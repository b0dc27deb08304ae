//! Filter: messages whose number lies in a range.

use super::{JSON_TO_JSON, library};
use crate::node_type::{LowerCx, Lowered, NodeError, NodeType};
use crate::params::{Default, NUMBER, ParamKind, ParamSpec, Params};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const FILTER: NodeType = NodeType {
    name: "FilterNode",
    aliases: &["Filter", "JsonFilter", "MessageFilter"],
    summary: "lets JSON messages pass whose number lies in a range",
    docs: "\
A message passes unchanged if `min_value <= number <= max_value`. The number is the message itself or its member `value`, or, where `field` \
names one, that member. A message without such a number does not pass. Without `min_value` and `max_value` the least number is 0. For other \
conditions there is `JsonSelect`.",
    params: &[
        ParamSpec::new(
            "min_value",
            NUMBER,
            Default::Absent,
            "the least number that passes; 0 where neither limit is given",
        )
        .aliases(&["min", "threshold"]),
        ParamSpec::new("max_value", NUMBER, Default::Absent, "the greatest number that passes").aliases(&["max"]),
        ParamSpec::new(
            "field",
            ParamKind::Text,
            Default::Text(""),
            "the member to look at; empty: the message or its member `value`",
        )
        .aliases(&["key"]),
    ],
    validate,
    lower,
    ..JSON_TO_JSON
};

fn validate(params: &Params) -> Vec<NodeError> {
    match (params.opt_float("min_value"), params.opt_float("max_value")) {
        (Some(min), Some(max)) if min > max => {
            vec![NodeError::param("max_value", format!("nothing is at least {min} and at most {max}"))]
        }
        (Some(_) | None, Some(_) | None) => Vec::new(),
    }
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let max = cx.params.opt_float("max_value");
    let least = if max.is_some() { f64::MIN } else { 0.0 };
    let args = vec![
        ("min_value", Param::Float(cx.params.opt_float("min_value").unwrap_or(least))),
        ("max_value", Param::Float(max.unwrap_or(f64::MAX))),
        ("field", Param::Text(cx.params.text("field").into())),
    ];
    library("filter::Filter", &[], args)
}
