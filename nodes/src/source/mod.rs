//! Sources: what makes sound by itself.
