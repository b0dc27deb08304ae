//! The one allocator of identifiers: names of the manifest as Rust names, each once.

use proc_macro2::{Ident, Span};
use std::collections::HashSet;

/// Names taken so far in one scope.
#[derive(Clone, Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// Whether names that regions use themselves are free here.
    is_bare: bool,
}

/// Words that cannot be identifiers.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that regions use themselves.
const OF_REGIONS: &[&str] = &["frames", "at", "n", "i", "j", "k", "input", "output"];

impl Names {
    /// An empty scope.
    pub fn new() -> Names {
        Names::default()
    }

    /// An empty scope of functions that use no names of their own.
    pub fn bare() -> Names {
        Names { taken: HashSet::new(), is_bare: true }
    }

    /// Takes a name, so that no identifier is it.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    fn is_free(&self, name: &str) -> bool {
        !KEYWORDS.contains(&name) && (self.is_bare || !OF_REGIONS.contains(&name))
    }

    /// A snake_case identifier near `wanted`, different from all before.
    pub fn snake(&mut self, wanted: &str) -> Ident {
        self.unique(snake(wanted), "_")
    }

    /// An UpperCamelCase identifier near `wanted`, different from all before.
    pub fn camel(&mut self, wanted: &str) -> Ident {
        let camel: String = snake(wanted)
            .split('_')
            .map(|part| {
                let mut chars = part.chars();
                chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
            })
            .collect();
        self.unique(camel, "")
    }

    /// An UPPER_CASE identifier near `wanted`, different from all before.
    pub fn upper(&mut self, wanted: &str) -> Ident {
        self.unique(snake(wanted).to_uppercase(), "_")
    }

    fn unique(&mut self, base: String, separator: &str) -> Ident {
        let base = if base == "in" { "incoming".to_owned() } else { base };
        let mut name = base.clone();
        let mut number = 1;
        while !self.is_free(&name) || !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{base}{separator}{number}");
        }
        Ident::new(&name, Span::call_site())
    }
}

/// Lower case ASCII letters, digits and single underscores, beginning with a letter.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut previous_lower = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && previous_lower {
                out.push('_');
            }
            previous_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
            out.push(c.to_ascii_lowercase());
        } else {
            if !out.ends_with('_') && !out.is_empty() {
                out.push('_');
            }
            previous_lower = false;
        }
    }
    let trimmed = out.trim_end_matches('_');
    match trimmed.chars().next() {
        None => "node".to_owned(),
        Some(c) if c.is_ascii_digit() => format!("n{trimmed}"),
        Some(_) => trimmed.chars().take(48).collect(),
    }
}
