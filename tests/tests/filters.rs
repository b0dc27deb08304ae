//! Filters and dynamics against SciPy and NumPy in f64 (`tests/reference/filters.py`), from manifest to the evaluator's output.

use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, compile_text};
use remotemedia_engine::{Interpreter, Tier};
use remotemedia_ir::{SourceMap, verify};
use remotemedia_runtime_min::host::{Sink, Source, drive, memory::FromSamples, memory::IntoSamples};

fn read(name: &str) -> Vec<u8> {
    let path = remotemedia_tests::root().join("tests/reference/filter_data").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What a node of that type makes of the reference's input.
fn run(node_type: &str, params: &str) -> Vec<f32> {
    let manifest = format!(
        "{{\"version\": \"v1\", \"nodes\": [{{\"id\": \"f\", \"node_type\": \"{node_type}\", \"params\": {params}}}]}}"
    );
    let inputs = vec![InputFormat { port: None, format: None, rate: 48_000, channels: 1 }];
    let options = Options { inputs, ..Options::default() };
    let compiled = compile_text(&mut SourceMap::default(), "f.json", manifest.as_bytes(), &Nowhere, &options);
    let Ok(Stage::Plan(plan)) = compiled.map(|c| c.stage) else { panic!("`{node_type}` does not compile") };
    let verified = verify::plan(&plan).unwrap_or_else(|e| panic!("{e:?}"));
    let mut program = Interpreter::new(verified, Tier::Jit).unwrap_or_else(|e| panic!("{e}"));
    let input: Vec<f32> = read("input.f32").as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let mut output = Vec::new();
    {
        let mut sources: Vec<Box<dyn Source + '_>> = vec![Box::new(FromSamples(&input))];
        let mut sinks: Vec<Box<dyn Sink + '_>> = vec![Box::new(IntoSamples(&mut output))];
        assert!(drive(&mut program, &mut sources, &mut sinks, 1000).is_ok(), "`{node_type}` fails");
    }
    output
}

/// Decibels by which the output lies below its difference from the reference.
fn accuracy(case: &str, output: &[f32]) -> f64 {
    let expected: Vec<f64> =
        read(&format!("{case}.f64")).as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect();
    assert_eq!(expected.len(), output.len(), "{case}: another number of frames");
    let power: f64 = expected.iter().map(|x| x * x).sum();
    let error: f64 = expected.iter().zip(output).map(|(x, y)| (x - f64::from(*y)).powi(2)).sum();
    10.0 * (power / error.max(1e-300)).log10()
}

#[test]
fn filters_keep_120_db() {
    for (case, node_type, params) in [
        ("lowpass", "LowPass", r#"{"frequency_hz": 1000}"#),
        ("highpass", "HighPass", r#"{"frequency_hz": 80}"#),
        ("bandpass", "BandPass", r#"{"frequency_hz": 20, "q": 2.0}"#),
        ("notch", "Notch", r#"{"frequency_hz": 50, "q": 5.0}"#),
        ("allpass", "AllPass", r#"{"frequency_hz": 300}"#),
        ("peaking", "Peaking", r#"{"frequency_hz": 40, "q": 1.0, "gain_db": 6}"#),
        ("lowshelf", "LowShelf", r#"{"frequency_hz": 100, "gain_db": -9}"#),
        ("highshelf", "HighShelf", r#"{"frequency_hz": 6000, "gain_db": 5}"#),
        ("butterworth8", "HighPass", r#"{"frequency_hz": 200, "order": 8}"#),
        ("fir", "Fir", r#"{"coefficients": [0.1, -0.3, 0.5, 0.25, 0.05]}"#),
        ("preemphasis", "PreEmphasis", "{}"),
        ("dcremoval", "DcRemoval", "{}"),
    ] {
        let db = accuracy(case, &run(node_type, params));
        assert!(db > 120.0, "{case}: {db:.1} dB from SciPy");
    }
}

#[test]
fn reference_data_is_fresh() {
    // Without that Python the data is taken as it is; `make test` and the CI always have it.
    let Some(python) = std::env::var_os("REMOTEMEDIA_PYTHON").filter(|p| !p.is_empty()) else { return };
    let script = remotemedia_tests::root().join("tests/reference/filters.py");
    let status = std::process::Command::new(python).arg("-B").arg(script).arg("--check").status();
    assert!(status.is_ok_and(|s| s.success()), "run tests/reference/filters.py");
}

#[test]
fn the_compressor_follows_the_paper() {
    let db = accuracy("compressor", &run("Compressor", "{}"));
    assert!(db > 100.0, "{db:.1} dB from NumPy");
}

/// No finite input gets above the ceiling.
#[test]
fn the_limiter_limits() {
    for params in [r#"{"ceiling_db": -12}"#, r#"{"ceiling_db": -20, "look_ahead_ms": 0.5, "release_ms": 0}"#] {
        let output = run("Limiter", params);
        let ceiling = if params.contains("-12") { 10f64.powf(-0.6) } else { 0.1 };
        let largest = output.iter().map(|x| f64::from(x.abs())).fold(0.0, f64::max);
        assert!(largest <= ceiling * (1.0 + 1e-6), "{largest} above {ceiling}");
        assert!(largest > ceiling * 0.5, "nothing left: {largest}");
    }
}
