//! Random valid pipelines over the whole catalog, and their shrinking.
//!
//! A pipeline is kept as data ([`Pipeline`]), not as text, so that a failing one can be made smaller: nodes and edges are
//! dropped one by one as long as it still compiles and still fails. Node types and parameters come from the catalog itself,
//! so a new node type is tested the day it is added. Parameters are drawn inside their ranges, durations kept short.

use remotemedia_nodes::{Default, NodeType, ParamKind, ParamSpec, PortKind, Role, catalog::CATALOG};
use serde_json::{Map, Value, json};

/// A small generator of pseudo-random numbers (splitmix64), the same everywhere.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator of that seed.
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }

    /// A number from 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// A node of a random pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomNode {
    pub id: String,
    pub node_type: &'static str,
    pub params: Map<String, Value>,
}

/// An edge of a random pipeline, by the ids of its nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomEdge {
    pub from: String,
    pub from_port: Option<String>,
    pub to: String,
    pub to_port: Option<String>,
}

/// A random pipeline and the format of its input.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    pub nodes: Vec<RandomNode>,
    pub edges: Vec<RandomEdge>,
    pub rate: u32,
    pub channels: u16,
}

impl Pipeline {
    /// As a manifest.
    pub fn manifest(&self) -> String {
        let nodes: Vec<Value> =
            self.nodes.iter().map(|n| json!({"id": n.id, "node_type": n.node_type, "params": n.params})).collect();
        let edges: Vec<Value> = self
            .edges
            .iter()
            .map(|e| {
                let mut edge = json!({"from": e.from, "to": e.to});
                if let Some(port) = &e.from_port {
                    edge["from_port"] = json!(port);
                }
                if let Some(port) = &e.to_port {
                    edge["to_port"] = json!(port);
                }
                edge
            })
            .collect();
        let manifest = json!({"version": "v1", "metadata": {"name": "random"}, "nodes": nodes, "connections": edges});
        serde_json::to_string_pretty(&manifest).unwrap_or_default()
    }

    /// Every pipeline that is smaller by one node (with its edges, or bridged over) or by one edge.
    pub fn smaller(&self) -> Vec<Pipeline> {
        let mut list = Vec::new();
        for node in &self.nodes {
            let mut dropped = self.clone();
            dropped.nodes.retain(|n| n.id != node.id);
            let into: Vec<RandomEdge> = dropped.edges.iter().filter(|e| e.to == node.id).cloned().collect();
            let mut bridged = dropped.clone();
            dropped.edges.retain(|e| e.from != node.id && e.to != node.id);
            if let Some(first) = into.first() {
                for edge in &mut bridged.edges {
                    if edge.from == node.id {
                        edge.from.clone_from(&first.from);
                        edge.from_port.clone_from(&first.from_port);
                    }
                }
                bridged.edges.retain(|e| e.to != node.id);
                list.push(bridged);
            }
            list.push(dropped);
        }
        for index in 0..self.edges.len() {
            let mut less = self.clone();
            less.edges.remove(index);
            list.push(less);
        }
        for (index, node) in self.nodes.iter().enumerate() {
            for name in node.params.keys() {
                let mut less = self.clone();
                less.nodes[index].params.remove(name);
                list.push(less);
            }
        }
        list
    }
}

/// An open end of the pipeline under construction.
#[derive(Clone, Debug)]
struct Open {
    node: String,
    port: Option<String>,
    kind: PortKind,
}

/// Node types that a random pipeline may contain.
pub fn types() -> Vec<&'static NodeType> {
    CATALOG.iter().copied().filter(|t| t.role == Role::Compute && !t.inputs.is_empty()).collect()
}

/// A pipeline of that seed. It need not be valid: the caller drops those that the compiler refuses.
pub fn pipeline(seed: u64) -> Pipeline {
    let mut rng = Rng::new(seed);
    let rate = *rng.pick(&[8_000u32, 16_000, 22_050, 44_100, 48_000]);
    let channels = *rng.pick(&[1u16, 1, 2, 2, 3, 6]);
    let mut p = Pipeline { nodes: Vec::new(), edges: Vec::new(), rate, channels };
    let message_only = rng.once_in(5);
    let mut open: Vec<Open> = Vec::new();
    let add = |p: &mut Pipeline, node_type: &'static str, params: Map<String, Value>| -> String {
        let id = format!("n{}", p.nodes.len());
        p.nodes.push(RandomNode { id: id.clone(), node_type, params });
        id
    };
    if message_only {
        let kind = ["JsonInput", "JsonInput", "TextInput"][rng.below(3)];
        let node = add(&mut p, kind, Map::new());
        let kind = if p.nodes[0].node_type == "TextInput" { PortKind::Text } else { PortKind::Json };
        open.push(Open { node, port: None, kind });
    } else {
        let node = add(&mut p, "AudioInput", Map::new());
        open.push(Open { node, port: None, kind: PortKind::Audio });
        if rng.once_in(4) {
            let sources: Vec<&NodeType> =
                CATALOG.iter().copied().filter(|t| t.role == Role::Compute && t.inputs.is_empty()).collect();
            if !sources.is_empty() {
                let ty = *rng.pick(&sources);
                let mut params = parameters(ty, &mut rng);
                if ty.params.iter().any(|s| s.name == "duration_ms") && rng.once_in(2) {
                    params.insert("duration_ms".into(), json!(rng.below(40)));
                }
                params.insert("sample_rate".into(), json!(rate));
                let node = add(&mut p, ty.name, params);
                open.push(Open { node, port: None, kind: PortKind::Audio });
            }
        }
    }
    // Further inputs, of formats of their own.
    for _ in 0..if rng.once_in(3) { 1 + rng.below(2) } else { 0 } {
        let (kind, params) = match (message_only, rng.below(4)) {
            (false, 0..3) => {
                let rate = if rng.once_in(2) { rate } else { *rng.pick(&[8_000u32, 16_000, 44_100, 48_000]) };
                let format = *rng.pick(&["f32", "i16", "i32", "f64", "u8"]);
                let params = json!({"sample_rate": rate, "channels": 1 + rng.below(3), "format": format});
                (PortKind::Audio, params.as_object().cloned().unwrap_or_default())
            }
            (_, 3) => (PortKind::Text, Map::new()),
            _ => (PortKind::Json, Map::new()),
        };
        let node_type = match kind {
            PortKind::Audio => "AudioInput",
            PortKind::Text => "TextInput",
            _ => "JsonInput",
        };
        let node = add(&mut p, node_type, params);
        open.push(Open { node, port: None, kind });
    }
    let all = types();
    for _ in 0..1 + rng.below(9) {
        let from = rng.pick(&open).clone();
        if from.kind == PortKind::Audio && rng.once_in(8) {
            feedback(&mut p, &from, &mut open, &mut rng);
            continue;
        }
        let fitting: Vec<&&NodeType> = all.iter().filter(|t| fits(from.kind, t.inputs[0].kind)).collect();
        if fitting.is_empty() {
            continue;
        }
        let ty = **rng.pick(&fitting);
        let params = parameters(ty, &mut rng);
        let node = add(&mut p, ty.name, params);
        p.edges.push(RandomEdge {
            from: from.node.clone(),
            from_port: from.port.clone(),
            to: node.clone(),
            to_port: None,
        });
        for (index, input) in ty.inputs.iter().enumerate() {
            let wanted = if input.variadic {
                rng.below(3)
            } else {
                usize::from(index > 0 && (!input.optional || rng.once_in(2)))
            };
            for _ in 0..wanted {
                let candidates: Vec<&Open> = open.iter().filter(|o| fits(o.kind, input.kind)).collect();
                if !candidates.is_empty() {
                    let other = (*rng.pick(&candidates)).clone();
                    p.edges.push(RandomEdge {
                        from: other.node,
                        from_port: other.port,
                        to: node.clone(),
                        to_port: Some(input.name.to_owned()),
                    });
                }
            }
        }
        for output in ty.outputs {
            if output.optional && rng.once_in(2) {
                continue;
            }
            let kind =
                if output.kind == PortKind::Any || output.kind == PortKind::Message { from.kind } else { output.kind };
            let port = (ty.outputs.len() > 1).then(|| output.name.to_owned());
            open.push(Open { node: node.clone(), port, kind });
        }
    }
    p
}

/// A loop that is closed by a delay.
fn feedback(p: &mut Pipeline, from: &Open, open: &mut Vec<Open>, rng: &mut Rng) {
    let base = p.nodes.len();
    let id = |i: usize| format!("n{}", base + i);
    let param = |name: &str, value: Value| Map::from_iter([(name.to_owned(), value)]);
    let frames = *rng.pick(&[1, 2, 7, 64, 1000]);
    p.nodes.push(RandomNode { id: id(0), node_type: "Mix", params: Map::new() });
    p.nodes.push(RandomNode { id: id(1), node_type: "Delay", params: param("delay_frames", json!(frames)) });
    p.nodes.push(RandomNode { id: id(2), node_type: "Gain", params: param("gain", json!(rng.unit() * 1.8 - 0.9)) });
    let edge = |from: &str, port: Option<String>, to: &str| RandomEdge {
        from: from.into(),
        from_port: port,
        to: to.into(),
        to_port: None,
    };
    p.edges.push(edge(&from.node, from.port.clone(), &id(0)));
    p.edges.push(edge(&id(0), None, &id(1)));
    p.edges.push(edge(&id(1), None, &id(2)));
    p.edges.push(edge(&id(2), None, &id(0)));
    open.push(Open { node: id(rng.below(3)), port: None, kind: PortKind::Audio });
}

fn fits(from: PortKind, to: PortKind) -> bool {
    match (from, to) {
        (_, PortKind::Any) | (PortKind::Any, _) => true,
        (PortKind::Text | PortKind::Json, PortKind::Message) => true,
        (PortKind::Json, PortKind::Text) | (PortKind::Text, PortKind::Json) => true,
        (a, b) => a == b,
    }
}

/// Random parameters of a type: each left out half of the time unless it is required.
fn parameters(ty: &NodeType, rng: &mut Rng) -> Map<String, Value> {
    let mut map = Map::new();
    for spec in ty.params {
        if spec.default != Default::Required && rng.once_in(2) {
            continue;
        }
        if let Some(value) = parameter(ty, spec, rng) {
            map.insert(spec.name.to_owned(), value);
        }
    }
    map
}

/// Texts that make sense for some parameters.
fn text(ty: &NodeType, spec: &ParamSpec, rng: &mut Rng) -> Option<Value> {
    let list: &[&str] = match (ty.name, spec.name) {
        (_, "program" | "filter" | "expression" | "select" | "map" | "query") => {
            &[".", ".value", "select(. != null)", "{a: .}", ".[]?", "if type == \"number\" then . * 2 else . end"]
        }
        (_, "boundaries") => &[".!?", ";\n", "a"],
        (_, "field") => &["value", "rms_db"],
        _ => return None,
    };
    Some(json!(*rng.pick(list)))
}

fn parameter(ty: &NodeType, spec: &ParamSpec, rng: &mut Rng) -> Option<Value> {
    // Long buffers teach nothing that short ones do not.
    let cap = match spec.unit {
        "ms" => 60.0,
        "frames" => 3000.0,
        "Hz" => 20_000.0,
        _ => 1000.0,
    };
    let number = |rng: &mut Rng, min: f64, max: f64| {
        let (low, high) = (min.max(-cap), max.min(cap));
        if low >= high { low } else { ((low + (high - low) * rng.unit()) * 64.0).round() / 64.0 }.clamp(min, max)
    };
    Some(match spec.kind {
        ParamKind::Int { .. } if spec.unit == "Hz" => {
            json!(*rng.pick(&[8_000, 11_025, 16_000, 24_000, 44_100, 48_000]))
        }
        ParamKind::Int { min, max } => {
            let (low, high) = (min.max(-16), max.min(if spec.unit == "frames" { 3000 } else { 16 }).max(min));
            json!(low + rng.below((high - low + 1).max(1) as usize) as i64)
        }
        ParamKind::Float { min, max } => json!(number(rng, min, max)),
        ParamKind::Bool => json!(rng.once_in(2)),
        ParamKind::Text => return text(ty, spec, rng),
        ParamKind::Choice(words) => json!(*rng.pick(words)),
        ParamKind::Floats { min, max, least, most } => {
            let count = least.max(1) + rng.below(most.min(least + 5) - least.min(most) + 1);
            json!((0..count.min(most)).map(|_| number(rng, min, max)).collect::<Vec<f64>>())
        }
        ParamKind::Matrix => json!([[number(rng, -1.0, 1.0)], [number(rng, -1.0, 1.0)]]),
        ParamKind::Texts => return None,
        ParamKind::IntOr { words, .. } => json!(*rng.pick(words)),
        ParamKind::Any => return None,
    })
}

/// The samples of an input: noise, silence, full scale, not a number, odd lengths, one frame, none.
pub fn samples(seed: u64, channels: u16) -> Vec<f32> {
    let mut rng = Rng::new(seed ^ 0xABCD);
    let frames = *rng.pick(&[0usize, 1, 2, 255, 256, 257, 1023, 1024, 1025, 2500, 5000, 7001]);
    let style = rng.below(7);
    let mut list = Vec::with_capacity(frames * usize::from(channels));
    for frame in 0..frames {
        for _ in 0..channels {
            let noise = (rng.unit() * 2.0 - 1.0) as f32;
            list.push(match style {
                0 => 0.0,
                1 => {
                    if rng.once_in(2) {
                        1.0
                    } else {
                        -1.0
                    }
                }
                2 if rng.once_in(50) => *rng.pick(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-40, -0.0, 3e38]),
                3 if frame > frames / 2 => 0.0,
                4 => noise * 1e-20,
                _ => noise,
            });
        }
    }
    list
}

/// The lines of a message input.
pub fn lines(seed: u64, text: bool) -> String {
    let mut rng = Rng::new(seed ^ 0x1234);
    let mut out = String::new();
    for _ in 0..rng.below(30) {
        let line = if text {
            (*rng.pick(&["hello world.", "one; two", "", "a b c!", "Ünïcode 😀 text?", "1", "{\"value\": 2}"]))
                .to_owned()
        } else {
            match rng.below(6) {
                0 => format!("{}", rng.below(100)),
                1 => format!("{{\"value\": {}}}", rng.unit() * 10.0 - 5.0),
                2 => format!("[{}, {}]", rng.below(9), rng.unit()),
                3 => format!(
                    "{{\"text\": \"some text {}\", \"operations\": [\"uppercase\", \"word_count\"]}}",
                    rng.below(9)
                ),
                4 => format!("{{\"operation\": \"add\", \"operands\": [{}, {}]}}", rng.below(9), rng.below(9)),
                _ => format!("-{}.5", rng.below(1000)),
            }
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}
