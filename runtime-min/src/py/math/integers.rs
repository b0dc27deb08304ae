//! Functions of whole numbers.

use crate::py::ops::{as_index, collect};
use crate::py::{Exception, Result, Value};

/// `math.gcd(*integers)`
pub fn gcd(args: &[Value]) -> Result {
    let mut out = 0;
    for item in collect(&args[0])? {
        out = gcd_i(out, as_index(&item)?)?;
    }
    Ok(Value::Int(out))
}

fn common(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn narrow(x: u64) -> Result<i64> {
    i64::try_from(x).map_err(|_| Exception::too_large())
}

/// `math.gcd(a, b)`
pub fn gcd_i(a: i64, b: i64) -> Result<i64> {
    narrow(common(a.unsigned_abs(), b.unsigned_abs()))
}

/// `math.lcm(*integers)`
pub fn lcm(args: &[Value]) -> Result {
    let mut out = 1;
    for item in collect(&args[0])? {
        out = lcm_i(out, as_index(&item)?)?;
    }
    Ok(Value::Int(out))
}

/// `math.lcm(a, b)`
pub fn lcm_i(a: i64, b: i64) -> Result<i64> {
    let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
    if a == 0 || b == 0 {
        return Ok(0);
    }
    narrow((a / common(a, b)).checked_mul(b).ok_or_else(Exception::too_large)?)
}

/// `math.factorial(n)`
pub fn factorial(args: &[Value]) -> Result {
    factorial_i(as_index(&args[0])?).map(Value::Int)
}

/// `math.factorial(n)`
pub fn factorial_i(n: i64) -> Result<i64> {
    match n {
        ..0 => Err(Exception::value_error("factorial() not defined for negative values")),
        0..=20 => Ok((1..=n).product()),
        21.. => Err(Exception::too_large()),
    }
}

/// `math.isqrt(n)`
pub fn isqrt(args: &[Value]) -> Result {
    isqrt_i(as_index(&args[0])?).map(Value::Int)
}

/// `math.isqrt(n)`
pub fn isqrt_i(n: i64) -> Result<i64> {
    n.checked_isqrt().ok_or_else(|| Exception::value_error("isqrt() argument must be nonnegative"))
}

fn counts(n: &Value, k: &Value) -> Result<(i64, i64)> {
    let (n, k) = (as_index(n)?, as_index(k)?);
    if n < 0 {
        return Err(Exception::value_error("n must be a non-negative integer"));
    }
    if k < 0 {
        return Err(Exception::value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

/// `math.comb(n, k)`
pub fn comb(args: &[Value]) -> Result {
    let (n, k) = counts(&args[0], &args[1])?;
    if k > n {
        return Ok(Value::Int(0));
    }
    let mut out = 1i128;
    for i in 0..k.min(n - k) {
        // Each quotient is a binomial coefficient itself, and no later one is smaller.
        out = out * i128::from(n - i) / i128::from(i + 1);
        if out > i128::from(i64::MAX) {
            return Err(Exception::too_large());
        }
    }
    Ok(Value::Int(out as i64))
}

/// `math.perm(n, k)`
pub fn perm(args: &[Value]) -> Result {
    if let Value::None = &args[1] {
        return factorial(args);
    }
    let (n, k) = counts(&args[0], &args[1])?;
    if k > n {
        return Ok(Value::Int(0));
    }
    let mut out = 1i64;
    for i in 0..k {
        out = out.checked_mul(n - i).ok_or_else(Exception::too_large)?;
    }
    Ok(Value::Int(out))
}
