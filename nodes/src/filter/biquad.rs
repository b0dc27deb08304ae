//! Biquad: a second-order section by its coefficients.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{Default, ParamKind, ParamSpec, Params};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const BIQUAD: NodeType = NodeType {
    name: "Biquad",
    aliases: &["BiquadFilter", "BiquadFilterNode"],
    category: Category::Filter,
    role: Role::Compute,
    summary: "filters with given coefficients",
    docs: "\
`H(z) = (b0 + b1 z⁻¹ + b2 z⁻²) / (a0 + a1 z⁻¹ + a2 z⁻²)`, as SciPy's `lfilter(b, a, x)` with f64 state, output rounded to f32. Both poles \
must lie inside the unit circle. As many frames leave as come in.",
    params: &[
        ParamSpec::new(
            "b",
            ParamKind::Floats { min: -1e6, max: 1e6, least: 3, most: 3 },
            Default::Required,
            "`b0`, `b1`, `b2`",
        ),
        ParamSpec::new(
            "a",
            ParamKind::Floats { min: -1e6, max: 1e6, least: 2, most: 3 },
            Default::Required,
            "`a0` (not 0), `a1`, `a2`; or `a1` and `a2` alone, for an `a0` of 1",
        ),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "filtered audio")],
    runtimes: LOCAL,
    needs: &[],
    validate,
    signature: |_, _| Signature::same_audio(),
    lower,
};

/// `a0`, `a1`, `a2`.
fn denominator(params: &Params) -> Option<[f64; 3]> {
    match params.floats("a").as_slice() {
        [a0, a1, a2] => Some([*a0, *a1, *a2]),
        [a1, a2] => Some([1.0, *a1, *a2]),
        _other => None,
    }
}

fn validate(params: &Params) -> Vec<NodeError> {
    let Some([a0, a1, a2]) = denominator(params) else { return Vec::new() };
    if a0 == 0.0 {
        return vec![NodeError::param("a", "`a0` is 0").with_help("the first of `a` divides all others")];
    }
    // The triangle of stability.
    let (a1, a2) = (a1 / a0, a2 / a0);
    if a2.abs() < 1.0 && a1.abs() < 1.0 + a2 {
        Vec::new()
    } else {
        vec![
            NodeError::param("a", "the filter is unstable: a pole lies on or outside the unit circle")
                .with_help("check the signs: `a` is the denominator as `scipy.signal` gives it"),
        ]
    }
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let b = cx.params.floats("b");
    let ([b0, b1, b2], Some([a0, a1, a2])) = (b.as_slice(), denominator(cx.params)) else {
        return Err(NodeError::node("a section has three coefficients on either side"));
    };
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let y = k.section("section", [b0 / a0, b1 / a0, b2 / a0], [a1 / a0, a2 / a0], x);
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}
