//! Operators of arrays and NumPy scalars: the type to compute in, what NumPy refuses, and the loop.

use super::arithmetic::{Arithmetic, Bits};
use super::element::{Complex, with_dtype};
use super::elementwise::{map, put, zip, zip_same};
use super::promote::{Operand, common, element_name, result_shape, result_type, unsupported};
use super::{Array, Dtype, Scalar, type_name};
use crate::math;
use crate::py::ops::{Binary, Compare, Unary};
use crate::py::{Exception, Result, Value};
use crate::text::text;

/// An operator on an array or a NumPy scalar. Constant operators leave one call.
#[inline]
pub fn unary(op: Unary, a: &Value) -> Result {
    match op {
        Unary::Neg => negative(a),
        Unary::Pos => positive(a),
        Unary::Invert => invert(a),
    }
}

/// `-a`
pub fn negative(a: &Value) -> Result {
    let x = Operand::of(a)?;
    if x.dtype() == Dtype::Bool {
        return Err(Exception::type_error(
            "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead.",
        ));
    }
    Ok(with_dtype!(x.dtype(), T => map::<T, T>(&x, T::neg)))
}

/// `+a`
pub fn positive(a: &Value) -> Result {
    let x = Operand::of(a)?;
    if x.dtype() == Dtype::Bool {
        return Err(Exception::new(
            NO_LOOP,
            "ufunc 'positive' did not contain a loop with signature matching types <class 'numpy.dtypes.BoolDType'> -> None",
        ));
    }
    Ok(with_dtype!(x.dtype(), T => map::<T, T>(&x, |a| a)))
}

/// `~a`
pub fn invert(a: &Value) -> Result {
    let x = Operand::of(a)?;
    let dtype = x.dtype();
    whole("invert", dtype)?;
    Ok(with_bits(dtype, BitsUnary(&x)))
}

/// The name of the type of errors about types and casts: a subclass of `TypeError`.
const NO_LOOP: &str = "UFuncTypeError";

struct BitsUnary<'a>(&'a Operand);

fn with_bits(dtype: Dtype, BitsUnary(x): BitsUnary<'_>) -> Value {
    match dtype {
        Dtype::Bool => map::<bool, bool>(x, bool::invert),
        Dtype::U8 => map::<u8, u8>(x, u8::invert),
        Dtype::I16 => map::<i16, i16>(x, i16::invert),
        Dtype::I32 => map::<i32, i32>(x, i32::invert),
        Dtype::I64 | Dtype::F32 | Dtype::F64 | Dtype::C64 | Dtype::C128 => map::<i64, i64>(x, i64::invert),
    }
}

/// The name of the class of a dtype.
fn class_name(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::Bool => "BoolDType",
        Dtype::U8 => "UInt8DType",
        Dtype::I16 => "Int16DType",
        Dtype::I32 => "Int32DType",
        Dtype::I64 => "Int64DType",
        Dtype::F32 => "Float32DType",
        Dtype::F64 => "Float64DType",
        Dtype::C64 => "Complex64DType",
        Dtype::C128 => "Complex128DType",
    }
}

/// The argument of a function of every element, or NumPy's error where it can be none.
pub fn argument(name: &str, value: &Value) -> Result<Operand> {
    match value {
        value if Operand::accepts(value) => Operand::of(value),
        Value::Str(_) => Err(Exception::new(
            NO_LOOP,
            text!(
                "ufunc '{}' did not contain a loop with signature matching types <class 'numpy.dtypes.StrDType'> -> None",
                name
            ),
        )),
        _ if name.starts_with("is") => Err(no_loop(name)),
        other => Err(Exception::type_error(text!(
            "loop of ufunc does not support argument 0 of type {} which has no callable {} method",
            type_name(other),
            name
        ))),
    }
}

/// NumPy's `TypeError` where a function has no loop for the type.
pub fn no_loop(name: &str) -> Exception {
    Exception::type_error(text!(
        "ufunc '{}' not supported for the input types, and the inputs could not be safely coerced to any supported types \
         according to the casting rule ''safe''",
        name
    ))
}

fn whole(name: &str, dtype: Dtype) -> Result<()> {
    if dtype < Dtype::F32 { Ok(()) } else { Err(no_loop(name)) }
}

fn real(name: &str, dtype: Dtype) -> Result<()> {
    if dtype.is_complex() { Err(no_loop(name)) } else { Ok(()) }
}

/// An operator where an operand is an array or a NumPy scalar.
#[inline]
pub fn binary(op: Binary, a: &Value, b: &Value) -> Result {
    apply(op, a, b, None)
}

/// `a op= b`: an array is changed in place, everything else gives the new value.
#[inline]
pub fn augment(op: Binary, a: &Value, b: &Value) -> Result {
    augmented(|a, b, target| apply(op, a, b, target), a, b)
}

/// The same with the function of an operator.
#[inline]
pub fn augmented(op: impl Fn(&Value, &Value, Option<&Array>) -> Result, a: &Value, b: &Value) -> Result {
    match a {
        Value::Array(target) => op(a, b, Some(target)),
        _ => op(a, b, None),
    }
}

/// Constant operators leave one call of this.
#[inline]
fn apply(op: Binary, a: &Value, b: &Value, target: Option<&Array>) -> Result {
    match op {
        Binary::Add => add(a, b, target),
        Binary::Sub => subtract(a, b, target),
        Binary::Mul => multiply(a, b, target),
        Binary::Div => divide(a, b, target),
        Binary::FloorDiv => floor_divide(a, b, target),
        Binary::Mod => remainder(a, b, target),
        Binary::Pow => power(a, b, target),
        Binary::MatMul => matmul(a, b, target),
        Binary::And => bitwise_and(a, b, target),
        Binary::Or => bitwise_or(a, b, target),
        Binary::Xor => bitwise_xor(a, b, target),
        Binary::Shl => left_shift(a, b, target),
        Binary::Shr => right_shift(a, b, target),
    }
}

/// Operands and the type to compute in; an error where a value is none.
fn prepare(symbol: &str, name: &str, a: &Value, b: &Value) -> Result<(Operand, Operand, Dtype)> {
    let (x, y) = operands(symbol, name, a, b)?;
    let dtype = result_type(&x, &y)?;
    Ok((x, y, dtype))
}

fn operands(symbol: &str, name: &str, a: &Value, b: &Value) -> Result<(Operand, Operand)> {
    for (value, other) in [(a, b), (b, a)] {
        if !Operand::accepts(value) {
            return Err(match value {
                Value::Str(text) => {
                    let dtype = Operand::of(other)?.dtype().name();
                    let string = text!("<U{}", text.chars().count().max(1));
                    let (x, y) =
                        if matches!(a, Value::Str(_)) { (string.as_str(), dtype) } else { (dtype, string.as_str()) };
                    Exception::new(
                        NO_LOOP,
                        text!(
                            "ufunc '{}' did not contain a loop with signature matching types (dtype('{}'), dtype('{}')) -> None",
                            name,
                            x,
                            y
                        ),
                    )
                }
                _ => unsupported(symbol, a, b),
            });
        }
    }
    Ok((Operand::of(a)?, Operand::of(b)?))
}

/// NumPy's error where an in-place result would lose its kind.
pub fn check_output(name: &str, from: Dtype, target: Option<&Array>) -> Result<()> {
    fn kind(dtype: Dtype) -> u8 {
        match dtype {
            Dtype::Bool => 0,
            Dtype::U8 => 1,
            Dtype::I16 | Dtype::I32 | Dtype::I64 => 2,
            Dtype::F32 | Dtype::F64 => 3,
            Dtype::C64 | Dtype::C128 => 4,
        }
    }
    match target {
        Some(target) if kind(from) > kind(target.dtype()) => Err(Exception::new(
            NO_LOOP,
            text!(
                "Cannot cast ufunc '{}' output from dtype('{}') to dtype('{}') with casting rule 'same_kind'",
                name,
                from.name(),
                target.dtype().name()
            ),
        )),
        _ => Ok(()),
    }
}

/// Two floating scalars, or one and a Python `float`, without the way through operands.
macro_rules! quick {
    ($a:expr, $b:expr, |$x:ident, $y:ident| $result:expr) => {
        match ($a, $b) {
            (Value::Scalar(Scalar::F32($x)), Value::Scalar(Scalar::F32($y))) => {
                let ($x, $y) = (*$x, *$y);
                return Ok(Value::Scalar(Scalar::F32($result)));
            }
            (Value::Scalar(Scalar::F64($x)), Value::Scalar(Scalar::F64($y)))
            | (Value::Scalar(Scalar::F64($x)), Value::Float($y))
            | (Value::Float($x), Value::Scalar(Scalar::F64($y))) => {
                let ($x, $y) = (*$x, *$y);
                return Ok(Value::Scalar(Scalar::F64($result)));
            }
            (Value::Scalar(Scalar::F32($x)), Value::Float($y)) => {
                let ($x, $y) = (*$x, *$y as f32);
                return Ok(Value::Scalar(Scalar::F32($result)));
            }
            (Value::Float($x), Value::Scalar(Scalar::F32($y))) => {
                let ($x, $y) = (*$x as f32, *$y);
                return Ok(Value::Scalar(Scalar::F32($result)));
            }
            _ => {}
        }
    };
}

/// `a + b`, into `target` where there is one, which then is `a`. So are those below.
pub fn add(a: &Value, b: &Value, target: Option<&Array>) -> Result {
    quick!(a, b, |x, y| x + y);
    let (x, y, dtype) = prepare("+", "add", a, b)?;
    check_output("add", dtype, target)?;
    with_dtype!(dtype, T => zip_same::<T>(&x, &y, target, T::add))
}

/// `a - b`
pub fn subtract(a: &Value, b: &Value, target: Option<&Array>) -> Result {
    quick!(a, b, |x, y| x - y);
    let (x, y, dtype) = prepare("-", "subtract", a, b)?;
    check_output("subtract", dtype, target)?;
    if dtype == Dtype::Bool {
        return Err(Exception::type_error(
            "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the \
             logical_xor function instead.",
        ));
    }
    with_dtype!(dtype, T => zip_same::<T>(&x, &y, target, T::sub))
}

/// `a * b`
pub fn multiply(a: &Value, b: &Value, target: Option<&Array>) -> Result {
    quick!(a, b, |x, y| x * y);
    let (x, y, dtype) = prepare("*", "multiply", a, b)?;
    check_output("multiply", dtype, target)?;
    with_dtype!(dtype, T => zip_same::<T>(&x, &y, target, T::mul))
}

/// `a / b`
pub fn divide(a: &Value, b: &Value, target: Option<&Array>) -> Result {
    quick!(a, b, |x, y| x / y);
    let (x, y) = operands("/", "divide", a, b)?;
    // Whole numbers are divided as float64, so that none of Python's is out of bounds.
    let dtype = match common(x.dtype(), y.dtype()) {
        whole if whole < Dtype::F32 => Dtype::F64,
        _ => result_type(&x, &y)?,
    };
    check_output("divide", dtype, target)?;
    match dtype {
        Dtype::F32 => zip_same::<f32>(&x, &y, target, |a, b| a / b),
        Dtype::C64 => zip_same::<Complex<f32>>(&x, &y, target, Complex::<f32>::over),
        Dtype::C128 => zip_same::<Complex<f64>>(&x, &y, target, Complex::<f64>::over),
        Dtype::Bool | Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 | Dtype::F64 => {
            zip_same::<f64>(&x, &y, target, |a, b| a / b)
        }
    }
}

/// Truth values count as whole numbers.
fn counted(dtype: Dtype) -> Dtype {
    if dtype == Dtype::Bool { Dtype::I64 } else { dtype }
}

/// `a // b`
pub fn floor_divide(a: &Value, b: &Value, target: Option<&Array>) -> Result {
    let (x, y, dtype) = prepare("//", "floor_divide", a, b)?;
    real("floor_divide", dtype)?;
    let dtype = counted(dtype);
    check_output("floor_divide", dtype, target)?;
    with_dtype!(dtype, T => zip_same::<T>(&x, &y, target, T::floor_div))
}

/// `a % b`
pub fn remainder(a: &Value, b: &Value, target: Option<&Array>) -> Result {
    let (x, y, dtype) = prepare("%", "remainder", a, b)?;
    real("remainder", dtype)?;
    let dtype = counted(dtype);
    check_output("remainder", dtype, target)?;
    with_dtype!(dtype, T => zip_same::<T>(&x, &y, target, T::modulo))
}

/// `a ** b`: squares are products, and roots are roots, as in NumPy.
#[cfg_attr(feature = "py-bool", expect(clippy::bool_comparison, reason = "one text for all types"))]
pub fn power(a: &Value, b: &Value, target: Option<&Array>) -> Result {
    let (x, y, dtype) = prepare("** or pow()", "power", a, b)?;
    let dtype = counted(dtype);
    check_output("power", dtype, target)?;
    let exponent = match y {
        Operand::Int(n) => n as f64,
        Operand::Float(n) => n,
        Operand::Array(_) | Operand::Scalar(_) => f64::NAN,
    };
    if exponent == 2.0 {
        return with_dtype!(dtype, T => zip_same::<T>(&x, &y, target, |a, _| a.mul(a)));
    }
    if dtype.is_integer() {
        let is_negative = with_dtype!(dtype, T => y.items::<T>(y.shape()).many().iter().any(|b| *b < T::default())
            || y.single::<T>().is_some_and(|b| b < T::default()));
        if is_negative {
            return Err(Exception::value_error("Integers to negative integer powers are not allowed."));
        }
    }
    let is_array = matches!(x, Operand::Array(_));
    match dtype {
        Dtype::F32 if is_array && exponent == 0.5 => zip_same::<f32>(&x, &y, target, |a, _| math::sqrtf(a)),
        Dtype::F64 if is_array && exponent == 0.5 => zip_same::<f64>(&x, &y, target, |a, _| math::sqrt(a)),
        Dtype::F32 if is_array && exponent == -1.0 => zip_same::<f32>(&x, &y, target, |a, _| 1.0 / a),
        Dtype::F64 if is_array && exponent == -1.0 => zip_same::<f64>(&x, &y, target, |a, _| 1.0 / a),
        _ if exponent == 1.0 => with_dtype!(dtype, T => zip_same::<T>(&x, &y, target, |a, _| a)),
        _ => with_dtype!(dtype, T => zip_same::<T>(&x, &y, target, T::raise)),
    }
}

/// `a ** 2` of arrays of float32 and float64; with a target as the others.
pub fn squared(a: &Value, target: Option<&Array>) -> Result {
    let x = Operand::of(a)?;
    match x.dtype() {
        Dtype::F32 => zip_same::<f32>(&x, &x, target, |a, _| a * a),
        _ => zip_same::<f64>(&x, &x, target, |a, _| a * a),
    }
}

/// `a @ b`
pub fn matmul(a: &Value, b: &Value, target: Option<&Array>) -> Result {
    if !Operand::accepts(a) || !Operand::accepts(b) {
        return Err(unsupported("@", a, b));
    }
    let product = crate::py::np::matmul(&[a.clone(), b.clone()])?;
    target.map_or_else(|| Ok(product.clone()), |target| put(target, &product))
}

macro_rules! bitwise {
    ($($(#[$doc:meta])* $function:ident, $name:literal, $symbol:literal, $method:ident, $promote:expr;)*) => {$(
        $(#[$doc])*
        pub fn $function(a: &Value, b: &Value, target: Option<&Array>) -> Result {
            let (x, y, dtype) = prepare($symbol, $name, a, b)?;
            whole($name, dtype)?;
            let dtype = $promote(dtype);
            check_output($name, dtype, target)?;
            match dtype {
                Dtype::Bool => zip_same::<bool>(&x, &y, target, bool::$method),
                Dtype::U8 => zip_same::<u8>(&x, &y, target, u8::$method),
                Dtype::I16 => zip_same::<i16>(&x, &y, target, i16::$method),
                Dtype::I32 => zip_same::<i32>(&x, &y, target, i32::$method),
                Dtype::I64 | Dtype::F32 | Dtype::F64 | Dtype::C64 | Dtype::C128 => {
                    zip_same::<i64>(&x, &y, target, i64::$method)
                }
            }
        }
    )*};
}

bitwise! {
    /// `a & b`
    bitwise_and, "bitwise_and", "&", and, core::convert::identity;
    /// `a | b`
    bitwise_or, "bitwise_or", "|", or, core::convert::identity;
    /// `a ^ b`
    bitwise_xor, "bitwise_xor", "^", xor, core::convert::identity;
    /// `a << b`
    left_shift, "left_shift", "<<", shl, counted;
    /// `a >> b`
    right_shift, "right_shift", ">>", shr, counted;
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $function:ident $op:ident $symbol:tt;)*) => {
        /// A comparison (not `is`, not `in`). Constant operators leave one call.
        #[inline]
        pub fn compare(op: Compare, a: &Value, b: &Value) -> Result {
            match op {
                $(Compare::$op => $function(a, b),)*
                Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => strange(op, a, b),
            }
        }

        $(
            $(#[$doc])*
            pub fn $function(a: &Value, b: &Value) -> Result {
                match comparable(a, b)? {
                    None => strange(Compare::$op, a, b),
                    Some((x, y, dtype)) => with_dtype!(dtype, T => zip::<T, bool>(&x, &y, |a, b| a $symbol b)),
                }
            }
        )*
    };
}

comparisons! {
    /// `a == b`
    equal Eq ==;
    /// `a != b`
    not_equal Ne !=;
    /// `a < b`
    less Lt <;
    /// `a <= b`
    less_equal Le <=;
    /// `a > b`
    greater Gt >;
    /// `a >= b`
    greater_equal Ge >=;
}

/// Operands of a comparison and the type that they are compared in; none where one is no number.
fn comparable(a: &Value, b: &Value) -> Result<Option<(Operand, Operand, Dtype)>> {
    if !Operand::accepts(a) || !Operand::accepts(b) {
        return Ok(None);
    }
    let (x, y) = (Operand::of(a)?, Operand::of(b)?);
    // A whole number of Python's may be beyond the type of the other side: then it is still greater or less.
    let dtype = match (&x, &y) {
        (Operand::Int(_), other) | (other, Operand::Int(_)) if other.dtype() < Dtype::F32 => Dtype::I64,
        _ => result_type(&x, &y)?,
    };
    // Behind a list Python asks the array, which names its own shape first if they do not fit.
    if matches!(a, Value::List(_) | Value::Tuple(_)) {
        result_shape(&y, &x)?;
    }
    Ok(Some((x, y, dtype)))
}

/// A comparison with what is no number: all elements differ from it, and none is less or greater.
fn strange(op: Compare, a: &Value, b: &Value) -> Result {
    let array = if Operand::accepts(a) { a } else { b };
    let symbol = match op {
        Compare::Eq | Compare::Ne => {
            let is_unequal = op == Compare::Ne;
            return Ok(match array {
                Value::Array(x) => Value::Array(Array::new(alloc::vec![is_unequal; x.size()], x.shape())),
                _ => Value::Bool(is_unequal),
            });
        }
        Compare::Lt => "<",
        Compare::Le => "<=",
        Compare::Gt => ">",
        Compare::Ge => ">=",
        Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => {
            return Err(Exception::type_error("not a comparison of arrays"));
        }
    };
    if matches!((a, b), (Value::Str(_), _) | (_, Value::Str(_))) {
        let class = |v: &Value| match v {
            Value::Str(_) => "StrDType",
            other => Operand::of(other).map_or("ObjectDType", |x| class_name(x.dtype())),
        };
        let name = match op {
            Compare::Lt => "less",
            Compare::Le => "less_equal",
            Compare::Gt => "greater",
            _ => "greater_equal",
        };
        return Err(Exception::new(
            NO_LOOP,
            text!(
                "ufunc '{}' did not contain a loop with signature matching types (<class 'numpy.dtypes.{}'>, <class \
                 'numpy.dtypes.{}'>) -> None",
                name,
                class(a),
                class(b)
            ),
        ));
    }
    Err(Exception::type_error(text!(
        "'{}' not supported between instances of '{}' and '{}'",
        symbol,
        element_name(a),
        element_name(b)
    )))
}
