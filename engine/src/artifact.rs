//! Plans as an artifact of the host's: what the `main.rs` of a generated crate is to it.

use crate::interpreter::{Interpreter, Tier};
use crate::live::{Changes, Live};
use remotemedia_ir::plan::Plan;
use remotemedia_ir::types::{SampleFormat, StreamType};
use remotemedia_ir::verify::Verified;
use remotemedia_runtime_min::host::{
    Artifact, Audio, InputInfo, Json, OutputInfo, Program, ReadFormat, Sample, Tensor, Text, Variant, WriteFormat,
};
use std::cell::Cell;

/// What a report of a run says of the artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub generator: String,
    pub manifest_hash: String,
}

/// Calls `run` with the artifact of some plans, versions of one pipeline, whose regions run on that tier.
///
/// # Errors
/// The message of a library node that this build does not have: a bug.
pub fn with_artifact<R>(
    plans: &[Verified<'_, Plan>],
    header: &Header,
    tier: Tier,
    run: impl FnOnce(&Artifact<'_>) -> R,
) -> Result<R, String> {
    // A library node that cannot be made shows here, so that making one later is known to work. The first run takes these.
    let mut ready = Vec::with_capacity(plans.len());
    for plan in plans {
        ready.push(Cell::new(Some(Interpreter::new(*plan, tier)?)));
    }
    let make = |index: usize| -> Box<dyn Program> {
        let made = ready[index].take().map_or_else(|| Interpreter::new(plans[index], tier), Ok);
        // It was made above.
        Box::new(made.unwrap_or_else(|_| Interpreter::empty()))
    };
    Ok(present(plans, header, &make, run))
}

/// Calls `run` with the artifact of a plan that other plans take the place of while it runs, once.
///
/// # Errors
/// As [`with_artifact`].
pub fn with_live<R>(
    plan: Verified<'_, Plan>,
    header: &Header,
    tier: Tier,
    changes: Changes,
    run: impl FnOnce(&Artifact<'_>) -> R,
) -> Result<R, String> {
    let ready = Cell::new(Some(Live::new(Interpreter::new(plan, tier)?, changes)));
    let make = |_: usize| -> Box<dyn Program> {
        match ready.take() {
            Some(live) => Box::new(live),
            None => Box::new(Interpreter::empty()),
        }
    };
    Ok(present(&[plan], header, &make, run))
}

fn present<R>(
    plans: &[Verified<'_, Plan>],
    header: &Header,
    make: &dyn Fn(usize) -> Box<dyn Program>,
    run: impl FnOnce(&Artifact<'_>) -> R,
) -> R {
    let ports: Vec<(Vec<Port<'_>>, Vec<Port<'_>>)> = plans
        .iter()
        .map(|plan| {
            let plan = plan.get();
            let inputs =
                plan.inputs.iter().map(|p| Port::new(&p.name, &plan.stream(p.stream).ty, p.default_path.as_deref()));
            let outputs = plan
                .outputs
                .iter()
                .map(|p| Port::new(&p.name, &plan.stream(p.from.stream).ty, p.default_path.as_deref()));
            (inputs.collect(), outputs.collect())
        })
        .collect();
    let infos: Vec<(Vec<InputInfo<'_>>, Vec<OutputInfo<'_>>)> = ports
        .iter()
        .map(|(i, o)| (i.iter().map(Port::input).collect(), o.iter().map(Port::output).collect()))
        .collect();
    let makers: Vec<_> = (0..plans.len()).map(|index| move || make(index)).collect();
    let variants: Vec<Variant<'_>> = plans
        .iter()
        .zip(&infos)
        .zip(&makers)
        .map(|((plan, (inputs, outputs)), make)| Variant {
            inputs,
            outputs,
            latency: plan.get().outputs.iter().map(|p| p.latency).max().unwrap_or(0),
            make,
        })
        .collect();
    run(&Artifact {
        name: &header.name,
        version: "1",
        generator: &header.generator,
        manifest_hash: &header.manifest_hash,
        variants: &variants,
    })
}

/// What a port's description refers to.
struct Port<'a> {
    name: &'a str,
    path: Option<&'a str>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Audio(Audio),
    Tensor(Tensor<'a>),
    Text(Text),
    Json(Json),
}

impl<'a> Port<'a> {
    fn new(name: &'a str, ty: &'a StreamType, path: Option<&'a str>) -> Port<'a> {
        let kind = match ty {
            StreamType::Audio { format, rate, channels } => {
                Kind::Audio(Audio { format: sample(*format), rate: *rate, channels: *channels })
            }
            StreamType::Tensor { shape } => Kind::Tensor(Tensor { format: Sample::F32, shape }),
            StreamType::Text => Kind::Text(Text),
            StreamType::Json => Kind::Json(Json),
        };
        Port { name, path, kind }
    }

    fn input(&self) -> InputInfo<'_> {
        let format: &dyn ReadFormat = match &self.kind {
            Kind::Audio(audio) => audio,
            Kind::Tensor(tensor) => tensor,
            Kind::Text(text) => text,
            Kind::Json(json) => json,
        };
        InputInfo { name: self.name, format, default_path: self.path }
    }

    fn output(&self) -> OutputInfo<'_> {
        let format: &dyn WriteFormat = match &self.kind {
            Kind::Audio(audio) => audio,
            Kind::Tensor(tensor) => tensor,
            Kind::Text(text) => text,
            Kind::Json(json) => json,
        };
        OutputInfo { name: self.name, format, default_path: self.path }
    }
}

fn sample(format: SampleFormat) -> Sample {
    match format {
        SampleFormat::F32 => Sample::F32,
        SampleFormat::F64 => Sample::F64,
        SampleFormat::I16 => Sample::I16,
        SampleFormat::I32 => Sample::I32,
        SampleFormat::U8 => Sample::U8,
    }
}
