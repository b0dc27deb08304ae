//! Functions as values: a value that says which function it is, and calls that choose among those that there are.
//!
//! Every function, `lambda`, method and class of Python that a class uses as a value is numbered. The value is an instance of a class of
//! its own, with the number in it, so that tables of functions are dicts as others. A call of a value is a choice among all of them that
//! take such arguments. (Reynolds, "Definitional interpreters", 1972: defunctionalisation.)

use super::arguments::parameters;
use super::call::{builtin, call_of};
use super::changes::{bound, expressions, targets};
use super::class::Lowerer;
use super::closures::{Given, free_of, sets};
use super::scope::{Names, Slot};
use super::source::{Method, children, dotted, statements, yields};
use super::{Lower, Stop};
use remotemedia_ir::script::{
    Binary, Builtin, Class, Compare, Expr, ExprKind, Likeness, Literal, Record, Stmt, StmtKind, Ty,
};
use remotemedia_runtime_min::py::builtins::FUNCTION;
use remotemedia_runtime_min::py::table::TABLE;
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;

/// Functions among which one call chooses, at most.
const MOST: usize = 64;

/// What can be called and is used as a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callee<'m> {
    /// What it sees beside names of the file and `self` is in the value, whose class is that record.
    Lambda(&'m ast::ExprLambda, Option<usize>),
    /// A function of the file.
    Function(Method<'m>),
    /// A method of the class, with its object.
    Own(Method<'m>),
    /// A function of the runtime that changes nothing.
    Builtin(Builtin),
    /// A class of Python's, which is a value as it is.
    Class(Class, Builtin),
    /// `operator.add`
    Operator(Operator, &'static str),
}

/// What a function of the module `operator` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Binary(Binary),
    Compare(Compare),
}

/// The functions of `operator`.
const OPERATORS: [(&str, Operator); 16] = [
    ("add", Operator::Binary(Binary::Add)),
    ("sub", Operator::Binary(Binary::Sub)),
    ("mul", Operator::Binary(Binary::Mul)),
    ("truediv", Operator::Binary(Binary::Div)),
    ("floordiv", Operator::Binary(Binary::FloorDiv)),
    ("mod", Operator::Binary(Binary::Mod)),
    ("pow", Operator::Binary(Binary::Pow)),
    ("and_", Operator::Binary(Binary::And)),
    ("or_", Operator::Binary(Binary::Or)),
    ("xor", Operator::Binary(Binary::Xor)),
    ("eq", Operator::Compare(Compare::Eq)),
    ("ne", Operator::Compare(Compare::Ne)),
    ("lt", Operator::Compare(Compare::Lt)),
    ("le", Operator::Compare(Compare::Le)),
    ("gt", Operator::Compare(Compare::Gt)),
    ("ge", Operator::Compare(Compare::Ge)),
];

/// The function of `operator` with a name.
pub(super) fn operator(name: &str) -> Option<(&'static str, Operator)> {
    OPERATORS.into_iter().find(|(known, _)| *known == name)
}

impl Callee<'_> {
    fn is(&self, other: &Callee<'_>) -> bool {
        match (self, other) {
            (Callee::Lambda(a, _), Callee::Lambda(b, _)) => a.range == b.range,
            (Callee::Function(a), Callee::Function(b)) | (Callee::Own(a), Callee::Own(b)) => a.range == b.range,
            (Callee::Builtin(a), Callee::Builtin(b)) => a == b,
            (Callee::Class(a, _), Callee::Class(b, _)) => a == b,
            (Callee::Operator(a, _), Callee::Operator(b, _)) => a == b,
            _ => false,
        }
    }

    fn name(&self) -> &str {
        match self {
            Callee::Lambda(..) => "<lambda>",
            Callee::Function(m) | Callee::Own(m) => m.name,
            Callee::Builtin(function) | Callee::Class(_, function) => {
                TABLE[function.0].name.rsplit('.').next().unwrap_or_default()
            }
            Callee::Operator(_, name) => name,
        }
    }

    /// Whether it takes such arguments.
    fn takes(&self, (given, named): &Given<'_>) -> bool {
        let fits = |args: &ast::Arguments, skip: usize| {
            let all: Vec<_> = args.posonlyargs.iter().chain(&args.args).skip(skip).collect();
            let is_named = |name: &str| named.iter().any(|(known, ..)| *known == name);
            let is_left = |p: &&ast::ArgWithDefault| p.default.is_none() && !is_named(p.def.arg.as_str());
            let knows = |name: &str| {
                let mut left = all.iter().skip(given.len()).copied().chain(&args.kwonlyargs);
                left.any(|p| p.def.arg.as_str() == name)
            };
            (args.vararg.is_some() || given.len() <= all.len())
                && !all.iter().skip(given.len()).copied().chain(&args.kwonlyargs).any(|p| is_left(&p))
                && (args.kwarg.is_some() || named.iter().all(|(name, ..)| knows(name)))
        };
        let is_static = |m: &Method<'_>| m.decorators.iter().any(|d| dotted(d).as_deref() == Some("staticmethod"));
        match self {
            Callee::Lambda(lambda, _) => fits(&lambda.args, 0),
            Callee::Function(m) => fits(m.args, 0),
            Callee::Own(m) => fits(m.args, usize::from(!is_static(m))),
            Callee::Builtin(function) | Callee::Class(_, function) => {
                let all = parameters(TABLE[function.0].parameters);
                let least = all.iter().filter(|p| p.default.is_none() && !p.variadic).count();
                let most = all.iter().filter(|p| !p.keyword_only).count();
                let is_open = all.iter().any(|p| p.variadic);
                named.is_empty() && least <= given.len() && (is_open || given.len() <= most)
            }
            Callee::Operator(..) => named.is_empty() && given.len() == 2,
        }
    }
}

impl<'m> Lowerer<'m> {
    /// A function as a value.
    pub(super) fn function_value(&mut self, callee: Callee<'m>, line: u32) -> Expr {
        let number = self.number(callee);
        let name = Literal::Str(self.callees[number].name().to_owned());
        let fields = vec![("number".to_owned(), Literal::Int(number as i64)), ("__name__".to_owned(), name)];
        let value = Literal::Record { class: FUNCTION.to_owned(), likeness: Likeness::Member, fields };
        // Its type would say that it is no None where it may be.
        Expr { ty: Ty::Any, ..Expr::literal(value, line) }
    }

    fn number(&mut self, callee: Callee<'m>) -> usize {
        if let Some(known) = self.callees.iter().position(|known| known.is(&callee)) {
            return known;
        }
        // Calls that were lowered before know nothing of it.
        self.widened |= self.has_calls_of_values;
        self.callees.push(callee);
        self.callees.len() - 1
    }

    /// A class of Python's is used as a value, and may be called.
    pub(super) fn class_value(&mut self, name: &str, class: Class) {
        if let Some(function) = builtin(name).filter(|f| is_plain(*f)) {
            self.number(Callee::Class(class, function));
        }
    }

    /// `lambda x: …` as a value.
    pub(super) fn lambda_value(&mut self, lambda: &'m ast::ExprLambda, line: u32) -> Lower<Expr> {
        let args = &*lambda.args;
        let mut seen = free_of(lambda);
        let defaults =
            args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs).filter_map(|p| p.default.as_deref());
        let mut parts: Vec<&ast::Expr> = defaults.collect();
        while let Some(part) = parts.pop() {
            seen.extend(part.as_name_expr().map(|n| n.id.as_str()));
            parts.extend(children(part));
        }
        seen.retain(|name| *name != "self" && self.is_seen_here(name));
        seen.sort_unstable();
        seen.dedup();
        // A default is computed here, and not where it is needed.
        let is_default = |name: &&&str| !free_of(lambda).contains(name);
        if let Some(name) = seen.iter().find(|name| is_default(name) || !self.stays(name, lambda)) {
            let reason = format!("a `lambda` as a value that sees `{name}` is outside the compiled subset");
            return self.outside(lambda.range, reason);
        }
        if args.vararg.is_some() || args.kwarg.is_some() {
            return self.outside(lambda.range, "this `lambda` is outside the compiled subset");
        }
        if seen.is_empty() {
            return Ok(self.function_value(Callee::Lambda(lambda, None), line));
        }
        // One of its own wherever it is made: what it sees may be something else each time.
        let names = ["number", "__name__"].into_iter().chain(seen.iter().copied());
        let fields: Vec<String> = names.map(str::to_owned).collect();
        let class = Record { name: FUNCTION.to_owned(), likeness: Likeness::Identity, fields };
        let record = self.records.iter().position(|known| *known == class).unwrap_or_else(|| {
            self.records.push(class);
            self.records.len() - 1
        });
        let number = self.number(Callee::Lambda(lambda, Some(record)));
        let mut values = vec![
            Expr::literal(Literal::Int(number as i64), line),
            Expr::literal(Literal::Str("<lambda>".to_owned()), line),
        ];
        for name in seen {
            let slot = self.scope.names.as_ref().and_then(|names| names.get(name));
            values.extend(slot.map(|Slot { variable, ty, .. }| Expr {
                kind: ExprKind::Local(*variable),
                ty: ty.clone(),
                line,
            }));
        }
        values.iter().for_each(|value| self.lose(value));
        Ok(Expr { kind: ExprKind::Record(record, values), ty: Ty::Any, line })
    }

    /// Whether a name stands for something of the function that is lowered, or of a class's body.
    fn is_seen_here(&self, name: &str) -> bool {
        sets(self.scope.body).contains(&name)
            || self.scope.names.as_ref().is_some_and(|names| names.contains_key(name))
            || self.scope.closures.contains_key(name)
            || self.scope.caught.contains_key(name)
            || self.attributes.iter().any(|field| self.fields[field.0].name == *name)
    }

    /// Whether a variable has the value already that it has for good: what is assigned to it is so in front of the lambda, where the
    /// function's statements stand, in no loop.
    fn stays(&self, name: &str, lambda: &ast::ExprLambda) -> bool {
        let Some(slot) = self.scope.names.as_ref().and_then(|names| names.get(name)) else { return false };
        let is_before = |stmt: &&ast::Stmt| {
            matches!(stmt, ast::Stmt::Assign(_) | ast::Stmt::AnnAssign(_)) && stmt.end() <= lambda.range.start()
        };
        let before = self.scope.body.iter().filter(is_before).flat_map(targets).flat_map(bound);
        let all = sets(self.scope.body).into_iter().filter(|set| *set == name).count();
        let is_own = self.scope.inside == 0 || self.scope.is_of_function(name, slot);
        is_own
            && !slot.perhaps_unset
            && !is_set_within(self.scope.body, name)
            && all == before.filter(|set| *set == name).count()
    }

    /// A function of the file, or a method of the class, as a value.
    pub(super) fn method_value(&mut self, m: &Method<'m>, is_own: bool, range: TextRange, line: u32) -> Lower<Expr> {
        let is_plain = m.decorators.iter().all(|d| is_own && dotted(d).as_deref() == Some("staticmethod"));
        if !is_plain || yields(m.body) {
            return self.outside(range, format!("`{}` as a value is outside the compiled subset", m.name));
        }
        let callee = if is_own { Callee::Own(*m) } else { Callee::Function(*m) };
        Ok(self.function_value(callee, line))
    }

    /// A function of Python or of a module as a value: none where it is none that can be.
    pub(super) fn builtin_value(&mut self, name: &str, line: u32) -> Option<Expr> {
        if let Some((name, operator)) = name.strip_prefix("operator.").and_then(operator) {
            return Some(self.function_value(Callee::Operator(operator, name), line));
        }
        let name = match name.split_once('.') {
            Some(("numpy", rest)) => format!("np.{rest}"),
            _ => name.to_owned(),
        };
        let is_pure = ["math.", "np.", "json."].iter().any(|module| name.starts_with(module)) || !name.contains('.');
        let function = builtin(&name).filter(|f| is_plain(*f) && is_pure)?;
        Some(self.function_value(Callee::Builtin(function), line))
    }

    /// `str.upper` as a value.
    pub(super) fn text_method(&mut self, name: &str, line: u32) -> Option<Expr> {
        let function =
            builtin(&format!(".{name}")).filter(|f| is_plain(*f) && TABLE[f.0].path.starts_with("methods::"))?;
        Some(self.function_value(Callee::Builtin(function), line))
    }

    /// A call of a value.
    pub(super) fn call_value(&mut self, function: &'m ast::Expr, c: &'m ast::ExprCall, line: u32) -> Lower<Expr> {
        let mut body = Vec::new();
        let function = self.expression(function, &mut body)?;
        let function = self.kept(function, line, &mut body);
        let (given, named) = self.given(c, &mut body)?;
        let given = given.into_iter().map(|value| self.kept(value, line, &mut body)).collect();
        let named =
            named.into_iter().map(|(name, range, value)| (name, range, self.kept(value, line, &mut body))).collect();
        let value = self.chosen(&function, (given, named), c.range, line, &mut body)?;
        Ok(Expr::behind(body, value, line))
    }

    /// What the function that a value is makes of arguments, which stand in variables.
    pub(super) fn chosen(
        &mut self,
        function: &Expr,
        given: Given<'m>,
        range: TextRange,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        self.has_calls_of_values = true;
        let callees: Vec<(usize, Callee<'m>)> =
            self.callees.iter().copied().enumerate().filter(|(_, callee)| callee.takes(&given)).collect();
        if callees.len() > MOST {
            return self.outside(range, "a call of one of so many functions is outside the compiled subset");
        }
        let (held, number) = (self.scope.temporary(&Ty::Any), self.scope.temporary(&Ty::Int));
        let set = |variable, value| Stmt::set(variable, value, line);
        let is = |op, left: Expr, right: Expr| {
            let kind = ExprKind::Compare(op, Box::new(left), Box::new(right));
            Expr { kind, ty: Ty::Bool, line }
        };
        let text = format!("this function does not take {} arguments", given.0.len() + given.1.len());
        let message = Some(Expr::literal(Literal::Str(text), line));
        let mut rest = vec![Stmt { kind: StmtKind::Raise { kind: "TypeError".to_owned(), message }, line }];
        let (classes, functions): (Vec<_>, Vec<_>) =
            callees.into_iter().partition(|(_, callee)| matches!(callee, Callee::Class(..)));
        for (at, callee) in functions {
            let (mut then, given) = (Vec::new(), given.clone());
            let value = self.call_callee(&callee, function, given, range, line, &mut then)?;
            then.push(set(held, value));
            let read = Expr::local(number, Ty::Int, line);
            let condition = is(Compare::Eq, read, Expr::literal(Literal::Int(at as i64), line));
            rest = vec![Stmt { kind: StmtKind::If { condition, then, otherwise: rest }, line }];
        }
        if let [Stmt { kind: StmtKind::Raise { .. }, .. }] = rest.as_slice() {
            // None of them fits. What stands behind it is not unreachable to rustc where the number decides.
            let read = Expr::local(number, Ty::Int, line);
            let condition = is(Compare::Ge, read, Expr::literal(Literal::Int(0), line));
            let otherwise = vec![set(held, Expr::literal(Literal::None, line))];
            rest = vec![Stmt { kind: StmtKind::If { condition, then: rest, otherwise }, line }];
        }
        rest.insert(0, set(number, call_of("function number", vec![function.clone()], line)));
        for (_, callee) in classes {
            let Callee::Class(class, _) = callee else { continue };
            let (mut then, given) = (Vec::new(), given.clone());
            let value = self.call_callee(&callee, function, given, range, line, &mut then)?;
            then.push(set(held, value));
            let condition = is(Compare::Is, function.clone(), Expr::literal(Literal::Type(class), line));
            rest = vec![Stmt { kind: StmtKind::If { condition, then, otherwise: rest }, line }];
        }
        out.extend(rest);
        Ok(Expr::local(held, Ty::Any, line))
    }

    /// What is wrong with one of them may be so because it is never called there: no error of the class.
    fn call_callee(
        &mut self,
        callee: &Callee<'m>,
        function: &Expr,
        given: Given<'m>,
        range: TextRange,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let wrong = self.wrong.len();
        let called = match callee {
            Callee::Lambda(lambda, class) => self.call_seeing((lambda, *class), function, given, range, line, out),
            Callee::Function(m) => self.invoke_with(m, None, None, given, range, line),
            Callee::Own(m) => self.invoke_with(m, Some(self.class), None, given, range, line),
            Callee::Builtin(function) | Callee::Class(_, function) => {
                Ok(call_of(TABLE[function.0].name, arranged(*function, given.0, line), line))
            }
            Callee::Operator(operator, _) => self.operated(*operator, given.0, range),
        };
        match called {
            Ok(value) if self.wrong.len() == wrong => Ok(value),
            Err(Stop::Outside(outside)) => Err(Stop::Outside(outside)),
            Ok(_) | Err(Stop::Wrong(_)) => {
                self.wrong.truncate(wrong);
                self.outside(range, "a call of a value, one of whose functions cannot take such arguments")
            }
        }
    }

    /// Calls a lambda that is a value, with what it sees.
    fn call_seeing(
        &mut self,
        (lambda, class): (&'m ast::ExprLambda, Option<usize>),
        function: &Expr,
        given: Given<'m>,
        range: TextRange,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let names = self.scope.names.replace(Names::new());
        let closures = std::mem::take(&mut self.scope.closures);
        let outer = self.scope.enter();
        let fields = class.map_or_else(Vec::new, |class| self.records[class].fields.clone());
        for name in fields.into_iter().skip(2) {
            let kind = ExprKind::Attribute(Box::new(function.clone()), name.clone());
            let seen = Expr { kind, ty: Ty::Any, line };
            let variable = self.scope.set(&name, &Ty::Any);
            out.push(Stmt::set(variable, seen, line));
        }
        let called = self.call_lambda(lambda, given, range, line);
        self.scope.leave(outer);
        self.scope.names = names;
        self.scope.closures = closures;
        called
    }

    /// `operator.add(a, b)`
    pub(super) fn operated(&mut self, operator: Operator, given: Vec<Expr>, range: TextRange) -> Lower<Expr> {
        let mut given = given.into_iter();
        match (operator, given.next(), given.next()) {
            (Operator::Binary(op), Some(a), Some(b)) => self.binary(op, a, b, range),
            (Operator::Compare(op), Some(a), Some(b)) => self.comparison(op, a, b, range),
            _ => self.outside(range, "this call of `operator` is outside the compiled subset"),
        }
    }
}

/// Whether an expression or a pattern gives a name a value: `(n := …)`, `case [n, *_]`.
fn is_set_within(body: &[ast::Stmt], name: &str) -> bool {
    let (mut work, mut has_patterns) = (Vec::new(), false);
    statements(body, &mut |stmt| {
        work.extend(expressions(stmt));
        has_patterns |= stmt.is_match_stmt();
    });
    while let Some(expr) = work.pop() {
        if expr.as_named_expr_expr().is_some_and(|named| bound(&named.target).contains(&name)) {
            return true;
        }
        work.extend(children(expr));
    }
    has_patterns
}

/// Whether a function can be called with arguments in their places alone.
fn is_plain(function: Builtin) -> bool {
    parameters(TABLE[function.0].parameters).iter().all(|p| !p.keywords)
}

/// The arguments of a function of the runtime as its parameters have them: those that it takes as one are a tuple.
fn arranged(function: Builtin, given: Vec<Expr>, line: u32) -> Vec<Expr> {
    let mut given = given.into_iter();
    let mut out = Vec::new();
    for parameter in parameters(TABLE[function.0].parameters) {
        if parameter.variadic {
            let rest: Vec<Expr> = given.by_ref().collect();
            let ty = Ty::Tuple(rest.iter().map(|value| value.ty.clone()).collect());
            out.push(Expr { kind: ExprKind::Tuple(rest), ty, line });
            break;
        }
        out.extend(given.next());
    }
    out
}
