//! New arrays: `np.zeros`, `np.arange`, `np.linspace`, `np.array` and the like.

use super::args::{arg, array, check_size, flag, number, shape, whole};
use crate::math;
use crate::py::array::{self, Array, Dtype, Element, Operand, Scalar, array_of, assign, dtype_of, with_dtype};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// `np.zeros`: shape, dtype.
pub fn zeros(args: &[Value]) -> Result {
    Ok(Value::Array(Array::zeros(dtype_of(arg(args, 1))?.unwrap_or(Dtype::F64), &shape(arg(args, 0))?)))
}

/// `np.ones`: shape, dtype.
pub fn ones(args: &[Value]) -> Result {
    full(&[arg(args, 0).clone(), Value::Float(1.0), arg(args, 1).clone()])
}

/// `np.empty`: zeros.
pub fn empty(args: &[Value]) -> Result {
    zeros(args)
}

/// `np.full`: shape, value, dtype.
pub fn full(args: &[Value]) -> Result {
    let value = Operand::of(arg(args, 1))?;
    let a = Array::zeros(dtype_of(arg(args, 2))?.unwrap_or(value.dtype()), &shape(arg(args, 0))?);
    assign(&a, &value)?;
    Ok(Value::Array(a))
}

fn like(args: &[Value], dtype: &Value, value: Operand) -> Result {
    let model = array(args, 0)?;
    let a = Array::zeros(dtype_of(dtype)?.unwrap_or(model.dtype()), model.shape());
    assign(&a, &value)?;
    Ok(Value::Array(a))
}

/// `np.zeros_like`: array, dtype.
pub fn zeros_like(args: &[Value]) -> Result {
    like(args, arg(args, 1), Operand::Int(0))
}

/// `np.ones_like`: array, dtype.
pub fn ones_like(args: &[Value]) -> Result {
    like(args, arg(args, 1), Operand::Int(1))
}

/// `np.empty_like`: zeros.
pub fn empty_like(args: &[Value]) -> Result {
    zeros_like(args)
}

/// `np.full_like`: array, value, dtype.
pub fn full_like(args: &[Value]) -> Result {
    like(args, arg(args, 2), Operand::of(arg(args, 1))?)
}

/// `np.eye`: rows, columns, diagonal, dtype.
pub fn eye(args: &[Value]) -> Result {
    let rows = shape(arg(args, 0))?.iter().product::<usize>();
    let columns = if matches!(arg(args, 1), Value::None) { rows } else { shape(arg(args, 1))?.iter().product() };
    let diagonal = if matches!(arg(args, 2), Value::None) { 0 } else { whole(arg(args, 2))? };
    check_size(&[rows, columns])?;
    let dtype = dtype_of(arg(args, 3))?.unwrap_or(Dtype::F64);
    Ok(Value::Array(with_dtype!(dtype, T => {
        let mut items = alloc::vec![T::default(); rows * columns];
        for row in 0..rows {
            if let Some(item) = usize::try_from((row as i64).saturating_add(diagonal)).ok().filter(|c| *c < columns) {
                items[row * columns + item] = T::cast(true);
            }
        }
        Array::new(items, &[rows, columns])
    })))
}

/// `np.identity`: rows, dtype.
pub fn identity(args: &[Value]) -> Result {
    eye(&[arg(args, 0).clone(), Value::None, Value::None, arg(args, 1).clone()])
}

/// `np.arange`: start, stop, step, dtype; with one number it is the stop.
pub fn arange(args: &[Value]) -> Result {
    let (start, stop) = match arg(args, 1) {
        Value::None => (&Value::Int(0), arg(args, 0)),
        stop => (arg(args, 0), stop),
    };
    let step = if matches!(arg(args, 2), Value::None) { &Value::Int(1) } else { arg(args, 2) };
    let operands = [Operand::of(start)?, Operand::of(stop)?, Operand::of(step)?];
    let natural = operands.iter().map(Operand::dtype).reduce(array::common).unwrap_or(Dtype::I64);
    let dtype = dtype_of(arg(args, 3))?.unwrap_or(natural);
    let (first, last, by) = (number(start)?, number(stop)?, number(step)?);
    if by == 0.0 {
        return Err(Exception::new("ZeroDivisionError", "division by zero"));
    }
    let length = math::ceil((last - first) / by);
    if length.is_nan() {
        return Err(Exception::value_error("arange: cannot compute length"));
    }
    let length = if length > 0.0 { length as usize } else { 0 };
    check_size(&[length])?;
    if natural < Dtype::F32 && !dtype.is_float() {
        let (first, by) = (whole(start)?, whole(step)?);
        let items: Vec<i64> = (0..length as i64).map(|i| first.wrapping_add(i.wrapping_mul(by))).collect();
        return Ok(Value::Array(Array::new(items, &[length]).cast(dtype)));
    }
    Ok(Value::Array(match dtype {
        Dtype::F32 => {
            let second = (first + by) as f32;
            let first = first as f32;
            let delta = second - first;
            Array::new::<f32>((0..length).map(|i| first + i as f32 * delta).collect(), &[length])
        }
        dtype => {
            let delta = (first + by) - first;
            Array::new::<f64>((0..length).map(|i| first + i as f64 * delta).collect(), &[length]).cast(dtype)
        }
    }))
}

/// `np.linspace`: start, stop, num, endpoint, retstep, dtype.
pub fn linspace(args: &[Value]) -> Result {
    let (start, stop) = (Operand::of(arg(args, 0))?, Operand::of(arg(args, 1))?);
    let count = if matches!(arg(args, 2), Value::None) { 50 } else { whole(arg(args, 2))? };
    let count = usize::try_from(count)
        .map_err(|_| Exception::value_error(text!("Number of samples, {}, must be non-negative.", count)))?;
    check_size(&[count])?;
    let endpoint = matches!(arg(args, 3), Value::None) || flag(args, 3);
    let natural = array::result_type(&start, &stop)?.max(Dtype::F32);
    let single = natural == Dtype::F32 && start.strong().is_some_and(Dtype::is_float);
    let (first, last) = (number(arg(args, 0))?, number(arg(args, 1))?);
    let steps = if endpoint { count as f64 - 1.0 } else { count as f64 };
    let (items, step) = if single {
        let (first, last) = (first as f32, last as f32);
        let delta = last - first;
        let step = delta / steps as f32;
        let at = |i: usize| match steps > 0.0 {
            true if step == 0.0 => i as f32 / steps as f32 * delta + first,
            true => i as f32 * step + first,
            false => i as f32 * delta + first,
        };
        let mut items: Vec<f32> = (0..count).map(at).collect();
        if endpoint && count > 1 {
            items[count - 1] = last;
        }
        (Array::new(items, &[count]), Value::Scalar(Scalar::F32(step)))
    } else {
        let delta = last - first;
        let step = delta / steps;
        let at = |i: usize| match steps > 0.0 {
            true if step == 0.0 => i as f64 / steps * delta + first,
            true => i as f64 * step + first,
            false => i as f64 * delta + first,
        };
        let mut items: Vec<f64> = (0..count).map(at).collect();
        if endpoint && count > 1 {
            items[count - 1] = last;
        }
        (Array::new(items, &[count]), Value::Scalar(Scalar::F64(if steps > 0.0 { step } else { f64::NAN })))
    };
    let items = match dtype_of(arg(args, 5))? {
        Some(dtype) if dtype.is_integer() => {
            Array::new::<f64>(items.to_vec::<f64>().into_iter().map(math::floor).collect(), &[count]).cast(dtype)
        }
        Some(dtype) => items.cast(dtype),
        None => items,
    };
    Ok(if flag(args, 4) { Value::tuple(alloc::vec![Value::Array(items), step]) } else { Value::Array(items) })
}

/// `np.logspace`: start, stop, num, endpoint, base, dtype.
pub fn logspace(args: &[Value]) -> Result {
    let exponents = linspace(&args[..args.len().min(4)])?;
    let base = if matches!(arg(args, 4), Value::None) { Value::Float(10.0) } else { arg(args, 4).clone() };
    let result = Operand::of(&array::power(&base, &exponents, None)?)?.into_array();
    Ok(Value::Array(dtype_of(arg(args, 5))?.map_or(result.clone(), |dtype| result.cast(dtype))))
}

/// `np.geomspace`: start, stop, num, endpoint.
pub fn geomspace(args: &[Value]) -> Result {
    let (start, stop) = (number(arg(args, 0))?, number(arg(args, 1))?);
    if start == 0.0 || stop == 0.0 {
        return Err(Exception::value_error("Geometric sequence cannot include zero"));
    }
    let sign = if start < 0.0 && stop < 0.0 { -1.0 } else { 1.0 };
    let ends =
        [math::log10(start * sign).into(), math::log10(stop * sign).into(), arg(args, 2).clone(), arg(args, 3).clone()];
    let powers = Operand::of(&logspace(&ends)?)?.into_array();
    let mut items: Vec<f64> = powers.to_vec::<f64>().into_iter().map(|x| x * sign).collect();
    let endpoint = matches!(arg(args, 3), Value::None) || flag(args, 3);
    if let Some(first) = items.first_mut() {
        *first = start;
    }
    if let (true, Some(last)) = (endpoint && items.len() > 1, items.last_mut()) {
        *last = stop;
    }
    let length = items.len();
    Ok(Value::Array(Array::new(items, &[length])))
}

/// `np.array`: object, dtype, copy.
pub fn array_(args: &[Value]) -> Result {
    let made = array_of(arg(args, 0), dtype_of(arg(args, 1))?)?;
    let is_same = matches!(arg(args, 0), Value::Array(a) if a.is(&made));
    let copy = matches!(arg(args, 2), Value::None) || flag(args, 2);
    Ok(Value::Array(if is_same && copy { made.copy() } else { made }))
}

/// `np.asarray`: object, dtype.
pub fn asarray(args: &[Value]) -> Result {
    Ok(Value::Array(array_of(arg(args, 0), dtype_of(arg(args, 1))?)?))
}

/// `np.ascontiguousarray`: object, dtype.
pub fn ascontiguousarray(args: &[Value]) -> Result {
    let a = array_of(arg(args, 0), dtype_of(arg(args, 1))?)?;
    let a = if a.is_contiguous() { a } else { a.copy() };
    Ok(Value::Array(if a.shape().is_empty() { a.reshaped(&[1])? } else { a }))
}

/// `np.copy`
pub fn copy(args: &[Value]) -> Result {
    Ok(Value::Array(array(args, 0)?.copy()))
}
