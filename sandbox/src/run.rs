//! Drives one guest: a thread for it, a watch over its clock, and the meaning of its end.
//!
//! The guest has a thread of its own, because WebAssembly can be interrupted and a blocked system call cannot: past its
//! time the guest is interrupted at its next loop or call; if it does not come back because it hangs in a read or a
//! write, it is left behind, and ends when that call returns.

use std::collections::VecDeque;
use std::panic;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use wasmtime::{
    Engine, ExternType, FrameInfo, Linker, Module, Store, Trap as WasmTrap, UnknownImportError, WasmBacktrace,
};

use crate::command::Command;
use crate::error::Error;
use crate::grants::{Denied, Grants};
use crate::limits::{LimitHit, Limits};
use crate::machine;
use crate::outcome::{End, Outcome, Trap, Usage};
use crate::wasi::{self, Host};

/// How often the guest is told again that its time is up, and how often until it is left behind.
const NUDGE: (Duration, u32) = (Duration::from_millis(2), 50);
/// The guest's thread needs the guest's stack and what the host's functions take.
const STACK: usize = machine::STACK + (2 << 20);

/// Runs the command module `wasm` until it ends or hits a limit.
///
/// Machine code is kept in a folder of its own under `cache`, and found there the next time.
///
/// # Errors
/// The module cannot be run at all; see [`Error`]. That it failed is an [`Outcome`].
pub fn run(
    wasm: &[u8],
    command: Command,
    limits: &Limits,
    grants: &Grants,
    cache: Option<&Path>,
) -> Result<Outcome, Error> {
    let preparing = Instant::now();
    let engine = machine::engine(limits)?;
    let (module, cached) = machine::module(&engine, wasm, cache)?;
    let prepare = preparing.elapsed();

    let watch = Arc::new(Watch::default());
    let started = Instant::now();
    let (send, receive) = mpsc::channel();
    let guest = {
        let (engine, watch, limits, grants) = (engine.clone(), watch.clone(), limits.clone(), grants.clone());
        thread::Builder::new().name("wasm guest".to_owned()).stack_size(STACK).spawn(move || {
            let ended = drive(&engine, &module, command, &limits, &grants, &watch, started);
            // Nobody listens if the guest was left behind.
            let _ = send.send(ended);
        })?
    };
    let ended = match limits.time {
        None => receive.recv().map_err(RecvTimeoutError::from),
        Some(time) => match receive.recv_timeout(time) {
            Err(RecvTimeoutError::Timeout) => stop(&engine, &watch, &receive),
            done => done,
        },
    };
    let (end, fuel) = match (ended, limits.time) {
        (Ok(ended), _) => ended?,
        (Err(RecvTimeoutError::Timeout), Some(allowed)) => {
            (End::Limit(LimitHit::Time { ran: started.elapsed(), allowed }), None)
        }
        (Err(_), _) => match guest.join() {
            Err(panicked) => panic::resume_unwind(panicked),
            Ok(()) => unreachable!("the guest's thread sends before it ends"),
        },
    };
    let usage = Usage { peak_memory: watch.peak_memory(), time: started.elapsed(), prepare, cached, fuel };
    Ok(Outcome { end, usage, denied: watch.denied() })
}

/// How a guest ended and the fuel it used, or why it never began.
type Ended = Result<(End, Option<u64>), Error>;

/// Tells the guest that its time is up until it ends, or for as long as a guest that is not blocked can take.
fn stop(engine: &Engine, watch: &Watch, receive: &mpsc::Receiver<Ended>) -> Result<Ended, RecvTimeoutError> {
    watch.stopped.store(true, Ordering::SeqCst);
    let (pause, times) = NUDGE;
    for _ in 0..times {
        engine.increment_epoch();
        match receive.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) => {}
            done => return done,
        }
    }
    Err(RecvTimeoutError::Timeout)
}

/// The guest's thread: builds what the guest sees, calls `_start`.
fn drive(
    engine: &Engine,
    module: &Module,
    command: Command,
    limits: &Limits,
    grants: &Grants,
    watch: &Arc<Watch>,
    started: Instant,
) -> Ended {
    let start = match module.get_export("_start") {
        Some(ExternType::Func(start)) if start.params().len() == 0 && start.results().len() == 0 => "_start",
        _ => return Err(Error::NotACommand),
    };
    let mut linker = Linker::new(engine);
    wasi::offer(&mut linker).map_err(|error| Error::Machine(format!("{error:#}")))?;
    let ready = linker.instantiate_pre(module).map_err(|error| unlinked(&error))?;

    let host = Host::new(command, limits, grants, watch.clone(), started)?;
    let mut store = Store::new(engine, host);
    store.limiter(|host| &mut host.meter);
    let broken = |error: wasmtime::Error| Error::Machine(format!("{error:#}"));
    if let Some(fuel) = limits.fuel {
        store.set_fuel(fuel).map_err(broken)?;
    }
    if limits.time.is_some() {
        store.set_epoch_deadline(1);
    }
    let result = ready
        .instantiate(&mut store)
        .and_then(|instance| instance.get_typed_func::<(), ()>(&mut store, start)?.call(&mut store, ()));
    let fuel = match limits.fuel {
        None => None,
        Some(fuel) => Some(fuel - store.get_fuel().map_err(broken)?),
    };
    let end = match result {
        Ok(()) => End::Exit(0),
        Err(error) => ended_by(&error, limits, started).ok_or_else(|| broken(error))?,
    };
    Ok((end, fuel))
}

/// What the error says that came out of the guest; `None` if it is none of the guest's.
fn ended_by(error: &wasmtime::Error, limits: &Limits, started: Instant) -> Option<End> {
    if let Some(&wasi::Exit(code)) = error.downcast_ref() {
        return Some(End::Exit(code));
    }
    if let Some(hit) = error.downcast_ref::<LimitHit>() {
        return Some(End::Limit(hit.clone()));
    }
    let trap = error.downcast_ref::<WasmTrap>()?;
    Some(match (trap, limits) {
        (WasmTrap::Interrupt, &Limits { time: Some(allowed), .. }) => {
            End::Limit(LimitHit::Time { ran: started.elapsed(), allowed })
        }
        (WasmTrap::OutOfFuel, &Limits { fuel: Some(allowed), .. }) => End::Limit(LimitHit::Fuel { allowed }),
        _ => {
            let frames = error.downcast_ref::<WasmBacktrace>().map_or(&[][..], WasmBacktrace::frames);
            let name = |frame: &FrameInfo| match frame.func_name() {
                Some(name) => format!("{:#}", rustc_demangle::demangle(name)),
                None => format!("function {}", frame.func_index()),
            };
            End::Trap(Trap { message: trap.to_string(), backtrace: frames.iter().map(name).collect() })
        }
    })
}

/// Which import is missing; one that is there with another type is named in wasmtime's own words.
fn unlinked(error: &wasmtime::Error) -> Error {
    match error.downcast_ref::<UnknownImportError>() {
        Some(import) => Error::Import { module: import.module().to_owned(), name: import.name().to_owned() },
        None => Error::Machine(format!("{error:#}")),
    }
}

/// What both sides see of a running guest.
#[derive(Default)]
pub(crate) struct Watch {
    stopped: AtomicBool,
    peak_memory: AtomicU64,
    denied: Mutex<VecDeque<Denied>>,
}

impl Watch {
    /// Whether the guest's time is up.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Takes note of the guest's memory, in bytes.
    pub(crate) fn saw_memory(&self, bytes: u64) {
        self.peak_memory.fetch_max(bytes, Ordering::Relaxed);
    }

    /// Takes note of a refusal.
    pub(crate) fn deny(&self, denied: Denied) {
        let mut list = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        if list.back() != Some(&denied) {
            list.push_back(denied);
        }
        if list.len() > 32 {
            list.pop_front();
        }
    }

    fn peak_memory(&self) -> u64 {
        self.peak_memory.load(Ordering::Relaxed)
    }

    fn denied(&self) -> Vec<Denied> {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
