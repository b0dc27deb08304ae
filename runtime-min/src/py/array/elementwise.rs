//! Loops over the elements of one or two operands. What is in a loop is a closure over plain numbers, and operands are slices or
//! single elements, so that loops go in lanes. Closures own these numbers (`move`): what is read through a reference is read
//! again for every element wherever the compiler leaves the loop a function of its own, and keeps it from going in lanes.

use super::element::{Element, present, with_dtype};
use super::promote::{Items, Operand, no_broadcast, result_shape};
use super::{Array, broadcast_shapes, shape_text};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// Whether a program writes results into arrays that are there.
pub const IN_PLACE: bool = cfg!(feature = "py-in-place");

/// `f` of every element.
#[inline]
pub fn map<T: Element, R: Element>(x: &Operand, f: impl Fn(T) -> R) -> Value {
    present::<T>();
    if let Some(one) = x.single::<T>() {
        return Value::Scalar(f(one).scalar());
    }
    let items: Vec<R> = x.items::<T>(x.shape()).many().iter().map(|a| f(*a)).collect();
    Value::Array(Array::new(items, x.shape()))
}

#[inline]
fn zip_items<T: Element, R: Element>(x: &Items<'_, T>, y: &Items<'_, T>, size: usize, f: impl Fn(T, T) -> R) -> Vec<R> {
    match (x, y) {
        (Items::One(a), Items::One(b)) => alloc::vec![f(*a, *b); size],
        (Items::One(a), _) => {
            let a = *a;
            y.many().iter().map(move |b| f(a, *b)).collect()
        }
        (_, Items::One(b)) => {
            let b = *b;
            x.many().iter().map(move |a| f(*a, b)).collect()
        }
        _ => x.many().iter().zip(y.many()).map(|(a, b)| f(*a, *b)).collect(),
    }
}

/// `f` of every pair.
#[inline]
pub fn zip<T: Element, R: Element>(x: &Operand, y: &Operand, f: impl Fn(T, T) -> R) -> Result {
    present::<T>();
    if let (Some(a), Some(b)) = (x.single::<T>(), y.single::<T>()) {
        return Ok(Value::Scalar(f(a, b).scalar()));
    }
    let shape = result_shape(x, y)?;
    let items = zip_items(&x.items::<T>(&shape), &y.items::<T>(&shape), shape.iter().product(), f);
    Ok(Value::Array(Array::new(items, &shape)))
}

/// `f` of every pair; with a `target`, which is `x`, the result goes there.
#[inline]
pub fn zip_same<T: Element>(x: &Operand, y: &Operand, target: Option<&Array>, f: impl Fn(T, T) -> T) -> Result {
    present::<T>();
    let Some(target) = target.filter(|_| IN_PLACE) else { return zip(x, y, f) };
    let shape =
        broadcast_shapes(x.shape(), y.shape()).ok_or_else(|| no_broadcast(&[x.shape(), y.shape(), target.shape()]))?;
    if shape == target.shape() {
        // What shares storage with the target is read before it is changed.
        let own = match y {
            Operand::Array(y) if y.shares_storage(target) => Some(Operand::Array(y.copy())),
            _ => None,
        };
        let items = own.as_ref().unwrap_or(y).items::<T>(target.shape());
        let is_done = target.with_items_mut::<T>(|out| match &items {
            Items::One(b) => {
                let b = *b;
                out.iter_mut().for_each(|a| *a = f(*a, b));
            }
            many => out.iter_mut().zip(many.many()).for_each(|(a, b)| *a = f(*a, *b)),
        });
        if is_done {
            return Ok(Value::Array(target.clone()));
        }
    }
    put(target, &zip(x, y, f)?)
}

/// A result into the array that was named for it.
pub fn put(target: &Array, result: &Value) -> Result {
    let result = Operand::of(result)?;
    if result.shape() != target.shape() && !result.shape().is_empty() {
        return Err(Exception::value_error(text!(
            "non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
            shape_text(target.shape()),
            shape_text(result.shape())
        )));
    }
    assign(target, &result)?;
    Ok(Value::Array(target.clone()))
}

/// `target[...] = value`: cast and broadcast.
pub fn assign(target: &Array, value: &Operand) -> Result<()> {
    value.check(target.dtype())?;
    with_dtype!(target.dtype(), T => {
        if let Some(one) = value.single::<T>() {
            target.store_all(one);
            return Ok(());
        }
        let shape = target.shape();
        // NumPy lets leading axes of length 1 go.
        let extra = value.shape().len().saturating_sub(shape.len());
        let source = match value {
            Operand::Array(a) if a.shape()[..extra].iter().all(|n| *n == 1) => {
                a.view(&a.shape()[extra..], &a.strides()[extra..], a.offset()).broadcast_to(shape)
            }
            _ => None,
        };
        let Some(source) = source else {
            return Err(Exception::value_error(text!("could not broadcast input array from shape {} into shape {}", shape_text(value.shape()), shape_text(shape))));
        };
        match source.borrow::<T>() {
            Some(items) if !source.shares_storage(target) => target.store(&items),
            kept => {
                drop(kept);
                target.store(&source.to_vec::<T>());
            }
        }
    });
    Ok(())
}
