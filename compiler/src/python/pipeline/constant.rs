//! Expressions that are constants, as values of a manifest.

use super::super::source::{Module, int};
use super::reader::{Bound, Scope};
use crate::manifest::tree::{Node, Number, Value};
use remotemedia_ir::{Span, Spanned};
use rustpython_parser::ast::{self, Constant, Expr, Ranged};

/// The value of an expression of literals, and of names that stand for such; the place of what is none.
pub fn value(module: &Module<'_>, expr: &Expr, scope: &Scope) -> Result<Node, Span> {
    let span = module.span(expr.range());
    let node = |value| Ok(Node::new(value, span));
    let list = |items: &[Expr]| {
        let items: Result<Vec<Node>, Span> = items.iter().map(|item| value(module, item, scope)).collect();
        Ok(Node::new(Value::List(items?), span))
    };
    match expr {
        Expr::Constant(c) => match &c.value {
            Constant::None => node(Value::Null),
            Constant::Bool(b) => node(Value::Bool(*b)),
            Constant::Str(s) => node(Value::String(s.clone())),
            Constant::Int(i) => int(i).map(|i| Node::new(whole(i), span)).ok_or(span),
            Constant::Float(x) => node(float(*x)),
            Constant::Bytes(_) | Constant::Complex { .. } | Constant::Ellipsis | Constant::Tuple(_) => Err(span),
        },
        Expr::Name(name) => match scope.get(name.id.as_str()) {
            Some(Bound::Constant(value)) => Ok(Node { span, ..value.clone() }),
            _ => Err(span),
        },
        Expr::UnaryOp(u) => {
            let operand = value(module, &u.operand, scope)?;
            match (u.op, number(&operand)) {
                (ast::UnaryOp::USub, Some((_, Some(i)))) => {
                    i.checked_neg().map(|i| Node::new(whole(i), span)).ok_or(span)
                }
                (ast::UnaryOp::USub, Some((x, None))) => node(float(-x)),
                (ast::UnaryOp::UAdd, Some(_)) => Ok(operand),
                _ => Err(span),
            }
        }
        Expr::BinOp(b) => {
            let (left, right) = (value(module, &b.left, scope)?, value(module, &b.right, scope)?);
            let (Some(left), Some(right)) = (number(&left), number(&right)) else { return Err(span) };
            arithmetic(b.op, left, right).map(|value| Node::new(value, span)).ok_or(span)
        }
        Expr::List(l) => list(&l.elts),
        Expr::Tuple(t) => list(&t.elts),
        Expr::Dict(d) => {
            let mut members: Vec<(Spanned<String>, Node)> = Vec::new();
            for (key, member) in d.keys.iter().zip(&d.values) {
                let key = value(module, key.as_ref().ok_or(span)?, scope)?;
                let Value::String(name) = key.value else { return Err(key.span) };
                members.retain(|(before, _)| before.value != name);
                members.push((Spanned::new(name, key.span), value(module, member, scope)?));
            }
            node(Value::Map(members))
        }
        _ => Err(span),
    }
}

fn whole(i: i64) -> Value {
    Value::Number(Number { text: i.to_string(), float: i as f64, int: Some(i) })
}

fn float(x: f64) -> Value {
    Value::Number(Number { text: format!("{x:?}"), float: x, int: None })
}

fn number(node: &Node) -> Option<(f64, Option<i64>)> {
    match &node.value {
        Value::Number(n) => Some((n.float, n.int)),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// Sums, differences, products and quotients, as Python has them; none where they would raise or leave 64 bits.
fn arithmetic(op: ast::Operator, left: (f64, Option<i64>), right: (f64, Option<i64>)) -> Option<Value> {
    if let (Some(a), Some(b)) = (left.1, right.1) {
        match op {
            ast::Operator::Add => return a.checked_add(b).map(whole),
            ast::Operator::Sub => return a.checked_sub(b).map(whole),
            ast::Operator::Mult => return a.checked_mul(b).map(whole),
            ast::Operator::FloorDiv if b > 0 => return a.checked_div_euclid(b).map(whole),
            // Beyond 53 bits a quotient is not that of the rounded numbers.
            ast::Operator::Div if a.unsigned_abs().max(b.unsigned_abs()) > 1 << 53 => return None,
            _ => {}
        }
    }
    let (a, b) = (left.0, right.0);
    match op {
        ast::Operator::Add => Some(float(a + b)),
        ast::Operator::Sub => Some(float(a - b)),
        ast::Operator::Mult => Some(float(a * b)),
        ast::Operator::Div if b != 0.0 => Some(float(a / b)),
        _ => None,
    }
}
