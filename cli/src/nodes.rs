//! `nodes`: the catalog, for people and for programs.

use crate::args::{MessageFormat, Nodes, NodesCommand};
use remotemedia_ir::suggest;
use remotemedia_nodes::catalog::{self, CATALOG};
use remotemedia_nodes::{Category, Default, NodeType, ParamKind, ParamSpec, PortSpec};
use serde_json::{Value, json};

/// Runs `nodes`; gives the exit code.
pub fn nodes(args: &Nodes) -> u8 {
    match (args.command.as_ref().unwrap_or(&NodesCommand::List), args.format) {
        (NodesCommand::List, MessageFormat::Human) => list(),
        (NodesCommand::List, MessageFormat::Json) => {
            let all: Vec<Value> = CATALOG.iter().map(|t| as_json(t)).collect();
            println!("{}", Value::Array(all));
            0
        }
        (NodesCommand::Show { name }, format) => match catalog::find(name) {
            Some((ty, _)) if format == MessageFormat::Json => {
                println!("{}", as_json(ty));
                0
            }
            Some((ty, _)) => {
                show(ty);
                0
            }
            None => {
                eprintln!("error: there is no node type `{name}`");
                let names = CATALOG.iter().flat_map(|t| std::iter::once(t.name).chain(t.aliases.iter().copied()));
                if let Some(help) = suggest::did_you_mean(name, names) {
                    eprintln!("help: {help}");
                }
                2
            }
        },
    }
}

fn list() -> u8 {
    let width = CATALOG.iter().map(|t| t.name.len()).max().unwrap_or(0);
    for category in Category::ALL {
        println!("{}", category.title());
        for ty in CATALOG.iter().filter(|t| t.category == category) {
            println!("  {:width$}  {}", ty.name, ty.summary);
        }
        println!();
    }
    0
}

fn show(ty: &NodeType) {
    println!("{}: {}\n\n{}", ty.name, ty.summary, ty.docs);
    if !ty.aliases.is_empty() {
        println!("\nalso: {}", ty.aliases.join(", "));
    }
    if !ty.params.is_empty() {
        println!("\nparameters");
    }
    for spec in ty.params {
        let unit = if spec.unit.is_empty() { String::new() } else { format!(" {}", spec.unit) };
        println!("  {}: {}{unit} ({})", spec.name, kind(spec), default(spec));
        println!("      {}", spec.doc);
        if !spec.aliases.is_empty() {
            println!("      also: {}", spec.aliases.join(", "));
        }
    }
    for (title, ports) in [("inputs", ty.inputs), ("outputs", ty.outputs)] {
        for (index, port) in ports.iter().enumerate() {
            if index == 0 {
                println!("\n{title}");
            }
            println!("  {}", describe(port));
        }
    }
    let runtimes: Vec<&str> = ty.runtimes.iter().map(|r| r.name()).collect();
    println!("\nruns on: {}", runtimes.join(", "));
    if !ty.needs.is_empty() {
        println!("needs: {}", ty.needs.join(", "));
    }
}

fn describe(port: &PortSpec) -> String {
    let more = match (port.variadic, port.optional) {
        (true, _) => ", any number",
        (false, true) => ", optional",
        (false, false) => "",
    };
    format!("{} ({}{more}): {}", port.name, format!("{:?}", port.kind).to_lowercase(), port.doc)
}

fn kind(spec: &ParamSpec) -> String {
    match spec.kind {
        ParamKind::Int { min, max } => format!("whole number {min}..={max}"),
        ParamKind::Float { min, max } if min <= f64::MIN && max >= f64::MAX => "number".into(),
        ParamKind::Float { min, max } => format!("number {min}..={max}"),
        ParamKind::Bool => "true or false".into(),
        ParamKind::Text => "text".into(),
        ParamKind::Choice(words) => words.join(" | "),
        ParamKind::Floats { least, most, .. } => format!("{least} to {most} numbers"),
        ParamKind::Matrix => "rows of numbers".into(),
        ParamKind::Texts => "list of texts".into(),
        ParamKind::IntOr { min, max, words } => format!("whole number {min}..={max} or {}", words.join(" | ")),
        ParamKind::Any => "anything".into(),
    }
}

fn default(spec: &ParamSpec) -> String {
    match spec.default {
        Default::Required => "required".into(),
        Default::Absent => "optional".into(),
        Default::Int(i) => format!("default {i}"),
        Default::Float(x) => format!("default {x}"),
        Default::Bool(b) => format!("default {b}"),
        Default::Text(t) => format!("default {t:?}"),
        Default::Floats(list) => format!("default {list:?}"),
        Default::Texts(list) => format!("default {list:?}"),
    }
}

fn as_json(ty: &NodeType) -> Value {
    let params: Vec<Value> = ty
        .params
        .iter()
        .map(|p| {
            json!({"name": p.name, "aliases": p.aliases, "takes": kind(p), "unit": p.unit, "default": default(p), "doc": p.doc})
        })
        .collect();
    let port = |p: &PortSpec| json!({"name": p.name, "kind": format!("{:?}", p.kind).to_lowercase(), "variadic": p.variadic, "optional": p.optional, "doc": p.doc});
    json!({
        "name": ty.name,
        "aliases": ty.aliases,
        "category": ty.category.title(),
        "summary": ty.summary,
        "docs": ty.docs,
        "params": params,
        "inputs": ty.inputs.iter().map(port).collect::<Vec<_>>(),
        "outputs": ty.outputs.iter().map(port).collect::<Vec<_>>(),
        "runtimes": ty.runtimes.iter().map(|r| r.name()).collect::<Vec<_>>(),
        "needs": ty.needs,
    })
}
