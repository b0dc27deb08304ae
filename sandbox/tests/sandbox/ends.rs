//! How a run ends by itself: exit codes, traps.

use remotemedia_sandbox::{End, Grants, Limits};

use crate::run_guest;

#[test]
fn returning_from_start_is_exit_code_zero() {
    let (outcome, _) = run_guest("count", &[], &Limits::default(), &Grants::none());
    assert!(matches!(outcome.end, End::Exit(0)), "{:?}", outcome.end);
}

#[test]
fn the_exit_code_is_passed_on() {
    let (outcome, _) = run_guest("exit", &[], &Limits::default(), &Grants::none());
    assert!(matches!(outcome.end, End::Exit(7)), "{:?}", outcome.end);
    assert_eq!(outcome.missing_grant(), None);
}

#[test]
fn a_trap_says_what_and_where() {
    let (outcome, _) = run_guest("trap", &[], &Limits::default(), &Grants::none());
    let End::Trap(trap) = outcome.end else { panic!("{:?}", outcome.end) };
    assert_eq!(trap.message, "wasm trap: wasm `unreachable` instruction executed");
    assert_eq!(trap.backtrace, ["inner", "outer", "start"]);
}

#[test]
fn wild_addresses_are_faults_of_the_guest() {
    let (outcome, _) = run_guest("wild", &["argument"], &Limits::default(), &Grants::none());
    assert!(matches!(outcome.end, End::Exit(0)), "call {:?} did not fail as it must", outcome.end);
}
