//! Functions that are defined in functions, and lambdas that have a name: called where they are, with what they see there.
//!
//! A lambda is lowered in the place of its call. A function becomes one of the script whose further parameters are what it reads of the
//! variables around it: at the time of the call, as in Python.

use super::Lower;
use super::changes::{bound, expressions, targets};
use super::class::Lowerer;
use super::scope::Slot;
use super::source::{Method, children, parameters, statements};
use remotemedia_ir::codes;
use remotemedia_ir::script::{Expr, ExprKind, Stmt};
use rustpython_parser::ast;
use rustpython_parser::text_size::TextRange;
use std::collections::BTreeSet;

/// Lambdas that are lowered inside of one another, at most: one that calls itself has no end.
const DEEPEST: usize = 20;

/// What such a name stands for.
#[derive(Clone, Copy, Debug)]
pub enum Closure<'m> {
    Lambda(&'m ast::ExprLambda),
    Function(Method<'m>),
}

/// Arguments that have been evaluated: by their places, and by their names.
pub(super) type Given<'m> = (Vec<Expr>, Vec<(&'m str, TextRange, Expr)>);

/// The names that a function's body reads, in no order.
fn reads(body: &[ast::Stmt]) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut work: Vec<&ast::Expr> = Vec::new();
    statements(body, &mut |stmt| {
        work.extend(expressions(stmt));
        if let Some(inner) = Method::of(stmt) {
            names.extend(reads(inner.body));
        }
    });
    while let Some(expr) = work.pop() {
        names.extend(expr.as_name_expr().map(|n| n.id.as_str()));
        work.extend(children(expr));
    }
    names
}

/// The names that a function's body gives values.
pub(super) fn sets(body: &[ast::Stmt]) -> Vec<&str> {
    let mut names = Vec::new();
    statements(body, &mut |stmt| {
        names.extend(targets(stmt).into_iter().flat_map(bound));
        names.extend(Method::of(stmt).map(|inner| inner.name));
    });
    names
}

/// The names that a lambda reads and that are not its own.
pub(super) fn free_of(lambda: &ast::ExprLambda) -> Vec<&str> {
    let own: Vec<&str> = parameters(&lambda.args).map(|p| p.def.arg.as_str()).collect();
    let (mut found, mut parts) = (Vec::new(), vec![&*lambda.body]);
    while let Some(part) = parts.pop() {
        found.extend(part.as_name_expr().map(|n| n.id.as_str()).filter(|name| !own.contains(name)));
        parts.extend(children(part));
    }
    found
}

/// The names that are a function's own.
fn own_names<'m>(m: &Method<'m>) -> BTreeSet<&'m str> {
    let mut own: BTreeSet<&str> = sets(m.body).into_iter().collect();
    own.extend(m.parameters().map(|p| p.def.arg.as_str()));
    own.extend(m.args.vararg.iter().chain(&m.args.kwarg).map(|a| a.arg.as_str()));
    own
}

impl<'m> Lowerer<'m> {
    /// A name of a function gets a function, once and for all; false where it is a value like others.
    pub(super) fn define(&mut self, stmt: &'m ast::Stmt, name: &'m str, closure: Closure<'m>) -> bool {
        let is_at_top = self.scope.body.iter().any(|known| std::ptr::eq(known, stmt));
        let is_once = sets(self.scope.body).into_iter().filter(|known| *known == name).count() == 1;
        let is_known = self.scope.names.as_ref().is_some_and(|names| names.contains_key(name));
        let is_fit = is_at_top && is_once && !is_known;
        if is_fit {
            self.scope.closures.insert(name.to_owned(), closure);
        }
        is_fit
    }

    /// `decibels = lambda x: …`
    pub(super) fn names_lambda(&mut self, stmt: &'m ast::Stmt, assign: &'m ast::StmtAssign) -> bool {
        match (assign.targets.as_slice(), &*assign.value) {
            ([ast::Expr::Name(n)], ast::Expr::Lambda(lambda)) => {
                self.define(stmt, n.id.as_str(), Closure::Lambda(lambda))
            }
            _ => false,
        }
    }

    /// A function in a function.
    pub(super) fn define_function(&mut self, stmt: &'m ast::Stmt, range: TextRange) -> Lower<()> {
        let Some(m) = Method::of(stmt) else { return Ok(()) };
        let mut is_fit = m.decorators.is_empty();
        statements(m.body, &mut |stmt| is_fit &= !matches!(stmt, ast::Stmt::Nonlocal(_) | ast::Stmt::Global(_)));
        if !is_fit || !self.define(stmt, m.name, Closure::Function(m)) {
            return self.outside(range, "this function inside a function is outside the compiled subset");
        }
        Ok(())
    }

    /// The lambda or function of a function that a name stands for.
    pub(super) fn closure(&self, name: &str) -> Option<Closure<'m>> {
        let is_hidden = self.scope.names.as_ref().is_some_and(|names| names.contains_key(name));
        self.scope.closures.get(name).copied().filter(|_| !is_hidden)
    }

    /// Calls it.
    pub(super) fn call_closure(
        &mut self,
        (name, closure): (&str, Closure<'m>),
        given: Given<'m>,
        range: TextRange,
        line: u32,
    ) -> Lower<Expr> {
        match closure {
            Closure::Lambda(lambda) => {
                let found = free_of(lambda);
                self.visible(&found, name, range)?;
                self.call_lambda(lambda, given, range, line)
            }
            Closure::Function(m) => {
                let names = self.captures(&m, range)?;
                self.visible(&names, name, range)?;
                let mut seen = Vec::new();
                for name in &names {
                    let slot = self.scope.names.as_ref().and_then(|names| names.get(*name));
                    seen.extend(slot.map(|Slot { variable, ty, .. }| Expr {
                        kind: ExprKind::Local(*variable),
                        ty: ty.clone(),
                        line,
                    }));
                }
                self.invoke_seeing(&m, (&names, seen), given, range, line)
            }
        }
    }

    /// Lowers a lambda in the place of its call.
    pub(super) fn call_lambda(
        &mut self,
        lambda: &'m ast::ExprLambda,
        (given, named): Given<'m>,
        range: TextRange,
        line: u32,
    ) -> Lower<Expr> {
        let args = &*lambda.args;
        if args.vararg.is_some() || args.kwarg.is_some() || self.lambdas >= DEEPEST {
            return self.outside(lambda.range, "this `lambda` is outside the compiled subset");
        }
        let all: Vec<_> = parameters(args).collect();
        if given.len() > all.len() - args.kwonlyargs.len() {
            return self.wrong(codes::PYTHON_TYPE, range, "more arguments than the `lambda` takes");
        }
        let mut values: Vec<Option<Expr>> = given.into_iter().map(Some).collect();
        values.resize(all.len(), None);
        for (name, range, value) in named {
            match all.iter().position(|p| p.def.arg.as_str() == name) {
                Some(at) if values[at].is_none() => values[at] = Some(value),
                _ => return self.wrong(codes::PYTHON_TYPE, range, format!("`{name}` is no parameter left to give")),
            }
        }
        let mut complete = Vec::new();
        for (value, parameter) in values.into_iter().zip(&all) {
            complete.push(match (value, &parameter.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.constant_default(default, line)?,
                (None, None) => {
                    let name = parameter.def.arg.as_str();
                    return self.wrong(codes::PYTHON_TYPE, range, format!("the `lambda` needs its argument `{name}`"));
                }
            });
        }
        self.lambdas += 1;
        let outer = self.scope.enter();
        let mut body = Vec::new();
        // All arguments are evaluated before the first is given its name.
        let held: Vec<Expr> = complete
            .into_iter()
            .map(|value| match value.kind {
                ExprKind::Literal(_) => value,
                kind => {
                    let (variable, ty) = (self.scope.temporary(&value.ty), value.ty.clone());
                    let value = Expr { kind, ty: value.ty, line: value.line };
                    body.push(Stmt::set(variable, value, line));
                    Expr::local(variable, ty, line)
                }
            })
            .collect();
        for (value, parameter) in held.into_iter().zip(&all) {
            let variable = self.scope.set(parameter.def.arg.as_str(), &value.ty);
            body.push(Stmt::set(variable, value, line));
        }
        let value = self.expression(&lambda.body, &mut body);
        self.scope.leave(outer);
        self.lambdas -= 1;
        Ok(Expr::behind(body, value?, line))
    }

    /// Calls a lambda of the file, which sees none of the variables here.
    pub(super) fn call_global_lambda(
        &mut self,
        lambda: &'m ast::ExprLambda,
        given: Given<'m>,
        range: TextRange,
        line: u32,
    ) -> Lower<Expr> {
        let names = self.scope.names.replace(super::scope::Names::new());
        let closures = std::mem::take(&mut self.scope.closures);
        let called = self.call_lambda(lambda, given, range, line);
        self.scope.names = names;
        self.scope.closures = closures;
        called
    }

    /// What a closure sees are the variables of the function that defines it, and set: not those of a comprehension around the call, nor
    /// those of another function that calls it.
    fn visible(&self, seen: &[&'m str], closure: &str, range: TextRange) -> Lower<()> {
        for name in seen {
            let Some(slot) = self.scope.names.as_ref().and_then(|names| names.get(*name)) else { continue };
            let is_own = self.scope.is_of_function(name, slot);
            let is_known = !self.scope.inherited.contains(closure) || self.scope.seen.contains(*name);
            if !is_own || !is_known || slot.perhaps_unset {
                return self
                    .outside(range, format!("`{name}`, which this function sees, is another one here or not set"));
            }
        }
        Ok(())
    }

    /// The variables around a function that it reads, and those that functions read which it calls.
    fn captures(&self, m: &Method<'m>, range: TextRange) -> Lower<Vec<&'m str>> {
        let free = |m: &Method<'m>| {
            let own = own_names(m);
            reads(m.body).into_iter().filter(move |name| !own.contains(name)).collect::<Vec<_>>()
        };
        let (mut found, mut done) = (BTreeSet::new(), BTreeSet::from([m.name]));
        let mut work = free(m);
        while let Some(name) = work.pop() {
            match self.scope.closures.get(name) {
                Some(Closure::Function(other)) if done.insert(name) => work.extend(free(other)),
                Some(Closure::Lambda(lambda)) if done.insert(name) => work.extend(free_of(lambda)),
                Some(_) => {}
                None => drop(found.insert(name)),
            }
        }
        let Some(names) = &self.scope.names else { return Ok(Vec::new()) };
        // What functions see that it calls has to go through it under its name.
        let own = own_names(m);
        if let Some(name) = found.iter().find(|name| own.contains(*name)) {
            return self.outside(range, format!("`{name}` is another one in a function that this one calls"));
        }
        let around: BTreeSet<&str> = sets(self.scope.body).into_iter().collect();
        let mut captured = Vec::new();
        for name in found {
            if self.default_locals.contains_key(name) || self.scope.caught.contains_key(name) {
                return self.outside(range, format!("a function that sees `{name}` is outside the compiled subset"));
            }
            if names.contains_key(name) {
                captured.push(name);
            } else if around.contains(name) {
                return self.outside(range, format!("`{name}`, which this function sees, may not be set here"));
            }
        }
        Ok(captured)
    }
}
