//! What a class is before anything arrives: attributes, `__init__`, constants.

use super::{FieldState, Lowerer, NameRange, Place};
use crate::manifest::misplaced;
use crate::python::call::call_of;
use crate::python::changes::{Extent, bound, own, targets};
use crate::python::scope::{Names, Scope};
use crate::python::source::{Global, Method, children, statements};
use crate::python::{Lower, Stop};
use remotemedia_ir::eval::script as eval;
use remotemedia_ir::script::{
    Expr, Field, Function, FunctionId, Gives, Literal, Local, Script, Stmt, StmtKind, Takes, Target, Ty,
};
use remotemedia_ir::{Diagnostic, codes, suggest};
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;

/// What Python's whole numbers can hold, and 64 bits cannot.
const TOO_LONG: &str = "a whole number beyond 64 bits is outside the compiled subset";

impl<'m> Lowerer<'m> {
    /// Class attributes, `__init__` and `initialize`, run here and now.
    pub(super) fn start(&mut self) -> Lower<()> {
        self.collect_fields();
        let mut init = Vec::new();
        for (at, class) in self.lineage.iter().enumerate().rev() {
            for stmt in &class.body {
                for (name, value) in self.attributes(stmt)? {
                    if let Some(field) = self.field(name) {
                        init.push((at, field, value));
                    }
                }
            }
        }
        // A function that sets the class's attributes, then one call each.
        self.place = Place::Start;
        self.scope = Scope { names: Some(Names::new()), ..Scope::default() };
        let mut body = Vec::new();
        let mut owner = 0;
        for (at, field, value) in init {
            // The names of a class's body are known there alone.
            if std::mem::replace(&mut owner, at) != at {
                self.attributes.clear();
            }
            let line = self.module.line(value.range());
            let value = self.expression(value, &mut body)?;
            body.push(Stmt { kind: StmtKind::Assign(Target::Field(field), value), line });
            self.attributes.push(field);
        }
        self.attributes.clear();
        let locals = std::mem::take(&mut self.scope.locals);
        let name = "class".to_owned();
        self.functions.push(Function { name, parameters: 0, locals, body, returns: Ty::None });
        let mut steps = vec![(FunctionId(self.functions.len() - 1), Vec::new())];
        if let Some(m) = self.own_method("__init__") {
            let arguments = self.init_arguments(&m)?;
            let types: Vec<Ty> = arguments.iter().map(Literal::ty).collect();
            let (id, _) = self.function(&m, Some(self.class), &types, Place::Start)?;
            steps.push((id, arguments));
        } else if let Some((name, _)) = self.request.params.first() {
            return self.unknown_parameter(name, &[]);
        }
        if let Some(m) = self.own_method("initialize") {
            if let Some(needed) = m.parameters().skip(1).find(|p| p.default.is_none()) {
                return self.outside(needed.def.range(), "`initialize`, which nothing gives its parameters");
            }
            let (id, _) = self.function(&m, Some(self.class), &[], Place::Start)?;
            steps.push((id, Vec::new()));
        }
        if !self.outside.is_empty() || !self.wrong.is_empty() {
            // What could not be lowered could not be run either.
            return match (self.wrong.pop(), self.outside.pop()) {
                (Some(wrong), _) => Err(Stop::Wrong(Box::new(wrong))),
                (None, Some(outside)) => Err(Stop::Outside(outside)),
                (None, None) => Ok(()),
            };
        }
        let script = Script {
            name: self.class.name.to_string(),
            file: self.module.file.to_owned(),
            fields: self
                .fields
                .iter()
                .map(|f| Field { name: f.name.clone(), ty: Ty::Any, init: Literal::None })
                .collect(),
            records: self.records.clone(),
            functions: self.functions.clone(),
            process: FunctionId(0),
            finish: Vec::new(),
            takes: Takes::Message,
            gives: Gives { audio: None, messages: None },
        };
        match eval::fields_after(&script, &steps) {
            Ok(values) => {
                for (field, value) in self.fields.iter_mut().zip(values) {
                    field.shares = value.as_ref().is_some_and(|(_, shares)| *shares);
                    field.init = value.map(|(literal, _)| literal);
                    field.ty = field.init.as_ref().map_or(Ty::Never, Literal::ty);
                    field.changes = false;
                }
            }
            Err(eval::Unfit::Raises(exception)) if exception.kind() == "OverflowError" => {
                return self.outside(self.class.name_range(), TOO_LONG);
            }
            Err(eval::Unfit::Raises(exception)) => {
                let line = exception.trace().first().map_or(0, |(_, line)| *line);
                let range = self.class.name_range();
                let mut wrong = Diagnostic::error(
                    codes::PYTHON_START,
                    self.span(range),
                    format!("`{}` cannot be made: {exception}", self.class.name),
                );
                if let Some(span) = self.module.line_span(line) {
                    wrong = wrong.also(span, "it fails here");
                }
                return Err(Stop::Wrong(Box::new(wrong)));
            }
            Err(eval::Unfit::NoConstant(what)) => {
                return self
                    .outside(self.class.name_range(), format!("`__init__` leaves behind what is no constant: {what}"));
            }
        }
        self.functions.clear();
        self.specialised.clear();
        Ok(())
    }

    /// The attributes that a statement of the class's body sets.
    fn attributes(&self, stmt: &'m ast::Stmt) -> Lower<Vec<(&'m str, &'m ast::Expr)>> {
        let set = match stmt {
            ast::Stmt::Assign(a) => {
                let mut set = Vec::new();
                for target in &a.targets {
                    match (target, &*a.value) {
                        (ast::Expr::Name(n), value) => set.push((n.id.as_str(), value)),
                        (ast::Expr::Tuple(names), ast::Expr::Tuple(values))
                            if names.elts.len() == values.elts.len()
                                && names.elts.iter().all(ast::Expr::is_name_expr) =>
                        {
                            set.extend(bound(target).into_iter().zip(&values.elts));
                        }
                        _ => return self.outside(a.range, "this assignment in a class is outside the compiled subset"),
                    }
                }
                if set.len() > 1 && a.targets.len() > 1 && !a.value.is_constant_expr() {
                    return self.outside(a.range, "one object for several attributes is outside the compiled subset");
                }
                set
            }
            ast::Stmt::AnnAssign(a) => match (&*a.target, &a.value) {
                (ast::Expr::Name(n), Some(v)) => vec![(n.id.as_str(), &**v)],
                _ => Vec::new(),
            },
            ast::Stmt::FunctionDef(_) | ast::Stmt::AsyncFunctionDef(_) | ast::Stmt::Pass(_) => Vec::new(),
            // A docstring; a class inside, which says so itself where it is used.
            ast::Stmt::Expr(e) if e.value.is_constant_expr() => Vec::new(),
            ast::Stmt::ClassDef(_) => Vec::new(),
            other => return self.outside(other.range(), "this statement in a class is outside the compiled subset"),
        };
        for (_, value) in &set {
            // A function of the class is no method yet.
            let mut parts = vec![*value];
            while let Some(part) = parts.pop() {
                if let ast::Expr::Name(n) = part
                    && self.own_method(n.id.as_str()).is_some()
                {
                    let reason = format!("`{}` in the class's body is outside the compiled subset", n.id);
                    return self.outside(n.range, reason);
                }
                parts.extend(children(part));
            }
        }
        Ok(set)
    }

    /// Every `self.name` that something assigns to, and the attributes of the class.
    pub(super) fn collect_fields(&mut self) {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !names.iter().any(|n| n == name) && name != "logger" {
                names.push(name.to_owned());
            }
        };
        for stmt in self.lineage.iter().flat_map(|class| &class.body) {
            match stmt {
                ast::Stmt::Assign(a) => a.targets.iter().flat_map(bound).for_each(&mut add),
                ast::Stmt::AnnAssign(a) if a.value.is_some() => {
                    if let ast::Expr::Name(n) = &*a.target {
                        add(n.id.as_str());
                    }
                }
                _ => {}
            }
        }
        for body in self.own_bodies() {
            statements(body, &mut |stmt| targets(stmt).into_iter().flat_map(own).for_each(&mut add));
        }
        self.fields = names
            .into_iter()
            .map(|name| FieldState { name, ty: Ty::Any, init: None, changes: true, shares: false, elements: None })
            .collect();
    }

    pub(in crate::python) fn unknown_parameter<T>(&self, name: &str, known: &[&str]) -> Lower<T> {
        let message = format!("`{}` has no parameter `{name}`", self.class.name);
        let mut wrong = Diagnostic::error(codes::UNKNOWN_PARAMETER, self.request.span, message);
        if let Some(help) = misplaced(name) {
            wrong = wrong.with_help(help);
        } else if let Some(near) = suggest::near(name, known.iter().copied(), 1).first() {
            wrong = wrong.with_help(format!("did you mean `{near}`?"));
        } else if !known.is_empty() {
            wrong = wrong.with_help(format!("its parameters are {}", known.join(", ")));
        }
        Err(Stop::Wrong(Box::new(wrong)))
    }

    /// Values for the parameters of `__init__`, behind them an empty tuple for `*args`, and `**kwargs` as a dict.
    pub(super) fn init_arguments(&mut self, init: &Method<'m>) -> Lower<Vec<Literal>> {
        let mut values = Vec::new();
        let mut used = Vec::new();
        let all = init.parameters().skip(1);
        let known: Vec<&str> = init.parameters().skip(1).map(|a| a.def.arg.as_str()).collect();
        for argument in all {
            let name = argument.def.arg.as_str();
            let given = self.request.params.iter().find(|(n, _)| n == name);
            match (given, &argument.default) {
                (Some((_, value)), _) => {
                    used.push(name);
                    values.push(value.clone());
                }
                (None, Some(default)) => values.push(self.constant(default)?),
                (None, None) => {
                    let message = format!("`{}` needs the parameter `{name}`", self.class.name);
                    let wrong = Diagnostic::error(codes::MISSING_PARAMETER, self.request.span, message)
                        .also(self.span(argument.def.range()), "it is declared here, without a default");
                    return Err(Stop::Wrong(Box::new(wrong)));
                }
            }
        }
        let rest = self.request.params.iter().filter(|(n, _)| !used.contains(&n.as_str()));
        self.extra = rest.clone().map(|(name, value)| (name.as_str(), value.clone())).collect();
        values.extend(init.args.vararg.as_ref().map(|_| Literal::Tuple(Vec::new())));
        if init.args.kwarg.is_some() {
            values.push(Literal::Dict(rest.map(|(n, v)| (Literal::Str(n.clone()), v.clone())).collect()));
        } else if let Some((name, _)) = rest.into_iter().next() {
            return self.unknown_parameter(name, &known);
        }
        Ok(values)
    }

    /// The value of an expression that needs nothing of the running node: a default, a constant of the file.
    pub(in crate::python) fn constant(&mut self, expr: &'m ast::Expr) -> Lower<Literal> {
        self.constant_of(expr, |value| value)
    }

    /// What is made of the value of such an expression.
    fn constant_of(&mut self, expr: &'m ast::Expr, make: fn(Expr) -> Expr) -> Lower<Literal> {
        let scope = std::mem::replace(&mut self.scope, Scope { names: Some(Names::new()), ..Scope::default() });
        let place = std::mem::replace(&mut self.place, Place::Helper);
        let mut body = Vec::new();
        let value = self.expression(expr, &mut body);
        let inner = std::mem::replace(&mut self.scope, scope);
        self.place = place;
        let value = make(value?);
        if let (Some(literal), true) = (value.as_literal(), body.is_empty()) {
            return Ok(literal.clone());
        }
        self.evaluated(&inner.locals, &body, &value, expr.range())
    }

    /// What a value is behind these statements.
    pub(in crate::python) fn evaluated(
        &self,
        locals: &[Local],
        body: &[Stmt],
        value: &Expr,
        range: TextRange,
    ) -> Lower<Literal> {
        match eval::constant(&self.records, &self.functions, locals, body, value) {
            Ok(literal) => Ok(literal),
            Err(eval::Unfit::Raises(e)) if e.kind() == "OverflowError" => self.outside(range, TOO_LONG),
            Err(eval::Unfit::Raises(e)) => self.wrong(codes::PYTHON_START, range, format!("this raises {e}")),
            Err(eval::Unfit::NoConstant(what)) => self.outside(range, format!("no constant: {what}")),
        }
    }

    /// The value of a constant at the top level of the file: of an expression, or of what fills it.
    pub(in crate::python) fn global_constant(
        &mut self,
        name: &'m str,
        value: Option<&'m ast::Expr>,
        range: TextRange,
    ) -> Lower<Literal> {
        match self.constants.get(name) {
            Some(Some(literal)) => return Ok(literal.clone()),
            Some(None) => {
                let range = value.map_or(range, |value| value.range());
                return self.outside(range, format!("`{name}` is defined by itself"));
            }
            None => {}
        }
        self.constants.insert(name.to_owned(), None);
        let literal = match (self.globals.names.get(name), value) {
            // Whatever is unpacked.
            (Some(Global::Part(..)), Some(value)) => self.constant_of(value, |items| {
                let line = items.line;
                call_of("list", vec![items], line)
            }),
            (_, Some(value)) => self.constant(value),
            (_, None) => self.filled_constant(name, range),
        };
        if let Ok(literal) = &literal
            && literal.holds_identity()
        {
            self.constants.remove(name);
            return self
                .outside(range, format!("`{name}`, an object that is but itself, is outside the compiled subset"));
        }
        let is_changed = |extent| self.globals.changed.contains(&(name, extent));
        let literal = match literal {
            Ok(literal)
                if is_changed(Extent::Whole) && literal.is_mutable()
                    || is_changed(Extent::Parts) && literal.parts().iter().any(|part| part.is_mutable()) =>
            {
                self.outside(
                    range,
                    format!("`{name}`, which changes after its definition, is outside the compiled subset"),
                )
            }
            literal => literal,
        };
        match &literal {
            Ok(literal) => self.constants.insert(name.to_owned(), Some(literal.clone())),
            Err(_) => self.constants.remove(name),
        };
        literal
    }
}
