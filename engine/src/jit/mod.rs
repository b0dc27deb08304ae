//! Regions as machine code in memory, made by Cranelift in milliseconds.
//!
//! The bits are those of the evaluator. A region is a function per loop over frames; sections that stand in loops of their own
//! are computed by `runtime-min`, as in generated crates. In the order of reading:
//! - `layout`: where the memory of a region lies;
//! - `ops`: each operation on one lane;
//! - `emit`: a loop over frames as a function (`emit/lines`, `emit/sections`), four frames at a time where it remembers nothing
//!   (`emit/wide`);
//! - `chains`: sections in an f32 form;
//! - `carry`: memory that survives a change of the pipeline;
//! - `call`: entering machine code, one of the two files with `unsafe`;
//! - `script`: loops of Python classes, which the evaluator of scripts enters.

mod call;
mod carry;
mod chains;
mod emit;
mod layout;
mod ops;
pub mod script;

use call::{Blocks, Code, Shape};
use chains::{Chain, Lane, OUTPUTS, deliver};
use cranelift_codegen::Context;
use cranelift_codegen::ir::{AbiParam, Signature, types};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, default_libcall_names};
use emit::{Frames, sample_bytes};
use layout::Layout;
use remotemedia_ir::eval::{Misfit, Samples, SamplesMut};
use remotemedia_ir::kernel::{Kernel, QUANTUM, SectionId, Ty, ValueId};
use remotemedia_ir::loops::{Loop, Loops, Place};
use remotemedia_ir::plan::Region;
use remotemedia_ir::verify::Verified;
use std::fmt;

/// Operations of one loop, lanes counted, beyond which compiling is no longer instant.
const LARGEST: usize = 200_000;

/// Why a region is not compiled. The evaluator runs it as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// Cranelift does not know this processor.
    Host(String),
    /// A loop of so many operations, or memory of more than 2 GiB.
    Size,
    /// One section in several calls.
    SharedSection,
    /// Cranelift or the kernel has a bug.
    Bug(String),
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsupported::Host(why) => write!(f, "no machine code for this processor: {why}"),
            Unsupported::Size => f.write_str("a region too large to compile in memory"),
            Unsupported::SharedSection => f.write_str("a section that is called in two places"),
            Unsupported::Bug(what) => write!(f, "a bug in the compiler in memory: {what}"),
        }
    }
}

impl std::error::Error for Unsupported {}

/// A loop of the region, ready to run.
enum Step {
    /// The function of that number.
    Function(usize),
    Chain {
        chain: Box<Chain>,
        sections: Vec<SectionId>,
        /// With its lanes, which are those of the outputs.
        input: (Place, usize),
        outputs: Vec<Place>,
    },
}

/// A region being executed as machine code.
pub struct Compiled {
    kernel: Kernel,
    layout: Layout,
    memory: Vec<u8>,
    code: Code,
    steps: Vec<Step>,
    /// What crosses from one loop to another: room for a block each, in units of four bytes.
    buffers: Vec<Vec<f32>>,
    inside: Vec<Vec<Lane>>,
    inside_ids: Vec<SectionId>,
    /// Frames that the loops take at most at a time, if there is such a bound: something is flushed, or there are several loops.
    block: Option<u32>,
    fired: u64,
    /// Samples of a chain on their way from and to ports of the region: the input, then the outputs.
    scratch: (Vec<f32>, [Vec<f32>; OUTPUTS]),
}

impl Compiled {
    /// Compiles a region of a verified plan; its memory is as it is before the first firing. `kernel` is that of the region.
    ///
    /// # Errors
    /// [`Unsupported`] where it has to be evaluated instead.
    pub fn new(region: &Region, kernel: Verified<'_, Kernel>) -> Result<Compiled, Unsupported> {
        if !std::ptr::eq(&region.kernel, kernel.get()) && region.kernel != *kernel.get() {
            return Err(Unsupported::Bug("the kernel that was verified is another one".into()));
        }
        let kernel = &region.kernel;
        let layout = Layout::new(kernel).ok_or(Unsupported::Size)?;
        let loops = Loops::new(region);
        let inside = chains::inside(kernel, &loops);
        let (inside_ids, inside): (Vec<SectionId>, Vec<Vec<Lane>>) = inside.into_iter().unzip();
        let isa = host()?;
        let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
        let unit = emit::Region {
            kernel,
            loops: &loops,
            layout: &layout,
            inside: &inside_ids,
            stride: size_of::<Lane>(),
            conv: module.isa().default_call_conv(),
            frontend: module.target_config(),
            wide: emit::is_known(module.isa()),
        };
        let mut signature = Signature::new(unit.conv);
        signature.params.extend([AbiParam::new(types::I64); 3]);
        let (mut context, mut builder) = (Context::new(), FunctionBuilderContext::new());
        let (mut steps, mut functions) = (Vec::new(), Vec::new());
        let mut called = Vec::new();
        let width = |v: ValueId| usize::from(kernel.ty(v).lanes);
        let place = |v: ValueId| {
            let place = loops.place(v).ok_or_else(|| Unsupported::Bug(format!("`{v}` is not kept")))?;
            Ok((place, width(v)))
        };
        for item in &loops.list {
            match item {
                Loop::Frames { body, again, reads, writes } => {
                    if lanes_of(kernel, body) > LARGEST {
                        return Err(Unsupported::Size);
                    }
                    context.func.signature = signature.clone();
                    unit.emit(Frames { body, again, reads, writes }, &mut context.func, &mut builder)
                        .map_err(Unsupported::Bug)?;
                    let bug = |e: cranelift_module::ModuleError| Unsupported::Bug(format!("{e:?}"));
                    let id = module.declare_anonymous_function(&signature).map_err(bug)?;
                    module.define_function(id, &mut context).map_err(bug)?;
                    module.clear_context(&mut context);
                    steps.push(Step::Function(functions.len()));
                    functions.push(id);
                }
                Loop::Calls(calls) => {
                    for call in calls {
                        called.extend(call.sections().iter().copied());
                        let outputs = call.outputs().iter().map(|v| place(*v).map(|(place, _)| place));
                        let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
                        steps.push(Step::Chain {
                            chain: Box::new(Chain::new(kernel, call)),
                            sections: call.sections().to_vec(),
                            input: place(call.input())?,
                            outputs,
                        });
                    }
                }
            }
        }
        called.sort();
        if called.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Unsupported::SharedSection);
        }
        module.finalize_definitions().map_err(|e| Unsupported::Bug(format!("{e:?}")))?;
        let per_frame = |ty: &Ty| usize::from(ty.lanes) * layout::bytes(ty.scalar);
        let port = |p: &remotemedia_ir::kernel::Port| usize::from(p.lanes) * sample_bytes(p.format);
        let shape = Shape {
            memory: layout.bytes,
            inputs: kernel.inputs.iter().map(port).collect(),
            outputs: kernel.outputs.iter().map(port).collect(),
            buffers: loops.buffers.iter().map(per_frame).collect(),
            inside: inside.iter().map(Vec::len).collect(),
        };
        let buffers = shape.buffers.iter().map(|bytes| vec![0.0; (loops.block as usize * bytes).div_ceil(4)]).collect();
        Ok(Compiled {
            memory: layout.image(kernel),
            code: Code::new(module, functions, shape),
            block: (kernel.flushes() || loops.list.len() > 1).then_some(loops.block),
            kernel: kernel.clone(),
            layout,
            steps,
            buffers,
            inside,
            inside_ids,
            fired: 0,
            scratch: Default::default(),
        })
    }

    /// Firings so far.
    pub fn fired(&self) -> u64 {
        self.fired
    }

    /// Bytes of memory: states, delay lines, tables and what crosses between loops; not the code.
    pub fn bytes(&self) -> usize {
        self.memory.len() + self.buffers.iter().map(|b| size_of_val(b.as_slice())).sum::<usize>()
    }

    /// Fires `frames` times over blocks of that many frames per port.
    ///
    /// # Errors
    /// Blocks that do not fit the ports.
    pub fn run(&mut self, frames: usize, inputs: &[Samples<'_>], outputs: &mut [SamplesMut<'_>]) -> Result<(), Misfit> {
        Misfit::check(&self.kernel, frames, inputs, outputs)?;
        let mut from = 0;
        while from < frames {
            let left = |block: u32| (u64::from(block) - self.fired % u64::from(block)) as usize;
            let count = self.block.map_or(usize::MAX, left).min(frames - from);
            self.part(from, count, inputs, outputs);
            self.fired += count as u64;
            from += count;
            if self.block.is_some() && self.fired.is_multiple_of(QUANTUM.into()) {
                self.flush();
            }
        }
        Ok(())
    }

    /// All loops over some frames within a block.
    fn part(&mut self, from: usize, frames: usize, inputs: &[Samples<'_>], outputs: &mut [SamplesMut<'_>]) {
        let Compiled { memory, code, steps, buffers, inside, fired, scratch: (scratch_x, scratch_y), .. } = self;
        for step in steps {
            match step {
                Step::Function(number) => {
                    let blocks = Blocks { memory, inputs, outputs, buffers, inside, from, frames };
                    let done = code.call(*number, blocks);
                    debug_assert_eq!(done, Ok(()));
                }
                Step::Chain { chain, sections: _, input: (input, lanes), outputs: places } => {
                    let (samples, part) = (frames * *lanes, from * *lanes..(from + frames) * *lanes);
                    // What is written is taken out for the time of the call: buffers themselves, ports by way of others.
                    let mut y: [Vec<f32>; OUTPUTS] = Default::default();
                    for ((place, y), scratch) in places.iter().zip(&mut y).zip(&mut *scratch_y) {
                        *y = std::mem::take(if let Place::Buffer(at) = place { &mut buffers[*at] } else { scratch });
                        if y.len() < samples {
                            y.resize(samples, 0.0);
                        }
                    }
                    let x = match input {
                        Place::Buffer(at) => &buffers[*at][..samples],
                        Place::Input(port) => match inputs[usize::from(*port)] {
                            Samples::F32(list) => &list[part.clone()],
                            _ => &[],
                        },
                        Place::Output(port) => {
                            if let SamplesMut::F32(list) = &outputs[usize::from(*port)] {
                                scratch_x.clear();
                                scratch_x.extend_from_slice(&list[part.clone()]);
                            }
                            scratch_x.as_slice()
                        }
                    };
                    let room = y.each_mut().map(|y| y.get_mut(..samples).unwrap_or_default());
                    chain.run((*fired % u64::from(QUANTUM)) as usize, x, room);
                    for ((place, y), scratch) in places.iter().zip(y).zip(&mut *scratch_y) {
                        match place {
                            Place::Buffer(at) => buffers[*at] = y,
                            Place::Output(port) => {
                                if let SamplesMut::F32(list) = &mut outputs[usize::from(*port)] {
                                    list[part.clone()].copy_from_slice(&y[..samples]);
                                    deliver(&mut list[part.clone()]);
                                }
                                *scratch = y;
                            }
                            Place::Input(_) => *scratch = y,
                        }
                    }
                }
            }
        }
    }

    /// What a quantum border does to what no call has.
    fn flush(&mut self) {
        self.layout.flush(&self.kernel, &mut self.memory);
        self.inside.iter_mut().flatten().for_each(|lane| lane.memory.flush());
    }
}

/// Cranelift for this processor.
fn host() -> Result<OwnedTargetIsa, Unsupported> {
    let mut flags = settings::builder();
    let checked = if cfg!(debug_assertions) { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", "speed"),
        ("enable_verifier", checked),
        ("use_colocated_libcalls", "false"),
        ("is_pic", "false"),
        ("unwind_info", "false"),
    ] {
        flags.set(name, value).map_err(|e| Unsupported::Bug(e.to_string()))?;
    }
    let builder = cranelift_native::builder().map_err(|e| Unsupported::Host(e.to_owned()))?;
    let isa = builder.finish(settings::Flags::new(flags)).map_err(|e| Unsupported::Host(e.to_string()))?;
    if isa.pointer_type() == types::I64 { Ok(isa) } else { Err(Unsupported::Host("its addresses are short".into())) }
}

/// Operations of a body, lanes counted.
fn lanes_of(kernel: &Kernel, body: &[remotemedia_ir::kernel::Stmt]) -> usize {
    let uses = remotemedia_ir::loops::Uses::of(kernel, body);
    uses.defines.iter().map(|v| usize::from(kernel.ty(*v).lanes)).sum()
}
