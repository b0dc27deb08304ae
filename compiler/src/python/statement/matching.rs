//! `match` over constants.

use crate::python::Lower;
use crate::python::class::Lowerer;
use remotemedia_ir::script::{Compare, Expr, ExprKind, Literal, Stmt, StmtKind, Target, Ty};
use rustpython_parser::ast::{self, Ranged};

impl<'m> Lowerer<'m> {
    /// `match` over constants.
    pub(super) fn match_on(&mut self, s: &'m ast::StmtMatch, line: u32, out: &mut Vec<Stmt>) -> Lower<()> {
        let subject = self.expression(&s.subject, out)?;
        let held = self.scope.temporary(&subject.ty);
        let ty = subject.ty.clone();
        out.push(Stmt { kind: StmtKind::Assign(Target::Local(held), subject), line });
        let subject = Expr { kind: ExprKind::Local(held), ty, line };
        self.cases(&subject, &s.cases, line, out)
    }

    pub(super) fn cases(
        &mut self,
        subject: &Expr,
        cases: &'m [ast::MatchCase],
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<()> {
        let Some((case, rest)) = cases.split_first() else { return Ok(()) };
        let line = self.module.line(case.pattern.range()).max(line);
        let mut test = self.pattern(subject, &case.pattern, out)?;
        if let Some(guard) = &case.guard {
            if let ast::Pattern::MatchAs(p) = &case.pattern
                && let (Some(name), None) = (&p.name, &p.pattern)
            {
                let variable = self.scope.set(name.as_str(), &subject.ty);
                out.push(Stmt { kind: StmtKind::Assign(Target::Local(variable), subject.clone()), line });
            }
            // What the guard needs first is part of it.
            let mut before = Vec::new();
            let guard = self.condition(guard, &mut before)?;
            let guard = Expr::behind(before, guard, line);
            test = Some(match test {
                Some(test) => Expr { kind: ExprKind::And(Box::new(test), Box::new(guard)), ty: Ty::Bool, line },
                None => guard,
            });
        }
        let Some(condition) = test else {
            if let ast::Pattern::MatchAs(p) = &case.pattern
                && let Some(name) = &p.name
            {
                let variable = self.scope.set(name.as_str(), &subject.ty);
                out.push(Stmt { kind: StmtKind::Assign(Target::Local(variable), subject.clone()), line });
            }
            return self.block(&case.body, out);
        };
        let before = self.scope.names.clone();
        let mut then = Vec::new();
        self.block(&case.body, &mut then)?;
        let after_then = std::mem::replace(&mut self.scope.names, before);
        let mut or = Vec::new();
        self.cases(subject, rest, line, &mut or)?;
        let after_or = self.scope.names.take();
        self.scope.meet((after_then, &mut then), (after_or, &mut or), line);
        out.push(Stmt { kind: StmtKind::If { condition, then, otherwise: or }, line });
        Ok(())
    }

    /// The test that a pattern is; none where it always fits.
    pub(super) fn pattern(
        &mut self,
        subject: &Expr,
        pattern: &'m ast::Pattern,
        out: &mut Vec<Stmt>,
    ) -> Lower<Option<Expr>> {
        let line = self.module.line(pattern.range());
        Ok(match pattern {
            ast::Pattern::MatchValue(p) => {
                let value = self.expression(&p.value, out)?;
                Some(self.comparison(Compare::Eq, subject.clone(), value, p.range)?)
            }
            ast::Pattern::MatchSingleton(p) => {
                let value = match &p.value {
                    ast::Constant::Bool(b) => Literal::Bool(*b),
                    _ => Literal::None,
                };
                Some(self.comparison(Compare::Is, subject.clone(), Expr::literal(value, line), p.range)?)
            }
            ast::Pattern::MatchOr(p) => {
                let mut any: Option<Expr> = None;
                for pattern in &p.patterns {
                    let Some(test) = self.pattern(subject, pattern, out)? else { return Ok(None) };
                    any = Some(match any {
                        Some(so_far) => {
                            Expr { kind: ExprKind::Or(Box::new(so_far), Box::new(test)), ty: Ty::Bool, line }
                        }
                        None => test,
                    });
                }
                any
            }
            ast::Pattern::MatchAs(p) if p.pattern.is_none() => None,
            ast::Pattern::MatchAs(p) => {
                return self.outside(p.range, "a pattern with `as` is outside the compiled subset");
            }
            ast::Pattern::MatchSequence(p) => {
                return self.outside(p.range, "a sequence pattern is outside the compiled subset");
            }
            ast::Pattern::MatchMapping(p) => {
                return self.outside(p.range, "a mapping pattern is outside the compiled subset");
            }
            ast::Pattern::MatchClass(p) => {
                return self.outside(p.range, "a class pattern is outside the compiled subset");
            }
            ast::Pattern::MatchStar(p) => {
                return self.outside(p.range, "a star pattern is outside the compiled subset");
            }
        })
    }
}
