//! `rates`: balance equations and the repetition vector.
//!
//! Requires `simplify`. Changes nothing: gives for every node how often it fires in one iteration of the graph, and refuses graphs
//! whose streams could only run away from each other. Messages have no rate and do not take part. Cost: linear.
//! Source: Lee and Messerschmitt, *Static scheduling of synchronous data flow programs*, IEEE Trans. Comp. 1987.

use crate::passes::Report;
use crate::passes::topology::Components;
use remotemedia_ir::codes;
use remotemedia_ir::diag::{Diagnostic, Diagnostics};
use remotemedia_ir::graph::{Graph, NodeKind, Rate, UNBOUNDED};
use remotemedia_ir::types::StreamType;

/// A rate of tokens, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio {
    pub num: u64,
    pub den: u64,
}

impl Ratio {
    /// `num / den` in lowest terms.
    pub fn new(num: u64, den: u64) -> Ratio {
        let g = gcd(num, den).max(1);
        Ratio { num: num / g, den: (den / g).max(1) }
    }

    /// Times `num / den`; saturates.
    pub fn times(self, num: u64, den: u64) -> Ratio {
        let (a, b) = (Ratio::new(self.num, den), Ratio::new(num, self.den));
        Ratio { num: a.num.saturating_mul(b.num), den: a.den.saturating_mul(b.den) }
    }

    /// `n` times this, rounded up; without a bound if `n` has none.
    pub fn of(self, n: u64) -> u64 {
        if n == UNBOUNDED {
            return UNBOUNDED;
        }
        (u128::from(n) * u128::from(self.num)).div_ceil(u128::from(self.den)).min(u128::from(u64::MAX)) as u64
    }
}

/// The greatest common divisor.
pub fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// What the pass found.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    /// Per node the tokens of its outputs per second; none for messages.
    pub output: Vec<Option<Ratio>>,
    /// Per node how often it fires in one iteration: a kernel once per frame, a library node once per `consume` tokens.
    /// Empty where the numbers do not fit 64 bits.
    pub repetitions: Vec<Option<u64>>,
}

/// Runs the pass.
pub fn run(graph: &Graph, components: &Components) -> Result<(Rates, Report), Diagnostics> {
    let mut report = Report::new("rates");
    let mut diagnostics = Diagnostics::new();
    let incoming = graph.incoming();
    let mut output: Vec<Option<Ratio>> = vec![None; graph.nodes.len()];
    let mut firing: Vec<Option<Ratio>> = vec![None; graph.nodes.len()];
    for id in components.list.iter().flat_map(|c| &c.nodes) {
        let node = graph.node(*id);
        let inputs: Vec<(Ratio, usize)> = incoming[id.index()]
            .iter()
            .filter_map(|e| {
                let from = graph.edges[e.index()].from.node;
                output[from.index()].map(|r| (r, from.index()))
            })
            .collect();
        let own = node.outputs.iter().find_map(|p| match p.ty.as_ref()? {
            StreamType::Audio { rate, .. } => Some(Ratio::new(u64::from(*rate), 1)),
            StreamType::Tensor { .. } | StreamType::Text | StreamType::Json => None,
        });
        let (fires, gives) = match &node.kind {
            NodeKind::Kernel(_) => {
                let rate = inputs.first().map(|(r, _)| *r).or(own);
                if let Some((other, from)) = inputs.iter().find(|(r, _)| Some(*r) != rate) {
                    let first = &graph.nodes[inputs[0].1];
                    diagnostics.push(
                        Diagnostic::error(
                            codes::UNBALANCED_RATES,
                            node.span,
                            format!("the inputs of `{}` run at different rates", node.name),
                        )
                        .also(first.span, format!("gives {}/{} tokens a second", inputs[0].0.num, inputs[0].0.den))
                        .also(graph.nodes[*from].span, format!("gives {}/{} tokens a second", other.num, other.den))
                        .with_help("bring them to one rate with a `FastResampleNode`"),
                    );
                }
                (rate, rate)
            }
            NodeKind::Library(library) => match (library.rate, inputs.first()) {
                (Rate::Static { consume, produce }, Some((rate, _))) => {
                    let fires = rate.times(1, u64::from(consume.max(1)));
                    (Some(fires), own.or(Some(fires.times(u64::from(produce), 1))))
                }
                (Rate::Static { .. } | Rate::Dynamic, _) => (None, own),
            },
            NodeKind::Input { .. } => (own, own),
            NodeKind::Output { .. }
            | NodeKind::Typed { .. }
            | NodeKind::Python(_)
            | NodeKind::Foreign(_)
            | NodeKind::Removed => {
                let rate = inputs.first().map(|(r, _)| *r);
                (rate, rate)
            }
        };
        firing[id.index()] = fires;
        output[id.index()] = gives;
    }
    let repetitions = repetitions(&firing);
    if let Some(list) = &repetitions {
        let spread: Vec<String> =
            graph.live().filter_map(|id| list[id.index()].map(|n| format!("{} {n}", graph.node(id).name))).collect();
        let distinct = list.iter().flatten().any(|n| *n != 1);
        if distinct && spread.len() <= 64 {
            report.say(format!("repetition vector: {}", spread.join(", ")));
        }
    }
    diagnostics.into_result()?;
    Ok((Rates { output, repetitions: repetitions.unwrap_or_default() }, report))
}

/// The least whole numbers in the proportion of the firing rates.
fn repetitions(firing: &[Option<Ratio>]) -> Option<Vec<Option<u64>>> {
    let mut den = 1u64;
    let mut num = 0u64;
    for ratio in firing.iter().flatten() {
        den = den.checked_mul(ratio.den / gcd(den, ratio.den))?;
    }
    for ratio in firing.iter().flatten() {
        num = gcd(num, ratio.num.checked_mul(den / ratio.den)?);
    }
    let num = num.max(1);
    firing
        .iter()
        .map(|r| r.map(|r| r.num.checked_mul(den / r.den).map(|n| n / num)).map_or(Some(None), |n| n.map(Some)))
        .collect()
}
