//! Reading a pattern: the syntax and the errors of CPython 3.11.

use super::code::{category, place};
use super::flag;
use super::replace::plain_escape;
use super::run::lowered;
use super::tree::{FOREVER, Item, Lower, Mode, Node, Test};
use crate::py::{Exception, Value, format, unicode};
use crate::text::text;
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// How deep groups may be in one another.
const DEEPEST: u32 = 200;

/// A pattern that has been read.
#[derive(Debug)]
pub struct Parsed {
    pub node: Node,
    pub flags: i64,
    /// The fewest and the most characters of each group, the whole pattern first.
    pub widths: Vec<(u32, u32)>,
    /// Names of groups, and which.
    pub names: Vec<(Rc<str>, i64)>,
}

/// Reads a pattern.
///
/// # Errors
/// `re.error`, with Python's message.
pub fn parse(pattern: &str, flags: i64) -> Result<Parsed, Exception> {
    if flags & flag::LOCALE != 0 {
        return Err(Exception::value_error("cannot use LOCALE flag with a str pattern"));
    }
    if flags & flag::ASCII != 0 && flags & flag::UNICODE != 0 {
        return Err(Exception::value_error("ASCII and UNICODE flags are incompatible"));
    }
    let mut flags = flags;
    loop {
        let mut parser = Parser {
            rest: pattern,
            flags,
            widths: vec![None],
            names: Vec::new(),
            lookbehind: None,
            conditions: Vec::new(),
            is_uneven: false,
        };
        let read = parser.whole();
        // `(?x)` at the start counts for what has been read.
        if parser.flags & flag::VERBOSE != flags & flag::VERBOSE {
            flags = parser.flags;
            continue;
        }
        let node = read.map_err(|wrong| wrong.exception(pattern))?;
        let unicode = if parser.flags & flag::ASCII == 0 { flag::UNICODE } else { 0 };
        let widths = parser.widths.into_iter().map(Option::unwrap_or_default).collect();
        return Ok(Parsed { node, flags: parser.flags | unicode, widths, names: parser.names });
    }
}

/// What is wrong, and how many bytes of the pattern are behind that place.
struct Wrong {
    message: String,
    left: Option<usize>,
    is_other: bool,
}

impl Wrong {
    fn exception(self, pattern: &str) -> Exception {
        if self.is_other {
            return Exception::new("NotImplementedError", self.message).for_good();
        }
        let Some(left) = self.left else { return Exception::new("error", self.message) };
        let before = pattern.get(..pattern.len().saturating_sub(left)).unwrap_or(pattern);
        let mut message = text!("{} at position {}", self.message, before.chars().count());
        if pattern.contains('\n') {
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            message.push_str(&text!(" (line {}, column {})", line, column));
        }
        Exception::new("error", message)
    }
}

type Read<T> = Result<T, Wrong>;

struct Parser<'p> {
    rest: &'p str,
    flags: i64,
    /// Those of groups that are closed.
    widths: Vec<Option<(u32, u32)>>,
    names: Vec<(Rc<str>, i64)>,
    /// How many groups there were in front of the lookbehind that is being read.
    lookbehind: Option<usize>,
    /// Groups that conditions name, and how many bytes are behind that.
    conditions: Vec<(usize, usize)>,
    /// Something of no fixed width is looked for behind a place.
    is_uneven: bool,
}

impl<'p> Parser<'p> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn takes(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.take();
        }
        is_there
    }

    fn while_some(&mut self, most: usize, is_some: impl Fn(char) -> bool) -> &'p str {
        let end = self.rest.char_indices().take(most).find(|(_, c)| !is_some(*c)).map(|(at, _)| at);
        let end = end.unwrap_or_else(|| self.rest.chars().take(most).map(char::len_utf8).sum());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// An error at the place of which `rest` is what follows.
    fn wrong_at<T>(&self, message: impl Into<String>, rest: &str) -> Read<T> {
        Err(Wrong { message: message.into(), left: Some(rest.len()), is_other: false })
    }

    fn wrong<T>(&self, message: impl Into<String>) -> Read<T> {
        self.wrong_at(message, self.rest)
    }

    fn whole(&mut self) -> Read<Node> {
        let node = self.either(self.flags, 0, true)?;
        if !self.rest.is_empty() {
            return self.wrong("unbalanced parenthesis");
        }
        if let Some((group, left)) = self.conditions.iter().find(|(group, _)| *group >= self.widths.len()) {
            return Err(Wrong {
                message: text!("invalid group reference {}", group),
                left: Some(*left),
                is_other: false,
            });
        }
        if self.is_uneven {
            let message = "look-behind requires fixed-width pattern".to_owned();
            return Err(Wrong { message, left: None, is_other: false });
        }
        Ok(node)
    }

    fn either(&mut self, flags: i64, depth: u32, is_first: bool) -> Read<Node> {
        let mut flags = flags;
        let mut parts = Vec::new();
        loop {
            parts.push(self.sequence(&mut flags, depth, is_first && parts.is_empty())?);
            if !self.takes('|') {
                break;
            }
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Node::Either(parts),
        })
    }

    /// What stands between `|` and parentheses. `flags` are those in force; global ones of the pattern change them.
    fn sequence(&mut self, flags: &mut i64, depth: u32, is_first: bool) -> Read<Node> {
        let mut parts = Vec::new();
        // Whether the last part is a repetition itself.
        let mut is_repeated = false;
        while let Some(c) = self.peek() {
            let from = self.rest;
            if c == '|' || c == ')' {
                break;
            }
            self.take();
            if *flags & flag::VERBOSE != 0 {
                if matches!(c, ' ' | '\t'..='\r') {
                    continue;
                }
                if c == '#' {
                    self.while_some(usize::MAX, |c| c != '\n');
                    continue;
                }
            }
            let was_repeated = core::mem::take(&mut is_repeated);
            match c {
                '\\' => parts.push(self.escape(from, *flags)?),
                '[' => parts.push(self.set(from, *flags)?),
                '.' => {
                    parts.push(Node::One(if *flags & flag::DOTALL != 0 { Test::All } else { Test::Any }));
                }
                '^' => {
                    let is_line = *flags & flag::MULTILINE != 0;
                    parts.push(Node::At(if is_line { place::LINE_START } else { place::START }));
                }
                '$' => {
                    let is_line = *flags & flag::MULTILINE != 0;
                    parts.push(Node::At(if is_line { place::LINE_END } else { place::END }));
                }
                '*' | '+' | '?' | '{' => {
                    let Some((least, most)) = self.count(c)? else {
                        parts.push(character('{' as u32, *flags));
                        is_repeated = false;
                        continue;
                    };
                    if was_repeated {
                        return self.wrong_at("multiple repeat", from);
                    }
                    let body = match parts.pop() {
                        None | Some(Node::At(_)) => return self.wrong_at("nothing to repeat", from),
                        Some(body) => Box::new(body),
                    };
                    let mode = match self.peek() {
                        Some('?') => Mode::Lazy,
                        Some('+') => Mode::Possessive,
                        _ => Mode::Greedy,
                    };
                    if mode != Mode::Greedy {
                        self.take();
                    }
                    parts.push(Node::Repeat { least, most, mode, body });
                    is_repeated = true;
                }
                '(' => {
                    let is_start = is_first && parts.is_empty();
                    parts.extend(self.group(from, flags, depth, is_start)?);
                }
                _ => parts.push(character(c.into(), *flags)),
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::All(parts) })
    }

    /// How often: none where the brace is a character.
    fn count(&mut self, c: char) -> Read<Option<(u32, u32)>> {
        let from = self.rest;
        match c {
            '?' => return Ok(Some((0, 1))),
            '*' => return Ok(Some((0, FOREVER))),
            '+' => return Ok(Some((1, FOREVER))),
            _ => {}
        }
        if self.peek() == Some('}') {
            return Ok(None);
        }
        let low = self.while_some(usize::MAX, |c| c.is_ascii_digit());
        let high = if self.takes(',') { self.while_some(usize::MAX, |c| c.is_ascii_digit()) } else { low };
        if !self.takes('}') {
            self.rest = from;
            return Ok(None);
        }
        let number = |digits: &str, default| match digits {
            "" => Ok(default),
            _ => digits.parse().ok().filter(|n| *n < 1 << 31).ok_or_else(|| Wrong {
                message: "a repetition of more than two billion times is outside the compiled subset".to_owned(),
                left: None,
                is_other: true,
            }),
        };
        let (least, most) = (number(low, 0)?, number(high, FOREVER)?);
        if most < least {
            return self.wrong_at("min repeat greater than max repeat", from);
        }
        Ok(Some((least, most)))
    }

    fn group(&mut self, from: &'p str, flags: &mut i64, depth: u32, is_start: bool) -> Read<Option<Node>> {
        if depth >= DEEPEST {
            let message = "groups in more than 200 others are outside the compiled subset".to_owned();
            return Err(Wrong { message, left: None, is_other: true });
        }
        let mut name = None;
        let question = self.rest;
        if self.takes('?') {
            match self.take() {
                None => return self.wrong("unexpected end of pattern"),
                Some('P') => match self.take() {
                    None => return self.wrong("unexpected end of pattern"),
                    Some('<') => name = Some(self.name('>')?),
                    Some('=') => {
                        let (name, rest) = self.name(')')?;
                        let Some((_, group)) = self.names.iter().find(|(known, _)| **known == *name) else {
                            return self.wrong_at(text!("unknown group name {}", quoted(name)), rest);
                        };
                        return self.back(*group, *flags, rest, rest).map(Some);
                    }
                    Some(c) => return self.wrong_at(text!("unknown extension ?P{}", c), question),
                },
                Some(':') => return self.inside(from, *flags, depth).map(Some),
                Some('#') => {
                    self.while_some(usize::MAX, |c| c != ')');
                    if !self.takes(')') {
                        return self.wrong_at("missing ), unterminated comment", from);
                    }
                    return Ok(None);
                }
                Some(c @ ('=' | '!')) => {
                    let body = Box::new(self.inside(from, *flags, depth)?);
                    return Ok(Some(Node::Look { behind: None, is_negated: c == '!', body }));
                }
                Some('<') => {
                    let is_negated = match self.take() {
                        None => return self.wrong("unexpected end of pattern"),
                        Some('=') => false,
                        Some('!') => true,
                        Some(c) => return self.wrong_at(text!("unknown extension ?<{}", c), question),
                    };
                    let outer = self.lookbehind;
                    self.lookbehind = Some(outer.unwrap_or(self.widths.len()));
                    let body = self.inside(from, *flags, depth)?;
                    self.lookbehind = outer;
                    let widths: Vec<_> = self.widths.iter().map(|w| w.unwrap_or_default()).collect();
                    let (least, most) = body.width(&widths);
                    self.is_uneven |= least != most;
                    return Ok(Some(Node::Look { behind: Some(least), is_negated, body: Box::new(body) }));
                }
                Some('(') => return self.condition(from, *flags, depth).map(Some),
                Some('>') => {
                    return Ok(Some(Node::Atomic(Box::new(self.inside(from, *flags, depth)?))));
                }
                Some(c) if is_flag(c) || c == '-' => {
                    let Some(inner) = self.inline_flags(c, *flags)? else {
                        if !is_start {
                            return self.wrong_at("global flags not at the start of the expression", from);
                        }
                        *flags = self.flags;
                        return Ok(None);
                    };
                    return self.inside(from, inner, depth).map(Some);
                }
                Some(c) => return self.wrong_at(text!("unknown extension ?{}", c), question),
            }
        }
        let group = self.widths.len() as i64;
        self.widths.push(None);
        if let Some((name, rest)) = name {
            if let Some((_, other)) = self.names.iter().find(|(known, _)| **known == *name) {
                let message =
                    text!("redefinition of group name {} as group {}; was group {}", quoted(name), group, *other);
                return self.wrong_at(message, rest);
            }
            self.names.push((name.into(), group));
        }
        let body = self.inside(from, *flags, depth)?;
        let widths: Vec<_> = self.widths.iter().map(|w| w.unwrap_or_default()).collect();
        self.widths[group as usize] = Some(body.width(&widths));
        Ok(Some(Node::Group(group, Box::new(body))))
    }

    /// Up to the parenthesis that closes.
    fn inside(&mut self, from: &'p str, flags: i64, depth: u32) -> Read<Node> {
        let node = self.either(flags, depth + 1, false)?;
        if !self.takes(')') {
            return self.wrong_at("missing ), unterminated subpattern", from);
        }
        // A part of its own, even where it is one that is repeated already: `(?:a*)*`.
        Ok(match node {
            Node::Repeat { .. } | Node::At(_) => Node::All(vec![node]),
            node => node,
        })
    }

    /// A name up to a mark, and what is behind its start.
    fn name(&mut self, mark: char) -> Read<(&'p str, &'p str)> {
        let from = self.rest;
        let name = self.while_some(usize::MAX, |c| c != mark);
        if !self.takes(mark) {
            let message = text!("missing {}, unterminated name", mark);
            let from = if name.is_empty() { self.rest } else { from };
            return if name.is_empty() { self.wrong("missing group name") } else { self.wrong_at(message, from) };
        }
        if name.is_empty() {
            return self.wrong_at("missing group name", from);
        }
        Ok((name, from)).and_then(|(name, from)| {
            let is_start = |c: char| c == '_' || unicode::is_alphabetic(c);
            let is_name =
                name.starts_with(is_start) && name.chars().all(|c| is_start(c) || unicode::decimal(c).is_some());
            let is_number = name.bytes().all(|b| b.is_ascii_digit()) && mark == ')';
            if is_name || is_number {
                Ok((name, from))
            } else {
                self.wrong_at(text!("bad character in group name {}", quoted(name)), from)
            }
        })
    }

    /// `(?(1)yes|no)`
    fn condition(&mut self, from: &'p str, flags: i64, depth: u32) -> Read<Node> {
        let (name, rest) = self.name(')')?;
        let group = match name.parse::<i64>() {
            Ok(0) => return self.wrong_at("bad group number", rest),
            Ok(group) => {
                self.conditions.push((group as usize, rest.len()));
                group
            }
            Err(_) => match self.names.iter().find(|(known, _)| **known == *name) {
                Some((_, group)) => *group,
                None => return self.wrong_at(text!("unknown group name {}", quoted(name)), rest),
            },
        };
        if self.lookbehind.is_some() {
            let rest = self.rest;
            match self.widths.get(group as usize) {
                Some(Some(_)) => drop(self.back(group, flags, rest, rest)?),
                Some(None) | None => return self.wrong("cannot refer to an open group"),
            }
        }
        let mut flags = flags;
        let yes = self.sequence(&mut flags, depth + 1, false)?;
        let no = if self.takes('|') { self.sequence(&mut flags, depth + 1, false)? } else { Node::All(Vec::new()) };
        if self.peek() == Some('|') {
            return self.wrong("conditional backref with more than two branches");
        }
        if !self.takes(')') {
            return self.wrong_at("missing ), unterminated subpattern", from);
        }
        Ok(Node::If(group, Box::new(yes), Box::new(no)))
    }

    /// The flags inside of a group; none where they are those of the pattern.
    fn inline_flags(&mut self, first: char, flags: i64) -> Read<Option<i64>> {
        let (mut more, mut less, mut c) = (0, 0, first);
        let kinds = flag::ASCII | flag::UNICODE;
        while c != '-' {
            if c == 'L' {
                return self.wrong("bad inline flags: cannot use 'L' flag with a str pattern");
            }
            more |= flag_of(c);
            if more & kinds == kinds {
                return self.wrong("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
            }
            let rest = self.rest;
            match self.take() {
                None => return self.wrong("missing -, : or )"),
                Some(')') => {
                    self.flags |= more;
                    return Ok(None);
                }
                Some(':') => return Ok(Some(with(flags, more, 0))),
                Some(next) if is_flag(next) || next == '-' => c = next,
                Some(next) => {
                    let is_letter = next.is_alphabetic();
                    return self.wrong_at(if is_letter { "unknown flag" } else { "missing -, : or )" }, rest);
                }
            }
        }
        let mut missing = "missing flag";
        loop {
            let rest = self.rest;
            match self.take() {
                None => return self.wrong(missing),
                Some(':') if less != 0 => break,
                Some(next) if is_flag(next) => {
                    if flag_of(next) & (kinds | flag::LOCALE) != 0 {
                        return self.wrong("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
                    }
                    less |= flag_of(next);
                    missing = "missing :";
                }
                Some(next) => return self.wrong_at(if next.is_alphabetic() { "unknown flag" } else { missing }, rest),
            }
        }
        if more & less != 0 {
            return self.wrong("bad inline flags: flag turned on and off");
        }
        Ok(Some(with(flags, more, less)))
    }

    fn back(&self, group: i64, flags: i64, open: &str, rest: &str) -> Read<Node> {
        match usize::try_from(group).ok().and_then(|g| self.widths.get(g)) {
            None => self.wrong_at(text!("invalid group reference {}", group), rest),
            Some(None) => self.wrong_at("cannot refer to an open group", open),
            Some(Some(_)) if self.lookbehind.is_some_and(|first| group >= first as i64) => {
                self.wrong("cannot refer to group defined in the same lookbehind subpattern")
            }
            Some(Some(_)) => Ok(Node::Back(group, lower(flags))),
        }
    }

    /// What stands behind a backslash, outside of sets.
    fn escape(&mut self, from: &'p str, flags: i64) -> Read<Node> {
        let inside = self.rest;
        let Some(c) = self.take() else { return self.wrong_at("bad escape (end of pattern)", from) };
        let ascii = flags & flag::ASCII != 0;
        if let Some(item) = category_of(c, ascii) {
            return Ok(Node::One(Test::Set { is_negated: false, lower: None, items: vec![item] }));
        }
        let words = if ascii { place::ASCII } else { 0 };
        match c {
            'A' => return Ok(Node::At(place::START)),
            'Z' => return Ok(Node::At(place::VERY_END)),
            'b' => return Ok(Node::At(place::BOUNDARY + words)),
            'B' => return Ok(Node::At(place::NO_BOUNDARY + words)),
            '1'..='9' => {
                let second = self.peek().filter(char::is_ascii_digit);
                if let Some(second) = second {
                    self.take();
                    let is_octal = |c: char| ('0'..='7').contains(&c);
                    if is_octal(c) && is_octal(second) && self.peek().is_some_and(is_octal) {
                        self.take();
                        return self.octal(from, inside).map(|code| character(code, flags));
                    }
                }
                let digits = &inside[..inside.len() - self.rest.len()];
                return self.back(digits.parse().unwrap_or(i64::MAX), flags, from, inside);
            }
            _ => {}
        }
        self.escaped_character(c, from, inside).map(|code| character(code, flags))
    }

    fn octal(&self, from: &'p str, inside: &'p str) -> Read<u32> {
        let digits = &inside[..inside.len() - self.rest.len()];
        match u32::from_str_radix(digits, 8) {
            Ok(code) if code <= 0o377 => Ok(code),
            _ => self.wrong_at(text!("octal escape value \\{} outside of range 0-0o377", digits), from),
        }
    }

    /// A character behind a backslash, in a set or not.
    fn escaped_character(&mut self, c: char, from: &'p str, inside: &'p str) -> Read<u32> {
        if let Some(plain) = plain_escape(c) {
            return Ok(plain.into());
        }
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' => {
                self.while_some(2, |c| ('0'..='7').contains(&c));
                return self.octal(from, inside);
            }
            'N' => {
                let message = "characters by their names are outside the compiled subset".to_owned();
                return Err(Wrong { message, left: None, is_other: true });
            }
            c if c.is_ascii_alphanumeric() => {
                return self.wrong_at(text!("bad escape \\{}", c), from);
            }
            c => return Ok(c.into()),
        };
        let found = self.while_some(digits, |c| c.is_ascii_hexdigit());
        if found.len() != digits {
            return self.wrong_at(text!("incomplete escape \\{}{}", c, found), from);
        }
        match u32::from_str_radix(found, 16) {
            Ok(code) if code < 0x11_0000 => Ok(code),
            _ => self.wrong_at(text!("bad escape \\{}{}", c, found), from),
        }
    }

    /// `[a-z]`
    fn set(&mut self, from: &'p str, flags: i64) -> Read<Node> {
        let is_negated = self.takes('^');
        let mut items = Vec::new();
        loop {
            let start = self.rest;
            let Some(c) = self.take() else { return self.wrong_at("unterminated character set", from) };
            if c == ']' && !items.is_empty() {
                break;
            }
            let first = self.member(c, start, flags)?;
            let is_range = self.takes('-');
            if !is_range {
                items.push(first);
                continue;
            }
            let second_start = self.rest;
            let Some(c) = self.take() else { return self.wrong_at("unterminated character set", from) };
            if c == ']' {
                items.extend([first, Item::Range('-' as u32, '-' as u32)]);
                break;
            }
            let second = self.member(c, second_start, flags)?;
            match (first, second) {
                (Item::Range(low, _), Item::Range(high, _)) if low <= high => items.push(Item::Range(low, high)),
                _ => {
                    let range = &start[..start.len() - self.rest.len()];
                    return self.wrong_at(text!("bad character range {}", range), start);
                }
            }
        }
        Ok(Node::One(set_of(is_negated, items, flags)))
    }

    /// One character of a set, or a category.
    fn member(&mut self, c: char, start: &'p str, flags: i64) -> Read<Item> {
        let one = |code| Item::Range(code, code);
        if c != '\\' {
            return Ok(one(c.into()));
        }
        let inside = self.rest;
        let Some(c) = self.take() else { return self.wrong_at("bad escape (end of pattern)", start) };
        if let Some(item) = category_of(c, flags & flag::ASCII != 0) {
            return Ok(item);
        }
        match c {
            'b' => Ok(one(8)),
            '0'..='7' => {
                self.while_some(2, |c| ('0'..='7').contains(&c));
                self.octal(start, inside).map(one)
            }
            c => self.escaped_character(c, start, inside).map(one),
        }
    }
}

/// As Python shows a text.
fn quoted(text: &str) -> String {
    format::repr(&Value::from(text))
}

fn with(flags: i64, more: i64, less: i64) -> i64 {
    // `a` and `u` replace one another.
    let kinds = flag::ASCII | flag::UNICODE;
    let flags = if more & kinds != 0 { flags & !kinds } else { flags };
    (flags | more) & !less
}

fn is_flag(c: char) -> bool {
    matches!(c, 'a' | 'i' | 'L' | 'm' | 's' | 'u' | 'x')
}

fn flag_of(c: char) -> i64 {
    match c {
        'a' => flag::ASCII,
        'i' => flag::IGNORECASE,
        'L' => flag::LOCALE,
        'm' => flag::MULTILINE,
        's' => flag::DOTALL,
        'u' => flag::UNICODE,
        _ => flag::VERBOSE,
    }
}

fn category_of(c: char, is_ascii: bool) -> Option<Item> {
    let category = match c.to_ascii_lowercase() {
        'd' => category::DIGIT,
        's' => category::SPACE,
        'w' => category::WORD,
        _ => return None,
    };
    let ascii = if is_ascii { category::ASCII } else { 0 };
    Some(Item::Category(category + ascii + if c.is_ascii_uppercase() { category::NOT } else { 0 }))
}

fn lower(flags: i64) -> Option<Lower> {
    let lower = if flags & flag::ASCII != 0 { Lower::Ascii } else { Lower::Unicode };
    (flags & flag::IGNORECASE != 0).then_some(lower)
}

fn character(code: u32, flags: i64) -> Node {
    let is_plain = lower(flags).is_none() || !char::from_u32(code).is_some_and(char::is_alphabetic);
    Node::One(if is_plain { Test::Char(code) } else { set_of(false, vec![Item::Range(code, code)], flags) })
}

/// Letters that are one another's, though their lower cases differ (CPython's `re._casefix`).
const ALIKE: [&[u32]; 24] = [
    &[0x69, 0x131],
    &[0x73, 0x17f],
    &[0xb5, 0x3bc],
    &[0x345, 0x3b9, 0x1fbe],
    &[0x390, 0x1fd3],
    &[0x3b0, 0x1fe3],
    &[0x3b2, 0x3d0],
    &[0x3b5, 0x3f5],
    &[0x3b8, 0x3d1],
    &[0x3ba, 0x3f0],
    &[0x3c0, 0x3d6],
    &[0x3c1, 0x3f1],
    &[0x3c2, 0x3c3],
    &[0x3c6, 0x3d5],
    &[0x432, 0x1c80],
    &[0x434, 0x1c81],
    &[0x43e, 0x1c82],
    &[0x441, 0x1c83],
    &[0x442, 0x1c84, 0x1c85],
    &[0x44a, 0x1c86],
    &[0x463, 0x1c87],
    &[0x1c88, 0xa64b],
    &[0x1e61, 0x1e9b],
    &[0xfb05, 0xfb06],
];

/// The set of these under the flags: without case, of the lower cases of its members.
fn set_of(is_negated: bool, items: Vec<Item>, flags: i64) -> Test {
    let Some(lower) = lower(flags) else { return Test::Set { is_negated, lower: None, items } };
    let number = if lower == Lower::Ascii { 2 } else { 1 };
    let mut codes = Vec::new();
    let mut out = Vec::new();
    for item in items {
        match item {
            Item::Range(from, to) => codes
                .extend((from..=to).map(|code| char::from_u32(code).map_or(code, |c| u32::from(lowered(c, number))))),
            category => out.push(category),
        }
    }
    if lower == Lower::Unicode {
        let alike = ALIKE.iter().filter(|group| group.iter().any(|code| codes.contains(code)));
        let more: Vec<u32> = alike.flat_map(|group| group.iter().copied()).collect();
        codes.extend(more);
    }
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        match out.last_mut() {
            Some(Item::Range(_, to)) if *to + 1 == code => *to = code,
            _ => out.push(Item::Range(code, code)),
        }
    }
    Test::Set { is_negated, lower: Some(lower), items: out }
}
