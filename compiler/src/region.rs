//! Several kernels as one: bodies in order, edges between them as values.
//!
//! Used by `fuse` alone. Numbers of every kernel are shifted into one space; what a kernel reads from another of the region is the
//! value that the other one writes; what it reads from outside is an input of the region, once for each source.

use crate::passes::lengths::Lengths;
use remotemedia_ir::graph::{End, Graph, KernelNode, NodeId, NodeKind};
use remotemedia_ir::kernel::{
    Binary, Const, Kernel, LineId, LocalId, Op, Port, SectionId, StateId, Stmt, TableId, Ty, Value, ValueId,
};
use remotemedia_ir::types::SampleFormat;
use std::collections::{BTreeSet, HashMap};

/// A region: its kernel, and the graph's ends that its ports stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub nodes: Vec<NodeId>,
    pub kernel: Kernel,
    /// Firings after the longest input has ended; `u64::MAX` without end.
    pub tail: u64,
    pub skip: u64,
    /// Per input: false if it never ends.
    pub bounded: Vec<bool>,
    /// As in [`remotemedia_ir::plan::Region::cuts`]; `vectorize` and `distribute` set them.
    pub cuts: Vec<u32>,
    /// Output ports of other nodes, one per input of the kernel.
    pub inputs: Vec<End>,
    /// Output ports of nodes of the region, one per output of the kernel.
    pub outputs: Vec<End>,
}

/// Lane operations of a kernel, the measure of how large its code will be.
pub fn weight(kernel: &Kernel) -> usize {
    let values: usize = kernel.values.iter().map(|v| usize::from(v.ty.lanes)).sum();
    let sections: usize = kernel.sections.iter().map(|s| 9 * usize::from(s.lanes)).sum();
    values + sections
}

/// Who feeds and who reads each port, looked up once for the whole graph.
#[derive(Debug, Default)]
pub struct Wiring {
    source: HashMap<End, End>,
    readers: HashMap<End, Vec<NodeId>>,
}

impl Wiring {
    /// Looks it up.
    pub fn new(graph: &Graph) -> Wiring {
        let mut wiring = Wiring::default();
        for edge in &graph.edges {
            wiring.source.insert(edge.to, edge.from);
            wiring.readers.entry(edge.from).or_default().push(edge.to.node);
        }
        wiring
    }
}

/// Merges kernels that may share a loop. `nodes` is in topological order unless they form a loop.
///
/// A loop without a delay gives the nodes that wait for each other.
pub fn build(
    graph: &Graph,
    wiring: &Wiring,
    lengths: &Lengths,
    nodes: Vec<NodeId>,
    is_loop: bool,
) -> Result<Region, Vec<NodeId>> {
    let mut merge = Merge::new(graph, wiring, &nodes);
    for id in &nodes {
        merge.take(*id);
    }
    merge.connect();
    merge.outputs(&nodes);
    let Merge { mut kernel, statements, inputs, outputs, .. } = merge;
    let order = if is_loop { sort(&kernel, &statements, &nodes)? } else { (0..statements.len()).collect() };
    let mut slots: Vec<Option<Stmt>> = statements.into_iter().map(|(s, _)| Some(s)).collect();
    kernel.body.extend(order.into_iter().filter_map(|i| slots[i].take()));
    renumber(&mut kernel);
    let skip = match nodes.as_slice() {
        [one] => match &graph.node(*one).kind {
            NodeKind::Kernel(node) => node.skip,
            NodeKind::Input { .. }
            | NodeKind::Output { .. }
            | NodeKind::Typed { .. }
            | NodeKind::Python(_)
            | NodeKind::Library(_)
            | NodeKind::Foreign(_)
            | NodeKind::Removed => 0,
        },
        _ => 0,
    };
    let tail = nodes.first().map_or(0, |n| lengths.tail(*n, inputs.iter().map(|end| end.node)));
    let bounded = inputs.iter().map(|end| !lengths.endless(end.node)).collect();
    Ok(Region { nodes, kernel, tail, skip, bounded, cuts: Vec::new(), inputs, outputs })
}

struct Merge<'a> {
    graph: &'a Graph,
    wiring: &'a Wiring,
    kernel: Kernel,
    /// Statements with the node they come from (index into the list of nodes).
    statements: Vec<(Stmt, usize)>,
    /// What each output port of a node of the region is.
    written: HashMap<End, ValueId>,
    /// The same before it is saturated to the range of the port's format.
    stored: HashMap<End, ValueId>,
    /// Values that stand for a token of another node: to be replaced by what that node writes.
    reads: Vec<(ValueId, End)>,
    inputs: Vec<End>,
    input_values: HashMap<End, ValueId>,
    outputs: Vec<End>,
    members: HashMap<NodeId, usize>,
}

impl<'a> Merge<'a> {
    fn new(graph: &'a Graph, wiring: &'a Wiring, nodes: &[NodeId]) -> Merge<'a> {
        let members: HashMap<NodeId, usize> = nodes.iter().enumerate().map(|(i, n)| (*n, i)).collect();
        Merge {
            graph,
            wiring,
            kernel: Kernel { name: name(graph, nodes), ..Kernel::default() },
            statements: Vec::new(),
            written: HashMap::new(),
            stored: HashMap::new(),
            reads: Vec::new(),
            inputs: Vec::new(),
            input_values: HashMap::new(),
            outputs: Vec::new(),
            members,
        }
    }

    fn take(&mut self, id: NodeId) {
        let graph = self.graph;
        let node = graph.node(id);
        let NodeKind::Kernel(KernelNode { kernel, .. }) = &node.kind else { return };
        let member = self.members[&id];
        let base = Base {
            value: self.kernel.values.len() as u32,
            state: self.kernel.states.len() as u32,
            local: self.kernel.locals.len() as u32,
            line: self.kernel.lines.len() as u32,
            table: self.kernel.tables.len() as u32,
            section: self.kernel.sections.len() as u32,
        };
        let Kernel { name: _, inputs: _, outputs, states, locals, lines, tables, sections, values, body } =
            kernel.clone();
        let prefixed = |own: String| format!("{}_{own}", node.name);
        self.kernel.states.extend(states.into_iter().map(|mut s| {
            s.name = prefixed(s.name);
            s
        }));
        self.kernel.locals.extend(locals.into_iter().map(|mut l| {
            l.name = prefixed(l.name);
            l
        }));
        self.kernel.lines.extend(lines.into_iter().map(|mut l| {
            l.name = prefixed(l.name);
            l
        }));
        self.kernel.tables.extend(tables.into_iter().map(|mut t| {
            t.name = prefixed(t.name);
            t
        }));
        self.kernel.sections.extend(sections.into_iter().map(|mut s| {
            s.name = prefixed(s.name);
            s
        }));
        for (index, mut value) in values.into_iter().enumerate() {
            base.shift(&mut value.op);
            if let Op::Input(port) = value.op {
                self.reads.push((ValueId(base.value + index as u32), End { node: id, port }));
                value.name = None;
            } else {
                value.name = value.name.map(prefixed);
            }
            self.kernel.values.push(value);
        }
        for mut stmt in body {
            base.shift_stmt(&mut stmt);
            if let Stmt::Output(port, value) = stmt {
                // A reader outside gets the value as it is: storing it saturates. One inside sees the stored sample.
                let end = End { node: id, port };
                self.stored.insert(end, value);
                let value = self.saturate(value, &outputs[usize::from(port)], member);
                self.written.insert(end, value);
            } else {
                self.statements.push((stmt, member));
            }
        }
    }

    /// What a reader of a narrow integer port sees: the stored sample.
    fn saturate(&mut self, value: ValueId, port: &Port, member: usize) -> ValueId {
        let (low, high) = match port.format {
            SampleFormat::I16 => (i32::from(i16::MIN), i32::from(i16::MAX)),
            SampleFormat::U8 => (0, 255),
            SampleFormat::F32 | SampleFormat::F64 | SampleFormat::I32 => return value,
        };
        let mut last = value;
        for (op, bound) in [(Binary::Max, low), (Binary::Min, high)] {
            let constant = self.push(Op::Const(Const::I32(bound)), Ty { lanes: 1, ..port.ty() }, member);
            let splat = if port.lanes == 1 { constant } else { self.push(Op::Splat(constant), port.ty(), member) };
            last = self.push(Op::Binary(op, last, splat), port.ty(), member);
        }
        last
    }

    fn push(&mut self, op: Op, ty: Ty, member: usize) -> ValueId {
        let id = ValueId::new(self.kernel.values.len());
        self.kernel.values.push(Value { op, ty, name: None });
        self.statements.push((Stmt::Let(id), member));
        id
    }

    /// Replaces what nodes read by what is written there.
    fn connect(&mut self) {
        let mut alias: HashMap<ValueId, ValueId> = HashMap::new();
        let mut header = Vec::new();
        for (value, at) in std::mem::take(&mut self.reads) {
            let Some(source) = self.wiring.source.get(&at).copied() else { continue };
            if let Some(written) = self.written.get(&source) {
                alias.insert(value, *written);
                continue;
            }
            if let Some(first) = self.input_values.get(&source) {
                alias.insert(value, *first);
                continue;
            }
            let graph = self.graph;
            let NodeKind::Kernel(KernelNode { kernel, .. }) = &graph.node(at.node).kind else { continue };
            let port = &kernel.inputs[usize::from(at.port)];
            let giver = graph.node(source.node);
            let name = giver.outputs.get(usize::from(source.port)).map_or("in", |p| p.name.as_str());
            let name = if giver.outputs.len() > 1 { format!("{}_{name}", giver.name) } else { giver.name.clone() };
            self.kernel.values[value.index()].op = Op::Input(self.inputs.len() as u16);
            self.kernel.values[value.index()].name = Some(name.clone());
            self.kernel.inputs.push(Port { name, ..port.clone() });
            self.inputs.push(source);
            self.input_values.insert(source, value);
            header.push(value);
        }
        // A node may hand its input through: follow aliases to their end.
        let end = |mut v: ValueId| {
            let mut steps = 0;
            while let Some(next) = alias.get(&v) {
                v = *next;
                steps += 1;
                if steps > alias.len() {
                    break;
                }
            }
            v
        };
        for value in &mut self.kernel.values {
            value.op.operands_mut(|v| *v = end(*v));
        }
        for value in self.written.values_mut().chain(self.stored.values_mut()) {
            *value = end(*value);
        }
        let mut statements = Vec::with_capacity(self.statements.len());
        for (mut stmt, member) in std::mem::take(&mut self.statements) {
            if let Stmt::Let(v) = stmt
                && (alias.contains_key(&v) || matches!(self.kernel.values[v.index()].op, Op::Input(_)))
            {
                continue;
            }
            rename(&mut stmt, &end);
            statements.push((stmt, member));
        }
        self.statements = header.into_iter().map(|v| (Stmt::Let(v), 0)).chain(statements).collect();
    }

    /// Declares as outputs what nodes outside read.
    fn outputs(&mut self, nodes: &[NodeId]) {
        let graph = self.graph;
        let mut read = Vec::new();
        for id in nodes {
            for port in 0..graph.node(*id).outputs.len() {
                let end = End { node: *id, port: port as u16 };
                let readers = self.wiring.readers.get(&end);
                if readers.is_some_and(|list| list.iter().any(|r| !self.members.contains_key(r))) {
                    read.push(end);
                }
            }
        }
        for end in read {
            let Some(value) = self.stored.get(&end).copied() else { continue };
            let node = self.graph.node(end.node);
            let NodeKind::Kernel(KernelNode { kernel, .. }) = &node.kind else { continue };
            let port = &kernel.outputs[usize::from(end.port)];
            let name =
                if kernel.outputs.len() > 1 { format!("{}_{}", node.name, port.name) } else { node.name.clone() };
            self.kernel.outputs.push(Port { name, ..port.clone() });
            self.statements.push((Stmt::Output(self.outputs.len() as u16, value), self.members[&end.node]));
            self.outputs.push(end);
        }
    }
}

/// Drops values that an alias has replaced, and numbers the others in the order of the body.
pub fn renumber(kernel: &mut Kernel) {
    fn defined(body: &[Stmt], out: &mut Vec<ValueId>) {
        for stmt in body {
            match stmt {
                Stmt::Let(v) => out.push(*v),
                Stmt::If { condition: _, then, otherwise } => {
                    defined(then, out);
                    defined(otherwise, out);
                }
                Stmt::For { index: _, count: _, body } => defined(body, out),
                Stmt::SetState(..) | Stmt::SetLocal(..) | Stmt::Push(..) | Stmt::Output(..) => {}
            }
        }
    }
    fn shift(stmt: &mut Stmt, new: &impl Fn(ValueId) -> ValueId) {
        if let Stmt::Let(v) = stmt {
            *v = new(*v);
        }
        match stmt {
            Stmt::If { condition: _, then, otherwise } => then.iter_mut().chain(otherwise).for_each(|s| shift(s, new)),
            Stmt::For { index: _, count: _, body } => body.iter_mut().for_each(|s| shift(s, new)),
            Stmt::Let(_) | Stmt::SetState(..) | Stmt::SetLocal(..) | Stmt::Push(..) | Stmt::Output(..) => {}
        }
    }
    let mut order = Vec::new();
    defined(&kernel.body, &mut order);
    let mut place = vec![ValueId(0); kernel.values.len()];
    for (index, v) in order.iter().enumerate() {
        place[v.index()] = ValueId::new(index);
    }
    let new = |v: ValueId| place[v.index()];
    kernel.values = order
        .iter()
        .map(|v| {
            let mut value = kernel.values[v.index()].clone();
            value.op.operands_mut(|o| *o = new(*o));
            value
        })
        .collect();
    for stmt in &mut kernel.body {
        rename(stmt, &new);
        shift(stmt, &new);
    }
}

fn name(graph: &Graph, nodes: &[NodeId]) -> String {
    match nodes {
        [] => String::new(),
        [one] => graph.node(*one).name.clone(),
        [first, .., last] => format!("{}…{}", graph.node(*first).name, graph.node(*last).name),
    }
}

/// By how much the numbers of one kernel are shifted.
struct Base {
    value: u32,
    state: u32,
    local: u32,
    line: u32,
    table: u32,
    section: u32,
}

impl Base {
    fn shift(&self, op: &mut Op) {
        op.operands_mut(|v| v.0 += self.value);
        match op {
            Op::State(StateId(s)) => *s += self.state,
            Op::Local(LocalId(l)) => *l += self.local,
            Op::Line { line: LineId(d), ago: _ } | Op::LineAt { line: LineId(d), ago: _ } => *d += self.line,
            Op::Table { table: TableId(t), index: _ } => *t += self.table,
            Op::Section(SectionId(q), _) => *q += self.section,
            Op::Fir { line: LineId(d), table: TableId(t), input: _ } => {
                *d += self.line;
                *t += self.table;
            }
            Op::Const(_)
            | Op::Input(_)
            | Op::Splat(_)
            | Op::Lane(..)
            | Op::Compose(_)
            | Op::Unary(..)
            | Op::Binary(..)
            | Op::Compare(..)
            | Op::Select(..)
            | Op::Convert(_)
            | Op::Math(..) => {}
        }
    }

    fn shift_stmt(&self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Let(v) | Stmt::Output(_, v) => v.0 += self.value,
            Stmt::SetState(s, v) => {
                s.0 += self.state;
                v.0 += self.value;
            }
            Stmt::SetLocal(l, v) => {
                l.0 += self.local;
                v.0 += self.value;
            }
            Stmt::Push(d, v) => {
                d.0 += self.line;
                v.0 += self.value;
            }
            Stmt::If { condition, then, otherwise } => {
                condition.0 += self.value;
                then.iter_mut().chain(otherwise).for_each(|s| self.shift_stmt(s));
            }
            Stmt::For { index, count: _, body } => {
                index.0 += self.local;
                body.iter_mut().for_each(|s| self.shift_stmt(s));
            }
        }
    }
}

fn rename(stmt: &mut Stmt, end: &impl Fn(ValueId) -> ValueId) {
    match stmt {
        Stmt::Let(_) => {}
        Stmt::SetState(_, v) | Stmt::SetLocal(_, v) | Stmt::Push(_, v) | Stmt::Output(_, v) => *v = end(*v),
        Stmt::If { condition, then, otherwise } => {
            *condition = end(*condition);
            then.iter_mut().chain(otherwise).for_each(|s| rename(s, end));
        }
        Stmt::For { index: _, count: _, body } => body.iter_mut().for_each(|s| rename(s, end)),
    }
}

/// A piece of memory whose accesses keep their order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Memory {
    State(StateId),
    Local(LocalId),
    Line(LineId),
    Section(SectionId),
}

/// What a statement defines, needs and touches.
#[derive(Default)]
struct Needs {
    defines: Vec<ValueId>,
    uses: Vec<ValueId>,
    memory: Vec<Memory>,
}

impl Needs {
    fn add(&mut self, kernel: &Kernel, stmt: &Stmt) {
        match stmt {
            Stmt::Let(v) => {
                self.defines.push(*v);
                let op = &kernel.values[v.index()].op;
                op.operands(|o| self.uses.push(o));
                match op {
                    Op::State(s) => self.memory.push(Memory::State(*s)),
                    Op::Local(l) => self.memory.push(Memory::Local(*l)),
                    Op::Line { line, ago: _ } | Op::LineAt { line, ago: _ } => self.memory.push(Memory::Line(*line)),
                    Op::Fir { line, table: _, input: _ } => self.memory.push(Memory::Line(*line)),
                    Op::Section(q, _) => self.memory.push(Memory::Section(*q)),
                    Op::Const(_)
                    | Op::Input(_)
                    | Op::Table { .. }
                    | Op::Splat(_)
                    | Op::Lane(..)
                    | Op::Compose(_)
                    | Op::Unary(..)
                    | Op::Binary(..)
                    | Op::Compare(..)
                    | Op::Select(..)
                    | Op::Convert(_)
                    | Op::Math(..) => {}
                }
            }
            Stmt::SetState(s, v) => {
                self.memory.push(Memory::State(*s));
                self.uses.push(*v);
            }
            Stmt::SetLocal(l, v) => {
                self.memory.push(Memory::Local(*l));
                self.uses.push(*v);
            }
            Stmt::Push(d, v) => {
                self.memory.push(Memory::Line(*d));
                self.uses.push(*v);
            }
            Stmt::Output(_, v) => self.uses.push(*v),
            Stmt::If { condition, then, otherwise } => {
                self.uses.push(*condition);
                then.iter().chain(otherwise).for_each(|s| self.add(kernel, s));
            }
            Stmt::For { index, count: _, body } => {
                self.memory.push(Memory::Local(*index));
                body.iter().for_each(|s| self.add(kernel, s));
            }
        }
    }
}

/// An order of statements in which each comes after what it needs; the given order decides where that leaves a choice.
fn sort(kernel: &Kernel, statements: &[(Stmt, usize)], nodes: &[NodeId]) -> Result<Vec<usize>, Vec<NodeId>> {
    let mut definer: HashMap<ValueId, usize> = HashMap::new();
    let needs: Vec<Needs> = statements
        .iter()
        .enumerate()
        .map(|(i, (stmt, _))| {
            let mut needs = Needs::default();
            needs.add(kernel, stmt);
            for v in &needs.defines {
                definer.insert(*v, i);
            }
            needs
        })
        .collect();
    let mut last_access: HashMap<Memory, usize> = HashMap::new();
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); statements.len()];
    let mut waits = vec![0usize; statements.len()];
    for (i, needed) in needs.iter().enumerate() {
        let mut before: BTreeSet<usize> =
            needed.uses.iter().filter_map(|v| definer.get(v).copied()).filter(|d| *d != i).collect();
        before.extend(needed.memory.iter().filter_map(|m| last_access.insert(*m, i)).filter(|d| *d != i));
        waits[i] = before.len();
        before.into_iter().for_each(|b| after[b].push(i));
    }
    let mut ready: BTreeSet<usize> = (0..statements.len()).filter(|i| waits[*i] == 0).collect();
    let mut order = Vec::with_capacity(statements.len());
    while let Some(i) = ready.pop_first() {
        order.push(i);
        for next in &after[i] {
            waits[*next] -= 1;
            if waits[*next] == 0 {
                ready.insert(*next);
            }
        }
    }
    if order.len() == statements.len() {
        return Ok(order);
    }
    let stuck: BTreeSet<usize> = (0..statements.len()).filter(|i| waits[*i] > 0).map(|i| statements[i].1).collect();
    Err(stuck.into_iter().map(|m| nodes[m]).collect())
}
