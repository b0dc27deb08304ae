//! A class: its methods, its `__init__` run at compile time, its fields, and the functions that `process` needs.
//!
//! Fields begin with what `__init__` left in them. Their types are a fixed point: all methods are lowered again until no assignment gives a
//! field a type that it did not have.

mod start;

use super::callable::Callee;
use super::defaults::Defaults;
use super::lineage::{Extra, lineage, with_process};
use super::scope::{Names, Scope};
use super::source::{Global, Globals, Method, Module, dotted, is_endless, yields};
use super::{Lower, Lowered, Need, Outside, Stop, hosted, imports};
use remotemedia_ir::script::{
    Expr, ExprKind, Field, FieldId, Function, FunctionId, Gives, Literal, Record, Script, Stmt, StmtKind, Takes, Ty,
    Variable,
};
use remotemedia_ir::{Diagnostic, Diagnostics, Span, codes, suggest};
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What arrives at a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Json,
    Text,
    /// Audio of so many channels, where that is known.
    Audio {
        channels: Option<u16>,
        chunk: u32,
    },
    /// Tensors of a shape.
    Tensor(Vec<u32>),
}

/// A class to be lowered.
pub struct Request<'a> {
    pub module: &'a Module<'a>,
    /// The only class with `process` if none is named.
    pub class: Option<&'a str>,
    /// What `__init__` is called with, by name.
    pub params: &'a [(String, Literal)],
    pub input: Input,
    /// Where findings about the node as a whole belong.
    pub span: Span,
}

/// Rounds of typing a class, at most; its fields know more types than that only in a program made for it.
const ROUNDS: usize = 12;

/// Lowers a class, or says why not.
///
/// # Errors
/// What is wrong with the Python: names that do not exist, types that cannot be, an `__init__` that fails.
pub fn lower(request: &Request<'_>) -> Result<Lowered, Diagnostics> {
    let globals = request.module.globals();
    let class = find_class(request, &globals)?;
    let mut lowerer = Lowerer::new(request, &globals, class);
    let result = lowerer.run();
    lowerer.outside.extend(imports::outside(request.module, &globals, class));
    match result {
        Ok(script) if lowerer.outside.is_empty() && lowerer.wrong.is_empty() => Ok(Lowered::Script(Box::new(script))),
        Ok(_) => lowerer.verdict(),
        Err(Stop::Outside(outside)) => {
            lowerer.outside.push(outside);
            lowerer.verdict()
        }
        Err(Stop::Wrong(diagnostic)) => {
            lowerer.wrong.push(*diagnostic);
            lowerer.verdict()
        }
    }
}

/// The class that a request means.
///
/// # Errors
/// `RM0223` where there is none, or more than one and no name.
pub fn find_class<'m>(request: &Request<'m>, globals: &Globals<'m>) -> Result<&'m ast::StmtClassDef, Diagnostics> {
    if let Some(name) = request.class {
        if let Some(Global::Class(class)) = globals.names.get(name) {
            return Ok(class);
        }
        let names: Vec<&str> = request.module.classes().map(|c| c.name.as_str()).collect();
        let mut wrong = Diagnostic::error(
            codes::PYTHON_CLASS,
            request.span,
            format!("`{}` has no class `{name}`", request.module.file),
        );
        if let Some(near) = suggest::near(name, names.iter().copied(), 1).first() {
            wrong = wrong.with_help(format!("did you mean `{near}`?"));
        }
        return Err(wrong.into());
    }
    let with_process = with_process(request.module.classes(), globals);
    match with_process.as_slice() {
        [class] => Ok(class),
        [] => Err(Diagnostic::error(
            codes::PYTHON_CLASS,
            request.span,
            format!("`{}` has no class with `process`", request.module.file),
        )
        .with_help("a node is a class with a method `process(self, data)`")
        .into()),
        several => {
            let names: Vec<String> = several.iter().map(|c| format!("`{}`", c.name)).collect();
            let message = format!("`{}` has several classes with `process`: {}", request.module.file, names.join(", "));
            Err(Diagnostic::error(codes::PYTHON_CLASS, request.span, message)
                .with_help("name one: `\"class\": \"…\"`")
                .into())
        }
    }
}

/// A method of a class by its name.
pub fn method<'m>(class: &'m ast::StmtClassDef, name: &str) -> Option<Method<'m>> {
    class.body.iter().filter_map(Method::of).find(|m| m.name == name)
}

pub(super) struct FieldState {
    pub name: String,
    pub ty: Ty,
    pub init: Option<Literal>,
    /// Something other than `__init__` sets it, or changes what it holds.
    pub changes: bool,
    /// It has the elements of an array in common with another one.
    shares: bool,
    /// What its list holds, where that is known: see `elements`.
    pub elements: Option<Ty>,
}

/// Which function is being lowered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `__init__` and `initialize`: fields are unknown.
    Start,
    /// `process`, `flush`: what is returned or yielded is sent.
    Main,
    /// `cleanup`: nothing is sent any more.
    End,
    /// A function that others call.
    Helper,
    /// A generator that others go through: what it yields is collected.
    Collector(Variable),
}

pub(super) struct Lowerer<'m> {
    pub module: &'m Module<'m>,
    pub globals: &'m Globals<'m>,
    pub class: &'m ast::StmtClassDef,
    /// The class, and the base classes of the file that it has.
    pub lineage: Vec<&'m ast::StmtClassDef>,
    /// Parameters of the manifest that the `__init__` being lowered does not name.
    pub extra: Extra<'m>,
    request: &'m Request<'m>,
    pub fields: Vec<FieldState>,
    pub records: Vec<Record>,
    pub functions: Vec<Function>,
    specialised: HashMap<(String, Vec<Ty>), (FunctionId, Ty)>,
    /// Functions being lowered, outermost first.
    pub(super) stack: Vec<(String, Vec<Ty>)>,
    pub scope: Scope<'m>,
    pub place: Place,
    pub outside: Vec<Outside>,
    pub wrong: Vec<Diagnostic>,
    constants: BTreeMap<String, Option<Literal>>,
    pub widened: bool,
    /// The class is lowered only to see what it puts into lists.
    pub is_draft: bool,
    /// Types of what is sent, each once.
    pub sends: Vec<Ty>,
    /// `__init__` is being lowered: nothing is known of fields.
    pub starting: bool,
    /// Fields, and variables of the function, that are a `defaultdict`.
    pub default_fields: Defaults<'m>,
    pub default_locals: Defaults<'m>,
    /// Functions whose items are used one by one.
    pub late: BTreeSet<FunctionId>,
    /// Lambdas around the place that are lowered where they are called.
    pub lambdas: usize,
    /// What raises is caught by a `try`, as far as is known.
    pub tries: usize,
    /// While the class's body is lowered, the attributes that it has set: names there.
    pub attributes: Vec<FieldId>,
    /// What is used as a value and can be called, by its number.
    pub callees: Vec<Callee<'m>>,
    /// Some call is one of a value.
    pub has_calls_of_values: bool,
}

impl<'m> Lowerer<'m> {
    fn new(request: &'m Request<'m>, globals: &'m Globals<'m>, class: &'m ast::StmtClassDef) -> Lowerer<'m> {
        Lowerer {
            module: request.module,
            globals,
            class,
            lineage: lineage(class, globals),
            extra: Vec::new(),
            request,
            fields: Vec::new(),
            records: Vec::new(),
            functions: Vec::new(),
            specialised: HashMap::new(),
            stack: Vec::new(),
            scope: Scope::default(),
            place: Place::Start,
            outside: Vec::new(),
            wrong: Vec::new(),
            constants: BTreeMap::new(),
            widened: false,
            is_draft: false,
            sends: Vec::new(),
            starting: false,
            default_fields: Defaults::new(),
            default_locals: Defaults::new(),
            late: BTreeSet::new(),
            lambdas: 0,
            tries: 0,
            attributes: Vec::new(),
            callees: Vec::new(),
            has_calls_of_values: false,
        }
    }

    fn verdict(&mut self) -> Result<Lowered, Diagnostics> {
        if !self.wrong.is_empty() {
            let mut found = Diagnostics::new();
            let mut seen = Vec::new();
            for diagnostic in self.wrong.drain(..) {
                let key = (diagnostic.primary.span, diagnostic.message.clone());
                if !seen.contains(&key) {
                    seen.push(key);
                    found.push(diagnostic);
                }
            }
            return Err(found);
        }
        let mut outside = std::mem::take(&mut self.outside);
        outside.sort_by_key(|o| (o.span.start, o.reason.clone()));
        outside.dedup();
        Ok(Lowered::Outside(outside))
    }

    pub(super) fn span(&self, range: TextRange) -> Span {
        self.module.span(range)
    }

    pub(super) fn outside<T>(&self, range: TextRange, reason: impl Into<String>) -> Lower<T> {
        Err(Stop::Outside(Outside { span: self.span(range), reason: reason.into(), need: Need::Python }))
    }

    pub(super) fn wrong<T>(
        &self,
        code: remotemedia_ir::Code,
        range: TextRange,
        message: impl Into<String>,
    ) -> Lower<T> {
        Err(Stop::Wrong(Box::new(Diagnostic::error(code, self.span(range), message))))
    }

    fn run(&mut self) -> Lower<Script> {
        self.check_bases()?;
        let Some(process) = self.own_method("process") else {
            return self.wrong(
                codes::PYTHON_CLASS,
                self.class.name_range(),
                format!("`{}` has no method `process`", self.class.name),
            );
        };
        self.read_records()?;
        self.default_fields = self.find_default_fields();
        self.starting = true;
        self.start()?;
        self.starting = false;
        let takes = hosted::takes(&self.request.input, &process);
        if takes != Takes::Sample && self.is_streaming() {
            return self.outside(process.range, "`process` takes the whole stream as a generator (`is_streaming`)");
        }
        let parameter = self.parameter_type(&takes);
        self.find_elements();
        if self.fields.iter().any(|f| f.elements.is_some()) {
            self.draft(&process, &parameter);
        }
        let (mut main, mut finish) = (FunctionId(0), Vec::new());
        for round in 0.. {
            let (outside, wrong) = (self.outside.len(), self.wrong.len());
            (main, finish) = self.methods(&process, &parameter)?;
            if !self.widened || round == ROUNDS {
                break;
            }
            // What was found with types that were too narrow may not be so.
            self.outside.truncate(outside);
            self.wrong.truncate(wrong);
        }
        if self.widened {
            // Elements may be of more types than those with which they were read.
            return self.outside(self.class.name_range(), "the types of what the class keeps do not settle");
        }
        self.check_late()?;
        let gives = self.gives(&takes, &process)?;
        let array_changes = self.fields.iter().any(|f| f.changes && matches!(f.init, Some(Literal::Array { .. })));
        if let Some(field) = self.fields.iter().find(|f| f.shares && array_changes) {
            let reason = format!("`self.{}` shares the elements of an array with another field", field.name);
            return self.outside(self.class.name_range(), reason);
        }
        let fields = std::mem::take(&mut self.fields);
        Ok(Script {
            name: self.class.name.to_string(),
            file: self.module.file.to_owned(),
            fields: fields
                .into_iter()
                .map(|f| Field { name: f.name, ty: f.ty, init: f.init.unwrap_or(Literal::None) })
                .collect(),
            records: std::mem::take(&mut self.records),
            functions: std::mem::take(&mut self.functions),
            process: main,
            finish,
            takes,
            gives,
        })
    }

    /// Lowers `process` and what follows the stream, with what is known of the fields.
    fn methods(&mut self, process: &Method<'m>, parameter: &Ty) -> Lower<(FunctionId, Vec<FunctionId>)> {
        self.functions.clear();
        self.specialised.clear();
        self.late.clear();
        self.widened = false;
        self.sends.clear();
        let main = self.function(process, Some(self.class), std::slice::from_ref(parameter), Place::Main)?.0;
        let mut finish = Vec::new();
        for (name, place) in [("flush", Place::Main), ("cleanup", Place::End)] {
            if let Some(m) = self.own_method(name) {
                finish.push(self.function(&m, Some(self.class), &[], place)?.0);
            }
        }
        Ok((main, finish))
    }

    /// Sees what the class puts into its lists. That they hold it is a guess, which the rounds that follow confirm or give up.
    fn draft(&mut self, process: &Method<'m>, parameter: &Ty) {
        let (outside, wrong) = (self.outside.len(), self.wrong.len());
        let types: Vec<(Ty, bool)> = self.fields.iter().map(|f| (f.ty.clone(), f.changes)).collect();
        self.is_draft = true;
        // What is wrong is found again.
        drop(self.methods(process, parameter));
        self.is_draft = false;
        self.stack.clear();
        self.scope = Scope::default();
        self.outside.truncate(outside);
        self.wrong.truncate(wrong);
        for (field, (ty, changes)) in self.fields.iter_mut().zip(types) {
            (field.ty, field.changes) = (ty, changes);
        }
    }

    fn is_streaming(&self) -> bool {
        let field = self.fields.iter().find(|f| f.name == "is_streaming");
        let class_says = field.and_then(|f| f.init.as_ref()) == Some(&Literal::Bool(true));
        class_says
            && self.own_method("process").is_some_and(|m| m.body.iter().any(|s| matches!(s, ast::Stmt::AsyncFor(_))))
    }

    fn parameter_type(&self, takes: &Takes) -> Ty {
        use remotemedia_ir::script::Dim;
        use remotemedia_runtime_min::py::array::Dtype;
        match (takes, &self.request.input) {
            (Takes::Sample, _) => Ty::Float,
            (_, Input::Json) => Ty::Any,
            (_, Input::Text) => Ty::Str,
            (_, Input::Tensor(shape)) => Ty::Array {
                dtype: Some(Dtype::F32),
                shape: Some(shape.iter().map(|d| Dim::Is(u64::from(*d))).collect()),
            },
            (_, Input::Audio { channels, chunk: _ }) => {
                let channels = channels.map_or(Dim::Unknown, |n| Dim::Is(u64::from(n)));
                Ty::Tuple(vec![
                    Ty::Array { dtype: Some(Dtype::F32), shape: Some(vec![channels, Dim::Frames]) },
                    Ty::Int,
                ])
            }
        }
    }

    /// What its outputs are.
    fn gives(&self, takes: &Takes, process: &Method<'_>) -> Lower<Gives> {
        use remotemedia_ir::script::{Dim, Form};
        if !self.outside.is_empty() || !self.wrong.is_empty() {
            // Not all of it is known, nor needed.
            return Ok(Gives { audio: None, messages: None });
        }
        if *takes == Takes::Sample {
            let is_number = |t: &Ty| t.is_number() || *t == Ty::Any;
            return if !self.sends.is_empty() && self.sends.iter().all(is_number) {
                Ok(Gives { audio: Some(None), messages: None })
            } else {
                self.outside(process.range, "`process(sample: float)` gives something other than a number")
            };
        }
        let (mut audio, mut messages) = (None, None);
        for ty in &self.sends {
            let samples = match (takes, ty) {
                (Takes::Chunk { .. }, Ty::Tuple(items)) => match items.as_slice() {
                    [samples @ (Ty::Array { .. } | Ty::Any), rate] if rate.is_number() || *rate == Ty::Any => {
                        Some(samples)
                    }
                    _ => None,
                },
                (Takes::Chunk { .. }, Ty::Array { .. }) => Some(ty),
                _ => None,
            };
            if let Some(samples) = samples {
                let channels = match samples {
                    Ty::Array { shape: Some(shape), .. } => match shape.as_slice() {
                        [_] => Some(1),
                        [Dim::Is(n), _] => u16::try_from(*n).ok(),
                        _ => None,
                    },
                    _ => None,
                };
                audio = Some(match audio {
                    None => channels,
                    Some(before) if before == channels => channels,
                    Some(_) => None,
                });
            } else {
                messages = Some(match (messages, ty) {
                    (None | Some(Form::Text), Ty::Str) => Form::Text,
                    _ => Form::Json,
                });
            }
        }
        if audio.is_none() && messages.is_none() {
            messages = Some(Form::Json);
        }
        Ok(Gives { audio, messages })
    }

    /// The place of a field.
    pub(super) fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|f| f.name == name).map(FieldId)
    }

    /// A field gets a value of a type.
    pub(super) fn widen(&mut self, field: FieldId, ty: &Ty) {
        let state = &mut self.fields[field.0];
        let joined = state.ty.join(ty);
        if joined != state.ty || !state.changes {
            state.ty = joined;
            state.changes = true;
            self.widened = true;
        }
    }

    /// What a field refers to is changed in place.
    pub(super) fn touch(&mut self, field: FieldId) {
        let state = &mut self.fields[field.0];
        if !state.changes {
            state.changes = true;
            self.widened = true;
        }
    }

    /// The function that is being lowered.
    pub(super) fn lowering(&self) -> Option<FunctionId> {
        Some(self.specialised.get(self.stack.last()?)?.0)
    }

    /// Lowers a function for parameters of these types, or finds that it was.
    pub(super) fn function(
        &mut self,
        method: &Method<'m>,
        class: Option<&'m ast::StmtClassDef>,
        types: &[Ty],
        place: Place,
    ) -> Lower<(FunctionId, Ty)> {
        self.function_seeing(method, class, None, types, place)
    }

    /// The same of one that sees variables around it, whose types come behind those of its parameters.
    pub(super) fn function_seeing(
        &mut self,
        method: &Method<'m>,
        class: Option<&'m ast::StmtClassDef>,
        seen: Option<&[&'m str]>,
        types: &[Ty],
        place: Place,
    ) -> Lower<(FunctionId, Ty)> {
        let is_static = method.decorators.iter().any(|d| dotted(d).as_deref() == Some("staticmethod"));
        let of_class = method.decorators.iter().any(|d| dotted(d).as_deref() == Some("classmethod"));
        for decorator in method.decorators {
            if !matches!(dotted(decorator).as_deref(), Some("staticmethod" | "property" | "classmethod")) {
                return self.outside(decorator.range(), "a decorator is outside the compiled subset");
            }
        }
        // Two functions may have one name, but not one place.
        let key = (format!("{}@{}", method.name, u32::from(method.range.start())), types.to_vec());
        if let Some(found) = self.specialised.get(&key) {
            return Ok(found.clone());
        }
        if self.stack.len() > 60 {
            return self.outside(method.range, format!("`{}` calls itself with ever new types", method.name));
        }
        // One that calls itself finds its place, and nothing known of what it gives.
        let id = FunctionId(self.functions.len());
        self.functions.push(Function {
            name: method.name.to_owned(),
            parameters: types.len(),
            locals: Vec::new(),
            body: Vec::new(),
            returns: Ty::Any,
        });
        self.specialised.insert(key.clone(), (id, Ty::Any));
        self.stack.push(key.clone());
        let mut scope = Scope { names: Some(Names::new()), ..Scope::default() };
        scope.class = class.filter(|_| of_class).map(|class| class.name.to_string());
        let is_ours = class.is_some_and(|class| std::ptr::eq(class, self.class));
        let has = |class: &&'m ast::StmtClassDef| class.range.contains_range(method.range);
        scope.owner = self.lineage.iter().position(has).filter(|_| is_ours);
        scope.body = method.body;
        if let Some(seen) = seen {
            scope.closures = self.scope.closures.clone();
            scope.seen = seen.iter().map(|name| (*name).to_owned()).collect();
            scope.inherited = scope.closures.keys().cloned().collect();
            scope.owner = self.scope.owner;
        }
        scope.rest = if self.starting && method.name == "__init__" { self.rest_of(method) } else { None };
        let own = usize::from(class.is_some() && !is_static);
        let mut names: Vec<&str> = method.parameters().skip(own).map(|a| a.def.arg.as_str()).collect();
        names.extend(method.args.vararg.iter().chain(&method.args.kwarg).map(|a| a.arg.as_str()));
        names.extend(seen.into_iter().flatten());
        if place != Place::Helper && names.len() > types.len() {
            // `process(self, data, context=None)`: what nothing passes has its default.
            names.truncate(types.len());
        }
        let own_parameters = method.parameters().count().saturating_sub(own);
        if place != Place::Helper && !self.starting && types.len() > own_parameters && method.args.vararg.is_some() {
            self.stack.pop();
            let reason = format!("`*args` of `{}` that takes what arrives is outside the compiled subset", method.name);
            return self.outside(method.range, reason);
        }
        if names.len() != types.len() {
            self.stack.pop();
            let takes = format!("`{}` takes {} arguments and gets {}", method.name, names.len(), types.len());
            return self.wrong(codes::PYTHON_TYPE, method.range, takes);
        }
        for (name, ty) in names.iter().zip(types) {
            // Parameters come first, whatever their types.
            scope.set(name, ty);
        }
        let is_generator = yields(method.body);
        if place == Place::Helper && is_generator && is_endless(method.body) {
            self.stack.pop();
            let reason = format!("`{}` is a generator without end, which is outside the compiled subset", method.name);
            return self.outside(method.range, reason);
        }
        let outer = std::mem::replace(&mut self.scope, scope);
        let mut body = Vec::new();
        let inner = match (place, is_generator) {
            (Place::Helper, true) => {
                let list = self.scope.temporary(&Ty::List);
                let line = self.module.line(method.range);
                let empty = Expr { kind: ExprKind::List(Vec::new()), ty: Ty::List, line };
                body.push(Stmt::set(list, empty, line));
                self.late.insert(id);
                Place::Collector(list)
            }
            (place, _) => place,
        };
        let before = std::mem::replace(&mut self.place, inner);
        let locals = self.find_default_locals(method);
        let defaults = std::mem::replace(&mut self.default_locals, locals);
        let result = self.extra_defaults(method, own, types.len(), place).and_then(|extra| {
            body.extend(extra);
            self.block(method.body, &mut body)
        });
        self.place = before;
        self.default_locals = defaults;
        let line = self.module.line(method.range);
        let mut scope = std::mem::replace(&mut self.scope, outer);
        self.stack.pop();
        result?;
        self.with_flags(&scope, &mut body, method.range)?;
        let ends = scope.names.is_some();
        let returns = match inner {
            Place::Collector(list) => {
                if ends {
                    let value = Expr::local(list, Ty::List, line);
                    body.push(Stmt { kind: StmtKind::Return(Some(value)), line });
                }
                Ty::List
            }
            Place::Helper if ends => scope.returns.0.join(&Ty::None),
            Place::Helper | Place::Start => scope.returns.0.clone(),
            Place::Main | Place::End => Ty::None,
        };
        let function = Function {
            name: method.name.to_owned(),
            parameters: types.len(),
            locals: std::mem::take(&mut scope.locals),
            body,
            returns: returns.clone(),
        };
        self.functions[id.0] = function;
        self.specialised.insert(key, (id, returns.clone()));
        Ok((id, returns))
    }

    /// Assignments of defaults to parameters of a main function that the host does not pass; `*args` and `**kwargs` are empty.
    fn extra_defaults(&mut self, method: &Method<'m>, own: usize, given: usize, place: Place) -> Lower<Vec<Stmt>> {
        if place == Place::Helper {
            return Ok(Vec::new());
        }
        let mut body = Vec::new();
        for argument in method.parameters().skip(own + given) {
            let Some(default) = &argument.default else {
                return self.wrong(
                    codes::PYTHON_TYPE,
                    argument.def.range(),
                    format!("nothing gives `{}` its parameter `{}`", method.name, argument.def.arg),
                );
            };
            let value = self.expression(default, &mut body)?;
            let line = value.line;
            let variable = self.scope.set(argument.def.arg.as_str(), &value.ty);
            body.push(Stmt::set(variable, value, line));
        }
        if own + given <= method.parameters().count() {
            let line = self.module.line(method.range);
            let empty = [
                (&method.args.vararg, ExprKind::Tuple(Vec::new()), Ty::Tuple(Vec::new())),
                (&method.args.kwarg, ExprKind::Dict(Vec::new()), Ty::Dict),
            ];
            for (argument, kind, ty) in empty {
                if let Some(argument) = argument {
                    let variable = self.scope.set(argument.arg.as_str(), &ty);
                    body.push(Stmt::set(variable, Expr { kind, ty, line }, line));
                }
            }
        }
        Ok(body)
    }
}

/// The place of a class's name.
pub(super) trait NameRange {
    /// The range of `class Name`.
    fn name_range(&self) -> TextRange;
}

impl NameRange for ast::StmtClassDef {
    fn name_range(&self) -> TextRange {
        let start = self.range.start();
        TextRange::at(
            start,
            rustpython_parser::text_size::TextSize::from("class ".len() as u32 + self.name.as_str().len() as u32),
        )
    }
}
