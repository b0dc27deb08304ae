//! Classes of the file whose instances are values: dataclasses, members of an `Enum`, classes that only have methods and what their `__init__`
//! sets. Their methods are lowered as functions whose first parameter is the object.

use super::call::call_of;
use super::changes::{bound, own, targets};
use super::class::{Lowerer, method};
use super::source::{Global, Method, dotted, statements};
use super::{Lower, imports};
use remotemedia_ir::codes;
use remotemedia_ir::script::{Builtin, Compare, Expr, ExprKind, Likeness, Literal, Piece, Record, Stmt, StmtKind, Ty};
use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextRange;

/// Attributes of arrays, numbers and ranges.
const ATTRIBUTES: &[&str] = &[
    "T",
    "base",
    "denominator",
    "dtype",
    "flat",
    "imag",
    "itemsize",
    "nbytes",
    "ndim",
    "numerator",
    "real",
    "shape",
    "size",
    "start",
    "step",
    "stop",
    "strides",
    "maxlen",
];

impl<'m> Lowerer<'m> {
    /// The classes of the file whose instances are values: dataclasses, and those that are nothing but what their `__init__` sets.
    pub(super) fn read_records(&mut self) -> Lower<()> {
        // What others do with their classes is none of this one's business.
        let words = imports::words(self.module, self.globals, self.class);
        for class in self.module.classes().filter(|class| words.contains(class.name.as_str())) {
            let mut decorators = class.decorator_list.iter().map(|d| match d {
                ast::Expr::Call(c) => (dotted(&c.func), c.keywords.as_slice()),
                other => (dotted(other), [].as_slice()),
            });
            let dataclass = decorators.find(|(name, _)| {
                name.as_deref().is_some_and(|name| name == "dataclass" || name == "dataclasses.dataclass")
            });
            let record = match dataclass {
                Some((_, options)) => {
                    let is_frozen = options.iter().any(|k| {
                        k.arg.as_ref().is_some_and(|a| a.as_str() == "frozen")
                            && k.value.as_constant_expr().is_some_and(|c| c.value == ast::Constant::Bool(true))
                    });
                    let declared = class.body.iter().filter_map(ast::Stmt::as_ann_assign_stmt);
                    Record {
                        name: class.name.to_string(),
                        likeness: if is_frozen { Likeness::Frozen } else { Likeness::Fields },
                        fields: declared.flat_map(|a| bound(&a.target)).map(str::to_owned).collect(),
                    }
                }
                None if self.is_enum(class) => {
                    let fields = ["name", "value"].map(str::to_owned).to_vec();
                    Record { name: class.name.to_string(), likeness: Likeness::Member, fields }
                }
                None if self.is_plain(class) => {
                    let mut fields: Vec<String> = Vec::new();
                    for m in class.body.iter().filter_map(Method::of) {
                        statements(m.body, &mut |stmt| {
                            for name in targets(stmt).into_iter().flat_map(own) {
                                if !fields.iter().any(|field| field == name) {
                                    fields.push(name.to_owned());
                                }
                            }
                        });
                    }
                    Record { name: class.name.to_string(), likeness: Likeness::Identity, fields }
                }
                None => continue,
            };
            self.records.push(record);
        }
        Ok(())
    }

    /// True for a class whose base is `Enum` alone.
    fn is_enum(&self, class: &ast::StmtClassDef) -> bool {
        let base = match class.bases.as_slice() {
            [base] => self.imported(base),
            _ => None,
        };
        base.as_deref() == Some("enum.Enum") && class.decorator_list.is_empty() && class.keywords.is_empty()
    }

    /// The members of an `Enum` by their names in the order of the class; a second name for a value is one for the first.
    fn members(&mut self, class: &'m ast::StmtClassDef) -> Lower<Vec<(&'m str, Literal)>> {
        // All of it is looked at: what stands behind a member may change what it is.
        let own = ["name", "value"];
        let is_plain = |stmt: &ast::Stmt| match stmt {
            ast::Stmt::FunctionDef(f) => !f.name.starts_with('_') && !own.contains(&f.name.as_str()),
            ast::Stmt::Expr(e) => e.value.is_constant_expr(),
            ast::Stmt::Assign(a) => matches!(a.targets.as_slice(), [ast::Expr::Name(n)] if !n.id.starts_with('_')),
            other => other.is_pass_stmt(),
        };
        if let Some(other) = class.body.iter().find(|stmt| !is_plain(stmt)) {
            return self.outside(other.range(), "this statement in an `Enum` is outside the compiled subset");
        }
        let mut members: Vec<(&str, &str, Literal)> = Vec::new();
        for assign in class.body.iter().filter_map(ast::Stmt::as_assign_stmt) {
            let [ast::Expr::Name(target)] = assign.targets.as_slice() else { continue };
            let value = match &*assign.value {
                // Functions are methods of members.
                ast::Expr::Lambda(l) => {
                    return self.outside(l.range, "a function in an `Enum` is outside the compiled subset");
                }
                ast::Expr::Call(c) if self.imported(&c.func).as_deref() == Some("enum.auto") => {
                    // Behind anything but growing whole numbers versions of Python differ.
                    let mut last = 0;
                    let grows = members.iter().all(|(_, _, value)| match value {
                        Literal::Int(i) if *i >= last => {
                            last = *i;
                            true
                        }
                        _ => false,
                    });
                    if !grows {
                        return self.outside(c.range, "this `auto()` is outside the compiled subset");
                    }
                    Literal::Int(last + 1)
                }
                value => self.constant(value)?,
            };
            let first = members.iter().find(|(_, _, other)| *other == value).map(|(_, of, _)| *of);
            members.push((target.id.as_str(), first.unwrap_or(target.id.as_str()), value));
        }
        let made = members.into_iter().map(|(name, of, value)| {
            let fields = vec![("name".to_owned(), Literal::Str(of.to_owned())), ("value".to_owned(), value)];
            (name, Literal::Record { class: class.name.to_string(), likeness: Likeness::Member, fields })
        });
        Ok(made.collect())
    }

    /// A member of an `Enum`: `State.IDLE`.
    pub(super) fn member(&mut self, class: &'m ast::StmtClassDef, name: &str, range: TextRange) -> Lower<Literal> {
        match self.members(class)?.into_iter().find(|(known, _)| *known == name) {
            Some((_, member)) => Ok(member),
            None => self.outside(range, format!("`{}.{name}` is outside the compiled subset", class.name)),
        }
    }

    /// `State("idle")`: the member with that value, or a `ValueError`.
    fn member_of_value(
        &mut self,
        class: &'m ast::StmtClassDef,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let ([value], []) = (c.args.as_slice(), c.keywords.as_slice()) else {
            return self.outside(c.range, "this call of an `Enum` is outside the compiled subset");
        };
        let members = self.members(class)?;
        let value = self.expression(value, out)?;
        let value = self.kept(value, line, out);
        let ty = Ty::Record(class.name.to_string());
        let held = self.scope.temporary(&ty);
        let set = |variable, value| Stmt::set(variable, value, line);
        let text = Expr { ty: Ty::Str, ..call_of("repr", vec![value.clone()], line) };
        let pieces = vec![
            Piece::Value { value: text, conversion: None, spec: Vec::new() },
            Piece::Text(format!(" is not a valid {}", class.name)),
        ];
        let message = Some(Expr { kind: ExprKind::Format(pieces), ty: Ty::Str, line });
        let mut rest = vec![Stmt { kind: StmtKind::Raise { kind: "ValueError".to_owned(), message }, line }];
        for (_, member) in members.into_iter().rev() {
            let Literal::Record { fields, .. } = &member else { continue };
            let of = Expr::literal(fields[1].1.clone(), line);
            let member = Expr::literal(member, line);
            // A member gives itself.
            let equals = [of, member.clone()].map(|known| {
                let kind = ExprKind::Compare(Compare::Eq, Box::new(value.clone()), Box::new(known));
                Box::new(Expr { kind, ty: Ty::Bool, line })
            });
            let [by_value, itself] = equals;
            let condition = Expr { kind: ExprKind::Or(by_value, itself), ty: Ty::Bool, line };
            rest =
                vec![Stmt { kind: StmtKind::If { condition, then: vec![set(held, member)], otherwise: rest }, line }];
        }
        out.extend(rest);
        Ok(Expr::local(held, ty, line))
    }

    /// True for a class without bases and decorators that makes what it is in its `__init__`.
    pub(super) fn is_plain(&self, class: &ast::StmtClassDef) -> bool {
        let has_bases = class.bases.iter().any(|base| dotted(base).as_deref() != Some("object"));
        class.name != self.class.name
            && !has_bases
            && class.keywords.is_empty()
            && class.decorator_list.is_empty()
            && method(class, "__init__").is_some()
    }

    /// The place of a dataclass.
    pub(super) fn record(&self, name: &str) -> Option<usize> {
        self.records.iter().position(|r| r.name == name)
    }

    /// The declaration of a dataclass.
    pub(super) fn record_class(&self, name: &str) -> Option<&'m ast::StmtClassDef> {
        match self.globals.names.get(name) {
            Some(Global::Class(class)) => Some(class),
            _ => None,
        }
    }

    /// An instance of a dataclass.
    pub(super) fn new_record(
        &mut self,
        record: usize,
        name: &str,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let Some(class) = self.record_class(name) else {
            return self.outside(c.range, format!("`{name}` is outside the compiled subset"));
        };
        if self.records[record].likeness == Likeness::Member {
            return self.member_of_value(class, c, line, out);
        }
        self.check_record(class)?;
        if self.records[record].likeness == Likeness::Identity {
            return self.new_plain(record, class, c, line, out);
        }
        let fields = self.records[record].fields.clone();
        if c.args.len() > fields.len() {
            return self.wrong(codes::PYTHON_TYPE, c.range, format!("`{name}` has {} fields", fields.len()));
        }
        let mut values: Vec<Option<Expr>> = fields.iter().map(|_| None).collect();
        for (slot, arg) in values.iter_mut().zip(&c.args) {
            *slot = Some(self.expression(arg, out)?);
        }
        for keyword in &c.keywords {
            let key = keyword.arg.as_ref().map_or_else(String::new, ToString::to_string);
            let Some(at) = fields.iter().position(|f| *f == key) else {
                return self.wrong(codes::PYTHON_TYPE, keyword.range, format!("`{name}` has no field `{key}`"));
            };
            values[at] = Some(self.expression(&keyword.value, out)?);
        }
        let mut complete = Vec::new();
        for (value, field) in values.into_iter().zip(&fields) {
            complete.push(match value {
                Some(value) => value,
                None => self.field_default(class, field, c.range, line, out)?,
            });
        }
        Ok(Expr { kind: ExprKind::Record(record, complete), ty: Ty::Record(name.to_owned()), line })
    }

    /// The class that a name is: `cls` in a method of a class stands for it.
    pub(super) fn class_named(&self, name: &str) -> String {
        match &self.scope.class {
            Some(class) if name == "cls" => class.clone(),
            _ => name.to_owned(),
        }
    }

    /// An instance of a class that is no dataclass: its fields are what `__init__` sets.
    fn new_plain(
        &mut self,
        record: usize,
        class: &'m ast::StmtClassDef,
        c: &'m ast::ExprCall,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let ty = Ty::Record(class.name.to_string());
        let held = self.scope.temporary(&ty);
        let object = Expr::local(held, ty.clone(), line);
        let unset = self.records[record].fields.iter().map(|_| Expr::literal(Literal::None, line)).collect();
        let empty = Expr { kind: ExprKind::Record(record, unset), ty, line };
        let mut body = vec![Stmt::set(held, empty, line)];
        if let Some(init) = method(class, "__init__") {
            let made = self.invoke(&init, Some(class), Some(object.clone()), c, line, out)?;
            body.push(Stmt { kind: StmtKind::Expr(made), line });
        }
        Ok(Expr::behind(body, object, line))
    }

    /// What a dataclass may have: fields, methods and properties of names of its own.
    fn check_record(&self, class: &'m ast::StmtClassDef) -> Lower<()> {
        if let Some(base) = class.bases.first() {
            return self.outside(base.range(), "the base class of a dataclass is outside the compiled subset");
        }
        let options = class.decorator_list.iter().filter_map(ast::Expr::as_call_expr).flat_map(|c| &c.keywords);
        for option in options {
            let name = option.arg.as_ref().map_or("**", |arg| arg.as_str());
            if !["init", "repr", "eq", "slots", "kw_only", "frozen"].contains(&name)
                || is_false(&option.value) && name != "slots"
            {
                return self.outside(option.range, format!("`{name}` of a dataclass is outside the compiled subset"));
            }
        }
        for stmt in &class.body {
            match stmt {
                ast::Stmt::FunctionDef(_) | ast::Stmt::AsyncFunctionDef(_) | ast::Stmt::Pass(_) => {}
                ast::Stmt::Expr(e) if e.value.is_constant_expr() => {}
                ast::Stmt::AnnAssign(a) => {
                    let of = match &*a.annotation {
                        ast::Expr::Subscript(s) => dotted(&s.value),
                        other => dotted(other),
                    };
                    if of.is_some_and(|name| name.ends_with("ClassVar") || name.ends_with("InitVar")) {
                        return self.outside(a.range, "what is no field of a dataclass is outside the compiled subset");
                    }
                    let is_field = |c: &&ast::ExprCall| dotted(&c.func).is_some_and(|n| n.ends_with("field"));
                    let given = a.value.as_deref().and_then(ast::Expr::as_call_expr).filter(is_field);
                    let options = given.map_or([].as_slice(), |call| call.keywords.as_slice());
                    let of_value = |k: &ast::Keyword| k.arg.as_ref().is_some_and(|a| a.as_str().starts_with("default"));
                    if let Some(option) = options.iter().find(|k| !of_value(k)) {
                        return self.outside(option.range, "this option of a field is outside the compiled subset");
                    }
                }
                other => {
                    return self.outside(other.range(), "this statement in a dataclass is outside the compiled subset");
                }
            }
        }
        let is_plain = self.is_plain(class);
        let special =
            |m: &Method<'_>| m.name.starts_with("__") && m.name.ends_with("__") && !(is_plain && m.name == "__init__");
        if let Some(m) = class.body.iter().filter_map(Method::of).find(special) {
            return self.outside(m.range, format!("`{}` of a dataclass is outside the compiled subset", m.name));
        }
        Ok(())
    }

    fn field_default(
        &mut self,
        class: &'m ast::StmtClassDef,
        field: &str,
        range: TextRange,
        line: u32,
        out: &mut Vec<Stmt>,
    ) -> Lower<Expr> {
        let default = class.body.iter().find_map(|s| match s {
            ast::Stmt::AnnAssign(a) if matches!(&*a.target, ast::Expr::Name(n) if n.id.as_str() == field) => {
                a.value.as_deref()
            }
            _ => None,
        });
        let Some(default) = default else {
            return self.wrong(codes::PYTHON_TYPE, range, format!("`{}` needs its field `{field}`", class.name));
        };
        if let ast::Expr::Call(c) = default
            && matches!(&*c.func, ast::Expr::Name(n) if n.id.as_str() == "field")
        {
            let factory = c.keywords.iter().find(|k| k.arg.as_ref().is_some_and(|a| a.as_str() == "default_factory"));
            let given = c.keywords.iter().find(|k| k.arg.as_ref().is_some_and(|a| a.as_str() == "default"));
            return match (factory.map(|k| &k.value), given) {
                (Some(ast::Expr::Name(n)), _) if n.id.as_str() == "list" => {
                    Ok(Expr { kind: ExprKind::List(Vec::new()), ty: Ty::List, line })
                }
                (Some(ast::Expr::Name(n)), _) if n.id.as_str() == "dict" => {
                    Ok(Expr { kind: ExprKind::Dict(Vec::new()), ty: Ty::Dict, line })
                }
                (None, Some(k)) => self.expression(&k.value, out),
                _ => self.outside(c.range, "this default is outside the compiled subset"),
            };
        }
        self.expression(default, out)
    }

    /// True if a dataclass of the file has a method or a property of that name, which of `object` may be one or not.
    pub(super) fn perhaps_of_record(&self, object: &Ty, name: &str) -> bool {
        *object == Ty::Any && self.of_records(name).next().is_some()
    }

    /// The dataclasses of the file that have a method or a property of that name.
    pub(super) fn of_records(&self, name: &str) -> impl Iterator<Item = (&'m ast::StmtClassDef, Method<'m>)> {
        let classes = self.records.iter().filter_map(|r| self.record_class(&r.name));
        classes.filter_map(move |class| Some((class, method(class, name)?)))
    }

    /// The one dataclass that an object may be of which nothing is known but a member that nothing else has.
    pub(super) fn sole_record(&self, name: &str) -> Option<(&'m ast::StmtClassDef, Method<'m>)> {
        let mut all = self.of_records(name);
        let first = all.next()?;
        let is_sole = all.next().is_none()
            && !ATTRIBUTES.contains(&name)
            && !self.records.iter().any(|r| r.fields.iter().any(|field| field == name));
        is_sole.then_some(first)
    }

    /// A call of a method that classes of the file have, on an object that is of one of them, or else of what Python's own types have
    /// under the name.
    pub(super) fn by_class(
        &mut self,
        classes: &[(&'m ast::StmtClassDef, Method<'m>)],
        object: Expr,
        c: &'m ast::ExprCall,
        function: Option<Builtin>,
        line: u32,
    ) -> Lower<Expr> {
        let (held, given) = (self.scope.temporary(&Ty::Any), self.scope.temporary(&Ty::Any));
        let set = |variable, value| Stmt::set(variable, value, line);
        let read = |variable| Expr::local(variable, Ty::Any, line);
        let mut rest: Option<Vec<Stmt>> = None;
        if let Some(function) = function {
            let mut otherwise = Vec::new();
            // With other arguments than it takes, it is not what is called.
            if let Ok(args) = self.arguments(function, Some(read(given)), c, line, &mut otherwise) {
                otherwise.push(set(held, Expr { kind: ExprKind::Call(function, args), ty: Ty::Any, line }));
                rest = Some(otherwise);
            }
        }
        for (class, m) in classes.iter().rev() {
            let mut then = Vec::new();
            let made = self.invoke(m, Some(class), Some(read(given)), c, line, &mut then)?;
            then.push(set(held, made));
            rest = Some(match rest {
                // What is none of the others is this one, or says that it has no such field.
                None => then,
                Some(otherwise) => {
                    let name = Expr { ty: Ty::Str, ..call_of("type.__name__", vec![read(given)], line) };
                    let wanted = Expr::literal(Literal::Str(class.name.to_string()), line);
                    let kind = ExprKind::Compare(Compare::Eq, Box::new(name), Box::new(wanted));
                    let condition = Expr { kind, ty: Ty::Bool, line };
                    vec![Stmt { kind: StmtKind::If { condition, then, otherwise }, line }]
                }
            });
        }
        let mut body = vec![set(given, object)];
        body.extend(rest.into_iter().flatten());
        Ok(Expr::behind(body, read(held), line))
    }
}

/// True for the constant `False`.
fn is_false(expr: &ast::Expr) -> bool {
    expr.as_constant_expr().is_some_and(|c| c.value == ast::Constant::Bool(false))
}
