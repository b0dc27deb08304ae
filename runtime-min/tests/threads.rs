//! Rings and waiting under stress: three threads that pass on what they get, in chunks of all sizes.
#![cfg(all(feature = "threads", not(target_family = "wasm")))]

use remotemedia_runtime_min::host::{Metrics, Program, Stream};
use remotemedia_runtime_min::node::Failure;
use remotemedia_runtime_min::stream::Frames;
use remotemedia_runtime_min::threads::{Crew, Receiver, Samples, Sender, Sent, Stage};

/// Copies its first stream into its second, at most `most` tokens a step; fails at `fails`.
struct Copy {
    streams: [Frames<f32>; 2],
    most: usize,
    fails: u64,
    metrics: Metrics,
}

impl Copy {
    fn new(most: usize, fails: u64) -> Copy {
        Copy { streams: [Frames::new(1, 64, 1), Frames::new(1, 64, 1)], most, fails, metrics: Metrics::default() }
    }
}

impl Program for Copy {
    fn input(&mut self, port: usize) -> &mut dyn Stream {
        &mut self.streams[port]
    }

    fn output(&mut self, _: usize) -> &mut dyn Stream {
        &mut self.streams[1]
    }

    fn step(&mut self) -> Result<(), Failure> {
        let [from, to] = &mut self.streams;
        let tokens = from.available(0).min(self.most).min(to.room());
        to.extend(from.next(0, tokens));
        from.consume(0, tokens);
        if to.position() >= self.fails {
            return Err(Failure::new("test", "", to.position()));
        }
        if from.finished(0) {
            to.close();
        }
        Ok(())
    }

    fn metrics(&mut self) -> &mut Metrics {
        &mut self.metrics
    }

    fn bytes(&self) -> usize {
        0
    }
}

/// The first thread has its output from the last one.
struct Link {
    copy: Copy,
    results: Option<Frames<f32>>,
    from: Receiver<Samples<f32>>,
    to: Sender<Samples<f32>>,
}

impl Stage for Link {
    fn program(&mut self) -> &mut dyn Program {
        &mut self.copy
    }

    fn program_ref(&self) -> &dyn Program {
        &self.copy
    }

    fn receive(&mut self, all: bool) -> bool {
        self.from.receive(self.results.as_mut().unwrap_or(&mut self.copy.streams[0]), all)
    }

    fn send(&mut self) -> Sent {
        self.to.send(&mut self.copy.streams[1], 0)
    }

    fn moves(&self) -> u64 {
        self.copy.streams.iter().map(Frames::moves).sum()
    }

    fn is_fed(&self) -> bool {
        self.copy.streams[0].closed() || self.copy.streams[0].room() == 0
    }

    fn has_ended(&self) -> bool {
        self.results.as_ref().is_some_and(Frames::closed)
    }
}

/// Sends `count` numbers through three threads and compares what comes back.
fn run(count: usize, blocks: usize, tokens: usize, fails: u64) -> Result<(), Failure> {
    let crew = Crew::new(3);
    let (to_1, from_0) = crew.frames((0, 1), blocks, tokens, 1);
    let (to_2, from_1) = crew.frames((1, 2), blocks, tokens, 1);
    let (to_0, from_2) = crew.frames((2, 0), blocks, tokens, 1);
    let first =
        Link { copy: Copy::new(9, u64::MAX), results: Some(Frames::new(1, 1 << 20, 1)), from: from_2, to: to_1 };
    let second = move || -> Box<dyn Stage> {
        Box::new(Link { copy: Copy::new(5, fails), results: None, from: from_0, to: to_2 })
    };
    let third = move || -> Box<dyn Stage> {
        Box::new(Link { copy: Copy::new(7, u64::MAX), results: None, from: from_1, to: to_0 })
    };
    let mut threads = crew.start(first, vec![Box::new(second), Box::new(third)]);
    let mut next = 0;
    let mut idle = 0u32;
    while !threads.stage().has_ended() && idle < 1 << 16 {
        let input = threads.input(0);
        let room = input.room().min(count - next).min(1 + next % 11);
        let bytes: Vec<u8> = (next..next + room).flat_map(|i| (i as f32).to_le_bytes()).collect();
        input.decode(remotemedia_runtime_min::host::Sample::F32, &bytes);
        next += room;
        if next == count {
            threads.input(0).close();
        }
        idle = if room > 0 { 0 } else { idle + 1 };
        threads.step()?;
    }
    let results = threads.stage().results.as_ref().map_or(&[][..], |results| results.unread(0));
    assert!(results.iter().copied().eq((0..count).map(|i| i as f32)), "{} of {count} came", results.len());
    Ok(())
}

#[test]
fn nothing_is_lost_doubled_or_moved() {
    for (blocks, tokens) in [(1, 1), (1, 64), (2, 3), (4, 16), (7, 1)] {
        let count = if cfg!(miri) { 60 } else { 20_000 };
        assert_eq!(run(count, blocks, tokens, u64::MAX), Ok(()), "{blocks} blocks of {tokens}");
    }
}

#[test]
fn a_failure_in_the_middle_ends_all_threads() {
    for blocks in [1, 4] {
        let failure = run(5000, blocks, 8, 1000).err().map(|f| f.kind);
        assert_eq!(failure, Some("test"));
    }
}
