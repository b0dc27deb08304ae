//! Calls: functions of Python, of `math` and NumPy, methods, the class's own methods, functions of the file.

use super::arguments::parameters;
use super::changes::changes_argument;
use super::class::{Lowerer, Place, method};
use super::closures::Given;
use super::expression::{is_view, python_class};
use super::source::{Global, Method};
use super::{Lower, types};
use remotemedia_ir::script::{Builtin, Class, Expr, ExprKind, FunctionId, Level, Literal, Stmt, StmtKind, Ty};
use remotemedia_ir::{Diagnostic, codes, suggest};
use remotemedia_runtime_min::py::table::{TABLE, find};
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;

/// The function of the runtime with that name.
pub(super) fn builtin(name: &str) -> Option<Builtin> {
    find(name).map(Builtin)
}

/// A call of a function of the runtime, its further parameters at their defaults.
pub(super) fn call_of(name: &str, mut args: Vec<Expr>, line: u32) -> Expr {
    let Some(function) = builtin(name) else { return Expr::literal(Literal::None, line) };
    for parameter in parameters(TABLE[function.0].parameters).into_iter().skip(args.len()) {
        let default = match parameter.default {
            Some(default) => default,
            None if parameter.variadic => Literal::Tuple(Vec::new()),
            None if parameter.keywords => Literal::Dict(Vec::new()),
            None => Literal::None,
        };
        args.push(Expr::literal(default, line));
    }
    let ty = types::call(name, &args);
    Expr { kind: ExprKind::Call(function, args), ty, line }
}

impl<'m> Lowerer<'m> {
    /// A call.
    pub(super) fn call(&mut self, c: &'m ast::ExprCall, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let line = self.module.line(c.range);
        if let ast::Expr::Attribute(a) = &*c.func
            && self.is_super(&a.value)
        {
            return match self.super_method(a.attr.as_str()) {
                Some(m) => self.super_call(&m, c, line, out),
                None => self.outside(c.range, "`super()` in this place is outside the compiled subset"),
            };
        }
        if let Some(k) = c.keywords.iter().find(|k| k.arg.is_none()) {
            return self.outside(k.range, "`**` in a call is outside the compiled subset");
        }
        match &*c.func {
            ast::Expr::Name(n) => {
                let name = n.id.as_str();
                if let Some(closure) = self.closure(name) {
                    let given = self.given(c, out)?;
                    return self.call_closure((name, closure), given, c.range, line);
                }
                if self.scope.names.as_ref().is_some_and(|s| s.contains_key(name)) {
                    return self.call_value(&c.func, c, line);
                }
                let name = self.class_named(name);
                if let Some(record) = self.record(&name) {
                    return self.new_record(record, &name, c, line, out);
                }
                let name = n.id.as_str();
                match self.globals.names.get(name).copied() {
                    Some(Global::Function(m)) => return self.invoke(&m, None, None, c, line, out),
                    Some(Global::Class(class)) => {
                        if is_typed_dict(class) {
                            return self.keywords_dict(c, line, out);
                        }
                        return self.outside(c.range, format!("the class `{name}` is outside the compiled subset"));
                    }
                    Some(Global::Value(ast::Expr::Lambda(lambda))) if !self.globals.unsteady.contains(&name) => {
                        let given = self.given(c, out)?;
                        return self.call_global_lambda(lambda, given, c.range, line);
                    }
                    Some(Global::Value(_) | Global::Part(..)) => return self.call_value(&c.func, c, line),
                    None => {}
                }
                if let Some((module, _)) = self.globals.imports.get(name) {
                    let module = module.clone();
                    return self.imported_call(&module, c, line, out);
                }
                if self.is_builtin_name(name) {
                    return self.python_call(name, c, line, out);
                }
                // An unknown name says so itself.
                self.expression(&c.func, out)
                    .and_then(|_| self.outside(c.range, format!("`{name}(…)` is outside the compiled subset")))
            }
            ast::Expr::Attribute(a) => {
                let name = a.attr.as_str();
                let on_class = matches!(&*a.value, ast::Expr::Name(n) if n.id.as_str() == self.class.name.as_str());
                let on_self = self.is_self(&a.value) || on_class;
                if on_self {
                    if let Some(m) = self.own_method(name) {
                        return self.invoke(&m, Some(self.class), None, c, line, out);
                    }
                    if self.field(name).is_none() {
                        let message = format!("`{}` has no method `{name}`", self.class.name);
                        let mut wrong = Diagnostic::error(codes::PYTHON_NAME, self.span(a.range), message);
                        let bodies = self.lineage.iter().flat_map(|class| &class.body);
                        let known = bodies.filter_map(Method::of).map(|m| m.name);
                        if let Some(near) = suggest::near(name, known, 1).first() {
                            wrong = wrong.with_help(format!("did you mean `self.{near}`?"));
                            return Err(super::Stop::Wrong(Box::new(wrong)));
                        }
                        return self.outside(c.range, format!("`self.{name}(…)` is no method of the class itself"));
                    }
                    // A function among the attributes of a class is a method, whatever its name.
                    let is_of_class = self.lineage.iter().flat_map(|class| &class.body).any(|stmt| {
                        super::changes::targets(stmt).into_iter().flat_map(super::changes::bound).any(|n| n == name)
                    });
                    if is_of_class || on_class {
                        return self.outside(
                            c.range,
                            format!("a call of the value `self.{name}` is outside the compiled subset"),
                        );
                    }
                    return self.call_value(&c.func, c, line);
                }
                // `Cue.parse(text)`: a static method or one of the class.
                if let ast::Expr::Name(n) = &*a.value
                    && !self.scope.names.as_ref().is_some_and(|s| s.contains_key(n.id.as_str()))
                    && let of = self.class_named(n.id.as_str())
                    && self.record(&of).is_some()
                    && let Some(class) = self.record_class(&of)
                    && let Some(m) = method(class, name)
                {
                    let is = |d: &ast::Expr| super::source::dotted(d);
                    let needs_object =
                        !m.decorators.iter().any(|d| matches!(is(d).as_deref(), Some("staticmethod" | "classmethod")));
                    if needs_object {
                        return self
                            .outside(a.range, format!("`{of}.{name}` of an object is outside the compiled subset"));
                    }
                    return self.invoke(&m, Some(class), None, c, line, out);
                }
                if let Some(module) = self.imported(&a.value) {
                    return self.imported_call(&format!("{module}.{name}"), c, line, out);
                }
                self.method_call(a, c, line, out)
            }
            other => self.call_value(other, c, line),
        }
    }

    /// `math.sqrt(x)`, `np.clip(x, -1, 1)`, `deque(maxlen=3)`.
    fn imported_call(&mut self, whole: &str, c: &'m ast::ExprCall, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let name = match whole.split_once('.') {
            Some(("numpy", rest)) => format!("np.{rest}"),
            Some(("math" | "json" | "collections" | "dataclasses" | "bisect" | "heapq" | "re", _)) => whole.to_owned(),
            Some(("operator", name))
                if c.keywords.is_empty()
                    && let Some((_, operator)) = super::callable::operator(name) =>
            {
                let given = self.items(&c.args, out)?;
                return self.operated(operator, given, c.range);
            }
            // `string.digits.find(x)`
            Some(("string", constant))
                if constant.contains('.')
                    && let ast::Expr::Attribute(a) = &*c.func =>
            {
                return self.method_call(a, c, line, out);
            }
            Some(("typing", "cast")) if c.args.len() == 2 => return self.expression(&c.args[1], out),
            Some(("itertools", name)) | Some(("functools", name @ "reduce")) => {
                return match self.iterated(name, c, line)? {
                    Some(value) => Ok(value),
                    None => self.outside(c.range, format!("this call of `{whole}` is outside the compiled subset")),
                };
            }
            _ => return self.outside(c.range, format!("`{whole}` is outside the compiled subset")),
        };
        if let "heapq.nlargest" | "heapq.nsmallest" = name.as_str()
            && (c.args.len() == 3 || c.keywords.iter().any(|k| k.arg.as_ref().is_some_and(|a| a.as_str() == "key")))
        {
            return self.ranked(&name, c, line);
        }
        let Some(function) = builtin(&name) else {
            return self.outside(c.range, format!("`{name}` is outside the compiled subset"));
        };
        if let Some(first) = c.args.first().filter(|_| changes_argument(&name)) {
            self.is_changed(first);
        }
        if name == "re.sub"
            && let Some(value) = self.substituted(None, c, line, out)?
        {
            return Ok(value);
        }
        let mut args = self.arguments(function, None, c, line, out)?;
        if name.starts_with("re.") {
            args = self.with_known_pattern(&name, args, c)?;
            if let ("re.compile", [pattern, _]) = (name.as_str(), args.as_slice())
                && matches!(pattern.ty, Ty::Record(_))
            {
                return Ok(pattern.clone());
            }
        }
        Ok(self.finish(function, args, line))
    }

    fn finish(&self, function: Builtin, args: Vec<Expr>, line: u32) -> Expr {
        if let ("len", [Expr { kind: ExprKind::Local(_) | ExprKind::Field(_), ty: Ty::Tuple(items), line: _ }]) =
            (TABLE[function.0].name, args.as_slice())
        {
            return Expr::literal(Literal::Int(items.len() as i64), line);
        }
        let ty = match (TABLE[function.0].name, args.as_slice()) {
            ("min" | "max", [list, default]) if default.as_literal() == Some(&Literal::Ellipsis) => {
                self.element(list).unwrap_or_else(|| types::call(TABLE[function.0].name, &args))
            }
            (name, args) => types::call(name, args),
        };
        let value = Expr { kind: ExprKind::Call(function, args), ty, line };
        match remotemedia_ir::eval::script::fold(&value) {
            Some(literal) => Expr::literal(literal, line),
            None => value,
        }
    }

    /// A function that Python has built in.
    fn python_call(&mut self, name: &str, c: &'m ast::ExprCall, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        match (name, c.args.as_slice()) {
            ("isinstance", [object, class]) => {
                let object = self.expression(object, out)?;
                let classes = self.classes(class)?;
                if let Some(known) = types::is_instance(&object.ty, &classes) {
                    let known = Expr::literal(Literal::Bool(known), line);
                    let is_plain =
                        matches!(object.kind, ExprKind::Local(_) | ExprKind::Field(_) | ExprKind::Literal(_));
                    // What it may raise, or change, it does.
                    let before = if is_plain { Vec::new() } else { vec![Stmt { kind: StmtKind::Expr(object), line }] };
                    return Ok(Expr::behind(before, known, line));
                }
                return Ok(Expr { kind: ExprKind::IsInstance(Box::new(object), classes), ty: Ty::Bool, line });
            }
            ("str", [exception]) if self.message_of(exception).is_some() && c.keywords.is_empty() => {
                return self.message_of(exception).map_or_else(|| self.expression(exception, out), Ok);
            }
            ("any" | "all", [ast::Expr::GeneratorExp(g)]) if c.keywords.is_empty() => {
                return self.any_or_all(name == "any", g, line);
            }
            ("next", [ast::Expr::GeneratorExp(g), default]) => return self.first(g, default, line, out),
            ("map" | "filter", [function, items]) => return self.through(name == "map", function, items, line),
            ("print", args) => {
                // As a line of the log: the outputs of a program are its streams.
                let mut pieces = Vec::new();
                for (i, arg) in args.iter().enumerate() {
                    if i > 0 {
                        pieces.push(remotemedia_ir::script::Piece::Text(" ".to_owned()));
                    }
                    let value = self.message_of(arg).map_or_else(|| self.expression(arg, out), Ok)?;
                    pieces.push(remotemedia_ir::script::Piece::Value {
                        value,
                        conversion: Some('s'),
                        spec: Vec::new(),
                    });
                }
                let message = Expr { kind: ExprKind::Format(pieces), ty: Ty::Str, line };
                self.write_log(Level::Info, message, line, out);
                return Ok(Expr::literal(Literal::None, line));
            }
            ("sorted" | "min" | "max", _)
                if c.keywords.iter().any(|k| k.arg.as_ref().is_some_and(|a| a.as_str() == "key")) =>
            {
                return self.keyed(name, None, c, line);
            }
            ("super", _) => return self.outside(c.range, "`super()` in this place is outside the compiled subset"),
            _ => {}
        }
        let Some(function) = builtin(name) else {
            return self.outside(c.range, format!("`{name}` is outside the compiled subset"));
        };
        let args = self.arguments(function, None, c, line, out)?;
        Ok(self.finish(function, args, line))
    }

    /// The classes that the second argument of `isinstance` names.
    pub(super) fn classes(&self, expr: &'m ast::Expr) -> Lower<Vec<Class>> {
        let parts: Vec<&ast::Expr> = match expr {
            ast::Expr::Tuple(t) => t.elts.iter().collect(),
            ast::Expr::BinOp(b) if matches!(b.op, ast::Operator::BitOr) => {
                let mut all = self.classes(&b.left)?;
                all.extend(self.classes(&b.right)?);
                return Ok(all);
            }
            other => vec![other],
        };
        let mut classes = Vec::new();
        for part in parts {
            let found = match part {
                ast::Expr::Name(n) => {
                    python_class(n.id.as_str()).filter(|_| !self.globals.names.contains_key(n.id.as_str()))
                }
                ast::Expr::Constant(c) if matches!(c.value, ast::Constant::None) => Some(Class::NoneType),
                // `type(None)`
                ast::Expr::Call(c)
                    if matches!(&*c.func, ast::Expr::Name(n) if n.id.as_str() == "type")
                        && matches!(c.args.as_slice(), [ast::Expr::Constant(none)] if none.value.is_none()) =>
                {
                    Some(Class::NoneType)
                }
                _ => None,
            };
            let found = found.or_else(|| match self.imported(part)?.as_str() {
                "numpy.ndarray" => Some(Class::Array),
                "numpy.generic" => Some(Class::Generic),
                "numpy.number" => Some(Class::Number),
                "numpy.integer" => Some(Class::Integer),
                "numpy.floating" => Some(Class::Floating),
                "numpy.float32" => Some(Class::Scalar(remotemedia_runtime_min::py::array::Dtype::F32)),
                "numpy.float64" => Some(Class::Scalar(remotemedia_runtime_min::py::array::Dtype::F64)),
                "numpy.int64" => Some(Class::Scalar(remotemedia_runtime_min::py::array::Dtype::I64)),
                "collections.deque" => Some(Class::Deque),
                _ => None,
            });
            match found {
                Some(class) => classes.push(class),
                None => return self.outside(part.range(), "this class in `isinstance` is outside the compiled subset"),
            }
        }
        Ok(classes)
    }

    /// `TypedDict(a=1)`, `dict(a=1)`
    fn keywords_dict(&mut self, c: &'m ast::ExprCall, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        if let Some(arg) = c.args.first() {
            return self.outside(arg.range(), "this argument is outside the compiled subset");
        }
        let mut members = Vec::new();
        for keyword in &c.keywords {
            let name = keyword.arg.as_ref().map_or_else(String::new, ToString::to_string);
            members.push((Expr::literal(Literal::Str(name), line), self.expression(&keyword.value, out)?));
        }
        Ok(Expr { kind: ExprKind::Dict(members), ty: Ty::Dict, line })
    }

    /// A method of the class, or a function of the file.
    ///
    /// `object` is the instance of a dataclass whose method it is: its `self` is a variable as others.
    pub(super) fn invoke(
        &mut self,
        m: &Method<'m>,
        class: Option<&'m ast::StmtClassDef>,
        object: Option<Expr>,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let given = self.given(c, out)?;
        self.invoke_with(m, class, object, given, c.range, line)
    }

    /// Calls a function that sees variables around it, with what is in them.
    pub(super) fn invoke_seeing(
        &mut self,
        m: &Method<'m>,
        (names, seen): (&[&'m str], Vec<Expr>),
        given: Given<'m>,
        range: TextRange,
        line: u32,
    ) -> Lower<Expr> {
        let mut args = self.filled(m, None, given, range, line)?;
        args.extend(seen);
        if self.starting && super::source::yields(m.body) {
            return self.outside(range, "a generator in `__init__` is outside the compiled subset");
        }
        let types: Vec<Ty> = args.iter().map(|a| a.ty.clone()).collect();
        let called = self.function_seeing(m, None, Some(names), &types, Place::Helper)?;
        Ok(invoked(called, args, line))
    }

    /// The same with arguments that have been evaluated.
    pub(super) fn invoke_with(
        &mut self,
        m: &Method<'m>,
        class: Option<&'m ast::StmtClassDef>,
        object: Option<Expr>,
        given: Given<'m>,
        range: TextRange,
        line: u32,
    ) -> Lower<Expr> {
        let is_static = m.decorators.iter().any(|d| super::source::dotted(d).as_deref() == Some("staticmethod"));
        let rest = self.filled(m, class.filter(|_| !is_static), given, range, line)?;
        let class = if object.is_some() { None } else { class };
        let args: Vec<Expr> = object.filter(|_| !is_static).into_iter().chain(rest).collect();
        if self.starting && super::source::yields(m.body) {
            return self.outside(range, "a generator in `__init__` is outside the compiled subset");
        }
        let types: Vec<Ty> = args.iter().map(|a| a.ty.clone()).collect();
        let called = self.function(m, class, &types, Place::Helper)?;
        Ok(invoked(called, args, line))
    }

    /// `object.name(…)`
    fn method_call(
        &mut self,
        a: &'m ast::ExprAttribute,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let name = format!(".{}", a.attr);
        if name == ".sub"
            && self.has_patterns()
            && self.of_records("sub").next().is_none()
            && let Some(value) = self.substituted(Some(&a.value), c, line, out)?
        {
            return Ok(value);
        }
        if let ast::Expr::Name(class) = &*a.value
            && self.is_builtin_name(class.id.as_str())
            && c.keywords.is_empty()
        {
            match (class.id.as_str(), a.attr.as_str(), c.args.len()) {
                ("dict", "fromkeys", 1 | 2) => return self.dict_of_keys(&c.args, line),
                ("str", "maketrans", _) => return self.table_of_characters(c, out),
                _ => {}
            }
        }
        let object = self.mutable(&a.value, out)?;
        if let (".translate", [table], true) = (name.as_str(), c.args.as_slice(), c.keywords.is_empty())
            && self.of_records("translate").next().is_none()
        {
            return self.translated(object, table, line);
        }
        if let Ty::Record(record) = &object.ty
            && let Some(class) = self.record_class(record)
            && let Some(m) = method(class, a.attr.as_str())
        {
            return self.invoke(&m, Some(class), Some(object), c, line, out);
        }
        let object = match is_view(&object) && name == ".isdisjoint" {
            true => call_of("set", vec![object], line),
            false => object,
        };
        if object.ty == Ty::Any {
            let function = self.method_function(&name, &object.ty);
            match (self.of_records(a.attr.as_str()).collect::<Vec<_>>().as_slice(), function) {
                ([], _) => {}
                ([(class, m)], None) => return self.invoke(m, Some(class), Some(object), c, line, out),
                (several, function) => {
                    self.lose(&object);
                    return self.by_class(several, object, c, function, line);
                }
            }
        }
        if name == ".sort" && c.keywords.iter().any(|k| k.arg.as_ref().is_some_and(|k| k.as_str() == "key")) {
            return self.keyed(".sort", Some(object), c, line);
        }
        let Some(function) = self.method_function(&name, &object.ty) else {
            if let Ty::Str | Ty::Int | Ty::Float | Ty::Bool | Ty::None | Ty::List | Ty::Dict | Ty::Tuple(_) = &object.ty
                && !KNOWN_METHODS.contains(&a.attr.as_str())
            {
                let message = format!("`{}` has no attribute `{}`", types::name(&object.ty), a.attr);
                return self.wrong(codes::PYTHON_TYPE, a.range, message);
            }
            return self.outside(a.range, format!("the method `{}` is outside the compiled subset", a.attr));
        };
        let args = self.arguments(function, Some(object), c, line, out)?;
        let mut value = self.finish(function, args, line);
        if let ExprKind::Call(_, args) = &value.kind
            && let Some(list) = args.first().cloned()
        {
            let put = match a.attr.as_str() {
                "append" | "appendleft" => args.get(1),
                "insert" => args.get(2),
                _ => None,
            };
            if let Some(ty) = put.map(|value| value.ty.clone()) {
                self.put(&list, &ty);
            }
            if let ("pop" | "popleft", Some(element)) = (a.attr.as_str(), self.element(&list)) {
                value.ty = element;
            }
        }
        Ok(value)
    }
}

/// Methods that Python has and the subset has not.
const KNOWN_METHODS: &[&str] = &[
    "encode",
    "translate",
    "maketrans",
    "format_map",
    "isidentifier",
    "isprintable",
    "istitle",
    "isascii",
    "as_integer_ratio",
    "hex",
    "fromhex",
    "to_bytes",
    "from_bytes",
    "bit_count",
    "conjugate",
    "fromkeys",
    "__len__",
    "__getitem__",
    "real",
    "imag",
];

/// True if a class is a `TypedDict`.
fn is_typed_dict(class: &ast::StmtClassDef) -> bool {
    class.bases.iter().any(|b| super::source::dotted(b).is_some_and(|n| n == "TypedDict" || n.ends_with(".TypedDict")))
}

/// A call of a function of the script.
fn invoked((function, returns): (FunctionId, Ty), args: Vec<Expr>, line: u32) -> Expr {
    // Behind one that raises whatever happens nothing is reached, but its value has a type.
    let ty = if returns == Ty::Never { Ty::None } else { returns };
    Expr { kind: ExprKind::Invoke(function, args), ty, line }
}
