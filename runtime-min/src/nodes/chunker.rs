//! Lets frames through in whole chunks only; the rest at the end of the stream. Bits are unchanged.

use crate::node::{Failure, Node, Out};
use alloc::vec::Vec;

options! {
    /// Options of [`Chunker`].
    pub struct ChunkerOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Frames of one chunk, at least 1.
        pub chunk_size: usize,
    }
}

/// Holds back frames until a chunk is whole.
pub struct Chunker {
    held: Vec<f32>,
    chunk: usize,
}

impl Chunker {
    /// A chunker with nothing held.
    pub fn new(options: ChunkerOptions) -> Chunker {
        let chunk = options.chunk_size.max(1) * options.channels;
        Chunker { held: Vec::with_capacity(chunk), chunk }
    }
}

impl Node for Chunker {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rest = samples;
        while self.held.len() + rest.len() >= self.chunk {
            let (now, later) = rest.split_at(self.chunk - self.held.len());
            out.extend(&self.held);
            out.extend(now);
            self.held.clear();
            rest = later;
        }
        self.held.extend_from_slice(rest);
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        out.extend(&self.held);
        self.held.clear();
        Ok(())
    }
}
