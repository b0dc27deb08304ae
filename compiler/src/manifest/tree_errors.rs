//! What can be wrong with a tree whatever its format: keys given twice, too deep, numbers too large.

use super::tree::{MAX_DEPTH, Node};
use remotemedia_ir::diag::quote;
use remotemedia_ir::{Diagnostic, Diagnostics, Span, Spanned, codes};
use std::collections::HashMap;

/// Reports keys that are given twice, and keeps the first of each.
pub fn unique_keys(entries: &mut Vec<(Spanned<String>, Node)>, diagnostics: &mut Diagnostics) {
    let mut first: HashMap<String, Span> = HashMap::with_capacity(entries.len());
    entries.retain(|(key, _)| {
        let Some(before) = first.get(&key.value) else {
            first.insert(key.value.clone(), key.span);
            return true;
        };
        let message = format!("key {} is given twice", quote(&key.value));
        let error = Diagnostic::error(codes::DUPLICATE_KEY, key.span, message);
        diagnostics.push(error.label("given again here").also(*before, "given first here"));
        false
    });
}

/// The error for what nests too deeply.
pub fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(codes::TOO_DEEP, span, format!("nested more than {MAX_DEPTH} levels deep"))
}

/// The error for a number that no float holds.
pub fn number_too_large(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::NUMBER_TOO_LARGE, span, format!("number {} is too large", quote(text)))
        .with_note("the largest number is about 1.8e308")
}
