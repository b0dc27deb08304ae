//! Statements.

use super::emit::{Around, Body, Num};
use super::rep::Rep;
use super::site::{Memory, Status, Work};
use super::touched::{Effects, Place};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use remotemedia_ir::script::visit::has_effects;
use remotemedia_ir::script::{Binary, Builtin, Dim, Expr, ExprKind, Iterable, Literal, Stmt, StmtKind, Target, Ty};
use remotemedia_runtime_min::py::array::Dtype;
use remotemedia_runtime_min::py::table::TABLE;

impl Body<'_, '_> {
    /// Statements one after the other; true if control never gets behind them.
    pub(super) fn stmts(&mut self, body: &[Stmt]) -> bool {
        body.iter().any(|stmt| self.stmt(stmt))
    }

    /// One statement; true if control never gets behind it.
    pub(super) fn stmt(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Assign(target, value) => self.assign_stmt(stmt, target, value),
            StmtKind::Augment(op, target, value) => self.augment(stmt, *op, target, value),
            StmtKind::Expr(value) => self.expr_stmt(stmt, value),
            StmtKind::If { condition, then, otherwise } => return self.choice(condition, then, otherwise),
            StmtKind::While { condition, body, otherwise } => {
                let (head, inner, done) = (self.block(), self.block(), self.block());
                self.b.ins().jump(head, &[]);
                self.b.switch_to_block(head);
                self.branch(condition, inner, done);
                self.repeated(head, inner, done, body, otherwise, |_| {});
            }
            StmtKind::For { target, iterable, body, otherwise } => {
                self.for_loop(target, iterable, (body, otherwise), stmt.line);
            }
            StmtKind::Break | StmtKind::Continue => {
                let is_break = stmt.kind == StmtKind::Break;
                match self.loops.last().copied() {
                    Some(around) => {
                        self.b.ins().jump(if is_break { around.end } else { around.again }, &[]);
                    }
                    // In the `else` of the outermost loop: of one that the evaluator walks.
                    None => self.leave(if is_break { Status::Broke } else { Status::Continued }),
                }
                return true;
            }
            StmtKind::Return(value) if !self.scopes.is_empty() => {
                self.return_value(value.as_ref());
                return true;
            }
            StmtKind::Return(_) => {
                let effects = Effects::of_stmt(stmt);
                let status = self.hand_over(Work::Statement(Box::new(stmt.clone())), stmt.line, &effects, &[]);
                let failed = self.int(Status::Failed as i64);
                let has_failed = self.b.ins().icmp(IntCC::Equal, status, failed);
                self.succeed_unless(has_failed);
                self.reload();
                self.leave(Status::Returned);
                return true;
            }
            // None is in a loop that becomes machine code.
            StmtKind::Try { .. } | StmtKind::Reraise { .. } => {}
            StmtKind::Yield(_) | StmtKind::Raise { .. } | StmtKind::Delete(..) | StmtKind::Log(..) => {
                self.evaluated(stmt);
            }
        }
        false
    }

    fn succeed_unless(&mut self, has_failed: Value) {
        let (next, failed) = (self.block(), self.cold());
        self.b.ins().brif(has_failed, failed, &[], next, &[]);
        self.sealed(failed);
        self.fail();
        self.sealed(next);
    }

    /// Leaves a statement without statements in it to the evaluator.
    fn evaluated(&mut self, stmt: &Stmt) {
        self.site(Work::Statement(Box::new(stmt.clone())), stmt.line, &Effects::of_stmt(stmt), &[]);
    }

    fn choice(&mut self, condition: &Expr, then: &[Stmt], otherwise: &[Stmt]) -> bool {
        let (yes, no, end) = (self.block(), self.block(), self.block());
        self.branch(condition, yes, no);
        let mut ends = true;
        for (block, body) in [(yes, then), (no, otherwise)] {
            self.sealed(block);
            if !self.stmts(body) {
                self.b.ins().jump(end, &[]);
                ends = false;
            }
        }
        if !ends {
            self.sealed(end);
        }
        ends
    }

    /// The body of a loop whose head, which is emitted, goes to `inner` or `done`; the `else` of the loop; and what is behind.
    fn repeated(
        &mut self,
        head: Block,
        inner: Block,
        done: Block,
        body: &[Stmt],
        otherwise: &[Stmt],
        first: impl FnOnce(&mut Self),
    ) {
        let end = self.block();
        self.sealed(inner);
        self.loops.push(Around { again: head, end });
        first(self);
        if !self.stmts(body) {
            self.b.ins().jump(head, &[]);
        }
        self.loops.pop();
        self.b.seal_block(head);
        self.sealed(done);
        if !self.stmts(otherwise) {
            self.b.ins().jump(end, &[]);
        }
        self.sealed(end);
    }

    fn for_loop(&mut self, target: &Target, iterable: &Iterable, (body, otherwise): (&[Stmt], &[Stmt]), line: u32) {
        let whole = |e: &Expr| self.rep(e).is_some_and(Rep::is_whole);
        match iterable {
            Iterable::Range(start, stop, step) if [start, stop, step].into_iter().all(whole) => {
                let [start, stop, by] = [start, stop, step].map(|e| {
                    let x = self.expr(e);
                    Num { rep: Rep::Int, ..self.int_of(x) }
                });
                let (next, left) = (self.b.declare_var(types::I64), self.b.declare_var(types::I64));
                self.b.def_var(next, start.value);
                let is_plain = step.as_literal() == Some(&Literal::Int(1));
                if !is_plain {
                    self.site(Work::Range, line, &Effects::default(), &[start, stop, by]);
                    let count = self.word(Memory::RESULT);
                    self.b.def_var(left, count);
                }
                let (head, inner, done) = (self.block(), self.block(), self.block());
                self.b.ins().jump(head, &[]);
                self.b.switch_to_block(head);
                let number = self.b.use_var(next);
                if is_plain {
                    let more = self.b.ins().icmp(IntCC::SignedLessThan, number, stop.value);
                    self.b.ins().brif(more, inner, &[], done, &[]);
                } else {
                    let count = self.b.use_var(left);
                    self.b.ins().brif(count, inner, &[], done, &[]);
                }
                self.repeated(head, inner, done, body, otherwise, |this| {
                    let following = this.b.ins().iadd(number, by.value);
                    this.b.def_var(next, following);
                    if !is_plain {
                        let count = this.b.use_var(left);
                        let fewer = this.b.ins().iadd_imm_s(count, -1);
                        this.b.def_var(left, fewer);
                    }
                    this.give(target, Num::new(Rep::Int, number), line);
                });
            }
            Iterable::Range(start, stop, step) => {
                let parts = vec![start.clone(), stop.clone(), step.clone()];
                let parts = Expr { kind: ExprKind::Tuple(parts), ty: Ty::Any, line };
                let range = TABLE.iter().position(|entry| entry.name == "range").unwrap_or_default();
                let range = Expr { kind: ExprKind::Call(Builtin(range), vec![parts]), ty: Ty::Any, line };
                self.items(target, &range, (body, otherwise), line);
            }
            Iterable::Values(values) => match each(&values.ty) {
                Some(rep) => self.each(target, values, rep, (body, otherwise), line),
                None => self.items(target, values, (body, otherwise), line),
            },
        }
    }

    /// Through the elements of an array of floats.
    fn each(&mut self, target: &Target, values: &Expr, rep: Rep, (body, otherwise): (&[Stmt], &[Stmt]), line: u32) {
        let iterator = self.emitted.memory.iterator();
        self.site(Work::Each(iterator, values.clone(), rep), line, &Effects::of_expr(values), &[]);
        let at = self.emitted.memory.each(iterator);
        let (address, left) = (self.b.declare_var(types::I64), self.b.declare_var(types::I64));
        let (start, length, stride) = (self.word(at), self.word(at + 1), self.word(at + 2));
        self.b.def_var(address, start);
        self.b.def_var(left, length);
        let (head, inner, done) = (self.block(), self.block(), self.block());
        self.b.ins().jump(head, &[]);
        self.b.switch_to_block(head);
        let count = self.b.use_var(left);
        self.b.ins().brif(count, inner, &[], done, &[]);
        self.repeated(head, inner, done, body, otherwise, |this| {
            let now = this.b.use_var(address);
            let x = this.load_element(rep.ty(), now);
            let following = this.b.ins().iadd(now, stride);
            this.b.def_var(address, following);
            let fewer = this.b.ins().iadd_imm_s(count, -1);
            this.b.def_var(left, fewer);
            this.give(target, Num::new(rep, x), line);
        });
    }

    /// Through whatever the evaluator can go through.
    fn items(&mut self, target: &Target, values: &Expr, (body, otherwise): (&[Stmt], &[Stmt]), line: u32) {
        let iterator = self.emitted.memory.iterator();
        self.site(Work::Begin(iterator, values.clone()), line, &Effects::of_expr(values), &[]);
        let register = Place::of_target(target).and_then(|place| self.register(place));
        let (head, other, inner, done) = (self.block(), self.cold(), self.block(), self.block());
        self.b.ins().jump(head, &[]);
        self.b.switch_to_block(head);
        let status = match register {
            Some((_, rep)) => self.hand_over(Work::NextNumber(iterator, rep), line, &Effects::default(), &[]),
            None => {
                let effects = Effects::of_target(target, line);
                self.hand_over(Work::Next(iterator, target.clone()), line, &effects, &[])
            }
        };
        let site = self.emitted.sites.len() - 1;
        self.b.ins().brif(status, other, &[], inner, &[]);
        self.sealed(other);
        let ended = self.int(Status::Ended as i64);
        let has_ended = self.b.ins().icmp(IntCC::Equal, status, ended);
        let failed = self.cold();
        self.b.ins().brif(has_ended, done, &[], failed, &[]);
        self.sealed(failed);
        self.fail();
        self.repeated(head, inner, done, body, otherwise, |this| match register {
            Some((variable, rep)) => {
                let item = this.result(rep).value;
                this.b.def_var(variable, item);
            }
            None => this.reload_of(site),
        });
    }

    fn assign_stmt(&mut self, stmt: &Stmt, target: &Target, value: &Expr) {
        let line = stmt.line;
        // `a, b = b, a`: all values first, then each to its target.
        if let (Target::Unpack(targets, None), ExprKind::Tuple(values)) = (target, &value.kind)
            && targets.len() == values.len()
            && values.iter().all(|v| self.rep(v).is_some())
        {
            let numbers: Vec<Num> = values.iter().map(|v| self.expr(v)).collect();
            targets.iter().zip(numbers).for_each(|(target, number)| self.give(target, number, line));
            return;
        }
        if self.rep(value).is_none() {
            let to = Place::of_target(target).filter(|place| self.register(*place).is_none());
            let Some((to, from)) = to.zip(self.object(value)) else { return self.evaluated(stmt) };
            return self.site(Work::Copy(to, from), line, &Effects::of_target(target, line), &[]);
        }
        let number = self.expr(value);
        self.give(target, number, line);
    }

    /// Gives a target a number.
    fn give(&mut self, target: &Target, x: Num, line: u32) {
        if let Some((variable, rep)) = Place::of_target(target).and_then(|place| self.register(place))
            && rep == x.rep
        {
            return self.b.def_var(variable, x.value);
        }
        if let Target::Index(object, index) = target
            && x.rep.is_number()
            && let Some(element) = self.element(object, index)
        {
            let at = self.found(&element);
            return self.put(&at, x, line);
        }
        if let Target::Index(object, index) = target
            && let Some(list) = self.list(object, index)
        {
            let index = self.expr(index);
            return self.site(Work::Put(list, x.rep), line, &Effects::default(), &[index, x]);
        }
        let effects = Effects::of_target(target, line);
        self.site(Work::Give(target.clone(), x.rep), line, &effects, &[x]);
    }

    fn augment(&mut self, stmt: &Stmt, op: Binary, target: &Target, value: &Expr) {
        let line = stmt.line;
        let Some(rep) = self.rep(value) else { return self.evaluated(stmt) };
        if let Some(register) = Place::of_target(target).and_then(|place| self.register(place)) {
            // A field is read before the value is evaluated, a variable after.
            let before = self.held(register);
            let x = self.expr(value);
            let old = if let Target::Field(_) = target { before } else { self.held(register) };
            let new = self.binary(op, (old, x), old.rep, line, true);
            return self.b.def_var(register.0, new.value);
        }
        if let Target::Index(object, index) = target
            && !has_effects(value)
            && rep.is_number()
            && let Some(element) = self.element(object, index)
        {
            let at = self.found(&element);
            let old = self.get(&at, line);
            let x = self.expr(value);
            let held = if old.rep == Rep::F64 || matches!(x.rep, Rep::F64) { Rep::F64 } else { Rep::F32 };
            let new = self.binary(op, (old, x), held, line, true);
            return self.put(&at, new, line);
        }
        if let Target::Index(object, index) = target
            && !has_effects(value)
            && let Some(list) = self.list(object, index)
        {
            let index = self.expr(index);
            self.site(Work::Fetch(list), line, &Effects::default(), &[index]);
            let x = self.expr(value);
            return self.site(Work::Change(op, list, x.rep), line, &Effects::default(), &[index, x]);
        }
        self.evaluated(stmt);
    }

    fn expr_stmt(&mut self, stmt: &Stmt, value: &Expr) {
        match &value.kind {
            ExprKind::Literal(_) => {}
            ExprKind::Call(function, args)
                if let (".append", [list, item]) = (TABLE[function.0].name, &args[..])
                    && let Some(place) = self.object(list)
                    && self.rep(item).is_some()
                    && !has_effects(item) =>
            {
                let item = self.expr(item);
                self.site(Work::Append(place, item.rep), value.line, &Effects::default(), &[item]);
            }
            ExprKind::Invoke(function, args) if self.is_inlined(*function, args, None) => {
                self.invoke(*function, args, None, value.line);
            }
            ExprKind::Call(function, args) if self.applies(args) => {
                self.apply_call(*function, args, None, value.line);
            }
            _ if self.rep(value).is_some() => {
                self.expr(value);
            }
            _ => self.evaluated(stmt),
        }
    }
}

/// How the elements of an array are held, where a loop can go through them as they are.
fn each(ty: &Ty) -> Option<Rep> {
    let Ty::Array { dtype: Some(dtype), shape: Some(shape) } = ty else { return None };
    let axes: &[Dim] = shape;
    match (dtype, axes.len()) {
        (Dtype::F32, 1) => Some(Rep::F32),
        (Dtype::F64, 1) => Some(Rep::F64),
        _ => None,
    }
}
