//! Analysis: meters, detectors, spectra.
