//! What the baselines share: reads the signal, gives it block by block, times the blocks, writes what comes out.
//!
//! `BASELINE INPUT OUTPUT` prints the seconds spent in `process`. A block is copied to where the caches have it before the
//! clock starts, as the host of a generated program does it: neither side pays for the memory.

use std::fs;
use std::time::Instant;

/// Frames of a block, as in a generated program.
pub const BLOCK: usize = 1024;

/// A sample as it is written.
pub trait Sample: Copy + Default {
    fn put(self, bytes: &mut Vec<u8>);
}

impl Sample for f32 {
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

impl Sample for i16 {
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

/// Runs `process` over the file in blocks of `BLOCK` frames of `channels` samples. It gives the number of samples that it wrote.
/// After the last frame it is called with silence until `flush` frames of it have gone in.
pub fn run<T: Sample>(channels: usize, flush: usize, mut process: impl FnMut(&[f32], &mut [T]) -> usize) {
    let arguments: Vec<String> = std::env::args().collect();
    let bytes = fs::read(&arguments[1]).expect("input");
    let mut signal: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    signal.resize(signal.len() + flush * channels, 0.0);
    let mut block = vec![0.0; BLOCK * channels];
    let mut output = vec![T::default(); BLOCK * channels];
    let mut written = Vec::with_capacity(bytes.len());
    let mut seconds = 0.0;
    for part in signal.chunks(BLOCK * channels) {
        block[..part.len()].copy_from_slice(part);
        let start = Instant::now();
        let count = process(&block[..part.len()], &mut output);
        seconds += start.elapsed().as_secs_f64();
        for sample in &output[..count] {
            sample.put(&mut written);
        }
    }
    fs::write(&arguments[2], written).expect("output");
    println!("{seconds:.9}");
}

/// A second-order section: transposed direct form II in f32.
#[derive(Clone, Copy, Default)]
pub struct Biquad {
    pub b0: f32,
    pub b1: f32,
    pub b2: f32,
    pub a1: f32,
    pub a2: f32,
    pub s1: f32,
    pub s2: f32,
}

impl Biquad {
    #[inline(always)]
    pub fn step(&mut self, x: f32) -> f32 {
        let y = self.b0 * x + self.s1;
        self.s1 = self.b1 * x - self.a1 * y + self.s2;
        self.s2 = self.b2 * x - self.a2 * y;
        y
    }

    fn new(b: [f64; 3], a: [f64; 3]) -> Self {
        let [b0, b1, b2] = b.map(|c| (c / a[0]) as f32);
        Biquad { b0, b1, b2, a1: (a[1] / a[0]) as f32, a2: (a[2] / a[0]) as f32, s1: 0.0, s2: 0.0 }
    }

    pub fn low_pass(hz: f64, q: f64) -> Self {
        let (c, alpha) = angle(hz, q);
        Self::new([(1.0 - c) / 2.0, 1.0 - c, (1.0 - c) / 2.0], [1.0 + alpha, -2.0 * c, 1.0 - alpha])
    }

    pub fn high_pass(hz: f64, q: f64) -> Self {
        let (c, alpha) = angle(hz, q);
        Self::new([(1.0 + c) / 2.0, -1.0 - c, (1.0 + c) / 2.0], [1.0 + alpha, -2.0 * c, 1.0 - alpha])
    }

    pub fn band_pass(hz: f64, q: f64) -> Self {
        let (c, alpha) = angle(hz, q);
        Self::new([alpha, 0.0, -alpha], [1.0 + alpha, -2.0 * c, 1.0 - alpha])
    }

    pub fn peaking(hz: f64, q: f64, db: f64) -> Self {
        let (c, alpha) = angle(hz, q);
        let g = 10f64.powf(db / 40.0);
        Self::new([1.0 + alpha * g, -2.0 * c, 1.0 - alpha * g], [1.0 + alpha / g, -2.0 * c, 1.0 - alpha / g])
    }
}

/// The cosine of the frequency and the cookbook's alpha, at 48 kHz.
fn angle(hz: f64, q: f64) -> (f64, f64) {
    let (sin, cos) = (std::f64::consts::TAU * hz / 48_000.0).sin_cos();
    (cos, sin / (2.0 * q))
}

/// The quality of a Butterworth section.
pub const BUTTERWORTH: f64 = std::f64::consts::FRAC_1_SQRT_2;
