//! The catalog's library nodes for samples, from a manifest to their output: the arguments of their lowering fit the
//! library, their types and lengths are those of the documentation, and no buffer of the plan has to grow.

use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, compile_text};
use remotemedia_engine::{Interpreter, Tier};
use remotemedia_ir::span::SourceMap;
use remotemedia_ir::types::StreamType;
use remotemedia_ir::verify;
use remotemedia_runtime_min::host::{Program, program::Typed};

/// What one output gave.
struct Output {
    name: String,
    ty: StreamType,
    samples: Vec<f32>,
    messages: Vec<String>,
}

impl Output {
    fn tokens(&self) -> usize {
        if self.ty.is_message() { self.messages.len() } else { self.samples.len() / self.ty.width() }
    }
}

/// Runs the nodes of a manifest on noise of so many frames at `rate` with `channels`; also how often a buffer grew.
fn run(manifest: &str, rate: u32, channels: u16, frames: usize) -> (Vec<Output>, u32) {
    let mut sources = SourceMap::default();
    let format = InputFormat { port: None, format: None, rate, channels };
    let options = Options { inputs: vec![format], block: 300, ..Options::default() };
    let compiled = compile_text(&mut sources, "manifest.json", manifest.as_bytes(), &Nowhere, &options);
    let plan = match compiled.map(|c| c.stage) {
        Ok(Stage::Plan(plan)) => plan,
        Ok(Stage::Graph(_)) => panic!("{manifest}: no plan"),
        Err(diagnostics) => panic!("{manifest}: {diagnostics:?}"),
    };
    let verified = verify::plan(&plan).unwrap_or_else(|e| panic!("{manifest}: {e:?}"));
    let mut program = Interpreter::new(verified, Tier::Jit).unwrap_or_else(|e| panic!("{manifest}: {e}"));
    let mut outputs: Vec<Output> = plan
        .outputs
        .iter()
        .map(|port| Output {
            name: port.name.clone(),
            ty: plan.stream(port.from.stream).ty.clone(),
            samples: Vec::new(),
            messages: Vec::new(),
        })
        .collect();
    let (mut given, mut seed, mut closed) = (0, 1u32, false);
    for _ in 0..100_000 {
        let Typed::F32(input) = program.input(0).typed() else { panic!("{manifest}: the input is not f32") };
        let now = input.room().min(300).min(frames - given);
        for sample in input.append(now) {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = (seed >> 8) as f32 / 16_777_216.0 - 0.5;
        }
        given += now;
        if given == frames && !closed {
            closed = true;
            input.close();
        }
        program.step().unwrap_or_else(|e| panic!("{manifest}: {e}"));
        let mut ended = true;
        for (port, output) in outputs.iter_mut().enumerate() {
            match program.output(port).typed() {
                Typed::F32(stream) => {
                    output.samples.extend_from_slice(stream.unread(0));
                    stream.consume_all(0);
                }
                Typed::Messages(stream) => {
                    output.messages.extend(stream.unread(0).iter().map(|m| m.value.to_string()));
                    stream.consume_all(0);
                }
                Typed::F64(_) | Typed::I16(_) | Typed::I32(_) | Typed::U8(_) => panic!("{manifest}: another format"),
            }
            ended &= program.output(port).finished();
        }
        if ended {
            return (outputs, program.grown());
        }
    }
    panic!("{manifest}: does not end");
}

/// A manifest with one node.
fn alone(node_type: &str, params: &str) -> String {
    format!(r#"{{"version": "v1", "nodes": [{{"id": "n", "node_type": "{node_type}", "params": {params}}}]}}"#)
}

#[test]
fn every_node_gives_what_its_documentation_says() {
    let cases = [
        ("FastResampleNode", r#"{"target_rate": 16000}"#, "audio<f32, 16000, 2>", 3334),
        (
            "RustResampleNode",
            r#"{"targetRate": 44100, "quality": "Low", "source_rate": "auto"}"#,
            "audio<f32, 44100, 2>",
            9188,
        ),
        (
            "AudioResample",
            r#"{"target_sample_rate": 48001, "source_rate": 48000, "channels": 2}"#,
            "audio<f32, 48001, 2>",
            10001,
        ),
        ("FastResampleNode", r#"{"target_rate": 48000}"#, "audio<f32, 48000, 2>", 10000),
        ("AudioTransform", r#"{"output_sample_rate": 24000, "output_channels": 1}"#, "audio<f32, 24000, 1>", 5000),
        ("Fade", r#"{"fade_in_ms": 10, "fade_out_ms": 50, "curve": "equal_power"}"#, "audio<f32, 48000, 2>", 10000),
        ("Normalize", r#"{"mode": "rms", "window_ms": 40}"#, "audio<f32, 48000, 2>", 10000),
        ("AudioBufferAccumulatorNode", r#"{"buffer_size_samples": 512}"#, "audio<f32, 48000, 2>", 10000),
        ("AudioLevelNode", "{}", "json", 3),
        ("AudioLevelNode", r#"{"lufs": true, "window_size_ms": 10}"#, "json", 21),
        ("LoudnessNode", "{}", "json", 3),
        ("SilenceDetectorNode", "{}", "json", 3),
        ("ClippingDetectorNode", r#"{"clipping_threshold": 0.9}"#, "json", 3),
        ("ChannelBalanceNode", "{}", "json", 3),
        ("FastVADNode", r#"{"frame_duration_ms": 10}"#, "json", 22),
        ("RustVADNode", "{}", "json", 8),
        ("Stft", "{}", "tensor<f32, 513>", 40),
        (
            "Stft",
            r#"{"n_fft": 400, "hop_length": 160, "output": "complex", "channels": 2, "center": false}"#,
            "tensor<f32, 2, 201, 2>",
            61,
        ),
        ("LogMel", "{}", "tensor<f32, 80>", 20),
        ("LogMelSpectrogram", r#"{"n_mels": 128, "normalize": "whisper"}"#, "tensor<f32, 128>", 3000),
    ];
    for (node_type, params, ty, tokens) in cases {
        let (outputs, grown) = run(&alone(node_type, params), 48_000, 2, 10_000);
        assert_eq!(grown, 0, "{node_type} {params}: a buffer of the plan was too small");
        let [output] = outputs.as_slice() else { panic!("{node_type}: {} outputs", outputs.len()) };
        assert_eq!((output.name.as_str(), output.ty.to_string().as_str()), ("n", ty), "{node_type} {params}");
        assert_eq!(output.tokens(), tokens, "{node_type} {params}");
    }
}

#[test]
fn normalizing_the_whole_stream_keeps_it_without_bound() {
    let (outputs, grown) = run(&alone("Normalize", r#"{"window_ms": 0, "target_db": -6}"#), 8000, 1, 5000);
    assert_eq!((outputs[0].tokens(), grown), (5000, 0));
}

/// The other way waits for the end of the stream too: a buffer without bound, not a pipeline that stands still.
#[test]
fn the_whole_stream_normalized_is_mixed_with_itself() {
    let manifest = r#"{"version": "v1", "nodes": [
        {"id": "in", "node_type": "AudioInput"},
        {"id": "loud", "node_type": "Normalize", "params": {"window_ms": 0, "target_db": 0}},
        {"id": "tone", "node_type": "Tone", "params": {"duration_ms": 100, "sample_rate": 8000}},
        {"id": "mix", "node_type": "Mix"}],
        "connections": [{"from": "in", "to": "loud"}, {"from": "loud", "to": "mix"}, {"from": "in", "to": "mix"},
            {"from": "tone", "to": "mix"}]}"#;
    let (outputs, grown) = run(manifest, 8000, 1, 50_000);
    assert_eq!((outputs[0].tokens(), grown), (50_000, 0));
}

#[test]
fn utterances_follow_a_voice_activity_detector() {
    let manifest = r#"{"version": "v1", "nodes": [
        {"id": "vad", "node_type": "FastVADNode", "params": {"frame_duration_ms": 10, "passthrough_audio": true}},
        {"id": "buffer", "node_type": "AudioBufferAccumulatorNode", "params": {"min_utterance_duration_ms": 20}}],
        "connections": [
            {"from": "vad", "from_port": "audio", "to": "buffer", "to_port": "audio"},
            {"from": "vad", "to": "buffer", "to_port": "events"}]}"#;
    let (outputs, grown) = run(manifest, 16_000, 1, 5000);
    let [output] = outputs.as_slice() else { panic!("{} outputs", outputs.len()) };
    assert_eq!((output.name.as_str(), output.tokens(), grown), ("buffer", 5000, 0), "noise is one utterance");
}

#[test]
fn what_cannot_be_is_refused() {
    let format = InputFormat { port: None, format: None, rate: 48_000, channels: 2 };
    let options = Options { inputs: vec![format], ..Options::default() };
    for (node_type, params, fragment) in [
        ("ClippingDetectorNode", r#"{"saturation_ratio_threshold": 0.01}"#, "is in per cent"),
        ("AudioLevelNode", r#"{"silence_threshold_db": -10}"#, "lies above"),
        ("AudioBufferAccumulatorNode", r#"{"max_utterance_duration_ms": 100}"#, "exceeds"),
        ("FastResampleNode", "{}", "`target_rate` is missing"),
        ("FastResampleNode", r#"{"target_rate": 16000, "source_rate": 44100}"#, "44100"),
    ] {
        let manifest = alone(node_type, params);
        let result = compile_text(&mut SourceMap::default(), "m.json", manifest.as_bytes(), &Nowhere, &options);
        let found = result.err().map(|d| format!("{d:?}")).unwrap_or_default();
        assert!(found.contains(fragment), "{node_type} {params}: {found}");
    }
}
