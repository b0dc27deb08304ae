//! `repr()` and `str()` as NumPy prints, with its default options.
//!
//! Numbers of an array get one width: digits as few as tell each from its neighbours, at most eight after the point, in
//! scientific notation where the largest or the ratio of largest and smallest is great. Lines break at 75 columns, and more than
//! 1000 elements are summarised. Source: `numpy/_core/arrayprint.py`.

use super::{Array, Complex, Dtype, Scalar};
use crate::decimal;
use crate::py::Value;
use crate::py::format::{float_of, float_repr};
use crate::py::value::Class;
use crate::text::{Base, cut, digits as digits_of, text};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const WIDTH: usize = 75;
const THRESHOLD: usize = 1000;
const EDGE: usize = 3;
const PRECISION: usize = 8;

/// The name of a value's type as error messages have it.
pub(crate) fn type_name(value: &Value) -> String {
    let name = match value {
        Value::None => "NoneType",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Scalar(x) if x.dtype() == Dtype::Bool => "numpy.bool",
        Value::Scalar(x) => return text!("numpy.{}", x.dtype().name()),
        Value::Str(_) => "str",
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Dict(_) => "dict",
        Value::Set(_) => "set",
        Value::Deque(_) => "collections.deque",
        Value::Range(_) => "range",
        Value::Array(_) => "numpy.ndarray",
        Value::Record(record) => return String::from(&*record.class.name),
        Value::Slice(_) => "slice",
        Value::Ellipsis => "ellipsis",
        Value::Type(Class::Dtype(_)) => "numpy.dtype",
        Value::Type(_) => "type",
    };
    String::from(name)
}

fn float32(x: f32) -> String {
    let magnitude = f64::from(x.abs());
    if x == 0.0 || !x.is_finite() {
        return float_repr(f64::from(x));
    }
    // The number decides, not its digits: the f32 next to 1e-4 lies below it.
    float_of(f64::from(x), &decimal::shortest_f32(x.abs()), (1e-4..1e16).contains(&magnitude))
}

fn complex(re: String, im: String, re_is_zero: bool) -> String {
    // Parts without a fraction lose it.
    let part = |s: String| s.strip_suffix(".0").map(String::from).unwrap_or(s);
    let (re, im) = (part(re), part(im));
    let sign = if im.starts_with('-') { "" } else { "+" };
    if re_is_zero { text!("{}j", im) } else { text!("({}{}{}j)", re, sign, im) }
}

fn scalar(x: Scalar) -> String {
    match x {
        Scalar::Bool(x) => String::from(if x { "True" } else { "False" }),
        Scalar::U8(x) => x.to_string(),
        Scalar::I16(x) => x.to_string(),
        Scalar::I32(x) => x.to_string(),
        Scalar::I64(x) => x.to_string(),
        Scalar::F32(x) => float32(x),
        Scalar::F64(x) => float_repr(x),
        Scalar::C64(re, im) => complex(float32(re), float32(im), re == 0.0 && re.is_sign_positive()),
        Scalar::C128(re, im) => complex(float_repr(re), float_repr(im), re == 0.0 && re.is_sign_positive()),
    }
}

/// `repr()` of an array or scalar.
pub fn repr(a: &Value) -> String {
    match a {
        Value::Array(a) => array_repr(a),
        Value::Scalar(Scalar::Bool(x)) => String::from(if *x { "np.True_" } else { "np.False_" }),
        Value::Scalar(x @ (Scalar::C64(..) | Scalar::C128(..))) => {
            let text = scalar(*x);
            let text = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&text);
            text!("np.{}({})", x.dtype().name(), text)
        }
        Value::Scalar(x) => text!("np.{}({})", x.dtype().name(), scalar(*x)),
        _ => String::new(),
    }
}

/// `str()` of an array or scalar.
pub fn str(a: &Value) -> String {
    match a {
        Value::Array(a) if a.shape().is_empty() => a.first().map(scalar).unwrap_or_default(),
        Value::Array(a) => array_text(a, " ", ""),
        Value::Scalar(x) => scalar(*x),
        _ => String::new(),
    }
}

fn array_repr(a: &Array) -> String {
    let mut text = text!("array({}", array_text(a, ", ", "array("));
    let mut extras = Vec::new();
    if (a.size() == 0 && a.shape() != [0]) || a.size() > THRESHOLD {
        extras.push(text!("shape={}", super::construct::tuple_text(a.shape())));
    }
    if !matches!(a.dtype(), Dtype::Bool | Dtype::I64 | Dtype::F64 | Dtype::C128) || a.size() == 0 {
        extras.push(text!("dtype={}", a.dtype().name()));
    }
    if extras.is_empty() {
        return text + ")";
    }
    text.push(',');
    let extra = extras.join(", ") + ")";
    let last = text.len() - text.rfind('\n').map_or(0, |i| i + 1);
    text += if last + extra.len() + 1 > WIDTH { "\n      " } else { " " };
    text + &extra
}

fn array_text(a: &Array, separator: &str, prefix: &str) -> String {
    if a.size() == 0 {
        return String::from("[]");
    }
    let summarised = a.size() > THRESHOLD;
    let shown = |length: usize| -> Vec<usize> {
        if summarised && length > 2 * EDGE {
            (0..EDGE).chain(length - EDGE..length).collect()
        } else {
            (0..length).collect()
        }
    };
    let mut positions = alloc::vec![a.offset() as isize];
    for (length, stride) in a.shape().iter().zip(a.strides()) {
        positions =
            positions.iter().flat_map(|p| shown(*length).into_iter().map(move |i| p + i as isize * stride)).collect();
    }
    let items: Vec<Scalar> = positions.into_iter().map(|p| a.at(p as usize)).collect();
    let words = words(&items, a.dtype(), a.shape().is_empty());
    if a.shape().is_empty() {
        return words.concat();
    }
    // One column is left for the parenthesis that follows.
    let width = WIDTH - usize::from(!prefix.is_empty());
    let mut words = words.into_iter();
    nested(a.shape(), summarised, &mut words, separator, &" ".repeat(prefix.len()), width)
}

fn nested(
    shape: &[usize],
    summarised: bool,
    words: &mut impl Iterator<Item = String>,
    separator: &str,
    indent: &str,
    width: usize,
) -> String {
    let Some((length, inner)) = shape.split_first() else { return words.next().unwrap_or_default() };
    let length = *length;
    let dots = summarised && length > 2 * EDGE;
    let count = if dots { 2 * EDGE } else { length };
    let deeper = text!("{} ", indent);
    let mut text = String::new();
    if inner.is_empty() {
        let room = width - separator.trim_end().len().max(1);
        let mut line = deeper.clone();
        let extend = |text: &mut String, line: &mut String, word: &str| {
            if line.len() + word.len() > room && line.len() > deeper.len() {
                *text += line.trim_end();
                text.push('\n');
                *line = deeper.clone();
            }
            *line += word;
        };
        for i in 0..count {
            if dots && i == EDGE {
                extend(&mut text, &mut line, "...");
                line += separator;
            }
            extend(&mut text, &mut line, &words.next().unwrap_or_default());
            if i + 1 < count {
                line += separator;
            }
        }
        text += &line;
    } else {
        let between = text!("{}{}", separator.trim_end(), "\n".repeat(inner.len()));
        for i in 0..count {
            if dots && i == EDGE {
                text += &text!("{}...{}", deeper, between);
            }
            text += &deeper;
            text += &nested(inner, summarised, words, separator, &deeper, width - 1);
            if i + 1 < count {
                text += &between;
            }
        }
    }
    text!("[{}]", text.get(deeper.len()..).unwrap_or_default())
}

/// The elements as they are printed, of one width.
fn words(items: &[Scalar], dtype: Dtype, alone: bool) -> Vec<String> {
    match dtype {
        Dtype::F32 => floats(&items.iter().map(|x| Number::F32(x.cast())).collect::<Vec<_>>(), false),
        Dtype::F64 => floats(&items.iter().map(|x| Number::F64(x.cast())).collect::<Vec<_>>(), false),
        Dtype::C64 => {
            let parts: Vec<Complex<f32>> = items.iter().map(|x| x.cast()).collect();
            let part = |f: fn(&Complex<f32>) -> f32| parts.iter().map(|c| Number::F32(f(c))).collect::<Vec<_>>();
            joined(&part(|c| c.re), &part(|c| c.im))
        }
        Dtype::C128 => {
            let parts: Vec<Complex<f64>> = items.iter().map(|x| x.cast()).collect();
            let part = |f: fn(&Complex<f64>) -> f64| parts.iter().map(|c| Number::F64(f(c))).collect::<Vec<_>>();
            joined(&part(|c| c.re), &part(|c| c.im))
        }
        Dtype::Bool | Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 => {
            let words: Vec<String> = items.iter().map(|x| scalar(*x)).collect();
            // Truth values in brackets get the width of `False`.
            let width = match dtype {
                Dtype::Bool if !alone => 5,
                _ => words.iter().map(String::len).max().unwrap_or(0),
            };
            words.iter().map(|word| right(word, width)).collect()
        }
    }
}

fn joined(re: &[Number], im: &[Number]) -> Vec<String> {
    let with_j = |word: String| {
        let end = word.trim_end().len();
        text!("{}j{}", cut(&word, ..end), cut(&word, end..))
    };
    floats(re, false).into_iter().zip(floats(im, true)).map(|(re, im)| re + &with_j(im)).collect()
}

/// A float of either width: the digits that tell it from others depend on that.
#[derive(Clone, Copy)]
enum Number {
    F32(f32),
    F64(f64),
}

impl Number {
    fn value(self) -> f64 {
        match self {
            Number::F32(x) => f64::from(x),
            Number::F64(x) => x,
        }
    }

    /// The fewest digits that tell it from others, and the power of ten of the first.
    fn shortest(self) -> (String, i32) {
        match self {
            Number::F32(x) => decimal::shortest_f32(x.abs()),
            Number::F64(x) => decimal::shortest(x.abs()),
        }
    }

    fn sign(self) -> &'static str {
        if self.value().is_sign_negative() { "-" } else { "" }
    }

    /// Whole part with sign, and fraction of at most eight digits without zeros at its end.
    fn positional(self) -> (String, String) {
        let (digits, exponent) = self.shortest();
        let text = if digits.len() as i32 - 1 - exponent > PRECISION as i32 {
            decimal::fixed(self.value().abs(), PRECISION)
        } else {
            decimal::plain(&digits, exponent)
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        (text!("{}{}", self.sign(), whole), String::from(fraction.trim_end_matches('0')))
    }

    /// Digit before the point with sign, digits after it, and the exponent with sign.
    fn scientific(self) -> (String, String, String) {
        let (mut digits, mut exponent) = self.shortest();
        if digits.len() > PRECISION + 1 {
            (digits, exponent) = decimal::rounded(self.value().abs(), PRECISION + 1);
        }
        let (whole, fraction) = digits.split_at_checked(1).unwrap_or_default();
        let mut power = String::from(if exponent < 0 { "-" } else { "+" });
        digits_of(&mut power, exponent.unsigned_abs().into(), Base::Decimal, 2);
        (text!("{}{}", self.sign(), whole), String::from(fraction.trim_end_matches('0')), power)
    }
}

/// A word at the right end of a column.
fn right(word: &str, width: usize) -> String {
    text!("{}{}", " ".repeat(width.saturating_sub(word.len())), word)
}

fn floats(items: &[Number], plus: bool) -> Vec<String> {
    let finite: Vec<Number> = items.iter().copied().filter(|x| x.value().is_finite()).collect();
    let magnitudes = finite.iter().map(|x| x.value().abs()).filter(|x| *x != 0.0);
    let (mut largest, mut smallest) = (0.0f64, f64::INFINITY);
    for x in magnitudes {
        largest = largest.max(x);
        smallest = smallest.min(x);
    }
    let (limit, ratio) = match items.first() {
        Some(Number::F32(_)) => (1e6, f64::from(largest as f32 / smallest as f32)),
        _ => (1e8, largest / smallest),
    };
    let scientific = largest > 0.0 && (largest >= limit || smallest < 0.0001 || ratio > 1000.0);
    let signed = |whole: String| if plus && !whole.starts_with('-') { text!("+{}", whole) } else { whole };
    let (mut left, mut after, mut width, mut size) = (0, 0, 0, 0);
    for x in &finite {
        let (whole, fraction) = if scientific {
            let (whole, fraction, exponent) = x.scientific();
            size = size.max(exponent.len() - 1);
            (whole, fraction)
        } else {
            x.positional()
        };
        left = left.max(signed(whole).len());
        width = width.max(fraction.len());
        after = if scientific { size + 2 + width } else { width };
    }
    if finite.len() < items.len() {
        let is_below = items.iter().any(|x| x.value() == f64::NEG_INFINITY);
        let longest = 3 + usize::from(plus || is_below);
        // NaN takes three columns, or as many as the infinity with its sign.
        left = left.max(longest.saturating_sub(after + 1));
    }
    let word = |x: &Number| {
        let value = x.value();
        if !value.is_finite() {
            let text = if value.is_nan() { "nan" } else { "inf" };
            let sign = if value == f64::NEG_INFINITY {
                "-"
            } else if plus {
                "+"
            } else {
                ""
            };
            return right(&text!("{}{}", sign, text), left + after + 1);
        }
        if scientific {
            let (whole, fraction, exponent) = x.scientific();
            let (sign, digits) = exponent.split_at_checked(1).unwrap_or_default();
            let zeros = |count: usize| "0".repeat(count);
            let (after, before) =
                (zeros(width.saturating_sub(fraction.len())), zeros(size.saturating_sub(digits.len())));
            return text!("{}.{}{}e{}{}{}", right(&signed(whole), left), fraction, after, sign, before, digits);
        }
        let (whole, fraction) = x.positional();
        text!("{}.{}{}", right(&signed(whole), left), fraction, " ".repeat(width.saturating_sub(fraction.len())))
    };
    items.iter().map(word).collect()
}
