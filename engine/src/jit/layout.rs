//! Where the memory of a region lies: one block of bytes for states, sections, delay lines and tables.
//!
//! Compiled code addresses the block by constant offsets. Values that cross from one loop to another and the memory of
//! sections that the runtime computes are beside it: see [`super::call`] and [`super::chains`].

use remotemedia_ir::kernel::{Const, FLUSH_BELOW, Form, Kernel, Op, Scalar};

/// How a delay line is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// A ring: its position is the slot that is overwritten next, the oldest.
    Ring,
    /// Twice the length, newest first, every value written twice: any stretch of the past is contiguous. Its position is the slot
    /// of the newest.
    Mirror,
}

/// A delay line in the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePlace {
    /// Of its slots, `lanes` values each.
    pub slots: i32,
    /// Of its position, an i64.
    pub position: i32,
    pub order: Order,
}

/// Offsets in bytes, from the start of the block.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Layout {
    pub bytes: usize,
    /// Per state the first of its lanes.
    pub states: Vec<i32>,
    /// Per section that is part of a loop over frames the pairs of its lanes: f64, or f32 in the delta form.
    pub sections: Vec<i32>,
    pub lines: Vec<LinePlace>,
    pub tables: Vec<i32>,
}

/// Bytes of a lane.
pub fn bytes(scalar: Scalar) -> usize {
    match scalar {
        Scalar::F32 | Scalar::I32 => 4,
        Scalar::F64 | Scalar::I64 => 8,
        Scalar::Bool => 1,
    }
}

/// The type of a section's state; none where the runtime has its memory.
pub fn section_scalar(form: Form) -> Option<Scalar> {
    match form {
        Form::TransposedF64 => Some(Scalar::F64),
        Form::DeltaF32 | Form::PeakF32 => Some(Scalar::F32),
        Form::AheadF32 => None,
    }
}

impl Layout {
    /// Of a kernel; none if its memory is larger than an offset reaches, 2 GiB.
    pub fn new(kernel: &Kernel) -> Option<Layout> {
        let mut layout = Layout::default();
        for state in &kernel.states {
            let place = layout.take(state.ty.scalar, u64::from(state.ty.lanes))?;
            layout.states.push(place);
        }
        for section in &kernel.sections {
            let scalar = section_scalar(section.form);
            let place =
                layout.take(scalar.unwrap_or(Scalar::F32), scalar.map_or(0, |_| 2 * u64::from(section.lanes)))?;
            layout.sections.push(place);
        }
        for (index, line) in kernel.lines.iter().enumerate() {
            let of_fir = |op: &Op| matches!(op, Op::Fir { line, .. } if line.index() == index);
            let order = if kernel.values.iter().any(|v| of_fir(&v.op)) { Order::Mirror } else { Order::Ring };
            let copies = if order == Order::Mirror { 2 } else { 1 };
            let position = layout.take(Scalar::I64, 1)?;
            let slots = layout.take(line.ty.scalar, u64::from(line.length) * u64::from(line.ty.lanes) * copies)?;
            layout.lines.push(LinePlace { slots, position, order });
        }
        for table in &kernel.tables {
            let scalar = table.values.first().map_or(Scalar::Bool, |c| c.scalar());
            let place = layout.take(scalar, table.values.len() as u64)?;
            layout.tables.push(place);
        }
        Some(layout)
    }

    /// Room for so many values, at a multiple of eight bytes.
    fn take(&mut self, scalar: Scalar, count: u64) -> Option<i32> {
        let from = self.bytes;
        let size = usize::try_from(count.checked_mul(bytes(scalar) as u64)?).ok()?;
        self.bytes = from.checked_add(size)?.checked_next_multiple_of(8)?;
        i32::try_from(self.bytes).ok()?;
        i32::try_from(from).ok()
    }

    /// The block before the first firing.
    pub fn image(&self, kernel: &Kernel) -> Vec<u8> {
        let mut block = vec![0; self.bytes];
        for (place, state) in self.states.iter().zip(&kernel.states) {
            put(&mut block, *place, &state.init);
        }
        for (place, table) in self.tables.iter().zip(&kernel.tables) {
            put(&mut block, *place, &table.values);
        }
        block
    }

    /// Sets tiny recursive state to zero, as at the end of a quantum.
    pub fn flush(&self, kernel: &Kernel, block: &mut [u8]) {
        for (place, state) in self.states.iter().zip(&kernel.states).filter(|(_, s)| s.flush) {
            flush(block, *place, state.ty.scalar, usize::from(state.ty.lanes));
        }
        for (place, section) in self.sections.iter().zip(&kernel.sections) {
            if let Some(scalar) = section_scalar(section.form) {
                flush(block, *place, scalar, 2 * usize::from(section.lanes));
            }
        }
    }
}

fn put(block: &mut [u8], place: i32, values: &[Const]) {
    let mut at = place as usize;
    for value in values {
        let size = bytes(value.scalar());
        let (_, bits) = value.key();
        let to = &mut block[at..at + size];
        match size {
            8 => to.copy_from_slice(&bits.to_ne_bytes()),
            4 => to.copy_from_slice(&(bits as u32).to_ne_bytes()),
            _ => to.copy_from_slice(&[bits as u8]),
        }
        at += size;
    }
}

fn flush(block: &mut [u8], place: i32, scalar: Scalar, count: usize) {
    let from = place as usize;
    let part = &mut block[from..from + count * bytes(scalar)];
    match scalar {
        Scalar::F32 => part.as_chunks_mut::<4>().0.iter_mut().for_each(|x| {
            if f64::from(f32::from_ne_bytes(*x)).abs() < FLUSH_BELOW {
                *x = [0; 4];
            }
        }),
        Scalar::F64 => part.as_chunks_mut::<8>().0.iter_mut().for_each(|x| {
            if f64::from_ne_bytes(*x).abs() < FLUSH_BELOW {
                *x = [0; 8];
            }
        }),
        Scalar::I32 | Scalar::I64 | Scalar::Bool => {}
    }
}
