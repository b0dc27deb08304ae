//! From bytes to machine code: wasmtime's configuration, validation, compilation. What is kept of it is `cache`.

use std::path::Path;

use wasmtime::{Config, Engine, Module, OptLevel};

use crate::cache;
use crate::error::Error;
use crate::limits::Limits;

/// A guest's calls may be that deep: an interpreter in a guest nests some hundred calls of Python in it, at tens of KiB each.
pub(crate) const STACK: usize = 32 << 20;

/// An engine for one run: instructions are counted or interruptible only if `limits` ask for it.
pub(crate) fn engine(limits: &Limits) -> Result<Engine, Error> {
    let mut config = Config::new();
    config
        .cranelift_opt_level(OptLevel::Speed)
        .consume_fuel(limits.fuel.is_some())
        .epoch_interruption(limits.time.is_some())
        .relaxed_simd_deterministic(true)
        .async_stack_size(STACK + (1 << 20))
        .max_wasm_stack(STACK)
        // Preview 1 knows 32-bit addresses only.
        .wasm_memory64(false);
    Engine::new(&config).map_err(|error| Error::Machine(format!("{error:#}")))
}

/// The machine code of `wasm`, and whether it came from the folder `kept`.
///
/// The cache is a matter of speed only: where it cannot be read or written, the module is compiled.
pub(crate) fn module(engine: &Engine, wasm: &[u8], kept: Option<&Path>) -> Result<(Module, bool), Error> {
    require_module(wasm)?;
    let slot = kept.and_then(|folder| cache::Slot::new(folder, engine, wasm));
    if let Some(module) = slot.as_ref().and_then(|slot| slot.load(engine)) {
        return Ok((module, true));
    }
    let module = Module::from_binary(engine, wasm).map_err(|error| match Module::validate(engine, wasm) {
        Err(invalid) => Error::NotAModule { why: format!("{invalid:#}") },
        Ok(()) => Error::Machine(format!("{error:#}")),
    })?;
    if let Some(slot) = slot
        && let Ok(code) = module.serialize()
    {
        slot.store(&code);
    }
    Ok((module, false))
}

/// Tells the usual mistakes apart before wasmtime sees the bytes.
fn require_module(wasm: &[u8]) -> Result<(), Error> {
    let why = match wasm {
        [b'\0', b'a', b's', b'm', 1, 0, 0, 0, ..] => return Ok(()),
        [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => "it is a component; only core modules run here".to_owned(),
        [b'\0', b'a', b's', b'm', rest @ ..] if rest.len() >= 4 => format!("unknown binary version {}", rest[0]),
        [] => "it is empty".to_owned(),
        _ => "it does not begin with `\\0asm`".to_owned(),
    };
    Err(Error::NotAModule { why })
}
