//! What the JSON scanner objects to, in our words: what was expected, and what to write instead.

use jsonc_parser::ParseStringErrorKind;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use remotemedia_ir::diag::quote;
use remotemedia_ir::{Diagnostic, SourceId, Span, codes};

/// The diagnostic for an error of the scanner in the token that begins at `token`.
pub fn translate(error: &ParseError, text: &str, token: usize, source: SourceId) -> Diagnostic {
    let range = error.range();
    let start = text.floor_char_boundary(range.start);
    let end = text.ceil_char_boundary(range.end.max(range.start));
    let span = Span::new(source, start, end);
    let at = |span, message: String| Diagnostic::error(codes::JSON_SYNTAX, span, message);
    match error.kind() {
        ParseErrorKind::String(kind) => match kind {
            ParseStringErrorKind::UnterminatedStringLiteral => {
                let line = text[start..].split(['\n', '\r']).next().unwrap_or("");
                at(Span::new(source, start, start + line.len()), "this string is never closed".to_owned())
                    .label("the closing quote is missing")
            }
            ParseStringErrorKind::ExpectedFourHexDigits => {
                at(span, "expected four hexadecimal digits after `\\u`".to_owned())
            }
            ParseStringErrorKind::InvalidUnicodeEscapeSequence(_) => {
                at(span, "this escape is half of a character".to_owned())
                    .with_help("characters beyond U+FFFF are written as two escapes, or as themselves")
            }
            ParseStringErrorKind::InvalidEscape
            | ParseStringErrorKind::InvalidEscapeInDoubleQuoteString
            | ParseStringErrorKind::InvalidEscapeInSingleQuoteString
            | ParseStringErrorKind::ExpectedTwoHexDigits => {
                let escape = &text[start..end];
                at(span, format!("{} is not an escape of JSON", quote(escape))).with_help(
                    r#"JSON has `\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t` and `\u0000`; a backslash is `\\`"#,
                )
            }
        },
        ParseErrorKind::UnterminatedCommentBlock => {
            at(Span::new(source, token, token + 2), "this comment is never closed".to_owned())
        }
        ParseErrorKind::SingleQuotedStringsNotAllowed => {
            at(span, "strings of JSON are in double quotes".to_owned()).with_help("write `\"`, not `'`")
        }
        ParseErrorKind::UnaryPlusNumbersNotAllowed => {
            at(span, "numbers of JSON have no `+`".to_owned()).with_help("leave the `+` out")
        }
        ParseErrorKind::HexadecimalNumbersNotAllowed => at(span, "numbers of JSON are decimal".to_owned()),
        ParseErrorKind::BareDecimalPointNumbersNotAllowed => {
            at(span, "expected a digit before and after the decimal point".to_owned())
        }
        ParseErrorKind::ExpectedDigit
        | ParseErrorKind::ExpectedDigitFollowingNegativeSign
        | ParseErrorKind::ExpectedPlusMinusOrDigitInNumberLiteral => {
            at(span, "expected a digit".to_owned()).label("the number ends too early")
        }
        _ => stray(text, token, source),
    }
}

/// The error for what begins at `start` and is no token of JSON.
pub fn stray(text: &str, start: usize, source: SourceId) -> Diagnostic {
    let rest = &text[start..];
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-')).collect();
    let length = if word.is_empty() { rest.chars().next().map_or(0, char::len_utf8) } else { word.len() };
    let span = Span::new(source, start, start + length);
    let found = quote(&rest[..length]);
    let error = Diagnostic::error(codes::JSON_SYNTAX, span, format!("expected a value, found {found}"));
    error.with_help(word_help(&word))
}

/// What to write instead of a word that JSON does not know.
fn word_help(word: &str) -> String {
    match word.to_ascii_lowercase().as_str() {
        "" => "strings are in double quotes".to_owned(),
        "true" => "write `true`".to_owned(),
        "false" => "write `false`".to_owned(),
        "null" | "none" | "nil" | "undefined" => "write `null`".to_owned(),
        "nan" | "inf" | "infinity" | "-infinity" => "JSON has no infinite numbers; leave the value out".to_owned(),
        _ => format!("write `\"{word}\"` if this is a string"),
    }
}
