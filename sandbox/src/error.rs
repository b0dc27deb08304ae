//! Why a run could not begin. How a run ended, well or badly, is `outcome`.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why the module did not run; nothing of it was executed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a valid core WebAssembly module in binary form.
    NotAModule {
        /// What is wrong with them.
        why: String,
    },
    /// The module is valid, but not a command: it has no function `_start` that takes and returns nothing.
    NotACommand,
    /// The module wants something from its host that is not there.
    Import {
        /// The module part of the import's name.
        module: String,
        /// The field part of the import's name.
        name: String,
    },
    /// A grant cannot be given.
    Grant {
        /// The path on the host.
        host: PathBuf,
        /// Why.
        why: String,
    },
    /// A standard stream or the guest's thread could not be had.
    Io(io::Error),
    /// wasmtime cannot work on this machine, or not with this module.
    Machine(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotAModule { why } => write!(f, "not a WebAssembly module: {why}"),
            Error::NotACommand => write!(f, "the module is not a WASI command: it exports no function `_start`"),
            Error::Import { module, name } => {
                write!(f, "the module imports `{module}::{name}`, which the sandbox does not offer")
            }
            Error::Grant { host, why } => write!(f, "cannot grant `{}`: {why}", host.display()),
            Error::Io(error) => write!(f, "{error}"),
            Error::Machine(why) => write!(f, "wasmtime: {why}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io(error) => Some(error),
            Error::NotAModule { .. }
            | Error::NotACommand
            | Error::Import { .. }
            | Error::Grant { .. }
            | Error::Machine(_) => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error)
    }
}
