//! `buffers`: the streams between actors, and the least capacity of each that cannot stall.
//!
//! Requires `fuse` and `rates`. Gives a [`Plan`] without an order. A pass of the schedule brings at most a block to each input;
//! from there every stream has a *burst* (tokens written in one pass at most) and a *lag* (tokens by which it is behind its
//! input, because a node holds them back). A stream needs room for its burst, and where it meets a stream that lags more, for
//! the difference. Cost: linear. Source: the buffer bounds of Lee and Messerschmitt's SDF schedules, with declared hold-back in
//! place of the firing granularity.

use crate::passes::fuse::Group;
use crate::passes::rates::{Rates, Ratio};
use crate::passes::{PassCx, Report};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::{End, Graph, LibraryNode, NodeId, NodeKind, Param, Rate, UNBOUNDED};
use remotemedia_ir::plan::{Actor, InputPort, OutputPort, Plan, Reading, Region, Stream, StreamId, Work};
use remotemedia_ir::types::StreamType;
use std::collections::{HashMap, HashSet};

/// Room for messages, which are allocated one by one anyway.
const MESSAGES: u64 = 64;

/// What is known of a stream while capacities are computed.
#[derive(Clone, Copy, Debug, Default)]
struct Flow {
    burst: u64,
    lag: u64,
    latency: u64,
    /// Comes from sources alone: paused where it is not needed, so that nothing has to wait for it or to hold it.
    free: bool,
}

/// Runs the pass. Besides the plan it gives the tokens that a pass brings to each stream at most.
pub fn run(graph: &Graph, groups: &[Group], rates: &Rates, cx: &PassCx) -> (Plan, Vec<u64>, Report) {
    let mut planner = Planner::new(graph);
    let fastest = rates.output.iter().flatten().copied().max_by(compare).unwrap_or(Ratio::new(1, 1));
    let block = |node: NodeId| match rates.output[node.index()] {
        Some(rate) => rate.times(fastest.den, fastest.num).of(u64::from(cx.block)).clamp(1, u64::from(cx.block)),
        None => MESSAGES,
    };
    for id in graph.live() {
        let node = graph.node(id);
        if let NodeKind::Input { default_path } = &node.kind {
            let end = End { node: id, port: 0 };
            let stream = planner.stream(end, Flow { burst: block(id), ..Flow::default() });
            planner.plan.inputs.push(InputPort {
                name: node.name.clone(),
                stream,
                block: block(id) as u32,
                default_path: default_path.clone(),
            });
        }
    }
    // A region may be listed before a group that feeds its last node.
    for index in order(graph, groups) {
        match &groups[index] {
            Group::Region(region) => planner.region(region, block, cx),
            Group::Library(id) => planner.library(*id, cx),
        }
    }
    for id in graph.live() {
        let node = graph.node(id);
        if let (NodeKind::Output { default_path }, Some(end)) = (&node.kind, planner.source(End { node: id, port: 0 }))
        {
            let Some(stream) = planner.streams.get(&end).copied() else { continue };
            // Two outputs of one stream: the second gets a stream of its own.
            let stream = if planner.heard.remove(&end) { stream } else { planner.copy(stream, &node.name, cx) };
            let from = Reading { stream, reader: 0 };
            let latency = planner.flow[stream.index()].latency;
            planner.plan.outputs.push(OutputPort {
                name: node.name.clone(),
                from,
                default_path: default_path.clone(),
                latency,
            });
        }
    }
    let bursts = planner.flow.iter().map(|flow| flow.burst).collect();
    let plan = planner.plan;
    let mut report = Report::new("buffers");
    for stream in &plan.streams {
        if plan.streams.len() <= 64 && !stream.ty.is_message() {
            let tokens = match stream.capacity {
                UNBOUNDED => "all".to_owned(),
                tokens => format!("{tokens}"),
            };
            report.say(format!("`{}`: {tokens} tokens of {}", stream.name, stream.ty));
        }
    }
    report.say(format!("{} streams, {} bytes", plan.streams.len(), plan.buffer_bytes()));
    (plan, bursts, report)
}

fn compare(a: &Ratio, b: &Ratio) -> std::cmp::Ordering {
    (u128::from(a.num) * u128::from(b.den)).cmp(&(u128::from(b.num) * u128::from(a.den)))
}

/// Groups so that each comes after those that feed it.
fn order(graph: &Graph, groups: &[Group]) -> Vec<usize> {
    let mut of = vec![usize::MAX; graph.nodes.len()];
    for (index, group) in groups.iter().enumerate() {
        for node in group.nodes() {
            of[node.index()] = index;
        }
    }
    let mut after = vec![Vec::new(); groups.len()];
    let mut waits = vec![0usize; groups.len()];
    for edge in &graph.edges {
        let (from, to) = (of[edge.from.node.index()], of[edge.to.node.index()]);
        if from != to && from != usize::MAX && to != usize::MAX {
            after[from].push(to);
            waits[to] += 1;
        }
    }
    let mut ready: std::collections::BTreeSet<usize> = (0..groups.len()).filter(|i| waits[*i] == 0).collect();
    let mut order = Vec::with_capacity(groups.len());
    while let Some(index) = ready.pop_first() {
        order.push(index);
        for next in &after[index] {
            waits[*next] -= 1;
            if waits[*next] == 0 {
                ready.insert(*next);
            }
        }
    }
    order
}

struct Planner<'a> {
    graph: &'a Graph,
    plan: Plan,
    flow: Vec<Flow>,
    streams: HashMap<End, StreamId>,
    sources: HashMap<End, End>,
    /// Ends that a pipeline output reads: the host is reader 0 of their streams.
    heard: HashSet<End>,
}

impl<'a> Planner<'a> {
    fn new(graph: &'a Graph) -> Planner<'a> {
        let sources = graph.edges.iter().map(|e| (e.to, e.from)).collect();
        let is_output = |node: NodeId| matches!(graph.node(node).kind, NodeKind::Output { .. });
        let heard = graph.edges.iter().filter(|e| is_output(e.to.node)).map(|e| e.from).collect();
        Planner {
            graph,
            plan: Plan { name: graph.name.clone(), ..Plan::default() },
            flow: Vec::new(),
            streams: HashMap::new(),
            sources,
            heard,
        }
    }

    fn source(&self, at: End) -> Option<End> {
        self.sources.get(&at).copied()
    }

    /// The stream that an output port writes.
    fn stream(&mut self, end: End, flow: Flow) -> StreamId {
        let node = self.graph.node(end.node);
        let port = node.outputs.get(usize::from(end.port));
        let ty = port.and_then(|p| p.ty.clone()).unwrap_or(StreamType::Json);
        let name = match port {
            Some(port) if node.outputs.len() > 1 => format!("{}.{}", node.name, port.name),
            Some(_) | None => node.name.clone(),
        };
        let capacity = if ty.is_message() { MESSAGES } else { flow.burst.max(1) };
        let id = StreamId::new(self.plan.streams.len());
        let readers = u16::from(self.heard.contains(&end));
        self.plan.streams.push(Stream { name, ty, capacity, readers });
        self.flow.push(flow);
        self.streams.insert(end, id);
        id
    }

    /// One more reader of a stream.
    fn read(&mut self, stream: StreamId) -> Reading {
        let readers = &mut self.plan.streams[stream.index()].readers;
        *readers += 1;
        Reading { stream, reader: *readers - 1 }
    }

    /// A stream with the same tokens for one more pipeline output.
    fn copy(&mut self, stream: StreamId, name: &str, cx: &PassCx) -> StreamId {
        let Stream { ty, capacity, .. } = self.plan.streams[stream.index()].clone();
        let flow = self.flow[stream.index()];
        let library = |path: &str, args: Vec<(&str, i64)>| {
            Work::Library(LibraryNode {
                path: path.into(),
                features: Vec::new(),
                args: args.into_iter().map(|(n, v)| (n.to_owned(), Param::Int(v))).collect(),
                rate: Rate::Static { consume: 1, produce: 1 },
                hold: 0,
                latency: 0,
                same_length: true,
                python: None,
            })
        };
        let work = match &ty {
            StreamType::Audio { format, channels, .. } => {
                let mut k = KernelBuilder::new(name);
                let x = k.input("in", *format, *channels);
                k.output("out", *format, x);
                Work::Region(Region { kernel: k.finish(), tail: 0, skip: 0, bounded: vec![true], cuts: Vec::new() })
            }
            StreamType::Tensor { .. } => {
                library("chunker::Chunker", vec![("channels", ty.width() as i64), ("chunk_size", 1)])
            }
            StreamType::Text | StreamType::Json => library("merge::Merge", vec![("inputs", 1)]),
        };
        let inputs = vec![self.read(stream)];
        let id = StreamId::new(self.plan.streams.len());
        self.plan.streams.push(Stream { name: name.to_owned(), ty, capacity, readers: 1 });
        self.flow.push(flow);
        let actor = Actor {
            name: name.to_owned(),
            nodes: Vec::new(),
            runtime: cx.runtime,
            gate: 0,
            work,
            inputs,
            outputs: vec![id],
        };
        self.plan.actors.push(actor);
        id
    }

    fn region(&mut self, region: &crate::region::Region, block: impl Fn(NodeId) -> u64, cx: &PassCx) {
        let mut inputs = Vec::new();
        for end in &region.inputs {
            if let Some(stream) = self.streams.get(end).copied() {
                inputs.push(self.read(stream));
            }
        }
        let flows: Vec<Flow> = inputs.iter().map(|r| self.flow[r.stream.index()]).collect();
        let first = region.nodes.first().copied().unwrap_or(NodeId(0));
        let burst = flows.iter().map(|f| f.burst).max().unwrap_or_else(|| block(first));
        let lag = flows.iter().map(|f| f.lag).max().unwrap_or(0);
        let free = flows.iter().all(|f| f.free);
        let latency = flows.iter().map(|f| f.latency).max().unwrap_or(0);
        // Where several streams meet, the early ones wait for the late ones.
        if inputs.len() > 1 {
            for (reading, flow) in inputs.iter().zip(&flows) {
                let stream = &mut self.plan.streams[reading.stream.index()];
                let waits = match lag {
                    _ if flow.free => 0,
                    UNBOUNDED if flow.lag < lag => UNBOUNDED,
                    lag => lag - flow.lag,
                };
                let need = flow.burst.saturating_add(burst).saturating_add(waits);
                stream.capacity = stream.capacity.max(need);
            }
        }
        let flow = Flow {
            burst: burst.max(region.skip),
            lag: lag.saturating_add(region.skip),
            latency: latency.saturating_add(region.skip),
            free,
        };
        let outputs = region.outputs.iter().map(|end| self.stream(*end, flow)).collect();
        self.plan.actors.push(Actor {
            name: region.kernel.name.clone(),
            nodes: region.nodes.iter().map(|n| self.graph.node(*n).name.clone()).collect(),
            runtime: cx.runtime,
            gate: u64::from(free),
            work: Work::Region(Region {
                kernel: region.kernel.clone(),
                tail: region.tail,
                skip: region.skip,
                bounded: region.bounded.clone(),
                cuts: region.cuts.clone(),
            }),
            inputs,
            outputs,
        });
    }

    fn library(&mut self, id: NodeId, cx: &PassCx) {
        let node = self.graph.node(id);
        let NodeKind::Library(library) = &node.kind else { return };
        let mut inputs = Vec::new();
        for port in 0..node.inputs.len() {
            if let Some(stream) =
                self.source(End { node: id, port: port as u16 }).and_then(|e| self.streams.get(&e).copied())
            {
                inputs.push(self.read(stream));
            }
        }
        let flows: Vec<Flow> = inputs.iter().map(|r| self.flow[r.stream.index()]).collect();
        let first = flows.first().copied().unwrap_or_default();
        let free = flows.iter().all(|f| f.free);
        let flow = Flow { free, ..through(library, first) };
        let samples = node.outputs.iter().any(|o| o.ty.as_ref().is_some_and(|ty| !ty.is_message()));
        let outputs =
            (0..node.outputs.len()).map(|port| self.stream(End { node: id, port: port as u16 }, flow)).collect();
        self.plan.actors.push(Actor {
            name: node.name.clone(),
            nodes: vec![node.name.clone()],
            runtime: cx.runtime,
            gate: if free && samples { flow.burst } else { 0 },
            work: Work::Library(library.clone()),
            inputs,
            outputs,
        });
    }
}

/// What a library node makes of a flow.
fn through(library: &LibraryNode, flow: Flow) -> Flow {
    let ratio = match library.rate {
        Rate::Static { consume, produce } => Ratio::new(u64::from(produce), u64::from(consume.max(1))),
        Rate::Dynamic => Ratio::new(1, 1),
    };
    Flow {
        burst: ratio.of(flow.burst).saturating_add(library.hold).saturating_add(1),
        lag: ratio.of(flow.lag).saturating_add(library.hold),
        latency: ratio.of(flow.latency).saturating_add(library.latency),
        free: flow.free,
    }
}
