//! Operations as Rust expressions, lane by lane.
//!
//! Every expression given back is either a name, a literal, or in parentheses' need of none: operands are names or literals.

use super::literal::{emit_const, emit_f64, emit_scalar};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use remotemedia_ir::kernel::{Binary, Compare, Const, Math, Scalar, Unary};

/// A method call; a literal receiver gets the spelling `i32::clamp(-1, …)`, which needs no parentheses.
pub fn method(receiver: &TokenStream, scalar: Scalar, name: &str, args: &[TokenStream]) -> TokenStream {
    let name = format_ident!("{name}");
    let is_name = matches!(receiver.clone().into_iter().next(), Some(proc_macro2::TokenTree::Ident(_)));
    if is_name {
        quote!(#receiver.#name(#(#args),*))
    } else {
        let ty = emit_scalar(scalar);
        quote!(#ty::#name(#receiver #(, #args)*))
    }
}

/// An operation on one lane.
pub fn emit_unary(op: Unary, scalar: Scalar, a: &TokenStream) -> TokenStream {
    let math = |name: &str| {
        let function = if scalar == Scalar::F32 { format_ident!("{name}f") } else { format_ident!("{name}") };
        quote!(math::#function(#a))
    };
    match op {
        Unary::Neg if scalar.is_float() => quote!(-#a),
        Unary::Neg => method(a, scalar, "wrapping_neg", &[]),
        Unary::Abs if scalar.is_float() => method(a, scalar, "abs", &[]),
        Unary::Abs => method(a, scalar, "wrapping_abs", &[]),
        Unary::Not => quote!(!#a),
        Unary::Sqrt => math("sqrt"),
        Unary::Floor => math("floor"),
        Unary::Ceil => math("ceil"),
        Unary::Trunc => math("trunc"),
        Unary::Round => math("rint"),
    }
}

/// True if an operation calls [`remotemedia_runtime_min::math`](https://docs.rs/libm).
pub fn unary_needs_math(op: Unary) -> bool {
    match op {
        Unary::Neg | Unary::Abs | Unary::Not => false,
        Unary::Sqrt | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round => true,
    }
}

/// An operation on two lanes.
pub fn emit_binary(op: Binary, scalar: Scalar, a: &TokenStream, b: &TokenStream) -> TokenStream {
    let float = scalar.is_float();
    let wrapping = |name: &str| method(a, scalar, &format!("wrapping_{name}"), std::slice::from_ref(b));
    match op {
        Binary::Add if float => quote!(#a + #b),
        Binary::Sub if float => quote!(#a - #b),
        Binary::Mul if float => quote!(#a * #b),
        Binary::Div if float => quote!(#a / #b),
        Binary::Rem if float => quote!(#a % #b),
        Binary::Add => wrapping("add"),
        Binary::Sub => wrapping("sub"),
        Binary::Mul => wrapping("mul"),
        Binary::Div => {
            let quotient = wrapping("div");
            quote!(if #b == 0 { 0 } else { #quotient })
        }
        Binary::Rem => {
            let remainder = wrapping("rem");
            quote!(if #b == 0 { 0 } else { #remainder })
        }
        Binary::Min => quote!(if #a < #b { #a } else { #b }),
        Binary::Max => quote!(if #a > #b { #a } else { #b }),
        Binary::And => quote!(#a & #b),
        Binary::Or => quote!(#a | #b),
        Binary::Xor => quote!(#a ^ #b),
        Binary::Shl => method(a, scalar, "wrapping_shl", &[quote!(#b as u32)]),
        Binary::Shr => method(a, scalar, "wrapping_shr", &[quote!(#b as u32)]),
    }
}

/// A comparison of two lanes.
pub fn emit_compare(op: Compare, a: &TokenStream, b: &TokenStream) -> TokenStream {
    match op {
        Compare::Eq => quote!(#a == #b),
        Compare::Ne => quote!(#a != #b),
        Compare::Lt => quote!(#a < #b),
        Compare::Le => quote!(#a <= #b),
        Compare::Gt => quote!(#a > #b),
        Compare::Ge => quote!(#a >= #b),
    }
}

/// `arguments[2]` where `arguments[0]` is less than `arguments[1]`, else `arguments[3]`, as the runtime has it for recurrences.
pub fn emit_choice(or_equal: bool, scalar: Scalar, arguments: &[TokenStream; 4]) -> TokenStream {
    let name = if or_equal { "less_or_equal" } else { "less" };
    let name = if scalar == Scalar::F32 { format_ident!("{name}_f32") } else { format_ident!("{name}") };
    quote!(choice::#name(#(#arguments),*))
}

/// A lane as another type.
pub fn emit_convert(from: Scalar, to: Scalar, a: &TokenStream) -> TokenStream {
    let target = emit_scalar(to);
    match (from, to) {
        (Scalar::Bool, Scalar::Bool) => quote!(#a),
        (Scalar::Bool, Scalar::F32 | Scalar::F64) => quote!(#target::from(u8::from(#a))),
        (Scalar::Bool, Scalar::I32 | Scalar::I64) => quote!(#target::from(#a)),
        (Scalar::F32 | Scalar::F64 | Scalar::I32 | Scalar::I64, Scalar::Bool) => {
            let zero = emit_const(Const::zero(from));
            quote!(#a != #zero)
        }
        (Scalar::F32, Scalar::F64) | (Scalar::I32, Scalar::I64 | Scalar::F64) => quote!(#target::from(#a)),
        (
            Scalar::F32 | Scalar::F64 | Scalar::I32 | Scalar::I64,
            Scalar::F32 | Scalar::F64 | Scalar::I32 | Scalar::I64,
        ) => {
            quote!(#a as #target)
        }
    }
}

/// The nearest whole number of a float lane as an i32.
pub fn emit_round_to_i32(from: Scalar, a: &TokenStream) -> TokenStream {
    match from {
        Scalar::F32 => quote!(math::rint_to_i32(f64::from(#a))),
        _ => quote!(math::rint_to_i32(#a)),
    }
}

/// An elementary function of lanes.
pub fn emit_math(function: Math, scalar: Scalar, args: &[TokenStream]) -> TokenStream {
    let name = match function {
        Math::Sin => "sin",
        Math::Cos => "cos",
        Math::Tan => "tan",
        Math::Tanh => "tanh",
        Math::Atan => "atan",
        Math::Exp => "exp",
        Math::Exp2 => "exp2",
        Math::Ln => "log",
        Math::Log2 => "log2",
        Math::Log10 => "log10",
        Math::Pow => "pow",
        Math::Atan2 => "atan2",
    };
    let function = if scalar == Scalar::F32 { format_ident!("{name}f") } else { format_ident!("{name}") };
    quote!(math::#function(#(#args),*))
}

/// `c * x` in f64.
pub fn emit_times(c: f64, x: &TokenStream) -> TokenStream {
    let c = emit_f64(c);
    quote!(#c * #x)
}
