//! Equalizer: a cascade of peaking sections.

use super::cookbook::{Shape, Width};
use super::single::{below_nyquist, cascade};
use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{Default, ParamKind, ParamSpec, Params};
use crate::signature::Signature;

/// See [`NodeType::docs`].
pub const EQUALIZER: NodeType = NodeType {
    name: "Equalizer",
    aliases: &["EqualizerNode", "Equaliser", "GraphicEQ", "EightBandEqualizer", "EQ"],
    category: Category::Filter,
    role: Role::Compute,
    summary: "raises or lowers bands of frequencies",
    docs: "\
One peaking section (RBJ cookbook) for each band, from the first to the last, state in f64, rounded to f32 after each section. Bands \
with a gain of 0 dB are left out. As many frames leave as come in.",
    params: &[
        ParamSpec::new(
            "gains_db",
            ParamKind::Floats { min: -60.0, max: 60.0, least: 1, most: 64 },
            Default::Required,
            "gain of each band",
        )
        .unit("dB")
        .aliases(&["gains"]),
        ParamSpec::new(
            "frequencies_hz",
            ParamKind::Floats { min: 1e-3, max: 1e6, least: 1, most: 64 },
            Default::Floats(&[60.0, 150.0, 400.0, 1000.0, 2400.0, 5000.0, 10_000.0, 15_000.0]),
            "centre of each band",
        )
        .unit("Hz")
        .aliases(&["frequencies", "bands"]),
        ParamSpec::new(
            "q",
            ParamKind::Floats { min: 1e-3, max: 1e3, least: 1, most: 64 },
            Default::Floats(&[1.0]),
            "quality of each band, or one for all",
        ),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "equalised audio")],
    runtimes: LOCAL,
    needs: &[],
    validate,
    signature: |_, _| Signature::same_audio(),
    lower,
};

fn validate(params: &Params) -> Vec<NodeError> {
    let (gains, frequencies, q) = (params.floats("gains_db"), params.floats("frequencies_hz"), params.floats("q"));
    let mut errors = Vec::new();
    if gains.len() != frequencies.len() {
        let message = format!("`gains_db` has {} numbers for {} bands", gains.len(), frequencies.len());
        errors.push(NodeError::param("gains_db", message).with_help("give one gain for each of `frequencies_hz`"));
    }
    if q.len() != 1 && q.len() != frequencies.len() {
        errors.push(NodeError::param("q", format!("`q` has {} numbers for {} bands", q.len(), frequencies.len())));
    }
    errors
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (gains, frequencies, q) =
        (cx.params.floats("gains_db"), cx.params.floats("frequencies_hz"), cx.params.floats("q"));
    let mut sections = Vec::new();
    for (band, (gain, frequency)) in gains.iter().zip(&frequencies).enumerate() {
        if *gain == 0.0 {
            continue;
        }
        below_nyquist("frequencies_hz", *frequency, cx.rate(0))?;
        let quality = q.get(band).or_else(|| q.first()).copied().unwrap_or(1.0);
        sections.push((Shape::Peaking(*gain), *frequency, Width::Q(quality)));
    }
    Ok(if sections.is_empty() { Lowered::Identity } else { cascade(cx, &sections) })
}
