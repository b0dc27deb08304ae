//! Walks over functions of scripts: what they read, write, call and yield.

use super::{Expr, ExprKind, Iterable, Piece, Stmt, StmtKind, Target, Variable};

/// What a walk reports, in no order that matters.
pub trait Visit {
    /// An expression, before those in it.
    fn expr(&mut self, expr: &Expr) {
        let _ = expr;
    }
    /// What is assigned to; each part of one that unpacks.
    fn target(&mut self, target: &Target, is_augmented: bool) {
        let _ = (target, is_augmented);
    }
    /// A statement, before those in it.
    fn stmt(&mut self, stmt: &Stmt) {
        let _ = stmt;
    }
}

/// Walks over statements and all that is in them.
pub fn stmts(body: &[Stmt], visit: &mut dyn Visit) {
    for stmt in body {
        visit.stmt(stmt);
        for_parts(stmt, &mut |part| match part {
            Part::Expr(e) => expr(e, visit),
            Part::Target(t, is_augmented) => target(t, is_augmented, visit),
            Part::Block(b) => stmts(b, visit),
        });
    }
}

/// What a statement consists of.
pub enum Part<'a> {
    Expr(&'a Expr),
    Target(&'a Target, bool),
    Block(&'a [Stmt]),
}

/// The parts of a statement.
pub fn for_parts<'a>(stmt: &'a Stmt, each: &mut dyn FnMut(Part<'a>)) {
    match &stmt.kind {
        StmtKind::Assign(target, value) => {
            each(Part::Expr(value));
            each(Part::Target(target, false));
        }
        StmtKind::Augment(_, target, value) => {
            each(Part::Target(target, true));
            each(Part::Expr(value));
        }
        StmtKind::Expr(value) | StmtKind::Yield(value) | StmtKind::Log(_, value) | StmtKind::Return(Some(value)) => {
            each(Part::Expr(value));
        }
        StmtKind::If { condition, then, otherwise } => {
            each(Part::Expr(condition));
            each(Part::Block(then));
            each(Part::Block(otherwise));
        }
        StmtKind::While { condition, body, otherwise } => {
            each(Part::Expr(condition));
            each(Part::Block(body));
            each(Part::Block(otherwise));
        }
        StmtKind::For { target, iterable, body, otherwise } => {
            match iterable {
                Iterable::Range(start, stop, step) => [start, stop, step].into_iter().for_each(|e| each(Part::Expr(e))),
                Iterable::Values(values) => each(Part::Expr(values)),
            }
            each(Part::Target(target, false));
            each(Part::Block(body));
            each(Part::Block(otherwise));
        }
        StmtKind::Raise { kind: _, message } => message.iter().for_each(|m| each(Part::Expr(m))),
        StmtKind::Delete(object, index) => {
            each(Part::Expr(object));
            each(Part::Expr(index));
        }
        StmtKind::Try { body, handlers, otherwise } => {
            each(Part::Block(body));
            handlers.iter().for_each(|handler| each(Part::Block(&handler.body)));
            each(Part::Block(otherwise));
        }
        StmtKind::Break | StmtKind::Continue | StmtKind::Return(None) | StmtKind::Reraise { .. } => {}
    }
}

fn target(at: &Target, is_augmented: bool, visit: &mut dyn Visit) {
    visit.target(at, is_augmented);
    match at {
        Target::Local(_) | Target::Field(_) => {}
        Target::Index(object, index) => {
            expr(object, visit);
            expr(index, visit);
        }
        Target::Attribute(object, _) => expr(object, visit),
        Target::Unpack(targets, _) => targets.iter().for_each(|t| target(t, is_augmented, visit)),
    }
}

/// Walks over an expression and all that is in it.
pub fn expr(at: &Expr, visit: &mut dyn Visit) {
    visit.expr(at);
    if let ExprKind::Block(body, _) = &at.kind {
        stmts(body, visit);
    }
    for_operands(at, &mut |e| expr(e, visit));
}

/// The expressions that are directly in one; of a block the last.
pub fn for_operands<'a>(at: &'a Expr, each: &mut dyn FnMut(&'a Expr)) {
    match &at.kind {
        ExprKind::Literal(_) | ExprKind::Local(_) | ExprKind::Field(_) | ExprKind::Caught(_) => {}
        ExprKind::Unary(_, a)
        | ExprKind::Truth(a)
        | ExprKind::Not(a)
        | ExprKind::Attribute(a, _)
        | ExprKind::IsInstance(a, _)
        | ExprKind::Block(_, a) => each(a),
        ExprKind::Binary(_, a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::And(a, b)
        | ExprKind::Or(a, b)
        | ExprKind::Index(a, b) => {
            each(a);
            each(b);
        }
        ExprKind::If { condition, then, otherwise } => {
            each(condition);
            each(then);
            each(otherwise);
        }
        ExprKind::Call(_, items)
        | ExprKind::Invoke(_, items)
        | ExprKind::Tuple(items)
        | ExprKind::List(items)
        | ExprKind::Set(items)
        | ExprKind::Record(_, items) => items.iter().for_each(each),
        ExprKind::Slice(parts) => parts.iter().for_each(each),
        ExprKind::Dict(members) => {
            for (key, value) in members {
                each(key);
                each(value);
            }
        }
        ExprKind::Format(pieces) => for_pieces(pieces, each),
    }
}

fn for_pieces<'a>(pieces: &'a [Piece], each: &mut dyn FnMut(&'a Expr)) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Value { value, conversion: _, spec } => {
                each(value);
                for_pieces(spec, each);
            }
        }
    }
}

struct Find<F>(F, bool);

impl<F: FnMut(&Expr) -> bool> Visit for Find<F> {
    fn expr(&mut self, expr: &Expr) {
        self.1 |= (self.0)(expr);
    }
}

/// Whether an expression may give variables or fields other values: it calls functions of the class, or has statements in it.
pub fn has_effects(at: &Expr) -> bool {
    let mut find = Find(|e: &Expr| matches!(e.kind, ExprKind::Invoke(..) | ExprKind::Block(..)), false);
    expr(at, &mut find);
    find.1
}

/// Whether statements read a variable.
pub fn reads(body: &[Stmt], variable: Variable) -> bool {
    let mut find = Find(|e: &Expr| e.kind == ExprKind::Local(variable), false);
    stmts(body, &mut find);
    find.1
}

struct Catches(bool);

impl Visit for Catches {
    fn stmt(&mut self, stmt: &Stmt) {
        self.0 |= matches!(stmt.kind, StmtKind::Try { .. } | StmtKind::Reraise { .. });
    }
    fn expr(&mut self, expr: &Expr) {
        self.0 |= matches!(expr.kind, ExprKind::Caught(_));
    }
}

/// Whether exceptions are caught in statements, or what is done there belongs to a handler around them.
pub fn catches(body: &[Stmt]) -> bool {
    let mut found = Catches(false);
    stmts(body, &mut found);
    found.0
}
