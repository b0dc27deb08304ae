//! Exceptions: `try` with all that belongs to it, `raise`, `with suppress(…)`.
//!
//! An exception may leave a `try` at any place. A name that is set in it is therefore one variable of one type all the way, so that a
//! handler knows where to find what it was last set to. `finally` is lowered for each way out by itself: behind the block, before each
//! `return`, `break` and `continue` that leaves it, and for exceptions that pass. A variable says that it is being done on the way out:
//! what it raises is nothing to the handlers of the block.

use crate::python::class::{Lowerer, Place};
use crate::python::scope::{Final, Names, Slot};
use crate::python::source::{dotted, statements};
use crate::python::{Lower, Need, Outside, Stop};
use remotemedia_ir::codes;
use remotemedia_ir::script::{Caught, Expr, ExprKind, Handler, Literal, Stmt, StmtKind, Ty, Variable, visit};
use rustpython_parser::ast::{self, Ranged};
use std::collections::BTreeMap;

/// Rounds of typing a block.
const ROUNDS: usize = 8;

/// Blocks of `try` in one another, at most: each is lowered several times.
const DEEPEST: usize = 6;

/// A block out of which exceptions may come.
struct Protected {
    body: Vec<Stmt>,
    /// Names at its end.
    after: Option<Names>,
    /// Names wherever it was left.
    left: Names,
}

/// A handler of a file.
struct Except<'m> {
    kinds: Option<Vec<String>>,
    name: Option<&'m str>,
    body: &'m [ast::Stmt],
}

fn set(variable: Variable, value: Expr) -> Stmt {
    let line = value.line;
    Stmt::set(variable, value, line)
}

impl<'m> Lowerer<'m> {
    /// `try`
    pub(super) fn attempt(&mut self, s: &'m ast::StmtTry, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        if self.scope.blocks >= DEEPEST {
            return self.outside(s.range, "a `try` in so many others is outside the compiled subset");
        }
        self.scope.blocks += 1;
        let lowered = self.attempt_here(s, line, out);
        self.scope.blocks -= 1;
        lowered
    }

    fn attempt_here(&mut self, s: &'m ast::StmtTry, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let mut excepts = Vec::new();
        for ast::ExceptHandler::ExceptHandler(handler) in &s.handlers {
            let kinds = self.taken(handler.type_.as_deref())?;
            let name = handler.name.as_ref().map(ast::Identifier::as_str);
            excepts.push(Except { kinds, name, body: &handler.body });
        }
        if s.finalbody.is_empty() {
            return self.handled(&s.body, &excepts, &s.orelse, line, out);
        }
        let is_left = leaves(&s.body) || leaves(&s.orelse) || excepts.iter().any(|e| leaves(e.body));
        let is_done = is_left.then(|| self.scope.called("is_done".to_owned(), &Ty::Bool));
        out.extend(is_done.map(|v| set(v, Expr::literal(Literal::Bool(false), line))));
        let new = Final { body: &s.finalbody, loops: self.scope.loops.len(), is_done };
        let depth = self.scope.finals.len();
        self.scope.finals.push(new);
        let protected =
            self.protected(line, out, |this, inner| this.handled(&s.body, &excepts, &s.orelse, line, inner));
        self.scope.finals.truncate(depth);
        let Protected { body, after, left } = protected?;
        // An exception that passes.
        self.scope.names = Some(left);
        let mut passing = Vec::new();
        passing.extend(is_done.map(|v| again_where(v, line)));
        self.scope.handlers.push(None);
        let lowered = self.block(&s.finalbody, &mut passing);
        self.scope.handlers.pop();
        lowered?;
        if self.scope.names.is_some() {
            passing.push(Stmt { kind: StmtKind::Reraise { is_named: false }, line });
        }
        self.scope.names = after;
        let mut otherwise = Vec::new();
        self.block(&s.finalbody, &mut otherwise)?;
        let handlers = vec![Handler { kinds: None, body: passing }];
        out.push(Stmt { kind: StmtKind::Try { body, handlers, otherwise }, line });
        Ok(())
    }

    /// `try` without `finally`.
    fn handled(
        &mut self,
        body: &'m [ast::Stmt],
        excepts: &[Except<'m>],
        orelse: &'m [ast::Stmt],
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<()> {
        if excepts.is_empty() {
            return self.block(body, out);
        }
        let Protected { body, after, left } = self.protected(line, out, |this, inner| {
            this.tries += 1;
            let lowered = this.block(body, inner);
            this.tries -= 1;
            lowered
        })?;
        self.scope.names = after;
        let mut otherwise = Vec::new();
        self.block(orelse, &mut otherwise)?;
        let mut ends = vec![self.scope.names.take()];
        let mut handlers = Vec::new();
        for except in excepts {
            // Of these types nothing is ever raised.
            if except.kinds.as_ref().is_some_and(Vec::is_empty) {
                continue;
            }
            self.scope.names = Some(left.clone());
            let mut inner = Vec::new();
            self.handler(except, line, &mut inner)?;
            ends.push(self.scope.names.take());
            handlers.push(Handler { kinds: except.kinds.clone(), body: inner });
            if except.kinds.is_none() {
                // Nothing is left for those behind it.
                break;
            }
        }
        let blocks = std::iter::once(&mut otherwise).chain(handlers.iter_mut().map(|handler| &mut handler.body));
        self.scope.meet_all(ends.into_iter().zip(blocks).collect(), line);
        out.push(Stmt { kind: StmtKind::Try { body, handlers, otherwise }, line });
        Ok(())
    }

    fn handler(&mut self, except: &Except<'m>, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let around = self.scope.finals.last().and_then(|f| f.is_done);
        out.extend(around.map(|v| again_where(v, line)));
        let hidden = self.scope.caught.clone();
        let mut parts = Vec::new();
        if let Some(name) = except.name {
            // Python deletes it behind the handler, whatever it was before.
            let is_set = self.scope.names.as_ref().is_some_and(|names| names.contains_key(name));
            if is_set || crate::python::closures::sets(self.scope.body).contains(&name) {
                let span = self.module.line_span(line).unwrap_or(remotemedia_ir::Span::NONE);
                let reason = format!("`{name}`, an exception and another value, is outside the compiled subset");
                return Err(Stop::Outside(Outside { span, reason, need: Need::Python }));
            }
            let message = self.scope.called(name.to_owned(), &Ty::Str);
            let kind = self.scope.called(format!("{name}_type"), &Ty::Str);
            parts.extend([(message, Caught::Message), (kind, Caught::Kind)]);
            if let Some(names) = &mut self.scope.names {
                names.remove(name);
            }
            self.scope.caught.insert(name.to_owned(), (message, kind));
        }
        self.scope.handlers.push(except.name.map(str::to_owned));
        let mut body = Vec::new();
        let lowered = self.block(except.body, &mut body);
        self.scope.handlers.pop();
        for (variable, what) in parts.into_iter().filter(|(v, _)| visit::reads(&body, *v)) {
            out.push(set(variable, Expr { kind: ExprKind::Caught(what), ty: Ty::Str, line }));
        }
        out.extend(body);
        // Python deletes the name.
        self.scope.caught = hidden;
        if let (Some(name), Some(names)) = (except.name, &mut self.scope.names) {
            names.remove(name);
        }
        lowered
    }

    /// A block, lowered again until what it sets has one type wherever it is left.
    fn protected(
        &mut self,
        line: u32,
        out: &mut Vec<Stmt>,
        mut lower: impl FnMut(&mut Lowerer<'m>, &mut Vec<Stmt>) -> Lower<()>,
    ) -> Lower<Protected> {
        let entry = self.scope.names.clone().unwrap_or_default();
        let (outside, wrong) = (self.outside.len(), self.wrong.len());
        let around = self.scope.pinned.clone();
        let mut pins: BTreeMap<String, Ty> = BTreeMap::new();
        for _ in 0..ROUNDS {
            self.outside.truncate(outside);
            self.wrong.truncate(wrong);
            let mut names = entry.clone();
            let mut before = Vec::new();
            for (name, ty) in &pins {
                self.scope.pinned.insert(name.clone(), ty.clone());
                if let Some(slot) = names.get_mut(name) {
                    let variable = self.scope.variable(name, ty);
                    if variable != slot.variable {
                        // Of what is not set no type is promised.
                        let held = if slot.perhaps_unset { Ty::Any } else { slot.ty.clone() };
                        before.push(set(variable, Expr::local(slot.variable, held, line)));
                    }
                    *slot = Slot { variable, ty: ty.clone(), perhaps_unset: slot.perhaps_unset };
                }
            }
            let start = names.clone();
            self.scope.names = Some(names);
            self.scope.watched.push(BTreeMap::new());
            let mut body = Vec::new();
            let lowered = lower(self, &mut body);
            let seen = self.scope.watched.pop().unwrap_or_default();
            self.scope.pinned = around.clone();
            lowered?;
            let mut left = start.clone();
            let mut is_settled = true;
            for (name, types) in seen {
                let before = start.get(&name);
                let all = types.iter().chain(before.map(|slot| &slot.ty));
                let joined = all.clone().fold(Ty::Never, |joined, ty| joined.join(ty));
                if all.clone().all(|ty| *ty == joined) {
                    let perhaps_unset = before.is_none_or(|slot| slot.perhaps_unset);
                    let variable = self.scope.variable(&name, &joined);
                    left.insert(name, Slot { variable, ty: joined, perhaps_unset });
                } else {
                    pins.insert(name, joined);
                    is_settled = false;
                }
            }
            if is_settled {
                out.extend(before);
                return Ok(Protected { body, after: self.scope.names.take(), left });
            }
        }
        let reason = format!("the types of what the `try` in line {line} sets are not settled");
        let span = self.module.line_span(line).unwrap_or(remotemedia_ir::Span::NONE);
        Err(Stop::Outside(Outside { span, reason, need: Need::Python }))
    }

    /// What `finally` does on the way out of the blocks from there on.
    pub(super) fn finals(&mut self, loops: usize, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let all = self.scope.finals.clone();
        let mut lowered = Ok(());
        for at in (0..all.len()).rev().take_while(|at| all[*at].loops >= loops) {
            self.scope.finals.truncate(at);
            out.extend(all[at].is_done.map(|v| set(v, Expr::literal(Literal::Bool(true), line))));
            lowered = self.block(all[at].body, out);
            if lowered.is_err() {
                break;
            }
        }
        self.scope.finals = all;
        lowered
    }

    /// A value that is returned once `finally` is done.
    pub(super) fn behind_finals(&mut self, value: Expr, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        if self.scope.finals.is_empty() || value.as_literal().is_some() {
            self.finals(0, line, out)?;
            return Ok(value);
        }
        let (held, ty) = (self.scope.temporary(&value.ty), value.ty.clone());
        out.push(set(held, value));
        self.finals(0, line, out)?;
        Ok(Expr::local(held, ty, line))
    }

    /// The argument of `with suppress(KeyError):`
    pub(super) fn suppressed(&self, s: &'m ast::StmtWith) -> Option<&'m ast::ExprCall> {
        match s.items.as_slice() {
            [ast::WithItem { context_expr: ast::Expr::Call(call), optional_vars: None, .. }]
                if self.imported(&call.func).as_deref() == Some("contextlib.suppress") && call.keywords.is_empty() =>
            {
                Some(call)
            }
            _ => None,
        }
    }

    /// `with suppress(KeyError):` is a `try` whose handler does nothing.
    pub(super) fn suppress(&mut self, s: &'m ast::StmtWith, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let mut kinds = Some(Vec::new());
        for of in self.suppressed(s).into_iter().flat_map(|call| &call.args) {
            kinds = match (kinds, self.taken(Some(of))?) {
                (Some(mut all), Some(more)) => {
                    all.extend(more);
                    Some(all)
                }
                (None, _) | (_, None) => None,
            };
        }
        self.handled(&s.body, &[Except { kinds, name: None, body: &[] }], &[], line, out)
    }

    /// `raise`
    pub(super) fn raise(&mut self, r: &'m ast::StmtRaise, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let caught = self.scope.handlers.last();
        let named = r.exc.as_deref().and_then(|e| e.as_name_expr()).map(|n| n.id.as_str());
        let is_named = named.is_some_and(|name| {
            self.scope.caught.contains_key(name) && caught.is_some_and(|of| of.as_deref() == Some(name))
        });
        let Some(exception) = &r.exc else {
            if caught.is_none() {
                return self.outside(r.range, "`raise` without an exception is outside the compiled subset");
            }
            out.push(Stmt { kind: StmtKind::Reraise { is_named: false }, line });
            self.scope.names = None;
            return Ok(());
        };
        if is_named {
            out.push(Stmt { kind: StmtKind::Reraise { is_named: true }, line });
            self.scope.names = None;
            return Ok(());
        }
        let (class, args) = match &**exception {
            ast::Expr::Call(c) if c.keywords.is_empty() => (dotted(&c.func), c.args.as_slice()),
            other => (dotted(other), [].as_slice()),
        };
        let Some(kind) = class.filter(|c| self.is_raisable(c)) else {
            return self.outside(r.range, "this exception is outside the compiled subset");
        };
        let message = match args {
            [] => None,
            [one] => Some(match self.message_of(one) {
                Some(message) => message,
                None => self.expression(one, out)?,
            }),
            // Their tuple is what it says.
            several => {
                let items = self.items(several, out)?;
                let ty = Ty::Tuple(items.iter().map(|i| i.ty.clone()).collect());
                Some(Expr { kind: ExprKind::Tuple(items), ty, line })
            }
        };
        out.push(Stmt { kind: StmtKind::Raise { kind, message }, line });
        self.scope.names = None;
        Ok(())
    }

    /// `str(error)`, where the expression is such an `error`.
    pub(in crate::python) fn message_of(&self, expr: &ast::Expr) -> Option<Expr> {
        let (message, _) = self.scope.caught.get(expr.as_name_expr()?.id.as_str())?;
        Some(Expr::local(*message, Ty::Str, self.module.line(expr.range())))
    }

    /// `type(error).__name__` and `error.__class__.__name__`.
    pub(in crate::python) fn kind_of(&self, name: &ast::ExprAttribute) -> Option<Expr> {
        if name.attr.as_str() != "__name__" {
            return None;
        }
        let exception = match &*name.value {
            ast::Expr::Attribute(a) if a.attr.as_str() == "__class__" => a.value.as_name_expr(),
            ast::Expr::Call(c) if c.func.as_name_expr().is_some_and(|f| f.id.as_str() == "type") => {
                c.args.first().filter(|_| c.args.len() == 1).and_then(|e| e.as_name_expr())
            }
            _ => None,
        };
        let (_, kind) = self.scope.caught.get(exception?.id.as_str())?;
        Some(Expr::local(*kind, Ty::Str, self.module.line(name.range)))
    }

    /// What cannot be right is raised where it stands in a `try`, which may be there for it. Types that do not fit are no error
    /// either where a function of the file need not get to for these arguments.
    pub(super) fn perhaps_caught(&self, stop: Stop) -> Stop {
        let Stop::Wrong(wrong) = stop else { return stop };
        let is_called = matches!(self.place, Place::Helper | Place::Collector(_));
        let may_be_missed = self.scope.depth > 1 || self.scope.is_forked;
        let when = match self.stack.last() {
            _ if self.tries > 0 => "where a `try` may catch it".to_owned(),
            Some((function, _)) if is_called && may_be_missed && wrong.code == codes::PYTHON_TYPE => {
                let name = function.split('@').next().unwrap_or_default();
                format!("where `{name}` need not get to")
            }
            _ => return Stop::Wrong(wrong),
        };
        let reason = format!("{}, {when}", wrong.message);
        Stop::Outside(Outside { span: wrong.primary.span, reason, need: Need::Python })
    }
}

/// `if is_done: raise`
fn again_where(is_done: Variable, line: u32) -> Stmt {
    let again = Stmt { kind: StmtKind::Reraise { is_named: false }, line };
    let condition = Expr::local(is_done, Ty::Bool, line);
    Stmt { kind: StmtKind::If { condition, then: vec![again], otherwise: Vec::new() }, line }
}

/// Whether statements may leave the block that they are in; a loop of it, at least.
fn leaves(body: &[ast::Stmt]) -> bool {
    let mut found = false;
    statements(body, &mut |stmt| {
        found |= matches!(stmt, ast::Stmt::Return(_) | ast::Stmt::Break(_) | ast::Stmt::Continue(_));
    });
    found
}
