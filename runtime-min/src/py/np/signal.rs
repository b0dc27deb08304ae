//! Differences, interpolation, phases and polynomials: `np.diff`, `np.interp`, `np.unwrap`, `np.polyval`.

use super::args::{arg, array, axis, number, number_or, operand, whole};
use crate::math;
use crate::py::array::{
    self, Arithmetic, Dtype, Element, Operand, accumulate, along_axis, binary, map, result_type, with_dtype,
};
use crate::py::ops::Binary;
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;
use core::f64::consts::PI;

/// The axis of an argument, the last one where it is not given.
fn last_axis(value: Option<&Value>, dimensions: usize) -> Result<usize> {
    match value {
        None | Some(Value::None) => axis(&Value::Int(-1), dimensions),
        Some(which) => axis(which, dimensions),
    }
}

/// `np.diff`: array, times, axis, prepend, append.
pub fn diff(args: &[Value]) -> Result {
    let mut a = array(args, 0)?;
    let times = if matches!(arg(args, 1), Value::None) { 1 } else { whole(arg(args, 1))? };
    if times < 0 {
        return Err(Exception::value_error(text!("order must be non-negative but got {}", times)));
    }
    if a.shape().is_empty() {
        return Err(Exception::value_error("diff requires input that is at least one dimensional"));
    }
    let axis = last_axis(args.get(2), a.shape().len())?;
    let beside = |value: &Value| -> Result {
        let value = super::args::as_array(value)?;
        let mut shape = a.shape().to_vec();
        shape[axis] = 1;
        Ok(Value::Array(if value.shape().is_empty() { value.broadcast_to(&shape).unwrap_or(value) } else { value }))
    };
    let mut parts = Vec::new();
    if !matches!(arg(args, 3), Value::None) {
        parts.push(beside(arg(args, 3))?);
    }
    parts.push(Value::Array(a.clone()));
    if !matches!(arg(args, 4), Value::None) {
        parts.push(beside(arg(args, 4))?);
    }
    if parts.len() > 1 {
        a = super::args::as_array(&super::concatenate(&[Value::tuple(parts), Value::Int(axis as i64)])?)?;
    }
    for _ in 0..times {
        let count = a.shape()[axis].saturating_sub(1);
        let (high, low) = (a.part(axis, 1.min(a.shape()[axis]), count), a.part(axis, 0, count));
        let difference = match a.dtype() {
            Dtype::Bool => super::not_equal(&[Value::Array(high), Value::Array(low)])?,
            _ => array::subtract(&Value::Array(high), &Value::Array(low), None)?,
        };
        a = super::args::as_array(&difference)?;
    }
    Ok(Value::Array(a))
}

/// `np.gradient` of a vector or along the last axis: array, spacing. Central differences, one-sided at the ends.
pub fn gradient(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let spacing = match arg(args, 1) {
        Value::Tuple(items) if items.is_empty() => 1.0,
        Value::Tuple(items) => number(&items[0])?,
        other => number_or(other, 1.0)?,
    };
    let axis = axis(&Value::Int(-1), a.shape().len())?;
    if a.shape()[axis] < 2 {
        return Err(Exception::value_error(
            "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.",
        ));
    }
    fn of<T: Arithmetic>(x: &[T], out: &mut Vec<T>, over: impl Fn(T, f64) -> T) {
        let n = x.len();
        out.push(over(x[1].sub(x[0]), 1.0));
        out.extend(x.windows(3).map(|w| over(w[2].sub(w[0]), 2.0)));
        out.push(over(x[n - 1].sub(x[n - 2]), 1.0));
    }
    Ok(Value::Array(match a.dtype() {
        Dtype::F32 => along_axis::<f32, f32>(&a, axis, |x, out| of(x, out, |d, k| d / (k * spacing) as f32)),
        _ => along_axis::<f64, f64>(&a, axis, |x, out| of(x, out, |d, k| d / (k * spacing))),
    }))
}

/// `np.trapezoid`: array, positions, spacing. Along the last axis.
pub fn trapezoid(args: &[Value]) -> Result {
    let y = array(args, 0)?;
    let length = *y.shape().last().ok_or_else(|| Exception::value_error("an array is needed"))?;
    let last = y.shape().len() - 1;
    let count = length.saturating_sub(1);
    let (low, high) = (Value::Array(y.part(last, 0, count)), Value::Array(y.part(last, 1.min(length), count)));
    let steps = match arg(args, 1) {
        Value::None => Value::Float(number_or(arg(args, 2), 1.0)?),
        x => diff(&[Value::Array(super::args::as_array(x)?)])?,
    };
    let pairs = array::multiply(&steps, &array::add(&high, &low, None)?, None)?;
    super::sum(&[array::divide(&pairs, &Value::Float(2.0), None)?, Value::Int(-1)])
}

/// `np.interp`: positions, known positions in rising order, known values, left, right, period.
pub fn interp(args: &[Value]) -> Result {
    let x = operand(args, 0)?;
    let (mut known, mut values) = (array(args, 1)?.to_vec::<f64>(), array(args, 2)?.to_vec::<f64>());
    if known.len() != values.len() {
        return Err(Exception::value_error("fp and xp are not of the same length."));
    }
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return Err(Exception::value_error("array of sample points is empty"));
    };
    let (left, right) = (number_or(arg(args, 3), *first)?, number_or(arg(args, 4), *last)?);
    if !matches!(arg(args, 5), Value::None) {
        let period = number(arg(args, 5))?.abs();
        if period == 0.0 {
            return Err(Exception::value_error("period must be a non-zero value"));
        }
        let wrapped = |x: f64| x.modulo(period);
        let mut pairs: Vec<(f64, f64)> = known.iter().map(|x| wrapped(*x)).zip(values).collect();
        pairs.sort_by(|a, b| super::order::order(&a.0, &b.0));
        let (Some(low), Some(high)) = (pairs.first().copied(), pairs.last().copied()) else { return Ok(Value::None) };
        pairs.insert(0, (high.0 - period, high.1));
        pairs.push((low.0 + period, low.1));
        (known, values) = pairs.into_iter().unzip();
        let at = |x: f64| between(&known, &values, wrapped(x), left, right);
        return Ok(map::<f64, f64>(&x, at));
    }
    Ok(map::<f64, f64>(&x, |x| between(&known, &values, x, left, right)))
}

fn between(known: &[f64], values: &[f64], x: f64, left: f64, right: f64) -> f64 {
    let last = known.len() - 1;
    if x.is_nan() {
        return x;
    }
    if known.len() == 1 {
        return if x < known[0] {
            left
        } else if x > known[0] {
            right
        } else {
            values[0]
        };
    }
    let behind = known.partition_point(|k| *k <= x);
    if x > known[last] {
        return right;
    }
    let Some(j) = behind.checked_sub(1) else { return left };
    if j == last || known[j] == x {
        return values[j];
    }
    let slope = (values[j + 1] - values[j]) / (known[j + 1] - known[j]);
    let result = slope * (x - known[j]) + values[j];
    if !result.is_nan() {
        return result;
    }
    // Infinite values may still meet.
    let result = slope * (x - known[j + 1]) + values[j + 1];
    if result.is_nan() && values[j] == values[j + 1] { values[j] } else { result }
}

/// `np.unwrap`: phases, largest jump, axis, period.
#[cfg_attr(feature = "py-bool", expect(clippy::bool_comparison, reason = "one text for all types"))]
pub fn unwrap(args: &[Value]) -> Result {
    let p = array(args, 0)?;
    let axis = last_axis(args.get(2), p.shape().len())?;
    let period = match arg(args, 3) {
        Value::None => Value::Float(2.0 * PI),
        period => period.clone(),
    };
    let dtype = result_type(&Operand::Array(p.clone()), &Operand::of(&period)?)?;
    let turn = number(&period)?;
    let jump = number_or(arg(args, 1), turn / 2.0)?;
    let p = p.cast(dtype);
    let (high, low) = if dtype.is_integer() {
        (math::floor(turn / 2.0), -math::floor(turn / 2.0))
    } else {
        (turn / 2.0, -turn / 2.0)
    };
    let is_ambiguous = !dtype.is_integer() || math::fmod(turn, 2.0) == 0.0;
    let corrections = with_dtype!(dtype, T => along_axis::<T, T>(&p, axis, |x, out| {
        let (turn, high, low, jump) = (T::cast(turn), T::cast(high), T::cast(low), T::cast(jump));
        for pair in x.windows(2) {
            let step = pair[1].sub(pair[0]);
            let mut wrapped = step.sub(low).modulo(turn).add(low);
            if is_ambiguous && wrapped == low && step > T::default() {
                wrapped = high;
            }
            let size = if step < T::default() { step.neg() } else { step };
            out.push(if size < jump { T::default() } else { wrapped.sub(step) });
        }
    }));
    if p.shape()[axis] < 2 {
        return Ok(Value::Array(p.copy()));
    }
    let result = p.copy();
    let rest = p.part(axis, 1, p.shape()[axis] - 1);
    let sums = Value::Array(accumulate(&corrections, Some(axis), None, false)?);
    let target = result.part(axis, 1, p.shape()[axis] - 1);
    array::put(&target, &array::add(&Value::Array(rest), &sums, None)?)?;
    Ok(Value::Array(result))
}

/// `np.polyval`: coefficients, the highest power first, and where.
pub fn polyval(args: &[Value]) -> Result {
    let coefficients = array(args, 0)?;
    let x = match arg(args, 1) {
        value @ (Value::List(_) | Value::Tuple(_)) => Value::Array(super::args::as_array(value)?),
        Value::Int(x) => Value::Scalar(array::Scalar::I64(*x)),
        Value::Float(x) => Value::Scalar(array::Scalar::F64(*x)),
        other => other.clone(),
    };
    let mut y = super::zeros_like(core::slice::from_ref(&x))?;
    if let Value::Array(a) = &y {
        y = a.clone().value();
    }
    for c in coefficients.scalars() {
        y = binary(Binary::Add, &binary(Binary::Mul, &y, &x)?, &Value::Scalar(c))?;
    }
    Ok(y)
}
