//! Constants that are objects: made once, as in Python, not wherever they stand.

use super::{Expr, ExprKind, Field, FieldId, Iterable, Literal, Piece, Script, Stmt, StmtKind, Target};

impl Script {
    /// Makes fields of the constants that are lists, dicts, arrays and the like, one for all that are the same. Nothing changes them: a
    /// name of a file whose object something changes is no constant.
    pub fn share_constants(&mut self) {
        let Script { fields, functions, .. } = self;
        let first = fields.len();
        let mut share = |expr: &mut Expr| {
            let ExprKind::Literal(literal) = &expr.kind else { return };
            if !is_shared(literal) {
                return;
            }
            let known = fields[first..].iter().position(|field| field.init.is_same(literal));
            let field = known.map_or(fields.len(), |at| first + at);
            if known.is_none() {
                fields.push(Field { name: "constant".to_owned(), ty: expr.ty.clone(), init: literal.clone() });
            }
            expr.kind = ExprKind::Field(FieldId(field));
        };
        functions.iter_mut().for_each(|function| block(&mut function.body, &mut share));
    }
}

/// Whether making it anew costs more than reading a field.
fn is_shared(literal: &Literal) -> bool {
    match literal {
        Literal::List(items) | Literal::Set(items) | Literal::Deque(items, _) => !items.is_empty(),
        Literal::Dict(members) => !members.is_empty(),
        Literal::Array { .. } | Literal::Record { .. } => true,
        Literal::Tuple(items) => items.iter().any(is_shared),
        Literal::None
        | Literal::Bool(_)
        | Literal::Int(_)
        | Literal::Float(_)
        | Literal::Str(_)
        | Literal::Scalar(..)
        | Literal::Type(_)
        | Literal::Ellipsis => false,
    }
}

type Each<'a> = &'a mut dyn FnMut(&mut Expr);

fn block(body: &mut [Stmt], each: Each<'_>) {
    for stmt in body {
        match &mut stmt.kind {
            StmtKind::Assign(at, value) | StmtKind::Augment(_, at, value) => {
                target(at, each);
                expr(value, each);
            }
            StmtKind::Expr(value)
            | StmtKind::Yield(value)
            | StmtKind::Log(_, value)
            | StmtKind::Return(Some(value)) => {
                expr(value, each);
            }
            StmtKind::If { condition, then, otherwise } => {
                expr(condition, each);
                block(then, each);
                block(otherwise, each);
            }
            StmtKind::While { condition, body, otherwise } => {
                expr(condition, each);
                block(body, each);
                block(otherwise, each);
            }
            StmtKind::For { target: at, iterable, body, otherwise } => {
                match iterable {
                    Iterable::Range(start, stop, step) => [start, stop, step].into_iter().for_each(|e| expr(e, each)),
                    Iterable::Values(values) => expr(values, each),
                }
                target(at, each);
                block(body, each);
                block(otherwise, each);
            }
            StmtKind::Raise { kind: _, message } => message.iter_mut().for_each(|message| expr(message, each)),
            StmtKind::Delete(object, index) => {
                expr(object, each);
                expr(index, each);
            }
            StmtKind::Try { body, handlers, otherwise } => {
                block(body, each);
                handlers.iter_mut().for_each(|handler| block(&mut handler.body, each));
                block(otherwise, each);
            }
            StmtKind::Break | StmtKind::Continue | StmtKind::Return(None) | StmtKind::Reraise { .. } => {}
        }
    }
}

fn target(at: &mut Target, each: Each<'_>) {
    match at {
        Target::Local(_) | Target::Field(_) => {}
        Target::Index(object, index) => {
            expr(object, each);
            expr(index, each);
        }
        Target::Attribute(object, _) => expr(object, each),
        Target::Unpack(targets, _) => targets.iter_mut().for_each(|t| target(t, each)),
    }
}

fn expr(at: &mut Expr, each: Each<'_>) {
    match &mut at.kind {
        ExprKind::Literal(_) | ExprKind::Local(_) | ExprKind::Field(_) | ExprKind::Caught(_) => {}
        ExprKind::Unary(_, a)
        | ExprKind::Truth(a)
        | ExprKind::Not(a)
        | ExprKind::Attribute(a, _)
        | ExprKind::IsInstance(a, _) => expr(a, each),
        ExprKind::Block(body, a) => {
            block(body, each);
            expr(a, each);
        }
        ExprKind::Binary(_, a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::And(a, b)
        | ExprKind::Or(a, b)
        | ExprKind::Index(a, b) => {
            expr(a, each);
            expr(b, each);
        }
        ExprKind::If { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(|e| expr(e, each));
        }
        ExprKind::Call(_, items)
        | ExprKind::Invoke(_, items)
        | ExprKind::Tuple(items)
        | ExprKind::List(items)
        | ExprKind::Set(items)
        | ExprKind::Record(_, items) => items.iter_mut().for_each(|e| expr(e, each)),
        ExprKind::Slice(parts) => parts.iter_mut().for_each(|e| expr(e, each)),
        ExprKind::Dict(members) => members.iter_mut().for_each(|(key, value)| {
            expr(key, each);
            expr(value, each);
        }),
        ExprKind::Format(pieces) => format(pieces, each),
    }
    each(at);
}

fn format(pieces: &mut [Piece], each: Each<'_>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Value { value, conversion: _, spec } => {
                expr(value, each);
                format(spec, each);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{Function, FunctionId, Gives, Takes, Ty};

    #[test]
    fn equal_objects_are_one_field_and_what_is_cheap_stays() {
        let words = Literal::Set(vec![Literal::Str("a".to_owned()), Literal::Str("the".to_owned())]);
        let table = Literal::Tuple(vec![Literal::List(vec![Literal::Int(1)])]);
        let kept = [Literal::Int(1), Literal::Tuple(vec![Literal::Int(1)]), Literal::List(Vec::new())];
        let [zero, other] = [0.0, -0.0].map(|x| Literal::List(vec![Literal::Float(x)]));
        let literals = [&words, &table, &words, &zero, &other].into_iter().chain(&kept);
        let values = literals.map(|literal| Expr::literal(literal.clone(), 1)).collect();
        let tuple = Expr { kind: ExprKind::Tuple(values), ty: Ty::Any, line: 1 };
        let inner = Stmt { kind: StmtKind::Yield(tuple), line: 1 };
        let condition = Expr::literal(Literal::Bool(true), 1);
        let body = vec![Stmt { kind: StmtKind::If { condition, then: vec![inner], otherwise: Vec::new() }, line: 1 }];
        let function =
            Function { name: "process".to_owned(), parameters: 0, locals: Vec::new(), body, returns: Ty::None };
        let mut script = Script {
            name: "Node".to_owned(),
            file: "node.py".to_owned(),
            fields: vec![Field { name: "count".to_owned(), ty: Ty::Int, init: Literal::Int(0) }],
            records: Vec::new(),
            functions: vec![function],
            process: FunctionId(0),
            finish: Vec::new(),
            takes: Takes::Message,
            gives: Gives { audio: None, messages: None },
        };
        script.share_constants();
        assert_eq!(
            script.fields.iter().map(|f| &f.init).collect::<Vec<_>>(),
            [&Literal::Int(0), &words, &table, &zero, &other]
        );
        let StmtKind::If { then, .. } = &script.functions[0].body[0].kind else { panic!("an `if`") };
        let StmtKind::Yield(Expr { kind: ExprKind::Tuple(values), .. }) = &then[0].kind else { panic!("a tuple") };
        let field = |at| ExprKind::Field(FieldId(at));
        let kinds: Vec<&ExprKind> = values.iter().map(|value| &value.kind).collect();
        assert_eq!(kinds[..5], [&field(1), &field(2), &field(1), &field(3), &field(4)]);
        assert!(values[5..].iter().map(Expr::as_literal).eq(kept.iter().map(Some)));
    }
}
