//! Delay lines, tables, and filters over them.

use super::{Body, flags, integer64};
use crate::jit::layout::{Order, bytes};
use crate::jit::ops;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use remotemedia_ir::kernel::{Const, LineId, Scalar, TableId, Ty, ValueId};

impl Body<'_, '_> {
    /// An element of a table; the index is within it.
    pub(super) fn element(&mut self, table: TableId, index: Value) -> Value {
        let scalar = self.region.kernel.tables[table.index()].values.first().map_or(Scalar::Bool, |c| c.scalar());
        let offset = self.b.ins().imul_imm_s(index, bytes(scalar) as i64);
        let address = self.b.ins().iadd(self.memory, offset);
        let place = self.region.layout.tables[table.index()];
        self.b.ins().load(ops::ty(scalar), flags().with_readonly().with_can_move(), address, place)
    }

    /// The slot of what was pushed `ago` pushes ago, from 1 to the length.
    pub(super) fn slot(&mut self, line: LineId, ago: Value) -> Value {
        let position = self.b.use_var(self.positions[&line]);
        match self.region.layout.lines[line.index()].order {
            Order::Ring => {
                let slot = self.b.ins().isub(position, ago);
                let length = i64::from(self.region.kernel.lines[line.index()].length);
                let wrapped = self.b.ins().iadd_imm_s(slot, length);
                let zero = integer64(&mut self.b, 0);
                let before = self.b.ins().icmp(IntCC::SignedLessThan, slot, zero);
                self.b.ins().select(before, wrapped, slot)
            }
            Order::Mirror => {
                let slot = self.b.ins().iadd(position, ago);
                self.b.ins().iadd_imm_s(slot, -1)
            }
        }
    }

    /// The address of a slot, less the place of the line's slots.
    fn slot_address(&mut self, line: LineId, slot: Value) -> Value {
        let ty = self.region.kernel.lines[line.index()].ty;
        let offset = self.b.ins().imul_imm_s(slot, (bytes(ty.scalar) * usize::from(ty.lanes)) as i64);
        self.b.ins().iadd(self.memory, offset)
    }

    /// The lanes in a slot.
    pub(super) fn past(&mut self, line: LineId, slot: Value) -> Vec<Value> {
        let address = self.slot_address(line, slot);
        self.at_slot(line, address)
    }

    fn at_slot(&mut self, line: LineId, address: Value) -> Vec<Value> {
        let ty = self.region.kernel.lines[line.index()].ty;
        let place = self.region.layout.lines[line.index()].slots;
        let at = |lane: u16| place + i32::from(lane) * bytes(ty.scalar) as i32;
        (0..ty.lanes).map(|l| self.b.ins().load(ops::ty(ty.scalar), flags(), address, at(l))).collect()
    }

    pub(super) fn push(&mut self, line: LineId, value: ValueId) {
        let lanes = self.lanes[value.index()].clone();
        let place = self.region.layout.lines[line.index()];
        let variable = self.positions[&line];
        let length = i64::from(self.region.kernel.lines[line.index()].length);
        let position = self.b.use_var(variable);
        match place.order {
            Order::Ring => {
                self.store_slot(line, position, &lanes);
                let next = self.b.ins().iadd_imm_s(position, 1);
                let (zero, end) = (integer64(&mut self.b, 0), integer64(&mut self.b, length));
                let over = self.b.ins().icmp(IntCC::Equal, next, end);
                let next = self.b.ins().select(over, zero, next);
                self.b.def_var(variable, next);
            }
            Order::Mirror => {
                let (zero, last) = (integer64(&mut self.b, 0), integer64(&mut self.b, length - 1));
                let first = self.b.ins().icmp(IntCC::Equal, position, zero);
                let before = self.b.ins().iadd_imm_s(position, -1);
                let slot = self.b.ins().select(first, last, before);
                self.store_slot(line, slot, &lanes);
                let twin = self.b.ins().iadd_imm_s(slot, length);
                self.store_slot(line, twin, &lanes);
                self.b.def_var(variable, slot);
            }
        }
    }

    fn store_slot(&mut self, line: LineId, slot: Value, lanes: &[Value]) {
        let scalar = self.region.kernel.lines[line.index()].ty.scalar;
        let place = self.region.layout.lines[line.index()].slots;
        let address = self.slot_address(line, slot);
        for (lane, value) in lanes.iter().enumerate() {
            self.b.ins().store(flags(), *value, address, place + (lane * bytes(scalar)) as i32);
        }
    }

    pub(super) fn fir(&mut self, line: LineId, table: TableId, input: ValueId, ty: Ty) -> Result<Vec<Value>, String> {
        let taps = &self.region.kernel.tables[table.index()].values;
        let Some(scalar) = taps.first().map(|c| c.scalar()).filter(|s| s.is_float()) else {
            return Err("a filter has taps that are not floats".into());
        };
        let wrong = || "a filter over what is not float".to_owned();
        let mut sums = Vec::new();
        for lane in 0..usize::from(ty.lanes) {
            let x = self.lane(input, lane)?;
            let x = ops::convert(&mut self.b, ty.scalar, scalar, x).ok_or_else(wrong)?;
            let tap = ops::constant(&mut self.b, taps[0]);
            let product = self.b.ins().fmul(tap, x);
            let zero = ops::constant(&mut self.b, Const::zero(scalar));
            let sum = self.b.declare_var(ops::ty(scalar));
            let first = self.b.ins().fadd(zero, product);
            self.b.def_var(sum, first);
            sums.push(sum);
        }
        if taps.len() > 1 {
            let newest = self.b.use_var(self.positions[&line]);
            let from = self.slot_address(line, newest);
            let frame = (bytes(ty.scalar) * usize::from(ty.lanes)) as i64;
            let round = self.b.declare_var(types::I64);
            let (top, end) = self.rounds(round, types::I64);
            let k = self.b.use_var(round);
            let offset = self.b.ins().imul_imm_s(k, frame);
            let address = self.b.ins().iadd(from, offset);
            let past = self.at_slot(line, address);
            let tap = self.b.ins().iadd_imm_s(k, 1);
            let tap = self.element(table, tap);
            for (sum, x) in sums.iter().zip(past) {
                let x = ops::convert(&mut self.b, ty.scalar, scalar, x).ok_or_else(wrong)?;
                let product = self.b.ins().fmul(tap, x);
                let before = self.b.use_var(*sum);
                let after = self.b.ins().fadd(before, product);
                self.b.def_var(*sum, after);
            }
            self.again(round, taps.len() as i64 - 1, top, end);
        }
        let mut out = Vec::new();
        for sum in sums {
            let sum = self.b.use_var(sum);
            out.push(ops::convert(&mut self.b, scalar, ty.scalar, sum).ok_or_else(wrong)?);
        }
        Ok(out)
    }
}
