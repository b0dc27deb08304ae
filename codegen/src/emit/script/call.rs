//! Calls of the runtime's functions: those of numbers on registers, all others by their path in the table.

use super::arrays::is_array;
use super::body::Body;
use super::rep::{Binds, Code, Rep};
use quote::{format_ident, quote};
use remotemedia_ir::script::{Builtin, Expr, ExprKind, Literal, Ty};
use remotemedia_runtime_min::py::table::TABLE;

/// Functions of `math` that take a float and give one, or an error.
const OF_FLOAT: &[&str] = &[
    "sqrt", "cbrt", "exp", "exp2", "expm1", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "fabs", "degrees", "radians",
];

/// Those that take two.
const OF_FLOATS: &[&str] = &["pow", "atan2", "fmod", "copysign"];

impl<'a> Body<'a> {
    /// Calls a function of the runtime.
    pub(super) fn call(&mut self, function: Builtin, args: &'a [Expr], line: u32) -> Code {
        let entry = &TABLE[function.0];
        if let Some(code) = self.typed_call(entry.name, args, line) {
            return code;
        }
        let path = syn::parse_str::<syn::Path>(entry.path).map_or_else(|_| quote!(missing), |p| quote!(#p));
        let args = self.values(args);
        self.fallible(Rep::Value, &quote!(#path(&[#(#args),*])), line)
    }

    /// The same where all that it depends on is known.
    fn typed_call(&mut self, name: &str, args: &'a [Expr], line: u32) -> Option<Code> {
        let is_number = |e: &Expr| Rep::of(&e.ty).is_number();
        let is_omitted = |e: &Expr| e.as_literal() == Some(&Literal::Ellipsis);
        if let Some(name) = name.strip_prefix("math.") {
            return self.math(name, args, line);
        }
        match (name, args) {
            ("len", [object]) if matches!(&object.ty, Ty::Array { shape: Some(shape), .. } if !shape.is_empty()) => {
                let object = self.expr(object).borrowed();
                Some(self.fallible(Rep::Int, &quote!(typed::length(#object, 0)), line))
            }
            ("abs", [x]) if is_array(&x.ty) => {
                let x = self.expr(x).owned();
                Some(self.fallible(Rep::Value, &quote!(np::abs(&[#x])), line))
            }
            ("float", [x]) if is_array(&x.ty) || matches!(x.ty, Ty::Scalar(_)) && !is_number(x) => {
                let x = self.expr(x).borrowed();
                Some(self.fallible(Rep::Float, &quote!(array::to_float(#x)), line))
            }
            ("int", [x, base])
                if !is_number(x) && is_omitted(base) && (is_array(&x.ty) || matches!(x.ty, Ty::Scalar(_))) =>
            {
                let x = self.expr(x).borrowed();
                Some(self.fallible(Rep::Int, &quote!(array::to_int(#x)), line))
            }
            (".max" | "np.max" | "np.amax" | ".min" | "np.min" | "np.amin", [_, _, _, _, initial])
                if is_array(&args[0].ty) && initial.as_literal() == Some(&Literal::None) =>
            {
                let function = if name.ends_with("ax") { quote!(greatest) } else { quote!(least) };
                let args = self.values(&args[..4]);
                Some(self.fallible(Rep::Value, &quote!(np::#function(&[#(#args),*])), line))
            }
            (".append", [list, item]) => {
                let mut codes = self.operands([list, item]).into_iter();
                let (list, item) = (codes.next()?.borrowed(), codes.next()?.owned());
                Some(self.fallible(Rep::Unit, &quote!(typed::append(#list, #item)), line))
            }
            (".popleft", [deque]) => {
                let deque = self.expr(deque).borrowed();
                Some(self.fallible(Rep::Value, &quote!(typed::popleft(#deque)), line))
            }
            ("len", [object]) => {
                let object = self.expr(object).borrowed();
                Some(self.fallible(Rep::Int, &quote!(typed::len(#object)), line))
            }
            ("abs", [x]) if is_number(x) => {
                let x = self.expr(x).known(&x.ty);
                Some(if x.rep.is_whole() {
                    let t = x.to_i64().tokens;
                    self.fallible(Rep::Int, &quote!(number::int_abs(#t)), line)
                } else if x.constant.is_some() {
                    let (ty, t) = (x.rep.rust(), x.tokens);
                    Code::atom(x.rep, quote!(#ty::abs(#t)))
                } else {
                    let t = x.within(Binds::Atom);
                    Code::atom(x.rep, quote!(#t.abs()))
                })
            }
            ("bool", [x]) if is_number(x) || is_array(&x.ty) || matches!(x.ty, Ty::Scalar(_)) => Some(self.test(x)),
            (".copy", [x]) if is_array(&x.ty) => {
                let x = self.expr(x).owned();
                Some(self.fallible(Rep::Value, &quote!(np::copy(&[#x])), line))
            }
            ("float", [x]) if is_number(x) => {
                let code = self.expr(x).known(&x.ty).to_f64();
                Some(Code { is_place: false, ..code })
            }
            ("int", [x, base]) if is_number(x) && is_omitted(base) => {
                let x = self.expr(x).known(&x.ty);
                if x.rep.is_whole() {
                    return Some(Code { is_place: false, ..x.to_i64() });
                }
                let t = x.to_f64().tokens;
                Some(self.fallible(Rep::Int, &quote!(number::int_from_float(#t)), line))
            }
            ("divmod", [a, b]) if Rep::of(&a.ty).is_python() && Rep::of(&b.ty).is_python() => {
                let mut codes = self.operands(args).into_iter();
                let (a, b) = (codes.next()?.known(&a.ty), codes.next()?.known(&b.ty));
                let call = match a.rep.is_whole() && b.rep.is_whole() {
                    true => {
                        let (a, b) = (a.to_i64().tokens, b.to_i64().tokens);
                        quote!(builtins::divmod_int(#a, #b))
                    }
                    false => {
                        let (a, b) = (a.to_f64().tokens, b.to_f64().tokens);
                        quote!(builtins::divmod_float(#a, #b))
                    }
                };
                Some(self.fallible(Rep::Value, &call, line))
            }
            ("round", [x, digits]) if Rep::of(&x.ty).is_python() => {
                let is_whole = digits.as_literal() == Some(&Literal::None);
                if !is_whole && digits.ty != Ty::Int {
                    return None;
                }
                let mut codes = self.operands(args).into_iter();
                let (x, digits) = (codes.next()?.known(&x.ty), codes.next()?);
                Some(match (x.rep.is_whole(), is_whole) {
                    (true, true) => Code { is_place: false, ..x.to_i64() },
                    (false, true) => {
                        let t = x.tokens;
                        self.fallible(Rep::Int, &quote!(number::float_round(#t)), line)
                    }
                    (true, false) => {
                        let (x, digits) = (x.to_i64().tokens, digits.into_rep(Rep::Int).tokens);
                        self.fallible(Rep::Int, &quote!(number::int_round_to(#x, #digits)), line)
                    }
                    (false, false) => {
                        let (x, digits) = (x.tokens, digits.into_rep(Rep::Int).tokens);
                        self.fallible(Rep::Float, &quote!(number::float_round_to(#x, #digits)), line)
                    }
                })
            }
            ("min" | "max", [items, default]) if is_omitted(default) => {
                let ExprKind::Tuple(items) = &items.kind else { return None };
                let rep = Rep::of(&items.first()?.ty);
                if items.len() < 2 || !rep.is_number() || items.iter().any(|i| Rep::of(&i.ty) != rep) {
                    return None;
                }
                let function = format_ident!("{}", if name == "min" { "lesser" } else { "greater" });
                let codes = self.operands(items).into_iter().zip(items).map(|(code, item)| code.known(&item.ty).tokens);
                let best = codes.reduce(|best, item| quote!(typed::#function(#best, #item)))?;
                Some(Code::atom(rep, best))
            }
            _ => None,
        }
    }

    fn math(&mut self, name: &str, args: &'a [Expr], line: u32) -> Option<Code> {
        // A base that is left out is no number.
        let args = match (name, args) {
            ("log", [x, base]) if base.as_literal() == Some(&Literal::Ellipsis) => std::slice::from_ref(x),
            _ => args,
        };
        if !args.iter().all(|a| Rep::of(&a.ty).is_number()) {
            return None;
        }
        let function = match (name, args) {
            ("log", [_, _]) => format_ident!("log_base_f"),
            _ => format_ident!("{name}_f"),
        };
        let is_known = match args.len() {
            1 => {
                OF_FLOAT.contains(&name)
                    || matches!(name, "log" | "floor" | "ceil" | "trunc" | "isnan" | "isinf" | "isfinite")
            }
            2 => OF_FLOATS.contains(&name) || name == "log",
            _ => false,
        };
        if !is_known {
            return None;
        }
        let codes = self.operands(args);
        let codes: Vec<Code> = codes.into_iter().zip(args).map(|(code, arg)| code.known(&arg.ty)).collect();
        let is_whole = codes[0].rep.is_whole();
        let floats = codes.iter().map(|c| c.to_f64().tokens);
        let call = quote!(math::#function(#(#floats),*));
        Some(match name {
            "floor" | "ceil" | "trunc" if is_whole => Code { is_place: false, ..codes[0].to_i64() },
            "floor" | "ceil" | "trunc" => self.fallible(Rep::Int, &call, line),
            "isnan" | "isinf" | "isfinite" => Code::atom(Rep::Bool, call),
            _ => self.fallible(Rep::Float, &call, line),
        })
    }
}
