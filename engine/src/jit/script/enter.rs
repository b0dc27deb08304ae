//! Entering the machine code of loops, what it calls back, and freeing it. One of the two files with `unsafe`.
#![expect(unsafe_code, reason = "machine code made in memory can be entered in no other way")]

use super::run::{Plan, Run};
use super::site::Status;
use cranelift_jit::JITModule;
use cranelift_module::FuncId;
use remotemedia_ir::eval::script::{Flow, Frame};
use remotemedia_runtime_min::py::Result;
use std::any::Any;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A run and what unwound in it: machine code cannot be unwound through.
struct Entered<'e, 'r, 'f> {
    run: &'e mut Run<'r, 'f>,
    panic: Option<Box<dyn Any + Send>>,
}

/// Hands over to the evaluator at a site.
extern "C" fn hand_over(entered: *mut c_void, site: u64) -> u64 {
    // SAFETY: compiled code passes on what `Code::enter` gave it, which is an `Entered` that nothing else uses until that call ends.
    let entered = unsafe { &mut *entered.cast::<Entered<'_, '_, '_>>() };
    let status = catch_unwind(AssertUnwindSafe(|| {
        let site = site as usize;
        if entered.run.quick(site) { Status::On } else { entered.run.call(site) }
    }));
    let status = status.unwrap_or_else(|panic| {
        entered.panic = Some(panic);
        Status::Failed
    });
    status as u64
}

/// The address of the function that machine code calls with what it was given and the number of a site; it gives a [`Status`].
pub fn hand_over_address() -> i64 {
    let function: extern "C" fn(*mut c_void, u64) -> u64 = hand_over;
    function as usize as i64
}

type Function = unsafe extern "C" fn(*mut c_void, *mut u64) -> u64;

/// The function of a loop, in memory that is its own.
pub struct Code {
    /// There until it is dropped.
    module: Option<JITModule>,
    function: FuncId,
    plan: Plan,
}

impl Code {
    /// A function that `module` has defined and finalized. It is `fn(entered, memory)`, made by [`super::emit`] with that plan.
    pub fn new(module: JITModule, function: FuncId, plan: Plan) -> Code {
        Code { module: Some(module), function, plan }
    }

    /// Runs the loop; none where a number is not what its type says, and nothing has happened then.
    pub fn enter(&self, frame: &mut Frame<'_>) -> Option<Result<Flow>> {
        let module = self.module.as_ref()?;
        let mut run = Run::new(&self.plan, frame)?;
        let memory = run.memory.as_mut_ptr();
        let mut entered = Entered { run: &mut run, panic: None };
        let address = module.get_finalized_function(self.function);
        // SAFETY: the module has finalized the function, which is of this type and lives as long as the module.
        let function = unsafe { std::mem::transmute::<*const u8, Function>(address) };
        // SAFETY: the function reads and writes words of `memory` below the length that its plan says, which is that of the list; and
        // elements, within the bounds in the words of an array, of arrays that a variable, a field or the run holds: whenever one of
        // them may have got another array, the words are made anew before the next access. Elements stay where they are as long as
        // an array lives, no reference to them is held while machine code runs, and any bits are floats. It calls `hand_over` with
        // `entered`, which is used by nothing else meanwhile, and which does not unwind; other functions that it calls are of numbers
        // and do not panic.
        let status = unsafe { function((&raw mut entered).cast::<c_void>(), memory) };
        if let Some(panic) = entered.panic {
            resume_unwind(panic);
        }
        let known = [Status::On, Status::Returned, Status::Broke, Status::Continued];
        let status = known.into_iter().find(|s| *s as u64 == status);
        Some(run.finish(status.unwrap_or(Status::Failed)))
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: the function is entered only by `enter`, which borrows `self`, so it is not running and will not be.
            unsafe { module.free_memory() };
        }
    }
}
