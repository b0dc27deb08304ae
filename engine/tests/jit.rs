//! Machine code in memory gives the bits of the evaluator, whatever the kernel and however the stream is cut.

#[path = "../../ir/tests/support/feed.rs"]
mod feed;
#[path = "../../ir/tests/support/random.rs"]
mod random;

use random::Rng;
use remotemedia_engine::jit::{Compiled, Unsupported};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::eval::{fold_binary, fold_compare, fold_unary};
use remotemedia_ir::kernel::{Binary, Compare, Const, Form, Kernel, Scalar, Unary, ValueId};
use remotemedia_ir::loops::{Call, FEWEST_BESIDE, Loops, MOST_BESIDE, Uses};
use remotemedia_ir::plan::Region;
use remotemedia_ir::types::SampleFormat;
use remotemedia_ir::{text, verify};
use std::collections::HashMap;

/// A kernel as a region with loops that are cut at those places.
fn region(kernel: &Kernel, cuts: Vec<u32>) -> Region {
    Region { kernel: kernel.clone(), tail: 0, skip: 0, bounded: vec![true; kernel.inputs.len()], cuts }
}

/// Places where loops may be cut: nothing that a kernel remembers is used on both sides.
fn places(kernel: &Kernel) -> Vec<u32> {
    let mut last = HashMap::new();
    for (index, stmt) in kernel.body.iter().enumerate() {
        for memory in Uses::of(kernel, std::slice::from_ref(stmt)).memory {
            last.insert(memory, index);
        }
    }
    let mut held = 0;
    let mut places = Vec::new();
    for (index, stmt) in kernel.body.iter().enumerate() {
        if index > held {
            places.push(index as u32);
        }
        for memory in Uses::of(kernel, std::slice::from_ref(stmt)).memory {
            held = held.max(last[&memory]);
        }
    }
    places
}

/// Compares both tiers on `frames` random frames, cut into pieces in several ways.
fn compare(region: &Region, seed: u64, frames: usize) {
    let kernel = &region.kernel;
    let inputs = feed::inputs(kernel, frames, seed);
    let expected = feed::run(kernel, &inputs, frames, &[frames]);
    let verified = verify::kernel(kernel).unwrap_or_else(|e| panic!("{e:?}"));
    let whole = [frames];
    let pieces = [&whole[..], &[1, 0, 7, 255, 3], &[64]][seed as usize % 3];
    let mut compiled = match Compiled::new(region, verified) {
        Ok(compiled) => compiled,
        Err(Unsupported::SharedSection) => return,
        Err(error) => panic!("{seed}: {error}\n{}", text::print_kernel(kernel)),
    };
    let found = feed::run_by(kernel, &inputs, frames, pieces, |count, read, write| {
        compiled.run(count, read, write).unwrap_or_else(|e| panic!("{seed}: {e}"));
    });
    assert!(found == expected, "{seed}: pieces {pieces:?}, cuts {:?}\n{}", region.cuts, text::print_kernel(kernel));
}

#[test]
fn random_kernels() {
    for seed in 0..2000 {
        compare(&region(&random::kernel(seed), Vec::new()), seed, 40);
    }
}

#[test]
fn random_kernels_in_several_loops() {
    let mut several = 0;
    for seed in 0..1000 {
        let kernel = random::kernel(seed);
        let mut rng = Rng::new(seed);
        let cuts: Vec<u32> = places(&kernel).into_iter().filter(|_| rng.below(2) == 0).collect();
        several += usize::from(!cuts.is_empty());
        compare(&region(&kernel, cuts), seed, 300);
    }
    assert!(several > 300, "{several}");
}

/// Sections of a form, side by side and in a chain, with something before and behind; the cuts make calls of them.
fn sections(form: Form, lanes: u16) -> Region {
    let mut k = KernelBuilder::new("sections");
    let input = k.input("in", SampleFormat::F32, lanes);
    let wide = k.input("wide", SampleFormat::F64, lanes);
    let wide = k.convert(wide, Scalar::F32);
    let mut cuts = vec![3];
    let section = |k: &mut KernelBuilder, x: ValueId, at: f64| {
        let [a1, a2] = [-1.6 + 0.1 * at, 0.9 - 0.02 * at];
        k.section(&format!("s{at}"), [0.7, a1, a2 + 0.3], [a1, a2], x)
    };
    // Four over the input, a chain of two over a kept value whose result is an output, and one over that.
    let side: Vec<ValueId> = (0..4).map(|i| section(&mut k, input, f64::from(i))).collect();
    let chain = section(&mut k, wide, 4.0);
    let chain = section(&mut k, chain, 5.0);
    let last = section(&mut k, chain, 6.0);
    cuts.push(10);
    let sum = side.iter().copied().reduce(|a, b| k.add(a, b)).unwrap_or(chain);
    let sum = k.add(sum, last);
    k.output("sum", SampleFormat::F32, sum);
    k.output("chain", SampleFormat::F32, chain);
    k.output("wide", SampleFormat::F32, wide);
    k.output("side", SampleFormat::F32, side[2]);
    let mut kernel = k.finish();
    kernel.sections.iter_mut().for_each(|s| s.form = form);
    region(&kernel, cuts)
}

#[test]
fn sections_of_every_form_and_width() {
    for form in Form::ALL {
        for lanes in 1..=3 {
            let several = sections(*form, lanes);
            compare(&several, u64::from(lanes), 700);
            compare(&region(&several.kernel, Vec::new()), u64::from(lanes), 700);
        }
    }
}

#[test]
fn chains_of_banks() {
    for branches in FEWEST_BESIDE..=MOST_BESIDE {
        for (stages, is_limited) in [(1, true), (3, false), (5, true), (11, false)] {
            let mut k = KernelBuilder::new("banks");
            let (low, high) = (k.f32(-0.3), k.f32(0.4));
            let mut x = k.input("in", SampleFormat::F32, 1);
            for stage in 0..stages {
                let section = |branch: usize| {
                    let at = (stage * branches + branch) as f64;
                    let a = [-1.6 + 0.05 * at, 0.9 - 0.02 * at];
                    k.section(&format!("s{at}"), [0.2, 0.1 + 0.01 * at, -0.1], a, x)
                };
                let all: Vec<ValueId> = (0..branches).map(section).collect();
                x = all.into_iter().reduce(|a, b| k.add(a, b)).unwrap_or(x);
                if is_limited {
                    x = k.max(x, low);
                    x = k.min(x, high);
                }
            }
            let behind = k.add(x, low);
            k.output("out", SampleFormat::F32, behind);
            let mut kernel = k.finish();
            kernel.sections.iter_mut().for_each(|s| s.form = Form::DeltaF32);
            let steps = stages * (2 * branches - 1 + 2 * usize::from(is_limited));
            let region = region(&kernel, vec![3, 3 + steps as u32]);
            let loops = Loops::new(&region);
            let calls: Vec<&Call> = loops.calls().collect();
            assert!(matches!(calls.as_slice(), [Call::Banks { .. }]), "{calls:?}");
            compare(&region, stages as u64, 700);
        }
    }
}

/// Every pair of numbers at which an operation is special, as frames of two ports.
fn pairs(numbers: &[f64]) -> [Vec<f64>; 2] {
    let all = || numbers.iter().flat_map(|a| numbers.iter().map(move |b| (*a, *b)));
    [all().map(|(a, _)| a).collect(), all().map(|(_, b)| b).collect()]
}

#[test]
fn operations_at_their_edges() {
    let max = f64::MAX;
    let numbers = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        -2.5,
        3.0,
        31.0,
        32.0,
        33.0,
        64.0,
        255.0,
        256.0,
        -129.0,
        32767.0,
        32768.0,
        -32769.0,
        2147483647.0,
        2147483648.0,
        -2147483648.0,
        -2147483649.0,
        9.3e18,
        -9.3e18,
        1e-310,
        1e-40,
        1e39,
        max,
        -max,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    let [a, b] = pairs(&numbers);
    for scalar in [Scalar::F32, Scalar::F64, Scalar::I32, Scalar::I64, Scalar::Bool] {
        let mut k = KernelBuilder::new("edges");
        let (x, y) = (k.input("a", SampleFormat::F64, 1), k.input("b", SampleFormat::F64, 1));
        let take = |k: &mut KernelBuilder, x: ValueId| {
            if scalar == Scalar::Bool {
                let zero = k.f64(0.0);
                k.compare(Compare::Gt, x, zero)
            } else {
                k.convert(x, scalar)
            }
        };
        let (x, y) = (take(&mut k, x), take(&mut k, y));
        let mut results = vec![x];
        let sample = match scalar {
            Scalar::F32 => Const::F32(1.0),
            Scalar::F64 => Const::F64(1.0),
            Scalar::I32 => Const::I32(1),
            Scalar::I64 => Const::I64(1),
            Scalar::Bool => Const::Bool(true),
        };
        for op in
            [Unary::Neg, Unary::Abs, Unary::Not, Unary::Sqrt, Unary::Floor, Unary::Ceil, Unary::Trunc, Unary::Round]
        {
            if fold_unary(op, sample).is_some() {
                results.push(k.unary(op, x));
            }
        }
        for op in [
            Binary::Add,
            Binary::Sub,
            Binary::Mul,
            Binary::Div,
            Binary::Rem,
            Binary::Min,
            Binary::Max,
            Binary::And,
            Binary::Or,
            Binary::Xor,
            Binary::Shl,
            Binary::Shr,
        ] {
            if fold_binary(op, sample, sample).is_some() {
                results.push(k.binary(op, x, y));
            }
        }
        for op in [Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge] {
            if fold_compare(op, sample, sample).is_some() {
                results.push(k.compare(op, x, y));
            }
        }
        for (index, value) in results.into_iter().enumerate() {
            let wide = k.convert(value, Scalar::F64);
            k.output(&format!("f64_{index}"), SampleFormat::F64, wide);
            let narrow = k.convert(value, Scalar::F32);
            k.output(&format!("f32_{index}"), SampleFormat::F32, narrow);
            let long = k.convert(value, Scalar::I64);
            let int = k.convert(long, Scalar::I32);
            k.output(&format!("i32_{index}"), SampleFormat::I32, int);
            let int = k.convert(value, Scalar::I32);
            k.output(&format!("i16_{index}"), SampleFormat::I16, int);
            k.output(&format!("u8_{index}"), SampleFormat::U8, int);
        }
        let kernel = k.finish();
        let inputs = [feed::Block::F64(a.clone()), feed::Block::F64(b.clone())];
        let expected = feed::run(&kernel, &inputs, a.len(), &[a.len()]);
        let verified = verify::kernel(&kernel).unwrap_or_else(|e| panic!("{e:?}"));
        let mut compiled = Compiled::new(&region(&kernel, Vec::new()), verified).unwrap_or_else(|e| panic!("{e}"));
        let found = feed::run_by(&kernel, &inputs, a.len(), &[a.len()], |count, read, write| {
            compiled.run(count, read, write).unwrap_or_else(|e| panic!("{e}"));
        });
        for ((port, found), expected) in kernel.outputs.iter().zip(found).zip(expected) {
            for (frame, (found, expected)) in found.iter().zip(&expected).enumerate() {
                assert_eq!(found, expected, "{} of {}, {}", port.name, a[frame], b[frame]);
            }
        }
    }
}

/// Kernels that remember nothing and compute with f32 alone go four frames at a time.
#[test]
fn four_frames_at_a_time() {
    for lanes in 1..=5 {
        let mut k = KernelBuilder::new("wide");
        let (x, y) = (k.input("x", SampleFormat::F32, lanes), k.input("y", SampleFormat::F32, lanes));
        let mono = k.lane(x, lanes - 1);
        let mut results = vec![x];
        for op in [Unary::Neg, Unary::Abs, Unary::Sqrt, Unary::Floor, Unary::Ceil, Unary::Trunc, Unary::Round] {
            results.push(k.unary(op, x));
        }
        for op in [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Min, Binary::Max] {
            results.push(k.binary(op, x, y));
        }
        let mut last = None;
        for op in [Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge] {
            let mut condition = k.compare(op, x, y);
            if let Some(last) = last {
                for op in [Binary::And, Binary::Or, Binary::Xor] {
                    let both = k.binary(op, condition, last);
                    results.push(k.select(both, x, y));
                }
                condition = k.unary(Unary::Not, condition);
            }
            last = Some(condition);
            results.push(k.select(condition, x, mono));
        }
        for (index, value) in results.into_iter().enumerate() {
            k.output(&format!("out{index}"), SampleFormat::F32, value);
        }
        let kernel = k.finish();
        for seed in 0..3 {
            compare(&region(&kernel, Vec::new()), seed, 203);
            compare(&region(&kernel, vec![2, 7]), seed, 203);
        }
    }
}
