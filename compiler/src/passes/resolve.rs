//! `resolve`: nodes and edges of a manifest against the catalog.
//!
//! Gives the graph: node types found under any of their names, parameters typed, in range and complete, edges bound to ports,
//! pipeline inputs and outputs made explicit. Everything that is not understood is an error, with a suggestion where a name is
//! nearly right; every tolerated spelling is a note. Types stay open: that is `infer`'s. Cost: linear.
//!
//! A node without inputs that needs some gets the pipeline's input `in`; a node that nobody reads gives a pipeline output under
//! its own name. Parameters are the business of `params.rs`, ports that of `ports.rs`.

use crate::manifest::{Manifest, NodeDecl, NodeOptions, RuntimeHint};
use crate::params;
use crate::passes::pythons::{self, Runs};
use crate::ports::{self, Slot, Sockets};
use crate::python::nodes::PythonNodes;
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{Edge, End, ForeignNode, Graph, Node, NodeId, NodeKind, NodePort, Param};
use remotemedia_ir::script::Python;
use remotemedia_ir::{Span, suggest};
use remotemedia_nodes::catalog::{self, CATALOG, Match};
use remotemedia_nodes::{NodeType, Params, PortKind, Role};
use std::collections::HashMap;

/// Runs the pass. Notes and warnings come with the graph.
pub fn run(manifest: &Manifest, pythons: &PythonNodes) -> Result<(Graph, Diagnostics), Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let name = manifest.name.as_ref().map_or("pipeline", |n| n.value.as_str());
    let mut resolver = Resolver { graph: Graph { name: name.to_owned(), ..Graph::default() }, ..Resolver::default() };
    let lowered = pythons::lower_all(manifest, pythons, &mut diagnostics);
    for decl in &manifest.nodes {
        match lowered.get(&decl.id.value) {
            Some(node) => resolver.python(decl, node, &mut diagnostics),
            None => resolver.node(decl, &mut diagnostics),
        }
    }
    resolver.edges(manifest, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    resolver.pipeline_inputs();
    resolver.pipeline_outputs(manifest);
    diagnostics.into_result().map(|notes| (resolver.graph, notes))
}

#[derive(Default)]
struct Resolver {
    graph: Graph,
    /// For each manifest node, by its id: the graph's node, its type, its sockets.
    places: HashMap<String, Place>,
    /// Manifest order.
    order: Vec<String>,
}

struct Place {
    node: NodeId,
    ty: Option<&'static NodeType>,
    sockets: Sockets,
    span: Span,
    /// A Python class: its ports are known, its type is no entry of the catalog.
    has_ports: bool,
}

impl Resolver {
    fn node(&mut self, decl: &NodeDecl, diagnostics: &mut Diagnostics) {
        let ty = self.find_type(decl, diagnostics);
        let kind = match ty {
            Some(ty) if ty.role != Role::Foreign => {
                let params = params::read(ty, decl, diagnostics);
                self.port_roles(ty, decl, &params);
                unused_options(decl, diagnostics);
                NodeKind::Typed { type_name: ty.name.to_owned(), params: params.list }
            }
            foreign => NodeKind::Foreign(ForeignNode {
                type_name: foreign.map_or(decl.node_type.value.as_str(), |ty| ty.name).to_owned(),
                reason: foreign_reason(foreign, decl),
                candidate: None,
            }),
        };
        let node = self.graph.add(Node {
            name: decl.id.value.clone(),
            span: decl.span,
            kind,
            inputs: Vec::new(),
            outputs: Vec::new(),
        });
        // The place of a pipeline port was taken by `port_roles` before its node was known.
        let sockets = Sockets::of(ty);
        self.places.insert(decl.id.value.clone(), Place { node, ty, sockets, span: decl.id.span, has_ports: false });
        self.order.push(decl.id.value.clone());
    }

    /// A Python node.
    fn python(&mut self, decl: &NodeDecl, node: &pythons::Resolved, diagnostics: &mut Diagnostics) {
        let (kind, has_ports) = match &node.runs {
            Runs::Compiled(script) => {
                python_options(decl, diagnostics);
                (NodeKind::Python(Box::new(Python::Compiled((**script).clone()))), true)
            }
            Runs::Outside(reasons, candidate) => {
                let reason = match candidate {
                    Some(_) => reasons.join("; "),
                    None => format!("{}; {}", foreign_reason(None, decl), reasons.join("; ")),
                };
                let type_name = "PythonNode".to_owned();
                let foreign = ForeignNode { type_name, reason, candidate: candidate.clone() };
                (NodeKind::Foreign(foreign), candidate.is_some())
            }
        };
        let ty = catalog::find("PythonNode").map(|(ty, _)| ty).filter(|_| !has_ports);
        let sockets = if has_ports { node.sockets.clone() } else { Sockets::of(ty) };
        let graph_node =
            Node { name: decl.id.value.clone(), span: decl.span, kind, inputs: Vec::new(), outputs: Vec::new() };
        let id = self.graph.add(graph_node);
        let place = Place { node: id, ty, sockets, span: decl.id.span, has_ports };
        self.places.insert(decl.id.value.clone(), place);
        self.order.push(decl.id.value.clone());
    }

    /// The node type, or none for a node of another runtime that the catalog does not know.
    fn find_type(&self, decl: &NodeDecl, diagnostics: &mut Diagnostics) -> Option<&'static NodeType> {
        let written = decl.node_type.value.as_str();
        if let Some((ty, found)) = catalog::find(written) {
            if found != Match::Canonical {
                diagnostics.push(Diagnostic::tolerated(
                    codes::TOLERATED_NAME,
                    decl.node_type.span,
                    format!("`{written}` is taken for `{}`", ty.name),
                ));
            }
            return Some(ty);
        }
        let options = &decl.options;
        let is_python = written.contains('.')
            || options.runtime_hint.is_some()
            || !options.python_deps.is_empty()
            || options.docker.is_some()
            || options.capabilities.is_some();
        if is_python {
            return None;
        }
        let names = CATALOG.iter().flat_map(|t| std::iter::once(t.name).chain(t.aliases.iter().copied()));
        let near = suggest::near(written, names, 5);
        let mut diagnostic =
            Diagnostic::error(codes::UNKNOWN_NODE_TYPE, decl.node_type.span, format!("unknown node type `{written}`"))
                .label("no node type has this name");
        if let Some((first, rest)) = near.split_first() {
            diagnostic = diagnostic.with_help(format!("did you mean `{first}`?"));
            if !rest.is_empty() {
                let list: Vec<String> = rest.iter().map(|n| format!("`{n}`")).collect();
                diagnostic = diagnostic.with_note(format!("also near: {}", list.join(", ")));
            }
        }
        diagnostics.push(
            diagnostic.with_help("a Python class of your own is written `module.Class`, or with `\"runtime_hint\": \"cpython\"`; `remotemedia nodes` lists the others"),
        );
        None
    }

    /// The pipeline port behind an input or output node.
    fn port_roles(&mut self, ty: &'static NodeType, decl: &NodeDecl, params: &Params) {
        let path = match params.get("path") {
            Some(Param::Text(path)) => Some(path.clone()),
            Some(Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::List(_)) | None => None,
        };
        let (kind, inputs, outputs) = match ty.role {
            Role::Input => (NodeKind::Input { default_path: path }, Vec::new(), vec![port("out")]),
            Role::Output => (NodeKind::Output { default_path: path }, vec![port("in")], Vec::new()),
            Role::Compute | Role::Null | Role::Foreign => return,
        };
        let id = self.graph.add(Node { name: decl.id.value.clone(), span: decl.span, kind, inputs, outputs });
        // The node itself comes next.
        let own = NodeId::new(id.index() + 1);
        let (from, to) = if ty.role == Role::Input { (id, own) } else { (own, id) };
        self.graph.edges.push(Edge {
            from: End { node: from, port: 0 },
            to: End { node: to, port: 0 },
            span: decl.span,
        });
    }

    fn edges(&mut self, manifest: &Manifest, diagnostics: &mut Diagnostics) {
        let mut fed: HashMap<End, Vec<(End, Span)>> = HashMap::new();
        let mut fed_order: Vec<End> = Vec::new();
        for decl in &manifest.edges {
            let (Some(from), Some(to)) = (self.places.get(&decl.from.node.value), self.places.get(&decl.to.node.value))
            else {
                continue;
            };
            let bound = ports::bind(decl, (&from.sockets, from.ty), (&to.sockets, to.ty));
            let pairs = match bound {
                Ok(pairs) => pairs,
                Err(diagnostic) => {
                    diagnostics.push(*diagnostic);
                    continue;
                }
            };
            let (from_node, to_node) = (from.node, to.node);
            for (output, input) in pairs {
                let output = self.places.get_mut(&decl.from.node.value).map_or(0, |p| p.sockets.use_output(output));
                let input = self.places.get_mut(&decl.to.node.value).map_or(0, |p| p.sockets.use_input(input));
                let to = End { node: to_node, port: input };
                let list = fed.entry(to).or_insert_with(|| {
                    fed_order.push(to);
                    Vec::new()
                });
                list.push((End { node: from_node, port: output }, decl.span));
            }
        }
        for place in self.places.values_mut() {
            // An optional input that no edge enters is not there.
            while place.sockets.inputs.last().is_some_and(|s| s.optional && !s.used) {
                place.sockets.inputs.pop();
            }
            let node = &mut self.graph.nodes[place.node.index()];
            node.inputs = place.sockets.inputs.iter().map(|s| port(&s.name)).collect();
            node.outputs = place.sockets.outputs.iter().map(|s| port(&s.name)).collect();
        }
        for to in fed_order {
            let list = fed.remove(&to).unwrap_or_default();
            match list.as_slice() {
                [(from, span)] => self.graph.edges.push(Edge { from: *from, to, span: *span }),
                several => self.fed_twice(to, several, diagnostics),
            }
        }
    }

    /// Several edges into one port: messages are merged in order of their time, audio is the author's to mix.
    fn fed_twice(&mut self, to: End, edges: &[(End, Span)], diagnostics: &mut Diagnostics) {
        let node = self.graph.node(to.node);
        let place = self.places.get(&node.name);
        let socket = place.and_then(|p| p.sockets.inputs.get(usize::from(to.port)));
        let kind_of = |end: &End| {
            let from = &self.graph.node(end.node).name;
            self.places
                .get(from)
                .and_then(|p| p.sockets.outputs.get(usize::from(end.port)))
                .map_or(PortKind::Any, |s| s.kind)
        };
        let is_message = |kind| matches!(kind, PortKind::Json | PortKind::Text | PortKind::Message);
        let messages =
            socket.is_some_and(|s| is_message(s.kind)) || edges.iter().all(|(end, _)| is_message(kind_of(end)));
        if !messages {
            let mut diagnostic = Diagnostic::error(
                codes::PORT_FED_TWICE,
                edges[1].1,
                format!("port `{}` of `{}` is fed twice", node.inputs[usize::from(to.port)].name, node.name),
            )
            .label("this edge feeds it again")
            .also(edges[0].1, "it is fed here first")
            .with_help(
                "audio is added up by a node `Mix`, put side by side by a node `Interleave`: lead the edges there",
            );
            for (_, span) in edges.iter().skip(2) {
                diagnostic = diagnostic.also(*span, "and here");
            }
            diagnostics.push(diagnostic);
            return;
        }
        let merge = Node {
            name: format!("{}.merge", node.name),
            span: edges[0].1,
            kind: NodeKind::Typed { type_name: "MessageMerge".to_owned(), params: Vec::new() },
            inputs: (0..edges.len()).map(|i| port(&format!("in{i}"))).collect(),
            outputs: vec![port("out")],
        };
        let merge = self.graph.add(merge);
        for (i, (from, span)) in edges.iter().enumerate() {
            self.graph.edges.push(Edge { from: *from, to: End { node: merge, port: i as u16 }, span: *span });
        }
        self.graph.edges.push(Edge { from: End { node: merge, port: 0 }, to, span: edges[0].1 });
    }

    /// Inputs that nothing feeds.
    fn pipeline_inputs(&mut self) {
        let mut fed = vec![Vec::new(); self.graph.nodes.len()];
        for edge in &self.graph.edges {
            fed[edge.to.node.index()].push(edge.to.port);
        }
        // One input for each kind of stream that source-like nodes ask for.
        let mut shared: Vec<(PortKind, NodeId)> = Vec::new();
        for name in self.order.clone() {
            let Some(place) = self.places.get(&name) else { continue };
            let (node, span) = (place.node, place.span);
            if !place.has_ports && place.ty.is_none_or(|t| t.role == Role::Foreign) {
                continue;
            }
            let open: Vec<(u16, Slot)> = place
                .sockets
                .inputs
                .iter()
                .enumerate()
                .filter(|(i, s)| !s.optional && !fed[node.index()].contains(&(*i as u16)))
                .map(|(i, s)| (i as u16, s.clone()))
                .collect();
            let source_like = fed[node.index()].is_empty();
            for (number, (index, slot)) in open.into_iter().enumerate() {
                let kind = match slot.kind {
                    PortKind::Any => PortKind::Audio,
                    PortKind::Message => PortKind::Json,
                    PortKind::Audio | PortKind::Tensor | PortKind::Text | PortKind::Json => slot.kind,
                };
                let existing = shared.iter().find(|(k, _)| *k == kind).map(|(_, n)| *n);
                let input = match existing {
                    Some(input) if source_like && number == 0 => input,
                    _ => {
                        let name = match (source_like && number == 0, kind, shared.is_empty()) {
                            (true, _, true) => "in".to_owned(),
                            (true, PortKind::Audio | PortKind::Any, false) => "in_audio".to_owned(),
                            (true, PortKind::Tensor, false) => "in_tensor".to_owned(),
                            (true, PortKind::Text, false) => "in_text".to_owned(),
                            (true, PortKind::Json | PortKind::Message, false) => "in_json".to_owned(),
                            (false, _, _) => format!("{name}.{}", slot.name),
                        };
                        let input = self.graph.add(Node {
                            name,
                            span,
                            kind: NodeKind::Input { default_path: None },
                            inputs: Vec::new(),
                            outputs: vec![port("out")],
                        });
                        if source_like && number == 0 {
                            shared.push((kind, input));
                        }
                        input
                    }
                };
                let (from, to) = (End { node: input, port: 0 }, End { node, port: index });
                self.graph.edges.push(Edge { from, to, span });
            }
        }
    }

    /// Outputs that nobody reads, and those of nodes that are marked.
    fn pipeline_outputs(&mut self, manifest: &Manifest) {
        let mut read = vec![false; self.graph.nodes.len()];
        for edge in &self.graph.edges {
            read[edge.from.node.index()] = true;
        }
        for decl in &manifest.nodes {
            let Some(place) = self.places.get(&decl.id.value) else { continue };
            let marked = decl.options.is_output_node.as_ref().is_some_and(|b| b.value)
                || manifest.outputs.iter().any(|o| o.node.value == decl.id.value);
            if !marked && read[place.node.index()] || place.ty.is_some_and(|t| t.role == Role::Output) {
                continue;
            }
            let named: Vec<&str> = manifest
                .outputs
                .iter()
                .filter(|o| o.node.value == decl.id.value)
                .filter_map(|o| o.port.as_ref().map(|p| p.value.as_str()))
                .collect();
            let node = place.node;
            let wanted: Vec<(u16, String)> = place
                .sockets
                .outputs
                .iter()
                .enumerate()
                .filter(
                    |(_, s)| if named.is_empty() { !s.optional || s.used } else { named.contains(&s.name.as_str()) },
                )
                .map(|(i, s)| (i as u16, s.name.clone()))
                .collect();
            let several = wanted.len() > 1;
            for (index, socket) in wanted {
                let name = if several { format!("{}.{socket}", decl.id.value) } else { decl.id.value.clone() };
                let output = self.graph.add(Node {
                    name,
                    span: decl.span,
                    kind: NodeKind::Output { default_path: None },
                    inputs: vec![port("in")],
                    outputs: Vec::new(),
                });
                let (from, to) = (End { node, port: index }, End { node: output, port: 0 });
                self.graph.edges.push(Edge { from, to, span: decl.span });
            }
        }
    }
}

fn port(name: &str) -> NodePort {
    NodePort { name: name.to_owned(), ty: None }
}

/// As [`unused_options`]; a lowered node answers `runtime_hint` by what it is, and needs no packages.
fn python_options(decl: &NodeDecl, diagnostics: &mut Diagnostics) {
    let lowered = NodeDecl {
        options: NodeOptions {
            runtime_hint: None,
            python_deps: Vec::new(),
            capabilities: None,
            ..decl.options.clone()
        },
        ..decl.clone()
    };
    unused_options(&lowered, diagnostics);
}

/// Options that choose a runtime or an executor say nothing about a node that is compiled into the program.
fn unused_options(decl: &NodeDecl, diagnostics: &mut Diagnostics) {
    let options = &decl.options;
    let given = [
        ("host", options.host.as_ref().map(|o| o.span)),
        ("runtime_hint", options.runtime_hint.as_ref().map(|o| o.span)),
        ("execution", options.execution.as_ref().map(|o| o.span)),
        ("python_deps", options.python_deps.first().map(|o| o.span)),
        ("docker", options.docker.as_ref().map(|_| decl.node_type.span)),
        ("capabilities", options.capabilities.as_ref().map(|o| o.span)),
        ("fast_path", options.fast_path.as_ref().map(|o| o.span)),
        ("executor", options.executor.as_ref().map(|o| o.span)),
    ];
    for (name, span) in given.into_iter().filter_map(|(name, span)| Some((name, span?))) {
        let message = format!("`{name}` has no effect: `{}` is compiled into the program", decl.id.value);
        diagnostics.push(Diagnostic::tolerated(codes::UNUSED_FIELD, span, message));
    }
}

/// What a node is that another runtime has to run, and what its author asked for.
fn foreign_reason(ty: Option<&NodeType>, decl: &NodeDecl) -> String {
    let mut parts = vec![ty.map_or("a node of the author's own", |ty| ty.summary).to_owned()];
    let options = &decl.options;
    if let Some(hint) = options.runtime_hint.as_ref().filter(|h| h.value != RuntimeHint::Auto) {
        parts.push(format!("asks for {}", hint.value.name()));
    }
    if !options.python_deps.is_empty() {
        let deps: Vec<&str> = options.python_deps.iter().map(|d| d.value.as_str()).collect();
        parts.push(format!("needs the Python packages {}", deps.join(", ")));
    }
    let Some(capabilities) = &options.capabilities else { return parts.join("; ") };
    if let Some(gpu) = &capabilities.gpu {
        let kind = gpu.kind.as_ref().map_or("any kind", |k| k.value.as_str());
        let memory = gpu.min_memory_gb.as_ref().map_or_else(String::new, |m| format!(", {} GB", m.value));
        let how = if gpu.required { "needs" } else { "would like" };
        parts.push(format!("{how} a GPU ({kind}{memory})"));
    }
    if let Some(cpu) = &capabilities.cpu {
        let cores = cpu.cores.as_ref().map(|c| format!("{} cores", c.value));
        let arch = cpu.arch.as_ref().map(|a| a.value.clone());
        let what: Vec<String> = cores.into_iter().chain(arch).collect();
        if !what.is_empty() {
            parts.push(format!("needs a CPU with {}", what.join(", ")));
        }
    }
    if let Some(memory) = &capabilities.memory_gb {
        parts.push(format!("needs {} GB of memory", memory.value));
    }
    if !capabilities.codecs.is_empty() {
        let codecs: Vec<&str> = capabilities.codecs.iter().map(|c| c.value.as_str()).collect();
        parts.push(format!("needs the codecs {}", codecs.join(", ")));
    }
    for framework in &capabilities.frameworks {
        parts.push(format!("needs the framework {}", framework.name.value));
    }
    parts.join("; ")
}
