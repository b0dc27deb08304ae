//! Where a variable of Python's, which belongs to its function, is declared in Rust: at its first assignment where everything else
//! about it is in the same block after that, else before the statement that assigns it on every path, else at the top.

use super::visit::{self, Part};
use remotemedia_ir::script::{Expr, ExprKind, Function, Stmt, StmtKind, Target, Variable};
use std::collections::BTreeMap;

/// Where and how a variable is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declared {
    /// It is a parameter, or was declared before.
    Already,
    /// By the statement that assigns to it, or the loop whose variable it is.
    By(Place),
    /// By each of these loops whose variable it is, and of which none sees another's.
    ByLoops(Vec<Place>),
    /// Without a value, before a statement.
    Before(Place),
    /// With a value that is never seen, at the top of the function.
    AtTop,
    /// Nothing reads it.
    Nowhere,
}

/// A statement, by where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(usize);

impl Place {
    /// The place of a statement, which stays where it is while code is emitted.
    pub fn of(stmt: &Stmt) -> Place {
        Place(std::ptr::from_ref(stmt) as usize)
    }
}

/// The variables of a function.
#[derive(Debug)]
pub struct Scope {
    pub variables: Vec<Declared>,
    /// Those declared without a value before a statement.
    pub before: BTreeMap<Place, Vec<Variable>>,
    /// Whether each is assigned to after it has a value.
    mutable: Vec<bool>,
}

struct Count<'a> {
    reads: &'a mut [usize],
    writes: &'a mut [usize],
}

impl visit::Visit for Count<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Local(v) = expr.kind {
            self.reads[v.0] += 1;
        }
    }
    fn target(&mut self, target: &Target, is_augmented: bool) {
        if let Target::Local(v) = target {
            self.writes[v.0] += 1;
            self.reads[v.0] += usize::from(is_augmented);
        }
    }
}

impl Scope {
    /// Decides for each variable of a function.
    pub fn new(function: &Function) -> Scope {
        let count = function.locals.len();
        let (mut reads, mut writes) = (vec![0; count], vec![0; count]);
        visit::stmts(&function.body, &mut Count { reads: &mut reads, writes: &mut writes });
        let mut before: BTreeMap<Place, Vec<Variable>> = BTreeMap::new();
        let variables: Vec<Declared> = (0..count)
            .map(|v| {
                let declared = match (reads[v], v < function.parameters) {
                    (0, _) => Declared::Nowhere,
                    (_, true) => Declared::Already,
                    (_, false) => decide(&function.body, Variable(v)).unwrap_or(Declared::AtTop),
                };
                if let Declared::Before(place) = declared {
                    before.entry(place).or_default().push(Variable(v));
                }
                declared
            })
            .collect();
        let mutable = (0..count).map(|v| {
            let first = usize::from(v >= function.parameters);
            match &variables[v] {
                Declared::AtTop => true,
                Declared::Already | Declared::By(_) | Declared::Nowhere => writes[v] > first,
                Declared::ByLoops(loops) => writes[v] > loops.len(),
                Declared::Before(_) => most(&function.body, Variable(v)) > 1,
            }
        });
        Scope { mutable: mutable.collect(), variables, before }
    }

    /// Whether the statement there declares a variable.
    pub fn declares(&self, v: Variable, place: Option<Place>) -> bool {
        match &self.variables[v.0] {
            Declared::By(own) => place == Some(*own),
            Declared::ByLoops(loops) => place.is_some_and(|p| loops.contains(&p)),
            Declared::Already | Declared::Before(_) | Declared::AtTop | Declared::Nowhere => false,
        }
    }

    /// Whether anything reads a variable.
    pub fn is_read(&self, v: Variable) -> bool {
        self.variables[v.0] != Declared::Nowhere
    }

    /// Whether it is assigned to after it has a value.
    pub fn is_mutable(&self, v: Variable) -> bool {
        self.mutable[v.0]
    }
}

/// How often statements assign to a variable on the path that does so most; twice for any number of times in a loop.
fn most(body: &[Stmt], v: Variable) -> usize {
    let one = |stmt: &Stmt| match &stmt.kind {
        StmtKind::If { condition: _, then, otherwise } => most(then, v).max(most(otherwise, v)),
        StmtKind::Assign(target, _) => usize::from(holds(target, v)),
        _ => 2 * usize::from(writes(stmt, v)),
    };
    body.iter().map(one).sum()
}

/// Whether a statement gives a variable another value, anywhere in it.
fn writes(stmt: &Stmt, v: Variable) -> bool {
    let mut of = Writes { v, found: false };
    visit::stmts(std::slice::from_ref(stmt), &mut of);
    of.found
}

struct Writes {
    v: Variable,
    found: bool,
}

impl visit::Visit for Writes {
    fn target(&mut self, target: &Target, _is_augmented: bool) {
        self.found |= *target == Target::Local(self.v);
    }
}

/// Where a variable is declared within a block that has all that is said of it; none if that must be further out.
fn decide(block: &[Stmt], v: Variable) -> Option<Declared> {
    let mut about = block.iter().filter(|s| visit::mentions(std::slice::from_ref(s), v) > 0);
    let (first, is_alone) = (about.next()?, about.next().is_none());
    if assigns(first, v) {
        return Some(Declared::By(Place::of(first)));
    }
    if block.iter().filter(|s| visit::mentions(std::slice::from_ref(s), v) > 0).all(|s| is_own_loop(s, v)) {
        let loops = block.iter().filter(|s| is_own_loop(s, v)).map(Place::of);
        return Some(Declared::ByLoops(loops.collect()));
    }
    if is_alone {
        let all = visit::mentions(std::slice::from_ref(first), v);
        let mut found = None;
        for_blocks(first, &mut |block| {
            if visit::mentions(block, v) == all {
                found = decide(block, v);
            }
        });
        if found.is_some() {
            return found;
        }
    }
    always_assigns(first, v).then(|| Declared::Before(Place::of(first)))
}

/// Whether a statement is a loop over values of the variable, which has no other part in it.
fn is_own_loop(stmt: &Stmt, v: Variable) -> bool {
    match &stmt.kind {
        StmtKind::For { target, iterable: _, body, otherwise: _ } => {
            holds(target, v) && visit::mentions(body, v) + 1 == visit::mentions(std::slice::from_ref(stmt), v)
        }
        _ => false,
    }
}

/// The blocks directly in a statement, those of its expressions included. A block whose last expression mentions the variable has
/// fewer mentions than the statement, unless they are in the statements too.
fn for_blocks<'a>(stmt: &'a Stmt, each: &mut dyn FnMut(&'a [Stmt])) {
    fn in_expr<'a>(expr: &'a Expr, each: &mut dyn FnMut(&'a [Stmt])) {
        if let ExprKind::Block(body, _) = &expr.kind {
            each(body);
        }
        visit::for_operands(expr, &mut |e| in_expr(e, each));
    }
    visit::for_parts(stmt, &mut |part| match part {
        Part::Block(block) => each(block),
        Part::Expr(expr) => in_expr(expr, each),
        Part::Target(..) => {}
    });
}

/// Whether a statement does nothing about a variable but give it a value, by name.
fn assigns(stmt: &Stmt, v: Variable) -> bool {
    match &stmt.kind {
        StmtKind::Assign(target, value) => holds(target, v) && visit::mentions_in(value, v) == 0,
        _ => false,
    }
}

/// Whether a target is the variable, or unpacks into it and other variables.
fn holds(target: &Target, v: Variable) -> bool {
    match target {
        Target::Local(other) => *other == v,
        Target::Unpack(targets, _) => {
            let plain = |t: &Target| matches!(t, Target::Local(_) | Target::Field(_));
            targets.iter().all(plain) && targets.iter().filter(|t| **t == Target::Local(v)).count() == 1
        }
        Target::Field(_) | Target::Index(..) | Target::Attribute(..) => false,
    }
}

/// Whether a statement gives a variable a value, before anything reads it, on every path that goes on.
fn always_assigns(stmt: &Stmt, v: Variable) -> bool {
    match &stmt.kind {
        StmtKind::If { condition, then, otherwise } => {
            let within = |block: &[Stmt]| {
                let first = block.iter().find(|s| {
                    visit::mentions(std::slice::from_ref(s), v) > 0 || visit::diverges(std::slice::from_ref(s), false)
                });
                first.is_some_and(|s| {
                    let is_about = visit::mentions(std::slice::from_ref(s), v) > 0;
                    if is_about { assigns(s, v) || always_assigns(s, v) } else { true }
                })
            };
            visit::mentions_in(condition, v) == 0 && within(then) && within(otherwise)
        }
        _ => false,
    }
}
