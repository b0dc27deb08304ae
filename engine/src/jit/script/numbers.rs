//! Functions of floats of the runtime's, for machine code to call: what fails gives what is not a number, which machine code leaves to
//! the runtime then.

use cranelift_codegen::ir::{Type, types};
use remotemedia_runtime_min::py::{math, number};

/// Functions with the calling convention of C.
macro_rules! shims {
    ($($variant:ident $name:ident: $of:path, ($($x:ident),*);)*) => {
        /// A function of the runtime that machine code calls.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Shim {
            $($variant,)*
        }

        $(extern "C" fn $name($($x: f64),*) -> f64 {
            $of($($x),*).unwrap_or(f64::NAN)
        })*

        impl Shim {
            /// The address of a function, and what it takes; it gives an `f64`.
            pub fn address(self) -> (i64, &'static [Type]) {
                match self {
                    $(Shim::$variant => {
                        let function: extern "C" fn($(shims!(@ty $x)),*) -> f64 = $name;
                        (function as usize as i64, &[$(shims!(@type $x)),*])
                    })*
                }
            }
        }
    };
    (@ty $x:ident) => { f64 };
    (@type $x:ident) => { types::F64 };
}

shims! {
    FloorDiv floor_div: number::float_floordiv, (x, y);
    Modulo modulo: number::float_modulo, (x, y);
    Power power: number::float_pow, (x, y);
    Pow pow: math::pow_f, (x, y);
    Atan2 atan2: math::atan2_f, (x, y);
    Fmod fmod: math::fmod_f, (x, y);
    Cbrt cbrt: math::cbrt_f, (x);
    Exp exp: math::exp_f, (x);
    Exp2 exp2: math::exp2_f, (x);
    Expm1 expm1: math::expm1_f, (x);
    Log log: math::log_f, (x);
    Log2 log2: math::log2_f, (x);
    Log10 log10: math::log10_f, (x);
    Log1p log1p: math::log1p_f, (x);
    Sin sin: math::sin_f, (x);
    Cos cos: math::cos_f, (x);
    Tan tan: math::tan_f, (x);
    Asin asin: math::asin_f, (x);
    Acos acos: math::acos_f, (x);
    Atan atan: math::atan_f, (x);
    Sinh sinh: math::sinh_f, (x);
    Cosh cosh: math::cosh_f, (x);
    Tanh tanh: math::tanh_f, (x);
    Asinh asinh: math::asinh_f, (x);
    Acosh acosh: math::acosh_f, (x);
    Atanh atanh: math::atanh_f, (x);
    Erf erf: math::erf_f, (x);
    Erfc erfc: math::erfc_f, (x);
}

/// The function of `math` of that name.
pub fn of_math(name: &str) -> Option<Shim> {
    Some(match name {
        "pow" => Shim::Pow,
        "atan2" => Shim::Atan2,
        "fmod" => Shim::Fmod,
        "cbrt" => Shim::Cbrt,
        "exp" => Shim::Exp,
        "exp2" => Shim::Exp2,
        "expm1" => Shim::Expm1,
        "log" => Shim::Log,
        "log2" => Shim::Log2,
        "log10" => Shim::Log10,
        "log1p" => Shim::Log1p,
        "sin" => Shim::Sin,
        "cos" => Shim::Cos,
        "tan" => Shim::Tan,
        "asin" => Shim::Asin,
        "acos" => Shim::Acos,
        "atan" => Shim::Atan,
        "sinh" => Shim::Sinh,
        "cosh" => Shim::Cosh,
        "tanh" => Shim::Tanh,
        "asinh" => Shim::Asinh,
        "acosh" => Shim::Acosh,
        "atanh" => Shim::Atanh,
        "erf" => Shim::Erf,
        "erfc" => Shim::Erfc,
        _ => return None,
    })
}
