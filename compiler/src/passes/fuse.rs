//! `fuse`: neighbouring kernels of one clock become one region, one loop with its intermediates in registers.
//!
//! Requires `lower`. Gives groups of nodes, each a region or a library node, in topological order of the graph. Two kernels may
//! share a loop if an edge joins them and they fire equally often ([`Lengths`]). To keep the groups free of cycles, each kernel
//! gets a stage: that of its source if it may share its loop, else one more; a group is a connected set of one stage. So no path
//! leaves a group and comes back. A loop of the graph always becomes one region: its delay is memory of that region.
//! A region beyond [`MOST`] lane operations is cut, because compilers take more than linear time on a function, and still more in
//! the number of streams it reads and writes. Hence the cut goes through the nodes depth first: few edges cross it.
//! Bits are unchanged: the same operations in the same order on the same values. Cost: near-linear.
//!
//! Cycles without a delay end here: statements of a loop are sorted by what they need, and if that cannot be done, no delay
//! breaks the loop.

use crate::passes::Report;
use crate::passes::lengths::Lengths;
use crate::passes::topology::{Component, Components};
use crate::region::{self, Region, Wiring};
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{EdgeId, Graph, KernelNode, NodeId, NodeKind};
use std::collections::HashMap;

/// Lane operations that one region may have.
pub const MOST: usize = 1536;

/// What becomes one actor.
#[derive(Clone, Debug, PartialEq)]
pub enum Group {
    Region(Box<Region>),
    Library(NodeId),
}

impl Group {
    /// The nodes in it, sources first.
    pub fn nodes(&self) -> &[NodeId] {
        match self {
            Group::Region(region) => &region.nodes,
            Group::Library(id) => std::slice::from_ref(id),
        }
    }
}

/// Runs the pass.
pub fn run(graph: &Graph, components: &Components, lengths: &Lengths) -> Result<(Vec<Group>, Report), Diagnostics> {
    let mut report = Report::new("fuse");
    let mut diagnostics = Diagnostics::new();
    let sets = sets(graph, components, lengths, &mut diagnostics);
    let wiring = Wiring::new(graph);
    let mut groups = Vec::new();
    for set in sets {
        match set {
            Set::Library(id) => groups.push(Group::Library(id)),
            Set::Kernels { nodes, is_loop } => match region::build(graph, &wiring, lengths, nodes, is_loop) {
                Ok(region) => groups.push(Group::Region(Box::new(region))),
                Err(stuck) => diagnostics.push(cycle(graph, &stuck)),
            },
        }
    }
    diagnostics.into_result()?;
    for group in &groups {
        if let Group::Region(region) = group
            && region.nodes.len() > 1
            && region.nodes.len() <= 32
        {
            let names: Vec<&str> = region.nodes.iter().map(|n| graph.node(*n).name.as_str()).collect();
            report.say(format!("one loop: {}", names.join(" → ")));
        }
    }
    let regions = groups.iter().filter(|g| matches!(g, Group::Region(_))).count();
    report.say(format!("{regions} regions, {} library nodes", groups.len() - regions));
    Ok((groups, report))
}

enum Set {
    Kernels { nodes: Vec<NodeId>, is_loop: bool },
    Library(NodeId),
}

/// The error about a loop in which nothing is delayed.
fn cycle(graph: &Graph, nodes: &[NodeId]) -> Diagnostic {
    let names: Vec<String> = nodes.iter().take(12).map(|n| format!("`{}`", graph.node(*n).name)).collect();
    let mut diagnostic = Diagnostic::error(
        codes::CYCLE_WITHOUT_DELAY,
        nodes.first().map_or(remotemedia_ir::Span::NONE, |n| graph.node(*n).span),
        format!("a loop without a delay: {}", names.join(" → ")),
    )
    .label("each of these waits for the next");
    for node in nodes.iter().skip(1).take(3) {
        diagnostic = diagnostic.also(graph.node(*node).span, "and this one");
    }
    diagnostic.with_help("put a `Delay` with `delay_ms` above 0 into the loop")
}

/// Partitions the nodes, in topological order.
fn sets(graph: &Graph, components: &Components, lengths: &Lengths, diagnostics: &mut Diagnostics) -> Vec<Set> {
    let incoming = graph.incoming();
    let mut stage = vec![0u32; graph.nodes.len()];
    let mut leader: Vec<usize> = (0..graph.nodes.len()).collect();
    let fusible = |id: NodeId| matches!(&graph.node(id).kind, NodeKind::Kernel(KernelNode { skip: 0, .. }));
    for component in &components.list {
        let mut own = 0;
        let mut joins = Vec::new();
        for id in &component.nodes {
            for edge in &incoming[id.index()] {
                let from = graph.edges[edge.index()].from.node;
                if components.of[from.index()] == components.of[id.index()] {
                    continue;
                }
                let share = fusible(*id) && fusible(from) && lengths.firings(*id) == lengths.firings(from);
                own = own.max(stage[from.index()] + u32::from(!share));
                if share {
                    joins.push(from);
                }
            }
        }
        for id in &component.nodes {
            stage[id.index()] = own;
            join(&mut leader, component.nodes[0].index(), id.index());
        }
        for from in joins.into_iter().filter(|f| stage[f.index()] == own) {
            join(&mut leader, from.index(), component.nodes[0].index());
        }
    }
    let mut sets: Vec<Set> = Vec::new();
    let mut place: HashMap<usize, usize> = HashMap::new();
    let mut weight: HashMap<usize, usize> = HashMap::new();
    for component in cutting_order(graph, components, &incoming, &mut leader) {
        if component.is_loop
            && let Some(other) = component.nodes.iter().find(|n| !fusible(**n))
        {
            diagnostics.push(foreign_in_loop(graph, *other, &component.nodes));
            continue;
        }
        let root = find(&mut leader, component.nodes[0].index());
        for id in &component.nodes {
            match &graph.node(*id).kind {
                NodeKind::Kernel(KernelNode { kernel, .. }) => {
                    let ops = region::weight(kernel);
                    let full = weight.get(&root).is_some_and(|w| w + ops > MOST) && !component.is_loop;
                    let index = match place.get(&root) {
                        Some(index) if !full => *index,
                        Some(_) | None => {
                            sets.push(Set::Kernels { nodes: Vec::new(), is_loop: false });
                            weight.insert(root, 0);
                            place.insert(root, sets.len() - 1);
                            sets.len() - 1
                        }
                    };
                    *weight.entry(root).or_insert(0) += ops;
                    if let Set::Kernels { nodes, is_loop } = &mut sets[index] {
                        nodes.push(*id);
                        *is_loop |= component.is_loop;
                    }
                }
                NodeKind::Library(_) => sets.push(Set::Library(*id)),
                NodeKind::Input { .. }
                | NodeKind::Output { .. }
                | NodeKind::Typed { .. }
                | NodeKind::Python(_)
                | NodeKind::Foreign(_)
                | NodeKind::Removed => {}
            }
        }
    }
    sets
}

/// The components in the order in which regions are filled: as they are, or, where some region will be cut, each as late as what
/// reads it allows.
fn cutting_order<'a>(
    graph: &Graph,
    components: &'a Components,
    incoming: &[Vec<EdgeId>],
    leader: &mut [usize],
) -> Vec<&'a Component> {
    let mut weight: HashMap<usize, usize> = HashMap::new();
    for id in components.list.iter().flat_map(|c| &c.nodes) {
        if let NodeKind::Kernel(KernelNode { kernel, .. }) = &graph.node(*id).kind {
            *weight.entry(find(leader, id.index())).or_insert(0) += region::weight(kernel);
        }
    }
    if weight.values().all(|w| *w <= MOST) {
        return components.list.iter().collect();
    }
    let mut read = vec![false; components.list.len()];
    let sources = |at: usize| {
        let edges = components.list[at].nodes.iter().flat_map(|id| &incoming[id.index()]);
        edges.filter_map(|e| components.of[graph.edges[e.index()].from.node.index()]).filter(move |from| *from != at)
    };
    (0..components.list.len()).flat_map(sources).for_each(|from| read[from] = true);
    let mut order = Vec::new();
    let mut seen = vec![false; components.list.len()];
    let mut work: Vec<(usize, bool)> =
        (0..components.list.len()).filter(|at| !read[*at]).map(|at| (at, false)).collect();
    work.reverse();
    while let Some((at, done)) = work.pop() {
        if done {
            order.push(&components.list[at]);
        } else if !std::mem::replace(&mut seen[at], true) {
            work.push((at, true));
            let from = work.len();
            work.extend(sources(at).map(|from| (from, false)));
            work[from..].reverse();
        }
    }
    order
}

fn foreign_in_loop(graph: &Graph, id: NodeId, nodes: &[NodeId]) -> Diagnostic {
    let node = graph.node(id);
    let names: Vec<String> = nodes.iter().take(12).map(|n| format!("`{}`", graph.node(*n).name)).collect();
    Diagnostic::error(codes::CYCLE_WITHOUT_DELAY, node.span, format!("`{}` cannot stand in a loop", node.name))
        .label("works on more than one frame at a time")
        .with_note(format!("the loop: {}", names.join(" → ")))
        .with_help("loops are made of kernels (gain, filters, mix, delay, dynamics); move this node out of the loop")
}

fn find(leader: &mut [usize], mut v: usize) -> usize {
    while leader[v] != v {
        leader[v] = leader[leader[v]];
        v = leader[v];
    }
    v
}

fn join(leader: &mut [usize], a: usize, b: usize) {
    let (a, b) = (find(leader, a), find(leader, b));
    leader[b] = a;
}
