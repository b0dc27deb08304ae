//! How a run ended, what it used and what it was refused. Why a run could not begin is `error`.

use std::fmt;
use std::time::Duration;

use crate::grants::Denied;
use crate::limits::LimitHit;

/// What became of a run.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// What it used.
    pub usage: Usage,
    /// What it asked for and no grant covered, oldest first, the last 32 at most. A guest may well do without, so that
    /// this is no failure by itself; see [`Outcome::missing_grant`].
    pub denied: Vec<Denied>,
}

/// How a run ended.
#[derive(Debug)]
pub enum End {
    /// The guest ended by itself, with this exit code.
    Exit(i32),
    /// The guest was stopped at a limit.
    Limit(LimitHit),
    /// The guest did what WebAssembly forbids, such as a panic in Rust without unwinding.
    Trap(Trap),
}

/// A trap, and where in the guest it happened.
#[derive(Debug)]
pub struct Trap {
    /// What happened.
    pub message: String,
    /// The guest's functions, innermost first; by number where the module has no names.
    pub backtrace: Vec<String>,
}

/// What a run used.
#[derive(Debug)]
pub struct Usage {
    /// Bytes of linear memory and tables at their largest.
    pub peak_memory: u64,
    /// Wall time from the start of the guest to its end.
    pub time: Duration,
    /// Wall time to get machine code, from the cache or by compiling.
    pub prepare: Duration,
    /// Whether the machine code came from the cache.
    pub cached: bool,
    /// Units of fuel; `None` if there was no limit of fuel, or if the guest was left behind in a blocked read or write.
    pub fuel: Option<u64>,
}

impl Outcome {
    /// The refusal that made the guest fail: the last one before it failed by itself, if there was any.
    pub fn missing_grant(&self) -> Option<&Denied> {
        match self.end {
            End::Exit(0) | End::Limit(_) => None,
            End::Exit(_) | End::Trap(_) => self.denied.last(),
        }
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for function in &self.backtrace {
            write!(f, "\n  in {function}")?;
        }
        Ok(())
    }
}
