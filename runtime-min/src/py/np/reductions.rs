//! Reductions: `np.sum`, `np.max`, `np.std` and the like. The methods of arrays are the same functions.

use super::args::{arg, array, axis_or_none, deliver, flag, number_or};
use crate::py::array::{self, Axes, Dtype, Element, dtype_of, with_dtype};
use crate::py::{Result, Value};

/// `np.sum`: axis, dtype, out, keepdims.
pub fn sum(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    if bool::PRESENT && a.dtype() == Dtype::Bool && matches!(arg(args, 2), Value::None) {
        return deliver(array::count(&a, &axes, flag(args, 4)), arg(args, 3));
    }
    deliver(array::sum(&a, &axes, dtype_of(arg(args, 2))?, flag(args, 4)).value(), arg(args, 3))
}

/// `np.prod`: as [`sum`].
pub fn prod(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    deliver(array::product(&a, &axes, dtype_of(arg(args, 2))?, flag(args, 4)).value(), arg(args, 3))
}

/// `np.mean`: as [`sum`].
pub fn mean(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    deliver(array::mean(&a, &axes, dtype_of(arg(args, 2))?, flag(args, 4)).value(), arg(args, 3))
}

fn spread(args: &[Value], root: bool) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    let ddof = number_or(arg(args, 4), 0.0)?;
    let result = array::variance(&a, &axes, dtype_of(arg(args, 2))?, ddof, flag(args, 5), root)?;
    deliver(result.value(), arg(args, 3))
}

/// `np.var`: axis, dtype, out, ddof, keepdims.
pub fn var(args: &[Value]) -> Result {
    spread(args, false)
}

/// `np.std`: as [`var`].
pub fn std(args: &[Value]) -> Result {
    spread(args, true)
}

fn extreme(args: &[Value], greatest: bool) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    let initial = arg(args, 4);
    let best = match array::extreme(&a, &axes, flag(args, 3), greatest) {
        Err(_) if !matches!(initial, Value::None) => {
            return {
                let initial = super::args::as_array(initial)?.astype(a.dtype());
                deliver(initial.value(), arg(args, 2))
            };
        }
        best => best?.value(),
    };
    let best = match initial {
        Value::None => best,
        initial if greatest => super::maximum(&[best, initial.clone()])?,
        initial => super::minimum(&[best, initial.clone()])?,
    };
    deliver(best, arg(args, 2))
}

/// `np.max` without an initial value: axis, out, keepdims.
pub fn greatest(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    deliver(array::greatest(&a, &axes, flag(args, 3))?.value(), arg(args, 2))
}

/// `np.min` without an initial value: axis, out, keepdims.
pub fn least(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    deliver(array::least(&a, &axes, flag(args, 3))?.value(), arg(args, 2))
}

/// `np.max`: axis, out, keepdims, initial.
pub fn max(args: &[Value]) -> Result {
    extreme(args, true)
}

/// `np.min`: as [`max`].
pub fn min(args: &[Value]) -> Result {
    extreme(args, false)
}

/// `np.ptp`: axis, out, keepdims.
pub fn ptp(args: &[Value]) -> Result {
    let span = |args: &[Value]| array::subtract(&extreme(args, true)?, &extreme(args, false)?, None);
    deliver(span(&[arg(args, 0).clone(), arg(args, 1).clone(), Value::None, arg(args, 3).clone()])?, arg(args, 2))
}

fn test(args: &[Value], all: bool) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    deliver(array::test(&a, &axes, flag(args, 3), all), arg(args, 2))
}

/// `np.any`: axis, out, keepdims.
pub fn any(args: &[Value]) -> Result {
    test(args, false)
}

/// `np.all`: as [`any`].
pub fn all(args: &[Value]) -> Result {
    test(args, true)
}

fn extreme_index(args: &[Value], greatest: bool) -> Result {
    let a = array(args, 0)?;
    let axis = axis_or_none(arg(args, 1), a.shape().len().max(1))?.filter(|_| !a.shape().is_empty());
    deliver(array::extreme_index(&a, axis, flag(args, 3), greatest)?, arg(args, 2))
}

/// `np.argmax`: axis, out, keepdims.
pub fn argmax(args: &[Value]) -> Result {
    extreme_index(args, true)
}

/// `np.argmin`: as [`argmax`].
pub fn argmin(args: &[Value]) -> Result {
    extreme_index(args, false)
}

fn accumulate(args: &[Value], multiply: bool) -> Result {
    let a = array(args, 0)?;
    let axis = axis_or_none(arg(args, 1), a.shape().len())?;
    deliver(Value::Array(array::accumulate(&a, axis, dtype_of(arg(args, 2))?, multiply)?), arg(args, 3))
}

/// `np.cumsum`: axis, dtype, out.
pub fn cumsum(args: &[Value]) -> Result {
    accumulate(args, false)
}

/// `np.cumprod`: as [`cumsum`].
pub fn cumprod(args: &[Value]) -> Result {
    accumulate(args, true)
}

/// `np.count_nonzero`: axis, keepdims.
pub fn count_nonzero(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let axes = Axes::of(arg(args, 1), a.shape().len())?;
    Ok(array::count(&a, &axes, flag(args, 2)))
}

/// `np.average`: axis, weights.
pub fn average(args: &[Value]) -> Result {
    let (a, axis, weights) = (arg(args, 0), arg(args, 1), arg(args, 2));
    if matches!(weights, Value::None) {
        return mean(&[a.clone(), axis.clone()]);
    }
    let total = sum(&[super::args::as_array(weights).map(Value::Array)?, axis.clone()])?;
    let product = array::multiply(&Value::Array(super::args::as_array(a)?), weights, None)?;
    array::divide(&sum(&[product, axis.clone()])?, &total, None)
}

/// The first argument with `stand_in` for NaN.
fn without_nan(args: &[Value], stand_in: f64) -> Result<Value> {
    let a = array(args, 0)?;
    let clean = match a.dtype() {
        Dtype::F32 => {
            array::map::<f32, f32>(&array::Operand::Array(a), move |x| if x.is_nan() { stand_in as f32 } else { x })
        }
        Dtype::F64 => array::map::<f64, f64>(&array::Operand::Array(a), move |x| if x.is_nan() { stand_in } else { x }),
        dtype => with_dtype!(dtype, T => array::map::<T, T>(&array::Operand::Array(a), |x| x)),
    };
    Ok(clean)
}

/// `np.nansum`: as [`sum`].
pub fn nansum(args: &[Value]) -> Result {
    let mut args = args.to_vec();
    args[0] = without_nan(&args, 0.0)?;
    sum(&args)
}

/// `np.nanmax`: as [`max`].
pub fn nanmax(args: &[Value]) -> Result {
    let mut args = args.to_vec();
    args[0] = without_nan(&args, f64::NEG_INFINITY)?;
    max(&args)
}

/// `np.nanmin`: as [`max`].
pub fn nanmin(args: &[Value]) -> Result {
    let mut args = args.to_vec();
    args[0] = without_nan(&args, f64::INFINITY)?;
    min(&args)
}

/// `np.nanmean`: as [`mean`].
pub fn nanmean(args: &[Value]) -> Result {
    let (a, axis) = (arg(args, 0), arg(args, 1));
    let is_number = super::logical_not(&[super::isnan(core::slice::from_ref(a))?])?;
    let total = nansum(args)?;
    let count = count_nonzero(&[is_number, axis.clone(), Value::Bool(flag(args, 4))])?;
    let result = array::Operand::of(&array::divide(&total, &count, None)?)?.into_array();
    Ok(if array(args, 0)?.dtype() == Dtype::F32 { result.cast(Dtype::F32) } else { result }.value())
}
