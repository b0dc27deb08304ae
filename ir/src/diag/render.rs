//! Draws a diagnostic as text: the source lines it speaks of, with carets under the places.
//!
//! Labels of one source stand under their lines, in the order of the text. Tabs are drawn as one space and wide
//! characters are counted as two columns, so that carets stay under what they mean. Text that came from the source is
//! made harmless for a terminal: control and direction characters are never printed as they are.

use super::{Diagnostic, Label};
use crate::span::{LineColumn, SourceId, SourceMap};

/// A line that is longer than this is cut around the place.
const WIDEST: usize = 140;

/// One place to draw.
struct Mark<'d> {
    label: &'d Label,
    at: LineColumn,
    symbol: char,
}

/// Draws a diagnostic as text with source lines and carets, without colour.
///
/// Lines longer than 140 columns are cut around the span. A span over several lines is marked on its first one.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let Diagnostic { code, severity, message, primary, secondary, notes, help, tolerance: _ } = diagnostic;
    let mut out = format!("{severity}[{code}]: {}\n", harmless(message, false));
    let groups = grouped(primary, secondary, sources);
    let widest = groups.iter().flat_map(|(_, marks)| marks).map(|mark| mark.at.line).max().unwrap_or(1);
    let pad = " ".repeat(widest.to_string().len());
    for (index, (source, marks)) in groups.iter().enumerate() {
        let arrow = if index == 0 { "-->" } else { ":::" };
        let first = marks.iter().find(|mark| mark.symbol == '^').or(marks.first());
        let (Some(text), Some(first)) = (sources.get(*source), first) else {
            continue;
        };
        let name = harmless(&text.name, false);
        out.push_str(&format!("{pad}{arrow} {name}:{}:{}\n{pad} |\n", first.at.line, first.at.column));
        draw_marks(&mut out, *source, marks, sources, &pad);
    }
    if !(groups.is_empty() || notes.is_empty() && help.is_empty()) {
        out.push_str(&format!("{pad} |\n"));
    }
    for (kind, texts) in [("note", notes), ("help", help)] {
        for text in texts {
            let indent = format!("\n{pad}   {}", " ".repeat(kind.len() + 2));
            out.push_str(&format!("{pad} = {kind}: {}\n", harmless(text, true).replace('\n', &indent)));
        }
    }
    out
}

/// The places by source: the primary one's source first, then in the order of mention; within a source by line.
fn grouped<'d>(primary: &'d Label, secondary: &'d [Label], sources: &SourceMap) -> Vec<(SourceId, Vec<Mark<'d>>)> {
    let mut groups: Vec<(SourceId, Vec<Mark<'d>>)> = Vec::new();
    for (label, symbol) in std::iter::once((primary, '^')).chain(secondary.iter().map(|label| (label, '-'))) {
        let Some(at) = sources.locate(label.span) else { continue };
        let mark = Mark { label, at, symbol };
        match groups.iter_mut().find(|(source, _)| *source == label.span.source) {
            Some((_, marks)) => marks.push(mark),
            None => groups.push((label.span.source, vec![mark])),
        }
    }
    for (_, marks) in &mut groups {
        marks.sort_by_key(|mark| (mark.at.line, mark.at.column));
    }
    groups
}

/// The lines of one source with their carets; a line that carries several marks is drawn once.
fn draw_marks(out: &mut String, source: SourceId, marks: &[Mark<'_>], sources: &SourceMap, pad: &str) {
    let mut drawn: Option<(usize, String)> = None;
    for mark in marks {
        let line = sources.line(source, mark.at.line).unwrap_or("");
        let length = sources.text(mark.label.span).split(['\n', '\r']).next().unwrap_or("").chars().count();
        let Excerpt { text, before, under } = Excerpt::around(line, mark.at.column - 1, length);
        if let Some((last, _)) = &drawn
            && mark.at.line > *last + 1
        {
            out.push_str(&format!("{}...\n", &pad[1..]));
        }
        if drawn.as_ref().is_none_or(|(last, shown)| *last != mark.at.line || *shown != text) {
            out.push_str(&format!("{:>width$} | {text}\n", mark.at.line, width = pad.len()));
        }
        let carets: String = std::iter::repeat_n(mark.symbol, under.max(1)).collect();
        let says = format!("{carets} {}", harmless(&mark.label.text, false));
        out.push_str(&format!("{pad} | {}{}\n", " ".repeat(before), says.trim_end()));
        drawn = Some((mark.at.line, text));
    }
}

/// A line as it is shown, with the columns before the place and under it.
struct Excerpt {
    text: String,
    before: usize,
    under: usize,
}

impl Excerpt {
    /// The part of `line` around the `length` characters from character `start` on.
    fn around(line: &str, start: usize, length: usize) -> Excerpt {
        let line = line.trim_end();
        let chars: Vec<char> = line.chars().map(shown).collect();
        let (from, to) = if chars.len() <= WIDEST {
            (0, chars.len())
        } else {
            let from = start.saturating_sub(WIDEST / 2).min(chars.len() - WIDEST);
            (from, from + WIDEST)
        };
        let wide = |part: &[char]| part.iter().map(|c| width(*c)).sum::<usize>();
        let start = start.max(from);
        let inside = start.min(to);
        let end = (start + length).clamp(inside, to);
        let mut text: String = chars[from..to].iter().collect();
        let mut before = wide(&chars[from..inside]) + (start - inside);
        if from > 0 {
            text.insert(0, '…');
            before += 1;
        }
        if to < chars.len() {
            text.push('…');
        }
        Excerpt { text, before, under: wide(&chars[inside..end]) }
    }
}

/// A character of the source as it is drawn: white space as a blank, what a terminal would obey as a replacement.
fn shown(c: char) -> char {
    match c {
        '\t' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        c if is_invisible(c) => '\u{fffd}',
        c => c,
    }
}

/// Text of a message, with what a terminal would obey escaped; line breaks stay where `lines` allows them.
fn harmless(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if lines => out.push(c),
            c if is_invisible(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

/// True for control characters, and for those that change the direction of text or have no shape.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Columns that a terminal gives a character: none for combining marks, two for East Asian and emoji, else one.
fn width(c: char) -> usize {
    match c as u32 {
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x65f => 0,
        0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xa960..=0xa97c | 0xac00..=0xd7a3 => 2,
        0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff01..=0xff60 | 0xffe0..=0xffe6 => 2,
        0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1f9ff | 0x1fa70..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Severity};
    use crate::span::Span;

    fn at(text: &str, place: &str) -> (SourceMap, Span) {
        let mut sources = SourceMap::default();
        let source = sources.add("pipeline.yaml", text);
        let start = text.find(place).expect("the place is in the text");
        (sources, Span::new(source, start, start + place.len()))
    }

    fn check(diagnostic: &Diagnostic, sources: &SourceMap, expected: &str) {
        let rendered = render(diagnostic, sources);
        assert_eq!(rendered, expected, "\n{rendered}");
    }

    #[test]
    fn one_place_with_everything() {
        let (sources, span) = at("version: v1\nnodes: 3\n", "3");
        let d = Diagnostic::error(Code(121), span, "expected a list, found number `3`")
            .label("not a list")
            .with_note("first line\nsecond line")
            .with_help("write `nodes:` and the nodes below it");
        check(
            &d,
            &sources,
            "error[RM0121]: expected a list, found number `3`\n\
             \x20--> pipeline.yaml:2:8\n\
             \x20 |\n\
             2 | nodes: 3\n\
             \x20 |        ^ not a list\n\
             \x20 |\n\
             \x20 = note: first line\n\
             \x20         second line\n\
             \x20 = help: write `nodes:` and the nodes below it\n",
        );
    }

    #[test]
    fn labels_of_one_source_share_it_in_the_order_of_the_text() {
        let text = "- a\n- b\n\n\n\n\n\n\n\n- a, a\n";
        let (sources, first) = at(text, "a");
        let second = Span { start: text.rfind("a, a").expect("there") as u32, end: text.len() as u32 - 4, ..first };
        let third = Span { start: second.start + 3, end: second.start + 4, ..first };
        let d = Diagnostic::error(Code(206), second, "duplicate")
            .label("again")
            .also(third, "and again")
            .also(first, "first");
        check(
            &d,
            &sources,
            "error[RM0206]: duplicate\n\
             \x20 --> pipeline.yaml:10:3\n\
             \x20  |\n\
             \x201 | - a\n\
             \x20  |   - first\n\
             \x20...\n\
             10 | - a, a\n\
             \x20  |   ^ again\n\
             \x20  |      - and again\n",
        );
    }

    #[test]
    fn a_second_source_gets_its_own_arrow() {
        let (mut sources, span) = at("x: 1", "x");
        let other = sources.add("nodes.json", "{}");
        let d = Diagnostic::warning(Code(1), span, "w").also(Span::new(other, 0, 2), "here");
        check(
            &d,
            &sources,
            "warning[RM0001]: w\n\
             \x20--> pipeline.yaml:1:1\n\
             \x20 |\n\
             1 | x: 1\n\
             \x20 | ^\n\
             \x20::: nodes.json:1:1\n\
             \x20 |\n\
             1 | {}\n\
             \x20 | -- here\n",
        );
    }

    #[test]
    fn carets_stand_under_what_they_mean() {
        for (line, place, before, carets) in [
            ("naïve: größe x", "größe", 7, 5),
            ("音声: 声", "声:", 2, 3),
            ("e\u{301}: y", "y", 3, 1),
            ("\tid: y", "y", 5, 1),
            ("🎤: y", "y", 4, 1),
        ] {
            let (sources, span) = at(line, place);
            let rendered = render(&Diagnostic::error(Code(1), span, "m"), &sources);
            let expected = format!("  | {}{}", " ".repeat(before), "^".repeat(carets));
            assert_eq!(rendered.lines().last(), Some(expected.as_str()), "{rendered}");
        }
    }

    #[test]
    fn ends_and_emptiness() {
        for (text, start, end, expected) in [
            ("", 0, 0, " --> m:1:1\n  |\n1 | \n  | ^\n"),
            ("ab", 2, 2, " --> m:1:3\n  |\n1 | ab\n  |   ^\n"),
            ("ab\n", 3, 3, " --> m:2:1\n  |\n2 | \n  | ^\n"),
            ("ab\r\ncd\r\n", 2, 4, " --> m:1:3\n  |\n1 | ab\n  |   ^\n"),
            ("ab\ncd", 0, 5, " --> m:1:1\n  |\n1 | ab\n  | ^^\n"),
            ("ab", 40, 50, " --> m:1:3\n  |\n1 | ab\n  |   ^\n"),
            ("é", 1, 2, " --> m:1:1\n  |\n1 | é\n  | ^\n"),
        ] {
            let mut sources = SourceMap::default();
            let source = sources.add("m", text);
            let d = Diagnostic::error(Code(1), Span::new(source, start, end), "m");
            check(&d, &sources, &format!("error[RM0001]: m\n{expected}"));
        }
    }

    #[test]
    fn nowhere() {
        let d = Diagnostic::new(Severity::Bug, Code(901), Span::NONE, "no output").with_help("report it");
        check(&d, &SourceMap::default(), "bug in the compiler[RM0901]: no output\n  = help: report it\n");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}here{}", "é".repeat(500), "x".repeat(500));
        let (sources, span) = at(&text, "here");
        let rendered = render(&Diagnostic::error(Code(1), span, "m"), &sources);
        let lines: Vec<&str> = rendered.lines().collect();
        let column = lines[3].chars().position(|c| c == 'h');
        assert_eq!(lines[4].chars().position(|c| c == '^'), column);
        assert_eq!(lines[4].matches('^').count(), 4);
        assert!(lines[3].chars().count() < 150 && lines[3].ends_with('…') && lines[3].contains("| …é"));
    }

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        let (sources, span) = at("a\u{1b}[31m\u{202e}b", "b");
        let d = Diagnostic::error(Code(1), span, "x\u{1b}[0m\ny").label("l\u{7}").with_note("n\u{202d}");
        let rendered = render(&d, &sources);
        assert!(rendered.chars().all(|c| c == '\n' || !is_invisible(c)), "{rendered:?}");
        assert!(rendered.starts_with("error[RM0001]: x\\u{1b}[0m\\ny\n"), "{rendered}");
    }
}
