//! The program around a pipeline: arguments, files, WAV and lines, metrics, and the loop that drives it.
//!
//! Generated code implements [`Program`], lists its ports in an [`Artifact`], and ends in [`entry!`](crate::entry) and
//! [`run()`]. An engine that runs a plan in its own process uses [`execute`] (files) or [`drive()`] (its own [`Source`]s and
//! [`Sink`]s, such as those in [`memory`]).
//!
//! | file | what it does |
//! |---|---|
//! | `sys` | files, arguments and clock: std on native systems, raw WASI calls on wasm |
//! | `buffered` | bytes in and out through one buffer each |
//! | `sample` | sample formats and the one definition of their conversion |
//! | `wav` | RIFF/WAVE headers, read and written |
//! | `audio`, `tensor`, `lines`, `memory` | sources and sinks of ports |
//! | `program`, `drive` | what a pipeline is to the host, and the loop |
//! | `arguments`, `location`, `run` | the command line, what kind of file a name stands for, binding ports to files |
//! | `metrics` | time and tokens per region, written as JSON |
//!
//! A program links what it names: the conversions of a sample format come with a stream of it ([`Stream`]), files with the
//! formats of its ports, each for the directions that it has ([`Audio`], [`Text`], [`Json`], [`Tensor`]). Nothing else refers to `core::fmt` or formats floats.

pub mod arguments;
pub mod audio;
pub mod buffered;
pub mod drive;
mod entry;
pub mod lines;
pub mod location;
pub mod memory;
pub mod metrics;
pub mod program;
pub mod run;
pub mod sample;
pub mod sys;
pub mod tensor;
pub mod wav;

pub use arguments::Options;
pub use audio::Audio;
pub use drive::{Filled, Sink, Source, Stop, drive};
pub use lines::{Json, Text};
pub use location::{Kind, Location};
pub use metrics::Metrics;
pub use program::{
    Artifact, FileFormat, InputInfo, OutputInfo, PortInfo, Program, ReadFormat, Stream, Typed, Variant, WriteFormat,
};
pub use run::{Outcome, execute, run, run_with};
pub use sample::Sample;
pub use tensor::Tensor;
