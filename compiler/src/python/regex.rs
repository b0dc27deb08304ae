//! `re`: patterns that are known are compiled with the class, functions as replacements become loops.

use super::Lower;
use super::call::{builtin, call_of};
use super::class::Lowerer;
use super::source::Global;
use remotemedia_ir::script::{Builtin, Expr, Literal, Stmt, Ty};
use remotemedia_runtime_min::py::regex::{PATTERN, compile, flag};
use remotemedia_runtime_min::py::table::TABLE;
use rustpython_parser::ast;

/// Parameters of `re.sub`; those of a pattern's method are behind the first.
const SUB: [&str; 5] = ["pattern", "repl", "string", "count", "flags"];

/// `re.IGNORECASE` and the like.
pub(super) fn constant(name: &str) -> Option<Literal> {
    let flag = match name {
        "re.I" | "re.IGNORECASE" => flag::IGNORECASE,
        "re.M" | "re.MULTILINE" => flag::MULTILINE,
        "re.S" | "re.DOTALL" => flag::DOTALL,
        "re.X" | "re.VERBOSE" => flag::VERBOSE,
        "re.A" | "re.ASCII" => flag::ASCII,
        "re.U" | "re.UNICODE" => flag::UNICODE,
        "re.NOFLAG" => 0,
        _ => return None,
    };
    Some(Literal::Int(flag))
}

/// Attributes of patterns and matches that the subset lacks.
pub(super) const LACKING: [&str; 4] = ["groupindex", "pos", "endpos", "regs"];

impl<'m> Lowerer<'m> {
    /// Whether the file has regular expressions.
    pub(super) fn has_patterns(&self) -> bool {
        self.globals.imports.values().any(|(stands_for, _)| stands_for == "re" || stands_for.starts_with("re."))
    }

    /// The function of the runtime for a method of that name of an object: those of patterns and matches where there may be one.
    pub(super) fn method_function(&self, name: &str, object: &Ty) -> Option<Builtin> {
        let has_patterns = matches!(object, Ty::Any | Ty::Record(_)) && self.has_patterns();
        match name {
            ".split" if has_patterns => builtin("re. split"),
            _ => builtin(name).filter(|function| has_patterns || !TABLE[function.0].path.starts_with("regex::")),
        }
    }

    /// The arguments of a function of `re`: a pattern that is known is compiled here.
    pub(super) fn with_known_pattern(
        &mut self,
        name: &str,
        mut args: Vec<Expr>,
        c: &'m ast::ExprCall,
    ) -> Lower<Vec<Expr>> {
        let function = builtin(name).map_or("", |function| TABLE[function.0].parameters);
        let flags = function.split(", ").position(|parameter| parameter == "flags=0");
        let Some(flags) = flags else { return Ok(args) };
        if let (Some(Literal::Str(text)), Some(Literal::Int(bits))) = (args[0].as_literal(), args[flags].as_literal()) {
            let line = args[0].line;
            let compiled = call_of("re.compile", vec![args[0].clone(), args[flags].clone()], line);
            let Some(pattern) = remotemedia_ir::eval::script::fold(&compiled) else {
                let why = compile(&[text.as_str().into(), (*bits).into()]).err();
                let why = why.map_or_else(String::new, |exception| format!(": {}", exception.message()));
                return self.outside(c.range, format!("this pattern is wrong, or outside the compiled subset{why}"));
            };
            args[0] = Expr::literal(pattern, line);
            args[flags] = Expr::literal(Literal::Int(0), line);
        }
        Ok(args)
    }

    /// `re.sub(pattern, function, text)`, `pattern.sub(function, text)`: none where it is no function.
    pub(super) fn substituted(
        &mut self,
        pattern: Option<&'m ast::Expr>,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Option<Expr>> {
        let names = if pattern.is_some() { &SUB[1..4] } else { &SUB[..] };
        let mut given: [Option<&'m ast::Expr>; 5] = [pattern, None, None, None, None];
        let place = |name: &str| SUB.iter().position(|known| *known == name);
        for (name, arg) in names.iter().zip(&c.args) {
            if let Some(at) = place(name) {
                given[at] = Some(arg);
            }
        }
        for keyword in &c.keywords {
            let Some(at) = keyword.arg.as_ref().and_then(|name| place(name.as_str())) else { return Ok(None) };
            given[at] = Some(&keyword.value);
        }
        let [Some(pattern), Some(function), Some(text), count, flags] = given else { return Ok(None) };
        if !self.is_function(function) || c.args.len() > names.len() {
            return Ok(None);
        }
        let pattern = self.expression(pattern, out)?;
        let text = self.expression(text, out)?;
        let none = || Ok(Expr::literal(Literal::Int(0), line));
        let count = count.map_or_else(none, |count| self.expression(count, out))?;
        let flags = flags.map_or_else(none, |flags| self.expression(flags, out))?;
        let text = self.kept(text, line, out);
        let args = self.with_known_pattern("re. found", vec![pattern, text.clone(), count, flags], c)?;
        let found = self.kept(call_of("re. found", args, line), line, out);
        let made = self.keys(function, &found, line, out)?;
        Ok(Some(call_of("re. applied", vec![text, found, made], line)))
    }

    /// Whether an argument is a function, and not a text.
    fn is_function(&self, expr: &ast::Expr) -> bool {
        match expr {
            ast::Expr::Lambda(_) => true,
            ast::Expr::Name(n) => {
                let name = n.id.as_str();
                let is_variable = self.scope.names.as_ref().is_some_and(|names| names.contains_key(name));
                let global = self.globals.names.get(name);
                self.closure(name).is_some()
                    || !is_variable && matches!(global, Some(Global::Function(_) | Global::Value(ast::Expr::Lambda(_))))
            }
            ast::Expr::Attribute(a) => self.is_self(&a.value) && self.own_method(a.attr.as_str()).is_some(),
            _ => false,
        }
    }

    /// Whether it may be a pattern.
    pub(super) fn perhaps_pattern(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Any => self.has_patterns(),
            Ty::Record(name) => name == PATTERN,
            _ => false,
        }
    }
}
