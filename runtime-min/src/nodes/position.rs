//! Frames, nanoseconds and milliseconds: the place of a token in its stream.
//!
//! Whole-number arithmetic wherever a result becomes a time, so that it is the same on every target.

/// Time of `frame` in nanoseconds, rounded down.
pub(crate) fn nanoseconds(frame: u64, rate: u32) -> u64 {
    const SECOND: u64 = 1_000_000_000;
    let rate = u64::from(rate.max(1));
    (frame / rate).saturating_mul(SECOND).saturating_add(frame % rate * SECOND / rate)
}

/// Time of `frame` in milliseconds; [`frame_at`] reads it back exactly.
pub(crate) fn milliseconds(frame: u64, rate: u32) -> f64 {
    frame as f64 * 1000.0 / f64::from(rate.max(1))
}

/// The frame nearest to a time in milliseconds, also a duration in frames; 0 for what is negative or not a number.
pub(crate) fn frame_at(milliseconds: f64, rate: u32) -> u64 {
    (milliseconds * f64::from(rate) / 1000.0 + 0.5) as u64
}

/// The frame nearest to a time in nanoseconds: the one that [`nanoseconds`] was asked for.
pub(crate) fn frame_near(nanoseconds: u64, rate: u32) -> u64 {
    saturating((u128::from(nanoseconds) * u128::from(rate) + 500_000_000) / 1_000_000_000)
}

fn saturating(x: u128) -> u64 {
    u64::try_from(x).unwrap_or(u64::MAX)
}
