//! Text without `core::fmt`, whose machinery would be a large part of a small wasm program.
#![expect(clippy::single_char_add_str, reason = "`push` links the encoding of every char")]

use alloc::string::String;

/// `template` with each `%` replaced by the next part.
pub fn join(template: &str, parts: &[&str]) -> String {
    let mut out = String::new();
    fill(&mut out, template, &[], parts);
    out
}

/// A whole number in decimal.
pub fn number(out: &mut String, n: u64) {
    digits(out, n, 1);
}

/// Appends a template with its marks replaced: `#` by the next number, `@` by the next number, nanoseconds, as seconds
/// with nine decimals, `$` by the next text as a JSON string, `%` by the next text as it is.
pub fn fill(out: &mut String, template: &str, numbers: &[u64], texts: &[&str]) {
    let mut numbers = numbers.iter();
    let mut texts = texts.iter();
    let mut rest = template;
    while let Some(at) = rest.bytes().position(|b| matches!(b, b'#' | b'@' | b'$' | b'%')) {
        out.push_str(rest.get(..at).unwrap_or_default());
        match rest.as_bytes()[at] {
            b'%' => out.push_str(texts.next().unwrap_or(&"")),
            b'$' => quoted(out, texts.next().unwrap_or(&"")),
            mark => {
                let n = *numbers.next().unwrap_or(&0);
                if mark == b'#' {
                    digits(out, n, 1);
                } else {
                    digits(out, n / 1_000_000_000, 1);
                    out.push_str(".");
                    digits(out, n % 1_000_000_000, 9);
                }
            }
        }
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// A number in decimal with at least this many digits.
fn digits(out: &mut String, mut n: u64, least: usize) {
    let mut text = [b'0'; 20];
    let mut length = 0;
    for place in text.iter_mut().rev() {
        if n == 0 && length >= least {
            break;
        }
        *place += (n % 10) as u8;
        n /= 10;
        length += 1;
    }
    let text = text.get(20 - length..).map(core::str::from_utf8);
    if let Some(Ok(text)) = text {
        out.push_str(text);
    }
}

/// A JSON string. Names and paths: a control character in them becomes a blank.
fn quoted(out: &mut String, text: &str) {
    out.push_str("\"");
    let mut rest = text;
    for (mark, escape) in text.bytes().filter_map(|b| Some(b).zip(escape(b))) {
        let Some((before, after)) = split(rest, mark) else {
            break;
        };
        out.push_str(before);
        out.push_str(escape);
        rest = after;
    }
    out.push_str(rest);
    out.push_str("\"");
}

fn escape(byte: u8) -> Option<&'static str> {
    match byte {
        b'"' => Some("\\\""),
        b'\\' => Some("\\\\"),
        0..b' ' => Some(" "),
        _ => None,
    }
}

/// What stands before and after the first `mark`, which is ASCII. `str::split_once` would link a general search.
pub fn split(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|b| b == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}
