//! Fields of classes that take chunks: lists with a number for each channel, and numbers whose type is another one at first.

use super::Chunk;
use super::places::is_empty_list;
use crate::python::kernel::numbers::cast;
use crate::python::kernel::range::{as_f64, number};
use crate::python::kernel::{Known, Lowering, Reason, State};
use remotemedia_ir::kernel::{Const, Scalar};
use remotemedia_ir::script::{
    Binary, Compare, Expr, ExprKind, FieldId, Iterable, Literal, Stmt, StmtKind, Target, Ty, Variable,
};
use remotemedia_runtime_min::py::array::Dtype;
use std::collections::BTreeSet;

impl Lowering<'_> {
    /// The way that a condition around the loop chooses at every chunk. What it sets at the first alone are lists with one number
    /// for each channel.
    pub(super) fn chosen<'s>(
        &mut self,
        condition: &Expr,
        then: &'s [Stmt],
        otherwise: &'s [Stmt],
        state: &mut State,
    ) -> Option<&'s [Stmt]> {
        let mut set = Vec::new();
        for stmt in then {
            if let StmtKind::Assign(Target::Field(field), value) = &stmt.kind
                && let Some((init, array)) = self.filled(value, state)
            {
                set.push((*field, init, array));
            }
        }
        let names: BTreeSet<FieldId> = set.iter().map(|(field, ..)| *field).collect();
        let is_array = |field: &FieldId| match &self.script.fields[field.0].init {
            Literal::Array { .. } => true,
            _ => set.iter().any(|(made, _, array)| made == field && array.is_some()),
        };
        let arrays: BTreeSet<FieldId> = (0..self.script.fields.len()).map(FieldId).filter(is_array).collect();
        let first = self.decided(condition, &names, &arrays, false, state)?;
        let later = self.decided(condition, &names, &arrays, true, state)?;
        if first == later {
            return Some(if first { then } else { otherwise });
        }
        if !first || set.len() != then.len() {
            return None;
        }
        for (field, init, array) in set {
            self.list_field(field, init, array, state);
        }
        Some(otherwise)
    }

    /// Whether a condition holds: at the first chunk, or at later ones, where a field is a list with a number for each channel.
    pub(super) fn decided(
        &self,
        condition: &Expr,
        set: &BTreeSet<FieldId>,
        arrays: &BTreeSet<FieldId>,
        is_later: bool,
        state: &State,
    ) -> Option<bool> {
        let decided = |e: &Expr| self.decided(e, set, arrays, is_later, state);
        // How long a list is; none for `None`.
        let length = |e: &Expr| -> Option<Option<usize>> {
            let ExprKind::Field(field) = e.kind else { return None };
            match &self.script.fields[field.0].init {
                _ if is_later && set.contains(&field) => Some(Some(usize::from(self.channels))),
                Literal::List(items) => Some(Some(items.len())),
                Literal::Array { shape, .. } => Some(Some(*shape.first()?)),
                Literal::None if self.is_by_channel(field) => Some(Some(usize::from(self.channels))),
                Literal::None if set.contains(&field) => Some(None),
                _ => None,
            }
        };
        let amount = |e: &Expr| match &e.kind {
            ExprKind::Call(function, args) if function.to_string() == "len" => {
                i64::try_from(length(args.first()?)??).ok()
            }
            _ => self.known_int(e, state),
        };
        match &condition.kind {
            ExprKind::Literal(Literal::Bool(known)) => Some(*known),
            ExprKind::Not(a) => decided(a).map(|known| !known),
            // An array of several has no truth, and that of one is its element's.
            ExprKind::Truth(a) if matches!(&a.kind, ExprKind::Field(field) if arrays.contains(field)) => None,
            ExprKind::Truth(a) => match length(a) {
                Some(length) => Some(length.is_some_and(|n| n > 0)),
                None => decided(a),
            },
            ExprKind::And(a, b) => {
                if decided(a)? {
                    decided(b)
                } else {
                    Some(false)
                }
            }
            ExprKind::Or(a, b) => {
                if decided(a)? {
                    Some(true)
                } else {
                    decided(b)
                }
            }
            ExprKind::Compare(op @ (Compare::Is | Compare::IsNot), a, b) if b.as_literal() == Some(&Literal::None) => {
                Some(length(a)?.is_none() == (*op == Compare::Is))
            }
            ExprKind::Compare(op, a, b) => {
                let (a, b) = (amount(a)?, amount(b)?);
                match op {
                    Compare::Eq => Some(a == b),
                    Compare::Ne => Some(a != b),
                    Compare::Lt => Some(a < b),
                    Compare::Le => Some(a <= b),
                    Compare::Gt => Some(a > b),
                    Compare::Ge => Some(a >= b),
                    Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => None,
                }
            }
            _ => None,
        }
    }

    /// A whole number that is known.
    pub(super) fn known_int(&self, expr: &Expr, state: &State) -> Option<i64> {
        match &expr.kind {
            ExprKind::Literal(Literal::Int(i)) => Some(*i),
            ExprKind::Local(variable) => match state.locals.get(variable)?.constant {
                Some(Const::I64(i)) => Some(i),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn is_channels(&self, expr: &Expr, state: &State) -> bool {
        self.known_int(expr, state) == Some(i64::from(self.channels))
    }

    /// What a new list with one number for each channel is filled with; its type where it is an array.
    pub(super) fn filled(&mut self, value: &Expr, state: &State) -> Option<(Const, Option<Scalar>)> {
        let alike = |items: &[Expr]| {
            let first = number(items.first()?.as_literal()?)?;
            items.iter().all(|i| i.as_literal().and_then(number) == Some(first)).then_some((items.len(), first))
        };
        match &value.kind {
            ExprKind::Literal(literal) => exactly(literal, usize::from(self.channels)),
            ExprKind::List(items) => {
                alike(items).filter(|(n, _)| *n == usize::from(self.channels)).map(|(_, c)| (c, None))
            }
            ExprKind::Binary(Binary::Mul, list, times) if self.is_channels(times, state) => match &list.kind {
                ExprKind::List(items) => alike(items).filter(|(n, _)| *n == 1).map(|(_, c)| (c, None)),
                ExprKind::Literal(literal @ Literal::List(_)) => exactly(literal, 1),
                _ => None,
            },
            ExprKind::Block(body, list) => {
                let [Stmt { kind: StmtKind::Assign(Target::Local(made), empty), .. }, rest @ ..] = body.as_slice()
                else {
                    return None;
                };
                let (is_empty, is_it) = (is_empty_list(empty), list.kind == ExprKind::Local(*made));
                let item = rest.iter().find_map(|stmt| match &stmt.kind {
                    StmtKind::For { iterable: Iterable::Range(from, to, step), body, .. }
                        if from.as_literal() == Some(&Literal::Int(0))
                            && step.as_literal() == Some(&Literal::Int(1)) =>
                    {
                        let is_all = self.is_channels(to, state)
                            || rest.iter().any(|s| match &s.kind {
                                StmtKind::Assign(Target::Local(v), n) => {
                                    to.kind == ExprKind::Local(*v) && self.is_channels(n, state)
                                }
                                _ => false,
                            });
                        let [Stmt { kind: StmtKind::Expr(Expr { kind: ExprKind::Call(f, args), .. }), .. }] =
                            body.as_slice()
                        else {
                            return None;
                        };
                        let is_append = f.to_string() == ".append" && args.first()?.kind == ExprKind::Local(*made);
                        (is_all && is_append).then(|| args.get(1)?.as_literal().and_then(number)).flatten()
                    }
                    _ => None,
                })?;
                (is_empty && is_it).then_some((item, None))
            }
            ExprKind::Call(function, args) => {
                let name = function.to_string();
                let scalar = match &value.ty {
                    Ty::Array { dtype: Some(Dtype::F64), .. } => Scalar::F64,
                    Ty::Array { dtype: Some(Dtype::F32), .. } => Scalar::F32,
                    _ => return None,
                };
                let shape = args.first()?;
                let shape = match &shape.kind {
                    ExprKind::Tuple(items) if items.len() == 1 => items.first()?,
                    _ => shape,
                };
                if !self.is_channels(shape, state) {
                    return None;
                }
                let x = match (name.as_str(), args.get(1).and_then(Expr::as_literal)) {
                    ("np.zeros", _) => 0.0,
                    ("np.ones", _) => 1.0,
                    ("np.full", Some(Literal::Float(x))) => *x,
                    _ => return None,
                };
                let init = if scalar == Scalar::F32 { Const::F32(x as f32) } else { Const::F64(x) };
                Some((init, Some(scalar)))
            }
            _ => None,
        }
    }

    /// A field is a list, or an array, with one number for each channel.
    pub(super) fn list_field(&mut self, field: FieldId, init: Const, array: Option<Scalar>, state: &mut State) {
        if let Some(chunk) = &mut self.chunk {
            chunk.by_channel.insert(field, array);
            chunk.has_double |= array == Some(Scalar::F64);
            let known = self.begins(field, init, true);
            state.fields.insert(field, known);
        }
    }

    /// What a field is at the start of a frame.
    pub(in crate::python::kernel) fn begins(&mut self, field: FieldId, init: Const, is_set: bool) -> Known {
        let Some(chunk) = &mut self.chunk else {
            return if is_set { self.state(field, init) } else { self.constant(init) };
        };
        chunk.made.insert(field, init);
        match (chunk.now.get(&field), chunk.becomes.get(&field)) {
            (Some(now), _) => {
                let now = *now;
                self.constant(now)
            }
            (None, Some(scalar)) => {
                let init = cast(init, *scalar);
                self.state(field, init)
            }
            (None, None) if is_set => self.state(field, init),
            (None, None) => self.constant(init),
        }
    }

    /// What a field holds, in its later type where it is what it was at first.
    pub(super) fn later(&mut self, field: FieldId, known: Known) -> Known {
        let Some(chunk) = &self.chunk else { return known };
        match (chunk.becomes.get(&field), chunk.made.get(&field), known.constant) {
            (Some(scalar), Some(first), Some(constant))
                if constant.scalar() != *scalar && as_f64(constant).to_bits() == as_f64(*first).to_bits() =>
            {
                let later = cast(constant, *scalar);
                self.constant(later)
            }
            _ => known,
        }
    }

    pub(in crate::python::kernel) fn is_by_channel(&self, field: FieldId) -> bool {
        self.chunk.as_ref().is_some_and(|c| c.by_channel.contains_key(&field))
    }

    /// True for a field that is a number and changes.
    pub(in crate::python::kernel) fn is_number_field(&self, field: FieldId) -> bool {
        (self.states.contains_key(&field) || self.is_first_of(field)) && !self.is_by_channel(field)
    }

    /// # Errors
    /// Where channels, which are lanes, would hand it on to one another.
    pub(in crate::python::kernel) fn shared_by_channels(&self, field: FieldId, line: u32) -> Result<(), Reason> {
        if self.channels > 1 && self.chunk.as_ref().is_some_and(|c| c.in_channel) {
            let name = &self.script.fields[field.0].name;
            return Err(format!("line {line}: `self.{name}` goes from channel to channel"));
        }
        Ok(())
    }

    /// A field gets a number.
    pub(in crate::python::kernel) fn field_gets(
        &mut self,
        field: FieldId,
        known: Known,
        line: u32,
        state: &mut State,
    ) -> Result<(), Reason> {
        let array = self.chunk.as_ref().and_then(|c| c.by_channel.get(&field).copied().flatten());
        let known = match array {
            Some(scalar) => self.converted(known, scalar, line)?,
            None => known,
        };
        let known = self.agreed(field, known, line, state)?;
        state.fields.insert(field, known);
        Ok(())
    }

    /// What a variable holds that gets a number: one that goes from frame to frame stays of its type.
    pub(in crate::python::kernel) fn variable_gets(
        &mut self,
        variable: Variable,
        known: Known,
        line: u32,
        state: &State,
    ) -> Result<Known, Reason> {
        let Some(chunk) = &mut self.chunk else { return Ok(known) };
        chunk.variables.places.remove(&variable);
        match chunk.variables.carried.get(&variable).copied() {
            Some(field) => self.agreed(field, known, line, state),
            None => Ok(known),
        }
    }

    /// A number for a field, of the type that the field has.
    ///
    /// # Errors
    /// Where that is another one.
    pub(super) fn agreed(&mut self, field: FieldId, known: Known, line: u32, state: &State) -> Result<Known, Reason> {
        let known = self.later(field, known);
        let is_later = |chunk: &Chunk| chunk.becomes.get(&field) == Some(&known.scalar);
        let have = state.fields.get(&field).map(|known| known.scalar);
        if have == Some(known.scalar) || self.is_first_of(field) && self.chunk.as_ref().is_some_and(is_later) {
            return Ok(known);
        }
        if let Some(chunk) = &mut self.chunk
            && matches!(
                (have, known.scalar),
                (Some(Scalar::I64), Scalar::F64 | Scalar::F32) | (Some(Scalar::F64), Scalar::F32)
            )
            && chunk.by_channel.get(&field).copied().flatten().is_none()
        {
            chunk.wanted = Some((field, known.scalar));
        }
        Err(format!("line {line}: a field gets a value of another type"))
    }

    /// The element of the present channel of a list with one for each.
    pub(in crate::python::kernel) fn by_channel(&self, object: &Expr, index: &Expr) -> Option<FieldId> {
        match object.kind {
            ExprKind::Field(field) if self.is_by_channel(field) && self.is_channel(index) => Some(field),
            _ => None,
        }
    }

    /// The field, or the element of one for the present channel, that an expression reads.
    pub(super) fn field_of(&self, value: &Expr) -> Option<FieldId> {
        let found = match &value.kind {
            ExprKind::Field(field) if !self.is_by_channel(*field) => Some(*field),
            ExprKind::Index(object, index) => self.by_channel(object, index),
            _ => None,
        };
        found.filter(|field| self.states.contains_key(field) || self.is_first_of(*field))
    }

    /// Whether a field is looked at as it is at the first sample.
    pub(super) fn is_first_of(&self, field: FieldId) -> bool {
        self.chunk.as_ref().is_some_and(|c| c.now.contains_key(&field))
    }
}

/// The number that a list or an array of at least so many is filled with; its type where it is an array.
pub(super) fn uniform(literal: &Literal, least: u16) -> Option<(Const, Option<Scalar>)> {
    match literal {
        Literal::List(items) if items.len() >= usize::from(least) => {
            let first = number(items.first()?)?;
            items.iter().all(|i| number(i) == Some(first)).then_some((first, None))
        }
        Literal::Array { dtype, shape, values } if shape.len() == 1 && shape[0] >= usize::from(least) => {
            let first = *values.first()?;
            let is_uniform = values.iter().all(|x| x.to_bits() == first.to_bits());
            match dtype {
                Dtype::F64 if is_uniform => Some((Const::F64(first), Some(Scalar::F64))),
                Dtype::F32 if is_uniform => Some((Const::F32(first as f32), Some(Scalar::F32))),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The same of one of exactly so many.
fn exactly(literal: &Literal, count: usize) -> Option<(Const, Option<Scalar>)> {
    let length = match literal {
        Literal::List(items) => items.len(),
        Literal::Array { values, .. } => values.len(),
        _ => return None,
    };
    uniform(literal, 1).filter(|_| length == count)
}
