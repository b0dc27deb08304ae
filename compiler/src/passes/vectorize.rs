//! `vectorize`: linear recurrences leave the loop over frames and run side by side; their forms are chosen.
//!
//! Requires `fuse`. A section that nothing feeds back into, over f32, may run over a whole block of frames before what reads it
//! does: as lanes skewed in time with the other stages of its chain, or by look-ahead, alone or beside up to three that read the same
//! channel; more than two channels are lanes themselves. The body is distributed into loops (Allen and Kennedy, 2001, loop
//! distribution): what a call depends on stands in a loop before it, what depends on it in one behind it, and all that touches one
//! memory stays together.
//! A section may take an f32 form where [`accuracy`] says that it stays [`ENOUGH`] decibels from f64; then costs decide. A constant gain
//! behind it is then part of the coefficients of its output; its state does not depend on it.
//! The form fixes the bits, so the choice is part of the plan. All else keeps its bits: the same operations on the same values.
//! Cost: linear in the statements, and one measurement per filter.

use crate::passes::Report;
use crate::passes::dependencies::Dependencies;
use crate::passes::fuse::Group;
use crate::region::{Region, renumber};
use remotemedia_ir::kernel::{Form, Kernel, Op, Scalar, SectionId, Stmt, ValueId};
use remotemedia_ir::loops::{FEWEST_BESIDE, MOST_BESIDE, Readers, Sum};
use remotemedia_ir::section::accuracy;
use std::collections::{HashMap, HashSet};

mod gains;

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
    /// …and cost this much for each four lanes.
    pub const GROUP: f64 = 14.5;
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

/// Sections that run together, in the order of the body.
struct Unit {
    /// Statements.
    members: Vec<usize>,
    form: Form,
    cost: f64,
    what: String,
}

fn vectorize(region: &mut Region, known: &mut Known, report: &mut Report) {
    if region.kernel.sections.is_empty() {
        return;
    }
    let name = region.kernel.name.clone();
    let mut apart = HashSet::new();
    let (choice, taken) = loop {
        let (kernel, taken) = gains::taken_in(&region.kernel, &apart);
        let choice = Choice::of(kernel, known);
        let called: HashSet<SectionId> = choice.sections().collect();
        // A section that stays in f64 has its gain in its state: with another gain it could not go on where it is.
        let mut wrong = taken.iter().copied().filter(|q| !called.contains(q)).peekable();
        if choice.units.is_empty() || wrong.peek().is_none() {
            break (choice, taken);
        }
        apart.extend(wrong);
    };
    let Choice { kernel, order, units, left } = choice;
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
    /// Why sections are in no unit.
    left: Vec<String>,
}

impl Choice {
    fn of(kernel: Kernel, known: &mut Known) -> Choice {
        let order = Dependencies::new(&kernel, &kernel.body);
        let found = candidates(&kernel, &order);
        let mut left = Vec::new();
        let units = units(&kernel, &found, known, &mut left);
        Choice { kernel, order, units, left }
    }

    /// The sections in units.
    fn sections(&self) -> impl Iterator<Item = SectionId> {
        self.units.iter().flat_map(|unit| &unit.members).filter_map(|i| section_of(&self.kernel, *i))
    }
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

/// Chooses a form for each candidate and joins those that run together. Those that are best left alone are in none; `left` gets the
/// reasons.
fn units(kernel: &Kernel, found: &[usize], known: &mut Known, left: &mut Vec<String>) -> Vec<Unit> {
    let readers = Readers::of(kernel);
    let parts = |i: usize| match kernel.body[i] {
        Stmt::Let(v) => match kernel.values[v.index()].op {
            Op::Section(q, x) => Some((v, q, x)),
            _ => None,
        },
        _ => None,
    };
    // Chains: each section but the first is the only reader of the one before.
    let mut chains: Vec<Vec<usize>> = Vec::new();
    let mut ends: HashMap<ValueId, usize> = HashMap::new();
    for i in found {
        let Some((value, _, input)) = parts(*i) else { continue };
        let at = match ends.remove(&input) {
            Some(at) if readers.are_one(input) => at,
            Some(_) | None => {
                chains.push(Vec::new());
                chains.len() - 1
            }
        };
        chains[at].push(*i);
        ends.insert(value, at);
    }
    let mut measure = |i: usize, form: Form| {
        let Some(q) = section_of(kernel, i) else { return f64::NEG_INFINITY };
        let section = &kernel.sections[q.index()];
        let ([b0, b1, b2], [a1, a2]) = (section.b, section.a);
        *known.entry(([b0, b1, b2, a1, a2].map(f64::to_bits), form)).or_insert_with(|| accuracy(section, form))
    };
    let name = |i: usize| section_of(kernel, i).map_or("", |q| kernel.sections[q.index()].name.as_str());
    let mut units = Vec::new();
    let mut lone = Vec::new();
    for chain in chains {
        let Some((_, q, _)) = chain.first().and_then(|i| parts(*i)) else { continue };
        let lanes = usize::from(kernel.sections[q.index()].lanes);
        if lanes > 2 {
            lone.extend(chain);
            continue;
        }
        let total = chain.len() * lanes;
        let groups = (total % cost::LANES).div_ceil(4) + total / cost::LANES * (cost::LANES / 4);
        let wave = (cost::GROUP * groups as f64).max(cost::WAVE * total.div_ceil(cost::LANES) as f64);
        let ahead = cost::AHEAD * total as f64 + cost::KEPT * ((chain.len() - 1) * lanes) as f64;
        let worst = |measure: &mut dyn FnMut(usize, Form) -> f64, form: Form| {
            chain.iter().map(|i| measure(*i, form)).fold(f64::INFINITY, f64::min)
        };
        if chain.len() > 1 && wave < ahead {
            let decibels = worst(&mut measure, Form::DeltaF32);
            if decibels >= ENOUGH {
                let (first, last) = (name(chain[0]), name(chain[chain.len() - 1]));
                let what = format!(
                    "{first}…{last}: {} sections as {total} skewed lanes, f32 in the delta form, {decibels:.0} dB from f64",
                    chain.len()
                );
                units.push(Unit { members: chain, form: Form::DeltaF32, cost: wave, what });
                continue;
            }
        }
        lone.extend(chain);
    }
    lone.sort_unstable();
    // Lone ones, as many of one input at a time as there are lanes.
    let mut beside: HashMap<ValueId, usize> = HashMap::new();
    for i in lone {
        let Some((_, q, input)) = parts(i) else { continue };
        let decibels = measure(i, Form::AheadF32);
        if decibels < ENOUGH {
            left.push(format!("{}: stays in f64: f32 by look-ahead would keep {decibels:.0} dB", name(i)));
            continue;
        }
        let lanes = usize::from(kernel.sections[q.index()].lanes);
        let at = *beside.entry(input).or_insert(units.len());
        let full = units.get(at).is_none_or(|u: &Unit| u.members.len() == MOST_BESIDE);
        if lanes == 1 && !full {
            units[at].members.push(i);
            continue;
        }
        if lanes == 1 {
            beside.insert(input, units.len());
        }
        let cost = if lanes > 2 { cost::BESIDE * lanes.div_ceil(4) as f64 } else { cost::AHEAD * lanes as f64 };
        let how = if lanes > 2 { format!("{lanes} channels as lanes by look-ahead") } else { "by look-ahead".into() };
        let what = format!("{}: {how}, f32, {decibels:.0} dB from f64", name(i));
        units.push(Unit { members: vec![i], form: Form::AheadF32, cost, what });
    }
    // Several are a call together, with their sum if that is all that is made of them.
    let place: HashMap<ValueId, usize> =
        kernel.body.iter().enumerate().filter_map(|(i, s)| Some((defined(s)?, i))).collect();
    let mut out = Vec::new();
    for mut unit in units {
        match unit.members.len() {
            count @ FEWEST_BESIDE..=MOST_BESIDE if unit.form == Form::AheadF32 => {
                let names: Vec<&str> = unit.members.iter().map(|i| name(*i)).collect();
                let mut what = format!("{}: lanes of one input by look-ahead, f32", names.join(", "));
                let given: Vec<ValueId> = unit.members.iter().filter_map(|i| defined(&kernel.body[*i])).collect();
                if let Some(Sum { steps, limits, .. }) = Sum::of(kernel, &readers, &given, |v| place.contains_key(&v)) {
                    unit.members.extend(steps.iter().map(|v| place[v]));
                    what += if limits.is_some() { ", added and limited" } else { ", added" };
                }
                let alone = cost::AHEAD * count as f64;
                out.push(Unit { cost: alone.min(cost::BESIDE), what, ..unit });
            }
            _ => out.push(unit),
        }
    }
    out
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
