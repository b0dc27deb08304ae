//! Small programs to put the host around, and files to read and write.

use remotemedia_runtime_min::host::sample::Element;
use remotemedia_runtime_min::host::{Metrics, Program, Stream};
use remotemedia_runtime_min::{Failure, Frames, Messages};
use std::path::PathBuf;

/// Hands its input on, in pieces of at most `quantum` tokens.
pub struct Through<T> {
    pub input: Frames<T>,
    pub output: Frames<T>,
    quantum: usize,
    metrics: Metrics,
}

impl<T: Element> Through<T> {
    pub fn new(width: usize, quantum: usize) -> Self {
        let streams = (Frames::new(width, quantum, 1), Frames::new(width, quantum, 1));
        Through { input: streams.0, output: streams.1, quantum, metrics: Metrics::new(&[("through", 7)]) }
    }
}

impl<T: Element> Program for Through<T> {
    fn input(&mut self, _port: usize) -> &mut dyn Stream {
        &mut self.input
    }

    fn output(&mut self, _port: usize) -> &mut dyn Stream {
        &mut self.output
    }

    fn step(&mut self) -> Result<(), Failure> {
        let tokens = self.input.available(0).min(self.quantum).min(self.output.room());
        self.output.extend(self.input.next(0, tokens));
        self.input.consume(0, tokens);
        self.metrics.lap(0, tokens);
        if self.input.finished(0) {
            self.output.close();
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

/// Hands messages on, but fails at one whose text is `fail`.
pub struct Echo {
    input: Messages,
    output: Messages,
    metrics: Metrics,
}

impl Echo {
    pub fn new() -> Self {
        Echo { input: Messages::new(1), output: Messages::new(1), metrics: Metrics::new(&[]) }
    }
}

impl Program for Echo {
    fn input(&mut self, _port: usize) -> &mut dyn Stream {
        &mut self.input
    }

    fn output(&mut self, _port: usize) -> &mut dyn Stream {
        &mut self.output
    }

    fn step(&mut self) -> Result<(), Failure> {
        for message in self.input.unread(0) {
            if message.value.text() == Some("fail") {
                return Err(Failure { node: "echo", ..Failure::new("told_to", "was told to", message.time) });
            }
            self.output.push(message.clone());
        }
        self.input.consume_all(0);
        if self.input.closed() {
            self.output.close();
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

/// A path for a file of this test, which is not there yet.
pub fn path(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&path);
    path.to_str().expect("a readable path").to_owned()
}

/// The path of a file with these bytes.
pub fn file(name: &str, bytes: &[u8]) -> String {
    let path = path(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}

pub fn read(path: &str) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}

/// Numbers without pattern, the same on every run.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.next() as usize % n
    }
}
