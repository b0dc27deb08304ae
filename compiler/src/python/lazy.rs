//! Iterators that would raise later than they do here.
//!
//! What a generator, a generator expression, `map` or `filter` gives is a list, made before the first item is used. Where an exception ends
//! the run, that makes no difference but to what was done before; a `try` that takes it would go on with something else than in Python.

use super::class::Lowerer;
use super::iterators::calls_for_each;
use super::source::statements;
use super::{Lower, Need, Outside, Stop};
use remotemedia_ir::script::visit::{self, Visit};
use remotemedia_ir::script::{Expr, ExprKind, FunctionId, Handler, Stmt, StmtKind};
use rustpython_parser::ast::{self, Ranged};
use std::collections::BTreeSet;

/// The functions that are called.
#[derive(Default)]
struct Calls(BTreeSet<FunctionId>);

impl Visit for Calls {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Invoke(function, _) = expr.kind {
            self.0.insert(function);
        }
    }
}

/// The functions that are called where a handler may take what they raise.
#[derive(Default)]
struct Tried(Calls);

impl Visit for Tried {
    fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Try { body, handlers, otherwise: _ } = &stmt.kind
            && !handlers.iter().all(passes)
        {
            visit::stmts(body, &mut self.0);
        }
    }
}

/// Whether a handler does something, and what it took goes on: `finally`.
fn passes(handler: &Handler) -> bool {
    handler.body.last().is_some_and(|last| matches!(last.kind, StmtKind::Reraise { .. }))
}

impl<'m> Lowerer<'m> {
    /// Whether the items of an expression are made one by one as they are used, each with what it may raise.
    fn is_lazy(&self, items: &ast::Expr) -> bool {
        match items {
            ast::Expr::GeneratorExp(_) => true,
            ast::Expr::Call(c) => match &*c.func {
                ast::Expr::Name(n) if ["map", "filter"].contains(&n.id.as_str()) => self.is_builtin_name(n.id.as_str()),
                ast::Expr::Name(n) if ["zip", "enumerate"].contains(&n.id.as_str()) => {
                    c.args.iter().any(|arg| self.is_lazy(arg))
                }
                function => match self.imported(function).filter(|name| name.starts_with("itertools.")) {
                    Some(name) => calls_for_each(&name) || c.args.iter().any(|arg| self.is_lazy(arg)),
                    None => false,
                },
            },
            _ => false,
        }
    }

    /// Such items get a name: any `try` of the function may see them fail.
    pub(super) fn named_late(&mut self, items: &'m ast::Expr) -> Lower<()> {
        let mut has_try = false;
        statements(self.scope.body, &mut |stmt| has_try |= stmt.is_try_stmt() || stmt.is_with_stmt());
        self.tries += usize::from(has_try);
        let fits = self.used_late(items);
        self.tries -= usize::from(has_try);
        fits
    }

    /// Items are used one by one.
    pub(super) fn used_late(&mut self, items: &'m ast::Expr) -> Lower<()> {
        if !self.is_lazy(items) {
            return Ok(());
        }
        if self.tries > 0 {
            return self.outside(items.range(), "an iterator that a `try` may see fail is outside the compiled subset");
        }
        let function = self.lowering();
        self.late.extend(function);
        Ok(())
    }

    /// Such items are not made where a handler takes what they raise.
    pub(super) fn check_late(&self) -> Lower<()> {
        let mut tried = Tried::default();
        self.functions.iter().for_each(|function| visit::stmts(&function.body, &mut tried));
        let mut reached = tried.0;
        let mut work: Vec<FunctionId> = reached.0.iter().copied().collect();
        while let Some(id) = work.pop() {
            let mut calls = Calls::default();
            visit::stmts(&self.functions[id.0].body, &mut calls);
            work.extend(calls.0.into_iter().filter(|inner| reached.0.insert(*inner)));
        }
        match reached.0.iter().find(|id| self.late.contains(id)) {
            Some(id) => {
                let function = &self.functions[id.0];
                let (name, first) = (&function.name, function.body.first());
                let reason = format!("`{name}` gives items one by one, and a `try` may see it fail");
                let span =
                    first.and_then(|stmt| self.module.line_span(stmt.line)).unwrap_or(remotemedia_ir::Span::NONE);
                Err(Stop::Outside(Outside { span, reason, need: Need::Python }))
            }
            None => Ok(()),
        }
    }
}
