//! Which names of a file's top level stand for objects that something changes behind their definition.
//!
//! A constant of a file is copied to where it is used, which nobody can tell as long as it stays what it is. What statements at the top
//! level fill, and what methods and functions change, by its name or by another one that they give it, is not constant.

use super::source::{Method, children, nested, statements};
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

/// Functions of the library that change their first argument.
const CHANGING_ARGUMENTS: &[&str] =
    &["heapify", "heappop", "heappush", "heappushpop", "heapreplace", "insort", "insort_left", "insort_right"];

/// Whether a function of the library changes its first argument: `heapq.heappush`.
pub fn changes_argument(name: &str) -> bool {
    CHANGING_ARGUMENTS.contains(&name.rsplit('.').next().unwrap_or(name))
}

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
pub struct Changes<'m> {
    /// By its own statements.
    pub by_statements: BTreeSet<&'m str>,
    /// By functions and methods.
    pub by_functions: BTreeSet<(&'m str, Extent)>,
}

/// The names of a file whose objects are changed.
pub fn changed(suite: &[Stmt]) -> Changes<'_> {
    let mut bodies: Vec<Method<'_>> = Vec::new();
    let mut inside: Vec<&Stmt> = suite.iter().collect();
    while let Some(stmt) = inside.pop() {
        if let Some(method) = Method::of(stmt) {
            bodies.push(method);
            // Functions in functions, wherever they stand.
            statements(method.body, &mut |stmt| inside.extend(Method::of(stmt).map(|_| stmt)));
        }
        if let Stmt::ClassDef(class) = stmt {
            inside.extend(&class.body);
        }
    }
    let mut values: BTreeSet<&str> = bodies.iter().flat_map(parameters).collect();
    for block in bodies.iter().map(|body| body.body).chain([suite]) {
        statements(block, &mut |stmt| values.extend(targets(stmt).into_iter().flat_map(bound)));
    }
    let known = Known { functions: Functions::new(), fields: Changed::new(), reads: reads(suite, &bodies), values };
    let known = known.of(&bodies);
    // At the top level a call of anything may change what it is given.
    let mut by_statements: BTreeSet<&str> =
        Found::of(&[suite], &known).names.into_iter().map(|(name, _)| name).collect();
    for stmt in suite {
        if let Stmt::Expr(e) = stmt
            && let Expr::Call(call) = &*e.value
        {
            let given = call.args.iter().chain(call.keywords.iter().map(|k| &k.value));
            by_statements.extend(given.filter_map(root).map(|(name, _)| name));
        }
    }
    let mut by_functions = BTreeSet::new();
    for body in &bodies {
        let mut own: BTreeSet<&str> = parameters(body).into_iter().collect();
        statements(body.body, &mut |stmt| targets(stmt).into_iter().for_each(|t| own.extend(bound(t))));
        let changes = Found::of(&nested(body.body), &known);
        by_functions.extend(changes.names.into_iter().filter(|(name, _)| !own.contains(name)));
    }
    Changes { by_statements, by_functions }
}

/// What is known of the functions and methods of a file.
struct Known<'m> {
    functions: Functions<'m>,
    /// Attributes of `self` that methods change, of whatever class.
    fields: Changed<&'m str>,
    /// How often each name is read.
    reads: BTreeMap<&'m str, usize>,
    /// Names that something is assigned to: what they call may be any function.
    values: BTreeSet<&'m str>,
}

impl<'m> Known<'m> {
    /// Who changes its parameter may hand it on to another that does: until nothing is found any more.
    fn of(mut self, bodies: &[Method<'m>]) -> Known<'m> {
        loop {
            let (mut functions, mut fields) = (Functions::new(), Changed::new());
            for body in bodies {
                // What functions in a function change is changed by it.
                let changes = Found::of(&nested(body.body), &self);
                let names = parameters(body);
                let is_method = names.first().is_some_and(|first| ["self", "cls"].contains(first));
                let place =
                    |name: &str| names.iter().position(|n| *n == name).map(|at| at.checked_sub(usize::from(is_method)));
                let found = changes.names.iter().filter_map(|(name, extent)| Some((place(name)?, *extent)));
                functions.entry(body.name).or_default().extend(found);
                fields.extend(changes.fields);
            }
            if functions == self.functions && fields == self.fields {
                return self;
            }
            (self.functions, self.fields) = (functions, fields);
        }
    }
}

/// How often names are read in a file.
fn reads<'m>(suite: &'m [Stmt], bodies: &[Method<'m>]) -> BTreeMap<&'m str, usize> {
    fn count<'m>(expr: &'m Expr, reads: &mut BTreeMap<&'m str, usize>) {
        if let Expr::Name(name) = expr {
            *reads.entry(name.id.as_str()).or_default() += 1;
        }
        children(expr).into_iter().for_each(|e| count(e, reads));
    }
    let mut reads = BTreeMap::new();
    let defaults = bodies.iter().flat_map(Method::parameters).filter_map(|p| p.default.as_deref());
    defaults.for_each(|default| count(default, &mut reads));
    let mut blocks: Vec<&[Stmt]> = bodies.iter().map(|body| body.body).chain([suite]).collect();
    while let Some(block) = blocks.pop() {
        statements(block, &mut |stmt| {
            let is_set = |e: &Expr| plain_name(e).is_some() && targets(stmt).iter().any(|t| std::ptr::eq(*t, e));
            expressions(stmt).into_iter().filter(|e| !is_set(e)).for_each(|e| count(e, &mut reads));
            if let Stmt::ClassDef(class) = stmt {
                blocks.push(&class.body);
            }
        });
    }
    reads
}

fn parameters<'m>(method: &Method<'m>) -> Vec<&'m str> {
    method.parameters().map(|p| p.def.arg.as_str()).collect()
}

/// What a body changes.
struct Found<'m, 'f> {
    known: &'f Known<'m>,
    names: Changed<&'m str>,
    /// Attributes of `self`.
    fields: Changed<&'m str>,
}

impl<'m, 'f> Found<'m, 'f> {
    fn of(bodies: &[&'m [Stmt]], known: &'f Known<'m>) -> Found<'m, 'f> {
        let mut changes = Found { known, names: BTreeSet::new(), fields: known.fields.clone() };
        // Another name for a thing may come before or behind what changes it: until nothing is found any more.
        loop {
            let before = (changes.names.len(), changes.fields.len());
            for body in bodies {
                statements(body, &mut |stmt| changes.statement(stmt));
            }
            if (changes.names.len(), changes.fields.len()) == before {
                return changes;
            }
        }
    }

    /// Something is changed, or what it holds is.
    fn change(&mut self, expr: &'m Expr, extent: Extent) {
        match expr {
            // Whichever it is.
            Expr::BoolOp(e) => e.values.iter().for_each(|value| self.change(value, extent)),
            Expr::IfExp(e) => [&e.body, &e.orelse].into_iter().for_each(|value| self.change(value, extent)),
            Expr::NamedExpr(e) => [&e.target, &e.value].into_iter().for_each(|value| self.change(value, extent)),
            // What it holds, and what that holds.
            Expr::List(_) | Expr::Tuple(_) | Expr::Dict(_) if extent == Extent::Parts => {
                for part in children(expr) {
                    self.change(part, Extent::Whole);
                    self.change(part, Extent::Parts);
                }
            }
            _ => {
                self.names.extend(root(expr).map(|(name, of)| (name, of.max(extent))));
                self.fields.extend(root_field(expr).map(|(name, of)| (name, of.max(extent))));
            }
        }
    }

    fn statement(&mut self, stmt: &'m Stmt) {
        for target in targets(stmt) {
            self.stored(target, matches!(stmt, Stmt::AugAssign(_)));
        }
        match stmt {
            Stmt::Assign(s) => {
                s.targets.iter().for_each(|t| self.another(t, &s.value, Extent::Whole));
                // `a = b = []`
                for target in &s.targets {
                    s.targets.iter().for_each(|other| self.another(target, other, Extent::Whole));
                }
            }
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
        let extent = if matches!(target, Expr::Name(_) | Expr::Attribute(_)) { extent } else { Extent::Parts };
        for of in [Extent::Whole, Extent::Parts] {
            let is_changed = |names: &Changed<&str>, name: &&str| names.contains(&(*name, of));
            // Nobody sees the change of what is read nowhere else.
            let is_seen = !matches!(value, Expr::Name(n) if self.known.reads.get(n.id.as_str()) == Some(&1));
            let has_field = is_seen && own(target).iter().any(|name| is_changed(&self.fields, name));
            if has_field || bound(target).iter().any(|name| is_changed(&self.names, name)) {
                self.change(value, of.max(extent));
            }
        }
    }

    /// What stands left of `=`: a part of something changes it, a name does not, unless it is added to.
    fn stored(&mut self, target: &'m Expr, adds: bool) {
        match target {
            Expr::Subscript(s) => self.change(&s.value, Extent::Whole),
            Expr::Attribute(a) => {
                self.change(&a.value, Extent::Whole);
                if adds {
                    self.change(target, Extent::Whole);
                }
            }
            Expr::Tuple(t) => t.elts.iter().for_each(|t| self.stored(t, adds)),
            Expr::List(t) => t.elts.iter().for_each(|t| self.stored(t, adds)),
            Expr::Starred(s) => self.stored(&s.value, adds),
            Expr::Name(_) if adds => self.change(target, Extent::Whole),
            _ => {}
        }
    }

    /// Whether a call is one of a value, which may be any function.
    fn is_of_value(&self, function: &Expr) -> bool {
        let is_method = |name: &str| self.known.functions.contains_key(name);
        match function {
            Expr::Name(n) => !is_method(n.id.as_str()) && self.known.values.contains(n.id.as_str()),
            Expr::Attribute(_) => own_name(function).is_some_and(|name| !is_method(name)),
            _ => true,
        }
    }

    fn expr(&mut self, expr: &'m Expr) {
        if let Expr::Call(call) = expr {
            let (name, object) = match &*call.func {
                Expr::Attribute(a) => (a.attr.as_str(), Some(&*a.value)),
                Expr::Name(n) => (n.id.as_str(), None),
                _ => ("", None),
            };
            if self.is_of_value(&call.func) {
                call.args
                    .iter()
                    .chain(call.keywords.iter().map(|k| &k.value))
                    .for_each(|arg| self.change(arg, Extent::Whole));
            }
            if let Some(object) = object.filter(|_| CHANGING.contains(&name)) {
                self.change(object, Extent::Whole);
            }
            if let Some(first) = call.args.first().filter(|_| changes_argument(name)) {
                self.change(first, Extent::Whole);
            }
            for (place, extent) in self.known.functions.get(name).into_iter().flatten() {
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
    rooted(expr, &plain_name)
}

/// The same of an attribute of `self`: `a` of `self.a[0]`.
fn root_field(expr: &Expr) -> Option<(&str, Extent)> {
    rooted(expr, &own_name)
}

fn rooted<'m>(expr: &'m Expr, name: &dyn Fn(&'m Expr) -> Option<&'m str>) -> Option<(&'m str, Extent)> {
    if let Some(name) = name(expr) {
        return Some((name, Extent::Whole));
    }
    let of = match expr {
        Expr::Attribute(a) => &a.value,
        Expr::Subscript(s) => &s.value,
        Expr::Starred(s) => &s.value,
        Expr::Call(c) => match &*c.func {
            Expr::Attribute(a) if ["get", "items", "values", "setdefault"].contains(&a.attr.as_str()) => &a.value,
            Expr::Name(n) if ["enumerate", "zip", "reversed"].contains(&n.id.as_str()) => c.args.first()?,
            _ => return None,
        },
        _ => return None,
    };
    Some((rooted(of, name)?.0, Extent::Parts))
}

/// The names that a target gives something.
pub fn bound(target: &Expr) -> Vec<&str> {
    given(target, &plain_name)
}

/// The attributes of `self` that a target gives something.
pub fn own(target: &Expr) -> Vec<&str> {
    given(target, &own_name)
}

fn given<'m>(target: &'m Expr, name: &dyn Fn(&'m Expr) -> Option<&'m str>) -> Vec<&'m str> {
    match target {
        Expr::Tuple(t) => t.elts.iter().flat_map(|t| given(t, name)).collect(),
        Expr::List(t) => t.elts.iter().flat_map(|t| given(t, name)).collect(),
        Expr::Starred(s) => given(&s.value, name),
        _ => name(target).into_iter().collect(),
    }
}

/// `name` of `name`.
pub fn plain_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(n) => Some(n.id.as_str()),
        _ => None,
    }
}

/// `name` of `self.name`.
pub fn own_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Attribute(a) if plain_name(&a.value) == Some("self") => Some(a.attr.as_str()),
        _ => None,
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
pub fn expressions(stmt: &Stmt) -> Vec<&Expr> {
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
