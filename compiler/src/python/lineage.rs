//! A class and its base classes of the file: methods that it inherits, and `super()`.

use super::Lower;
use super::class::{Lowerer, NameRange, method};
use super::source::{Global, Globals, Method, children, dotted, nested, statements};
use remotemedia_ir::script::{Expr, Literal, Stmt};
use rustpython_parser::ast::{self, Ranged};
use std::collections::BTreeSet;

/// A class and the base classes of the file that it has, in the order in which Python looks for methods; the class alone where these
/// have none.
pub fn lineage<'m>(class: &'m ast::StmtClassDef, globals: &Globals<'m>) -> Vec<&'m ast::StmtClassDef> {
    linearised(class, globals).unwrap_or_else(|| vec![class])
}

/// The C3 linearisation: each class in front of its bases, and these in the order in which it names them.
fn linearised<'m>(class: &'m ast::StmtClassDef, globals: &Globals<'m>) -> Option<Vec<&'m ast::StmtClassDef>> {
    let same = |a: &ast::StmtClassDef, b: &ast::StmtClassDef| std::ptr::eq(a, b);
    let bases: Vec<&ast::StmtClassDef> = class.bases.iter().filter_map(|base| of_file(base, globals)).collect();
    let is_known = |base: &&ast::StmtClassDef| {
        base.range.end() <= class.range.start() && !globals.unsteady.contains(&base.name.as_str())
    };
    if !bases.iter().all(is_known) {
        return None;
    }
    let mut rows = bases.iter().map(|base| linearised(base, globals)).collect::<Option<Vec<_>>>()?;
    rows.push(bases);
    let mut all = vec![class];
    loop {
        rows.retain(|row| !row.is_empty());
        if rows.is_empty() {
            return Some(all);
        }
        let waits = |class: &ast::StmtClassDef| rows.iter().any(|row| row[1..].iter().any(|other| same(other, class)));
        let next = rows.iter().map(|row| row[0]).find(|class| !waits(class))?;
        all.push(next);
        for row in rows.iter_mut().filter(|row| same(row[0], next)) {
            row.remove(0);
        }
    }
}

fn of_file<'m>(base: &ast::Expr, globals: &Globals<'m>) -> Option<&'m ast::StmtClassDef> {
    match globals.names.get(dotted(base)?.as_str()) {
        Some(Global::Class(class)) => Some(class),
        _ => None,
    }
}

/// A method by its name, a base class's where the class itself has none.
pub fn inherited<'m>(class: &'m ast::StmtClassDef, globals: &Globals<'m>, name: &str) -> Option<Method<'m>> {
    lineage(class, globals).into_iter().find_map(|class| method(class, name))
}

/// The classes with `process` that are no base of another one.
pub fn with_process<'m>(
    classes: impl Iterator<Item = &'m ast::StmtClassDef>,
    globals: &Globals<'m>,
) -> Vec<&'m ast::StmtClassDef> {
    let nodes: Vec<&ast::StmtClassDef> = classes.filter(|c| inherited(c, globals, "process").is_some()).collect();
    let is_base = |class: &ast::StmtClassDef| {
        nodes.iter().any(|node| lineage(node, globals)[1..].iter().any(|base| std::ptr::eq(*base, class)))
    };
    nodes.iter().copied().filter(|class| !is_base(class)).collect()
}

/// Whether a decorator says that a derived class has the method.
fn is_abstract(method: &Method<'_>) -> bool {
    let last = |d: &ast::Expr| dotted(d).is_some_and(|d| d.rsplit('.').next() == Some("abstractmethod"));
    method.decorators.iter().any(last)
}

impl<'m> Lowerer<'m> {
    /// A method of the class, its own or one that it inherits.
    pub(super) fn own_method(&self, name: &str) -> Option<Method<'m>> {
        self.lineage.iter().find_map(|class| method(class, name))
    }

    /// The bodies of its methods, also of those that others override, and of the functions in them.
    pub(super) fn own_bodies(&self) -> impl Iterator<Item = &'m [ast::Stmt]> + use<'m> {
        let methods = self.lineage.clone().into_iter().flat_map(|class| class.body.iter().filter_map(Method::of));
        methods.flat_map(|method| nested(method.body))
    }

    /// A base class that is neither of the file nor ours brings methods that are not here.
    pub(super) fn check_bases(&self) -> Lower<()> {
        for class in &self.lineage {
            let mut has_ours = false;
            for base in &class.bases {
                let name = dotted(base).unwrap_or_default();
                let last = name.rsplit('.').next().unwrap_or_default();
                let first = name.split('.').next().unwrap_or_default();
                let module = self.globals.imports.get(first).map_or("", |(module, _)| module.as_str());
                let is_nothing = last == "object" || last == "ABC" && module.split('.').next() == Some("abc");
                let is_ours = last.ends_with("Node") && module.starts_with("remotemedia");
                // What ours does in front of one of the file is not known here.
                let is_known = self.lineage.iter().any(|known| known.name.as_str() == name) && !has_ours;
                has_ours |= is_ours;
                if !is_ours && !is_nothing && !is_known {
                    let reason = format!("the base class `{name}` is outside the compiled subset");
                    return self.outside(base.range(), reason);
                }
            }
            if let Some(decorator) = class.decorator_list.first() {
                return self.outside(decorator.range(), "a decorated class is outside the compiled subset");
            }
            if let Some(keyword) = class.keywords.first() {
                return self.outside(keyword.range, "a class with arguments is outside the compiled subset");
            }
        }
        self.check_overriding()
    }

    /// What is overridden by the rules of other kinds.
    fn check_overriding(&self) -> Lower<()> {
        let methods: BTreeSet<&str> =
            self.lineage.iter().flat_map(|class| class.body.iter().filter_map(Method::of)).map(|m| m.name).collect();
        for class in &self.lineage {
            for name in &methods {
                if self.own_method(name).is_some_and(|m| is_abstract(&m)) {
                    let reason = format!("`{name}` is abstract, and nothing overrides it");
                    return self.outside(self.class.name_range(), reason);
                }
                if *name == "__init_subclass__" || *name == "__getattr__" || *name == "__setattr__" {
                    return self.outside(class.name_range(), format!("`{name}` is outside the compiled subset"));
                }
            }
            // A property with a setter, a method that is replaced.
            for body in class.body.iter().filter_map(Method::of).flat_map(|m| nested(m.body)) {
                let mut set = None;
                statements(body, &mut |stmt| {
                    let own = super::changes::targets(stmt).into_iter().flat_map(super::changes::own);
                    set = own.chain(set).find(|name| methods.contains(name));
                });
                if let Some(name) = set {
                    let reason = format!("`self.{name}`, which is set, is a method or property");
                    return self.outside(class.name_range(), reason);
                }
            }
            if self.lineage.len() == 1 {
                continue;
            }
            let sets = |stmt: &'m ast::Stmt| super::changes::targets(stmt).into_iter().flat_map(super::changes::bound);
            if let Some(name) = class.body.iter().flat_map(sets).find(|name| methods.contains(name)) {
                let reason = format!("`{name}`, a method and an attribute, is outside the compiled subset");
                return self.outside(class.name_range(), reason);
            }
            // Each class has its own `__name`.
            for body in class.body.iter().filter_map(Method::of).map(|m| m.body) {
                let mut private = None;
                statements(body, &mut |stmt| {
                    let own = super::changes::targets(stmt).into_iter().flat_map(super::changes::own);
                    private = own.chain(private).find(|name| name.starts_with("__") && !name.ends_with("__"));
                });
                if let Some(name) = private {
                    let reason = format!("`self.{name}` of several classes is outside the compiled subset");
                    return self.outside(class.name_range(), reason);
                }
            }
        }
        Ok(())
    }

    /// `super()`
    pub(super) fn is_super(&self, expr: &ast::Expr) -> bool {
        let ast::Expr::Call(call) = expr else { return false };
        let is_plain = match call.args.as_slice() {
            [] => true,
            [class, object] => {
                let owner = self.scope.owner.and_then(|at| self.lineage.get(at));
                let named = class.as_name_expr().map(|n| n.id.as_str());
                named == owner.map(|class| class.name.as_str()) && self.is_self(object)
            }
            _ => false,
        };
        is_plain && dotted(&call.func).as_deref() == Some("super") && call.keywords.is_empty()
    }

    /// The method that `super().name` is, where a base class of the file has it.
    pub(super) fn super_method(&self, name: &str) -> Option<Method<'m>> {
        self.lineage.get(self.scope.owner? + 1..)?.iter().find_map(|class| method(class, name))
    }

    /// `super().name(…)`
    pub(super) fn super_call(
        &mut self,
        m: &Method<'m>,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let Some(rest) = c.keywords.iter().find(|k| k.arg.is_none()) else {
            return self.invoke(m, Some(self.class), None, c, line, out);
        };
        // `super().__init__(**kwargs)`: what the manifest gives and the class itself does not take.
        let name = rest.value.as_name_expr().map(|n| n.id.as_str());
        let is_init = self.starting && m.name == "__init__";
        if !is_init || name.is_none() || name != self.scope.rest.as_deref() {
            return self.outside(rest.range, "`**` in a call is outside the compiled subset");
        }
        let given = self.placed(c, out)?;
        let mut named = Vec::new();
        for keyword in &c.keywords {
            if let Some(name) = &keyword.arg {
                named.push((name.as_str(), keyword.range, self.expression(&keyword.value, out)?));
            }
        }
        let takes = |name: &str| m.parameters().any(|p| p.def.arg.as_str() == name);
        let (taken, others): (Vec<_>, Vec<_>) = self.extra.clone().into_iter().partition(|(name, _)| takes(name));
        if let (None, Some((name, _))) = (&m.args.kwarg, others.first()) {
            let known: Vec<&str> = m.parameters().skip(1).map(|p| p.def.arg.as_str()).collect();
            return self.unknown_parameter(name, &known);
        }
        let all = taken.iter().chain(&others);
        named.extend(all.map(|(name, value)| (*name, rest.range, Expr::literal(value.clone(), line))));
        let before = std::mem::replace(&mut self.extra, others);
        let called = self.invoke_with(m, Some(self.class), None, (given, named), c.range, line);
        self.extra = before;
        called
    }

    /// The extra parameters of `__init__` as its `**kwargs`, where the class does nothing with them but hand them on.
    pub(super) fn rest_of(&self, m: &Method<'m>) -> Option<String> {
        let name = m.args.kwarg.as_ref()?.arg.as_str();
        let is_read = |expr: &ast::Expr| expr.as_name_expr().is_some_and(|n| n.id.as_str() == name);
        let mut uses = 0i64;
        let mut work: Vec<&ast::Expr> = Vec::new();
        statements(m.body, &mut |stmt| work.extend(super::changes::expressions(stmt)));
        while let Some(expr) = work.pop() {
            let is_get = expr.as_attribute_expr().is_some_and(|a| a.attr.as_str() == "get" && is_read(&a.value));
            uses += i64::from(is_read(expr)) - i64::from(is_get);
            work.extend(children(expr));
        }
        (uses == 1).then(|| name.to_owned())
    }
}

/// The parameters of a manifest that `__init__` does not name.
pub(super) type Extra<'m> = Vec<(&'m str, Literal)>;
