//! Calls: functions of Python, of `math` and NumPy, methods, the class's own methods, functions of the file.

use super::changes::changes_argument;
use super::class::{Lowerer, Place, method};
use super::closures::Given;
use super::expression::{is_view, python_class};
use super::source::{Global, Method};
use super::{Lower, types};
use remotemedia_ir::script::{Binary, Builtin, Class, Expr, ExprKind, FunctionId, Level, Literal, Stmt, StmtKind, Ty};
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

/// A parameter of a function of the runtime.
pub(super) struct Parameter<'p> {
    name: &'p str,
    pub default: Option<Literal>,
    /// Takes all further arguments, as a tuple.
    pub variadic: bool,
    pub keyword_only: bool,
    /// Takes all further keywords, as a dict.
    pub keywords: bool,
}

/// Reads `a, b=None, *rest, key=1`.
pub(super) fn parameters(signature: &str) -> Vec<Parameter<'_>> {
    let mut out = Vec::new();
    let mut keyword_only = false;
    for part in split(signature) {
        let part = part.trim();
        if part.is_empty() || part == "/" {
            continue;
        }
        if part == "*" {
            keyword_only = true;
            continue;
        }
        if let Some(name) = part.strip_prefix("**") {
            out.push(Parameter { name, default: None, variadic: false, keyword_only: true, keywords: true });
            continue;
        }
        if let Some(name) = part.strip_prefix('*') {
            out.push(Parameter { name, default: None, variadic: true, keyword_only: false, keywords: false });
            keyword_only = true;
            continue;
        }
        let (name, default) = match part.split_once('=') {
            Some((name, default)) => (name.trim(), Some(literal(default.trim()))),
            None => (part, None),
        };
        out.push(Parameter { name, default, variadic: false, keyword_only, keywords: false });
    }
    out
}

/// Parts between commas that stand in no quotes and no brackets.
fn split(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut from, mut quoted, mut depth) = (0, None, 0);
    for (at, c) in text.char_indices() {
        match (quoted, c) {
            (Some(q), c) if q == c => quoted = None,
            (None, '\'' | '"') => quoted = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, ',') if depth == 0 => {
                out.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(&text[from..]);
    out
}

/// A default of the table.
fn literal(text: &str) -> Literal {
    match text {
        "None" => Literal::None,
        "True" => Literal::Bool(true),
        "False" => Literal::Bool(false),
        "()" => Literal::Tuple(Vec::new()),
        "..." => Literal::Ellipsis,
        _ => {
            if let Ok(i) = text.parse::<i64>() {
                Literal::Int(i)
            } else if let Ok(x) = text.parse::<f64>() {
                Literal::Float(x)
            } else {
                Literal::Str(text.trim_matches(['\'', '"']).to_owned())
            }
        }
    }
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
            Some(("string", constant)) if constant.contains('.') && c.func.is_attribute_expr() => {
                return match &*c.func {
                    ast::Expr::Attribute(a) => self.method_call(a, c, line, out),
                    _ => self.outside(c.range, format!("`{whole}` is outside the compiled subset")),
                };
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

    /// Arguments in the order of the function's parameters, defaults filled in.
    pub(super) fn arguments(
        &mut self,
        function: Builtin,
        object: Option<Expr>,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Vec<Expr>> {
        let entry = &TABLE[function.0];
        let parameters = parameters(entry.parameters);
        let mut slots: Vec<Option<Expr>> = parameters.iter().map(|_| None).collect();
        let mut rest: Option<(usize, Vec<Expr>)> = parameters.iter().position(|p| p.variadic).map(|i| (i, Vec::new()));
        let mut others = Vec::new();
        let mut next = 0;
        let has_object = object.is_some();
        let given = object.into_iter().map(Ok).chain(c.args.iter().map(Err));
        for (place, value) in given.enumerate() {
            let (value, range) = match value {
                Ok(value) => (value, c.range),
                // `zip(*rows)`: what `*` gives is all that the rest are, behind those in front of it.
                Err(ast::Expr::Starred(s))
                    if place + 1 == c.args.len() + usize::from(has_object)
                        && parameters.get(next).is_some_and(|p| p.variadic) =>
                {
                    let Some((at, values)) = rest.take() else { continue };
                    let ty = Ty::Tuple(values.iter().map(|v| v.ty.clone()).collect());
                    let first = Expr { kind: ExprKind::Tuple(values), ty, line };
                    let all = self.expression(&s.value, out)?;
                    let all = call_of("tuple", vec![all], line);
                    slots[at] = Some(match &first.kind {
                        ExprKind::Tuple(none) if none.is_empty() => all,
                        _ => {
                            let kind = ExprKind::Binary(Binary::Add, Box::new(first), Box::new(all));
                            Expr { kind, ty: Ty::Any, line }
                        }
                    });
                    continue;
                }
                Err(ast::Expr::Starred(s)) => {
                    return self.outside(s.range, "`*` in this call is outside the compiled subset");
                }
                Err(expr) => (self.expression(expr, out)?, expr.range()),
            };
            match parameters.get(next) {
                Some(p) if !p.variadic && !p.keyword_only => {
                    slots[next] = Some(value);
                    next += 1;
                }
                _ => match &mut rest {
                    Some((_, values)) => values.push(value),
                    None => {
                        let most = parameters.iter().filter(|p| !p.keyword_only).count();
                        let message =
                            format!("`{}` takes at most {most} arguments", entry.name.trim_start_matches('.'));
                        return self.wrong(codes::PYTHON_TYPE, range, message);
                    }
                },
            }
        }
        for keyword in &c.keywords {
            let Some(name) = keyword.arg.as_ref().map(|n| n.as_str()) else { continue };
            let Some(at) = parameters.iter().position(|p| p.name == name && !p.variadic && !p.keywords) else {
                if parameters.iter().any(|p| p.keywords) {
                    let key = Expr::literal(Literal::Str(name.to_owned()), line);
                    others.push((key, self.expression(&keyword.value, out)?));
                    continue;
                }
                return self
                    .outside(keyword.range, format!("`{name}=` of `{}` is outside the compiled subset", entry.name));
            };
            if slots[at].is_some() {
                return self.wrong(codes::PYTHON_TYPE, keyword.range, format!("`{name}` is given twice"));
            }
            slots[at] = Some(self.expression(&keyword.value, out)?);
        }
        let mut args = Vec::with_capacity(parameters.len());
        for (i, (slot, parameter)) in slots.into_iter().zip(&parameters).enumerate() {
            args.push(match (slot, &mut rest, &parameter.default) {
                (Some(value), _, _) => value,
                (None, Some((at, values)), _) if *at == i => {
                    let values = std::mem::take(values);
                    let ty = Ty::Tuple(values.iter().map(|v| v.ty.clone()).collect());
                    Expr { kind: ExprKind::Tuple(values), ty, line }
                }
                (None, _, Some(default)) => Expr::literal(default.clone(), line),
                (None, _, None) if parameter.keywords => {
                    Expr { kind: ExprKind::Dict(std::mem::take(&mut others)), ty: Ty::Dict, line }
                }
                (None, _, None) => {
                    let message =
                        format!("`{}` needs its argument `{}`", entry.name.trim_start_matches('.'), parameter.name);
                    return self.wrong(codes::PYTHON_TYPE, c.range, message);
                }
            });
        }
        Ok(args)
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

    /// The arguments of a call.
    pub(super) fn given(&mut self, c: &'m ast::ExprCall, out: &mut Vec<Stmt>) -> Lower<Given<'m>> {
        let given = self.placed(c, out)?;
        let mut named = Vec::new();
        for keyword in &c.keywords {
            let name = keyword.arg.as_ref().map_or("", |name| name.as_str());
            named.push((name, keyword.range, self.expression(&keyword.value, out)?));
        }
        Ok((given, named))
    }

    /// The arguments of a call that have no names.
    pub(super) fn placed(&mut self, c: &'m ast::ExprCall, out: &mut Vec<Stmt>) -> Lower<Vec<Expr>> {
        let mut given = Vec::new();
        for arg in &c.args {
            match arg {
                ast::Expr::Starred(s) => {
                    // What stands in front of it is computed before.
                    let line = self.module.line(c.range);
                    given = given.into_iter().map(|value| self.kept(value, line, out)).collect();
                    given.extend(self.parts_of(&s.value, line, out)?);
                }
                arg => given.push(self.expression(arg, out)?),
            }
        }
        Ok(given)
    }

    /// `*pair` in a call, where the type says how many parts it has.
    fn parts_of(&mut self, tuple: &'m ast::Expr, line: u32, out: &mut Vec<Stmt>) -> Lower<Vec<Expr>> {
        let value = self.expression(tuple, out)?;
        let Ty::Tuple(parts) = value.ty.clone() else {
            return self.outside(
                tuple.range(),
                "`*` of what is not known to be a tuple, in a call, is outside the compiled subset",
            );
        };
        let value = self.kept(value, line, out);
        let part = |(i, ty)| {
            let at = Expr::literal(Literal::Int(i as i64), line);
            Expr { kind: ExprKind::Index(Box::new(value.clone()), Box::new(at)), ty, line }
        };
        Ok(parts.into_iter().enumerate().map(part).collect())
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

    /// Arguments in the order of a function's parameters, defaults filled in; of a method behind its object.
    fn filled(
        &mut self,
        m: &Method<'m>,
        class: Option<&'m ast::StmtClassDef>,
        (given, named): Given<'m>,
        range: TextRange,
        line: u32,
    ) -> Lower<Vec<Expr>> {
        let skip = usize::from(class.is_some());
        let all: Vec<_> = m.parameters().skip(skip).collect();
        let most = all.len() - m.args.kwonlyargs.len();
        let has_more = m.args.vararg.is_some();
        if given.len() > most && !has_more {
            let message = format!("`{}` takes {most} arguments and gets {}", m.name, given.len());
            return self.wrong(codes::PYTHON_TYPE, range, message);
        }
        let mut given = given.into_iter();
        let mut values: Vec<Option<Expr>> = given.by_ref().take(most).map(Some).collect();
        let more: Vec<Expr> = given.collect();
        values.resize(all.len(), None);
        let mut rest = Vec::new();
        for (name, range, value) in named {
            match all.iter().position(|a| a.def.arg.as_str() == name) {
                Some(at) if values[at].is_some() => {
                    return self.wrong(codes::PYTHON_TYPE, range, format!("`{name}` is given twice"));
                }
                Some(at) => values[at] = Some(value),
                None if m.args.kwarg.is_some() => {
                    rest.push((Expr::literal(Literal::Str(name.to_owned()), line), value));
                }
                None => {
                    let message = format!("`{}` has no parameter `{name}`", m.name);
                    return self.wrong(codes::PYTHON_TYPE, range, message);
                }
            }
        }
        let mut args = Vec::new();
        for (value, argument) in values.into_iter().zip(&all) {
            args.push(match (value, &argument.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.constant_default(default, line)?,
                (None, None) => {
                    let message = format!("`{}` needs its argument `{}`", m.name, argument.def.arg);
                    return self.wrong(codes::PYTHON_TYPE, range, message);
                }
            });
        }
        if has_more {
            let ty = Ty::Tuple(more.iter().map(|value| value.ty.clone()).collect());
            args.push(Expr { kind: ExprKind::Tuple(more), ty, line });
        }
        if m.args.kwarg.is_some() {
            args.push(Expr { kind: ExprKind::Dict(rest), ty: Ty::Dict, line });
        }
        Ok(args)
    }

    /// The default of a parameter, which nothing can change.
    pub(super) fn constant_default(&mut self, default: &'m ast::Expr, line: u32) -> Lower<Expr> {
        let Some(literal) = self.known_here(default)? else {
            return self.outside(default.range(), "a default that is computed here is outside the compiled subset");
        };
        if literal.is_mutable() {
            return self.outside(default.range(), "a default that can be changed is outside the compiled subset");
        }
        Ok(Expr::literal(literal, line))
    }

    /// The value of an expression that needs nothing of the running node; none where it reads variables.
    pub(super) fn known_here(&mut self, expr: &'m ast::Expr) -> Lower<Option<Literal>> {
        let mut parts = vec![expr];
        while let Some(part) = parts.pop() {
            let name = part.as_name_expr().map(|n| n.id.as_str());
            let is_variable = |name| self.scope.names.as_ref().is_some_and(|names| names.contains_key(name));
            if name.is_some_and(|name| name == "self" || is_variable(name)) {
                return Ok(None);
            }
            parts.extend(super::source::children(part));
        }
        self.constant(expr).map(Some)
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
