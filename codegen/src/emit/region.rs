//! A region as a struct: its memory as fields, its body as one loop over frames.
//!
//! The loop runs in quanta aligned to the region's own firings, so that flushing recursive state does not depend on how the
//! stream was cut. State is in local variables within a quantum.

mod memory;
mod recurrence;
mod repeated;
mod run;

use super::literal::{emit_const, emit_f32, emit_scalar};
use super::value::{
    emit_binary, emit_choice, emit_compare, emit_convert, emit_math, emit_round_to_i32, emit_times, emit_unary, method,
    unary_needs_math,
};
use crate::names::Names;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use recurrence::{Choice, Choices};
use remotemedia_ir::kernel::{Form, Kernel, LineId, Op, Scalar, SectionId, Stmt, TableId, Ty, Unary, ValueId};
use remotemedia_ir::loops::{Call, Loop, Loops, Place};
use remotemedia_ir::plan::Region;
use remotemedia_ir::types::SampleFormat;
use std::collections::HashSet;

/// The code of a region.
#[derive(Debug)]
pub struct RegionCode {
    /// The struct, its tables and its `impl`.
    pub items: TokenStream,
    /// Modules of the runtime that the body names.
    pub needs_math: bool,
    pub needs_sections: bool,
    pub needs_choice: bool,
    /// True if it has memory on the heap.
    pub needs_vec: bool,
    /// True if `run` is told the number of frames.
    pub in_quanta: bool,
    /// Bytes of memory, delay lines included.
    pub bytes: usize,
}

/// Emits a region as a struct called `name`. `doc` says what is in it.
pub fn emit_region(region: &Region, name: &Ident, doc: &str) -> RegionCode {
    Emitter::new(region, name).finish(name, doc)
}

/// The number that a conversion to i32 takes the nearest whole one of: both are done at once. `arriving` is what comes from other
/// loops.
fn rounded(kernel: &Kernel, id: ValueId, arriving: &[ValueId]) -> Option<ValueId> {
    let value = &kernel.values[id.index()];
    let Op::Convert(whole) = value.op else { return None };
    let Op::Unary(Unary::Round, x) = kernel.values[whole.index()].op else { return None };
    (value.ty.scalar == Scalar::I32 && kernel.ty(x).scalar.is_float() && !arriving.contains(&whole)).then_some(x)
}

/// The lanes of values that a loop over `body` reads; a channel that is dropped has none. Rust would warn of their names.
fn lanes_read(
    kernel: &Kernel,
    choices: &Choices,
    body: &[Stmt],
    reads: &[ValueId],
    writes: &[ValueId],
) -> HashSet<(ValueId, u16)> {
    let mut read = HashSet::new();
    let mut work = Vec::new();
    let all = |v: ValueId| (0..kernel.ty(v).lanes).map(move |lane| (v, lane));
    writes.iter().for_each(|v| work.extend(all(*v)));
    let mut blocks = vec![body];
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
        if !read.insert((v, lane)) || reads.contains(&v) {
            continue;
        }
        match &kernel.values[v.index()].op {
            Op::Lane(x, lane) => work.push((*x, *lane)),
            Op::Compose(list) => work.extend(list.get(usize::from(lane)).map(|x| (*x, 0))),
            op => {
                let mut operand = |x| work.push((x, if kernel.ty(x).lanes == 1 { 0 } else { lane }));
                match (rounded(kernel, v, reads), choices.of(v, reads)) {
                    (Some(x), _) => operand(x),
                    (None, Some(Choice { condition, less, more, or_equal: _ })) => {
                        [less, more].into_iter().for_each(&mut operand);
                        op.operands(|x| {
                            if x != condition {
                                operand(x)
                            }
                        });
                    }
                    (None, None) => op.operands(operand),
                }
            }
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
    loops: Loops<'a>,
    /// Lanes that the loop being emitted reads.
    read: HashSet<(ValueId, u16)>,
    /// Values that come to it from other loops.
    arriving: Vec<ValueId>,
    /// Expression of each lane of each value.
    lanes: Vec<Vec<TokenStream>>,
    states: Vec<Ident>,
    locals: Vec<Ident>,
    lines: Vec<Ident>,
    layouts: Vec<Layout>,
    tables: Vec<Ident>,
    /// Memory of each section; those of one call share it.
    sections: Vec<Ident>,
    /// Coefficients of each section in a table.
    coefficients: Vec<Ident>,
    buffers: Vec<Ident>,
    inputs: Vec<Ident>,
    outputs: Vec<Ident>,
    /// Selections that state waits for.
    choices: Choices,
    names: Names,
    needs_math: bool,
    needs_choice: bool,
}

impl<'a> Emitter<'a> {
    fn new(region: &'a Region, name: &Ident) -> Emitter<'a> {
        let kernel = &region.kernel;
        let mut names = Names::new();
        let mut layouts = vec![Layout::Ring; kernel.lines.len()];
        for value in &kernel.values {
            if let Op::Fir { line, .. } | Op::LineAt { line, .. } = &value.op {
                layouts[line.index()] = Layout::Mirror;
            }
        }
        let mut upper = Names::new();
        let prefix = crate::names::snake(&name.to_string());
        let mut table = |own: &str| upper.upper(&format!("{prefix}_{own}"));
        let loops = Loops::new(region);
        let mut emitter = Emitter {
            inputs: kernel.inputs.iter().map(|p| names.snake(&p.name)).collect(),
            outputs: kernel.outputs.iter().map(|p| names.snake(&format!("{}_out", p.name))).collect(),
            states: kernel.states.iter().map(|s| names.snake(&s.name)).collect(),
            locals: kernel.locals.iter().map(|l| names.snake(&l.name)).collect(),
            lines: kernel.lines.iter().map(|l| names.snake(&l.name)).collect(),
            sections: kernel.sections.iter().map(|q| names.snake(&q.name)).collect(),
            tables: kernel.tables.iter().map(|t| table(&t.name)).collect(),
            coefficients: kernel.sections.iter().map(|q| table(&q.name)).collect(),
            buffers: Vec::new(),
            read: HashSet::new(),
            arriving: Vec::new(),
            lanes: vec![Vec::new(); kernel.values.len()],
            kernel,
            loops,
            layouts,
            choices: Choices::new(kernel),
            names,
            needs_math: false,
            needs_choice: false,
        };
        emitter.buffers = emitter.loops.buffers.iter().map(|_| emitter.names.snake("block")).collect();
        for item in &emitter.loops.list {
            let Loop::Calls(calls) = item else { continue };
            for sections in calls.iter().map(Call::sections) {
                let (memory, table) =
                    (&emitter.sections[sections[0].index()], &emitter.coefficients[sections[0].index()]);
                let (memory, table) = (memory.clone(), table.clone());
                for q in sections {
                    emitter.sections[q.index()] = memory.clone();
                    emitter.coefficients[q.index()] = table.clone();
                }
            }
        }
        emitter
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
            Stmt::Output(port, value) if self.loops.place(*value) == Some(Place::Output(*port)) => TokenStream::new(),
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
                    let (a, b) = (of(a), of(b));
                    match self.choices.of(id, &self.arriving) {
                        Some(choice) => {
                            self.needs_choice = true;
                            emit_choice(choice.or_equal, ty.scalar, &[of(&choice.less), of(&choice.more), a, b])
                        }
                        None => {
                            let c = of(c);
                            quote!(if #c { #a } else { #b })
                        }
                    }
                }
                Op::Convert(a) => match rounded(kernel, id, &self.arriving) {
                    Some(x) => {
                        self.needs_math = true;
                        emit_round_to_i32(operand(&x), &of(&x))
                    }
                    None => emit_convert(operand(a), ty.scalar, &of(a)),
                },
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
            Form::DeltaF32 | Form::PeakF32 => {
                let (narrow, out) = narrow(x, scalar);
                let delta = code.delta();
                let [alpha, beta, m0, m2, n] = [delta.alpha, delta.beta, delta.m0, delta.m2, delta.n].map(emit_f32);
                let own = if code.form == Form::PeakF32 { quote!(x) } else { quote!((#m0 * x + #m2 * #s2)) };
                quote!({
                    let x: f32 = #narrow;
                    let w = x + #s1;
                    let y = #own + #n * w;
                    #s1 = (w + (x + #s2)) - #alpha * w;
                    #s2 -= #beta * w;
                    #out
                })
            }
            Form::AheadF32 => {
                let (narrow, out) = narrow(x, scalar);
                let (table, lane) = (&self.coefficients[section.index()], Literal::usize_unsuffixed(lane));
                quote!({
                    let y = #table.step(&mut self.#name[#lane], #narrow);
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
}

/// An operand of a section in f32, and its result `y` in the type of the operand.
fn narrow(x: &TokenStream, scalar: Scalar) -> (TokenStream, TokenStream) {
    if scalar == Scalar::F32 { (quote!(#x), quote!(y)) } else { (quote!(#x as f32), quote!(f64::from(y))) }
}

fn element(name: &Ident, ty: Ty, lane: usize) -> TokenStream {
    if ty.lanes == 1 {
        quote!(#name)
    } else {
        let lane = Literal::usize_unsuffixed(lane);
        quote!(#name[#lane])
    }
}
