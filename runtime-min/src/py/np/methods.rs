//! Methods that only arrays and NumPy scalars have. Most are the function of the same name.

use super::args::{arg, array, as_array, flag, whole, wholes};
use super::shape::reshaped;
use crate::py::array::{self, Array, Operand, assign, dtype_of, no_attribute};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// An `AttributeError` where the object is neither array nor NumPy scalar.
fn receiver(args: &[Value], name: &str) -> Result<()> {
    match arg(args, 0) {
        Value::Array(_) | Value::Scalar(_) => Ok(()),
        other => Err(no_attribute(other, name)),
    }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $method:ident, $function:ident, $name:literal;)*) => {$(
        $(#[$doc])*
        pub fn $method(args: &[Value]) -> Result {
            receiver(args, $name)?;
            super::$function(args)
        }
    )*};
}

methods! {
    /// `x.sum(axis, dtype, out, keepdims)`
    method_sum, sum, "sum";
    /// `x.prod(axis, dtype, out, keepdims)`
    method_prod, prod, "prod";
    /// `x.mean(axis, dtype, out, keepdims)`
    method_mean, mean, "mean";
    /// `x.var(axis, dtype, out, ddof, keepdims)`
    method_var, var, "var";
    /// `x.std(axis, dtype, out, ddof, keepdims)`
    method_std, std, "std";
    /// `x.max(axis, out, keepdims, initial)`
    method_max, max, "max";
    /// `x.min(axis, out, keepdims, initial)`
    method_min, min, "min";
    /// `x.any(axis, out, keepdims)`
    method_any, any, "any";
    /// `x.all(axis, out, keepdims)`
    method_all, all, "all";
    /// `x.argmax(axis, out, keepdims)`
    method_argmax, argmax, "argmax";
    /// `x.argmin(axis, out, keepdims)`
    method_argmin, argmin, "argmin";
    /// `x.cumsum(axis, dtype, out)`
    method_cumsum, cumsum, "cumsum";
    /// `x.cumprod(axis, dtype, out)`
    method_cumprod, cumprod, "cumprod";
    /// `x.clip(min, max, out)`
    method_clip, clip, "clip";
    /// `x.round(decimals, out)`
    method_round, round, "round";
    /// `x.dot(other)`
    method_dot, dot, "dot";
    /// `x.squeeze(axis)`
    method_squeeze, squeeze, "squeeze";
    /// `x.argsort(axis)`
    method_argsort, argsort, "argsort";
    /// `x.repeat(repeats, axis)`
    method_repeat, repeat, "repeat";
    /// `x.nonzero()`
    method_nonzero, nonzero, "nonzero";
    /// `x.ravel(order)`
    method_ravel, ravel, "ravel";
    /// `x.conj()`
    method_conj, conj, "conj";
    /// `x.take(indices, axis)`
    method_take, take, "take";
    /// `x.swapaxes(a, b)`
    method_swapaxes, swapaxes, "swapaxes";
    /// `x.searchsorted(v, side)`
    method_searchsorted, searchsorted, "searchsorted";
}

/// `x.astype(dtype, order, casting, subok, copy)`
pub fn method_astype(args: &[Value]) -> Result {
    receiver(args, "astype")?;
    let a = array(args, 0)?;
    let dtype = dtype_of(arg(args, 1))?.unwrap_or(array::Dtype::F64);
    let is_kept = matches!(args.get(5), Some(Value::Bool(false))) && a.dtype() == dtype;
    let result = if is_kept { a } else { a.astype(dtype) };
    Ok(if matches!(arg(args, 0), Value::Scalar(_)) { result.value() } else { Value::Array(result) })
}

/// `x.reshape(*shape, order)`
pub fn method_reshape(args: &[Value]) -> Result {
    receiver(args, "reshape")?;
    // A shape is given as numbers, or as one tuple of them.
    let shape = match arg(args, 1) {
        Value::Tuple(items) if items.len() == 1 => wholes(&items[0])?,
        other => wholes(other)?,
    };
    Ok(Value::Array(reshaped(&array(args, 0)?, &shape, arg(args, 2))?))
}

/// `x.transpose(*axes)`
pub fn method_transpose(args: &[Value]) -> Result {
    receiver(args, "transpose")?;
    let axes = match arg(args, 1) {
        Value::Tuple(items) if items.is_empty() => Value::None,
        Value::Tuple(items) if items.len() == 1 => items[0].clone(),
        other => other.clone(),
    };
    super::transpose(&[arg(args, 0).clone(), axes])
}

/// `x.flatten(order)`
pub fn method_flatten(args: &[Value]) -> Result {
    receiver(args, "flatten")?;
    let a = array(args, 0)?;
    let flat = as_array(&super::ravel(args)?)?;
    Ok(Value::Array(if flat.shares_storage(&a) { flat.copy() } else { flat }))
}

/// `x.tolist()`
pub fn method_tolist(args: &[Value]) -> Result {
    receiver(args, "tolist")?;
    Ok(array(args, 0)?.to_nested())
}

/// `x.item(*args)`
pub fn method_item(args: &[Value]) -> Result {
    receiver(args, "item")?;
    let a = array(args, 0)?;
    let index = match arg(args, 1) {
        Value::Tuple(items) if items.len() == 1 && matches!(items[0], Value::Tuple(_)) => items[0].clone(),
        other => other.clone(),
    };
    let scalar = match &index {
        Value::Tuple(items) if items.is_empty() => None,
        Value::None => None,
        Value::Tuple(items) if items.len() > 1 => return item_of(array::get_item(&a, &index)?),
        Value::Tuple(items) => Some(whole(&items[0])?),
        one => Some(whole(one)?),
    };
    match scalar {
        Some(i) => {
            let flat = a.reshaped(&[a.size()])?;
            let i = if i < 0 { i + a.size() as i64 } else { i };
            if i < 0 || i as usize >= a.size() {
                return Err(Exception::index_error(text!("index {} is out of bounds for size {}", i, a.size())));
            }
            item_of(array::get_item(&flat, &Value::Int(i))?)
        }
        None if a.size() == 1 => Ok(a.first().map_or(Value::None, array::item)),
        None => Err(Exception::value_error("can only convert an array of size 1 to a Python scalar")),
    }
}

fn item_of(value: Value) -> Result {
    match value {
        Value::Scalar(x) => Ok(array::item(x)),
        _ => Err(Exception::value_error("incorrect number of indices for array")),
    }
}

/// `x.fill(value)`
pub fn method_fill(args: &[Value]) -> Result {
    let Value::Array(a) = arg(args, 0) else { return Err(no_attribute(arg(args, 0), "fill")) };
    assign(a, &Operand::of(arg(args, 1))?)?;
    Ok(Value::None)
}

/// `x.sort(axis)`: in place.
pub fn sort_in_place(a: &Array, axis: Option<&Value>) -> Result {
    let last = Value::Int(-1);
    let axis = axis.filter(|axis| !matches!(axis, Value::None)).unwrap_or(&last);
    let sorted = super::sort(&[Value::Array(a.clone()), axis.clone()])?;
    assign(a, &Operand::of(&sorted)?)?;
    Ok(Value::None)
}

/// `np.shape`
pub fn shape_of(args: &[Value]) -> Result {
    let lengths: Vec<Value> = array(args, 0)?.shape().iter().map(|n| Value::Int(*n as i64)).collect();
    Ok(Value::tuple(lengths))
}

/// `np.ndim`
pub fn ndim(args: &[Value]) -> Result {
    Ok(Value::Int(array(args, 0)?.shape().len() as i64))
}

/// `np.size`: array, axis.
pub fn size(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    Ok(Value::Int(match arg(args, 1) {
        Value::None => a.size(),
        axis => a.shape()[super::args::axis(axis, a.shape().len())?],
    } as i64))
}

/// `np.isscalar`
pub fn isscalar(args: &[Value]) -> Result {
    let is_number = matches!(arg(args, 0), Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Scalar(_));
    Ok(Value::Bool(is_number || matches!(arg(args, 0), Value::Str(_)) || flag(args, 1)))
}
