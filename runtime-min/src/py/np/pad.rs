//! `np.pad`, and views of moving windows.

use super::args::{arg, array, axis, check_size, text, whole, wholes};
use crate::py::array::{self, Array, Operand, assign};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// What is before and behind each axis, of one number, a pair, or a pair for each axis.
fn widths(value: &Value, dimensions: usize) -> Result<Vec<(usize, usize)>> {
    let given = super::args::as_array(value)?;
    if !given.dtype().is_integer() {
        return Err(Exception::type_error("`pad_width` must be of integral type."));
    }
    let pairs = given.broadcast_to(&[dimensions, 2]).ok_or_else(|| {
        Exception::value_error(text!("operands could not be broadcast together with remapped shapes [original->remapped]: {}  and requested shape ({},2)", array::shape_text(given.shape()), dimensions))
    })?;
    let items = pairs.to_vec::<i64>();
    if items.iter().any(|n| *n < 0) {
        return Err(Exception::value_error("index can't contain negative values"));
    }
    Ok(items.chunks_exact(2).map(|pair| (pair[0] as usize, pair[1] as usize)).collect())
}

/// `np.pad`: array, widths, mode, constant values. Modes are constant, edge, reflect, symmetric and wrap.
pub fn pad(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let widths = widths(arg(args, 1), a.shape().len())?;
    let mode = text(arg(args, 2), "constant");
    if mode == "constant" {
        let shape: Vec<usize> = a
            .shape()
            .iter()
            .zip(&widths)
            .map(|(n, (before, behind))| n.saturating_add(*before).saturating_add(*behind))
            .collect();
        check_size(&shape)?;
        let result = Array::zeros(a.dtype(), &shape);
        let value = if matches!(arg(args, 3), Value::None) { Operand::Int(0) } else { Operand::of(arg(args, 3))? };
        match value.shape() {
            [] => assign(&result, &value)?,
            _ => {
                // Each axis has values of its own, before and behind; corners are those of later axes.
                let values = value.into_array().broadcast_to(&[widths.len(), 2]);
                let values = values.ok_or_else(|| Exception::value_error("constant_values do not fit the axes"))?;
                let values = values.scalars();
                for (axis, (before, behind)) in widths.iter().enumerate() {
                    let last = shape[axis] - behind;
                    assign(&result.part(axis, 0, *before), &Operand::Scalar(values[2 * axis]))?;
                    assign(&result.part(axis, last, *behind), &Operand::Scalar(values[2 * axis + 1]))?;
                }
            }
        }
        let inner =
            widths.iter().enumerate().fold(result.clone(), |r, (i, (before, _))| r.part(i, *before, a.shape()[i]));
        assign(&inner, &Operand::Array(a))?;
        return Ok(Value::Array(result));
    }
    if !["edge", "reflect", "symmetric", "wrap"].contains(&mode) {
        return Err(Exception::value_error(text!("mode '{}' is not supported", mode)));
    }
    let mut result = a;
    for (axis, (before, behind)) in widths.into_iter().enumerate() {
        let n = result.shape()[axis] as i64;
        if n == 0 && before + behind > 0 {
            return Err(Exception::value_error(text!(
                "can't extend empty axis {} using modes other than 'constant' or 'empty'",
                axis
            )));
        }
        check_size(&[result.shape()[axis].saturating_add(before).saturating_add(behind)])?;
        let from = |i: i64| match mode {
            "edge" => i.clamp(0, n - 1),
            "wrap" => i.rem_euclid(n),
            "reflect" if n == 1 => 0,
            "reflect" => {
                let i = i.rem_euclid(2 * (n - 1));
                if i < n { i } else { 2 * (n - 1) - i }
            }
            _ => {
                let i = i.rem_euclid(2 * n);
                if i < n { i } else { 2 * n - 1 - i }
            }
        };
        let indices: Vec<i64> = (-(before as i64)..n + behind as i64).map(from).collect();
        let length = indices.len();
        result = array::take(&result, &Array::new(indices, &[length]), axis)?;
    }
    Ok(Value::Array(result))
}

/// `np.lib.stride_tricks.sliding_window_view`: array, window, axis. A view.
pub fn sliding_window_view(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let windows = wholes(arg(args, 1))?;
    let axes = match arg(args, 2) {
        Value::None => (0..a.shape().len()).collect(),
        which => {
            wholes(which)?.into_iter().map(|i| axis(&Value::Int(i), a.shape().len())).collect::<Result<Vec<_>>>()?
        }
    };
    if windows.len() != axes.len() {
        return Err(Exception::value_error(text!(
            "Since axis is None, must provide window_shape for all dimensions of `x`; got {} window_shape elements and `x.ndim` is {}.",
            windows.len(),
            a.shape().len()
        )));
    }
    let (mut shape, mut strides) = (a.shape().to_vec(), a.strides().to_vec());
    for (window, axis) in windows.into_iter().zip(axes) {
        let window = usize::try_from(window)
            .map_err(|_| Exception::value_error("`window_shape` cannot contain negative values"))?;
        shape[axis] = (shape[axis] + 1)
            .checked_sub(window)
            .filter(|n| *n > 0 || window == 0)
            .ok_or_else(|| Exception::value_error("window shape cannot be larger than input array shape"))?;
        shape.push(window);
        strides.push(a.strides()[axis]);
    }
    check_size(&shape)?;
    Ok(Value::Array(a.strided(&shape, &strides)))
}

/// `np.diag`: a diagonal as a vector, or a vector as a diagonal.
pub fn diag(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let k = if matches!(arg(args, 1), Value::None) { 0 } else { whole(arg(args, 1))? };
    let (row, column) = (k.saturating_neg().max(0) as usize, k.max(0) as usize);
    match *a.shape() {
        [n] => {
            let size = n.saturating_add(k.unsigned_abs() as usize);
            check_size(&[size, size])?;
            let result = Array::zeros(a.dtype(), &[size, size]);
            let diagonal = result.part(0, row, n).part(1, column, n).strided(&[n], &[size as isize + 1]);
            assign(&diagonal, &Operand::Array(a))?;
            Ok(Value::Array(result))
        }
        [rows, columns] => {
            let n = rows.saturating_sub(row).min(columns.saturating_sub(column));
            let strides = a.strides();
            Ok(Value::Array(
                a.part(0, row.min(rows), n).part(1, column.min(columns), n).strided(&[n], &[strides[0] + strides[1]]),
            ))
        }
        _ => Err(Exception::value_error("Input must be 1- or 2-d.")),
    }
}

/// `np.trace`
pub fn trace(args: &[Value]) -> Result {
    super::sum(&[diag(args)?])
}
