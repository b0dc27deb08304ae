//! Reductions, in the order in which NumPy adds.
//!
//! NumPy walks an array as it lies in memory: axes by decreasing stride, neighbours joined. Where the last of them is reduced, each
//! run along it is added pairwise (blocks of 128 in eight sums, halves above that) and then to the result; where it is kept, rows
//! are added one after the other. Source: `numpy/_core/src/umath/loops_utils.h.src`, `numpy/_core/_methods.py`.

use super::arithmetic::Arithmetic;
use super::element::{Complex, Element, with_dtype};
use super::{Array, Dtype};
use crate::math;
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::vec::Vec;

/// The axes that a reduction takes away.
#[derive(Clone, Debug)]
pub struct Axes(Vec<bool>);

impl Axes {
    /// Of an `axis` argument: `None`, a number, or a tuple of them.
    pub fn of(axis: &Value, dimensions: usize) -> Result<Axes> {
        let mut reduced = alloc::vec![false; dimensions];
        match axis {
            Value::None => reduced.fill(true),
            Value::Tuple(items) => {
                for item in items.iter() {
                    let axis = one_axis(item, dimensions)?;
                    if core::mem::replace(&mut reduced[axis], true) {
                        return Err(Exception::value_error("duplicate value in 'axis'"));
                    }
                }
            }
            one => match one_axis(one, dimensions) {
                // An element counts as having one axis, which is not there to be taken away.
                Err(_) if dimensions == 0 && matches!(one, Value::Int(0 | -1)) => {}
                axis => reduced[axis?] = true,
            },
        }
        Ok(Axes(reduced))
    }

    /// All of them.
    pub fn all(dimensions: usize) -> Axes {
        Axes(alloc::vec![true; dimensions])
    }

    /// Whether an axis is one of them.
    pub fn takes(&self, axis: usize) -> bool {
        self.0[axis]
    }

    /// The shape that is left.
    pub fn kept(&self, shape: &[usize], keepdims: bool) -> Vec<usize> {
        let of = |(n, r): (&usize, &bool)| if *r { keepdims.then_some(1) } else { Some(*n) };
        shape.iter().zip(&self.0).filter_map(of).collect()
    }

    /// How many elements go into one.
    pub fn count(&self, shape: &[usize]) -> usize {
        shape.iter().zip(&self.0).filter(|(_, r)| **r).map(|(n, _)| n).product()
    }
}

/// An axis by its number, or NumPy's `AxisError`.
pub fn one_axis(axis: &Value, dimensions: usize) -> Result<usize> {
    let number = match axis {
        Value::Int(i) => *i,
        Value::Bool(b) => i64::from(*b),
        Value::Scalar(x) if x.dtype().is_integer() => x.cast(),
        other => {
            let name = super::type_name(other);
            return Err(Exception::type_error(text!("'{}' object cannot be interpreted as an integer", name)));
        }
    };
    let from_start = if number < 0 { number + dimensions as i64 } else { number };
    usize::try_from(from_start).ok().filter(|i| *i < dimensions).ok_or_else(|| {
        Exception::new("AxisError", text!("axis {} is out of bounds for array of dimension {}", number, dimensions))
    })
}

/// An axis of an array that is being reduced.
#[derive(Clone, Copy)]
struct Axis {
    length: usize,
    stride: isize,
    out_stride: usize,
    reduced: bool,
}

/// The way of a reduction through an array, the same for elements of any type: where runs along the innermost axis start, and where
/// their results are.
struct Walk {
    inner: Axis,
    outer: Vec<Axis>,
    index: Vec<usize>,
    /// The next run and its result.
    next: Option<(isize, usize)>,
}

impl Walk {
    fn new(a: &Array, axes: &Axes, results: usize) -> Walk {
        let mut offset = a.offset() as isize;
        let mut all: Vec<Axis> = Vec::with_capacity(a.shape().len());
        let mut out_stride = results;
        for ((length, stride), reduced) in a.shape().iter().zip(a.strides()).zip(&axes.0) {
            if *length == 0 {
                break;
            }
            if !reduced {
                out_stride /= length;
            }
            if *length == 1 {
                continue;
            }
            // A reversed axis that goes away is walked in the order of memory.
            let stride = if *reduced && *stride < 0 {
                offset += stride * (*length as isize - 1);
                -stride
            } else {
                *stride
            };
            let out_stride = if *reduced { 0 } else { out_stride };
            all.push(Axis { length: *length, stride, out_stride, reduced: *reduced });
        }
        // By decreasing stride: of the few axes of an array, each goes behind those that are not less.
        for i in 1..all.len() {
            let sorted = all[..i].partition_point(|axis| axis.stride.abs() >= all[i].stride.abs());
            all[sorted..=i].rotate_right(1);
        }
        let mut outer: Vec<Axis> = Vec::with_capacity(all.len());
        for axis in all {
            match outer.last_mut() {
                Some(last)
                    if last.reduced == axis.reduced
                        && last.stride == axis.stride * axis.length as isize
                        && last.out_stride == axis.out_stride * axis.length =>
                {
                    *last = Axis { length: last.length * axis.length, ..axis };
                }
                _ => outer.push(axis),
            }
        }
        let inner = outer.pop().unwrap_or(Axis { length: 1, stride: 1, out_stride: 0, reduced: true });
        let index = alloc::vec![0usize; outer.len()];
        Walk { inner, outer, index, next: (a.size() > 0).then_some((offset, 0)) }
    }

    #[inline(never)]
    fn step(&mut self) -> Option<(isize, usize)> {
        let (at, result) = self.next.take()?;
        let (mut offset, mut to) = (at, result);
        for (axis, index) in self.outer.iter().zip(&mut self.index).rev() {
            *index += 1;
            offset += axis.stride;
            to += axis.out_stride;
            if *index < axis.length {
                self.next = Some((offset, to));
                break;
            }
            offset -= axis.stride * *index as isize;
            to -= axis.out_stride * *index;
            *index = 0;
        }
        Some((at, result))
    }
}

/// Folds an array of `T`, starting from `out`, which has the shape that is left.
fn fold<T: Element, A: Copy>(
    a: &Array,
    axes: &Axes,
    mut out: Vec<A>,
    run: impl Fn(A, &[T]) -> A,
    join: impl Fn(A, T) -> A,
) -> Vec<A> {
    let mut walk = Walk::new(a, axes, out.len());
    let inner = walk.inner;
    let storage = a.storage::<T>();
    let mut row = Vec::new();
    while let Some((offset, to)) = walk.step() {
        let items: &[T] = if inner.stride == 1 {
            &storage[offset as usize..offset as usize + inner.length]
        } else {
            row.clear();
            row.extend((0..inner.length).map(|i| storage[(offset + i as isize * inner.stride) as usize]));
            &row
        };
        if inner.reduced {
            out[to] = run(out[to], items);
        } else if inner.out_stride == 1 {
            out[to..to + inner.length].iter_mut().zip(items).for_each(|(o, x)| *o = join(*o, *x));
        } else {
            items.iter().enumerate().for_each(|(i, x)| {
                let o = &mut out[to + i * inner.out_stride];
                *o = join(*o, *x);
            });
        }
    }
    out
}

/// Types with their own order of adding a run.
trait Run: Arithmetic {
    fn total(items: &[Self]) -> Self;
}

/// Eight sums side by side in blocks of 128; longer runs are halved.
fn pairwise<T: Arithmetic>(items: &[T]) -> T {
    let n = items.len();
    if n < 8 {
        return items.iter().fold(T::default(), |total, x| total.add(*x));
    }
    if n > 128 {
        let half = n / 2 - n / 2 % 8;
        return pairwise(&items[..half]).add(pairwise(&items[half..]));
    }
    let (chunks, rest) = items.as_chunks::<8>();
    let mut r = chunks[0];
    for chunk in &chunks[1..] {
        for (r, x) in r.iter_mut().zip(chunk) {
            *r = r.add(*x);
        }
    }
    let total = (r[0].add(r[1])).add(r[2].add(r[3])).add((r[4].add(r[5])).add(r[6].add(r[7])));
    rest.iter().fold(total, |total, x| total.add(*x))
}

/// As [`pairwise`], four complex numbers side by side in blocks of 64.
fn pairwise_complex<T: Arithmetic>(items: &[T]) -> T {
    let n = items.len();
    if n < 4 {
        return items.iter().fold(T::default(), |total, x| total.add(*x));
    }
    if n > 64 {
        let half = (n - n % 8) / 2;
        return pairwise_complex(&items[..half]).add(pairwise_complex(&items[half..]));
    }
    let (chunks, rest) = items.as_chunks::<4>();
    let mut r = chunks[0];
    for chunk in &chunks[1..] {
        for (r, x) in r.iter_mut().zip(chunk) {
            *r = r.add(*x);
        }
    }
    rest.iter().fold((r[0].add(r[1])).add(r[2].add(r[3])), |total, x| total.add(*x))
}

macro_rules! run {
    ($($ty:ty => $total:expr;)*) => {$(
        impl Run for $ty {
            #[inline]
            fn total(items: &[Self]) -> Self { $total(items) }
        }
    )*};
}

run! {
    bool => |items: &[bool]| items.iter().any(|x| *x);
    u8 => |items: &[u8]| items.iter().fold(0, |t: u8, x| t.wrapping_add(*x));
    i16 => |items: &[i16]| items.iter().fold(0, |t: i16, x| t.wrapping_add(*x));
    i32 => |items: &[i32]| items.iter().fold(0, |t: i32, x| t.wrapping_add(*x));
    i64 => |items: &[i64]| items.iter().fold(0, |t: i64, x| t.wrapping_add(*x));
    f32 => pairwise;
    f64 => pairwise;
    Complex<f32> => pairwise_complex;
    Complex<f64> => pairwise_complex;
}

/// The type of a sum: small whole numbers are added as int64.
fn sum_type(dtype: Dtype) -> Dtype {
    match dtype {
        Dtype::Bool | Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 => Dtype::I64,
        Dtype::F32 | Dtype::F64 | Dtype::C64 | Dtype::C128 => dtype,
    }
}

/// `np.sum`
pub fn sum(a: &Array, axes: &Axes, dtype: Option<Dtype>, keepdims: bool) -> Array {
    let dtype = dtype.unwrap_or(sum_type(a.dtype()));
    let shape = axes.kept(a.shape(), keepdims);
    // NumPy casts in pieces of that many elements, each of which is added on its own.
    const CAST: usize = 8192;
    let is_cast = dtype != a.dtype();
    let a = a.cast(dtype);
    with_dtype!(dtype, T => {
        let zeros = alloc::vec![T::default(); shape.iter().product()];
        let run = |total: T, items: &[T]| match is_cast {
            true => items.chunks(CAST).fold(total, |total, piece| total.add(T::total(piece))),
            false => total.add(T::total(items)),
        };
        Array::new(fold::<T, T>(&a, axes, zeros, run, T::add), &shape)
    })
}

/// What a reduction gives: an array, or where no axis is left an element.
fn value<T: Element>(items: Vec<T>, shape: &[usize]) -> Value {
    match (shape, items.first()) {
        ([], Some(one)) => Value::Scalar(one.scalar()),
        _ => Value::Array(Array::new(items, shape)),
    }
}

/// How many elements are not zero.
pub fn count(a: &Array, axes: &Axes, keepdims: bool) -> Value {
    let shape = axes.kept(a.shape(), keepdims);
    let zeros = alloc::vec![0i64; shape.iter().product()];
    let counts = with_dtype!(a.dtype(), T => {
        let run = |total, items: &[T]| total + items.iter().map(|x| i64::from(x.is_true())).sum::<i64>();
        fold::<T, i64>(a, axes, zeros, run, |total, x| total + i64::from(x.is_true()))
    });
    value(counts, &shape)
}

/// `np.prod`
pub fn product(a: &Array, axes: &Axes, dtype: Option<Dtype>, keepdims: bool) -> Array {
    let dtype = dtype.unwrap_or(sum_type(a.dtype()));
    let shape = axes.kept(a.shape(), keepdims);
    let a = a.cast(dtype);
    with_dtype!(dtype, T => {
        let ones = alloc::vec![T::cast(true); shape.iter().product()];
        let run = |total: T, items: &[T]| items.iter().fold(total, |total, x| total.mul(*x));
        Array::new(fold::<T, T>(&a, axes, ones, run, T::mul), &shape)
    })
}

/// Divides sums by a count.
fn over(sums: Array, count: f64) -> Array {
    match sums.dtype() {
        Dtype::F32 => {
            let items = sums.with_items::<f32, _>(|x| x.iter().map(|x| (f64::from(*x) / count) as f32).collect());
            Array::new::<f32>(items, sums.shape())
        }
        Dtype::C64 | Dtype::C128 => {
            let by = Complex::new(count, 0.0);
            let items: Vec<_> = sums.to_vec::<Complex<f64>>().into_iter().map(|x| x.over(by)).collect();
            Array::new(items, sums.shape()).cast(sums.dtype())
        }
        Dtype::Bool | Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 | Dtype::F64 => {
            let items = sums.to_vec::<f64>().into_iter().map(|x| x / count).collect();
            Array::new::<f64>(items, sums.shape()).cast(sums.dtype())
        }
    }
}

fn mean_type(a: &Array, dtype: Option<Dtype>) -> Dtype {
    dtype.unwrap_or(if a.dtype() < Dtype::F32 { Dtype::F64 } else { a.dtype() })
}

/// `np.mean`
pub fn mean(a: &Array, axes: &Axes, dtype: Option<Dtype>, keepdims: bool) -> Array {
    over(sum(a, axes, Some(mean_type(a, dtype)), keepdims), axes.count(a.shape()) as f64)
}

/// `np.var`, or its square root where `root` says so.
pub fn variance(a: &Array, axes: &Axes, dtype: Option<Dtype>, ddof: f64, keepdims: bool, root: bool) -> Result<Array> {
    let dtype = mean_type(a, dtype);
    let means = mean(a, axes, Some(dtype), true);
    let deviations = Operands(a.clone(), means).subtract()?;
    let squares = match deviations.dtype() {
        Dtype::C64 => {
            let of = |x: &Complex<f32>| x.re * x.re + x.im * x.im;
            Array::new(deviations.with_items::<Complex<f32>, Vec<f32>>(|d| d.iter().map(of).collect()), a.shape())
        }
        Dtype::C128 => {
            let of = |x: &Complex<f64>| x.re * x.re + x.im * x.im;
            Array::new(deviations.with_items::<Complex<f64>, Vec<f64>>(|d| d.iter().map(of).collect()), a.shape())
        }
        dtype => with_dtype!(dtype, T => {
            let items = deviations.with_items::<T, Vec<T>>(|d| d.iter().map(|x| x.mul(*x)).collect());
            Array::new(items, deviations.shape())
        }),
    };
    let dtype = if dtype.is_complex() { squares.dtype() } else { dtype };
    let sums = sum(&squares, axes, Some(dtype), keepdims);
    let count = axes.count(a.shape()) as f64 - ddof;
    let result = over(sums, if count > 0.0 { count } else { 0.0 });
    if !root {
        return Ok(result);
    }
    Ok(match result.dtype() {
        Dtype::F32 => Array::new::<f32>(result.to_vec::<f32>().into_iter().map(math::sqrtf).collect(), result.shape()),
        _ => Array::new::<f64>(result.to_vec::<f64>().into_iter().map(math::sqrt).collect(), result.shape()),
    })
}

/// Two arrays to be subtracted.
struct Operands(Array, Array);

impl Operands {
    fn subtract(self) -> Result<Array> {
        match super::subtract(&Value::Array(self.0), &Value::Array(self.1), None)? {
            Value::Array(a) => Ok(a),
            Value::Scalar(x) => Ok(Array::of_scalar(x)),
            _ => Err(Exception::type_error("not an array")),
        }
    }
}

/// The greatest element of an order in which `best` gives the better of two: in lanes.
#[inline]
fn lanes<T: Element>(first: T, items: &[T], best: impl Fn(T, T) -> T) -> T {
    let (chunks, rest) = items.as_chunks::<16>();
    let mut lanes = [first; 16];
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = best(*x, *lane);
        }
    }
    let found = lanes.into_iter().fold(first, |found, x| best(x, found));
    rest.iter().fold(found, |found, x| best(*x, found))
}

/// The first elements along the axes, where each result starts, and the shape that is left.
fn starts(a: &Array, axes: &Axes, keepdims: bool, name: &str) -> Result<(Array, Vec<usize>)> {
    let shape = axes.kept(a.shape(), keepdims);
    if a.size() == 0 && axes.count(a.shape()) == 0 && shape.iter().product::<usize>() > 0 {
        return Err(Exception::value_error(text!(
            "zero-size array to reduction operation {} which has no identity",
            name
        )));
    }
    Ok((a.view(&axes.kept(a.shape(), true), a.strides(), a.offset()), shape))
}

/// `np.max`
pub fn greatest(a: &Array, axes: &Axes, keepdims: bool) -> Result<Array> {
    let (starts, shape) = starts(a, axes, keepdims, "maximum")?;
    Ok(with_dtype!(a.dtype(), T => {
        let run = |best, items: &[T]| lanes(best, items, T::greater_of);
        Array::new(fold::<T, T>(a, axes, starts.to_vec::<T>(), run, |best, x| x.greater_of(best)), &shape)
    }))
}

/// `np.min`
pub fn least(a: &Array, axes: &Axes, keepdims: bool) -> Result<Array> {
    let (starts, shape) = starts(a, axes, keepdims, "minimum")?;
    Ok(with_dtype!(a.dtype(), T => {
        let run = |best, items: &[T]| lanes(best, items, T::lesser_of);
        Array::new(fold::<T, T>(a, axes, starts.to_vec::<T>(), run, |best, x| x.lesser_of(best)), &shape)
    }))
}

/// [`greatest`] or [`least`].
#[inline]
pub fn extreme(a: &Array, axes: &Axes, keepdims: bool, is_greatest: bool) -> Result<Array> {
    if is_greatest { greatest(a, axes, keepdims) } else { least(a, axes, keepdims) }
}

/// `np.any`, or `np.all`.
pub fn test(a: &Array, axes: &Axes, keepdims: bool, all: bool) -> Value {
    let shape = axes.kept(a.shape(), keepdims);
    let starts = alloc::vec![all; shape.iter().product()];
    let found = with_dtype!(a.dtype(), T => if all {
        fold::<T, bool>(a, axes, starts, |so, x| so && x.iter().all(|x| x.is_true()), |so, x| so & x.is_true())
    } else {
        fold::<T, bool>(a, axes, starts, |so, x| so || x.iter().any(|x| x.is_true()), |so, x| so | x.is_true())
    });
    value(found, &shape)
}

/// Works on every run along an axis; each gives as many elements as the others, which take the place of the run.
pub fn along_axis<T: Element, R: Element>(a: &Array, axis: usize, mut work: impl FnMut(&[T], &mut Vec<R>)) -> Array {
    let last = a.shape().len() - 1;
    let moved = a.moved_axis(axis, last);
    let length = a.shape()[axis];
    let runs = a.shape().iter().enumerate().filter(|(i, _)| *i != axis).map(|(_, n)| n).product::<usize>();
    let mut out = Vec::new();
    moved.with_items::<T, _>(|items| (0..runs).for_each(|i| work(&items[i * length..(i + 1) * length], &mut out)));
    let mut shape = moved.shape().to_vec();
    shape[last] = out.len().checked_div(runs).unwrap_or(0);
    Array::new(out, &shape).moved_axis(last, axis)
}

/// `np.argmax`, or `np.argmin`; the first NaN counts as both.
pub fn extreme_index(a: &Array, axis: Option<usize>, keepdims: bool, greatest: bool) -> Result {
    let length = axis.map_or(a.size(), |axis| a.shape()[axis]);
    if length == 0 {
        let name = if greatest { "argmax" } else { "argmin" };
        return Err(Exception::value_error(text!("attempt to get {} of an empty sequence", name)));
    }
    fn best<T: Arithmetic>(items: &[T], greatest: bool) -> i64 {
        let mut best = 0;
        for (i, x) in items.iter().enumerate() {
            if items[best].is_nan() {
                break;
            }
            if x.is_nan() || (if greatest { *x > items[best] } else { *x < items[best] }) {
                best = i;
            }
        }
        best as i64
    }
    let shape = a.shape();
    Ok(with_dtype!(a.dtype(), T => match axis {
        None => {
            let index = a.with_items::<T, _>(|items| best(items, greatest));
            value(alloc::vec![index], &if keepdims { alloc::vec![1; shape.len()] } else { Vec::new() })
        }
        Some(axis) => {
            let found = along_axis::<T, i64>(a, axis, |items, out| out.push(best(items, greatest)));
            let mut kept: Vec<usize> = shape.to_vec();
            if keepdims { kept[axis] = 1 } else { kept.remove(axis); }
            found.reshaped(&kept)?.value()
        }
    }))
}

/// `np.cumsum`, or `np.cumprod`.
pub fn accumulate(a: &Array, axis: Option<usize>, dtype: Option<Dtype>, multiply: bool) -> Result<Array> {
    let dtype = dtype.unwrap_or(sum_type(a.dtype()));
    let a = match axis {
        Some(_) => a.clone(),
        None => a.reshaped(&[a.size()])?,
    };
    Ok(with_dtype!(dtype, T => along_axis::<T, T>(&a.cast(dtype), axis.unwrap_or(0), |items, out| {
        let mut items = items.iter();
        let Some(mut total) = items.next().copied() else { return };
        out.push(total);
        for x in items {
            total = if multiply { total.mul(*x) } else { total.add(*x) };
            out.push(total);
        }
    })))
}
