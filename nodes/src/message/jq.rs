//! JsonSelect and JsonMap: jq programs over JSON messages.

use super::{JSON_TO_JSON, library};
use crate::node_type::{Lowered, NodeError, NodeType};
use crate::params::{Default, ParamKind, ParamSpec, Params};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const JSON_SELECT: NodeType = NodeType {
    name: "JsonSelect",
    aliases: &["JsonSelectNode", "JqFilter", "JsonWhere"],
    summary: "lets JSON messages pass for which a jq expression is true",
    docs: "\
`filter` runs on each message; the message passes unchanged if any of its outputs is neither `null` nor `false`: `.rms_db > -40`, \
`.tags | any(. == \"speech\")`. It runs no further than to the first such output. The language is that of `JsonMap`.",
    params: &[ParamSpec::new("filter", ParamKind::Text, Default::Required, "a jq expression").aliases(&[
        "program",
        "expr",
        "expression",
        "condition",
        "query",
        "jq",
        "where",
    ])],
    validate: |params| not_empty(params, "filter"),
    lower: |cx| jq(cx.params.text("filter"), true),
    ..JSON_TO_JSON
};

/// See [`NodeType::docs`].
pub const JSON_MAP: NodeType = NodeType {
    name: "JsonMap",
    aliases: &["JsonMapNode", "JqMap", "JqNode", "Jq", "JsonTransform"],
    summary: "replaces each JSON message by the outputs of a jq program",
    docs: "\
`program` runs on each message, which is its input `.`; each of its outputs is a message, at the same time, so there may be none or many: \
`{level: .rms_db, quiet: (.rms_db < -40)}`, `.segments[]`, `select(.has_speech) | .timestamp_ms`.

The language is that of the jaq crates with their standard library, except for what would make the output depend on more than the input: \
`now`, `localtime`, `strflocaltime`, `env`, `$ENV`, `input`, `inputs`, `halt`, modules, and `%Q` in `strptime`. `debug` and `stderr` are silent. \
Whole numbers and floats are told apart (`6 / 2` is `3.0`), whole numbers have any size within the program and become floats beyond 64 \
bits when they leave it; `%` binds more tightly than `*` and `/`. Failures: `jq_error` (the program raised an error), `not_json` (an output \
that JSON cannot hold, or that nests deeper than 127), `too_many` (over a million outputs for one message). A program that recurses or \
loops without end is stopped by a limit of the sandbox alone. Source: jq 1.7 manual.",
    params: &[ParamSpec::new("program", ParamKind::Text, Default::Required, "a jq program")
        .aliases(&["map", "expr", "expression", "filter", "query", "jq", "transform"])],
    validate: |params| not_empty(params, "program"),
    lower: |cx| jq(cx.params.text("program"), false),
    ..JSON_TO_JSON
};

fn not_empty(params: &Params, name: &'static str) -> Vec<NodeError> {
    if params.text(name).trim().is_empty() {
        vec![NodeError::param(name, format!("`{name}` is empty")).with_help("`.` passes each message as it is")]
    } else {
        Vec::new()
    }
}

fn jq(program: &str, select: bool) -> Result<Lowered, NodeError> {
    library("jq::Jq", &["jq"], vec![("program", Param::Text(program.into())), ("select", Param::Bool(select))])
}
