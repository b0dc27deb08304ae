//! Loops: what they go through, and the types that settle over their iterations.

use crate::python::call::call_of;
use crate::python::class::Lowerer;
use crate::python::scope::{Loop, Names, Slot};
use crate::python::{Lower, Stop, types};
use remotemedia_ir::codes;
use remotemedia_ir::script::{Binary, Expr, ExprKind, Iterable, Literal, Stmt, StmtKind, Target, Ty, Variable};
use remotemedia_runtime_min::py::table::TABLE;
use rustpython_parser::ast::{self, Ranged};

/// Rounds of typing a loop.
const ROUNDS: usize = 8;

impl<'m> Lowerer<'m> {
    pub(super) fn leave(&mut self, is_break: bool, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        self.finals(self.scope.loops.len(), line, out)?;
        let Some(names) = self.scope.names.take() else { return Ok(()) };
        let Some(mut around) = self.scope.loops.pop() else { return Ok(()) };
        if is_break {
            let exit = match around.exit.take() {
                Some(exit) => self.scope.joined(&exit, &names),
                None => names.clone(),
            };
            out.extend(self.scope.bring(&names, &exit, line));
            around.exit = Some(exit);
        } else {
            self.next_iteration(&mut around, &names, line, out);
        }
        self.scope.loops.push(around);
        out.push(Stmt { kind: if is_break { StmtKind::Break } else { StmtKind::Continue }, line });
        Ok(())
    }

    /// The end of an iteration: names as the head has them, or a wider head the next time.
    pub(super) fn next_iteration(&mut self, around: &mut Loop, names: &Names, line: u32, out: &mut Vec<Stmt>) {
        let mut wanted = Names::new();
        for (name, slot) in &around.head {
            if let Some(have) = names.get(name) {
                let ty = slot.ty.join(&have.ty);
                if ty != slot.ty || have.perhaps_unset && !slot.perhaps_unset {
                    let widened = around.widened.get_or_insert_with(|| around.head.clone());
                    let variable = self.scope.variable(name, &ty);
                    let perhaps_unset = slot.perhaps_unset || have.perhaps_unset;
                    let was = widened.get(name).map_or(ty.clone(), |w| w.ty.join(&ty));
                    let variable = if was == ty { variable } else { self.scope.variable(name, &was) };
                    widened.insert(name.clone(), Slot { variable, ty: was, perhaps_unset });
                }
                wanted.insert(name.clone(), slot.clone());
            }
        }
        for (name, slot) in names {
            if !around.head.contains_key(name) {
                around.inner.insert(name.clone(), Slot { perhaps_unset: true, ..slot.clone() });
            }
        }
        out.extend(self.scope.bring(names, &wanted, line));
    }

    /// A loop, lowered again until its head has the types of every iteration. `test` lowers what comes at its head, `body` the rest.
    pub(super) fn looped(
        &mut self,
        line: u32,
        out: &mut Vec<Stmt>,
        endless: bool,
        mut head: impl FnMut(&mut Lowerer<'m>, &mut Vec<Stmt>) -> Lower<StmtKind>,
        body: &'m [ast::Stmt],
        otherwise: &'m [ast::Stmt],
    ) -> Lower<()> {
        let Some(entry) = self.scope.names.clone() else { return Ok(()) };
        let mut names = entry.clone();
        let mut exit: Option<Names> = None;
        let (outside, wrong) = (self.outside.len(), self.wrong.len());
        for round in 0.. {
            self.outside.truncate(outside);
            self.wrong.truncate(wrong);
            self.scope.names = Some(names.clone());
            self.scope.loops.push(Loop { head: names.clone(), exit: exit.clone(), widened: None, inner: Names::new() });
            let mut inner = Vec::new();
            let mut kind = head(self, &mut inner)?;
            let lowered = self.block(body, &mut inner);
            let mut around = self.scope.loops.pop().unwrap_or(Loop {
                head: Names::new(),
                exit: None,
                widened: None,
                inner: Names::new(),
            });
            lowered?;
            if let Some(end) = self.scope.names.take() {
                self.next_iteration(&mut around, &end, line, &mut inner);
            }
            let grown = around.exit != exit;
            if (around.widened.is_some() || grown) && round < ROUNDS {
                if let Some(widened) = around.widened {
                    names = widened;
                }
                exit = around.exit;
                continue;
            }
            // Behind the loop: what `else` leaves where no `break` came, else what each `break` left.
            let mut or = Vec::new();
            let behind = names.iter().chain(&around.inner).map(|(name, slot)| (name.clone(), slot.clone()));
            self.scope.names = if endless { None } else { Some(behind.collect()) };
            if self.scope.names.is_some() {
                self.block(otherwise, &mut or)?;
            }
            let normal = self.scope.names.take();
            if let (Some(normal), Some(left)) = (&normal, &around.exit) {
                // Where `else` leaves other types than a `break`, every `break` is to leave what fits both.
                let both = self.scope.joined(left, normal);
                let same = left.iter().all(|(name, slot)| both.get(name).is_some_and(|b| b.variable == slot.variable));
                if !same && round < ROUNDS {
                    exit = Some(both);
                    continue;
                }
            }
            let mut nothing = Vec::new();
            self.scope.meet((normal, &mut or), (around.exit.clone(), &mut nothing), line);
            if !nothing.is_empty() {
                return Err(Stop::Outside(crate::python::Outside {
                    span: remotemedia_ir::Span::NONE,
                    reason: format!("the types that the loop in line {line} leaves behind are not settled"),
                    need: crate::python::Need::Python,
                }));
            }
            match &mut kind {
                StmtKind::While { body, otherwise, .. } | StmtKind::For { body, otherwise, .. } => {
                    *body = inner;
                    *otherwise = or;
                }
                _ => {}
            }
            out.extend(self.scope.bring(&entry, &names, line));
            out.push(Stmt { kind, line });
            return Ok(());
        }
        Ok(())
    }

    pub(super) fn while_loop(&mut self, s: &'m ast::StmtWhile, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let endless = matches!(&*s.test, ast::Expr::Constant(c) if matches!(&c.value, ast::Constant::Bool(true)) );
        self.looped(
            line,
            out,
            endless,
            |this, _| {
                let mut before = Vec::new();
                let condition = this.condition(&s.test, &mut before)?;
                // What the test needs first is part of it.
                let condition = if before.is_empty() {
                    condition
                } else {
                    Expr { kind: ExprKind::Block(before, Box::new(condition)), ty: Ty::Bool, line }
                };
                Ok(StmtKind::While { condition, body: Vec::new(), otherwise: Vec::new() })
            },
            &s.body,
            &s.orelse,
        )
    }

    pub(super) fn for_loop(
        &mut self,
        target: &'m ast::Expr,
        iter: &'m ast::Expr,
        body: &'m [ast::Stmt],
        otherwise: &'m [ast::Stmt],
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<()> {
        self.used_late(iter)?;
        let (iterable, item, counter) = self.iterable(iter, out)?;
        self.looped(
            line,
            out,
            false,
            |this, inner| {
                let target = this.item_target(target, &item, counter, line, inner)?;
                Ok(StmtKind::For { target, iterable: iterable.clone(), body: Vec::new(), otherwise: Vec::new() })
            },
            body,
            otherwise,
        )
    }

    /// Where an item of a loop goes, with what comes at the head of its body.
    pub(in crate::python) fn item_target(
        &mut self,
        target: &'m ast::Expr,
        item: &Ty,
        counter: Option<Variable>,
        line: u32,
        inner: &mut Vec<Stmt>,
    ) -> Lower<Target> {
        let Some(counter) = counter else {
            if matches!(target, ast::Expr::Name(_)) {
                return self.target(target, item, inner);
            }
            let whole = self.scope.temporary(item);
            let value = Expr::local(whole, item.clone(), line);
            let target = self.target(target, item, inner)?;
            inner.push(Stmt { kind: StmtKind::Assign(target, value), line });
            return Ok(Target::Local(whole));
        };
        // `for i, x in enumerate(xs)`: a counter beside the items.
        let ast::Expr::Tuple(t) = target else {
            return self.outside(
                target.range(),
                "`enumerate` whose pairs stay together in a loop is outside the compiled subset",
            );
        };
        let [index, value] = t.elts.as_slice() else {
            return self.wrong(codes::PYTHON_TYPE, t.range, "`enumerate` gives pairs");
        };
        let whole = self.scope.temporary(item);
        let count = Expr::local(counter, Ty::Int, line);
        let index = self.target(index, &Ty::Int, inner)?;
        inner.push(Stmt { kind: StmtKind::Assign(index, count.clone()), line });
        let one = Expr::literal(Literal::Int(1), line);
        let next = Expr { kind: ExprKind::Binary(Binary::Add, Box::new(count), Box::new(one)), ty: Ty::Int, line };
        inner.push(Stmt::set(counter, next, line));
        let item_value = Expr::local(whole, item.clone(), line);
        let value = self.target(value, item, inner)?;
        inner.push(Stmt { kind: StmtKind::Assign(value, item_value), line });
        Ok(Target::Local(whole))
    }

    /// What a loop goes through, the type of an item, and the counter that `enumerate` keeps.
    pub(in crate::python) fn iterable(
        &mut self,
        iter: &'m ast::Expr,
        out: &mut Vec<Stmt>,
    ) -> Lower<(Iterable, Ty, Option<Variable>)> {
        let line = self.line(iter.range());
        if let ast::Expr::Call(c) = iter
            && c.keywords.is_empty()
            && let ast::Expr::Name(n) = &*c.func
            && self.is_builtin_name(n.id.as_str())
        {
            match (n.id.as_str(), c.args.as_slice()) {
                ("range", [_] | [_, _] | [_, _, _]) => {
                    let mut parts = Vec::new();
                    for arg in &c.args {
                        let mut part = self.expression(arg, out)?;
                        if matches!(part.ty, Ty::Float | Ty::Str | Ty::None | Ty::List | Ty::Dict | Ty::Tuple(_)) {
                            let message = format!("`{}` cannot be interpreted as an integer", types::name(&part.ty));
                            return self.wrong(codes::PYTHON_TYPE, arg.range(), message);
                        }
                        if part.as_literal().is_none() {
                            let temporary = self.scope.temporary(&part.ty);
                            let ty = part.ty.clone();
                            out.push(Stmt::set(temporary, part, line));
                            part = Expr::local(temporary, ty, line);
                        }
                        parts.push(part);
                    }
                    let number = |n| Expr::literal(Literal::Int(n), line);
                    let mut parts = parts.into_iter();
                    let (a, b, c) = (parts.next(), parts.next(), parts.next());
                    let range = match (a, b, c) {
                        (Some(stop), None, _) => Iterable::Range(number(0), stop, number(1)),
                        (Some(start), Some(stop), step) => {
                            Iterable::Range(start, stop, step.unwrap_or_else(|| number(1)))
                        }
                        (None, _, _) => {
                            return self.wrong(codes::PYTHON_TYPE, iter.range(), "`range` needs an argument");
                        }
                    };
                    return Ok((range, Ty::Int, None));
                }
                ("enumerate", [items] | [items, _]) => {
                    let (mut items, item, inner) = self.iterable(items, out)?;
                    if inner.is_some() {
                        return self.outside(iter.range(), "an `enumerate` of another is outside the compiled subset");
                    }
                    let start = match c.args.get(1) {
                        Some(start) => {
                            // What it goes through comes first.
                            if let Iterable::Values(values) = &mut items
                                && values.as_literal().is_none()
                            {
                                let held = self.scope.temporary(&values.ty);
                                let read = Expr::local(held, values.ty.clone(), line);
                                let values = std::mem::replace(values, read);
                                out.push(Stmt::set(held, values, line));
                            }
                            self.expression(start, out)?
                        }
                        None => Expr::literal(Literal::Int(0), line),
                    };
                    if start.ty != Ty::Int {
                        let Iterable::Values(values) = items else {
                            return self.outside(iter.range(), "this `enumerate` is outside the compiled subset");
                        };
                        let pairs = call_of("enumerate", vec![values, start], line);
                        return Ok((Iterable::Values(pairs), Ty::Tuple(vec![Ty::Int, item]), None));
                    }
                    let counter = self.scope.temporary(&Ty::Int);
                    out.push(Stmt::set(counter, start, line));
                    return Ok((items, item, Some(counter)));
                }
                _ => {}
            }
        }
        let values = self.expression(iter, out)?;
        if let Some(reason) = self.unordered(iter) {
            return self.outside(iter.range(), reason);
        }
        let item = match &values.ty {
            _ if self.element(&values).is_some() => self.element(&values).unwrap_or(Ty::Any),
            Ty::Str => Ty::Str,
            Ty::Array { dtype: Some(dtype), shape: Some(shape) } if shape.len() == 1 => Ty::Scalar(*dtype),
            Ty::Array { dtype, shape: Some(shape) } if shape.len() > 1 => {
                Ty::Array { dtype: *dtype, shape: Some(shape[1..].to_vec()) }
            }
            Ty::Tuple(items) if !items.is_empty() => items.iter().cloned().reduce(|a, b| a.join(&b)).unwrap_or(Ty::Any),
            Ty::Int | Ty::Float | Ty::Bool | Ty::None => {
                let message = format!("`{}` is not iterable", types::name(&values.ty));
                return self.wrong(codes::PYTHON_TYPE, iter.range(), message);
            }
            _ => item_of(&values),
        };
        Ok((Iterable::Values(values), item, None))
    }

    /// Why the order of an iteration is not known.
    pub(super) fn unordered(&self, iter: &ast::Expr) -> Option<&'static str> {
        let is_set = match iter {
            ast::Expr::Set(_) | ast::Expr::SetComp(_) => true,
            ast::Expr::Call(c) => matches!(&*c.func, ast::Expr::Name(n) if n.id.as_str() == "set"),
            _ => false,
        };
        is_set.then_some("the order of a set is outside the compiled subset; `sorted(…)` gives one")
    }
}

/// What is known of the items of a list that nothing else has: one that is written there, or that a function just made.
fn item_of(values: &Expr) -> Ty {
    let tuple = |length| Ty::Tuple(vec![Ty::Any; length]);
    match &values.kind {
        ExprKind::Literal(Literal::List(items)) => {
            items.iter().map(Literal::ty).reduce(|a, b| a.join(&b)).unwrap_or(Ty::Any)
        }
        ExprKind::Call(function, args) => match (TABLE[function.0].name, args.as_slice()) {
            (".items" | "enumerate", _) => tuple(2),
            ("zip", [Expr { kind: ExprKind::Tuple(all), .. }, ..]) => tuple(all.len()),
            ("list" | "reversed" | "sorted", [values, ..]) => item_of(values),
            _ => Ty::Any,
        },
        _ => Ty::Any,
    }
}
