//! Numbers whose type the compiler does not know: a field that begins as a float and goes on as a `np.float32`, and what is computed of it.
//!
//! When a loop is come to, the values are there to be looked at. Machine code is made for the types that they have then, if everything that
//! the loop assigns keeps them; for other types it is made again.

use super::rep::Rep;
use super::touched::Place;
use remotemedia_ir::script::visit::{self, Visit};
use remotemedia_ir::script::{
    Binary, Compare, Expr, ExprKind, Function, FunctionId, Iterable, Literal, Script, Stmt, StmtKind, Target, Ty,
    Unary, Variable,
};
use remotemedia_runtime_min::py::Value;
use remotemedia_runtime_min::py::array::{Dtype, Scalar};
use remotemedia_runtime_min::py::table::TABLE;

/// What a place holds that may hold anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    Number(Rep),
    /// `None`, or nothing yet.
    Nothing,
    Other,
}

impl Tag {
    /// Of a value.
    pub fn of(value: Option<&Value>) -> Tag {
        match value {
            Some(Value::Bool(_)) => Tag::Number(Rep::Bool),
            Some(Value::Int(_)) => Tag::Number(Rep::Int),
            Some(Value::Float(_)) => Tag::Number(Rep::Float),
            Some(Value::Scalar(Scalar::Bool(_))) => Tag::Number(Rep::NpBool),
            Some(Value::Scalar(Scalar::F32(_))) => Tag::Number(Rep::F32),
            Some(Value::Scalar(Scalar::F64(_))) => Tag::Number(Rep::F64),
            Some(Value::None) | None => Tag::Nothing,
            Some(_) => Tag::Other,
        }
    }
}

/// What an operator on numbers gives; none where that depends on the numbers, or is none of these.
pub fn gives(op: Binary, a: Rep, b: Rep, exponent: Option<&Literal>) -> Option<Rep> {
    if !a.is_number() || !b.is_number() {
        return None;
    }
    let is_bitwise = matches!(op, Binary::And | Binary::Or | Binary::Xor);
    let is_shift = matches!(op, Binary::Shl | Binary::Shr);
    match (a, b) {
        _ if op == Binary::MatMul => None,
        (Rep::Bool | Rep::Int, Rep::Bool | Rep::Int) => match op {
            Binary::Div => Some(Rep::Float),
            Binary::Pow if !matches!(exponent, Some(Literal::Int(n)) if *n >= 0) => None,
            _ if is_bitwise && a == Rep::Bool && b == Rep::Bool => Some(Rep::Bool),
            _ => Some(Rep::Int),
        },
        _ if is_bitwise || is_shift => None,
        _ if a.is_python() && b.is_python() => Some(Rep::Float),
        (Rep::F64, _) | (_, Rep::F64) => Some(Rep::F64),
        _ => Some(Rep::F32),
    }
}

/// What holds the value of an expression, by its type or by what holds the places in it.
pub fn rep_of(expr: &Expr, held: &dyn Fn(Place) -> Option<Rep>) -> Option<Rep> {
    if expr.ty != Ty::Any {
        return Rep::of(&expr.ty);
    }
    let rep = |e: &Expr| rep_of(e, held);
    let alike = |a: &Expr, b: &Expr| rep(a).filter(|x| rep(b) == Some(*x));
    match &expr.kind {
        ExprKind::Local(_) | ExprKind::Field(_) => held(Place::of(expr)?),
        ExprKind::Unary(op, a) => match (op, rep(a)?) {
            (_, Rep::Bool | Rep::Int) => Some(Rep::Int),
            (Unary::Neg | Unary::Pos, x @ (Rep::Float | Rep::F32 | Rep::F64)) => Some(x),
            (Unary::Invert, _) | (_, Rep::NpBool) => None,
        },
        ExprKind::Binary(op, a, b) => gives(*op, rep(a)?, rep(b)?, b.as_literal()),
        ExprKind::Compare(op, a, b) => {
            let (a, b) = (rep(a)?, rep(b)?);
            let is_order = !matches!(op, Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn);
            match a.is_python() && b.is_python() {
                _ if !is_order || !a.is_number() || !b.is_number() => None,
                true => Some(Rep::Bool),
                false => Some(Rep::NpBool),
            }
        }
        ExprKind::And(a, b) | ExprKind::Or(a, b) => alike(a, b),
        ExprKind::If { condition: _, then, otherwise } => alike(then, otherwise),
        ExprKind::Call(function, args) => match (TABLE[function.0].name, &args[..]) {
            ("abs", [x]) => rep(x).filter(|x| x.is_number()).map(|x| if x.is_whole() { Rep::Int } else { x }),
            ("min" | "max", [items, default]) if default.as_literal() == Some(&Literal::Ellipsis) => {
                let ExprKind::Tuple(items) = &items.kind else { return None };
                let first = rep(items.first()?).filter(|x| x.is_number())?;
                (items.len() >= 2 && items[1..].iter().all(|i| rep(i) == Some(first))).then_some(first)
            }
            _ => None,
        },
        ExprKind::Block(_, value) => rep(value),
        _ => None,
    }
}

/// What is known of a place so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing has been assigned.
    Open,
    Is(Rep),
    /// It changes its type, or is no number.
    Mixed,
}

/// Which of the places that may hold anything hold numbers of one type as long as the loop runs.
pub fn settled(
    script: &Script,
    function: &Function,
    stmt: &Stmt,
    called: &[FunctionId],
    places: &[(Place, Tag)],
) -> Vec<(Place, Rep)> {
    let state = |(place, tag): &(Place, Tag)| {
        let state = match (tag, place) {
            (Tag::Number(rep), _) => State::Is(*rep),
            // What only this loop assigns to is not `None`, but not set yet.
            (Tag::Nothing, Place::Variable(v)) if is_own(function, stmt, *v) => State::Open,
            (Tag::Nothing | Tag::Other, _) => State::Mixed,
        };
        (*place, state)
    };
    let mut walk = Walk { states: places.iter().map(state).collect(), in_loop: true, changed: true };
    loop {
        while walk.changed {
            walk.changed = false;
            walk.in_loop = true;
            visit::stmts(std::slice::from_ref(stmt), &mut walk);
            walk.in_loop = false;
            for function in called.iter().filter_map(|id| script.functions.get(id.0)) {
                visit::stmts(&function.body, &mut walk);
            }
        }
        // What still waits for something to be assigned waits for itself.
        let Some((_, open)) = walk.states.iter_mut().find(|(_, state)| *state == State::Open) else { break };
        *open = State::Mixed;
        walk.changed = true;
    }
    let is = |(place, state): (Place, State)| match state {
        State::Is(rep) => Some((place, rep)),
        State::Open | State::Mixed => None,
    };
    walk.states.into_iter().filter_map(is).collect()
}

/// Whether nothing but a loop of a function assigns to a variable.
fn is_own(function: &Function, stmt: &Stmt, variable: Variable) -> bool {
    struct Count(Variable, usize);
    impl Visit for Count {
        fn target(&mut self, target: &Target, _is_augmented: bool) {
            self.1 += usize::from(*target == Target::Local(self.0));
        }
    }
    let count = |body: &[Stmt]| {
        let mut count = Count(variable, 0);
        visit::stmts(body, &mut count);
        count.1
    };
    variable.0 >= function.parameters && count(&function.body) == count(std::slice::from_ref(stmt))
}

struct Walk {
    states: Vec<(Place, State)>,
    /// In the loop itself; else in a function, whose variables are others.
    in_loop: bool,
    changed: bool,
}

impl Walk {
    fn state(&self, place: Place) -> Option<State> {
        let is_meant = self.in_loop || matches!(place, Place::Field(_));
        self.states.iter().find(|(p, _)| is_meant && *p == place).map(|(_, state)| *state)
    }

    fn rep(&self, expr: &Expr) -> Option<Rep> {
        rep_of(expr, &|place| match self.state(place) {
            Some(State::Is(rep)) => Some(rep),
            Some(State::Open | State::Mixed) | None => None,
        })
    }

    /// Whether the type of an expression may still come out.
    fn waits(&self, expr: &Expr) -> bool {
        struct Find<'w>(&'w Walk, bool);
        impl Visit for Find<'_> {
            fn expr(&mut self, expr: &Expr) {
                self.1 |= Place::of(expr).and_then(|place| self.0.state(place)) == Some(State::Open);
            }
        }
        let mut find = Find(self, false);
        visit::expr(expr, &mut find);
        find.1
    }

    fn set(&mut self, place: Place, rep: Option<Rep>) {
        let is_meant = self.in_loop || matches!(place, Place::Field(_));
        let Some((_, state)) = self.states.iter_mut().find(|(p, _)| is_meant && *p == place) else { return };
        let new = match (*state, rep) {
            (State::Open, Some(rep)) => State::Is(rep),
            (State::Is(was), Some(rep)) if was == rep => return,
            (State::Mixed, _) => return,
            _ => State::Mixed,
        };
        *state = new;
        self.changed = true;
    }

    /// Gives a target something of that type, or of a type that is not known.
    fn give(&mut self, target: &Target, rep: Option<Rep>) {
        if let Some(place) = Place::of_target(target) {
            self.set(place, rep);
        } else if let Target::Unpack(targets, _) = target {
            targets.iter().for_each(|t| self.give(t, None));
        }
    }

    fn assign(&mut self, target: &Target, value: &Expr) {
        match (target, &value.kind) {
            (Target::Unpack(targets, None), ExprKind::Tuple(values)) if targets.len() == values.len() => {
                targets.iter().zip(values).for_each(|(target, value)| self.assign(target, value));
            }
            _ => {
                let rep = self.rep(value);
                if rep.is_some() || !self.waits(value) {
                    self.give(target, rep);
                }
            }
        }
    }
}

impl Visit for Walk {
    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Assign(target, value) => self.assign(target, value),
            StmtKind::Augment(op, target, value) => {
                let Some(place) = Place::of_target(target) else { return };
                let (old, x) = (self.state(place), self.rep(value));
                match (old, x) {
                    (Some(State::Is(old)), Some(x)) => self.set(place, gives(*op, old, x, value.as_literal())),
                    (Some(State::Open), _) => {}
                    _ if self.waits(value) => {}
                    _ => self.set(place, None),
                }
            }
            StmtKind::For { target, iterable, body: _, otherwise: _ } => {
                let rep = match iterable {
                    Iterable::Range(..) => Some(Rep::Int),
                    Iterable::Values(values) => match &values.ty {
                        Ty::Array { dtype: Some(Dtype::F32), shape: Some(shape) } if shape.len() == 1 => Some(Rep::F32),
                        Ty::Array { dtype: Some(Dtype::F64), shape: Some(shape) } if shape.len() == 1 => Some(Rep::F64),
                        _ => None,
                    },
                };
                self.give(target, rep);
            }
            _ => {}
        }
    }
}
