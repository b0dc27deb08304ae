//! Chains of banks: sections side by side whose sum, limited or not, is what the next ones read.

use super::gains::drop_unread;
use super::{cost, defined};
use remotemedia_ir::kernel::{Binary, Const, Form, Kernel, Op, Scalar, Section, SectionId, Stmt, ValueId};
use remotemedia_ir::loops::{FEWEST_BESIDE, MOST_BESIDE, Readers, Sum};
use remotemedia_ir::rewrite::constant;
use std::collections::{HashMap, HashSet};

/// Sections over one channel and what they give together.
struct Bank {
    /// Statements: of sections, and of the sum and its limits.
    sections: Vec<usize>,
    steps: Vec<usize>,
    output: ValueId,
    is_limited: bool,
}

/// Banks of which each is all that reads the one before it.
pub struct Chain(Vec<Bank>);

impl Chain {
    /// All its statements.
    pub fn members(&self) -> Vec<usize> {
        let mut all: Vec<usize> =
            self.0.iter().flat_map(|bank| bank.sections.iter().chain(&bank.steps)).copied().collect();
        all.sort_unstable();
        all
    }

    /// The statements of its sections.
    pub fn sections(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(|bank| bank.sections.iter().copied())
    }

    fn branches(&self) -> usize {
        self.0.first().map_or(0, |bank| bank.sections.len())
    }

    /// What it takes as skewed lanes.
    pub fn cost(&self) -> f64 {
        let groups = self.0.len().div_ceil(4) as f64;
        (groups * (cost::GROUP * self.branches() as f64 + cost::SUM)).max(cost::WAVE)
    }

    /// What its banks take one after the other, by look-ahead.
    pub fn apart(&self) -> f64 {
        self.0.iter().map(|bank| cost::BESIDE.min(cost::AHEAD * bank.sections.len() as f64)).sum()
    }

    /// In words.
    pub fn text(&self) -> String {
        let limited = if self.0.iter().any(|bank| bank.is_limited) { " and limited" } else { "" };
        format!("{} banks of {} sections, each added{limited}, as skewed lanes", self.0.len(), self.branches())
    }
}

/// The chains of two and more banks among statements that are sections; with the statement of each value.
pub fn chains(kernel: &Kernel, found: &[usize], readers: &Readers, place: &HashMap<ValueId, usize>) -> Vec<Chain> {
    // Sections by what they read, in the order of the body.
    let mut inputs: Vec<ValueId> = Vec::new();
    let mut reading: HashMap<ValueId, Vec<usize>> = HashMap::new();
    for i in found {
        let Some(v) = defined(&kernel.body[*i]) else { continue };
        let Op::Section(q, input) = kernel.values[v.index()].op else { continue };
        if kernel.sections[q.index()].lanes == 1 {
            let all = reading.entry(input).or_default();
            if all.is_empty() {
                inputs.push(input);
            }
            all.push(*i);
        }
    }
    let bank = |sections: Vec<usize>| {
        if !(FEWEST_BESIDE..=MOST_BESIDE).contains(&sections.len()) {
            return None;
        }
        let given: Vec<ValueId> = sections.iter().filter_map(|i| defined(&kernel.body[*i])).collect();
        let Sum { steps, limits, .. } = Sum::of(kernel, readers, &given, |v| place.contains_key(&v))?;
        let output = *steps.last()?;
        Some(Bank { sections, steps: steps.iter().map(|v| place[v]).collect(), output, is_limited: limits.is_some() })
    };
    let mut chains: Vec<Chain> = Vec::new();
    let mut ends: HashMap<ValueId, usize> = HashMap::new();
    for input in inputs {
        let Some(bank) = reading.remove(&input).and_then(bank) else { continue };
        let goes_on = |at: &usize| {
            chains[*at].0.last().is_some_and(|last| {
                let same = last.sections.len() == bank.sections.len() && last.is_limited == bank.is_limited;
                same && readers.count(input) == bank.sections.len()
            })
        };
        let at = ends.remove(&input).filter(goes_on).unwrap_or(chains.len());
        ends.insert(bank.output, at);
        match chains.get_mut(at) {
            Some(chain) => chain.0.push(bank),
            None => chains.push(Chain(vec![bank])),
        }
    }
    chains.retain(|chain| chain.0.len() > 1);
    chains
}

/// The kernel with gains beside sections as sections that have no memory of what was, so that banks are of as many; what they compute.
/// Those in `plain` stay what they are.
pub fn with_gains(kernel: &Kernel, plain: &HashSet<ValueId>) -> (Kernel, Vec<(ValueId, SectionId)>) {
    let readers = Readers::of(kernel);
    let filtered: HashSet<ValueId> = kernel
        .body
        .iter()
        .filter_map(|stmt| match kernel.values[defined(stmt)?.index()].op {
            Op::Section(_, input) => Some(input),
            _ => None,
        })
        .collect();
    let mut out = kernel.clone();
    let (mut made, mut gains) = (Vec::new(), Vec::new());
    for stmt in &kernel.body {
        let Stmt::Let(v) = stmt else { continue };
        let value = &kernel.values[v.index()];
        let Op::Binary(Binary::Mul, a, b) = value.op else { continue };
        let (x, gain) = if filtered.contains(&a) { (a, b) } else { (b, a) };
        let Some(Const::F32(factor)) = constant(kernel, gain) else { continue };
        let is_added =
            readers.sole(*v).is_some_and(|r| matches!(kernel.values[r.index()].op, Op::Binary(Binary::Add, ..)));
        let is_mono = value.ty.scalar == Scalar::F32 && value.ty.lanes == 1;
        if filtered.contains(&x) && is_added && is_mono && factor.is_finite() && !plain.contains(v) {
            let section = SectionId::new(out.sections.len());
            let (name, b) = (format!("gain{}", v.index()), [f64::from(factor), 0.0, 0.0]);
            out.sections.push(Section { name, lanes: 1, b, a: [0.0, 0.0], form: Form::TransposedF64 });
            out.values[v.index()].op = Op::Section(section, x);
            made.push((*v, section));
            gains.push(gain);
        }
    }
    drop_unread(&mut out, gains);
    (out, made)
}
