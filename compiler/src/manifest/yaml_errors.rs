//! What the YAML parser objects to, in our words: what was expected, and how to mend it.

use super::tree_errors;
use remotemedia_ir::{Diagnostic, SourceId, Span, codes};

/// Parts of the parser's messages, what they mean, and what to do; the first that fits counts.
const MEANINGS: [(&str, &str, &str); 23] = [
    ("tabs disallowed", TAB, TAB_HELP),
    ("tab cannot", TAB, TAB_HELP),
    ("found a tab", TAB, TAB_HELP),
    ("with a tab", TAB, TAB_HELP),
    ("mapping values are not allowed", COLON, COLON_HELP),
    ("illegal placement of ':'", COLON, COLON_HELP),
    ("did not find expected key", KEY, KEY_HELP),
    ("simple key expect", KEY, KEY_HELP),
    (
        "did not find expected '-'",
        "this line does not fit the indentation of the list above it",
        "indent it as the other keys of its element, or begin it with `- `",
    ),
    (
        "block sequence entries are not allowed",
        "a list element that YAML cannot place here",
        "check that each `-` is indented as the one above it",
    ),
    ("unexpected end of stream", QUOTE, ""),
    ("indentation in quoted scalar", QUOTE, ""),
    ("invalid indentation in flow", "expected the bracket above to be closed", "close it, or indent this line further"),
    (
        "flow mapping, did not",
        "expected `,` or `}`",
        "close the map, or put text that has brackets or commas in quotes",
    ),
    (
        "flow sequence, expected",
        "expected `,` or `]`",
        "close the list, or put text that has brackets or commas in quotes",
    ),
    ("unknown anchor", "this alias names no anchor above it", "an alias `*name` refers to a value marked with `&name`"),
    ("invalid indentation", INDENT, ""),
    ("wrongly indented", INDENT, ""),
    (
        "unknown escape character",
        "an escape that YAML does not know",
        r"in double quotes a backslash is written `\\`; in single quotes it stands for itself",
    ),
    ("cannot start any token", START, START_HELP),
    ("unexpected character", START, START_HELP),
    ("plain scalar cannot start", START, START_HELP),
    ("handle wasn't declared", "a tag whose handle is not declared", "leave the tag out"),
];

const TAB: &str = "YAML indents with blanks, not with tabs";
const TAB_HELP: &str = "replace the tab by blanks";
const COLON: &str = "a `:` that YAML cannot place here";
const COLON_HELP: &str = "put text that has `: ` in it in quotes, or check the indentation";
const KEY: &str = "expected a key followed by `:`";
const KEY_HELP: &str = "check that it is indented as the keys above it";
const QUOTE: &str = "the closing quote of this text is missing";
const INDENT: &str = "this line is not indented enough";
const START: &str = "a character that no value begins with";
const START_HELP: &str = "put the value in quotes";

/// The diagnostic for a message of the parser about the byte offset `at`; `open` is the innermost open bracket.
pub fn translate(info: &str, at: usize, open: Option<Span>, text: &str, source: SourceId) -> Diagnostic {
    let rest = &text[at..];
    let length = match rest.strip_prefix('*') {
        Some(name) => 1 + name.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(name.len()),
        None => rest.chars().next().filter(|c| !matches!(c, '\n' | '\r')).map_or(0, char::len_utf8),
    };
    let span = Span::new(source, at, at + length);
    if info.contains("recursion limit") {
        return tree_errors::too_deep(span);
    }
    let meaning = MEANINGS.iter().find(|(part, _, _)| info.contains(part));
    let (message, help) = meaning.map_or((info, ""), |(_, message, help)| (*message, *help));
    let mut error = Diagnostic::error(codes::YAML_SYNTAX, span, message);
    if let Some(open) = open.filter(|_| info.contains("flow")) {
        error = error.also(open, "opened here");
    }
    if help.is_empty() { error } else { error.with_help(help) }
}
