//! Plan → Rust: one `emit_*` function per thing of the IR, each returning tokens; formatting happens once, at the end.

pub mod files;
mod hosted;
pub mod literal;
pub mod pipeline;
pub mod region;
pub mod script;
mod threads;
pub mod value;

use proc_macro2::TokenStream;

/// Formats the tokens of a file.
///
/// # Errors
/// The parser's message if the tokens are not a file of Rust: a bug of an emitter.
pub fn format(tokens: TokenStream) -> Result<String, String> {
    let text = tokens.to_string();
    let file = syn::parse2::<syn::File>(tokens).map_err(|e| format!("generated code does not parse: {e}\n{text}"))?;
    // An empty line before each item that is more than a line, as a person would write it.
    let print = |attrs, items| prettyplease::unparse(&syn::File { shebang: None, frontmatter: None, attrs, items });
    let mut out = print(file.attrs, Vec::new());
    let mut before = 1;
    for item in file.items {
        let item = print(Vec::new(), vec![item]);
        let lines = item.lines().count();
        if !out.is_empty() && (lines > 1 || before > 1) {
            out.push('\n');
        }
        before = lines;
        out.push_str(&item);
    }
    Ok(out)
}
