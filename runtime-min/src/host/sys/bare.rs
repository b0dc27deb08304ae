//! What std would bring to a wasm program: the allocator, the end of a panic, and the C library behind `_start`.

use super::allocator::Allocator;
use super::{Standard, print, wasi};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator::new();

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // Without the message: formatting it would be the largest part of a small program.
    print(Standard::Err, "error: the program panicked; this is a bug\n");
    wasi::exit(101)
}

// rustc links WASI's start-up object (`_start`) into every program, and that refers to the C library for the end of the
// program; std would name the library.
#[cfg(target_os = "wasi")]
#[link(name = "c")]
unsafe extern "C" {}
