//! Groups alerts that happen close together into incidents.
//!
//! An event is an alert if it shows one of the symptoms below. An alert joins the incident that is open if it happened less
//! than `correlation_window_ms` after the latest alert of that incident; otherwise it opens a new one. An incident is over
//! at the first event, alert or not, that happened at least that long after its latest alert, and at the end of the stream.
//! It is reported then, if it has at least `min_events_for_incident` alerts, at the time of the message that ended it:
//!
//! `{"type": "incident", "incident_id": "incident-1", "severity", "pattern", "event_count", "timestamp_ms", "duration_ms",
//! "events": [{"type", "timestamp_ms"}]}`, with the first 100 alerts in `events`. Ids count the reported incidents.
//!
//! When an event happened is its `timestamp_us` or `timestamp_ms`, or else the time of its message. `type` may also be
//! called `event_type`.
//!
//! | symptom | in an event | severity |
//! |---|---|---|
//! | freeze | type `freeze` | critical |
//! | drift | type with `drift` in it | medium; high for `timing.clock_drift` |
//! | timing | type that begins with `timing.` or has `reconnect` in it | medium; high for `timing.lead_jump` |
//! | cadence, skew | type `cadence`, `av_skew` | medium |
//! | silence | `is_sustained_silence`, state `dead_air` | medium |
//! | dropouts | `has_intermittent_dropouts` | medium |
//! | clipping | `is_clipping` | high |
//! | imbalance, dead channel | `is_imbalanced`, `has_dead_channel` | low, high |
//! | unhealthy | state `unhealthy` | high |
//!
//! The severity of an incident is the highest of its alerts. Its pattern is the first of these that it fits, or `unknown`:
//! `silence_then_reconnect` (timing or drift after silence), `clipping_with_imbalance` (clipping, and imbalance or a dead
//! channel), `freeze_with_drift`, `audio_quality_degradation` (two alerts with clipping, imbalance, dead channel, dropouts
//! or `is_low_volume`).
//!
//! With `emit_raw_events` the alerts pass as well, unchanged. Other events never do.

use super::shape::{flag, instant_us, millis};
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};
use alloc::format;
use alloc::vec::Vec;

options! {
    /// Options of [`EventCorrelator`].
    pub struct EventCorrelatorOptions {
        /// Alerts closer than this belong together, in milliseconds.
        pub correlation_window_ms: f64,
        /// Alerts that an incident has at least.
        pub min_events_for_incident: u64,
        /// Let the alerts pass as well.
        pub emit_raw_events: bool,
    }
}

/// Holds the incident that is open.
pub struct EventCorrelator {
    window_us: i64,
    least: u64,
    raw: bool,
    open: Option<Incident>,
    reported: u64,
    last: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

/// What one event shows.
#[derive(Default)]
struct Symptoms {
    freeze: bool,
    drift: bool,
    timing: bool,
    silence: bool,
    clipping: bool,
    imbalance: bool,
    quality: bool,
    /// None where the event is no alert.
    severity: Option<Severity>,
    /// The name of the first symptom in the table.
    name: &'static str,
}

struct Incident {
    start_us: i64,
    latest_us: i64,
    count: u64,
    severity: Severity,
    events: Vec<Value>,
    silence: bool,
    reconnect: bool,
    clipping: bool,
    imbalance: bool,
    freeze: bool,
    drift: bool,
    quality: u64,
}

/// Alerts that an incident lists at most.
const MOST_LISTED: u64 = 100;

impl EventCorrelator {
    /// A correlator with no incident open.
    pub fn new(options: EventCorrelatorOptions) -> EventCorrelator {
        let EventCorrelatorOptions { correlation_window_ms, min_events_for_incident, emit_raw_events } = options;
        EventCorrelator {
            window_us: (correlation_window_ms * 1000.0) as i64,
            least: min_events_for_incident,
            raw: emit_raw_events,
            open: None,
            reported: 0,
            last: 0,
        }
    }

    /// Reports the open incident, if it is one.
    fn report(&mut self, out: &mut Out<'_>) {
        if let Some(incident) = self.open.take_if(|incident| incident.count >= self.least) {
            self.reported += 1;
            out.send(Message { time: self.last, value: incident.report(self.reported) });
        }
        self.open = None;
    }
}

impl Node for EventCorrelator {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let now = instant_us(message);
        self.last = message.time;
        if self.open.as_ref().is_some_and(|incident| now.saturating_sub(incident.latest_us) >= self.window_us) {
            self.report(out);
        }
        let symptoms = Symptoms::of(&message.value);
        if let Some(severity) = symptoms.severity {
            let incident = self.open.get_or_insert_with(|| Incident::new(now, severity));
            incident.add(now, severity, &symptoms, kind(&message.value));
            if self.raw {
                out.send(message.clone());
            }
        }
        Ok(())
    }

    fn advance(&mut self, _port: usize, time: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        out.advance(if self.open.is_none() { time } else { self.last });
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        self.report(out);
        Ok(())
    }
}

impl Incident {
    fn new(now: i64, severity: Severity) -> Incident {
        Incident {
            start_us: now,
            latest_us: now,
            count: 0,
            severity,
            events: Vec::new(),
            silence: false,
            reconnect: false,
            clipping: false,
            imbalance: false,
            freeze: false,
            drift: false,
            quality: 0,
        }
    }

    fn add(&mut self, now: i64, severity: Severity, symptoms: &Symptoms, kind: &str) {
        self.latest_us = self.latest_us.max(now);
        self.count += 1;
        self.severity = self.severity.max(severity);
        self.reconnect |= self.silence && (symptoms.timing || symptoms.drift);
        self.silence |= symptoms.silence;
        self.clipping |= symptoms.clipping;
        self.imbalance |= symptoms.imbalance;
        self.freeze |= symptoms.freeze;
        self.drift |= symptoms.drift;
        self.quality += u64::from(symptoms.quality);
        if self.count <= MOST_LISTED {
            let name = if kind.is_empty() { symptoms.name } else { kind };
            self.events.push(object([("type", Value::from(name)), ("timestamp_ms", millis(now))]));
        }
    }

    fn pattern(&self) -> &'static str {
        if self.reconnect {
            "silence_then_reconnect"
        } else if self.clipping && self.imbalance {
            "clipping_with_imbalance"
        } else if self.freeze && self.drift {
            "freeze_with_drift"
        } else if self.quality >= 2 {
            "audio_quality_degradation"
        } else {
            "unknown"
        }
    }

    fn report(self, number: u64) -> Value {
        let severity = match self.severity {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        };
        object([
            ("type", Value::from("incident")),
            ("incident_id", Value::Text(format!("incident-{number}"))),
            ("severity", Value::from(severity)),
            ("pattern", Value::from(self.pattern())),
            ("event_count", Value::Int(self.count as i64)),
            ("timestamp_ms", millis(self.start_us)),
            ("duration_ms", millis(self.latest_us.saturating_sub(self.start_us))),
            ("events", Value::List(self.events)),
        ])
    }
}

impl Symptoms {
    fn of(event: &Value) -> Symptoms {
        use Severity::{Critical, High, Low, Medium};
        let kind = kind(event);
        let state = event.get("state").and_then(Value::text).unwrap_or_default();
        let mut found = Symptoms::default();
        let mut note = |shown: bool, name: &'static str, severity: Severity| {
            if shown {
                found.name = if found.name.is_empty() { name } else { found.name };
                found.severity = found.severity.max(Some(severity));
            }
            shown
        };
        let freeze = note(kind == "freeze", "freeze", Critical);
        let drift = note(kind.contains("drift"), "drift", if kind == "timing.clock_drift" { High } else { Medium });
        let jump = kind == "timing.lead_jump";
        let reconnect = kind.starts_with("timing.") || kind.contains("reconnect");
        let timing = note(reconnect, "timing", if jump { High } else { Medium });
        note(kind == "cadence" || kind == "av_skew", "timing", Medium);
        let silence = note(flag(event, "is_sustained_silence") || state == "dead_air", "silence", Medium);
        let dropouts = note(flag(event, "has_intermittent_dropouts"), "dropouts", Medium);
        let clipping = note(flag(event, "is_clipping"), "clipping", High);
        let imbalanced = note(flag(event, "is_imbalanced"), "imbalance", Low);
        let dead = note(flag(event, "has_dead_channel"), "dead_channel", High);
        note(state == "unhealthy", "unhealthy", High);
        let imbalance = imbalanced || dead;
        let quality = clipping || imbalance || dropouts || flag(event, "is_low_volume");
        Symptoms { freeze, drift, timing, silence, clipping, imbalance, quality, ..found }
    }
}

/// What an event calls itself; empty where it does not.
fn kind(event: &Value) -> &str {
    event.get("type").or_else(|| event.get("event_type")).and_then(Value::text).unwrap_or_default()
}
