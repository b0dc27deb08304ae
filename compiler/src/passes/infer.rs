//! `infer`: the type of every port, by unification along edges.
//!
//! Requires resolved nodes and edges. Changes port types only: afterwards every port of every node has one, or there is a
//! diagnostic. The two ends of an edge may still differ where a node wishes for something else than it gets; `negotiate`
//! mends that. Cost: near-linear (union-find). Source: Robinson's unification, restricted to dimensions.
//!
//! A dimension of a pipeline input that nothing fixes is *open*: it is taken from [`PassCx::inputs`], else from
//! [`PassCx::assume`] with a note, else it is asked for.
//!
//! ```text
//! n0 = input "in" : -> out: ?                     n0 = input "in" : -> out: audio<f32, 48000, 2>
//! n1 = typed "g" Gain(..) : in: ? -> out: ?   →   n1 = typed "g" Gain(..) : in: audio<f32, 48000, 2> -> out: audio<..>
//! ```

use crate::passes::topology;
use crate::passes::{InputFormat, PassCx, Report};
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{EdgeId, Graph, NodeId, NodeKind};
use remotemedia_ir::script::{Form, Python, Takes, Ty};
use remotemedia_ir::types::{SampleFormat, StreamType};
use remotemedia_nodes::{Dim, Params, PortType, Role, Signature, catalog};

/// Runs the pass. The notes name what is open and was assumed.
pub fn run(graph: &mut Graph, cx: &PassCx) -> Result<(Report, Diagnostics), Diagnostics> {
    let mut inference = Inference::new(graph);
    inference.bind_inputs(graph, &cx.inputs);
    inference.connect(graph);
    let mut notes = Diagnostics::new();
    if let Some(assume) = &cx.assume {
        inference.assume(graph, assume, &mut notes);
    }
    inference.assign(graph)?;
    Ok((Report::new("infer"), notes))
}

/// What a stream is, apart from its dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Audio,
    Text,
    Json,
    /// Index into `Inference::shapes`.
    Tensor(usize),
}

impl Class {
    fn is_message(self) -> bool {
        match self {
            Class::Text | Class::Json => true,
            Class::Audio | Class::Tensor(_) => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Class::Audio => "audio",
            Class::Text => "text",
            Class::Json => "json",
            Class::Tensor(_) => "tensors",
        }
    }
}

/// Variables with at most one value each, joined by union.
#[derive(Debug)]
struct Unifier<T> {
    parent: Vec<usize>,
    value: Vec<Option<T>>,
    /// What will arrive from outside.
    outside: Vec<bool>,
}

impl<T> Default for Unifier<T> {
    fn default() -> Unifier<T> {
        Unifier { parent: Vec::new(), value: Vec::new(), outside: Vec::new() }
    }
}

impl<T: Copy + PartialEq> Unifier<T> {
    fn fresh(&mut self) -> usize {
        self.parent.push(self.parent.len());
        self.value.push(None);
        self.outside.push(false);
        self.parent.len() - 1
    }

    fn root(&mut self, mut v: usize) -> usize {
        while self.parent[v] != v {
            self.parent[v] = self.parent[self.parent[v]];
            v = self.parent[v];
        }
        v
    }

    fn get(&mut self, v: usize) -> Option<T> {
        let root = self.root(v);
        self.value[root]
    }

    /// Marks a variable as decided by what arrives from outside.
    fn mark(&mut self, v: usize) {
        let root = self.root(v);
        self.outside[root] = true;
    }

    /// True if what arrives from outside decides it, and nothing has said what that is.
    fn is_open(&mut self, v: usize) -> bool {
        let root = self.root(v);
        self.outside[root] && self.value[root].is_none()
    }

    /// Gives a variable a value if it has none.
    fn bind(&mut self, v: usize, value: T) {
        let root = self.root(v);
        self.value[root].get_or_insert(value);
    }

    /// Joins two variables unless both have values that differ.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        match (self.value[a], self.value[b]) {
            (Some(x), Some(y)) if x != y => {}
            (x, y) => {
                self.parent[b] = a;
                self.value[a] = x.or(y);
                self.outside[a] |= self.outside[b];
            }
        }
    }
}

/// Variables of one port.
#[derive(Clone, Copy, Debug)]
struct Vars {
    class: usize,
    format: usize,
    rate: usize,
    channels: usize,
}

#[derive(Debug, Default)]
struct Inference {
    class: Unifier<Class>,
    format: Unifier<SampleFormat>,
    rate: Unifier<u32>,
    channels: Unifier<u16>,
    shapes: Vec<Vec<u32>>,
    inputs: Vec<Vec<Vars>>,
    outputs: Vec<Vec<Vars>>,
    /// Nodes whose output channels are the sum of their inputs', and the same as flags by index.
    sums: Vec<NodeId>,
    is_sum: Vec<bool>,
    /// Classes that are text or JSON: JSON where nothing says which.
    messages: Vec<usize>,
    /// Edges between kinds of streams that nothing converts.
    mismatches: Vec<EdgeId>,
    /// Inputs that must be what they say: node, port, and the dimension that is promised.
    promises: Vec<(NodeId, usize, Promise)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Promise {
    Format(SampleFormat),
    Rate(u32),
    Channels(u16),
}

/// Variables that one node shares between its ports.
#[derive(Default)]
struct Shared(Vec<(u8, usize)>);

impl Shared {
    fn get(&mut self, key: u8, fresh: impl FnOnce() -> usize) -> usize {
        if let Some((_, v)) = self.0.iter().find(|(k, _)| *k == key) {
            return *v;
        }
        let v = fresh();
        self.0.push((key, v));
        v
    }
}

#[derive(Default)]
struct NodeShared {
    class: Shared,
    format: Shared,
    rate: Shared,
    channels: Shared,
    whole: Vec<(u8, Vars)>,
}

impl Inference {
    fn new(graph: &Graph) -> Inference {
        let mut inference = Inference { is_sum: vec![false; graph.nodes.len()], ..Inference::default() };
        for (index, node) in graph.nodes.iter().enumerate() {
            let id = NodeId::new(index);
            let mut shared = NodeShared::default();
            let signature = signature(graph, id);
            let (inputs, outputs) = match signature {
                Some(Signature { inputs, outputs }) => (
                    inputs.iter().enumerate().map(|(p, t)| inference.port(id, Some(p), t, &mut shared)).collect(),
                    outputs.iter().map(|t| inference.port(id, None, t, &mut shared)).collect(),
                ),
                None => (
                    node.inputs.iter().map(|p| inference.known(p.ty.as_ref())).collect(),
                    node.outputs.iter().map(|p| inference.known(p.ty.as_ref())).collect(),
                ),
            };
            inference.inputs.push(inputs);
            inference.outputs.push(outputs);
        }
        inference
    }

    fn fresh(&mut self) -> Vars {
        Vars {
            class: self.class.fresh(),
            format: self.format.fresh(),
            rate: self.rate.fresh(),
            channels: self.channels.fresh(),
        }
    }

    /// Variables of a port whose type is a fact, or unknown.
    fn known(&mut self, ty: Option<&StreamType>) -> Vars {
        let vars = self.fresh();
        match ty {
            Some(StreamType::Audio { format, rate, channels }) => {
                self.class.bind(vars.class, Class::Audio);
                self.format.bind(vars.format, *format);
                self.rate.bind(vars.rate, *rate);
                self.channels.bind(vars.channels, *channels);
            }
            Some(StreamType::Tensor { shape }) => {
                self.shapes.push(shape.clone());
                self.class.bind(vars.class, Class::Tensor(self.shapes.len() - 1));
            }
            Some(StreamType::Text) => self.class.bind(vars.class, Class::Text),
            Some(StreamType::Json) => self.class.bind(vars.class, Class::Json),
            None => {}
        }
        vars
    }

    /// Variables of a port as its node's signature describes it. `input` is its number if it is an input.
    fn port(&mut self, node: NodeId, input: Option<usize>, ty: &PortType, shared: &mut NodeShared) -> Vars {
        match ty {
            PortType::Audio { format, rate, channels } => {
                let class = self.class.fresh();
                self.class.bind(class, Class::Audio);
                let mut promise = |p| self.promises.extend(input.map(|port| (node, port, p)));
                if let Dim::Must(f) = format {
                    promise(Promise::Format(*f));
                }
                if let Dim::Must(r) = rate {
                    promise(Promise::Rate(*r));
                }
                if let Dim::Must(c) = channels {
                    promise(Promise::Channels(*c));
                }
                if *channels == Dim::SumOfInputs {
                    self.sums.push(node);
                    self.is_sum[node.index()] = true;
                }
                Vars {
                    class,
                    format: dimension(&mut self.format, format, &mut shared.format),
                    rate: dimension(&mut self.rate, rate, &mut shared.rate),
                    channels: dimension(&mut self.channels, channels, &mut shared.channels),
                }
            }
            PortType::Tensor { shape } => self.known(Some(&StreamType::Tensor { shape: shape.clone() })),
            PortType::Text => self.known(Some(&StreamType::Text)),
            PortType::Json => self.known(Some(&StreamType::Json)),
            PortType::Message(key) => {
                let class = shared.class.get(*key, || self.class.fresh());
                self.messages.push(class);
                Vars { class, ..self.fresh() }
            }
            PortType::Any(key) => {
                if let Some((_, vars)) = shared.whole.iter().find(|(k, _)| k == key) {
                    return *vars;
                }
                let vars = self.fresh();
                shared.whole.push((*key, vars));
                vars
            }
        }
    }

    fn bind_inputs(&mut self, graph: &Graph, formats: &[InputFormat]) {
        for (index, node) in graph.nodes.iter().enumerate() {
            let NodeKind::Input { .. } = node.kind else { continue };
            let named = formats.iter().find(|f| f.port.as_deref() == Some(node.name.as_str()));
            let Some(format) = named.or_else(|| formats.iter().find(|f| f.port.is_none())) else { continue };
            for vars in self.outputs[index].clone() {
                // An unnamed format is for audio: ports of another class keep theirs.
                if named.is_some() || matches!(self.class.get(vars.class), None | Some(Class::Audio)) {
                    self.rate.bind(vars.rate, format.rate);
                    self.channels.bind(vars.channels, format.channels);
                    if let Some(f) = format.format {
                        self.format.bind(vars.format, f);
                    }
                }
            }
        }
    }

    fn connect(&mut self, graph: &Graph) {
        let incoming = graph.incoming();
        for (index, node) in graph.nodes.iter().enumerate() {
            if let NodeKind::Input { .. } = node.kind {
                for vars in self.outputs[index].clone() {
                    self.rate.mark(vars.rate);
                    self.channels.mark(vars.channels);
                }
            }
        }
        for id in topology::order(graph) {
            for edge_id in &incoming[id.index()] {
                let edge = &graph.edges[edge_id.index()];
                let from = self.outputs[edge.from.node.index()][usize::from(edge.from.port)];
                let to = self.inputs[id.index()][usize::from(edge.to.port)];
                if let (Some(gives), Some(takes)) = (self.class.get(from.class), self.class.get(to.class))
                    && gives != takes
                    && !(gives.is_message() && takes.is_message())
                {
                    self.mismatches.push(*edge_id);
                }
                self.class.join(from.class, to.class);
                self.format.join(from.format, to.format);
                // What a node asks for does not say what will arrive at a pipeline input: that stays open. Its own node
                // (`AudioInput` with `sample_rate`) does say it.
                let says = is_port(graph, id);
                if says || !self.rate.is_open(from.rate) || self.rate.get(to.rate).is_none() {
                    self.rate.join(from.rate, to.rate);
                }
                if says || !self.channels.is_open(from.channels) || self.channels.get(to.channels).is_none() {
                    self.channels.join(from.channels, to.channels);
                }
            }
            self.add_up(id);
        }
        for class in std::mem::take(&mut self.messages) {
            self.class.bind(class, Class::Json);
        }
        // Sums in loops may have had to wait.
        for id in self.sums.clone() {
            self.add_up(id);
        }
    }

    fn add_up(&mut self, node: NodeId) {
        if !self.is_sum[node.index()] {
            return;
        }
        let mut sum = 0u16;
        for vars in self.inputs[node.index()].clone() {
            let Some(channels) = self.channels.get(vars.channels) else { return };
            sum = sum.saturating_add(channels);
        }
        for vars in self.outputs[node.index()].clone() {
            self.channels.bind(vars.channels, sum);
        }
    }

    /// Gives open inputs the assumed format, and says so.
    fn assume(&mut self, graph: &Graph, assume: &InputFormat, notes: &mut Diagnostics) {
        for (index, node) in graph.nodes.iter().enumerate() {
            let NodeKind::Input { .. } = node.kind else { continue };
            for vars in self.outputs[index].clone() {
                if matches!(self.class.get(vars.class), Some(Class::Text | Class::Json | Class::Tensor(_))) {
                    continue;
                }
                let open = open_dimensions(self.rate.get(vars.rate), self.channels.get(vars.channels));
                if open.is_empty() {
                    continue;
                }
                self.rate.bind(vars.rate, assume.rate);
                self.channels.bind(vars.channels, assume.channels);
                notes.push(
                    Diagnostic::note(
                        codes::OPEN_FORMAT,
                        node.span,
                        format!("the {open} of input `{}` are open", node.name),
                    )
                    .with_note(format!("checked as {} Hz with {} channels", assume.rate, assume.channels))
                    .with_help("`run` takes them from the file; `compile` needs `--input`"),
                );
            }
        }
        for id in self.sums.clone() {
            self.add_up(id);
        }
    }

    fn ty(&mut self, vars: Vars) -> Option<StreamType> {
        Some(match self.class.get(vars.class).unwrap_or(Class::Audio) {
            Class::Audio => StreamType::Audio {
                format: self.format.get(vars.format).unwrap_or(SampleFormat::F32),
                rate: self.rate.get(vars.rate)?,
                channels: self.channels.get(vars.channels)?,
            },
            Class::Tensor(shape) => StreamType::Tensor { shape: self.shapes[shape].clone() },
            Class::Text => StreamType::Text,
            Class::Json => StreamType::Json,
        })
    }

    fn assign(&mut self, graph: &mut Graph) -> Result<(), Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        for edge in std::mem::take(&mut self.mismatches) {
            let edge = &graph.edges[edge.index()];
            let from = self.outputs[edge.from.node.index()][usize::from(edge.from.port)];
            let to = self.inputs[edge.to.node.index()][usize::from(edge.to.port)];
            let (gives, takes) = (self.class.get(from.class), self.class.get(to.class));
            let name = |class: Option<Class>| class.map_or("anything", Class::name);
            let (giver, taker) = (graph.node(edge.from.node), graph.node(edge.to.node));
            diagnostics.push(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    edge.span,
                    format!("`{}` gives {}, `{}` takes {}", giver.name, name(gives), taker.name, name(takes)),
                )
                .label("nothing converts one into the other")
                .with_help("put a node between them that does; `remotemedia nodes` lists what there is"),
            );
        }
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let mut asked = false;
        for index in 0..graph.nodes.len() {
            let inputs: Vec<_> = self.inputs[index].clone().into_iter().map(|v| self.ty(v)).collect();
            let outputs: Vec<_> = self.outputs[index].clone().into_iter().map(|v| self.ty(v)).collect();
            let node = &mut graph.nodes[index];
            if let (NodeKind::Input { .. }, Some(None)) = (&node.kind, outputs.first()) {
                let vars = self.outputs[index][0];
                let open = open_dimensions(self.rate.get(vars.rate), self.channels.get(vars.channels));
                asked = true;
                diagnostics.push(
                    Diagnostic::error(
                        codes::OPEN_FORMAT,
                        node.span,
                        format!("the {open} of input `{}` cannot be inferred", node.name),
                    )
                    .label(format!("its {open} is open"))
                    .with_help(format!("say what will arrive: `--input {}=audio:48000:2`", node.name))
                    .with_help("or begin with a node `AudioInput` with `sample_rate` and `channels`"),
                );
            }
            for (port, ty) in node.inputs.iter_mut().zip(inputs) {
                port.ty = ty;
            }
            for (port, ty) in node.outputs.iter_mut().zip(outputs) {
                port.ty = ty;
            }
        }
        if !asked {
            for node in graph.nodes.iter().filter(|n| n.kind != NodeKind::Removed) {
                if node.inputs.iter().chain(&node.outputs).any(|p| p.ty.is_none()) {
                    diagnostics.push(
                        Diagnostic::error(
                            codes::OPEN_FORMAT,
                            node.span,
                            format!("the format of `{}` cannot be inferred", node.name),
                        )
                        .with_note("no input reaches it from which its rate and channels would follow")
                        .with_help("connect it to an input or a source"),
                    );
                }
            }
        }
        let incoming = graph.incoming();
        for (node, port, promise) in std::mem::take(&mut self.promises) {
            if let Some(edge) =
                incoming[node.index()].iter().find(|e| usize::from(graph.edges[e.index()].to.port) == port)
            {
                check_promise(graph, *edge, promise, &mut diagnostics);
            }
        }
        diagnostics.into_result().map(|_| ())
    }
}

/// An error where the stream that reaches a port is not what the author promised.
fn check_promise(graph: &Graph, edge: EdgeId, promise: Promise, out: &mut Diagnostics) {
    let Some(StreamType::Audio { format, rate, channels }) = graph.edge_type(edge) else { return };
    let edge = graph.edges[edge.index()];
    let (what, expected, found) = match promise {
        Promise::Format(f) => ("sample format", f.to_string(), format.to_string()),
        Promise::Rate(r) => ("rate", format!("{r} Hz"), format!("{rate} Hz")),
        Promise::Channels(c) => ("number of channels", c.to_string(), channels.to_string()),
    };
    if expected != found {
        let to = graph.node(edge.to.node);
        out.push(
            Diagnostic::error(
                codes::FORMAT_MISMATCH,
                to.span,
                format!("`{}` checks its {what}: expected {expected}, found {found}", to.name),
            )
            .label(format!("expects {expected}"))
            .also(graph.node(edge.from.node).span, format!("gives {found}"))
            .with_help("drop the parameter, or correct it"),
        );
    }
}

fn dimension<T: Copy + PartialEq>(unifier: &mut Unifier<T>, dim: &Dim<T>, shared: &mut Shared) -> usize {
    match dim {
        Dim::Same(key) => shared.get(*key, || unifier.fresh()),
        Dim::Is(value) | Dim::Must(value) => {
            let v = unifier.fresh();
            unifier.bind(v, *value);
            v
        }
        Dim::SumOfInputs => unifier.fresh(),
    }
}

fn open_dimensions(rate: Option<u32>, channels: Option<u16>) -> &'static str {
    match (rate, channels) {
        (None, None) => "rate and channels",
        (None, Some(_)) => "rate",
        (Some(_), None) => "number of channels",
        (Some(_), Some(_)) => "",
    }
}

/// True for the node that describes a pipeline input.
fn is_port(graph: &Graph, id: NodeId) -> bool {
    match &graph.node(id).kind {
        NodeKind::Typed { type_name, .. } => catalog::find(type_name).is_some_and(|(ty, _)| ty.role == Role::Input),
        NodeKind::Input { .. }
        | NodeKind::Output { .. }
        | NodeKind::Kernel(_)
        | NodeKind::Library(_)
        | NodeKind::Python(_)
        | NodeKind::Foreign(_)
        | NodeKind::Removed => false,
    }
}

/// The signature of a node that has one.
pub fn signature(graph: &Graph, id: NodeId) -> Option<Signature> {
    let node = graph.node(id);
    match &node.kind {
        NodeKind::Typed { type_name, params } => {
            let (ty, _) = catalog::find(type_name)?;
            let mut signature = (ty.signature)(&Params { list: params.clone() }, node.inputs.len());
            // What goes through a port node is what its one side says.
            match ty.role {
                Role::Input if signature.inputs.is_empty() => signature.inputs.clone_from(&signature.outputs),
                Role::Output if signature.outputs.is_empty() => signature.outputs.clone_from(&signature.inputs),
                Role::Input | Role::Output | Role::Compute | Role::Null | Role::Foreign => {}
            }
            signature.inputs.truncate(node.inputs.len());
            signature.outputs.truncate(node.outputs.len());
            Some(signature)
        }
        NodeKind::Python(class) => {
            let mut signature = python_signature(class);
            signature.inputs.truncate(node.inputs.len());
            signature.outputs.truncate(node.outputs.len());
            Some(signature)
        }
        NodeKind::Input { .. }
        | NodeKind::Output { .. }
        | NodeKind::Kernel(_)
        | NodeKind::Library(_)
        | NodeKind::Foreign(_)
        | NodeKind::Removed => None,
    }
}

/// What a Python class takes and gives: audio at the rate at which it comes, with as many channels unless it says how many.
fn python_signature(class: &Python) -> Signature {
    let takes_text = match class {
        Python::Compiled(script) => {
            script.function(script.process).locals.first().is_some_and(|parameter| parameter.ty == Ty::Str)
        }
        Python::Hosted(hosted) => hosted.arrives == Form::Text,
    };
    let input = match class.takes() {
        Takes::Sample | Takes::Chunk { .. } => PortType::f32(),
        Takes::Tensor => PortType::Any(0),
        Takes::Message if takes_text => PortType::Text,
        Takes::Message => PortType::Json,
    };
    let mut outputs = Vec::new();
    if let Some(channels) = class.gives().audio {
        outputs.push(channels.map_or_else(PortType::f32, PortType::f32_channels));
    }
    outputs.extend(class.gives().messages.map(|form| match form {
        Form::Json => PortType::Json,
        Form::Text => PortType::Text,
    }));
    Signature::new(vec![input], outputs)
}
