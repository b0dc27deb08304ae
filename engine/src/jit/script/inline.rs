//! Functions of the class that become part of the loop which calls them: those that hold nothing but numbers in their variables, and need
//! the evaluator for nothing but single operations.
//!
//! What a function needs is known when it has been emitted. Where that is too much, it is refused, and the loop is emitted again with a call
//! by the evaluator in its place.

use super::emit::{Body, Num};
use super::rep::Rep;
use cranelift_codegen::ir::{Block, InstBuilder};
use cranelift_frontend::Variable;
use remotemedia_ir::script::{Expr, FunctionId, Script};

/// Functions inside of one another, at most.
const DEEPEST: usize = 4;

/// Calls that become part of one loop, at most.
const MOST: usize = 24;

/// A function that is being made part of a loop.
pub(super) struct Scope {
    pub function: FunctionId,
    /// The line of the call.
    pub line: u32,
    /// Its variables that are numbers.
    pub variables: Vec<Option<(Variable, Rep)>>,
    /// Loops around the call.
    loops: usize,
    returns: Option<Rep>,
    /// What follows the call; with its result.
    end: Block,
}

impl Body<'_, '_> {
    /// Whether a call becomes part of the loop, where its result is used as a number or not at all.
    pub(super) fn is_inlined(&self, id: FunctionId, args: &[Expr], rep: Option<Rep>) -> bool {
        let script: &Script = self.of.script;
        let Some(function) = script.functions.get(id.0) else { return false };
        let is_new = id != self.of.function && self.scopes.iter().all(|s| s.function != id);
        let mut given = function.locals.iter().zip(args);
        is_new
            && self.scopes.len() < DEEPEST
            && self.calls < MOST
            && !self.of.evaluated.contains(&id)
            && args.len() == function.parameters
            && given.all(|(local, arg)| Rep::of(&local.ty).is_some() && Rep::of(&local.ty) == self.rep(arg))
            && rep.is_none_or(|rep| Rep::of(&function.returns) == Some(rep))
    }

    /// Makes it a part.
    pub(super) fn invoke(&mut self, id: FunctionId, args: &[Expr], returns: Option<Rep>, line: u32) -> Option<Num> {
        let function = self.of.script.functions.get(id.0)?;
        let given: Vec<Num> = args.iter().map(|a| self.expr(a)).collect();
        let mut variables = Vec::with_capacity(function.locals.len());
        for (number, local) in function.locals.iter().enumerate() {
            let Some(rep) = Rep::of(&local.ty) else {
                variables.push(None);
                continue;
            };
            let variable = self.b.declare_var(rep.ty());
            // Nothing reads what is not set.
            let start = match given.get(number) {
                Some(x) => x.value,
                None => self.zero(rep),
            };
            self.b.def_var(variable, start);
            variables.push(Some((variable, rep)));
        }
        let end = self.block();
        if let Some(rep) = returns {
            self.b.append_block_param(end, rep.ty());
        }
        self.calls += 1;
        let loops = self.loops.len();
        self.scopes.push(Scope { function: id, line, variables, loops, returns, end });
        self.emitted.depth = self.emitted.depth.max(self.scopes.len());
        if !self.stmts(&function.body) {
            self.return_value(None);
        }
        self.scopes.pop();
        self.sealed(end);
        returns.map(|rep| Num::new(rep, self.b.block_params(end)[0]))
    }

    /// `return` in such a function.
    pub(super) fn return_value(&mut self, value: Option<&Expr>) {
        let Some(Scope { function, returns, end, loops, .. }) = self.scopes.last() else { return };
        let (function, returns, end) = (*function, *returns, *end);
        debug_assert!(self.loops.len() >= *loops, "loops that the function has left");
        let value = match (value, returns) {
            (Some(value), _) if self.rep(value).is_some() => Some(self.expr(value)),
            (Some(value), None) if value.as_literal().is_some() => None,
            (None, None) => None,
            (Some(_), _) | (None, Some(_)) => {
                self.refused.get_or_insert(function);
                None
            }
        };
        let result = match (value, returns) {
            (Some(x), Some(rep)) if x.rep == rep => Some(x.value),
            (_, Some(rep)) => {
                self.refused.get_or_insert(function);
                Some(self.zero(rep))
            }
            (_, None) => None,
        };
        let args: Vec<_> = result.into_iter().map(Into::into).collect();
        self.b.ins().jump(end, &args);
    }

    fn zero(&mut self, rep: Rep) -> cranelift_codegen::ir::Value {
        match rep {
            Rep::Bool | Rep::NpBool => self.bool(false),
            Rep::Int => self.int(0),
            Rep::Float | Rep::F64 => self.float(0.0),
            Rep::F32 => self.single(0.0),
        }
    }
}
