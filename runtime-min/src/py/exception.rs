//! A Python exception on its way out of a node.

use crate::node::Failure;
use crate::text::{push, text};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What a function of this module gives.
pub type Result<T = super::Value> = core::result::Result<T, Exception>;

/// An exception: its type, its message, and the lines that it passed. One word wide, so that results stay small.
#[derive(Clone, Debug, PartialEq)]
pub struct Exception(Box<Inner>);

#[derive(Clone, Debug, PartialEq)]
struct Inner {
    kind: Cow<'static, str>,
    message: String,
    /// Innermost first: function and line.
    trace: Vec<(Cow<'static, str>, u32)>,
    /// No handler takes it.
    is_final: bool,
}

impl Exception {
    /// `kind` is the name of the type, as in `ValueError`.
    pub fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Exception {
        Exception(Box::new(Inner { kind: kind.into(), message: message.into(), trace: Vec::new(), is_final: false }))
    }

    /// A `TypeError`.
    pub fn type_error(message: impl Into<String>) -> Exception {
        Exception::new("TypeError", message)
    }

    /// A `ValueError`.
    pub fn value_error(message: impl Into<String>) -> Exception {
        Exception::new("ValueError", message)
    }

    /// An `IndexError`.
    pub fn index_error(message: impl Into<String>) -> Exception {
        Exception::new("IndexError", message)
    }

    /// An `OverflowError` for a whole number that 64 bits do not hold. Python has no such limit, so no handler takes it.
    pub fn too_large() -> Exception {
        Exception::new("OverflowError", "a whole number is beyond 64 bits").for_good()
    }

    /// No handler is to take it.
    #[must_use]
    pub fn for_good(mut self) -> Exception {
        self.0.is_final = true;
        self
    }

    /// Whether `except Exception` takes it. Not what only shows that there is less room here than in Python.
    pub fn is_caught(&self) -> bool {
        !self.0.is_final && !["MemoryError", "RecursionError", "SystemError"].contains(&self.kind())
    }

    /// Whether a handler of these types takes it.
    pub fn is_one_of(&self, kinds: &[impl AsRef<str>]) -> bool {
        self.is_caught() && kinds.iter().any(|kind| kind.as_ref() == self.kind())
    }

    /// The name of the type.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// What it says.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The functions that it passed, innermost first, each with the line at which it did.
    pub fn trace(&self) -> &[(Cow<'static, str>, u32)] {
        &self.0.trace
    }

    /// Notes that it passed a line of a function.
    #[must_use]
    pub fn passed(mut self, function: impl Into<Cow<'static, str>>, line: u32) -> Exception {
        self.0.trace.push((function.into(), line));
        self
    }

    /// The failure of a node at `position`: the kind is the type, the message ends with the lines, innermost last as in Python.
    pub fn failure(&self, position: u64) -> Failure {
        Failure::new(self.known_kind(), self.text(), position)
    }

    /// The type, the message and the lines, innermost last as in Python.
    fn text(&self) -> String {
        let Inner { kind, message, trace, is_final: _ } = &*self.0;
        let mut out = text!("{}{}{}", kind, if message.is_empty() { "" } else { ": " }, message);
        for (i, (function, line)) in trace.iter().rev().enumerate() {
            push!(out, "{}line {}, in {}", if i == 0 { " (" } else { "; " }, line, function);
        }
        out.push_str(if trace.is_empty() { "" } else { ")" });
        out
    }

    /// Failures have constant kinds: the types that Python has built in, else `Exception`.
    fn known_kind(&self) -> &'static str {
        const KINDS: [&str; 24] = [
            "ArithmeticError",
            "AssertionError",
            "AttributeError",
            "FileNotFoundError",
            "ImportError",
            "IndexError",
            "KeyError",
            "LookupError",
            "MemoryError",
            "ModuleNotFoundError",
            "NameError",
            "NotImplementedError",
            "OSError",
            "OverflowError",
            "RecursionError",
            "RuntimeError",
            "StopIteration",
            "SyntaxError",
            "SystemError",
            "TimeoutError",
            "TypeError",
            "UnicodeDecodeError",
            "ValueError",
            "ZeroDivisionError",
        ];
        KINDS.iter().find(|k| **k == self.0.kind).copied().unwrap_or("Exception")
    }
}

/// `ValueError: too loud (line 12, in process)`.
impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Results that note where they failed.
pub trait At<T> {
    /// An exception notes that it passed `line` of `function`.
    fn at(self, function: &'static str, line: u32) -> Result<T>;
}

impl<T> At<T> for Result<T> {
    #[inline]
    fn at(self, function: &'static str, line: u32) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(exception) => Err(noted(exception, function, line)),
        }
    }
}

/// Once, and out of the way: every operation of a class that may fail has it behind it.
#[cold]
#[inline(never)]
fn noted(exception: Exception, function: &'static str, line: u32) -> Exception {
    exception.passed(function, line)
}

/// What a result holds; its exception leaves the block with the label, as the block's value.
#[macro_export]
macro_rules! attempt {
    ($block:lifetime, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err(exception) => break $block exception,
        }
    };
}
