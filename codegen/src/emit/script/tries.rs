//! `try`: a labelled block, out of which what fails breaks with its exception, and behind it the handlers.
//!
//! ```text
//! 'handled: {
//!     let exception = 'tried: {
//!         ...attempt!('tried, containers::item(&message, "level").at("process", 12))...
//!         break 'handled;
//!     };
//!     if exception.is_one_of(&["KeyError"]) { ... } else { return Err(exception); }
//! }
//! ```

use super::body::Body;
use super::rep::{Code, Rep};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use remotemedia_ir::script::{Caught, Handler, Stmt};
use std::cell::Cell;
use syn::Lifetime;

/// What is around the place that is being emitted.
#[derive(Default)]
pub(super) struct Tries {
    /// The blocks of `try` that catch what fails here, outermost first; and whether something breaks out of them.
    blocks: Vec<(Lifetime, Cell<bool>)>,
    /// What handlers have caught, innermost last.
    caught: Vec<Ident>,
    /// How many have been emitted.
    count: usize,
}

/// Whether code may fail.
pub(super) fn fails(code: &TokenStream) -> bool {
    let text = code.to_string();
    text.contains('?') || text.contains("attempt !")
}

impl<'a> Body<'a> {
    /// What a result holds; its exception goes to the handlers around the place, or out of the function.
    pub(super) fn unwrapped(&self, result: &TokenStream) -> TokenStream {
        match self.tries.blocks.last() {
            None => quote!(#result?),
            Some((block, is_used)) => {
                is_used.set(true);
                quote!(attempt!(#block, #result))
            }
        }
    }

    /// An exception is raised.
    pub(super) fn thrown(&self, exception: &TokenStream, is_tail: bool) -> TokenStream {
        match self.tries.blocks.last() {
            None if is_tail => quote!(Err(#exception)),
            None => quote!(return Err(#exception);),
            Some((block, is_used)) => {
                is_used.set(true);
                quote!(break #block #exception;)
            }
        }
    }

    /// What was caught is raised once more, by a line that names it or without one.
    pub(super) fn thrown_again(&self, line: Option<u32>, is_tail: bool) -> TokenStream {
        let exception = match self.tries.caught.last() {
            Some(exception) => quote!(#exception),
            None => quote!(expect::broken()),
        };
        let passed = line.map(|line| {
            let (name, line) = (&self.function.name, Literal::u32_unsuffixed(line));
            quote!(.passed(#name, #line))
        });
        self.thrown(&quote!(#exception #passed), is_tail)
    }

    /// What is to be known of what was caught.
    pub(super) fn caught(&self, what: Caught) -> Code {
        let Some(exception) = self.tries.caught.last() else { return Code::atom(Rep::Value, quote!(Value::None)) };
        let text = match what {
            Caught::Kind => quote!(kind),
            Caught::Message => quote!(message),
        };
        Code::atom(Rep::Value, quote!(Value::from(#exception.#text())))
    }

    /// A `try`.
    pub(super) fn attempt(
        &mut self,
        body: &'a [Stmt],
        handlers: &'a [Handler],
        otherwise: &'a [Stmt],
        is_tail: bool,
    ) -> TokenStream {
        self.labelled(|this| this.blocks_of((body, handlers, otherwise), is_tail))
    }

    fn blocks_of(
        &mut self,
        (body, handlers, otherwise): (&'a [Stmt], &'a [Handler], &'a [Stmt]),
        is_tail: bool,
    ) -> TokenStream {
        self.tries.count += 1;
        let number = self.tries.count;
        let label = |name: &str| {
            let name = if number == 1 { format!("'{name}") } else { format!("'{name}_{number}") };
            Lifetime::new(&name, Span::call_site())
        };
        let (tried, handled) = (label("tried"), label("handled"));
        let ends = self.diverges(body) || self.diverges(otherwise);
        self.tries.blocks.push((tried.clone(), Cell::new(false)));
        let inner = self.block(body, false);
        let is_used = self.tries.blocks.pop().is_some_and(|(_, is_used)| is_used.get());
        let after = if self.diverges(body) { TokenStream::new() } else { self.block(otherwise, false) };
        if !is_used {
            // Nothing in it can fail.
            return quote!({ #inner #after });
        }
        let is_tail = is_tail && ends && handlers.iter().all(|handler| self.diverges(&handler.body));
        let mark = self.mark();
        let exception = self.bind("exception");
        self.tries.caught.push(exception.clone());
        let mut choice = TokenStream::new();
        for handler in handlers {
            let test = match &handler.kinds {
                None => quote!(#exception.is_caught()),
                Some(kinds) => quote!(#exception.is_one_of(&[#(#kinds),*])),
            };
            let block = self.block(&handler.body, is_tail);
            choice.extend(quote!(if #test { #block } else));
        }
        let rest = self.thrown_again(None, is_tail);
        self.tries.caught.pop();
        self.release(mark);
        let tried = |end: TokenStream| quote!(let #exception = #tried: { #inner #after #end };);
        if ends {
            let tried = tried(TokenStream::new());
            quote!({ #tried #choice { #rest } })
        } else {
            let tried = tried(quote!(break #handled;));
            quote!(#handled: { #tried #choice { #rest } })
        }
    }
}
