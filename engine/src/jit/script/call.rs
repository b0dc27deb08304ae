//! Calls of the runtime's functions: some as instructions or on registers, all others by way of a site.

use super::emit::{Body, Num};
use super::numbers::{Shim, of_math};
use super::rep::Rep;
use super::site::{Apply, Operand, Work};
use super::touched::Effects;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, Value, types};
use remotemedia_ir::script::{Builtin, Expr, ExprKind, Literal};
use remotemedia_runtime_min::py::table::TABLE;
use std::f64::consts::PI;

/// The first float beyond whole numbers of 64 bits.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;

impl Body<'_, '_> {
    /// Calls a function of the runtime; none where the evaluator has to.
    pub(super) fn call(&mut self, function: Builtin, args: &[Expr], rep: Rep, line: u32) -> Option<Num> {
        let name = TABLE[function.0].name;
        let is_number = |e: &Expr| self.rep(e).is_some_and(Rep::is_number);
        let is_omitted = |e: &Expr| e.as_literal() == Some(&Literal::Ellipsis);
        let known = match (name, args) {
            ("abs", [x]) if is_number(x) => {
                let x = self.expr(x);
                let work = Work::Apply(Apply::Call(function), vec![Operand::Register(x.rep)], None);
                self.absolute(x, work, line)
            }
            ("bool", [x]) if self.rep(x).is_some() => {
                let x = self.expr(x);
                Num::new(Rep::Bool, self.truth(x))
            }
            ("float", [x]) if is_number(x) => {
                let x = self.expr(x);
                Num { rep: Rep::Float, ..self.double_of(x) }
            }
            ("int", [x, base]) if is_number(x) && is_omitted(base) => {
                let x = self.expr(x);
                if x.rep.is_whole() {
                    self.int_of(x)
                } else {
                    let float = self.double_of(x).value;
                    let operands = vec![Operand::Register(x.rep), Operand::Constant(omitted())];
                    self.truncated(float, Work::Apply(Apply::Call(function), operands, None), x, line)
                }
            }
            ("round", [x, digits])
                if self.host.rounds
                    && self.rep(x) == Some(Rep::Float)
                    && digits.as_literal() == Some(&Literal::None) =>
            {
                let x = self.expr(x);
                let nearest = self.b.ins().nearest(x.value);
                let none = Operand::Constant(remotemedia_runtime_min::py::Value::None);
                let operands = vec![Operand::Register(x.rep), none];
                self.truncated(nearest, Work::Apply(Apply::Call(function), operands, None), x, line)
            }
            ("np.abs" | "np.absolute" | "np.sqrt", [x, out])
                if self.rep(x).is_some_and(|rep| rep.is_number() && !rep.is_whole())
                    && out.as_literal() == Some(&Literal::None) =>
            {
                let x = self.expr(x);
                let gives = if x.rep == Rep::F32 { Rep::F32 } else { Rep::F64 };
                let is_root = name == "np.sqrt";
                Num::new(gives, if is_root { self.b.ins().sqrt(x.value) } else { self.b.ins().fabs(x.value) })
            }
            (".popleft", [deque]) if let Some(place) = self.object(deque) => {
                self.site(Work::PopLeft(place, rep), line, &Effects::default(), &[]);
                return Some(self.result(rep));
            }
            ("len", [object]) if let (Some(place), Rep::Int) = (self.object(object), rep) => {
                self.site(Work::Length(place), line, &Effects::default(), &[]);
                return Some(self.result(rep));
            }
            ("min" | "max", [items, default]) if is_omitted(default) && self.alike(items).is_some() => {
                self.extreme(items, name == "min")?
            }
            _ => match name.strip_prefix("math.") {
                Some(name) if args.iter().all(|a| is_number(a) || is_omitted(a)) => {
                    match self.math(name, function, args, line) {
                        Some(x) => x,
                        None => return self.any_call(function, args, rep, line),
                    }
                }
                _ => return self.any_call(function, args, rep, line),
            },
        };
        self.own();
        // Of another type than the compiler says, it is none of these.
        (known.rep == rep).then_some(known)
    }

    fn any_call(&mut self, function: Builtin, args: &[Expr], rep: Rep, line: u32) -> Option<Num> {
        if self.applies(args) { self.apply_call(function, args, Some(rep), line) } else { None }
    }

    fn absolute(&mut self, x: Num, work: Work, line: u32) -> Num {
        if !x.rep.is_whole() {
            return Num::new(x.rep, self.b.ins().fabs(x.value));
        }
        let whole = self.int_of(x).value;
        let least = self.int(i64::MIN);
        let fits = self.b.ins().icmp(IntCC::NotEqual, whole, least);
        self.demand(fits, work, line, &[x]);
        Num::new(Rep::Int, self.b.ins().iabs(whole))
    }

    /// A float as a whole number, towards zero; work raises where there is none.
    fn truncated(&mut self, float: Value, work: Work, x: Num, line: u32) -> Num {
        let (least, beyond) = (self.float(-BEYOND), self.float(BEYOND));
        let above = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, float, least);
        let below = self.b.ins().fcmp(FloatCC::LessThan, float, beyond);
        let fits = self.b.ins().band(above, below);
        self.demand(fits, work, line, &[x]);
        Num::new(Rep::Int, self.b.ins().fcvt_to_sint_sat(types::I64, float))
    }

    /// What all items of a tuple are, where they are numbers of one type.
    fn alike(&self, items: &Expr) -> Option<Rep> {
        let ExprKind::Tuple(items) = &items.kind else { return None };
        let rep = self.rep(items.first()?)?;
        let is_alike = items.len() >= 2 && rep.is_number() && items.iter().all(|i| self.rep(i) == Some(rep));
        is_alike.then_some(rep)
    }

    /// The first of the least or greatest.
    fn extreme(&mut self, items: &Expr, is_least: bool) -> Option<Num> {
        let ExprKind::Tuple(items) = &items.kind else { return None };
        let numbers: Vec<Num> = items.iter().map(|i| self.expr(i)).collect();
        numbers.into_iter().reduce(|best, next| {
            let (whole, float) = if is_least {
                (IntCC::SignedLessThan, FloatCC::LessThan)
            } else {
                (IntCC::SignedGreaterThan, FloatCC::GreaterThan)
            };
            let is_better = match best.rep {
                Rep::Int => self.b.ins().icmp(whole, next.value, best.value),
                Rep::Bool | Rep::NpBool => {
                    let (next, best) = (self.int_of(next).value, self.int_of(best).value);
                    self.b.ins().icmp(whole, next, best)
                }
                Rep::Float | Rep::F32 | Rep::F64 => self.b.ins().fcmp(float, next.value, best.value),
            };
            Num::new(best.rep, self.b.ins().select(is_better, next.value, best.value))
        })
    }

    fn math(&mut self, name: &str, function: Builtin, args: &[Expr], line: u32) -> Option<Num> {
        let is_known = matches!(
            (name, args.len()),
            ("floor" | "ceil" | "trunc" | "sqrt" | "fabs" | "degrees" | "radians" | "isnan" | "isinf" | "isfinite", 1)
                | ("copysign", 2)
        );
        // A base that is left out is no number.
        let is_natural = name == "log" && args.len() == 2 && self.rep(&args[1]).is_none();
        let shim = of_math(name).filter(|shim| is_natural || name != "log" && shim.address().1.len() == args.len());
        if !is_known && shim.is_none() || args.is_empty() {
            return None;
        }
        let count = if is_natural { 1 } else { args.len() };
        let given: Vec<Num> = args[..count].iter().map(|a| self.expr(a)).collect();
        let mut operands: Vec<Operand> = given.iter().map(|x| Operand::Register(x.rep)).collect();
        if is_natural {
            operands.push(Operand::Constant(omitted()));
        }
        let work = |rep| Work::Apply(Apply::Call(function), operands.clone(), rep);
        if let ("floor" | "ceil" | "trunc", true) = (name, given[0].rep.is_whole()) {
            return Some(self.int_of(given[0]));
        }
        let floats: Vec<Value> = given.iter().map(|x| self.double_of(*x).value).collect();
        let x = floats[0];
        if let Some(shim) = shim {
            return Some(self.shim(shim, &floats, work(Some(Rep::Float)), line, &given));
        }
        let (rep, value) = match name {
            "floor" | "ceil" | "trunc" => {
                if !self.host.rounds && name != "trunc" {
                    return Some(self.applied(Apply::Call(function), operands, &given, Rep::Int, line));
                }
                let whole = match name {
                    "floor" => self.b.ins().floor(x),
                    "ceil" => self.b.ins().ceil(x),
                    // What follows goes towards zero anyway.
                    _ => x,
                };
                return Some(self.truncated(whole, work(None), given[0], line));
            }
            "sqrt" => {
                let zero = self.float(0.0);
                let fits = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, x, zero);
                return Some(
                    self.either(fits, work(Some(Rep::Float)), line, &given, Rep::Float, |this| this.b.ins().sqrt(x)),
                );
            }
            "fabs" => (Rep::Float, self.b.ins().fabs(x)),
            "degrees" | "radians" => {
                let factor = self.float(if name == "degrees" { 180.0 / PI } else { PI / 180.0 });
                (Rep::Float, self.b.ins().fmul(x, factor))
            }
            "copysign" => (Rep::Float, self.b.ins().fcopysign(x, floats[1])),
            "isnan" => (Rep::Bool, self.b.ins().fcmp(FloatCC::Unordered, x, x)),
            _ => {
                let (size, infinite) = (self.b.ins().fabs(x), self.float(f64::INFINITY));
                let cc = if name == "isinf" { FloatCC::Equal } else { FloatCC::LessThan };
                (Rep::Bool, self.b.ins().fcmp(cc, size, infinite))
            }
        };
        Some(Num::new(rep, value))
    }

    /// Calls a function of floats; the runtime does it again where the result is not finite, which may be an error.
    pub(super) fn shim(&mut self, shim: Shim, args: &[Value], work: Work, line: u32, registers: &[Num]) -> Num {
        let (address, takes) = shim.address();
        let mut signature = Signature::new(self.host.conv);
        signature.params.extend(takes.iter().map(|t| AbiParam::new(*t)));
        signature.returns.push(AbiParam::new(types::F64));
        let signature = self.b.import_signature(signature);
        let address = self.int(address);
        let call = self.b.ins().call_indirect(signature, address, args);
        let value = self.b.inst_results(call)[0];
        let (size, infinite) = (self.b.ins().fabs(value), self.float(f64::INFINITY));
        let is_finite = self.b.ins().fcmp(FloatCC::LessThan, size, infinite);
        self.either(is_finite, work, line, registers, Rep::Float, |_| value)
    }
}

/// What stands for an argument that is left out.
fn omitted() -> remotemedia_runtime_min::py::Value {
    remotemedia_runtime_min::py::Value::Ellipsis
}
