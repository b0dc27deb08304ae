//! What the statements of a function do to its way: whether it ends, and which fields it sets.

use remotemedia_ir::script::{Expr, ExprKind, FieldId, Function, Literal, Script, Stmt, StmtKind, Target, visit};

/// The statements of a function that is put in the place of its call: what it returns is its result.
pub(super) fn returned(body: &[Stmt]) -> Vec<Stmt> {
    let mut out = Vec::with_capacity(body.len());
    for stmt in body {
        let kind = match &stmt.kind {
            StmtKind::Return(Some(value)) => {
                out.push(Stmt { kind: StmtKind::Yield(value.clone()), line: stmt.line });
                StmtKind::Return(None)
            }
            StmtKind::If { condition, then, otherwise } => {
                StmtKind::If { condition: condition.clone(), then: returned(then), otherwise: returned(otherwise) }
            }
            other => other.clone(),
        };
        out.push(Stmt { kind, line: stmt.line });
    }
    out
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

/// True if some way through a body comes to a loop.
pub(super) fn has_loop(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::For { .. } | StmtKind::While { .. } => true,
        StmtKind::If { then, otherwise, .. } => has_loop(then) || has_loop(otherwise),
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

/// True for an expression that may set a variable or a field.
pub(super) fn changes(expr: &Expr) -> bool {
    struct Changes(bool);
    impl visit::Visit for Changes {
        fn expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr.kind, ExprKind::Invoke(..) | ExprKind::Block(..));
        }
    }
    let mut found = Changes(false);
    visit::expr(expr, &mut found);
    found.0
}

/// The numbers that a script names, of both signs: what its values are compared with, and so the bounds that they are likely to have. And
/// twice of each: what goes towards one is rounded, and may be a little more.
pub(super) fn thresholds(script: &Script) -> Vec<f64> {
    struct Numbers(Vec<f64>);
    impl visit::Visit for Numbers {
        fn expr(&mut self, expr: &Expr) {
            match expr.as_literal() {
                Some(Literal::Float(x)) => self.0.extend([*x, -x, x * 2.0, x * -2.0]),
                Some(Literal::Int(i)) => {
                    let x = *i as f64;
                    self.0.extend([x, -x, x * 2.0, x * -2.0]);
                }
                _ => {}
            }
        }
    }
    let mut numbers = Numbers(vec![0.0]);
    for function in &script.functions {
        visit::stmts(&function.body, &mut numbers);
    }
    numbers.0.retain(|x| x.is_finite());
    numbers.0
}
