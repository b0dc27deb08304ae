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

use super::fft::RealFft;
use super::framing::{Framer, Framing};
use super::meter::power_db;
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
    window: Vec<f64>,
    transform: RealFft,
    frame: Vec<f64>,
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
                window: window(&options.window, size),
                transform: RealFft::new(size),
                frame: vec![0.0; size],
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
        while let Some(frame) = self.framer.next() {
            self.spectra.analyse(frame, out);
        }
    }
}

impl Spectra {
    /// Writes the tensor of one frame of interleaved samples.
    fn analyse(&mut self, frame: &[f32], out: &mut Out<'_>) {
        let tensor = out.append(1);
        let width = (self.window.len() / 2 + 1) * if self.output == Output::Complex { 2 } else { 1 };
        for (c, tensor) in tensor.chunks_exact_mut(width).enumerate().take(self.channels) {
            let samples = frame.iter().skip(c).step_by(self.channels);
            for ((windowed, sample), w) in self.frame.iter_mut().zip(samples).zip(&self.window) {
                *windowed = f64::from(*sample) * w;
            }
            let bins = self.transform.run(&self.frame);
            if self.output == Output::Complex {
                for (pair, bin) in tensor.as_chunks_mut::<2>().0.iter_mut().zip(bins) {
                    *pair = [super::canonical(bin.re as f32), super::canonical(bin.im as f32)];
                }
                continue;
            }
            for (value, bin) in tensor.iter_mut().zip(bins) {
                let power = bin.power();
                *value = super::canonical(match self.output {
                    Output::Db => power_db(power) as f32,
                    Output::Power => power as f32,
                    Output::Magnitude | Output::Complex => math::sqrt(power) as f32,
                });
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
