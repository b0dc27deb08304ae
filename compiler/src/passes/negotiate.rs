//! `negotiate`: converters where the two ends of an edge disagree.
//!
//! Requires `infer`. Changes: an edge whose ends differ is cut and gets the cheapest chain of converter nodes; afterwards both
//! ends of every edge have the same type. Preserves the wish of every node. Cost: linear. Order within a chain: to f32,
//! fewer channels, rate, more channels, sample format, so that the resampler filters as few channels as it can.
//!
//! ```text
//! n0.0 -> n1.0   with audio<i16, 48000, 2> and audio<f32, 16000, 1>
//!   → n0 -> AudioFormatConverter(f32) -> ChannelMix(1) -> FastResampleNode(16000) -> n1
//! ```

use crate::passes::{PassCx, Report};
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{Edge, EdgeId, End, Graph, Node, NodeKind, NodePort, Param};
use remotemedia_ir::types::{SampleFormat, StreamType};

/// Runs the pass.
pub fn run(graph: &mut Graph, cx: &PassCx) -> Result<Report, Diagnostics> {
    let mut report = Report::new("negotiate");
    let mut diagnostics = Diagnostics::new();
    for index in 0..graph.edges.len() {
        let edge = graph.edges[index];
        let (Some(from), Some(to)) = (graph.edge_type(EdgeId::new(index)).cloned(), wanted(graph, edge.to).cloned())
        else {
            continue;
        };
        if from == to {
            continue;
        }
        let (giver, taker) = (graph.node(edge.from.node), graph.node(edge.to.node));
        let pair = format!("`{}` gives {from}, `{}` takes {to}", giver.name, taker.name);
        let Some(steps) = chain(&from, &to) else {
            diagnostics.push(
                Diagnostic::error(codes::TYPE_MISMATCH, edge.span, pair)
                    .label("nothing converts one into the other")
                    .also(giver.span, format!("gives {from}"))
                    .also(taker.span, format!("takes {to}"))
                    .with_help("put a node between them that turns one into the other; `remotemedia nodes` lists what there is"),
            );
            continue;
        };
        if !cx.auto_negotiate {
            diagnostics.push(
                Diagnostic::error(codes::TYPE_MISMATCH, edge.span, pair)
                    .label("a converter is needed here")
                    .with_note("`auto_negotiate` is false in this manifest")
                    .with_help(format!("add {} between them", list(&steps))),
            );
            continue;
        }
        report.say(format!("`{}` → `{}`: {from} to {to} by {}", giver.name, taker.name, list(&steps)));
        insert(graph, index, from, steps);
    }
    diagnostics.into_result().map(|_| report)
}

fn wanted(graph: &Graph, end: End) -> Option<&StreamType> {
    graph.node(end.node).inputs[usize::from(end.port)].ty.as_ref()
}

/// One converter: the node type, its parameters, and the type it gives.
struct Step {
    type_name: &'static str,
    params: Vec<(String, Param)>,
    output: StreamType,
}

fn list(steps: &[Step]) -> String {
    steps.iter().map(|s| format!("`{}`", s.type_name)).collect::<Vec<_>>().join(", ")
}

/// The converters from one type to the other; none if there is no way.
fn chain(from: &StreamType, to: &StreamType) -> Option<Vec<Step>> {
    let step = |type_name, params: &[(&str, Param)], output: StreamType| Step {
        type_name,
        params: params.iter().map(|(n, p)| ((*n).to_owned(), p.clone())).collect(),
        output,
    };
    match (from, to) {
        (StreamType::Text, StreamType::Json) => Some(vec![step("TextToJson", &[], StreamType::Json)]),
        (StreamType::Json, StreamType::Text) => Some(vec![step("JsonToText", &[], StreamType::Text)]),
        (
            StreamType::Audio { format: from_format, rate: from_rate, channels: from_channels },
            StreamType::Audio { format, rate, channels },
        ) => {
            let (mut f, mut r, mut c) = (*from_format, *from_rate, *from_channels);
            let mut steps = Vec::new();
            let sample = |f: &mut SampleFormat, target: SampleFormat, r, c, steps: &mut Vec<Step>| {
                if *f != target {
                    *f = target;
                    let output = StreamType::Audio { format: target, rate: r, channels: c };
                    let params =
                        [("target_format", Param::Text(target.name().into())), ("dither", Param::Text("none".into()))];
                    steps.push(step("AudioFormatConverter", &params, output));
                }
            };
            if r != *rate || c != *channels {
                sample(&mut f, SampleFormat::F32, r, c, &mut steps);
            }
            let mix = |c: &mut u16, r, steps: &mut Vec<Step>| {
                *c = *channels;
                steps.push(step(
                    "ChannelMix",
                    &[("channels", Param::Int(i64::from(*channels)))],
                    StreamType::audio(r, *channels),
                ));
            };
            if *channels < c {
                mix(&mut c, r, &mut steps);
            }
            if *rate != r {
                r = *rate;
                let params = [("target_rate", Param::Int(i64::from(*rate))), ("quality", Param::Text("high".into()))];
                steps.push(step("FastResampleNode", &params, StreamType::audio(r, c)));
            }
            if *channels > c {
                mix(&mut c, r, &mut steps);
            }
            sample(&mut f, *format, r, c, &mut steps);
            Some(steps)
        }
        (StreamType::Audio { .. } | StreamType::Tensor { .. } | StreamType::Text | StreamType::Json, _) => None,
    }
}

/// Cuts an edge and puts the converters into it.
fn insert(graph: &mut Graph, edge: usize, from: StreamType, steps: Vec<Step>) {
    let Edge { from: mut source, to, span } = graph.edges[edge];
    let base = format!("{}→{}", graph.node(source.node).name, graph.node(to.node).name);
    let mut input = from;
    for (number, Step { type_name, params, output }) in steps.into_iter().enumerate() {
        let node = graph.add(Node {
            name: format!("{base}.{}", number + 1),
            span,
            kind: NodeKind::Typed { type_name: type_name.into(), params },
            inputs: vec![NodePort { name: "in".into(), ty: Some(input) }],
            outputs: vec![NodePort { name: "out".into(), ty: Some(output.clone()) }],
        });
        let end = End { node, port: 0 };
        if number == 0 {
            graph.edges[edge].to = end;
        } else {
            graph.edges.push(Edge { from: source, to: end, span });
        }
        source = end;
        input = output;
    }
    graph.edges.push(Edge { from: source, to, span });
}
