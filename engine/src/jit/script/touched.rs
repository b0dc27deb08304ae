//! What a loop touches: numbers that are held in registers, and arrays whose elements are read and written where they are.

use super::rep::Rep;
use remotemedia_ir::script::visit::{self, Visit, has_effects};
use remotemedia_ir::script::{
    Dim, Expr, ExprKind, FieldId, Function, FunctionId, Script, Stmt, StmtKind, Target, Ty, Variable,
};
use remotemedia_runtime_min::py::array::Dtype;

/// A variable of the function or a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    Variable(Variable),
    Field(FieldId),
}

impl Place {
    /// The place that an expression names.
    pub fn of(expr: &Expr) -> Option<Place> {
        match expr.kind {
            ExprKind::Local(v) => Some(Place::Variable(v)),
            ExprKind::Field(f) => Some(Place::Field(f)),
            _ => None,
        }
    }

    /// The place that is assigned to.
    pub fn of_target(target: &Target) -> Option<Place> {
        match target {
            Target::Local(v) => Some(Place::Variable(*v)),
            Target::Field(f) => Some(Place::Field(*f)),
            Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => None,
        }
    }
}

/// A number that lives in a register while the loop runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    pub place: Place,
    pub rep: Rep,
    /// Whether the loop may give it another value.
    pub is_written: bool,
}

/// An array of floats with one or two axes that is indexed by numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexed {
    pub place: Place,
    pub dtype: Dtype,
    pub axes: usize,
}

/// All of it, each in the order of its first mention.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    pub slots: Vec<Slot>,
    pub arrays: Vec<Indexed>,
    /// Places that may hold anything.
    pub loose: Vec<Place>,
    /// Functions that are called, also by one another.
    pub called: Vec<FunctionId>,
}

impl Touched {
    /// What a loop of a function touches, and of the fields what the functions do that it calls.
    pub fn of(script: &Script, function: &Function, stmt: &Stmt) -> Touched {
        let mut find = Find { script, function: Some(function), found: Touched::default() };
        visit::stmts(std::slice::from_ref(stmt), &mut find);
        find.function = None;
        let mut next = 0;
        while let Some(id) = find.found.called.get(next).copied() {
            next += 1;
            if let Some(function) = script.functions.get(id.0) {
                visit::stmts(&function.body, &mut find);
            }
        }
        find.found
    }

    /// Holds in registers what has turned out to be numbers, too, and notes which may get other values.
    pub fn settle(&mut self, numbers: Vec<(Place, Rep)>, stmt: &Stmt) {
        self.slots.extend(numbers.into_iter().map(|(place, rep)| Slot { place, rep, is_written: false }));
        let effects = Effects::of_stmt(stmt);
        for slot in &mut self.slots {
            slot.is_written = effects.may_set(slot.place);
        }
    }

    /// The number of a slot.
    pub fn slot(&self, place: Place) -> Option<usize> {
        self.slots.iter().position(|s| s.place == place)
    }

    /// The number of an array.
    pub fn array(&self, indexed: Indexed) -> Option<usize> {
        self.arrays.iter().position(|a| *a == indexed)
    }
}

struct Find<'a> {
    script: &'a Script,
    /// Whose variables are meant; none in functions that are called.
    function: Option<&'a Function>,
    found: Touched,
}

impl Find<'_> {
    fn place(&mut self, place: Place) {
        let ty = match place {
            Place::Variable(v) => self.function.and_then(|f| f.locals.get(v.0)).map(|l| &l.ty),
            Place::Field(f) => self.script.fields.get(f.0).map(|f| &f.ty),
        };
        if ty == Some(&Ty::Any) && !self.found.loose.contains(&place) {
            self.found.loose.push(place);
        }
        if let Some(rep) = ty.and_then(Rep::of)
            && self.found.slot(place).is_none()
        {
            self.found.slots.push(Slot { place, rep, is_written: false });
        }
    }

    fn index(&mut self, object: &Expr, index: &Expr) {
        if let Some(Element { indexed, .. }) = element(object, index)
            && self.found.array(indexed).is_none()
            && (self.function.is_some() || matches!(indexed.place, Place::Field(_)))
        {
            self.found.arrays.push(indexed);
        }
    }
}

impl Visit for Find<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let Some(place) = Place::of(expr) {
            self.place(place);
        }
        if let ExprKind::Index(object, index) = &expr.kind {
            self.index(object, index);
        }
        if let ExprKind::Invoke(id, _) = expr.kind
            && !self.found.called.contains(&id)
        {
            self.found.called.push(id);
        }
    }

    fn target(&mut self, target: &Target, _is_augmented: bool) {
        if let Some(place) = Place::of_target(target) {
            self.place(place);
        }
        if let Target::Index(object, index) = target {
            self.index(object, index);
        }
    }
}

/// An element of floats of an array that has a name.
pub struct Element<'e> {
    pub indexed: Indexed,
    /// A number for each axis.
    pub places: Vec<&'e Expr>,
    /// The line of the row, where the element is one of a row: `array[i][j]`.
    pub row: Option<u32>,
}

/// The element that an index names; none if it is not known to be one.
pub fn element<'e>(object: &'e Expr, index: &'e Expr) -> Option<Element<'e>> {
    let (array, row, places) = match (&object.kind, &index.kind) {
        (ExprKind::Index(array, row), _) => (&**array, Some(object.line), vec![&**row, index]),
        (_, ExprKind::Tuple(items)) => (object, None, items.iter().collect()),
        _ => (object, None, vec![index]),
    };
    let Ty::Array { dtype: Some(dtype @ (Dtype::F32 | Dtype::F64)), shape: Some(shape) } = &array.ty else {
        return None;
    };
    let shape: &[Dim] = shape;
    let fits = places.len() == shape.len() && matches!(places.len(), 1 | 2);
    let is_steady = places.iter().all(|p| p.ty == Ty::Int && !has_effects(p));
    let indexed = Indexed { place: Place::of(array)?, dtype: *dtype, axes: places.len() };
    (fits && is_steady).then_some(Element { indexed, places, row })
}

/// What a statement or an expression may read and change.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    reads: Vec<Place>,
    sets: Vec<Place>,
    /// Functions of the class are called, which may read and set every field.
    calls: bool,
}

impl Effects {
    /// Of a statement.
    pub fn of_stmt(stmt: &Stmt) -> Effects {
        let mut effects = Effects::default();
        visit::stmts(std::slice::from_ref(stmt), &mut effects);
        effects
    }

    /// Of an expression.
    pub fn of_expr(expr: &Expr) -> Effects {
        let mut effects = Effects::default();
        visit::expr(expr, &mut effects);
        effects
    }

    /// Of giving a target a value.
    pub fn of_target(target: &Target, line: u32) -> Effects {
        let nothing = Expr::literal(remotemedia_ir::script::Literal::None, line);
        Effects::of_stmt(&Stmt { kind: StmtKind::Assign(target.clone(), nothing), line })
    }

    /// Whether a place is read.
    pub fn may_read(&self, place: Place) -> bool {
        self.reads.contains(&place) || self.calls && matches!(place, Place::Field(_))
    }

    /// Whether a place gets another value.
    pub fn may_set(&self, place: Place) -> bool {
        self.sets.contains(&place) || self.calls && matches!(place, Place::Field(_))
    }
}

impl Visit for Effects {
    fn expr(&mut self, expr: &Expr) {
        self.reads.extend(Place::of(expr));
        self.calls |= matches!(expr.kind, ExprKind::Invoke(..));
    }

    fn target(&mut self, target: &Target, is_augmented: bool) {
        let place = Place::of_target(target);
        self.sets.extend(place);
        if is_augmented {
            self.reads.extend(place);
        }
    }
}
