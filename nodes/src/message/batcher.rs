//! Batcher: messages gathered into lists.

use super::{MESSAGE_TO_JSON, library};
use crate::node_type::NodeType;
use crate::params::{Default, ParamKind, ParamSpec};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const BATCHER: NodeType = NodeType {
    name: "BatcherNode",
    aliases: &["Batcher", "MessageBatcher"],
    summary: "gathers messages into lists",
    docs: "\
Every `batch_size` messages give one list of them, at the time of the last; what is left at the end of the stream comes as a shorter \
list. `n` messages give `n / batch_size` lists, rounded up.",
    params: &[ParamSpec::new(
        "batch_size",
        ParamKind::Int { min: 1, max: 1 << 20 },
        Default::Int(3),
        "messages of one list",
    )
    .aliases(&["size"])],
    lower: |cx| library("batcher::Batcher", &[], vec![("batch_size", Param::Int(cx.params.int("batch_size")))]),
    ..MESSAGE_TO_JSON
};
