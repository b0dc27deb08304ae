//! Sample formats and the one definition of their conversion, which the node `AudioFormatConverter` shares.
//!
//! Every conversion goes through a number in f64 whose full scale is 1.0:
//!
//! | format | to the number | back |
//! |---|---|---|
//! | `f32`, `f64` | itself | itself, rounded to the nearest f32 |
//! | `i16` | `x / 32767` | `x * 32767` |
//! | `i24` (files only) | `x / 8388607` | `x * 8388607` |
//! | `i32` | `x / 2147483647` | `x * 2147483647` |
//! | `u8` | `(x - 128) / 127` | `x * 127`, then `+ 128` |
//!
//! Towards integers the product is rounded to the nearest, ties to even, and saturates; NaN becomes 0 (128 as `u8`). The
//! same format on both sides is a copy of the bits. Integers survive the way to floats and back; through a wider integer
//! format all do but the lowest value, which lies below -1.0 and is raised by one. Floats that are written to a file have
//! one NaN (`0x7fc00000`, `0x7ff8000000000000`), because processors and wasm do not agree on its bits.

use super::program::Typed;
use crate::stream::Frames;

/// How a sample is stored, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    U8,
    I16,
    /// Three bytes; in files only.
    I24,
    I32,
    F32,
    F64,
}

impl Sample {
    /// Bytes of one sample.
    pub fn bytes(self) -> usize {
        match self {
            Sample::U8 => 1,
            Sample::I16 => 2,
            Sample::I24 => 3,
            Sample::I32 | Sample::F32 => 4,
            Sample::F64 => 8,
        }
    }

    /// `i16`, `f32`, …
    pub fn name(self) -> &'static str {
        match self {
            Sample::U8 => "u8",
            Sample::I16 => "i16",
            Sample::I24 => "i24",
            Sample::I32 => "i32",
            Sample::F32 => "f32",
            Sample::F64 => "f64",
        }
    }

    /// Whether it is a floating-point format.
    pub fn is_float(self) -> bool {
        match self {
            Sample::F32 | Sample::F64 => true,
            Sample::U8 | Sample::I16 | Sample::I24 | Sample::I32 => false,
        }
    }
}

/// A sample in memory, of which there are streams.
pub trait Element: Copy + Default {
    /// Its format in a file.
    const SAMPLE: Sample;
    /// From exactly its bytes.
    fn get(bytes: &[u8]) -> Self;
    /// To exactly its bytes, with the one NaN.
    fn put(self, bytes: &mut [u8]);
    /// As a number whose full scale is 1.0.
    fn unit(self) -> f64;
    /// From a number whose full scale is 1.0.
    fn from_unit(unit: f64) -> Self;
    /// [`decode`] to this format; compiled once, not with every program.
    fn decode(from: Sample, bytes: &[u8], out: &mut [Self]);
    /// [`encode`] from this format; compiled once, not with every program.
    fn encode(samples: &[Self], to: Sample, bytes: &mut [u8]);
    /// The stream of this format, if `stream` is one.
    fn of<'a>(stream: Typed<'a>) -> Option<&'a mut Frames<Self>>;
    /// A stream of this format.
    fn typed(stream: &mut Frames<Self>) -> Typed<'_>;
}

/// Samples that are converted at a time.
const PART: usize = 256;

/// Samples from the bytes of a file in format `from`; `out` and `bytes` hold the same number of samples.
pub fn decode<T: Element>(from: Sample, bytes: &[u8], out: &mut [T]) {
    if from == T::SAMPLE {
        for (sample, bytes) in out.iter_mut().zip(bytes.chunks_exact(size_of::<T>())) {
            *sample = T::get(bytes);
        }
        return;
    }
    let mut units = [0.0; PART];
    for (out, bytes) in out.chunks_mut(PART).zip(bytes.chunks(PART * from.bytes())) {
        load(from, bytes, &mut units);
        for (sample, unit) in out.iter_mut().zip(&units) {
            *sample = T::from_unit(*unit);
        }
    }
}

/// The bytes of a file in format `to`; `samples` and `bytes` hold the same number of samples.
pub fn encode<T: Element>(samples: &[T], to: Sample, bytes: &mut [u8]) {
    if to == T::SAMPLE {
        for (sample, bytes) in samples.iter().zip(bytes.chunks_exact_mut(size_of::<T>())) {
            sample.put(bytes);
        }
        return;
    }
    let mut units = [0.0; PART];
    for (samples, bytes) in samples.chunks(PART).zip(bytes.chunks_mut(PART * to.bytes())) {
        for (unit, sample) in units.iter_mut().zip(samples) {
            *unit = sample.unit();
        }
        store(&units, to, bytes);
    }
}

/// Full scale of an integer format, and its middle. The only place that knows them.
fn scale(format: Sample) -> (f64, i32) {
    match format {
        Sample::U8 => (127.0, 128),
        Sample::I16 => (32_767.0, 0),
        Sample::I24 => (8_388_607.0, 0),
        Sample::I32 => (2_147_483_647.0, 0),
        Sample::F32 | Sample::F64 => (1.0, 0),
    }
}

fn load(from: Sample, bytes: &[u8], units: &mut [f64; PART]) {
    let mut whole = [0; PART];
    match from {
        Sample::U8 => each(bytes, &mut whole, |[a]| i32::from(a)),
        Sample::I16 => each(bytes, &mut whole, |b| i32::from(i16::from_le_bytes(b))),
        Sample::I24 => each(bytes, &mut whole, |[a, b, c]| i32::from_le_bytes([0, a, b, c]) >> 8),
        Sample::I32 => each(bytes, &mut whole, i32::from_le_bytes),
        Sample::F32 => return each(bytes, units, |b| f64::from(f32::from_le_bytes(b))),
        Sample::F64 => return each(bytes, units, f64::from_le_bytes),
    }
    let (full, middle) = scale(from);
    for (unit, whole) in units.iter_mut().zip(&whole) {
        *unit = integer_to_unit(*whole, full, middle);
    }
}

fn store(units: &[f64; PART], to: Sample, bytes: &mut [u8]) {
    let mut whole = [0; PART];
    let (full, middle) = scale(to);
    for (whole, unit) in whole.iter_mut().zip(units) {
        *whole = unit_to_integer(*unit, full, middle);
    }
    match to {
        Sample::U8 => put_each(&whole, bytes, |x| [x as u8]),
        Sample::I16 => put_each(&whole, bytes, |x| (x as i16).to_le_bytes()),
        Sample::I24 => put_each(&whole, bytes, |x| {
            let [a, b, c, _] = x.to_le_bytes();
            [a, b, c]
        }),
        Sample::I32 => put_each(&whole, bytes, i32::to_le_bytes),
        Sample::F32 => put_each(units, bytes, |x| f32_bits(x as f32).to_le_bytes()),
        Sample::F64 => put_each(units, bytes, |x| f64_bits(x).to_le_bytes()),
    }
}

fn each<T, const N: usize>(bytes: &[u8], out: &mut [T], from: impl Fn([u8; N]) -> T) {
    for (out, bytes) in out.iter_mut().zip(bytes.as_chunks().0) {
        *out = from(*bytes);
    }
}

fn put_each<T: Copy, const N: usize>(values: &[T], bytes: &mut [u8], to: impl Fn(T) -> [u8; N]) {
    for (bytes, value) in bytes.as_chunks_mut().0.iter_mut().zip(values) {
        *bytes = to(*value);
    }
}

fn integer_to_unit(x: i32, full: f64, middle: i32) -> f64 {
    f64::from(x.wrapping_sub(middle)) / full
}

/// `unit * full` rounded to the nearest whole number, ties to even, between `-full - 1` and `full`; NaN becomes 0.
fn unit_to_integer(unit: f64, full: f64, middle: i32) -> i32 {
    // Adding and taking away 1.5 * 2^52 leaves no room for a fraction: the sum itself is rounded, ties to even. `core` has
    // no `round_ties_even`.
    const NO_FRACTION: f64 = 6_755_399_441_055_744.0;
    let x = unit * full;
    let x = if x > full { full } else { x };
    let x = if x < -full - 1.0 { -full - 1.0 } else { x };
    (((x + NO_FRACTION) - NO_FRACTION) as i32).wrapping_add(middle)
}

fn f32_bits(x: f32) -> u32 {
    if x.is_nan() { 0x7fc0_0000 } else { x.to_bits() }
}

fn f64_bits(x: f64) -> u64 {
    if x.is_nan() { 0x7ff8_0000_0000_0000 } else { x.to_bits() }
}

macro_rules! element {
    ($ty:ident, $sample:ident, $bits:expr, $unit:expr, $from_unit:expr) => {
        impl Element for $ty {
            const SAMPLE: Sample = Sample::$sample;

            fn get(bytes: &[u8]) -> $ty {
                let mut own = [0; size_of::<$ty>()];
                own.copy_from_slice(bytes);
                $ty::from_le_bytes(own)
            }

            fn put(self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&$bits(self).to_le_bytes());
            }

            fn unit(self) -> f64 {
                $unit(self)
            }

            fn from_unit(unit: f64) -> $ty {
                $from_unit(unit)
            }

            fn decode(from: Sample, bytes: &[u8], out: &mut [$ty]) {
                decode(from, bytes, out);
            }

            fn encode(samples: &[$ty], to: Sample, bytes: &mut [u8]) {
                encode(samples, to, bytes);
            }

            fn of<'a>(stream: Typed<'a>) -> Option<&'a mut Frames<$ty>> {
                if let Typed::$sample(frames) = stream { Some(frames) } else { None }
            }

            fn typed(stream: &mut Frames<$ty>) -> Typed<'_> {
                Typed::$sample(stream)
            }
        }
    };
}

macro_rules! integer {
    ($ty:ident, $sample:ident) => {
        element!(
            $ty,
            $sample,
            |x| x,
            |x: $ty| {
                let (full, middle) = scale(Sample::$sample);
                integer_to_unit(i32::from(x), full, middle)
            },
            |unit| {
                let (full, middle) = scale(Sample::$sample);
                unit_to_integer(unit, full, middle) as $ty
            }
        );
    };
}

element!(f32, F32, f32_bits, f64::from, |unit| unit as f32);
element!(f64, F64, f64_bits, |x| x, |unit| unit);
integer!(u8, U8);
integer!(i16, I16);
integer!(i32, I32);
