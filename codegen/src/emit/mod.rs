//! Plan → Rust: one `emit_*` function per thing of the IR, each returning tokens; formatting happens once, at the end.

pub mod files;
pub mod literal;
pub mod pipeline;
pub mod region;
pub mod value;

use proc_macro2::TokenStream;

/// Formats the tokens of a file.
///
/// # Errors
/// The parser's message if the tokens are not a file of Rust: a bug of an emitter.
pub fn format(tokens: TokenStream) -> Result<String, String> {
    let text = tokens.to_string();
    let file = syn::parse2::<syn::File>(tokens).map_err(|e| format!("generated code does not parse: {e}\n{text}"))?;
    Ok(prettyplease::unparse(&file))
}
