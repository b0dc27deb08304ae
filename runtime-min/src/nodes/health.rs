//! Watches the health of a stream by the events about it.
//!
//! Three kinds of JSON events are understood; others only move the clock.
//! - *Timing*: `timestamp_us` (the media's own clock) and `arrival_ts_us` (when it arrived), perhaps `stream_id`,
//!   `media_type` (`audio` or `video`) and `content_hash`, which has to change for media to have moved on. Each stream is
//!   followed by itself; where its media time goes back, or ahead by more than 2 s, it begins anew.
//! - *Findings* of the detectors: the members `is_silence`, `is_low_volume`, `is_sustained_silence`,
//!   `has_intermittent_dropouts`, `is_clipping`, `is_imbalanced`, `has_dead_channel` raise an alert while they are true.
//! - *Health*: a member `health` from 0 to 1. The latest of each detector counts; detectors are told apart by the members
//!   that their events have, others by `type` (or `event_type`).
//!
//! The clock is `arrival_ts_us`, `timestamp_us` or `timestamp_ms`, or else the time of the message; it never goes back, and
//! all events of a stream should be on the same one. Events, each at the time of the message from which it follows:
//!
//! | event | when |
//! |---|---|
//! | `{"type": "freeze", "timestamp_ms", "stream_id", "duration_ms"}` | media has not moved on for longer than `freeze_threshold_ms`, once per freeze; the length is that known at the time |
//! | `{"type": "drift", "timestamp_ms", "stream_id", "lead_ms", "threshold_ms"}` | arrival and media have come apart by more than `lead_threshold_ms` since the stream began; again after it was below half of that |
//! | `{"type": "cadence", "timestamp_ms", "stream_id", "cv", "threshold"}` | the coefficient of variation of the last 64 steps of media time (at least 16) is above `cadence_cv_threshold`; again after half |
//! | `{"type": "av_skew", "timestamp_ms", "skew_ms", "threshold_ms"}` | the media time of video is off that of audio by more than `av_skew_threshold_ms`; again after half |
//! | `{"type": "health", "timestamp_ms", "score", "alerts"}` | at each multiple of `health_emit_interval_ms` of the clock (if several have gone by, at the last of them), and at the end |
//!
//! `stream_id` is left out where events have none. The score is the least of: the latest `health` of each detector, and the
//! timing, which is 1 less 0.3 × lead / threshold, 0.3 in a freeze, 0.2 × cv / threshold (of the worst stream), 0.2 × skew /
//! threshold, each ratio at most 1. Alerts are in alphabetical order: those above in capitals, `DRIFT`, `FREEZE`,
//! `CADENCE_UNSTABLE`, `AV_SKEW`, and `HEALTH_LOW` where the score is below `health_threshold`. The watermark stays at the
//! latest message, for the last event comes at the end.

use super::number::Number;
use super::shape::{instant_us, millis};
use super::track::{Track, Trouble, ratio};
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

options! {
    /// Options of [`HealthEmitter`].
    pub struct HealthEmitterOptions {
        /// Drift from this on, in milliseconds.
        pub lead_threshold_ms: f64,
        /// A freeze from this on, in milliseconds.
        pub freeze_threshold_ms: f64,
        /// Skew of video against audio from this on, in milliseconds.
        pub av_skew_threshold_ms: f64,
        /// Unsteady from this coefficient of variation on.
        pub cadence_cv_threshold: f64,
        /// Unhealthy below this score.
        pub health_threshold: f64,
        /// Between two health events, in milliseconds.
        pub health_emit_interval_ms: f64,
    }
}

/// What is known of the stream.
pub struct HealthEmitter {
    options: HealthEmitterOptions,
    interval_us: i64,
    tracks: BTreeMap<String, Track>,
    health: BTreeMap<String, f64>,
    findings: BTreeSet<&'static str>,
    /// Alerts of the timing since the last health event.
    raised: BTreeSet<&'static str>,
    audio_us: Option<i64>,
    video_us: Option<i64>,
    skewed: bool,
    clock_us: i64,
    /// When the next health event is due; none before the first message.
    due_us: Option<i64>,
    /// Something has come since the last health event.
    stale: bool,
    last: u64,
}

/// Members of detectors' events, with the alert that each is, and the detector that it gives away.
const FINDINGS: [(&str, &str, &str); 7] = [
    ("is_sustained_silence", "SUSTAINED_SILENCE", "silence"),
    ("has_intermittent_dropouts", "INTERMITTENT_DROPOUTS", "silence"),
    ("is_clipping", "CLIPPING", "clipping"),
    ("is_imbalanced", "CHANNEL_IMBALANCE", "balance"),
    ("has_dead_channel", "DEAD_CHANNEL", "balance"),
    ("is_silence", "SILENCE", "level"),
    ("is_low_volume", "LOW_VOLUME", "level"),
];

/// Streams and detectors that are told apart at most; further ones count as one.
const MOST_NAMES: usize = 64;

impl HealthEmitter {
    /// An emitter that knows nothing yet.
    pub fn new(options: HealthEmitterOptions) -> HealthEmitter {
        HealthEmitter {
            interval_us: ((options.health_emit_interval_ms * 1000.0) as i64).max(1),
            options,
            tracks: BTreeMap::new(),
            health: BTreeMap::new(),
            findings: BTreeSet::new(),
            raised: BTreeSet::new(),
            audio_us: None,
            video_us: None,
            skewed: false,
            clock_us: i64::MIN,
            due_us: None,
            stale: false,
            last: 0,
        }
    }

    fn skew_us(&self) -> i64 {
        self.video_us.zip(self.audio_us).map_or(0, |(video, audio)| video.saturating_sub(audio))
    }

    /// Sends a health event as of `at_us`.
    fn report(&mut self, at_us: i64, out: &mut Out<'_>) {
        let HealthEmitterOptions { lead_threshold_ms, av_skew_threshold_ms, cadence_cv_threshold, .. } = self.options;
        let mut score = 1.0;
        for track in self.tracks.values() {
            let frozen = track.frozen || track.froze;
            let mut timing = 1.0 - 0.3 * ratio(track.lead_us as f64 / 1000.0, lead_threshold_ms);
            timing -= if frozen { 0.3 } else { 0.0 };
            timing -= 0.2 * ratio(track.cv, cadence_cv_threshold);
            score = f64::min(score, timing);
        }
        score -= 0.2 * ratio(self.skew_us() as f64 / 1000.0, av_skew_threshold_ms);
        score = self.health.values().copied().fold(score, f64::min).max(0.0);
        let mut alerts: BTreeSet<&str> = self.findings.iter().chain(&self.raised).copied().collect();
        for track in self.tracks.values_mut() {
            let states = [(track.frozen, "FREEZE"), (track.drifting, "DRIFT"), (track.unsteady, "CADENCE_UNSTABLE")];
            alerts.extend(states.into_iter().filter_map(|(on, name)| on.then_some(name)));
            track.froze = false;
        }
        if self.skewed {
            alerts.insert("AV_SKEW");
        }
        if score < self.options.health_threshold {
            alerts.insert("HEALTH_LOW");
        }
        let value = object([
            ("type", Value::from("health")),
            ("timestamp_ms", millis(at_us)),
            ("score", Value::Float(score)),
            ("alerts", Value::List(alerts.into_iter().map(Value::from).collect())),
        ]);
        out.send(Message { time: self.last, value });
        self.raised.clear();
        self.stale = false;
    }

    /// Takes in a timing event.
    fn follow(&mut self, message: &Message, media_us: i64, arrival_us: i64, out: &mut Out<'_>) {
        let event = &message.value;
        let stream = event.get("stream_id").and_then(Value::text).unwrap_or_default();
        let track = entry(&mut self.tracks, stream);
        for trouble in track.follow(&self.options, media_us, arrival_us, event.get("content_hash")) {
            let (kind, alert, members) = match trouble {
                Trouble::Freeze { duration_us } => {
                    ("freeze", "FREEZE", Vec::from([("duration_ms", millis(duration_us))]))
                }
                Trouble::Drift { lead_us } => {
                    let threshold = Value::Float(self.options.lead_threshold_ms);
                    ("drift", "DRIFT", Vec::from([("lead_ms", millis(lead_us)), ("threshold_ms", threshold)]))
                }
                Trouble::Cadence { cv } => {
                    let threshold = Value::Float(self.options.cadence_cv_threshold);
                    ("cadence", "CADENCE_UNSTABLE", Vec::from([("cv", Value::Float(cv)), ("threshold", threshold)]))
                }
            };
            self.raised.insert(alert);
            out.send(Message { time: message.time, value: report(kind, self.clock_us, stream, members) });
        }
        match event.get("media_type").and_then(Value::text) {
            Some("audio") => self.audio_us = Some(media_us),
            Some("video") => self.video_us = Some(media_us),
            Some(_) | None => return,
        }
        let skew_us = self.skew_us();
        let skew_ms = skew_us.unsigned_abs() as f64 / 1000.0;
        let limit = self.options.av_skew_threshold_ms;
        if skew_ms > limit && !self.skewed {
            self.skewed = true;
            self.raised.insert("AV_SKEW");
            let members = Vec::from([("skew_ms", millis(skew_us)), ("threshold_ms", Value::Float(limit))]);
            out.send(Message { time: message.time, value: report("av_skew", self.clock_us, "", members) });
        } else if skew_ms <= limit / 2.0 {
            self.skewed = false;
        }
    }
}

impl Node for HealthEmitter {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let event = &message.value;
        let stamp = |key: &str| event.get(key).and_then(Number::of).map(Number::saturating_i64);
        let (media, arrival) = (stamp("timestamp_us"), stamp("arrival_ts_us"));
        self.last = message.time;
        self.clock_us = self.clock_us.max(arrival.unwrap_or_else(|| instant_us(message)));
        let past = self.clock_us.div_euclid(self.interval_us).saturating_mul(self.interval_us);
        if self.due_us.is_some_and(|due| self.clock_us >= due) {
            self.report(past, out);
        }
        self.due_us = Some(past.saturating_add(self.interval_us));
        self.stale = true;
        if let (Some(media), Some(arrival)) = (media, arrival) {
            self.follow(message, media, arrival, out);
        }
        for (member, alert, _) in FINDINGS {
            match event.get(member) {
                Some(Value::Bool(true)) => _ = self.findings.insert(alert),
                Some(Value::Bool(false)) => _ = self.findings.remove(alert),
                Some(_) | None => {}
            }
        }
        if let Some(health) = event.get("health").and_then(Value::number).filter(|health| !health.is_nan()) {
            let known =
                FINDINGS.iter().find(|(member, ..)| event.get(member).is_some()).map(|(.., detector)| *detector);
            let named = event.get("type").or_else(|| event.get("event_type")).and_then(Value::text);
            *entry(&mut self.health, known.or(named).unwrap_or_default()) = health.clamp(0.0, 1.0);
        }
        Ok(())
    }

    fn advance(&mut self, _port: usize, time: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        out.advance(if self.stale { self.last } else { time });
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        if self.stale {
            self.report(self.clock_us, out);
        }
        Ok(())
    }
}

/// The entry of a name, or of all names together once there are too many.
fn entry<'m, T: Default>(map: &'m mut BTreeMap<String, T>, name: &str) -> &'m mut T {
    let name = if map.len() < MOST_NAMES || map.contains_key(name) { name } else { "" };
    map.entry(name.to_string()).or_default()
}

fn report(kind: &str, at_us: i64, stream: &str, members: Vec<(&str, Value)>) -> Value {
    let mut all = Vec::from([("type", Value::from(kind)), ("timestamp_ms", millis(at_us))]);
    if !stream.is_empty() {
        all.push(("stream_id", Value::from(stream)));
    }
    all.extend(members);
    Value::Object(all.into_iter().map(|(key, value)| (key.to_string(), value)).collect())
}
