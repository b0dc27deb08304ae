//! Runs one node over a stream that is cut in a given way, and makes the inputs that tests/reference/signals.py makes
//! too.

use remotemedia_runtime_min::node::{Failure, Input, Node, Out, Slot};
use remotemedia_runtime_min::nodes::registry::{Arg, build};
use remotemedia_runtime_min::stream::{Frames, Messages};
use remotemedia_runtime_min::{Message, Value};

/// A node with its options and the width of its ports in samples; 0: no such port.
#[derive(Clone)]
pub struct Case {
    pub path: &'static str,
    pub options: Vec<(&'static str, Arg)>,
    pub input: usize,
    pub output: usize,
}

impl Case {
    pub fn new(path: &'static str, input: usize, output: usize, options: &[(&'static str, Arg)]) -> Case {
        Case { path, options: options.to_vec(), input, output }
    }

    pub fn build(&self) -> Box<dyn Node> {
        build(self.path, &self.options).unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }

    /// All that comes out for `samples` in one piece.
    pub fn run(&self, samples: &[f32]) -> Output {
        self.run_cut(samples, &[])
    }

    /// All that comes out for `samples` cut behind so many frames each time, the rest at last.
    pub fn run_cut(&self, samples: &[f32], cuts: &[usize]) -> Output {
        let mut run = Run::new(self);
        let mut rest = samples;
        for frames in cuts {
            let (now, later) = rest.split_at((frames * self.input).min(rest.len()));
            run.feed(&[Input::Frames { samples: now, closed: false }]).unwrap_or_else(|e| panic!("{e}"));
            rest = later;
        }
        run.feed(&[Input::Frames { samples: rest, closed: false }]).unwrap_or_else(|e| panic!("{e}"));
        run.feed(&[Input::Frames { samples: &[], closed: true }]).unwrap_or_else(|e| panic!("{e}"));
        run.output
    }
}

/// What came out of a node.
#[derive(Default)]
pub struct Output {
    pub frames: Vec<f32>,
    pub messages: Vec<Message>,
}

impl Output {
    /// The member `key` of every message, as a number.
    pub fn numbers(&self, key: &str) -> Vec<f64> {
        self.messages.iter().filter_map(|m| m.value.get(key).and_then(Value::number)).collect()
    }

    /// The member `key` of every message, as a truth value.
    pub fn flags(&self, key: &str) -> Vec<bool> {
        self.messages.iter().filter_map(|m| m.value.get(key)).map(|v| *v == Value::Bool(true)).collect()
    }

    /// Bits of the samples, and messages with their times, for comparison.
    pub fn exact(&self) -> (Vec<u32>, Vec<String>) {
        let messages = self.messages.iter().map(|m| format!("{} {}", m.time, m.value));
        (self.frames.iter().map(|x| x.to_bits()).collect(), messages.collect())
    }
}

/// A node at work.
pub struct Run {
    node: Box<dyn Node>,
    slot: Slot,
    frames: Option<Frames<f32>>,
    messages: Messages,
    watermark: u64,
    pub output: Output,
}

impl Run {
    pub fn new(case: &Case) -> Run {
        Run {
            node: case.build(),
            slot: Slot::default(),
            frames: (case.output > 0).then(|| Frames::new(case.output, 4096, 1)),
            messages: Messages::new(1),
            watermark: 0,
            output: Output::default(),
        }
    }

    /// Feeds what has arrived and collects what comes out. Messages must keep what the watermark has promised.
    pub fn feed(&mut self, inputs: &[Input<'_>]) -> Result<(), Failure> {
        let mut out = Out { frames: self.frames.as_mut(), messages: Some(&mut self.messages) };
        self.slot.run("test", &mut *self.node, inputs, &mut out)?;
        if let Some(frames) = &mut self.frames {
            self.output.frames.extend_from_slice(frames.unread(0));
            frames.consume_all(0);
        }
        for message in self.messages.unread(0) {
            assert!(message.time >= self.watermark, "{} < {}", message.time, self.watermark);
            self.output.messages.push(message.clone());
        }
        self.messages.consume_all(0);
        self.watermark = self.messages.watermark();
        Ok(())
    }
}

/// A linear congruential generator (Numerical Recipes).
pub struct Random(u32);

impl Random {
    pub fn new(seed: u32) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 8) as usize % limit
    }
}

/// `noise` of signals.py.
pub fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| (random.next() >> 8) as f32 / 16_777_216.0 - 0.5).collect()
}

/// `bursts` of signals.py.
pub fn bursts(count: usize, seed: u32, length: usize) -> Vec<f32> {
    let levels = [1.0, 0.0625, 0.5, 0.00390625, 0.0, 0.25];
    noise(count, seed).into_iter().enumerate().map(|(i, x)| x * levels[i / length % levels.len()]).collect()
}

/// A sine of `hz` at `rate`, the same in each channel.
pub fn sine(frames: usize, channels: usize, rate: u32, hz: f64, amplitude: f64) -> Vec<f32> {
    let step = std::f64::consts::TAU * hz / f64::from(rate);
    (0..frames).flat_map(|i| vec![(amplitude * (step * i as f64).sin()) as f32; channels]).collect()
}

pub fn int(value: usize) -> Arg {
    Arg::Int(value as i64)
}

pub fn float(value: f64) -> Arg {
    Arg::Float(value)
}

pub fn text(value: &str) -> Arg {
    Arg::Text(value.into())
}

/// The file of tests/reference/data.
fn data(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/reference/data").join(name)
}

/// Reference samples.
pub fn reference(name: &str) -> Vec<f32> {
    let bytes = std::fs::read(data(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
}

/// Reference figures.
pub fn figures(name: &str) -> Value {
    let text = std::fs::read_to_string(data(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    remotemedia_runtime_min::message::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The numbers of a list.
pub fn list(value: Option<&Value>) -> Vec<f64> {
    match value {
        Some(Value::List(items)) => items.iter().filter_map(Value::number).collect(),
        _ => panic!("not a list: {value:?}"),
    }
}

/// Energy of the difference relative to that of the reference, in dB.
pub fn error_db(got: &[f32], wanted: &[f32]) -> f64 {
    assert_eq!(got.len(), wanted.len(), "lengths differ");
    let energy = |pair: fn(f64, f64) -> f64| -> f64 {
        got.iter().zip(wanted).map(|(g, w)| pair(f64::from(*g), f64::from(*w))).map(|x| x * x).sum()
    };
    10.0 * (energy(|g, w| g - w) / energy(|_, w| w)).max(1e-40).log10()
}

/// Each pair differs by at most `tolerance`.
pub fn assert_close(got: &[f64], wanted: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), wanted.len(), "{what}: lengths differ");
    for (i, (got, wanted)) in got.iter().zip(wanted).enumerate() {
        assert!((got - wanted).abs() <= tolerance, "{what}[{i}]: {got} is not {wanted}");
    }
}
