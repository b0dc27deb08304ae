//! DC removal, pre-emphasis and de-emphasis: recurrences of first order.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, HERTZ, ParamKind, ParamSpec};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::types::SampleFormat;

const IN: &[PortSpec] = &[PortSpec::new("in", PortKind::Audio, "audio")];
const OUT: &[PortSpec] = &[PortSpec::new("out", PortKind::Audio, "audio")];
const COEFFICIENT: ParamSpec = ParamSpec::new(
    "coefficient",
    ParamKind::Float { min: 0.0, max: 0.9999 },
    Default::Float(0.97),
    "weight of the frame before",
)
.aliases(&["coeff", "alpha", "factor"]);

/// See [`NodeType::docs`].
pub const DC_REMOVAL: NodeType = NodeType {
    name: "DcRemoval",
    aliases: &["DCRemoval", "DcBlocker", "DCBlock", "RemoveDC", "DcRemovalNode"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "removes the constant part of a signal",
    docs: "\
`y[n] = x[n] - x[n-1] + r y[n-1]` with `r = exp(-2π cutoff_hz / rate)`, state in f64, output rounded to f32 (J. O. Smith, *Introduction to \
Digital Filters*, DC blocker). As many frames leave as come in.",
    params: &[ParamSpec::new("cutoff_hz", HERTZ, Default::Float(20.0), "corner frequency")
        .unit("Hz")
        .aliases(&["frequency_hz", "cutoff"])],
    inputs: IN,
    outputs: OUT,
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower: |cx| {
        let cutoff = cx.params.float("cutoff_hz");
        crate::filter::single::below_nyquist("cutoff_hz", cutoff, cx.rate(0))?;
        let r = libm::exp(-2.0 * std::f64::consts::PI * cutoff / f64::from(cx.rate(0)));
        Ok(section(cx, [1.0, -1.0, 0.0], [-r, 0.0]))
    },
};

/// See [`NodeType::docs`].
pub const PRE_EMPHASIS: NodeType = NodeType {
    name: "PreEmphasis",
    aliases: &["PreEmphasisNode", "Preemphasis"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "raises high frequencies before analysis",
    docs: "`y[n] = x[n] - c x[n-1]`, in f64, rounded to f32. As many frames leave as come in.",
    params: &[COEFFICIENT],
    inputs: IN,
    outputs: OUT,
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower: |cx| Ok(section(cx, [1.0, -cx.params.float("coefficient"), 0.0], [0.0, 0.0])),
};

/// See [`NodeType::docs`].
pub const DE_EMPHASIS: NodeType = NodeType {
    name: "DeEmphasis",
    aliases: &["DeEmphasisNode", "Deemphasis"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "undoes pre-emphasis",
    docs: "`y[n] = x[n] + c y[n-1]`, state in f64, rounded to f32. As many frames leave as come in.",
    params: &[COEFFICIENT],
    inputs: IN,
    outputs: OUT,
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower: |cx| Ok(section(cx, [1.0, 0.0, 0.0], [-cx.params.float("coefficient"), 0.0])),
};

fn section(cx: &LowerCx<'_>, b: [f64; 3], a: [f64; 2]) -> Lowered {
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let y = k.section("section", b, a, x);
    k.output("out", SampleFormat::F32, y);
    Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 })
}
