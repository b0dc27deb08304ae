//! What the interpreters of Python nodes share: what a node is made of, what they run beside it, and where its log goes.
//!
//! [`cpython`](super::cpython) is one of them. `driver.py` is the part that is written in Python. A class that can be compiled needs none
//! of this.

#[cfg(feature = "rustpython")]
use super::array::Scalar;
use super::{Exception, Value};
use alloc::rc::Rc;
use core::cell::RefCell;

/// What an interpreter runs beside the nodes.
pub(super) const DRIVER: &str = include_str!("driver.py");

/// Takes what a node logs: its id, the level in lower case, the text.
pub type Log = fn(node: &str, level: &str, text: &str);

/// A node to be made.
#[derive(Clone, Debug)]
pub struct Setup<'a> {
    /// Its id in the manifest.
    pub node: &'a str,
    /// The text of the file that has its class.
    pub source: &'a str,
    /// What tracebacks call that file.
    pub file: &'a str,
    pub class: &'a str,
    /// A dict: the keyword arguments of the class.
    pub params: Value,
    /// What must be installed, as pip has it: `numpy>=1.24`.
    pub requirements: &'a [&'a str],
    /// The manifest says that `process` takes the whole stream.
    pub streaming: bool,
    pub log: Log,
}

impl<'a> Setup<'a> {
    /// A node without parameters and requirements, which logs to standard error.
    pub fn new(node: &'a str, source: &'a str, file: &'a str, class: &'a str) -> Setup<'a> {
        Setup { node, source, file, class, params: Value::None, requirements: &[], streaming: false, log: to_stderr }
    }
}

/// A line on standard error.
pub fn to_stderr(node: &str, level: &str, text: &str) {
    std::eprintln!("{node}: {level}: {text}");
}

/// The node that is at work, so that the one logger of an interpreter knows whose line it writes.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub node: Rc<str>,
    pub log: Log,
}

std::thread_local! {
    static AT_WORK: RefCell<Option<Worker>> = const { RefCell::new(None) };
}

impl Worker {
    /// Says that what is logged from now on is this node's.
    pub fn begins(&self) {
        AT_WORK.with(|at_work| *at_work.borrow_mut() = Some(self.clone()));
    }
}

/// A line of whichever node is at work. On a thread that a node has started, it is nobody's.
pub(super) fn log(level: &str, text: &str) {
    match AT_WORK.with(|at_work| at_work.borrow().clone()) {
        Some(Worker { node, log }) => log(&node, level, text),
        None => to_stderr("python", level, text),
    }
}

/// How deep lists and dicts may be nested: one that holds itself is an error, not a crash.
pub(super) const DEPTH: usize = 200;

/// The error of what is nested deeper.
pub(super) fn too_deep() -> Exception {
    Exception::new("RecursionError", "what a node sends is nested too deeply, or holds itself")
}

/// The error of what has no meaning outside of its interpreter.
pub(super) fn not_a_value(class: &str) -> Exception {
    Exception::type_error(alloc::format!("an object of type '{class}' cannot be sent to another node"))
}

/// A scalar as a number of Python's own, where there is no NumPy.
#[cfg(feature = "rustpython")]
pub(super) fn number(scalar: Scalar) -> super::Result {
    Ok(match scalar {
        Scalar::Bool(x) => Value::Bool(x),
        Scalar::U8(x) => Value::Int(x.into()),
        Scalar::I16(x) => Value::Int(x.into()),
        Scalar::I32(x) => Value::Int(x.into()),
        Scalar::I64(x) => Value::Int(x),
        Scalar::F32(x) => Value::Float(x.into()),
        Scalar::F64(x) => Value::Float(x),
        Scalar::C64(..) | Scalar::C128(..) => return Err(not_a_value("complex")),
    })
}
