//! From manifest to plan, for graphs of 10 to 10,000 nodes. Unit: time for one compilation; throughput in nodes.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use remotemedia_benches::{manifest, plan};

fn passes(c: &mut Criterion) {
    let mut group = c.benchmark_group("manifest to plan");
    group.sample_size(10);
    for count in [10, 100, 1_000, 10_000] {
        let text = manifest(count);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::from_parameter(count), &text, |b, text| b.iter(|| plan(text)));
    }
    group.finish();
}

criterion_group!(benches, passes);
criterion_main!(benches);
