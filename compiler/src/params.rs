//! Parameters of a node as its type declares them: found under any spelling, typed, in range, complete.
//!
//! Used by `resolve` alone. What is not understood is an error with a suggestion; nothing is ignored.

use crate::manifest::{Node, NodeDecl, Origin, Value, misplaced};
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::Param;
use remotemedia_ir::{Span, suggest};
use remotemedia_nodes::{Default, NodeError, NodeType, ParamKind, ParamSpec, Params};

/// Reads the parameters of a node, in the order in which its type declares them.
pub fn read(ty: &NodeType, decl: &NodeDecl, diagnostics: &mut Diagnostics) -> Params {
    let mut given: Vec<Option<(Param, Span)>> = vec![None; ty.params.len()];
    let mut wrong = false;
    for (name, node) in &decl.params {
        let Some(index) = find(ty, &name.value) else {
            if is_comment(&name.value) {
                continue;
            }
            diagnostics.push(unknown(ty, decl, &name.value, name.span));
            wrong = true;
            continue;
        };
        let spec = &ty.params[index];
        if spec.name != name.value {
            diagnostics.push(Diagnostic::tolerated(
                codes::TOLERATED_NAME,
                name.span,
                format!("parameter `{}` is taken for `{}`", name.value, spec.name),
            ));
        }
        if let Some((_, first)) = &given[index] {
            diagnostics.push(
                Diagnostic::error(
                    codes::PARAMETER_TWICE,
                    name.span,
                    format!("parameter `{}` is given twice", spec.name),
                )
                .label("here again")
                .also(*first, "first here")
                .with_help("keep one of them"),
            );
            continue;
        }
        match value(spec, node, diagnostics) {
            Some(param) => given[index] = Some((param, node.span)),
            None => wrong |= node.value != Value::Null || matches!(spec.default, Default::Required),
        }
    }
    let mut params = Params::default();
    for (spec, slot) in ty.params.iter().zip(&given) {
        if let Some((param, _)) = slot {
            params.list.push((spec.name.to_owned(), param.clone()));
            continue;
        }
        match spec.default {
            Default::Required if wrong => {}
            Default::Required => {
                wrong = true;
                diagnostics.push(
                    Diagnostic::error(
                        codes::MISSING_PARAMETER,
                        decl.params_span,
                        format!("`{}` needs the parameter `{}`", decl.id, spec.name),
                    )
                    .label(format!("`{}` is missing", spec.name))
                    .with_help(format!("{}: {}{}", spec.name, spec.doc, unit(spec))),
                );
            }
            Default::Absent => {}
            Default::Int(i) => params.list.push((spec.name.to_owned(), Param::Int(i))),
            Default::Float(x) => params.list.push((spec.name.to_owned(), Param::Float(x))),
            Default::Bool(b) => params.list.push((spec.name.to_owned(), Param::Bool(b))),
            Default::Text(t) => params.list.push((spec.name.to_owned(), Param::Text(t.to_owned()))),
            Default::Floats(list) => {
                params.list.push((spec.name.to_owned(), Param::List(list.iter().map(|x| Param::Float(*x)).collect())));
            }
            Default::Texts(list) => {
                params.list.push((
                    spec.name.to_owned(),
                    Param::List(list.iter().map(|t| Param::Text((*t).to_owned())).collect()),
                ));
            }
        }
    }
    if !wrong {
        for error in (ty.validate)(&params) {
            let span = error.param.and_then(|name| {
                let index = ty.params.iter().position(|s| s.name == name)?;
                given[index].as_ref().map(|(_, span)| *span)
            });
            diagnostics.push(rule(error, decl, span.unwrap_or(decl.params_span)));
        }
    }
    params
}

fn rule(error: NodeError, decl: &NodeDecl, span: Span) -> Diagnostic {
    let NodeError { param: _, message, help } = error;
    let diagnostic = Diagnostic::error(codes::PARAMETER_RANGE, span, format!("node `{}`: {message}", decl.id));
    match help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

/// The declaration that a name means.
fn find(ty: &NodeType, name: &str) -> Option<usize> {
    let exact = ty.params.iter().position(|s| s.name == name);
    let alias = || ty.params.iter().position(|s| s.aliases.contains(&name));
    let loose = || {
        ty.params
            .iter()
            .position(|s| suggest::same_name(s.name, name) || s.aliases.iter().any(|a| suggest::same_name(a, name)))
    };
    exact.or_else(alias).or_else(loose)
}

/// Keys that manifests use to speak to people.
fn is_comment(name: &str) -> bool {
    matches!(name, "comment" | "description" | "_comment" | "$comment") || name.starts_with("x-")
}

fn unknown(ty: &NodeType, decl: &NodeDecl, name: &str, span: Span) -> Diagnostic {
    let names = ty.params.iter().flat_map(|s| std::iter::once(s.name).chain(s.aliases.iter().copied()));
    let mut diagnostic = Diagnostic::error(
        codes::UNKNOWN_PARAMETER,
        span,
        format!("`{}` (`{}`) has no parameter `{name}`", decl.id, ty.name),
    )
    .label("unknown parameter");
    if let Some(help) = misplaced(name).or_else(|| suggest::did_you_mean(name, names)) {
        diagnostic = diagnostic.with_help(help);
    }
    let list: Vec<String> = ty.params.iter().map(|s| format!("`{}`", s.name)).collect();
    diagnostic.with_note(if list.is_empty() {
        "it has no parameters".to_owned()
    } else {
        format!("its parameters: {}", list.join(", "))
    })
}

fn unit(spec: &ParamSpec) -> String {
    if spec.unit.is_empty() { String::new() } else { format!(" ({})", spec.unit) }
}

/// A value of the kind that the declaration asks for. `null` is as if it were not written.
fn value(spec: &ParamSpec, node: &Node, diagnostics: &mut Diagnostics) -> Option<Param> {
    if node.value == Value::Null {
        return None;
    }
    let wrong = |expected: &str| {
        let unit = unit(spec);
        Diagnostic::error(
            codes::PARAMETER_TYPE,
            node.span,
            format!("parameter `{}`: expected {expected}{unit}, found {}", spec.name, describe(node)),
        )
        .label(format!("expected {expected}"))
        .with_help(spec.doc)
    };
    let outside = |range: String| {
        Diagnostic::error(
            codes::PARAMETER_RANGE,
            node.span,
            format!("parameter `{}` must lie in {range}{}", spec.name, unit(spec)),
        )
        .label("out of range")
        .with_help(spec.doc)
    };
    let result = match spec.kind {
        ParamKind::Int { min, max } => match number(node) {
            Some(x) if x.fract() == 0.0 && x.abs() < 9e15 => {
                let i = x as i64;
                if (min..=max).contains(&i) { Ok(Param::Int(i)) } else { Err(outside(format!("{min}..={max}"))) }
            }
            Some(_) | None => Err(wrong("a whole number")),
        },
        ParamKind::Float { min, max } => match number(node) {
            Some(x) if (min..=max).contains(&x) => Ok(Param::Float(x)),
            Some(_) => Err(outside(range(min, max))),
            None => Err(wrong("a number")),
        },
        ParamKind::Bool => match (&node.value, node.origin) {
            (Value::Bool(b), _) => Ok(Param::Bool(*b)),
            (Value::String(s), Origin::Template | Origin::Quoted) if s == "true" || s == "false" => {
                Ok(Param::Bool(s == "true"))
            }
            _ => Err(wrong("`true` or `false`")),
        },
        ParamKind::Text => match text(node) {
            Some(text) => Ok(Param::Text(text)),
            None => Err(wrong("a text")),
        },
        ParamKind::Choice(words) => choice(spec, node, words).ok_or_else(|| {
            let list: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
            let mut diagnostic = wrong(&format!("one of {}", list.join(", ")));
            if let Some(help) = text(node).and_then(|t| suggest::did_you_mean(&t, words.iter().copied())) {
                diagnostic = diagnostic.with_help(help);
            }
            diagnostic
        }),
        ParamKind::Floats { min, max, least, most } => match floats(node) {
            None => Err(wrong("a list of numbers")),
            Some(list) if list.len() < least || list.len() > most => {
                Err(wrong(&format!("a list of {least} to {most} numbers")))
            }
            Some(list) => match list.iter().find(|x| !(min..=max).contains(*x)) {
                Some(x) => Err(outside(range(min, max)).label(format!("{x} is out of range"))),
                None => Ok(Param::List(list.into_iter().map(Param::Float).collect())),
            },
        },
        ParamKind::Matrix => match &node.value {
            Value::List(rows) => rows
                .iter()
                .map(|row| floats(row).map(|list| Param::List(list.into_iter().map(Param::Float).collect())))
                .collect::<Option<Vec<Param>>>()
                .map(Param::List)
                .ok_or_else(|| wrong("a list of lists of numbers")),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Map(_) => {
                Err(wrong("a list of lists of numbers"))
            }
        },
        ParamKind::Texts => match &node.value {
            Value::List(items) => items
                .iter()
                .map(|i| text(i).map(Param::Text))
                .collect::<Option<Vec<Param>>>()
                .map(Param::List)
                .ok_or_else(|| wrong("a list of texts")),
            Value::String(one) => Ok(Param::List(vec![Param::Text(one.clone())])),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) => Err(wrong("a list of texts")),
        },
        ParamKind::IntOr { min, max, words } => match number(node) {
            Some(x) if x.fract() == 0.0 && (min..=max).contains(&(x as i64)) => Ok(Param::Int(x as i64)),
            Some(_) => Err(outside(format!("{min}..={max}"))),
            None => choice(spec, node, words).ok_or_else(|| {
                let list: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
                wrong(&format!("a whole number or {}", list.join(", ")))
            }),
        },
        ParamKind::Any => Ok(Param::Text(String::new())),
    };
    match result {
        Ok(param) => {
            if matches!(spec.kind, ParamKind::Int { .. } | ParamKind::Float { .. }) && node.origin == Origin::Quoted {
                diagnostics.push(Diagnostic::tolerated(
                    codes::TOLERATED_VALUE,
                    node.span,
                    format!("`{}` is a number in quotes", spec.name),
                ));
            }
            Some(param)
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
}

fn range(min: f64, max: f64) -> String {
    match (min <= f64::MIN, max >= f64::MAX) {
        (true, true) => "the finite numbers".to_owned(),
        (false, true) => format!("{min} and above"),
        (true, false) => format!("{max} and below"),
        (false, false) => format!("{min}..={max}"),
    }
}

/// What stands there, for people.
fn describe(node: &Node) -> String {
    match &node.value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(b) => format!("`{b}`"),
        Value::Number(n) => format!("`{}`", n.text),
        Value::String(s) if s.chars().count() > 40 => "a text".to_owned(),
        Value::String(s) => format!("`\"{s}\"`"),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
    }
}

/// A number, also one in quotes.
fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Number(n) => Some(n.float),
        Value::String(s) => s.trim().parse().ok().filter(|x: &f64| x.is_finite()),
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// A text; numbers and words that YAML typed keep their spelling.
fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.text.clone()),
        Value::Bool(b) => Some(b.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// One of some words, in any case and with any separator.
fn choice(_spec: &ParamSpec, node: &Node, words: &[&'static str]) -> Option<Param> {
    let written = text(node)?;
    words.iter().find(|w| suggest::same_name(w, &written)).map(|w| Param::Text((*w).to_owned()))
}

fn floats(node: &Node) -> Option<Vec<f64>> {
    match &node.value {
        Value::List(items) => items.iter().map(number).collect(),
        Value::Number(n) => Some(vec![n.float]),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Map(_) => None,
    }
}
