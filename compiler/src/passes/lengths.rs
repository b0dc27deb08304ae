//! How many tokens each stream has in the end, as an expression over the lengths of the inputs.
//!
//! Two kernels may share a loop exactly if they fire equally often for every input, that is if these expressions are equal;
//! they are interned, so that equal means the same id. An analysis: it changes nothing. Cost: near-linear.

use crate::passes::topology::Components;
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{Graph, NodeId, NodeKind};
use std::collections::HashMap;

/// An error for each pipeline output that would never end.
pub fn check_ends(graph: &Graph, lengths: &Lengths) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    for id in graph.live().filter(|id| lengths.endless(*id)) {
        let node = graph.node(id);
        if let NodeKind::Output { .. } = node.kind {
            diagnostics.push(
                Diagnostic::error(
                    codes::UNBOUNDED_SOURCE,
                    node.span,
                    format!("output `{}` would never end", node.name),
                )
                .label("everything that feeds it is a source without end")
                .with_help("give the source a `duration_ms`, or mix it with a stream that ends"),
            );
        }
    }
    diagnostics.into_result().map(|_| ())
}

/// An interned length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LengthId(u32);

/// A number of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Length {
    /// As many as that input, or as node `0` decides at run time.
    Unknown(NodeId),
    /// That many.
    Fixed(u64),
    /// Without end.
    Endless,
    /// So many more.
    Plus(LengthId, u64),
    /// The longest of several, sorted.
    Longest(Vec<LengthId>),
}

/// Lengths of all streams of a graph.
#[derive(Debug)]
pub struct Lengths {
    table: Vec<Length>,
    ids: HashMap<Length, LengthId>,
    /// For each node, how often it fires; for kernels only.
    firings: Vec<Option<LengthId>>,
    /// For each node, how many tokens its outputs get.
    output: Vec<Option<LengthId>>,
}

impl Lengths {
    /// Computes all lengths.
    pub fn new(graph: &Graph, components: &Components) -> Lengths {
        let count = graph.nodes.len();
        let mut lengths =
            Lengths { table: Vec::new(), ids: HashMap::new(), firings: vec![None; count], output: vec![None; count] };
        let incoming = graph.incoming();
        for component in &components.list {
            if component.is_loop {
                let outside = |id: &NodeId| {
                    incoming[id.index()]
                        .iter()
                        .map(|e| graph.edges[e.index()].from.node)
                        .filter(|f| component.nodes.binary_search(f).is_err())
                };
                // Loops are small in real graphs; the longest of what comes from outside decides.
                let entering: Vec<LengthId> =
                    component.nodes.iter().flat_map(outside).filter_map(|n| lengths.output[n.index()]).collect();
                let length =
                    if entering.is_empty() { lengths.intern(Length::Endless) } else { lengths.longest(entering) };
                for id in &component.nodes {
                    lengths.firings[id.index()] = Some(length);
                    lengths.output[id.index()] = Some(length);
                }
            } else {
                for id in &component.nodes {
                    let inputs: Vec<LengthId> = incoming[id.index()]
                        .iter()
                        .filter_map(|e| lengths.output[graph.edges[e.index()].from.node.index()])
                        .collect();
                    lengths.visit(graph, *id, inputs);
                }
            }
        }
        lengths
    }

    /// How often a kernel fires.
    pub fn firings(&self, node: NodeId) -> Option<LengthId> {
        self.firings[node.index()]
    }

    /// How many tokens a node's outputs get.
    pub fn output(&self, node: NodeId) -> Option<LengthId> {
        self.output[node.index()]
    }

    /// True if a node's outputs never end.
    pub fn endless(&self, node: NodeId) -> bool {
        self.output[node.index()].is_some_and(|l| self.table[l.0 as usize] == Length::Endless)
    }

    /// Firings of a kernel after the longest of its region's inputs has ended; `u64::MAX` if it never ends.
    pub fn tail(&self, node: NodeId, inputs: impl Iterator<Item = NodeId>) -> u64 {
        let Some(firings) = self.firings(node) else { return 0 };
        if self.table[firings.0 as usize] == Length::Endless {
            return u64::MAX;
        }
        let (base, total) = self.parts(firings);
        let longest = inputs
            .filter_map(|n| self.output(n))
            .map(|l| self.parts(l))
            .filter(|(b, _)| *b == base)
            .map(|(_, n)| n)
            .max();
        match longest {
            Some(n) => total.saturating_sub(n),
            None if base.is_none() => total,
            None => 0,
        }
    }

    /// A length as a base and what is added to it.
    fn parts(&self, length: LengthId) -> (Option<LengthId>, u64) {
        match &self.table[length.0 as usize] {
            Length::Plus(base, n) => (Some(*base), *n),
            Length::Fixed(n) => (None, *n),
            Length::Unknown(_) | Length::Endless | Length::Longest(_) => (Some(length), 0),
        }
    }

    fn visit(&mut self, graph: &Graph, id: NodeId, inputs: Vec<LengthId>) {
        let alone = inputs.is_empty();
        let (firings, output) = match &graph.node(id).kind {
            NodeKind::Kernel(kernel) if alone => {
                let length = if kernel.tail == u64::MAX { Length::Endless } else { Length::Fixed(kernel.tail) };
                let length = self.intern(length);
                (Some(length), length)
            }
            NodeKind::Kernel(kernel) => {
                let longest = self.longest(inputs);
                let firings = self.plus(longest, kernel.tail);
                (Some(firings), self.plus(longest, kernel.tail.saturating_sub(kernel.skip)))
            }
            NodeKind::Library(library) if library.same_length && !alone => (None, inputs[0]),
            NodeKind::Output { .. } if !alone => (None, inputs[0]),
            NodeKind::Input { .. }
            | NodeKind::Output { .. }
            | NodeKind::Library(_)
            | NodeKind::Typed { .. }
            | NodeKind::Python(_)
            | NodeKind::Foreign(_)
            | NodeKind::Removed => {
                let endless = !alone && inputs.iter().all(|l| self.table[l.0 as usize] == Length::Endless);
                (None, self.intern(if endless { Length::Endless } else { Length::Unknown(id) }))
            }
        };
        self.firings[id.index()] = firings;
        self.output[id.index()] = Some(output);
    }

    fn intern(&mut self, length: Length) -> LengthId {
        let next = LengthId(self.table.len() as u32);
        let table = &mut self.table;
        *self.ids.entry(length).or_insert_with_key(|length| {
            table.push(length.clone());
            next
        })
    }

    fn plus(&mut self, base: LengthId, more: u64) -> LengthId {
        match (&self.table[base.0 as usize], more) {
            (_, 0) | (Length::Endless, _) => base,
            (Length::Plus(inner, n), _) => {
                let sum = Length::Plus(*inner, n.saturating_add(more));
                self.intern(sum)
            }
            (Length::Fixed(n), _) => {
                let sum = Length::Fixed(n.saturating_add(more));
                self.intern(sum)
            }
            (Length::Unknown(_) | Length::Longest(_), _) => self.intern(Length::Plus(base, more)),
        }
    }

    /// The longest; endless ones do not count unless there are no others.
    fn longest(&mut self, list: Vec<LengthId>) -> LengthId {
        let mut flat: Vec<LengthId> = Vec::new();
        for id in &list {
            match &self.table[id.0 as usize] {
                Length::Endless => {}
                Length::Longest(inner) => flat.extend(inner),
                Length::Unknown(_) | Length::Fixed(_) | Length::Plus(..) => flat.push(*id),
            }
        }
        if flat.is_empty() {
            return list.first().copied().unwrap_or_else(|| self.intern(Length::Endless));
        }
        // Of several with one base only the longest can be the longest.
        let mut by_base: HashMap<Option<LengthId>, u64> = HashMap::new();
        let mut bases: Vec<Option<LengthId>> = Vec::new();
        for id in flat {
            let (base, more) = match &self.table[id.0 as usize] {
                Length::Plus(base, n) => (Some(*base), *n),
                Length::Fixed(n) => (None, *n),
                Length::Unknown(_) | Length::Endless | Length::Longest(_) => (Some(id), 0),
            };
            let most = by_base.entry(base).or_insert_with(|| {
                bases.push(base);
                more
            });
            *most = (*most).max(more);
        }
        let mut parts: Vec<LengthId> = bases
            .into_iter()
            .map(|base| match base {
                Some(base) => self.plus(base, by_base[&Some(base)]),
                None => self.intern(Length::Fixed(by_base[&None])),
            })
            .collect();
        parts.sort();
        match parts.as_slice() {
            [one] => *one,
            _ => self.intern(Length::Longest(parts)),
        }
    }
}
