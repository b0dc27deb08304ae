//! Operators on numbers in registers, with the rules of Python and, where a side is NumPy's, of NEP 50: a number of Python's takes
//! the type of the other side.

use super::rep::{Binds, Code, Rep};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::script::{Binary, Compare, Unary};

/// What an operation comes to.
pub enum Outcome {
    /// It always succeeds.
    Plain(Code),
    /// It gives a `Result`.
    Fallible(Code),
}

/// `op a` on a number; none where that is for values to say.
pub fn unary(op: Unary, a: &Code) -> Option<Outcome> {
    match (op, a.rep) {
        (Unary::Neg, Rep::Bool | Rep::Int) => {
            let a = a.to_i64().tokens;
            Some(Outcome::Fallible(Code::atom(Rep::Int, quote!(number::int_neg(#a)))))
        }
        (Unary::Neg, Rep::Float | Rep::F32 | Rep::F64) => {
            let inner = a.within(Binds::Prefix);
            Some(Outcome::Plain(Code::new(a.rep, Binds::Prefix, quote!(-#inner))))
        }
        (Unary::Pos, Rep::Bool | Rep::Int) => Some(Outcome::Plain(a.to_i64())),
        (Unary::Pos, Rep::Float | Rep::F32 | Rep::F64) => Some(Outcome::Plain(Code { is_place: false, ..a.clone() })),
        (Unary::Invert, Rep::Bool | Rep::Int) => {
            let inner = a.to_i64().within(Binds::Prefix);
            Some(Outcome::Plain(Code::new(Rep::Int, Binds::Prefix, quote!(!#inner))))
        }
        (Unary::Neg | Unary::Pos, Rep::Unit | Rep::NpBool | Rep::Value)
        | (Unary::Invert, Rep::Unit | Rep::Float | Rep::NpBool | Rep::F32 | Rep::F64 | Rep::Value) => None,
    }
}

/// `a op b` on numbers; none where that is for values to say.
pub fn binary(op: Binary, a: &Code, b: &Code) -> Option<Outcome> {
    if !a.rep.is_number() || !b.rep.is_number() {
        return None;
    }
    if a.rep.is_whole() && b.rep.is_whole() {
        return whole(op, a, b);
    }
    if a.rep.is_python() && b.rep.is_python() {
        let (a, b) = (a.to_f64(), b.to_f64());
        return match op {
            Binary::Add | Binary::Sub | Binary::Mul => infix(op, &a, &b).map(Outcome::Plain),
            Binary::Div => Some(call("float_div", Rep::Float, &a, &b)),
            Binary::FloorDiv => Some(call("float_floordiv", Rep::Float, &a, &b)),
            Binary::Mod => Some(call("float_modulo", Rep::Float, &a, &b)),
            Binary::Pow => Some(call("float_pow", Rep::Float, &a, &b)),
            Binary::MatMul | Binary::And | Binary::Or | Binary::Xor | Binary::Shl | Binary::Shr => None,
        };
    }
    // NumPy squares by a product, which only a name can be written twice for.
    let squares = op == Binary::Pow && b.rep.is_python() && b.constant == Some(2.0) && a.is_place;
    let (a, b) = common(a, b);
    match op {
        Binary::Add | Binary::Sub | Binary::Mul | Binary::Div => infix(op, &a, &b).map(Outcome::Plain),
        Binary::Pow if squares => infix(Binary::Mul, &a, &a).map(Outcome::Plain),
        Binary::FloorDiv
        | Binary::Mod
        | Binary::Pow
        | Binary::MatMul
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::Shl
        | Binary::Shr => None,
    }
}

/// Operands of which one is NumPy's in the type that the result has.
fn common(a: &Code, b: &Code) -> (Code, Code) {
    if a.rep == Rep::F64 || b.rep == Rep::F64 {
        let of = |x: &Code| Code { rep: Rep::F64, ..x.to_f64() };
        (of(a), of(b))
    } else {
        (a.to_f32(), b.to_f32())
    }
}

fn whole(op: Binary, a: &Code, b: &Code) -> Option<Outcome> {
    let rep = if a.rep == Rep::Bool && b.rep == Rep::Bool { Rep::Bool } else { Rep::Int };
    let exponent = b.constant;
    let (x, y) = (a.to_i64(), b.to_i64());
    let name = match op {
        Binary::Add => "int_add",
        Binary::Sub => "int_sub",
        Binary::Mul => "int_mul",
        Binary::Div => return Some(call("int_div", Rep::Float, &x, &y)),
        Binary::FloorDiv => "int_floordiv",
        Binary::Mod => "int_modulo",
        Binary::Pow if exponent.is_some_and(|b| b >= 0.0) => "int_pow",
        Binary::Shl => "int_shl",
        Binary::Shr => "int_shr",
        Binary::And | Binary::Or | Binary::Xor => {
            let (a, b) = if rep == Rep::Bool { (a, b) } else { (&x, &y) };
            let (binds, op) = match op {
                Binary::And => (Binds::BitAnd, quote!(&)),
                Binary::Or => (Binds::BitOr, quote!(|)),
                _ => (Binds::BitXor, quote!(^)),
            };
            let (a, b) = (a.within(binds), b.within(next(binds)));
            return Some(Outcome::Plain(Code::new(rep, binds, quote!(#a #op #b))));
        }
        Binary::Pow | Binary::MatMul => return None,
    };
    Some(call(name, Rep::Int, &x, &y))
}

fn call(name: &str, rep: Rep, a: &Code, b: &Code) -> Outcome {
    let (name, a, b) = (format_ident!("{name}"), &a.tokens, &b.tokens);
    Outcome::Fallible(Code::atom(rep, quote!(number::#name(#a, #b))))
}

/// The right operand of an operator binds more.
fn next(binds: Binds) -> Binds {
    match binds {
        Binds::Block => Binds::Or,
        Binds::Or => Binds::And,
        Binds::And => Binds::Compare,
        Binds::Compare => Binds::BitOr,
        Binds::BitOr => Binds::BitXor,
        Binds::BitXor => Binds::BitAnd,
        Binds::BitAnd => Binds::Sum,
        Binds::Sum => Binds::Product,
        Binds::Product => Binds::Cast,
        Binds::Cast => Binds::Prefix,
        Binds::Prefix | Binds::Atom => Binds::Atom,
    }
}

/// An operator of Rust on floats of one type.
fn infix(op: Binary, a: &Code, b: &Code) -> Option<Code> {
    let (binds, symbol) = match op {
        Binary::Add => (Binds::Sum, quote!(+)),
        Binary::Sub => (Binds::Sum, quote!(-)),
        Binary::Mul => (Binds::Product, quote!(*)),
        Binary::Div => (Binds::Product, quote!(/)),
        Binary::FloorDiv
        | Binary::Mod
        | Binary::Pow
        | Binary::MatMul
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::Shl
        | Binary::Shr => return None,
    };
    let (left, right) = (a.within(binds), b.within(next(binds)));
    Some(Code::new(a.rep, binds, quote!(#left #symbol #right)))
}

/// Whether an operator is one of Rust's on floats, so that `x op= y` is too.
pub fn assigns(op: Binary) -> Option<TokenStream> {
    match op {
        Binary::Add => Some(quote!(+=)),
        Binary::Sub => Some(quote!(-=)),
        Binary::Mul => Some(quote!(*=)),
        Binary::Div
        | Binary::FloorDiv
        | Binary::Mod
        | Binary::Pow
        | Binary::MatMul
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::Shl
        | Binary::Shr => None,
    }
}

/// `a op b` of a comparison of numbers: a bool, NumPy's where a side is. None where that is for values to say.
pub fn compare(op: Compare, a: &Code, b: &Code) -> Option<Code> {
    if !a.rep.is_number() || !b.rep.is_number() {
        return None;
    }
    let (symbol, test): (TokenStream, Ident) = match op {
        Compare::Eq => (quote!(==), format_ident!("is_eq")),
        Compare::Ne => (quote!(!=), format_ident!("is_ne")),
        Compare::Lt => (quote!(<), format_ident!("is_lt")),
        Compare::Le => (quote!(<=), format_ident!("is_le")),
        Compare::Gt => (quote!(>), format_ident!("is_gt")),
        Compare::Ge => (quote!(>=), format_ident!("is_ge")),
        Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn => return None,
    };
    let infix = |rep, a: &Code, b: &Code| {
        // `x as f64 < y` would begin generic arguments.
        let left = if a.binds == Binds::Cast { Binds::Atom } else { Binds::BitOr };
        let (a, b) = (a.within(left), b.within(Binds::BitOr));
        Some(Code::new(rep, Binds::Compare, quote!(#a #symbol #b)))
    };
    if a.rep.is_numpy() || b.rep.is_numpy() {
        let (a, b) = common(a, b);
        return infix(Rep::NpBool, &a, &b);
    }
    let exact = |x: &Code| !x.rep.is_whole() || x.rep == Rep::Bool || x.constant.is_some();
    match (a.rep.is_whole(), b.rep.is_whole()) {
        (true, true) if a.rep == b.rep => infix(Rep::Bool, a, b),
        (true, true) => infix(Rep::Bool, &a.to_i64(), &b.to_i64()),
        (_, _) if exact(a) && exact(b) => infix(Rep::Bool, &a.to_f64(), &b.to_f64()),
        (_, _) => {
            let of = |x: &Code| {
                let t = &x.tokens;
                if x.rep.is_whole() { quote!(number::Number::Int(#t)) } else { quote!(number::Number::Float(#t)) }
            };
            let (a, b) = (of(a), of(b));
            // What is not a number differs from everything.
            let method = if op == Compare::Ne { quote!(is_none_or) } else { quote!(is_some_and) };
            Some(Code::atom(Rep::Bool, quote!(number::compare(#a, #b).#method(Ordering::#test))))
        }
    }
}

/// The truth of what is in a register; none for values.
pub fn truth(a: &Code) -> Option<Code> {
    match a.rep {
        Rep::Bool => Some(a.clone()),
        Rep::NpBool => Some(Code { rep: Rep::Bool, ..a.clone() }),
        Rep::Int => {
            let t = a.within(Binds::BitOr);
            Some(Code::new(Rep::Bool, Binds::Compare, quote!(#t != 0)))
        }
        Rep::Float | Rep::F32 | Rep::F64 => {
            let t = a.within(Binds::BitOr);
            Some(Code::new(Rep::Bool, Binds::Compare, quote!(#t != 0.0)))
        }
        Rep::Unit | Rep::Value => None,
    }
}
