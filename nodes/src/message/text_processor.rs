//! TextProcessor: operations on a text.

use super::{MESSAGE_TO_JSON, library, unknown_words, words};
use crate::node_type::NodeType;
use crate::params::{Default, ParamKind, ParamSpec};

const OPERATIONS: &[&str] = &[
    "uppercase",
    "lowercase",
    "reverse",
    "word_count",
    "char_count",
    "title_case",
    "remove_spaces",
    "first_word",
    "last_word",
];

/// See [`NodeType::docs`].
pub const TEXT_PROCESSOR: NodeType = NodeType {
    name: "TextProcessorNode",
    aliases: &["TextProcessor"],
    summary: "does several things with each text: case, counts, words",
    docs: "\
A message is a text, or an object with a string `text` and perhaps a list `operations`, which goes before the node's own. It gives \
`{\"original_text\", \"operations\", \"results\"}`, where `results` has a member per operation, in their order:

| operation | result |
|---|---|
| `uppercase`, `lowercase` | Unicode's full case mappings |
| `title_case` | a letter after anything but a letter in title case, others in lower case: `O'Neil'S` |
| `reverse` | the code points backwards |
| `char_count` | how many code points |
| `word_count`, `first_word`, `last_word` | words are what white space separates; none gives 0 and `\"\"` |
| `remove_spaces` | without U+0020 |

All of it is what Python's `str` does. Another name fails as `unknown_operation`, another message as `bad_message`. One message for each, \
at its time.",
    params: &[ParamSpec::new("operations", ParamKind::Texts, Default::Texts(&["uppercase"]), "for messages that name none")],
    validate: |params| unknown_words("operations", &params.texts("operations"), OPERATIONS),
    lower: |cx| library("text::TextProcessor", &[], vec![("operations", words(cx.params.texts("operations")))]),
    ..MESSAGE_TO_JSON
};
