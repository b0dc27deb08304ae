//! Arrays as views: shape, strides, and moving elements between views and slices.

use super::element::{Buffer, Element, Source, present, with_dtype};
use super::{Dtype, Scalar};
use crate::py::{Exception, Result, Value};
use crate::text::text;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Ref, RefCell};

/// The most dimensions that an array has.
const MOST: usize = 8;

/// One number for each axis.
#[derive(Clone, Copy, Debug)]
pub struct PerAxis<T> {
    count: u8,
    items: [T; MOST],
}

impl<T: Copy + Default> PerAxis<T> {
    fn new(items: &[T]) -> PerAxis<T> {
        let mut all = [T::default(); MOST];
        let count = items.len().min(MOST);
        all[..count].copy_from_slice(&items[..count]);
        PerAxis { count: count as u8, items: all }
    }
}

impl<T> core::ops::Deref for PerAxis<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        &self.items[..usize::from(self.count)]
    }
}

/// An array: a view of elements that several arrays may share. Nothing holds a borrow of them across a call.
#[derive(Clone, Debug)]
pub struct Array(Rc<View>);

#[derive(Debug)]
struct View {
    storage: Rc<RefCell<Buffer>>,
    dtype: Dtype,
    shape: PerAxis<usize>,
    /// In elements.
    strides: PerAxis<isize>,
    offset: usize,
    size: usize,
    /// Whether the elements lie one after the other in the order of the last index running fastest.
    contiguous: bool,
}

/// The rows along the last axis, each by its first element; a scalar is a row of one. What is not about elements, once for all types.
struct Rows<'a> {
    shape: &'a [usize],
    strides: &'a [isize],
    index: [usize; MOST],
    next: Option<isize>,
}

impl<'a> Rows<'a> {
    fn of(view: &'a View) -> Rows<'a> {
        let outer = view.shape.len().saturating_sub(1);
        let next = (!view.shape.contains(&0)).then_some(view.offset as isize);
        Rows { shape: &view.shape[..outer], strides: &view.strides[..outer], index: [0; MOST], next }
    }
}

impl Iterator for Rows<'_> {
    type Item = usize;

    #[inline(never)]
    fn next(&mut self) -> Option<usize> {
        let at = self.next.take()?;
        let mut position = at;
        for (axis, (length, stride)) in self.shape.iter().zip(self.strides).enumerate().rev() {
            self.index[axis] += 1;
            position += stride;
            if self.index[axis] < *length {
                self.next = Some(position);
                break;
            }
            position -= stride * *length as isize;
            self.index[axis] = 0;
        }
        Some(at as usize)
    }
}

fn gather<S: Element>(from: &[S], view: &View) -> Vec<S> {
    let mut items = Vec::with_capacity(view.size);
    let (&length, &stride) = (view.shape.last().unwrap_or(&1), view.strides.last().unwrap_or(&1));
    for start in Rows::of(view) {
        match stride {
            1 => items.extend_from_slice(&from[start..start + length]),
            _ => items.extend((0..length).map(|i| from[(start as isize + i as isize * stride) as usize])),
        }
    }
    items
}

impl Array {
    /// An array that owns `items`, as many as the shape says.
    pub fn new<T: Element>(items: Vec<T>, shape: &[usize]) -> Array {
        debug_assert_eq!(items.len(), shape.iter().product::<usize>(), "elements of shape {shape:?}");
        let mut strides = [0; MOST];
        let mut stride = 1;
        for (axis, length) in shape.iter().enumerate().rev() {
            strides[axis] = stride;
            stride *= *length as isize;
        }
        Array(Rc::new(View {
            size: items.len(),
            storage: Rc::new(RefCell::new(T::buffer(items))),
            dtype: T::DTYPE,
            shape: PerAxis::new(shape),
            strides: PerAxis { count: shape.len() as u8, items: strides },
            offset: 0,
            contiguous: true,
        }))
    }

    /// One element as an array without axes.
    pub fn of_scalar(x: Scalar) -> Array {
        with_dtype!(x.dtype(), T => Array::new(alloc::vec![x.cast::<T>()], &[]))
    }

    /// An array of zeros.
    pub fn zeros(dtype: Dtype, shape: &[usize]) -> Array {
        with_dtype!(dtype, T => Array::new(alloc::vec![T::default(); shape.iter().product()], shape))
    }

    /// An array of numbers that are cast, as many as the shape says.
    pub fn of_numbers(numbers: &[f64], dtype: Dtype, shape: &[usize]) -> Array {
        with_dtype!(dtype, T => Array::new(cast_all::<f64, T>(numbers), shape))
    }

    /// A copy of `samples` as float32.
    pub fn from_slice(samples: &[f32], shape: &[usize]) -> Array {
        Array::new(samples.to_vec(), shape)
    }

    /// Interleaved samples as float32 of shape (channels, frames).
    pub fn from_frames(samples: &[f32], channels: usize) -> Array {
        let frames = samples.len() / channels.max(1);
        if channels <= 1 {
            return Array::from_slice(samples, &[channels, frames]);
        }
        let mut items = Vec::with_capacity(samples.len());
        for channel in 0..channels {
            items.extend(samples.chunks_exact(channels).map(|frame| frame[channel]));
        }
        Array::new(items, &[channels, frames])
    }

    /// Appends interleaved samples of an array of shape (channels, frames), or (frames,) where there is one channel, cast to
    /// float32. A `ValueError` names any other shape.
    pub fn to_frames(&self, channels: usize, out: &mut Vec<f32>) -> Result<()> {
        let fits = match self.shape() {
            [_] => channels == 1,
            [rows, _] => *rows == channels,
            _ => false,
        };
        if !fits || self.dtype().is_complex() {
            return Err(Exception::value_error(text!(
                "audio of {} channel(s) is an array of real numbers of shape ({}, frames), not {} of {}",
                channels,
                channels,
                shape_text(self.shape()),
                self.dtype().name()
            )));
        }
        self.with_items::<f32, ()>(|items| {
            if channels == 1 {
                out.extend_from_slice(items);
            } else if let frames @ 1.. = items.len() / channels {
                let start = out.len();
                out.resize(start + items.len(), 0.0);
                for (channel, row) in items.chunks_exact(frames).enumerate() {
                    for (frame, x) in out[start..].chunks_exact_mut(channels).zip(row) {
                        frame[channel] = *x;
                    }
                }
            }
        });
        Ok(())
    }

    /// Another view of the same elements.
    pub(super) fn view(&self, shape: &[usize], strides: &[isize], offset: usize) -> Array {
        let mut expected = 1;
        let mut contiguous = true;
        for (length, stride) in shape.iter().zip(strides).rev() {
            contiguous &= *length == 1 || *stride == expected;
            expected *= *length as isize;
        }
        Array(Rc::new(View {
            storage: Rc::clone(&self.0.storage),
            dtype: self.0.dtype,
            shape: PerAxis::new(shape),
            strides: PerAxis::new(strides),
            offset,
            size: shape.iter().product(),
            contiguous: contiguous || shape.contains(&0),
        }))
    }

    /// The length of each axis.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        &self.0.shape
    }

    /// From one element to the next along each axis, in elements.
    #[inline]
    pub fn strides(&self) -> &[isize] {
        &self.0.strides
    }

    /// Where the first element is.
    pub(super) fn offset(&self) -> usize {
        self.0.offset
    }

    /// The type of the elements.
    #[inline]
    pub fn dtype(&self) -> Dtype {
        self.0.dtype
    }

    /// The number of elements.
    #[inline]
    pub fn size(&self) -> usize {
        self.0.size
    }

    /// Whether the elements lie in order.
    #[inline]
    pub fn is_contiguous(&self) -> bool {
        self.0.contiguous
    }

    /// Whether a change of one may change the other.
    pub fn shares_storage(&self, other: &Array) -> bool {
        Rc::ptr_eq(&self.0.storage, &other.0.storage)
    }

    /// Whether it is the same object: `a is b`.
    pub fn is(&self, other: &Array) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The elements where they are, if they are of this type and in order.
    #[inline]
    pub fn borrow<T: Element>(&self) -> Option<Ref<'_, [T]>> {
        let view = &*self.0;
        (view.contiguous && view.dtype == T::DTYPE).then(|| {
            Ref::map(view.storage.borrow(), |b| {
                let items = T::slice(b);
                if view.size == 0 { &items[..0] } else { &items[view.offset..view.offset + view.size] }
            })
        })
    }

    /// All of the storage, whatever the view.
    pub(super) fn storage<T: Element>(&self) -> Ref<'_, [T]> {
        Ref::map(self.0.storage.borrow(), |b| T::slice(b))
    }

    /// The elements in order: moved out where nothing else holds them, else copied.
    pub fn into_buffer(self) -> Buffer {
        let copy = |view: View| with_dtype!(view.dtype, T => T::buffer(Array(Rc::new(view)).to_vec::<T>()));
        match Rc::try_unwrap(self.0) {
            Ok(View { storage, contiguous: true, offset: 0, size, dtype, shape, strides }) => {
                match Rc::try_unwrap(storage).map(RefCell::into_inner) {
                    Ok(buffer) if buffer.len() == size => buffer,
                    Ok(buffer) => {
                        let storage = Rc::new(RefCell::new(buffer));
                        copy(View { storage, contiguous: true, offset: 0, size, dtype, shape, strides })
                    }
                    Err(storage) => copy(View { storage, contiguous: true, offset: 0, size, dtype, shape, strides }),
                }
            }
            Ok(view) => copy(view),
            Err(view) => with_dtype!(view.dtype, T => T::buffer(Array(view).to_vec::<T>())),
        }
    }

    /// Copies of the elements in order, cast.
    pub fn to_vec<T: Element>(&self) -> Vec<T> {
        present::<T>();
        let view = &*self.0;
        with_dtype!(view.dtype, S => {
            let storage = view.storage.borrow();
            let from = S::slice(&storage);
            let gathered: Vec<S>;
            let items = match (view.contiguous, view.size) {
                (true, 0) => &from[..0],
                (true, size) => &from[view.offset..view.offset + size],
                (false, _) => {
                    gathered = gather(from, view);
                    &gathered
                }
            };
            // One loop for each pair of types.
            cast_all::<S, T>(items)
        })
    }

    /// Works on the elements in order, cast, without copying them where they are so already.
    pub fn with_items<T: Element, R>(&self, work: impl FnOnce(&[T]) -> R) -> R {
        match self.borrow::<T>() {
            Some(items) => work(&items),
            None => work(&self.to_vec::<T>()),
        }
    }

    /// Works on the elements where they are, if they are of this type and in order.
    pub(super) fn with_items_mut<T: Element>(&self, work: impl FnOnce(&mut [T])) -> bool {
        let view = &*self.0;
        let fits = view.contiguous && view.dtype == T::DTYPE;
        if fits && view.size > 0 {
            work(&mut T::slice_mut(&mut view.storage.borrow_mut())[view.offset..view.offset + view.size]);
        }
        fits
    }

    /// Stores elements in order; `items` are as many as the array has, of its type, and do not come from a borrow of it.
    pub(super) fn store<T: Element>(&self, items: &[T]) {
        if self.with_items_mut::<T>(|out| out.copy_from_slice(items)) {
            return;
        }
        let view = &*self.0;
        let mut storage = view.storage.borrow_mut();
        let out = T::slice_mut(&mut storage);
        let (&length, &stride) = (view.shape.last().unwrap_or(&1), view.strides.last().unwrap_or(&1));
        let mut items = items;
        for start in Rows::of(view) {
            let (row, rest) = items.split_at(length);
            for (i, x) in row.iter().enumerate() {
                out[(start as isize + i as isize * stride) as usize] = *x;
            }
            items = rest;
        }
    }

    /// Stores one element everywhere.
    pub(super) fn store_all<T: Element>(&self, x: T) {
        if !self.with_items_mut::<T>(|out| out.fill(x)) {
            self.store(&alloc::vec![x; self.size()]);
        }
    }

    /// Stores elements at positions in the storage.
    pub(super) fn store_at<T: Element>(&self, positions: &[usize], items: &[T]) {
        let mut storage = self.0.storage.borrow_mut();
        let out = T::slice_mut(&mut storage);
        positions.iter().zip(items).for_each(|(p, x)| out[*p] = *x);
    }

    /// The element at a position in the storage.
    pub(super) fn at(&self, position: usize) -> Scalar {
        with_dtype!(self.dtype(), T => self.storage::<T>()[position].scalar())
    }

    /// Where an element is in the storage, by a number for each axis, those below 0 counting from the end.
    #[inline]
    fn position<const N: usize>(&self, index: [i64; N]) -> Option<usize> {
        let view = &*self.0;
        if view.shape.len() != N {
            return None;
        }
        let mut position = view.offset as isize;
        for (axis, i) in index.into_iter().enumerate() {
            let length = view.shape[axis] as i64;
            let i = if i < 0 { i + length } else { i };
            if !(0..length).contains(&i) {
                return None;
            }
            position += i as isize * view.strides[axis];
        }
        Some(position as usize)
    }

    /// The element at a number for each axis; none where there is none, or it is of another type.
    #[inline]
    pub fn get<T: Element, const N: usize>(&self, index: [i64; N]) -> Option<T> {
        let position = self.position(index)?;
        T::slice(&self.0.storage.borrow()).get(position).copied()
    }

    /// Stores an element at a number for each axis; false where there is none, or it is of another type.
    #[inline]
    pub fn set<T: Element, const N: usize>(&self, index: [i64; N], x: T) -> bool {
        let Some(position) = self.position(index) else { return false };
        match T::slice_mut(&mut self.0.storage.borrow_mut()).get_mut(position) {
            Some(place) => {
                *place = x;
                true
            }
            None => false,
        }
    }

    /// The address of the first element, for machine code made at run time: the others are at [`Array::strides`] from it, within the
    /// shape. It stays the same as long as the array lives, since storage never grows.
    pub fn address(&self) -> *mut u8 {
        self.0.storage.borrow_mut().start().wrapping_add(self.0.offset * self.0.dtype.size())
    }

    /// The first element, if there is one.
    pub fn first(&self) -> Option<Scalar> {
        (self.size() > 0).then(|| self.at(self.offset()))
    }

    /// Copies of the elements as scalars.
    pub fn scalars(&self) -> Vec<Scalar> {
        with_dtype!(self.dtype(), T => self.with_items::<T, _>(|items| items.iter().map(|x| x.scalar()).collect()))
    }

    /// A copy of its own, in order.
    pub fn copy(&self) -> Array {
        with_dtype!(self.dtype(), T => Array::new(self.to_vec::<T>(), self.shape()))
    }

    /// A copy with elements cast.
    pub fn astype(&self, dtype: Dtype) -> Array {
        with_dtype!(dtype, T => Array::new(self.to_vec::<T>(), self.shape()))
    }

    /// Itself where the type is right, else cast.
    pub fn cast(&self, dtype: Dtype) -> Array {
        if self.dtype() == dtype { self.clone() } else { self.astype(dtype) }
    }

    /// A view from the first element on with other lengths and strides, which stay within the elements of this one.
    pub fn strided(&self, shape: &[usize], strides: &[isize]) -> Array {
        self.view(shape, strides, self.offset())
    }

    /// `count` elements along an axis from `start` on, as a view.
    pub fn part(&self, axis: usize, start: usize, count: usize) -> Array {
        let mut shape = self.shape().to_vec();
        shape[axis] = count;
        let offset = if count == 0 { 0 } else { start as isize * self.strides()[axis] };
        self.view(&shape, self.strides(), (self.offset() as isize + offset) as usize)
    }

    /// An axis in reverse, as a view.
    pub fn flipped(&self, axis: usize) -> Array {
        let mut strides = self.strides().to_vec();
        let last = self.shape()[axis].saturating_sub(1) as isize * strides[axis];
        strides[axis] = -strides[axis];
        let offset = if self.size() == 0 { 0 } else { last };
        self.view(self.shape(), &strides, (self.offset() as isize + offset) as usize)
    }

    /// Row `index` of the first axis, as a view.
    pub(super) fn row(&self, index: usize) -> Array {
        let offset = (self.offset() as isize + index as isize * self.strides()[0]) as usize;
        self.view(&self.shape()[1..], &self.strides()[1..], offset)
    }

    /// What Python sees of a result: an array without axes is a scalar.
    pub fn value(self) -> Value {
        match self.shape() {
            [] => Value::Scalar(self.first().unwrap_or(Scalar::F64(0.0))),
            _ => Value::Array(self),
        }
    }

    /// Axes in another order.
    pub fn permuted(&self, axes: &[usize]) -> Array {
        let shape: Vec<_> = axes.iter().map(|a| self.shape()[*a]).collect();
        let strides: Vec<_> = axes.iter().map(|a| self.strides()[*a]).collect();
        self.view(&shape, &strides, self.offset())
    }

    /// Axes in reverse order.
    pub fn transposed(&self) -> Array {
        let axes: Vec<_> = (0..self.shape().len()).rev().collect();
        self.permuted(&axes)
    }

    /// One axis at another place.
    pub fn moved_axis(&self, from: usize, to: usize) -> Array {
        let mut axes: Vec<_> = (0..self.shape().len()).filter(|a| *a != from).collect();
        axes.insert(to, from);
        self.permuted(&axes)
    }

    /// The same elements in another shape of the same size: a view where they lie in order, else a copy.
    pub fn reshaped(&self, shape: &[usize]) -> Result<Array> {
        if shape.iter().product::<usize>() != self.size() {
            return Err(Exception::value_error(text!(
                "cannot reshape array of size {} into shape {}",
                self.size(),
                shape_text(shape)
            )));
        }
        check_dimensions(shape)?;
        let source = if self.is_contiguous() { self.clone() } else { self.copy() };
        let mut strides = [0isize; MOST];
        let mut stride = 1;
        for (axis, length) in shape.iter().enumerate().rev() {
            strides[axis] = stride;
            stride *= *length as isize;
        }
        Ok(source.view(shape, &strides[..shape.len()], source.offset()))
    }

    /// A view that repeats elements along axes of length 1 and new ones; none where the shapes do not fit.
    pub fn broadcast_to(&self, shape: &[usize]) -> Option<Array> {
        let missing = shape.len().checked_sub(self.shape().len())?;
        let mut strides = [0isize; MOST];
        for (axis, (length, stride)) in self.shape().iter().zip(self.strides()).enumerate() {
            match (*length, shape[missing + axis]) {
                (from, to) if from == to => strides[missing + axis] = *stride,
                (1, _) => {}
                _ => return None,
            }
        }
        Some(self.view(shape, &strides[..shape.len()], self.offset()))
    }

    /// `tolist()`: nested lists of Python's numbers.
    pub fn to_nested(&self) -> Value {
        match self.shape() {
            [] => self.first().map_or(Value::None, super::item),
            [_] => Value::list(self.scalars().into_iter().map(super::item).collect()),
            [rows, ..] => Value::list((0..*rows).map(|i| self.row(i).to_nested()).collect()),
        }
    }
}

#[inline]
fn cast_all<S: Source, T: Element>(from: &[S]) -> Vec<T> {
    from.iter().map(|x| T::cast(*x)).collect()
}

/// A `ValueError` where an array would have too many axes.
pub fn check_dimensions(shape: &[usize]) -> Result<()> {
    if shape.len() <= MOST {
        return Ok(());
    }
    Err(Exception::value_error(text!(
        "maximum supported dimension for an ndarray is currently {}, found {}",
        MOST,
        shape.len()
    )))
}

/// A shape as Python prints a tuple.
pub fn shape_text(shape: &[usize]) -> String {
    let mut text = String::from("(");
    for (i, length) in shape.iter().enumerate() {
        text += &text!("{}{}", if i == 0 { "" } else { "," }, length);
    }
    text + if shape.len() == 1 { ",)" } else { ")" }
}

/// The shape of a result of operands of these shapes; none where they do not fit.
pub fn broadcast_shapes(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut shape = long.to_vec();
    let missing = long.len() - short.len();
    for (to, from) in shape[missing..].iter_mut().zip(short) {
        match (*to, *from) {
            (x, y) if x == y => {}
            (1, y) => *to = y,
            (_, 1) => {}
            _ => return None,
        }
    }
    Some(shape)
}
