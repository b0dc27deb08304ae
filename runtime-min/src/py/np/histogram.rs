//! `np.histogram`.

use super::args::{arg, array, flag, number, sequence, whole};
use super::order::order;
use crate::py::array::{self, Array, Dtype, Operand, Scalar, common};
use crate::py::format::float_repr;
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// `np.histogram`: array, bins, range, density.
pub fn histogram(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let edges = match arg(args, 1) {
        Value::None => uniform(&a, 10, arg(args, 2))?,
        Value::Int(_) | Value::Scalar(_) => {
            let count = whole(arg(args, 1))?;
            if count < 1 {
                return Err(Exception::value_error("`bins` must be positive, when an integer"));
            }
            uniform(&a, count, arg(args, 2))?
        }
        given => {
            let edges = super::args::as_array(given)?;
            if edges.to_vec::<f64>().windows(2).any(|w| w[0] > w[1]) {
                return Err(Exception::value_error("`bins` must increase monotonically, when an array"));
            }
            edges
        }
    };
    let limits = edges.to_vec::<f64>();
    let bins = limits.len().saturating_sub(1);
    let mut counts = alloc::vec![0i64; bins];
    for x in a.to_vec::<f64>() {
        // The last bin has its upper edge too.
        let behind = limits.partition_point(|edge| order(edge, &x).is_le());
        let bin = if limits.last().is_some_and(|last| x == *last) { bins } else { behind };
        if bin >= 1 && bin <= bins && !x.is_nan() {
            counts[bin - 1] += 1;
        }
    }
    let total = counts.iter().sum::<i64>() as f64;
    let counts = if flag(args, 3) {
        let of = |(count, w): (&i64, &[f64])| *count as f64 / (w[1] - w[0]) / total;
        Array::new::<f64>(counts.iter().zip(limits.windows(2)).map(of).collect(), &[bins])
    } else {
        Array::new(counts, &[bins])
    };
    Ok(Value::tuple(alloc::vec![Value::Array(counts), Value::Array(edges)]))
}

/// Edges of bins of one width.
fn uniform(a: &Array, count: i64, range: &Value) -> Result<Array> {
    let (mut low, mut high, dtype) = match range {
        Value::None => {
            let (low, high) = if a.size() == 0 {
                (0.0, 1.0)
            } else {
                let all = array::Axes::all(a.shape().len());
                let of =
                    |greatest| Ok(array::extreme(a, &all, false, greatest)?.first().map_or(0.0, Scalar::cast::<f64>));
                (of(false)?, of(true)?)
            };
            if !low.is_finite() || !high.is_finite() {
                return Err(Exception::value_error(text!(
                    "autodetected range of [{}, {}] is not finite",
                    float_repr(low),
                    float_repr(high)
                )));
            }
            (low, high, if a.size() == 0 { common(a.dtype(), Dtype::F64) } else { a.dtype() })
        }
        range => {
            let ends = sequence(range)?;
            let [low, high] = ends.as_slice() else {
                return Err(Exception::value_error("range must be a pair"));
            };
            let dtype = array::result_type(&Operand::Array(a.clone()), &Operand::of(low)?)?;
            (number(low)?, number(high)?, dtype)
        }
    };
    if low > high {
        return Err(Exception::value_error("max must be larger than min in range parameter."));
    }
    if low == high {
        low -= 0.5;
        high += 0.5;
    }
    let number = |x: f64| match dtype {
        Dtype::F32 if matches!(range, Value::None) => Value::Scalar(Scalar::F32(x as f32)),
        _ => Value::Float(x),
    };
    let edges = super::linspace(&[number(low), number(high), Value::Int(count + 1)])?;
    let edges = Operand::of(&edges)?.into_array();
    Ok(if dtype == Dtype::F32 { edges.cast(dtype) } else { edges })
}

/// `np.bincount`: whole numbers, weights, least length.
pub fn bincount(args: &[Value]) -> Result {
    let a = array(args, 0)?;
    let items = a.to_vec::<i64>();
    if items.iter().any(|x| *x < 0) {
        return Err(Exception::value_error("'list' argument must have no negative elements"));
    }
    let least = if matches!(arg(args, 2), Value::None) { 0 } else { whole(arg(args, 2))?.max(0) as usize };
    let length = items.iter().max().map_or(0, |m| *m as usize + 1).max(least);
    super::args::check_size(&[length])?;
    if matches!(arg(args, 1), Value::None) {
        let mut counts = alloc::vec![0i64; length];
        items.iter().for_each(|i| counts[*i as usize] += 1);
        return Ok(Value::Array(Array::new(counts, &[length])));
    }
    let weights: Vec<f64> = array(args, 1)?.to_vec();
    if weights.len() != items.len() {
        return Err(Exception::value_error("The weights and list don't have the same length."));
    }
    let mut sums = alloc::vec![0f64; length];
    items.iter().zip(weights).for_each(|(i, w)| sums[*i as usize] += w);
    Ok(Value::Array(Array::new(sums, &[length])))
}
