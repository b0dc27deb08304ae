//! Other views of the same elements, and elements in another order: `np.reshape`, `np.flip`, `np.roll`, `np.tile`.

use super::args::{arg, array, axis, axis_or_none, check_size, whole, wholes};
use crate::py::array::{self, Array, Axes, shape_text};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::string::String;
use alloc::vec::Vec;

/// The array in a shape of which one length may be -1.
pub fn reshaped(a: &Array, lengths: &[i64], order: &Value) -> Result<Array> {
    let unknown = lengths.iter().filter(|n| **n < 0).count();
    if unknown > 1 {
        return Err(Exception::value_error("can only specify one unknown dimension"));
    }
    let known: i64 = lengths.iter().filter(|n| **n >= 0).product();
    let refused = || {
        let text: Vec<String> = lengths.iter().filter(|n| **n >= 0 || unknown == 0).map(|n| text!("{}", n)).collect();
        // Of a shape with an unknown length NumPy prints the others, without the comma of a tuple of one.
        let text = match (unknown, lengths) {
            (0, [one]) => text!("({},)", one),
            (0, _) => text!("({})", text.join(",")),
            (_, all) => {
                let all: Vec<String> =
                    all.iter().map(|n| if *n < 0 { "newaxis".into() } else { text!("{}", n) }).collect();
                let shown: Vec<String> = all.into_iter().skip_while(|t| t == "newaxis").collect();
                match shown.len() {
                    0 => String::from("()"),
                    _ => text!("({})", shown.join(",")),
                }
            }
        };
        Exception::value_error(text!("cannot reshape array of size {} into shape {}", a.size(), text))
    };
    let mut shape = Vec::with_capacity(lengths.len());
    for n in lengths {
        shape.push(match usize::try_from(*n) {
            Ok(n) => n,
            Err(_) if known > 0 && a.size() as i64 % known == 0 => a.size() / known as usize,
            Err(_) => return Err(refused()),
        });
    }
    if shape.iter().product::<usize>() != a.size() {
        return Err(refused());
    }
    match order {
        Value::Str(order) if &**order == "F" => {
            let reversed: Vec<usize> = shape.iter().rev().copied().collect();
            Ok(a.transposed().reshaped(&reversed)?.transposed())
        }
        _ => a.reshaped(&shape),
    }
}

/// `np.reshape`: array, shape, order.
pub fn reshape(args: &[Value]) -> Result {
    Ok(Value::Array(reshaped(&array(args, 0)?, &wholes(arg(args, 1))?, arg(args, 2))?))
}

/// `np.ravel`: array, order.
pub fn ravel(args: &[Value]) -> Result {
    Ok(Value::Array(reshaped(&array(args, 0)?, &[-1], arg(args, 1)).or_else(|_| array(args, 0)?.reshaped(&[0]))?))
}

/// `np.transpose`: array, axes.
pub fn transpose(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    if matches!(arg(args, 1), Value::None) {
        return Ok(Value::Array(a.transposed()));
    }
    let given = wholes(arg(args, 1))?;
    if given.len() != a.shape().len() {
        return Err(Exception::value_error("axes don't match array"));
    }
    let mut axes = Vec::new();
    for i in given {
        let i = axis(&Value::Int(i), a.shape().len())?;
        if axes.contains(&i) {
            return Err(Exception::value_error("repeated axis in transpose"));
        }
        axes.push(i);
    }
    Ok(Value::Array(a.permuted(&axes)))
}

/// `np.swapaxes`: array, two axes.
pub fn swapaxes(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let dimensions = a.shape().len();
    let mut axes: Vec<usize> = (0..dimensions).collect();
    axes.swap(axis(arg(args, 1), dimensions)?, axis(arg(args, 2), dimensions)?);
    Ok(Value::Array(a.permuted(&axes)))
}

/// `np.moveaxis`: array, source, destination.
pub fn moveaxis(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let dimensions = a.shape().len();
    Ok(Value::Array(a.moved_axis(axis(arg(args, 1), dimensions)?, axis(arg(args, 2), dimensions)?)))
}

/// `np.squeeze`: array, axis.
pub fn squeeze(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let kept = match arg(args, 1) {
        Value::None => a.shape().iter().copied().filter(|n| *n != 1).collect(),
        which => {
            let axes = Axes::of(which, a.shape().len())?;
            if axes.count(a.shape()) != 1 {
                return Err(Exception::value_error(
                    "cannot select an axis to squeeze out which has size not equal to one",
                ));
            }
            axes.kept(a.shape(), false)
        }
    };
    view_as(&a, &kept)
}

/// A view with axes of length 1 added or left out.
fn view_as(a: &Array, shape: &[usize]) -> Result {
    let mut strides = a.shape().iter().zip(a.strides()).filter(|(n, _)| **n != 1).map(|(_, s)| *s);
    let strides: Vec<isize> = shape.iter().map(|n| if *n == 1 { 0 } else { strides.next().unwrap_or(0) }).collect();
    Ok(Value::Array(a.strided(shape, &strides)))
}

/// `np.expand_dims`: array, axis or axes.
pub fn expand_dims(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let given = wholes(arg(args, 1))?;
    let dimensions = a.shape().len() + given.len();
    let new = given.into_iter().map(|i| axis(&Value::Int(i), dimensions)).collect::<Result<Vec<_>>>()?;
    let mut old = a.shape().iter();
    let shape: Vec<usize> =
        (0..dimensions).map(|i| if new.contains(&i) { 1 } else { old.next().copied().unwrap_or(1) }).collect();
    check_size(&shape)?;
    view_as(&a, &shape)
}

/// `np.atleast_1d`
pub fn atleast_1d(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    Ok(Value::Array(if a.shape().is_empty() { a.reshaped(&[1])? } else { a }))
}

/// `np.atleast_2d`
pub fn atleast_2d(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    match *a.shape() {
        [] => Ok(Value::Array(a.reshaped(&[1, 1])?)),
        [n] => view_as(&a, &[1, n]),
        _ => Ok(Value::Array(a)),
    }
}

/// `np.broadcast_to`: array, shape.
pub fn broadcast_to(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let shape = super::args::shape(arg(args, 1))?;
    a.broadcast_to(&shape).map(Value::Array).ok_or_else(|| {
        Exception::value_error(text!("operands could not be broadcast together with remapped shapes [original->remapped]: {}  and requested shape {}", shape_text(a.shape()), shape_text(&shape)))
    })
}

/// `np.flip`: array, axis.
pub fn flip(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let axes = match arg(args, 1) {
        Value::None => (0..a.shape().len()).collect(),
        which => {
            wholes(which)?.into_iter().map(|i| axis(&Value::Int(i), a.shape().len())).collect::<Result<Vec<_>>>()?
        }
    };
    Ok(Value::Array(axes.into_iter().fold(a, |a, axis| a.flipped(axis))))
}

/// `np.fliplr`
pub fn fliplr(args: &[Value]) -> Result {
    flip(&[arg(args, 0).clone(), Value::Int(1)])
}

/// `np.flipud`
pub fn flipud(args: &[Value]) -> Result {
    flip(&[arg(args, 0).clone(), Value::Int(0)])
}

fn indices(items: impl Iterator<Item = i64>) -> Array {
    let items: Vec<i64> = items.collect();
    let length = items.len();
    Array::new(items, &[length])
}

/// `np.roll`: array, shift, axis.
pub fn roll(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    if a.size() == 0 {
        return Ok(Value::Array(a.copy()));
    }
    let along = |a: &Array, shift: i64, axis: usize| {
        let length = a.shape()[axis] as i64;
        array::take(a, &indices((0..length).map(|i| (i - shift.rem_euclid(length)).rem_euclid(length))), axis)
    };
    let Some(which) = (match arg(args, 2) {
        Value::None => None,
        which => Some(wholes(which)?),
    }) else {
        let flat = a.reshaped(&[a.size()])?;
        return Ok(Value::Array(along(&flat, whole(arg(args, 1))?, 0)?.reshaped(a.shape())?));
    };
    let shifts = wholes(arg(args, 1))?;
    let mut result = a.clone();
    for (i, which) in which.into_iter().enumerate() {
        let shift = shifts.get(i).or(shifts.first()).copied().unwrap_or(0);
        result = along(&result, shift, axis(&Value::Int(which), a.shape().len())?)?;
    }
    Ok(Value::Array(result))
}

/// `np.tile`: array, repetitions.
pub fn tile(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let times = wholes(arg(args, 1))?
        .into_iter()
        .map(|n| usize::try_from(n).map_err(|_| Exception::value_error("negative dimensions are not allowed")))
        .collect::<Result<Vec<_>>>()?;
    let dimensions = a.shape().len().max(times.len());
    let padded = |items: &[usize]| -> Vec<usize> {
        core::iter::repeat_n(1, dimensions - items.len()).chain(items.iter().copied()).collect()
    };
    let (times, lengths) = (padded(&times), padded(a.shape()));
    let result: Vec<usize> = times.iter().zip(&lengths).map(|(t, n)| t.saturating_mul(*n)).collect();
    check_size(&result)?;
    let mut tiled = a.reshaped(&lengths)?;
    for (axis, time) in times.iter().enumerate() {
        if *time != 1 {
            let length = lengths[axis] as i64;
            tiled = array::take(&tiled, &indices((0..length * *time as i64).map(|i| i % length)), axis)?;
        }
    }
    Ok(Value::Array(if tiled.shares_storage(&a) { tiled.copy() } else { tiled }))
}

/// `np.repeat`: array, repeats, axis.
pub fn repeat(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let (a, axis) = match axis_or_none(arg(args, 2), a.shape().len())? {
        Some(axis) => (a, axis),
        None => (a.reshaped(&[a.size()])?, 0),
    };
    let times = wholes(arg(args, 1))?;
    let length = a.shape()[axis];
    if times.iter().any(|n| *n < 0) {
        return Err(Exception::value_error("repeats may not contain negative values."));
    }
    if times.len() != 1 && times.len() != length {
        return Err(Exception::value_error(text!(
            "operands could not be broadcast together with shape {} ({},)",
            shape_text(&[length]),
            times.len()
        )));
    }
    let of = |i: usize| times.get(i).filter(|_| times.len() > 1).or(times.first()).copied().unwrap_or(0) as usize;
    check_size(&[(0..length).map(of).fold(0, usize::saturating_add)])?;
    Ok(Value::Array(array::take(&a, &indices((0..length).flat_map(|i| core::iter::repeat_n(i as i64, of(i)))), axis)?))
}

/// `np.take`: array, indices, axis.
pub fn take(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let (a, axis) = match axis_or_none(arg(args, 2), a.shape().len())? {
        Some(axis) => (a, axis),
        None => (a.reshaped(&[a.size()])?, 0),
    };
    Ok(array::take(&a, &array(args, 1)?, axis)?.value())
}
