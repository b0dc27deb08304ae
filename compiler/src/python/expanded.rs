//! Functions of Python that are written out as statements: the largest by a key, `dict.fromkeys`, `str.maketrans`, `text.translate`.

use super::Lower;
use super::call::call_of;
use super::class::Lowerer;
use super::iterators::{Arguments, each, raised, truth, when};
use super::statement::negate;
use remotemedia_ir::script::{Class, Compare, Expr, ExprKind, Literal, Piece, Stmt, StmtKind, Target, Ty};
use rustpython_parser::ast::{self, Ranged};

impl<'m> Lowerer<'m> {
    /// `nlargest(n, items, key=…)` and `nsmallest`: the first of what is sorted.
    pub(super) fn ranked(&mut self, name: &str, c: &'m ast::ExprCall, line: u32) -> Lower<Expr> {
        let given = Arguments::of(c);
        let (Some(count), Some(items), Some(key)) = (given.at(0, "n"), given.at(1, "iterable"), given.at(2, "key"))
        else {
            return self.outside(c.range, format!("this call of `{name}` is outside the compiled subset"));
        };
        let mut body = Vec::new();
        let count_range = count.range();
        let count = self.expression(count, &mut body)?;
        let count = self.kept(count, line, &mut body);
        let items = self.listed(items, line, &mut body)?;
        let keys = self.keys(key, &items, line, &mut body)?;
        let sorted = call_of("sorted_by", vec![items, keys, truth(name.ends_with("nlargest"), line)], line);
        let zero = Expr::literal(Literal::Int(0), line);
        let condition = Box::new(self.comparison(Compare::Gt, count.clone(), zero.clone(), count_range)?);
        let kind = ExprKind::If { condition, then: Box::new(count), otherwise: Box::new(zero) };
        let count = Expr { kind, ty: Ty::Int, line };
        let none = || Expr::literal(Literal::None, line);
        let slice = Expr { kind: ExprKind::Slice(Box::new([none(), count, none()])), ty: Ty::Any, line };
        let first = Expr { kind: ExprKind::Index(Box::new(sorted), Box::new(slice)), ty: Ty::List, line };
        Ok(Expr::behind(body, first, line))
    }

    /// `dict.fromkeys(keys, value)`
    pub(super) fn dict_of_keys(&mut self, keys: &'m [ast::Expr], line: u32) -> Lower<Expr> {
        let mut body = Vec::new();
        let mut given = self.all_of(keys, line, &mut body)?.into_iter();
        let items = given.next().unwrap_or_else(|| Expr::literal(Literal::None, line));
        let value = given.next().unwrap_or_else(|| Expr::literal(Literal::None, line));
        let (dict, key) = (self.scope.temporary(&Ty::Dict), self.scope.temporary(&Ty::Any));
        body.push(Stmt::set(dict, Expr { kind: ExprKind::Dict(Vec::new()), ty: Ty::Dict, line }, line));
        let dict = Expr::local(dict, Ty::Dict, line);
        let target = Target::Index(dict.clone(), Expr::local(key, Ty::Any, line));
        let put = Stmt { kind: StmtKind::Assign(target, value), line };
        body.push(each(key, items, vec![put], line));
        Ok(Expr::behind(body, dict, line))
    }

    /// `str.maketrans(…)` of constants: from numbers of characters to others, or to `None`.
    pub(super) fn table_of_characters(&mut self, c: &'m ast::ExprCall, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let line = self.module.line(c.range);
        let mut texts = Vec::new();
        for arg in &c.args {
            match self.known_here(arg)? {
                Some(Literal::Str(text)) => texts.push(text),
                _ => {
                    return self.outside(
                        arg.range(),
                        "a table of `maketrans` that is not known is outside the compiled subset",
                    );
                }
            }
        }
        let number = |c: char| Literal::Int(i64::from(u32::from(c)));
        let (from, to, dropped) = match texts.as_slice() {
            [from, to] => (from.as_str(), to.as_str(), ""),
            [from, to, dropped] => (from.as_str(), to.as_str(), dropped.as_str()),
            _ => return self.outside(c.range, "this call of `maketrans` is outside the compiled subset"),
        };
        if from.chars().count() != to.chars().count() {
            let message = "the first two maketrans arguments must have equal length";
            out.push(raised("ValueError", message, line));
        }
        let mut table: Vec<(Literal, Literal)> = Vec::new();
        let pairs = from.chars().zip(to.chars()).map(|(from, to)| (number(from), number(to)));
        for (key, value) in pairs.chain(dropped.chars().map(|c| (number(c), Literal::None))) {
            match table.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => *known = value,
                None => table.push((key, value)),
            }
        }
        let members = table.into_iter().map(|(key, value)| (Expr::literal(key, line), Expr::literal(value, line)));
        Ok(Expr { kind: ExprKind::Dict(members.collect()), ty: Ty::Dict, line })
    }

    /// `text.translate(table)`
    pub(super) fn translated(&mut self, text: Expr, table: &'m ast::Expr, line: u32) -> Lower<Expr> {
        let mut body = Vec::new();
        let text = self.kept(text, line, &mut body);
        let range = table.range();
        let table = self.expression(table, &mut body)?;
        if table.ty != Ty::Dict || !matches!(text.ty, Ty::Str | Ty::Any) {
            return self.outside(
                range,
                "a table of `translate` that is not known to be a dict is outside the compiled subset",
            );
        }
        let table = self.kept(table, line, &mut body);
        if text.ty == Ty::Any {
            let is_text = ExprKind::IsInstance(Box::new(text.clone()), vec![Class::Str]);
            let other = negate(Expr { kind: is_text, ty: Ty::Bool, line });
            let name = Expr { ty: Ty::Str, ..call_of("type.__name__", vec![text.clone()], line) };
            let message = vec![
                Piece::Text("'".to_owned()),
                Piece::Value { value: name, conversion: None, spec: Vec::new() },
                Piece::Text("' object has no attribute 'translate'".to_owned()),
            ];
            let message = Some(Expr { kind: ExprKind::Format(message), ty: Ty::Str, line });
            let raise = StmtKind::Raise { kind: "AttributeError".to_owned(), message };
            body.push(when(other, vec![Stmt { kind: raise, line }], Vec::new(), line));
        }
        let filled = self.filled_list(line, &mut body);
        let (variable, held) = (self.scope.temporary(&Ty::Any), self.scope.temporary(&Ty::Any));
        let (character, to) = (Expr::local(variable, Ty::Any, line), Expr::local(held, Ty::Any, line));
        let number = call_of("ord", vec![character.clone()], line);
        let found = Expr { ty: Ty::Any, ..call_of(".get", vec![table, number, character], line) };
        let is_int = ExprKind::IsInstance(Box::new(to.clone()), vec![Class::Int]);
        let is_int = Expr { kind: is_int, ty: Ty::Bool, line };
        let as_text = Expr { ty: Ty::Any, ..call_of("chr", vec![to.clone()], line) };
        let is_there = self.comparison(Compare::IsNot, to.clone(), Expr::literal(Literal::None, line), range)?;
        let steps = vec![
            Stmt::set(held, found, line),
            when(is_int, vec![Stmt::set(held, as_text, line)], Vec::new(), line),
            when(is_there, vec![filled.push(to)], Vec::new(), line),
        ];
        body.push(each(variable, text, steps, line));
        let empty = Expr::literal(Literal::Str(String::new()), line);
        let joined = Expr { ty: Ty::Str, ..call_of(".join", vec![empty, filled.list], line) };
        Ok(Expr::behind(body, joined, line))
    }
}
