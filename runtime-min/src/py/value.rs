//! A Python value.

use super::array::{Array, Dtype, Scalar};
use super::containers::{Deque, Dict, List, Record, Set};
use super::presence::{Presence, Ranges, Slices};
use alloc::rc::Rc;
use alloc::string::String;

/// A value. Cloning one that is mutable in Python clones the reference.
#[derive(Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A NumPy scalar: what an element of an array is.
    Scalar(Scalar),
    Str(Rc<str>),
    List(List),
    Tuple(Rc<[Value]>),
    Dict(Dict),
    Set(Set),
    /// `collections.deque`.
    Deque(Deque),
    Range(Range),
    /// A NumPy array.
    Array(Array),
    /// An instance of a dataclass.
    Record(Record),
    /// Start, stop and step of a subscript; `None` where one is left out.
    Slice(Slice),
    /// `...`
    Ellipsis,
    /// A type as a value: `np.float32`, `int`.
    Type(Class),
}

impl Clone for Value {
    // What is derived may be inlined, and then every crate of a program has its own.
    #[inline(never)]
    fn clone(&self) -> Value {
        #[inline]
        fn of<T: Clone>(kind: fn(T) -> Value, x: &T) -> Value {
            kind(x.clone())
        }
        match self {
            Value::None => Value::None,
            Value::Bool(x) => Value::Bool(*x),
            Value::Int(x) => Value::Int(*x),
            Value::Float(x) => Value::Float(*x),
            Value::Scalar(x) => Value::Scalar(*x),
            Value::Str(x) => of(Value::Str, x),
            Value::List(x) => of(Value::List, x),
            Value::Tuple(x) => of(Value::Tuple, x),
            Value::Dict(x) => of(Value::Dict, x),
            Value::Set(x) => of(Value::Set, x),
            Value::Deque(x) => of(Value::Deque, x),
            Value::Range(x) => of(Value::Range, x),
            Value::Array(x) => of(Value::Array, x),
            Value::Record(x) => of(Value::Record, x),
            Value::Slice(x) => of(Value::Slice, x),
            Value::Ellipsis => Value::Ellipsis,
            Value::Type(x) => Value::Type(*x),
        }
    }
}

/// `start:stop:step`.
#[derive(Clone, Debug)]
pub struct Slice(Rc<[Value; 3]>, Slices);

impl Slice {
    /// A slice of these parts.
    #[cfg(feature = "py-slices")]
    pub fn new(parts: [Value; 3]) -> Slice {
        Slice(Rc::new(parts), Presence::present())
    }

    /// Whether both are the same object.
    pub fn same(&self, other: &Slice) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl core::ops::Deref for Slice {
    type Target = [Value; 3];
    #[inline]
    fn deref(&self) -> &[Value; 3] {
        &self.0
    }
}

/// `range(start, stop, step)`; `step` is not 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    _present: Ranges,
}

/// The types that `isinstance` and the like can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    NoneType,
    Bool,
    Int,
    Float,
    Str,
    List,
    Tuple,
    Dict,
    Set,
    Deque,
    Range,
    /// `np.ndarray`
    Array,
    /// `np.float32` and the like.
    Scalar(Dtype),
    /// The `dtype` of an array, which equals the class of its scalars.
    Dtype(Dtype),
    /// `np.generic`: any NumPy scalar.
    Generic,
    /// `np.number`
    Number,
    /// `np.integer`
    Integer,
    /// `np.floating`
    Floating,
    /// Everything.
    Object,
}

impl Value {
    /// A string.
    pub fn str(text: impl Into<Rc<str>>) -> Value {
        Value::Str(text.into())
    }

    /// A tuple.
    pub fn tuple(items: impl Into<Rc<[Value]>>) -> Value {
        Value::Tuple(items.into())
    }

    /// A new list.
    pub fn list(items: alloc::vec::Vec<Value>) -> Value {
        Value::List(List::new(items))
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<i64> for Value {
    fn from(i: i64) -> Value {
        Value::Int(i)
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::Float(x)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Str(Rc::from(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Str(Rc::from(text))
    }
}

impl From<Rc<str>> for Value {
    fn from(text: Rc<str>) -> Value {
        Value::Str(text)
    }
}

/// How many numbers there are from `start` by `step` before `stop`.
#[inline]
pub fn steps(start: i64, stop: i64, step: i64) -> usize {
    let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
    if low >= high {
        return 0;
    }
    // The difference of two numbers of 64 bits is one without a sign.
    let last = high.wrapping_sub(low) as u64 - 1;
    usize::try_from(last / step.unsigned_abs().max(1)).map_or(usize::MAX, |n| n.saturating_add(1))
}

impl Range {
    /// A range; `step` is not 0.
    #[cfg(feature = "py-ranges")]
    pub fn new(start: i64, stop: i64, step: i64) -> Range {
        Range::of(start, stop, step)
    }

    /// A range, where there is another.
    pub(in crate::py) fn of(start: i64, stop: i64, step: i64) -> Range {
        Range { start, stop, step, _present: Presence::present() }
    }

    /// How many numbers it has.
    #[inline]
    pub fn len(&self) -> usize {
        steps(self.start, self.stop, self.step)
    }

    /// Whether it has none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at a position below [`Range::len`].
    #[inline]
    pub fn get(&self, index: usize) -> i64 {
        self.start.wrapping_add((index as i64).wrapping_mul(self.step))
    }

    /// Whether it has that number.
    #[inline]
    pub fn contains(&self, number: i64) -> bool {
        let within = if self.step > 0 {
            self.start <= number && number < self.stop
        } else {
            self.stop < number && number <= self.start
        };
        within && number.abs_diff(self.start).is_multiple_of(self.step.unsigned_abs())
    }
}
