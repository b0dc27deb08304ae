//! Arithmetic on the numbers of JSON messages.
//!
//! Whole numbers stay whole where the result is exact and fits; otherwise the result is a float, rounded once from the exact
//! one for sum, difference and product. A quotient is whole where it comes out even; else both operands become floats
//! first. The remainder has the sign of the divisor, as in Python: `-7 mod 3` is 2, `7 mod -3` is -2. A whole power of a
//! whole number is exact as long as it fits, a negative one is the reciprocal of that, rounded once as long as it is below
//! 2^53; every other power is that of the `libm` crate, whose error is below one unit in the last place.
//!
//! Trouble instead of a number: `division_by_zero` (a quotient, remainder or negative power of zero), `not_real` (a
//! fractional power of a negative number), `overflow` (a result that is not finite although both operands are).

use crate::message::Value;
use alloc::format;
use alloc::string::String;

/// A number of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i64),
    Float(f64),
}

/// Why there is no result: a stable word, and the sentence for it.
pub type Trouble = (&'static str, String);

impl Number {
    /// The number that a value is.
    pub fn of(value: &Value) -> Option<Number> {
        match value {
            Value::Int(i) => Some(Number::Int(*i)),
            Value::Float(x) => Some(Number::Float(*x)),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Object(_) => None,
        }
    }

    /// A number given as an option: whole where it is whole (and below 2^53 in size), so that whole messages stay whole.
    pub fn option(x: f64) -> Number {
        let whole = x as i64;
        if whole as f64 == x && whole.unsigned_abs() <= 1 << 53 { Number::Int(whole) } else { Number::Float(x) }
    }

    /// The nearest float.
    pub fn float(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Float(x) => x,
        }
    }

    /// The whole number that this is.
    pub fn whole(self) -> Option<i64> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        match self {
            Number::Int(i) => Some(i),
            Number::Float(x) if (-LIMIT..LIMIT).contains(&x) && x % 1.0 == 0.0 => Some(x as i64),
            Number::Float(_) => None,
        }
    }

    /// Cut towards zero, and to what fits; zero for NaN.
    pub fn saturating_i64(self) -> i64 {
        match self {
            Number::Int(i) => i,
            Number::Float(x) => x as i64,
        }
    }

    /// The sum.
    pub fn sum(self, other: Number) -> Result<Number, Trouble> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Ok(exact(i128::from(a) + i128::from(b))),
            (a, b) => finite(a.float() + b.float(), "sum", a, b),
        }
    }

    /// The difference.
    pub fn difference(self, other: Number) -> Result<Number, Trouble> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Ok(exact(i128::from(a) - i128::from(b))),
            (a, b) => finite(a.float() - b.float(), "difference", a, b),
        }
    }

    /// The product.
    pub fn product(self, other: Number) -> Result<Number, Trouble> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Ok(exact(i128::from(a) * i128::from(b))),
            (a, b) => finite(a.float() * b.float(), "product", a, b),
        }
    }

    /// The quotient.
    pub fn quotient(self, other: Number) -> Result<Number, Trouble> {
        if other.float() == 0.0 {
            return Err(by_zero(self, "divided by", other));
        }
        match (self, other) {
            (Number::Int(a), Number::Int(b)) if i128::from(a) % i128::from(b) == 0 => {
                Ok(exact(i128::from(a) / i128::from(b)))
            }
            (a, b) => finite(a.float() / b.float(), "quotient", a, b),
        }
    }

    /// The remainder, with the sign of the divisor.
    pub fn remainder(self, other: Number) -> Result<Number, Trouble> {
        if other.float() == 0.0 {
            return Err(by_zero(self, "modulo", other));
        }
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Ok(exact(match i128::from(a) % i128::from(b) {
                r if r != 0 && (r < 0) != (b < 0) => r + i128::from(b),
                r => r,
            })),
            (a, b) => {
                let (a, b) = (a.float(), b.float());
                Ok(Number::Float(match a % b {
                    0.0 => f64::copysign(0.0, b),
                    r if (r < 0.0) != (b < 0.0) => r + b,
                    r => r,
                }))
            }
        }
    }

    /// The power.
    #[cfg(feature = "math")]
    pub fn power(self, other: Number) -> Result<Number, Trouble> {
        if self.float() == 0.0 && other.float() < 0.0 {
            return Err(by_zero(self, "to the power", other));
        }
        if let (Number::Int(base), Number::Int(exponent)) = (self, other)
            && let Some(power) = whole_power(base, exponent.unsigned_abs())
        {
            if exponent >= 0 || power.unsigned_abs() == 1 {
                return Ok(Number::Int(power));
            }
            if power.unsigned_abs() <= 1 << 53 {
                return Ok(Number::Float(1.0 / power as f64));
            }
        }
        let (a, b) = (self.float(), other.float());
        if a < 0.0 && a.is_finite() && b.is_finite() && b % 1.0 != 0.0 {
            return Err(("not_real", format!("{} to the power {} is not a real number", show(self), show(other))));
        }
        finite(crate::math::pow(a, b), "power", self, other)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Value {
        match number {
            Number::Int(i) => Value::Int(i),
            Number::Float(x) => Value::Float(x),
        }
    }
}

/// None where the power does not fit.
#[cfg(feature = "math")]
fn whole_power(base: i64, exponent: u64) -> Option<i64> {
    match base {
        0 => Some(i64::from(exponent == 0)),
        1 => Some(1),
        -1 => Some(if exponent.is_multiple_of(2) { 1 } else { -1 }),
        _ => base.checked_pow(u32::try_from(exponent).ok()?),
    }
}

fn exact(result: i128) -> Number {
    i64::try_from(result).map_or_else(|_| Number::Float(result as f64), Number::Int)
}

fn finite(result: f64, what: &str, a: Number, b: Number) -> Result<Number, Trouble> {
    if result.is_finite() || !a.float().is_finite() || !b.float().is_finite() {
        Ok(Number::Float(result))
    } else {
        Err(("overflow", format!("the {what} of {} and {} is beyond the range of numbers", show(a), show(b))))
    }
}

fn by_zero(a: Number, how: &str, b: Number) -> Trouble {
    ("division_by_zero", format!("{} {how} {}", show(a), show(b)))
}

fn show(number: Number) -> Value {
    Value::from(number)
}
