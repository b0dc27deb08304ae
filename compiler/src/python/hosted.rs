//! Classes that an interpreter is to run: what arrives at them, and what they seem to send.
//!
//! Nothing is lowered here, so that types are what annotations say and what the expressions that are sent look like. Where neither tells,
//! a class that takes audio gives audio, and messages are JSON.

use super::class::{Input, Request, find_class, method};
use super::imports;
use super::lineage::inherited;
use super::nodes::PythonNode;
use super::source::{Method, Module, dotted, statements};
use super::{Need, Outside};
use crate::manifest::RuntimeHint;
use remotemedia_ir::graph::Candidate;
use remotemedia_ir::script::{Form, Gives, Hosted, Interpreter, Takes};
use remotemedia_ir::{Diagnostics, Span};
use rustpython_parser::ast::{self, Expr, Ranged, Stmt};

/// What a class that is outside the subset is for an interpreter; none where the node asks for a runtime that is not built. What only
/// CPython can import is added to the reasons.
///
/// # Errors
/// `RM0223` where the class cannot be found.
pub fn candidate(
    node: &PythonNode,
    module: &Module<'_>,
    input: Input,
    reasons: &mut Vec<Outside>,
) -> Result<Option<Candidate>, Diagnostics> {
    let class = node.class.as_deref();
    let request = Request { module, class, params: &node.params, input, span: node.span };
    let globals = module.globals();
    let class = find_class(&request, &globals)?;
    let Some(process) = inherited(class, &globals, "process") else { return Ok(None) };
    for outside in imports::cpython_only(module, &globals, class) {
        if !reasons.iter().any(|r| r.span == outside.span) {
            reasons.push(outside);
        }
    }
    reasons.sort_by_key(|r| r.span.start);
    if let Some(first) = node.requirements.first() {
        let reason = format!("it needs the package `{first}`");
        reasons.push(Outside { span: Span::NONE, reason, need: Need::CPython });
    }
    let needs_cpython = reasons.iter().any(|r| r.need == Need::CPython);
    let (interpreter, is_asked_for) = match node.hint {
        Some(RuntimeHint::CPython) => (Interpreter::CPython, true),
        Some(RuntimeHint::RustPython) => (Interpreter::RustPython, true),
        Some(RuntimeHint::CPythonWasm | RuntimeHint::Lowered) => return Ok(None),
        Some(RuntimeHint::Auto) | None if needs_cpython => (Interpreter::CPython, true),
        Some(RuntimeHint::Auto) | None => (Interpreter::RustPython, false),
    };
    let takes = takes(&request.input, &process);
    let mut sends = Sends::of(class, &process, module, 0);
    if let Some(flush) = inherited(class, &globals, "flush") {
        sends = sends.and(Sends::of(class, &flush, module, 0));
    }
    let hosted = Hosted {
        interpreter,
        fallback: node.fallback && interpreter == Interpreter::RustPython,
        name: class.name.to_string(),
        file: node.file.clone(),
        source: node.text.clone(),
        params: node.params.clone(),
        requirements: node.requirements.clone(),
        is_streaming: node.is_streaming,
        retry: node.retry,
        arrives: if request.input == Input::Text { Form::Text } else { Form::Json },
        gives: sends.gives(&takes),
        takes,
    };
    Ok(Some(Candidate { hosted, is_asked_for, is_trusted: node.is_trusted }))
}

/// How a class is fed: audio sample by sample where its parameter is a `float`, else chunk by chunk.
pub(super) fn takes(input: &Input, process: &Method<'_>) -> Takes {
    match input {
        Input::Json | Input::Text => Takes::Message,
        Input::Tensor(_) => Takes::Tensor,
        Input::Audio { channels: _, chunk } => {
            let annotation = process.args.args.get(1).and_then(|a| a.def.annotation.as_deref()).and_then(dotted);
            if annotation.as_deref() == Some("float") { Takes::Sample } else { Takes::Chunk { frames: *chunk } }
        }
    }
}

/// What a class seems to send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sends {
    audio: bool,
    text: bool,
    json: bool,
    unknown: bool,
}

/// Methods that are looked into from one another, at most.
const DEEPEST: u32 = 3;

impl Sends {
    const AUDIO: Sends = Sends { audio: true, text: false, json: false, unknown: false };
    const TEXT: Sends = Sends { audio: false, text: true, json: false, unknown: false };
    const JSON: Sends = Sends { audio: false, text: false, json: true, unknown: false };
    const UNKNOWN: Sends = Sends { audio: false, text: false, json: false, unknown: true };

    fn and(self, other: Sends) -> Sends {
        Sends {
            audio: self.audio | other.audio,
            text: self.text | other.text,
            json: self.json | other.json,
            unknown: self.unknown | other.unknown,
        }
    }

    /// By the annotation of a method, else by what it yields and returns.
    fn of(class: &ast::StmtClassDef, process: &Method<'_>, module: &Module<'_>, depth: u32) -> Sends {
        if let Some(annotation) = process.returns {
            let sends = Sends::annotated(module.text(annotation.range()));
            if sends != Sends::default() {
                return sends;
            }
        }
        let look = Look { class, module, body: process.body, depth };
        let mut sends = Sends::default();
        statements(process.body, &mut |stmt| {
            let sent = match stmt {
                Stmt::Return(s) => s.value.as_deref(),
                Stmt::Expr(s) => match &*s.value {
                    Expr::Yield(y) => y.value.as_deref(),
                    Expr::YieldFrom(_) => Some(&*s.value),
                    _ => None,
                },
                _ => None,
            };
            if let Some(expr) = sent {
                sends = sends.and(look.expr(expr));
            }
        });
        sends
    }

    fn annotated(text: &str) -> Sends {
        let mut sends = Sends::default();
        for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            sends = sends.and(match word {
                "ndarray" | "NDArray" => Sends::AUDIO,
                "str" => Sends::TEXT,
                "dict" | "Dict" | "list" | "List" | "bool" | "int" | "float" => Sends::JSON,
                _ => Sends::default(),
            });
        }
        // What stands beside the samples is the rate.
        if sends.audio {
            Sends::AUDIO
        } else if sends.json {
            Sends::JSON
        } else {
            sends
        }
    }

    /// The outputs.
    fn gives(self, takes: &Takes) -> Gives {
        let form = if self.text && !self.json && !self.unknown { Form::Text } else { Form::Json };
        match takes {
            Takes::Sample => Gives { audio: Some(None), messages: None },
            Takes::Message | Takes::Tensor => Gives { audio: None, messages: Some(form) },
            Takes::Chunk { .. } => {
                let has_messages = self.text || self.json;
                let form = if self.json { Form::Json } else { Form::Text };
                let has_audio = self.audio || self.unknown || !has_messages;
                Gives { audio: has_audio.then_some(None), messages: has_messages.then_some(form) }
            }
        }
    }
}

/// Where an expression stands.
struct Look<'a, 'm> {
    class: &'a ast::StmtClassDef,
    module: &'a Module<'m>,
    body: &'a [Stmt],
    depth: u32,
}

impl Look<'_, '_> {
    fn expr(&self, expr: &Expr) -> Sends {
        match expr {
            Expr::Constant(c) => match &c.value {
                ast::Constant::None => Sends::default(),
                ast::Constant::Str(_) => Sends::TEXT,
                _ => Sends::JSON,
            },
            Expr::JoinedStr(_) => Sends::TEXT,
            Expr::Tuple(t) if t.elts.len() == 2 => Sends::AUDIO,
            Expr::Tuple(_)
            | Expr::Dict(_)
            | Expr::DictComp(_)
            | Expr::List(_)
            | Expr::ListComp(_)
            | Expr::Compare(_)
            | Expr::BoolOp(_) => Sends::JSON,
            Expr::IfExp(e) => self.expr(&e.body).and(self.expr(&e.orelse)),
            Expr::Await(e) => self.expr(&e.value),
            Expr::YieldFrom(e) => self.expr(&e.value),
            Expr::Name(name) => self.assigned(name.id.as_str()),
            Expr::Call(call) => self.called(call),
            _ => Sends::UNKNOWN,
        }
    }

    /// What a variable holds by the assignments to it.
    fn assigned(&self, name: &str) -> Sends {
        let mut sends = Sends::default();
        let inner = Look { depth: self.depth + 1, ..*self };
        if self.depth >= DEEPEST {
            return Sends::UNKNOWN;
        }
        statements(self.body, &mut |stmt| {
            let value = match stmt {
                Stmt::Assign(a) => {
                    let is_it = |t: &Expr| matches!(t, Expr::Name(n) if n.id.as_str() == name);
                    a.targets.iter().any(is_it).then_some(&*a.value)
                }
                Stmt::AnnAssign(a) => match (&*a.target, a.value.as_deref()) {
                    (Expr::Name(n), value) if n.id.as_str() == name => value,
                    _ => None,
                },
                _ => None,
            };
            if let Some(value) = value {
                sends = sends.and(inner.expr(value));
            }
        });
        if sends == Sends::default() { Sends::UNKNOWN } else { sends }
    }

    fn called(&self, call: &ast::ExprCall) -> Sends {
        match dotted(&call.func).as_deref() {
            Some("str" | "json.dumps" | "repr") => Sends::TEXT,
            Some("dict" | "len" | "float" | "int" | "bool" | "list" | "json.loads") => Sends::JSON,
            Some(name) if self.depth < DEEPEST => {
                match name.strip_prefix("self.").and_then(|n| method(self.class, n)) {
                    Some(method) => match Sends::of(self.class, &method, self.module, self.depth + 1) {
                        sends if sends == Sends::default() => Sends::UNKNOWN,
                        sends => sends,
                    },
                    None => Sends::UNKNOWN,
                }
            }
            _ => Sends::UNKNOWN,
        }
    }
}
