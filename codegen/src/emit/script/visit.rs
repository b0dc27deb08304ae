//! Walks over functions of scripts: what they read, write, call and yield.

use remotemedia_ir::script::{Expr, ExprKind, Iterable, Piece, Script, Stmt, StmtKind, Target, Ty, Variable};

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
        StmtKind::Break | StmtKind::Continue | StmtKind::Return(None) => {}
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
        ExprKind::Literal(_) | ExprKind::Local(_) | ExprKind::Field(_) => {}
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
        StmtKind::Return(_) | StmtKind::Raise { .. } | StmtKind::Break | StmtKind::Continue => true,
        StmtKind::If { condition: _, then, otherwise } => diverges(then, yields_end) && diverges(otherwise, yields_end),
        StmtKind::While { condition, body, otherwise: _ } => is_true(condition) && !breaks(body),
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
        StmtKind::Assign(..)
        | StmtKind::Augment(..)
        | StmtKind::Expr(_)
        | StmtKind::Continue
        | StmtKind::Return(_)
        | StmtKind::Yield(_)
        | StmtKind::Raise { .. }
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
