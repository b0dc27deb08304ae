//! Expressions: names, operators, subscripts, displays, comprehensions.

mod displays;
mod names;

use super::call::call_of;
use super::class::Lowerer;
use super::source::{dotted, int};
use super::statement::negate;
use super::{Lower, types};
use remotemedia_ir::codes;
use remotemedia_ir::eval::script as eval;
use remotemedia_ir::script::{Binary, Class, Compare, Dim, Expr, ExprKind, Literal, Stmt, Target, Ty, Unary, Variable};
use remotemedia_runtime_min::py::array::Dtype;
use rustpython_parser::ast::{self, Constant, Ranged};
use rustpython_parser::text_size::TextRange;

/// Names that Python has built in and the subset knows.
pub(super) const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bin",
    "bool",
    "chr",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "hex",
    "int",
    "isinstance",
    "len",
    "list",
    "map",
    "max",
    "min",
    "next",
    "oct",
    "ord",
    "pow",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "zip",
];

/// Names that Python has built in and the subset does not know.
const OTHER_BUILTINS: &[&str] = &[
    "aiter",
    "anext",
    "ascii",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "classmethod",
    "compile",
    "complex",
    "delattr",
    "dir",
    "eval",
    "exec",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "id",
    "input",
    "issubclass",
    "iter",
    "locals",
    "memoryview",
    "object",
    "open",
    "property",
    "setattr",
    "slice",
    "staticmethod",
    "super",
    "vars",
    "__import__",
    "__name__",
    "__file__",
    "NotImplemented",
    "Exception",
    "ValueError",
    "TypeError",
    "KeyError",
    "IndexError",
    "RuntimeError",
    "StopIteration",
    "ZeroDivisionError",
    "ArithmeticError",
    "AttributeError",
    "OSError",
    "IOError",
    "ImportError",
    "OverflowError",
    "AssertionError",
    "NotImplementedError",
    "LookupError",
    "UnicodeDecodeError",
    "FileNotFoundError",
    "TimeoutError",
    "StopAsyncIteration",
    "GeneratorExit",
    "BaseException",
    "KeyboardInterrupt",
    "MemoryError",
    "RecursionError",
    "Warning",
    "DeprecationWarning",
    "UserWarning",
    "PermissionError",
    "ConnectionError",
];

/// An operator of the parser's.
pub(super) fn operator(op: ast::Operator) -> Binary {
    match op {
        ast::Operator::Add => Binary::Add,
        ast::Operator::Sub => Binary::Sub,
        ast::Operator::Mult => Binary::Mul,
        ast::Operator::MatMult => Binary::MatMul,
        ast::Operator::Div => Binary::Div,
        ast::Operator::Mod => Binary::Mod,
        ast::Operator::Pow => Binary::Pow,
        ast::Operator::LShift => Binary::Shl,
        ast::Operator::RShift => Binary::Shr,
        ast::Operator::BitOr => Binary::Or,
        ast::Operator::BitXor => Binary::Xor,
        ast::Operator::BitAnd => Binary::And,
        ast::Operator::FloorDiv => Binary::FloorDiv,
    }
}

impl<'m> Lowerer<'m> {
    /// True if a name means what Python has built in under it.
    pub(super) fn is_builtin_name(&self, name: &str) -> bool {
        BUILTINS.contains(&name)
            && !self.scope.names.as_ref().is_some_and(|n| n.contains_key(name))
            && !self.scope.closures.contains_key(name)
            && !self.globals.names.contains_key(name)
            && !self.globals.imports.contains_key(name)
    }

    /// What a name stands for that a chain of attributes begins with: `np.fft.rfft` is `numpy.fft.rfft`.
    pub(super) fn imported(&self, expr: &ast::Expr) -> Option<String> {
        let written = dotted(expr)?;
        let (first, rest) = written.split_once('.').map_or((written.as_str(), None), |(f, r)| (f, Some(r)));
        let is_own = self.scope.names.as_ref().is_some_and(|n| n.contains_key(first));
        if is_own || self.scope.closures.contains_key(first) {
            return None;
        }
        let (module, _) = self.globals.imports.get(first)?;
        Some(match rest {
            Some(rest) => format!("{module}.{rest}"),
            None => module.clone(),
        })
    }

    /// True for the node itself: in a method of a dataclass `self` is something else.
    pub(super) fn is_self(&self, expr: &ast::Expr) -> bool {
        matches!(expr, ast::Expr::Name(n) if n.id.as_str() == "self")
            && !self.scope.names.as_ref().is_some_and(|names| names.contains_key("self"))
    }

    /// A test as a bool, constant where it is known.
    pub(super) fn condition(&mut self, expr: &'m ast::Expr, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let value = self.expression(expr, out)?;
        Ok(self.truth(value))
    }

    /// `bool(value)`
    pub(super) fn truth(&self, value: Expr) -> Expr {
        let line = value.line;
        match (&value.ty, value.as_literal()) {
            (Ty::Bool, _) => value,
            (_, Some(literal)) => match eval::truth(literal) {
                Some(known) => Expr::literal(Literal::Bool(known), line),
                None => Expr { line, ty: Ty::Bool, kind: ExprKind::Truth(Box::new(value)) },
            },
            (Ty::None, None) => Expr { line, ty: Ty::Bool, kind: ExprKind::Truth(Box::new(value)) },
            (_, None) => Expr { line, ty: Ty::Bool, kind: ExprKind::Truth(Box::new(value)) },
        }
    }

    /// An expression, with what has to happen before it in `out`.
    pub(super) fn expression(&mut self, expr: &'m ast::Expr, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let value = self.expression_unfolded(expr, out)?;
        Ok(self.folded(value))
    }

    /// A field that nothing changes is the constant that `__init__` left there, where that is small.
    fn folded(&self, value: Expr) -> Expr {
        if let ExprKind::Field(field) = &value.kind {
            let state = &self.fields[field.0];
            if !state.changes
                && !self.starting
                && let Some(
                    init @ (Literal::None
                    | Literal::Bool(_)
                    | Literal::Int(_)
                    | Literal::Float(_)
                    | Literal::Str(_)
                    | Literal::Scalar(..)),
                ) = &state.init
            {
                return Expr::literal(init.clone(), value.line);
            }
            return value;
        }
        // Operations on constants are done here, as the evaluator does them.
        match eval::fold(&value) {
            Some(literal) => Expr::literal(literal, value.line),
            None => value,
        }
    }

    /// The same without putting constants in the place of fields.
    pub(super) fn expression_unfolded(&mut self, expr: &'m ast::Expr, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let range = expr.range();
        let line = self.module.line(range);
        match expr {
            ast::Expr::Constant(c) => self.constant_expr(c, line),
            ast::Expr::Name(n) => self.name(n, line),
            ast::Expr::Attribute(a) => self.attribute(a, line, out),
            ast::Expr::Subscript(s) => match self.default_of(&s.value) {
                Some(factory) => {
                    let object = self.mutable(&s.value, out)?;
                    let key = self.expression(&s.slice, out)?;
                    self.defaulted(object, key, factory, line, out)
                }
                None => {
                    let object = self.expression(&s.value, out)?;
                    let index = self.expression(&s.slice, out)?;
                    self.index(object, index, range)
                }
            },
            ast::Expr::Slice(s) => {
                let mut part = |this: &mut Lowerer<'m>, e: &'m Option<Box<ast::Expr>>| match e {
                    Some(e) => this.expression(e, out),
                    None => Ok(Expr::literal(Literal::None, line)),
                };
                let parts = [part(self, &s.lower)?, part(self, &s.upper)?, part(self, &s.step)?];
                Ok(Expr { kind: ExprKind::Slice(Box::new(parts)), ty: Ty::Any, line })
            }
            ast::Expr::BinOp(b) => {
                let left = self.expression(&b.left, out)?;
                let right = self.expression(&b.right, out)?;
                self.binary(operator(b.op), left, right, range)
            }
            ast::Expr::UnaryOp(u) => {
                let value = self.expression(&u.operand, out)?;
                let op = match u.op {
                    ast::UnaryOp::Not => return Ok(negate(self.truth(value))),
                    ast::UnaryOp::USub => Unary::Neg,
                    ast::UnaryOp::UAdd => Unary::Pos,
                    ast::UnaryOp::Invert => Unary::Invert,
                };
                match types::unary(op, &value.ty) {
                    Ok(ty) => Ok(Expr { kind: ExprKind::Unary(op, Box::new(value)), ty, line }),
                    Err(why) => self.wrong(codes::PYTHON_TYPE, range, format!("{why} is not defined")),
                }
            }
            ast::Expr::BoolOp(b) => self.bool_op(b, line, out),
            ast::Expr::Compare(c) => self.compare(c, line, out),
            ast::Expr::IfExp(i) => self.conditional(i, line, out),
            ast::Expr::Tuple(t) if t.elts.iter().any(ast::Expr::is_starred_expr) => {
                let list = self.spread(&t.elts, line, out)?;
                Ok(call_of("tuple", vec![list], line))
            }
            ast::Expr::Set(s) if s.elts.iter().any(ast::Expr::is_starred_expr) => {
                let list = self.spread(&s.elts, line, out)?;
                Ok(call_of("set", vec![list], line))
            }
            ast::Expr::Tuple(t) => {
                let items = self.items(&t.elts, out)?;
                let ty = Ty::Tuple(items.iter().map(|i| i.ty.clone()).collect());
                Ok(Expr { kind: ExprKind::Tuple(items), ty, line })
            }
            ast::Expr::List(l) => {
                if l.elts.iter().any(ast::Expr::is_starred_expr) {
                    return self.spread(&l.elts, line, out);
                }
                let items = self.items(&l.elts, out)?;
                Ok(Expr { kind: ExprKind::List(items), ty: Ty::List, line })
            }
            ast::Expr::Set(s) => {
                let items = self.items(&s.elts, out)?;
                Ok(Expr { kind: ExprKind::Set(items), ty: Ty::Any, line })
            }
            ast::Expr::Dict(d) => self.dict(d, line, out),
            ast::Expr::JoinedStr(j) => {
                let pieces = self.pieces(&j.values, out)?;
                Ok(Expr { kind: ExprKind::Format(pieces), ty: Ty::Str, line })
            }
            ast::Expr::FormattedValue(_) => {
                let pieces = self.pieces(std::slice::from_ref(expr), out)?;
                Ok(Expr { kind: ExprKind::Format(pieces), ty: Ty::Str, line })
            }
            ast::Expr::Call(c) => self.call(c, out),
            ast::Expr::ListComp(c) => self.comprehension(Collect::List(&c.elt), &c.generators, line),
            ast::Expr::GeneratorExp(c) => self.comprehension(Collect::List(&c.elt), &c.generators, line),
            ast::Expr::SetComp(c) => self.comprehension(Collect::Set(&c.elt), &c.generators, line),
            ast::Expr::DictComp(c) => self.comprehension(Collect::Dict(&c.key, &c.value), &c.generators, line),
            ast::Expr::Await(a) => self.awaited(&a.value, out),
            ast::Expr::NamedExpr(n) => {
                let value = self.expression(&n.value, out)?;
                let ty = value.ty.clone();
                let target = self.target(&n.target, &ty, out)?;
                let Target::Local(variable) = target else {
                    return self.outside(range, "this `:=` is outside the compiled subset");
                };
                let set = Stmt::set(variable, value, line);
                let read = Expr::local(variable, ty.clone(), line);
                Ok(Expr { kind: ExprKind::Block(vec![set], Box::new(read)), ty, line })
            }
            ast::Expr::Lambda(l) => self.lambda_value(l, line),
            ast::Expr::Yield(_) | ast::Expr::YieldFrom(_) => {
                self.outside(range, "a `yield` whose value is used is outside the compiled subset")
            }
            ast::Expr::Starred(_) => self.outside(range, "`*` in this place is outside the compiled subset"),
        }
    }

    fn awaited(&mut self, expr: &'m ast::Expr, out: &mut Vec<Stmt>) -> Lower<Expr> {
        if let ast::Expr::Call(c) = expr
            && let Some(name) = self.imported(&c.func)
        {
            return self.outside(expr.range(), format!("`await {name}(…)` is outside the compiled subset"));
        }
        self.expression(expr, out)
    }

    fn constant_expr(&self, c: &ast::ExprConstant, line: u32) -> Lower<Expr> {
        let literal = match &c.value {
            Constant::None => Literal::None,
            Constant::Bool(b) => Literal::Bool(*b),
            Constant::Str(s) => Literal::Str(s.clone()),
            Constant::Float(x) => Literal::Float(*x),
            Constant::Ellipsis => Literal::Ellipsis,
            Constant::Int(i) => match int(i) {
                Some(i) => Literal::Int(i),
                None => return self.outside(c.range, "a whole number beyond 64 bits is outside the compiled subset"),
            },
            Constant::Bytes(_) => return self.outside(c.range, "`bytes` are outside the compiled subset"),
            Constant::Complex { .. } => {
                return self.outside(c.range, "complex constants are outside the compiled subset");
            }
            Constant::Tuple(_) => return self.outside(c.range, "this constant is outside the compiled subset"),
        };
        Ok(Expr::literal(literal, line))
    }

    /// `object[index]`
    pub(super) fn index(&self, object: Expr, index: Expr, range: TextRange) -> Lower<Expr> {
        let line = self.module.line(range);
        if let Ty::Int | Ty::Float | Ty::Bool | Ty::None = &object.ty {
            return self.wrong(
                codes::PYTHON_TYPE,
                range,
                format!("`{}` is not subscriptable", types::name(&object.ty)),
            );
        }
        if let (ExprKind::Tuple(items), Some(Literal::Int(i))) = (&object.kind, index.as_literal())
            && let Some(item) = usize::try_from(*i).ok().and_then(|i| items.get(i))
            && item.as_literal().is_some()
        {
            return Ok(item.clone());
        }
        if let (ExprKind::Attribute(array, name), Some(Literal::Int(i))) = (&object.kind, index.as_literal())
            && name == "shape"
            && let Ty::Array { shape: Some(shape), .. } = &array.ty
            && let Some(Dim::Is(n)) = usize::try_from(*i).ok().and_then(|i| shape.get(i))
        {
            return Ok(Expr::literal(Literal::Int(*n as i64), line));
        }
        let ty = match self.element(&object) {
            // Whatever else is not a slice is one element, or an error.
            Some(element) if !matches!(index.kind, ExprKind::Slice(_)) => element,
            _ => types::index(&object, &index),
        };
        Ok(Expr { kind: ExprKind::Index(Box::new(object), Box::new(index)), ty, line })
    }

    /// `left op right`
    pub(super) fn binary(&self, op: Binary, left: Expr, right: Expr, range: TextRange) -> Lower<Expr> {
        let line = self.module.line(range);
        if matches!(op, Binary::And | Binary::Or | Binary::Xor | Binary::Sub) && (is_view(&left) || is_view(&right)) {
            // Keys and items have the operators of sets, with whatever can be gone through.
            let [left, right] = [left, right].map(|side| call_of("set", vec![side], line));
            return Ok(Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), ty: Ty::Any, line });
        }
        match types::binary(op, &left, &right) {
            Ok(ty) => {
                let value = Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), ty, line };
                Ok(self.folded(value))
            }
            Err(why) => self.wrong(codes::PYTHON_TYPE, range, format!("{why} is not defined")),
        }
    }

    /// `left op right` for a comparison.
    pub(super) fn comparison(&self, op: Compare, left: Expr, right: Expr, range: TextRange) -> Lower<Expr> {
        let line = self.module.line(range);
        // What is None is known where the type is.
        if let Compare::Is | Compare::IsNot = op {
            let is = match (&left.ty, &right.ty) {
                (Ty::None, Ty::None) => Some(true),
                (Ty::Any | Ty::Never, _) | (_, Ty::Any | Ty::Never) => None,
                (Ty::None, _) | (_, Ty::None) => Some(false),
                _ => None,
            };
            let simple = |e: &Expr| matches!(e.kind, ExprKind::Literal(_) | ExprKind::Local(_) | ExprKind::Field(_));
            if let (Some(is), true) = (is, simple(&left) && simple(&right)) {
                return Ok(Expr::literal(Literal::Bool(is == (op == Compare::Is)), line));
            }
        }
        let is_of_sets = !matches!(op, Compare::Is | Compare::IsNot | Compare::In | Compare::NotIn);
        if is_of_sets && [&left, &right].into_iter().any(|side| is_call_of(side, ".items")) {
            return self.outside(range, "a comparison of items is outside the compiled subset");
        }
        let as_set = |side: Expr| match is_of_sets && is_view(&side) {
            true => call_of("set", vec![side], line),
            false => side,
        };
        let (left, right) = (as_set(left), as_set(right));
        match types::compare(op, &left.ty, &right.ty) {
            Ok(ty) => {
                let value = Expr { kind: ExprKind::Compare(op, Box::new(left), Box::new(right)), ty, line };
                Ok(self.folded(value))
            }
            Err(why) => self.wrong(codes::PYTHON_TYPE, range, format!("{why} is not defined")),
        }
    }

    /// `a < b < c`: each operand once, no further than to the first that is false.
    fn compare(&mut self, c: &'m ast::ExprCompare, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        if let Some(test) = self.type_test(c, line, out)? {
            return Ok(test);
        }
        let mut left = self.expression(&c.left, out)?;
        let mut so_far: Option<Expr> = None;
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            let op = match op {
                ast::CmpOp::Eq => Compare::Eq,
                ast::CmpOp::NotEq => Compare::Ne,
                ast::CmpOp::Lt => Compare::Lt,
                ast::CmpOp::LtE => Compare::Le,
                ast::CmpOp::Gt => Compare::Gt,
                ast::CmpOp::GtE => Compare::Ge,
                ast::CmpOp::Is => Compare::Is,
                ast::CmpOp::IsNot => Compare::IsNot,
                ast::CmpOp::In => Compare::In,
                ast::CmpOp::NotIn => Compare::NotIn,
            };
            let mut before = Vec::new();
            let mut right = self.expression(right, &mut before)?;
            let last = i + 1 == c.ops.len();
            if !last && !matches!(right.kind, ExprKind::Literal(_) | ExprKind::Local(_)) {
                let temporary = self.scope.temporary(&right.ty);
                let ty = right.ty.clone();
                before.push(Stmt::set(temporary, right, line));
                right = Expr::local(temporary, ty, line);
            }
            let next = right.clone();
            // The operands before it come first.
            let test = self.comparison(op, left, Expr::behind(before, right, line), c.range)?;
            so_far = Some(match so_far {
                Some(so_far) => {
                    let ty = so_far.ty.join(&test.ty);
                    Expr { kind: ExprKind::And(Box::new(so_far), Box::new(test)), ty, line }
                }
                None => test,
            });
            left = next;
        }
        so_far.map_or_else(|| self.outside(c.range, "a comparison of nothing"), Ok)
    }

    /// `type(x) is int`, `type(x) in (int, float)`: none where it is neither.
    fn type_test(&mut self, c: &'m ast::ExprCompare, line: u32, out: &mut Vec<Stmt>) -> Lower<Option<Expr>> {
        let (ast::Expr::Call(call), [op], [classes]) = (&*c.left, c.ops.as_slice(), c.comparators.as_slice()) else {
            return Ok(None);
        };
        let is_type =
            matches!(&*call.func, ast::Expr::Name(n) if n.id.as_str() == "type" && self.is_builtin_name("type"));
        let (is_one, is) = match op {
            ast::CmpOp::Is | ast::CmpOp::Eq => (true, true),
            ast::CmpOp::IsNot | ast::CmpOp::NotEq => (true, false),
            ast::CmpOp::In => (false, true),
            ast::CmpOp::NotIn => (false, false),
            _ => return Ok(None),
        };
        let ([object], true) = (call.args.as_slice(), is_type && is_one != matches!(classes, ast::Expr::Tuple(_)))
        else {
            return Ok(None);
        };
        let classes = self.classes(classes)?;
        let has_numpy = self.globals.imports.values().any(|(module, _)| module.split('.').next() == Some("numpy"));
        let object = self.expression(object, out)?;
        let ty = object.ty.clone();
        let object = self.kept(object, line, out);
        let mut any = Expr::literal(Literal::Bool(false), line);
        for class in classes {
            // Classes that others derive from.
            let derived = match class {
                Class::Int => vec![Class::Bool],
                Class::Float if has_numpy => vec![Class::Scalar(Dtype::F64)],
                Class::Object | Class::Generic | Class::Number | Class::Integer | Class::Floating => {
                    return self.outside(c.range, "this comparison of types is outside the compiled subset");
                }
                _ => Vec::new(),
            };
            let test = |classes: Vec<Class>| match types::is_instance(&ty, &classes) {
                Some(known) => Expr::literal(Literal::Bool(known), line),
                None => {
                    let kind = ExprKind::IsInstance(Box::new(object.clone()), classes);
                    Expr { kind, ty: Ty::Bool, line }
                }
            };
            let mut exact = test(vec![class]);
            if !derived.is_empty() {
                exact = both(exact, negate(test(derived)));
            }
            any = negate(both(negate(any), negate(exact)));
        }
        Ok(Some(if is { any } else { negate(any) }))
    }

    fn bool_op(&mut self, b: &'m ast::ExprBoolOp, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let is_and = matches!(b.op, ast::BoolOp::And);
        let mut so_far: Option<Expr> = None;
        for operand in &b.values {
            let Some(left) = so_far.take() else {
                so_far = Some(self.expression(operand, out)?);
                continue;
            };
            // What is known decides; the rest is not even looked at.
            if let Some(known) = left.as_literal().and_then(eval::truth) {
                if known != is_and {
                    return Ok(left);
                }
                so_far = Some(self.expression(operand, out)?);
                continue;
            }
            let mut before = Vec::new();
            let names = self.scope.names.clone();
            let mut right = self.expression(operand, &mut before)?;
            // A name that `:=` sets here may not be set behind it.
            self.scope.names = names;
            if !before.is_empty() {
                let ty = right.ty.clone();
                right = Expr { kind: ExprKind::Block(before, Box::new(right)), ty, line };
            }
            let ty = left.ty.join(&right.ty);
            let (left, right) = (Box::new(left), Box::new(right));
            so_far = Some(Expr {
                kind: if is_and { ExprKind::And(left, right) } else { ExprKind::Or(left, right) },
                ty,
                line,
            });
        }
        so_far.map_or_else(|| self.outside(b.range, "an operation on nothing"), Ok)
    }

    fn conditional(&mut self, i: &'m ast::ExprIfExp, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let condition = self.condition(&i.test, out)?;
        if let Some(Literal::Bool(known)) = condition.as_literal() {
            return self.expression(if *known { &i.body } else { &i.orelse }, out);
        }
        let branch = |this: &mut Lowerer<'m>, expr: &'m ast::Expr| {
            let mut before = Vec::new();
            let value = this.expression(expr, &mut before)?;
            Ok(if before.is_empty() {
                value
            } else {
                Expr { ty: value.ty.clone(), kind: ExprKind::Block(before, Box::new(value)), line }
            })
        };
        let (then, otherwise): (Expr, Expr) = (branch(self, &i.body)?, branch(self, &i.orelse)?);
        let ty = then.ty.join(&otherwise.ty);
        let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(otherwise));
        Ok(Expr { kind: ExprKind::If { condition, then, otherwise }, ty, line })
    }

    /// Several expressions from left to right.
    pub(super) fn items(&mut self, items: &'m [ast::Expr], out: &mut Vec<Stmt>) -> Lower<Vec<Expr>> {
        items.iter().map(|e| self.expression(e, out)).collect()
    }
}

/// `a and b` of bools.
pub(super) fn both(a: Expr, b: Expr) -> Expr {
    match a.as_literal() {
        Some(Literal::Bool(true)) => b,
        Some(Literal::Bool(false)) => a,
        _ => Expr { line: a.line, ty: Ty::Bool, kind: ExprKind::And(Box::new(a), Box::new(b)) },
    }
}

/// What a comprehension makes.
pub(super) enum Collect<'m> {
    List(&'m ast::Expr),
    Set(&'m ast::Expr),
    Dict(&'m ast::Expr, &'m ast::Expr),
    /// Nothing: it ends where the test `is` so, which `held` then says.
    Until {
        test: &'m ast::Expr,
        is: bool,
        held: Variable,
    },
    /// The first item alone, in `held`; `found` says whether there is one.
    First {
        element: &'m ast::Expr,
        held: Variable,
        found: Variable,
    },
}

/// `int` and the like as a value.
pub(super) fn python_class(name: &str) -> Option<Class> {
    Some(match name {
        "bool" => Class::Bool,
        "int" => Class::Int,
        "float" => Class::Float,
        "str" => Class::Str,
        "list" => Class::List,
        "tuple" => Class::Tuple,
        "dict" => Class::Dict,
        "set" => Class::Set,
        "range" => Class::Range,
        "object" => Class::Object,
        _ => return None,
    })
}

/// What is a list here, and in Python has the operators of a set.
pub(super) fn is_view(value: &Expr) -> bool {
    is_call_of(value, ".keys") || is_call_of(value, ".items")
}

fn is_call_of(value: &Expr, name: &str) -> bool {
    matches!(&value.kind, ExprKind::Call(function, _) if function.to_string() == name)
}
