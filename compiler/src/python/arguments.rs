//! Arguments of calls: those of functions of the runtime by their signatures, those of functions of the file by their parameters.

use super::Lower;
use super::call::call_of;
use super::class::Lowerer;
use super::closures::Given;
use super::source::Method;
use remotemedia_ir::codes;
use remotemedia_ir::script::{Binary, Builtin, Expr, ExprKind, Literal, Stmt, Ty};
use remotemedia_runtime_min::py::table::TABLE;
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;

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

    /// Arguments in the order of a function's parameters, defaults filled in; of a method behind its object.
    pub(super) fn filled(
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
}
