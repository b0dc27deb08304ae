//! The Python nodes of a manifest: where their sources are, what arrives at them, what becomes of them.
//!
//! A node of the type `PythonNode` brings `source`, or names a file by `path` or `module`; one of the type `module.Class` has its source in
//! `module.py` beside the manifest. What arrives is told by the node in front of it; where nothing is in front, by what `process` does with
//! its parameter.

use super::class::{Input, Request, find_class};
use super::lineage::inherited;
use super::source::{Module, dotted};
use super::{Lowered, Outside, hosted, lower};
use crate::manifest::tree::Node;
use crate::manifest::{Manifest, NodeDecl, RuntimeHint, Value};
use crate::world::World;
use remotemedia_ir::graph::Candidate;
use remotemedia_ir::script::Literal;
use remotemedia_ir::types::StreamType;
use remotemedia_ir::{Diagnostic, Diagnostics, SourceId, SourceMap, Span, codes};
use remotemedia_nodes::{PortKind, catalog};
use rustpython_parser::ast;
use std::collections::BTreeMap;

/// Frames of a chunk where nothing says how many.
const CHUNK: u32 = 1024;

/// Names of parameters of `PythonNode` that are not the class's.
const OWN: [&str; 7] = ["source", "path", "module", "class", "class_name", "config", "chunk_size"];

/// A node with its source.
#[derive(Clone, Debug)]
pub struct PythonNode {
    pub source: SourceId,
    pub file: String,
    pub text: String,
    pub class: Option<String>,
    pub params: Vec<(String, Literal)>,
    pub chunk: u32,
    /// Which runtime is to run it: what `REMOTEMEDIA_PYTHON_RUNTIME` says, else the manifest.
    pub hint: Option<RuntimeHint>,
    /// CPython may take over where RustPython cannot begin.
    pub fallback: bool,
    /// Packages that must be there, as pip has them.
    pub requirements: Vec<String>,
    /// The manifest says that `process` takes the whole stream.
    pub is_streaming: bool,
    /// It may run outside of the sandbox.
    pub is_trusted: bool,
    /// How often a message is tried once more, and after how many milliseconds.
    pub retry: Option<(u32, u32)>,
    pub span: Span,
}

/// The Python nodes of a manifest, by their ids.
pub type PythonNodes = BTreeMap<String, PythonNode>;

/// Reads the sources of a manifest's Python nodes.
///
/// # Errors
/// `RM0226` for a file that a node names and that cannot be read, `RM0120` for a node that names none.
pub fn find(manifest: &Manifest, sources: &mut SourceMap, world: &dyn World) -> Result<PythonNodes, Diagnostics> {
    find_with(manifest, sources, world, Files::new())
}

/// Files that have been read, by their paths from the manifest.
pub type Files = BTreeMap<String, (SourceId, String)>;

/// The same where some files have been read before.
///
/// # Errors
/// As [`find`]; `RM0405` where `REMOTEMEDIA_PYTHON_RUNTIME` names no runtime.
pub fn find_with(
    manifest: &Manifest,
    sources: &mut SourceMap,
    world: &dyn World,
    mut files: Files,
) -> Result<PythonNodes, Diagnostics> {
    let mut found = PythonNodes::new();
    let mut diagnostics = Diagnostics::new();
    let hint = overriding(world)?;
    let retry = retry(manifest);
    let extra = manifest.python_env.iter().flat_map(|env| &env.extra_deps).map(|d| d.value.clone());
    let extra: Vec<String> = extra.collect();
    for decl in &manifest.nodes {
        match one(decl, sources, world, &mut files) {
            Ok(Some(mut node)) => {
                node.hint = hint.or(node.hint);
                node.retry = retry;
                node.requirements.extend(extra.iter().cloned());
                found.insert(decl.id.value.clone(), node);
            }
            Ok(None) => {}
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    diagnostics.into_result().map(|_| found)
}

/// What `REMOTEMEDIA_PYTHON_RUNTIME` asks for.
fn overriding(world: &dyn World) -> Result<Option<RuntimeHint>, Diagnostics> {
    const NAME: &str = "REMOTEMEDIA_PYTHON_RUNTIME";
    let Some(text) = world.variable(NAME).filter(|text| !text.is_empty()) else { return Ok(None) };
    match RuntimeHint::parse(&text) {
        Some(hint) => Ok(Some(hint)),
        None => {
            let message = format!("`{NAME}` is `{text}`, which is no runtime");
            let wrong = Diagnostic::error(codes::NO_RUNTIME, Span::NONE, message);
            Err(wrong.with_help("it may be `rustpython`, `cpython`, `lowered` or `auto`").into())
        }
    }
}

/// The retry policy of a manifest.
fn retry(manifest: &Manifest) -> Option<(u32, u32)> {
    let config = manifest.config.as_ref()?;
    // Both are checked to be amounts; what is beyond is for ever.
    let whole = |x: &remotemedia_ir::Spanned<f64>| x.value as u32;
    let times = config.max_retries.as_ref().map(whole).filter(|n| *n > 0)?;
    Some((times, config.backoff_ms.as_ref().map_or(0, whole)))
}

fn one(
    decl: &NodeDecl,
    sources: &mut SourceMap,
    world: &dyn World,
    files: &mut Files,
) -> Result<Option<PythonNode>, Box<Diagnostic>> {
    let written = decl.node_type.value.as_str();
    let known = catalog::find(written).map(|(ty, _)| ty.name);
    let param = |name: &str| decl.params.iter().find(|(n, _)| n.value == name).map(|(_, value)| value);
    let text_of = |name: &str| param(name).and_then(Node::as_text).map(str::to_owned);
    let is_python = known == Some("PythonNode");
    if !is_python && (known.is_some() || !written.contains('.')) {
        return Ok(None);
    }
    let (place, class) = if is_python {
        let class = text_of("class").or_else(|| text_of("class_name"));
        match (text_of("source"), text_of("path"), text_of("module")) {
            (Some(text), _, _) => (Err(text), class),
            (None, Some(path), _) => (Ok((path, true)), class),
            (None, None, Some(module)) => (Ok((format!("{}.py", module.replace('.', "/")), false)), class),
            (None, None, None) => return Ok(None),
        }
    } else {
        let (module, class) = written.rsplit_once('.').unwrap_or((written, written));
        (Ok((format!("{}.py", module.replace('.', "/")), false)), Some(class.to_owned()))
    };
    let (source, file, text) = match place {
        Err(text) => {
            let file = format!("{}.py", decl.id.value);
            (sources.add(file.clone(), text.clone()), file, text)
        }
        Ok((path, must_exist)) => {
            if !files.contains_key(&path) {
                let read = world
                    .file(&path)
                    .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
                match read {
                    Ok(text) => {
                        files.insert(path.clone(), (sources.add(path.clone(), text.clone()), text));
                    }
                    // A module that is installed with a Python is that Python's to find.
                    Err(_) if !must_exist => return Ok(None),
                    Err(why) => {
                        let span = param("path").map_or(decl.span, |n| n.span);
                        let message = format!("`{path}` cannot be read: {why}");
                        let wrong = Diagnostic::error(codes::PYTHON_FILE, span, message)
                            .with_help("`path` is relative to the manifest");
                        return Err(Box::new(wrong));
                    }
                }
            }
            let Some((source, text)) = files.get(&path).cloned() else { return Ok(None) };
            (source, path, text)
        }
    };
    let mut params: Vec<(String, Literal)> = Vec::new();
    match param("config").map(|n| &n.value) {
        Some(Value::Map(members)) if is_python => {
            params.extend(members.iter().map(|(name, value)| (name.value.clone(), literal(value))));
        }
        _ => {
            let own = |name: &str| is_python && OWN.contains(&name);
            let given = decl.params.iter().filter(|(name, _)| !own(&name.value));
            params.extend(given.map(|(name, value)| (name.value.clone(), literal(value))));
        }
    }
    let chunk = match param("chunk_size").map(|n| &n.value) {
        Some(Value::Number(number)) => {
            number.int.and_then(|i| u32::try_from(i).ok()).filter(|i| (1..=1 << 24).contains(i))
        }
        _ => Some(CHUNK),
    };
    let Some(chunk) = chunk else {
        let span = param("chunk_size").map_or(decl.span, |n| n.span);
        return Err(Box::new(Diagnostic::error(
            codes::PARAMETER_RANGE,
            span,
            "`chunk_size` is a number of frames from 1 to 16777216",
        )));
    };
    let options = &decl.options;
    let falls_back = |name: &str| RuntimeHint::parse(name) == Some(RuntimeHint::CPython);
    Ok(Some(PythonNode {
        source,
        file,
        text,
        class,
        params,
        chunk,
        hint: options.runtime_hint.as_ref().map(|h| h.value),
        fallback: options.execution.as_ref().and_then(|e| e.fallback.as_ref()).is_some_and(|f| falls_back(&f.value)),
        requirements: options.python_deps.iter().map(|d| d.value.clone()).collect(),
        is_streaming: options.is_streaming.as_ref().is_some_and(|s| s.value),
        is_trusted: options.trusted.as_ref().is_none_or(|t| t.value),
        retry: None,
        span: decl.span,
    }))
}

/// A parameter of the manifest as Python sees it.
pub(super) fn literal(node: &Node) -> Literal {
    match &node.value {
        Value::Null => Literal::None,
        Value::Bool(b) => Literal::Bool(*b),
        Value::Number(n) => n.int.map_or(Literal::Float(n.float), Literal::Int),
        Value::String(s) => Literal::Str(s.clone()),
        Value::List(items) => Literal::List(items.iter().map(literal).collect()),
        Value::Map(members) => {
            Literal::Dict(members.iter().map(|(k, v)| (Literal::Str(k.value.clone()), literal(v))).collect())
        }
    }
}

impl PythonNode {
    /// The only class of a file, without parameters.
    pub fn new((source, file, text): (SourceId, String, String)) -> PythonNode {
        PythonNode {
            source,
            file,
            text,
            class: None,
            params: Vec::new(),
            chunk: CHUNK,
            hint: None,
            fallback: false,
            requirements: Vec::new(),
            is_streaming: false,
            is_trusted: true,
            retry: None,
            span: Span::NONE,
        }
    }

    /// What becomes of it for an input.
    ///
    /// # Errors
    /// What is wrong with the Python.
    pub fn lower(&self, input: Input) -> Result<Lowered, Diagnostics> {
        let module = Module::parse(&self.text, &self.file, self.source).map_err(|wrong| Diagnostics::from(*wrong))?;
        let class = self.class.as_deref();
        lower(&Request { module: &module, class, params: &self.params, input, span: self.span })
    }

    /// What an interpreter would run, for an input and the reasons why it is not compiled.
    ///
    /// # Errors
    /// What is wrong with the Python.
    pub fn candidate(&self, input: Input, reasons: &mut Vec<Outside>) -> Result<Option<Candidate>, Diagnostics> {
        let module = Module::parse(&self.text, &self.file, self.source).map_err(|wrong| Diagnostics::from(*wrong))?;
        hosted::candidate(self, &module, input, reasons)
    }

    /// The input that a stream is for it.
    pub fn input(&self, ty: &StreamType) -> Input {
        match ty {
            StreamType::Audio { channels, .. } => Input::Audio { channels: Some(*channels), chunk: self.chunk },
            StreamType::Tensor { shape } => Input::Tensor(shape.clone()),
            StreamType::Text => Input::Text,
            StreamType::Json => Input::Json,
        }
    }

    /// The input of a kind, its dimensions open.
    pub fn input_of(&self, kind: PortKind) -> Input {
        match kind {
            PortKind::Audio => Input::Audio { channels: None, chunk: self.chunk },
            PortKind::Text => Input::Text,
            PortKind::Tensor => Input::Tensor(Vec::new()),
            PortKind::Json | PortKind::Message | PortKind::Any => Input::Json,
        }
    }

    /// What `process` seems to take where nothing is in front of it.
    ///
    /// # Errors
    /// Where the class cannot be found, or the file is no Python.
    pub fn guess(&self) -> Result<PortKind, Diagnostics> {
        let module = Module::parse(&self.text, &self.file, self.source).map_err(|wrong| Diagnostics::from(*wrong))?;
        let class = self.class.as_deref();
        let request = Request { module: &module, class, params: &self.params, input: Input::Json, span: self.span };
        let globals = module.globals();
        let class = find_class(&request, &globals)?;
        let Some(process) = inherited(class, &globals, "process") else { return Ok(PortKind::Json) };
        let Some(parameter) = process.args.posonlyargs.iter().chain(&process.args.args).nth(1) else {
            return Ok(PortKind::Json);
        };
        let annotation = parameter.def.annotation.as_deref();
        if let Some(name) = annotation.and_then(dotted) {
            match name.rsplit('.').next().unwrap_or_default() {
                "float" if is_sample(parameter.def.arg.as_str()) => return Ok(PortKind::Audio),
                "str" => return Ok(PortKind::Text),
                "ndarray" => return Ok(PortKind::Audio),
                _ => {}
            }
        }
        if let Some(ast::Expr::Subscript(s)) = annotation
            && dotted(&s.value).is_some_and(|n| n.eq_ignore_ascii_case("tuple"))
        {
            return Ok(PortKind::Audio);
        }
        Ok(if unpacks_audio(process.body, parameter.def.arg.as_str()) { PortKind::Audio } else { PortKind::Json })
    }

    /// The line of a place in its source, from 1.
    pub fn line(&self, span: Span) -> usize {
        let end = (span.start as usize).min(self.text.len());
        self.text.as_bytes()[..end].iter().filter(|b| **b == b'\n').count() + 1
    }
}

/// Names that a parameter has which is a sample.
fn is_sample(name: &str) -> bool {
    matches!(name, "sample" | "x" | "frame")
}

/// True for `samples, sample_rate = data`.
fn unpacks_audio(body: &[ast::Stmt], parameter: &str) -> bool {
    body.iter().any(|stmt| match stmt {
        ast::Stmt::Assign(a) => {
            let is_parameter = matches!(&*a.value, ast::Expr::Name(n) if n.id.as_str() == parameter);
            let names = a.targets.iter().any(|t| match t {
                ast::Expr::Tuple(t) => matches!(t.elts.as_slice(), [ast::Expr::Name(_), second] if is_rate(second)),
                _ => false,
            });
            is_parameter && names
        }
        ast::Stmt::If(s) => unpacks_audio(&s.body, parameter) || unpacks_audio(&s.orelse, parameter),
        _ => false,
    })
}

fn is_rate(expr: &ast::Expr) -> bool {
    let name = match expr {
        ast::Expr::Name(n) => n.id.as_str(),
        ast::Expr::Attribute(a) => a.attr.as_str(),
        _ => return false,
    };
    matches!(name, "rate" | "sr" | "sample_rate" | "samplerate" | "fs" | "_" | "_rate" | "_sr" | "_sample_rate")
}
