//! Constants of a file that more than one statement makes: tables that a loop fills, values that depend on a condition. What the file
//! does to them from its first line to its last is run when the pipeline is compiled.

use super::changes::{bound, expressions, plain_name, targets};
use super::class::{Lowerer, Place};
use super::scope::{Names, Scope};
use super::source::{Global, Globals, Method, children, is_main, statements};
use super::{Lower, Stop};
use remotemedia_ir::script::{self, Literal};
use rustpython_parser::ast::{Expr, Ranged, Stmt};
use rustpython_parser::text_size::{TextRange, TextSize};
use std::collections::BTreeSet;

/// The names that an expression reads, but for its own.
fn in_expr<'m>(expr: &'m Expr, names: &mut BTreeSet<&'m str>) {
    let generators = match expr {
        Expr::ListComp(e) => e.generators.as_slice(),
        Expr::SetComp(e) => &e.generators,
        Expr::DictComp(e) => &e.generators,
        Expr::GeneratorExp(e) => &e.generators,
        _ => &[],
    };
    let mut inner = BTreeSet::new();
    if let Expr::Name(n) = expr {
        inner.insert(n.id.as_str());
    }
    children(expr).into_iter().for_each(|e| in_expr(e, &mut inner));
    for own in generators.iter().flat_map(|g| bound(&g.target)) {
        inner.remove(own);
    }
    names.extend(inner);
    // What they go through may have the same name.
    generators.iter().for_each(|g| in_expr(&g.iter, names));
}

/// The names that a function reads, but for its own.
fn in_method<'m>(method: &Method<'m>, names: &mut BTreeSet<&'m str>) {
    let mut inner = BTreeSet::new();
    in_stmts(method.body, &mut inner);
    let extra = method.args.vararg.iter().chain(&method.args.kwarg).map(|a| a.arg.as_str());
    for own in method.parameters().map(|p| p.def.arg.as_str()).chain(extra) {
        inner.remove(own);
    }
    let mut is_global = false;
    statements(method.body, &mut |stmt| is_global |= matches!(stmt, Stmt::Global(_)));
    if !is_global {
        statements(method.body, &mut |stmt| {
            targets(stmt).into_iter().flat_map(bound).for_each(|own| {
                inner.remove(own);
            });
        });
    }
    names.extend(inner);
}

/// The names that statements read or set, those inside them too.
fn in_stmts<'m>(body: &'m [Stmt], names: &mut BTreeSet<&'m str>) {
    statements(body, &mut |stmt| {
        expressions(stmt).into_iter().chain(targets(stmt)).for_each(|e| in_expr(e, names));
        if let Some(inner) = Method::of(stmt) {
            in_method(&inner, names);
        }
        if let Stmt::ClassDef(class) = stmt {
            in_stmts(&class.body, names);
        }
    });
}

/// With the names that functions and classes of the file read, which are among these.
fn with_bodies<'m>(mut names: BTreeSet<&'m str>, globals: &Globals<'m>) -> BTreeSet<&'m str> {
    let mut work: Vec<&str> = names.iter().copied().collect();
    while let Some(name) = work.pop() {
        let mut inner = BTreeSet::new();
        match globals.names.get(name) {
            Some(Global::Function(method)) => in_method(method, &mut inner),
            Some(Global::Class(class)) => in_stmts(&class.body, &mut inner),
            Some(Global::Value(Expr::Lambda(lambda))) => in_expr(&lambda.body, &mut inner),
            _ => {}
        }
        for found in inner {
            if names.insert(found) {
                work.push(found);
            }
        }
    }
    names
}

/// Functions of Python that give numbers and text.
const PLAIN: &[&str] = &["abs", "bool", "float", "int", "len", "max", "min", "ord", "repr", "round", "str", "sum"];

/// Whether nothing can be changed of what an expression gives: numbers, text, what modules hold.
fn is_plain(expr: &Expr, globals: &Globals<'_>) -> bool {
    let all = |parts: Vec<&Expr>| parts.into_iter().all(|part| is_plain(part, globals));
    match expr {
        Expr::Constant(_) | Expr::JoinedStr(_) | Expr::Compare(_) => true,
        // What stands before it: so this comes to an end.
        Expr::Name(n) => match globals.names.get(n.id.as_str()) {
            Some(Global::Value(value)) => value.range().end() <= n.range.start() && is_plain(value, globals),
            _ => false,
        },
        Expr::BinOp(_) | Expr::UnaryOp(_) | Expr::BoolOp(_) | Expr::IfExp(_) | Expr::Tuple(_) => all(children(expr)),
        Expr::Attribute(a) => plain_name(&a.value).is_some_and(|name| globals.imports.contains_key(name)),
        Expr::Call(call) => match &*call.func {
            Expr::Name(n) => PLAIN.contains(&n.id.as_str()) && !globals.names.contains_key(n.id.as_str()),
            Expr::Attribute(a) => plain_name(&a.value) == Some("math"),
            _ => false,
        },
        _ => false,
    }
}

/// The names that have their value from more than one statement of the file, or from another that has.
pub fn filled<'m>(globals: &Globals<'m>, by_statements: BTreeSet<&'m str>) -> BTreeSet<&'m str> {
    let mut filled = by_statements;
    // A number that is given to some function stays what it is.
    filled.retain(|name| !matches!(globals.names.get(name), Some(Global::Value(value)) if is_plain(value, globals)));
    filled.extend(&globals.unsteady);
    filled.retain(|name| !matches!(globals.names.get(name), Some(Global::Function(_) | Global::Class(_))));
    loop {
        let depends = |global: &Global<'m>| match global {
            Global::Value(value) | Global::Part(value, ..) => {
                let mut names = BTreeSet::new();
                in_expr(value, &mut names);
                with_bodies(names, globals).iter().any(|name| filled.contains(name))
            }
            Global::Function(_) | Global::Class(_) => false,
        };
        let found = globals.names.iter().filter(|(name, global)| !filled.contains(*name) && depends(global));
        let more: Vec<&str> = found.map(|(name, _)| *name).collect();
        if more.is_empty() {
            return filled;
        }
        filled.extend(more);
    }
}

impl<'m> Lowerer<'m> {
    /// The value of such a name when all of the file has run.
    pub(super) fn filled_constant(&mut self, name: &'m str, range: TextRange) -> Lower<Literal> {
        let steps = self.steps_of(name);
        let end = steps.last().map_or(TextSize::default(), |stmt| stmt.range().start());
        self.check_order(name, &steps, end, range)?;
        let scope = Scope { names: Some(Names::new()), body: &self.module.suite, depth: 1, ..Scope::default() };
        let outer = std::mem::replace(&mut self.scope, scope);
        let place = std::mem::replace(&mut self.place, Place::Helper);
        let mut body = Vec::new();
        let value = steps.into_iter().try_for_each(|stmt| self.one_step(stmt, &mut body)).and_then(|()| {
            let line = self.module.line(range);
            match self.scope.names.as_ref().and_then(|names| names.get(name)).cloned() {
                Some(slot) if !slot.perhaps_unset => Ok(script::Expr::local(slot.variable, slot.ty, line)),
                _ => self.outside(range, format!("`{name}` is not set on every way through the file")),
            }
        });
        self.place = place;
        let inner = std::mem::replace(&mut self.scope, outer);
        let value = value?;
        self.with_flags(&inner, &mut body, range)?;
        self.evaluated(&inner.locals, &body, &value, range)
    }

    /// What is unknown in a statement of the file's own is a reason, no error: only this pipeline needs it.
    fn one_step(&mut self, stmt: &'m Stmt, out: &mut Vec<script::Stmt>) -> Lower<()> {
        if self.scope.names.is_none() {
            return Ok(());
        }
        match self.statement(stmt, out) {
            Err(Stop::Wrong(wrong)) => self.outside(stmt.range(), wrong.message),
            done => done,
        }
    }

    /// The statements of the file that have to do with a name, in their order.
    fn steps_of(&self, name: &'m str) -> Vec<&'m Stmt> {
        let all: Vec<(&Stmt, BTreeSet<&str>)> = self
            .module
            .suite
            .iter()
            .filter(|stmt| match stmt {
                Stmt::ClassDef(_) | Stmt::FunctionDef(_) | Stmt::AsyncFunctionDef(_) => false,
                Stmt::If(block) => !is_main(&block.test),
                _ => true,
            })
            .map(|stmt| {
                let mut names = BTreeSet::new();
                in_stmts(std::slice::from_ref(stmt), &mut names);
                (stmt, names)
            })
            .collect();
        let mut wanted = BTreeSet::from([name]);
        loop {
            let before = wanted.len();
            for (stmt, names) in all.iter().filter(|(_, names)| !names.is_disjoint(&wanted)).collect::<Vec<_>>() {
                wanted.extend(names.intersection(&self.globals.filled));
                statements(std::slice::from_ref(*stmt), &mut |stmt| {
                    wanted.extend(targets(stmt).into_iter().flat_map(bound));
                });
            }
            if wanted.len() == before {
                return all
                    .into_iter()
                    .filter(|(_, names)| !names.is_disjoint(&wanted))
                    .map(|(stmt, _)| stmt)
                    .collect();
            }
        }
    }

    /// What functions see of such names, and classes when they are made, has to be what there is at the end.
    fn check_order(&self, name: &str, steps: &[&'m Stmt], end: TextSize, range: TextRange) -> Lower<()> {
        let mut called = BTreeSet::new();
        steps.iter().for_each(|stmt| in_stmts(std::slice::from_ref(*stmt), &mut called));
        called.retain(|name| matches!(self.globals.names.get(name), Some(Global::Function(_) | Global::Class(_))));
        let seen = with_bodies(called, self.globals);
        if let Some(seen) = seen.iter().find(|name| self.globals.filled.contains(*name)) {
            let reason = format!("`{seen}`, which a function reads while the file still makes it,");
            return self.outside(range, format!("{reason} is outside the compiled subset"));
        }
        let mut early = BTreeSet::new();
        for stmt in self.module.suite.iter().filter(|stmt| stmt.range().start() < end) {
            let mut of_method = |method: Method<'m>| {
                method.decorators.iter().for_each(|d| in_expr(d, &mut early));
                method.parameters().filter_map(|p| p.default.as_deref()).for_each(|d| in_expr(d, &mut early));
            };
            Method::of(stmt).into_iter().for_each(&mut of_method);
            if let Stmt::ClassDef(class) = stmt {
                class.body.iter().filter_map(Method::of).for_each(&mut of_method);
                let fields = class.body.iter().filter(|stmt| Method::of(stmt).is_none());
                fields.for_each(|stmt| in_stmts(std::slice::from_ref(stmt), &mut early));
            }
        }
        if with_bodies(early, self.globals).contains(name) {
            return self.outside(
                range,
                format!("`{name}`, which is read while the file still makes it, is outside the compiled subset"),
            );
        }
        Ok(())
    }
}
