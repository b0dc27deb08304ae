//! Types of exceptions: those that Python has built in, and those of the file.

use super::Lower;
use super::class::Lowerer;
use super::source::{Global, dotted, string};
use rustpython_parser::ast::{self, Ranged};

/// What raises a type that Python has built in, where a class is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raised {
    /// `raise`, and the runtime.
    Anywhere,
    /// The runtime, for a class that imports this module.
    With(&'static str),
    /// Nothing that a handler takes.
    Never,
}

struct BuiltIn {
    name: &'static str,
    bases: &'static [&'static str],
    raised: Raised,
}

const fn built_in(name: &'static str, bases: &'static [&'static str], raised: Raised) -> BuiltIn {
    BuiltIn { name, bases, raised }
}

/// The types that Python and its library have built in.
const BUILT_IN: &[BuiltIn] = {
    use Raised::{Anywhere, Never, With};
    &[
        built_in("ArithmeticError", &["Exception"], Anywhere),
        built_in("AssertionError", &["Exception"], Anywhere),
        built_in("AttributeError", &["Exception"], Anywhere),
        built_in("AxisError", &["ValueError", "IndexError"], With("numpy")),
        built_in("BaseException", &[], Never),
        built_in("BufferError", &["Exception"], Anywhere),
        built_in("ConnectionError", &["OSError"], Anywhere),
        built_in("EOFError", &["Exception"], Anywhere),
        built_in("Exception", &["BaseException"], Anywhere),
        built_in("error", &["Exception"], With("re")),
        built_in("FileNotFoundError", &["OSError"], Anywhere),
        built_in("FloatingPointError", &["ArithmeticError"], Anywhere),
        built_in("FrozenInstanceError", &["AttributeError"], With("dataclasses")),
        built_in("GeneratorExit", &["BaseException"], Never),
        built_in("ImportError", &["Exception"], Anywhere),
        built_in("IndexError", &["LookupError"], Anywhere),
        built_in("JSONDecodeError", &["ValueError"], With("json")),
        built_in("KeyError", &["LookupError"], Anywhere),
        built_in("KeyboardInterrupt", &["BaseException"], Never),
        built_in("LookupError", &["Exception"], Anywhere),
        built_in("MemoryError", &["Exception"], Never),
        built_in("ModuleNotFoundError", &["ImportError"], Anywhere),
        built_in("NameError", &["Exception"], Anywhere),
        built_in("NotImplementedError", &["RuntimeError"], Anywhere),
        built_in("OSError", &["Exception"], Anywhere),
        built_in("OverflowError", &["ArithmeticError"], Anywhere),
        built_in("PermissionError", &["OSError"], Anywhere),
        built_in("RecursionError", &["RuntimeError"], Never),
        built_in("RuntimeError", &["Exception"], Anywhere),
        built_in("StopAsyncIteration", &["Exception"], Never),
        built_in("StopIteration", &["Exception"], Never),
        built_in("SystemError", &["Exception"], Never),
        built_in("SystemExit", &["BaseException"], Never),
        built_in("TimeoutError", &["OSError"], Anywhere),
        built_in("TypeError", &["Exception"], Anywhere),
        built_in("UnboundLocalError", &["NameError"], Anywhere),
        built_in("UnicodeDecodeError", &["UnicodeError"], Never),
        built_in("UnicodeEncodeError", &["UnicodeError"], Never),
        built_in("UnicodeError", &["ValueError"], Never),
        built_in("ValueError", &["Exception"], Anywhere),
        built_in("ZeroDivisionError", &["ArithmeticError"], Anywhere),
    ]
};

fn find(name: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|b| b.name == name)
}

/// A type that Python has built in, derived from another, or it itself.
fn is_a(name: &str, of: &str) -> bool {
    name == of || find(name).is_some_and(|b| b.bases.iter().any(|base| is_a(base, of)))
}

impl<'m> Lowerer<'m> {
    /// The types that a handler takes: none where it takes all.
    pub(super) fn taken(&self, of: Option<&'m ast::Expr>) -> Lower<Option<Vec<String>>> {
        let types = match of {
            None => return Ok(None),
            Some(ast::Expr::Tuple(several)) => several.elts.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let mut kinds: Vec<String> = Vec::new();
        for of in types {
            let name = dotted(of).unwrap_or_default();
            let of_module = match self.imported(of).as_deref() {
                Some("json.JSONDecodeError" | "json.decoder.JSONDecodeError") => Some("JSONDecodeError"),
                Some("re.error") => Some("error"),
                _ => None,
            };
            if let Some(kind) = of_module {
                kinds.push(kind.to_owned());
                continue;
            }
            if !self.is_exception(&name) {
                return self.outside(
                    of.range(),
                    format!("`except {}` is outside the compiled subset", self.module.text(of.range())),
                );
            }
            if is_a("Exception", &name) {
                return Ok(None);
            }
            let own =
                self.globals.names.keys().filter(|own| self.own_exception(own).is_some() && self.derives(own, &name));
            let built_in = BUILT_IN.iter().filter(|b| is_a(b.name, &name) && self.is_raised(b)).map(|b| b.name);
            for kind in built_in.chain(own.copied()) {
                if !kinds.iter().any(|known| known == kind) {
                    kinds.push(kind.to_owned());
                }
            }
        }
        Ok(Some(kinds))
    }

    fn is_raised(&self, built_in: &BuiltIn) -> bool {
        match built_in.raised {
            Raised::Anywhere => true,
            Raised::With(module) => {
                self.globals.imports.values().any(|(whole, _)| whole.split('.').next() == Some(module))
            }
            Raised::Never => false,
        }
    }

    /// Whether `raise` may name it.
    pub(super) fn is_raisable(&self, name: &str) -> bool {
        self.is_exception(name) && find(name).is_none_or(|b| b.raised == Raised::Anywhere)
    }

    /// Whether a name means a type of exceptions here.
    fn is_exception(&self, name: &str) -> bool {
        let is_hidden = self.scope.names.as_ref().is_some_and(|names| names.contains_key(name));
        let is_of_file = self.globals.names.contains_key(name) || self.globals.imports.contains_key(name);
        let is_built_in = find(name).is_some_and(|b| !matches!(b.raised, Raised::With(_)));
        !is_hidden && if is_of_file { self.own_exception(name).is_some() } else { is_built_in }
    }

    /// `class TooLoud(ValueError): pass`, and its base.
    fn own_exception(&self, name: &str) -> Option<&'m str> {
        let Some(Global::Class(class)) = self.globals.names.get(name) else { return None };
        let is_empty = class.body.iter().all(|stmt| match stmt {
            ast::Stmt::Pass(_) => true,
            ast::Stmt::Expr(e) => {
                string(&e.value).is_some() || e.value.as_constant_expr().is_some_and(|c| c.value.is_ellipsis())
            }
            _ => false,
        });
        let [ast::Expr::Name(base)] = class.bases.as_slice() else { return None };
        let base = base.id.as_str();
        let is_plain = is_empty && class.keywords.is_empty() && class.decorator_list.is_empty();
        let is_steady = !self.globals.unsteady.contains(&name) && base != name;
        // The message of a `KeyError` is not what it is raised with.
        let is_known = match self.globals.names.get(base) {
            Some(Global::Class(other)) => {
                other.range.end() <= class.range.start() && self.own_exception(base).is_some()
            }
            Some(_) => false,
            None => find(base).is_some_and(|b| b.raised == Raised::Anywhere && b.name != "KeyError"),
        };
        (is_plain && is_steady && is_known).then_some(base)
    }

    /// Whether a type of the file is another, or is derived from it.
    fn derives(&self, name: &str, of: &str) -> bool {
        name == of
            || match self.own_exception(name) {
                Some(base) => self.derives(base, of),
                None => is_a(name, of),
            }
    }
}
