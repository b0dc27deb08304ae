//! The reference evaluator of scripts, and what the compiler computes with it: constants, and what `__init__` leaves behind.
//!
//! It follows the tree and holds every value as a `Value` of the runtime; the operators are the runtime's, so it has no arithmetic of its
//! own.

mod frame;
mod literal;
mod machine;

pub use frame::{Flow, Frame, Islands};
pub use literal::{from_value, to_value};
pub use machine::{Machine, Program};

use crate::script::{
    Expr, ExprKind, Function, FunctionId, Gives, Literal, Local, Record, Script, Stmt, StmtKind, Takes, Ty,
};
use remotemedia_runtime_min::py::regex::PATTERN;
use remotemedia_runtime_min::py::{Exception, ops};

/// Steps that the compiler takes at most to find a constant: `__init__` that runs longer than this does not end.
const MOST_STEPS: u64 = 20_000_000;

/// Why there is no constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Unfit {
    Raises(Exception),
    /// The value cannot be written down.
    NoConstant(String),
}

impl From<Exception> for Unfit {
    fn from(exception: Exception) -> Unfit {
        Unfit::Raises(exception)
    }
}

/// The truth of a constant, if it has one.
pub fn truth(literal: &Literal) -> Option<bool> {
    ops::truth(&to_value(literal)).ok()
}

/// The constant that an operation on constants gives; none where it raises, depends on more, or is large.
pub fn fold(value: &Expr) -> Option<Literal> {
    let small = |e: &Expr| {
        matches!(
            e.kind,
            ExprKind::Literal(
                Literal::None
                    | Literal::Bool(_)
                    | Literal::Int(_)
                    | Literal::Float(_)
                    | Literal::Str(_)
                    | Literal::Scalar(..)
                    | Literal::Type(_)
            )
        )
    };
    let foldable = match &value.kind {
        ExprKind::Unary(_, a) | ExprKind::Not(a) | ExprKind::Truth(a) => small(a),
        ExprKind::Binary(_, a, b) | ExprKind::Compare(_, a, b) => small(a) && small(b),
        // `dtype.name`
        ExprKind::Attribute(a, _) => matches!(a.kind, ExprKind::Literal(Literal::Type(_))),
        // Functions of numbers and texts alone.
        ExprKind::Call(f, args) => {
            let name = f.to_string();
            let is_pure = name.starts_with("math.")
                || matches!(
                    name.as_str(),
                    "abs" | "int" | "float" | "bool" | "round" | "len" | "str" | "re.compile" | "re.escape"
                );
            is_pure && args.iter().all(small)
        }
        _ => false,
    };
    if !foldable {
        return None;
    }
    let mut machine = Machine::constant(&[]);
    let result = machine.value(value, &mut Vec::new()).ok()?;
    let literal = from_value(&result).ok()?;
    let fits = match &literal {
        Literal::Str(text) => text.len() <= 256,
        Literal::None | Literal::Bool(_) | Literal::Int(_) | Literal::Float(_) | Literal::Scalar(..) => true,
        Literal::Record { class, .. } => class == PATTERN,
        _ => false,
    };
    fits.then_some(literal)
}

/// The value of an expression that needs no fields.
///
/// # Errors
/// Where it raises, or is no constant.
pub fn constant(
    records: &[Record],
    functions: &[Function],
    locals: &[Local],
    body: &[Stmt],
    value: &Expr,
) -> Result<Literal, Unfit> {
    let mut all = functions.to_vec();
    let mut body = body.to_vec();
    body.push(Stmt { line: value.line, kind: StmtKind::Return(Some(value.clone())) });
    all.push(Function { name: "<module>".to_owned(), parameters: 0, locals: locals.to_vec(), body, returns: Ty::Any });
    let script = Script {
        name: String::new(),
        file: String::new(),
        fields: Vec::new(),
        records: records.to_vec(),
        process: FunctionId(all.len() - 1),
        functions: all,
        finish: Vec::new(),
        takes: Takes::Message,
        gives: Gives { audio: None, messages: None },
    };
    let mut machine = Machine::new(&script);
    machine.limit(MOST_STEPS);
    let result = machine.invoke(script.process, Vec::new(), &mut |_| Ok(()))?;
    from_value(&result).map_err(Unfit::NoConstant)
}

/// What the fields hold once these functions have run; none for a field that nothing has set. True beside one that shares the
/// elements of an array with another.
///
/// # Errors
/// Where one of them raises, or a field holds what is no constant.
pub fn fields_after(
    script: &Script,
    steps: &[(FunctionId, Vec<Literal>)],
) -> Result<Vec<Option<(Literal, bool)>>, Unfit> {
    let mut machine = Machine::unset(script);
    machine.limit(MOST_STEPS);
    for (function, args) in steps {
        let args = args.iter().map(to_value).collect();
        machine.invoke(*function, args, &mut |_| Ok(()))?;
    }
    literal::fields(&script.fields, machine.fields()).map_err(Unfit::NoConstant)
}
