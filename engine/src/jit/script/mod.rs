//! Loops of Python classes as machine code in memory.
//!
//! The evaluator walks the tree of a script and enters an island where a loop computes on numbers. What the island does not do itself, it
//! hands back, statement by statement, so that every script runs and results and errors are those of the evaluator. In the order
//! of reading:
//! - `touched`: which numbers a loop holds in registers, which arrays it indexes, what a statement may change;
//! - `rep`: what a register holds;
//! - `site`: where an island hands over, and where its memory lies;
//! - `emit`: a loop as a function (`statement`, `expression`, `arithmetic`, `call`, `inline`, `numbers`);
//! - `run`: a loop at work, and what a site does;
//! - `enter`: entering machine code, the file with `unsafe`.

mod arithmetic;
mod call;
mod emit;
mod enter;
mod expression;
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
use remotemedia_ir::eval::script::{Flow, Frame, Islands};
use remotemedia_ir::script::Stmt;
use remotemedia_runtime_min::py::Result;
use run::Plan;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use touched::Touched;

/// Sites of one loop beyond which compiling is no longer instant.
const LARGEST: usize = 2_000;

/// The loops of a script, each compiled when it is first come to.
#[derive(Default)]
pub struct Loops {
    /// By the address of the statement, which stays; none for those that are walked.
    code: RefCell<HashMap<usize, Option<Rc<Code>>>>,
    entered: Cell<u64>,
}

impl Loops {
    /// How often machine code was entered.
    pub fn entered(&self) -> u64 {
        self.entered.get()
    }

    fn code(&self, stmt: &Stmt, frame: &Frame<'_>) -> Option<Rc<Code>> {
        let key = std::ptr::from_ref(stmt) as usize;
        if let Some(known) = self.code.borrow().get(&key) {
            return known.clone();
        }
        let made = compiled(stmt, frame);
        debug_assert!(!matches!(made, Err(Unsupported::Bug(_))), "{:?}", made.err());
        let code = made.ok().map(Rc::new);
        self.code.borrow_mut().insert(key, code.clone());
        code
    }
}

impl Islands for Loops {
    fn enter(&self, statement: &Stmt, frame: &mut Frame<'_>) -> Option<Result<Flow>> {
        let ended = self.code(statement, frame)?.enter(frame)?;
        self.entered.set(self.entered.get() + 1);
        Some(ended)
    }
}

/// The machine code of a loop of the function that `frame` executes.
fn compiled(stmt: &Stmt, frame: &Frame<'_>) -> std::result::Result<Code, Unsupported> {
    let script = frame.script();
    let function = script.functions.get(frame.function().0).ok_or(Unsupported::Size)?;
    let touched = Touched::of(script, function, stmt);
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
    if emitted.own == 0 || emitted.sites.len() > LARGEST {
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
