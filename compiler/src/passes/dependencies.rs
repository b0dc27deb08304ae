//! What the statements of a body need of each other: for the passes that divide a region into loops.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use remotemedia_ir::kernel::{Kernel, Stmt, ValueId};
use remotemedia_ir::loops::{Memory, Uses};
use std::collections::HashMap;

/// What stands before what, among the statements of a body.
#[derive(Clone, Debug)]
pub struct Dependencies {
    /// Per statement those that define what it reads.
    pub needs: Vec<Vec<usize>>,
    /// Statements that must stay in one loop, in topological order.
    pub together: Vec<Vec<usize>>,
}

impl Dependencies {
    /// Of a body of a kernel, or a part of one.
    pub fn new(kernel: &Kernel, body: &[Stmt]) -> Dependencies {
        let mut graph = DiGraph::<usize, (), u32>::new();
        let mut home: HashMap<ValueId, usize> = HashMap::new();
        let mut touched: HashMap<Memory, usize> = HashMap::new();
        let mut needs = Vec::with_capacity(body.len());
        let uses: Vec<Uses> = body.iter().map(|s| Uses::of(kernel, std::slice::from_ref(s))).collect();
        for (i, uses) in uses.iter().enumerate() {
            let own = graph.add_node(i);
            home.extend(uses.defines.iter().map(|v| (*v, i)));
            for memory in &uses.memory {
                // Both ways: they are of one component.
                if let Some(other) = touched.insert(*memory, i) {
                    graph.add_edge(NodeIndex::new(other), own, ());
                    graph.add_edge(own, NodeIndex::new(other), ());
                }
            }
        }
        for (i, uses) in uses.iter().enumerate() {
            let mut from: Vec<usize> = uses.reads.iter().filter_map(|v| home.get(v).copied()).collect();
            from.retain(|f| *f != i);
            from.sort_unstable();
            from.dedup();
            for f in &from {
                graph.add_edge(NodeIndex::new(*f), NodeIndex::new(i), ());
            }
            needs.push(from);
        }
        // Tarjan's order is reverse topological.
        let mut together: Vec<Vec<usize>> = tarjan_scc(&graph)
            .into_iter()
            .map(|members| {
                let mut members: Vec<usize> = members.into_iter().map(|n| graph[n]).collect();
                members.sort_unstable();
                members
            })
            .collect();
        together.reverse();
        Dependencies { needs, together }
    }
}
