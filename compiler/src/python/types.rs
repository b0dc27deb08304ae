//! What is known of a result from what is known of the operands.
//!
//! Rules are CPython's and NumPy's (NEP 50). Where a rule is not here, nothing is known of the result: that costs speed, never meaning.

use remotemedia_ir::script::{Binary, Class, Compare, Dim, Expr, Literal, Ty, Unary};
use remotemedia_runtime_min::py::array::{self, Dtype};
use remotemedia_runtime_min::py::table::TABLE;

/// The type's name in Python, for messages.
pub fn name(ty: &Ty) -> &'static str {
    match ty {
        Ty::Any | Ty::Never | Ty::Record(_) => "object",
        Ty::None => "NoneType",
        Ty::Bool => "bool",
        Ty::Int => "int",
        Ty::Float => "float",
        Ty::Str => "str",
        Ty::List => "list",
        Ty::Dict => "dict",
        Ty::Tuple(_) => "tuple",
        Ty::Array { .. } => "numpy.ndarray",
        Ty::Scalar(dtype) => match dtype {
            Dtype::Bool => "numpy.bool",
            Dtype::U8 => "numpy.uint8",
            Dtype::I16 => "numpy.int16",
            Dtype::I32 => "numpy.int32",
            Dtype::I64 => "numpy.int64",
            Dtype::F32 => "numpy.float32",
            Dtype::F64 => "numpy.float64",
            Dtype::C64 => "numpy.complex64",
            Dtype::C128 => "numpy.complex128",
        },
    }
}

/// Why an operation cannot be.
pub type Impossible = String;

fn is_python_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Bool | Ty::Int | Ty::Float)
}

/// The element type that two operands of NumPy are brought to (NEP 50).
fn promoted(a: &Ty, b: &Ty) -> Option<Dtype> {
    let strong = |t: &Ty| if *t == Ty::Bool { Some(Dtype::Bool) } else { t.dtype() };
    match (a, b) {
        (Ty::Int, t) | (t, Ty::Int) => strong(t).map(|d| if d == Dtype::Bool { Dtype::I64 } else { d }),
        (Ty::Float, t) | (t, Ty::Float) => strong(t).map(|d| if d < Dtype::F32 { Dtype::F64 } else { d }),
        (a, b) => Some(array::common(strong(a)?, strong(b)?)),
    }
}

/// The element type of an arithmetic operator.
fn computed(op: Binary, a: &Ty, b: &Ty) -> Option<Dtype> {
    let dtype = promoted(a, b)?;
    match op {
        Binary::Div if dtype < Dtype::F32 => Some(Dtype::F64),
        Binary::FloorDiv | Binary::Mod | Binary::Pow if dtype == Dtype::Bool => Some(Dtype::I64),
        _ => Some(dtype),
    }
}

fn shape(ty: &Ty) -> Option<&[Dim]> {
    match ty {
        Ty::Array { shape, .. } => shape.as_deref(),
        Ty::Bool | Ty::Int | Ty::Float | Ty::Scalar(_) => Some(&[]),
        _ => None,
    }
}

/// The shape that two operands are brought to.
fn broadcast(a: &Ty, b: &Ty) -> Option<Vec<Dim>> {
    let (a, b) = (shape(a)?, shape(b)?);
    let rank = a.len().max(b.len());
    let at = |s: &[Dim], i: usize| (i + s.len()).checked_sub(rank).map_or(Dim::Is(1), |i| s[i]);
    Some(
        (0..rank)
            .map(|i| match (at(a, i), at(b, i)) {
                (x, y) if x == y => x,
                (Dim::Is(1), x) | (x, Dim::Is(1)) => x,
                (Dim::Is(_), Dim::Unknown) | (Dim::Unknown, Dim::Is(_)) | (_, _) => Dim::Unknown,
            })
            .collect(),
    )
}

/// `a op b`.
///
/// # Errors
/// Where Python raises a `TypeError` whatever the values are.
pub fn binary(op: Binary, a: &Expr, b: &Expr) -> Result<Ty, Impossible> {
    let (left, right) = (&a.ty, &b.ty);
    let arithmetic = matches!(
        op,
        Binary::Add | Binary::Sub | Binary::Mul | Binary::Div | Binary::FloorDiv | Binary::Mod | Binary::Pow
    );
    Ok(match (left, right) {
        (Ty::Never, _) | (_, Ty::Never) => Ty::Never,
        (l, r) if is_python_number(l) && is_python_number(r) => {
            let float = *l == Ty::Float || *r == Ty::Float;
            match op {
                Binary::Div => Ty::Float,
                Binary::Pow if float => Ty::Float,
                Binary::Pow => match b.as_literal() {
                    Some(Literal::Int(n)) if *n >= 0 => Ty::Int,
                    _ => Ty::Any,
                },
                Binary::Add | Binary::Sub | Binary::Mul | Binary::FloorDiv | Binary::Mod => {
                    if float {
                        Ty::Float
                    } else {
                        Ty::Int
                    }
                }
                Binary::And | Binary::Or | Binary::Xor if *l == Ty::Bool && *r == Ty::Bool => Ty::Bool,
                Binary::And | Binary::Or | Binary::Xor | Binary::Shl | Binary::Shr if !float => Ty::Int,
                Binary::And | Binary::Or | Binary::Xor | Binary::Shl | Binary::Shr | Binary::MatMul => {
                    return Err(unsupported(op, left, right));
                }
            }
        }
        (Ty::Scalar(_) | Ty::Bool | Ty::Int | Ty::Float, Ty::Scalar(_))
        | (Ty::Scalar(_), Ty::Bool | Ty::Int | Ty::Float)
            if arithmetic =>
        {
            match computed(op, left, right) {
                Some(dtype @ (Dtype::F32 | Dtype::F64)) => Ty::Scalar(dtype),
                _ => Ty::Any,
            }
        }
        (Ty::Array { .. }, r) if arithmetic && (r.is_number() || matches!(r, Ty::Array { .. })) => {
            Ty::Array { dtype: computed(op, left, right), shape: broadcast(left, right) }
        }
        (l, Ty::Array { .. }) if arithmetic && l.is_number() => {
            Ty::Array { dtype: computed(op, left, right), shape: broadcast(left, right) }
        }
        (Ty::Array { dtype: Some(Dtype::Bool), .. }, Ty::Array { dtype: Some(Dtype::Bool), .. })
            if matches!(op, Binary::And | Binary::Or | Binary::Xor) =>
        {
            Ty::Array { dtype: Some(Dtype::Bool), shape: broadcast(left, right) }
        }
        (Ty::Str, Ty::Str) if op == Binary::Add => Ty::Str,
        (Ty::Str, _) if op == Binary::Mod => Ty::Str,
        (Ty::Str, Ty::Int | Ty::Bool) | (Ty::Int | Ty::Bool, Ty::Str) if op == Binary::Mul => Ty::Str,
        (Ty::List, Ty::List) if op == Binary::Add => Ty::List,
        (Ty::List, Ty::Int | Ty::Bool) | (Ty::Int | Ty::Bool, Ty::List) if op == Binary::Mul => Ty::List,
        (Ty::Tuple(a), Ty::Tuple(b)) if op == Binary::Add => Ty::Tuple(a.iter().chain(b).cloned().collect()),
        (Ty::Dict, Ty::Dict) if op == Binary::Or => Ty::Dict,
        (Ty::Tuple(_), Ty::Int | Ty::Bool) | (Ty::Int | Ty::Bool, Ty::Tuple(_)) if op == Binary::Mul => Ty::Any,
        (l, r) if is_plain(l) && is_plain(r) => return Err(unsupported(op, left, right)),
        _ => Ty::Any,
    })
}

/// True for types whose operators are all listed above.
fn is_plain(ty: &Ty) -> bool {
    matches!(ty, Ty::None | Ty::Bool | Ty::Int | Ty::Float | Ty::Str | Ty::List | Ty::Dict | Ty::Tuple(_))
}

fn unsupported(op: Binary, a: &Ty, b: &Ty) -> Impossible {
    format!("`{}` between `{}` and `{}`", sign(op), name(a), name(b))
}

/// An operator as it is written.
pub fn sign(op: Binary) -> &'static str {
    match op {
        Binary::Add => "+",
        Binary::Sub => "-",
        Binary::Mul => "*",
        Binary::Div => "/",
        Binary::FloorDiv => "//",
        Binary::Mod => "%",
        Binary::Pow => "**",
        Binary::MatMul => "@",
        Binary::And => "&",
        Binary::Or => "|",
        Binary::Xor => "^",
        Binary::Shl => "<<",
        Binary::Shr => ">>",
    }
}

/// `op a`.
///
/// # Errors
/// As [`binary`].
pub fn unary(op: Unary, a: &Ty) -> Result<Ty, Impossible> {
    Ok(match (op, a) {
        (_, Ty::Bool | Ty::Int) => Ty::Int,
        (Unary::Neg | Unary::Pos, t @ (Ty::Float | Ty::Scalar(_) | Ty::Array { .. })) => t.clone(),
        (Unary::Invert, t @ Ty::Array { dtype: Some(Dtype::Bool), .. }) => t.clone(),
        (_, Ty::None | Ty::Str | Ty::List | Ty::Dict | Ty::Tuple(_)) | (Unary::Invert, Ty::Float) => {
            return Err(format!("this operator on `{}`", name(a)));
        }
        _ => Ty::Any,
    })
}

/// `a op b` for a comparison.
///
/// # Errors
/// As [`binary`].
pub fn compare(op: Compare, a: &Ty, b: &Ty) -> Result<Ty, Impossible> {
    let is_order = matches!(op, Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge);
    Ok(match (op, a, b) {
        (Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn, _, _) => Ty::Bool,
        (_, Ty::Array { .. }, o) | (_, o, Ty::Array { .. }) if o.is_number() || matches!(o, Ty::Array { .. }) => {
            Ty::Array { dtype: Some(Dtype::Bool), shape: broadcast(a, b) }
        }
        (_, l, r) if is_python_number(l) && is_python_number(r) => Ty::Bool,
        (_, Ty::Str, Ty::Str) => Ty::Bool,
        (_, l, r) if is_plain(l) && is_plain(r) => {
            let sequences = matches!((l, r), (Ty::List, Ty::List) | (Ty::Tuple(_), Ty::Tuple(_)));
            if is_order && !sequences {
                return Err(format!("`<`, `>` or the like between `{}` and `{}`", name(l), name(r)));
            }
            Ty::Bool
        }
        // An array that is compared with `None` gives an array.
        (_, Ty::None, Ty::Record(_) | Ty::Scalar(_)) | (_, Ty::Record(_) | Ty::Scalar(_), Ty::None) if !is_order => {
            Ty::Bool
        }
        (_, Ty::Scalar(_), r) if r.is_number() => Ty::Scalar(Dtype::Bool),
        (_, l, Ty::Scalar(_)) if l.is_number() => Ty::Scalar(Dtype::Bool),
        _ => Ty::Any,
    })
}

/// Whether a value of a type is an instance of one of the classes, where that is known.
pub fn is_instance(ty: &Ty, classes: &[Class]) -> Option<bool> {
    let has = |c: Class| classes.contains(&c) || classes.contains(&Class::Object);
    Some(match ty {
        Ty::Any | Ty::Never | Ty::Record(_) => return None,
        Ty::None => has(Class::NoneType),
        Ty::Bool => has(Class::Bool) || has(Class::Int),
        Ty::Int => has(Class::Int),
        Ty::Float => has(Class::Float),
        Ty::Str => has(Class::Str),
        Ty::List => has(Class::List),
        Ty::Dict => has(Class::Dict),
        Ty::Tuple(_) => has(Class::Tuple),
        Ty::Array { .. } => has(Class::Array),
        Ty::Scalar(dtype) => {
            let floating = matches!(dtype, Dtype::F32 | Dtype::F64);
            let integer = matches!(dtype, Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64);
            has(Class::Scalar(*dtype))
                || has(Class::Generic)
                || has(Class::Number) && *dtype != Dtype::Bool
                || has(Class::Floating) && floating
                || has(Class::Integer) && integer
                || has(Class::Float) && *dtype == Dtype::F64
        }
    })
}

/// `a[index]`.
pub fn index(a: &Expr, at: &Expr) -> Ty {
    match (&a.ty, &at.ty, at.as_literal()) {
        (Ty::Tuple(items), _, Some(Literal::Int(i))) => {
            let i = if *i < 0 { *i + items.len() as i64 } else { *i };
            usize::try_from(i).ok().and_then(|i| items.get(i)).cloned().unwrap_or(Ty::Any)
        }
        (Ty::Str, _, _) => Ty::Str,
        (Ty::List, Ty::Any, _) if is_slice(at) => Ty::List,
        (Ty::Array { dtype, shape: Some(shape) }, Ty::Int | Ty::Bool | Ty::Scalar(Dtype::I64), _) => {
            match (shape.as_slice(), dtype) {
                ([_], Some(dtype)) => Ty::Scalar(*dtype),
                ([_, rest @ ..], _) if !rest.is_empty() => Ty::Array { dtype: *dtype, shape: Some(rest.to_vec()) },
                _ => Ty::Any,
            }
        }
        (Ty::Array { dtype, shape: Some(shape) }, Ty::Tuple(items), _)
            if items.len() == shape.len() && items.iter().all(|t| *t == Ty::Int) =>
        {
            dtype.map_or(Ty::Any, Ty::Scalar)
        }
        (Ty::Array { dtype, shape: Some(shape) }, Ty::Tuple(_), _) => {
            // Slices keep a dimension of unknown length, a whole number takes one away, `None` adds one.
            let remotemedia_ir::script::ExprKind::Tuple(parts) = &at.kind else { return Ty::Any };
            let mut left = Vec::new();
            let mut dims = shape.iter().copied();
            for part in parts {
                if part.ty == Ty::None {
                    left.push(Dim::Is(1));
                    continue;
                }
                let Some(dim) = dims.next() else { return Ty::Any };
                match part {
                    part if is_whole(part) => left.push(dim),
                    part if is_slice(part) => left.push(Dim::Unknown),
                    part if part.ty == Ty::Int => {}
                    _ => return Ty::Any,
                }
            }
            left.extend(dims);
            Ty::Array { dtype: *dtype, shape: Some(left) }
        }
        (Ty::Array { dtype, shape: Some(shape) }, Ty::Any, _) if is_slice(at) => {
            let mut shape = shape.clone();
            if let Some(first) = shape.first_mut()
                && !is_whole(at)
            {
                *first = Dim::Unknown;
            }
            Ty::Array { dtype: *dtype, shape: Some(shape) }
        }
        (Ty::Array { dtype, .. }, Ty::Array { dtype: Some(Dtype::Bool), .. }, _) => {
            Ty::Array { dtype: *dtype, shape: Some(vec![Dim::Unknown]) }
        }
        _ => Ty::Any,
    }
}

fn is_slice(expr: &Expr) -> bool {
    matches!(expr.kind, remotemedia_ir::script::ExprKind::Slice(_))
}

/// `:` alone.
fn is_whole(expr: &Expr) -> bool {
    match &expr.kind {
        remotemedia_ir::script::ExprKind::Slice(parts) => parts.iter().all(|p| p.as_literal() == Some(&Literal::None)),
        _ => false,
    }
}

/// `a.name`.
pub fn attribute(a: &Ty, name: &str) -> Ty {
    match (a, name) {
        (Ty::Array { dtype, shape }, "T") => {
            Ty::Array { dtype: *dtype, shape: shape.as_ref().map(|s| s.iter().rev().copied().collect()) }
        }
        (Ty::Array { .. } | Ty::Scalar(_), "size" | "ndim" | "nbytes" | "itemsize") => Ty::Int,
        (Ty::Array { shape: Some(shape), .. }, "shape") => Ty::Tuple(shape.iter().map(|_| Ty::Int).collect()),
        _ => Ty::Any,
    }
}

/// What a function or method gives; `args` in the order of its parameters.
pub fn call(function: &str, args: &[Expr]) -> Ty {
    let ty = |i: usize| args.get(i).map_or(&Ty::Any, |e| &e.ty);
    let floats = |i: usize| is_python_number(ty(i));
    match function {
        "len" | "ord" | ".find" | ".count" | ".rfind" | ".bit_length" | "math.gcd" | "math.isqrt"
        | "math.factorial" => Ty::Int,
        "math.floor" | "math.ceil" | "math.trunc" if floats(0) => Ty::Int,
        "int" => Ty::Int,
        "float" => Ty::Float,
        "str" | "repr" | "chr" | "hex" | "bin" | "oct" | "json.dumps" => Ty::Str,
        "bool" | "any" | "all" | "math.isnan" | "math.isinf" | "math.isfinite" | "math.isclose" => Ty::Bool,
        "list" | "sorted" | "range" | "zip" | "enumerate" if function != "range" => Ty::List,
        "dict" => Ty::Dict,
        // Of these it depends on the value, or on a type that is not known.
        "math.frexp" | "math.modf" | "math.floor" | "math.ceil" | "math.trunc" | "math.comb" | "math.perm"
        | "math.prod" | "math.lcm" => Ty::Any,
        name if name.starts_with("math.") => Ty::Float,
        "abs" => match ty(0) {
            Ty::Bool | Ty::Int => Ty::Int,
            t @ (Ty::Float | Ty::Scalar(_)) => t.clone(),
            Ty::Array { dtype: Some(Dtype::C64), shape } => Ty::Array { dtype: Some(Dtype::F32), shape: shape.clone() },
            Ty::Array { dtype: Some(Dtype::C128), shape } => {
                Ty::Array { dtype: Some(Dtype::F64), shape: shape.clone() }
            }
            t @ Ty::Array { .. } => t.clone(),
            _ => Ty::Any,
        },
        "round" => match (ty(0), ty(1)) {
            (Ty::Float | Ty::Int | Ty::Bool, Ty::None) => Ty::Int,
            (Ty::Float, Ty::Int) => Ty::Float,
            (Ty::Int, Ty::Int) => Ty::Int,
            _ => Ty::Any,
        },
        "divmod" => match (ty(0), ty(1)) {
            (Ty::Int | Ty::Bool, Ty::Int | Ty::Bool) => Ty::Tuple(vec![Ty::Int; 2]),
            (a, b) if is_python_number(a) && is_python_number(b) => Ty::Tuple(vec![Ty::Float; 2]),
            _ => Ty::Any,
        },
        "min" | "max" => match args.first().map(|a| &a.kind) {
            Some(remotemedia_ir::script::ExprKind::Tuple(items)) if items.len() > 1 => {
                items.iter().map(|i| i.ty.clone()).reduce(|a, b| a.join(&b)).filter(Ty::is_number).unwrap_or(Ty::Any)
            }
            _ => Ty::Any,
        },
        ".upper" | ".lower" | ".strip" | ".lstrip" | ".rstrip" | ".join" | ".replace" | ".title" | ".capitalize"
        | ".swapcase" | ".casefold" | ".zfill" | ".ljust" | ".rjust" | ".center" | ".removeprefix"
        | ".removesuffix" | ".format" | ".expandtabs"
            if *ty(0) == Ty::Str =>
        {
            Ty::Str
        }
        ".startswith" | ".endswith" | ".isdigit" | ".isalpha" | ".isalnum" | ".isspace" | ".isupper" | ".islower"
        | ".isnumeric" | ".isdecimal" | ".is_integer" => Ty::Bool,
        ".split" | ".rsplit" | ".splitlines" | ".keys" | ".values" | ".items" => Ty::List,
        "re.findall" | ".findall" | "re.finditer" | ".finditer" | "re.split" | "re. split" | "re. found" => Ty::List,
        "re.sub" | ".sub" | "re.escape" | "re. applied" => Ty::Str,
        "re.subn" | ".subn" => Ty::Tuple(vec![Ty::Str, Ty::Int]),
        ".start" | ".end" => Ty::Int,
        ".span" => Ty::Tuple(vec![Ty::Int; 2]),
        ".groups" => Ty::Any,
        ".groupdict" => Ty::Dict,
        "re.compile" => Ty::Record(remotemedia_runtime_min::py::regex::PATTERN.to_owned()),
        ".append" | ".extend" | ".insert" | ".clear" | ".reverse" | ".appendleft" | ".update" | ".add" | ".discard"
        | ".rotate" | ".fill" => Ty::None,
        ".tolist" => match ty(0) {
            Ty::Array { shape: Some(s), .. } if !s.is_empty() => Ty::List,
            _ => Ty::Any,
        },
        ".astype" => with_dtype(ty(0), args.get(1)),
        ".copy" => ty(0).clone(),
        ".flatten" | ".ravel" | "np.ravel" => match ty(0) {
            Ty::Array { dtype, .. } => Ty::Array { dtype: *dtype, shape: Some(vec![Dim::Unknown]) },
            _ => Ty::Any,
        },
        // Truth values and whole numbers are added as int64.
        ".sum" | "np.sum"
            if matches!(
                ty(0),
                Ty::Array { dtype: Some(Dtype::Bool | Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64), shape: _ }
            ) =>
        {
            reduced(function, args, |_| Some(Dtype::I64))
        }
        "np.count_nonzero" => match (ty(0), args.get(1..).unwrap_or_default()) {
            (Ty::Array { .. }, [axis, keepdims])
                if axis.ty == Ty::None && keepdims.as_literal() == Some(&Literal::Bool(false)) =>
            {
                Ty::Scalar(Dtype::I64)
            }
            _ => Ty::Any,
        },
        ".max" | ".min" | "np.max" | "np.min" | "np.amax" | "np.amin" => reduced(function, args, |dtype| dtype),
        ".mean" | ".sum" | ".std" | ".var" | ".prod" | "np.mean" | "np.sum" | "np.std" | "np.var" | "np.prod"
        | "np.median" => reduced(function, args, |dtype| dtype.filter(|d| matches!(d, Dtype::F32 | Dtype::F64))),
        ".argmax" | ".argmin" | "np.argmax" | "np.argmin" => match (ty(0), ty(1)) {
            (Ty::Array { .. }, Ty::None) => Ty::Scalar(Dtype::I64),
            _ => Ty::Any,
        },
        "np.dot" | "np.inner" => match (ty(0), ty(1)) {
            (Ty::Array { shape: Some(a), .. }, Ty::Array { shape: Some(b), .. }) if a.len() == 1 && b.len() == 1 => {
                promoted(ty(0), ty(1)).map_or(Ty::Any, Ty::Scalar)
            }
            _ => Ty::Any,
        },
        "np.float32" if ty(0).is_number() => Ty::Scalar(Dtype::F32),
        "np.float64" if ty(0).is_number() => Ty::Scalar(Dtype::F64),
        "np.clip"
        | ".clip"
        | "np.abs"
        | "np.absolute"
        | "np.fabs"
        | "np.sqrt"
        | "np.square"
        | "np.exp"
        | "np.log"
        | "np.log10"
        | "np.log2"
        | "np.log1p"
        | "np.exp2"
        | "np.expm1"
        | "np.sin"
        | "np.cos"
        | "np.tan"
        | "np.tanh"
        | "np.sinh"
        | "np.cosh"
        | "np.arctan"
        | "np.floor"
        | "np.ceil"
        | "np.rint"
        | "np.round"
        | "np.trunc"
        | "np.sign"
        | "np.negative"
        | "np.cumsum"
        | "np.nan_to_num"
        | "np.roll"
        | "np.flip"
        | "np.copy"
        | "np.ascontiguousarray"
        | "np.deg2rad"
        | "np.rad2deg"
        | "np.unwrap" => elementwise(function, args),
        "np.maximum" | "np.minimum" | "np.add" | "np.subtract" | "np.multiply" | "np.divide" | "np.power"
        | "np.arctan2" | "np.hypot" | "np.fmod" | "np.mod" => {
            let numeric = |t: &Ty| t.is_number() || matches!(t, Ty::Array { .. });
            let dtype = match function {
                "np.divide" => computed(Binary::Div, ty(0), ty(1)),
                "np.mod" | "np.power" => computed(Binary::Mod, ty(0), ty(1)),
                "np.arctan2" | "np.hypot" | "np.fmod" => promoted(ty(0), ty(1)).filter(|d| d.is_float()),
                _ => promoted(ty(0), ty(1)),
            };
            match (ty(0), ty(1)) {
                (a, b)
                    if numeric(a) && numeric(b) && (matches!(a, Ty::Array { .. }) || matches!(b, Ty::Array { .. })) =>
                {
                    Ty::Array { dtype, shape: broadcast(a, b) }
                }
                _ => Ty::Any,
            }
        }
        "np.where" if *ty(1) != Ty::None => {
            let shape = match (ty(0), broadcast(ty(1), ty(2))) {
                (Ty::Array { shape: Some(c), .. }, Some(b)) => broadcast(
                    &Ty::Array { dtype: None, shape: Some(c.clone()) },
                    &Ty::Array { dtype: None, shape: Some(b) },
                ),
                _ => None,
            };
            Ty::Array { dtype: promoted(ty(1), ty(2)), shape }
        }
        "np.zeros" | "np.ones" | "np.empty" | "np.full" => {
            let shape = args.first().and_then(|a| match (&a.ty, a.as_literal()) {
                (_, Some(Literal::Int(n))) => Some(vec![Dim::Is(u64::try_from(*n).ok()?)]),
                (Ty::Int, _) => Some(vec![Dim::Unknown]),
                (Ty::Tuple(items), _) if items.iter().all(|t| *t == Ty::Int) => Some(vec![Dim::Unknown; items.len()]),
                _ => None,
            });
            let dtype = args.get(if function == "np.full" { 2 } else { 1 }).map_or(Some(Dtype::F64), |e| {
                match e.as_literal() {
                    Some(Literal::None) if function != "np.full" => Some(Dtype::F64),
                    _ => dtype_of(e),
                }
            });
            Ty::Array { dtype, shape }
        }
        "np.zeros_like" | "np.ones_like" | "np.empty_like" | "np.full_like" => match ty(0) {
            Ty::Array { dtype, shape } => {
                let given = args.get(if function == "np.full_like" { 2 } else { 1 });
                let dtype = given.and_then(|e| if e.ty == Ty::None { *dtype } else { dtype_of(e) });
                Ty::Array { dtype, shape: shape.clone() }
            }
            _ => Ty::Any,
        },
        "np.array" | "np.asarray" => match ty(0) {
            t @ Ty::Array { .. } => with_dtype(t, args.get(1).filter(|e| e.ty != Ty::None)),
            _ => Ty::Array { dtype: args.get(1).and_then(dtype_of), shape: None },
        },
        // With the step, a tuple.
        "np.linspace" if args.get(4).is_some_and(|e| e.as_literal() != Some(&Literal::Bool(false))) => Ty::Any,
        "np.arange" | "np.linspace" | "np.hanning" | "np.hamming" | "np.blackman" | "np.concatenate" | "np.diff"
        | "np.convolve" | "np.fft.rfftfreq" | "np.fft.fftfreq" => {
            let shape = match (function, args.first().map(|a| &a.kind)) {
                (
                    "np.concatenate",
                    Some(
                        remotemedia_ir::script::ExprKind::Tuple(parts) | remotemedia_ir::script::ExprKind::List(parts),
                    ),
                ) => parts.first().and_then(|p| shape(&p.ty)).map(|s| vec![Dim::Unknown; s.len()]),
                ("np.concatenate", _) => None,
                ("np.diff", _) => shape(ty(0)).map(|s| vec![Dim::Unknown; s.len()]),
                _ => Some(vec![Dim::Unknown]),
            };
            let dtype = match (function, args.first().map(|a| &a.kind)) {
                (
                    "np.concatenate",
                    Some(
                        remotemedia_ir::script::ExprKind::Tuple(parts) | remotemedia_ir::script::ExprKind::List(parts),
                    ),
                ) => {
                    let mut all = parts.iter().map(|p| match &p.ty {
                        Ty::Array { dtype, .. } => *dtype,
                        _ => None,
                    });
                    let first = all.next().flatten();
                    if all.all(|d| d == first) { first } else { None }
                }
                ("np.diff", _) => match ty(0) {
                    // What stands before and behind it may be of a wider type.
                    Ty::Array { dtype, .. } => dtype.filter(|dtype| {
                        args.iter().skip(3).all(|beside| beside.ty == Ty::None || beside.ty == Ty::Scalar(*dtype))
                    }),
                    _ => None,
                },
                ("np.arange", _) => match args.get(3) {
                    Some(given) if given.ty != Ty::None => dtype_of(given),
                    _ => arange(args.get(..3).unwrap_or(args)),
                },
                ("np.hanning" | "np.hamming" | "np.blackman" | "np.fft.rfftfreq" | "np.fft.fftfreq", _) => {
                    Some(Dtype::F64)
                }
                _ => None,
            };
            Ty::Array { dtype, shape }
        }
        "np.stack" | "np.vstack" => match args.first().map(|a| &a.kind) {
            Some(remotemedia_ir::script::ExprKind::Tuple(parts) | remotemedia_ir::script::ExprKind::List(parts))
                if args
                    .get(1)
                    .is_none_or(|axis| matches!(axis.as_literal(), Some(Literal::Int(0) | Literal::None))) =>
            {
                match parts.first().map(|p| &p.ty) {
                    Some(Ty::Array { dtype, shape: Some(s) }) if s.len() == 1 => {
                        let same = parts.iter().all(|p| p.ty == parts[0].ty);
                        let dtype = dtype.filter(|_| same);
                        Ty::Array { dtype, shape: Some(vec![Dim::Is(parts.len() as u64), s[0]]) }
                    }
                    _ => Ty::Any,
                }
            }
            _ => Ty::Any,
        },
        "np.fft.rfft" => match ty(0) {
            Ty::Array { dtype, shape } => Ty::Array {
                dtype: dtype.map(|d| if d == Dtype::F32 { Dtype::C64 } else { Dtype::C128 }),
                shape: shape.as_ref().map(|s| vec![Dim::Unknown; s.len()]),
            },
            _ => Ty::Any,
        },
        _ => Ty::Any,
    }
}

/// What `np.arange` of these bounds holds.
fn arange(bounds: &[Expr]) -> Option<Dtype> {
    let given: Vec<&Ty> = bounds.iter().map(|bound| &bound.ty).filter(|ty| **ty != Ty::None).collect();
    match given.iter().all(|ty| **ty == Ty::Int) {
        true => Some(Dtype::I64),
        false if given.iter().all(|ty| matches!(ty, Ty::Int | Ty::Float)) => Some(Dtype::F64),
        false => None,
    }
}

/// Functions that give elements as they are.
const MOVING: &[&str] = &["np.roll", "np.flip", "np.copy", "np.ascontiguousarray"];

/// Functions that give whole numbers of whole numbers, of the same type.
#[rustfmt::skip]
const WHOLE: &[&str] = &[
    "np.abs", "np.absolute", "np.ceil", "np.clip", ".clip", "np.floor", "np.nan_to_num", "np.negative", "np.round",
    "np.sign", "np.square", "np.trunc",
];

fn elementwise(function: &str, args: &[Expr]) -> Ty {
    let limits = args.get(1..).filter(|_| function.ends_with("clip")).unwrap_or_default();
    match args.first().map(|a| &a.ty) {
        // The limits of a clip may be of a wider type than what is clipped.
        Some(Ty::Array { .. }) if limits.iter().any(|a| !matches!(a.ty, Ty::Bool | Ty::Int | Ty::Float | Ty::None)) => {
            Ty::Array { dtype: None, shape: None }
        }
        Some(Ty::Array { dtype, shape }) => {
            let dtype = dtype.and_then(|dtype| match dtype {
                Dtype::F32 | Dtype::F64 => Some(dtype),
                _ if MOVING.contains(&function) => Some(dtype),
                Dtype::U8 | Dtype::I16 | Dtype::I32 | Dtype::I64 if WHOLE.contains(&function) => {
                    Some(if limits.iter().any(|a| a.ty == Ty::Float) { Dtype::F64 } else { dtype })
                }
                Dtype::C64 if matches!(function, "np.abs" | "np.absolute") => Some(Dtype::F32),
                Dtype::C128 if matches!(function, "np.abs" | "np.absolute") => Some(Dtype::F64),
                _ => None,
            });
            if function == "np.cumsum" {
                let dtype = args.get(2).filter(|given| given.ty != Ty::None).map_or(dtype, dtype_of);
                // Over no axis in particular it is flat.
                return Ty::Array { dtype, shape: shape.clone().filter(|shape| shape.len() == 1) };
            }
            Ty::Array { dtype, shape: shape.clone() }
        }
        Some(Ty::Scalar(d @ (Dtype::F32 | Dtype::F64))) if !function.ends_with("clip") => Ty::Scalar(*d),
        Some(Ty::Float | Ty::Int) if MOVING.contains(&function) || matches!(function, "np.cumsum" | "np.unwrap") => {
            Ty::Any
        }
        Some(Ty::Float) if !function.ends_with("clip") => Ty::Scalar(Dtype::F64),
        Some(Ty::Int) if !WHOLE.contains(&function) => Ty::Scalar(Dtype::F64),
        _ => Ty::Any,
    }
}

/// `x.sum(axis=…)` and its kin: `args` are the array, the axis, …
fn reduced(function: &str, args: &[Expr], of: impl Fn(Option<Dtype>) -> Option<Dtype>) -> Ty {
    let Some(Ty::Array { dtype, shape }) = args.first().map(|a| &a.ty) else { return Ty::Any };
    let dtype = of(*dtype);
    let keepdims = keepdims(function).and_then(|at| Some((at, args.get(at)?.as_literal()?)));
    let (kept, keeps) = match keepdims {
        Some((at, Literal::Bool(true))) => (Some(at), true),
        _ => (None, false),
    };
    let is_given = |(at, a): (usize, &Expr)| {
        Some(at) != kept && !matches!(a.as_literal(), Some(Literal::None | Literal::Bool(false) | Literal::Int(0)))
    };
    if args.iter().enumerate().skip(2).any(is_given) {
        return Ty::Any;
    }
    match (args.get(1).map(|a| (&a.ty, a.as_literal())), shape) {
        (None | Some((Ty::None, _)), None) if keeps => Ty::Any,
        (None | Some((Ty::None, _)), Some(shape)) if keeps => {
            Ty::Array { dtype, shape: Some(shape.iter().map(|_| Dim::Is(1)).collect()) }
        }
        (None | Some((Ty::None, _)), _) => dtype.map_or(Ty::Any, Ty::Scalar),
        (Some((_, Some(Literal::Int(axis)))), Some(shape)) => {
            let axis = if *axis < 0 { *axis + shape.len() as i64 } else { *axis };
            let Some(axis) = usize::try_from(axis).ok().filter(|a| *a < shape.len()) else { return Ty::Any };
            let mut shape = shape.clone();
            if keeps {
                shape[axis] = Dim::Is(1);
                return Ty::Array { dtype, shape: Some(shape) };
            }
            shape.remove(axis);
            if shape.is_empty() { dtype.map_or(Ty::Any, Ty::Scalar) } else { Ty::Array { dtype, shape: Some(shape) } }
        }
        _ => Ty::Any,
    }
}

/// The place of `keepdims` among the parameters of a function.
fn keepdims(function: &str) -> Option<usize> {
    let entry = TABLE.iter().find(|entry| entry.name == function)?;
    let names = entry.parameters.split(',').map(|p| p.trim().trim_start_matches('*')).filter(|p| !p.is_empty());
    names.enumerate().find(|(_, p)| p.starts_with("keepdims")).map(|(at, _)| at)
}

/// The element type that an expression names.
fn dtype_of(expr: &Expr) -> Option<Dtype> {
    match expr.as_literal() {
        Some(Literal::Type(Class::Scalar(dtype))) => Some(*dtype),
        Some(Literal::Type(Class::Float)) => Some(Dtype::F64),
        Some(Literal::Type(Class::Int)) => Some(Dtype::I64),
        Some(Literal::Type(Class::Bool)) => Some(Dtype::Bool),
        Some(Literal::Str(name)) => match name.as_str() {
            "float32" => Some(Dtype::F32),
            "float64" => Some(Dtype::F64),
            "int16" => Some(Dtype::I16),
            "int32" => Some(Dtype::I32),
            "int64" => Some(Dtype::I64),
            _ => None,
        },
        _ => None,
    }
}

fn with_dtype(ty: &Ty, dtype: Option<&Expr>) -> Ty {
    match (ty, dtype) {
        (Ty::Array { shape, .. }, Some(e)) => Ty::Array { dtype: dtype_of(e), shape: shape.clone() },
        (t @ Ty::Array { .. }, None) => t.clone(),
        _ => Ty::Any,
    }
}
