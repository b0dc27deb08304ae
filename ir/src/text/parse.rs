//! The parser's tokens and what kernels, graphs and plans have in common: names, numbers, ids, types, parameters.
//!
//! A method reads one thing and moves past it. The first thing that does not fit ends the parse. Nesting is bounded by
//! [`MAX_DEPTH`], so that no text can exhaust the stack.

use super::SYNTAX;
use super::lex::{Failure, Lexer, Token};
use crate::diag::{Diagnostic, Diagnostics};
use crate::graph::{LibraryNode, Param, Rate, UNBOUNDED};
use crate::span::{SourceId, Span};
use crate::types::{SampleFormat, StreamType};
use crate::verify::MAX_DEPTH;
use std::str::FromStr;

pub(super) type Parsed<T> = Result<T, Failure>;

/// Reads a whole text.
pub(super) fn whole<'t, T>(text: &'t str, item: impl FnOnce(&mut Parser<'t>) -> Parsed<T>) -> Result<T, Diagnostics> {
    let read = || {
        let mut parser = Parser::new(text)?;
        let item = item(&mut parser)?;
        parser.expect(Token::End)?;
        Ok(item)
    };
    read().map_err(|Failure { start, end, message }| {
        Diagnostic::error(SYNTAX, Span::new(SourceId(0), start, end), message).into()
    })
}

/// The tokens of a text, and which is next.
pub(super) struct Parser<'t> {
    /// Never empty; the last is [`Token::End`].
    tokens: Vec<(Token<'t>, usize, usize)>,
    at: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Parsed<Parser<'t>> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next()?;
            let last = token.0 == Token::End;
            tokens.push(token);
            if last {
                return Ok(Parser { tokens, at: 0 });
            }
        }
    }

    /// The token `ahead` of the next one, or the end.
    pub(super) fn peek(&self, ahead: usize) -> &Token<'t> {
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(token, _, _)| token)
    }

    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    /// That the next token is not what was expected.
    pub(super) fn unexpected<T>(&self, expected: &str) -> Parsed<T> {
        self.fail(format!("expected {expected}, found {}", self.peek(0)))
    }

    /// A failure at the next token.
    pub(super) fn fail<T>(&self, message: String) -> Parsed<T> {
        let (start, end) = self.tokens.get(self.at).map_or((0, 0), |(_, start, end)| (*start, *end));
        Err(Failure { start, end, message })
    }

    /// Moves past the next token if it is that one.
    pub(super) fn eat(&mut self, token: Token<'_>) -> bool {
        let found = *self.peek(0) == token;
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn eat_mark(&mut self, mark: char) -> bool {
        self.eat(Token::Mark(mark))
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.eat(Token::Word(word))
    }

    pub(super) fn expect(&mut self, token: Token<'_>) -> Parsed<()> {
        let expected = token.to_string();
        if self.eat(token) { Ok(()) } else { self.unexpected(&expected) }
    }

    pub(super) fn mark(&mut self, mark: char) -> Parsed<()> {
        self.expect(Token::Mark(mark))
    }

    pub(super) fn keyword(&mut self, word: &str) -> Parsed<()> {
        self.expect(Token::Word(word))
    }

    /// A word that `read` knows.
    pub(super) fn choice<T>(&mut self, expected: &str, read: impl FnOnce(&str) -> Option<T>) -> Parsed<T> {
        if let Token::Word(word) = *self.peek(0)
            && let Some(found) = read(word)
        {
            self.advance();
            return Ok(found);
        }
        self.unexpected(expected)
    }

    /// A string in quotes.
    pub(super) fn quoted(&mut self) -> Parsed<String> {
        match self.peek(0) {
            Token::Text(text) => {
                let text = text.clone();
                self.advance();
                Ok(text)
            }
            Token::Word(_) | Token::Number(_) | Token::Mark(_) | Token::Arrow | Token::End => {
                self.unexpected("a string")
            }
        }
    }

    /// A name: a word or a string.
    pub(super) fn name(&mut self) -> Parsed<String> {
        match *self.peek(0) {
            Token::Word(word) => {
                self.advance();
                Ok(word.into())
            }
            Token::Text(_) => self.quoted(),
            Token::Number(_) | Token::Mark(_) | Token::Arrow | Token::End => self.unexpected("a name"),
        }
    }

    /// A number of that type.
    pub(super) fn number<T: FromStr>(&mut self, expected: &str) -> Parsed<T> {
        if let Token::Number(text) = *self.peek(0)
            && let Ok(number) = text.parse()
        {
            self.advance();
            return Ok(number);
        }
        self.unexpected(expected)
    }

    /// A number of tokens, or `unbounded`.
    pub(super) fn bound(&mut self) -> Parsed<u64> {
        if self.eat_word("unbounded") { Ok(UNBOUNDED) } else { self.number("a number of tokens, or `unbounded`") }
    }

    /// A float; `nan`, `inf` and `-inf` are such. `T` is `f32` or `f64`.
    pub(super) fn float<T: FromStr>(&mut self) -> Parsed<T> {
        match *self.peek(0) {
            Token::Word(word @ ("nan" | "inf")) => match word.parse() {
                Ok(number) => {
                    self.advance();
                    Ok(number)
                }
                Err(_) => self.unexpected("a number"),
            },
            Token::Word(_) | Token::Number(_) | Token::Text(_) | Token::Mark(_) | Token::Arrow | Token::End => {
                self.number("a number")
            }
        }
    }

    pub(super) fn bool(&mut self) -> Parsed<bool> {
        self.choice("`true` or `false`", |word| word.parse().ok())
    }

    /// An id: its prefix and a number.
    pub(super) fn id<T>(&mut self, prefix: &str, make: impl FnOnce(u32) -> T) -> Parsed<T> {
        self.choice(&format!("an id that starts with `{prefix}`"), |word| id_number(word, prefix).map(make))
    }

    /// The id of the next element of an arena that has `count` of them.
    pub(super) fn next_id(&mut self, prefix: &str, count: usize) -> Parsed<()> {
        let expected = format!("{prefix}{count}");
        self.choice(&format!("`{expected}`, the next one"), |word| (word == expected).then_some(()))
    }

    /// True if the next token is an id of that prefix.
    pub(super) fn at_id(&self, prefix: &str) -> bool {
        match self.peek(0) {
            Token::Word(word) => id_number(word, prefix).is_some(),
            Token::Number(_) | Token::Text(_) | Token::Mark(_) | Token::Arrow | Token::End => false,
        }
    }

    /// `[` items `]`, with commas between them and after the last one if one likes.
    pub(super) fn list<T>(&mut self, item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.mark('[')?;
        self.until(']', item)
    }

    /// Items with commas between them, up to a closing mark.
    pub(super) fn until<T>(&mut self, close: char, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut out = Vec::new();
        while !self.eat_mark(close) {
            out.push(item(self)?);
            if !self.eat_mark(',') {
                self.mark(close)?;
                break;
            }
        }
        Ok(out)
    }

    pub(super) fn sample_format(&mut self) -> Parsed<SampleFormat> {
        self.choice("a sample format", |word| SampleFormat::ALL.into_iter().find(|f| f.name() == word))
    }

    pub(super) fn stream_type(&mut self) -> Parsed<StreamType> {
        if self.eat_word("text") {
            return Ok(StreamType::Text);
        }
        if self.eat_word("json") {
            return Ok(StreamType::Json);
        }
        if self.eat_word("audio") {
            self.mark('<')?;
            let format = self.sample_format()?;
            self.mark(',')?;
            let rate = self.number("a rate in Hz")?;
            self.mark(',')?;
            let channels = self.number("a number of channels")?;
            self.mark('>')?;
            return Ok(StreamType::Audio { format, rate, channels });
        }
        if self.eat_word("tensor") {
            self.mark('<')?;
            self.keyword("f32")?;
            let mut shape = Vec::new();
            while self.eat_mark(',') {
                shape.push(self.number("a size")?);
            }
            self.mark('>')?;
            return Ok(StreamType::Tensor { shape });
        }
        self.unexpected("a stream type")
    }

    /// A parameter within `depth` lists.
    fn param(&mut self, depth: usize) -> Parsed<Param> {
        match *self.peek(0) {
            Token::Text(_) => self.quoted().map(Param::Text),
            Token::Word("true" | "false") => self.bool().map(Param::Bool),
            Token::Word("nan" | "inf") => self.float().map(Param::Float),
            Token::Number(text) if text.contains(['.', 'e', 'i']) => self.float().map(Param::Float),
            Token::Number(_) => self.number("an integer of 64 bits").map(Param::Int),
            Token::Mark('[') if depth > MAX_DEPTH => self.fail(format!("lists nest more than {MAX_DEPTH} deep")),
            Token::Mark('[') => self.list(|p| p.param(depth + 1)).map(Param::List),
            Token::Word(_) | Token::Mark(_) | Token::Arrow | Token::End => self.unexpected("a value"),
        }
    }

    /// `Type(key: value, …)`.
    pub(super) fn call(&mut self) -> Parsed<(String, Vec<(String, Param)>)> {
        let name = self.name()?;
        self.mark('(')?;
        let params = self.until(')', |p| {
            let key = p.name()?;
            p.mark(':')?;
            Ok((key, p.param(0)?))
        })?;
        Ok((name, params))
    }

    pub(super) fn library(&mut self) -> Parsed<LibraryNode> {
        let (path, args) = self.call()?;
        self.keyword("rate")?;
        let rate = if self.eat_word("dynamic") {
            Rate::Dynamic
        } else {
            let consume = self.number("a number of tokens, or `dynamic`")?;
            self.expect(Token::Arrow)?;
            Rate::Static { consume, produce: self.number("a number of tokens")? }
        };
        self.keyword("hold")?;
        let hold = self.bound()?;
        self.keyword("latency")?;
        let latency = self.bound()?;
        self.keyword("same_length")?;
        let same_length = self.bool()?;
        self.keyword("features")?;
        let features = self.list(Parser::name)?;
        Ok(LibraryNode { path, features, args, rate, hold, latency, same_length, python: None })
    }

    /// `tail`, `skip`.
    pub(super) fn tail_and_skip(&mut self) -> Parsed<(u64, u64)> {
        self.keyword("tail")?;
        let tail = if self.eat_word("endless") { u64::MAX } else { self.number("a number of firings, or `endless`")? };
        self.keyword("skip")?;
        Ok((tail, self.number("a number of firings")?))
    }

    /// `default "path"`, or nothing.
    pub(super) fn default_path(&mut self) -> Parsed<Option<String>> {
        if self.eat_word("default") { self.quoted().map(Some) } else { Ok(None) }
    }
}

/// The number of an id with that prefix.
pub(super) fn id_number(word: &str, prefix: &str) -> Option<u32> {
    let digits = word.strip_prefix(prefix)?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}
