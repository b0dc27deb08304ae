//! Functions of f32 against those of f64, on a fixed sample; `single.rs` says what all numbers of f32 gave.

use super::{exp2f, expf, log2f, log10f, logf, powf, short, tanhf};

const INF: f32 = f32::INFINITY;
const LEAST: f32 = f32::from_bits(1);

/// A function of one number, and the same of f64.
type One = (&'static str, fn(f32) -> f32, fn(f64) -> f64);

const FUNCTIONS: [One; 6] = [
    ("exp2", exp2f, libm::exp2),
    ("exp", expf, libm::exp),
    ("log2", log2f, libm::log2),
    ("ln", logf, libm::log),
    ("log10", log10f, libm::log10),
    ("tanh", tanhf, libm::tanh),
];

/// Numbers of all magnitudes, always the same.
fn sample(mut state: u64) -> impl FnMut() -> f32 {
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f32::from_bits((state >> 32) as u32)
    }
}

/// How far `y` is from `exact`, in units of the last place of f32 there; 0 for the same infinity, zero or NaN.
fn distance(y: f32, exact: f64) -> f64 {
    let nearest = exact as f32;
    if nearest.is_nan() || nearest.is_infinite() || nearest == 0.0 {
        let same = nearest.to_bits() == y.to_bits() || (nearest.is_nan() && y.is_nan());
        return if same { 0.0 } else { f64::INFINITY };
    }
    let exponent = ((exact.to_bits() >> 52) & 0x7ff).clamp(1023 - 126, 1023 + 127);
    (f64::from(y) - exact).abs() / f64::from_bits((exponent - 23) << 52)
}

#[test]
fn errors_are_hardly_above_half_a_unit() {
    let special =
        [0.0, LEAST, f32::MIN_POSITIVE, f32::MAX, INF, f32::NAN, 1.0, 1.0 + f32::EPSILON, 1.0 - f32::EPSILON / 2.0];
    let near = |center: f32| (0..2000).map(move |i| center * (1.0 + (i as f32 - 1000.0) * 1e-4));
    let mut random = sample(1);
    let mut numbers: Vec<f32> = special.into_iter().chain((0..100_000).map(|_| random())).collect();
    // Where results begin to overflow and to be denormals, and where logarithms are zero.
    numbers.extend([1.0, 10.0, 88.7, 87.3, 104.0, 128.0, 126.0, 150.0].into_iter().flat_map(near));
    for (name, f, exact) in FUNCTIONS {
        for x in numbers.iter().flat_map(|x| [*x, -*x]) {
            let error = distance(f(x), exact(f64::from(x)));
            assert!(error <= 0.504, "{name}({x:e}) is {:e}, {error} units off", f(x));
        }
    }
}

#[test]
fn a_short_logarithm_is_within_a_few_units() {
    let mut random = sample(2);
    let near_one = (0..20_000).map(|i| 0.5 + i as f32 * 1e-4);
    let all = (0..100_000).map(|_| random().abs()).filter(|x| x.is_normal());
    for x in near_one.chain(all).chain([INF, f32::MIN_POSITIVE, f32::MAX]) {
        let exact = libm::log10(f64::from(x));
        let error = distance(short::log10f(x), exact);
        let most = if exact.abs() >= 1.0 { 0.78 } else { 3.2 };
        assert!(error <= most, "log10({x:e}) is {:e}, {error} units off", short::log10f(x));
    }
    assert!(short::log10f(f32::NAN).is_nan());
}

#[test]
fn whole_powers_and_their_logarithms_are_exact() {
    for n in -149..128i32 {
        let power = libm::exp2(f64::from(n)) as f32;
        assert_eq!((exp2f(n as f32), log2f(power)), (power, n as f32));
        assert_eq!(powf(2.0, n as f32), power);
    }
    let mut ten = 1.0f32;
    for n in 0..=10u8 {
        assert_eq!((log10f(ten), powf(10.0, f32::from(n))), (f32::from(n), ten));
        ten *= 10.0;
    }
    assert_eq!((exp2f(128.0), exp2f(-150.0), exp2f(-149.5)), (INF, 0.0, LEAST));
}

#[test]
fn powers_have_small_errors() {
    let (mut base, mut exponent) = (sample(2), sample(3));
    for i in 0..100_000 {
        let x = base();
        let y = match i % 3 {
            0 => exponent(),
            1 => (exponent().to_bits() % 61) as f32 * 0.5 - 15.0,
            // Such that the result is in range.
            _ => ((f64::from(exponent().to_bits()) / 1.4e7 - 150.0) / libm::log2(f64::from(x.abs()))) as f32,
        };
        for x in [x, x.abs()] {
            let error = distance(powf(x, y), libm::pow(f64::from(x), f64::from(y)));
            assert!(error <= 0.51, "pow({x:e}, {y:e}) is {:e}, {error} units off", powf(x, y));
        }
    }
}

/// C99, annex F.9.4.4, for all pairs of what may be special about a number.
#[test]
fn powers_of_special_values_are_those_of_c() {
    let halves =
        [0.0, LEAST, f32::MIN_POSITIVE, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 8_388_607.5, 16_777_215.0, 16_777_216.0];
    let special: Vec<f32> = halves.into_iter().chain([f32::MAX, INF, f32::NAN]).flat_map(|x| [x, -x]).collect();
    for x in &special {
        for y in &special {
            let error = distance(powf(*x, *y), libm::pow(f64::from(*x), f64::from(*y)));
            assert!(error <= 0.51, "pow({x:e}, {y:e}) is {:e}", powf(*x, *y));
        }
    }
}

#[test]
fn rounding_is_that_of_libm() {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state
    };
    let special = [0.0, 0.5, 1.5, 2.5, 0.49999997, 8_388_607.5, 8_388_608.0, 4_503_599_627_370_495.5, f64::INFINITY];
    let random = (0..200_000).map(|_| f64::from(f32::from_bits(next()))).filter(|x| !x.is_nan());
    let wide = (0..200_000u32).map(|i| f64::from(i) * 17.125 - 1_000_000.25);
    for x in special.into_iter().chain(random).chain(wide).flat_map(|x| [x, -x]) {
        let y = x as f32;
        let ours = [super::rint(x), super::floor(x), super::ceil(x), super::trunc(x)];
        let theirs = [libm::rint(x), libm::floor(x), libm::ceil(x), libm::trunc(x)];
        assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits), "{x}");
        assert_eq!(super::rint_to_i32(x), libm::rint(x) as i32, "{x}");
        let ours = [super::rintf(y), super::floorf(y), super::ceilf(y), super::truncf(y)];
        let theirs = [libm::rintf(y), libm::floorf(y), libm::ceilf(y), libm::truncf(y)];
        assert_eq!(ours.map(f32::to_bits), theirs.map(f32::to_bits), "{y}");
    }
    for (x, whole) in [(f64::NAN, 0), (2_147_483_646.5, i32::MAX - 1), (2_147_483_647.5, i32::MAX), (-1e300, i32::MIN)]
    {
        assert_eq!(super::rint_to_i32(x), whole, "{x}");
    }
}

#[test]
fn square_roots_are_rounded_correctly() {
    let special = [0.0, -0.0, 5e-324, 1.5e-310, 0.1, 1.0, 2.0, 1e300, f64::MAX, f64::INFINITY];
    for x in special.into_iter().chain((0..20_000u32).map(|i| f64::from(i) * 17.137)) {
        assert_eq!(super::sqrt(x).to_bits(), x.sqrt().to_bits(), "{x}");
        let x = x as f32;
        assert_eq!(super::sqrtf(x).to_bits(), x.sqrt().to_bits(), "{x}");
    }
    assert!(super::sqrt(-1.0).is_nan() && super::sqrtf(-1.0).is_nan() && super::sqrt(f64::NAN).is_nan());
}
