//! Generated programs on ten seconds of stereo noise, from start to exit, reading and writing WAV included; the baseline `copy` is a
//! pipeline that does nothing but read and write. Throughput in frames.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use remotemedia_benches::plan;
use remotemedia_codegen::build::{Choice, Profile, Target, program};
use remotemedia_codegen::emit::files::{Header, emit_crate};
use remotemedia_ir::verify;
use std::path::{Path, PathBuf};
use std::process::Command;

const FRAMES: usize = 480_000;

/// Compiles a chain of nodes.
fn build(name: &str, nodes: &str, edges: &str) -> Option<PathBuf> {
    let plan = plan(&format!("{{\"version\": \"v1\", \"nodes\": [{nodes}], \"connections\": [{edges}]}}"))?;
    let verified = verify::plan(&plan).ok()?;
    let header = Header { name: name.into(), generator: "bench".into(), manifest_hash: "0".into() };
    let sources = emit_crate(&[verified], &header).ok()?;
    program::build(&sources, Choice::new(Target::Native, Profile::Release), &|_| {}).ok().map(|p| p.path)
}

fn wav(path: &Path) -> std::io::Result<()> {
    let mut seed = 1u32;
    let mut data = Vec::with_capacity(FRAMES * 8);
    for _ in 0..FRAMES * 2 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        data.extend((((seed >> 8) as f32) / 8_388_608.0 - 1.0).to_le_bytes());
    }
    let mut out = Vec::new();
    out.extend(b"RIFF");
    out.extend((36 + data.len() as u32).to_le_bytes());
    out.extend(b"WAVEfmt ");
    for word in [16u32, 2 << 16 | 3, 48_000, 384_000, 32 << 16 | 8] {
        out.extend(word.to_le_bytes());
    }
    out.extend(b"data");
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    std::fs::write(path, out)
}

fn generated(c: &mut Criterion) {
    let folder = std::env::temp_dir();
    let (input, output) = (folder.join("remotemedia-bench-in.wav"), folder.join("remotemedia-bench-out.wav"));
    if let Err(error) = wav(&input) {
        panic!("{}: {error}", input.display());
    }
    let eq = "{\"id\": \"eq\", \"node_type\": \"Equalizer\", \"params\": {\"gains_db\": [1, 2, 3, -1, -2, -3, 1, 2]}}";
    let gain_clip = "{\"id\": \"g\", \"node_type\": \"Gain\", \"params\": {\"gain_db\": 6}}, {\"id\": \"c\", \"node_type\": \"Clip\"}";
    let mut group = c.benchmark_group("generated");
    group.throughput(Throughput::Elements(FRAMES as u64)).sample_size(20);
    for (name, nodes, edges) in [
        ("copy", "{\"id\": \"p\", \"node_type\": \"PassThrough\"}", ""),
        ("gain and clip", gain_clip, "{\"from\": \"g\", \"to\": \"c\"}"),
        ("equaliser of eight bands", eq, ""),
    ] {
        let Some(program) = build(name, nodes, edges) else { panic!("`{name}` does not compile") };
        group.bench_function(name, |b| {
            b.iter(|| Command::new(&program).arg("-i").arg(&input).arg("-o").arg(&output).status());
        });
    }
    group.finish();
    for file in [input, output] {
        drop(std::fs::remove_file(file));
    }
}

criterion_group!(benches, generated);
criterion_main!(benches);
