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
///
/// What does not depend on the type of the samples is `Edge`'s: compiled once, not with every program.
#[derive(Debug)]
pub struct Frames<T> {
    data: Vec<T>,
    edge: Edge,
}

/// Who has come how far in a stream, and where that is in its buffer.
#[derive(Debug)]
struct Edge {
    width: usize,
    capacity: usize,
    block: usize,
    /// Position of `data[0]`.
    start: u64,
    /// Position behind the last real token; what lies beyond it in `data` is silence that was asked for, or of no meaning.
    end: u64,
    readers: Vec<u64>,
    closed: bool,
    grown: u32,
}

impl<T: Copy + Default> Frames<T> {
    /// An empty stream of tokens of `width` samples with room for `capacity` tokens and `readers` readers.
    pub fn new(width: usize, capacity: usize, readers: usize) -> Self {
        let data = Vec::with_capacity(if capacity > LARGEST { 0 } else { width * capacity });
        Frames { data, edge: Edge::new(width, capacity, readers) }
    }

    /// The same for a pipeline input of which a pass brings at most `tokens`.
    pub fn block(mut self, tokens: usize) -> Self {
        self.edge.block = tokens;
        self
    }

    /// Tokens that a pass may bring at most.
    pub fn at_once(&self) -> usize {
        self.edge.block
    }

    /// Samples per token.
    pub fn width(&self) -> usize {
        self.edge.width
    }

    /// Tokens that `reader` has not consumed yet.
    pub fn available(&self, reader: usize) -> usize {
        self.edge.available(reader)
    }

    /// What a region knows of the stream before it fires; `bounded` is false for a source without end.
    pub fn level(&self, reader: usize, bounded: bool) -> Level {
        self.edge.level(reader, bounded)
    }

    /// What `reader` has not consumed yet.
    pub fn unread(&self, reader: usize) -> &[T] {
        &self.data[self.edge.from(reader)..self.edge.held()]
    }

    /// The next `tokens` tokens for `reader`; silence beyond the end, for which [`Frames::pad`] must have made room.
    pub fn next(&self, reader: usize, tokens: usize) -> &[T] {
        let from = self.edge.from(reader);
        &self.data[from..from + tokens * self.edge.width]
    }

    /// Makes [`Frames::next`] safe to call for `tokens` tokens: a closed stream goes on as silence.
    pub fn pad(&mut self, reader: usize, tokens: usize) {
        let need = tokens * self.edge.width;
        if self.edge.from(reader) + need > self.edge.held() {
            self.compact();
            let (from, to) = (self.edge.held(), self.edge.from(reader) + need);
            self.reach(to);
            self.data[from..to].fill(T::default());
        }
    }

    /// `reader` has done with `tokens` tokens. The silence behind the end is read again and again: it takes no more room for
    /// a stream that is much shorter than its neighbour, or for a long tail.
    pub fn consume(&mut self, reader: usize, tokens: usize) {
        self.edge.consume(reader, tokens);
    }

    /// `reader` has done with all there is.
    pub fn consume_all(&mut self, reader: usize) {
        self.edge.consume(reader, usize::MAX);
    }

    /// Goes on where another stream of such tokens stands: with its position and what its readers have left. `readers` has for
    /// each reader the one of `other` whose place it takes; one without gets all that is left. There is room for as much as before.
    pub fn take_up(&mut self, other: &Frames<T>, readers: &[Option<usize>]) {
        let left = (other.edge.slowest() - other.edge.start) as usize * other.edge.width..other.edge.held();
        self.data.clear();
        self.data.extend_from_slice(&other.data[left]);
        self.edge.take_up(&other.edge, readers);
    }

    /// Tokens that can be written without growing.
    pub fn room(&self) -> usize {
        self.edge.room()
    }

    /// Appends `tokens` tokens and returns them to be filled: they may hold anything.
    pub fn append(&mut self, tokens: usize) -> &mut [T] {
        if self.edge.is_full(tokens, self.data.capacity()) {
            self.compact();
        }
        let from = self.edge.held();
        self.edge.append(tokens, self.data.capacity());
        let to = self.edge.held();
        self.reach(to);
        &mut self.data[from..to]
    }

    /// Appends whole tokens.
    pub fn extend(&mut self, samples: &[T]) {
        let tokens = samples.len() / self.edge.width.max(1);
        let whole = &samples[..tokens * self.edge.width];
        self.append(tokens).copy_from_slice(whole);
    }

    /// Takes back the last `tokens` tokens of an [`Frames::append`] that turned out not to be filled.
    pub fn retract(&mut self, tokens: usize) {
        self.edge.end -= tokens as u64;
    }

    /// Drops the first `tokens` of the last `appended` tokens: outputs of a look-ahead node from before its first input.
    pub fn drop_first(&mut self, appended: usize, tokens: usize) {
        let from = self.edge.held() - appended * self.edge.width;
        self.data.copy_within(from + tokens * self.edge.width..self.edge.held(), from);
        self.retract(tokens);
    }

    /// No more tokens will come.
    pub fn close(&mut self) {
        self.edge.closed = true;
    }

    /// True once no more tokens will come.
    pub fn closed(&self) -> bool {
        self.edge.closed
    }

    /// True once `reader` has consumed the last token there will be.
    pub fn finished(&self, reader: usize) -> bool {
        self.edge.closed && self.available(reader) == 0
    }

    /// Tokens written so far.
    pub fn position(&self) -> u64 {
        self.edge.end
    }

    /// Grows with all that is written, read or closed: equal at two times, nothing has happened between them.
    pub fn moves(&self) -> u64 {
        self.edge.end + self.edge.readers.iter().sum::<u64>() + u64::from(self.edge.closed)
    }

    /// How often the capacity of the plan did not do.
    pub fn grown(&self) -> u32 {
        self.edge.grown
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.data.capacity() * size_of::<T>()
    }

    /// Makes sure that there are so many samples. They are never taken away again: what is written anew need not be cleared.
    fn reach(&mut self, samples: usize) {
        if self.data.len() < samples {
            self.data.resize(samples, T::default());
        }
    }

    /// Drops what every reader has consumed.
    fn compact(&mut self) {
        let gone = self.edge.compact();
        if gone > 0 {
            self.data.copy_within(gone..gone + self.edge.held(), 0);
        }
    }
}

impl Edge {
    fn new(width: usize, capacity: usize, readers: usize) -> Edge {
        let readers = (0..readers).map(|_| 0).collect();
        Edge { width, capacity, block: usize::MAX, start: 0, end: 0, readers, closed: false, grown: 0 }
    }

    fn available(&self, reader: usize) -> usize {
        (self.end - self.readers[reader]) as usize
    }

    fn level(&self, reader: usize, bounded: bool) -> Level {
        Level { available: self.available(reader), closed: self.closed, bounded }
    }

    /// Where in the buffer `reader` goes on.
    fn from(&self, reader: usize) -> usize {
        (self.readers[reader] - self.start) as usize * self.width
    }

    /// Samples up to the last real token.
    fn held(&self) -> usize {
        (self.end - self.start) as usize * self.width
    }

    fn consume(&mut self, reader: usize, tokens: usize) {
        self.readers[reader] = self.readers[reader].saturating_add(tokens as u64).min(self.end);
    }

    fn slowest(&self) -> u64 {
        self.readers.iter().copied().min().unwrap_or(self.end)
    }

    fn room(&self) -> usize {
        self.capacity.saturating_sub((self.end - self.slowest()) as usize)
    }

    /// True if what every reader has consumed is to go before `tokens` more come into a buffer with room for so many samples.
    fn is_full(&self, tokens: usize, samples: usize) -> bool {
        let held = (self.end - self.start) as usize;
        match self.capacity {
            0..=LARGEST => held + tokens > self.capacity,
            // Moved when that frees half of it, else doubled: a token is moved a bounded number of times.
            _ => (held + tokens) * self.width > samples && (self.slowest() - self.start) as usize * 2 >= held,
        }
    }

    fn append(&mut self, tokens: usize, samples: usize) {
        self.end += tokens as u64;
        if self.held() > samples && self.capacity <= LARGEST {
            self.grown += 1;
        }
    }

    /// As [`Frames::take_up`], but for the samples.
    fn take_up(&mut self, other: &Edge, readers: &[Option<usize>]) {
        (self.start, self.end, self.closed) = (other.slowest(), other.end, other.closed);
        self.capacity = self.capacity.max(other.capacity);
        for (own, before) in self.readers.iter_mut().zip(readers) {
            *own = before.and_then(|r| other.readers.get(r)).copied().unwrap_or(self.start);
        }
    }

    /// Forgets what every reader has consumed; returns how many samples that is.
    fn compact(&mut self) -> usize {
        let behind = self.slowest() - self.start;
        self.start += behind;
        behind as usize * self.width
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

    /// As [`Frames::moves`].
    pub fn moves(&self) -> u64 {
        self.position() + self.readers.iter().sum::<u64>() + u64::from(self.closed)
    }

    /// Messages written so far.
    pub fn position(&self) -> u64 {
        self.start + self.data.len() as u64
    }
}
