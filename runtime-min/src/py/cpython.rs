//! Python nodes run by CPython, through PyO3: all of Python, with whatever packages are installed.
//!
//! One interpreter serves all nodes of a program. NumPy arrays move in without a copy and are copied once on their way out
//! (`values.rs`). `VIRTUAL_ENV` and `PYTHONPATH` say where packages are. What links this must find the libpython of the interpreter that
//! `PYO3_PYTHON` named when it was built, and should have an rpath to it: a program takes any library of the same name otherwise.
//!
//! Standard output belongs to the pipeline, so `print` in a node writes to standard error.

mod values;

use super::containers::Dict;
use super::interpreter::{self, DRIVER, Setup, Worker};
use super::{Exception, Program, Result, Value};
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::ffi::CString;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use pyo3::exceptions::PySyntaxError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCFunction, PyModule};

/// What `sys.version` was of the interpreter that the program was built for, where the build says so.
const BUILT_FOR: Option<&str> = option_env!("REMOTEMEDIA_PYTHON_VERSION");

/// The module of `driver.py`, made once.
static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();

/// Starts a node.
///
/// # Errors
/// As [`CPython::new`].
pub fn start(setup: Setup<'_>) -> Result<Box<dyn Program>> {
    Ok(Box::new(CPython::new(setup)?))
}

/// A node that CPython runs.
#[derive(Debug)]
pub struct CPython {
    running: Py<PyAny>,
    /// `process` of the node itself, where it takes one message.
    process: Py<PyAny>,
    outputs: Py<PyAny>,
    file: String,
    worker: Worker,
    closed: bool,
}

impl CPython {
    /// Starts the interpreter if there is none yet, makes the node, and calls its `initialize()`.
    ///
    /// # Errors
    /// An `ImportError` that names what is not installed or if another Python is loaded than the program was built for; what
    /// the source, the constructor or `initialize` raise.
    pub fn new(setup: Setup<'_>) -> Result<CPython> {
        let Setup { node, source, file, class, params, requirements, streaming, log } = setup;
        let worker = Worker { node: node.into(), log };
        worker.begins();
        Python::initialize();
        Python::attach(|py| {
            let params = match params {
                Value::None => Value::Dict(Dict::new()),
                given => given,
            };
            let params = values::to_python(py, params)?;
            let start = || -> PyResult<CPython> {
                let requirements: Vec<&str> = requirements.to_vec();
                let arguments = (source, file, class, params, requirements, streaming);
                let running = driver(py)?.getattr("start")?.call1(arguments)?;
                let process = running.getattr("process")?.unbind();
                let outputs = running.getattr("outputs")?.unbind();
                Ok(CPython {
                    running: running.unbind(),
                    process,
                    outputs,
                    file: file.to_owned(),
                    worker,
                    closed: false,
                })
            };
            same_version(Python::version_str())?;
            start().map_err(|error| exception(py, &error, file))
        })
    }

    /// Sends what an iterator of the driver gives.
    fn each(
        &self,
        py: Python<'_>,
        outputs: PyResult<Bound<'_, PyAny>>,
        out: &mut dyn FnMut(Value) -> Result<()>,
    ) -> Result<()> {
        let fails = |error: PyErr| exception(py, &error, &self.file);
        for output in outputs.map_err(fails)?.try_iter().map_err(fails)? {
            match values::from_python(&output.map_err(fails)?)? {
                Value::None => {}
                value => out(value)?,
            }
        }
        Ok(())
    }
}

impl Program for CPython {
    fn process(&mut self, input: Value, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        self.worker.begins();
        Python::attach(|py| {
            let input = values::to_python(py, input)?;
            let result = self.process.bind(py).call1((input,)).map_err(|error| exception(py, &error, &self.file))?;
            match values::known(&result, 0)? {
                Some(Value::None) => Ok(()),
                Some(value) => out(value),
                None => self.each(py, self.outputs.bind(py).call1((result,)), out),
            }
        })
    }

    fn finish(&mut self, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        self.worker.begins();
        self.closed = true;
        Python::attach(|py| self.each(py, self.running.bind(py).call_method0("finish"), out))
    }
}

/// A node whose run failed is cleaned up too; what that raises is logged.
impl Drop for CPython {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        self.worker.begins();
        let ended = Python::try_attach(|py| {
            let closed = self.running.bind(py).call_method0("close");
            closed.map(drop).map_err(|error| exception(py, &error, &self.file).to_string())
        });
        if let Some(Err(error)) = ended {
            interpreter::log("error", &error);
        }
    }
}

/// The module of `driver.py`.
fn driver(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    let make = || -> PyResult<Py<PyModule>> {
        let source = CString::new(DRIVER)?;
        let driver = PyModule::from_code(py, &source, c"remotemedia_driver.py", c"remotemedia_driver")?;
        let write = PyCFunction::new_closure(py, Some(c"log"), None, |arguments, _| -> PyResult<()> {
            let (level, text) = arguments.extract::<(String, String)>()?;
            interpreter::log(&level, &text);
            Ok(())
        })?;
        driver.getattr("set_up")?.call1((write,))?;
        Ok(driver.unbind())
    };
    MODULE.get_or_try_init(py, make).map(|module| module.bind(py))
}

/// A program may load another library of the same name than it was built for: its modules would be others.
fn same_version(version: &str) -> Result<()> {
    match BUILT_FOR {
        Some(built_for) if built_for != version => Err(Exception::new(
            "ImportError",
            format!(
                "this program was built for Python {built_for}, and the libpython that was loaded is of Python {version}: \
                 set LD_LIBRARY_PATH to the folder of the former"
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

/// What Python raised, with the lines of `file` that it passed.
fn exception(py: Python<'_>, error: &PyErr, file: &str) -> Exception {
    let text = |object: PyResult<Bound<'_, PyAny>>| object.and_then(|o| o.extract::<String>()).unwrap_or_default();
    let kind = error.get_type(py).name().map_or_else(|_| "Exception".to_owned(), |name| name.to_string());
    let value = error.value(py).as_any();
    let here = |name: PyResult<Bound<'_, PyAny>>| text(name) == file;
    let unparsed = error.is_instance_of::<PySyntaxError>(py) && here(value.getattr("filename"));
    let message = if unparsed {
        text(value.getattr("msg"))
    } else {
        value.str().map_or_else(|_| String::new(), |s| s.to_string())
    };
    let mut lines: Vec<(String, u32)> = Vec::new();
    let mut next = error.traceback(py).map(Bound::into_any);
    while let Some(entry) = next {
        let mut read = || -> PyResult<()> {
            let code = entry.getattr("tb_frame")?.getattr("f_code")?;
            if here(code.getattr("co_filename")) {
                lines.push((code.getattr("co_name")?.extract()?, entry.getattr("tb_lineno")?.extract()?));
            }
            Ok(())
        };
        // A traceback that cannot be read has nothing to say.
        drop(read());
        next = entry.getattr("tb_next").ok().filter(|n| !n.is_none());
    }
    if unparsed && let Ok(line) = value.getattr("lineno").and_then(|l| l.extract()) {
        lines.push(("<module>".to_owned(), line));
    }
    lines.into_iter().rev().fold(Exception::new(kind, message), |e, (function, line)| e.passed(function, line))
}
