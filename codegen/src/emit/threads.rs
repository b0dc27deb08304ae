//! A plan on several threads as a module: one pipeline for each thread, and the rings between them.
//!
//! Each thread's actors and streams are a plan of their own, emitted as any other. What is special is here: which rings a thread
//! takes from and gives to, and `start`, which puts all together.

use super::pipeline::{PipelineCode, emit_part, sample};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::plan::{Actor, ActorId, InputPort, OutputPort, Plan, Reading, Ring, Stream, StreamId};
use std::collections::{BTreeMap, BTreeSet};

/// What one thread runs.
struct Part {
    plan: Plan,
    /// Rings that it sends to, and the reader that each is of its stream here.
    sends: Vec<(usize, Reading)>,
    /// Rings that it receives from.
    receives: Vec<(usize, StreamId)>,
}

/// Cuts a plan: the streams that a thread writes or reads, its actors, and at the first thread the ports.
fn part(plan: &Plan, thread: u16) -> Part {
    let of_actors = plan.thread_of_actors();
    let home = plan.thread_of_streams();
    let here = |actor: &ActorId| of_actors[actor.index()] == thread;
    // Readers keep their order, so that the host stays reader 0.
    let mut readers: BTreeMap<StreamId, BTreeSet<u16>> = BTreeMap::new();
    for (index, home) in home.iter().enumerate() {
        if *home == thread {
            readers.insert(StreamId::new(index), BTreeSet::new());
        }
    }
    for (Reading { stream, reader }, _) in plan.readings().into_iter().filter(|(_, t)| *t == thread) {
        readers.entry(stream).or_default().insert(reader);
    }
    let streams: BTreeMap<StreamId, StreamId> =
        readers.keys().enumerate().map(|(index, id)| (*id, StreamId::new(index))).collect();
    let reading = |from: Reading| Reading {
        stream: streams[&from.stream],
        reader: readers[&from.stream].iter().take_while(|r| **r < from.reader).count() as u16,
    };
    let mut out = Plan { name: plan.name.clone(), ..Plan::default() };
    for (id, readers) in &readers {
        out.streams.push(Stream { readers: readers.len() as u16, ..plan.stream(*id).clone() });
    }
    let mut sends = Vec::new();
    let mut receives = Vec::new();
    for (index, Ring { stream, to, .. }) in plan.rings.iter().enumerate() {
        if home[stream.index()] == thread {
            let stream = streams[stream];
            let readers = &mut out.streams[stream.index()].readers;
            sends.push((index, Reading { stream, reader: *readers }));
            *readers += 1;
        }
        if *to == thread {
            receives.push((index, streams[stream]));
        }
    }
    for id in plan.order.iter().filter(|id| here(id)) {
        let actor = plan.actor(*id);
        out.order.push(ActorId::new(out.actors.len()));
        out.actors.push(Actor {
            inputs: actor.inputs.iter().map(|r| reading(*r)).collect(),
            outputs: actor.outputs.iter().map(|s| streams[s]).collect(),
            ..actor.clone()
        });
    }
    if thread == 0 {
        let input = |port: &InputPort| InputPort { stream: streams[&port.stream], ..port.clone() };
        let output = |port: &OutputPort| OutputPort { from: reading(port.from), ..port.clone() };
        out.inputs = plan.inputs.iter().map(input).collect();
        out.outputs = plan.outputs.iter().map(output).collect();
    }
    Part { plan: out, sends, receives }
}

/// Emits a plan with threads.
pub(super) fn emit_threads(plan: &Plan) -> PipelineCode {
    let mut features = BTreeSet::from(["threads".to_owned()]);
    let mut included = Vec::new();
    let mut items = TokenStream::new();
    let mut others = Vec::new();
    let mut first = TokenStream::new();
    for (index, thread) in (0..plan.threads.len()).zip(0..) {
        let part = part(plan, thread);
        let (code, streams) = emit_part(&part.plan);
        features.extend(code.features);
        included.extend(code.included);
        let (module, name) = (format_ident!("thread_{index}"), format_ident!("Thread{index}"));
        let module_tokens = code.tokens;
        items.extend(quote!(mod #module { #module_tokens }));
        items.extend(emit_stage(plan, &part, &name, &module, &streams, thread));
        let ends = part.sends.iter().map(|(ring, _)| sender(*ring));
        let ends: Vec<Ident> = ends.chain(part.receives.iter().map(|(ring, _)| receiver(*ring))).collect();
        let make = quote!(#name { pipeline: #module::Pipeline::new(), #(#ends),* });
        if index == 0 {
            first = make;
        } else {
            others.push(quote!(Box::new(move || -> Box<dyn Stage> { Box::new(#make) })));
        }
    }
    let home = plan.thread_of_streams();
    let rings = plan.rings.iter().enumerate().map(|(index, ring)| {
        let (sender, receiver) = (sender(index), receiver(index));
        let stream = plan.stream(ring.stream);
        let from = Literal::u16_unsuffixed(home[ring.stream.index()]);
        let (to, blocks) = (Literal::u16_unsuffixed(ring.to), Literal::u32_unsuffixed(ring.blocks));
        let (tokens, width) = (Literal::u32_unsuffixed(ring.tokens), Literal::usize_unsuffixed(stream.ty.width()));
        match sample(&stream.ty) {
            Some(_) => quote!(let (#sender, #receiver) = crew.frames((#from, #to), #blocks, #tokens, #width);),
            None => quote!(let (#sender, #receiver) = crew.messages((#from, #to), #blocks);),
        }
    });
    let count = Literal::usize_unsuffixed(plan.threads.len());
    let mut used = TokenStream::new();
    let types = |messages: bool| plan.rings.iter().any(|r| plan.stream(r.stream).ty.is_message() == messages);
    if types(true) {
        used.extend(quote!(Letters,));
    }
    if types(false) {
        used.extend(quote!(Samples,));
    }
    if !plan.rings.is_empty() {
        used.extend(quote!(Receiver, Sender,));
    }
    let doc = format!(" The pipeline `{}`: its threads, and the rings between them.", plan.name);
    let tokens = quote! {
        #![doc = #doc]
        #![forbid(unsafe_code)]

        use alloc::boxed::Box;
        use alloc::vec;
        use ::remotemedia_runtime_min::host::Program;
        use ::remotemedia_runtime_min::threads::{#used Crew, Sent, Stage, Threads};

        #items

        /// All streams empty, all state at rest. The first thread is the host's; the others start with the first step.
        pub fn start() -> Threads<Thread0> {
            let crew = Crew::new(#count);
            #(#rings)*
            crew.start(#first, vec![#(#others),*])
        }
    };
    PipelineCode { tokens, features, included }
}

fn sender(ring: usize) -> Ident {
    format_ident!("to_ring_{ring}")
}

fn receiver(ring: usize) -> Ident {
    format_ident!("from_ring_{ring}")
}

/// The pipeline of one thread with its ends of rings.
fn emit_stage(whole: &Plan, part: &Part, name: &Ident, module: &Ident, streams: &[Ident], thread: u16) -> TokenStream {
    let Part { plan, sends, receives } = part;
    let ty = |ring: usize| match sample(&whole.stream(whole.rings[ring].stream).ty) {
        Some(sample) => quote!(Samples<#sample>),
        None => quote!(Letters),
    };
    let mut members = TokenStream::new();
    let mut receive = Vec::new();
    let mut send = Vec::new();
    for (ring, reading) in sends {
        let (field, ty, stream) = (sender(*ring), ty(*ring), &streams[reading.stream.index()]);
        let reader = Literal::u16_unsuffixed(reading.reader);
        members.extend(quote!(#field: Sender<#ty>,));
        send.push(quote!(self.#field.send(&mut self.pipeline.#stream, #reader)));
    }
    for (ring, stream) in receives {
        let (field, ty, stream) = (receiver(*ring), ty(*ring), &streams[stream.index()]);
        members.extend(quote!(#field: Receiver<#ty>,));
        receive.push(quote!(self.#field.receive(&mut self.pipeline.#stream, all)));
    }
    let send = if send.is_empty() { quote!(Sent::default()) } else { quote!(#(#send)|*) };
    let (all, receive) =
        if receive.is_empty() { (quote!(_), quote!(false)) } else { (quote!(all), quote!(#(#receive)|*)) };
    let moves = if streams.is_empty() { quote!(0) } else { quote!(#(self.pipeline.#streams.moves())+*) };
    let ports = (thread == 0).then(|| {
        let fed = plan.inputs.iter().map(|p| {
            let stream = &streams[p.stream.index()];
            match sample(&plan.stream(p.stream).ty) {
                Some(_) => quote!(self.pipeline.#stream.closed() | (self.pipeline.#stream.room() == 0)),
                None => quote!(self.pipeline.#stream.closed()),
            }
        });
        let fed: Vec<TokenStream> = fed.collect();
        let fed = if fed.is_empty() { quote!(true) } else { quote!(#(#fed)&&*) };
        let ended = plan.outputs.iter().map(|p| &streams[p.from.stream.index()]);
        let ended: Vec<TokenStream> = ended.map(|s| quote!(self.pipeline.#s.closed())).collect();
        let ended = if ended.is_empty() { quote!(false) } else { quote!(#(#ended)&&*) };
        quote! {
            fn is_fed(&self) -> bool {
                #fed
            }

            fn has_ended(&self) -> bool {
                #ended
            }
        }
    });
    let names: Vec<String> = plan.actors.iter().take(16).map(|a| format!("`{}`", a.name)).collect();
    let more = if plan.actors.len() > 16 { ", and more" } else { "" };
    let doc = match names.as_slice() {
        [] => " The ports.".to_owned(),
        names => format!(" {}{more}.", names.join(", ")),
    };
    quote! {
        #[doc = #doc]
        pub struct #name { pipeline: #module::Pipeline, #members }

        impl Stage for #name {
            fn program(&mut self) -> &mut dyn Program {
                &mut self.pipeline
            }

            fn program_ref(&self) -> &dyn Program {
                &self.pipeline
            }

            fn receive(&mut self, #all: bool) -> bool {
                #receive
            }

            fn send(&mut self) -> Sent {
                #send
            }

            fn moves(&self) -> u64 {
                #moves
            }

            #ports
        }
    }
}
