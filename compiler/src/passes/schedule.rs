//! `schedule`: the order in which actors are stepped.
//!
//! Requires `buffers`. Loops are inside regions, so actors form a graph without cycles, and one order serves for ever: a pass over
//! it moves everything as far as the input at hand allows. Gives that order. Cost: linear. Where several threads
//! pay is what `threads` says.

use crate::passes::Report;
use remotemedia_ir::plan::{ActorId, Plan};
use std::collections::BTreeSet;

/// Runs the pass.
pub fn run(plan: &mut Plan) -> Report {
    let mut writer = vec![None; plan.streams.len()];
    for (index, actor) in plan.actors.iter().enumerate() {
        for stream in &actor.outputs {
            writer[stream.index()] = Some(index);
        }
    }
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); plan.actors.len()];
    let mut waits = vec![0usize; plan.actors.len()];
    for (index, actor) in plan.actors.iter().enumerate() {
        for input in &actor.inputs {
            if let Some(from) = writer[input.stream.index()] {
                after[from].push(index);
                waits[index] += 1;
            }
        }
    }
    let mut ready: BTreeSet<usize> = (0..waits.len()).filter(|i| waits[*i] == 0).collect();
    plan.order.clear();
    while let Some(index) = ready.pop_first() {
        plan.order.push(ActorId::new(index));
        for next in &after[index] {
            waits[*next] -= 1;
            if waits[*next] == 0 {
                ready.insert(*next);
            }
        }
    }
    let mut report = Report::new("schedule");
    report.say(format!("{} actors, one thread", plan.order.len()));
    report
}
