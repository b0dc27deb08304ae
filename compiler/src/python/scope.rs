//! The variables of a function while it is lowered, and what happens to them where ways part and meet.
//!
//! A name has one variable for each type that it has in turn. Where two ways meet with different types, both assign to the variable of the
//! joined type, so that behind it there is one again.

use super::closures::Closure;
use remotemedia_ir::script::{Expr, Local, Stmt, Ty, Variable};
use rustpython_parser::ast;
use std::collections::{BTreeMap, BTreeSet};

/// What a name stands for at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub variable: Variable,
    pub ty: Ty,
    /// On some way to here it has not been set.
    pub perhaps_unset: bool,
}

/// Names at a place.
pub type Names = BTreeMap<String, Slot>;

/// A loop around the place.
#[derive(Debug)]
pub struct Loop {
    /// What the next iteration expects.
    pub head: Names,
    /// What follows the loop expects; grows with each `break`.
    pub exit: Option<Names>,
    /// An iteration ended with a type that the head does not have.
    pub widened: Option<Names>,
    /// Names that only iterations set.
    pub inner: Names,
}

/// A function while it is lowered.
#[derive(Debug, Default)]
pub struct Scope<'m> {
    pub locals: Vec<Local>,
    pub variables: BTreeMap<(String, String), Variable>,
    /// None behind what never goes on.
    pub names: Option<Names>,
    pub loops: Vec<Loop>,
    /// Types that it returns or yields.
    pub returns: Seen,
    pub temporaries: usize,
    /// The statements of the function.
    pub body: &'m [ast::Stmt],
    /// Functions that are defined in it, and lambdas that have a name.
    pub closures: BTreeMap<String, Closure<'m>>,
    /// Of a function in a function: the names around it that it sees, and the closures that it has from there.
    pub seen: BTreeSet<String>,
    pub inherited: BTreeSet<String>,
    /// For names that are read where they may not be set, whether they are.
    pub flags: BTreeMap<String, Variable>,
    /// The class that has the method, by its place in the lineage of the node's.
    pub owner: Option<usize>,
    /// The name of `**kwargs`, where `__init__` only hands them on.
    pub rest: Option<String>,
    /// What `cls` is.
    pub class: Option<String>,
    /// The comprehension or lambda around the place: a number of its own, 0 outside of all.
    pub inside: usize,
    pub comprehensions: usize,
    /// Names that have one variable, of one type, wherever they are set: whoever catches an exception does not know where it came from.
    pub pinned: BTreeMap<String, Ty>,
    /// The types of what names were given, for each `try` around the place.
    pub watched: Vec<BTreeMap<String, Vec<Ty>>>,
    /// `error` of `except ValueError as error`: its message and the name of its type.
    pub caught: BTreeMap<String, (Variable, Variable)>,
    /// The handlers around the place, and what they call the exception; innermost last.
    pub handlers: Vec<Option<String>>,
    /// Blocks of `try` around the place.
    pub blocks: usize,
    /// Blocks of statements around the place, the function's own among them.
    pub depth: usize,
    /// A statement with blocks of its own went before, so that the function may have been left.
    pub is_forked: bool,
    /// The `finally`s that follow when the place is left; innermost last.
    pub finals: Vec<Final<'m>>,
}

/// What `finally` does.
#[derive(Clone, Copy, Debug)]
pub struct Final<'m> {
    pub body: &'m [ast::Stmt],
    /// Loops around it.
    pub loops: usize,
    /// True once it is being done on the way out, where something leaves the block.
    pub is_done: Option<Variable>,
}

/// The join of what was seen; nothing at first.
#[derive(Debug)]
pub struct Seen(pub Ty);

impl Default for Seen {
    fn default() -> Seen {
        Seen(Ty::Never)
    }
}

impl Scope<'_> {
    /// The variable of a name for a type.
    pub fn variable(&mut self, name: &str, ty: &Ty) -> Variable {
        let owner = if self.inside == 0 { String::new() } else { format!(" in {}", self.inside) };
        let key = (format!("{name}{owner}"), format!("{ty:?}"));
        let next = Variable(self.locals.len());
        let variable = *self.variables.entry(key).or_insert(next);
        if variable == next {
            self.locals.push(Local { name: name.to_owned(), ty: ty.clone() });
        }
        variable
    }

    /// Whether a slot is a variable of the function itself, not of a comprehension or lambda in it.
    pub fn is_of_function(&self, name: &str, slot: &Slot) -> bool {
        self.variables.get(&(name.to_owned(), format!("{:?}", slot.ty))) == Some(&slot.variable)
    }

    /// Sets a name from here on and gives its variable.
    pub fn set(&mut self, name: &str, ty: &Ty) -> Variable {
        let is_own = self.inside == 0;
        let ty = match self.pinned.get(name).filter(|_| is_own) {
            Some(pinned) => pinned.join(ty),
            None => ty.clone(),
        };
        if is_own {
            self.caught.remove(name);
            for watched in &mut self.watched {
                let types = watched.entry(name.to_owned()).or_default();
                if !types.contains(&ty) {
                    types.push(ty.clone());
                }
            }
        }
        let variable = self.variable(name, &ty);
        if let Some(names) = &mut self.names {
            names.insert(name.to_owned(), Slot { variable, ty, perhaps_unset: false });
        }
        variable
    }

    /// Enters a comprehension or lambda: names that it sets are its own, until [`Scope::leave`].
    pub fn enter(&mut self) -> (Option<Names>, usize) {
        self.comprehensions += 1;
        (self.names.clone(), std::mem::replace(&mut self.inside, self.comprehensions))
    }

    /// Back to what was around it.
    pub fn leave(&mut self, (names, inside): (Option<Names>, usize)) {
        self.names = names;
        self.inside = inside;
    }

    /// A variable that no name of the source can be.
    pub fn temporary(&mut self, ty: &Ty) -> Variable {
        self.temporaries += 1;
        self.called(format!("t{}", self.temporaries), ty)
    }

    /// The same with a name, for whoever reads generated code.
    pub fn called(&mut self, name: String, ty: &Ty) -> Variable {
        let variable = Variable(self.locals.len());
        self.locals.push(Local { name, ty: ty.clone() });
        variable
    }

    /// What both expect: the join of their types.
    pub fn joined(&mut self, a: &Names, b: &Names) -> Names {
        let mut out = Names::new();
        for name in a.keys().chain(b.keys()) {
            if out.contains_key(name) {
                continue;
            }
            let slot = match (a.get(name), b.get(name)) {
                (Some(x), Some(y)) if x.variable == y.variable => {
                    Slot { perhaps_unset: x.perhaps_unset || y.perhaps_unset, ..x.clone() }
                }
                (Some(x), Some(y)) => {
                    let ty = x.ty.join(&y.ty);
                    let perhaps_unset = x.perhaps_unset || y.perhaps_unset;
                    Slot { variable: self.variable(name, &ty), ty, perhaps_unset }
                }
                (Some(x), None) | (None, Some(x)) => Slot { perhaps_unset: true, ..x.clone() },
                (None, None) => continue,
            };
            out.insert(name.clone(), slot);
        }
        out
    }

    /// Assignments that bring names to what a place expects.
    pub fn bring(&self, from: &Names, to: &Names, line: u32) -> Vec<Stmt> {
        let mut out = Vec::new();
        for (name, want) in to {
            if let Some(have) = from.get(name)
                && have.variable != want.variable
            {
                // Of what is not set no type is promised.
                let ty = if have.perhaps_unset { Ty::Any } else { have.ty.clone() };
                let value = Expr::local(have.variable, ty, line);
                out.push(Stmt::set(want.variable, value, line));
            }
        }
        out
    }

    /// Where two ways meet: each gets the assignments that it needs at its end.
    pub fn meet(&mut self, a: (Option<Names>, &mut Vec<Stmt>), b: (Option<Names>, &mut Vec<Stmt>), line: u32) {
        self.meet_all(vec![a, b], line);
    }

    /// The same for any number of ways.
    pub fn meet_all(&mut self, ways: Vec<(Option<Names>, &mut Vec<Stmt>)>, line: u32) {
        let ways = ways.into_iter().filter_map(|(names, out)| Some((names?, out)));
        let ways: Vec<(Names, &mut Vec<Stmt>)> = ways.collect();
        let mut all: Option<Names> = None;
        for (names, _) in &ways {
            all = Some(match all {
                Some(all) => self.joined(&all, names),
                None => names.clone(),
            });
        }
        for (names, out) in ways {
            let brought = all.iter().flat_map(|all| self.bring(&names, all, line)).collect::<Vec<_>>();
            out.extend(brought);
        }
        self.names = all;
    }
}
