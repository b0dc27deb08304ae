//! The files of a generated crate.

use super::format;
use super::pipeline::{PipelineCode, emit_pipeline};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::plan::{Actor, Plan, StreamId, Work};
use remotemedia_ir::types::{SampleFormat, StreamType};
use remotemedia_ir::verify::Verified;
use std::collections::BTreeSet;

/// What the header of a generated crate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name of the pipeline.
    pub name: String,
    /// `remotemedia 0.1.0`.
    pub generator: String,
    /// Hash of the manifest, in hexadecimal digits.
    pub manifest_hash: String,
}

/// A generated crate: paths below its folder with their texts, and the features of `runtime-min` that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    pub files: Vec<(String, String)>,
    pub features: BTreeSet<String>,
    /// True if some port carries messages or a node needs std: wasm then links std.
    pub needs_std: bool,
    /// True if kernels or nodes of the runtime work on samples: loops over vectors, which have to be unrolled.
    pub has_vectors: bool,
}

/// Emits the crate of one pipeline. Several plans are versions of it for different input formats.
///
/// # Errors
/// What [`format()`] says: a bug of an emitter.
pub fn emit_crate(plans: &[Verified<'_, Plan>], header: &Header) -> Result<Sources, String> {
    let mut files = Vec::new();
    let mut features = BTreeSet::new();
    let mut modules = TokenStream::new();
    let mut variants = TokenStream::new();
    for (index, plan) in plans.iter().enumerate() {
        let module = if plans.len() == 1 { format_ident!("pipeline") } else { format_ident!("pipeline_{}", index + 1) };
        let PipelineCode { tokens, features: more, included } = emit_pipeline(*plan);
        features.extend(more);
        files.push((format!("src/{module}.rs"), format(tokens)?));
        for (path, text) in included {
            let file = (format!("src/{path}"), text);
            if !files.contains(&file) {
                files.push(file);
            }
        }
        modules.extend(quote!(mod #module;));
        variants.extend(emit_variant(plan.get(), &module, &mut features));
    }
    let needs_std = features.iter().any(|f| ["cpython", "jq", "rustpython", "std"].contains(&f.as_str()));
    if needs_std {
        features.insert("std".to_owned());
    }
    let Header { name, generator, manifest_hash } = header;
    let doc =
        format!(" The pipeline `{name}`, compiled by {generator} from the manifest with the hash {manifest_hash}.");
    let bare = (!needs_std).then(|| {
        quote! {
            #![cfg_attr(target_family = "wasm", no_std)]
            #![cfg_attr(target_family = "wasm", no_main)]
        }
    });
    let main = quote! {
        #![doc = #doc]
        #![doc = ""]
        #![doc = " Generated: change the manifest, not this."]
        #bare

        extern crate alloc;

        #modules

        use alloc::boxed::Box;
        use ::remotemedia_runtime_min::host::{self, Artifact, Variant};

        ::remotemedia_runtime_min::entry!(start);

        /// Runs the pipeline on what the arguments name; gives the exit code.
        pub fn start() -> i32 {
            host::run(&Artifact {
                name: #name,
                version: "1",
                generator: #generator,
                manifest_hash: #manifest_hash,
                variants: &[#variants],
            })
        }
    };
    files.insert(0, ("src/main.rs".to_owned(), format(main)?));
    let has_vectors = plans.iter().any(|plan| plan.get().actors.iter().any(|actor| has_vectors(plan.get(), actor)));
    Ok(Sources { files, features, needs_std, has_vectors })
}

/// Whether an actor is a kernel, or a node of the runtime that reads or writes samples.
fn has_vectors(plan: &Plan, actor: &Actor) -> bool {
    let is_samples =
        |stream: StreamId| matches!(plan.stream(stream).ty, StreamType::Audio { .. } | StreamType::Tensor { .. });
    match &actor.work {
        Work::Region(_) => true,
        Work::Library(node) => {
            let mut streams = actor.inputs.iter().map(|reading| reading.stream).chain(actor.outputs.iter().copied());
            node.python.is_none() && streams.any(is_samples)
        }
    }
}

fn emit_variant(plan: &Plan, module: &proc_macro2::Ident, features: &mut BTreeSet<String>) -> TokenStream {
    let inputs: Vec<TokenStream> = plan
        .inputs
        .iter()
        .map(|p| emit_port(&p.name, &plan.stream(p.stream).ty, p.default_path.as_deref(), true, features))
        .collect();
    let outputs: Vec<TokenStream> = plan
        .outputs
        .iter()
        .map(|p| emit_port(&p.name, &plan.stream(p.from.stream).ty, p.default_path.as_deref(), false, features))
        .collect();
    let latency = Literal::u64_unsuffixed(plan.outputs.iter().map(|p| p.latency).max().unwrap_or(0));
    let make = if plan.threads.is_empty() { quote!(#module::Pipeline::new()) } else { quote!(#module::start()) };
    quote! {
        Variant {
            inputs: &[#(#inputs),*],
            outputs: &[#(#outputs),*],
            latency: #latency,
            make: &|| Box::new(#make),
        },
    }
}

fn emit_port(
    name: &str,
    ty: &StreamType,
    path: Option<&str>,
    is_input: bool,
    features: &mut BTreeSet<String>,
) -> TokenStream {
    let format = match ty {
        StreamType::Audio { format, rate, channels } => {
            let sample = emit_sample_name(*format);
            let (rate, channels) = (Literal::u32_unsuffixed(*rate), Literal::u16_unsuffixed(*channels));
            quote!(host::Audio { format: host::Sample::#sample, rate: #rate, channels: #channels })
        }
        StreamType::Tensor { shape } => {
            let shape: Vec<Literal> = shape.iter().map(|d| Literal::u32_unsuffixed(*d)).collect();
            quote!(host::Tensor { format: host::Sample::F32, shape: &[#(#shape),*] })
        }
        StreamType::Text => quote!(host::Text),
        StreamType::Json => {
            if is_input {
                features.insert("json".to_owned());
            }
            quote!(host::Json)
        }
    };
    let path = path.map_or_else(|| quote!(None), |p| quote!(Some(#p)));
    let port = if is_input { quote!(host::InputInfo) } else { quote!(host::OutputInfo) };
    quote!(#port { name: #name, format: &#format, default_path: #path })
}

/// The name of a sample format in the runtime.
fn emit_sample_name(format: SampleFormat) -> proc_macro2::Ident {
    match format {
        SampleFormat::F32 => format_ident!("F32"),
        SampleFormat::F64 => format_ident!("F64"),
        SampleFormat::I16 => format_ident!("I16"),
        SampleFormat::I32 => format_ident!("I32"),
        SampleFormat::U8 => format_ident!("U8"),
    }
}
