//! The same functions by exact arithmetic, in little code and without tables.

use alloc::string::String;
use alloc::vec::Vec;

/// The largest power of five and of ten that fit a word.
const FIVES: (u32, u32) = (1_220_703_125, 13);
const TENS: (u32, u32) = (1_000_000_000, 9);

/// A whole number, the least word first, the last word not zero.
struct Whole(Vec<u32>);

impl Whole {
    fn new(x: u64) -> Whole {
        let mut whole = Whole(Vec::with_capacity(8));
        whole.0.extend([x as u32, (x >> 32) as u32]);
        whole.trim();
        whole
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn bits(&self) -> i32 {
        self.0.last().map_or(0, |last| self.0.len() as i32 * 32 - last.leading_zeros() as i32)
    }

    fn bit(&self, at: i32) -> bool {
        usize::try_from(at).is_ok_and(|at| self.0.get(at / 32).is_some_and(|word| word >> (at % 32) & 1 == 1))
    }

    /// `self * factor + more`
    fn grow(&mut self, factor: u32, more: u32) {
        let mut carry = u64::from(more);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Divides; gives the remainder.
    fn divide(&mut self, divisor: u32) -> u32 {
        let mut rest = 0;
        for word in self.0.iter_mut().rev() {
            let part = rest << 32 | u64::from(*word);
            *word = (part / u64::from(divisor)) as u32;
            rest = part % u64::from(divisor);
        }
        self.trim();
        rest as u32
    }

    /// `self * 5^count`
    fn times_fives(&mut self, mut count: u32) {
        while count > 0 {
            let step = count.min(FIVES.1);
            self.grow(5u32.pow(step), 0);
            count -= step;
        }
    }

    /// `self / 5^count`, rounded down; true if something was lost.
    fn by_fives(&mut self, mut count: u32) -> bool {
        let mut is_less = false;
        while count > 0 {
            let step = count.min(FIVES.1);
            is_less |= self.divide(5u32.pow(step)) != 0;
            count -= step;
        }
        is_less
    }

    /// `self * 2^count`, rounded down; true if something was lost.
    fn shift(&mut self, count: i32) -> bool {
        let (words, bits) = ((count.unsigned_abs() / 32) as usize, count.unsigned_abs() % 32);
        if count >= 0 {
            self.grow(1 << bits, 0);
            if !self.0.is_empty() {
                let length = self.0.len();
                self.0.resize(length + words, 0);
                self.0.copy_within(..length, words);
                self.0[..words].fill(0);
            }
            return false;
        }
        let words = words.min(self.0.len());
        let is_less = self.0.iter().take(words).any(|word| *word != 0);
        self.0.copy_within(words.., 0);
        self.0.truncate(self.0.len() - words);
        is_less | (bits > 0 && self.divide(1 << bits) != 0)
    }

    /// Rounded to a whole number: what is there is twice the number and `is_more` true if that was rounded down.
    fn halve(&mut self, is_more: bool) {
        let is_half = self.divide(2) != 0;
        if is_half && (is_more || self.bit(0)) {
            self.add_one();
        }
    }

    fn add_one(&mut self) {
        for word in &mut self.0 {
            *word = word.wrapping_add(1);
            if *word != 0 {
                return;
            }
        }
        self.0.push(1);
    }

    fn digits(mut self) -> String {
        let mut reversed = Vec::new();
        while !self.0.is_empty() {
            let mut part = self.divide(TENS.0);
            for _ in 0..TENS.1 {
                reversed.push(b'0' + (part % 10) as u8);
                part /= 10;
            }
        }
        while reversed.last() == Some(&b'0') {
            reversed.pop();
        }
        reversed.iter().rev().map(|digit| char::from(*digit)).collect()
    }
}

/// A format of floats.
#[derive(Clone, Copy)]
struct Format {
    /// Bits of the significand, the hidden one included.
    precision: i32,
    /// The exponent of the least bit of the least number.
    least: i32,
    /// Decimal digits that every number with so many keeps, and those that tell all numbers apart.
    kept: usize,
    enough: usize,
}

const DOUBLE: Format = Format { precision: 53, least: -1074, kept: 15, enough: 17 };
const SINGLE: Format = Format { precision: 24, least: -149, kept: 6, enough: 9 };

impl Format {
    /// A number by its bits: significand and exponent.
    fn parts(self, bits: u64) -> (u64, i32) {
        let (biased, fraction) = ((bits >> (self.precision - 1)) as i32, bits & ((1 << (self.precision - 1)) - 1));
        if biased == 0 {
            (fraction, self.least)
        } else {
            (fraction | 1 << (self.precision - 1), self.least + biased - 1)
        }
    }

    /// The bits of the number nearest to `whole * 10^power`, or to one a little greater if `is_more`.
    fn nearest(self, mut whole: Whole, power: i32, mut is_more: bool) -> u64 {
        let bias = (2 - self.least - self.precision) as u64;
        let infinity = (2 * bias + 1) << (self.precision - 1);
        // The number lies between 10^(power + (bits - 1) * 0.30) and 10^(power + bits * 0.31).
        let bits = whole.bits();
        if bits == 0 || power + bits * 31 / 100 < -400 {
            return 0;
        }
        if power + (bits - 1) * 30 / 100 > 400 {
            return infinity;
        }
        let mut exponent = power;
        if power >= 0 {
            whole.times_fives(power as u32);
        } else {
            // Two bits more than are kept, whatever the division takes.
            let room = (self.precision + 2 + power.abs() * 233 / 100 + 1 - bits).max(0);
            whole.shift(room);
            exponent -= room;
            is_more |= whole.by_fives(power.unsigned_abs());
        }
        let least = (whole.bits() + exponent - self.precision).max(self.least);
        // One bit more than is kept, for rounding.
        is_more |= whole.shift(exponent - least + 1);
        whole.halve(is_more);
        let significand = u64::from(*whole.0.first().unwrap_or(&0)) | u64::from(*whole.0.get(1).unwrap_or(&0)) << 32;
        // A significand that was rounded up to the next power of two carries into the exponent, as it should.
        let hidden = 1 << (self.precision - 1);
        if significand < hidden {
            return significand;
        }
        let bits = ((least - self.least + 1) as u64) * hidden + (significand - hidden);
        bits.min(infinity)
    }

    /// The fewest digits that give these bits, and the power of ten of the first.
    fn shortest(self, bits: u64) -> (String, i32) {
        let (significand, exponent) = self.parts(bits);
        let is_subnormal = significand < 1 << (self.precision - 1);
        let mut count = if is_subnormal { 1 } else { self.kept };
        loop {
            let (mut whole, power) = significant(significand, exponent, count);
            let is_same = |whole: &Whole| self.nearest(Whole(whole.0.clone()), power, false) == bits;
            let mut is_found = is_same(&whole);
            // Numbers below a power of two lie closer than those above: the next decimal above may do where the nearest does not.
            if !is_found && significand == 1 << (self.precision - 1) {
                whole.add_one();
                is_found = is_same(&whole);
            }
            if is_found || count == self.enough {
                return trimmed(whole.digits(), power);
            }
            count += 1;
        }
    }
}

/// Digits without the zeros behind them, and the power of ten of the first.
fn trimmed(mut digits: String, power: i32) -> (String, i32) {
    let exponent = power + digits.len() as i32 - 1;
    digits.truncate(digits.trim_end_matches('0').len());
    (digits, exponent)
}

/// `significand * 2^exponent * 10^power` as the nearest whole number, of two the even one.
fn scaled(significand: u64, exponent: i32, power: i32) -> Whole {
    let mut whole = Whole::new(significand);
    let twice = exponent + power + 1;
    let mut is_more = false;
    if power >= 0 {
        whole.times_fives(power as u32);
        is_more |= whole.shift(twice);
    } else {
        // Either order gives the same; divided last, no bit is lost before its time.
        let up = twice.max(0);
        whole.shift(up);
        is_more |= whole.by_fives(power.unsigned_abs());
        is_more |= whole.shift(twice - up);
    }
    whole.halve(is_more);
    whole
}

/// The nearest whole number of `count` digits, and the power of ten that goes with it.
fn significant(significand: u64, exponent: i32, count: usize) -> (Whole, i32) {
    // The power of ten of the first digit, or one less, by a logarithm that errs away from zero: by less than the distance of any
    // power of two to the power of ten above it.
    let bits = 64 - significand.leading_zeros() as i32;
    let guess = ((exponent + bits - 1) * 315_653) >> 20;
    let mut power = guess + 1 - count as i32;
    loop {
        let whole = scaled(significand, exponent, -power);
        let mut limit = Whole::new(1);
        limit.times_fives(count as u32);
        limit.shift(count as i32);
        let is_less = whole.bits() < limit.bits()
            || whole.bits() == limit.bits() && whole.0.iter().rev().lt(limit.0.iter().rev());
        if is_less {
            return (whole, power);
        }
        power += 1;
    }
}

pub fn shortest(x: f64) -> (String, i32) {
    quick(x).unwrap_or_else(|| DOUBLE.shortest(x.to_bits()))
}

pub fn shortest_f32(x: f32) -> (String, i32) {
    SINGLE.shortest(u64::from(x.to_bits()))
}

/// Numbers of at most fifteen digits, none of them far from the point: no other number of as few digits is the same float, and dividing
/// two whole numbers below 2^53 rounds as reading the decimal would.
fn quick(x: f64) -> Option<(String, i32)> {
    let mut power = 1.0;
    for decimals in 0..20 {
        let whole = (x * power + 0.5) as u64;
        if whole >= 1_000_000_000_000_000 {
            return None;
        }
        if whole as f64 / power == x {
            return Some(trimmed(Whole::new(whole).digits(), -decimals));
        }
        power *= 10.0;
    }
    None
}

pub fn rounded(x: f64, count: usize) -> (String, i32) {
    let (significand, exponent) = DOUBLE.parts(x.to_bits());
    let (whole, power) = significant(significand, exponent, count);
    let digits = whole.digits();
    let exponent = power + digits.len() as i32 - 1;
    (digits, exponent)
}

pub fn fixed(x: f64, decimals: usize) -> String {
    let (significand, exponent) = DOUBLE.parts(x.to_bits());
    scaled(significand, exponent, decimals as i32).digits()
}

/// Digits behind these only say that the number is a little greater: no float, and no middle between two, has more.
const READ: usize = 800;

pub fn read(text: &str) -> Option<f64> {
    let (is_negative, text) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let magnitude = match text {
        _ if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") => f64::INFINITY,
        _ if text.eq_ignore_ascii_case(b"nan") => f64::NAN,
        number => f64::from_bits(read_number(number)?),
    };
    Some(if is_negative { -magnitude } else { magnitude })
}

fn read_number(text: &[u8]) -> Option<u64> {
    let (mut whole, mut power, mut is_more) = (Whole::new(0), 0i32, false);
    // Of digits as yet not in the number.
    let (mut part, mut factor) = (0, 1);
    let (mut count, mut is_fraction, mut any) = (0, false, false);
    let mut rest = text;
    while let [byte, behind @ ..] = rest {
        match byte {
            b'0'..=b'9' => {
                any = true;
                let digit = u32::from(byte - b'0');
                power -= i32::from(is_fraction);
                if count < READ {
                    count += usize::from(count > 0 || digit > 0);
                    (part, factor) = (part * 10 + digit, factor * 10);
                    if factor == TENS.0 {
                        whole.grow(factor, part);
                        (part, factor) = (0, 1);
                    }
                } else {
                    power = power.saturating_add(1);
                    is_more |= digit > 0;
                }
            }
            b'.' if !is_fraction => is_fraction = true,
            b'e' | b'E' => break,
            _ => return None,
        }
        rest = behind;
    }
    whole.grow(factor, part);
    if let [_, exponent @ ..] = rest {
        power = power.saturating_add(read_exponent(exponent)?);
    }
    any.then(|| quotient(&whole, power, is_more).unwrap_or_else(|| DOUBLE.nearest(whole, power, is_more)))
}

fn read_exponent(text: &[u8]) -> Option<i32> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    if digits.is_empty() {
        return None;
    }
    digits
        .iter()
        .try_fold(0i32, |exponent, byte| {
            // Far beyond all floats, and added to the length of a text still no overflow.
            byte.is_ascii_digit().then(|| (exponent * 10 + i32::from(byte - b'0')).min(100_000_000))
        })
        .map(|exponent| sign * exponent)
}

/// Where both the digits and the power are floats, one division or product rounds as is due.
fn quotient(whole: &Whole, power: i32, is_more: bool) -> Option<u64> {
    let number = match whole.0.as_slice() {
        [] => 0,
        [low] => u64::from(*low),
        [low, high] => u64::from(*low) | u64::from(*high) << 32,
        _ => return None,
    };
    if number >> 53 != 0 || power.abs() > 22 || is_more {
        return None;
    }
    let mut scale = 1.0;
    for _ in 0..power.abs() {
        scale *= 10.0;
    }
    Some((if power < 0 { number as f64 / scale } else { number as f64 * scale }).to_bits())
}
