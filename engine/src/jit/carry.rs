//! What a region remembers, carried over into another version of it: states, delay lines and sections of the same name and type.

use super::chains::Chain;
use super::layout::{LinePlace, Order, bytes, section_scalar};
use super::{Compiled, Step};
use remotemedia_ir::kernel::{Line, Section, SectionId};
use remotemedia_runtime_min::sections::{Ahead, AheadMemory};
use std::ops::Range;

/// The memory of a section, in its form: per lane.
#[derive(Clone, Debug)]
enum Recurrence {
    /// As it lies in the block of memory.
    Bytes(Vec<u8>),
    Ahead(Vec<AheadMemory>),
}

/// States from their bytes.
fn restore(states: &mut [f32], bytes: &[u8]) {
    for (state, bytes) in states.iter_mut().zip(bytes.as_chunks().0) {
        *state = f32::from_ne_bytes(*bytes);
    }
}

impl Compiled {
    /// Takes over what earlier versions remember under the same name, of the same type. A delay line of another length takes over
    /// its latest values. Coefficients and tables stay this region's own.
    pub fn take_over(&mut self, earlier: &[&Compiled]) {
        if let Some(first) = earlier.first() {
            self.fired = first.fired;
        }
        earlier.iter().for_each(|old| self.take(old));
        for step in &mut self.steps {
            if let Step::Chain { chain, .. } = step
                && let Chain::Beside { sections, memory } | Chain::Bank { sections, memory, .. } = &mut **chain
            {
                in_phase(sections, memory);
            }
        }
    }

    fn take(&mut self, old: &Compiled) {
        for (own, state) in self.kernel.states.iter().enumerate() {
            let same = |s: &remotemedia_ir::kernel::State| s.name == state.name && s.ty == state.ty;
            if let Some(other) = old.kernel.states.iter().position(same) {
                let size = bytes(state.ty.scalar) * usize::from(state.ty.lanes);
                let from = part(old.layout.states[other], size);
                self.memory[part(self.layout.states[own], size)].copy_from_slice(&old.memory[from]);
            }
        }
        for own in 0..self.kernel.lines.len() {
            let line = &self.kernel.lines[own];
            let same = |l: &Line| l.name == line.name && l.ty == line.ty;
            if let Some(other) = old.kernel.lines.iter().position(same) {
                self.take_line(own, old, other);
            }
        }
        for own in 0..self.kernel.sections.len() {
            let Section { name, lanes, form, .. } = &self.kernel.sections[own];
            let same = |s: &Section| s.name == *name && s.lanes == *lanes && s.form == *form;
            if let Some(other) = old.kernel.sections.iter().position(same)
                && let Some(memory) = old.recurrence(SectionId::new(other))
            {
                self.set_recurrence(SectionId::new(own), memory);
            }
        }
    }

    fn take_line(&mut self, own: usize, old: &Compiled, other: usize) {
        let line = &self.kernel.lines[own];
        let size = bytes(line.ty.scalar) * usize::from(line.ty.lanes);
        let (length, before) = (line.length as usize, old.kernel.lines[other].length as usize);
        let (to, from) = (self.layout.lines[own], old.layout.lines[other]);
        let position = old.position(from);
        self.memory[part(to.position, 8)].fill(0);
        for ago in 1..=length.min(before) {
            let slot = slot(from.order, position, before, ago);
            let value = &old.memory[part(from.slots, 0).start + slot * size..][..size];
            let slot = self::slot(to.order, 0, length, ago);
            let twin = if to.order == Order::Mirror { slot + length } else { slot };
            for slot in [slot, twin] {
                self.memory[part(to.slots, 0).start + slot * size..][..size].copy_from_slice(value);
            }
        }
    }

    fn position(&self, place: LinePlace) -> usize {
        let mut word = [0; 8];
        word.copy_from_slice(&self.memory[part(place.position, 8)]);
        i64::from_ne_bytes(word) as usize
    }

    /// Bytes of a section in the block of memory.
    fn pairs(&self, id: SectionId) -> Option<Range<usize>> {
        let section = &self.kernel.sections[id.index()];
        let size = 2 * usize::from(section.lanes) * bytes(section_scalar(section.form)?);
        Some(part(self.layout.sections[id.index()], size))
    }

    fn recurrence(&self, id: SectionId) -> Option<Recurrence> {
        for step in &self.steps {
            let Step::Chain { chain, sections, .. } = step else { continue };
            let Some(at) = sections.iter().position(|q| *q == id) else { continue };
            return Some(match &**chain {
                Chain::Cascade { memory, lanes, .. } => {
                    let states = memory[at * lanes..][..*lanes].as_flattened();
                    Recurrence::Bytes(states.iter().flat_map(|s| s.to_ne_bytes()).collect())
                }
                Chain::Banks { memory, .. } => {
                    Recurrence::Bytes(memory[at].iter().flat_map(|s| s.to_ne_bytes()).collect())
                }
                Chain::Ahead { memory, .. } => Recurrence::Ahead(memory.clone()),
                Chain::Beside { memory, .. } | Chain::Bank { memory, .. } => Recurrence::Ahead(vec![memory[at]]),
            });
        }
        if let Some(at) = self.inside_ids.iter().position(|q| *q == id) {
            return Some(Recurrence::Ahead(self.inside[at].iter().map(|lane| lane.memory).collect()));
        }
        Some(Recurrence::Bytes(self.memory[self.pairs(id)?].to_vec()))
    }

    fn set_recurrence(&mut self, id: SectionId, recurrence: Recurrence) {
        for step in &mut self.steps {
            let Step::Chain { chain, sections, .. } = step else { continue };
            let Some(at) = sections.iter().position(|q| *q == id) else { continue };
            match (&mut **chain, recurrence) {
                (Chain::Cascade { memory, lanes, .. }, Recurrence::Bytes(bytes)) => {
                    let states = memory[at * *lanes..][..*lanes].as_flattened_mut();
                    restore(states, &bytes);
                }
                (Chain::Banks { memory, .. }, Recurrence::Bytes(bytes)) => restore(&mut memory[at], &bytes),
                (Chain::Ahead { memory, .. }, Recurrence::Ahead(states)) => memory.copy_from_slice(&states),
                (Chain::Beside { memory, .. } | Chain::Bank { memory, .. }, Recurrence::Ahead(states)) => {
                    memory[at] = states[0];
                }
                (
                    Chain::Cascade { .. }
                    | Chain::Ahead { .. }
                    | Chain::Beside { .. }
                    | Chain::Bank { .. }
                    | Chain::Banks { .. },
                    _,
                ) => {}
            }
            return;
        }
        match recurrence {
            Recurrence::Ahead(states) => {
                if let Some(at) = self.inside_ids.iter().position(|q| *q == id) {
                    self.inside[at].iter_mut().zip(states).for_each(|(lane, state)| lane.memory = state);
                }
            }
            Recurrence::Bytes(bytes) => {
                if let Some(to) = self.pairs(id) {
                    self.memory[to].copy_from_slice(&bytes);
                }
            }
        }
    }
}

/// Sections side by side begin their blocks together: those at rest join the ones that go on.
fn in_phase(sections: &[Ahead], memory: &mut [AheadMemory]) {
    let phase = memory.iter().map(AheadMemory::phase).max().unwrap_or(0);
    for (section, memory) in sections.iter().zip(memory).filter(|(_, m)| m.phase() != phase) {
        *memory = AheadMemory::new();
        for _ in 0..phase {
            section.step(memory, 0.0);
        }
    }
}

/// The slot of what was pushed `ago` pushes ago.
fn slot(order: Order, position: usize, length: usize, ago: usize) -> usize {
    match order {
        Order::Ring => (position + length - ago) % length,
        Order::Mirror => (position + ago - 1) % length,
    }
}

fn part(place: i32, size: usize) -> Range<usize> {
    place as usize..place as usize + size
}
