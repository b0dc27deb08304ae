//! What Python nodes compute with once they are compiled: values, operators, functions and errors with Python's meaning.
//!
//! A compiled node calls functions of this module by name ([`ops`], [`number`], and those of [`table`]); the reference evaluator
//! calls the same ones through the table. Lists, dicts and arrays are references as in Python: two names may hold one list. An
//! object never leaves its node: [`convert`] copies what arrives and what is sent ([`node`]).
//!
//! Differences from CPython are few, and stated where they are: whole numbers are 64 bits wide and a result that does not fit is
//! an `OverflowError`; sets keep the order in which they were filled.

pub mod array;
pub mod builtins;
pub mod containers;
pub mod convert;
#[cfg(all(feature = "cpython", not(target_family = "wasm")))]
pub mod cpython;
pub mod exception;
pub mod expect;
pub mod format;
#[cfg(any(feature = "cpython", feature = "rustpython"))]
pub mod hosted;
#[cfg(any(feature = "cpython", feature = "rustpython"))]
pub mod interpreter;
pub mod math;
pub mod methods;
pub mod node;
pub mod np;
pub mod number;
pub mod ops;
mod presence;
#[cfg(feature = "py-regex")]
pub mod regex;
#[cfg(feature = "rustpython")]
pub mod rustpython;
#[cfg(feature = "numpy")]
pub mod table;
pub mod typed;
mod unicode;
pub mod value;

pub use crate::attempt;
pub use exception::{At, Exception, Result};
pub use node::{Adapter, Form, Gives, Program, PyNode, Takes};
pub use value::Value;
