//! Against `core`, number by number, and against what Python prints.

use super::{exact, fixed, platform, read, rounded, shortest};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Floats of all kinds: any bits, few digits, few bits, powers of two and their neighbours, the least and the greatest.
fn numbers() -> Vec<f64> {
    let mut state = 1u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut numbers: Vec<f64> = (0..20_000).map(|_| f64::from_bits(random() >> 1)).collect();
    numbers.extend((0..20_000).map(|_| (random() % 2_000_000) as f64 / 1000.0));
    numbers.extend((0..20_000).map(|_| (random() >> 11) as f64 / (1u64 << 53) as f64));
    numbers.extend((0..5_000).map(|_| (random() >> 10) as f64 / (1 << (random() % 20)) as f64));
    numbers.extend((0..5_000).map(|_| f64::from_bits(random() >> (12 + random() % 52))));
    for exponent in 0..2047u64 {
        let edge = exponent << 52;
        numbers.extend([edge.saturating_sub(1), edge, edge + 1].map(f64::from_bits));
    }
    numbers.extend((-320..309).map(|power| format!("1e{power}").parse::<f64>().unwrap_or(0.0)));
    numbers.retain(|x| x.is_finite() && *x != 0.0);
    numbers
}

#[test]
fn the_fewest_digits_are_those_of_core() {
    for x in numbers() {
        assert_eq!(exact::shortest(x), platform::shortest(x), "{x:e}");
        let single = x as f32;
        if single.is_finite() && single != 0.0 {
            assert_eq!(exact::shortest_f32(single), platform::shortest_f32(single), "{single:e}");
        }
    }
}

#[test]
fn digits_are_rounded_as_by_core() {
    for (i, x) in numbers().into_iter().enumerate() {
        let count = if i % 100 == 0 { 800 } else { 1 + i % 25 };
        assert_eq!(exact::rounded(x, count), platform::rounded(x, count), "{x:e} to {count} digits");
        let decimals = i % 40;
        if x < 1e30 {
            let trimmed = |digits: String| String::from(digits.trim_start_matches('0'));
            assert_eq!(trimmed(exact::fixed(x, decimals)), trimmed(platform::fixed(x, decimals)), "{x:e}, {decimals}");
        }
    }
}

#[test]
fn numbers_are_read_as_by_core() {
    let agrees = |text: &str| {
        let (ours, theirs) = (exact::read(text), platform::read(text));
        let is_same = match (ours, theirs) {
            (Some(a), Some(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (ours, theirs) => ours.is_none() && theirs.is_none(),
        };
        assert!(is_same, "{text}: {ours:?} and {theirs:?}");
    };
    for (i, x) in numbers().into_iter().enumerate() {
        agrees(&format!("{x:e}"));
        agrees(&format!("-{x:.*e}", i % 30));
        if i % 8 == 0 {
            // Halfway to the next float, a little less, and a little more.
            let (whole, next) = (x, f64::from_bits(x.to_bits() + 1));
            let middle = format!("{:.760e}", whole + (next - whole) / 2.0);
            let text = middle.replace('e', if i % 16 == 0 { "000000001e" } else { "e" });
            agrees(&text);
            if x > 1e-290 && x < 1e290 {
                let ([digits, _], exponent) = (halfway(x), 0);
                agrees(&format!("{digits}e{exponent}"));
                agrees(&halfway(x)[1]);
            }
        }
    }
    for text in [
        "",
        "+",
        "-",
        ".",
        "e5",
        ".e5",
        "1e",
        "1e+",
        "1e-",
        "1.2.3",
        "1e5.",
        "0x1",
        "1_0",
        " 1",
        "1 ",
        "++1",
        "inf",
        "-Inf",
        "INFINITY",
        "infinit",
        "nan",
        "+NaN",
        "5.",
        ".5",
        "-.5e-3",
        "0",
        "-0",
        "0e999999999999",
        "1e999999999999",
        "1e-999999999999",
        "00000000000000000000000000000001",
        "0.00000000000000000000000000000001e32",
        "1e400",
        "-1e400",
        "1e-400",
        "2e-324",
        "3e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "9007199254740993",
        "9007199254740992.99999999999999999999999",
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
    ] {
        agrees(text);
    }
    agrees(&format!("1{}.5", "0".repeat(5000)));
    agrees(&format!("0.{}5e1000", "0".repeat(1000)));
}

/// The exact decimal halfway between a number and the next, and one that is greater by very little.
fn halfway(x: f64) -> [String; 2] {
    // Twice the significand plus one, on half the least bit: a number of one bit more, which decimal digits give exactly.
    let (bits, next) = (x.to_bits(), f64::from_bits(x.to_bits() + 1));
    let half = (next - x) / 2.0;
    let digits = 1080;
    let (low, step) = (format!("{x:.digits$}"), format!("{half:.digits$}"));
    let sum = add(&low, &step);
    assert!(bits > 0);
    [sum.clone(), sum + "1"]
}

/// The sum of two decimal numbers with as many digits after the point.
fn add(a: &str, b: &str) -> String {
    let width = a.len().max(b.len());
    let (a, b) = (format!("{a:0>width$}"), format!("{b:0>width$}"));
    let mut carry = 0;
    let mut out: Vec<u8> = Vec::new();
    for (x, y) in a.bytes().rev().zip(b.bytes().rev()) {
        if x == b'.' {
            out.push(x);
            continue;
        }
        let sum = x - b'0' + y - b'0' + carry;
        out.push(b'0' + sum % 10);
        carry = sum / 10;
    }
    if carry > 0 {
        out.push(b'1');
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

#[test]
fn ties_go_to_the_even_digit() {
    assert_eq!(fixed(0.5, 0), "0");
    assert_eq!(fixed(1.5, 0), "2");
    assert_eq!(fixed(-0.125, 2), "-0.12");
    assert_eq!(fixed(2.5, 3), "2.500");
    assert_eq!(fixed(0.0, 2), "0.00");
    assert_eq!(rounded(0.0, 3), (String::from("000"), 0));
    assert_eq!(rounded(9.996, 3), (String::from("100"), 1));
    assert_eq!(shortest(0.0), (String::from("0"), 0));
    // Halfway between two numbers of seventeen digits.
    assert_eq!(shortest(2.0f64.powi(-25)), (String::from("29802322387695312"), -8));
    assert_eq!(read("1e23"), Some(1e23));
}
