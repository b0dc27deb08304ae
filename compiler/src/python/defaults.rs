//! `defaultdict`: a dict whose subscripts say what they begin with.
//!
//! That is known where it stands: a field or variable to which nothing but `defaultdict(list)` is ever assigned, and which nobody else has
//! a name for. Then `counts[key]` is `counts.setdefault(key, …)`, which is what it means.

use super::Lower;
use super::call::call_of;
use super::changes::targets;
use super::changes::{own_name, plain_name};
use super::class::Lowerer;
use super::elements::{sole, sole_locals};
use super::source::{Method, children, dotted, statements};
use remotemedia_ir::script::{Expr, ExprKind, Literal, Stmt, Ty};
use rustpython_parser::ast;
use std::collections::BTreeMap;

/// What each such dict begins with, by the name of the field or variable.
pub type Defaults<'m> = BTreeMap<&'m str, &'m ast::Expr>;

impl<'m> Lowerer<'m> {
    /// The argument of `defaultdict(…)`.
    pub(super) fn factory(&self, value: &'m ast::Expr) -> Option<&'m ast::Expr> {
        match value {
            ast::Expr::Call(c)
                if c.keywords.is_empty() && self.imported(&c.func).as_deref() == Some("collections.defaultdict") =>
            {
                match c.args.as_slice() {
                    [one] => Some(one),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The fields of the class that are such dicts.
    pub(super) fn find_default_fields(&self) -> Defaults<'m> {
        let found = self.assigned_defaults(self.own_bodies(), own_name);
        let sole = if found.is_empty() { Default::default() } else { sole(self.own_bodies(), self.globals) };
        found.into_iter().filter(|(name, _)| sole.contains(*name)).collect()
    }

    /// The variables of a function that are such dicts.
    pub(super) fn find_default_locals(&self, method: &Method<'m>) -> Defaults<'m> {
        let body = method.body;
        let parameters: Vec<&str> = method.parameters().map(|p| p.def.arg.as_str()).collect();
        let found = self.assigned_defaults(std::iter::once(body), plain_name);
        let sole = if found.is_empty() { Default::default() } else { sole_locals(body, self.globals) };
        found.into_iter().filter(|(name, _)| sole.contains(*name) && !parameters.contains(name)).collect()
    }

    /// What is given nothing but one kind of such dicts.
    fn assigned_defaults(
        &self,
        bodies: impl Iterator<Item = &'m [ast::Stmt]>,
        name: fn(&'m ast::Expr) -> Option<&'m str>,
    ) -> Defaults<'m> {
        let mut found: BTreeMap<&'m str, Option<&'m ast::Expr>> = BTreeMap::new();
        for body in bodies {
            statements(body, &mut |stmt| {
                let value = match stmt {
                    ast::Stmt::Assign(a) if a.targets.len() == 1 => self.factory(&a.value),
                    ast::Stmt::AnnAssign(a) => a.value.as_deref().and_then(|value| self.factory(value)),
                    _ => None,
                };
                for target in targets(stmt).into_iter().filter_map(name) {
                    let same = |before: &ast::Expr, value: &ast::Expr| {
                        dotted(before).is_some() && dotted(before) == dotted(value)
                    };
                    found
                        .entry(target)
                        .and_modify(|before| *before = before.zip(value).filter(|(a, b)| same(a, b)).map(|(a, _)| a))
                        .or_insert(value);
                }
            });
        }
        found.into_iter().filter_map(|(name, factory)| Some((name, factory?))).collect()
    }

    /// What a dict begins with where nothing is, if it is one of those.
    pub(super) fn default_of(&self, dict: &ast::Expr) -> Option<&'m ast::Expr> {
        match dict {
            ast::Expr::Attribute(a) if self.is_self(&a.value) => self.default_fields.get(a.attr.as_str()).copied(),
            ast::Expr::Name(n) => self.default_locals.get(n.id.as_str()).copied(),
            _ => None,
        }
    }

    /// True where a statement makes such a dict.
    pub(super) fn makes_default(&self, target: &ast::Expr, value: &'m ast::Expr) -> bool {
        self.default_of(target).is_some() && self.factory(value).is_some()
    }

    /// `dict[key]`, which gives the key its default where it has no value.
    pub(super) fn defaulted(
        &mut self,
        dict: Expr,
        key: Expr,
        factory: &'m ast::Expr,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let default = match factory {
            ast::Expr::Lambda(l) if l.args.args.is_empty() && self.only_makes(&l.body) => {
                self.expression(&l.body, out)?
            }
            ast::Expr::Name(n) if self.is_builtin_name(n.id.as_str()) => match n.id.as_str() {
                "int" => Expr::literal(Literal::Int(0), line),
                "float" => Expr::literal(Literal::Float(0.0), line),
                "bool" => Expr::literal(Literal::Bool(false), line),
                "str" => Expr::literal(Literal::Str(String::new()), line),
                "list" => Expr { kind: ExprKind::List(Vec::new()), ty: Ty::List, line },
                "dict" => Expr { kind: ExprKind::Dict(Vec::new()), ty: Ty::Dict, line },
                "set" => Expr { kind: ExprKind::Set(Vec::new()), ty: Ty::Any, line },
                _ => return self.outside(n.range, "this `defaultdict` is outside the compiled subset"),
            },
            other => {
                return self.outside(ast::Ranged::range(other), "this `defaultdict` is outside the compiled subset");
            }
        };
        Ok(call_of(".setdefault", vec![dict, key, default], line))
    }

    /// True for what changes nothing wherever it is computed: it is, whether it is needed or not.
    fn only_makes(&self, expr: &ast::Expr) -> bool {
        let is_known = match expr {
            ast::Expr::Call(c) => match &*c.func {
                ast::Expr::Name(n) if self.is_builtin_name(n.id.as_str()) => true,
                function => self.imported(function).is_some(),
            },
            ast::Expr::NamedExpr(_) | ast::Expr::Await(_) | ast::Expr::Yield(_) | ast::Expr::YieldFrom(_) => false,
            _ => true,
        };
        is_known && children(expr).into_iter().all(|part| matches!(part, ast::Expr::Name(_)) || self.only_makes(part))
    }

    /// A key that is needed twice.
    pub(super) fn kept(&mut self, key: Expr, line: u32, out: &mut Vec<Stmt>) -> Expr {
        if matches!(key.kind, ExprKind::Local(_) | ExprKind::Literal(_)) {
            return key;
        }
        let (held, ty) = (self.scope.temporary(&key.ty), key.ty.clone());
        out.push(Stmt::set(held, key, line));
        Expr::local(held, ty, line)
    }
}
