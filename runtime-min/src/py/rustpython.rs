//! Python nodes run by RustPython, which is part of the program: no Python need be installed.
//!
//! It has the standard library, and no packages: no NumPy above all, so that arrays arrive as nested lists. It is slower than CPython,
//! six to ten times in loops. One interpreter serves the nodes of a thread. `PYTHONPATH` may name packages in pure Python.
//!
//! Standard output belongs to the pipeline, so `print` in a node writes to standard error.

mod values;

use super::array::{Dtype, array_of};
use super::containers::Dict;
use super::interpreter::{self, DRIVER, Setup, Worker};
use super::{Exception, Program, Result, Value};
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use rustpython_vm::builtins::{PyBaseExceptionRef, PyStrRef};
use rustpython_vm::common::rc::PyRc;
use rustpython_vm::function::FuncArgs;
use rustpython_vm::protocol::PyIterReturn;
use rustpython_vm::{AsObject, Interpreter, InterpreterBuilder, PyObjectRef, PyResult, Settings, VirtualMachine};

/// An interpreter and what the driver's module holds.
struct Host {
    interpreter: Interpreter,
    start: PyObjectRef,
}

std::thread_local! {
    /// Never dropped: an interpreter needs thread locals of its own until the end, and those may go first.
    static HOST: Cell<Option<&'static Host>> = const { Cell::new(None) };
}

/// Starts a node.
///
/// # Errors
/// As [`RustPython::new`].
pub fn start(setup: Setup<'_>) -> Result<Box<dyn Program>> {
    Ok(Box::new(RustPython::new(setup)?))
}

/// A node that RustPython runs.
pub struct RustPython {
    host: &'static Host,
    running: PyObjectRef,
    /// `process` of the node itself, where it takes one message.
    process: PyObjectRef,
    outputs: PyObjectRef,
    file: String,
    worker: Worker,
    /// What arrives is audio: lists that leave beside a rate are samples.
    takes_audio: bool,
    closed: bool,
}

impl fmt::Debug for RustPython {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RustPython").field("file", &self.file).field("worker", &self.worker).finish_non_exhaustive()
    }
}

impl RustPython {
    /// Starts the interpreter if this thread has none yet, makes the node, and calls its `initialize()`.
    ///
    /// # Errors
    /// An `ImportError` that names what is not installed; what the source, the constructor or `initialize` raise.
    pub fn new(setup: Setup<'_>) -> Result<RustPython> {
        let Setup { node, source, file, class, params, requirements, streaming, log } = setup;
        let worker = Worker { node: node.into(), log };
        worker.begins();
        let host = host()?;
        let params = match params {
            Value::None => Value::Dict(Dict::new()),
            given => given,
        };
        let (running, process, outputs) = host.interpreter.enter(|vm| {
            let params = values::to_python(vm, params)?;
            let text = |text: &str| PyObjectRef::from(vm.ctx.new_str(text));
            let requirements = vm.ctx.new_list(requirements.iter().map(|r| text(r)).collect()).into();
            let streaming = vm.ctx.new_bool(streaming).into();
            let arguments: FuncArgs =
                alloc::vec![text(source), text(file), text(class), params, requirements, streaming].into();
            let start = || -> PyResult<_> {
                let running = host.start.call(arguments, vm)?;
                let process = running.get_attr("process", vm)?;
                let outputs = running.get_attr("outputs", vm)?;
                Ok((running, process, outputs))
            };
            start().map_err(|error| exception(vm, &error, file))
        })?;
        Ok(RustPython {
            host,
            running,
            process,
            outputs,
            file: file.to_owned(),
            worker,
            takes_audio: false,
            closed: false,
        })
    }

    /// Sends what an iterator of the driver gives.
    fn each(&self, vm: &VirtualMachine, outputs: PyResult, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        let fails = |error: PyBaseExceptionRef| exception(vm, &error, &self.file);
        let outputs = outputs.and_then(|o| o.get_iter(vm)).map_err(fails)?;
        while let PyIterReturn::Return(output) = outputs.next(vm).map_err(fails)? {
            match values::from_python(vm, &output)? {
                Value::None => {}
                value => out(value)?,
            }
        }
        Ok(())
    }
}

impl Program for RustPython {
    fn process(&mut self, input: Value, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        self.worker.begins();
        self.takes_audio = matches!(&input, Value::Tuple(parts) if matches!(parts.first(), Some(Value::Array(_))));
        let takes_audio = self.takes_audio;
        let mut give = |value| out(if takes_audio { samples(value) } else { value });
        let out = &mut give;
        self.host.interpreter.enter(|vm| {
            let input = values::to_python(vm, input)?;
            let result = self.process.call((input,), vm).map_err(|error| exception(vm, &error, &self.file))?;
            match values::known(vm, &result, 0)? {
                Some(Value::None) => Ok(()),
                Some(value) => out(value),
                None => self.each(vm, self.outputs.call((result,), vm), out),
            }
        })
    }

    fn finish(&mut self, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        self.worker.begins();
        self.closed = true;
        let takes_audio = self.takes_audio;
        let mut give = |value| out(if takes_audio { samples(value) } else { value });
        self.host.interpreter.enter(|vm| self.each(vm, vm.call_method(&self.running, "finish", ()), &mut give))
    }
}

/// A node whose run failed is cleaned up too; what that raises is logged.
impl Drop for RustPython {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        self.worker.begins();
        self.host.interpreter.enter(|vm| {
            if let Err(error) = vm.call_method(&self.running, "close", ()) {
                interpreter::log("error", &exception(vm, &error, &self.file).to_string());
            }
        });
    }
}

/// `(samples, rate)` with its lists of numbers as an array; anything else as it is.
fn samples(value: Value) -> Value {
    let array = match &value {
        Value::Tuple(parts) => match &**parts {
            [rows @ (Value::List(_) | Value::Tuple(_)), rate @ (Value::Int(_) | Value::Float(_))] => {
                array_of(rows, Some(Dtype::F64)).ok().map(|array| Value::tuple([Value::Array(array), rate.clone()]))
            }
            _ => None,
        },
        _ => None,
    };
    array.unwrap_or(value)
}

/// The interpreter of this thread.
fn host() -> Result<&'static Host> {
    if let Some(host) = HOST.with(Cell::get) {
        return Ok(host);
    }
    let mut settings = Settings::default();
    settings.install_signal_handlers = false;
    let builder = InterpreterBuilder::new().settings(settings);
    let modules = rustpython_stdlib::stdlib_module_defs(&builder.ctx);
    let interpreter = builder
        .add_native_modules(&modules)
        .add_frozen_modules(rustpython_pylib::FROZEN_STDLIB)
        .init_hook(|vm| {
            if let Some(state) = PyRc::get_mut(&mut vm.state) {
                state.config.paths.stdlib_dir = Some(rustpython_pylib::LIB_PATH.to_owned());
            }
        })
        .interpreter();
    let start = interpreter.enter(|vm| {
        let load = || -> PyResult {
            let scope = vm.new_scope_with_builtins();
            scope.globals.set_item("__name__", vm.ctx.new_str("remotemedia_driver").into(), vm)?;
            vm.run_string(scope.clone(), DRIVER, "remotemedia_driver.py")?;
            let write = vm.new_function("log", |level: PyStrRef, text: PyStrRef| {
                interpreter::log(&level.to_string_lossy(), &text.to_string_lossy());
            });
            scope.globals.get_item("set_up", vm)?.call((write,), vm)?;
            scope.globals.get_item("start", vm)
        };
        load().map_err(|error| exception(vm, &error, ""))
    })?;
    let host: &'static Host = Box::leak(Box::new(Host { interpreter, start }));
    HOST.with(|slot| slot.set(Some(host)));
    Ok(host)
}

/// What Python raised, with the lines of `file` that it passed.
fn exception(vm: &VirtualMachine, error: &PyBaseExceptionRef, file: &str) -> Exception {
    let text = |object: PyResult| {
        object.and_then(|o| o.str(vm)).map_or_else(|_| String::new(), |s| s.to_string_lossy().into_owned())
    };
    let value = error.as_object();
    let kind = error.class().name().to_string();
    let unparsed =
        error.fast_isinstance(vm.ctx.exceptions.syntax_error) && text(value.get_attr("filename", vm)) == file;
    let message = if unparsed { text(value.get_attr("msg", vm)) } else { text(Ok(value.to_owned())) };
    let mut lines: Vec<(String, u32)> = Vec::new();
    for entry in error.__traceback__().iter().flat_map(|traceback| traceback.iter()) {
        let code = entry.frame.f_code();
        if code.source_path().as_str() == file {
            lines.push((code.obj_name.as_str().to_owned(), u32::try_from(entry.lineno.get()).unwrap_or(u32::MAX)));
        }
    }
    if unparsed && let Ok(line) = text(value.get_attr("lineno", vm)).parse() {
        lines.push(("<module>".to_owned(), line));
    }
    lines.into_iter().rev().fold(Exception::new(kind, message), |e, (function, line)| e.passed(function, line))
}
