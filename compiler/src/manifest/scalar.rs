//! What an unquoted word means: the core schema of YAML 1.2, which JSON's words and numbers are part of.
//!
//! `yes`, `no`, `on` and `off`, numbers with underscores and times such as `1:30`, which YAML 1.1 gave a meaning, are
//! strings here; where a boolean is wanted, [`super::tree::Node::loose_bool`] understands the first four.

use super::tree::{Number, Value};

/// The value of a plain scalar.
pub fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => Number::parse(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

impl Number {
    /// Reads a number of JSON or of YAML's core schema: decimal, `0x1F`, `0o17`, `1e3`, `.5`, `.inf`, `.nan`.
    pub fn parse(text: &str) -> Option<Number> {
        let number = |float, int| Some(Number { text: text.to_owned(), float, int });
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        for (prefix, radix) in [("0x", 16), ("0o", 8)] {
            if let Some(rest) = text.strip_prefix(prefix) {
                if rest.is_empty() || !rest.chars().all(|c| c.is_digit(radix)) {
                    return None;
                }
                let float =
                    rest.chars().fold(0.0, |sum, c| sum * f64::from(radix) + f64::from(c.to_digit(radix).unwrap_or(0)));
                return number(float, i64::from_str_radix(rest, radix).ok());
            }
        }
        match text {
            ".nan" | ".NaN" | ".NAN" => return number(f64::NAN, None),
            _ => {}
        }
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
            return number(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }, None);
        }
        if digits(unsigned) {
            return number(text.parse().ok()?, text.parse().ok());
        }
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let whole_fits = whole.is_empty() || digits(whole);
        let part_fits = part.is_empty() || digits(part);
        let exponent_fits = exponent.is_none_or(|e| digits(e.strip_prefix(['-', '+']).unwrap_or(e)));
        if whole.len() + part.len() == 0 || !whole_fits || !part_fits || !exponent_fits {
            return None;
        }
        number(text.parse().ok()?, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_core_schema() {
        for text in ["", "~", "null", "NULL"] {
            assert_eq!(resolve(text), Value::Null);
        }
        assert_eq!(resolve("True"), Value::Bool(true));
        for text in
            ["yes", "on", "off", "tRue", "nil", "1_000", "1:30", "0x", "0xg", "0o8", "+", "-", ".", "e3", "1e", "1e+"]
        {
            assert_eq!(resolve(text), Value::String(text.to_owned()));
        }
        for text in ["NaN", "inf", "nan", "Infinity", "--1", "1.2.3", "0b1", "v1", "1.0.0", "- 1", "٣"] {
            assert_eq!(resolve(text), Value::String(text.to_owned()));
        }
    }

    #[test]
    fn numbers() {
        let read = |text: &str| Number::parse(text).map(|n| (n.float, n.int));
        for (text, float, int) in [
            ("0", 0.0, Some(0)),
            ("-12", -12.0, Some(-12)),
            ("+7", 7.0, Some(7)),
            ("007", 7.0, Some(7)),
            ("0x1F", 31.0, Some(31)),
            ("0o17", 15.0, Some(15)),
            ("1.", 1.0, None),
            (".5", 0.5, None),
            ("-.5", -0.5, None),
            ("1e3", 1000.0, None),
            ("2.5E-1", 0.25, None),
            ("-.inf", f64::NEG_INFINITY, None),
            ("99999999999999999999", 1e20, None),
        ] {
            assert_eq!(read(text), Some((float, int)), "{text}");
        }
        assert!(Number::parse(".nan").is_some_and(|n| n.float.is_nan() && !n.overflows()));
        assert!(Number::parse("-1e999").is_some_and(|n| n.overflows()));
        assert!(Number::parse(".inf").is_some_and(|n| !n.overflows()));
        assert!(Number::parse("3.10").is_some_and(|n| n.text == "3.10"));
    }
}
