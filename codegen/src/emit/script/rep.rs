//! How a value is held in Rust, and pieces of Rust that hold one.

use super::constant::emit_float;
use crate::emit::literal::emit_f32;
use proc_macro2::TokenStream;
use quote::quote;
use remotemedia_ir::script::Ty;
use remotemedia_runtime_min::py::array::Dtype;

/// What holds a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rep {
    /// Nothing: it is `None`.
    Unit,
    Bool,
    Int,
    Float,
    /// A `np.bool` as a `bool`.
    NpBool,
    /// A `np.float32`.
    F32,
    /// A `np.float64`.
    F64,
    Value,
}

impl Rep {
    /// What holds values of a type.
    pub fn of(ty: &Ty) -> Rep {
        match ty {
            Ty::Bool => Rep::Bool,
            Ty::Int => Rep::Int,
            Ty::Float => Rep::Float,
            Ty::Scalar(Dtype::Bool) => Rep::NpBool,
            Ty::Scalar(Dtype::F32) => Rep::F32,
            Ty::Scalar(Dtype::F64) => Rep::F64,
            Ty::Scalar(Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 | Dtype::C64 | Dtype::C128)
            | Ty::Any
            | Ty::None
            | Ty::Str
            | Ty::List
            | Ty::Dict
            | Ty::Array { .. }
            | Ty::Tuple(_)
            | Ty::Record(_)
            | Ty::Never => Rep::Value,
        }
    }

    /// The type of Rust.
    pub fn rust(self) -> TokenStream {
        match self {
            Rep::Unit => quote!(()),
            Rep::Bool | Rep::NpBool => quote!(bool),
            Rep::Int => quote!(i64),
            Rep::Float | Rep::F64 => quote!(f64),
            Rep::F32 => quote!(f32),
            Rep::Value => quote!(Value),
        }
    }

    /// What a variable holds before anything is assigned to it.
    pub fn default(self) -> TokenStream {
        match self {
            Rep::Unit => quote!(()),
            Rep::Bool | Rep::NpBool => quote!(false),
            Rep::Int => quote!(0),
            Rep::Float | Rep::F32 | Rep::F64 => quote!(0.0),
            Rep::Value => quote!(Value::None),
        }
    }

    /// Whether it is a number of Python's: `bool`, `int`, `float`.
    pub fn is_python(self) -> bool {
        matches!(self, Rep::Bool | Rep::Int | Rep::Float)
    }

    /// Whether it is a `bool` or `int`.
    pub fn is_whole(self) -> bool {
        matches!(self, Rep::Bool | Rep::Int)
    }

    /// Whether it is a float of NumPy's.
    pub fn is_numpy(self) -> bool {
        matches!(self, Rep::F32 | Rep::F64)
    }

    /// Whether arithmetic is done on it in registers.
    pub fn is_number(self) -> bool {
        self.is_python() || self.is_numpy()
    }
}

/// How tightly a piece of Rust binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Binds {
    /// Blocks, `if`, `match`: in parentheses wherever something follows.
    Block,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Sum,
    Product,
    Cast,
    Prefix,
    Atom,
}

/// An expression of Rust.
#[derive(Clone, Debug)]
pub struct Code {
    pub tokens: TokenStream,
    pub rep: Rep,
    pub binds: Binds,
    /// Whether it names a variable: a value is cloned where it is wanted for keeps.
    pub is_place: bool,
    /// The number, where it is a constant that a float holds exactly.
    pub constant: Option<f64>,
}

impl Code {
    /// A call, a name or the like.
    pub fn atom(rep: Rep, tokens: TokenStream) -> Code {
        Code { tokens, rep, binds: Binds::Atom, is_place: false, constant: None }
    }

    /// An operator.
    pub fn new(rep: Rep, binds: Binds, tokens: TokenStream) -> Code {
        Code { tokens, rep, binds, is_place: false, constant: None }
    }

    /// A variable or a field.
    pub fn place(rep: Rep, tokens: TokenStream) -> Code {
        Code { tokens, rep, binds: Binds::Atom, is_place: true, constant: None }
    }

    /// A variable that is not read again.
    pub fn moved(rep: Rep, tokens: TokenStream) -> Code {
        Code::atom(rep, tokens)
    }

    /// The tokens, in parentheses if they bind less than what they stand in.
    pub fn within(&self, binds: Binds) -> TokenStream {
        let tokens = &self.tokens;
        if self.binds < binds { quote!((#tokens)) } else { quote!(#tokens) }
    }

    /// As a `Value`; one that is in a variable stays there.
    pub fn boxed(self) -> Code {
        let t = &self.tokens;
        let tokens = match self.rep {
            Rep::Value => return self,
            Rep::Unit => return Code::new(Rep::Value, Binds::Block, quote!({ #t; Value::None })),
            Rep::Bool => quote!(Value::Bool(#t)),
            Rep::Int => quote!(Value::Int(#t)),
            Rep::Float => quote!(Value::Float(#t)),
            Rep::NpBool => quote!(Value::Scalar(array::Scalar::Bool(#t))),
            Rep::F32 => quote!(Value::Scalar(array::Scalar::F32(#t))),
            Rep::F64 => quote!(Value::Scalar(array::Scalar::F64(#t))),
        };
        Code::atom(Rep::Value, tokens)
    }

    /// A `Value` for keeps.
    pub fn owned(self) -> TokenStream {
        let code = self.boxed();
        let t = code.tokens;
        if code.is_place { quote!(#t.clone()) } else { t }
    }

    /// A `&Value`.
    pub fn borrowed(self) -> TokenStream {
        let t = self.boxed().tokens;
        quote!(&#t)
    }

    /// Held in another way. What a `Value` is, is expected.
    pub fn into_rep(self, rep: Rep) -> Code {
        if self.rep == rep {
            return self;
        }
        let expected = match rep {
            Rep::Value => return self.boxed(),
            Rep::Unit => {
                let t = &self.tokens;
                return Code::new(Rep::Unit, Binds::Block, quote!({ let _ = #t; }));
            }
            Rep::Bool => quote!(bool),
            Rep::Int => quote!(int),
            Rep::Float => quote!(float),
            Rep::NpBool => quote!(np_bool),
            Rep::F32 => quote!(f32),
            Rep::F64 => quote!(f64),
        };
        let value = self.borrowed();
        Code::atom(rep, quote!(expect::#expected(#value)?))
    }

    /// As a number where its type says that it is one.
    pub fn known(self, ty: &Ty) -> Code {
        match (self.rep, Rep::of(ty)) {
            (Rep::Value, rep) if rep != Rep::Value => self.into_rep(rep),
            _ => self,
        }
    }

    /// A number as an `f64`.
    pub fn to_f64(&self) -> Code {
        if let (Some(x), false) = (self.constant, self.rep == Rep::Float) {
            return Code { tokens: emit_float(x), rep: Rep::Float, ..self.clone() };
        }
        let t = &self.tokens;
        match self.rep {
            Rep::Float | Rep::F64 => Code { rep: Rep::Float, ..self.clone() },
            Rep::F32 => Code::atom(Rep::Float, quote!(f64::from(#t))),
            Rep::Bool | Rep::NpBool => Code::atom(Rep::Float, quote!(f64::from(u8::from(#t)))),
            Rep::Int => {
                let t = self.within(Binds::Cast);
                Code::new(Rep::Float, Binds::Cast, quote!(#t as f64))
            }
            Rep::Unit | Rep::Value => self.clone().into_rep(Rep::Float),
        }
    }

    /// A number as an `f32`, rounded as NumPy does.
    pub fn to_f32(&self) -> Code {
        if let (Some(x), false) = (self.constant, self.rep == Rep::F32) {
            return Code { tokens: emit_f32(x as f32), rep: Rep::F32, ..self.clone() };
        }
        let t = &self.tokens;
        match self.rep {
            Rep::F32 => self.clone(),
            Rep::Bool | Rep::NpBool => Code::atom(Rep::F32, quote!(f32::from(u8::from(#t)))),
            Rep::Int | Rep::Float | Rep::F64 => {
                let t = self.within(Binds::Cast);
                Code::new(Rep::F32, Binds::Cast, quote!(#t as f32))
            }
            Rep::Unit | Rep::Value => self.clone().into_rep(Rep::F32),
        }
    }

    /// A `bool` or `int` as an `i64`.
    pub fn to_i64(&self) -> Code {
        let t = &self.tokens;
        match self.rep {
            Rep::Int => self.clone(),
            Rep::Bool | Rep::NpBool => Code::atom(Rep::Int, quote!(i64::from(#t))),
            Rep::Unit | Rep::Float | Rep::F32 | Rep::F64 | Rep::Value => self.clone().into_rep(Rep::Int),
        }
    }
}
