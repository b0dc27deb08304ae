//! A Python file in the place of a manifest: the pipeline that it builds, or its only node. Nothing of the file is run.
//!
//! Read is the plain use of the API: `Pipeline("name")`, `Pipeline([a, b])`, `.add_node(node)`, `.add(node)`, nodes made by calls of
//! classes of this file, of files beside it, and of types of the catalog, with constants as arguments. The statements of the file, of a
//! function and of `if __name__ == "__main__":` are followed in their order (`reader`); whatever else touches the pipeline is
//! `RM0227`, so that no graph is read that the file would not build. What it builds becomes a [`Manifest`], with the places of the Python.

mod constant;
mod reader;

use super::class::{Input, Request, find_class};
use super::lineage::{inherited, with_process};
use super::nodes::{Files, PythonNode, literal};
use super::source::Module;
use crate::manifest::tree::{Node, Origin, Value};
use crate::manifest::{EdgeDecl, Endpoint, Entry, Manifest, NodeDecl, NodeOptions, Version, decode, json, scalar};
use crate::world::World;
use remotemedia_ir::{Diagnostic, Diagnostics, SourceMap, Span, Spanned, codes};
use rustpython_parser::ast;

/// What was read.
pub struct Written {
    pub manifest: Manifest,
    /// The file itself, which its nodes name as their `path`.
    pub files: Files,
}

/// True for the name of a Python file.
pub fn is_python(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("py"))
}

/// Reads a Python file.
///
/// # Errors
/// Where it is no text (RM010x) or no Python (RM0220), builds a pipeline that is not plain (RM0227), has none and no class that is a node
/// by itself (RM0223); where the caller sets what it has not (RM0202).
pub fn read(sources: &mut SourceMap, name: &str, bytes: &[u8], world: &dyn World) -> Result<Written, Diagnostics> {
    let source = decode::decode(sources, name, bytes).map_err(|error| Diagnostics::from(*error))?;
    let text = sources.get(source).map_or_else(String::new, |s| s.text.clone());
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
    let module = Module::parse(&text, &file, source).map_err(|wrong| Diagnostics::from(*wrong))?;
    let settings = world.settings();
    let chosen = settings.iter().rev().find(|(name, _)| name == "class").map(|(_, class)| class.as_str());
    let built = if chosen.is_none() { reader::read(&module)? } else { None };
    let manifest = match built {
        Some(manifest) => {
            if let Some((name, _)) = settings.first() {
                let message = format!("the pipeline of `{file}` has no parameter `{name}`");
                let wrong = Diagnostic::error(codes::UNKNOWN_PARAMETER, manifest.span, message);
                return Err(wrong.with_help("`--set class=NAME` takes one class as a pipeline of its own").into());
            }
            manifest
        }
        None => alone(&module, sources, chosen, &settings)?,
    };
    Ok(Written { manifest, files: Files::from([(file.clone(), (source, text.clone()))]) })
}

/// The classes of a file that are nodes, each with its line; only `class` where one is named. What the caller sets are the parameters of
/// those that declare them.
///
/// # Errors
/// Where the file is no Python (RM0220), or has no such class (RM0223).
pub fn classes(
    sources: &mut SourceMap,
    name: &str,
    bytes: &[u8],
    class: Option<&str>,
    world: &dyn World,
) -> Result<Vec<(PythonNode, u32)>, Diagnostics> {
    let source = decode::decode(sources, name, bytes).map_err(|error| Diagnostics::from(*error))?;
    let text = sources.get(source).map_or_else(String::new, |s| s.text.clone());
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
    let module = Module::parse(&text, &file, source).map_err(|wrong| Diagnostics::from(*wrong))?;
    let globals = module.globals();
    let mut found: Vec<_> = match class {
        Some(_) => Vec::new(),
        None => with_process(module.classes(), &globals),
    };
    if found.is_empty() {
        let request = Request { module: &module, class, params: &[], input: Input::Json, span: Span::NONE };
        found.push(find_class(&request, &globals)?);
    }
    let several = found.len() > 1;
    let settings = world.settings();
    let mut nodes = Vec::new();
    for class in found {
        let declared: Vec<&str> =
            inherited(class, &globals, "__init__").map_or_else(Vec::new, |init| init_parameters(init.args));
        let mut node = PythonNode::new((source, file.clone(), text.clone()));
        node.class = Some(class.name.to_string());
        for (name, text) in settings.iter().filter(|(name, _)| name != "class") {
            if several && name != "chunk_size" && !declared.contains(&name.as_str()) {
                continue;
            }
            let (name, value) = setting(name, text, sources)?;
            if name.value == "chunk_size" && !declared.contains(&"chunk_size") {
                node.chunk = value
                    .as_number()
                    .and_then(|n| n.int)
                    .and_then(|i| u32::try_from(i).ok())
                    .filter(|i| *i > 0)
                    .unwrap_or(node.chunk);
                continue;
            }
            node.params.retain(|(before, _)| *before != name.value);
            node.params.push((name.value, literal(&value)));
        }
        let line = module.line(ast::Ranged::range(class));
        node.span = module.line_span(line).unwrap_or(Span::NONE);
        nodes.push((node, line));
    }
    Ok(nodes)
}

/// A pipeline of one node.
fn alone(
    module: &Module<'_>,
    sources: &mut SourceMap,
    class: Option<&str>,
    settings: &[(String, String)],
) -> Result<Manifest, Diagnostics> {
    let globals = module.globals();
    let request = Request { module, class, params: &[], input: Input::Json, span: Span::NONE };
    let class = find_class(&request, &globals).map_err(|found| {
        found.iter().fold(Diagnostics::new(), |mut all, wrong| {
            let mut wrong = wrong.clone();
            if wrong.help.iter().any(|help| help.starts_with("name one")) {
                wrong.help = vec!["name one: `--set class=NAME`".to_owned()];
            }
            all.push(wrong);
            all
        })
    })?;
    let declared: Vec<&str> =
        inherited(class, &globals, "__init__").map_or_else(Vec::new, |init| init_parameters(init.args));
    let mut config: Vec<Entry> = Vec::new();
    let mut own = Vec::new();
    for (name, text) in settings.iter().filter(|(name, _)| name != "class") {
        let entry = setting(name, text, sources)?;
        let list = if name == "chunk_size" && !declared.contains(&"chunk_size") { &mut own } else { &mut config };
        list.retain(|(before, _): &Entry| before.value != *name);
        list.push(entry);
    }
    let span = module.span(ast::Ranged::range(class));
    let span = module.line_span(module.line(ast::Ranged::range(class))).unwrap_or(span);
    let name = Spanned::new(class.name.to_string(), span);
    let decl = python_node(module.file, &name, config, own, name.clone(), span);
    Ok(manifest(name, vec![(decl, span)], span))
}

/// `--set NAME=TEXT` as a parameter.
fn setting(name: &str, text: &str, sources: &mut SourceMap) -> Result<Entry, Diagnostics> {
    let source = sources.add(format!("--set {name}"), text);
    let span = Span::new(source, 0, text.len());
    let name = Spanned::new(name.to_owned(), span);
    if text.trim_start().starts_with(['[', '{', '"']) {
        let mut found = Diagnostics::new();
        return match json::parse(text, source, &mut found) {
            Some(node) if !found.has_errors() => Ok((name, node)),
            _ => Err(found),
        };
    }
    Ok((name, Node { value: scalar::resolve(text), span, origin: Origin::Template }))
}

/// The parameters of `__init__` but for `self`.
fn init_parameters(args: &ast::Arguments) -> Vec<&str> {
    let all = args.posonlyargs.iter().chain(&args.args).skip(1).chain(&args.kwonlyargs);
    all.map(|a| a.def.arg.as_str()).collect()
}

/// A node of a class of the file.
fn python_node(
    file: &str,
    class: &Spanned<String>,
    config: Vec<Entry>,
    mut params: Vec<Entry>,
    id: Spanned<String>,
    span: Span,
) -> NodeDecl {
    let key = |name: &str| Spanned::new(name.to_owned(), span);
    params.push((key("path"), Node::new(Value::String(file.to_owned()), span)));
    params.push((key("class"), Node::new(Value::String(class.value.clone()), class.span)));
    params.push((key("config"), Node::new(Value::Map(config), span)));
    let node_type = Spanned::new("PythonNode".to_owned(), class.span);
    NodeDecl { id, node_type, params, params_span: span, options: NodeOptions::default(), span }
}

/// Nodes one behind the other, each with the place where it is added.
fn manifest(name: Spanned<String>, nodes: Vec<(NodeDecl, Span)>, span: Span) -> Manifest {
    let end = |node: &NodeDecl| Endpoint { node: node.id.clone(), port: None };
    let edges = nodes.windows(2).map(|pair| EdgeDecl {
        from: end(&pair[0].0),
        to: end(&pair[1].0),
        kind: None,
        params: Vec::new(),
        comment: None,
        span: pair[1].1,
    });
    Manifest {
        version: Version::V1,
        name: Some(name),
        description: None,
        auto_negotiate: None,
        metadata: Vec::new(),
        python_env: None,
        runtime: None,
        config: None,
        defaults: None,
        edges: edges.collect(),
        nodes: nodes.into_iter().map(|(node, _)| node).collect(),
        outputs: Vec::new(),
        span,
    }
}
