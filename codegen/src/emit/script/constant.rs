//! Constants of scripts: numbers as literals, everything else as what makes it.

use super::rep::{Binds, Code, Rep};
use crate::emit::literal::{emit_const, emit_f32, emit_f64};
use proc_macro2::{Literal as Token, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::kernel::Const;
use remotemedia_ir::script::{Class, Likeness, Literal};
use remotemedia_runtime_min::py::array::Dtype;
use remotemedia_runtime_min::py::regex::PATTERN;

/// Elements of an array that are written where it is made; more are in a table.
const FEW: usize = 16;

/// A number that a register holds; none for other constants.
pub fn emit_number(literal: &Literal) -> Option<Code> {
    let signed = |rep, x: f64, tokens| Code {
        constant: x.is_finite().then_some(x),
        ..Code::new(rep, if x.is_sign_negative() { Binds::Prefix } else { Binds::Atom }, tokens)
    };
    Some(match literal {
        Literal::Bool(b) => Code::atom(Rep::Bool, quote!(#b)),
        Literal::Int(i) => {
            let is_exact = i.unsigned_abs() <= 1 << 53;
            // What is small is of the type that its place wants.
            let digits = Token::u64_unsuffixed(i.unsigned_abs());
            let tokens = match i32::try_from(*i) {
                Ok(small) if small < 0 => quote!(-#digits),
                Ok(_) => quote!(#digits),
                Err(_) => emit_const(Const::I64(*i)),
            };
            let code = signed(Rep::Int, *i as f64, tokens);
            Code { constant: code.constant.filter(|_| is_exact), ..code }
        }
        Literal::Float(x) => signed(Rep::Float, *x, emit_float(*x)),
        Literal::Scalar(Dtype::Bool, x) => {
            let b = *x != 0.0;
            Code::atom(Rep::NpBool, quote!(#b))
        }
        Literal::Scalar(Dtype::F32, x) => signed(Rep::F32, f64::from(*x as f32), emit_f32(*x as f32)),
        Literal::Scalar(Dtype::F64, x) => signed(Rep::F64, *x, emit_float(*x)),
        Literal::None
        | Literal::Str(_)
        | Literal::Scalar(..)
        | Literal::List(_)
        | Literal::Tuple(_)
        | Literal::Dict(_)
        | Literal::Set(_)
        | Literal::Deque(..)
        | Literal::Array { .. }
        | Literal::Record { .. }
        | Literal::Type(_)
        | Literal::Ellipsis => return None,
    })
}

/// A float without its type, which numbers with a point have anyway.
pub fn emit_float(x: f64) -> TokenStream {
    if !x.is_finite() {
        return emit_f64(x);
    }
    let digits = Token::f64_unsuffixed(x.abs());
    if x.is_sign_negative() { quote!(-#digits) } else { quote!(#digits) }
}

/// Whether making a constant anew costs more than a look at one that is kept, and nothing can change it.
pub fn is_kept(literal: &Literal) -> bool {
    match literal {
        Literal::Str(_) => true,
        Literal::Tuple(items) => !items.is_empty() && items.iter().all(|i| emit_plain(i).is_some() || is_kept(i)),
        Literal::None
        | Literal::Bool(_)
        | Literal::Int(_)
        | Literal::Float(_)
        | Literal::Scalar(..)
        | Literal::List(_)
        | Literal::Dict(_)
        | Literal::Set(_)
        | Literal::Deque(..)
        | Literal::Array { .. }
        | Literal::Record { .. }
        | Literal::Type(_)
        | Literal::Ellipsis => false,
    }
}

/// A constant without parts as a `Value`.
fn emit_plain(literal: &Literal) -> Option<TokenStream> {
    if let Some(number) = emit_number(literal) {
        return Some(number.owned());
    }
    Some(match literal {
        Literal::None => quote!(Value::None),
        Literal::Ellipsis => quote!(Value::Ellipsis),
        Literal::Type(class) => {
            let class = emit_class(*class);
            quote!(Value::Type(#class))
        }
        Literal::Scalar(dtype, x) => {
            let scalar = match dtype {
                Dtype::U8 => whole("U8", *x as u8 as i64),
                Dtype::I16 => whole("I16", *x as i16 as i64),
                Dtype::I32 => whole("I32", *x as i32 as i64),
                Dtype::I64 => whole("I64", *x as i64),
                Dtype::C64 => {
                    let x = emit_f32(*x as f32);
                    quote!(C64(#x, 0.0))
                }
                Dtype::C128 => {
                    let x = emit_f64(*x);
                    quote!(C128(#x, 0.0))
                }
                Dtype::Bool | Dtype::F32 | Dtype::F64 => return None,
            };
            quote!(Value::Scalar(array::Scalar::#scalar))
        }
        Literal::Bool(_)
        | Literal::Int(_)
        | Literal::Float(_)
        | Literal::Str(_)
        | Literal::List(_)
        | Literal::Tuple(_)
        | Literal::Dict(_)
        | Literal::Set(_)
        | Literal::Deque(..)
        | Literal::Array { .. }
        | Literal::Record { .. } => return None,
    })
}

fn whole(variant: &str, i: i64) -> TokenStream {
    let (variant, digits) = (format_ident!("{variant}"), Token::u64_unsuffixed(i.unsigned_abs()));
    if i < 0 { quote!(#variant(-#digits)) } else { quote!(#variant(#digits)) }
}

/// Makes the `Value` of a constant. Large arrays become tables in `tables`, which `name` names.
pub fn emit_value(literal: &Literal, tables: &mut Tables<'_>) -> TokenStream {
    if let Some(tokens) = emit_plain(literal) {
        return tokens;
    }
    let mut all = |items: &[Literal]| -> Vec<TokenStream> { items.iter().map(|i| emit_value(i, tables)).collect() };
    match literal {
        Literal::Str(text) => quote!(Value::from(#text)),
        Literal::List(items) => {
            let items = all(items);
            quote!(Value::list(vec![#(#items),*]))
        }
        Literal::Tuple(items) => {
            let items = all(items);
            quote!(Value::tuple([#(#items),*]))
        }
        Literal::Dict(members) if members.is_empty() => quote!(Value::Dict(containers::Dict::new())),
        Literal::Dict(members) => {
            let pairs = members.iter().map(|(k, v)| {
                let (k, v) = (emit_value(k, tables), emit_value(v, tables));
                quote!((#k, #v))
            });
            quote!(containers::Dict::from_pairs([#(#pairs),*]).map_or(Value::None, Value::Dict))
        }
        Literal::Set(items) if items.is_empty() => quote!(Value::Set(containers::Set::new())),
        Literal::Set(items) => {
            let items = all(items);
            quote!(containers::Set::from_items([#(#items),*]).map_or(Value::None, Value::Set))
        }
        Literal::Deque(items, limit) => {
            let items = all(items);
            let limit = match limit {
                Some(n) => {
                    let n = Token::usize_unsuffixed(*n);
                    quote!(Some(#n))
                }
                None => quote!(None),
            };
            quote!(Value::Deque(containers::Deque::new(vec![#(#items),*], #limit)))
        }
        Literal::Array { dtype, shape, values } => {
            let array = emit_array(*dtype, shape, values, tables);
            quote!(Value::Array(#array))
        }
        Literal::Record { class, likeness: _, fields } if class == PATTERN => emit_pattern(fields),
        Literal::Record { class, likeness, fields } => {
            let values: Vec<TokenStream> = fields.iter().map(|(_, v)| emit_value(v, tables)).collect();
            let names: Vec<&String> = fields.iter().map(|(name, _)| name).collect();
            let class = emit_record_class(class, *likeness, &names);
            quote!(Value::Record(containers::Record::new(#class, vec![#(#values),*])))
        }
        Literal::None
        | Literal::Bool(_)
        | Literal::Int(_)
        | Literal::Float(_)
        | Literal::Scalar(..)
        | Literal::Type(_)
        | Literal::Ellipsis => quote!(Value::None),
    }
}

/// A regular expression: its numbers are a table.
fn emit_pattern(fields: &[(String, Literal)]) -> TokenStream {
    let [(_, Literal::Str(text)), (_, flags), (_, groups), (_, names), (_, slots), (_, code)] = fields else {
        return quote!(Value::None);
    };
    let whole = |literal: &Literal| {
        let i = if let Literal::Int(i) = literal { *i } else { 0 };
        let digits = Token::i64_unsuffixed(i.abs());
        if i < 0 { quote!(-#digits) } else { quote!(#digits) }
    };
    let parts = |literal: &Literal| match literal {
        Literal::Tuple(items) => items.clone(),
        _ => Vec::new(),
    };
    let names = parts(names);
    let names = names.chunks_exact(2).map(|pair| match pair {
        [Literal::Str(name), group] => {
            let group = whole(group);
            quote!((#name, #group))
        }
        _ => quote!(),
    });
    let (flags, groups, slots) = (whole(flags), whole(groups), whole(slots));
    let code = parts(code);
    let code = code.iter().map(whole);
    quote!(regex::constant(#text, [#flags, #groups, #slots], &[#(#names),*], &[#(#code),*]))
}

/// A class of the file.
pub fn emit_record_class(name: &str, likeness: Likeness, fields: &[&String]) -> TokenStream {
    let likeness = match likeness {
        Likeness::Fields => quote!(Fields),
        Likeness::Frozen => quote!(Frozen),
        Likeness::Identity => quote!(Identity),
        Likeness::Member => quote!(Member),
    };
    quote! {
        Rc::new(containers::RecordClass {
            name: #name.into(),
            fields: vec![#(#fields.into()),*],
            likeness: containers::Likeness::#likeness,
        })
    }
}

/// Tables of large arrays.
pub struct Tables<'a> {
    pub name: &'a mut dyn FnMut() -> proc_macro2::Ident,
    pub items: &'a mut TokenStream,
}

/// An array of its own. Elements of float32 and float64 are written as such, others as float64 and cast.
fn emit_array(dtype: Dtype, shape: &[usize], values: &[f64], tables: &mut Tables<'_>) -> TokenStream {
    let size: usize = shape.iter().product();
    let (element, emit): (TokenStream, fn(f64) -> TokenStream) = match dtype {
        Dtype::F32 => (quote!(f32), |x| emit_f32(x as f32)),
        Dtype::Bool | Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 | Dtype::F64 | Dtype::C64 | Dtype::C128 => {
            (quote!(f64), emit_f64)
        }
    };
    let shape = shape.iter().map(|d| Token::usize_unsuffixed(*d));
    let count = Token::usize_unsuffixed(size);
    let items = match values {
        [x] => {
            let x = emit(*x);
            quote!(vec![#x; #count])
        }
        few if few.len() <= FEW => {
            let all = few.iter().map(|x| emit(*x));
            // A vector without elements has no type of its own.
            if few.is_empty() { quote!(Vec::<#element>::new()) } else { quote!(vec![#(#all),*]) }
        }
        many => {
            let (name, all) = ((tables.name)(), many.iter().map(|x| emit(*x)));
            let length = Token::usize_unsuffixed(many.len());
            tables.items.extend(quote!(static #name: [#element; #length] = [#(#all),*];));
            quote!(#name.to_vec())
        }
    };
    let array = quote!(array::Array::new(#items, &[#(#shape),*]));
    match dtype {
        Dtype::F32 | Dtype::F64 => array,
        Dtype::Bool | Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 | Dtype::C64 | Dtype::C128 => {
            let dtype = emit_dtype(dtype);
            quote!(#array.astype(#dtype))
        }
    }
}

/// A type of elements.
pub fn emit_dtype(dtype: Dtype) -> TokenStream {
    let name = match dtype {
        Dtype::Bool => "Bool",
        Dtype::U8 => "U8",
        Dtype::I16 => "I16",
        Dtype::I32 => "I32",
        Dtype::I64 => "I64",
        Dtype::F32 => "F32",
        Dtype::F64 => "F64",
        Dtype::C64 => "C64",
        Dtype::C128 => "C128",
    };
    let name = format_ident!("{name}");
    quote!(array::Dtype::#name)
}

/// A type as a value.
pub fn emit_class(class: Class) -> TokenStream {
    let name = match class {
        Class::Scalar(dtype) => {
            let dtype = emit_dtype(dtype);
            return quote!(value::Class::Scalar(#dtype));
        }
        Class::Dtype(dtype) => {
            let dtype = emit_dtype(dtype);
            return quote!(value::Class::Dtype(#dtype));
        }
        Class::NoneType => "NoneType",
        Class::Bool => "Bool",
        Class::Int => "Int",
        Class::Float => "Float",
        Class::Str => "Str",
        Class::List => "List",
        Class::Tuple => "Tuple",
        Class::Dict => "Dict",
        Class::Set => "Set",
        Class::Deque => "Deque",
        Class::Range => "Range",
        Class::Array => "Array",
        Class::Generic => "Generic",
        Class::Number => "Number",
        Class::Integer => "Integer",
        Class::Floating => "Floating",
        Class::Object => "Object",
    };
    let name = format_ident!("{name}");
    quote!(value::Class::#name)
}
