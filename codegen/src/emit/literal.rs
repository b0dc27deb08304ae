//! Constants as Rust literals, bit for bit.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use remotemedia_ir::kernel::{Const, Scalar};
use remotemedia_ir::types::SampleFormat;

/// A constant with its type.
pub fn emit_const(value: Const) -> TokenStream {
    match value {
        Const::F32(x) if x.is_nan() => quote!(f32::NAN),
        Const::F32(x) if x.is_infinite() => {
            if x > 0.0 {
                quote!(f32::INFINITY)
            } else {
                quote!(f32::NEG_INFINITY)
            }
        }
        Const::F32(x) => signed(x.is_sign_negative(), Literal::f32_suffixed(x.abs())),
        Const::F64(x) => emit_f64(x),
        Const::I32(i32::MIN) => quote!(i32::MIN),
        Const::I32(x) => signed(x < 0, Literal::i32_suffixed(x.abs())),
        Const::I64(i64::MIN) => quote!(i64::MIN),
        Const::I64(x) => signed(x < 0, Literal::i64_suffixed(x.abs())),
        Const::Bool(x) => quote!(#x),
    }
}

/// An f32 with its type.
pub fn emit_f32(x: f32) -> TokenStream {
    emit_const(Const::F32(x))
}

/// An f64 with its type.
pub fn emit_f64(x: f64) -> TokenStream {
    if x.is_nan() {
        quote!(f64::NAN)
    } else if x.is_infinite() {
        if x > 0.0 { quote!(f64::INFINITY) } else { quote!(f64::NEG_INFINITY) }
    } else {
        signed(x.is_sign_negative(), Literal::f64_suffixed(x.abs()))
    }
}

fn signed(negative: bool, literal: Literal) -> TokenStream {
    if negative { quote!(-#literal) } else { quote!(#literal) }
}

/// The Rust type of a lane.
pub fn emit_scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::F32 => quote!(f32),
        Scalar::F64 => quote!(f64),
        Scalar::I32 => quote!(i32),
        Scalar::I64 => quote!(i64),
        Scalar::Bool => quote!(bool),
    }
}

/// The Rust type of a stored sample.
pub fn emit_sample(format: SampleFormat) -> TokenStream {
    match format {
        SampleFormat::F32 => quote!(f32),
        SampleFormat::F64 => quote!(f64),
        SampleFormat::I16 => quote!(i16),
        SampleFormat::I32 => quote!(i32),
        SampleFormat::U8 => quote!(u8),
    }
}
