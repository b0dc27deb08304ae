//! Sorting, and what needs order: `np.sort`, `np.searchsorted`, `np.median`, `np.percentile`, `np.unique`.

use super::args::{arg, array, axis, flag, text};
use crate::math;
use crate::py::array::{self, Arithmetic, Array, Axes, Dtype, Operand, along_axis, common, with_dtype};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// By value, NaN last.
pub fn order<T: Arithmetic>(a: &T, b: &T) -> Ordering {
    a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn sort_axis(a: &Array, value: Option<&Value>) -> Result<(Array, usize)> {
    match value {
        Some(Value::None) => Ok((a.reshaped(&[a.size()])?, 0)),
        Some(which) => Ok((a.clone(), axis(which, a.shape().len())?)),
        None => Ok((a.clone(), axis(&Value::Int(-1), a.shape().len())?)),
    }
}

/// `np.sort`: array, axis.
pub fn sort(args: &[Value]) -> Result {
    let (a, axis) = sort_axis(&array(args, 0)?, args.get(1))?;
    let sorted = with_dtype!(a.dtype(), T => along_axis::<T, T>(&a, axis, |items, out| {
        let start = out.len();
        out.extend_from_slice(items);
        out[start..].sort_unstable_by(order);
    }));
    Ok(Value::Array(sorted))
}

fn sorted_indices<T: Arithmetic>(items: &[T]) -> Vec<i64> {
    let mut indices: Vec<i64> = (0..items.len() as i64).collect();
    indices.sort_by(|i, j| order(&items[*i as usize], &items[*j as usize]));
    indices
}

/// `np.argsort`: array, axis. Equal elements keep their order.
pub fn argsort(args: &[Value]) -> Result {
    let (a, axis) = sort_axis(&array(args, 0)?, args.get(1))?;
    let sorted =
        with_dtype!(a.dtype(), T => along_axis::<T, i64>(&a, axis, |items, out| out.extend(sorted_indices(items))));
    Ok(Value::Array(sorted))
}

/// `np.nonzero`
pub fn nonzero(args: &[Value]) -> Result {
    let mask = array(args, 0)?.cast(Dtype::Bool);
    if mask.shape().is_empty() {
        return Err(Exception::value_error(
            "Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead. If the context of this error \
             is of the form `arr[nonzero(cond)]`, just use `arr[cond]`.",
        ));
    }
    Ok(Value::tuple(array::true_indices(&mask).into_iter().map(Value::Array).collect::<Vec<_>>()))
}

/// `np.flatnonzero`
pub fn flatnonzero(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let mask = a.reshaped(&[a.size()])?.cast(Dtype::Bool);
    Ok(array::true_indices(&mask).pop().map_or(Value::None, Value::Array))
}

/// `np.argwhere`
pub fn argwhere(args: &[Value]) -> Result {
    let Value::Tuple(found) = nonzero(args)? else { return Ok(Value::None) };
    let stacked = super::stack(&[Value::Tuple(found)])?;
    super::transpose(&[stacked])
}

/// Where elements would go in sorted `items`: before equal ones, or behind them.
fn places<T: Arithmetic>(items: &[T], values: &Operand, right: bool) -> Value {
    let place = |v: T| {
        items.partition_point(|x| match order(x, &v) {
            Ordering::Less => true,
            Ordering::Equal => right,
            Ordering::Greater => false,
        }) as i64
    };
    array::map::<T, i64>(values, place)
}

/// `np.searchsorted`: sorted array, values, side.
pub fn searchsorted(args: &[Value]) -> Result {
    let (a, v) = (array(args, 0)?, Operand::of(arg(args, 1))?);
    if a.shape().len() != 1 {
        return Err(Exception::value_error("object too deep for desired array"));
    }
    let side = text(arg(args, 2), "left");
    if side != "left" && side != "right" {
        return Err(Exception::value_error(text!("search side must be one of 'left' or 'right' (got '{}')", side)));
    }
    let dtype = common(a.dtype(), v.dtype());
    Ok(with_dtype!(dtype, T => a.with_items::<T, _>(|items| places(items, &v, side == "right"))))
}

/// `np.digitize`: values, bins, right.
pub fn digitize(args: &[Value]) -> Result {
    let (x, bins) = (Operand::of(arg(args, 0))?, array(args, 1)?);
    let edges = bins.to_vec::<f64>();
    let rises = edges.windows(2).all(|w| w[0] <= w[1]);
    if !rises && !edges.windows(2).all(|w| w[0] >= w[1]) {
        return Err(Exception::value_error("bins must be monotonically increasing or decreasing"));
    }
    let side = !flag(args, 2);
    let dtype = common(bins.dtype(), x.dtype());
    Ok(with_dtype!(dtype, T => {
        let mut items = bins.to_vec::<T>();
        if rises {
            places(&items, &x, side)
        } else {
            items.reverse();
            let count = items.len() as i64;
            array::map::<i64, i64>(&Operand::of(&places(&items, &x, side))?, move |i| count - i)
        }
    }))
}

/// `np.unique`: array, return_index, return_inverse, return_counts.
pub fn unique(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let flat = a.reshaped(&[a.size()])?;
    let (values, first, inverse, counts) = with_dtype!(flat.dtype(), T => {
        let items = flat.to_vec::<T>();
        let mut values: Vec<T> = Vec::new();
        let (mut first, mut counts, mut inverse) = (Vec::new(), Vec::<i64>::new(), alloc::vec![0i64; items.len()]);
        for i in sorted_indices(&items) {
            let x = items[i as usize];
            // All NaN count as one.
            match (values.last(), counts.last_mut()) {
                (Some(last), Some(count)) if order(last, &x) == Ordering::Equal => *count += 1,
                _ => {
                    values.push(x);
                    first.push(i);
                    counts.push(1);
                }
            }
            inverse[i as usize] = values.len() as i64 - 1;
        }
        let length = values.len();
        (Array::new(values, &[length]), first, inverse, counts)
    });
    let length = first.len();
    let mut results = alloc::vec![Value::Array(values)];
    if flag(args, 1) {
        results.push(Value::Array(Array::new(first, &[length])));
    }
    if flag(args, 2) {
        results.push(Value::Array(Array::new(inverse, a.shape())));
    }
    if flag(args, 3) {
        results.push(Value::Array(Array::new(counts, &[length])));
    }
    Ok(if results.len() == 1 { results.remove(0) } else { Value::tuple(results) })
}

/// The axes of `axis` as the last one of an array, and the shape of a result with or without them.
fn gathered(a: &Array, which: &Value, keepdims: bool) -> Result<(Array, Vec<usize>)> {
    let axes = Axes::of(which, a.shape().len())?;
    let is_kept = |i: &usize| !axes.takes(*i);
    let order: Vec<usize> =
        (0..a.shape().len()).filter(is_kept).chain((0..a.shape().len()).filter(|i| !is_kept(i))).collect();
    let outer = axes.kept(a.shape(), false);
    let mut shape = outer.clone();
    shape.push(axes.count(a.shape()));
    Ok((a.permuted(&order).reshaped(&shape)?, axes.kept(a.shape(), keepdims)))
}

/// `np.median`: array, axis, out, overwrite_input, keepdims.
pub fn median(args: &[Value]) -> Result {
    let (a, shape) = gathered(&array(args, 0)?, arg(args, 1), flag(args, 4))?;
    let last = a.shape().len() - 1;
    fn middle<T: Arithmetic>(items: &[T], nan: T, half: impl Fn(T) -> T) -> T {
        let mut sorted = items.to_vec();
        sorted.sort_unstable_by(order);
        let n = sorted.len();
        match sorted.last() {
            None => nan,
            Some(x) if x.is_nan() => *x,
            Some(_) if n % 2 == 1 => sorted[n / 2],
            Some(_) => half(sorted[n / 2 - 1].add(sorted[n / 2])),
        }
    }
    let result = match a.dtype() {
        Dtype::F32 => along_axis::<f32, f32>(&a, last, |x, out| out.push(middle(x, f32::NAN, |x| x / 2.0))),
        Dtype::C64 | Dtype::C128 => return Err(Exception::type_error("a must be an array of real numbers")),
        _ => along_axis::<f64, f64>(&a, last, |x, out| out.push(middle(x, f64::NAN, |x| x / 2.0))),
    };
    super::args::deliver(result.reshaped(&shape)?.value(), arg(args, 2))
}

/// `np.percentile`: array, percentages, axis, out, overwrite_input, method, keepdims.
pub fn percentile(args: &[Value]) -> Result {
    quantiles(args, 100.0)
}

/// `np.quantile`: as [`percentile`], of fractions.
pub fn quantile(args: &[Value]) -> Result {
    quantiles(args, 1.0)
}

fn quantiles(args: &[Value], whole: f64) -> Result {
    let (a, shape) = gathered(&array(args, 0)?, arg(args, 2), flag(args, 6))?;
    let last = a.shape().len() - 1;
    if a.dtype().is_complex() {
        return Err(Exception::type_error("a must be an array of real numbers"));
    }
    let q = Operand::of(arg(args, 1))?;
    let is_weak = q.strong().is_none();
    // Of a Python number the result keeps the type of the array, of NumPy's it takes part in promotion.
    let single = a.dtype() == Dtype::F32 && (is_weak || q.dtype() == Dtype::F32);
    let q = q.into_array();
    let fractions: Vec<f64> = match q.dtype() {
        Dtype::F32 => q.to_vec::<f32>().into_iter().map(|x| f64::from(x / whole as f32)).collect(),
        _ => q.to_vec::<f64>().into_iter().map(|x| x / whole).collect(),
    };
    if !fractions.iter().all(|x| (0.0..=1.0).contains(x)) {
        return Err(Exception::value_error(if whole == 1.0 {
            "Quantiles must be in the range [0, 1]"
        } else {
            "Percentiles must be in the range [0, 100]"
        }));
    }
    let method = text(arg(args, 5), "linear");
    if !["linear", "lower", "higher", "nearest", "midpoint"].contains(&method) {
        return Err(Exception::value_error(text!("'{}' is not a method that is supported here", method)));
    }
    let n = a.shape()[last];
    if n == 0 {
        return Err(Exception::index_error("index -1 is out of bounds for axis 0 with size 0"));
    }
    // Each quantile: two neighbours, and how far from the first to the second.
    let places: Vec<(usize, usize, f64)> = fractions
        .iter()
        .map(|q| {
            let at = (n - 1) as f64 * q;
            let low = math::floor(at) as usize;
            let high = (low + 1).min(n - 1);
            let part = at - low as f64;
            match method {
                "lower" => (low, low, 0.0),
                "higher" if part > 0.0 => (high, high, 0.0),
                "higher" => (low, low, 0.0),
                "nearest" => (math::rint(at) as usize, math::rint(at) as usize, 0.0),
                "midpoint" => (low, high, if part > 0.0 { 0.5 } else { 0.0 }),
                _ => (low, high, part),
            }
        })
        .collect();
    let result = if single {
        along_axis::<f32, f32>(&a, last, |items, out| {
            let mut sorted = items.to_vec();
            sorted.sort_unstable_by(order);
            out.extend(places.iter().map(|(low, high, t)| {
                let (low, high) = (sorted[*low], sorted[*high]);
                let nan = sorted[n - 1];
                let span = high - low;
                if nan.is_nan() {
                    nan
                } else if *t >= 0.5 {
                    high - span * (1.0 - t) as f32
                } else {
                    low + span * *t as f32
                }
            }));
        })
    } else {
        along_axis::<f64, f64>(&a, last, |items, out| {
            let mut sorted = items.to_vec();
            sorted.sort_unstable_by(order);
            // The difference of two elements is taken in their own type.
            let is_single = a.dtype() == Dtype::F32;
            out.extend(places.iter().map(|(low, high, t)| {
                let (low, high) = (sorted[*low], sorted[*high]);
                let span = if is_single { f64::from(high as f32 - low as f32) } else { high - low };
                let nan = sorted[n - 1];
                if nan.is_nan() {
                    nan
                } else if *t >= 0.5 {
                    high - span * (1.0 - t)
                } else {
                    low + span * t
                }
            }));
        })
    };
    // Percentages are the first axis of a result.
    let front = result.moved_axis(last, 0);
    let shape: Vec<usize> = q.shape().iter().chain(&shape).copied().collect();
    let result = front.reshaped(&shape)?;
    let keeps_type = matches!(method, "lower" | "higher" | "nearest");
    let result = if keeps_type { result.cast(a.dtype()) } else { result };
    super::args::deliver(result.value(), arg(args, 3))
}
