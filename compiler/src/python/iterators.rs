//! What goes through items: functions of `itertools`, and `functools.reduce`.
//!
//! As everywhere, what is an iterator in Python is a list, made at once. Those without end are outside.

use super::Lower;
use super::call::call_of;
use super::class::Lowerer;
use super::source::is_none;
use super::statement::negate;
use remotemedia_ir::script::{
    Binary, Compare, Expr, ExprKind, Iterable, Literal, Stmt, StmtKind, Target, Ty, Variable,
};
use rustpython_parser::ast::{self, Ranged};

/// Functions that call another one for each item, when the item is asked for.
const CALLERS: &[&str] = &["accumulate", "dropwhile", "filterfalse", "groupby", "takewhile"];

/// Lists of items that `product` and `combinations` take, at most: a loop in a loop for each.
const DEEPEST: usize = 6;

/// Whether a function of `itertools` calls another one for each item.
pub(super) fn calls_for_each(name: &str) -> bool {
    name.strip_prefix("itertools.").is_some_and(|name| CALLERS.contains(&name))
}

/// The arguments of a call, by their places and names.
pub(super) struct Arguments<'m> {
    places: &'m [ast::Expr],
    named: Vec<(&'m str, &'m ast::Expr)>,
}

impl<'m> Arguments<'m> {
    pub(super) fn of(c: &'m ast::ExprCall) -> Arguments<'m> {
        let named = c.keywords.iter().map(|k| (k.arg.as_ref().map_or("", |a| a.as_str()), &k.value)).collect();
        Arguments { places: &c.args, named }
    }

    /// The argument at a place or with a name; none of those has another name than these.
    pub(super) fn at(&self, place: usize, name: &str) -> Option<&'m ast::Expr> {
        self.places.get(place).or_else(|| self.named.iter().find(|(n, _)| *n == name).map(|(_, value)| *value))
    }

    fn has_only(&self, most: usize, names: &[&str]) -> bool {
        let is_plain = !self.places.iter().any(ast::Expr::is_starred_expr);
        is_plain && self.places.len() <= most && self.named.iter().all(|(name, _)| names.contains(name))
    }
}

/// A list that is being filled.
pub(super) struct Filled {
    pub list: Expr,
    line: u32,
}

impl Filled {
    pub(super) fn push(&self, value: Expr) -> Stmt {
        self.call(".append", value)
    }

    fn extend(&self, values: Expr) -> Stmt {
        self.call(".extend", values)
    }

    /// What a function of the list and a value does to the list.
    pub(super) fn call(&self, name: &str, value: Expr) -> Stmt {
        let call = call_of(name, vec![self.list.clone(), value], self.line);
        Stmt { kind: StmtKind::Expr(call), line: self.line }
    }
}

pub(super) fn each(item: Variable, of: Expr, body: Vec<Stmt>, line: u32) -> Stmt {
    let (target, iterable) = (Target::Local(item), Iterable::Values(of));
    Stmt { kind: StmtKind::For { target, iterable, body, otherwise: Vec::new() }, line }
}

pub(super) fn when(condition: Expr, then: Vec<Stmt>, otherwise: Vec<Stmt>, line: u32) -> Stmt {
    Stmt { kind: StmtKind::If { condition, then, otherwise }, line }
}

pub(super) fn truth(value: bool, line: u32) -> Expr {
    Expr::literal(Literal::Bool(value), line)
}

fn pair(items: Vec<Expr>, line: u32) -> Expr {
    let ty = Ty::Tuple(items.iter().map(|item| item.ty.clone()).collect());
    Expr { kind: ExprKind::Tuple(items), ty, line }
}

pub(super) fn raised(kind: &str, message: &str, line: u32) -> Stmt {
    let message = Some(Expr::literal(Literal::Str(message.to_owned()), line));
    Stmt { kind: StmtKind::Raise { kind: kind.to_owned(), message }, line }
}

impl<'m> Lowerer<'m> {
    /// A function of `itertools`, by its name in there, or `reduce`; `None` where it is not known.
    pub(super) fn iterated(&mut self, name: &str, c: &'m ast::ExprCall, line: u32) -> Lower<Option<Expr>> {
        let given = Arguments::of(c);
        let mut body = Vec::new();
        let value = match (name, given.places) {
            ("chain", _) if given.named.is_empty() => self.chained(given.places, line, &mut body)?,
            ("chain.from_iterable", [items]) if given.has_only(1, &[]) => {
                let items = self.expression(items, &mut body)?;
                let filled = self.filled_list(line, &mut body);
                let item = self.scope.temporary(&Ty::Any);
                let extend = filled.extend(Expr::local(item, Ty::Any, line));
                body.push(each(item, items, vec![extend], line));
                filled.list
            }
            ("islice", [items, bounds @ ..]) if (1..=3).contains(&bounds.len()) && given.has_only(4, &[]) => {
                self.sliced(items, bounds, line, &mut body)?
            }
            ("pairwise", [items]) if given.has_only(1, &[]) => {
                let all = self.listed(items, line, &mut body)?;
                let bounds = [Literal::Int(1), Literal::None, Literal::None].map(|bound| Expr::literal(bound, line));
                let slice = Expr { kind: ExprKind::Slice(Box::new(bounds)), ty: Ty::Any, line };
                let kind = ExprKind::Index(Box::new(all.clone()), Box::new(slice));
                let behind = Expr { kind, ty: Ty::List, line };
                call_of("zip", vec![pair(vec![all, behind], line)], line)
            }
            ("repeat", [item, times]) if given.has_only(2, &[]) => {
                let item = self.expression(item, &mut body)?;
                let times = self.expression(times, &mut body)?;
                let one = Expr { kind: ExprKind::List(vec![item]), ty: Ty::List, line };
                self.binary(Binary::Mul, one, times, c.range)?
            }
            ("accumulate", [_, ..]) if given.has_only(2, &["func", "initial"]) => {
                self.accumulated(&given, c, line, &mut body)?
            }
            ("reduce", [function, items, first @ ..]) if first.len() < 2 && given.has_only(3, &[]) => {
                self.reduced(function, items, first.first(), line, &mut body)?
            }
            ("takewhile" | "dropwhile" | "filterfalse", [test, items]) if given.has_only(2, &[]) => {
                self.tested(name, test, items, line, &mut body)?
            }
            ("product" | "combinations", [_, ..]) => match self.nested(name, &given, line, &mut body)? {
                Some(value) => value,
                None => return Ok(None),
            },
            ("zip_longest", [_, ..]) if given.has_only(usize::MAX, &["fillvalue"]) => {
                self.zipped_longest(&given, line, &mut body)?
            }
            ("groupby", [_, ..]) if given.has_only(2, &["key"]) => self.grouped(&given, c, line, &mut body)?,
            _ => return Ok(None),
        };
        Ok(Some(Expr::behind(body, value, line)))
    }

    pub(super) fn filled_list(&mut self, line: u32, out: &mut Vec<Stmt>) -> Filled {
        let list = self.scope.temporary(&Ty::List);
        out.push(Stmt::set(list, Expr { kind: ExprKind::List(Vec::new()), ty: Ty::List, line }, line));
        Filled { list: Expr::local(list, Ty::List, line), line }
    }

    /// The items as a list of its own, in a variable.
    pub(super) fn listed(&mut self, items: &'m ast::Expr, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let items = self.expression(items, out)?;
        let held = self.scope.temporary(&Ty::List);
        out.push(Stmt::set(held, call_of("list", vec![items], line), line));
        Ok(Expr::local(held, Ty::List, line))
    }

    /// All arguments, evaluated before any is gone through.
    pub(super) fn all_of(&mut self, items: &'m [ast::Expr], line: u32, out: &mut Vec<Stmt>) -> Lower<Vec<Expr>> {
        let mut all = Vec::new();
        for item in items {
            let value = self.expression(item, out)?;
            all.push(self.kept(value, line, out));
        }
        Ok(all)
    }

    /// `chain(a, *b)`
    fn chained(&mut self, items: &'m [ast::Expr], line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let mut parts = Vec::new();
        for item in items {
            let (value, is_starred) = match item {
                ast::Expr::Starred(s) => (self.expression(&s.value, out)?, true),
                item => (self.expression(item, out)?, false),
            };
            let value = if is_starred { call_of("list", vec![value], line) } else { value };
            parts.push((self.kept(value, line, out), is_starred));
        }
        let filled = self.filled_list(line, out);
        for (value, is_starred) in parts {
            if is_starred {
                let item = self.scope.temporary(&Ty::Any);
                let extend = filled.extend(Expr::local(item, Ty::Any, line));
                out.push(each(item, value, vec![extend], line));
            } else {
                out.push(filled.extend(value));
            }
        }
        Ok(filled.list)
    }

    /// `islice(items, stop)`, `islice(items, start, stop, step)`: bounds are whole numbers that are not negative, or `None`.
    fn sliced(&mut self, items: &'m ast::Expr, bounds: &'m [ast::Expr], line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let items = self.expression(items, out)?;
        let items = self.kept(items, line, out);
        let none = || Expr::literal(Literal::None, line);
        let mut found = Vec::new();
        for bound in bounds {
            let value = self.expression(bound, out)?;
            if !matches!(value.ty, Ty::Int | Ty::None) {
                return self.outside(
                    bound.range(),
                    "a bound of `islice` that is not known to be an integer is outside the compiled subset",
                );
            }
            found.push((self.kept(value, line, out), bound.range()));
        }
        const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const BOUND: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const STEP: &str = "Step for islice() must be a positive integer or None.";
        // In the order in which Python looks at them: -1 is what it takes for a failure.
        let stop = usize::from(bounds.len() > 1);
        for (place, op, limit, message) in [
            (stop, Compare::Eq, -1, STOP),
            (0, Compare::Lt, 0, BOUND),
            (stop, Compare::Lt, 0, BOUND),
            (2, Compare::Lt, 1, STEP),
        ] {
            let Some((value, range)) = found.get(place).filter(|(value, _)| value.ty == Ty::Int) else { continue };
            if matches!(value.as_literal(), Some(Literal::Int(n)) if *n > 0) {
                continue;
            }
            let limit = Expr::literal(Literal::Int(limit), line);
            let condition = self.comparison(op, value.clone(), limit, *range)?;
            out.push(when(condition, vec![raised("ValueError", message, line)], Vec::new(), line));
        }
        let found: Vec<Expr> = found.into_iter().map(|(value, _)| value).collect();
        let mut found = found.into_iter();
        let bounds = match (found.next(), found.next(), found.next()) {
            (Some(stop), None, _) => [none(), stop, none()],
            (start, stop, step) => [start, stop, step].map(|bound| bound.unwrap_or_else(none)),
        };
        let slice = Expr { kind: ExprKind::Slice(Box::new(bounds)), ty: Ty::Any, line };
        let list = call_of("list", vec![items], line);
        Ok(Expr { kind: ExprKind::Index(Box::new(list), Box::new(slice)), ty: Ty::List, line })
    }

    /// What is put together so far, and whether there is anything.
    fn begun(&mut self, first: Option<Expr>, line: u32, out: &mut Vec<Stmt>) -> (Variable, Variable) {
        let (held, is_begun) = (self.scope.temporary(&Ty::Any), self.scope.temporary(&Ty::Bool));
        let has_first = first.is_some();
        out.push(Stmt::set(held, first.unwrap_or_else(|| Expr::literal(Literal::None, line)), line));
        out.push(Stmt::set(is_begun, truth(has_first, line), line));
        (held, is_begun)
    }

    /// `held = function(held, item)`, or the first item.
    fn joined(
        &mut self,
        function: Option<&'m ast::Expr>,
        (held, is_begun): (Variable, Variable),
        item: Variable,
        range: rustpython_parser::text_size::TextRange,
        line: u32,
    ) -> Lower<Stmt> {
        let (so_far, item) = (Expr::local(held, Ty::Any, line), Expr::local(item, Ty::Any, line));
        let mut then = Vec::new();
        let value = match function {
            Some(function) => self.applied(function, vec![so_far, item.clone()], line, &mut then)?,
            None => self.binary(Binary::Add, so_far, item.clone(), range)?,
        };
        then.push(Stmt::set(held, value, line));
        let first = vec![Stmt::set(held, item, line), Stmt::set(is_begun, truth(true, line), line)];
        Ok(when(Expr::local(is_begun, Ty::Bool, line), then, first, line))
    }

    /// `reduce(function, items, first)`
    fn reduced(
        &mut self,
        function: &'m ast::Expr,
        items: &'m ast::Expr,
        first: Option<&'m ast::Expr>,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let range = items.range();
        let items = self.expression(items, out)?;
        let items = self.kept(items, line, out);
        let first = first.map(|first| self.expression(first, out)).transpose()?;
        let has_first = first.is_some();
        let (held, is_begun) = self.begun(first, line, out);
        let item = self.scope.temporary(&Ty::Any);
        let join = self.joined(Some(function), (held, is_begun), item, range, line)?;
        out.push(each(item, items, vec![join], line));
        if !has_first {
            let message = "reduce() of empty iterable with no initial value";
            let nothing = negate(Expr::local(is_begun, Ty::Bool, line));
            out.push(when(nothing, vec![raised("TypeError", message, line)], Vec::new(), line));
        }
        Ok(Expr::local(held, Ty::Any, line))
    }

    /// `accumulate(items, function, initial=first)`
    fn accumulated(
        &mut self,
        given: &Arguments<'m>,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let function = given.at(1, "func").filter(|e| !is_none(e));
        let items = self.expression(&given.places[0], out)?;
        let items = self.kept(items, line, out);
        let first = given.at(usize::MAX, "initial").filter(|e| !is_none(e));
        let first = first.map(|first| self.expression(first, out)).transpose()?;
        if first.as_ref().is_some_and(|first| matches!(first.ty, Ty::Any | Ty::None)) {
            let reason = "an `initial` of `accumulate` that may be `None` is outside the compiled subset";
            return self.outside(c.range, reason);
        }
        let filled = self.filled_list(line, out);
        let has_first = first.is_some();
        let (held, is_begun) = self.begun(first, line, out);
        if has_first {
            out.push(filled.push(Expr::local(held, Ty::Any, line)));
        }
        let item = self.scope.temporary(&Ty::Any);
        let join = self.joined(function, (held, is_begun), item, c.range, line)?;
        out.push(each(item, items, vec![join, filled.push(Expr::local(held, Ty::Any, line))], line));
        Ok(filled.list)
    }

    /// `takewhile`, `dropwhile` and `filterfalse`.
    fn tested(
        &mut self,
        name: &str,
        test: &'m ast::Expr,
        items: &'m ast::Expr,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let items = self.expression(items, out)?;
        let items = self.kept(items, line, out);
        let filled = self.filled_list(line, out);
        let variable = self.scope.temporary(&Ty::Any);
        let item = Expr::local(variable, Ty::Any, line);
        let mut body = Vec::new();
        let is_truth = is_none(test) && name == "filterfalse";
        let value = if is_truth { item.clone() } else { self.applied(test, vec![item.clone()], line, &mut body)? };
        let fails = negate(self.truth(value));
        let push = filled.push(item);
        match name {
            "takewhile" => {
                body.push(when(fails, vec![Stmt { kind: StmtKind::Break, line }], Vec::new(), line));
                body.push(push);
            }
            "dropwhile" => {
                // Behind the first that fails nothing is tested.
                let drops = self.scope.temporary(&Ty::Bool);
                out.push(Stmt::set(drops, truth(true, line), line));
                body.push(when(fails, vec![Stmt::set(drops, truth(false, line), line)], Vec::new(), line));
                let goes_on = Expr::local(drops, Ty::Bool, line);
                let (tested, taken) = (when(goes_on.clone(), body, Vec::new(), line), negate(goes_on));
                body = vec![tested, when(taken, vec![push], Vec::new(), line)];
            }
            _ => body.push(when(fails, vec![push], Vec::new(), line)),
        }
        out.push(each(variable, items, body, line));
        Ok(filled.list)
    }

    /// `product(a, b, repeat=2)` and `combinations(a, 2)`: a loop in a loop for each item of what they give.
    fn nested(&mut self, name: &str, given: &Arguments<'m>, line: u32, out: &mut Vec<Stmt>) -> Lower<Option<Expr>> {
        let is_product = name == "product";
        let (lists, times) = match (is_product, given.places) {
            (true, lists) if given.has_only(DEEPEST, &["repeat"]) => (lists, given.at(usize::MAX, "repeat")),
            (false, [items, times]) if given.has_only(2, &[]) => (std::slice::from_ref(items), Some(times)),
            _ => return Ok(None),
        };
        let times = match times.map(|times| self.expression(times, out)).transpose()? {
            None => 1,
            Some(times) => match times.as_literal() {
                Some(Literal::Int(n @ 1..=6)) => *n as usize,
                _ => return Ok(None),
            },
        };
        if lists.len() * times > DEEPEST {
            return Ok(None);
        }
        let once = self.all_of(lists, line, out)?;
        let mut held = Vec::new();
        for list in once {
            let variable = self.scope.temporary(&Ty::List);
            out.push(Stmt::set(variable, call_of("list", vec![list], line), line));
            held.push(Expr::local(variable, Ty::List, line));
        }
        let filled = self.filled_list(line, out);
        let depth = held.len() * times;
        let places: Vec<Variable> = (0..depth).map(|_| self.scope.temporary(&Ty::Int)).collect();
        let at = |place: &Variable| Expr::local(*place, Ty::Int, line);
        let number = |n: i64| Expr::literal(Literal::Int(n), line);
        let item = |(i, place): (usize, &Variable)| {
            let list = held[i % held.len()].clone();
            Expr { kind: ExprKind::Index(Box::new(list), Box::new(at(place))), ty: Ty::Any, line }
        };
        let mut body = vec![filled.push(pair(places.iter().enumerate().map(item).collect(), line))];
        for (i, place) in places.iter().enumerate().rev() {
            let from = match places[..i].last() {
                Some(before) if !is_product => {
                    let kind = ExprKind::Binary(Binary::Add, Box::new(at(before)), Box::new(number(1)));
                    Expr { kind, ty: Ty::Int, line }
                }
                _ => number(0),
            };
            let end = call_of("len", vec![held[i % held.len()].clone()], line);
            let (target, iterable) = (Target::Local(*place), Iterable::Range(from, end, number(1)));
            body = vec![Stmt { kind: StmtKind::For { target, iterable, body, otherwise: Vec::new() }, line }];
        }
        out.extend(body);
        Ok(Some(filled.list))
    }

    /// `zip_longest(a, b, fillvalue=value)`
    fn zipped_longest(&mut self, given: &Arguments<'m>, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let parts = self.all_of(given.places, line, out)?;
        let fill = match given.at(usize::MAX, "fillvalue") {
            Some(value) => self.expression(value, out)?,
            None => Expr::literal(Literal::None, line),
        };
        let fill = self.kept(fill, line, out);
        let mut lists = Vec::new();
        let longest = self.scope.temporary(&Ty::Int);
        out.push(Stmt::set(longest, Expr::literal(Literal::Int(0), line), line));
        let most = Expr::local(longest, Ty::Int, line);
        for part in parts {
            let (list, length) = (self.scope.temporary(&Ty::List), self.scope.temporary(&Ty::Int));
            out.push(Stmt::set(list, call_of("list", vec![part], line), line));
            let list = Expr::local(list, Ty::List, line);
            out.push(Stmt::set(length, call_of("len", vec![list.clone()], line), line));
            let length = Expr::local(length, Ty::Int, line);
            let kind = ExprKind::Compare(Compare::Gt, Box::new(length.clone()), Box::new(most.clone()));
            let is_longer = Expr { kind, ty: Ty::Bool, line };
            out.push(when(is_longer, vec![Stmt::set(longest, length.clone(), line)], Vec::new(), line));
            lists.push((list, length));
        }
        let filled = self.filled_list(line, out);
        let place = self.scope.temporary(&Ty::Int);
        let at = Expr::local(place, Ty::Int, line);
        let items = lists.into_iter().map(|(list, length)| {
            let kind = ExprKind::Compare(Compare::Lt, Box::new(at.clone()), Box::new(length));
            let condition = Box::new(Expr { kind, ty: Ty::Bool, line });
            let kind = ExprKind::Index(Box::new(list), Box::new(at.clone()));
            let then = Box::new(Expr { kind, ty: Ty::Any, line });
            Expr { kind: ExprKind::If { condition, then, otherwise: Box::new(fill.clone()) }, ty: Ty::Any, line }
        });
        let body = vec![filled.push(pair(items.collect(), line))];
        let number = |n: i64| Expr::literal(Literal::Int(n), line);
        let (target, iterable) = (Target::Local(place), Iterable::Range(number(0), most, number(1)));
        out.push(Stmt { kind: StmtKind::For { target, iterable, body, otherwise: Vec::new() }, line });
        Ok(filled.list)
    }

    /// `groupby(items, key)`: each key with the list of the items that have it one behind the other.
    fn grouped(&mut self, given: &Arguments<'m>, c: &'m ast::ExprCall, line: u32, out: &mut Vec<Stmt>) -> Lower<Expr> {
        let key = given.at(1, "key").filter(|e| !is_none(e));
        let items = self.expression(&given.places[0], out)?;
        let filled = self.filled_list(line, out);
        let group = self.scope.temporary(&Ty::Any);
        out.push(Stmt::set(group, Expr::literal(Literal::None, line), line));
        let (before, is_begun) = self.begun(None, line, out);
        let variable = self.scope.temporary(&Ty::Any);
        let item = Expr::local(variable, Ty::Any, line);
        let mut body = Vec::new();
        let found = match key {
            Some(key) => self.applied(key, vec![item.clone()], line, &mut body)?,
            None => item.clone(),
        };
        let found = self.kept(found, line, &mut body);
        let same = self.comparison(Compare::Eq, Expr::local(before, Ty::Any, line), found.clone(), c.range)?;
        let same = self.truth(same);
        let kind = ExprKind::And(Box::new(Expr::local(is_begun, Ty::Bool, line)), Box::new(same));
        let same = Expr { kind, ty: Ty::Bool, line };
        let members = Expr::local(group, Ty::Any, line);
        let append = call_of(".append", vec![members.clone(), item.clone()], line);
        let then = vec![Stmt { kind: StmtKind::Expr(append), line }];
        let begin = vec![
            Stmt::set(group, Expr { kind: ExprKind::List(vec![item]), ty: Ty::List, line }, line),
            filled.push(pair(vec![found.clone(), members], line)),
            Stmt::set(before, found, line),
            Stmt::set(is_begun, truth(true, line), line),
        ];
        body.push(when(same, then, begin, line));
        out.push(each(variable, items, body, line));
        Ok(filled.list)
    }
}
