//! A class that an interpreter runs: its source beside the code, and the function that starts it.

use super::script::constant::{Tables, emit_value};
use super::script::emit_imports;
use crate::hash::hash;
use crate::names::Names;
use proc_macro2::{Ident, Literal as Token, TokenStream};
use quote::{format_ident, quote};
use remotemedia_ir::script::{Hosted, Interpreter, Literal};

/// Emits the module of a node; gives with it the file that it includes, below the folder of the module.
pub fn emit_hosted(hosted: &Hosted, node: &str, module: &Ident) -> (TokenStream, (String, String)) {
    let Hosted { interpreter, fallback, name, file, source, params, requirements, is_streaming, retry, .. } = hosted;
    let stem: String = file.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let path = format!("python/{}_{}.py", stem.trim_end_matches("_py"), &hash([source.as_bytes()])[..8]);
    let params =
        Literal::Dict(params.iter().map(|(name, value)| (Literal::Str(name.clone()), value.clone())).collect());
    let mut constants = Names::bare();
    let mut items = TokenStream::new();
    let params = {
        let name = &mut || constants.upper("table");
        emit_value(&params, &mut Tables { name, items: &mut items })
    };
    let start = |interpreter: Interpreter| {
        let module = format_ident!("{}", interpreter.name());
        quote!(#module::start)
    };
    let first = start(*interpreter);
    let mut made = quote!(hosted::Hosted::new(setup, #first));
    if *fallback {
        let second = start(Interpreter::CPython);
        made.extend(quote!(.or(#second)));
    }
    if let Some((times, backoff)) = retry {
        let (times, backoff) = (Token::u32_unsuffixed(*times), Token::u32_unsuffixed(*backoff));
        made.extend(quote!(.retrying(#times, #backoff)));
    }
    items.extend(quote! {
        /// Starts it.
        pub fn new() -> hosted::Hosted {
            let setup = interpreter::Setup {
                node: #node,
                source: include_str!(#path),
                file: #file,
                class: #name,
                params: #params,
                requirements: &[#(#requirements),*],
                streaming: #is_streaming,
                log: interpreter::to_stderr,
            };
            #made
        }
    });
    let imports = emit_imports(&items);
    let doc = format!(" The class `{name}` of `{file}`, which {} runs.", interpreter.name());
    let tokens = quote! {
        #[doc = #doc]
        mod #module {
            #imports

            #items
        }
    };
    (tokens, (path, source.clone()))
}
