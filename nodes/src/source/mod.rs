//! Sources: what makes sound by itself.

pub mod noise;
pub mod tone;
