//! TextCollector: sentences from a stream of tokens.

use super::{JSON_TO_JSON, TEXT_IN, TEXT_OUT, library};
use crate::node_type::{LowerCx, Lowered, NodeError, NodeType};
use crate::params::{Default, ParamKind, ParamSpec, Params};
use crate::signature::{PortType, Signature};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const TEXT_COLLECTOR: NodeType = NodeType {
    name: "TextCollectorNode",
    aliases: &["TextCollector", "SentenceCollector"],
    summary: "gathers the tokens of a text stream into sentences",
    docs: "\
A sentence ends with a run of `boundaries`, as soon as a character follows that is none: which sentences come out depends on the text \
alone, not on how it was cut into tokens. White space around it is cut off. What would be shorter than `min_sentence_length` goes on into \
the next sentence. A sentence has the time of the token that settled it.

The marks `<|text_end|>` and `<|audio_end|>` end the text so far: what is left of it is a sentence, however short (or is dropped, if \
`yield_partial_on_end` is false), and the mark follows as a message of its own. The end of the stream does the same without a mark. With \
`max_items`, what has come from that many tokens without an end is a sentence too.",
    params: &[
        ParamSpec::new("boundaries", ParamKind::Text, Default::Absent, "the characters that end a sentence; `.!?;` and a new line where none are given")
            .aliases(&["boundary_chars", "delimiters"]),
        ParamSpec::new("split_pattern", ParamKind::Text, Default::Absent, "the same as a character class, `[.!?;\\n]+`, instead of `boundaries`"),
        ParamSpec::new(
            "min_sentence_length",
            ParamKind::Int { min: 0, max: 100_000 },
            Default::Int(3),
            "of a sentence at least, with its boundaries, without white space around it",
        )
        .unit("characters")
        .aliases(&["min_length"]),
        ParamSpec::new("yield_partial_on_end", ParamKind::Bool, Default::Bool(true), "at the end, what is left comes out as well"),
        ParamSpec::new("max_items", ParamKind::Int { min: 0, max: 1 << 32 }, Default::Int(0), "of one sentence at most; 0 for no limit")
            .unit("tokens"),
    ],
    inputs: TEXT_IN,
    outputs: TEXT_OUT,
    validate,
    signature: |_, _| Signature::new(vec![PortType::Text], vec![PortType::Text]),
    lower,
    ..JSON_TO_JSON
};

fn validate(params: &Params) -> Vec<NodeError> {
    match (params.opt_text("boundaries"), params.opt_text("split_pattern")) {
        (Some(_), Some(_)) => {
            vec![
                NodeError::param("split_pattern", "`boundaries` and `split_pattern` are both given")
                    .with_help("keep one"),
            ]
        }
        (None, Some(pattern)) if class(pattern).is_none() => {
            let error = NodeError::param("split_pattern", "`split_pattern` is more than a class of characters");
            vec![error.with_help("write the characters that end a sentence as `boundaries`: `\".!?\"`")]
        }
        (Some(""), None) => vec![NodeError::param("boundaries", "without boundaries no sentence ends")],
        (Some(_) | None, Some(_) | None) => Vec::new(),
    }
}

/// The characters of a pattern like `[.!?;\n]+`; none where it is anything else.
fn class(pattern: &str) -> Option<String> {
    let inner = pattern.strip_suffix('+').unwrap_or(pattern);
    let inner = inner.strip_prefix('[')?.strip_suffix(']')?;
    if inner.is_empty() || inner.starts_with('^') {
        return None;
    }
    let mut characters = String::new();
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        characters.push(match c {
            '\\' => match rest.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                letter if letter.is_alphanumeric() => return None,
                escaped => escaped,
            },
            // A range, unless it stands first or last.
            '-' if !characters.is_empty() && !rest.as_str().is_empty() => return None,
            '[' | ']' => return None,
            plain => plain,
        });
    }
    Some(characters)
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let given = cx.params.opt_text("boundaries").map(String::from);
    let boundaries = given.or_else(|| cx.params.opt_text("split_pattern").and_then(class));
    let args = vec![
        ("boundaries", Param::Text(boundaries.unwrap_or_else(|| String::from(".!?;\n")))),
        ("min_sentence_length", Param::Int(cx.params.int("min_sentence_length"))),
        ("yield_partial_on_end", Param::Bool(cx.params.bool("yield_partial_on_end"))),
        ("max_items", Param::Int(cx.params.int("max_items"))),
    ];
    library("collect::TextCollector", &[], args)
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn a_class_of_characters_is_its_boundaries() {
        for (pattern, boundaries) in [
            ("[.!?;\\n]+", Some(".!?;\n")),
            ("[.!?,;:\\n]+", Some(".!?,;:\n")),
            ("[\\.\\]-]", Some(".]-")),
            ("[-.]", Some("-.")),
            ("[。！？]+", Some("。！？")),
            ("[^a]", None),
            ("[a-z]", None),
            ("\\.", None),
            ("[.]|x", None),
            ("[\\s]", None),
            ("[]", None),
            ("[.]*", None),
        ] {
            assert_eq!(class(pattern).as_deref(), boundaries, "{pattern}");
        }
    }
}
