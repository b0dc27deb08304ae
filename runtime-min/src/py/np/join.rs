//! Arrays together and apart: `np.concatenate`, `np.stack`, `np.split` and the like.

use super::args::{arg, array, as_array, axis, list, sequence, whole, wholes};
use crate::py::array::{Array, Operand, assign, common, dtype_of};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

fn arrays(value: &Value) -> Result<Vec<Array>> {
    let all = sequence(value)?.iter().map(as_array).collect::<Result<Vec<_>>>()?;
    if all.is_empty() {
        return Err(Exception::value_error("need at least one array to concatenate"));
    }
    Ok(all)
}

fn joined(all: &[Array], axis: usize, dtype: &Value) -> Result<Array> {
    let first = &all[0];
    let mut shape = first.shape().to_vec();
    shape[axis] = 0;
    for (i, a) in all.iter().enumerate() {
        if a.shape().len() != shape.len() {
            return Err(Exception::value_error(text!(
                "all the input arrays must have same number of dimensions, but the array at index 0 has {} dimension(s) and the \
                 array at index {} has {} dimension(s)",
                shape.len(),
                i,
                a.shape().len()
            )));
        }
        for (d, length) in a.shape().iter().enumerate() {
            if d != axis && *length != first.shape()[d] {
                return Err(Exception::value_error(text!(
                    "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {}, \
                     the array at index 0 has size {} and the array at index {} has size {}",
                    d,
                    first.shape()[d],
                    i,
                    length
                )));
            }
        }
        shape[axis] += a.shape()[axis];
    }
    let natural = all.iter().map(Array::dtype).reduce(common).unwrap_or(first.dtype());
    let result = Array::zeros(dtype_of(dtype)?.unwrap_or(natural), &shape);
    let mut at = 0;
    for a in all {
        let length = a.shape()[axis];
        assign(&result.part(axis, at, length), &Operand::Array(a.clone()))?;
        at += length;
    }
    Ok(result)
}

/// `np.concatenate`: arrays, axis, out, dtype.
pub fn concatenate(args: &[Value]) -> Result {
    let all = arrays(arg(args, 0))?;
    if all[0].shape().is_empty() {
        return Err(Exception::value_error("zero-dimensional arrays cannot be concatenated"));
    }
    let result = match args.get(1) {
        Some(Value::None) => {
            let flat = all.iter().map(|a| a.reshaped(&[a.size()])).collect::<Result<Vec<_>>>()?;
            joined(&flat, 0, arg(args, 3))
        }
        Some(which) => joined(&all, axis(which, all[0].shape().len())?, arg(args, 3)),
        None => joined(&all, 0, &Value::None),
    };
    super::args::deliver(Value::Array(result?), arg(args, 2))
}

/// `np.append`: array, values, axis.
pub fn append(args: &[Value]) -> Result {
    let pair = Value::tuple(alloc::vec![Value::Array(array(args, 0)?), Value::Array(array(args, 1)?)]);
    match arg(args, 2) {
        Value::None => {
            let flat = [array(args, 0)?, array(args, 1)?]
                .iter()
                .map(|a| a.reshaped(&[a.size()]))
                .collect::<Result<Vec<_>>>()?;
            Ok(Value::Array(joined(&flat, 0, &Value::None)?))
        }
        axis => concatenate(&[pair, axis.clone()]),
    }
}

/// `np.stack`: arrays, axis.
pub fn stack(args: &[Value]) -> Result {
    let all = sequence(arg(args, 0))?.iter().map(as_array).collect::<Result<Vec<_>>>()?;
    let Some(first) = all.first() else { return Err(Exception::value_error("need at least one array to stack")) };
    if all.iter().any(|a| a.shape() != first.shape()) {
        return Err(Exception::value_error("all input arrays must have the same shape"));
    }
    let which = if matches!(arg(args, 1), Value::None) { 0 } else { axis(arg(args, 1), first.shape().len() + 1)? };
    let expanded = all
        .iter()
        .map(|a| as_array(&super::expand_dims(&[Value::Array(a.clone()), Value::Int(which as i64)])?))
        .collect::<Result<Vec<_>>>()?;
    Ok(Value::Array(joined(&expanded, which, &Value::None)?))
}

/// `np.vstack`
pub fn vstack(args: &[Value]) -> Result {
    let rows = arrays(arg(args, 0))?
        .into_iter()
        .map(|a| as_array(&super::atleast_2d(&[Value::Array(a)])?))
        .collect::<Result<Vec<_>>>()?;
    Ok(Value::Array(joined(&rows, 0, &Value::None)?))
}

/// `np.hstack`
pub fn hstack(args: &[Value]) -> Result {
    let all = arrays(arg(args, 0))?
        .into_iter()
        .map(|a| as_array(&super::atleast_1d(&[Value::Array(a)])?))
        .collect::<Result<Vec<_>>>()?;
    let axis = usize::from(all[0].shape().len() > 1);
    Ok(Value::Array(joined(&all, axis, &Value::None)?))
}

/// `np.column_stack`
pub fn column_stack(args: &[Value]) -> Result {
    let columns = arrays(arg(args, 0))?
        .into_iter()
        .map(|a| match *a.shape() {
            [] => a.reshaped(&[1, 1]),
            [n] => a.reshaped(&[n, 1]),
            _ => Ok(a),
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Value::Array(joined(&columns, 1, &Value::None)?))
}

/// `np.array_split`: array, sections or indices, axis.
pub fn array_split(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let which = if matches!(arg(args, 2), Value::None) { 0 } else { axis(arg(args, 2), a.shape().len())? };
    let length = a.shape().get(which).copied().ok_or_else(|| Exception::index_error("tuple index out of range"))?;
    let ends: Vec<usize> = match arg(args, 1) {
        Value::Int(_) | Value::Scalar(_) => {
            let sections = whole(arg(args, 1))?;
            let sections = usize::try_from(sections).ok().filter(|n| *n > 0);
            let sections = sections.ok_or_else(|| Exception::value_error("number sections must be larger than 0."))?;
            let (each, more) = (length / sections, length % sections);
            (1..=sections).map(|i| i * each + i.min(more)).collect()
        }
        indices => {
            let place = |i: i64| if i < 0 { (i + length as i64).max(0) as usize } else { (i as usize).min(length) };
            let mut ends: Vec<usize> = wholes(indices)?.into_iter().map(place).collect();
            ends.push(length);
            ends
        }
    };
    let mut at = 0;
    let mut parts = Vec::with_capacity(ends.len());
    for end in ends {
        parts.push(a.part(which, at.min(length), end.saturating_sub(at)));
        at = end;
    }
    Ok(list(parts))
}

/// `np.split`: as [`array_split`], but sections are of one length.
pub fn split(args: &[Value]) -> Result {
    if let Value::Int(sections) = arg(args, 1) {
        let a = array(args, 0)?;
        let which = if matches!(arg(args, 2), Value::None) { 0 } else { axis(arg(args, 2), a.shape().len())? };
        if *sections > 0 && a.shape().get(which).is_some_and(|n| *n as i64 % sections != 0) {
            return Err(Exception::value_error("array split does not result in an equal division"));
        }
    }
    array_split(args)
}
