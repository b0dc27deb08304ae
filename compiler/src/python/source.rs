//! A Python file: parsed, with what stands at its top level found by name.

use super::changes::{Changes, Extent, bound, changed, targets};
use super::filled::filled;
use num_bigint::BigInt;
use remotemedia_ir::{Diagnostic, SourceId, Span, codes};
use rustpython_parser::ast::{self, Constant, Expr, Stmt, Suite};
use rustpython_parser::{Parse, text_size::TextRange};
use std::collections::{BTreeMap, BTreeSet};

/// Brackets inside brackets, blocks inside blocks: beyond this a file is refused, so that no recursion over it runs out of stack.
const DEEPEST: usize = 100;

/// A parsed file.
pub struct Module<'a> {
    pub source: SourceId,
    pub file: &'a str,
    /// Byte offset at which each line starts.
    lines: Vec<usize>,
    pub suite: Suite,
    text: &'a str,
}

/// What a name at the top level is.
#[derive(Clone, Copy)]
pub enum Global<'m> {
    Class(&'m ast::StmtClassDef),
    Function(Method<'m>),
    /// Assigned once.
    Value(&'m Expr),
    /// Assigned once: what a value has at a place, of so many.
    Part(&'m Expr, usize, usize),
}

/// A function or method, plain or `async`.
#[derive(Clone, Copy, Debug)]
pub struct Method<'m> {
    pub name: &'m str,
    pub args: &'m ast::Arguments,
    pub body: &'m [Stmt],
    pub decorators: &'m [Expr],
    pub returns: Option<&'m Expr>,
    pub range: TextRange,
}

impl<'m> Method<'m> {
    /// The function that a statement defines.
    pub fn of(stmt: &'m Stmt) -> Option<Method<'m>> {
        match stmt {
            Stmt::FunctionDef(d) => Some(Method {
                name: d.name.as_str(),
                args: &d.args,
                body: &d.body,
                decorators: &d.decorator_list,
                returns: d.returns.as_deref(),
                range: d.range,
            }),
            Stmt::AsyncFunctionDef(d) => Some(Method {
                name: d.name.as_str(),
                args: &d.args,
                body: &d.body,
                decorators: &d.decorator_list,
                returns: d.returns.as_deref(),
                range: d.range,
            }),
            _ => None,
        }
    }

    /// Its parameters in their order, but for `*args` and `**kwargs`.
    pub fn parameters(&self) -> impl Iterator<Item = &'m ast::ArgWithDefault> + use<'m> {
        parameters(self.args)
    }
}

/// Parameters in their order, but for `*args` and `**kwargs`.
pub fn parameters(args: &ast::Arguments) -> impl Iterator<Item = &ast::ArgWithDefault> {
    args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs)
}

/// Top-level names of a file.
#[derive(Default)]
pub struct Globals<'m> {
    pub names: BTreeMap<&'m str, Global<'m>>,
    /// Local name to what it stands for: `np` to `numpy`, `sqrt` to `math.sqrt`; with the place of the import.
    pub imports: BTreeMap<String, (String, Span)>,
    /// Assigned more than once, or on a condition.
    pub unsteady: Vec<&'m str>,
    /// What stands for objects that functions change.
    pub changed: BTreeSet<(&'m str, Extent)>,
    /// What has its value from more than one statement.
    pub filled: BTreeSet<&'m str>,
}

impl<'a> Module<'a> {
    /// Parses a file.
    ///
    /// # Errors
    /// `RM0220` where it is not Python.
    pub fn parse(text: &'a str, file: &'a str, source: SourceId) -> Result<Module<'a>, Box<Diagnostic>> {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        if let Some(at) = too_deep(text) {
            let span = Span::new(source, at, at + 1);
            return Err(Box::new(Diagnostic::error(codes::PYTHON_SYNTAX, span, "nested too deeply")));
        }
        match Suite::parse(text, file) {
            Ok(suite) => Ok(Module { source, file, lines, suite, text }),
            Err(error) => {
                let at = usize::from(error.offset).min(text.len());
                let span = Span::new(source, at, (at + 1).min(text.len()));
                Err(Box::new(Diagnostic::error(
                    codes::PYTHON_SYNTAX,
                    span,
                    format!("not Python: {}", plain(&error.error.to_string())),
                )))
            }
        }
    }

    /// The span of a piece of it.
    pub fn span(&self, range: TextRange) -> Span {
        Span::new(self.source, usize::from(range.start()), usize::from(range.end()))
    }

    /// The line, from 1, of a place.
    pub fn line(&self, range: TextRange) -> u32 {
        self.lines.partition_point(|start| *start <= usize::from(range.start())) as u32
    }

    /// All of a line, from 1.
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let start = *self.lines.get((line as usize).checked_sub(1)?)?;
        let rest = self.text.get(start..)?;
        let code = rest.split('\n').next().unwrap_or(rest).trim_end();
        let indent = code.len() - code.trim_start().len();
        Some(Span::new(self.source, start + indent, start + code.len()))
    }

    /// Its names.
    pub fn globals(&self) -> Globals<'_> {
        let Changes { by_statements, by_functions } = changed(&self.suite);
        let mut globals = Globals { changed: by_functions, ..Globals::default() };
        for stmt in &self.suite {
            self.global(stmt, &mut globals);
        }
        globals.filled = filled(&globals, by_statements);
        globals
    }

    fn global<'m>(&'m self, stmt: &'m Stmt, globals: &mut Globals<'m>) {
        let add = |name: &'m str, global: Global<'m>, globals: &mut Globals<'m>| {
            if globals.names.insert(name, global).is_some() {
                globals.unsteady.push(name);
            }
        };
        match stmt {
            Stmt::ClassDef(class) => add(class.name.as_str(), Global::Class(class), globals),
            Stmt::FunctionDef(_) | Stmt::AsyncFunctionDef(_) => {
                if let Some(method) = Method::of(stmt) {
                    add(method.name, Global::Function(method), globals);
                }
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    match (target, &*assign.value) {
                        (Expr::Name(name), value) => add(name.id.as_str(), Global::Value(value), globals),
                        (Expr::Tuple(names), Expr::Tuple(values)) if names.elts.len() == values.elts.len() => {
                            for (name, value) in names.elts.iter().zip(&values.elts) {
                                if let Expr::Name(name) = name {
                                    add(name.id.as_str(), Global::Value(value), globals);
                                }
                            }
                        }
                        (Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }), value)
                            if elts.iter().all(|e| matches!(e, Expr::Name(_))) =>
                        {
                            for (at, name) in elts.iter().enumerate() {
                                if let Expr::Name(name) = name {
                                    add(name.id.as_str(), Global::Part(value, at, elts.len()), globals);
                                }
                            }
                        }
                        (target, _) => globals.unsteady.extend(bound(target)),
                    }
                }
            }
            Stmt::AnnAssign(assign) => {
                if let (Expr::Name(name), Some(value)) = (&*assign.target, &assign.value) {
                    add(name.id.as_str(), Global::Value(value), globals);
                }
            }
            Stmt::AugAssign(assign) => {
                if let Expr::Name(name) = &*assign.target {
                    globals.unsteady.push(name.id.as_str());
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let whole = alias.name.as_str();
                    let (local, stands_for) = match &alias.asname {
                        Some(name) => (name.as_str(), whole),
                        None => {
                            let first = whole.split('.').next().unwrap_or(whole);
                            (first, first)
                        }
                    };
                    globals.imports.insert(local.to_owned(), (stands_for.to_owned(), self.span(import.range)));
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |m| m.as_str());
                for alias in &import.names {
                    let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let stands_for = format!("{module}.{}", alias.name.as_str());
                    globals.imports.insert(local.to_owned(), (stands_for, self.span(import.range)));
                }
            }
            // `try: import x` says what may be imported, and what holds where that is there.
            Stmt::Try(block) if block.body.iter().any(|s| matches!(s, Stmt::Import(_) | Stmt::ImportFrom(_))) => {
                block.body.iter().chain(&block.orelse).chain(&block.finalbody).for_each(|s| self.global(s, globals));
            }
            Stmt::Delete(del) => globals.unsteady.extend(del.targets.iter().flat_map(bound)),
            Stmt::If(_) | Stmt::For(_) | Stmt::While(_) | Stmt::With(_) | Stmt::Try(_) | Stmt::Match(_) => {
                // What a file does where it is the program is none of a node's business.
                let is_main = matches!(stmt, Stmt::If(block) if is_main(&block.test));
                statements(std::slice::from_ref(stmt), &mut |stmt| match stmt {
                    Stmt::Import(_) | Stmt::ImportFrom(_) => self.global(stmt, globals),
                    _ if is_main => {}
                    Stmt::ClassDef(class) => globals.unsteady.push(class.name.as_str()),
                    Stmt::FunctionDef(function) => globals.unsteady.push(function.name.as_str()),
                    Stmt::AsyncFunctionDef(function) => globals.unsteady.push(function.name.as_str()),
                    stmt => targets(stmt).into_iter().for_each(|t| globals.unsteady.extend(bound(t))),
                });
            }
            _ => {}
        }
    }

    /// Every import of the file, those inside functions too.
    pub fn all_imports(&self) -> Vec<(String, Span)> {
        let mut found = Vec::new();
        let mut work: Vec<&Stmt> = self.suite.iter().collect();
        while let Some(stmt) = work.pop() {
            match stmt {
                Stmt::Import(i) => {
                    found.extend(i.names.iter().map(|a| (a.name.to_string(), self.span(i.range))));
                }
                Stmt::ImportFrom(i) => {
                    let module = i.module.as_ref().map_or(String::new(), ToString::to_string);
                    found.push((module, self.span(i.range)));
                }
                Stmt::FunctionDef(d) => work.extend(&d.body),
                Stmt::AsyncFunctionDef(d) => work.extend(&d.body),
                Stmt::ClassDef(d) => work.extend(&d.body),
                Stmt::If(d) => work.extend(d.body.iter().chain(&d.orelse)),
                Stmt::For(d) => work.extend(d.body.iter().chain(&d.orelse)),
                Stmt::While(d) => work.extend(d.body.iter().chain(&d.orelse)),
                Stmt::With(d) => work.extend(&d.body),
                Stmt::Try(d) => {
                    work.extend(d.body.iter().chain(&d.orelse).chain(&d.finalbody));
                    for ast::ExceptHandler::ExceptHandler(h) in &d.handlers {
                        work.extend(&h.body);
                    }
                }
                _ => {}
            }
        }
        found.sort_by_key(|(_, span)| span.start);
        found
    }

    /// The text of a piece of it.
    pub fn text(&self, range: TextRange) -> &str {
        self.text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
    }

    /// Its statements.
    pub fn body(&self) -> &[Stmt] {
        &self.suite
    }

    /// The classes of the file, in their order.
    pub fn classes(&self) -> impl Iterator<Item = &ast::StmtClassDef> {
        self.suite.iter().filter_map(|s| match s {
            Stmt::ClassDef(class) => Some(class),
            _ => None,
        })
    }
}

/// `__name__ == "__main__"`
pub fn is_main(test: &Expr) -> bool {
    matches!(test, Expr::Compare(c) if matches!(&*c.left, Expr::Name(n) if n.id.as_str() == "__name__"))
}

/// A whole number that fits 64 bits.
pub fn int(value: &BigInt) -> Option<i64> {
    i64::try_from(value).ok()
}

/// The text of a string constant.
pub fn string(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Constant(c) => match &c.value {
            Constant::Str(s) => Some(s),
            _ => None,
        },
        _ => None,
    }
}

/// A place where brackets, blocks or operators nest too deeply: operators of one statement, and the `elif`s of one `if`, hang below one
/// another in the tree.
fn too_deep(text: &str) -> Option<usize> {
    const WORDS: [&str; 8] = ["not", "and", "or", "if", "else", "lambda", "await", "yield"];
    let (mut depth, mut operators, mut branches, mut at) = (0usize, 0usize, 0usize, 0usize);
    for line in text.split_inclusive('\n') {
        let code = line.trim_start_matches([' ', '\t']);
        if line.len() - code.len() > 8 * DEEPEST {
            return Some(at);
        }
        if depth == 0 {
            operators = 0;
            branches = if code.starts_with("elif") {
                branches + 1
            } else if code.starts_with("if") {
                0
            } else {
                branches
            };
        }
        for (place, byte) in line.bytes().enumerate() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b'-' | b'~' | b'+' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'@' | b'.' | b'<' | b'>' => {
                    operators += 1
                }
                _ => {}
            }
            if depth > DEEPEST {
                return Some(at + place);
            }
        }
        operators += line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| WORDS.contains(word)).count();
        if operators > 5 * DEEPEST || branches > 2 * DEEPEST {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// The parser's sentence as a part of ours.
fn plain(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// Whether an expression is `None`.
pub fn is_none(expr: &Expr) -> bool {
    expr.as_constant_expr().is_some_and(|c| c.value.is_none())
}

/// The name that a chain of attributes spells: `np.random.rand`.
pub fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(a) => Some(format!("{}.{}", dotted(&a.value)?, a.attr)),
        _ => None,
    }
}

/// Visits the statements of a function's own body, nested ones included.
pub fn statements<'m>(body: &'m [Stmt], visit: &mut dyn FnMut(&'m Stmt)) {
    for stmt in body {
        visit(stmt);
        let (first, second): (&[Stmt], &[Stmt]) = match stmt {
            Stmt::If(s) => (&s.body, &s.orelse),
            Stmt::For(s) => (&s.body, &s.orelse),
            Stmt::AsyncFor(s) => (&s.body, &s.orelse),
            Stmt::While(s) => (&s.body, &s.orelse),
            Stmt::With(s) => (&s.body, &[]),
            Stmt::AsyncWith(s) => (&s.body, &[]),
            Stmt::Try(s) => {
                statements(&s.body, visit);
                for ast::ExceptHandler::ExceptHandler(handler) in &s.handlers {
                    statements(&handler.body, visit);
                }
                (&s.orelse, &s.finalbody)
            }
            Stmt::Match(s) => {
                s.cases.iter().for_each(|case| statements(&case.body, visit));
                (&[], &[])
            }
            _ => (&[], &[]),
        };
        statements(first, visit);
        statements(second, visit);
    }
}

/// A function's body, and those of the functions that are defined in it.
pub fn nested(body: &[Stmt]) -> Vec<&[Stmt]> {
    let mut all = vec![body];
    statements(body, &mut |stmt| all.extend(Method::of(stmt).into_iter().flat_map(|inner| nested(inner.body))));
    all
}

/// Whether a generator goes on for ever: `while True` with a `yield`, and nothing that leaves the loop but an exception.
pub fn is_endless(body: &[Stmt]) -> bool {
    let mut found = false;
    statements(body, &mut |stmt| {
        let Stmt::While(w) = stmt else { return };
        let is_true = w.test.as_constant_expr().is_some_and(|c| match &c.value {
            Constant::Bool(b) => *b,
            Constant::Int(i) => *i != BigInt::from(0),
            _ => false,
        });
        let mut returns = false;
        statements(&w.body, &mut |stmt| returns |= stmt.is_return_stmt());
        found |= is_true && yields(&w.body) && !returns && !breaks(&w.body);
    });
    found
}

/// Whether statements of a loop end it by `break`.
fn breaks(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Break(_) => true,
        Stmt::If(s) => breaks(&s.body) || breaks(&s.orelse),
        Stmt::With(s) => breaks(&s.body),
        Stmt::AsyncWith(s) => breaks(&s.body),
        // What stands behind a loop within is of this one.
        Stmt::For(s) => breaks(&s.orelse),
        Stmt::AsyncFor(s) => breaks(&s.orelse),
        Stmt::While(s) => breaks(&s.orelse),
        Stmt::Match(s) => s.cases.iter().any(|case| breaks(&case.body)),
        Stmt::Try(s) => {
            let handles = |ast::ExceptHandler::ExceptHandler(h): &ast::ExceptHandler| breaks(&h.body);
            [&s.body, &s.orelse, &s.finalbody].into_iter().any(|body| breaks(body)) || s.handlers.iter().any(handles)
        }
        _ => false,
    })
}

/// True if a function's own body yields.
pub fn yields(body: &[Stmt]) -> bool {
    fn expr(e: &Expr) -> bool {
        match e {
            Expr::Yield(_) | Expr::YieldFrom(_) => true,
            Expr::Await(a) => expr(&a.value),
            _ => false,
        }
    }
    let mut found = false;
    statements(body, &mut |stmt| {
        found |= match stmt {
            Stmt::Expr(e) => expr(&e.value),
            Stmt::Assign(a) => expr(&a.value),
            _ => false,
        };
    });
    found
}

/// The expressions of which one consists.
pub fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BoolOp(e) => e.values.iter().collect(),
        Expr::NamedExpr(e) => vec![&e.value],
        Expr::BinOp(e) => vec![&e.left, &e.right],
        Expr::UnaryOp(e) => vec![&e.operand],
        Expr::Lambda(e) => vec![&e.body],
        Expr::IfExp(e) => vec![&e.test, &e.body, &e.orelse],
        Expr::Dict(e) => e.keys.iter().flatten().chain(&e.values).collect(),
        Expr::Set(e) => e.elts.iter().collect(),
        Expr::ListComp(e) => comprehension(&[&e.elt], &e.generators),
        Expr::SetComp(e) => comprehension(&[&e.elt], &e.generators),
        Expr::GeneratorExp(e) => comprehension(&[&e.elt], &e.generators),
        Expr::DictComp(e) => comprehension(&[&e.key, &e.value], &e.generators),
        Expr::Await(e) => vec![&e.value],
        Expr::Yield(e) => e.value.as_deref().into_iter().collect(),
        Expr::YieldFrom(e) => vec![&e.value],
        Expr::Compare(e) => std::iter::once(&*e.left).chain(&e.comparators).collect(),
        Expr::Call(e) => std::iter::once(&*e.func).chain(&e.args).chain(e.keywords.iter().map(|k| &k.value)).collect(),
        Expr::FormattedValue(e) => vec![&e.value],
        Expr::JoinedStr(e) => e.values.iter().collect(),
        Expr::Attribute(e) => vec![&e.value],
        Expr::Subscript(e) => vec![&e.value, &e.slice],
        Expr::Starred(e) => vec![&e.value],
        Expr::List(e) => e.elts.iter().collect(),
        Expr::Tuple(e) => e.elts.iter().collect(),
        Expr::Slice(e) => [&e.lower, &e.upper, &e.step].into_iter().filter_map(|e| e.as_deref()).collect(),
        Expr::Constant(_) | Expr::Name(_) => Vec::new(),
    }
}

fn comprehension<'e>(elements: &[&'e Expr], generators: &'e [ast::Comprehension]) -> Vec<&'e Expr> {
    let parts = generators.iter().flat_map(|g| std::iter::once(&g.iter).chain(&g.ifs));
    elements.iter().copied().chain(parts).collect()
}
