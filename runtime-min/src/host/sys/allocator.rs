//! A small allocator for wasm without std: free lists of blocks whose sizes are powers of two.
//!
//! A request is rounded up to the next power of two, at least 16 bytes, and served from the list of freed blocks of that
//! size, else cut from the memory that was grown last. Blocks are never split or joined: the whole memory is at most the
//! sum, over the sizes, of the most that was held of each, so a program whose use is bounded stays bounded however long it
//! runs. Growing within the rounded size is free, and the block that was cut last grows in place. Blocks of 64 bytes and
//! more are aligned to 64; a larger alignment is refused.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

const SMALLEST: u32 = 4;
const LARGEST: u32 = 31;
const MOST_ALIGNED: usize = 64;

/// Blocks by size; see the module.
pub struct Allocator {
    state: UnsafeCell<State>,
}

struct State {
    /// First free block of `1 << (SMALLEST + i)` bytes; the first word of a free block is the address of the next.
    free: [usize; (LARGEST - SMALLEST) as usize],
    /// Memory that was grown and is not cut yet.
    top: usize,
    end: usize,
    /// Adds bytes to the memory and returns where they begin and how many they are, a block of pages.
    grow: fn(usize) -> Option<(usize, usize)>,
}

// SAFETY: wasm without the threads proposal, the one place where this is a global allocator, has a single thread.
unsafe impl Sync for Allocator {}

impl Allocator {
    /// An allocator that holds nothing and grows the module's memory.
    #[cfg(target_family = "wasm")]
    pub const fn new() -> Allocator {
        Allocator::growing(|bytes| {
            let pages = bytes.div_ceil(65536);
            let before = core::arch::wasm32::memory_grow::<0>(pages);
            (before != usize::MAX).then_some((before * 65536, pages * 65536))
        })
    }

    const fn growing(grow: fn(usize) -> Option<(usize, usize)>) -> Allocator {
        Allocator { state: UnsafeCell::new(State { free: [0; (LARGEST - SMALLEST) as usize], top: 0, end: 0, grow }) }
    }
}

impl State {
    fn cut(&mut self, size: usize) -> Option<usize> {
        let mut start = self.top.next_multiple_of(size.min(MOST_ALIGNED));
        if self.end < start || self.end - start < size {
            let (new, grown) = (self.grow)(size + MOST_ALIGNED)?;
            if new != self.end {
                start = new.next_multiple_of(MOST_ALIGNED);
            }
            self.end = new + grown;
        }
        self.top = start + size;
        Some(start)
    }
}

fn class(layout: Layout) -> Option<u32> {
    let bits = usize::BITS - (layout.size().max(layout.align()) - 1).leading_zeros();
    (layout.align() <= MOST_ALIGNED && bits < LARGEST).then(|| bits.max(SMALLEST))
}

// SAFETY: a block is either on exactly one free list or with exactly one owner, has at least the size and alignment of its
// layout (a power of two at or above both, cut at a multiple of it up to 64), and its class follows from its layout alone.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and no reference to the state outlives a method.
        let state = unsafe { &mut *self.state.get() };
        let Some(class) = class(layout) else { return null_mut() };
        let first = state.free[(class - SMALLEST) as usize];
        if first != 0 {
            // SAFETY: a block on a free list is ours, at least 16 bytes large, and begins with the address of the next.
            state.free[(class - SMALLEST) as usize] = unsafe { *(first as *const usize) };
            return first as *mut u8;
        }
        state.cut(1 << class).map_or(null_mut(), |block| block as *mut u8)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        let state = unsafe { &mut *self.state.get() };
        if let Some(class) = class(layout) {
            let first = &mut state.free[(class - SMALLEST) as usize];
            // SAFETY: the owner gives the block back: it is ours, at least 16 bytes large and aligned for a word.
            unsafe { *(block as *mut usize) = *first };
            *first = block as usize;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(new) = Layout::from_size_align(size, layout.align()) else {
            return null_mut();
        };
        let (Some(from), Some(to)) = (class(layout), class(new)) else {
            return null_mut();
        };
        if from == to {
            return block;
        }
        {
            // SAFETY: as in `alloc`.
            let state = unsafe { &mut *self.state.get() };
            let start = block as usize;
            let fits = state.end - start >= 1 << to && start.is_multiple_of((1 << to).min(MOST_ALIGNED));
            if to > from && start + (1 << from) == state.top && fits {
                state.top = start + (1 << to);
                return block;
            }
        }
        // SAFETY: the contract of `realloc` is that of the three calls: `layout` is the block's, `new` is not empty.
        unsafe {
            let moved = self.alloc(new);
            if !moved.is_null() {
                core::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Memory as wasm grows it: pages in a row, four times as many as the test needs.
    fn grow(bytes: usize) -> Option<(usize, usize)> {
        thread_local!(static MEMORY: (usize, core::cell::Cell<usize>) = {
            let all = std::vec![0u64; 1 << 20].leak();
            ((all.as_ptr() as usize).next_multiple_of(65536), core::cell::Cell::new(0))
        });
        let pages = bytes.div_ceil(65536);
        MEMORY.with(|(start, used)| {
            let before = used.get();
            used.set(before + pages);
            (before + pages < 100).then_some((start + before * 65536, pages * 65536))
        })
    }

    #[test]
    fn blocks_do_not_overlap_and_keep_their_bytes() {
        let heap = Allocator::growing(grow);
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        let mut seed = 1u32;
        for round in 0..20_000u32 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let size = 1 + (seed >> 16) as usize % [24, 300, 5000][round as usize % 3];
            let mark = round as u8;
            // SAFETY: the layouts are those of the blocks, and the bytes touched lie inside them.
            unsafe {
                if held.len() < 100 {
                    let layout = Layout::from_size_align(size, 1 << (seed >> 8 & 3)).unwrap();
                    let block = heap.alloc(layout);
                    assert!(!block.is_null() && (block as usize).is_multiple_of(layout.align()));
                    block.write_bytes(mark, size);
                    held.push((block, layout, mark));
                } else {
                    let (block, layout, mark) = held.swap_remove((seed >> 4) as usize % held.len());
                    let bytes = core::slice::from_raw_parts(block, layout.size());
                    assert!(bytes.iter().all(|b| *b == mark));
                    if seed & 1 == 0 {
                        heap.dealloc(block, layout);
                    } else {
                        let block = heap.realloc(block, layout, size);
                        let kept = core::slice::from_raw_parts(block, layout.size().min(size));
                        assert!(kept.iter().all(|b| *b == mark));
                        block.write_bytes(mark, size);
                        held.push((block, Layout::from_size_align(size, layout.align()).unwrap(), mark));
                        if held.len() > 90 {
                            let (block, layout, _) = held.remove(0);
                            heap.dealloc(block, layout);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_last_block_grows_in_place() {
        let heap = Allocator::growing(grow);
        let layout = Layout::from_size_align(64, 8).unwrap();
        // SAFETY: the layouts are those of the blocks.
        unsafe {
            let block = heap.alloc(layout);
            assert_eq!(heap.realloc(block, layout, 4000), block);
        }
    }

    #[test]
    fn too_much_is_refused() {
        let heap = Allocator::growing(grow);
        // SAFETY: the layouts are not empty.
        unsafe {
            assert!(heap.alloc(Layout::from_size_align(1 << 40, 8).unwrap()).is_null());
            assert!(heap.alloc(Layout::from_size_align(8, 128).unwrap()).is_null());
            assert!(heap.alloc(Layout::from_size_align(1 << 28, 8).unwrap()).is_null());
        }
    }
}
