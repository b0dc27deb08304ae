//! Scripts by hand. Every expression and statement has a line of its own, so that notes of errors can be told apart.

use remotemedia_ir::script::{
    Binary, Builtin, Class, Compare, Expr, ExprKind, Field, FieldId, Form, Function, FunctionId, Gives, Iterable,
    Literal, Local, Piece, Script, Stmt, StmtKind, Takes, Target, Ty, Unary, Variable,
};
use remotemedia_runtime_min::py::table;
use std::sync::atomic::{AtomicU32, Ordering};

fn line() -> u32 {
    static LINE: AtomicU32 = AtomicU32::new(1);
    LINE.fetch_add(1, Ordering::Relaxed)
}

fn make(kind: ExprKind, ty: Ty) -> Expr {
    Expr { kind, ty, line: line() }
}

fn put(kind: StmtKind) -> Stmt {
    Stmt { kind, line: line() }
}

pub fn int(i: i64) -> Expr {
    Expr::literal(Literal::Int(i), line())
}

pub fn float(x: f64) -> Expr {
    Expr::literal(Literal::Float(x), line())
}

pub fn boolean(b: bool) -> Expr {
    Expr::literal(Literal::Bool(b), line())
}

pub fn string(text: &str) -> Expr {
    Expr::literal(Literal::Str(text.to_owned()), line())
}

pub fn none() -> Expr {
    Expr::literal(Literal::None, line())
}

pub fn ellipsis() -> Expr {
    Expr::literal(Literal::Ellipsis, line())
}

pub fn local(v: usize, ty: Ty) -> Expr {
    make(ExprKind::Local(Variable(v)), ty)
}

pub fn field(f: usize, ty: Ty) -> Expr {
    make(ExprKind::Field(FieldId(f)), ty)
}

pub fn unary(op: Unary, a: Expr, ty: Ty) -> Expr {
    make(ExprKind::Unary(op, Box::new(a)), ty)
}

pub fn neg(a: Expr) -> Expr {
    let ty = a.ty.clone();
    unary(Unary::Neg, a, ty)
}

pub fn bin(op: Binary, a: Expr, b: Expr, ty: Ty) -> Expr {
    make(ExprKind::Binary(op, Box::new(a), Box::new(b)), ty)
}

pub fn cmp(op: Compare, a: Expr, b: Expr) -> Expr {
    cmp_as(op, a, b, Ty::Bool)
}

pub fn cmp_as(op: Compare, a: Expr, b: Expr, ty: Ty) -> Expr {
    make(ExprKind::Compare(op, Box::new(a), Box::new(b)), ty)
}

pub fn truth(a: Expr) -> Expr {
    make(ExprKind::Truth(Box::new(a)), Ty::Bool)
}

pub fn not(a: Expr) -> Expr {
    make(ExprKind::Not(Box::new(a)), Ty::Bool)
}

pub fn and(a: Expr, b: Expr, ty: Ty) -> Expr {
    make(ExprKind::And(Box::new(a), Box::new(b)), ty)
}

pub fn or(a: Expr, b: Expr, ty: Ty) -> Expr {
    make(ExprKind::Or(Box::new(a), Box::new(b)), ty)
}

pub fn if_else(condition: Expr, then: Expr, otherwise: Expr, ty: Ty) -> Expr {
    make(ExprKind::If { condition: Box::new(condition), then: Box::new(then), otherwise: Box::new(otherwise) }, ty)
}

pub fn call(name: &str, args: Vec<Expr>, ty: Ty) -> Expr {
    let function = table::find(name).unwrap_or_else(|| panic!("`{name}` is not in the table"));
    make(ExprKind::Call(Builtin(function), args), ty)
}

pub fn invoke(f: usize, args: Vec<Expr>, ty: Ty) -> Expr {
    make(ExprKind::Invoke(FunctionId(f), args), ty)
}

pub fn index(object: Expr, place: Expr, ty: Ty) -> Expr {
    make(ExprKind::Index(Box::new(object), Box::new(place)), ty)
}

pub fn index_of(object: Expr) -> Expr {
    object
}

pub fn slice(object: Expr, start: Expr, stop: Expr, step: Expr) -> Expr {
    let slice = make(ExprKind::Slice(Box::new([start, stop, step])), Ty::Any);
    index(object, slice, Ty::Any)
}

pub fn attribute(object: Expr, name: &str, ty: Ty) -> Expr {
    make(ExprKind::Attribute(Box::new(object), name.to_owned()), ty)
}

pub fn tuple(items: Vec<Expr>) -> Expr {
    let ty = Ty::Tuple(items.iter().map(|i| i.ty.clone()).collect());
    make(ExprKind::Tuple(items), ty)
}

pub fn list(items: Vec<Expr>) -> Expr {
    make(ExprKind::List(items), Ty::List)
}

pub fn dict(members: Vec<(Expr, Expr)>) -> Expr {
    make(ExprKind::Dict(members), Ty::Dict)
}

pub fn is_instance(a: Expr, classes: Vec<Class>) -> Expr {
    make(ExprKind::IsInstance(Box::new(a), classes), Ty::Bool)
}

pub fn block(body: Vec<Stmt>, value: Expr) -> Expr {
    let ty = value.ty.clone();
    make(ExprKind::Block(body, Box::new(value)), ty)
}

pub fn format_text(pieces: Vec<Piece>) -> Expr {
    make(ExprKind::Format(pieces), Ty::Str)
}

pub fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

pub fn piece(value: Expr, conversion: Option<char>, spec: &str) -> Piece {
    let spec = if spec.is_empty() { Vec::new() } else { vec![text(spec)] };
    Piece::Value { value, conversion, spec }
}

pub fn to_local(v: usize) -> Target {
    Target::Local(Variable(v))
}

pub fn to_field(f: usize) -> Target {
    Target::Field(FieldId(f))
}

pub fn to_index(object: Expr, place: Expr) -> Target {
    Target::Index(object, place)
}

pub fn unpack(targets: Vec<Target>, star: Option<usize>) -> Target {
    Target::Unpack(targets, star)
}

pub fn assign(target: Target, value: Expr) -> Stmt {
    put(StmtKind::Assign(target, value))
}

pub fn augment(op: Binary, target: Target, value: Expr) -> Stmt {
    put(StmtKind::Augment(op, target, value))
}

pub fn expr(value: Expr) -> Stmt {
    put(StmtKind::Expr(value))
}

pub fn delete(object: Expr, place: Expr) -> Stmt {
    put(StmtKind::Delete(object, place))
}

pub fn branch(condition: Expr, then: Vec<Stmt>, otherwise: Vec<Stmt>) -> Stmt {
    put(StmtKind::If { condition, then, otherwise })
}

pub fn while_loop(condition: Expr, body: Vec<Stmt>, otherwise: Vec<Stmt>) -> Stmt {
    put(StmtKind::While { condition, body, otherwise })
}

pub fn for_each(target: Target, values: Expr, body: Vec<Stmt>, otherwise: Vec<Stmt>) -> Stmt {
    put(StmtKind::For { target, iterable: Iterable::Values(values), body, otherwise })
}

pub fn for_range(target: Target, start: Expr, stop: Expr, step: Expr, body: Vec<Stmt>, otherwise: Vec<Stmt>) -> Stmt {
    put(StmtKind::For { target, iterable: Iterable::Range(start, stop, step), body, otherwise })
}

pub fn stmt_break() -> Stmt {
    put(StmtKind::Break)
}

pub fn stmt_continue() -> Stmt {
    put(StmtKind::Continue)
}

pub fn returns(value: Option<Expr>) -> Stmt {
    put(StmtKind::Return(value))
}

pub fn yields(value: Expr) -> Stmt {
    put(StmtKind::Yield(value))
}

pub fn raises(kind: &str, message: Option<Expr>) -> Stmt {
    put(StmtKind::Raise { kind: kind.to_owned(), message })
}

pub fn function(name: &str, parameters: usize, locals: &[(&str, Ty)], returns: Ty, body: Vec<Stmt>) -> Function {
    let locals = locals.iter().map(|(name, ty)| Local { name: (*name).to_owned(), ty: ty.clone() }).collect();
    Function { name: name.to_owned(), parameters, locals, body, returns }
}

/// A script whose first function is `process`.
pub fn script(name: &str, fields: &[(&str, Ty, Literal)], functions: Vec<Function>) -> Script {
    let field =
        |(name, ty, init): &(&str, Ty, Literal)| Field { name: (*name).to_owned(), ty: ty.clone(), init: init.clone() };
    Script {
        name: name.to_owned(),
        file: "nodes.py".to_owned(),
        fields: fields.iter().map(field).collect(),
        records: Vec::new(),
        functions,
        process: FunctionId(0),
        finish: Vec::new(),
        takes: Takes::Message,
        gives: Gives { audio: None, messages: Some(Form::Json) },
    }
}

/// What a script takes and gives.
pub trait With {
    fn with(self, takes: Takes, gives: Gives) -> Self;
}

impl With for Script {
    fn with(self, takes: Takes, gives: Gives) -> Script {
        Script { takes, gives, ..self }
    }
}
