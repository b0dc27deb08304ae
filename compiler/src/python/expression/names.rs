//! Names: variables, constants of the file, attributes, what imports bring.

use super::{BUILTINS, OTHER_BUILTINS, python_class};
use crate::python::call::call_of;
use crate::python::class::{Lowerer, Place, method};
use crate::python::source::{Global, dotted};
use crate::python::{Lower, types};
use remotemedia_ir::script::{Class, Expr, ExprKind, Likeness, Literal, Stmt, Ty};
use remotemedia_ir::{Diagnostic, codes, suggest};
use remotemedia_runtime_min::py::array::Dtype;
use rustpython_parser::ast;
use rustpython_parser::text_size::TextRange;

impl<'m> Lowerer<'m> {
    pub(super) fn name(&mut self, n: &'m ast::ExprName, line: u32) -> Lower<Expr> {
        let name = n.id.as_str();
        if let Some(slot) = self.scope.names.as_ref().and_then(|names| names.get(name)).cloned() {
            let read = Expr::local(slot.variable, slot.ty, line);
            let before = if slot.perhaps_unset { vec![self.unless_set(name, line)] } else { Vec::new() };
            return Ok(Expr::behind(before, read, line));
        }
        if self.scope.closures.contains_key(name) {
            return self.outside(n.range, format!("`{name}` as a value is outside the compiled subset"));
        }
        if self.scope.caught.contains_key(name) {
            let reason =
                format!("the exception `{name}` as a value is outside the compiled subset: `str({name})` is not");
            return self.outside(n.range, reason);
        }
        if self.field(name).is_some_and(|field| self.attributes.contains(&field)) {
            return self.own(name, n.range, line);
        }
        if self.globals.filled.contains(name) {
            return Ok(Expr::literal(self.global_constant(name, None, n.range)?, line));
        }
        match self.globals.names.get(name) {
            Some(Global::Value(value)) => {
                let literal = self.global_constant(name, Some(value), n.range)?;
                return Ok(Expr::literal(literal, line));
            }
            Some(Global::Part(value, at, count)) => {
                let (at, count) = (*at, *count);
                let parts = match self.global_constant(name, Some(value), n.range)? {
                    Literal::Tuple(items) | Literal::List(items) if items.len() == count => items,
                    _ => return self.outside(n.range, format!("what `{name}` is given")),
                };
                return Ok(Expr::literal(parts[at].clone(), line));
            }
            Some(Global::Function(m)) => {
                let m = *m;
                return self.method_value(&m, false, n.range, line);
            }
            Some(Global::Class(_)) => {
                return self.outside(n.range, format!("`{name}` as a value is outside the compiled subset"));
            }
            None => {}
        }
        if let Some((module, _)) = self.globals.imports.get(name) {
            let module = module.clone();
            return self.imported_value(&module, n.range, line);
        }
        if let Some(class) = python_class(name) {
            self.class_value(name, class);
            return Ok(Expr::literal(Literal::Type(class), line));
        }
        if self.is_builtin_name(name)
            && let Some(value) = self.builtin_value(name, line)
        {
            return Ok(value);
        }
        if BUILTINS.contains(&name) || OTHER_BUILTINS.contains(&name) || name == "self" {
            return self.outside(n.range, format!("`{name}` as a value is outside the compiled subset"));
        }
        if self.globals.unsteady.contains(&name) {
            return self.outside(n.range, format!("`{name}` is assigned more than once, or on a condition"));
        }
        if self.scope.variables.keys().any(|(known, _)| known == name) {
            return self.outside(n.range, format!("`{name}` may not be set here"));
        }
        if let Some((module, _)) = self.globals.imports.get("*") {
            return self
                .outside(n.range, format!("`{name}` may be of `{module}`, which is outside the compiled subset"));
        }
        let message = format!("unknown name `{name}`");
        let mut wrong =
            Diagnostic::error(codes::PYTHON_NAME, self.span(n.range), message).label("nothing defines this name");
        let known = self.scope.names.iter().flat_map(|n| n.keys().map(String::as_str));
        let known = known.chain(self.globals.names.keys().copied()).chain(BUILTINS.iter().copied());
        let fields: Vec<&str> = self.fields.iter().map(|f| f.name.as_str()).collect();
        if fields.contains(&name) {
            wrong = wrong.with_help(format!("did you mean `self.{name}`?"));
        } else if let Some(near) = suggest::near(name, known, 1).first() {
            wrong = wrong.with_help(format!("did you mean `{near}`?"));
        }
        Err(crate::python::Stop::Wrong(Box::new(wrong)))
    }

    pub(super) fn attribute(&mut self, a: &'m ast::ExprAttribute, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let name = a.attr.as_str();
        if self.is_self(&a.value) {
            return self.own(name, a.range, line);
        }
        if let ast::Expr::Name(n) = &*a.value
            && n.id.as_str() == self.class.name.as_str()
            && !self.scope.names.as_ref().is_some_and(|s| s.contains_key(n.id.as_str()))
        {
            if let Some(m) = self.own_method(name)
                && !m.decorators.iter().any(|d| dotted(d).as_deref() == Some("staticmethod"))
            {
                return self.outside(a.range, format!("`{}.{name}` as a value is outside the compiled subset", n.id));
            }
            return self.own(name, a.range, line);
        }
        if name.starts_with("__") && name != "__name__" {
            return self.outside(a.range, format!("`{name}` is outside the compiled subset"));
        }
        if let ast::Expr::Name(n) = &*a.value
            && n.id.as_str() == "str"
            && self.is_builtin_name("str")
            && let Some(value) = self.text_method(name, line)
        {
            return Ok(value);
        }
        if let ast::Expr::Name(n) = &*a.value
            && !self.scope.names.as_ref().is_some_and(|s| s.contains_key(n.id.as_str()))
            && let Some(record) = self.record(n.id.as_str())
            && self.records[record].likeness == Likeness::Member
            && let Some(class) = self.record_class(n.id.as_str())
        {
            return Ok(Expr::literal(self.member(class, name, a.range)?, line));
        }
        if let Some(name) = self.imported_attribute(a) {
            return self.imported_value(&name, a.range, line);
        }
        if let Some(limit) = self.limit(a, line, out)? {
            return Ok(limit);
        }
        if let Some(kind) = self.kind_of(a) {
            return Ok(kind);
        }
        if name == "__name__"
            && let Some(object) = self.classified(&a.value)
        {
            if self.is_self(object) {
                return Ok(Expr::literal(Literal::Str(self.class.name.to_string()), line));
            }
            let object = self.expression(object, out)?;
            return Ok(Expr { ty: Ty::Str, ..call_of("type.__name__", vec![object], line) });
        }
        let object = self.expression(&a.value, out)?;
        let of_record = match &object.ty {
            Ty::Record(record) => self.record_class(record).and_then(|class| method(class, name)),
            Ty::Any => self.sole_record(name).map(|(_, m)| m),
            _ => None,
        };
        if let Some(m) = of_record {
            if !m.decorators.iter().any(|d| dotted(d).as_deref() == Some("property")) {
                return self.outside(a.range, format!("the method `{name}` as a value is outside the compiled subset"));
            }
            let (function, returns) = self.function(&m, None, std::slice::from_ref(&object.ty), Place::Helper)?;
            return Ok(Expr { kind: ExprKind::Invoke(function, vec![object]), ty: returns, line });
        }
        if self.perhaps_of_record(&object.ty, name) {
            let reason = format!("`{name}` of a value whose class is not known here is outside the compiled subset");
            return self.outside(a.range, reason);
        }
        // What is known of an array; one that is computed may raise, or change something.
        if let (Ty::Array { dtype, shape }, ExprKind::Local(_) | ExprKind::Field(_)) = (&object.ty, &object.kind) {
            match (name, dtype, shape) {
                ("ndim", _, Some(shape)) => return Ok(Expr::literal(Literal::Int(shape.len() as i64), line)),
                ("dtype", Some(dtype), _) => return Ok(Expr::literal(Literal::Type(Class::Dtype(*dtype)), line)),
                _ => {}
            }
        }
        if crate::python::regex::LACKING.contains(&name) && self.perhaps_pattern(&object.ty) {
            return self.outside(a.range, format!("`{name}` of a pattern or match is outside the compiled subset"));
        }
        let ty = types::attribute(&object.ty, name);
        if let Ty::Int | Ty::Bool | Ty::Str | Ty::List | Ty::Dict | Ty::None = &object.ty {
            let message = format!("`{}` has no attribute `{name}`", types::name(&object.ty));
            return self.wrong(codes::PYTHON_TYPE, a.range, message);
        }
        Ok(self.folded(Expr { kind: ExprKind::Attribute(Box::new(object), name.to_owned()), ty, line }))
    }

    /// `np.finfo(np.float32).eps`, `np.iinfo(np.int16).max`.
    fn limit(&mut self, a: &'m ast::ExprAttribute, line: u32, out: &mut Vec<Stmt>) -> Lower<Option<Expr>> {
        let ast::Expr::Call(c) = &*a.value else { return Ok(None) };
        let name = self.imported(&c.func).unwrap_or_default();
        let ([of], []) = (c.args.as_slice(), c.keywords.as_slice()) else { return Ok(None) };
        if name != "numpy.finfo" && name != "numpy.iinfo" {
            return Ok(None);
        }
        let dtype = match self.expression(of, out)?.as_literal() {
            Some(Literal::Type(Class::Scalar(dtype) | Class::Dtype(dtype))) => Some(*dtype),
            Some(Literal::Type(Class::Float)) => Some(Dtype::F64),
            Some(Literal::Type(Class::Int)) => Some(Dtype::I64),
            _ => None,
        };
        let whole = |min: i64, max: i64, bits| match a.attr.as_str() {
            "min" => Some(Literal::Int(min)),
            "max" => Some(Literal::Int(max)),
            "bits" => Some(Literal::Int(bits)),
            _ => None,
        };
        let real = |dtype, [eps, max, tiny]: [f64; 3], bits| match a.attr.as_str() {
            "eps" => Some(Literal::Scalar(dtype, eps)),
            "max" => Some(Literal::Scalar(dtype, max)),
            "min" => Some(Literal::Scalar(dtype, -max)),
            "tiny" | "smallest_normal" => Some(Literal::Scalar(dtype, tiny)),
            "bits" => Some(Literal::Int(bits)),
            _ => None,
        };
        let single = [f32::EPSILON, f32::MAX, f32::MIN_POSITIVE].map(f64::from);
        let limit = match (name.as_str(), dtype) {
            ("numpy.iinfo", Some(Dtype::U8)) => whole(0, u8::MAX.into(), 8),
            ("numpy.iinfo", Some(Dtype::I16)) => whole(i16::MIN.into(), i16::MAX.into(), 16),
            ("numpy.iinfo", Some(Dtype::I32)) => whole(i32::MIN.into(), i32::MAX.into(), 32),
            ("numpy.iinfo", Some(Dtype::I64)) => whole(i64::MIN, i64::MAX, 64),
            ("numpy.finfo", Some(Dtype::F32)) => real(Dtype::F32, single, 32),
            ("numpy.finfo", Some(Dtype::F64)) => real(Dtype::F64, [f64::EPSILON, f64::MAX, f64::MIN_POSITIVE], 64),
            _ => None,
        };
        match limit {
            Some(limit) => Ok(Some(Expr::literal(limit, line))),
            None => self.outside(a.range, "this limit of a type is outside the compiled subset"),
        }
    }

    /// `np.float32` as an attribute of an import.
    pub(super) fn imported_attribute(&self, a: &ast::ExprAttribute) -> Option<String> {
        Some(format!("{}.{}", self.imported(&a.value)?, a.attr))
    }

    /// The object of `type(object)` and `object.__class__`.
    fn classified(&self, class: &'m ast::Expr) -> Option<&'m ast::Expr> {
        match class {
            ast::Expr::Call(c) if matches!(&*c.func, ast::Expr::Name(n) if n.id.as_str() == "type") => {
                c.args.first().filter(|_| c.args.len() == 1)
            }
            ast::Expr::Attribute(a) if a.attr.as_str() == "__class__" => Some(&a.value),
            _ => None,
        }
    }

    /// `self.name`
    pub(super) fn own(&mut self, name: &str, range: TextRange, line: u32) -> Lower<Expr> {
        if let Some(field) = self.field(name) {
            let state = &self.fields[field.0];
            if !self.starting && state.init.is_none() {
                return self.outside(range, format!("`self.{name}` is read, and `__init__` does not set it"));
            }
            let ty = if self.starting { Ty::Any } else { state.ty.clone() };
            return Ok(Expr { kind: ExprKind::Field(field), ty, line });
        }
        if let Some(m) = self.own_method(name) {
            if m.decorators.iter().any(|d| dotted(d).as_deref() == Some("property")) {
                let (function, returns) = self.function(&m, Some(self.class), &[], Place::Helper)?;
                return Ok(Expr { kind: ExprKind::Invoke(function, Vec::new()), ty: returns, line });
            }
            return self.method_value(&m, true, range, line);
        }
        if name == "name" {
            return Ok(Expr::literal(Literal::Str(self.class.name.to_string()), line));
        }
        let mut wrong = Diagnostic::error(
            codes::PYTHON_NAME,
            self.span(range),
            format!("`{}` has no attribute `{name}`", self.class.name),
        )
        .label("`__init__` sets no such attribute");
        let known = self.fields.iter().map(|f| f.name.as_str());
        if let Some(near) = suggest::near(name, known, 1).first() {
            wrong = wrong.with_help(format!("did you mean `self.{near}`?"));
        } else {
            return self.outside(range, format!("`self.{name}` is read, and nothing in the class sets it"));
        }
        Err(crate::python::Stop::Wrong(Box::new(wrong)))
    }

    /// A value of a module: `math.pi`, `np.float32`.
    pub(super) fn imported_value(&mut self, name: &str, range: TextRange, line: u32) -> Lower<Expr> {
        if let Some(flag) = crate::python::regex::constant(name) {
            return Ok(Expr::literal(flag, line));
        }
        let text = |text: &str| Literal::Str(text.to_owned());
        let literal = match name {
            "math.pi" | "numpy.pi" => Literal::Float(std::f64::consts::PI),
            "math.e" | "numpy.e" => Literal::Float(std::f64::consts::E),
            "math.tau" => Literal::Float(std::f64::consts::TAU),
            "math.inf" | "numpy.inf" => Literal::Float(f64::INFINITY),
            "math.nan" | "numpy.nan" => Literal::Float(f64::NAN),
            "string.ascii_letters" => text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "string.ascii_lowercase" => text("abcdefghijklmnopqrstuvwxyz"),
            "string.ascii_uppercase" => text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "string.digits" => text("0123456789"),
            "string.hexdigits" => text("0123456789abcdefABCDEF"),
            "string.octdigits" => text("01234567"),
            "string.punctuation" => text("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
            "string.whitespace" => text(" \t\n\r\u{b}\u{c}"),
            "numpy.newaxis" => Literal::None,
            "numpy.ndarray" => Literal::Type(Class::Array),
            "numpy.generic" => Literal::Type(Class::Generic),
            "numpy.number" => Literal::Type(Class::Number),
            "numpy.integer" => Literal::Type(Class::Integer),
            "numpy.floating" => Literal::Type(Class::Floating),
            "numpy.float32" | "numpy.single" => Literal::Type(Class::Scalar(Dtype::F32)),
            "numpy.float64" | "numpy.double" => Literal::Type(Class::Scalar(Dtype::F64)),
            "numpy.int16" => Literal::Type(Class::Scalar(Dtype::I16)),
            "numpy.int32" => Literal::Type(Class::Scalar(Dtype::I32)),
            "numpy.int64" => Literal::Type(Class::Scalar(Dtype::I64)),
            "numpy.uint8" => Literal::Type(Class::Scalar(Dtype::U8)),
            "numpy.bool_" | "numpy.bool" => Literal::Type(Class::Scalar(Dtype::Bool)),
            "numpy.complex64" => Literal::Type(Class::Scalar(Dtype::C64)),
            "numpy.complex128" => Literal::Type(Class::Scalar(Dtype::C128)),
            "collections.deque" => Literal::Type(Class::Deque),
            _ => {
                let value = self.builtin_value(name, line);
                return value
                    .map_or_else(|| self.outside(range, format!("`{name}` is outside the compiled subset")), Ok);
            }
        };
        Ok(Expr::literal(literal, line))
    }
}
