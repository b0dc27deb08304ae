//! TransformAndExpand: one message per transform of a text.

use super::{MESSAGE_TO_JSON, library, unknown_words, words};
use crate::node_type::NodeType;
use crate::params::{Default, ParamKind, ParamSpec};

const TRANSFORMS: &[&str] = &["upper", "lower", "reverse", "double"];

/// See [`NodeType::docs`].
pub const TRANSFORM_AND_EXPAND: NodeType = NodeType {
    name: "TransformAndExpandNode",
    aliases: &["TransformAndExpand"],
    summary: "sends one message per transform of each text",
    docs: "\
The text is the message if it is one, its member `text` if that is a string, and else its compact JSON. For each of `transforms`, in \
their order, comes `{\"text\": t, \"transform\": name}` at the message's time: `upper` and `lower` case (Unicode's full mappings), `reverse` (by \
code points), `double` (twice in a row).",
    params: &[ParamSpec::new(
        "transforms",
        ParamKind::Texts,
        Default::Texts(&["upper", "lower", "reverse"]),
        "what is done with each text",
    )],
    validate: |params| unknown_words("transforms", &params.texts("transforms"), TRANSFORMS),
    lower: |cx| {
        library("transform::TransformAndExpand", &[], vec![("transforms", words(cx.params.texts("transforms")))])
    },
    ..MESSAGE_TO_JSON
};
