//! What carries a stream from one thread to another: a ring of blocks, with one sender and one receiver.
//!
//! A block is copied out of the sender's stream and into the receiver's, so that nodes and regions see contiguous slices and
//! never another thread. The two counts say whose a block is; its lock is therefore never held by the other side, is only ever
//! tried, and costs one exchange a block. Blocks keep their buffers: in the steady state nothing is allocated for samples.

use super::Shared;
use crate::message::Message;
use crate::stream::{Frames, Messages};
use std::mem::take;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// What a [`Sender`] did, or all of a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Something went out.
    pub moved: bool,
    /// Something did not fit.
    pub full: bool,
}

impl core::ops::BitOr for Sent {
    type Output = Sent;

    fn bitor(self, other: Sent) -> Sent {
        Sent { moved: self.moved | other.moved, full: self.full | other.full }
    }
}

/// A count on a cache line of its own.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Count(AtomicUsize);

#[derive(Debug)]
struct Ring<B> {
    shared: Arc<Shared>,
    from: usize,
    to: usize,
    blocks: Box<[Mutex<B>]>,
    /// Blocks that were ever sent; written by the sender.
    sent: Count,
    /// Blocks that were ever taken; written by the receiver.
    taken: Count,
    /// Nothing comes after what was sent.
    closed: AtomicBool,
    /// Nobody takes anything any more.
    gone: AtomicBool,
}

impl<B: Default> Ring<B> {
    fn new(shared: &Arc<Shared>, (from, to): (usize, usize), blocks: usize, block: impl Fn() -> B) -> Arc<Ring<B>> {
        Arc::new(Ring {
            shared: Arc::clone(shared),
            from,
            to,
            blocks: (0..blocks.max(1)).map(|_| Mutex::new(block())).collect(),
            sent: Count::default(),
            taken: Count::default(),
            closed: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        })
    }

    /// The next block to fill, if there is one that was taken.
    fn free(&self) -> Option<MutexGuard<'_, B>> {
        let sent = self.sent.0.load(Ordering::Relaxed);
        let waiting = sent.wrapping_sub(self.taken.0.load(Ordering::Acquire));
        if waiting < self.blocks.len() { self.blocks[sent % self.blocks.len()].try_lock().ok() } else { None }
    }

    /// The block of [`Ring::free`] is filled.
    fn send(&self) {
        self.sent.0.store(self.sent.0.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
        self.shared.wake(self.to);
    }

    /// The next block to take, if there is one that was sent.
    fn next(&self) -> Option<MutexGuard<'_, B>> {
        let taken = self.taken.0.load(Ordering::Relaxed);
        let waiting = self.sent.0.load(Ordering::Acquire).wrapping_sub(taken);
        if waiting > 0 { self.blocks[taken % self.blocks.len()].try_lock().ok() } else { None }
    }

    /// The block of [`Ring::next`] is empty.
    fn take(&self) {
        self.taken.0.store(self.taken.0.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
        self.shared.wake(self.from);
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.shared.wake(self.to);
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }
}

/// The end of a ring at the thread that writes the stream.
#[derive(Debug)]
pub struct Sender<B: Default> {
    ring: Arc<Ring<B>>,
    /// Tokens of a block.
    tokens: usize,
    closed: bool,
    /// What is known over there of the watermark.
    watermark: u64,
}

/// The end of a ring at a thread that reads the stream.
#[derive(Debug)]
pub struct Receiver<B: Default> {
    ring: Arc<Ring<B>>,
    tokens: usize,
    /// Tokens of the next block that were taken before.
    begun: usize,
}

/// A block of samples.
pub type Samples<T> = Vec<T>;

/// A block of messages, and the time before which no later one will be.
pub type Letters = (Vec<Message>, u64);

/// A ring of blocks of `tokens` tokens of `width` samples.
pub(super) fn frames<T: Copy + Default>(
    shared: &Arc<Shared>,
    ends: (usize, usize),
    blocks: usize,
    (tokens, width): (usize, usize),
) -> (Sender<Samples<T>>, Receiver<Samples<T>>) {
    both(Ring::new(shared, ends, blocks, || Vec::with_capacity(tokens * width)), tokens)
}

/// A ring of messages.
pub(super) fn messages(
    shared: &Arc<Shared>,
    ends: (usize, usize),
    blocks: usize,
) -> (Sender<Letters>, Receiver<Letters>) {
    both(Ring::new(shared, ends, blocks, Letters::default), usize::MAX)
}

fn both<B: Default>(ring: Arc<Ring<B>>, tokens: usize) -> (Sender<B>, Receiver<B>) {
    let receiver = Receiver { ring: Arc::clone(&ring), tokens, begun: 0 };
    (Sender { ring, tokens, closed: false, watermark: 0 }, receiver)
}

impl<B: Default> Sender<B> {
    fn end(&mut self, closed: bool) -> bool {
        let now = closed && !self.closed;
        if now {
            self.closed = true;
            self.ring.close();
        }
        now
    }
}

impl<T: Copy + Default> Sender<Samples<T>> {
    /// Sends all that `reader` has of a stream, as far as there is room.
    pub fn send(&mut self, stream: &mut Frames<T>, reader: usize) -> Sent {
        let mut sent = Sent::default();
        loop {
            let tokens = stream.available(reader).min(self.tokens);
            if tokens == 0 {
                break;
            }
            if self.ring.is_gone() {
                stream.consume_all(reader);
                break;
            }
            let Some(mut block) = self.ring.free() else {
                sent.full = true;
                return sent;
            };
            block.clear();
            block.extend_from_slice(stream.next(reader, tokens));
            drop(block);
            stream.consume(reader, tokens);
            self.ring.send();
            sent.moved = true;
        }
        sent.moved |= self.end(stream.closed());
        sent
    }
}

impl Sender<Letters> {
    /// As for samples; a block takes all there is.
    pub fn send(&mut self, stream: &mut Messages, reader: usize) -> Sent {
        let mut sent = Sent::default();
        let later = !stream.closed() && stream.watermark() > self.watermark;
        if self.ring.is_gone() {
            stream.consume_all(reader);
        } else if stream.available(reader) > 0 || later {
            let Some(mut block) = self.ring.free() else {
                sent.full = true;
                return sent;
            };
            block.0.extend_from_slice(stream.unread(reader));
            block.1 = if stream.closed() { 0 } else { stream.watermark() };
            self.watermark = block.1;
            drop(block);
            stream.consume_all(reader);
            self.ring.send();
            sent.moved = true;
        }
        sent.moved |= self.end(stream.closed());
        sent
    }
}

impl<T: Copy + Default> Receiver<Samples<T>> {
    /// Takes what a pass may bring and the stream has room for, or all there is; true if that was something.
    pub fn receive(&mut self, stream: &mut Frames<T>, all: bool) -> bool {
        // Asked first: what was sent before it was closed is there then.
        let closed = self.ring.is_closed();
        let mut room = if all { usize::MAX } else { stream.room().min(self.tokens) };
        let width = stream.width().max(1);
        let mut moved = false;
        let mut empty = false;
        while room > 0 {
            let Some(block) = self.ring.next() else {
                empty = true;
                break;
            };
            let rest = &block[self.begun * width..];
            let tokens = (rest.len() / width).min(room);
            stream.extend(&rest[..tokens * width]);
            self.begun += tokens;
            room -= tokens;
            moved = true;
            let done = self.begun * width >= block.len();
            drop(block);
            if done {
                self.begun = 0;
                self.ring.take();
            }
        }
        let ended = closed && !stream.closed() && (empty || self.ring.next().is_none());
        if ended {
            stream.close();
        }
        moved | ended
    }
}

impl Receiver<Letters> {
    /// Takes all there is.
    pub fn receive(&mut self, stream: &mut Messages, _: bool) -> bool {
        let closed = self.ring.is_closed();
        let mut moved = false;
        while let Some(mut block) = self.ring.next() {
            let (messages, watermark) = take(&mut *block);
            drop(block);
            self.ring.take();
            for message in messages {
                stream.push(message);
            }
            stream.advance(watermark);
            moved = true;
        }
        let ended = closed && !stream.closed();
        if ended {
            stream.close();
        }
        moved | ended
    }
}

impl<B: Default> Drop for Receiver<B> {
    fn drop(&mut self) {
        self.ring.gone.store(true, Ordering::Release);
        self.ring.shared.wake(self.ring.from);
    }
}
