//! Loudness in LUFS by ITU-R BS.1770-4: momentary, short-term and integrated (EBU Tech 3341).
//!
//! One message per 100 ms of input, at the time of the first of these frames and 100 ms behind it, and a last one at
//! the time of the end: `floor(N / step) + 1`, with a step of `round(rate / 10)` frames. `momentary_lufs` is the
//! loudness of the last 400 ms, `short_term_lufs` of the last 3 s, null as long as so much has not been heard.
//! `integrated_lufs` is that of everything so far, over the 400 ms blocks that begin every 100 ms and pass both gates
//! (above -70 LUFS; above 10 LU below the loudness of those), null before the first block. All are at least -120, which
//! is also what an integrated loudness is when no block passes. The last message has `is_final` true and the values of
//! the whole stream.
//!
//! Blocks are kept as a histogram with bins of 0.01 LU from -70 to +10 LUFS (96 KiB), each with its number of blocks
//! and the exact sum of their energies. So the result is exact but for the place of the relative gate, which lies at
//! most 0.01 LU too low: blocks that miss it by less than that are counted. Blocks above +10 LUFS share the last bin.
//!
//! Channel weights, in the order of WAV files: 1.41 beside and, in layouts without sides, behind
//! the listener, 0 for the low-frequency channel.

use super::k_weighting::KWeighting;
use super::meter::{FLOOR_DB, Window, Windows, timestamp_ms};
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::vec;
use alloc::vec::Vec;

options! {
    /// Options of [`Loudness`].
    pub struct LoudnessOptions {
        /// Channels of the stream, in the order of WAV files.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
    }
}

/// Steps of 100 ms in the blocks of momentary and short-term loudness.
const MOMENTARY: usize = 4;
const SHORT_TERM: usize = 30;

/// Measures loudness; see the [module](self).
pub struct Loudness {
    windows: Windows,
    weighting: KWeighting,
    /// Energy of the last steps, in a ring.
    steps: [f64; SHORT_TERM],
    heard: u64,
    gate: Gate,
}

impl Loudness {
    /// A meter before its first frame.
    pub fn new(options: LoudnessOptions) -> Loudness {
        Loudness {
            windows: Windows::new(100.0, options.rate, options.channels),
            weighting: KWeighting::new(options.rate, options.channels),
            steps: [0.0; SHORT_TERM],
            heard: 0,
            gate: Gate::new(),
        }
    }

    /// Mean square of the last `steps` steps, oldest first; None if there were not so many.
    fn mean(&self, steps: usize) -> Option<f64> {
        let first = self.heard.checked_sub(steps as u64)?;
        let sum: f64 = (first..self.heard).map(|i| self.steps[i as usize % SHORT_TERM]).sum();
        Some(sum / (steps as u64 * self.windows.length()) as f64)
    }

    fn step(&mut self, window: Window, out: &mut Out<'_>) {
        self.steps[self.heard as usize % SHORT_TERM] = self.weighting.take();
        self.heard += 1;
        if let Some(mean_square) = self.mean(MOMENTARY) {
            self.gate.add(mean_square);
        }
        self.send(window.time, false, out);
    }

    fn send(&self, time: u64, is_final: bool, out: &mut Out<'_>) {
        let value = object([
            ("momentary_lufs", lufs(self.mean(MOMENTARY))),
            ("short_term_lufs", lufs(self.mean(SHORT_TERM))),
            ("integrated_lufs", self.gate.integrated().map_or(Value::Null, Value::Float)),
            ("is_final", is_final.into()),
            ("timestamp_ms", timestamp_ms(time)),
        ]);
        out.send(Message { time, value });
    }
}

fn lufs(mean_square: Option<f64>) -> Value {
    mean_square.map_or(Value::Null, |m| Value::Float(KWeighting::lufs(m)))
}

impl Node for Loudness {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rest = samples;
        while let Some(part) = self.windows.take(&mut rest) {
            self.weighting.add(part);
            if let Some(window) = self.windows.complete() {
                self.step(window, out);
            }
        }
        out.advance(self.windows.time());
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        self.send(self.windows.end_time(), true, out);
        Ok(())
    }
}

/// Width of a bin in LU, and where the first one begins, in LUFS.
const BIN: f64 = 0.01;
const FIRST: f64 = -70.0;
const BINS: usize = 8000;

/// The blocks above the absolute gate, by their loudness.
struct Gate {
    blocks: Vec<u32>,
    energy: Vec<f64>,
    total_blocks: u64,
    total_energy: f64,
    seen: bool,
}

impl Gate {
    fn new() -> Gate {
        Gate { blocks: vec![0; BINS], energy: vec![0.0; BINS], total_blocks: 0, total_energy: 0.0, seen: false }
    }

    /// Adds a block of this mean square.
    fn add(&mut self, mean_square: f64) {
        self.seen = true;
        let loudness = KWeighting::lufs(mean_square);
        if loudness > FIRST {
            let bin = bin(loudness);
            self.blocks[bin] = self.blocks[bin].saturating_add(1);
            self.energy[bin] += mean_square;
            self.total_blocks += 1;
            self.total_energy += mean_square;
        }
    }

    /// Integrated loudness in LUFS; None before the first block.
    fn integrated(&self) -> Option<f64> {
        if !self.seen {
            return None;
        }
        if self.total_blocks == 0 {
            return Some(FLOOR_DB);
        }
        let gate = KWeighting::lufs(self.total_energy / self.total_blocks as f64) - 10.0;
        let above = if gate > FIRST { bin(gate) } else { 0 };
        let blocks: u64 = self.blocks[above..].iter().map(|n| u64::from(*n)).sum();
        let energy: f64 = self.energy[above..].iter().sum();
        Some(if blocks == 0 { FLOOR_DB } else { KWeighting::lufs(energy / blocks as f64) })
    }
}

fn bin(loudness: f64) -> usize {
    (((loudness - FIRST) / BIN) as usize).min(BINS - 1)
}
