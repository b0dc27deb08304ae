//! The list of all node types, and how a name in a manifest finds its type.

use crate::node_type::NodeType;
use crate::{dynamics, plumbing};

/// Every node type, in the order of the manual within its category.
pub static CATALOG: &[&NodeType] = &[
    &plumbing::pass_through::PASS_THROUGH,
    &plumbing::chunker::CHUNKER,
    &dynamics::gain::GAIN,
];

/// How a name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    Canonical,
    Alias,
    /// With or without a `Node` suffix, or in another case.
    Spelling,
}

/// The type that a manifest calls `name`.
pub fn find(name: &str) -> Option<(&'static NodeType, Match)> {
    let exact = CATALOG.iter().find(|t| t.name == name).map(|t| (*t, Match::Canonical));
    let alias = || CATALOG.iter().find(|t| t.aliases.contains(&name)).map(|t| (*t, Match::Alias));
    let spelling = || {
        let wanted = bare(name);
        let fits = |t: &&&NodeType| bare(t.name) == wanted || t.aliases.iter().any(|a| bare(a) == wanted);
        CATALOG.iter().find(fits).map(|t| (*t, Match::Spelling))
    };
    exact.or_else(alias).or_else(spelling)
}

/// Lower case letters and digits without a `node` suffix.
fn bare(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    plain.strip_suffix("node").map(str::to_owned).unwrap_or(plain)
}
