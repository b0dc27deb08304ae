//! What a class is before anything arrives: attributes, `__init__`, constants.

use super::{FieldState, Lowerer, NameRange, Place, method};
use crate::manifest::misplaced;
use crate::python::scope::{Names, Scope};
use crate::python::source::Method;
use crate::python::{Lower, Stop};
use remotemedia_ir::eval::script as eval;
use remotemedia_ir::script::{Field, Function, FunctionId, Gives, Literal, Script, Stmt, StmtKind, Takes, Target, Ty};
use remotemedia_ir::{Diagnostic, codes, suggest};
use rustpython_parser::ast::{self, Ranged};

impl<'m> Lowerer<'m> {
    /// Class attributes, `__init__` and `initialize`, run here and now.
    pub(super) fn start(&mut self) -> Lower<()> {
        self.collect_fields();
        let mut init = Vec::new();
        for stmt in &self.class.body {
            let (name, value) = match stmt {
                ast::Stmt::Assign(a) => match a.targets.as_slice() {
                    [ast::Expr::Name(n)] => (n.id.as_str(), &*a.value),
                    _ => continue,
                },
                ast::Stmt::AnnAssign(a) => match (&*a.target, &a.value) {
                    (ast::Expr::Name(n), Some(v)) => (n.id.as_str(), &**v),
                    _ => continue,
                },
                _ => continue,
            };
            if let Some(field) = self.field(name) {
                init.push((field, value));
            }
        }
        // A function that sets the class's attributes, then one call each.
        self.place = Place::Start;
        self.scope = Scope { names: Some(Names::new()), ..Scope::default() };
        let mut body = Vec::new();
        for (field, value) in init {
            let line = self.module.line(value.range());
            let value = self.expression(value, &mut body)?;
            body.push(Stmt { kind: StmtKind::Assign(Target::Field(field), value), line });
        }
        let locals = std::mem::take(&mut self.scope.locals);
        let name = "class".to_owned();
        self.functions.push(Function { name, parameters: 0, locals, body, returns: Ty::None });
        let mut steps = vec![(FunctionId(self.functions.len() - 1), Vec::new())];
        if let Some(m) = method(self.class, "__init__") {
            let arguments = self.init_arguments(&m)?;
            let types: Vec<Ty> = arguments.iter().map(Literal::ty).collect();
            let (id, _) = self.function(&m, Some(self.class), &types, Place::Start)?;
            steps.push((id, arguments));
        } else if let Some((name, _)) = self.request.params.first() {
            return self.unknown_parameter(name, &[]);
        }
        for name in ["initialize", "setup"] {
            if let Some(m) = method(self.class, name) {
                let (id, _) = self.function(&m, Some(self.class), &[], Place::Start)?;
                steps.push((id, Vec::new()));
            }
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

    /// Every `self.name` that something assigns to, and the attributes of the class.
    pub(super) fn collect_fields(&mut self) {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !names.iter().any(|n| n == name) && name != "logger" {
                names.push(name.to_owned());
            }
        };
        for stmt in &self.class.body {
            match stmt {
                ast::Stmt::Assign(a) => a.targets.iter().for_each(|t| {
                    if let ast::Expr::Name(n) = t {
                        add(n.id.as_str());
                    }
                }),
                ast::Stmt::AnnAssign(a) if a.value.is_some() => {
                    if let ast::Expr::Name(n) = &*a.target {
                        add(n.id.as_str());
                    }
                }
                _ => {}
            }
        }
        let mut work: Vec<&ast::Stmt> = self.class.body.iter().filter_map(Method::of).flat_map(|m| m.body).collect();
        work.reverse();
        fn targets<'e>(e: &'e ast::Expr, out: &mut Vec<&'e str>) {
            match e {
                ast::Expr::Attribute(a) if matches!(&*a.value, ast::Expr::Name(n) if n.id.as_str() == "self") => {
                    out.push(a.attr.as_str());
                }
                ast::Expr::Tuple(t) => t.elts.iter().for_each(|e| targets(e, out)),
                ast::Expr::List(t) => t.elts.iter().for_each(|e| targets(e, out)),
                ast::Expr::Starred(s) => targets(&s.value, out),
                _ => {}
            }
        }
        while let Some(stmt) = work.pop() {
            let mut found = Vec::new();
            match stmt {
                ast::Stmt::Assign(a) => a.targets.iter().for_each(|t| targets(t, &mut found)),
                ast::Stmt::AnnAssign(a) => targets(&a.target, &mut found),
                ast::Stmt::AugAssign(a) => targets(&a.target, &mut found),
                ast::Stmt::If(s) => work.extend(s.body.iter().chain(&s.orelse).rev()),
                ast::Stmt::For(s) => {
                    targets(&s.target, &mut found);
                    work.extend(s.body.iter().chain(&s.orelse).rev());
                }
                ast::Stmt::While(s) => work.extend(s.body.iter().chain(&s.orelse).rev()),
                ast::Stmt::Match(s) => work.extend(s.cases.iter().flat_map(|c| &c.body)),
                ast::Stmt::With(s) => work.extend(s.body.iter().rev()),
                ast::Stmt::Try(s) => work.extend(s.body.iter().chain(&s.orelse).chain(&s.finalbody).rev()),
                _ => {}
            }
            found.into_iter().for_each(&mut add);
        }
        self.fields = names
            .into_iter()
            .map(|name| FieldState { name, ty: Ty::Any, init: None, changes: true, shares: false, elements: None })
            .collect();
    }

    pub(super) fn unknown_parameter<T>(&self, name: &str, known: &[&str]) -> Lower<T> {
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

    /// Values for the parameters of `__init__`, `**kwargs` last as a dict.
    pub(super) fn init_arguments(&mut self, init: &Method<'m>) -> Lower<Vec<Literal>> {
        if let Some(star) = &init.args.vararg {
            return self.outside(star.range(), "`*args` is outside the compiled subset");
        }
        let mut values = Vec::new();
        let mut used = Vec::new();
        let all = init.args.posonlyargs.iter().chain(&init.args.args).skip(1).chain(&init.args.kwonlyargs);
        let known: Vec<&str> = all.clone().map(|a| a.def.arg.as_str()).collect();
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
        if init.args.kwarg.is_some() {
            values.push(Literal::Dict(rest.map(|(n, v)| (Literal::Str(n.clone()), v.clone())).collect()));
        } else if let Some((name, _)) = rest.into_iter().next() {
            return self.unknown_parameter(name, &known);
        }
        Ok(values)
    }

    /// The value of an expression that needs nothing of the running node: a default, a constant of the file.
    pub(in crate::python) fn constant(&mut self, expr: &'m ast::Expr) -> Lower<Literal> {
        let scope = std::mem::replace(&mut self.scope, Scope { names: Some(Names::new()), ..Scope::default() });
        let place = std::mem::replace(&mut self.place, Place::Helper);
        let mut body = Vec::new();
        let value = self.expression(expr, &mut body);
        let inner = std::mem::replace(&mut self.scope, scope);
        self.place = place;
        let value = value?;
        if let (Some(literal), true) = (value.as_literal(), body.is_empty()) {
            return Ok(literal.clone());
        }
        match eval::constant(&self.records, &self.functions, &inner.locals, &body, &value) {
            Ok(literal) => Ok(literal),
            Err(eval::Unfit::Raises(e)) => self.wrong(codes::PYTHON_START, expr.range(), format!("this raises {e}")),
            Err(eval::Unfit::NoConstant(what)) => self.outside(expr.range(), format!("no constant: {what}")),
        }
    }

    /// The value of a constant at the top level of the file.
    pub(in crate::python) fn global_constant(&mut self, name: &str, value: &'m ast::Expr) -> Lower<Literal> {
        match self.constants.get(name) {
            Some(Some(literal)) => return Ok(literal.clone()),
            Some(None) => return self.outside(value.range(), format!("`{name}` is defined by itself")),
            None => {}
        }
        if self.globals.unsteady.contains(&name) {
            return self.outside(value.range(), format!("`{name}` is assigned more than once"));
        }
        self.constants.insert(name.to_owned(), None);
        let literal = self.constant(value);
        match &literal {
            Ok(literal) => self.constants.insert(name.to_owned(), Some(literal.clone())),
            Err(_) => self.constants.remove(name),
        };
        literal
    }
}
