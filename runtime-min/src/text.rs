//! Text without `core::fmt`, whose machinery would be a large part of a small wasm program.
//!
//! `text!` is `format!` where every mark is a plain `{}`, `push!` the same to the end of a string. Marks are replaced when the
//! program runs: a call passes the template and its pieces, no code of its own.
#![expect(clippy::single_char_add_str, reason = "`push` links the encoding of every char")]

use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;
use core::slice::SliceIndex;

/// What stands for a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Char(char),
    Int(i64),
    Natural(u64),
    /// As seconds with nine decimals.
    Nanoseconds(u64),
    /// As a JSON string. Names and paths: a control character in them becomes a blank.
    Quoted(&'a str),
}

impl Piece<'_> {
    fn push_to(self, out: &mut String) {
        match self {
            Piece::Text(text) => out.push_str(text),
            Piece::Char(c) => out.push(c),
            Piece::Int(n) => {
                out.push_str(if n < 0 { "-" } else { "" });
                digits(out, n.unsigned_abs(), Base::Decimal, 1);
            }
            Piece::Natural(n) => digits(out, n, Base::Decimal, 1),
            Piece::Nanoseconds(n) => {
                digits(out, n / 1_000_000_000, Base::Decimal, 1);
                out.push_str(".");
                digits(out, n % 1_000_000_000, Base::Decimal, 9);
            }
            Piece::Quoted(text) => quoted(out, text),
        }
    }
}

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

macro_rules! pieces {
    ($($ty:ty, |$x:ident| $piece:expr;)*) => {
        $(
            impl<'a> From<&'a $ty> for Piece<'a> {
                #[inline]
                fn from($x: &'a $ty) -> Piece<'a> {
                    $piece
                }
            }
        )*
    };
}

pieces! {
    Piece<'a>, |x| *x;
    str, |x| Piece::Text(x);
    &str, |x| Piece::Text(x);
    &&str, |x| Piece::Text(x);
    String, |x| Piece::Text(x);
    &String, |x| Piece::Text(x);
    Cow<'_, str>, |x| Piece::Text(x);
    &Cow<'_, str>, |x| Piece::Text(x);
    Rc<str>, |x| Piece::Text(x);
    &Rc<str>, |x| Piece::Text(x);
    char, |x| Piece::Char(*x);
    i32, |x| Piece::Int((*x).into());
    i64, |x| Piece::Int(*x);
    &i64, |x| Piece::Int(**x);
    u16, |x| Piece::Natural((*x).into());
    u32, |x| Piece::Natural((*x).into());
    &u32, |x| Piece::Natural((**x).into());
    u64, |x| Piece::Natural(*x);
    &u64, |x| Piece::Natural(**x);
    usize, |x| Piece::Natural(*x as u64);
    &usize, |x| Piece::Natural(**x as u64);
}

/// Strings that grow by templates.
pub trait Fill {
    /// Appends a template with each `{}` replaced by the next piece.
    fn fill(&mut self, template: &str, pieces: &[Piece<'_>]);
}

impl Fill for String {
    fn fill(&mut self, template: &str, pieces: &[Piece<'_>]) {
        let mut rest = template;
        for piece in pieces {
            let Some(at) = rest.as_bytes().windows(2).position(|pair| pair == b"{}") else { break };
            self.push_str(rest.get(..at).unwrap_or_default());
            piece.push_to(self);
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        self.push_str(rest);
    }
}

/// A new string from a template.
pub fn filled(template: &str, pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    out.fill(template, pieces);
    out
}

/// A string from a template and a piece for each of its `{}`.
macro_rules! text {
    ($template:expr $(, $piece:expr)* $(,)?) => {
        $crate::text::filled($template, &[$($crate::text::Piece::from(&$piece)),*])
    };
}

/// Appends a template to a string, a piece for each of its `{}`.
macro_rules! push {
    ($out:expr, $template:expr $(, $piece:expr)* $(,)?) => {{
        use $crate::text::Fill as _;
        $out.fill($template, &[$($crate::text::Piece::from(&$piece)),*])
    }};
}

pub(crate) use {push, text};

/// How a whole number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    Binary,
    Octal,
    Decimal,
    Hex,
    UpperHex,
}

/// Appends a whole number with at least so many digits.
pub fn digits(out: &mut String, mut n: u64, base: Base, least: usize) {
    let (radix, letter) = match base {
        Base::Binary => (2, b'a'),
        Base::Octal => (8, b'a'),
        Base::Decimal => (10, b'a'),
        Base::Hex => (16, b'a'),
        Base::UpperHex => (16, b'A'),
    };
    let mut text = [b'0'; 64];
    let mut length = 0;
    for place in text.iter_mut().rev() {
        if n == 0 && length >= least {
            break;
        }
        let digit = (n % radix) as u8;
        *place = if digit < 10 { b'0' + digit } else { letter + digit - 10 };
        n /= radix;
        length += 1;
    }
    let text = text.get(64 - length..).map(core::str::from_utf8);
    if let Some(Ok(text)) = text {
        out.push_str(text);
    }
}

/// A whole number in a base.
pub fn in_base(n: u64, base: Base) -> String {
    let mut out = String::new();
    digits(&mut out, n, base, 1);
    out
}

/// A part of a text; nothing where it is none. `&text[range]` would link the message for that.
pub fn cut(text: &str, range: impl SliceIndex<str, Output = str>) -> &str {
    text.get(range).unwrap_or_default()
}

/// How many characters there are.
pub fn length(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xc0 != 0x80).count()
}

/// What stands behind the last `mark`, which is ASCII; all of it where there is none.
pub fn behind_last(text: &str, mark: u8) -> &str {
    cut(text, text.bytes().rposition(|b| b == mark).map_or(0, |at| at + 1)..)
}

/// What stands before and after the first `mark`, which is ASCII. `str::split_once` would link a general search.
pub fn split(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|b| b == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_take_their_pieces_in_order() {
        assert_eq!(text!("{} of {}: {}{}", 1usize, i64::MIN, "{}", 'é'), "1 of -9223372036854775808: {}é");
        assert_eq!(text!("{'a': {}}", 0u32), "{'a': 0}");
        // What has no mark is left out, a mark without a piece stays.
        assert_eq!(text!("none", 1u16), "none");
        assert_eq!(text!("{} {}", -1i32), "-1 {}");
        let mut out = String::from("a");
        push!(out, "{}", String::from("b"));
        let more: &mut String = &mut out;
        push!(more, "{}", Cow::from("c"));
        assert_eq!(out, "abc");
    }

    #[test]
    fn numbers_in_any_base() {
        for n in [0, 1, 9, 10, 255, 4_294_967_296, u64::MAX] {
            assert_eq!(in_base(n, Base::Decimal), format!("{n}"));
            assert_eq!(in_base(n, Base::Binary), format!("{n:b}"));
            assert_eq!(in_base(n, Base::Octal), format!("{n:o}"));
            assert_eq!(in_base(n, Base::Hex), format!("{n:x}"));
            assert_eq!(in_base(n, Base::UpperHex), format!("{n:X}"));
        }
        let mut out = String::new();
        digits(&mut out, 0xa, Base::Hex, 4);
        digits(&mut out, 0, Base::Decimal, 2);
        assert_eq!(out, "000a00");
    }

    #[test]
    fn parts_of_texts() {
        let text = "naïve.é";
        assert_eq!(length(text), 7);
        assert_eq!((cut(text, ..2), cut(text, 3..), cut(text, 9..)), ("na", "", ""));
        assert_eq!((behind_last(text, b'.'), behind_last(text, b'!')), ("é", text));
        assert_eq!((split(text, b'.'), split(text, b'!')), (Some(("naïve", "é")), None));
    }
}
