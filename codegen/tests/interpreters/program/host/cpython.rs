//! CPython, which has packages.

mod packages;

pub use remotemedia_runtime_min::py::cpython::start;

pub fn packages() {
    packages::all();
}
