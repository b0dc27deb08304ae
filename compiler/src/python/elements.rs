//! What the lists and deques of a class hold, where all that happens to them is in sight.
//!
//! A list may be changed by every name that it has. A field that has the only name of its list, and that is only indexed, appended to,
//! measured and gone through, holds what the class puts there and nothing else: where these are all floats, an element that is read is
//! one, and stays in a register.

use super::changes::{own_name, plain_name};
use super::class::{FieldState, Lowerer};
use super::source::{Globals, children, dotted, nested, statements};
use remotemedia_ir::script::{Binary, Expr, ExprKind, FieldId, Literal, Stmt, StmtKind, Ty, Variable};
use remotemedia_runtime_min::py::table::TABLE;
use rustpython_parser::ast::{self, Expr as Ast, Stmt as AstStmt};
use std::collections::BTreeSet;

/// Methods of lists, deques and dicts that give none of it another name, and put in nothing but arguments.
const METHODS: &[&str] = &[
    "append",
    "appendleft",
    "clear",
    "copy",
    "count",
    "get",
    "index",
    "insert",
    "items",
    "keys",
    "pop",
    "popitem",
    "popleft",
    "reverse",
    "rotate",
    "setdefault",
    "sort",
    "update",
    "values",
];

/// Functions that read a list and keep nothing of it.
const READERS: &[&str] = &[
    "all",
    "any",
    "dict",
    "enumerate",
    "len",
    "list",
    "max",
    "min",
    "reversed",
    "set",
    "sorted",
    "sum",
    "tuple",
    "zip",
];

/// Modules whose functions do likewise.
const MODULES: &[&str] = &["math", "np", "numpy", "statistics"];

/// The fields of which methods use nothing but the elements: names of such that are no list may be among them.
pub(super) fn sole<'m>(bodies: impl Iterator<Item = &'m [AstStmt]>, globals: &Globals<'_>) -> BTreeSet<String> {
    let mut uses = Uses::of(globals, own_name);
    for body in bodies {
        statements(body, &mut |stmt| uses.statement(stmt));
    }
    uses.sole()
}

/// The same of the variables of a function.
pub(super) fn sole_locals(body: &[AstStmt], globals: &Globals<'_>) -> BTreeSet<String> {
    let mut uses = Uses::of(globals, plain_name);
    statements(body, &mut |stmt| uses.statement(stmt));
    uses.sole()
}

struct Uses {
    /// The name of what is looked at, where an expression is such.
    name: fn(&Ast) -> Option<&str>,
    /// Functions that read a list and keep nothing of it.
    readers: Vec<&'static str>,
    all: BTreeSet<String>,
    /// Fields that something else may have a name for.
    others: BTreeSet<String>,
}

impl Uses {
    fn of(globals: &Globals<'_>, name: fn(&Ast) -> Option<&str>) -> Uses {
        // A function of the file may have one of these names.
        let readers = READERS.iter().copied().filter(|name| !globals.names.contains_key(*name)).collect();
        Uses { name, readers, all: BTreeSet::new(), others: BTreeSet::new() }
    }

    fn sole(self) -> BTreeSet<String> {
        self.all.difference(&self.others).cloned().collect()
    }

    /// True if the expression is a field, whose list this place only reads.
    fn reads(&mut self, expr: &Ast) -> bool {
        let Some(name) = (self.name)(expr) else { return false };
        self.all.insert(name.to_owned());
        true
    }

    fn statement(&mut self, stmt: &AstStmt) {
        match stmt {
            AstStmt::Assign(s) => {
                self.expr(&s.value);
                match s.targets.as_slice() {
                    [target] => self.target(target),
                    several => several.iter().for_each(|t| self.expr(t)),
                }
            }
            AstStmt::AnnAssign(s) => {
                s.value.iter().for_each(|value| self.expr(value));
                self.target(&s.target);
            }
            AstStmt::AugAssign(s) => {
                self.expr(&s.value);
                self.expr(&s.target);
            }
            AstStmt::For(s) => {
                self.expr(&s.target);
                self.read(&s.iter);
            }
            AstStmt::If(s) => self.test(&s.test),
            AstStmt::While(s) => self.test(&s.test),
            AstStmt::Assert(s) => {
                self.test(&s.test);
                s.msg.iter().for_each(|message| self.expr(message));
            }
            AstStmt::Expr(s) => self.expr(&s.value),
            AstStmt::Return(s) => s.value.iter().for_each(|value| self.expr(value)),
            AstStmt::Delete(s) => s.targets.iter().for_each(|t| self.expr(t)),
            AstStmt::Raise(s) => s.exc.iter().chain(&s.cause).for_each(|e| self.expr(e)),
            AstStmt::Match(s) => {
                self.expr(&s.subject);
                s.cases.iter().filter_map(|c| c.guard.as_deref()).for_each(|g| self.test(g));
            }
            // What functions in a function do with a variable around them is not followed.
            AstStmt::FunctionDef(ast::StmtFunctionDef { body, .. })
            | AstStmt::AsyncFunctionDef(ast::StmtAsyncFunctionDef { body, .. }) => {
                let mut parts: Vec<&Ast> = Vec::new();
                nested(body).into_iter().for_each(|body| {
                    statements(body, &mut |stmt| parts.extend(super::changes::expressions(stmt)));
                });
                while let Some(part) = parts.pop() {
                    self.others.extend((self.name)(part).map(str::to_owned));
                    parts.extend(children(part));
                }
            }
            // Of a `try` the statements in its blocks.
            AstStmt::Pass(_) | AstStmt::Break(_) | AstStmt::Continue(_) | AstStmt::Try(_) => {}
            // Outside the subset: the class is not compiled.
            AstStmt::ClassDef(_)
            | AstStmt::TypeAlias(_)
            | AstStmt::AsyncFor(_)
            | AstStmt::With(_)
            | AstStmt::AsyncWith(_)
            | AstStmt::TryStar(_)
            | AstStmt::Import(_)
            | AstStmt::ImportFrom(_)
            | AstStmt::Global(_)
            | AstStmt::Nonlocal(_) => {}
        }
    }

    /// What a whole value is assigned to.
    fn target(&mut self, target: &Ast) {
        if !self.reads(target) {
            self.expr(target);
        }
    }

    fn read(&mut self, expr: &Ast) {
        if !self.reads(expr) {
            self.expr(expr);
        }
    }

    fn test(&mut self, expr: &Ast) {
        match expr {
            Ast::BoolOp(e) => e.values.iter().for_each(|v| self.test(v)),
            Ast::UnaryOp(e) if e.op == ast::UnaryOp::Not => self.test(&e.operand),
            other => self.read(other),
        }
    }

    fn expr(&mut self, expr: &Ast) {
        if let Some(name) = (self.name)(expr) {
            self.all.insert(name.to_owned());
            self.others.insert(name.to_owned());
            return;
        }
        match expr {
            Ast::Subscript(e) => {
                self.read(&e.value);
                self.expr(&e.slice);
            }
            Ast::Call(e) => {
                let is_method =
                    matches!(&*e.func, Ast::Attribute(a) if METHODS.contains(&a.attr.as_str()) && self.reads(&a.value));
                let name = dotted(&e.func).unwrap_or_default();
                let module = name.split_once('.').map(|(module, _)| module);
                let is_reader = self.readers.contains(&name.as_str()) || module.is_some_and(|m| MODULES.contains(&m));
                if !is_method {
                    self.expr(&e.func);
                }
                for arg in e.args.iter().chain(e.keywords.iter().map(|k| &k.value)) {
                    if is_reader { self.read(arg) } else { self.expr(arg) }
                }
            }
            Ast::Compare(e) => std::iter::once(&*e.left).chain(&e.comparators).for_each(|e| self.read(e)),
            Ast::UnaryOp(e) if e.op == ast::UnaryOp::Not => self.test(&e.operand),
            Ast::IfExp(e) => {
                self.test(&e.test);
                [&e.body, &e.orelse].into_iter().for_each(|e| self.expr(e));
            }
            Ast::ListComp(e) => self.comprehension(&[&e.elt], &e.generators),
            Ast::SetComp(e) => self.comprehension(&[&e.elt], &e.generators),
            Ast::GeneratorExp(e) => self.comprehension(&[&e.elt], &e.generators),
            Ast::DictComp(e) => self.comprehension(&[&e.key, &e.value], &e.generators),
            other => children(other).into_iter().for_each(|e| self.expr(e)),
        }
    }

    fn comprehension(&mut self, elements: &[&Ast], generators: &[ast::Comprehension]) {
        for generator in generators {
            self.read(&generator.iter);
            generator.ifs.iter().for_each(|test| self.test(test));
        }
        elements.iter().for_each(|e| self.expr(e));
    }
}

/// What a constant holds, where it is a list; nothing where it is none.
fn of_literal(literal: &Literal) -> Ty {
    match literal {
        Literal::List(items) | Literal::Deque(items, _) => items.iter().fold(Ty::Never, |ty, i| ty.join(&i.ty())),
        Literal::None => Ty::Never,
        _ => Ty::Any,
    }
}

impl Lowerer<'_> {
    /// The types of elements, as far as `__init__` says.
    pub(super) fn find_elements(&mut self) {
        let sole = sole(self.own_bodies(), self.globals);
        for field in &mut self.fields {
            let init = field.init.as_ref().filter(|_| sole.contains(&field.name));
            field.elements = init.map(of_literal).filter(|ty| *ty != Ty::Any);
        }
    }

    /// What an element of a list is, where the expression is such a field.
    pub(super) fn element(&self, list: &Expr) -> Option<Ty> {
        let ExprKind::Field(field) = list.kind else { return None };
        let ty = self.fields.get(field.0).filter(|_| !self.starting)?.elements.clone()?;
        // Of a list in which nothing was put as yet nothing is known.
        ty.is_number().then_some(ty)
    }

    /// Something is put into a list.
    pub(super) fn put(&mut self, list: &Expr, ty: &Ty) {
        if let ExprKind::Field(field) = list.kind {
            self.put_into(field, ty);
        }
    }

    /// What is put into a list is not known.
    pub(super) fn lose(&mut self, list: &Expr) {
        if let ExprKind::Field(field) = list.kind
            && let Some(state) = self.fields.get_mut(field.0).filter(|f| f.elements.is_some())
        {
            state.elements = None;
            self.widened = true;
        }
    }

    /// A field gets another list.
    pub(super) fn replaced(&mut self, field: FieldId, value: &Expr) {
        if self.fields.get(field.0).is_some_and(|f| f.elements.is_some()) {
            let ty = self.held(value);
            self.put_into(field, &ty);
        }
    }

    fn put_into(&mut self, field: FieldId, ty: &Ty) {
        let is_draft = self.is_draft;
        let Some(FieldState { elements, .. }) = self.fields.get_mut(field.0).filter(|_| !self.starting) else { return };
        let Some(before) = elements else { return };
        // In a draft what is read from lists has no type yet.
        if is_draft && *ty == Ty::Any {
            return;
        }
        let joined = before.join(ty);
        if joined != *before {
            *elements = (joined != Ty::Any).then_some(joined);
            self.widened = true;
        }
    }

    /// What a new list holds.
    fn held(&self, value: &Expr) -> Ty {
        match &value.kind {
            ExprKind::Literal(literal) => of_literal(literal),
            ExprKind::List(items) => items.iter().fold(Ty::Never, |ty, item| ty.join(&item.ty)),
            ExprKind::Binary(Binary::Mul, list, times) if matches!(times.ty, Ty::Int | Ty::Bool) => self.held(list),
            ExprKind::Binary(Binary::Mul, times, list) if matches!(times.ty, Ty::Int | Ty::Bool) => self.held(list),
            ExprKind::Binary(Binary::Add, a, b) => self.held(a).join(&self.held(b)),
            ExprKind::Index(list, index) if matches!(index.kind, ExprKind::Slice(_)) => match &list.kind {
                ExprKind::Field(field) => self.fields[field.0].elements.clone().unwrap_or(Ty::Any),
                _ => self.held(list),
            },
            ExprKind::Block(body, list) => match list.kind {
                ExprKind::Local(list) => appended(body, list),
                _ => Ty::Any,
            },
            ExprKind::Call(function, args) if TABLE[function.0].name == "collections.deque" => {
                args.first().map_or(Ty::Never, |items| match &items.kind {
                    ExprKind::Literal(Literal::Tuple(none)) if none.is_empty() => Ty::Never,
                    ExprKind::Tuple(none) if none.is_empty() => Ty::Never,
                    _ => self.held(items),
                })
            }
            _ => Ty::Any,
        }
    }
}

/// What a comprehension appends to its list, which nothing else can reach.
fn appended(body: &[Stmt], list: Variable) -> Ty {
    let mut ty = Ty::Never;
    for stmt in body {
        let found = match &stmt.kind {
            StmtKind::Expr(Expr { kind: ExprKind::Call(function, args), .. })
                if TABLE[function.0].name == ".append"
                    && matches!(args.first(), Some(Expr { kind: ExprKind::Local(v), .. }) if *v == list) =>
            {
                args.get(1).map_or(Ty::Any, |value| value.ty.clone())
            }
            StmtKind::If { condition: _, then, otherwise } => appended(then, list).join(&appended(otherwise, list)),
            StmtKind::For { body, otherwise, .. } | StmtKind::While { body, otherwise, .. } => {
                appended(body, list).join(&appended(otherwise, list))
            }
            _ => Ty::Never,
        };
        ty = ty.join(&found);
    }
    ty
}
