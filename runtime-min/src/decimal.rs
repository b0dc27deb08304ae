//! Floats as decimal numbers and back, correctly rounded: ties go to the even digit, as in Python and IEEE.
//!
//! On wasm they are computed here, exactly, with whole numbers of any size; elsewhere by `core`, which is several times as fast for
//! numbers of seventeen digits, but brings 30 KB of tables and code along: a third of a module for messages. Both give the same.

#[cfg(any(target_family = "wasm", test))]
mod exact;
#[cfg(test)]
mod tests;

#[cfg(target_family = "wasm")]
use exact as backend;
#[cfg(not(target_family = "wasm"))]
use platform as backend;

use crate::text::text;
use alloc::string::String;

/// No float has more digits.
const MOST: usize = 1100;

/// The fewest digits that read back to a number that is neither negative nor infinite, and the power of ten of the first.
pub fn shortest(x: f64) -> (String, i32) {
    if x == 0.0 { zero() } else { backend::shortest(x) }
}

/// The same of a number that is to read back as f32.
pub fn shortest_f32(x: f32) -> (String, i32) {
    if x == 0.0 { zero() } else { backend::shortest_f32(x) }
}

fn zero() -> (String, i32) {
    (String::from("0"), 0)
}

/// The first `count` digits, at least one, of a number that is neither negative nor infinite, and the power of ten of the first.
pub fn rounded(x: f64, count: usize) -> (String, i32) {
    let asked = count.max(1);
    let (mut digits, exponent) = if x == 0.0 { zero() } else { backend::rounded(x, asked.min(MOST)) };
    digits.extend(core::iter::repeat_n('0', asked.saturating_sub(digits.len())));
    (digits, exponent)
}

/// A finite number with so many digits after the point: `-2.50`.
pub fn fixed(x: f64, decimals: usize) -> String {
    let kept = decimals.min(MOST);
    let mut digits = backend::fixed(x.abs(), kept);
    if digits.len() <= kept {
        digits.insert_str(0, &"0".repeat(kept + 1 - digits.len()));
    }
    if decimals > 0 {
        digits.insert(digits.len() - kept, '.');
    }
    digits.push_str(&"0".repeat(decimals - kept));
    if x.is_sign_negative() { text!("-{}", digits) } else { digits }
}

/// A number without exponent, from digits the first of which stands for 10 to the power of `exponent`.
pub fn plain(digits: &str, exponent: i32) -> String {
    let (left, zeros) = (exponent + 1, |count: i32| "0".repeat(count as usize));
    if left <= 0 {
        return text!("0.{}{}", zeros(-left), digits);
    }
    match digits.split_at_checked(left as usize) {
        Some((whole, fraction)) if !fraction.is_empty() => text!("{}.{}", whole, fraction),
        _ => text!("{}{}", digits, zeros(left - digits.len() as i32)),
    }
}

/// The float nearest to a decimal number: a sign, digits with a point among them, an exponent; or `inf`, `infinity`, `nan` in any
/// case. Nothing else is one.
pub fn read(text: &str) -> Option<f64> {
    backend::read(text)
}

#[cfg(any(not(target_family = "wasm"), test))]
mod platform {
    use alloc::format;
    use alloc::string::String;

    pub fn shortest(x: f64) -> (String, i32) {
        even(split(&format!("{x:e}")), x, |even| even.parse() == Ok(x))
    }

    pub fn shortest_f32(x: f32) -> (String, i32) {
        even(split(&format!("{x:e}")), f64::from(x), |even| even.parse() == Ok(x))
    }

    /// Of two equally short and equally near numbers the even one.
    fn even((digits, exponent): (String, i32), x: f64, is_same: impl Fn(&str) -> bool) -> (String, i32) {
        let is_odd = digits.as_bytes().last().is_some_and(|digit| digit % 2 == 1);
        // Halfway between two such numbers, twice `x` in units of the last digit is odd.
        let unit = digits.len() as i32 - 1 - exponent;
        if is_odd && least_bit(x) + unit + 1 == 0 {
            let even = format!("{x:.*e}", digits.len() - 1);
            if is_same(&even) {
                return split(&even);
            }
        }
        (digits, exponent)
    }

    /// The power of two of the last bit that is set.
    fn least_bit(x: f64) -> i32 {
        let (biased, fraction) = ((x.to_bits() >> 52) as i32, x.to_bits() & ((1 << 52) - 1));
        let hidden = u64::from(biased > 0) << 52;
        biased.max(1) - 1075 + (fraction | hidden).trailing_zeros() as i32
    }

    pub fn rounded(x: f64, count: usize) -> (String, i32) {
        split(&format!("{x:.*e}", count - 1))
    }

    pub fn fixed(x: f64, decimals: usize) -> String {
        format!("{x:.decimals$}").replace('.', "")
    }

    pub fn read(text: &str) -> Option<f64> {
        text.parse().ok()
    }

    /// Digits and exponent of `1.25e-7`.
    fn split(scientific: &str) -> (String, i32) {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
        (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
    }
}
