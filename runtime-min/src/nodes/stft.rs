//! The short-time Fourier transform: one tensor per frame of `n_fft` samples, every `hop` samples.
//!
//! With `center` the stream is padded at both ends by `n_fft / 2` mirrored samples (NumPy's `reflect`), so that tensor
//! `k` lies around sample `k · hop`: `1 + (N + 2 · floor(n_fft / 2) - n_fft) / hop` tensors for `N` samples (`1 + N /
//! hop` for an even `n_fft`), none for an empty stream; `n_fft / 2` samples behind the input. Without it frame `k`
//! begins at sample `k · hop`: `1 + (N - n_fft) / hop` tensors, none for `N < n_fft`; `n_fft` samples behind the input.
//!
//! The frame is multiplied by a periodic window of `n_fft` samples and transformed without scaling, as `torch.stft` and
//! `librosa.stft` do (`scipy.signal.stft` divides by the sum of the window). A tensor is `[n_fft / 2 + 1]`, or `[n_fft
//! / 2 + 1, 2]` with real and imaginary part for `complex`; more than one channel puts `[channels, …]` before that.
//! Channels are not mixed. `magnitude` is `|X|`, `power` its square, `db` is `10 · log10` of the power, at least -120.
//!
//! In f64 throughout, rounded to f32 at the end; a frame with anything but finite samples gives what arithmetic makes
//! of them. Source: J. B. Allen and L. R. Rabiner, "A unified approach to short-time Fourier analysis and synthesis",
//! 1977.

use super::fft::{Complex, RealFft};
use super::framing::{Framer, Framing, Overlapping};
use super::meter::power_db;
use crate::lanes::WidestDouble;
use crate::math;
use crate::node::{Failure, Node, Out};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::f64::consts::PI;

options! {
    /// Options of [`Stft`].
    pub struct StftOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Samples of a frame, at least 1.
        pub n_fft: usize,
        /// Samples from one frame to the next, at least 1.
        pub hop: usize,
        /// `hann`, `hamming` or `rectangular`; anything else counts as `hann`.
        pub window: String,
        /// `complex`, `magnitude`, `power` or `db`; anything else counts as `magnitude`.
        pub output: String,
        /// Whether frames lie around multiples of `hop`.
        pub center: bool,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Complex,
    Magnitude,
    Power,
    Db,
}

/// Transforms frame by frame; see the [module](self).
pub struct Stft {
    framer: Framer,
    spectra: Spectra,
}

struct Spectra {
    channels: usize,
    /// Halved, as the transform wants it.
    window: Vec<f64>,
    /// Of several frames side by side.
    transform: RealFft<WidestDouble>,
    frame: Vec<WidestDouble>,
    bins: Vec<Complex<WidestDouble>>,
    output: Output,
}

impl Stft {
    /// A transform before its first sample.
    pub fn new(options: StftOptions) -> Stft {
        let size = options.n_fft.max(1);
        let framing = if options.center { Framing::Centred } else { Framing::Inside };
        Stft {
            framer: Framer::new(options.channels, size, options.hop, framing),
            spectra: Spectra {
                channels: options.channels.max(1),
                window: window(&options.window, size).into_iter().map(|w| 0.5 * w).collect(),
                transform: RealFft::new(size),
                frame: vec![WidestDouble::splat(0.0); size],
                bins: vec![Complex::zero(); size / 2 + 1],
                output: match options.output.as_str() {
                    "complex" => Output::Complex,
                    "power" => Output::Power,
                    "db" => Output::Db,
                    _ => Output::Magnitude,
                },
            },
        }
    }

    fn drain(&mut self, out: &mut Out<'_>) {
        while let Some(frames) = self.framer.next(WidestDouble::WIDTH) {
            self.spectra.analyse(&frames, out);
        }
    }
}

impl Spectra {
    /// Writes the tensors of frames of interleaved samples, at most as many as there are lanes.
    fn analyse(&mut self, frames: &Overlapping<'_>, out: &mut Out<'_>) {
        let Spectra { channels, window, transform, frame, bins, output } = self;
        let values = if *output == Output::Complex { 2 } else { 1 };
        let width = values * (window.len() / 2 + 1);
        let tensors = out.append(frames.count);
        let samples: [&[f32]; WidestDouble::WIDTH] = core::array::from_fn(|lane| frames.get(lane));
        for c in 0..*channels {
            for (i, (windowed, w)) in frame.iter_mut().zip(&*window).enumerate() {
                let sample = samples.map(|samples| f64::from(samples[i * *channels + c]));
                *windowed = WidestDouble::new(sample) * WidestDouble::splat(*w);
            }
            transform.run(frame, bins, |bin| bin);
            for (k, bin) in bins.iter().enumerate() {
                let (re, im, power) = (bin.re.lanes(), bin.im.lanes(), bin.power().lanes());
                let places = tensors.chunks_exact_mut(width * *channels).map(|t| &mut t[width * c + values * k..]);
                for (((place, re), im), power) in places.zip(re).zip(im).zip(power) {
                    let found = match output {
                        Output::Complex => [re, im],
                        Output::Db => [power_db(power); 2],
                        Output::Power => [power; 2],
                        Output::Magnitude => [math::sqrt(power); 2],
                    };
                    for (value, x) in place[..values].iter_mut().zip(found) {
                        *value = super::canonical(x as f32);
                    }
                }
            }
        }
    }
}

/// A periodic window of `size` samples.
pub(crate) fn window(name: &str, size: usize) -> Vec<f64> {
    let (mean, swing) = match name {
        "rectangular" => (1.0, 0.0),
        "hamming" => (0.54, 0.46),
        _ => (0.5, 0.5),
    };
    (0..size).map(|n| mean - swing * math::cos(2.0 * PI * n as f64 / size as f64)).collect()
}

impl Node for Stft {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rest = samples;
        while rest.len() >= self.spectra.channels {
            self.framer.push(&mut rest);
            self.drain(out);
        }
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        self.framer.finish();
        self.drain(out);
        Ok(())
    }
}
