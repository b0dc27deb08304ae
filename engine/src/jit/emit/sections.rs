//! Sections inside a loop over frames, in each of their forms.

use super::Body;
use crate::jit::call::Shim;
use crate::jit::ops;
use cranelift_codegen::ir::{InstBuilder, Value};
use remotemedia_ir::kernel::{Const, Form, Scalar, SectionId};

impl Body<'_, '_> {
    pub(super) fn section(&mut self, id: SectionId, x: Value, lane: usize, scalar: Scalar) -> Option<Value> {
        let section = &self.region.kernel.sections[id.index()];
        let narrow = if section.form == Form::TransposedF64 { Scalar::F64 } else { Scalar::F32 };
        let x = ops::convert(&mut self.b, scalar, narrow, x)?;
        let y = match section.form {
            Form::TransposedF64 => self.transposed(id, x, lane),
            Form::DeltaF32 | Form::PeakF32 => self.delta(id, x, lane),
            Form::AheadF32 => {
                let address = *self.addresses.get(&self.inside(id)?)?;
                let address = self.b.ins().iadd_imm_s(address, (lane * self.region.stride) as i64);
                ops::call(&mut self.b, self.region.conv, Shim::Ahead, &[address, x])
            }
        };
        ops::convert(&mut self.b, narrow, scalar, y)
    }

    fn transposed(&mut self, id: SectionId, x: Value, lane: usize) -> Value {
        let (first, second) = (self.sections[&id][2 * lane], self.sections[&id][2 * lane + 1]);
        let section = &self.region.kernel.sections[id.index()];
        let b = &mut self.b;
        let [b0, b1, b2] = section.b.map(|c| ops::constant(b, Const::F64(c)));
        let [a1, a2] = section.a.map(|c| ops::constant(b, Const::F64(c)));
        let (s1, s2) = (b.use_var(first), b.use_var(second));
        let y = b.ins().fmul(b0, x);
        let y = b.ins().fadd(y, s1);
        let (p, q) = (b.ins().fmul(b1, x), b.ins().fmul(a1, y));
        let d = b.ins().fsub(p, q);
        let next = b.ins().fadd(d, s2);
        b.def_var(first, next);
        let (p, q) = (b.ins().fmul(b2, x), b.ins().fmul(a2, y));
        let next = b.ins().fsub(p, q);
        b.def_var(second, next);
        y
    }

    fn delta(&mut self, id: SectionId, x: Value, lane: usize) -> Value {
        let (first, second) = (self.sections[&id][2 * lane], self.sections[&id][2 * lane + 1]);
        let section = &self.region.kernel.sections[id.index()];
        let c = section.delta();
        let b = &mut self.b;
        let [alpha, beta, m0, m2, n] = [c.alpha, c.beta, c.m0, c.m2, c.n].map(|c| ops::constant(b, Const::F32(c)));
        let (s1, s2) = (b.use_var(first), b.use_var(second));
        let w = b.ins().fadd(x, s1);
        let own = if section.form == Form::PeakF32 {
            x
        } else {
            let (p, q) = (b.ins().fmul(m0, x), b.ins().fmul(m2, s2));
            b.ins().fadd(p, q)
        };
        let added = b.ins().fmul(n, w);
        let y = b.ins().fadd(own, added);
        let sum = b.ins().fadd(x, s2);
        let sum = b.ins().fadd(w, sum);
        let drop = b.ins().fmul(alpha, w);
        let next = b.ins().fsub(sum, drop);
        b.def_var(first, next);
        let drop = b.ins().fmul(beta, w);
        let next = b.ins().fsub(s2, drop);
        b.def_var(second, next);
        y
    }
}
