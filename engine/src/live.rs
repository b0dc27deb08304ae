//! A plan at work that is replaced between two steps, when another one has come.

use crate::interpreter::{Interpreter, Prepared};
use remotemedia_runtime_min::Failure;
use remotemedia_runtime_min::host::{Metrics, Program, Stream};
use std::sync::mpsc::Receiver;

/// Where new versions come from.
pub struct Changes {
    /// Each is put in the place of the one before it; of several that have come meanwhile the last.
    pub next: Receiver<Prepared>,
    /// Told of each what came of it: the message of [`Interpreter::replace`] where the version before goes on.
    pub told: Box<dyn Fn(Result<(), String>)>,
}

/// The program of the host's.
pub struct Live {
    interpreter: Interpreter,
    changes: Changes,
}

impl Live {
    /// Begins with a plan.
    pub fn new(interpreter: Interpreter, changes: Changes) -> Live {
        Live { interpreter, changes }
    }
}

impl Program for Live {
    fn input(&mut self, port: usize) -> &mut dyn Stream {
        self.interpreter.input(port)
    }

    fn output(&mut self, port: usize) -> &mut dyn Stream {
        self.interpreter.output(port)
    }

    fn step(&mut self) -> Result<(), Failure> {
        if let Some(prepared) = self.changes.next.try_iter().last() {
            (self.changes.told)(self.interpreter.replace(prepared));
        }
        self.interpreter.step()
    }

    fn metrics(&mut self) -> &mut Metrics {
        self.interpreter.metrics()
    }

    fn bytes(&self) -> usize {
        self.interpreter.bytes()
    }
}
