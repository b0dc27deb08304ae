//! Elementary functions with the same bits on every target, from the `libm` crate.
//!
//! The platform's own differ between systems; these are plain Rust, so that native code, wasm and the evaluator agree.

pub use libm::{
    acos, acosf, asin, asinf, atan, atan2, atan2f, atanf, cos, cosf, cosh, coshf, exp, exp2, exp2f, expf, log, log2, log2f,
    log10, log10f, logf, pow, powf, sin, sincos, sinf, sinh, sinhf, sqrt, sqrtf, tan, tanf, tanh, tanhf,
};
