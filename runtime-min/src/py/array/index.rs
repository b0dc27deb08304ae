//! Subscripts: numbers and slices give views, masks and arrays of indices give copies.

use super::construct::array_of;
use super::element::with_dtype;
use super::elementwise::assign;
use super::promote::Operand;
use super::{Array, Dtype, Scalar, broadcast_shapes, shape_text};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// One part of a subscript.
enum Part {
    Whole(i64),
    /// A slice; whatever is none stands for all of the axis.
    Slice(Value),
    NewAxis,
    Ellipsis,
    /// Indices along one axis.
    Indices(Array),
    /// Truth values over as many axes as it has.
    Mask(Array),
}

impl Part {
    fn of(value: &Value) -> Result<Part> {
        let invalid = || {
            Exception::index_error(
                "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices",
            )
        };
        let array = match value {
            Value::Int(i) => return Ok(Part::Whole(*i)),
            Value::Scalar(x) if x.dtype().is_integer() => return Ok(Part::Whole(x.cast())),
            Value::Slice(_) => return Ok(Part::Slice(value.clone())),
            Value::None => return Ok(Part::NewAxis),
            Value::Ellipsis => return Ok(Part::Ellipsis),
            Value::Bool(x) => Array::of_scalar(Scalar::Bool(*x)),
            Value::Scalar(x @ Scalar::Bool(_)) => Array::of_scalar(*x),
            Value::Array(a) => a.clone(),
            Value::List(_) | Value::Tuple(_) | Value::Range(_) => {
                let a = array_of(value, None)?;
                if a.size() == 0 { a.astype(Dtype::I64) } else { a }
            }
            _ => return Err(invalid()),
        };
        match array.dtype() {
            Dtype::Bool => Ok(Part::Mask(array)),
            Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 => Ok(Part::Indices(array)),
            Dtype::F32 | Dtype::F64 | Dtype::C64 | Dtype::C128 => Err(match value {
                Value::Scalar(_) | Value::List(_) => invalid(),
                _ => Exception::index_error("arrays used as indices must be of integer (or boolean) type"),
            }),
        }
    }

    /// How many axes it takes away.
    fn axes(&self) -> usize {
        match self {
            Part::Whole(_) | Part::Slice(_) | Part::Indices(_) => 1,
            Part::NewAxis | Part::Ellipsis => 0,
            Part::Mask(mask) => mask.shape().len(),
        }
    }
}

/// Start, number and step of a slice of `length` elements.
pub fn slice_bounds(slice: &Value, length: usize) -> Result<(isize, usize, isize)> {
    let Value::Slice(parts) = slice else { return Ok((0, length, 1)) };
    let number = |value: &Value| match value {
        Value::None => Ok(None),
        Value::Int(i) => Ok(Some(*i)),
        Value::Bool(b) => Ok(Some(i64::from(*b))),
        Value::Scalar(x) if x.dtype().is_integer() => Ok(Some(x.cast::<i64>())),
        _ => Err(Exception::type_error("slice indices must be integers or None or have an __index__ method")),
    };
    let (start, stop, step) = (number(&parts[0])?, number(&parts[1])?, number(&parts[2])?.unwrap_or(1).max(-i64::MAX));
    if step == 0 {
        return Err(Exception::value_error("slice step cannot be zero"));
    }
    let length = length as i64;
    let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let within = |x: i64| if x < 0 { (x + length).clamp(low, high) } else { x.clamp(low, high) };
    let start = start.map_or(if step > 0 { low } else { high }, within);
    let stop = stop.map_or(if step > 0 { high } else { low }, within);
    let span = if step > 0 { stop - start } else { start - stop };
    let count = if span > 0 { (span - 1) / step.abs() + 1 } else { 0 };
    Ok((start as isize, count as usize, step as isize))
}

/// A position along an axis, negative ones from its end.
pub fn position(index: i64, axis: usize, length: usize) -> Result<usize> {
    let from_start = if index < 0 { index + length as i64 } else { index };
    usize::try_from(from_start).ok().filter(|i| *i < length).ok_or_else(|| {
        Exception::index_error(text!("index {} is out of bounds for axis {} with size {}", index, axis, length))
    })
}

/// `a[index]` where the index is a number, a slice, `None`, `...`, or a tuple of them.
pub fn view(a: &Array, index: &Value) -> Result {
    let (parts, keeps_array) = match index {
        Value::Tuple(items) => (&items[..], items.iter().any(|p| matches!(p, Value::Ellipsis))),
        one => (core::slice::from_ref(one), matches!(one, Value::Ellipsis)),
    };
    let view = view_of(a, parts)?;
    Ok(if keeps_array { Value::Array(view) } else { view.value() })
}

/// The view that a subscript names.
pub fn view_of(a: &Array, parts: &[Value]) -> Result<Array> {
    let is_axis = |part: &&Value| !matches!(part, Value::None | Value::Ellipsis);
    let taken = parts.iter().filter(is_axis).count();
    let dimensions = a.shape().len();
    if taken > dimensions {
        return Err(too_many(dimensions, taken));
    }
    if parts.iter().filter(|p| matches!(p, Value::Ellipsis)).count() > 1 {
        return Err(two_ellipses());
    }
    let (mut shape, mut strides, mut offset) = (Vec::new(), Vec::new(), a.offset() as isize);
    let mut axis = 0;
    for part in parts {
        match part {
            Value::None => {
                shape.push(1);
                strides.push(0);
            }
            Value::Ellipsis => {
                let end = axis + dimensions - taken;
                shape.extend_from_slice(&a.shape()[axis..end]);
                strides.extend_from_slice(&a.strides()[axis..end]);
                axis = end;
            }
            Value::Slice(_) => {
                let (start, count, step) = slice_bounds(part, a.shape()[axis])?;
                if count > 0 {
                    offset += start * a.strides()[axis];
                }
                shape.push(count);
                strides.push(a.strides()[axis].wrapping_mul(step));
                axis += 1;
            }
            number => {
                let Some(i) = crate::py::ops::index_of(number) else { return Err(crate::py::expect::broken()) };
                offset += position(i, axis, a.shape()[axis])? as isize * a.strides()[axis];
                axis += 1;
            }
        }
    }
    shape.extend_from_slice(&a.shape()[axis..]);
    strides.extend_from_slice(&a.strides()[axis..]);
    super::view::check_dimensions(&shape)?;
    Ok(a.view(&shape, &strides, offset as usize))
}

#[cold]
fn too_many(dimensions: usize, taken: usize) -> Exception {
    Exception::index_error(text!(
        "too many indices for array: array is {}-dimensional, but {} were indexed",
        dimensions,
        taken
    ))
}

#[cold]
fn two_ellipses() -> Exception {
    Exception::index_error("an index can only have a single ellipsis ('...')")
}

/// Why there is no element at a number for each axis.
#[cold]
pub fn no_element(a: &Array, index: &[i64]) -> Exception {
    let places = index.iter().zip(a.shape()).enumerate();
    let wrong = places.filter_map(|(axis, (i, length))| position(*i, axis, *length).err()).next();
    wrong.unwrap_or_else(crate::py::expect::broken)
}

/// What a subscript selects.
enum Selection {
    View(Array),
    /// Positions in the storage, and the shape they are in.
    Picked(Vec<usize>, Vec<usize>),
}

/// A view whose subscript was all numbers is an element; an ellipsis makes it an array nevertheless.
fn select(a: &Array, index: &Value) -> Result<Selection> {
    match index {
        Value::Tuple(items) => select_parts(a, &items.iter().map(Part::of).collect::<Result<Vec<_>>>()?),
        one => select_parts(a, &[Part::of(one)?]),
    }
}

fn select_parts(a: &Array, parts: &[Part]) -> Result<Selection> {
    let taken: usize = parts.iter().map(Part::axes).sum();
    let dimensions = a.shape().len();
    if taken > dimensions {
        return Err(too_many(dimensions, taken));
    }
    if parts.iter().filter(|p| matches!(p, Part::Ellipsis)).count() > 1 {
        return Err(two_ellipses());
    }
    let is_advanced = parts.iter().any(|p| matches!(p, Part::Indices(_) | Part::Mask(_)));

    // The view that numbers and slices leave; axes with indices stay whole in it, and are listed with them.
    let (mut shape, mut strides, mut offset) = (Vec::new(), Vec::new(), a.offset() as isize);
    let mut indices: Vec<(usize, usize, Array)> = Vec::new();
    let mut groups = 0;
    let mut was_advanced = false;
    let mut axis = 0;
    let keep = |axis: usize, shape: &mut Vec<usize>, strides: &mut Vec<isize>| {
        shape.push(a.shape()[axis]);
        strides.push(a.strides()[axis]);
    };
    for part in parts {
        let now_advanced = match part {
            Part::Whole(_) => is_advanced,
            Part::Indices(_) | Part::Mask(_) => true,
            Part::Slice(_) | Part::NewAxis | Part::Ellipsis => false,
        };
        if now_advanced && !was_advanced {
            groups += 1;
        }
        was_advanced = now_advanced;
        match part {
            Part::Whole(i) if is_advanced => {
                indices.push((shape.len(), axis, Array::of_scalar(Scalar::I64(*i))));
                keep(axis, &mut shape, &mut strides);
                axis += 1;
            }
            Part::Whole(i) => {
                offset += position(*i, axis, a.shape()[axis])? as isize * a.strides()[axis];
                axis += 1;
            }
            Part::Slice(slice) => {
                let (start, count, step) = slice_bounds(slice, a.shape()[axis])?;
                if count > 0 {
                    offset += start * a.strides()[axis];
                }
                shape.push(count);
                // A step beyond the array is that of one element, and is never taken.
                strides.push(a.strides()[axis].wrapping_mul(step));
                axis += 1;
            }
            Part::NewAxis => {
                shape.push(1);
                strides.push(0);
            }
            Part::Ellipsis => {
                for _ in 0..dimensions - taken {
                    keep(axis, &mut shape, &mut strides);
                    axis += 1;
                }
            }
            Part::Indices(which) => {
                indices.push((shape.len(), axis, which.clone()));
                keep(axis, &mut shape, &mut strides);
                axis += 1;
            }
            Part::Mask(mask) => {
                for (i, length) in mask.shape().iter().enumerate() {
                    // One that is empty picks nothing, whatever its lengths.
                    if mask.size() > 0 && *length != a.shape()[axis + i] {
                        return Err(Exception::index_error(text!(
                            "boolean index did not match indexed array along axis {}; size of axis is {} but size of \
                             corresponding boolean axis is {}",
                            axis + i,
                            a.shape()[axis + i],
                            length
                        )));
                    }
                }
                for which in true_indices(mask) {
                    indices.push((shape.len(), axis, which));
                    keep(axis, &mut shape, &mut strides);
                    axis += 1;
                }
            }
        }
    }
    while axis < dimensions {
        keep(axis, &mut shape, &mut strides);
        axis += 1;
    }
    super::view::check_dimensions(&shape)?;
    let view = a.view(&shape, &strides, offset as usize);
    if indices.is_empty() {
        return Ok(Selection::View(view));
    }

    let mut across: Vec<usize> = Vec::new();
    for (_, _, which) in &indices {
        across = broadcast_shapes(&across, which.shape()).ok_or_else(|| {
            let shapes: alloc::string::String = indices.iter().map(|(_, _, w)| shape_text(w.shape()) + " ").collect();
            Exception::index_error(text!(
                "shape mismatch: indexing arrays could not be broadcast together with shapes {}",
                shapes
            ))
        })?;
    }
    // What the indices add to the position, for each of their elements.
    let mut steps = alloc::vec![0isize; across.iter().product()];
    for (at, axis, which) in &indices {
        let items = which.broadcast_to(&across).map(|w| w.to_vec::<i64>()).unwrap_or_default();
        for (step, i) in steps.iter_mut().zip(items) {
            *step += position(i, *axis, shape[*at])? as isize * strides[*at];
        }
    }
    // Their axes go where they were if they are neighbours, else to the front.
    let first = if groups == 1 { indices[0].0 } else { 0 };
    let others: Vec<usize> = (0..shape.len()).filter(|i| indices.iter().all(|(at, _, _)| at != i)).collect();
    let (before, after) = others.split_at(others.iter().filter(|i| **i < first).count());
    let result: Vec<usize> =
        before.iter().map(|i| shape[*i]).chain(across.iter().copied()).chain(after.iter().map(|i| shape[*i])).collect();
    super::view::check_dimensions(&result)?;
    let mut positions = alloc::vec![offset];
    let extend = |positions: Vec<isize>, axes: &[usize]| {
        axes.iter().fold(positions, |all, i| {
            let (length, stride) = (shape[*i], strides[*i]);
            all.iter().flat_map(|p| (0..length).map(move |k| p + k as isize * stride)).collect()
        })
    };
    positions = extend(positions, before);
    positions = positions.iter().flat_map(|p| steps.iter().map(move |s| p + s)).collect();
    positions = extend(positions, after);
    Ok(Selection::Picked(positions.into_iter().map(|p| p as usize).collect(), result))
}

/// Where a mask is true: one array of indices for each of its axes.
pub fn true_indices(mask: &Array) -> Vec<Array> {
    let shape = mask.shape();
    let mut found: Vec<Vec<i64>> = alloc::vec![Vec::new(); shape.len()];
    for (i, is_true) in mask.to_vec::<bool>().into_iter().enumerate() {
        if is_true {
            let mut rest = i;
            for (axis, length) in shape.iter().enumerate().rev() {
                found[axis].push((rest % length) as i64);
                rest /= length;
            }
        }
    }
    found.into_iter().map(|items| Array::new(items.clone(), &[items.len()])).collect()
}

/// A mask of the shape of the array, where both lie in order.
fn plain_mask<'a>(a: &Array, index: &'a Value) -> Option<&'a Array> {
    match index {
        Value::Array(mask)
            if mask.dtype() == Dtype::Bool
                && mask.shape() == a.shape()
                && mask.is_contiguous()
                && a.is_contiguous()
                && !mask.shape().is_empty()
                && !mask.shares_storage(a) =>
        {
            Some(mask)
        }
        _ => None,
    }
}

/// `a[index]` for any index that NumPy takes.
pub fn get_item(a: &Array, index: &Value) -> Result {
    if let (Value::Int(i), [length]) = (index, a.shape()) {
        let at = a.offset() as isize + position(*i, 0, *length)? as isize * a.strides()[0];
        return Ok(Value::Scalar(a.at(at as usize)));
    }
    if let Some(mask) = plain_mask(a, index) {
        return Ok(with_dtype!(a.dtype(), T => mask.with_items::<bool, _>(|mask| a.with_items::<T, _>(|items| {
            let kept: Vec<T> = items.iter().zip(mask).filter(|(_, is_in)| **is_in).map(|(x, _)| *x).collect();
            let count = kept.len();
            Value::Array(Array::new(kept, &[count]))
        }))));
    }
    let keeps_array = match index {
        Value::Ellipsis => true,
        Value::Tuple(parts) => parts.iter().any(|p| matches!(p, Value::Ellipsis)),
        _ => false,
    };
    match select(a, index)? {
        Selection::View(view) if keeps_array => Ok(Value::Array(view)),
        Selection::View(view) => Ok(view.value()),
        Selection::Picked(positions, shape) => Ok(pick(a, &positions, &shape).value()),
    }
}

fn pick(a: &Array, positions: &[usize], shape: &[usize]) -> Array {
    with_dtype!(a.dtype(), T => {
        let storage = a.storage::<T>();
        let items: Vec<T> = positions.iter().map(|p| storage[*p]).collect();
        drop(storage);
        Array::new(items, shape)
    })
}

/// `np.take(a, indices, axis)`.
pub fn take(a: &Array, indices: &Array, axis: usize) -> Result<Array> {
    let mut parts: Vec<Part> = (0..axis).map(|_| Part::Slice(Value::None)).collect();
    parts.push(Part::Indices(indices.cast(Dtype::I64)));
    match select_parts(a, &parts)? {
        Selection::View(view) => Ok(view),
        Selection::Picked(positions, shape) => Ok(pick(a, &positions, &shape)),
    }
}

/// `a[index] = value`.
pub fn set_item(a: &Array, index: &Value, value: &Value) -> Result<()> {
    let value = if let Value::Float(x) = value
        && a.dtype().is_integer()
    {
        // NumPy asks Python for the whole number, which refuses where there is none.
        Operand::Int(super::to_int(&Value::Scalar(Scalar::F64(*x)))?)
    } else {
        Operand::of(value)?
    };
    if let (Value::Int(i), [length]) = (index, a.shape()) {
        let at = a.offset() as isize + position(*i, 0, *length)? as isize * a.strides()[0];
        return assign(&a.view(&[], &[], at as usize), &value);
    }
    if value.shape().is_empty()
        && let Some(mask) = plain_mask(a, index)
    {
        value.check(a.dtype())?;
        with_dtype!(a.dtype(), T => if let Some(x) = value.single::<T>() {
            mask.with_items::<bool, _>(|mask| a.with_items_mut::<T>(|items| {
                items.iter_mut().zip(mask).for_each(|(item, is_in)| *item = if *is_in { x } else { *item });
            }));
        });
        return Ok(());
    }
    match select(a, index)? {
        Selection::View(view) => assign(&view, &value),
        Selection::Picked(positions, shape) => put(a, index, &positions, &shape, &value),
    }
}

fn put(a: &Array, index: &Value, positions: &[usize], shape: &[usize], value: &Operand) -> Result<()> {
    value.check(a.dtype())?;
    let fits = value.shape().is_empty() || broadcast_shapes(shape, value.shape()).as_deref() == Some(shape);
    if !fits {
        let is_mask = matches!(index, Value::Array(mask) if mask.dtype() == Dtype::Bool);
        return Err(Exception::value_error(match value.shape() {
            [inputs] if is_mask && shape.len() == 1 => text!(
                "NumPy boolean array indexing assignment cannot assign {} input values to the {} output values where the \
                 mask is true",
                inputs,
                shape[0]
            ),
            _ => text!(
                "shape mismatch: value array of shape {} could not be broadcast to indexing result of shape {}",
                shape_text(value.shape()),
                shape_text(shape)
            ),
        }));
    }
    with_dtype!(a.dtype(), T => {
        let items = match value.single::<T>() {
            Some(one) => alloc::vec![one; positions.len()],
            None => value.clone().into_array().broadcast_to(shape).map(|v| v.to_vec::<T>()).unwrap_or_default(),
        };
        a.store_at::<T>(positions, &items);
    });
    Ok(())
}
