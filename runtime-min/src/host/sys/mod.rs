//! The few things that a pipeline's program asks of a system: arguments, files, standard streams, a clock.
//!
//! Two implementations with one face: `native` on std, `wasi` on the raw calls of WASI preview 1 (used on wasm even where
//! std is linked, because std's own file types weigh more than a whole pipeline). Without std on wasm, `bare` adds what std
//! would bring: a panic handler, an allocator, the C start-up object.

#[cfg(any(all(target_family = "wasm", not(feature = "std")), test))]
mod allocator;
#[cfg(all(target_family = "wasm", not(feature = "std")))]
mod bare;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod wasi;

use alloc::boxed::Box;
use alloc::string::String;
#[cfg(not(target_family = "wasm"))]
pub use native::{File, args, create, now_ns, open, peak_memory, print, stdin, stdout};
#[cfg(target_family = "wasm")]
pub use wasi::{File, args, create, now_ns, open, peak_memory, print, stdin, stdout};

/// Why bytes could not be read or written, in words, without the name of the file. One word large, since nearly every
/// function here may return it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Reason>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    BrokenPipe,
    Other(String),
}

impl Error {
    /// An error in these words.
    pub fn new(message: String) -> Error {
        Error(Box::new(Reason::Other(message)))
    }

    /// The reader of a pipe has gone away.
    pub fn broken_pipe() -> Error {
        Error(Box::new(Reason::BrokenPipe))
    }

    /// Whether the reader of a pipe has gone away.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(*self.0, Reason::BrokenPipe)
    }

    /// The words.
    pub fn message(&self) -> &str {
        match &*self.0 {
            Reason::BrokenPipe => "broken pipe",
            Reason::Other(message) => message,
        }
    }
}

impl From<&str> for Error {
    #[inline(never)]
    fn from(message: &str) -> Error {
        Error::new(String::from(message))
    }
}

/// Where [`print()`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    Out,
    Err,
}
