//! Coefficients of second-order sections.
//!
//! Source: Robert Bristow-Johnson, *Cookbook formulae for audio EQ biquad filter coefficients*. Computed in f64 with `libm`, so that a
//! plan has the same constants on every host; divided by `a0`.

/// `b0 b1 b2` and `a1 a2`, divided by `a0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    pub b: [f64; 3],
    pub a: [f64; 2],
}

/// The shape of a section.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    LowPass,
    HighPass,
    /// Peak gain 1.
    BandPass,
    Notch,
    AllPass,
    /// Gain in dB.
    Peaking(f64),
    /// Gain in dB.
    LowShelf(f64),
    /// Gain in dB.
    HighShelf(f64),
}

/// How wide a section is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Width {
    Q(f64),
    /// Octaves between the points of half the gain (in dB).
    Octaves(f64),
    /// For shelves: 1 is the steepest without overshoot.
    Slope(f64),
}

/// The section of that shape at `frequency` Hz, at a rate of `rate` Hz.
pub fn coefficients(shape: Shape, frequency: f64, rate: f64, width: Width) -> Coefficients {
    let w = 2.0 * std::f64::consts::PI * frequency / rate;
    let (sin, cos) = (libm::sin(w), libm::cos(w));
    let gain = match shape {
        Shape::Peaking(db) | Shape::LowShelf(db) | Shape::HighShelf(db) => libm::pow(10.0, db / 40.0),
        Shape::LowPass | Shape::HighPass | Shape::BandPass | Shape::Notch | Shape::AllPass => 1.0,
    };
    let alpha = match width {
        Width::Q(q) => sin / (2.0 * q),
        Width::Octaves(octaves) => sin * libm::sinh(std::f64::consts::LN_2 / 2.0 * octaves * w / sin),
        Width::Slope(slope) => sin / 2.0 * libm::sqrt((gain + 1.0 / gain) * (1.0 / slope - 1.0) + 2.0),
    };
    let (b, a) = match shape {
        Shape::LowPass => {
            let side = (1.0 - cos) / 2.0;
            ([side, 1.0 - cos, side], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
        }
        Shape::HighPass => {
            let side = (1.0 + cos) / 2.0;
            ([side, -(1.0 + cos), side], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
        }
        Shape::BandPass => ([alpha, 0.0, -alpha], [1.0 + alpha, -2.0 * cos, 1.0 - alpha]),
        Shape::Notch => ([1.0, -2.0 * cos, 1.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha]),
        Shape::AllPass => ([1.0 - alpha, -2.0 * cos, 1.0 + alpha], [1.0 + alpha, -2.0 * cos, 1.0 - alpha]),
        Shape::Peaking(_) => {
            ([1.0 + alpha * gain, -2.0 * cos, 1.0 - alpha * gain], [1.0 + alpha / gain, -2.0 * cos, 1.0 - alpha / gain])
        }
        Shape::LowShelf(_) => {
            let beta = 2.0 * libm::sqrt(gain) * alpha;
            let (up, down) = (gain + 1.0, gain - 1.0);
            (
                [gain * (up - down * cos + beta), 2.0 * gain * (down - up * cos), gain * (up - down * cos - beta)],
                [up + down * cos + beta, -2.0 * (down + up * cos), up + down * cos - beta],
            )
        }
        Shape::HighShelf(_) => {
            let beta = 2.0 * libm::sqrt(gain) * alpha;
            let (up, down) = (gain + 1.0, gain - 1.0);
            (
                [gain * (up + down * cos + beta), -2.0 * gain * (down + up * cos), gain * (up + down * cos - beta)],
                [up - down * cos + beta, 2.0 * (down - up * cos), up - down * cos - beta],
            )
        }
    };
    Coefficients { b: b.map(|x| x / a[0]), a: [a[1] / a[0], a[2] / a[0]] }
}

/// Qualities of the sections of a Butterworth filter of an even order.
pub fn butterworth(order: u32) -> Vec<f64> {
    (0..order / 2)
        .map(|k| 1.0 / (2.0 * libm::cos(std::f64::consts::PI * f64::from(2 * k + 1) / f64::from(2 * order))))
        .collect()
}
