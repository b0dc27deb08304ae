//! A pipeline on several threads: each steps its own actors, and rings bring streams from one to the next.
//!
//! [`Threads`] is what the host drives: the first thread is the host's own, the others start with the first step. An actor is
//! a function of its streams (a Kahn process), so that threads decide about time and memory and never about a bit. A thread
//! that can neither receive, step nor send spins for some microseconds and then sleeps until a ring moves. Nothing here is
//! unsafe. What goes wrong on a thread ends the run as on one thread: what was delivered before is delivered, then the host
//! gets the failure. All threads are joined before a pipeline is gone.

mod bell;
mod ring;

pub use ring::{Letters, Receiver, Samples, Sender, Sent};

use crate::host::{Metrics, Program, Stream};
use crate::node::Failure;
use bell::Bell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle, available_parallelism, panicking};
use std::time::Duration;

/// The part of a pipeline that one thread runs: its program, and the rings that it sends to and receives from.
pub trait Stage {
    /// The actors and streams of the thread; at the first thread also the ports of the pipeline.
    fn program(&mut self) -> &mut dyn Program;

    /// The same, to look at.
    fn program_ref(&self) -> &dyn Program;

    /// Takes from all rings what a pass may bring, or all there is; true if that was something.
    fn receive(&mut self, all: bool) -> bool;

    /// Gives all rings what they have room for.
    fn send(&mut self) -> Sent;

    /// Grows with all that happens in the streams of the thread.
    fn moves(&self) -> u64;

    /// True if no pipeline input takes anything now: each is full or closed.
    fn is_fed(&self) -> bool {
        true
    }

    /// True if nothing more comes to any pipeline output.
    fn has_ended(&self) -> bool {
        false
    }
}

/// What all threads of a pipeline know.
#[derive(Debug)]
struct Shared {
    bells: Box<[Bell]>,
    /// Threads that are done, by their numbers.
    done: Box<[AtomicBool]>,
    /// No more input comes to the first thread: take what there is, and end.
    settling: AtomicBool,
    /// End at once.
    quitting: AtomicBool,
    failed: AtomicBool,
}

impl Shared {
    fn wake(&self, thread: usize) {
        self.bells[thread].ring();
    }

    fn wake_all(&self) {
        self.bells.iter().for_each(Bell::ring);
    }

    /// True if every thread but the first sleeps and nobody has been woken.
    fn is_still(&self) -> bool {
        let rings = || self.bells.iter().fold(0u64, |sum, bell| sum.wrapping_add(bell.heard()));
        let before = rings();
        let asleep = |(bell, done): (&Bell, &AtomicBool)| bell.is_asleep() || done.load(Ordering::SeqCst);
        self.bells.iter().zip(&self.done).skip(1).all(asleep) && rings() == before
    }

    /// True if nothing can come to this thread but what is in its rings.
    fn is_over(&self, thread: usize) -> bool {
        self.settling.load(Ordering::Acquire) && self.done[..thread].iter().all(|done| done.load(Ordering::Acquire))
    }
}

/// After which the first thread looks whether there is anybody left who could wake it.
const DOUBT: Duration = Duration::from_millis(100);

/// The same where the input has ended.
const DOUBT_AT_END: Duration = Duration::from_millis(1);

/// Makes the stage of a thread, on that thread: nodes need not be able to move between threads.
type Make = Box<dyn FnOnce() -> Box<dyn Stage> + Send>;

/// The threads of a pipeline that is being put together.
#[derive(Debug)]
pub struct Crew {
    shared: Arc<Shared>,
}

impl Crew {
    /// For so many threads.
    pub fn new(threads: usize) -> Crew {
        let spins = if available_parallelism().is_ok_and(|n| n.get() > 1) { bell::SPINS } else { 0 };
        Crew {
            shared: Arc::new(Shared {
                bells: (0..threads).map(|_| Bell::new(spins)).collect(),
                done: (0..threads).map(|_| AtomicBool::new(false)).collect(),
                settling: AtomicBool::new(false),
                quitting: AtomicBool::new(false),
                failed: AtomicBool::new(false),
            }),
        }
    }

    /// A ring for samples from a thread to another: `blocks` blocks of at most `tokens` tokens of `width` samples.
    pub fn frames<T: Copy + Default>(
        &self,
        ends: (usize, usize),
        blocks: usize,
        tokens: usize,
        width: usize,
    ) -> (Sender<Samples<T>>, Receiver<Samples<T>>) {
        ring::frames(&self.shared, ends, blocks, (tokens, width))
    }

    /// A ring for messages.
    pub fn messages(&self, ends: (usize, usize), blocks: usize) -> (Sender<Letters>, Receiver<Letters>) {
        ring::messages(&self.shared, ends, blocks)
    }

    /// The pipeline: the stage of the first thread, and what makes those of the others.
    pub fn start<S: Stage>(self, first: S, others: Vec<Make>) -> Threads<S> {
        Threads { stage: first, shared: self.shared, waiting: others, running: Vec::new(), bytes: 0, is_settled: false }
    }
}

/// What a thread leaves.
struct Left {
    metrics: Metrics,
    bytes: usize,
    failure: Option<Failure>,
}

/// A pipeline on several threads.
pub struct Threads<S: Stage> {
    stage: S,
    shared: Arc<Shared>,
    /// Threads that have not started.
    waiting: Vec<Make>,
    running: Vec<JoinHandle<Left>>,
    /// Of the threads that have ended.
    bytes: usize,
    is_settled: bool,
}

/// Says that a thread is done, also if it panics.
struct Leave<'a> {
    shared: &'a Shared,
    thread: usize,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if panicking() {
            self.shared.failed.store(true, Ordering::Release);
        }
        self.shared.done[self.thread].store(true, Ordering::Release);
        self.shared.wake_all();
    }
}

/// A thread other than the first, from its start to its end.
fn work(shared: &Shared, thread: usize, make: Make, is_counting: bool) -> Left {
    let _leave = Leave { shared, thread };
    let mut stage = make();
    if is_counting {
        stage.program().metrics().enable();
    }
    let failure = until_end(shared, thread, &mut *stage);
    if failure.is_some() {
        shared.failed.store(true, Ordering::Release);
        shared.wake(0);
        // What it delivered before is delivered.
        let bell = &shared.bells[thread];
        loop {
            let heard = bell.heard();
            if !stage.send().full || shared.quitting.load(Ordering::Acquire) {
                break;
            }
            bell.wait(heard);
        }
    }
    let bytes = stage.program_ref().bytes();
    Left { metrics: std::mem::take(stage.program().metrics()), bytes, failure }
}

fn until_end(shared: &Shared, thread: usize, stage: &mut dyn Stage) -> Option<Failure> {
    let bell = &shared.bells[thread];
    let mut stood = None;
    loop {
        let heard = bell.heard();
        if shared.quitting.load(Ordering::Acquire) {
            return None;
        }
        let over = shared.is_over(thread);
        let received = stage.receive(false);
        let mut sent = stage.send();
        if !sent.full {
            stage.program().metrics().waited();
            if let Err(failure) = stage.program().step() {
                return Some(failure);
            }
            let Sent { moved, full } = stage.send();
            sent = Sent { moved: sent.moved | moved, full };
        }
        if over && !received && !sent.full {
            return None;
        }
        if received || sent.moved {
            stood = None;
            continue;
        }
        // A step may move something that comes to no ring yet.
        let now = Some(stage.moves());
        if sent.full || stood == now {
            bell.wait(heard);
        }
        stood = now;
    }
}

impl<S: Stage> Threads<S> {
    /// What the first thread runs.
    pub fn stage(&self) -> &S {
        &self.stage
    }

    /// Starts the threads that have not started.
    fn start(&mut self) -> Result<(), Failure> {
        let is_counting = self.stage.program().metrics().is_enabled();
        for (thread, make) in (1..).zip(self.waiting.drain(..)) {
            let shared = Arc::clone(&self.shared);
            let name = format!("stage {thread}");
            let spawned = Builder::new().name(name).spawn(move || work(&shared, thread, make, is_counting));
            self.running.push(spawned.map_err(|error| Failure {
                node: "threads",
                kind: "start",
                message: format!("thread {} of the pipeline cannot be started: {error}", thread + 1),
                position: 0,
            })?);
        }
        Ok(())
    }

    /// Ends without what is on its way: a thread is missing.
    fn give_up(&mut self, failure: Failure) -> Result<(), Failure> {
        self.is_settled = true;
        self.shared.quitting.store(true, Ordering::Release);
        self.shared.wake_all();
        self.join().map_or(Err(failure), Err)
    }

    /// Waits for all threads; what failed first on one of them.
    fn join(&mut self) -> Option<Failure> {
        let mut failure = None;
        for handle in self.running.drain(..) {
            match handle.join() {
                Ok(left) => {
                    self.bytes += left.bytes;
                    self.stage.program().metrics().join(left.metrics);
                    failure = failure.or(left.failure);
                }
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        failure
    }

    fn pass(&mut self) -> Result<(), Failure> {
        if let Err(failure) = self.start() {
            return self.give_up(failure);
        }
        let mut stood = None;
        loop {
            let heard = self.shared.bells[0].heard();
            let received = self.stage.receive(false);
            let mut sent = self.stage.send();
            if !sent.full {
                if let Err(failure) = self.stage.program().step() {
                    return self.end(Some(failure));
                }
                let Sent { moved, full } = self.stage.send();
                sent = Sent { moved: sent.moved | moved, full };
            }
            if self.shared.failed.load(Ordering::Acquire) || self.stage.has_ended() {
                return self.end(None);
            }
            if received || sent.moved || !self.stage.is_fed() {
                return Ok(());
            }
            let now = Some(self.stage.moves());
            if sent.full || stood == now {
                self.stage.program().metrics().waited();
                let hope = self.shared.bells[0].wait_while(heard, DOUBT, || !self.shared.is_still());
                if !hope {
                    // Nobody can do anything: the host finds out that the plan is wrong.
                    return Ok(());
                }
                self.stage.program().metrics().waited();
            }
            stood = now;
        }
    }

    /// Lets everything go through, joins all threads, and says what failed first.
    fn end(&mut self, mut failure: Option<Failure>) -> Result<(), Failure> {
        if !self.is_settled {
            if let Err(failure) = self.start() {
                return self.give_up(failure);
            }
            self.is_settled = true;
            self.shared.settling.store(true, Ordering::Release);
            let mut sending = true;
            loop {
                let heard = self.shared.bells[0].heard();
                let is_over = self.shared.is_over(self.shared.done.len());
                let received = self.stage.receive(true);
                let mut full = sending && self.stage.send().full;
                if sending && !full {
                    if failure.is_none() {
                        failure = self.stage.program().step().err();
                    }
                    full = self.stage.send().full;
                    if !full {
                        sending = false;
                        self.shared.done[0].store(true, Ordering::Release);
                        self.shared.wake_all();
                        continue;
                    }
                }
                if is_over && !received {
                    break;
                }
                if !received && !self.shared.bells[0].wait_while(heard, DOUBT_AT_END, || !self.shared.is_still()) {
                    // What is left waits for something that does not come: a source without end for its neighbour.
                    sending = false;
                    self.shared.quitting.store(true, Ordering::Release);
                    self.shared.done[0].store(true, Ordering::Release);
                    self.shared.wake_all();
                }
            }
            failure = failure.or(self.join());
        }
        failure.map_or(Ok(()), Err)
    }
}

/// How the host sees the pipeline.
impl<S: Stage> Program for Threads<S> {
    fn input(&mut self, port: usize) -> &mut dyn Stream {
        self.stage.program().input(port)
    }

    fn output(&mut self, port: usize) -> &mut dyn Stream {
        self.stage.program().output(port)
    }

    fn step(&mut self) -> Result<(), Failure> {
        if self.is_settled { Ok(()) } else { self.pass() }
    }

    fn settle(&mut self) -> Result<(), Failure> {
        self.end(None)
    }

    fn metrics(&mut self) -> &mut Metrics {
        self.stage.program().metrics()
    }

    fn bytes(&self) -> usize {
        self.stage.program_ref().bytes() + self.bytes
    }
}

impl<S: Stage> Drop for Threads<S> {
    fn drop(&mut self) {
        self.shared.quitting.store(true, Ordering::Release);
        self.shared.wake_all();
        for handle in self.running.drain(..) {
            // Whatever it was, the run has ended without it.
            drop(handle.join());
        }
    }
}
