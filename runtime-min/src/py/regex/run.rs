//! Matching, by trying and taking back, as CPython's `sre` does: what is tried first is what a match is.

use super::code::{Op, TestKind, category, place};
use crate::py::{Value, unicode};
use crate::text::cut;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// No position.
pub const NOWHERE: usize = usize::MAX;

/// What is to be taken back, or tried instead.
#[derive(Clone, Copy, Debug)]
enum Frame {
    Try {
        at: usize,
        position: usize,
    },
    /// A slot had this position.
    Slot {
        slot: usize,
        position: usize,
    },
    /// Characters up to `position`, the fewest up to `least`: goes on behind with one less.
    Fewer {
        at: usize,
        least: usize,
        position: usize,
    },
    /// The run at `at` may take so many more.
    More {
        at: usize,
        position: usize,
        left: i64,
    },
}

/// A pattern on a text.
#[derive(Debug)]
pub struct Matcher<'a> {
    code: &'a [Value],
    text: &'a str,
    /// Start and end of each group, which group ended last, and what loops need.
    slots: Vec<usize>,
    groups: usize,
    stack: Vec<Frame>,
    /// A match must end at the end.
    is_full: bool,
    /// Where a match must not end.
    barred: usize,
}

impl<'a> Matcher<'a> {
    /// `groups` are counted with the whole match; `slots` as [`super::tree::encode`] says.
    pub fn new(code: &'a [Value], groups: usize, slots: usize, text: &'a str) -> Matcher<'a> {
        Matcher { code, text, slots: vec![NOWHERE; slots], groups, stack: Vec::new(), is_full: false, barred: NOWHERE }
    }

    /// Whether it matches from a position; all of the rest where it `is_full`.
    pub fn matches(&mut self, from: usize, is_full: bool) -> bool {
        self.is_full = is_full;
        self.attempt(from)
    }

    /// Whether it matches anywhere from a position on. Where it `must_advance`, not nothing at that position.
    pub fn search(&mut self, from: usize, must_advance: bool) -> bool {
        self.barred = if must_advance { from } else { NOWHERE };
        let first = self.first();
        let mut at = from;
        loop {
            if let Some(first) = first {
                match cut(self.text, at..).find(first) {
                    Some(behind) => at += behind,
                    None => return false,
                }
            }
            if self.attempt(at) {
                return true;
            }
            self.barred = NOWHERE;
            match self.next(at) {
                Some((_, next)) => at = next,
                None => return false,
            }
        }
    }

    /// Where the match begins and ends.
    pub fn whole(&self) -> (usize, usize) {
        (self.slots[0], self.slots[1])
    }

    /// The positions of the groups, the whole match first.
    pub fn groups(&self) -> &[usize] {
        &self.slots[..2 * self.groups]
    }

    /// What a group matched.
    pub fn group(&self, group: usize) -> Option<&'a str> {
        let (from, to) = (self.slots[2 * group], self.slots[2 * group + 1]);
        (from != NOWHERE && to != NOWHERE).then(|| cut(self.text, from..to.max(from)))
    }

    /// The group that ended last.
    pub fn last(&self) -> Option<usize> {
        Some(self.slots[2 * self.groups]).filter(|last| *last != NOWHERE)
    }

    /// The character that each match begins with, where the pattern says so.
    fn first(&self) -> Option<char> {
        let mut at = 0;
        while Op::of(self.number(at)) == Op::Save {
            at += 2;
        }
        let is_char = Op::of(self.number(at)) == Op::One && self.number(at + 1) == TestKind::Char as i64;
        u32::try_from(self.number(at + 2)).ok().filter(|_| is_char).and_then(char::from_u32)
    }

    fn attempt(&mut self, from: usize) -> bool {
        self.slots.fill(NOWHERE);
        self.stack.clear();
        self.slots[0] = from;
        match self.run(0, from, true) {
            Some(end) => {
                self.slots[1] = end;
                true
            }
            None => false,
        }
    }

    #[inline]
    fn number(&self, at: usize) -> i64 {
        match self.code.get(at) {
            Some(Value::Int(i)) => *i,
            _ => 0,
        }
    }

    #[inline]
    fn place(&self, at: usize) -> usize {
        self.number(at) as usize
    }

    /// The character at a position, and the position behind it.
    #[inline]
    fn next(&self, position: usize) -> Option<(char, usize)> {
        let c = cut(self.text, position..).chars().next()?;
        Some((c, position + c.len_utf8()))
    }

    fn previous(&self, position: usize) -> Option<char> {
        cut(self.text, ..position).chars().next_back()
    }

    fn set(&mut self, slot: usize, position: usize) {
        self.stack.push(Frame::Slot { slot, position: self.slots[slot] });
        self.slots[slot] = position;
    }

    /// Takes back to the last place where there is another way: that, or none above `base`.
    fn other(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.stack.len() > base {
            match self.stack.pop()? {
                Frame::Slot { slot, position } => self.slots[slot] = position,
                Frame::Try { at, position } => return Some((at, position)),
                Frame::Fewer { at, least, position } => {
                    let fewer = position - self.previous(position).map_or(0, char::len_utf8);
                    if fewer > least {
                        self.stack.push(Frame::Fewer { at, least, position: fewer });
                    }
                    return Some((at, fewer));
                }
                Frame::More { at, position, left } => {
                    if let Some(next) = self.test(at + 5, position) {
                        if left > 1 {
                            self.stack.push(Frame::More { at, position: next, left: left - 1 });
                        }
                        return Some((self.place(at + 1), next));
                    }
                }
            }
        }
        None
    }

    /// The end of what matches from a place of the pattern on.
    fn run(&mut self, mut at: usize, mut position: usize, is_outermost: bool) -> Option<usize> {
        let base = self.stack.len();
        loop {
            let step = match Op::of(self.number(at)) {
                Op::Match => {
                    let is_end = !self.is_full || position == self.text.len();
                    if !is_outermost || is_end && position != self.barred {
                        return Some(position);
                    }
                    None
                }
                Op::One => self.test(at + 1, position).map(|next| (self.behind(at + 1), next)),
                Op::Run => self.repeated(at, position),
                Op::Split => {
                    self.stack.push(Frame::Try { at: self.place(at + 2), position });
                    Some((self.place(at + 1), position))
                }
                Op::Jump => Some((self.place(at + 1), position)),
                Op::Save => {
                    let slot = self.place(at + 1);
                    self.set(slot, position);
                    if slot % 2 == 1 {
                        self.set(2 * self.groups, slot / 2);
                    }
                    Some((at + 2, position))
                }
                Op::Forget => {
                    self.set(self.place(at + 1), NOWHERE);
                    Some((at + 2, position))
                }
                Op::Mark => {
                    self.set(self.place(at + 1), position);
                    Some((at + 2, position))
                }
                Op::Loop => Some(self.around(at, position)),
                Op::At => self.is_at(self.number(at + 1), position).then_some((at + 2, position)),
                Op::Back => self.repeats_group(at, position).map(|next| (at + 3, next)),
                Op::Look => self.looks(at, position).then(|| (self.place(at + 1), position)),
                Op::Atomic => {
                    let before = self.stack.len();
                    self.run(at + 2, position, false).map(|next| {
                        self.keep_slots(before);
                        (self.place(at + 1), next)
                    })
                }
                Op::If => {
                    let group = self.place(at + 1);
                    let has_matched = self.group(group).is_some();
                    Some((if has_matched { at + 3 } else { self.place(at + 2) }, position))
                }
            };
            (at, position) = match step {
                Some(next) => next,
                None => self.other(base)?,
            };
        }
    }

    /// As many characters as there are, or as few as may be.
    fn repeated(&mut self, at: usize, position: usize) -> Option<(usize, usize)> {
        let (least, most, is_lazy) = (self.number(at + 2), self.number(at + 3), self.number(at + 4) != 0);
        let (behind, mut end, mut count) = (self.place(at + 1), position, 0);
        let mut fewest = position;
        let most = if most < 0 { i64::MAX } else { most };
        while count < if is_lazy { least } else { most } {
            let Some(next) = self.test(at + 5, end) else { break };
            end = next;
            count += 1;
            if count == least {
                fewest = end;
            }
        }
        if count < least {
            return None;
        }
        if is_lazy {
            if most > least {
                self.stack.push(Frame::More { at, position: end, left: most - least });
            }
        } else if end > fewest {
            self.stack.push(Frame::Fewer { at: behind, least: fewest, position: end });
        }
        Some((behind, end))
    }

    /// The head of a loop whose body may match nothing.
    fn around(&mut self, at: usize, position: usize) -> (usize, usize) {
        let (behind, is_lazy) = (self.place(at + 1), self.number(at + 3) != 0);
        if self.slots[self.place(at + 2)] == position {
            return (behind, position);
        }
        let (first, second) = if is_lazy { (behind, at + 4) } else { (at + 4, behind) };
        self.stack.push(Frame::Try { at: second, position });
        (first, position)
    }

    /// Whether a test holds: the position behind the character.
    #[inline]
    fn test(&self, at: usize, position: usize) -> Option<usize> {
        let (c, next) = self.next(position)?;
        let holds = match self.number(at) {
            kind if kind == TestKind::Char as i64 => i64::from(u32::from(c)) == self.number(at + 1),
            kind if kind == TestKind::Any as i64 => c != '\n',
            kind if kind == TestKind::All as i64 => true,
            _ => {
                let is_in = self.is_in(at + 4, self.place(at + 3), lowered(c, self.number(at + 2)));
                is_in != (self.number(at + 1) != 0)
            }
        };
        holds.then_some(next)
    }

    fn is_in(&self, at: usize, pairs: usize, c: char) -> bool {
        let code = i64::from(u32::from(c));
        (0..pairs).map(|pair| (self.number(at + 2 * pair), self.number(at + 2 * pair + 1))).any(|(from, to)| match from
        {
            -1 => is_of(to, c),
            from => from <= code && code <= to,
        })
    }

    /// The place behind a test.
    fn behind(&self, at: usize) -> usize {
        match self.number(at) {
            kind if kind == TestKind::Char as i64 => at + 2,
            kind if kind == TestKind::Set as i64 => at + 4 + 2 * self.place(at + 3),
            _ => at + 1,
        }
    }

    fn is_at(&self, kind: i64, position: usize) -> bool {
        let (behind, is_end) = (|| cut(self.text, position..), position == self.text.len());
        match kind {
            place::START => position == 0,
            place::LINE_START => position == 0 || self.previous(position) == Some('\n'),
            place::END => is_end || behind() == "\n",
            place::LINE_END => is_end || behind().starts_with('\n'),
            place::VERY_END => is_end,
            _ => {
                let is_ascii = kind >= place::BOUNDARY + place::ASCII;
                let word = category::WORD + if is_ascii { category::ASCII } else { 0 };
                let is_word = |c: Option<char>| c.is_some_and(|c| is_of(word, c));
                let is_boundary = is_word(self.previous(position)) != is_word(self.next(position).map(|(c, _)| c));
                // An empty text has no boundary and, to CPython 3.11, nothing that is none.
                let wants_boundary = (kind - place::BOUNDARY) % 2 == 0;
                !self.text.is_empty() && is_boundary == wants_boundary
            }
        }
    }

    /// Whether what a group matched is here once more: the position behind it.
    fn repeats_group(&self, at: usize, position: usize) -> Option<usize> {
        let (wanted, lower) = (self.group(self.place(at + 1))?, self.number(at + 2));
        let mut end = position;
        for c in wanted.chars() {
            let (found, next) = self.next(end)?;
            if lowered(c, lower) != lowered(found, lower) {
                return None;
            }
            end = next;
        }
        Some(end)
    }

    fn looks(&mut self, at: usize, position: usize) -> bool {
        let is_negated = self.number(at + 3) != 0;
        let mut from = Some(position);
        for _ in 0..self.number(at + 2).max(0) {
            from = from.and_then(|from| Some(from - self.previous(from)?.len_utf8()));
        }
        let before = self.stack.len();
        let is_there = from.and_then(|from| self.run(at + 4, from, false)).is_some();
        if is_there && is_negated {
            while self.other(before).is_some() {}
        } else {
            self.keep_slots(before);
        }
        is_there != is_negated
    }

    /// Nothing above `base` is tried any more; slots are still taken back.
    fn keep_slots(&mut self, base: usize) {
        let mut to = base;
        for from in base..self.stack.len() {
            if matches!(self.stack[from], Frame::Slot { .. }) {
                self.stack[to] = self.stack[from];
                to += 1;
            }
        }
        self.stack.truncate(to);
    }
}

/// The lower case that matching without case compares.
pub fn lowered(c: char, lower: i64) -> char {
    match lower {
        0 => c,
        1 if !c.is_ascii() => {
            let mut text = String::new();
            unicode::push_lower(&mut text, c);
            text.chars().next().unwrap_or(c)
        }
        _ => c.to_ascii_lowercase(),
    }
}

/// Whether a character is of a category.
pub fn is_of(number: i64, c: char) -> bool {
    let is_ascii = number % category::NOT >= category::ASCII;
    let is_member = (c.is_ascii() || !is_ascii)
        && match number % category::ASCII {
            category::DIGIT => unicode::decimal(c).is_some(),
            category::SPACE if is_ascii => matches!(c, '\t'..='\r' | ' '),
            category::SPACE => unicode::is_space(c),
            _ => c == '_' || unicode::is_alphabetic(c) || unicode::is_digit(c) || unicode::is_numeric(c),
        };
    is_member == (number < category::NOT)
}
