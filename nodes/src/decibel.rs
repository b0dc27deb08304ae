//! Decibels relative to full scale, computed with `libm` so that a plan has the same constants on every host.

/// `10^(db / 20)`.
pub fn to_linear(db: f64) -> f64 {
    libm::pow(10.0, db / 20.0)
}

/// `20 log10(linear)`.
pub fn from_linear(linear: f64) -> f64 {
    20.0 * libm::log10(linear)
}
