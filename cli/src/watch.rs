//! `run --watch`: the manifest read again whenever it changes, while the pipeline runs.

use crate::args::Run;
use crate::frontend;
use crate::report;
use remotemedia_compiler::{Options, Stage};
use remotemedia_engine::{Changes, Prepared, Tier, check_ports};
use remotemedia_ir::SourceMap;
use remotemedia_ir::plan::Plan;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, SystemTime};

/// How often the file is looked at.
const PERIOD: Duration = Duration::from_millis(50);

/// A file that was written so lately may be written again without its time telling.
const FRESH: Duration = Duration::from_secs(2);

/// How the version that runs was made.
#[derive(Clone, Copy)]
pub struct Version<'a> {
    pub manifest: &'a [u8],
    pub plan: &'a Plan,
    pub options: &'a Options,
    pub tier: Tier,
    pub args: &'a Run,
}

/// Calls `run` with the versions to come of the manifest, and looks for them as long as it runs.
pub fn run<R>(first: Version<'_>, run: impl FnOnce(Changes) -> R) -> R {
    let (found, next) = channel();
    let (running, ended) = channel::<()>();
    let path = first.args.input.manifest.display().to_string();
    let told = Box::new(move |result| match result {
        Ok(()) => eprintln!("note: `{path}` has changed: its new version runs"),
        Err(message) => eprintln!("error: `{path}` has changed: {message}\nnote: the version before goes on"),
    });
    std::thread::scope(|scope| {
        scope.spawn(move || poll(first, &found, &ended));
        let result = run(Changes { next, told });
        drop(running);
        result
    })
}

/// Looks at the file until the run has ended.
fn poll(first: Version<'_>, found: &Sender<Prepared>, ended: &Receiver<()>) {
    let mut watched =
        Watched { path: &first.args.input.manifest, time: None, taken: first.manifest.to_vec(), seen: None };
    loop {
        match ended.recv_timeout(PERIOD) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
        let Some(bytes) = watched.changed() else { continue };
        match version(&bytes, first) {
            Some(prepared) => {
                if found.send(prepared).is_err() {
                    return;
                }
            }
            None => eprintln!("note: the version before goes on"),
        }
    }
}

/// A new version, ready to run; says what is wrong with it where it is none.
fn version(bytes: &[u8], first: Version<'_>) -> Option<Prepared> {
    let Version { manifest: _, plan: before, options, tier, args } = first;
    let mut sources = SourceMap::default();
    let format = args.input.message_format;
    let compiled = match frontend::compile(&args.input, bytes, &mut sources, options) {
        Ok(Ok(compiled)) => compiled,
        Ok(Err(found)) => {
            report::diagnostics(&found, &sources, format, false);
            return None;
        }
        Err(usage) => {
            eprintln!("error: {}", usage.0);
            return None;
        }
    };
    report::diagnostics(&compiled.notes, &sources, format, false);
    let Stage::Plan(plan) = compiled.stage else { return None };
    if let Err(message) = check_ports(before, &plan) {
        eprintln!("error: {message}\nhelp: files are bound to the ports: end the run and start it again");
        return None;
    }
    Some(Prepared::new(frontend::verified(&plan).ok()?, tier))
}

/// A file, and what was seen of it.
struct Watched<'a> {
    path: &'a Path,
    time: Option<SystemTime>,
    /// What was taken last.
    taken: Vec<u8>,
    /// What the last look saw, if it was something else: whoever writes may not have done.
    seen: Option<Vec<u8>>,
}

impl Watched<'_> {
    /// The contents, once they are others than before and stay so from one look to the next.
    fn changed(&mut self) -> Option<Vec<u8>> {
        let time = std::fs::metadata(self.path).and_then(|m| m.modified()).ok();
        let fresh = time.is_none_or(|t| t.elapsed().map_or(true, |age| age < FRESH));
        if time == self.time && self.seen.is_none() && !fresh {
            return None;
        }
        self.time = time;
        let bytes = std::fs::read(self.path).ok()?;
        if self.taken == bytes {
            self.seen = None;
        } else if self.seen.as_ref() == Some(&bytes) {
            self.seen = None;
            self.taken = bytes.clone();
            return Some(bytes);
        } else {
            self.seen = Some(bytes);
        }
        None
    }
}
