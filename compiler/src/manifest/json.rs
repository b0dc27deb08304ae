//! JSON text to a spanned tree.
//!
//! The grammar is strict, but for comments and last commas, which are accepted with a note, and for missing commas,
//! which are reported while reading goes on. The tokens come from the crate `jsonc-parser`; the grammar over them is
//! here, so that messages can say what was expected, and where the bracket stands that is still open.

use super::tree::{MAX_DEPTH, Node, Number, Origin, Value};
use super::{decode, json_errors, tree_errors};
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};
use remotemedia_ir::diag::quote;
use remotemedia_ir::{Diagnostic, Diagnostics, SourceId, Span, Spanned, codes};

/// Reads one JSON value that fills the text. None after an error that nothing can follow; the errors are in
/// `diagnostics`.
pub fn parse(text: &str, source: SourceId, diagnostics: &mut Diagnostics) -> Option<Node> {
    let options = ScannerOptions {
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let scanner = Scanner::new(text, &options);
    let mut parser = Parser { scanner, text, source, diagnostics, token: None, start: 0, end: 0, before: 0, depth: 0 };
    parser.advance()?;
    if parser.token.is_none() {
        parser.diagnostics.push(decode::empty(Span::new(source, 0, 0)));
        return None;
    }
    let root = parser.value()?;
    if parser.token.is_some() {
        let found = parser.found();
        let span = parser.span();
        parser.error(span, format!("expected the end of the file, found {found}"), "one file holds one value");
        return None;
    }
    Some(root)
}

struct Parser<'t, 'd> {
    scanner: Scanner<'t>,
    text: &'t str,
    source: SourceId,
    diagnostics: &'d mut Diagnostics,
    /// The token under consideration; none at the end of the text.
    token: Option<Token<'t>>,
    start: usize,
    end: usize,
    /// Where the token before it ended.
    before: usize,
    depth: usize,
}

impl<'t> Parser<'t, '_> {
    /// The value that begins at the current token; the token after it is current then.
    fn value(&mut self) -> Option<Node> {
        let span = self.span();
        let value = match self.token.take() {
            Some(Token::OpenBrace) => return self.nested(span, Parser::map),
            Some(Token::OpenBracket) => return self.nested(span, Parser::list),
            Some(Token::String(text)) => {
                let node = Node { value: Value::String(text.into_owned()), span, origin: Origin::Quoted };
                self.advance()?;
                return Some(node);
            }
            Some(Token::Boolean(value)) => Value::Bool(value),
            Some(Token::Null) => Value::Null,
            Some(Token::Number(text)) => {
                let number = Number::parse(text)?;
                if number.overflows() {
                    self.diagnostics.push(tree_errors::number_too_large(text, span));
                }
                Value::Number(number)
            }
            Some(Token::Word(_)) => {
                let error = self.stray();
                self.diagnostics.push(error);
                return None;
            }
            token => {
                self.token = token;
                let found = self.found();
                self.error(span, format!("expected a value, found {found}"), "not a value");
                return None;
            }
        };
        self.advance()?;
        let leading_zero = matches!(&value, Value::Number(n) if n.text == "0" || n.text == "-0");
        let mut whole = span;
        while leading_zero && matches!(self.token, Some(Token::Number(_))) && self.start == self.before {
            whole = whole.to(self.span());
            self.advance()?;
        }
        if whole != span {
            self.error(whole, "numbers of JSON have no leading zeros", "");
        }
        Some(Node::new(value, whole))
    }

    fn nested(&mut self, open: Span, read: fn(&mut Self, Span) -> Option<Value>) -> Option<Node> {
        if self.depth == MAX_DEPTH {
            self.diagnostics.push(tree_errors::too_deep(open));
            return None;
        }
        self.depth += 1;
        self.advance()?;
        let value = read(self, open)?;
        self.depth -= 1;
        // The closing bracket is current: it belongs to the value, and is not needed any more.
        let span = open.to(self.span());
        self.advance()?;
        Some(Node::new(value, span))
    }

    fn list(&mut self, open: Span) -> Option<Value> {
        let mut elements = Vec::new();
        while !matches!(self.token, Some(Token::CloseBracket)) {
            self.expect_more(open, "]")?;
            elements.push(self.value()?);
            self.separator(open, "]")?;
        }
        Some(Value::List(elements))
    }

    fn map(&mut self, open: Span) -> Option<Value> {
        let mut entries: Vec<(Spanned<String>, Node)> = Vec::new();
        while !matches!(self.token, Some(Token::CloseBrace)) {
            self.expect_more(open, "}")?;
            let span = self.span();
            let Some(Token::String(name)) = self.token.take() else {
                return self.no_key();
            };
            let key = Spanned::new(name.into_owned(), span);
            self.advance()?;
            if !matches!(self.token, Some(Token::Colon)) {
                let found = self.found();
                let (here, what) = (self.span(), quote(&key.value));
                let error = Diagnostic::error(codes::JSON_SYNTAX, here, format!("expected `:`, found {found}"));
                self.diagnostics
                    .push(error.label(format!("expected `:` and the value of {what}")).also(span, "the key"));
                return None;
            }
            self.advance()?;
            let value = self.value()?;
            entries.push((key, value));
            self.separator(open, "}")?;
        }
        tree_errors::unique_keys(&mut entries, self.diagnostics);
        Some(Value::Map(entries))
    }

    /// Reports the end of the text, or the wrong bracket, where the one at `open` is to be closed.
    fn expect_more(&mut self, open: Span, close: &str) -> Option<()> {
        let message = match self.token {
            None => format!("expected `{close}`, found the end of the file"),
            Some(Token::CloseBrace | Token::CloseBracket) => format!("expected `{close}`, found {}", self.found()),
            _ => return Some(()),
        };
        let error = Diagnostic::error(codes::JSON_SYNTAX, self.span(), message);
        self.diagnostics.push(error.also(open, "opened here"));
        None
    }

    /// Past the comma after an element, if more elements may follow.
    fn separator(&mut self, open: Span, close: &str) -> Option<()> {
        let closes = |token: &Option<Token<'_>>| matches!(token, Some(Token::CloseBrace | Token::CloseBracket));
        match &self.token {
            Some(Token::Comma) => {
                let comma = self.span();
                self.advance()?;
                if closes(&self.token) {
                    let note = "a comma before the closing bracket is not JSON";
                    self.diagnostics.push(Diagnostic::tolerated(codes::TOLERATED_SYNTAX, comma, note));
                }
            }
            None => {}
            token if closes(token) => {}
            Some(Token::String(_) | Token::Number(_) | Token::Boolean(_) | Token::Null)
            | Some(Token::OpenBrace | Token::OpenBracket) => {
                let here = Span::new(self.source, self.before, self.before);
                let found = self.found();
                self.error(here, format!("expected `,` or `{close}`, found {found}"), "a comma is missing here");
            }
            _ => {
                let (here, found) = (self.span(), self.found());
                let error =
                    Diagnostic::error(codes::JSON_SYNTAX, here, format!("expected `,` or `{close}`, found {found}"));
                self.diagnostics.push(error.also(open, "opened here"));
                return None;
            }
        }
        Some(())
    }

    fn no_key<T>(&mut self) -> Option<T> {
        let word = &self.text[self.start..self.end];
        let mut error = Diagnostic::error(
            codes::JSON_SYNTAX,
            self.span(),
            format!(
                "expected a key in double quotes, found {}",
                if word.is_empty() { "the end of the file".to_owned() } else { quote(word) }
            ),
        );
        if word.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            error = error.with_help(format!("write `\"{word}\"`"));
        }
        self.diagnostics.push(error);
        None
    }

    /// To the next token that is not a comment. None after an error.
    fn advance(&mut self) -> Option<()> {
        self.before = self.end;
        loop {
            let gap = self.end;
            let scanned = self.scanner.scan();
            self.start = self.scanner.token_start();
            self.end = self.scanner.token_end();
            self.check_blanks(gap);
            match scanned {
                Err(error) => {
                    let error = json_errors::translate(&error, self.text, self.start, self.source);
                    self.diagnostics.push(error);
                    return None;
                }
                Ok(Some(Token::CommentLine(_) | Token::CommentBlock(_))) => {
                    let note = Diagnostic::tolerated(codes::TOLERATED_SYNTAX, self.span(), "comments are not JSON");
                    self.diagnostics.push(note.with_help("use a `comment` field, or a `.yaml` file"));
                }
                Ok(token) => {
                    self.token = token;
                    return self.check_string();
                }
            }
        }
    }

    /// White space that JSON does not have is tolerated.
    fn check_blanks(&mut self, gap: usize) {
        let blanks = self.text.get(gap..self.start).unwrap_or("");
        if let Some((at, c)) = blanks.char_indices().find(|(_, c)| !matches!(c, ' ' | '\t' | '\n' | '\r')) {
            let span = Span::new(self.source, gap + at, gap + at + c.len_utf8());
            let note = format!("U+{:04X} is not white space in JSON", c as u32);
            self.diagnostics.push(Diagnostic::tolerated(codes::TOLERATED_SYNTAX, span, note));
        }
    }

    /// A string that runs over the end of its line is one whose quote is missing.
    fn check_string(&mut self) -> Option<()> {
        if !matches!(self.token, Some(Token::String(_))) {
            return Some(());
        }
        let raw = &self.text[self.start..self.end];
        let Some((at, c)) = raw.char_indices().find(|(_, c)| *c < ' ') else {
            return Some(());
        };
        if c == '\n' || c == '\r' {
            let span = Span::new(self.source, self.start, self.start + at);
            self.error(span, "this string is not closed on its line", "the closing quote is missing");
            return None;
        }
        let span = Span::new(self.source, self.start + at, self.start + at + 1);
        let note = format!("U+{:04X} inside a string has to be escaped in JSON", c as u32);
        self.diagnostics.push(Diagnostic::tolerated(codes::TOLERATED_SYNTAX, span, note));
        Some(())
    }

    /// The error for something that is no token of JSON.
    fn stray(&self) -> Diagnostic {
        json_errors::stray(self.text, self.start, self.source)
    }

    fn error(&mut self, span: Span, message: impl Into<String>, label: &str) {
        self.diagnostics.push(Diagnostic::error(codes::JSON_SYNTAX, span, message).label(label));
    }

    /// The current token's place; behind the last one if there is none.
    fn span(&self) -> Span {
        match self.token {
            None if self.end == self.text.len() => Span::new(self.source, self.before, self.before),
            _ => Span::new(self.source, self.start, self.end),
        }
    }

    /// The current token for a message.
    fn found(&self) -> String {
        match self.text.get(self.start..self.end) {
            Some(text) if !text.is_empty() => quote(text),
            _ => "the end of the file".to_owned(),
        }
    }
}
