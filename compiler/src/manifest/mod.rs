//! The front end for manifests: bytes of a JSON or YAML file to a typed [`Manifest`] in which every value has its
//! place.
//!
//! The way is short and the same for both formats: [`decode`] makes text of bytes, [`json`] or [`yaml`] makes a
//! [`tree`] of text, [`template`] fills in variables, `reader` makes a manifest of the tree, with notes for the
//! dialects that it tolerates. Nothing here looks at the catalog: node types and parameters are the business of the
//! pass `resolve`.

mod check;
pub mod decode;
mod edges;
mod fields;
pub mod json;
mod json_errors;
pub mod model;
mod opaque;
mod options;
mod reader;
pub mod scalar;
pub mod template;
pub mod tree;
mod tree_errors;
pub mod yaml;
mod yaml_errors;

pub use model::{
    Capabilities, Config, CpuNeed, Docker, EdgeDecl, Endpoint, Entry, Execution, FrameworkNeed, GpuNeed, Manifest,
    NodeDecl, NodeOptions, Place, Placement, PythonEnv, RuntimeHint, RuntimeNeed, Version, Volume,
};
pub use options::misplaced;
pub use template::Lookup;
pub use tree::{Node, Number, Origin, Value};

use remotemedia_ir::diag::quote;
use remotemedia_ir::span::Source;
use remotemedia_ir::{Diagnostic, Diagnostics, SourceId, SourceMap, Span, codes};

/// The format of a manifest's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Yaml,
}

/// Reads a manifest, and adds its text to `sources` under `name`.
///
/// The format goes by the extension of `name` (`.json`, `.yaml`, `.yml`), and by the content where that is another one
/// or does not fit. `lookup` gives the values of variables; what was found is returned with the notes and warnings.
///
/// # Errors
/// Every finding of the phase that failed, notes included: RM01xx, and RM0206, RM0207, RM0211.
pub fn read(
    sources: &mut SourceMap,
    name: &str,
    bytes: &[u8],
    lookup: Lookup<'_>,
) -> Result<(Manifest, Diagnostics), Diagnostics> {
    let source = decode::decode(sources, name, bytes).map_err(|error| Diagnostics::from(*error))?;
    let mut diagnostics = Diagnostics::new();
    let tree = parse(sources, source, &mut diagnostics);
    let tree = tree.map(|mut tree| {
        template::substitute(&mut tree, sources, lookup, &mut diagnostics);
        tree
    });
    match tree {
        Some(tree) if !diagnostics.has_errors() => finish(tree, sources, diagnostics),
        _ => {
            diagnostics.sort_by_place();
            Err(diagnostics)
        }
    }
}

/// Reads a manifest that is a value already: one nested in the parameters of a node, its variables filled in.
///
/// # Errors
/// As [`read`].
pub fn read_tree(tree: Node, sources: &SourceMap) -> Result<(Manifest, Diagnostics), Diagnostics> {
    finish(tree, sources, Diagnostics::new())
}

fn finish(
    tree: Node,
    sources: &SourceMap,
    mut diagnostics: Diagnostics,
) -> Result<(Manifest, Diagnostics), Diagnostics> {
    let manifest = reader::manifest(tree, sources, &mut diagnostics);
    diagnostics.sort_by_place();
    match manifest {
        Some(manifest) if !diagnostics.has_errors() => Ok((manifest, diagnostics)),
        _ => Err(diagnostics),
    }
}

/// The tree of a source, in the format that its name tells; in the other one if that is what it is written in.
fn parse(sources: &SourceMap, source: SourceId, diagnostics: &mut Diagnostics) -> Option<Node> {
    let Source { name, text } = sources.get(source)?;
    let begins = text.trim_start();
    let by_content =
        if begins.starts_with(['{', '[']) || begins.starts_with("/") { Format::Json } else { Format::Yaml };
    let by_name = match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("json" | "jsonc") => Some(Format::Json),
        Some("yaml" | "yml") => Some(Format::Yaml),
        _ => None,
    };
    let format = by_name.unwrap_or(by_content);
    let (tree, found) = attempt(format, text, source);
    if tree.is_none() && (by_name.is_none() || by_content != format) {
        let (other, told) = match format {
            Format::Json => (Format::Yaml, "YAML"),
            Format::Yaml => (Format::Json, "JSON"),
        };
        let (tree, also_found) = attempt(other, text, source);
        if tree.as_ref().is_some_and(|tree| tree.as_map().is_some()) {
            if by_name.is_some() {
                let message = format!("{} is written in {told}", quote(name));
                diagnostics.push(Diagnostic::tolerated(codes::TOLERATED_SYNTAX, Span::new(source, 0, 0), message));
            }
            diagnostics.extend(also_found);
            return tree;
        }
    }
    diagnostics.extend(found);
    tree
}

fn attempt(format: Format, text: &str, source: SourceId) -> (Option<Node>, Diagnostics) {
    let mut found = Diagnostics::new();
    let tree = match format {
        Format::Json => json::parse(text, source, &mut found),
        Format::Yaml => yaml::parse(text, source, &mut found),
    };
    (tree.filter(|_| !found.has_errors()), found)
}
