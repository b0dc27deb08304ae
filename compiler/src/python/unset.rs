//! Names that may not be set where they are read: a flag for each says so, and a read of one that is not raises what Python raises.
//!
//! Which names need one is known when the function has been lowered. What gives them a value is then found again in the statements.

use super::class::Lowerer;
use super::scope::Scope;
use super::{Lower, Need, Outside, Stop};
use remotemedia_ir::script::visit::{self, Visit};
use remotemedia_ir::script::{Expr, ExprKind, Literal, Stmt, StmtKind, Target, Ty, Variable};
use rustpython_parser::text_size::TextRange;

/// A name with a flag: its variables, and the flag.
struct Flagged {
    variables: Vec<Variable>,
    flag: Variable,
}

impl Flagged {
    fn has(&self, target: &Target) -> bool {
        match target {
            Target::Local(v) => self.variables.contains(v),
            Target::Unpack(targets, _) => targets.iter().any(|t| self.has(t)),
            Target::Field(_) | Target::Index(..) | Target::Attribute(..) => false,
        }
    }

    /// Whether a value is what the name was before: one variable of it takes over from another.
    fn is_own(&self, value: &Expr) -> bool {
        matches!(value.kind, ExprKind::Local(v) if self.variables.contains(&v))
    }

    /// Puts what sets the flag behind what sets the name; counts these places.
    fn note(&self, body: &mut Vec<Stmt>) -> usize {
        let mut count = 0;
        let mut at = 0;
        while at < body.len() {
            let stmt = &mut body[at];
            let line = stmt.line;
            at += 1;
            match &mut stmt.kind {
                StmtKind::Assign(target, value) if self.has(target) => {
                    count += 1;
                    if !self.is_own(value) {
                        body.insert(at, set(self.flag, true, line));
                        at += 1;
                    }
                }
                StmtKind::If { condition: _, then, otherwise } => count += self.note(then) + self.note(otherwise),
                StmtKind::While { condition: _, body, otherwise } => count += self.note(body) + self.note(otherwise),
                StmtKind::For { target, iterable: _, body, otherwise } => {
                    count += self.note(body) + self.note(otherwise);
                    if self.has(target) {
                        count += 1;
                        body.insert(0, set(self.flag, true, line));
                    }
                }
                StmtKind::Try { body, handlers, otherwise } => {
                    count += self.note(body) + self.note(otherwise);
                    count += handlers.iter_mut().map(|handler| self.note(&mut handler.body)).sum::<usize>();
                }
                _ => {}
            }
        }
        count
    }
}

/// Counts what gives a name a value, wherever that is.
struct Sets<'a> {
    of: &'a Flagged,
    count: usize,
}

impl Visit for Sets<'_> {
    fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Assign(target, _) | StmtKind::For { target, .. } = &stmt.kind {
            self.count += usize::from(self.of.has(target));
        }
    }
}

fn set(flag: Variable, is_set: bool, line: u32) -> Stmt {
    Stmt::set(flag, Expr::literal(Literal::Bool(is_set), line), line)
}

impl<'m> Lowerer<'m> {
    /// What raises where a name is not set.
    pub(super) fn unless_set(&mut self, name: &str, line: u32) -> Stmt {
        let flag = match self.scope.flags.get(name) {
            Some(flag) => *flag,
            None => {
                let flag = self.scope.called(format!("{name}_is_set"), &Ty::Bool);
                self.scope.flags.insert(name.to_owned(), flag);
                flag
            }
        };
        let text = format!("cannot access local variable '{name}' where it is not associated with a value");
        let message = Some(Expr::literal(Literal::Str(text), line));
        let raise = Stmt { kind: StmtKind::Raise { kind: "UnboundLocalError".to_owned(), message }, line };
        let condition = Expr::local(flag, Ty::Bool, line);
        let condition = super::statement::negate(condition);
        Stmt { kind: StmtKind::If { condition, then: vec![raise], otherwise: Vec::new() }, line }
    }

    /// A name is set from here on, or raises.
    pub(super) fn check_set(&mut self, name: &str, line: u32, out: &mut Vec<Stmt>) {
        let slot = self.scope.names.as_ref().and_then(|names| names.get(name));
        if slot.is_some_and(|slot| slot.perhaps_unset) {
            out.push(self.unless_set(name, line));
            if let Some(slot) = self.scope.names.as_mut().and_then(|names| names.get_mut(name)) {
                slot.perhaps_unset = false;
            }
        }
    }

    /// The statements of a function with what sets the flags of its names.
    pub(super) fn with_flags(&self, scope: &Scope<'m>, body: &mut Vec<Stmt>, range: TextRange) -> Lower<()> {
        let line = self.module.line(range);
        for (name, flag) in &scope.flags {
            let of_name = scope.variables.iter().filter(|((known, _), _)| known == name);
            let flagged = Flagged { variables: of_name.map(|(_, v)| *v).collect(), flag: *flag };
            let mut all = Sets { of: &flagged, count: 0 };
            visit::stmts(body, &mut all);
            let count = all.count;
            if flagged.note(body) != count {
                // In the middle of an expression.
                let reason = format!("`{name}` may not be set where it is read");
                return Err(Stop::Outside(Outside { span: self.span(range), reason, need: Need::Python }));
            }
            body.insert(0, set(*flag, false, line));
        }
        Ok(())
    }
}
