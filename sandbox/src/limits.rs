//! What a guest may use, and the count of its memory. Time is watched in `run`, fuel is counted by wasmtime.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::ResourceLimiter;

use crate::run::Watch;

/// What a guest may use at most; no limit by default.
///
/// A limit of time or fuel is compiled into the module and slows it down: by about 30 % in a filter's loop, more in a
/// tight one. A limit of memory costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Bytes of linear memory and tables together, the initial ones included. (Code, stack and the host's own
    /// bookkeeping are not counted; they are bounded by the module's size, 512 KiB and 1,024 open files.)
    pub memory: Option<u64>,
    /// Wall time of the run, blocked reads and writes included; making machine code of the module is not.
    pub time: Option<Duration>,
    /// Units of fuel, about one for each instruction: the same input uses the same fuel on every machine.
    pub fuel: Option<u64>,
}

/// The limit that stopped a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitHit {
    /// The guest asked for more memory.
    Memory {
        /// Bytes that it would have had.
        asked: u64,
        /// Bytes that it may have.
        allowed: u64,
    },
    /// The guest ran for too long.
    Time {
        /// The time until it was stopped.
        ran: Duration,
        /// The time that it may run.
        allowed: Duration,
    },
    /// The guest used all of its fuel.
    Fuel {
        /// The fuel that it had.
        allowed: u64,
    },
}

impl LimitHit {
    /// The sentence that says what happened, where `limit` names what set the limit (such as `--max-memory`).
    pub fn sentence(&self, limit: &str) -> String {
        match *self {
            LimitHit::Memory { asked, allowed } => {
                format!("memory limit: the module asked for {}, {limit} allows {}", Bytes(asked), Bytes(allowed))
            }
            LimitHit::Time { ran, allowed } => {
                format!("time limit: the module ran for {ran:.1?}, {limit} allows {allowed:?}")
            }
            LimitHit::Fuel { allowed } => {
                format!("fuel limit: the module used up the {allowed} units of fuel that {limit} allows")
            }
        }
    }
}

impl fmt::Display for LimitHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence("the limit"))
    }
}

/// A limit that was hit, on its way through wasmtime.
impl std::error::Error for LimitHit {}

/// A number of bytes as a person reads it; never rounded to what another number says, since 64 KiB are the unit.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "a figure with one or two places")]
        match self.0 {
            n if n < 1 << 10 => write!(f, "{n} bytes"),
            n if n < 1 << 20 => write!(f, "{:.1} KiB", n as f64 / 1024.0),
            n => write!(f, "{:.1} MiB", n as f64 / (1024.0 * 1024.0)),
        }
    }
}

/// Counts the memory of one guest and refuses what is beyond its limit.
pub(crate) struct Meter {
    limit: Option<u64>,
    /// Bytes of all memories and tables. A growth that was allowed and that the system then had no memory for stays
    /// counted: rather too much than a way to make the count forget.
    total: u64,
    watch: Arc<Watch>,
}

impl Meter {
    pub(crate) fn new(limit: Option<u64>, watch: Arc<Watch>) -> Meter {
        Meter { limit, total: 0, watch }
    }

    /// Counts a growth from `current` to `desired` bytes; an error stops the guest, `false` tells it no.
    fn grow(&mut self, current: u64, desired: u64, maximum: Option<u64>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let asked = self.total.saturating_sub(current).saturating_add(desired);
        if let Some(allowed) = self.limit
            && asked > allowed
        {
            return Err(LimitHit::Memory { asked, allowed }.into());
        }
        self.total = asked;
        self.watch.saw_memory(asked);
        Ok(true)
    }
}

/// Bytes of one table element in the host.
const ELEMENT: u64 = size_of::<usize>() as u64;

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current as u64, desired as u64, maximum.map(|n| n as u64))
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let bytes = |elements: usize| (elements as u64).saturating_mul(ELEMENT);
        self.grow(bytes(current), bytes(desired), maximum.map(bytes))
    }
}
