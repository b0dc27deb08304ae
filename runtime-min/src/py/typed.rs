//! What compiled code does with values whose types it knows in part: elements of arrays by number, lengths, counting, unpacking.

use super::array::{self, Array};
use super::ops::{self, as_index};
use super::{Exception, Result, Value, builtins, expect, methods};
use alloc::vec::Vec;

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
    Ok(Steps { next: start, step, left: super::value::steps(start, stop, step) })
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
    ($($ty:ident $get:ident $set:ident $get2:ident $set2:ident;)*) => {$(
        #[doc = concat!("`array[i]` of an array of ", stringify!($ty), " with one axis.")]
        #[inline]
        pub fn $get(array: &Value, i: i64) -> Result<$ty> {
            if let Value::Array(a) = array && let Some(x) = a.get([i]) {
                return Ok(x);
            }
            Err(no_element(array, &[i]))
        }

        #[doc = concat!("`array[i] = x` of an array of ", stringify!($ty), " with one axis.")]
        #[inline]
        pub fn $set(array: &Value, i: i64, x: $ty) -> Result<()> {
            if let Value::Array(a) = array && a.set([i], x) {
                return Ok(());
            }
            Err(no_element(array, &[i]))
        }

        #[doc = concat!("`array[i, j]` of an array of ", stringify!($ty), " with two axes.")]
        #[inline]
        pub fn $get2(array: &Value, i: i64, j: i64) -> Result<$ty> {
            if let Value::Array(a) = array && let Some(x) = a.get([i, j]) {
                return Ok(x);
            }
            Err(no_element(array, &[i, j]))
        }

        #[doc = concat!("`array[i, j] = x` of an array of ", stringify!($ty), " with two axes.")]
        #[inline]
        pub fn $set2(array: &Value, i: i64, j: i64, x: $ty) -> Result<()> {
            if let Value::Array(a) = array && a.set([i, j], x) {
                return Ok(());
            }
            Err(no_element(array, &[i, j]))
        }
    )*};
}

elements! {
    f32 get_f32 set_f32 get2_f32 set2_f32;
    f64 get_f64 set_f64 get2_f64 set2_f64;
}

/// The elements of an array with one axis, one after the other.
#[derive(Clone, Debug)]
pub struct Each<T> {
    array: Array,
    next: i64,
    length: i64,
    element: core::marker::PhantomData<T>,
}

impl<T: array::Element> Each<T> {
    fn new(value: &Value) -> Result<Each<T>> {
        let array = array(value)?.clone();
        let length = *array.shape().first().ok_or_else(expect::broken)? as i64;
        Ok(Each { array, next: 0, length, element: core::marker::PhantomData })
    }
}

impl<T: array::Element> Iterator for Each<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        // What a loop changes in the array, it sees.
        let item = if self.next < self.length { self.array.get([self.next]) } else { None };
        self.next += 1;
        item
    }
}

/// The elements of an array of f32.
pub fn each_f32(array: &Value) -> Result<Each<f32>> {
    Each::new(array)
}

/// The elements of an array of f64.
pub fn each_f64(array: &Value) -> Result<Each<f64>> {
    Each::new(array)
}

/// What `f` makes of an element of a list or deque, if there is one.
#[inline]
fn with_item<R>(list: &Value, i: i64, f: impl Fn(&Value) -> Option<R>) -> Option<R> {
    let place = |length: usize| usize::try_from(if i < 0 { i + length as i64 } else { i }).ok();
    match list {
        Value::List(list) => {
            let items = list.0.borrow();
            items.get(place(items.len())?).and_then(f)
        }
        Value::Deque(deque) => {
            let items = deque.items.borrow();
            items.get(place(items.len())?).and_then(f)
        }
        _ => None,
    }
}

/// `list[i]` of a list or deque of floats.
#[inline]
pub fn item_float(list: &Value, i: i64) -> Result<f64> {
    let found = with_item(list, i, |item| if let Value::Float(x) = item { Some(*x) } else { None });
    found.map_or_else(|| expect::float(&ops::get_item(list, &Value::Int(i))?), Ok)
}

/// `list[i]` of a list or deque of whole numbers.
#[inline]
pub fn item_int(list: &Value, i: i64) -> Result<i64> {
    let found = with_item(list, i, |item| if let Value::Int(x) = item { Some(*x) } else { None });
    found.map_or_else(|| expect::int(&ops::get_item(list, &Value::Int(i))?), Ok)
}

/// `list[i] = item`
#[inline]
pub fn put(list: &Value, i: i64, item: Value) -> Result<()> {
    if let Value::List(list) = list {
        let mut items = list.0.borrow_mut();
        let at = if i < 0 { i + items.len() as i64 } else { i };
        if let Some(place) = usize::try_from(at).ok().and_then(|at| items.get_mut(at)) {
            let old = core::mem::replace(place, item);
            drop(items);
            drop(old);
            return Ok(());
        }
    }
    ops::set_item(list, &Value::Int(i), &item)
}

/// `list.append(item)`
#[inline]
pub fn append(list: &Value, item: Value) -> Result<()> {
    match list {
        Value::List(list) => list.push(item),
        Value::Deque(deque) => deque.push(item),
        other => drop(methods::append(&[other.clone(), item])?),
    }
    Ok(())
}

/// `deque.popleft()`
#[inline]
pub fn popleft(deque: &Value) -> Result {
    if let Value::Deque(deque) = deque {
        let item = deque.items.borrow_mut().pop_front();
        if let Some(item) = item {
            deque.note_change();
            return Ok(item);
        }
    }
    methods::popleft(core::slice::from_ref(deque))
}

/// An array.
#[inline]
fn array(value: &Value) -> Result<&Array> {
    match value {
        Value::Array(a) => Ok(a),
        _ => Err(expect::broken()),
    }
}

/// `array[index]`
pub fn get_item(object: &Value, index: &Value) -> Result {
    array::get_item(array(object)?, index)
}

/// `array[index] = x`
pub fn set_item(object: &Value, index: &Value, x: &Value) -> Result<()> {
    array::set_item(array(object)?, index, x)
}

/// `array[index]` where the index consists of numbers and slices.
pub fn view(object: &Value, index: &Value) -> Result {
    array::view(array(object)?, index)
}

/// `array[index] = x` where the index consists of numbers and slices.
pub fn set_view(object: &Value, index: &Value, x: &Value) -> Result<()> {
    let parts = if let Value::Tuple(parts) = index { parts } else { core::slice::from_ref(index) };
    array::assign(&array::view_of(array(object)?, parts)?, &array::Operand::of(x)?)
}

/// Whether an array, which must have one element, is true.
pub fn array_truth(object: &Value) -> Result<bool> {
    array::truth(object)
}

/// `array.shape`
pub fn shape(object: &Value) -> Result {
    Ok(Value::tuple(array(object)?.shape().iter().map(|n| Value::Int(*n as i64)).collect::<Vec<_>>()))
}

/// `array.shape[axis]`, and `len(array)` where the axis is 0.
#[inline]
pub fn length(object: &Value, axis: i64) -> Result<i64> {
    let shape = array(object)?.shape();
    let axis = if axis < 0 { axis + shape.len() as i64 } else { axis };
    let length = usize::try_from(axis).ok().and_then(|axis| shape.get(axis));
    length.map(|n| *n as i64).ok_or_else(|| Exception::index_error("tuple index out of range"))
}

/// `array.size`
#[inline]
pub fn size(object: &Value) -> Result<i64> {
    Ok(array(object)?.size() as i64)
}

/// `array.ndim`
#[inline]
pub fn ndim(object: &Value) -> Result<i64> {
    Ok(array(object)?.shape().len() as i64)
}

/// `array.T`
pub fn transposed(object: &Value) -> Result {
    Ok(Value::Array(array(object)?.transposed()))
}

/// An index that is out of range, or what the compiler knew less of than it thought.
#[cold]
fn no_element(array: &Value, index: &[i64]) -> Exception {
    match array {
        Value::Array(a) if a.shape().len() == index.len() => array::no_element(a, index),
        _ => expect::broken(),
    }
}
