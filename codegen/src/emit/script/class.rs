//! A class: its fields, the functions that are called, and what they share.

use super::body::Body;
use super::constant::{Tables, emit_number, emit_record_class, emit_value, is_kept};
use super::rep::Rep;
use super::visit::{self, Visit};
use crate::names::Names;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::script::{Expr, ExprKind, FieldId, FunctionId, Literal, Script, Stmt, StmtKind, Takes, Target};
use std::cell::RefCell;

/// Where what a function yields goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    /// It yields nothing.
    Nothing,
    /// To `send`.
    Out,
    /// It is the result, a sample.
    Sample,
}

/// How a function is called.
#[derive(Debug)]
pub struct Signature {
    pub name: Ident,
    /// What does the work where calls are counted.
    pub inner: Ident,
    pub parameters: Vec<Rep>,
    pub returns: Rep,
    pub sends: Sends,
}

/// A class being emitted.
pub struct Class<'a> {
    pub script: &'a Script,
    /// Fields that are read.
    fields: Vec<Option<(Ident, Rep)>>,
    /// Functions that are called.
    signatures: Vec<Option<Signature>>,
    /// Whether a function may call itself.
    pub is_recursive: bool,
    /// Whether what has no known type may be NumPy's.
    pub has_arrays_anywhere: bool,
    shared: RefCell<Shared>,
}

/// What functions ask for while they are emitted.
struct Shared {
    names: Names,
    constants: Names,
    /// Constants that are made once, as fields.
    kept: Vec<(Literal, Ident)>,
    /// Dataclasses that instances are made of.
    records: Vec<(usize, Ident)>,
    tables: TokenStream,
}

impl Shared {
    fn value(&mut self, literal: &Literal) -> TokenStream {
        let Shared { constants, tables, .. } = self;
        let name = &mut || constants.upper("table");
        emit_value(literal, &mut Tables { name, items: tables })
    }
}

/// What a function reads and calls.
#[derive(Default)]
struct Found {
    fields: Vec<FieldId>,
    calls: Vec<FunctionId>,
    yields: bool,
}

impl Visit for Found {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Field(field) => self.fields.push(*field),
            ExprKind::Invoke(function, _) => self.calls.push(*function),
            _ => {}
        }
    }
    fn target(&mut self, target: &Target, is_augmented: bool) {
        if let (Target::Field(field), true) = (target, is_augmented) {
            self.fields.push(*field);
        }
    }
    fn stmt(&mut self, stmt: &Stmt) {
        self.yields |= matches!(stmt.kind, StmtKind::Yield(_));
    }
}

impl<'a> Class<'a> {
    /// Finds out what of a script is used.
    pub fn new(script: &'a Script) -> Class<'a> {
        let found: Vec<Found> = script
            .functions
            .iter()
            .map(|f| {
                let mut found = Found::default();
                visit::stmts(&f.body, &mut found);
                found
            })
            .collect();
        let reach = |from: &[FunctionId]| {
            let mut reached = vec![false; found.len()];
            let mut work = from.to_vec();
            while let Some(f) = work.pop() {
                if !std::mem::replace(&mut reached[f.0], true) {
                    work.extend(&found[f.0].calls);
                }
            }
            reached
        };
        let roots: Vec<FunctionId> = std::iter::once(script.process).chain(script.finish.iter().copied()).collect();
        let used = reach(&roots);
        let used_functions = || used.iter().enumerate().filter(|(_, used)| **used).map(|(f, _)| f);
        let is_called = |f: FunctionId| used_functions().any(|by| found[by].calls.contains(&f));
        let yields = |f: usize| {
            let reached = reach(&[FunctionId(f)]);
            found.iter().zip(reached).any(|(found, reached)| reached && found.yields)
        };
        let gives_sample = script.takes == Takes::Sample
            && !is_called(script.process)
            && !found[script.process.0].calls.iter().any(|f| yields(f.0))
            && yields_last(&script.function(script.process).body, true);
        let mut names = Names::bare();
        names.reserve("depth");
        let mut methods = Names::bare();
        ["new", "sample", "samples", "finish"].iter().for_each(|name| methods.reserve(name));
        let signatures = script.functions.iter().enumerate().map(|(f, function)| {
            let id = FunctionId(f);
            used[f].then(|| {
                let sends = if gives_sample && id == script.process {
                    Sends::Sample
                } else if yields(f) {
                    Sends::Out
                } else {
                    Sends::Nothing
                };
                let is_root = roots.contains(&id) && !is_called(id);
                let returns = match (sends, Rep::of(&function.returns)) {
                    (Sends::Sample, _) => Rep::Float,
                    _ if is_root => Rep::Unit,
                    (_, Rep::Value) if function.returns == remotemedia_ir::script::Ty::None => Rep::Unit,
                    (_, rep) => rep,
                };
                let name = methods.snake(&function.name);
                Signature {
                    inner: methods.snake(&format!("{name}_inside")),
                    name,
                    parameters: function.locals[..function.parameters].iter().map(|l| Rep::of(&l.ty)).collect(),
                    returns,
                    sends,
                }
            })
        });
        let signatures = signatures.collect();
        let fields = script.fields.iter().enumerate().map(|(i, field)| {
            let is_read = used_functions().any(|f| found[f].fields.contains(&FieldId(i)));
            // What does not hold the first value holds any.
            let rep = match (Rep::of(&field.ty), Rep::of(&field.init.ty())) {
                (rep, init) if rep == init => rep,
                (_, _) => Rep::Value,
            };
            is_read.then(|| (names.snake(&field.name), rep))
        });
        let fields = fields.collect();
        let is_recursive = used_functions().any(|f| found[f].calls.iter().any(|g| reach(&[*g])[f]));
        let shared = Shared {
            names,
            constants: Names::new(),
            kept: Vec::new(),
            records: Vec::new(),
            tables: TokenStream::new(),
        };
        let has_arrays_anywhere = super::needs::needs(script).contains("py-arrays");
        Class { script, fields, signatures, is_recursive, has_arrays_anywhere, shared: RefCell::new(shared) }
    }

    /// A field that something reads.
    pub fn field(&self, field: FieldId) -> Option<(Ident, Rep)> {
        self.fields[field.0].clone()
    }

    /// How a function that is used is called.
    pub fn signature(&self, f: FunctionId) -> &Signature {
        match &self.signatures[f.0] {
            Some(signature) => signature,
            None => unreachable!("only functions that are reached from `process` are emitted"),
        }
    }

    /// The field that keeps a constant; none where it is made wherever it is needed.
    pub fn kept(&self, literal: &Literal) -> Option<Ident> {
        if !is_kept(literal) {
            return None;
        }
        let mut shared = self.shared.borrow_mut();
        if let Some((_, name)) = shared.kept.iter().find(|(other, _)| other.is_same(literal)) {
            return Some(name.clone());
        }
        let name = match literal {
            Literal::Str(text) => shared.names.snake(&format!("text_{}", text.chars().take(24).collect::<String>())),
            _ => shared.names.snake("constant"),
        };
        shared.kept.push((literal.clone(), name.clone()));
        Some(name)
    }

    /// Makes the value of a constant.
    pub fn value(&self, literal: &Literal) -> TokenStream {
        self.shared.borrow_mut().value(literal)
    }

    /// The field that keeps a dataclass.
    pub fn record(&self, record: usize) -> Ident {
        let mut shared = self.shared.borrow_mut();
        if let Some((_, name)) = shared.records.iter().find(|(other, _)| *other == record) {
            return name.clone();
        }
        let name = shared.names.snake(&format!("{}_class", self.script.records[record].name));
        shared.records.push((record, name.clone()));
        name
    }

    /// The struct and what it does.
    pub fn emit(&self, name: &Ident) -> TokenStream {
        let methods: TokenStream = (0..self.signatures.len())
            .filter(|f| self.signatures[*f].is_some())
            .map(|f| Body::new(self, FunctionId(f)).emit())
            .collect();
        let mut members = TokenStream::new();
        let mut init = TokenStream::new();
        for (field, place) in self.script.fields.iter().zip(&self.fields) {
            let Some((name, rep)) = place else { continue };
            let ty = rep.rust();
            members.extend(quote!(#name: #ty,));
            let value = match (rep, emit_number(&field.init)) {
                (Rep::Value, _) | (_, None) => self.value(&field.init),
                (_, Some(number)) => number.tokens,
            };
            init.extend(quote!(#name: #value,));
        }
        if self.is_recursive {
            members.extend(quote!(depth: u32,));
            init.extend(quote!(depth: 0,));
        }
        let mut shared = self.shared.borrow_mut();
        for (literal, name) in std::mem::take(&mut shared.kept) {
            let value = shared.value(&literal);
            members.extend(quote!(#name: Value,));
            init.extend(quote!(#name: #value,));
        }
        for (record, name) in &shared.records {
            let record = &self.script.records[*record];
            let class = emit_record_class(&record.name, record.likeness, &record.fields.iter().collect::<Vec<_>>());
            members.extend(quote!(#name: Rc<containers::RecordClass>,));
            init.extend(quote!(#name: #class,));
        }
        let program = self.program(name);
        let tables = &shared.tables;
        let doc = if self.script.file.is_empty() {
            format!(" The class `{}`.", self.script.name)
        } else {
            format!(" The class `{}` of `{}`.", self.script.name, self.script.file)
        };
        quote! {
            #tables

            #[doc = #doc]
            pub struct #name { #members }

            impl #name {
                /// As `__init__` leaves it.
                pub fn new() -> #name {
                    #name { #init }
                }

                #methods
            }

            #program
        }
    }

    fn program(&self, name: &Ident) -> TokenStream {
        let process = self.signature(self.script.process);
        let called = &process.name;
        let rep = process.parameters.first().copied().unwrap_or(Rep::Value);
        let mut sample = TokenStream::new();
        let body = match process.sends {
            Sends::Sample => {
                let given = match rep {
                    Rep::Float => quote!(sample),
                    _ => super::rep::Code::atom(Rep::Float, quote!(sample)).into_rep(rep).tokens,
                };
                sample = quote! {
                    #[inline]
                    fn sample(&mut self, sample: f64) -> Result<f64> {
                        self.#called(#given)
                    }
                };
                quote!(send(Value::Float(self.sample(convert::number(&input)?)?)))
            }
            Sends::Out | Sends::Nothing => {
                let input = super::rep::Code::place(Rep::Value, quote!(input));
                let input = if rep == Rep::Value { quote!(input) } else { input.into_rep(rep).tokens };
                let send = (process.sends == Sends::Out).then(|| quote!(, send));
                let call = quote!(self.#called(#input #send));
                if process.returns == Rep::Unit { call } else { quote!(#call.map(drop)) }
            }
        };
        let send = if process.sends == Sends::Nothing { format_ident!("_send") } else { format_ident!("send") };
        let at_end: Vec<&Signature> = self.script.finish.iter().map(|f| self.signature(*f)).collect();
        let finish = (!at_end.is_empty()).then(|| {
            let calls = at_end.iter().map(|s| {
                let (name, send) = (&s.name, (s.sends == Sends::Out).then(|| quote!(send)));
                quote!(self.#name(#send)?;)
            });
            let sends = at_end.iter().any(|s| s.sends == Sends::Out);
            let send = if sends { format_ident!("send") } else { format_ident!("_send") };
            quote! {
                fn finish(&mut self, #send: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
                    #(#calls)*
                    Ok(())
                }
            }
        });
        quote! {
            impl Program for #name {
                fn process(&mut self, input: Value, #send: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
                    #body
                }

                #sample

                #finish
            }
        }
    }
}

/// Whether what statements yield is always the last that they do: then it is their result. `at_end` says that nothing follows them.
fn yields_last(body: &[Stmt], at_end: bool) -> bool {
    body.iter().enumerate().all(|(i, stmt)| {
        let is_last = match body.get(i + 1) {
            None => at_end,
            Some(next) => matches!(next.kind, StmtKind::Return(None)),
        };
        match &stmt.kind {
            StmtKind::Yield(_) => is_last,
            StmtKind::If { condition: _, then, otherwise } => {
                yields_last(then, is_last) && yields_last(otherwise, is_last)
            }
            StmtKind::While { condition: _, body, otherwise } | StmtKind::For { body, otherwise, .. } => {
                yields_last(body, false) && yields_last(otherwise, false)
            }
            StmtKind::Try { body, handlers, otherwise } => {
                let mut ends = handlers.iter().map(|handler| &handler.body).chain([otherwise]);
                yields_last(body, is_last && otherwise.is_empty()) && ends.all(|block| yields_last(block, is_last))
            }
            StmtKind::Assign(..)
            | StmtKind::Augment(..)
            | StmtKind::Expr(_)
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Return(_)
            | StmtKind::Raise { .. }
            | StmtKind::Reraise { .. }
            | StmtKind::Delete(..)
            | StmtKind::Log(..) => true,
        }
    })
}
