//! Merges the messages of several ports into one stream, in order of time.
//!
//! Messages of the same time come in order of their ports, those of one port in their own order; so the output does not
//! depend on which message arrived first. A message is sent as soon as no port can bring one that belongs before it: every
//! other port has a message waiting, has promised by its watermark to bring none, or has ended. The node's own watermark
//! is the least time that may still come. It holds as many messages as the ports are apart.

use crate::message::Message;
use crate::node::{Failure, Node, Out};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

options! {
    /// Options of [`Merge`].
    pub struct MergeOptions {
        /// How many ports there are.
        pub inputs: usize,
    }
}

/// Holds what has arrived too early.
pub struct Merge {
    ports: Vec<Port>,
}

#[derive(Default)]
struct Port {
    waiting: VecDeque<Message>,
    /// Nothing that arrives from now on has a time before this.
    watermark: u64,
    closed: bool,
}

impl Port {
    /// The time before which this port has nothing to send; none if it never will again.
    fn next(&self) -> Option<u64> {
        match self.waiting.front() {
            Some(message) => Some(message.time),
            None if self.closed => None,
            None => Some(self.watermark),
        }
    }
}

impl Merge {
    /// A merge with nothing waiting.
    pub fn new(options: MergeOptions) -> Merge {
        Merge { ports: (0..options.inputs).map(|_| Port::default()).collect() }
    }

    /// Sends all that can be sent.
    fn send(&mut self, out: &mut Out<'_>) {
        // The first port of those with the least time: what it has waiting goes before all that may still come.
        while let Some((time, first)) =
            self.ports.iter().enumerate().filter_map(|(i, port)| Some((port.next()?, i))).min()
        {
            match self.ports[first].waiting.pop_front() {
                Some(message) => out.send(message),
                None => {
                    out.advance(time);
                    return;
                }
            }
        }
    }
}

impl Node for Merge {
    fn message(&mut self, port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        self.ports[port].watermark = message.time;
        self.ports[port].waiting.push_back(message.clone());
        self.send(out);
        Ok(())
    }

    fn advance(&mut self, port: usize, time: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        let port = &mut self.ports[port];
        port.watermark = port.watermark.max(time);
        self.send(out);
        Ok(())
    }

    fn close(&mut self, port: usize, out: &mut Out<'_>) -> Result<(), Failure> {
        self.ports[port].closed = true;
        self.send(out);
        Ok(())
    }
}
