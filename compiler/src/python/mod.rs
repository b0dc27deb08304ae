//! Python classes as nodes: read, and lowered into scripts where they stay in the subset that `docs/python.md` lists.
//!
//! [`source`] parses a file, `class` finds the class and runs its `__init__`, `statement`, `expression` and `call` lower what its
//! methods do, with the types of `types` as they go: a condition that is known is decided, a class used for two kinds of input is
//! lowered twice. What the subset does not have is [`Outside`]: no error, but the reason why an interpreter has to run the node.

mod arguments;
mod call;
mod callable;
mod changes;
mod class;
mod closures;
mod defaults;
mod elements;
mod exceptions;
mod expanded;
mod expression;
mod filled;
mod functional;
pub mod hosted;
pub mod imports;
mod iterators;
pub mod kernel;
mod lazy;
mod lineage;
pub mod nodes;
pub mod pipeline;
mod records;
mod regex;
mod scope;
pub mod source;
mod statement;
mod types;
mod unset;

pub use class::{Input, Request, lower};

use remotemedia_ir::script::Script;
use remotemedia_ir::{Diagnostic, Diagnostics, Span};

/// Which interpreter something needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Any: pure Python.
    Python,
    /// One that loads compiled extensions.
    CPython,
}

impl Need {
    /// As reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Need::Python => "an interpreter",
            Need::CPython => "cpython",
        }
    }
}

/// Why a node is not lowered.
#[derive(Clone, Debug, PartialEq)]
pub struct Outside {
    pub span: Span,
    /// A clause, as in "`try` is outside the compiled subset".
    pub reason: String,
    pub need: Need,
}

/// What became of a class.
#[derive(Clone, Debug, PartialEq)]
pub enum Lowered {
    Script(Box<Script>),
    /// In the order of the source, at least one.
    Outside(Vec<Outside>),
}

/// Why lowering of a piece stopped.
pub(crate) enum Stop {
    Outside(Outside),
    Wrong(Box<Diagnostic>),
}

impl From<Stop> for Diagnostics {
    fn from(stop: Stop) -> Diagnostics {
        let mut found = Diagnostics::new();
        match stop {
            Stop::Wrong(diagnostic) => found.push(*diagnostic),
            Stop::Outside(_) => {}
        }
        found
    }
}

/// What lowering of a piece gives.
pub(crate) type Lower<T> = Result<T, Stop>;
