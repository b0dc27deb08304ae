//! Places where machine code hands over to the evaluator: for what it does not do itself, and for whatever raises.
//!
//! What a site reads is brought from slots to the variables and fields of the frame before, and what it may have set comes back
//! after. An operation on registers gets its operands as they were when the machine code found that it cannot do it, so that nothing
//! is evaluated twice; the runtime's operator then raises as it does everywhere.

use super::rep::Rep;
use super::touched::{Effects, Place, Touched};
use remotemedia_ir::script::{Binary, Builtin, Compare, Expr, FunctionId, Stmt, Target, Unary};
use remotemedia_runtime_min::py::Value;

/// What a site does.
#[derive(Clone, Debug)]
pub enum Work {
    /// A statement without statements in it.
    Statement(Box<Stmt>),
    /// The value of an expression, to the result.
    Value(Expr, Rep),
    /// The truth of one, to the result.
    Truth(Expr),
    /// Gives a target the first operand.
    Give(Target, Rep),
    /// Gives a place that is in no register what another one holds.
    Copy(Place, Place),
    /// An operation on operands that have been evaluated; what it gives goes to the result if something is wanted.
    Apply(Apply, Vec<Operand>, Option<Rep>),
    /// `list[i]`, the index being the operand, to the result.
    Item(Place, Rep),
    /// `list[i] = x`, the operands being the index and the number.
    Put(Place, Rep),
    /// `list.append(x)`
    Append(Place, Rep),
    /// `deque.popleft()`, to the result.
    PopLeft(Place, Rep),
    /// `len(object)`, to the result.
    Length(Place),
    /// Keeps `object[i]` for [`Work::Change`]: the first half of `object[i] op= x`.
    Fetch(Place),
    /// `object[i] = kept op x`, the operands being the index and the number.
    Change(Binary, Place, Rep),
    /// How many numbers a range has, whose start, stop and step are the operands.
    Range,
    /// Begins to go through a value.
    Begin(usize, Expr),
    /// Gives a target the next element.
    Next(usize, Target),
    /// The next element to the result.
    NextNumber(usize, Rep),
    /// Begins to go through the elements of an array of floats with one axis.
    Each(usize, Expr, Rep),
}

impl Work {
    /// Whether it needs the variables of the function.
    pub fn needs_frame(&self) -> bool {
        match self {
            Work::Statement(_)
            | Work::Value(..)
            | Work::Truth(_)
            | Work::Give(..)
            | Work::Begin(..)
            | Work::Next(..)
            | Work::Copy(..)
            | Work::Each(..) => true,
            Work::Apply(..)
            | Work::Item(..)
            | Work::Put(..)
            | Work::Append(..)
            | Work::PopLeft(..)
            | Work::Length(_)
            | Work::Fetch(_)
            | Work::Change(..)
            | Work::Range
            | Work::NextNumber(..) => false,
        }
    }
}

/// An operation of the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apply {
    Unary(Unary),
    Binary(Binary),
    Augment(Binary),
    Compare(Compare),
    Call(Builtin),
    /// `object[index]`, of several numbers the tuple of them.
    Item,
    /// `object[index] = value`, the value last.
    SetItem,
    /// `object[i][j]`
    ItemOfRow,
    /// `object[i][j] = value`
    SetItemOfRow,
}

/// An operand of an operation.
#[derive(Clone, Debug)]
pub enum Operand {
    /// The next one that machine code has left.
    Register(Rep),
    /// What a variable or a field holds that is in no register.
    Place(Place),
    Constant(Value),
}

/// How many registers an operation has at most.
pub const MOST: usize = 8;

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Status {
    On = 0,
    /// An exception is on its way.
    Failed = 1,
    /// The function has returned.
    Returned = 2,
    /// There is no other element.
    Ended = 3,
    /// `break` in the `else` of the loop, which means the loop around it.
    Broke = 4,
    /// `continue` there.
    Continued = 5,
}

/// A place where machine code hands over.
#[derive(Clone, Debug)]
pub struct Site {
    pub work: Work,
    /// The functions and their lines, innermost first, that an exception notes.
    pub lines: Vec<(FunctionId, u32)>,
    /// Slots that come to the frame before.
    pub before: Vec<usize>,
    /// Slots that come from the frame after.
    pub after: Vec<usize>,
    /// Arrays that are looked for again after.
    pub arrays: Vec<usize>,
}

impl Site {
    /// Work that reads and sets no more than these.
    pub fn new(work: Work, lines: Vec<(FunctionId, u32)>, effects: &Effects, touched: &Touched) -> Site {
        let slots = |fits: &dyn Fn(Place) -> bool| {
            let all = touched.slots.iter().enumerate();
            all.filter(|(_, slot)| fits(slot.place)).map(|(at, _)| at).collect::<Vec<_>>()
        };
        let arrays = touched.arrays.iter().enumerate().filter(|(_, a)| effects.may_set(a.place)).map(|(at, _)| at);
        Site {
            work,
            lines,
            // What may be set or not comes back either way.
            before: slots(&|place| effects.may_read(place) || effects.may_set(place)),
            after: slots(&|place| effects.may_set(place)),
            arrays: arrays.collect(),
        }
    }
}

/// Where in the memory of a run everything is, in units of 64 bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    slots: usize,
    arrays: usize,
    iterators: usize,
}

/// Words of an array: the address of its first element, then for each axis its length and the bytes from one element to the next.
pub const WORDS: usize = 5;

impl Memory {
    /// Of a run over so many slots and arrays.
    pub fn new(touched: &Touched) -> Memory {
        Memory { slots: touched.slots.len(), arrays: touched.arrays.len(), iterators: 0 }
    }

    /// Room for one more iterator, and its number.
    pub fn iterator(&mut self) -> usize {
        self.iterators += 1;
        self.iterators - 1
    }

    /// How many iterators there are.
    pub fn iterators(&self) -> usize {
        self.iterators
    }

    /// What an operation gives.
    pub const RESULT: usize = 0;

    /// An operand that is a register.
    pub fn operand(number: usize) -> usize {
        1 + number
    }

    /// A slot.
    pub fn slot(number: usize) -> usize {
        1 + MOST + number
    }

    /// An array.
    pub fn array(&self, number: usize) -> usize {
        1 + MOST + self.slots + WORDS * number
    }

    /// The array that an iterator goes through.
    pub fn each(&self, iterator: usize) -> usize {
        self.array(self.arrays) + WORDS * iterator
    }

    /// All of it.
    pub fn len(&self) -> usize {
        self.each(self.iterators)
    }
}
