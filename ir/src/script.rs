//! The script language: what a node computes on messages and chunks, where that is more than a kernel can say.
//!
//! # Semantics
//!
//! A [`Script`] is a class at work: fields that live as long as the node, and functions over them. Its meaning is Python's; the operators
//! and the functions of [`ExprKind::Call`] are those of `remotemedia_runtime_min::py`, which the reference evaluator ([`crate::eval::script`])
//! and generated code both call. Evaluation goes from left to right. `process` is called for each token, `finish` once at the end; what
//! they yield or return, other than `None`, is sent.
//!
//! # Types
//!
//! Every expression carries the type that is known of it. A type is a promise about the value, never a conversion: the evaluator may
//! ignore all types, and generated code uses them to hold numbers in registers. [`Ty::Any`] promises nothing.
//!
//! Names have one [`Local`] for each type that they have in turn, so that `x = x.mean()` does not make both unknown.

mod adapter;
mod hosted;
mod shared;
pub mod visit;

pub use hosted::{Hosted, Interpreter, Python};
use remotemedia_runtime_min::py::array::Dtype;
pub use remotemedia_runtime_min::py::containers::Likeness;
pub use remotemedia_runtime_min::py::ops::{Binary, Compare, Unary};
pub use remotemedia_runtime_min::py::value::Class;
use std::fmt;

/// A dimension of an array's shape, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dim {
    Is(u64),
    /// As long as the chunk.
    Frames,
    Unknown,
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// Nothing.
    Any,
    None,
    Bool,
    Int,
    Float,
    Str,
    List,
    Dict,
    /// A NumPy scalar.
    Scalar(Dtype),
    Array {
        dtype: Option<Dtype>,
        shape: Option<Vec<Dim>>,
    },
    Tuple(Vec<Ty>),
    /// An instance of a dataclass.
    Record(String),
    /// No value at all: what raises, what never returns.
    Never,
}

impl Ty {
    /// What is known of a value that is one or the other.
    pub fn join(&self, other: &Ty) -> Ty {
        match (self, other) {
            (a, b) if a == b => a.clone(),
            (Ty::Never, t) | (t, Ty::Never) => t.clone(),
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                Ty::Tuple(a.iter().zip(b).map(|(a, b)| a.join(b)).collect())
            }
            (Ty::Array { dtype: d, shape: s }, Ty::Array { dtype: e, shape: t }) => Ty::Array {
                dtype: if d == e { *d } else { None },
                shape: match (s, t) {
                    (Some(s), Some(t)) if s.len() == t.len() => {
                        Some(s.iter().zip(t).map(|(a, b)| if a == b { *a } else { Dim::Unknown }).collect())
                    }
                    _ => None,
                },
            },
            _ => Ty::Any,
        }
    }

    /// The type of the elements of NumPy's values, where it is known.
    pub fn dtype(&self) -> Option<Dtype> {
        match self {
            Ty::Scalar(dtype) => Some(*dtype),
            Ty::Array { dtype, shape: _ } => *dtype,
            _ => None,
        }
    }

    /// True for numbers and bools of Python and NumPy that generated code holds in registers.
    pub fn is_number(&self) -> bool {
        match self {
            Ty::Bool | Ty::Int | Ty::Float | Ty::Scalar(_) => true,
            Ty::Any
            | Ty::None
            | Ty::Str
            | Ty::List
            | Ty::Dict
            | Ty::Array { .. }
            | Ty::Tuple(_)
            | Ty::Record(_)
            | Ty::Never => false,
        }
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    /// A NumPy scalar by the number that it is.
    Scalar(Dtype, f64),
    List(Vec<Literal>),
    Tuple(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
    Set(Vec<Literal>),
    Deque(Vec<Literal>, Option<usize>),
    /// Row-major; one value alone fills all of it.
    Array {
        dtype: Dtype,
        shape: Vec<usize>,
        values: Vec<f64>,
    },
    Record {
        class: String,
        likeness: Likeness,
        fields: Vec<(String, Literal)>,
    },
    Type(Class),
    Ellipsis,
}

impl Literal {
    /// Whether it is an object that can be changed, or holds one: a list, a tuple with an array.
    pub fn is_mutable(&self) -> bool {
        match self {
            Literal::List(_) | Literal::Dict(_) | Literal::Set(_) | Literal::Deque(..) => true,
            Literal::Array { .. } => true,
            Literal::Record { likeness, .. } => !matches!(likeness, Likeness::Frozen | Likeness::Member),
            _ => self.parts().into_iter().any(Literal::is_mutable),
        }
    }

    /// Whether it is an object that equals nothing but itself, or holds one.
    pub fn holds_identity(&self) -> bool {
        let is = matches!(self, Literal::Record { likeness: Likeness::Identity, .. });
        is || self.parts().into_iter().any(Literal::holds_identity)
    }

    /// Whether both are the same to the bit: `0.0` is not `-0.0`.
    pub fn is_same(&self, other: &Literal) -> bool {
        let all = |a: &[Literal], b: &[Literal]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b));
        match (self, other) {
            (Literal::Float(a), Literal::Float(b)) => a.to_bits() == b.to_bits(),
            (Literal::Scalar(d, a), Literal::Scalar(e, b)) => d == e && a.to_bits() == b.to_bits(),
            (Literal::List(a), Literal::List(b))
            | (Literal::Tuple(a), Literal::Tuple(b))
            | (Literal::Set(a), Literal::Set(b)) => all(a, b),
            (Literal::Deque(a, m), Literal::Deque(b, n)) => m == n && all(a, b),
            (Literal::Dict(a), Literal::Dict(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0.is_same(&b.0) && a.1.is_same(&b.1))
            }
            (Literal::Array { dtype: d, shape: s, values: a }, Literal::Array { dtype: e, shape: t, values: b }) => {
                let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                d == e && s == t && bits(a) == bits(b)
            }
            (
                Literal::Record { class: c, likeness: l, fields: a },
                Literal::Record { class: d, likeness: m, fields: b },
            ) => {
                let same = |(a, b): (&(String, Literal), &(String, Literal))| a.0 == b.0 && a.1.is_same(&b.1);
                c == d && l == m && a.len() == b.len() && a.iter().zip(b).all(same)
            }
            (a, b) => a == b,
        }
    }

    /// What it holds.
    pub fn parts(&self) -> Vec<&Literal> {
        match self {
            Literal::List(items) | Literal::Tuple(items) | Literal::Set(items) | Literal::Deque(items, _) => {
                items.iter().collect()
            }
            Literal::Dict(members) => members.iter().flat_map(|(key, value)| [key, value]).collect(),
            Literal::Record { class: _, likeness: _, fields } => fields.iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        }
    }

    /// Its type.
    pub fn ty(&self) -> Ty {
        match self {
            Literal::None => Ty::None,
            Literal::Bool(_) => Ty::Bool,
            Literal::Int(_) => Ty::Int,
            Literal::Float(_) => Ty::Float,
            Literal::Str(_) => Ty::Str,
            Literal::Scalar(dtype, _) => Ty::Scalar(*dtype),
            Literal::List(_) => Ty::List,
            Literal::Dict(_) => Ty::Dict,
            Literal::Tuple(items) => Ty::Tuple(items.iter().map(Literal::ty).collect()),
            Literal::Array { dtype, shape, values: _ } => {
                Ty::Array { dtype: Some(*dtype), shape: Some(shape.iter().map(|d| Dim::Is(*d as u64)).collect()) }
            }
            Literal::Record { class, likeness: _, fields: _ } => Ty::Record(class.clone()),
            Literal::Set(_) | Literal::Deque(..) | Literal::Type(_) | Literal::Ellipsis => Ty::Any,
        }
    }
}

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(pub usize);
        )*
    };
}

index! {
    /// A variable of a function.
    Variable;
    /// A field of a script.
    FieldId;
    /// A function of a script.
    FunctionId;
    /// A function of the runtime, by its place in `remotemedia_runtime_min::py::table::TABLE`.
    Builtin;
}

impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(remotemedia_runtime_min::py::table::TABLE[self.0].name)
    }
}

/// What is to be known of an exception, as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// The name of its type.
    Kind,
    /// `str(exception)`
    Message,
}

/// A part of an f-string.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(String),
    /// A value with its conversion (`r`, `s`, `a`) and format specification.
    Value {
        value: Expr,
        conversion: Option<char>,
        spec: Vec<Piece>,
    },
}

/// What computes a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    Local(Variable),
    Field(FieldId),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// The truth of a value, a bool.
    Truth(Box<Expr>),
    /// `not`.
    Not(Box<Expr>),
    /// The first where it is false, else the second.
    And(Box<Expr>, Box<Expr>),
    /// The first where it is true, else the second.
    Or(Box<Expr>, Box<Expr>),
    /// `a if condition else b`; the condition is a bool.
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Call(Builtin, Vec<Expr>),
    Invoke(FunctionId, Vec<Expr>),
    Index(Box<Expr>, Box<Expr>),
    /// Start, stop, step; `None` where one is left out.
    Slice(Box<[Expr; 3]>),
    Attribute(Box<Expr>, String),
    Tuple(Vec<Expr>),
    List(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    Set(Vec<Expr>),
    /// A new instance of a dataclass, by its place in [`Script::records`].
    Record(usize, Vec<Expr>),
    Format(Vec<Piece>),
    IsInstance(Box<Expr>, Vec<Class>),
    /// What the handler around it caught.
    Caught(Caught),
    /// Statements, then a value: comprehensions, and operands that are needed twice.
    Block(Vec<Stmt>, Box<Expr>),
}

/// An expression, the type of its value, and its line in the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Ty,
    pub line: u32,
}

impl Expr {
    /// A constant.
    pub fn literal(literal: Literal, line: u32) -> Expr {
        Expr { ty: literal.ty(), kind: ExprKind::Literal(literal), line }
    }

    /// What a variable holds.
    pub fn local(variable: Variable, ty: Ty, line: u32) -> Expr {
        Expr { kind: ExprKind::Local(variable), ty, line }
    }

    /// The value behind statements.
    pub fn behind(body: Vec<Stmt>, value: Expr, line: u32) -> Expr {
        if body.is_empty() {
            return value;
        }
        Expr { ty: value.ty.clone(), kind: ExprKind::Block(body, Box::new(value)), line }
    }

    /// The constant that it is.
    pub fn as_literal(&self) -> Option<&Literal> {
        match &self.kind {
            ExprKind::Literal(literal) => Some(literal),
            _ => None,
        }
    }
}

/// What is assigned to.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Local(Variable),
    Field(FieldId),
    Index(Expr, Expr),
    Attribute(Expr, String),
    /// Unpacks into as many; the place of `*rest` if there is one.
    Unpack(Vec<Target>, Option<usize>),
}

/// What a `for` goes through.
#[derive(Clone, Debug, PartialEq)]
pub enum Iterable {
    Range(Expr, Expr, Expr),
    Values(Expr),
}

/// How loud a line in the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "scripts are small, and read far more often than they are made")]
pub enum StmtKind {
    Assign(Target, Expr),
    /// `target op= value`; the target is no `Unpack`.
    Augment(Binary, Target, Expr),
    Expr(Expr),
    /// The condition is a bool.
    If {
        condition: Expr,
        then: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    /// `otherwise` runs where no `break` ended the loop.
    While {
        condition: Expr,
        body: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    For {
        target: Target,
        iterable: Iterable,
        body: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    Break,
    Continue,
    Return(Option<Expr>),
    Yield(Expr),
    Raise {
        kind: String,
        message: Option<Expr>,
    },
    /// Where an exception leaves `body`, the first handler that takes it; else `otherwise`, whose exceptions no handler takes.
    Try {
        body: Vec<Stmt>,
        handlers: Vec<Handler>,
        otherwise: Vec<Stmt>,
    },
    /// What the handler around it caught goes on; `raise error`, which names it, is a line that it passes once more.
    Reraise {
        is_named: bool,
    },
    /// `del object[index]`.
    Delete(Expr, Expr),
    Log(Level, Expr),
}

/// What becomes of exceptions.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The names of the types that it takes, those derived from them among them; `None` takes all that Python has.
    pub kinds: Option<Vec<String>>,
    pub body: Vec<Stmt>,
}

/// A statement and its line in the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    pub kind: StmtKind,
    pub line: u32,
}

impl Stmt {
    /// A variable gets a value.
    pub fn set(variable: Variable, value: Expr, line: u32) -> Stmt {
        Stmt { kind: StmtKind::Assign(Target::Local(variable), value), line }
    }
}

/// A variable of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    pub name: String,
    pub ty: Ty,
}

/// A function, specialised for the types of its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: String,
    /// How many of the locals are parameters: the first.
    pub parameters: usize,
    pub locals: Vec<Local>,
    pub body: Vec<Stmt>,
    pub returns: Ty,
}

/// A field and what `__init__` left in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub ty: Ty,
    pub init: Literal,
}

/// A class of the file whose instances are values.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub name: String,
    pub likeness: Likeness,
    pub fields: Vec<String>,
}

/// How a script is fed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Each message of a stream of JSON or text.
    Message,
    /// Each sample of each channel, a float; every channel has fields of its own.
    Sample,
    /// `(samples, rate)`, samples an array of shape (channels, frames); so many frames at once, fewer at the end.
    Chunk { frames: u32 },
    /// A tensor as an array of f32.
    Tensor,
}

/// The form of the messages that a script sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Text,
}

/// What a script sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gives {
    /// `(samples, rate)` or samples, of so many channels where they are not those of the input.
    pub audio: Option<Option<u16>>,
    pub messages: Option<Form>,
}

/// A class at work.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The class.
    pub name: String,
    /// The file, for tracebacks.
    pub file: String,
    pub fields: Vec<Field>,
    pub records: Vec<Record>,
    pub functions: Vec<Function>,
    /// One parameter.
    pub process: FunctionId,
    /// `flush` and `cleanup`, in that order, where the class has them: no parameters.
    pub finish: Vec<FunctionId>,
    pub takes: Takes,
    pub gives: Gives,
}

impl Script {
    /// The function of that id.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0]
    }
}
