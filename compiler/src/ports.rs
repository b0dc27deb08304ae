//! Which port an edge means: by name, else by the kind of stream.
//!
//! Used by `resolve` alone. Variadic ports give each edge an input of its own.

use crate::manifest::{EdgeDecl, Endpoint};
use remotemedia_ir::codes;
use remotemedia_ir::diag::Diagnostic;
use remotemedia_ir::suggest;
use remotemedia_nodes::{NodeType, PortKind, PortSpec};

/// A port of one node of the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub name: String,
    pub kind: PortKind,
    pub optional: bool,
    /// An edge ends or begins here.
    pub used: bool,
    /// The variadic port of the type that it belongs to.
    variadic: Option<&'static str>,
}

/// The ports of one node of the graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sockets {
    pub inputs: Vec<Slot>,
    pub outputs: Vec<Slot>,
    /// A node that the catalog does not know: any port name is right.
    open: bool,
}

/// A port as an edge names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortRef {
    /// The slot of that number.
    At(usize),
    /// One more slot of a variadic port.
    More(&'static str),
    /// A port of a node that the catalog does not know.
    Named(String),
}

impl Sockets {
    /// The ports of a type. A variadic port begins with one slot that the first edge takes.
    pub fn of(ty: Option<&'static NodeType>) -> Sockets {
        let Some(ty) = ty else { return Sockets { open: true, ..Sockets::default() } };
        let slot = |spec: &PortSpec| Slot {
            name: if spec.variadic { format!("{}0", spec.name) } else { spec.name.to_owned() },
            kind: spec.kind,
            optional: spec.optional,
            used: false,
            variadic: spec.variadic.then_some(spec.name),
        };
        let open = ty.role == remotemedia_nodes::Role::Foreign;
        // What a port node of the front end takes besides is its own affair: both have one port on either side.
        let (mut inputs, mut outputs): (Vec<Slot>, Vec<Slot>) =
            (ty.inputs.iter().map(slot).collect(), ty.outputs.iter().map(slot).collect());
        match ty.role {
            remotemedia_nodes::Role::Input if inputs.is_empty() => {
                inputs = outputs
                    .iter()
                    .map(|s| Slot { name: "in".into(), optional: true, used: true, ..s.clone() })
                    .collect();
            }
            remotemedia_nodes::Role::Output if outputs.is_empty() => {
                outputs = inputs
                    .iter()
                    .map(|s| Slot { name: "out".into(), optional: true, used: true, ..s.clone() })
                    .collect();
            }
            remotemedia_nodes::Role::Input
            | remotemedia_nodes::Role::Output
            | remotemedia_nodes::Role::Compute
            | remotemedia_nodes::Role::Null
            | remotemedia_nodes::Role::Foreign => {}
        }
        Sockets { inputs, outputs, open }
    }

    /// Ports that are known by name and kind.
    pub fn known(inputs: &[(&str, PortKind)], outputs: &[(&str, PortKind)]) -> Sockets {
        let slots = |list: &[(&str, PortKind)]| {
            let slot = |(name, kind): &(&str, PortKind)| Slot {
                name: (*name).to_owned(),
                kind: *kind,
                optional: false,
                used: false,
                variadic: None,
            };
            list.iter().map(slot).collect()
        };
        Sockets { inputs: slots(inputs), outputs: slots(outputs), open: false }
    }

    /// Names and kinds of the outputs.
    pub fn output_kinds(&self) -> Vec<(String, PortKind)> {
        self.outputs.iter().map(|s| (s.name.clone(), s.kind)).collect()
    }

    /// The number of the output that an edge leaves.
    pub fn use_output(&mut self, port: PortRef) -> u16 {
        let list = &mut self.outputs;
        use_slot(list, port)
    }

    /// The number of the input that an edge enters.
    pub fn use_input(&mut self, port: PortRef) -> u16 {
        let list = &mut self.inputs;
        use_slot(list, port)
    }
}

fn use_slot(list: &mut Vec<Slot>, port: PortRef) -> u16 {
    let index = match port {
        PortRef::At(index) => index,
        PortRef::More(name) => {
            let taken: Vec<usize> = (0..list.len()).filter(|i| list[*i].variadic == Some(name)).collect();
            match (taken.iter().find(|i| !list[**i].used), taken.last()) {
                (Some(free), _) => *free,
                (None, Some(last)) => {
                    let slot = Slot { name: format!("{name}{}", taken.len()), used: false, ..list[*last].clone() };
                    list.insert(last + 1, slot);
                    last + 1
                }
                (None, None) => 0,
            }
        }
        PortRef::Named(name) => list.iter().position(|s| s.name == name).unwrap_or_else(|| {
            list.push(Slot { name, kind: PortKind::Any, optional: true, used: false, variadic: None });
            list.len() - 1
        }),
    };
    if let Some(slot) = list.get_mut(index) {
        slot.used = true;
    }
    index as u16
}

/// The ports that an edge joins: one pair, or, where it names none and each input of a node has its own output of the same kind
/// (audio and events from a detector to an accumulator), all of them.
pub fn bind(
    edge: &EdgeDecl,
    (from, from_type): (&Sockets, Option<&'static NodeType>),
    (to, to_type): (&Sockets, Option<&'static NodeType>),
) -> Result<Vec<(PortRef, PortRef)>, Box<Diagnostic>> {
    let outputs = candidates(&edge.from, &from.outputs, from.open, "output", from_type)?;
    let inputs = candidates(&edge.to, &to.inputs, to.open, "input", to_type)?;
    let matching = |input: &Candidate| -> Vec<&Candidate> { outputs.iter().filter(|o| o.kind == input.kind).collect() };
    if edge.from.port.is_none() && edge.to.port.is_none() && inputs.len() > 1 && inputs.len() == outputs.len() {
        let pairs: Vec<(PortRef, PortRef)> = inputs
            .iter()
            .filter_map(|input| match matching(input).as_slice() {
                [output] => Some((output.port.clone(), input.port.clone())),
                _ => None,
            })
            .collect();
        if pairs.len() == inputs.len() {
            return Ok(pairs);
        }
    }
    let mut fits: Vec<(usize, &Candidate, &Candidate)> = Vec::new();
    for output in &outputs {
        for input in &inputs {
            if let Some(cost) = cost(output.kind, input.kind) {
                fits.push((cost + output.cost + input.cost, output, input));
            }
        }
    }
    let least = fits.iter().map(|(c, _, _)| *c).min();
    fits.retain(|(c, _, _)| Some(*c) == least);
    match fits.as_slice() {
        [(_, output, input)] => Ok(vec![(output.port.clone(), input.port.clone())]),
        [] => match (outputs.as_slice(), inputs.as_slice()) {
            // Let the types disagree where they are known: `infer` and `negotiate` say it better.
            ([output], [input]) => Ok(vec![(output.port.clone(), input.port.clone())]),
            _ => Err(Box::new(
                Diagnostic::error(
                    codes::UNKNOWN_PORT,
                    edge.span,
                    format!("no output of `{}` fits an input of `{}`", edge.from.node, edge.to.node),
                )
                .with_note(format!("`{}` gives {}", edge.from.node, names(&outputs)))
                .with_note(format!("`{}` takes {}", edge.to.node, names(&inputs))),
            )),
        },
        several => {
            let list: Vec<String> = several.iter().map(|(_, o, i)| format!("`{}` → `{}`", o.name, i.name)).collect();
            Err(Box::new(
                Diagnostic::error(
                    codes::AMBIGUOUS_PORT,
                    edge.span,
                    format!("this edge may mean several ports: {}", list.join(", ")),
                )
                .label("which one?")
                .with_help(format!(
                    "name them: `\"from_port\": \"{}\", \"to_port\": \"{}\"`",
                    several[0].1.name, several[0].2.name
                )),
            ))
        }
    }
}

struct Candidate {
    port: PortRef,
    name: String,
    kind: PortKind,
    /// More for ports that are there on demand only, or taken.
    cost: usize,
}

fn names(list: &[Candidate]) -> String {
    if list.is_empty() {
        return "nothing".to_owned();
    }
    list.iter().map(|c| format!("`{}` ({:?})", c.name, c.kind).to_lowercase()).collect::<Vec<_>>().join(", ")
}

/// How badly two kinds fit; none if not at all.
fn cost(from: PortKind, to: PortKind) -> Option<usize> {
    use PortKind::{Any, Audio, Json, Message, Tensor, Text};
    match (from, to) {
        (Audio, Audio) | (Tensor, Tensor) | (Text, Text) | (Json, Json) | (Message, Message) => Some(0),
        (Message, Text | Json) | (Text | Json, Message) => Some(1),
        (Any, _) | (_, Any) => Some(2),
        // A converter does it.
        (Text, Json) | (Json, Text) => Some(8),
        (Audio | Tensor, _) | (_, Audio | Tensor) => None,
    }
}

/// The ports that an end may mean.
fn candidates(
    end: &Endpoint,
    slots: &[Slot],
    open: bool,
    side: &str,
    ty: Option<&'static NodeType>,
) -> Result<Vec<Candidate>, Box<Diagnostic>> {
    let candidate = |index: usize, slot: &Slot| Candidate {
        port: slot.variadic.map_or(PortRef::At(index), PortRef::More),
        name: slot.variadic.map_or_else(|| slot.name.clone(), str::to_owned),
        kind: slot.kind,
        cost: if side == "output" && slot.optional { 4 } else { usize::from(slot.optional && slot.used) },
    };
    let Some(port) = &end.port else {
        if open {
            let name = if side == "input" { "in" } else { "out" };
            return Ok(vec![Candidate {
                port: PortRef::Named(name.into()),
                name: name.into(),
                kind: PortKind::Any,
                cost: 0,
            }]);
        }
        // Of a variadic port one candidate stands for all.
        let mut list: Vec<Candidate> = Vec::new();
        for (index, slot) in slots.iter().enumerate() {
            let next = candidate(index, slot);
            if !list.iter().any(|c| c.port == next.port) {
                list.push(next);
            }
        }
        return match list.is_empty() {
            false => Ok(list),
            true => Err(Box::new(
                Diagnostic::error(codes::UNKNOWN_PORT, end.node.span, format!("`{}` has no {side}", end.node))
                    .label(format!("an edge cannot {} here", if side == "input" { "end" } else { "begin" })),
            )),
        };
    };
    let written = port.value.as_str();
    if open {
        return Ok(vec![Candidate {
            port: PortRef::Named(written.into()),
            name: written.into(),
            kind: PortKind::Any,
            cost: 0,
        }]);
    }
    let exact = slots.iter().position(|s| s.name == written || s.variadic == Some(written));
    let loose = || slots.iter().position(|s| suggest::same_name(&s.name, written));
    // The names that manifests use for a node's only port.
    let only = || {
        let generic = ["in", "out", "input", "output", "audio", "data", "default", "audio_in", "audio_out", "stream"];
        (slots.len() == 1 && generic.contains(&written)).then_some(0)
    };
    // `in2` of a variadic port, whatever its number.
    let numbered = || {
        let stem = written.trim_end_matches(|c: char| c.is_ascii_digit());
        slots.iter().position(|s| {
            s.variadic == Some(stem) || s.variadic.is_some() && ["input", "in", "input_", "in_"].contains(&stem)
        })
    };
    if let Some(index) = exact.or_else(loose).or_else(only).or_else(numbered) {
        return Ok(vec![candidate(index, &slots[index])]);
    }
    let known: Vec<&str> = slots.iter().map(|s| s.variadic.unwrap_or(s.name.as_str())).collect();
    let type_name = ty.map_or("", |t| t.name);
    let mut diagnostic = Diagnostic::error(
        codes::UNKNOWN_PORT,
        port.span,
        format!("`{}` (`{type_name}`) has no {side} port `{written}`", end.node),
    )
    .label(format!("no such {side}"));
    if let Some(help) = suggest::did_you_mean(written, known.iter().copied()) {
        diagnostic = diagnostic.with_help(help);
    }
    let list: Vec<String> = known.iter().map(|n| format!("`{n}`")).collect();
    let list = if list.is_empty() { "none".to_owned() } else { list.join(", ") };
    Err(Box::new(diagnostic.with_note(format!("its {side} ports: {list}"))))
}
