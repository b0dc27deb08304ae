//! How machine code holds a value: in a register where its type says that it is a number, as generated code does.

use cranelift_codegen::ir::{Type, types};
use remotemedia_ir::script::{Literal, Ty};
use remotemedia_runtime_min::py::Value;
use remotemedia_runtime_min::py::array::{Dtype, Scalar};

/// What a register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rep {
    Bool,
    Int,
    Float,
    /// A `np.bool`.
    NpBool,
    /// A `np.float32`.
    F32,
    /// A `np.float64`.
    F64,
}

impl Rep {
    /// What holds values of a type; none where no register does.
    pub fn of(ty: &Ty) -> Option<Rep> {
        match ty {
            Ty::Bool => Some(Rep::Bool),
            Ty::Int => Some(Rep::Int),
            Ty::Float => Some(Rep::Float),
            Ty::Scalar(Dtype::Bool) => Some(Rep::NpBool),
            Ty::Scalar(Dtype::F32) => Some(Rep::F32),
            Ty::Scalar(Dtype::F64) => Some(Rep::F64),
            Ty::Scalar(Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 | Dtype::C64 | Dtype::C128)
            | Ty::Any
            | Ty::None
            | Ty::Str
            | Ty::List
            | Ty::Dict
            | Ty::Array { .. }
            | Ty::Tuple(_)
            | Ty::Record(_)
            | Ty::Never => None,
        }
    }

    /// The type of the register; a bool is a byte, 0 or 1.
    pub fn ty(self) -> Type {
        match self {
            Rep::Bool | Rep::NpBool => types::I8,
            Rep::Int => types::I64,
            Rep::Float | Rep::F64 => types::F64,
            Rep::F32 => types::F32,
        }
    }

    /// A value as the 64 bits of a slot; none where it is of another type.
    pub fn bits(self, value: &Value) -> Option<u64> {
        match (self, value) {
            (Rep::Bool, Value::Bool(b)) | (Rep::NpBool, Value::Scalar(Scalar::Bool(b))) => Some(u64::from(*b)),
            (Rep::Int, Value::Int(i)) => Some(*i as u64),
            (Rep::Float, Value::Float(x)) | (Rep::F64, Value::Scalar(Scalar::F64(x))) => Some(x.to_bits()),
            (Rep::F32, Value::Scalar(Scalar::F32(x))) => Some(u64::from(x.to_bits())),
            _ => None,
        }
    }

    /// The value in a slot.
    pub fn value(self, bits: u64) -> Value {
        match self {
            Rep::Bool => Value::Bool(bits & 1 == 1),
            Rep::Int => Value::Int(bits as i64),
            Rep::Float => Value::Float(f64::from_bits(bits)),
            Rep::NpBool => Value::Scalar(Scalar::Bool(bits & 1 == 1)),
            Rep::F32 => Value::Scalar(Scalar::F32(f32::from_bits(bits as u32))),
            Rep::F64 => Value::Scalar(Scalar::F64(f64::from_bits(bits))),
        }
    }

    /// Whether it is a `bool` or `int`.
    pub fn is_whole(self) -> bool {
        matches!(self, Rep::Bool | Rep::Int)
    }

    /// Whether it is a number of Python's.
    pub fn is_python(self) -> bool {
        matches!(self, Rep::Bool | Rep::Int | Rep::Float)
    }

    /// Whether arithmetic is done on it in registers.
    pub fn is_number(self) -> bool {
        self != Rep::NpBool
    }
}

/// A number as a constant: its bits in a slot.
pub fn constant(literal: &Literal) -> Option<(Rep, u64)> {
    let rep = Rep::of(&literal.ty())?;
    Some((rep, rep.bits(&remotemedia_ir::eval::script::to_value(literal))?))
}
