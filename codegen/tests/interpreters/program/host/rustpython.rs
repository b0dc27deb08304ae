//! RustPython, which has none.

pub use remotemedia_runtime_min::py::rustpython::start;

pub fn packages() {}
