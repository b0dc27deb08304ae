//! What nodes promise for every input: the limiter's ceiling, silence out of a shut gate, tones that do not drift, and a
//! valid kernel or a good error at the ends of every parameter's range.

use crate::support::{floats, least, lower, params};
use remotemedia_ir::eval::{Machine, Samples, SamplesMut};
use remotemedia_ir::graph::{KernelNode, Param};
use remotemedia_ir::verify;
use remotemedia_nodes::catalog::{CATALOG, find};
use remotemedia_nodes::{Lowered, NodeType, ParamKind, Params, Role};

fn node(name: &str, given: &[(&str, Param)], rate: u32, channels: u16) -> KernelNode {
    let (ty, _) = find(name).unwrap_or_else(|| panic!("no `{name}`"));
    match lower(ty, &params(ty, given), rate, channels).map(|typed| typed.lowered) {
        Ok(Lowered::Kernel(node)) => node,
        other => panic!("{name}: {other:?}"),
    }
}

/// Runs a node on interleaved frames, its tail included.
fn run(node: &KernelNode, channels: usize, input: &[f32]) -> Vec<f32> {
    let verified = verify::kernel(&node.kernel).unwrap_or_else(|e| panic!("{e:?}"));
    let mut padded = input.to_vec();
    padded.resize(input.len() + node.tail as usize * channels, 0.0);
    let mut out = vec![0.0; padded.len()];
    let from = if node.kernel.inputs.is_empty() { vec![] } else { vec![Samples::F32(&padded)] };
    let done = Machine::new(verified).run(padded.len() / channels, &from, &mut [SamplesMut::F32(&mut out)]);
    done.unwrap_or_else(|e| panic!("{e}"));
    out.split_off(node.skip as usize * channels)
}

/// A generator of numbers (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }

    /// From -1 to 1.
    fn sample(&mut self) -> f32 {
        self.next() as i32 as f32 / 2_147_483_648.0
    }
}

#[test]
fn nothing_leaves_the_limiter_above_its_ceiling() {
    let mut random = Random(1);
    for round in 0..120 {
        let (ceiling, ahead) = (-f64::from(random.below(300)) / 10.0, f64::from(random.below(80)) / 10.0);
        let release = f64::from(random.below(200));
        let given = [("ceiling_db", ceiling), ("look_ahead_ms", ahead), ("release_ms", release)];
        let given = given.map(|(name, x)| (name, Param::Float(x)));
        let channels = 1 + random.below(3) as u16;
        let node = node("Limiter", &given, 8000, channels);
        // Levels that jump by up to 2^40, single spikes, silence, the largest number there is.
        let mut level = 1.0f32;
        let mut input = Vec::new();
        for _ in 0..1000 * usize::from(channels) {
            level = if random.below(100) == 0 { (random.below(40) as f32 - 20.0).exp2() } else { level };
            let spike = if random.below(300) == 0 { 100.0 } else { 1.0 };
            let huge = random.below(2000) == 0;
            input.push(if huge { f32::MAX } else { random.sample() * level * spike });
        }
        let out = run(&node, channels.into(), &input);
        assert_eq!(out.len(), input.len(), "round {round}: as many frames leave as come in");
        let top = libm::pow(10.0, ceiling / 20.0) as f32;
        for sample in out {
            assert!(sample.abs() <= top, "round {round}: {sample} above {top}");
        }
    }
}

#[test]
fn the_limiter_hardly_ever_has_to_cut() {
    // The gain itself, without the cut behind it, stays below the ceiling: a 100 times louder sine is not distorted.
    let node = node("Limiter", &[("ceiling_db", Param::Float(0.0))], 48_000, 1);
    let input: Vec<f32> = (0..9600).map(|i| 100.0 * libm::sinf(i as f32 * 0.05)).collect();
    let out = run(&node, 1, &input);
    let top = out.iter().fold(0.0f32, |top, x| top.max(x.abs()));
    assert!((0.999..=1.0).contains(&top), "{top}");
    let flat = out.windows(2).filter(|pair| pair[0] == pair[1] && pair[0].abs() == 1.0).count();
    assert_eq!(flat, 0, "two frames in a row at the ceiling");
    // What is below the ceiling passes bit for bit.
    let soft: Vec<f32> = input.iter().map(|x| x * 0.009).collect();
    assert_eq!(run(&node, 1, &soft), soft);
}

#[test]
fn dynamics_survive_what_is_not_a_number() {
    let mut random = Random(3);
    let mut input: Vec<f32> = (0..6000).map(|_| random.sample()).collect();
    for (at, x) in [(100, f32::NAN), (200, f32::INFINITY), (300, f32::NEG_INFINITY), (400, f32::MAX)] {
        input[at] = x;
    }
    for name in ["Compressor", "NoiseGate", "Limiter"] {
        let out = run(&node(name, &[], 8000, 1), 1, &input);
        let later = &out[1000..];
        assert!(later.iter().all(|x| x.is_finite()), "{name}");
        assert!(later.iter().any(|x| x.abs() > 0.01), "{name} is silent for good");
    }
}

#[test]
fn a_gate_opens_and_closes() {
    let given = [("hold_ms", 10.0), ("range_db", -120.0), ("attack_ms", 0.0), ("release_ms", 0.0)];
    let node = node("NoiseGate", &given.map(|(name, x)| (name, Param::Float(x))), 8000, 1);
    let input: Vec<f32> = (0..2000).map(|i| if (500..700).contains(&i) { 0.5 } else { 0.001 }).collect();
    let out = run(&node, 1, &input);
    let open: Vec<usize> = (0..out.len()).filter(|i| out[*i] == input[*i]).collect();
    assert_eq!(open, (500..780).collect::<Vec<_>>(), "open while it is loud and for 80 frames after");
}

#[test]
fn a_tone_does_not_drift() {
    // Periods of whole frames: each is the first again, and edges that fall on a frame are not late. Of 100 Hz the phase
    // has no exact step; rounded down, its square was one frame late from the second edge on.
    for (hertz, period) in [(480.0, 100), (100.0, 480), (25.0, 1920)] {
        for shape in ["square", "saw", "triangle", "sine"] {
            let given = [
                ("frequency_hz", Param::Float(hertz)),
                ("waveform", Param::Text(shape.into())),
                ("duration_ms", Param::Float(5000.0)),
            ];
            let out = run(&node("Tone", &given, 48_000, 1), 1, &[]);
            assert_eq!(out.len(), 240_000, "{shape}");
            for (i, (now, first)) in out.iter().zip(out[..period].iter().cycle()).enumerate() {
                assert!((now - first).abs() < 1e-6, "{shape} of {hertz} Hz: frame {i} is {now}, not {first}");
            }
            let high = out[..period].iter().filter(|x| **x == 0.5).count();
            assert!(shape != "square" || high == period / 2, "{hertz} Hz: {high} of {period} frames are high");
        }
    }
}

#[test]
fn an_impulse_comes_once_or_periodically() {
    let one = [("duration_ms", Param::Float(10.0)), ("amplitude", Param::Float(1.0))];
    let hits = |given: &[(&str, Param)]| -> Vec<usize> {
        let out = run(&node("Impulse", given, 48_000, 1), 1, &[]);
        (0..out.len()).filter(|i| out[*i] == 1.0).collect()
    };
    assert_eq!(hits(&one), [0]);
    let often = [one.as_slice(), &[("period_frames", Param::Int(100))]].concat();
    assert_eq!(hits(&often), [0, 100, 200, 300, 400]);
    let always = [one.as_slice(), &[("period_frames", Param::Int(1))]].concat();
    assert_eq!(hits(&always).len(), 480);
}

/// The ends of a parameter's range.
fn ends(kind: ParamKind) -> Vec<Param> {
    match kind {
        ParamKind::Int { min, max } | ParamKind::IntOr { min, max, words: _ } => vec![Param::Int(min), Param::Int(max)],
        ParamKind::Float { min, max } => vec![Param::Float(min), Param::Float(max)],
        ParamKind::Bool => vec![Param::Bool(false), Param::Bool(true)],
        ParamKind::Choice(words) => words.iter().map(|word| Param::Text((*word).to_owned())).collect(),
        ParamKind::Floats { min, max, least, most } => [min, max, 0.0f64.clamp(min, max)]
            .iter()
            .flat_map(|x| [least, most].map(|n| floats(&vec![*x; n])))
            .collect(),
        ParamKind::Text | ParamKind::Texts | ParamKind::Matrix | ParamKind::Any => Vec::new(),
    }
}

/// A valid kernel with finite constants, or an error that says what is wrong.
fn sound(ty: &NodeType, params: &Params, rate: u32, channels: u16) {
    let what = || format!("`{}` at {rate} Hz with {channels} channels and {params:?}", ty.name);
    if let Some(error) = (ty.validate)(params).first() {
        assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{}", what());
        return;
    }
    match lower(ty, params, rate, channels) {
        Ok(typed) => match typed.lowered {
            Lowered::Kernel(node) => {
                if let Err(e) = verify::kernel(&node.kernel) {
                    panic!("{}: {e:?}", what());
                }
                for section in &node.kernel.sections {
                    let numbers = [section.b.as_slice(), &section.a].concat();
                    assert!(numbers.iter().all(|x| x.is_finite()), "{}: {section:?}", what());
                    let [a1, a2] = section.a;
                    assert!(a2.abs() <= 1.0 && a1.abs() <= 1.0 + a2 + 1e-15, "{}: unstable {section:?}", what());
                }
            }
            Lowered::Library(_) | Lowered::Identity => {}
        },
        Err(error) => assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{}: {error:?}", what()),
    }
}

#[test]
fn every_end_of_a_range_is_sound() {
    for ty in CATALOG.iter().filter(|ty| ty.role == Role::Compute) {
        for (rate, channels) in [(1, 1), (8000, 2), (1_536_000, 64)] {
            for spec in ty.params {
                for value in ends(spec.kind) {
                    let mut given = least(ty);
                    given.retain(|(name, _)| *name != spec.name);
                    given.push((spec.name, value));
                    sound(ty, &params(ty, &given), rate, channels);
                }
            }
        }
    }
}
