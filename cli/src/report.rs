//! Prints findings and progress.

use crate::args::MessageFormat;
use remotemedia_ir::diag::{self, Diagnostics, Severity};
use remotemedia_ir::{SourceMap, codes};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Prints findings to standard error (people) or standard output (JSON); tolerated spellings only if `strict`.
pub fn diagnostics(list: &Diagnostics, sources: &SourceMap, format: MessageFormat, strict: bool) {
    let mut counts = [0usize; 2];
    for d in list.iter().filter(|d| strict || !d.tolerance) {
        match format {
            MessageFormat::Human => eprintln!("{}", diag::render(d, sources)),
            MessageFormat::Json => println!("{}", diag::to_json(d, sources)),
        }
        match d.severity {
            Severity::Error | Severity::Bug => counts[0] += 1,
            Severity::Warning => counts[1] += 1,
            Severity::Note => {}
        }
    }
    if format == MessageFormat::Human && counts[0] > 0 {
        let plural = if counts[0] == 1 { "" } else { "s" };
        eprintln!("{} error{plural}", counts[0]);
    }
}

/// Findings of a command that only looks: a node whose runtime is not built yet is a note there.
pub fn placed(list: Diagnostics) -> Diagnostics {
    let mut out = Diagnostics::new();
    for mut d in list {
        if d.code == codes::RUNTIME_NOT_BUILT {
            d.severity = Severity::Note;
        }
        out.push(d);
    }
    out
}

/// A line about what is being done, on a terminal, once it takes longer than half a second.
pub struct Progress {
    start: Instant,
    shown: std::cell::Cell<bool>,
}

impl Progress {
    /// Starts the clock.
    pub fn new() -> Progress {
        Progress { start: Instant::now(), shown: std::cell::Cell::new(false) }
    }

    /// Says what comes next.
    pub fn say(&self, what: &str) {
        let waited = self.start.elapsed() > Duration::from_millis(500);
        if std::io::stderr().is_terminal() && (waited || what.contains("runtime")) {
            eprint!("\r\u{1b}[2K{what} …");
            self.shown.set(true);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.get() {
            eprint!("\r\u{1b}[2K");
        }
    }
}
