//! A pattern as a tree, and the tree as the numbers that [`super::run`] walks through.

use super::code::{Op, TestKind};
use crate::py::Value;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// How many numbers a pattern may become: `(?:a{1000}){1000}` would be a million.
const MOST: usize = 1 << 16;

/// No end to a repetition.
pub const FOREVER: u32 = u32::MAX;

/// A set of characters, one of which is matched.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Char(u32),
    /// All but the end of a line.
    Any,
    All,
    Set {
        is_negated: bool,
        /// Asked about the lower case of the character.
        lower: Option<Lower>,
        items: Vec<Item>,
    },
}

/// Which lower case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lower {
    Unicode,
    Ascii,
}

/// What a set has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item {
    Range(u32, u32),
    /// A category by its number in [`super::code::category`].
    Category(i64),
}

/// How often a repetition tries first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    Greedy,
    Lazy,
    /// Greedy, and never less.
    Possessive,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    One(Test),
    All(Vec<Node>),
    Either(Vec<Node>),
    Group(i64, Box<Node>),
    Repeat {
        least: u32,
        most: u32,
        mode: Mode,
        body: Box<Node>,
    },
    /// A place, by its number in [`super::code::place`].
    At(i64),
    /// What a group has matched.
    Back(i64, Option<Lower>),
    /// What follows, or is in front where a width is given.
    Look {
        behind: Option<u32>,
        is_negated: bool,
        body: Box<Node>,
    },
    Atomic(Box<Node>),
    /// Whether a group has matched decides.
    If(i64, Box<Node>, Box<Node>),
}

impl Node {
    /// The fewest and the most characters that it matches; `groups` has those of the groups.
    pub fn width(&self, groups: &[(u32, u32)]) -> (u32, u32) {
        let either = |a: (u32, u32), b: (u32, u32)| (a.0.min(b.0), a.1.max(b.1));
        match self {
            Node::One(_) => (1, 1),
            Node::All(parts) => parts
                .iter()
                .map(|part| part.width(groups))
                .fold((0, 0), |a, b| (a.0.saturating_add(b.0), a.1.saturating_add(b.1))),
            Node::Either(parts) => parts.iter().map(|part| part.width(groups)).reduce(either).unwrap_or((0, 0)),
            Node::Group(_, body) | Node::Atomic(body) => body.width(groups),
            Node::Repeat { least, most, mode: _, body } => {
                let (a, b) = body.width(groups);
                (a.saturating_mul(*least), b.saturating_mul(*most))
            }
            Node::At(_) | Node::Look { .. } => (0, 0),
            Node::Back(group, _) => usize::try_from(*group).ok().and_then(|g| groups.get(g)).copied().unwrap_or((0, 0)),
            Node::If(_, yes, no) => either(yes.width(groups), no.width(groups)),
        }
    }
}

/// The numbers of a pattern, or none where there would be too many, and how many slots its matches need.
pub fn encode(node: &Node, groups: &[(u32, u32)]) -> Option<(Vec<Value>, usize)> {
    let mut encoder = Encoder { out: Vec::new(), groups, slots: 2 * groups.len() + 1, is_too_long: false };
    encoder.node(node);
    encoder.op(Op::Match, &[]);
    let Encoder { out, slots, is_too_long, .. } = encoder;
    (!is_too_long).then(|| (out.into_iter().map(Value::Int).collect(), slots))
}

struct Encoder<'g> {
    out: Vec<i64>,
    groups: &'g [(u32, u32)],
    slots: usize,
    is_too_long: bool,
}

impl Encoder<'_> {
    fn op(&mut self, op: Op, operands: &[i64]) {
        self.out.push(op as i64);
        self.out.extend_from_slice(operands);
        self.is_too_long |= self.out.len() > MOST;
    }

    fn here(&self) -> i64 {
        self.out.len() as i64
    }

    /// An operation whose operand at `place` is told later where it goes: the place of that.
    fn open(&mut self, op: Op, operands: &[i64], place: usize) -> usize {
        let at = self.out.len() + 1 + place;
        self.op(op, operands);
        at
    }

    fn close(&mut self, at: usize) {
        self.out[at] = self.here();
    }

    fn node(&mut self, node: &Node) {
        if self.is_too_long {
            return;
        }
        match node {
            Node::One(test) => {
                self.op(Op::One, &[]);
                self.test(test);
            }
            Node::All(parts) => parts.iter().for_each(|part| self.node(part)),
            Node::Either(parts) => {
                let Some((last, first)) = parts.split_last() else { return };
                let mut ends = Vec::new();
                for part in first {
                    let next = self.here() + 3;
                    let other = self.open(Op::Split, &[next, 0], 1);
                    self.node(part);
                    ends.push(self.open(Op::Jump, &[0], 0));
                    self.close(other);
                }
                self.node(last);
                ends.into_iter().for_each(|end| self.close(end));
            }
            Node::Group(group, body) => {
                self.op(Op::Save, &[2 * group]);
                self.node(body);
                self.op(Op::Save, &[2 * group + 1]);
            }
            Node::Repeat { least, most, mode: Mode::Possessive, body } => {
                let greedy = Node::Repeat { least: *least, most: *most, mode: Mode::Greedy, body: body.clone() };
                self.node(&Node::Atomic(Box::new(greedy)));
            }
            Node::Repeat { least, most, mode, body } => self.repeat(*least, *most, *mode == Mode::Lazy, body),
            Node::At(place) => self.op(Op::At, &[*place]),
            Node::Back(group, lower) => self.op(Op::Back, &[*group, lower_number(*lower)]),
            Node::Look { behind, is_negated, body } => {
                let width = behind.map_or(-1, i64::from);
                let end = self.open(Op::Look, &[0, width, i64::from(*is_negated)], 0);
                self.node(body);
                self.op(Op::Match, &[]);
                self.close(end);
            }
            Node::Atomic(body) => {
                let end = self.open(Op::Atomic, &[0], 0);
                self.node(body);
                self.op(Op::Match, &[]);
                self.close(end);
            }
            Node::If(group, yes, no) => {
                let other = self.open(Op::If, &[*group, 0], 1);
                self.node(yes);
                let end = self.open(Op::Jump, &[0], 0);
                self.close(other);
                self.node(no);
                self.close(end);
            }
        }
    }

    fn repeat(&mut self, least: u32, most: u32, is_lazy: bool, body: &Node) {
        if let Node::One(test) = body {
            let most = if most == FOREVER { -1 } else { i64::from(most) };
            let end = self.open(Op::Run, &[0, i64::from(least), most, i64::from(is_lazy)], 0);
            self.test(test);
            return self.close(end);
        }
        for _ in 0..least {
            self.node(body);
            if self.is_too_long {
                return;
            }
        }
        // Where an iteration began: one that matched nothing is the last.
        let slot = (body.width(self.groups).0 == 0).then(|| {
            let slot = self.slots as i64;
            self.slots += 1;
            self.op(Op::Forget, &[slot]);
            slot
        });
        let start = self.here();
        let mut ends = Vec::new();
        for _ in least..if most == FOREVER { least.saturating_add(1) } else { most } {
            ends.push(self.head(slot, is_lazy));
            self.node(body);
            if self.is_too_long {
                return;
            }
        }
        if most == FOREVER {
            self.op(Op::Jump, &[start]);
        }
        ends.into_iter().for_each(|end| self.close(end));
    }

    /// Where an iteration begins, or the loop ends: the operand that says where.
    fn head(&mut self, slot: Option<i64>, is_lazy: bool) -> usize {
        let Some(slot) = slot else {
            let next = self.here() + 3;
            let (places, end) = if is_lazy { ([0, next], 0) } else { ([next, 0], 1) };
            return self.open(Op::Split, &places, end);
        };
        let end = self.open(Op::Loop, &[0, slot, i64::from(is_lazy)], 0);
        self.op(Op::Mark, &[slot]);
        end
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Char(c) => self.out.extend([TestKind::Char as i64, i64::from(*c)]),
            Test::Any => self.out.push(TestKind::Any as i64),
            Test::All => self.out.push(TestKind::All as i64),
            Test::Set { is_negated, lower, items } => {
                let count = items.len() as i64;
                self.out.extend([TestKind::Set as i64, i64::from(*is_negated), lower_number(*lower), count]);
                for item in items {
                    self.out.extend(match *item {
                        Item::Range(from, to) => [i64::from(from), i64::from(to)],
                        Item::Category(category) => [-1, category],
                    });
                }
            }
        }
    }
}

fn lower_number(lower: Option<Lower>) -> i64 {
    match lower {
        None => 0,
        Some(Lower::Unicode) => 1,
        Some(Lower::Ascii) => 2,
    }
}
