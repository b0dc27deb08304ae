//! Reading JSON, as RFC 8259 has it.
//!
//! It reads from left to right, each character once. Numbers are rounded correctly. Of two members with one name the last value
//! counts, in the place of the first. No lists and objects inside others deeper than 127.

use super::Value;
use crate::decimal;
use crate::text::cut;
use alloc::string::String;
use alloc::vec::Vec;

/// Lists and objects inside others, at most.
const DEEPEST: u32 = 127;

const EOF: Wrong = "EOF while parsing a list or an object";

/// What is wrong with a text.
type Wrong = &'static str;

struct Reader<'a> {
    text: &'a str,
    /// The next byte.
    at: usize,
    depth: u32,
}

/// Reads one JSON text.
///
/// Whole numbers that fit become [`Value::Int`], others [`Value::Float`]. Errors say line and column, counted in bytes.
pub fn parse(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let read = reader.value().and_then(|value| match reader.next_token() {
        None => Ok(value),
        Some(_) => Err("trailing characters"),
    });
    read.map_err(|wrong| {
        // Up to the byte that is wrong, or to the end of the text.
        let read = text.bytes().take(reader.at + 1);
        let (line, column) = read.fold((1, 0), |(line, column), byte| match byte {
            b'\n' => (line + 1, 0),
            _ => (line, column + 1),
        });
        let mut message = String::from(wrong);
        for (name, number) in [(" at line ", line), (" column ", column)] {
            message.push_str(name);
            push_number(&mut message, number);
        }
        message
    })
}

/// Digits without what formatting links.
fn push_number(out: &mut String, number: usize) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no blank.
    fn next_token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    fn value(&mut self) -> Result<Value, Wrong> {
        match self.next_token() {
            None => Err("EOF while parsing a value"),
            Some(b'n') => self.word("null", Value::Null),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'[') => {
                let mut items = Vec::new();
                self.members(b']', |reader| {
                    items.push(reader.value()?);
                    Ok(())
                })?;
                Ok(Value::List(items))
            }
            Some(b'{') => self.object(),
            Some(_) => Err("expected value"),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Wrong> {
        if !cut(self.text, self.at..).starts_with(word) {
            return Err("expected value");
        }
        self.at += word.len();
        Ok(value)
    }

    /// What stands between an opening bracket and `end`, with commas between.
    fn members(&mut self, end: u8, mut member: impl FnMut(&mut Self) -> Result<(), Wrong>) -> Result<(), Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("recursion limit exceeded");
        }
        self.at += 1;
        let mut is_first = true;
        loop {
            match self.next_token() {
                Some(b) if b == end && is_first => break,
                None if is_first => return Err(EOF),
                Some(_) | None => member(self)?,
            }
            is_first = false;
            match self.next_token() {
                Some(b',') => self.at += 1,
                Some(b) if b == end => break,
                None => return Err(EOF),
                Some(_) if end == b']' => return Err("expected `,` or `]`"),
                Some(_) => return Err("expected `,` or `}`"),
            }
            if self.next_token() == Some(end) {
                return Err("trailing comma");
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self) -> Result<Value, Wrong> {
        let mut members: Vec<(String, Value)> = Vec::new();
        // Places of the members in the order of their keys, so that finding one again does not cost all of them.
        let mut sorted: Vec<usize> = Vec::new();
        self.members(b'}', |reader| {
            match reader.peek() {
                Some(b'"') => {}
                Some(_) => return Err("key must be a string"),
                None => return Err("EOF while parsing an object"),
            }
            let key = reader.string()?;
            if reader.next_token() != Some(b':') {
                return Err("expected `:`");
            }
            reader.at += 1;
            let value = reader.value()?;
            match sorted.binary_search_by(|i| members[*i].0.as_str().cmp(&key)) {
                Ok(found) => members[sorted[found]].1 = value,
                Err(place) => {
                    sorted.insert(place, members.len());
                    members.push((key, value));
                }
            }
            Ok(())
        })?;
        Ok(Value::Object(members))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Value, Wrong> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let first = self.peek();
        let whole = self.digits();
        if whole == 0 || (whole > 1 && first == Some(b'0')) {
            return Err("invalid number");
        }
        let mut is_whole = true;
        if self.peek() == Some(b'.') {
            is_whole = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err("invalid number");
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            is_whole = false;
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return Err("invalid number");
            }
        }
        let text = cut(self.text, start..self.at);
        // Minus zero is a float: a whole number has no sign there.
        if is_whole
            && text != "-0"
            && let Ok(whole) = text.parse()
        {
            return Ok(Value::Int(whole));
        }
        match decimal::read(text) {
            Some(x) if x.is_finite() => Ok(Value::Float(x)),
            Some(_) | None => Err("number out of range"),
        }
    }

    fn string(&mut self) -> Result<String, Wrong> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while matches!(self.peek(), Some(b) if b != b'"' && b != b'\\' && b >= 0x20) {
                self.at += 1;
            }
            out.push_str(cut(self.text, start..self.at));
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err("control character (\\u0000-\\u001F) found while parsing a string"),
                None => return Err("EOF while parsing a string"),
            }
        }
        self.at += 1;
        Ok(out)
    }

    fn escape(&mut self) -> Result<char, Wrong> {
        self.at += 2;
        Ok(match self.text.as_bytes().get(self.at - 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = self.unit()?;
                // Characters beyond 16 bits are two halves.
                let code = if unit & 0xfc00 == 0xd800 && cut(self.text, self.at..).starts_with("\\u") {
                    self.at += 2;
                    let low = self.unit()?;
                    if low & 0xfc00 != 0xdc00 {
                        return Err("half of a surrogate pair");
                    }
                    0x1_0000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)
                } else {
                    unit
                };
                char::from_u32(code).ok_or("half of a surrogate pair")?
            }
            Some(_) => return Err("invalid escape"),
            None => return Err("EOF while parsing a string"),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Wrong> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16)).ok_or("invalid escape")?;
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }
}
