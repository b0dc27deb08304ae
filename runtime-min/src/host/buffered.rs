//! Bytes in and out through one buffer each, from files or from memory.

use super::sys::{Error, File};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// Bytes of one buffer: a read or write of a file is this large.
pub const BUFFER: usize = 64 * 1024;

/// What can be read from.
pub trait ByteRead {
    /// Reads what is there, at most the length of `into`; 0 at the end.
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error>;
}

impl ByteRead for File {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        File::read(self, into)
    }
}

impl ByteRead for &[u8] {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let n = into.len().min(self.len());
        let (now, later) = self.split_at(n);
        into[..n].copy_from_slice(now);
        *self = later;
        Ok(n)
    }
}

/// What can be written to.
pub trait ByteWrite {
    /// Writes all of `bytes`.
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Error>;

    /// Writes `bytes` over the first bytes; nothing more is written after that. Returns false where that cannot be done.
    fn patch(&mut self, bytes: &[u8]) -> Result<bool, Error>;

    /// Somebody may be waiting for these bytes at the other end of a pipe.
    fn live(&self) -> bool;
}

impl ByteWrite for File {
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Error> {
        File::write_all(self, bytes)
    }

    fn patch(&mut self, bytes: &[u8]) -> Result<bool, Error> {
        if !self.seekable() {
            return Ok(false);
        }
        self.seek(0)?;
        File::write_all(self, bytes)?;
        Ok(true)
    }

    fn live(&self) -> bool {
        !self.seekable()
    }
}

impl ByteWrite for &mut Vec<u8> {
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn patch(&mut self, bytes: &[u8]) -> Result<bool, Error> {
        self[..bytes.len()].copy_from_slice(bytes);
        Ok(true)
    }

    fn live(&self) -> bool {
        false
    }
}

/// Reads through a buffer, in which as many bytes as asked for lie in a row.
pub struct Reader<'a> {
    source: Box<dyn ByteRead + 'a>,
    buffer: Vec<u8>,
    start: usize,
    stop: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `source`.
    pub fn new(source: Box<dyn ByteRead + 'a>) -> Self {
        Reader { source, buffer: vec![0; BUFFER], start: 0, stop: 0 }
    }

    /// What is in the buffer.
    pub fn buffered(&self) -> &[u8] {
        &self.buffer[self.start..self.stop]
    }

    /// Adds to the buffer what one read gives, making room where there is none; false at the end.
    pub fn more(&mut self) -> Result<bool, Error> {
        if self.stop == self.buffer.len() || self.start == self.stop {
            self.buffer.copy_within(self.start..self.stop, 0);
            self.stop -= self.start;
            self.start = 0;
            if self.stop == self.buffer.len() {
                self.buffer.resize(2 * self.stop, 0);
            }
        }
        let n = self.source.read(&mut self.buffer[self.stop..])?;
        self.stop += n;
        Ok(n > 0)
    }

    /// All that is in the buffer: at least `least` bytes, fewer only at the end.
    pub fn fill(&mut self, least: usize) -> Result<&[u8], Error> {
        while self.stop - self.start < least && self.more()? {}
        Ok(self.buffered())
    }

    /// Takes as many bytes as `into` has.
    pub fn take(&mut self, into: &mut [u8]) -> Result<(), Error> {
        match self.fill(into.len())?.get(..into.len()) {
            Some(there) => into.copy_from_slice(there),
            None => return Err(Error::from("the file ends within its header")),
        }
        self.consume(into.len());
        Ok(())
    }

    /// Takes `n` bytes of those in the buffer.
    pub fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.stop);
    }

    /// Takes `n` bytes, or all that is left.
    pub fn skip(&mut self, mut n: u64) -> Result<(), Error> {
        while n > 0 {
            let there = self.fill(1)?.len();
            if there == 0 {
                break;
            }
            let now = (there as u64).min(n);
            self.consume(now as usize);
            n -= now;
        }
        Ok(())
    }
}

/// Writes through a buffer.
pub struct Writer<'a> {
    sink: Box<dyn ByteWrite + 'a>,
    buffer: Vec<u8>,
}

impl<'a> Writer<'a> {
    /// A writer at the start of `sink`.
    pub fn new(sink: Box<dyn ByteWrite + 'a>) -> Self {
        Writer { sink, buffer: Vec::with_capacity(BUFFER) }
    }

    /// Appends `n` zero bytes, at most [`BUFFER`], and returns them to be filled.
    pub fn append(&mut self, n: usize) -> Result<&mut [u8], Error> {
        if self.buffer.len() + n > BUFFER {
            self.flush()?;
        }
        let at = self.buffer.len();
        self.buffer.resize(at + n, 0);
        Ok(&mut self.buffer[at..])
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        for part in bytes.chunks(BUFFER) {
            self.append(part.len())?.copy_from_slice(part);
        }
        Ok(())
    }

    /// A batch is done: somebody at the end of a pipe gets it now, a file when the buffer is full.
    pub fn settle(&mut self) -> Result<(), Error> {
        if self.sink.live() { self.flush() } else { Ok(()) }
    }

    /// Whether the sink is one whose length nobody can mend later.
    pub fn live(&self) -> bool {
        self.sink.live()
    }

    /// Writes out the buffer.
    pub fn flush(&mut self) -> Result<(), Error> {
        // Emptied before the error is looked at: what could not be written once is not tried again.
        let result = self.sink.write_all(&self.buffer);
        self.buffer.clear();
        result
    }

    /// Writes out the buffer, then `header` over the first bytes; false where the sink cannot go back.
    pub fn patch(&mut self, header: &[u8]) -> Result<bool, Error> {
        self.flush()?;
        self.sink.patch(header)
    }
}
