//! The trait behind which library nodes live, and the state machine that feeds one.
//!
//! A node is told what arrives, port by port, and consumes all of it; it keeps inside what it cannot use yet. So its output
//! is a function of its input streams and never of how they were cut. [`Slot::run`] is what generated code calls.

use crate::message::Message;
use crate::stream::{Frames, Messages};
use alloc::string::String;
use core::fmt;

/// Where a node writes: at most one stream of samples and one of messages.
#[derive(Default)]
pub struct Out<'a> {
    pub frames: Option<&'a mut Frames<f32>>,
    pub messages: Option<&'a mut Messages>,
}

impl Out<'_> {
    /// Appends `tokens` tokens of the sample output and returns them; an empty slice where that output is not connected.
    pub fn append(&mut self, tokens: usize) -> &mut [f32] {
        self.frames.as_mut().map_or(&mut [], |f| f.append(tokens))
    }

    /// Appends whole tokens to the sample output.
    pub fn extend(&mut self, samples: &[f32]) {
        if let Some(f) = &mut self.frames {
            f.extend(samples);
        }
    }

    /// Sends a message.
    pub fn send(&mut self, message: Message) {
        if let Some(m) = &mut self.messages {
            m.push(message);
        }
    }

    /// Promises that no later message will have a time before `time`.
    pub fn advance(&mut self, time: u64) {
        if let Some(m) = &mut self.messages {
            m.advance(time);
        }
    }
}

/// What a library node is: told what arrives, it writes what follows from it.
///
/// Methods of ports that a node does not have are never called.
pub trait Node {
    /// Samples arrived at input `port`: whole tokens, perhaps none.
    fn frames(&mut self, port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let _ = (port, samples, out);
        Ok(())
    }

    /// A message arrived at input `port`. Messages of one port come in order of time.
    fn message(&mut self, port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let _ = (port, message, out);
        Ok(())
    }

    /// No later message at input `port` will have a time before `time`. A node with one message input passes this on.
    fn advance(&mut self, port: usize, time: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        let _ = port;
        out.advance(time);
        Ok(())
    }

    /// Input `port` has ended.
    fn close(&mut self, port: usize, out: &mut Out<'_>) -> Result<(), Failure> {
        let _ = (port, out);
        Ok(())
    }

    /// All inputs have ended: deliver what is left.
    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        let _ = out;
        Ok(())
    }
}

/// A node failed; what it delivered before stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Id of the node in the manifest; filled in by [`Slot::run`].
    pub node: &'static str,
    /// A short stable word: `division_by_zero`, `not_json`, `io`.
    pub kind: &'static str,
    pub message: String,
    /// Time of the message or position of the frame at which it failed.
    pub position: u64,
}

impl Failure {
    /// A failure whose node is not known yet.
    pub fn new(kind: &'static str, message: impl Into<String>, position: u64) -> Failure {
        Failure { node: "", kind, message: message.into(), position }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { node, kind, message, position } = self;
        write!(f, "node `{node}` failed at {position}: {message} ({kind})")
    }
}

/// What has arrived at one input port.
pub enum Input<'a> {
    Frames { samples: &'a [f32], closed: bool },
    Messages { messages: &'a [Message], watermark: u64, closed: bool },
}

impl<'a> Input<'a> {
    /// All that `reader` has not seen of a stream of samples.
    pub fn frames(stream: &'a Frames<f32>, reader: usize) -> Input<'a> {
        Input::Frames { samples: stream.unread(reader), closed: stream.closed() }
    }

    /// All that `reader` has not seen of a stream of messages.
    pub fn messages(stream: &'a Messages, reader: usize) -> Input<'a> {
        Input::Messages { messages: stream.unread(reader), watermark: stream.watermark(), closed: stream.closed() }
    }
}

/// How far one node has come: which of its ports it knows to have ended.
#[derive(Debug, Default)]
pub struct Slot {
    told: u64,
    done: bool,
}

impl Slot {
    /// Feeds a node all that has arrived, tells it what ended, and closes its outputs when all has.
    ///
    /// The caller then consumes the inputs. Errors name `id`.
    pub fn run(
        &mut self,
        id: &'static str,
        node: &mut dyn Node,
        inputs: &[Input<'_>],
        out: &mut Out<'_>,
    ) -> Result<(), Failure> {
        if self.done {
            return Ok(());
        }
        self.feed(node, inputs, out).map_err(|failure| Failure { node: id, ..failure })
    }

    fn feed(&mut self, node: &mut dyn Node, inputs: &[Input<'_>], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut open = false;
        for (port, input) in inputs.iter().enumerate() {
            let told = self.told >> port & 1 == 1;
            let ended = match input {
                Input::Frames { samples, closed } => {
                    if !samples.is_empty() {
                        node.frames(port, samples, out)?;
                    }
                    *closed
                }
                Input::Messages { messages, watermark, closed } => {
                    for message in *messages {
                        node.message(port, message, out)?;
                    }
                    if !*closed {
                        node.advance(port, *watermark, out)?;
                    }
                    *closed
                }
            };
            if ended && !told {
                self.told |= 1 << port;
                node.close(port, out)?;
            }
            open |= !ended;
        }
        if !open {
            node.flush(out)?;
            self.done = true;
            if let Some(f) = &mut out.frames {
                f.close();
            }
            if let Some(m) = &mut out.messages {
                m.close();
            }
        }
        Ok(())
    }
}
