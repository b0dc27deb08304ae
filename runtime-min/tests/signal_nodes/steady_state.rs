//! In steady state the paths of samples do not allocate.

use crate::driver::noise;
use crate::invariance::cases;
use remotemedia_runtime_min::node::Out;
use remotemedia_runtime_min::stream::Frames;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, which counts what this thread asks for.
struct Counting;

thread_local! {
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

// SAFETY: every call goes on to the system's allocator unchanged; counting touches no memory of its own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn samples_do_not_allocate() {
    for case in cases() {
        // Messages may; the whole stream in one window must grow; a chunk of 30 s does not end here.
        let whole_stream = case.options.iter().any(|(name, value)| {
            *name == "window_ms" && *value == remotemedia_runtime_min::nodes::registry::Arg::Float(0.0)
        });
        if case.output == 0 || whole_stream {
            continue;
        }
        let input = noise(700 * case.input, 1);
        let mut node = case.build();
        let mut frames = Frames::new(case.output, 4096, 1);
        for round in 0..20 {
            let before = ASKED.get();
            let mut out = Out { frames: Some(&mut frames), messages: None };
            node.frames(0, &input, &mut out).unwrap_or_else(|e| panic!("{e}"));
            let asked = ASKED.get() - before;
            frames.consume_all(0);
            // A detector builds its event before it knows that nobody listens.
            let allowed = if case.path == "vad::EnergyVad" { u32::MAX } else { 0 };
            assert!(asked <= allowed, "{} {:?}: {asked} allocations in round {round}", case.path, case.options);
        }
        assert_eq!(frames.grown(), 0, "{} {:?}", case.path, case.options);
    }
}
