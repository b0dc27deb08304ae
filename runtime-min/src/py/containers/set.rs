//! Sets: dicts without values.
#![cfg_attr(
    not(feature = "py-sets"),
    expect(unreachable_code, unused_variables, reason = "without the feature there is no set to work on")
)]

use super::Dict;
use crate::py::presence::{Presence, Sets};
use crate::py::{Result, Value};
use alloc::vec::Vec;

/// A set, its elements in the order in which they were added (CPython's order is another).
#[derive(Clone, Debug)]
pub struct Set(pub Dict, Sets);

#[cfg(feature = "py-sets")]
impl Default for Set {
    fn default() -> Set {
        Set::empty()
    }
}

impl Set {
    /// An empty set.
    #[cfg(feature = "py-sets")]
    pub fn new() -> Set {
        Set::empty()
    }

    fn empty() -> Set {
        Set(Dict::new(), Presence::present())
    }

    /// A set of values. Fails where one is not hashable.
    #[cfg(feature = "py-sets")]
    pub fn from_items(items: impl IntoIterator<Item = Value>) -> Result<Set> {
        Set::of(items)
    }

    /// A set of values, where there is another.
    pub(in crate::py) fn of(items: impl IntoIterator<Item = Value>) -> Result<Set> {
        let set = Set::empty();
        for item in items {
            set.insert(item)?;
        }
        Ok(set)
    }

    /// How many elements it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is such an element.
    pub fn contains(&self, item: &Value) -> Result<bool> {
        // A set is looked for as the frozen set that equals it, and sets here hold none.
        Ok(!matches!(item, Value::Set(_)) && self.0.contains(item)?)
    }

    /// Adds an element, which stays the old one where an equal one is there.
    pub fn insert(&self, item: Value) -> Result<()> {
        self.0.insert(item, Value::None)
    }

    /// Removes an element; false where there is none.
    pub fn remove(&self, item: &Value) -> Result<bool> {
        Ok(!matches!(item, Value::Set(_)) && self.0.remove(item)?.is_some())
    }

    /// The elements as they are now.
    pub fn snapshot(&self) -> Vec<Value> {
        self.0.keys()
    }

    /// A set with the same elements.
    pub fn copy(&self) -> Set {
        Set(self.0.copy(), self.1)
    }

    /// Whether both are the same set.
    pub fn same(&self, other: &Set) -> bool {
        self.0.same(&other.0)
    }

    /// The elements of either.
    pub fn union(&self, other: &Set) -> Result<Set> {
        let out = self.copy();
        other.snapshot().into_iter().try_for_each(|item| out.insert(item))?;
        Ok(out)
    }

    /// The elements of both.
    pub fn intersection(&self, other: &Set) -> Result<Set> {
        self.filter(|item| other.contains(item))
    }

    /// The elements of this one alone.
    pub fn difference(&self, other: &Set) -> Result<Set> {
        self.filter(|item| Ok(!other.contains(item)?))
    }

    /// The elements of one of the two.
    pub fn symmetric_difference(&self, other: &Set) -> Result<Set> {
        self.difference(other)?.union(&other.difference(self)?)
    }

    /// Whether the other has every element of this one.
    pub fn is_subset(&self, other: &Set) -> Result<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        for item in self.snapshot() {
            if !other.contains(&item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes the elements of another set instead of its own.
    pub fn assign(&self, other: &Set) -> Result<()> {
        let items = other.snapshot();
        self.0.clear();
        items.into_iter().try_for_each(|item| self.insert(item))
    }

    fn filter(&self, keep: impl Fn(&Value) -> Result<bool>) -> Result<Set> {
        let out = Set::empty();
        for item in self.snapshot() {
            if keep(&item)? {
                out.insert(item)?;
            }
        }
        Ok(out)
    }
}
