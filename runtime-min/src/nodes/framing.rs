//! Overlapping frames of a stream, for what analyses one after the other: [`stft`](super::stft),
//! [`log_mel`](super::log_mel).
//!
//! Frame `k` covers `size` samples from `k · hop`. Centred framing first pads both ends by `size / 2` samples, mirrored
//! about the first and the last one, which are not repeated (NumPy's `reflect`, also where the stream is shorter than
//! the padding), so that frame `k` lies around sample `k · hop`. Nothing allocates after `new`.

use alloc::vec;
use alloc::vec::Vec;

/// Which frames there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Only those that lie wholly within the stream: `1 + (N - size) / hop` for `N ≥ size`, else none.
    Inside,
    /// Around each multiple of `hop` up to the end: `1 + (N + 2 · (size / 2) - size) / hop` for `N ≥ 1`.
    Centred,
    /// As `Centred` without the last one for an even `size`: `N / hop`.
    CentredInside,
}

/// Cuts one stream into frames.
pub(crate) struct Framer {
    channels: usize,
    size: usize,
    hop: usize,
    pad: usize,
    framing: Framing,
    /// Interleaved tokens from `first` on, counted with the padding in front; `filled` tokens are there.
    buffer: Vec<f32>,
    capacity: usize,
    first: u64,
    filled: usize,
    received: u64,
    next: u64,
    padded: bool,
    finished: bool,
}

/// Frames in a row.
pub(crate) struct Overlapping<'f> {
    samples: &'f [f32],
    size: usize,
    hop: usize,
    /// How many.
    pub count: usize,
}

impl<'f> Overlapping<'f> {
    /// The interleaved tokens of a frame; of the last one, if there are not so many.
    pub fn get(&self, index: usize) -> &'f [f32] {
        &self.samples[index.min(self.count - 1) * self.hop..][..self.size]
    }
}

/// Tokens taken in at a time.
const BLOCK: usize = 1024;

impl Framer {
    pub fn new(channels: usize, size: usize, hop: usize, framing: Framing) -> Framer {
        let (channels, size, hop) = (channels.max(1), size.max(1), hop.max(1));
        let pad = if framing == Framing::Inside { 0 } else { size / 2 };
        let capacity = size.max(hop) + 2 * pad + BLOCK;
        let mut framer = Framer {
            channels,
            size,
            hop,
            pad,
            framing,
            buffer: vec![0.0; capacity * channels],
            capacity,
            first: 0,
            filled: 0,
            received: 0,
            next: 0,
            padded: false,
            finished: false,
        };
        framer.restart();
        framer
    }

    /// Begins a new stream.
    pub fn restart(&mut self) {
        (self.first, self.filled, self.received, self.next) = (0, self.pad, 0, 0);
        (self.padded, self.finished) = (self.pad == 0, false);
    }

    /// Takes as many interleaved tokens from the front of `samples` as fit. Some do once [`Framer::next`] has given
    /// None.
    pub fn push(&mut self, samples: &mut &[f32]) {
        if self.capacity - self.pad - self.filled < samples.len() / self.channels {
            self.compact();
        }
        // The room for the padding at the end stays free.
        let room = self.capacity - self.pad - self.filled;
        let tokens = room.min(samples.len() / self.channels);
        let (now, later) = samples.split_at(tokens * self.channels);
        let at = self.filled * self.channels;
        self.buffer[at..at + now.len()].copy_from_slice(now);
        self.filled += tokens;
        self.received += tokens as u64;
        *samples = later;
        if !self.padded && self.received > self.pad as u64 {
            self.pad_front();
        }
    }

    /// The stream has ended: the padding behind it is appended.
    pub fn finish(&mut self) {
        self.finished = true;
        if self.received == 0 {
            return;
        }
        if !self.padded {
            self.pad_front();
        }
        self.compact();
        for i in 0..self.pad as u64 {
            let from = self.pad as u64 + mirror(self.received + i, self.received) - self.first;
            self.copy(from as usize, self.filled);
            self.filled += 1;
        }
    }

    /// The next frames that are there, at most `most`; None until more is pushed.
    pub fn next(&mut self, most: usize) -> Option<Overlapping<'_>> {
        let (start, hop) = (self.next * self.hop as u64, self.hop as u64);
        if !self.padded || (self.finished && self.received == 0) {
            return None;
        }
        let held = (self.first + self.filled as u64).checked_sub(start + self.size as u64)?;
        let mut count = (held / hop + 1).min(most as u64);
        if self.framing == Framing::CentredInside {
            count = count.min((self.received / hop).saturating_sub(self.next));
        }
        self.next += count;
        let at = (start - self.first) as usize * self.channels;
        let (size, hop) = (self.size * self.channels, self.hop * self.channels);
        (count > 0).then(|| Overlapping { samples: &self.buffer[at..], size, hop, count: count as usize })
    }

    fn pad_front(&mut self) {
        self.padded = true;
        for i in 0..self.pad {
            let from = mirror((self.pad - i) as u64, self.received);
            self.copy(self.pad + from as usize, i);
        }
    }

    fn copy(&mut self, from: usize, to: usize) {
        self.buffer.copy_within(from * self.channels..(from + 1) * self.channels, to * self.channels);
    }

    /// Drops what neither a frame to come nor the padding at the end can need.
    fn compact(&mut self) {
        if !self.padded {
            return;
        }
        let end = self.first + self.filled as u64;
        let needed = (self.next * self.hop as u64).min(end.saturating_sub(self.pad as u64 + 1)).max(self.first);
        let gone = (needed - self.first) as usize;
        self.buffer.copy_within(gone * self.channels..self.filled * self.channels, 0);
        self.first = needed;
        self.filled -= gone;
    }
}

/// Where sample `index` of a stream of `length` lies once it is mirrored at both ends; `index` counts from the first
/// sample in either direction.
fn mirror(index: u64, length: u64) -> u64 {
    if length == 1 {
        return 0;
    }
    let period = 2 * (length - 1);
    let at = index % period;
    at.min(period - at)
}
