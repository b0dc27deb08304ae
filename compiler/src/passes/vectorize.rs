//! `vectorize`: linear recurrences leave the loop over frames and run side by side; their forms are chosen.
//!
//! Requires `fuse`. A section that nothing feeds back into, over f32, may run over a whole block of frames before what reads it
//! does: as lanes skewed in time with the other stages of its chain, or by look-ahead, alone or beside up to three that read the same
//! channel; more than two channels are lanes themselves. The body is distributed into loops (Allen and Kennedy, 2001, loop
//! distribution): what a call depends on stands in a loop before it, what depends on it in one behind it, and all that touches one
//! memory stays together.
//! A chain of banks, sections side by side whose sum is what the next ones read, is a wave of skewed lanes, too: a lane for each bank, a
//! vector for each of its sections. A constant gain beside the sections is then one, too. A chain of nothing but peaks, which add to
//! what comes in, has a form with a quarter less to compute; a gain behind it stays apart where that is cheaper.
//! A section may take an f32 form where [`accuracy`](remotemedia_ir::section::accuracy) says that it stays [`ENOUGH`] decibels from
//! f64; then costs decide. A constant gain behind it is then part of the coefficients of its output; its state does not depend on it.
//! The form fixes the bits, so the choice is part of the plan. All else keeps its bits: the same operations on the same values.
//! Cost: linear in the statements, and one measurement per filter.

use crate::passes::Report;
use crate::passes::dependencies::Dependencies;
use crate::passes::fuse::Group;
use crate::region::{Region, renumber};
use remotemedia_ir::kernel::{Form, Kernel, Op, Scalar, Section, SectionId, Stmt, ValueId};
use std::collections::{HashMap, HashSet};

mod banks;
mod gains;
mod units;

use units::{Unit, Units, units};

/// Decibels from f64 that a section keeps in any form.
pub const ENOUGH: f64 = 126.0;

/// Costs per frame, in tenths of a nanosecond on a 3 GHz x86-64 with SSE2; only their ratios matter.
mod cost {
    /// A loop with a section in f64 waits for its feedback.
    pub const FEEDBACK: f64 = 29.0;
    /// A lane of a section in f64.
    pub const WIDE: f64 = 17.0;
    /// Skewed lanes wait for the feedback of a stage…
    pub const WAVE: f64 = 26.0;
    /// …and cost this much for each four lanes…
    pub const GROUP: f64 = 14.5;
    /// …or this much if all of them only add to their input.
    pub const PEAKS: f64 = 12.5;
    /// What adds up and limits what a bank gives, for each four banks.
    pub const SUM: f64 = 4.0;
    /// A lane by look-ahead.
    pub const AHEAD: f64 = 8.0;
    /// Up to four mono sections by look-ahead with one input, or up to four channels of one.
    pub const BESIDE: f64 = 16.5;
    /// A lane written by one loop and read by another.
    pub const KEPT: f64 = 2.5;
    /// Lanes of a wave at most.
    pub const LANES: usize = 16;
}

/// Measured accuracies, by coefficients and form.
type Known = HashMap<([u64; 5], Form), f64>;

/// Runs the pass.
pub fn run(groups: &mut [Group]) -> Report {
    let mut report = Report::new("vectorize");
    let mut known = Known::new();
    for group in groups {
        if let Group::Region(region) = group {
            vectorize(region, &mut known, &mut report);
        }
    }
    report
}

fn vectorize(region: &mut Region, known: &mut Known, report: &mut Report) {
    if region.kernel.sections.is_empty() {
        return;
    }
    let name = region.kernel.name.clone();
    let (mut apart, mut plain) = (HashSet::new(), HashSet::new());
    let (choice, taken) = loop {
        let (kernel, taken) = gains::taken_in(&region.kernel, &apart);
        let (kernel, made) = banks::with_gains(&kernel, &plain);
        let choice = Choice::of(kernel, known);
        let before = plain.len();
        plain.extend(made.iter().filter(|(_, q)| !choice.banks.contains(q)).map(|(v, _)| *v));
        if plain.len() > before {
            continue;
        }
        let called: HashSet<SectionId> = choice.sections().collect();
        // A section that stays in f64 has its gain in its state: with another gain it could not go on where it is.
        let mut wrong = taken.iter().copied().filter(|q| !called.contains(q)).peekable();
        if !choice.units.is_empty() && wrong.peek().is_some() {
            apart.extend(wrong);
            continue;
        }
        let spoilt = choice.spoilt(&region.kernel, &taken);
        if spoilt.is_empty() {
            break (choice, taken);
        }
        apart.extend(spoilt);
    };
    let Choice { kernel, order, units, left, banks: _ } = choice;
    for why in left {
        report.say(format!("{name}: {why}"));
    }
    let lanes = |i: &usize| section_of(&kernel, *i).map_or(0, |q| usize::from(kernel.sections[q.index()].lanes));
    let all: usize = units.iter().flat_map(|u| &u.members).map(lanes).sum();
    if all == 0 {
        return;
    }
    let serial = cost::FEEDBACK.max(cost::WIDE * all as f64);
    let ends = |u: &Unit| u.members.first().map_or(0, lanes) + u.members.last().map_or(0, lanes);
    let split: f64 = units.iter().map(|u| u.cost + cost::KEPT * ends(u) as f64).sum();
    let figures = format!("{:.1} against {:.1} ns a frame in f64 within one loop", split / 10.0, serial / 10.0);
    if split >= serial {
        report.say(format!("{name}: sections stay in the loop: {figures}"));
        return;
    }
    if !taken.is_empty() {
        let of: Vec<&str> = taken.iter().map(|q| kernel.sections[q.index()].name.as_str()).collect();
        report.say(format!("{name}: gains are in the coefficients of the sections before them: {}", of.join(", ")));
    }
    for unit in &units {
        report.say(format!("{name}: {}", unit.what));
    }
    let (body, cuts) = distribute(&kernel, &order, &units);
    region.kernel = kernel;
    for unit in &units {
        for q in unit.members.iter().filter_map(|i| section_of(&region.kernel, *i)).collect::<Vec<_>>() {
            region.kernel.sections[q.index()].form = unit.form;
        }
    }
    report.say(format!("{name}: {} loops: {figures}", cuts.len() + 1));
    region.kernel.body = body;
    region.cuts = cuts;
    renumber(&mut region.kernel);
}

/// What runs together, and in which form.
struct Choice {
    kernel: Kernel,
    order: Dependencies,
    units: Vec<Unit>,
    /// Sections in chains of banks.
    banks: HashSet<SectionId>,
    /// Why sections are in no unit.
    left: Vec<String>,
}

impl Choice {
    fn of(kernel: Kernel, known: &mut Known) -> Choice {
        let order = Dependencies::new(&kernel, &kernel.body);
        let found = candidates(&kernel, &order);
        let Units { list, banks, left } = units(&kernel, &found, known);
        Choice { kernel, order, units: list, banks, left }
    }

    /// Gains that cost more within a chain than behind it: without the last one, it is of nothing but peaks. `before` are the sections
    /// without gains.
    fn spoilt(&self, before: &Kernel, taken: &[SectionId]) -> Vec<SectionId> {
        let ids = |unit: &Unit| unit.members.iter().filter_map(|i| section_of(&self.kernel, *i)).collect::<Vec<_>>();
        let last = |unit: &Unit| {
            let ids = ids(unit);
            let (last, others) = ids.split_last()?;
            let lanes = usize::from(self.kernel.sections[last.index()].lanes);
            let saved = (cost::GROUP - cost::PEAKS) * groups(lanes * ids.len()) as f64;
            let are_peaks = ids.iter().all(|q| before.sections.get(q.index()).is_some_and(Section::is_peak));
            let is_one = taken.contains(last) && !others.iter().any(|q| taken.contains(q));
            (are_peaks && is_one && saved > cost::KEPT * lanes as f64).then_some(*last)
        };
        self.units.iter().filter(|unit| unit.form == Form::DeltaF32).filter_map(last).collect()
    }

    /// The sections in units.
    fn sections(&self) -> impl Iterator<Item = SectionId> {
        self.units.iter().flat_map(|unit| &unit.members).filter_map(|i| section_of(&self.kernel, *i))
    }
}

/// Vectors of four that so many lanes of a chain take.
fn groups(lanes: usize) -> usize {
    (lanes % cost::LANES).div_ceil(4) + lanes / cost::LANES * (cost::LANES / 4)
}

/// The section that a statement feeds.
fn section_of(kernel: &Kernel, statement: usize) -> Option<SectionId> {
    match kernel.body.get(statement) {
        Some(Stmt::Let(v)) => match kernel.values[v.index()].op {
            Op::Section(q, _) => Some(q),
            _ => None,
        },
        _ => None,
    }
}

/// The value that a statement computes.
fn defined(statement: &Stmt) -> Option<ValueId> {
    match statement {
        Stmt::Let(v) => Some(*v),
        _ => None,
    }
}

/// Statements that are an f32 section of its own, in the order of the body.
fn candidates(kernel: &Kernel, order: &Dependencies) -> Vec<usize> {
    let mut found: Vec<usize> = order
        .together
        .iter()
        .filter_map(|members| match members.as_slice() {
            [one] => Some(*one),
            _ => None,
        })
        .filter(|i| {
            let Some(Stmt::Let(v)) = kernel.body.get(*i) else { return false };
            section_of(kernel, *i).is_some() && kernel.values[v.index()].ty.scalar == Scalar::F32
        })
        .collect();
    found.sort_unstable();
    found
}

/// The body with every unit in a loop of calls, and the places where loops begin.
///
/// Loops are numbered: even ones over frames, odd ones of calls. A statement goes into the first that its operands allow; a pure one
/// then as late as its readers allow, where that keeps fewer values between loops.
fn distribute(kernel: &Kernel, order: &Dependencies, units: &[Unit]) -> (Vec<Stmt>, Vec<u32>) {
    let mut unit_of: HashMap<usize, usize> = HashMap::new();
    for (at, unit) in units.iter().enumerate() {
        unit_of.extend(unit.members.iter().map(|i| (*i, at)));
    }
    let count = kernel.body.len();
    let mut level = vec![0u32; count];
    for members in &order.together {
        let is_call = members.iter().any(|i| unit_of.contains_key(i));
        let mut own = u32::from(is_call);
        for needed in members.iter().flat_map(|i| &order.needs[*i]).filter(|n| !members.contains(n)) {
            let from = level[*needed];
            own = own.max(if is_call == (from % 2 == 1) { from } else { from + 1 });
        }
        // Those that run together wait for the last of them.
        members.iter().for_each(|i| level[*i] = own);
    }
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (i, needs) in order.needs.iter().enumerate() {
        needs.iter().for_each(|n| readers[*n].push(i));
    }
    for i in (0..count).rev() {
        let Stmt::Let(v) = &kernel.body[i] else { continue };
        let op = &kernel.values[v.index()].op;
        let is_free = |v: ValueId| matches!(kernel.values[v.index()].op, Op::Const(_) | Op::Input(_));
        let mut kept = Vec::new();
        op.operands(|x| {
            if !is_free(x) && !kept.contains(&x) {
                kept.push(x);
            }
        });
        if !op.is_pure() || unit_of.contains_key(&i) || kept.len() > 1 {
            continue;
        }
        let latest = readers[i].iter().map(|r| level[*r] - level[*r] % 2 * u32::from(level[*r] > 0)).min();
        level[i] = latest.map_or(level[i], |latest| latest.max(level[i]));
    }
    let key = |i: usize| {
        let first = unit_of.get(&i).and_then(|u| units[*u].members.first()).copied().unwrap_or(i);
        (level[i], first, i)
    };
    let mut sorted: Vec<usize> = (0..count).collect();
    sorted.sort_by_key(|i| key(*i));
    let cuts = sorted.windows(2).enumerate().filter(|(_, w)| level[w[0]] != level[w[1]]);
    let cuts = cuts.map(|(at, _)| at as u32 + 1).collect();
    (sorted.into_iter().map(|i| kernel.body[i].clone()).collect(), cuts)
}
