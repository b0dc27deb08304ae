//! Collects the audio of each utterance that a voice activity detector finds, and delivers it in one piece.
//!
//! Input 0 is audio, input 1 the detector's events ([`vad`](super::vad)): JSON with `is_speech_start` or
//! `is_speech_end` true; others are passed over. An utterance begins at the `speech_start_ms` of its first event, or
//! else at the event's time, `pre_roll_ms` earlier (never before the one before it ended, nor more than
//! `max_utterance_duration_ms` before the event) and ends likewise at `speech_end_ms` or the event's time, or with the
//! audio. One of less than `min_utterance_duration_ms`, pre-roll not counted, is dropped. One that has had no end after
//! `max_utterance_duration_ms`, pre-roll counted, is delivered at that length, and what follows begins a new one, which
//! has no minimum.
//!
//! The sample output carries the utterances one behind the other: at most `N` frames for `N`. The message output has
//! one message per utterance, `{utterance_start_ms, utterance_end_ms, frames}`, at the time of what ended it: the
//! event, the longest duration, or the end of the stream. The time of an event is its `timestamp_ms`, or the message's
//! own time where there is none or where both agree to the millisecond.
//!
//! What is delivered depends on positions alone: audio waits until the events are known to have passed it, and events
//! until the audio is there. Needed at any time: `max_utterance_duration_ms` of audio and what runs ahead of the
//! events; the buffer grows once, to at most twice that. Latency: until the utterance's end is known.

use super::position::{frame_at, frame_near, milliseconds, nanoseconds};
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

options! {
    /// Options of [`BufferAccumulator`].
    pub struct BufferAccumulatorOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
        /// Shorter utterances are dropped, in ms.
        pub min_utterance_duration_ms: f64,
        /// Longer utterances are cut, in ms; at least one frame.
        pub max_utterance_duration_ms: f64,
        /// Audio before the start of speech that belongs to the utterance, in ms.
        pub pre_roll_ms: f64,
    }
}

/// An event of the detector, in frames: `at` is its own time, the other where speech starts or ends.
enum Event {
    Start { at: u64, speech: u64 },
    End { at: u64, end: u64 },
}

impl Event {
    fn at(&self) -> u64 {
        match self {
            Event::Start { at, .. } | Event::End { at, .. } => *at,
        }
    }
}

/// The utterance that has begun and not ended.
struct Utterance {
    /// First frame, pre-roll included, and first frame of speech.
    start: u64,
    speech: u64,
    /// It goes on where the one before was cut.
    continued: bool,
}

/// Collects utterances; see the [module](self).
pub struct BufferAccumulator {
    channels: usize,
    rate: u32,
    min: u64,
    max: u64,
    pre_roll: u64,
    /// Interleaved audio from frame `first` on; what lies before `kept` is not needed any more.
    audio: Vec<f32>,
    first: u64,
    kept: u64,
    audio_ended: bool,
    /// Events that have not been dealt with.
    events: VecDeque<Event>,
    /// Frame before which no more events will come.
    heard: u64,
    utterance: Option<Utterance>,
    /// End of the utterance before.
    ended: u64,
}

impl BufferAccumulator {
    /// An accumulator before its first frame.
    pub fn new(options: BufferAccumulatorOptions) -> BufferAccumulator {
        let frames = |ms| frame_at(ms, options.rate);
        BufferAccumulator {
            channels: options.channels.max(1),
            rate: options.rate,
            min: frames(options.min_utterance_duration_ms),
            max: frames(options.max_utterance_duration_ms).max(1),
            pre_roll: frames(options.pre_roll_ms),
            audio: Vec::new(),
            first: 0,
            kept: 0,
            audio_ended: false,
            events: VecDeque::new(),
            heard: 0,
            utterance: None,
            ended: 0,
        }
    }

    /// Frame behind the last one that has arrived.
    fn arrived(&self) -> u64 {
        self.first + (self.audio.len() / self.channels) as u64
    }

    /// Deals with all that is known to be next, in the order of positions, then forgets what is not needed any more.
    fn settle(&mut self, out: &mut Out<'_>) {
        while self.step(out) {}
        let next = self.events.front().map_or(self.heard, |event| event.at().min(self.heard));
        let (needed, quiet) = match &self.utterance {
            Some(utterance) => (utterance.start, next.min(utterance.start.saturating_add(self.max))),
            None => (next.saturating_sub(self.max).max(self.ended), next),
        };
        out.advance(nanoseconds(quiet, self.rate));
        self.kept = needed.clamp(self.kept, self.arrived().max(self.kept));
        let gone = (self.kept - self.first) as usize * self.channels;
        if gone > self.audio.len() / 2 {
            self.audio.drain(..gone);
            self.first = self.kept;
        }
    }

    /// Deals with one event or cut; false if it is not known yet what is next.
    fn step(&mut self, out: &mut Out<'_>) -> bool {
        let cut = self.utterance.as_ref().map(|utterance| utterance.start.saturating_add(self.max));
        let event = self.events.front().filter(|event| cut.is_none_or(|cut| event.at() < cut));
        match (event, cut) {
            (Some(Event::End { end, .. }), Some(cut)) if !self.audio_ended && self.arrived() < (*end).min(cut) => false,
            (Some(_), _) => {
                if let Some(event) = self.events.pop_front() {
                    self.apply(&event, out);
                }
                true
            }
            (None, Some(cut)) if self.arrived() >= cut && (self.heard >= cut || !self.events.is_empty()) => {
                self.deliver(cut, cut, out);
                self.utterance = Some(Utterance { start: cut, speech: cut, continued: true });
                true
            }
            (None, _) => false,
        }
    }

    fn apply(&mut self, event: &Event, out: &mut Out<'_>) {
        match (event, &self.utterance) {
            (Event::Start { at, speech }, None) => {
                let earliest = at.saturating_sub(self.max).max(self.ended).max(self.kept);
                let speech = (*speech).max(earliest);
                let start = speech.saturating_sub(self.pre_roll).max(earliest);
                self.utterance = Some(Utterance { start, speech, continued: false });
            }
            (Event::End { at, end }, Some(_)) => {
                self.deliver(*end, *at, out);
                self.utterance = None;
            }
            (Event::Start { .. }, Some(_)) | (Event::End { .. }, None) => {}
        }
    }

    /// Delivers the current utterance up to frame `end`, if it is long enough, with a message at frame `at`.
    fn deliver(&mut self, end: u64, at: u64, out: &mut Out<'_>) {
        let Some(Utterance { start, speech, continued }) = self.utterance else {
            return;
        };
        let end = end.min(start.saturating_add(self.max)).min(self.arrived());
        if end <= start || (!continued && end.saturating_sub(speech) < self.min) {
            return;
        }
        let from = (start - self.first) as usize * self.channels;
        let to = (end - self.first) as usize * self.channels;
        out.extend(&self.audio[from..to]);
        self.ended = end;
        out.send(Message {
            time: nanoseconds(at, self.rate),
            value: object([
                ("utterance_start_ms", milliseconds(start, self.rate).into()),
                ("utterance_end_ms", milliseconds(end, self.rate).into()),
                ("frames", ((end - start) as i64).into()),
            ]),
        });
    }

    /// The frame of an event.
    fn frame_of(&self, message: &Message) -> u64 {
        match message.value.get("timestamp_ms").and_then(Value::number) {
            Some(ms) if ms as u64 != message.time / 1_000_000 => frame_at(ms, self.rate),
            Some(_) | None => frame_near(message.time, self.rate),
        }
    }
}

impl Node for BufferAccumulator {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        self.audio.extend_from_slice(samples);
        self.settle(out);
        Ok(())
    }

    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let at = self.frame_of(message);
        let marked = |key| message.value.get(key) == Some(&Value::Bool(true));
        let place = |key| message.value.get(key).and_then(Value::number).map_or(at, |ms| frame_at(ms, self.rate));
        if marked("is_speech_start") {
            self.events.push_back(Event::Start { at, speech: place("speech_start_ms") });
        }
        if marked("is_speech_end") {
            self.events.push_back(Event::End { at, end: place("speech_end_ms") });
        }
        self.heard = self.heard.max(at);
        self.settle(out);
        Ok(())
    }

    fn advance(&mut self, _port: usize, time: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        self.heard = self.heard.max(frame_near(time, self.rate));
        self.settle(out);
        Ok(())
    }

    fn close(&mut self, port: usize, out: &mut Out<'_>) -> Result<(), Failure> {
        match port {
            0 => self.audio_ended = true,
            _ => self.heard = u64::MAX,
        }
        self.settle(out);
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        let end = self.arrived();
        self.deliver(end, end, out);
        self.utterance = None;
        Ok(())
    }
}
