//! What can be checked of a manifest without the catalog: ids are unique, edges and outputs lead to nodes.

use super::model::{EdgeDecl, Endpoint};
use remotemedia_ir::diag::quote;
use remotemedia_ir::suggest::did_you_mean;
use remotemedia_ir::{Diagnostic, Diagnostics, Span, Spanned, codes};
use std::collections::HashMap;

/// So many errors get a suggestion; it costs a look at every node.
const SUGGESTIONS: usize = 100;

const INPUT: &str = "a node that no edge leads to receives the pipeline's input: leave this edge out, or add an input \
                     node such as `AudioInput`";
const OUTPUT: &str = "a node that no edge leaves gives an output of the pipeline: leave this edge out, or add an \
                      output node such as `AudioOutput`";

/// Reports duplicate ids (RM0206) and ends that are no nodes (RM0207).
///
/// Where the id of a node could not be read, an end may mean that node: then ends are not reported.
pub fn check(nodes: &[Option<Spanned<String>>], edges: &[EdgeDecl], outputs: &[Endpoint], out: &mut Diagnostics) {
    let mut ids: HashMap<&str, Span> = HashMap::with_capacity(nodes.len());
    for id in nodes.iter().flatten() {
        let Some(first) = ids.get(id.value.as_str()) else {
            ids.insert(&id.value, id.span);
            continue;
        };
        let message = format!("two nodes have the id {}", quote(&id.value));
        out.push(
            Diagnostic::error(codes::DUPLICATE_NODE, id.span, message)
                .label("used again here")
                .also(*first, "used first here"),
        );
    }
    if nodes.iter().any(Option::is_none) {
        return;
    }
    let from = edges.iter().map(|edge| (&edge.from, "an edge from", &["input", "source", "mic"][..], INPUT));
    let to = edges.iter().map(|edge| (&edge.to, "an edge to", &["output", "sink", "speaker"][..], OUTPUT));
    let named = outputs.iter().map(|end| (end, "an output of", &[][..], ""));
    let dangling = from.chain(to).chain(named).filter(|(end, ..)| !ids.contains_key(end.node.value.as_str()));
    for (index, (end, role, usual, help)) in dangling.enumerate() {
        let id = end.node.value.as_str();
        let message = format!("{role} {}, which is not a node", quote(id));
        let mut error = Diagnostic::error(codes::UNKNOWN_NODE, end.node.span, message).label("no node has this id");
        let candidates = || nodes.iter().flatten().map(|id| id.value.as_str());
        let meant = (index < SUGGESTIONS).then(|| {
            let before_port = id.rsplit_once('.').map_or("", |(id, _)| id);
            did_you_mean(id, candidates()).or_else(|| did_you_mean(before_port, candidates()))
        });
        if let Some(meant) = meant.flatten() {
            error = error.with_help(meant);
        } else if usual.iter().any(|word| id.to_ascii_lowercase().contains(word)) {
            error = error.with_help(help);
        }
        out.push(error);
    }
}
