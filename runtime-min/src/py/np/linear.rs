//! Products of vectors and matrices, and convolution. Sums of floats are in an order of their own: NumPy leaves them to BLAS, whose
//! order depends on the machine.

use super::args::{arg, array, text};
use crate::py::array::{self, Arithmetic, Array, Dtype, Operand, common, shape_text, with_dtype};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

fn dot_of<T: Arithmetic>(x: &[T], y: &[T]) -> T {
    let ((x, more_x), (y, more_y)) = (x.as_chunks::<16>(), y.as_chunks::<16>());
    let mut sums = [T::default(); 16];
    for (x, y) in x.iter().zip(y) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum = sum.add(x.mul(*y));
        }
    }
    let rest = more_x.iter().zip(more_y).fold(T::default(), |sum, (x, y)| sum.add(x.mul(*y)));
    sums.into_iter().fold(rest, T::add)
}

/// `out += x * scale`
fn add_scaled<T: Arithmetic>(out: &mut [T], x: &[T], scale: T) {
    out.iter_mut().zip(x).for_each(|(o, x)| *o = o.add(x.mul(scale)));
}

/// Rows of `a`, which is (n, k), times `b`, which is (k, m).
fn product_of<T: Arithmetic>(a: &[T], b: &[T], n: usize, k: usize, m: usize, out: &mut Vec<T>) {
    for row in 0..n {
        let row = &a[row * k..(row + 1) * k];
        if m == 1 {
            out.push(dot_of(row, b));
            continue;
        }
        let start = out.len();
        out.resize(start + m, T::default());
        for (x, line) in row.iter().zip(b.chunks_exact(m.max(1))) {
            add_scaled(&mut out[start..], line, *x);
        }
    }
}

/// `np.dot`
pub fn dot(args: &[Value]) -> Result {
    let (a, b) = (array(args, 0)?, array(args, 1)?);
    if a.shape().is_empty() || b.shape().is_empty() {
        return array::multiply(&Value::Array(a), &Value::Array(b), None);
    }
    let inner = b.shape().len().saturating_sub(2);
    let (k, other) = (a.shape()[a.shape().len() - 1], b.shape()[inner]);
    if k != other {
        return Err(Exception::value_error(text!(
            "shapes {} and {} not aligned: {} (dim {}) != {} (dim {})",
            shape_text(a.shape()),
            shape_text(b.shape()),
            k,
            a.shape().len() - 1,
            other,
            inner
        )));
    }
    // The summed axis of b goes to the front: then everything is a product of two matrices.
    let front = b.moved_axis(inner, 0);
    let shape: Vec<usize> = a.shape()[..a.shape().len() - 1].iter().chain(&front.shape()[1..]).copied().collect();
    array::check_dimensions(&shape)?;
    let n = a.shape()[..a.shape().len() - 1].iter().product();
    let m = front.shape()[1..].iter().product();
    Ok(with_dtype!(common(a.dtype(), b.dtype()), T => {
        let mut out = Vec::with_capacity(n * m);
        a.with_items::<T, _>(|a| front.with_items::<T, _>(|b| product_of(a, b, n, k, m, &mut out)));
        Array::new(out, &shape)
    })
    .value())
}

/// `np.matmul`
pub fn matmul(args: &[Value]) -> Result {
    let (a, b) = (array(args, 0)?, array(args, 1)?);
    for (i, x) in [&a, &b].into_iter().enumerate() {
        if x.shape().is_empty() {
            return Err(Exception::value_error(text!(
                "matmul: Input operand {} does not have enough dimensions (has 0, gufunc core with signature \
                 (n?,k),(k,m?)->(n?,m?) requires 1)",
                i
            )));
        }
    }
    let left = if let [k] = *a.shape() { a.reshaped(&[1, k])? } else { a.clone() };
    let right = if let [k] = *b.shape() { b.reshaped(&[k, 1])? } else { b.clone() };
    let (before_left, before_right) =
        (&left.shape()[..left.shape().len() - 2], &right.shape()[..right.shape().len() - 2]);
    let (n, k) = (left.shape()[left.shape().len() - 2], left.shape()[left.shape().len() - 1]);
    let (other, m) = (right.shape()[right.shape().len() - 2], right.shape()[right.shape().len() - 1]);
    if k != other {
        return Err(Exception::value_error(text!(
            "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size \
             {} is different from {})",
            other,
            k
        )));
    }
    let before = array::broadcast_shapes(before_left, before_right).ok_or_else(|| {
        Exception::value_error(text!(
            "operands could not be broadcast together with remapped shapes [original->remapped]: {}  {} ",
            shape_text(a.shape()),
            shape_text(b.shape())
        ))
    })?;
    let with = |tail: [usize; 2]| -> Vec<usize> { before.iter().copied().chain(tail).collect() };
    let (Some(left), Some(right)) = (left.broadcast_to(&with([n, k])), right.broadcast_to(&with([k, m]))) else {
        return Err(Exception::value_error("operands could not be broadcast together"));
    };
    let mut shape = before.clone();
    shape.extend((a.shape().len() > 1).then_some(n));
    shape.extend((b.shape().len() > 1).then_some(m));
    let batches: usize = before.iter().product();
    Ok(with_dtype!(common(a.dtype(), b.dtype()), T => {
        let mut out = Vec::with_capacity(batches * n * m);
        left.with_items::<T, _>(|a| right.with_items::<T, _>(|b| {
            for i in 0..batches {
                product_of(&a[i * n * k..(i + 1) * n * k], &b[i * k * m..(i + 1) * k * m], n, k, m, &mut out);
            }
        }));
        Array::new(out, &shape)
    })
    .value())
}

/// `np.inner`
pub fn inner(args: &[Value]) -> Result {
    let (a, b) = (array(args, 0)?, array(args, 1)?);
    match (a.shape().last(), b.shape().last()) {
        (Some(x), Some(y)) if x != y => Err(Exception::value_error(text!(
            "shapes {} and {} not aligned: {} (dim {}) != {} (dim {})",
            shape_text(a.shape()),
            shape_text(b.shape()),
            x,
            a.shape().len() - 1,
            y,
            b.shape().len() - 1
        ))),
        (Some(_), Some(_)) => {
            let last = b.shape().len() - 1;
            dot(&[Value::Array(a), Value::Array(b.moved_axis(last, last.saturating_sub(1)))])
        }
        _ => array::multiply(arg(args, 0), arg(args, 1), None),
    }
}

/// `np.vdot`: the product of flattened arrays, the first one conjugated.
pub fn vdot(args: &[Value]) -> Result {
    let (a, b) = (array(args, 0)?, array(args, 1)?);
    dot(&[super::conj(&[Value::Array(a.reshaped(&[a.size()])?)])?, Value::Array(b.reshaped(&[b.size()])?)])
}

/// `np.outer`
pub fn outer(args: &[Value]) -> Result {
    let (a, b) = (array(args, 0)?, array(args, 1)?);
    let (a, b) = (a.reshaped(&[a.size(), 1])?, b.reshaped(&[1, b.size()])?);
    array::multiply(&Value::Array(a), &Value::Array(b), None)
}

/// All sums of products of `long` with `short` moved along it.
fn full<T: Arithmetic>(long: &[T], short: &[T]) -> Vec<T> {
    let mut out = alloc::vec![T::default(); long.len() + short.len() - 1];
    for (i, scale) in short.iter().enumerate() {
        add_scaled(&mut out[i..], long, *scale);
    }
    out
}

/// The part of the full result that a mode keeps, where the operands have these lengths.
fn kept(mode: &Value, long: usize, short: usize) -> Result<core::ops::Range<usize>> {
    let default = if matches!(mode, Value::None) { "full" } else { "" };
    match text(mode, default) {
        "full" | "f" => Ok(0..long + short - 1),
        "same" | "s" => Ok((short - 1) / 2..(short - 1) / 2 + long),
        "valid" | "v" => Ok(short - 1..long),
        other => Err(Exception::value_error(text!("mode must be one of 'valid', 'same', or 'full' (got '{}')", other))),
    }
}

fn empty_operand(which: char) -> Exception {
    Exception::value_error(text!("{} cannot be empty", which))
}

/// `np.convolve`: two vectors, mode.
pub fn convolve(args: &[Value]) -> Result {
    let (a, v) = (array(args, 0)?, array(args, 1)?);
    if a.shape().len() > 1 || v.shape().len() > 1 {
        return Err(Exception::value_error("object too deep for desired array"));
    }
    if a.size() == 0 {
        return Err(empty_operand('a'));
    }
    if v.size() == 0 {
        return Err(empty_operand('v'));
    }
    let (long, short) = if v.size() > a.size() { (v, a) } else { (a, v) };
    let range = kept(arg(args, 2), long.size(), short.size())?;
    Ok(Value::Array(with_dtype!(common(long.dtype(), short.dtype()), T => {
        let out = full(&long.to_vec::<T>(), &short.to_vec::<T>());
        let out = out[range].to_vec();
        let length = out.len();
        Array::new(out, &[length])
    })))
}

/// `np.correlate`: two vectors, mode, which is `valid` unless given.
pub fn correlate(args: &[Value]) -> Result {
    let (a, v) = (array(args, 0)?, array(args, 1)?);
    if a.size() == 0 {
        return Err(empty_operand('a'));
    }
    if v.size() == 0 {
        return Err(empty_operand('v'));
    }
    let v = Operand::of(&super::conj(&[Value::Array(v)])?)?.into_array();
    let mode = if matches!(arg(args, 2), Value::None) { Value::from("valid") } else { arg(args, 2).clone() };
    let reversed = v.reshaped(&[v.size()])?.flipped(0);
    let (n, m) = (a.size(), v.size());
    let range = kept(&mode, n.max(m), n.min(m))?;
    // NumPy swaps operands of which the second is longer, and reverses the result: the middle of an even length shifts by one.
    let range = match (n < m, text(&mode, "valid")) {
        (true, "same" | "s") => n / 2..n / 2 + m,
        _ => range,
    };
    Ok(Value::Array(with_dtype!(common(a.dtype(), v.dtype()), T => {
        let out = full(&a.to_vec::<T>(), &reversed.to_vec::<T>());
        let out = out[range].to_vec();
        let length = out.len();
        Array::new(out, &[length])
    })))
}

/// The type in which filters and spectra are computed.
pub fn float_of(dtype: Dtype) -> Dtype {
    if dtype < Dtype::F32 { Dtype::F64 } else { dtype }
}
