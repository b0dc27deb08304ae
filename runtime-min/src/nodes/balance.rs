//! The balance of the first two channels, judged once per window.
//!
//! One message per window of `window_ms`, the last one perhaps shorter: `ceil(N / window)` for `N` frames, at the time
//! of the window's first frame, one window behind the input. Levels are RMS in dB relative to full scale, at least
//! -120. `imbalance_db` is left minus right, `balance_ratio` the RMS of left over right (1 if both are silent, null if
//! only the right one is). A channel is dead at or below `dead_channel_threshold_db`; `dead_channel` names it (`left`,
//! `right`) if the other one is not dead, else it is `none`. `is_imbalanced` is a dead channel, or a difference of
//! `imbalance_threshold_db` or more. `health` is 0 with a dead channel, else it falls linearly from 1 to 0 as the
//! difference rises from 0 to the threshold. A mono stream is balanced with itself.

use super::meter::{Energy, FLOOR_DB, Window, Windows, between, finite, power_db, timestamp_ms};
use crate::math;
use crate::message::{Message, Value, object};
use crate::node::{Failure, Node, Out};

options! {
    /// Options of [`ChannelBalance`].
    pub struct ChannelBalanceOptions {
        /// Channels of the stream; those behind the second are not looked at.
        pub channels: usize,
        /// Rate in Hz.
        pub rate: u32,
        /// Length of a window in ms.
        pub window_ms: f64,
        /// Difference of the levels in dB that is an imbalance.
        pub imbalance_threshold_db: f64,
        /// RMS at or below it, in dB relative to full scale, is a dead channel.
        pub dead_channel_threshold_db: f64,
    }
}

/// Watches the balance; see the [module](self).
pub struct ChannelBalance {
    options: ChannelBalanceOptions,
    windows: Windows,
    left: Energy,
    right: Energy,
}

impl ChannelBalance {
    /// A detector before its first frame.
    pub fn new(options: ChannelBalanceOptions) -> ChannelBalance {
        let windows = Windows::new(options.window_ms, options.rate, options.channels);
        ChannelBalance { options, windows, left: Energy::default(), right: Energy::default() }
    }

    fn report(&mut self, window: Window, out: &mut Out<'_>) {
        let (left, right) = (self.left.mean(), self.right.mean());
        let (left_db, right_db) = (power_db(left), power_db(right));
        let ratio = if right_db > FLOOR_DB {
            Value::Float(math::sqrt(left / right))
        } else if left_db > FLOOR_DB {
            Value::Null
        } else {
            Value::Float(1.0)
        };
        let threshold = self.options.dead_channel_threshold_db;
        let dead = match (left_db <= threshold, right_db <= threshold) {
            (true, false) => "left",
            (false, true) => "right",
            (true, true) | (false, false) => "none",
        };
        let has_dead = dead != "none";
        let difference = left_db - right_db;
        let health =
            if has_dead { 0.0 } else { 1.0 - between(difference.abs(), 0.0, self.options.imbalance_threshold_db) };
        self.left.clear();
        self.right.clear();
        let value = object([
            ("left_rms_db", left_db.into()),
            ("right_rms_db", right_db.into()),
            ("balance_ratio", ratio),
            ("imbalance_db", difference.into()),
            ("is_imbalanced", (has_dead || difference.abs() >= self.options.imbalance_threshold_db).into()),
            ("has_dead_channel", has_dead.into()),
            ("dead_channel", dead.into()),
            ("health", health.into()),
            ("timestamp_ms", timestamp_ms(window.time)),
        ]);
        out.send(Message { time: window.time, value });
    }
}

impl Node for ChannelBalance {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rest = samples;
        while let Some(part) = self.windows.take(&mut rest) {
            for frame in part.chunks_exact(self.options.channels.max(1)) {
                self.left.add_one(f64::from(finite(frame[0])));
                self.right.add_one(f64::from(finite(frame[frame.len().min(2) - 1])));
            }
            if let Some(window) = self.windows.complete() {
                self.report(window, out);
            }
        }
        out.advance(self.windows.time());
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        if let Some(window) = self.windows.last() {
            self.report(window, out);
        }
        Ok(())
    }
}
