//! The loops through the channels and the frames of a chunk, and what goes from one frame to the next.

use super::places::Place;
use crate::python::kernel::{Known, Lowering, Reason, State};
use remotemedia_ir::kernel::{Const, Scalar};
use remotemedia_ir::script::{
    Binary, Expr, ExprKind, FieldId, Iterable, Literal, Stmt, StmtKind, Target, Variable, visit,
};
use std::collections::{BTreeMap, BTreeSet};

impl Lowering<'_> {
    /// True for a loop through the channels of a chunk, by number or by value.
    pub(in crate::python::kernel) fn is_over_channels(&self, iterable: &Iterable, state: &State) -> bool {
        let Some(chunk) = &self.chunk else { return false };
        if chunk.in_channel {
            return false;
        }
        match iterable {
            Iterable::Range(from, to, step) => {
                from.as_literal() == Some(&Literal::Int(0))
                    && step.as_literal() == Some(&Literal::Int(1))
                    && self.is_channels(to, state)
            }
            Iterable::Values(values) => {
                matches!(values.kind, ExprKind::Local(v) if matches!(self.place_of(v), Some(Place::Array(_))))
            }
        }
    }

    /// A loop through the channels: once for all of them, which are lanes. Nothing goes from one to the next.
    pub(in crate::python::kernel) fn over_channels(
        &mut self,
        target: &Target,
        iterable: &Iterable,
        body: &[Stmt],
        mut state: State,
        inner: impl FnOnce(&mut Self, &[Stmt], State) -> Result<State, Reason>,
    ) -> Result<State, Reason> {
        let (body, counted) = uncounted(body, &state);
        let mut set = assigned(body);
        set.extend(counted.map(|(_, count)| count));
        self.forget(&set, "goes from channel to channel", &mut state)?;
        let has_one = self.channels == 1;
        let chunk = self.chunk_mut()?;
        if !has_one {
            // What belongs to one channel, or grows with each.
            chunk.variables.places.retain(|_, place| !matches!(place, Place::Row(_) | Place::List(_)));
        }
        chunk.in_channel = true;
        if let Some((number, _)) = counted {
            self.bind(number, Place::Channel, &mut state)?;
        }
        let item = match iterable {
            Iterable::Range(..) => Some(Place::Channel),
            Iterable::Values(values) => match self.place(values, &mut state)? {
                Some(Place::Array(cell)) => Some(Place::Row(cell)),
                _ => None,
            },
        };
        let (Target::Local(variable), Some(item)) = (target, item) else {
            return Err("a loop through channels that takes something apart".to_owned());
        };
        self.bind(*variable, item, &mut state)?;
        let mut state = inner(self, body, state)?;
        self.forget(&set, "is of one channel, or of all together", &mut state)?;
        let chunk = self.chunk_mut()?;
        chunk.variables.places.remove(variable);
        chunk.in_channel = false;
        Ok(state)
    }

    /// The loop through the frames: its body is what is done for each.
    pub(super) fn over_frames(
        &mut self,
        target: &Target,
        iterable: &Iterable,
        body: &[Stmt],
        mut state: State,
        line: u32,
    ) -> Result<State, Reason> {
        let (body, counted) = uncounted(body, &state);
        let other = || format!("line {line}: a loop through something other than the samples of a chunk");
        let item = match iterable {
            Iterable::Range(from, to, step) => {
                let is_whole =
                    from.as_literal() == Some(&Literal::Int(0)) && step.as_literal() == Some(&Literal::Int(1));
                let is_frames = self.place(to, &mut state)? == Some(Place::Frames);
                if is_whole && is_frames { None } else { return Err(other()) }
            }
            Iterable::Values(values) => match self.place(values, &mut state)? {
                Some(Place::Row(cell) | Place::List(cell)) => {
                    let chunk = self.chunk_mut()?;
                    chunk.has_double |= chunk.cells[cell] == Some(Scalar::F64);
                    Some(state.cells.get(&cell).copied().ok_or_else(|| format!("line {line}: an element is not set"))?)
                }
                _ => return Err(other()),
            },
        };
        let mut set = assigned(body);
        set.extend(counted.map(|(_, count)| count));
        let chunk = self.chunk_mut()?;
        if std::mem::replace(&mut chunk.is_through, true) {
            return Err(format!("line {line}: it goes through its samples more than once"));
        }
        let begin = std::mem::take(&mut chunk.variables.begin);
        let carried: BTreeMap<Variable, FieldId> =
            begin.iter().filter(|(v, _)| set.contains(v)).map(|(v, f)| (*v, *f)).collect();
        let names: BTreeSet<FieldId> = carried.values().copied().collect();
        if names.len() != carried.len() || mentions(body, &names) {
            return Err(format!("line {line}: two names for what goes from sample to sample"));
        }
        let starts: Vec<(Variable, Option<Known>)> =
            carried.iter().map(|(v, f)| (*v, state.fields.get(f).copied())).collect();
        self.forget(&set, "begins again with each chunk", &mut state)?;
        for variable in begin.keys() {
            state.locals.remove(variable);
        }
        state.locals.extend(starts.into_iter().filter_map(|(v, known)| Some((v, known?))));
        let chunk = self.chunk_mut()?;
        chunk.variables.carried.clone_from(&carried);
        chunk.in_frame = true;
        if let Some((number, _)) = counted {
            self.bind(number, Place::Frame, &mut state)?;
        }
        let Target::Local(variable) = target else { return Err(other()) };
        match item {
            None => self.bind(*variable, Place::Frame, &mut state)?,
            Some(known) => {
                let known = self.variable_gets(*variable, known, line, &state)?;
                state.locals.insert(*variable, known);
            }
        }
        let body: Vec<&Stmt> = body.iter().collect();
        let mut state = self.block(&body, state)?;
        for (variable, field) in &carried {
            let known = state.locals.get(variable).copied();
            let known = known.ok_or_else(|| format!("line {line}: what goes from sample to sample is lost"))?;
            state.fields.insert(*field, known);
        }
        self.forget(&set, "is of a whole chunk", &mut state)?;
        state.locals.remove(variable);
        let chunk = self.chunk_mut()?;
        chunk.variables.places.retain(|_, place| *place != Place::Frame);
        chunk.in_frame = false;
        Ok(state)
    }

    /// # Errors
    /// Where a variable gets something else before it has been put back where it comes from.
    pub(super) fn stays_carried(&self, variable: Variable) -> Result<(), Reason> {
        if self.chunk.as_ref().is_some_and(|c| c.variables.carried.contains_key(&variable)) {
            let name = &self.script.function(self.script.process).locals[variable.0].name;
            return Err(format!("`{name}` is something else before it is kept"));
        }
        Ok(())
    }

    /// What a loop sets is not known before it, and is another thing behind it.
    fn forget(&mut self, set: &BTreeSet<Variable>, why: &'static str, state: &mut State) -> Result<(), Reason> {
        let chunk = self.chunk_mut()?;
        for variable in set {
            if state.locals.remove(variable).is_some() {
                chunk.variables.forgotten.insert(*variable, why);
            }
            chunk.variables.places.remove(variable);
            chunk.variables.begin.remove(variable);
        }
        Ok(())
    }
}

/// The body of a loop without the lines that count for `enumerate`, the number's name, and that of what counts.
fn uncounted<'s>(body: &'s [Stmt], state: &State) -> (&'s [Stmt], Option<(Variable, Variable)>) {
    if let [
        Stmt { kind: StmtKind::Assign(Target::Local(number), Expr { kind: ExprKind::Local(read), .. }), .. },
        Stmt {
            kind: StmtKind::Assign(Target::Local(count), Expr { kind: ExprKind::Binary(Binary::Add, a, b), .. }),
            ..
        },
        rest @ ..,
    ] = body
        && read == count
        && a.kind == ExprKind::Local(*count)
        && b.as_literal() == Some(&Literal::Int(1))
        && state.locals.get(count).is_some_and(|known| known.constant == Some(Const::I64(0)))
        && !assigned(rest).contains(count)
        && !assigned(rest).contains(number)
    {
        return (rest, Some((*number, *count)));
    }
    (body, None)
}

/// The variables that statements set.
fn assigned(body: &[Stmt]) -> BTreeSet<Variable> {
    struct Assigned(BTreeSet<Variable>);
    impl visit::Visit for Assigned {
        fn target(&mut self, target: &Target, _: bool) {
            if let Target::Local(variable) = target {
                self.0.insert(*variable);
            }
        }
    }
    let mut found = Assigned(BTreeSet::new());
    visit::stmts(body, &mut found);
    found.0
}

/// True if statements read or set one of these fields.
fn mentions(body: &[Stmt], fields: &BTreeSet<FieldId>) -> bool {
    struct Mentions<'a>(&'a BTreeSet<FieldId>, bool);
    impl visit::Visit for Mentions<'_> {
        fn expr(&mut self, expr: &Expr) {
            // A function of the class may use any.
            self.1 |= match &expr.kind {
                ExprKind::Field(field) => self.0.contains(field),
                ExprKind::Invoke(..) => !self.0.is_empty(),
                _ => false,
            };
        }
        fn target(&mut self, target: &Target, _: bool) {
            self.1 |= matches!(target, Target::Field(field) if self.0.contains(field));
        }
    }
    let mut found = Mentions(fields, false);
    visit::stmts(body, &mut found);
    found.1
}
