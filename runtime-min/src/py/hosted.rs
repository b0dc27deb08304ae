//! A class that an interpreter runs, from the start of a program to its end.
//!
//! Interpreters start with the program, so that what is missing is said before anything is processed. What cannot start fails at the
//! first step, with the error of the start.

use super::interpreter::Setup;
use super::{Exception, Program, Result, Value};
use alloc::boxed::Box;
use alloc::format;
use core::fmt;
use core::time::Duration;

/// Starts a class in an interpreter.
pub type Start = fn(Setup<'_>) -> Result<Box<dyn Program>>;

/// What an interpreter says where it lacks something that another one may have.
const GAPS: [&str; 6] =
    ["AttributeError", "ImportError", "ModuleNotFoundError", "NotImplementedError", "SyntaxError", "SystemError"];

/// A class at work in an interpreter.
pub struct Hosted {
    setup: Setup<'static>,
    program: Result<Box<dyn Program>>,
    /// What takes over where the first interpreter cannot begin.
    fallback: Option<Start>,
    retries: u32,
    backoff: Duration,
}

impl Hosted {
    /// Starts a class.
    pub fn new(setup: Setup<'static>, start: Start) -> Hosted {
        let program = start(setup.clone());
        Hosted { setup, program, fallback: None, retries: 0, backoff: Duration::ZERO }
    }

    /// The same with another interpreter, which takes over where the first one lacks something before the class has answered once.
    #[must_use]
    pub fn or(mut self, start: Start) -> Hosted {
        self.fallback = Some(start);
        if let Err(exception) = &self.program {
            let exception = exception.clone();
            self.falls_back(&exception);
        }
        self
    }

    /// The same with another try of a message whose processing fails before anything was sent: so many, each after so many milliseconds.
    #[must_use]
    pub fn retrying(mut self, times: u32, backoff: u32) -> Hosted {
        self.retries = times;
        self.backoff = Duration::from_millis(backoff.into());
        self
    }

    /// Goes over to the other interpreter if there is one and the error is one of what this one lacks.
    fn falls_back(&mut self, exception: &Exception) -> bool {
        let Some(start) = self.fallback.take_if(|_| GAPS.contains(&exception.kind())) else { return false };
        let Setup { node, log, .. } = self.setup;
        log(node, "warning", &format!("rustpython cannot run it, cpython takes over: {exception}"));
        self.program = start(self.setup.clone());
        true
    }
}

impl fmt::Debug for Hosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosted").field("setup", &self.setup).finish_non_exhaustive()
    }
}

impl Program for Hosted {
    fn ready(&self) -> Result<()> {
        self.program.as_ref().map(|_| ()).map_err(Exception::clone)
    }

    fn process(&mut self, input: Value, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        let mut tries = 0;
        loop {
            let program = self.program.as_mut().map_err(|e| e.clone())?;
            if self.fallback.is_none() && self.retries == 0 {
                return program.process(input, out);
            }
            let mut has_sent = false;
            let result = program.process(input.clone(), &mut |value| {
                has_sent = true;
                out(value)
            });
            let Err(exception) = result else {
                self.fallback = None;
                return Ok(());
            };
            if has_sent {
                return Err(exception);
            }
            if self.falls_back(&exception) {
                continue;
            }
            if tries == self.retries {
                return Err(exception);
            }
            tries += 1;
            let Setup { node, log, .. } = self.setup;
            log(node, "warning", &format!("{exception}; try {tries} of {}", self.retries));
            // The stream keeps its order, so nothing else of this thread could go on meanwhile.
            std::thread::sleep(self.backoff);
        }
    }

    fn finish(&mut self, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        self.program.as_mut().map_err(|e| e.clone())?.finish(out)
    }
}
