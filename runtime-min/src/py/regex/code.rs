//! The numbers of a compiled pattern, a tuple of Python's: constants of a program hold them as they are.
//!
//! An operation is its number and its operands. Places are indices into all of the numbers, slots those of positions in the text.

/// The operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// All is matched, or the body of [`Op::Look`] and [`Op::Atomic`].
    Match,
    /// One character. A test.
    One,
    /// As many characters as there are. The place behind it, the fewest, the most or -1, whether as few as can be, a test.
    Run,
    /// Two places, the second where the first comes to nothing.
    Split,
    /// A place.
    Jump,
    /// A slot.
    Save,
    /// A slot that has no position any more.
    Forget,
    /// A slot that gets the position, but no group's.
    Mark,
    /// The head of a loop whose body may match nothing, and begins with [`Op::Mark`]. The place behind the loop, the slot, whether
    /// that place comes first.
    Loop,
    /// A place of the text: [`place`].
    At,
    /// What a group matched. The group, which lower case.
    Back,
    /// The place behind it, how many characters back or -1, whether it must not match; then what is looked for.
    Look,
    /// The place behind it; then what is matched in one way alone.
    Atomic,
    /// A group, and the place where it goes on if that has not matched.
    If,
}

impl Op {
    const ALL: [Op; 14] = [
        Op::Match,
        Op::One,
        Op::Run,
        Op::Split,
        Op::Jump,
        Op::Save,
        Op::Forget,
        Op::Mark,
        Op::Loop,
        Op::At,
        Op::Back,
        Op::Look,
        Op::Atomic,
        Op::If,
    ];

    /// The operation of a number.
    #[inline]
    pub fn of(number: i64) -> Op {
        usize::try_from(number).ok().and_then(|n| Op::ALL.get(n)).copied().unwrap_or(Op::Match)
    }
}

/// The tests of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestKind {
    /// The character.
    Char,
    Any,
    All,
    /// Whether it is negated, which lower case, how many pairs; each a range, or -1 and a category.
    Set,
}

/// Categories of characters.
pub mod category {
    pub const DIGIT: i64 = 0;
    pub const SPACE: i64 = 1;
    pub const WORD: i64 = 2;
    /// Added where only those of ASCII count.
    pub const ASCII: i64 = 3;
    /// Added where all others are meant.
    pub const NOT: i64 = 6;
}

/// Places of a text.
pub mod place {
    pub const START: i64 = 0;
    pub const LINE_START: i64 = 1;
    /// The end, or in front of the line's end that is the last character.
    pub const END: i64 = 2;
    pub const LINE_END: i64 = 3;
    pub const VERY_END: i64 = 4;
    pub const BOUNDARY: i64 = 5;
    pub const NO_BOUNDARY: i64 = 6;
    /// Added where words are of ASCII.
    pub const ASCII: i64 = 2;
}
