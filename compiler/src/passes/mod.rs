//! One pass a file, each a function `run(graph, cx)`; [`crate::compile()`] lists them in order.

pub mod buffers;
mod dependencies;
pub mod distribute;
pub mod fuse;
pub mod infer;
pub mod lengths;
pub mod lower;
pub mod negotiate;
pub mod place;
pub mod pythons;
pub mod rates;
pub mod resolve;
pub mod schedule;
pub mod simplify;
pub mod specialise;
pub mod threads;
pub mod topology;
pub mod vectorize;

use remotemedia_ir::plan::Runtime;
use remotemedia_ir::types::SampleFormat;
pub use threads::Threads;

/// The format of one pipeline input, as `--input` or a file's header gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFormat {
    /// The port, or every audio port that is still open.
    pub port: Option<String>,
    pub format: Option<SampleFormat>,
    pub rate: u32,
    pub channels: u16,
}

/// What passes may look at besides the graph.
#[derive(Clone, Debug)]
pub struct PassCx {
    pub inputs: Vec<InputFormat>,
    /// What an open input is taken for when only checking.
    pub assume: Option<InputFormat>,
    /// Converters may be inserted.
    pub auto_negotiate: bool,
    /// Where local nodes go.
    pub runtime: Runtime,
    /// Frames that the host reads at most at once, of the fastest input.
    pub block: u32,
    /// How many threads a native program may have.
    pub threads: Threads,
}

/// What a pass did, one line each, for `explain`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub pass: &'static str,
    pub lines: Vec<String>,
}

impl Report {
    /// An empty report.
    pub fn new(pass: &'static str) -> Report {
        Report { pass, lines: Vec::new() }
    }

    /// Adds a line.
    pub fn say(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }
}
