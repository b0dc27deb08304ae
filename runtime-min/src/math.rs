//! Elementary functions with the same bits on every target, from the `libm` crate.
//!
//! The platform's own differ between systems; these are plain Rust, so that native code, wasm and the evaluator agree.

pub use libm::{
    acos, acosf, asin, asinf, atan, atan2, atan2f, atanf, ceil, ceilf, cos, cosf, cosh, coshf, exp, exp2, exp2f, expf,
    floor, floorf, log, log2, log2f, log10, log10f, logf, pow, powf, rint, rintf, sin, sincos, sinf, sinh, sinhf, sqrt,
    sqrtf, tan, tanf, tanh, tanhf, trunc, truncf,
};
