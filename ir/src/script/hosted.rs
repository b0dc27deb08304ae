//! Classes that an interpreter runs, and what they have in common with those that are compiled.

use super::{Form, Gives, Literal, Script, Takes};

/// An interpreter that can be part of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interpreter {
    /// Nothing to install, no packages but pure ones; native and in the sandbox.
    RustPython,
    /// All packages; native, with its shared library.
    CPython,
}

impl Interpreter {
    /// Its name, which is that of the feature of `runtime-min` too.
    pub fn name(self) -> &'static str {
        match self {
            Interpreter::RustPython => "rustpython",
            Interpreter::CPython => "cpython",
        }
    }
}

/// A class that an interpreter runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Hosted {
    pub interpreter: Interpreter,
    /// CPython takes over where RustPython cannot begin.
    pub fallback: bool,
    /// The class.
    pub name: String,
    /// What tracebacks call the file.
    pub file: String,
    /// The text of the file.
    pub source: String,
    /// The keyword arguments of the class.
    pub params: Vec<(String, Literal)>,
    /// Packages that must be there, as pip has them.
    pub requirements: Vec<String>,
    /// `process` takes the whole stream.
    pub is_streaming: bool,
    /// How often a message is tried once more, and after how many milliseconds.
    pub retry: Option<(u32, u32)>,
    pub takes: Takes,
    /// The form of messages that arrive.
    pub arrives: Form,
    pub gives: Gives,
}

/// A Python class at work.
#[derive(Clone, Debug, PartialEq)]
pub enum Python {
    Compiled(Script),
    Hosted(Hosted),
}

impl Python {
    /// The class.
    pub fn name(&self) -> &str {
        match self {
            Python::Compiled(script) => &script.name,
            Python::Hosted(hosted) => &hosted.name,
        }
    }

    /// How it is fed.
    pub fn takes(&self) -> &Takes {
        match self {
            Python::Compiled(script) => &script.takes,
            Python::Hosted(hosted) => &hosted.takes,
        }
    }

    /// What it sends.
    pub fn gives(&self) -> &Gives {
        match self {
            Python::Compiled(script) => &script.gives,
            Python::Hosted(hosted) => &hosted.gives,
        }
    }

    /// The class where it is compiled.
    pub fn compiled(&self) -> Option<&Script> {
        match self {
            Python::Compiled(script) => Some(script),
            Python::Hosted(_) => None,
        }
    }

    /// The class where an interpreter runs it.
    pub fn hosted(&self) -> Option<&Hosted> {
        match self {
            Python::Compiled(_) => None,
            Python::Hosted(hosted) => Some(hosted),
        }
    }
}
