//! Memory, time and fuel: a guest is stopped, and the report says at which limit and by how much.

use std::io;
use std::time::Duration;

use remotemedia_sandbox::{Command, End, Grants, LimitHit, Limits, Outcome, Stdio, run};

use crate::{guest, into_file, run_guest};

const MIB: u64 = 1 << 20;

fn run_within(name: &str, limits: &Limits) -> Outcome {
    run_guest(name, &[], limits, &Grants::none()).0
}

fn memory(bytes: u64) -> Limits {
    Limits { memory: Some(bytes), ..Limits::default() }
}

fn time(time: Duration) -> Limits {
    Limits { time: Some(time), ..Limits::default() }
}

fn fuel(units: u64) -> Limits {
    Limits { fuel: Some(units), ..Limits::default() }
}

fn hit(outcome: Outcome) -> LimitHit {
    match outcome.end {
        End::Limit(hit) => hit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn growth_beyond_the_memory_limit_stops_the_guest() {
    let hit = hit(run_within("grow", &memory(64 * MIB)));
    assert_eq!(hit, LimitHit::Memory { asked: 96 * MIB, allowed: 64 * MIB });
    assert_eq!(
        hit.sentence("--max-memory"),
        "memory limit: the module asked for 96.0 MiB, --max-memory allows 64.0 MiB"
    );
}

#[test]
fn growth_within_the_memory_limit_is_counted() {
    let outcome = run_within("grow", &memory(96 * MIB));
    assert!(matches!(outcome.end, End::Exit(0)), "{:?}", outcome.end);
    assert_eq!(outcome.usage.peak_memory, 96 * MIB);
}

#[test]
fn the_initial_memory_counts() {
    assert_eq!(hit(run_within("exit", &memory(1000))), LimitHit::Memory { asked: 65536, allowed: 1000 });
}

#[test]
fn tables_count_as_memory() {
    let module = wat::parse_str(r#"(module (table 1000000 funcref) (func (export "_start")))"#).expect("well-formed");
    let outcome = run(&module, Command::default(), &memory(MIB), &Grants::none(), None).expect("it runs");
    assert_eq!(hit(outcome), LimitHit::Memory { asked: 8_000_000, allowed: MIB });
}

#[test]
fn the_guests_own_maximum_is_no_limit_of_ours() {
    let outcome = run_within("bounded", &memory(MIB));
    assert!(matches!(outcome.end, End::Exit(9)), "{:?}", outcome.end);
    assert_eq!(outcome.usage.peak_memory, 65536);
}

#[test]
fn time_stops_an_endless_loop() {
    let allowed = Duration::from_millis(5);
    match hit(run_within("spin", &time(allowed))) {
        LimitHit::Time { ran, allowed: reported } => {
            assert!(ran >= allowed, "stopped too early: {ran:?}");
            assert_eq!(reported, allowed);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_time_at_all_stops_an_endless_loop() {
    assert!(matches!(hit(run_within("spin", &time(Duration::ZERO))), LimitHit::Time { .. }));
}

#[test]
fn time_stops_a_sleeping_guest() {
    assert!(matches!(hit(run_within("nap", &time(Duration::from_millis(5)))), LimitHit::Time { .. }));
}

#[test]
fn time_stops_a_guest_that_waits_for_input() {
    // The writing end stays open and says nothing, until the test is over.
    let (stdin, silence) = io::pipe().expect("a pipe");
    let command = Command { stdin: Stdio::File(into_file(stdin)), stdout: Stdio::Null, ..Command::default() };
    let outcome = run(&guest("echo"), command, &time(Duration::from_millis(5)), &Grants::none(), None);
    assert!(matches!(hit(outcome.expect("it runs")), LimitHit::Time { .. }));
    drop(silence);
}

#[test]
fn fuel_stops_an_endless_loop() {
    let outcome = run_within("spin", &fuel(10_000));
    assert_eq!(outcome.usage.fuel, Some(10_000));
    assert_eq!(hit(outcome), LimitHit::Fuel { allowed: 10_000 });
}

#[test]
fn fuel_is_measured_and_the_same_each_time() {
    let used = [(); 2].map(|()| run_within("count", &fuel(u64::MAX)).usage.fuel.expect("fuel is metered"));
    assert_eq!(used[0], used[1]);
    assert!((1_000..100_000).contains(&used[0]), "{used:?}");
    assert_eq!(run_within("count", &Limits::default()).usage.fuel, None);
}
