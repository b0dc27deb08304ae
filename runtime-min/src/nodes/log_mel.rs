//! The log-mel spectrogram that Whisper listens to: one tensor of `n_mels` values per `hop` samples.
//!
//! As `log_mel_spectrogram` of openai/whisper defines it (A. Radford et al., "Robust Speech Recognition via Large-Scale
//! Weak Supervision", 2022): a periodic Hann window of `n_fft` samples around each multiple of `hop`, the stream
//! mirrored at both ends, the last frame dropped; the power of each bin; triangular filters on Slaney's mel scale from
//! 0 to half the rate, each of unit area (librosa's `norm="slaney"`); the decimal logarithm of at least 1e-10. Several
//! channels are mixed to their mean first.
//!
//! `normalize` `none` gives these logarithms: `N / hop` tensors for `N` samples, tensor `k` around sample `k · hop`;
//! `n_fft / 2` samples (or `hop`, if that is more) behind the input. `whisper` finishes as Whisper does: the stream is
//! cut into chunks of 30 s, the last one filled up with silence, each with ends of its own; values are raised to at
//! least 8 below the largest of their chunk, then `(x + 4) / 4`. It gives `30 · rate / hop` tensors (3000 at the
//! defaults) per chunk that has any sample, when that chunk is complete, and holds one chunk of tensors.
//!
//! In f32, as Whisper computes it: within -135 dB of the same definition in NumPy's f64 on noise, and the
//! amplitude of each band, the root of its energy, within -145 dB of that of the loudest. What is not a number counts as the least value.

use super::fft::{Complex, RealFft};
use super::framing::{Framer, Framing, Overlapping};
use super::mel::Bank;
use super::stft::window;
use crate::lanes::Widest;
use crate::math::short::log10f;
use crate::node::{Failure, Node, Out};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

options! {
    /// Options of [`LogMel`].
    pub struct LogMelOptions {
        /// Channels of the stream.
        pub channels: usize,
        /// Rate in Hz; Whisper's is 16000.
        pub rate: u32,
        /// Mel bands; Whisper's are 80, of large-v3 128.
        pub n_mels: usize,
        /// Samples of a frame; Whisper's are 400.
        pub n_fft: usize,
        /// Samples from one tensor to the next; Whisper's are 160.
        pub hop: usize,
        /// `none` or `whisper`; anything else counts as `none`.
        pub normalize: String,
    }
}

/// Computes log-mel features; see the [module](self).
pub struct LogMel {
    channels: usize,
    framer: Framer,
    features: Features,
    chunk: Option<Chunk>,
}

/// Length of Whisper's chunks in seconds.
const CHUNK_SECONDS: u64 = 30;

/// The tensors of a chunk that is not complete.
struct Chunk {
    tensors: Vec<f32>,
    /// Samples of a whole chunk, and how many this one has.
    length: u64,
    filled: u64,
}

/// What is computed of several frames side by side, a lane each.
struct Features {
    channels: usize,
    /// Halved, as the transform wants it.
    window: Vec<f32>,
    transform: RealFft<Widest>,
    frame: Vec<Widest>,
    bank: Bank<Widest>,
    power: Vec<Widest>,
    energies: Vec<Widest>,
    /// The decimal logarithm of the energy in each band, frame by frame.
    bands: Vec<f32>,
}

impl LogMel {
    /// Features before the first sample.
    pub fn new(options: LogMelOptions) -> LogMel {
        let (channels, size, hop) = (options.channels.max(1), options.n_fft.max(1), options.hop.max(1));
        let length = CHUNK_SECONDS * u64::from(options.rate);
        let chunk = (options.normalize == "whisper" && length > 0).then(|| Chunk {
            tensors: Vec::with_capacity((length / hop as u64) as usize * options.n_mels),
            length,
            filled: 0,
        });
        LogMel {
            channels,
            framer: Framer::new(channels, size, hop, Framing::CentredInside),
            features: Features {
                channels,
                window: window("hann", size).into_iter().map(|w| (0.5 * w) as f32).collect(),
                transform: RealFft::new(size),
                frame: vec![Widest::ZERO; size],
                bank: Bank::new(f64::from(options.rate), size, options.n_mels),
                energies: vec![Widest::ZERO; options.n_mels],
                power: vec![Widest::ZERO; size / 2 + 1],
                bands: vec![0.0; options.n_mels * Widest::WIDTH],
            },
            chunk,
        }
    }

    fn drain(&mut self, out: &mut Out<'_>) {
        while let Some(frames) = self.framer.next(Widest::WIDTH) {
            let bands = self.features.analyse(&frames);
            match &mut self.chunk {
                Some(chunk) => chunk.tensors.extend_from_slice(bands),
                None => out.extend(bands),
            }
        }
    }

    /// Takes in samples and, where it is complete, finishes a chunk.
    fn take(&mut self, samples: &[f32], out: &mut Out<'_>) {
        let mut rest = samples;
        while rest.len() >= self.channels {
            let left = self.chunk.as_ref().map_or(u64::MAX, |chunk| chunk.length - chunk.filled);
            let tokens = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len() / self.channels);
            let (mut now, later) = rest.split_at(tokens * self.channels);
            rest = later;
            while !now.is_empty() {
                self.framer.push(&mut now);
                self.drain(out);
            }
            let complete = self.chunk.as_mut().is_some_and(|chunk| {
                chunk.filled += tokens as u64;
                chunk.filled == chunk.length
            });
            if complete {
                self.framer.finish();
                self.drain(out);
                self.framer.restart();
                if let Some(chunk) = &mut self.chunk {
                    chunk.deliver(out);
                }
            }
        }
    }
}

impl Features {
    /// The bands of frames of interleaved samples, at most as many as there are lanes.
    fn analyse(&mut self, frames: &Overlapping<'_>) -> &[f32] {
        let Features { channels, window, transform, frame, bank, power, energies, bands } = self;
        let samples: [&[f32]; Widest::WIDTH] = core::array::from_fn(|lane| frames.get(lane));
        if *channels == 1 {
            let rows = samples.map(|samples| samples.as_chunks::<4>());
            for (i, (windowed, w)) in frame.as_chunks_mut::<4>().0.iter_mut().zip(window.as_chunks::<4>().0).enumerate()
            {
                let columns = Widest::columns(rows.map(|(rows, _)| &rows[i]));
                *windowed = core::array::from_fn(|k| columns[k] * Widest::splat(w[k]));
            }
            let rests = frame.as_chunks_mut::<4>().1.iter_mut().zip(window.as_chunks::<4>().1).enumerate();
            rests.for_each(|(i, (windowed, w))| {
                *windowed = Widest::new(rows.map(|(_, rest)| rest[i])) * Widest::splat(*w)
            });
        } else {
            for (i, (windowed, w)) in frame.iter_mut().zip(window).enumerate() {
                let mean = |samples: &[f32]| samples.iter().map(|x| f64::from(*x)).sum::<f64>() / *channels as f64;
                let mixed = samples.map(|samples| mean(&samples[i * *channels..][..*channels]) as f32);
                *windowed = Widest::new(mixed) * Widest::splat(*w);
            }
        }
        transform.run(frame, power, Complex::power);
        bank.energies(power, energies);
        let bands = &mut bands[..frames.count * energies.len()];
        for (lane, bands) in bands.chunks_exact_mut(energies.len().max(1)).enumerate() {
            for (band, energy) in bands.iter_mut().zip(&*energies) {
                *band = energy.lanes()[lane];
            }
        }
        for band in &mut *bands {
            let logarithm = log10f(*band);
            *band = if *band > 1e-10 { logarithm } else { -10.0 };
        }
        bands
    }
}

impl Chunk {
    /// Writes all tensors with Whisper's normalisation and begins the next chunk.
    fn deliver(&mut self, out: &mut Out<'_>) {
        let largest = self.tensors.iter().fold(f32::MIN, |a, b| if *b > a { *b } else { a });
        let least = f64::from(largest) - 8.0;
        for value in &mut self.tensors {
            let raised = if f64::from(*value) > least { f64::from(*value) } else { least };
            *value = ((raised + 4.0) / 4.0) as f32;
        }
        out.extend(&self.tensors);
        self.tensors.clear();
        self.filled = 0;
    }
}

impl Node for LogMel {
    fn frames(&mut self, _port: usize, samples: &[f32], out: &mut Out<'_>) -> Result<(), Failure> {
        self.take(samples, out);
        Ok(())
    }

    fn flush(&mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        if self.chunk.is_none() {
            self.framer.finish();
            self.drain(out);
            return Ok(());
        }
        let silence = vec![0.0; 1024 * self.channels];
        while let Some(left) = self.chunk.as_ref().filter(|c| c.filled > 0).map(|c| c.length - c.filled) {
            let tokens = left.min(1024) as usize;
            self.take(&silence[..tokens * self.channels], out);
        }
        Ok(())
    }
}
