//! Time and tokens of each region of a run, and the JSON that `--metrics` writes.
//!
//! What asking for the time takes is not counted: in a sandbox it is as much as a short region. Times are kept in nanoseconds and
//! written as decimal fractions of a second, so that no float is formatted.

use super::program::{Artifact, FileFormat, Program, Variant};
use super::sys::{now_ns, peak_memory};
use crate::nodes::position::nanoseconds;
use crate::text::{Piece, push};
use alloc::string::String;
use alloc::vec::Vec;

/// How often the time is asked for at the start, to learn how long that takes.
const ASKED: usize = 16;

/// What a run has counted so far. Costs one branch per region and step where it is not enabled.
#[derive(Debug, Default)]
pub struct Metrics {
    enabled: bool,
    /// True if a region has been counted since the host did anything.
    counted: bool,
    last: u64,
    /// Nanoseconds that asking for the time takes, in which nothing else is done.
    asking: u64,
    reading: u64,
    stepping: u64,
    writing: u64,
    regions: Vec<Region>,
}

#[derive(Debug)]
struct Region {
    name: &'static str,
    bytes: usize,
    tokens: u64,
    time: u64,
}

/// What the host does in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Read,
    Step,
    Write,
}

impl Metrics {
    /// Nothing counted; `regions` in the order of the schedule, each with its bytes of state and of output buffers.
    pub fn new(regions: &[(&'static str, usize)]) -> Metrics {
        let mut metrics = Metrics::default();
        for &(name, bytes) in regions {
            metrics.regions.push(Region { name, bytes, tokens: 0, time: 0 });
        }
        metrics
    }

    /// Counts from now on.
    pub fn enable(&mut self) {
        self.enabled = true;
        self.last = now_ns();
        self.asking = u64::MAX;
        for _ in 0..ASKED {
            let before = core::mem::replace(&mut self.last, now_ns());
            self.asking = self.asking.min(self.last.saturating_sub(before));
        }
    }

    /// Goes on counting where another count ends that was of other regions: the time of the host is taken over.
    pub fn follow(&mut self, other: &Metrics) {
        let Metrics { enabled, counted, last, asking, reading, stepping, writing, regions: _ } = *other;
        let regions = core::mem::take(&mut self.regions);
        *self = Metrics { enabled, counted, last, asking, reading, stepping, writing, regions };
    }

    /// The region at `index` has just run and made (where it has no output: taken) this many tokens.
    #[inline]
    pub fn lap(&mut self, index: usize, tokens: usize) {
        if self.enabled {
            self.count(index, tokens);
        }
    }

    /// True if it counts.
    #[cfg(feature = "threads")]
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// What passed since the last lap was waiting for another thread.
    #[cfg(feature = "threads")]
    pub fn waited(&mut self) {
        if self.enabled {
            self.last = now_ns();
        }
    }

    /// Takes in what another thread has counted.
    #[cfg(feature = "threads")]
    pub fn join(&mut self, other: Metrics) {
        self.stepping += other.stepping;
        self.regions.extend(other.regions);
    }

    /// The host has just done this.
    pub fn mark(&mut self, phase: Phase) {
        // A step ends with its last region: the clock is not asked twice.
        let again = phase == Phase::Step && core::mem::take(&mut self.counted);
        if !self.enabled || again {
            return;
        }
        let time = self.since_last();
        match phase {
            Phase::Read => self.reading += time,
            Phase::Step => self.stepping += time,
            Phase::Write => self.writing += time,
        }
    }

    #[cold]
    fn count(&mut self, index: usize, tokens: usize) {
        let time = self.since_last();
        self.stepping += time;
        self.counted = true;
        if let Some(region) = self.regions.get_mut(index) {
            region.tokens += tokens as u64;
            region.time += time;
        }
    }

    fn since_last(&mut self) -> u64 {
        let now = now_ns();
        let time = now.saturating_sub(self.last).saturating_sub(self.asking);
        self.last = now;
        time
    }
}

/// The JSON of a run that took `wall` nanoseconds.
pub fn report(artifact: &Artifact<'_>, variant: &Variant<'_>, program: &mut dyn Program, wall: u64) -> String {
    let mut out = String::new();
    let Artifact { name, version, generator, manifest_hash, .. } = *artifact;
    push!(
        out,
        "{\n  \"pipeline\": {},\n  \"version\": {},\n  \"generator\": {},\n  \"manifest_hash\": {},\n  \"inputs\": [",
        Piece::Quoted(name),
        Piece::Quoted(version),
        Piece::Quoted(generator),
        Piece::Quoted(manifest_hash)
    );
    let mut audio = 0;
    for (i, port) in variant.inputs.iter().enumerate() {
        audio = audio.max(write_port(&mut out, i, port.name, port.format, program.input(i).position()));
    }
    out.push_str("],\n  \"outputs\": [");
    let mut audio_out = 0;
    for (i, port) in variant.outputs.iter().enumerate() {
        audio_out = audio_out.max(write_port(&mut out, i, port.name, port.format, program.output(i).position()));
    }
    if audio == 0 {
        audio = audio_out;
    }
    let bytes = program.bytes() as u64;
    let Metrics { reading, stepping, writing, regions, .. } = program.metrics();
    push!(
        out,
        "],\n  \"audio_seconds\": {},\n  \"wall_seconds\": {},\n  \"x_realtime\": {},\n  \"latency_frames\": {},\n  \
         \"buffer_bytes\": {},\n  \"peak_memory_bytes\": {},\n  \"reading_seconds\": {},\n  \"processing_seconds\": {},\n  \
         \"writing_seconds\": {},\n  \"regions\": [",
        Piece::Nanoseconds(audio),
        Piece::Nanoseconds(wall),
        audio / wall.max(1),
        variant.latency,
        bytes,
        peak_memory().unwrap_or(0),
        Piece::Nanoseconds(*reading),
        Piece::Nanoseconds(*stepping),
        Piece::Nanoseconds(*writing)
    );
    for (i, Region { name, bytes, tokens, time }) in regions.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        push!(
            out,
            "{}\n    {\"name\": {}, \"tokens\": {}, \"seconds\": {}, \"bytes\": {}}",
            comma,
            Piece::Quoted(name),
            *tokens,
            Piece::Nanoseconds(*time),
            *bytes
        );
    }
    out.push_str("]\n}\n");
    out
}

/// Writes one port; returns its length in nanoseconds, where it has a rate.
fn write_port(out: &mut String, index: usize, name: &str, format: &dyn FileFormat, tokens: u64) -> u64 {
    let comma = if index == 0 { "" } else { "," };
    push!(
        out,
        "{}\n    {\"port\": {}, \"format\": {}, {}: {}",
        comma,
        Piece::Quoted(name),
        Piece::Quoted(&format.describe()),
        Piece::Quoted(format.tokens()),
        tokens
    );
    let mut time = 0;
    if let Some(rate) = format.rate() {
        time = nanoseconds(tokens, rate);
        push!(out, ", \"seconds\": {}", Piece::Nanoseconds(time));
    }
    push!(out, "}");
    time
}
