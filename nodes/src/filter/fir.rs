//! Fir: convolution with given coefficients.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, ParamKind, ParamSpec};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const FIR: NodeType = NodeType {
    name: "Fir",
    aliases: &["FIR", "FIRFilter", "FirFilter", "FirFilterNode", "Convolve"],
    category: Category::Filter,
    role: Role::Compute,
    summary: "convolves with given coefficients",
    docs: "\
`y[n] = c[0] x[n] + c[1] x[n-1] + …`, added up in f64 in this order, rounded to f32. The tail is delivered: `n + taps - 1` frames leave for `n` \
that come in, as with `numpy.convolve`. In a loop the tail is not added.",
    params: &[ParamSpec::new(
        "coefficients",
        ParamKind::Floats { min: -1e6, max: 1e6, least: 1, most: 65_536 },
        Default::Required,
        "coefficients, that of the newest frame first",
    )
    .aliases(&["taps", "coeffs", "b", "kernel", "impulse_response"])],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "filtered audio")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let coefficients = cx.params.floats("coefficients");
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let y = k.fir("fir", &coefficients, x);
    k.output("out", SampleFormat::F32, y);
    let tail = coefficients.len() as u64 - 1;
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail, skip: 0 }))
}
