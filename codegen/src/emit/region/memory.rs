//! The memory of a region: fields, how they start, how loops take them into local variables, how they are flushed.

use super::{Emitter, Layout};
use crate::emit::literal::{emit_const, emit_f32, emit_f64, emit_scalar};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::kernel::{Const, FLUSH_BELOW, Form, Kernel, Scalar, Section, StateId, Stmt};
use remotemedia_ir::loops::{Call, Loop, Memory};
use remotemedia_ir::section::{Ahead, Delta};

/// The parts of a region's struct.
#[derive(Default)]
pub struct Fields {
    pub fields: TokenStream,
    pub init: TokenStream,
    /// What a quantum border does.
    pub flush: TokenStream,
    /// Constants beside the struct.
    pub tables: TokenStream,
    pub bytes: usize,
}

impl Emitter<'_> {
    /// All memory of the kernel.
    pub fn memory(&self) -> Fields {
        let mut out = Fields::default();
        self.states(&mut out);
        let kernel = self.kernel;
        let mut called = vec![false; kernel.sections.len()];
        for item in &self.loops.list {
            let Loop::Calls(calls) = item else { continue };
            for call in calls {
                call.sections().iter().for_each(|q| called[q.index()] = true);
                self.call_memory(call, &mut out);
            }
        }
        for (index, section) in kernel.sections.iter().enumerate().filter(|(index, _)| !called[*index]) {
            self.section(index, section, &mut out);
        }
        for (index, line) in kernel.lines.iter().enumerate() {
            let field = &self.lines[index];
            let place = format_ident!("{field}_at");
            let copies = if self.layouts[index] == Layout::Mirror { 2 } else { 1 };
            let size = line.length as usize * usize::from(line.ty.lanes) * copies;
            out.heap(field, line.ty.scalar, size);
            out.fields.extend(quote!(#place: usize,));
            out.init.extend(quote!(#place: 0,));
        }
        for (name, ty) in self.buffers.iter().zip(&self.loops.buffers) {
            out.heap(name, ty.scalar, self.loops.block as usize * usize::from(ty.lanes));
        }
        for (index, table) in kernel.tables.iter().enumerate() {
            let field = &self.tables[index];
            let scalar = emit_scalar(table.values.first().map_or(Scalar::F64, |c| c.scalar()));
            let values: Vec<TokenStream> = table.values.iter().map(|c| emit_const(*c)).collect();
            let count = Literal::usize_unsuffixed(values.len());
            out.tables.extend(quote!(static #field: [#scalar; #count] = [#(#values),*];));
        }
        out
    }

    fn states(&self, out: &mut Fields) {
        for (field, state) in self.states.iter().zip(&self.kernel.states) {
            let scalar = emit_scalar(state.ty.scalar);
            let values: Vec<TokenStream> = state.init.iter().map(|c| emit_const(*c)).collect();
            let lanes = Literal::usize_unsuffixed(usize::from(state.ty.lanes));
            out.bytes += 8 * usize::from(state.ty.lanes);
            if state.ty.lanes == 1 {
                out.fields.extend(quote!(#field: #scalar,));
                out.init.extend(quote!(#field: #(#values)*,));
            } else {
                out.fields.extend(quote!(#field: [#scalar; #lanes],));
                out.init.extend(quote!(#field: [#(#values),*],));
            }
            if state.flush {
                let narrow = state.ty.scalar == Scalar::F32;
                let below = if narrow { emit_f32(FLUSH_BELOW as f32) } else { emit_f64(FLUSH_BELOW) };
                out.flush.extend(if state.ty.lanes == 1 {
                    quote!(if self.#field.abs() < #below { self.#field = 0.0; })
                } else {
                    quote!(for lane in &mut self.#field { if lane.abs() < #below { *lane = 0.0; } })
                });
            }
        }
    }

    /// A section that is part of a loop over frames.
    fn section(&self, index: usize, section: &Section, out: &mut Fields) {
        let field = &self.sections[index];
        let lanes = usize::from(section.lanes);
        let (scalar, below) = match section.form {
            Form::TransposedF64 => (quote!(f64), emit_f64(FLUSH_BELOW)),
            Form::DeltaF32 | Form::PeakF32 => (quote!(f32), emit_f32(FLUSH_BELOW as f32)),
            Form::AheadF32 => {
                let (table, value) = (&self.coefficients[index], emit_ahead(&section.ahead()));
                out.tables.extend(quote!(static #table: sections::Ahead = #value;));
                out.look_ahead(field, lanes);
                out.flush.extend(quote!(for memory in &mut self.#field { memory.flush(); }));
                return;
            }
        };
        out.bytes += 16 * lanes;
        let lanes = Literal::usize_unsuffixed(lanes);
        out.fields.extend(quote!(#field: [[#scalar; 2]; #lanes],));
        out.init.extend(quote!(#field: [[0.0; 2]; #lanes],));
        out.flush.extend(quote! {
            for memory in self.#field.as_flattened_mut() {
                if memory.abs() < #below { *memory = 0.0; }
            }
        });
    }

    /// What the sections of a call have together.
    fn call_memory(&self, call: &Call, out: &mut Fields) {
        let first = call.sections()[0].index();
        let (field, table) = (&self.sections[first], &self.coefficients[first]);
        let sections: Vec<&Section> = call.sections().iter().map(|q| &self.kernel.sections[q.index()]).collect();
        let lanes: usize = sections.iter().map(|q| usize::from(q.lanes)).sum();
        let count = Literal::usize_unsuffixed(sections.len());
        match call {
            Call::Cascade { .. } | Call::Banks { .. } => {
                let stages: Vec<TokenStream> = sections.iter().map(|q| emit_delta(&q.delta())).collect();
                out.tables.extend(quote!(static #table: [sections::Delta; #count] = [#(#stages),*];));
                out.bytes += 8 * lanes;
                let lanes = Literal::usize_unsuffixed(lanes);
                out.fields.extend(quote!(#field: [[f32; 2]; #lanes],));
                out.init.extend(quote!(#field: [[0.0; 2]; #lanes],));
            }
            Call::Ahead { .. } => {
                let value = emit_ahead(&sections[0].ahead());
                out.tables.extend(quote!(static #table: sections::Ahead = #value;));
                out.look_ahead(field, lanes);
            }
            Call::Beside { .. } | Call::Bank { .. } => {
                let values: Vec<TokenStream> = sections.iter().map(|q| emit_ahead(&q.ahead())).collect();
                out.tables.extend(quote!(static #table: [sections::Ahead; #count] = [#(#values),*];));
                out.look_ahead(field, lanes);
            }
        }
    }

    /// Statements that take memory into local variables before a loop, and back after it.
    pub fn load_and_store(&self, memory: &[Memory]) -> (TokenStream, TokenStream) {
        let kernel = self.kernel;
        let (mut load, mut store) = (TokenStream::new(), TokenStream::new());
        for memory in memory {
            match memory {
                Memory::State(id) => {
                    let field = &self.states[id.index()];
                    let mutable = is_written(kernel, *id).then(|| quote!(mut));
                    load.extend(quote!(let #mutable #field = self.#field;));
                    store.extend(quote!(self.#field = #field;));
                }
                Memory::Section(id) => {
                    let (field, section) = (&self.sections[id.index()], &kernel.sections[id.index()]);
                    if section.form == Form::AheadF32 {
                        continue;
                    }
                    let name = |lane: u16, part: char| format_ident!("{field}_{lane}_{part}");
                    let (a, b): (Vec<Ident>, Vec<Ident>) =
                        (0..section.lanes).map(|l| (name(l, 'a'), name(l, 'b'))).unzip();
                    load.extend(quote!(let [#([mut #a, mut #b]),*] = self.#field;));
                    store.extend(quote!(self.#field = [#([#a, #b]),*];));
                }
                Memory::Line(id) => {
                    let place = format_ident!("{}_at", self.lines[id.index()]);
                    load.extend(quote!(let mut #place = self.#place;));
                    store.extend(quote!(self.#place = #place;));
                }
                Memory::Local(_) => {}
            }
        }
        (load, store)
    }

    /// The locals of a firing, at zero.
    pub fn locals(&self, memory: &[Memory]) -> TokenStream {
        let mut out = TokenStream::new();
        for memory in memory {
            let Memory::Local(id) = memory else { continue };
            let (field, local) = (&self.locals[id.index()], &self.kernel.locals[id.index()]);
            let zero = emit_const(Const::zero(local.ty.scalar));
            let scalar = emit_scalar(local.ty.scalar);
            let lanes = Literal::usize_unsuffixed(usize::from(local.ty.lanes));
            out.extend(if local.ty.lanes == 1 {
                quote!(let mut #field: #scalar = #zero;)
            } else {
                quote!(let mut #field: [#scalar; #lanes] = [#zero; #lanes];)
            });
        }
        out
    }
}

impl Fields {
    /// A vector of `size` zeros.
    fn heap(&mut self, field: &Ident, scalar: Scalar, size: usize) {
        let wide = matches!(scalar, Scalar::F64 | Scalar::I64);
        self.bytes += size * if wide { 8 } else { 4 };
        let (ty, zero, size) = (emit_scalar(scalar), emit_const(Const::zero(scalar)), Literal::usize_unsuffixed(size));
        self.fields.extend(quote!(#field: Vec<#ty>,));
        self.init.extend(quote!(#field: vec![#zero; #size],));
    }

    /// Memory of sections with look-ahead.
    fn look_ahead(&mut self, field: &Ident, lanes: usize) {
        self.bytes += 32 * lanes;
        let lanes = Literal::usize_unsuffixed(lanes);
        self.fields.extend(quote!(#field: [sections::AheadMemory; #lanes],));
        self.init.extend(quote!(#field: [sections::AheadMemory::new(); #lanes],));
    }
}

fn emit_delta(delta: &Delta) -> TokenStream {
    let Delta { alpha, beta, m0, m2, n } = *delta;
    let [alpha, beta, m0, m2, n] = [alpha, beta, m0, m2, n].map(emit_f32);
    quote!(sections::Delta { alpha: #alpha, beta: #beta, m0: #m0, m2: #m2, n: #n })
}

fn emit_ahead(ahead: &Ahead) -> TokenStream {
    let row = |row: &[f32]| {
        let row = row.iter().map(|x| emit_f32(*x));
        quote!([#(#row),*])
    };
    let Ahead { states: [s1, s2], impulse, inputs: [g1, g2], drift: [e1, e2] } = ahead;
    let ([s1, s2], [g1, g2], [e1, e2]) = ([row(s1), row(s2)], [row(g1), row(g2)], [row(e1), row(e2)]);
    let impulse = row(impulse);
    quote! {
        sections::Ahead { states: [#s1, #s2], impulse: #impulse, inputs: [#g1, #g2], drift: [#e1, #e2] }
    }
}

/// True if some statement writes the state.
fn is_written(kernel: &Kernel, state: StateId) -> bool {
    fn any(body: &[Stmt], state: StateId) -> bool {
        body.iter().any(|stmt| match stmt {
            Stmt::SetState(s, _) => *s == state,
            Stmt::If { condition: _, then, otherwise } => any(then, state) || any(otherwise, state),
            Stmt::For { index: _, count: _, body } => any(body, state),
            Stmt::Let(_) | Stmt::SetLocal(..) | Stmt::Push(..) | Stmt::Output(..) => false,
        })
    }
    any(&kernel.body, state)
}
