//! A plan as a module: its regions, and `Pipeline` with the streams between them and one `step` that runs every actor once.

use super::hosted::emit_hosted;
use super::literal::emit_sample;
use super::region::emit_region;
use super::script::{emit_script, needs, yields_text};
use super::threads::emit_threads;
use crate::names::Names;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::graph::{LibraryNode, Param};
use remotemedia_ir::plan::{Actor, ActorId, Plan, Region, StreamId, Work};
use remotemedia_ir::script::{Python, Script};
use remotemedia_ir::types::StreamType;
use remotemedia_ir::verify::Verified;
use remotemedia_runtime_min::py::node::{Form, Gives, Takes};
use std::collections::BTreeSet;

/// The module of a plan.
#[derive(Debug)]
pub struct PipelineCode {
    pub tokens: TokenStream,
    /// Features of `runtime-min` that it needs.
    pub features: BTreeSet<String>,
    /// Files that it includes, with paths from its own folder.
    pub included: Vec<(String, String)>,
}

/// Emits a plan.
pub fn emit_pipeline(plan: Verified<'_, Plan>) -> PipelineCode {
    if plan.get().threads.is_empty() { Emitter::new(plan.get()).run() } else { emit_threads(plan.get()) }
}

/// Emits the part of a plan that one thread runs, and gives the fields of its streams.
pub(super) fn emit_part(plan: &Plan) -> (PipelineCode, Vec<Ident>) {
    let emitter = Emitter::new(plan);
    let streams = emitter.streams.clone();
    (emitter.run(), streams)
}

struct Emitter<'a> {
    plan: &'a Plan,
    streams: Vec<Ident>,
    fields: Names,
    types: Names,
    /// Names of modules.
    modules: Names,
    /// Classes that have been emitted, with the path of each: nodes that compute the same share one.
    classes: Vec<(&'a Script, TokenStream)>,
    features: BTreeSet<String>,
    included: Vec<(String, String)>,
    items: TokenStream,
    members: TokenStream,
    init: TokenStream,
    steps: Vec<Step>,
    metrics: Vec<TokenStream>,
    uses: Uses,
    /// True if it is compiled in parts.
    is_large: bool,
}

/// What one actor does in a step.
struct Step {
    tokens: TokenStream,
    weight: usize,
}

/// Weight of the actors that are stepped in one function. A compiler takes what is called once into its caller, and more than
/// linear time on what comes of that.
const MOST: usize = 1024;

/// Names of the runtime that the module mentions.
#[derive(Default)]
struct Uses {
    choice: bool,
    clock: bool,
    node: bool,
    nodes: bool,
    py: bool,
    frames: bool,
    messages: bool,
    math: bool,
    sections: bool,
    vec: bool,
}

impl<'a> Emitter<'a> {
    fn new(plan: &'a Plan) -> Emitter<'a> {
        let mut fields = Names::new();
        let _ = (fields.snake("metrics"), fields.snake("self"));
        Emitter {
            streams: plan.streams.iter().map(|s| fields.snake(&format!("{}_stream", s.name))).collect(),
            plan,
            fields,
            types: {
                let mut types = Names::new();
                for taken in [
                    "Pipeline", "Clock", "Firing", "Level", "Slot", "Input", "Out", "Frames", "Messages", "Failure",
                    "Metrics", "Vec", "String", "Box", "Option", "Result", "Ok", "Err", "Some", "None", "Program",
                    "Stream",
                ] {
                    let _ = types.camel(taken);
                }
                types
            },
            modules: {
                let mut modules = Names::bare();
                ["alloc", "choice", "core", "std", "math", "nodes", "py", "sections", "vec"]
                    .iter()
                    .for_each(|m| modules.reserve(m));
                modules
            },
            classes: Vec::new(),
            features: BTreeSet::new(),
            included: Vec::new(),
            items: TokenStream::new(),
            members: TokenStream::new(),
            init: TokenStream::new(),
            steps: Vec::new(),
            metrics: Vec::new(),
            uses: Uses::default(),
            is_large: plan.actors.iter().map(weight).sum::<usize>() > MOST,
        }
    }

    fn run(mut self) -> PipelineCode {
        for (index, (stream, name)) in self.plan.streams.iter().zip(self.streams.clone()).enumerate() {
            let readers = Literal::usize_unsuffixed(usize::from(stream.readers));
            let doc = format!(" {}: {}.", stream.name, stream.ty);
            if let Some(sample) = sample(&stream.ty) {
                self.uses.frames = true;
                let width = Literal::usize_unsuffixed(stream.ty.width());
                let capacity = capacity(stream.capacity);
                self.members.extend(quote!(#[doc = #doc] pub #name: Frames<#sample>,));
                let port = self.plan.inputs.iter().find(|p| p.stream.index() == index);
                let block = port.filter(|p| u64::from(p.block) < stream.capacity).map(|p| literal(u64::from(p.block)));
                let block = block.map(|tokens| quote!(.block(#tokens)));
                self.init.extend(quote!(#name: Frames::new(#width, #capacity, #readers) #block,));
            } else {
                self.uses.messages = true;
                self.members.extend(quote!(#[doc = #doc] pub #name: Messages,));
                self.init.extend(quote!(#name: Messages::new(#readers),));
            }
        }
        for id in self.plan.order.clone() {
            self.actor(id);
        }
        self.module()
    }

    fn actor(&mut self, id: ActorId) {
        let plan = self.plan;
        let actor = plan.actor(id);
        match &actor.work {
            Work::Region(region) => self.region(actor, region),
            Work::Library(library) => self.library(actor, library),
        }
    }

    fn lap(&mut self, actor: &Actor, bytes: usize, tokens: TokenStream) -> TokenStream {
        let index = Literal::usize_unsuffixed(self.metrics.len());
        let buffers: u64 = actor.outputs.iter().map(|s| self.plan.stream(*s).bytes()).sum();
        let (name, bytes) = (&actor.name, Literal::u64_unsuffixed(bytes as u64 + buffers));
        self.metrics.push(quote!((#name, #bytes)));
        quote!(self.metrics.lap(#index, #tokens);)
    }

    fn region(&mut self, actor: &Actor, region: &Region) {
        self.uses.clock = true;
        let name = self.types.camel(&actor.name.replace('…', "_to_"));
        let field = self.fields.snake(&actor.name.replace('…', "_to_"));
        let clock = format_ident!("{field}_clock");
        let doc = if actor.nodes.is_empty() { format!(" `{}`.", actor.name) } else { list(&actor.nodes) };
        let code = emit_region(region, &name, &doc);
        self.uses.math |= code.needs_math;
        self.uses.choice |= code.needs_choice;
        self.uses.vec |= code.needs_vec;
        self.uses.sections |= code.needs_sections;
        self.items.extend(code.items);
        let tail = if region.tail == u64::MAX { quote!(u64::MAX) } else { literal(region.tail) };
        self.members.extend(quote!(#field: #name, #clock: Clock,));
        let new = if self.is_large { quote!(apart(#name::new)) } else { quote!(#name::new()) };
        self.init.extend(quote!(#field: #new, #clock: Clock::new(#tail),));
        let mut levels = Vec::new();
        let mut pads = TokenStream::new();
        let mut arguments = Vec::new();
        let mut consumes = TokenStream::new();
        for (reading, bounded) in actor.inputs.iter().zip(&region.bounded) {
            let stream = &self.streams[reading.stream.index()];
            let reader = Literal::usize_unsuffixed(usize::from(reading.reader));
            levels.push(quote!(self.#stream.level(#reader, #bounded)));
            pads.extend(quote!(self.#stream.pad(#reader, n);));
            arguments.push(quote!(self.#stream.next(#reader, n)));
            consumes.extend(quote!(self.#stream.consume(#reader, n);));
        }
        let outputs: Vec<Ident> = actor.outputs.iter().map(|s| self.streams[s.index()].clone()).collect();
        arguments.extend(outputs.iter().map(|s| quote!(self.#s.append(n))));
        // What no pipeline input drives goes on while there is room for it.
        let at_once = literal(self.plan.at_once(actor));
        let limit = match (actor.gate, outputs.iter().map(|s| quote!(self.#s.room())).reduce(|a, b| quote!(#a.min(#b))))
        {
            (1.., Some(room)) => quote!(#room.min(#at_once)),
            (_, _) => at_once,
        };
        let frames = code.in_quanta.then(|| quote!(n,));
        let mut skip = TokenStream::new();
        if region.skip > 0 {
            let early = format_ident!("{field}_early");
            let count = literal(region.skip);
            self.members.extend(quote!(#early: usize,));
            self.init.extend(quote!(#early: #count,));
            skip.extend(quote!(let early = n.min(self.#early); self.#early -= early;));
            for s in &outputs {
                skip.extend(quote!(self.#s.drop_first(n, early);));
            }
        }
        let lap = self.lap(actor, code.bytes, quote!(n));
        let tokens = quote! {
            match self.#clock.firings(&[#(#levels),*], #limit) {
                Firing::Run(n) => {
                    #pads
                    self.#field.run(#frames #(#arguments),*);
                    #consumes
                    #skip
                    #lap
                }
                Firing::End => { #(self.#outputs.close();)* }
            }
        };
        self.steps.push(Step { tokens, weight: weight(actor) });
    }

    /// The type of a node that is code of the runtime's, and what makes one.
    fn native(&mut self, library: &LibraryNode) -> (TokenStream, TokenStream) {
        self.uses.nodes = true;
        let (module, ty) = library.path.split_once("::").unwrap_or((library.path.as_str(), "Node"));
        let (module, options, ty) = (format_ident!("{module}"), format_ident!("{ty}Options"), format_ident!("{ty}"));
        let args: Vec<TokenStream> = library
            .args
            .iter()
            .map(|(name, value)| {
                let (name, value) = (format_ident!("{name}"), emit_param(value));
                quote!(#name: #value)
            })
            .collect();
        let ty = quote!(nodes::#module::#ty);
        let make = quote!(#ty::new(nodes::#module::#options { #(#args),* }));
        (ty, make)
    }

    /// The same of a Python class.
    fn python(&mut self, actor: &Actor, class: &'a Python) -> (TokenStream, TokenStream) {
        self.uses.py = true;
        let (program, new, gives_text) = match class {
            Python::Compiled(script) => {
                self.features.extend(needs(script).into_iter().map(str::to_owned));
                let path = self.compiled(script);
                (path.clone(), quote!(#path::new), yields_text(script))
            }
            Python::Hosted(hosted) => {
                let module = self.modules.snake(&hosted.name);
                let node = actor.nodes.first().unwrap_or(&actor.name);
                let (tokens, included) = emit_hosted(hosted, node, &module);
                self.items.extend(tokens);
                self.included.push(included);
                (quote!(py::hosted::Hosted), quote!(#module::new), false)
            }
        };
        let plan = self.plan;
        let input = actor.inputs.first().map(|r| &plan.stream(r.stream).ty);
        let input = input.unwrap_or(&StreamType::Json);
        let takes = class.takes_from(input);
        let gives = class.gives_to(input, actor.outputs.iter().map(|s| &plan.stream(*s).ty));
        let send = match (gives.audio, gives.messages) {
            (None, Some(Form::Json)) => quote!(send_json),
            (None, Some(Form::Text)) if gives_text => quote!(send_str),
            (None, Some(Form::Text)) => quote!(send_text),
            (_, None) => quote!(send_audio),
            (Some(_), Some(_)) => quote!(send_any),
        };
        let node = if takes == Takes::Messages { quote!(MessageNode) } else { quote!(PyNode) };
        let (takes, gives) = (emit_takes(&takes), emit_gives(gives));
        let adapter = quote!(py::node::Adapter::sending(#takes, #gives, py::node::#send));
        (quote!(py::node::#node<#program>), quote!(py::node::#node::new(#adapter, #new)))
    }

    /// The path of a class that is compiled.
    fn compiled(&mut self, script: &'a Script) -> TokenStream {
        let known = self.classes.iter().find(|(other, _)| *other == script).map(|(_, path)| path.clone());
        known.unwrap_or_else(|| {
            let mut types = Names::bare();
            for taken in ["At", "Exception", "Ordering", "Program", "Rc", "Result", "String", "Value", "Vec"] {
                types.reserve(taken);
            }
            let (module, name) = (self.modules.snake(&script.name), types.camel(&script.name));
            self.items.extend(emit_script(script, &module, &name));
            let path = quote!(#module::#name);
            self.classes.push((script, path.clone()));
            path
        })
    }

    fn library(&mut self, actor: &Actor, library: &'a LibraryNode) {
        self.uses.node = true;
        self.features.extend(library.features.iter().cloned());
        let field = self.fields.snake(&actor.name);
        let slot = format_ident!("{field}_slot");
        let (ty, make) = match &library.python {
            Some(class) => self.python(actor, class),
            None => self.native(library),
        };
        self.members.extend(quote!(#field: #ty, #slot: Slot,));
        self.init.extend(quote!(#field: #make, #slot: Slot::default(),));
        let mut inputs = Vec::new();
        let mut consumes = TokenStream::new();
        for reading in &actor.inputs {
            let stream = &self.streams[reading.stream.index()];
            let reader = Literal::usize_unsuffixed(usize::from(reading.reader));
            let kind = if self.is_messages(reading.stream) { quote!(messages) } else { quote!(frames) };
            inputs.push(quote!(Input::#kind(&self.#stream, #reader)));
            consumes.extend(quote!(self.#stream.consume_all(#reader);));
        }
        let mut frames = quote!(None);
        let mut messages = quote!(None);
        let mut tokens = quote!(0);
        for id in &actor.outputs {
            let stream = &self.streams[id.index()];
            if self.plan.stream(*id).readers == 0 {
                continue;
            }
            if self.is_messages(*id) {
                messages = quote!(Some(&mut self.#stream));
            } else {
                frames = quote!(Some(&mut self.#stream));
            }
            tokens = quote!((self.#stream.position() - before) as usize);
        }
        let counted =
            actor.outputs.iter().rfind(|s| self.plan.stream(**s).readers > 0).map(|s| &self.streams[s.index()]);
        let before = counted.map(|s| quote!(let before = self.#s.position();));
        let lap = self.lap(actor, 0, tokens);
        let id = actor.nodes.first().unwrap_or(&actor.name);
        let step = quote! {
            #before
            self.#slot.run(#id, &mut self.#field, &[#(#inputs),*], &mut Out { frames: #frames, messages: #messages })?;
            #consumes
            #lap
        };
        let room = |s: &StreamId| !self.is_messages(*s) && self.plan.stream(*s).readers > 0;
        let gated: Vec<Ident> =
            actor.outputs.iter().filter(|s| room(s)).map(|s| self.streams[s.index()].clone()).collect();
        let gate = literal(actor.gate);
        let tokens = if actor.gate == 0 || gated.is_empty() {
            step
        } else {
            quote!(if #(self.#gated.room() >= #gate)&&* { #step })
        };
        self.steps.push(Step { tokens, weight: weight(actor) });
    }

    fn is_messages(&self, stream: StreamId) -> bool {
        self.plan.stream(stream).ty.is_message()
    }

    fn module(mut self) -> PipelineCode {
        let Uses { choice, clock, node, nodes, py, frames, messages, math, sections, vec } = self.uses;
        if math {
            self.features.insert("math".to_owned());
        }
        let mut imports = TokenStream::new();
        if vec {
            imports.extend(quote!(
                use alloc::vec;
                use alloc::vec::Vec;
            ));
        }
        let mut import = |wanted: bool, path: TokenStream| {
            if wanted {
                imports.extend(quote!(use ::remotemedia_runtime_min::#path;));
            }
        };
        import(choice, quote!(choice));
        import(clock, quote!(clock::{Clock, Firing}));
        import(math, quote!(math));
        import(sections, quote!(sections));
        import(nodes, quote!(nodes));
        import(py, quote!(py));
        import(node, quote!(node::{Input, Out, Slot}));
        import(frames, quote!(stream::Frames));
        import(messages, quote!(stream::Messages));
        import(true, quote!(host::{Metrics, Program, Stream}));
        import(true, quote!(node::Failure));
        let Emitter { items, members, init, steps, metrics, plan, streams, is_large, .. } = self;
        let port = |id: StreamId| &streams[id.index()];
        let arm = |(index, stream): (usize, StreamId)| {
            let (index, name) = (Literal::usize_unsuffixed(index), port(stream));
            quote!(#index => &mut self.#name,)
        };
        let select = |ids: Vec<StreamId>| {
            let arms: TokenStream = ids.into_iter().enumerate().map(arm).collect();
            quote!(match port { #arms _ => unreachable!() })
        };
        let inputs = select(plan.inputs.iter().map(|p| p.stream).collect());
        let outputs = select(plan.outputs.iter().map(|p| p.from.stream).collect());
        let bytes: Vec<TokenStream> = streams
            .iter()
            .zip(&plan.streams)
            .filter(|(_, s)| !s.ty.is_message())
            .map(|(name, _)| quote!(self.#name.bytes()))
            .collect();
        let bytes = if bytes.is_empty() { quote!(0) } else { quote!(#(#bytes)+*) };
        let (steps, parts) = emit_steps(steps);
        let apart = (is_large && clock).then(|| {
            quote! {
                /// Makes one region. A compiler that takes all of them into one function takes more than linear time.
                #[inline(never)]
                fn apart<T>(make: fn() -> T) -> T {
                    make()
                }
            }
        });
        let doc = format!(" The pipeline `{}`.", plan.name);
        let header = " Regions and streams of the pipeline, and the order in which they are stepped.";
        let tokens = quote! {
            #![doc = #header]
            #![forbid(unsafe_code)]

            #imports

            #items

            #apart

            #[doc = #doc]
            pub struct Pipeline {
                #members
                /// Time and tokens of each actor, counted on demand.
                pub metrics: Metrics,
            }

            impl Pipeline {
                /// All streams empty, all state at rest. Everything that is ever allocated for audio is allocated here.
                #[expect(clippy::new_without_default, reason = "a pipeline is made on purpose")]
                pub fn new() -> Pipeline {
                    Pipeline { #init metrics: Metrics::new(&[#(#metrics),*]) }
                }

                /// Runs every actor once, sources first, on all that has arrived.
                pub fn step(&mut self) -> Result<(), Failure> {
                    #steps
                    Ok(())
                }

                #parts
            }

            /// How the host sees the pipeline.
            impl Program for Pipeline {
                fn input(&mut self, port: usize) -> &mut dyn Stream {
                    #inputs
                }

                fn output(&mut self, port: usize) -> &mut dyn Stream {
                    #outputs
                }

                fn step(&mut self) -> Result<(), Failure> {
                    self.step()
                }

                fn metrics(&mut self) -> &mut Metrics {
                    &mut self.metrics
                }

                fn bytes(&self) -> usize {
                    #bytes
                }
            }
        };
        PipelineCode { tokens, features: self.features, included: self.included }
    }
}

/// Values that an actor computes, roughly: what compiling it costs.
fn weight(actor: &Actor) -> usize {
    match &actor.work {
        Work::Region(region) => region.kernel.values.len(),
        Work::Library(_) => 32,
    }
}

/// The body of `step`, and the functions that it calls where there is too much for one.
fn emit_steps(steps: Vec<Step>) -> (TokenStream, TokenStream) {
    let mut parts: Vec<(TokenStream, usize)> = Vec::new();
    for Step { tokens, weight } in steps {
        match parts.last_mut() {
            Some((part, sum)) if *sum + weight <= MOST => {
                part.extend(tokens);
                *sum += weight;
            }
            Some(_) | None => parts.push((tokens, weight)),
        }
    }
    if parts.len() <= 1 {
        return (parts.into_iter().map(|p| p.0).collect(), TokenStream::new());
    }
    let names: Vec<Ident> = (1..=parts.len()).map(|i| format_ident!("step_{i}")).collect();
    let functions = names.iter().zip(&parts).enumerate().map(|(i, (name, (part, _)))| {
        let doc = format!(" Part {} of {} of a step.", i + 1, parts.len());
        quote! {
            #[doc = #doc]
            #[inline(never)]
            fn #name(&mut self) -> Result<(), Failure> {
                #part
                Ok(())
            }
        }
    });
    (quote!(#(self.#names()?;)*), functions.collect())
}

fn list(nodes: &[String]) -> String {
    let names: Vec<String> = nodes.iter().take(16).map(|n| format!("`{n}`")).collect();
    let more = if nodes.len() > 16 { format!(", and {} more", nodes.len() - 16) } else { String::new() };
    format!(" {}{more}.", names.join(", "))
}

/// The capacity of a stream. A target whose addresses have 32 bits has no room for more either.
fn capacity(tokens: u64) -> TokenStream {
    if tokens > u64::from(u32::MAX) { quote!(usize::MAX) } else { literal(tokens) }
}

fn literal(x: u64) -> TokenStream {
    let x = Literal::u64_unsuffixed(x);
    quote!(#x)
}

/// The Rust type of a sample of a stream; none for messages.
pub(super) fn sample(ty: &StreamType) -> Option<TokenStream> {
    match ty {
        StreamType::Audio { format, .. } => Some(emit_sample(*format)),
        StreamType::Tensor { .. } => Some(quote!(f32)),
        StreamType::Text | StreamType::Json => None,
    }
}

/// How a script is fed.
fn emit_takes(takes: &Takes) -> TokenStream {
    let number = |n: usize| Literal::usize_unsuffixed(n);
    let takes = match takes {
        Takes::Messages => quote!(Messages),
        Takes::Samples { channels } => {
            let channels = number(*channels);
            quote!(Samples { channels: #channels })
        }
        Takes::Chunks { channels, rate, frames } => {
            let (channels, frames, rate) = (number(*channels), number(*frames), Literal::u32_unsuffixed(*rate));
            quote!(Chunks { channels: #channels, rate: #rate, frames: #frames })
        }
        Takes::Tensors { shape } => {
            let shape = shape.iter().map(|d| number(*d));
            quote!(Tensors { shape: [#(#shape),*].into() })
        }
    };
    quote!(py::node::Takes::#takes)
}

/// What a script sends.
fn emit_gives(gives: Gives) -> TokenStream {
    let Gives { audio, messages } = gives;
    let audio = match audio {
        Some((channels, rate)) => {
            let (channels, rate) = (Literal::usize_unsuffixed(channels), Literal::u32_unsuffixed(rate));
            quote!(Some((#channels, #rate)))
        }
        None => quote!(None),
    };
    let messages = match messages {
        Some(Form::Json) => quote!(Some(py::node::Form::Json)),
        Some(Form::Text) => quote!(Some(py::node::Form::Text)),
        None => quote!(None),
    };
    quote!(py::node::Gives { audio: #audio, messages: #messages })
}

/// An argument of a library node as the value of its field.
fn emit_param(value: &Param) -> TokenStream {
    match value {
        Param::Int(i) => {
            let literal = Literal::u64_unsuffixed(i.unsigned_abs());
            if *i < 0 { quote!(-#literal) } else { quote!(#literal) }
        }
        Param::Float(x) => super::literal::emit_f64(*x),
        Param::Bool(b) => quote!(#b),
        Param::Text(t) => quote!(#t.into()),
        Param::List(items) => {
            let items: Vec<TokenStream> = items.iter().map(emit_param).collect();
            if items.is_empty() { quote!(Default::default()) } else { quote!([#(#items),*].into()) }
        }
    }
}
