//! Verifies a kernel: scopes and statements. What types an operation takes is checked in `ops`.
//!
//! The invariants are listed in [`crate::verify`].

mod ops;

use super::{MAX_COUNT, MAX_DEPTH, MAX_LANES, MAX_LINE, MAX_TABLE, Verified, bug};
use crate::diag::Diagnostics;
use crate::kernel::{
    Const, Form, Kernel, Line, Local, LocalId, Op, Port, Scalar, Section, State, Stmt, Table, Ty, Value, ValueId,
};
use crate::span::Span;

/// Verifies a kernel that stands alone. Errors: RM0901.
pub fn kernel(kernel: &Kernel) -> Result<Verified<'_, Kernel>, Diagnostics> {
    match verify_kernel(kernel) {
        Ok(()) => Ok(Verified(kernel)),
        Err(messages) => {
            let mut out = Diagnostics::new();
            for message in messages {
                out.push(bug(Span::NONE, format!("kernel `{}`: {message}", kernel.name)));
            }
            Err(out)
        }
    }
}

/// Every rule that the kernel breaks, each in one sentence that names the id.
pub fn verify_kernel(kernel: &Kernel) -> Result<(), Vec<String>> {
    let Kernel { name: _, inputs, outputs, states, locals, lines, tables, sections, values, body } = kernel;
    let mut check = Check {
        kernel,
        errors: Vec::new(),
        defined: vec![false; values.len()],
        visible: vec![false; values.len()],
        scope: Vec::new(),
        written: vec![0; outputs.len()],
        locals: vec![LocalUse::default(); locals.len()],
    };
    check.ports("input", inputs);
    check.ports("output", outputs);
    for (id, state) in (0..).map(crate::kernel::StateId).zip(states) {
        check.state(id, state);
    }
    for (id, Local { name: _, ty }) in (0..).map(LocalId).zip(locals) {
        check.lanes(id, ty.lanes);
    }
    for (id, Line { name: _, ty, length }) in (0..).map(crate::kernel::LineId).zip(lines) {
        check.lanes(id, ty.lanes);
        let elements = u64::from(*length) * u64::from(ty.lanes);
        check.require(*length > 0, || format!("`{id}` is a line of length 0"));
        check.require(elements <= MAX_LINE, || format!("`{id}` has {elements} elements, more than {MAX_LINE}"));
    }
    for (id, Table { name: _, values }) in (0..).map(crate::kernel::TableId).zip(tables) {
        let uniform = values.windows(2).all(|pair| pair[0].scalar() == pair[1].scalar());
        check.require(!values.is_empty(), || format!("`{id}` is an empty table"));
        check.require(uniform, || format!("`{id}` has values of several types"));
        check.require(values.len() <= MAX_TABLE, || format!("`{id}` has more than {MAX_TABLE} values"));
    }
    for (id, section) in (0..).map(crate::kernel::SectionId).zip(sections) {
        check.section(id, section);
    }
    check.block(body, 0);
    check.finish();
    if check.errors.is_empty() { Ok(()) } else { Err(check.errors) }
}

/// What is known of a local.
#[derive(Clone, Copy, Default)]
struct LocalUse {
    /// The index of a loop around the place that is being looked at.
    running: bool,
    /// The index of some loop.
    index: bool,
    set: bool,
    /// Read outside of loops that it is the index of.
    read_free: bool,
}

/// A kernel being verified.
struct Check<'k> {
    kernel: &'k Kernel,
    errors: Vec<String>,
    /// Per value: a `Let` was seen.
    defined: Vec<bool>,
    /// Per value: it may be used here.
    visible: Vec<bool>,
    /// The visible values, innermost block last.
    scope: Vec<ValueId>,
    /// Writes per output port.
    written: Vec<u32>,
    locals: Vec<LocalUse>,
}

impl Check<'_> {
    fn require(&mut self, holds: bool, message: impl FnOnce() -> String) {
        if !holds {
            self.errors.push(message());
        }
    }

    fn lanes(&mut self, id: impl std::fmt::Display, lanes: u16) {
        self.require((1..=MAX_LANES).contains(&lanes), || {
            format!("`{id}` has {lanes} lanes, which is not between 1 and {MAX_LANES}")
        });
    }

    fn ports(&mut self, side: &str, ports: &[Port]) {
        for (index, Port { name: _, format: _, lanes }) in ports.iter().enumerate() {
            self.lanes(format_args!("{side} {index}"), *lanes);
        }
    }

    fn state(&mut self, id: crate::kernel::StateId, state: &State) {
        let State { name: _, ty, init, flush } = state;
        self.lanes(id, ty.lanes);
        let typed = init.iter().all(|c: &Const| c.scalar() == ty.scalar);
        self.require(init.len() == usize::from(ty.lanes), || {
            format!("`{id}` of type `{ty}` starts with {} constants", init.len())
        });
        self.require(typed, || format!("`{id}` of type `{ty}` starts with a constant of another type"));
        self.require(!flush || ty.scalar.is_float(), || format!("`{id}` of type `{ty}` cannot be flushed"));
    }

    fn section(&mut self, id: crate::kernel::SectionId, section: &Section) {
        let Section { name: _, lanes, b, a, form: _ } = section;
        self.lanes(id, *lanes);
        let finite = b.iter().chain(a).all(|c| c.is_finite()) && section.coefficients().are_finite();
        self.require(finite, || format!("`{id}` has a coefficient that is not finite"));
        let fits = !finite || section.form != Form::PeakF32 || section.is_peak();
        self.require(fits, || format!("`{id}` in the form `peak_f32` is not 1 at both ends of the spectrum"));
    }

    fn block(&mut self, block: &[Stmt], depth: usize) {
        if depth > MAX_DEPTH {
            self.errors.push(format!("blocks nest more than {MAX_DEPTH} deep"));
            return;
        }
        let outside = self.scope.len();
        for stmt in block {
            self.stmt(stmt, depth);
        }
        for value in self.scope.drain(outside..) {
            self.visible[value.index()] = false;
        }
    }

    fn stmt(&mut self, stmt: &Stmt, depth: usize) {
        match stmt {
            Stmt::Let(id) => self.define(*id),
            Stmt::SetState(id, value) => match self.kernel.states.get(id.index()) {
                Some(state) => self.takes(format_args!("set {id}"), *value, state.ty),
                None => self.errors.push(format!("`set` of `{id}`, which does not exist")),
            },
            Stmt::SetLocal(id, value) => match self.kernel.locals.get(id.index()) {
                Some(local) => {
                    self.takes(format_args!("set {id}"), *value, local.ty);
                    self.locals[id.index()].set = true;
                }
                None => self.errors.push(format!("`set` of `{id}`, which does not exist")),
            },
            Stmt::Push(id, value) => match self.kernel.lines.get(id.index()) {
                Some(line) => self.takes(format_args!("push {id}"), *value, line.ty),
                None => self.errors.push(format!("`push` to `{id}`, which does not exist")),
            },
            Stmt::Output(port, value) => match self.kernel.outputs.get(usize::from(*port)) {
                Some(found) => {
                    self.takes(format_args!("output {port}"), *value, found.ty());
                    self.written[usize::from(*port)] += 1;
                    self.require(depth == 0, || format!("output {port} is written inside a block"));
                }
                None => self.errors.push(format!("output {port} is written and does not exist")),
            },
            Stmt::If { condition, then, otherwise } => {
                self.takes("if", *condition, Ty::scalar(Scalar::Bool));
                self.block(then, depth + 1);
                self.block(otherwise, depth + 1);
            }
            Stmt::For { index, count, body } => self.count(*index, *count, body, depth),
        }
    }

    fn count(&mut self, index: LocalId, count: u32, body: &[Stmt], depth: usize) {
        self.require(count <= MAX_COUNT, || format!("a loop over `{index}` runs more than {MAX_COUNT} times"));
        let Some(local) = self.kernel.locals.get(index.index()) else {
            self.errors.push(format!("a loop over `{index}`, which does not exist"));
            return;
        };
        let integer = local.ty == Ty::scalar(Scalar::I32);
        self.require(integer, || format!("the loop index `{index}` is of type `{}`, not `i32`", local.ty));
        let nested = self.locals[index.index()].running;
        self.require(!nested, || format!("`{index}` is the index of a loop within its own loop"));
        self.locals[index.index()].index = true;
        self.locals[index.index()].running = true;
        self.block(body, depth + 1);
        self.locals[index.index()].running = nested;
    }

    /// A `Let`.
    fn define(&mut self, id: ValueId) {
        let Some(value) = self.kernel.values.get(id.index()) else {
            self.errors.push(format!("`{id}` is defined and does not exist"));
            return;
        };
        if self.defined[id.index()] {
            self.errors.push(format!("`{id}` is defined more than once"));
            return;
        }
        let Value { op, ty, name: _ } = value;
        self.lanes(id, ty.lanes);
        if let Op::Local(local) = op
            && let Some(local) = self.locals.get_mut(local.index())
        {
            local.read_free |= !local.running;
        }
        let mut missing = None;
        op.operands(|v| missing = missing.or(Some(v).filter(|v| !self.can_use(*v))));
        match missing {
            Some(v) => self.errors.push(format!("`{id}` uses `{v}`, which is not defined there")),
            None => {
                if let Err(message) = ops::check(self.kernel, op, *ty) {
                    self.errors.push(format!("`{id}`: {message}"));
                }
            }
        }
        self.defined[id.index()] = true;
        self.visible[id.index()] = true;
        self.scope.push(id);
    }

    fn can_use(&self, value: ValueId) -> bool {
        self.visible.get(value.index()).copied().unwrap_or(false)
    }

    /// A statement that takes a value of that type.
    fn takes(&mut self, what: impl std::fmt::Display, value: ValueId, expected: Ty) {
        if !self.can_use(value) {
            self.errors.push(format!("`{what}` uses `{value}`, which is not defined there"));
            return;
        }
        let found = self.kernel.ty(value);
        self.require(found == expected, || format!("`{what}` expects `{expected}`, found `{value}` of type `{found}`"));
    }

    /// What can only be said at the end.
    fn finish(&mut self) {
        for (index, defined) in self.defined.iter().enumerate() {
            if !defined {
                self.errors.push(format!("`{}` is never defined", ValueId::new(index)));
            }
        }
        for (port, times) in self.written.iter().enumerate() {
            if *times != 1 {
                self.errors.push(format!("output {port} is written {times} times"));
            }
        }
        for (index, local) in self.locals.iter().enumerate() {
            let LocalUse { running: _, index: looped, set, read_free } = *local;
            if looped && set {
                self.errors.push(format!("the loop index `{}` is set", LocalId::new(index)));
            }
            if looped && read_free {
                self.errors.push(format!("the loop index `{}` is read outside of its loop", LocalId::new(index)));
            }
        }
    }
}
