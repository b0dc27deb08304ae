//! The evaluator does what the documentation of the kernel language says.

#[path = "support/feed.rs"]
mod feed;
#[path = "support/random.rs"]
mod random;

use remotemedia_ir::eval::{
    Machine, Misfit, Samples, SamplesMut, fold_binary, fold_compare, fold_convert, fold_math, fold_select, fold_unary,
};
use remotemedia_ir::kernel::{Binary, Compare, Const, FLUSH_BELOW, Kernel, Math, Scalar, Unary};
use remotemedia_ir::types::SampleFormat;
use remotemedia_ir::{text, verify};
use remotemedia_runtime_min::math;

fn f(x: f32) -> Const {
    Const::F32(x)
}

fn d(x: f64) -> Const {
    Const::F64(x)
}

fn i(x: i32) -> Const {
    Const::I32(x)
}

fn l(x: i64) -> Const {
    Const::I64(x)
}

fn b(x: bool) -> Const {
    Const::Bool(x)
}

#[test]
fn operations_on_one_value() {
    let rows = [
        (Unary::Neg, f(0.0), Some(f(-0.0))),
        (Unary::Neg, i(i32::MIN), Some(i(i32::MIN))),
        (Unary::Abs, d(-0.0), Some(d(0.0))),
        (Unary::Abs, l(i64::MIN), Some(l(i64::MIN))),
        (Unary::Not, i(5), Some(i(-6))),
        (Unary::Not, l(-1), Some(l(0))),
        (Unary::Not, b(true), Some(b(false))),
        (Unary::Not, f(1.0), None),
        (Unary::Neg, b(true), None),
        (Unary::Sqrt, f(2.0), Some(f(std::f32::consts::SQRT_2))),
        (Unary::Sqrt, d(-0.0), Some(d(-0.0))),
        (Unary::Sqrt, i(4), None),
        (Unary::Floor, f(-0.5), Some(f(-1.0))),
        (Unary::Ceil, f(-0.5), Some(f(-0.0))),
        (Unary::Trunc, d(-1.9), Some(d(-1.0))),
        (Unary::Round, d(2.5), Some(d(2.0))),
        (Unary::Round, d(3.5), Some(d(4.0))),
        (Unary::Round, f(-0.5), Some(f(-0.0))),
    ];
    for (op, x, expected) in rows {
        assert_eq!(fold_unary(op, x), expected, "{op:?} {x:?}");
    }
}

#[test]
fn operations_on_two_values() {
    let nan = f(f32::NAN);
    let rows = [
        (Binary::Add, i(i32::MAX), i(1), Some(i(i32::MIN))),
        (Binary::Sub, l(i64::MIN), l(1), Some(l(i64::MAX))),
        (Binary::Mul, i(1 << 20), i(1 << 20), Some(i(0))),
        (Binary::Div, i(7), i(-2), Some(i(-3))),
        (Binary::Div, i(7), i(0), Some(i(0))),
        (Binary::Div, i(i32::MIN), i(-1), Some(i(i32::MIN))),
        (Binary::Div, l(i64::MIN), l(-1), Some(l(i64::MIN))),
        (Binary::Div, f(1.0), f(-0.0), Some(f(f32::NEG_INFINITY))),
        (Binary::Rem, i(-7), i(2), Some(i(-1))),
        (Binary::Rem, i(7), i(0), Some(i(0))),
        (Binary::Rem, l(i64::MIN), l(-1), Some(l(0))),
        (Binary::Rem, d(-7.5), d(2.0), Some(d(-1.5))),
        (Binary::Min, f(1.0), f(2.0), Some(f(1.0))),
        (Binary::Min, nan, f(2.0), Some(f(2.0))),
        (Binary::Min, f(2.0), nan, Some(nan)),
        (Binary::Max, nan, f(2.0), Some(f(2.0))),
        (Binary::Max, f(2.0), nan, Some(nan)),
        (Binary::Min, f(0.0), f(-0.0), Some(f(-0.0))),
        (Binary::Max, f(-0.0), f(0.0), Some(f(0.0))),
        (Binary::Max, f(0.0), f(-0.0), Some(f(-0.0))),
        (Binary::Max, i(-3), i(2), Some(i(2))),
        (Binary::And, i(6), i(3), Some(i(2))),
        (Binary::Or, b(false), b(true), Some(b(true))),
        (Binary::Xor, l(6), l(3), Some(l(5))),
        (Binary::And, f(1.0), f(1.0), None),
        (Binary::Add, b(true), b(true), None),
        (Binary::Add, f(1.0), d(1.0), None),
        (Binary::Shl, i(1), i(33), Some(i(2))),
        (Binary::Shl, i(1), i(-1), Some(i(i32::MIN))),
        (Binary::Shl, l(1), l(33), Some(l(1 << 33))),
        (Binary::Shr, i(-8), i(1), Some(i(-4))),
        (Binary::Shr, l(-8), l(65), Some(l(-4))),
    ];
    for (op, x, y, expected) in rows {
        assert_eq!(fold_binary(op, x, y), expected, "{op:?} {x:?} {y:?}");
    }
    let nan_compares =
        Compare::ALL.iter().map(|op| fold_compare(*op, f(1.0), nan) == Some(b(true))).collect::<Vec<_>>();
    assert_eq!(nan_compares, [false, true, false, false, false, false]);
    assert_eq!(fold_compare(Compare::Eq, d(0.0), d(-0.0)), Some(b(true)));
    assert_eq!(fold_compare(Compare::Ge, l(3), l(3)), Some(b(true)));
    assert_eq!(
        (fold_compare(Compare::Ne, b(true), b(false)), fold_compare(Compare::Lt, b(true), b(false))),
        (Some(b(true)), None)
    );
    assert_eq!(fold_select(b(true), i(1), i(2)), Some(i(1)));
    assert_eq!(fold_select(b(false), nan, f(2.0)), Some(f(2.0)));
    assert_eq!((fold_select(i(1), i(1), i(2)), fold_select(b(true), i(1), l(2))), (None, None));
}

#[test]
fn conversions() {
    let rows = [
        (f(f32::NAN), Scalar::I32, Some(i(0))),
        (f(3e9), Scalar::I32, Some(i(i32::MAX))),
        (d(-1e30), Scalar::I64, Some(l(i64::MIN))),
        (d(-1.9), Scalar::I32, Some(i(-1))),
        (d(0.1), Scalar::F32, Some(f(0.1))),
        (d(1e300), Scalar::F32, Some(f(f32::INFINITY))),
        (i(16_777_217), Scalar::F32, Some(f(16_777_216.0))),
        (i(16_777_219), Scalar::F32, Some(f(16_777_220.0))),
        (l(-1), Scalar::I32, Some(i(-1))),
        (l(1 << 32), Scalar::I32, Some(i(0))),
        (i(-1), Scalar::I64, Some(l(-1))),
        (b(true), Scalar::F64, Some(d(1.0))),
        (b(false), Scalar::I32, Some(i(0))),
        (i(1), Scalar::Bool, None),
        (b(true), Scalar::Bool, Some(b(true))),
    ];
    for (x, to, expected) in rows {
        assert_eq!(fold_convert(x, to), expected, "{x:?} to {to:?}");
    }
}

/// A function in both types; one of one argument leaves the other.
type Reference = (fn(f32, f32) -> f32, fn(f64, f64) -> f64);

#[test]
fn elementary_functions_are_those_of_the_runtime() {
    for function in Math::ALL {
        let (x, y) = (0.7, 1.3);
        let args = |n: usize| ([f(x as f32), f(y as f32)][..n].to_vec(), [d(x), d(y)][..n].to_vec());
        let (single, double) = args(function.arguments());
        let expected: Reference = match function {
            Math::Sin => (|x, _| math::sinf(x), |x, _| math::sin(x)),
            Math::Cos => (|x, _| math::cosf(x), |x, _| math::cos(x)),
            Math::Tan => (|x, _| math::tanf(x), |x, _| math::tan(x)),
            Math::Tanh => (|x, _| math::tanhf(x), |x, _| math::tanh(x)),
            Math::Atan => (|x, _| math::atanf(x), |x, _| math::atan(x)),
            Math::Exp => (|x, _| math::expf(x), |x, _| math::exp(x)),
            Math::Exp2 => (|x, _| math::exp2f(x), |x, _| math::exp2(x)),
            Math::Ln => (|x, _| math::logf(x), |x, _| math::log(x)),
            Math::Log2 => (|x, _| math::log2f(x), |x, _| math::log2(x)),
            Math::Log10 => (|x, _| math::log10f(x), |x, _| math::log10(x)),
            Math::Pow => (math::powf, math::pow),
            Math::Atan2 => (math::atan2f, math::atan2),
        };
        assert_eq!(fold_math(*function, &single), Some(f(expected.0(x as f32, y as f32))), "{function:?}");
        assert_eq!(fold_math(*function, &double), Some(d(expected.1(x, y))), "{function:?}");
        assert_eq!(fold_math(*function, &args(3 - function.arguments()).0), None, "{function:?}");
        assert_eq!(fold_math(*function, &[i(1)]), None);
    }
}

fn machine(kernel: &str) -> Machine {
    let kernel = text::parse_kernel(&format!("kernel \"test\" {{ {kernel} }}")).unwrap();
    Machine::new(verify::kernel(&kernel).unwrap())
}

/// One output of f64 from one input of f64.
fn run(kernel: &str, input: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; input.len()];
    let kernel = format!("in 0 x: f64 out 0 y: f64 {kernel}");
    machine(&kernel).run(input.len(), &[Samples::F64(input)], &mut [SamplesMut::F64(&mut out)]).unwrap();
    out
}

/// One output of i32 from one input of i32.
fn run_i32(kernel: &str, input: &[i32]) -> Vec<i32> {
    let mut out = vec![0; input.len()];
    let kernel = format!("in 0 x: i32 out 0 y: i32 {kernel}");
    machine(&kernel).run(input.len(), &[Samples::I32(input)], &mut [SamplesMut::I32(&mut out)]).unwrap();
    out
}

#[test]
fn a_state_is_read_as_it_is_when_its_let_is_reached() {
    let kernel = "state s0 n: f64 = 10.0 v0: f64 = input 0 v1: f64 = state s0 v2: f64 = add v0, v1 set s0 = v2 \
                  v3: f64 = state s0 v4: f64 = mul v1, v3 output 0 = v4";
    assert_eq!(run(kernel, &[1.0, 2.0]), [10.0 * 11.0, 11.0 * 13.0]);
}

#[test]
fn locals_start_at_zero_in_each_firing() {
    let kernel = "local l0 a: i32 v0: i32 = input 0 v1: i32 = local l0 v2: i32 = add v0, v1 set l0 = v2 v3: i32 = \
    local l0 \
                  output 0 = v3";
    assert_eq!(run_i32(kernel, &[5, 7]), [5, 7]);
}

#[test]
fn lines_give_what_was_pushed() {
    let kernel = "line d0 a: i32 length 3 v0: i32 = input 0 push d0, v0 v1: i32 = line d0 ago 1 v2: i32 = line d0 \
    ago 3 \
                  v3: i32 = const 100 v4: i32 = mul v2, v3 v5: i32 = add v1, v4 output 0 = v5";
    assert_eq!(run_i32(kernel, &[1, 2, 3, 4, 5]), [1, 2, 103, 204, 305]);
}

#[test]
fn indices_are_clamped() {
    let line = "line d0 a: i32 length 3 v0: i32 = input 0 push d0, v0 v1: i32 = line d0 ago v0 output 0 = v1";
    assert_eq!(run_i32(line, &[1, 2, 3, 99, -5, i32::MIN]), [1, 1, 1, 2, -5, i32::MIN]);
    let table = "table t0 a: i32 = [7, 8, 9] v0: i32 = input 0 v1: i32 = lookup t0, v0 output 0 = v1";
    assert_eq!(run_i32(table, &[0, 2, 3, i32::MAX, -1, i32::MIN]), [7, 9, 9, 9, 7, 7]);
}

#[test]
fn conditionals_and_loops() {
    let kernel = "local l0 i: i32 local l1 sum: i32 state s0 odd: i32 = 0 v0: i32 = input 0 v1: i32 = const 1 v2: \
    i32 = and v0, v1 \
                  v3: bool = eq v2, v1 \
                  if v3 { v4: i32 = state s0 v5: i32 = add v4, v1 set s0 = v5 } else { \
                    for l0 in 5 { v6: i32 = local l0 v7: i32 = local l1 v8: i32 = add v6, v7 set l1 = v8 } } \
                  for l0 in 0 { set l1 = v1 } \
                  v9: i32 = state s0 v10: i32 = const 100 v11: i32 = mul v9, v10 v12: i32 = local l1 v13: i32 = add \
                  v11, v12 \
                  output 0 = v13";
    assert_eq!(run_i32(kernel, &[2, 3, 5, 4]), [10, 100, 200, 210]);
}

#[test]
fn a_section_computes_in_the_written_order() {
    let (b, a) = ([0.3, -0.7, 0.2], [-1.9, 0.95]);
    let input: Vec<f64> = (0..500).map(|n| ((n * n) as f64 * 0.37).sin()).collect();
    let kernel = |form| {
        format!("section q0 a: lanes 1 {form} b {b:?} a {a:?} v0: f64 = input 0 v1: f64 = section q0, v0 output 0 = v1")
    };
    let (mut s1, mut s2) = (0.0, 0.0);
    let expected: Vec<f64> = input
        .iter()
        .map(|x| {
            let y = b[0] * x + s1;
            s1 = (b[1] * x - a[0] * y) + s2;
            s2 = b[2] * x - a[1] * y;
            y
        })
        .collect();
    assert_eq!(run(&kernel("transposed_f64"), &input), expected);
    let (alpha, beta, m0) = (2.0 + a[0], 1.0 + a[0] + a[1], (b[0] - b[1] + b[2]) / (1.0 - a[0] + a[1]));
    let (m2, n) = ((m0 - (b[0] + b[1] + b[2]) / beta) / 2.0, b[0] - m0);
    let [alpha, beta, m0, m2, n] = [alpha, beta, m0, m2, n].map(|c| c as f32);
    let (mut s1, mut s2) = (0.0f32, 0.0f32);
    let delta: Vec<f64> = input
        .iter()
        .map(|x| {
            let x = *x as f32;
            let w = x + s1;
            let y = (m0 * x + m2 * s2) + n * w;
            s1 = (w + (x + s2)) - alpha * w;
            s2 -= beta * w;
            f64::from(y)
        })
        .collect();
    assert_eq!(run(&kernel("delta_f32"), &input), delta);
    for (form, decibels) in [("delta_f32", 110.0), ("ahead_f32", 110.0)] {
        let found = run(&kernel(form), &input);
        let (signal, error) =
            expected.iter().zip(found).fold((0.0, 0.0), |(s, e), (x, y)| (s + x * x, e + (x - y).powi(2)));
        assert!(10.0 * (signal / error).log10() > decibels, "{form} {}", 10.0 * (signal / error).log10());
    }
}

#[test]
fn an_fir_accumulates_in_the_type_of_its_table() {
    let taps = [0.1, 0.7, -0.3, 1e-9];
    let input: Vec<f64> = (0..100).map(|n| (n as f64 * 0.37).sin()).collect();
    let kernel = |ty| {
        format!(
            "line d0 a: f64 length 5 table t0 b: {ty} = {taps:?} v0: f64 = input 0 v1: f64 = fir d0, t0, v0 push \
             d0, v0 output 0 = v1"
        )
    };
    let past = |n: usize, k: usize| if k > n { 0.0 } else { input[n - k] };
    let double: Vec<f64> =
        (0..100).map(|n| taps.iter().enumerate().fold(0.0, |sum, (k, tap)| sum + tap * past(n, k))).collect();
    let single: Vec<f64> = (0..100)
        .map(|n| taps.iter().enumerate().fold(0.0f32, |sum, (k, tap)| sum + *tap as f32 * past(n, k) as f32).into())
        .collect();
    assert_eq!(run(&kernel("f64"), &input), double);
    assert_eq!(run(&kernel("f32"), &input), single);
    assert_ne!(single, double);
}

#[test]
fn tiny_recursive_state_is_flushed_at_quantum_borders() {
    let tiny = FLUSH_BELOW / 2.0;
    let states = format!(
        "state s0 a: f64 = {tiny:?} flush state s1 b: f64 = {tiny:?} v0: f64 = input 0 v1: f64 = state s0 v2: f64 = \
        state s1 \
         v3: f64 = const -2.0 v4: f64 = mul v1, v3 v5: f64 = add v2, v4 output 0 = v5"
    );
    let out = run(&states, &[0.0; 600]);
    assert_eq!(out.iter().position(|x| *x != -tiny), Some(256));
    assert!(out[256..].iter().all(|x| *x == tiny));
    let section = "section q0 a: lanes 1 transposed_f64 b [0.0, 1.0, 0.0] a [-1.0, 0.0] v0: f64 = input 0 \
                   v1: f64 = section q0, v0 output 0 = v1";
    for (size, left) in [(tiny, 0.0), (-tiny, 0.0), (2.0 * tiny, 2.0 * tiny), (f64::NAN, f64::NAN)] {
        let mut input = [0.0; 600];
        input[0] = size;
        let out = run(section, &input);
        assert_eq!(out[255].to_bits(), size.to_bits());
        assert_eq!(out[256].to_bits(), f64::to_bits(left), "{size}");
    }
}

#[test]
fn samples_are_widened_and_saturated() {
    let kernel = "in 0 a: i16 in 1 b: u8 out 0 c: i16 out 1 d: u8 v0: i32 = input 0 v1: i32 = input 1 v2: i32 = mul \
    v0, v1 \
                  v3: i32 = neg v2 output 0 = v2 output 1 = v3";
    let (a, b) = ([1i16, -300, 300, i16::MIN, -1], [2u8, 255, 255, 1, 3]);
    let (mut c, mut d) = ([0i16; 5], [0u8; 5]);
    let outputs = &mut [SamplesMut::I16(&mut c), SamplesMut::U8(&mut d)];
    machine(kernel).run(5, &[Samples::I16(&a), Samples::U8(&b)], outputs).unwrap();
    assert_eq!((c, d), ([2, i16::MIN, i16::MAX, i16::MIN, -3], [0, 255, 0, 255, 3]));
    let mut fired = [vec![], vec![]];
    machine(kernel).fire(&[&[i(-300)], &[i(255)]], &mut fired).unwrap();
    assert_eq!(fired, [vec![i(i16::MIN.into())], vec![i(255)]]);
}

#[test]
fn a_nan_leaves_as_the_canonical_one() {
    let odd = f64::from_bits(0xfff8_0000_dead_beef);
    assert_eq!(run("v0: f64 = input 0 output 0 = v0", &[odd])[0].to_bits(), f64::NAN.to_bits());
}

#[test]
fn buffers_that_do_not_fit_are_rejected() {
    let mut copy = machine("in 0 a: f32x2 out 0 b: f32x2 v0: f32x2 = input 0 output 0 = v0");
    let mut room = [0.0; 4];
    let input = [1.0f32, 2.0, 3.0, 4.0];
    let port = || "a".to_string();
    let rows: [(Vec<Samples<'_>>, usize, Misfit); 3] = [
        (vec![], 2, Misfit::Ports { expected: 1, found: 0 }),
        (
            vec![Samples::I16(&[1, 2, 3, 4])],
            2,
            Misfit::Format { port: port(), expected: SampleFormat::F32, found: SampleFormat::I16 },
        ),
        (vec![Samples::F32(&input)], 3, Misfit::Samples { port: port(), expected: 6, found: 4 }),
    ];
    for (inputs, frames, misfit) in rows {
        assert_eq!(copy.run(frames, &inputs, &mut [SamplesMut::F32(&mut room)]), Err(misfit));
    }
    assert_eq!(copy.fire(&[&[f(1.0)]], &mut [vec![]]), Err(Misfit::Samples { port: port(), expected: 2, found: 1 }));
    assert_eq!(
        copy.fire(&[&[f(1.0), i(1)]], &mut [vec![]]),
        Err(Misfit::Samples { port: port(), expected: 2, found: 1 })
    );
    assert_eq!(copy.fired(), 0);
    copy.run(2, &[Samples::F32(&input)], &mut [SamplesMut::F32(&mut room)]).unwrap();
    assert_eq!((room, copy.fired()), (input, 2));
}

#[test]
fn chunks_do_not_matter() {
    for seed in 0..300 {
        let kernel: Kernel = random::kernel(seed);
        let inputs = feed::inputs(&kernel, 300, seed);
        let whole = feed::run(&kernel, &inputs, 300, &[300]);
        assert_eq!(feed::run(&kernel, &inputs, 300, &[1]), whole, "seed {seed}");
        assert_eq!(feed::run(&kernel, &inputs, 300, &[0, 7, 250, 13]), whole, "seed {seed}");
    }
}
