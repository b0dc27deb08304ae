//! `entry!`: the symbol at which a generated program starts, in each of its worlds.
//!
//! | world | what the crate says besides | what `entry!` defines |
//! |---|---|---|
//! | native; wasm with the feature `std` | nothing | `fn main() -> ExitCode` |
//! | wasm without `std` | `#![no_std]`, `#![no_main]` | `__main_void`, which WASI's own `_start` calls |
//!
//! A crate with `#![forbid(unsafe_code)]` can use it: what is not safe is this crate's, and vouched for here.

/// Starts the program at `$main`, a `fn() -> i32` that returns the exit code.
#[cfg(any(not(target_family = "wasm"), feature = "std"))]
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        fn main() -> ::std::process::ExitCode {
            ::std::process::ExitCode::from($main() as u8)
        }
    };
}

/// Starts the program at `$main`, a `fn() -> i32` that returns the exit code.
#[cfg(all(target_family = "wasm", not(feature = "std")))]
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        // SAFETY: no other crate of a program defines this symbol: rustc does so only for a crate with a `main`, which
        // a `no_main` crate does not have.
        #[unsafe(no_mangle)]
        extern "C" fn __main_void() -> i32 {
            $main()
        }
    };
}
