//! A function of a script being executed: statements and expressions, evaluated by walking the tree.

use super::literal::to_value;
use super::machine::{Machine, Out};
use crate::script::{
    Caught, Dim, Expr, ExprKind, FieldId, FunctionId, Handler, Iterable, Literal, Piece, Script, Stmt, StmtKind,
    Target, Ty, Variable,
};
use remotemedia_runtime_min::py::containers::{Dict, Record as Instance, Set};
use remotemedia_runtime_min::py::table::TABLE;
use remotemedia_runtime_min::py::value::Slice;
use remotemedia_runtime_min::py::{At, Exception, Result, Value, builtins, expect, format, node, ops};
use std::rc::Rc;

/// How a statement ends.
#[derive(Clone, Debug)]
pub enum Flow {
    On,
    Break,
    Continue,
    Return(Value),
}

/// Runs loops in a way of its own, with the results and errors of the evaluator.
pub trait Islands {
    /// Runs a loop of the function that `frame` executes. None where the evaluator is to walk it; nothing has happened then. The
    /// statement is one and the same each time, at the same address, as long as the machine lives that has these islands.
    fn enter(&self, statement: &Stmt, frame: &mut Frame<'_>) -> Option<Result<Flow>>;
}

/// A function being executed.
pub struct Frame<'f> {
    pub(super) machine: &'f mut Machine,
    pub(super) name: FunctionId,
    pub(super) locals: &'f mut Vec<Value>,
    pub(super) out: Out<'f>,
    /// What the handlers around the place have caught, innermost last.
    pub(super) caught: Vec<Exception>,
}

/// What islands need of it.
impl Frame<'_> {
    /// The script.
    pub fn script(&self) -> &Rc<Script> {
        &self.machine.script
    }

    /// The function.
    pub fn function(&self) -> FunctionId {
        self.name
    }

    /// What a variable holds: `None` before anything is assigned to it.
    pub fn variable(&self, variable: Variable) -> &Value {
        self.locals.get(variable.0).unwrap_or(&Value::None)
    }

    /// What a field holds, if it is set.
    pub fn field_value(&self, field: FieldId) -> Option<&Value> {
        self.machine.fields.get(field.0)?.as_ref()
    }

    /// Gives a target a value.
    ///
    /// # Errors
    /// What the assignment raises.
    pub fn give(&mut self, target: &Target, value: Value, line: u32) -> Result<()> {
        self.assign(target, value, line)
    }

    /// Executes a statement.
    ///
    /// # Errors
    /// What it raises.
    pub fn execute(&mut self, stmt: &Stmt) -> Result<Flow> {
        self.stmt(stmt)
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    /// What it raises.
    pub fn value(&mut self, expr: &Expr) -> Result {
        self.expr(expr)
    }

    /// The truth of an expression.
    ///
    /// # Errors
    /// What it raises.
    pub fn truth(&mut self, condition: &Expr) -> Result<bool> {
        self.test(condition)
    }

    /// What tracebacks call a function.
    pub fn name_of(&self, function: FunctionId) -> &'static str {
        self.machine.name(function)
    }

    /// How many functions may still call one another.
    pub fn room(&self) -> u32 {
        self.machine.room()
    }
}

impl Frame<'_> {
    pub(super) fn block(&mut self, body: &[Stmt]) -> Result<Flow> {
        for stmt in body {
            match self.stmt(stmt)? {
                Flow::On => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::On)
    }

    fn at<T>(&self, result: Result<T>, line: u32) -> Result<T> {
        result.at(self.machine.name(self.name), line)
    }

    fn step(&mut self) -> Result<()> {
        match self.machine.left.checked_sub(1) {
            Some(left) => {
                self.machine.left = left;
                Ok(())
            }
            None => Err(Exception::new("TimeoutError", "this does not seem to end").for_good()),
        }
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<Flow> {
        self.step()?;
        if let StmtKind::For { .. } | StmtKind::While { .. } = &stmt.kind
            && let Some(islands) = self.machine.islands.clone()
            && let Some(ended) = islands.enter(stmt, self)
        {
            return ended;
        }
        let line = stmt.line;
        match &stmt.kind {
            StmtKind::Assign(target, value) => {
                let value = self.expr(value)?;
                self.assign(target, value, line)?;
            }
            StmtKind::Augment(op, target, value) => self.augment(*op, target, value, line)?,
            StmtKind::Expr(value) => {
                self.expr(value)?;
            }
            StmtKind::If { condition, then, otherwise } => {
                return if self.test(condition)? { self.block(then) } else { self.block(otherwise) };
            }
            StmtKind::While { condition, body, otherwise } => {
                while self.test(condition)? {
                    self.step()?;
                    match self.block(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => return Ok(Flow::On),
                        flow @ Flow::Return(_) => return Ok(flow),
                    }
                }
                return self.block(otherwise);
            }
            StmtKind::For { target, iterable, body, otherwise } => {
                let mut items = match iterable {
                    Iterable::Range(start, stop, step) => {
                        let parts = [self.expr(start)?, self.expr(stop)?, self.expr(step)?];
                        let range = self.at(builtins::range(&[Value::tuple(parts)]), line)?;
                        self.at(ops::iterate(&range), line)?
                    }
                    Iterable::Values(values) => {
                        let values = self.expr(values)?;
                        self.at(ops::iterate(&values), line)?
                    }
                };
                while let Some(item) = self.at(items.next(), line)? {
                    self.step()?;
                    self.assign(target, item, line)?;
                    match self.block(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => return Ok(Flow::On),
                        flow @ Flow::Return(_) => return Ok(flow),
                    }
                }
                return self.block(otherwise);
            }
            StmtKind::Break => return Ok(Flow::Break),
            StmtKind::Continue => return Ok(Flow::Continue),
            StmtKind::Return(value) => {
                return Ok(Flow::Return(match value {
                    Some(value) => self.expr(value)?,
                    None => Value::None,
                }));
            }
            StmtKind::Yield(value) => {
                let value = self.expr(value)?;
                // What becomes of an output is none of its sender's business.
                let sent = (self.out)(value).map_err(Exception::for_good);
                self.at(sent, line)?;
            }
            StmtKind::Raise { kind, message } => {
                let message = match message {
                    // The message of a `KeyError` is the key's repr.
                    Some(m) => {
                        let value = self.expr(m)?;
                        if kind == "KeyError" { format::repr(&value) } else { format::str(&value) }
                    }
                    None => String::new(),
                };
                return self.at(Err(Exception::new(kind.clone(), message)), line);
            }
            StmtKind::Try { body, handlers, otherwise } => {
                let exception = match self.block(body) {
                    Ok(Flow::On) => return self.block(otherwise),
                    Ok(flow) => return Ok(flow),
                    Err(exception) => exception,
                };
                let takes = |handler: &&Handler| match &handler.kinds {
                    Some(kinds) => exception.is_one_of(kinds),
                    None => exception.is_caught(),
                };
                let Some(handler) = handlers.iter().find(takes) else { return Err(exception) };
                self.caught.push(exception);
                let flow = self.block(&handler.body);
                self.caught.pop();
                return flow;
            }
            StmtKind::Reraise { is_named } => {
                let exception = Err(self.exception());
                return if *is_named { self.at(exception, line) } else { exception };
            }
            StmtKind::Delete(object, index) => {
                let (object, index) = (self.expr(object)?, self.expr(index)?);
                self.at(ops::del_item(&object, &index), line)?;
            }
            StmtKind::Log(at, message) => {
                let message = self.expr(message)?;
                node::log(level(*at), &format::str(&message));
            }
        }
        Ok(Flow::On)
    }

    /// What the handler around the place caught.
    fn exception(&self) -> Exception {
        let none = || Exception::new("RuntimeError", "No active exception to reraise");
        self.caught.last().cloned().unwrap_or_else(none)
    }

    fn assign(&mut self, target: &Target, value: Value, line: u32) -> Result<()> {
        match target {
            Target::Local(Variable(v)) => self.locals[*v] = value,
            Target::Field(FieldId(f)) => self.machine.fields[*f] = Some(value),
            Target::Index(object, index) => {
                let (object, index) = (self.expr(object)?, self.expr(index)?);
                let set = ops::set_item(&object, &index, &value);
                self.at(set, line)?;
            }
            Target::Attribute(object, name) => {
                let object = self.expr(object)?;
                let set = ops::set_attribute(&object, name, &value);
                self.at(set, line)?;
            }
            Target::Unpack(targets, star) => {
                let parts = match star {
                    Some(at) => ops::unpack_starred(&value, *at, targets.len() - at - 1),
                    None => ops::unpack(&value, targets.len()),
                };
                let parts = self.at(parts, line)?;
                for (target, part) in targets.iter().zip(parts) {
                    self.assign(target, part, line)?;
                }
            }
        }
        Ok(())
    }

    fn augment(&mut self, op: ops::Binary, target: &Target, value: &Expr, line: u32) -> Result<()> {
        match target {
            Target::Local(Variable(v)) => {
                let value = self.expr(value)?;
                let new = ops::augment(op, &self.locals[*v], &value);
                self.locals[*v] = self.at(new, line)?;
            }
            Target::Field(field) => {
                let old = self.field(*field, line)?;
                let value = self.expr(value)?;
                let new = ops::augment(op, &old, &value);
                self.machine.fields[field.0] = Some(self.at(new, line)?);
            }
            Target::Index(object, index) => {
                let (object, index) = (self.expr(object)?, self.expr(index)?);
                let old = self.at(ops::get_item(&object, &index), line)?;
                let value = self.expr(value)?;
                let new = self.at(ops::augment(op, &old, &value), line)?;
                self.at(ops::set_item(&object, &index, &new), line)?;
            }
            Target::Attribute(object, name) => {
                let object = self.expr(object)?;
                let old = self.at(ops::attribute(&object, name), line)?;
                let value = self.expr(value)?;
                let new = self.at(ops::augment(op, &old, &value), line)?;
                self.at(ops::set_attribute(&object, name, &new), line)?;
            }
            Target::Unpack(..) => {}
        }
        Ok(())
    }

    fn field(&self, field: FieldId, line: u32) -> Result {
        match &self.machine.fields[field.0] {
            Some(value) => Ok(value.clone()),
            None => {
                let script = &self.machine.script;
                let message = format!("'{}' object has no attribute '{}'", script.name, script.fields[field.0].name);
                self.at(Err(Exception::new("AttributeError", message)), line)
            }
        }
    }

    fn test(&mut self, condition: &Expr) -> Result<bool> {
        let value = self.expr(condition)?;
        let truth = ops::truth(&value);
        self.at(truth, condition.line)
    }

    fn all(&mut self, items: &[Expr]) -> Result<Vec<Value>> {
        items.iter().map(|i| self.expr(i)).collect()
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Result {
        let value = self.evaluate(expr)?;
        // Generated code relies on it; here it costs time, and shows where a type is wrong.
        if cfg!(debug_assertions) && !keeps(&value, &expr.ty) {
            return self.at(Err(expect::broken()), expr.line);
        }
        Ok(value)
    }

    fn evaluate(&mut self, expr: &Expr) -> Result {
        let line = expr.line;
        let value = match &expr.kind {
            ExprKind::Literal(literal) => match literal {
                Literal::Int(i) => Ok(Value::Int(*i)),
                Literal::Float(x) => Ok(Value::Float(*x)),
                other => Ok(to_value(other)),
            },
            ExprKind::Local(Variable(v)) => Ok(self.locals[*v].clone()),
            ExprKind::Field(field) => return self.field(*field, line),
            ExprKind::Unary(op, a) => ops::unary(*op, &self.expr(a)?),
            ExprKind::Binary(op, a, b) => ops::binary(*op, &self.expr(a)?, &self.expr(b)?),
            ExprKind::Compare(op, a, b) => ops::compare(*op, &self.expr(a)?, &self.expr(b)?),
            ExprKind::Truth(a) => return Ok(Value::Bool(self.test(a)?)),
            ExprKind::Not(a) => return Ok(Value::Bool(!self.test(a)?)),
            ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                let left = self.expr(a)?;
                let truth = self.at(ops::truth(&left), line)?;
                return if truth == matches!(expr.kind, ExprKind::And(..)) { self.expr(b) } else { Ok(left) };
            }
            ExprKind::If { condition, then, otherwise } => {
                return if self.test(condition)? { self.expr(then) } else { self.expr(otherwise) };
            }
            ExprKind::Call(function, args) => {
                let args = self.all(args)?;
                (TABLE[function.0].call)(&args)
            }
            ExprKind::Invoke(function, args) => {
                let args = self.all(args)?;
                self.machine.invoke(*function, args, self.out)
            }
            ExprKind::Index(object, index) => ops::get_item(&self.expr(object)?, &self.expr(index)?),
            ExprKind::Slice(parts) => {
                let parts = [self.expr(&parts[0])?, self.expr(&parts[1])?, self.expr(&parts[2])?];
                Ok(Value::Slice(Slice::new(parts)))
            }
            ExprKind::Attribute(object, name) => ops::attribute(&self.expr(object)?, name),
            ExprKind::Tuple(items) => Ok(Value::tuple(self.all(items)?)),
            ExprKind::List(items) => Ok(Value::list(self.all(items)?)),
            ExprKind::Set(items) => Set::from_items(self.all(items)?).map(Value::Set),
            ExprKind::Dict(members) => {
                let mut pairs = Vec::with_capacity(members.len());
                for (key, value) in members {
                    pairs.push((self.expr(key)?, self.expr(value)?));
                }
                Dict::from_pairs(pairs).map(Value::Dict)
            }
            ExprKind::Record(record, values) => {
                let class = Rc::clone(&self.machine.classes[*record]);
                Ok(Value::Record(Instance::new(class, self.all(values)?)))
            }
            ExprKind::Format(pieces) => {
                let mut text = String::new();
                self.pieces(pieces, &mut text, line)?;
                Ok(Value::from(text))
            }
            ExprKind::IsInstance(object, classes) => {
                let object = self.expr(object)?;
                Ok(Value::Bool(classes.iter().any(|c| builtins::is_instance(&object, *c))))
            }
            ExprKind::Caught(Caught::Kind) => Ok(Value::from(self.exception().kind())),
            ExprKind::Caught(Caught::Message) => Ok(Value::from(self.exception().message())),
            ExprKind::Block(body, value) => {
                self.block(body)?;
                return self.expr(value);
            }
        };
        self.at(value, line)
    }

    fn pieces(&mut self, pieces: &[Piece], text: &mut String, line: u32) -> Result<()> {
        for piece in pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Value { value, conversion, spec } => {
                    let value = self.expr(value)?;
                    let value = match conversion {
                        Some('r') => Value::from(format::repr(&value)),
                        Some('s') => Value::from(format::str(&value)),
                        Some(_) => Value::from(format::ascii(&value)),
                        None => value,
                    };
                    let mut wanted = String::new();
                    self.pieces(spec, &mut wanted, line)?;
                    let formatted = format::format(&value, &wanted);
                    text.push_str(&self.at(formatted, line)?);
                }
            }
        }
        Ok(())
    }
}

/// Whether a value is what a type promises.
fn keeps(value: &Value, ty: &Ty) -> bool {
    match (ty, value) {
        (Ty::Any | Ty::Never, _)
        | (Ty::None, Value::None)
        | (Ty::Bool, Value::Bool(_))
        | (Ty::Int, Value::Int(_))
        | (Ty::Float, Value::Float(_))
        | (Ty::Str, Value::Str(_))
        | (Ty::List, Value::List(_))
        | (Ty::Dict, Value::Dict(_)) => true,
        (Ty::Scalar(dtype), Value::Scalar(x)) => x.dtype() == *dtype,
        (Ty::Array { dtype, shape }, Value::Array(array)) => {
            let fits = |(dim, length): (&Dim, &usize)| match dim {
                Dim::Is(n) => *n == *length as u64,
                Dim::Frames | Dim::Unknown => true,
            };
            dtype.is_none_or(|dtype| array.dtype() == dtype)
                && shape
                    .as_ref()
                    .is_none_or(|dims| dims.len() == array.shape().len() && dims.iter().zip(array.shape()).all(fits))
        }
        (Ty::Tuple(types), Value::Tuple(items)) => {
            types.len() == items.len() && types.iter().zip(items.iter()).all(|(ty, item)| keeps(item, ty))
        }
        (Ty::Record(name), Value::Record(record)) => *record.class.name == **name,
        (_, _) => false,
    }
}

/// How loud a line is, as the runtime calls it.
fn level(level: crate::script::Level) -> node::Level {
    match level {
        crate::script::Level::Debug => node::Level::Debug,
        crate::script::Level::Info => node::Level::Info,
        crate::script::Level::Warning => node::Level::Warning,
        crate::script::Level::Error => node::Level::Error,
    }
}
