//! `match`: each case is a test of the subject and the names that it gives parts of it.

use crate::python::Lower;
use crate::python::call::call_of;
use crate::python::class::Lowerer;
use crate::python::expression::{both, python_class};
use crate::python::scope::{Names, Slot};
use crate::python::types;
use remotemedia_ir::script::{Class, Compare, Expr, ExprKind, Likeness, Literal, Stmt, StmtKind, Ty};
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;

/// What a pattern in brackets fits.
const SEQUENCES: [Class; 4] = [Class::List, Class::Tuple, Class::Deque, Class::Range];

/// What a pattern asks, and what it names.
#[derive(Default)]
struct Pattern<'m> {
    /// One after the other; none where it always fits.
    tests: Vec<Expr>,
    /// What a name gets, once all tests have passed.
    names: Vec<(&'m str, Expr)>,
}

impl Pattern<'_> {
    fn test(test: Expr) -> Self {
        Pattern { tests: vec![test], names: Vec::new() }
    }
}

impl<'m> Lowerer<'m> {
    /// `match`
    pub(super) fn match_on(&mut self, s: &'m ast::StmtMatch, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let subject = self.expression(&s.subject, out)?;
        let held = self.scope.temporary(&subject.ty);
        let ty = subject.ty.clone();
        out.push(Stmt::set(held, subject, line));
        let subject = Expr::local(held, ty, line);
        self.cases(&subject, &s.cases, line, out)
    }

    fn cases(&mut self, subject: &Expr, cases: &'m [ast::MatchCase], line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let Some((case, rest)) = cases.split_first() else { return Ok(()) };
        let line = self.module.line(case.pattern.range()).max(line);
        let Pattern { tests, names } = self.pattern(subject, &case.pattern, out)?;
        let before = self.scope.names.clone();
        let set: Vec<Stmt> = names
            .into_iter()
            .map(|(name, value)| {
                let variable = self.scope.set(name, &value.ty);
                Stmt::set(variable, value, line)
            })
            .collect();
        let test = tests.into_iter().reduce(both);
        let Some(guard) = &case.guard else {
            let Some(condition) = test else {
                out.extend(set);
                return self.block(&case.body, out);
            };
            return self.choose(condition, set, (before, &case.body), (subject, rest), line, out);
        };
        // What the guard needs first is part of it, and so are the names, which stay if it fails.
        let names = self.scope.names.clone();
        let mut first = set;
        let guard = self.condition(guard, &mut first)?;
        let guard = Expr::behind(first, guard, line);
        let otherwise = match (&test, before, names) {
            (Some(_), Some(without), Some(with)) => {
                let both = self.scope.joined(&without, &with);
                let keeps = |(name, slot): (&String, &Slot)| {
                    both.get(name).is_some_and(|joined| joined.variable == slot.variable)
                };
                if !without.iter().all(keeps) || !with.iter().all(keeps) {
                    return self.outside(case.pattern.range(), "a name that this pattern gives another type");
                }
                Some(both)
            }
            (_, _, names) => names,
        };
        let condition = match test {
            Some(test) => both(test, guard),
            None => guard,
        };
        self.choose(condition, Vec::new(), (otherwise, &case.body), (subject, rest), line, out)
    }

    /// `if condition: set; body else: the other cases`, these with the names of `otherwise`.
    fn choose(
        &mut self,
        condition: Expr,
        set: Vec<Stmt>,
        (otherwise, body): (Option<Names>, &'m [ast::Stmt]),
        (subject, rest): (&Expr, &'m [ast::MatchCase]),
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<()> {
        let mut then = set;
        self.block(body, &mut then)?;
        let after_then = std::mem::replace(&mut self.scope.names, otherwise);
        let mut or = Vec::new();
        self.cases(subject, rest, line, &mut or)?;
        let after_or = self.scope.names.take();
        self.scope.meet((after_then, &mut then), (after_or, &mut or), line);
        out.push(Stmt { kind: StmtKind::If { condition, then, otherwise: or }, line });
        Ok(())
    }

    fn pattern(&mut self, subject: &Expr, pattern: &'m ast::Pattern, out: &mut Vec<Stmt>) -> Lower<Pattern<'m>> {
        let line = self.module.line(pattern.range());
        let is_of = |subject: &Expr, classes: Vec<Class>| {
            Pattern::test(Expr { kind: ExprKind::IsInstance(Box::new(subject.clone()), classes), ty: Ty::Bool, line })
        };
        Ok(match pattern {
            ast::Pattern::MatchValue(p) => {
                let value = self.expression(&p.value, out)?;
                Pattern::test(self.comparison(Compare::Eq, subject.clone(), value, p.range)?)
            }
            ast::Pattern::MatchSingleton(p) => {
                let value = match &p.value {
                    ast::Constant::Bool(b) => Literal::Bool(*b),
                    _ => Literal::None,
                };
                Pattern::test(self.comparison(Compare::Is, subject.clone(), Expr::literal(value, line), p.range)?)
            }
            ast::Pattern::MatchOr(p) => {
                let mut any: Option<Expr> = None;
                for pattern in &p.patterns {
                    let Pattern { tests, names } = self.pattern(subject, pattern, out)?;
                    if !names.is_empty() {
                        return self.outside(p.range, "names in an alternative are outside the compiled subset");
                    }
                    let Some(test) = tests.into_iter().reduce(both) else { return Ok(Pattern::default()) };
                    any = Some(match any {
                        Some(so_far) => {
                            Expr { kind: ExprKind::Or(Box::new(so_far), Box::new(test)), ty: Ty::Bool, line }
                        }
                        None => test,
                    });
                }
                Pattern { tests: any.into_iter().collect(), names: Vec::new() }
            }
            ast::Pattern::MatchAs(p) => {
                let mut inner = match &p.pattern {
                    Some(pattern) => self.pattern(subject, pattern, out)?,
                    None => Pattern::default(),
                };
                inner.names.extend(p.name.as_ref().map(|name| (name.as_str(), subject.clone())));
                inner
            }
            ast::Pattern::MatchSequence(p) => {
                self.fits(subject, &SEQUENCES, p.range)?;
                let star = p.patterns.iter().position(ast::Pattern::is_match_star);
                let count = p.patterns.len() - usize::from(star.is_some());
                let mut all = is_of(subject, SEQUENCES.to_vec());
                let length = call_of("len", vec![subject.clone()], line);
                let op = if star.is_some() { Compare::Ge } else { Compare::Eq };
                let wanted = Expr::literal(Literal::Int(count as i64), line);
                all.tests.push(self.comparison(op, length, wanted, p.range)?);
                for (at, pattern) in p.patterns.iter().enumerate() {
                    // Behind the star from the end.
                    let place = if star.is_some_and(|star| at > star) {
                        at as i64 - p.patterns.len() as i64
                    } else {
                        at as i64
                    };
                    if let ast::Pattern::MatchStar(rest) = pattern {
                        let number = |n| Expr::literal(n, line);
                        let after = p.patterns.len() - at - 1;
                        let stop = if after == 0 { Literal::None } else { Literal::Int(-(after as i64)) };
                        let parts = [number(Literal::Int(at as i64)), number(stop), number(Literal::None)];
                        let slice = Expr { kind: ExprKind::Slice(Box::new(parts)), ty: Ty::Any, line };
                        // A deque has no slices.
                        let items = call_of("list", vec![subject.clone()], line);
                        let part = ExprKind::Index(Box::new(items), Box::new(slice));
                        let value = Expr { kind: part, ty: Ty::List, line };
                        all.names.extend(rest.name.as_ref().map(|name| (name.as_str(), value)));
                        continue;
                    }
                    let place = Box::new(Expr::literal(Literal::Int(place), line));
                    let item = Expr { kind: ExprKind::Index(Box::new(subject.clone()), place), ty: Ty::Any, line };
                    let inner = self.pattern(&item, pattern, out)?;
                    all.tests.extend(inner.tests);
                    all.names.extend(inner.names);
                }
                all
            }
            ast::Pattern::MatchMapping(p) => {
                self.fits(subject, &[Class::Dict], p.range)?;
                if p.rest.is_some() {
                    return self.outside(p.range, "`**` in a pattern is outside the compiled subset");
                }
                let mut all = is_of(subject, vec![Class::Dict]);
                for key in &p.keys {
                    let key = self.expression(key, out)?;
                    all.tests.push(self.comparison(Compare::In, key, subject.clone(), p.range)?);
                }
                for (key, pattern) in p.keys.iter().zip(&p.patterns) {
                    let key = Box::new(self.expression(key, out)?);
                    let item = Expr { kind: ExprKind::Index(Box::new(subject.clone()), key), ty: Ty::Any, line };
                    let inner = self.pattern(&item, pattern, out)?;
                    all.tests.extend(inner.tests);
                    all.names.extend(inner.names);
                }
                all
            }
            ast::Pattern::MatchClass(p) => self.class_pattern(subject, p, line, out)?,
            ast::Pattern::MatchStar(p) => {
                return self.outside(p.range, "a star pattern is outside the compiled subset");
            }
        })
    }

    /// Of a subject whose type is known and does not fit, the parts of a pattern are none.
    fn fits(&self, subject: &Expr, classes: &[Class], range: TextRange) -> Lower<()> {
        if types::is_instance(&subject.ty, classes) == Some(false) {
            return self.outside(range, "a pattern that never fits here is outside the compiled subset");
        }
        Ok(())
    }

    /// `int()`, `str(text)`, `Point(x=0)`.
    fn class_pattern(
        &mut self,
        subject: &Expr,
        p: &'m ast::PatternMatchClass,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Pattern<'m>> {
        let other = |this: &Self| this.outside(p.range, "this class pattern is outside the compiled subset");
        let Some(name) = p.cls.as_name_expr().map(|n| n.id.as_str()) else { return other(self) };
        if let Some(record) = self.record(name) {
            if matches!(self.records[record].likeness, Likeness::Member | Likeness::Identity) {
                return other(self);
            }
            let fields = self.records[record].fields.clone();
            let kind = Expr { ty: Ty::Str, ..call_of("type.__name__", vec![subject.clone()], line) };
            let wanted = Expr::literal(Literal::Str(name.to_owned()), line);
            let mut all = Pattern::test(self.comparison(Compare::Eq, kind, wanted, p.range)?);
            let by_place = p.patterns.iter().enumerate().map(|(at, pattern)| (fields.get(at).cloned(), pattern));
            let by_name = p.kwd_attrs.iter().map(|name| Some(name.to_string())).zip(&p.kwd_patterns);
            for (field, pattern) in by_place.chain(by_name) {
                let Some(field) = field.filter(|field| fields.contains(field)) else { return other(self) };
                let part = Expr { kind: ExprKind::Attribute(Box::new(subject.clone()), field), ty: Ty::Any, line };
                let inner = self.pattern(&part, pattern, out)?;
                all.tests.extend(inner.tests);
                all.names.extend(inner.names);
            }
            return Ok(all);
        }
        let is_own = self.globals.names.contains_key(name) || self.globals.imports.contains_key(name);
        let Some(class) = python_class(name).filter(|class| *class != Class::Object && !is_own) else {
            return other(self);
        };
        self.fits(subject, &[class], p.range)?;
        let kind = ExprKind::IsInstance(Box::new(subject.clone()), vec![class]);
        let mut all = Pattern::test(Expr { kind, ty: Ty::Bool, line });
        match (p.patterns.as_slice(), p.kwd_patterns.as_slice()) {
            ([], []) => {}
            ([itself], []) => {
                let inner = self.pattern(subject, itself, out)?;
                all.tests.extend(inner.tests);
                all.names.extend(inner.names);
            }
            _ => return other(self),
        }
        Ok(all)
    }
}
