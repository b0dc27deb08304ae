//! Writes a diagnostic as one JSON object on one line, for editors and other programs.
//!
//! Lines and columns count from 1, columns in characters; `start` and `end` are byte offsets into the source. The
//! object carries the drawn text as well, under `rendered`. Written by hand, since nothing else in this crate needs
//! JSON.

use super::{Diagnostic, Label, render};
use crate::span::SourceMap;

/// The diagnostic as one JSON object without a line break: `code`, `severity`, `message`, `tolerance`, `spans`,
/// `notes`, `help`, `rendered`. A span without a source is left out.
pub fn to_json(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let Diagnostic { code, severity, message, primary, secondary, notes, help, tolerance } = diagnostic;
    let spans: Vec<String> = std::iter::once((primary, true))
        .chain(secondary.iter().map(|label| (label, false)))
        .filter_map(|(label, primary)| span(label, primary, sources))
        .collect();
    let list = |texts: &[String]| texts.iter().map(|text| string(text)).collect::<Vec<_>>().join(",");
    format!(
        concat!(
            r#"{{"code":"{}","severity":"{}","message":{},"tolerance":{},"#,
            r#""spans":[{}],"notes":[{}],"help":[{}],"rendered":{}}}"#
        ),
        code,
        severity.name(),
        string(message),
        tolerance,
        spans.join(","),
        list(notes),
        list(help),
        string(&render(diagnostic, sources)),
    )
}

/// One label as an object.
fn span(label: &Label, primary: bool, sources: &SourceMap) -> Option<String> {
    let file = &sources.get(label.span.source)?.name;
    let (from, to) = (sources.locate(label.span)?, sources.locate_end(label.span)?);
    Some(format!(
        concat!(
            r#"{{"file":{},"line":{},"column":{},"end_line":{},"end_column":{},"#,
            r#""start":{},"end":{},"label":{},"primary":{}}}"#
        ),
        string(file),
        from.line,
        from.column,
        to.line,
        to.column,
        label.span.start,
        label.span.end,
        string(&label.text),
        primary,
    ))
}

/// A JSON string with its quotes; everything but printable characters is escaped.
fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", c as u32))
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::span::Span;

    #[test]
    fn an_object_on_one_line() {
        let mut sources = SourceMap::default();
        let source = sources.add("a \"b\".yaml", "é: x\ny: \u{1}");
        let d = Diagnostic::error(Code(122), Span::new(source, 3, 7), "unknown `x`\ttab")
            .label("l")
            .also(Span::NONE, "nowhere")
            .also(Span::new(source, 0, 2), "first")
            .with_note("a\\b\nc")
            .with_help("h");
        let expected = concat!(
            r#"{"code":"RM0122","severity":"error","message":"unknown `x`\ttab","tolerance":false,"spans":["#,
            r#"{"file":"a \"b\".yaml","line":1,"column":3,"end_line":2,"end_column":2,"#,
            r#""start":3,"end":7,"label":"l","primary":true},"#,
            r#"{"file":"a \"b\".yaml","line":1,"column":1,"end_line":1,"end_column":2,"#,
            r#""start":0,"end":2,"label":"first","primary":false}],"#,
            r#""notes":["a\\b\nc"],"help":["h"],"rendered":"#,
        );
        let json = to_json(&d, &sources);
        assert_eq!(&json[..expected.len()], expected, "{json}");
        assert!(!json.contains('\n') && json.ends_with("\"}"), "{json}");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(string("\u{0}\u{1f}\u{7f}\u{2028}é"), "\"\\u0000\\u001f\\u007f\\u2028é\"");
    }
}
