//! The loop, with sources and sinks in memory.

use crate::support::Through;
use remotemedia_runtime_min::host::buffered::Writer;
use remotemedia_runtime_min::host::memory::{FromMessages, FromSamples, IntoMessages, IntoSamples};
use remotemedia_runtime_min::host::sys::Error;
use remotemedia_runtime_min::host::{Filled, Metrics, Program, Sink, Source, Stop, Stream, drive};
use remotemedia_runtime_min::{Failure, Frames, Message, Value};

fn through(samples: &[f32], block: usize) -> (Result<(), Stop>, Vec<f32>) {
    let mut program = Through::<f32>::new(2, 100);
    let mut out = Vec::new();
    let result =
        drive(&mut program, &mut [Box::new(FromSamples(samples))], &mut [Box::new(IntoSamples(&mut out))], block);
    assert_eq!((program.input.grown(), program.output.grown()), (0, 0));
    (result, out)
}

#[test]
fn cuts_do_not_matter() {
    let samples: Vec<f32> = (0..2002).map(|i| i as f32).collect();
    for block in [1, 3, 99, 100, 101, 5000] {
        assert!(through(&samples, block) == (Ok(()), samples.clone()), "blocks of {block}");
    }
    assert_eq!(through(&[], 10), (Ok(()), Vec::new()));
}

#[test]
fn messages_keep_their_times() {
    let messages: Vec<Message> =
        [5, 9, 9].map(|time| Message { time, value: Value::Int(time as i64) }).into_iter().collect();
    let mut out = Vec::new();
    let mut program = crate::support::Echo::new();
    let result =
        drive(&mut program, &mut [Box::new(FromMessages(&messages))], &mut [Box::new(IntoMessages(&mut out))], 2);
    assert_eq!(result, Ok(()));
    assert_eq!(out, messages);
}

/// A program with one input of `capacity` frames, and what it does with it.
struct Odd {
    input: Frames<f32>,
    metrics: Metrics,
    takes: bool,
    steps: u64,
}

impl Odd {
    fn new(takes: bool) -> Odd {
        Odd { input: Frames::new(1, 10, 1), metrics: Metrics::new(&[]), takes, steps: 0 }
    }
}

impl Program for Odd {
    fn input(&mut self, _: usize) -> &mut dyn Stream {
        &mut self.input
    }

    fn output(&mut self, _: usize) -> &mut dyn Stream {
        &mut self.input
    }

    fn step(&mut self) -> Result<(), Failure> {
        self.steps += 1;
        if self.takes {
            self.input.consume(0, self.input.available(0).min(3));
        }
        Ok(())
    }

    fn metrics(&mut self) -> &mut Metrics {
        &mut self.metrics
    }

    fn bytes(&self) -> usize {
        0
    }
}

#[test]
fn a_deadlock_is_an_error() {
    let mut program = Odd::new(false);
    let samples = [0.0f32; 100];
    match drive(&mut program, &mut [Box::new(FromSamples(&samples))], &mut [], 1024) {
        Err(Stop::Failed(failure)) => assert_eq!(failure.kind, "stalled"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_outputs_it_ends_when_the_input_is_taken() {
    let mut program = Odd::new(true);
    let samples = [0.0f32; 100];
    assert_eq!(drive(&mut program, &mut [Box::new(FromSamples(&samples))], &mut [], 1024), Ok(()));
    assert_eq!((program.input.position(), program.input.available(0)), (100, 0));
}

#[test]
fn without_ports_it_steps_once() {
    let mut program = Odd::new(true);
    assert_eq!(drive(&mut program, &mut [], &mut [], 1024), Ok(()));
    assert_eq!(program.steps, 1);
}

/// Fails after some tokens.
struct Breaks(usize);

impl Source for Breaks {
    fn fill(&mut self, stream: &mut dyn Stream, tokens: usize) -> Result<Filled, Error> {
        let n = tokens.min(self.0);
        if n == 0 {
            return Err(Error::from("broken"));
        }
        stream.decode(remotemedia_runtime_min::host::Sample::F32, &vec![0; n * 8]);
        self.0 -= n;
        Ok(Filled::More)
    }
}

/// Breaks at the first frame, or at the end.
struct Full(bool);

impl Sink for Full {
    fn drain(&mut self, stream: &mut dyn Stream) -> Result<usize, Error> {
        if self.0 {
            return Err(Error::broken_pipe());
        }
        let mut bytes = Vec::new();
        stream.encode(remotemedia_runtime_min::host::Sample::U8, &mut Writer::new(Box::new(&mut bytes)))
    }

    fn finish(&mut self) -> Result<(), Error> {
        Err(Error::from("full"))
    }
}

#[test]
fn sources_and_sinks_that_break() {
    let mut program = Through::<f32>::new(2, 100);
    let mut out = Vec::new();
    let result = drive(&mut program, &mut [Box::new(Breaks(250))], &mut [Box::new(IntoSamples::<f32>(&mut out))], 1024);
    assert_eq!(result, Err(Stop::Input { port: 0, error: Error::from("broken") }));
    assert_eq!(out.len(), 500);

    let mut program = Through::<f32>::new(2, 100);
    let result = drive(&mut program, &mut [Box::new(FromSamples(&[0.0f32; 10]))], &mut [Box::new(Full(true))], 1024);
    assert_eq!(result, Err(Stop::Output { port: 0, error: Error::broken_pipe() }));

    let mut program = Through::<f32>::new(2, 100);
    let result = drive(&mut program, &mut [Box::new(FromSamples(&[0.0f32; 10]))], &mut [Box::new(Full(false))], 1024);
    assert_eq!(result, Err(Stop::Output { port: 0, error: Error::from("full") }));
}

#[test]
fn a_port_of_another_format_is_refused() {
    let mut program = Through::<f32>::new(1, 100);
    let result = drive(&mut program, &mut [Box::new(FromSamples(&[1i16]))], &mut [Box::new(Full(false))], 1);
    assert!(matches!(result, Err(Stop::Input { .. })));
}
