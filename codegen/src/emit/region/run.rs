//! `run`: the loops of a region over its frames.

use super::memory::Fields;
use super::repeated::{LoopCode, Source, repeated};
use super::{Emitter, RegionCode, lanes_read};
use crate::emit::literal::{emit_f32, emit_sample, emit_scalar};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::kernel::{Form, Op, Port, Stmt, Ty, ValueId};
use remotemedia_ir::loops::{Call, Loop, Memory, Place, Uses};

impl Emitter<'_> {
    /// The struct, its tables and its functions.
    pub fn finish(mut self, name: &Ident, doc: &str) -> RegionCode {
        let kernel = self.kernel;
        let in_quanta = kernel.flushes() || self.loops.list.len() > 1;
        let (inner, shared) = self.loops();
        let Fields { mut fields, mut init, flush, tables, bytes } = self.memory();
        if in_quanta {
            fields.extend(quote!(fired: usize,));
            init.extend(quote!(fired: 0,));
        }
        let run = self.emit_run(in_quanta, &inner, &flush);
        let constructor_doc = " Everything silent.";
        let items = quote! {
            #tables

            #[doc = #doc]
            struct #name { #fields }

            impl #name {
                #[doc = #constructor_doc]
                fn new() -> #name {
                    #name { #init }
                }

                #run

                #shared
            }
        };
        let needs_sections = kernel.sections.iter().any(|q| q.form == Form::AheadF32)
            || self.loops.list.iter().any(|l| matches!(l, Loop::Calls(_)));
        let needs_vec = !(kernel.lines.is_empty() && self.buffers.is_empty());
        RegionCode {
            items,
            needs_math: self.needs_math,
            needs_choice: self.needs_choice,
            needs_sections,
            needs_vec,
            in_quanta,
            bytes,
        }
    }

    /// All loops, one after the other, and the functions that some of them share.
    fn loops(&mut self) -> (TokenStream, TokenStream) {
        let list = std::mem::take(&mut self.loops.list);
        let mut out = TokenStream::new();
        let single = list.len() == 1;
        if !self.buffers.is_empty() {
            let frames = self.frame_count();
            out.extend(quote!(let frames = #frames;));
        }
        let mut code = Vec::new();
        for item in &list {
            match item {
                Loop::Frames { body, again, reads, writes } => {
                    code.push(self.frames(body, again, reads, writes, single));
                }
                Loop::Calls(calls) => code.extend(calls.iter().map(|c| LoopCode::other(self.call(c)))),
            }
        }
        self.loops.list = list;
        let (loops, shared) = repeated(code, &mut self.names);
        out.extend(loops);
        (out, shared)
    }

    fn frames(
        &mut self,
        body: &[Stmt],
        again: &[ValueId],
        reads: &[ValueId],
        writes: &[ValueId],
        single: bool,
    ) -> LoopCode {
        let kernel = self.kernel;
        self.read = lanes_read(kernel, &self.choices, body, reads, writes);
        self.arriving = reads.to_vec();
        let mut sources: Vec<Source> = Vec::new();
        let mut source = |name: &Ident, lanes: u16, sample: TokenStream, kept: Option<TokenStream>, exclusive: bool| {
            if sources.iter().all(|other| other.name != *name) {
                sources.push(Source { name: name.clone(), lanes, sample, kept, exclusive });
            }
        };
        let uses = Uses::of(kernel, body);
        let is_read = |port: usize| {
            let of = |v: &ValueId| kernel.values[v.index()].op == Op::Input(port as u16);
            let live = |v: &&ValueId| self.read.iter().any(|(read, _)| read == *v);
            uses.defines.iter().chain(again).filter(|v| of(v)).any(|v| live(&v))
        };
        for (port, (name, p)) in self.inputs.iter().zip(&kernel.inputs).enumerate() {
            if single || is_read(port) {
                source(name, p.lanes, emit_sample(p.format), None, false);
            }
        }
        for v in reads {
            match self.loops.place(*v) {
                Some(Place::Output(port)) => {
                    let name = &self.outputs[usize::from(port)];
                    source(name, kernel.ty(*v).lanes, emit_scalar(kernel.ty(*v).scalar), None, false);
                }
                Some(Place::Buffer(at)) => {
                    let Ty { scalar, lanes } = kernel.ty(*v);
                    source(&self.buffers[at], lanes, emit_scalar(scalar), Some(self.slice(*v)), false);
                }
                Some(Place::Input(_)) | None => {}
            }
        }
        let written = |port: usize| {
            body.iter().any(|s| {
                matches!(s, Stmt::Output(p, v)
                    if usize::from(*p) == port && self.loops.place(*v) != Some(Place::Output(*p)))
            })
        };
        for (port, (name, p)) in self.outputs.iter().zip(&kernel.outputs).enumerate() {
            if single || written(port) {
                source(name, p.lanes, emit_sample(p.format), None, true);
            }
        }
        for v in writes {
            if let Some(Place::Buffer(at)) = self.loops.place(*v) {
                let Ty { scalar, lanes } = kernel.ty(*v);
                source(&self.buffers[at], lanes, emit_scalar(scalar), Some(self.slice(*v)), true);
            }
        }
        for v in reads {
            let name = match self.loops.place(*v) {
                Some(Place::Output(port)) => self.outputs[usize::from(port)].clone(),
                Some(Place::Buffer(at)) => self.buffers[at].clone(),
                Some(Place::Input(_)) | None => continue,
            };
            let lanes = (0..kernel.ty(*v).lanes).map(Literal::u16_unsuffixed);
            self.lanes[v.index()] = lanes.map(|lane| quote!(#name[#lane])).collect();
        }
        let again: TokenStream = again.iter().map(|v| self.emit_let(*v)).collect();
        let body = self.block(body);
        let mut kept = TokenStream::new();
        for v in writes {
            let Some(Place::Buffer(at)) = self.loops.place(*v) else { continue };
            let name = &self.buffers[at];
            for (lane, x) in self.lanes[v.index()].iter().enumerate() {
                let lane = Literal::usize_unsuffixed(lane);
                kept.extend(quote!(#name[#lane] = #x;));
            }
        }
        if !single && body.is_empty() && kept.is_empty() {
            return LoopCode::other(TokenStream::new());
        }
        let mut memory: Vec<Memory> = uses.memory;
        memory.sort();
        memory.dedup();
        let (load, store) = self.load_and_store(&memory);
        let locals = self.locals(&memory);
        LoopCode { sources, frames: self.frame_count(), load, body: quote!(#locals #again #body #kept), store }
    }

    /// Frames of this call, from the length of a port.
    fn frame_count(&self) -> TokenStream {
        let (inputs, outputs) =
            (self.inputs.iter().zip(&self.kernel.inputs), self.outputs.iter().zip(&self.kernel.outputs));
        let Some((name, port)) = inputs.chain(outputs).next() else { return quote!(0) };
        let lanes = (port.lanes > 1).then(|| Literal::u16_unsuffixed(port.lanes)).into_iter();
        quote!(#name.len() #(/ #lanes)*)
    }

    /// The samples of a value that is kept.
    fn slice(&self, value: ValueId) -> TokenStream {
        match self.loops.place(value) {
            Some(Place::Input(port)) => {
                let name = &self.inputs[usize::from(port)];
                quote!(#name)
            }
            Some(Place::Output(port)) => {
                let name = &self.outputs[usize::from(port)];
                quote!(#name)
            }
            Some(Place::Buffer(at)) => {
                let (name, lanes) = (&self.buffers[at], self.kernel.ty(value).lanes);
                let lanes = (lanes > 1).then(|| Literal::u16_unsuffixed(lanes)).into_iter();
                quote!(self.#name[..frames #(* #lanes)*])
            }
            None => TokenStream::new(),
        }
    }

    fn call(&self, call: &Call) -> TokenStream {
        let first = call.sections()[0].index();
        let (memory, table) = (&self.sections[first], &self.coefficients[first]);
        let borrow = |v: ValueId, how: TokenStream| {
            let slice = self.slice(v);
            if matches!(self.loops.place(v), Some(Place::Buffer(_))) { quote!(#how #slice) } else { slice }
        };
        let x = borrow(call.input(), quote!(&));
        let y: Vec<TokenStream> = call.outputs().iter().map(|v| borrow(*v, quote!(&mut))).collect();
        match call {
            Call::Cascade { .. } => {
                let lanes = Literal::u16_unsuffixed(self.kernel.sections[first].lanes);
                let chain = match self.kernel.sections[first].form {
                    Form::PeakF32 => quote!(peaks),
                    Form::TransposedF64 | Form::DeltaF32 | Form::AheadF32 => quote!(cascade),
                };
                quote!(sections::#chain(&#table, &mut self.#memory, #lanes, self.fired, #x, #(#y)*);)
            }
            Call::Ahead { .. } => quote!(sections::ahead(&#table, &mut self.#memory, self.fired, #x, #(#y)*);),
            Call::Bank { limits, .. } => {
                let limits = match limits.map(|limits| limits.map(emit_f32)) {
                    Some([low, high]) => quote!(Some([#low, #high])),
                    None => quote!(None),
                };
                quote!(sections::bank(&#table, &mut self.#memory, #limits, self.fired, #x, #(#y)*);)
            }
            Call::Banks { branches, limits, .. } => {
                let name = format_ident!("banks_of_{branches}");
                let limits = limits.iter().map(|limits| {
                    let [low, high] = limits.map(emit_f32);
                    quote!([#low, #high])
                });
                quote!(sections::#name(&#table, &[#(#limits),*], &mut self.#memory, self.fired, #x, #(#y)*);)
            }
            Call::Beside { .. } => {
                let y = call.outputs().iter().map(|v| {
                    let slice = self.slice(*v);
                    if matches!(self.loops.place(*v), Some(Place::Buffer(_))) { slice } else { quote!(#slice[..]) }
                });
                quote!(sections::beside(&#table, &mut self.#memory, self.fired, #x, &mut [#(&mut #y),*]);)
            }
        }
    }

    /// `run`, and where it goes by quanta the loop over them.
    fn emit_run(&self, in_quanta: bool, inner: &TokenStream, flush: &TokenStream) -> TokenStream {
        let kernel = self.kernel;
        let part = |p: &Port| {
            let lanes = (p.lanes > 1).then(|| Literal::u16_unsuffixed(p.lanes)).into_iter();
            let again = lanes.clone();
            quote!(from #(* #lanes)*..to #(* #again)*)
        };
        let mut arguments = TokenStream::new();
        let mut pass = Vec::new();
        for (name, p) in self.inputs.iter().zip(&kernel.inputs) {
            let (sample, range) = (emit_sample(p.format), part(p));
            arguments.extend(quote!(, #name: &[#sample]));
            pass.push(quote!(&#name[#range]));
        }
        for (name, p) in self.outputs.iter().zip(&kernel.outputs) {
            let (sample, range) = (emit_sample(p.format), part(p));
            arguments.extend(quote!(, #name: &mut [#sample]));
            pass.push(quote!(&mut #name[#range]));
        }
        if !in_quanta {
            let doc = " Fires once per frame.";
            return quote! {
                #[doc = #doc]
                fn run(&mut self #arguments) { #inner }
            };
        }
        let quantum = Literal::usize_unsuffixed(self.loops.block as usize);
        let doc = if !flush.is_empty() {
            " Fires `frames` times; recursive state that has died away is set to zero at quantum borders."
        } else {
            " Fires `frames` times, block by block; recursive state that has died away is set to zero at quantum borders."
        };
        let inner_doc = " Fires once per frame, within one block.";
        quote! {
            #[doc = #doc]
            fn run(&mut self, frames: usize #arguments) {
                let mut from = 0;
                while from < frames {
                    let to = frames.min(from + #quantum - self.fired);
                    self.quantum(#(#pass),*);
                    self.fired += to - from;
                    from = to;
                    if self.fired == #quantum {
                        self.fired = 0;
                        #flush
                    }
                }
            }

            #[doc = #inner_doc]
            fn quantum(&mut self #arguments) { #inner }
        }
    }
}
