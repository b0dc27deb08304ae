//! A Python class as a node: what arrives becomes values, what it yields becomes tokens.
//!
//! [`Adapter`] is the same for a compiled class, an evaluated one and one that an interpreter runs; they differ in their [`Program`].

use super::array::Array;
use super::{Exception, Result, Value, convert};
use crate::host::sys;
use crate::message::Message;
use crate::node::{Failure, Node, Out};
use crate::nodes::position::nanoseconds;
use crate::text::text;
use alloc::string::String;
use alloc::vec::Vec;

/// A class at work. `out` takes what `process` yields or returns, `None` included.
pub trait Program {
    /// What keeps it from working at all.
    fn ready(&self) -> Result<()> {
        Ok(())
    }

    /// One message, one chunk.
    fn process(&mut self, input: Value, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()>;

    /// Samples of one channel: those at `first`, `first + step`, …, a result for each in the same place. A failure says at which
    /// frame it was.
    #[inline]
    fn samples(
        &mut self,
        first: usize,
        step: usize,
        input: &[f32],
        output: &mut [f32],
    ) -> core::result::Result<(), (usize, Exception)> {
        let (input, output) = (input.get(first..).unwrap_or_default(), output.get_mut(first..).unwrap_or_default());
        // Two loops, as one channel alone is a loop over slices, which compilers make much of.
        if step <= 1 {
            for (frame, (sample, result)) in input.iter().zip(output).enumerate() {
                *result = self.sample(f64::from(*sample)).map_err(|e| (frame, e))? as f32;
            }
        } else {
            let places = input.chunks(step).zip(output.chunks_mut(step));
            for (frame, (samples, results)) in places.enumerate() {
                if let ([sample, ..], [result, ..]) = (samples, results) {
                    *result = self.sample(f64::from(*sample)).map_err(|e| (frame, e))? as f32;
                }
            }
        }
        Ok(())
    }

    /// One sample.
    fn sample(&mut self, sample: f64) -> Result<f64> {
        let mut given = Value::None;
        self.process(Value::Float(sample), &mut |value| {
            given = value;
            Ok(())
        })?;
        convert::number(&given)
    }

    /// All inputs have ended: `flush()` where the class has it, then `cleanup()`.
    fn finish(&mut self, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        let _ = out;
        Ok(())
    }
}

/// What arrives, and how it is handed over.
#[derive(Clone, Debug, PartialEq)]
pub enum Takes {
    /// JSON or text, message by message.
    Messages,
    /// Each sample as a float; one program for each channel.
    Samples { channels: usize },
    /// `(samples, rate)`, samples of shape (channels, frames): so many frames at once, fewer at the end.
    Chunks { channels: usize, rate: u32, frames: usize },
    /// A tensor as an array.
    Tensors { shape: Vec<usize> },
}

/// The form of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Text,
}

/// What leaves. Audio is what is `(samples, rate)` or an array, where the node takes chunks; all else is a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gives {
    /// Channels and rate.
    pub audio: Option<(usize, u32)>,
    pub messages: Option<Form>,
}

/// How loud a line of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

/// Writes a line of the log: warnings and errors, as Python does unless it is told otherwise.
pub fn log(level: Level, text: &str) {
    let name = match level {
        Level::Debug | Level::Info => return,
        Level::Warning => "warning",
        Level::Error => "error",
    };
    sys::print(sys::Standard::Err, &text!("{}: {}\n", name, text));
}

/// How what a program gave is written: [`send_json`], [`send_text`], [`send_audio`], [`send_any`].
pub type Send = fn(Gives, u64, &Value, &mut Vec<f32>, &mut Out<'_>) -> Result<()>;

/// Between the streams of a node and its program.
#[derive(Debug)]
pub struct Adapter {
    takes: Takes,
    gives: Gives,
    send: Send,
    /// Samples of a chunk that is not whole.
    pending: Vec<f32>,
    /// Tokens handed over.
    position: u64,
    /// Time of the last message.
    time: u64,
    /// Audio that has not been written yet.
    audio: Vec<f32>,
}

impl Adapter {
    /// At the start of its stream.
    pub fn new(takes: Takes, gives: Gives) -> Adapter {
        Adapter::sending(takes, gives, send_any)
    }

    /// The same for a program whose results are known to be of one kind, so that nothing else is linked.
    pub fn sending(takes: Takes, gives: Gives, send: Send) -> Adapter {
        Adapter { takes, gives, send, pending: Vec::new(), position: 0, time: 0, audio: Vec::new() }
    }

    /// How many programs it drives: one for each channel where samples are handed over, else one.
    pub fn programs(&self) -> usize {
        match &self.takes {
            Takes::Samples { channels } => *channels,
            Takes::Messages | Takes::Chunks { .. } | Takes::Tensors { .. } => 1,
        }
    }

    /// A message arrived.
    pub fn message(
        &mut self,
        program: &mut dyn Program,
        message: &Message,
        out: &mut Out<'_>,
    ) -> core::result::Result<(), Failure> {
        self.time = message.time;
        self.call(program, convert::from_message(&message.value), message.time, out)
    }

    /// Samples arrived.
    pub fn frames(
        &mut self,
        programs: &mut [&mut dyn Program],
        samples: &[f32],
        out: &mut Out<'_>,
    ) -> core::result::Result<(), Failure> {
        match self.takes.clone() {
            Takes::Messages => Ok(()),
            Takes::Samples { channels } => self.each(programs, channels, samples, out),
            Takes::Chunks { channels, rate: _, frames } => self.chunks(programs, samples, channels, frames, out),
            Takes::Tensors { shape } => {
                let size: usize = shape.iter().product();
                let Some(program) = programs.first_mut() else { return Ok(()) };
                for tensor in samples.chunks_exact(size.max(1)) {
                    let position = self.position;
                    self.position += 1;
                    self.call(&mut **program, Value::Array(Array::from_slice(tensor, &shape)), position, out)?;
                }
                Ok(())
            }
        }
    }

    /// Every sample through the program of its channel. What comes before the first sample that fails is delivered.
    fn each(
        &mut self,
        programs: &mut [&mut dyn Program],
        channels: usize,
        samples: &[f32],
        out: &mut Out<'_>,
    ) -> core::result::Result<(), Failure> {
        let frames = samples.len() / channels.max(1);
        let mut results = core::mem::take(&mut self.audio);
        results.clear();
        results.resize(samples.len(), 0.0);
        let mut failed: Option<(usize, Exception)> = None;
        for (channel, program) in programs.iter_mut().enumerate() {
            if let Err((at, exception)) = program.samples(channel, channels, samples, &mut results)
                && failed.as_ref().is_none_or(|(first, _)| at < *first)
            {
                failed = Some((at, exception));
            }
        }
        let delivered = failed.as_ref().map_or(frames, |(at, _)| *at);
        out.extend(&results[..delivered * channels]);
        self.audio = results;
        let start = self.position;
        self.position += frames as u64;
        match failed {
            Some((at, exception)) => Err(exception.failure(start + at as u64)),
            None => Ok(()),
        }
    }

    fn chunks(
        &mut self,
        programs: &mut [&mut dyn Program],
        mut samples: &[f32],
        channels: usize,
        frames: usize,
        out: &mut Out<'_>,
    ) -> core::result::Result<(), Failure> {
        let Some(program) = programs.first_mut() else { return Ok(()) };
        let whole = frames * channels;
        if !self.pending.is_empty() {
            let missing = (whole - self.pending.len()).min(samples.len());
            self.pending.extend_from_slice(&samples[..missing]);
            samples = &samples[missing..];
            if self.pending.len() < whole {
                return Ok(());
            }
            let chunk = core::mem::take(&mut self.pending);
            self.chunk(&mut **program, &chunk, channels, out)?;
            self.pending = chunk;
            self.pending.clear();
        }
        let mut parts = samples.chunks_exact(whole.max(1));
        for chunk in &mut parts {
            self.chunk(&mut **program, chunk, channels, out)?;
        }
        self.pending.extend_from_slice(parts.remainder());
        Ok(())
    }

    fn chunk(
        &mut self,
        program: &mut dyn Program,
        samples: &[f32],
        channels: usize,
        out: &mut Out<'_>,
    ) -> core::result::Result<(), Failure> {
        let Takes::Chunks { rate, .. } = self.takes else { return Ok(()) };
        let position = self.position;
        self.position += (samples.len() / channels.max(1)) as u64;
        self.time = nanoseconds(position, rate);
        let array = Value::Array(Array::from_frames(samples, channels));
        self.call(program, Value::tuple([array, Value::Int(i64::from(rate))]), position, out)
    }

    fn call(
        &mut self,
        program: &mut dyn Program,
        input: Value,
        position: u64,
        out: &mut Out<'_>,
    ) -> core::result::Result<(), Failure> {
        let (gives, send, time) = (self.gives, self.send, self.time);
        let audio = &mut self.audio;
        program.process(input, &mut |value| send(gives, time, &value, audio, out)).map_err(|e| e.failure(position))
    }

    /// No message with an earlier time will come.
    pub fn advance(&mut self, time: u64) {
        self.time = self.time.max(time);
    }

    /// All inputs have ended: what is pending, then `flush()` and `cleanup()`.
    pub fn finish(
        &mut self,
        programs: &mut [&mut dyn Program],
        out: &mut Out<'_>,
    ) -> core::result::Result<(), Failure> {
        if let (Takes::Chunks { channels, .. }, false) = (&self.takes, self.pending.is_empty()) {
            let channels = *channels;
            let chunk = core::mem::take(&mut self.pending);
            if let Some(program) = programs.first_mut() {
                self.chunk(&mut **program, &chunk, channels, out)?;
            }
        }
        programs.iter_mut().try_for_each(|program| self.end(&mut **program, out))
    }

    /// `flush()` and `cleanup()`.
    fn end(&mut self, program: &mut dyn Program, out: &mut Out<'_>) -> core::result::Result<(), Failure> {
        let (gives, send, time, position) = (self.gives, self.send, self.time, self.position);
        let audio = &mut self.audio;
        program.finish(&mut |value| send(gives, time, &value, audio, out)).map_err(|e| e.failure(position))
    }
}

/// The samples of what a program gave, and the rate where it says one.
fn samples(value: &Value) -> Option<(&Array, Option<&Value>)> {
    match value {
        Value::Array(array) => Some((array, None)),
        Value::Tuple(parts) => match &**parts {
            [Value::Array(array), rate @ (Value::Int(_) | Value::Float(_) | Value::Scalar(_))] => {
                Some((array, Some(rate)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Writes what is audio; false where it is none.
fn write_audio(gives: Gives, value: &Value, audio: &mut Vec<f32>, out: &mut Out<'_>) -> Result<bool> {
    let (Some((channels, rate)), Some((array, given))) = (gives.audio, samples(value)) else { return Ok(false) };
    if let Some(given) = given
        && convert::number(given)? != f64::from(rate)
    {
        let given = super::format::repr_number(given);
        return Err(Exception::value_error(text!("audio at {} Hz where the stream has {} Hz", given, rate)));
    }
    audio.clear();
    array.to_frames(channels, audio)?;
    out.extend(audio);
    Ok(true)
}

/// Writes JSON.
pub fn send_json(_: Gives, time: u64, value: &Value, _: &mut Vec<f32>, out: &mut Out<'_>) -> Result<()> {
    if !matches!(value, Value::None) {
        out.send(Message { time, value: convert::to_message(value)? });
    }
    Ok(())
}

/// Writes texts of a program that gives nothing but strings.
pub fn send_str(_: Gives, time: u64, value: &Value, _: &mut Vec<f32>, out: &mut Out<'_>) -> Result<()> {
    match value {
        Value::None => {}
        Value::Str(text) => {
            out.send(Message { time, value: crate::message::Value::Text(String::from(&**text)) });
        }
        _ => return Err(super::expect::broken()),
    }
    Ok(())
}

/// Writes texts.
pub fn send_text(_: Gives, time: u64, value: &Value, _: &mut Vec<f32>, out: &mut Out<'_>) -> Result<()> {
    let text = match value {
        Value::None => return Ok(()),
        Value::Str(text) => String::from(&**text),
        other => super::format::str(other),
    };
    out.send(Message { time, value: crate::message::Value::Text(text) });
    Ok(())
}

/// Writes audio.
pub fn send_audio(gives: Gives, _: u64, value: &Value, audio: &mut Vec<f32>, out: &mut Out<'_>) -> Result<()> {
    if matches!(value, Value::None) || write_audio(gives, value, audio, out)? {
        return Ok(());
    }
    let kind = super::builtins::type_name(value);
    Err(Exception::type_error(text!("audio is `(samples, rate)`, not {}", kind)))
}

/// Writes what there is a stream for.
pub fn send_any(gives: Gives, time: u64, value: &Value, audio: &mut Vec<f32>, out: &mut Out<'_>) -> Result<()> {
    if matches!(value, Value::None) || write_audio(gives, value, audio, out)? {
        return Ok(());
    }
    match gives.messages {
        Some(Form::Json) => send_json(gives, time, value, audio, out),
        Some(Form::Text) => send_text(gives, time, value, audio, out),
        None => send_audio(gives, time, value, audio, out),
    }
}

/// A node that runs programs.
#[derive(Debug)]
pub struct PyNode<P> {
    adapter: Adapter,
    programs: Vec<P>,
}

impl<P: Program> PyNode<P> {
    /// A node; `make` gives a program at its start.
    pub fn new(adapter: Adapter, mut make: impl FnMut() -> P) -> PyNode<P> {
        let programs = (0..adapter.programs()).map(|_| make()).collect();
        PyNode { adapter, programs }
    }

    fn split(&mut self) -> (&mut Adapter, Vec<&mut dyn Program>) {
        (&mut self.adapter, self.programs.iter_mut().map(|p| p as &mut dyn Program).collect())
    }
}

impl<P: Program> Node for PyNode<P> {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> core::result::Result<(), Failure> {
        let (adapter, mut programs) = self.split();
        adapter.frames(&mut programs, samples, out)
    }

    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> core::result::Result<(), Failure> {
        match self.programs.first_mut() {
            Some(program) => self.adapter.message(program, message, out),
            None => Ok(()),
        }
    }

    fn advance(&mut self, _port: usize, time: u64, out: &mut Out<'_>) -> core::result::Result<(), Failure> {
        self.programs.iter().try_for_each(Program::ready).map_err(|e| e.failure(0))?;
        self.adapter.advance(time);
        out.advance(time);
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> core::result::Result<(), Failure> {
        let (adapter, mut programs) = self.split();
        adapter.finish(&mut programs, out)
    }
}

/// A node that runs a program on messages.
#[derive(Debug)]
pub struct MessageNode<P> {
    adapter: Adapter,
    program: P,
}

impl<P: Program> MessageNode<P> {
    /// A node at its start.
    pub fn new(adapter: Adapter, make: impl FnOnce() -> P) -> MessageNode<P> {
        MessageNode { adapter, program: make() }
    }
}

impl<P: Program> Node for MessageNode<P> {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> core::result::Result<(), Failure> {
        self.adapter.message(&mut self.program, message, out)
    }

    fn advance(&mut self, _port: usize, time: u64, out: &mut Out<'_>) -> core::result::Result<(), Failure> {
        self.program.ready().map_err(|e| e.failure(0))?;
        self.adapter.advance(time);
        out.advance(time);
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> core::result::Result<(), Failure> {
        self.adapter.end(&mut self.program, out)
    }
}
