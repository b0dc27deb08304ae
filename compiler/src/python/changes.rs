//! Which names of a file's top level stand for objects that something changes behind their definition.
//!
//! A constant of a file is copied to where it is used, which nobody can tell as long as it stays what it is. What statements at the top
//! level fill, and what methods and functions change, by its name or by another one that they give it, is not constant.

use super::source::{Method, children, statements};
use rustpython_parser::ast::{Expr, Stmt};
use std::collections::{BTreeMap, BTreeSet};

/// Methods that change what they are called of.
const CHANGING: &[&str] = &[
    "add",
    "append",
    "appendleft",
    "clear",
    "difference_update",
    "discard",
    "extend",
    "extendleft",
    "fill",
    "insert",
    "intersection_update",
    "itemset",
    "partition",
    "pop",
    "popitem",
    "popleft",
    "put",
    "remove",
    "resize",
    "reverse",
    "rotate",
    "setdefault",
    "sort",
    "symmetric_difference_update",
    "update",
];

/// How much of an object something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// The object itself.
    Whole,
    /// What it holds, where that can be changed: not the object where it holds numbers.
    Parts,
}

/// Names, or parameters, and how much of their objects is changed.
type Changed<N> = BTreeSet<(N, Extent)>;

/// The parameters that functions change, by their places among the arguments of a call; `None` is `self`.
type Functions<'m> = BTreeMap<&'m str, Changed<Option<usize>>>;

/// The names of a file whose objects are changed.
pub fn changed(suite: &[Stmt]) -> BTreeSet<(&str, Extent)> {
    let mut bodies: Vec<Method<'_>> = Vec::new();
    let mut inside: Vec<&Stmt> = suite.iter().collect();
    while let Some(stmt) = inside.pop() {
        bodies.extend(Method::of(stmt));
        if let Stmt::ClassDef(class) = stmt {
            inside.extend(&class.body);
        }
    }
    // Who changes its parameter may hand it on to another that does.
    let mut functions = Functions::new();
    loop {
        let mut known = Functions::new();
        for body in &bodies {
            let changes = Changes::of(body.body, &functions);
            let names = parameters(body);
            let is_method = names.first().is_some_and(|first| ["self", "cls"].contains(first));
            let place =
                |name: &str| names.iter().position(|n| *n == name).map(|at| at.checked_sub(usize::from(is_method)));
            let found = changes.names.iter().filter_map(|(name, extent)| Some((place(name)?, *extent)));
            known.entry(body.name).or_default().extend(found);
        }
        if known == functions {
            break;
        }
        functions = known;
    }
    // At the top level a call of anything may change what it is given.
    let mut names = Changes::of(suite, &functions).names;
    for stmt in suite {
        if let Stmt::Expr(e) = stmt
            && let Expr::Call(call) = &*e.value
        {
            let given = call.args.iter().chain(call.keywords.iter().map(|k| &k.value));
            names.extend(given.filter_map(root));
        }
    }
    for body in &bodies {
        let mut own: BTreeSet<&str> = parameters(body).into_iter().collect();
        statements(body.body, &mut |stmt| targets(stmt).into_iter().for_each(|t| own.extend(bound(t))));
        names.extend(Changes::of(body.body, &functions).names.into_iter().filter(|(name, _)| !own.contains(name)));
    }
    names
}

fn parameters<'m>(method: &Method<'m>) -> Vec<&'m str> {
    let all = method.args.posonlyargs.iter().chain(&method.args.args).chain(&method.args.kwonlyargs);
    all.map(|p| p.def.arg.as_str()).collect()
}

/// What a body changes.
struct Changes<'m, 'f> {
    functions: &'f Functions<'m>,
    names: Changed<&'m str>,
}

impl<'m, 'f> Changes<'m, 'f> {
    fn of(body: &'m [Stmt], functions: &'f Functions<'m>) -> Changes<'m, 'f> {
        let mut changes = Changes { functions, names: BTreeSet::new() };
        // Another name for a thing may come before or behind what changes it: until nothing is found any more.
        loop {
            let before = changes.names.len();
            statements(body, &mut |stmt| changes.statement(stmt));
            if changes.names.len() == before {
                return changes;
            }
        }
    }

    /// Something is changed, or what it holds is.
    fn change(&mut self, expr: &'m Expr, extent: Extent) {
        self.names.extend(root(expr).map(|(name, of)| (name, of.max(extent))));
    }

    fn statement(&mut self, stmt: &'m Stmt) {
        for target in targets(stmt) {
            self.stored(target, matches!(stmt, Stmt::AugAssign(_)));
        }
        match stmt {
            Stmt::Assign(s) => s.targets.iter().for_each(|t| self.another(t, &s.value, Extent::Whole)),
            Stmt::AnnAssign(s) => s.value.iter().for_each(|value| self.another(&s.target, value, Extent::Whole)),
            Stmt::For(s) => self.another(&s.target, &s.iter, Extent::Parts),
            Stmt::Delete(s) => s.targets.iter().for_each(|t| self.stored(t, false)),
            _ => {}
        }
        for expr in expressions(stmt) {
            self.expr(expr);
        }
    }

    /// The target is another name for the value, or for a part of it: where the one is changed, so is the other.
    fn another(&mut self, target: &'m Expr, value: &'m Expr, extent: Extent) {
        let extent = if matches!(target, Expr::Name(_)) { extent } else { Extent::Parts };
        for name in bound(target) {
            for of in [Extent::Whole, Extent::Parts] {
                if self.names.contains(&(name, of)) {
                    self.change(value, of.max(extent));
                }
            }
        }
    }

    /// What stands left of `=`: a part of something changes it, a name does not, unless it is added to.
    fn stored(&mut self, target: &'m Expr, adds: bool) {
        match target {
            Expr::Subscript(s) => self.change(&s.value, Extent::Whole),
            Expr::Attribute(a) => self.change(&a.value, Extent::Whole),
            Expr::Tuple(t) => t.elts.iter().for_each(|t| self.stored(t, adds)),
            Expr::List(t) => t.elts.iter().for_each(|t| self.stored(t, adds)),
            Expr::Starred(s) => self.stored(&s.value, adds),
            Expr::Name(_) if adds => self.change(target, Extent::Whole),
            _ => {}
        }
    }

    fn expr(&mut self, expr: &'m Expr) {
        if let Expr::Call(call) = expr {
            let (name, object) = match &*call.func {
                Expr::Attribute(a) => (a.attr.as_str(), Some(&*a.value)),
                Expr::Name(n) => (n.id.as_str(), None),
                _ => ("", None),
            };
            if let Some(object) = object.filter(|_| CHANGING.contains(&name)) {
                self.change(object, Extent::Whole);
            }
            for (place, extent) in self.functions.get(name).into_iter().flatten() {
                let given = place.map_or(object, |at| call.args.get(at));
                // Which parameter a keyword is does not matter much.
                let named = call.keywords.iter().filter(|_| place.is_some()).map(|k| &k.value);
                given.into_iter().chain(named).for_each(|arg| self.change(arg, *extent));
            }
            let out = call.keywords.iter().filter(|k| k.arg.as_ref().is_some_and(|a| a.as_str() == "out"));
            out.for_each(|k| self.change(&k.value, Extent::Whole));
        }
        children(expr).into_iter().for_each(|e| self.expr(e));
    }
}

/// The name of what an expression is, or is a part of: `a` of `a[0].b` and of `a.get(1)`.
fn root(expr: &Expr) -> Option<(&str, Extent)> {
    fn part(of: &Expr) -> Option<(&str, Extent)> {
        Some((root(of)?.0, Extent::Parts))
    }
    match expr {
        Expr::Name(n) => Some((n.id.as_str(), Extent::Whole)),
        Expr::Attribute(a) => part(&a.value),
        Expr::Subscript(s) => part(&s.value),
        Expr::Starred(s) => part(&s.value),
        Expr::Call(c) => match &*c.func {
            Expr::Attribute(a) if ["get", "items", "values", "setdefault"].contains(&a.attr.as_str()) => part(&a.value),
            Expr::Name(n) if ["enumerate", "zip", "reversed"].contains(&n.id.as_str()) => part(c.args.first()?),
            _ => None,
        },
        _ => None,
    }
}

/// The names that a target gives something.
pub fn bound(target: &Expr) -> Vec<&str> {
    match target {
        Expr::Name(n) => vec![n.id.as_str()],
        Expr::Tuple(t) => t.elts.iter().flat_map(bound).collect(),
        Expr::List(t) => t.elts.iter().flat_map(bound).collect(),
        Expr::Starred(s) => bound(&s.value),
        _ => Vec::new(),
    }
}

/// The attributes of `self` that a target gives something.
pub fn own(target: &Expr) -> Vec<&str> {
    match target {
        Expr::Attribute(a) if matches!(&*a.value, Expr::Name(n) if n.id.as_str() == "self") => vec![a.attr.as_str()],
        Expr::Tuple(t) => t.elts.iter().flat_map(own).collect(),
        Expr::List(t) => t.elts.iter().flat_map(own).collect(),
        Expr::Starred(s) => own(&s.value),
        _ => Vec::new(),
    }
}

/// What a statement assigns to.
pub fn targets(stmt: &Stmt) -> Vec<&Expr> {
    match stmt {
        Stmt::Assign(s) => s.targets.iter().collect(),
        Stmt::AnnAssign(s) => vec![&s.target],
        Stmt::AugAssign(s) => vec![&s.target],
        Stmt::For(s) => vec![&s.target],
        Stmt::With(s) => s.items.iter().filter_map(|i| i.optional_vars.as_deref()).collect(),
        _ => Vec::new(),
    }
}

/// The expressions that stand in a statement itself.
fn expressions(stmt: &Stmt) -> Vec<&Expr> {
    match stmt {
        Stmt::Expr(s) => vec![&s.value],
        Stmt::Assign(s) => s.targets.iter().chain(std::iter::once(&*s.value)).collect(),
        Stmt::AnnAssign(s) => s.value.as_deref().into_iter().collect(),
        Stmt::AugAssign(s) => vec![&s.target, &s.value],
        Stmt::Return(s) => s.value.as_deref().into_iter().collect(),
        Stmt::Delete(s) => s.targets.iter().collect(),
        Stmt::If(s) => vec![&s.test],
        Stmt::While(s) => vec![&s.test],
        Stmt::For(s) => vec![&s.iter],
        Stmt::AsyncFor(s) => vec![&s.iter],
        Stmt::With(s) => s.items.iter().map(|i| &i.context_expr).collect(),
        Stmt::AsyncWith(s) => s.items.iter().map(|i| &i.context_expr).collect(),
        Stmt::Match(s) => {
            let guards = s.cases.iter().filter_map(|c| c.guard.as_deref());
            std::iter::once(&*s.subject).chain(guards).collect()
        }
        Stmt::Raise(s) => s.exc.iter().chain(&s.cause).map(|e| &**e).collect(),
        Stmt::Assert(s) => std::iter::once(&*s.test).chain(s.msg.as_deref()).collect(),
        _ => Vec::new(),
    }
}
