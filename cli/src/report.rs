//! Prints findings and progress.

use crate::args::MessageFormat;
use remotemedia_ir::diag::{self, Diagnostics, Severity};
use remotemedia_ir::{SourceMap, codes};
use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
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

/// A line about what is being done and for how long, on a terminal, once it takes longer than half a second.
pub struct Progress {
    /// Closed by dropping it; the ticker then wipes its line and ends.
    doing: Option<Sender<String>>,
    ticker: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts the clock.
    pub fn new() -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress { doing: None, ticker: None };
        }
        let (doing, told) = channel::<String>();
        let ticker = std::thread::spawn(move || {
            let start = Instant::now();
            let (mut what, mut shown) = (String::from("compiling"), false);
            loop {
                match told.recv_timeout(Duration::from_millis(100)) {
                    Ok(next) => what = next,
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => {}
                }
                let elapsed = start.elapsed();
                if elapsed > Duration::from_millis(500) {
                    eprint!("\r\u{1b}[2K{what} … {:.1} s", elapsed.as_secs_f32());
                    shown = true;
                }
            }
            if shown {
                eprint!("\r\u{1b}[2K");
            }
        });
        Progress { doing: Some(doing), ticker: Some(ticker) }
    }

    /// Says what comes next.
    pub fn say(&self, what: &str) {
        if let Some(doing) = &self.doing {
            // A ticker that has gone shows nothing: no loss.
            let _ = doing.send(what.to_owned());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.doing = None;
        if let Some(ticker) = self.ticker.take() {
            let _ = ticker.join();
        }
    }
}
