//! Which values of a script are NumPy's, by their types.

use remotemedia_ir::script::{Expr, ExprKind, Literal, Ty};
use remotemedia_runtime_min::py::array::Dtype;

/// Whether values of a type are NumPy's, or tuples with such.
pub fn is_numpy(ty: &Ty) -> bool {
    match ty {
        Ty::Array { .. } | Ty::Scalar(_) => true,
        Ty::Tuple(items) => items.iter().any(is_numpy),
        Ty::Any
        | Ty::None
        | Ty::Bool
        | Ty::Int
        | Ty::Float
        | Ty::Str
        | Ty::List
        | Ty::Dict
        | Ty::Record(_)
        | Ty::Never => false,
    }
}

/// Whether values of a type are arrays.
pub fn is_array(ty: &Ty) -> bool {
    matches!(ty, Ty::Array { .. })
}

/// Whether values of a type are NumPy scalars.
pub fn is_scalar(ty: &Ty) -> bool {
    matches!(ty, Ty::Scalar(_))
}

/// Whether an operator on two values is NumPy's, and on nothing that it would have to make an array of first.
pub fn is_operator(a: &Ty, b: &Ty) -> bool {
    let fits = |t: &Ty| is_array(t) || t.is_number();
    fits(a) && fits(b) && (is_array(a) || is_scalar(a) || is_array(b) || is_scalar(b))
}

/// Whether a subscript consists of numbers and slices, so that it names a view.
pub fn is_view(index: &Expr) -> bool {
    let is_part = |part: &Expr| {
        matches!(part.ty, Ty::Int | Ty::None | Ty::Scalar(Dtype::I64))
            || matches!(part.kind, ExprKind::Slice(_))
            || part.as_literal() == Some(&Literal::Ellipsis)
    };
    match &index.kind {
        ExprKind::Tuple(parts) => parts.iter().all(is_part),
        _ => is_part(index),
    }
}
