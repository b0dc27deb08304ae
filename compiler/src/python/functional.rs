//! Functions that are arguments: keys of `sorted`, `map` and `filter`; and generators of which one item decides.

use super::Lower;
use super::arguments::parameters;
use super::call::{builtin, call_of};
use super::class::Lowerer;
use super::expression::{Collect, python_class};
use super::iterators::{each, when};
use super::source::{Global, is_none};
use remotemedia_ir::script::{Expr, ExprKind, Literal, Stmt, StmtKind, Ty};
use remotemedia_runtime_min::py::table::TABLE;
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;

/// The condition on which an item counts, and what is made of it.
type Made = (Option<Expr>, Expr);

impl<'m> Lowerer<'m> {
    /// `any(test for …)`, `all(test for …)`: no further than to the item that decides.
    pub(super) fn any_or_all(&mut self, is_any: bool, g: &'m ast::ExprGeneratorExp, line: u32) -> Lower<Expr> {
        let held = self.scope.temporary(&Ty::Bool);
        let set = |value| {
            let value = Expr::literal(Literal::Bool(value), line);
            Stmt::set(held, value, line)
        };
        let read = Expr::local(held, Ty::Bool, line);
        let mut body = vec![set(!is_any)];
        let collect = Collect::Until { test: &g.elt, is: is_any, held };
        self.collected(&g.generators, &collect, &read, line, &mut body)?;
        Ok(Expr::behind(body, read, line))
    }

    /// `next((item for …), default)`: the first item, and nothing of those behind it.
    pub(super) fn first(
        &mut self,
        g: &'m ast::ExprGeneratorExp,
        default: &'m ast::Expr,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let default = self.expression(default, out)?;
        let (held, found) = (self.scope.temporary(&Ty::Any), self.scope.temporary(&Ty::Bool));
        let set = |variable, value| Stmt::set(variable, value, line);
        let mut body = vec![set(held, default), set(found, Expr::literal(Literal::Bool(false), line))];
        let collect = Collect::First { element: &g.elt, held, found };
        let found = Expr::local(found, Ty::Bool, line);
        self.collected(&g.generators, &collect, &found, line, &mut body)?;
        Ok(Expr::behind(body, Expr::local(held, Ty::Any, line), line))
    }

    /// `map(function, items)`, `filter(function, items)`: the list of what it gives.
    pub(super) fn through(
        &mut self,
        is_map: bool,
        function: &'m ast::Expr,
        items: &'m ast::Expr,
        line: u32,
    ) -> Lower<Expr> {
        let mut out = Vec::new();
        let items = self.expression(items, &mut out)?;
        let made = self.each(items, line, &mut out, |this, item, body| {
            let value = if is_none(function) && !is_map {
                item.clone()
            } else {
                this.applied(function, vec![item.clone()], line, body)?
            };
            Ok(if is_map { (None, value) } else { (Some(this.truth(value)), item) })
        })?;
        Ok(Expr::behind(out, made, line))
    }

    /// `sorted(items, key=…)`: the keys are computed first.
    pub(super) fn keyed(&mut self, name: &str, object: Option<Expr>, c: &'m ast::ExprCall, line: u32) -> Lower<Expr> {
        let mut body = Vec::new();
        let value = self.keyed_behind(name, object, c, line, &mut body)?;
        Ok(Expr::behind(body, value, line))
    }

    /// What is called, behind the statements that compute its arguments.
    fn keyed_behind(
        &mut self,
        name: &str,
        object: Option<Expr>,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let Some(by) = builtin(&match name {
            ".sort" => "list.sort_by".to_owned(),
            name => format!("{name}_by"),
        }) else {
            return self.outside(c.range, "`key=` is outside the compiled subset");
        };
        let items = match (object, c.args.as_slice()) {
            (Some(object), []) => object,
            (None, [one]) => self.expression(one, out)?,
            (None, several) if !several.is_empty() => {
                let items = self.items(several, out)?;
                Expr { kind: ExprKind::List(items), ty: Ty::List, line }
            }
            _ => return self.outside(c.range, "`key=` in this call is outside the compiled subset"),
        };
        let is_list = name == ".sort";
        let held = self.scope.temporary(&if is_list { items.ty.clone() } else { Ty::List });
        let items_ty = if is_list { items.ty.clone() } else { Ty::List };
        let items = if is_list { items } else { call_of("list", vec![items], line) };
        out.push(Stmt::set(held, items, line));
        let items = Expr::local(held, items_ty, line);
        let mut reverse = Expr::literal(Literal::Bool(false), line);
        let mut default = None;
        let mut keys = None;
        for keyword in &c.keywords {
            match keyword.arg.as_ref().map(|a| a.as_str()) {
                Some("key") => keys = Some(self.keys(&keyword.value, &items, line, out)?),
                Some("reverse") => reverse = self.expression(&keyword.value, out)?,
                Some("default") => default = Some(self.expression(&keyword.value, out)?),
                _ => return self.outside(keyword.range, "this argument is outside the compiled subset"),
            }
        }
        let Some(keys) = keys else { return self.outside(c.range, "`key=` is missing") };
        let args = match name {
            "min" | "max" => vec![items, keys],
            _ => vec![items, keys, reverse],
        };
        let ty = match name {
            "sorted" => Ty::List,
            ".sort" => Ty::None,
            _ => Ty::Any,
        };
        let items = args[0].clone();
        let value = Expr { kind: ExprKind::Call(by, args), ty, line };
        let Some(default) = default else { return Ok(value) };
        let held = self.scope.temporary(&Ty::Any);
        let set = |value| Stmt::set(held, value, line);
        let condition = self.truth(items);
        let (then, otherwise) = (vec![set(value)], vec![set(default)]);
        out.push(Stmt { kind: StmtKind::If { condition, then, otherwise }, line });
        Ok(Expr::local(held, Ty::Any, line))
    }

    /// The list of the keys of some items.
    pub(super) fn keys(&mut self, key: &'m ast::Expr, items: &Expr, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        self.each(items.clone(), line, out, |this, item, body| Ok((None, this.applied(key, vec![item], line, body)?)))
    }

    /// The list of what is made of each item, where a condition holds.
    fn each(
        &mut self,
        items: Expr,
        line: u32,
        out: &mut Vec<Stmt>,
        make: impl FnOnce(&mut Self, Expr, &mut Vec<Stmt>) -> Lower<Made>,
    ) -> Lower<Expr> {
        let filled = self.filled_list(line, out);
        let item = self.scope.temporary(&Ty::Any);
        let mut body = Vec::new();
        let (condition, value) = make(self, Expr::local(item, Ty::Any, line), &mut body)?;
        let append = filled.push(value);
        body.push(match condition {
            Some(condition) => when(condition, vec![append], Vec::new(), line),
            None => append,
        });
        out.push(each(item, items, body, line));
        Ok(filled.list)
    }

    /// What a function that is an argument makes of an item, or of several: a `lambda`, a function by its name, a method of the item's class or of an object.
    pub(super) fn applied(
        &mut self,
        function: &'m ast::Expr,
        items: Vec<Expr>,
        line: u32,
        body: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let other =
            |this: &Self| this.outside(function.range(), "this function as an argument is outside the compiled subset");
        match function {
            ast::Expr::Lambda(l) => self.call_lambda(l, (items, Vec::new()), l.range, line),
            // A variable or a field: which function that is, is known when it runs.
            ast::Expr::Name(n) if self.scope.names.as_ref().is_some_and(|s| s.contains_key(n.id.as_str())) => {
                let value = self.expression(function, body)?;
                self.chosen(&value, (items, Vec::new()), n.range, line, body)
            }
            ast::Expr::Attribute(a) if self.is_self(&a.value) && self.field(a.attr.as_str()).is_some() => {
                let value = self.expression(function, body)?;
                self.chosen(&value, (items, Vec::new()), a.range, line, body)
            }
            ast::Expr::Name(n) if self.closure(n.id.as_str()).is_some() => match self.closure(n.id.as_str()) {
                Some(closure) => self.call_closure((n.id.as_str(), closure), (items, Vec::new()), n.range, line),
                None => other(self),
            },
            ast::Expr::Name(n) if self.is_builtin_name(n.id.as_str()) => match builtin(n.id.as_str()) {
                Some(_) => Ok(applied_builtin(n.id.as_str(), items, line)),
                None => other(self),
            },
            ast::Expr::Name(n) if !self.scope.names.as_ref().is_some_and(|s| s.contains_key(n.id.as_str())) => {
                match self.globals.names.get(n.id.as_str()).copied() {
                    Some(Global::Value(ast::Expr::Lambda(lambda)))
                        if !self.globals.unsteady.contains(&n.id.as_str()) =>
                    {
                        self.call_global_lambda(lambda, (items, Vec::new()), n.range, line)
                    }
                    Some(Global::Function(m)) => {
                        self.invoke_with(&m, None, None, (items, Vec::new()), function.range(), line)
                    }
                    _ => self.imported_applied(function, items, line),
                }
            }
            ast::Expr::Attribute(a) => {
                let name = a.attr.as_str();
                if self.is_self(&a.value) {
                    let Some(m) = self.own_method(name) else { return other(self) };
                    let given = (items, Vec::new());
                    return self.invoke_with(&m, Some(self.class), None, given, function.range(), line);
                }
                let of_class = matches!(&*a.value, ast::Expr::Name(n)
                    if self.is_builtin_name(n.id.as_str()) && python_class(n.id.as_str()).is_some());
                let name = format!(".{name}");
                match (builtin(&name), of_class) {
                    // `str.lower`
                    (Some(_), true) => Ok(applied_builtin(&name, items, line)),
                    // `scores.get`
                    (Some(_), false) if self.imported(&a.value).is_none() => {
                        let object = self.mutable(&a.value, body)?;
                        if self.perhaps_of_record(&object.ty, a.attr.as_str()) || matches!(object.ty, Ty::Record(_)) {
                            return other(self);
                        }
                        Ok(applied_builtin(&name, std::iter::once(object).chain(items).collect(), line))
                    }
                    _ => self.imported_applied(function, items, line),
                }
            }
            ast::Expr::Call(c) if c.keywords.is_empty() => match self.imported(&c.func).as_deref() {
                Some("operator.itemgetter") => self.got(&c.args, &items, c.range, body),
                Some("functools.partial") => self.applied_partly(&c.args, items, line, body),
                _ => other(self),
            },
            _ => other(self),
        }
    }

    /// `itemgetter("a", "b")` of an item.
    fn got(&mut self, keys: &'m [ast::Expr], items: &[Expr], range: TextRange, body: &mut Vec<Stmt>) -> Lower<Expr> {
        let [item] = items else {
            return self.outside(range, "this call of `itemgetter` is outside the compiled subset");
        };
        let mut parts = Vec::new();
        for key in keys {
            let key = self.steady(key, body)?;
            parts.push(self.index(item.clone(), key, range)?);
        }
        match parts.len() {
            0 => self.outside(range, "`itemgetter()` needs a key"),
            1 => Ok(parts.remove(0)),
            _ => {
                let ty = Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
                Ok(Expr { kind: ExprKind::Tuple(parts), ty, line: item.line })
            }
        }
    }

    /// `partial(function, a)` of items.
    fn applied_partly(
        &mut self,
        given: &'m [ast::Expr],
        items: Vec<Expr>,
        line: u32,
        body: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let [function, first @ ..] = given else { return Ok(Expr::literal(Literal::None, line)) };
        let mut all = Vec::new();
        for value in first {
            all.push(self.steady(value, body)?);
        }
        all.extend(items);
        self.applied(function, all, line, body)
    }

    /// A value that is the same whenever it is computed: it stands for one that is computed once.
    fn steady(&mut self, value: &'m ast::Expr, body: &mut Vec<Stmt>) -> Lower<Expr> {
        let found = self.expression(value, body)?;
        if found.as_literal().is_none() && !matches!(found.kind, ExprKind::Local(_)) {
            return self.outside(value.range(), "an argument that is computed here is outside the compiled subset");
        }
        Ok(found)
    }

    /// The same for a function of a module: `math.sqrt`.
    fn imported_applied(&mut self, function: &'m ast::Expr, items: Vec<Expr>, line: u32) -> Lower<Expr> {
        let whole = self.imported(function).unwrap_or_default();
        if let Some((_, operator)) = whole.strip_prefix("operator.").and_then(super::callable::operator) {
            return self.operated(operator, items, function.range());
        }
        let name = match whole.split_once('.') {
            Some(("numpy", rest)) => format!("np.{rest}"),
            Some(("math" | "re", _)) => whole.clone(),
            _ => String::new(),
        };
        match builtin(&name) {
            Some(_) => Ok(applied_builtin(&name, items, line)),
            None => self.outside(function.range(), "this function as an argument is outside the compiled subset"),
        }
    }
}

/// A function of Python's with arguments in their places.
fn applied_builtin(name: &str, mut items: Vec<Expr>, line: u32) -> Expr {
    let variadic = builtin(name).and_then(|f| parameters(TABLE[f.0].parameters).iter().position(|p| p.variadic));
    if let Some(at) = variadic.filter(|at| *at <= items.len()) {
        // `*values` is one argument.
        let rest = items.split_off(at);
        let ty = Ty::Tuple(rest.iter().map(|item| item.ty.clone()).collect());
        items.push(Expr { kind: ExprKind::Tuple(rest), ty, line });
    }
    call_of(name, items, line)
}
