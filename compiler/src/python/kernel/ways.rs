//! What a condition tells of the numbers that it compares.

use super::{Known, Lowering, Reason, State};
use remotemedia_ir::kernel::Scalar;
use remotemedia_ir::script::{Compare, Expr, ExprKind};

impl Lowering<'_> {
    /// What is known where a condition holds, and where it does not.
    pub(super) fn ways(&mut self, condition: &Expr, state: State) -> Result<(State, State), Reason> {
        let (mut holds, mut fails) = (state.clone(), state);
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
                let turned = |op| match op {
                    Compare::Lt => Compare::Gt,
                    Compare::Le => Compare::Ge,
                    Compare::Gt => Compare::Lt,
                    Compare::Ge => Compare::Le,
                    other => other,
                };
                let denied = |op| match op {
                    Compare::Lt => Compare::Ge,
                    Compare::Le => Compare::Gt,
                    Compare::Gt => Compare::Le,
                    Compare::Ge => Compare::Lt,
                    other => other,
                };
                for (a, b, op) in [(a, b, *op), (b, a, turned(*op))] {
                    let op = if holds { op } else { denied(op) };
                    self.narrow_one(a, op, b, state)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Narrows what a place holds that compares so with a number.
    fn narrow_one(&mut self, a: &Expr, op: Compare, b: &Expr, state: &mut State) -> Result<(), Reason> {
        let is_ordered = matches!(op, Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge);
        let is_simple = |e: &Expr| matches!(e.kind, ExprKind::Literal(_) | ExprKind::Local(_) | ExprKind::Field(_));
        if !is_ordered || !is_simple(b) {
            return Ok(());
        }
        let known = match &a.kind {
            ExprKind::Local(variable) if state.locals.contains_key(variable) => state.locals[variable],
            ExprKind::Field(field) if self.is_number_field(*field) => self.expr(a, state)?,
            ExprKind::Index(object, index) => match self.by_channel(object, index) {
                Some(_) => self.expr(a, state)?,
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let other = self.expr(b, state)?;
        // In float32 the comparison is of what both are rounded to.
        if known.scalar == Scalar::F32 || other.scalar == Scalar::F32 {
            return Ok(());
        }
        let are_whole = known.scalar == Scalar::I64 && other.scalar == Scalar::I64;
        // A NaN fails every comparison, and so goes the way of its opposite, which says nothing of it: `nan` stays.
        let range = known.range.where_it_is(op, other.range, are_whole);
        let range = if other.range.nan { known.range } else { range };
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
