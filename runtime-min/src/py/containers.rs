//! Lists, dicts, sets, deques and records: references to what they hold.
//!
//! Nothing holds a borrow of one across a call that may reach the same one for writing.

mod dict;
mod set;

pub use dict::Dict;
pub use set::Set;

use super::Value;
use super::presence::{Deques, Presence, Records};
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

/// A list.
#[derive(Clone, Debug)]
pub struct List(pub Rc<RefCell<Vec<Value>>>);

impl List {
    /// A new list.
    pub fn new(items: Vec<Value>) -> List {
        List(Rc::new(RefCell::new(items)))
    }

    /// How many elements it has.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether it has none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at a position that is counted from the start.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.0.borrow().get(index).cloned()
    }

    /// Appends an element.
    #[inline]
    pub fn push(&self, item: Value) {
        self.0.borrow_mut().push(item);
    }

    /// The elements as they are now.
    pub fn snapshot(&self) -> Vec<Value> {
        self.0.borrow().clone()
    }

    /// Whether both are the same list.
    #[inline]
    pub fn same(&self, other: &List) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// `collections.deque`.
#[derive(Clone, Debug)]
pub struct Deque {
    pub items: Rc<RefCell<VecDeque<Value>>>,
    /// The most that it holds; appending to a full one drops an element at the other end.
    pub limit: Option<usize>,
    /// How often elements were added or removed: iteration notices.
    changes: Rc<Cell<u32>>,
    _present: Deques,
}

impl Deque {
    /// A new deque of the last `limit` of `items`.
    #[cfg(feature = "py-deques")]
    pub fn new(items: Vec<Value>, limit: Option<usize>) -> Deque {
        Deque::of(items, limit)
    }

    /// A deque, where there is another.
    pub(in crate::py) fn of(items: Vec<Value>, limit: Option<usize>) -> Deque {
        let first = limit.map_or(0, |limit| items.len().saturating_sub(limit));
        let items = items.into_iter().skip(first).collect();
        Deque { items: Rc::new(RefCell::new(items)), limit, changes: Rc::default(), _present: Presence::present() }
    }

    /// How many elements it has.
    #[inline]
    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    /// Whether it has none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at a position that is counted from the left.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.borrow().get(index).cloned()
    }

    /// Appends at the right.
    #[inline]
    pub fn push(&self, item: Value) {
        self.note_change();
        let mut items = self.items.borrow_mut();
        items.push_back(item);
        if self.limit.is_some_and(|limit| items.len() > limit) {
            items.pop_front();
        }
    }

    /// Appends at the left.
    #[inline]
    pub fn push_left(&self, item: Value) {
        self.note_change();
        let mut items = self.items.borrow_mut();
        items.push_front(item);
        if self.limit.is_some_and(|limit| items.len() > limit) {
            items.pop_back();
        }
    }

    /// The elements as they are now.
    pub fn snapshot(&self) -> Vec<Value> {
        self.items.borrow().iter().cloned().collect()
    }

    /// Whether both are the same deque.
    #[inline]
    pub fn same(&self, other: &Deque) -> bool {
        Rc::ptr_eq(&self.items, &other.items)
    }

    /// To be called where elements are added, removed or moved by other means than the methods here.
    #[inline]
    pub fn note_change(&self) {
        self.changes.set(self.changes.get().wrapping_add(1));
    }

    /// A number that differs after elements were added or removed.
    #[inline]
    pub fn changes(&self) -> u32 {
        self.changes.get()
    }
}

/// An instance of a dataclass.
#[derive(Clone, Debug)]
pub struct Record {
    pub class: Rc<RecordClass>,
    /// As many as the class has fields.
    pub fields: Rc<RefCell<Vec<Value>>>,
    _present: Records,
}

impl Record {
    /// An instance; `fields` are as many as the class has.
    #[cfg(feature = "py-records")]
    pub fn new(class: Rc<RecordClass>, fields: Vec<Value>) -> Record {
        Record { class, fields: Rc::new(RefCell::new(fields)), _present: Presence::present() }
    }

    /// The field at a position in the class.
    #[inline]
    pub fn field(&self, index: usize) -> Value {
        self.fields.borrow()[index].clone()
    }

    /// Gives the field at a position in the class a value.
    #[inline]
    pub fn set_field(&self, index: usize, value: Value) {
        self.fields.borrow_mut()[index] = value;
    }

    /// The fields as they are now.
    pub fn snapshot(&self) -> Vec<Value> {
        self.fields.borrow().clone()
    }

    /// Whether it is one of a dataclass, whose fields are all there is to it. Classes of modules have a dot in their names.
    pub fn is_dataclass(&self) -> bool {
        matches!(self.class.likeness, Likeness::Fields | Likeness::Frozen) && !self.class.name.contains('.')
    }

    /// Whether both are the same instance.
    #[inline]
    pub fn same(&self, other: &Record) -> bool {
        Rc::ptr_eq(&self.fields, &other.fields)
    }
}

/// A class of the file: a dataclass, or one that only has methods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordClass {
    pub name: Rc<str>,
    pub fields: Vec<Rc<str>>,
    pub likeness: Likeness,
}

/// Which instances of a class are equal, and whether they may be keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// Those with equal fields; no keys.
    Fields,
    /// Those with equal fields, which nothing sets.
    Frozen,
    /// None but itself.
    Identity,
    /// One of an `Enum`, whose fields are its name and its value, or a function: those with equal fields, which are one.
    Member,
}

impl RecordClass {
    /// Where the class has a field.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| **field == *name)
    }
}
