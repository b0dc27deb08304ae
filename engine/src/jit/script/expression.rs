//! Expressions whose type says that they are numbers.

use super::emit::{Body, Num};
use super::rep::{Rep, constant};
use super::site::{Apply, MOST, Operand, Work};
use super::touched::{Effects, Element, Indexed, Place};
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use remotemedia_ir::eval::script::to_value;
use remotemedia_ir::script::visit::has_effects;
use remotemedia_ir::script::{Builtin, Expr, ExprKind, Literal};
use remotemedia_runtime_min::py::array::Dtype;

impl Body<'_, '_> {
    /// The number that an expression gives, whose type says that it is one.
    pub(super) fn expr(&mut self, expr: &Expr) -> Num {
        // Callers have seen that there is one.
        let rep = self.rep(expr).unwrap_or(Rep::Int);
        self.known(expr, rep).unwrap_or_else(|| self.evaluated_expr(expr, rep))
    }

    /// The same where machine code computes it, at least in part.
    fn known(&mut self, expr: &Expr, rep: Rep) -> Option<Num> {
        let line = expr.line;
        let known = |e: &Expr| self.rep(e).is_some();
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Local(_) | ExprKind::Field(_) => {
                let register = Place::of(expr).and_then(|place| self.register(place))?;
                (register.1 == rep).then(|| self.held(register))
            }
            ExprKind::Unary(op, a) if known(a) => {
                let a = self.expr(a);
                Some(self.unary(*op, a, rep, line))
            }
            ExprKind::Binary(op, a, b) if known(a) && known(b) => {
                let (a, b) = (self.expr(a), self.expr(b));
                Some(self.binary(*op, (a, b), rep, line, false))
            }
            ExprKind::Compare(op, a, b) if known(a) && known(b) => {
                let (a, b) = (self.expr(a), self.expr(b));
                Some(self.compare(*op, a, b, rep, line))
            }
            ExprKind::Truth(a) if rep == Rep::Bool => {
                let truth = self.test(a);
                Some(Num::new(Rep::Bool, truth))
            }
            ExprKind::Not(a) if rep == Rep::Bool => {
                let truth = self.test(a);
                let not = self.b.ins().bxor_imm_u(truth, 1);
                Some(Num::new(Rep::Bool, not))
            }
            ExprKind::And(a, b) | ExprKind::Or(a, b) if self.rep(a) == Some(rep) && self.rep(b) == Some(rep) => {
                let (more, join) = (self.block(), self.block());
                self.b.append_block_param(join, rep.ty());
                let left = self.expr(a);
                let truth = self.truth(left);
                if let ExprKind::And(..) = expr.kind {
                    self.b.ins().brif(truth, more, &[], join, &[left.value.into()]);
                } else {
                    self.b.ins().brif(truth, join, &[left.value.into()], more, &[]);
                }
                self.sealed(more);
                let right = self.expr(b);
                self.b.ins().jump(join, &[right.value.into()]);
                self.sealed(join);
                Some(Num::new(rep, self.b.block_params(join)[0]))
            }
            ExprKind::If { condition, then, otherwise }
                if self.rep(then) == Some(rep) && self.rep(otherwise) == Some(rep) =>
            {
                let (yes, no, join) = (self.block(), self.block(), self.block());
                self.b.append_block_param(join, rep.ty());
                self.branch(condition, yes, no);
                for (block, value) in [(yes, then), (no, otherwise)] {
                    self.sealed(block);
                    let value = self.expr(value).value;
                    self.b.ins().jump(join, &[value.into()]);
                }
                self.sealed(join);
                Some(Num::new(rep, self.b.block_params(join)[0]))
            }
            ExprKind::Call(function, args) => self.call(*function, args, rep, line),
            ExprKind::Invoke(function, args) if self.is_inlined(*function, args, Some(rep)) => {
                self.invoke(*function, args, Some(rep), line)
            }
            ExprKind::Index(object, index) => {
                if let Some(element) = self.element(object, index)
                    && indexed_rep(element.indexed) == rep
                {
                    let at = self.found(&element);
                    return Some(self.get(&at, line));
                }
                let place = self.list(object, index)?;
                let index = self.expr(index);
                self.site(Work::Item(place, rep), line, &Effects::default(), &[index]);
                Some(self.result(rep))
            }
            ExprKind::Block(body, value) => {
                // Nothing leaves it but at its end.
                for stmt in body {
                    self.stmt(stmt);
                }
                Some(self.expr(value))
            }
            ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Compare(..)
            | ExprKind::Truth(_)
            | ExprKind::Not(_)
            | ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::If { .. }
            | ExprKind::Invoke(..)
            | ExprKind::Slice(_)
            | ExprKind::Attribute(..)
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Dict(_)
            | ExprKind::Set(_)
            | ExprKind::Record(..)
            | ExprKind::Format(_)
            | ExprKind::IsInstance(..)
            | ExprKind::Caught(_) => None,
        }
    }

    /// Leaves it to the evaluator.
    fn evaluated_expr(&mut self, expr: &Expr, rep: Rep) -> Num {
        self.site(Work::Value(expr.clone(), rep), expr.line, &Effects::of_expr(expr), &[]);
        self.result(rep)
    }

    fn literal(&mut self, literal: &Literal) -> Option<Num> {
        let (rep, bits) = constant(literal)?;
        let (value, constant) = match rep {
            Rep::Bool | Rep::NpBool => (self.bool(bits == 1), bits as f64),
            Rep::Int => (self.int(bits as i64), bits as i64 as f64),
            Rep::Float | Rep::F64 => (self.float(f64::from_bits(bits)), f64::from_bits(bits)),
            Rep::F32 => (self.single(f32::from_bits(bits as u32)), f64::from(f32::from_bits(bits as u32))),
        };
        let is_exact = rep != Rep::Int || (bits as i64).unsigned_abs() <= 1 << 53;
        Some(Num { value, rep, constant: is_exact.then_some(constant) })
    }

    /// The truth of an expression as a byte.
    fn test(&mut self, condition: &Expr) -> Value {
        match &condition.kind {
            ExprKind::And(..) | ExprKind::Or(..) if self.rep(condition).is_none() => {
                let (yes, no, join) = (self.block(), self.block(), self.block());
                self.b.append_block_param(join, types::I8);
                self.branch(condition, yes, no);
                for (block, truth) in [(yes, true), (no, false)] {
                    self.sealed(block);
                    let truth = self.bool(truth);
                    self.b.ins().jump(join, &[truth.into()]);
                }
                self.sealed(join);
                self.b.block_params(join)[0]
            }
            _ if self.rep(condition).is_some() => {
                let x = self.expr(condition);
                self.truth(x)
            }
            _ => {
                let effects = Effects::of_expr(condition);
                self.site(Work::Truth(condition.clone()), condition.line, &effects, &[]);
                self.result(Rep::Bool).value
            }
        }
    }

    /// Goes to one of two blocks, by the truth of an expression.
    pub(super) fn branch(&mut self, condition: &Expr, yes: Block, no: Block) {
        match &condition.kind {
            ExprKind::Not(a) => self.branch(a, no, yes),
            ExprKind::Truth(a) => self.branch(a, yes, no),
            ExprKind::And(a, b) => {
                let more = self.block();
                self.branch(a, more, no);
                self.sealed(more);
                self.branch(b, yes, no);
            }
            ExprKind::Or(a, b) => {
                let more = self.block();
                self.branch(a, yes, more);
                self.sealed(more);
                self.branch(b, yes, no);
            }
            _ => {
                let truth = self.test(condition);
                self.b.ins().brif(truth, yes, &[], no, &[]);
            }
        }
    }

    /// Whether all arguments can be evaluated one by one and handed to the runtime.
    pub(super) fn applies(&self, args: &[Expr]) -> bool {
        let fits = |e: &Expr| {
            self.rep(e).is_some()
                || self.object(e).is_some()
                || matches!(
                    e.as_literal(),
                    Some(Literal::None | Literal::Str(_) | Literal::Ellipsis | Literal::Type(_))
                )
        };
        let holds_still = args.iter().all(|e| self.rep(e).is_some()) || !args.iter().any(has_effects);
        args.len() <= MOST && args.iter().all(fits) && holds_still
    }

    /// Calls a function of the runtime with such arguments.
    pub(super) fn apply_call(&mut self, function: Builtin, args: &[Expr], rep: Option<Rep>, line: u32) -> Option<Num> {
        let (mut operands, mut registers) = (Vec::new(), Vec::new());
        for arg in args {
            operands.push(match (self.rep(arg), self.object(arg), arg.as_literal()) {
                (Some(_), _, _) => {
                    let x = self.expr(arg);
                    registers.push(x);
                    Operand::Register(x.rep)
                }
                (None, Some(place), _) => Operand::Place(place),
                (None, None, Some(literal)) => Operand::Constant(to_value(literal)),
                (None, None, None) => return None,
            });
        }
        let work = Work::Apply(Apply::Call(function), operands, rep);
        self.site(work, line, &Effects::default(), &registers);
        rep.map(|rep| self.result(rep))
    }

    /// An operation that the runtime does.
    pub(super) fn applied(
        &mut self,
        apply: Apply,
        operands: Vec<Operand>,
        registers: &[Num],
        rep: Rep,
        line: u32,
    ) -> Num {
        let work = Work::Apply(apply, operands, Some(rep));
        self.site(work, line, &Effects::default(), registers);
        self.result(rep)
    }

    /// Finds an element, by numbers that are evaluated: where it would be, and whether it is there.
    pub(super) fn found(&mut self, element: &Element<'_>) -> At {
        let number = self.touched.array(element.indexed).unwrap_or_default();
        let words = self.arrays[number];
        let mut address = self.b.use_var(words[0]);
        let (mut fits, mut places) = (None, Vec::new());
        for (axis, place) in element.places.iter().enumerate() {
            let place = self.expr(place);
            places.push(place);
            let (length, stride) = (self.b.use_var(words[1 + 2 * axis]), self.b.use_var(words[2 + 2 * axis]));
            let (place, within) = self.place_in(place.value, length);
            let offset = self.b.ins().imul(place, stride);
            address = self.b.ins().iadd(address, offset);
            match (fits, element.row) {
                (None, Some(line)) => {
                    // The row is found before the second number is evaluated.
                    let operands = vec![Operand::Place(element.indexed.place), Operand::Register(Rep::Int)];
                    self.demand(within, Work::Apply(Apply::Item, operands, None), line, &places);
                    fits = Some(within);
                }
                (Some(_), Some(_)) | (None, None) => fits = Some(within),
                (Some(first), None) => fits = Some(self.b.ins().band(first, within)),
            }
        }
        let fits = fits.unwrap_or_else(|| self.bool(true));
        At { indexed: element.indexed, is_row: element.row.is_some(), places, address, fits }
    }

    /// Work on an element that is not there, which raises.
    fn missing(&mut self, at: &At, apply: Apply, value: Option<Num>, line: u32) {
        let registers: Vec<Num> = at.places.iter().copied().chain(value).collect();
        let mut operands = vec![Operand::Place(at.indexed.place)];
        operands.extend(registers.iter().map(|x| Operand::Register(x.rep)));
        self.demand(at.fits, Work::Apply(apply, operands, None), line, &registers);
    }

    /// An element of an array.
    pub(super) fn get(&mut self, at: &At, line: u32) -> Num {
        self.missing(at, if at.is_row { Apply::ItemOfRow } else { Apply::Item }, None, line);
        let rep = indexed_rep(at.indexed);
        Num::new(rep, self.load_element(rep.ty(), at.address))
    }

    /// Stores an element of an array.
    pub(super) fn put(&mut self, at: &At, x: Num, line: u32) {
        self.missing(at, if at.is_row { Apply::SetItemOfRow } else { Apply::SetItem }, Some(x), line);
        let x = if at.indexed.dtype == Dtype::F32 { self.single_of(x) } else { self.double_of(x) };
        self.store_element(x.value, at.address);
    }
}

/// Where an element would be.
pub(super) struct At {
    indexed: Indexed,
    is_row: bool,
    places: Vec<Num>,
    address: Value,
    /// Whether it is there.
    fits: Value,
}

fn indexed_rep(indexed: Indexed) -> Rep {
    if indexed.dtype == Dtype::F32 { Rep::F32 } else { Rep::F64 }
}
