//! Blocks of interleaved samples in the formats of ports.

use super::fold::canonical;
use crate::kernel::{Const, Kernel, Port};
use crate::types::SampleFormat;
use std::fmt;

/// Frames of an input port, interleaved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Samples<'a> {
    F32(&'a [f32]),
    F64(&'a [f64]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    U8(&'a [u8]),
}

/// Room for the frames of an output port, interleaved.
#[derive(Debug, PartialEq)]
pub enum SamplesMut<'a> {
    F32(&'a mut [f32]),
    F64(&'a mut [f64]),
    I16(&'a mut [i16]),
    I32(&'a mut [i32]),
    U8(&'a mut [u8]),
}

/// Why buffers do not fit the ports of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Another number of ports.
    Ports { expected: usize, found: usize },
    /// Another format of samples.
    Format { port: String, expected: SampleFormat, found: SampleFormat },
    /// Other than frames times lanes samples, or (firing with constants) lanes of another type.
    Samples { port: String, expected: usize, found: usize },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misfit::Ports { expected, found } => write!(f, "expected {expected} ports, found {found}"),
            Misfit::Format { port, expected, found } => {
                write!(f, "the port `{port}` expects samples of {expected}, found {found}")
            }
            Misfit::Samples { port, expected, found } => {
                write!(f, "the port `{port}` expects {expected} samples, found {found}")
            }
        }
    }
}

impl std::error::Error for Misfit {}

impl Misfit {
    /// Checks that blocks are of `frames` frames for the ports of a kernel.
    pub fn check(
        kernel: &Kernel,
        frames: usize,
        inputs: &[Samples<'_>],
        outputs: &[SamplesMut<'_>],
    ) -> Result<(), Misfit> {
        same(kernel.inputs.len(), inputs.len())?;
        same(kernel.outputs.len(), outputs.len())?;
        kernel.inputs.iter().zip(inputs).try_for_each(|(port, block)| check(block.shape(), port, frames))?;
        kernel.outputs.iter().zip(outputs).try_for_each(|(port, block)| check(block.shape(), port, frames))
    }
}

pub(super) fn same(expected: usize, found: usize) -> Result<(), Misfit> {
    if expected == found { Ok(()) } else { Err(Misfit::Ports { expected, found }) }
}

impl Samples<'_> {
    fn shape(&self) -> (SampleFormat, usize) {
        match self {
            Samples::F32(list) => (SampleFormat::F32, list.len()),
            Samples::F64(list) => (SampleFormat::F64, list.len()),
            Samples::I16(list) => (SampleFormat::I16, list.len()),
            Samples::I32(list) => (SampleFormat::I32, list.len()),
            Samples::U8(list) => (SampleFormat::U8, list.len()),
        }
    }

    /// Sample `index` as a lane; it must be within the block.
    pub(super) fn get(&self, index: usize) -> Const {
        match self {
            Samples::F32(list) => Const::F32(list[index]),
            Samples::F64(list) => Const::F64(list[index]),
            Samples::I16(list) => Const::I32(list[index].into()),
            Samples::I32(list) => Const::I32(list[index]),
            Samples::U8(list) => Const::I32(list[index].into()),
        }
    }
}

impl SamplesMut<'_> {
    fn shape(&self) -> (SampleFormat, usize) {
        match self {
            SamplesMut::F32(list) => (SampleFormat::F32, list.len()),
            SamplesMut::F64(list) => (SampleFormat::F64, list.len()),
            SamplesMut::I16(list) => (SampleFormat::I16, list.len()),
            SamplesMut::I32(list) => (SampleFormat::I32, list.len()),
            SamplesMut::U8(list) => (SampleFormat::U8, list.len()),
        }
    }

    /// Writes what [`store`] made for a port of this format; the index must be within the block.
    pub(super) fn set(&mut self, index: usize, value: Const) {
        match (self, value) {
            (SamplesMut::F32(list), Const::F32(x)) => list[index] = x,
            (SamplesMut::F64(list), Const::F64(x)) => list[index] = x,
            (SamplesMut::I16(list), Const::I32(x)) => list[index] = x as i16,
            (SamplesMut::I32(list), Const::I32(x)) => list[index] = x,
            (SamplesMut::U8(list), Const::I32(x)) => list[index] = x as u8,
            (
                SamplesMut::F32(_) | SamplesMut::F64(_) | SamplesMut::I16(_) | SamplesMut::I32(_) | SamplesMut::U8(_),
                Const::F32(_) | Const::F64(_) | Const::I32(_) | Const::I64(_) | Const::Bool(_),
            ) => {}
        }
    }
}

fn check((format, samples): (SampleFormat, usize), port: &Port, frames: usize) -> Result<(), Misfit> {
    let expected = frames.saturating_mul(port.lanes.into());
    if format != port.format {
        return Err(Misfit::Format { port: port.name.clone(), expected: port.format, found: format });
    }
    if samples != expected {
        return Err(Misfit::Samples { port: port.name.clone(), expected, found: samples });
    }
    Ok(())
}

/// What an output port makes of a lane: integers saturate at the range of the format, NaNs become the canonical one.
pub(super) fn store(format: SampleFormat, value: Const) -> Const {
    match (format, value) {
        (SampleFormat::I16, Const::I32(x)) => Const::I32(x.clamp(i16::MIN.into(), i16::MAX.into())),
        (SampleFormat::U8, Const::I32(x)) => Const::I32(x.clamp(0, u8::MAX.into())),
        (SampleFormat::F32 | SampleFormat::F64 | SampleFormat::I16 | SampleFormat::I32 | SampleFormat::U8, value) => {
            canonical(value)
        }
    }
}
