//! What a condition tells of the numbers that it compares.

use super::range::{Range, as_f64};
use super::shape::changes;
use super::{Known, Lowering, Reason, State};
use remotemedia_ir::kernel::Scalar;
use remotemedia_ir::script::{Binary, Compare, Expr, ExprKind, Unary};

impl Lowering<'_> {
    /// What is known where a condition holds, and where it does not.
    pub(super) fn ways(&mut self, condition: &Expr, state: State) -> Result<(State, State), Reason> {
        let (mut holds, mut fails) = (state.clone(), state);
        // What a function changes behind a comparison has not been compared.
        if changes(condition) {
            return Ok((holds, fails));
        }
        self.narrow(condition, true, &mut holds)?;
        self.narrow(condition, false, &mut fails)?;
        Ok((holds, fails))
    }

    /// Narrows the ranges of what a condition compares.
    fn narrow(&mut self, condition: &Expr, holds: bool, state: &mut State) -> Result<(), Reason> {
        match &condition.kind {
            ExprKind::Truth(a) => self.narrow(a, holds, state),
            ExprKind::Not(a) => self.narrow(a, !holds, state),
            ExprKind::And(a, b) if holds => self.narrow(a, holds, state).and_then(|()| self.narrow(b, holds, state)),
            ExprKind::Or(a, b) if !holds => self.narrow(a, holds, state).and_then(|()| self.narrow(b, holds, state)),
            ExprKind::Compare(op, a, b) => {
                let denied = |op| match op {
                    Compare::Lt => Compare::Ge,
                    Compare::Le => Compare::Gt,
                    Compare::Gt => Compare::Le,
                    Compare::Ge => Compare::Lt,
                    other => other,
                };
                for (a, b, op) in [(a, b, *op), (b, a, turned(*op))] {
                    let op = if holds { op } else { denied(op) };
                    self.compared(a, op, b, holds, state)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Narrows what an expression is made of that compares so with another.
    fn compared(&mut self, a: &Expr, op: Compare, b: &Expr, holds: bool, state: &mut State) -> Result<(), Reason> {
        if !matches!(op, Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge) || !is_simple(b) {
            return Ok(());
        }
        let bound = self.expr(b, state)?;
        // In float32 the comparison is of what both are rounded to. A bound that is a NaN fails every comparison, and bounds nothing.
        if bound.scalar == Scalar::F32 || bound.range.nan && !holds {
            return Ok(());
        }
        self.bounded(a, op, bound.range, bound.scalar == Scalar::I64, state)
    }

    /// Narrows what an expression is made of that is so much at most, or at least.
    ///
    /// A NaN fails every comparison, and so goes the way of its opposite, which says nothing of it: that a value may be one stays.
    fn bounded(
        &mut self,
        a: &Expr,
        op: Compare,
        bound: Range,
        is_whole: bool,
        state: &mut State,
    ) -> Result<(), Reason> {
        let known = match &a.kind {
            ExprKind::Local(variable) if state.locals.contains_key(variable) => state.locals[variable],
            ExprKind::Field(field) if self.is_number_field(*field) => self.expr(a, state)?,
            ExprKind::Index(object, index) if self.by_channel(object, index).is_some() => self.expr(a, state)?,
            ExprKind::Unary(Unary::Neg, a) => {
                let bound = Range { low: -bound.high, high: -bound.low, ..bound };
                return self.bounded(a, turned(op), bound, is_whole, state);
            }
            ExprKind::Call(function, args)
                if function.to_string() == "abs" && matches!(op, Compare::Lt | Compare::Le) && bound.high >= 0.0 =>
            {
                let Some(a) = args.first() else { return Ok(()) };
                let both = Range { low: -bound.high, ..bound };
                self.bounded(a, Compare::Le, both, false, state)?;
                return self.bounded(a, Compare::Ge, both, false, state);
            }
            ExprKind::Binary(Binary::Mul, a, b) if is_simple(a) || is_simple(b) => {
                for (factor, a) in [(a, b), (b, a)] {
                    if !is_simple(factor) {
                        continue;
                    }
                    let Some(k) = self.expr(factor, state)?.constant.map(as_f64).filter(|k| k.is_normal()) else {
                        continue;
                    };
                    // The product was rounded, and may have become zero.
                    let loose = |x: f64| x.abs() * 1e-12 + 1e-300 / k.abs();
                    let (x, y) = (bound.low / k, bound.high / k);
                    let (x, y) = if k > 0.0 { (x, y) } else { (y, x) };
                    let scaled = Range { low: x - loose(x), high: y + loose(y), nan: bound.nan };
                    let op = if k > 0.0 { op } else { turned(op) };
                    self.bounded(a, op, scaled, false, state)?;
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        if known.scalar == Scalar::F32 {
            return Ok(());
        }
        let range = known.range.where_it_is(op, bound, is_whole && known.scalar == Scalar::I64);
        let narrowed = Known { range, ..known };
        match &a.kind {
            ExprKind::Local(variable) => drop(state.locals.insert(*variable, narrowed)),
            ExprKind::Field(field) => drop(state.fields.insert(*field, narrowed)),
            ExprKind::Index(object, index) => {
                state.fields.extend(self.by_channel(object, index).map(|field| (field, narrowed)));
            }
            _ => {}
        }
        Ok(())
    }
}

/// What may be computed once more.
fn is_simple(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Local(_) | ExprKind::Field(_))
}

/// The comparison with its sides exchanged.
fn turned(op: Compare) -> Compare {
    match op {
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
        other => other,
    }
}
