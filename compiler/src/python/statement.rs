//! Statements.

mod loops;
mod matching;
mod tries;

use super::changes::{bound, own, targets};
use super::class::{Lowerer, Place};
use super::source::{dotted, statements, string};
use super::{Lower, Stop, types};
use remotemedia_ir::codes;
use remotemedia_ir::script::{Binary, Expr, ExprKind, Iterable, Level, Literal, Piece, Stmt, StmtKind, Target, Ty};
use remotemedia_runtime_min::py::format;
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;

/// Whether some of what stands in a statement may be left out, or leave the function.
fn is_fork(stmt: &ast::Stmt) -> bool {
    use ast::Stmt::{AsyncFor, For, If, Match, Try, While, With};
    matches!(stmt, If(_) | For(_) | AsyncFor(_) | While(_) | With(_) | Try(_) | Match(_))
}

impl<'m> Lowerer<'m> {
    /// Statements in their order. What is outside the subset is noted, and lowering goes on behind it: all of it is reported at once.
    pub(super) fn block(&mut self, body: &'m [ast::Stmt], out: &mut Vec<Stmt>) -> Lower<()> {
        self.scope.depth += 1;
        let done = body.iter().try_for_each(|stmt| self.one_of_block(stmt, out));
        self.scope.depth -= 1;
        done
    }

    fn one_of_block(&mut self, stmt: &'m ast::Stmt, out: &mut Vec<Stmt>) -> Lower<()> {
        if self.scope.names.is_none() {
            return Ok(());
        }
        let done = self.statement(stmt, out).map_err(|stop| self.perhaps_caught(stop));
        self.scope.is_forked |= is_fork(stmt);
        match done {
            Err(Stop::Outside(outside)) if !self.starting => {
                self.outside.push(outside);
                self.give_up(stmt);
                Ok(())
            }
            Err(Stop::Wrong(diagnostic)) if !self.starting => {
                self.wrong.push(*diagnostic);
                self.give_up(stmt);
                Ok(())
            }
            done => done,
        }
    }

    /// What a statement would have set or returned is not known, and is not unset or `None` either.
    fn give_up(&mut self, stmt: &'m ast::Stmt) {
        for name in assigned(stmt) {
            self.scope.set(name, &Ty::Any);
        }
        let (mut fields, mut returns) = (Vec::new(), false);
        statements(std::slice::from_ref(stmt), &mut |stmt| {
            fields.extend(targets(stmt).into_iter().flat_map(own));
            returns |= matches!(stmt, ast::Stmt::Return(_));
        });
        for field in fields.into_iter().filter_map(|name| self.field(name)).collect::<Vec<_>>() {
            self.widen(field, &Ty::Any);
        }
        if returns {
            self.scope.returns.0 = Ty::Any;
        }
    }

    fn line(&self, range: TextRange) -> u32 {
        self.module.line(range)
    }

    pub(super) fn statement(&mut self, stmt: &'m ast::Stmt, out: &mut Vec<Stmt>) -> Lower<()> {
        let range = stmt.range();
        let line = self.line(range);
        match stmt {
            ast::Stmt::Pass(_) => Ok(()),
            ast::Stmt::Expr(e) => self.expression_statement(&e.value, out),
            ast::Stmt::Assign(a) if self.names_lambda(stmt, a) => Ok(()),
            ast::Stmt::Assign(a) if a.targets.first().is_some_and(|target| self.makes_default(target, &a.value)) => {
                self.assign(&a.targets[0], Expr { kind: ExprKind::Dict(Vec::new()), ty: Ty::Dict, line }, line, out)
            }
            ast::Stmt::Assign(a) => {
                if a.targets.iter().any(|target| !target.is_tuple_expr()) {
                    self.named_late(&a.value)?;
                }
                let mut value = self.expression(&a.value, out)?;
                if a.targets.len() > 1 {
                    let temporary = self.scope.temporary(&value.ty);
                    let ty = value.ty.clone();
                    out.push(Stmt::set(temporary, value, line));
                    value = Expr::local(temporary, ty, line);
                }
                for target in &a.targets {
                    self.assign(target, value.clone(), line, out)?;
                }
                Ok(())
            }
            ast::Stmt::AnnAssign(a) => match &a.value {
                Some(value) if self.makes_default(&a.target, value) => {
                    self.assign(&a.target, Expr { kind: ExprKind::Dict(Vec::new()), ty: Ty::Dict, line }, line, out)
                }
                Some(value) => {
                    self.named_late(value)?;
                    let value = self.expression(value, out)?;
                    self.assign(&a.target, value, line, out)
                }
                None => Ok(()),
            },
            ast::Stmt::AugAssign(a) => self.augment(a, line, out),
            ast::Stmt::If(s) => self.branch(&s.test, &s.body, &s.orelse, line, out),
            ast::Stmt::While(s) => self.while_loop(s, line, out),
            ast::Stmt::For(s) => self.for_loop(&s.target, &s.iter, &s.body, &s.orelse, line, out),
            ast::Stmt::Match(s) => self.match_on(s, line, out),
            ast::Stmt::Return(r) => self.give_back(r.value.as_deref(), line, out),
            ast::Stmt::Raise(r) => self.raise(r, line, out),
            ast::Stmt::Assert(a) => {
                let condition = self.condition(&a.test, out)?;
                let mut then = Vec::new();
                let message = match &a.msg {
                    Some(m) => Some(self.expression(m, &mut then)?),
                    None => None,
                };
                then.push(Stmt { kind: StmtKind::Raise { kind: "AssertionError".to_owned(), message }, line });
                let condition = negate(condition);
                if condition.as_literal() != Some(&Literal::Bool(false)) {
                    out.push(Stmt { kind: StmtKind::If { condition, then, otherwise: Vec::new() }, line });
                }
                Ok(())
            }
            ast::Stmt::Break(_) | ast::Stmt::Continue(_) => self.leave(matches!(stmt, ast::Stmt::Break(_)), line, out),
            ast::Stmt::Delete(d) => {
                for target in &d.targets {
                    let ast::Expr::Subscript(s) = target else {
                        return self.outside(range, "`del` of a name is outside the compiled subset");
                    };
                    let object = self.mutable(&s.value, out)?;
                    let index = self.expression(&s.slice, out)?;
                    out.push(Stmt { kind: StmtKind::Delete(object, index), line });
                }
                Ok(())
            }
            // An import inside a function is known by what it imports, as those at the top.
            ast::Stmt::Import(_) | ast::Stmt::ImportFrom(_) => {
                self.outside(range, "an import inside a function is outside the compiled subset")
            }
            ast::Stmt::Try(s) => self.attempt(s, line, out),
            ast::Stmt::TryStar(_) => self.outside(range, "`except*` is outside the compiled subset"),
            ast::Stmt::With(s) if self.suppressed(s).is_some() => self.suppress(s, line, out),
            ast::Stmt::With(s) if s.items.iter().all(|item| self.says_nothing(item)) => self.block(&s.body, out),
            ast::Stmt::With(_) | ast::Stmt::AsyncWith(_) => {
                self.outside(range, "`with` is outside the compiled subset")
            }
            ast::Stmt::AsyncFor(_) => self.outside(range, "`async for` is outside the compiled subset"),
            ast::Stmt::FunctionDef(_) | ast::Stmt::AsyncFunctionDef(_) => self.define_function(stmt, range),
            ast::Stmt::ClassDef(_) => self.outside(range, "a class inside a function is outside the compiled subset"),
            ast::Stmt::Global(_) | ast::Stmt::Nonlocal(_) => {
                self.outside(range, "`global` and `nonlocal` are outside the compiled subset")
            }
            ast::Stmt::TypeAlias(_) => Ok(()),
        }
    }

    /// `np.errstate(divide="ignore")`: what NumPy warns of is not written anyway.
    fn says_nothing(&self, item: &ast::WithItem) -> bool {
        let ast::Expr::Call(call) = &item.context_expr else { return false };
        let is_quiet = |k: &ast::Keyword| string(&k.value).is_some_and(|how| how == "ignore" || how == "warn");
        self.imported(&call.func).is_some_and(|name| name == "numpy.errstate")
            && item.optional_vars.is_none()
            && call.args.is_empty()
            && call.keywords.iter().all(is_quiet)
    }

    /// A `yield` as a statement of its own; true if it is one.
    fn yielded(&mut self, expr: &'m ast::Expr, out: &mut Vec<Stmt>) -> Lower<bool> {
        let line = self.line(expr.range());
        match expr {
            ast::Expr::Yield(y) => {
                let value = match &y.value {
                    Some(v) => self.expression(v, out)?,
                    None => Expr::literal(Literal::None, line),
                };
                self.sent(value, line, out);
                Ok(true)
            }
            ast::Expr::YieldFrom(y) => {
                self.used_late(&y.value)?;
                let items = self.expression(&y.value, out)?;
                let item = self.scope.temporary(&Ty::Any);
                let value = Expr::local(item, Ty::Any, line);
                let mut body = Vec::new();
                self.sent(value, line, &mut body);
                let (target, iterable) = (Target::Local(item), Iterable::Values(items));
                out.push(Stmt { kind: StmtKind::For { target, iterable, body, otherwise: Vec::new() }, line });
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// What `yield` gives: sent, or collected for whoever goes through the generator.
    fn sent(&mut self, value: Expr, line: u32, out: &mut Vec<Stmt>) {
        if let Place::Collector(list) = self.place {
            let list = Expr::local(list, Ty::List, line);
            out.push(Stmt { kind: StmtKind::Expr(super::call::call_of(".append", vec![list, value], line)), line });
        } else if self.place == Place::End {
            out.push(Stmt { kind: StmtKind::Expr(value), line });
        } else {
            if self.place == Place::Main && value.ty != Ty::None && !self.sends.contains(&value.ty) {
                self.sends.push(value.ty.clone());
            }
            out.push(Stmt { kind: StmtKind::Yield(value), line });
        }
    }

    fn expression_statement(&mut self, expr: &'m ast::Expr, out: &mut Vec<Stmt>) -> Lower<()> {
        let line = self.line(expr.range());
        if self.yielded(expr, out)? {
            return Ok(());
        }
        match expr {
            // A docstring, or `...`.
            ast::Expr::Constant(_) => return Ok(()),
            ast::Expr::Call(c) => {
                // Base classes that are not of the file have no behaviour of their own.
                if let ast::Expr::Attribute(a) = &*c.func
                    && self.is_super(&a.value)
                    && self.super_method(a.attr.as_str()).is_none()
                {
                    return Ok(());
                }
                if let Some(level) = self.log_level(&c.func) {
                    return self.log(level, c, line, out);
                }
            }
            ast::Expr::Await(a) => return self.expression_statement(&a.value, out),
            _ => {}
        }
        let value = self.expression(expr, out)?;
        if value.as_literal().is_none() {
            out.push(Stmt { kind: StmtKind::Expr(value), line });
        }
        Ok(())
    }

    fn log_level(&self, function: &ast::Expr) -> Option<Level> {
        let name = dotted(function)?;
        let (object, method) = name.rsplit_once('.')?;
        let is_logger =
            matches!(object, "self.logger" | "logger" | "logging" | "log" | "LOGGER" | "_logger" | "self._logger");
        match method {
            "debug" if is_logger => Some(Level::Debug),
            "info" if is_logger => Some(Level::Info),
            "warning" | "warn" if is_logger => Some(Level::Warning),
            "error" | "exception" | "critical" if is_logger => Some(Level::Error),
            _ => None,
        }
    }

    /// `self.logger.info("%d of %d", a, b)`
    fn log(&mut self, level: Level, call: &'m ast::ExprCall, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let Some((first, rest)) = call.args.split_first() else {
            return self.wrong(codes::PYTHON_TYPE, call.range, "a line of the log needs a message");
        };
        let mut message = self.message_of(first).map_or_else(|| self.expression(first, out), Ok)?;
        if !rest.is_empty() {
            let mut parts = Vec::new();
            let says = string(first).is_some_and(|text| !text.contains("%r") && !text.contains("%a"));
            for part in rest {
                let message = self.message_of(part).filter(|_| says);
                parts.push(message.map_or_else(|| self.expression(part, out), Ok)?);
            }
            let types = parts.iter().map(|p| p.ty.clone()).collect();
            let tuple = Expr { kind: ExprKind::Tuple(parts), ty: Ty::Tuple(types), line };
            message =
                Expr { kind: ExprKind::Binary(Binary::Mod, Box::new(message), Box::new(tuple)), ty: Ty::Any, line };
        }
        self.write_log(level, message, line, out);
        Ok(())
    }

    /// A line of the log. Nothing writes what is less than a warning: there is none where the message can neither fail nor change anything.
    pub(super) fn write_log(&self, level: Level, message: Expr, line: u32, out: &mut Vec<Stmt>) {
        let is_written = matches!(level, Level::Warning | Level::Error);
        // Nobody reads a log while a pipeline is compiled, which may start a class several times.
        if self.starting {
            out.push(Stmt { kind: StmtKind::Expr(message), line });
        } else if is_written || !always_formats(&message) {
            out.push(Stmt { kind: StmtKind::Log(level, message), line });
        }
    }

    /// `target = value`
    fn assign(&mut self, target: &'m ast::Expr, value: Expr, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let value_ty = value.ty.clone();
        let target = self.target(target, &value_ty, out)?;
        if let Target::Field(field) = target {
            self.replaced(field, &value);
        }
        if let (Target::Unpack(targets, None), ExprKind::Tuple(values)) = (&target, &value.kind)
            && targets.len() == values.len()
            && values.iter().all(|v| v.as_literal().is_some())
        {
            // `a, b = 1, 2`
            for (target, value) in targets.iter().zip(values) {
                out.push(Stmt { kind: StmtKind::Assign(target.clone(), value.clone()), line });
            }
            return Ok(());
        }
        out.push(Stmt { kind: StmtKind::Assign(target, value), line });
        Ok(())
    }

    /// Where something of a type goes.
    pub(super) fn target(&mut self, target: &'m ast::Expr, ty: &Ty, out: &mut Vec<Stmt>) -> Lower<Target> {
        match target {
            ast::Expr::Name(n) => {
                if *ty == Ty::Never {
                    return self.wrong(codes::PYTHON_TYPE, n.range, "nothing is ever assigned here");
                }
                Ok(Target::Local(self.scope.set(n.id.as_str(), ty)))
            }
            ast::Expr::Attribute(a) => {
                if self.is_self(&a.value) {
                    let Some(field) = self.field(a.attr.as_str()) else {
                        return self.outside(a.range, format!("`self.{}` cannot be set", a.attr));
                    };
                    if !self.starting {
                        self.widen(field, ty);
                    }
                    return Ok(Target::Field(field));
                }
                let object = self.mutable(&a.value, out)?;
                Ok(Target::Attribute(object, a.attr.to_string()))
            }
            ast::Expr::Subscript(s) => {
                let object = self.mutable(&s.value, out)?;
                let index = self.expression(&s.slice, out)?;
                if matches!(object.ty, Ty::Str | Ty::Tuple(_) | Ty::Int | Ty::Float | Ty::Bool | Ty::None) {
                    let message = format!("`{}` does not support item assignment", types::name(&object.ty));
                    return self.wrong(codes::PYTHON_TYPE, s.range, message);
                }
                let is_one = !matches!(index.kind, ExprKind::Slice(_));
                if is_one {
                    self.put(&object, ty)
                } else {
                    self.lose(&object)
                }
                Ok(Target::Index(object, index))
            }
            ast::Expr::Tuple(ast::ExprTuple { elts, .. }) | ast::Expr::List(ast::ExprList { elts, .. }) => {
                let star = elts.iter().position(|e| matches!(e, ast::Expr::Starred(_)));
                let mut targets = Vec::new();
                for (i, element) in elts.iter().enumerate() {
                    let part = match (ty, element) {
                        (_, ast::Expr::Starred(_)) => Ty::List,
                        (Ty::Tuple(items), _) if star.is_none() => match items.get(i) {
                            Some(item) if items.len() == elts.len() => item.clone(),
                            _ => {
                                let message = format!("{} values where {} are unpacked", items.len(), elts.len());
                                return self.wrong(codes::PYTHON_TYPE, target.range(), message);
                            }
                        },
                        (Ty::Array { dtype, shape: Some(shape) }, _) if star.is_none() && !shape.is_empty() => {
                            match dtype {
                                Some(dtype) if shape.len() == 1 => Ty::Scalar(*dtype),
                                _ if shape.len() > 1 => Ty::Array { dtype: *dtype, shape: Some(shape[1..].to_vec()) },
                                _ => Ty::Any,
                            }
                        }
                        (Ty::Str, _) => Ty::Str,
                        (Ty::Int | Ty::Float | Ty::Bool | Ty::None, _) => {
                            let message = format!("`{}` cannot be unpacked", types::name(ty));
                            return self.wrong(codes::PYTHON_TYPE, target.range(), message);
                        }
                        _ => Ty::Any,
                    };
                    let element = match element {
                        ast::Expr::Starred(s) => &*s.value,
                        other => other,
                    };
                    targets.push(self.target(element, &part, out)?);
                }
                Ok(Target::Unpack(targets, star))
            }
            other => self.outside(other.range(), "this assignment is outside the compiled subset"),
        }
    }

    /// An object that is about to be changed in place.
    pub(super) fn mutable(&mut self, expr: &'m ast::Expr, out: &mut Vec<Stmt>) -> Lower<Expr> {
        self.is_changed(expr);
        self.expression(expr, out)
    }

    /// A field that holds what is changed in place is no constant.
    pub(super) fn is_changed(&mut self, expr: &'m ast::Expr) {
        if !self.starting {
            let mut root = expr;
            loop {
                match root {
                    ast::Expr::Attribute(a) => {
                        if self.is_self(&a.value) {
                            if let Some(field) = self.field(a.attr.as_str()) {
                                self.touch(field);
                            }
                            break;
                        }
                        root = &a.value;
                    }
                    ast::Expr::Subscript(s) => root = &s.value,
                    ast::Expr::Call(c) => match &*c.func {
                        ast::Expr::Attribute(a) => root = &a.value,
                        _ => break,
                    },
                    _ => break,
                }
            }
        }
    }

    fn augment(&mut self, a: &'m ast::StmtAugAssign, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let op = super::expression::operator(a.op);
        match &*a.target {
            ast::Expr::Name(n) => {
                self.check_set(n.id.as_str(), line, out);
                let old = self.expression(&a.target, out)?;
                let value = self.expression(&a.value, out)?;
                if in_place(&old.ty) {
                    // An array keeps its type; of others nothing is known. It is the variable that was read, a parameter's too.
                    let variable = match old.kind {
                        ExprKind::Local(variable) => variable,
                        _ => self.scope.set(n.id.as_str(), &old.ty),
                    };
                    out.push(Stmt { kind: StmtKind::Augment(op, Target::Local(variable), value), line });
                    return Ok(());
                }
                let sum = self.binary(op, old, value, a.range)?;
                let variable = self.scope.set(n.id.as_str(), &sum.ty);
                out.push(Stmt::set(variable, sum, line));
                Ok(())
            }
            ast::Expr::Attribute(attribute) if self.is_self(&attribute.value) => {
                let old = self.expression_unfolded(&a.target, out)?;
                let value = self.expression(&a.value, out)?;
                let Some(field) = self.field(attribute.attr.as_str()) else {
                    return self.outside(a.range, "this assignment is outside the compiled subset");
                };
                if in_place(&old.ty) {
                    if !self.starting {
                        self.widen(field, &old.ty);
                    }
                    out.push(Stmt { kind: StmtKind::Augment(op, Target::Field(field), value), line });
                    return Ok(());
                }
                let sum = self.binary(op, old, value, a.range)?;
                if !self.starting {
                    self.widen(field, &sum.ty);
                }
                out.push(Stmt { kind: StmtKind::Assign(Target::Field(field), sum), line });
                Ok(())
            }
            ast::Expr::Subscript(s) => {
                let object = self.mutable(&s.value, out)?;
                let mut index = self.expression(&s.slice, out)?;
                if let Some(factory) = self.default_of(&s.value) {
                    index = self.kept(index, line, out);
                    let first = self.defaulted(object.clone(), index.clone(), factory, line, out)?;
                    out.push(Stmt { kind: StmtKind::Expr(first), line });
                }
                let value = self.expression(&a.value, out)?;
                if let Some(element) = self.element(&object)
                    && value.ty.is_number()
                    && matches!(index.kind, ExprKind::Local(_) | ExprKind::Literal(_))
                {
                    // Numbers are not changed in place.
                    let place = ExprKind::Index(Box::new(object.clone()), Box::new(index.clone()));
                    let old = Expr { kind: place, ty: element, line };
                    let sum = self.binary(op, old, value, a.range)?;
                    self.put(&object, &sum.ty);
                    out.push(Stmt { kind: StmtKind::Assign(Target::Index(object, index), sum), line });
                    return Ok(());
                }
                self.put(&object, &Ty::Any);
                out.push(Stmt { kind: StmtKind::Augment(op, Target::Index(object, index), value), line });
                Ok(())
            }
            ast::Expr::Attribute(attribute) => {
                let object = self.mutable(&attribute.value, out)?;
                let value = self.expression(&a.value, out)?;
                let target = Target::Attribute(object, attribute.attr.to_string());
                out.push(Stmt { kind: StmtKind::Augment(op, target, value), line });
                Ok(())
            }
            other => self.outside(other.range(), "this assignment is outside the compiled subset"),
        }
    }

    /// `if test: body else: otherwise`; a test that is known leaves one of them.
    fn branch(
        &mut self,
        test: &'m ast::Expr,
        body: &'m [ast::Stmt],
        otherwise: &'m [ast::Stmt],
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<()> {
        let condition = self.condition(test, out)?;
        if let Some(Literal::Bool(known)) = condition.as_literal() {
            return self.block(if *known { body } else { otherwise }, out);
        }
        let before = self.scope.names.clone();
        let mut then = Vec::new();
        self.block(body, &mut then)?;
        let after_then = std::mem::replace(&mut self.scope.names, before);
        let mut or = Vec::new();
        self.block(otherwise, &mut or)?;
        let after_or = self.scope.names.take();
        self.scope.meet((after_then, &mut then), (after_or, &mut or), line);
        out.push(Stmt { kind: StmtKind::If { condition, then, otherwise: or }, line });
        Ok(())
    }

    fn give_back(&mut self, value: Option<&'m ast::Expr>, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        match (self.place, value) {
            (Place::Collector(list), _) => {
                self.finals(0, line, out)?;
                let value = Expr::local(list, Ty::List, line);
                out.push(Stmt { kind: StmtKind::Return(Some(value)), line });
            }
            (_, None) => {
                self.finals(0, line, out)?;
                if self.place == Place::Helper {
                    self.scope.returns.0 = self.scope.returns.0.join(&Ty::None);
                }
                let value = (self.place == Place::Helper).then(|| Expr::literal(Literal::None, line));
                out.push(Stmt { kind: StmtKind::Return(value), line });
            }
            (Place::Main | Place::End, Some(value)) => {
                let value = self.expression(value, out)?;
                if value.ty == Ty::None {
                    if value.as_literal().is_none() {
                        out.push(Stmt { kind: StmtKind::Expr(value), line });
                    }
                    self.finals(0, line, out)?;
                } else {
                    let value = self.behind_finals(value, line, out)?;
                    self.sent(value, line, out);
                }
                out.push(Stmt { kind: StmtKind::Return(None), line });
            }
            (Place::Start, Some(value)) => {
                let value = self.expression(value, out)?;
                out.push(Stmt { kind: StmtKind::Expr(value), line });
                self.finals(0, line, out)?;
                out.push(Stmt { kind: StmtKind::Return(None), line });
            }
            (Place::Helper, Some(value)) => {
                let value = self.expression(value, out)?;
                let value = self.behind_finals(value, line, out)?;
                self.scope.returns.0 = self.scope.returns.0.join(&value.ty);
                out.push(Stmt { kind: StmtKind::Return(Some(value)), line });
            }
        }
        self.scope.names = None;
        Ok(())
    }
}

/// Types whose values `op=` may change in place.
fn in_place(ty: &Ty) -> bool {
    match ty {
        Ty::Any | Ty::List | Ty::Dict | Ty::Array { .. } => true,
        Ty::None
        | Ty::Bool
        | Ty::Int
        | Ty::Float
        | Ty::Str
        | Ty::Scalar(_)
        | Ty::Tuple(_)
        | Ty::Record(_)
        | Ty::Never => false,
    }
}

/// `not condition` of a bool.
pub(super) fn negate(condition: Expr) -> Expr {
    match condition.as_literal() {
        Some(Literal::Bool(b)) => Expr::literal(Literal::Bool(!b), condition.line),
        None | Some(_) => match condition.kind {
            ExprKind::Not(inner) if inner.ty == Ty::Bool => *inner,
            kind => {
                let line = condition.line;
                Expr { line, ty: Ty::Bool, kind: ExprKind::Not(Box::new(Expr { kind, ty: condition.ty, line })) }
            }
        },
    }
}

/// The names that a statement sets, or one in it.
fn assigned(stmt: &ast::Stmt) -> Vec<&str> {
    let mut out = Vec::new();
    statements(std::slice::from_ref(stmt), &mut |stmt| {
        out.extend(targets(stmt).into_iter().flat_map(bound));
        match stmt {
            ast::Stmt::Try(s) => {
                let handlers = s.handlers.iter().map(|ast::ExceptHandler::ExceptHandler(handler)| handler);
                out.extend(handlers.filter_map(|handler| handler.name.as_ref()).map(|name| name.as_str()));
            }
            ast::Stmt::Import(ast::StmtImport { names, .. })
            | ast::Stmt::ImportFrom(ast::StmtImportFrom { names, .. }) => {
                out.extend(names.iter().map(|a| a.asname.as_ref().unwrap_or(&a.name).as_str()));
            }
            ast::Stmt::FunctionDef(d) => out.push(d.name.as_str()),
            ast::Stmt::AsyncFunctionDef(d) => out.push(d.name.as_str()),
            ast::Stmt::ClassDef(d) => out.push(d.name.as_str()),
            _ => {}
        }
    });
    out
}

/// Whether a message is made of names and constants whose texts cannot fail: `f"{name} at {time:.3f}"`.
fn always_formats(message: &Expr) -> bool {
    // Of the widths and precisions that fit nothing takes much room.
    const LONGEST: usize = 5;
    let is_name = |value: &Expr| matches!(value.kind, ExprKind::Local(_) | ExprKind::Field(_) | ExprKind::Literal(_));
    let fits = |value: &Expr, spec: &str| match value.ty {
        // Which specifications a float takes does not depend on the float.
        Ty::Float => spec.len() <= LONGEST && format::format_float(1.0, spec).is_ok(),
        _ => spec.is_empty(),
    };
    match &message.kind {
        ExprKind::Format(pieces) => pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Value { value, conversion, spec } => match spec.as_slice() {
                [] => is_name(value),
                [Piece::Text(spec)] => is_name(value) && conversion.is_none() && fits(value, spec),
                _ => false,
            },
        }),
        _ => message.ty == Ty::Str && is_name(message),
    }
}
