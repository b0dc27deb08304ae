//! ChainedTransform: three stages of arithmetic.

use super::{JSON_TO_JSON, library};
use crate::node_type::NodeType;
use crate::params::{Default, ParamKind, ParamSpec};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const CHAINED_TRANSFORM: NodeType = NodeType {
    name: "ChainedTransformNode",
    aliases: &["ChainedTransform"],
    summary: "doubles a number, adds ten, squares it, and tells each stage",
    docs: "\
The number is the message or its member `value`. Each stage gives `{\"stage\": k, \"value\": v}`, the last one also `\"final\": true`: \
three messages for each, or one without `emit_intermediates`. Whole numbers stay whole as long as they fit 64 bits. A message without \
a number fails as `bad_message`.",
    params: &[ParamSpec::new(
        "emit_intermediates",
        ParamKind::Bool,
        Default::Bool(true),
        "send the first two stages as well",
    )],
    lower: |cx| {
        let emit = Param::Bool(cx.params.bool("emit_intermediates"));
        library("chain::ChainedTransform", &[], vec![("emit_intermediates", emit)])
    },
    ..JSON_TO_JSON
};
