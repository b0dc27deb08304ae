//! The loop: read, step, write, until the pipeline has ended.

use super::metrics::Phase;
use super::program::{Program, Stream};
use super::sys::Error;
use super::wav::Wav;
use crate::node::Failure;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// Steps in a row in which nothing moved although an input was full, after which the loop gives up.
const IDLE_STEPS: u32 = 1 << 16;

/// Where the tokens of an input port come from.
pub trait Source {
    /// Appends to `stream` at least one token and at most `tokens`, for which it has room for; may wait for them.
    fn fill(&mut self, stream: &mut dyn Stream, tokens: usize) -> Result<Filled, Error>;

    /// What is known of the audio in it.
    fn wav(&self) -> Option<&Wav> {
        None
    }

    /// Something that the user should know about what was read.
    fn note(&self) -> Option<&'static str> {
        None
    }
}

/// What [`Source::fill`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// Appended tokens, perhaps none, and there may be more.
    More,
    /// There was nothing left to append.
    End,
}

/// Where the tokens of an output port go.
pub trait Sink {
    /// Takes all that `stream` has for the host; returns how many tokens it was.
    fn drain(&mut self, stream: &mut dyn Stream) -> Result<usize, Error>;

    /// No more will come: completes headers and closes.
    fn finish(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Something that the user should know about what was written.
    fn note(&self) -> Option<&'static str> {
        None
    }
}

/// A sink for an output that nobody wants.
pub struct Discard;

impl Sink for Discard {
    fn drain(&mut self, stream: &mut dyn Stream) -> Result<usize, Error> {
        Ok(stream.discard())
    }
}

/// Why a run ended before the pipeline did.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// A node failed.
    Failed(Box<Failure>),
    /// An input could not be read.
    Input { port: usize, error: Error },
    /// An output could not be written.
    Output { port: usize, error: Error },
}

/// Runs a program from its start to its end.
///
/// One source for each input port and one sink for each output port, in their order; reads at most `block` tokens of a port
/// between two steps, fewer where the plan says so. How the input is cut has no influence on the output. Whatever ends the run, the sinks get all that the
/// program had delivered, and are finished. A program without outputs ends when it has taken all its inputs. Does not
/// allocate where program, sources and sinks do not.
pub fn drive(
    program: &mut dyn Program,
    inputs: &mut [Box<dyn Source + '_>],
    outputs: &mut [Box<dyn Sink + '_>],
    block: usize,
) -> Result<(), Stop> {
    let mut stop = until_end(program, inputs, outputs, block);
    for (port, sink) in outputs.iter_mut().enumerate() {
        if let Err(error) = sink.finish() {
            stop.get_or_insert(Stop::Output { port, error });
        }
    }
    stop.map_or(Ok(()), Err)
}

fn until_end(
    program: &mut dyn Program,
    inputs: &mut [Box<dyn Source + '_>],
    outputs: &mut [Box<dyn Sink + '_>],
    block: usize,
) -> Option<Stop> {
    // Room of each input while it is empty, and whether it is open.
    let mut states = Vec::new();
    for port in 0..inputs.len() {
        states.push((program.input(port).room(), true));
    }
    let mut idle = 0;
    loop {
        let mut moved = false;
        let mut full = false;
        let mut taken = true;
        let mut stop = None;
        for (port, (source, (empty, open))) in inputs.iter_mut().zip(&mut states).enumerate() {
            let stream = program.input(port);
            let (room, at_once) = (stream.room(), stream.at_once());
            taken &= !*open && room >= *empty;
            if !*open {
                continue;
            }
            if room == 0 {
                full = true;
                continue;
            }
            moved = true;
            match source.fill(stream, room.min(block).min(at_once)) {
                Ok(Filled::More) => {}
                Ok(Filled::End) => {
                    stream.close();
                    *open = false;
                }
                // What was read before it still goes through.
                Err(error) => {
                    stop.get_or_insert(Stop::Input { port, error });
                }
            }
        }
        program.metrics().mark(Phase::Read);
        if let Err(failure) = program.step() {
            stop.get_or_insert(Stop::Failed(Box::new(failure)));
        }
        #[cfg(feature = "threads")]
        if stop.is_some()
            && let Err(failure) = program.settle()
        {
            stop.get_or_insert(Stop::Failed(Box::new(failure)));
        }
        program.metrics().mark(Phase::Step);
        let mut ended = taken || !outputs.is_empty();
        for (port, sink) in outputs.iter_mut().enumerate() {
            let stream = program.output(port);
            match sink.drain(stream) {
                Ok(tokens) => moved |= tokens > 0,
                Err(error) => {
                    stop.get_or_insert(Stop::Output { port, error });
                }
            }
            ended &= stream.finished();
        }
        program.metrics().mark(Phase::Write);
        if ended || stop.is_some() {
            return stop;
        }
        idle = if full && !moved { idle + 1 } else { 0 };
        if idle > IDLE_STEPS {
            return Some(Stop::Failed(Box::new(stalled())));
        }
    }
}

fn stalled() -> Failure {
    let message = String::from("the pipeline neither reads nor writes any more; this is a bug in its plan");
    Failure { node: "schedule", kind: "stalled", message, position: 0 }
}
