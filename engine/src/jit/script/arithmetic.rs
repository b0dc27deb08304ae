//! Operators on numbers in registers, with the rules of Python and, where a side is NumPy's, of NEP 50: a number of Python's takes
//! the type of the other side. As in generated code; where that calls the runtime and may fail, this checks first, and leaves to the
//! runtime what fails.

use super::emit::{Body, Num};
use super::numbers::Shim;
use super::rep::Rep;
use super::site::{Apply, Operand, Work};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Value, types};
use remotemedia_ir::script::{Binary, Compare, Unary};

/// Whole numbers up to this are floats too.
const EXACT: i64 = 1 << 53;

impl Body<'_, '_> {
    /// A number as an `f64`.
    pub(super) fn double_of(&mut self, x: Num) -> Num {
        let value = match x.rep {
            Rep::Float | Rep::F64 => x.value,
            Rep::F32 => self.b.ins().fpromote(types::F64, x.value),
            Rep::Int => self.b.ins().fcvt_from_sint(types::F64, x.value),
            Rep::Bool | Rep::NpBool => {
                let whole = self.b.ins().uextend(types::I64, x.value);
                self.b.ins().fcvt_from_sint(types::F64, whole)
            }
        };
        Num { value, rep: Rep::Float, constant: x.constant }
    }

    /// A number as an `f32`, rounded as NumPy does.
    pub(super) fn single_of(&mut self, x: Num) -> Num {
        let value = match x.rep {
            Rep::F32 => x.value,
            Rep::Float | Rep::F64 => self.b.ins().fdemote(types::F32, x.value),
            Rep::Int => self.b.ins().fcvt_from_sint(types::F32, x.value),
            Rep::Bool | Rep::NpBool => {
                let whole = self.b.ins().uextend(types::I64, x.value);
                self.b.ins().fcvt_from_sint(types::F32, whole)
            }
        };
        Num { value, rep: Rep::F32, constant: None }
    }

    /// A `bool` or `int` as an `i64`.
    pub(super) fn int_of(&mut self, x: Num) -> Num {
        match x.rep.ty() {
            types::I8 => Num { value: self.b.ins().uextend(types::I64, x.value), rep: Rep::Int, constant: x.constant },
            _ => x,
        }
    }

    /// The truth of a number, as a byte.
    pub(super) fn truth(&mut self, x: Num) -> Value {
        match x.rep {
            Rep::Bool | Rep::NpBool => x.value,
            Rep::Int => {
                let zero = self.int(0);
                self.b.ins().icmp(IntCC::NotEqual, x.value, zero)
            }
            Rep::Float | Rep::F64 => {
                let zero = self.float(0.0);
                self.b.ins().fcmp(FloatCC::NotEqual, x.value, zero)
            }
            Rep::F32 => {
                let zero = self.single(0.0);
                self.b.ins().fcmp(FloatCC::NotEqual, x.value, zero)
            }
        }
    }

    /// `op a`
    pub(super) fn unary(&mut self, op: Unary, a: Num, rep: Rep, line: u32) -> Num {
        let work = |rep| Work::Apply(Apply::Unary(op), vec![Operand::Register(a.rep)], rep);
        let x = match (op, a.rep) {
            (Unary::Neg, Rep::Float | Rep::F32 | Rep::F64) => Num::new(a.rep, self.b.ins().fneg(a.value)),
            (Unary::Pos, Rep::Float | Rep::F32 | Rep::F64) => a,
            (_, Rep::Bool | Rep::Int) if rep == Rep::Int => {
                let x = self.int_of(a).value;
                let value = match op {
                    Unary::Pos => x,
                    Unary::Invert => self.b.ins().bnot(x),
                    Unary::Neg => {
                        let least = self.int(i64::MIN);
                        let fits = self.b.ins().icmp(IntCC::NotEqual, x, least);
                        self.demand(fits, work(None), line, &[a]);
                        self.b.ins().ineg(x)
                    }
                };
                Num::new(Rep::Int, value)
            }
            _ => return self.applied(Apply::Unary(op), vec![Operand::Register(a.rep)], &[a], rep, line),
        };
        self.own();
        if x.rep == rep { x } else { self.applied(Apply::Unary(op), vec![Operand::Register(a.rep)], &[a], rep, line) }
    }

    /// `a op b`, or what `a op= b` gives.
    pub(super) fn binary(&mut self, op: Binary, (a, b): (Num, Num), rep: Rep, line: u32, is_augmented: bool) -> Num {
        let apply = if is_augmented { Apply::Augment(op) } else { Apply::Binary(op) };
        let operands = vec![Operand::Register(a.rep), Operand::Register(b.rep)];
        let of = Operation { apply, operands, a, b, line };
        let known = match (a.rep, b.rep) {
            (Rep::Bool | Rep::Int, Rep::Bool | Rep::Int) => self.whole(op, &of, rep),
            _ if a.rep.is_python() && b.rep.is_python() && rep == Rep::Float => self.floats(op, &of),
            _ if a.rep.is_number() && b.rep.is_number() => self.numpy(op, &of, rep),
            _ => None,
        };
        match known {
            Some(x) => {
                self.own();
                x
            }
            None => self.applied(of.apply, of.operands, &[a, b], rep, line),
        }
    }

    fn whole(&mut self, op: Binary, of: &Operation, rep: Rep) -> Option<Num> {
        let (x, y) = (self.int_of(of.a).value, self.int_of(of.b).value);
        let is_bool = of.a.rep == Rep::Bool && of.b.rep == Rep::Bool;
        let gives = match op {
            Binary::Div => Rep::Float,
            Binary::And | Binary::Or | Binary::Xor if is_bool => Rep::Bool,
            _ => Rep::Int,
        };
        if gives != rep {
            return None;
        }
        let value = match op {
            Binary::Add | Binary::Sub | Binary::Mul => {
                let (value, overflows) = match op {
                    Binary::Add => self.b.ins().sadd_overflow(x, y),
                    Binary::Sub => self.b.ins().ssub_overflow(x, y),
                    _ => self.b.ins().smul_overflow(x, y),
                };
                let fits = self.b.ins().bxor_imm_u(overflows, 1);
                self.demand(fits, of.work(None), of.line, &[of.a, of.b]);
                value
            }
            Binary::Div => {
                let is_small = self.both_exact(x, y);
                let zero = self.int(0);
                let divides = self.b.ins().icmp(IntCC::NotEqual, y, zero);
                let fits = self.b.ins().band(is_small, divides);
                return Some(self.either(fits, of.work(Some(rep)), of.line, &[of.a, of.b], rep, |this| {
                    let (x, y) = (this.double_of(of.a).value, this.double_of(of.b).value);
                    this.b.ins().fdiv(x, y)
                }));
            }
            Binary::FloorDiv | Binary::Mod => {
                // Division by -1 may overflow, and traps.
                let two = self.int(2);
                let one = self.int(1);
                let above = self.b.ins().iadd(y, one);
                let fits = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, above, two);
                return Some(self.either(fits, of.work(Some(rep)), of.line, &[of.a, of.b], rep, |this| {
                    let rest = this.b.ins().srem(x, y);
                    let zero = this.int(0);
                    let is_uneven = this.b.ins().icmp(IntCC::NotEqual, rest, zero);
                    let mixed = this.b.ins().bxor(rest, y);
                    let other_sign = this.b.ins().icmp(IntCC::SignedLessThan, mixed, zero);
                    let adjusts = this.b.ins().band(is_uneven, other_sign);
                    if op == Binary::Mod {
                        let adjusted = this.b.ins().iadd(rest, y);
                        return this.b.ins().select(adjusts, adjusted, rest);
                    }
                    let quotient = this.b.ins().sdiv(x, y);
                    let lower = this.b.ins().iadd_imm_s(quotient, -1);
                    this.b.ins().select(adjusts, lower, quotient)
                }));
            }
            Binary::And | Binary::Or | Binary::Xor => {
                let (x, y) = if is_bool { (of.a.value, of.b.value) } else { (x, y) };
                match op {
                    Binary::And => self.b.ins().band(x, y),
                    Binary::Or => self.b.ins().bor(x, y),
                    _ => self.b.ins().bxor(x, y),
                }
            }
            Binary::Shl | Binary::Shr => {
                let bits = self.int(64);
                let fits = self.b.ins().icmp(IntCC::UnsignedLessThan, y, bits);
                if op == Binary::Shr {
                    return Some(self.either(fits, of.work(Some(rep)), of.line, &[of.a, of.b], rep, |this| {
                        this.b.ins().sshr(x, y)
                    }));
                }
                let shifted = self.b.ins().ishl(x, y);
                let back = self.b.ins().sshr(shifted, y);
                let keeps = self.b.ins().icmp(IntCC::Equal, back, x);
                let fits = self.b.ins().band(fits, keeps);
                return Some(self.either(fits, of.work(Some(rep)), of.line, &[of.a, of.b], rep, |_| shifted));
            }
            Binary::Pow | Binary::MatMul => return None,
        };
        Some(Num::new(rep, value))
    }

    /// Whether two whole numbers are floats too.
    fn both_exact(&mut self, x: Value, y: Value) -> Value {
        let (x, y) = (self.is_exact(x), self.is_exact(y));
        self.b.ins().band(x, y)
    }

    fn is_exact(&mut self, x: Value) -> Value {
        let (shift, most) = (self.int(EXACT), self.int(2 * EXACT));
        let shifted = self.b.ins().iadd(x, shift);
        self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, shifted, most)
    }

    fn floats(&mut self, op: Binary, of: &Operation) -> Option<Num> {
        let (a, b) = (self.double_of(of.a), self.double_of(of.b));
        let (x, y) = (a.value, b.value);
        let value = match op {
            Binary::Add => self.b.ins().fadd(x, y),
            Binary::Sub => self.b.ins().fsub(x, y),
            Binary::Mul => self.b.ins().fmul(x, y),
            Binary::Div => {
                if b.constant.is_none_or(|b| b == 0.0) {
                    let zero = self.float(0.0);
                    let divides = self.b.ins().fcmp(FloatCC::NotEqual, y, zero);
                    self.demand(divides, of.work(None), of.line, &[of.a, of.b]);
                }
                self.b.ins().fdiv(x, y)
            }
            Binary::Pow if b.constant == Some(2.0) => {
                let (size, most) = (self.b.ins().fabs(x), self.float(1e150));
                let fits = self.b.ins().fcmp(FloatCC::LessThan, size, most);
                return Some(self.either(
                    fits,
                    of.work(Some(Rep::Float)),
                    of.line,
                    &[of.a, of.b],
                    Rep::Float,
                    |this| this.b.ins().fmul(x, x),
                ));
            }
            Binary::FloorDiv | Binary::Mod | Binary::Pow => {
                let shim = match op {
                    Binary::FloorDiv => Shim::FloorDiv,
                    Binary::Mod => Shim::Modulo,
                    _ => Shim::Power,
                };
                return Some(self.shim(shim, &[x, y], of.work(Some(Rep::Float)), of.line, &[of.a, of.b]));
            }
            Binary::MatMul | Binary::And | Binary::Or | Binary::Xor | Binary::Shl | Binary::Shr => return None,
        };
        Some(Num::new(Rep::Float, value))
    }

    /// Operands of which one is NumPy's in the type that the result has.
    fn common(&mut self, a: Num, b: Num) -> (Value, Value, Rep) {
        if a.rep == Rep::F64 || b.rep == Rep::F64 {
            (self.double_of(a).value, self.double_of(b).value, Rep::F64)
        } else {
            (self.single_of(a).value, self.single_of(b).value, Rep::F32)
        }
    }

    fn numpy(&mut self, op: Binary, of: &Operation, rep: Rep) -> Option<Num> {
        let squares = op == Binary::Pow && of.b.rep.is_python() && of.b.constant == Some(2.0);
        if !squares && !matches!(op, Binary::Add | Binary::Sub | Binary::Mul | Binary::Div) {
            return None;
        }
        let (x, y, gives) = self.common(of.a, of.b);
        let value = match op {
            Binary::Add => self.b.ins().fadd(x, y),
            Binary::Sub => self.b.ins().fsub(x, y),
            Binary::Mul => self.b.ins().fmul(x, y),
            Binary::Div => self.b.ins().fdiv(x, y),
            _ => self.b.ins().fmul(x, x),
        };
        (gives == rep).then(|| Num::new(rep, value))
    }

    /// `a op b` of a comparison.
    pub(super) fn compare(&mut self, op: Compare, a: Num, b: Num, rep: Rep, line: u32) -> Num {
        let operands = vec![Operand::Register(a.rep), Operand::Register(b.rep)];
        let is_numpy = !a.rep.is_python() || !b.rep.is_python();
        let wanted = if is_numpy { Rep::NpBool } else { Rep::Bool };
        let Some((whole, float)) = conditions(op).filter(|_| a.rep.is_number() && b.rep.is_number() && rep == wanted)
        else {
            return self.applied(Apply::Compare(op), operands, &[a, b], rep, line);
        };
        self.own();
        if is_numpy {
            let (x, y, _) = self.common(a, b);
            return Num::new(rep, self.b.ins().fcmp(float, x, y));
        }
        let exact = |x: Num| x.rep != Rep::Int || x.constant.is_some();
        match (a.rep.is_whole(), b.rep.is_whole()) {
            (true, true) => {
                let (x, y) = (self.int_of(a).value, self.int_of(b).value);
                Num::new(rep, self.b.ins().icmp(whole, x, y))
            }
            (_, _) if exact(a) && exact(b) => {
                let (x, y) = (self.double_of(a).value, self.double_of(b).value);
                Num::new(rep, self.b.ins().fcmp(float, x, y))
            }
            (is_first, _) => {
                let fits = self.is_exact(if is_first { a.value } else { b.value });
                let work = Work::Apply(Apply::Compare(op), operands, Some(rep));
                self.either(fits, work, line, &[a, b], rep, |this| {
                    let (x, y) = (this.double_of(a).value, this.double_of(b).value);
                    this.b.ins().fcmp(float, x, y)
                })
            }
        }
    }
}

/// An operation on two numbers, for the runtime where machine code cannot do it.
struct Operation {
    apply: Apply,
    operands: Vec<Operand>,
    a: Num,
    b: Num,
    line: u32,
}

impl Operation {
    fn work(&self, rep: Option<Rep>) -> Work {
        Work::Apply(self.apply, self.operands.clone(), rep)
    }
}

/// What a comparison is of whole numbers and of floats.
fn conditions(op: Compare) -> Option<(IntCC, FloatCC)> {
    Some(match op {
        Compare::Eq => (IntCC::Equal, FloatCC::Equal),
        Compare::Ne => (IntCC::NotEqual, FloatCC::NotEqual),
        Compare::Lt => (IntCC::SignedLessThan, FloatCC::LessThan),
        Compare::Le => (IntCC::SignedLessThanOrEqual, FloatCC::LessThanOrEqual),
        Compare::Gt => (IntCC::SignedGreaterThan, FloatCC::GreaterThan),
        Compare::Ge => (IntCC::SignedGreaterThanOrEqual, FloatCC::GreaterThanOrEqual),
        Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => return None,
    })
}
