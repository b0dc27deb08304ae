//! A script at work.

use super::frame::{Flow, Frame, Islands};
use super::literal::to_value;
use crate::script::{Expr, FunctionId, Record, Script};
use remotemedia_runtime_min::py::containers::RecordClass;
use remotemedia_runtime_min::py::{Exception, Result, Value, node};
use std::rc::Rc;

/// Where a script sends what it yields.
pub(super) type Out<'a> = &'a mut dyn FnMut(Value) -> Result<()>;

/// The fields of a script, and its functions.
pub struct Machine {
    pub(super) script: Rc<Script>,
    /// Names of functions, for tracebacks.
    names: Vec<&'static str>,
    pub(super) classes: Vec<Rc<RecordClass>>,
    pub(super) fields: Vec<Option<Value>>,
    pub(super) left: u64,
    depth: u32,
    /// What runs loops that it takes.
    pub(super) islands: Option<Rc<dyn Islands>>,
}

/// Functions that call one another, at most so deep.
const DEEPEST: u32 = 200;

impl Machine {
    /// A script whose fields are as `__init__` left them.
    pub fn new(script: &Script) -> Machine {
        let mut machine = Machine::unset(script);
        machine.fields = script.fields.iter().map(|f| Some(to_value(&f.init))).collect();
        machine
    }

    /// A script whose fields nothing has set.
    pub fn unset(script: &Script) -> Machine {
        let class = |r: &Record| {
            Rc::new(RecordClass {
                name: r.name.as_str().into(),
                likeness: r.likeness,
                fields: r.fields.iter().map(|f| f.as_str().into()).collect(),
            })
        };
        Machine {
            names: script.functions.iter().map(|f| constant_name(&f.name)).collect(),
            classes: script.records.iter().map(class).collect(),
            fields: vec![None; script.fields.len()],
            script: Rc::new(script.clone()),
            left: u64::MAX,
            depth: 0,
            islands: None,
        }
    }

    /// One that has nothing but constants.
    pub(super) fn constant(records: &[Record]) -> Machine {
        let script = Script {
            name: String::new(),
            file: String::new(),
            fields: Vec::new(),
            records: records.to_vec(),
            functions: Vec::new(),
            process: FunctionId(0),
            finish: Vec::new(),
            takes: crate::script::Takes::Message,
            gives: crate::script::Gives { audio: None, messages: None },
        };
        Machine::unset(&script)
    }

    /// Stops with a `TimeoutError` after so many steps.
    pub fn limit(&mut self, steps: u64) {
        self.left = steps;
    }

    /// What the fields hold.
    pub fn fields(&self) -> &[Option<Value>] {
        &self.fields
    }

    /// Calls a function.
    pub fn invoke(&mut self, id: FunctionId, args: Vec<Value>, out: Out<'_>) -> Result {
        let script = Rc::clone(&self.script);
        let function = script.function(id);
        if self.depth >= DEEPEST {
            return Err(Exception::new("RecursionError", "maximum recursion depth exceeded"));
        }
        self.depth += 1;
        let mut locals = vec![Value::None; function.locals.len()];
        for (slot, value) in locals.iter_mut().zip(args) {
            *slot = value;
        }
        let mut frame = Frame { machine: self, name: id, locals: &mut locals, out, caught: Vec::new() };
        let flow = frame.block(&function.body);
        self.depth -= 1;
        Ok(match flow? {
            Flow::Return(value) => value,
            Flow::On | Flow::Break | Flow::Continue => Value::None,
        })
    }

    /// The value of an expression over these variables.
    pub(super) fn value(&mut self, expr: &Expr, locals: &mut Vec<Value>) -> Result {
        let name = FunctionId(usize::MAX);
        Frame { machine: self, name, locals, out: &mut |_| Ok(()), caught: Vec::new() }.expr(expr)
    }

    /// How many functions may still call one another.
    pub(super) fn room(&self) -> u32 {
        DEEPEST.saturating_sub(self.depth)
    }

    pub(super) fn name(&self, id: FunctionId) -> &'static str {
        self.names.get(id.0).copied().unwrap_or("<module>")
    }
}

/// A function's name for a traceback. Names are few and live as long as the process, as in generated code.
fn constant_name(name: &str) -> &'static str {
    use std::sync::Mutex;
    static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut names = NAMES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = names.iter().find(|n| **n == name) {
        return known;
    }
    let new: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.push(new);
    new
}

/// A script as the runtime runs it.
pub struct Program(Machine);

impl Program {
    /// At the start of its stream.
    pub fn new(script: &Script) -> Program {
        Program(Machine::new(script))
    }

    /// The same with something that runs loops in a way of its own.
    pub fn with_islands(script: &Script, islands: Rc<dyn Islands>) -> Program {
        let mut machine = Machine::new(script);
        machine.islands = Some(islands);
        Program(machine)
    }
}

impl node::Program for Program {
    fn process(&mut self, input: Value, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        let main = self.0.script.process;
        self.0.invoke(main, vec![input], out).map(drop)
    }

    fn finish(&mut self, out: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
        for function in self.0.script.finish.clone() {
            self.0.invoke(function, Vec::new(), out)?;
        }
        Ok(())
    }
}
