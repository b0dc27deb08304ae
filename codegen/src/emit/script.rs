//! A script as a module of Rust: a struct with the fields of the class, a method for each function, and `Program`.
//!
//! Evaluation has the order of the reference evaluator (`remotemedia_ir::eval::script`), and failures carry the same notes. Numbers
//! whose types are known are in registers, and what is computed with them is plain Rust (`arithmetic`); everything else is a `Value`
//! of the runtime, whose operators and functions are called by name. How a class is laid out is in `class`, a function in `body`,
//! `statement` and `expression`.

mod arithmetic;
mod arrays;
mod body;
mod call;
mod class;
pub(super) mod constant;
mod expression;
mod kinds;
mod needs;
mod rep;
mod scope;
mod statement;
mod tries;
mod visit;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use remotemedia_ir::script::Script;
use remotemedia_runtime_min::py::table::TABLE;
use std::collections::BTreeSet;

/// Emits a script as a struct called `name` in a module called `module`.
pub fn emit_script(script: &Script, module: &Ident, name: &Ident) -> TokenStream {
    let items = class::Class::new(script).emit(name);
    let imports = emit_imports(&items);
    quote! {
        #[allow(
            dead_code, unused_assignments, unused_mut, unused_variables,
            reason = "a class in Python may keep and assign what it never reads"
        )]
        mod #module {
            #imports

            #items
        }
    }
}

pub use needs::needs;
pub use visit::yields_text;

/// Modules of `remotemedia_runtime_min::py` that code names besides those of the table.
const MODULES: &[&str] = &[
    "array",
    "builtins",
    "containers",
    "convert",
    "cpython",
    "expect",
    "format",
    "hosted",
    "interpreter",
    "math",
    "node",
    "number",
    "ops",
    "rustpython",
    "typed",
    "value",
];

/// Types of it.
const TYPES: &[&str] = &["Exception", "Program", "Result", "Value"];

/// What the code names, and nothing else: rustc warns of the rest.
pub(super) fn emit_imports(items: &TokenStream) -> TokenStream {
    let mut named = Named::default();
    named.read(items);
    let modules: BTreeSet<&str> = MODULES
        .iter()
        .copied()
        .chain(TABLE.iter().filter_map(|e| e.path.split_once("::").map(|(module, _)| module)))
        .filter(|m| named.modules.contains(*m))
        .collect();
    let types = TYPES.iter().copied().filter(|t| named.types.contains(*t));
    let notes = named.has_notes.then_some("At");
    let macros = named.has_attempt.then_some("attempt");
    let of_runtime = notes.into_iter().chain(types).chain(macros).chain(modules).map(|name| format_ident!("{name}"));
    let mut imports = quote!(use ::remotemedia_runtime_min::py::{#(#of_runtime),*};);
    let mut import = |wanted: bool, path: TokenStream| {
        if wanted {
            imports.extend(quote!(use #path;));
        }
    };
    import(named.types.contains("Rc"), quote!(alloc::rc::Rc));
    import(named.types.contains("String"), quote!(alloc::string::String));
    import(named.has_vec, quote!(alloc::vec));
    import(named.types.contains("Vec"), quote!(alloc::vec::Vec));
    import(named.types.contains("Ordering"), quote!(core::cmp::Ordering));
    imports
}

/// What code names.
#[derive(Default)]
struct Named {
    /// First parts of paths.
    modules: BTreeSet<String>,
    types: BTreeSet<String>,
    has_notes: bool,
    has_vec: bool,
    has_attempt: bool,
}

impl Named {
    fn read(&mut self, tokens: &TokenStream) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let is = |i: usize, c: char| matches!(tokens.get(i), Some(TokenTree::Punct(p)) if p.as_char() == c);
        for (i, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.read(&group.stream()),
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    let follows_path = i >= 1 && is(i - 1, ':') && i >= 2 && is(i - 2, ':');
                    if i >= 1 && is(i - 1, '.') {
                        self.has_notes |= name == "at";
                    } else if is(i + 1, ':') && is(i + 2, ':') && !follows_path {
                        self.types.insert(name.clone());
                        self.modules.insert(name);
                    } else if !follows_path {
                        let is_macro = is(i + 1, '!') && matches!(tokens.get(i + 2), Some(TokenTree::Group(_)));
                        self.has_vec |= name == "vec" && is_macro;
                        self.has_attempt |= name == "attempt" && is_macro;
                        self.types.insert(name);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}
