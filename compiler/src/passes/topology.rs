//! Order and loops of a graph: strongly connected components in topological order, in linear time and without recursion.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use remotemedia_ir::graph::{Graph, NodeId};

/// The components of a graph. A component of more than one node, or of one with an edge to itself, is a loop.
#[derive(Clone, Debug)]
pub struct Components {
    /// Sources first; within a component in the order of ids.
    pub list: Vec<Component>,
    /// For each node (by index) the place of its component in `list`; removed nodes have none.
    pub of: Vec<Option<usize>>,
}

/// Nodes that reach each other.
#[derive(Clone, Debug)]
pub struct Component {
    pub nodes: Vec<NodeId>,
    pub is_loop: bool,
}

/// Finds the components.
pub fn components(graph: &Graph) -> Components {
    let mut g = DiGraph::<NodeId, (), u32>::with_capacity(graph.nodes.len(), graph.edges.len());
    let live: Vec<NodeId> = graph.live().collect();
    let mut place = vec![None; graph.nodes.len()];
    for id in &live {
        place[id.index()] = Some(g.add_node(*id));
    }
    let mut self_loop = vec![false; graph.nodes.len()];
    for edge in &graph.edges {
        if let (Some(a), Some(b)) = (place[edge.from.node.index()], place[edge.to.node.index()]) {
            g.add_edge(a, b, ());
            self_loop[edge.from.node.index()] |= edge.from.node == edge.to.node;
        }
    }
    // Kosaraju's order is reverse topological.
    let mut list: Vec<Component> = kosaraju_scc(&g)
        .into_iter()
        .map(|members| {
            let mut nodes: Vec<NodeId> = members.into_iter().map(|i| g[i]).collect();
            nodes.sort();
            let is_loop = nodes.len() > 1 || nodes.iter().any(|n| self_loop[n.index()]);
            Component { nodes, is_loop }
        })
        .collect();
    list.reverse();
    let mut of = vec![None; graph.nodes.len()];
    for (i, component) in list.iter().enumerate() {
        for node in &component.nodes {
            of[node.index()] = Some(i);
        }
    }
    Components { list, of }
}

/// Live nodes so that each comes after those that feed it, loops aside.
pub fn order(graph: &Graph) -> Vec<NodeId> {
    components(graph).list.into_iter().flat_map(|c| c.nodes).collect()
}
