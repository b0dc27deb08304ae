//! A region as a struct: its memory as fields, its body as one loop over frames.
//!
//! The loop runs in quanta aligned to the region's own firings, so that flushing recursive state does not depend on how the
//! stream was cut. State is in local variables within a quantum.

use super::literal::{emit_const, emit_f64, emit_sample, emit_scalar};
use super::value::{
    emit_binary, emit_compare, emit_convert, emit_math, emit_times, emit_unary, method, unary_needs_math,
};
use crate::names::Names;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::kernel::{
    FLUSH_BELOW, Form, Kernel, LineId, Op, Port, QUANTUM, Scalar, SectionId, StateId, Stmt, TableId, Ty, ValueId,
};
use remotemedia_ir::types::SampleFormat;
use std::collections::HashSet;

/// The code of a region.
#[derive(Debug)]
pub struct RegionCode {
    /// The struct, its tables and its `impl`.
    pub items: TokenStream,
    /// Features of `runtime-min` that the body needs.
    pub needs_math: bool,
    /// Bytes of memory, delay lines included.
    pub bytes: usize,
}

/// Emits a region as a struct called `name`. `doc` says what is in it.
pub fn emit_region(kernel: &Kernel, name: &Ident, doc: &str) -> RegionCode {
    let mut emitter = Emitter::new(kernel, name);
    emitter.body();
    emitter.finish(name, doc)
}

/// The lanes of values that something reads; a channel that is dropped has none. Rust would warn of their names.
fn lanes_read(kernel: &Kernel) -> HashSet<(ValueId, u16)> {
    let mut read = HashSet::new();
    let mut work = Vec::new();
    let all = |v: ValueId| (0..kernel.ty(v).lanes).map(move |lane| (v, lane));
    let mut blocks = vec![kernel.body.as_slice()];
    while let Some(block) = blocks.pop() {
        for stmt in block {
            match stmt {
                Stmt::Let(v) => {
                    // It moves on, whoever reads it.
                    if let Op::Section(_, x) = &kernel.values[v.index()].op {
                        work.extend(all(*x));
                    }
                }
                Stmt::SetState(_, v) | Stmt::SetLocal(_, v) | Stmt::Push(_, v) | Stmt::Output(_, v) => {
                    work.extend(all(*v));
                }
                Stmt::If { condition, then, otherwise } => {
                    work.extend(all(*condition));
                    blocks.extend([then.as_slice(), otherwise]);
                }
                Stmt::For { body, .. } => blocks.push(body),
            }
        }
    }
    while let Some((v, lane)) = work.pop() {
        if !read.insert((v, lane)) {
            continue;
        }
        match &kernel.values[v.index()].op {
            Op::Lane(x, lane) => work.push((*x, *lane)),
            Op::Compose(list) => work.extend(list.get(usize::from(lane)).map(|x| (*x, 0))),
            op => op.operands(|x| work.push((x, if kernel.ty(x).lanes == 1 { 0 } else { lane }))),
        }
    }
    read
}

/// How a delay line is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// A ring: one write per push, an index computed for each read.
    Ring,
    /// Twice the length, newest first, every value written twice: any stretch of the past is one slice.
    Mirror,
}

struct Emitter<'a> {
    kernel: &'a Kernel,
    read: HashSet<(ValueId, u16)>,
    /// Expression of each lane of each value.
    lanes: Vec<Vec<TokenStream>>,
    states: Vec<Ident>,
    locals: Vec<Ident>,
    lines: Vec<Ident>,
    layouts: Vec<Layout>,
    tables: Vec<Ident>,
    sections: Vec<Ident>,
    inputs: Vec<Ident>,
    outputs: Vec<Ident>,
    names: Names,
    statements: TokenStream,
    needs_math: bool,
}

impl<'a> Emitter<'a> {
    fn new(kernel: &'a Kernel, region: &Ident) -> Emitter<'a> {
        let mut names = Names::new();
        let mut layouts = vec![Layout::Ring; kernel.lines.len()];
        for value in &kernel.values {
            if let Op::Fir { line, .. } | Op::LineAt { line, .. } = &value.op {
                layouts[line.index()] = Layout::Mirror;
            }
        }
        let mut upper = Names::new();
        let prefix = crate::names::snake(&region.to_string());
        Emitter {
            inputs: kernel.inputs.iter().map(|p| names.snake(&p.name)).collect(),
            outputs: kernel.outputs.iter().map(|p| names.snake(&format!("{}_out", p.name))).collect(),
            states: kernel.states.iter().map(|s| names.snake(&s.name)).collect(),
            locals: kernel.locals.iter().map(|l| names.snake(&l.name)).collect(),
            lines: kernel.lines.iter().map(|l| names.snake(&l.name)).collect(),
            sections: kernel.sections.iter().map(|q| names.snake(&q.name)).collect(),
            tables: kernel.tables.iter().map(|t| upper.upper(&format!("{prefix}_{}", t.name))).collect(),
            read: lanes_read(kernel),
            kernel,
            lanes: vec![Vec::new(); kernel.values.len()],
            layouts,
            names,
            statements: TokenStream::new(),
            needs_math: false,
        }
    }

    fn body(&mut self) {
        self.statements = self.block(&self.kernel.body);
    }

    fn block(&mut self, body: &[Stmt]) -> TokenStream {
        let mut out = TokenStream::new();
        for stmt in body {
            let tokens = self.statement(stmt);
            out.extend(tokens);
        }
        out
    }

    fn statement(&mut self, stmt: &Stmt) -> TokenStream {
        match stmt {
            Stmt::Let(value) => self.emit_let(*value),
            Stmt::SetState(state, value) => {
                let ty = self.kernel.states[state.index()].ty;
                let name = self.states[state.index()].clone();
                self.assign(&name, ty, *value)
            }
            Stmt::SetLocal(local, value) => {
                let ty = self.kernel.locals[local.index()].ty;
                let name = self.locals[local.index()].clone();
                self.assign(&name, ty, *value)
            }
            Stmt::Push(line, value) => self.emit_push(*line, *value),
            Stmt::Output(port, value) => self.emit_output(usize::from(*port), *value),
            Stmt::If { condition, then, otherwise } => {
                let condition = self.lanes[condition.index()][0].clone();
                let then = self.block(then);
                let otherwise = self.block(otherwise);
                match (then.is_empty(), otherwise.is_empty()) {
                    (_, true) => quote!(if #condition { #then }),
                    (true, false) => quote!(if !#condition { #otherwise }),
                    (false, false) => quote!(if #condition { #then } else { #otherwise }),
                }
            }
            Stmt::For { index, count, body } => {
                let name = self.locals[index.index()].clone();
                let count = Literal::u32_unsuffixed(*count);
                let body = self.block(body);
                quote!(for round in 0..#count { #name = round; #body })
            }
        }
    }

    fn assign(&mut self, name: &Ident, ty: Ty, value: ValueId) -> TokenStream {
        let lanes = &self.lanes[value.index()];
        if ty.lanes == 1 {
            let lane = &lanes[0];
            quote!(#name = #lane;)
        } else {
            quote!(#name = [#(#lanes),*];)
        }
    }

    /// A `let` for each lane, or nothing where the value is another name for what is there.
    fn emit_let(&mut self, id: ValueId) -> TokenStream {
        let kernel = self.kernel;
        let value = &kernel.values[id.index()];
        let ty = value.ty;
        let count = usize::from(ty.lanes);
        let of = |v: &ValueId, lane: usize| -> TokenStream {
            let lanes = &self.lanes[v.index()];
            lanes.get(lane).or_else(|| lanes.first()).cloned().unwrap_or_default()
        };
        let alias: Option<Vec<TokenStream>> = match &value.op {
            Op::Const(c) => Some(vec![emit_const(*c)]),
            Op::Splat(v) => Some((0..count).map(|_| of(v, 0)).collect()),
            Op::Lane(v, lane) => Some(vec![of(v, usize::from(*lane))]),
            Op::Compose(list) => Some(list.iter().map(|v| of(v, 0)).collect()),
            _ => None,
        };
        if let Some(lanes) = alias {
            self.lanes[id.index()] = lanes;
            return TokenStream::new();
        }
        let hint = value.name.clone().unwrap_or_else(|| id.to_string());
        let mut out = TokenStream::new();
        let mut lanes = Vec::with_capacity(count);
        let operand = |v: &ValueId| kernel.ty(*v).scalar;
        for lane in 0..count {
            let read = self.read.contains(&(id, lane as u16));
            if !read && !matches!(value.op, Op::Section(..)) {
                lanes.push(TokenStream::new());
                continue;
            }
            let name = self.names.snake(&if count == 1 { hint.clone() } else { format!("{hint}_{lane}") });
            let of = |v: &ValueId| -> TokenStream {
                let lanes = &self.lanes[v.index()];
                lanes.get(lane).or_else(|| lanes.first()).cloned().unwrap_or_default()
            };
            let expression = match &value.op {
                Op::Const(_) | Op::Splat(_) | Op::Lane(..) | Op::Compose(_) => continue,
                Op::Input(port) => self.emit_input(usize::from(*port), lane),
                Op::State(state) => element(&self.states[state.index()], ty, lane),
                Op::Local(local) => element(&self.locals[local.index()], ty, lane),
                Op::Line { line, ago } => self.emit_line(*line, *ago, lane),
                Op::LineAt { line, ago } => {
                    let ago = of(ago);
                    self.emit_line_at(*line, &ago, lane)
                }
                Op::Table { table, index } => {
                    let name = &self.tables[table.index()];
                    let last = Literal::i64_unsuffixed(kernel.tables[table.index()].values.len() as i64 - 1);
                    let index = of(index);
                    let index = method(&index, Scalar::I32, "clamp", &[quote!(0), quote!(#last)]);
                    quote!(#name[#index as usize])
                }
                Op::Unary(op, a) => {
                    self.needs_math |= unary_needs_math(*op);
                    emit_unary(*op, ty.scalar, &of(a))
                }
                Op::Binary(op, a, b) => emit_binary(*op, ty.scalar, &of(a), &of(b)),
                Op::Compare(op, a, b) => emit_compare(*op, &of(a), &of(b)),
                Op::Select(c, a, b) => {
                    let (c, a, b) = (of(c), of(a), of(b));
                    quote!(if #c { #a } else { #b })
                }
                Op::Convert(a) => emit_convert(operand(a), ty.scalar, &of(a)),
                Op::Math(function, args) => {
                    let args: Vec<TokenStream> = args.iter().map(of).collect();
                    self.needs_math = true;
                    emit_math(*function, ty.scalar, &args)
                }
                Op::Section(section, x) => self.emit_section(*section, &of(x), lane, ty.scalar),
                Op::Fir { line, table, input } => self.emit_fir(*line, *table, &of(input), lane, ty),
            };
            let scalar = emit_scalar(ty.scalar);
            out.extend(if read { quote!(let #name: #scalar = #expression;) } else { quote!(let _ = #expression;) });
            lanes.push(quote!(#name));
        }
        self.lanes[id.index()] = lanes;
        out
    }

    fn emit_input(&self, port: usize, lane: usize) -> TokenStream {
        let name = &self.inputs[port];
        let index = Literal::usize_unsuffixed(lane);
        match self.kernel.inputs[port].format {
            SampleFormat::F32 | SampleFormat::F64 | SampleFormat::I32 => quote!(#name[#index]),
            SampleFormat::I16 | SampleFormat::U8 => quote!(i32::from(#name[#index])),
        }
    }

    fn emit_output(&mut self, port: usize, value: ValueId) -> TokenStream {
        let name = &self.outputs[port];
        let mut out = TokenStream::new();
        for (lane, x) in self.lanes[value.index()].iter().enumerate() {
            let index = Literal::usize_unsuffixed(lane);
            let stored = match self.kernel.outputs[port].format {
                SampleFormat::F32 | SampleFormat::F64 | SampleFormat::I32 => quote!(#x),
                SampleFormat::I16 => {
                    let x = method(x, Scalar::I32, "clamp", &[quote!(-32768), quote!(32767)]);
                    quote!(#x as i16)
                }
                SampleFormat::U8 => {
                    let x = method(x, Scalar::I32, "clamp", &[quote!(0), quote!(255)]);
                    quote!(#x as u8)
                }
            };
            out.extend(quote!(#name[#index] = #stored;));
        }
        out
    }

    fn line_index(&self, line: LineId, slot: TokenStream, lane: usize) -> TokenStream {
        let lanes = usize::from(self.kernel.lines[line.index()].ty.lanes);
        if lanes == 1 {
            return slot;
        }
        let is_name = slot.clone().into_iter().count() == 1;
        let slot = if is_name { slot } else { quote!((#slot)) };
        let lanes = Literal::usize_unsuffixed(lanes);
        if lane == 0 {
            return quote!(#slot * #lanes);
        }
        let lane = Literal::usize_unsuffixed(lane);
        quote!(#slot * #lanes + #lane)
    }

    fn emit_line(&self, line: LineId, ago: u32, lane: usize) -> TokenStream {
        let name = &self.lines[line.index()];
        let place = format_ident!("{name}_at");
        let length = self.kernel.lines[line.index()].length;
        match self.layouts[line.index()] {
            Layout::Ring if ago == length => {
                let index = self.line_index(line, quote!(#place), lane);
                quote!(self.#name[#index])
            }
            Layout::Ring => {
                let (ago_lit, back) = (Literal::u32_unsuffixed(ago), Literal::u32_unsuffixed(length - ago));
                let slot = quote!(if #place >= #ago_lit { #place - #ago_lit } else { #place + #back });
                if self.kernel.lines[line.index()].ty.lanes == 1 {
                    quote!({ let slot = #slot; self.#name[slot] })
                } else {
                    let index = self.line_index(line, quote!(slot), lane);
                    quote!({ let slot = #slot; self.#name[#index] })
                }
            }
            Layout::Mirror => {
                let back = Literal::u32_unsuffixed(ago - 1);
                let slot = if ago == 1 { quote!(#place) } else { quote!(#place + #back) };
                let index = self.line_index(line, slot, lane);
                quote!(self.#name[#index])
            }
        }
    }

    fn emit_line_at(&self, line: LineId, ago: &TokenStream, lane: usize) -> TokenStream {
        let name = &self.lines[line.index()];
        let place = format_ident!("{name}_at");
        let length = Literal::u32_unsuffixed(self.kernel.lines[line.index()].length);
        let ago = method(ago, Scalar::I32, "clamp", &[quote!(1), quote!(#length)]);
        let index = self.line_index(line, quote!(#place + #ago as usize - 1), lane);
        quote!(self.#name[#index])
    }

    fn emit_push(&mut self, line: LineId, value: ValueId) -> TokenStream {
        let name = &self.lines[line.index()];
        let place = format_ident!("{name}_at");
        let length = Literal::u32_unsuffixed(self.kernel.lines[line.index()].length);
        let write = |slot: TokenStream| -> TokenStream {
            self.lanes[value.index()]
                .iter()
                .enumerate()
                .map(|(lane, x)| {
                    let index = self.line_index(line, slot.clone(), lane);
                    quote!(self.#name[#index] = #x;)
                })
                .collect()
        };
        match self.layouts[line.index()] {
            Layout::Ring => {
                let store = write(quote!(#place));
                quote! {
                    #store
                    #place = if #place + 1 == #length { 0 } else { #place + 1 };
                }
            }
            Layout::Mirror => {
                let first = write(quote!(#place));
                let second = write(quote!(#place + #length));
                quote! {
                    #place = if #place == 0 { #length - 1 } else { #place - 1 };
                    #first
                    #second
                }
            }
        }
    }

    fn emit_section(&self, section: SectionId, x: &TokenStream, lane: usize, scalar: Scalar) -> TokenStream {
        let code = &self.kernel.sections[section.index()];
        let name = &self.sections[section.index()];
        let (s1, s2) = (format_ident!("{name}_{lane}_a"), format_ident!("{name}_{lane}_b"));
        let ([b0, b1, b2], [a1, a2]) = (code.b, code.a);
        match code.form {
            Form::TransposedF64 => {
                let wide = if scalar == Scalar::F64 { quote!(#x) } else { quote!(f64::from(#x)) };
                let out = if scalar == Scalar::F64 { quote!(y) } else { quote!(y as f32) };
                let (b0, b1, b2) = (emit_times(b0, &quote!(x)), emit_times(b1, &quote!(x)), emit_times(b2, &quote!(x)));
                let (a1, a2) = (emit_times(a1, &quote!(y)), emit_times(a2, &quote!(y)));
                quote!({
                    let x = #wide;
                    let y = #b0 + #s1;
                    #s1 = #b1 - #a1 + #s2;
                    #s2 = #b2 - #a2;
                    #out
                })
            }
            Form::TransposedF32 => {
                let narrow = if scalar == Scalar::F32 { quote!(#x) } else { quote!(#x as f32) };
                let out = if scalar == Scalar::F32 { quote!(y) } else { quote!(f64::from(y)) };
                let c = |c: f64, x: TokenStream| {
                    let c = emit_const(remotemedia_ir::kernel::Const::F32(c as f32));
                    quote!(#c * #x)
                };
                let (b0, b1, b2) = (c(b0, quote!(x)), c(b1, quote!(x)), c(b2, quote!(x)));
                let (a1, a2) = (c(a1, quote!(y)), c(a2, quote!(y)));
                quote!({
                    let x: f32 = #narrow;
                    let y = #b0 + #s1;
                    #s1 = #b1 - #a1 + #s2;
                    #s2 = #b2 - #a2;
                    #out
                })
            }
        }
    }

    fn emit_fir(&self, line: LineId, table: TableId, x: &TokenStream, lane: usize, ty: Ty) -> TokenStream {
        let name = &self.lines[line.index()];
        let place = format_ident!("{name}_at");
        let taps = &self.tables[table.index()];
        let table = &self.kernel.tables[table.index()];
        let scalar = table.values.first().map_or(Scalar::F64, |c| c.scalar());
        let sum = emit_scalar(scalar);
        let past = Literal::usize_unsuffixed(table.values.len().saturating_sub(1));
        let lanes = Literal::usize_unsuffixed(usize::from(ty.lanes));
        let widen = |x: TokenStream| if ty.scalar == scalar { x } else { emit_convert(ty.scalar, scalar, &x) };
        let (first, next) = (
            widen(quote!(#x)),
            widen(if ty.lanes == 1 {
                quote!(past[0])
            } else {
                let lane = Literal::usize_unsuffixed(lane);
                quote!(past[#lane])
            }),
        );
        let out = if ty.scalar == scalar { quote!(sum) } else { emit_convert(scalar, ty.scalar, &quote!(sum)) };
        let zero = emit_const(remotemedia_ir::kernel::Const::zero(scalar));
        let start = if ty.lanes == 1 { quote!(#place) } else { quote!(#place * #lanes) };
        quote!({
            let mut sum: #sum = #zero + #first * #taps[0];
            for (past, tap) in self.#name[#start..].chunks_exact(#lanes).zip(&#taps[1..]).take(#past) {
                sum += #next * tap;
            }
            #out
        })
    }

    fn finish(mut self, name: &Ident, doc: &str) -> RegionCode {
        let kernel = self.kernel;
        let flushes = kernel.flushes();
        let mut fields = TokenStream::new();
        let mut init = TokenStream::new();
        let mut load = TokenStream::new();
        let mut store = TokenStream::new();
        let mut flush = TokenStream::new();
        let mut bytes = 0usize;
        for (index, state) in kernel.states.iter().enumerate() {
            let field = &self.states[index];
            let scalar = emit_scalar(state.ty.scalar);
            let values: Vec<TokenStream> = state.init.iter().map(|c| emit_const(*c)).collect();
            let lanes = Literal::usize_unsuffixed(usize::from(state.ty.lanes));
            bytes += 8 * usize::from(state.ty.lanes);
            if state.ty.lanes == 1 {
                fields.extend(quote!(#field: #scalar,));
                init.extend(quote!(#field: #(#values)*,));
            } else {
                fields.extend(quote!(#field: [#scalar; #lanes],));
                init.extend(quote!(#field: [#(#values),*],));
            }
            let mutable = if is_written(kernel, StateId::new(index)) { quote!(mut) } else { quote!() };
            load.extend(quote!(let #mutable #field = self.#field;));
            store.extend(quote!(self.#field = #field;));
            if state.flush {
                let below = if state.ty.scalar == Scalar::F32 {
                    emit_const(remotemedia_ir::kernel::Const::F32(FLUSH_BELOW as f32))
                } else {
                    emit_f64(FLUSH_BELOW)
                };
                flush.extend(if state.ty.lanes == 1 {
                    quote!(if self.#field.abs() < #below { self.#field = 0.0; })
                } else {
                    quote!(for lane in &mut self.#field { if lane.abs() < #below { *lane = 0.0; } })
                });
            }
        }
        for (index, section) in kernel.sections.iter().enumerate() {
            let field = &self.sections[index];
            let scalar = match section.form {
                Form::TransposedF64 => quote!(f64),
                Form::TransposedF32 => quote!(f32),
            };
            let lanes = Literal::usize_unsuffixed(usize::from(section.lanes));
            bytes += 16 * usize::from(section.lanes);
            fields.extend(quote!(#field: [[#scalar; 2]; #lanes],));
            init.extend(quote!(#field: [[0.0; 2]; #lanes],));
            let pairs: Vec<(Ident, Ident)> =
                (0..section.lanes).map(|l| (format_ident!("{field}_{l}_a"), format_ident!("{field}_{l}_b"))).collect();
            let (a, b): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            load.extend(quote!(let [#([mut #a, mut #b]),*] = self.#field;));
            store.extend(quote!(self.#field = [#([#a, #b]),*];));
            let below = match section.form {
                Form::TransposedF64 => emit_f64(FLUSH_BELOW),
                Form::TransposedF32 => emit_const(remotemedia_ir::kernel::Const::F32(FLUSH_BELOW as f32)),
            };
            flush.extend(quote! {
                for memory in self.#field.as_flattened_mut() {
                    if memory.abs() < #below { *memory = 0.0; }
                }
            });
        }
        for (index, line) in kernel.lines.iter().enumerate() {
            let field = &self.lines[index];
            let place = format_ident!("{field}_at");
            let scalar = emit_scalar(line.ty.scalar);
            let copies = if self.layouts[index] == Layout::Mirror { 2 } else { 1 };
            let size = line.length as usize * usize::from(line.ty.lanes) * copies;
            bytes += size * if line.ty.scalar == Scalar::F64 || line.ty.scalar == Scalar::I64 { 8 } else { 4 };
            let size = Literal::usize_unsuffixed(size);
            let zero = emit_const(remotemedia_ir::kernel::Const::zero(line.ty.scalar));
            fields.extend(quote!(#field: Vec<#scalar>, #place: usize,));
            init.extend(quote!(#field: vec![#zero; #size], #place: 0,));
            load.extend(quote!(let mut #place = self.#place;));
            store.extend(quote!(self.#place = #place;));
        }
        let mut locals = TokenStream::new();
        for (index, local) in kernel.locals.iter().enumerate() {
            let field = &self.locals[index];
            let zero = emit_const(remotemedia_ir::kernel::Const::zero(local.ty.scalar));
            let scalar = emit_scalar(local.ty.scalar);
            let lanes = Literal::usize_unsuffixed(usize::from(local.ty.lanes));
            locals.extend(if local.ty.lanes == 1 {
                quote!(let mut #field: #scalar = #zero;)
            } else {
                quote!(let mut #field: [#scalar; #lanes] = [#zero; #lanes];)
            });
        }
        let mut tables = TokenStream::new();
        for (index, table) in kernel.tables.iter().enumerate() {
            let field = &self.tables[index];
            let scalar = emit_scalar(table.values.first().map_or(Scalar::F64, |c| c.scalar()));
            let values: Vec<TokenStream> = table.values.iter().map(|c| emit_const(*c)).collect();
            let count = Literal::usize_unsuffixed(values.len());
            tables.extend(quote!(static #field: [#scalar; #count] = [#(#values),*];));
        }
        if flushes {
            fields.extend(quote!(fired: usize,));
            init.extend(quote!(fired: 0,));
        }
        let run = self.emit_run(flushes, &load, &locals, &store, &flush);
        let (plural, doc) = (quote!(#fields), doc.to_owned());
        let constructor_doc = " Everything silent.";
        let items = quote! {
            #tables

            #[doc = #doc]
            struct #name { #plural }

            impl #name {
                #[doc = #constructor_doc]
                fn new() -> #name {
                    #name { #init }
                }

                #run
            }
        };
        RegionCode { items, needs_math: self.needs_math, bytes }
    }

    /// `run`, and where recursive state is flushed the loop over quanta around it.
    fn emit_run(
        &mut self,
        flushes: bool,
        load: &TokenStream,
        locals: &TokenStream,
        store: &TokenStream,
        flush: &TokenStream,
    ) -> TokenStream {
        let kernel = self.kernel;
        let port = |p: &Port| (emit_sample(p.format), usize::from(p.lanes));
        let part = |lanes: usize| {
            let lanes = (lanes > 1).then(|| Literal::usize_unsuffixed(lanes)).into_iter();
            let again = lanes.clone();
            quote!(from #(* #lanes)*..to #(* #again)*)
        };
        let mut arguments = TokenStream::new();
        let mut pass = Vec::new();
        let mut sources = Vec::new();
        for (name, p) in self.inputs.iter().zip(&kernel.inputs) {
            let (sample, lanes) = port(p);
            let range = part(lanes);
            let lanes = Literal::usize_unsuffixed(lanes);
            arguments.extend(quote!(, #name: &[#sample]));
            pass.push(quote!(&#name[#range]));
            sources.push((quote!(#name.chunks_exact(#lanes)), name.clone()));
        }
        for (name, p) in self.outputs.iter().zip(&kernel.outputs) {
            let (sample, lanes) = port(p);
            let range = part(lanes);
            let lanes = Literal::usize_unsuffixed(lanes);
            arguments.extend(quote!(, #name: &mut [#sample]));
            pass.push(quote!(&mut #name[#range]));
            sources.push((quote!(#name.chunks_exact_mut(#lanes)), name.clone()));
        }
        let mut iterator = TokenStream::new();
        let mut pattern = TokenStream::new();
        for (index, (source, name)) in sources.iter().enumerate() {
            if index == 0 {
                iterator = source.clone();
                pattern = quote!(#name);
            } else {
                iterator = quote!(#iterator.zip(#source));
                pattern = quote!((#pattern, #name));
            }
        }
        let body = &self.statements;
        let inner = quote! {
            #load
            for #pattern in #iterator {
                #locals
                #body
            }
            #store
        };
        if !flushes {
            let doc = " Fires once per frame.";
            return quote! {
                #[doc = #doc]
                fn run(&mut self #arguments) { #inner }
            };
        }
        let quantum = Literal::usize_unsuffixed(QUANTUM as usize);
        let doc = " Fires `frames` times; recursive state that has died away is set to zero at quantum borders.";
        let inner_doc = " Fires once per frame, within one quantum.";
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

fn element(name: &Ident, ty: Ty, lane: usize) -> TokenStream {
    if ty.lanes == 1 {
        quote!(#name)
    } else {
        let lane = Literal::usize_unsuffixed(lane);
        quote!(#name[#lane])
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
