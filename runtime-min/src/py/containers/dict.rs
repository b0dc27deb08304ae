//! Dicts: entries in the order in which they were added, and an open-addressed index of them once they are many.

use super::Likeness;
use crate::py::array::Scalar;
use crate::py::number::{self, Number};
use crate::py::{Exception, Result, Value, array, format, ops};
use crate::text::text;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::cmp::Ordering;

/// A dict: keys in the order in which they were added.
#[derive(Clone, Debug)]
pub struct Dict(Rc<RefCell<Table>>);

#[derive(Clone, Debug, Default)]
struct Table {
    /// What was removed stays as a gap until the table is packed.
    entries: Vec<Entry>,
    live: usize,
    /// Before it are gaps alone: what is used as a queue is searched from here.
    first: usize,
    /// Position in `entries` plus one; 0 is free. Empty while there are few entries. Slots of removed entries stay.
    index: Vec<u32>,
    used_slots: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    hash: u64,
    pair: Option<(Value, Value)>,
}

/// Up to so many entries are searched one by one.
const FEW: usize = 8;

impl Table {
    fn find(&self, hash: u64, same: impl Fn(&Value) -> bool) -> Option<usize> {
        let hit = |entry: &Entry| entry.hash == hash && entry.pair.as_ref().is_some_and(|(key, _)| same(key));
        if self.index.is_empty() {
            return self.entries.iter().position(hit);
        }
        let mask = self.index.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.index[slot] {
                0 => return None,
                n => {
                    let position = n as usize - 1;
                    if self.entries.get(position).is_some_and(hit) {
                        return Some(position);
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    fn push(&mut self, hash: u64, key: Value, value: Value) {
        let gaps = self.entries.len() - self.live;
        if gaps > self.live + FEW || (self.index.is_empty() && self.entries.len() == FEW) {
            self.pack();
        }
        if !self.index.is_empty() && (self.used_slots + 1) * 3 > self.index.len() * 2 {
            self.pack();
        }
        self.entries.push(Entry { hash, pair: Some((key, value)) });
        self.live += 1;
        if !self.index.is_empty() {
            self.enter(self.entries.len() - 1);
        }
    }

    /// Removes the gaps, and makes an index with room for as many entries again.
    fn pack(&mut self) {
        self.entries.retain(|entry| entry.pair.is_some());
        self.used_slots = 0;
        self.first = 0;
        self.index = if self.live < FEW { Vec::new() } else { vec![0; (self.live * 4).next_power_of_two()] };
        if !self.index.is_empty() {
            (0..self.entries.len()).for_each(|position| self.enter(position));
        }
    }

    fn enter(&mut self, position: usize) {
        let mask = self.index.len() - 1;
        let mut slot = self.entries[position].hash as usize & mask;
        while self.index[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        self.index[slot] = position as u32 + 1;
        self.used_slots += 1;
    }

    fn take(&mut self, position: usize) -> Option<(Value, Value)> {
        let pair = self.entries[position].pair.take();
        self.live -= usize::from(pair.is_some());
        while self.entries.get(self.first).is_some_and(|entry| entry.pair.is_none()) {
            self.first += 1;
        }
        while self.entries.last().is_some_and(|entry| entry.pair.is_none()) {
            self.entries.pop();
        }
        self.first = self.first.min(self.entries.len());
        pair
    }

    fn pairs(&self) -> impl Iterator<Item = &(Value, Value)> {
        self.entries.iter().filter_map(|entry| entry.pair.as_ref())
    }
}

impl Dict {
    /// An empty dict.
    pub fn new() -> Dict {
        Dict(Rc::default())
    }

    /// A dict of pairs; the last of equal keys gives the value. Fails where a key is not hashable.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (Value, Value)>) -> Result<Dict> {
        let dict = Dict::new();
        for (key, value) in pairs {
            dict.insert(key, value)?;
        }
        Ok(dict)
    }

    /// How many entries it has.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.borrow().live
    }

    /// Whether it has none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn get(&self, key: &Value) -> Result<Option<Value>> {
        let hash = hash(key)?;
        let table = self.0.borrow();
        let found = table.find(hash, |k| same_key(k, key));
        Ok(found.and_then(|position| table.entries[position].pair.as_ref()).map(|(_, value)| value.clone()))
    }

    /// The value of a key that is a string.
    pub fn get_str(&self, key: &str) -> Option<Value> {
        let table = self.0.borrow();
        let found = table.find(hash_str(key), |k| matches!(k, Value::Str(k) if **k == *key));
        found.and_then(|position| table.entries[position].pair.as_ref()).map(|(_, value)| value.clone())
    }

    /// Whether there is such a key.
    pub fn contains(&self, key: &Value) -> Result<bool> {
        let hash = hash(key)?;
        Ok(self.0.borrow().find(hash, |k| same_key(k, key)).is_some())
    }

    /// Gives a key a value: a new key comes last, an old one keeps its place.
    pub fn insert(&self, key: Value, value: Value) -> Result<()> {
        let hash = hash(&key)?;
        let table = &mut *self.0.borrow_mut();
        match table.find(hash, |k| same_key(k, &key)) {
            Some(position) => {
                if let Some(pair) = &mut table.entries[position].pair {
                    pair.1 = value;
                }
            }
            None => table.push(hash, key, value),
        }
        Ok(())
    }

    /// Removes a key and gives its value.
    pub fn remove(&self, key: &Value) -> Result<Option<Value>> {
        let hash = hash(key)?;
        let table = &mut *self.0.borrow_mut();
        let found = table.find(hash, |k| same_key(k, key));
        Ok(found.and_then(|position| table.take(position)).map(|(_, value)| value))
    }

    /// Removes the entry that was added last.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let table = &mut *self.0.borrow_mut();
        table.entries.len().checked_sub(1).and_then(|position| table.take(position))
    }

    /// Removes the entry that was added first.
    pub fn pop_first(&self) -> Option<(Value, Value)> {
        let table = &mut *self.0.borrow_mut();
        (table.live > 0).then_some(table.first).and_then(|position| table.take(position))
    }

    /// Removes everything.
    pub fn clear(&self) {
        *self.0.borrow_mut() = Table::default();
    }

    /// A dict with the same entries.
    pub fn copy(&self) -> Dict {
        Dict(Rc::new(RefCell::new(self.0.borrow().clone())))
    }

    /// The entries as they are now.
    pub fn items(&self) -> Vec<(Value, Value)> {
        self.0.borrow().pairs().cloned().collect()
    }

    /// The keys as they are now.
    pub fn keys(&self) -> Vec<Value> {
        self.0.borrow().pairs().map(|(key, _)| key.clone()).collect()
    }

    /// The values as they are now.
    pub fn values(&self) -> Vec<Value> {
        self.0.borrow().pairs().map(|(_, value)| value.clone()).collect()
    }

    /// The first key at or after a position of the table, and the position after it: iteration without a copy.
    pub fn key_from(&self, position: usize) -> Option<(Value, usize)> {
        let table = self.0.borrow();
        let mut entries = table.entries.iter().enumerate().skip(position.max(table.first));
        entries.find_map(|(at, entry)| entry.pair.as_ref().map(|(key, _)| (key.clone(), at + 1)))
    }

    /// Where it is in memory: what tells one dict from another.
    pub(in crate::py) fn address(&self) -> *const () {
        Rc::as_ptr(&self.0).cast()
    }

    /// Whether both are the same dict.
    #[inline]
    pub fn same(&self, other: &Dict) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Default for Dict {
    fn default() -> Dict {
        Dict::new()
    }
}

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash.rotate_left(5) ^ word) * u128::from(FACTOR);
    product as u64 ^ (product >> 64) as u64
}

fn hash_str(text: &str) -> u64 {
    let mut chunks = text.as_bytes().chunks_exact(8);
    let mut state = 1;
    for chunk in &mut chunks {
        state = mix(state, chunk.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
    }
    let rest = chunks.remainder().iter().fold(text.len() as u64, |word, &byte| word << 8 | u64::from(byte));
    mix(state, rest)
}

/// Equal keys have equal hashes, whatever their types: 1, 1.0 and True are one key.
fn hash(key: &Value) -> Result<u64> {
    Ok(match key {
        Value::None => 2,
        Value::Bool(b) => mix(3, u64::from(*b)),
        Value::Int(i) => mix(3, *i as u64),
        Value::Float(x) => {
            let whole = *x as i64;
            let bits = if whole as f64 == *x { whole as u64 } else { x.to_bits() };
            mix(3, bits)
        }
        Value::Scalar(_) => match plain(key) {
            Value::Scalar(Scalar::C128(re, im)) => mix(re.to_bits(), im.to_bits()),
            plain => return hash(&plain),
        },
        Value::Str(text) => hash_str(text),
        Value::Tuple(items) => items.iter().try_fold(5, |state, item| hash(item).map(|item| mix(state, item)))?,
        Value::Range(range) => mix(6, range.len() as u64),
        Value::Ellipsis => 7,
        Value::Type(_) => 8,
        Value::Record(record) => match record.class.likeness {
            Likeness::Fields => return Err(unhashable(key)),
            Likeness::Frozen | Likeness::Member => {
                record.fields.borrow().iter().try_fold(9, |state, item| hash(item).map(|item| mix(state, item)))?
            }
            Likeness::Identity => mix(10, Rc::as_ptr(&record.fields) as usize as u64),
        },
        Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Deque(_) | Value::Array(_) | Value::Slice(_) => {
            return Err(unhashable(key));
        }
    })
}

fn unhashable(key: &Value) -> Exception {
    Exception::type_error(text!("unhashable type: '{}'", format::type_path(key)))
}

/// A NumPy scalar as the number of Python's that equals it, which only one with an imaginary part has not.
fn plain(key: &Value) -> Value {
    match key {
        Value::Scalar(Scalar::C64(re, 0.0)) => Value::Float(f64::from(*re)),
        Value::Scalar(Scalar::C64(re, im)) => Value::Scalar(Scalar::C128(f64::from(*re), f64::from(*im))),
        Value::Scalar(Scalar::C128(re, 0.0)) => Value::Float(*re),
        Value::Scalar(scalar) => array::item(*scalar),
        other => other.clone(),
    }
}

fn same_key(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Scalar(_), _) | (_, Value::Scalar(_)) => match (plain(a), plain(b)) {
            (Value::Scalar(a), Value::Scalar(b)) => a == b,
            (Value::Scalar(_), _) | (_, Value::Scalar(_)) => false,
            (a, b) => same_key(&a, &b),
        },
        (Value::Tuple(a), Value::Tuple(b)) => a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| same_key(a, b)),
        (Value::None, Value::None) | (Value::Ellipsis, Value::Ellipsis) => true,
        (Value::Record(a), Value::Record(b)) => {
            let alike = || a.fields.borrow().iter().zip(&*b.fields.borrow()).all(|(a, b)| same_key(a, b));
            a.same(b)
                || matches!(a.class.likeness, Likeness::Frozen | Likeness::Member) && a.class == b.class && alike()
        }
        (Value::Type(a), Value::Type(b)) => a == b,
        (Value::Range(a), Value::Range(b)) => ops::same_range(*a, *b),
        // NaN is found again by its bits.
        (Value::Float(a), Value::Float(b)) => a == b || a.to_bits() == b.to_bits(),
        (a, b) => match (Number::of(a), Number::of(b)) {
            (Some(a), Some(b)) => number::compare(a, b) == Some(Ordering::Equal),
            // Nothing else is hashable.
            _ => false,
        },
    }
}
