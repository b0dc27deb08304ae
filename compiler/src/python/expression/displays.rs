//! Lists, dicts, f-strings and comprehensions.

use super::Collect;
use crate::python::Lower;
use crate::python::call::call_of;
use crate::python::class::Lowerer;
use crate::python::statement::negate;
use remotemedia_ir::script::{Expr, ExprKind, Literal, Piece, Stmt, StmtKind, Target, Ty};
use rustpython_parser::ast::{self, Constant, Ranged};

impl<'m> Lowerer<'m> {
    /// `[a, *b]`
    pub(super) fn spread(&mut self, items: &'m [ast::Expr], line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let mut body = Vec::new();
        let filled = self.filled_list(line, &mut body);
        for item in items {
            body.push(match item {
                ast::Expr::Starred(s) => filled.call("list.spread", self.expression(&s.value, out)?),
                other => filled.push(self.expression(other, out)?),
            });
        }
        Ok(Expr::behind(body, filled.list, line))
    }

    pub(super) fn dict(&mut self, d: &'m ast::ExprDict, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        if d.keys.iter().all(Option::is_some) {
            let mut members = Vec::new();
            for (key, value) in d.keys.iter().zip(&d.values) {
                if let Some(key) = key {
                    members.push((self.expression(key, out)?, self.expression(value, out)?));
                }
            }
            return Ok(Expr { kind: ExprKind::Dict(members), ty: Ty::Dict, line });
        }
        // `{**a, "b": c}`
        let dict = self.scope.temporary(&Ty::Dict);
        let read = Expr::local(dict, Ty::Dict, line);
        let empty = Expr { kind: ExprKind::Dict(Vec::new()), ty: Ty::Dict, line };
        let mut body = vec![Stmt::set(dict, empty, line)];
        for (key, value) in d.keys.iter().zip(&d.values) {
            match key {
                Some(key) => {
                    let key = self.expression(key, &mut body)?;
                    let key = self.kept(key, line, &mut body);
                    let value = self.expression(value, &mut body)?;
                    body.push(Stmt { kind: StmtKind::Assign(Target::Index(read.clone(), key), value), line });
                }
                None => {
                    let value = self.expression(value, &mut body)?;
                    let call = call_of("dict.spread", vec![read.clone(), value], line);
                    body.push(Stmt { kind: StmtKind::Expr(call), line });
                }
            }
        }
        Ok(Expr { kind: ExprKind::Block(body, Box::new(read)), ty: Ty::Dict, line })
    }

    pub(super) fn pieces(&mut self, values: &'m [ast::Expr], out: &mut Vec<Stmt>) -> Lower<Vec<Piece>> {
        let mut pieces = Vec::new();
        for value in values {
            match value {
                ast::Expr::Constant(c) => {
                    if let Constant::Str(s) = &c.value {
                        pieces.push(Piece::Text(s.clone()));
                    }
                }
                ast::Expr::FormattedValue(f) => {
                    let conversion = match f.conversion {
                        ast::ConversionFlag::None => None,
                        ast::ConversionFlag::Str => Some('s'),
                        ast::ConversionFlag::Repr => Some('r'),
                        ast::ConversionFlag::Ascii => Some('a'),
                    };
                    let spec = match f.format_spec.as_deref() {
                        Some(ast::Expr::JoinedStr(j)) => self.pieces(&j.values, out)?,
                        Some(other) => self.pieces(std::slice::from_ref(other), out)?,
                        None => Vec::new(),
                    };
                    let is_plain = matches!(conversion, None | Some('s')) && spec.is_empty();
                    let message = self.message_of(&f.value).filter(|_| is_plain);
                    let value = message.map_or_else(|| self.expression(&f.value, out), Ok)?;
                    pieces.push(Piece::Value { value, conversion, spec });
                }
                other => return self.outside(other.range(), "this part of an f-string is outside the compiled subset"),
            }
        }
        Ok(pieces)
    }

    /// A comprehension: a loop that fills a list, a set or a dict. A generator expression is the list of what it gives.
    pub(in crate::python) fn comprehension(
        &mut self,
        collect: Collect<'m>,
        generators: &'m [ast::Comprehension],
        line: u32,
    ) -> Lower<Expr> {
        let (ty, empty) = match collect {
            Collect::List(_) => (Ty::List, ExprKind::List(Vec::new())),
            Collect::Set(_) => (Ty::Any, ExprKind::Set(Vec::new())),
            Collect::Dict(..) => (Ty::Dict, ExprKind::Dict(Vec::new())),
            Collect::Until { .. } | Collect::First { .. } => (Ty::Any, ExprKind::Literal(Literal::None)),
        };
        let held = self.scope.temporary(&ty);
        let empty = Expr { kind: empty, ty: ty.clone(), line };
        let mut body = vec![Stmt::set(held, empty, line)];
        let read = Expr::local(held, ty.clone(), line);
        self.collected(generators, &collect, &read, line, &mut body)?;
        Ok(Expr { kind: ExprKind::Block(body, Box::new(read)), ty, line })
    }

    /// The loops of a comprehension, whose variables are its own.
    pub(in crate::python) fn collected(
        &mut self,
        generators: &'m [ast::Comprehension],
        collect: &Collect<'m>,
        into: &Expr,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<()> {
        let outer = self.scope.enter();
        let result = self.generate(generators, collect, into, line, out);
        self.scope.leave(outer);
        result
    }

    fn generate(
        &mut self,
        generators: &'m [ast::Comprehension],
        collect: &Collect<'m>,
        into: &Expr,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<()> {
        let Some((generator, rest)) = generators.split_first() else {
            let statement = match collect {
                Collect::List(element) | Collect::Set(element) => {
                    let value = self.expression(element, out)?;
                    let name = if matches!(collect, Collect::List(_)) { ".append" } else { ".add" };
                    StmtKind::Expr(call_of(name, vec![into.clone(), value], line))
                }
                Collect::Dict(key, value) => {
                    let key = self.expression(key, out)?;
                    let key = self.kept(key, line, out);
                    let value = self.expression(value, out)?;
                    StmtKind::Assign(Target::Index(into.clone(), key), value)
                }
                Collect::Until { test, is, held } => {
                    let condition = self.condition(test, out)?;
                    let condition = if *is { condition } else { negate(condition) };
                    let value = Expr::literal(Literal::Bool(*is), line);
                    let then = vec![Stmt::set(*held, value, line), Stmt { kind: StmtKind::Break, line }];
                    StmtKind::If { condition, then, otherwise: Vec::new() }
                }
                Collect::First { element, held, found } => {
                    let value = self.expression(element, out)?;
                    let yes = Expr::literal(Literal::Bool(true), line);
                    out.push(Stmt::set(*held, value, line));
                    out.push(Stmt::set(*found, yes, line));
                    StmtKind::Break
                }
            };
            out.push(Stmt { kind: statement, line });
            return Ok(());
        };
        if generator.is_async {
            return self
                .outside(generator.target.range(), "an asynchronous comprehension is outside the compiled subset");
        }
        let (iterable, item, counter) = self.iterable(&generator.iter, out)?;
        let mut body = Vec::new();
        let target = self.item_target(&generator.target, &item, counter, line, &mut body)?;
        let mut inner = Vec::new();
        let mut tests = Vec::new();
        for test in &generator.ifs {
            let mut before = Vec::new();
            let condition = self.condition(test, &mut before)?;
            tests.push((before, condition));
        }
        self.generate(rest, collect, into, line, &mut inner)?;
        for (before, condition) in tests.into_iter().rev() {
            let mut wrapped = before;
            wrapped.push(Stmt { kind: StmtKind::If { condition, then: inner, otherwise: Vec::new() }, line });
            inner = wrapped;
        }
        body.extend(inner);
        let decided = match collect {
            Collect::Until { is: false, .. } => Some(negate(into.clone())),
            Collect::Until { .. } | Collect::First { .. } => Some(into.clone()),
            Collect::List(_) | Collect::Set(_) | Collect::Dict(..) => None,
        };
        if let Some(condition) = decided.filter(|_| !rest.is_empty()) {
            // What is decided further in ends this loop too.
            let then = vec![Stmt { kind: StmtKind::Break, line }];
            body.push(Stmt { kind: StmtKind::If { condition, then, otherwise: Vec::new() }, line });
        }
        out.push(Stmt { kind: StmtKind::For { target, iterable, body, otherwise: Vec::new() }, line });
        Ok(())
    }
}
