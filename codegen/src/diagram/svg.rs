//! A plan as a self-contained SVG: boxes in layers from left to right.
//!
//! The layer of a box is one more than that of the last box that feeds it; boxes of a layer are ordered by the mean place of
//! what feeds them, twice (the barycentre heuristic of Sugiyama). Text is measured by a fixed width per character. Light and dark by
//! `prefers-color-scheme`. Linear in the size of the plan but for the sorting.

use super::{Block, Link, picture};
use remotemedia_ir::plan::Plan;
use std::fmt::Write;

const LINE: f64 = 17.0;
const PAD: f64 = 12.0;
const GAP: f64 = 26.0;
const BETWEEN: f64 = 170.0;

struct Place {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// The picture.
pub fn svg(plan: &Plan) -> String {
    let (blocks, links) = picture(plan);
    let places = layout(&blocks, &links);
    let width = places.iter().map(|p| p.x + p.width).fold(0.0, f64::max) + 20.0;
    let height = places.iter().map(|p| p.y + p.height).fold(0.0, f64::max) + 20.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\">\n<title>{}</title>\n",
        escape(&plan.name)
    );
    out.push_str(STYLE);
    for link in &links {
        let (a, b) = (&places[link.from], &places[link.to]);
        let (x1, y1, x2, y2) = (a.x + a.width, a.y + a.height / 2.0, b.x, b.y + b.height / 2.0);
        let middle = (x1 + x2) / 2.0;
        let _ = writeln!(
            out,
            "<path class=\"e\" d=\"M{x1:.1} {y1:.1} C{middle:.1} {y1:.1} {middle:.1} {y2:.1} {x2:.1} {y2:.1}\" marker-end=\"url(#a)\"/>"
        );
        // Beside the end that has it to itself: labels of one fan-out do not lie on each other.
        let _ = writeln!(
            out,
            "<text class=\"l\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            x2 - 10.0,
            y2 - 5.0,
            escape(&link.label)
        );
    }
    for (block, p) in blocks.iter().zip(&places) {
        let (class, radius) = if block.is_port { ("p", p.height / 2.0) } else { ("b", 6.0) };
        let _ = writeln!(
            out,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius:.1}\"/>",
            p.x, p.y, p.width, p.height
        );
        let middle = p.x + p.width / 2.0;
        let _ = writeln!(
            out,
            "<text class=\"t\" x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            p.y + PAD + 9.0,
            escape(&block.title)
        );
        for (row, line) in block.lines.iter().enumerate() {
            let y = p.y + PAD + 9.0 + LINE * (row + 1) as f64;
            let _ = writeln!(
                out,
                "<text class=\"s\" x=\"{middle:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>",
                escape(line)
            );
        }
    }
    out.push_str("</svg>\n");
    out
}

const STYLE: &str = "<style>
text { font: 12px system-ui, sans-serif; fill: #1f2933 } .t { font-weight: 600; font-size: 13px } .s { fill: #52606d } .l { fill: #52606d; font-size: 11px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
.b { fill: #f5f7fa; stroke: #7b8794 } .p { fill: #e3f8ff; stroke: #2680c2 } .e { fill: none; stroke: #7b8794; stroke-width: 1.3 } #a path { fill: #7b8794 }
@media (prefers-color-scheme: dark) { text { fill: #f5f7fa } .s, .l { fill: #cbd2d9 } .l { stroke: #1f2933 } .b { fill: #323f4b; stroke: #9aa5b1 } .p { fill: #0b3d61; stroke: #62b0e8 } .e { stroke: #9aa5b1 } #a path { fill: #9aa5b1 } }
</style>
<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>
";

fn layout(blocks: &[Block], links: &[Link]) -> Vec<Place> {
    let mut layer = vec![0usize; blocks.len()];
    // Blocks come in topological order.
    let mut into: Vec<Vec<usize>> = vec![Vec::new(); blocks.len()];
    for link in links {
        into[link.to].push(link.from);
    }
    for index in 0..blocks.len() {
        layer[index] = into[index].iter().map(|f| layer[*f] + 1).max().unwrap_or(0);
    }
    let count = layer.iter().max().map_or(0, |l| l + 1);
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, l) in layer.iter().enumerate() {
        layers[*l].push(index);
    }
    let mut rank = vec![0.0; blocks.len()];
    for _ in 0..2 {
        for list in &mut layers {
            let mean = |i: &usize| {
                let from = &into[*i];
                if from.is_empty() { rank[*i] } else { from.iter().map(|f| rank[*f]).sum::<f64>() / from.len() as f64 }
            };
            let mut keyed: Vec<(f64, usize)> = list.iter().map(|i| (mean(i), *i)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            *list = keyed.into_iter().map(|(_, i)| i).collect();
            for (place, i) in list.iter().enumerate() {
                rank[*i] = place as f64 - (list.len() as f64 - 1.0) / 2.0;
            }
        }
    }
    let size = |block: &Block| {
        let longest = block
            .lines
            .iter()
            .map(|l| l.chars().count() as f64 * 6.6)
            .fold(block.title.chars().count() as f64 * 7.6, f64::max);
        (longest + 2.0 * PAD, LINE * (block.lines.len() as f64 + 1.0) + PAD)
    };
    let heights: Vec<f64> =
        layers.iter().map(|list| list.iter().map(|i| size(&blocks[*i]).1 + GAP).sum::<f64>() - GAP).collect();
    let tallest = heights.iter().copied().fold(0.0, f64::max);
    let mut places: Vec<Place> = blocks.iter().map(|_| Place { x: 0.0, y: 0.0, width: 0.0, height: 0.0 }).collect();
    let mut x = 20.0;
    for (list, height) in layers.iter().zip(&heights) {
        let mut y = 20.0 + (tallest - height) / 2.0;
        let widest = list.iter().map(|i| size(&blocks[*i]).0).fold(0.0, f64::max);
        for i in list {
            let (width, height) = size(&blocks[*i]);
            places[*i] = Place { x: x + (widest - width) / 2.0, y, width, height };
            y += height + GAP;
        }
        x += widest + BETWEEN;
    }
    places
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
