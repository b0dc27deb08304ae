//! Prints graphs and plans; kernels are in `print_kernel`.

use super::lex::is_word;
use super::print_kernel;
use crate::graph::{
    Edge, End, ForeignNode, Graph, KernelNode, LibraryNode, Node, NodeId, NodeKind, NodePort, Param, Rate, UNBOUNDED,
};
use crate::kernel::Kernel;
use crate::plan::{Actor, ActorId, InputPort, OutputPort, Plan, Reading, Region, Ring, Stream, StreamId, Work};
use std::fmt::{self, Display, Formatter, Write};

/// Text in lines that are indented by the blocks around them.
pub(super) struct Printer {
    out: String,
    depth: usize,
}

impl Printer {
    /// Prints what stands between the first line and the closing brace.
    pub(super) fn block(header: impl Display, body: impl FnOnce(&mut Printer)) -> String {
        let mut printer = Printer { out: String::new(), depth: 0 };
        printer.nest(header, body);
        printer.out
    }

    pub(super) fn line(&mut self, text: impl Display) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
        // Writing to a string does not fail.
        let _ = writeln!(self.out, "{text}");
    }

    pub(super) fn nest(&mut self, header: impl Display, body: impl FnOnce(&mut Printer)) {
        self.line(format_args!("{header} {{"));
        self.inside(body);
        self.line("}");
    }

    pub(super) fn inside(&mut self, body: impl FnOnce(&mut Printer)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }
}

/// A name: bare where it is a word, else quoted.
pub(super) struct Name<'a>(pub &'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if is_word(self.0) { f.write_str(self.0) } else { Quoted(self.0).fmt(f) }
    }
}

/// A string in quotes, its control characters escaped.
pub(super) struct Quoted<'a>(pub &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// Items with commas between them.
pub(super) struct List<'a, T>(pub &'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

/// The shortest decimal that reads back.
pub(super) struct Float(pub f64);

impl Display for Float {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_nan() { f.write_str("nan") } else { write!(f, "{:?}", self.0) }
    }
}

impl Display for Param {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Param::Int(x) => x.fmt(f),
            Param::Float(x) => Float(*x).fmt(f),
            Param::Bool(x) => x.fmt(f),
            Param::Text(x) => Quoted(x).fmt(f),
            Param::List(list) => write!(f, "[{}]", List(list)),
        }
    }
}

/// `Type(key: value, …)`.
struct Call<'a>(&'a str, &'a [(String, Param)]);

impl Display for Call<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", Name(self.0))?;
        for (index, (key, value)) in self.1.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{}: {value}", Name(key))?;
        }
        f.write_str(")")
    }
}

/// A library node without its ports.
struct Library<'a>(&'a LibraryNode);

impl Display for Library<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let LibraryNode { path, features, args, rate, hold, latency, same_length, python: _ } = self.0;
        write!(f, "{}", Call(path, args))?;
        match rate {
            Rate::Static { consume, produce } => write!(f, " rate {consume} -> {produce}")?,
            Rate::Dynamic => f.write_str(" rate dynamic")?,
        }
        let features: Vec<Name<'_>> = features.iter().map(|name| Name(name)).collect();
        write!(
            f,
            " hold {} latency {} same_length {same_length} features [{}]",
            Bound(*hold),
            Bound(*latency),
            List(&features)
        )
    }
}

/// A count of firings; the greatest one has no end.
struct Tail(u64);

impl Display for Tail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 == u64::MAX { f.write_str("endless") } else { self.0.fmt(f) }
    }
}

/// `default "path"`, or nothing.
struct DefaultPath<'a>(&'a Option<String>);

impl Display for DefaultPath<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |path| write!(f, " default {}", Quoted(path)))
    }
}

impl Display for NodePort {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let NodePort { name, ty } = self;
        match ty {
            Some(ty) => write!(f, "{}: {ty}", Name(name)),
            None => write!(f, "{}: ?", Name(name)),
        }
    }
}

/// `: inputs -> outputs`.
struct Ports<'a, I, O>(&'a [I], &'a [O]);

impl<I: Display, O: Display> Display for Ports<'_, I, O> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (before, after) = (if self.0.is_empty() { "" } else { " " }, if self.1.is_empty() { "" } else { " " });
        write!(f, ":{before}{} ->{after}{}", List(self.0), List(self.1))
    }
}

/// Prints a graph.
pub fn print_graph(graph: &Graph) -> String {
    let Graph { name, nodes, edges } = graph;
    Printer::block(format_args!("graph {}", Quoted(name)), |p| {
        for (id, node) in (0..).map(NodeId).zip(nodes) {
            print_node(p, id, node);
        }
        for Edge { from, to, span: _ } in edges {
            p.line(format_args!("{from} -> {to}"));
        }
    })
}

impl Display for End {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let End { node, port } = self;
        write!(f, "{node}.{port}")
    }
}

fn print_node(p: &mut Printer, id: NodeId, node: &Node) {
    let Node { name, span: _, kind, inputs, outputs } = node;
    let (quoted, ports) = (Quoted(name), Ports(inputs, outputs));
    match kind {
        NodeKind::Input { default_path } => {
            p.line(format_args!("{id} = input {quoted}{} {ports}", DefaultPath(default_path)));
        }
        NodeKind::Output { default_path } => {
            p.line(format_args!("{id} = output {quoted}{} {ports}", DefaultPath(default_path)));
        }
        NodeKind::Typed { type_name, params } => {
            p.line(format_args!("{id} = typed {quoted} {} {ports}", Call(type_name, params)));
        }
        NodeKind::Kernel(KernelNode { kernel, tail, skip }) => {
            let header = format_args!("{id} = kernel {quoted} tail {} skip {skip} {ports}", Tail(*tail));
            print_body(p, header, name, kernel);
        }
        NodeKind::Library(node) => {
            p.line(format_args!("{id} = library {quoted} {}", Library(node)));
            p.inside(|p| p.line(ports));
        }
        // Its class is named; what it computes is the Python source's to say.
        NodeKind::Python(class) => p.line(format_args!("{id} = python {quoted} {} {ports}", Quoted(class.name()))),
        NodeKind::Foreign(ForeignNode { type_name, reason, candidate: _ }) => {
            p.line(format_args!("{id} = foreign {quoted} {} {} {ports}", Name(type_name), Quoted(reason)));
        }
        NodeKind::Removed => p.line(format_args!("{id} = removed {quoted} {ports}")),
    }
}

/// The kernel of something named `name`; its own name is printed only where it is another one.
fn print_body(p: &mut Printer, header: impl Display, name: &str, kernel: &Kernel) {
    if kernel.name == name {
        p.nest(header, |p| print_kernel::items(p, kernel));
    } else {
        p.nest(format_args!("{header} named {}", Quoted(&kernel.name)), |p| print_kernel::items(p, kernel));
    }
}

/// A number of tokens, or none that is known.
struct Bound(u64);

impl Display for Bound {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            UNBOUNDED => f.write_str("unbounded"),
            tokens => tokens.fmt(f),
        }
    }
}

/// Prints a plan.
pub fn print_plan(plan: &Plan) -> String {
    let Plan { name, streams, actors, order, threads, rings, inputs, outputs } = plan;
    Printer::block(format_args!("plan {}", Quoted(name)), |p| {
        for (id, Stream { name, ty, capacity, readers }) in (0..).map(StreamId).zip(streams) {
            let (name, capacity) = (Quoted(name), Bound(*capacity));
            p.line(format_args!("{id} = stream {name} : {ty} capacity {capacity} readers {readers}"));
        }
        for InputPort { name, stream, block, default_path } in inputs {
            p.line(format_args!("input {} to {stream} block {block}{}", Quoted(name), DefaultPath(default_path)));
        }
        for (id, actor) in (0..).map(ActorId).zip(actors) {
            print_actor(p, id, actor);
        }
        for OutputPort { name, from, default_path, latency } in outputs {
            let path = DefaultPath(default_path);
            let (name, latency) = (Quoted(name), Bound(*latency));
            p.line(format_args!("output {name} from {from} latency {latency}{path}"));
        }
        if !order.is_empty() {
            p.line(format_args!("order {}", List(order)));
        }
        for actors in threads {
            p.line(format_args!("thread [{}]", List(actors)));
        }
        for Ring { stream, to, blocks, tokens } in rings {
            p.line(format_args!("ring {stream} to {to} blocks {blocks} of {tokens}"));
        }
    })
}

impl Display for Reading {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Reading { stream, reader } = self;
        write!(f, "{stream}/{reader}")
    }
}

fn print_actor(p: &mut Printer, id: ActorId, actor: &Actor) {
    let Actor { name, nodes, runtime, gate, work, inputs, outputs } = actor;
    let nodes: Vec<Name<'_>> = nodes.iter().map(|name| Name(name)).collect();
    let gate = if *gate == 0 { String::new() } else { format!(" gate {gate}") };
    let (quoted, place) = (Quoted(name), format!("on {} of [{}]{gate}", runtime.name(), List(&nodes)));
    match work {
        Work::Region(Region { kernel, tail, skip, bounded, cuts }) => {
            let bounded = bounded.iter().copied().chain(std::iter::repeat(true));
            let read = |(reading, bounded): (&Reading, bool)| {
                if bounded { reading.to_string() } else { format!("{reading} unbounded") }
            };
            let inputs: Vec<String> = inputs.iter().zip(bounded).map(read).collect();
            let ports = Ports(&inputs, outputs);
            let cuts = if cuts.is_empty() { String::new() } else { format!(" cuts [{}]", List(cuts)) };
            let header = format_args!("{id} = region {quoted} {place} tail {} skip {skip}{cuts} {ports}", Tail(*tail));
            print_body(p, header, name, kernel);
        }
        Work::Library(node) => {
            p.line(format_args!("{id} = library {quoted} {place} {}", Library(node)));
            p.inside(|p| p.line(Ports(inputs, outputs)));
        }
    }
}
