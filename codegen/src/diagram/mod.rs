//! A plan as a picture: DOT and Mermaid for other tools, SVG to look at.

mod svg;

use remotemedia_ir::plan::{Plan, Work};
use remotemedia_ir::types::StreamType;
use std::fmt::Write;

pub use svg::svg;

/// A box of the picture.
struct Block {
    title: String,
    /// Lines below the title.
    lines: Vec<String>,
    is_port: bool,
}

/// A line between two boxes.
struct Link {
    from: usize,
    to: usize,
    label: String,
}

/// Boxes and links of a plan: inputs, actors in the order of the schedule, outputs.
fn picture(plan: &Plan) -> (Vec<Block>, Vec<Link>) {
    let mut blocks = Vec::new();
    let mut writer = vec![0; plan.streams.len()];
    for port in &plan.inputs {
        writer[port.stream.index()] = blocks.len();
        blocks.push(Block { title: port.name.clone(), lines: vec!["input".into()], is_port: true });
    }
    let mut links = Vec::new();
    for id in &plan.order {
        let actor = plan.actor(*id);
        let mut lines = Vec::new();
        let title = match &actor.work {
            Work::Region(_) if actor.nodes.len() > 1 => {
                lines.extend(actor.nodes.iter().take(6).cloned());
                if actor.nodes.len() > 6 {
                    lines.push(format!("and {} more", actor.nodes.len() - 6));
                }
                "one loop".to_owned()
            }
            Work::Region(_) => actor.name.clone(),
            Work::Library(library) => {
                lines.push(library.path.clone());
                actor.name.clone()
            }
        };
        for reading in &actor.inputs {
            links.push(Link {
                from: writer[reading.stream.index()],
                to: blocks.len(),
                label: label(&plan.stream(reading.stream).ty),
            });
        }
        for stream in &actor.outputs {
            writer[stream.index()] = blocks.len();
        }
        lines.push(actor.runtime.name().to_owned());
        blocks.push(Block { title, lines, is_port: false });
    }
    for port in &plan.outputs {
        let stream = port.from.stream;
        links.push(Link { from: writer[stream.index()], to: blocks.len(), label: label(&plan.stream(stream).ty) });
        blocks.push(Block { title: port.name.clone(), lines: vec!["output".into()], is_port: true });
    }
    (blocks, links)
}

/// A stream type in a few words: `48 kHz · 2 ch · f32`.
fn label(ty: &StreamType) -> String {
    match ty {
        StreamType::Audio { format, rate, channels } => {
            let khz = f64::from(*rate) / 1000.0;
            format!("{khz} kHz · {channels} ch · {format}")
        }
        StreamType::Tensor { shape } => {
            let dims: Vec<String> = shape.iter().map(u32::to_string).collect();
            format!("tensor {}", dims.join("×"))
        }
        StreamType::Text => "text".to_owned(),
        StreamType::Json => "json".to_owned(),
    }
}

/// For Graphviz.
pub fn dot(plan: &Plan) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "));
    let (blocks, links) = picture(plan);
    let mut out =
        format!("digraph {} {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\", shape=box];\n", quote(&plan.name));
    for (index, block) in blocks.iter().enumerate() {
        let text: Vec<&str> =
            std::iter::once(block.title.as_str()).chain(block.lines.iter().map(String::as_str)).collect();
        let text = quote(&text.join("\u{1}")).replace('\u{1}', "\\n");
        let shape = if block.is_port { ", shape=oval" } else { "" };
        let _ = writeln!(out, "  b{index} [label={text}{shape}];");
    }
    for link in links {
        let _ = writeln!(out, "  b{} -> b{} [label={}];", link.from, link.to, quote(&link.label));
    }
    out.push_str("}\n");
    out
}

/// For Mermaid, as Markdown renderers draw it.
pub fn mermaid(plan: &Plan) -> String {
    let quote = |text: &str| {
        let escaped = text
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('\n', " ");
        format!("\"{escaped}\"")
    };
    let (blocks, links) = picture(plan);
    let mut out = String::from("flowchart LR\n");
    for (index, block) in blocks.iter().enumerate() {
        let text: Vec<&str> =
            std::iter::once(block.title.as_str()).chain(block.lines.iter().map(String::as_str)).collect();
        let text = quote(&text.join("\u{1}")).replace('\u{1}', "<br/>");
        let _ = if block.is_port { writeln!(out, "  b{index}([{text}])") } else { writeln!(out, "  b{index}[{text}]") };
    }
    for link in links {
        let _ = writeln!(out, "  b{} -->|{}| b{}", link.from, quote(&link.label), link.to);
    }
    out
}
