//! Machine code in memory: calling it, what it calls back, and freeing it. One of the two files with `unsafe`.
#![expect(unsafe_code, reason = "machine code made in memory can be entered in no other way")]

use super::chains::Lane;
use cranelift_codegen::ir::{Type, types};
use cranelift_jit::JITModule;
use cranelift_module::FuncId;
use remotemedia_ir::eval::{Samples, SamplesMut};
use remotemedia_ir::kernel::{Math, Scalar};
use remotemedia_runtime_min::math;

/// A function of the runtime that compiled code calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shim {
    Math(Math, Scalar),
    /// Remainder of truncated division.
    Rem(Scalar),
    /// One sample through a lane of a section with look-ahead.
    Ahead,
}

/// Functions of floats with the calling convention of C.
macro_rules! floats {
    ($($name:ident: $of:expr, ($($x:ident),*) -> $ty:ty;)*) => {
        $(extern "C" fn $name($($x: $ty),*) -> $ty {
            $of($($x),*)
        })*
    };
}

floats! {
    sinf: math::sinf, (x) -> f32;
    cosf: math::cosf, (x) -> f32;
    tanf: math::tanf, (x) -> f32;
    tanhf: math::tanhf, (x) -> f32;
    atanf: math::atanf, (x) -> f32;
    expf: math::expf, (x) -> f32;
    exp2f: math::exp2f, (x) -> f32;
    logf: math::logf, (x) -> f32;
    log2f: math::log2f, (x) -> f32;
    log10f: math::log10f, (x) -> f32;
    powf: math::powf, (x, y) -> f32;
    atan2f: math::atan2f, (x, y) -> f32;
    remf: std::ops::Rem::rem, (x, y) -> f32;
    sin: math::sin, (x) -> f64;
    cos: math::cos, (x) -> f64;
    tan: math::tan, (x) -> f64;
    tanh: math::tanh, (x) -> f64;
    atan: math::atan, (x) -> f64;
    exp: math::exp, (x) -> f64;
    exp2: math::exp2, (x) -> f64;
    log: math::log, (x) -> f64;
    log2: math::log2, (x) -> f64;
    log10: math::log10, (x) -> f64;
    pow: math::pow, (x, y) -> f64;
    atan2: math::atan2, (x, y) -> f64;
    rem: std::ops::Rem::rem, (x, y) -> f64;
}

extern "C" fn ahead(lane: *mut Lane, x: f32) -> f32 {
    // SAFETY: compiled code passes the address of a lane of a list that `Code::call` borrows exclusively for the time of the
    // call, and uses it nowhere else meanwhile.
    let Lane { section, memory } = unsafe { &mut *lane };
    section.step(memory, x)
}

/// The address of a function, what it takes and what it gives.
pub fn shim(shim: Shim) -> (i64, &'static [Type], Type) {
    type One<T> = extern "C" fn(T) -> T;
    type Two<T> = extern "C" fn(T, T) -> T;
    let (function, scalar) = match shim {
        Shim::Math(function, scalar) => (function, scalar),
        Shim::Rem(Scalar::F32) => return (remf as Two<f32> as usize as i64, &[types::F32; 2], types::F32),
        Shim::Rem(_) => return (rem as Two<f64> as usize as i64, &[types::F64; 2], types::F64),
        Shim::Ahead => {
            let function: extern "C" fn(*mut Lane, f32) -> f32 = ahead;
            return (function as usize as i64, &[types::I64, types::F32], types::F32);
        }
    };
    let (single, double): (One<f32>, One<f64>) = match function {
        Math::Sin => (sinf, sin),
        Math::Cos => (cosf, cos),
        Math::Tan => (tanf, tan),
        Math::Tanh => (tanhf, tanh),
        Math::Atan => (atanf, atan),
        Math::Exp => (expf, exp),
        Math::Exp2 => (exp2f, exp2),
        Math::Ln => (logf, log),
        Math::Log2 => (log2f, log2),
        Math::Log10 => (log10f, log10),
        Math::Pow | Math::Atan2 => {
            let (single, double): (Two<f32>, Two<f64>) =
                if function == Math::Pow { (powf, pow) } else { (atan2f, atan2) };
            return match scalar {
                Scalar::F32 => (single as usize as i64, &[types::F32; 2], types::F32),
                _ => (double as usize as i64, &[types::F64; 2], types::F64),
            };
        }
    };
    match scalar {
        Scalar::F32 => (single as usize as i64, &[types::F32], types::F32),
        _ => (double as usize as i64, &[types::F64], types::F64),
    }
}

/// How many bytes the functions of a region touch, for each of what they are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub memory: usize,
    /// Per input port, in a frame.
    pub inputs: Vec<usize>,
    /// Per output port, in a frame.
    pub outputs: Vec<usize>,
    /// Per buffer between loops, in a frame.
    pub buffers: Vec<usize>,
    /// Per section with look-ahead its lanes.
    pub inside: Vec<usize>,
}

/// What a call works on.
pub struct Blocks<'b, 's, 't> {
    pub memory: &'b mut [u8],
    pub inputs: &'b [Samples<'s>],
    pub outputs: &'b mut [SamplesMut<'t>],
    pub buffers: &'b mut [Vec<f32>],
    pub inside: &'b mut [Vec<Lane>],
    /// The first frame in the blocks of the ports; buffers are used from their start.
    pub from: usize,
    pub frames: usize,
}

type Function = unsafe extern "C" fn(*mut u8, *const *mut u8, i64);

/// The functions of a region, in memory that is theirs.
pub struct Code {
    /// There until it is dropped.
    module: Option<JITModule>,
    functions: Vec<FuncId>,
    shape: Shape,
    /// The addresses of one call, kept so that a call allocates nothing.
    addresses: Vec<*mut u8>,
}

// SAFETY: the module owns its memory and nothing refers to the thread that made it; the addresses are rewritten before every use.
unsafe impl Send for Code {}

impl Code {
    /// Functions that `module` has defined and finalized. Each is `fn(memory, ports, frames)` made by [`super::emit`] for a
    /// region of that shape.
    pub fn new(module: JITModule, functions: Vec<FuncId>, shape: Shape) -> Code {
        Code { module: Some(module), functions, shape, addresses: Vec::new() }
    }

    /// Calls a function on `blocks.frames` frames.
    ///
    /// # Errors
    /// What does not have the shape: a bug.
    pub fn call(&mut self, function: usize, blocks: Blocks<'_, '_, '_>) -> Result<(), &'static str> {
        let Blocks { memory, inputs, outputs, buffers, inside, from, frames } = blocks;
        let Code { module, functions, shape, addresses } = self;
        let (Some(module), Some(id)) = (module, functions.get(function)) else { return Err("no such function") };
        if frames == 0 {
            return Ok(());
        }
        if memory.len() != shape.memory
            || inputs.len() != shape.inputs.len()
            || outputs.len() != shape.outputs.len()
            || buffers.len() != shape.buffers.len()
            || inside.iter().map(Vec::len).ne(shape.inside.iter().copied())
        {
            return Err("blocks of another region");
        }
        let fits = |bytes: usize, per: usize| {
            from.checked_add(frames).and_then(|f| f.checked_mul(per)).is_some_and(|needed| needed <= bytes)
        };
        addresses.clear();
        for (samples, per) in inputs.iter().zip(&shape.inputs) {
            let (start, bytes) = start(samples);
            if !fits(bytes, *per) {
                return Err("an input that is too short");
            }
            addresses.push(start.wrapping_add(from * per).cast_mut());
        }
        for (samples, per) in outputs.iter_mut().zip(&shape.outputs) {
            let (start, bytes) = start_mut(samples);
            if !fits(bytes, *per) {
                return Err("an output that is too short");
            }
            addresses.push(start.wrapping_add(from * per));
        }
        for (buffer, per) in buffers.iter_mut().zip(&shape.buffers) {
            if frames.checked_mul(*per).is_none_or(|bytes| bytes > size_of_val(buffer.as_slice())) {
                return Err("a buffer that is too short");
            }
            addresses.push(buffer.as_mut_ptr().cast());
        }
        addresses.extend(inside.iter_mut().map(|lanes| lanes.as_mut_ptr().cast::<u8>()));
        let address = module.get_finalized_function(*id);
        // SAFETY: the module has finalized the function, which is of this type and lives as long as the module.
        let function = unsafe { std::mem::transmute::<*const u8, Function>(address) };
        // SAFETY: the function touches the bytes of the shape, in as many frames, and no others; all of them were found to be there,
        // and what it writes is borrowed exclusively. Inputs are only read. Any bits are values of the types in the blocks. It
        // does not unwind: what it calls are functions of numbers that do not panic.
        unsafe { function(memory.as_mut_ptr(), addresses.as_ptr(), frames as i64) };
        Ok(())
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: functions are entered only by `call`, which borrows `self`, so none is running or will be.
            unsafe { module.free_memory() };
        }
    }
}

/// The address of samples, and their bytes.
fn start(samples: &Samples<'_>) -> (*const u8, usize) {
    match samples {
        Samples::F32(s) => (s.as_ptr().cast(), size_of_val(*s)),
        Samples::F64(s) => (s.as_ptr().cast(), size_of_val(*s)),
        Samples::I16(s) => (s.as_ptr().cast(), size_of_val(*s)),
        Samples::I32(s) => (s.as_ptr().cast(), size_of_val(*s)),
        Samples::U8(s) => (s.as_ptr(), size_of_val(*s)),
    }
}

fn start_mut(samples: &mut SamplesMut<'_>) -> (*mut u8, usize) {
    match samples {
        SamplesMut::F32(s) => (s.as_mut_ptr().cast(), size_of_val(*s)),
        SamplesMut::F64(s) => (s.as_mut_ptr().cast(), size_of_val(*s)),
        SamplesMut::I16(s) => (s.as_mut_ptr().cast(), size_of_val(*s)),
        SamplesMut::I32(s) => (s.as_mut_ptr().cast(), size_of_val(*s)),
        SamplesMut::U8(s) => (s.as_mut_ptr(), size_of_val(*s)),
    }
}
