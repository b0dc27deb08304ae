//! The types that each operation takes and gives: rule 3 of kernels, with rule 9.

use crate::kernel::{Binary, Compare, Kernel, Line, Math, Op, Scalar, Table, Ty, Unary, ValueId};

/// What is wrong with an operation whose operands are defined and whose value is of type `ty`.
pub(super) fn check(kernel: &Kernel, op: &Op, ty: Ty) -> Result<(), String> {
    let of = |v: &ValueId| kernel.ty(*v);
    match op {
        Op::Const(constant) => gives(ty, Ty::scalar(constant.scalar())),
        Op::Input(port) => gives(ty, found(kernel.inputs.get(usize::from(*port)), format_args!("input {port}"))?.ty()),
        Op::State(id) => gives(ty, found(kernel.states.get(id.index()), id)?.ty),
        Op::Local(id) => gives(ty, found(kernel.locals.get(id.index()), id)?.ty),
        Op::Line { line, ago } => {
            let Line { name: _, ty: line_ty, length } = found(kernel.lines.get(line.index()), line)?;
            if *ago == 0 || ago > length {
                return Err(format!("`{line}` of length {length} is read {ago} pushes back"));
            }
            gives(ty, *line_ty)
        }
        Op::LineAt { line, ago } => {
            expects("line_at", of(ago), Ty::scalar(Scalar::I32))?;
            gives(ty, found(kernel.lines.get(line.index()), line)?.ty)
        }
        Op::Table { table, index } => {
            expects("lookup", of(index), Ty::scalar(Scalar::I32))?;
            gives(ty, Ty::scalar(element(found(kernel.tables.get(table.index()), table)?)?))
        }
        Op::Splat(v) => {
            expects("splat", of(v), Ty::scalar(of(v).scalar))?;
            gives(ty, Ty::vector(of(v).scalar, ty.lanes))
        }
        Op::Lane(v, lane) => {
            if *lane >= of(v).lanes {
                return Err(format!("lane {lane} of `{v}`, which has {}", of(v).lanes));
            }
            gives(ty, Ty::scalar(of(v).scalar))
        }
        Op::Compose(list) => {
            list.iter().try_for_each(|v| expects("compose", of(v), Ty::scalar(ty.scalar)))?;
            if list.len() == usize::from(ty.lanes) {
                Ok(())
            } else {
                Err(format!("`compose` of {} scalars gives `{ty}`", list.len()))
            }
        }
        Op::Unary(op, v) => {
            allowed(op.name(), unary(*op, of(v).scalar), of(v))?;
            gives(ty, of(v))
        }
        Op::Binary(op, a, b) => {
            expects(op.name(), of(b), of(a))?;
            allowed(op.name(), binary(*op, of(a).scalar), of(a))?;
            gives(ty, of(a))
        }
        Op::Compare(op, a, b) => {
            expects(op.name(), of(b), of(a))?;
            allowed(op.name(), compare(*op, of(a).scalar), of(a))?;
            gives(ty, Ty::vector(Scalar::Bool, of(a).lanes))
        }
        Op::Select(condition, a, b) => {
            expects("select", of(b), of(a))?;
            expects("select", of(condition), Ty::vector(Scalar::Bool, of(a).lanes))?;
            gives(ty, of(a))
        }
        Op::Convert(v) => {
            if ty.scalar == Scalar::Bool && of(v).scalar != Scalar::Bool {
                return Err(format!("`convert` from `{}` to bool", of(v)));
            }
            gives(ty, Ty::vector(ty.scalar, of(v).lanes))
        }
        Op::Math(function, list) => {
            if list.len() != function.arguments() {
                return Err(format!("`{}` of {} arguments", function.name(), list.len()));
            }
            allowed(function.name(), ty.scalar.is_float(), ty)?;
            list.iter().try_for_each(|v| expects(function.name(), of(v), ty))
        }
        Op::Section(id, v) => {
            let section = found(kernel.sections.get(id.index()), id)?;
            allowed("section", of(v).scalar.is_float(), of(v))?;
            expects("section", of(v), Ty::vector(of(v).scalar, section.lanes))?;
            gives(ty, of(v))
        }
        Op::Fir { line, table, input } => {
            let Line { name: _, ty: line_ty, length } = found(kernel.lines.get(line.index()), line)?;
            let taps = found(kernel.tables.get(table.index()), table)?;
            if taps.values.len() as u64 > u64::from(*length) + 1 {
                return Err(format!("`fir` of {} values over `{line}` of length {length}", taps.values.len()));
            }
            allowed("fir", of(input).scalar.is_float() && element(taps)?.is_float(), of(input))?;
            expects("fir", of(input), *line_ty)?;
            gives(ty, *line_ty)
        }
    }
}

impl Math {
    /// How many arguments it takes.
    pub fn arguments(self) -> usize {
        match self {
            Math::Pow | Math::Atan2 => 2,
            Math::Sin
            | Math::Cos
            | Math::Tan
            | Math::Tanh
            | Math::Atan
            | Math::Exp
            | Math::Exp2
            | Math::Ln
            | Math::Log2
            | Math::Log10 => 1,
        }
    }
}

fn found<T>(entry: Option<&T>, id: impl std::fmt::Display) -> Result<&T, String> {
    entry.ok_or_else(|| format!("`{id}` does not exist"))
}

fn gives(ty: Ty, expected: Ty) -> Result<(), String> {
    if ty == expected { Ok(()) } else { Err(format!("is of type `{ty}`, its operation gives `{expected}`")) }
}

fn expects(what: &str, found: Ty, expected: Ty) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("`{what}` expects `{expected}`, found `{found}`")) }
}

fn allowed(what: &str, holds: bool, ty: Ty) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("`{what}` does not take `{ty}`")) }
}

/// The type of a table's values; that they are of one type is checked with the table.
fn element(table: &Table) -> Result<Scalar, String> {
    table.values.first().map(|c| c.scalar()).ok_or_else(|| "an empty table".into())
}

fn is_integer(scalar: Scalar) -> bool {
    match scalar {
        Scalar::I32 | Scalar::I64 => true,
        Scalar::F32 | Scalar::F64 | Scalar::Bool => false,
    }
}

fn unary(op: Unary, scalar: Scalar) -> bool {
    match op {
        Unary::Neg | Unary::Abs => scalar != Scalar::Bool,
        Unary::Not => !scalar.is_float(),
        Unary::Sqrt | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round => scalar.is_float(),
    }
}

fn binary(op: Binary, scalar: Scalar) -> bool {
    match op {
        Binary::Add | Binary::Sub | Binary::Mul | Binary::Div | Binary::Rem | Binary::Min | Binary::Max => {
            scalar != Scalar::Bool
        }
        Binary::And | Binary::Or | Binary::Xor => !scalar.is_float(),
        Binary::Shl | Binary::Shr => is_integer(scalar),
    }
}

fn compare(op: Compare, scalar: Scalar) -> bool {
    match op {
        Compare::Eq | Compare::Ne => true,
        Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => scalar != Scalar::Bool,
    }
}
