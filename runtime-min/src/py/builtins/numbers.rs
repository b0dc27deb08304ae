//! Built-in functions of numbers, and those that reduce many values to one.

use crate::py::array::{Dtype, dynamic};
use crate::py::number::{self, Number};
use crate::py::ops::{self, Compare, as_index, collect, iterate, truth};
use crate::py::{Exception, Result, Value, array, format};
use crate::text::{Base, in_base, length, text};

/// `abs(x)`
pub fn abs(args: &[Value]) -> Result {
    match (Number::of(&args[0]), &args[0]) {
        (Some(Number::Int(i)), _) => number::int_abs(i).map(Value::Int),
        (Some(Number::Float(x)), _) => Ok(Value::Float(x.abs())),
        (None, Value::Array(_) | Value::Scalar(_)) => dynamic::abs(args),
        (None, other) => {
            let name = format::type_path(other);
            Err(Exception::type_error(text!("bad operand type for abs(): '{}'", name)))
        }
    }
}

/// `round(number, ndigits)`
pub fn round(args: &[Value]) -> Result {
    let (x, digits) = (&args[0], &args[1]);
    if let (Value::Scalar(scalar), Value::None) = (x, digits)
        && let number @ (Value::Int(_) | Value::Float(_)) = array::item(*scalar)
    {
        return round(&[number, Value::None]);
    }
    if let Value::Scalar(scalar) = x
        && scalar.dtype() != Dtype::Bool
    {
        return dynamic::round(&[x.clone(), digits.clone(), Value::None]);
    }
    let Some(x) = Number::of(x) else {
        let name = format::type_path(x);
        return Err(Exception::type_error(text!("type {} doesn't define __round__ method", name)));
    };
    match (x, digits) {
        (Number::Int(i), Value::None) => Ok(Value::Int(i)),
        (Number::Float(x), Value::None) => number::float_round(x).map(Value::Int),
        (Number::Int(i), digits) => number::int_round_to(i, as_index(digits)?).map(Value::Int),
        (Number::Float(x), digits) => number::float_round_to(x, as_index(digits)?).map(Value::Float),
    }
}

/// `divmod(a, b)`
pub fn divmod(args: &[Value]) -> Result {
    let (a, b) = (&args[0], &args[1]);
    if let (Value::Array(_) | Value::Scalar(_), _) | (_, Value::Array(_) | Value::Scalar(_)) = (a, b) {
        return Ok(Value::tuple([ops::floordiv(a, b)?, ops::modulo(a, b)?]));
    }
    match (Number::of(a), Number::of(b)) {
        (Some(Number::Int(a)), Some(Number::Int(b))) => divmod_int(a, b),
        (Some(a), Some(b)) => divmod_float(a.float(), b.float()),
        _ => {
            let (a, b) = (format::type_path(a), format::type_path(b));
            Err(Exception::type_error(text!("unsupported operand type(s) for divmod(): '{}' and '{}'", a, b)))
        }
    }
}

/// `divmod(a, b)` of whole numbers.
pub fn divmod_int(a: i64, b: i64) -> Result {
    Ok(Value::tuple([Value::Int(number::int_floordiv(a, b)?), Value::Int(number::int_modulo(a, b)?)]))
}

/// `divmod(a, b)` of floats.
pub fn divmod_float(a: f64, b: f64) -> Result {
    let (quotient, rest) = number::float_divmod(a, b)?;
    Ok(Value::tuple([Value::Float(quotient), Value::Float(rest)]))
}

/// `pow(base, exp, mod)`
pub fn pow(args: &[Value]) -> Result {
    let Value::None = &args[2] else {
        return match (Number::of(&args[0]), Number::of(&args[1]), Number::of(&args[2])) {
            (Some(Number::Int(base)), Some(Number::Int(exponent)), Some(Number::Int(modulus))) => {
                modular(base, exponent, modulus).map(Value::Int)
            }
            _ => Err(Exception::type_error("pow() 3rd argument not allowed unless all arguments are integers")),
        };
    };
    ops::pow(&args[0], &args[1])
}

/// `base ** exponent % modulus`
fn modular(base: i64, exponent: i64, modulus: i64) -> Result<i64> {
    if modulus == 0 {
        return Err(Exception::value_error("pow() 3rd argument cannot be 0"));
    }
    let m = i128::from(modulus).abs();
    let mut square = i128::from(base).rem_euclid(m);
    if exponent < 0 {
        square =
            inverse(square, m).ok_or_else(|| Exception::value_error("base is not invertible for the given modulus"))?;
    }
    let (mut rest, mut out) = (exponent.unsigned_abs(), 1 % m);
    while rest > 0 {
        if rest & 1 == 1 {
            out = out * square % m;
        }
        square = square * square % m;
        rest >>= 1;
    }
    // The result has the sign of the modulus, and is smaller.
    Ok((if modulus < 0 && out != 0 { out - m } else { out }) as i64)
}

/// The inverse of `a` modulo `m`, by Euclid's extended algorithm.
fn inverse(a: i128, m: i128) -> Option<i128> {
    let (mut old, mut new, mut old_factor, mut new_factor) = (a, m, 1, 0);
    while new != 0 {
        let quotient = old / new;
        (old, new) = (new, old - quotient * new);
        (old_factor, new_factor) = (new_factor, old_factor - quotient * new_factor);
    }
    (old == 1).then(|| old_factor.rem_euclid(m))
}

fn prefixed(args: &[Value], prefix: &str, base: Base) -> Result {
    let i = as_index(&args[0])?;
    Ok(Value::from(text!("{}{}{}", if i < 0 { "-" } else { "" }, prefix, in_base(i.unsigned_abs(), base))))
}

/// `hex(number)`
pub fn hex(args: &[Value]) -> Result {
    prefixed(args, "0x", Base::Hex)
}

/// `bin(number)`
pub fn bin(args: &[Value]) -> Result {
    prefixed(args, "0b", Base::Binary)
}

/// `oct(number)`
pub fn oct(args: &[Value]) -> Result {
    prefixed(args, "0o", Base::Octal)
}

/// `ord(c)`
pub fn ord(args: &[Value]) -> Result {
    let Value::Str(text) = &args[0] else {
        let name = format::type_path(&args[0]);
        return Err(Exception::type_error(text!("ord() expected string of length 1, but {} found", name)));
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(Value::Int(i64::from(u32::from(c)))),
        _ => {
            let len = length(text);
            let message = text!("ord() expected a character, but string of length {} found", len);
            Err(Exception::type_error(message))
        }
    }
}

/// `chr(i)`. Halves of surrogate pairs are not characters here.
pub fn chr(args: &[Value]) -> Result {
    let code = i32::try_from(as_index(&args[0])?)
        .map_err(|_| Exception::new("OverflowError", "Python int too large to convert to C int"))?;
    let c = u32::try_from(code).ok().and_then(char::from_u32);
    let c = c.ok_or_else(|| Exception::value_error("chr() arg not in range(0x110000)"))?;
    Ok(Value::from(&*c.encode_utf8(&mut [0; 4])))
}

/// `sum(iterable, start)`
pub fn sum(args: &[Value]) -> Result {
    if let Value::Str(_) = &args[1] {
        return Err(Exception::type_error("sum() can't sum strings [use ''.join(seq) instead]"));
    }
    let mut items = iterate(&args[0])?;
    let mut total = match Number::of(&args[1]) {
        Some(Number::Int(start)) => Total::Int(i128::from(start)),
        Some(Number::Float(start)) => Total::Float(start),
        None => Total::Value(args[1].clone()),
    };
    while let Some(item) = items.next()? {
        total = match (total, Number::of(&item)) {
            (Total::Int(total), Some(Number::Int(i))) => Total::Int(total + i128::from(i)),
            (Total::Int(total), Some(Number::Float(x))) => Total::Float(total as f64 + x),
            (Total::Float(total), Some(number)) => Total::Float(total + number.float()),
            (total, _) => Total::Value(ops::add(&total.value()?, &item)?),
        };
    }
    total.value()
}

/// A sum so far: that of whole numbers may be beyond 64 bits meanwhile.
enum Total {
    Int(i128),
    Float(f64),
    Value(Value),
}

impl Total {
    fn value(self) -> Result {
        match self {
            Total::Int(i) => i64::try_from(i).map(Value::Int).map_err(|_| Exception::too_large()),
            Total::Float(x) => Ok(Value::Float(x)),
            Total::Value(value) => Ok(value),
        }
    }
}

/// `any(iterable)`
pub fn any(args: &[Value]) -> Result {
    let mut items = iterate(&args[0])?;
    while let Some(item) = items.next()? {
        if truth(&item)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

/// `all(iterable)`
pub fn all(args: &[Value]) -> Result {
    let mut items = iterate(&args[0])?;
    while let Some(item) = items.next()? {
        if !truth(&item)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

/// `min(*values, default)`
pub fn min(args: &[Value]) -> Result {
    extreme("min", Compare::Lt, args)
}

/// `max(*values, default)`
pub fn max(args: &[Value]) -> Result {
    extreme("max", Compare::Gt, args)
}

fn extreme(name: &str, better: Compare, args: &[Value]) -> Result {
    let values = collect(&args[0])?;
    let default = &args[1];
    let items = match &values[..] {
        [] => return Err(Exception::type_error(text!("{} expected at least 1 argument, got 0", name))),
        [iterable] => collect(iterable)?,
        [..] if !matches!(default, Value::Ellipsis) => {
            let message = text!("Cannot specify a default for {}() with multiple positional arguments", name);
            return Err(Exception::type_error(message));
        }
        [..] => values,
    };
    match (best(better, &items)?, default) {
        (Some(at), _) => Ok(items[at].clone()),
        (None, Value::Ellipsis) => Err(empty(name)),
        (None, default) => Ok(default.clone()),
    }
}

/// The first of the best.
fn best(better: Compare, keys: &[Value]) -> Result<Option<usize>> {
    let Some(mut best) = keys.first() else { return Ok(None) };
    let mut at = 0;
    for (i, key) in keys.iter().enumerate().skip(1) {
        if truth(&ops::compare(better, key, best)?)? {
            (best, at) = (key, i);
        }
    }
    Ok(Some(at))
}

fn empty(name: &str) -> Exception {
    Exception::value_error(text!("{}() arg is an empty sequence", name))
}

/// `min(items, key=...)`, the keys being computed: one for each item.
pub fn min_by(items: &[Value], keys: &[Value]) -> Result {
    best(Compare::Lt, keys)?.map(|at| items[at].clone()).ok_or_else(|| empty("min"))
}

/// `max(items, key=...)`, the keys being computed: one for each item.
pub fn max_by(items: &[Value], keys: &[Value]) -> Result {
    best(Compare::Gt, keys)?.map(|at| items[at].clone()).ok_or_else(|| empty("max"))
}
