//! The tokens of one edge: one writer, several readers, contiguous slices.
//!
//! A token of [`Frames`] is `width` samples (all channels of one instant, or one tensor); a token of [`Messages`] is one
//! [`Message`]. Capacity is what the plan computed: writing within it never allocates, unless it is so large that it was not
//! allocated at once ([`LARGEST`]). Beyond it the buffer grows and [`Frames::grown`] counts that, so that a test can catch a
//! bound that was wrong.

use crate::clock::Level;
use crate::message::Message;
use alloc::vec::Vec;

/// Tokens that are allocated at the start, at most. A larger capacity, also that of a stream which some reader takes up
/// only at its end, is allocated as it is needed.
pub const LARGEST: usize = 1 << 22;

/// Samples of one edge. Positions are counted in tokens from the start of the stream.
#[derive(Debug)]
pub struct Frames<T> {
    data: Vec<T>,
    width: usize,
    capacity: usize,
    block: usize,
    /// Position of `data[0]`.
    start: u64,
    /// Position behind the last real token; `data` may hold padding beyond it once the stream is closed.
    end: u64,
    readers: Vec<u64>,
    closed: bool,
    grown: u32,
}

impl<T: Copy + Default> Frames<T> {
    /// An empty stream of tokens of `width` samples with room for `capacity` tokens and `readers` readers.
    pub fn new(width: usize, capacity: usize, readers: usize) -> Self {
        Frames {
            data: Vec::with_capacity(if capacity > LARGEST { 0 } else { width * capacity }),
            width,
            capacity,
            block: usize::MAX,
            start: 0,
            end: 0,
            readers: (0..readers).map(|_| 0).collect(),
            closed: false,
            grown: 0,
        }
    }

    /// The same for a pipeline input of which a pass brings at most `tokens`.
    pub fn block(self, tokens: usize) -> Self {
        Frames { block: tokens, ..self }
    }

    /// Tokens that a pass may bring at most.
    pub fn at_once(&self) -> usize {
        self.block
    }

    /// Samples per token.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Tokens that `reader` has not consumed yet.
    pub fn available(&self, reader: usize) -> usize {
        (self.end - self.readers[reader]) as usize
    }

    /// What a region knows of the stream before it fires; `bounded` is false for a source without end.
    pub fn level(&self, reader: usize, bounded: bool) -> Level {
        Level { available: self.available(reader), closed: self.closed, bounded }
    }

    /// What `reader` has not consumed yet.
    pub fn unread(&self, reader: usize) -> &[T] {
        let from = (self.readers[reader] - self.start) as usize * self.width;
        &self.data[from..(self.end - self.start) as usize * self.width]
    }

    /// The next `tokens` tokens for `reader`; silence beyond the end, for which [`Frames::pad`] must have made room.
    pub fn next(&self, reader: usize, tokens: usize) -> &[T] {
        let from = (self.readers[reader] - self.start) as usize * self.width;
        &self.data[from..from + tokens * self.width]
    }

    /// Makes [`Frames::next`] safe to call for `tokens` tokens: a closed stream goes on as silence.
    pub fn pad(&mut self, reader: usize, tokens: usize) {
        let need = (self.readers[reader] - self.start) as usize + tokens;
        if need * self.width > self.data.len() {
            self.compact();
            let need = (self.readers[reader] - self.start) as usize + tokens;
            self.data.resize((need * self.width).max(self.data.len()), T::default());
        }
    }

    /// `reader` has done with `tokens` tokens. The silence behind the end is read again and again: it takes no more room for
    /// a stream that is much shorter than its neighbour, or for a long tail.
    pub fn consume(&mut self, reader: usize, tokens: usize) {
        self.readers[reader] = (self.readers[reader] + tokens as u64).min(self.end);
    }

    /// `reader` has done with all there is.
    pub fn consume_all(&mut self, reader: usize) {
        self.readers[reader] = self.end;
    }

    /// Goes on where another stream of such tokens stands: with its position and what its readers have left. `readers` has for
    /// each reader the one of `other` whose place it takes; one without gets all that is left. There is room for as much as before.
    pub fn take_up(&mut self, other: &Frames<T>, readers: &[Option<usize>]) {
        let slowest = other.readers.iter().copied().min().unwrap_or(other.end);
        let left = (slowest - other.start) as usize * other.width..(other.end - other.start) as usize * other.width;
        self.data.clear();
        self.data.extend_from_slice(&other.data[left]);
        (self.start, self.end, self.closed) = (slowest, other.end, other.closed);
        self.capacity = self.capacity.max(other.capacity);
        for (own, before) in self.readers.iter_mut().zip(readers) {
            *own = before.and_then(|r| other.readers.get(r)).copied().unwrap_or(slowest);
        }
    }

    /// Tokens that can be written without growing.
    pub fn room(&self) -> usize {
        let slowest = self.readers.iter().copied().min().unwrap_or(self.end);
        self.capacity.saturating_sub((self.end - slowest) as usize)
    }

    /// Appends `tokens` tokens and returns them to be filled.
    pub fn append(&mut self, tokens: usize) -> &mut [T] {
        let held = (self.end - self.start) as usize;
        let full = match self.capacity {
            0..=LARGEST => held + tokens > self.capacity,
            // Moved when that frees half of it, else doubled: a token is moved a bounded number of times.
            _ => (held + tokens) * self.width > self.data.capacity() && self.behind() as usize * 2 >= held,
        };
        if full {
            self.compact();
        }
        let from = (self.end - self.start) as usize * self.width;
        let to = from + tokens * self.width;
        if to > self.data.capacity() && self.capacity <= LARGEST {
            self.grown += 1;
        }
        self.data.resize(to, T::default());
        self.end += tokens as u64;
        &mut self.data[from..to]
    }

    /// Appends whole tokens.
    pub fn extend(&mut self, samples: &[T]) {
        let tokens = samples.len() / self.width.max(1);
        let whole = &samples[..tokens * self.width];
        self.append(tokens).copy_from_slice(whole);
    }

    /// Takes back the last `tokens` tokens of an [`Frames::append`] that turned out not to be filled.
    pub fn retract(&mut self, tokens: usize) {
        self.end -= tokens as u64;
        self.data.truncate((self.end - self.start) as usize * self.width);
    }

    /// Drops the first `tokens` of the last `appended` tokens: outputs of a look-ahead node from before its first input.
    pub fn drop_first(&mut self, appended: usize, tokens: usize) {
        let from = ((self.end - self.start) as usize - appended) * self.width;
        self.data.copy_within(from + tokens * self.width.., from);
        self.retract(tokens);
    }

    /// No more tokens will come.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// True once no more tokens will come.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// True once `reader` has consumed the last token there will be.
    pub fn finished(&self, reader: usize) -> bool {
        self.closed && self.available(reader) == 0
    }

    /// Tokens written so far.
    pub fn position(&self) -> u64 {
        self.end
    }

    /// How often the capacity of the plan did not do.
    pub fn grown(&self) -> u32 {
        self.grown
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.data.capacity() * size_of::<T>()
    }

    /// Tokens that every reader has consumed and that are still held.
    fn behind(&self) -> u64 {
        self.readers.iter().copied().min().unwrap_or(self.end) - self.start
    }

    /// Drops what every reader has consumed.
    fn compact(&mut self) {
        let behind = self.behind();
        let gone = behind as usize * self.width;
        if gone > 0 {
            let kept = self.data.len() - gone;
            self.data.copy_within(gone.., 0);
            self.data.truncate(kept);
            self.start += behind;
        }
    }
}

/// Messages of one edge, in order of their time.
///
/// `watermark` promises that no later message will have a smaller time: a merge need not wait for a quiet input.
#[derive(Debug)]
pub struct Messages {
    data: Vec<Message>,
    start: u64,
    readers: Vec<u64>,
    watermark: u64,
    closed: bool,
}

impl Messages {
    /// An empty stream with `readers` readers.
    pub fn new(readers: usize) -> Self {
        Messages { data: Vec::new(), start: 0, readers: (0..readers).map(|_| 0).collect(), watermark: 0, closed: false }
    }

    /// As [`Frames::take_up`].
    pub fn take_up(&mut self, other: &Messages, readers: &[Option<usize>]) {
        let end = other.start + other.data.len() as u64;
        let slowest = other.readers.iter().copied().min().unwrap_or(end);
        self.data = other.data[(slowest - other.start) as usize..].to_vec();
        (self.start, self.watermark, self.closed) = (slowest, other.watermark, other.closed);
        for (own, before) in self.readers.iter_mut().zip(readers) {
            *own = before.and_then(|r| other.readers.get(r)).copied().unwrap_or(slowest);
        }
    }

    /// What `reader` has not consumed yet.
    pub fn unread(&self, reader: usize) -> &[Message] {
        &self.data[(self.readers[reader] - self.start) as usize..]
    }

    /// Messages that `reader` has not consumed yet.
    pub fn available(&self, reader: usize) -> usize {
        self.unread(reader).len()
    }

    /// `reader` has done with all there is.
    pub fn consume_all(&mut self, reader: usize) {
        self.readers[reader] = self.start + self.data.len() as u64;
    }

    /// Appends a message; its time is raised to the watermark if it lies before it.
    pub fn push(&mut self, mut message: Message) {
        message.time = message.time.max(self.watermark);
        self.watermark = message.time;
        let slowest = self.readers.iter().copied().min().unwrap_or(self.start + self.data.len() as u64);
        if slowest > self.start {
            self.data.drain(..(slowest - self.start) as usize);
            self.start = slowest;
        }
        self.data.push(message);
    }

    /// No later message will have a time before `time`.
    pub fn advance(&mut self, time: u64) {
        self.watermark = self.watermark.max(time);
    }

    /// The time before which no more messages will come.
    pub fn watermark(&self) -> u64 {
        if self.closed { u64::MAX } else { self.watermark }
    }

    /// No more messages will come.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// True once no more messages will come.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// True once `reader` has consumed the last message there will be.
    pub fn finished(&self, reader: usize) -> bool {
        self.closed && self.available(reader) == 0
    }

    /// Messages written so far.
    pub fn position(&self) -> u64 {
        self.start + self.data.len() as u64
    }
}
