//! What is to be known of functions of scripts before they are printed, by walks over them.

use remotemedia_ir::script::{Expr, ExprKind, Script, Stmt, StmtKind, Target, Ty, Variable};

pub use remotemedia_ir::script::visit::{Part, Visit, expr, for_operands, for_parts, has_effects, stmts};

/// Whether it is a name or a constant, which can be evaluated at any time.
pub fn is_simple(at: &Expr) -> bool {
    match &at.kind {
        ExprKind::Literal(_) | ExprKind::Local(_) | ExprKind::Field(_) => true,
        ExprKind::Tuple(items) => items.iter().all(is_simple),
        _ => false,
    }
}

struct Mentions {
    variable: Variable,
    count: usize,
}

impl Visit for Mentions {
    fn expr(&mut self, expr: &Expr) {
        self.count += usize::from(expr.kind == ExprKind::Local(self.variable));
    }
    fn target(&mut self, target: &Target, _is_augmented: bool) {
        self.count += usize::from(*target == Target::Local(self.variable));
    }
}

/// How often a variable is read or assigned to in statements.
pub fn mentions(body: &[Stmt], variable: Variable) -> usize {
    let mut found = Mentions { variable, count: 0 };
    stmts(body, &mut found);
    found.count
}

/// The same in an expression.
pub fn mentions_in(at: &Expr, variable: Variable) -> usize {
    let mut found = Mentions { variable, count: 0 };
    expr(at, &mut found);
    found.count
}

/// Whether control never comes to the end of statements. `yields_end` says that what is yielded ends the function.
pub fn diverges(body: &[Stmt], yields_end: bool) -> bool {
    body.iter().any(|stmt| ends(stmt, yields_end))
}

fn ends(stmt: &Stmt, yields_end: bool) -> bool {
    match &stmt.kind {
        StmtKind::Return(_)
        | StmtKind::Raise { .. }
        | StmtKind::Reraise { .. }
        | StmtKind::Break
        | StmtKind::Continue => true,
        StmtKind::If { condition: _, then, otherwise } => diverges(then, yields_end) && diverges(otherwise, yields_end),
        StmtKind::While { condition, body, otherwise: _ } => is_true(condition) && !breaks(body),
        StmtKind::Try { body, handlers, otherwise } => {
            (diverges(body, yields_end) || diverges(otherwise, yields_end))
                && handlers.iter().all(|handler| diverges(&handler.body, yields_end))
        }
        StmtKind::Assign(..)
        | StmtKind::Augment(..)
        | StmtKind::Expr(_)
        | StmtKind::For { .. }
        | StmtKind::Delete(..)
        | StmtKind::Log(..) => false,
        StmtKind::Yield(_) => yields_end,
    }
}

/// Whether a condition is the constant `True`.
pub fn is_true(condition: &Expr) -> bool {
    match &condition.kind {
        ExprKind::Literal(literal) => remotemedia_ir::eval::script::truth(literal) == Some(true),
        ExprKind::Truth(inner) => is_true(inner),
        _ => false,
    }
}

/// Whether statements end the loop that they are in with `break`.
pub fn breaks(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::Break => true,
        StmtKind::If { condition: _, then, otherwise } => breaks(then) || breaks(otherwise),
        StmtKind::While { condition: _, body: _, otherwise } | StmtKind::For { otherwise, .. } => breaks(otherwise),
        StmtKind::Try { body, handlers, otherwise } => {
            breaks(body) || breaks(otherwise) || handlers.iter().any(|handler| breaks(&handler.body))
        }
        StmtKind::Assign(..)
        | StmtKind::Augment(..)
        | StmtKind::Expr(_)
        | StmtKind::Continue
        | StmtKind::Return(_)
        | StmtKind::Yield(_)
        | StmtKind::Raise { .. }
        | StmtKind::Reraise { .. }
        | StmtKind::Delete(..)
        | StmtKind::Log(..) => false,
    })
}

struct Yields {
    text_alone: bool,
}

impl Visit for Yields {
    fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Yield(value) = &stmt.kind {
            self.text_alone &= matches!(value.ty, Ty::Str | Ty::None);
        }
    }
}

/// Whether what a script sends is always a string.
pub fn yields_text(script: &Script) -> bool {
    let mut found = Yields { text_alone: true };
    script.functions.iter().for_each(|f| stmts(&f.body, &mut found));
    found.text_alone
}
