//! How a thread waits: it looks for some microseconds, then sleeps until somebody rings.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often a thread looks before it sleeps, where another one can run meanwhile: 2 to 10 microseconds.
pub(super) const SPINS: u32 = 200;

/// Wakes one thread. A ring that comes between [`Bell::heard`] and [`Bell::wait`] is not lost.
#[derive(Debug)]
pub(super) struct Bell {
    rings: AtomicU64,
    is_asleep: AtomicBool,
    /// What its thread had heard when it went to sleep.
    slept: AtomicU64,
    spins: u32,
    lock: Mutex<()>,
    woken: Condvar,
}

impl Bell {
    pub(super) fn new(spins: u32) -> Bell {
        Bell {
            rings: AtomicU64::new(0),
            is_asleep: AtomicBool::new(false),
            slept: AtomicU64::new(0),
            spins,
            lock: Mutex::new(()),
            woken: Condvar::new(),
        }
    }

    /// How often it rang; asked before looking for work.
    pub(super) fn heard(&self) -> u64 {
        self.rings.load(Ordering::SeqCst)
    }

    /// Wakes its thread, or keeps it from going to sleep.
    pub(super) fn ring(&self) {
        self.rings.fetch_add(1, Ordering::SeqCst);
        if self.is_asleep.load(Ordering::SeqCst) {
            // Held by a sleeper until it really sleeps.
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.woken.notify_one();
        }
    }

    /// True if its thread sleeps and nobody has rung.
    pub(super) fn is_asleep(&self) -> bool {
        self.is_asleep.load(Ordering::SeqCst) && self.slept.load(Ordering::SeqCst) == self.heard()
    }

    /// Waits until it has rung since `heard`.
    pub(super) fn wait(&self, heard: u64) {
        if self.has_rung_soon(heard) {
            return;
        }
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.slept.store(heard, Ordering::SeqCst);
        self.is_asleep.store(true, Ordering::SeqCst);
        while self.heard() == heard {
            guard = self.woken.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        self.is_asleep.store(false, Ordering::SeqCst);
    }

    /// The same; every `doubt` asks whether somebody could still ring, and gives up with `false` if not.
    pub(super) fn wait_while(&self, heard: u64, doubt: Duration, somebody: impl Fn() -> bool) -> bool {
        if self.has_rung_soon(heard) {
            return true;
        }
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.slept.store(heard, Ordering::SeqCst);
        self.is_asleep.store(true, Ordering::SeqCst);
        let mut hope = true;
        while hope && self.heard() == heard {
            guard = self.woken.wait_timeout(guard, doubt).unwrap_or_else(PoisonError::into_inner).0;
            hope = somebody() || self.heard() != heard;
        }
        self.is_asleep.store(false, Ordering::SeqCst);
        hope
    }

    fn has_rung_soon(&self, heard: u64) -> bool {
        (0..self.spins).any(|_| {
            std::hint::spin_loop();
            self.heard() != heard
        })
    }
}
