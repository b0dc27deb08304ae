//! Tensors in files: raw samples, or NumPy's `.npy` for writing.

use super::audio::{Header, Raw, SampleSink, SampleSource};
use super::drive::{Sink, Source};
use super::location::{Kind, Location};
use super::program::{FileFormat, ReadFormat, WriteFormat};
use super::sample::Sample;
use super::sys::Error;
use crate::text::{push, text};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// A port whose tokens are tensors, in C order.
///
/// Written as `.npy`, an array whose first dimension is the tokens, or else as bare little-endian samples; read as the latter.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    pub format: Sample,
    pub shape: &'a [u32],
}

impl Tensor<'_> {
    fn width(&self) -> usize {
        self.shape.iter().map(|size| *size as usize).product()
    }
}

impl FileFormat for Tensor<'_> {
    fn describe(&self) -> String {
        let mut out = text!("tensor {}[", self.format.name());
        for (i, size) in self.shape.iter().enumerate() {
            out.push_str(if i == 0 { "" } else { ", " });
            push!(out, "{}", *size);
        }
        out.push(']');
        out
    }

    fn tokens(&self) -> &'static str {
        "tensors"
    }
}

impl ReadFormat for Tensor<'_> {
    fn open(&self, location: &Location<'_>) -> Result<Box<dyn Source + '_>, Error> {
        let format = match location.kind {
            Kind::Raw(format) => format.unwrap_or(self.format),
            Kind::Open => self.format,
            Kind::Wav | Kind::Npy | Kind::Lines | Kind::Compressed | Kind::Nowhere => {
                return Err(Error::from("tensors are read from `.raw` or `.f32` files"));
            }
        };
        Ok(Box::new(SampleSource::new(location.open()?, format, self.width())))
    }
}

impl WriteFormat for Tensor<'_> {
    fn create(&self, location: &Location<'_>) -> Result<Box<dyn Sink + '_>, Error> {
        let (header, format): (Box<dyn Header + '_>, _) = match location.kind {
            Kind::Raw(format) => (Box::new(Raw), format.unwrap_or(self.format)),
            Kind::Open => (Box::new(Raw), self.format),
            Kind::Npy => (Box::new(*self), self.format),
            Kind::Wav | Kind::Lines | Kind::Compressed | Kind::Nowhere => {
                return Err(Error::from("tensors are written as `.npy`, `.raw` or `.f32` files"));
            }
        };
        Ok(Box::new(SampleSink::new(location.create()?, header, format)?))
    }
}

impl Header for Tensor<'_> {
    /// NumPy's header, version 1.0. Source: numpy.lib.format.
    fn bytes(&self, data: Option<u64>) -> Vec<u8> {
        let kind = match self.format {
            Sample::U8 => "|u1",
            Sample::I16 => "<i2",
            Sample::I24 | Sample::I32 => "<i4",
            Sample::F32 => "<f4",
            Sample::F64 => "<f8",
        };
        let mut text = text!("{'descr': '{}', 'fortran_order': False, 'shape': (", kind);
        let before = text.len();
        let token = (self.width() * self.format.bytes()).max(1);
        push!(text, "{}", data.unwrap_or(0) / token as u64);
        let digits = text.len() - before;
        for size in self.shape {
            text.push_str(", ");
            push!(text, "{}", *size);
        }
        text.push_str(if self.shape.is_empty() { ",), }" } else { "), }" });
        // With room for the largest number, so that the header keeps its length: ten bytes before the text, 20 digits and
        // the end of the line.
        let length = (10 + text.len() - digits + 20 + 1).next_multiple_of(64) - 10;
        while text.len() + 1 < length {
            text.push(' ');
        }
        text.push('\n');
        let mut out = Vec::from(*b"\x93NUMPY\x01\0");
        out.extend_from_slice(&(length as u16).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
        out
    }

    fn note(&self, _: u64, patched: bool) -> Option<&'static str> {
        (!patched).then_some("is not complete: a .npy file cannot be written to a pipe")
    }
}
