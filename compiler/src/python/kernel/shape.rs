//! What the statements of a function do to its way: whether it ends, and which fields it sets.

use remotemedia_ir::script::{Expr, ExprKind, FieldId, Function, Stmt, StmtKind, Target};

/// `return x` of a function that is put in the place of its call.
pub(super) fn returned(stmt: &Stmt) -> Stmt {
    let all = |body: &[Stmt]| body.iter().map(returned).collect();
    let kind = match &stmt.kind {
        StmtKind::Return(Some(value)) => StmtKind::Yield(value.clone()),
        StmtKind::If { condition, then, otherwise } => {
            StmtKind::If { condition: condition.clone(), then: all(then), otherwise: all(otherwise) }
        }
        other => other.clone(),
    };
    Stmt { kind, line: stmt.line }
}

/// True if some way through a body ends the function, or gives its result.
pub(super) fn returns(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::Return(_) | StmtKind::Yield(_) | StmtKind::Raise { .. } => true,
        StmtKind::If { then, otherwise, .. } => returns(then) || returns(otherwise),
        StmtKind::While { body, otherwise, .. } | StmtKind::For { body, otherwise, .. } => {
            returns(body) || returns(otherwise)
        }
        _ => false,
    })
}

/// True for `break` and `continue`.
pub(super) fn leaves(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::Break | StmtKind::Continue => true,
        StmtKind::If { then, otherwise, .. } => leaves(then) || leaves(otherwise),
        _ => false,
    })
}

/// True if a function, or one that it may call, sets a field: any that is assigned anywhere counts.
pub(super) fn sets(function: &Function, field: FieldId) -> bool {
    fn body(stmts: &[Stmt], field: FieldId) -> bool {
        stmts.iter().any(|s| match &s.kind {
            StmtKind::Assign(target, value) => target_is(target, field) || calls(value),
            StmtKind::Augment(_, target, _) => target_is(target, field),
            StmtKind::Expr(value) | StmtKind::Yield(value) | StmtKind::Return(Some(value)) => calls(value),
            StmtKind::If { condition, then, otherwise } => {
                calls(condition) || body(then, field) || body(otherwise, field)
            }
            StmtKind::While { body: b, otherwise, .. } | StmtKind::For { body: b, otherwise, .. } => {
                body(b, field) || body(otherwise, field)
            }
            _ => false,
        })
    }
    fn target_is(target: &Target, field: FieldId) -> bool {
        match target {
            Target::Field(f) => *f == field,
            Target::Unpack(targets, _) => targets.iter().any(|t| target_is(t, field)),
            Target::Local(_) | Target::Index(..) | Target::Attribute(..) => false,
        }
    }
    /// A function of the class may set any field.
    fn calls(expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Invoke(..) | ExprKind::Block(..) => true,
            ExprKind::Unary(_, a) | ExprKind::Truth(a) | ExprKind::Not(a) => calls(a),
            ExprKind::Binary(_, a, b) | ExprKind::Compare(_, a, b) | ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                calls(a) || calls(b)
            }
            ExprKind::If { condition, then, otherwise } => calls(condition) || calls(then) || calls(otherwise),
            ExprKind::Call(_, args) | ExprKind::Tuple(args) | ExprKind::List(args) => args.iter().any(calls),
            _ => false,
        }
    }
    body(&function.body, field)
}
