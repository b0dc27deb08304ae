//! Statements.

use super::arithmetic;
use super::arrays::{is_array, is_operator, is_view};
use super::body::Body;
use super::class::Sends;
use super::expression::element;
use super::rep::{Code, Rep};
use super::scope::Place;
use super::tries::fails;
use super::visit;
use proc_macro2::{Literal as Token, Span, TokenStream};
use quote::quote;
use remotemedia_ir::script::{Binary, Expr, ExprKind, Iterable, Level, Literal, Stmt, StmtKind, Target, Ty, Variable};
use remotemedia_runtime_min::py::array::Dtype;
use syn::Lifetime;

/// A loop around the place that is being emitted.
pub(super) struct Around {
    /// What `break` names where the loop has an `else`.
    search: Option<Lifetime>,
    depth: usize,
    /// Inside of a labelled block, out of which jumps need the label of the loop.
    in_block: bool,
    is_named: bool,
}

impl Around {
    fn label(&self) -> Lifetime {
        let name = if self.depth == 1 { "'again".to_owned() } else { format!("'again_{}", self.depth) };
        Lifetime::new(&name, Span::call_site())
    }

    /// The label of the loop, where a jump needs it.
    fn again(&mut self) -> Option<Lifetime> {
        self.is_named |= self.in_block;
        self.in_block.then(|| self.label())
    }
}

impl<'a> Body<'a> {
    /// Statements one after the other, up to one after which nothing follows. `is_tail` says that the function ends with them: a
    /// result needs no `return` then.
    pub(super) fn block(&mut self, body: &'a [Stmt], is_tail: bool) -> TokenStream {
        let mut out = TokenStream::new();
        let mark = self.mark();
        for (i, stmt) in body.iter().enumerate() {
            if let Some(variables) = self.scope.before.get(&Place::of(stmt)) {
                for v in variables {
                    let (name, ty) = (&self.locals[v.0], self.reps[v.0].rust());
                    let mutable = self.scope.is_mutable(*v).then(|| quote!(mut));
                    out.extend(quote!(let #mutable #name: #ty;));
                }
            }
            let ends = self.diverges(std::slice::from_ref(stmt));
            out.extend(self.stmt(stmt, is_tail && (i + 1 == body.len() || ends)));
            if ends {
                break;
            }
        }
        self.release(mark);
        out
    }

    fn stmt(&mut self, stmt: &'a Stmt, is_tail: bool) -> TokenStream {
        let line = stmt.line;
        match &stmt.kind {
            StmtKind::Assign(target, value) => self.assign_stmt(stmt, target, value),
            StmtKind::Augment(op, target, value) => self.augment(*op, target, value, line),
            StmtKind::Expr(value) => {
                let code = self.expr(value);
                let t = &code.tokens;
                match code.rep {
                    _ if code.is_place || code.constant.is_some() || value.as_literal().is_some() => TokenStream::new(),
                    Rep::Unit => quote!(#t;),
                    _ if code.tokens.to_string().ends_with('?') => quote!(#t;),
                    Rep::Bool | Rep::Int | Rep::Float | Rep::NpBool | Rep::F32 | Rep::F64 | Rep::Value => {
                        quote!(let _ = #t;)
                    }
                }
            }
            StmtKind::If { condition, then, otherwise } => self.branch(condition, then, otherwise, is_tail),
            StmtKind::While { condition, body, otherwise } => {
                let label = self.label(body, otherwise);
                let condition = if visit::is_true(condition) {
                    quote!(loop)
                } else {
                    let condition = self.test(condition).tokens;
                    quote!(while #condition)
                };
                let (again, inner) = self.repeated(body, label.clone());
                self.otherwise(quote!(#again #condition { #inner }), otherwise, label)
            }
            StmtKind::For { target, iterable, body, otherwise } => {
                self.for_loop(stmt, target, iterable, (body, otherwise), line)
            }
            StmtKind::Break => match self.loops.last_mut() {
                Some(Around { search: Some(label), .. }) => quote!(break #label;),
                Some(around) => {
                    let label = around.again();
                    quote!(break #label;)
                }
                None => quote!(break;),
            },
            StmtKind::Continue => {
                let label = self.loops.last_mut().and_then(Around::again);
                quote!(continue #label;)
            }
            StmtKind::Return(value) => {
                let result = self.result(value.as_ref());
                if is_tail { result } else { quote!(return #result;) }
            }
            StmtKind::Yield(value) => {
                let code = self.expr(value);
                match self.class.signature(self.id).sends {
                    Sends::Sample => {
                        let result = match code.rep {
                            Rep::Value | Rep::Unit => {
                                let value = code.borrowed();
                                quote!(convert::number(#value))
                            }
                            Rep::Bool | Rep::Int | Rep::Float | Rep::NpBool | Rep::F32 | Rep::F64 => {
                                let x = code.to_f64().tokens;
                                quote!(Ok(#x))
                            }
                        };
                        if is_tail { result } else { quote!(return #result;) }
                    }
                    Sends::Out | Sends::Nothing => {
                        let value = code.owned();
                        let (name, line) = (&self.function.name, Token::u32_unsuffixed(line));
                        // What becomes of an output is none of its sender's business: no handler takes it.
                        quote!(send(#value).at(#name, #line)?;)
                    }
                }
            }
            StmtKind::Raise { kind, message } => {
                let message = match message {
                    None => quote!(""),
                    Some(message) => match message.as_literal() {
                        Some(Literal::Str(text)) if kind != "KeyError" => quote!(#text),
                        _ => {
                            let value = self.expr(message).borrowed();
                            if kind == "KeyError" { quote!(format::repr(#value)) } else { quote!(format::str(#value)) }
                        }
                    },
                };
                if fails(&message) {
                    // What the message fails with comes first.
                    let mark = self.mark();
                    let name = self.bind("message");
                    self.release(mark);
                    let before = quote!(let #name = #message;);
                    let thrown = self.thrown(&self.raised(kind, &quote!(#name), line), is_tail);
                    return quote!(#before #thrown);
                }
                self.thrown(&self.raised(kind, &message, line), is_tail)
            }
            StmtKind::Try { body, handlers, otherwise } => self.attempt(body, handlers, otherwise, is_tail),
            StmtKind::Reraise { is_named } => self.thrown_again(is_named.then_some(line), is_tail),
            StmtKind::Delete(object, index) => {
                let both = self.operands([object, index]).into_iter().map(Code::borrowed);
                let deleted = self.noted(&quote!(ops::del_item(#(#both),*)), line);
                quote!(#deleted;)
            }
            StmtKind::Log(level, message) => {
                let level = match level {
                    Level::Debug => quote!(Debug),
                    Level::Info => quote!(Info),
                    Level::Warning => quote!(Warning),
                    Level::Error => quote!(Error),
                };
                let text = match message.as_literal() {
                    Some(Literal::Str(text)) => quote!(#text),
                    _ => {
                        let value = self.expr(message).borrowed();
                        quote!(&format::str(#value))
                    }
                };
                quote!(node::log(node::Level::#level, #text);)
            }
        }
    }

    fn raised(&self, kind: &str, message: &TokenStream, line: u32) -> TokenStream {
        let (name, line) = (&self.function.name, Token::u32_unsuffixed(line));
        quote!(Exception::new(#kind, #message).passed(#name, #line))
    }

    /// What `return` gives.
    fn result(&mut self, value: Option<&'a Expr>) -> TokenStream {
        let class = self.class;
        let signature = class.signature(self.id);
        let (sends, rep) = (signature.sends, signature.returns);
        let Some(value) = value else { return self.end() };
        let code = self.expr(value);
        match (sends, rep) {
            (Sends::Sample, _) | (_, Rep::Unit) => {
                let end = self.end();
                let t = &code.tokens;
                if value.as_literal().is_some() || code.is_place { end } else { quote!({ let _ = #t; #end }) }
            }
            (_, rep) => {
                let value = self.stored(code, rep);
                quote!(Ok(#value))
            }
        }
    }

    fn branch(&mut self, condition: &'a Expr, then: &'a [Stmt], otherwise: &'a [Stmt], is_tail: bool) -> TokenStream {
        // Only where both sides end the function do they give its result.
        let is_tail = is_tail && self.diverges(then) && self.diverges(otherwise);
        let condition = self.test(condition).tokens;
        let then = self.block(then, is_tail);
        match otherwise {
            [] => quote!(if #condition { #then }),
            [Stmt { kind: StmtKind::If { condition: next, then: second, otherwise: rest }, line: _ }]
                if !self.scope.before.contains_key(&Place::of(&otherwise[0])) =>
            {
                let rest = self.branch(next, second, rest, is_tail);
                quote!(if #condition { #then } else #rest)
            }
            _ => {
                let otherwise = self.block(otherwise, is_tail);
                if otherwise.is_empty() {
                    return quote!(if #condition { #then });
                }
                quote!(if #condition { #then } else { #otherwise })
            }
        }
    }

    /// The label that `break` needs where a loop has an `else`.
    fn label(&mut self, body: &[Stmt], otherwise: &[Stmt]) -> Option<Lifetime> {
        (!otherwise.is_empty() && visit::breaks(body)).then(|| {
            let depth = self.loops.iter().filter(|around| around.search.is_some()).count();
            let name = if depth == 0 { "'search".to_owned() } else { format!("'search_{}", depth + 1) };
            Lifetime::new(&name, Span::call_site())
        })
    }

    /// A loop and its `else`, which `break` skips.
    fn otherwise(&mut self, repeated: TokenStream, otherwise: &'a [Stmt], label: Option<Lifetime>) -> TokenStream {
        let Some(label) = label else {
            let otherwise = self.block(otherwise, false);
            return quote!(#repeated #otherwise);
        };
        let otherwise = self.labelled(|this| this.block(otherwise, false));
        quote!(#label: { #repeated #otherwise })
    }

    /// What is emitted inside of a labelled block.
    pub(super) fn labelled<T>(&mut self, emit: impl FnOnce(&mut Self) -> T) -> T {
        let was = self.loops.last_mut().map(|around| std::mem::replace(&mut around.in_block, true));
        let emitted = emit(self);
        if let (Some(around), Some(was)) = (self.loops.last_mut(), was) {
            around.in_block = was;
        }
        emitted
    }

    /// The body of a loop, and before it the label that the loop needs.
    fn repeated(&mut self, body: &'a [Stmt], search: Option<Lifetime>) -> (TokenStream, TokenStream) {
        let depth = self.loops.len() + 1;
        self.loops.push(Around { search, depth, in_block: false, is_named: false });
        let inner = self.block(body, false);
        let label = self.loops.pop().filter(|around| around.is_named).map(|around| around.label());
        (label.map_or_else(TokenStream::new, |label| quote!(#label:)), inner)
    }

    fn for_loop(
        &mut self,
        stmt: &'a Stmt,
        target: &'a Target,
        iterable: &'a Iterable,
        (body, otherwise): (&'a [Stmt], &'a [Stmt]),
        line: u32,
    ) -> TokenStream {
        let place = Place::of(stmt);
        let mark = self.mark();
        let label = self.label(body, otherwise);
        // The variable of the loop itself, where that holds what the loop gives.
        let own = |body: &Body<'_>, rep: Rep| match target {
            Target::Local(v) if body.reps[v.0] == rep && body.scope.declares(*v, Some(place)) => Some(*v),
            _ => None,
        };
        let is_unread = matches!(target, Target::Local(v) if !self.scope.is_read(*v));
        let (rep, before, head) = match iterable {
            Iterable::Range(start, stop, step) => {
                let parts = self.operands([start, stop, step]);
                let head = self.range([start, stop, step], parts, line);
                (Rep::Int, TokenStream::new(), head)
            }
            Iterable::Values(values) if let Some(rep) = each(&values.ty) => {
                let values = self.expr(values).borrowed();
                let function = if rep == Rep::F32 { quote!(each_f32) } else { quote!(each_f64) };
                (rep, TokenStream::new(), self.noted(&quote!(typed::#function(#values)), line))
            }
            Iterable::Values(values) => {
                let values = self.expr(values).borrowed();
                let iterator = self.noted(&quote!(ops::iterate(#values)), line);
                let items = self.bind("items");
                (Rep::Value, quote!(let mut #items = #iterator;), self.noted(&quote!(#items.next()), line))
            }
        };
        let (pattern, assigned) = match own(self, rep) {
            _ if is_unread => (quote!(_), TokenStream::new()),
            Some(v) => {
                let (name, mutable) = (&self.locals[v.0], self.scope.is_mutable(v).then(|| quote!(mut)));
                (quote!(#mutable #name), TokenStream::new())
            }
            None => {
                let item = self.bind(if rep == Rep::Int { "number" } else { "item" });
                let assigned = self.assign(target, (Code::place(rep, quote!(#item)), &Ty::Any), Some(place), line);
                (quote!(#item), assigned)
            }
        };
        let (again, inner) = self.repeated(body, label.clone());
        self.release(mark);
        let repeated = match iterable {
            _ if before.is_empty() => quote!(#again for #pattern in #head { #assigned #inner }),
            _ if is_unread => quote!(#again while #head.is_some() { #inner }),
            _ => quote!(#again while let Some(#pattern) = #head { #assigned #inner }),
        };
        let looped = self.otherwise(repeated, otherwise, label);
        if before.is_empty() { looped } else { quote!({ #before #looped }) }
    }

    /// The numbers of a range.
    fn range(&mut self, exprs: [&'a Expr; 3], parts: Vec<Code>, line: u32) -> TokenStream {
        let step = exprs[2].as_literal();
        let mut parts: Vec<Code> = parts.into_iter().zip(exprs).map(|(code, expr)| code.known(&expr.ty)).collect();
        if parts.iter().all(|p| p.rep == Rep::Int) {
            let binds = super::rep::Binds::Or;
            let all: Vec<TokenStream> = parts.iter().map(|p| p.within(binds)).collect();
            let (start, stop) = (&all[0], &all[1]);
            if step == Some(&Literal::Int(1)) {
                return quote!(#start..#stop);
            }
            let all = parts.drain(..).map(|p| p.tokens);
            return self.noted(&quote!(typed::range(#(#all),*)), line);
        }
        let all = parts.into_iter().map(Code::borrowed);
        self.noted(&quote!(typed::range_of(#(#all),*)), line)
    }

    fn assign_stmt(&mut self, stmt: &'a Stmt, target: &'a Target, value: &'a Expr) -> TokenStream {
        let (line, place) = (stmt.line, Some(Place::of(stmt)));
        match (target, &value.kind) {
            // `a, b = b, a`: all values first, then each to its target.
            (Target::Unpack(targets, None), ExprKind::Tuple(values))
                if targets.len() == values.len() && !values.is_empty() =>
            {
                let mark = self.mark();
                let codes: Vec<Code> =
                    self.operands(values).into_iter().zip(values).map(|(c, v)| c.known(&v.ty)).collect();
                let mut bound = Vec::new();
                for (code, target) in codes.into_iter().zip(targets) {
                    let name = self.bind(&self.called(target));
                    let rep = if code.rep == Rep::Unit { Rep::Value } else { code.rep };
                    bound.push((name, rep, self.stored(code, rep)));
                }
                let (names, given): (Vec<_>, Vec<_>) = bound.iter().map(|(name, _, value)| (name, value)).unzip();
                let mut out = quote!(let (#(#names),*) = (#(#given),*););
                if let ([name], [value]) = (&names[..], &given[..]) {
                    out = quote!(let #name = #value;);
                }
                for (((name, rep, _), target), value) in bound.iter().zip(targets).zip(values) {
                    out.extend(self.assign(target, (Code::moved(*rep, quote!(#name)), &value.ty), place, line));
                }
                self.release(mark);
                self.enclosed(target, place, out)
            }
            (Target::Index(object, index), _) => {
                let mark = self.mark();
                let mut out = TokenStream::new();
                let mut code = self.expr(value).known(&value.ty);
                let is_late = visit::is_simple(object) && visit::is_simple(index);
                // The value comes first, except where it does not matter.
                if !is_late && !visit::is_simple(value) || visit::has_effects(value) {
                    let name = self.bind("value");
                    let rep = if code.rep == Rep::Unit { Rep::Value } else { code.rep };
                    let stored = self.stored(code, rep);
                    out.extend(quote!(let #name = #stored;));
                    code = Code::place(rep, quote!(#name));
                }
                out.extend(self.set_item(object, index, code, &value.ty, line));
                self.release(mark);
                if mark == self.mark() && !out.to_string().starts_with("let") { out } else { quote!({ #out }) }
            }
            _ => {
                let code = self.expr(value).known(&value.ty);
                self.assign(target, (code, &value.ty), place, line)
            }
        }
    }

    /// Statements that bind names for themselves, in a block unless they declare variables.
    fn enclosed(&self, target: &Target, place: Option<Place>, tokens: TokenStream) -> TokenStream {
        let declares = |t: &Target| match t {
            Target::Local(v) => self.scope.declares(*v, place),
            Target::Field(_) | Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => false,
        };
        let any = match target {
            Target::Unpack(targets, _) => targets.iter().any(declares),
            other => declares(other),
        };
        if any { tokens } else { quote!({ #tokens }) }
    }

    /// What to call a value that is on its way to a target.
    fn called(&self, target: &Target) -> String {
        match target {
            Target::Local(Variable(v)) => format!("new_{}", self.locals[*v]),
            Target::Field(field) => {
                self.class.field(*field).map_or_else(|| "value".to_owned(), |(name, _)| format!("new_{name}"))
            }
            Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => "value".to_owned(),
        }
    }

    /// `object[index] = value`
    fn set_item(&mut self, object: &'a Expr, index: &'a Expr, value: Code, ty: &Ty, line: u32) -> TokenStream {
        if let (Some((element, places)), true) = (element(object, index), value.rep.is_number()) {
            let mut codes = self.operands(std::iter::once(object).chain(places)).into_iter();
            let array = codes.next().map(Code::borrowed);
            let places = codes.map(|c| c.into_rep(Rep::Int).tokens);
            let value = if element.rep() == Rep::F32 { value.to_f32() } else { value.to_f64() }.tokens;
            let function = element.setter();
            let set = self.noted(&quote!(typed::#function(#array #(, #places)*, #value)), line);
            return quote!(#set;);
        }
        if let (Ty::List | Ty::Any, Ty::Int) = (&object.ty, &index.ty) {
            let (list, place) = self.two(object, index);
            let (list, place, value) = (list.borrowed(), place.into_rep(Rep::Int).tokens, value.owned());
            let put = self.noted(&quote!(typed::put(#list, #place, #value)), line);
            return quote!(#put;);
        }
        let both = self.operands([object, index]).into_iter().map(Code::borrowed).collect::<Vec<_>>();
        let is_fit = value.rep.is_number() || is_array(ty);
        let setter = match &object.ty {
            Ty::Array { dtype: Some(Dtype::F32 | Dtype::F64), .. } if is_view(index) && is_fit => {
                quote!(typed::set_view)
            }
            Ty::Array { .. } => quote!(typed::set_item),
            _ if index.ty == Ty::Str => {
                let value = value.owned();
                let set = self.noted(&quote!(ops::set_member(#(#both),*, #value)), line);
                return quote!(#set;);
            }
            _ => quote!(ops::set_item),
        };
        let value = value.borrowed();
        let set = self.noted(&quote!(#setter(#(#both),*, #value)), line);
        quote!(#set;)
    }

    /// Gives a target a value that has been evaluated, and its type.
    fn assign(&mut self, target: &'a Target, (code, ty): (Code, &Ty), place: Option<Place>, line: u32) -> TokenStream {
        match target {
            Target::Local(v) => self.give(*v, code, place),
            Target::Field(field) => match self.class.field(*field) {
                Some((name, rep)) => {
                    let value = self.stored(code, rep);
                    quote!(self.#name = #value;)
                }
                None => {
                    let t = &code.tokens;
                    if code.is_place || code.constant.is_some() { TokenStream::new() } else { quote!(let _ = #t;) }
                }
            },
            Target::Index(object, index) => self.set_item(object, index, code, &Ty::Any, line),
            Target::Attribute(object, name) => {
                let mark = self.mark();
                let (mut before, mut value) = (TokenStream::new(), code.clone());
                // The value comes first, and may change the object's field.
                if !(visit::is_simple(object) && code.is_place || code.constant.is_some()) {
                    let (bound, stored) = (self.bind("value"), code.owned());
                    before = quote!(let #bound = #stored;);
                    value = Code::place(Rep::Value, quote!(#bound));
                }
                let (object, value) = (self.expr(object).borrowed(), value.borrowed());
                let set = self.noted(&quote!(ops::set_attribute(#object, #name, #value)), line);
                self.release(mark);
                if before.is_empty() { quote!(#set;) } else { quote!({ #before #set; }) }
            }
            Target::Unpack(targets, star) => {
                let mark = self.mark();
                let name = |t: &Target| match t {
                    Target::Local(v) if self.is_own(*v, place) => self.locals[v.0].clone(),
                    other => self.bind(&self.part(other)),
                };
                let names: Vec<_> = targets.iter().map(name).collect();
                let value = code.borrowed();
                let known = match (ty, star) {
                    (Ty::Tuple(parts), None) if parts.len() == targets.len() => Some(parts),
                    _ => None,
                };
                let mut out = match star {
                    None if known.is_some() => quote!(let [#(#names),*] = expect::parts(#value)?;),
                    None => {
                        let parts = self.noted(&quote!(typed::unpack(#value)), line);
                        quote!(let [#(#names),*] = #parts;)
                    }
                    Some(at) => {
                        let (before, after) =
                            (Token::usize_unsuffixed(*at), Token::usize_unsuffixed(targets.len() - at - 1));
                        let parts = self.noted(&quote!(typed::unpack_starred(#value, #before, #after)), line);
                        quote!(let [#(#names),*] = #parts;)
                    }
                };
                for (i, (target, name)) in targets.iter().zip(&names).enumerate() {
                    // A variable that is declared with its own name is bound already.
                    let is_bound = match target {
                        Target::Local(v) => !self.scope.is_read(*v) || self.is_own(*v, place),
                        Target::Field(_) | Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => false,
                    };
                    if !is_bound {
                        let ty = known.map_or(&Ty::Any, |parts| &parts[i]);
                        out.extend(self.assign(target, (Code::moved(Rep::Value, quote!(#name)), ty), place, line));
                    }
                }
                self.release(mark);
                self.enclosed(target, place, out)
            }
        }
    }

    fn is_own(&self, v: Variable, place: Option<Place>) -> bool {
        self.scope.declares(v, place) && self.reps[v.0] == Rep::Value && !self.scope.is_mutable(v)
    }

    /// What to call a part of what is unpacked.
    fn part(&self, target: &Target) -> String {
        match target {
            Target::Local(Variable(v)) if !self.scope.is_read(Variable(*v)) => "_rest".to_owned(),
            other => self.called(other),
        }
    }

    fn augment(&mut self, op: Binary, target: &'a Target, value: &'a Expr, line: u32) -> TokenStream {
        match target {
            Target::Local(_) | Target::Field(_) => {
                let place_ty = match target {
                    Target::Local(v) => self.function.locals[v.0].ty.clone(),
                    Target::Field(field) => self.class.script.fields[field.0].ty.clone(),
                    Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => Ty::Any,
                };
                let (place, is_field) = match target {
                    Target::Local(v) => {
                        let name = &self.locals[v.0];
                        (Code::place(self.reps[v.0], quote!(#name)), false)
                    }
                    Target::Field(field) => match self.class.field(*field) {
                        Some((name, rep)) => (Code::place(rep, quote!(self.#name)), true),
                        None => return TokenStream::new(),
                    },
                    Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => return TokenStream::new(),
                };
                let mark = self.mark();
                let mut before = TokenStream::new();
                let mut code = self.expr(value).known(&value.ty);
                let mut old = place.clone();
                if visit::has_effects(value) {
                    if is_field {
                        let (name, stored) = (self.bind("old"), self.stored(place.clone(), place.rep));
                        before.extend(quote!(let #name = #stored;));
                        old = Code::place(place.rep, quote!(#name));
                    }
                    let rep = if code.rep == Rep::Unit { Rep::Value } else { code.rep };
                    let (name, stored) = (self.bind("value"), self.stored(code, rep));
                    before.extend(quote!(let #name = #stored;));
                    code = Code::place(rep, quote!(#name));
                }
                self.release(mark);
                let name = place.tokens.clone();
                let of_numpy = is_operator(&place_ty, &value.ty);
                let new = self.apply(op, (old, code.clone()), of_numpy, true, line);
                let is_float = match place.rep {
                    Rep::Float => code.rep.is_python(),
                    Rep::F32 => code.rep.is_python() || code.rep == Rep::F32,
                    Rep::F64 => code.rep.is_number(),
                    Rep::Unit | Rep::Bool | Rep::Int | Rep::NpBool | Rep::Value => false,
                };
                if let (Some(symbol), true, true) = (arithmetic::assigns(op), is_float, before.is_empty()) {
                    let value = if place.rep == Rep::F32 { code.to_f32() } else { code.to_f64() }.tokens;
                    return quote!(#name #symbol #value;);
                }
                let new = self.stored(new, place.rep);
                if before.is_empty() { quote!(#name = #new;) } else { quote!({ #before #name = #new; }) }
            }
            Target::Index(object, index) => {
                let mark = self.mark();
                let simple = visit::is_simple(object) && visit::is_simple(index) && !visit::has_effects(value);
                if let (Some((element, places)), true) = (element(object, index), simple) {
                    let mut codes = self.operands(std::iter::once(object).chain(places)).into_iter();
                    let array = codes.next().map(Code::borrowed);
                    let places: Vec<TokenStream> = codes.map(|c| c.into_rep(Rep::Int).tokens).collect();
                    let (get, set) = (element.getter(), element.setter());
                    let old = self.fallible(element.rep(), &quote!(typed::#get(#array #(, #places)*)), line);
                    let ty = &value.ty;
                    let value = self.expr(value).known(ty);
                    let of_numpy = is_array(ty) || ty.is_number();
                    let new = self.apply(op, (old, value), of_numpy, true, line);
                    if new.rep.is_number() {
                        let new = if element.rep() == Rep::F32 { new.to_f32() } else { new.to_f64() }.tokens;
                        let set = self.noted(&quote!(typed::#set(#array #(, #places)*, #new)), line);
                        return quote!(#set;);
                    }
                    let set = self.set_item(object, index, new, &Ty::Any, line);
                    return quote!(#set);
                }
                let both = self.operands([object, index]).into_iter().map(Code::owned).collect::<Vec<_>>();
                let module = if is_array(&object.ty) { quote!(typed) } else { quote!(ops) };
                let is_member = index.ty == Ty::Str && !is_array(&object.ty);
                let (get, set) = match is_member {
                    true => (quote!(member), quote!(set_member)),
                    false => (quote!(get_item), quote!(set_item)),
                };
                let (object, index, old) = (self.bind("object"), self.bind("index"), self.bind("old"));
                let got = self.noted(&quote!(#module::#get(&#object, &#index)), line);
                let value = self.expr(value);
                let new = self.apply(op, (Code::place(Rep::Value, quote!(#old)), value), false, true, line);
                let new = if is_member { new.owned() } else { new.borrowed() };
                let set = self.noted(&quote!(#module::#set(&#object, &#index, #new)), line);
                self.release(mark);
                quote!({ let (#object, #index) = (#(#both),*); let #old = #got; #set; })
            }
            Target::Attribute(object, name) => {
                let mark = self.mark();
                let given = self.expr(object).owned();
                let (object, old) = (self.bind("object"), self.bind("old"));
                let got = self.noted(&quote!(ops::attribute(&#object, #name)), line);
                let value = self.expr(value);
                let new = self.apply(op, (Code::place(Rep::Value, quote!(#old)), value), false, true, line).borrowed();
                let set = self.noted(&quote!(ops::set_attribute(&#object, #name, #new)), line);
                self.release(mark);
                quote!({ let #object = #given; let #old = #got; #set; })
            }
            Target::Unpack(..) => TokenStream::new(),
        }
    }
}

/// How the elements of an array are held, where a loop can go through them as they are.
pub(super) fn each(ty: &Ty) -> Option<Rep> {
    match ty {
        Ty::Array { dtype: Some(Dtype::F32), shape: Some(shape) } if shape.len() == 1 => Some(Rep::F32),
        Ty::Array { dtype: Some(Dtype::F64), shape: Some(shape) } if shape.len() == 1 => Some(Rep::F64),
        _ => None,
    }
}
