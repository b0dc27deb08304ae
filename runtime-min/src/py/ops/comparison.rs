//! `==`, `<` and their like, `is` and `in`.

use super::{Compare, compare, iterate, numpy, truth};
use crate::py::array::{Dtype, dynamic};
use crate::py::containers::Likeness;
use crate::py::number::{self, Number};
use crate::py::value::{Class, Range};
use crate::py::{Exception, Result, Value, format};
use crate::text::text;
use alloc::rc::Rc;
use core::cmp::Ordering;

/// `a == b`: an array where one is.
#[inline]
pub fn eq(a: &Value, b: &Value) -> Result {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a == b)),
        (Value::Str(a), Value::Str(b)) => Ok(Value::Bool(a == b)),
        _ if numpy(a) || numpy(b) => dynamic::compare(Compare::Eq, a, b),
        _ => values_equal(a, b).map(Value::Bool),
    }
}

/// `a != b`
#[inline]
pub fn ne(a: &Value, b: &Value) -> Result {
    if numpy(a) || numpy(b) {
        return dynamic::compare(Compare::Ne, a, b);
    }
    values_equal(a, b).map(|equal| Value::Bool(!equal))
}

macro_rules! orders {
    ($($(#[$doc:meta])* $name:ident $op:ident $symbol:tt;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(a: &Value, b: &Value) -> Result {
            match (a, b) {
                (Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a $symbol b)),
                (Value::Float(a), Value::Float(b)) => Ok(Value::Bool(a $symbol b)),
                _ => order(Compare::$op, stringify!($symbol), a, b),
            }
        }
    )*};
}

orders! {
    /// `a < b`
    lt Lt <;
    /// `a <= b`
    le Le <=;
    /// `a > b`
    gt Gt >;
    /// `a >= b`
    ge Ge >=;
}

/// Whether two elements of a container count as equal: the same object, or equal ones.
#[inline]
pub fn equal_items(a: &Value, b: &Value) -> Result<bool> {
    Ok(identical(a, b) || truth(&eq(a, b)?)?)
}

fn all_equal<'a>(
    mut a: impl ExactSizeIterator<Item = &'a Value>,
    mut b: impl ExactSizeIterator<Item = &'a Value>,
) -> Result<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    while let (Some(a), Some(b)) = (a.next(), b.next()) {
        if !equal_items(a, b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Of values that are not NumPy's; what they hold may be.
fn values_equal(a: &Value, b: &Value) -> Result<bool> {
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return Ok(number::compare(a, b) == Some(Ordering::Equal));
    }
    Ok(match (a, b) {
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::None, Value::None) | (Value::Ellipsis, Value::Ellipsis) => true,
        (Value::List(a), Value::List(b)) => all_equal(a.0.borrow().iter(), b.0.borrow().iter())?,
        (Value::Tuple(a), Value::Tuple(b)) => all_equal(a.iter(), b.iter())?,
        (Value::Slice(a), Value::Slice(b)) => all_equal(a.iter(), b.iter())?,
        (Value::Deque(a), Value::Deque(b)) => all_equal(a.items.borrow().iter(), b.items.borrow().iter())?,
        (Value::Record(a), Value::Record(b)) if a.class.likeness == Likeness::Identity => a.same(b),
        (Value::Record(a), Value::Record(b)) => {
            a.class == b.class && all_equal(a.fields.borrow().iter(), b.fields.borrow().iter())?
        }
        (Value::Set(a), Value::Set(b)) => a.len() == b.len() && a.is_subset(b)?,
        (Value::Range(a), Value::Range(b)) => same_range(*a, *b),
        (Value::Type(Class::Dtype(dtype)), Value::Str(name)) | (Value::Str(name), Value::Type(Class::Dtype(dtype))) => {
            dynamic::is_dtype(*dtype, name)
        }
        (Value::Type(a), Value::Type(b)) => same_class(*a, *b),
        (Value::Dict(a), Value::Dict(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (key, value) in a.items() {
                match b.get(&key)? {
                    Some(other) if equal_items(&value, &other)? => {}
                    Some(_) | None => return Ok(false),
                }
            }
            true
        }
        _ => false,
    })
}

fn holds(op: Compare, ordering: Option<Ordering>) -> bool {
    match op {
        Compare::Lt => ordering == Some(Ordering::Less),
        Compare::Gt => ordering == Some(Ordering::Greater),
        Compare::Le => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
        Compare::Ge => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        Compare::Eq => ordering == Some(Ordering::Equal),
        Compare::Ne => ordering != Some(Ordering::Equal),
        Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => false,
    }
}

fn order(op: Compare, symbol: &str, a: &Value, b: &Value) -> Result {
    if numpy(a) || numpy(b) {
        return dynamic::compare(op, a, b);
    }
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return Ok(Value::Bool(holds(op, number::compare(a, b))));
    }
    match (a, b) {
        // UTF-8 sorts as code points do.
        (Value::Str(a), Value::Str(b)) => Ok(Value::Bool(holds(op, Some(a.cmp(b))))),
        (Value::List(a), Value::List(b)) => lexicographic(op, a.0.borrow().iter(), b.0.borrow().iter()),
        (Value::Tuple(a), Value::Tuple(b)) => lexicographic(op, a.iter(), b.iter()),
        (Value::Slice(a), Value::Slice(b)) => lexicographic(op, a.iter(), b.iter()),
        (Value::Deque(a), Value::Deque(b)) => lexicographic(op, a.items.borrow().iter(), b.items.borrow().iter()),
        (Value::Set(a), Value::Set(b)) => Ok(Value::Bool(match op {
            Compare::Lt => a.len() < b.len() && a.is_subset(b)?,
            Compare::Gt => b.len() < a.len() && b.is_subset(a)?,
            Compare::Le => a.is_subset(b)?,
            _ => b.is_subset(a)?,
        })),
        _ => {
            let (a, b) = (format::type_path(a), format::type_path(b));
            Err(Exception::type_error(text!("'{}' not supported between instances of '{}' and '{}'", symbol, a, b)))
        }
    }
}

/// The first elements that differ decide, else the lengths.
fn lexicographic<'a>(
    op: Compare,
    mut a: impl ExactSizeIterator<Item = &'a Value>,
    mut b: impl ExactSizeIterator<Item = &'a Value>,
) -> Result {
    let lengths = a.len().cmp(&b.len());
    while let (Some(a), Some(b)) = (a.next(), b.next()) {
        if !equal_items(a, b)? {
            return compare(op, a, b);
        }
    }
    Ok(Value::Bool(holds(op, Some(lengths))))
}

/// Whether two values are one object. Numbers and strings are where they are of one type and alike.
fn identical(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::None, Value::None) | (Value::Ellipsis, Value::Ellipsis) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Type(a), Value::Type(b)) => a == b,
        (Value::Range(a), Value::Range(b)) => a == b,
        (Value::List(a), Value::List(b)) => a.same(b),
        (Value::Tuple(a), Value::Tuple(b)) => Rc::ptr_eq(a, b) || (a.is_empty() && b.is_empty()),
        (Value::Slice(a), Value::Slice(b)) => a.same(b),
        (Value::Dict(a), Value::Dict(b)) => a.same(b),
        (Value::Set(a), Value::Set(b)) => a.same(b),
        (Value::Deque(a), Value::Deque(b)) => a.same(b),
        (Value::Record(a), Value::Record(b)) => {
            let both = || {
                a.class == b.class
                    && match (a.field(0), b.field(0)) {
                        (Value::Str(a), Value::Str(b)) => a == b,
                        (Value::Int(a), Value::Int(b)) => a == b,
                        _ => false,
                    }
            };
            a.same(b) || a.class.likeness == Likeness::Member && both()
        }
        _ => false,
    }
}

/// `a is b`
pub fn is(a: &Value, b: &Value) -> Result {
    Ok(Value::Bool(identical(a, b)))
}

/// `a is not b`
pub fn is_not(a: &Value, b: &Value) -> Result {
    Ok(Value::Bool(!identical(a, b)))
}

/// `item in container`
pub fn contains(item: &Value, container: &Value) -> Result {
    has(item, container).map(Value::Bool)
}

/// `item not in container`
pub fn not_contains(item: &Value, container: &Value) -> Result {
    has(item, container).map(|has| Value::Bool(!has))
}

/// Comparisons as conditions.
pub mod test {
    use super::super::truth;
    use super::{Result, Value};

    macro_rules! tests {
        ($($name:ident $doc:literal;)*) => {$(
            #[doc = concat!("Whether `", $doc, "` is true.")]
            #[inline]
            pub fn $name(a: &Value, b: &Value) -> Result<bool> {
                truth(&super::$name(a, b)?)
            }
        )*};
    }

    tests! {
        eq "a == b";
        ne "a != b";
        lt "a < b";
        le "a <= b";
        gt "a > b";
        ge "a >= b";
        is "a is b";
        is_not "a is not b";
        contains "a in b";
        not_contains "a not in b";
    }
}

fn has(item: &Value, container: &Value) -> Result<bool> {
    match container {
        Value::Dict(dict) => dict.contains(item),
        Value::Set(set) => set.contains(item),
        Value::List(list) => any_equal(list.0.borrow().iter(), item),
        Value::Tuple(items) => any_equal(items.iter(), item),
        Value::Deque(deque) => any_equal(deque.items.borrow().iter(), item),
        Value::Str(text) => match item {
            Value::Str(part) => Ok(text.contains(&**part)),
            _ => Err(Exception::type_error(text!(
                "'in <string>' requires string as left operand, not {}",
                format::type_path(item)
            ))),
        },
        Value::Range(range) => match Number::of(item) {
            Some(Number::Int(i)) => Ok(range.contains(i)),
            Some(Number::Float(x)) if x as i64 as f64 == x => Ok(range.contains(x as i64)),
            Some(Number::Float(_)) => Ok(false),
            None => {
                let mut numbers = iterate(container)?;
                while let Some(number) = numbers.next()? {
                    if equal_items(&number, item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        },
        Value::Array(_) => any_true(&dynamic::compare(Compare::Eq, container, item)?),
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Scalar(_)
        | Value::Record(_)
        | Value::Slice(_)
        | Value::Ellipsis
        | Value::Type(_) => {
            Err(Exception::type_error(text!("argument of type '{}' is not iterable", format::type_path(container))))
        }
    }
}

/// Whether an element of an array of any shape is true.
fn any_true(value: &Value) -> Result<bool> {
    let Value::Array(array) = value else { return truth(value) };
    for index in 0..dynamic::len(array)? {
        if any_true(&dynamic::element(array, index)?)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn any_equal<'a>(items: impl Iterator<Item = &'a Value>, item: &Value) -> Result<bool> {
    for candidate in items {
        if equal_items(candidate, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ranges are equal where they have the same numbers.
pub(in crate::py) fn same_range(a: Range, b: Range) -> bool {
    let len = a.len();
    len == b.len() && (len == 0 || a.start == b.start) && (len < 2 || a.step == b.step)
}

/// A `dtype` equals the classes that stand for it.
fn same_class(a: Class, b: Class) -> bool {
    let is = |dtype: Dtype, class: Class| match class {
        Class::Scalar(other) => other == dtype,
        Class::Float => dtype == Dtype::F64,
        Class::Int => dtype == Dtype::I64,
        Class::Bool => dtype == Dtype::Bool,
        _ => false,
    };
    match (a, b) {
        (Class::Dtype(a), Class::Dtype(b)) => a == b,
        (Class::Dtype(dtype), class) | (class, Class::Dtype(dtype)) => is(dtype, class),
        (a, b) => a == b,
    }
}
