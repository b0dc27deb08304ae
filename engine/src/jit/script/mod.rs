//! Loops of Python classes as machine code in memory.
//!
//! The evaluator walks the tree of a script and enters an island where a loop computes on numbers. What the island does not do itself, it
//! hands back, statement by statement, so that every script runs and results and errors are those of the evaluator. In the order
//! of reading:
//! - `touched`: which numbers a loop holds in registers, which arrays it indexes, what a statement may change;
//! - `rep`: what a register holds, `infer`: what holds numbers although its type does not say so;
//! - `site`: where an island hands over, and where its memory lies;
//! - `emit`: a loop as a function (`statement`, `expression`, `arithmetic`, `call`, `inline`, `numbers`);
//! - `run`: a loop at work, and what a site does;
//! - `enter`: entering machine code, the file with `unsafe`.

mod arithmetic;
mod call;
mod emit;
mod enter;
mod expression;
mod infer;
mod inline;
mod numbers;
mod rep;
mod run;
mod site;
mod statement;
mod touched;

use super::{Unsupported, emit as regions, host};
use cranelift_codegen::Context;
use cranelift_frontend::FunctionBuilderContext;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, default_libcall_names};
use emit::{Host, Loop, Refusal};
use enter::Code;
use infer::Tag;
use remotemedia_ir::eval::script::{Flow, Frame, Islands};
use remotemedia_ir::script::{Stmt, visit};
use remotemedia_runtime_min::py::Result;
use run::Plan;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use touched::{Place, Touched};

/// Operations of one loop beyond which compiling is no longer instant.
const LARGEST: usize = 4_000;

/// Machine code of one loop for so many sets of types, at most.
const VARIANTS: usize = 4;

/// A loop, and machine code for the types that its numbers had when it was come to; none where it is walked.
struct Known {
    touched: Touched,
    variants: Vec<(Vec<Tag>, Option<Rc<Code>>)>,
}

/// The loops of a script, each compiled when it is first come to.
#[derive(Default)]
pub struct Loops {
    /// By the address of the statement, which stays.
    known: RefCell<HashMap<usize, Known>>,
    /// Whether a handler may see what a loop that fails had in registers: such scripts are walked.
    catches: Cell<Option<bool>>,
    entered: Cell<u64>,
}

impl Loops {
    /// How often machine code was entered.
    pub fn entered(&self) -> u64 {
        self.entered.get()
    }

    /// Kept apart from what runs: functions may call one another deeply, and compiling takes room on the stack.
    #[inline(never)]
    fn code(&self, stmt: &Stmt, frame: &Frame<'_>) -> Option<Rc<Code>> {
        let mut known = self.known.borrow_mut();
        let function = frame.script().functions.get(frame.function().0)?;
        let new = || Known { touched: Touched::of(frame.script(), function, stmt), variants: Vec::new() };
        let known = known.entry(std::ptr::from_ref(stmt) as usize).or_insert_with(new);
        let tag = |place: &Place| match place {
            Place::Variable(v) => Tag::of(Some(frame.variable(*v))),
            Place::Field(f) => Tag::of(frame.field_value(*f)),
        };
        let fits = |tags: &[Tag]| known.touched.loose.iter().map(tag).eq(tags.iter().copied());
        if let Some((_, code)) = known.variants.iter().find(|(tags, _)| fits(tags)) {
            return code.clone();
        }
        if known.variants.len() == VARIANTS {
            return None;
        }
        let tags: Vec<Tag> = known.touched.loose.iter().map(tag).collect();
        let places: Vec<(Place, Tag)> = known.touched.loose.iter().copied().zip(tags.iter().copied()).collect();
        let mut touched = known.touched.clone();
        let numbers = infer::settled(frame.script(), function, stmt, &touched.called, &places);
        touched.settle(numbers, stmt);
        let made = compiled(stmt, frame, touched);
        debug_assert!(!matches!(made, Err(Unsupported::Bug(_))), "{:?}", made.err());
        let code = made.ok().map(Rc::new);
        known.variants.push((tags, code.clone()));
        code
    }
}

impl Islands for Loops {
    fn enter(&self, statement: &Stmt, frame: &mut Frame<'_>) -> Option<Result<Flow>> {
        if self.catches.get().is_none() {
            let catches = frame.script().functions.iter().any(|function| visit::catches(&function.body));
            self.catches.set(Some(catches));
        }
        if self.catches.get() == Some(true) {
            return None;
        }
        let ended = self.code(statement, frame)?.enter(frame)?;
        self.entered.set(self.entered.get() + 1);
        Some(ended)
    }
}

/// The machine code of a loop of the function that `frame` executes.
#[inline(never)]
fn compiled(stmt: &Stmt, frame: &Frame<'_>, touched: Touched) -> std::result::Result<Code, Unsupported> {
    let script = frame.script();
    let mut module = JITModule::new(JITBuilder::with_isa(host()?, default_libcall_names()));
    let conv = module.isa().default_call_conv();
    let host = Host { conv, frontend: module.target_config(), rounds: regions::is_known(module.isa()) };
    let (mut context, mut builder) = (Context::new(), FunctionBuilderContext::new());
    let mut evaluated = Vec::new();
    let emitted = loop {
        context.func.signature = emit::signature(conv);
        let of = Loop { script, function: frame.function(), stmt, touched: &touched, evaluated: &evaluated };
        match emit::emit(of, host, &mut context.func, &mut builder) {
            Ok(emitted) => break emitted,
            // Once more without that function: each time it is another one.
            Err(Refusal::Function(function)) if evaluated.len() < script.functions.len() => evaluated.push(function),
            Err(refusal) => return Err(Unsupported::Bug(format!("{refusal:?}"))),
        }
        module.clear_context(&mut context);
    };
    // To hand over takes about as long as to walk, and what machine code does itself next to nothing.
    let is_worth_it = emitted.own > 0 && emitted.own * 2 >= emitted.handed;
    if !is_worth_it || emitted.own + emitted.sites.len() > LARGEST {
        return Err(Unsupported::Size);
    }
    let bug = |e: cranelift_module::ModuleError| Unsupported::Bug(format!("{e:?}"));
    let id = module.declare_anonymous_function(&emit::signature(conv)).map_err(bug)?;
    module.define_function(id, &mut context).map_err(bug)?;
    module.clear_context(&mut context);
    module.finalize_definitions().map_err(bug)?;
    let plan = Plan { touched, sites: emitted.sites, memory: emitted.memory, depth: emitted.depth as u32 };
    Ok(Code::new(module, id, plan))
}
