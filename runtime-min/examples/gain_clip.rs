//! Gain and clip as a generated program has it: what a plain audio pipeline costs in bytes and in start-up time.
//!
//! Shows the whole interface between generated code and the host, in a native program and in a wasm one without std.
#![cfg_attr(all(target_family = "wasm", not(feature = "std")), no_std, no_main)]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::boxed::Box;
use remotemedia_runtime_min::clock::{Clock, Firing, Level};
use remotemedia_runtime_min::host::{
    self, Artifact, Audio, InputInfo, Metrics, OutputInfo, Program, Sample, Stream, Variant,
};
use remotemedia_runtime_min::{Failure, Frames};

const CHANNELS: usize = 2;
const QUANTUM: usize = 1024;

struct Pipeline {
    input: Frames<f32>,
    output: Frames<f32>,
    clock: Clock,
    metrics: Metrics,
}

impl Pipeline {
    fn new() -> Pipeline {
        Pipeline {
            input: Frames::new(CHANNELS, QUANTUM, 1),
            output: Frames::new(CHANNELS, QUANTUM, 1),
            clock: Clock::new(0),
            metrics: Metrics::new(&[("gain+clip", CHANNELS * QUANTUM * 4)]),
        }
    }
}

impl Program for Pipeline {
    fn input(&mut self, _port: usize) -> &mut dyn Stream {
        &mut self.input
    }

    fn output(&mut self, _port: usize) -> &mut dyn Stream {
        &mut self.output
    }

    fn step(&mut self) -> Result<(), Failure> {
        let level = Level { available: self.input.available(0), closed: self.input.closed(), bounded: true };
        match self.clock.firings(&[level], self.output.room()) {
            Firing::Run(0) => {}
            Firing::Run(frames) => {
                let source = self.input.next(0, frames);
                for (y, x) in self.output.append(frames).iter_mut().zip(source) {
                    *y = (x * 1.995_262_3).clamp(-1.0, 1.0);
                }
                self.input.consume(0, frames);
                self.metrics.lap(0, frames);
            }
            Firing::End => self.output.close(),
        }
        Ok(())
    }

    fn metrics(&mut self) -> &mut Metrics {
        &mut self.metrics
    }

    fn bytes(&self) -> usize {
        self.input.bytes() + self.output.bytes()
    }
}

fn start() -> i32 {
    let format = Audio { format: Sample::F32, rate: 48000, channels: CHANNELS as u16 };
    host::run(&Artifact {
        name: "gain_clip",
        version: "0.1.0",
        generator: "by hand",
        manifest_hash: "",
        variants: &[Variant {
            inputs: &[InputInfo { name: "in", format: &format, default_path: None }],
            outputs: &[OutputInfo { name: "out", format: &format, default_path: None }],
            latency: 0,
            make: &|| Box::new(Pipeline::new()),
        }],
    })
}

remotemedia_runtime_min::entry!(start);
