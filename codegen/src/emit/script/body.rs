//! A function of a class: what its emitter knows, and names.

use super::class::{Class, Sends};
use super::rep::{Code, Rep};
use super::scope::{Declared, Place, Scope};
use super::statement::Around;
use super::tries::Tries;
use super::visit;
use crate::names::Names;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use remotemedia_ir::script::{Function, FunctionId, Variable};
use std::collections::BTreeSet;

/// The emitter of one function.
pub struct Body<'a> {
    pub(super) class: &'a Class<'a>,
    pub(super) function: &'a Function,
    pub(super) id: FunctionId,
    pub(super) locals: Vec<Ident>,
    pub(super) reps: Vec<Rep>,
    pub(super) scope: Scope,
    /// Names of variables, and of what is bound around the place that is being emitted.
    taken: BTreeSet<String>,
    bound: Vec<String>,
    /// From the outermost to the innermost.
    pub(super) loops: Vec<Around>,
    pub(super) tries: Tries,
}

impl<'a> Body<'a> {
    /// Before its first statement.
    pub fn new(class: &'a Class<'a>, id: FunctionId) -> Body<'a> {
        let function = class.script.function(id);
        let mut names = Names::bare();
        names.reserve("send");
        let locals: Vec<Ident> = function.locals.iter().map(|l| names.snake(&l.name)).collect();
        Body {
            class,
            function,
            id,
            reps: function.locals.iter().map(|l| Rep::of(&l.ty)).collect(),
            scope: Scope::new(function),
            taken: locals.iter().map(ToString::to_string).collect(),
            locals,
            bound: Vec::new(),
            loops: Vec::new(),
            tries: Tries::default(),
        }
    }

    /// The function as a method.
    pub fn emit(mut self) -> TokenStream {
        let signature = self.class.signature(self.id);
        let name = &signature.name;
        let parameters = (0..self.function.parameters).map(|v| {
            let (name, ty) = (&self.locals[v], self.reps[v].rust());
            match (self.scope.is_read(Variable(v)), self.scope.is_mutable(Variable(v))) {
                (false, _) => {
                    let unused = Ident::new(&format!("_{name}"), Span::call_site());
                    quote!(#unused: #ty)
                }
                (true, true) => quote!(mut #name: #ty),
                (true, false) => quote!(#name: #ty),
            }
        });
        let mut parameters: Vec<TokenStream> = parameters.collect();
        let send = (signature.sends == Sends::Out).then(|| quote!(send: &mut dyn FnMut(Value) -> Result<()>));
        parameters.extend(send.clone());
        let returns = signature.returns.rust();
        let mut declared = TokenStream::new();
        for v in 0..self.function.locals.len() {
            if self.scope.variables[v] == Declared::AtTop {
                let (name, ty, value) = (&self.locals[v], self.reps[v].rust(), self.reps[v].default());
                declared.extend(quote!(let mut #name: #ty = #value;));
            }
        }
        let function = self.function;
        let body = self.tail_block(&function.body);
        let inline = (signature.sends == Sends::Sample).then(|| quote!(#[inline]));
        let doc = format!(" `{}`.", self.function.name);
        if !self.class.is_recursive {
            return quote! {
                #[doc = #doc]
                #inline
                fn #name(&mut self #(, #parameters)*) -> Result<#returns> {
                    #declared
                    #body
                }
            };
        }
        // Calls are counted where there may be any number of them.
        let inner = &signature.inner;
        let types = (0..self.function.parameters).map(|v| {
            let (name, ty) = (&self.locals[v], self.reps[v].rust());
            quote!(#name: #ty)
        });
        let types: Vec<TokenStream> = types.chain(send.clone()).collect();
        let names = self.locals[..self.function.parameters].iter().map(|name| quote!(#name));
        let names: Vec<TokenStream> = names.chain(send.map(|_| quote!(send))).collect();
        let deep = format!(" `{}`, once its call is counted.", self.function.name);
        quote! {
            #[doc = #doc]
            fn #name(&mut self #(, #types)*) -> Result<#returns> {
                expect::enter(&mut self.depth)?;
                let result = self.#inner(#(#names),*);
                self.depth -= 1;
                result
            }

            #[doc = #deep]
            fn #inner(&mut self #(, #parameters)*) -> Result<#returns> {
                #declared
                #body
            }
        }
    }

    /// A result that notes where it failed, unwrapped.
    pub(super) fn noted(&self, result: &TokenStream, line: u32) -> TokenStream {
        let (name, line) = (&self.function.name, Literal::u32_unsuffixed(line));
        self.unwrapped(&quote!(#result.at(#name, #line)))
    }

    /// A call that fails with a note of its line.
    pub(super) fn fallible(&self, rep: Rep, call: &TokenStream, line: u32) -> Code {
        Code::atom(rep, self.noted(call, line))
    }

    /// A name for what is bound until [`Body::release`].
    pub(super) fn bind(&mut self, wanted: &str) -> Ident {
        let mut name = wanted.to_owned();
        let mut number = 1;
        while self.taken.contains(&name) || self.bound.contains(&name) {
            number += 1;
            name = format!("{wanted}_{number}");
        }
        self.bound.push(name.clone());
        Ident::new(&name, Span::call_site())
    }

    /// What is bound now.
    pub(super) fn mark(&self) -> usize {
        self.bound.len()
    }

    /// Forgets what was bound since.
    pub(super) fn release(&mut self, mark: usize) {
        self.bound.truncate(mark);
    }

    /// A piece of Rust as what holds values like that, for keeps.
    pub(super) fn stored(&self, code: Code, rep: Rep) -> TokenStream {
        match rep {
            Rep::Value => code.owned(),
            Rep::Unit | Rep::Bool | Rep::Int | Rep::Float | Rep::NpBool | Rep::F32 | Rep::F64 => {
                code.into_rep(rep).tokens
            }
        }
    }

    /// Gives a variable a value, and declares it if this is the statement that does.
    pub(super) fn give(&mut self, v: Variable, code: Code, place: Option<Place>) -> TokenStream {
        if !self.scope.is_read(v) {
            let t = &code.tokens;
            return if code.is_place || code.constant.is_some() { TokenStream::new() } else { quote!(let _ = #t;) };
        }
        let (name, rep) = (self.locals[v.0].clone(), self.reps[v.0]);
        let value = self.stored(code, rep);
        if self.scope.declares(v, place) {
            let mutable = self.scope.is_mutable(v).then(|| quote!(mut));
            quote!(let #mutable #name = #value;)
        } else {
            quote!(#name = #value;)
        }
    }

    /// The statements of a function, which end with its result.
    fn tail_block(&mut self, body: &'a [remotemedia_ir::script::Stmt]) -> TokenStream {
        let mut tokens = self.block(body, true);
        if !self.diverges(body) {
            let end = self.end();
            tokens.extend(end);
        }
        tokens
    }

    /// Whether control never comes to the end of statements.
    pub(super) fn diverges(&self, body: &[remotemedia_ir::script::Stmt]) -> bool {
        visit::diverges(body, self.class.signature(self.id).sends == Sends::Sample)
    }

    /// What a function that comes to its end gives.
    pub(super) fn end(&self) -> TokenStream {
        let signature = self.class.signature(self.id);
        match (signature.sends, signature.returns) {
            (Sends::Sample, _) => quote!(convert::number(&Value::None)),
            (_, Rep::Unit) => quote!(Ok(())),
            (_, Rep::Value) => quote!(Ok(Value::None)),
            (_, Rep::Bool | Rep::Int | Rep::Float | Rep::NpBool | Rep::F32 | Rep::F64) => quote!(Err(expect::broken())),
        }
    }
}
