//! Where something stands in a source: byte ranges of named texts.
//!
//! A [`Span`] is plain data and says nothing without the [`SourceMap`] it belongs to. Rendering lives in
//! [`crate::diag`].

use std::fmt;

/// One source text of a compilation: index into a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A byte range `start..end` of one source; [`Span::NONE`] where there is no source (generated things).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span of what has no place in any source.
    pub const NONE: Span = Span { source: SourceId(u32::MAX), start: 0, end: 0 };

    /// Bytes `start..end` of `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Span {
        Span { source, start: u32::try_from(start).unwrap_or(u32::MAX), end: u32::try_from(end).unwrap_or(u32::MAX) }
    }

    /// True for [`Span::NONE`].
    pub fn is_none(self) -> bool {
        self.source == Span::NONE.source
    }

    /// The smallest span that covers both; the other one where one of them is [`Span::NONE`] or of another source.
    pub fn to(self, other: Span) -> Span {
        if self.is_none() {
            return other;
        }
        if other.source != self.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value with the place it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// A named text.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user wrote it: a path, or `<stdin>`.
    pub name: String,
    pub text: String,
}

/// All sources of one compilation, in the order they were added.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
    /// Per source, the byte offset at which each line starts.
    lines: Vec<Vec<usize>>,
}

/// A place as people count it: line and column from 1, column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

impl SourceMap {
    /// Adds a text and returns the id that its spans carry.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let text = text.into();
        self.lines.push(std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect());
        self.sources.push(Source { name: name.into(), text });
        SourceId(self.sources.len() as u32 - 1)
    }

    /// The source of that id; none for [`Span::NONE`]'s.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// The text under a span; empty where the span does not lie in a source.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).and_then(|s| s.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// Line and column of the span's start.
    pub fn locate(&self, span: Span) -> Option<LineColumn> {
        self.position(span.source, span.start as usize)
    }

    /// Line and column of the first character after the span.
    pub fn locate_end(&self, span: Span) -> Option<LineColumn> {
        self.position(span.source, span.end as usize)
    }

    /// One line of a source (from 1), without its line break; none beyond the last one.
    pub fn line(&self, source: SourceId, line: usize) -> Option<&str> {
        let text = &self.get(source)?.text;
        let starts = self.lines.get(source.0 as usize)?;
        let start = *starts.get(line.checked_sub(1)?)?;
        let end = starts.get(line).map_or(text.len(), |next| next - 1);
        let line = text.get(start..end)?;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// Line and column of a byte offset; an offset inside a character counts as that character's start.
    fn position(&self, source: SourceId, offset: usize) -> Option<LineColumn> {
        let text = &self.get(source)?.text;
        let starts = self.lines.get(source.0 as usize)?;
        let offset = text.floor_char_boundary(offset);
        let line = starts.partition_point(|start| *start <= offset);
        let before = text.get(starts[line - 1]..offset)?;
        Some(LineColumn { line, column: before.chars().count() + 1 })
    }
}
