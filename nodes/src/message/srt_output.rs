//! SrtOutput: subtitles.

use super::{JSON_TO_JSON, TEXT_OUT, library};
use crate::node_type::{LowerCx, Lowered, NodeError, NodeType};
use crate::params::{Default, ParamKind, ParamSpec};
use crate::signature::{PortType, Signature};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const SRT_OUTPUT: NodeType = NodeType {
    name: "SrtOutput",
    aliases: &["SrtOutputNode", "SrtWriter", "SubtitleOutput"],
    summary: "writes subtitles in the SubRip format",
    docs: "\
A message is `{\"segments\": [{\"start\", \"end\", \"text\"}]}` with a cue for each, `{\"start\", \"end\", \"text\"}` with one, or `{\"words\": [{\"start\", \
\"end\", \"word\"}]}`, whose words are joined to cues: one ends after a word with `.`, `!` or `?` at its end, before a pause of more than 1 s, and \
before it would be longer than two lines (of 42 characters where `max_line_length` is 0). Times are seconds, rounded to milliseconds; \
what lies before 0 counts as 0. An empty text gives no cue.

Each cue is one text message, `1`, `00:00:00,000 --> 00:00:02,500`, the text, and an end of line, so that a file with a message per line \
has the empty lines that the format wants. Lines are broken at white space. Another message fails as `bad_message`.",
    params: &[
        ParamSpec::new("include_numbers", ParamKind::Bool, Default::Bool(true), "number the cues, from 1 over the whole stream"),
        ParamSpec::new("max_line_length", ParamKind::Int { min: 0, max: 10_000 }, Default::Int(0), "of a line at most; 0 for no limit")
            .unit("characters"),
    ],
    outputs: TEXT_OUT,
    signature: |_, _| Signature::new(vec![PortType::Json], vec![PortType::Text]),
    lower,
    ..JSON_TO_JSON
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let args = vec![
        ("include_numbers", Param::Bool(cx.params.bool("include_numbers"))),
        ("max_line_length", Param::Int(cx.params.int("max_line_length"))),
    ];
    library("subtitles::SrtOutput", &[], args)
}
