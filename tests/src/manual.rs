//! `docs/nodes.md`: the reference of all node types, generated from the catalog; and `docs/diagnostics.md`, the list of codes.

use remotemedia_codegen::diagram;
use remotemedia_compiler::{Compiled, InputFormat, Nowhere, Options, Stage, compile_text};
use remotemedia_ir::{SourceMap, codes};
use remotemedia_nodes::{Category, Default, NodeType, ParamKind, ParamSpec, PortKind, PortSpec, catalog::CATALOG};
use std::fmt::Write;

/// The reference of node types, as it stands in the file.
pub fn nodes() -> String {
    let mut out = String::from(
        "# Node types\n\nGenerated from the catalog (`make generate`): change the file of the node type, not this page.\n\
         Names are found with or without the suffix `Node` and in any case; parameters in snake_case or camelCase.\n",
    );
    for category in Category::ALL {
        let types: Vec<&&NodeType> = CATALOG.iter().filter(|t| t.category == category).collect();
        if types.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {}\n\n| type | what it does |\n|---|---|\n", category.title());
        for ty in &types {
            let _ = writeln!(out, "| [{}](#{}) | {} |", ty.name, ty.name.to_lowercase(), cell(ty.summary));
        }
        for ty in types {
            out.push_str(&section(ty));
        }
    }
    out
}

fn section(ty: &NodeType) -> String {
    let mut out = format!("\n### {}\n\n{}.\n\n{}\n", ty.name, capital(ty.summary), ty.docs.trim());
    if !ty.aliases.is_empty() {
        let list: Vec<String> = ty.aliases.iter().map(|a| format!("`{a}`")).collect();
        let _ = write!(out, "\nAlso: {}.\n", list.join(", "));
    }
    if !ty.needs.is_empty() {
        let _ = write!(out, "\nNeeds: {}.\n", ty.needs.join(", "));
    }
    if !ty.params.is_empty() {
        out.push_str("\n| parameter | takes | default | meaning |\n|---|---|---|---|\n");
        for spec in ty.params {
            let aliases: Vec<String> = spec.aliases.iter().map(|a| format!("`{a}`")).collect();
            let also = if aliases.is_empty() { String::new() } else { format!(" (also {})", aliases.join(", ")) };
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {}{also} |",
                spec.name,
                cell(&takes(spec)),
                default(spec),
                cell(spec.doc)
            );
        }
    }
    for (title, ports) in [("Inputs", ty.inputs), ("Outputs", ty.outputs)] {
        if !ports.is_empty() {
            let list: Vec<String> = ports.iter().map(port).collect();
            let _ = write!(out, "\n{title}: {}.\n", list.join("; "));
        }
    }
    out
}

fn port(spec: &PortSpec) -> String {
    let kind = match spec.kind {
        PortKind::Audio => "audio",
        PortKind::Tensor => "tensor",
        PortKind::Text => "text",
        PortKind::Json => "json",
        PortKind::Message => "text or json",
        PortKind::Any => "any type",
    };
    let more = match (spec.variadic, spec.optional) {
        (true, _) => ", any number",
        (false, true) => ", optional",
        (false, false) => "",
    };
    format!("`{}` ({kind}{more}): {}", spec.name, spec.doc)
}

fn takes(spec: &ParamSpec) -> String {
    let range = |min: f64, max: f64| match (min > f64::MIN, max < f64::MAX) {
        (true, true) => format!("{min} … {max}"),
        (true, false) => format!("from {min}"),
        (false, true) => format!("up to {max}"),
        (false, false) => "number".to_owned(),
    };
    let words = |list: &[&str]| list.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
    let kind = match spec.kind {
        ParamKind::Int { min, max } => format!("whole number, {min} … {max}"),
        ParamKind::Float { min, max } => range(min, max),
        ParamKind::Bool => "`true`, `false`".to_owned(),
        ParamKind::Text => "text".to_owned(),
        ParamKind::Choice(list) => words(list),
        ParamKind::Floats { min, max, .. } => format!("list of numbers, {}", range(min, max)),
        ParamKind::Matrix => "rows of numbers".to_owned(),
        ParamKind::Texts => "list of texts".to_owned(),
        ParamKind::IntOr { min, max, words: list } => format!("{min} … {max} or {}", words(list)),
        ParamKind::Any => "anything".to_owned(),
    };
    if spec.unit.is_empty() { kind } else { format!("{kind} {}", spec.unit) }
}

fn default(spec: &ParamSpec) -> String {
    match spec.default {
        Default::Required => "**required**".to_owned(),
        Default::Absent => "–".to_owned(),
        Default::Int(i) => i.to_string(),
        Default::Float(x) => x.to_string(),
        Default::Bool(b) => b.to_string(),
        Default::Text(t) => format!("`{}`", cell(t).replace('\n', "\\n")),
        Default::Floats(list) => format!("{list:?}"),
        Default::Texts(list) => format!("`{}`", cell(&format!("{list:?}"))),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// The list of diagnostics, as it stands in the file.
pub fn diagnostics() -> String {
    let mut out = String::from(
        "# Diagnostics\n\nGenerated (`make generate`). `remotemedia explain RM0201` prints the page of a code; the pages are in `ir/pages`.\n\n| code | title |\n|---|---|\n",
    );
    for entry in codes::ALL {
        let _ = writeln!(out, "| [{}](../ir/pages/{}.md) | {} |", entry.0, entry.0, cell(entry.1));
    }
    out
}

/// The picture of the README: the plan of the example that the demonstration compiles.
pub fn picture() -> String {
    let manifest = include_str!("../../examples/voice-front-end/pipeline.json");
    let inputs = vec![InputFormat { port: None, format: None, rate: 48_000, channels: 2 }];
    let options = Options { inputs, ..Options::default() };
    match compile_text(&mut SourceMap::default(), "pipeline.json", manifest.as_bytes(), &Nowhere, &options) {
        Ok(Compiled { stage: Stage::Plan(plan), .. }) => diagram::svg(&plan),
        Ok(_) | Err(_) => String::new(),
    }
}
