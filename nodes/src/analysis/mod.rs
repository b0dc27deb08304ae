//! Analysis: meters, detectors, spectra.

pub mod audio_level;
pub mod channel_balance;
pub mod clipping_detector;
pub mod energy_vad;
pub mod log_mel;
pub mod loudness;
pub mod silence_detector;
pub mod stft;
mod window;
