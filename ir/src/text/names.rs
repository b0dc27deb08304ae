//! The names of operations and choices, declared once for printing and parsing.

use crate::kernel::{Binary, Compare, Form, Math, Scalar, Unary};
use crate::plan::Runtime;

/// Gives an enum of plain variants `ALL`, and `name` with its inverse `parse`.
macro_rules! names {
    ($($ty:ident { $($variant:ident = $name:literal),* $(,)? })*) => {$(
        impl $ty {
            /// Every one of them, in the order of the declaration.
            pub const ALL: &[$ty] = &[$($ty::$variant),*];

            /// The name in the text form.
            pub fn name(self) -> &'static str {
                match self {
                    $($ty::$variant => $name),*
                }
            }

            /// The one of that name.
            pub fn parse(name: &str) -> Option<$ty> {
                $ty::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    )*};
}

names! {
    Unary {
        Neg = "neg", Abs = "abs", Not = "not", Sqrt = "sqrt", Floor = "floor", Ceil = "ceil", Trunc = "trunc",
        Round = "round",
    }
    Binary {
        Add = "add", Sub = "sub", Mul = "mul", Div = "div", Rem = "rem", Min = "min", Max = "max", And = "and",
        Or = "or", Xor = "xor", Shl = "shl", Shr = "shr",
    }
    Compare { Eq = "eq", Ne = "ne", Lt = "lt", Le = "le", Gt = "gt", Ge = "ge" }
    Math {
        Sin = "sin", Cos = "cos", Tan = "tan", Tanh = "tanh", Atan = "atan", Exp = "exp", Exp2 = "exp2", Ln = "ln",
        Log2 = "log2", Log10 = "log10", Pow = "pow", Atan2 = "atan2",
    }
    Form { TransposedF64 = "transposed_f64", DeltaF32 = "delta_f32", PeakF32 = "peak_f32", AheadF32 = "ahead_f32" }
}

/// The scalar type of that name.
pub(super) fn scalar(name: &str) -> Option<Scalar> {
    [Scalar::F32, Scalar::F64, Scalar::I32, Scalar::I64, Scalar::Bool].into_iter().find(|s| s.name() == name)
}

/// The runtime of that name.
pub(super) fn runtime(name: &str) -> Option<Runtime> {
    use Runtime::{CPython, CPythonWasm, Native, Remote, RustPython, Wasm};
    [Native, Wasm, RustPython, CPython, CPythonWasm, Remote].into_iter().find(|r| r.name() == name)
}
