//! Tokens of the text form.
//!
//! Words are `[A-Za-z_][A-Za-z0-9_]*`, joined by `::` into paths. A comment runs from `;` to the end of the line. Space
//! and line breaks only separate.

use std::fmt;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    Word(&'t str),
    /// Starts with a digit or a minus sign; whether it is a number is known where its type is.
    Number(&'t str),
    /// A string with its escapes replaced.
    Text(String),
    /// One of `{ } ( ) [ ] < > : , = . / ?`.
    Mark(char),
    /// `->`
    Arrow,
    End,
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(text) | Token::Number(text) => write!(f, "`{text}`"),
            Token::Text(_) => f.write_str("a string"),
            Token::Mark(mark) => write!(f, "`{mark}`"),
            Token::Arrow => f.write_str("`->`"),
            Token::End => f.write_str("the end of the text"),
        }
    }
}

/// What cannot be read, and where: bytes `start..end`.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub start: usize,
    pub end: usize,
    pub message: String,
}

/// True if the text form writes the name without quotes.
pub(super) fn is_word(name: &str) -> bool {
    let word =
        |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && part.bytes().all(is_word_byte);
    name.split("::").all(word)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where the reading stands.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, at: 0 }
    }

    /// The next token with the bytes it stands at.
    pub(super) fn next(&mut self) -> Result<(Token<'t>, usize, usize), Failure> {
        self.skip_space();
        let start = self.at;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else {
            return Ok((Token::End, start, start));
        };
        let token = match first {
            'a'..='z' | 'A'..='Z' | '_' => Token::Word(self.word()),
            '0'..='9' => Token::Number(self.number()),
            '-' if rest.starts_with("->") => {
                self.at += 2;
                Token::Arrow
            }
            '-' if rest.starts_with("-inf") => {
                self.at += 4;
                Token::Number("-inf")
            }
            '-' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => Token::Number(self.number()),
            '"' => Token::Text(self.string()?),
            '{' | '}' | '(' | ')' | '[' | ']' | '<' | '>' | ':' | ',' | '=' | '.' | '/' | '?' => {
                self.at += 1;
                Token::Mark(first)
            }
            other => {
                let end = start + other.len_utf8();
                return Err(Failure { start, end, message: format!("`{}` has no meaning here", other.escape_debug()) });
            }
        };
        Ok((token, start, self.at))
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.text[self.at..].trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with(';') {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    /// Moves past all bytes that `keep` holds for. They must be ASCII.
    fn take_while(&mut self, keep: impl Fn(u8) -> bool) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(|b| !keep(*b)).unwrap_or(rest.len());
    }

    fn word(&mut self) -> &'t str {
        let start = self.at;
        loop {
            self.take_while(is_word_byte);
            let more = self.text[self.at..].strip_prefix("::");
            match more {
                Some(more) if more.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => self.at += 2,
                Some(_) | None => return &self.text[start..self.at],
            }
        }
    }

    /// `-`? digits, then `.` with digits and `e` with a sign and digits where they follow.
    fn number(&mut self) -> &'t str {
        let start = self.at;
        self.at += usize::from(self.text[start..].starts_with('-'));
        self.take_while(|b| b.is_ascii_digit());
        let fraction = self.text[self.at..].strip_prefix('.').filter(|r| r.starts_with(|c: char| c.is_ascii_digit()));
        if fraction.is_some() {
            self.at += 1;
            self.take_while(|b| b.is_ascii_digit());
        }
        if let Some(power) = self.text[self.at..].strip_prefix('e') {
            let signed = power.strip_prefix(['-', '+']);
            let digits = signed.unwrap_or(power);
            if digits.starts_with(|c: char| c.is_ascii_digit()) {
                self.at += 1 + usize::from(signed.is_some());
                self.take_while(|b| b.is_ascii_digit());
            }
        }
        &self.text[start..self.at]
    }

    fn string(&mut self) -> Result<String, Failure> {
        let start = self.at;
        let open = || Failure { start, end: start + 1, message: "this string has no end".into() };
        let mut chars = self.text[start + 1..].char_indices();
        let mut out = String::new();
        loop {
            let (offset, c) = chars.next().ok_or_else(open)?;
            match c {
                '"' => {
                    self.at = start + 1 + offset + 1;
                    return Ok(out);
                }
                '\n' => return Err(open()),
                '\\' => {
                    let escape = chars.as_str();
                    let wrong = |end: usize| {
                        let at = start + 1 + offset;
                        Failure { start: at, end: at + end, message: "this escape is not known".into() }
                    };
                    let (_, kind) = chars.next().ok_or_else(open)?;
                    match kind {
                        'n' => out.push('\n'),
                        'r' => out.push('\r'),
                        't' => out.push('\t'),
                        '"' | '\\' => out.push(kind),
                        'u' => {
                            let (length, code) = code_point(&escape[1..]).ok_or_else(|| wrong(2))?;
                            out.push(code);
                            chars.nth(length - 1);
                        }
                        other => return Err(wrong(1 + other.len_utf8())),
                    }
                }
                other => out.push(other),
            }
        }
    }
}

/// Reads `{` one to six hexadecimal digits `}`: how many bytes, and the character.
fn code_point(text: &str) -> Option<(usize, char)> {
    let rest = text.strip_prefix('{')?;
    let length = rest.bytes().take(7).position(|b| b == b'}')?;
    let digits = rest.get(..length)?;
    let hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| hexadecimal)?;
    Some((length + 2, char::from_u32(code)?))
}
