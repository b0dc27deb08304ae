//! Follows the statements that build a pipeline.
//!
//! A name is bound to a constant, a node, a list of nodes, the pipeline, or to what is not known. Only what is known builds; what is not
//! known may be there as long as neither the pipeline nor its nodes pass through it.

use super::super::lineage::inherited;
use super::super::source::{Global, Globals, Module, children, dotted};
use super::constant;
use crate::manifest::tree::{Node, Value};
use crate::manifest::{Entry, Manifest, NodeDecl, NodeOptions};
use remotemedia_ir::{Diagnostic, Diagnostics, Span, Spanned, codes};
use remotemedia_nodes::catalog;
use rustpython_parser::ast::{self, Expr, Ranged, Stmt};
use rustpython_parser::text_size::TextRange;
use std::collections::BTreeMap;

/// What a name stands for at a place.
#[derive(Clone)]
pub enum Bound {
    Constant(Node),
    /// By its place in the list of nodes that are made.
    Node(usize),
    Nodes(Vec<(usize, Span)>),
    Pipeline(usize),
    /// What a pipeline holds, to look at.
    Part,
    Other,
}

/// Names at a place.
pub type Scope = BTreeMap<String, Bound>;

/// Methods of a pipeline that do not build it.
const USES: &[&str] = &[
    "run",
    "process",
    "serialize",
    "export_definition",
    "get_metrics",
    "managed_execution",
    "initialize",
    "cleanup",
    "get_node",
    "validate",
];

/// Functions that do nothing to a pipeline which they are given.
const HARMLESS: &[&str] = &["print", "repr", "str", "len", "type", "isinstance", "id", "asyncio.run"];

/// What goes on behind a refusal.
const HELP: &str = "write it as `Pipeline(…)`, `.add_node(…)` and nodes whose arguments are constants, or serialise it with the SDK: `pipeline.serialize()`";

/// A node that is made, or why it is none that can be read.
type Made = Result<NodeDecl, Box<Diagnostic>>;

struct Built {
    name: Option<Spanned<String>>,
    chain: Vec<(usize, Span)>,
    span: Span,
    /// How deep the function is that makes it.
    depth: usize,
}

struct Reader<'m> {
    module: &'m Module<'m>,
    globals: Globals<'m>,
    /// Of the whole file: a name that is imported is one import.
    imports: BTreeMap<String, String>,
    made: Vec<Made>,
    built: Vec<Built>,
    wrong: Diagnostics,
    /// Statements here may run never, once or often.
    perhaps: bool,
    /// Functions around.
    depth: usize,
}

/// The pipeline that a file builds; none where it builds none.
///
/// # Errors
/// `RM0227` where it is not plain.
pub fn read(module: &Module<'_>) -> Result<Option<Manifest>, Diagnostics> {
    let globals = module.globals();
    let imports = globals.imports.iter().map(|(local, (whole, _))| (local.clone(), whole.clone())).collect();
    let (made, built, wrong) = (Vec::new(), Vec::new(), Diagnostics::new());
    let mut reader = Reader { module, globals, imports, made, built, wrong, perhaps: false, depth: 0 };
    reader.statements(module.body(), &mut Scope::new());
    reader.finish()
}

impl<'m> Reader<'m> {
    fn finish(mut self) -> Result<Option<Manifest>, Diagnostics> {
        if let [first, second, ..] = self.built.as_slice() {
            let message = "the file builds more than one pipeline";
            let wrong =
                Diagnostic::error(codes::PYTHON_PIPELINE, second.span, message).also(first.span, "the first one");
            self.wrong.push(wrong.with_help("keep one pipeline in a file"));
        }
        let Some(pipeline) = self.built.pop() else {
            return self.wrong.into_result().map(|_| None);
        };
        let mut nodes: Vec<(NodeDecl, Span)> = Vec::new();
        let mut seen: BTreeMap<usize, Span> = BTreeMap::new();
        let mut ids: Vec<String> = Vec::new();
        for (place, span) in pipeline.chain {
            if let Some(first) = seen.insert(place, span) {
                let wrong =
                    Diagnostic::error(codes::PYTHON_PIPELINE, span, "a node is added twice").also(first, "first here");
                self.wrong.push(wrong.with_help("make a second node"));
                continue;
            }
            match self.made[place].clone() {
                Ok(mut node) => {
                    let mut id = node.id.value.clone();
                    let mut count = 1;
                    while ids.contains(&id) {
                        count += 1;
                        id = format!("{}_{count}", node.id.value);
                    }
                    ids.push(id.clone());
                    node.id.value = id;
                    nodes.push((node, span));
                }
                Err(wrong) => self.wrong.push(*wrong),
            }
        }
        if nodes.is_empty() && !self.wrong.has_errors() {
            let wrong = Diagnostic::error(codes::EMPTY_GRAPH, pipeline.span, "a pipeline without nodes");
            self.wrong.push(wrong.with_help("add one: `pipeline.add_node(…)`"));
        }
        self.wrong.sort_by_place();
        self.wrong.into_result()?;
        let stem = self.module.file.rsplit_once('.').map_or(self.module.file, |(stem, _)| stem);
        let name = pipeline.name.unwrap_or_else(|| Spanned::new(stem.to_owned(), pipeline.span));
        Ok(Some(super::manifest(name, nodes, pipeline.span)))
    }

    fn span(&self, range: TextRange) -> Span {
        self.module.span(range)
    }

    fn refuse(&mut self, range: TextRange, message: impl Into<String>) {
        let span = self.span(range);
        self.wrong.push(refusal(span, message));
    }

    fn statements(&mut self, body: &'m [Stmt], scope: &mut Scope) {
        for stmt in body {
            self.statement(stmt, scope);
        }
        // Functions see the names of the file as they are at its end.
        for stmt in body {
            if let Stmt::FunctionDef(ast::StmtFunctionDef { args, body, .. })
            | Stmt::AsyncFunctionDef(ast::StmtAsyncFunctionDef { args, body, .. }) = stmt
            {
                let mut inner = scope.clone();
                let all = args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs).map(|a| &a.def);
                for parameter in all.chain(args.vararg.as_deref()).chain(args.kwarg.as_deref()) {
                    inner.insert(parameter.arg.to_string(), Bound::Other);
                }
                let perhaps = std::mem::take(&mut self.perhaps);
                self.depth += 1;
                self.statements(body, &mut inner);
                self.depth -= 1;
                self.perhaps = perhaps;
            }
        }
    }

    /// What may run never, once or often: it may use a pipeline, not build it; what it sets is not known behind it.
    fn perhaps(&mut self, bodies: &[&'m [Stmt]], scope: &mut Scope) {
        let before = std::mem::replace(&mut self.perhaps, true);
        for body in bodies {
            for stmt in *body {
                self.statement(stmt, scope);
            }
        }
        self.perhaps = before;
    }

    fn statement(&mut self, stmt: &'m Stmt, scope: &mut Scope) {
        match stmt {
            Stmt::Import(i) => {
                for alias in &i.names {
                    let first = alias.name.split('.').next().unwrap_or_default().to_owned();
                    match &alias.asname {
                        Some(name) => self.imports.insert(name.to_string(), alias.name.to_string()),
                        None => self.imports.insert(first.clone(), first),
                    };
                }
            }
            Stmt::ImportFrom(i) => {
                let module = i.module.as_ref().map_or("", |m| m.as_str());
                for alias in &i.names {
                    let local = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                    self.imports.insert(local, format!("{module}.{}", alias.name));
                }
            }
            Stmt::Assign(a) => match (a.targets.as_slice(), &*a.value) {
                ([Expr::Tuple(names)], Expr::Tuple(values)) if names.elts.len() == values.elts.len() => {
                    let bound: Vec<Bound> = values.elts.iter().map(|v| self.expression(v, scope)).collect();
                    for (name, bound) in names.elts.iter().zip(bound) {
                        self.bind(name, bound, scope);
                    }
                }
                (targets, value) => {
                    let mut bound = self.expression(value, scope);
                    // A list under two names may be changed by either.
                    if matches!(value, Expr::Name(_)) || targets.len() > 1 {
                        bound = unshared(bound);
                    }
                    if let Expr::Name(name) = value {
                        self.forget_list(name.id.as_str(), scope);
                    }
                    for target in targets {
                        self.bind(target, bound.clone(), scope);
                    }
                }
            },
            Stmt::AnnAssign(a) => {
                if let Some(value) = &a.value {
                    let bound = self.expression(value, scope);
                    self.bind(&a.target, bound, scope);
                }
            }
            Stmt::AugAssign(a) => {
                self.passive(&a.value, scope);
                if let Bound::Pipeline(_) = self.expression(&a.target, scope) {
                    self.refuse(a.range, "a pipeline is built by `+=` and the like");
                }
                self.bind(&a.target, Bound::Other, scope);
            }
            Stmt::Expr(e) => {
                self.expression(&e.value, scope);
            }
            Stmt::Return(r) => {
                if let Some(value) = &r.value {
                    self.expression(value, scope);
                }
            }
            Stmt::If(s) if is_main(&s.test) => {
                for stmt in &s.body {
                    self.statement(stmt, scope);
                }
            }
            Stmt::If(s) => {
                self.passive(&s.test, scope);
                self.perhaps(&[&s.body, &s.orelse], scope);
            }
            Stmt::For(ast::StmtFor { target, iter, body, orelse, .. })
            | Stmt::AsyncFor(ast::StmtAsyncFor { target, iter, body, orelse, .. }) => {
                self.passive(iter, scope);
                let before = std::mem::replace(&mut self.perhaps, true);
                self.bind(target, Bound::Other, scope);
                self.perhaps = before;
                self.perhaps(&[body, orelse], scope);
            }
            Stmt::While(s) => {
                self.passive(&s.test, scope);
                self.perhaps(&[&s.body, &s.orelse], scope);
            }
            Stmt::Try(s) => {
                self.perhaps(&[&s.body, &s.orelse, &s.finalbody], scope);
                for ast::ExceptHandler::ExceptHandler(h) in &s.handlers {
                    self.perhaps(&[&h.body], scope);
                }
            }
            Stmt::With(ast::StmtWith { items, body, .. }) | Stmt::AsyncWith(ast::StmtAsyncWith { items, body, .. }) => {
                for item in items {
                    self.passive(&item.context_expr, scope);
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, Bound::Other, scope);
                    }
                }
                for stmt in body {
                    self.statement(stmt, scope);
                }
            }
            Stmt::Match(s) => {
                self.passive(&s.subject, scope);
                for case in &s.cases {
                    self.perhaps(&[&case.body], scope);
                }
            }
            Stmt::Assert(s) => self.passive(&s.test, scope),
            Stmt::Delete(s) => s.targets.iter().for_each(|t| self.bind(t, Bound::Other, scope)),
            Stmt::Raise(_) | Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => {}
            Stmt::Global(ast::StmtGlobal { names, .. }) | Stmt::Nonlocal(ast::StmtNonlocal { names, .. }) => {
                scope.extend(names.iter().map(|name| (name.to_string(), Bound::Other)));
            }
            Stmt::FunctionDef(_)
            | Stmt::AsyncFunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::TypeAlias(_)
            | Stmt::TryStar(_) => {}
        }
    }

    /// `target = …`
    fn bind(&mut self, target: &'m Expr, bound: Bound, scope: &mut Scope) {
        match target {
            Expr::Name(name) => {
                let name = name.id.to_string();
                if self.perhaps && matches!(scope.get(&name), Some(Bound::Pipeline(_))) {
                    self.refuse(target.range(), format!("`{name}` may be another pipeline behind this"));
                }
                scope.insert(name, if self.perhaps { Bound::Other } else { bound });
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                elts.iter().for_each(|e| self.bind(e, Bound::Other, scope));
            }
            Expr::Starred(s) => self.bind(&s.value, Bound::Other, scope),
            Expr::Attribute(a) => match self.expression(&a.value, scope) {
                Bound::Pipeline(_) => self.refuse(target.range(), format!("`.{}` of a pipeline is set", a.attr)),
                Bound::Node(place) => self.changed(place, target.range()),
                Bound::Constant(_) | Bound::Nodes(_) | Bound::Part | Bound::Other => {}
            },
            Expr::Subscript(s) => {
                if let Expr::Name(name) = &*s.value {
                    self.forget_list(name.id.as_str(), scope);
                } else if let Bound::Part = self.expression(&s.value, scope) {
                    self.refuse(target.range(), "what a pipeline holds is changed");
                }
            }
            _ => {}
        }
    }

    /// A node is not what its arguments make of it any more.
    fn changed(&mut self, place: usize, range: TextRange) {
        let span = self.span(range);
        if let Some(made) = self.made.get_mut(place)
            && made.is_ok()
        {
            *made = Err(Box::new(refusal(span, "a node is changed after it was made")));
        }
    }

    /// A list or dict that somebody else may have changed.
    fn forget_list(&self, name: &str, scope: &mut Scope) {
        if let Some(bound) = scope.get_mut(name) {
            *bound = unshared(std::mem::replace(bound, Bound::Other));
        }
    }

    /// An expression that a pipeline and its nodes must not pass through.
    fn passive(&mut self, expr: &'m Expr, scope: &mut Scope) {
        match self.expression(expr, scope) {
            Bound::Pipeline(_) if !matches!(expr, Expr::Name(_)) => {
                self.refuse(expr.range(), "a pipeline in this place cannot be followed");
            }
            _ => {}
        }
    }

    fn expression(&mut self, expr: &'m Expr, scope: &mut Scope) -> Bound {
        if let Ok(value) = constant::value(self.module, expr, scope) {
            return Bound::Constant(value);
        }
        match expr {
            Expr::Name(name) => scope.get(name.id.as_str()).cloned().unwrap_or(Bound::Other),
            Expr::Await(a) => self.expression(&a.value, scope),
            Expr::Call(call) => self.call(call, scope),
            Expr::Attribute(a) => {
                if let Bound::Pipeline(_) = self.expression(&a.value, scope) {
                    if matches!(a.attr.as_str(), "name" | "nodes") {
                        return Bound::Part;
                    }
                    self.refuse(a.range, format!("`.{}` of a pipeline cannot be followed", a.attr));
                }
                Bound::Other
            }
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                let mut nodes = Vec::new();
                let mut known = true;
                for element in elts {
                    match self.expression(element, scope) {
                        Bound::Node(place) => nodes.push((place, self.span(element.range()))),
                        Bound::Pipeline(_) => self.refuse(element.range(), "a pipeline in a list cannot be followed"),
                        _ => known = false,
                    }
                }
                if known { Bound::Nodes(nodes) } else { Bound::Other }
            }
            Expr::Lambda(l) => {
                let before = std::mem::replace(&mut self.perhaps, true);
                self.passive(&l.body, scope);
                self.perhaps = before;
                Bound::Other
            }
            Expr::IfExp(_)
            | Expr::BoolOp(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::GeneratorExp(_) => {
                let before = std::mem::replace(&mut self.perhaps, true);
                children(expr).into_iter().for_each(|e| self.passive(e, scope));
                self.perhaps = before;
                Bound::Other
            }
            _ => {
                children(expr).into_iter().for_each(|e| self.passive(e, scope));
                Bound::Other
            }
        }
    }

    /// What a chain of attributes stands for by the imports: `rm.Pipeline` is `remotemedia.Pipeline`.
    fn imported(&self, expr: &Expr, scope: &Scope) -> Option<String> {
        let written = dotted(expr)?;
        let (first, rest) =
            written.split_once('.').map_or((written.as_str(), None), |(first, rest)| (first, Some(rest)));
        if scope.contains_key(first) {
            return None;
        }
        let whole = self.imports.get(first)?;
        Some(rest.map_or_else(|| whole.clone(), |rest| format!("{whole}.{rest}")))
    }

    fn call(&mut self, call: &'m ast::ExprCall, scope: &mut Scope) -> Bound {
        let imported = self.imported(&call.func, scope);
        if let Some(whole) = imported.as_deref().filter(|whole| whole.starts_with("remotemedia")) {
            if whole.ends_with(".Pipeline") {
                return self.pipeline(call, scope);
            }
            if whole.contains(".Pipeline.") {
                self.refuse(call.range, "a pipeline that is read from elsewhere");
                return Bound::Other;
            }
        }
        if let Some(class) = self.class(&call.func, imported.as_deref(), scope) {
            let made = self.node(call, &class, scope);
            self.made.push(made);
            return Bound::Node(self.made.len() - 1);
        }
        if let Expr::Attribute(a) = &*call.func {
            let (name, on) = (a.attr.as_str(), self.expression(&a.value, scope));
            match on {
                Bound::Pipeline(place) if matches!(name, "add_node" | "add") => {
                    self.add(place, call, scope);
                    return Bound::Pipeline(place);
                }
                Bound::Pipeline(_) if !USES.contains(&name) => {
                    self.refuse(a.range, format!("`.{name}(…)` of a pipeline cannot be followed"));
                }
                Bound::Node(place) => self.changed(place, call.range),
                Bound::Part => self.refuse(call.range, "what a pipeline holds is changed"),
                _ if name == "add_node" || name == "add" && self.adds_node(call, scope) => {
                    self.refuse(call.range, "a node is added to a pipeline that is not made here by `Pipeline(…)`");
                }
                _ => {
                    if let Expr::Name(list) = &*a.value {
                        self.forget_list(list.id.as_str(), scope);
                    }
                }
            }
        } else if !matches!(&*call.func, Expr::Name(_)) {
            self.passive(&call.func, scope);
        }
        let harmless = dotted(&call.func).is_some_and(|name| HARMLESS.contains(&name.as_str()));
        for argument in call.args.iter().chain(call.keywords.iter().map(|k| &k.value)) {
            match self.expression(argument, scope) {
                Bound::Pipeline(_) if !harmless => {
                    self.refuse(argument.range(), "what this call does to the pipeline cannot be followed");
                }
                Bound::Node(place) if !harmless => self.changed(place, argument.range()),
                Bound::Constant(_) | Bound::Nodes(_) if !harmless => {
                    if let Expr::Name(list) = argument {
                        self.forget_list(list.id.as_str(), scope);
                    }
                }
                _ => {}
            }
        }
        Bound::Other
    }

    /// True where the argument of a call is a node. Looks, and evaluates nothing: what is nested is evaluated once.
    fn adds_node(&self, call: &'m ast::ExprCall, scope: &Scope) -> bool {
        match call.args.first() {
            Some(Expr::Name(name)) => matches!(scope.get(name.id.as_str()), Some(Bound::Node(_))),
            Some(Expr::Call(c)) => self.class(&c.func, self.imported(&c.func, scope).as_deref(), scope).is_some(),
            _ => false,
        }
    }

    /// `Pipeline(nodes=None, name=None, …)`; also `Pipeline("name")`.
    fn pipeline(&mut self, call: &'m ast::ExprCall, scope: &mut Scope) -> Bound {
        if self.perhaps {
            self.refuse(call.range, "a pipeline is made in a loop, under a condition or in a `try`");
        }
        let place = self.built.len();
        self.built.push(Built { name: None, chain: Vec::new(), span: self.span(call.range), depth: self.depth });
        let positional = call.args.iter().enumerate().map(|(i, value)| (["nodes", "name"].get(i).copied(), value));
        let keywords = call.keywords.iter().map(|k| (k.arg.as_ref().map(|a| a.as_str()), &k.value));
        for (name, value) in positional.chain(keywords) {
            let bound = self.expression(value, scope);
            match (name, bound) {
                (Some("enable_metrics" | "description" | "metadata" | "config"), _) => {}
                (Some("nodes" | "name"), Bound::Constant(Node { value: Value::Null, .. })) => {}
                (Some("nodes" | "name"), Bound::Constant(Node { value: Value::String(text), span, .. })) => {
                    self.built[place].name = Some(Spanned::new(text, span));
                }
                (Some("nodes"), Bound::Constant(Node { value: Value::List(nodes), .. })) if nodes.is_empty() => {}
                (Some("nodes"), Bound::Nodes(nodes)) => self.built[place].chain.extend(nodes),
                (Some(name @ ("nodes" | "name")), _) => {
                    let what = if name == "nodes" {
                        "these are no nodes that are made here"
                    } else {
                        "the name is no constant"
                    };
                    self.refuse(value.range(), what);
                }
                (Some(other), _) => {
                    self.refuse(value.range(), format!("`Pipeline` has no parameter `{other}` that can be followed"))
                }
                (None, _) => self.refuse(value.range(), "these arguments of a pipeline cannot be followed"),
            }
        }
        Bound::Pipeline(place)
    }

    /// `pipeline.add_node(node)`
    fn add(&mut self, place: usize, call: &'m ast::ExprCall, scope: &mut Scope) {
        if self.perhaps {
            return self.refuse(call.range, "a node is added in a loop, under a condition or in a `try`");
        }
        if self.built[place].depth != self.depth {
            return self.refuse(call.range, "a node is added in a function to a pipeline that is made outside of it");
        }
        let mut arguments = call.args.iter().chain(call.keywords.iter().map(|k| &k.value));
        let (Some(argument), None) = (arguments.next(), arguments.next()) else {
            return self.refuse(call.range, "`.add_node` with other than one node cannot be followed");
        };
        match self.expression(argument, scope) {
            Bound::Node(node) => {
                let span = self.span(argument.range());
                self.built[place].chain.push((node, span));
            }
            _ => {
                let text = match argument {
                    Expr::Call(c) => {
                        dotted(&c.func).map(|name| format!("`{name}` is no class of this file and imported by none"))
                    }
                    _ => None,
                };
                self.refuse(argument.range(), text.unwrap_or_else(|| "this is no node that is made here".to_owned()));
            }
        }
    }

    /// The class of a node that a call makes.
    fn class(&self, func: &'m Expr, imported: Option<&str>, scope: &Scope) -> Option<Class<'m>> {
        if let Expr::Name(name) = func
            && !scope.contains_key(name.id.as_str())
            && let Some(Global::Class(class)) = self.globals.names.get(name.id.as_str())
        {
            return inherited(class, &self.globals, "process").is_some().then_some(Class::Own(class));
        }
        let whole = imported?;
        let (module, last) = whole.rsplit_once('.')?;
        if !last.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        if module.split('.').next() == Some("remotemedia") {
            return Some(Class::Typed(last.to_owned()));
        }
        let module = module.trim_start_matches('.');
        Some(if module.is_empty() { Class::Typed(last.to_owned()) } else { Class::Typed(format!("{module}.{last}")) })
    }

    /// A node with its arguments.
    fn node(&self, call: &ast::ExprCall, class: &Class<'_>, scope: &Scope) -> Made {
        let span = self.span(call.range);
        let refused = |span, message: String| Err(Box::new(refusal(span, message)));
        let names: Vec<String> = match class {
            Class::Own(class) => inherited(class, &self.globals, "__init__")
                .map_or_else(Vec::new, |m| super::init_parameters(m.args).into_iter().map(str::to_owned).collect()),
            Class::Typed(name) => catalog::find(name)
                .map_or_else(Vec::new, |(ty, _)| ty.params.iter().map(|p| p.name.to_owned()).collect()),
        };
        let shown = match class {
            Class::Own(class) => class.name.to_string(),
            Class::Typed(name) => name.clone(),
        };
        let mut id = None;
        let mut params: Vec<Entry> = Vec::new();
        let positional = call.args.iter().enumerate().map(|(i, value)| (names.get(i).cloned(), None, value));
        let keywords = call.keywords.iter().map(|k| (k.arg.as_ref().map(ToString::to_string), Some(k.range), &k.value));
        for (name, range, value) in positional.chain(keywords) {
            let place = self.span(range.unwrap_or_else(|| value.range()));
            let name = match name {
                Some(name) => name,
                None if range.is_some() || matches!(value, Expr::Starred(_)) => {
                    return refused(place, "arguments by `*` and `**` cannot be followed".to_owned());
                }
                None if names.is_empty() => {
                    return refused(place, format!("the parameters of `{shown}` are not known here by their order"))
                        .map_err(|d: Box<Diagnostic>| Box::new(d.with_help("give it by its name: `name=value`")));
                }
                None => {
                    let message = format!("`{shown}` takes {} arguments and gets {}", names.len(), call.args.len());
                    return Err(Box::new(Diagnostic::error(codes::PYTHON_TYPE, span, message)));
                }
            };
            let value = match constant::value(self.module, value, scope) {
                Ok(value) => value,
                Err(at) => return refused(at, format!("`{name}` of `{shown}` is no constant")),
            };
            if matches!(name.as_str(), "name" | "node_id") && !names.contains(&name) {
                if let Value::String(text) = value.value {
                    id = Some(Spanned::new(text, value.span));
                }
                continue;
            }
            if params.iter().any(|(before, _)| before.value == name) {
                return Err(Box::new(Diagnostic::error(codes::PYTHON_TYPE, place, format!("`{name}` is given twice"))));
            }
            params.push((Spanned::new(name, place), value));
        }
        let node_type = Spanned::new(shown.clone(), self.span(call.func.range()));
        let last = shown.rsplit('.').next().unwrap_or(&shown).to_owned();
        let id = id.unwrap_or_else(|| Spanned::new(last, node_type.span));
        Ok(match class {
            Class::Own(_) => super::python_node(self.module.file, &node_type, params, Vec::new(), id, span),
            Class::Typed(_) => {
                NodeDecl { id, node_type, params, params_span: span, options: NodeOptions::default(), span }
            }
        })
    }
}

/// Where the class of a node is.
enum Class<'m> {
    /// In this file.
    Own(&'m ast::StmtClassDef),
    /// In the catalog, or `module.Class` beside the file.
    Typed(String),
}

fn refusal(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(codes::PYTHON_PIPELINE, span, message).with_help(HELP)
}

/// A list, dict or list of nodes is not known once it has two names.
fn unshared(bound: Bound) -> Bound {
    match bound {
        Bound::Constant(Node { value: Value::List(_) | Value::Map(_), .. }) | Bound::Nodes(_) => Bound::Other,
        other => other,
    }
}

/// `__name__ == "__main__"`
fn is_main(test: &Expr) -> bool {
    matches!(test, Expr::Compare(c) if matches!(&*c.left, Expr::Name(n) if n.id.as_str() == "__name__"))
}
