//! What compiled code does with values whose types it knows in part: elements of arrays by number, lengths, counting, unpacking.

use super::array::Scalar;
use super::ops::{self, as_index};
use super::{Exception, Result, Value, builtins, expect};

/// `len(object)`
#[inline]
pub fn len(object: &Value) -> Result<i64> {
    Ok(builtins::length(object)? as i64)
}

/// The first of two, unless the second is less.
#[inline]
pub fn lesser<T: PartialOrd>(best: T, next: T) -> T {
    if next < best { next } else { best }
}

/// The first of two, unless the second is greater.
#[inline]
pub fn greater<T: PartialOrd>(best: T, next: T) -> T {
    if next > best { next } else { best }
}

/// The numbers of a range, one after the other.
#[derive(Clone, Debug)]
pub struct Steps {
    next: i64,
    step: i64,
    left: usize,
}

impl Iterator for Steps {
    type Item = i64;

    #[inline]
    fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        let number = self.next;
        self.next = number.wrapping_add(self.step);
        Some(number)
    }
}

/// `range(start, stop, step)`
#[inline]
pub fn range(start: i64, stop: i64, step: i64) -> Result<Steps> {
    if step == 0 {
        return Err(Exception::value_error("range() arg 3 must not be zero"));
    }
    let range = super::value::Range { start, stop, step };
    Ok(Steps { next: start, step, left: range.len() })
}

/// The same of values, which must be whole numbers.
pub fn range_of(start: &Value, stop: &Value, step: &Value) -> Result<Steps> {
    range(as_index(start)?, as_index(stop)?, as_index(step)?)
}

/// As many elements as there are targets.
#[inline]
pub fn unpack<const N: usize>(value: &Value) -> Result<[Value; N]> {
    if let Value::Tuple(items) = value
        && let Ok(items) = <&[Value; N]>::try_from(&**items)
    {
        return Ok(items.clone());
    }
    ops::unpack(value, N)?.try_into().map_err(|_| expect::broken())
}

/// Elements for `before` targets, a list of those between, and elements for `after` targets.
#[inline]
pub fn unpack_starred<const N: usize>(value: &Value, before: usize, after: usize) -> Result<[Value; N]> {
    ops::unpack_starred(value, before, after)?.try_into().map_err(|_| expect::broken())
}

macro_rules! elements {
    ($($ty:ident $variant:ident $get:ident $set:ident $get2:ident $set2:ident;)*) => {$(
        #[doc = concat!("`array[i]` of an array of ", stringify!($ty), " with one axis.")]
        #[inline]
        pub fn $get(array: &Value, i: i64) -> Result<$ty> {
            if let Value::Array(a) = array && let Some(x) = a.get([i]) {
                return Ok(x);
            }
            expect::$ty(&get_any(array, &Value::Int(i))?)
        }

        #[doc = concat!("`array[i] = x` of an array of ", stringify!($ty), " with one axis.")]
        #[inline]
        pub fn $set(array: &Value, i: i64, x: $ty) -> Result<()> {
            if let Value::Array(a) = array && a.set([i], x) {
                return Ok(());
            }
            set_any(array, &Value::Int(i), Scalar::$variant(x))
        }

        #[doc = concat!("`array[i, j]` of an array of ", stringify!($ty), " with two axes.")]
        #[inline]
        pub fn $get2(array: &Value, i: i64, j: i64) -> Result<$ty> {
            if let Value::Array(a) = array && let Some(x) = a.get([i, j]) {
                return Ok(x);
            }
            expect::$ty(&get_any(array, &Value::tuple([Value::Int(i), Value::Int(j)]))?)
        }

        #[doc = concat!("`array[i, j] = x` of an array of ", stringify!($ty), " with two axes.")]
        #[inline]
        pub fn $set2(array: &Value, i: i64, j: i64, x: $ty) -> Result<()> {
            if let Value::Array(a) = array && a.set([i, j], x) {
                return Ok(());
            }
            set_any(array, &Value::tuple([Value::Int(i), Value::Int(j)]), Scalar::$variant(x))
        }
    )*};
}

elements! {
    f32 F32 get_f32 set_f32 get2_f32 set2_f32;
    f64 F64 get_f64 set_f64 get2_f64 set2_f64;
}

/// An index that is out of range, and what the compiler knew less of than it thought.
#[cold]
fn get_any(array: &Value, index: &Value) -> Result {
    ops::get_item(array, index)
}

/// As [`get_any`].
#[cold]
fn set_any(array: &Value, index: &Value, x: Scalar) -> Result<()> {
    ops::set_item(array, index, &Value::Scalar(x))
}
