//! The kernel language: what a node computes each time it fires.
//!
//! # Semantics
//!
//! A [`Kernel`] fires once per frame of its clock. One firing takes one token from every input port, runs [`Kernel::body`]
//! from top to bottom and gives one token to every output port. Memory between firings is explicit: states, delay lines and
//! sections. Every value is computed by exactly one [`Op`], at its [`Stmt::Let`], and may be used only below it in the same
//! block or in blocks inside it (SSA with structured control). `Op::State`, `Op::Local` and `Op::Line` read what is there
//! when their `Let` is reached.
//!
//! Values are scalars or vectors over channels ([`Ty::lanes`]); every arithmetic operation works lane by lane.
//!
//! # Arithmetic
//!
//! The plan fixes the arithmetic, every tier executes it, so each operation has one meaning:
//! - floats are IEEE 754, round to nearest even, never contracted to FMA, never reassociated;
//! - integers wrap; shifts take their count modulo the width; division by zero gives 0, `MIN / -1` gives `MIN`;
//! - `min(a, b)` is `if a < b { a } else { b }`, `max(a, b)` is `if a > b { a } else { b }`: with a NaN the second one;
//! - float to integer truncates, saturates, and takes NaN to 0; `round` goes to the nearest, ties to even;
//! - elementary functions are those of `remotemedia_runtime_min::math`: of f32 `exp`, `exp2`, `ln`, `log2`, `log10`, `tanh` and `pow` are
//!   its own, within 0.51 units of the last place; the others, and all of f64, are those of the `libm` crate.
//!
//! NaN payloads are not part of a value: a pipeline output writes every NaN as the canonical quiet one.
//!
//! # Recursive state
//!
//! States with [`State::flush`] and the memory of sections are set to zero where their magnitude is below [`FLUSH_BELOW`],
//! once every [`QUANTUM`] firings (after firing 255, 511, …), so that silence never computes with denormals.
//!
//! The validator is [`crate::verify`], the reference evaluator [`crate::eval`], the text form [`crate::text`].

pub use crate::ids::{LineId, LocalId, SectionId, StateId, TableId, ValueId};
use crate::types::SampleFormat;
use std::fmt;

/// Firings between two flushes of recursive state.
pub const QUANTUM: u32 = 256;

/// Recursive state below this magnitude is set to zero at a quantum border.
pub const FLUSH_BELOW: f64 = 1e-15;

/// The type of one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    F32,
    F64,
    I32,
    I64,
    Bool,
}

impl Scalar {
    /// The name in the text form, which is Rust's.
    pub fn name(self) -> &'static str {
        match self {
            Scalar::F32 => "f32",
            Scalar::F64 => "f64",
            Scalar::I32 => "i32",
            Scalar::I64 => "i64",
            Scalar::Bool => "bool",
        }
    }

    /// True for `f32` and `f64`.
    pub fn is_float(self) -> bool {
        match self {
            Scalar::F32 | Scalar::F64 => true,
            Scalar::I32 | Scalar::I64 | Scalar::Bool => false,
        }
    }

    /// The lane type in which a sample of that format is computed with: i16 and u8 widen to i32.
    pub fn of(format: SampleFormat) -> Scalar {
        match format {
            SampleFormat::F32 => Scalar::F32,
            SampleFormat::F64 => Scalar::F64,
            SampleFormat::I16 | SampleFormat::I32 | SampleFormat::U8 => Scalar::I32,
        }
    }
}

/// A scalar (`lanes` 1) or a vector over channels. Displayed as `f32` or `f32x2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ty {
    pub scalar: Scalar,
    pub lanes: u16,
}

impl Ty {
    /// One lane.
    pub fn scalar(scalar: Scalar) -> Ty {
        Ty { scalar, lanes: 1 }
    }

    /// `lanes` lanes.
    pub fn vector(scalar: Scalar, lanes: u16) -> Ty {
        Ty { scalar, lanes }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scalar.name())?;
        if self.lanes == 1 { Ok(()) } else { write!(f, "x{}", self.lanes) }
    }
}

/// One lane's value. Equality is of bits, so that NaN equals itself and -0.0 is not 0.0.
#[derive(Clone, Copy, Debug)]
pub enum Const {
    F32(f32),
    F64(f64),
    I32(i32),
    I64(i64),
    Bool(bool),
}

impl Const {
    /// Its type.
    pub fn scalar(self) -> Scalar {
        match self {
            Const::F32(_) => Scalar::F32,
            Const::F64(_) => Scalar::F64,
            Const::I32(_) => Scalar::I32,
            Const::I64(_) => Scalar::I64,
            Const::Bool(_) => Scalar::Bool,
        }
    }

    /// Type and bits, for hashing and comparing.
    pub fn key(self) -> (Scalar, u64) {
        let bits = match self {
            Const::F32(x) => u64::from(x.to_bits()),
            Const::F64(x) => x.to_bits(),
            Const::I32(x) => x as u32 as u64,
            Const::I64(x) => x as u64,
            Const::Bool(x) => u64::from(x),
        };
        (self.scalar(), bits)
    }

    /// Zero or false.
    pub fn zero(scalar: Scalar) -> Const {
        match scalar {
            Scalar::F32 => Const::F32(0.0),
            Scalar::F64 => Const::F64(0.0),
            Scalar::I32 => Const::I32(0),
            Scalar::I64 => Const::I64(0),
            Scalar::Bool => Const::Bool(false),
        }
    }
}

impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Const {}

impl std::hash::Hash for Const {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// A port of a kernel: one token is `lanes` samples of `format`.
///
/// Samples of i16 and u8 are read as i32; writing them saturates at the range of the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    pub name: String,
    pub format: SampleFormat,
    pub lanes: u16,
}

impl Port {
    /// The type that `Op::Input` gives and `Stmt::Output` takes.
    pub fn ty(&self) -> Ty {
        Ty::vector(Scalar::of(self.format), self.lanes)
    }
}

/// Memory between firings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub name: String,
    pub ty: Ty,
    /// One per lane.
    pub init: Vec<Const>,
    /// Recursive: tiny values are set to zero at quantum borders. Floats only.
    pub flush: bool,
}

/// A variable within one firing; starts at zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    pub name: String,
    pub ty: Ty,
}

/// The last `length` values pushed, zeros at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub ty: Ty,
    /// At least 1.
    pub length: u32,
}

/// Constants that are indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    /// Not empty, all of one type.
    pub values: Vec<Const>,
}

/// How a linear recurrence is computed. The choice is the plan's: it fixes the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Transposed direct form II with coefficients and state in f64, result rounded to the type of the input:
    /// `y = b0*x + s1; s1 = (b1*x - a1*y) + s2; s2 = b2*x - a2*y`.
    TransposedF64,
    /// In f32, with the poles as differences from 1 ([`Section::delta`]):
    /// `w = x + s1; y = (m0*x + m2*s2) + n*w; s1 = (w + (x + s2)) - alpha*w; s2 = s2 - beta*w`.
    DeltaF32,
    /// The same with `y = x + n*w`, of a section that is 1 at 0 Hz and at half the rate, as a peaking one is, a notch and an all-pass
    /// ([`Section::is_peak`]): it adds to its input, so `m0` is 1 and `m2` is 0.
    PeakF32,
    /// The same states advanced by blocks of four samples ([`Section::ahead`]), counted from the section's first sample. Output
    /// `k` of a block, `x[j]` being 0 for negative `j`, and after the fourth the states, for each of them:
    /// `y = ((c1[k]*s1 + c2[k]*s2) + (h[0]*x[k] + h[1]*x[k-1])) + (h[2]*x[k-2] + h[3]*x[k-3])`,
    /// `s = (s + ((g[0]*x[0] + g[1]*x[1]) + (g[2]*x[2] + g[3]*x[3]))) + (e[0]*s1 + e[1]*s2)`.
    AheadF32,
}

/// A linear recurrence of second order, `H(z) = (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)`, one state per lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    pub name: String,
    pub lanes: u16,
    pub b: [f64; 3],
    pub a: [f64; 2],
    pub form: Form,
}

/// Operations on one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    Neg,
    Abs,
    /// Not of a bool, complement of an integer.
    Not,
    Sqrt,
    Floor,
    Ceil,
    Trunc,
    /// To the nearest, ties to even.
    Round,
}

/// Operations on two values of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    /// Remainder of truncated division.
    Rem,
    Min,
    Max,
    And,
    Or,
    Xor,
    Shl,
    /// Arithmetic for i32 and i64.
    Shr,
}

/// Comparisons; with a NaN all but `Ne` are false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Elementary functions of f32 and f64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Math {
    Sin,
    Cos,
    Tan,
    Tanh,
    Atan,
    Exp,
    Exp2,
    Ln,
    Log2,
    Log10,
    Pow,
    Atan2,
}

/// What computes a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A scalar.
    Const(Const),
    /// The token of an input port.
    Input(u16),
    State(StateId),
    Local(LocalId),
    /// What was pushed `ago` pushes ago; 1 is the latest, `Line::length` the oldest.
    Line {
        line: LineId,
        ago: u32,
    },
    /// As `Line`, with an i32 scalar that is clamped to `1..=length`.
    LineAt {
        line: LineId,
        ago: ValueId,
    },
    /// An element of a table, the i32 scalar index clamped to it.
    Table {
        table: TableId,
        index: ValueId,
    },
    /// A scalar in every lane.
    Splat(ValueId),
    Lane(ValueId, u16),
    /// A vector from scalars.
    Compose(Vec<ValueId>),
    Unary(Unary, ValueId),
    Binary(Binary, ValueId, ValueId),
    /// Gives bool lanes.
    Compare(Compare, ValueId, ValueId),
    /// Lane by lane the second where the first (bool) is true, else the third.
    Select(ValueId, ValueId, ValueId),
    /// To the scalar type of the value.
    Convert(ValueId),
    /// One argument, two for `Pow` and `Atan2`.
    Math(Math, Vec<ValueId>),
    /// Feeds a recurrence and gives its output.
    Section(SectionId, ValueId),
    /// `sum over k of table[k] * x[k]` in the order of k, from 0: `x[0]` is the value, `x[k]` what was pushed k pushes
    /// ago. Accumulated in the table's type (f64 for accuracy), given in the value's. Does not push.
    Fir {
        line: LineId,
        table: TableId,
        input: ValueId,
    },
}

/// One step of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stmt {
    /// Computes a value.
    Let(ValueId),
    SetState(StateId, ValueId),
    SetLocal(LocalId, ValueId),
    Push(LineId, ValueId),
    /// Exactly once per output port and firing, at the top level of the body.
    Output(u16, ValueId),
    /// On a bool scalar.
    If {
        condition: ValueId,
        then: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    /// `index` is an i32 scalar, 0 to `count - 1`; its op is `Op::Local` of a local of the loop.
    For {
        index: LocalId,
        count: u32,
        body: Vec<Stmt>,
    },
}

/// A value: what computes it, its type, and a name for readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    pub op: Op,
    pub ty: Ty,
    pub name: Option<String>,
}

/// A typed body with its memory. Built by [`crate::build::KernelBuilder`].
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Kernel {
    pub name: String,
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
    pub states: Vec<State>,
    pub locals: Vec<Local>,
    pub lines: Vec<Line>,
    pub tables: Vec<Table>,
    pub sections: Vec<Section>,
    pub values: Vec<Value>,
    pub body: Vec<Stmt>,
}

impl Kernel {
    /// The type of a value.
    pub fn ty(&self, value: ValueId) -> Ty {
        self.values[value.index()].ty
    }

    /// True if something survives from one firing to the next.
    pub fn has_memory(&self) -> bool {
        !(self.states.is_empty() && self.lines.is_empty() && self.sections.is_empty())
    }

    /// True if some memory is flushed at quantum borders.
    pub fn flushes(&self) -> bool {
        !self.sections.is_empty() || self.states.iter().any(|s| s.flush)
    }
}

impl Op {
    /// Calls `visit` with every value that this one is computed from.
    pub fn operands(&self, mut visit: impl FnMut(ValueId)) {
        let mut copy = self.clone();
        copy.operands_mut(|v| visit(*v));
    }

    /// The same, to replace them.
    pub fn operands_mut(&mut self, mut visit: impl FnMut(&mut ValueId)) {
        match self {
            Op::Const(_) | Op::Input(_) | Op::State(_) | Op::Local(_) | Op::Line { .. } => {}
            Op::LineAt { line: _, ago: v }
            | Op::Table { table: _, index: v }
            | Op::Splat(v)
            | Op::Lane(v, _)
            | Op::Unary(_, v)
            | Op::Convert(v)
            | Op::Section(_, v)
            | Op::Fir { line: _, table: _, input: v } => visit(v),
            Op::Binary(_, a, b) | Op::Compare(_, a, b) => {
                visit(a);
                visit(b);
            }
            Op::Select(a, b, c) => {
                visit(a);
                visit(b);
                visit(c);
            }
            Op::Compose(list) | Op::Math(_, list) => list.iter_mut().for_each(visit),
        }
    }

    /// True if the value depends on its operands alone: it may be shared, moved and dropped.
    pub fn is_pure(&self) -> bool {
        match self {
            Op::State(_) | Op::Local(_) | Op::Line { .. } | Op::LineAt { .. } | Op::Section(..) | Op::Fir { .. } => {
                false
            }
            Op::Const(_)
            | Op::Input(_)
            | Op::Table { .. }
            | Op::Splat(_)
            | Op::Lane(..)
            | Op::Compose(_)
            | Op::Unary(..)
            | Op::Binary(..)
            | Op::Compare(..)
            | Op::Select(..)
            | Op::Convert(_)
            | Op::Math(..) => true,
        }
    }
}
