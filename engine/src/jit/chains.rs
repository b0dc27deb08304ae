//! Sections in an f32 form: those that `runtime-min` computes a block at a time, and those with look-ahead inside a loop.

use remotemedia_ir::kernel::{Form, Kernel, SectionId};
use remotemedia_ir::loops::{Call, Loop, Loops, MOST_BESIDE};
use remotemedia_runtime_min::sections::{self, Ahead, AheadMemory, Delta};

/// One lane of a section with look-ahead inside a loop over frames. Compiled code has its address.
#[derive(Clone, Debug)]
pub struct Lane {
    pub section: Ahead,
    pub memory: AheadMemory,
}

/// Outputs of a call, at most.
pub const OUTPUTS: usize = MOST_BESIDE;

/// What computes a chain: its stages, their states, lanes, frames so far, what comes in and what goes out.
type Cascade = fn(&[Delta], &mut [[f32; 2]], usize, usize, &[f32], &mut [f32]);

/// What computes a chain of banks: their sections, limits and states, frames so far, what comes in and what goes out.
type Banks = fn(&[Delta], &[[f32; 2]], &mut [[f32; 2]], usize, &[f32], &mut [f32]);

/// The coefficients and memory of a call.
#[derive(Clone, Debug)]
pub enum Chain {
    Cascade { run: Cascade, stages: Vec<Delta>, memory: Vec<[f32; 2]>, lanes: usize },
    Ahead { section: Ahead, memory: Vec<AheadMemory> },
    Beside { sections: Vec<Ahead>, memory: Vec<AheadMemory> },
    Bank { sections: Vec<Ahead>, memory: Vec<AheadMemory>, limits: Option<[f32; 2]> },
    Banks { run: Banks, sections: Vec<Delta>, memory: Vec<[f32; 2]>, limits: Vec<[f32; 2]> },
}

impl Chain {
    /// At rest.
    pub fn new(kernel: &Kernel, call: &Call) -> Chain {
        let lanes = usize::from(kernel.sections[call.sections()[0].index()].lanes);
        let look_ahead = |id: SectionId| kernel.sections[id.index()].ahead();
        let all =
            |list: &[SectionId]| (list.iter().map(|q| look_ahead(*q)).collect(), vec![AheadMemory::new(); list.len()]);
        match call {
            Call::Cascade { sections: chain, .. } => {
                let stages: Vec<Delta> = chain.iter().map(|q| kernel.sections[q.index()].delta()).collect();
                let is_peak = kernel.sections[chain[0].index()].form == Form::PeakF32;
                let run: Cascade = if is_peak { sections::peaks } else { sections::cascade };
                Chain::Cascade { run, memory: vec![[0.0; 2]; stages.len() * lanes], stages, lanes }
            }
            Call::Ahead { section, .. } => {
                Chain::Ahead { section: look_ahead(*section), memory: vec![AheadMemory::new(); lanes] }
            }
            Call::Beside { sections, .. } => {
                let (sections, memory) = all(sections);
                Chain::Beside { sections, memory }
            }
            Call::Bank { sections, limits, .. } => {
                let (sections, memory) = all(sections);
                Chain::Bank { sections, memory, limits: *limits }
            }
            Call::Banks { sections: ids, branches, limits, .. } => {
                let run: Banks = match branches {
                    2 => sections::banks_of_2,
                    3 => sections::banks_of_3,
                    _ => sections::banks_of_4,
                };
                let all: Vec<Delta> = ids.iter().map(|q| kernel.sections[q.index()].delta()).collect();
                Chain::Banks { run, memory: vec![[0.0; 2]; all.len()], sections: all, limits: limits.clone() }
            }
        }
    }

    /// Takes a block of frames through, after so many others; `y` has as many outputs as the call. States that have died away are set to
    /// zero at quantum borders.
    pub fn run(&mut self, fired: usize, x: &[f32], y: [&mut [f32]; OUTPUTS]) {
        let mut y = y;
        match self {
            Chain::Cascade { run, stages, memory, lanes } => run(stages, memory, *lanes, fired, x, y[0]),
            Chain::Ahead { section, memory } => sections::ahead(section, memory, fired, x, y[0]),
            Chain::Beside { sections, memory } => sections::beside(sections, memory, fired, x, &mut y),
            Chain::Bank { sections, memory, limits } => sections::bank(sections, memory, *limits, fired, x, y[0]),
            Chain::Banks { run, sections, memory, limits } => run(sections, limits, memory, fired, x, y[0]),
        }
    }
}

/// The sections with look-ahead that are not computed by calls, in their order, a list of lanes each.
pub fn inside(kernel: &Kernel, loops: &Loops<'_>) -> Vec<(SectionId, Vec<Lane>)> {
    let mut called = vec![false; kernel.sections.len()];
    for item in &loops.list {
        match item {
            Loop::Calls(calls) => calls.iter().flat_map(Call::sections).for_each(|q| called[q.index()] = true),
            Loop::Frames { .. } => {}
        }
    }
    let mut list = Vec::new();
    for (index, section) in kernel.sections.iter().enumerate() {
        if section.form == Form::AheadF32 && !called[index] {
            let lane = Lane { section: section.ahead(), memory: AheadMemory::new() };
            list.push((SectionId::new(index), vec![lane; usize::from(section.lanes)]));
        }
    }
    list
}

/// Samples on their way out: each NaN becomes the canonical one.
pub fn deliver(samples: &mut [f32]) {
    samples.iter_mut().for_each(|x| *x = if x.is_nan() { f32::NAN } else { *x });
}
