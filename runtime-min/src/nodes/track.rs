//! The timing of one stream, for [`HealthEmitter`](super::health::HealthEmitter).

use super::health::HealthEmitterOptions;
use crate::math::sqrt;
use crate::message::Value;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// How media time and arrival of one stream have run so far.
///
/// The lead is how far arrival has gone ahead of media time since the first event: `(arrival - arrival of the first) -
/// (media - media of the first)`. Where media time goes back, or forward by more than 2 s, the stream begins anew.
#[derive(Default)]
pub struct Track {
    first: Option<(i64, i64)>,
    media_us: i64,
    /// Arrival of the last event in which media had moved on.
    moved_us: i64,
    hash: Option<Value>,
    /// The latest steps of media time.
    steps: VecDeque<i64>,
    pub lead_us: i64,
    /// Coefficient of variation of the steps; 0 while there are too few.
    pub cv: f64,
    pub frozen: bool,
    /// Frozen at some time since this was last reset.
    pub froze: bool,
    pub drifting: bool,
    pub unsteady: bool,
}

/// What an event has brought to light.
pub enum Trouble {
    Freeze { duration_us: i64 },
    Drift { lead_us: i64 },
    Cadence { cv: f64 },
}

const JUMP_US: i64 = 2_000_000;
const STEPS: usize = 64;
const LEAST_STEPS: usize = 16;

impl Track {
    /// Takes in one event.
    pub fn follow(
        &mut self,
        options: &HealthEmitterOptions,
        media: i64,
        arrival: i64,
        hash: Option<&Value>,
    ) -> Vec<Trouble> {
        let HealthEmitterOptions { lead_threshold_ms, freeze_threshold_ms, cadence_cv_threshold, .. } = *options;
        let mut troubles = Vec::new();
        let Some(first) = self.first else {
            self.begin(media, arrival, hash);
            return troubles;
        };
        let still_us = arrival.saturating_sub(self.moved_us);
        if !self.frozen && still_us as f64 / 1000.0 > freeze_threshold_ms {
            self.frozen = true;
            self.froze = true;
            troubles.push(Trouble::Freeze { duration_us: still_us });
        }
        let step = media.saturating_sub(self.media_us);
        if !(0..=JUMP_US).contains(&step) {
            self.begin(media, arrival, hash);
            return troubles;
        }
        if step > 0 && (hash.is_none() || self.hash.as_ref() != hash) {
            self.frozen = false;
            self.moved_us = arrival;
        }
        self.hash = hash.cloned();
        self.media_us = media;

        self.lead_us = arrival.saturating_sub(first.1).saturating_sub(media.saturating_sub(first.0));
        let lead_ms = self.lead_us.unsigned_abs() as f64 / 1000.0;
        if lead_ms > lead_threshold_ms && !self.drifting {
            self.drifting = true;
            troubles.push(Trouble::Drift { lead_us: self.lead_us });
        } else if lead_ms <= lead_threshold_ms / 2.0 {
            self.drifting = false;
        }

        if step > 0 {
            if self.steps.len() == STEPS {
                self.steps.pop_front();
            }
            self.steps.push_back(step);
            self.cv = variation(&self.steps);
            if self.cv > cadence_cv_threshold && !self.unsteady {
                self.unsteady = true;
                troubles.push(Trouble::Cadence { cv: self.cv });
            } else if self.cv <= cadence_cv_threshold / 2.0 {
                self.unsteady = false;
            }
        }
        troubles
    }

    fn begin(&mut self, media: i64, arrival: i64, hash: Option<&Value>) {
        let froze = self.froze;
        *self = Track { first: Some((media, arrival)), media_us: media, moved_us: arrival, froze, ..Track::default() };
        self.hash = hash.cloned();
    }
}

/// Standard deviation over mean; 0 for too few steps.
fn variation(steps: &VecDeque<i64>) -> f64 {
    if steps.len() < LEAST_STEPS {
        return 0.0;
    }
    let count = steps.len() as f64;
    let mean = steps.iter().map(|&step| step as f64).sum::<f64>() / count;
    let variance = steps.iter().map(|&step| (step as f64 - mean) * (step as f64 - mean)).sum::<f64>() / count;
    sqrt(variance) / mean
}

/// The size of a value as a part of its limit, at most 1.
pub fn ratio(value: f64, limit: f64) -> f64 {
    let size = value.abs();
    if size >= limit && size > 0.0 {
        1.0
    } else if size == 0.0 {
        0.0
    } else {
        size / limit
    }
}
