//! How often a region of kernels may fire now.
//!
//! A region fires once per frame. It fires as long as an open input has a frame; an input that has ended goes on as
//! silence until the longest has ended too; then come the tail firings that the plan counted (delay lines, FIR tails).

/// What one input of a region has to offer.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// Frames that can be read.
    pub available: usize,
    /// No more will come.
    pub closed: bool,
    /// False for a source without end: it never decides when the region ends.
    pub bounded: bool,
}

/// Counts the firings of one region.
#[derive(Debug)]
pub struct Clock {
    tail: u64,
    done: bool,
}

/// What a region is to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firing {
    /// Fire this often; zero means: wait for more.
    Run(usize),
    /// All is done: close the outputs.
    End,
}

impl Clock {
    /// A clock for a region that fires `tail` more times after its inputs have ended. For a source without inputs, `tail`
    /// is its whole length.
    pub fn new(tail: u64) -> Clock {
        Clock { tail, done: false }
    }

    /// Goes on where another clock stands that began with `tail`.
    pub fn follow(&mut self, other: &Clock, tail: u64) {
        if self.tail != u64::MAX {
            self.tail = self.tail.saturating_sub(tail - other.tail.min(tail));
        }
        self.done = other.done;
    }

    /// How often to fire now, at most `limit` times.
    pub fn firings(&mut self, inputs: &[Level], limit: usize) -> Firing {
        if self.done {
            return Firing::End;
        }
        let mut least = limit;
        let mut most = 0;
        let mut open = false;
        for input in inputs {
            if !input.closed {
                least = least.min(input.available);
            }
            if input.bounded {
                most = most.max(input.available);
                open |= !input.closed;
            }
        }
        if open {
            return Firing::Run(least);
        }
        if most > 0 {
            return Firing::Run(most.min(least));
        }
        if self.tail > 0 {
            let n = self.tail.min(least as u64) as usize;
            if self.tail != u64::MAX {
                self.tail -= n as u64;
            }
            return Firing::Run(n);
        }
        self.done = true;
        Firing::End
    }
}
