//! What runs together, and in which form.

use super::{ENOUGH, Known, banks, cost, defined, groups, section_of};
use remotemedia_ir::kernel::{Form, Kernel, Op, Section, SectionId, ValueId};
use remotemedia_ir::loops::{FEWEST_BESIDE, MOST_BESIDE, Readers, Sum};
use remotemedia_ir::section::accuracy;
use std::collections::{HashMap, HashSet};

/// Sections that run together, in the order of the body.
pub struct Unit {
    /// Statements.
    pub members: Vec<usize>,
    pub form: Form,
    pub cost: f64,
    pub what: String,
}

/// What runs together.
pub struct Units {
    pub list: Vec<Unit>,
    /// Sections in chains of banks.
    pub banks: HashSet<SectionId>,
    /// Why sections are in no unit.
    pub left: Vec<String>,
}

/// Chooses a form for each candidate and joins those that run together. Those that are best left alone are in no unit.
pub fn units(kernel: &Kernel, found: &[usize], known: &mut Known) -> Units {
    let place = kernel.body.iter().enumerate().filter_map(|(i, s)| Some((defined(s)?, i))).collect();
    let mut sections = Sections { kernel, readers: Readers::of(kernel), place, known };
    let mut left = Vec::new();
    let (mut list, in_banks) = sections.in_banks(found);
    let rest = found.iter().filter(|i| !in_banks.contains(i)).copied();
    let (chains, lone) = sections.in_chains(rest);
    let lone = sections.alone(lone, &mut left);
    list.extend(chains);
    list.extend(lone.into_iter().map(|unit| sections.together(unit)));
    Units { list, banks: in_banks.into_iter().filter_map(|i| section_of(kernel, i)).collect(), left }
}

/// Statements that are sections, and what is known of them.
struct Sections<'a> {
    kernel: &'a Kernel,
    readers: Readers,
    /// The statement of each value.
    place: HashMap<ValueId, usize>,
    known: &'a mut Known,
}

impl<'a> Sections<'a> {
    fn section(&self, i: usize) -> Option<&'a Section> {
        section_of(self.kernel, i).map(|q| &self.kernel.sections[q.index()])
    }

    fn name(&self, i: usize) -> &'a str {
        self.section(i).map_or("", |section| section.name.as_str())
    }

    fn lanes(&self, i: usize) -> usize {
        self.section(i).map_or(0, |section| usize::from(section.lanes))
    }

    /// What it reads and what it gives.
    fn ends(&self, i: usize) -> Option<(ValueId, ValueId)> {
        let output = defined(&self.kernel.body[i])?;
        match self.kernel.values[output.index()].op {
            Op::Section(_, input) => Some((input, output)),
            _ => None,
        }
    }

    /// The accuracy of the least accurate one.
    fn measure(&mut self, members: impl IntoIterator<Item = usize>, form: Form) -> f64 {
        let mut worst = f64::INFINITY;
        for i in members {
            let Some(section) = self.section(i) else { return f64::NEG_INFINITY };
            let ([b0, b1, b2], [a1, a2]) = (section.b, section.a);
            let key = ([b0, b1, b2, a1, a2].map(f64::to_bits), form);
            worst = worst.min(*self.known.entry(key).or_insert_with(|| accuracy(section, form)));
        }
        worst
    }

    /// Chains of banks as skewed lanes where that pays, and the sections in them.
    fn in_banks(&mut self, found: &[usize]) -> (Vec<Unit>, HashSet<usize>) {
        let (mut units, mut taken) = (Vec::new(), HashSet::new());
        for chain in banks::chains(self.kernel, found, &self.readers, &self.place) {
            let members: Vec<usize> = chain.sections().collect();
            let (Some(first), Some(last)) = (members.first(), members.last()) else { continue };
            let (first, last) = (self.name(*first), self.name(*last));
            let decibels = self.measure(members.iter().copied(), Form::DeltaF32);
            if decibels >= ENOUGH && chain.cost() < chain.apart() {
                let what =
                    format!("{first}…{last}: {}, f32 in the delta form, {decibels:.0} dB from f64", chain.text());
                units.push(Unit { members: chain.members(), form: Form::DeltaF32, cost: chain.cost(), what });
                taken.extend(members);
            }
        }
        (units, taken)
    }

    /// Chains as skewed lanes where that pays, and the sections in none.
    fn in_chains(&mut self, found: impl Iterator<Item = usize>) -> (Vec<Unit>, Vec<usize>) {
        // Each section but the first is the only reader of the one before.
        let mut chains: Vec<Vec<usize>> = Vec::new();
        let mut ends: HashMap<ValueId, usize> = HashMap::new();
        for i in found {
            let Some((input, output)) = self.ends(i) else { continue };
            let at = match ends.remove(&input) {
                Some(at) if self.readers.are_one(input) => at,
                Some(_) | None => {
                    chains.push(Vec::new());
                    chains.len() - 1
                }
            };
            chains[at].push(i);
            ends.insert(output, at);
        }
        let (mut units, mut lone) = (Vec::new(), Vec::new());
        for chain in chains {
            match self.wave(&chain) {
                Some(unit) => units.push(unit),
                None => lone.extend(chain),
            }
        }
        lone.sort_unstable();
        (units, lone)
    }

    /// A chain as skewed lanes, if that pays.
    fn wave(&mut self, chain: &[usize]) -> Option<Unit> {
        let [first, .., last] = chain else { return None };
        let lanes = self.lanes(*first);
        if lanes > 2 {
            return None;
        }
        let total = chain.len() * lanes;
        let peaks = chain.iter().all(|i| self.section(*i).is_some_and(Section::is_peak));
        let (form, group) = if peaks { (Form::PeakF32, cost::PEAKS) } else { (Form::DeltaF32, cost::GROUP) };
        let cost = (group * groups(total) as f64).max(cost::WAVE * total.div_ceil(cost::LANES) as f64);
        if cost >= cost::AHEAD * total as f64 + cost::KEPT * ((chain.len() - 1) * lanes) as f64 {
            return None;
        }
        let decibels = self.measure(chain.iter().copied(), form);
        let what = format!(
            "{}…{}: {} sections as {total} skewed lanes, f32 in the delta form{}, {decibels:.0} dB from f64",
            self.name(*first),
            self.name(*last),
            chain.len(),
            if peaks { " of peaks" } else { "" }
        );
        (decibels >= ENOUGH).then(|| Unit { members: chain.to_vec(), form, cost, what })
    }

    /// Lone ones, as many of one input at a time as there are lanes.
    fn alone(&mut self, lone: Vec<usize>, left: &mut Vec<String>) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        let mut beside: HashMap<ValueId, usize> = HashMap::new();
        for i in lone {
            let Some((input, _)) = self.ends(i) else { continue };
            let (decibels, name) = (self.measure([i], Form::AheadF32), self.name(i));
            if decibels < ENOUGH {
                left.push(format!("{name}: stays in f64: f32 by look-ahead would keep {decibels:.0} dB"));
                continue;
            }
            let lanes = self.lanes(i);
            let at = *beside.entry(input).or_insert(units.len());
            let full = units.get(at).is_none_or(|unit| unit.members.len() == MOST_BESIDE);
            if lanes == 1 && !full {
                units[at].members.push(i);
                continue;
            }
            if lanes == 1 {
                beside.insert(input, units.len());
            }
            let wide = cost::BESIDE * lanes.div_ceil(4) as f64;
            let cost = if lanes > 2 { wide } else { cost::AHEAD * lanes as f64 };
            let how =
                if lanes > 2 { format!("{lanes} channels as lanes by look-ahead") } else { "by look-ahead".into() };
            let what = format!("{name}: {how}, f32, {decibels:.0} dB from f64");
            units.push(Unit { members: vec![i], form: Form::AheadF32, cost, what });
        }
        units
    }

    /// Several lone ones are a call together, with their sum if that is all that is made of them.
    fn together(&self, mut unit: Unit) -> Unit {
        let count = unit.members.len();
        if !(FEWEST_BESIDE..=MOST_BESIDE).contains(&count) {
            return unit;
        }
        let kernel = self.kernel;
        let names: Vec<&str> = unit.members.iter().map(|i| self.name(*i)).collect();
        unit.what = format!("{}: lanes of one input by look-ahead, f32", names.join(", "));
        unit.cost = (cost::AHEAD * count as f64).min(cost::BESIDE);
        let given: Vec<ValueId> = unit.members.iter().filter_map(|i| defined(&kernel.body[*i])).collect();
        let sum = Sum::of(kernel, &self.readers, &given, |v| self.place.contains_key(&v));
        if let Some(Sum { steps, limits, .. }) = sum {
            unit.members.extend(steps.iter().map(|v| self.place[v]));
            unit.what += if limits.is_some() { ", added and limited" } else { ", added" };
        }
        unit
    }
}
