//! A loop as a function of Cranelift: `fn(entered, memory) -> status`.
//!
//! Slots are variables: loaded at the start, stored at the end and around sites that read or set them. The words of arrays are
//! variables too, loaded again after sites that may set the array. What the emitter does not know, it leaves to a [`Site`]:
//! `statement` says what statements become, `expression` what expressions do, `arithmetic` and `call` what operators and functions do,
//! and `inline` which functions of the class become part of the loop.

use super::enter::hand_over_address;
use super::infer::rep_of;
use super::inline::Scope;
use super::rep::Rep;
use super::site::{Memory, Site, Status, WORDS, Work};
use super::touched::{Effects, Element, Place, Touched, element};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::immediates::{Ieee32, Ieee64};
use cranelift_codegen::ir::{
    AbiParam, Block, Function, InstBuilder, MemFlagsData, SigRef, Signature, Type, Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};
use remotemedia_ir::script::visit::has_effects;
use remotemedia_ir::script::{Expr, FunctionId, Script, Stmt, Ty};

/// A number in a register.
#[derive(Clone, Copy, Debug)]
pub struct Num {
    pub value: Value,
    pub rep: Rep,
    /// The number, where it is a constant that a float holds exactly.
    pub constant: Option<f64>,
}

impl Num {
    pub fn new(rep: Rep, value: Value) -> Num {
        Num { value, rep, constant: None }
    }
}

/// Where jumps out of the body of a loop go.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// Where the next iteration begins.
    pub again: Block,
    /// What follows the loop.
    pub end: Block,
}

/// What came of it.
pub struct Emitted {
    pub sites: Vec<Site>,
    pub memory: Memory,
    /// How deep functions that are part of the loop call one another.
    pub depth: usize,
    /// Operations inside of loops that machine code does itself.
    pub own: usize,
    /// Those that it hands over each time.
    pub handed: usize,
}

/// The host's conventions.
#[derive(Clone, Copy)]
pub struct Host {
    pub conv: CallConv,
    pub frontend: TargetFrontendConfig,
    /// Whether floats are rounded to whole ones by an instruction.
    pub rounds: bool,
}

/// The signature of the function of a loop.
pub fn signature(conv: CallConv) -> Signature {
    let mut signature = Signature::new(conv);
    signature.params.extend([AbiParam::new(types::I64); 2]);
    signature.returns.push(AbiParam::new(types::I64));
    signature
}

/// A loop of a function of a script.
#[derive(Clone, Copy)]
pub struct Loop<'l> {
    pub script: &'l Script,
    pub function: FunctionId,
    pub stmt: &'l Stmt,
    pub touched: &'l Touched,
    /// Functions that the evaluator is to call.
    pub evaluated: &'l [FunctionId],
}

/// Why there is no machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A function that was made part of the loop needs the evaluator for something.
    Function(FunctionId),
    /// The signature is another one.
    Signature,
}

/// Fills `function`, which has the signature, with a loop.
pub fn emit(
    of: Loop<'_>,
    host: Host,
    function: &mut Function,
    context: &mut FunctionBuilderContext,
) -> Result<Emitted, Refusal> {
    let touched = of.touched;
    let mut b = FunctionBuilder::new(function, context);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    b.seal_block(entry);
    let &[entered, memory] = b.block_params(entry) else { return Err(Refusal::Signature) };
    let mut site = Signature::new(host.conv);
    site.params.extend([AbiParam::new(types::I64); 2]);
    site.returns.push(AbiParam::new(types::I64));
    let site = b.import_signature(site);
    let bail = b.create_block();
    b.append_block_param(bail, types::I64);
    b.set_cold_block(bail);
    let slots = touched.slots.iter().map(|s| b.declare_var(s.rep.ty())).collect();
    let arrays = touched.arrays.iter().map(|_| [(); WORDS].map(|()| b.declare_var(types::I64))).collect();
    let mut body = Body {
        b,
        of,
        touched,
        host,
        entered,
        memory,
        site,
        bail,
        slots,
        arrays,
        loops: Vec::new(),
        scopes: Vec::new(),
        calls: 0,
        refused: None,
        emitted: Emitted { sites: Vec::new(), memory: Memory::new(touched), depth: 0, own: 0, handed: 0 },
    };
    (0..touched.slots.len()).for_each(|slot| body.load_slot(slot));
    (0..touched.arrays.len()).for_each(|array| body.load_array(array));
    if !body.stmt(of.stmt) {
        body.leave(Status::On);
    }
    body.b.switch_to_block(bail);
    body.b.seal_block(bail);
    let status = body.b.block_params(bail)[0];
    body.b.ins().return_(&[status]);
    body.b.finalize(host.frontend);
    body.refused.map_or(Ok(body.emitted), |function| Err(Refusal::Function(function)))
}

/// A function being made.
pub(super) struct Body<'t, 'f> {
    pub b: FunctionBuilder<'f>,
    pub of: Loop<'t>,
    pub touched: &'t Touched,
    pub host: Host,
    entered: Value,
    memory: Value,
    /// The signature of [`super::enter`]'s function.
    site: SigRef,
    /// Returns the status that it is given.
    bail: Block,
    pub slots: Vec<Variable>,
    pub arrays: Vec<[Variable; WORDS]>,
    pub loops: Vec<Around>,
    /// The functions inside of which this is, outermost first.
    pub scopes: Vec<Scope>,
    /// How many calls have become part of the loop.
    pub calls: usize,
    /// A function that cannot be a part of the loop after all.
    pub refused: Option<FunctionId>,
    pub emitted: Emitted,
}

fn flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

impl Body<'_, '_> {
    /// An operation that machine code does itself.
    pub fn own(&mut self) {
        self.emitted.own += usize::from(!self.loops.is_empty());
    }

    /// One that is handed over.
    pub fn handed(&mut self) {
        self.emitted.handed += usize::from(!self.loops.is_empty());
    }

    pub fn int(&mut self, x: i64) -> Value {
        self.b.ins().iconst(types::I64, x)
    }

    pub fn float(&mut self, x: f64) -> Value {
        self.b.ins().f64const(Ieee64::with_bits(x.to_bits()))
    }

    pub fn single(&mut self, x: f32) -> Value {
        self.b.ins().f32const(Ieee32::with_bits(x.to_bits()))
    }

    pub fn bool(&mut self, x: bool) -> Value {
        self.b.ins().iconst(types::I8, i64::from(x))
    }

    pub fn block(&mut self) -> Block {
        self.b.create_block()
    }

    /// A block that is entered once in a while at most.
    pub fn cold(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    /// Goes on in a block that nothing else will jump to.
    pub fn sealed(&mut self, block: Block) {
        self.b.switch_to_block(block);
        self.b.seal_block(block);
    }

    /// The word at a place in memory.
    pub fn word(&mut self, at: usize) -> Value {
        self.b.ins().load(types::I64, flags(), self.memory, (at * 8) as i32)
    }

    /// The number at a place in memory.
    pub fn load(&mut self, at: usize, rep: Rep) -> Value {
        match rep.ty() {
            types::F64 => self.b.ins().load(types::F64, flags(), self.memory, (at * 8) as i32),
            types::F32 => {
                let word = self.word(at);
                let bits = self.b.ins().ireduce(types::I32, word);
                self.b.ins().bitcast(types::F32, MemFlagsData::new(), bits)
            }
            types::I8 => {
                let word = self.word(at);
                self.b.ins().ireduce(types::I8, word)
            }
            _ => self.word(at),
        }
    }

    /// Stores a number at a place in memory.
    pub fn store(&mut self, at: usize, x: Num) {
        let value = match x.rep.ty() {
            types::F32 => {
                let bits = self.b.ins().bitcast(types::I32, MemFlagsData::new(), x.value);
                self.b.ins().uextend(types::I64, bits)
            }
            types::I8 => self.b.ins().uextend(types::I64, x.value),
            _ => x.value,
        };
        self.b.ins().store(flags(), value, self.memory, (at * 8) as i32);
    }

    /// An element of an array.
    pub fn load_element(&mut self, ty: Type, address: Value) -> Value {
        self.b.ins().load(ty, flags(), address, 0)
    }

    pub fn store_element(&mut self, value: Value, address: Value) {
        self.b.ins().store(flags(), value, address, 0);
    }

    /// What a slot holds.
    pub fn slot(&mut self, number: usize) -> Num {
        Num::new(self.touched.slots[number].rep, self.b.use_var(self.slots[number]))
    }

    /// The register of a place.
    pub fn register(&self, place: Place) -> Option<(Variable, Rep)> {
        if let (Some(scope), Place::Variable(v)) = (self.scopes.last(), place) {
            return scope.variables.get(v.0).copied().flatten();
        }
        let slot = self.touched.slot(place)?;
        Some((self.slots[slot], self.touched.slots[slot].rep))
    }

    /// What holds the value of an expression, if a register does.
    pub fn rep(&self, expr: &Expr) -> Option<Rep> {
        rep_of(expr, &|place| self.register(place).map(|(_, rep)| rep))
    }

    /// What a register holds.
    pub fn held(&mut self, (variable, rep): (Variable, Rep)) -> Num {
        Num::new(rep, self.b.use_var(variable))
    }

    /// The place of an expression that is in no register.
    pub fn object(&self, expr: &Expr) -> Option<Place> {
        Place::of(expr).filter(|place| self.register(*place).is_none() && self.is_reached(*place))
    }

    /// Whether sites can get at a place: not at variables of a function that is part of the loop.
    fn is_reached(&self, place: Place) -> bool {
        self.scopes.is_empty() || matches!(place, Place::Field(_))
    }

    /// As [`element`], of arrays that sites can get at.
    pub fn element<'e>(&self, object: &'e Expr, index: &'e Expr) -> Option<Element<'e>> {
        element(object, index).filter(|e| self.is_reached(e.indexed.place))
    }

    /// The list or the like that has a name and is indexed by a number.
    pub fn list(&self, object: &Expr, index: &Expr) -> Option<Place> {
        let is_item = matches!(object.ty, Ty::List | Ty::Any) && index.ty == Ty::Int && !has_effects(index);
        self.object(object).filter(|_| is_item)
    }

    fn load_slot(&mut self, number: usize) {
        let value = self.load(Memory::slot(number), self.touched.slots[number].rep);
        self.b.def_var(self.slots[number], value);
    }

    fn load_array(&mut self, number: usize) {
        let at = self.emitted.memory.array(number);
        for (i, variable) in self.arrays[number].into_iter().enumerate() {
            let word = self.word(at + i);
            self.b.def_var(variable, word);
        }
    }

    /// Leaves the function.
    pub fn leave(&mut self, status: Status) {
        for number in 0..self.slots.len() {
            if self.touched.slots[number].is_written {
                let value = self.slot(number);
                self.store(Memory::slot(number), value);
            }
        }
        let status = self.int(status as i64);
        self.b.ins().return_(&[status]);
    }

    /// Leaves it where an exception is on its way.
    pub fn fail(&mut self) {
        let failed = self.int(Status::Failed as i64);
        self.b.ins().jump(self.bail, &[failed.into()]);
    }

    /// Hands over to the evaluator, which gives a status.
    pub fn hand_over(&mut self, work: Work, line: u32, effects: &Effects, operands: &[Num]) -> Value {
        if let Some(scope) = self.scopes.last()
            && work.needs_frame()
        {
            self.refused.get_or_insert(scope.function);
        }
        // Each function at its line, then where it was called.
        let outer = std::iter::once(self.of.function).chain(self.scopes.iter().map(|s| s.function));
        let lines = self.scopes.iter().map(|s| s.line).chain([line]);
        let mut lines: Vec<(FunctionId, u32)> = outer.zip(lines).collect();
        lines.reverse();
        let site = Site::new(work, lines, effects, self.touched);
        for slot in &site.before {
            let value = self.slot(*slot);
            self.store(Memory::slot(*slot), value);
        }
        for (number, operand) in operands.iter().enumerate() {
            self.store(Memory::operand(number), *operand);
        }
        let number = self.int(self.emitted.sites.len() as i64);
        let address = self.int(hand_over_address());
        let call = self.b.ins().call_indirect(self.site, address, &[self.entered, number]);
        let status = self.b.inst_results(call)[0];
        self.emitted.sites.push(site);
        status
    }

    /// Fails where the last site did; what it may have set is loaded again.
    pub fn succeed(&mut self, status: Value) {
        let next = self.block();
        self.b.ins().brif(status, self.bail, &[status.into()], next, &[]);
        self.sealed(next);
        self.reload();
    }

    /// Loads again what the last site may have set.
    pub fn reload(&mut self) {
        self.reload_of(self.emitted.sites.len() - 1);
    }

    /// Loads again what a site may have set.
    pub fn reload_of(&mut self, number: usize) {
        let site = &self.emitted.sites[number];
        let (slots, arrays) = (site.after.clone(), site.arrays.clone());
        slots.into_iter().for_each(|slot| self.load_slot(slot));
        arrays.into_iter().for_each(|array| self.load_array(array));
    }

    /// Work that fails or goes on.
    pub fn site(&mut self, work: Work, line: u32, effects: &Effects, operands: &[Num]) {
        self.handed();
        let status = self.hand_over(work, line, effects, operands);
        self.succeed(status);
    }

    /// The result of the last site.
    pub fn result(&mut self, rep: Rep) -> Num {
        Num::new(rep, self.load(Memory::RESULT, rep))
    }

    /// Goes on only where a condition holds; else an exception is raised by work that never succeeds.
    pub fn demand(&mut self, condition: Value, work: Work, line: u32, operands: &[Num]) {
        let (next, slow) = (self.block(), self.cold());
        self.b.ins().brif(condition, next, &[], slow, &[]);
        self.sealed(slow);
        self.hand_over(work, line, &Effects::default(), operands);
        self.fail();
        self.sealed(next);
        self.own();
    }

    /// What `fast` computes where a condition holds, else what work gives.
    pub fn either(
        &mut self,
        condition: Value,
        work: Work,
        line: u32,
        operands: &[Num],
        rep: Rep,
        fast: impl FnOnce(&mut Self) -> Value,
    ) -> Num {
        let (quick, slow, join) = (self.block(), self.cold(), self.block());
        self.b.append_block_param(join, rep.ty());
        self.b.ins().brif(condition, quick, &[], slow, &[]);
        self.sealed(slow);
        let status = self.hand_over(work, line, &Effects::default(), operands);
        self.succeed(status);
        let result = self.result(rep).value;
        self.b.ins().jump(join, &[result.into()]);
        self.sealed(quick);
        let value = fast(self);
        self.b.ins().jump(join, &[value.into()]);
        self.sealed(join);
        self.own();
        Num::new(rep, self.b.block_params(join)[0])
    }

    /// An index as Python has it: those below 0 count from the end. With whether it is within the length.
    pub fn place_in(&mut self, index: Value, length: Value) -> (Value, Value) {
        let zero = self.int(0);
        let is_negative = self.b.ins().icmp(IntCC::SignedLessThan, index, zero);
        let from_end = self.b.ins().iadd(index, length);
        let place = self.b.ins().select(is_negative, from_end, index);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThan, place, length);
        (place, fits)
    }
}
