//! `json.loads`, with the messages of CPython.

use crate::py::containers::Dict;
use crate::py::number::{float_from_str, int_from_str};
use crate::py::{Exception, Result, Value, format};
use crate::text::text;
use alloc::string::String;
use alloc::vec::Vec;

/// Lists and dicts in one another, at most.
const DEEPEST: u32 = 900;

/// `json.loads(s)`
pub fn loads(args: &[Value]) -> Result {
    let Value::Str(given) = &args[0] else {
        let name = format::type_path(&args[0]);
        return Err(Exception::type_error(text!("the JSON object must be str, bytes or bytearray, not {}", name)));
    };
    let mut reader = Reader { text: given.chars().collect(), at: 0, left: DEEPEST, has_half: false };
    if reader.peek() == Some('\u{feff}') {
        return Err(reader.wrong("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
    }
    reader.space();
    let value = reader.value()?;
    reader.space();
    match reader.peek() {
        Some(_) => Err(reader.wrong("Extra data", reader.at)),
        // Half a pair is no character of a text here.
        None if reader.has_half => {
            let reason = "half a surrogate pair is beyond the texts of a compiled node";
            Err(Exception::value_error(reason).for_good())
        }
        None => Ok(value),
    }
}

/// Places are counted in characters.
struct Reader {
    text: Vec<char>,
    at: usize,
    left: u32,
    has_half: bool,
}

impl Reader {
    /// A `JSONDecodeError` at a place.
    fn wrong(&self, message: &str, at: usize) -> Exception {
        let before = &self.text[..at.min(self.text.len())];
        let line = 1 + before.iter().filter(|c| **c == '\n').count();
        let column = at - before.iter().rposition(|c| *c == '\n').map_or(0, |newline| newline + 1) + 1;
        Exception::new("JSONDecodeError", text!("{}: line {} column {} (char {})", message, line, column, at))
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(' ' | '\t' | '\n' | '\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Takes a word if it is next.
    fn word(&mut self, word: &str) -> bool {
        let is_next = word.chars().enumerate().all(|(i, c)| self.text.get(self.at + i) == Some(&c));
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    fn value(&mut self) -> Result {
        let start = self.at;
        match self.peek() {
            Some('"') => {
                self.at += 1;
                self.string().map(Value::from)
            }
            Some('{') => self.deeper(Reader::object),
            Some('[') => self.deeper(Reader::array),
            Some('n') if self.word("null") => Ok(Value::None),
            Some('t') if self.word("true") => Ok(Value::Bool(true)),
            Some('f') if self.word("false") => Ok(Value::Bool(false)),
            Some('N') if self.word("NaN") => Ok(Value::Float(f64::NAN)),
            Some('I') if self.word("Infinity") => Ok(Value::Float(f64::INFINITY)),
            Some('-') if self.word("-Infinity") => Ok(Value::Float(f64::NEG_INFINITY)),
            _ => self.number(start),
        }
    }

    fn deeper(&mut self, read: fn(&mut Reader) -> Result) -> Result {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| Exception::new("RecursionError", "maximum recursion depth exceeded while decoding JSON"))?;
        self.at += 1;
        self.space();
        let value = read(self);
        self.left += 1;
        value
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some('0'..='9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self, start: usize) -> Result {
        if self.peek() == Some('-') {
            self.at += 1;
        }
        match self.peek() {
            Some('0') => self.at += 1,
            Some('1'..='9') => drop(self.digits()),
            _ => return Err(self.wrong("Expecting value", start)),
        }
        let mut end = self.at;
        let mut is_float = false;
        if self.peek() == Some('.') {
            self.at += 1;
            if self.digits() > 0 {
                (end, is_float) = (self.at, true);
            }
        }
        self.at = end;
        if let Some('e' | 'E') = self.peek() {
            self.at += 1;
            if let Some('+' | '-') = self.peek() {
                self.at += 1;
            }
            if self.digits() > 0 {
                (end, is_float) = (self.at, true);
            }
        }
        self.at = end;
        let number: String = self.text[start..end].iter().collect();
        if is_float { float_from_str(&number).map(Value::Float) } else { int_from_str(&number, 10).map(Value::Int) }
    }

    /// What follows `[` and spaces.
    fn array(&mut self) -> Result {
        let mut items = Vec::new();
        if self.peek() != Some(']') {
            loop {
                items.push(self.value()?);
                if !self.goes_on(']')? {
                    break;
                }
            }
        }
        self.at += 1;
        Ok(Value::list(items))
    }

    /// What follows `{` and spaces.
    fn object(&mut self) -> Result {
        let dict = Dict::new();
        if self.peek() != Some('}') {
            loop {
                if self.peek() != Some('"') {
                    return Err(self.wrong("Expecting property name enclosed in double quotes", self.at));
                }
                self.at += 1;
                let key = self.string()?;
                self.space();
                if self.peek() != Some(':') {
                    return Err(self.wrong("Expecting ':' delimiter", self.at));
                }
                self.at += 1;
                self.space();
                let value = self.value()?;
                dict.insert(Value::from(key), value)?;
                if !self.goes_on('}')? {
                    break;
                }
            }
        }
        self.at += 1;
        Ok(Value::Dict(dict))
    }

    /// Behind an element: true behind a comma, false in front of the end.
    fn goes_on(&mut self, end: char) -> Result<bool> {
        self.space();
        match self.peek() {
            Some(c) if c == end => Ok(false),
            Some(',') => {
                self.at += 1;
                self.space();
                Ok(true)
            }
            _ => Err(self.wrong("Expecting ',' delimiter", self.at)),
        }
    }

    /// What follows `"`.
    fn string(&mut self) -> Result<String> {
        let begin = self.at - 1;
        let mut out = String::new();
        loop {
            let unterminated = |reader: &Reader| reader.wrong("Unterminated string starting at", begin);
            let Some(c) = self.peek() else { return Err(unterminated(self)) };
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(out);
                }
                '\\' => {
                    self.at += 1;
                    let Some(escape) = self.peek() else { return Err(unterminated(self)) };
                    self.at += 1;
                    out.push(match escape {
                        '"' | '\\' | '/' => escape,
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'u' => self.unicode()?,
                        _ => return Err(self.wrong("Invalid \\escape", self.at - 2)),
                    });
                }
                '\0'..='\x1f' => return Err(self.wrong("Invalid control character at", self.at)),
                c => {
                    out.push(c);
                    self.at += 1;
                }
            }
        }
    }

    /// Four digits; behind those of the first half of a pair the second half, if it is there.
    fn unicode(&mut self) -> Result<char> {
        let first = self.hex()?;
        let is_high = (0xd800..0xdc00).contains(&first);
        // As CPython does, not at the very end of the text.
        let is_pair = self.text.get(self.at) == Some(&'\\') && self.text.get(self.at + 1) == Some(&'u');
        let mut code = first;
        if is_high && is_pair && self.at + 6 < self.text.len() {
            let back = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            } else {
                self.at = back;
            }
        }
        self.has_half |= char::from_u32(code).is_none();
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32> {
        let start = self.at;
        let digits = self.text.get(start..start + 4).filter(|_| start + 4 < self.text.len());
        let code = digits.and_then(|digits| digits.iter().try_fold(0, |code, c| Some(code * 16 + c.to_digit(16)?)));
        self.at = start + 4;
        code.ok_or_else(|| self.wrong("Invalid \\uXXXX escape", start - 1))
    }
}
