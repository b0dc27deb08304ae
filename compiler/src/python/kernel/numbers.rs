//! Arithmetic of kernels that are made of scripts: Python's numbers, and float32 of NumPy. What may raise is refused.

use super::range::{Range, as_f64};
use super::{EXACT, Known, Lowering, Reason, State, Step};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::kernel::{self, Const, Math, Scalar, ValueId};
use remotemedia_ir::script::{Binary, Compare, Expr, ExprKind, Literal, Unary};
use remotemedia_runtime_min::math;

impl Lowering<'_> {
    /// The same as a float, as Python converts it in arithmetic with one.
    pub(super) fn float(&mut self, known: Known) -> Result<Known, Reason> {
        match (known.scalar, known.constant) {
            (Scalar::F64, _) => Ok(known),
            (_, Some(Const::I64(i))) => Ok(self.constant(Const::F64(i as f64))),
            (_, Some(Const::Bool(b))) => Ok(self.constant(Const::F64(f64::from(u8::from(b))))),
            (_, Some(Const::F32(x))) => Ok(self.constant(Const::F64(f64::from(x)))),
            _ => {
                let value = self.builder.convert(known.value, Scalar::F64);
                Ok(Known { value, scalar: Scalar::F64, constant: None, ..known })
            }
        }
    }

    pub(super) fn truth(&mut self, known: Known) -> Result<Known, Reason> {
        if known.scalar == Scalar::Bool {
            return Ok(known);
        }
        let zero = self.constant(Const::zero(known.scalar));
        let value = self.pair(known, zero, |b, x, y| b.compare(kernel::Compare::Ne, x, y));
        Ok(bool_of(value))
    }

    /// Two operands with as many lanes.
    pub(super) fn pair(
        &mut self,
        a: Known,
        b: Known,
        operation: impl FnOnce(&mut KernelBuilder, ValueId, ValueId) -> ValueId,
    ) -> ValueId {
        let lanes = self.builder.ty(a.value).lanes.max(self.builder.ty(b.value).lanes);
        let wide = |builder: &mut KernelBuilder, v: ValueId| {
            if builder.ty(v).lanes == lanes { v } else { builder.splat(v, lanes) }
        };
        let (x, y) = (wide(&mut self.builder, a.value), wide(&mut self.builder, b.value));
        operation(&mut self.builder, x, y)
    }

    pub(super) fn unary(&mut self, op: Unary, a: Known, line: u32) -> Result<Known, Reason> {
        match (op, a.scalar) {
            (Unary::Pos, Scalar::F32 | Scalar::F64 | Scalar::I64) => Ok(a),
            (Unary::Neg, Scalar::F32 | Scalar::F64 | Scalar::I64) => {
                let value = self.builder.unary(kernel::Unary::Neg, a.value);
                let range = Range { low: -a.range.high, high: -a.range.low, nan: a.range.nan };
                Ok(Known { value, scalar: a.scalar, range, constant: None })
            }
            _ => Err(format!("line {line}: an operator that a kernel does not have")),
        }
    }

    /// # Errors
    /// Where it may be a truth value of NumPy, which is added as one, and makes float64 of a number of Python.
    fn is_no_truth(&self, known: Known, line: u32) -> Result<(), Reason> {
        if self.chunk.is_some() && known.scalar == Scalar::Bool && known.constant.is_none() {
            return Err(format!("line {line}: arithmetic with a truth value"));
        }
        Ok(())
    }

    pub(super) fn binary(&mut self, op: Binary, a: Known, b: Known, line: u32) -> Result<Known, Reason> {
        self.is_no_truth(a, line)?;
        self.is_no_truth(b, line)?;
        if a.scalar == Scalar::F32 || b.scalar == Scalar::F32 {
            return self.single(op, a, b, line);
        }
        let whole = a.scalar != Scalar::F64 && b.scalar != Scalar::F64;
        if whole && op != Binary::Div {
            return self.whole(op, a, b, line);
        }
        let (a, b) = (self.float(a)?, self.float(b)?);
        if op == Binary::Mul
            && let Some(product) = self.chosen_product(a, b, line)?
        {
            return Ok(product);
        }
        if let (Some(Const::F64(x)), Some(Const::F64(y))) = (a.constant, b.constant) {
            let folded = match op {
                Binary::Add => Some(x + y),
                Binary::Sub => Some(x - y),
                Binary::Mul => Some(x * y),
                Binary::Div if y != 0.0 => Some(x / y),
                _ => None,
            };
            if let Some(x) = folded {
                return Ok(self.constant(Const::F64(x)));
            }
        }
        let finished = |value: ValueId, range: Range| Ok(Known { value, scalar: Scalar::F64, range, constant: None });
        match op {
            Binary::Add => {
                let mut range = a.range.corners(b.range, |x, y| x + y);
                for (from, step) in [(a, b), (b, a)] {
                    if let Some(Step { to, least, .. }) = self.steps.get(&step.value).filter(|s| s.from == from.value) {
                        range = from.range.towards(*to, *least);
                    }
                }
                finished(self.pair(a, b, KernelBuilder::add), range)
            }
            Binary::Sub => {
                let range = a.range.corners(b.range, |x, y| x - y);
                let value = self.pair(a, b, KernelBuilder::sub);
                self.steps.insert(value, Step { to: a.range, from: b.value, least: 1.0 });
                finished(value, range)
            }
            Binary::Mul => {
                let range = a.range.corners(b.range, |x, y| x * y);
                let mut range = if range == Range::ANY { Range::ANY } else { range };
                // A square is never negative.
                if a.value == b.value {
                    range.low = range.low.max(0.0);
                }
                let value = self.pair(a, b, KernelBuilder::mul);
                for (part, step) in [(a, b), (b, a)] {
                    let is_part = part.range.low >= 0.0 && part.range.high <= 1.0 && !part.range.nan;
                    if let Some(step) = self.steps.get(&step.value).copied().filter(|_| is_part) {
                        self.steps.insert(value, Step { least: step.least * part.range.low, ..step });
                    }
                }
                finished(value, range)
            }
            Binary::Div if b.range.excludes_zero() => {
                let range = a.range.corners(b.range, |x, y| x / y);
                finished(self.pair(a, b, KernelBuilder::div), range)
            }
            Binary::Div => Err(format!("line {line}: a division by what may be zero")),
            // `x ** 2` is `x * x` in CPython's arithmetic too: `pow` of the C library is exact for it.
            Binary::Pow if b.constant == Some(Const::F64(2.0)) && a.range.high.abs().max(a.range.low.abs()) < 1e150 => {
                let mut range = a.range.corners(a.range, |x, y| x * y);
                range.low = range.low.max(0.0);
                finished(self.pair(a, a, KernelBuilder::mul), range)
            }
            Binary::Pow if power_is_finite(a, b) => {
                let range = Range { low: 0.0, high: f64::MAX, nan: b.range.nan };
                finished(self.pair(a, b, |k, x, y| k.math(Math::Pow, vec![x, y])), range)
            }
            Binary::FloorDiv
            | Binary::Mod
            | Binary::Pow
            | Binary::MatMul
            | Binary::And
            | Binary::Or
            | Binary::Xor
            | Binary::Shl
            | Binary::Shr => Err(format!("line {line}: an operator that a kernel does not have, or that may raise")),
        }
    }

    /// The product with one of two constants as one of two products: a recurrence then waits for its condition while it multiplies, not
    /// before.
    fn chosen_product(&mut self, a: Known, b: Known, line: u32) -> Result<Option<Known>, Reason> {
        let (choice, other, is_first) = match (self.choices.get(&a.value), self.choices.get(&b.value)) {
            (Some(choice), None) => (*choice, b, true),
            (None, Some(choice)) => (*choice, a, false),
            _ => return Ok(None),
        };
        if other.constant.is_some() {
            return Ok(None);
        }
        let [condition, x, y] = choice;
        let mut times = |constant: Known| {
            let (a, b) = if is_first { (constant, other) } else { (other, constant) };
            self.binary(Binary::Mul, a, b, line)
        };
        let (x, y) = (times(x)?, times(y)?);
        let product = self.select(condition, x, y);
        if let (Some(x), Some(y)) = (self.steps.get(&x.value), self.steps.get(&y.value)) {
            let step = Step { least: x.least.min(y.least), ..*x };
            self.steps.insert(product.value, step);
        }
        Ok(Some(product))
    }

    /// Arithmetic of whole numbers that provably fit.
    pub(super) fn whole(&mut self, op: Binary, a: Known, b: Known, line: u32) -> Result<Known, Reason> {
        let number = |this: &mut Self, k: Known| {
            if k.scalar == Scalar::Bool {
                let value = this.builder.convert(k.value, Scalar::I64);
                Known { value, scalar: Scalar::I64, constant: None, ..k }
            } else {
                k
            }
        };
        let (a, b) = (number(self, a), number(self, b));
        let too_large = || format!("line {line}: a whole number that may not fit 64 bits");
        let (value, range) = match op {
            Binary::Add => (self.pair(a, b, KernelBuilder::add), a.range.corners(b.range, |x, y| x + y)),
            Binary::Sub => (self.pair(a, b, KernelBuilder::sub), a.range.corners(b.range, |x, y| x - y)),
            Binary::Mul => (self.pair(a, b, KernelBuilder::mul), a.range.corners(b.range, |x, y| x * y)),
            // The remainder has the sign of the divisor: that of a truncated division, mended where it is negative.
            Binary::Mod => match b.constant {
                Some(Const::I64(n)) if n > 0 && a.range.is_finite() => {
                    let rest = self.pair(a, b, |k, x, y| k.binary(kernel::Binary::Rem, x, y));
                    let value = if a.range.low >= 0.0 {
                        rest
                    } else {
                        let zero = self.builder.i64(0);
                        let known = Known { value: rest, ..a };
                        let zero = Known { value: zero, ..b };
                        let negative = self.pair(known, zero, |k, x, y| k.compare(kernel::Compare::Lt, x, y));
                        let mended = self.pair(known, b, KernelBuilder::add);
                        self.selected(negative, mended, rest)
                    };
                    (value, Range::new(0.0, (n - 1) as f64, false))
                }
                _ => return Err(format!("line {line}: a remainder of what is not a constant")),
            },
            Binary::Div
            | Binary::FloorDiv
            | Binary::Pow
            | Binary::MatMul
            | Binary::And
            | Binary::Or
            | Binary::Xor
            | Binary::Shl
            | Binary::Shr => {
                return Err(format!("line {line}: an operator that a kernel does not have, or that may raise"));
            }
        };
        if !range.is_finite() || range.low < -EXACT || range.high > EXACT {
            return Err(too_large());
        }
        Ok(Known { value, scalar: Scalar::I64, range, constant: None })
    }

    pub(super) fn compare(&mut self, op: Compare, a: Known, b: Known, line: u32) -> Result<Known, Reason> {
        let has_order = a.scalar != Scalar::Bool || matches!(op, Compare::Eq | Compare::Ne);
        let is_single = a.scalar == Scalar::F32 || b.scalar == Scalar::F32;
        let (a, b) = if a.scalar == b.scalar && has_order {
            (a, b)
        } else if is_single {
            (self.as_single(a, line)?, self.as_single(b, line)?)
        } else {
            (self.float(a)?, self.float(b)?)
        };
        let op = comparison(op).ok_or_else(|| format!("line {line}: a comparison that a kernel does not have"))?;
        Ok(bool_of(self.pair(a, b, |k, x, y| k.compare(op, x, y))))
    }

    pub(super) fn call(&mut self, name: &str, args: &[Expr], line: u32, state: &mut State) -> Result<Known, Reason> {
        let float = |value: ValueId, range: Range| Known { value, scalar: Scalar::F64, range, constant: None };
        match name {
            "min" | "max" => {
                let [Expr { kind: ExprKind::Tuple(items), .. }, ..] = args else {
                    return Err(format!("line {line}: `{name}` of a list"));
                };
                let mut best: Option<Known> = None;
                for item in items {
                    let next = self.expr(item, state)?;
                    best = Some(match best {
                        None => next,
                        Some(best) if best.scalar == next.scalar && best.scalar != Scalar::Bool => {
                            // Python keeps the first unless the next is strictly better: a NaN in front stays, one behind has no say.
                            let (x, y) = (best.range, next.range);
                            let nan = x.nan || y.nan;
                            let (value, range) = if name == "min" {
                                let high = if y.nan { x.high } else { x.high.min(y.high) };
                                (self.pair(next, best, KernelBuilder::min), Range { low: x.low.min(y.low), high, nan })
                            } else {
                                let low = if y.nan { x.low } else { x.low.max(y.low) };
                                (
                                    self.pair(next, best, KernelBuilder::max),
                                    Range { low, high: x.high.max(y.high), nan },
                                )
                            };
                            Known { value, scalar: best.scalar, range, constant: None }
                        }
                        Some(_) => return Err(format!("line {line}: `{name}` of different types")),
                    });
                }
                best.ok_or_else(|| format!("line {line}: `{name}` of nothing"))
            }
            "abs" => {
                let a = self.expr(args.first().ok_or("abs")?, state)?;
                if a.scalar == Scalar::Bool {
                    return Err(format!("line {line}: `abs` of a bool"));
                }
                let value = self.builder.abs(a.value);
                let high = a.range.high.abs().max(a.range.low.abs());
                let low = if a.range.low > 0.0 {
                    a.range.low
                } else if a.range.high < 0.0 {
                    -a.range.high
                } else {
                    0.0
                };
                Ok(Known { value, scalar: a.scalar, range: Range { low, high, nan: a.range.nan }, constant: None })
            }
            "np.float32" => {
                let a = self.expr(args.first().ok_or("np.float32")?, state)?;
                self.as_single(a, line)
            }
            "np.abs" | "np.absolute" | "np.fabs" | "np.sqrt" | "np.tanh" => {
                let omitted = args.iter().skip(1).all(|a| a.as_literal() == Some(&Literal::None));
                let a = self.expr(args.first().ok_or("np")?, state)?;
                if a.scalar != Scalar::F32 || !omitted {
                    return Err(format!("line {line}: `{name}` of what is no float32"));
                }
                let value = match name {
                    "np.sqrt" => self.builder.unary(kernel::Unary::Sqrt, a.value),
                    "np.tanh" => self.builder.math(Math::Tanh, vec![a.value]),
                    _ => self.builder.abs(a.value),
                };
                Ok(Known { value, scalar: Scalar::F32, range: Range::ANY, constant: None })
            }
            "float" => {
                let a = self.expr(args.first().ok_or("float")?, state)?;
                self.float(a)
            }
            "math.pow" => {
                let [x, y, ..] = args else { return Err(format!("line {line}: `math.pow` of one number")) };
                let (x, y) = (self.expr(x, state)?, self.expr(y, state)?);
                let (x, y) = (self.float(x)?, self.float(y)?);
                if power_is_finite(x, y) {
                    self.binary(Binary::Pow, x, y, line)
                } else {
                    Err(format!("line {line}: `math.pow` of what it may not be defined for"))
                }
            }
            "math.sqrt" | "math.fabs" | "math.tanh" | "math.atan" | "math.sin" | "math.cos" | "math.exp"
            | "math.log" | "math.log2" | "math.log10" => {
                let a = self.expr(args.first().ok_or("math")?, state)?;
                let a = self.float(a)?;
                let nan = a.range.nan;
                let may_raise = || Err(format!("line {line}: `{name}` of what it may not be defined for"));
                let apply = |this: &mut Self, function: Math| this.builder.math(function, vec![a.value]);
                match name {
                    "math.fabs" => {
                        let value = self.builder.abs(a.value);
                        let high = a.range.high.abs().max(a.range.low.abs());
                        Ok(float(value, Range { low: 0.0, high, nan }))
                    }
                    "math.sqrt" if a.range.low >= 0.0 => {
                        let value = self.builder.unary(kernel::Unary::Sqrt, a.value);
                        Ok(float(value, Range { low: a.range.low.sqrt(), high: a.range.high.sqrt(), nan }))
                    }
                    "math.tanh" => Ok(float(apply(self, Math::Tanh), Range { low: -1.0, high: 1.0, nan })),
                    "math.atan" => Ok(float(apply(self, Math::Atan), Range { low: -1.6, high: 1.6, nan })),
                    "math.sin" | "math.cos" if a.range.low.is_finite() && a.range.high.is_finite() => {
                        let function = if name == "math.sin" { Math::Sin } else { Math::Cos };
                        Ok(float(apply(self, function), Range { low: -1.0, high: 1.0, nan }))
                    }
                    "math.exp" if a.range.high < 700.0 => {
                        Ok(float(apply(self, Math::Exp), Range { low: 0.0, high: f64::MAX, nan }))
                    }
                    "math.log" | "math.log2" | "math.log10" if a.range.low > 0.0 => {
                        if name == "math.log" && args.get(1).is_some_and(|b| b.as_literal() != Some(&Literal::Ellipsis))
                        {
                            return Err(format!("line {line}: a logarithm to another base"));
                        }
                        let function = match name {
                            "math.log" => Math::Ln,
                            "math.log2" => Math::Log2,
                            _ => Math::Log10,
                        };
                        Ok(float(apply(self, function), Range { low: -2000.0, high: f64::INFINITY, nan }))
                    }
                    _ => may_raise(),
                }
            }
            _ => Err(format!("line {line}: `{name}` is no function of kernels")),
        }
    }

    /// A number as NumPy makes float32 of it.
    pub(super) fn as_single(&mut self, known: Known, line: u32) -> Result<Known, Reason> {
        if let Some(chunk) = &mut self.chunk {
            chunk.has_single |= known.scalar == Scalar::F64;
        }
        self.converted(known, Scalar::F32, line)
    }

    pub(super) fn converted(&mut self, known: Known, scalar: Scalar, line: u32) -> Result<Known, Reason> {
        if known.scalar == scalar {
            return Ok(known);
        }
        if let Some(constant) = known.constant {
            return Ok(self.constant(cast(constant, scalar)));
        }
        if let Some([condition, a, b]) = self.choices.get(&known.value).copied() {
            let (a, b) = (self.converted(a, scalar, line)?, self.converted(b, scalar, line)?);
            return Ok(self.select(condition, a, b));
        }
        // float32 holds these; what is larger would be rounded twice.
        if matches!(known.scalar, Scalar::I64 | Scalar::I32)
            && !(known.range.low >= -16_777_216.0 && known.range.high <= 16_777_216.0)
        {
            return Err(format!("line {line}: a whole number that float32 may not hold"));
        }
        let known = self.float(known)?;
        if scalar == Scalar::F64 {
            return Ok(known);
        }
        let value = self.builder.convert(known.value, scalar);
        Ok(Known { value, scalar, range: singles(known.range), constant: None })
    }

    /// Arithmetic of NumPy's float32, also with numbers of Python. None of it raises.
    pub(super) fn single(&mut self, op: Binary, a: Known, b: Known, line: u32) -> Result<Known, Reason> {
        let (a, b) = (self.as_single(a, line)?, self.as_single(b, line)?);
        if op == Binary::Mul
            && let Some(product) = self.chosen_product(a, b, line)?
        {
            return Ok(product);
        }
        let (value, range) = match op {
            Binary::Add => (self.pair(a, b, KernelBuilder::add), a.range.corners(b.range, |x, y| x + y)),
            Binary::Sub => (self.pair(a, b, KernelBuilder::sub), a.range.corners(b.range, |x, y| x - y)),
            Binary::Mul => (self.pair(a, b, KernelBuilder::mul), a.range.corners(b.range, |x, y| x * y)),
            Binary::Div => (self.pair(a, b, KernelBuilder::div), Range::ANY),
            _ => return Err(format!("line {line}: an operator that a kernel does not have")),
        };
        Ok(Known { value, scalar: Scalar::F32, range: singles(range), constant: None })
    }
}

/// True for powers of a positive constant that are never too large, and that Python computes as C does.
fn power_is_finite(a: Known, b: Known) -> bool {
    let Some(Const::F64(base)) = a.constant else { return false };
    let is_positive = base > 0.0 && base.is_finite() && base != 1.0;
    let largest = math::log2(base) * if base > 1.0 { b.range.high } else { b.range.low };
    // What Python computes in another way.
    let (half, square) = (math::pow(base, 0.5) == math::sqrt(base), math::pow(base, 2.0) == base * base);
    is_positive && largest < 1_000.0 && half && square
}

/// A comparison of numbers.
pub(super) fn comparison(op: Compare) -> Option<kernel::Compare> {
    Some(match op {
        Compare::Eq => kernel::Compare::Eq,
        Compare::Ne => kernel::Compare::Ne,
        Compare::Lt => kernel::Compare::Lt,
        Compare::Le => kernel::Compare::Le,
        Compare::Gt => kernel::Compare::Gt,
        Compare::Ge => kernel::Compare::Ge,
        Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => return None,
    })
}

pub(super) fn bool_of(value: ValueId) -> Known {
    Known { value, scalar: Scalar::Bool, range: Range { low: 0.0, high: 1.0, nan: false }, constant: None }
}

/// A constant as another type has it.
pub(super) fn cast(constant: Const, scalar: Scalar) -> Const {
    let x = as_f64(constant);
    match scalar {
        Scalar::F32 => Const::F32(x as f32),
        Scalar::F64 => Const::F64(x),
        Scalar::I32 | Scalar::I64 | Scalar::Bool => constant,
    }
}

/// What numbers become that are rounded to float32.
pub(super) fn singles(range: Range) -> Range {
    let round = |x: f64| f64::from(x as f32);
    Range { low: round(range.low), high: round(range.high), nan: range.nan }
}
